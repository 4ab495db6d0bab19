"""Rhythms of meetings: tisdagar och fredagar 8:15-8:30, varannan torsdag, första måndagen i månaden."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.dates.found import Schedule
from bot.rules.dates.items import Item, Read, Said, of_24
from bot.rules.dates.phrases import Phrases
from bot.rules.dates.sums import monday_of
from bot.rules.dates.tokens import DASHES
from bot.rules.reading import Context, MeetingTime


class Rhythm(Phrases):
    """Gathers weekdays, times, rhythm, length, first and last day from anywhere in the line."""

    def __init__(self, line: str, ctx: Context) -> None:
        super().__init__(line, ctx)
        self.interval, self.nth = 1, tuple[int, ...]()
        self.parity: int | None = None
        self.first: date | None = None
        self.last: date | None = None
        self.minutes: int | None = None
        self.recurring, self.sure = False, True
        self.said: list[int | Item] = []  # weekdays and times, in the order said
        self.rhythm_said = False

    def schedule(self) -> Schedule | None:
        at, first_at, last_at = 0, -1, -1
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
        """A date in figures ("torsdag 3/12 kl 13") is no time; `find_dates` reads it. But "tisdagar 13 till och med 15 december" says a time."""
        if self.recurring and self.said and isinstance(self.said[-1], int) and (self.number(at) or 99) < 24 and self.bounds(at + 1, look=True):
            return 0
        said = Said(day=True)
        day = self.number(at, (1, 2, 4, 8)) is not None and (self.full_date(at, said) or self.day_month(at, said))
        return day[0] if day else 0

    def bounds(self, at: int, look: bool = False) -> int:
        """First and last possible day. `look`: only whether that is said here."""
        word = self.word(at)
        begins = word in {"fom", "borjar", "startar", "starting", "start", "borjan"} or (word in {"fran", "from"} and self.token(at + 1).kind)
        begins = begins or (word == "med" and self.word(at + 1) in {"start", "borjan"})
        ends = word in {"tom", "until"} or self.phrase_words(at, "till", "och", "med") or self.phrase_words(at, "fram", "till") or self.phrase_words(at, "t", "o", "m")
        ends = ends or (word in {"till", "to"} and self.day_begins(at + 1))
        if not begins and not ends:
            return self.until_a_season(at, look)
        start = at + 1 + (word in {"med", "fram"})
        if self.phrase_words(start, "och", "med") or self.phrase_words(start, "o", "m"):
            start += 2
        start += self.sign(start, ":")
        end, found = self.phrase(start)
        if begins and found and found.clock and (day_alone := self.item(start, Said(()), Item())) and day_alone[1].is_one_day:
            self.first = day_alone[1].day  # "fr o m 1 dec kl 13": the time is the rhythm's own
            return day_alone[0]
        if found is None or found.clock:
            return self.until_a_season(at, look) if ends else 0
        if look:
            return end
        day = found.when.date() if isinstance(found.when, datetime) else found.when
        if begins:
            if found.week and found.weekday is None:
                day = max(monday_of(day), self.base)
            self.first, self.last = day, found.until.date() if isinstance(found.until, datetime) else found.until or self.last
        else:
            self.last = monday_of(day) + timedelta(days=6) if found.week and found.weekday is None else day
        return end

    def until_a_season(self, at: int, look: bool) -> int:
        """ "till jul", "fram till påsk", "till slutet av maj"."""
        if self.word(at) not in {"till", "tills", "tom", "to", "until", "fram"}:
            return 0
        start, prepositions = self.prepositions(at)
        found = self.item(start, Said(prepositions), Item())
        if found is None or found[1].day is None or found[1].weekday is not None or not set(prepositions) & words.DEADLINE:
            return 0
        self.last = self.last if look else found[1].until or found[1].day
        return found[0]

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
        joined = self.token(end).text in DASHES or self.word(end) in {"till", "to", "tom"}
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
        clock = self.clock(at, Said((), day=True), Item()) if after_day or self.token(at).kind == "w" else self.bare_time(at)
        if clock is None or clock[1].clock is None:
            return 0
        end, item = clock
        if self.word(end) in words.DAY_PARTS or (self.word(end) == "pa" and self.word(end + 1) in words.DAY_PARTS):
            end += 1 + (self.word(end) == "pa")
            item.part = words.DAY_PARTS[self.word(end - 1)]
        self.said.append(item)
        return end

    def bare_time(self, at: int) -> Read:
        """A time that stands before or without a weekday: a clock sign, am/pm or a range is asked for."""
        read = self.clock(at, Said(()), Item())
        if read is None and self.token(at + 1).text in DASHES and self.number(at + 2) is not None:
            read = self.clock(at, Said((), day=True), Item())
        return read

    def gathered(self, start: int, end: int) -> Schedule:
        """Pairs weekdays with the times said after them, or, where none follows, with the time said before."""
        slots: list[MeetingTime] = []
        waiting: list[int] = []
        group: list[int] = []
        time_said: Item | None = None
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
        unclear = any(isinstance(part, Item) and part.vague and not part.part and part.clock and part.clock[0] == 6 for part in self.said)
        return Schedule(
            start, end, tuple(dict.fromkeys(slots)), max(1, self.interval), self.nth, self.parity, self.first, self.last,
            weekdays, self.minutes, missing, self.recurring, self.sure and not unclear,
        )  # fmt: skip

    def slot(self, weekday: int, item: Item) -> MeetingTime:
        assert item.clock is not None
        hour, minute = item.clock
        hour = of_24(hour, item.part) if item.vague else hour
        minutes = self.minutes
        if item.clock_until:
            stop = item.clock_until[0] * 60 + item.clock_until[1]
            length = (stop - hour * 60 - minute) % 720
            minutes = length or None
        return MeetingTime(weekday, time(hour, minute), minutes)
