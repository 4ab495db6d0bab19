"""Who is reminded, on which day and at what time: small pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.model import Absence, Action, GroupView, Person
from bot.rules.work_calendar import works_on

PATIENCE = 3
"""After so many reminders without an answer, the owner is left in peace and somebody is asked once instead."""


def away(absences: Iterable[Absence], person: str, day: date) -> bool:
    """Whether somebody is away on a day."""
    return any(
        absence.person == person and absence.state in ("planned", "begun") and absence.first <= day <= absence.last
        for absence in absences
    )


def slot(person: Person, day: date) -> datetime:
    """When on that day the person is reminded: at a time of their own, yet not outside their working hours (naive local)."""
    start, end = shift(person, day)
    wished = datetime.combine(day, person.remind_at)
    if wished < start and end.date() > day:
        wished += timedelta(days=1)  # a time after midnight in a night shift
    return wished if start <= wished < end else start


def shift(person: Person, day: date) -> tuple[datetime, datetime]:
    """Start and end of the working day that begins on `day` (naive local)."""
    return person.working.hours_on(day)


def shift_end(person: Person, day: date) -> datetime:
    return shift(person, day)[1]


def next_day(person: Person, after: date) -> date:
    """The person's first working day later than `after`; who works on no day is taken to work Monday to Friday."""
    day = after + timedelta(days=1)
    for _ in range(60):
        if works_on(person.working, day):
            return day
        day += timedelta(days=1)
    return after + timedelta(days=1)


def who_is_asked(view: GroupView, action: Action, absences: Iterable[Absence], day: date) -> str:
    """Who is asked whether an action has the right owner: the contact person, else stand-in, else facilitator.

    Never the owner, and nobody who is away; "" where there is no one to ask.
    """
    absences = tuple(absences)
    candidates = (view.group.contact_person, view.group.stand_in, *view.people("facilitator", "chair"))
    return next((
        id for id in candidates
        if id and id not in action.owners and view.role_of(id) and not away(absences, id, day)
    ), "")  # fmt: skip
