"""What every platform turns its event into: who, where, and what was said, tapped or filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said or shown: a channel, or the private chat with a person (`channel` empty)."""

    platform: str
    channel: str = ""
    person: str = ""  # in a private chat: whose
    public: bool = False  # a channel that everybody in the workplace may read
    groupless: Message | None = None  # said in private, but in a channel where no group can be: what to say of a group's work there

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
class News:
    """What the platform tells of by itself.

    - invited: the bot came into the channel · removed: it is out of it, or the channel is gone
    - joined, left: `person` came into or left the channel · gone: the account of `person` is closed
    - profile: what `person` is called there now, and their language and time zone, where those are told
    - room: the calendar event `about` ("tall:1") can be joined from afar at `link`
    """

    kind: str  # invited | joined | left | removed | gone | profile | room
    person: str = ""
    elsewhere: bool = False  # who left reads the group in another of its channels still (the engine finds out)
    about: str = ""
    link: str = ""
    name: str = ""
    language: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. `event` is the platform's own id for it: the same id is the same event, however often it comes."""

    event: str
    person: str  # who did it; of news "" where nobody knows
    place: Place  # of news: the channel; that an account is closed is news in that person's private chat
    said: str = ""  # mentions are written @person-id
    tap: Tap | None = None
    news: News | None = None
    addressed: bool = True  # said to the bot (command, mention, private chat), not merely overheard
    outsiders: tuple[str, ...] = field(default=())  # names of people in the channel who are not in the group
