"""Days, times and schedules in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from babel.dates import format_date

from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from templates.dates import ENGLISH, SWEDISH, DateWords

NOW = datetime(2026, 11, 24, 10, 0)  # a Tuesday
FRIDAY = date(2026, 11, 27)
AT_ONE = datetime(2026, 11, 27, 13, 0)


@pytest.mark.parametrize(
    ("method", "value", "swedish", "english"),
    [
        ("day", FRIDAY, "fredag 27 november, v. 48", "Friday 27 November, week 48"),
        ("day", date(2027, 1, 1), "fredag 1 januari 2027, v. 53", "Friday 1 January 2027, week 53"),
        ("short_day", FRIDAY, "fre 27/11", "Fri 27 Nov"),
        ("short_day", date(2027, 1, 7), "tors 7/1 2027", "Thu 7 Jan 2027"),
        ("when", FRIDAY, "fredag 27 november", "Friday 27 November"),
        ("when", AT_ONE, "fredag 27 november kl. 13:00", "Friday 27 November at 13:00"),
        ("when", datetime(2026, 11, 27, 12, 0, tzinfo=UTC), "fredag 27 november kl. 13:00", "Friday 27 November at 13:00"),
        ("when", datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "torsdag 2 juli kl. 00:30", "Thursday 2 July at 00:30"),
        ("due", FRIDAY, "senast fredag 27 november", "by Friday 27 November"),
        ("due", AT_ONE, "senast fredag 27 november kl. 13:00", "by Friday 27 November at 13:00"),
        ("near", date(2026, 11, 24), "i dag", "today"),
        ("near", datetime(2026, 11, 25, 8, 15), "i morgon kl. 08:15", "tomorrow at 08:15"),
        ("near", date(2026, 11, 26), "i övermorgon", "the day after tomorrow"),
        ("near", FRIDAY, "på fredag", "on Friday"),
        ("near", date(2026, 12, 1), "tisdag 1 december", "Tuesday 1 December"),
        ("near", date(2026, 11, 23), "i går", "yesterday"),
        ("near", date(2026, 11, 20), "i fredags", "last Friday"),
        ("since", NOW - timedelta(seconds=30), "nyss", "just now"),
        ("since", NOW - timedelta(minutes=5), "för 5 minuter sedan", "5 minutes ago"),
        ("since", NOW - timedelta(hours=1), "för en timme sedan", "an hour ago"),
        ("since", NOW - timedelta(hours=20), "i går", "yesterday"),
        ("since", NOW - timedelta(days=3), "för 3 dagar sedan", "3 days ago"),
        ("since", NOW - timedelta(days=15), "för 2 veckor sedan", "2 weeks ago"),
        ("since", date(2026, 5, 24), "för 6 månader sedan", "6 months ago"),
        ("since", FRIDAY, "på fredag", "on Friday"),
    ],
)
def test_days(method: str, value: date, swedish: str, english: str) -> None:
    assert (getattr(SWEDISH, method)(value, NOW), getattr(ENGLISH, method)(value, NOW)) == (swedish, english)


@pytest.mark.parametrize(("words", "language"), [(SWEDISH, "sv"), (ENGLISH, "en_GB")])
def test_the_tables_are_as_the_unicode_consortium_has_them(words: DateWords, language: str) -> None:
    for step in range(400):
        day = NOW.date() + timedelta(days=step)
        year = "" if day.year == NOW.year and step < 300 else " y"
        assert words.day(day, NOW, week=False) == format_date(day, f"EEEE d MMMM{year}", language)  # its week of 28 December 2026 is 1


def test_with_week() -> None:
    assert SWEDISH.due(AT_ONE, NOW, week=True) == "senast fredag 27 november kl. 13:00, v. 48"


@pytest.mark.parametrize(
    ("first", "last", "swedish"),
    [
        ((2026, 7, 1), (2026, 7, 14), "1–14 juli"),
        ((2026, 6, 28), (2026, 7, 3), "28 juni–3 juli"),
        ((2026, 7, 1), (2026, 7, 1), "1 juli"),
        ((2027, 7, 1), (2027, 7, 14), "1–14 juli 2027"),
        ((2026, 12, 28), (2027, 1, 3), "28 december 2026–3 januari 2027"),
    ],
)
def test_periods(first: tuple[int, int, int], last: tuple[int, int, int], swedish: str) -> None:
    assert SWEDISH.period(date(*first), date(*last), NOW) == swedish


@pytest.mark.parametrize(("minutes", "swedish", "english"), [(80, "1 tim 20 min", "1 h 20 min"), (20, "20 min", "20 min"), (120, "2 tim", "2 h"), (0, "0 min", "0 min")])
def test_minutes(minutes: int, swedish: str, english: str) -> None:
    assert (SWEDISH.minutes(minutes), ENGLISH.minutes(minutes)) == (swedish, english)


def slot(weekday: int, hour: int, minute: int = 0, minutes: int | None = None) -> MeetingTime:
    return MeetingTime(weekday, time(hour, minute), minutes)


FIRST = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("rule", "swedish", "english"),
    [
        (Rule((slot(1, 13),), FIRST), "tisdagar 13:00", "Tuesdays 13:00"),
        (Rule((slot(4, 8, 15, 15), slot(1, 8, 15, 15)), FIRST), "tisdagar och fredagar 08:15–08:30", "Tuesdays and Fridays 08:15–08:30"),
        (Rule((slot(1, 13), slot(4, 8, 15, 30)), FIRST), "tisdagar 13:00 och fredagar 08:15–08:45", "Tuesdays 13:00 and Fridays 08:15–08:45"),
        (Rule((slot(3, 14, 0, 60),), FIRST, interval=2), "varannan torsdag 14:00–15:00", "every other Thursday 14:00–15:00"),
        (Rule((slot(3, 14),), FIRST, interval=3), "var tredje torsdag 14:00", "every third Thursday 14:00"),
        (Rule((slot(3, 14),), FIRST, parity=0), "torsdagar 14:00, jämna veckor", "Thursdays 14:00, even weeks"),
        (Rule((slot(0, 10),), FIRST, nth=(1,)), "första måndagen i månaden 10:00", "first Monday of the month 10:00"),
        (Rule((slot(0, 10),), FIRST, nth=(1, -1)), "första och sista måndagen i månaden 10:00", "first and last Monday of the month 10:00"),
        (Rule((slot(1, 13),), FIRST, until=date(2027, 6, 15)), "tisdagar 13:00, till och med tisdag 15 juni 2027", "Tuesdays 13:00, until Tuesday 15 June 2027"),
    ],
)
def test_schedules(rule: Rule, swedish: str, english: str) -> None:
    assert (SWEDISH.schedule(rule, NOW), ENGLISH.schedule(rule, NOW)) == (swedish, english)


def test_series() -> None:
    assert [SWEDISH.series(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a och b", "a, b och c"]
    assert ENGLISH.series(["a", "b"], "or") == "a or b"
