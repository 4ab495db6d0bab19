"""Until when a closed group's words are kept."""

from __future__ import annotations

from datetime import date

import pytest

from bot.rules.retention import erase_on, notice_day


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
