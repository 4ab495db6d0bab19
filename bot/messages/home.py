"""*Min sida*: each person's own page."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.messages.digests import WeeklyOverview
from bot.model import Action, Escalation, Meeting, Person, Question


@dataclass(frozen=True, slots=True)
class Todo:
    """One action of one's own. `late`: its time has passed. `matter`: as what its obstacle is lifted, if it is."""

    code: str
    action: Action
    late: bool = False
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for one's answer."""

    code: str
    question: Question


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A group one is in: when it meets next, and whether it meets now."""

    group: str
    code: str
    role: str
    meeting: datetime | None = None
    live: Meeting | None = None
    rests: bool = False
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """A committee one sits in, and what waits for its answer."""

    name: str
    matters: tuple[Escalation, ...] = ()
    late: tuple[str, ...] = ()  # ids
    more: int = 0


@dataclass(frozen=True, slots=True)
class Home(Message):
    """What waits for this person first, then what is good to know. A part with nothing in it is left out."""

    person: Person
    live: tuple[OwnGroup, ...] = ()
    questions: tuple[Asked, ...] = ()
    now_due: tuple[Todo, ...] = ()  # overdue, or due before one's next working day is over
    later: tuple[Todo, ...] = ()
    more: int = 0  # actions that were left out
    bodies: tuple[Body, ...] = ()
    overview: WeeklyOverview | None = None
    groups: tuple[OwnGroup, ...] = ()
