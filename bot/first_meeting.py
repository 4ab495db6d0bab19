"""The guided first meeting: what matters most, contact person, care contact and plan, consent, meeting time; and its no."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import meetings
from bot.ask import Ask, filled, next_meeting, told
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.groups import forgotten
from bot.keys import key, stamp
from bot.messages import first_meeting as say
from bot.messages.common import FieldError, Gone
from bot.messages.consent import OnlyCareGroups
from bot.model import Action, Decision, Group, GroupView, Meeting, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules.consent import sharing_allowed
from bot.rules.read_command import read_command
from bot.rules.who_may import may
from bot.rules.work_calendar import local
from bot.stale import stale
from bot.timers import Timer, wants_timers

Result = Outcome | Need


# --- the guide --------------------------------------------------------------------------------------------------------


def begin(ask: Ask) -> Result:
    """`första mötet`, and the button after `ny grupp`: the guide in the channel; in a private chat to the asker."""
    if ask.group.kind != "care":
        return ask.say(OnlyCareGroups())
    if ask.incoming.place.private:
        return ask.say(guide(ask.view, ask.now))
    return Outcome(
        Say(say.FirstMeetingShown(ask.group.code)), facts=(Fact("first_meeting_shown", ask.group_id, ask.group_id, ask.me.id),),
        posts=(Post(ask.group_id, f"first_meeting:{ask.group_id}"),),
    )  # fmt: skip


def guide(view: GroupView, now: datetime) -> say.FirstMeeting:
    group, here = view.group, local(now)
    holds = group.consent if group.consent and sharing_allowed(group, here.date()) else None
    meeting = next_meeting(view, here)
    contact = group.contact_person if group.contact_person in view.people() else ""
    steps = (group.aim, contact, group.care_contact or group.care_plan, holds, group.schedule or meeting)
    return say.FirstMeeting(
        group.id, group.code, sum(not step for step in steps), group.aim, contact, group.care_contact, group.care_plan,
        holds.until if holds else None, holds.organisations if holds else (), group.schedule, meeting.starts if meeting else None,
    )  # fmt: skip


@card("first_meeting")
def draw_guide(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the group's id."""
    view = snapshot.views.get(rest)
    if view is None:
        return Need((f"group {rest}",))
    if view.group.state in ("forgotten", "undone"):
        return Drawn(Gone(), (key(view.group),))
    meeting = next_meeting(view, local(now))
    return Drawn(guide(view, now), (key(view.group), *((key(meeting),) if meeting else ())))


# --- its own steps ----------------------------------------------------------------------------------------------------


def care_plan(ask: Ask) -> Result:
    """The button *Fast vårdkontakt och SIP*: both in one form, as free text; "finns inte" is an answer too."""
    group, fields = ask.group, filled(ask)
    if fields is None:
        return Outcome(OpenForm(Form("set_care_plan", group.id, (
            Field("vårdkontakt", "text", group.care_contact), Field("sip", "text", group.care_plan),
        ), stamp_of(group))))  # fmt: skip
    tap = ask.incoming.tap
    if tap and tap.version is not None and tap.version != stamp_of(group):
        return stale(ask, group, "", "; ".join(filter(None, (group.care_contact, group.care_plan))))
    contact, plan = fields.get("vårdkontakt", ""), fields.get("sip", "")
    if not (contact or plan or group.care_contact or group.care_plan):
        return Outcome(FormErrors({"vårdkontakt": FieldError("text")}))
    return Outcome(
        Say(say.CarePlanSaved(group.id, contact, plan, ask.turn)), save=(replace(group, care_contact=contact, care_plan=plan),),
        facts=(Fact("care_plan_set", group.id, group.id, ask.me.id),), posts=told(ask, say.CarePlanNotice(contact, plan, ask.me.id)),
    )  # fmt: skip


def stamp_of(group: Group) -> int:
    return stamp(Group(group.id, group.code, care_contact=group.care_contact, care_plan=group.care_plan))


COMMAND_WORD = {"sv": "möte", "en": "meeting"}


def rhythm(ask: Ask) -> Result:
    """The button *Bestäm mötestid*: what is written in the form is read as after `möte`."""
    fields = filled(ask)
    if fields is None:
        return Outcome(OpenForm(Form("set_rhythm", ask.group_id, (Field("mötestid", "text", required=True),))))
    words = fields.get("mötestid", "")
    readings = (read_command(f"{word} {words}", ask.context()) for word in COMMAND_WORD.values())
    reading = next((each for each in readings if each.intent == "schedule" and not each.problem and (each.slots or each.when)), None)
    if reading is None:
        return Outcome(FormErrors({"mötestid": FieldError("meeting_time", words)}))
    return meetings.schedule(replace(ask, reading=reading))


# --- the answer is no -------------------------------------------------------------------------------------------------


def refused(ask: Ask) -> Result:
    """The button *Nej* to consent: asked once more, since what is forgotten cannot be brought back."""
    facts = kept(ask)
    return facts if isinstance(facts, Need) else ask.say(facts)


def kept(ask: Ask) -> say.ConsentRefused | Need:
    """What would be forgotten."""
    wanted = f"everything {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    things = ask.snapshot.found[wanted]
    return say.ConsentRefused(
        ask.group_id, ask.group.code,
        actions=sum(isinstance(each, Action) and each.state != "undone" for each in things),
        decisions=sum(isinstance(each, Decision) and each.state == "valid" for each in things),
        has_met=sum(isinstance(each, Meeting) and each.state == "ended" for each in things) > 0,
        leads=() if may("lead", ask.me, ask.view) else ask.view.people("facilitator", "chair"),
    )  # fmt: skip


def forget(ask: Ask) -> Result:
    """The button *Ja, glöm*. A group that has met has a history to answer for: it is erased by the administrator instead."""
    facts = kept(ask)
    if isinstance(facts, Need):
        return facts
    if facts.has_met or ask.group.kind != "care" or sharing_allowed(ask.group, ask.today):
        return ask.say(facts)
    return Outcome(
        Say(say.GroupForgotten(ask.group.code)), save=(forgotten(ask.group),), facts=(Fact("group_forgotten", ask.group_id, ask.group_id, ask.me.id),)
    )


@wants_timers(Group)
def forgetting(group: Group, now: datetime) -> tuple[Timer, ...]:
    """At once; tried again for as long as the group is still there."""
    return (Timer("forget_group", group.id, now),) if group.state == "forgotten" else ()


def erase(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    view = snapshot.views.get(timer.subject)
    return Outcome(erase=view.group.id, command="forget_group") if view and view.group.state == "forgotten" else Outcome()


TAPS = {
    "set_care_plan": ("first_meeting", care_plan),
    "set_rhythm": ("schedule", rhythm),
    "consent_refused": ("first_meeting", refused),
    "forget_group": ("forget_group", forget),
}
TIMERS = {"forget_group": erase}
