"""What one item of a phrase says (a weekday, a date, a week, a time of day ...), and what a phrase has gathered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.rules.reading import Moment
from bot.rules.work_calendar import settle


@dataclass(slots=True)
class Item:
    """What the words of one item say. A phrase is an item too: the sum of its items."""

    day: date | None = None
    weekday: int | None = None
    ahead: int | None = None  # whole weeks ahead of this one ("nästa vecka" 1)
    close: bool = False  # "denna fredag", "kommande fredag"
    next: bool = False  # "nästa fredag"
    week: tuple[int, int] | None = None  # year, ISO week
    clock: tuple[int, int] | None = None
    vague: bool = False  # on a twelve-hour clock: "tre" may be 15
    figures: bool = False  # "2.30": written as a timetable has it, so that the night may be meant
    clock_until: tuple[int, int] | None = None
    part: str = ""  # am, pm, night ("i natt")
    moment: datetime | None = None  # "om en timme"
    until: date | None = None
    until_at: int | None = None
    backwards: tuple[date, date] | None = None  # a range that ends before it begins, unless the end is a year later: the other way round
    year_said: bool = False  # so that the year is plain
    named: bool = False  # "v6 lampan"
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

    def takes(self, other: Item) -> bool:
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
        if both or (other.meeting and self != Item()):
            return False
        for name in ("day", "weekday", "ahead", "week", "clock", "clock_until", "moment", "until", "until_at", "backwards", "span_start"):
            if getattr(other, name) is not None:
                setattr(self, name, getattr(other, name))
        for name in ("close", "next", "vague", "figures", "part", "alternatives", "deadline", "habit", "meeting", "past", "done", "sized", "meal", "year_said", "named"):
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


Read = tuple[int, Item] | None
"""The token after the item, and the item."""


@dataclass(slots=True)
class Said:
    """What has been said before an item in its phrase."""

    prepositions: tuple[str, ...] = ()
    day: bool = False  # a day: a bare number may be a time
    weekday: int | None = None


def of_24(hour: int, part: str) -> int:
    """An hour of a twelve-hour clock as staff mean it: 1-6 is afternoon, 7-12 as said, unless a part of day was said."""
    if part == "pm":
        return hour + 12 if hour < 12 else hour
    if part == "am":
        return hour
    if part == "night":
        return hour % 12 if hour < 9 or hour == 12 else hour + 12
    return hour + 12 if 1 <= hour <= 6 else hour


def on(day: date, item: Item) -> datetime:
    """The clock time of the item on a day; twelve-hour times by working hours. Notes the other reading."""
    assert item.clock is not None
    hour, minute = item.clock
    if item.vague and hour <= 12:
        hour = of_24(hour, item.part)
    return settle(datetime.combine(day, time(hour, minute)))
