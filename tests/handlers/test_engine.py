from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.incoming import Incoming
from bot.timers import Timer, timers_of
from handlers.clock import RealClock, SimulatedClock
from handlers.engine import Engine
from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET
from tests.handlers import world as small
from tests.handlers.world import MONDAY, WORDS, World, said
from tests.patience import until


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def test_the_running_engine_sends_at_once_and_stops_cleanly(world: World) -> None:
    world.engine.start()
    world.say("spara ring")
    until(lambda: world.slack.sent and world.teams.sent)
    assert world.engine.stop()


def test_two_engines_on_one_database_say_everything_once(world: World) -> None:
    engines = [world.engine, world.new_engine()]
    for n in range(5):
        world.say(f"spara {n}", f"e{n}")
    barrier = threading.Barrier(2)

    def drain(engine: Engine) -> None:
        barrier.wait()
        engine.drain()

    threads = [threading.Thread(target=drain, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.engine.drain()
    assert sorted(world.slack.texts) == sorted(set(world.slack.texts))
    assert len(world.slack.sent) == len(world.teams.sent) == 5


def test_lines_at_the_same_moment_are_all_kept_and_numbered(world: World) -> None:
    def run(n: int) -> None:
        world.engine.handle(said(f"spara {n}", f"e{n}"))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.store.read() as read:
        view = read.snapshot_for(["tall"], [], MONDAY).views["tall"]
    assert sorted(action.number for action in view.actions) == list(range(1, 9))


def first_timer(world: World) -> Timer:
    with world.store.read() as read:
        return min((t for p in read.people() for t in timers_of(p, MONDAY)), key=lambda timer: timer.due)


def test_a_timer_whose_turn_fails_is_tried_again_later_and_stops_no_other(world: World) -> None:
    fails = [True]

    def due(snapshot: object, timer: Timer, now: datetime) -> object:
        if fails[0]:
            raise ValueError("no")
        return small.due(snapshot, timer, now)  # type: ignore[arg-type]

    engine = Engine(
        world.store, WORDS, world.engine.postman.speakers, world.clock,
        decide=small.decide, due=due, draw=small.draw,  # type: ignore[arg-type]
    )  # fmt: skip
    world.clock.move(first_timer(world).due)
    assert engine.wake() >= 1
    assert world.store.next_due() is not None
    fails[0] = False
    engine.drain()
    assert world.slack.sent == []
    world.clock.move(world.clock.now() + timedelta(minutes=16))
    engine.drain()
    assert world.slack.sent


def test_health_says_what_is_late(world: World) -> None:
    assert world.engine.health() == {"ok": True, "late": 0, "problems": []}
    world.say("spara ring")
    world.clock.move(MONDAY + timedelta(minutes=30))
    health = world.engine.health()
    assert health["ok"] is False
    assert health["late"]


def test_nothing_in_memory_matters(tmp_path: Path) -> None:
    """A new process on the same files goes on where the killed one was."""
    url, secret = f"sqlite:///{tmp_path / 'a.db'}", bytes(32)
    first = Store(url, KeyStore(tmp_path / "keys", secret))
    first.migrate()
    world = World(first)
    world.say("spara ring")
    first.close()
    second = Store(url, KeyStore(tmp_path / "keys", secret))
    Engine(second, WORDS, world.engine.postman.speakers, world.clock, draw=small.draw).drain()
    second.close()
    assert len(world.slack.sent) == len(world.teams.sent) == 1


def test_who_lives_in_a_channel_follows_the_group(world: World) -> None:
    assert set(world.engine.residents("slack:nvg-tall")[0]) == {"anna", "bo", "eva"}
    assert world.engine.residents("slack:other") == ((), ())


def test_a_simulated_clock_never_goes_backwards() -> None:
    clock = SimulatedClock(MONDAY)
    clock.move(MONDAY + timedelta(hours=1))
    clock.move(MONDAY)
    assert clock.now() == MONDAY + timedelta(hours=1)
    ticking = SimulatedClock(MONDAY, ticking=True)
    time.sleep(0.01)
    assert ticking.now() > MONDAY


def test_the_real_clock_is_aware() -> None:
    assert RealClock().now().tzinfo is UTC


def test_who_is_stopped_between_two_clocks_does_not_take_the_one_for_set(monkeypatch: pytest.MonkeyPatch) -> None:
    steady, shown = iter([0.0, 0.0, 10.0, 15.0, 20.0, 20.0]), iter([1000.0, 1015.0, 1020.0])
    monkeypatch.setattr("handlers.clock.time", SimpleNamespace(monotonic=lambda: next(steady), time=lambda: next(shown)))
    assert RealClock().drift() == 0.0


def test_somebody_unknown_is_answered_without_fuss(world: World) -> None:
    answered = world.engine.handle(Incoming("e", "nobody", small.CHANNEL, said="hej"))
    assert not answered.changed


def test_a_heartbeat_lets_go_of_the_key_that_another_process_destroyed(world: World, keys: KeyStore, tmp_path: Path) -> None:
    key_id, sealed = keys.seal("gran", "hemligt")
    other = KeyStore(tmp_path / "nvg.db.keys", SECRET)
    assert other.destroy("gran", world.clock.now())
    other.close()
    assert keys.open(key_id, sealed) == "hemligt"  # held from before
    world.engine.beat()
    assert keys.open(key_id, sealed) is None
