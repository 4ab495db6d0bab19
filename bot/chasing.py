"""When a lifted matter waits too long: the channel is reminded, then the chair by name; what was taken and left is put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.escalations import matter_in, standing, stepped, to_body
from bot.model import Escalation, GroupView, Snapshot
from bot.outcome import Fact, Need, Outcome, Post
from bot.rules.escalation_plan import silent_until
from bot.rules.work_calendar import instant, local, next_work_moment
from bot.timers import Timer, wants_timers


@wants_timers(Escalation)
def matter_timers(matter: Escalation, now: datetime) -> tuple[Timer, ...]:
    """As its frozen plan says. A lesson asks for no answer."""
    if matter.about == "lesson":
        return ()
    if matter.state == "open":
        remind = () if matter.reminded_at else (Timer("matter_remind", matter.id, matter.plan.remind_at),)
        chair = () if matter.chair_told else (Timer("matter_chair", matter.id, matter.chair_at or matter.plan.chair_at),)
        return remind + chair
    if matter.state in ("taken", "asked") and matter.taken_at and not (matter.state == "asked" and matter.reminded_at):
        return (Timer("matter_silent", matter.id, silent_until(matter.taken_at, matter.plan.silent)),)
    return ()


def waiting(timer: Timer, snapshot: Snapshot) -> tuple[Escalation, GroupView] | Outcome | Need:
    """The matter and the body where it lies."""
    matter = matter_in(timer.subject, snapshot)
    if isinstance(matter, Need):
        return matter if matter.what[0] not in snapshot.found else Outcome()
    body = snapshot.views.get(matter.body)
    if body is None:
        wanted = f"group {matter.body}"
        return Need((wanted,)) if wanted not in snapshot.found else Outcome()
    return matter, body


def remind(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """The time for a first answer is over: once in the body's channel."""
    found = waiting(timer, snapshot)
    if not isinstance(found, tuple):
        return found
    matter, body = found
    if matter.state != "open" or matter.reminded_at or matter.plan.remind_at > now:
        return Outcome()
    return Outcome(
        save=(replace(matter, reminded_at=now),),
        facts=(Fact("matter_reminded", matter.group, matter.id, detail={"body": matter.body}),),
        posts=to_body(body, f"lifted:{matter.id}:reminder"), command="matter_remind",
    )


def tell_chair(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """The chair by name, in that person's working hours; who is away has somebody standing in."""
    found = waiting(timer, snapshot)
    if not isinstance(found, tuple):
        return found
    matter, body = found
    if matter.state != "open" or matter.chair_told or (matter.chair_at or matter.plan.chair_at) > now:
        return Outcome()
    chair = standing(body, snapshot, now)
    person = snapshot.people.get(chair)
    if person is None:
        return Outcome()
    begins = instant(next_work_moment(person.working, local(now)))
    if begins > now:
        return Outcome(save=(replace(matter, chair_at=begins),), command="matter_chair")
    return Outcome(
        save=(replace(matter, chair_told=chair),),
        facts=(Fact("matter_chair_told", matter.group, matter.id, chair, {"body": matter.body}),),
        posts=(Post(f"@{chair}", f"lifted:{matter.id}:chair"),), command="matter_chair",
    )


def put_back(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """Taken, and then nothing more was heard: anybody may take it again. A question is put to the group once more instead."""
    found = waiting(timer, snapshot)
    if not isinstance(found, tuple):
        return found
    matter, body = found
    if matter.state not in ("taken", "asked") or not matter.taken_at or silent_until(matter.taken_at, matter.plan.silent) > now:
        return Outcome()
    if matter.state == "asked":
        place = max(n for n, step in enumerate(matter.path) if step.what == "asked")
        return Outcome(
            save=(replace(matter, reminded_at=now),), facts=(Fact("matter_asked_again", matter.group, matter.id),),
            posts=(Post(matter.group, f"matter_question:{matter.id}:{place}"),), command="matter_silent",
        )  # fmt: skip
    # the channel hears of it now, so the next to hear is the chair
    later = silent_until(now, 24)
    saved = stepped(
        matter, "released", matter.taken_by, now, state="open", taken_by="", taken_at=None, reminded_at=now, chair_at=later, chair_told=""
    )
    return Outcome(
        save=(saved,), facts=(Fact("matter_released", matter.group, matter.id, matter.taken_by, {"body": matter.body}),),
        posts=to_body(body, f"lifted:{matter.id}:released"), command="matter_silent",
    )


TIMERS = {"matter_remind": remind, "matter_chair": tell_chair, "matter_silent": put_back}
