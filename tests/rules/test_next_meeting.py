"""Meeting rhythms across week 53, leap days and both nights of daylight saving."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.next_meeting import Rule, make_rule, next_occurrence, nth_weekday, occurrences, read_rule, write_rule
from bot.rules.reading import MeetingTime
from tests.conftest import examples

TUESDAY = MeetingTime(1, time(13), 60)
FRIDAY = MeetingTime(4, time(8, 15), 15)
THURSDAY = MeetingTime(3, time(14), 60)
NOW = datetime(2026, 11, 23, 8)

SLOTS = st.builds(MeetingTime, st.integers(0, 6), st.times(time(7), time(18)), st.none() | st.integers(5, 120))
RULES = st.builds(
    Rule,
    slots=st.lists(SLOTS, min_size=1, max_size=3).map(tuple),
    first=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    interval=st.integers(1, 5),
    nth=st.sampled_from([(), (1,), (1, 3), (-1,), (5,)]),
    parity=st.sampled_from([None, 0, 1]),
    until=st.none(),
)


def days(rule: Rule, start: date, count: int) -> list[str]:
    return [f"{moment:%m-%d}" for moment in islice(occurrences(rule, start), count)]


def test_weekly_twice() -> None:
    rule = make_rule((FRIDAY, TUESDAY), NOW)
    assert list(islice(occurrences(rule, NOW.date()), 3)) == [
        datetime(2026, 11, 24, 13),
        datetime(2026, 11, 27, 8, 15),
        datetime(2026, 12, 1, 13),
    ]


def test_every_other_thursday_begins_with_the_next_and_stays_14_days_across_week_53() -> None:
    rule = make_rule((THURSDAY,), NOW, interval=2)
    assert days(rule, NOW.date(), 5) == ["11-26", "12-10", "12-24", "01-07", "01-21"]  # weeks 48 50 52 1 3


def test_even_and_odd_weeks_follow_the_number() -> None:
    odd = make_rule((THURSDAY,), NOW, parity=1)
    assert days(odd, NOW.date(), 5) == ["12-03", "12-17", "12-31", "01-07", "01-21"]  # 49 51 53 1 3
    even = make_rule((THURSDAY,), NOW, parity=0)
    assert days(even, date(2026, 12, 20), 3) == ["12-24", "01-14", "01-28"]  # 52 2 4


def test_the_anchor_is_the_week_of_the_first_meeting() -> None:
    wednesday_noon = datetime(2026, 11, 25, 12)
    rule = make_rule((TUESDAY, FRIDAY), wednesday_noon, interval=2)
    assert days(rule, wednesday_noon.date(), 3) == ["11-27", "12-08", "12-11"]


def test_first_day_and_last_day() -> None:
    rule = make_rule((TUESDAY,), NOW, first=date(2026, 12, 7), until=date(2026, 12, 20))
    assert days(rule, NOW.date(), 9) == ["12-08", "12-15"]
    assert next_occurrence(rule, datetime(2026, 12, 15, 13)) is None


def test_today_counts_only_if_still_to_come() -> None:
    tuesday = datetime(2026, 11, 24, 13)
    rule = make_rule((TUESDAY,), NOW)
    assert next_occurrence(rule, tuesday - timedelta(minutes=1)) == tuesday
    assert next_occurrence(rule, tuesday) == tuesday + timedelta(days=7)


@pytest.mark.parametrize(
    ("nth", "expected"),
    [((1,), ["12-07", "01-04", "02-01"]), ((1, 3), ["12-07", "12-21", "01-04"]), ((-1,), ["11-30", "12-28", "01-25"]), ((5,), ["11-30", "03-29", "05-31"])],
)
def test_nth_monday_of_the_month(nth: tuple[int, ...], expected: list[str]) -> None:
    rule = make_rule((MeetingTime(0, time(10)),), NOW.replace(hour=12), nth=nth)
    assert days(rule, NOW.date(), 3) == expected


def test_wall_clock_on_both_sides_of_the_change() -> None:
    sunday_night = make_rule((MeetingTime(6, time(2, 30)),), datetime(2027, 3, 15))
    assert list(islice(occurrences(sunday_night, date(2027, 3, 21)), 3)) == [
        datetime(2027, 3, 21, 2, 30),
        datetime(2027, 3, 28, 3, 30),  # 02:30 is not on the clock that night
        datetime(2027, 4, 4, 2, 30),
    ]


def test_leap_day() -> None:
    rule = make_rule((TUESDAY,), datetime(2028, 2, 28))
    assert next_occurrence(rule, datetime(2028, 2, 28)) == datetime(2028, 2, 29, 13)


def test_no_slots_no_meetings() -> None:
    assert next_occurrence(make_rule((), NOW), NOW) is None


@given(rule=RULES, start=st.dates(date(2025, 1, 1), date(2031, 1, 1)))
@settings(max_examples=examples(150), deadline=None)
def test_by_looking_at_every_day(rule: Rule, start: date) -> None:
    """The same as walking day by day and asking whether the rule holds."""

    def holds(day: date, slot: MeetingTime) -> bool:
        if day.weekday() != slot.weekday or day < rule.first:
            return False
        if rule.nth:
            return any(nth_weekday(day.year, day.month, slot.weekday, nth) == day for nth in rule.nth)
        if rule.parity is not None:
            return day.isocalendar().week % 2 == rule.parity
        monday = day - timedelta(days=day.weekday())
        return ((monday - (rule.first - timedelta(days=rule.first.weekday()))).days // 7) % rule.interval == 0

    first = max(start, rule.first)
    walked = [first + timedelta(days=n) for n in range(200)]
    expected = sorted({datetime.combine(day, slot.start) for day in walked for slot in rule.slots if holds(day, slot)})
    assert list(islice(occurrences(rule, start), len(expected))) == expected
    after = next_occurrence(rule, expected[0] if expected else datetime.combine(first, time()))
    assert after is not None


@given(rule=RULES, until=st.none() | st.dates())
def test_written_and_read_back(rule: Rule, until: date | None) -> None:
    slots = tuple(MeetingTime(s.weekday, s.start.replace(second=0, microsecond=0), s.minutes) for s in rule.slots)
    rule = Rule(slots, rule.first, rule.interval, rule.nth, rule.parity, until)
    assert read_rule(json.loads(json.dumps(write_rule(rule)))) == rule
