"""How long what is closed is kept."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from bot.rules.work_calendar import is_working_day, next_working_day


def erase_on(closed: date, months: int) -> date | None:
    """The last day that is kept: the end of the month, so that all of a month is told of at once. None: for ever."""
    if not months:
        return None
    years, month = divmod(closed.month - 1 + months, 12)
    return date(closed.year + years, month + 1, monthrange(closed.year + years, month + 1)[1])


def notice_day(last: date) -> date:
    """The first working day of the month at whose end it is erased."""
    first = last.replace(day=1)
    return first if is_working_day(first) else next_working_day(first)
