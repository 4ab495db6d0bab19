"""Who is reminded, when: as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot.model import Absence, Action, Group, GroupView, Member, Person, Snapshot
from bot.reminders import reminder_timer, to_check, to_remind
from bot.rules.who_to_remind import away, next_day, slot, who_is_asked
from bot.rules.work_calendar import Working, instant, local

OFFICE = Working()
EVENINGS = Working(frozenset({0, 1, 2, 3, 4, 5, 6}), time(14), time(22), True)
NIGHTS = Working(frozenset({3, 4, 5}), time(21), time(7), True)
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def person(working: Working = OFFICE, remind_at: time = time(7, 30), reminded_on: date | None = None) -> Person:
    return Person("bo", "Bo Ek", working=working, remind_at=remind_at, reminded_on=reminded_on)


@pytest.mark.parametrize(
    ("working", "wish", "day", "expected"),
    [
        (OFFICE, time(7, 30), "2026-11-23", "2026-11-23 07:30"),
        (OFFICE, time(6, 0), "2026-11-23", "2026-11-23 07:00"),  # never before the shift
        (OFFICE, time(18, 0), "2026-11-23", "2026-11-23 07:00"),  # nor after it
        (OFFICE, time(15, 59), "2026-11-23", "2026-11-23 15:59"),
        (EVENINGS, time(7, 30), "2026-11-28", "2026-11-28 14:00"),  # the default, for who works evenings
        (NIGHTS, time(22, 15), "2026-11-26", "2026-11-26 22:15"),
        (NIGHTS, time(2, 0), "2026-11-26", "2026-11-27 02:00"),  # after midnight in the same shift
    ],
)
def test_the_time_of_day(working: Working, wish: time, day: str, expected: str) -> None:
    assert slot(person(working, wish), date.fromisoformat(day)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("working", "after", "expected"),
    [
        (OFFICE, "2026-11-26", "2026-11-27"),
        (OFFICE, "2026-11-27", "2026-11-30"),  # over the weekend
        (OFFICE, "2026-12-23", "2026-12-28"),  # Christmas Eve to Boxing Day, then a weekend
        (OFFICE, "2026-12-30", "2027-01-04"),  # New Year's Eve is an eve, the 1st is red
        (OFFICE, "2027-01-05", "2027-01-07"),  # Epiphany
        (OFFICE, "2027-06-24", "2027-06-28"),  # Midsummer's Eve
        (EVENINGS, "2026-12-23", "2026-12-24"),  # asked for red days
    ],
)
def test_the_next_working_day(working: Working, after: str, expected: str) -> None:
    assert next_day(person(working), date.fromisoformat(after)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("reminded_on", "now", "expected"),
    [
        (None, "2026-11-23 06:00", "2026-11-23 07:30"),
        (None, "2026-11-23 08:00", "2026-11-24 07:30"),  # came in the day: from tomorrow on
        ("2026-11-23", "2026-11-23 07:30", "2026-11-24 07:30"),
        ("2026-11-27", "2026-11-27 07:30", "2026-11-30 07:30"),
        ("2026-11-20", "2026-11-23 09:00", "2026-11-23 07:30"),  # late: due at once
        ("2026-11-20", "2026-11-23 17:00", "2026-11-24 07:30"),  # too late to be of use
        ("2026-03-27", "2026-03-28 12:00", "2026-03-30 07:30"),  # over the night of spring
    ],
)
def test_the_timer(reminded_on: str | None, now: str, expected: str) -> None:
    day = date.fromisoformat(reminded_on) if reminded_on else None
    (timer,) = reminder_timer(person(reminded_on=day), instant(datetime.fromisoformat(now)))
    assert (timer.kind, timer.subject) == ("remind", "@bo")
    assert local(timer.due) == datetime.fromisoformat(expected)


def test_no_timer_for_who_has_gone() -> None:
    assert reminder_timer(Person("bo", "Bo Ek", state="gone"), AT) == ()


def action(number: int = 1, due: str = "2026-11-27", **values: object) -> Action:
    return Action(
        f"tall:{number}", "tall", number, ("bo",), date.fromisoformat(due), "anna", AT, text="ringa", **values  # type: ignore[arg-type]
    )


def view(*actions: Action, **group: object) -> GroupView:
    people = (("anna", "member"), ("bo", "member"), ("eva", "facilitator"))
    return GroupView(
        Group("tall", "tall", **group),  # type: ignore[arg-type]
        tuple(Member(f"tall:@{id}", "tall", id, role) for id, role in people), actions=actions,
    )


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        ("2026-11-27", "2026-11-27", True),  # today
        ("2026-11-26", "2026-11-27", True),  # overdue
        ("2026-11-28", "2026-11-27", True),  # Saturday: before the next working day
        ("2026-11-29", "2026-11-27", True),
        ("2026-11-30", "2026-11-27", False),  # Monday is the next working day itself
        ("2026-11-27", "2026-11-26", False),
        ("2026-12-26", "2026-12-23", True),  # within Christmas
        ("2026-12-28", "2026-12-23", False),
    ],
)
def test_what_is_due(due: str, today: str, expected: bool) -> None:
    held = view(action(due=due))
    assert bool(to_remind(held, person(), date.fromisoformat(today))) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"state": "done"}, False),
        ({"state": "cancelled"}, False),
        ({"state": "undone"}, False),
        ({"state": "stuck"}, False),  # waits for others
        ({"reminded": 2}, True),
        ({"reminded": 3}, False),  # no more nagging
        ({"done_by": ("bo",), "each": True}, False),
    ],
)
def test_what_still_waits(values: dict[str, object], expected: bool) -> None:
    assert bool(to_remind(view(action(**values)), person(), date(2026, 11, 27))) is expected


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_resting_group_reminds_nobody(state: str) -> None:
    assert to_remind(view(action(), state=state), person(), date(2026, 11, 27)) == []


DAY = date(2026, 12, 2)
AWAY_ANNA = (Absence("@anna:2026-12-01", "anna", date(2026, 12, 1), date(2026, 12, 4)),)


@pytest.mark.parametrize(
    ("group", "absences", "expected"),
    [
        ({"contact_person": "anna"}, (), "anna"),
        ({"contact_person": "bo"}, (), "eva"),  # never the owner
        ({}, (), "eva"),
        ({"contact_person": "anna"}, AWAY_ANNA, "eva"),
        ({"contact_person": "anna", "stand_in": "eva"}, AWAY_ANNA, "eva"),
        ({"contact_person": "gone"}, (), "eva"),  # no longer in the group
    ],
)
def test_who_is_asked_about_the_owner(group: dict[str, str], absences: tuple[Absence, ...], expected: str) -> None:
    assert who_is_asked(view(**group), action(), absences, DAY) == expected


def test_the_contact_person_is_asked_once() -> None:
    anna = Person("anna", "Anna Berg")
    snapshot = Snapshot(people={"anna": anna})
    silent = view(action(reminded=3), contact_person="anna")
    assert len(to_check(silent, anna, snapshot, DAY)) == 1
    assert to_check(view(action(reminded=3, owner_asked=True), contact_person="anna"), anna, snapshot, DAY) == []
    assert to_check(view(action(reminded=2), contact_person="anna"), anna, snapshot, DAY) == []


@pytest.mark.parametrize(
    ("day", "state", "expected"),
    [
        ("2026-11-30", "planned", False), ("2026-12-01", "planned", True), ("2026-12-04", "begun", True),
        ("2026-12-05", "begun", False), ("2026-12-02", "cancelled", False), ("2026-12-02", "ended", False),
    ],
)  # fmt: skip
def test_away(day: str, state: str, expected: bool) -> None:
    absence = Absence("@anna:2026-12-01", "anna", date(2026, 12, 1), date(2026, 12, 4), state=state)
    assert away((absence,), "anna", date.fromisoformat(day)) is expected
