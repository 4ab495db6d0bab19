"""What the bot tells the facilitator when it cannot get through to a person or a channel, and the administrator when a
whole platform is shut, or it has fallen behind itself."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class NotReached(Message):
    """A message did not get through, whatever was tried. `person`, or `channel` and `platform`, say to whom.

    `channel` is "" where it has no name for people; `why` is one of the code words of handlers/speaker.py; `invite` is what
    to write in the channel so that the bot is let in, where there is such a thing.
    """

    code: str = ""
    person: str = ""
    channel: str = ""
    why: str = ""
    platform: str = ""
    invite: str = ""


@dataclass(frozen=True, slots=True)
class OutsidersRead(Message):
    """Nothing is posted in a channel while people outside the group read there; without `names` all may. `channel` as in NotReached."""

    code: str = ""
    channel: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedOutOf(Message):
    """The administrator: the platform lets us in no longer, and what was to be sent there waits."""

    platform: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class FallenBehind(Message):
    """The administrator: so many reminders and messages should have been sent by now, the first of them at `since`."""

    timers: int = 0
    messages: int = 0
    since: datetime | None = None
