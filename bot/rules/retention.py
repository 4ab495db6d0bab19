"""How long what is closed is kept, and what is over in a group that goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.model import Kept
from bot.rules.dates.sums import last_of_month, months_on
from bot.rules.work_calendar import is_working_day, local, next_working_day

LEAST_NOTICE = timedelta(days=14)


def erase_on(closed: date, months: int) -> date | None:
    """The last day that is kept: the end of the month, so that all of a month is told of at once. None: for ever."""
    return last_of_month(months_on(closed, months)) if months else None


def notice_day(last: date) -> date:
    """The first working day of the month at whose end it is erased."""
    first = last.replace(day=1)
    return first if is_working_day(first) else next_working_day(first)


class Sort(NamedTuple):
    """When the words of one kind of object have served: so long (a setting of the county) after that day; never in those states."""

    kept: str  # actions | minutes | questions | time_study
    day: str
    open: frozenset[str] = frozenset()


SORTS = {
    "Action": Sort("actions", "closed_at", frozenset({"open", "stuck"})),
    "Escalation": Sort("actions", "at", frozenset({"open", "taken", "asked", "answered", "solved"})),
    "Decision": Sort("minutes", "at"),
    "Lesson": Sort("minutes", "at"),
    "Point": Sort("minutes", "at", frozenset({"open"})),
    "Meeting": Sort("minutes", "starts", frozenset({"planned", "live"})),
    "Question": Sort("questions", "at", frozenset({"open"})),
    "Inquiry": Sort("questions", "at", frozenset({"open"})),
    "TimeSpent": Sort("time_study", "at"),
}
"""What is not here (the group's own aim, who is in it) is the group's present, and kept as long as it is."""


def outlived(thing: Kept, last: date, months: Mapping[str, int]) -> bool:
    """Whether its words have served when the day `last` is over. 0 months: never."""
    sort = SORTS.get(type(thing).__name__)
    if sort is None or not months.get(sort.kept) or thing.state in sort.open:
        return False
    # what was taken back was never closed
    moment: datetime = next(at for name in (sort.day, "at") if (at := getattr(thing, name, None)))
    return (local(moment) if moment.tzinfo else moment).date() <= months_on(last, -months[sort.kept])


def told_of(today: date) -> date | None:
    """The last day that is told of today: the end of this month, or of the next where too little is left. None before the month's notice day."""
    if today < notice_day(today):
        return None
    this = last_of_month(today)
    return this if this - today >= LEAST_NOTICE else erase_on(this, 1)
