"""Swedish working days, and the two translations between wall-clock time and instants.

A *red* day is a public holiday. Midsummer's, Christmas and New Year's Eve are *eves*: nobody counts on them.
All clock times without a zone are wall-clock times in Europe/Stockholm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any
from zoneinfo import ZoneInfo

from bot.frozen import dataclass

_ZONE = ZoneInfo("Europe/Stockholm")
_DAY = timedelta(days=1)


# ---- days


@cache
def _sweden() -> Any:
    """Sweden's days alone: the library's own way to them imports every country of the world first, 12 MB of them."""
    countries = find_spec("holidays.countries")
    module = PathFinder.find_spec("holidays.countries.sweden", countries.submodule_search_locations if countries else None)
    if module is None or module.loader is None:
        raise ModuleNotFoundError("holidays.countries.sweden")
    sweden = module_from_spec(module)
    module.loader.exec_module(sweden)
    return sweden.Sweden


@lru_cache(maxsize=256)
def _named_days(year: int, category: str, language: str) -> dict[date, str]:
    words = "en_US" if language == "en" else "sv"
    return dict(_sweden()(years=year, include_sundays=False, language=words, categories=(category,)).items())


def is_red(day: date) -> bool:
    """A public holiday. A Sunday is not red by itself, and yet never a working day."""
    return day in _named_days(day.year, "public", "sv")


def is_eve(day: date) -> bool:
    """Midsummer's, Christmas or New Year's Eve."""
    return day in _named_days(day.year, "de_facto", "sv")


def red_name(day: date, language: str = "sv") -> str | None:
    """What a red day or eve is called inside a sentence ("julafton", "Christmas Eve"), or None for other days."""
    name = _named_days(day.year, "public", language).get(day) or _named_days(day.year, "de_facto", language).get(day)
    if name is None or language == "en" or name.startswith("Kristi"):
        return name
    return name[0].lower() + name[1:]


def easter(year: int) -> date:
    """Easter Sunday."""
    return next(day for day, name in _named_days(year, "public", "sv").items() if name == "Påskdagen")


def is_working_day(day: date) -> bool:
    """Monday to Friday, neither red nor an eve."""
    return day.weekday() < 5 and not is_red(day) and not is_eve(day)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += _DAY
    while not is_working_day(day):
        day += _DAY
    return day


def previous_working_day(day: date) -> date:
    """The last working day before `day`."""
    day -= _DAY
    while not is_working_day(day):
        day -= _DAY
    return day


def add_working_hours(start: datetime, hours: float, working: Callable[[date], bool] = is_working_day) -> datetime:
    """`start` (naive local) plus hours, counting the 24 hours of each working day and none of any other day."""
    left = timedelta(hours=hours)
    while True:
        midnight = datetime.combine(start.date() + _DAY, time())
        if working(start.date()):
            if left <= midnight - start:
                return start + left
            left -= midnight - start
        start = midnight


# ---- weeks


def week_of(day: date) -> int:
    """The ISO week number."""
    return day.isocalendar().week


def monday_of(year: int, week: int) -> date:
    """The Monday of an ISO week; ValueError where the year has no such week."""
    return date.fromisocalendar(year, week, 1)


def weeks_in(year: int) -> int:
    """52 or 53."""
    return date(year, 12, 28).isocalendar().week


# ---- wall clock and instants


def local(instant_: datetime) -> datetime:
    """An aware instant as naive wall-clock time."""
    return instant_.astimezone(_ZONE).replace(tzinfo=None, fold=0)


def instant(wall_clock: datetime) -> datetime:
    """Naive wall-clock time as an aware UTC instant.

    A time inside the spring gap is moved forward by the hour that is missing; of a time that comes twice in autumn
    the first is meant.
    """
    return wall_clock.replace(tzinfo=_ZONE, fold=0).astimezone(UTC)


def settle(wall_clock: datetime) -> datetime:
    """The same wall-clock time, or an hour later where the clock never shows it (02:30 on the night of spring)."""
    # Only the night hours are ever skipped: all others need no look in the zone.
    return local(instant(wall_clock)) if wall_clock.hour < 4 else wall_clock


# ---- a person's own working time


@dataclass(frozen=True, slots=True)
class Working:
    """When a person works: weekdays 0-6, from `start` to `end` (past midnight if `end` is not later)."""

    days: frozenset[int] = frozenset(range(5))
    start: time = time(7)
    end: time = time(16)
    red_days: bool = False  # works red days and eves too

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("days must hold at least one weekday, each 0-6")

    def hours_on(self, day: date) -> tuple[datetime, datetime]:
        """Start and end of the shift that begins on `day`."""
        begin, finish = datetime.combine(day, self.start), datetime.combine(day, self.end)
        return begin, finish if finish > begin else finish + _DAY


def works_on(working: Working, day: date) -> bool:
    """True where a shift begins on `day`."""
    return day.weekday() in working.days and (working.red_days or not (is_red(day) or is_eve(day)))


def next_work_moment(working: Working, after: datetime) -> datetime:
    """`after` itself if it is within working time, otherwise the next start of work (naive local)."""
    day = after.date() - _DAY  # a night shift may have begun yesterday
    while True:
        begin, finish = working.hours_on(day)
        if after < finish and works_on(working, day):
            return max(begin, after)
        day += _DAY


def add_half_working_day(working: Working, start: datetime) -> datetime:
    """The moment when half the length of this person's working day has been worked since `start` (naive local)."""
    begin, finish = working.hours_on(start.date())
    left = (finish - begin) / 2
    while True:
        start = next_work_moment(working, start)
        shift = start.date() if start >= working.hours_on(start.date())[0] else start.date() - _DAY
        finish = working.hours_on(shift)[1]
        if start + left <= finish:
            return start + left
        left -= finish - start
        start = finish


OFFICE = Working(start=time(8), end=time(17))
"""When the bot posts by itself in channels, and answers are awaited."""


def in_office(wanted: datetime, before: datetime, now: datetime) -> datetime | None:
    """The instant for something wanted at a wall-clock time: if that has been, the next office hour; None if too late."""
    if instant(wanted) > now:
        return instant(wanted)
    later = next_work_moment(OFFICE, local(now))
    return instant(later) if later < before else None
