"""Days, times and schedules in words, in each language. Own small tables: quicker than a library, and each phrase chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.rules.next_meeting import Rule

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(value: datetime) -> datetime:
    """Wall-clock time in Sweden, naive."""
    return value.astimezone(STOCKHOLM).replace(tzinfo=None) if value.tzinfo else value


def as_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class DateWords:
    """One language's words and turns of phrase for dates. `now` below is always local and naive."""

    days: tuple[str, ...]
    short_days: tuple[str, ...]
    last_days: tuple[str, ...]  # "i fredags"
    every_day: tuple[str, ...]  # "fredagar"
    the_day: tuple[str, ...]  # "fredagen"
    months: tuple[str, ...]
    short_month: Callable[[date], str]  # "27/11"
    week: str
    at: str
    by: str
    on: str
    near_days: tuple[str, ...]  # from two days ago to two days ahead
    conjunction: str
    hours_short: str
    minutes_short: str
    just_now: str
    ago: dict[str, tuple[str, str]]  # unit -> one, many
    every_other: str
    every_nth: str
    nths: dict[int, str]
    of_the_month: str
    parities: tuple[str, str]
    until: str

    def day(self, value: date | datetime, now: datetime, week: bool = True) -> str:
        day = as_day(value)
        far = abs(day - now.date()) > timedelta(days=300)  # "30 december" in January would be thought of as the one that was
        year = f" {day.year}" if far or day.year != now.year else ""
        number = self.week.format(day.isocalendar().week) if week else ""
        return f"{self.days[day.weekday()]} {day.day} {self.months[day.month - 1]}{year}{number}"

    def short_day(self, value: date | datetime, now: datetime) -> str:
        day = as_day(value)
        year = f" {day.year}" if day.year != now.year else ""
        return f"{self.short_days[day.weekday()]} {self.short_month(day)}{year}"

    def clock(self, value: datetime | time) -> str:
        return f"{local(value) if isinstance(value, datetime) else value:%H:%M}"

    def when(self, value: date | datetime, now: datetime, week: bool = False) -> str:
        number = self.week.format(as_day(value).isocalendar().week) if week else ""
        return self.day(value, now, week=False) + self._at(value) + number

    def due(self, value: date | datetime, now: datetime, week: bool = False) -> str:
        return f"{self.by} {self.when(value, now, week)}"

    def near(self, value: date | datetime, now: datetime) -> str:
        day = as_day(value)
        away = (day - now.date()).days
        if -2 <= away <= 2:
            said = self.near_days[away + 2]
        elif 2 < away < 7:
            said = f"{self.on} {self.days[day.weekday()]}"
        elif -7 < away < -2:
            said = self.last_days[day.weekday()]
        else:
            return self.when(value, now)
        return said + self._at(value)

    def since(self, value: date | datetime, now: datetime) -> str:
        """How long ago: "nyss", "för 2 timmar sedan", "i går"."""
        days = (now.date() - as_day(value)).days
        if days < 0:
            return self.near(value, now)
        if days == 0 and isinstance(value, datetime):
            minutes = max(0, int((now - local(value)).total_seconds() // 60))
            return self.just_now if minutes < 2 else self._ago(*(("minute", minutes) if minutes < 60 else ("hour", minutes // 60)))
        if days < 2:
            return self.near_days[2 - days]
        if days < 14:
            return self._ago("day", days)
        return self._ago("week", days // 7) if days < 60 else self._ago("month", days // 30)

    def period(self, first: date | datetime, last: date | datetime, now: datetime) -> str:
        start, end = as_day(first), as_day(last)
        month, year = f" {self.months[end.month - 1]}", f" {end.year}" if end.year != now.year or start.year != end.year else ""
        if start == end:
            return f"{end.day}{month}{year}"
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day}–{end.day}{month}{year}"
        start_year = f" {start.year}" if start.year != end.year else ""
        return f"{start.day} {self.months[start.month - 1]}{start_year}–{end.day}{month}{year}"

    def minutes(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        parts = [f"{hours} {self.hours_short}"] * bool(hours) + [f"{rest} {self.minutes_short}"] * bool(rest or not hours)
        return " ".join(parts)

    def series(self, words: Iterable[str], conjunction: str = "") -> str:
        said = [str(word) for word in words]
        return f" {conjunction or self.conjunction} ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))

    def schedule(self, rule: Rule, now: datetime) -> str:
        slots = sorted(rule.slots, key=lambda slot: (slot.start, slot.minutes or 0, slot.weekday))
        times = [(self._span(*at), [slot.weekday for slot in group]) for at, group in groupby(slots, lambda s: (s.start, s.minutes))]
        times.sort(key=lambda each: min(each[1]))
        said = self.series(self._days(days, rule, first=not number) + " " + at for number, (at, days) in enumerate(times))
        said += self.parities[rule.parity] if rule.parity is not None and not rule.nth else ""
        return said + (f"{self.until} {self.day(rule.until, now, week=False)}" if rule.until else "")

    def weekday(self, value: date | datetime) -> str:
        return self.days[as_day(value).weekday()]

    def weekdays(self, days: Iterable[int]) -> str:
        """Working days, Monday 0: "måndag–torsdag", "måndag och onsdag"."""
        runs: list[list[int]] = []
        for day in sorted(days):
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        spans = [[f"{self.days[run[0]]}–{self.days[run[-1]]}"] if len(run) > 2 else [self.days[d] for d in run] for run in runs]
        return self.series(said for span in spans for said in span)

    def _days(self, weekdays: list[int], rule: Rule, first: bool) -> str:
        if rule.nth:
            return f"{self.series(self.nths[n] for n in rule.nth)} {self.series(self.the_day[d] for d in weekdays)}{self.of_the_month}"
        if rule.interval == 1 or rule.parity is not None:
            return self.series(self.every_day[day] for day in weekdays)
        days = self.series(self.days[day] for day in weekdays)
        if not first:
            return days
        nth = self.nths.get(rule.interval, f"{rule.interval}:e")
        return f"{self.every_other if rule.interval == 2 else self.every_nth.format(nth)} {days}"

    def _span(self, start: time, minutes: int | None) -> str:
        if not minutes:
            return self.clock(start)
        end = datetime.combine(date(2000, 1, 1), start) + timedelta(minutes=minutes)
        return f"{self.clock(start)}–{self.clock(end)}"

    def _at(self, value: date | datetime) -> str:
        return f" {self.at} {self.clock(value)}" if isinstance(value, datetime) else ""

    def _ago(self, unit: str, number: int) -> str:
        one, many = self.ago[unit]
        return one if number == 1 else many.format(number)


SWEDISH = DateWords(
    days=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    short_days=("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    last_days=("i måndags", "i tisdags", "i onsdags", "i torsdags", "i fredags", "i lördags", "i söndags"),
    every_day=("måndagar", "tisdagar", "onsdagar", "torsdagar", "fredagar", "lördagar", "söndagar"),
    the_day=("måndagen", "tisdagen", "onsdagen", "torsdagen", "fredagen", "lördagen", "söndagen"),
    months=("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"),
    short_month=lambda day: f"{day.day}/{day.month}",
    week=", v. {}",
    at="kl.",
    by="senast",
    on="på",
    near_days=("i förrgår", "i går", "i dag", "i morgon", "i övermorgon"),
    conjunction="och",
    hours_short="tim",
    minutes_short="min",
    just_now="nyss",
    ago={
        "minute": ("för en minut sedan", "för {} minuter sedan"),
        "hour": ("för en timme sedan", "för {} timmar sedan"),
        "day": ("i går", "för {} dagar sedan"),
        "week": ("för en vecka sedan", "för {} veckor sedan"),
        "month": ("för en månad sedan", "för {} månader sedan"),
    },
    every_other="varannan",
    every_nth="var {}",
    nths={1: "första", 2: "andra", 3: "tredje", 4: "fjärde", 5: "femte", 6: "sjätte", 7: "sjunde", 8: "åttonde", -1: "sista"},
    of_the_month=" i månaden",
    parities=(", jämna veckor", ", udda veckor"),
    until=", till och med",
)

ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ENGLISH = DateWords(
    days=ENGLISH_DAYS,
    short_days=tuple(day[:3] for day in ENGLISH_DAYS),
    last_days=tuple(f"last {day}" for day in ENGLISH_DAYS),
    every_day=tuple(f"{day}s" for day in ENGLISH_DAYS),
    the_day=ENGLISH_DAYS,
    months=ENGLISH_MONTHS,
    short_month=lambda day: f"{day.day} {ENGLISH_MONTHS[day.month - 1][:3]}",
    week=", week {}",
    at="at",
    by="by",
    on="on",
    near_days=("the day before yesterday", "yesterday", "today", "tomorrow", "the day after tomorrow"),
    conjunction="and",
    hours_short="h",
    minutes_short="min",
    just_now="just now",
    ago={
        "minute": ("a minute ago", "{} minutes ago"),
        "hour": ("an hour ago", "{} hours ago"),
        "day": ("yesterday", "{} days ago"),
        "week": ("a week ago", "{} weeks ago"),
        "month": ("a month ago", "{} months ago"),
    },
    every_other="every other",
    every_nth="every {}",
    nths={1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", -1: "last"},
    of_the_month=" of the month",
    parities=(", even weeks", ", odd weeks"),
    until=", until",
)
DATE_WORDS = {"sv": SWEDISH, "en": ENGLISH}
