"""When a lifted matter is to be answered, and who hears of it meanwhile: decided when it is lifted, and then frozen."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.rules.work_calendar import OFFICE, add_working_hours, instant, local, next_work_moment


@dataclass(frozen=True, slots=True)
class Pace:
    """A county's clock, in hours: the 24 of each working day are counted, and none of weekends, red days and eves."""

    answer: int = 36  # to a first answer
    chair: int = 24  # from then until the chair is told
    silent: int = 36  # how long somebody who took a matter may be silent


@dataclass(frozen=True, slots=True)
class Plan:
    """Aware UTC instants. `silent` is in hours, counted like the others, from when the matter is taken."""

    answer_by: datetime
    remind_at: datetime
    chair_at: datetime
    silent: int = 36


def make_plan(now: datetime, pace: Pace, urgent: bool = False) -> Plan:
    """The plan of a matter that comes to a body at `now` (aware UTC).

    Urgent: the chair is told at once, in office hours, and an answer is asked for the same day.
    """
    here = local(now)
    if urgent:
        begins = next_work_moment(OFFICE, here)
        ends = datetime.combine(begins.date(), OFFICE.end)
        return Plan(instant(ends), instant(next_work_moment(OFFICE, ends)), instant(begins), pace.silent)
    answer_by = add_working_hours(here, pace.answer)
    chair_at = add_working_hours(answer_by, pace.chair)
    return Plan(
        instant(answer_by), instant(next_work_moment(OFFICE, answer_by)), instant(next_work_moment(OFFICE, chair_at)), pace.silent
    )


def silent_until(taken_at: datetime, hours: int) -> datetime:
    """The instant at which a matter taken then has been silent for so many hours, in office hours."""
    return instant(next_work_moment(OFFICE, add_working_hours(local(taken_at), hours)))
