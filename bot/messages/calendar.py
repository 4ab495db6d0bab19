"""What calendars are told, and where one finds one's own."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.calendar_event import Event, Moved


@dataclass(frozen=True, slots=True)
class CalendarEvent(Message):
    """An invitation, and what stands in a calendar. `moved` and `cancelled` are those still to come."""

    event: Event
    code: str = ""  # "" while nobody is to know which group it is
    committee: bool = False
    moved: tuple[Moved, ...] = ()
    cancelled: tuple[datetime, ...] = ()
    contact: str = ""  # whom a guest turns to
    phone: str = ""
    left: bool = False  # the reader is no longer invited
    once: bool = False  # the reader is a guest of this meeting alone


@dataclass(frozen=True, slots=True)
class CalendarLink(Message):
    """The secret link to a calendar. `whose`: as `bot.calendar.feed_name` writes it; `own`: the asker's, of all groups."""

    whose: str
    ref: str  # for the button: "@anna", "tall"
    code: str = ""
    own: bool = True
    may_renew: bool = True
    fresh: bool = False  # just made: the one before is dead


@dataclass(frozen=True, slots=True)
class CalendarLinkNotYours(Message):
    """Who leads the group gives it a new link."""

    people: tuple[str, ...] = ()
