"""A bot event as Outlook takes it: series with one simple pattern each, and events by themselves for what no pattern can hold.

Outlook knows only one week of the month to a pattern, and no fifth; and a meeting of a series can neither be put beyond the one
before or after it, nor come back once it has been deleted. So one event of the bot's is one or more *parts* in the calendar: "" the
series or the single event, "2" another series, "2026-12-08T13:00" the meeting that was planned then and stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from bot.rules.calendar_event import Event
from bot.rules.next_meeting import Rule, occurrences

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEX = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "last", -1: "last"}
BACK = timedelta(days=60)  # so far back a series is looked through for what was moved from there
AHEAD = timedelta(days=400)  # so far ahead
BOUND = timedelta(days=2 * 365)  # so long is a series made whose pattern gives more meetings than it should


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a series is repeated, comparable with one that Graph tells of."""

    weekly: bool
    interval: int
    days: frozenset[str]
    index: str  # of the week in the month; "" where it is weekly
    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Series:
    """A part of an event that is repeated. `rule` gives its meetings, the pattern perhaps more."""

    part: str
    rule: Rule
    bounded: bool = False

    def pattern(self, starts: datetime) -> Pattern:
        """The pattern of a series whose first meeting that is."""
        rule, until = self.rule, self.rule.until
        if self.bounded:
            bound = starts.date() + BOUND
            until = min(bound, until) if until else bound
        days = frozenset(DAYS[slot.weekday] for slot in rule.slots)
        if rule.nth:
            return Pattern(False, 1, days, INDEX[rule.nth[0]], starts.date(), until)
        return Pattern(True, rule.interval, days, "", starts.date(), until)

    def begins(self, now: datetime, was: datetime | None) -> datetime | None:
        """Its first meeting in the calendar: the one that it had there, if the rhythm still gives it; else the next. None: it is over."""
        if was and next(occurrences(self.rule, was.date()), None) == was:
            return was
        return next((start for start in self.given(max(self.rule.first, now.date())) if start.date() >= now.date()), None)

    def given(self, since: date) -> Iterator[datetime]:
        """What the pattern gives from that day on: for a bounded one only what the rule gives too begins it."""
        return occurrences(self.rule, since)


def series_of(rule: Rule) -> tuple[Series, ...]:
    """A rhythm in as many series as Outlook needs."""
    if not rule.nth:
        return (Series("", rule),)
    more = 5 in rule.nth or {4, -1} <= set(rule.nth)  # months where the last one is not the fifth, or is the fourth
    return tuple(
        Series("" if not n else str(n + 1), replace(rule, nth=(nth,)), more and nth in (5, -1)) for n, nth in enumerate(rule.nth)
    )


def window(event: Event, now: datetime) -> tuple[datetime, datetime]:
    """The stretch of time that is put right: not longer ago than somebody may still have moved something from."""
    last = max((now + AHEAD, *(max(each.planned, each.starts) for each in event.moved), *event.cancelled))
    return now - BACK, last + timedelta(days=31)


def wanted(event: Event, all_series: tuple[Series, ...], since: datetime, until: datetime) -> list[dict[datetime, tuple[datetime, int]]]:
    """For each series: when its meetings are, and how long, by the moment that the rhythm gives. A moment given twice is the first's."""
    elsewhere = {each.planned: (each.starts, each.minutes) for each in event.moved}
    off, seen = set(event.cancelled), set[datetime]()
    found: list[dict[datetime, tuple[datetime, int]]] = []
    for each in all_series:
        mine: dict[datetime, tuple[datetime, int]] = {}
        for start in takewhile(lambda start: start <= until, occurrences(each.rule, since.date())):
            if start not in off and start not in seen:
                mine[start] = elsewhere.get(start, (start, event.minutes))
            seen.add(start)
        found.append(mine)
    return found


def crosses(planned: datetime, starts: datetime, others: list[tuple[datetime, datetime]]) -> bool:
    """Whether a meeting of a series, put there, would be on the day of or beyond another. `others`: when they were planned, and are."""
    low, high = sorted((planned.date(), starts.date()))
    return any(low <= day <= high for each in others if each[0] != planned for day in (each[0].date(), each[1].date()))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())
