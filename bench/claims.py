"""What a wake-up of the clock costs: claiming the timers that are due, with few and with very many open actions."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.figure import Figure
from bench.world import MONDAY, opened
from storage.store import Store
from storage.tables import KINDS

ROUNDS, DUE = 250, 50  # claims that are measured, and timers due at each
IN_GROUP = 20  # open actions in each group

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
    few = claimed(10_000)
    many = claimed(2_000_000)
    yield Figure("due claim, 10 thousand open actions", few[0], "ms", few[1], most_times=1.2)
    yield Figure("due claim, 2 million open actions", many[0], "ms", many[1], most_times=1.2)
    yield Figure("due claim, 2 million beside 10 thousand", many[0], "ms", few[0], most_times=1.2)


def claimed(actions: int) -> tuple[float, float]:
    """Milliseconds of a claim by the store and by bare SQL, one after the other, in a database with so many."""
    ours: list[float] = []
    bare: list[float] = []
    with opened() as (store, folder):
        path = folder / "nvg.db"
        fill(path, actions)
        connection, others = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
        connection.execute("PRAGMA synchronous=FULL").close()
        for n in range(2 * ROUNDS):
            moment = MONDAY + timedelta(minutes=n)
            fall_due(others, moment)  # by another process, as far as both can see
            (ours if n % 2 else bare).append(by_store(store, moment) if n % 2 else by_sql(connection, moment))
        connection.close()
        others.close()
    return quarter(ours), quarter(bare)


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
    os.sync()  # what was filled in is not on its way to the disk while it is measured


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


def by_store(store: Store, moment: datetime) -> float:
    began = time.perf_counter()
    timers = store.claim_timers(moment, limit=DUE, lease=timedelta(days=20))
    took = time.perf_counter() - began
    if len(timers) != DUE:
        raise RuntimeError(f"{len(timers)} claimed")
    return took


def by_sql(connection: sqlite3.Connection, moment: datetime) -> float:
    """The same by the bare driver: whether anything is due, without the write lock, and then the claim."""
    began = time.perf_counter()
    connection.execute("SELECT id FROM timers WHERE free_at <= ? LIMIT 1", (text(moment),)).fetchall()
    connection.execute("BEGIN IMMEDIATE")
    lease = text(moment + timedelta(days=20))
    found = connection.execute(CLAIM, (lease, text(moment), DUE)).fetchall()
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    if len(found) != DUE:
        raise RuntimeError(f"{len(found)} claimed")
    return took
