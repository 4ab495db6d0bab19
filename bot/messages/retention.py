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


@dataclass(frozen=True, slots=True)
class OldRow:
    """How much in one group has been over for long."""

    group: str
    code: str
    actions: int = 0
    minutes: int = 0
    questions: int = 0
    times: int = 0


@dataclass(frozen=True, slots=True)
class OldWords(Message):
    """To who leads them: what in their living groups is erased after that day, in numbers."""

    last: date
    rows: tuple[OldRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsKept(Message):
    """Receipt: what is over in the group is left alone until then."""

    code: str
    until: date


@dataclass(frozen=True, slots=True)
class OldPeople(Message):
    """To the administrators: who has been in no group for long, and is erased after that day."""

    last: date
    people: tuple[str, ...] = ()
