"""From what was said, tapped or filled in, to what happens: the table of commands, and the one function `decide`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import (
    absence,
    access_log,
    actions,
    agenda,
    answering,
    calendar,
    consent,
    decisions,
    digests,
    escalations,
    first_meeting,
    group_card,
    groups,
    guarding,
    home,
    inquiries,
    live_meeting,
    meetings,
    members,
    minutes,
    new_group,
    news,
    pauses,
    people,
    protecting,
    questions,
    record,
    retention,
    shortcuts,
    time_study,
    todo,
    undo,
)  # fmt: skip
from bot.about import about_matter, group_meant, named_group, named_matter, no_group
from bot.ask import Ask, context_for
from bot.frozen import replace
from bot.help import helped, likely
from bot.incoming import Incoming
from bot.messages import common as say
from bot.messages.consent import NotShared
from bot.messages.escalations import CannotLift, NotYours
from bot.model import Escalation, Person, Snapshot
from bot.outcome import FormErrors, Need, Outcome, Say, Silent
from bot.rules.consent import sharing_allowed
from bot.rules.read_command import begun_as, read_lines
from bot.rules.reading import Context, Reading
from bot.rules.small_talk import small_talk
from bot.rules.who_may import may
from bot.rules.work_calendar import local
from bot.several import one_by_one, together, with_saved
from bot.unclear import example_for, unclear

Run = Callable[[Ask], Outcome | Need]

LONGEST = 3000
"""Characters in one line or field: more than that no platform shows in one piece."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked for. Its help is in templates/<language>/commands.toml under the same name."""

    run: Run
    who: str = "member"  # a rule of rules/who_may.py
    # "group": needs one · "person": about the asker, works anywhere · "any": with or without · "matter": a lifted matter
    about: str = "group"
    changes: bool = True  # a guess at a misspelt word is offered, not done
    undo: timedelta | None = DAY  # how long it can be undone
    closed: bool = False  # works in a closed group too
    shares: bool = False  # something of the group leaves it: only with a consent that holds


COMMANDS: dict[str, Command] = {
    # what the group agrees
    "action": Command(actions.add),
    "decision": Command(answering.decided),
    "done": Command(decisions.of_action(actions.done)),
    "blocked": Command(decisions.of_action(actions.stuck)),
    "change": Command(decisions.change),
    "edit": Command(decisions.edit),
    "cancel": Command(decisions.cancel),
    "reopen": Command(actions.reopen),
    "outcome": Command(decisions.of_action(actions.outcome)),
    "lesson": Command(agenda.lesson),
    "question": Command(questions.ask_question),
    "answer": Command(questions.answer, who="anyone", about="person"),
    "time_spent": Command(decisions.of_action(time_study.note)),
    # what is lifted: the group, and the body where it lies
    "escalate": Command(escalations.escalate, shares=True),
    "edit_matter": Command(escalations.edit, about="matter", shares=True),
    "withdraw_matter": Command(escalations.withdraw, about="matter"),
    "reply_matter": Command(answering.respond, who="party", about="matter", shares=True),
    "matter_outcome": Command(escalations.evaluate, about="matter"),
    "act_on_answer": Command(escalations.act_on_answer, about="matter"),
    "take": Command(answering.take, who="body", about="matter"),
    "ask_group": Command(answering.ask_group, who="body", about="matter", shares=True),
    "answer_escalation": Command(answering.answer, who="body", about="matter"),
    "solved": Command(answering.solve, who="body", about="matter"),
    "escalate_further": Command(answering.further, who="body", about="matter", shares=True),
    "share_matter": Command(answering.share, who="body", about="matter", shares=True),
    "matter_kind": Command(answering.change_kind, who="party", about="matter"),
    "show_matter": Command(escalations.show, who="party", about="matter", changes=False, undo=None, closed=True),
    "lifted": Command(escalations.listing, who="anyone", about="any", changes=False, undo=None, closed=True),
    # meetings
    "schedule": Command(meetings.schedule),
    "use_meeting": Command(inquiries.use_meeting, undo=None),
    "suggest_time": Command(inquiries.suggest_time, changes=False, undo=None),
    "reschedule": Command(meetings.reschedule),
    "cancel_meeting": Command(meetings.cancel),
    "start_meeting": Command(live_meeting.start, undo=HOUR),
    "end_meeting": Command(live_meeting.end, undo=None),  # reopen_meeting is its way back
    "extend": Command(live_meeting.extend),
    "reopen_meeting": Command(live_meeting.reopen, undo=None),
    "attend": Command(live_meeting.attend),
    "agenda": Command(agenda.show, changes=False, undo=None),
    "agenda_add": Command(agenda.add),
    "park": Command(agenda.park),
    "record": Command(record.show, who="record", changes=False, undo=None, closed=True),
    "summary": Command(minutes.summary, changes=False, undo=None, closed=True),
    # looking
    "home": Command(home.show, who="anyone", about="any", changes=False, undo=None, closed=True),
    "mine": Command(actions.mine, who="anyone", about="person", changes=False, undo=None),
    "list": Command(actions.listing, changes=False, undo=None, closed=True),
    "show": Command(decisions.show, changes=False, undo=None, closed=True),
    "decisions": Command(decisions.log, changes=False, undo=None, closed=True),
    "search": Command(decisions.search, changes=False, undo=None, closed=True),
    "digest": Command(digests.show, who="anyone", about="any", changes=False, undo=None, closed=True),
    "group": Command(group_card.show, changes=False, undo=None, closed=True),
    "access_log": Command(access_log.who_saw, who="anyone", about="any", changes=False, undo=None, closed=True),
    "my_data": Command(access_log.own_data, who="anyone", about="person", changes=False, undo=None),
    # the group
    "new_group": Command(new_group.new, who="anyone", about="any", undo=HOUR),
    "aim": Command(groups.aim),
    "mandate": Command(groups.mandate),
    "contact_person": Command(groups.contact_person),
    "stand_in": Command(groups.stand_in),
    "facilitator": Command(groups.facilitator),
    "first_meeting": Command(first_meeting.begin, undo=DAY),
    "consent": Command(consent.note),
    "consent_withdrawn": Command(consent.withdraw, undo=HOUR),
    "forget_group": Command(first_meeting.forget, who="lead", undo=None),
    "members_add": Command(members.add_members),
    "members_remove": Command(members.remove_members),
    "turn_away": Command(news.turn_away, undo=None),
    "leave": Command(members.leave),
    "protect_name": Command(protecting.protect, who="anyone", about="any", undo=None),  # unprotect_name is its way back
    "unprotect_name": Command(protecting.unprotect, who="anyone", about="any", undo=None),
    "pause": Command(pauses.pause),
    "resume": Command(pauses.resume),
    "close_group": Command(groups.close, who="lead", undo=7 * DAY),
    "keep_group": Command(retention.keep, who="lead", closed=True),
    "keep_words": Command(retention.keep_words, who="lead", undo=None),
    # oneself
    "away": Command(absence.away, who="anyone", about="person"),
    "back": Command(absence.back, who="anyone", about="person"),
    "settings": Command(people.settings, who="anyone", about="person", undo=HOUR),
    "remind_off": Command(people.remind_off, who="anyone", about="person", undo=HOUR),
    "phone": Command(people.phone, who="anyone", about="person", undo=HOUR),
    "calendar": Command(calendar.show_link, who="anyone", about="any", changes=False, undo=None, closed=True),
    "todo_link": Command(todo.link, who="anyone", about="person", undo=HOUR),
    "todo_unlink": Command(todo.unlink, who="anyone", about="person", undo=HOUR),
    "subscribe": Command(digests.subscribe, who="anyone", about="person"),
    "unsubscribe": Command(digests.unsubscribe, who="anyone", about="person"),
    "undo": Command(undo.undo, who="anyone", about="any", undo=None, closed=True),
    "help": Command(lambda ask: helped(ask, COMMANDS), who="anyone", about="any", changes=False, undo=None, closed=True),
}

TAPS: dict[str, tuple[str, Run]] = {
    # button -> (the command whose rules hold for it, its function)
    "done": ("done", actions.done),
    "result": ("done", actions.save_result),
    "stuck": ("blocked", actions.stuck),
    "new_date": ("change", actions.new_date),
    "hand_over": ("change", actions.hand_over),
    "edit": ("change", actions.edit),
    "reopen": ("reopen", actions.reopen),
    "cancel_action": ("cancel", actions.cancel),
    "take_offered": ("change", actions.take_offered),
    "keep": ("change", actions.keep),
    "helped": ("outcome", actions.outcome),
    "partly": ("outcome", actions.outcome),
    "no_help": ("outcome", actions.outcome),
    "undo": ("undo", undo.undo),
    **{do: (command, run) for module in (absence, agenda, answering, calendar, consent, decisions, digests, escalations, first_meeting, group_card, groups, inquiries, live_meeting, meetings, minutes, new_group, news, pauses, people, protecting,
                                                  questions, retention, time_study)
       for do, (command, run) in module.TAPS.items()},
    "add_decision": ("decision", answering.decided_form),
}  # fmt: skip

OPENS = frozenset({
    # what the group agrees
    "add_action", "add_decision", "ask_question", "answer_question", "edit", "edit_decision", "hand_over", "new_date", "result", "stuck", "blocked",
    # meetings
    "add_point", "attend", "move_meeting", "park",
    # what is lifted
    "answer_escalation", "ask_group", "edit_matter", "escalate", "escalate_further", "matter_kind", "reply_matter", "solved",
    # the group
    "aim", "close_group", "consent", "mandate", "new_group", "set_aim", "set_care_plan", "set_consent", "set_contact", "set_mandate",
    "protect_name", "set_rhythm", "start_group",
    # oneself, and what somebody has written
    "away", "set_phone", "settings", *shortcuts.TAPS,
})  # fmt: skip
"""The buttons that may answer with a form: some platforms must know it before they are tapped."""

WELCOMES = frozenset({"new_group", "members_add", "facilitator", "away"})
"""Commands in which people from outside the group may be named."""
MENTION = re.compile(r"(?<!\w)@([\w.\-]+)")

OUTCOMES = {"helped": "helped", "partly": "partly", "no_help": "no"}


def decide(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    """What `incoming` leads to, given what is known and the time (aware UTC). Pure: asked again, the same answer.

    Returns `Need` to be asked again with more in view.
    """
    outcome = decided(snapshot, incoming, now)
    return guarding.let_in(snapshot, outcome, local(now).date()) if isinstance(outcome, Outcome) else outcome


def decided(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    if incoming.news:
        return news.told(snapshot, incoming, now)
    if snapshot.asker is None:
        return Outcome(Silent())
    tap = incoming.tap
    if tap and tap.do == "say":
        # A button that says a line: another reading, the right Anna, the group that was meant.
        return decided(snapshot, replace(incoming, said=tap.value, tap=None), now)
    if tap:
        return decide_tap(snapshot, incoming, now)
    return decide_lines(snapshot, incoming, now)


# --- taps -------------------------------------------------------------------------------------------------------------


def decide_tap(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    tap = incoming.tap
    assert tap is not None
    if refused := guarding.refused_number(incoming, local(now).date()):
        return refused
    if too_long := [name for name, value in (tap.fields or {}).items() if len(value) > LONGEST]:
        return Outcome(FormErrors({name: say.FieldError("too_long") for name in too_long}))
    if tap.do in shortcuts.TAPS and tap.fields is None:
        tap = guarding.with_code(snapshot, tap)
        incoming = replace(incoming, tap=tap)
    elif tap.do not in guarding.UNSAID and (named := guarding.refused_name(snapshot, incoming)):
        return named
    if tap.do in shortcuts.TAPS:
        return decide_shortcut(snapshot, incoming, now)
    if tap.do in TAPS:
        name, run = TAPS[tap.do]
    elif tap.do in COMMANDS:
        name, run = tap.do, COMMANDS[tap.do].run  # a button that is a command in itself: Dagordning, Mina åtgärder
    else:
        return Outcome(Say(say.Gone()))
    group_id, _, rest = tap.ref.partition(":")
    if tap.ref.startswith("@") or group_id not in snapshot.views:
        group_id = ""
    reading = Reading(intent=name, id=int(rest) if rest.isdigit() else None, result=OUTCOMES.get(tap.do, ""))
    ask = Ask(snapshot, incoming, reading, now, group_id)
    return perform(ask, name, run)


def decide_shortcut(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    """A shortcut on a message, or on the bot itself: the group it is for is found first, or asked for in the form."""
    tap = incoming.tap
    assert tap is not None
    if len(tap.value) > LONGEST:  # what somebody else wrote cannot be shortened first: the form has as much as there is room for
        beginning = tap.value[: LONGEST - 2]
        tap = replace(tap, value=f"{beginning.rpartition(' ')[0] or beginning} …")
        incoming = replace(incoming, tap=tap)
    group = shortcuts.group_meant(snapshot, incoming)
    if not isinstance(group, str):
        return group
    name, run = shortcuts.TAPS[tap.do]
    ask = Ask(snapshot, incoming, Reading(intent=name), now, group)
    return perform(ask, name, run) if group else run(ask)


# --- lines ------------------------------------------------------------------------------------------------------------


def decide_lines(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
    me = snapshot.asker
    assert me is not None
    if refused := guarding.refused_number(incoming, local(now).date()):
        return refused
    if any(len(line) > LONGEST for line in incoming.said.splitlines()):
        return Outcome(Say(say.FieldError("too_long"))) if incoming.addressed else Outcome(Silent())
    group_id, said = named_group(snapshot, incoming.said)
    group_id = snapshot.here or group_id
    named = named_matter(snapshot, said)
    if isinstance(named, Need):
        return named
    code, said = named
    readings = understood(snapshot, said, context_for(snapshot, group_id, me, incoming.addressed, now))
    if isinstance(readings, Need):
        return readings
    readings = [about_matter(each, code) for reading in readings for each in one_by_one(reading)]
    hushed = any(each.intent in guarding.UNSAID for each in readings)
    if not hushed and (protected := guarding.refused_name(snapshot, incoming)):
        return protected
    if hushed and (len(readings) > 1 or readings[0].guess):  # neither offered again nor done beside others
        return protecting.told_how(Ask(snapshot, incoming, readings[0], now, group_id))
    if len(readings) <= 1:
        reading = readings[0] if readings else Reading("help" if incoming.addressed else "none")
        return decide_line(snapshot, incoming, now, group_id, reading)
    return decide_several(snapshot, incoming, now, group_id, readings)


def understood(snapshot: Snapshot, said: str, context: Context) -> list[Reading] | Need:
    """The lines read. Where somebody from outside the group may be meant, whoever is mentioned is looked up: they are welcome,
    or at least called by their name."""
    readings = read_lines(said, context)
    if not any(each.unknown_owner for each in readings):
        return readings
    asked = [f"person {id.rstrip('.')}" for id in MENTION.findall(said) if id.rstrip(".") not in context.members]
    if missing := tuple(dict.fromkeys(each for each in asked if each not in snapshot.found)):
        return Need(missing)
    strangers = {person.id: person.name for each in asked if isinstance(person := snapshot.found[each], Person)}
    wider = read_lines(said, replace(context, members={**context.members, **strangers}))
    # A new group has nobody yet: whoever the bot knows may be called by name, one after the other
    while named := next((each.unknown_owner for each in wider if each.intent == "new_group" and each.unknown_owner), ""):
        if f"person name {named}" not in snapshot.found:
            return Need((f"person name {named}",))
        fits = {person.id: person.name for person in snapshot.found[f"person name {named}"] or ()}
        if fits.keys() <= strangers.keys():
            break
        strangers |= fits
        wider = read_lines(said, replace(context, members={**context.members, **strangers}))
    return [
        new if old.intent in WELCOMES else replace(old, unknown_owner=strangers.get(old.unknown_owner, old.unknown_owner))
        for old, new in zip(readings, wider, strict=True)
    ]


def decide_line(snapshot: Snapshot, incoming: Incoming, now: datetime, group_id: str, reading: Reading) -> Outcome | Need:
    me = snapshot.asker
    assert me is not None
    if reading.pii:
        return Outcome(Say(say.IdentityNumber()))
    if reading.problem == "half":
        return Outcome(Say(say.Missing("rest", reading.intent, example_for(reading, me.language == "en"))))
    if reading.intent == "none" or reading.intent not in COMMANDS:
        if not incoming.addressed:
            return Outcome(Silent())
        if not incoming.place.private and not snapshot.here:
            return Outcome(Say(no_group(incoming)))
        match small_talk(incoming.said):
            case "hello":
                return helped(Ask(snapshot, incoming, reading, now, group_id), COMMANDS)
            case "thanks":
                return Outcome(Say(say.Thanks()))
            case "never_mind":
                return Outcome(Say(say.NeverMind()))
        begun = begun_as(incoming.said)  # "kontaktperson per" lacks an @: how it is written comes first
        tries = (*begun, *likely(Ask(snapshot, incoming, reading, now, group_id)))
        here = snapshot.views.get(group_id)
        closed = here is not None and here.group.state == "closed"
        return Outcome(Say(say.NotUnderstood(tries=tuple(name for name in dict.fromkeys(tries) if not closed or COMMANDS[name].closed)[:4])))
    command = COMMANDS[reading.intent]
    if reading.guess and command.changes:
        return Outcome(Say(say.DidYouMean(reading.guessed_line)))
    if command.about == "group" and not group_id:
        found = group_meant(snapshot, incoming, reading)
        if isinstance(found, Outcome):
            return found
        group_id = found
    ask = Ask(snapshot, incoming, reading, now, group_id)
    return unclear(ask) or perform(ask, reading.intent, command.run)


def perform(ask: Ask, name: str, run: Run) -> Outcome | Need:
    """Run one command for somebody who may; the outcome gets the time for its undo."""
    command = COMMANDS[name]
    body = None
    if command.about == "matter":
        matter = escalations.meant(ask)
        if not isinstance(matter, Escalation):
            return matter
        missing = tuple(f"group {id}" for id in (matter.group, matter.body) if id not in ask.snapshot.views)
        if missing:
            return Need(missing)
        ask = replace(ask.with_reading(ref=matter.id), group_id=matter.group)
        body = ask.snapshot.views[matter.body]
        if not may(command.who, ask.me, ask.view, body) and not (command.who != "member" and matter.routed_to == ask.me.id):
            been = {matter.group, *(step.body for step in matter.path)}
            known = any(may("party", ask.me, view) for id, view in ask.snapshot.views.items() if id in been)
            return ask.say(NotYours(matter, escalations.called(ask.snapshot, matter.body)) if known else say.NotAllowed("member"))
        if command.shares and not sharing_allowed(ask.group, ask.today):
            inside = may("member", ask.me, ask.view)
            return ask.say(CannotLift("consent", ask.group.code, ask.group_id) if inside else NotShared(matter))
    view = ask.snapshot.views.get(ask.group_id)
    if command.about == "group":
        if view is None:
            return ask.say(no_group(ask.incoming))
        if not may(command.who, ask.me, view) and not own_action(ask, name):
            # who leads a group tells others which it is; in its own channel they see that anyway
            inside = view.role_of(ask.me.id) is not None or ask.snapshot.here == view.group.id
            return ask.say(say.NotAllowed(command.who, view.people("facilitator", "chair") if inside else ()))
        if view.group.state == "forgotten" or (view.group.state == "closed" and not command.closed):
            return ask.say(say.GroupClosed(view.group.code))
        if command.shares and not sharing_allowed(view.group, ask.today):
            return ask.say(CannotLift("consent", view.group.code, view.group.id))
    elif command.about != "matter" and not may(command.who, ask.me, view):
        return ask.say(say.NotAllowed(command.who))
    result = run(ask)
    if isinstance(result, Need):
        return result
    result = escalations.solved_meanwhile(ask, result)
    undo_until = ask.now + command.undo if command.undo and result.save else None
    return replace(result, undo_until=result.undo_until or undo_until, command=name)


def own_action(ask: Ask, name: str) -> bool:
    """Whether a guest says, by the button in a mail, that an action of their own is done."""
    action = ask.view.action(ask.reading.id)
    by_button = name == "done" and ask.incoming.tap is not None and ask.view.role_of(ask.me.id) == "guest"
    return by_button and action is not None and ask.me.id in action.owners


# --- several lines at once --------------------------------------------------------------------------------------------


def decide_several(
    snapshot: Snapshot, incoming: Incoming, now: datetime, group_id: str, readings: list[Reading]
) -> Outcome | Need:
    """Pasted lines: each is decided on what those before it led to; one answer, one card, one undo for them all."""
    known = [reading for reading in readings if reading.intent != "none"]
    if not known:
        return decide_line(snapshot, incoming, now, group_id, readings[0])
    if any(reading.pii for reading in readings):
        return Outcome(Say(say.IdentityNumber()))
    outcomes: list[Outcome] = []
    for reading in readings:
        result = decide_line(snapshot, incoming, now, group_id, reading)
        if isinstance(result, Need):
            return result
        if isinstance(result.answer, Say) and isinstance(result.answer.message, say.WhichGroup):
            return result  # its buttons say all the lines: then none of them may be done already
        outcomes.append(result)
        snapshot = with_saved(snapshot, result.save)
    return together(readings, outcomes)
