"""Which day of the calendar is meant, and which other day may be: every choice between two readings of a day is made here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from bot.rules.dates.items import Item, Read, Said, on
from bot.rules.dates.sums import DAY, WEEK, date_or_none, last_of_month, monday_of, turned_round
from bot.rules.dates.tokens import Line
from bot.rules.work_calendar import is_working_day, next_working_day, previous_working_day

EVENING, NIGHT, MORNING = 17, 21, 5
"""From the evening "i veckan" on a Friday, and by night "i morgon" and "kl 3", may be meant otherwise."""
HALF_YEAR = timedelta(days=183)
ALMOST_A_YEAR = timedelta(days=300)
"""A day without its year that is further off has passed lately: that one may be meant."""
RECENT = timedelta(days=60)
"""A date without year that passed within this time may be a mistake."""


class Choosing(Line):
    """A line whose days are chosen from a first day on, which most often is today."""

    @property
    def is_night(self) -> bool:
        return self.now.hour >= NIGHT or self.now.hour < MORNING

    @abstractmethod
    def item(self, at: int, said: Said, total: Item) -> Read:
        """One item of any kind. `phrases` knows them all; here for those that hold another one ("dagen före ...")."""

    @contextmanager
    def from_day(self, day: date) -> Iterator[None]:
        """Seeks days from another day on."""
        kept, self.base = self.base, day
        yield
        self.base = kept

    def choose_day(self, item: Item) -> date | None:
        """The one day that an item's weekday, week and date mean together."""
        if item.weekday is not None and (item.week or item.ahead is not None):
            if item.week:
                year, week = item.week
                day = date.fromisocalendar(year, week, item.weekday + 1)
            else:
                day = monday_of(self.base) + timedelta(weeks=item.ahead or 0, days=item.weekday)
            item.alternatives = ()
            item.sure = item.sure or item.ahead is not None  # "nästa veckas onsdag": the weekday makes it sure
            if item.day is None or item.ahead is not None:
                if day < self.base and item.ahead is None:  # "måndag v 48" on the Tuesday of that week
                    item.past = True
                elif day < self.base:  # "måndag denna vecka"
                    item.sure = False
                    day += WEEK
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
            days = [date.fromisocalendar(*item.week, n) for n in (5, 4, 3, 2, 1)]
            day = next((day for day in days if is_working_day(day)), days[0])
            if day < self.base:
                day, item.sure = self.base, False
            elif day == self.base and self.now.hour >= EVENING:
                item.sure, item.alternatives = False, (days[0] + 2 * DAY,)
            return day
        return None

    def choose_weekday(self, item: Item) -> date:
        """The day for a weekday alone; adds the other reading to the item."""
        assert item.weekday is not None
        delta = (item.weekday - self.base.weekday()) % 7
        nearest = self.base + timedelta(days=delta)
        if item.next:
            chosen = monday_of(self.base) + WEEK + timedelta(days=item.weekday)
            if delta:
                item.sure = False
                item.alternatives = (nearest if nearest < chosen else chosen + WEEK,)
            return chosen
        if delta:
            return nearest
        later_today = item.deadline and item.clock is not None and on(self.base, item) > self.now
        item.sure = False
        item.alternatives = (nearest + WEEK if later_today else nearest,)
        return nearest if later_today else nearest + WEEK

    def choose_year(self, day: int, month: int) -> tuple[date | None, bool]:
        """The next such day, this year or the next; not sure where it has only just passed."""
        this = date_or_none(self.base.year, month, day)
        if this and this >= self.base:
            return this, True
        following = date_or_none(self.base.year + 1, month, day)
        last = this or date_or_none(self.base.year - 1, month, day)
        missed = this is None and (month, day) > (self.base.month, self.base.day)  # "29/2" in January of a common year
        return following, not (missed or (last and self.base - last <= RECENT))

    def year_of_month(self, month: int) -> int:
        return self.base.year + (month < self.base.month)

    def next_day_of_month(self, day: int) -> date:
        year, month = self.base.year, self.base.month
        while True:
            chosen = date_or_none(year, month, day)
            if chosen and chosen >= self.base:
                return chosen
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)

    def going_on(self, first: date, last: date) -> bool:
        """Whether a range said without its year ("sjuk 20/11-30/11") has begun and is not over: then it is no range of the next year."""
        return first < self.base <= last and self.base - first < HALF_YEAR and turned_round(first, last) is None

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

    def week_item(self, ahead: int) -> Item:
        """This week (0) or one to come. At a weekend "i veckan" is taken for the week that begins."""
        monday = monday_of(self.base) + ahead * WEEK
        item = Item(sized=True, ahead=ahead)
        if ahead == 0 and self.base.weekday() > 4:
            monday, item.sure = monday + WEEK, False
            item.ahead = 1
        iso = monday.isocalendar()
        item.week = (iso.year, iso.week)
        return item

    def month_item(self, year: int, month: int) -> Item:
        """A whole month: from its first day (or today) to its last, never sure."""
        first = date(year, month, 1)
        return Item(day=max(first, self.base), until=last_of_month(first), sure=False, span_start=first)

    def beside(self, day: date, item: Item, before: bool) -> date:
        """ "före fredag" is Thursday, or the working day before; "efter" the working day after. The day itself may be meant."""
        whole_week = item.week if item.weekday is None else None
        first = date.fromisocalendar(*whole_week, 1) if whole_week else item.span_start or day
        other = previous_working_day(first) if before else next_working_day(item.until or day)
        item.until = None
        if other < self.base:
            return day
        if item.sized or item.span_start or is_working_day(day):
            item.sure, item.alternatives = False, (day, *(a for a in item.alternatives if a != day))
        return other
