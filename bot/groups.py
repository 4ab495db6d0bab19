"""Groups: how they begin, who is in them, what they are for, when they rest, and how they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import count

from bot import visits
from bot.ask import Ask, everybody, is_overdue, next_meeting
from bot.calendar import invitations, room_of
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.frozen import dataclass
from bot.keys import key, stamp, stamp_on
from bot.meetings import all_meetings, coming, kept_after
from bot.messages import groups as say
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, NotAllowed
from bot.model import Absence, Action, Decision, Group, GroupView, Kept, Meeting, Member, Person, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules import code_names
from bot.rules.aim_words import is_process
from bot.rules.retention import erase_on
from bot.rules.who_to_remind import away
from bot.rules.work_calendar import instant, local, next_working_day
from bot.stale import stale
from bot.timers import Timer, wants_timers

Result = Outcome | Need
STAFF = ("member", "facilitator", "chair")
WAKES_AT = time(8)


# --- common -----------------------------------------------------------------------------------------------------------


def forgotten(group: Group) -> Group:
    """The group about to be erased for good: what is said of the patient goes at once, the rest when `forget_group` falls due."""
    return replace(group, state="forgotten", aim="", mandate="", learnt="", consent_form="", care_contact="", care_plan="", protected="")


def filled(ask: Ask) -> dict[str, str] | None:
    """The fields of a form that was sent in; None where a line was said or a button tapped."""
    tap = ask.incoming.tap
    return None if tap is None or tap.fields is None else {name: value.strip() for name, value in tap.fields.items()}


def told(ask: Ask, message: Message) -> tuple[Post, ...]:
    """The notice in the channel, where it was said there."""
    return (Post(ask.group_id, f"notice:{ask.turn}", message),) if ask.in_channel else ()


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


def meant(ask: Ask, words: str) -> tuple[str, ...] | Need | FieldError:
    """People named in a form: ids, full names or first names, of anybody the bot knows."""
    found: list[str] = []
    needs: list[str] = []
    for word in (part.strip().lstrip("@") for part in words.split(",")):
        if not word:
            continue
        fits = [p.id for p in ask.snapshot.people.values() if word.casefold() in (p.id.casefold(), p.name.casefold())]
        by_id, by_name = f"person {word}", f"person name {word}"
        if not fits and by_id not in ask.snapshot.found:
            needs += [by_id, by_name]
        elif not fits:
            fits = [p.id for p in ask.snapshot.found[by_name] or ()]
        if len(fits) > 1:
            return FieldError("which_person", word)
        if not fits and not needs:
            return FieldError("person", word)
        found += fits
    return Need(tuple(needs)) if needs else tuple(dict.fromkeys(found))


def choice_of(ask: Ask, name: str, people: Iterable[str], chosen: Iterable[str] = (), required: bool = False, anybody: bool = False) -> Field:  # fmt: skip
    """A choice among people, by name."""
    known = [ask.snapshot.people[id] for id in dict.fromkeys(people) if id in ask.snapshot.people]
    options = tuple((person.id, person.name) for person in sorted(known, key=lambda each: each.name))
    return Field(name, "people", ",".join(chosen), required, options, anybody)


def everyone_known(ask: Ask) -> tuple[str, ...] | Need:
    """Ids of all staff the bot knows, for forms that choose among them. Who is only reached by mail and of no organisation is
    somebody's guest."""
    if "people" not in ask.snapshot.found:
        return Need(("people",))
    people: tuple[Person, ...] = ask.snapshot.found["people"]
    return tuple(
        p.id for p in people if p.state == "active" and (p.organisation or not all(each.startswith("mail:") for each in p.identities))
    )


# --- a new group ------------------------------------------------------------------------------------------------------


def new(ask: Ask) -> Result:
    """`ny grupp Björk @anna @bo mötesledare @eva`, and the button *Starta grupp här* with its form."""
    if ask.incoming.place.private:
        return ask.say(say.StartGroup("private"))
    if ask.incoming.place.public:
        return ask.say(say.StartGroup("public"))
    living = ask.snapshot.views.get(ask.snapshot.here)
    if living and living.group.state not in ("closed", "undone"):
        same = ask.reading.code.casefold() == living.group.code.casefold()  # begun already: the people are to be let in
        outside = [f"@{id}" for id in ask.reading.owners if same and not living.role_of(id)]
        return ask.say(say.StartGroup("lives_here", living.group.code, rest=" ".join(outside)))
    if "codes" not in ask.snapshot.found:
        return Need(("codes",))
    in_use: dict[str, str] = ask.snapshot.found["codes"]  # group id -> code name
    fields = filled(ask)
    if fields is not None:
        return new_from_form(ask, fields, in_use)
    free = code_names.proposals(in_use.values(), ask.incoming.place.address)
    if ask.incoming.tap:
        people = everyone_known(ask)
        if isinstance(people, Need):
            return people
        return Outcome(OpenForm(Form("start_group", "", (
            Field("kodnamn", "text", free[0] if free else "", required=True),
            choice_of(ask, "medlemmar", people, (ask.me.id,), anybody=True),
            choice_of(ask, "mötesledare", people, anybody=True),
        ), about=" · ".join(free))))  # fmt: skip
    members, leaders = ask.reading.owners, ask.reading.leaders
    if problem := code_names.problem_of(ask.reading.code, in_use.values()):
        people_said = " ".join((*(f"@{id}" for id in members), *(("mötesledare", *(f"@{id}" for id in leaders)) if leaders else ())))
        return ask.say(say.StartGroup("" if problem == "code" else problem, ask.reading.code, free, people_said))
    return begin(ask, ask.reading.code, members, leaders, in_use)


def new_from_form(ask: Ask, fields: dict[str, str], in_use: dict[str, str]) -> Result:
    errors: dict[str, Message] = {}
    code = fields.get("kodnamn", "")
    if problem := code_names.problem_of(code, in_use.values()):
        errors["kodnamn"] = FieldError(problem, code)
    named = {name: meant(ask, fields.get(name, "")) for name in ("medlemmar", "mötesledare")}
    for name, people in named.items():
        if isinstance(people, Need):
            return people
        if isinstance(people, FieldError):
            errors[name] = people
        elif name == "mötesledare" and len(people) > 2:
            errors[name] = FieldError("too_many")
    members, leaders = named["medlemmar"], named["mötesledare"]
    if errors or not isinstance(members, tuple) or not isinstance(leaders, tuple):
        return Outcome(FormErrors(errors))
    return begin(ask, code, members, leaders, in_use)


def begin(ask: Ask, code: str, members: tuple[str, ...], leaders: tuple[str, ...], in_use: dict[str, str]) -> Result:
    """The group is made; whoever starts it leads its meetings until somebody else is named."""
    if len(leaders) > 2:
        return ask.say(say.TooManyFacilitators(leaders))
    if "bodies" not in ask.snapshot.found:
        return Need(("bodies",))
    leaders = leaders or (ask.me.id,)
    id = free_id(code, in_use)
    everyone = dict.fromkeys((*leaders, ask.me.id, *members))
    group = Group(id, code, channels=(ask.incoming.place.address,), language=ask.me.language, above=nearest(ask.snapshot.found["bodies"]))
    seats = tuple(Member(f"{id}:@{p}", id, p, "facilitator" if p in leaders else "member") for p in everyone)
    plain = tuple(p for p in everyone if p not in leaders)
    return Outcome(
        Say(say.GroupStarted(id, code, ask.turn, plain, leaders)),
        save=(group, *seats),
        facts=(Fact("group_started", id, id, ask.me.id), *(Fact("member_added", id, each.id, ask.me.id) for each in seats)),
        posts=(Post(id, f"group:{id}"),),
    )


def nearest(bodies: Sequence[Group]) -> str:
    """The body that a new group's obstacles go to, where there is but one nearest the groups."""
    lowest = [each.id for each in bodies if each.level == min(other.level for other in bodies)]
    return lowest[0] if len(lowest) == 1 else ""


def free_id(code: str, used: Iterable[str]) -> str:
    wanted, taken = code_names.group_id(code), set(used)
    return next(id for id in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if id not in taken)


# --- the card ---------------------------------------------------------------------------------------------------------


def show(ask: Ask) -> Result:
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


# --- what it is for ---------------------------------------------------------------------------------------------------


def aim(ask: Ask) -> Result:
    """`det viktigaste: fler smärtfria timmar`, and the button *Skriv målet* with its form. A result, not a process."""
    group, fields = ask.group, filled(ask)
    if ask.incoming.tap and fields is None:
        return Outcome(OpenForm(Form("set_aim", group.id, (Field("mål", "long", group.aim, required=True),), stamp_of(group))))
    text = ask.reading.text if fields is None else fields.get("mål", "")
    if not text:
        return ask.say(say.AimShown(group.id, group.aim)) if fields is None else errors(mål=FieldError("text"))
    if fields and is_stale(ask, group):
        return stale(ask, group, "", group.aim)
    saved = replace(group, aim=text)
    return Outcome(
        Say(say.AimSaved(group.id, text, ask.turn, is_process(text))), save=(saved,),
        facts=(Fact("aim_set", group.id, group.id, ask.me.id),), posts=told(ask, say.AimNotice(text, ask.me.id)),
    )  # fmt: skip


def mandate(ask: Ask) -> Result:
    """`mandat: ändra tider själva`, and the button *Skriv mandatet* with its form."""
    group, fields = ask.group, filled(ask)
    if ask.incoming.tap and fields is None:
        form = Form("set_mandate", group.id, (Field("mandat", "long", group.mandate, required=True),), stamp_of(group))
        return Outcome(OpenForm(form))
    text = ask.reading.text if fields is None else fields.get("mandat", "")
    if not text:
        return ask.say(say.MandateShown(group.id, group.mandate)) if fields is None else errors(mandat=FieldError("text"))
    if fields and is_stale(ask, group):
        return stale(ask, group, "", group.mandate)
    return Outcome(
        Say(say.MandateSaved(text, ask.turn)), save=(replace(group, mandate=text),),
        facts=(Fact("mandate_set", group.id, group.id, ask.me.id),), posts=told(ask, say.MandateNotice(text, ask.me.id)),
    )  # fmt: skip


def stamp_of(group: Group) -> int:
    """Stale is only who has changed the same words: everything else in the group may move on meanwhile."""
    return stamp(Group(group.id, group.code, aim=group.aim, mandate=group.mandate))


def is_stale(ask: Ask, group: Group) -> bool:
    tap = ask.incoming.tap
    return tap is not None and tap.version is not None and tap.version != stamp_of(group)


def errors(**of: FieldError) -> Outcome:
    return Outcome(FormErrors(of))


# --- contact person, stand-in, facilitators ---------------------------------------------------------------------------


def contact_person(ask: Ask) -> Result:
    """`kontaktperson @anna`: one member, chosen by the patient."""
    if len(ask.reading.owners) != 1:
        return ask.say(say.WhichContact(ask.group_id, "contact_person"))
    new_one = ask.reading.owners[0]
    return set_contacts(ask, new_one, "" if ask.group.stand_in == new_one else ask.group.stand_in)


def stand_in(ask: Ask) -> Result:
    """`ersättare för kontaktperson @bo`."""
    if len(ask.reading.owners) != 1 or ask.reading.owners[0] == ask.group.contact_person:
        return ask.say(say.WhichContact(ask.group_id, "stand_in"))
    return set_contacts(ask, ask.group.contact_person, ask.reading.owners[0])


def contact_form(ask: Ask) -> Result:
    """The button *Välj kontaktperson*: contact person and stand-in in one form."""
    group, fields, tap = ask.group, filled(ask), ask.incoming.tap
    shown = stamp_on(group.contact_person, group.stand_in)
    if fields is None:
        staff = ask.view.people()
        return Outcome(OpenForm(Form("set_contact", group.id, (
            choice_of(ask, "kontaktperson", staff, (group.contact_person,) if group.contact_person else (), required=True),
            choice_of(ask, "ersättare", staff, (group.stand_in,) if group.stand_in else ()),
        ), shown)))  # fmt: skip
    named = {name: meant(ask, fields.get(name, "")) for name in ("kontaktperson", "ersättare")}
    wrong: dict[str, Message] = {}
    for name, people in named.items():
        if isinstance(people, Need):
            return people
        if isinstance(people, FieldError):
            wrong[name] = people
        elif len(people) > 1 or (name == "kontaktperson" and not people):
            wrong[name] = FieldError("one_person" if people else "person")
    first, second = named["kontaktperson"], named["ersättare"]
    if not wrong and first == second:
        wrong["ersättare"] = FieldError("same_person")
    if wrong or not isinstance(first, tuple) or not isinstance(second, tuple):
        return Outcome(FormErrors(wrong))
    if tap and tap.version not in (None, shown):
        return stale(ask, group, owners=tuple(each for each in (group.contact_person, group.stand_in) if each))
    return set_contacts(ask, first[0], second[0] if second else "")


def set_contacts(ask: Ask, first: str, second: str) -> Result:
    strangers = tuple(id for id in (first, second) if id and id not in ask.view.people())
    if strangers:
        return ask.say(say.NotMember(strangers))
    saved = replace(ask.group, contact_person=first, stand_in=second)
    phone = phone_of(ask.snapshot, first)
    return Outcome(
        Say(say.ContactSaved(ask.group_id, first, second, ask.turn, phone)), save=(saved,),
        facts=(Fact("contact_set", ask.group_id, ask.group_id, ask.me.id, {"contact": first, "stand_in": second}),),
        posts=told(ask, say.ContactNotice(first, second, ask.me.id, phone)),
    )


def facilitator(ask: Ask) -> Result:
    """`mötesledare @eva`: one or two who lead from now on. Those who led before stay as members."""
    chosen = ask.reading.owners
    if not chosen:
        return ask.say(say.WhichContact(ask.group_id, "facilitator"))
    if len(chosen) > 2:
        return ask.say(say.TooManyFacilitators(chosen))
    seats: list[Member] = []
    for id in chosen:
        place = seated(ask, ask.group_id, id, "facilitator")
        if isinstance(place, Need):
            return place
        seats.append(place)
    was = tuple(id for id in ask.view.people("facilitator") if id not in chosen)
    seats += [replace(member, role="member") for member in ask.view.members if member.person in was and member.state == "active"]
    both = f"mötesledare @{chosen[0]} @{was[0]}" if len(chosen) == 1 and len(was) == 1 else ""
    return Outcome(
        Say(say.FacilitatorSaved(chosen, was, ask.turn, both)), save=tuple(seats),
        facts=tuple(Fact("facilitator_set", ask.group_id, each.id, ask.me.id, {"role": each.role}) for each in seats),
        posts=told(ask, say.FacilitatorNotice(chosen, ask.me.id)),
    )


# --- coming and going -------------------------------------------------------------------------------------------------


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
    seats: list[Member] = []
    for id in fresh:
        place = seated(ask, ask.group_id, id, "member")
        if isinstance(place, Need):
            return place
        seats.append(place)
    return joined(ask, seats, (), guest=False)


def let_in(ask: Ask, people: tuple[str, ...]) -> Result:
    """Into the group by a button, with the role that they had before."""
    fresh = tuple(id for id in people if ask.view.role_of(id) in (None, "guest"))
    if missing := tuple(f"person {id}" for id in fresh if f"person {id}" not in ask.snapshot.found):
        return Need(missing)
    known = [person for id in fresh if isinstance(person := ask.snapshot.found[f"person {id}"], Person)]
    if not known:
        return ask.say(say.AlreadyMember(people) if people and not fresh else say.WhoIsNew())
    seats: list[Member] = []
    for person in known:
        before = seat(ask.view, person.id)
        place = seated(ask, ask.group_id, person.id, before.role if before and before.state == "out" else "member")
        if isinstance(place, Need):
            return place
        seats.append(place)
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


# --- resting, waking, ending ------------------------------------------------------------------------------------------


def pause(ask: Ask) -> Result:
    """`pausa till 15 augusti`, `sommaruppehåll v 27-32`: no meetings, no reminders, until the group wakes by itself."""
    if (need := all_meetings(ask.snapshot, ask.view)) is not None:
        return need
    first, until = ask.reading.from_, ask.reading.until
    later = first if first is not None and first > ask.today else None
    saved = replace(ask.group, paused_from=later, paused_until=until)
    if later is None:
        saved = resting(saved)
    after = kept_after(replace(ask.view, group=saved), datetime.combine(until, time.max)) if until else []
    notice = say.GroupPaused(ask.group.code, until, later, by=ask.me.id)
    return Outcome(
        Say(replace(notice, change=ask.turn, by="")), save=(saved, *after),
        facts=(Fact("group_paused", ask.group_id, ask.group_id, ask.me.id, {"until": until.isoformat() if until else None}),),
        posts=told(ask, notice),
    )


def resting(group: Group) -> Group:
    if group.state == "paused":
        return replace(group, paused_from=None)
    return replace(group, state="paused", before_pause=group.state, paused_from=None)


def awake(group: Group) -> Group:
    state = group.before_pause or "active" if group.state == "paused" else group.state
    return replace(group, state=state, before_pause="", paused_from=None, paused_until=None)


def resume(ask: Ask) -> Result:
    """`väck gruppen`: the pause ends now, or one to come is called off."""
    if ask.group.state != "paused" and ask.group.paused_from is None:
        return ask.say(say.NotPaused(ask.group.code))
    notice = resumed(ask.view, ask.now, by=ask.me.id)
    return Outcome(
        Say(replace(notice, change=ask.turn)), save=(awake(ask.group), *coming(ask.view, ask.local_now)),
        facts=(Fact("group_resumed", ask.group_id, ask.group_id, ask.me.id),), posts=told(ask, notice),
    )  # fmt: skip


def resumed(view: GroupView, now: datetime, by: str = "") -> say.GroupResumed:
    meeting = next_meeting(replace(view, group=awake(view.group)), local(now))
    return say.GroupResumed(
        view.group.id, view.group.code, by=by, meeting=meeting.starts if meeting else None, open=len(view.open_actions)
    )


@wants_timers(Group)
def pause_timers(group: Group, now: datetime) -> tuple[Timer, ...]:
    """When a pause begins, and on the first working day after it, when it ends."""
    if group.state in ("closed", "undone"):
        return ()
    if group.paused_from is not None:
        return (Timer("pause_begins", group.id, instant(datetime.combine(group.paused_from, time()))),)
    if group.state == "paused" and group.paused_until is not None:
        return (Timer("pause_ends", group.id, instant(datetime.combine(next_working_day(group.paused_until), WAKES_AT))),)
    return ()


def pause_begins(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.paused_from is None or view.group.paused_from > local(now).date():
        return Outcome()
    return Outcome(save=(resting(view.group),), facts=(Fact("pause_begun", view.group.id, view.group.id),))


def pause_ends(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """The group is awake, and is told so in its channel."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.state != "paused" or view.group.paused_until is None:
        return Outcome()
    if view.group.paused_until >= local(now).date():
        return Outcome()  # prolonged meanwhile
    return Outcome(
        # Its meetings are saved too, so that they want their agendas again.
        save=(awake(view.group), *coming(view, local(now))),
        facts=(Fact("group_resumed", view.group.id, view.group.id),),
        posts=(Post(view.group.id, f"notice:awake:{timer.due.date()}", resumed(view, now)),),
    )


def close(ask: Ask) -> Result:
    """`avsluta gruppen: ring före åtta`: closed, with what was learnt. It can still be read."""
    fields = filled(ask)
    learnt = ask.reading.text if fields is None else fields.get("lärdom", "")
    if fields is None and ask.incoming.tap:
        return Outcome(OpenForm(Form("close_group", ask.group_id, (Field("lärdom", "long"),))))
    if fields is None and not learnt:
        return ask.say(say.CloseGroup(ask.group_id, ask.group.code, len(ask.view.open_actions)))
    wanted = f"everything {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    last = erase_on(ask.today, ask.snapshot.county.closed_groups_months)
    notice = replace(farewell(ask.view, learnt, ask.me.id, ask.snapshot.found[wanted]), kept_until=last)
    saved = replace(awake(ask.group), state="closed", learnt=learnt, erase_on=last, erasure_told=None)
    return Outcome(
        Say(replace(notice, change=ask.turn)), save=(saved,),
        facts=(Fact("group_closed", ask.group_id, ask.group_id, ask.me.id),),
        posts=(Post(ask.group_id, f"notice:{ask.turn}", notice),),
    )


def farewell(view: GroupView, learnt: str, by: str, everything: Iterable[object]) -> say.GroupFarewell:
    """What the group did, counted over all of its time."""
    things = tuple(everything)
    done = [a for a in things if isinstance(a, Action) and a.state == "done"]
    held = [m for m in things if isinstance(m, Meeting) and m.state == "ended"]
    return say.GroupFarewell(
        view.group.code, learnt, by,
        meetings=len(held), decisions=sum(isinstance(d, Decision) and d.state == "valid" for d in things),
        done=len(done), helped=sum(a.helped == "helped" for a in done), open=len(view.open_actions),
        since=min((m.starts.date() for m in held), default=None),
    )  # fmt: skip


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "start_group": ("new_group", new),
    "set_aim": ("aim", aim),
    "set_mandate": ("mandate", mandate),
    "set_contact": ("contact_person", contact_form),
    "group_card": ("group", show),
    "resume_group": ("resume", resume),
    "close_group": ("close_group", close),
}
TIMERS: dict[str, Callable[[Timer, Snapshot, datetime], Outcome | Need]] = {
    "pause_begins": pause_begins,
    "pause_ends": pause_ends,
}
