"""Leases: who lives keeps what is its, however slow; and a clock that is set, forwards or back, loses nothing and doubles nothing."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from handlers.engine import Engine
from handlers.speaker import TryAgain
from storage.store import Store
from tests.handlers.world import MONDAY, World, said
from tests.patience import until


class Wall:
    """It ticks, and is `set` by somebody. One that stands goes on by `tick` alone."""

    def __init__(self, start: datetime, stands: bool = False) -> None:
        self._start, self._began, self._set, self._stands = start, time.monotonic(), 0.0, stands

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(0.0 if self._stands else time.monotonic() - self._began) + self._set)

    def tick(self, by: timedelta) -> None:
        self._start += by

    def drift(self) -> float:
        return self._set

    def set(self, by: timedelta) -> None:
        self._set += by.total_seconds()


def walled(world: World, stands: bool = False) -> Wall:
    world.clock = wall = Wall(MONDAY, stands)  # type: ignore[assignment]
    return wall


def renewed(engine: Engine) -> None:
    """Wait until what the engine held when we came has been said anew: one that is begun after another has ended that one."""
    for _ in range(2):
        before = engine.postman._renewed
        until(lambda before=before: engine.postman._renewed > before)


def looked(engine: Engine) -> None:
    """Wait until it has looked for something to send, from beginning to end."""
    before = engine.postman._not_before
    engine.postman.dispatch()
    until(lambda: engine.postman._not_before > before)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.postman.RENEWED_EACH", 0.1)
    monkeypatch.setattr("handlers.clock.LONGEST_SLEEP", timedelta(seconds=0.5))


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def test_what_is_sent_slowly_is_left_alone_by_others_and_what_a_dead_process_held_is_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.postman.LEASE", timedelta(seconds=2))
    wall, go = walled(world, stands=True), threading.Event()
    world.slack.hold = go
    slow, other = world.new_engine(), world.new_engine()
    slow.handle(said("spara ring", "e1"))
    slow.start()
    until(lambda: world.slack.calls)
    other.start()
    for _ in range(4):
        wall.tick(timedelta(seconds=1))
        renewed(slow)
        looked(other)
    assert world.slack.calls == 1
    slow.end()  # as if it were dead: it neither renews nor claims, and what it was sending hangs
    wall.tick(timedelta(seconds=5))
    until(lambda: world.slack.calls == 2)
    go.set()
    until(lambda: world.store.backlog(wall.now(), timedelta(0)).rows == 0)
    _stop([slow, other])


def test_a_clock_set_while_it_looks_makes_it_take_nothing(world: World) -> None:
    """Between seeing that all is as it was and claiming by what the clock shows."""
    wall = walled(world)
    holder, other = world.new_engine(), world.new_engine()
    holder.handle(said("spara ring", "e1"))
    assert world.store.claim_outbox(wall.now(), 10, timedelta(minutes=10))
    other.postman._rounds = threading.current_thread()
    other.postman._claim_in(0)
    other.postman._renew = lambda all=False: wall.set(timedelta(hours=1))  # type: ignore[method-assign]
    other.postman._round()
    assert not other.postman._held
    other.postman._rounds = None


@pytest.mark.parametrize("by", [timedelta(hours=1), -timedelta(hours=1)])
def test_what_is_under_way_is_sent_once_though_the_clock_is_set(world: World, by: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sees it gives the others time to see it too, before anything is claimed. Here that time is over when they have."""
    monkeypatch.setattr("handlers.postman.RENEWED_EACH", 60.0)
    monkeypatch.setattr("handlers.postman.LEASE", timedelta(minutes=10))
    wall, go = walled(world), threading.Event()
    world.slack.hold = go
    engines = [world.new_engine() for _ in range(2)]
    engines[0].handle(said("spara ring", "e1"))
    for engine in engines:
        engine.start()
    until(lambda: world.slack.calls)
    wall.set(by)
    for engine in engines:
        engine.postman.dispatch()
        until(lambda engine=engine: engine.postman._not_before > time.monotonic() + 60)
    for engine in engines:
        with engine.postman._changed:
            engine.postman._not_before = 0.0
            engine.postman._changed.notify()
    for _ in range(3):  # each looks again and again
        for engine in engines:
            looked(engine)
    go.set()
    until(lambda: world.slack.sent and world.store.backlog(wall.now(), timedelta(0)).rows == 0)
    _stop(engines)
    assert (world.slack.calls, len(world.slack.sent), len(world.teams.sent)) == (1, 1, 1)


def test_a_clock_set_back_holds_up_no_next_try(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.postman.LEASE", timedelta(seconds=1))
    wall = walled(world)
    world.slack.refuse = TryAgain("no_answer")
    engine = world.new_engine()
    engine.handle(said("spara ring", "e1"))
    engine.start()
    until(world.store.waiting)
    world.slack.refuse = None
    wall.set(-timedelta(hours=5))
    until(lambda: world.slack.sent)
    _stop([engine])
    assert len(world.slack.sent) == 1


def test_the_heart_goes_on_beating_when_the_clock_is_set_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """APScheduler waits for an instant, which is far off then."""
    wall = walled(world)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Moved:  # type: ignore[override]
            return cls.fromtimestamp(wall.now().timestamp(), tz)  # type: ignore[arg-type]

    monkeypatch.setattr("handlers.clock.datetime", Moved)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Moved)
    engine = world.new_engine()
    engine.start()
    time.sleep(0.3)
    wall.set(-timedelta(hours=1))
    beaten = time.monotonic() + 0.2
    until(lambda: engine._beaten > beaten)
    _stop([engine])


def _stop(engines: list[Engine]) -> None:
    for engine in engines:
        engine.stop()
