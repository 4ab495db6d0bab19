"""What is said about somebody's being away."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action


@dataclass(frozen=True, slots=True)
class AwayPart:
    """What happens in one group meanwhile: `count` actions fall due; the deputy takes them, or `told` is told of them."""

    code: str
    count: int
    deputy: bool
    told: str = ""


@dataclass(frozen=True, slots=True)
class AwaySaved(Message):
    """Receipt. `deputy_away`: that one is away too in (first, last), so nobody stands in yet."""

    absence: str
    first: date
    last: date
    deputy: str
    change: str
    parts: tuple[AwayPart, ...] = ()
    deputy_away: tuple[str, date, date] | None = None


@dataclass(frozen=True, slots=True)
class AwayMissing(Message):
    """`what`: from_until | until | self_deputy. A form asks for the rest."""

    what: str = "from_until"


@dataclass(frozen=True, slots=True)
class NotAway(Message):
    """`tillbaka`, but no absence is known."""


@dataclass(frozen=True, slots=True)
class AwayMoved(Message):
    """Receipt of `tillbaka på måndag`: the last day is another."""

    first: date
    last: date
    change: str


@dataclass(frozen=True, slots=True)
class WelcomeBack(Message):
    """Receipt of `tillbaka`."""

    change: str
    deputy: str = ""
    cancelled: bool = False  # it had not begun


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One row: an action and its group's code name. `waits`: it is still to be done; `matter`: what is lifted about it."""

    code: str
    action: Action
    waits: bool = True
    matter: str = ""


@dataclass(frozen=True, slots=True)
class DeputyCard(Message):
    """To the deputy, once: what is theirs meanwhile."""

    person: str
    until: date
    rows: tuple[HandedRow, ...] = ()
    elsewhere: int = 0  # actions in groups the deputy is not in
    over: bool = False


@dataclass(frozen=True, slots=True)
class UncoveredCard(Message):
    """To the contact person, once: what falls due meanwhile and has nobody. `deputy` is not in the group, or is away."""

    person: str
    until: date
    rows: tuple[HandedRow, ...] = ()
    deputy: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class BackCard(Message):
    """To whoever comes back: what is theirs again, and what got done meanwhile."""

    deputy: str
    rows: tuple[HandedRow, ...] = ()
    done: tuple[HandedRow, ...] = ()
