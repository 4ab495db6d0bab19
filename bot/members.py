"""Who is in the group: how they come, and what becomes of what was theirs when they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot import visits
from bot.ask import Ask, everybody, told
from bot.calendar import invitations
from bot.cards import Drawn, Reader, card
from bot.frozen import dataclass
from bot.keys import key
from bot.messages import groups as say
from bot.messages.common import NotAllowed
from bot.model import Action, Group, GroupView, Kept, Member, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say

Result = Outcome | Need


def seat(view: GroupView, person: str) -> Member | None:
    """A person's place in the group, also one that was left or undone."""
    return next((member for member in view.members if member.person == person), None)


def seated(ask: Ask, group: str, person: str, role: str) -> Member | Need:
    """The person's place in the group with that role: the one they had before, or a new one."""
    id = f"{group}:@{person}"
    view = ask.snapshot.views.get(group)
    old = (seat(view, person) if view else None) or ask.snapshot.found.get(f"id {id}")
    if old is None and f"id {id}" not in ask.snapshot.found:
        return Need((f"id {id}",))
    return replace(old, role=role, state="active") if isinstance(old, Member) else Member(id, group, person, role)


def all_seated(ask: Ask, roles: Mapping[str, str]) -> list[Member] | Need:
    """The same for several in the asked group, each person with a role."""
    seats: list[Member] = []
    for person, role in roles.items():
        place = seated(ask, ask.group_id, person, role)
        if isinstance(place, Need):
            return place
        seats.append(place)
    return seats


def add_members(ask: Ask) -> Result:
    """`lägg till @bo`, `bjud in maj@example.org` (a guest, reached by mail), `bjud in maj@example.org till mötet på tisdag`."""
    if ask.reading.text:
        return invite(ask)
    wanted = ask.reading.owners
    fresh = tuple(id for id in wanted if ask.view.role_of(id) in (None, "guest"))
    if not wanted:
        return ask.say(say.WhoIsNew())
    if not fresh:
        return ask.say(say.AlreadyMember(wanted))
    seats = all_seated(ask, dict.fromkeys(fresh, "member"))
    return seats if isinstance(seats, Need) else joined(ask, seats, (), guest=False)


def let_in(ask: Ask, people: tuple[str, ...]) -> Result:
    """Into the group by a button, with the role that they had before."""
    fresh = tuple(id for id in people if ask.view.role_of(id) in (None, "guest"))
    if missing := tuple(f"person {id}" for id in fresh if f"person {id}" not in ask.snapshot.found):
        return Need(missing)
    known = [person for id in fresh if isinstance(person := ask.snapshot.found[f"person {id}"], Person)]
    if not known:
        return ask.say(say.AlreadyMember(people) if people and not fresh else say.WhoIsNew())
    before = {person.id: seat(ask.view, person.id) for person in known}
    seats = all_seated(ask, {id: was.role if was and was.state == "out" else "member" for id, was in before.items()})
    if isinstance(seats, Need):
        return seats
    back = tuple(replace(person, state="active") for person in known if person.state == "gone")
    return joined(ask, seats, back, guest=False)


def at_door_without(group: Group, people: Iterable[str]) -> Group:
    """The group when it has been decided about these people (or they left)."""
    waiting = tuple(id for id in group.at_door if id not in people)
    return replace(group, at_door=waiting, door_at=group.door_at if waiting else None)


def joined(ask: Ask, seats: list[Member], people: tuple[Person, ...], *, guest: bool) -> Outcome:
    ids = tuple(each.person for each in seats)
    come = (*people, *(ask.snapshot.people[id] for id in ids if id in ask.snapshot.people))
    return Outcome(
        Say(say.MembersAdded(ask.group.code, ids, ask.turn, guest)), save=(*people, *seats, at_door_without(ask.group, ids)),
        facts=tuple(Fact("member_added", ask.group_id, each.id, ask.me.id, {"role": each.role}) for each in seats),
        posts=(*told(ask, say.MembersNotice(ids, ask.me.id, guest)), *invitations(ask.snapshot, ask.view, ask.local_now, tuple({p.id: p for p in come}.values()))),
    )


def newcomer_id(ask: Ask) -> str:
    """An id for somebody new: another each time, and nothing of their address is in it. Ids outlive erasure."""
    return next(id for n in count() if (id := f"u{ask.turn[:10]}{f'-{n}' if n else ''}") not in ask.snapshot.people)


def invite(ask: Ask) -> Result:
    """A relative, an association or an authority is invited by mail: a guest of this group only, or of one meeting."""
    email = ask.reading.text.casefold()
    wanted = f"person at mail:{email}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    told = (each for each in ask.snapshot.people.values() if f"mail:{email}" in each.identities)  # by a line before this
    known = next(told, ask.snapshot.found[wanted])
    if isinstance(known, Person):
        person = replace(known, state="active")
    else:
        person = Person(newcomer_id(ask), ask.reading.topic or email, identities=(f"mail:{email}",), language=ask.group.language)
    if ask.reading.which:
        return visits.invite(ask, person)
    if ask.view.role_of(person.id):
        return ask.say(say.AlreadyMember((person.id,)))
    place = seated(ask, ask.group_id, person.id, "guest")
    return place if isinstance(place, Need) else joined(ask, [place], (person,), guest=True)


def remove_members(ask: Ask) -> Result:
    """`ta bort medlem @bo`: by who leads the group, or by oneself."""
    inside = everybody(ask.view)
    people = tuple(id for id in ask.reading.owners if id in inside)
    if not people:
        return ask.say(say.NoSuchMember(ask.reading.owners))
    leads = ask.view.role_of(ask.me.id) in ("facilitator", "chair")
    if not leads and people != (ask.me.id,):
        return ask.say(NotAllowed("lead", ask.view.people("facilitator", "chair")))
    return departed(ask, people)


def leave(ask: Ask) -> Result:
    """`lämna gruppen`."""
    return departed(ask, (ask.me.id,))


@dataclass(frozen=True, slots=True)
class WhoLeft:
    """What follows when people leave: their seats, what they shared, what is offered to the others."""

    saved: tuple[Kept, ...]
    seats: tuple[Member, ...]
    offered: tuple[Action, ...]  # theirs alone
    remain: bool  # somebody is left in the group
    no_contact: bool
    no_facilitator: bool

    @staticmethod
    def of(view: GroupView, people: tuple[str, ...]) -> WhoLeft:
        """What is shared stays with those who share it."""
        group = view.group
        seats = tuple(replace(m, state="left") for m in view.members if m.person in people and m.state in ("active", "out"))
        theirs = [a for a in view.open_actions if set(a.owners) & set(people)]
        shared = tuple(
            replace(a, owners=rest, each=a.each and len(rest) > 1)
            for a in theirs if (rest := tuple(id for id in a.owners if id not in people))
        )  # fmt: skip
        no_contact = group.contact_person in people
        saved = replace(
            group,
            contact_person="" if no_contact else group.contact_person,
            stand_in="" if group.stand_in in people else group.stand_in,
        )
        remain = [id for id in view.people() if id not in people]
        led = [id for id in view.people("facilitator", "chair") if id not in people]
        offered = tuple(a for a in theirs if set(a.owners) <= set(people))
        return WhoLeft((*seats, *shared, saved), seats, offered, bool(remain), no_contact, bool(remain) and not led)


def departed(ask: Ask, people: tuple[str, ...], *, quietly: bool = False) -> Outcome:
    """They leave; what is theirs alone is offered to the others. `quietly`: that was done when they went out of the channel."""
    group, left = ask.group, WhoLeft.of(ask.view, people)
    subject = ":".join(("left", group.id, ",".join(people), ",".join(str(a.number) for a in left.offered)))
    # Told in the channel wherever it was said: the group must know who is in it, and what is left to take.
    return Outcome(
        Say(say.MembersGone(group.code, people, ask.turn, len(left.offered), group.id, left.no_contact, left.no_facilitator, out=quietly)),
        save=left.saved,
        facts=tuple(Fact("member_left", group.id, each.id, ask.me.id) for each in left.seats),
        posts=(Post(group.id, subject),) if left.remain and not (quietly and left.offered) else (),
    )


@card("left")
def draw_left(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:anna:12,14": the group, who left, and what is offered."""
    group, names, numbers = rest.split(":")
    people = tuple(names.split(","))
    view = snapshot.views.get(group)
    if view is None:
        return Need((f"group {group}",))
    found: list[Action] = []
    for number in filter(None, numbers.split(",")):
        id = f"{group}:{number}"
        action = view.action(int(number)) or snapshot.found.get(f"id {id}")
        if action is None and f"id {id}" not in snapshot.found:
            return Need((f"id {id}",))
        if isinstance(action, Action):
            found.append(action)
    inside = everybody(view)
    seats = tuple(m for m in view.members if m.person in people)
    left = tuple(id for id in people if id not in inside)
    if not left:  # undone, or all came back
        return Drawn(say.LeftCard(group, (), back=people), (*(key(m) for m in seats), *(key(a) for a in found)))
    rows = tuple((a, a.state in ("open", "stuck") and not set(a.owners) & set(inside)) for a in found)
    uncontactable = view.group.contact_person not in inside and view.group.state != "starting"  # one that starts has that before it
    message = say.LeftCard(
        group, left, rows, uncontactable, not view.people("facilitator", "chair"),
        out=bool(seats) and all(m.state == "out" for m in seats if m.person in left),  # who left long ago is out of view
    )  # fmt: skip
    return Drawn(message, (key(view.group), *(key(m) for m in seats), *(key(a) for a in found)))
