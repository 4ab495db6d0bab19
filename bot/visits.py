"""A guest at one meeting only: a relative, an association or an authority, reached by mail.

They get that meeting's event, and are told when it is moved or cancelled. Of the group they see nothing else: not even
what it is called. Who is invited is kept in the meeting, so that moving, cancelling and undoing have the event drawn anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.ask import Ask
from bot.calendar import room_of, takes_place
from bot.cards import Drawn, Reader, card
from bot.keys import key
from bot.meetings import which
from bot.messages import groups as say
from bot.messages.calendar import CalendarEvent
from bot.model import Meeting, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.calendar_event import Event


def invite(ask: Ask, person: Person) -> Outcome | Need:
    """`bjud in maj@example.org till mötet på tisdag`"""
    meeting = which(ask)
    if not isinstance(meeting, Meeting):
        return meeting
    if ask.view.role_of(person.id):
        return ask.say(say.AlreadyMember((person.id,)))
    receipt = say.VisitorInvited(person.name, meeting.starts, ask.turn)
    if person.id in meeting.invited:
        return ask.say(replace(receipt, change=""))
    return Outcome(
        Say(receipt), save=(person, replace(meeting, invited=(*meeting.invited, person.id))),
        facts=(Fact("visitor_invited", ask.group_id, meeting.id, ask.me.id),),
        posts=(
            *((Post(ask.group_id, f"notice:{ask.turn}", say.VisitorNotice(person.name, meeting.starts, ask.me.id)),) if ask.in_channel else ()),
            Post(f"@{person.id}", f"visit:{meeting.id}", once=True),
        ),
    )  # fmt: skip


@card("visit")
def draw_visit(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:2026-12-01", the meeting. The title never says which group it is."""
    id = rest.partition(":")[0]
    view = snapshot.views.get(id)
    if view is None:
        return Need((f"group {id}",))
    if f"meetings {id}" not in snapshot.found:
        return Need((f"meetings {id}",))
    meeting = next((m for m in view.meetings if m.id == rest), None)
    if meeting is None:
        return Drawn(CalendarEvent(Event(rest, state="cancelled")), (key(view.group),))
    invited = reader.person in meeting.invited
    off = not invited or not takes_place(view.group, meeting)
    link = "" if off else room_of(view.group, meeting)
    event = Event(meeting.id, meeting.starts, meeting.minutes, state="cancelled" if off else "confirmed", link=link)
    contact = snapshot.people.get(view.group.contact_person) if invited else None
    message = CalendarEvent(
        event, committee=view.group.kind == "committee", contact=contact.id if contact else "", phone=contact.phone if contact else "",
        left=not invited, once=True,
    )  # fmt: skip
    return Drawn(message, (key(view.group), key(meeting)))
