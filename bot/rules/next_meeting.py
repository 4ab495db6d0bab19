"""When the next meeting is: recurrence from wall-clock rules, never by adding hours to instants.

Weeks are counted in days from the Monday of the rule's first week, so a rhythm of two weeks stays 14 days across week 53.
`parity` ("jämna veckor") instead follows the ISO number, as people read it in the calendar: after an odd week 53 comes
the odd week 1.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from bot.frozen import dataclass
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import settle, week_of

_LAST_YEAR = MAXYEAR - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A meeting rhythm. `first` is the first possible day; its week is where the interval counts from."""

    slots: tuple[MeetingTime, ...]
    first: date
    interval: int = 1  # weeks between
    nth: tuple[int, ...] = ()  # weekdays of the month, 1-5, -1 = last; the interval is then not used
    parity: int | None = None  # 0: even ISO weeks, 1: odd; the interval is then not used
    until: date | None = None  # last possible day


def make_rule(
    slots: tuple[MeetingTime, ...],
    now: datetime,
    *,
    interval: int = 1,
    nth: tuple[int, ...] = (),
    parity: int | None = None,
    first: date | None = None,
    until: date | None = None,
) -> Rule:
    """The rule whose first meeting is the next possible one after `now`, and not before `first`."""
    start = max(first or now.date(), now.date())
    rule = Rule(slots, start, nth=nth, parity=parity, until=until)
    begins = next_occurrence(rule, now)  # of every week: the first possible day decides which weeks the interval hits
    return replace(rule, first=begins.date() if begins else start, interval=max(1, interval))


def occurrences(rule: Rule, start: date) -> Iterator[datetime]:
    """Naive local starts on or after `start`, ascending, endless unless the rule has an `until`."""
    start = max(start, rule.first)
    days = _month_days(rule, start) if rule.nth else _week_days(rule, start)
    for day, slots in takewhile(lambda item: rule.until is None or item[0] <= rule.until, days):
        if day >= start:
            yield from sorted({settle(datetime.combine(day, slot.start)) for slot in slots})


def _week_days(rule: Rule, start: date) -> Iterator[tuple[date, list[MeetingTime]]]:
    """The meeting days, week by week, from the week of `start` on."""
    by_weekday: dict[int, list[MeetingTime]] = {}
    for slot in sorted(rule.slots, key=lambda slot: slot.weekday):
        by_weekday.setdefault(slot.weekday, []).append(slot)
    anchor = _monday(rule.first)
    monday, step = _monday(start), timedelta(weeks=1)
    if rule.parity is None:
        step = timedelta(weeks=max(1, rule.interval))
        monday = anchor + -((anchor - monday) // step) * step  # the first week in rhythm, not before that of `start`
    while by_weekday and monday.year <= _LAST_YEAR:
        if rule.parity is None or week_of(monday) % 2 == rule.parity:
            for weekday, slots in by_weekday.items():
                yield monday + timedelta(days=weekday), slots
        monday += step


def _month_days(rule: Rule, start: date) -> Iterator[tuple[date, list[MeetingTime]]]:
    """The meeting days, month by month, from the month of `start` on."""
    year, month = start.year, start.month
    while rule.slots and year <= _LAST_YEAR:
        by_day: dict[date, list[MeetingTime]] = {}
        for slot in rule.slots:
            for nth in rule.nth:
                if day := nth_weekday(year, month, slot.weekday, nth):
                    by_day.setdefault(day, []).append(slot)
        yield from sorted(by_day.items(), key=lambda item: item[0])
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth (1-5, or -1 = last) such weekday of the month; None where it has none."""
    first_weekday, length = monthrange(year, month)
    first = 1 + (weekday - first_weekday) % 7
    day = first + 7 * (nth - 1) if nth > 0 else first + 7 * ((length - first) // 7)
    return date(year, month, day) if day <= length else None


def next_occurrence(rule: Rule, after: datetime) -> datetime | None:
    """The first start later than `after` (naive local); None where the rule has ended."""
    return next((start for start in occurrences(rule, after.date()) if start > after), None)


def write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as plain values, for storage."""
    return {
        "slots": [[slot.weekday, slot.start.strftime("%H:%M"), slot.minutes] for slot in rule.slots],
        "first": rule.first.isoformat(),
        "interval": rule.interval,
        "nth": list(rule.nth),
        "parity": rule.parity,
        "until": rule.until.isoformat() if rule.until else None,
    }


def read_rule(values: Mapping[str, Any]) -> Rule:
    """The rule that `write_rule` wrote."""
    return Rule(
        slots=tuple(MeetingTime(day, time.fromisoformat(start), minutes) for day, start, minutes in values["slots"]),
        first=date.fromisoformat(values["first"]),
        interval=values["interval"],
        nth=tuple(values["nth"]),
        parity=values["parity"],
        until=date.fromisoformat(values["until"]) if values["until"] else None,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
