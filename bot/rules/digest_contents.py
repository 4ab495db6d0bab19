"""What the weekly overview tells: where help is needed first, how long things take, and when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.frozen import dataclass
from bot.model import Escalation
from bot.rules.next_meeting import Rule, occurrences
from bot.rules.work_calendar import is_eve, is_red, local, monday_of, previous_working_day, weeks_in

SOON = timedelta(days=14)
"""How long before a consent runs out the overview tells of it."""


@dataclass(frozen=True, slots=True)
class GroupWeek:
    """One group in one week; what is open is as it is now."""

    group: str
    code: str
    held: int = 0
    missed: int = 0
    decisions: int = 0
    on_time: int = 0  # done by the day it was due
    late: int = 0
    same_day: int = 0  # done on the day it was agreed
    overdue: int = 0
    overdue_since: date | None = None
    stuck: int = 0
    alone: int = 0  # stuck, and not lifted
    alone_since: datetime | None = None
    resting: bool = False  # paused
    meets: bool = True  # a meeting is planned
    contact: bool = True  # the patient has chosen a contact person
    consent_until: date | None = None


Hours = tuple[tuple[int, int], ...]
"""(whole hours something took, how many took so long)"""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that one overview is made from. Groups without a consent that holds are only counted."""

    groups: tuple[GroupWeek, ...] = ()
    without_consent: int = 0
    matters: tuple[Escalation, ...] = ()  # not settled: those that wait for an answer first, the urgent and the oldest first
    waiting: int = 0  # for an answer from the body
    with_group: int = 0  # answered or asked: the group has the word
    answered: int = 0  # this week
    helped: int = 0
    partly: int = 0
    no_help: int = 0
    done: Hours = ()  # from agreed to done, this week
    done_before: Hours = ()  # in the twelve weeks before
    answers: Hours = ()  # from lifted to answered
    answers_before: Hours = ()
    bodies: tuple[tuple[str, str], ...] = ()  # (id, code) of those where the matters lie
    organisations: tuple[str, ...] = ()  # whose groups there are, where `known` is false
    known: bool = True  # the words that narrow it fit something


# --- what is most needed ----------------------------------------------------------------------------------------------


def reasons(group: GroupWeek, today: date) -> tuple[str, ...]:
    """Why a group may need help, the most pressing first."""
    if group.resting:
        return ()
    why = {
        "missed": group.missed > 0 and not group.held,
        "stuck": group.alone > 0,
        "overdue": group.overdue > 0,
        "meeting": not group.meets,
        "contact": not group.contact,
        "consent": group.consent_until is not None and group.consent_until < today + SOON,
    }
    return tuple(name for name, holds in why.items() if holds)


def is_late(matter: Escalation, now: datetime) -> bool:
    """Nobody has taken it, and the time for a first answer is over."""
    return matter.state == "open" and matter.about != "lesson" and matter.plan.answer_by < now


WEIGHTS = {"missed": 40, "stuck": 30, "overdue": 15, "meeting": 20, "contact": 10, "consent": 10}


def group_weight(group: GroupWeek, now: datetime) -> int:
    """How pressing a group's need is: what is wrong, how much of it, and for how long."""
    today = local(now).date()
    weight = sum(WEIGHTS[why] for why in reasons(group, today))
    age = (now - group.alone_since).days if group.alone_since else 0
    overdue_age = (today - group.overdue_since).days if group.overdue_since else 0
    return weight + min(20, 2 * age) + min(10, 2 * group.overdue) + min(10, overdue_age)


def matter_weight(matter: Escalation, now: datetime) -> int:
    """How pressing a lifted matter is: urgent, late, waiting for an answer, then waiting for the group."""
    if matter.state not in ("open", "taken", "asked"):
        return 5
    weight = 100 if matter.urgent else 60 if is_late(matter, now) else {"open": 25, "taken": 20, "asked": 15}[matter.state]
    return weight + min(30, (now - matter.at).days)


def most_needed(figures: Figures, now: datetime) -> tuple[Escalation | GroupWeek, ...]:
    """Lifted matters and groups in need, the most pressing first. `now` is aware."""
    today = local(now).date()
    ranked: list[tuple[int, str, Escalation | GroupWeek]] = [
        *((-matter_weight(each, now), each.at.isoformat(), each) for each in figures.matters),
        *((-group_weight(each, now), each.code, each) for each in figures.groups if reasons(each, today)),
    ]
    return tuple(each for _, _, each in sorted(ranked, key=lambda row: row[:2]))


# --- how long things take ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeadTime:
    """In hours: half took at most `median`, nine of ten at most `most`. None where there was nothing to measure."""

    count: int = 0
    median: int | None = None
    most: int | None = None
    before_median: int | None = None
    before_most: int | None = None


def lead_time(hours: Hours, before: Hours) -> LeadTime:
    """This week's, beside those of the weeks before."""
    return LeadTime(
        sum(n for _, n in hours), percentile(hours, 50), percentile(hours, 90), percentile(before, 50), percentile(before, 90)
    )


def percentile(hours: Hours | Sequence[tuple[int, int]] | Mapping[int, int], share: int) -> int | None:
    """The smallest number of hours within which `share` percent were ready (nearest rank)."""
    counted = sorted(hours.items() if isinstance(hours, Mapping) else hours)
    needed = -(-sum(n for _, n in counted) * share // 100)
    for each, n in counted:
        needed -= n
        if needed <= 0:
            return each
    return None


# --- which week, and when it is sent ----------------------------------------------------------------------------------


def week_meant(number: int, today: date) -> date | None:
    """The Monday of the newest week with that number that has begun; None where no week is called that."""
    for year in range(today.year + 1, today.year - 9, -1):
        if 1 <= number <= weeks_in(year) and (monday := monday_of(year, number)) <= today:
            return monday
    return None


def week_told(day: date) -> date:
    """The Monday of the week that an overview sent on `day` is about: on a Monday, the week that is over."""
    return day - timedelta(days=day.weekday() or 7)


def next_sending(rule: Rule, after: datetime) -> datetime | None:
    """The first moment after `after` (naive local) at which it is to be sent: before a red day, the working day before it."""
    for planned in occurrences(rule, after.date()):
        day = planned.date()
        if is_red(day) or is_eve(day):
            day = previous_working_day(day)
        moment = datetime.combine(day, planned.time())
        if moment > after:
            return moment
    return None
