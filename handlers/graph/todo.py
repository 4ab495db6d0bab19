"""People's own task lists in To Do: one list of the bot's in each, read by what has changed since, and written so that twice is once.

Each task bears the action that it was made for ("[nvg:tall:12]" in its notes), so that one whose answer was lost is found again. What is
remembered in memory is only what the list said last, with where to ask for changes: a new process begins by reading it all.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.model import Person
from bot.rules.spelling import tidy
from bot.rules.task_link import LIST, TaskState, TaskThere
from handlers.graph.client import Graph, every
from handlers.graph.errors import Refused
from handlers.outside import Outside

if TYPE_CHECKING:
    from msgraph.generated.models.todo_task import TodoTask
    from msgraph.graph_service_client import GraphServiceClient

REF = re.compile(r"\[nvg:([^\]\s]+)\]")
GONE = (404, 410)
STALE = (400, *GONE)  # where what changed since is asked for: by a mark that is too old


@dataclass(slots=True)
class _Seen:
    """A list as it was at the last look."""

    list_id: str = ""
    delta: str = ""
    tasks: dict[str, TaskThere] = field(default_factory=dict)


class Todo:
    """Thread-safe. One look at a person's list at a time."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()

    def outside(self) -> Outside:
        return {"tasks": self.tasks}

    def tasks(self, rest: str, people: Mapping[str, Person]) -> Any:
        verb, id, *more = rest.split(" ", 2)
        person = people.get(id.removeprefix("@"))
        user = self._user(person) if person else ""
        if not user:
            return None
        with self._lock:
            if verb == "read":
                return tuple(self._graph.ask(lambda at: self._read(at, user)).tasks.values())
            wanted: list[list[Any]] = json.loads(more[0])
            return self._graph.ask(lambda at: self._write(at, user, wanted))

    def leave(self, person: Person) -> None:
        """The bot's list is no more there, with all that is in it. TryAgain or GiveUp where that could not be done."""
        if user := self._user(person):
            with self._lock:
                self._graph.ask(lambda at: left(at, user))
                self._seen.pop(user, None)

    def _user(self, person: Person) -> str:
        """Their object id; "" for who is not of this tenant."""
        home = f"teams:{self._graph.tenant}/"
        return next((each.removeprefix(home) for each in person.identities if each.startswith(home)), "")

    async def _read(self, at: GraphServiceClient, user: str) -> _Seen:
        seen = self._seen.pop(user, None) or _Seen(await the_list(at, user))
        try:
            builder: Any = at.users.by_user_id(user).todo.lists.by_todo_task_list_id(seen.list_id).tasks.delta
            changed = await every(builder.with_url(seen.delta) if seen.delta else builder)
        except Refused as error:
            if error.status not in STALE or not seen.delta:
                raise
            return await self._read(at, user)  # all of it anew: it was taken out of memory above
        for item in changed.items:
            if "@removed" in item.additional_data:
                seen.tasks.pop(item.id or "", None)
            elif item.id:
                seen.tasks[item.id] = there(item, seen.tasks.get(item.id))
        seen.delta = changed.delta
        self._seen[user] = seen
        return seen

    async def _write(self, at: GraphServiceClient, user: str, wanted: list[list[Any]]) -> dict[str, str]:
        seen = await self._read(at, user)  # what another process has made meanwhile is not made twice
        tasks = at.users.by_user_id(user).todo.lists.by_todo_task_list_id(seen.list_id).tasks
        made: dict[str, str] = {}
        for op, id, remote, *values in wanted:
            try:
                if op == "create":
                    same = next((each.remote for each in seen.tasks.values() if each.ref == id), "")
                    made[id] = same or (item.id or "" if (item := await tasks.post(written(*values[:3], ref=id))) else "")
                elif op == "update":
                    await tasks.by_todo_task_id(remote).patch(written(*values[:3]))
                else:
                    await tasks.by_todo_task_id(remote).delete()
            except Refused as error:
                if error.status not in GONE or op == "create":
                    raise  # else it is gone already
        return made


async def the_list(at: GraphServiceClient, user: str) -> str:
    """The bot's own list there, made where there is none."""
    from msgraph.generated.models.todo_task_list import TodoTaskList

    lists = at.users.by_user_id(user).todo.lists
    found = next((each.id for each in (await every(lists)).items if each.display_name == LIST), None)
    if found:
        return str(found)
    made = await lists.post(TodoTaskList(display_name=LIST))
    return (made.id if made else None) or ""


async def left(at: GraphServiceClient, user: str) -> None:
    lists = at.users.by_user_id(user).todo.lists
    for each in (await every(lists)).items:
        if each.display_name == LIST:
            try:
                await lists.by_todo_task_list_id(each.id).delete()
            except Refused as error:
                if error.status not in GONE:
                    raise


def there(item: TodoTask, before: TaskThere | None) -> TaskThere:
    ref = REF.search((item.body.content if item.body else None) or "")
    status: Any = item.status
    state = TaskState(tidy(item.title or ""), day_of(item.due_date_time), bool(status) and status.value == "completed")
    at = item.last_modified_date_time or item.created_date_time
    assert at is not None
    return TaskThere(item.id or "", ref[1] if ref else before.ref if before else "", state, at)


def written(title: str, due: str, done: bool, *, ref: str = "") -> TodoTask:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.task_status import TaskStatus
    from msgraph.generated.models.todo_task import TodoTask

    item = TodoTask(title=title, status=TaskStatus.Completed if done else TaskStatus.NotStarted)
    if due:
        item.due_date_time = DateTimeTimeZone(date_time=f"{due}T00:00:00", time_zone="UTC")
    if ref:
        item.body = ItemBody(content=f"[nvg:{ref}]", content_type=BodyType.Text)
    return item


def day_of(moment: Any) -> date | None:
    """The day: its midnight may have been written in another time zone, a few hours off."""
    if moment is None or not moment.date_time:
        return None
    return (datetime.fromisoformat(moment.date_time[:19]) + timedelta(hours=12)).date()
