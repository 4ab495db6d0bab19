"""Which timers each kept object wants. A timer is never set by a command: whatever saves the object, also an undo,
gets it right, because the store replaces the object's timers by these at every save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from bot.model import Kept


class Timer(NamedTuple):
    """`kind` names the function in bot/heartbeat.py; `subject` is the object's id; `due` an aware UTC instant."""

    kind: str
    subject: str
    due: datetime


WANTED: dict[type, list[Callable[[Any, datetime], tuple[Timer, ...]]]] = {}


def wants_timers(kind: type) -> Callable[[Callable[[Any, datetime], tuple[Timer, ...]]], Any]:
    """Decorator: the function says which timers an object of `kind` wants, given the instant now."""

    def register(function: Callable[[Any, datetime], tuple[Timer, ...]]) -> Any:
        WANTED.setdefault(kind, []).append(function)
        return function

    return register


def timers_of(thing: Kept, now: datetime) -> tuple[Timer, ...]:
    """All timers the object wants as it is now. Past moments are allowed: they fall due at once."""
    return tuple(timer for function in WANTED.get(type(thing), ()) for timer in function(thing, now))
