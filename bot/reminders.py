"""Reminders: one bundle per person and working day, never more; nothing due, nothing sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.actions import action_in, urgency
from bot.ask import due_day, is_overdue
from bot.cards import Drawn, Reader, card
from bot.keys import key
from bot.messages.common import Gone
from bot.messages.reminders import Nudge, Reminder, Row
from bot.model import Action, GroupView, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post
from bot.rules.consent import name_for
from bot.rules.who_to_remind import PATIENCE, away, next_day, shift_end, slot, who_is_asked
from bot.rules.work_calendar import instant, local, works_on
from bot.timers import Timer, wants_timers

HOUR = timedelta(hours=1)


@wants_timers(Person)
def reminder_timer(person: Person, now: datetime) -> tuple[Timer, ...]:
    """The next morning on which this person is to be reminded, if anything is due then."""
    if person.state != "active":
        return ()
    here = local(now)
    today, reminded = here.date(), person.reminded_on
    if reminded is not None and reminded < today and works_on(person.working, today) and here <= shift_end(person, today):
        day = today  # today's is still to come, or late
    else:
        earliest = max(today, reminded) if reminded else today - timedelta(days=slot(person, today) > here)
        day = next_day(person, earliest)
    return (Timer("remind", f"@{person.id}", instant(slot(person, day))),)


def remind(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """A person's bundle falls due."""
    person = snapshot.people.get(timer.subject[1:])
    if person is None or person.state != "active":
        return Outcome()
    here = local(now)
    today = here.date()
    if person.reminded_on is not None and person.reminded_on >= today:
        return Outcome(save=(person,))
    if works_on(person.working, today) and here < slot(person, today):
        return Outcome(save=(replace(person, reminded_on=today - timedelta(days=1)),))  # fired early: the clock was moved
    noted = replace(person, reminded_on=today)
    useful = works_on(person.working, today) and here <= shift_end(person, today)
    if not useful or away(snapshot.absences, person.id, today):
        return Outcome(save=(noted,))
    views = snapshot.views.values() if person.reminders else ()
    rows = [(view, action) for view in views for action in to_remind(view, person, today)]
    checks = [(view, action) for view in snapshot.views.values() for action in to_check(view, person, snapshot, today)]
    if not rows and not checks:
        return Outcome(save=(noted,))
    rows.sort(key=lambda each: urgency(each[1]))
    subject = "|".join((
        f"reminder:{person.id}", today.isoformat(), ",".join(a.id for _, a in rows), ",".join(a.id for _, a in checks),
    ))  # fmt: skip
    return Outcome(
        save=(
            noted,
            *(replace(action, reminded=action.reminded + (action.reminded_on != today), reminded_on=today) for _, action in rows),
            *(replace(action, owner_asked=True) for _, action in checks),
        ),
        facts=(
            *(Fact("reminded", view.group.id, action.id, person.id) for view, action in rows),
            *(Fact("owner_asked", view.group.id, action.id, person.id) for view, action in checks),
        ),
        posts=(Post(f"@{person.id}", subject, useful_until=instant(shift_end(person, today))),),
        command="remind",
    )


def waits_for(action: Action, person: str) -> bool:
    """Whether the action waits for this person: open, theirs, and not finished by them. What is stuck waits for others."""
    return action.state == "open" and person in action.owners and person not in action.done_by


def to_remind(view: GroupView, person: Person, today: date) -> list[Action]:
    """What is overdue, due today, or due before the person's next working day, and not yet reminded of in vain."""
    if view.group.state in ("paused", "closed"):
        return []
    horizon = next_day(person, today)
    return [
        action for action in view.actions
        if waits_for(action, person.id) and due_day(action.due) < horizon and (action.reminded < PATIENCE or action.reminded_on == today)
    ]  # fmt: skip


def to_check(view: GroupView, person: Person, snapshot: Snapshot, today: date) -> list[Action]:
    """Actions whose owners have not answered three reminders (today's may still be), and about which this person is the one to ask."""
    if view.group.state in ("paused", "closed"):
        return []
    return [
        action for action in view.actions
        if action.state == "open" and action.reminded >= PATIENCE and action.reminded_on != today and not action.owner_asked
        and who_is_asked(view, action, snapshot.absences, today) == person.id
    ]  # fmt: skip


@wants_timers(Action)
def nudge_timer(action: Action, now: datetime) -> tuple[Timer, ...]:
    """An hour before a clock time, once."""
    if action.state != "open" or not isinstance(action.due, datetime) or action.nudged == action.due:
        return ()
    return (Timer("nudge", action.id, instant(action.due) - HOUR),)


def nudge(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """A clock time is an hour away."""
    found = action_in(snapshot.views.get(timer.subject.partition(":")[0]), timer.subject, snapshot)
    if isinstance(found, Need):
        return found if found.what[0] not in snapshot.found else Outcome()
    action = found
    if action.state != "open" or not isinstance(action.due, datetime) or action.nudged == action.due:
        return Outcome()
    noted = replace(action, nudged=action.due)
    due = instant(action.due)
    # Written or reminded of within the hour, or too late to be of use: no message.
    if now >= due - HOUR / 6 or action.at > due - HOUR:
        return Outcome(save=(noted,))
    today = local(now).date()
    owners = [id for id in action.owners if waits_for(action, id) and not away(snapshot.absences, id, today)]
    return Outcome(
        save=(noted,),
        facts=tuple(Fact("nudged", action.group, action.id, id) for id in owners),
        posts=tuple(Post(f"@{id}", f"nudge:{action.id}", useful_until=due) for id in owners),
        command="nudge",
    )


TIMERS = {"remind": remind, "nudge": nudge}


# --- cards ------------------------------------------------------------------------------------------------------------


@card("reminder")
def draw_reminder(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "anna|2026-11-27|tall:3,bjork:5|tall:9": whose, the day, the actions in it, and those asked about."""
    person, day_words, actions, checks = rest.split("|")
    day = date.fromisoformat(day_words)
    wanted = [(id, "row") for id in actions.split(",") if id] + [(id, "check") for id in checks.split(",") if id]
    found = [(action_in(snapshot.views.get(id.partition(":")[0]), id, snapshot), kind) for id, kind in wanted]
    needs = tuple(what for each, _ in found if isinstance(each, Need) for what in each.what if what not in snapshot.found)
    if needs:
        return Need(needs)
    whose = snapshot.people.get(person)
    horizon = next_day(whose, day) if whose else day + timedelta(days=1)  # a row moved beyond it asks for nothing more
    rows: dict[str, list[Row]] = {"overdue": [], "today": [], "soon": [], "later": [], "checks": []}
    held: list[str] = []
    for action, kind in found:
        if isinstance(action, Need):
            continue  # erased since
        held.append(f"Member {action.group}:@{person}")
        view = snapshot.views.get(action.group)
        if view is None or not view.role_of(person):
            continue  # not in that group any more
        name = name_for(view.group, view.role_of(person), local(now).date())
        if kind == "check":
            rows["checks"].append(Row(name, action, action.state == "open" and action.reminded >= PATIENCE))
        else:
            when = instant(datetime.combine(day, time(0)))
            due = due_day(action.due)
            part = "overdue" if is_overdue(action, when) else "today" if due <= day else "soon" if due < horizon else "later"
            waits = waits_for(action, person) and due < horizon
            rows[part].append(Row(name, action, waits))
        held.append(key(action))
    message = Reminder(day, *(tuple(rows[part]) for part in ("overdue", "today", "soon", "later", "checks")))
    return Drawn(message if any(rows.values()) else Gone(), tuple(dict.fromkeys(held)))


@card("nudge")
def draw_nudge(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    view = snapshot.views.get(rest.partition(":")[0])
    action = action_in(view, rest, snapshot)
    if isinstance(action, Need):
        return action
    holds = (key(action), f"Member {action.group}:@{reader.person}")
    if view is None or not view.role_of(reader.person):
        return Drawn(Gone(), holds)
    return Drawn(Nudge(Row(name_for(view.group, view.role_of(reader.person), local(now).date()), action, waits_for(action, reader.person))), holds)
