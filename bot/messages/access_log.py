"""What is said of what is kept about a person, and of who has seen what."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Absence, Person


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One who has seen something: a `person`, all who read the channel of `place` ("-": a group whose name the reader may not know),
    or an `account` on the server ("-": the outage sheets).

    None of these: somebody erased since. `code`: of which group it was, "" where that is said already, may not be, or it was of none.
    """

    kinds: tuple[str, ...]
    ways: tuple[str, ...]
    times: int
    last: datetime
    person: str = ""
    place: str = ""
    account: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class SeenOfMe(Message):
    """Who has seen what there is about the reader, the latest first."""

    since: date
    rows: tuple[SeenRow, ...] = ()
    page: int = 0
    more: int = 0  # rows that are not on this page


@dataclass(frozen=True, slots=True)
class SeenOfGroup(Message):
    """Who outside the group has seen something of it. `inside`: how many in it have asked for something themselves."""

    group: str
    code: str
    since: date
    rows: tuple[SeenRow, ...] = ()
    page: int = 0
    more: int = 0
    inside: int = 0


@dataclass(frozen=True, slots=True)
class SeenInPrivate(Message):
    """Asked in a channel by who does not lead the group: what is about oneself is answered in private. `people` lead it."""

    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnDataInPrivate(Message):
    """*Mina uppgifter* in a channel."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A group that the reader is in, or has left. `code` "": who is no longer in it, or is a guest, is not told which."""

    code: str
    role: str
    since: date | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class OwnData(Message):
    """All that is kept about the reader. Of `seen` only the latest; `months` says how long closed groups' words and that log are kept."""

    person: Person
    mails: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    since: date | None = None
    places: tuple[OwnPlace, ...] = ()
    absences: tuple[Absence, ...] = ()
    actions: int = 0
    questions: int = 0
    calendar: bool = False
    seen: tuple[SeenRow, ...] = ()
    more: int = 0
    months: tuple[int, int] = (0, 0)
