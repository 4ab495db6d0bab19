"""A meeting that goes on: started, written in, ended, and opened again. What is written grows on one card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import code, live_touched, new_action, off_work, read_due
from bot.agenda import held, open_points
from bot.ask import Ask, everybody, next_meeting
from bot.cards import Drawn, Reader, card
from bot.escalations import lifted_rows
from bot.forms import Field, Form
from bot.keys import key, keys_of, stamp_on
from bot.meetings import planned, the_meeting
from bot.messages import actions as say_action
from bot.messages import meetings as say
from bot.messages.base import Message
from bot.messages.common import FieldError
from bot.minutes import lines_of, open_owners, written
from bot.model import GroupView, Meeting, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import people_field, read_people
from bot.rules.work_calendar import OFFICE, instant, local, next_work_moment
from bot.stale import stale
from bot.timers import Timer, wants_timers

Result = Outcome | Need

HOUR = timedelta(hours=1)
NEAR = timedelta(hours=3)  # a planned meeting that is started so much before or after its time is surely meant
QUARTER = 15


# --- starting ---------------------------------------------------------------------------------------------------------


def start(ask: Ask) -> Result:
    """`starta mötet`: today's planned meeting nearest in time; where there is none, an extra one."""
    if ask.live:
        return ask.say(say.AlreadyLive(ask.live, code(ask)))
    meeting = to_start(ask)
    if isinstance(meeting, Need):
        return meeting
    last = next(iter(held(ask.view)), None)
    if meeting not in ask.view.meetings and ask.incoming.tap is None and last and last.ended_at and ask.now - last.ended_at <= NEAR:
        return ask.say(say.JustEnded(last, code(ask)))  # is it that one they want to go on with?
    early = round((meeting.starts - ask.local_now).total_seconds() / 60)
    begun = replace(
        meeting, state="live", started_at=ask.now, ended_at=None, last_line_at=ask.now, present=(ask.me.id,), led_by=ask.me.id
    )
    group = (replace(ask.group, state="active"),) if ask.group.state == "starting" else ()
    return Outcome(
        Say(say.MeetingStarted(begun, ask.turn, code(ask), early)), save=(*group, begun),
        facts=(Fact("meeting_started", ask.group_id, begun.id, ask.me.id),), posts=(Post(ask.group_id, f"live:{begun.id}"),),
    )  # fmt: skip


def to_start(ask: Ask) -> Meeting | Need:
    """The button's meeting if it is today's; else the planned one nearest in time, within hours or at least today."""
    ref = ask.incoming.tap.ref if ask.incoming.tap else ""
    near = [
        m for m in ask.view.meetings
        if m.state == "planned" and (m.starts.date() == ask.today or abs(m.starts - ask.local_now) <= NEAR)
    ]  # fmt: skip
    found = sorted(near, key=lambda m: (m.id != ref, abs(m.starts - ask.local_now)))
    if found:
        return found[0]
    wanted = f"meetings {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))  # so that the new one gets an id of its own
    now = ask.local_now.replace(second=0, microsecond=0)
    return replace(planned(ask.view, now, 30, extra=True), agenda_posted=True, holiday_noticed=True)


# --- who is there -----------------------------------------------------------------------------------------------------


def attend(ask: Ask) -> Result:
    """`närvarande: @anna @bo, Karin från Försäkringskassan`, and the button *Närvarande* (a form, with guests for once).

    The form remembers who was ticked when it opened: what others note meanwhile stays.
    """
    live = ask.live
    if live is None:
        return nothing_live(ask)
    tap, shown = ask.incoming.tap, stamp_on(live.visitors)
    owners, guests = ask.reading.owners, ask.reading.text
    if owners or guests:
        present = tuple(dict.fromkeys((*live.attendants, *owners)))
        noted = replace(live, present=present, visitors=also_there(live.visitors, guests), last_line_at=ask.now)
    elif tap is None or tap.fields is None:
        group = people_field(ask, "närvarande", everybody(ask.view), required=False)
        ticked = ",".join(id for id in live.attendants if id in dict(group.options))
        by_name = tuple(sorted(group.options, key=lambda option: option[1].casefold()))
        fields = (replace(group, kind="choices", value=ticked, options=by_name), Field("gäster", "text", live.visitors))
        return Outcome(OpenForm(Form("attend", f"{live.id}:{ticked}", fields, shown)))
    else:
        meeting, _, ticked = tap.ref[len(ask.group_id) + 1 :].partition(":")
        chosen = read_people(ask, tap.fields["närvarande"]) if tap.fields.get("närvarande") else ()
        if isinstance(chosen, FieldError):
            return Outcome(FormErrors({"närvarande": chosen}))
        if f"{ask.group_id}:{meeting}" != live.id:  # of another meeting
            return stale(ask, live, text=live.visitors, owners=live.attendants)
        gone = set(ticked.split(",")).difference(chosen)
        present = tuple(dict.fromkeys((*(id for id in live.attendants if id not in gone), *chosen)))
        guests = tap.fields.get("gäster", "").strip()
        visitors = guests if tap.version in (None, shown) else also_there(live.visitors, guests)
        noted = replace(live, present=present, wrote=(), visitors=visitors, last_line_at=ask.now)
    return Outcome(
        Say(say.AttendanceNoted(noted, ask.turn, code(ask))), save=(noted,),
        facts=(Fact("meeting_attended", ask.group_id, noted.id, ask.me.id, {"present": len(noted.attendants)}),),
    )  # fmt: skip


def also_there(visitors: str, more: str) -> str:
    """One-time guests, each of them once."""
    return ", ".join(dict.fromkeys(each for each in (*visitors.split(", "), *more.split(", ")) if each))


def nothing_live(ask: Ask) -> Outcome:
    last = next(iter(held(ask.view)), None)
    return ask.say(say.NoLiveMeeting(ask.group_id, next_meeting(ask.view, ask.local_now), last, code(ask)))


# --- writing ----------------------------------------------------------------------------------------------------------


def add_action(ask: Ask) -> Result:
    """The button *+ Åtgärd*: in a meeting a form that stays open for the next one."""
    tap = ask.incoming.tap
    assert tap is not None
    if tap.fields is None:
        return Outcome(OpenForm(action_form(ask, tap.ref)))
    outcome = action_of(ask, tap.fields)
    if ask.live is None or not isinstance(outcome.answer, Say):
        return outcome
    return replace(outcome, answer=OpenForm(action_form(ask, tap.ref), outcome.answer.message))


def action_of(ask: Ask, fields: Mapping[str, str]) -> Outcome:
    """The action that a filled-in form describes; what is wrong is said field by field."""
    text = fields.get("text", "").strip()
    owners = read_people(ask, fields["ansvarig"]) if fields.get("ansvarig") else (ask.me.id,)
    due = read_due(ask, fields["senast"]) if fields.get("senast", "").strip() else None
    errors: dict[str, Message] = {} if text else {"text": FieldError("text")}
    if isinstance(owners, FieldError):
        errors["ansvarig"] = owners
    if isinstance(due, FieldError):
        errors["senast"] = due
    if errors or isinstance(owners, FieldError) or isinstance(due, FieldError):
        return Outcome(FormErrors(errors))
    action = new_action(ask, text, owners, due)
    meeting = due is None and next_meeting(ask.view, ask.local_now) is not None
    return Outcome(
        Say(say_action.ActionAdded(action, ask.turn, code(ask), due is None, meeting, short_notice=off_work(ask, action))),
        save=(replace(ask.group, last_action=action.number), action, *live_touched(ask)),
        facts=(Fact("action_added", ask.group_id, action.id, ask.me.id, {"origin": action.origin}),),
        posts=() if ask.live else (Post(ask.group_id, f"action:{action.id}"),),
    )


def action_form(ask: Ask, ref: str) -> Form:
    people = people_field(ask, "ansvarig", everybody(ask.view), (), required=False)
    return Form("add_action", ref, (Field("text", "long", "", True), people, Field("senast", "date")), stay=ask.live is not None)


def extend(ask: Ask) -> Result:
    """`förläng mötet 15 min`: the meeting that goes on, else the next."""
    meeting = ask.live or next_meeting(ask.view, ask.local_now)
    if meeting is None:
        return nothing_live(ask)
    minutes = ask.reading.minutes or QUARTER
    longer = replace(meeting, minutes=meeting.minutes + minutes, last_line_at=ask.now if ask.live else meeting.last_line_at)
    message = say.MeetingExtended(longer, minutes, ask.me.id, ask.turn, code(ask))
    notice = Post(ask.group_id, f"notice:{ask.turn}", replace(message, change="", code=""))
    return Outcome(
        Say(message), save=(longer,), facts=(Fact("meeting_extended", ask.group_id, longer.id, ask.me.id),),
        posts=() if ask.live else (notice,),
    )  # fmt: skip


# --- ending -----------------------------------------------------------------------------------------------------------


def end(ask: Ask) -> Result:
    """`avsluta mötet`: the minutes are posted, and everybody who has something to do gets a list of their own."""
    live = ask.live
    if live is None:
        return nothing_live(ask)
    ended, posts, owners = closed(ask.view, live, ask.now, itself=False)
    fact = Fact("meeting_ended", ask.group_id, live.id, ask.me.id)
    return Outcome(Say(say.MeetingEnded(ended, owners, code(ask))), save=(ended,), facts=(fact,), posts=posts)


def closed(view: GroupView, live: Meeting, now: datetime, itself: bool) -> tuple[Meeting, tuple[Post, ...], tuple[str, ...]]:
    """The meeting ended; what is posted; and who gets a list that did not have one already."""
    ended = replace(live, state="ended", ended_at=now, closed_itself=itself)
    owners = open_owners(view, live)
    if live.reopened:
        # The minutes and lists that are out already are drawn anew. Only who had none before gets one.
        before = open_owners(view, live, until=live.ended_at)
        owners = tuple(id for id in owners if id not in before)
        told = Post(view.group.id, f"notice:corrected {live.id} {live.reopened}", say.MinutesCorrected(ended))
    else:
        told = Post(view.group.id, f"minutes:{live.id}")
    return ended, (told, *(Post(f"@{id}", f"own_list:{id}:{live.id}") for id in owners)), owners


@wants_timers(Meeting)
def silence_timer(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    """A forgotten meeting closes itself after an hour's silence, but not before an hour past its planned end."""
    if meeting.state != "live":
        return ()
    return (Timer("silence", meeting.id, silent_until(meeting)),)


def silent_until(meeting: Meeting) -> datetime:
    moments = (instant(meeting.ends), meeting.started_at, meeting.last_line_at)
    return max(moment for moment in moments if moment is not None) + HOUR


def silence(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Nobody ended the meeting: it closes itself, and says so. Nothing is lost."""
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or meeting.state != "live" or silent_until(meeting) > now:
        return Outcome()
    ended, posts, _ = closed(view, meeting, now, itself=True)
    if next_work_moment(OFFICE, local(now)) > local(now):
        lists = tuple(post for post in posts if post.subject.startswith("own_list:"))
        ended, posts = replace(ended, lists_wait=bool(lists)), tuple(post for post in posts if post not in lists)
    return Outcome(save=(ended,), facts=(Fact("meeting_closed_itself", meeting.group, meeting.id),), posts=posts, command="silence")


@wants_timers(Meeting)
def own_lists_timer(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    """The own lists of a meeting that closed itself at night are handed out when people work."""
    if not meeting.lists_wait or meeting.ended_at is None:
        return ()
    return (Timer("own_lists", meeting.id, instant(next_work_moment(OFFICE, local(meeting.ended_at)))),)


def own_lists(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Each owner's own list, to those who still have something open from the meeting."""
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or not meeting.lists_wait:
        return Outcome()
    owners = open_owners(view, meeting) if meeting.state == "ended" else ()
    return Outcome(
        save=(replace(meeting, lists_wait=False),),
        posts=tuple(Post(f"@{id}", f"own_list:{id}:{meeting.id}") for id in owners), command="own_lists",
    )  # fmt: skip


def reopen(ask: Ask) -> Result:
    """`öppna mötet igen`: to correct what was written, until the next one has started."""
    if ask.live:
        return ask.say(say.AlreadyLive(ask.live, code(ask)))
    last = next(iter(held(ask.view)), None)
    ref = ask.incoming.tap.ref if ask.incoming.tap else ""
    if last is None:
        return ask.say(say.CannotReopen("none", None, code(ask)))
    if ref and ref != last.id:
        return ask.say(say.CannotReopen("later", last, code(ask)))
    # `ended_at` is kept until it ends again: it tells what was there before the correction
    again = replace(last, state="live", last_line_at=ask.now, reopened=last.reopened + 1, closed_itself=False)
    message = say.MeetingReopened(again, ask.me.id, code(ask))
    return Outcome(
        Say(message), save=(again,), facts=(Fact("meeting_reopened", ask.group_id, again.id, ask.me.id),),
        posts=(Post(ask.group_id, f"notice:{ask.turn}", replace(message, code="")),),
    )  # fmt: skip


TAPS = {
    "start_meeting": ("start_meeting", start),
    "attend": ("attend", attend),
    "add_action": ("action", add_action),
    "end_meeting": ("end_meeting", end),
    "reopen_meeting": ("reopen_meeting", reopen),
}
TIMERS = {"silence": silence, "own_lists": own_lists}


# --- the card ---------------------------------------------------------------------------------------------------------


@card("live")
def draw_live(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the meeting's id. Every line written in it saves the meeting too, so the card grows by itself."""
    meeting = the_meeting(rest, snapshot)
    if not isinstance(meeting, Meeting):
        return meeting
    view = snapshot.views[meeting.group]
    if meeting.state != "live":
        return Drawn(say.LiveMeeting(meeting, meeting.attendants), (key(meeting),))
    it = written(view, meeting)
    points, lifted = open_points(view), lifted_rows(view)
    whose = dict.fromkeys(f"group {each.group}" for each in lifted if each.group not in snapshot.views)
    if missing := tuple(each for each in whose if each not in snapshot.found):
        return Need(missing)  # to know how each matter stands, its group is looked at
    message = say.LiveMeeting(
        meeting, meeting.attendants, view.group.aim, it.decisions, it.actions, it.closed, it.lessons, points, it.parked, lifted
    )
    body = (view.group,) if view.group.kind == "committee" else ()  # saved when something comes to it
    return Drawn(message, keys_of(meeting, *body, *lines_of(view, meeting), *it.closed, *points, *lifted))
