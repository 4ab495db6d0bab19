"""What the bot tells the facilitator when it cannot get through to a person or a channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class NotReached(Message):
    """A message did not get through, whatever was tried. `person` or `channel` says to whom."""

    code: str = ""
    person: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class OutsidersRead(Message):
    """Nothing is posted in a channel where people outside the group read."""

    code: str = ""
    channel: str = ""
    names: tuple[str, ...] = ()
