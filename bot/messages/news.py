"""What is said when the bot or people come into a channel or leave it."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class PublicChannel(Message):
    """The bot was invited to a channel that everybody may read: no group can live there."""


@dataclass(frozen=True, slots=True)
class ChannelBack(Message):
    """In the channel: the bot is there again, and what it posts comes through."""

    group: str
    code: str


@dataclass(frozen=True, slots=True)
class ChannelLost(Message):
    """To the facilitators: the bot is out of a channel of the group, what stops working, and how to mend it."""

    code: str
    platform: str
    some_left: bool = False  # the group has another channel still


@dataclass(frozen=True, slots=True)
class Newcomers(Message):
    """To the facilitators: who came into the channel without being in the group. Each is (person, waits | in | out)."""

    group: str
    code: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TurnedAway(Message):
    """Receipt: the people are asked to leave the channel."""

    code: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedToLeave(Message):
    """To who came into a group's channel without being in the group."""

    code: str
    by: str


@dataclass(frozen=True, slots=True)
class WentOut(Message):
    """To the facilitators: somebody left the channel. `state`: waits (for their word) | in | left."""

    group: str
    code: str
    person: str
    state: str
    offered: int = 0  # actions that are offered to the others


@dataclass(frozen=True, slots=True)
class AccountClosed(Message):
    """To the facilitators of these groups: the person works here no longer."""

    person: str
    codes: tuple[str, ...]
