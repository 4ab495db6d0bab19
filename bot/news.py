"""What a platform tells of by itself: the bot came into a channel, people come and go, an account is closed.

The bot changes nothing that people should decide, with one exception: who leaves a group's channel reads nothing of the
group from that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.ask import Ask
from bot.calendar import told_of_room
from bot.cards import Drawn, Reader, card
from bot.incoming import Incoming, News
from bot.keys import key, turn_id
from bot.members import WhoLeft, at_door_without, departed, let_in, seat
from bot.messages import groups as say_group
from bot.messages import news as say
from bot.messages.common import Gone, NoGroupHere
from bot.model import Group, GroupView, Kept, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.display_names import new_name
from bot.timers import Timer, wants_timers

Result = Outcome | Need

SETTLES = timedelta(minutes=2)
"""How long the bot waits for more people to come in before it asks about them all; who only looks in is not asked about."""
CLOSED = ("closed", "forgotten", "undone")


def told(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Result:
    """What one piece of news leads to. Nobody is answered; only those whom it concerns are written to."""
    news = incoming.news
    assert news is not None
    if news.kind == "room":
        return told_of_room(snapshot, incoming)
    view = snapshot.views.get(snapshot.here)
    if view and view.group.state in CLOSED:
        view = None
    if news.kind == "invited":
        return invited(incoming, view)
    if news.kind == "removed":
        return removed(incoming, view)
    if f"person {news.person}" not in snapshot.found:
        return Need((f"person {news.person}",))
    person = snapshot.people.get(news.person)
    if person is None:
        return Outcome()
    if news.kind == "gone":
        return gone(snapshot, incoming, person)
    if news.kind == "profile":
        return seen_as(snapshot, person, news)
    if view is None:
        return Outcome()
    if news.kind == "joined":
        return joined(view, person, now)
    return left(view, person, incoming.place.address) if news.kind == "left" and not news.elsewhere else Outcome()


def leaders(view: GroupView, *without: str) -> tuple[str, ...]:
    """Who is asked about the group: who leads it, else the contact person, else all of its staff."""
    contact = (view.group.contact_person,) if view.role_of(view.group.contact_person) else ()
    for some in (view.people("facilitator", "chair"), contact, view.people()):
        if found := tuple(id for id in some if id not in without):
            return found
    return ()


def to_leaders(view: GroupView, subject: str, *without: str) -> tuple[Post, ...]:
    return tuple(Post(f"@{id}", subject) for id in leaders(view, *without))


# --- the bot itself comes and goes ------------------------------------------------------------------------------------


def invited(incoming: Incoming, view: GroupView | None) -> Outcome:
    """Into a channel without a group: one is offered there, or it is told why not. Back where it was missed: says so."""
    address = incoming.place.address
    notice = f"notice:{turn_id(incoming.event)}"
    if view is None:
        message = say.PublicChannel() if incoming.place.public else NoGroupHere()
        return Outcome(posts=(Post(address, notice, message),), command="invited")
    if address not in view.group.lost:
        return Outcome()
    return Outcome(
        save=(replace(view.group, lost=tuple(each for each in view.group.lost if each != address)),),
        facts=(Fact("channel_back", view.group.id, view.group.id, incoming.person),),
        posts=(Post(address, notice, say.ChannelBack(view.group.id, view.group.code)),), command="invited",
    )  # fmt: skip


def removed(incoming: Incoming, view: GroupView | None) -> Outcome:
    """Out of a group's channel: who leads the group is told once, and how to mend it."""
    address = incoming.place.address
    if view is None or address in view.group.lost:
        return Outcome()
    lost = (*view.group.lost, address)
    message = say.ChannelLost(view.group.code, incoming.place.platform, some_left=bool(set(view.group.channels) - set(lost)))
    notice = f"notice:{turn_id(incoming.event)}"
    return Outcome(
        save=(replace(view.group, lost=lost),), facts=(Fact("channel_lost", view.group.id, view.group.id, incoming.person),),
        posts=tuple(Post(f"@{id}", notice, message) for id in leaders(view)), command="removed",
    )  # fmt: skip


# --- somebody comes in ------------------------------------------------------------------------------------------------


def joined(view: GroupView, person: Person, now: datetime) -> Outcome:
    """Who was in the group when leaving the channel is in it again; about anybody else the facilitators are asked."""
    group, place = view.group, seat(view, person.id)
    again = (replace(person, state="active"),) if person.state == "gone" else ()
    if place and place.state == "out":
        return Outcome(
            save=(*again, replace(place, state="active")), facts=(Fact("channel_rejoined", group.id, place.id, person.id),), command="joined"
        )
    if view.role_of(person.id) or person.id in group.at_door:
        return Outcome(save=again, command="joined")
    saved = replace(group, at_door=(*group.at_door, person.id), door_at=group.door_at or now + SETTLES)
    return Outcome(save=(*again, saved), facts=(Fact("channel_joined", group.id, f"{group.id}:@{person.id}", person.id),), command="joined")


@wants_timers(Group)
def door_timer(group: Group, now: datetime) -> tuple[Timer, ...]:
    """Some have come in, and nobody has been asked about them yet."""
    return (Timer("door", group.id, group.door_at),) if group.door_at and group.at_door and group.state not in CLOSED else ()


def ask_about(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """All who have come in meanwhile, in one card."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.door_at is None or view.group.door_at > now:
        return Outcome()
    waiting = tuple(id for id in view.group.at_door if not view.role_of(id))
    posts = to_leaders(view, f"newcomers:{view.group.id}:{','.join(waiting)}") if waiting else ()
    return Outcome(save=(replace(view.group, door_at=None, at_door=waiting),), posts=posts, command="door")


@card("newcomers")
def draw_newcomers(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:bo,kia": the group, and who came in."""
    id, _, names = rest.partition(":")
    view = snapshot.views.get(id)
    people = tuple(names.split(","))
    if missing := tuple(f"person {each}" for each in people if each not in snapshot.people and f"person {each}" not in snapshot.found):
        return Need(missing)
    if view is None or not view.role_of(reader.person):
        return Drawn(Gone(), (f"Group {id}", f"Member {id}:@{reader.person}"))
    states = {each: "in" if view.role_of(each) else "waits" if each in view.group.at_door else "out" for each in people}
    message = say.Newcomers(id, view.group.code, tuple(states.items()))
    return Drawn(message, (key(view.group), f"Member {id}:@{reader.person}", *(f"Member {id}:@{each}" for each in people)))


def take_in(ask: Ask) -> Result:
    """*Lägg till*, and *Lägg till alla*: into the group."""
    return let_in(ask, named(ask))


def turn_away(ask: Ask) -> Result:
    """*Nej*: the person is asked to leave the channel, in words that tell nothing of the group."""
    people = tuple(id for id in named(ask) if id in ask.group.at_door and not ask.view.role_of(id))
    if not people:
        return ask.say(say_group.NoSuchMember(named(ask)))
    return Outcome(
        Say(say.TurnedAway(ask.group.code, people)), save=(at_door_without(ask.group, people),),
        facts=tuple(Fact("turned_away", ask.group_id, f"{ask.group_id}:@{id}", ask.me.id) for id in people),
        posts=tuple(Post(f"@{id}", f"turned_away:{ask.group_id}:{ask.me.id}") for id in people),
    )  # fmt: skip


@card("turned_away")
def draw_turned_away(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:eva": the group, and who asks. Nothing is shown of the group but its name."""
    id, _, by = rest.partition(":")
    if f"person {by}" not in snapshot.found:
        return Need((f"person {by}",))
    view = snapshot.views.get(id)
    return Drawn(say.AskedToLeave(view.group.code, by) if view else Gone())


def named(ask: Ask) -> tuple[str, ...]:
    """The people that the tapped button is about."""
    return tuple(filter(None, ask.incoming.tap.value.split(","))) if ask.incoming.tap else ()


# --- somebody leaves --------------------------------------------------------------------------------------------------


def left(view: GroupView, person: Person, address: str) -> Outcome:
    """Out of the channel. The reading ends now; whether the person has left the group is for the facilitators to say."""
    group = view.group
    if person.id in group.at_door:
        saved = at_door_without(group, (person.id,))
        return Outcome(save=(saved,), facts=(Fact("channel_left", group.id, f"{group.id}:@{person.id}", person.id),), command="left")
    place = seat(view, person.id)
    if place is None or place.state != "active" or place.role == "guest" or address in group.lost:
        return Outcome()
    offered = offered_by(view, (person.id,))
    others = [id for id in view.people() if id != person.id]
    shown = (Post(group.id, left_subject(group.id, (person.id,), offered)),) if others and offered else ()
    return Outcome(
        save=(replace(place, state="out"),), facts=(Fact("channel_left", group.id, place.id, person.id),),
        posts=(*shown, *to_leaders(view, f"went_out:{group.id}:{person.id}", person.id)), command="left",
    )  # fmt: skip


def offered_by(view: GroupView, people: Iterable[str]) -> tuple[int, ...]:
    """Numbers of the open actions that nobody but these people owns."""
    return tuple(each.number for each in view.open_actions if set(each.owners) <= set(people))


def left_subject(group: str, people: Iterable[str], numbers: Iterable[int]) -> str:
    return ":".join(("left", group, ",".join(people), ",".join(map(str, numbers))))


@card("went_out")
def draw_went_out(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:bo": the group, and who went out of its channel."""
    id, _, person = rest.partition(":")
    view = snapshot.views.get(id)
    holds = (f"Member {id}:@{person}", f"Member {id}:@{reader.person}")
    if view is None or not view.role_of(reader.person):
        return Drawn(Gone(), holds)
    if person not in snapshot.people and f"person {person}" not in snapshot.found:
        return Need((f"person {person}",))
    place = seat(view, person)
    state = {"out": "waits", "active": "in"}.get(place.state if place else "", "left")
    return Drawn(say.WentOut(id, view.group.code, person, state, len(offered_by(view, (person,)))), holds)


def has_left(ask: Ask) -> Result:
    """*Har slutat*: as when a member is removed."""
    who = asked_about(ask)
    return who if isinstance(who, Outcome) else departed(ask, (who,), quietly=True)


def still_in(ask: Ask) -> Result:
    """*Är kvar i gruppen*: in the group again, also without the channel."""
    who = asked_about(ask)
    return who if isinstance(who, Outcome) else let_in(ask, (who,))


def asked_about(ask: Ask) -> str | Outcome:
    """Who went out and is still to be decided about; else what has been decided meanwhile."""
    who = next(iter(named(ask)), "")
    place = seat(ask.view, who)
    if place and place.state == "active":
        return ask.say(say_group.AlreadyMember((who,)))
    if place is None or place.state != "out":
        return ask.say(say_group.NoSuchMember((who,) if place else ()))
    return who


# --- a profile has changed -------------------------------------------------------------------------------------------


def seen_as(snapshot: Snapshot, person: Person, news: News) -> Result:
    """Called by the new name, in the language of the platform unless they or their organisation have chosen one."""
    listed = bool(person.organisation)
    language = person.language
    if news.language and news.language != language and not listed:
        wanted = f"history @{person.id}"
        if wanted not in snapshot.found:
            return Need((wanted,))
        chosen = any("language" in str(each.fact.detail.get("what")).split(",") for each in snapshot.found[wanted])
        language = language if chosen else news.language
    name = new_name(person.name, news.name, language, listed=listed)
    saved = replace(person, name=name, language=language, time_zone=news.time_zone or person.time_zone)
    if saved == person or person.state != "active":
        return Outcome()
    return Outcome(save=(saved,), facts=(Fact("profile_changed", "", f"@{person.id}", person.id),), command="profile")


# --- an account is closed ---------------------------------------------------------------------------------------------


def gone(snapshot: Snapshot, incoming: Incoming, person: Person) -> Result:
    """The person works here no longer, unless there is another chat where the person has an account."""
    chats = {each.partition(":")[0] for each in person.identities} - {"mail", incoming.place.platform}
    if person.state == "gone" or chats:
        return Outcome()
    if f"groups @{person.id}" not in snapshot.found:
        return Need((f"groups @{person.id}",))
    save: list[Kept] = [replace(person, state="gone")]
    facts = [Fact("account_closed", "", f"@{person.id}", person.id)]
    posts: list[Post] = []
    tell: dict[str, list[str]] = {}
    for id in snapshot.found[f"groups @{person.id}"]:
        view = snapshot.views[id]
        if not view.role_of(person.id) or view.group.state in CLOSED:
            continue
        leaving = WhoLeft.of(view, (person.id,))
        save += leaving.saved
        facts.append(Fact("member_left", id, f"{id}:@{person.id}", person.id))
        if leaving.remain:
            posts.append(Post(id, left_subject(id, (person.id,), (each.number for each in leaving.offered))))
        for leader in leaders(view, person.id):
            tell.setdefault(leader, []).append(view.group.code)
    notice = f"notice:{turn_id(incoming.event)}"
    posts += [Post(f"@{id}", notice, say.AccountClosed(person.id, tuple(codes))) for id, codes in sorted(tell.items())]
    return Outcome(save=tuple(save), facts=tuple(facts), posts=tuple(posts), command="gone")


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "let_in": ("members_add", take_in),
    "turn_away": ("turn_away", turn_away),
    "has_left": ("members_remove", has_left),
    "still_in": ("members_add", still_in),
}
TIMERS: dict[str, Callable[[Timer, Snapshot, datetime], Outcome | Need]] = {"door": ask_about}
