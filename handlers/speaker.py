"""What every platform must be able to do for the postman, and how it says that it could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from templates.card import Card


@dataclass(frozen=True, slots=True)
class To:
    """Where something is shown: a channel, or a person's private chat. Ids are the platform's own."""

    platform: str
    channel: str = ""  # "T0123/C0456"
    user: str = ""  # "T0123/U0456"; a mail address

    @property
    def address(self) -> str:
        return f"{self.platform}:{self.channel}" if self.channel else f"{self.platform}:@{self.user}"

    @staticmethod
    def of(address: str) -> To:
        """Read an `address` back."""
        platform, _, rest = address.partition(":")
        return To(platform, user=rest[1:]) if rest.startswith("@") else To(platform, channel=rest)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is shown: the message's name, the card, the plain line for a notification.

    `ref` is the same for the same parcel however often it is tried, so that a platform that can may drop doubles.
    """

    name: str
    card: Card
    notify: str
    ref: str


class TryAgain(Exception):
    """The platform could not take it now. `after`: how long it asked us to wait, if it did."""

    def __init__(self, why: str = "", after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class GiveUp(Exception):
    """It will never get there this way: no such channel, the person has left ... `why` is a code word, never content."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Speaker(Protocol):
    """One platform. Called from several threads; each call returns only when the platform has said yes."""

    def send(self, to: To, parcel: Parcel) -> str:
        """Show it there; answers with the platform's id of the message. TryAgain or GiveUp otherwise."""

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        """Redraw a message shown before. TryAgain or GiveUp otherwise."""

    def readers(self, to: To) -> Mapping[str, str] | None:
        """Who reads a channel: the platform's user id -> name. None where this platform cannot tell."""
