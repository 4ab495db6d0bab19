"""What is looked up in Microsoft 365 in the background, through the real bot and the pretend Graph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from templates.card import visible_text
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.plans import EVA, TALL, Planning

ANNA = "anna.berg@kommun.example"
TUESDAY = datetime(2026, 10, 13)


@pytest.fixture
def plan(fake: FakeGraph, tmp_path: Path, migrated_sqlite: bytes) -> Iterator[Planning]:
    fake.add_user(EVA, "Eva Ring")
    made = Planning(fake, tmp_path, database=migrated_sqlite)
    yield made
    made.close()


def told(plan: Planning, person: str) -> list[str]:
    """What has come in somebody's private chat."""
    return [visible_text(each.card) for each in plan.stage.visible(person) if each.kind == "direct"]


# --- times that suit --------------------------------------------------------------------------------------------------


def test_times_come_from_the_calendars_in_the_background(plan: Planning, fake: FakeGraph) -> None:
    fake.add_user(ANNA, "Anna Berg")
    for day in range(21):  # Anna is busy all mornings but Thursdays', Eva in the afternoons
        date = TUESDAY + timedelta(days=day)
        if date.weekday() != 3:
            fake.calendars.put(ANNA, "läkarbesök", date.replace(hour=7), 300)
        fake.calendars.put(EVA, "handledning", date.replace(hour=12), 300)
    answered = plan.say("föreslå tid", deliver=False)
    assert answered.name == "looking_for_times" and not fake.calls  # nobody waits for Graph
    plan.engine.drain()
    (text,) = told(plan, "anna")
    assert "torsdagar 08:30–09:00" in text and "alla kan" in text and "aldrig med vad" in text
    assert "läkarbesök" not in text and "hemligt" not in text
    (call,) = fake.called("POST .*getSchedule")
    assert TALL in call.path and set(call.body["Schedules"]) == {ANNA, EVA}


def test_a_calendar_that_cannot_be_seen_is_named(plan: Planning, fake: FakeGraph) -> None:
    plan.say("föreslå tid 45 min")  # Anna's employer is another tenant
    (text,) = told(plan, "anna")
    assert "Kalendern för Anna Berg kunde jag inte se" in text


def test_graph_that_is_down_for_long_leaves_what_the_bot_knows(plan: Planning, fake: FakeGraph) -> None:
    fake.fail("POST .*getSchedule", 503, times=-1)
    plan.say("föreslå tid")
    assert not told(plan, "anna")
    plan.stage.advance(plan.clock.now() + timedelta(minutes=3))
    fake.mend()
    plan.crash()
    plan.stage.advance(plan.clock.now() + timedelta(minutes=3))
    (text,) = told(plan, "anna")  # one answer, from a process that was not there when it was asked
    assert "aldrig med vad" in text or "kom inte åt" in text


def test_no_permission_is_not_waited_for(plan: Planning, fake: FakeGraph) -> None:
    fake.roles.clear()
    plan.say("föreslå tid")
    (text,) = told(plan, "anna")
    assert "kom inte åt era kalendrar" in text
