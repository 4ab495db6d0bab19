"""What is found when the bot looks outside: times that suit, people in the directory."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.next_meeting import Rule


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A weekly time to choose. `missing`: who cannot come the first time; `later`: who not one of the next, and when."""

    rule: Rule
    first: datetime
    missing: tuple[str, ...] = ()
    later: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class LookingForTimes(Message):
    """Receipt: people's calendars are looked at, and the answer comes in private."""

    code: str


@dataclass(frozen=True, slots=True)
class TimesSuggested(Message):
    """Weekly times that suit the group. `looked`: calendars | known (none is connected) | unread (they could not be read).

    `unseen`: whose calendar could not be looked into, where the others' could.
    """

    code: str
    times: tuple[TimeFound, ...] = ()
    minutes: int = 30
    looked: str = "known"
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadLength(Message):
    """No weekly meeting is so long, or so short."""


@dataclass(frozen=True, slots=True)
class PeopleFound(Message):
    """To who named somebody the group does not have: whom the directory has by that name, as (ref, name, address)."""

    code: str
    word: str
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class LookingForMeeting(Message):
    """Receipt: the calendar is looked through for a meeting of that name."""

    title: str


@dataclass(frozen=True, slots=True)
class MeetingNotTaken(Message):
    """Nothing in a calendar can be taken over. `why`: no_calendar | no_rhythm | no_title | not_found | unread"""

    why: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class MeetingTaken(Message):
    """In the channel: the group's meetings stand in a meeting that was in the calendar before."""

    title: str
    by: str
