"""One's own action items in one's own task list (To Do), for who has asked for it: both ways.

Every few minutes the two are compared and made to say the same (`rules/task_link.py`). What was done there is done here as if the
owner had written it, with the list named in the fact. Nothing is sent but what is asked for outside by the timer, each time from what
both sides say just then: so it may be killed at any moment, and whoever tries again goes on. Only while the group's consent holds.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot import actions, guarding
from bot.ask import Ask, due_day
from bot.incoming import Incoming, Place
from bot.keys import key
from bot.messages import todo as say
from bot.model import Action, Kept, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.consent import sharing_allowed
from bot.rules.reading import Reading
from bot.rules.task_link import Agreed, TaskState, TaskThere, disputed, merged, read_agreed, shortened, write_agreed
from bot.rules.work_calendar import local
from bot.timers import Timer, wants_timers

Result = Outcome | Need

EACH = timedelta(minutes=10)  # so often the two are compared
SHUT = timedelta(minutes=30)  # after the list could not be reached
PATIENCE = timedelta(minutes=5)  # so long one comparison is tried
JUST = timedelta(hours=1)  # since it was asked for: who has waited longer has seen it there
DONE_FOR = timedelta(weeks=2)  # so long what is done can still be opened again in the list
LIVING = ("starting", "active", "paused")


def link(ask: Ask) -> Result:
    """`koppla todo`: my action items stand in my own To Do too."""
    if "tasks" not in ask.snapshot.connected or not any(each.startswith("teams:") for each in ask.me.identities):
        return ask.say(say.TodoNotHere())
    if ask.me.todo:
        return ask.say(say.TodoLinked(already=True))
    fact = Fact("todo_linked", "", f"@{ask.me.id}", ask.me.id)
    return Outcome(Say(say.TodoLinked(ask.turn)), save=(replace(ask.me, todo=True, todo_at=ask.now),), facts=(fact,))


def unlink(ask: Ask) -> Result:
    """`koppla bort todo`: they are taken away there."""
    if not ask.me.todo:
        return ask.say(say.TodoUnlinked(already=True))
    fact = Fact("todo_unlinked", "", f"@{ask.me.id}", ask.me.id)
    return Outcome(Say(say.TodoUnlinked(ask.turn)), save=(replace(ask.me, todo=False, todo_at=ask.now),), facts=(fact,))


@wants_timers(Person)
def todo_timer(person: Person, now: datetime) -> tuple[Timer, ...]:
    wanted = person.state == "active" and (person.todo or person.todo_base) and person.todo_at
    return (Timer("todo", f"@{person.id}", person.todo_at),) if wanted and person.todo_at else ()


def compare(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Make a person's list and the action items say the same."""
    me = snapshot.people.get(timer.subject[1:])
    if me is None or not (me.todo or me.todo_base) or me.state != "active":
        return Outcome()
    agreed = read_agreed(me.todo_base)
    known = look(snapshot, me, agreed)
    if isinstance(known, Need):
        return known
    hopeful = now < timer.due + PATIENCE  # else it is begun anew, later
    reading = f"outside tasks read @{me.id}"
    if reading not in snapshot.found:
        return Need((reading,)) if "tasks" in snapshot.connected and hopeful else later(me, now)
    there: tuple[TaskThere, ...] | None = snapshot.found[reading]
    if there is None:
        return out_of_reach(me, timer, snapshot, now)
    found = differences(snapshot, me, known, agreed, there, now)
    if isinstance(found, Need):
        return found
    fresh, writes, inbound = found
    made: dict[str, str] = {}
    if writes:
        writing = f"outside tasks write @{me.id} {json.dumps(writes, ensure_ascii=False)}"
        if writing not in snapshot.found:
            return Need((writing,)) if hopeful else later(me, now)
        if snapshot.found[writing] is None:
            return later(me, now)
        made = snapshot.found[writing]
    for op, id, _, *values in writes:
        if op == "create" and id in made:
            action = known[id]
            fresh[id] = Agreed.on(made[id], state_of(action, me, snapshot, now) or TaskState(values[0], None, False))
    outcome = taken_in(snapshot, me, inbound, timer, now)
    changed = next((each for each in outcome.save if each.id == me.id and isinstance(each, Person)), me)
    kept = tuple(each for each in outcome.save if each is not changed)
    saved = replace(changed, todo_base=write_agreed(fresh), todo_at=now + EACH)
    return replace(outcome, save=(*kept, saved), command="todo")


Changed = tuple[Action, TaskState, TaskState]
"""An action that was changed in the list: what it said of it before, and what it says now."""


def differences(
    snapshot: Snapshot, me: Person, known: dict[str, Action], agreed: dict[str, Agreed], there: tuple[TaskThere, ...], now: datetime
) -> tuple[dict[str, Agreed], list[list[Any]], list[Changed]] | Need:
    """What both sides then agree on by action, what is to be written in the list, and what was changed there."""
    by_remote, by_ref = {each.remote: each for each in there}, {each.ref: each for each in reversed(there) if each.ref}
    fresh: dict[str, Agreed] = {}
    writes: list[list[Any]] = []
    inbound: list[tuple[Action, TaskState, TaskState]] = []
    for id in sorted({*known, *agreed}):
        action, base = known.get(id), agreed.get(id)
        ours = state_of(action, me, snapshot, now) if action else None
        theirs = by_remote.get(base.remote) if base else by_ref.get(id)
        if ours is None or action is None:
            writes += [["delete", id, theirs.remote]] if theirs else []
        elif theirs is None and base:  # deleted there: that is nobody's business here, and it is not made again
            fresh |= {id: replace(base, remote="")} if not ours.done else {}
        elif theirs is None:
            writes += [["create", id, "", *plain(ours)]] if not ours.done else []
        elif not (ours.done and base is None and theirs.state.done):
            final = one_of_both(snapshot, action, base, ours, theirs)
            if isinstance(final, Need):
                return final
            if final != ours:
                inbound.append((action, ours, final))
            if final != theirs.state:
                writes.append(["update", id, theirs.remote, *plain(final)])
            fresh[id] = Agreed.on(theirs.remote, final)
    return fresh, writes, inbound


def one_of_both(snapshot: Snapshot, action: Action, base: Agreed | None, ours: TaskState, theirs: TaskThere) -> TaskState | Need:
    """What both are to say: where both have changed the same, the later wins. What is not let in stays out."""
    later_there = False
    if disputed(base, ours, theirs.state):
        if (wanted := f"history {action.id}") not in snapshot.found:
            return Need((wanted,))
        later_there = theirs.at > max((each.at for each in snapshot.found[wanted]), default=action.at)
    final = merged(base, ours, theirs.state, later_there)
    return final if guarding.lets_in(snapshot, action.group, final.title) else replace(final, title=ours.title)


def look(snapshot: Snapshot, me: Person, agreed: dict[str, Agreed]) -> dict[str, Action] | Need:
    """The open actions that she owns, and those that stand in her list."""
    wanted = f"owned @{me.id}"
    if wanted not in snapshot.found:
        return Need((wanted,))
    known: dict[str, Action] = {each.id: each for each in snapshot.found[wanted]}
    if missing := tuple(f"id {id}" for id in agreed if id not in known and f"id {id}" not in snapshot.found):
        return Need(missing)
    return known | {id: found for id in agreed if id not in known and isinstance(found := snapshot.found[f"id {id}"], Action)}


def state_of(action: Action, me: Person, snapshot: Snapshot, now: datetime) -> TaskState | None:
    """What her list shall say of it; None where it shall not stand there."""
    view = snapshot.views.get(action.group)
    if not me.todo or view is None or me.id not in action.owners or action.state in ("cancelled", "undone"):
        return None
    if view.role_of(me.id) is None or view.group.state not in LIVING or not sharing_allowed(view.group, local(now).date()):
        return None
    done = action.state == "done" or (action.each and me.id in action.done_by)
    if action.closed_at and action.closed_at + DONE_FOR < now:
        return None
    return TaskState(shortened(action.text), due_day(action.due), done)


def plain(state: TaskState) -> list[Any]:
    return [state.title, state.due.isoformat() if state.due else "", state.done]


def later(me: Person, now: datetime) -> Outcome:
    return Outcome(save=(replace(me, todo_at=now + SHUT),), command="todo")


def out_of_reach(me: Person, timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """There is no such list, or we are not let in: it is looked for again later. Who has just asked for it need not wait for what does not come."""
    if not me.todo or me.todo_base:
        return later(me, now)
    if (wanted := f"history @{me.id}") not in snapshot.found:
        return Need((wanted,))
    if not any(each.fact.kind == "todo_linked" and each.at > now - JUST for each in snapshot.found[wanted]):
        return later(me, now)
    post = Post(f"@{me.id}", f"todo:{timer.due.isoformat()}", say.TodoNotHere())
    return Outcome(save=(replace(me, todo=False, todo_at=now),), facts=(Fact("todo_unlinked", "", f"@{me.id}"),), posts=(post,), command="todo")


def taken_in(snapshot: Snapshot, me: Person, changes: list[Changed], timer: Timer, now: datetime) -> Outcome:
    """What was changed in the list, as if she had written it to the bot alone."""
    saved: dict[str, Kept] = {}
    facts: list[Fact] = []
    posts: list[Post] = []
    snapshot = replace(snapshot, asker=me)
    for action, ours, final in changes:
        ask = Ask(
            snapshot, Incoming(f"todo {timer.due.isoformat()} {action.id}", me.id, Place("todo", person=me.id)),
            Reading("change", id=action.number), now, action.group,
        )  # fmt: skip
        steps: list[tuple[Any, dict[str, Any]]] = []
        if ours.done and not final.done:
            steps.append((actions.reopen, {}))
        if final.title != ours.title:
            steps.append((actions.change, {"text": final.title}))
        if final.due != ours.due:
            steps.append((actions.change, {"due": final.due}))
        if final.done and not ours.done:
            steps.append((actions.done, {}))
        for run, values in steps:
            outcome = run(replace(ask, snapshot=snapshot).with_reading(**values))
            if isinstance(outcome, Outcome):
                for thing in outcome.save:
                    snapshot = snapshot.having(thing)
                    saved[key(thing)] = thing
                facts += [replace(each, detail={**each.detail, "from": "todo"}) for each in outcome.facts]
                posts += outcome.posts
    return Outcome(save=tuple(saved.values()), facts=tuple(facts), posts=tuple(posts))


TIMERS = {"todo": compare}
