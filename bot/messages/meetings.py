"""What is said about meetings: when they are, that they begin and end, and what came of them.

A message that is both the asker's receipt and the post in the channel has `change` (for Ångra) in the receipt only.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action, Decision, Escalation, Lesson, Meeting, Point
from bot.rules.next_meeting import Rule

# --- when they are ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingsScheduled(Message):
    """A new rhythm, with its first meetings. `by_hand`: those moved by hand, which stay where they are."""

    rule: Rule
    first: tuple[Meeting, ...]
    by: str
    change: str = ""
    code: str = ""
    was: Rule | None = None
    before_stay: bool = False  # it begins later: the meetings until then are as they were
    default_length: bool = False  # no length was said
    by_hand: tuple[Meeting, ...] = ()
    only: tuple[tuple[str, datetime], ...] = ()  # (ref, moment): perhaps one single meeting was meant


@dataclass(frozen=True, slots=True)
class MeetingAdded(Message):
    """One meeting outside the rhythm."""

    meeting: Meeting
    by: str
    change: str = ""
    code: str = ""
    default_length: bool = False
    red: str = ""  # the name of the red day it falls on
    alternatives: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingMoved(Message):
    """One meeting has another time. `alternatives`: (ref, moment) pairs of other likely times."""

    meeting: Meeting
    was: datetime
    by: str
    change: str = ""
    code: str = ""
    red: str = ""
    alternatives: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingsCancelled(Message):
    """These meetings are not held. `ended`: the rhythm has come to its end too."""

    meetings: tuple[Meeting, ...]
    by: str
    change: str = ""
    code: str = ""
    reason: str = ""
    following: Meeting | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class MeetingExtended(Message):
    meeting: Meeting
    minutes: int
    by: str
    change: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class NoSuchMeeting(Message):
    """No meeting then, or none at all (`coming` empty)."""

    day: date | None = None
    week: int | None = None
    coming: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingAlready(Message):
    """It is so already: there is a meeting at that very time."""

    meeting: Meeting


@dataclass(frozen=True, slots=True)
class RedDay(Message):
    """Two weeks before a meeting on a red day or an eve."""

    meeting: Meeting
    day_name: str  # what it is called
    planned: datetime


# --- the meeting itself -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingStarted(Message):
    """Receipt. `extra`: none was planned today. `early`: minutes before its time (negative: after)."""

    meeting: Meeting
    change: str
    code: str = ""
    early: int = 0


@dataclass(frozen=True, slots=True)
class AlreadyLive(Message):
    """Somebody else was first (`meeting.led_by`)."""

    meeting: Meeting
    code: str = ""


@dataclass(frozen=True, slots=True)
class JustEnded(Message):
    """A meeting is to be started though one ended a little while ago and none is planned: open it again, or start another?"""

    meeting: Meeting
    code: str = ""


@dataclass(frozen=True, slots=True)
class NoLiveMeeting(Message):
    """Nothing is going on: `last` has ended and may perhaps be opened again."""

    group: str
    coming: Meeting | None = None
    last: Meeting | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class LiveMeeting(Message):
    """The one card of a meeting that is going on: it grows as the group writes."""

    meeting: Meeting
    present: tuple[str, ...] = ()
    aim: str = ""
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    closed: tuple[Action, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    points: tuple[Point, ...] = ()
    parked: tuple[Point, ...] = ()
    lifted: tuple[Escalation, ...] = ()  # to a committee: what waits for its answer


@dataclass(frozen=True, slots=True)
class AttendanceNoted(Message):
    meeting: Meeting
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class MeetingEnded(Message):
    """Receipt. `owners` have been sent lists of their own."""

    meeting: Meeting
    owners: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class MinutesCorrected(Message):
    """In the channel, when a meeting opened again is ended again."""

    meeting: Meeting


@dataclass(frozen=True, slots=True)
class MeetingReopened(Message):
    """Receipt, and in the channel."""

    meeting: Meeting
    by: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class CannotReopen(Message):
    """`why`: later (the next one has begun) | none (no meeting has been held)."""

    why: str
    later: Meeting | None = None
    code: str = ""


# --- what came of it --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Minutes(Message):
    """What was agreed at a meeting. `open` while it may still be opened again for correction."""

    meeting: Meeting
    code: str = ""
    open: bool = True
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    closed: tuple[Action, ...] = ()
    evaluated: tuple[Action, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    taken_up: tuple[Point, ...] = ()
    left: tuple[Point, ...] = ()
    parked: tuple[Point, ...] = ()
    following: Meeting | None = None


@dataclass(frozen=True, slots=True)
class MinutesCopy(Message):
    """The same as plain lines to paste into one's own records."""

    minutes: Minutes
    aim: str = ""


@dataclass(frozen=True, slots=True)
class OwnList(Message):
    """After a meeting: what one person has to do. `agreed_now` at it, and `before` it."""

    meeting: Meeting
    code: str  # "" where no mail may say which group it is
    agreed_now: tuple[Action, ...] = ()
    before: tuple[Action, ...] = ()
    decisions: tuple[Decision, ...] = ()  # with what follows: only for who is reached by mail
    following: Meeting | None = None
    contact: str = ""
    phone: str = ""
    matters: tuple[tuple[str, str], ...] = ()  # an action, and what is lifted about it: their ids


@dataclass(frozen=True, slots=True)
class NoMinutes(Message):
    """No meeting has been held yet, or not for a long time."""

    code: str = ""
    coming: Meeting | None = None
