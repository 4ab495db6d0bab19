"""What becomes of a closed group, and of what is over in one that goes on: the words are kept for a while, then erased, and those
who lead it are told well before. Numbers and times stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.ask import Ask
from bot.cards import Drawn, Reader, card
from bot.groups import forgotten
from bot.keys import key
from bot.messages import retention as say
from bot.messages.common import Gone
from bot.model import Group, GroupView, Kept, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.retention import LEAST_NOTICE, SORTS, erase_on, notice_day
from bot.rules.work_calendar import instant, local
from bot.timers import Timer, wants_timers

Result = Outcome | Need

MORNING = time(8)
NIGHT = time(3)
MORE = 12  # months that *Behåll längre* gives


@wants_timers(Group)
def retention_timers(group: Group, now: datetime) -> tuple[Timer, ...]:
    """The first working day of the last month, and the night after its end."""
    if group.state != "closed" or group.erase_on is None:
        return ()
    if group.erasure_told != group.erase_on:
        return (Timer("erasure_notice", group.id, instant(datetime.combine(notice_day(group.erase_on), MORNING))),)
    return (Timer("erasure", group.id, instant(datetime.combine(group.erase_on + timedelta(days=1), NIGHT))),)


def notice(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Those who led it, in private: one message for all their groups of the month. Told late, it is kept so much longer."""
    view = snapshot.views.get(timer.subject)
    if view is None or view.group.state != "closed" or view.group.erase_on is None or view.group.erasure_told == view.group.erase_on:
        return Outcome()
    last = view.group.erase_on
    if local(now).date() < notice_day(last):
        return Outcome()
    while last < local(now).date() + LEAST_NOTICE:
        last = erase_on(last, 1) or last
    return Outcome(
        save=(replace(view.group, erase_on=last, erasure_told=last),), facts=(Fact("erasure_told", view.group.id, view.group.id),),
        posts=tuple(Post(f"@{person}", f"erasures:@{person} {last}", once=True) for person in led_by(view)), command="erasure_notice",
    )  # fmt: skip


def led_by(view: GroupView) -> tuple[str, ...]:
    contact = view.group.contact_person
    return view.people("facilitator", "chair") or ((contact,) if view.role_of(contact) else ())


def erase(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """Its last day has been: its words go, as when a group is forgotten."""
    view = snapshot.views.get(timer.subject)
    group = view.group if view else None
    if group is None or group.state != "closed" or group.erase_on is None or local(now).date() <= group.erase_on:
        return Outcome()
    if group.erasure_told != group.erase_on:
        return Outcome()
    return Outcome(save=(forgotten(group),), facts=(Fact("group_outlived", group.id, group.id),), command="erasure")


@card("erasures")
def draw_erasures(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "@eva 2028-11-30": the groups that she led, and whose last day that was when she was told."""
    person, _, day = rest.partition(" ")
    question = f"groups {person}"
    if question not in snapshot.found:
        return Need((question,))
    last = date.fromisoformat(day)
    views = [view for view in snapshot.views.values() if view.group.erasure_told == last and person.removeprefix("@") in led_by(view)]
    rows = tuple(
        say.Erasure(view.group.id, view.group.code, view.group.erase_on if view.group.erase_on != last else None, view.group.state)
        for view in sorted(views, key=lambda view: view.group.code)
        if view.group.state in ("closed", "active", "starting", "paused")
    )
    return Drawn(say.Erasures(last, rows) if rows else Gone(), tuple(key(view.group) for view in views))


def keep(ask: Ask) -> Result:
    """*Behåll längre*: a year more, and told of again before that."""
    group = ask.group
    if group.state != "closed" or group.erase_on is None:
        return ask.say(say.GroupKept(group.id, group.code))
    later = erase_on(group.erase_on, MORE)
    return Outcome(
        Say(say.GroupKept(group.id, group.code, later, ask.turn)), save=(replace(group, erase_on=later),),
        facts=(Fact("group_kept", group.id, group.id, ask.me.id),),
    )  # fmt: skip


# --- what is over in a group that goes on ------------------------------------------------------------------------------


SHOWN = ("actions", "minutes", "questions", "time_study")
"""The sorts, as the notice has them."""


def counted(things: Iterable[Kept]) -> tuple[int, ...]:
    """How much there is of each sort, in the order of `SHOWN`."""
    numbers = Counter(SORTS[type(thing).__name__].kept for thing in things)
    return tuple(numbers[sort] for sort in SHOWN)


def told_old(views: Mapping[str, GroupView], old: Mapping[str, Sequence[Kept]], last: date) -> Outcome:
    """One message to each who leads some of the groups, and a note for each group: what is erased later is what was told of."""
    rows: dict[str, list[str]] = {}
    for id in sorted(old):
        for person in led_by(views[id]) or views[id].people():
            rows.setdefault(person, []).append(f"{id}:{','.join(map(str, counted(old[id])))}")
    return Outcome(
        facts=tuple(Fact("words_told", id, id, detail={"last": last.isoformat()}) for id in old if views[id].people()),
        posts=tuple(Post(f"@{person}", f"old_words:@{person} {last} {' '.join(of)}") for person, of in rows.items()),
    )


@card("old_words")
def draw_old_words(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "@eva 2026-11-30 gran:0,1,0,0 tall:3,2,1,0": the groups, and how much in each is erased after that day."""
    person, day, *each = rest.split(" ")
    if (question := f"groups {person}") not in snapshot.found:
        return Need((question,))
    told = [(snapshot.views.get(id), map(int, numbers.split(","))) for id, _, numbers in (row.partition(":") for row in each)]
    shown = [(view.group, numbers) for view, numbers in told if view and view.role_of(person.removeprefix("@")) and view.group.state != "forgotten"]
    rows = tuple(say.OldRow(group.id, group.code, *numbers) for group, numbers in shown)
    return Drawn(say.OldWords(date.fromisoformat(day), rows) if rows else Gone(), tuple(key(group) for group, _ in shown))


def told_old_people(people: Sequence[Person], administrators: Sequence[Person], last: date) -> Outcome:
    """One message to each administrator; where there is none nobody is told, and nobody erased."""
    if not people or not administrators:
        return Outcome()
    ids = ",".join(person.id for person in people)
    return Outcome(
        facts=tuple(Fact("person_erasure_told", "", f"@{person.id}", detail={"last": last.isoformat()}) for person in people),
        posts=tuple(Post(f"@{each.id}", f"old_people:{last} {ids}") for each in administrators),
    )


@card("old_people")
def draw_old_people(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "2026-11-30 bo,dag". Who has been erased is named no more."""
    day, _, listed = rest.partition(" ")
    ids = listed.split(",")
    if missing := tuple(f"person {id}" for id in ids if f"person {id}" not in snapshot.found):
        return Need(missing)
    known = [person for id in ids if isinstance(person := snapshot.found[f"person {id}"], Person) and person.identities]
    message = say.OldPeople(date.fromisoformat(day), tuple(person.id for person in known))
    return Drawn(message if known else Gone(), tuple(key(person) for person in known))


def keep_words(ask: Ask) -> Result:
    """*Behåll ett år till* on that message: what is over in the group is left alone for a year."""
    until = erase_on(ask.today, MORE)
    assert until is not None
    fact = Fact("words_kept", ask.group_id, ask.group_id, ask.me.id, {"until": until.isoformat()})
    return Outcome(Say(say.WordsKept(ask.group.code, until)), facts=(fact,))


TAPS = {"keep_group": ("keep_group", keep), "keep_words": ("keep_words", keep_words)}
TIMERS = {"erasure_notice": notice, "erasure": erase}
