"""What the weekly overview tells first, how it measures, and when it is sent: tables and properties."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Escalation
from bot.rules.digest_contents import (
    Figures,
    GroupWeek,
    LeadTime,
    is_late,
    lead_time,
    most_needed,
    next_sending,
    percentile,
    reasons,
    week_meant,
    week_told,
)
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import is_eve, is_red

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # a Friday
TODAY = date(2026, 11, 27)


def group(code: str, **values: object) -> GroupWeek:
    return GroupWeek(code, code, **values)  # type: ignore[arg-type]


def matter(number: int, days: int, state: str = "open", urgent: bool = False, about: str = "obstacle") -> Escalation:
    at = NOW - timedelta(days=days)
    return Escalation(
        f"tall:H{number}", "tall", number, "tall", "anna", at, "gk", make_plan(at, Pace(), urgent), at, state=state, urgent=urgent, about=about
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, ()),
        ({"held": 1}, ()),
        ({"missed": 1}, ("missed",)),
        ({"missed": 1, "held": 1}, ()),  # they met all the same
        ({"stuck": 2}, ()),  # lifted: the matter has a row of its own
        ({"stuck": 2, "alone": 1}, ("stuck",)),
        ({"overdue": 1}, ("overdue",)),
        ({"meets": False}, ("meeting",)),
        ({"contact": False}, ("contact",)),
        ({"consent_until": TODAY + timedelta(days=13)}, ("consent",)),
        ({"consent_until": TODAY + timedelta(days=14)}, ()),
        ({"missed": 1, "alone": 1, "overdue": 2, "meets": False, "contact": False}, ("missed", "stuck", "overdue", "meeting", "contact")),
        ({"missed": 1, "meets": False, "contact": False, "resting": True}, ()),  # a pause is no trouble
    ],
)
def test_reasons(values: dict[str, object], why: tuple[str, ...]) -> None:
    assert reasons(group("tall", **values), TODAY) == why


def test_the_most_pressing_comes_first() -> None:
    figures = Figures(
        groups=(
            group("lugn"), group("kontakt", contact=False), group("mötet", missed=1), group("fast", stuck=1, alone=1, alone_since=NOW - timedelta(days=2)),
            group("allt", missed=1, alone=3, alone_since=NOW - timedelta(days=20), overdue=4, overdue_since=TODAY - timedelta(days=9)),
        ),
        matters=(matter(1, 9), matter(2, 0), matter(3, 0, urgent=True), matter(4, 1, "answered"), matter(5, 12), matter(6, 2, "taken")),
    )  # fmt: skip
    order = [each.code if isinstance(each, GroupWeek) else f"H{each.number}" for each in most_needed(figures, NOW)]
    assert order == ["allt", "H3", "H5", "H1", "mötet", "fast", "H2", "H6", "kontakt", "H4"]


def test_late_is_what_nobody_has_taken_in_time() -> None:
    assert is_late(matter(1, 7), NOW)
    assert not is_late(matter(1, 1), NOW)  # 36 hours of working days are not over
    assert not is_late(matter(1, 7, "taken"), NOW)
    assert not is_late(matter(1, 7, about="lesson"), NOW)  # asks for no answer


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_percentiles_are_those_of_the_hours_themselves(hours: list[int]) -> None:
    counted = [(each, hours.count(each)) for each in set(hours)]
    assert percentile(counted, 50) == statistics.median_low(hours)
    most = percentile(counted, 90)
    assert most in hours
    assert sum(each <= most for each in hours) >= 0.9 * len(hours)
    assert sum(each < most for each in hours) < 0.9 * len(hours)


def test_lead_time() -> None:
    assert lead_time((), ()) == LeadTime()
    assert lead_time(((2, 8), (50, 2)), ((100, 1),)) == LeadTime(10, 2, 50, 100, 100)


@pytest.mark.parametrize(
    ("number", "today", "monday"),
    [
        (48, TODAY, date(2026, 11, 23)),
        (47, TODAY, date(2026, 11, 16)),
        (49, TODAY, date(2025, 12, 1)),  # has not begun: last year's
        (53, TODAY, date(2020, 12, 28)),  # the newest year that had one
        (53, date(2027, 1, 2), date(2026, 12, 28)),
        (52, date(2027, 1, 2), date(2026, 12, 21)),
        (1, date(2026, 12, 31), date(2025, 12, 29)),
        (1, date(2025, 12, 30), date(2025, 12, 29)),  # already week 1 of the next year
        (0, TODAY, None),
        (54, TODAY, None),
    ],
)
def test_week_meant(number: int, today: date, monday: date | None) -> None:
    assert week_meant(number, today) == monday


@pytest.mark.parametrize(
    ("day", "monday"),
    [(TODAY, date(2026, 11, 23)), (date(2026, 11, 29), date(2026, 11, 23)), (date(2026, 11, 30), date(2026, 11, 23)), (date(2026, 12, 1), date(2026, 11, 30))],
)
def test_on_a_monday_the_week_that_is_over_is_told(day: date, monday: date) -> None:
    assert week_told(day) == monday


def weekly(weekday: int, hour: int = 14, interval: int = 1) -> Rule:
    return Rule((MeetingTime(weekday, time(hour)),), date(2026, 11, 2), interval)


@pytest.mark.parametrize(
    ("rule", "after", "moment"),
    [
        (weekly(4), "2026-11-27 13:59", "2026-11-27 14:00"),
        (weekly(4), "2026-11-27 14:00", "2026-12-04 14:00"),
        (weekly(4), "2026-12-18 14:00", "2026-12-23 14:00"),  # Christmas Day, and the Eve before it
        (weekly(4), "2026-12-23 14:00", "2026-12-30 14:00"),  # New Year's Day
        (weekly(4), "2026-12-23 15:00", "2026-12-30 14:00"),  # subscribed when it had gone already
        (weekly(0), "2027-03-22 14:00", "2027-03-25 14:00"),  # Easter Monday: the Thursday before
        (weekly(6, 18), "2026-11-27 14:00", "2026-11-29 18:00"),  # a Sunday asked for is no red day
        (weekly(4, interval=2), "2026-11-27 14:00", "2026-12-04 14:00"),
        (Rule((), date(2026, 11, 2)), "2026-11-27 14:00", None),
    ],
)
def test_next_sending(rule: Rule, after: str, moment: str | None) -> None:
    assert next_sending(rule, datetime.fromisoformat(after)) == (datetime.fromisoformat(moment) if moment else None)


@given(st.integers(0, 6), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_sendings_go_forward_and_never_fall_on_a_red_day(weekday: int, after: datetime) -> None:
    rule = Rule((MeetingTime(weekday, time(14)),), date(2026, 1, 1))
    moment = next_sending(rule, after)
    assert moment is not None
    assert after < moment <= after + timedelta(days=21)
    assert not is_red(moment.date())
    assert not is_eve(moment.date())
