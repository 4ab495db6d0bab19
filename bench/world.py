"""Invented groups of five, each with its own channel and open actions."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.model import Action, Consent, Group, Kept, Member, Person
from storage.keystore import KeyStore
from storage.store import Store

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 08:00 in Stockholm
SECRET = bytes(range(32))
NAMES = ("Anna Berg", "Bo Ek", "Cecilia Lund", "Dag Ström", "Eva Ring")


@contextlib.contextmanager
def opened() -> Iterator[tuple[Store, Path]]:
    """An empty store on a durable SQLite file, as in operation, and the folder it lies in."""
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as folder:
        store = Store(f"sqlite:///{folder}/nvg.db", KeyStore(Path(folder) / "nvg.keys", SECRET))
        store.migrate()
        try:
            yield store, Path(folder)
        finally:
            store.close()


def person(group: int, n: int) -> str:
    return f"{NAMES[n].split()[0].lower()}{group}"


def channel(group: int) -> str:
    return f"nvg-g{group}"


def people(group: int) -> list[Person]:
    ids = [person(group, n) for n in range(len(NAMES))]
    return [Person(id, name, "Arvika kommun", (f"slack:{id}",)) for id, name in zip(ids, NAMES, strict=True)]


def things(group: int, actions: int = 0) -> list[Kept]:
    """A group, its people, and as many open actions."""
    id = f"g{group}"
    members = [Member(f"{id}:@{each.id}", id, each.id, "facilitator" if n == 4 else "member") for n, each in enumerate(people(group))]
    made = Group(
        id, id, state="active", channels=(f"slack:{channel(group)}",), contact_person=person(group, 0),
        consent=Consent(date(2028, 1, 1), ("Arvika kommun",)),
        last_action=actions, aim="fler smärtfria timmar",
    )  # fmt: skip
    open_actions = [
        Action(f"{id}:{n}", id, n, (person(group, n % 5),), date(2026, 12, 1) + timedelta(days=n % 7), person(group, 0), MONDAY,
               origin="chat", text=f"ringa hemtjänsten om pass {n}")
        for n in range(1, actions + 1)
    ]  # fmt: skip
    return [*people(group), made, *members, *open_actions]
