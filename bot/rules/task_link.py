"""An action item that also stands in somebody's own task list: which side's word holds. Pure.

What both sides said last time is the base. Field by field: who has changed it since then is right; where both have, the later change.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date, datetime

from bot.frozen import dataclass

LIST = "NäraVårdGrupp"  # what the list is called
LONGEST = 240  # characters of a title


@dataclass(frozen=True, slots=True)
class TaskState:
    """What a task says. `due` is None where somebody has taken the date away."""

    title: str
    due: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class TaskThere:
    """A task as the list has it. `ref`: the action that it was made for; `at`: when it was changed last (aware UTC)."""

    remote: str
    ref: str
    state: TaskState
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides said last time. Of the title only a sum is kept. `remote` "": somebody has deleted it there."""

    remote: str
    title: int
    due: date | None
    done: bool

    @staticmethod
    def on(remote: str, state: TaskState) -> Agreed:
        return Agreed(remote, sum_of(state.title), state.due, state.done)


def sum_of(title: str) -> int:
    return zlib.crc32(title.encode())


def shortened(text: str) -> str:
    """As much of the text as a title holds."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def merged(base: Agreed | None, ours: TaskState, theirs: TaskState, theirs_later: bool) -> TaskState:
    """What both shall say. `theirs_later`: where both have changed the same, theirs is the later change."""

    def pick(was: object, here: object, there: object, mine: object, other: object) -> object:
        if here == there or (base and there == was):
            return mine
        if base and here == was:
            return other
        return other if theirs_later else mine

    title = pick(base and base.title, sum_of(ours.title), sum_of(theirs.title), ours.title, theirs.title)
    due = pick(base and base.due, ours.due, theirs.due, ours.due, theirs.due)
    done = pick(base and base.done, ours.done, theirs.done, ours.done, theirs.done)
    return TaskState(str(title).strip() or ours.title, due if isinstance(due, date) else ours.due, bool(done))


def disputed(base: Agreed | None, ours: TaskState, theirs: TaskState) -> bool:
    """Whether it matters which side was later."""
    return merged(base, ours, theirs, True) != merged(base, ours, theirs, False)


def read_agreed(text: str) -> dict[str, Agreed]:
    """What `write_agreed` wrote: the action's id -> what was agreed on it."""
    rows = (line.split("\t") for line in text.splitlines())
    return {id: Agreed(remote, int(title), date.fromisoformat(due) if due else None, done == "1") for id, remote, title, due, done in rows}


def write_agreed(agreed: Mapping[str, Agreed]) -> str:
    return "\n".join(
        "\t".join((id, each.remote, str(each.title), each.due.isoformat() if each.due else "", "1" if each.done else "0"))
        for id, each in sorted(agreed.items())
    )
