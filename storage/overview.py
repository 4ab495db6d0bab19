"""The read model of the weekly overview: the week's figures of many groups in a handful of statements.

Each statement reads by group and time through an index, and no further back than the thirteen weeks that are compared,
so that the cost follows the number of groups and not how long they have worked. It takes no lock, and opens no text but
those of the lifted matters that it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.model import Group
from bot.rules.consent import sharing_allowed
from bot.rules.digest_contents import Figures, GroupWeek, Hours
from bot.rules.work_calendar import instant
from storage.tables import ALWAYS, KINDS, members, people
from storage.types import Instant

WEEK = timedelta(weeks=1)
COMPARED = 12 * WEEK  # how far back lead times are compared
SHOWN = 30  # lifted matters that are shown in full, those that wait longest

_GROUPS: sa.BindParameter[Any] = sa.bindparam("groups", expanding=True)
_action, _meeting, _decision, _matter = (KINDS[name].table.c for name in ("Action", "Meeting", "Decision", "Escalation"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which overview: `Wanted.read` takes the question that decide asks."""

    monday: date
    now: datetime  # naive local
    who: str  # all | below | own
    ids: tuple[str, ...]
    words: str

    @classmethod
    def read(cls, question: str) -> Wanted:
        """From "2026-11-23 2026-11-27T14:00 below:gk,sg Arvika"."""
        monday, now, seen, words = (*question.split(" ", 3), "")[:4]
        who, _, ids = seen.partition(":")
        return cls(date.fromisoformat(monday), datetime.fromisoformat(now), who, tuple(filter(None, ids.split(","))), words)


def figures(connection: sa.Connection, groups: Collection[Group], wanted: Wanted) -> tuple[Figures, tuple[str, ...]]:
    """The figures, without the lifted matters themselves; and the ids of those to be shown. `groups`: all there are."""
    seen = in_sight(groups, wanted)
    today = wanted.now.date()
    sharing = {group.id for group in seen if wanted.who == "own" or sharing_allowed(group, today)}
    narrowed = narrow(connection, seen, sharing, groups, wanted.words)
    if narrowed is None:
        return Figures(known=False, organisations=organisations(connection, [group.id for group in seen])), ()
    shared = [group for group in narrowed if group.id in sharing]
    if not shared:
        return Figures(without_consent=len(narrowed)), ()
    read = _Week(connection, [group.id for group in shared], wanted)
    weeks = read.weeks(shared)
    done, done_before = read.spread("done")
    answers, answers_before = read.spread("answers")
    waiting, with_group, shown, bodies = read.matters()
    answered, helped, partly, no_help = read.answers()
    codes = {group.id: group.code for group in groups}
    return Figures(
        weeks, len(narrowed) - len(shared), (), waiting, with_group, answered, helped, partly, no_help, done, done_before,
        answers, answers_before, tuple((id, codes.get(id, id)) for id in sorted(bodies)),
    ), shown  # fmt: skip


# --- whose groups -----------------------------------------------------------------------------------------------------


def in_sight(groups: Iterable[Group], wanted: Wanted) -> list[Group]:
    """The care groups that the question allows, without those that are closed or were undone."""
    living = [group for group in groups if group.kind == "care" and group.state in ("starting", "active", "paused")]
    if wanted.who == "own":
        return [group for group in living if group.id in wanted.ids]
    if wanted.who == "below":
        below = beneath(groups, wanted.ids)
        return [group for group in living if group.id in below]
    return living


def beneath(groups: Iterable[Group], bodies: Collection[str]) -> set[str]:
    """Ids of all whose ladder leads to one of the bodies."""
    above = {group.id: group.above for group in groups}
    found: set[str] = set()
    for id in above:
        path: list[str] = []
        step = id
        while step and step not in path:
            path.append(step)
            step = above.get(step, "")
            if step in bodies:
                found.add(id)
                break
    return found


def narrow(
    connection: sa.Connection, seen: list[Group], sharing: Collection[str], groups: Iterable[Group], words: str
) -> list[Group] | None:
    """Those that the words mean: a group's code name, a body's, or an organisation's name. None where they mean nothing.

    A group outside `sharing` is not found by its name: not even that it lacks a consent is told.
    """
    if not words:
        return seen
    said = words.casefold()
    if named := [group for group in seen if group.id in sharing and group.code.casefold() == said]:
        return named
    if bodies := [group.id for group in groups if group.kind == "committee" and group.code.casefold() == said]:
        below = beneath(groups, bodies)
        return [group for group in seen if group.id in below]
    names = [name for name in connection.scalars(sa.select(people.c.organisation).distinct()) if said in name.casefold()]
    there = set(connection.scalars(_WITH_ORGANISATION, {"names": names})) if names else set()
    found = [group for group in seen if group.id in there or any(said in each.casefold() for each in group.organisations)]
    return found or None


_WITH_ORGANISATION = (
    sa.select(members.c.group_id)
    .join(people, people.c.id == members.c.person)
    .where(members.c.state == "active", people.c.organisation.in_(sa.bindparam("names", expanding=True)))
    .distinct()
)
_ORGANISATIONS = (
    sa.select(people.c.organisation)
    .join(members, people.c.id == members.c.person)
    .where(members.c.state == "active", members.c.group_id.in_(_GROUPS), people.c.organisation != "")
    .distinct()
)


def organisations(connection: sa.Connection, groups: list[str]) -> tuple[str, ...]:
    """Whose people are in these groups."""
    return tuple(sorted(connection.scalars(_ORGANISATIONS, {"groups": groups}))) if groups else ()


# --- the figures ------------------------------------------------------------------------------------------------------


class _Week:
    """The statements of one overview. Each answers with one row for each group, or fewer."""

    def __init__(self, connection: sa.Connection, groups: list[str], wanted: Wanted) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        days = [wanted.monday + timedelta(days=n) for n in range(8)]
        midnights = [instant(datetime.combine(day, time())) for day in days]
        self._values = {
            "groups": groups, "now": wanted.now, "now_text": wanted.now.isoformat(), "today": wanted.now.date().isoformat(),
            "monday": datetime.combine(wanted.monday, time()), "sunday": datetime.combine(days[7], time()),
            "begins": midnights[0], "ends": midnights[7], "since": instant(datetime.combine(wanted.monday - COMPARED, time())),
            **{f"midnight{n}": midnights[n] for n in range(7)}, **{f"day{n}": days[n].isoformat() for n in range(7)},
        }  # fmt: skip

    def _rows(self, name: str) -> Any:
        return self._connection.execute(statements(self._sqlite)[name], self._values)

    def weeks(self, groups: Iterable[Group]) -> tuple[GroupWeek, ...]:
        """Each group's week."""
        meetings = {(group, state): n for group, state, n in self._rows("meetings")}
        meets = set(self._rows("meets").scalars())
        decisions = dict(self._rows("decisions").all())
        closed = {row[0]: row[1:] for row in self._rows("closed")}
        open_ones = {row[0]: row[1:] for row in self._rows("open")}
        found: list[GroupWeek] = []
        for group in groups:
            id = group.id
            done, on_time, same_day = closed.get(id, (0, 0, 0))
            overdue, oldest, stuck, alone, alone_since = open_ones.get(id, (0, None, 0, 0, None))
            found.append(GroupWeek(
                id, group.code, meetings.get((id, "ended"), 0) + meetings.get((id, "live"), 0), meetings.get((id, "missed"), 0),
                decisions.get(id, 0), on_time, done - on_time, same_day, overdue, oldest and date.fromisoformat(oldest[:10]),
                stuck, alone, alone_since, group.state == "paused", id in meets, bool(group.contact_person),
                group.consent.until if group.consent else None,
            ))  # fmt: skip
        return tuple(found)

    def spread(self, name: str) -> tuple[Hours, Hours]:
        """How long things took, in whole hours: this week, and in the weeks before it."""
        this: Counter[int] = Counter()
        before: Counter[int] = Counter()
        for earlier, hours, n in self._rows(name):
            (before if earlier else this)[max(0, hours)] += n
        return tuple(sorted(this.items())), tuple(sorted(before.items()))

    def matters(self) -> tuple[int, int, tuple[str, ...], set[str]]:
        """How many wait for an answer, and for the group; which are shown; and the bodies where those lie."""
        rows = self._rows("matters").all()
        waiting = sum(row.state in ("open", "taken") for row in rows)
        order = ("open", "taken", "asked", "answered", "solved")
        first = sorted(rows, key=lambda row: (order.index(row.state) > 2, not row.urgent, order.index(row.state), row.at))[:SHOWN]
        return waiting, len(rows) - waiting, tuple(row.id for row in first), {row.body for row in first}

    def answers(self) -> tuple[int, int, int, int]:
        """Answers given this week, and what the groups said of those they have tried: helped, partly, no."""
        helped = dict(self._rows("helped").all())
        return self._rows("answered").scalar() or 0, helped.get("helped", 0), helped.get("partly", 0), helped.get("no", 0)


def _at(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=Instant())


def _text(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=sa.Text())


def _n(condition: Any) -> Any:
    """How many rows meet it."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


@cache
def statements(sqlite: bool) -> dict[str, Any]:
    """The statements by name, made once for each database."""

    def seconds(column: Any) -> Any:
        return sa.cast(sa.func.strftime("%s", column), sa.Integer) if sqlite else sa.cast(sa.func.floor(sa.func.extract("epoch", column)), sa.BigInteger)

    def hours(first: Any, last: Any) -> Any:
        return ((seconds(last) - seconds(first)) // 3600).label("hours")

    def spread(first: Any, last: Any, *conditions: Any) -> Any:
        earlier, took = (last < _at("begins")).label("earlier"), hours(first, last)
        query = sa.select(earlier, took, sa.func.count()).where(*conditions, last >= _at("since"), last < _at("ends"))
        return query.group_by(earlier, took)

    action, meeting, decision, matter = _action, _meeting, _decision, _matter
    in_groups = {"action": action.group_id.in_(_GROUPS), "meeting": meeting.group_id.in_(_GROUPS),
                 "decision": decision.group_id.in_(_GROUPS), "matter": matter.group_id.in_(_GROUPS)}  # fmt: skip
    closed_here = sa.and_(action.closed_at >= _at("begins"), action.closed_at < _at("ends"), action.state == "done")
    # which local day it was closed: by the midnights of this very week, so it is right when the clock changes too
    backwards = range(6, 0, -1)
    closing_day = sa.case(*((action.closed_at >= _at(f"midnight{n}"), _text(f"day{n}")) for n in backwards), else_=_text("day0"))
    closing_midnight = sa.case(*((action.closed_at >= _at(f"midnight{n}"), _at(f"midnight{n}")) for n in backwards), else_=_at("midnight0"))
    due = sa.type_coerce(action.due, sa.Text)
    overdue = sa.and_(action.state == "open", sa.or_(due < _text("today"), sa.and_(sa.func.length(due) > 10, due < _text("now_text"))))
    lifted = sa.select(matter.action).where(in_groups["matter"], matter.in_view_until == ALWAYS)
    alone = sa.and_(action.state == "stuck", action.id.not_in(lifted))
    live = sa.and_(in_groups["matter"], matter.in_view_until == ALWAYS)
    judged = sa.and_(in_groups["matter"], matter.helped_at >= _at("begins"), matter.helped_at < _at("ends"))
    return {
        "meetings": sa.select(meeting.group_id, meeting.state, sa.func.count())
        .where(in_groups["meeting"], meeting.starts >= sa.bindparam("monday"), meeting.starts < sa.bindparam("sunday"))
        .group_by(meeting.group_id, meeting.state),
        "meets": sa.select(meeting.group_id).where(
            in_groups["meeting"], meeting.in_view_until == ALWAYS, sa.or_(meeting.state == "live", meeting.starts >= sa.bindparam("now"))
        ).distinct(),
        "decisions": sa.select(decision.group_id, sa.func.count())
        .where(in_groups["decision"], decision.at >= _at("begins"), decision.at < _at("ends"), decision.state == "valid")
        .group_by(decision.group_id),
        "closed": sa.select(
            action.group_id, sa.func.count(), _n(sa.func.substr(due, 1, 10) >= closing_day), _n(action.at >= closing_midnight)
        ).where(in_groups["action"], closed_here).group_by(action.group_id),
        "open": sa.select(
            action.group_id, _n(overdue), sa.func.min(sa.case((overdue, due))), _n(action.state == "stuck"), _n(alone),
            sa.func.min(sa.case((alone, action.stuck_at)), type_=Instant()),
        ).where(in_groups["action"], action.in_view_until == ALWAYS).group_by(action.group_id),
        "done": spread(action.at, action.closed_at, in_groups["action"], action.state == "done"),
        "answers": spread(matter.at, matter.answered_at, in_groups["matter"], matter.state != "undone"),
        "matters": sa.select(matter.id, matter.state, matter.urgent, matter.at, matter.body).where(live),
        "answered": sa.select(sa.func.count()).where(
            in_groups["matter"], matter.answered_at >= _at("begins"), matter.answered_at < _at("ends"), matter.state != "undone"
        ),
        "helped": sa.select(matter.helped, sa.func.count()).where(judged, matter.state != "undone").group_by(matter.helped),
    }  # fmt: skip
