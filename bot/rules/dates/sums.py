"""Small calendar sums."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.work_calendar import easter, is_working_day

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
YEARS = range(1990, 2101)


def every_day(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for n in range((last - first).days + 1):
        yield first + n * DAY


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def with_century(year: int) -> int:
    return year + 2000 if year < 100 else year


def month_on(day: date, months: int) -> tuple[int, int]:
    """Year and month, so many months after that of the day."""
    month = day.month - 1 + months
    return day.year + month // 12, month % 12 + 1


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = month_on(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def turned_round(first: date, last: date) -> tuple[date, date] | None:
    """The days the other way round, where the last is the next year's and a year earlier would be nearer the first.

    "10 juli till 1 juli" is a slip, "20 december till 7 januari" is none.
    """
    before = months_on(last, -12)
    return (before, first) if last.year > first.year and last - first > first - before else None


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def nth_of_month(year: int, month: int, number: int, kind: str) -> date | None:
    """The nth (-1: last) day of a kind in a month: "vardagen", "fredagen", "dagen"."""
    first = date(year, month, 1)
    days = list(every_day(first, last_of_month(first)))
    if kind in words.WORKING_DAY or kind == "working":
        days = [day for day in days if is_working_day(day)]
    elif kind in words.WEEKDAYS:
        days = [day for day in days if day.weekday() == words.WEEKDAYS[kind]]
    index = number - 1 if number > 0 else -1
    return days[index] if index < len(days) else None


def festival_day(key: str, year: int) -> date:
    """The day of a festival in a year."""
    if key in words.FIXED_DAYS:
        return date(year, *words.FIXED_DAYS[key])
    if key in words.EASTER_DAYS:
        return easter(year) + timedelta(days=words.EASTER_DAYS[key])
    if key.endswith("advent"):
        number = words.ORDINALS[key.split(maxsplit=1)[0]]
        christmas = date(year, 12, 25)
        fourth = christmas - timedelta(days=christmas.isoweekday())
        return fourth - timedelta(weeks=4 - number)
    if key == "alla helgons dag":
        return on_or_after(date(year, 10, 31), 5)
    if key in {"mors dag", "fars dag"}:  # the last Sunday of May, the second of November
        return on_or_after(date(year, 5, 25) if key == "mors dag" else date(year, 11, 8), 6)
    eve = on_or_after(date(year, 6, 19), 4)
    return eve if key == "midsommarafton" else eve + DAY


def on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
