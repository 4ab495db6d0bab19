"""What reminds: the morning's bundle, the nudge before a clock time, and the one question about the right owner."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action


@dataclass(frozen=True, slots=True)
class Row:
    """One action in a bundle, with its group's code name and whether it needs anything still."""

    code: str
    action: Action
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Reminder(Message):
    """The one reminder of a person's working day, over all groups. All of it is drawn anew as rows are dealt with."""

    day: date
    overdue: tuple[Row, ...] = ()
    today: tuple[Row, ...] = ()
    soon: tuple[Row, ...] = ()  # due before the next working day
    later: tuple[Row, ...] = ()  # moved there since
    checks: tuple[Row, ...] = ()  # unanswered by their owners: is it the right owner?


@dataclass(frozen=True, slots=True)
class Nudge(Message):
    """An hour before a clock time."""

    row: Row
