"""Meetings in calendars: an event is a card like any other, drawn from the group's rhythm and its meetings.

Its subject is "event:tall:1" for a part of the rhythm (`rules/calendar_event.py`) and "event:tall:2026-12-01" for a
meeting that no rhythm gives. What moves, cancels, pauses, closes, undoes or withdraws changes the objects that the card
holds, so the store has it drawn anew wherever it is shown: in the group's own calendar ("calendar:tall", where there is
one) and in the mailbox of each guest.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from bot.ask import Ask, everybody, rests_on
from bot.cards import Drawn, Reader, card
from bot.incoming import Incoming
from bot.keys import key
from bot.messages import calendar as say
from bot.model import Group, GroupView, Meeting, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.calendar_event import HALF_AN_HOUR, Event, Moved, parts
from bot.rules.consent import sharing_allowed
from bot.rules.next_meeting import Rule, occurrences
from bot.rules.who_may import may
from bot.rules.work_calendar import local

Result = Outcome | Need

BEEN = ("live", "ended", "missed")
LIVING = ("starting", "active", "paused")
CHANGES_STILL = timedelta(weeks=2)  # a meeting longer ago than this is not moved or cancelled any more
MOST_ROOMS = 40  # so many events' rooms are remembered; the oldest are forgotten
REMEMBERED = timedelta(weeks=12)  # so far back a feed shows the meetings of an earlier rhythm


def rests(group: Group, day: date) -> bool:
    """Whether the group has closed, or pauses on that day."""
    return group.state not in LIVING or rests_on(group, day)


def rhythms(group: Group) -> tuple[Rule, ...]:
    """The group's rhythm as parts that are each one event; first those of the rhythms before it that it took over from on a set day."""
    rules = (*group.earlier, *((group.schedule,) if group.schedule else ()))
    return tuple(part for rule in rules for part in parts(rule))


# --- what stands in a calendar ----------------------------------------------------------------------------------------


def series(view: GroupView, number: int) -> Event:
    """Part `number` (from 1) of the group's rhythm; cancelled where there is none. All its meetings must be in view."""
    group = view.group
    uid = f"{group.id}:{number}"
    rules = rhythms(group) if group.state in LIVING else ()
    if number > len(rules):
        return Event(uid, state="cancelled")
    rule = rules[number - 1]
    first = next(occurrences(rule, rule.first))
    minutes = rule.slots[0].minutes or HALF_AN_HOUR
    kept = {m.planned: m for m in view.meetings if not m.extra and m.state != "undone"}
    until = rule.until
    if rests_for_good(group):
        before = group.paused_from - timedelta(days=1) if group.paused_from else date.min
        rested = max((before, *(m.planned.date() for m in kept.values() if takes_place(group, m))))
        until = min(rested, until) if until else rested
        if until < first.date():
            return Event(uid, state="cancelled")
    rested_to = until if rests_for_good(group) else group.paused_until  # also what rests on the day of the last that is held
    last = max((first, *kept, *([datetime.combine(rested_to, datetime.max.time())] if rested_to else ())))
    moved: list[Moved] = []
    cancelled: list[datetime] = []
    for start in occurrences(rule, rule.first):
        if start > last or (until and start.date() > until):
            break
        meeting = kept.get(start)
        if not (takes_place(group, meeting) if meeting else not rests_on(group, start.date())):
            cancelled.append(start)
        elif meeting and (meeting.starts, meeting.minutes) != (start, minutes):
            moved.append(Moved(start, meeting.starts, meeting.minutes))
    return Event(uid, first, minutes, replace(rule, until=until), tuple(moved), tuple(cancelled))


def rests_for_good(group: Group) -> bool:
    """A pause without an end, now or to come."""
    return group.paused_until is None and (group.state == "paused" or group.paused_from is not None)


def takes_place(group: Group, meeting: Meeting) -> bool:
    return meeting.state in BEEN or (meeting.state == "planned" and not rests(group, meeting.starts.date()))


def single(view: GroupView, meeting: Meeting) -> Event:
    """One meeting by itself; cancelled also where the rhythm has come to give it."""
    off = not takes_place(view.group, meeting) or in_rhythm(view.group, meeting)
    return Event(meeting.id, meeting.starts, meeting.minutes, state="cancelled" if off else "confirmed")


def in_rhythm(group: Group, meeting: Meeting) -> bool:
    """Whether the meeting is one that the rhythm gives."""
    rules = () if meeting.extra else (*group.earlier, *((group.schedule,) if group.schedule else ()))
    return any(meeting.planned in occurrences_on(rule, meeting.planned.date()) for rule in rules)


def events(view: GroupView, now: datetime) -> tuple[Event, ...]:
    """All that the group's calendar holds at that moment (naive local). All its meetings must be in view."""
    all_parts = (series(view, number) for number, _ in enumerate(rhythms(view.group), 1))
    others = (
        single(view, m) for m in view.meetings
        if m.state != "undone" and m.starts > now - REMEMBERED and not in_rhythm(view.group, m)
    )  # fmt: skip
    return tuple(event for event in (*all_parts, *others) if event.state != "cancelled")


# --- where it is shown ------------------------------------------------------------------------------------------------


def invitations(snapshot: Snapshot, view: GroupView, now: datetime, to: tuple[Person, ...] | None = None) -> tuple[Post, ...]:
    """All that is still to come, for the group's own calendar and for those who get their calendar by mail; of them only `to`.

    Where something of it stands already, it is only drawn anew: asked for once too often, nothing happens.
    """
    people = (snapshot.people[id] for id in everybody(view) if id in snapshot.people) if to is None else to
    addresses = [f"calendar:{view.group.id}", *(f"@{person.id}" for person in people if by_mail(person))]
    numbers = (number for number, rule in enumerate(rhythms(view.group), 1) if rule.until is None or rule.until >= now.date())
    alone = (m.id for m in view.meetings if m.state == "planned" and m.starts > now and not in_rhythm(view.group, m))
    subjects = (*(f"event:{view.group.id}:{number}" for number in numbers), *(f"event:{id}" for id in alone))
    return tuple(Post(address, subject, once=True) for subject in subjects for address in addresses)


def by_mail(person: Person) -> bool:
    """Who is reached by mail alone gets the meetings there; all others have their group's calendar, or a feed."""
    return bool(person.identities) and all(each.startswith("mail:") for each in person.identities)


@card("event")
def draw_event(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:1" or "tall:2026-12-01". The title says which group only while a consent holds."""
    id = rest.partition(":")[0]
    view = snapshot.views.get(id)
    if view is None:
        return Need((f"group {id}",))
    if f"meetings {id}" not in snapshot.found:
        return Need((f"meetings {id}",))
    number = rest.partition(":")[2]
    here = local(now)
    if number.isdecimal():
        event = series(view, int(number))
        meetings = [m for m in view.meetings if not m.extra and max(m.starts, m.planned) > here - CHANGES_STILL]
    else:
        meetings = [m for m in view.meetings if m.id == rest]
        event = single(view, meetings[0]) if meetings else Event(rest, state="cancelled")
    seat = f"Member {id}:@{reader.person}"
    invited = not reader.person or view.role_of(reader.person) is not None
    message = worded(view.group, event if invited else Event(event.uid, state="cancelled"), here)
    contact = snapshot.people.get(view.group.contact_person) if invited and reader.person else None
    message = replace(message, contact=contact.id if contact else "", phone=contact.phone if contact else "", left=not invited)
    if not reader.person:  # it has the room itself
        message = replace(message, event=replace(message.event, link="", attendees=everybody(view), keeper=keeper(view)))
        if number == "1" and event.state != "cancelled":
            message = replace(message, event=replace(message.event, existing=view.group.existing))
    seats = (seat,) if reader.person else tuple(key(m) for m in view.members if m.state == "active")
    return Drawn(message, (key(view.group), *(key(m) for m in meetings), *seats))


def worded(group: Group, event: Event, here: datetime) -> say.CalendarEvent:
    """What is said of the event in words: of its changes, those still to come."""
    return say.CalendarEvent(
        replace(event, link=room(group, event.uid)), group.code if sharing_allowed(group, here.date()) else "", group.kind == "committee",
        tuple(each for each in event.moved if max(each.starts, each.planned) > here), tuple(each for each in event.cancelled if each > here),
    )  # fmt: skip


# --- where it is kept, and where it is joined from afar -----------------------------------------------------------------


def keeper(view: GroupView) -> str:
    """In whose calendar the group's meetings are: its own mailbox, or "@eva", who leads them; "" nobody's."""
    return view.group.calendar or next((f"@{id}" for id in view.people("facilitator", "chair")), "")


def room(group: Group, uid: str) -> str:
    """Where an event is joined from afar; "" nowhere."""
    return next((link for each, _, link in map(_room, group.rooms.splitlines()) if each == uid), "")


def room_of(group: Group, meeting: Meeting) -> str:
    """Where a meeting is joined from afar: its own, or that of the part of the rhythm which gives it."""
    rules = rhythms(group) if in_rhythm(group, meeting) else ()
    number = next((n for n, rule in enumerate(rules, 1) if meeting.planned in occurrences_on(rule, meeting.planned.date())), 0)
    return room(group, f"{group.id}:{number}" if number else meeting.id)


def occurrences_on(rule: Rule, day: date) -> list[datetime]:
    return list(takewhile(lambda start: start.date() == day, occurrences(rule, day)))


def told_of_room(snapshot: Snapshot, incoming: Incoming) -> Result:
    """The calendar tells where an event is joined: every card that shows the group's next meeting has it from now on."""
    news = incoming.news
    assert news is not None
    id = news.about.partition(":")[0]
    view = snapshot.views.get(id)
    if view is None:
        return Outcome() if f"group {id}" in snapshot.found else Need((f"group {id}",))
    if not news.link.startswith("https://") or view.group.state in ("forgotten", "undone") or room(view.group, news.about) == news.link:
        return Outcome()
    others = [line for line in view.group.rooms.splitlines() if _room(line)[0] != news.about][-MOST_ROOMS:]
    saved = replace(view.group, rooms="\n".join((*others, f"{news.about} {news.link}")))
    return Outcome(save=(saved,), facts=(Fact("room_told", id, news.about),), command="room")


def _room(line: str) -> tuple[str, str, str]:
    return line.partition(" ")


# --- the secret link --------------------------------------------------------------------------------------------------


def feed_name(person: Person, group: Group | None = None) -> str:
    """Whose feed a link leads to, and which edition of it: "@anna 0" all her meetings, "tall @anna 0 2" a group's, as she may see it.

    Who leaves the group, or gets a new link, has no use of the old one.
    """
    own = f"@{person.id} {person.calendar_edition}"
    return f"{group.id} {own} {group.calendar_edition}" if group else own


def show_link(ask: Ask) -> Result:
    """`kalender`: in the private chat one's own, in the group's channel the group's."""
    group = ask.group if ask.group_id and not ask.incoming.place.private and may("member", ask.me, ask.view) else None
    return ask.say(linked(ask, ask.me, group))


def linked(ask: Ask, me: Person, group: Group | None, fresh: bool = False) -> say.CalendarLink:
    leads = group is None or may("lead", ask.me, ask.view)
    return say.CalendarLink(feed_name(me, group), group.id if group else f"@{me.id}", group.code if group else "", group is None, leads, fresh)


def renew_link(ask: Ask) -> Result:
    """The button *Ny länk*: the old one dies. One's own, or the group's for all who have it."""
    assert ask.incoming.tap is not None
    if ask.incoming.tap.ref == f"@{ask.me.id}":
        me = replace(ask.me, calendar_edition=ask.me.calendar_edition + 1)
        return Outcome(Say(linked(ask, me, None, fresh=True)), save=(me,), facts=(Fact("calendar_renewed", "", f"@{me.id}", me.id),))
    if not ask.group_id or not may("lead", ask.me, ask.view):
        return ask.say(say.CalendarLinkNotYours(ask.view.people("facilitator", "chair") if ask.group_id and may("member", ask.me, ask.view) else ()))
    group = replace(ask.group, calendar_edition=ask.group.calendar_edition + 1)
    return Outcome(
        Say(linked(ask, ask.me, group, fresh=True)), save=(group,), facts=(Fact("calendar_renewed", group.id, group.id, ask.me.id),)
    )


TAPS = {"new_calendar_link": ("calendar", renew_link)}
