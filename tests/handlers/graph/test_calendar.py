"""Meetings in a real calendar: what people say in the chat, and what then stands in the pretend Outlook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendar import feed_name, room, room_of
from handlers.calendar import Feeds
from handlers.graph import calendar
from templates.card import buttons
from templates.words import Words
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.plans import EVA, TALL, Planning


@pytest.fixture
def make(fake: FakeGraph, tmp_path: Path, migrated_sqlite: bytes) -> Iterator[Callable[..., Planning]]:
    made: list[Planning] = []

    def plan(**more: object) -> Planning:
        made.append(Planning(fake, tmp_path, database=migrated_sqlite, **more))  # type: ignore[arg-type]
        return made[-1]

    fake.add_user(EVA, "Eva Ring")
    yield plan
    for each in made:
        each.close()


@pytest.fixture
def plan(make: Callable[..., Planning]) -> Planning:
    return make()


def test_a_rhythm_is_one_series_with_an_online_meeting_and_everybody_invited(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13-14")
    (event,) = fake.calendars.of(TALL)
    assert event.recurrence and event.recurrence["pattern"]["daysOfWeek"] == ["tuesday"]
    assert (event.zone, event.start, event.end) == ("W. Europe Standard Time", datetime(2026, 10, 13, 13), datetime(2026, 10, 13, 14))
    assert event.shown["isOnlineMeeting"] and event.shown["onlineMeetingProvider"] == "teamsForBusiness" and event.transaction
    assert sorted(each["emailAddress"]["address"] for each in event.shown["attendees"]) == ["anna.berg@kommun.example", EVA, "maj@example.org"]
    assert event.shown["subject"] == "Möte" and event.shown["sensitivity"] == "private" and event.shown["hideAttendees"]
    assert len(plan.same()) == 30


@pytest.mark.parametrize("ending", ["withdrawn", "ran out while the bot was down"])
def test_when_a_consent_ends_the_event_no_longer_says_which_group(plan: Planning, fake: FakeGraph, ending: str) -> None:
    plan.say("samtycke till 2027-10-01 Region" if ending == "withdrawn" else "samtycke till 2026-10-14 Region")
    plan.say("möte tisdagar 13-14")
    (event,) = fake.calendars.of(TALL)
    assert "tall" in event.shown["subject"]
    if ending == "withdrawn":
        plan.say("samtycke återkallat")
    else:
        plan.crash()
        plan.stage.advance(datetime(2026, 10, 15, 6, tzinfo=UTC))
    (event,) = fake.calendars.of(TALL)
    assert event.shown["subject"] == "Möte" and "tall" not in str(event.shown.get("body"))


@pytest.mark.parametrize("rhythm", [
    "möte tisdagar 13:00", "möte tisdagar och torsdagar 9.15-10", "möte tisdagar 13 och torsdagar 9", "möte varannan torsdag 14-15",
    "möte jämna veckor onsdag 10", "möte första tisdagen i månaden 13", "möte första och tredje tisdagen i månaden 13",
    "möte sista fredagen i månaden 8.30", "möte fjärde och sista fredagen i månaden 13", "möte femte tisdagen i månaden 13",
    "möte tisdagar 13:00 fram till 15 december",
])  # fmt: skip
def test_every_rhythm_stands_right_also_when_the_clocks_are_changed(plan: Planning, rhythm: str) -> None:
    plan.say(rhythm)
    meetings = plan.same(weeks=60)
    assert len(meetings) >= 4
    assert {start for start, _ in meetings if start < datetime(2026, 10, 25)} or "månaden" in rhythm


def test_moved_cancelled_and_taken_back(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    plan.say("flytta mötet 20 oktober till onsdag 21 oktober 10:00")
    assert (datetime(2026, 10, 21, 10), 30) in plan.same()
    plan.say("ställ in mötet 27 oktober")
    assert datetime(2026, 10, 27, 13) not in [start for start, _ in plan.same()]
    plan.say("ångra")
    assert (datetime(2026, 10, 27, 13), 30) in plan.same()  # deleted in a series, it can only come back by itself
    again = next(each for each in fake.calendars.of(TALL) if each.recurrence is None)
    (series,) = (each for each in fake.calendars.of(TALL) if each.recurrence)
    assert again.shown["location"]["displayName"] == series.join  # and is joined where the others are


def test_a_meeting_moved_beyond_the_next_one(plan: Planning) -> None:
    plan.say("möte tisdagar 13:00")
    plan.say("flytta mötet 20 oktober till torsdag 29 oktober 9:00")
    assert (datetime(2026, 10, 29, 9), 30) in plan.same()
    plan.say("ångra")
    assert (datetime(2026, 10, 20, 13), 30) in plan.same()


def test_another_rhythm_keeps_the_room_and_what_is_moved(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    (before,) = fake.calendars.of(TALL)
    plan.say("ställ in mötet 27 oktober")
    plan.say("möte torsdagar 9:00")
    plan.same()
    assert [each.join for each in fake.calendars.of(TALL) if each.recurrence] == [before.join]
    plan.say("ställ in alla möten")
    assert plan.same() == []
    plan.say("möte fredagar 8")
    assert len(plan.same()) == 30


def test_an_extra_meeting_stands_by_itself(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    plan.say("extramöte fredag 16 oktober 10-11")
    plan.same()
    assert len({each.join for each in fake.calendars.of(TALL)}) == 2
    plan.say("ställ in mötet 16 oktober")
    plan.same()
    assert len(fake.calendars.of(TALL)) == 1


def test_without_a_mailbox_of_its_own_it_is_the_facilitators(make: Callable[..., Planning], fake: FakeGraph) -> None:
    plan = make(mailbox="")
    plan.say("möte tisdagar 13:00")
    plan.same()
    assert [each.mailbox for each in fake.calendars.of(EVA)] == [EVA]
    fake.add_user("anna.berg@kommun.example")
    plan.say("mötesledare @anna")
    plan.mailbox = "anna.berg@kommun.example"
    plan.same()


def of_teams(plan: Planning, tenant: str) -> None:
    """Eva is heard in Teams."""
    with plan.store.turn() as work:
        eva = work.person("eva")
        assert eva
        work.save([replace(eva, identities=(*eva.identities, f"teams:{tenant}/{plan.fake.users[EVA].id}"))], plan.clock.now())


def test_a_facilitator_may_sign_in_with_something_else_than_their_address(make: Callable[..., Planning], fake: FakeGraph) -> None:
    plan = make(mailbox="")
    of_teams(plan, fake.tenant)
    fake.users[EVA].principal = "evrin01@region.example"
    plan.say("möte tisdagar 13:00")
    assert plan.same()


def test_what_stands_there_stays_when_its_keeper_is_met_in_teams(make: Callable[..., Planning], fake: FakeGraph) -> None:
    plan = make(mailbox="")
    plan.say("möte tisdagar 13:00")
    of_teams(plan, fake.tenant)
    plan.say("flytta mötet 20 oktober till onsdag 21 oktober 10:00")
    plan.same()
    assert len(fake.calendars.events) == 1


def test_a_facilitator_of_another_organisation_has_no_calendar_here(make: Callable[..., Planning], fake: FakeGraph) -> None:
    plan = make(mailbox="")
    of_teams(plan, "another-tenant")
    plan.say("möte tisdagar 13:00")
    assert not fake.calls and not plan.calendar.invites("@eva")


def test_the_pause_stands_there_too(plan: Planning) -> None:
    plan.say("möte tisdagar 13:00")
    plan.say("pausa till 10 november")
    assert min(plan.same())[0] == datetime(2026, 11, 17, 13)
    plan.say("starta igen")
    plan.same()


def test_the_room_comes_back_to_the_group(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    (event,) = fake.calendars.of(TALL)
    view = plan.view()
    assert room(view.group, "tall:1") == event.join
    assert {room_of(view.group, meeting) for meeting in view.meetings} == {event.join}
    plan.settle()
    assert len(fake.called("PATCH .*")) == 0  # which changes nothing in the calendar


def test_a_room_that_is_made_later_than_its_event_is_waited_for(plan: Planning, fake: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "ROOM_AFTER", (0.0, 0.0, 0.0))
    fake.calendars.slow_rooms = 2
    plan.say("möte tisdagar 13:00")
    (event,) = fake.calendars.of(TALL)
    assert room(plan.view().group, "tall:1") == event.join


def test_a_mailbox_without_teams_has_meetings_without_a_room(plan: Planning, fake: FakeGraph) -> None:
    fake.user(TALL).meetings = False
    plan.say("möte tisdagar 13:00")
    assert plan.same() and not plan.view().group.rooms
    assert not fake.called("GET .*/events/.+=")  # nor is one waited for


def test_only_what_is_to_come_is_changed(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    plan.at(datetime(2026, 11, 4, 8))
    fake.calendars.mails.clear()
    plan.say("ställ in mötet 10 november")
    plan.same()
    assert {what for what, _, _ in fake.calendars.mails} == {"cancelled"} and len(fake.calendars.mails) == 3
    (event,) = fake.calendars.of(TALL)
    assert event.cancelled == {datetime(2026, 11, 10).date()}


def test_what_somebody_deletes_in_outlook_is_there_again_at_the_next_change(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    fake.calendars.remove(fake.calendars.of(TALL)[0].id)
    plan.say("ställ in mötet 27 oktober")
    plan.same()


@pytest.mark.parametrize("repeats", [True, False])
def test_a_lost_answer_makes_no_second_event(plan: Planning, fake: FakeGraph, repeats: bool) -> None:
    fake.calendars.repeats = repeats
    fake.cut("POST .*/events", done=True)
    plan.say("möte tisdagar 13:00")
    assert plan.store.waiting()
    plan.crash()
    plan.settle()
    plan.same()
    assert len(fake.calendars.events) == 1


def test_a_guest_is_invited_once(make: Callable[..., Planning], fake: FakeGraph) -> None:
    """By the calendar where there is one; else by mail."""
    plan = make()
    plan.say("möte tisdagar 13:00")
    assert [address for what, address, _ in fake.calendars.mails if what == "invited"].count("maj@example.org") == 1
    assert not [each for each in plan.stage.out if each.kind == "mail"]


def test_where_nobody_keeps_it_guests_are_invited_by_mail(make: Callable[..., Planning], fake: FakeGraph) -> None:
    plan = make(mailbox="")
    with plan.store.turn() as work:
        work.save([replace(plan.view().members[1], role="member")], plan.clock.now())
    plan.say("möte tisdagar 13:00")
    assert not fake.calls
    assert [each.to for each in plan.stage.out if each.kind == "mail"] == ["maj"]
    plan.say("mötesledare @eva")
    plan.same()


def test_who_comes_and_goes_is_invited_and_not_longer(plan: Planning, fake: FakeGraph) -> None:
    def invited() -> list[str]:
        return sorted(each["emailAddress"]["address"] for each in fake.calendars.of(TALL)[0].shown["attendees"])

    plan.say("möte tisdagar 13:00")
    plan.say("bjud in per@example.org Per Ek", "eva")
    assert invited() == ["anna.berg@kommun.example", EVA, "maj@example.org", "per@example.org"]
    with plan.store.turn() as work:
        work.save([replace(next(m for m in plan.view().members if m.person == "maj"), state="left")], plan.clock.now())
    plan.settle()
    assert invited() == ["anna.berg@kommun.example", EVA, "per@example.org"]


def test_an_erased_group_leaves_nothing_behind(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    plan.say("extramöte fredag 16 oktober 10-11")
    plan.store.erase_group("tall", plan.clock.now())
    plan.settle()
    assert fake.calendars.of(TALL) == []


def test_another_mailbox_loaded_later_takes_it_over(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    fake.add_user("nvg@region.example")
    with plan.store.turn() as work:
        work.save([replace(plan.view().group, calendar="nvg@region.example")], plan.clock.now())
    plan.mailbox = "nvg@region.example"
    plan.settle()
    plan.same()
    assert fake.calendars.of(TALL) == []


def test_a_missing_permission_is_waited_for_and_the_chat_goes_on(plan: Planning, fake: FakeGraph) -> None:
    fake.roles.clear()
    with plan.store.turn() as work:
        anna = work.person("anna")
        assert anna is not None
        work.save([replace(anna, roles=frozenset({"administrator"}))], plan.clock.now())
    plan.say("möte tisdagar 13:00")
    plan.say("extramöte fredag 16 oktober 10-11")
    told = [each for each in plan.stage.out if each.name == "locked_out_of"]
    assert len(told) == 1 and told[0].to == "anna"
    assert [each.name for each in plan.stage.out if each.place.channel == "nvg-tall"][:1] == ["meetings_scheduled"]
    fake.roles.add("Calendars.ReadWrite")
    plan.clock.move(plan.clock.now() + timedelta(hours=1))
    plan.settle()
    plan.same()


def test_the_group_card_and_the_agenda_have_the_way_in(plan: Planning, fake: FakeGraph) -> None:
    plan.say("grupp")
    plan.say("möte tisdagar 13:00")
    (event,) = fake.calendars.of(TALL)
    card = plan.say("grupp").card
    assert card and [(each.label, each.url) for each in buttons(card) if each.url] == [("Anslut till mötet", event.join)]
    plan.at(datetime(2026, 10, 13, 12, 59))
    agenda = next(each for each in plan.stage.out if each.name == "agenda" and each.place.channel)
    assert "Anslut till mötet" in agenda.buttons


WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
    "range": {"type": "noEnd", "startDate": "2026-09-01"},
}


@pytest.mark.parametrize("dies", [False, True])
def test_a_meeting_that_stands_there_already_is_taken_over(plan: Planning, fake: FakeGraph, dies: bool) -> None:
    """Instead of the bot's own, which goes; also where we die halfway."""
    plan.say("möte tisdagar 13:00")
    (own,) = fake.calendars.of(TALL)
    theirs = fake.calendars.put(TALL, "Teammöte tall", datetime(2026, 9, 1, 13), 60, WEEKLY, meeting=False)
    fake.calendars.put(TALL, "Teammöte tall", datetime(2026, 9, 3, 9))  # long past
    if dies:
        fake.fail("DELETE .*", times=1)
    assert plan.say("använd mötet Teammöte tall").name == "looking_for_meeting"
    plan.crash()
    plan.settle()
    assert own.deleted and not theirs.deleted and theirs.join
    assert [each.name for each in plan.stage.out if each.place.channel == "nvg-tall"][-1] == "meeting_taken"
    plan.same()
    plan.say("flytta mötet 20 oktober till onsdag 21 oktober 10:00")
    plan.same()
    assert room(plan.view().group, "tall:1") == theirs.join


def test_no_meeting_of_that_name(plan: Planning, fake: FakeGraph) -> None:
    assert plan.say("använd mötet Teammöte tall").name == "meeting_not_taken"  # before there is a rhythm
    plan.say("möte tisdagar 13:00")
    fake.calendars.put(TALL, "Teammöte alm", datetime(2026, 10, 20, 13))
    fake.calendars.put(TALL, "Teammöte tall", datetime(2026, 10, 20, 13), organizer=False)  # that somebody else has called
    plan.say("använd mötet Teammöte tall")
    assert [each.name for each in plan.stage.out if each.to == "anna"][-1] == "meeting_not_taken"
    assert len([each for each in fake.calendars.of(TALL) if each.kept]) == 1


def test_a_feed_has_the_way_in_too(plan: Planning, fake: FakeGraph) -> None:
    plan.say("möte tisdagar 13:00")
    with plan.store.read() as read:
        anna = read.person("anna")
    assert anna is not None
    found = Feeds(plan.store, Words()).of(feed_name(anna), plan.clock.now())
    assert found is not None
    assert [event.link for event, _ in found[0]] == [fake.calendars.of(TALL)[0].join]
