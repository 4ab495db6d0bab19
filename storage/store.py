"""The store remembers: snapshots go out, outcomes come in, all of a turn in one transaction or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from typing import Any, Generic, TypeVar, cast

from storage.archive import Archive
from storage.database import ConflictError
from storage.keystore import KeyStore
from storage.migrations import migrate, revision
from storage.queues import Backlog, Late, OutboxRow, Queues
from storage.read import IDENTITIES, WHOSE, Memory, Read, StoredFact
from storage.together import Together
from storage.work import Committed, SaidBefore, StoredAnswer, Work, timer_event

__all__ = [
    "Backlog", "Committed", "ConflictError", "KeyStore", "Late", "OutboxRow", "Read", "SaidBefore", "Store", "StoredAnswer",
    "StoredFact", "Work", "timer_event",
]  # fmt: skip


TURNS_AT_ONCE = 8  # in one transaction

Result = TypeVar("Result")


class _Job(Generic[Result]):
    """A turn to run, and how it went."""

    __slots__ = ("error", "result", "turn")

    def __init__(self, turn: Callable[[Work], Result]) -> None:
        context = copy_context()  # whoever runs it, it is logged as who asked for it
        self.turn: Callable[[Work], Result] = lambda work: context.run(turn, work)
        self.result: Result | None = None
        self.error: Exception | None = None


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
        self._run_together: Together[_Job[Any]] = Together(self._run, TURNS_AT_ONCE)

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
        self.memory.put(work.saved.values())

    def run(self, turn: Callable[[Work], Result]) -> Result:
        """What `turn` answers, when all that it wrote is kept; as in `turn()`, nothing of it is where it raises.

        Turns of several threads that wait for SQLite's one writer share a transaction, and so the one wait for the disk.
        Each then runs on what those before it wrote; if the whole cannot be kept, each is run anew by itself.
        """
        if not self._lasts:
            with self.turn() as work:
                return turn(work)
        job = _Job(turn)
        self._run_together(job)
        if job.error:
            raise job.error
        return cast(Result, job.result)

    def _run(self, jobs: Sequence[_Job[Any]]) -> None:
        if len(jobs) == 1:
            with self.turn() as work:
                jobs[0].result = jobs[0].turn(work)
            return
        saved: list[Work] = []
        try:
            with self.turning() as connection:
                driver = cast(Any, connection.connection.dbapi_connection)
                for job in jobs:
                    work = Work(connection, self.keys, self.memory, self._debounce)
                    job.error = None
                    driver.execute("SAVEPOINT turn").close()
                    try:
                        with self._conflicts:
                            job.result = job.turn(work)
                        saved.append(work)
                    except Exception as error:
                        driver.execute("ROLLBACK TO turn").close()
                        job.error = error
                    driver.execute("RELEASE turn").close()
        except BaseException:
            self.memory.clear()  # what one turn wrote, and a later one read, is not kept
            raise
        for work in saved:
            self.memory.put(work.saved.values())

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
