"""What every platform turns its event into: who, where, and what was said, tapped or filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said or shown: a channel, or the private chat with a person (`channel` empty)."""

    platform: str
    channel: str = ""
    person: str = ""  # in a private chat: whose

    @property
    def private(self) -> bool:
        return not self.channel

    @property
    def address(self) -> str:
        return f"{self.platform}:{self.channel}" if self.channel else f"{self.platform}:@{self.person}"


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button, or a form sent in (then `fields` is not None). `do` names the button, `ref` what it is about."""

    do: str
    ref: str = ""
    fields: Mapping[str, str] | None = None
    version: int | None = None  # of what the form showed
    value: str = ""  # what the button carries besides: a line to say, another date


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. `event` is the platform's own id for it: the same id is the same event, however often it comes."""

    event: str
    person: str
    place: Place
    said: str = ""  # mentions are written @person-id
    tap: Tap | None = None
    addressed: bool = True  # said to the bot (command, mention, private chat), not merely overheard
    outsiders: tuple[str, ...] = field(default=())  # names of people in the channel who are not in the group
