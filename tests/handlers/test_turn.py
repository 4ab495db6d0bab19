from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.incoming import Incoming
from bot.messages.common import IdentityNumber
from bot.model import Snapshot
from bot.outcome import Need, Outcome, Post, Say
from bot.timers import Timer
from handlers.logs import JsonLines
from handlers.turn import Turns
from storage.store import ConflictError, Store, Work
from templates.card import visible_text
from tests.handlers.world import MONDAY, WORDS, World, decide, due, said, tapped


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def actions(store: Store) -> list[str]:
    with store.read() as read:
        return [action.text for action in read.snapshot_for(["tall"], [], MONDAY).views["tall"].actions]


def test_an_outcome_is_kept_and_answered(world: World) -> None:
    answered = world.engine.handle(said("spara ring kommunen"))
    assert answered.name == "did_you_mean"
    assert answered.card and "ring kommunen" in visible_text(answered.card)
    assert answered.changed
    assert actions(world.store) == ["ring kommunen"]


def test_the_same_event_is_decided_once_and_answered_alike(world: World) -> None:
    first = world.engine.handle(said("spara ring"))
    again = world.engine.handle(said("spara ring"))
    assert again.card == first.card
    assert not again.changed
    world.engine.drain()
    assert actions(world.store) == ["ring"]
    assert len(world.slack.sent) == 1


def test_a_retyped_line_is_not_stored_twice(world: World) -> None:
    world.say("spara ring", "e1")
    assert "#1" in world.say("spara ring", "e2")
    assert actions(world.store) == ["ring"]


def test_a_line_is_retyped_only_by_the_same_person_in_the_same_place(world: World) -> None:
    world.say("spara ring", "e1")
    world.say("spara ring", "e2", person="eva")
    world.say("spara Ring upp", "e3")
    assert actions(world.store) == ["ring", "ring", "Ring upp"]


def test_after_two_minutes_the_same_line_is_a_new_one(world: World) -> None:
    world.say("spara ring", "e1")
    world.clock.move(MONDAY + timedelta(minutes=2, seconds=1))
    world.say("spara ring", "e2")
    assert actions(world.store) == ["ring", "ring"]


def test_lines_that_change_nothing_may_be_said_again(world: World) -> None:
    assert world.say("tack", "e1") == world.say("tack", "e2") != ""


class Rival(Store):
    """A store where somebody else is first, `times` times."""

    times = 0

    @contextmanager
    def turn(self) -> Iterator[Work]:
        with super().turn() as work:
            yield work
            if self.times:
                self.times -= 1
                raise ConflictError


@pytest.mark.parametrize(("times", "kept"), [(1, ["ring"]), (4, ["ring"]), (5, [])])
def test_a_conflict_is_decided_again_but_not_for_ever(store: Store, times: int, kept: list[str]) -> None:
    world = World(store)
    rival = Rival(store.engine.url.render_as_string(hide_password=False), store.keys)
    rival.times = times
    answered = Turns(rival, WORDS, world.clock, decide=decide, due=due).handle(said("spara ring"))
    rival.close()
    assert actions(store) == kept
    assert answered.name == ("did_you_mean" if kept else "went_wrong")


def records(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(JsonLines().format(record) for record in caplog.records)


def test_what_goes_wrong_is_rolled_back_logged_without_words_and_said_kindly(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
        raise ValueError(f"cannot read {incoming.said}")

    turns = Turns(world.store, WORDS, world.clock, decide=broken)
    with caplog.at_level(logging.INFO, "nvg"):
        answered = turns.handle(said("Selmas hemlighet"))
    log = records(caplog)
    assert answered.name == "went_wrong"
    assert answered.card
    entry = json.loads(log.splitlines()[-1])
    assert entry["reference"] in visible_text(answered.card)
    assert entry["error"] == "ValueError"
    assert "Selma" not in log
    # nothing is remembered of it either: sent again, it is decided again
    assert world.engine.handle(said("spara ring")).changed


def test_an_answer_that_cannot_be_worded_rolls_everything_back(world: World) -> None:
    def unworded(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
        outcome = decide(snapshot, incoming, now)
        assert isinstance(outcome, Outcome)
        return replace(outcome, answer=Say(Post("", "")))  # type: ignore[arg-type]

    assert Turns(world.store, WORDS, world.clock, decide=unworded).handle(said("spara ring")).name == "went_wrong"
    assert actions(world.store) == []
    assert world.store.claim_outbox(MONDAY) == ()


def test_asking_for_more_and_more_ends(world: World) -> None:
    turns = Turns(world.store, WORDS, world.clock, decide=lambda *_: Need(("codes",)))
    assert turns.handle(said("hej")).name == "went_wrong"


def test_a_need_is_answered_and_decided_again(world: World) -> None:
    def curious(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
        return decide(snapshot, incoming, now) if "codes" in snapshot.found else Need(("codes",))

    assert Turns(world.store, WORDS, world.clock, decide=curious).handle(said("spara ring")).changed


def test_a_refused_line_leaves_no_trace(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = World(store)
    turns = Turns(world.store, WORDS, world.clock, decide=lambda *_: Outcome(Say(IdentityNumber())))
    with caplog.at_level(logging.INFO):
        answered = turns.handle(said("spara ring 19811218-9876"))
    assert answered.name == "identity_number"
    assert "9876" not in records(caplog)
    for path in tmp_path.iterdir():
        assert b"9876" not in path.read_bytes()


def test_a_peek_keeps_nothing(world: World) -> None:
    assert world.engine.peek(said("spara ring")).name == "did_you_mean"
    assert actions(world.store) == []
    assert world.engine.handle(said("spara ring")).changed


def test_a_timers_turn_is_run_once_whoever_claims_it(world: World) -> None:
    timer = Timer("hälsning", "tall:1", MONDAY)
    assert world.engine.turns.tick(timer)
    assert not world.engine.turns.tick(timer)
    world.engine.drain()
    assert len(world.slack.sent) == 1


def test_a_tap_is_never_taken_for_a_retyped_line(world: World) -> None:
    first = world.engine.handle(tapped("done", "tall:1", "t1"))
    assert world.engine.handle(tapped("done", "tall:1", "t2")).card == first.card
