"""The group's card: what it is for, who is in it, when it meets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.ask import Ask, everybody, is_overdue, next_meeting
from bot.calendar import room_of
from bot.cards import Drawn, Reader, card
from bot.keys import key
from bot.messages import groups as say
from bot.messages.common import Gone
from bot.model import Absence, GroupView, Snapshot
from bot.outcome import Need, Outcome
from bot.rules.who_to_remind import away
from bot.rules.work_calendar import local


def show(ask: Ask) -> Outcome:
    """`grupp`: the group's card, to the asker."""
    return ask.say(card_of(ask.view, ask.snapshot, ask.now))


def card_of(view: GroupView, snapshot: Snapshot, now: datetime) -> say.GroupCard:
    group, here, today = view.group, local(now), local(now).date()
    meeting, rhythm = next_meeting(view, here), group.schedule  # one from January on is not that of December's
    inside = set(everybody(view))
    contact = group.contact_person if group.contact_person in inside else ""
    stand_in = group.stand_in if group.stand_in in inside else ""
    return say.GroupCard(
        group.id, group.code, group.state, group.aim,
        contact, phone_of(snapshot, contact), stand_in, phone_of(snapshot, stand_in),
        consent_until=group.consent.until if group.consent else None,
        consent_over=bool(group.consent and group.consent.until < today),
        care=group.kind == "care", care_contact=group.care_contact, care_plan=group.care_plan,
        meeting=meeting.starts if meeting else None, schedule=rhythm if meeting and rhythm and rhythm.first <= meeting.planned.date() else None,
        open=len(view.open_actions), overdue=sum(is_overdue(a, now) for a in view.open_actions),
        mandate=group.mandate,
        members=view.people("member", "chair"), facilitators=view.people("facilitator"), guests=view.people("guest"),
        away=tuple(away_rows(snapshot.absences, everybody(view), today)),
        rests_from=group.paused_from, rests_until=group.paused_until, learnt=group.learnt,
        join=room_of(group, meeting) if meeting else "",
    )  # fmt: skip


def phone_of(snapshot: Snapshot, person: str) -> str:
    known = snapshot.people.get(person)
    return known.phone if known else ""


def away_rows(absences: Iterable[Absence], people: Iterable[str], today: date) -> Iterable[say.AwayRow]:
    for absence in absences:
        if absence.person in people and away((absence,), absence.person, today):
            yield say.AwayRow(absence.person, absence.last, absence.deputy)


@card("group")
def draw_group(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the group's id."""
    view = snapshot.views.get(rest)
    if view is None:
        return Need((f"group {rest}",))
    if view.group.state == "undone":
        return Drawn(Gone(), (key(view.group),))
    people = [snapshot.people[id] for id in (view.group.contact_person, view.group.stand_in) if id in snapshot.people]
    held = (view.group, *people, *(m for m in view.members if m.state == "active"), *view.open_actions)
    meeting = next_meeting(view, local(now))
    return Drawn(card_of(view, snapshot, now), tuple(key(each) for each in (*held, *((meeting,) if meeting else ()))))


TAPS = {"group_card": ("group", show)}
