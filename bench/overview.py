"""The weekly overview over 1,000 groups: its read model beside the same questions in raw SQL, its rendering, and whether
a longer history makes it dearer."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as datetime_time
from pathlib import Path
from typing import Any

from bench.figure import Figure
from bench.world import opened
from bot.digests import Page, overview
from bot.incoming import Incoming, Place
from bot.model import Action, Consent, Decision, Escalation, Group, Kept, Meeting, Person, Snapshot
from bot.outcome import Need
from bot.rules.escalation_plan import Pace, make_plan
from handlers.clock import SimulatedClock
from handlers.turn import Turns
from storage.store import Store
from storage.tables import ALWAYS
from templates.words import Words

GROUPS, WEEKS, SHORT = 1000, 52, 16
NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # a Friday, 14:00 in Stockholm
MONDAY = date(2026, 11, 23)
TIMES = 11


def measure() -> Iterator[Figure]:
    with opened() as (store, folder), opened() as (young, other):
        fill(store, folder / "nvg.db", WEEKS)
        fill(young, other / "nvg.db", SHORT)
        page, words = Page(MONDAY), Words()
        found = read(store)
        person = Person("kia", "Kia Ord", roles=frozenset({"coordinator"}))
        turns, numbers = Turns(store, words, SimulatedClock(NOW)), itertools.count()

        def worded() -> None:
            message = overview(person, {}, found, page, NOW)
            assert not isinstance(message, Need)
            words.render(message, "sv", {}, NOW, "kia")

        with contextlib.closing(sqlite3.connect(folder / "nvg.db")) as connection:
            long, raw, short, made, whole = medians(
                lambda: read(store), lambda: bare(connection), lambda: read(young), worded, lambda: asked(turns, next(numbers))
            )  # fmt: skip
    yield Figure(f"overview of {GROUPS} groups x {WEEKS} weeks, read", long, "ms", raw, most_times=2)
    yield Figure(f"overview: {WEEKS} weeks of history beside {SHORT}", long, "ms", short, most_times=1.3)
    yield Figure("overview: what is needed first, and its words", made, "ms")
    yield Figure("overview: the whole command, answered", whole, "ms", raw)


def medians(*runs: Callable[[], object]) -> list[float]:
    """Milliseconds of each, taken in turn so that whatever else the machine does meets them all."""
    took: list[list[float]] = [[] for _ in runs]
    for _ in range(TIMES):
        for run, times in zip(runs, took, strict=True):
            began = time.perf_counter()
            run()
            times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times[1:]) for times in took]


def read(store: Store) -> Snapshot:
    with store.read() as looking:
        return looking.add(Snapshot(), Need((f"overview {MONDAY} 2026-11-27T14:00 all: ",)))


def asked(turns: Turns, n: int) -> None:
    answered = turns.handle(Incoming(f"o{n}", "kia", Place("slack", person="kia"), said="veckoöversikt"))
    if answered.name != "weekly_overview":
        raise RuntimeError(answered.name)


# --- a long history ---------------------------------------------------------------------------------------------------


def fill(store: Store, path: Path, weeks: int) -> None:
    """Groups, and for each of them every week a meeting, two decisions, five actions, and now and then a lifted matter."""
    groups: list[Kept] = [
        Group(f"g{n}", f"g{n}", state="active", above="gk", contact_person="kia" if n % 9 else "", consent=Consent(date(2028, 1, 1))) for n in range(GROUPS)
    ]
    committee = Group("gk", "gk", kind="committee", state="active", level=2)
    kia = Person("kia", "Kia Ord", "Arvika kommun", ("slack:kia",), roles=frozenset({"coordinator"}))
    samples: dict[str, Kept] = {
        "meetings": Meeting("gk:2020-01-01", "gk", wall_clock(MONDAY), wall_clock(MONDAY), state="ended"),
        "decisions": Decision("gk:B1", "gk", 1, "kia", NOW),
        "actions": Action("gk:1", "gk", 1, ("kia",), date(2020, 1, 1), "kia", NOW, state="done", closed_at=NOW),
        "escalations": Escalation("gk:H1", "gk", 1, "g", "kia", NOW, "gk", make_plan(NOW, Pace()), NOW, state="closed", answered_at=NOW, helped_at=NOW),
    }
    with store.turn() as work:
        work.save([kia, committee, *groups, *samples.values()], NOW)
    connection = sqlite3.connect(path)
    for table in samples:
        cursor = connection.execute(f"SELECT * FROM {table} WHERE group_id = 'gk'")
        pattern = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
        marks = ", ".join(f":{name}" for name in pattern)
        rows = ({**pattern, **changes} for changes in history(table, weeks))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.execute(f"DELETE FROM {table} WHERE group_id = 'gk'")
    connection.commit()
    connection.close()


def history(table: str, weeks: int) -> Iterator[dict[str, Any]]:
    """How each row differs from its pattern. The newest week has what is open."""
    for group in range(GROUPS):
        for week in range(weeks):
            begins = datetime(2026, 11, 23, 8, tzinfo=UTC) - timedelta(weeks=week)
            now = week == 0
            if table == "meetings":
                starts = begins.replace(tzinfo=None) + timedelta(days=1)
                state = "missed" if (group + week) % 7 == 0 else "ended"
                yield {"id": f"g{group}:m{week}", "group_id": f"g{group}", "state": state, **naive(starts=starts, planned=starts)}
            elif table == "decisions":
                for n in range(2):
                    number = week * 2 + n
                    yield {"id": f"g{group}:B{number}", "group_id": f"g{group}", "number": number, **stamps(at=begins + timedelta(hours=n))}
            elif table == "actions":
                for n in range(5):
                    number = week * 5 + n
                    at = begins + timedelta(hours=n)
                    closed = at + timedelta(hours=1 + (group * 7 + number * 13) % 90)
                    due = {"due": (at.date() + timedelta(days=n % 4)).isoformat()}
                    same = {"id": f"g{group}:{number}", "group_id": f"g{group}", "number": number, **due, **stamps(at=at)}
                    if now and n < 3:
                        stuck = (group + n) % 11 == 0
                        yield {**same, "state": "stuck" if stuck else "open", "closed_at": None, **stamps(in_view_until=ALWAYS, stuck_at=at if stuck else None)}
                    else:
                        yield {**same, **stamps(closed_at=closed)}
            elif (group + week) % 5 == 0:
                live = week < 2
                given = begins + timedelta(hours=(group + week) % 50)
                same = {"id": f"g{group}:H{week}", "group_id": f"g{group}", "number": week, "code": f"g{group}", **stamps(at=begins)}
                if live:
                    yield {**same, "state": "open", **stamps(in_view_until=ALWAYS, answered_at=None, helped_at=None)}
                else:
                    yield {**same, "helped": "helped", **stamps(answered_at=given, helped_at=given)}


def stamps(**instants: datetime | None) -> dict[str, str | None]:
    """Instants as the store keeps them in SQLite."""
    return {name: at.isoformat(timespec="microseconds") if at else None for name, at in instants.items()}


def wall_clock(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, datetime_time(hour))


def naive(**moments: datetime) -> dict[str, str]:
    return {name: f"{at:%Y-%m-%d %H:%M:%S.%f}" for name, at in moments.items()}


# --- the bare thing ---------------------------------------------------------------------------------------------------

CARE = "group_id IN (SELECT id FROM groups WHERE kind = 'care')"
CLOSED = "closed_at >= :begins AND closed_at < :ends AND state = 'done'"
OPEN = "in_view_until = '9999-12-31T00:00:00.000000+00:00'"
RAW = (
    "SELECT id, code, state, above, contact_person, consent FROM groups WHERE kind = 'care'",
    f"SELECT group_id, state, count(*) FROM meetings WHERE {CARE} AND starts >= :monday AND starts < :sunday GROUP BY group_id, state",
    f"SELECT DISTINCT group_id FROM meetings WHERE {CARE} AND {OPEN} AND starts >= :now",
    f"SELECT group_id, count(*) FROM decisions WHERE {CARE} AND at >= :begins AND at < :ends AND state = 'valid' GROUP BY group_id",
    f"SELECT group_id, count(*), sum(due >= substr(closed_at, 1, 10)), sum(substr(at, 1, 10) = substr(closed_at, 1, 10)) FROM actions "
    f"WHERE {CARE} AND {CLOSED} GROUP BY group_id",
    "SELECT group_id, sum(state = 'open' AND due < :today), min(CASE WHEN state = 'open' AND due < :today THEN due END), sum(state = 'stuck'), "
    f"min(stuck_at), sum(state = 'stuck' AND id NOT IN (SELECT action FROM escalations WHERE {OPEN})) FROM actions WHERE {CARE} AND {OPEN} GROUP BY group_id",
    "SELECT closed_at < :begins AS earlier, (strftime('%s', closed_at) - strftime('%s', at)) / 3600 AS hours, count(*) FROM actions "
    f"WHERE {CARE} AND closed_at >= :since AND closed_at < :ends AND state = 'done' GROUP BY earlier, hours",
    "SELECT answered_at < :begins AS earlier, (strftime('%s', answered_at) - strftime('%s', at)) / 3600 AS hours, count(*) FROM escalations "
    f"WHERE {CARE} AND answered_at >= :since AND answered_at < :ends GROUP BY earlier, hours",
    f"SELECT id, state, urgent, at, body FROM escalations WHERE {CARE} AND {OPEN}",
    f"SELECT count(*) FROM escalations WHERE {CARE} AND answered_at >= :begins AND answered_at < :ends",
    f"SELECT helped, count(*) FROM escalations WHERE {CARE} AND helped_at >= :begins AND helped_at < :ends GROUP BY helped",
)


BEGINS = datetime(2026, 11, 22, 23, tzinfo=UTC)
VALUES = {
    **stamps(begins=BEGINS, ends=BEGINS + timedelta(weeks=1), since=BEGINS - timedelta(weeks=12)), "today": "2026-11-27",
    **naive(monday=wall_clock(MONDAY), sunday=wall_clock(MONDAY + timedelta(weeks=1)), now=wall_clock(NOW.date(), 14)),
}  # fmt: skip


def bare(connection: sqlite3.Connection) -> None:
    """The same questions asked of the database directly, every row fetched."""
    connection.execute("BEGIN")
    for statement in RAW:
        connection.execute(statement, VALUES).fetchall()
    connection.execute("COMMIT")
