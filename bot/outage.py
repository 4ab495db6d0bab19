"""The outage pack: each group on a sheet of paper, so that the work goes on when everything is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.ask import due_instant, is_overdue, next_meeting
from bot.group_card import away_rows, phone_of
from bot.messages import outage as say
from bot.model import GroupView, Snapshot
from bot.rules.consent import sharing_allowed
from bot.rules.work_calendar import local

ON_PAPER = ("starting", "active", "paused")


def page(view: GroupView, snapshot: Snapshot, now: datetime) -> say.OutagePage | None:
    """The group's page as things are at that instant; None for a group that is no more.

    The folder it lies in is outside the group: without a consent that holds, nothing of people's own words is on it, and no guest.
    """
    group = view.group
    if group.state not in ON_PAPER:
        return None
    shared = sharing_allowed(group, local(now).date())
    meeting = next_meeting(view, local(now))
    staff = view.people("facilitator", "chair", "member")
    roles = {group.contact_person: "contact_person", group.stand_in: "stand_in"}
    leaders = view.people("facilitator", "chair")

    def seat(person: str) -> say.Seat:
        known = snapshot.people.get(person)
        role = roles.get(person) or view.role_of(person) or "member"
        return say.Seat(person, role, known.organisation if known else "", phone_of(snapshot, person))

    first = [person for person in (group.contact_person, group.stand_in, *leaders) if person in staff]
    seats = tuple(seat(person) for person in dict.fromkeys((*first, *staff)))
    made = say.OutagePage(
        group.code, shared, meeting=meeting.starts if meeting else None, schedule=group.schedule, seats=seats,
        away=tuple(away_rows(snapshot.absences, staff, local(now).date())),
    )  # fmt: skip
    if not shared:
        return made
    actions = tuple(sorted(view.open_actions, key=lambda a: (due_instant(a.due), a.number)))
    return replace(
        made, aim=group.aim, mandate=group.mandate, guests=view.people("guest"), actions=actions,
        overdue=tuple(a.id for a in actions if is_overdue(a, now)), matters=tuple(m for m in view.escalations if m.live),
    )  # fmt: skip
