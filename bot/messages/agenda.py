"""What is said about the agenda, what is put aside, and lessons."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action, Escalation, Lesson, Meeting, Point


@dataclass(frozen=True, slots=True)
class Agenda(Message):
    """What to go through, the patient's aim first. Without a meeting: what there would be."""

    group: str
    code: str
    meeting: Meeting | None = None
    aim: str = ""
    done: tuple[Action, ...] = ()  # since last time: did it help?
    due: tuple[Action, ...] = ()
    later: tuple[Action, ...] = ()
    stuck: tuple[Action, ...] = ()
    matters: tuple[tuple[str, str], ...] = ()  # an action, and what is lifted about it: their ids
    points: tuple[Point, ...] = ()  # the patient's own first
    overdue: tuple[str, ...] = ()  # ids
    consent_until: date | None = None  # runs out, or has run out
    red: str = ""  # the red day that the meeting falls on
    committee: bool = False
    lifted: tuple[Escalation, ...] = ()  # a committee's: what waits for its answer, the urgent and oldest first
    answers: tuple[Escalation, ...] = ()  # answers and questions that have come back to the group
    join: str = ""  # where it is joined from afar


@dataclass(frozen=True, slots=True)
class AgendaOver(Message):
    """What the posted agenda turns into when its meeting has ended, or is not held."""

    meeting: Meeting


@dataclass(frozen=True, slots=True)
class PointAdded(Message):
    """Receipt, and (without `change`) in the channel."""

    point: Point
    by: str
    change: str = ""
    code: str = ""
    meeting: Meeting | None = None
    already: bool = False  # it was there before


@dataclass(frozen=True, slots=True)
class PointNoted(Message):
    """Receipt: `point.state` says what became of it: open (again) | taken_up | parked | removed."""

    point: Point
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class LessonSaved(Message):
    """Receipt, and (without `change`) in the channel."""

    lesson: Lesson
    by: str
    change: str = ""
    code: str = ""
    committee: bool = False
