"""*Min sida*: each person's own page, drawn from the state of things whenever it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.actions import matters_of, urgency
from bot.ask import Ask, due_day, is_overdue, next_meeting, rests_on
from bot.cards import Drawn, Reader, card
from bot.digests import Page, overview
from bot.disclosure import disclosed
from bot.keys import key
from bot.messages import home as say
from bot.messages.common import Gone
from bot.messages.digests import WeeklyOverview
from bot.model import Action, GroupView, Person, Snapshot
from bot.outcome import Need, Outcome
from bot.published import sight_of
from bot.rules.digest_contents import is_late
from bot.rules.who_may import STAFF
from bot.rules.who_to_remind import next_day
from bot.rules.work_calendar import local

SHOWN = 15  # of one's actions; the rest are behind *Mina åtgärder*
MATTERS = 5  # of each committee


def show(ask: Ask) -> Outcome | Need:
    """`min sida`: the same page, as an answer in the chat."""
    if f"groups @{ask.me.id}" not in ask.snapshot.found:
        return Need((f"groups @{ask.me.id}",))
    drawn = page(ask.me, ask.snapshot, ask.now)
    return drawn if isinstance(drawn, Need) else ask.say(drawn)


@card("home")
def draw_home(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: whose. Drawn for that person alone."""
    if f"person {rest}" not in snapshot.found or f"groups @{rest}" not in snapshot.found:
        return Need((f"person {rest}", f"groups @{rest}"))
    person = snapshot.people.get(rest)
    if person is None or person.state != "active" or reader.person != rest:
        return Drawn(Gone())
    message = page(person, snapshot, now)
    return message if isinstance(message, Need) else Drawn(message, tuple(dict.fromkeys(map(sight_of, held(message, snapshot)))))


def page(person: Person, snapshot: Snapshot, now: datetime) -> say.Home | Need:
    """All that waits for the person, in the groups that the person works in now: guests hear by mail what is theirs."""
    mine = snapshot.found[f"groups @{person.id}"]
    views = {id: snapshot.views[id] for id in mine if id in snapshot.views and snapshot.views[id].role_of(person.id) in STAFF}
    here = local(now)
    seats = [own_group(view, person, here, now) for view in views.values() if view.group.state not in ("closed", "forgotten", "undone")]
    seats.sort(key=lambda each: (each.meeting is None, each.meeting or here, each.code))
    todo = sorted(
        (say.Todo(view.group.code, action, is_overdue(action, now), dict(matters_of(view)).get(action.id, "")) for view in views.values() for action in theirs(view, person)),
        key=lambda each: urgency(each.action),
    )
    soon = next_day(person, here.date())
    first = tuple(each for each in todo if each.late or due_day(each.action.due) < soon)[:SHOWN]
    later = tuple(each for each in todo if each not in first)[: SHOWN - len(first)]
    asked = [
        say.Asked(view.group.code, question)
        for view in views.values() for question in view.questions if question.state == "open" and person.id in question.asked
    ]
    bodies = tuple(
        lifted_to(view, snapshot, now) for view in views.values() if view.group.kind == "committee" and view.role_of(person.id) in STAFF
    )
    week = weekly(person, views, snapshot, now)
    if isinstance(week, Need):
        return week
    return say.Home(
        person, tuple(each for each in seats if each.live), tuple(asked), first, later, len(todo) - len(first) - len(later),
        tuple(each for each in bodies if each.matters), week, tuple(seats),
    )


def own_group(view: GroupView, person: Person, here: datetime, now: datetime) -> say.OwnGroup:
    meeting = next_meeting(view, here)
    return say.OwnGroup(
        view.group.id, view.group.code, view.role_of(person.id) or "member", meeting.starts if meeting else None, view.live,
        rests_on(view.group, here.date()), len(view.open_actions), sum(is_overdue(each, now) for each in view.open_actions),
    )  # fmt: skip


def theirs(view: GroupView, person: Person) -> Iterable[Action]:
    if view.group.state == "closed":
        return ()
    return (a for a in view.open_actions if person.id in a.owners and person.id not in a.done_by)


def lifted_to(view: GroupView, snapshot: Snapshot, now: datetime) -> say.Body:
    """What waits for the body's answer, what is late first."""
    waiting = sorted((each for each in view.lifted if each.state in ("open", "taken")), key=lambda each: (not is_late(each, now), each.at))
    late = tuple(each.id for each in waiting if is_late(each, now))
    return say.Body(snapshot.county.body_name(view.group.code), tuple(waiting[:MATTERS]), late, max(0, len(waiting) - MATTERS))


def weekly(person: Person, views: dict[str, GroupView], snapshot: Snapshot, now: datetime) -> WeeklyOverview | Need | None:
    """The overview in short, for who follows many groups."""
    if "coordinator" not in person.roles:
        return None
    today = local(now).date()
    found = overview(person, views, snapshot, Page(date.fromordinal(today.toordinal() - today.weekday())), now)
    return found if isinstance(found, Need | WeeklyOverview) else None


def held(message: say.Home, snapshot: Snapshot) -> Iterable[str]:
    """The keys of what the right to see the page hangs on: whom it names, the groups it shows, and one's own place in them."""
    yield from (f"Person {named}" for _, _, named in sorted(disclosed(message, snapshot.people)) if named)
    for own in message.groups:
        view = snapshot.views[own.group]
        yield key(view.group)
        yield from (key(each) for each in view.members if each.person == message.person.id)
    for body in message.bodies:
        yield from (f"Group {matter.group}" for matter in body.matters)
