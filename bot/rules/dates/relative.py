"""Days told from today or from the meeting: idag, i övermorgon, om tre dagar, nästa fredag, till nästa möte."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import MORNING
from bot.rules.dates.items import Item, Read, Said
from bot.rules.dates.months import Months
from bot.rules.dates.sums import DAY, WEEK, date_or_none, monday_of, month_on, months_on, on_or_after
from bot.rules.dates.times import Times
from bot.rules.work_calendar import instant, is_working_day, local, next_working_day, previous_working_day


class Relative(Months, Times):
    def relative(self, at: int, said: Said) -> Read:
        word = self.word(at)
        after_i = self.word(at - 1) == "i"
        if word in words.TODAY or (word in {"dag", "kvall", "eftermiddag", "em", "formiddag", "fm", "natt"} and after_i):
            part = words.TODAY.get(word, "") if word in words.TODAY else words.DAY_PARTS.get(word, "")
            return at + 1, Item(day=self.base, part="night" if word == "natt" else part, sure=word != "natt", alternatives=(self.base + DAY,) if word == "natt" else ())
        if word in words.TOMORROW or (word in words.MORROW and after_i):
            return at + 1, self.days_on(1)
        if word in words.DAY_AFTER:
            return at + 1, self.days_on(2)
        if word == "day" and self.phrase_words(at, "day", "after", "tomorrow"):
            return at + 3, self.days_on(2)
        if word == "the" and self.word(at + 1) in {"day", "end", "beginning", "next", "last", "middle", "start", "first", "second", "third", "coming", "weekend", "morning", "week"}:
            return self.item(at + 1, said, Item())
        if word in {"dagen", "dan"} and self.word(at + 1) in words.BEFORE | words.AFTER and self.word(at - 1) not in {"om", "per"}:
            beside = self.item(at + 2, Said(("pa",)), Item())
            day = self.choose_day(beside[1]) if beside else None
            if beside is None or day is None:
                return None
            day += -DAY if self.word(at + 1) in words.BEFORE else DAY
            return (beside[0], Item(day=day, done=True)) if day >= self.base else None
        after_next = self.phrase_words(at, "veckan", "efter", "nasta") or self.phrase_words(at, "week", "after", "next")
        if after_next and self.token(at + 3).kind != "w":
            return at + 3, self.week_item(2)
        if word in {"veckan", "week"} and self.word(at + 1) in words.BEFORE | words.AFTER and (beside := self.week_beside(at + 1)):
            return beside
        if word == "inom" and self.word(at + 1) == "veckan":
            item = self.week_item(0)
            item.deadline = True
            return at + 2, item
        if word == "morgondagen":
            return at + 1, self.days_on(1)
        if word in {"dagen", "day"} and ("under" in said.prepositions or "during" in said.prepositions):
            return at + 1, Item(day=self.base)
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
        if word == "nastnasta" or (word in words.NEXT and self.word(at + 1) in words.NEXT):
            return self.next_but_one(at, at + 1 + (word in words.NEXT))
        if word in words.NEXT or word in {"nastkommande"}:
            return self.with_next(at + 1, said)
        if word in words.WEEKEND:
            return self.weekend_beside(at + 1) or self.weekend(at, said, 0)
        return None

    def minutes_on(self, minutes: int) -> datetime:
        """So long on as it is lived, also over the nights when the clock is put; whole days on the wall clock."""
        length = timedelta(minutes=minutes)
        return self.now + length if minutes % 1440 == 0 else local(instant(self.now) + length)

    def days_on(self, number: int) -> Item:
        """ "i morgon" one day on. Said in the small hours, by who works at night, it may be the day that has just begun."""
        day = self.base + number * DAY
        night = self.now.hour < MORNING and self.base == self.now.date()
        return Item(day=day, sure=not night, alternatives=(day - DAY,) if night else ())

    def some_days_beside(self, at: int) -> Read:
        """ "två dagar före julafton", "en vecka efter mötet": so long from a day that has a name of its own."""
        amount = self.amount(at)
        if amount is None or self.word(amount[0]) not in words.DAYS_IN or self.word(amount[0] + 1) not in words.BEFORE | words.AFTER:
            return None
        end, number, sure = amount
        before = self.word(end + 1) in words.BEFORE
        named = self.named_days(end + 2)
        if named is None or number > 365:
            return None
        day = named[1] - timedelta(days=number * words.DAYS_IN[self.word(end)]) if before else named[2] + timedelta(days=number * words.DAYS_IN[self.word(end)])
        if day < self.base:  # it has passed
            return named[0], Item(day=self.base, done=True, deadline=before, sure=False, alternatives=(named[1],))
        item = Item(day=day, done=True, deadline=before, sure=sure and is_working_day(day))
        if not is_working_day(day):
            item.alternatives = (previous_working_day(day) if before else next_working_day(day),)
        return named[0], item

    def week_beside(self, at: int) -> Read:
        """ "veckan före jul", "veckan efter påsk"; `at` is the preposition."""
        named = self.named_days(at + 1)
        if named is None:
            return None
        monday = monday_of(named[1]) - WEEK if self.word(at) in words.BEFORE else monday_of(named[2]) + WEEK
        if monday + WEEK <= self.base:
            return None
        iso = monday.isocalendar()
        return named[0], Item(week=(iso.year, iso.week), sized=True, sure=False, done=True)

    def weekday_beside(self, at: int, weekday: int) -> Read:
        """ "fredagen före jul", "måndagen efter påsk"; `at` is the preposition."""
        before = self.word(at) in words.BEFORE
        named = self.named_days(at + 1) if before or self.word(at) in words.AFTER else None
        if named is None or (named[3] and not self.word(at - 1).endswith("en")):  # "på torsdag efter mötet" is that very Thursday
            return None
        day = named[1] - timedelta(days=(named[1].weekday() - weekday - 1) % 7 + 1) if before else on_or_after(named[2] + DAY, weekday)
        return (named[0], Item(day=day, done=True, sure=not named[3])) if day >= self.base else None

    def weekend_beside(self, at: int) -> Read:
        """ "helgen före jul"; `at` is the preposition."""
        saturday = self.weekday_beside(at, 5)
        if saturday is None or saturday[1].day is None:
            return None
        return saturday[0], replace(saturday[1], until=saturday[1].day + DAY, sure=False)

    def named_days(self, at: int) -> tuple[int, date, date, bool] | None:
        """The token after a festival or the next meeting, its first and last day, and whether it is the meeting."""
        at += self.word(at) == "the"
        read = self.festival(at, Said(("vid",))) or self.meeting(at, Said(("vid",)))
        if read is None or read[1].day is None:
            return None
        return read[0], read[1].day, read[1].until or read[1].day, read[1].meeting

    def in_some_time(self, at: int, deadline: bool) -> Read:
        """ "om tre dagar", "inom en vecka", "om en halvtimme", "in two weeks"."""
        if self.word(at) in {"ca", "cirka", "ungefar", "about", "drygt", "knappt", "max", "hogst"}:
            at += 1
        if length := self.length(at):
            return length[0], Item(moment=self.minutes_on(length[1]), deadline=deadline)
        amount = self.amount(at)
        if amount is None:
            return None
        at, number, sure = amount
        unit = self.word(at)
        item = Item(deadline=deadline, sure=sure, year_said=True)
        if number > 3650:
            return None
        if unit == "dar" and self.token(at).raw.lower() != "dar":
            return None  # "där"
        if unit in words.DAYS_IN:
            days = number * words.DAYS_IN[unit]
            item.day = self.base + timedelta(days=days)
            if not sure:
                item.alternatives = (item.day + timedelta(days=words.DAYS_IN[unit]),)
            if words.DAYS_IN[unit] == 7:
                item.ahead = number
        elif unit in words.WORKING_DAYS:
            item.day = self.base
            for _ in range(min(number, 250)):
                item.day = next_working_day(item.day)
        elif unit in words.MONTHS_IN:
            item.day = months_on(self.base, number * words.MONTHS_IN[unit])
        else:
            return None
        return at + 1, item

    def with_next(self, at: int, said: Said) -> Read:
        """After "nästa"."""
        word = self.word(at)
        if word in {"vecka", "veckan", "veckas", "week"} or (word == "v" and self.number(at + 1) is None):
            if word == "veckas" and self.word(at + 1) not in words.WEEKDAYS:
                return None
            at += 1
            if word == "week" and self.sign(at, "'’") and self.word(at + 1) == "s":
                at += 2
            item = self.week_item(1)
            item.ahead = 1
            if said.weekday is None and not (set(said.prepositions) & words.DEADLINE):
                item.alternatives = (monday_of(self.base) + WEEK,)
                item.sure = False
            return at, item
        if word in words.WEEKDAYS:
            return at + 1, Item(weekday=words.WEEKDAYS[word], next=True)
        if word in words.WEEKEND:
            return self.weekend(at, said, 1)
        if word in {"manad", "month"}:
            if self.word(at + 1) == "den" and (day := self.number(at + 2)) and not self.sign(at + 3, "/", glued=True):
                chosen = date_or_none(*month_on(self.base, 1), day)
                if chosen is None:
                    self.is_bad(at - 1, at + 2)
                    return None
                return self.after_ordinal_sign(at + 3), Item(day=chosen)
            return at + 1, self.month_item(*month_on(self.base, 1))
        if word in words.MEETING or word == "gang":
            return self.meeting(at, said, named=True)
        if word in words.MONTHS and word in words.LONELY_MONTHS:
            return self.month(at, Said(("i",)))
        return None

    def next_but_one(self, first: int, at: int) -> Read:
        """ "nästnästa torsdag", "nästnästa vecka"; which meeting is the next but one is not known here."""
        word = self.word(at)
        if word in {"vecka", "veckan", "week"}:
            return at + 1, self.week_item(2)
        if word in words.WEEKDAYS:
            day = monday_of(self.base) + 2 * WEEK + timedelta(days=words.WEEKDAYS[word])
            return at + 1, Item(day=day, sure=False, alternatives=(day - WEEK,))
        if word in words.MEETING | {"gang"}:
            self.is_bad(first, at)
        return None

    def meeting(self, at: int, said: Said, named: bool = False) -> Read:
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
        if self.word(at + 1) in words.AFTER and self.word(at + 2) in words.NEXT and self.token(at + 3).kind != "w":  # "till mötet efter nästa"
            self.is_bad(at, at + 2)
            return None
        at += 2 * (word == "gang" and self.word(at + 1) == "vi" and self.word(at + 2) in {"ses", "traffas", "mots"})
        return at + 1, Item(day=self.ctx.next_meeting.date(), meeting=True, done=True)
