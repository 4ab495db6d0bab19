"""What the bot looks up outside: in people's calendars and in the directory.

Nobody waits for it. What is asked for is kept as an `Inquiry`, whose timer needs something from "outside" (handlers/outside.py): the
engine gets it in the background, and runs the timer's turn with the answer. Who asked is told in private. Where nothing is connected,
what the bot knows itself is answered at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.ask import Ask
from bot.calendar import keeper
from bot.messages import inquiries as say
from bot.model import Group, GroupView, Inquiry, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.free_times import WEEKS, Invited, Span, free_times
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import local
from bot.timers import Timer, wants_timers

Result = Outcome | Need

HALF_AN_HOUR, SHORTEST, LONGEST = 30, 10, 240
PATIENCE = timedelta(minutes=5)
"""So long it is tried to look outside; then what is known is answered."""


# --- times that suit the group ----------------------------------------------------------------------------------------


def suggest_time(ask: Ask) -> Result:
    """`föreslå tid`, `föreslå tid 45 min`: weekly times when most can come."""
    rule = ask.group.schedule
    minutes = ask.reading.minutes or (rule.slots[0].minutes if rule else None) or HALF_AN_HOUR
    if not SHORTEST <= minutes <= LONGEST:
        return ask.say(say.BadLength())
    if "times" in ask.snapshot.connected:
        asked = inquiry(ask, "times", minutes=minutes)
        return replace(kept(ask, asked), answer=Say(say.LookingForTimes(ask.group.code)))
    suggested = suggestion(ask.snapshot, ask.view, minutes, ask.local_now, {}, "known")
    return suggested if isinstance(suggested, Need) else ask.say(suggested)


def suggestion(
    snapshot: Snapshot, view: GroupView, minutes: int, now: datetime, calendars: Mapping[str, tuple[Span, ...]], looked: str
) -> say.TimesSuggested | Need:
    """`calendars`: when people are busy by their own calendars, of those that could be looked into."""
    ids = view.people()
    known = f"busy {view.group.id} {span(now)} {','.join(ids)}"
    if known not in snapshot.found:
        return Need((known,))
    elsewhere: Mapping[str, tuple[Span, ...]] = snapshot.found[known]
    away = {
        id: tuple((each.first, each.last) for each in snapshot.absences if each.person == id and each.state not in ("ended", "undone"))
        for id in ids
    }
    people = [
        Invited(id, snapshot.people[id].working, away[id], (*elsewhere.get(id, ()), *calendars.get(id, ())))
        for id in ids if id in snapshot.people
    ]
    times = tuple(
        say.TimeFound(
            Rule((MeetingTime(each.starts.weekday(), each.starts.time(), each.minutes),), each.starts.date()), each.starts, each.missing, each.later,
        )
        for each in free_times(people, now, minutes)
    )
    unseen = tuple(id for id in ids if id not in calendars) if looked == "calendars" else ()
    return say.TimesSuggested(view.group.code, times, minutes, looked, unseen)


def span(now: datetime) -> str:
    """The days that are looked at, as questions name them."""
    return f"{now.date()} {now.date() + timedelta(weeks=WEEKS, days=1)}"


def times_found(asked: Inquiry, snapshot: Snapshot, view: GroupView, now: datetime) -> Result:
    wanted = f"outside times {keeper(view) or '-'} {span(local(now))} {','.join(view.people())}"
    calendars = looked_up(asked, snapshot, wanted, "times", now)
    if isinstance(calendars, Need):
        return calendars
    suggested = suggestion(snapshot, view, asked.minutes, local(now), calendars or {}, "calendars" if calendars else "unread")
    if isinstance(suggested, Need):
        return suggested
    return answered(asked, suggested)


# --- asking, and being answered ---------------------------------------------------------------------------------------


def inquiry(ask: Ask, what: str, *, minutes: int = 0, text: str = "") -> Inquiry:
    number = ask.group.last_other + 1
    return Inquiry(f"{ask.group_id}:s{number}", ask.group_id, number, ask.me.id, ask.now, what, minutes, text=text)


def kept(ask: Ask, asked: Inquiry) -> Outcome:
    """It will be looked up."""
    group: Group = replace(ask.group, last_other=asked.number)
    return Outcome(save=(group, asked), facts=(Fact("inquired", ask.group_id, asked.id, ask.me.id, {"what": asked.what}),))


def looked_up(asked: Inquiry, snapshot: Snapshot, wanted: str, what: str, now: datetime) -> Any:
    """What was found outside; None where it could not be had; `Need` while there is hope."""
    if wanted in snapshot.found:
        return snapshot.found[wanted]
    return Need((wanted,)) if what in snapshot.connected and now < asked.at + PATIENCE else None


def answered(asked: Inquiry, message: say.TimesSuggested | None, found: str = "") -> Outcome:
    return Outcome(
        save=(replace(asked, state="answered", found=found),), facts=(Fact("inquiry_answered", asked.group, asked.id),),
        posts=(Post(f"@{asked.by}", f"notice:{asked.id}", message),) if message else (), command="look_outside",
    )  # fmt: skip


@wants_timers(Inquiry)
def look_timer(asked: Inquiry, now: datetime) -> tuple[Timer, ...]:
    return (Timer("look_outside", asked.id, asked.at),) if asked.state == "open" else ()


FOUND: dict[str, Callable[[Inquiry, Snapshot, GroupView, datetime], Result]] = {"times": times_found}


def look_outside(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    asked = snapshot.get(f"Inquiry {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(asked, Inquiry) or view is None or asked.state != "open":
        return Outcome()
    if asked.by not in view.people():  # has left meanwhile
        return answered(asked, None)
    return FOUND[asked.what](asked, snapshot, view, now)


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {}
TIMERS = {"look_outside": look_outside}
