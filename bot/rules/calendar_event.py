"""A meeting or a series of meetings as a calendar takes it: one time and one simple rhythm, and what differs from it.

Every calendar can express such an event: a rhythm with several times, several weekdays of the month or even weeks is
first split into parts that are each one event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from bot.frozen import dataclass
from bot.rules.next_meeting import Rule, occurrences
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import week_of

HALF_AN_HOUR = 30
AHEAD = timedelta(days=5 * 366)
"""So far ahead even or odd weeks are worked out: they change places after a year of 53 weeks."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One meeting of a series that is at another time, or of another length, than its rhythm says."""

    planned: datetime
    starts: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Event:
    """All clock times are naive and mean Europe/Stockholm. `rule` is simple, as `parts` makes it; None: one single meeting."""

    uid: str  # the bot's own name for it: "tall:1" a series, "tall:2026-12-01" one meeting
    starts: datetime | None = None  # of the first; None only where it is cancelled
    minutes: int = HALF_AN_HOUR
    rule: Rule | None = None
    moved: tuple[Moved, ...] = ()
    cancelled: tuple[datetime, ...] = ()  # moments of the rhythm when there is no meeting
    state: str = "confirmed"  # confirmed | cancelled
    title: str = ""  # put in where it is worded
    link: str = ""  # where to join from afar
    attendees: tuple[str, ...] = ()  # ids of people, where the calendar is the group's own
    keeper: str = ""  # in whose calendar it is, where it is the group's own: a mailbox, or "@eva"
    existing: str = ""  # the calendar's own id of an event that stands there already, and is to become this one


@dataclass(frozen=True, slots=True)
class Standing:
    """An event that somebody else has put in a calendar: the calendar's own id of it, and when it is (the first, of one that is repeated)."""

    id: str
    starts: datetime
    repeats: bool = False
    until: date | None = None  # its last day, where it has one


def parts(rule: Rule) -> tuple[Rule, ...]:
    """The rhythm as simple ones, which together give the same meetings: each has one clock time and one length, and is
    weekly with an interval, or on one weekday in some weeks of the month."""
    times: dict[tuple[int, int, int], list[MeetingTime]] = {}
    for slot in dict.fromkeys(replace(each, minutes=_length(rule, each)) for each in rule.slots):
        times.setdefault((slot.start.hour, slot.start.minute, slot.minutes or HALF_AN_HOUR), []).append(slot)
    found: list[Rule] = []
    for _, slots in sorted(times.items()):
        days = tuple(sorted(slots, key=lambda slot: slot.weekday))
        if rule.nth:
            found += [replace(rule, slots=(slot,), parity=None) for slot in days]
        elif rule.parity is not None:
            found += [replace(span, slots=days) for span in _even_spans(rule)]
        else:
            found.append(replace(rule, slots=days))
    return tuple(each for each in found if next(occurrences(each, each.first), None))


def _length(rule: Rule, slot: MeetingTime) -> int:
    """Two slots at the same moment are one meeting: the first says how long."""
    same = next(each for each in rule.slots if (each.weekday, each.start) == (slot.weekday, slot.start))
    return same.minutes or HALF_AN_HOUR


def _even_spans(rule: Rule) -> Iterator[Rule]:
    """Every other week, anew from each year that follows one of 53 weeks."""
    first, last = rule.first, rule.first + AHEAD
    while first <= last and (rule.until is None or first <= rule.until):
        while week_of(first) % 2 != rule.parity:
            first += timedelta(days=7 - first.weekday())
        year = first.isocalendar().year
        while date(year, 12, 28).isocalendar().week != 53:
            year += 1
        end = date.fromisocalendar(year + 1, 1, 1) - timedelta(days=1)
        yield replace(rule, first=first, until=min(end, rule.until) if rule.until else end, interval=2, parity=None)
        first = end + timedelta(days=1)


def times(event: Event, until: datetime) -> list[tuple[datetime, int]]:
    """When the event takes place, up to `until`, and how long each lasts."""
    if event.state == "cancelled" or event.starts is None:
        return []
    if event.rule is None:
        return [(event.starts, event.minutes)] if event.starts <= until else []
    elsewhere = {each.planned: (each.starts, each.minutes) for each in event.moved}
    last = max((until, *elsewhere))
    all_of_it = takewhile(lambda start: start <= last, occurrences(event.rule, event.rule.first))
    held = (elsewhere.get(start, (start, event.minutes)) for start in all_of_it if start not in event.cancelled)
    return sorted(each for each in held if each[0] <= until)
