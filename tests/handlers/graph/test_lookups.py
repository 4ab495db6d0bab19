"""What is looked up in Microsoft 365 in the background, through the real bot and the pretend Graph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.rules.work_calendar import instant
from templates.card import visible_text
from tests.fake_servers.graph import FakeGraph
from tests.fake_servers.graph.directory import Report
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


# --- people by their names ----------------------------------------------------------------------------------------------


def tap(plan: Planning, button: str, person: str = "anna") -> None:
    plan.stage.tap(person, button)
    plan.engine.drain()


def test_somebody_unknown_is_found_and_let_in(plan: Planning, fake: FakeGraph) -> None:
    fake.roles |= {"User.ReadBasic.All"}
    fake.add_user("karin.holm@region.example", "Karin Holm", id="oid-karin")
    fake.add_user("karin.ask@region.example", "Karin Ask")
    answered = plan.say("ny medlem Karin Holm", deliver=False)
    assert answered.name == "unknown_person" and not fake.calls
    plan.engine.drain()
    (text,) = told(plan, "anna")
    assert "Karin Holm, karin.holm@region.example" in text and "Karin Ask" not in text
    tap(plan, "Lägg till Karin Holm")
    with plan.store.read() as read:
        karin = read.person_of(f"teams:{fake.tenant}/oid-karin")
    assert karin and karin.identities == (f"teams:{fake.tenant}/oid-karin", "mail:karin.holm@region.example")
    assert plan.view().role_of(karin.id) == "member"
    assert plan.say("ny medlem Karin Holm").name == "already_member"


def test_nobody_is_bothered_where_the_directory_has_nobody(plan: Planning, fake: FakeGraph) -> None:
    fake.roles |= {"User.ReadBasic.All"}
    assert plan.say("åtgärd @Gunborg ringa").name == "unknown_person"
    assert plan.say("åtgärd @Gunborg ringa").name == "unknown_person"  # not "saved already": nothing was
    assert not told(plan, "anna") and len(fake.called("GET /users")) == 1


# --- who was at a meeting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("short", [False, True])
def test_who_was_there_is_read_after_the_meeting(plan: Planning, fake: FakeGraph, short: bool) -> None:
    fake.roles |= {"OnlineMeetings.Read.All", "OnlineMeetingArtifact.Read.All", *(["User.ReadBasic.All"] if short else [])}
    fake.calendars.short_links = short
    fake.directory.allowed.add(fake.user(TALL).id)
    plan.say("möte tisdagar 13-14")
    plan.at(TUESDAY.replace(hour=13))
    plan.say("starta mötet")
    plan.at(TUESDAY.replace(hour=13, minute=45))
    plan.say("avsluta mötet")
    (event,) = fake.calendars.of(TALL)
    last_week = Report(instant(datetime(2026, 10, 6, 13)), instant(datetime(2026, 10, 6, 14)), [("", "maj@example.org", 3000)])
    today = Report(
        instant(datetime(2026, 10, 13, 12, 55)), instant(datetime(2026, 10, 13, 13, 50)),
        [("", ANNA.upper(), 3000), (fake.user(EVA).id, EVA, 2000), ("", "okand@example.org", 900), ("", "maj@example.org", 5)],
    )  # fmt: skip
    fake.directory.reports[event.join] = []
    plan.at(TUESDAY.replace(hour=14, minute=30))  # too early: Teams has no report
    assert plan.view().meetings[0].present == ("anna",)  # who started it
    fake.directory.reports[event.join] = [last_week, today]
    plan.at(TUESDAY.replace(hour=18))
    assert plan.view().meetings[0].present == ("anna", "eva")
    (minutes,) = [each for each in plan.stage.visible("anna") if each.name == "minutes"]
    assert "Eva Ring" in visible_text(minutes.card) and minutes.updates


def test_what_the_group_wrote_itself_is_left_alone(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13-14")
    plan.at(TUESDAY.replace(hour=13))
    plan.say("starta mötet")
    plan.say("närvarande: @maj")
    plan.say("avsluta mötet")
    plan.at(TUESDAY + timedelta(days=1))
    assert set(plan.view().meetings[0].present) == {"anna", "maj"} and not fake.called("GET .*onlineMeetings.*")
