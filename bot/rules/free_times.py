"""Weekly times that suit a group: when most are at work and not busy, the next weeks looked at together. Pure, in wall-clock time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bot.frozen import dataclass
from bot.rules.work_calendar import Working, is_working_day, works_on

WEEKS = 3  # so far ahead a time must suit
MOST = 3  # times to choose among
STEP = timedelta(minutes=30)
EARLIEST, LATEST = time(7), time(17)
GOOD_HOURS = ((time(8, 30), time(11, 30)), (time(13), time(16)))  # neither the first thing in the morning, nor over lunch

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Invited:
    """One who shall be able to come. `busy`: naive local, from and to."""

    id: str
    working: Working = Working()
    away: tuple[tuple[date, date], ...] = ()  # first and last day
    busy: tuple[Span, ...] = ()

    def free(self, start: datetime, end: datetime) -> bool:
        day = start.date()
        if any(first <= day <= last for first, last in self.away) or any(start < till and since < end for since, till in self.busy):
            return False
        shifts = (self.working.hours_on(each) for each in (day, day - timedelta(days=1)) if works_on(self.working, each))
        return any(begin <= start and end <= finish for begin, finish in shifts)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """`starts`: the first such meeting. `missing`: who cannot come to it; `later`: who cannot come to one of the next."""

    starts: datetime
    minutes: int
    missing: tuple[str, ...] = ()
    later: tuple[tuple[str, date], ...] = ()


def free_times(people: Sequence[Invited], now: datetime, minutes: int) -> tuple[FreeTime, ...]:
    """Up to three, the best first, on different days where that is possible. More than half can come to each.

    `now`: naive local. Looks at the days after it.
    """
    found = sorted((each for each in _all(people, now, minutes) if 2 * len(each.missing) < len(people)), key=_how_good)
    best: list[FreeTime] = []
    for each in found:
        if all(each.starts.date() != other.starts.date() for other in best):
            best.append(each)
    seen = {each.starts for each in best[:MOST]}
    more = (each for each in found if each.starts not in seen)
    return tuple(sorted(_apart((*best[:MOST], *more))[:MOST], key=_how_good))


def _apart(times: Iterable[FreeTime]) -> list[FreeTime]:
    """Without those that lie within an hour of a better one the same day."""
    kept: list[FreeTime] = []
    for each in times:
        if all(abs(each.starts - other.starts) > timedelta(hours=1) for other in kept):
            kept.append(each)
    return kept


def _all(people: Sequence[Invited], now: datetime, minutes: int) -> Iterator[FreeTime]:
    tomorrow = now.date() + timedelta(days=1)
    weekdays = [[tomorrow + timedelta(days=n, weeks=week) for week in range(WEEKS)] for n in range(7)]
    for days in ([day for day in each if is_working_day(day)] for each in weekdays):
        start = datetime.combine(days[0], EARLIEST) if days else now
        while days and start + timedelta(minutes=minutes) <= datetime.combine(days[0], LATEST):
            missing, *later = (_missing(people, datetime.combine(day, start.time()), minutes) for day in days)
            clashes = tuple((id, day) for day, ids in zip(days[1:], later, strict=True) for id in ids if id not in missing)
            yield FreeTime(start, minutes, missing, clashes)
            start += STEP


def _missing(people: Sequence[Invited], start: datetime, minutes: int) -> tuple[str, ...]:
    return tuple(each.id for each in people if not each.free(start, start + timedelta(minutes=minutes)))


def _how_good(each: FreeTime) -> tuple[int, int, int, datetime]:
    """First that all can come; then that the hour is a good one, and that it is soon."""
    end = (each.starts + timedelta(minutes=each.minutes)).time()
    good = any(since <= each.starts.time() and end <= till for since, till in GOOD_HOURS)
    return len(each.missing), len(each.later), int(not good), each.starts
