"""What every platform must be able to do for the postman, and how it says that it could not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from handlers.pace import Wait
from templates.card import Card, content_hash


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


EVERYBODY = "*"  # among who reads a channel: all of the workplace
PUBLISHED = "home"  # in place of a message's id: the page of somebody's own that a platform goes on showing


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is shown: the message's name, the card, the plain line for a notification.

    `ref` is the same for the same parcel however often it is tried; `again`: it has been tried before, so it may be
    there already (we may have died after the platform's yes). A platform that can find a message by its ref looks then.
    """

    name: str
    card: Card
    notify: str
    ref: str
    again: bool = False
    mentions: Mapping[str, str] = field(default_factory=dict)  # person id -> the platform's own id of them, as in To.user
    language: str = "sv"  # of the card
    since: datetime | None = None  # when it was to be sent first: nothing older can be it
    drawn: int = 0  # times that this message has been drawn before: a number that grows with each redraw
    shown: str = field(init=False)  # the card's `content_hash`

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", content_hash(self.card))


class TryAgain(Exception):
    """The platform could not take it now. `after`: how long it asked us to wait, if it did. `limited`: we were too fast."""

    def __init__(self, why: str = "", after: timedelta | None = None, limited: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.after = after
        self.limited = limited


class LockedOut(TryAgain):
    """A whole workspace or tenant lets us in no longer, until an administrator does something: what is for it waits.

    `place`: its id; "" all of the platform. `why`: "token_revoked" | "no_token" | "missing_scope" ...
    """

    def __init__(self, place: str, why: str, after: timedelta) -> None:
        super().__init__(why, after)
        self.place = place


class GiveUp(Exception):
    """It will never get there this way. `why` is a code word, never content; those that people are told of in words of
    their own: no_such_channel, not_in_channel, archived, may_not_post, left. `invite`: what to write there so that we are let in."""

    def __init__(self, why: str, invite: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.invite = invite


class Speaker(Protocol):
    """One platform. Called from several threads; each call returns only when the platform has said yes."""

    def send(self, to: To, parcel: Parcel) -> str:
        """Show it there; answers with the platform's id of the message. TryAgain or GiveUp otherwise."""

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        """Redraw a message shown before, or a page `PUBLISHED`. TryAgain or GiveUp otherwise."""

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        """Who reads a channel: the platform's user id -> name. None where this platform cannot tell.

        Of the users in `known` the name is not asked for, and may be "". `EVERYBODY` is among them where all of the workplace may read.
        """


@runtime_checkable
class Introduces(Protocol):
    """A platform that tells who has an e-mail address, so that whom we know only by it (`nvg load`) is known there too."""

    def address_of(self, user: str) -> str:
        """The address of one of `readers`; "" where it is not told, or is not surely theirs."""

    def user_of(self, address: str) -> str:
        """The platform's own id of whose address it is, as in To.user; "" where nobody's. TryAgain or GiveUp otherwise."""


@runtime_checkable
class Invites(Protocol):
    """A calendar that sends its events to all who are in them, so that nobody else need to."""

    def invites(self, keeper: str) -> bool:
        """Whether it does for what is kept there (`bot.calendar.keeper`)."""


@runtime_checkable
class Paced(Protocol):
    """A platform with budgets: what has no room in them waits without a thread."""

    at_once: int  # calls under way at the same time

    def room(self, to: To, redraw: bool) -> Wait | None:
        """Count one message there in the budgets: None. Or how long there is no room, and under which key."""
