"""The store remembers: snapshots go out, outcomes come in, all of a turn in one transaction or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast

from storage.archive import Archive
from storage.database import ConflictError
from storage.keystore import KeyStore
from storage.loading import IDENTITIES, WHOSE, StoredFact
from storage.memory import Memory
from storage.migrations import migrate, revision
from storage.queues import Backlog, Late, OutboxRow, Queues
from storage.read import Read
from storage.work import Committed, SaidBefore, StoredAnswer, Work, timer_event

__all__ = [
    "Backlog", "Committed", "ConflictError", "KeyStore", "Late", "OutboxRow", "Read", "SaidBefore", "Store", "StoredAnswer",
    "StoredFact", "Work", "timer_event",
]  # fmt: skip

Result = TypeVar("Result")


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
        """Bring the database to the newest shape, all of it or nothing. Quick when it is there already. NewerDatabase: it has a newer one."""
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
        self.memory.put(work.saved.values())

    def run(self, turn: Callable[[Work], Result]) -> Result:
        """What `turn` answers, when all that it wrote is kept; as in `turn()`, nothing of it is where it raises."""
        with self.turn() as work:
            return turn(work)

    @property
    def one_writer(self) -> bool:
        """Whether turns are run one after the other anyway, and several of them are better run by `run_several`."""
        return self._lasts

    def run_several(self, turns: Sequence[Callable[[Work], Result]]) -> list[Result | Exception]:
        """What each turn answers, or raises, when all that the others wrote is kept: one transaction, and so one wait for the disk.

        Only where there is `one_writer`. Each runs on what those before it wrote. Raises where the whole cannot be kept, and nothing is.
        """
        answers: list[Result | Exception] = []
        saved: list[Work] = []
        try:
            with self.turning() as connection:
                driver = cast(Any, connection.connection.dbapi_connection)
                for turn in turns:
                    work = Work(connection, self.keys, self.memory, self._debounce)
                    driver.execute("SAVEPOINT turn").close()
                    try:
                        with self._conflicts:
                            answers.append(turn(work))
                        saved.append(work)
                    except Exception as error:
                        driver.execute("ROLLBACK TO turn").close()
                        answers.append(error)
                    driver.execute("RELEASE turn").close()
        except BaseException:
            self.memory.clear()  # what one turn wrote, and a later one read, is not kept
            raise
        for work in saved:
            self.memory.put(work.saved.values())
        return answers

    def person_at(self, identity: str) -> str:
        """Whose identity that is: the person's id, "" if nobody's. Takes no time, as every line from a platform asks."""
        row = self.glance(WHOSE, {"identity": identity})
        return str(row[0]) if row else ""

    def identities_of(self, person: str) -> tuple[str, ...]:
        """How an active person is found on the platforms, first what is to be tried first; () for who is not. As quick."""
        row = self.glance(IDENTITIES, {"person": person})
        return row[0] if row else ()

    @contextmanager
    def read(self) -> Iterator[Read]:
        """Lookups, lists and cards: outside of any write transaction, all as of one moment."""
        with self.reading() as connection:
            yield Read(connection, self.keys, self.memory)
