"""What becomes of a closed group: its words are kept for a while, then erased, and those who led it are told well before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.ask import Ask
from bot.cards import Drawn, Reader, card
from bot.groups import forgotten
from bot.keys import key
from bot.messages import retention as say
from bot.messages.common import Gone
from bot.model import Group, GroupView, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.retention import erase_on, notice_day
from bot.rules.work_calendar import instant, local
from bot.timers import Timer, wants_timers

Result = Outcome | Need

MORNING = time(8)
NIGHT = time(3)
LEAST_NOTICE = timedelta(days=14)
MORE = 12  # months that *Behåll längre* gives


@wants_timers(Group)
def retention_timers(group: Group, now: datetime) -> tuple[Timer, ...]:
    """The first working day of the last month, and the night after its end."""
    if group.state != "closed" or group.erase_on is None:
        return ()
    if group.erasure_told != group.erase_on:
        return (Timer("erasure_notice", group.id, instant(datetime.combine(notice_day(group.erase_on), MORNING))),)
    return (Timer("erasure", group.id, instant(datetime.combine(group.erase_on + timedelta(days=1), NIGHT))),)


def notice(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Those who led it, in private: one message for all their groups of the month. Told late, it is kept so much longer."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.state != "closed" or view.group.erase_on is None or view.group.erasure_told == view.group.erase_on:
        return Outcome()
    last = view.group.erase_on
    if local(now).date() < notice_day(last):
        return Outcome()
    while last < local(now).date() + LEAST_NOTICE:
        last = erase_on(last, 1) or last
    return Outcome(
        save=(replace(view.group, erase_on=last, erasure_told=last),), facts=(Fact("erasure_told", view.group.id, view.group.id),),
        posts=tuple(Post(f"@{person}", f"erasures:@{person} {last}", once=True) for person in led_by(view)), command="erasure_notice",
    )  # fmt: skip


def led_by(view: GroupView) -> tuple[str, ...]:
    contact = view.group.contact_person
    return view.people("facilitator", "chair") or ((contact,) if view.role_of(contact) else ())


def erase(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Its last day has been: its words go, as when a group is forgotten."""
    view = snapshot.views.get(timer.subject)
    group = view.group if view else None
    if group is None or group.state != "closed" or group.erase_on is None or local(now).date() <= group.erase_on:
        return Outcome()
    if group.erasure_told != group.erase_on:
        return Outcome()
    return Outcome(save=(forgotten(group),), facts=(Fact("group_outlived", group.id, group.id),), command="erasure")


@card("erasures")
def draw_erasures(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "@eva 2028-11-30": the groups that she led, and whose last day that was when she was told."""
    person, _, day = rest.partition(" ")
    question = f"groups {person}"
    if question not in snapshot.found:
        return Need((question,))
    last = date.fromisoformat(day)
    views = [view for view in snapshot.views.values() if view.group.erasure_told == last and person.removeprefix("@") in led_by(view)]
    rows = tuple(
        say.Erasure(view.group.id, view.group.code, view.group.erase_on if view.group.erase_on != last else None, view.group.state)
        for view in sorted(views, key=lambda view: view.group.code)
        if view.group.state in ("closed", "active", "starting", "paused")
    )
    return Drawn(say.Erasures(last, rows) if rows else Gone(), tuple(key(view.group) for view in views))


def keep(ask: Ask) -> Result:
    """*Behåll längre*: a year more, and told of again before that."""
    group = ask.group
    if group.state != "closed" or group.erase_on is None:
        return ask.say(say.GroupKept(group.id, group.code))
    later = erase_on(group.erase_on, MORE)
    return Outcome(
        Say(say.GroupKept(group.id, group.code, later, ask.turn)), save=(replace(group, erase_on=later),),
        facts=(Fact("group_kept", group.id, group.id, ask.me.id),),
    )  # fmt: skip


TAPS = {"keep_group": ("keep_group", keep)}
TIMERS = {"erasure_notice": notice, "erasure": erase}
