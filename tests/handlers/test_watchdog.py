"""What is late is told to the administrators: once, however many processes look, until all has been well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import watchdog
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.speaker import LockedOut, TryAgain
from storage.store import Store
from tests.handlers.world import World


@pytest.fixture
def world(store: Store) -> World:
    world = World(store)
    with store.turn() as work:
        anna = work.person("anna")
        assert anna
        work.save([replace(anna, roles=frozenset({"administrator"}))], world.clock.now())
    return world


def watched(world: World, *engines: Engine) -> list[str]:
    """What is told of being behind, when each process has looked and all has been sent that can be."""
    for engine in engines or (world.engine,):
        watchdog.look(engine.store, engine.turns, world.clock.now())
    world.engine.drain()
    return [text for text in (*world.slack.texts, *world.mail.texts) if "Jag ligger efter" in text]


def test_the_administrator_is_told_once_by_whoever_sees_it_first(world: World) -> None:
    world.teams.refuse = TryAgain("no_answer")
    world.say("spara ring")
    world.later(minutes=9)
    assert watched(world) == []
    world.later(minutes=5)
    engines = [world.engine, world.new_engine(), world.new_engine()]
    [told] = watched(world, *engines)
    assert "1 meddelande väntar" in told
    assert "i dag kl. 08:00" in told
    world.later(minutes=40)
    assert len(watched(world, *engines)) == 1


def test_when_all_has_been_well_new_trouble_is_told_of_anew(world: World) -> None:
    for n in range(2):
        world.teams.refuse = TryAgain("no_answer")
        world.say(f"spara {n}", f"e{n}")
        world.later(minutes=15)
        assert len(watched(world)) == n + 1
        world.teams.refuse = None
        world.later(hours=1)
        assert world.engine.health()["ok"]
        watched(world)
    with world.store.read() as read:
        assert [each.fact.kind for each in read.facts(subject="watchdog")] == ["fell_behind", "caught_up"] * 2


def test_of_what_shuts_us_out_nothing_more_is_told(world: World) -> None:
    world.teams.refuse = LockedOut("t", "token_revoked", timedelta(minutes=15))
    world.say("spara ring")
    world.later(hours=1)
    assert watched(world) == []
    assert not world.engine.health()["ok"]
    assert sum("Teams släpper inte in mig" in text for text in world.slack.texts) == 1


def test_a_database_that_does_not_answer_is_not_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(world.store, "late", dead)
    assert world.engine.health() == {"ok": False, "late": 0, "problems": ["database OSError"]}


def test_a_process_whose_heart_has_stopped_is_not_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(world.clock, SimulatedClock)
    world.engine.start()
    assert world.engine.health()["ok"]
    world.engine.stop()
    monkeypatch.setattr("handlers.engine.NO_BEAT", -1.0)
    [problem] = world.engine.health()["problems"]  # type: ignore[misc]
    assert "no heartbeat" in problem
