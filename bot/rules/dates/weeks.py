"""Weeks, weekdays and weekends: v 49, fredag, kommande fredag, i veckan, före helgen."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import EVENING, RECENT, Choosing
from bot.rules.dates.items import Item, Read, Said
from bot.rules.dates.sums import DAY, WEEK, YEARS, every_day, monday_of, turned_round
from bot.rules.dates.tokens import DASHES
from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day


class Weeks(Choosing):
    def week(self, at: int, said: Said) -> Read:
        word = self.word(at)
        if word not in words.WEEK:
            return None
        at0, at = at, at + 1
        if word in {"v", "w"} and self.sign(at, ".", glued=True):
            at += 1
        number = self.number(at)
        if number is None or (word == "w" and not self.token(at).glued):
            return None
        if self.sign(at + 1, ":%", glued=True) or (self.sign(at + 1, "/", glued=True) and self.number(at + 2) and self.number(at + 2) != number + 1):
            return None
        if told := self.year_of_week(at + 1):
            return self.weeks_of_year(at0, told, number, number)
        chosen = self.find_week(number)
        named = self.may_be_a_name(at0, at, said)
        if named is None or (named and chosen is None):  # "rum v6", "v60 rullstol"
            return None
        if chosen is None:
            self.is_bad(at0, at)
            return None
        at += 1
        item = Item(week=chosen, sized=True, named=named)
        item.sure = not named
        monday = date.fromisocalendar(*chosen, 1)
        if chosen[0] > self.base.isocalendar().year and self.base - date.fromisocalendar(chosen[0] - 1, min(number, 52), 7) < RECENT:
            item.sure = False
        after = at
        either = {"och", "o", "eller", "el", "or", "and"}
        if self.token(after).text in DASHES or self.word(after) in {"till", "to", "tom", *either} or (self.sign(after, "/", glued=True) and number > 12):
            after += 2 if self.word(after) in {"v", "vecka"} else 1
            if self.word(after) in words.WEEK:
                after += 1
            if self.sign(after, ".", glued=True):
                after += 1
            last = self.number(after)
            consecutive = (self.word(at) not in either and not self.sign(at, "/")) or last == number + 1
            if last is not None and consecutive and (told := self.year_of_week(after + 1)):
                return self.weeks_of_year(at0, told, number, last)
            if last is not None and consecutive and self.free(after + 1):
                with self.from_day(monday):
                    end = self.find_week(last)
                if end is None:
                    self.is_bad(at0, after)
                    return None
                item.day, item.until = max(monday, self.base), date.fromisocalendar(*end, 7)
                item.until_at = self.token(after).start
                if (begun := self.week_before(chosen)) and self.going_on(begun, over := self.end_of_weeks(begun, last)):
                    item.day, item.until, item.week, item.sure = self.base, over, (chosen[0] - 1, number), True
                    return after + 1, item
                if end[0] > chosen[0] and last < 53 and turned_round(monday, item.until):  # "v 32-27"
                    item.backwards = date.fromisocalendar(chosen[0], last, 1), monday + 6 * DAY
                return after + 1, item
        return at, item

    @abstractmethod
    def year_in_words(self, at: int) -> tuple[int, int] | None:
        """ "nästa år"; in `figures`."""

    def year_of_week(self, at: int) -> tuple[int, int] | None:
        """The year behind a week: "v 10 2028", "v 10/2028", "v 10 nästa år"."""
        year_at = at + (self.sign(at, "/", glued=True) or self.sign(at, ","))
        year = self.number(year_at, (4,)) or 0
        return self.year_in_words(at) or ((year_at + 1, year) if year in YEARS else None)

    def weeks_of_year(self, first: int, told: tuple[int, int], number: int, last: int) -> Read:
        """One week or several, which end in the year that is told."""
        end, year = told
        week = (year - (last < number), number)
        try:
            monday, sunday = date.fromisocalendar(*week, 1), date.fromisocalendar(year, last, 7)
        except ValueError:
            self.is_bad(first, end - 1)
            return None
        item = Item(week=week, sized=True, past=sunday < self.base, year_said=True)
        if last != number:
            item.day, item.until = max(monday, self.base), sunday
        return end, item

    def may_be_a_name(self, at: int, number_at: int, said: Said) -> bool | None:
        """Whether "v6" may be what something is called ("kolla v6 lampan"); None where it surely is ("rum v6").

        A week stands first or last, beside a weekday, or between such small words as a day does.
        """
        if self.word(at) not in {"v", "w"} or not self.token(number_at).glued or number_at > at + 1 or said.prepositions or said.day:
            return False
        if self.word(at - 1) in words.PLACES:
            return None
        follows = self.token(number_at + 1)
        ends = self.free(number_at + 1) or follows.text in words.BEHIND_A_WEEK or self.is_name(follows.text)
        return at > 0 and follows.kind == "w" and not follows.glued and not ends

    def week_before(self, week: tuple[int, int]) -> date | None:
        """Monday of the week with that number in the year before."""
        try:
            return date.fromisocalendar(week[0] - 1, week[1], 1)
        except ValueError:
            return None

    def end_of_weeks(self, monday: date, last: int) -> date:
        """Sunday of the next week with that number, counted from that Monday."""
        with self.from_day(monday):
            end = self.find_week(last)
        return date.fromisocalendar(*end, 7) if end else monday

    def this_week(self, at: int, said: Said) -> Read:
        """ "i veckan", "under veckan", "fredag veckan därpå"."""
        if self.word(at + 1) in {"darpa", "efter"} and self.word(at) == "veckan" and said.day:
            return at + 2, Item(ahead=1)
        if self.word(at) == "veckan" and self.phrase_words(at + 1, "ar", "slut") and set(said.prepositions) & words.BEFORE:
            item = self.week_item(0)
            item.done = item.deadline = True
            return at + 3, item
        if self.word(at) != "veckan" or not {"i", "under", "till"} & {*said.prepositions, self.word(at - 1)} or self.counted(at):
            return None
        item = self.week_item(0)
        if "i" in {*said.prepositions, self.word(at - 1)} and (self.counts_something(at - 3) or self.word(at - 2) == "gang"):
            item.sure = False  # "3 promenader i veckan", "någon gång i veckan"
        return at + 1, item

    def school_day(self, at: int, said: Said) -> bool:
        """ "efter sportlovet", "after the Easter break": a day that is not the same in all of Sweden."""
        first = at
        at += self.word(at) in {"the", "our"}
        length = int(self.word(at) in words.SCHOOL_DAYS)
        if self.word(at) in words.SCHOOL_BREAKS_BEGIN:
            length = next((len(each) for each in words.SCHOOL_BREAKS if all(self.token(at + n).text == word for n, word in enumerate(each))), length)
        if length and set(said.prepositions) & (words.DEADLINE | words.AFTER | words.FROM):
            self.is_bad(first - len(said.prepositions), at + length - 1)
        return length > 0

    def counts_something(self, at: int) -> bool:
        """Whether a number stands here, with a word behind it that it may count."""
        number = self.number(at) if self.token(at).kind == "n" else words.NUMBERS.get(self.word(at))
        return number is not None and self.word(at) not in {"en", "ett", "a", "an", "one"} and bool(self.word(at + 1))

    def with_this(self, at: int) -> Read:
        """After "denna", "den här", "kommande", "this"."""
        word = self.word(at)
        if word in {"vecka", "veckan", "week"} or (word == "v" and self.number(at + 1) is None):
            return at + 1, self.week_item(0)
        if word in words.WEEKDAYS:
            return at + 1, Item(weekday=words.WEEKDAYS[word], close=True)
        if word in words.WEEKEND:
            return self.weekend(at, Said(("i",)), 0)
        if word in words.DAY_PARTS:
            return at + 1, Item(day=self.base, part=words.DAY_PARTS[word])
        return None

    def weekend(self, at: int, said: Said, ahead: int) -> Read:
        """ "i helgen", "före helgen", "efter helgen"."""
        before = set(said.prepositions) & words.BEFORE
        after = set(said.prepositions) & words.AFTER or {"till", "over"} <= set(said.prepositions)  # "till över helgen"
        if not (said.prepositions or ahead) or self.counted(at):
            return None
        saturday = monday_of(self.base) + timedelta(days=5) + ahead * WEEK
        first, last = previous_working_day(saturday), next_working_day(saturday)
        item = Item(done=True, sure=ahead == 0 or self.base.weekday() < 5)
        if before or (not after and ("till" in said.prepositions or "by" in said.prepositions)):
            item.deadline = True
            if first < self.base:  # it is weekend already
                first, item.sure = previous_working_day(saturday + WEEK), False
            item.day = first
            red = next((day for day in every_day(self.base, first) if not is_working_day(day)), None)
            if red and previous_working_day(red) >= self.base and ahead == 0:  # a red day in the middle of the week comes first
                item.sure, item.alternatives = False, (previous_working_day(red),)
            if not before:
                item.sure, item.alternatives = False, (saturday,)
            elif first == self.base and self.now.hour >= EVENING:
                item.sure, item.alternatives = False, (previous_working_day(saturday + WEEK),)
        elif after:
            item.day = last
        else:
            item.day, item.until = max(saturday, self.base), max(saturday + DAY, self.base)
        return at + 1, item

    def almanac_day(self, at: int) -> Read:
        """ "må 30/11": the shortest names, right before a date. "on" and "to" are other words too often."""
        day = words.SHORTEST_WEEKDAYS.get(self.token(at).raw.lower(), "")
        dated = self.number(at + 1) is not None and self.sign(at + 2, "/", glued=True)
        dated = dated or (self.word(at + 1) in words.WEEK and self.number(at + 2) is not None)
        return (at + 1, Item(weekday=words.WEEKDAYS[words.fold(day)])) if dated and day and self.word(at) not in {"on", "to"} else None

    def weekday(self, at: int, said: Said) -> Read:
        word = self.word(at)
        if word not in words.WEEKDAYS or (self.sign(at - 1, "/", glued=True) and self.word(at - 2) in words.UNITS):  # "350 kr/mån"
            return None
        day = words.WEEKDAYS[word]
        if not self.is_weekday(at, said):
            return None
        if self.word(at - 1) in words.BEFORE_A_PAST_DAY:  # "förra fredagen", "last Friday"
            self.past_day(at - 1 - (self.word(at - 2) in words.DEADLINE), at, Said((self.word(at - 2),)), lone=not word.endswith("ens"))
            return None
        at += 1
        if len(word) < 6 and self.sign(at, ".", glued=True) and self.token(at + 1).kind:
            at += 1
        if beside := self.weekday_beside(at, day):
            return beside
        item = Item(weekday=day)
        if on := self.weeks_past(at):
            nearest = self.choose_weekday(item)
            return on[0], Item(day=nearest + on[1] * WEEK, sure=False, alternatives=(nearest,))
        if self.token(at).text in DASHES and self.word(at + 1) in words.WEEKDAYS:
            last = words.WEEKDAYS[self.word(at + 1)]
            first = self.choose_weekday(item)
            item.until, item.until_at = first + timedelta(days=(last - day) % 7), self.token(at + 1).start
            return at + 2, item
        return at, item

    @abstractmethod
    def weekday_beside(self, at: int, weekday: int) -> Read:
        """ "fredagen före jul"; in `relative`."""

    def weeks_past(self, at: int) -> tuple[int, int] | None:
        """ "på torsdag åtta dagar", "Monday week": so many weeks after that day."""
        number = self.number(at) or words.NUMBERS.get(self.word(at))
        if number in {8, 14, 15} and self.word(at + 1) in {"dagar", "dar"} and self.free(at + 2):
            return at + 2, 1 if number == 8 else 2
        return (at + 1, 1) if self.word(at) == "week" and self.free(at + 1) else None

    def is_weekday(self, at: int, said: Said) -> bool:
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

    def past_day(self, first: int, last: int, said: Said, *, lone: bool = True) -> None:
        """A day that has been is no deadline. At the end of a line it was meant as one ("ringa farmor igår"), unless it tells of something."""
        ends = all(self.token(at).kind in {"", "s"} for at in range(last + 1, self.count))
        tells = any(self.word(at) in words.TELLS for at in range(first))
        if set(said.prepositions) & words.DEADLINE or (lone and ends and not tells):
            self.is_bad(first, last)
