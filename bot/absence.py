"""Being away: what falls due meanwhile is handed to the deputy at its beginning, and back at its end.

A deputy gets only what belongs to groups that he or she is in. What nobody takes stays with its owner, and the contact
person is told once, in working hours. Both handings are done by timers, so that undo only has to undo the absence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.actions import action_in, begun_anew, code, matters_of, opened, opening, read_due, the_action, urgency
from bot.ask import Ask, due_day, filled
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.keys import key
from bot.messages import absence as say
from bot.messages.actions import ActionHanded, AlreadyClosed, AlreadyTaken
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone
from bot.model import Absence, Action, GroupView, Kept, Person, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import choice_of, meant
from bot.rules.who_may import STAFF
from bot.rules.who_to_remind import away as is_away
from bot.rules.work_calendar import instant, local, next_work_moment
from bot.timers import Timer, wants_timers

Result = Outcome | Need
DAY = timedelta(days=1)


# --- saying it --------------------------------------------------------------------------------------------------------


def away(ask: Ask) -> Result:
    """`borta 1–14 juli ersättare @bo`, and its form."""
    wanted = f"groups @{ask.me.id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    fields = filled(ask)
    if fields is not None:
        return from_form(ask, fields)
    reading = ask.reading
    if ask.incoming.tap:
        return away_form(ask)
    if reading.from_ is None or reading.until is None:
        return ask.say(say.AwayMissing("until" if reading.from_ else "from_until"))
    if len(reading.owners) > 1 or reading.owners == (ask.me.id,):
        return ask.say(say.AwayMissing("one_deputy" if len(reading.owners) > 1 else "self_deputy"))
    return absent(ask, reading.from_, max(reading.from_, reading.until), "".join(reading.owners))


def away_form(ask: Ask) -> Outcome:
    """The form, filled in with the absence that the button is about, if it is about one."""
    known = ask.snapshot.get(f"Absence {ask.incoming.tap.ref}") if ask.incoming.tap and ask.incoming.tap.ref else None
    first, last, deputy = (known.first, known.last, known.deputy) if isinstance(known, Absence) else (ask.today, ask.today, "")
    colleagues = [id for view in ask.snapshot.views.values() for id in view.people() if id != ask.me.id]
    return Outcome(OpenForm(Form("away", "", (
        Field("från", "date", first.isoformat(), required=True),
        Field("till", "date", last.isoformat(), required=True),
        choice_of(ask, "ersättare", colleagues, (deputy,) if deputy else ()),
    ))))  # fmt: skip


def from_form(ask: Ask, fields: dict[str, str]) -> Result:
    wrong: dict[str, Message] = {}
    days: dict[str, date] = {}
    for name in ("från", "till"):
        when = read_due(ask, fields.get(name, ""))
        if isinstance(when, FieldError):
            wrong[name] = when
        else:
            days[name] = when.date() if isinstance(when, datetime) else when
    if not wrong and days["till"] < days["från"]:
        wrong["till"] = FieldError("before_start")
    people = meant(ask, fields.get("ersättare", ""))
    if isinstance(people, Need):
        return people
    if isinstance(people, FieldError):
        wrong["ersättare"] = people
    elif len(people) > 1 or people == (ask.me.id,):
        wrong["ersättare"] = FieldError("somebody_else")
    if wrong or isinstance(people, FieldError):
        return Outcome(FormErrors(wrong))
    return absent(ask, days["från"], days["till"], "".join(people))


def absent(ask: Ask, first: date, last: date, deputy: str) -> Result:
    """The absence saved. One that it overlaps becomes one with it, so that nothing is handed over twice."""
    id = f"@{ask.me.id}:{first.isoformat()}"
    old = next((a for a in own(ask) if a.first <= last and first <= a.last), None)
    if old:
        within = old.first <= first and last <= old.last and not old.begun
        first, last = (first, last) if within else (min(first, old.first), max(last, old.last))
        absence = replace(old, first=first, last=last, deputy=deputy or old.deputy, begun=old.begun and not deputy)
    else:
        if f"id {id}" not in ask.snapshot.found:
            return Need((f"id {id}",))
        before = ask.snapshot.found[f"id {id}"]  # one of that day that was undone or has ended
        absence = Absence(id, ask.me.id, first, last, deputy, version=before.version if isinstance(before, Absence) else 0)
    if absence.deputy and absence.deputy not in ask.snapshot.people:
        wanted = f"person {absence.deputy}"
        if wanted not in ask.snapshot.found:
            return Need((wanted,))
    busy = next((
        a for a in ask.snapshot.absences
        if a.person == absence.deputy and a.state == "planned" and a.first <= last and first <= a.last
    ), None)  # fmt: skip
    if busy:
        absence = replace(absence, deputy="")
    parts = tuple(parts_of(ask.snapshot, absence))
    receipt = say.AwaySaved(
        absence.id, first, last, absence.deputy, ask.turn, parts, (busy.person, busy.first, busy.last) if busy else None
    )
    fact = Fact("away_planned", "", absence.id, ask.me.id, {"deputy": absence.deputy})
    return Outcome(Say(receipt), save=(absence,), facts=(fact,))


def own(ask: Ask) -> list[Absence]:
    """The asker's absences, present and to come, the earliest first."""
    mine = [a for a in ask.snapshot.absences if a.person == ask.me.id and a.state == "planned" and a.last >= ask.today]
    return sorted(mine, key=lambda a: a.first)


def parts_of(snapshot: Snapshot, absence: Absence) -> Iterable[say.AwayPart]:
    for view in snapshot.views.values():
        actions = due_meanwhile(view, absence)
        if actions:
            covered = stands_in(view, absence)
            yield say.AwayPart(view.group.code, len(actions), covered, "" if covered else who_is_told(view, absence, snapshot, absence.first))


def back(ask: Ask) -> Result:
    """`tillbaka`, `tillbaka på måndag`: the absence ends earlier, or is called off."""
    mine = own(ask)
    if not mine:
        return ask.say(say.NotAway())
    absence, when = mine[0], ask.reading.when
    day = when.date() if isinstance(when, datetime) else when
    if day is not None and day > ask.today:
        saved = replace(absence, last=max(day - DAY, absence.first))
        answer: Message = say.AwayMoved(saved.first, saved.last, ask.turn)
    else:
        saved = replace(absence, state="ended")
        answer = say.WelcomeBack(ask.turn, absence.deputy, cancelled=absence.first > ask.today)
    return Outcome(Say(answer), save=(saved,), facts=(Fact("away_ended", "", absence.id, ask.me.id),))


# --- what it is about -------------------------------------------------------------------------------------------------


def due_meanwhile(view: GroupView, absence: Absence) -> list[Action]:
    """What the absent person has that is overdue or falls due before they are back."""
    if view.group.state == "closed" or view.role_of(absence.person) not in STAFF:
        return []
    theirs = [a for a in view.open_actions if absence.person in a.owners and absence.person not in a.done_by]
    return sorted((a for a in theirs if due_day(a.due) <= absence.last), key=urgency)


def stands_in(view: GroupView, absence: Absence) -> bool:
    """Whether the deputy may know of this group's work: is staff in it."""
    return bool(absence.deputy) and view.role_of(absence.deputy) in STAFF


def who_is_told(view: GroupView, absence: Absence, snapshot: Snapshot, day: date) -> str:
    """Who sees to what nobody stands in for: the contact person, else the stand-in, else who leads the group."""
    candidates = (view.group.contact_person, view.group.stand_in, *view.people("facilitator", "chair"))
    return next((
        id for id in candidates
        if id and id != absence.person and view.role_of(id) in STAFF and not is_away(snapshot.absences, id, day)
    ), "")  # fmt: skip


def instead(owners: tuple[str, ...], of: str, put: str) -> tuple[str, ...]:
    """The owners with one in place of another; alone, if the one has gone meanwhile; added beside several."""
    if of in owners:
        return tuple(dict.fromkeys(put if owner == of else owner for owner in owners))
    return (put,) if len(owners) == 1 else (*owners, put)


# --- by itself --------------------------------------------------------------------------------------------------------


@wants_timers(Absence)
def absence_timers(absence: Absence, now: datetime) -> tuple[Timer, ...]:
    """At midnight of the first day and of the day after the last; and when those concerned begin to work, to tell them."""

    # What is due already is due at once, and each time anew: never the same timer as one that has been run.
    at_once = now - timedelta(microseconds=absence.version)

    def at(day: date) -> datetime:
        midnight = instant(datetime.combine(day, time()))
        return midnight if midnight > now else at_once

    timers = [Timer("away_tell", absence.id, when if when > now else at_once) for _, when in absence.to_tell]
    if absence.state == "planned":
        timers.append(Timer("away_ends", absence.id, at(absence.last + DAY)) if absence.begun else Timer("away_begins", absence.id, at(absence.first)))
    elif absence.begun:
        timers.append(Timer("away_ends", absence.id, at_once))
    return tuple(dict.fromkeys(timers))


def the_absence(id: str, snapshot: Snapshot) -> Absence | Need | None:
    found = snapshot.get(f"Absence {id}") or snapshot.found.get(f"id {id}")
    if isinstance(found, Absence):
        return found
    return None if f"id {id}" in snapshot.found else Need((f"id {id}",))


def begins(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """The first day has come: hand over to the deputy, and note who is to be told."""
    absence = the_absence(timer.subject, snapshot)
    if not isinstance(absence, Absence):
        return absence or Outcome()
    today = local(now).date()
    if absence.state != "planned" or absence.begun or absence.first > today:
        return Outcome()
    if absence.last < today:
        return Outcome(save=(replace(absence, state="ended"),))
    present = not is_away(snapshot.absences, absence.deputy, today)
    handed: list[Action] = []
    tell: set[str] = set()
    for view in snapshot.views.values():
        if stands_in(view, absence) and present:
            new = [hand_over(a, absence) for a in due_meanwhile(view, absence) if absence.deputy not in a.owners]
            new += [
                replace(a, owners=instead(a.owners, a.owners[0], absence.deputy)) for a in view.open_actions
                if a.handed_from == absence.person and absence.deputy not in a.owners
            ]  # another deputy than before  # fmt: skip
            handed += new
            tell |= {absence.deputy} if new else set()
        elif uncovered(view, absence):
            tell |= {who_is_told(view, absence, snapshot, today)} - {""}
    begun = replace(absence, begun=True, to_tell=tuple((id, when_at_work(snapshot, id, now)) for id in sorted(tell)))
    return Outcome(
        save=(begun, *handed),
        facts=(
            Fact("away_begun", "", absence.id, absence.person),
            *(Fact("action_handed", a.group, a.id, absence.person, {"to": absence.deputy}) for a in handed),
        ),
        command="away_begins",
    )


def hand_over(action: Action, absence: Absence) -> Action:
    return replace(
        action, owners=instead(action.owners, absence.person, absence.deputy),
        handed_from=action.handed_from or absence.person, reminded=0, owner_asked=False,
    )  # fmt: skip


def uncovered(view: GroupView, absence: Absence) -> list[Action]:
    """What falls due meanwhile and has no one but the absent person."""
    if view.group.state == "paused":
        return []
    return [a for a in due_meanwhile(view, absence) if a.owners == (absence.person,)]


def when_at_work(snapshot: Snapshot, person: str, now: datetime) -> datetime:
    known = snapshot.people.get(person)
    return instant(next_work_moment(known.working, local(now))) if isinstance(known, Person) else now


def ends(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """Back, or the absence was undone: what is still open goes back to its owner."""
    absence = the_absence(timer.subject, snapshot)
    if not isinstance(absence, Absence):
        return absence or Outcome()
    today = local(now).date()
    if not absence.begun or (absence.state == "planned" and absence.last >= today):
        return Outcome()
    handed_back: list[Action] = []
    for view in snapshot.views.values():
        inside = view.role_of(absence.person) in STAFF
        for action in view.open_actions:
            if action.handed_from == absence.person:
                owners = instead(action.owners, absence.deputy, absence.person) if inside else action.owners
                handed_back.append(replace(action, owners=owners, handed_from="", reminded=0))
    # Another absence that covers today looks anew at what is to be handed over.
    next_one = [
        replace(a, begun=False) for a in snapshot.absences
        if a.person == absence.person and a.id != absence.id and a.state == "planned" and a.begun and a.first <= today <= a.last
    ]  # fmt: skip
    news = bool(handed_back) or bool(done_meanwhile(snapshot, absence))
    told = ((absence.person, when_at_work(snapshot, absence.person, now)),) if news and absence.state != "undone" and not next_one else ()
    ended = replace(absence, begun=False, state="ended" if absence.state == "planned" else absence.state, to_tell=told)
    saved: tuple[Kept, ...] = (ended, *next_one, *handed_back)
    return Outcome(
        save=saved,
        facts=(
            Fact("away_over", "", absence.id, absence.person),
            *(Fact("action_handed_back", a.group, a.id, absence.person) for a in handed_back),
        ),
        command="away_ends",
    )


def done_meanwhile(snapshot: Snapshot, absence: Absence) -> list[Action]:
    """What the deputy finished during the absence."""
    begun = instant(datetime.combine(absence.first, time()))
    return [
        a for view in snapshot.views.values() for a in view.actions
        if a.handed_from == absence.person and a.state == "done" and a.closed_at is not None and a.closed_at >= begun
    ]  # fmt: skip


def tell(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """Those concerned are at work now: each is told once, in one message."""
    absence = the_absence(timer.subject, snapshot)
    if not isinstance(absence, Absence):
        return absence or Outcome()
    posts: list[Post] = []
    for id, when in absence.to_tell:
        if when > now:
            continue
        for kind, actions in news_for(id, absence, snapshot, local(now).date()):
            rest = "|".join((absence.id, ",".join(a.id for a in actions), str(elsewhere(absence, snapshot))))
            posts.append(Post(f"@{id}", f"{kind}:{rest}"))
    saved = replace(absence, to_tell=tuple((id, when) for id, when in absence.to_tell if when > now))
    return Outcome(save=(saved,) if saved != absence else (), posts=tuple(posts), command="away_tell")


def news_for(person: str, absence: Absence, snapshot: Snapshot, today: date) -> Iterable[tuple[str, list[Action]]]:
    """What there is to tell somebody now: a card's kind and the actions in it."""
    views = snapshot.views.values()
    if person == absence.person:
        mine = [a for view in views for a in view.open_actions if person in a.owners and due_day(a.due) <= absence.last]
        done = done_meanwhile(snapshot, absence)
        if absence.state == "ended" and (mine or done):
            yield "back", [*sorted(mine, key=urgency), *done]
        return
    if absence.state != "planned" or not absence.begun:
        return
    taken = [a for view in views for a in view.open_actions if a.handed_from == absence.person and person in a.owners]
    if person == absence.deputy and taken:
        yield "deputy", sorted(taken, key=urgency)
    left = [a for view in views if who_is_told(view, absence, snapshot, today) == person for a in uncovered(view, absence)]
    if left:
        yield "uncovered", sorted(left, key=urgency)


def elsewhere(absence: Absence, snapshot: Snapshot) -> int:
    """How many actions are in groups that the deputy is not in: said as a number, nothing else."""
    return sum(len(uncovered(view, absence)) for view in snapshot.views.values() if not stands_in(view, absence))


TIMERS: dict[str, Callable[[Timer, Snapshot, datetime], Outcome | Need]] = {
    "away_begins": begins,
    "away_ends": ends,
    "away_tell": tell,
}


# --- covering what nobody has -----------------------------------------------------------------------------------------


def cover(ask: Ask) -> Result:
    """The button *Jag tar den* on an absent person's action: one's own until they are back."""
    action = the_action(ask, "hand_over")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(AlreadyClosed(action, code(ask)))
    absentees = [id for id in action.owners if is_away(ask.snapshot.absences, id, ask.today)]
    if ask.me.id in action.owners or not absentees:
        return ask.say(AlreadyTaken(action, code(ask)))
    owners = instead(action.owners, absentees[0], ask.me.id)
    saved = begun_anew(action, ask, owners=owners, handed_from=action.handed_from or absentees[0])
    return Outcome(
        Say(ActionHanded(saved, action.owners, ask.turn, code(ask), opened(action, saved))), save=(saved,),
        facts=(Fact("action_handed", ask.group_id, action.id, ask.me.id, {"to": ask.me.id}), *opening(ask, action, saved)),
    )


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "away": ("away", away),
    "back": ("back", back),
    "cover": ("change", cover),
}


# --- cards ------------------------------------------------------------------------------------------------------------


def drawn_rows(rest: str, snapshot: Snapshot, reader: Reader) -> tuple[Absence, list[Action], int] | Need | None:
    """What a card's subject names: the absence, its actions in groups that the reader is still in, and the number."""
    id, numbers, count = rest.split("|")
    absence = the_absence(id, snapshot)
    if not isinstance(absence, Absence):
        return absence
    actions: list[Action] = []
    for action_id in filter(None, numbers.split(",")):
        view = snapshot.views.get(action_id.partition(":")[0])
        if view is None or view.role_of(reader.person) not in STAFF:
            continue
        found = action_in(view, action_id, snapshot)
        if isinstance(found, Action):
            actions.append(found)
        elif f"id {action_id}" not in snapshot.found:
            return found
    return absence, actions, int(count)


def handed(snapshot: Snapshot, action: Action, waits: bool) -> say.HandedRow:
    view = snapshot.views[action.group]
    return say.HandedRow(view.group.code, action, waits and action.state in ("open", "stuck"), dict(matters_of(view)).get(action.id, ""))


def keys_of(absence: Absence, actions: Iterable[Action]) -> tuple[str, ...]:
    return (key(absence), *(key(action) for action in actions))


@card("deputy")
def draw_deputy(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "@anna:2027-07-01|tall:3,bjork:5|2": the absence, what was handed over, and how many are elsewhere."""
    found = drawn_rows(rest, snapshot, reader)
    if not isinstance(found, tuple):
        return found or Drawn(Gone())
    absence, actions, count = found
    rows = tuple(handed(snapshot, a, reader.person in a.owners) for a in actions)
    return Drawn(say.DeputyCard(absence.person, absence.last, rows, count, not absence.begun), keys_of(absence, actions))


@card("uncovered")
def draw_uncovered(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    found = drawn_rows(rest, snapshot, reader)
    if not isinstance(found, tuple):
        return found or Drawn(Gone())
    absence, actions, _ = found
    rows = tuple(handed(snapshot, a, absence.person in a.owners) for a in actions)
    message = say.UncoveredCard(absence.person, absence.last, rows, absence.deputy, not absence.begun)
    return Drawn(message, keys_of(absence, actions))


@card("back")
def draw_back(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    found = drawn_rows(rest, snapshot, reader)
    if not isinstance(found, tuple):
        return found or Drawn(Gone())
    absence, actions, _ = found
    mine = tuple(handed(snapshot, a, reader.person in a.owners) for a in actions if not a.handed_from)
    done = tuple(handed(snapshot, a, False) for a in actions if a.handed_from)
    return Drawn(say.BackCard(absence.deputy, mine, done), keys_of(absence, actions))
