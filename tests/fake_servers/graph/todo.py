"""Task lists, https://learn.microsoft.com/graph/api/resources/todo-overview: lists, tasks, and what has changed since (delta)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.fake_servers.graph.model import Answer, Asked, GraphError, Json, Route

if TYPE_CHECKING:
    from tests.fake_servers.graph import FakeGraph

ROLES = frozenset({"Tasks.ReadWrite.All"})


@dataclass(slots=True)
class Task:
    id: str
    list: str
    shown: Json
    number: int  # of its newest change
    deleted: bool = False


@dataclass(slots=True)
class List:
    id: str
    user: str
    name: str
    tasks: dict[str, Task] = field(default_factory=dict)


class Todos:
    """`now`: the server's clock. `forget`: delta links given out until then are too old (410)."""

    def __init__(self, graph: FakeGraph) -> None:
        self.graph = graph
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.lists: dict[str, List] = {}
        self._numbers = itertools.count(1)
        self._forgotten, self.stale = 0, 410

    def routes(self) -> list[Route]:
        lists = r"/users/([^/]+)/todo/lists"
        return [
            Route("GET", lists, self._lists, ROLES),
            Route("POST", lists, self._make_list, ROLES),
            Route("DELETE", rf"{lists}/([^/]+)", self._drop_list, ROLES),
            Route("GET", rf"{lists}/([^/]+)/tasks/delta", self._delta, ROLES),
            Route("POST", rf"{lists}/([^/]+)/tasks", self._make, ROLES),
            Route("PATCH", rf"{lists}/([^/]+)/tasks/([^/]+)", self._change, ROLES),
            Route("DELETE", rf"{lists}/([^/]+)/tasks/([^/]+)", self._delete, ROLES),
        ]

    # -- by somebody in To Do

    def of(self, user: str) -> list[Task]:
        with self.graph.lock:
            return [task for each in self.lists.values() if each.user == user for task in each.tasks.values() if not task.deleted]

    def edit(self, id: str, **values: object) -> None:
        with self.graph.lock:
            task = next(each.tasks[id] for each in self.lists.values() if id in each.tasks)
            self._put(task, values)

    def remove(self, id: str) -> None:
        with self.graph.lock:
            task = next(each.tasks[id] for each in self.lists.values() if id in each.tasks)
            task.deleted, task.number = True, next(self._numbers)

    def forget(self) -> None:
        self._forgotten = next(self._numbers)

    # -- requests

    def _put(self, task: Task, values: Json) -> None:
        task.shown |= {**values, "lastModifiedDateTime": self.now().isoformat().replace("+00:00", "Z")}
        task.number = next(self._numbers)

    def _list(self, user: str, id: str) -> List:
        found = self.lists.get(id)
        if found is None or found.user != self.graph.user(user).id:
            raise GraphError(404, "ErrorItemNotFound")
        return found

    def _lists(self, asked: Asked, user: str) -> Answer:
        id = self.graph.user(user).id
        mine = [each for each in self.lists.values() if each.user == id]
        return asked.paged([{"id": "tasks", "displayName": "Tasks"}, *({"id": each.id, "displayName": each.name} for each in mine)], default=2)

    def _make_list(self, asked: Asked, user: str) -> Answer:
        made = List(f"L{next(self._numbers)}", self.graph.user(user).id, asked.body["displayName"])
        self.lists[made.id] = made
        return Answer(201, {"id": made.id, "displayName": made.name})

    def _drop_list(self, asked: Asked, user: str, id: str) -> Answer:
        del self.lists[self._list(user, id).id]
        return Answer(204)

    def _delta(self, asked: Asked, user: str, id: str) -> Answer:
        tasks = self._list(user, id).tasks.values()
        since = int(asked.query.get("$deltatoken", 0))
        if since and since < self._forgotten:
            raise GraphError(self.stale, "SyncStateNotFound" if self.stale == 410 else "SyncStateInvalid")
        changed = [each for each in tasks if each.number > since and (since or not each.deleted)]
        shown: list[Json] = [
            {"id": each.id, "@removed": {"reason": "deleted"}} if each.deleted else {"id": each.id, **each.shown} for each in changed
        ]
        link = f"{asked.base_url}{asked.path}?{urlencode({'$deltatoken': next(self._numbers)})}"
        return asked.paged(shown, default=3, delta=link)

    def _make(self, asked: Asked, user: str, id: str) -> Answer:
        its = self._list(user, id)
        task = Task(f"T{next(self._numbers)}", id, {"createdDateTime": self.now().isoformat()}, 0)
        self._put(task, {"status": "notStarted", **asked.body})
        its.tasks[task.id] = task
        return Answer(201, {"id": task.id, **task.shown})

    def _task(self, user: str, list: str, id: str) -> Task:
        task = self._list(user, list).tasks.get(id)
        if task is None or task.deleted:
            raise GraphError(404, "ErrorItemNotFound")
        return task

    def _change(self, asked: Asked, user: str, list: str, id: str) -> Answer:
        task = self._task(user, list, id)
        self._put(task, asked.body)
        return Answer(200, {"id": id, **task.shown})

    def _delete(self, asked: Asked, user: str, list: str, id: str) -> Answer:
        task = self._task(user, list, id)
        task.deleted, task.number = True, next(self._numbers)
        return Answer(204)
