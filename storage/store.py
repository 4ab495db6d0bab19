"""The store remembers: snapshots go out, outcomes come in, all of a turn in one transaction or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from storage.archive import Archive
from storage.database import ConflictError
from storage.keystore import KeyStore
from storage.migrations import migrate, revision
from storage.queues import OutboxRow, Queues
from storage.read import Memory, Read, StoredFact
from storage.work import Committed, SaidBefore, StoredAnswer, Work, timer_event

__all__ = [
    "Committed", "ConflictError", "KeyStore", "OutboxRow", "Read", "SaidBefore", "Store", "StoredAnswer",
    "StoredFact", "Work", "timer_event",
]  # fmt: skip


class Store(Queues, Archive):
    """Everything the bot keeps, in SQLite ("sqlite:///file", "sqlite://" in memory) or PostgreSQL. For many threads.

    `debounce`: how long a redraw waits for more changes of the same card. Call `migrate` before the first use.
    """

    def __init__(
        self, database_url: str, keys: KeyStore, *, debounce: timedelta = timedelta(0), pool_size: int = 10
    ) -> None:
        super().__init__(database_url, pool_size)
        self.keys = keys
        self.memory = Memory()
        self._debounce = debounce

    def migrate(self) -> None:
        """Bring the database to the newest shape, all of it or nothing. Quick when it is there already."""
        migrate(self)

    def revision(self) -> str | None:
        """The shape that the database has now, None if it is empty."""
        return revision(self)

    @contextmanager
    def turn(self) -> Iterator[Work]:
        """One write transaction: kept at the end, rolled back on any exception.

        ConflictError (also at the end) says that somebody else was first: load and decide again.
        """
        with self.turning() as connection:
            work = Work(connection, self.keys, self.memory, self._debounce)
            yield work
        self.memory.put(work.saved)

    @contextmanager
    def read(self) -> Iterator[Read]:
        """Lookups, lists and cards: outside of any write transaction, all as of one moment."""
        with self.reading() as connection:
            yield Read(connection, self.keys, self.memory)
