"""A small bot that is easy to predict, and platforms that do as they are told: for testing what lies around the real one."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cards import Drawn, Reader
from bot.incoming import Incoming, Place, Tap
from bot.messages.common import DidYouMean, NotUnderstood, Thanks
from bot.model import Action, Group, Member, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say, Silent
from bot.timers import Timer
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.speaker import Parcel, Speaker, To
from storage.store import Store
from templates.card import visible_text
from templates.words import Words

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WORDS = Words()
PEOPLE = (
    Person("anna", "Anna Berg", identities=("slack:anna", "mail:anna@example.org")),
    Person("bo", "Bo Ek", identities=("teams:bo",), language="en"),
    Person("eva", "Eva Ring", identities=("slack:eva",)),
)
GROUP = Group("tall", "tall", state="active", channels=("slack:nvg-tall", "teams:nvg-tall"), contact_person="anna")
MEMBERS = (
    Member("tall:@anna", "tall", "anna"),
    Member("tall:@bo", "tall", "bo"),
    Member("tall:@eva", "tall", "eva", "facilitator"),
)
CHANNEL = Place("slack", "nvg-tall")


def fill(store: Store) -> Store:
    """The store with one group in it."""
    with store.turn() as work:
        work.save([*PEOPLE, GROUP, *MEMBERS], MONDAY)
    return store


def said(text: str, event: str = "e1", person: str = "anna", place: Place = CHANNEL) -> Incoming:
    return Incoming(event, person, place, said=text)


def tapped(do: str, ref: str, event: str = "t1", person: str = "anna") -> Incoming:
    return Incoming(event, person, CHANNEL, tap=Tap(do, ref))


def decide(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    """`spara X` saves an action and shows it; `byt N X` changes it; `dm P X` writes to somebody; other words: thanks."""
    verb, _, rest = incoming.said.partition(" ")
    view = snapshot.views.get("tall")
    if incoming.tap or verb not in ("spara", "byt", "dm") or view is None:
        return Outcome(Say(Thanks()) if incoming.addressed else Silent())
    if verb == "dm":
        person, _, text = rest.partition(" ")
        return Outcome(Say(Thanks()), posts=(Post(f"@{person}", f"notice:tall:{text}", DidYouMean(text)),))
    number = view.group.last_action + 1
    if verb == "byt":
        word, _, rest = rest.partition(" ")
        number = int(word)
        old = view.action(number)
        if old is None:
            return Outcome(Say(NotUnderstood()))
        return Outcome(Say(DidYouMean(rest)), save=(replace(old, text=rest),), command="change")
    action = Action(
        f"tall:{number}", "tall", number, (incoming.person,), now.date() + timedelta(days=4), incoming.person, now, text=rest
    )
    return Outcome(
        Say(DidYouMean(rest)),
        save=(replace(view.group, last_action=number), action),
        facts=(Fact("action_added", "tall", action.id, incoming.person),),
        posts=(Post("tall", f"action:{action.id}"),),
        undo_until=now + timedelta(days=1),
        command="action",
    )


def due(snapshot: Snapshot, timer: Timer, now: datetime) -> Outcome | Need:
    """Every timer greets Anna."""
    return Outcome(posts=(Post("@anna", f"notice:tall:{timer.kind}", DidYouMean(timer.kind)),))


def draw(subject: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    action = snapshot.get("Action " + subject.partition(":")[2])
    assert isinstance(action, Action)
    return Drawn(DidYouMean(action.text), (f"Action {action.id}",))


class Platform:
    """Keeps what it is given. `refuse` is raised instead for as long as it is set; `hold` makes it hang."""

    def __init__(self) -> None:
        self.sent: list[tuple[To, Parcel]] = []
        self.updated: list[tuple[str, Parcel]] = []
        self.refuse: Exception | None = None
        self.hold: threading.Event | None = None
        self.crowd: dict[str, str] | None = None
        self.calls = 0

    def send(self, to: To, parcel: Parcel) -> str:
        self._call()
        self.sent.append((to, parcel))
        return f"m{len(self.sent)}"

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self._call()
        self.updated.append((message_id, parcel))

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        return self.crowd

    @property
    def texts(self) -> list[str]:
        return [visible_text(parcel.card) for _, parcel in self.sent]

    def _call(self) -> None:
        self.calls += 1
        if self.hold:
            self.hold.wait(100)
        if self.refuse:
            raise self.refuse


class World:
    """A store with one group, an engine with the small bot, and platforms that do as they are told."""

    def __init__(self, store: Store) -> None:
        self.store = fill(store)
        self.clock = SimulatedClock(MONDAY)
        self.slack, self.teams, self.mail = Platform(), Platform(), Platform()
        self.engine = self.new_engine()

    def new_engine(self) -> Engine:
        speakers: dict[str, Speaker] = {"slack": self.slack, "teams": self.teams, "mail": self.mail}
        return Engine(self.store, WORDS, speakers, self.clock, decide=decide, due=due, draw=draw)

    def say(self, text: str, event: str = "e1", person: str = "anna", place: Place = CHANNEL) -> str:
        """A turn; the words of its answer."""
        answered = self.engine.handle(said(text, event, person, place))
        return visible_text(answered.card) if answered.card else ""

    def later(self, **length: float) -> None:
        self.clock.move(self.clock.now() + timedelta(**length))
        self.engine.drain()
