"""The real bot with a pretend Graph for its calendar: what people say, what the calendar then holds, and what the bot means it to hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.calendar import events
from bot.incoming import Incoming, Place
from bot.model import Group, GroupView, Member, Person
from bot.outcome import Need
from bot.rules.calendar_event import times
from bot.rules.work_calendar import instant, local
from handlers.clock import SimulatedClock
from handlers.credentials import BotToken
from handlers.engine import Engine
from handlers.graph.calendar import CalendarSpeaker
from handlers.graph.client import Graph
from handlers.graph.lookups import Lookups
from handlers.graph.todo import Todo
from handlers.simulator.stage import Stage
from handlers.speaker import Speaker
from handlers.turn import Answered
from storage.store import KeyStore, Store
from templates.words import Words
from tests.fake_servers.graph import FakeGraph

SECRET = bytes(range(32))
MONDAY = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)  # two weeks before the clocks are changed
TALL = "nvg-tall@region.example"
EVA = "eva.ring@region.example"
PEOPLE = (
    Person("anna", "Anna Berg", identities=("slack:anna", "mail:anna.berg@kommun.example")),
    Person("eva", "Eva Ring", identities=("slack:eva", f"mail:{EVA}")),
    Person("maj", "Maj Lind", identities=("mail:maj@example.org",)),
)


class Planning:
    """One group on a pretend Slack, with `mailbox` for its calendar ("": its facilitator Eva's). `crash` begins anew on the same database."""

    def __init__(self, fake: FakeGraph, folder: Path, mailbox: str = TALL, now: datetime = MONDAY, database: bytes = b"") -> None:
        self.fake, self.mailbox, self.folder = fake, mailbox or EVA, folder
        if database:
            (folder / "nvg.db").write_bytes(database)
        self.store = Store(f"sqlite:///{folder / 'nvg.db'}", KeyStore(folder / "nvg.keys", SECRET))
        self.store.migrate()
        self.clock = SimulatedClock(now)
        self.token = BotToken(fake.fetch())
        self.numbers = count(1)
        with self.store.turn() as work:
            group = Group("tall", "tall", state="active", channels=("slack:nvg-tall",), contact_person="anna", calendar=mailbox)
            seats = (Member("tall:@anna", "tall", "anna"), Member("tall:@eva", "tall", "eva", "facilitator"), Member("tall:@maj", "tall", "maj", "guest"))
            work.save([*PEOPLE, group, *seats], now)
        self.stage = Stage(self.clock)
        for person in PEOPLE[:2]:
            self.stage.add_person(person.id, person.name, "slack")
        self.stage.add_person("maj", "Maj Lind", "mail", "maj@example.org")
        self.stage.add_channel("slack:nvg-tall")
        self.engine = self.begin()

    def begin(self) -> Engine:
        """A process: a client of its own, and an engine."""
        self.client = Graph(self.fake.base_url, self.sign, self.fake.tenant, timeout=60.0)
        self.calendar = self.make_speaker()
        speakers: dict[str, Speaker] = {**self.stage.speakers, "calendar": self.calendar}
        engine = Engine(self.store, Words(), speakers, self.clock, outside={**Lookups(self.client).outside(), **Todo(self.client).outside()})
        self.calendar.hear = engine.handle
        self.stage.join(engine)
        return engine

    def sign(self) -> str:
        """Asked for once for each request."""
        return self.token()

    def make_speaker(self) -> CalendarSpeaker:
        return CalendarSpeaker(self.client, self.store, self.clock)

    def crash(self) -> None:
        self.client.close()
        self.engine = self.begin()

    def close(self) -> None:
        self.client.close()
        self.store.close()

    def say(self, text: str, person: str = "anna", deliver: bool = True) -> Answered:
        answered = self.engine.handle(Incoming(f"e{next(self.numbers)}", person, Place("slack", "nvg-tall"), said=text))
        if deliver:
            self.engine.drain()
        return answered

    def settle(self) -> None:
        """All that waits for its next try is tried, until nothing waits."""
        for _ in range(40):
            self.engine.drain(timedelta(days=1))
            if not self.store.waiting():
                return
        raise AssertionError(f"still waiting: {self.store.waiting()}")

    def view(self) -> GroupView:
        now = self.clock.now()
        with self.store.read() as read:
            return read.add(read.snapshot_for(["tall"], [], now), Need(("meetings tall",))).views["tall"]

    @property
    def now(self) -> datetime:
        return local(self.clock.now())

    def meant(self, until: datetime) -> list[tuple[datetime, int]]:
        """The bot's own plan of what is to come (`bot.meetings.coming`): when, and how many minutes."""
        return sorted(each for event in events(self.view(), self.now) for each in times(event, until) if each[0] > self.now)

    def stands(self, until: datetime) -> list[tuple[datetime, int]]:
        """What the pretend calendar holds of it."""
        return [each for each in self.fake.calendars.times(self.mailbox, self.now, until) if each[0] > self.now]

    def same(self, weeks: int = 30) -> Sequence[tuple[datetime, int]]:
        """The calendar holds just what is meant, here and in every other mailbox nothing; that."""
        until = self.now + timedelta(weeks=weeks)
        meant, stands = self.meant(until), self.stands(until)
        assert stands == meant, f"at {self.now}: missing {[each for each in meant if each not in stands]}, too much {[each for each in stands if each not in meant]}"
        assert not [each for each in self.fake.calendars.events.values() if each.mailbox != self.mailbox and not each.deleted]
        return meant

    def at(self, moment: datetime) -> None:
        """The time passes to a naive local moment."""
        self.stage.advance(instant(moment))
