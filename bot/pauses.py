"""When a group rests, and how it wakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bot.ask import Ask, next_meeting, told
from bot.meetings import all_meetings, coming, kept_after
from bot.messages import groups as say
from bot.model import Group, GroupView, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.work_calendar import instant, local, next_working_day
from bot.timers import Timer, wants_timers

Result = Outcome | Need

WAKES_AT = time(8)


def pause(ask: Ask) -> Result:
    """`pausa till 15 augusti`, `sommaruppehåll v 27-32`: no meetings, no reminders, until the group wakes by itself."""
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    first, until = ask.reading.from_, ask.reading.until
    later = first if first is not None and first > ask.today else None
    saved = replace(ask.group, paused_from=later, paused_until=until)
    if later is None:
        saved = resting(saved)
    after = kept_after(replace(ask.view, group=saved), datetime.combine(until, time.max)) if until else []
    notice = say.GroupPaused(ask.group.code, until, later, by=ask.me.id)
    return Outcome(
        Say(replace(notice, change=ask.turn, by="")), save=(saved, *after),
        facts=(Fact("group_paused", ask.group_id, ask.group_id, ask.me.id, {"until": until.isoformat() if until else None}),),
        posts=told(ask, notice),
    )


def resting(group: Group) -> Group:
    if group.state == "paused":
        return replace(group, paused_from=None)
    return replace(group, state="paused", before_pause=group.state, paused_from=None)


def awake(group: Group) -> Group:
    state = group.before_pause or "active" if group.state == "paused" else group.state
    return replace(group, state=state, before_pause="", paused_from=None, paused_until=None)


def resume(ask: Ask) -> Result:
    """`väck gruppen`: the pause ends now, or one to come is called off."""
    if ask.group.state != "paused" and ask.group.paused_from is None:
        return ask.say(say.NotPaused(ask.group.code))
    notice = resumed(ask.view, ask.now, by=ask.me.id)
    return Outcome(
        Say(replace(notice, change=ask.turn)), save=(awake(ask.group), *coming(ask.view, ask.local_now)),
        facts=(Fact("group_resumed", ask.group_id, ask.group_id, ask.me.id),), posts=told(ask, notice),
    )  # fmt: skip


def resumed(view: GroupView, now: datetime, by: str = "") -> say.GroupResumed:
    meeting = next_meeting(replace(view, group=awake(view.group)), local(now))
    return say.GroupResumed(
        view.group.id, view.group.code, by=by, meeting=meeting.starts if meeting else None, open=len(view.open_actions)
    )


@wants_timers(Group)
def pause_timers(group: Group, now: datetime) -> tuple[Timer, ...]:
    """When a pause begins, and on the first working day after it, when it ends."""
    if group.state in ("closed", "undone"):
        return ()
    if group.paused_from is not None:
        return (Timer("pause_begins", group.id, instant(datetime.combine(group.paused_from, time()))),)
    if group.state == "paused" and group.paused_until is not None:
        return (Timer("pause_ends", group.id, instant(datetime.combine(next_working_day(group.paused_until), WAKES_AT))),)
    return ()


def pause_begins(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.paused_from is None or view.group.paused_from > local(now).date():
        return Outcome()
    return Outcome(save=(resting(view.group),), facts=(Fact("pause_begun", view.group.id, view.group.id),))


def pause_ends(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """The group is awake, and is told so in its channel."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.state != "paused" or view.group.paused_until is None:
        return Outcome()
    if view.group.paused_until >= local(now).date():
        return Outcome()  # prolonged meanwhile
    return Outcome(
        # Its meetings are saved too, so that they want their agendas again.
        save=(awake(view.group), *coming(view, local(now))),
        facts=(Fact("group_resumed", view.group.id, view.group.id),),
        posts=(Post(view.group.id, f"notice:awake:{timer.due.date()}", resumed(view, now)),),
    )


TAPS = {"resume_group": ("resume", resume)}
TIMERS = {"pause_begins": pause_begins, "pause_ends": pause_ends}
