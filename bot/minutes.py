"""What came of a meeting: the minutes, a copy for one's own records, and each owner's own list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.actions import code, matters_of, urgency
from bot.agenda import held, open_points
from bot.ask import Ask, due_day, next_meeting
from bot.cards import Drawn, Reader, card
from bot.frozen import dataclass
from bot.keys import key, keys_of
from bot.meetings import the_meeting
from bot.messages import meetings as say
from bot.messages.common import Gone, Several
from bot.messages.record import NotHeld
from bot.model import Action, Decision, GroupView, Kept, Lesson, Meeting, Point, Snapshot
from bot.outcome import Need, Outcome
from bot.rules.consent import sharing_allowed
from bot.rules.dates.sums import months_on
from bot.rules.work_calendar import local

Result = Outcome | Need


@dataclass(frozen=True, slots=True)
class Written:
    """What was written at a meeting, as it is now."""

    decisions: tuple[Decision, ...]
    actions: tuple[Action, ...]  # agreed
    closed: tuple[Action, ...]  # older ones that were closed there
    evaluated: tuple[Action, ...]  # since the meeting before
    lessons: tuple[Lesson, ...]
    taken_up: tuple[Point, ...]
    parked: tuple[Point, ...]


def written(view: GroupView, meeting: Meeting) -> Written:
    """What belongs to the meeting; all of it must be in view."""
    actions = tuple(a for a in view.actions if a.meeting == meeting.id and a.state not in ("undone", "cancelled"))
    earlier = held(view, meeting)
    since = earlier[0].ended_at if earlier else None

    def during(at: datetime | None) -> bool:
        begun, ended = meeting.started_at, meeting.ended_at if meeting.state == "ended" else None
        return at is not None and begun is not None and begun <= at and (ended is None or at <= ended)

    def evaluated(a: Action) -> bool:
        at, ended = a.evaluated_at, meeting.ended_at if meeting.state == "ended" else None
        return bool(a.helped) and at is not None and (since is None or at > since) and (ended is None or at <= ended)

    return Written(
        decisions=tuple(sorted((d for d in view.decisions if d.meeting == meeting.id and d.state == "valid"), key=lambda d: d.number)),
        actions=tuple(sorted(actions, key=lambda a: a.number)),
        closed=tuple(sorted((a for a in view.actions if a.state == "done" and a.meeting != meeting.id and during(a.closed_at)), key=urgency)),
        evaluated=tuple(sorted((a for a in view.actions if evaluated(a)), key=lambda a: a.number)),
        lessons=tuple(each for each in view.lessons if each.meeting == meeting.id and each.state == "valid"),
        taken_up=tuple(p for p in view.points if p.meeting == meeting.id and p.state == "taken_up"),
        parked=tuple(p for p in view.points if p.meeting == meeting.id and p.state == "parked"),
    )


def lines_of(view: GroupView, meeting: Meeting) -> tuple[Kept, ...]:
    """All that was ever written at the meeting: also what was taken back and may come again by Ångra."""
    kept: tuple[Decision | Action | Lesson | Point, ...] = (*view.decisions, *view.actions, *view.lessons, *view.points)
    return tuple(each for each in kept if each.meeting == meeting.id)


def minutes_of(view: GroupView, meeting: Meeting, now: datetime) -> say.Minutes:
    """The minutes as they are now; open for correction until a later meeting has started."""
    it = written(view, meeting)
    newest = not later_begun(view, meeting)
    return say.Minutes(
        meeting, view.group.code, newest, it.decisions, it.actions, it.closed, it.evaluated, it.lessons, it.taken_up,
        open_points(view) if newest else (), it.parked, next_meeting(view, local(now)) if newest else None,
    )  # fmt: skip


def later_begun(view: GroupView, meeting: Meeting) -> bool:
    """Whether a later meeting has started."""
    return any(
        m.started_at and meeting.started_at and m.started_at > meeting.started_at
        for m in view.meetings if m.state in ("live", "ended")
    )  # fmt: skip


def whole(meeting: Meeting, snapshot: Snapshot) -> Need | None:
    """All that belongs to the meeting must be in view, also when it is old."""
    wanted = f"meeting {meeting.id}"
    return None if wanted in snapshot.found else Need((wanted,))


@card("minutes")
def draw_minutes(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the meeting's id. The newest minutes are drawn anew as things change; older ones stay as they were."""
    meeting = the_meeting(rest, snapshot)
    if not isinstance(meeting, Meeting):
        return meeting
    if (need := whole(meeting, snapshot)) is not None:
        return need
    shown = minutes_of(snapshot.views[meeting.group], meeting, now)
    following = (shown.following,) if shown.following else ()
    lines = (*lines_of(snapshot.views[meeting.group], meeting), *shown.evaluated, *shown.closed, *shown.left, *following)
    return Drawn(shown, keys_of(meeting, *lines) if shown.open else (key(meeting),))


# --- to the asker -----------------------------------------------------------------------------------------------------


def summary(ask: Ask) -> Result:
    """`sammanfattning`, `protokoll`: the group's latest meeting. `protokoll v 47`: those of that week."""
    meetings = asked_for(ask)
    if not isinstance(meetings, tuple):
        return meetings
    for meeting in meetings:
        if (need := whole(meeting, ask.snapshot)) is not None:
            return need
    shown = tuple(minutes_of(ask.view, meeting, ask.now) for meeting in meetings)
    return ask.say(shown[0] if len(shown) == 1 else Several(shown))


def asked_for(ask: Ask) -> tuple[Meeting, ...] | Result:
    """The meetings of the day or the week that was said, in order; else the latest."""
    when, week = ask.reading.when, ask.reading.week
    if when is None and week is None:
        latest = the_latest(ask)
        return (latest,) if isinstance(latest, Meeting) else latest
    wanted = f"meetings {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    past = sorted(held(ask.view), key=lambda m: m.starts)
    if when is None:
        there = [m for m in past if m.starts.isocalendar().week == week]
        there = [m for m in there if m.starts.isocalendar().year == there[-1].starts.isocalendar().year]  # the last such week
        return tuple(there) or ask.say(NotHeld(ask.group.code, week=week))
    day = due_day(when)
    there = [m for m in past if m.starts.date() == day]
    if day > ask.today:  # "24 november" is read as the coming one, and a meeting that was held is the last one
        there = [m for m in past if (m.starts.month, m.starts.day) == (day.month, day.day)][-1:]
        day = months_on(day, -12)
    return tuple(there) or ask.say(NotHeld(ask.group.code, day))


def the_latest(ask: Ask) -> Meeting | Result:
    """The button's meeting, or the latest that was held."""
    tap = ask.incoming.tap
    if tap and tap.ref:
        found = the_meeting(tap.ref, ask.snapshot)
        if not isinstance(found, Drawn):
            return found
    latest = held(ask.view)
    if latest:
        return latest[0]
    wanted = f"meetings {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    return ask.say(say.NoMinutes(code(ask), next_meeting(ask.view, ask.local_now)))


def copy(ask: Ask) -> Result:
    """The button *Kopia för journalen*: plain lines, with the group's code name and no buttons."""
    found = the_latest(ask)
    if not isinstance(found, Meeting):
        return found
    if (need := whole(found, ask.snapshot)) is not None:
        return need
    return ask.say(say.MinutesCopy(replace(minutes_of(ask.view, found, ask.now), open=False), ask.group.aim))


TAPS = {"summary": ("summary", summary), "minutes_copy": ("summary", copy)}


# --- each owner's own list --------------------------------------------------------------------------------------------


def open_owners(view: GroupView, meeting: Meeting, until: datetime | None = None) -> tuple[str, ...]:
    """Who has something to do in the group, of what was written until then. Guests also what they answer for since the meeting."""
    rows = [a for a in view.open_actions if until is None or a.at <= until]
    guests = view.people("guest")
    answer_for = {
        id for d in view.decisions if d.meeting == meeting.id and d.state == "valid" and (until is None or d.at <= until)
        for id in d.responsible if id in guests
    }  # fmt: skip
    return tuple(sorted({id for a in rows for id in a.owners if id not in a.done_by} | answer_for))


@card("own_list")
def draw_own_list(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "anna:tall:2026-12-01". What was agreed at the meeting, then what the person had before it."""
    person, _, id = rest.partition(":")
    meeting = the_meeting(id, snapshot)
    if not isinstance(meeting, Meeting):
        return meeting
    if (need := whole(meeting, snapshot)) is not None:
        return need
    view = snapshot.views[meeting.group]
    seat = f"Member {view.group.id}:@{person}"
    if not view.role_of(person):
        return Drawn(Gone(), (key(meeting), seat))
    own = sorted((a for a in view.actions if person in a.owners and a.state in ("open", "stuck", "done")), key=urgency)
    agreed = tuple(a for a in own if a.meeting == meeting.id)
    ended = meeting.ended_at
    before = tuple(
        a for a in own
        if a.meeting != meeting.id and (ended is None or a.at <= ended) and (a.closed_at is None or (ended is not None and a.closed_at > ended))
    )  # fmt: skip
    message = say.OwnList(meeting, view.group.code, agreed, before, matters=matters_of(view))
    if view.role_of(person) == "guest":
        contact = snapshot.people.get(view.group.contact_person)
        message = replace(
            message, code=view.group.code if sharing_allowed(view.group, local(now).date()) else "",
            decisions=tuple(d for d in view.decisions if d.meeting == meeting.id and d.state == "valid" and person in d.responsible),
            following=next_meeting(view, local(now)), contact=contact.id if contact else "", phone=contact.phone if contact else "",
        )  # fmt: skip
    return Drawn(message, (*keys_of(meeting, *agreed, *before), seat))
