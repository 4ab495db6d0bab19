"""Dates in figures: 2026-12-05, 5/12, 5.12, 5 december, den 5:e, 1-14 juli."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, time, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import Choosing
from bot.rules.dates.items import Item, Read, Said
from bot.rules.dates.sums import DAY, YEARS, date_or_none, month_on, with_century
from bot.rules.dates.tokens import DASHES

SOON = timedelta(days=92)
"""8.10 is thought of as a date where it comes within this time."""
FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (1, 8), (24, 7)})


class Figures(Choosing):
    """Methods named for an item take the index of its first token and answer with `Read`; so in all that follows."""

    def numeric(self, at: int, said: Said) -> Read:
        return self.full_date(at, said) or self.day_month(at, said) or self.day_of_month(at, said)

    def full_date(self, at: int, said: Said) -> Read:
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
            return self.short_year(at)
        day_ = date_or_none(*parts)
        if day_ is None:
            if end > at + 1 or said.prepositions:
                self.is_bad(at, end - 1)
            return None
        return end, Item(day=day_, past=day_ < self.now.date(), year_said=True)

    def short_year(self, at: int) -> Read:
        """26-12-05, and standing last 261205, where that is a day of the coming year: else it is a number."""
        text, end = self.token(at).text, at + 1
        parts = [self.number(n, (2,), glued=n > at) for n in (at, at + 2, at + 4)] if self.sign(at + 1, "-", glued=True) and self.sign(at + 3, "-", glued=True) else []
        if parts and None not in parts:
            end = at + 5
        elif len(text) == 6 and self.token(end).kind == "" and self.word(at - 1) not in words.PLACES:
            parts = [int(text[n : n + 2]) for n in (0, 2, 4)]
        else:
            return None
        year, month, day = (part or 0 for part in parts)
        chosen = date_or_none(2000 + year, month, day)
        soon = chosen is not None and self.base <= chosen <= self.base + timedelta(days=366) and not self.sign(end, "-:/", glued=True)
        return (end, Item(day=chosen, sure=end > at + 1, year_said=True)) if soon else None

    def day_month(self, at: int, said: Said) -> Read:
        """5/12, 5/12-26, 1-14/7, 5 december, den 1 till den 14 juli, behind a preposition 5.12."""
        day = self.number(at)
        if day is None:
            return None
        if self.sign(at + 1, "/", glued=True) and (month := self.number(at + 2, glued=True)) is not None:
            return self.slashed(at, day, month, said)
        if self.sign(at + 1, ".", glued=True) and (month := self.number(at + 2, (1, 2), glued=True)) is not None:
            return self.dotted(at, day, month, said)
        after = self.after_ordinal_sign(at + 1)
        dash = self.token(after).text in DASHES
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

    def slashed(self, at: int, day: int, month: int, said: Said) -> Read:
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
            elif (full := self.number(end, (4,))) is not None and full in YEARS:
                end, year = end + 1, full
            elif in_words := self.year_in_words(end):
                end, year = in_words
        firm = bool(said.prepositions or said.day or self.word(at - 1) == "den" or year is not None)
        follows = self.word(end) in words.UNITS or self.sign(end, "%/", glued=True)
        if not firm:
            counts = (day, month) in FRACTIONS and not (self.free(end) or self.word(end) in words.CLOCK)
            always = (day, month) == (24, 7) and (self.choose_year(24, 7)[0] or self.base) - self.base > SOON  # "vak 24/7"
            if follows or counts or always or any(self.word(n) in words.SCALES for n in range(max(0, at - 3), at)):
                return None
            if self.word(at - 1) in words.PLACES:
                return None
        elif follows and year is None and not said.day and self.word(end) != "av":
            return None
        if date_or_none(2028 if year is None else with_century(year), month, day) is None:
            if firm or (day <= 40 and month <= 20):
                self.is_bad(at, end - 1)
            return None
        read = self.dated(at, end, day, month, year)
        if read and not firm and ((month == 10 and day < 10) or (day, month) in FRACTIONS):
            read[1].sure = False  # 7/10 may be a mark on a scale, 1/2 a half
        swapped = date_or_none(2028, day, month)
        english = self.english or bool({"by", "due", "before", "on", "until"} & set(said.prepositions))
        if read and english and swapped and day != month and year is None:
            read[1].sure = False
            read[1].alternatives = (*read[1].alternatives, self.choose_year(month, day)[0] or swapped)
        return read

    def dotted(self, at: int, day: int, month: int, said: Said) -> Read:
        """5.12 or 24.12, unless it looks like a time of day: 14.00, 08.15. Where it may be either, both are offered."""
        year_at = at + 3
        has_year = self.sign(year_at, ".", glued=True) and self.number(year_at + 1, (2, 4), glued=True) is not None
        if has_year and len(self.token(year_at + 1).text) == 4:
            return self.dated(at, year_at + 2, day, month, self.number(year_at + 1, (4,)))
        with_den = self.word(at - 1) == "den"
        firm = bool(set(said.prepositions) & words.DEADLINE) or with_den
        if date_or_none(2028, month, day) is None or self.word(at + 3) in words.UNITS:
            return None
        if has_year:
            return self.dated(at, year_at + 2, day, month, self.number(year_at + 1, (2, 4))) if firm and not said.day else None
        two_digits = len(self.token(at + 2).text) == 2
        if self.word(at - 1) in words.CLOCK | words.ABOUT or not self.free(at + 3) or not (firm or two_digits):
            return None
        end, year = self.year_in_words(at + 3) or (at + 3, None)
        read = self.dated(at, end, day, month, year)
        if read is None or read[1].day is None:
            return None
        item = read[1]
        soon = item.day is not None and item.day - self.base <= SOON
        if said.day:  # "måndag 14.12": the fourteenth where that is a Monday
            if not soon or said.weekday is None or item.day is None or item.day.weekday() != said.weekday:
                return None
            if day < 24 and two_digits:
                item.alternatives = (datetime.combine(self.choose_weekday(Item(weekday=said.weekday)), time(day, month)),)
                item.sure = False
            return read
        if with_den or not two_digits or day > 23:
            item.sure = item.sure and firm
            return read
        moment = datetime.combine(self.base, time(day, month))
        if day >= 6 and (month % 5 == 0 or not soon):  # a time of day, as most are
            return (at + 3, Item(clock=(day, month), vague=day <= 12, sure=False, alternatives=(item.day,))) if soon and item.day else None
        item.sure, item.alternatives = False, (moment,) if moment > self.now else ()
        return read

    def day_of_month(self, at: int, said: Said) -> Read:
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
                return end, Item(day=self.next_day_of_month(day))
            if said.prepositions[-1:] == ("senast",) and 1 <= day <= 31 and not said.day:  # the 15th, or 15:00?
                clock = (datetime.combine(self.base, time(day)),) if day < 24 else ()
                return end, Item(day=self.next_day_of_month(day), sure=False, alternatives=clock)
        alone = marked and 3 < day <= 31 and self.token(end).kind == ""  # "ringa kommunen 28:e"
        if alone and not (with_den or said.prepositions or said.day):
            return end, Item(day=self.next_day_of_month(day), sure=day > 12)
        if not (with_den or (marked and (said.prepositions or said.day))) or (not marked and said.day and self.word(at - 1) == "the"):
            return None
        if not marked and self.word(at - 1) == "the":
            return None
        if not 1 <= day <= 31:
            self.is_bad(at - with_den, at)
            return None
        month_end = self.after_ordinal_sign(end + 2)
        if marked and self.word(end) == "i" and month_end > end + 2 and (month := self.number(end + 1)) is not None and self.free(month_end):
            return self.dated(at, month_end, day, month, None)  # "den 5:e i 12:e"
        last_at = end + 1 + (self.word(end + 1) == "den")
        if self.token(end).text in DASHES and (last := self.number(last_at)) is not None and day < last <= 31 and self.free(last_at + 1):
            first = self.next_day_of_month(day)
            if last > monthrange(first.year, first.month)[1]:
                self.is_bad(at, last_at)
                return None
            return last_at + 1, Item(day=first, until=first.replace(day=last), until_at=self.token(last_at).start)
        next_month = end + (self.word(end) == "i")
        if self.word(next_month) in words.NEXT and self.word(next_month + 1) in {"manad", "month"}:
            following_month = date_or_none(*month_on(self.base, 1), day)
            if following_month is None:
                self.is_bad(at - with_den, next_month + 1)
                return None
            return next_month + 2, Item(day=following_month)
        chosen = self.next_day_of_month(day)
        if chosen == self.base:
            with self.from_day(self.base + DAY):
                return end, Item(day=chosen, sure=False, alternatives=(self.next_day_of_month(day),))
        return end, Item(day=chosen)

    def dated(self, first: int, end: int, day: int, month: int, year: int | None) -> Read:
        """A day and a month, perhaps a year, as an item; impossible ones are noted."""
        if year is not None:
            chosen = date_or_none(with_century(year), month, day)
            if chosen:
                return end, Item(day=chosen, past=chosen < self.now.date(), year_said=True)
        else:
            chosen, sure = self.choose_year(day, month)
            if chosen:
                return end, Item(day=chosen, sure=sure)
        self.is_bad(first, end - 1)
        return None

    def day_range(self, first: int, end: int, days: tuple[int, int], month: int, year: int | None, at_last: int) -> Read:
        """1-14 juli: the year is chosen so that the last day is to come."""
        item = self.dated(first, end, days[1], month, year)
        if item is None:
            return None
        last = item[1].day
        assert last is not None
        begin = date_or_none(last.year, month, days[0])
        if begin is None or begin > last:
            self.is_bad(first, end - 1)
            return None
        item[1].day = begin if year is not None else max(begin, self.base)
        item[1].until, item[1].until_at = last, self.token(at_last).start
        return item

    def year(self, at: int) -> tuple[int, int | None]:
        """A year behind a date: "2026", "-26", "'26", "nästa år"."""
        if in_words := self.year_in_words(at):
            return in_words
        full = self.number(at, (4,))
        if full is not None and full in YEARS:
            return at + 1, full
        if self.sign(at, ",") and (full := self.number(at + 1, (4,))) is not None and full in YEARS:
            return at + 2, full
        if (short := self.number(at, (2,))) is not None and 25 <= short <= self.base.year % 100 + 3 and self.free(at + 1) and self.word(at - 1) in words.MONTHS:
            return at + 1, short  # "10 dec 26": no time of day
        if self.sign(at, "-–'’") and self.token(at + 1).glued and not self.sign(at + 2, "/:", glued=True):
            short = self.number(at + 1, (2,))
            if short is not None and 20 <= short <= 60 and self.word(at + 2) not in words.MONTHS:
                return at + 2, short
        return at, None

    def year_in_words(self, at: int) -> tuple[int, int] | None:
        if self.word(at) in words.NEXT and self.word(at + 1) in {"ar", "year"}:
            return at + 2, self.now.year + 1
        if self.phrase_words(at, "i", "ar") or self.phrase_words(at, "this", "year"):
            return at + 2, self.now.year
        return None
