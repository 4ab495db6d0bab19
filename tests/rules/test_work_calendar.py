"""Working days against the almanac, and clock times across both nights of daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.work_calendar import (
    Working,
    add_half_working_day,
    add_working_hours,
    easter,
    instant,
    is_eve,
    is_red,
    is_working_day,
    local,
    monday_of,
    next_work_moment,
    next_working_day,
    previous_working_day,
    red_name,
    settle,
    week_of,
    weeks_in,
    works_on,
)
from tests.conftest import examples

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
OFFICE = Working()
EVENINGS = Working(frozenset({4, 5, 6}), time(15), time(22), red_days=True)
NIGHTS = Working(frozenset(range(7)), time(21), time(7), red_days=True)


def gauss_easter(year: int) -> date:
    """Easter by the Meeus/Jones/Butcher sums."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    n = h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114
    return date(year, n // 31, n % 31 + 1)


def free_days(year: int) -> set[date]:
    """Red days and the three eves by the law's own rules (since 2005)."""
    sunday = gauss_easter(year)
    fixed = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
    moving = {sunday + timedelta(days=n) for n in (-2, 0, 1, 39, 49)}
    midsummer = next(date(year, 6, d) for d in range(19, 26) if date(year, 6, d).weekday() == 4)
    saints = next(date(year, 10, 31) + timedelta(days=n) for n in range(7) if (date(year, 10, 31) + timedelta(days=n)).weekday() == 5)
    return {date(year, *day) for day in fixed} | moving | {midsummer, midsummer + timedelta(days=1), saints}


@pytest.mark.parametrize("year", [2005, 2008, 2024, 2026, 2027, 2028, 2038, 2057, 2099])
def test_the_whole_year_by_the_law(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    assert {day for day in days if day.year == year and (is_red(day) or is_eve(day))} == free_days(year)
    assert easter(year) == gauss_easter(year)


@pytest.mark.parametrize(
    ("day", "sv", "en"),
    [
        (date(2026, 12, 24), "julafton", "Christmas Eve"),
        (date(2026, 12, 25), "juldagen", "Christmas Day"),
        (date(2027, 1, 6), "trettondedag jul", "Epiphany"),
        (date(2027, 5, 6), "Kristi himmelsfärdsdag", "Ascension Day"),
        (date(2027, 6, 25), "midsommarafton", "Midsummer Eve"),
        (date(2026, 11, 22), None, None),  # a Sunday
    ],
)
def test_names(day: date, sv: str | None, en: str | None) -> None:
    assert (red_name(day), red_name(day, "en")) == (sv, en)


def test_christmas() -> None:
    assert next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)
    assert previous_working_day(date(2026, 12, 28)) == date(2026, 12, 23)
    assert next_working_day(date(2026, 12, 30)) == date(2027, 1, 4)
    assert not is_working_day(date(2026, 6, 6))  # the National Day, a Saturday


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T08:00", 36, "2026-11-24T20:00"),
        ("2026-11-26T20:00", 36, "2026-11-30T08:00"),  # Thursday evening: 4 + 24 hours, then Monday 8
        ("2026-11-27T15:00", 36, "2026-12-01T03:00"),  # Friday afternoon: 9 hours, Monday 24, Tuesday 3
        ("2026-11-28T12:00", 36, "2026-12-01T12:00"),  # a Saturday counts from Monday 00:00
        ("2026-12-23T12:00", 36, "2026-12-29T00:00"),  # across Christmas: 12 + Monday's 24
        ("2027-03-25T12:00", 36, "2027-03-31T00:00"),  # across Easter and the change of clocks
        ("2026-11-23T08:00", 0, "2026-11-23T08:00"),
    ],
)
def test_36_hours(start: str, hours: float, end: str) -> None:
    assert add_working_hours(datetime.fromisoformat(start), hours) == datetime.fromisoformat(end)


@given(start=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), hours=st.floats(0, 100), more=st.floats(0, 50))
@settings(max_examples=examples(150), deadline=None)
def test_working_hours_add_up(start: datetime, hours: float, more: float) -> None:
    end = add_working_hours(start, hours)
    assert end - start >= timedelta(hours=hours) - timedelta(microseconds=2)
    assert add_working_hours(end, more) - add_working_hours(start, hours + more) <= timedelta(microseconds=5)


@given(day=DAYS)
@settings(max_examples=examples(200), deadline=None)
def test_next_and_previous_meet(day: date) -> None:
    after = next_working_day(day)
    assert after > day and is_working_day(after)
    assert previous_working_day(after) <= day
    assert not any(is_working_day(day + timedelta(days=n)) for n in range(1, (after - day).days))


def test_weeks() -> None:
    assert [weeks_in(year) for year in (2020, 2025, 2026, 2027, 2032)] == [53, 52, 53, 52, 53]
    assert week_of(date(2027, 1, 1)) == 53
    assert monday_of(2026, 53) == date(2026, 12, 28)
    with pytest.raises(ValueError, match="week"):
        monday_of(2027, 53)


# ---- clocks


def test_both_nights() -> None:
    assert instant(datetime(2027, 3, 28, 2, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert settle(datetime(2027, 3, 28, 2, 30)) == datetime(2027, 3, 28, 3, 30)
    assert instant(datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two
    assert local(datetime(2026, 7, 1, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 12)
    assert local(datetime(2026, 12, 1, 12, tzinfo=UTC)) == datetime(2026, 12, 1, 13)


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))
@settings(max_examples=examples(300), deadline=None)
def test_wall_clock_there_and_back(moment: datetime) -> None:
    back = local(instant(moment))
    assert back == settle(moment)
    assert back in {moment, moment + timedelta(hours=1)}
    assert settle(back) == back


# ---- a person's own hours


@pytest.mark.parametrize(
    ("working", "after", "moment"),
    [
        (OFFICE, "2026-11-23T06:00", "2026-11-23T07:00"),
        (OFFICE, "2026-11-23T10:00", "2026-11-23T10:00"),
        (OFFICE, "2026-11-23T16:00", "2026-11-24T07:00"),
        (OFFICE, "2026-11-27T17:00", "2026-11-30T07:00"),
        (OFFICE, "2026-12-23T17:00", "2026-12-28T07:00"),
        (EVENINGS, "2026-12-23T17:00", "2026-12-25T15:00"),
        (EVENINGS, "2026-11-29T23:00", "2026-12-04T15:00"),
        (NIGHTS, "2026-11-23T03:00", "2026-11-23T03:00"),
        (NIGHTS, "2026-11-23T12:00", "2026-11-23T21:00"),
    ],
)
def test_next_work_moment(working: Working, after: str, moment: str) -> None:
    assert next_work_moment(working, datetime.fromisoformat(after)) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("working", "start", "end"),
    [
        (OFFICE, "2026-11-23T08:00", "2026-11-23T12:30"),
        (OFFICE, "2026-11-27T14:00", "2026-11-30T09:30"),  # 2 hours on Friday, 2½ on Monday
        (OFFICE, "2026-11-28T14:00", "2026-11-30T11:30"),
        (NIGHTS, "2026-11-23T22:00", "2026-11-24T03:00"),
        (NIGHTS, "2026-11-24T04:00", "2026-11-24T23:00"),
    ],
)
def test_half_a_working_day(working: Working, start: str, end: str) -> None:
    assert add_half_working_day(working, datetime.fromisoformat(start)) == datetime.fromisoformat(end)


def test_works_on() -> None:
    assert works_on(OFFICE, date(2026, 12, 23)) and not works_on(OFFICE, date(2026, 12, 24))
    assert works_on(EVENINGS, date(2026, 12, 25))
    with pytest.raises(ValueError, match="weekday"):
        Working(frozenset())
