"""Two groups with something in them, and a picture of all that is kept of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.incoming import Incoming, Place, Tap
from bot.model import Consent, Group, Member, Person
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.simulator.stage import Stage
from handlers.turn import Answered
from storage import tables
from storage.keystore import KeyStore
from storage.store import Store
from templates.card import visible_text
from templates.words import Words

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
NAMES = {"anna": "Anna Berg", "bo": "Bo Ek", "cecilia": "Cecilia Lund", "eva": "Eva Ring", "kia": "Kia Ord"}
TABLES = [table.name for table in tables.metadata.sorted_tables if table.name not in ("events", "facts")]


class World:
    """The groups tall (Swedish) and oak (English), Anna in both and Kia in neither, on a stage of their own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.stage = Stage(SimulatedClock(MONDAY))
        self._numbers = count()
        people = [Person(id, name, "Arvika kommun", (f"slack:{id}",)) for id, name in NAMES.items()]
        people[2] = replace(people[2], language="en")
        consent = Consent(date(2027, 11, 23), ("Arvika kommun",))
        tall = Group("tall", "tall", state="active", channels=("slack:nvg-tall",), contact_person="anna", consent=consent, organisations=("Arvika kommun",))
        oak = replace(tall, id="oak", code="oak", channels=("slack:nvg-oak",), language="en", contact_person="cecilia")
        inside = {"tall": ("anna", "bo", "eva"), "oak": ("anna", "cecilia", "bo")}
        members = [Member(f"{group}:@{id}", group, id, "facilitator" if id == "eva" else "member") for group, ids in inside.items() for id in ids]
        with store.turn() as work:
            work.save([*people, tall, oak, *members], MONDAY)
        for id, name in NAMES.items():
            self.stage.add_person(id, name, "slack")
        for group in inside:
            self.stage.add_channel(f"slack:nvg-{group}")
        self.engine = Engine(store, Words(), self.stage.speakers, self.stage.clock)
        self.stage.join(self.engine)
        for line in ("möte tisdagar 13:00", "åtgärd @bo ringa hemtjänsten på fredag", "åtgärd @anna boka tid", "beslut: promenad varje dag"):
            self.stage.say("anna", "nvg-tall", f"/nvg {line}")
        self.stage.say("cecilia", "nvg-oak", "/nvg action @cecilia ring the clinic by friday")

    def say(self, line: str, person: str = "anna", place: str = "nvg-tall") -> Answered:
        where = Place("slack", place) if place else Place("slack", person=person)
        return self.engine.handle(Incoming(f"bad{next(self._numbers)}", person, where, said=line))

    def tap(self, tap: Tap, person: str = "anna", place: str = "nvg-tall") -> Answered:
        return self.engine.handle(self.tapped(tap, person, place))

    def tapped(self, tap: Tap, person: str = "anna", place: str = "nvg-tall") -> Incoming:
        return Incoming(f"bad{next(self._numbers)}", person, Place("slack", place), tap=tap)

    def open(self, tap: Tap) -> Answered:
        """Anna opens a form, which the stage then holds for her."""
        return self.stage._hand_over(self.tapped(tap))

    def kept(self) -> dict[str, list[Any]]:
        """Every row of every table but the log of what was said and done."""
        with self.store.reading() as connection:
            driver = connection.connection.dbapi_connection  # as it is kept: that is asked for after every line
            return {name: sorted(map(repr, driver.execute(f"SELECT * FROM {name}"))) for name in TABLES}


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    with contextlib.closing(Store(f"sqlite:///{folder}/nvg.db", KeyStore(folder / "keys", bytes(32)))) as store:
        store.migrate()
        yield World(store)


def words(answered: Answered) -> str:
    """All that the asker is told."""
    parts = [visible_text(answered.card)] if answered.card else []
    return "\n".join([*parts, *answered.errors.values()])
