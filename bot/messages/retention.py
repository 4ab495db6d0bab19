"""What is said before a closed group's words are erased."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class Erasure:
    """One group of the notice. `kept_until`: somebody has had it kept longer. `state`: as it is now."""

    group: str
    code: str
    kept_until: date | None = None
    state: str = "closed"


@dataclass(frozen=True, slots=True)
class Erasures(Message):
    """To who led them: the closed groups whose words are erased after that day."""

    last: date
    rows: tuple[Erasure, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupKept(Message):
    """Receipt. Without `until`: it is kept anyway."""

    group: str
    code: str
    until: date | None = None
    change: str = ""
