"""Until when a closed group's words are kept, and those of what is over in a group that goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.model import Action, Decision, Group, Kept, Meeting, Person, Point, Question, TimeSpent
from bot.rules.dates.sums import months_on
from bot.rules.retention import erase_on, notice_day, outlived, told_of


@pytest.mark.parametrize(
    ("closed", "months", "last"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 30)),
        (date(2026, 2, 28), 24, date(2028, 2, 29)),  # a leap year
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 31)),
        (date(2026, 11, 23), 120, date(2036, 11, 30)),
        (date(2026, 11, 23), 0, None),
    ],
)
def test_to_the_end_of_a_month(closed: date, months: int, last: date | None) -> None:
    assert erase_on(closed, months) == last


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (date(2028, 11, 30), date(2028, 11, 1)),
        (date(2027, 5, 31), date(2027, 5, 3)),  # the first is a red Saturday
        (date(2029, 1, 31), date(2029, 1, 2)),  # New Year's Day
        (date(2027, 2, 28), date(2027, 2, 1)),
    ],
)
def test_told_on_the_first_working_day_of_that_month(last: date, told: date) -> None:
    assert notice_day(last) == told


NOON = datetime(2026, 11, 30, 11, tzinfo=UTC)
MONTHS = {"actions": 24, "minutes": 36, "questions": 12, "time_study": 0}


@pytest.mark.parametrize(
    ("thing", "last", "gone"),
    [
        (Action("tall:1", "tall", 1, ("anna",), NOON.date(), "anna", NOON, state="done", closed_at=NOON), date(2028, 11, 30), True),
        (Action("tall:1", "tall", 1, ("anna",), NOON.date(), "anna", NOON, state="done", closed_at=NOON), date(2028, 11, 29), False),
        (Action("tall:1", "tall", 1, ("anna",), NOON.date(), "anna", NOON, state="done", closed_at=datetime(2027, 11, 30, 11, tzinfo=UTC)), date(2028, 11, 30), False),
        (Action("tall:1", "tall", 1, ("anna",), NOON.date(), "anna", NOON, state="cancelled"), date(2028, 11, 30), True),  # from when it was written
        (Action("tall:1", "tall", 1, ("anna",), NOON.date(), "anna", NOON, state="stuck"), date(2040, 1, 31), False),
        (Decision("tall:B1", "tall", 1, "anna", NOON), date(2029, 11, 30), True),
        (Decision("tall:B1", "tall", 1, "anna", NOON), date(2029, 10, 31), False),
        (Meeting("tall:2026-11-30", "tall", datetime(2026, 11, 30, 23, 30), datetime(2026, 11, 30, 23, 30), state="ended"), date(2029, 11, 30), True),
        (Meeting("tall:2026-11-30", "tall", datetime(2026, 11, 30, 23), datetime(2026, 11, 30, 23)), date(2029, 11, 30), False),
        (Point("tall:p1", "tall", 1, "anna", NOON), date(2040, 1, 31), False),
        (Question("tall:f1", "tall", 1, "anna", NOON, ("bo",), state="answered"), date(2027, 11, 30), True),
        (Question("tall:f1", "tall", 1, "anna", NOON, ("bo",)), date(2027, 11, 30), False),
        (TimeSpent("tall:t1", "tall", 1, "anna", NOON, 5), date(2040, 1, 31), False),  # 0 months: for ever
        (Group("tall", "tall"), date(2040, 1, 31), False),
        (Person("anna", "Anna Berg"), date(2040, 1, 31), False),
    ],
)
def test_what_has_served(thing: Kept, last: date, gone: bool) -> None:
    assert outlived(thing, last, MONTHS) == gone


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [(date(2028, 11, 30), 24, date(2026, 11, 30)), (date(2028, 2, 29), 12, date(2027, 2, 28)), (date(2027, 1, 31), 1, date(2026, 12, 31)), (date(2027, 3, 31), 1, date(2027, 2, 28))],
)
def test_so_many_months_before(day: date, months: int, before: date) -> None:
    assert months_on(day, -months) == before


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 1), None), (date(2026, 11, 2), date(2026, 11, 30)),  # the first is a Sunday
        (date(2026, 11, 16), date(2026, 11, 30)), (date(2026, 11, 17), date(2026, 12, 31)),  # two weeks at least
        (date(2026, 12, 31), date(2027, 1, 31)), (date(2027, 1, 1), None),
    ],
)  # fmt: skip
def test_which_last_day_is_told_of(today: date, last: date | None) -> None:
    assert told_of(today) == last
