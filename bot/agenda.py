"""The agenda builds itself: what was done and whether it helped, what is due, what is stuck, and what members added."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.actions import code, live_touched, matters_of, urgency
from bot.ask import Ask, due_day, is_overdue, next_meeting
from bot.calendar import rests, room_of
from bot.cards import Drawn, Reader, card
from bot.escalations import answered_rows, lifted_rows
from bot.forms import Field, Form
from bot.keys import key, keys_of
from bot.meetings import red, the_meeting
from bot.messages import agenda as say
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, Missing
from bot.model import Action, GroupView, Lesson, Meeting, Point, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules.work_calendar import in_office, instant, local, previous_working_day
from bot.timers import Timer, wants_timers

Result = Outcome | Need

NOON = time(12)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
CONSENT_WARNING = timedelta(weeks=2)


# --- what is on it ----------------------------------------------------------------------------------------------------


def agenda_of(view: GroupView, meeting: Meeting | None, now: datetime) -> say.Agenda:
    """The agenda of a meeting, or of one that is not planned yet (None). `now` is an aware UTC instant."""
    here = local(now)
    day = meeting.starts.date() if meeting else here.date()
    going_on = sorted((a for a in view.actions if a.state == "open"), key=urgency)
    consent = view.group.consent
    return say.Agenda(
        view.group.id,
        view.group.code,
        meeting,
        view.group.aim,
        done=tuple(sorted(to_evaluate(view, meeting), key=lambda a: a.number)),
        due=tuple(a for a in going_on if due_day(a.due) <= day),
        later=tuple(a for a in going_on if due_day(a.due) > day),
        stuck=tuple(sorted((a for a in view.actions if a.state == "stuck"), key=urgency)),
        matters=matters_of(view),
        points=open_points(view),
        overdue=tuple(a.id for a in going_on if is_overdue(a, now)),
        consent_until=consent.until if consent and consent.until <= max(day, here.date()) + CONSENT_WARNING else None,
        red=red(view.group, meeting) if meeting else "",
        committee=view.group.kind == "committee",
        lifted=lifted_rows(view),
        answers=answered_rows(view),
        join=room_of(view.group, meeting) if meeting else "",
    )


def held(view: GroupView, before: Meeting | None = None) -> list[Meeting]:
    """Meetings that have been held, before that one, the latest first."""
    past = [m for m in view.meetings if m.state == "ended" and m.started_at and m != before]
    if before and before.started_at:
        past = [m for m in past if m.started_at and m.started_at < before.started_at]
    return sorted(past, key=lambda m: m.started_at or LONG_AGO, reverse=True)


def to_evaluate(view: GroupView, meeting: Meeting | None) -> list[Action]:
    """What was done since last time. What nobody evaluated then comes once more."""
    earlier = held(view, meeting)
    last = earlier[0].started_at if earlier else None
    older = earlier[1].started_at if len(earlier) > 1 else None
    return [
        a for a in view.actions
        if a.state == "done" and a.closed_at
        and ((last is None or a.closed_at >= last) or (not a.helped and (older is None or a.closed_at >= older)))
    ]  # fmt: skip


def open_points(view: GroupView) -> tuple[Point, ...]:
    """The patient's own first, then as they came."""
    return tuple(sorted((p for p in view.points if p.state == "open"), key=lambda p: (not p.by_patient, p.number)))


def show(ask: Ask) -> Result:
    """`dagordning`: of the meeting that is going on, or the next."""
    return ask.say(agenda_of(ask.view, ask.live or next_meeting(ask.view, ask.local_now), ask.now))


# --- posted the working day before ------------------------------------------------------------------------------------


@wants_timers(Meeting)
def agenda_timer(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    """At noon the working day before; for a meeting that is set later than that, at once in office hours."""
    if meeting.state != "planned" or meeting.agenda_posted:
        return ()
    day = previous_working_day(meeting.starts.date())
    due = in_office(datetime.combine(day, NOON), meeting.starts, now)
    return (Timer("agenda", meeting.id, due),) if due else ()


def post_agenda(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """The agenda is posted, once."""
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or meeting.state != "planned" or meeting.agenda_posted:
        return Outcome()
    if rests(view.group, meeting.starts.date()) or meeting.starts <= local(now):
        return Outcome()
    return Outcome(
        save=(replace(meeting, agenda_posted=True),),
        facts=(Fact("agenda_posted", meeting.group, meeting.id),),
        posts=(Post(meeting.group, f"agenda:{meeting.id}", useful_until=instant(meeting.starts)),),
        command="agenda",
    )


@card("agenda")
def draw_agenda(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the meeting's id. Drawn anew as things change, until the meeting has ended."""
    meeting = the_meeting(rest, snapshot)
    if not isinstance(meeting, Meeting):
        return meeting
    if meeting.state not in ("planned", "live"):
        return Drawn(say.AgendaOver(meeting), (key(meeting),))
    view = snapshot.views[meeting.group]
    agenda = agenda_of(view, meeting, now)
    if meeting.state == "live":  # what is new, and the points, are on the meeting's own card
        agenda = replace(agenda, points=(), later=tuple(a for a in agenda.later if a.meeting != meeting.id))
        return Drawn(agenda, keys_of(meeting, *view.actions))
    # With the group itself, which is saved whenever something new gets its number; and with what may come back by Ångra.
    return Drawn(agenda, keys_of(meeting, view.group, *view.actions, *view.points))


# --- points -----------------------------------------------------------------------------------------------------------


def add(ask: Ask) -> Result:
    """`ta upp sömnen`, `patienten vill ta upp sömnen`."""
    if not ask.reading.text:
        return ask.say(Missing("text", "agenda_add"))
    return add_point(ask, ask.reading.text, ask.reading.by_patient)


def add_point(ask: Ask, text: str, by_patient: bool) -> Outcome:
    same = next((p for p in open_points(ask.view) if p.text.casefold() == text.casefold()), None)
    meeting = ask.live or next_meeting(ask.view, ask.local_now)
    if same:
        return ask.say(say.PointAdded(same, same.by, "", code(ask), meeting, already=True))
    point = new_point(ask, text, by_patient=by_patient)
    message = say.PointAdded(point, ask.me.id, ask.turn, code(ask), meeting)
    # A posted agenda and a meeting that goes on are drawn anew; before that the group is told of it.
    shown = ask.live or (meeting and meeting.agenda_posted)
    notice = Post(ask.group_id, f"notice:{ask.turn}", replace(message, change="", code=""))
    return saved(ask, "point_added", point, message, *([notice] if ask.in_channel and not shown else []))


def new_point(ask: Ask, text: str, **values: object) -> Point:
    """The next point of the group. `saved` counts the group's number up."""
    number = ask.group.last_other + 1
    point = Point(f"{ask.group_id}:p{number}", ask.group_id, number, ask.me.id, ask.now, text=text)
    return replace(point, **values)  # type: ignore[arg-type]


def saved(ask: Ask, fact: str, thing: Point | Lesson, receipt: Message, *posts: Post) -> Outcome:
    """A point or lesson is kept, and with a new one the group, which counts them."""
    group = (replace(ask.group, last_other=thing.number),) if thing.number > ask.group.last_other else ()
    return Outcome(
        Say(receipt), save=(*group, thing, *live_touched(ask)), facts=(Fact(fact, ask.group_id, thing.id, ask.me.id),), posts=posts
    )


def add_form(ask: Ask) -> Result:
    """The button *+ Punkt*."""
    assert ask.incoming.tap is not None
    fields = ask.incoming.tap.fields
    if fields is None:
        form = Form("add_point", ask.incoming.tap.ref, (Field("text", "long", "", True), Field("patientens", "check")))
        return Outcome(OpenForm(form))
    text = fields.get("text", "").strip()
    if not text:
        return Outcome(FormErrors({"text": FieldError("text")}))
    return add_point(ask, text, checked(fields.get("patientens", "")))


def checked(value: str) -> bool:
    return value.strip().casefold() in ("1", "true", "on", "yes", "ja", "x")


def park(ask: Ask) -> Result:
    """`parkera frågan om taxi`: what is not about the patient is put aside. Words of a point on the agenda mean that point."""
    text = ask.reading.text
    if not text:
        return park_form(ask)
    words = text.casefold()
    point = next((p for p in open_points(ask.view) if words in p.text.casefold() or p.text.casefold() in words), None)
    return put_aside(ask, point, text)


def put_aside(ask: Ask, point: Point | None, text: str = "") -> Outcome:
    at = ask.live.id if ask.live else ""
    parked = replace(point, state="parked", meeting=at) if point else new_point(ask, text, state="parked", meeting=at)
    return saved(ask, "point_parked", parked, say.PointNoted(parked, ask.turn, code(ask)))


def park_form(ask: Ask) -> Result:
    """The button *Parkera* of a meeting."""
    tap = ask.incoming.tap
    fields = tap.fields if tap else None
    if fields is None:
        return Outcome(OpenForm(Form("park", tap.ref if tap else f"{ask.group_id}:", (Field("text", "long", "", True),))))
    text = fields.get("text", "").strip()
    return put_aside(ask, None, text) if text else Outcome(FormErrors({"text": FieldError("text")}))


POINT_STATES = {"take_up": "taken_up", "park_point": "parked", "remove_point": "removed", "unpark": "open"}


def point_tapped(ask: Ask) -> Result:
    """The buttons on a point: dealt with, put aside, taken off the agenda, or back on it."""
    tap = ask.incoming.tap
    assert tap is not None
    found = ask.snapshot.get(f"Point {tap.ref}") or ask.snapshot.found.get(f"id {tap.ref}")
    if not isinstance(found, Point):
        return ask.say(Gone()) if f"id {tap.ref}" in ask.snapshot.found else Need((f"id {tap.ref}",))
    state = POINT_STATES[tap.do]
    at = ask.live.id if ask.live else last_held(ask) if tap.do == "take_up" else ""
    point = replace(found, state=state, meeting="" if state == "open" else at)
    if found.state == state:
        return ask.say(say.PointNoted(found, "", code(ask)))
    return saved(ask, f"point_{state}", point, say.PointNoted(point, ask.turn, code(ask)))


def last_held(ask: Ask) -> str:
    """The id of the latest meeting: a point ticked off after it was dealt with there."""
    return next((m.id for m in held(ask.view)), "")


# --- lessons ----------------------------------------------------------------------------------------------------------


def lesson(ask: Ask) -> Result:
    """`lärdom: ring före åtta`."""
    if not ask.reading.text:
        return ask.say(Missing("text", "lesson"))
    number = ask.group.last_other + 1
    learnt = Lesson(
        f"{ask.group_id}:l{number}", ask.group_id, number, ask.me.id, ask.now, ask.live.id if ask.live else "", text=ask.reading.text
    )
    message = say.LessonSaved(learnt, ask.me.id, ask.turn, code(ask), ask.group.kind == "committee")
    notice = Post(ask.group_id, f"notice:{ask.turn}", replace(message, change="", code=""))
    return saved(ask, "lesson_added", learnt, message, *([notice] if ask.in_channel and not ask.live else []))


TAPS = {
    "add_point": ("agenda_add", add_form),
    "park": ("park", park_form),
    **{do: ("park" if do == "park_point" else "agenda_add", point_tapped) for do in POINT_STATES},
}
TIMERS = {"agenda": post_agenda}
