"""Reads days and times as care staff say them, in Swedish and English.

One pass over the line makes tokens. At each token the reader tries one *phrase*: prepositions, then items (a weekday, a
date, a week, a time of day ...) that do not contradict one another. A phrase becomes a `Found`. What cannot be a date is
left as text; a habit ("kl 8 varje dag") is text too. Another likely reading is always said: `sure` is then False.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot.rules import date_vocabulary as words
from bot.rules.reading import Context, MeetingTime, Moment

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_RECENT = timedelta(days=60)  # a date without year that passed within this time may be a mistake
_SOON = timedelta(days=92)  # 8.10 is thought of as a date where it comes within this time
_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (1, 8), (24, 7)})
_YEARS = range(1990, 2101)
_ANY_TIME = datetime.combine(date(2000, 1, 3), time())  # where the day does not matter


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


def find_dates(line: str, ctx: Context) -> list[Found]:
    """All days and times said in the line, in the order they stand. Never raises."""
    return _Reader(line, ctx).read()


def bad_dates(line: str, ctx: Context) -> list[str]:
    """Words that look like a day or time and cannot be one: "32/13", "30 februari", "v 54", "kl 25", "senast igår"."""
    reader = _Reader(line, ctx)
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
    reader = _Reader(line, Context(now=_ANY_TIME, next_meeting=_ANY_TIME + _DAY))
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
    return _ScheduleReader(line, ctx).schedule()


def find_minutes(line: str) -> tuple[int, int, int] | None:
    """The first length of time said ("20 min", "1,5 timme", "en halvtimme", "två timmar"): start, end, minutes."""
    reader = _Reader(line, Context(now=_ANY_TIME))
    for at in range(reader.count):
        if length := reader.length(at):
            return reader.tokens[at].start, reader.tokens[length[0] - 1].end, length[1]
    return None


# ---- tokens

_TOKEN = re.compile(
    r"""(?P<fom>\bfr(?:\.\s?|\s)o(?:\.\s?|\s)m\b\.?|\bfr\.?o\.?m\b\.?|\bfom\b)
      |(?P<tom>\bt(?:\.\s?|\s)o(?:\.\s?|\s)m\b\.?|\btom\b)
      |(?P<am>(?:(?<=\d)|\b)a\.m\b\.?|\bf\.m\b\.?)
      |(?P<pm>(?:(?<=\d)|\b)p\.m\b\.?|\be\.m\b\.?)
      |(?P<phone>(?:\+\d|\b00\d|\b0\d{1,3}[-–/]\s?\d)\d*(?:[ -]?\d{2,}){2,})
      |(?P<n>[0-9]+)
      |(?P<w>(?:[^\W\d_][\u0300-\u036f]*)+)
      |(?P<s>\S)""",
    re.VERBOSE | re.IGNORECASE,
)
_DASHES = frozenset("-–—‑−")
_STOPS = frozenset(".,;:!?)(]\"'”’") | _DASHES
_APART = words.BEFORE | words.AFTER | {"senast", "by"}  # between two items, these most often begin another phrase


class _Token(NamedTuple):
    kind: str  # w(ord), n(umber), s(ign), "" past the end
    text: str  # folded
    raw: str
    start: int
    end: int
    glued: bool  # no space before it


def _tokenise(line: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = -1
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup or ""
        raw, start = match.group(), match.start()
        text = raw
        if kind in {"fom", "tom", "am", "pm"}:
            kind, text = "w", kind
        elif kind == "w":
            text = words.fold(raw)
        elif kind == "phone":
            kind = "s"
        tokens.append(_Token(kind, text, raw, start, match.end(), start == end))
        end = match.end()
    tokens += [_Token("", "", "", len(line), len(line), False)] * 8
    return tokens


# ---- what one item says, and what a phrase has gathered


@dataclass(slots=True)
class _Item:
    """What the words of one item say. A phrase is an item too: the sum of its items."""

    day: date | None = None
    weekday: int | None = None
    ahead: int | None = None  # whole weeks ahead of this one ("nästa vecka" 1)
    close: bool = False  # "denna fredag", "kommande fredag"
    next: bool = False  # "nästa fredag"
    week: tuple[int, int] | None = None  # year, ISO week
    clock: tuple[int, int] | None = None
    vague: bool = False  # on a twelve-hour clock: "tre" may be 15
    clock_until: tuple[int, int] | None = None
    part: str = ""  # am, pm
    moment: datetime | None = None  # "om en timme"
    until: date | None = None
    until_at: int | None = None
    alternatives: tuple[Moment, ...] = ()
    sure: bool = True
    deadline: bool = False
    habit: bool = False
    meeting: bool = False
    past: bool = False
    done: bool = False  # the preposition (före, efter) has had its say
    sized: bool = False  # a day that stands for a longer time (a week, a month): "före" means before its first day
    span_start: date | None = None
    meal: bool = False  # "före lunch": may be a habit where no day is said

    def takes(self, other: _Item) -> bool:
        """Adds another item, unless the two speak of the same thing."""
        both = (
            (self.day and other.day)
            or (self.weekday is not None and other.weekday is not None)
            or (self.week and other.week)
            or (self.clock and other.clock)
            or (self.part and other.part)
            or ((self.moment or self.meeting) and not other.clock)
            or (other.moment and self.has_day)
        )
        if both or (other.meeting and self != _Item()):
            return False
        for name in ("day", "weekday", "ahead", "week", "clock", "clock_until", "moment", "until", "until_at", "span_start"):
            if getattr(other, name) is not None:
                setattr(self, name, getattr(other, name))
        for name in ("close", "next", "vague", "part", "alternatives", "deadline", "habit", "meeting", "past", "done", "sized", "meal"):
            if getattr(other, name):
                setattr(self, name, getattr(other, name))
        self.sure = self.sure and other.sure
        return True

    @property
    def is_one_day(self) -> bool:
        """A date, as no habit ("varje dag i december") goes on."""
        return self.day is not None and self.until is None and not self.sized

    @property
    def has_day(self) -> bool:
        return self.day is not None or self.weekday is not None or self.week is not None or self.meeting


_Read = tuple[int, _Item] | None  # the token after the item, and the item


@dataclass(slots=True)
class _Said:
    """What has been said before an item in its phrase."""

    prepositions: tuple[str, ...] = ()
    day: bool = False  # a day: a bare number may be a time
    weekday: int | None = None
    firm: bool = field(init=False)

    def __post_init__(self) -> None:
        self.firm = bool(self.prepositions)


class _Reader:
    """One line being read. Methods named for an item take the index of a token and answer with `_Read`."""

    def __init__(self, line: str, ctx: Context) -> None:
        self.line, self.ctx = line, ctx
        self.now = ctx.now.replace(second=0, microsecond=0, tzinfo=None)
        self.base = self.now.date()  # no day is sought before it
        self.tokens = _tokenise(line)
        self.count = len(self.tokens) - 8
        self.bad: dict[int, int] = {}  # spans of impossible dates
        self.english = ctx.language == "en"

    # -- small helpers

    def word(self, at: int) -> str:
        token = self.tokens[at] if at < self.count else self.tokens[-1]
        return token.text if token.kind == "w" else ""

    def token(self, at: int) -> _Token:
        return self.tokens[at] if at < self.count else self.tokens[-1]

    def sign(self, at: int, signs: frozenset[str] | str, glued: bool = False) -> bool:
        token = self.token(at)
        return token.kind == "s" and token.text in signs and (token.glued or not glued)

    def number(self, at: int, digits: tuple[int, ...] = (1, 2), glued: bool = False) -> int | None:
        token = self.token(at)
        if token.kind == "n" and len(token.text) in digits and (token.glued or not glued):
            return int(token.text)
        return None

    def phrase_words(self, at: int, *wanted: str) -> bool:
        return all(self.word(at + n) == word for n, word in enumerate(wanted))

    def free(self, at: int) -> bool:
        """A number before this token stands alone: what follows is not what it counts."""
        token = self.token(at)
        if token.kind in {"", "s"}:
            return token.kind == "" or token.text in _STOPS or token.text in "@#&/+…•"
        return token.kind == "w" and (
            token.text in words.FREE_BEFORE or token.text in words.WEEKDAYS or token.text in words.TOMORROW or token.text in words.TODAY
        )

    def is_bad(self, first: int, last: int) -> None:
        self.bad.setdefault(self.token(first).start, self.token(last).end)

    def bad_end(self, at: int) -> int:
        """The last token of what begins here and cannot be."""
        stop = self.bad[self.token(at).start]
        return next(n for n in range(at, self.count) if self.token(n).end >= stop)

    def is_name(self, word: str) -> bool:
        return any(words.fold(name).split(" ", 1)[0] == word for name in self.ctx.members.values())

    @contextmanager
    def from_day(self, day: date) -> Iterator[None]:
        """Seeks days from another day on."""
        kept, self.base = self.base, day
        yield
        self.base = kept

    # -- the pass over the line

    def read(self) -> list[Found]:
        found: list[Found] = []
        at = 0
        while at < self.count:
            token = self.tokens[at]
            if token.kind == "s" or (token.kind == "w" and token.text not in words.STARTS):
                at += 1
                continue
            end, phrase = self.phrase(at)
            if phrase:
                found.append(phrase)
            at = max(end, at + 1)
        return found

    def phrase(self, at: int) -> tuple[int, Found | None]:
        """The phrase that begins here: the token after it, and the Found; a habit is passed over."""
        first = at
        at, prepositions = self.prepositions(at)
        said = _Said(prepositions)
        total = _Item()
        end = at
        while (item := self.item(at, said, total)) is not None:
            if (item[1].habit and total.has_day) or (total.habit and item[1].is_one_day) or not total.takes(item[1]):
                break
            if item[1].done:
                said.prepositions = ()
            end = item[0]
            said.day, said.weekday = total.has_day, total.weekday
            at, joined = self.joiner(end)
            if joined & _APART and not self.goes_on(at, said, total):
                break
            if joined & words.DEADLINE:
                total.deadline = True
        if total == _Item() or total == _Item(deadline=True):
            return first, None
        if total.weekday is not None and self.token(at).start in self.bad and self.word(at) in words.WEEK:
            self.is_bad(first, self.bad_end(at))
            return end, None  # "fredag v 60": not some other Friday
        if total.habit:
            return end, None
        end = self.range_end(end, total, said)
        if self.word(first - 1) in {"sedan", "sen", "since"}:
            return end, None  # "väntat sedan 3 november" tells what was
        habit = self.habit_follows(end)
        if habit and total.has_day and set(prepositions) & words.DEADLINE:
            total.sure = False  # "senast fredag varje vecka": a deadline is never lost, so it is shown back
        elif habit or (total.clock and not total.has_day and self.lists_times(end)):
            return end, None
        result = self.resolve(total, said.prepositions, prepositions)
        if result is None:
            return end, None
        closes = self.sign(end, ")") and any(self.sign(n, "(") for n in range(first, end))
        last = self.token(end if closes else end - 1)
        return end + closes, replace(result, start=self.token(first).start, end=last.end)

    def goes_on(self, at: int, said: _Said, total: _Item) -> bool:
        """Whether what follows "senast", "före" or "efter" inside a phrase belongs to its day: a time of day, or its week.

        "fredag senast kl 10" is one phrase; "varje dag senast fredag" and "den 7 till den 9, senast imorgon" are two.
        """
        if total.habit:
            return False
        if self.word(at) in {"lunch", "lunchen", "noon"} or self.clock(at, said, total):
            return True
        if not total.has_day:
            return total.clock is not None
        week_and_day = (total.week is not None) != (total.weekday is not None)
        following = self.item(at, said, _Item()) if week_and_day and total.day is None else None
        return following is not None and (following[1].week if total.week is None else following[1].weekday) is not None

    def prepositions(self, at: int) -> tuple[int, tuple[str, ...]]:
        taken: list[str] = []
        if self.word(at) in {"mellan", "between"} and (
            self.word(at + 1) in {"den", *words.WEEKDAYS} or self.sign(at + 2, "/", glued=True) or self.word(at + 2) in words.MONTHS
        ):
            taken.append(self.word(at))
            at += 1
        while len(taken) < 6 and (word := self.word(at)) in words.PREPOSITIONS:
            taken.append(word)
            at += 1
            if word in words.FROM and self.phrase_words(at, "och", "med"):
                at += 2
            elif word == "till" and self.phrase_words(at, "och", "med"):
                taken[-1] = "tom"
                at += 2
            if taken[-1] in words.DEADLINE and self.sign(at, ":"):
                at += 1
        return at, tuple(taken)

    def joiner(self, at: int) -> tuple[int, frozenset[str]]:
        """Passes what may stand between two items: a comma, a bracket, small words."""
        if self.word(at) == "t" and self.token(at).glued and self.number(at + 1, (2,), glued=True) is not None:
            return at + 1, frozenset()  # 2026-11-30T13:00
        if self.sign(at, ",(") or (self.sign(at, ".") and self.token(at + 1).text in {"den", "kl"}):
            at += 1
        taken = set()
        while (word := self.word(at)) in {"pa", "i", "vid", "on", "at", "of", "nu", "redan", "senast", "fore", "innan", "by", "before", "in", "efter", "after", "strax"}:
            taken.add(word)
            at += 1
        return at, frozenset(taken)

    def item(self, at: int, said: _Said, total: _Item) -> _Read:
        token = self.token(at)
        if token.kind == "n":
            if self.word(at - 1) == "in" and "in" in said.prepositions and (some_time := self.in_some_time(at, deadline=False)):
                return some_time
            return self.numeric(at, said) or self.clock(at, said, total)
        if token.kind != "w":
            return None
        return (
            self.week(at, said)
            or self.relative(at, said)
            or self.weekday(at, said)
            or self.habit(at)
            or self.ordinal(at, said)
            or self.festival(at, said)
            or self.month(at, said)
            or self.edge(at, said)
            or self.meeting(at, said)
            or self.day_part(at, said, total)
            or self.clock(at, said, total)
        )

    # -- habits: text, never a date

    def habit(self, at: int) -> _Read:
        word = self.word(at)
        if word in words.HABIT_WEEKDAYS or word in {"dagligen", "daily", "varannan", "vardagar", "weekly", "nattetid"}:
            return at + 1, _Item(habit=True)
        if word in {"varje", "every", "each", "alla", "var"} and self.token(at + 1).kind in {"w", "n"}:
            after = at + 1
            if word == "var" and self.word(after) not in words.ORDINALS and not (self.number(after) and self.sign(after + 1, ":", True)):
                return None
            if word == "alla" and self.word(after) not in {"dagar", "vardagar", "helger", "kvallar", "morgnar"}:
                return None
            return after + 1, _Item(habit=True)
        return None

    def habit_follows(self, at: int) -> bool:
        """ "kl 8 varje dag", "kl 8 på vardagar"."""
        if self.habit(at) and self.word(at) not in words.HABIT_WEEKDAYS:
            return True
        return self.word(at) == "pa" and (self.habit(at + 1) is not None or self.word(at + 1) in {"morgnarna", "kvallarna"})

    def lists_times(self, at: int) -> bool:
        """ "kl 8 och 20", "kl 8, 14 och 20": when medicine is given, not a day's one time."""
        if not (self.word(at) in {"och", "and"} or self.sign(at, ",+&/")):
            return False
        at += 1 + (self.word(at + 1) in words.CLOCK)
        hour = self.number(at)
        return hour is not None and hour <= 24 and (self.free(at + 1) or self.sign(at + 1, ":."))

    def counted(self, at: int) -> bool:
        """The token before says how often or how much: "två gånger i veckan", "3 dagar i veckan"."""
        before = at - 1
        while before >= 0 and self.word(before) in {"i", "om", "per", "in", "a", "the"}:
            before -= 1
        return self.word(before) in words.UNITS | {"natter", "kvallar", "pass", "turer", "dag", "day", "days", "once", "twice", "gange"} if before >= 0 else False

    # -- weeks

    def week(self, at: int, said: _Said) -> _Read:
        word = self.word(at)
        if word not in words.WEEK:
            return None
        at0, at = at, at + 1
        if word in {"v", "w"} and self.sign(at, ".", glued=True):
            at += 1
        number = self.number(at)
        if number is None or (word == "w" and not self.token(at).glued):
            return None
        if self.sign(at + 1, ":%", glued=True) or (self.sign(at + 1, "/", glued=True) and self.number(at + 2)):
            return None
        chosen = self.find_week(number)
        if chosen is None:
            self.is_bad(at0, at)
            return None
        at += 1
        item = _Item(week=chosen, sized=True)
        monday = date.fromisocalendar(*chosen, 1)
        if chosen[0] > self.base.isocalendar().year and self.base - date.fromisocalendar(chosen[0] - 1, min(number, 52), 7) < _RECENT:
            item.sure = False
        after = at
        if self.token(after).text in _DASHES or self.word(after) in {"till", "to", "tom", "och"}:
            after += 2 if self.word(after) in {"v", "vecka"} else 1
            if self.word(after) in words.WEEK:
                after += 1
            if self.sign(after, ".", glued=True):
                after += 1
            last = self.number(after)
            consecutive = self.word(at) != "och" or (last is not None and last == number + 1)
            if last is not None and consecutive and self.free(after + 1):
                with self.from_day(monday):
                    end = self.find_week(last)
                if end is None:
                    self.is_bad(at0, after)
                    return None
                item.day, item.until = max(monday, self.base), date.fromisocalendar(*end, 7)
                item.until_at = self.token(after).start
                return after + 1, item
        return at, item

    def find_week(self, number: int) -> tuple[int, int] | None:
        """The next week with this number that is not over; only this year's and the next year's are thought of."""
        this = self.base.isocalendar().year
        for year in (this, this + 1):
            try:
                if date.fromisocalendar(year, number, 7) >= self.base:
                    return year, number
            except ValueError:
                continue
        return None

    # -- relative days: idag, i övermorgon, om tre dagar, nästa vecka

    def relative(self, at: int, said: _Said) -> _Read:
        word = self.word(at)
        after_i = self.word(at - 1) == "i"
        if word in words.TODAY or (word in {"dag", "kvall", "eftermiddag", "formiddag", "natt"} and after_i):
            part = words.TODAY.get(word, "") if word in words.TODAY else words.DAY_PARTS.get(word, "")
            return at + 1, _Item(day=self.base, part="" if word == "natt" else part, sure=word != "natt")
        if word in words.TOMORROW or (word in words.MORROW and after_i):
            return at + 1, _Item(day=self.base + _DAY)
        if word in words.DAY_AFTER:
            return at + 1, _Item(day=self.base + 2 * _DAY)
        if word == "day" and self.phrase_words(at, "day", "after", "tomorrow"):
            return at + 3, _Item(day=self.base + 2 * _DAY)
        if word == "the" and self.word(at + 1) in {"day", "end", "beginning", "next", "last", "first", "second", "third", "coming", "weekend", "morning"}:
            return self.item(at + 1, said, _Item())
        if word == "dagen" and self.word(at + 1) in words.BEFORE | words.AFTER and self.word(at - 1) not in {"om", "per"}:
            beside = self.item(at + 2, _Said(("pa",)), _Item())
            day = self.choose_day(beside[1], ()) if beside else None
            if beside is None or day is None:
                return None
            day += -_DAY if self.word(at + 1) in words.BEFORE else _DAY
            return (beside[0], _Item(day=day, done=True)) if day >= self.base else None
        if word == "inom" and self.word(at + 1) == "veckan":
            item = self.week_item(0)
            item.deadline = True
            return at + 2, item
        if word == "morgondagen":
            return at + 1, _Item(day=self.base + _DAY)
        if word in {"dagen", "day"} and ("under" in said.prepositions or "during" in said.prepositions):
            return at + 1, _Item(day=self.base)
        if word in {"gar", "forrgar"} and not after_i:
            return None  # "går" is also "goes"
        if word in words.PAST or (word in words.PAST_WEEKDAYS and after_i):
            self.past_day(at - len(said.prepositions), at, said, lone=word != "morse")
            return None
        if word in {"om", "inom", "within"} or (word == "ytterligare"):
            return self.in_some_time(at + 1, deadline=word in {"inom", "within"})
        if self.word(at - 1) == "in" and "in" in said.prepositions:
            return self.in_some_time(at, deadline=False) or self.month(at, said)
        if word in {"vecka", "veckan"} and self.word(at - 1) != "om":
            return self.this_week(at, said)
        if word == "den" and self.word(at + 1) == "har":
            return self.with_this(at + 2)
        if word in words.THIS:
            return self.with_this(at + 1)
        if word in words.NEXT or word in {"nastkommande"}:
            return self.with_next(at + 1, said)
        if word in words.WEEKEND:
            return self.weekend(at, said, 0)
        return None

    def past_day(self, first: int, last: int, said: _Said, *, lone: bool = True) -> None:
        """A day that has been is no deadline. At the end of a line it was meant as one ("ringa farmor igår"), unless it tells of something."""
        ends = all(self.token(at).kind in {"", "s"} for at in range(last + 1, self.count))
        tells = any(self.word(at) in words.TELLS for at in range(first))
        if set(said.prepositions) & words.DEADLINE or (lone and ends and not tells):
            self.is_bad(first, last)

    def in_some_time(self, at: int, deadline: bool) -> _Read:
        """ "om tre dagar", "inom en vecka", "om en halvtimme", "in two weeks"."""
        if self.word(at) in {"ca", "cirka", "ungefar", "about"}:
            at += 1
        if length := self.length(at):
            return length[0], _Item(moment=self.now + timedelta(minutes=length[1]), deadline=deadline)
        amount = self.amount(at)
        if amount is None:
            return None
        at, number, sure = amount
        unit = self.word(at)
        item = _Item(deadline=deadline, sure=sure)
        if number > 3650:
            return None
        if unit in words.DAYS_IN:
            days = number * words.DAYS_IN[unit]
            item.day = self.base + timedelta(days=days)
            if not sure:
                item.alternatives = (item.day + timedelta(days=words.DAYS_IN[unit]),)
            if words.DAYS_IN[unit] == 7:
                item.ahead = number
        elif unit in words.WORKING_DAYS:
            from bot.rules.work_calendar import next_working_day

            item.day = self.base
            for _ in range(min(number, 250)):
                item.day = next_working_day(item.day)
        elif unit in words.MONTHS_IN:
            item.day = _months_on(self.base, number * (12 if unit in words.YEARS else 1))
        else:
            return None
        return at + 1, item

    def amount(self, at: int) -> tuple[int, int, bool] | None:
        """A number in digits or words; "ett par" is 2 and "några" 3, not sure."""
        if self.word(at) in {"ett", "a"} and self.word(at + 1) in {"par", "couple"}:
            return at + 2 + (self.word(at + 2) in {"tre", "of"}), 2, False
        if self.word(at) in {"nagra", "some", "few"}:
            return at + 1, 3, False
        number = self.number(at, (1, 2, 3))
        if number is None:
            number = words.NUMBERS.get(self.word(at))
        return None if number is None else (at + 1, number, True)

    def length(self, at: int) -> tuple[int, int] | None:
        """A length of time: the token after it, and its minutes."""
        word = self.word(at)
        if word in {"halvtimme", "halvtimma", "kvart"} and self.word(at - 1) not in words.NUMBERS:
            if word == "kvart" and self.word(at + 1) in {"i", "over"}:
                return None
            return at + 1, words.MINUTES_IN[word]
        if word in {"en", "ett", "a", "an", "half"} or self.token(at).kind == "n" or word in words.NUMBERS:
            if word in {"en", "a"} and self.word(at + 1) in {"halv", "half"} and self.word(at + 2) in {"timme", "timma", "hour"}:
                return at + 3, 30
            if word == "half" and self.word(at + 1) in {"an", "a"} and self.word(at + 2) == "hour":
                return at + 3, 30
            if word == "en" and self.phrase_words(at + 1, "och", "en", "halv") and self.word(at + 4) in {"timme", "timma"}:
                return at + 5, 90
            number = self.number(at, (1, 2, 3))
            amount: float | None = float(words.NUMBERS[word]) if word in words.NUMBERS else number
            if amount is None:
                return None
            after = at + 1
            if number is not None and self.sign(after, ",.", glued=True) and self.number(after + 1, (1, 2), glued=True) is not None:
                amount += float(f"0.{self.token(after + 1).text}")
                after += 2
            unit = self.word(after)
            if number is not None and unit in {"halvtimme", "halvtimma"}:
                return None  # "13 halvtimme": the 13 is a time
            if unit in words.MINUTES_IN and not (unit == "kvart" and self.word(after + 1) in {"i", "over"}):
                minutes = round(amount * words.MINUTES_IN[unit])
                after += 1
                if words.MINUTES_IN[unit] == 60:
                    extra = after + (self.word(after) in {"och", "and"})
                    more = self.number(extra)
                    if more is not None and words.MINUTES_IN.get(self.word(extra + 1)) == 1:
                        return extra + 2, minutes + more
                return after, minutes
        return None

    def this_week(self, at: int, said: _Said) -> _Read:
        """ "i veckan", "under veckan", "fredag veckan därpå"."""
        if self.word(at + 1) in {"darpa", "efter"} and self.word(at) == "veckan" and said.day:
            return at + 2, _Item(ahead=1)
        if self.word(at) != "veckan" or not {"i", "under", "till"} & {*said.prepositions, self.word(at - 1)} or self.counted(at):
            return None
        return at + 1, self.week_item(0)

    def week_item(self, ahead: int) -> _Item:
        """This week (0) or one to come. At a weekend "i veckan" is taken for the week that begins."""
        monday = _monday(self.base) + ahead * _WEEK
        item = _Item(sized=True, ahead=ahead)
        if ahead == 0 and self.base.weekday() > 4:
            monday, item.sure = monday + _WEEK, False
            item.ahead = 1
        iso = monday.isocalendar()
        item.week = (iso.year, iso.week)
        return item

    def with_this(self, at: int) -> _Read:
        """After "denna", "den här", "kommande", "this"."""
        word = self.word(at)
        if word in {"vecka", "veckan", "week"}:
            return at + 1, self.week_item(0)
        if word in words.WEEKDAYS:
            return at + 1, _Item(weekday=words.WEEKDAYS[word], close=True)
        if word in words.WEEKEND:
            return self.weekend(at, _Said(("i",)), 0)
        if word in words.DAY_PARTS:
            return at + 1, _Item(day=self.base, part=words.DAY_PARTS[word])
        return None

    def with_next(self, at: int, said: _Said) -> _Read:
        """After "nästa"."""
        word = self.word(at)
        if word in {"vecka", "veckan", "veckas", "week"}:
            if word == "veckas" and self.word(at + 1) not in words.WEEKDAYS:
                return None
            at += 1
            if word == "week" and self.sign(at, "'’") and self.word(at + 1) == "s":
                at += 2
            item = self.week_item(1)
            item.ahead = 1
            if said.weekday is None and not (set(said.prepositions) & words.DEADLINE):
                item.alternatives = (_monday(self.base) + _WEEK,)
                item.sure = False
            return at, item
        if word in words.WEEKDAYS:
            return at + 1, _Item(weekday=words.WEEKDAYS[word], next=True)
        if word in words.WEEKEND:
            return self.weekend(at, said, 1)
        if word in {"manad", "month"}:
            if self.word(at + 1) == "den" and (day := self.number(at + 2)) and not self.sign(at + 3, "/", glued=True):
                chosen = _date(*_month_on(self.base, 1), day)
                if chosen is None:
                    self.is_bad(at - 1, at + 2)
                    return None
                return self.after_ordinal_sign(at + 3), _Item(day=chosen)
            return at + 1, self.month_item(*_month_on(self.base, 1))
        if word in words.MEETING or word == "gang":
            return self.meeting(at, said, named=True)
        if word in words.MONTHS and word in words.LONELY_MONTHS:
            return self.month(at, _Said(("i",)))
        return None

    def weekend(self, at: int, said: _Said, ahead: int) -> _Read:
        """ "i helgen", "före helgen", "efter helgen"."""
        from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day

        before, after = set(said.prepositions) & words.BEFORE, set(said.prepositions) & words.AFTER
        if not (said.prepositions or ahead) or self.counted(at):
            return None
        saturday = _monday(self.base) + timedelta(days=5) + ahead * _WEEK
        first, last = previous_working_day(saturday), next_working_day(saturday)
        item = _Item(done=True, sure=ahead == 0 or self.base.weekday() < 5)
        if before or "till" in said.prepositions or "by" in said.prepositions:
            item.deadline = True
            if first < self.base:  # it is weekend already
                first, item.sure = previous_working_day(saturday + _WEEK), False
            item.day = first
            red = next((day for day in _days(self.base, first) if not is_working_day(day)), None)
            if red and previous_working_day(red) >= self.base and ahead == 0:  # a red day in the middle of the week comes first
                item.sure, item.alternatives = False, (previous_working_day(red),)
            if not before:
                item.sure, item.alternatives = False, (saturday,)
        elif after:
            item.day = last
        else:
            item.day, item.until = max(saturday, self.base), max(saturday + _DAY, self.base)
        return at + 1, item

    # -- weekdays

    def weekday(self, at: int, said: _Said) -> _Read:
        word = self.word(at)
        if word not in words.WEEKDAYS:
            return None
        day = words.WEEKDAYS[word]
        if not self.is_weekday(at, said):
            return None
        if self.word(at - 1) in words.BEFORE_A_PAST_DAY:  # "förra fredagen", "last Friday"
            self.past_day(at - 1 - (self.word(at - 2) in words.DEADLINE), at, _Said((self.word(at - 2),)), lone=not word.endswith("ens"))
            return None
        at += 1
        if len(word) < 6 and self.sign(at, ".", glued=True) and self.token(at + 1).kind:
            at += 1
        item = _Item(weekday=day)
        if self.token(at).text in _DASHES and self.word(at + 1) in words.WEEKDAYS:
            last = words.WEEKDAYS[self.word(at + 1)]
            first = self.choose_weekday(item)
            item.until, item.until_at = first + timedelta(days=(last - day) % 7), self.token(at + 1).start
            return at + 2, item
        return at, item

    def is_weekday(self, at: int, said: _Said) -> bool:
        """Short words need their dots or a preposition, lest "man", "son", "sat" and Tor be taken for days."""
        word, raw = self.word(at), self.token(at).raw
        after_week = self.number(at - 1) is not None and bool({self.word(at - 2), self.word(at - 3)} & words.WEEK)
        if word in words.NEEDS_DOTS:
            if self.token(at - 1).kind == "n" and at > 0 and not after_week:
                return False  # "i 3 mån", but "v 49 mån"
            return raw.lower() == words.NEEDS_DOTS[word]
        prepositions = set(said.prepositions)
        if word == "tor":
            return not self.is_name("tor") and (
                after_week or bool(prepositions & {"pa", "senast", "fore", "innan"}) or (bool(prepositions) and raw == "tor")
                or self.number(at + 1) is not None
            )
        if word in words.NEEDS_ENGLISH:
            english = self.english and word not in {"sat", "sun", "wed"}
            return bool(prepositions & words.ENGLISH_PREPOSITIONS) or english or (word == "mon" and "pa" in prepositions)
        return True

    def choose_weekday(self, item: _Item) -> date:
        """The day for a weekday alone; adds the other reading to the item."""
        assert item.weekday is not None
        delta = (item.weekday - self.base.weekday()) % 7
        nearest = self.base + timedelta(days=delta)
        if item.next:
            chosen = _monday(self.base) + _WEEK + timedelta(days=item.weekday)
            if delta:
                item.sure = False
                item.alternatives = (nearest if nearest < chosen else chosen + _WEEK,)
            return chosen
        if delta:
            return nearest
        later_today = item.deadline and item.clock is not None and self.on(self.base, item) > self.now
        item.sure = False
        item.alternatives = (nearest + _WEEK if later_today else nearest,)
        return nearest if later_today else nearest + _WEEK

    # -- dates in figures

    def numeric(self, at: int, said: _Said) -> _Read:
        return self.full_date(at, said) or self.day_month(at, said) or self.day_of_month(at, said)

    def full_date(self, at: int, said: _Said) -> _Read:
        """2026-12-05, 20261205, and behind a preposition 261205."""
        token = self.token(at)
        text, end = token.text, at + 1
        if len(text) == 4 and self.sign(at + 1, "-/.–", glued=True):
            month, day = self.number(at + 2, glued=True), self.number(at + 4, glued=True)
            if month is None or day is None or not self.sign(at + 3, "-/.–", glued=True):
                return None
            parts, end = (int(text), month, day), at + 5
        elif len(text) == 8 and text[:2] == "20":
            parts = (int(text[:4]), int(text[4:6]), int(text[6:]))
        elif len(text) == 6 and (said.prepositions or said.day or self.word(at - 1) == "den"):
            parts = (2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        else:
            return None
        day_ = _date(*parts)
        if day_ is None:
            if end > at + 1 or said.prepositions:
                self.is_bad(at, end - 1)
            return None
        return end, _Item(day=day_, past=day_ < self.now.date())

    def day_month(self, at: int, said: _Said) -> _Read:
        """5/12, 5/12-26, 1-14/7, 5 december, den 1 till den 14 juli, behind a preposition 5.12."""
        day = self.number(at)
        if day is None:
            return None
        if self.sign(at + 1, "/", glued=True) and (month := self.number(at + 2, glued=True)) is not None:
            return self.slashed(at, day, month, said)
        if self.sign(at + 1, ".", glued=True) and (month := self.number(at + 2, (1, 2), glued=True)) is not None:
            return self.dotted(at, day, month, said)
        after = self.after_ordinal_sign(at + 1)
        dash = self.token(after).text in _DASHES
        if dash or self.word(after) in {"till", "to", "tom", "och"}:
            second = after + 1 + (2 if self.phrase_words(after + 1, "och", "med") else 0)
            second += self.word(second) in {"den", "the"}
            last = self.number(second)
            # "flytta 12 till 14/12" names an action, "borta 1 till 14 juli" a range
            away = self.word(at - 1) in words.BEFORE_A_RANGE or at == 0
            if last is not None and (dash or said.prepositions or said.day or away):
                after_last = self.after_ordinal_sign(second + 1)
                slash = self.sign(after_last, "/", glued=True)
                month = self.number(after_last + 1, glued=True) if slash else words.MONTHS.get(self.word(after_last), None)
                if month and (slash or self.word(after) != "och" or last == day + 1):
                    end, year = self.year(after_last + 1 + slash)
                    return self.day_range(at, end, (day, last), month, year, second)
        word = self.word(after)
        if word == "of":
            after += 1
            word = self.word(after)
        if word not in words.MONTHS:
            return None
        if word == "mar" and (self.token(after).raw.lower() != "mar" or not (self.english or said.prepositions or self.free(after + 1))):
            return None  # "de 2 mår bra"
        end, year = self.year(after + 1)
        return self.dated(at, end, day, words.MONTHS[word], year)

    def slashed(self, at: int, day: int, month: int, said: _Said) -> _Read:
        end = at + 3
        if self.sign(end, "/", glued=True) or (self.sign(end, "-–", glued=True) and not self.sign(end + 2, "/", glued=True)):
            year = self.number(end + 1, (2, 4), glued=True)
            if year is None:
                return None
            end += 2
        else:
            year = None
            if self.sign(end, "-–") and self.token(end + 1).glued and not self.token(end).glued and len(self.token(end + 1).text) == 2:
                year = self.number(end + 1, (2,))
                end += 2 if year is not None else 0
            elif (full := self.number(end, (4,))) is not None and full in _YEARS:
                end, year = end + 1, full
        firm = bool(said.prepositions or said.day or self.word(at - 1) == "den" or year is not None)
        follows = self.word(end) in words.UNITS or self.sign(end, "%/", glued=True)
        if not firm:
            counts = (day, month) in _FRACTIONS and not (self.free(end) or self.word(end) in words.CLOCK)
            always = (day, month) == (24, 7) and (self.choose_year(24, 7)[0] or self.base) - self.base > _SOON  # "vak 24/7"
            if follows or counts or always or any(self.word(n) in words.SCALES for n in range(max(0, at - 3), at)):
                return None
            if self.word(at - 1) in words.PLACES:
                return None
        elif follows and year is None and not said.day and self.word(end) != "av":
            return None
        if _date(2028 if year is None else _century(year), month, day) is None:
            if firm or (day <= 40 and month <= 20):
                self.is_bad(at, end - 1)
            return None
        read = self.dated(at, end, day, month, year)
        if read and not firm and ((month == 10 and day < 10) or (day, month) in _FRACTIONS):
            read[1].sure = False  # 7/10 may be a mark on a scale, 1/2 a half
        swapped = _date(2028, day, month)
        english = self.english or bool({"by", "due", "before", "on", "until"} & set(said.prepositions))
        if read and english and swapped and day != month and year is None:
            read[1].sure = False
            read[1].alternatives = (*read[1].alternatives, self.choose_year(month, day)[0] or swapped)
        return read

    def dotted(self, at: int, day: int, month: int, said: _Said) -> _Read:
        """5.12 or 24.12, unless it looks like a time of day: 14.00, 08.15. Where it may be either, both are offered."""
        year_at = at + 3
        has_year = self.sign(year_at, ".", glued=True) and self.number(year_at + 1, (2, 4), glued=True) is not None
        if has_year and len(self.token(year_at + 1).text) == 4:
            return self.dated(at, year_at + 2, day, month, self.number(year_at + 1, (4,)))
        with_den = self.word(at - 1) == "den"
        firm = bool(set(said.prepositions) & words.DEADLINE) or with_den
        if _date(2028, month, day) is None or self.word(at + 3) in words.UNITS:
            return None
        if has_year:
            return self.dated(at, year_at + 2, day, month, self.number(year_at + 1, (2, 4))) if firm and not said.day else None
        two_digits = len(self.token(at + 2).text) == 2
        if self.word(at - 1) in words.CLOCK | words.ABOUT or not self.free(at + 3) or not (firm or two_digits):
            return None
        read = self.dated(at, at + 3, day, month, None)
        if read is None or read[1].day is None:
            return None
        item = read[1]
        soon = item.day is not None and item.day - self.base <= _SOON
        if said.day:  # "måndag 14.12": the fourteenth where that is a Monday
            if not soon or said.weekday is None or item.day is None or item.day.weekday() != said.weekday:
                return None
            if day < 24 and two_digits:
                item.alternatives = (datetime.combine(self.choose_weekday(_Item(weekday=said.weekday)), time(day, month)),)
                item.sure = False
            return read
        if with_den or not two_digits or day > 23:
            item.sure = item.sure and firm
            return read
        moment = datetime.combine(self.base, time(day, month))
        if day >= 6 and (month % 5 == 0 or not soon):  # a time of day, as most are
            return (at + 3, _Item(clock=(day, month), vague=day <= 12, sure=False, alternatives=(item.day,))) if soon and item.day else None
        item.sure, item.alternatives = False, (moment,) if moment > self.now else ()
        return read

    def after_ordinal_sign(self, at: int) -> int:
        """Passes ":e", "e", ":a", "st", "th" and a full stop before a month."""
        if self.sign(at, ":", glued=True) and self.word(at + 1) in {"e", "a"} and self.token(at + 1).glued:
            return at + 2
        if self.word(at) in {"e", "a", "st", "nd", "rd", "th"} and self.token(at).glued:
            return at + 1
        if self.sign(at, ".", glued=True) and self.word(at + 1) in words.MONTHS:
            return at + 1
        return at

    def day_of_month(self, at: int, said: _Said) -> _Read:
        """ "den 5", "den 5:e", "5:e" behind a preposition, "the 5th"."""
        day = self.number(at)
        if day is None:
            return None
        end = self.after_ordinal_sign(at + 1)
        marked = end > at + 1
        with_den = self.word(at - 1) in {"den", "the"}
        following = self.token(end)
        if following.text in words.MONTHS:
            return None  # "den 30 februari" is not the 30th of some other month
        if following.kind == "w" and (following.text in words.UNITS or (marked and re.search(r"(?:en|et|na|ar)$", following.text) and not self.free(end))):
            return None
        if self.sign(end, ":/%", glued=True) or (self.sign(end, ".,", glued=True) and self.number(end + 1, glued=True) is not None):
            return None
        if not with_den and not marked and self.free(end):
            if said.weekday is not None and 24 < day <= 31:  # "fredag 27"
                return end, _Item(day=self.next_day_of_month(day))
            if said.prepositions[-1:] == ("senast",) and 1 <= day <= 31 and not said.day:  # the 15th, or 15:00?
                clock = (datetime.combine(self.base, time(day)),) if day < 24 else ()
                return end, _Item(day=self.next_day_of_month(day), sure=False, alternatives=clock)
        if not (with_den or (marked and (said.prepositions or said.day))) or (not marked and said.day and self.word(at - 1) == "the"):
            return None
        if not marked and self.word(at - 1) == "the":
            return None
        if not 1 <= day <= 31:
            self.is_bad(at - with_den, at)
            return None
        last_at = end + 1 + (self.word(end + 1) == "den")
        if self.token(end).text in _DASHES and (last := self.number(last_at)) is not None and day < last <= 31 and self.free(last_at + 1):
            first = self.next_day_of_month(day)
            if last > monthrange(first.year, first.month)[1]:
                self.is_bad(at, last_at)
                return None
            return last_at + 1, _Item(day=first, until=first.replace(day=last), until_at=self.token(last_at).start)
        next_month = end + (self.word(end) == "i")
        if self.word(next_month) in words.NEXT and self.word(next_month + 1) in {"manad", "month"}:
            following_month = _date(*_month_on(self.base, 1), day)
            if following_month is None:
                self.is_bad(at - with_den, next_month + 1)
                return None
            return next_month + 2, _Item(day=following_month)
        chosen = self.next_day_of_month(day)
        if chosen == self.base:
            with self.from_day(self.base + _DAY):
                return end, _Item(day=chosen, sure=False, alternatives=(self.next_day_of_month(day),))
        return end, _Item(day=chosen)

    def next_day_of_month(self, day: int) -> date:
        year, month = self.base.year, self.base.month
        while True:
            chosen = _date(year, month, day)
            if chosen and chosen >= self.base:
                return chosen
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)

    def dated(self, first: int, end: int, day: int, month: int, year: int | None) -> _Read:
        """A day and a month, perhaps a year, as an item; impossible ones are noted."""
        if year is not None:
            chosen = _date(_century(year), month, day)
            if chosen:
                return end, _Item(day=chosen, past=chosen < self.now.date())
        else:
            chosen, sure = self.choose_year(day, month)
            if chosen:
                return end, _Item(day=chosen, sure=sure)
        self.is_bad(first, end - 1)
        return None

    def choose_year(self, day: int, month: int) -> tuple[date | None, bool]:
        """The next such day, this year or the next; not sure where it has only just passed."""
        this = _date(self.base.year, month, day)
        if this and this >= self.base:
            return this, True
        following = _date(self.base.year + 1, month, day)
        last = this or _date(self.base.year - 1, month, day)
        return following, not (last and self.base - last <= _RECENT)

    def day_range(self, first: int, end: int, days: tuple[int, int], month: int, year: int | None, at_last: int) -> _Read:
        """1-14 juli: the year is chosen so that the last day is to come."""
        item = self.dated(first, end, days[1], month, year)
        if item is None:
            return None
        last = item[1].day
        assert last is not None
        begin = _date(last.year, month, days[0])
        if begin is None or begin > last:
            self.is_bad(first, end - 1)
            return None
        item[1].day = begin if year is not None else max(begin, self.base)
        item[1].until, item[1].until_at = last, self.token(at_last).start
        return item

    def year(self, at: int) -> tuple[int, int | None]:
        """A year behind a date: "2026", "-26", "'26"."""
        full = self.number(at, (4,))
        if full is not None and full in _YEARS:
            return at + 1, full
        if self.sign(at, ",") and (full := self.number(at + 1, (4,))) is not None and full in _YEARS:
            return at + 2, full
        if self.sign(at, "-–'’") and self.token(at + 1).glued and not self.sign(at + 2, "/:", glued=True):
            short = self.number(at + 1, (2,))
            if short is not None and 20 <= short <= 60 and self.word(at + 2) not in words.MONTHS:
                return at + 2, short
        return at, None

    # -- ordinals, festivals, months, edges of weeks and months

    def ordinal(self, at: int, said: _Said) -> _Read:
        """ "den femte december", "första vardagen i december", "sista fredagen i månaden"."""
        den = self.word(at) in {"den", "the"}
        at0, at = at, at + den
        if den and self.token(at).kind == "n":
            return self.day_month(at, said) or self.day_of_month(at, said) or self.full_date(at, said)
        word = self.word(at)
        number = words.ORDINALS.get(word)
        if den and number is None and word in words.WEEKDAYS:
            return self.weekday(at, said)
        if number is None:
            return None
        if (festival := self.festival(at0, said)) is not None:
            return festival
        after = self.word(at + 1)
        if after in words.WORKING_DAY or after in words.WEEKDAYS or after in {"dagen", "day", "working"}:
            end = at + 2 + (after == "working" and self.word(at + 2) == "day")
            return self.nth_day(end, number, after, said)
        if number > 0 and (self.word(at + 1) in {"till", "to"} or self.token(at + 1).text in _DASHES):
            second = at + 2 + (self.word(at + 2) in {"den", "the"})
            last = words.ORDINALS.get(self.word(second), -1)
            if last > number and (month := words.MONTHS.get(self.word(second + 1))):
                end, year = self.year(second + 2)
                return self.day_range(at0, end, (number, last), month, year, second)
        month_at = at + 1 + (self.word(at + 1) == "of")
        if self.word(month_at) in words.MONTHS and (den or said.prepositions or number > 0 or word in {"sista", "siste"}):
            month = words.MONTHS[self.word(month_at)]
            end, year = self.year(month_at + 1)
            if number == -1:
                month_year = year if year is not None else self.year_of_month(month)
                number = monthrange(_century(month_year), month)[1]
            return self.dated(at0, end, number, month, year)
        if (den or set(said.prepositions) & words.DEADLINE) and self.free(at + 1) and word not in {"last"}:
            if number == -1:
                return at + 1, _Item(day=_last_of_month(self.base))
            if den and set(said.prepositions) & (words.DEADLINE | {"pa"}):
                return at + 1, _Item(day=self.next_day_of_month(number), sure=False)
        return None

    def nth_day(self, at: int, number: int, kind: str, said: _Said) -> _Read:
        """The nth working day, weekday or day of a month."""
        if self.word(at) in words.BEFORE and kind in words.WORKING_DAY and number == -1:
            return self.item(at + 1, _Said(("fore",)), _Item())
        if self.word(at) not in {"i", "av", "of", "in", "under"}:
            return None
        at += 1
        at += self.word(at) in {"the"}
        ahead = 0
        if self.word(at) in words.NEXT | words.THIS:
            ahead = int(self.word(at) in words.NEXT)
            at += 1
        word = self.word(at)
        if word in {"manaden", "manad", "month"}:
            year, month = _month_on(self.base, ahead)
            tries = [(year, month), _month_on(date(year, month, 1), 1)]
            end = at + 1
        elif word in words.MONTHS:
            month = words.MONTHS[word]
            end, said_year = self.year(at + 1)
            if said_year is not None:
                tries = [(_century(said_year), month)]
            else:
                tries = [(self.base.year, month), (self.base.year + 1, month)]
        else:
            return None
        for year, month in tries:
            day = _nth_of_month(year, month, number, kind)
            if day and day >= self.base:
                return end, _Item(day=day)
        return None

    def festival(self, at: int, said: _Said) -> _Read:
        """julafton, före jul, första advent, mellandagarna."""
        ways = words.FESTIVALS.get(self.token(at).text)
        if not ways:
            return None
        said_way = next((way for way in ways if all(self.token(at + n).text == word for n, word in enumerate(way[0]))), None)
        if said_way is None:
            return None
        way, key = said_way
        end = at + len(way)
        prepositions = set(said.prepositions)
        bare_name = key in words.ALSO_NAMES and not prepositions and len(way) == 1 and way[0] == key and not self.is_name(key)
        if key in words.NEEDS_PREPOSITION and not bare_name and not prepositions and way[0] not in {"mellandagarna", "luciadagen", "allhelgona", "valborgsmassoafton"} and len(way) == 1:
            return None
        if key == "nyarsafton" and self.token(end).text == "'":
            return None
        if key not in words.SEASONS and key != "mellandagarna":
            day = next(day for year in (self.base.year, self.base.year + 1) if (day := _festival(key, year)) >= self.base)
            end, year = self.year(end)
            return end, _Item(day=_festival(key, _century(year)) if year is not None else day, sure=not bare_name)
        return self.season(end, key, prepositions)

    def season(self, end: int, key: str, prepositions: set[str]) -> _Read:
        from bot.rules.work_calendar import next_working_day, previous_working_day

        if key == "mellandagarna":
            first, last = "annandag jul", "nyarsafton"
            for year in (self.base.year, self.base.year + 1):
                start, stop = next_working_day(_festival(first, year)), previous_working_day(_festival(last, year))
                if stop >= self.base:
                    break
            if prepositions & words.BEFORE:
                return end, _Item(day=max(self.base, previous_working_day(start)), done=True, deadline=True)
            if prepositions & words.AFTER:
                return end, _Item(day=next_working_day(stop), done=True)
            return end, _Item(day=max(start, self.base), until=stop, done=True)
        if not prepositions & (words.DEADLINE | words.AFTER | {"i", "under", "over", "during", "at", "vid"}):
            return None
        first, last = words.SEASONS[key]
        item = _Item(done=True)
        for year in (self.base.year - (key == "nyar"), self.base.year, self.base.year + 1):
            start, stop = _festival(first, year), _festival(last, year)
            if key == "nyar":
                stop += _DAY
            if prepositions & words.AFTER:
                item.day = next_working_day(stop)
            elif prepositions & words.DEADLINE:
                item.day, item.deadline = previous_working_day(start), True
            else:
                item.day, item.until = max(start, self.base), stop
            if (stop if item.until else item.day) >= self.base:
                break
        if prepositions & words.DEADLINE and not prepositions & (words.BEFORE | {"senast"}):
            item.sure, item.alternatives = False, (start,)
        if item.until:
            item.sure = False
        return end, item

    def month(self, at: int, said: _Said) -> _Read:
        """ "December 5th", "i mars", "månadsskiftet"."""
        word = self.word(at)
        if word in {"manadsskiftet", "manadsskifte"}:
            return at + 1, _Item(day=_last_of_month(self.base), done=bool(set(said.prepositions) & words.BEFORE))
        if word in {"manaden", "month"} and {"i", "under", "in", "during"} & set(said.prepositions) and not self.counted(at):
            return at + 1, self.month_item(self.base.year, self.base.month)
        month = words.MONTHS.get(word)
        if month is None:
            return None
        number = self.number(at + 1)
        if number is not None and word != "maj" and not self.sign(at + 2, "/", glued=True):
            after = self.after_ordinal_sign(at + 2)
            looks_like_time = self.sign(after, ":.", glued=True) and self.number(after + 1, glued=True) is not None
            alone = self.free(after) or after > at + 2 or self.number(after, (4,)) in _YEARS
            if not looks_like_time and alone and 1 <= number <= 31:
                if self.token(after).text in _DASHES and (last := self.number(after + 1)) is not None:
                    end, year = self.year(self.after_ordinal_sign(after + 2))
                    return self.day_range(at, end, (number, last), month, year, after + 1)
                end, year = self.year(after)
                return self.dated(at, end, number, month, year)
        prepositions = set(said.prepositions)
        inside = prepositions & {"i", "under", "in", "during"}
        if word not in words.LONELY_MONTHS or not (inside or prepositions & (words.DEADLINE | words.AFTER | words.FROM)):
            return None
        maybe_person = word in words.MONTH_NAMES_OF_PEOPLE and (self.token(at).raw[0].isupper() or word in {"maj", "may"})
        if not inside and (maybe_person or self.is_name(word)):
            return None
        if not self.free(at + 1) and not self.number(at + 1, (4,)) and self.token(at + 1).kind == "n":
            return None
        end, year_said = self.year(at + 1)
        year = _century(year_said) if year_said is not None else self.year_of_month(month)
        item = self.month_item(year, month)
        return (end, item) if item.until and item.until >= self.base else None

    def year_of_month(self, month: int) -> int:
        return self.base.year + (month < self.base.month)

    def month_item(self, year: int, month: int) -> _Item:
        """A whole month: from its first day (or today) to its last, never sure."""
        first = date(year, month, 1)
        return _Item(day=max(first, self.base), until=_last_of_month(first), sure=False, span_start=first)

    def edge(self, at: int, said: _Said) -> _Read:
        """ "slutet av veckan", "början av nästa vecka", "mitten av december"."""
        word = self.word(at)
        edges = {"slutet": 2, "end": 2, "slut": 2, "borjan": 0, "beginning": 0, "start": 0, "mitten": 1, "middle": 1}
        if word not in edges or self.word(at + 1) not in {"av", "pa", "of", "i"}:
            return None
        from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day

        edge, at = edges[word], at + 2
        at += self.word(at) in {"the", "den"}
        at += self.word(at) == "har"
        ahead = 0
        while (mark := self.word(at)) in words.NEXT | words.THIS:
            ahead, at = int(mark in words.NEXT), at + 1
        word = self.word(at)
        if word in {"veckan", "vecka", "week"} and self.number(at + 1) is None:
            monday, end, number = _monday(self.base) + ahead * _WEEK, at + 1, None
        elif (week := self.week(at, _Said())) and week[1].week:
            end, number = week[0], week[1].week
            monday = date.fromisocalendar(*number, 1)
        elif word in {"manaden", "manad", "month"} or word in words.MONTHS:
            year, month = _month_on(self.base, ahead)
            if word in words.MONTHS:
                month = words.MONTHS[word]
                year = self.year_of_month(month)
            first = date(year, month, 1)
            last = _last_of_month(first)
            day = (next_working_day(first - _DAY), first.replace(day=15), previous_working_day(last + _DAY))[edge]
            if day < self.base:
                return None
            return at + 1, _Item(day=day, sure=edge == 2)
        elif word in {"dagen", "day"} and edge == 2:
            return at + 1, _Item(day=self.base)
        else:
            return None
        if edge == 0:
            day = next_working_day(monday - _DAY)
            item = _Item(day=day, sure=False, alternatives=(next_working_day(day),))
        elif edge == 1:
            item = _Item(day=monday + 2 * _DAY)
        else:
            item = _Item(day=previous_working_day(monday + 5 * _DAY))
        assert item.day is not None
        if item.day < self.base:
            item.day, item.sure, item.alternatives = self.base, False, ()
            if not is_working_day(self.base):
                item.day = next_working_day(self.base)
        iso = monday.isocalendar()
        item.week = (iso.year, iso.week)
        return end, item

    # -- the meeting

    def meeting(self, at: int, said: _Said, named: bool = False) -> _Read:
        """ "till nästa möte", "på mötet", "före träffen", "till nästa gång"."""
        word = self.word(at)
        if word in {"vart", "det", "our"}:
            at += 1
            at += self.word(at) in {"kommande"} | words.NEXT
            named = True
            word = self.word(at)
        if not (set(said.prepositions) & (words.DEADLINE | {"pa", "vid", "under", "at"})) and not named:
            return None
        if named and not said.prepositions and word != "gang":
            return None
        definite = word in {"motet", "traffen", "veckomotet", "avstamningen"} or (word == "meeting" and self.word(at - 1) == "the")
        if not ((named and word in words.MEETING | {"gang"}) or definite):
            return None
        if self.ctx.next_meeting is None:
            return None
        return at + 1, _Item(day=self.ctx.next_meeting.date(), meeting=True, done=True)

    # -- times of day

    def day_part(self, at: int, said: _Said, total: _Item) -> _Read:
        """ "fredag eftermiddag", "i morgon bitti", "nu på morgonen", "till kvällen"; and lunch, which is 12:00."""
        word = self.word(at)
        if word in {"in", "the"} and self.word(at + 1) in words.DAY_PARTS and said.day:
            return at + 2, _Item(part=words.DAY_PARTS[self.word(at + 1)])
        prepositions = {*said.prepositions, self.word(at - 1)}
        if word == "lunch" and self.word(at - 1) in words.AFTER:
            return (at + 1, _Item(part="pm")) if said.day else None
        if word in {"lunch", "lunchen", "noon"} and (said.day or prepositions & (words.BEFORE | {"vid", "senast", "till", "at", "by"})):
            return at + 1, _Item(clock=(12, 0), deadline=bool(prepositions & words.DEADLINE), meal=word != "noon", done=True)
        if word not in words.DAY_PARTS:
            return None
        if said.day or total.clock or self.word(at + 1) in words.CLOCK or self.word(at - 1) in words.CLOCK:
            return at + 1, _Item(part=words.DAY_PARTS[word])
        if "nu" in prepositions or ("till" in prepositions and word in {"kvallen", "eftermiddagen"}):
            return at + 1, _Item(day=self.base, part=words.DAY_PARTS[word])
        return None

    def clock(self, at: int, said: _Said, total: _Item) -> _Read:
        """ "kl 10", "14.00", "halv tre", "vid tre", "14-15", "mellan 9 och 10", "3pm"."""
        first, lead = at, ""
        if total.clock:
            return None
        if self.word(at) in words.ABOUT:
            at, lead = at + 1, "soft"
        elif self.word(at - 1) in words.ABOUT:
            lead = "soft"
        if self.word(at) in words.CLOCK:
            at, lead = at + 1, "firm"
            at += self.sign(at, ".")
            if self.word(at) in words.ABOUT:
                at += 1
        between = self.word(at) in {"mellan", "between"}
        at += between
        if self.word(at) in words.CLOCK:
            at += 1
        if lead == "" and between:
            lead = "soft"
        if lead == "" and said.day:
            lead = "bare"
        begin = self.clock_time(at, lead)
        if begin is None and not lead and said.prepositions and said.prepositions[-1] in words.BEFORE and self.free(at + 1):
            begin = self.clock_time(at, "bare")  # "ring före 10"
            if begin and self.token(at).kind == "n":
                return begin[0], _Item(clock=begin[1:3], vague=begin[3], sure=False, deadline=True)
            begin = None
        if begin is None:
            if lead == "firm":
                self.note_bad_clock(first, at)
            return None
        end, hour, minute, vague = begin
        item = _Item(clock=(hour, minute), vague=vague)
        joined = self.token(end).text in _DASHES or self.word(end) in {"till", "to", "tom"} or (between and self.word(end) in {"och", "and"})
        if joined:
            second = end + 1
            if self.word(second) == "tiden":
                return self.checked_clock(at, second + 1, item, lead, said, explicit=True)
            second += self.word(second) in words.CLOCK
            stop = self.clock_time(second, lead or ("bare" if self.sign(at + 1, ":.") else ""))
            if stop and (self.token(end).kind == "s" or self.word(end) not in {"till", "to"} or lead):
                end, stop_hour, stop_minute, stop_vague = stop
                if not stop_vague and stop_hour >= 13 and vague and hour < stop_hour - 12 and self.word(end - 1) in {"pm", "em"}:
                    item.clock, item.vague = (hour + 12, minute), False
                stop_minutes = stop_hour * 60 + stop_minute
                begin_minutes = item.clock[0] * 60 + item.clock[1] if item.clock else 0
                if stop_minutes <= begin_minutes < stop_minutes + 720 < 1440 and stop_hour <= 12:
                    stop_minutes += 720
                past_midnight = stop_minutes <= begin_minutes and begin_minutes >= 18 * 60
                if begin_minutes < stop_minutes < 1440 or past_midnight:
                    item.clock_until = divmod(stop_minutes, 60)
                return self.checked_clock(at, end, item, lead, said, explicit=True)
            if between:
                return None
        if between:
            return None
        return self.checked_clock(at, end, item, lead, said, explicit=self.sign(at + 1, ":", glued=True))

    def checked_clock(self, at: int, end: int, item: _Item, lead: str, said: _Said, explicit: bool) -> _Read:
        """Weak hints ("vid tre", "fredag 10") hold only where the number stands alone."""
        number = self.number(at)
        if lead in {"soft", "bare"} and not explicit and not self.free(end) and self.word(end) not in {"tiden", *words.DAY_PARTS}:
            return None
        if lead == "" and not explicit and not self.free(end) and self.word(end) in words.UNITS:
            return None
        if self.sign(end, "%") or (end < self.count and self.word(end) in words.UNITS and lead != "firm" and self.word(end) != "e"):
            return None
        if lead == "bare" and end == at + 1 and number is not None and said.weekday is not None and number > 0:
            # "fredag 10": ten o'clock, or the tenth?
            day = self.next_day_of_month(number)
            if day.weekday() == said.weekday and day - self.base < _RECENT:
                if number > 20:
                    return end, _Item(day=day)
                item.alternatives, item.sure = (day,), False
        return end, item

    def note_bad_clock(self, first: int, at: int) -> None:
        if (number := self.number(at, (1, 2, 3, 4))) is not None and (number > 24 or self.sign(at + 1, ":.", glued=True)):
            more = self.sign(at + 1, ":.", glued=True) and self.number(at + 2, glued=True) is not None
            self.is_bad(first, at + 2 if more else at)

    def clock_time(self, at: int, lead: str) -> tuple[int, int, int, bool] | None:
        """One time of day: the token after it, hour, minute, and whether the hour is of a twelve-hour clock."""
        if self.token(at).kind == "n":
            return self.clock_figures(at, lead)
        word = self.word(at)
        if word in {"noon", "midday"}:
            return at + 1, 12, 0, False
        if word == "halv" and (hour := self.hour(at + 1)) is not None:
            return at + 2, (hour - 1) % 12 or 12, 30, True
        if word == "half" and self.word(at + 1) == "past" and (hour := self.hour(at + 2)) is not None:
            return at + 3, hour, 30, True
        at += word == "a" and self.word(at + 1) == "quarter"
        word = self.word(at)
        if lead and word.endswith("tiden") and (hour := words.NUMBERS.get(word.removesuffix("tiden"))) is not None:
            return at + 1, hour, 0, hour <= 12  # "vid tretiden"
        minutes = 15 if word in {"kvart", "quarter"} else words.NUMBERS.get(word)
        if minutes is not None and (spoken := self.minutes_to_or_past(at + 1, minutes)):
            return spoken
        if lead and (hour := words.NUMBERS.get(word)) is not None and 1 <= hour <= 24 and word not in {"en", "a", "an"}:
            end = at + 1
            if self.word(end) == "oclock" or (self.word(end) == "o" and self.sign(end + 1, "'’")):
                end += 1 if self.word(end) == "oclock" else 3
            if half := self.meridiem(end, hour):
                return half[0], half[1], 0, False
            return (end, 23, 59, False) if hour == 24 else (end, hour, 0, hour <= 12)
        return None

    def minutes_to_or_past(self, at: int, minutes: int) -> tuple[int, int, int, bool] | None:
        """After the minutes: "i tre", "över tre", "i halv tre", "past three"."""
        at += self.word(at) in {"minuter", "min", "minutes"}
        sign = {"i": -1, "over": 1, "past": 1, "to": -1}.get(self.word(at))
        if sign is None or minutes not in {5, 10, 15, 20, 25}:
            return None
        half = self.word(at + 1) == "halv"
        hour = self.hour(at + 1 + half)
        if hour is None:
            return None
        total = (hour * 60 - (30 if half else 0) + sign * minutes) % 720
        return at + 2 + half, total // 60 or 12, total % 60, True

    def hour(self, at: int) -> int | None:
        """An hour on a twelve-hour clock."""
        number = self.number(at)
        if number is None:
            number = words.NUMBERS.get(self.word(at))
        return number if number is not None and 1 <= number <= 12 else None

    def meridiem(self, at: int, hour: int) -> tuple[int, int] | None:
        """am or pm behind an hour: the token after, and the hour of 24."""
        word = self.word(at)
        if word not in {"am", "pm"} or not 1 <= hour <= 12:
            return None
        return at + 1, hour % 12 + (12 if word == "pm" else 0)

    def clock_figures(self, at: int, lead: str) -> tuple[int, int, int, bool] | None:
        """10, 8:15, 8.15, 1430 (behind kl), 3pm; "5 i 3" behind kl."""
        text = self.token(at).text
        hour = self.number(at)
        if hour is None:
            if len(text) == 4 and lead == "firm" and int(text[:2]) < 24 and int(text[2:]) < 60:
                return at + 1, int(text[:2]), int(text[2:]), False
            return None
        padded = text[0] == "0"
        if self.sign(at + 1, ":.," if lead == "firm" else ":.", glued=True) and self.token(at + 2).kind == "n" and self.token(at + 2).glued:
            minute = self.number(at + 2, (2,))
            colon = self.token(at + 1).text == ":"
            if minute is None or minute > 59 or hour > 24 or (hour == 24 and minute):
                if lead == "" and colon and minute is not None and hour < 40:
                    self.is_bad(at, at + 2)
                return None
            end = at + 3
            if colon and self.sign(end, ":", glued=True) and len(self.token(end + 1).text) == 2 and self.token(end + 1).glued:
                end += 2  # seconds
            if self.sign(end, ":.,/", glued=True) and self.token(end + 1).kind == "n" and self.token(end + 1).glued:
                return None
            if half := self.meridiem(end, hour):
                return half[0], half[1], minute, False
            if not colon and not lead and hour < 6:
                return None
            if not colon and self.word(end) in words.UNITS:
                return None
            return end, *((23, 59) if hour == 24 else (hour, minute)), hour <= 12 and not padded
        if lead == "firm" and (spoken := self.minutes_to_or_past(at + 1, hour)):
            return spoken
        if half := self.meridiem(at + 1, hour):
            return half[0], half[1], 0, False
        if self.sign(at + 1, "-–") and self.meridiem_behind_range(at + 2) == "pm" and 1 <= hour <= 12:
            same_half = hour == 12 or hour <= (self.number(at + 2) or 0)  # "2-3 pm", but "11-1 pm" begins before noon
            return at + 1, hour % 12 + (12 if same_half else 0) if same_half else hour, 0, False
        if not lead or hour > 24 or self.sign(at + 1, "/%:", glued=True):
            return None
        if self.sign(at + 1, ",", glued=True) and self.token(at + 2).kind == "n" and self.token(at + 2).glued:
            return None
        if hour == 24:
            return at + 1, 23, 59, False
        return at + 1, hour, 0, hour <= 12 and not padded

    def meridiem_behind_range(self, at: int) -> str:
        """ "pm" in "2-3 pm", seen from the 3."""
        if self.number(at) is None:
            return ""
        at += 3 if self.sign(at + 1, ":.", glued=True) else 1
        return self.word(at) if self.word(at) in {"am", "pm"} else ""

    def on(self, day: date, item: _Item) -> datetime:
        """The clock time of the item on a day; twelve-hour times by working hours. Notes the other reading."""
        from bot.rules.work_calendar import settle

        assert item.clock is not None
        hour, minute = item.clock
        if item.vague and hour <= 12:
            hour = _of_24(hour, item.part)
        return settle(datetime.combine(day, time(hour, minute)))

    # -- ranges and the final choice

    def range_end(self, end: int, total: _Item, said: _Said) -> int:
        """Reads "- 14 juli", "till onsdag", "t.o.m. 3/7" behind a day, and sets `until`."""
        if total.until or total.clock or total.moment or total.meeting or not total.has_day or total.habit:
            return end
        at = end
        if self.sign(at, _DASHES | {"–"}) or self.word(at) in {"till", "tom", "to", "until", "through"}:
            at += 1
        elif self.phrase_words(at, "fram", "till"):
            at += 2
        elif self.word(at) in {"och", "and"} and "mellan" in {self.word(n) for n in range(max(0, end - 6), end)}:
            at += 1
        else:
            return end
        if self.phrase_words(at, "och", "med"):
            at += 2
        start = replace(total)
        first = self.choose_day(start, said.prepositions)
        if first is None:
            return end
        while self.word(at) in {"pa", "i"}:
            at += 1
        until_at = self.token(at).start
        gathered, last_end = _Item(), at
        inner = _Said(("till",))
        with self.from_day(first):
            while (item := self.item(at, inner, gathered)) is not None and not item[1].habit and gathered.takes(item[1]):
                at = last_end = item[0]
                inner.day, inner.weekday = gathered.has_day, gathered.weekday
                at, joined = self.joiner(at)
                if joined & _APART and not self.goes_on(at, inner, gathered):
                    break
            if not gathered.has_day or gathered.meeting:
                return end
            clock, gathered.clock = gathered.clock, None
            last = gathered.until or self.choose_day(gathered, ())
        if last is None or last <= first:
            return end
        total.until, total.until_at = last, until_at
        if clock:
            total.clock, total.vague = clock, gathered.vague
        return last_end

    def choose_day(self, item: _Item, prepositions: tuple[str, ...]) -> date | None:
        """The one day that an item's weekday, week and date mean together."""
        if item.weekday is not None and (item.week or item.ahead is not None):
            if item.week:
                year, week = item.week
                day = date.fromisocalendar(year, week, item.weekday + 1)
            else:
                day = _monday(self.base) + timedelta(weeks=item.ahead or 0, days=item.weekday)
            item.alternatives = ()
            item.sure = item.sure or item.ahead is not None  # "nästa veckas onsdag": the weekday makes it sure
            if item.day is None or item.ahead is not None:
                if day < self.base:  # "måndag denna vecka" on a Tuesday
                    item.sure = False
                    day += _WEEK
                return day
        if item.day is not None:
            if item.weekday is not None and item.weekday != item.day.weekday():
                near = [item.day + timedelta(days=n) for n in (-1, 1, -2, 2, -3, 3)]
                item.sure = False
                item.alternatives = (next(day for day in near if day.weekday() == item.weekday),)
            elif item.weekday is not None and not item.until:
                item.sure = item.sure or not item.alternatives
            return item.day
        if item.weekday is not None:
            return self.choose_weekday(item)
        if item.week:
            from bot.rules.work_calendar import is_working_day

            days = [date.fromisocalendar(*item.week, n) for n in (5, 4, 3, 2, 1)]
            day = next((day for day in days if is_working_day(day)), days[0])
            if day < self.base:
                day, item.sure = self.base, False
            return day
        return None

    def resolve(self, item: _Item, prepositions: tuple[str, ...], first_words: tuple[str, ...]) -> Found | None:
        """The item as a Found (its span is filled in by the caller)."""
        named = set(first_words)
        item.deadline = item.deadline or bool(named & words.DEADLINE)
        if item.moment:
            from bot.rules.work_calendar import settle

            return self.found(item, settle(item.moment), None, first_words, clock=True)
        said_day = item.has_day
        day = self.choose_day(item, prepositions)
        if day is None:
            if item.clock is None:
                return None
            day = self.base
            item.sure = item.sure and not item.meal
            if self.on(day, item) <= self.now:
                day, item.sure = day + _DAY, False
        if item.week and item.weekday is None and item.until is None and named & words.FROM:  # "från och med vecka 50"
            day = max(self.base, date.fromisocalendar(*item.week, 1))
        before, after = set(prepositions) & words.BEFORE, set(prepositions) & words.AFTER
        if (before or after) and not item.clock and not item.done and not item.until_at:
            day = self.beside(day, item, bool(before))
        if not said_day and item.clock is None:
            return None
        if item.clock is None:
            return self.found(item, day, item.until, first_words, clock=False, day=said_day)
        when = self.on(day, item)
        until: Moment | None = item.until
        if item.clock_until:
            hour, minute = item.clock_until
            until = datetime.combine(day, time(hour, minute))
            if until <= when and hour < 12:
                until += timedelta(hours=12)
            until = until if until > when else None
        hours = item.alternatives
        item.alternatives = tuple(
            datetime.combine(other, when.time()) if not isinstance(other, datetime) and other.day != item.clock[0] else other
            for other in hours
        )
        if item.vague and not item.part and item.clock[0] == 6:  # six o'clock is early or late, both are worked
            item.sure = False
            item.alternatives += (when + timedelta(hours=-12 if when.hour >= 12 else 12),)
        if said_day and when < self.now and day == self.now.date():
            item.past, item.sure = True, False
        return self.found(item, when, until, first_words, clock=True, day=said_day)

    def beside(self, day: date, item: _Item, before: bool) -> date:
        """ "före fredag" is Thursday, or the working day before; "efter" the working day after. The day itself may be meant."""
        from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day

        whole_week = item.week if item.weekday is None else None
        first = date.fromisocalendar(*whole_week, 1) if whole_week else item.span_start or day
        other = previous_working_day(first) if before else next_working_day(item.until or day)
        item.until = None
        if other < self.base:
            return day
        if item.sized or item.span_start or is_working_day(day):
            item.sure, item.alternatives = False, (day, *(a for a in item.alternatives if a != day))
        return other

    def found(
        self, item: _Item, when: Moment, until: Moment | None, first_words: tuple[str, ...], *, clock: bool, day: bool = True
    ) -> Found:
        today = self.now.date()
        alternatives = tuple(
            other
            for other in dict.fromkeys(item.alternatives)
            if other != when and (other.date() if isinstance(other, datetime) else other) >= today
        )
        return Found(
            0, 0, when, until, alternatives, item.sure, item.deadline, item.weekday,
            item.week[1] if item.week else None, clock, day, item.meeting, item.past,
            first_words[0] if first_words else "", item.until_at,
        )  # fmt: skip


# ---- rhythms


class _ScheduleReader(_Reader):
    """Gathers weekdays, times, rhythm, length, first and last day from anywhere in the line."""

    def schedule(self) -> Schedule | None:
        first_at = last_at = -1
        at = 0
        self.interval, self.nth = 1, tuple[int, ...]()
        self.parity: int | None = None
        self.first: date | None = None
        self.last: date | None = None
        self.minutes: int | None = None
        self.recurring, self.sure = False, True
        self.said: list[int | _Item] = []  # weekdays and times, in the order said
        self.rhythm_said = False
        while at < self.count:
            end = self.part(at)
            if end > at:
                first_at = at if first_at < 0 else first_at
                last_at, at = end - 1, end
            else:
                at += 1
        if first_at < 0 or not (self.said or self.rhythm_said):
            return None
        return self.gathered(self.token(first_at).start, self.token(last_at).end)

    def free(self, at: int) -> bool:
        """In a rhythm a number behind a weekday is its time unless it counts something: "tisdagar 13 45 min"."""
        token = self.token(at)
        if token.kind == "n" or token.text in words.UNITS:
            return self.length(at) is not None
        return token.kind == "w" or super().free(at)

    def part(self, at: int) -> int:
        """Takes what stands here; answers with the token after it, or `at` where nothing was taken."""
        return self.bounds(at) or self.rhythm(at) or self.days(at) or self.lengths(at) or self.date(at) or self.times(at) or at

    def date(self, at: int) -> int:
        """A date in figures ("torsdag 3/12 kl 13") is no time; `find_dates` reads it."""
        said = _Said(day=True)
        day = self.number(at, (1, 2, 4, 8)) is not None and (self.full_date(at, said) or self.day_month(at, said))
        return day[0] if day else 0

    def bounds(self, at: int) -> int:
        """First and last possible day."""
        word = self.word(at)
        begins = word in {"fom", "borjar", "startar", "starting", "start", "borjan"} or (word in {"fran", "from"} and self.token(at + 1).kind)
        begins = begins or (word == "med" and self.word(at + 1) in {"start", "borjan"})
        ends = word in {"tom", "until"} or self.phrase_words(at, "till", "och", "med") or self.phrase_words(at, "fram", "till")
        if not begins and not ends:
            return 0
        start = at + 1 + (word in {"med", "fram"})
        if self.phrase_words(start, "och", "med"):
            start += 2
        start += self.sign(start, ":")
        end, found = self.phrase(start)
        if found is None or found.clock:
            return 0
        day = found.when.date() if isinstance(found.when, datetime) else found.when
        if begins:
            if found.week and found.weekday is None:
                day = max(_monday(day), self.base)
            self.first, self.last = day, found.until.date() if isinstance(found.until, datetime) else found.until or self.last
        else:
            self.last = _monday(day) + timedelta(days=6) if found.week and found.weekday is None else day
        return end

    def rhythm(self, at: int) -> int:
        """varje, varannan, var tredje vecka, jämna veckor, första måndagen i månaden, två gånger i månaden."""
        word = self.word(at)
        if word in {"dagligen", "daily"} or (word in {"varje", "every", "alla"} and self.word(at + 1) in {"dag", "day", "dagar"}):
            self.said += [0, 1, 2, 3, 4]  # of working days, most likely
            self.sure = False
            return self.every(at + 1 + (word not in {"dagligen", "daily"}), 1)
        if word in {"varje", "every", "each", "alla"}:
            if word == "every" and self.word(at + 1) in {"other", "second"}:
                return self.every(at + 2, 2)
            if word == "every" and (number := words.NUMBERS.get(self.word(at + 1), self.number(at + 1))) and self.word(at + 2) == "weeks":
                return self.every(at + 2, number)
            if word == "every" and self.word(at + 1) in words.ORDINALS:
                return self.every(at + 2, words.ORDINALS[self.word(at + 1)])
            if word == "alla" and self.word(at + 1) not in words.HABIT_WEEKDAYS | {"vardagar": 0}:
                return 0
            if self.word(at + 1) in {"manad", "month"}:
                return self.monthly(at + 2, 1)
            return self.every(at + 1, 1)
        if word == "varannan":
            return self.every(at + 1, 2)
        if word == "var":
            number = words.ORDINALS.get(self.word(at + 1)) or self.number(at + 1)
            end = self.after_ordinal_sign(at + 2) if self.token(at + 1).kind == "n" else at + 2
            if number is None or number < 1:
                return 0
            if self.word(end) == "dag":
                return self.every(end + 1, number // 7) if number % 7 == 0 else 0
            return self.every(end, number)
        if word in {"jamn", "jamna", "udda", "ojamna", "even", "odd"} and self.word(at + 1) in words.WEEK | {"veckor"}:
            self.parity = 0 if word in {"jamn", "jamna", "even"} else 1
            self.interval, self.recurring, self.rhythm_said = 2, True, True
            return at + 2
        if word in {"fortnightly", "biweekly"}:
            return self.every(at + 1, 2)
        if word in {"weekly", "veckovis"}:
            return self.every(at + 1, 1)
        if word in {"monthly", "manadsvis"}:
            return self.monthly(at + 1, 1)
        times = self.number(at) or words.NUMBERS.get(word) or {"once": 1, "twice": 2}.get(word)
        if times:
            end = at + 1 + (self.word(at + 1) in {"gang", "ganger", "ggr", "times", "time"})
            if end > at + 1 or word in {"once", "twice"}:
                end += self.word(end) in {"i", "per", "a", "om"}
                if self.word(end) in {"veckan", "vecka", "week"}:
                    return self.every(end + 1, 1)
                if self.word(end) in {"manaden", "manad", "month"}:
                    return self.monthly(end + 1, times)
                if self.word(end) == "varannan" and self.word(end + 1) == "vecka":
                    return self.every(end + 2, 2)
        return self.nth_weekdays(at)

    def every(self, end: int, interval: int) -> int:
        self.interval, self.recurring, self.rhythm_said = interval, True, True
        return end + (self.word(end) in {"vecka", "veckor", "week", "weeks"})

    def monthly(self, end: int, times: int) -> int:
        """Once or twice a month, no week said: the first, the first and third, not sure."""
        self.recurring, self.rhythm_said = True, True
        if not self.nth:
            self.nth, self.sure = ((1,), (1, 3), (1, 2, 3), (1, 2, 3, 4))[min(times, 4) - 1], False
        return end

    def nth_weekdays(self, at: int) -> int:
        """ "första måndagen i månaden", "1:a och 3:e onsdagen", "last Friday of the month"."""
        found: list[int] = []
        at += self.word(at) in {"den", "the"}
        while True:
            if (number := words.ORDINALS.get(self.word(at))) is not None:
                at += 1
            elif (number := self.number(at)) is not None and self.after_ordinal_sign(at + 1) > at + 1:
                at = self.after_ordinal_sign(at + 1)
            else:
                return 0
            found.append(number)
            if self.word(at) in {"och", "and"} or self.sign(at, ",&/+"):
                at += 1
                at += self.word(at) in {"den", "the"}
                continue
            break
        weekday = words.WEEKDAYS.get(self.word(at), words.HABIT_WEEKDAYS.get(self.word(at)))
        if weekday is None or any(number not in {1, 2, 3, 4, 5, -1} for number in found):
            return 0
        at += 1
        self.nth, self.recurring, self.rhythm_said = tuple(found), True, True
        self.said.append(weekday)
        end = at + (self.word(at) in {"i", "varje", "of", "every", "in", "var"})
        end += self.word(end) in {"the", "varje", "every"}
        return end + 1 if self.word(end) in {"manaden", "manad", "month"} else at

    def days(self, at: int) -> int:
        """One weekday, a range ("mån-fre"), or all working days."""
        word = self.word(at)
        if word in {"vardag", "vardagar", "weekday", "weekdays", "vardagarna", "arbetsdag"}:
            self.said += [0, 1, 2, 3, 4]
            self.recurring = True
            return at + 1
        first = self.weekday_here(at)
        if first is None:
            return 0
        end = at + 1 + (len(word) < 6 and self.sign(at + 1, ".", glued=True))
        joined = self.token(end).text in _DASHES or self.word(end) in {"till", "to", "tom"}
        last = self.weekday_here(end + 1) if joined else None
        if last is not None and last > first:
            self.said += list(range(first, last + 1))
            self.recurring = True
            return end + 2
        self.said.append(first)
        self.recurring = self.recurring or word in words.HABIT_WEEKDAYS
        return end

    def weekday_here(self, at: int) -> int | None:
        """A weekday in any form. In a line about meetings the short forms need no dots."""
        word = self.word(at)
        if word in words.HABIT_WEEKDAYS:
            return words.HABIT_WEEKDAYS[word]
        if word not in words.WEEKDAYS:
            return None
        beside = {self.word(at - 1), self.word(at + 1), self.token(at + 1).text, self.token(at - 1).text}
        short = word in words.NEEDS_DOTS and self.token(at).raw.lower() != words.NEEDS_DOTS[word]
        if (short or word in {"tor", "sat", "sun"}) and not (
            self.token(at + 1).kind in {"n", ""} or beside & {"och", "and", "&", "kl", "-", "–", ",", "mote", "at", "/", "+", "pa"}
        ):
            return None
        return words.WEEKDAYS[word]

    def lengths(self, at: int) -> int:
        length = self.length(at)
        if length is None:
            return 0
        self.minutes = length[1]
        return length[0]

    def times(self, at: int) -> int:
        after_day = bool(self.said) and isinstance(self.said[-1], int)
        clock = self.clock(at, _Said((), day=True), _Item()) if after_day or self.token(at).kind == "w" else self.bare_time(at)
        if clock is None or clock[1].clock is None:
            return 0
        end, item = clock
        if self.word(end) in words.DAY_PARTS or (self.word(end) == "pa" and self.word(end + 1) in words.DAY_PARTS):
            end += 1 + (self.word(end) == "pa")
            item.part = words.DAY_PARTS[self.word(end - 1)]
        self.said.append(item)
        return end

    def bare_time(self, at: int) -> _Read:
        """A time that stands before or without a weekday: a clock sign, am/pm or a range is asked for."""
        read = self.clock(at, _Said(()), _Item())
        if read is None and self.token(at + 1).text in _DASHES and self.number(at + 2) is not None:
            read = self.clock(at, _Said((), day=True), _Item())
        return read

    def gathered(self, start: int, end: int) -> Schedule:
        """Pairs weekdays with the times said after them, or, where none follows, with the time said before."""
        slots: list[MeetingTime] = []
        waiting: list[int] = []
        group: list[int] = []
        time_said: _Item | None = None
        for part in self.said:
            if isinstance(part, int):
                waiting.append(part)
                continue
            time_said = part
            if waiting:
                group, waiting = waiting, []
            slots += [self.slot(day, part) for day in group]
        if waiting and time_said:
            slots += [self.slot(day, time_said) for day in waiting]
        weekdays = tuple(dict.fromkeys(part for part in self.said if isinstance(part, int)))
        missing = tuple(name for name, there in (("weekday", weekdays), ("time", time_said)) if not there)
        unclear = any(isinstance(part, _Item) and part.vague and not part.part and part.clock and part.clock[0] == 6 for part in self.said)
        return Schedule(
            start, end, tuple(dict.fromkeys(slots)), max(1, self.interval), self.nth, self.parity, self.first, self.last,
            weekdays, self.minutes, missing, self.recurring, self.sure and not unclear,
        )  # fmt: skip

    def slot(self, weekday: int, item: _Item) -> MeetingTime:
        assert item.clock is not None
        hour, minute = item.clock
        hour = _of_24(hour, item.part) if item.vague else hour
        minutes = self.minutes
        if item.clock_until:
            stop = item.clock_until[0] * 60 + item.clock_until[1]
            length = (stop - hour * 60 - minute) % 720
            minutes = length or None
        return MeetingTime(weekday, time(hour, minute), minutes)


# ---- small calendar sums


def _of_24(hour: int, part: str) -> int:
    """An hour of a twelve-hour clock as staff mean it: 1-6 is afternoon, 7-12 as said, unless a part of day was said."""
    if part == "pm":
        return hour + 12 if hour < 12 else hour
    if part == "am":
        return hour
    return hour + 12 if 1 <= hour <= 6 else hour


def _days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for n in range((last - first).days + 1):
        yield first + n * _DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _century(year: int) -> int:
    return year + 2000 if year < 100 else year


def _month_on(day: date, months: int) -> tuple[int, int]:
    """Year and month, so many months after that of the day."""
    month = day.month - 1 + months
    return day.year + month // 12, month % 12 + 1


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = _month_on(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _nth_of_month(year: int, month: int, number: int, kind: str) -> date | None:
    """The nth (-1: last) day of a kind in a month: "vardagen", "fredagen", "dagen"."""
    from bot.rules.work_calendar import is_working_day

    first = date(year, month, 1)
    days = list(_days(first, _last_of_month(first)))
    if kind in words.WORKING_DAY or kind == "working":
        days = [day for day in days if is_working_day(day)]
    elif kind in words.WEEKDAYS:
        days = [day for day in days if day.weekday() == words.WEEKDAYS[kind]]
    index = number - 1 if number > 0 else -1
    return days[index] if index < len(days) else None


def _festival(key: str, year: int) -> date:
    """The day of a festival in a year."""
    if key in words.FIXED_DAYS:
        return date(year, *words.FIXED_DAYS[key])
    if key in words.EASTER_DAYS:
        from bot.rules.work_calendar import easter

        return easter(year) + timedelta(days=words.EASTER_DAYS[key])
    if key.endswith("advent"):
        number = words.ORDINALS[key.split(maxsplit=1)[0]]
        christmas = date(year, 12, 25)
        fourth = christmas - timedelta(days=christmas.isoweekday())
        return fourth - timedelta(weeks=4 - number)
    if key == "alla helgons dag":
        return _on_or_after(date(year, 10, 31), 5)
    eve = _on_or_after(date(year, 6, 19), 4)
    return eve if key == "midsommarafton" else eve + _DAY


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
