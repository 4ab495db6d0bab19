"""What a line was found to say: days and times, and rhythms of meetings."""

from __future__ import annotations

from datetime import date

from bot.frozen import dataclass
from bot.rules.reading import MeetingTime, Moment


@dataclass(frozen=True, slots=True)
class Found:
    """A day or time said in a line. `line[start:end]` holds it with the preposition that belongs to it."""

    start: int
    end: int
    when: Moment  # a date, or a naive local datetime if a clock time was said
    until: Moment | None = None  # last day of a range of days, or end of a range of times
    alternatives: tuple[Moment, ...] = ()  # other likely readings, best first
    sure: bool = True  # False where another reading is likely
    deadline: bool = False  # introduced by senast, till, före, innan, by, due, before ...
    weekday: int | None = None  # the weekday named, 0-6
    week: int | None = None  # the ISO week named
    clock: bool = False  # a clock time was said
    day: bool = True  # a day was said; False: only a clock time ("kl 10"), the day is the next possible
    meeting: bool = False  # "till nästa möte": `when` is the day of ctx.next_meeting
    past: bool = False  # the day, written with its year, has passed
    preposition: str = ""  # the first one, folded: "senast", "till", "pa", "fran" ...; "" if none
    until_at: int | None = None  # where in the line `until` begins ("tisdag till onsdag 10" may be two days, not a range)
    named: bool = False  # "v6 lampan": perhaps no week but what something is called
    backwards: tuple[date, date] | None = None  # "10 juli till 1 juli": the days the other way round, which are likelier than most of a year


@dataclass(frozen=True, slots=True)
class Schedule:
    """A meeting rhythm said in a line. `line[start:end]` holds all of it."""

    start: int
    end: int
    slots: tuple[MeetingTime, ...] = ()  # every weekly slot; () while weekday or time is missing
    interval: int = 1  # weeks between
    nth: tuple[int, ...] = ()  # 1-5 or -1 = last: weekdays of the month
    parity: int | None = None  # 0: even ISO weeks, 1: odd; interval is then 2
    first: date | None = None  # "från och med": first possible day
    until: date | None = None  # "till och med": last possible day
    weekdays: tuple[int, ...] = ()  # weekdays named, also where no time was said
    minutes: int | None = None  # length, also where no slot could be made
    missing: tuple[str, ...] = ()  # "weekday", "time"
    recurring: bool = False  # plural, varje, varannan, every ...: surely a habit and not one meeting
    sure: bool = True
