"""Swedish working days, and the two translations between wall-clock time and instants.

A *red* day is a public holiday. Midsummer's, Christmas and New Year's Eve are *eves*: nobody counts on them.
All clock times without a zone are wall-clock times in Europe/Stockholm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.frozen import dataclass

_ZONE = ZoneInfo("Europe/Stockholm")
_DAY = timedelta(days=1)


# ---- days


_FIXED = {
    (1, 1): ("Nyårsdagen", "New Year's Day"), (1, 6): ("Trettondedag jul", "Epiphany"), (5, 1): ("Första maj", "May Day"),
    (6, 6): ("Nationaldagen", "National Day"), (12, 25): ("Juldagen", "Christmas Day"), (12, 26): ("Annandag jul", "Second Day of Christmas"),
}  # fmt: skip
_FROM_EASTER = {
    -2: ("Långfredagen", "Good Friday"), 0: ("Påskdagen", "Easter Sunday"), 1: ("Annandag påsk", "Easter Monday"),
    39: ("Kristi himmelsfärdsdag", "Ascension Day"), 49: ("Pingstdagen", "Pentecost"),
}  # fmt: skip
_EVES = {(12, 24): ("Julafton", "Christmas Eve"), (12, 31): ("Nyårsafton", "New Year's Eve")}

Names = tuple[str, str]  # in Swedish and in English


@lru_cache(maxsize=64)
def _red_days(year: int) -> dict[date, Names]:
    """As the law (1989:253) has them since 2005. A library that knows them takes 4 MB, for the calendars of the whole world."""
    return {
        **{date(year, *day): names for day, names in _FIXED.items()},
        **{easter(year) + timedelta(days=n): names for n, names in _FROM_EASTER.items()},
        _first_saturday(date(year, 6, 20)): ("Midsommardagen", "Midsummer Day"),
        _first_saturday(date(year, 10, 31)): ("Alla helgons dag", "All Saints' Day"),
    }


@lru_cache(maxsize=64)
def _eves(year: int) -> dict[date, Names]:
    midsummer = _first_saturday(date(year, 6, 20)) - _DAY
    return {midsummer: ("Midsommarafton", "Midsummer Eve"), **{date(year, *day): names for day, names in _EVES.items()}}


def _first_saturday(since: date) -> date:
    return since + timedelta(days=(5 - since.weekday()) % 7)


def is_red(day: date) -> bool:
    """A public holiday. A Sunday is not red by itself, and yet never a working day."""
    return day in _red_days(day.year)


def is_eve(day: date) -> bool:
    """Midsummer's, Christmas or New Year's Eve."""
    return day in _eves(day.year)


def red_name(day: date, language: str = "sv") -> str | None:
    """What a red day or eve is called inside a sentence ("julafton", "Christmas Eve"), or None for other days."""
    names = _red_days(day.year).get(day) or _eves(day.year).get(day)
    if names is None or language == "en" or names[0].startswith("Kristi"):
        return names and names[language == "en"]
    return names[0][0].lower() + names[0][1:]


def easter(year: int) -> date:
    """Easter Sunday: the one after the first full moon of spring, as the church reckons both."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - year % 19) // 11))
    full = date(year, 3, 21) + timedelta(days=moon)
    return full + timedelta(days=6 - full.weekday() or 7)


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


def working_days_between(start: date, end: date) -> int:
    """How many working days there are from `start` up to, not including, `end`; 0 if `end` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range((end - start).days))


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
