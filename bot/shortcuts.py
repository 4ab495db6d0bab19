"""What somebody has written becomes an action, a decision or a lifted matter; and a new action from anywhere.

The form opens with what was understood of the words already filled in, so that only what is wrong needs a touch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import answering, escalations, live_meeting
from bot.ask import Ask, everybody
from bot.forms import Field, Form
from bot.incoming import Incoming
from bot.messages.common import FieldError, NoGroupHere
from bot.model import Snapshot
from bot.outcome import FormErrors, Need, OpenForm, Outcome, Say
from bot.people_fields import people_field
from bot.rules.obstacle_kinds import OBSTACLE_KINDS, guess_kind, split_tried
from bot.rules.read_command import read_lines
from bot.rules.reading import Reading
from bot.rules.who_may import may

Result = Outcome | Need
RESTING = ("closed", "forgotten", "undone")
OWN = "@own"
"""What the tap is about where the message is the bot's own; its words are then those of the one thing that it shows, or none."""


# --- which group ------------------------------------------------------------------------------------------------------


def own_groups(snapshot: Snapshot) -> tuple[str, ...]:
    """Ids of the groups in view that the asker works in, by name."""
    me = snapshot.asker
    assert me is not None
    views = [v for v in snapshot.views.values() if may("member", me, v) and v.role_of(me.id) and v.group.state not in RESTING]
    return tuple(view.group.id for view in sorted(views, key=lambda each: each.group.code))


def group_meant(snapshot: Snapshot, incoming: Incoming) -> str | Result:
    """The group that it is for: named by the form, the channel's own, or the only one there is. "": it must be asked."""
    tap, me = incoming.tap, snapshot.asker
    assert tap is not None and me is not None
    if (named := tap.ref.partition(":")[0]) in snapshot.views:
        return named
    if snapshot.here:
        return snapshot.here
    if f"groups @{me.id}" not in snapshot.found:
        return Need((f"groups @{me.id}",))
    own = own_groups(snapshot)
    if not own:
        return Outcome(Say(NoGroupHere(private=True)))
    if len(own) == 1:
        return own[0]
    if tap.fields is None:
        return ""
    chosen = tap.fields.get("grupp", "")
    return chosen if chosen in own else Outcome(FormErrors({"grupp": FieldError("choice")}))


def opened(ask: Ask, *fields: Field) -> Outcome:
    """The form, with the group to choose where there are several."""
    tap = ask.incoming.tap
    assert tap is not None
    note = "own_message" if tap.ref == OWN and not tap.value else ""
    if ask.group_id:
        return Outcome(OpenForm(Form(tap.do, f"{ask.group_id}:", fields, note=note)))
    options = tuple((id, ask.snapshot.views[id].group.code) for id in own_groups(ask.snapshot))
    return Outcome(OpenForm(Form(tap.do, "", (Field("grupp", "choice", "", True, options), *fields), note=note)))


def people(ask: Ask, chosen: tuple[str, ...]) -> Field:
    """Who answers for it: of the group, or of all of one's groups while it is not chosen."""
    ids = [ask.group_id] if ask.group_id else own_groups(ask.snapshot)
    names = tuple(dict.fromkeys(person for id in ids for person in everybody(ask.snapshot.views[id])))
    return people_field(ask, "ansvarig", names, tuple(each for each in chosen if each in names), required=False)


# --- what was written -------------------------------------------------------------------------------------------------

WORD = {"action": ("åtgärd", "action"), "decision": ("beslut", "decision"), "escalate": ("hissa", "escalate")}


def understood(ask: Ask, intent: str) -> Reading:
    """The message read as if it had been written to the bot: its owners, date and text. Else its words as they stand."""
    tap = ask.incoming.tap
    line = " ".join(tap.value.split()) if tap else ""
    word = WORD[intent][ask.me.language == "en"]
    context = replace(ask.context(), prefix=True)
    for said in (line, f"{word} {line}"):
        readings = read_lines(said, context) if line else []
        if len(readings) == 1 and readings[0].intent == intent and readings[0].text and not readings[0].id:
            return readings[0]
    return Reading(intent, text=line)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def action(ask: Ask) -> Result:
    """*Gör till åtgärd* and *Ny åtgärd*."""
    tap = ask.incoming.tap
    assert tap is not None
    if tap.fields is not None:
        return live_meeting.action_of(ask, tap.fields)
    reading = understood(ask, "action")
    due = reading.due.isoformat() if reading.due and not reading.problem and not reading.been else ""
    also = () if reading.sure else tuple(each for each in reading.alternatives if each != reading.due)
    return opened(
        ask, Field("text", "long", reading.text, True), people(ask, reading.owners or (ask.me.id,)),
        Field("senast", "date", due, also=also if due else ()),
    )  # fmt: skip


def decision(ask: Ask) -> Result:
    """*Gör till beslut*. In a committee "H1: ..." is also the answer to the group, as when it is said."""
    tap = ask.incoming.tap
    assert tap is not None
    if tap.fields is not None:
        return answering.decided_form(ask)
    reading = understood(ask, "decision")
    return opened(ask, Field("text", "long", reading.text, True), people(ask, reading.owners))


def lift(ask: Ask) -> Result:
    """*Hissa* on a message."""
    tap = ask.incoming.tap
    assert tap is not None
    if tap.fields is not None:
        words = tap.fields.get("orsak", "").strip()
        if not words:
            return Outcome(FormErrors({"orsak": FieldError("text")}))
        tried = tap.fields.get("prövat", "").strip()
        return escalations.lift(ask, words, kind=tap.fields.get("slag", ""), tried=tried)
    text, tried = split_tried(understood(ask, "escalate").text)
    kind = guess_kind(text, ask.snapshot.county.kind_words) if text else ""
    options = tuple((each, "") for each in ("", *OBSTACLE_KINDS))
    return opened(
        ask, Field("orsak", "long", text, True), Field("slag", "choice", "" if kind == "other" else kind, options=options),
        Field("prövat", "long", tried),
    )  # fmt: skip


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "make_action": ("action", action),
    "make_decision": ("decision", decision),
    "make_lift": ("escalate", lift),
    "new_action": ("action", action),
}
