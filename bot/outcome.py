"""What a decision leads to. All of it is committed together, or none of it.

Timers are not listed here: each saved object says itself which it wants (`bot/timers.py`). Nor are redraws: the store
knows which cards show which objects, and asks the postman to draw those anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from bot.forms import Form
from bot.frozen import dataclass
from bot.messages import Message
from bot.model import Kept


@dataclass(frozen=True, slots=True)
class Say:
    """Answer the asker alone, in the acknowledgement."""

    message: Message
    note: Message | None = None  # a line more, above the buttons


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form, shown to the asker. `said`: what was saved just before, in a form that stays open."""

    form: Form
    said: Message | None = None


@dataclass(frozen=True, slots=True)
class FormErrors:
    """The form stays open; each field says what to write instead."""

    errors: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing to say (ordinary talk that was merely overheard)."""


@dataclass(frozen=True, slots=True)
class Need:
    """Decide again with more in view. `what` is a question the store can answer (see `storage/store.py`):
    "id tall:12" · "change <id>" · "newest change" · "person <id>" · "group <id>" · "meeting tall:2026-12-01" · "search tall words".
    """

    what: tuple[str, ...]


Answer = Say | OpenForm | FormErrors | Silent


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the log: ids, kinds and times only, never free text."""

    kind: str  # "action_added"
    group: str = ""
    subject: str = ""  # the id of what it is about
    person: str = ""  # who did it
    detail: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """Place `to` must show `subject`. `to` is a group id (all its channels), "@person" (private chat) or an address.

    With `message` the words are fixed now (a notice of what happened); without it the card is drawn from the state of
    things whenever it is shown (`bot/cards.py`), so that it stays true.
    """

    to: str
    subject: str
    message: Message | None = None
    useful_until: datetime | None = None  # after that instant it is not sent at all
    once: bool = False  # where the subject is shown already, it is only drawn anew


@dataclass(frozen=True, slots=True)
class Outcome:
    answer: Answer = Silent()
    save: tuple[Kept, ...] = ()
    facts: tuple[Fact, ...] = ()
    posts: tuple[Post, ...] = ()
    undo_until: datetime | None = None  # set by decide from the table of commands
    undone: str = ""  # the id of a change that this outcome undoes
    erase: str = ""  # the id of a group to erase for good, instead of keeping anything; only from a timer
    command: str = ""
    unsaid: bool = False  # the line is not to be remembered, not even as a mark of it
