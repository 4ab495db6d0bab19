"""Engines, and transactions that mean what they say, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.prepared import Connection, Prepared, Row

_MAY_TRY_AGAIN = ("40001", "40P01", "55P03", "23505")  # serialization, deadlock, lock not available, unique key

LOG = "wal_autocheckpoint=40000"  # pages of SQLite's log before a turn must fold it into the file; `checkpoint` does so in good time

FEW_PAGES, MANY_PAGES = "cache_size=-300", "PRAGMA cache_size=-1000"
"""KiB that a connection keeps of them. The writer's own are asked for all the time: in a county of 1,000 groups a turn then reads 8 anew, with twice as many 6."""
READERS = 6  # connections to read with that are kept while nobody does: each knows all tables, which takes a quarter of a MB


class ConflictError(Exception):
    """Somebody else was first. Nothing was kept; load and decide again."""


def make_engine(url: str, pool_size: int = 10, log: str = LOG) -> sa.Engine:
    """An engine for "sqlite:///file", "sqlite://" (memory) or "postgresql+psycopg://...".

    SQLite's transactions are begun by us (`begin`), never behind our back by the driver. `log`: when its log is folded into the file.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, connect_args={"options": "-c timezone=UTC"}
        )
    memory = parsed.database in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": pool_size, "max_overflow": pool_size, "pool_use_lifo": True}
    engine = sa.create_engine(parsed, connect_args={"check_same_thread": False, "isolation_level": None}, **options)

    @sa.event.listens_for(engine, "do_connect")
    def _keep_private(_dialect: object, _record: object, arguments: Sequence[str], _named: object) -> None:
        if not memory and not arguments[0].startswith("file:"):
            _begin_file(arguments[0])

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        # secure_delete: what is deleted is overwritten, as not every build of SQLite does by itself
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON", log, FEW_PAGES):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        if how:
            cast(Any, connection.connection.dbapi_connection).execute(f"BEGIN {how}").close()

    return engine


def _begin_file(path: str) -> None:
    """A new file is its owner's alone; SQLite gives its log the same rights. One that is there keeps those it has been given."""
    with suppress(OSError):  # one that cannot be made is told of by whoever connects
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


class Bare(NamedTuple):
    """The driver's connection, or the pool's around it, for prepared statements."""

    connection: Any
    dialect: sa.Dialect


class _Conflicts:
    """Turns the databases' ways of saying that somebody else was first into ConflictError."""

    def __init__(self, errors: tuple[type[Exception], ...]) -> None:
        self._errors = errors

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, self._errors):
            cause = error.orig if isinstance(error, DBAPIError) else error
            text = str(cause)
            if getattr(cause, "sqlstate", None) in _MAY_TRY_AGAIN or "database is locked" in text or "UNIQUE constraint failed" in text:
                raise ConflictError(text.partition("\n")[0]) from error


class _Lasting:
    """A connection to SQLite that is kept: no pool around it, no transaction but those that we begin, and its pages stay read."""

    __slots__ = ("bare", "own")

    def __init__(self, engine: sa.Engine) -> None:
        self.own = engine.connect().execution_options(sqlite_begin="")
        self.own.detach()
        self.bare = Bare(cast(Any, self.own.connection.dbapi_connection), engine.dialect)

    @property
    def idle(self) -> bool:
        """Whether it is in no transaction. One whose transaction could not be ended, as on a full disk, is of no more use."""
        return not self.bare.connection.in_transaction

    @contextmanager
    def transaction(self, begin: str) -> Iterator[sa.Connection]:
        """Kept at the end, rolled back on any exception."""
        driver = self.bare.connection
        driver.execute(begin).close()
        try:
            yield self.own
            driver.execute("COMMIT").close()  # kept ready, as `commit()` is not
        except BaseException:
            driver.rollback()
            raise
        finally:
            if self.own.in_transaction():  # so SQLAlchemy believes, if it was used
                self.own.rollback()


class _Looker:
    """One of the connections that last, for as long as a question takes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Connection:
        self._reader = self._database._a_reader()
        return self._reader.bare

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._database._give_back(self._reader)
        self._database._conflicts.__exit__(kind, error, trace)


class Database:
    """One database: `writing` and `reading` are its kinds of transaction, `turning` and `noting` the first at its quickest."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = make_engine(url, pool_size)
        self.sqlite = self.engine.dialect.name == "sqlite"
        in_memory = isinstance(self.engine.pool, StaticPool)
        # SQLite has one writer at a time: queue for it here, where waiting is fair and free
        self._writer: Any = threading.RLock() if self.sqlite else nullcontext()
        # in memory there is one connection for everybody
        self._reader: Any = self._writer if in_memory else nullcontext()
        # in a file, what runs all the time has connections that last: no pool around them, and their pages stay read
        self._lasts = self.sqlite and not in_memory
        self._own: _Lasting | None = None  # the writer's
        self._to_empty = False  # an erasure's words may lie in the log
        self._readers: list[_Lasting] = []  # those that nobody reads with just now
        self._conflicts = _Conflicts((DBAPIError, self.engine.dialect.loaded_dbapi.Error))  # what is prepared raises the driver's own
        self._reading = self.engine.execution_options(
            **({"sqlite_begin": "DEFERRED"} if self.sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
        )

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A write transaction: committed at the end, rolled back on any exception. ConflictError if another was first."""
        with self._writer, self._conflicts, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[sa.Connection]:
        """As `writing`, for changes of the tables themselves. SQLite changes a table by putting another in its place, which what
        refers to it must not hinder; that all still refers to something is looked at before it is committed."""
        if not self.sqlite:
            with self.writing() as connection:
                yield connection
            return
        with self._writer, self._conflicts, self.engine.connect() as connection:
            driver = cast(Any, connection.connection.dbapi_connection)
            driver.execute("PRAGMA foreign_keys=OFF").close()  # heeded only outside of a transaction
            try:
                with connection.begin():
                    yield connection
                    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise RuntimeError(f"a row of {lost[0]} refers to a row of {lost[2]} that is not there")
            finally:
                driver.execute("PRAGMA foreign_keys=ON").close()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A read transaction: everything in it is seen as of one moment."""
        if not self._lasts:
            with self._reader, self._conflicts, self._reading.begin() as connection:
                yield connection
            return
        reader = self._a_reader()
        try:
            with self._conflicts, reader.transaction("BEGIN DEFERRED") as connection:
                yield connection
        finally:
            self._give_back(reader)

    def _a_reader(self) -> _Lasting:
        try:
            return self._readers.pop()
        except IndexError:
            return _Lasting(self.engine)

    def _give_back(self, reader: _Lasting) -> None:
        if len(self._readers) < READERS and reader.idle:
            self._readers.append(reader)
        else:
            reader.own.close()

    @contextmanager
    def turning(self) -> Iterator[sa.Connection]:
        """A write transaction as `writing`, for turns."""
        if not self._lasts:
            with self.writing() as connection:
                yield connection
            return
        with self._writer, self._conflicts, self._the_writer().transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def _the_writer(self) -> _Lasting:
        if self._own is None or not self._own.idle:
            self._own = _Lasting(self.engine)
            self._own.bare.connection.execute(MANY_PAGES).close()
        return self._own

    def once(self, change: Prepared, values: Mapping[str, Any], ordered: bool = False) -> Sequence[Row]:
        """One prepared change as a transaction of its own, and the rows that it gives back."""
        if not self._lasts:
            with self.noting() as connection:
                return change.all(connection, values, ordered)
        with self._writer, self._conflicts:
            return change.all(self._the_writer().bare, values, ordered)  # SQLite commits what stands alone

    def noting(self) -> AbstractContextManager[Connection]:
        """A write transaction as `writing`, for what is prepared alone: nothing of SQLAlchemy's around it."""
        return self.turning() if self._lasts else self._noting()

    @contextmanager
    def _noting(self) -> Iterator[Connection]:
        with self._writer, self._conflicts, closing(self.engine.raw_connection()) as connection:
            if self.sqlite:
                cast(Any, connection.driver_connection).execute("BEGIN IMMEDIATE").close()
            yield Bare(connection, self.engine.dialect)
            connection.commit()  # what is not is rolled back when the pool has it again

    def looking(self) -> AbstractContextManager[Connection]:
        """For one prepared question: a transaction of its own would not make it truer."""
        return _Looker(self) if self._lasts else self._looking()

    def glance(self, query: Prepared, values: Mapping[str, Any]) -> Row | None:
        """The first row of what takes no time to find; where nobody writes, by the writer's own connection, whose pages are read already."""
        if self._lasts and self._writer.acquire(blocking=False):
            try:
                if self._own is not None:
                    with self._conflicts:
                        return query.first(self._own.bare, values)
            finally:
                self._writer.release()
        with self.looking() as connection:
            return query.first(connection, values)

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        with self._reader, self._conflicts, closing(self.engine.raw_connection()) as connection:
            yield Bare(connection, self.engine.dialect)

    def checkpoint(self) -> None:
        """Fold SQLite's log into its file, beside the turns and without holding them up."""
        if self._to_empty:
            self.empty_log()
        elif self.sqlite:
            with self._reader:
                connection = self.engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
                finally:
                    connection.close()

    def empty_log(self) -> None:
        """As `checkpoint`, and nothing is left in the log: after an erasure, whose words it would else keep for a while.

        Where somebody reads for long, as a backup does, turns are not held up: the next `checkpoint` tries again.
        """
        if self.sqlite:
            with self._writer:
                self._to_empty = not empty_log(self.engine)

    def close(self) -> None:
        with self._writer:
            kept = [self._own, *self._readers] if self._own else self._readers
            self._own, self._readers = None, []
            for each in kept:
                each.own.close()
        self.engine.dispose()


def empty_log(engine: sa.Engine) -> bool:
    """Fold SQLite's log into its file and cut it to nothing; who reads or writes just now is waited for, but not for long.

    False where that could not be done yet. Nothing to do elsewhere.
    """
    if engine.dialect.name != "sqlite":
        return True
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout=300")
        try:
            return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(patience)}")
            cursor.close()


def insert(connection: Connection, table: sa.Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the database's own dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # only where it is used: it is large

    return postgresql.insert(table)
