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
BUDGET = 240.0  # seconds: the weeks that fit are played, all of them on a machine of one's own; else the year is reckoned from them
DAYS = ("måndagar", "tisdagar", "onsdagar", "torsdagar", "fredagar")
MEETING = (
    "starta mötet",
    "åtgärd @{bo} ringa hemtjänsten om kvällspasset senast fredag",
    "åtgärd @{cecilia} fråga om hjälpmedel",
    "beslut: hemtjänsten kommer två gånger om dagen, ansvarig @{anna}",
    "avsluta mötet",
)


def measure() -> Iterator[Figure]:
    """The weeks that fit in the budget, and what a year is by that."""
    return rehearsed(BUDGET)


def whole() -> Iterator[Figure]:
    """All 52 weeks, however long it takes."""
    return rehearsed(float("inf"))


def rehearsed(budget: float) -> Iterator[Figure]:
    """Each group meets each week, agrees on two actions, and finishes those of the week before."""
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
        weeks, marks = 0, [began]
        for said in played(stage):
            weeks, lines = weeks + 1, said
            marks.append(time.perf_counter())
            if weeks == WEEKS or marks[-1] - began > budget:
                break
        took = marks[-1] - began
        bare_took = sum(bare(folder / "bare.db", lines))
    what = f"{lines * WEEKS // weeks:,} lines, {len(stage.out) * WEEKS // weeks:,} messages; {weeks} weeks played"
    yield Figure(f"a year of {GROUPS} groups ({what})", took * WEEKS / weeks, "s", bare_took * WEEKS / weeks)
    yield Figure("  for each line, with all that it led to", took / lines * 1000, "ms", bare_took / lines * 1000)
    if weeks > 3:
        yield Figure("  the last week beside the second", marks[-1] - marks[-2], "s", marks[2] - marks[1])


def played(stage: Stage) -> Iterator[int]:
    """Week by week without end; gives back the number of lines said so far."""

    def say(group: int, line: str, n: int = 0) -> None:
        names = {name.split()[0].lower(): person(group, i) for i, name in enumerate(NAMES)}
        stage.said(person(group, n), Place("slack", channel(group)), f"/nvg {line.format(**names)}")

    for group in range(GROUPS):
        say(group, f"möte {DAYS[group % 5]} {8 + group % 8:02}:00")
    lines = GROUPS
    for week in itertools.count():
        for day, hour in itertools.product(range(5), range(8)):
            stage.advance(MONDAY + timedelta(weeks=week, days=day, hours=hour))
            for group in range(GROUPS):
                if (group % 5, group % 8) != (day, hour):
                    continue
                done = [f"klar {n} det gick bra" for n in (2 * week - 1, 2 * week) if week]
                for n, line in enumerate((*done, *MEETING)):
                    say(group, line, n % 3)
                    lines += 1
        yield lines
