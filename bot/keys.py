"""The key of a kept object: its kind and id in one word, unique over all kinds ("Action tall:12")."""

from __future__ import annotations

import zlib
from dataclasses import fields
from hashlib import blake2s

from bot.model import Kept


def key(thing: Kept) -> str:
    return f"{type(thing).__name__} {thing.id}"


def keys_of(*things: Kept) -> tuple[str, ...]:
    """The keys of several, each once."""
    return tuple(dict.fromkeys(key(thing) for thing in things))


def groups_in(subject: str) -> str:
    """The group that a subject id such as "tall:12" belongs to; "" for a person's ("@anna", "@anna:2027-07-01")."""
    return "" if subject.startswith("@") else subject.partition(":")[0]


def person_in(subject: str) -> str:
    """The person that "@anna:2027-07-01" belongs to; "" for a group's."""
    return subject[1:].partition(":")[0] if subject.startswith("@") else ""


def turn_id(event: str) -> str:
    """The id of the turn that an event leads to, and of the change it makes: the same event, the same id."""
    return blake2s(event.encode(), digest_size=8).hexdigest()


def stamp(thing: Kept) -> int:
    """What a form shows of a thing, in one number: differs when somebody has changed the thing meanwhile."""
    return stamp_on(*[getattr(thing, each.name) for each in fields(thing) if "bookkeeping" not in each.metadata])


def stamp_on(*shown: object) -> int:
    """As `stamp`, for a form that shows no more than this: the rest may change meanwhile."""
    return zlib.crc32(repr([*shown]).encode())
