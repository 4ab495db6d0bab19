"""What a line was taken to mean: the border between understanding words and deciding what to do.

A `Reading` holds only plain values. `read_command` makes it, `decide` acts on it, and `nvg understand` prints it.
Dates without a clock time are `date`; with a clock time they are naive local `datetime` (Europe/Stockholm wall clock).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, time

from bot.frozen import dataclass

Moment = date | datetime
"""A `date` where only a day was said, a naive local `datetime` where a clock time was said too."""


@dataclass(frozen=True, slots=True)
class Context:
    """What must be known to read a line: who speaks, who may be meant, and what "till nästa möte" points at."""

    now: datetime  # naive local wall-clock time
    speaker: str = ""  # person id
    members: Mapping[str, str] = field(default_factory=dict)  # person id -> full name
    next_meeting: datetime | None = None  # naive local
    open: frozenset[int] = frozenset()  # numbers of the open actions
    prefix: bool = True  # the line was addressed to the bot
    language: str = "sv"


@dataclass(frozen=True, slots=True)
class MeetingTime:
    """One weekly slot of a schedule: `weekday` 0-6 (Monday 0), wall-clock start, length."""

    weekday: int
    start: time
    minutes: int | None = None  # None: not said


@dataclass(frozen=True, slots=True)
class Reading:
    """One line, understood. Values that do not apply keep their defaults."""

    intent: str = "none"
    line: str = ""  # the line as read, masked if `pii`
    text: str = ""  # what is kept: without command word, owners and deadline
    owners: tuple[str, ...] = ()  # person ids, in the order said
    unclear_owner: str = ""  # a name that fits several members ("Anna"), as written
    owner_choices: tuple[str, ...] = ()  # the person ids it fits
    unknown_owner: str = ""  # an @name that fits no member, as written
    leaders: tuple[str, ...] = ()  # new_group: person ids said to lead the meetings
    each: bool = False  # "var för sig": every owner must do it; cancel_meeting: those of `alternatives` too
    due: Moment | None = None
    been: str = ""  # the words of a day that has just been: `due` is then next year's, and is asked about
    shift_days: int | None = None  # change: days later than the action's own date ("skjut 12 en vecka"), negative: earlier
    shift_months: int | None = None  # consent: so much longer than it holds now (weeks: `shift_days`)
    id: int | None = None  # a bare number is an action
    ids: tuple[int, ...] = ()  # all numbers, where several were said ("klar 3 och 5"); ids[0] == id
    ref: str = ""  # "B2", "H1" where a decision or lifted matter was named
    refs: tuple[str, ...] = ()  # all of them, where several were said ("vi löser H1 och H2"); refs[0] == ref
    slots: tuple[MeetingTime, ...] = ()  # schedule: every weekly slot, in order said
    interval: int | None = None  # schedule: weeks between (weekly = 1)
    weekdays: tuple[int, ...] = ()  # schedule, reschedule: every weekday named, also where no time was said
    parity: int | None = None  # schedule: 0 even ISO weeks, 1 odd ("jämna veckor", "udda veckor")
    nth: tuple[int, ...] = ()  # schedule: nth weekdays of the month ("första och tredje måndagen"), -1 = last
    week: int | None = None  # ISO week, where one was said
    when: Moment | None = None  # the day or time a command is about (move to, cancel which, which digest)
    which: Moment | None = None  # reschedule: the occurrence to move, if said ("flytta mötet på tisdag till onsdag")
    which_week: int | None = None  # reschedule: the week of the one to move ("flytta mötet v 50 till torsdag")
    all: bool = False  # reschedule: all from now on; digest: alla
    first: date | None = None  # schedule: "från och med", first possible date
    from_: date | None = None  # away: first day
    until: date | None = None  # away, pause, consent: last day
    minutes: int | None = None  # time_spent
    urgent: bool = False  # escalate: akut
    idea: bool = False  # escalate: idé
    result: str = ""  # outcome: "helped" | "partly" | "no"
    by_patient: bool = False  # agenda_add: the patient's own point
    code: str = ""  # a group's code name, where one was said
    topic: str = ""  # help: about what
    sure: bool = True  # False: another reading is likely
    alternatives: tuple[Moment, ...] = ()  # other likely dates for due/when, best first, without the one chosen
    guess: bool = False  # a spelling mistake was corrected: to be offered, not done, if it changes data
    guessed_line: str = ""  # the whole line as corrected, what one tap would send
    pii: bool = False  # an identity number is in the line: nothing may be kept
    problem: str = ""  # what is missing or wrong: "no_text", "bad_date", "past_date", "no_time", "no_number" ...
    problem_words: str = ""  # the words that could not be read, e.g. "32/13"
