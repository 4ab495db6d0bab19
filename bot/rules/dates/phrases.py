"""The pass over a line. At each token one *phrase* is tried: prepositions, then items that do not contradict one another.

A phrase becomes a `Found`. What cannot be a date is left as text; a habit ("kl 8 varje dag") is text too.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.frozen import replace
from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import ALMOST_A_YEAR, HALF_YEAR
from bot.rules.dates.found import Found
from bot.rules.dates.items import Item, Read, Said, on
from bot.rules.dates.relative import Relative
from bot.rules.dates.sums import DAY, monday_of, months_on, turned_round
from bot.rules.dates.tokens import DASHES
from bot.rules.reading import Moment
from bot.rules.work_calendar import settle

APART = words.BEFORE | words.AFTER | {"senast", "by"}
"""Between two items, these most often begin another phrase."""


class Phrases(Relative):
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
        at = first = self.past_particle(at)
        at, prepositions = self.prepositions(at)
        said = Said(prepositions)
        total = Item()
        end = at
        while (item := self.item(at, said, total)) is not None:
            if (item[1].habit and total.has_day) or (total.habit and item[1].is_one_day) or self.another_day(at, item[1], total) or not total.takes(item[1]):
                break
            if item[1].done:
                said.prepositions = ()
            end = item[0]
            said.day, said.weekday = total.has_day, total.weekday
            at, joined = self.joiner(end)
            if joined & APART and not self.goes_on(at, said, total):
                break
            if joined & words.DEADLINE:
                total.deadline = True
        if total == Item() or total == Item(deadline=True):
            return first, None
        if total.weekday is not None and self.token(at).start in self.bad and self.word(at) in words.WEEK:
            self.is_bad(first, self.bad_end(at))
            return end, None  # "fredag v 60": not some other Friday
        if total.habit:
            times = self.clock(end, Said((), day=True), Item())  # "tisdagar 13-13.30"
            return (times[0] if times else end), None
        end = end if set(prepositions) & words.AFTER else self.range_end(end, total, said)
        if self.word(first - 1) in {"sedan", "sen", "since"} and not prepositions:
            if self.word(first - 1) != "sen" or not total.is_one_day or total.day is None or not DAY <= total.day - self.base < HALF_YEAR:
                return end, None  # "väntat sedan 3 november" tells what was
            first, total.deadline, total.sure = first - 1, True, False  # "sen 4 dec": by then, most likely
        habit = self.habit_follows(end)
        if habit and total.has_day and set(prepositions) & words.DEADLINE:
            total.sure = False  # "senast fredag varje vecka": a deadline is never lost, so it is shown back
        elif habit:
            return end, None
        elif total.clock and not total.has_day and (listed := self.times_listed(end)) > end:
            return listed, None
        if self.word(end) == "senast" and self.token(end + 1).kind in {"", "s"}:  # "fredag senast"
            end, total.deadline = end + 1, True
        if (told := self.year_in_words(end)) and told[1] != self.now.year:
            total.sure = False  # "på fredag nästa år"
        if total.weekday is not None and self.word(end) == "darpa":
            total.sure = False
        if self.word(end) in words.AROUND:
            end, total.sure = end + 1, False
        elif total.weekday is not None and self.word(end) == "nu":
            end += 1
        result = self.resolve(total, said.prepositions, prepositions)
        if result is None:
            return end, None
        closes = self.sign(end, ")") and any(self.sign(n, "(") for n in range(first, end))
        last = self.token(end if closes else end - 1)
        return end + closes, replace(result, start=self.token(first).start, end=last.end)

    def goes_on(self, at: int, said: Said, total: Item) -> bool:
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
        following = self.item(at, said, Item()) if week_and_day and total.day is None else None
        return following is not None and (following[1].week if total.week is None else following[1].weekday) is not None

    def past_particle(self, at: int) -> int:
        """Passes a preposition that belongs to the verb before it: "höra efter | på fredag", "titta till | i morgon"."""
        word, following = self.word(at), self.word(at + 1)
        adverb = following in words.TOMORROW or following in words.TODAY or following in words.DAY_AFTER
        if self.word(at - 1) in words.TAKES_PARTICLE.get(word, ()):  # but "kolla efter helgen" and "hjälpa till jul" say when
            alone = following in words.PREPOSITIONS or self.item(at + 1, Said(()), Item()) is not None
            if adverb or (alone and word not in words.AFTER):
                return at + 1
        if word in words.PARTICLES and (following in {"pa", "i", "on", "senast", "innan", "fore", "by"} or (adverb and word not in words.AFTER | {"i"})):
            return at + 1
        return at

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

    def item(self, at: int, said: Said, total: Item) -> Read:
        token = self.token(at)
        if token.kind == "n":
            if self.word(at - 1) == "in" and "in" in said.prepositions and (some_time := self.in_some_time(at, deadline=False)):
                return some_time
            return self.some_days_beside(at) or self.numeric(at, said) or self.clock(at, said, total)
        if token.kind != "w":
            return None
        if self.school_day(at, said):
            return None
        return (
            self.almanac_day(at)
            or self.some_days_beside(at)
            or self.week(at, said)
            or self.relative(at, said)
            or self.weekday(at, said)
            or self.habit(at)
            or self.ordinal(at, said)
            or self.festival(at, said)
            or self.month(at, said)
            or self.edge(at)
            or self.meeting(at, said)
            or self.day_part(at, said, total)
            or self.clock(at, said, total)
        )

    def range_end(self, end: int, total: Item, said: Said) -> int:
        """Reads "- 14 juli", "till onsdag", "t.o.m. 3/7" behind a day, and sets `until`."""
        if total.until or total.clock or total.moment or total.meeting or not total.has_day or total.habit:
            return end
        at = end
        if self.sign(at, DASHES | {"–"}) or self.word(at) in {"till", "tom", "to", "until", "through"}:
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
        first = self.choose_day(start)
        if first is None:
            return end
        while self.word(at) in {"pa", "i"}:
            at += 1
        until_at = self.token(at).start
        gathered, last_end = Item(), at
        inner = Said(("till",))
        with self.from_day(first):
            while (item := self.item(at, inner, gathered)) is not None and not item[1].habit and gathered.takes(item[1]):
                at = last_end = item[0]
                inner.day, inner.weekday = gathered.has_day, gathered.weekday
                at, joined = self.joiner(at)
                if joined & APART and not self.goes_on(at, inner, gathered):
                    break
            if not gathered.has_day or gathered.meeting:
                return end
            clock, gathered.clock = gathered.clock, None
            last = gathered.until or self.choose_day(gathered)
        if last is not None and total.is_one_day and not total.year_said:
            begun, over = months_on(first, -12), last if gathered.year_said else months_on(last, -12)
            if (gathered.is_one_day or gathered.until) and self.going_on(begun, over):
                first, last, total.weekday, total.sure, total.alternatives = self.base, over, None, True, ()
                total.day = first
            elif gathered.year_said and self.base < first < months_on(last, -12):  # "1/7-14/7 nästa år": the year of both
                first = max(self.base, months_on(first, 12 * (last.year - first.year - (first.replace(year=2000) > last.replace(year=2000)))))
                total.day, total.weekday, total.year_said, total.sure, total.alternatives = first, None, True, True, ()
        if last is None or last <= first:
            return end
        total.until, total.until_at = last, until_at
        if not gathered.year_said and (gathered.is_one_day or (gathered.week and gathered.week[1] < 53)):
            total.backwards = turned_round(first, last)
            if total.backwards and gathered.week:  # whole weeks
                total.backwards = date.fromisocalendar(first.isocalendar().year, gathered.week[1], 1), monday_of(first) + 6 * DAY
        if clock:
            total.clock, total.vague = clock, gathered.vague
        return last_end

    def habit(self, at: int) -> Read:
        word = self.word(at)
        if word in words.HABIT_WEEKDAYS or word in {"dagligen", "daily", "varannan", "vardagar", "weekly", "nattetid"}:
            return at + 1, Item(habit=True)
        if word in {"varje", "every", "each", "alla", "var"} and self.token(at + 1).kind in {"w", "n"}:
            after = at + 1
            if word == "var" and self.word(after) not in words.ORDINALS and not (self.number(after) and self.sign(after + 1, ":", True)):
                return None
            if word == "alla" and self.word(after) not in {"dagar", "vardagar", "helger", "kvallar", "morgnar"}:
                return None
            return after + 1, Item(habit=True)
        return None

    def habit_follows(self, at: int) -> bool:
        """ "kl 8 varje dag", "kl 8 på vardagar"."""
        if self.habit(at) and self.word(at) not in words.HABIT_WEEKDAYS:
            return True
        return self.word(at) == "pa" and (self.habit(at + 1) is not None or self.word(at + 1) in {"morgnarna", "kvallarna"})

    def times_listed(self, at: int) -> int:
        """Passes "och 20", ", 14 och kl 20" behind a time: when medicine is given, not a day's one time."""
        while True:
            joined = self.word(at) in {"och", "o", "and"} or self.sign(at, ",+&/")
            hour_at = at + joined
            hour_at += self.word(hour_at) in words.CLOCK
            hour = self.number(hour_at)
            if hour is None or hour > 24 or not (self.free(hour_at + 1) or self.sign(hour_at + 1, ":.") or self.word(hour_at + 1) == "o" or self.number(hour_at + 1) is not None):
                return at
            minutes = self.sign(hour_at + 1, ":.", glued=True) and self.number(hour_at + 2, (2,), glued=True) is not None
            at = hour_at + (3 if minutes else 1)

    def another_day(self, at: int, item: Item, total: Item) -> bool:
        """ "mötet 18/11 på fredag": a weekday that is not that date's begins another phrase."""
        said_before = total.day if total.is_one_day and total.ahead is None else None
        return said_before is not None and self.word(at - 1) in {"pa", "on"} and item.weekday not in {None, said_before.weekday()}

    def resolve(self, item: Item, prepositions: tuple[str, ...], first_words: tuple[str, ...]) -> Found | None:
        """The item as a Found (its span is filled in by the caller)."""
        named = set(first_words)
        item.deadline = item.deadline or bool(named & words.DEADLINE)
        if item.moment:
            return self.found(item, settle(item.moment), None, first_words, clock=True)
        said_day = item.has_day
        day = self.choose_day(item)
        if day is None:
            if item.clock is None:
                return None
            day = self.base
            item.sure = item.sure and not item.meal
            item.sure = item.sure and not set(prepositions) & words.AFTER  # "larma av efter kl 22"
            if on(day, item) <= self.now:
                day, item.sure = day + DAY, False
        if item.week and item.weekday is None and item.until is None and named & words.FROM:  # "från och med vecka 50"
            day = max(self.base, date.fromisocalendar(*item.week, 1))
        before, after = set(prepositions) & words.BEFORE, set(prepositions) & words.AFTER
        if (before or after) and not item.clock and not item.done and not item.until_at:
            day = self.beside(day, item, bool(before))
        if not said_day and item.clock is None:
            return None
        if item.clock is None:
            return self.found(item, day, item.until, first_words, clock=False, day=said_day)
        when = on(day, item)
        if item.part == "night":  # "i natt kl 3", said in the evening, is tomorrow by the calendar
            item.sure, item.alternatives = True, ()
            when = settle(when + DAY) if when.hour < 12 <= self.now.hour else when
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
        if item.vague and not item.part and (item.clock[0] == 6 or (item.clock[0] < 6 and (self.is_night or item.figures))):  # early or late, both are worked
            item.sure = False
            other = when + timedelta(hours=-12 if when.hour >= 12 else 12)
            if not said_day and other <= self.now:
                other += DAY
            if self.is_night and not said_day and self.now < other < when:  # who writes at night is at work then
                when, other = other, when
            item.alternatives += (other,)
        if said_day and when < self.now and day == self.now.date():
            item.past, item.sure = True, False
        return self.found(item, when, until, first_words, clock=True, day=said_day)

    def found(
        self, item: Item, when: Moment, until: Moment | None, first_words: tuple[str, ...], *, clock: bool, day: bool = True
    ) -> Found:
        today = self.now.date()
        if not item.year_said and (when.date() if isinstance(when, datetime) else when) - today > ALMOST_A_YEAR:
            item.sure = False  # "30/12", "v 52", "julafton" in the first days of January
        alternatives = tuple(
            other
            for other in dict.fromkeys(item.alternatives)
            if other != when and (other > self.now if isinstance(other, datetime) else other >= today)
        )
        return Found(
            0, 0, when, until, alternatives, item.sure, item.deadline, item.weekday,
            item.week[1] if item.week else None, clock, day, item.meeting, item.past,
            first_words[0] if first_words else "", item.until_at, item.named, item.backwards,
        )  # fmt: skip
