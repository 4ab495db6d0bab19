"""One command, from the event to its answer, with everything it changes durably kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.figure import Figure, calmest, percentiles
from bench.world import MONDAY, channel, opened, person, things
from bot.incoming import Incoming, Place
from handlers.clock import SimulatedClock
from handlers.run import settle
from handlers.turn import Turns
from templates.words import Words

LINE = "åtgärd @bo{group} ringa kommunen senast fredag"
TURNS, ROUNDS, GROUPS, OPEN = 500, 3, 50, 10  # each group ends with 42 open actions
WARM = 2 * GROUPS


def measure() -> Iterator[Figure]:
    """The line, over 50 groups, beside a bare insert that is as durable."""
    with opened() as (store, folder):
        with store.turn() as work:
            for group in range(GROUPS):
                work.save(things(group, OPEN), MONDAY)
        clock = SimulatedClock(MONDAY)
        turns = Turns(store, Words(), clock)
        for group in range(GROUPS):
            say(turns, f"m{group}", group, "möte tisdagar 13:00")
        settle()

        def said(name: str, count: int) -> list[float]:
            took: list[float] = []
            for n in range(count):
                clock.move(clock.now() + timedelta(seconds=10))
                began = time.perf_counter()
                say(turns, f"{name}.{n}", n % GROUPS, LINE.format(group=n % GROUPS))
                took.append(time.perf_counter() - began)
            return took

        said("warm", WARM)
        pairs = [(figures(said(str(n), TURNS)), figures(bare(folder / f"bare{n}.db", TURNS))) for n in range(ROUNDS)]
        ours, beside = (calmest(each) for each in zip(*pairs, strict=True))
    yield Figure("one command and its commit, p50", ours["p50"], "ms", beside["p50"])
    yield Figure(f"one command and its commit, p99 in the calmest of {ROUNDS} rounds", ours["p99"], "ms", beside["p99"], most=5)


def figures(seconds: Sequence[float]) -> Mapping[str, float]:
    half, most = percentiles(seconds)
    return {"p50": half, "p99": most}


def say(turns: Turns, event: str, group: int, line: str) -> None:
    answered = turns.handle(Incoming(event, person(group, 0), Place("slack", channel(group)), said=line))
    if not answered.changed:
        raise RuntimeError(f"the line {line!r} changed nothing: {answered.name}")


def bare(path: Path, count: int) -> list[float]:
    """Seconds that each transaction with one insert takes, with the same care for durability."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, words TEXT)")
    took: list[float] = []
    for n in range(count):
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (words) VALUES (?)", (f"ringa kommunen {n}" * 10,))
        connection.execute("COMMIT")
        took.append(time.perf_counter() - began)
    connection.close()
    return took
