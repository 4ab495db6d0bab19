from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.lane import Lane
from handlers.pace import Budget, Pace, Wait
from tests.patience import until

TEAMS = (Budget(7, 1.0), Budget(60, 30.0), Budget(1800, 3600.0))


class Watch:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


# --- budgets


@given(
    st.lists(st.tuples(st.integers(1, 5), st.floats(0.5, 20.0)), min_size=1, max_size=3),
    st.lists(st.floats(0.0, 3.0), min_size=1, max_size=80),
)
def test_no_stretch_of_time_ever_holds_more_than_its_budget(limits: list[tuple[int, float]], gaps: list[float]) -> None:
    watch = Watch()
    pace, budgets = Pace(watch), tuple(Budget(*limit) for limit in limits)
    went: list[float] = []
    for gap in gaps:
        watch.time += gap
        wait = pace.take({"a": budgets})
        if wait is None:
            went.append(watch.time)
        for budget in budgets:
            assert all(later - first > budget.seconds - 1e-6 for first, later in zip(went, went[budget.most :], strict=False))


def test_what_is_waited_for_is_no_longer_than_it_must_be() -> None:
    watch = Watch()
    pace = Pace(watch)
    for went in range(1, 1800 + 60):
        while wait := pace.take({"a": TEAMS}):
            assert wait.seconds > 0
            watch.time += wait.seconds
        if went == 7:
            assert watch.time == 1000.0
        if went == 8:
            assert 1001.0 <= watch.time < 1001.1
        if went == 61:
            assert 1030.0 <= watch.time < 1030.1
        if went == 1801:
            assert 4600.0 <= watch.time < 4600.1


def test_nothing_is_counted_where_one_of_the_keys_is_full() -> None:
    watch = Watch()
    pace = Pace(watch)
    one, two = (Budget(1, 10.0),), (Budget(2, 5.0),)
    assert pace.take({"channel a": one, "team": two}) is None
    assert pace.take({"channel a": one, "team": two}) == Wait("channel a", 10.0, 10.0)
    assert pace.take({"channel b": one, "team": two}) is None
    assert pace.take({"channel c": one, "team": two}) == Wait("team", 5.0, 2.5)
    watch.time += 5
    assert pace.take({"channel c": one, "team": two}) is None


def test_a_pause_holds_only_its_key_and_the_longest_one_counts() -> None:
    watch = Watch()
    pace = Pace(watch)
    pace.pause("a", 5)
    pace.pause("a", 2)
    assert pace.take({"a": (), "b": ()}) == Wait("a", 5.0)
    assert pace.take({"b": ()}) is None
    assert pace.paused("a") == 5.0
    watch.time += 5
    assert pace.take({"a": ()}) is None
    assert pace.paused("a") == 0.0


def test_keys_that_no_longer_matter_are_forgotten() -> None:
    watch = Watch()
    pace = Pace(watch)
    for n in range(30_000):
        watch.time += 0.01
        pace.take({f"channel {n}": (Budget(1, 1.0),)})
    assert len(pace._gone) <= 20_001
    assert pace.take({"channel 29999": (Budget(1, 1.0),)}) is not None


# --- the lane


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """What lanes tell the time by."""
    watch = Watch()
    monkeypatch.setattr("handlers.lane.time", SimpleNamespace(monotonic=watch, sleep=time.sleep))
    return watch


class Road:
    """What a lane did, in order, by a pace of its own. A row is (key, number)."""

    def __init__(self, watch: Watch, budgets: dict[str, tuple[Budget, ...]], at_once: int = 4, work: Callable[[], object] | None = None) -> None:
        self.pace, self.budgets, self.work = Pace(watch), budgets, work
        self.done: list[tuple[str, int]] = []
        self.most = self.now = 0
        self.lock = threading.Lock()
        self.lane: Lane[tuple[str, int]] = Lane("test", self.room, self.go, at_once)

    def room(self, row: tuple[str, int]) -> Wait | None:
        return self.pace.take({each: self.budgets.get(each, ()) for each in (row[0], "all")})

    def go(self, row: tuple[str, int]) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if self.work:
            self.work()
        with self.lock:
            self.now -= 1
            self.done.append(row)

    def run(self, count: int) -> None:
        """Move on, as the postman does, until so many are done, and no more can be at this time."""

        def done() -> bool:
            self.lane.move()
            return not self.lane._busy and len(self.done) >= count

        until(done)
        assert len(self.done) == count


def test_a_key_that_is_used_up_holds_up_only_its_own(watch: Watch) -> None:
    road = Road(watch, {"slow": (Budget(1, 0.3),)})
    for n in range(3):
        assert road.lane.add(("slow", n)) is None
    for n in range(20):
        assert road.lane.add((f"quick {n}", n)) is None
    for n in range(3):
        road.run(21 + n)
        watch.time += 0.301
    assert [row for row in road.done if row[0] == "slow"] == [("slow", 0), ("slow", 1), ("slow", 2)]
    assert road.done[-2:] == [("slow", 1), ("slow", 2)]


def test_all_of_a_shared_budget_is_used(watch: Watch) -> None:
    road = Road(watch, {"all": (Budget(10, 0.1),)})
    for n in range(100):
        assert road.lane.add((f"channel {n}", n)) is None
    for tens in range(1, 11):
        road.run(10 * tens)
        watch.time += 0.101


def test_no_more_are_under_way_than_may_be_and_the_others_wait_without_a_thread(watch: Watch) -> None:
    gate = threading.Event()
    road = Road(watch, {}, at_once=3, work=lambda: gate.wait(60))
    for n in range(50):
        assert road.lane.add(("a", n)) is None
    until(lambda: road.now == 3)
    gate.set()
    road.run(50)
    assert road.most == 3


def test_what_must_wait_long_is_given_back_each_with_a_turn_of_its_own(watch: Watch) -> None:
    road = Road(watch, {"slow": (Budget(1, 4.0),)})
    waits = [road.lane.add(("slow", n)) for n in range(8)]
    assert waits[:3] == [None, None, None]  # one goes, two wait in memory: 4 and 8 seconds
    later = [each for each in waits[3:] if each is not None]
    assert len(later) == 5
    assert all(3.9 < second - first < 4.1 for first, second in pairwise(later))
    assert 6 < later[0] <= 12
    road.pace.pause("shut", 900)
    assert 450 <= (road.lane.add(("shut", 1)) or 0) <= 900
    assert len(road.lane.stop()) == 2


def test_what_waits_is_handed_back_when_it_stops_and_what_was_begun_is_finished(watch: Watch) -> None:
    gate = threading.Event()
    road = Road(watch, {"a": (Budget(1, 5.0),)}, at_once=1, work=lambda: gate.wait(60))
    for n in range(3):
        road.lane.add(("a", n))
    assert sorted(road.lane.stop()) == [("a", 1), ("a", 2)]
    assert not road.lane.wait(watch())
    gate.set()
    assert road.lane.wait(watch() + 2.0)
    assert road.done == [("a", 0)]
