"""Reads days and times as care staff say them, in Swedish and English.

The readers are in `dates/`, each building on those before it:

    tokens    a line cut into tokens          items     what one item says
    choose    which day is meant              figures   2026-12-05, 5/12, 5 december
    times     kl 10, halv tre, 20 min         weeks     v 49, fredag, före helgen
    months    innan jul, slutet av månaden    relative  i övermorgon, om tre dagar, till nästa möte
    phrases   the pass over a line            rhythm    varannan torsdag 14-15

Another likely reading is always said: `sure` is then False.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import ALMOST_A_YEAR
from bot.rules.dates.found import Found, Schedule
from bot.rules.dates.phrases import Phrases
from bot.rules.dates.rhythm import Rhythm
from bot.rules.reading import Context

__all__ = ["Found", "Schedule", "bad_dates", "find_dates", "find_minutes", "find_schedule", "just_been", "meeting_words", "read_moment"]

ANY_TIME = datetime.combine(date(2000, 1, 3), time())
"""Where the day does not matter."""


def find_dates(line: str, ctx: Context) -> list[Found]:
    """All days and times said in the line, in the order they stand. Never raises."""
    return Phrases(line, ctx).read()


def just_been(found: Found, line: str, today: date) -> bool:
    """Whether it is a day without its year that passed lately ("20/11", said on the 23rd): by the calendar it is next year's."""
    day = found.when.date() if isinstance(found.when, datetime) else found.when
    lone = found.until is None and not found.named and not found.sure
    return lone and day - today > ALMOST_A_YEAR and not words.says_year(line[found.start : found.end])


def bad_dates(line: str, ctx: Context) -> list[str]:
    """Words that look like a day or time and cannot be one: "32/13", "30 februari", "v 54", "kl 25", "senast igår"."""
    reader = Phrases(line, ctx)
    found = reader.read()
    spans = sorted(span for span in reader.bad.items() if not any(f.start <= span[0] < f.end for f in found))
    kept: list[str] = []
    last = -1
    for start, end in spans:
        if start >= last:
            kept.append(line[start:end].strip())
            last = end
    return kept


def meeting_words(line: str) -> tuple[int, int] | None:
    """The span of "till nästa möte" and its like, also where no next meeting is known."""
    reader = Phrases(line, Context(now=ANY_TIME, next_meeting=ANY_TIME + timedelta(days=1)))
    return next(((found.start, found.end) for found in reader.read() if found.meeting), None)


def read_moment(text: str, ctx: Context) -> Found | None:
    """A form field: the whole text must be one day or time ("2026-12-01", "fredag", "on 10", "5")."""
    text = text.strip().rstrip(".!")
    first, _, rest = text.partition(" ")
    if first.lower() in words.SHORTEST_WEEKDAYS:
        text = f"{words.SHORTEST_WEEKDAYS[first.lower()]} {rest}".strip()
    for before in ("", "på ", "den ", "kl ", "senast "):
        for found in find_dates(before + text, ctx):
            if found.start <= len(before) and found.end == len(before) + len(text):
                return replace(found, start=0, end=len(text), deadline=found.deadline and before != "senast ")
    return None


def find_schedule(line: str, ctx: Context) -> Schedule | None:
    """The meeting rhythm said in a line, or None where no weekday, rhythm or clock time is said."""
    return Rhythm(line, ctx).schedule()


def find_minutes(line: str) -> tuple[int, int, int] | None:
    """The first length of time said ("20 min", "1,5 timme", "en halvtimme", "två timmar"): start, end, minutes."""
    reader = Phrases(line, Context(now=ANY_TIME))
    for at in range(reader.count):
        if length := reader.length(at):
            return reader.tokens[at].start, reader.tokens[length[0] - 1].end, length[1]
    return None
