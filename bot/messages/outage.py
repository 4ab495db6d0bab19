"""What is printed for the day when everything is down."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.messages.groups import AwayRow
from bot.model import Action, Escalation
from bot.rules.next_meeting import Rule


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the staff, and how they are reached without any computer. `role`: contact_person | stand_in | facilitator | chair | member."""

    person: str
    role: str
    organisation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OutagePage(Message):
    """One group on paper. `shared`: a consent holds, so that people's own words may lie in a folder outside the group."""

    code: str
    shared: bool = True
    aim: str = ""
    meeting: datetime | None = None
    schedule: Rule | None = None
    seats: tuple[Seat, ...] = ()
    away: tuple[AwayRow, ...] = ()
    guests: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    overdue: tuple[str, ...] = ()  # ids of the actions that are
    matters: tuple[Escalation, ...] = ()  # lifted, not settled
    mandate: str = ""
