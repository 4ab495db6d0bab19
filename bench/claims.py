"""What a wake-up of the clock costs: claiming the timers that are due, with few and with very many open actions."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

from bench.figure import Figure
from bench.world import MONDAY, opened
from storage.tables import KINDS

ROUNDS, DUE = 250, 50  # claims that are measured, and timers due at each
IN_GROUP = 20  # open actions in each group

Claim = Callable[["World", datetime], Sequence[object]]

LOAD = (
    """CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {actions}) SELECT i FROM n""",
    """INSERT INTO actions ({columns}) SELECT {values} FROM n""",
    # each action a nudge at a clock time of the coming year, each group its agenda and its plan, each person the reminder
    """INSERT INTO timers (owner, kind, subject, due, free_at)
       SELECT 'Action g' || (i / {in_group}) || ':' || i, 'nudge', 'g' || (i / {in_group}) || ':' || i, {later}, {later} FROM n""",
    """INSERT INTO timers (owner, kind, subject, due, free_at)
       SELECT 'Person p' || i, 'remind', '@p' || i, {later}, {later} FROM n WHERE i <= {actions} / 4""",
    """INSERT INTO timers (owner, kind, subject, due, free_at)
       SELECT 'Group g' || i, 'plan', 'g' || i, {later}, {later} FROM n WHERE i <= {actions} / {in_group}""",
    """DROP TABLE n""",
)

CLAIM = """UPDATE timers SET free_at = ? WHERE id IN (SELECT id FROM timers WHERE free_at <= ? ORDER BY free_at LIMIT ?)
           RETURNING kind, subject, due"""


def measure() -> Iterator[Figure]:
    with World(10_000) as few, World(2_000_000) as many:
        for n in range(4 * ROUNDS):  # in turn, so that each meets the machine as the others do
            (few, many)[n // 2 % 2].claim(MONDAY + timedelta(minutes=n), by_store if n % 2 else by_sql)
        yield Figure("due claim, 10 thousand open actions", few.took(by_store), "ms", few.took(by_sql), most_times=1.2)
        yield Figure("due claim, 2 million open actions", many.took(by_store), "ms", many.took(by_sql), most_times=1.2)
        yield Figure("due claim, 2 million beside 10 thousand", many.took(by_store), "ms", few.took(by_store), most_times=1.2)


class World(ExitStack):
    """A database with so many open actions, and how long each claim in it took."""

    def __init__(self, actions: int) -> None:
        super().__init__()
        self.store, folder = self.enter_context(opened())
        fill(folder / "nvg.db", actions)
        self.bare, self.others = (self.enter_context(closing(sqlite3.connect(folder / "nvg.db", isolation_level=None))) for _ in range(2))
        self.bare.execute("PRAGMA synchronous=FULL").close()
        self._took: dict[Claim, list[float]] = {by_store: [], by_sql: []}

    def claim(self, moment: datetime, by: Claim) -> None:
        fall_due(self.others, moment)  # by another process, as far as both can see
        began = time.perf_counter()
        found = by(self, moment)
        self._took[by].append(time.perf_counter() - began)
        if len(found) != DUE:
            raise RuntimeError(f"{len(found)} claimed")

    def took(self, by: Claim) -> float:
        return quarter(self._took[by])


def quarter(seconds: list[float]) -> float:
    """The lower quartile, in milliseconds: what else the machine does is left out."""
    return statistics.quantiles(seconds, n=4)[0] * 1000


def fill(path: Path, actions: int) -> None:
    """Open actions and their timers, written straight into the tables."""
    values = {
        "id": f"'g' || (i / {IN_GROUP}) || ':' || i", "group_id": f"'g' || (i / {IN_GROUP})", "number": "i", "owners": "'[\"anna\"]'",
        "due": "'2027-01-01'", "by": "'anna'", "at": stored(0), "each": "0", "done_by": "'[]'", "state": "'open'", "version": "1",
        "text_id": "NULL", "turn": "hex(i)", "touched_at": stored(0), "in_view_until": "'9999-12-31T00:00:00.000000+00:00'",
        "reminded": "0", "owner_asked": "0",
    }  # fmt: skip
    columns = KINDS["Action"].table.columns
    given = {f'"{c.name}"': values.get(c.name, "NULL" if c.nullable else "''") for c in columns}
    words = {
        "actions": actions, "in_group": IN_GROUP, "columns": ", ".join(given), "values": ", ".join(given.values()),
        "later": later(actions),
    }  # fmt: skip
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF").close()
    connection.execute("BEGIN")
    for statement in LOAD:
        connection.execute(statement.format(**words))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    connection.close()
    with path.open("rb") as filled:
        os.fsync(filled.fileno())  # not on its way to the disk while it is measured


def stored(days: float) -> str:
    """An instant as SQL, in the way that the store writes instants."""
    return f"'{text(MONDAY + timedelta(days=days))}'"


def later(actions: int) -> str:
    """SQL for an instant of its own for each i, from a month from now and over the year."""
    return f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', '2026-12-23', '+' || (i * 7919 % {actions} * 31536000 / {actions}) || ' seconds')"


def fall_due(connection: sqlite3.Connection, moment: datetime) -> None:
    """As many timers of the morning's reminders fall due as one claim takes."""
    rows = [(f"Person d{n} {moment}", "remind", f"@d{n}", text(moment), text(moment)) for n in range(DUE)]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO timers (owner, kind, subject, due, free_at) VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def by_store(world: World, moment: datetime) -> Sequence[object]:
    return world.store.claim_timers(moment, limit=DUE, lease=timedelta(days=20))


def by_sql(world: World, moment: datetime) -> Sequence[object]:
    """The same by the bare driver: whether anything is due, without the write lock, and then the claim."""
    bare = world.bare
    bare.execute("SELECT id FROM timers WHERE free_at <= ? LIMIT 1", (text(moment),)).fetchall()
    bare.execute("BEGIN IMMEDIATE")
    found = bare.execute(CLAIM, (text(moment + timedelta(days=20)), text(moment), DUE)).fetchall()
    bare.execute("COMMIT")
    return found
