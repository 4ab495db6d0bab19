"""When a lifted matter is to be answered: the hours of working days, and nobody disturbed outside office hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.escalation_plan import OFFICE, Pace, make_plan, silent_until
from bot.rules.work_calendar import instant, is_working_day, local
from tests.conftest import examples

PACE = Pace()


def at(text: str) -> datetime:
    return instant(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("lifted", "answer_by", "remind", "chair"),
    [
        ("2026-11-23 08:00", "2026-11-24 20:00", "2026-11-25 08:00", "2026-11-26 08:00"),  # a Monday
        ("2026-11-26 20:00", "2026-11-30 08:00", "2026-11-30 08:00", "2026-12-01 08:00"),  # into Monday, to the minute
        ("2026-11-27 15:00", "2026-12-01 03:00", "2026-12-01 08:00", "2026-12-02 08:00"),  # over a weekend
        ("2026-11-28 11:00", "2026-12-01 12:00", "2026-12-01 12:00", "2026-12-02 12:00"),  # on a Saturday
        ("2026-12-23 15:00", "2026-12-29 03:00", "2026-12-29 08:00", "2026-12-30 08:00"),  # over Christmas
        ("2026-12-30 15:00", "2027-01-05 03:00", "2027-01-05 08:00", "2027-01-07 08:00"),  # New Year, then Epiphany
        ("2027-06-24 12:00", "2027-06-29 00:00", "2027-06-29 08:00", "2027-06-30 08:00"),  # Midsummer's Eve is a Friday
        ("2027-03-25 08:00", "2027-03-30 20:00", "2027-03-31 08:00", "2027-04-01 08:00"),  # Easter, and the clock goes forward
        ("2027-10-29 12:00", "2027-11-02 00:00", "2027-11-02 08:00", "2027-11-03 08:00"),  # the clock goes back in the weekend
    ],
)
def test_the_clock(lifted: str, answer_by: str, remind: str, chair: str) -> None:
    plan = make_plan(at(lifted), PACE)
    assert (plan.answer_by, plan.remind_at, plan.chair_at) == (at(answer_by), at(remind), at(chair))


@pytest.mark.parametrize(
    ("lifted", "chair", "answer_by", "remind"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00", "2026-11-23 17:00", "2026-11-24 08:00"),
        ("2026-11-23 20:00", "2026-11-24 08:00", "2026-11-24 17:00", "2026-11-25 08:00"),
        ("2026-11-27 17:00", "2026-11-30 08:00", "2026-11-30 17:00", "2026-12-01 08:00"),
        ("2026-12-24 09:00", "2026-12-28 08:00", "2026-12-28 17:00", "2026-12-29 08:00"),
    ],
)
def test_urgent(lifted: str, chair: str, answer_by: str, remind: str) -> None:
    plan = make_plan(at(lifted), PACE, urgent=True)
    assert (plan.chair_at, plan.answer_by, plan.remind_at) == (at(chair), at(answer_by), at(remind))


def test_a_county_may_be_quicker() -> None:
    plan = make_plan(at("2026-11-23 08:00"), Pace(answer=4, chair=2, silent=8))
    assert (plan.answer_by, plan.chair_at, plan.silent) == (at("2026-11-23 12:00"), at("2026-11-23 14:00"), 8)


@pytest.mark.parametrize(
    ("taken", "until"),
    [("2026-11-23 08:00", "2026-11-25 08:00"), ("2026-11-27 10:00", "2026-12-01 08:00"), ("2026-12-30 09:00", "2027-01-05 08:00")],
)
def test_silence(taken: str, until: str) -> None:
    assert silent_until(at(taken), 36) == at(until)


@settings(max_examples=examples(60), deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)), st.booleans())
def test_nobody_is_disturbed_out_of_hours(lifted: datetime, urgent: bool) -> None:
    now = instant(lifted)
    plan = make_plan(now, PACE, urgent)
    assert now <= plan.answer_by <= plan.remind_at
    assert plan.chair_at >= (now if urgent else plan.remind_at)
    for moment in (plan.remind_at, plan.chair_at, silent_until(now, plan.silent)):
        here = local(moment)
        assert is_working_day(here.date())
        assert OFFICE.start <= here.time() < OFFICE.end
    assert plan.answer_by - now <= timedelta(days=12)
