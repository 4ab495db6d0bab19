"""When the group meets: its rhythm, and meetings moved, cancelled and added.

The coming meetings are kept as `planned` ones, five weeks ahead, and further when somebody speaks of a later one. Each
remembers the moment that the rhythm gave it (`planned`), so that one moved or cancelled by hand is never made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from bot.actions import code
from bot.ask import Ask, due_day, next_meeting
from bot.calendar import invitations, rests
from bot.cards import Drawn
from bot.forms import Field, Form
from bot.keys import key, stamp_on
from bot.messages import meetings as say
from bot.messages.base import Message
from bot.messages.common import BadDate, FieldError, Gone, WhichDay
from bot.model import Group, GroupView, Meeting, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules.date_words import read_moment
from bot.rules.next_meeting import Rule, make_rule, next_occurrence, occurrences
from bot.rules.reading import MeetingTime, Moment
from bot.rules.work_calendar import (
    instant,
    is_working_day,
    local,
    next_working_day,
    previous_working_day,
    red_name,
)
from bot.stale import stale
from bot.timers import Timer, wants_timers
from bot.undo import undo

Result = Outcome | Need

HALF_AN_HOUR = 30
HORIZON = timedelta(weeks=5)
FARTHEST = timedelta(weeks=60)  # how far ahead a meeting can be spoken of


# --- the meetings that the rhythm gives -------------------------------------------------------------------------------


def made(view: GroupView, rule: Rule, until: datetime, after: datetime, at_least: int = 0) -> list[Meeting]:
    """Meetings of the rhythm after `after`, up to `until`, that are not kept yet; then on until `at_least` so many take place,
    neither cancelled nor in a pause. The view must hold all meetings."""
    known = {meeting.planned: meeting for meeting in view.meetings if meeting.state != "undone" and not meeting.extra}
    new: list[Meeting] = []
    held = 0
    for start in starts_of(rule, max(until, after + FARTHEST) if at_least else until, after, at_least):
        kept, resting = known.get(start), rests(view.group, start.date())
        if start > until and held >= at_least:
            break
        if start > until and resting and not kept:
            continue
        if kept is None:
            new.append(planned(view, start, length(rule, start), new))
        held += not resting and (kept is None or kept.state == "planned")
    return new


def starts_of(rule: Rule, until: datetime, after: datetime, at_least: int = 0) -> list[datetime]:
    """The rhythm's moments after `after`, up to `until` or until there are `at_least` so many."""
    moments = enumerate(start for start in occurrences(rule, after.date()) if start > after)
    return [start for _, start in takewhile(lambda each: each[1] <= until or each[0] < at_least, moments)]


def planned(view: GroupView, start: datetime, minutes: int, besides: Iterable[Meeting] = (), extra: bool = False) -> Meeting:
    """A meeting to be kept, with an id that is free: one that was taken back is used again."""
    taken = {meeting.id for meeting in (*(m for m in view.meetings if m.state != "undone"), *besides)}
    first = f"{view.group.id}:{start.date().isoformat()}"
    id = next(name for name in (first, *(f"{first}{chr(letter)}" for letter in range(ord("b"), ord("z") + 1))) if name not in taken)
    fresh = Meeting(id, view.group.id, planned=start, starts=start, minutes=minutes, extra=extra)
    older = next((meeting for meeting in view.meetings if meeting.id == id), None)
    return replace(fresh, version=older.version) if older else fresh


def length(rule: Rule, start: datetime) -> int:
    """How long the rhythm lets a meeting be."""
    slot = next((s for s in rule.slots if (s.weekday, s.start) == (start.weekday(), start.time())), rule.slots[0])
    return slot.minutes or HALF_AN_HOUR


def coming(view: GroupView, now: datetime) -> list[Meeting]:
    """Planned meetings still to come, the next first."""
    return sorted((m for m in view.meetings if m.state == "planned" and m.starts > now), key=lambda m: m.starts)


def the_meeting(id: str, snapshot: Snapshot) -> Meeting | Need | Drawn:
    """The meeting that a card shows, however old; the card is gone where it is."""
    found = snapshot.get(f"Meeting {id}")
    if isinstance(found, Meeting):
        return found
    return Drawn(Gone()) if f"id {id}" in snapshot.found else Need((f"id {id}",))


@wants_timers(Group)
def plan_timer(group: Group, now: datetime) -> tuple[Timer, ...]:
    """Every Monday before work the coming meetings are kept further ahead."""
    if group.schedule is None or group.state == "closed":
        return ()
    here = local(now)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time(4))
    if monday <= here:
        monday += timedelta(weeks=1)
    return (Timer("plan", group.id, instant(monday)),)


def plan(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """The coming five weeks are kept as meetings."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.schedule is None or view.group.state == "closed":
        return Outcome()
    if (need := all_meetings(snapshot, view)) is not None:
        return need
    here = local(now)
    return Outcome(
        save=(view.group, *made(view, view.group.schedule, here + HORIZON, here, at_least=2)),
        posts=invitations(snapshot, view, here), command="plan",
    )  # fmt: skip


def all_meetings(snapshot: Snapshot, view: GroupView) -> Need | None:
    """Also those long past or cancelled long ago must be in view before new ones are made."""
    wanted = f"meetings {view.group.id}"
    return None if wanted in snapshot.found else Need((wanted,))


# --- the rhythm -------------------------------------------------------------------------------------------------------


def schedule(ask: Ask) -> Result:
    """`möte tisdagar 13:00`, `möte varannan torsdag 14-15`; `möte på torsdag kl 10` is one meeting."""
    reading = ask.reading
    if reading.when is not None:
        return add_one(ask)
    if not reading.slots:
        return ask.say(BadDate(problem="no_time" if reading.weekdays else "no_date", example=EXAMPLES[ask.me.language == "en"]))
    rule = make_rule(
        timed(reading.slots, reading.minutes), ask.local_now, interval=reading.interval or 1, nth=reading.nth,
        parity=reading.parity, first=reading.first, until=reading.until,
    )  # fmt: skip
    only = () if reading.sure else tuple(m for m in reading.alternatives if isinstance(m, datetime))
    default_length = not reading.minutes and not any(slot.minutes for slot in reading.slots)
    return new_rhythm(ask, rule, only, default_length=default_length)


EXAMPLES = ("möte tisdagar 13:00", "meeting Tuesdays 13:00")


def timed(slots: tuple[MeetingTime, ...], minutes: int | None, usual: int = HALF_AN_HOUR) -> tuple[MeetingTime, ...]:
    return tuple(replace(slot, minutes=slot.minutes or minutes or usual) for slot in slots)


def new_rhythm(ask: Ask, rule: Rule, only: tuple[datetime, ...] = (), *, default_length: bool = False) -> Result:
    """The group's rhythm is `rule` from now on, or from the day that was said: until then the old one goes on."""
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    if next_occurrence(rule, ask.local_now) is None:
        return ask.say(BadDate(problem="past_date"))
    old = ask.group.schedule if ask.group.schedule != rule else None
    set_day = ask.reading.first if ask.group.schedule else None
    begins = max(datetime.combine(set_day, time.min) if set_day else ask.local_now, ask.local_now)
    before = made(ask.view, old, min(begins, ask.local_now + FARTHEST), ask.local_now) if old else []
    saved = [*(m for m in before if m.planned < begins), *replanned(ask.view, rule, begins)]
    group = replace(ask.group, schedule=rule, earlier=until_then(ask.group, begins, ask.local_now))
    view = replace(ask.view, meetings=tuple({m.id: m for m in (*ask.view.meetings, *saved)}.values()))
    theirs = [m for m in coming(view, ask.local_now) if not m.extra and m.planned > begins]
    message = say.MeetingsScheduled(
        rule, tuple(theirs[:3]), ask.me.id, ask.turn, code(ask), was=old,
        before_stay=any(m.planned < begins for m in coming(view, ask.local_now)),
        default_length=default_length, by_hand=tuple(m for m in theirs if m.starts != m.planned),
        only=tuple((f"{ask.group_id}:{ask.turn}|{moment.isoformat()}", moment) for moment in only),
    )  # fmt: skip
    return Outcome(
        Say(message),
        save=(group, *saved),
        facts=(Fact("schedule_set", ask.group_id, ask.group_id, ask.me.id),),
        posts=(
            Post(ask.group_id, f"notice:{ask.turn}", replace(message, change="", code="", only=())),
            *invitations(ask.snapshot, replace(view, group=group), ask.local_now),
        ),
    )


def until_then(group: Group, begins: datetime, now: datetime) -> tuple[Rule, ...]:
    """The rhythms before the one that begins then: of one that begins at once, only those that had ended already."""
    if begins <= now:
        return tuple(rule for rule in group.earlier if rule.until and rule.until < now.date())
    last = begins.date() - timedelta(days=1)
    rules = (*group.earlier, *((group.schedule,) if group.schedule else ()))
    return tuple(replace(rule, until=min(rule.until or last, last)) for rule in rules if rule.first <= last)


def replanned(view: GroupView, rule: Rule, now: datetime) -> list[Meeting]:
    """What of the coming meetings changes with the rhythm.

    A meeting on a day that stays a meeting day takes the new time. One moved or cancelled by hand stays as it was
    agreed, and stands for its week in the new rhythm too, unless that day had a meeting of its own. The others are
    taken away.
    """
    mine = [m for m in view.meetings if m.planned > now and not m.extra and m.state in ("planned", "cancelled")]
    living = view.group.schedule is not None  # after `ställ in alla möten` nothing stands in the way of a new rhythm
    by_hand = [m for m in mine if (m.state == "cancelled" and living) or (m.state == "planned" and m.starts != m.planned)]
    left = {m.id: m for m in mine if m not in by_hand}
    changed: list[Meeting] = []
    wanted = starts_of(rule, now + HORIZON, now, at_least=2)
    days = {start.date() for start in wanted}
    for start in wanted:
        same_day = next((m for m in left.values() if m.planned.date() == start.date()), None)
        stands = next((m for m in by_hand if m.planned.date() == start.date()), None)
        if not stands and not same_day:
            stands = next(
                (m for m in by_hand if m.planned.isocalendar()[:2] == start.isocalendar()[:2] and m.planned.date() not in days), None
            )
        if stands:
            by_hand.remove(stands)
            meeting, was = replace(stands, planned=start), stands
        elif same_day:
            del left[same_day.id]
            meeting, was = replace(same_day, planned=start, starts=start, minutes=length(rule, start), state="planned"), same_day
        else:
            changed.append(planned(view, start, length(rule, start), changed))
            continue
        if meeting != was:
            changed.append(meeting)
    return [*changed, *(replace(m, state="undone") for m in left.values() if m.state == "planned")]


def add_one(ask: Ask) -> Result:
    """`extramöte tisdag 13`: one meeting outside the rhythm."""
    reading = ask.reading
    when = reading.when
    if when is not None and not isinstance(when, datetime) and reading.slots:
        when = datetime.combine(when, reading.slots[0].start)
    if not isinstance(when, datetime):
        return ask.say(BadDate(problem="no_time", example=EXAMPLES[ask.me.language == "en"]))
    minutes = reading.minutes or next((slot.minutes for slot in reading.slots if slot.minutes), None)
    return added(ask, when, minutes, () if reading.sure else reading.alternatives)


def added(ask: Ask, when: datetime, minutes: int | None, alternatives: tuple[Moment, ...] = ()) -> Result:
    if when <= ask.local_now:
        return ask.say(BadDate(problem="past_date"))
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    same = next((m for m in ask.view.meetings if m.state == "planned" and m.starts == when), None)
    if same:
        return ask.say(say.MeetingAlready(same))
    meeting = planned(ask.view, when, minutes or HALF_AN_HOUR, extra=True)
    message = say.MeetingAdded(
        meeting, ask.me.id, ask.turn, code(ask), default_length=minutes is None, red=red(ask.group, meeting),
        alternatives=elsewhen(meeting, alternatives),
    )  # fmt: skip
    return told(ask, "meeting_added", (replace(meeting, holiday_noticed=True),), message, replace(message, change="", code="", alternatives=()))


def only_once(ask: Ask) -> Result:
    """The button *Bara torsdag 3 december*: not the rhythm that was just set, but one meeting. ref: "tall:<change>|<moment>"."""
    assert ask.incoming.tap is not None
    change, _, moment = ask.incoming.tap.ref.partition(":")[2].partition("|")
    tap = replace(ask.incoming.tap, do="undo", ref=change)
    undone = undo(replace(ask, incoming=replace(ask.incoming, tap=tap)))
    if isinstance(undone, Need) or not undone.undone:
        return undone
    snapshot = ask.snapshot
    for thing in undone.save:
        snapshot = snapshot.having(thing)
    # `turn` must stay that of this tap, so the meeting is added with the ask as it came
    result = added(replace(ask, snapshot=snapshot), datetime.fromisoformat(moment), None)
    if isinstance(result, Need):
        return result
    saved = {key(thing): thing for thing in (*undone.save, *result.save)}
    return replace(result, save=tuple(saved.values()), facts=(*undone.facts, *result.facts), undone=undone.undone)


def told(
    ask: Ask, fact: str, meetings: tuple[Meeting, ...], receipt: Message, notice: Message
) -> Outcome:
    """A meeting is another time, or not held: wherever it was said, the group must know.

    No card holds a meeting that has not been kept before: the group is saved with it, which all calendars hold.
    """
    view = replace(ask.view, meetings=(*(m for m in ask.view.meetings if m.id not in {each.id for each in meetings}), *meetings))
    return Outcome(
        Say(receipt), save=(*(() if all(each.version for each in meetings) else (ask.group,)), *meetings),
        facts=tuple(Fact(fact, ask.group_id, meeting.id, ask.me.id) for meeting in meetings),
        posts=(Post(ask.group_id, f"notice:{ask.turn}", notice), *invitations(ask.snapshot, view, ask.local_now)),
    )  # fmt: skip


def red(group: Group, meeting: Meeting) -> str:
    """What the red day or eve of the meeting is called, "" on other days."""
    return red_name(meeting.starts.date(), group.language) or ""


def elsewhen(meeting: Meeting, moments: Iterable[Moment]) -> tuple[tuple[str, datetime], ...]:
    """Other likely times of a meeting, for buttons that move it there."""
    times = (m if isinstance(m, datetime) else datetime.combine(m, meeting.starts.time()) for m in moments)
    return tuple((f"{meeting.id}|{moment.isoformat()}", moment) for moment in times if moment != meeting.starts)


# --- one meeting ------------------------------------------------------------------------------------------------------


def ahead(ask: Ask, until: date) -> list[Meeting]:
    """Planned meetings still to come, up to and with `until`: also those that are not kept yet."""
    last = min(datetime.combine(until, time.max), ask.local_now + FARTHEST)
    rule = ask.group.schedule
    new = made(ask.view, rule, last, ask.local_now) if rule else []
    return sorted((m for m in (*coming(ask.view, ask.local_now), *new) if m.starts <= last), key=lambda m: m.starts)


def the_week(ask: Ask, week: int) -> tuple[date, date]:
    """Monday and Sunday of the first such ISO week that is not over."""
    year = ask.today.isocalendar().year
    while True:
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:  # not every year has a week 53
            year += 1
            continue
        if monday + timedelta(days=6) >= ask.today:
            return monday, monday + timedelta(days=6)
        year += 1


def nearest(ask: Ask) -> tuple[Meeting, ...]:
    """Meetings to name when there is none on that day."""
    return tuple(coming(ask.view, ask.local_now)[:2])


def which(ask: Ask) -> Meeting | Result:
    """The meeting that a move is about: on the day or in the week that was said, else the next."""
    reading = ask.reading
    if reading.which is None and reading.week is None:
        return next(iter(coming(ask.view, ask.local_now)), None) or ask.say(say.NoSuchMeeting())
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    if reading.which is None:
        week = reading.which_week or reading.week
        assert week is not None
        monday, sunday = the_week(ask, week)
        in_week = [m for m in ahead(ask, sunday) if m.starts.date() >= monday]
        if not in_week and not reading.which_week:  # "flytta mötet till torsdag v 53" is of the next one, where that week has none
            in_week = coming(ask.view, ask.local_now)
        return next(iter(in_week), None) or ask.say(say.NoSuchMeeting(None, reading.which_week, nearest(ask)))
    day = reading.which.date() if isinstance(reading.which, datetime) else reading.which
    meetings = ahead(ask, day + timedelta(days=6))
    on_day = [m for m in meetings if m.starts.date() == day]
    return on_day[0] if on_day else ask.say(say.NoSuchMeeting(day, None, nearest(ask)))


def reschedule(ask: Ask) -> Result:
    """`flytta mötet till onsdag kl 10`, `flytta alla möten till onsdagar 10`."""
    reading = ask.reading
    if reading.all:
        return move_all(ask)
    if reading.when is None:
        return ask.say(BadDate(problem="no_time"))
    meeting = which(ask)
    if not isinstance(meeting, Meeting):
        return meeting
    when = clocked(reading.when, meeting)
    others = [clocked(moment, meeting) for moment in (() if reading.sure else reading.alternatives)]
    return move(ask, meeting, when, tuple(others), reading.minutes)


def clocked(moment: Moment, meeting: Meeting) -> datetime:
    """A day without a clock time means the meeting's own."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, meeting.starts.time())


def move(ask: Ask, meeting: Meeting, when: datetime, others: tuple[datetime, ...] = (), minutes: int | None = None) -> Outcome:
    if when <= ask.local_now:
        return ask.say(BadDate(problem="past_date"))
    minutes = minutes or meeting.minutes
    if (when, minutes) == (meeting.starts, meeting.minutes):
        return ask.say(say.MeetingAlready(meeting))
    # Who moves a meeting to a red day knows it: the receipt says so, and there is no notice later.
    saved = replace(meeting, starts=when, minutes=minutes, holiday_noticed=True)
    message = say.MeetingMoved(
        saved, meeting.starts, ask.me.id, ask.turn, code(ask), red(ask.group, saved),
        elsewhen(saved, (moment for moment in dict.fromkeys(others) if moment > ask.local_now and moment != meeting.starts)),
    )  # fmt: skip
    return told(ask, "meeting_moved", (saved,), message, replace(message, change="", code="", alternatives=()))


def move_all(ask: Ask) -> Result:
    """All from now on: a new day or time in the rhythm that the group has."""
    reading, old = ask.reading, ask.group.schedule
    slots = reading.slots
    if not slots and isinstance(reading.when, datetime):  # a clock time alone is for every meeting day
        same = [(slot.weekday, slot.minutes) for slot in old.slots] if old and not reading.weekdays else [(reading.when.weekday(), None)]
        slots = tuple(MeetingTime(day, reading.when.time(), minutes) for day, minutes in same)
    if not slots and old and (reading.weekdays or reading.when):
        days = reading.weekdays or ((reading.when.weekday(),) if reading.when else ())
        slots = tuple(MeetingTime(day, old.slots[0].start, old.slots[0].minutes) for day in days)
    if not slots:
        return ask.say(BadDate(problem="no_time"))
    said_length = reading.minutes or any(slot.minutes for slot in slots)
    slots = timed(slots, reading.minutes, old.slots[0].minutes or HALF_AN_HOUR if old else HALF_AN_HOUR)
    said = bool(reading.nth) or reading.parity is not None or (reading.interval or 1) > 1
    if old is None or said:
        rule = make_rule(
            slots, ask.local_now, interval=reading.interval or 1, nth=reading.nth, parity=reading.parity,
            first=reading.first, until=reading.until,
        )  # fmt: skip
    else:
        following = next_occurrence(old, ask.local_now)
        monday = following.date() - timedelta(days=following.weekday()) if following and old.interval > 1 else None
        rule = make_rule(
            slots, ask.local_now, interval=old.interval, nth=old.nth, parity=old.parity,
            first=reading.first or monday, until=reading.until or old.until,
        )  # fmt: skip
    return new_rhythm(ask, rule, default_length=old is None and not said_length)


def cancel(ask: Ask) -> Result:
    """`ställ in mötet`, `ställ in mötet v 52`, `ställ in mötet på tisdag`, `ställ in alla möten`."""
    reading = ask.reading
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    day = reading.when.date() if isinstance(reading.when, datetime) else reading.when
    if day is not None:
        first, last = day, reading.until or day
    elif reading.week is not None:
        first, last = the_week(ask, reading.week)
        last = max(last, reading.until or last)
    elif reading.until is not None:
        first, last = ask.today, reading.until
    elif reading.all:
        return cancelled(ask, coming(ask.view, ask.local_now), ended=True)
    else:
        return cancelled(ask, coming(ask.view, ask.local_now)[:1])
    meetings = [m for m in ahead(ask, last) if m.starts.date() >= first]
    if day is not None and not reading.sure and reading.problem_words and reading.problem_words in reading.line:
        days = {day, *(due_day(moment) for moment in reading.alternatives)}
        held = sorted({m.starts.date() for m in ahead(ask, max(days))} & days)
        if len(held) > 1:  # "inget möte nästa tisdag", and there is one this Tuesday too: others would be told the wrong day
            return ask.say(WhichDay(reading.problem_words, tuple((each, reading.line.replace(reading.problem_words, each.isoformat(), 1)) for each in held)))
        meetings = [m for m in ahead(ask, max(days)) if m.starts.date() in held]
    if isinstance(reading.when, datetime) and reading.until is None:
        meetings = [m for m in meetings if m.starts == reading.when]
    if not meetings:
        return ask.say(say.NoSuchMeeting(day, reading.week, nearest(ask)))
    return cancelled(ask, meetings)


def cancelled(ask: Ask, meetings: list[Meeting], ended: bool = False) -> Outcome:
    if not meetings and not (ended and ask.group.schedule):
        return ask.say(say.NoSuchMeeting())
    saved = tuple(replace(meeting, state="cancelled") for meeting in meetings)
    last = max((m.starts for m in saved), default=ask.local_now)
    view = replace(ask.view, meetings=tuple({m.id: m for m in (*ask.view.meetings, *saved)}.values()))
    kept = [] if ended else kept_after(view, last)
    following = None if ended else next_meeting(replace(view, meetings=(*view.meetings, *kept)), last)
    message = say.MeetingsCancelled(saved, ask.me.id, ask.turn, code(ask), ask.reading.text, following, ended)
    outcome = told(ask, "meeting_cancelled", saved, message, replace(message, change="", code=""))
    if ended:
        return replace(outcome, save=(replace(ask.group, schedule=None, earlier=()), *saved), posts=outcome.posts[:1])
    return replace(outcome, save=(*outcome.save, *kept))


def kept_after(view: GroupView, last: datetime) -> list[Meeting]:
    """The first meeting that takes place after `last`, where it is farther ahead than meetings are kept: after a cancelled
    Christmas, or a pause."""
    rule = view.group.schedule
    return made(view, rule, last, last, at_least=1) if rule else []


# --- buttons ----------------------------------------------------------------------------------------------------------


def tapped(ask: Ask) -> Meeting | Result:
    """The meeting that a button is about, if it is still to come."""
    assert ask.incoming.tap is not None
    id = ask.incoming.tap.ref.partition("|")[0]
    found = next((m for m in ask.view.meetings if m.id == id), None)
    if found and found.state == "planned" and found.starts > ask.local_now:
        return found
    return ask.say(say.NoSuchMeeting(found.starts.date() if found else None, None, nearest(ask)))


def move_form(ask: Ask) -> Result:
    """The button *Flytta*: a form with a working day near, filled in."""
    meeting = tapped(ask)
    if not isinstance(meeting, Meeting):
        return meeting
    tap = ask.incoming.tap
    assert tap is not None
    fields, shown = tap.fields, stamp_on(meeting.starts)
    if fields is None:
        near = working_day_near(meeting.starts, ask.local_now)
        return Outcome(OpenForm(Form("move_meeting", meeting.id, (Field("när", "text", f"{near.day}/{near.month} {near:%H:%M}", True),), shown)))
    words = fields.get("när", "").strip()
    found = read_moment(words, replace(ask.context(), next_meeting=meeting.starts))
    if found is None:
        return Outcome(FormErrors({"när": FieldError("bad_date" if words else "no_date", words)}))
    when = clocked(found.when, meeting)
    if not found.day and isinstance(found.when, datetime):
        when = datetime.combine(meeting.starts.date(), found.when.time())
    if found.past or when <= ask.local_now:
        return Outcome(FormErrors({"när": FieldError("past_date", words)}))
    if tap.version not in (None, shown) and when != meeting.starts:
        return stale(ask, meeting, at=meeting.starts)
    return move(ask, meeting, when)


def working_day_near(start: datetime, now: datetime) -> datetime:
    """The same clock time on the working day before, or after where that has been."""
    day = start.date()
    if is_working_day(day):
        return datetime.combine(next_working_day(day), start.time())
    before = datetime.combine(previous_working_day(day), start.time())
    return before if before > now else datetime.combine(next_working_day(day), start.time())


def move_to(ask: Ask) -> Result:
    """A button with another likely time. ref: "tall:2026-12-01|2026-12-02T10:00:00"."""
    meeting = tapped(ask)
    if not isinstance(meeting, Meeting):
        return meeting
    assert ask.incoming.tap is not None
    return move(ask, meeting, datetime.fromisoformat(ask.incoming.tap.ref.partition("|")[2]))


def cancel_tapped(ask: Ask) -> Result:
    """The button *Ställ in*."""
    meeting = tapped(ask)
    return cancelled(ask, [meeting]) if isinstance(meeting, Meeting) else meeting


TAPS = {
    "move_meeting": ("reschedule", move_form),
    "move_meeting_to": ("reschedule", move_to),
    "cancel_meeting": ("cancel_meeting", cancel_tapped),
    "meeting_once": ("schedule", only_once),
}


# --- meetings that nobody started -------------------------------------------------------------------------------------

TWELVE_HOURS = timedelta(hours=12)


@wants_timers(Meeting)
def missed_timer(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    return (Timer("missed", meeting.id, instant(meeting.ends) + TWELVE_HOURS),) if meeting.state == "planned" else ()


def missed(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Nobody started it. Nobody is scolded: its points come again next time."""
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or meeting.state != "planned":
        return Outcome()
    if instant(meeting.ends) + TWELVE_HOURS > now:
        return Outcome()  # moved to later
    if rests(view.group, meeting.starts.date()):
        return Outcome(save=(replace(meeting, state="cancelled"),), command="missed")
    return Outcome(
        save=(replace(meeting, state="missed"),), facts=(Fact("meeting_missed", meeting.group, meeting.id),), command="missed"
    )


TIMERS = {"plan": plan, "missed": missed}
