"""Decisions: what the group agreed, who answers for it, and the log of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.actions import MOVE, code, live_touched
from bot.actions import cancel as cancel_action
from bot.actions import change as change_action
from bot.actions import show as show_action
from bot.ask import Ask, everybody
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.keys import key, stamp
from bot.messages import decisions as say
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, Missing
from bot.model import Action, Decision, Lesson, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import people_field, read_people
from bot.stale import stale

Result = Outcome | Need
SHOWN = 15  # rows of the log or of a search that fit on a screen


# --- adding -----------------------------------------------------------------------------------------------------------


def add(ask: Ask) -> Result:
    """`beslut: hemtjänsten kommer två gånger om dagen, ansvarig @bo`. Who answers for it, if nobody is named: the speaker."""
    reading = ask.reading
    if not reading.text:
        return ask.say(Missing("text", "decision"))
    return taken(ask, reading.text, reading.owners)


def taken(ask: Ask, text: str, responsible: tuple[str, ...]) -> Outcome:
    number = ask.group.last_decision + 1
    reading, live = ask.reading, ask.live
    decision = Decision(
        f"{ask.group_id}:B{number}", ask.group_id, number, ask.me.id, ask.now, responsible or (ask.me.id,), reading.due,
        live.id if live else "", text=text,
    )  # fmt: skip
    unsure = reading.due is not None and not reading.sure
    alternatives = tuple(m for m in reading.alternatives if isinstance(m, date)) if unsure else ()
    message = say.DecisionAdded(decision, ask.turn, code(ask), not responsible, alternatives, unsure)
    return Outcome(
        Say(message),
        save=(replace(ask.group, last_decision=number), decision, *live_touched(ask)),
        facts=(Fact("decision_added", ask.group_id, decision.id, ask.me.id),),
        # In a live meeting the meeting's own card grows; otherwise the group gets a card of this decision.
        posts=() if live else (Post(ask.group_id, f"decision:{decision.id}"),),
    )


def add_form(ask: Ask) -> Result:
    """The button *+ Beslut*: a form that stays open for the next one."""
    tap = ask.incoming.tap
    assert tap is not None
    if tap.fields is None:
        return Outcome(OpenForm(decision_form(ask, tap.ref)))
    text = tap.fields.get("text", "").strip()
    responsible = read_people(ask, tap.fields["ansvarig"]) if tap.fields.get("ansvarig") else ()
    errors: dict[str, Message] = {} if text else {"text": FieldError("text")}
    if isinstance(responsible, FieldError):
        errors["ansvarig"] = responsible
    if errors or isinstance(responsible, FieldError):
        return Outcome(FormErrors(errors))
    outcome = taken(ask, text, responsible)
    if not ask.live or not isinstance(outcome.answer, Say):
        return outcome
    return replace(outcome, answer=OpenForm(decision_form(ask, tap.ref), outcome.answer.message))


def decision_form(ask: Ask, ref: str) -> Form:
    people = people_field(ask, "ansvarig", everybody(ask.view), (), required=False)
    return Form("add_decision", ref, (Field("text", "long", "", True), people), stay=ask.live is not None)


# --- changing ---------------------------------------------------------------------------------------------------------


def the_decision(ask: Ask, ref: str) -> Decision | Result:
    """The decision "B2" of the group, however old."""
    id = f"{ask.group_id}:{ref.upper()}"
    found = ask.snapshot.get(f"Decision {id}") or ask.snapshot.found.get(f"id {id}")
    if isinstance(found, Decision) and found.state == "valid":
        return found
    if found is None and f"id {id}" not in ask.snapshot.found:
        return Need((f"id {id}",))
    newest = sorted((d for d in ask.view.decisions if d.state == "valid"), key=lambda d: d.number, reverse=True)
    return ask.say(say.NoSuchDecision(ref.upper(), tuple(newest[:3]), found if isinstance(found, Decision) else None))


def edit(ask: Ask) -> Result:
    """`ändra B2: ...`; `ändra 12: ...` is about an action."""
    if not ask.reading.ref.upper().startswith("B"):
        return change_action(ask)
    decision = the_decision(ask, ask.reading.ref)
    if not isinstance(decision, Decision):
        return decision
    text = ask.reading.text or decision.text
    if (text, ask.reading.owners or decision.responsible) == (decision.text, decision.responsible):
        return ask.say(Missing("text", "edit", f"{'edit' if ask.me.language == 'en' else 'ändra'} B{decision.number}: …"))
    return edited(ask, decision, text, ask.reading.owners or decision.responsible)


def change(ask: Ask) -> Result:
    """`flytta B2 till fredag`, `ge B2 till @bo`; `flytta 12 till fredag` is about an action."""
    reading = ask.reading
    if not reading.ref.upper().startswith("B"):
        return change_action(ask)
    decision = the_decision(ask, reading.ref)
    if not isinstance(decision, Decision):
        return decision
    due = reading.due
    if reading.shift_days is not None and decision.due is not None:
        due = decision.due + timedelta(days=reading.shift_days)
    if due is None and not reading.owners:
        return ask.say(Missing("date", "change", MOVE[ask.me.language == "en"].replace("12", f"B{decision.number}")))
    return edited(ask, replace(decision, due=due or decision.due), decision.text, reading.owners or decision.responsible)


def of_action(run: Callable[[Ask], Result]) -> Callable[[Ask], Result]:
    """What can be said of an action alone. Of a decision ("klar B2") the answer tells what it is, and what can be done with it."""

    def act(ask: Ask) -> Result:
        if not ask.reading.ref.upper().startswith("B"):
            return run(ask)
        decision = the_decision(ask, ask.reading.ref)
        return ask.say(say.NoAction(decision, code(ask))) if isinstance(decision, Decision) else decision

    return act


def edited(ask: Ask, decision: Decision, text: str, responsible: tuple[str, ...]) -> Outcome:
    changed = replace(decision, text=text, responsible=responsible, edited_at=ask.now)
    unsure = ask.reading.due is not None and not ask.reading.sure
    message = say.DecisionEdited(changed, decision.text, ask.me.id, ask.turn, code(ask), ask.reading.alternatives if unsure else (), unsure)
    return kept(ask, "decision_edited", changed, message, replace(message, change="", code="", alternatives=(), unsure=False))


def kept(ask: Ask, fact: str, decision: Decision, receipt: Message, notice: Message) -> Outcome:
    """A decision has changed: told in the channel if it was said there and no meeting's card shows it."""
    posts = (Post(ask.group_id, f"notice:{ask.turn}", notice),) if ask.in_channel and not ask.live else ()
    return Outcome(
        Say(receipt), save=(decision, *live_touched(ask)), facts=(Fact(fact, ask.group_id, decision.id, ask.me.id),), posts=posts
    )


def cancel(ask: Ask) -> Result:
    """`ta bort B2`; `ta bort 12` is about an action."""
    if not ask.reading.ref.upper().startswith("B"):
        return cancel_action(ask)
    decision = the_decision(ask, ask.reading.ref)
    if not isinstance(decision, Decision):
        return decision
    withdrawn = replace(decision, state="withdrawn")
    message = say.DecisionWithdrawn(withdrawn, ask.me.id, ask.turn, code(ask))
    return kept(ask, "decision_withdrawn", withdrawn, message, replace(message, change="", code=""))


def edit_form(ask: Ask) -> Result:
    """The button *Ändra* on a decision: its words and who answers for it."""
    tap = ask.incoming.tap
    assert tap is not None
    decision = the_decision(ask, tap.ref.rpartition(":")[2])
    if not isinstance(decision, Decision):
        return decision
    if tap.fields is None:
        fields = (Field("text", "long", decision.text, True), people_field(ask, "ansvarig", everybody(ask.view), decision.responsible))
        return Outcome(OpenForm(Form("edit_decision", decision.id, fields, stamp(decision))))
    if tap.version is not None and tap.version != stamp(decision):
        return stale(ask, decision, f"B{decision.number}", decision.text, decision.responsible)
    errors: dict[str, Message] = {}
    if not (text := tap.fields.get("text", "").strip()):
        errors["text"] = FieldError("text")
    responsible = read_people(ask, tap.fields.get("ansvarig", ""))
    if isinstance(responsible, FieldError):
        errors["ansvarig"] = responsible
    if errors or isinstance(responsible, FieldError):
        return Outcome(FormErrors(errors))
    return edited(ask, decision, text, responsible)


TAPS = {"add_decision": ("decision", add_form), "edit_decision": ("edit", edit_form)}


# --- reading ----------------------------------------------------------------------------------------------------------


def log(ask: Ask) -> Result:
    """`beslutslogg`: the group's decisions, the newest first."""
    wanted = f"decisions {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    all_of = [d for d in ask.snapshot.found[wanted] if d.state == "valid"]
    newest = sorted(all_of, key=lambda d: d.number, reverse=True)
    return ask.say(say.DecisionLog(ask.group.code, tuple(newest[:SHOWN]), max(0, len(newest) - SHOWN)))


def show(ask: Ask) -> Result:
    """`visa B2`; `visa 12` is about an action."""
    if not ask.reading.ref.upper().startswith("B"):
        return show_action(ask)
    decision = the_decision(ask, ask.reading.ref)
    return ask.say(say.DecisionLog(ask.group.code, (decision,))) if isinstance(decision, Decision) else decision


def search(ask: Ask) -> Result:
    """`sök smärta`: among the group's decisions, actions and lessons, however old."""
    words = ask.reading.text
    if not words:
        return ask.say(Missing("text", "search"))
    wanted = f"search {ask.group_id} {words}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    found = [thing for thing in ask.snapshot.found[wanted] if thing.state not in ("undone", "withdrawn", "removed")]
    shown = found[:SHOWN]
    return ask.say(say.Found(
        ask.group.code, words,
        tuple(each for each in shown if isinstance(each, Decision)),
        tuple(each for each in shown if isinstance(each, Action)),
        tuple(each for each in shown if isinstance(each, Lesson)),
        len(found) - len(shown),
    ))  # fmt: skip


# --- cards ------------------------------------------------------------------------------------------------------------


@card("decision")
def draw_decision(rest: str, snapshot: Snapshot, reader: Reader, now: object) -> Drawn | Need:
    found = snapshot.get(f"Decision {rest}") or snapshot.found.get(f"id {rest}")
    if isinstance(found, Decision):
        return Drawn(say.DecisionCard(found), (key(found),))
    return Drawn(Gone()) if f"id {rest}" in snapshot.found else Need((f"id {rest}",))
