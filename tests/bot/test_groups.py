"""Groups as pure functions. Whole conversations are in tests/rehearsals: new-group, members-come-and-go, summer-pause, close-group."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.ask import next_meeting, rests_on
from bot.cards import Drawn, Reader
from bot.group_card import card_of, draw_group
from bot.groups import farewell
from bot.members import draw_left
from bot.messages.common import Gone
from bot.messages.groups import LeftCard
from bot.model import Absence, Action, Consent, Decision, Group, GroupView, Meeting, Member, Person, Snapshot
from bot.new_group import free_id, nearest
from bot.outcome import Need, Outcome
from bot.pauses import awake, pause_begins, pause_ends, pause_timers, resting
from bot.rules.work_calendar import instant
from bot.timers import Timer

NOW = instant(datetime(2027, 6, 14, 8))
GROUP = Group("tall", "tall", state="active", contact_person="anna", stand_in="bo", aim="fler smärtfria timmar")
SEATS = (Member("tall:@anna", "tall", "anna"), Member("tall:@bo", "tall", "bo"), Member("tall:@eva", "tall", "eva", "facilitator"))
PEOPLE = {id: Person(id, id.title(), phone="070-123 45 67" if id == "anna" else "") for id in ("anna", "bo", "eva")}


def seen(group: Group = GROUP, **values: object) -> Snapshot:
    return Snapshot(views={"tall": replace(GroupView(group, SEATS), **values)}, people=PEOPLE)  # type: ignore[arg-type]


def action(number: int, *owners: str, **values: object) -> Action:
    made = Action(f"tall:{number}", "tall", number, owners, date(2027, 6, 10), "eva", NOW - timedelta(days=9))
    return replace(made, **values)  # type: ignore[arg-type]


# --- resting and waking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "first", "until", "day", "rests"), [
    ("active", None, None, date(2027, 7, 5), False),
    ("paused", None, date(2027, 8, 15), date(2027, 8, 15), True),
    ("paused", None, date(2027, 8, 15), date(2027, 8, 16), False),
    ("paused", None, None, date(2029, 1, 1), True),
    ("active", date(2027, 7, 5), date(2027, 8, 15), date(2027, 7, 4), False),
    ("active", date(2027, 7, 5), date(2027, 8, 15), date(2027, 7, 5), True),
])  # fmt: skip
def test_the_days_it_rests(state: str, first: date | None, until: date | None, day: date, rests: bool) -> None:
    assert rests_on(replace(GROUP, state=state, paused_from=first, paused_until=until), day) is rests


@pytest.mark.parametrize("state", ["starting", "active"])
def test_it_wakes_to_what_it_was(state: str) -> None:
    group = replace(GROUP, state=state, paused_until=date(2027, 8, 15))
    assert resting(group).state == "paused"
    assert awake(resting(resting(group))) == replace(group, paused_until=None)


def test_it_wakes_on_the_first_working_day() -> None:
    paused = replace(resting(GROUP), paused_until=date(2027, 8, 13))  # a Friday
    assert pause_timers(paused, NOW) == (Timer("pause_ends", "tall", instant(datetime(2027, 8, 16, 8))),)
    assert pause_timers(replace(paused, state="closed"), NOW) == ()
    assert pause_timers(replace(paused, paused_until=None), NOW) == ()


def test_a_pause_begins_only_when_it_still_is_to() -> None:
    timer = Timer("pause_begins", "tall", instant(datetime(2027, 7, 5)))
    later = replace(GROUP, paused_from=date(2027, 7, 5), paused_until=date(2027, 8, 15))
    assert pause_timers(later, NOW) == (timer,)
    begun = pause_begins(timer, seen(later), timer.due)
    assert isinstance(begun, Outcome)
    assert [getattr(thing, "state", "") for thing in begun.save] == ["paused"]
    assert pause_begins(timer, seen(), timer.due) == Outcome()
    assert pause_begins(timer, seen(replace(later, paused_from=date(2027, 7, 6))), timer.due) == Outcome()


def test_a_prolonged_pause_does_not_end() -> None:
    timer = Timer("pause_ends", "tall", instant(datetime(2027, 8, 16, 8)))
    paused = replace(resting(GROUP), paused_until=date(2027, 8, 20))
    assert pause_ends(timer, seen(paused), timer.due) == Outcome()
    woken = pause_ends(timer, seen(replace(paused, paused_until=date(2027, 8, 15))), timer.due)
    assert isinstance(woken, Outcome)
    assert [post.to for post in woken.posts] == ["tall"]


# --- cards ------------------------------------------------------------------------------------------------------------


def test_the_card_counts_and_says_who_is_away() -> None:
    view = seen(
        replace(GROUP, consent=Consent(date(2027, 6, 13))),
        actions=(action(1, "bo"), action(2, "bo", due=date(2027, 6, 20)), action(3, "bo", state="stuck"), action(4, "bo", state="done")),
    )
    view = replace(view, absences=(Absence("@bo:2027-06-14", "bo", date(2027, 6, 14), date(2027, 6, 18), "anna"),))
    shown = card_of(view.views["tall"], view, NOW)
    assert (shown.open, shown.overdue, shown.phone, shown.consent_over) == (3, 2, "070-123 45 67", True)
    assert [(row.person, row.until, row.deputy) for row in shown.away] == [("bo", date(2027, 6, 18), "anna")]
    assert (shown.members, shown.facilitators) == (("anna", "bo"), ("eva",))


def test_who_has_left_is_no_contact_person() -> None:
    left = seen(members=(replace(SEATS[0], state="left"), *SEATS[1:]))
    shown = card_of(left.views["tall"], left, NOW)
    assert (shown.contact_person, shown.phone, shown.stand_in) == ("", "", "bo")


def test_an_undone_group_shows_nothing() -> None:
    drawn = draw_group("tall", seen(replace(GROUP, state="undone")), Reader(group="tall"), NOW)
    assert isinstance(drawn, Drawn)
    assert isinstance(drawn.message, Gone)
    assert draw_group("ek", seen(), Reader(), NOW) == Need(("group ek",))


def test_what_a_leaver_had_is_offered_until_somebody_has_it() -> None:
    gone = seen(members=(SEATS[0], replace(SEATS[1], state="left"), SEATS[2]), actions=(action(1, "bo"), action(2, "anna"), action(3, "bo", state="done")))
    drawn = draw_left("tall:bo:1,2,3", gone, Reader(group="tall"), NOW)
    assert isinstance(drawn, Drawn)
    assert isinstance(drawn.message, LeftCard)
    assert [free for _, free in drawn.message.actions] == [True, False, False]
    assert {"Action tall:1", "Member tall:@bo"} <= set(drawn.holds)
    back = draw_left("tall:bo:1", seen(actions=(action(1, "bo"),)), Reader(group="tall"), NOW)
    assert isinstance(back, Drawn)
    assert isinstance(back.message, LeftCard) and back.message.back == ("bo",)
    long_ago = draw_left("tall:bo:", seen(members=(SEATS[0], SEATS[2])), Reader(group="tall"), NOW)  # their seat is out of view
    assert isinstance(long_ago, Drawn)
    assert isinstance(long_ago.message, LeftCard) and (long_ago.message.people, long_ago.message.out) == (("bo",), False)


# --- beginning and ending ---------------------------------------------------------------------------------------------


def test_a_closed_group_meets_no_more() -> None:
    starts = datetime(2027, 6, 15, 13)
    planned = (Meeting("tall:2027-06-15", "tall", starts, starts),)
    assert next_meeting(GroupView(GROUP, SEATS, meetings=planned), datetime(2027, 6, 14, 8)) == planned[0]
    assert next_meeting(GroupView(replace(GROUP, state="closed"), SEATS, meetings=planned), datetime(2027, 6, 14, 8)) is None


def test_an_id_is_never_used_twice() -> None:
    assert free_id("Vit Sten", []) == "vit-sten"
    assert free_id("Tall", ["tall", "tall-2"]) == "tall-3"


@pytest.mark.parametrize(("bodies", "above"), [
    ({}, ""), ({"gk": 2, "sg": 3}, "gk"), ({"öster": 2, "väster": 2, "sg": 3}, ""), ({"sg": 3}, "sg"),
])  # fmt: skip
def test_a_new_group_lifts_to_the_only_body_nearest_it(bodies: dict[str, int], above: str) -> None:
    assert nearest([Group(id, id, "committee", level=level) for id, level in bodies.items()]) == above


def test_farewell_counts_what_was_and_not_what_was_undone() -> None:
    held = datetime(2027, 1, 12, 13)
    everything = (
        GROUP, *SEATS, Meeting("tall:a", "tall", held, held, state="ended"), Meeting("tall:b", "tall", held, held, state="missed"),
        Decision("tall:B1", "tall", 1, "eva", NOW), Decision("tall:B2", "tall", 2, "eva", NOW, state="withdrawn"),
        action(1, "bo", state="done", helped="helped"), action(2, "bo", state="done"), action(3, "bo", state="undone"), action(4, "bo"),
    )  # fmt: skip
    said = farewell(seen(actions=(action(4, "bo"),)).views["tall"], "ring före åtta", "eva", everything)
    assert (said.meetings, said.decisions, said.done, said.helped, said.open, said.since) == (1, 1, 2, 1, 1, held.date())
