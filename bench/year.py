"""A year of 50 groups through the whole bot: turns, timers, outbox and postman, with pretend platforms and a moved clock."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import timedelta

from bench.figure import Figure
from bench.turns import bare
from bench.world import MONDAY, NAMES, channel, opened, people, person, things
from bot.incoming import Place
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.run import settle
from handlers.simulator.stage import Stage
from templates.words import Words

GROUPS, WEEKS = 50, 52
DAYS = ("måndagar", "tisdagar", "onsdagar", "torsdagar", "fredagar")
MEETING = (
    "starta mötet",
    "åtgärd @{bo} ringa hemtjänsten om kvällspasset senast fredag",
    "åtgärd @{cecilia} fråga om hjälpmedel",
    "beslut: hemtjänsten kommer två gånger om dagen, ansvarig @{anna}",
    "avsluta mötet",
)


def measure() -> Iterator[Figure]:
    """Each group meets each week, agrees on two actions, and finishes them."""
    with opened() as (store, folder):
        with store.turn() as work:
            for group in range(GROUPS):
                work.save(things(group), MONDAY)
        stage = Stage(SimulatedClock(MONDAY))
        for group in range(GROUPS):
            for each in people(group):
                stage.add_person(each.id, each.name, "slack")
            stage.add_channel(f"slack:{channel(group)}")
        stage.join(Engine(store, Words(), stage.speakers, stage.clock))
        settle()
        began = time.perf_counter()
        turns = sum(1 for _ in played(stage))
        took = time.perf_counter() - began
        messages = len(stage.out)
        bare_took = sum(bare(folder / "bare.db", turns))
    yield Figure(f"a year of {GROUPS} groups: {turns:,} lines, {messages:,} messages", took, "s", bare_took)
    yield Figure("  of it for each line, with all that it led to", took / turns * 1000, "ms", bare_took / turns * 1000)


def played(stage: Stage) -> Iterator[None]:
    """Gives back once for each line said."""

    def say(group: int, line: str, n: int = 0) -> None:
        names = {name.split()[0].lower(): person(group, i) for i, name in enumerate(NAMES)}
        stage.said(person(group, n), Place("slack", channel(group)), f"/nvg {line.format(**names)}")

    for group in range(GROUPS):
        say(group, f"möte {DAYS[group % 5]} {8 + group % 8:02}:00")
        yield
    done = dict.fromkeys(range(GROUPS), 0)
    for week, day in itertools.product(range(WEEKS), range(5)):
        morning = MONDAY + timedelta(weeks=week, days=day)
        for group in range(day, GROUPS, 5):
            stage.advance(max(stage.now, morning + timedelta(hours=group % 8)))
            for n in range(done[group] + 1, 2 * week + 1):
                say(group, f"klar {n} det gick bra", n % 2 + 1)
                yield
            done[group] = 2 * week
            for line in MEETING:
                say(group, line)
                yield
