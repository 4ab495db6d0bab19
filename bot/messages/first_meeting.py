"""What is said in and around the guided first meeting."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.next_meeting import Rule


@dataclass(frozen=True, slots=True)
class FirstMeeting(Message):
    """The guide: each step with what is filled in, or the button that fills it in. `left`: steps still to do."""

    group: str
    code: str
    left: int = 0
    aim: str = ""
    contact_person: str = ""
    care_contact: str = ""
    care_plan: str = ""
    consent_until: date | None = None
    organisations: tuple[str, ...] = ()
    schedule: Rule | None = None
    meeting: datetime | None = None


@dataclass(frozen=True, slots=True)
class FirstMeetingShown(Message):
    """Receipt: the guide is in the group's channel."""

    code: str


@dataclass(frozen=True, slots=True)
class CarePlanSaved(Message):
    """Receipt: the fixed care contact and the coordinated individual plan."""

    group: str
    care_contact: str
    care_plan: str
    change: str


@dataclass(frozen=True, slots=True)
class CarePlanNotice(Message):
    care_contact: str
    care_plan: str
    by: str


@dataclass(frozen=True, slots=True)
class ConsentRefused(Message):
    """The answer is no: what happens then, and *Ja, glöm*. `has_met`: it has held meetings, so it is not forgotten by a tap."""

    group: str
    code: str
    actions: int = 0
    decisions: int = 0
    has_met: bool = False
    leads: tuple[str, ...] = ()  # who can do it, where the asker cannot


@dataclass(frozen=True, slots=True)
class GroupForgotten(Message):
    """Receipt: the group is being erased; the next person in turn is one tap away."""

    code: str
