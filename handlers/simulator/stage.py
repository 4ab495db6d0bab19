"""The pretend platforms: channels, private chats and mailboxes, for rehearsals and for the local chat.

Signatures first; the web page codes against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incoming import Place
from handlers.clock import SimulatedClock
from handlers.engine import Engine, Upcoming
from handlers.speaker import Speaker
from handlers.turn import Answered
from templates.card import Button, Card, FormView


@dataclass(slots=True)
class Shown:
    """One message on a pretend platform."""

    id: str
    at: datetime  # aware UTC
    place: Place  # a channel, or the private chat of place.person
    kind: str  # reply | channel | direct | mail | said (what a person wrote)
    name: str  # the message's name
    card: Card
    seen_by: str = ""  # a reply: the only person who sees it
    by: str = ""  # said: who wrote it
    updated: datetime | None = None
    updates: int = 0


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form a person has open."""

    id: str
    view: FormView
    place: Place
    at: datetime


@dataclass(frozen=True, slots=True)
class LetOut:
    """One thing that the bot let out, in order; what `nvg rehearse --json` prints."""

    at: datetime
    kind: str  # reply | channel | direct | mail | event | update
    place: Place
    to: str  # person id; "" in a channel
    name: str
    text: str  # all visible words
    buttons: tuple[str, ...]
    fields: tuple[str, ...] = ()
    shown: str = ""  # the id of the Shown


class Stage:
    """Pretend Slack, Teams and mail around one engine."""

    clock: SimulatedClock
    out: list[LetOut]
    speakers: Mapping[str, Speaker]  # "slack", "teams", "mail": given to the Engine
    engine: Engine

    def __init__(self, clock: SimulatedClock) -> None: ...
    def add_person(self, id: str, name: str, platform: str, email: str = "") -> None: ...
    def add_channel(self, address: str, members: Sequence[str] = ()) -> None:
        """A channel ("slack:nvg-tall"); `members` beside those of the group that lives there."""

    def join(self, engine: Engine) -> None:
        """Use this engine from now on (also after a crash)."""

    @property
    def now(self) -> datetime: ...
    def advance(self, to: datetime) -> None:
        """Let the time pass to that instant: everything due on the way happens at its own moment."""

    def drain(self) -> None:
        """Everything that is due now happens (call each second or so with a ticking clock)."""

    def say(self, person: str, place: Place | str, text: str) -> Answered:
        """A person writes: place is a Place, a channel's name or address, or "bot" (the private chat)."""

    def tap(self, person: str, button: str, holding: str = "", fill: Mapping[str, str] | None = None) -> Answered:
        """A person taps by label, as in a rehearsal. NoSuchButton if it cannot be seen."""

    def press(self, person: str, message_id: str, button: Button) -> Answered:
        """A person taps exactly this button of this message (the web page)."""

    def submit(self, person: str, fields: Mapping[str, str]) -> Answered:
        """Send in the person's open form."""

    def close_form(self, person: str) -> None: ...
    def form_of(self, person: str) -> OpenForm | None: ...
    def errors_of(self, person: str) -> Mapping[str, str]:
        """What the open form's fields should be instead, after a refused submit."""

    def places(self, person: str) -> list[Place]:
        """The channels the person is in, and the private chat."""

    def visible(self, person: str, place: Place | None = None) -> list[Shown]:
        """All that this person can see (in one place), newest last."""

    def listen(self, hook: Callable[[Shown, str], None]) -> None:
        """The hook is called with each Shown that comes ("new") or is redrawn ("update"), from any thread."""

    def upcoming(self, limit: int = 20) -> list[Upcoming]:
        """What the bot will do next."""
