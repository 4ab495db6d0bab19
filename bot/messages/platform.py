"""What the bot says about the chat platform itself: places that it cannot see, and people whom it could not look up."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class InviteMe(Message):
    """Said in a channel where the bot is not. `how`: what to write there to invite it."""

    how: str


@dataclass(frozen=True, slots=True)
class NotHere(Message):
    """Said in a group conversation that is no channel: no group can live there."""


@dataclass(frozen=True, slots=True)
class WhoAreYou(Message):
    """The platform did not answer who the person is, so nothing could be done. `stranger`: where they are, the bot cannot ask."""

    stranger: bool = False


@dataclass(frozen=True, slots=True)
class TooMuch(Message):
    """More came at once from one person than anybody writes; this last was not done."""


@dataclass(frozen=True, slots=True)
class FormWaits(Message):
    """A form that could not be opened by itself: the line is said again with one tap, which opens it."""

    line: str = ""


@dataclass(frozen=True, slots=True)
class FormTooLate(Message):
    """A form that could not be opened in time, after a tap."""


@dataclass(frozen=True, slots=True)
class Installed(Message):
    """On the web page where an installation ends. `place`: the workspace's name."""

    place: str = ""


@dataclass(frozen=True, slots=True)
class NotInstalled(Message):
    """On the web page where an installation ends. `cancelled`: by the one who began it."""

    cancelled: bool = False
