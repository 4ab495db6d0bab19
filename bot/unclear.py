"""What is asked back, kindly, where a line cannot be acted on as it stands."""

from __future__ import annotations

import re
from datetime import date, datetime

from bot import actions, inquiries
from bot.ask import Ask, due_day
from bot.messages import common as say
from bot.outcome import Outcome
from bot.rules.date_vocabulary import has_been, school_day
from bot.rules.reading import Reading
from bot.rules.said import one_at_a_time

HANDS_OVER = frozenset(
    ["ge", "lamna", "lamna over", "overlat", "overlamna", "ta over", "byt ansvarig", "ny ansvarig", "andra ansvarig", "give", "assign", "reassign", "hand over"]
)
"""Folded words of `change` that say who, and not when."""

ANSWERED_THERE = frozenset({("away", "no_date"), ("settings", "bad_date"), ("settings", "no_time"), ("consent", "no_date"), ("time_spent", "no_time")})
"""What is unclear in these lines is asked about by the command itself."""

ASKED_FIRST = frozenset({"away", "pause", "consent"})
"""Where a day that may be another is asked about: changed afterwards, others would have been told already."""

WHOLE_ROW = frozenset({"done", "agenda_add"})
"""What takes all the numbers at once. Everything else takes one at a time, and says so."""

NO_DATE = frozenset({"bad_date", "past_date", "no_date", "no_time", "no_meeting"})
"""What a date or time can lack."""

CLOCK = re.compile(r"(?:kl(?:ockan)?\b\.?|at)\s*\d.*|\d{1,2}:\d\d.*|(?:[01]?\d|2[0-4])\.\d\d(?!\.?\d).*|\d{1,2}\s*[-–]\s*\d{1,2}")  # "31.11" is a day


def unclear(ask: Ask) -> Outcome | None:
    """The kind question or correction when the line cannot be acted on as it stands."""
    reading = ask.reading
    if reading.unclear_owner:
        return ask.say(say.WhichPerson(reading.unclear_owner, reading.line, reading.owner_choices))
    if reading.unknown_owner:
        refused = actions.bad_owner(ask)
        return refused and inquiries.look_for(ask, reading.unknown_owner, refused)
    if reading.intent not in WHOLE_ROW and max(len(reading.ids), len(reading.refs)) > 1 and not reading.problem and not reading.been:
        return ask.say(say.OneByOne(one_at_a_time(reading.line, reading)))
    if (reading.intent, reading.problem) in ANSWERED_THERE and not (reading.intent == "consent" and reading.text):
        return None
    if reading.been:
        been = bare_day(reading.been)
        later = ((reading.due, reading.line.replace(been, due_day(reading.due).isoformat(), 1)),) if reading.due and been in reading.line else ()
        return ask.say(say.BadDate(been, "past_date", later=later))
    if reading.problem == "backwards":
        return ask.say(say.BackwardsDays(reading.problem_words, tuple((first, last, in_days(reading, first, last)) for first, last in ways(reading))))
    words, line = reading.problem_words, reading.line
    if reading.intent in ASKED_FIRST and reading.until and reading.alternatives and words in line and not reading.problem:
        days = (reading.until, *(moment for moment in reading.alternatives if isinstance(moment, date)))
        return ask.say(say.WhichDay(words, tuple((day, line.replace(words, day.isoformat(), 1)) for day in days)))
    if reading.problem in NO_DATE or (reading.intent, reading.problem) == ("cancel_meeting", "no_until"):
        if school := school_day(words):
            return ask.say(say.BadDate(school, "school_day"))
        example = actions.MOVE[ask.me.language == "en"].replace("12", str(reading.id)) if reading.intent == "change" and reading.id else ""
        return ask.say(say.BadDate(bare_day(words), kind_of_date(reading), example, reading.intent))
    return None


def bare_day(words: str) -> str:
    """A day without the preposition before it."""
    return re.sub(r"^(?:till|to|senast|by)\s+", "", words, flags=re.IGNORECASE)


def example_for(reading: Reading, english: bool) -> str:
    """A line to write instead of a command word alone, where the command's own example is of something else."""
    if reading.intent == "take":
        return actions.TAKE[english]
    return actions.GIVE[english] if reading.intent == "change" and reading.topic in HANDS_OVER else ""


def ways(reading: Reading) -> tuple[tuple[date, date], ...]:
    """What days that end before they begin may mean: the other way round, and most of a year."""
    if reading.problem_words not in reading.line:
        return ()
    first, last = (moment.date() if isinstance(moment, datetime) else moment for moment in reading.alternatives)
    long = ((reading.from_, reading.until),) if reading.from_ and reading.until else ()
    return ((first, last), *long)


def in_days(reading: Reading, first: date, last: date) -> str:
    """The line with those days in place of its own."""
    return reading.line.replace(reading.problem_words, f"{first.isoformat()} – {last.isoformat()}", 1)


def kind_of_date(reading: Reading) -> str:
    """What is wrong with the words: a day that has been and a clock time that is none are told from a day that is none."""
    words = reading.problem_words.casefold()
    if reading.problem != "bad_date":
        return reading.problem
    return "bad_time" if CLOCK.fullmatch(words) else "past_date" if has_been(words) else "bad_date"
