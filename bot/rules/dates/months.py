"""Months and the year: första vardagen i december, innan jul, i mars, slutet av månaden."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import RECENT
from bot.rules.dates.figures import Figures
from bot.rules.dates.items import Item, Read, Said
from bot.rules.dates.sums import (
    DAY,
    WEEK,
    YEARS,
    festival_day,
    last_of_month,
    monday_of,
    month_on,
    nth_of_month,
    with_century,
)
from bot.rules.dates.tokens import DASHES
from bot.rules.dates.weeks import Weeks
from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day


class Months(Figures, Weeks):
    def ordinal(self, at: int, said: Said) -> Read:
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
        month_said = words.ORDINALS.get(self.word(at + 2), 0) if self.word(at + 1) == "i" and number > 0 else 0
        if 1 <= month_said <= 12 and self.free(at + 3):
            return self.dated(at0, at + 3, number, month_said, None)  # "den femte i tolfte"
        after = self.word(at + 1)
        if after in {"veckan", "week"}:
            return self.nth_week(at + 2, number)
        if after in words.WORKING_DAY or after in words.WEEKDAYS or after in {"dagen", "day", "working"}:
            end = at + 2 + (after == "working" and self.word(at + 2) == "day")
            return self.nth_day(end, number, after)
        if number > 0 and (self.word(at + 1) in {"till", "to"} or self.token(at + 1).text in DASHES):
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
                number = monthrange(with_century(month_year), month)[1]
            return self.dated(at0, end, number, month, year)
        if (den or set(said.prepositions) & words.DEADLINE) and self.free(at + 1) and word not in {"last"}:
            if number == -1:
                return at + 1, Item(day=last_of_month(self.base))
            led = bool(set(said.prepositions) & (words.DEADLINE | {"pa"}))
            if den and (led or number > 3):  # "den andra" is more often the other one
                return at + 1, Item(day=self.next_day_of_month(number), sure=number > 12 or (led and number > 3))
        return None

    def nth_week(self, at: int, number: int) -> Read:
        """ "första veckan i december": as weeks of the year are counted, a week belongs to the month of its Thursday. Not all count so."""
        month = words.MONTHS.get(self.word(at + 1)) if self.word(at) in {"i", "av", "of", "in"} else None
        if month is None:
            return None
        end, said_year = self.year(at + 2)
        for year in (with_century(said_year),) if said_year is not None else (self.base.year, self.base.year + 1):
            thursday = nth_of_month(year, month, number, "torsdag")
            if thursday and thursday + 3 * DAY >= self.base:
                other = DAY + (-WEEK if number < 0 else WEEK)
                return end, Item(week=thursday.isocalendar()[:2], sized=True, sure=False, alternatives=(thursday + other,))
        return None

    def nth_day(self, at: int, number: int, kind: str) -> Read:
        """The nth working day, weekday or day of a month."""
        if self.word(at) in words.BEFORE and kind in words.WORKING_DAY and number == -1:
            return self.item(at + 1, Said(("fore",)), Item())
        if self.word(at) in words.AFTER and kind in words.WORKING_DAY and number == 1:
            return self.item(at + 1, Said(("efter",)), Item())
        if kind in words.WEEKDAYS and ((number == 1 and self.word(at) in words.AFTER) or (number == -1 and self.word(at) in words.BEFORE)):
            return self.weekday_beside(at, words.WEEKDAYS[kind])  # "första måndagen efter nyår"
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
            year, month = month_on(self.base, ahead)
            tries = [(year, month), month_on(date(year, month, 1), 1)]
            end = at + 1
        elif word in words.MONTHS:
            month = words.MONTHS[word]
            end, said_year = self.year(at + 1)
            if said_year is not None:
                tries = [(with_century(said_year), month)]
            else:
                tries = [(self.base.year, month), (self.base.year + 1, month)]
        else:
            return None
        for year, month in tries:
            day = nth_of_month(year, month, number, kind)
            if day and day >= self.base:
                return end, Item(day=day, year_said=len(tries) == 1)
        return None

    def festival(self, at: int, said: Said) -> Read:
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
            end, year = self.year(end)
            years = (self.base.year, self.base.year + 1) if year is None else (with_century(year),)
            days = sorted(festival_day(each, year) for each in words.EITHER.get(key, (key,)) for year in years)
            day = next((day for day in days if day >= self.base), days[-1])
            far = key in words.EITHER and day - self.base > RECENT  # of Christmas or of Easter
            return end, Item(day=day, sure=not (bare_name or far), past=day < self.now.date(), year_said=year is not None)
        end, year = self.year(end)
        with self.from_day(max(self.base, date(with_century(year), 1, 1)) if year is not None else self.base):
            read = self.season(end, key, prepositions)
        if read is not None:
            read[1].year_said = year is not None
        return read

    def season(self, end: int, key: str, prepositions: set[str]) -> Read:
        if key == "mellandagarna":
            first, last = "annandag jul", "nyarsafton"
            for year in (self.base.year, self.base.year + 1):
                start, stop = next_working_day(festival_day(first, year)), previous_working_day(festival_day(last, year))
                if stop >= self.base:
                    break
            if prepositions & words.BEFORE:
                return end, Item(day=max(self.base, previous_working_day(start)), done=True, deadline=True)
            if prepositions & words.AFTER:
                return end, Item(day=next_working_day(stop), done=True)
            return end, Item(day=max(start, self.base), until=stop, done=True)
        if not prepositions & (words.DEADLINE | words.AFTER | words.FROM | {"i", "under", "over", "during", "at", "vid"}):
            return None
        first, last = words.SEASONS[key]
        if key == "jul" and self.word(end) in {"och", "o", "and"} and self.word(end + 1) in {"nyar", "nyaret"}:
            last, end = "nyarsdagen", end + 2
        item = Item(done=True)
        for year in (self.base.year - (key == "nyar"), self.base.year, self.base.year + 1):
            start, stop = festival_day(first, year), festival_day(last, year + (last == "nyarsdagen"))
            if key == "nyar":
                stop += DAY
            if prepositions & words.AFTER:
                item.day = next_working_day(stop)
            elif prepositions & words.DEADLINE:
                item.day, item.deadline = previous_working_day(start), True
            elif prepositions & words.FROM:
                item.day = max(start, self.base) if stop >= self.base else start
            else:
                item.day, item.until = max(start, self.base), stop
            if (stop if item.until else item.day) >= self.base:
                break
        if prepositions & words.DEADLINE and not prepositions & (words.BEFORE | {"senast"}):
            item.sure, item.alternatives = False, (start,)
        if item.until:
            item.sure = False
        return end, item

    def month(self, at: int, said: Said) -> Read:
        """ "December 5th", "i mars", "månadsskiftet"."""
        word = self.word(at)
        if word in {"manadsskiftet", "manadsskifte"}:
            return at + 1, Item(day=last_of_month(self.base), done=bool(set(said.prepositions) & words.BEFORE))
        if word in {"manaden", "aret"} and self.phrase_words(at + 1, "ar", "slut") and set(said.prepositions) & words.BEFORE:
            final = last_of_month(self.base if word == "manaden" else date(self.base.year, 12, 1))
            return at + 3, Item(day=max(self.base, previous_working_day(final + DAY)), done=True, year_said=True)
        if word in {"manaden", "month"} and {"i", "under", "in", "during"} & set(said.prepositions) and not self.counted(at):
            return at + 1, self.month_item(self.base.year, self.base.month)
        month = words.MONTHS.get(word)
        if month is None:
            return None
        number = self.number(at + 1)
        if number is not None and word != "maj" and not self.sign(at + 2, "/", glued=True):
            after = self.after_ordinal_sign(at + 2)
            looks_like_time = self.sign(after, ":.", glued=True) and self.number(after + 1, glued=True) is not None
            alone = self.free(after) or after > at + 2 or self.number(after, (4,)) in YEARS
            if not looks_like_time and alone and 1 <= number <= 31:
                if self.token(after).text in DASHES and (last := self.number(after + 1)) is not None:
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
        year = with_century(year_said) if year_said is not None else self.year_of_month(month)
        item = self.month_item(year, month)
        return (end, item) if item.until and item.until >= self.base else None

    def edge(self, at: int) -> Read:
        """ "slutet av veckan", "början av nästa vecka", "mitten av december"."""
        word = self.word(at)
        edges = {"slutet": 2, "end": 2, "slut": 2, "borjan": 0, "beginning": 0, "start": 0, "mitten": 1, "middle": 1}
        if word not in edges or self.word(at + 1) not in {"av", "pa", "of", "i"}:
            return None
        edge, at = edges[word], at + 2
        at += self.word(at) in {"the", "den"}
        at += self.word(at) == "har"
        ahead = 0
        while (mark := self.word(at)) in words.NEXT | words.THIS:
            ahead, at = int(mark in words.NEXT), at + 1
        word = self.word(at)
        if word in {"veckan", "vecka", "week"} and self.number(at + 1) is None:
            monday, end, number = monday_of(self.base) + ahead * WEEK, at + 1, None
        elif (week := self.week(at, Said())) and week[1].week:
            end, number = week[0], week[1].week
            monday = date.fromisocalendar(*number, 1)
        elif word in {"manaden", "manad", "month"} or word in words.MONTHS:
            year, month = month_on(self.base, ahead)
            if word in words.MONTHS:
                month = words.MONTHS[word]
                year = self.year_of_month(month)
            first = date(year, month, 1)
            last = last_of_month(first)
            day = (next_working_day(first - DAY), first.replace(day=15), previous_working_day(last + DAY))[edge]
            if day < self.base:
                return None
            return at + 1, Item(day=day, sure=edge == 2)
        elif word in {"dagen", "day"} and edge == 2:
            return at + 1, Item(day=self.base)
        else:
            return None
        if edge == 0:
            day = next_working_day(monday - DAY)
            item = Item(day=day, sure=False, alternatives=(next_working_day(day),))
        elif edge == 1:
            item = Item(day=monday + 2 * DAY)
        else:
            item = Item(day=previous_working_day(monday + 5 * DAY))
        assert item.day is not None
        if item.day < self.base:
            item.day, item.sure, item.alternatives = self.base, False, ()
            if not is_working_day(self.base):
                item.day = next_working_day(self.base)
        iso = monday.isocalendar()
        item.week = (iso.year, iso.week)
        return end, item
