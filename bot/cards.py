"""Cards: what a place shows of a subject, drawn from the state of things each time it is shown.

A subject reads "kind:rest". Its function gets the rest, the snapshot, and the reader, and returns what to show, or
`Need` to be called again with more in view. `holds` are the objects it shows: when one of them changes, the store has
the card drawn anew in every place it was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Snapshot
from bot.outcome import Need


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will see the card: a person in private, or all in a group's channel (`person` empty)."""

    person: str = ""
    group: str = ""  # the group whose channel it is; "" elsewhere
    address: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    message: Message
    holds: tuple[str, ...] = ()  # keys ("Action tall:12") of the objects shown


Draw = Callable[[str, Snapshot, Reader, datetime], Drawn | Need]
CARDS: dict[str, Draw] = {}


def card(kind: str) -> Callable[[Draw], Draw]:
    """Decorator: the function draws subjects of that kind."""

    def register(function: Draw) -> Draw:
        CARDS[kind] = function
        return function

    return register


def draw(subject: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """Draw a subject for a reader. `now` is an aware UTC instant. KeyError for an unknown kind."""
    kind, _, rest = subject.partition(":")
    return CARDS[kind](rest, snapshot, reader, now)
