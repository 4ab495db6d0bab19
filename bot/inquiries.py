"""What the bot looks up outside: in people's calendars and in the directory.

Nobody waits for it. What is asked for is kept as an `Inquiry`, whose timer needs something from "outside" (handlers/outside.py): the
engine gets it in the background, and runs the timer's turn with the answer. Who asked is told in private. Where nothing is connected,
what the bot knows itself is answered at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.ask import Ask, everybody
from bot.calendar import keeper, room_of
from bot.members import joined, newcomer_id, seated
from bot.messages import inquiries as say
from bot.messages.base import Message
from bot.messages.common import Gone
from bot.messages.groups import AlreadyMember
from bot.model import Group, GroupView, Inquiry, Meeting, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.calendar_event import Standing
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


# --- people by their names --------------------------------------------------------------------------------------------

NAME = re.compile(r"[^\W\d_][\w' -]{2,60}")
AGAIN = timedelta(minutes=10)  # so long the same name is not looked up again


def look_for(ask: Ask, word: str, outcome: Outcome) -> Outcome:
    """Somebody is named whom the group does not have: the directory is asked too, while the answer goes its way."""
    staff = ask.group_id in ask.snapshot.views and ask.me.id in ask.view.people()
    if not staff or "people" not in ask.snapshot.connected or not NAME.fullmatch(word) or ask.group.state == "closed":
        return outcome
    if any(each.what == "people" and each.text == word and each.at > ask.now - AGAIN for each in ask.view.inquiries):
        return outcome
    return replace(kept(ask, inquiry(ask, "people", text=word)), answer=outcome.answer)


def people_found(asked: Inquiry, snapshot: Snapshot, view: GroupView, now: datetime) -> Result:
    found = looked_up(asked, snapshot, f"outside people {asked.text}", "people", now)
    if isinstance(found, Need):
        return found
    inside = {identity for id in everybody(view) if id in snapshot.people for identity in snapshot.people[id].identities}
    others = [each for each in found or () if not {each.identity, f"mail:{each.address}"} & inside]
    if not others:
        return answered(asked, None)
    rows = tuple((f"{asked.id}|{n}", each.name, each.address) for n, each in enumerate(others))
    return answered(
        asked, say.PeopleFound(view.group.code, asked.text, rows), "\n".join("\t".join((each.identity, each.address, each.name)) for each in others)
    )


def add_found(ask: Ask) -> Result:
    """The button *Lägg till Karin Holm*. ref: "tall:s3|0"."""
    assert ask.incoming.tap is not None
    id, _, n = ask.incoming.tap.ref.partition("|")
    if f"id {id}" not in ask.snapshot.found:
        return Need((f"id {id}",))
    asked = ask.snapshot.found[f"id {id}"]
    lines = asked.found.splitlines() if isinstance(asked, Inquiry) else []
    if not n.isdecimal() or int(n) >= len(lines):
        return ask.say(Gone())
    identity, address, name = lines[int(n)].split("\t")
    identities = (identity, *((f"mail:{address}",) if address else ()))
    if missing := tuple(f"person at {each}" for each in identities if f"person at {each}" not in ask.snapshot.found):
        return Need(missing)
    known = next((person for each in identities if isinstance(person := ask.snapshot.found[f"person at {each}"], Person)), None)
    if known and ask.view.role_of(known.id) not in (None, "guest"):
        return ask.say(AlreadyMember((known.id,)))
    if known:
        person = replace(known, identities=tuple(dict.fromkeys((*identities[:1], *known.identities))), state="active")
    else:
        person = Person(newcomer_id(ask), name, organisation_of(ask, address), identities, language=ask.group.language)
    place = seated(ask, ask.group_id, person.id, "member")
    return place if isinstance(place, Need) else joined(ask, [place], (person,), guest=False)


def organisation_of(ask: Ask, address: str) -> str:
    """Whose staff has addresses of that kind, as far as the group tells; "" where it does not."""
    ending = address.partition("@")[2].casefold()
    known = {
        person.organisation for person in ask.snapshot.people.values()
        if ending and person.organisation and any(each.casefold().endswith(f"@{ending}") for each in person.identities)
    }  # fmt: skip
    return known.pop() if len(known) == 1 else ""


# --- who was at a meeting -----------------------------------------------------------------------------------------------

REPORTED = (timedelta(minutes=30), timedelta(hours=4))  # after the end: Teams takes its time


def noted(meeting: Meeting) -> bool:
    """Somebody wrote down who was there: besides whoever started it, who is there by that."""
    return bool(set(meeting.present) - {meeting.led_by})


@wants_timers(Meeting)
def attendance_timers(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    if meeting.state != "ended" or noted(meeting) or meeting.ended_at is None:
        return ()
    return tuple(Timer("attendance", meeting.id, due) for due in (meeting.ended_at + each for each in REPORTED) if due > now)


def attendance(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Nobody wrote down who was there: Teams knows, where it may say so. Only people of the group are noted."""
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or meeting.state != "ended" or noted(meeting):
        return Outcome()
    link = room_of(view.group, meeting)
    if "attendance" not in snapshot.connected or not link or meeting.started_at is None or meeting.ended_at is None:
        return Outcome()
    wanted = f"outside attendance {keeper(view) or '-'} {meeting.started_at.isoformat()} {meeting.ended_at.isoformat()} {link}"
    if wanted not in snapshot.found:
        return Outcome() if now > timer.due + PATIENCE else Need((wanted,))
    came = set(snapshot.found[wanted] or ())
    present = tuple(id for id in everybody(view) if id in snapshot.people and came & {each.casefold() for each in snapshot.people[id].identities})
    present = tuple(dict.fromkeys((*meeting.present, *present)))
    if present == meeting.present:
        return Outcome()
    return Outcome(
        save=(replace(meeting, present=present),), facts=(Fact("attendance_read", meeting.group, meeting.id, detail={"present": len(present)}),),
        command="attendance",
    )  # fmt: skip


# --- a meeting that stands in the calendar already ---------------------------------------------------------------------


def use_meeting(ask: Ask) -> Result:
    """`använd mötet Teammöte tall`: the calendar's own meeting of that name becomes the group's, instead of a new one."""
    title = ask.reading.text
    if "meetings" not in ask.snapshot.connected or not keeper(ask.view):
        return ask.say(say.MeetingNotTaken("no_calendar"))
    if not title:
        return ask.say(say.MeetingNotTaken("no_title"))
    if ask.group.schedule is None:
        return ask.say(say.MeetingNotTaken("no_rhythm"))
    return replace(kept(ask, inquiry(ask, "meetings", text=title)), answer=Say(say.LookingForMeeting(title)))


def meetings_found(asked: Inquiry, snapshot: Snapshot, view: GroupView, now: datetime) -> Result:
    """What is repeated at the group's own time comes first, then what is repeated, then any that is still to come."""
    found = looked_up(asked, snapshot, f"outside meetings {keeper(view) or '-'} {asked.text}", "meetings", now)
    if isinstance(found, Need):
        return found
    here, slot = local(now), view.group.schedule.slots[0] if view.group.schedule else None
    coming = [each for each in found or () if (each.until or here.date()) >= here.date() and (each.repeats or each.starts > here)]
    if found is None or not coming or slot is None:
        return answered(asked, say.MeetingNotTaken("unread" if found is None else "not_found", asked.text))

    def fits(each: Standing) -> tuple[bool, bool, datetime]:
        return (each.starts.weekday(), each.starts.time()) != (slot.weekday, slot.start), not each.repeats, each.starts

    taken = replace(view.group, existing=min(coming, key=fits).id)
    done = answered(asked, None)
    return replace(
        done, save=(*done.save, taken), facts=(*done.facts, Fact("meeting_taken", asked.group, asked.group, asked.by)),
        posts=(Post(asked.group, f"notice:{asked.id}", say.MeetingTaken(asked.text, asked.by)), Post(f"calendar:{asked.group}", f"event:{asked.group}:1", once=True)),
    )  # fmt: skip


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


def answered(asked: Inquiry, message: Message | None, found: str = "") -> Outcome:
    return Outcome(
        save=(replace(asked, state="answered", found=found),), facts=(Fact("inquiry_answered", asked.group, asked.id),),
        posts=(Post(f"@{asked.by}", f"notice:{asked.id}", message),) if message else (), command="look_outside",
    )  # fmt: skip


@wants_timers(Inquiry)
def look_timer(asked: Inquiry, now: datetime) -> tuple[Timer, ...]:
    return (Timer("look_outside", asked.id, asked.at),) if asked.state == "open" else ()


FOUND: dict[str, Callable[[Inquiry, Snapshot, GroupView, datetime], Result]] = {"times": times_found, "people": people_found, "meetings": meetings_found}


def look_outside(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    asked = snapshot.get(f"Inquiry {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(asked, Inquiry) or view is None or asked.state != "open":
        return Outcome()
    if asked.by not in view.people():  # has left meanwhile
        return answered(asked, None)
    return FOUND[asked.what](asked, snapshot, view, now)


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {"add_found": ("members_add", add_found)}
TIMERS = {"look_outside": look_outside, "attendance": attendance}
