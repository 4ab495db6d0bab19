"""A wrong date silently stored is the worst fault: over 400 days, what some forty ways of saying a deadline mean is what is kept.

The expectations are reckoned here with plain `datetime`, by nobody's parser. Where the parser is not sure it shows both
readings; the one meant must then be one of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from bot.rules.read_command import read_command
from bot.rules.reading import Context, Moment
from bot.rules.work_calendar import is_working_day

DAYS = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]
ENGLISH_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = "januari februari mars april maj juni juli augusti september oktober november december".split()  # noqa: SIM905
ENGLISH_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
MEMBERS = {"anna": "Anna Berg", "bo": "Bo Ek"}
START = datetime(2026, 8, 1, 7, 0)

Phrase = Callable[[datetime, date], tuple[str, Moment]]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def weekday_on(now: datetime, weekday: int) -> date:
    """The first such weekday after today."""
    return now.date() + timedelta(days=(weekday - now.weekday() - 1) % 7 + 1)


def in_week(now: datetime, weeks: int, weekday: int) -> date:
    return now.date() - timedelta(days=now.weekday()) + timedelta(weeks=weeks, days=weekday)


def on_day_of_month(now: datetime, number: int) -> date:
    year, month = now.year, now.month
    while number > monthrange(year, month)[1] or date(year, month, number) < now.date():
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, number)


def working_day_before_weekend(now: datetime) -> date:
    """The last working day before the coming Saturday, however far back it lies within the week."""
    saturday = in_week(now, 0 if now.weekday() < 5 else 1, 5)
    day = saturday - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def iso(day: date) -> int:
    return day.isocalendar().week


# `day` is some day one to eighty days ahead; each phrase says it, or a day it reckons from `now`.
PHRASES: dict[str, Phrase] = {
    "idag": lambda now, day: ("senast idag", now.date()),
    "i morgon": lambda now, day: ("i morgon", now.date() + timedelta(days=1)),
    "imorgon kl 9": lambda now, day: ("imorgon kl 9", at(now.date() + timedelta(days=1), 9)),
    "i övermorgon": lambda now, day: ("i övermorgon", now.date() + timedelta(days=2)),
    "om n dagar": lambda now, day: (f"om {(day - now.date()).days} dagar", day),
    "om två veckor": lambda now, day: ("om två veckor", now.date() + timedelta(days=14)),
    "weekday": lambda now, day: (f"på {DAYS[day.weekday()]}", weekday_on(now, day.weekday())),
    "weekday senast": lambda now, day: (f"senast {DAYS[day.weekday()][:3]}", weekday_on(now, day.weekday())),
    "weekday by": lambda now, day: (f"by {ENGLISH_DAYS[day.weekday()]}", weekday_on(now, day.weekday())),
    "weekday at": lambda now, day: (f"{DAYS[day.weekday()]} kl 14.30", at(weekday_on(now, day.weekday()), 14, 30)),
    "halv tre": lambda now, day: (f"halv tre på {DAYS[day.weekday()]}", at(weekday_on(now, day.weekday()), 14, 30)),
    "next weekday": lambda now, day: (f"nästa {DAYS[day.weekday()]}", in_week(now, 1, day.weekday())),
    "weekday next week": lambda now, day: (f"{DAYS[day.weekday()]} nästa vecka", in_week(now, 1, day.weekday())),
    "weekday in week": lambda now, day: (f"{DAYS[day.weekday()]} v {iso(day)}", day),
    "week and weekday": lambda now, day: (f"v.{iso(day)} {DAYS[day.weekday()][:3]}", day),
    "iso": lambda now, day: (f"senast {day}", day),
    "compact": lambda now, day: (f"senast {day:%Y%m%d}", day),
    "slash": lambda now, day: (f"{day.day}/{day.month}", day),
    "slash before": lambda now, day: (f"senast {day.day}/{day.month}", day),
    "slash and year": lambda now, day: (f"{day.day}/{day.month}-{day:%y}", day),
    "dots": lambda now, day: (f"senast {day.day}.{day.month}.{day.year}", day),
    "day and month dotted": lambda now, day: (f"senast {day.day}.{day.month}", day),
    "bare dots": lambda now, day: (f"{day.day:02}.{day.month:02}", day),
    "month": lambda now, day: (f"{day.day} {MONTHS[day.month - 1]}", day),
    "short month": lambda now, day: (f"den {day.day} {MONTHS[day.month - 1][:3]}", day),
    "english month": lambda now, day: (f"by {ENGLISH_MONTHS[day.month - 1]} {day.day}", day),
    "weekday and date": lambda now, day: (f"{DAYS[day.weekday()]} den {day.day} {MONTHS[day.month - 1]}", day),
    "weekday dotted": lambda now, day: (f"{DAYS[day.weekday()]} {day.day}.{day.month:02}", day),
    "day of month": lambda now, day: (f"den {day.day}:e", on_day_of_month(now, day.day)),
    "date at": lambda now, day: (f"{day.day}/{day.month} kl 13", at(day, 13)),
    "date and range": lambda now, day: (f"{day.day} {MONTHS[day.month - 1]} 8:15-9", at(day, 8, 15)),
    "weekend": lambda now, day: ("före helgen", working_day_before_weekend(now)),
    "habit beside": lambda now, day: (f"kl 8 varje dag senast {day}", day),
    "list beside": lambda now, day: (f"kl 8 och 20 dagligen, senast {day.day}/{day.month}", day),
    "range beside": lambda now, day: (f"från måndag till torsdag, senast {day.day} {MONTHS[day.month - 1]}", day),
    "past beside": lambda now, day: (f"som i fredags, senast {day}", day),
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_the_date_kept_is_the_one_meant_or_both_are_shown(phrase: str) -> None:
    for step in range(400):
        now = START + timedelta(days=step, minutes=step * 97 % 600)
        said, meant = PHRASES[phrase](now, now.date() + timedelta(days=1 + step * 37 % 80))
        line = f"åtgärd @bo ringa hemtjänsten {said}"
        reading = read_command(line, Context(now=now, speaker="anna", members=MEMBERS))
        where = f"{now:%a %Y-%m-%d %H:%M}: {line!r} -> {reading.due}, sure {reading.sure}, or {reading.alternatives}"
        assert (reading.intent, reading.owners) == ("action", ("bo",)), where
        if reading.sure:
            assert reading.due == meant, where
        elif str(meant) >= str(now.date()):  # "före helgen" may be over
            assert meant in (reading.due, *reading.alternatives), where


@pytest.mark.parametrize("say", ["{0.day}/{0.month}", "senast {0.day}/{0.month}", "v {1}", "måndag v {1}"])
def test_a_day_that_has_just_been_is_never_kept_as_next_years(say: str) -> None:
    for step in range(400):
        now = START + timedelta(days=step, minutes=step * 97 % 600)
        been = now.date() - timedelta(days=(1 if "0" in say else 7) + step * 37 % 52)
        said = say.format(been, iso(been))
        reading = read_command(f"åtgärd @bo ringa hemtjänsten {said}", Context(now=now, speaker="anna", members=MEMBERS))
        assert reading.been or reading.problem, f"{now:%a %Y-%m-%d}: {said!r} -> {reading.due}"
