"""What is said about the consent to share, its end, and what then no longer leaves the group."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Escalation


@dataclass(frozen=True, slots=True)
class ConsentCard(Message):
    """The consent as it is now. `stage`: none | holds | soon (runs out) | over (has run out)."""

    group: str
    stage: str = "none"
    until: date | None = None
    organisations: tuple[str, ...] = ()
    given_by: str = "patient"
    given_on: date | None = None
    form_kept: str = ""


@dataclass(frozen=True, slots=True)
class ConsentSaved(Message):
    """Receipt. `outside`: members whose own organisation was not named. `default`: the organisations were not said."""

    group: str
    until: date
    organisations: tuple[str, ...]
    change: str
    given_by: str = "patient"
    form_kept: str = ""
    outside: tuple[str, ...] = ()
    default: bool = False
    prolonged: str = ""  # "holding": from the end of the one that held · "from_today": none did


@dataclass(frozen=True, slots=True)
class ConsentNotice(Message):
    until: date
    organisations: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Message):
    """Receipt (`change`), and the post in the channel (`by`). `lifted`: how many matters lie with others, now without a name."""

    code: str
    lifted: int = 0
    change: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class OnlyCareGroups(Message):
    """Said in a committee: consent and first meetings are for groups around a patient."""


@dataclass(frozen=True, slots=True)
class NotShared(Message):
    """To the body: the group shares nothing now, so it can be answered, but not asked, and the matter goes no further."""

    matter: Escalation
