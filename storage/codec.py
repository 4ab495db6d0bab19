"""Our own values to JSON text and back, exactly: `decode(encode(x)) == x`, types included.

JSON's own values and tuples (as arrays) stay readable; all else is an object with one telling key:
`{"date": ...}`, `{"set": [...]}`, `{"is": "Action", "has": {...}}`. Only known classes are made again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import ModuleType
from typing import Any

import bot.cards
import bot.forms
import bot.incoming
import bot.messages
import bot.model
import bot.outcome
import bot.rules.calendar_event
import bot.rules.digest_contents
import bot.rules.reading
import bot.timers
from bot.messages import Message
from bot.messages.base import name_of

MODULES = (bot.model, bot.rules.calendar_event, bot.rules.digest_contents, bot.rules.reading, bot.forms, bot.outcome, bot.incoming, bot.cards, bot.timers)


class UnknownClass(Exception):
    """A class that is not ours, or no longer is: it cannot be written down or made again."""


_classes: dict[str, type] = {}
_names: dict[type, str] = {}
_fields: dict[type, tuple[str, ...]] = {}


def register(kind: type) -> type:
    """Make a dataclass known under its own name (also as a decorator). ValueError if the name is taken."""
    if _classes.setdefault(kind.__name__, kind) is not kind:
        raise ValueError(f"two classes are called {kind.__name__}")
    return kind


def _register_all() -> None:
    for module in MODULES:
        for value in tuple(vars(module).values()):
            if _ours(value):
                register(value)
    # what only messages are made of goes by its module's name too
    for module in tuple(vars(bot.messages).values()):
        for value in tuple(vars(module).values()) if isinstance(module, ModuleType) else ():
            if _ours(value) and value.__module__ == module.__name__:
                _names[value] = f"{module.__name__.rpartition('.')[2]}.{value.__name__}"
                _classes[_names[value]] = value


def _ours(value: Any) -> bool:
    return isinstance(value, type) and dataclasses.is_dataclass(value) and not issubclass(value, Message)


_register_all()


def _name(kind: type) -> str:
    name = _names.get(kind)
    if name is None:
        # messages have a name space of their own: a message may be called like the object it tells of
        name = f"message {name_of(kind)}" if issubclass(kind, Message) else kind.__name__
        if _class(name) is not kind:
            raise UnknownClass(f"{kind.__module__}.{kind.__name__} is not known to the codec")
        _names[kind] = name
    return name


def _class(name: str) -> type:
    space, _, message = name.partition(" ")
    found = Message.registry.get(message) if space == "message" else _classes.get(name)
    if found is None:
        raise UnknownClass(f"no class is called {name!r}")
    return found


def _fields_of(kind: type) -> tuple[str, ...]:
    fields = _fields.get(kind)
    if fields is None:
        fields = _fields[kind] = tuple(f.name for f in dataclasses.fields(kind) if f.init)
    return fields


def to_plain(value: Any) -> Any:
    """The value as what `json` can write."""
    kind = type(value)
    if kind in _AS_IS:
        return value
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        writer = _WRITERS[kind] = _writer(kind)
        return writer(value)
    if isinstance(value, Mapping):
        return _WRITERS[dict](value)
    raise UnknownClass(f"{kind.__module__}.{kind.__name__} is not known to the codec")


def _writer(kind: type) -> Callable[[Any], Any]:
    """What writes the objects of one class, field by field, and most fields are text or numbers as they are."""
    has = ", ".join(f"{name!r}: v if (v := value.{name}).__class__ in as_is else to_plain(v)" for name in _fields_of(kind))
    known = {"as_is": _AS_IS, "to_plain": to_plain, "name": _name(kind)}
    made: Callable[[Any], Any] = eval(f'lambda value: {{"is": name, "has": {{{has}}}}}', known)  # nosec B307  # of our own fields' names
    return made


_AS_IS = frozenset((type(None), str, bool, int, float))
_WRITERS: dict[type, Callable[[Any], Any]] = {
    tuple: lambda value: [to_plain(each) for each in value],
    datetime: lambda value: {"datetime": value.isoformat()},
    date: lambda value: {"date": value.isoformat()},
    time: lambda value: {"time": value.isoformat()},
    timedelta: lambda value: {"seconds": [value.days, value.seconds, value.microseconds]},
    frozenset: lambda value: {"set": sorted((to_plain(each) for each in value), key=repr)},
    list: lambda value: {"list": [to_plain(each) for each in value]},
    dict: lambda value: {"map": [[to_plain(k), to_plain(v)] for k, v in value.items()]},
}


def from_plain(plain: Any) -> Any:
    """The other way. Fields that a class no longer has are left out; new ones get their defaults."""
    if isinstance(plain, list):
        return tuple(from_plain(each) for each in plain)
    if not isinstance(plain, dict):
        return plain
    if "is" in plain:
        kind = _class(plain["is"])
        fields = _fields_of(kind)
        return kind(**{name: from_plain(value) for name, value in plain["has"].items() if name in fields})
    ((what, value),) = plain.items()
    match what:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "time":
            return time.fromisoformat(value)
        case "seconds":
            return timedelta(*value)
        case "set":
            return frozenset(from_plain(each) for each in value)
        case "list":
            return [from_plain(each) for each in value]
        case "map":
            return {from_plain(k): from_plain(v) for k, v in value}
    raise UnknownClass(f"no value is written as {what!r}")


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: Any) -> str:
    """The value as JSON text. UnknownClass names what cannot be written."""
    return "[]" if value == () else _write(to_plain(value))


def decode(text: str) -> Any:
    """The value that `encode` wrote. UnknownClass names what cannot be made again."""
    return from_plain(json.loads(text))
