"""A meeting's minutes as an employer files them: what is its own part of it, and a register of what is left out."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class RecordRow:
    """Something agreed or said. `words` is "" where they are left out, and `left_out` then says where in the register;
    both are empty where nothing was written, or where the words have been erased since."""

    kind: str  # decision | action | closed | outcome | lesson | point
    number: str = ""  # "B1", "12"
    words: str = ""
    left_out: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    due: date | None = None
    state: str = ""  # of an action
    helped: str = ""
    result: str = ""
    reason: str = ""  # why it is stuck


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the register: what, how much, by which law and why. Never the words."""

    number: int
    kind: str  # as a row's | result | obstacle | present | guest | responsible | leader
    about: str  # "B1", "12"
    words: int
    law: str
    why: str  # patient | relative | other | unknown


@dataclass(frozen=True, slots=True)
class Record:
    """The document. `public`: for everybody; else the full one, which is secret by `law`."""

    code: str
    employer: str
    law: str
    public: bool
    held: date
    starts: datetime
    minutes: int
    made: date
    committee: bool = False
    made_by: str = ""  # "" is a line to fill in
    diary: str = ""  # the number in the register of the authority; "" is a line to fill in
    led_by: str = ""
    present: tuple[str, ...] = ()
    guests: str = ""
    rows: tuple[RecordRow, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordReady(Message):
    """To who asked for it: the documents by the names that their links are made of (`bot.record.link_name`)."""

    code: str
    meeting: date
    employer: str
    public: str
    full: str
    minutes: int  # so long they can be fetched


@dataclass(frozen=True, slots=True)
class NoEmployer(Message):
    """Whose part of the meeting it would be, nobody knows: the asker has no employer here."""


@dataclass(frozen=True, slots=True)
class NotHeld(Message):
    """No meeting was held on that day, or in that week."""

    code: str
    day: date | None = None
    week: int | None = None
