"""Actions: who does what until when. One function per command; each returns all that the command leads to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.ask import Ask, default_due, due_day, due_instant, everybody, is_overdue, next_meeting, rests_on
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.frozen import replace
from bot.keys import key, stamp, stamp_on
from bot.messages import actions as say
from bot.messages.base import Message
from bot.messages.common import BadDate, FieldError, Missing, NoSuch, UnknownPerson
from bot.model import Action, GroupView, Meeting, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import people_field, read_people
from bot.rules.consent import name_for
from bot.rules.date_words import just_been, read_moment
from bot.rules.obstacle_kinds import OBSTACLE_KINDS
from bot.rules.reading import Moment
from bot.rules.work_calendar import works_on
from bot.stale import stale

Result = Outcome | Need
FINISHED = 15  # rows of what was done
GIVE = ("ge 12 till @bo", "give 12 to @bo")
TAKE = ("jag tar 12", "I take 12")
MOVE = ("flytta 12 till fredag", "move 12 to Friday")
EDIT = ("ändra 12 till ringa boendet", "change 12 to call the ward")


# --- finding the action that is meant ---------------------------------------------------------------------------------


def the_action(ask: Ask, what: str) -> Action | Result:
    """The action that the line or tap names; otherwise an answer that helps to name it."""
    number = ask.reading.id
    if number is not None:
        action = ask.view.action(number)
        if action:
            return action
        wanted = f"id {ask.group_id}:{number}"
        if number <= ask.group.last_action and wanted not in ask.snapshot.found:
            return Need((wanted,))  # closed long ago
        if isinstance(older := ask.snapshot.found.get(wanted), Action):
            return older
        return ask.say(NoSuch(f"#{number}", ask.view.open_actions[:5]))
    words = ask.reading.text.casefold().split()
    if words:
        fits = [a for a in ask.view.open_actions if all(word in a.text.casefold() for word in words)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            return ask.say(say.WhichAction(what, tuple(("", a) for a in fits), ""))
    mine = [a for a in ask.view.open_actions if ask.me.id in a.owners]
    return ask.say(say.WhichAction(what, tuple((code(ask), a) for a in (mine or ask.view.open_actions)[:8]), ""))


def code(ask: Ask) -> str:
    """The group's code name where the answer needs it: in a private chat."""
    return name_for(ask.group, ask.view.role_of(ask.me.id), ask.today) if ask.incoming.place.private else ""


def touched(action: Action, ask: Ask, **values: object) -> Action:
    """The action with new values; an owner's touch also ends the counting of unanswered reminders."""
    mine = ask.me.id in action.owners
    return replace(action, **(values | ({"reminded": 0} if mine else {})))  # type: ignore[arg-type]


def begun_anew(action: Action, ask: Ask, **values: object) -> Action:
    """With a new date or owner: reminders count from the start, and what was stuck is open again.

    What is lifted and waits for its answer stays stuck: no date or owner moves that.
    """
    opened = {"state": "open", "stuck_at": None} if action.state == "stuck" and not waits(ask.view, action) else {}
    return touched(action, ask, **({"reminded": 0, "owner_asked": False} | opened | values))


def waits(view: GroupView, action: Action) -> bool:
    """Whether its obstacle is lifted, and no answer has come."""
    return any(each.action == action.id and each.waits for each in view.escalations)


def matters_of(view: GroupView) -> tuple[tuple[str, str], ...]:
    """What is lifted and not settled, by the action whose obstacle it is: their ids."""
    return tuple((each.action, each.id) for each in view.escalations if each.action and each.live)


def opened(before: Action, after: Action) -> bool:
    """Whether it could not go on before, and can now."""
    return before.state == "stuck" and after.state == "open"


def opening(ask: Ask, before: Action, after: Action) -> tuple[Fact, ...]:
    """What its history says of that."""
    return (Fact("action_reopened", ask.group_id, after.id, ask.me.id),) if opened(before, after) else ()


def changed(
    ask: Ask, kind: str, action: Action, answer: Message, notice: Message | None, *, more: tuple[Fact, ...] = ()
) -> Outcome:
    """The outcome of a change to one action: saved, noted, answered, and told in the channel if it was said there."""
    posts = (Post(ask.group_id, f"notice:{ask.turn}", notice),) if notice and ask.in_channel else ()
    fact = Fact(kind, ask.group_id, action.id, ask.me.id)
    return Outcome(Say(answer), save=(action, *live_touched(ask)), facts=(fact, *more), posts=posts)


def live_touched(ask: Ask) -> tuple[Meeting, ...]:
    """The live meeting, noted as active: silence is what closes a forgotten one. Who writes in it is there."""
    if ask.live is None:
        return ()
    staff = ask.me.id in everybody(ask.view)
    wrote = tuple(dict.fromkeys((*ask.live.wrote, ask.me.id))) if staff else ask.live.wrote
    return (replace(ask.live, last_line_at=ask.now, wrote=wrote),)


# --- adding -----------------------------------------------------------------------------------------------------------


def add(ask: Ask) -> Result:
    """`åtgärd @bo ringa kommunen senast fredag`."""
    reading = ask.reading
    if not reading.text:
        return ask.say(Missing("text", "action"))
    action = new_action(ask, reading.text, reading.owners or (ask.me.id,), reading.due, each=reading.each)
    answer = say.ActionAdded(
        action, ask.turn, code(ask),
        by_default=reading.due is None,
        meeting=reading.due is None and next_meeting(ask.view, ask.local_now) is not None,
        alternatives=() if reading.sure else tuple(m for m in reading.alternatives if isinstance(m, date)),
        short_notice=off_work(ask, action),
        unsure=reading.due is not None and not reading.sure,
    )
    # In a live meeting the meeting's own card grows; otherwise the group gets a card of this action.
    posts = () if ask.live else (Post(ask.group_id, f"action:{action.id}"),)
    return Outcome(
        Say(answer),
        save=(replace(ask.group, last_action=action.number), action, *live_touched(ask)),
        facts=(Fact("action_added", ask.group_id, action.id, ask.me.id, {"origin": action.origin}),),
        posts=posts,
    )


def new_action(
    ask: Ask, text: str, owners: tuple[str, ...], due: Moment | None, *, each: bool = False, origin: str = ""
) -> Action:
    """The next action of the group. The caller also saves the group with `last_action` counted up."""
    number = ask.group.last_action + 1
    live = ask.live
    return Action(
        id=f"{ask.group_id}:{number}", group=ask.group_id, number=number, owners=owners,
        due=due or default_due(ask.view, ask.local_now), by=ask.me.id, at=ask.now,
        each=each and len(owners) > 1, meeting=live.id if live else "",
        origin=origin or ("meeting" if live else "chat"), text=text,
    )


def off_work(ask: Ask, action: Action) -> bool:
    """Whether it falls due on a day when none of the owners works."""
    day = action.due.date() if isinstance(action.due, datetime) else action.due
    owners = [ask.snapshot.people[id] for id in action.owners if id in ask.snapshot.people]
    return bool(owners) and not any(works_on(owner.working, day) for owner in owners)


# --- changing ---------------------------------------------------------------------------------------------------------


def done(ask: Ask) -> Result:
    """`klar 12 hon sover bättre`, and the button Klart."""
    if len(ask.reading.ids) > 1:
        return several_done(ask)
    action = the_action(ask, "done")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    result = ask.reading.text if ask.reading.id is not None else ""
    closed, waiting = close(ask, action, result)
    return changed(
        ask, "action_done" if not waiting else "action_part_done", closed,
        say.ActionDone(closed, ask.turn, code(ask), waiting),
        say.ActionDoneNotice((closed,), ask.me.id, waiting),
    )


def close(ask: Ask, action: Action, result: str) -> tuple[Action, tuple[str, ...]]:
    """The action closed by the asker, and who is still to finish where each owner must."""
    done_by = tuple(dict.fromkeys((*action.done_by, ask.me.id)))
    waiting = tuple(id for id in action.owners if id not in done_by) if action.each else ()
    if ask.me.id not in action.owners:
        waiting = ()  # closed for them all by somebody else in the group
    note = "; ".join(part for part in (action.result, result) if part)
    if waiting:
        return touched(action, ask, done_by=done_by, result=note), waiting
    return (
        touched(action, ask, state="done", done_by=done_by, result=note, closed_at=ask.now, closed_by=ask.me.id),
        (),
    )


def several_done(ask: Ask) -> Result:
    """`klar 3, 5 och 7`: all of them, or none if one does not exist."""
    found = [ask.view.action(number) for number in ask.reading.ids]
    missing = [number for number, action in zip(ask.reading.ids, found, strict=True) if action is None]
    if missing:
        return ask.say(NoSuch(f"#{missing[0]}", ask.view.open_actions[:5]))
    open_ones = [action for action in found if action and action.state in ("open", "stuck")]
    if not open_ones:
        return ask.say(say.AlreadyClosed(found[0], code(ask))) if found[0] else ask.say(Missing("number", "done"))
    closed = tuple(close(ask, action, ask.reading.text)[0] for action in open_ones)
    posts = (
        (Post(ask.group_id, f"notice:{ask.turn}", say.ActionDoneNotice(closed, ask.me.id)),) if ask.in_channel else ()
    )
    return Outcome(
        Say(say.ActionsDone(closed, ask.turn, tuple(action for action in found if action and action not in open_ones))), save=(*closed, *live_touched(ask)),
        facts=tuple(Fact("action_done", ask.group_id, action.id, ask.me.id) for action in closed), posts=posts,
    )


def save_result(ask: Ask) -> Result:
    """The button *Skriv hur det gick*: a form, then the result on the closed action."""
    action = the_action(ask, "done")
    if not isinstance(action, Action):
        return action
    fields = ask.incoming.tap.fields if ask.incoming.tap else None
    if fields is None:
        return Outcome(OpenForm(Form("result", action.id, (Field("resultat", "long", action.result),), None, action.text)))
    text = fields.get("resultat", "").strip()
    saved = touched(action, ask, result=text)
    return changed(ask, "action_result", saved, say.ResultSaved(saved, ask.turn, code(ask)), None)


def stuck(ask: Ask) -> Result:
    """`kommer inte vidare 12 saknar behörighet`, and its button."""
    action = the_action(ask, "stuck")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    fields = ask.incoming.tap.fields if ask.incoming.tap else None
    reason, kind = ask.reading.text if ask.reading.id is not None else "", action.stuck_kind
    if ask.incoming.tap:
        if fields is None:
            return Outcome(OpenForm(obstacle_form("stuck", action)))
        reason, kind = fields.get("orsak", "").strip(), fields.get("slag", "")
        if not reason:
            return Outcome(FormErrors({"orsak": FieldError("text")}))
        version = ask.incoming.tap.version
        if version is not None and version != stamp(action) and action.state == "stuck" and reason != action.reason:
            return stale(ask, action, f"#{action.number}", action.reason)  # another was first to say why
    saved = touched(
        action, ask, state="stuck", reason=reason or action.reason, stuck_kind=kind, stuck_at=action.stuck_at or ask.now
    )
    alone = not waits(ask.view, action)
    return changed(
        ask, "action_stuck", saved, say.ActionStuck(saved, ask.turn, code(ask), alone), say.ActionStuckNotice(saved, ask.me.id, alone)
    )


def obstacle_form(do: str, action: Action) -> Form:
    """Why it cannot go on, and (not required) of what kind the obstacle is."""
    options = tuple((kind, "") for kind in ("", *OBSTACLE_KINDS))
    return Form(
        do, action.id,
        (Field("orsak", "long", action.reason, required=True), Field("slag", "choice", action.stuck_kind, options=options)),
        stamp(action), action.text,
    )


def change(ask: Ask) -> Result:
    """`flytta 12 till fredag`, `ge 12 till @bo`, `ändra 12 till ...`: whichever of date, owner and text was said."""
    action = the_action(ask, "new_date")
    if not isinstance(action, Action):
        return action
    reading = ask.reading
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    if reading.shift_days is not None:
        return move(ask, action, shifted(action.due, reading.shift_days, ask.today), unsure=due_day(action.due) < ask.today)
    if reading.owners and reading.owners != action.owners:
        saved = begun_anew(
            action, ask, owners=reading.owners, due=reading.due or action.due, each=action.each and len(reading.owners) > 1, handed_from=""
        )
        again = opened(action, saved)
        return changed(
            ask, "action_handed", saved, say.ActionHanded(saved, action.owners, ask.turn, code(ask), again),
            say.ActionHandedNotice(saved, action.owners, ask.me.id, again), more=opening(ask, action, saved),
        )
    if reading.due is not None:
        return move(ask, action, reading.due, () if reading.sure else reading.alternatives, unsure=not reading.sure)
    if reading.text:
        saved = touched(action, ask, text=reading.text)
        return changed(
            ask, "action_edited", saved, say.ActionEdited(saved, action.text, ask.turn, code(ask)),
            say.ActionEditedNotice(saved, action.text, ask.me.id),
        )
    if reading.owners:
        return ask.say(say.ActionHanded(action, action.owners, "", code(ask)))
    if reading.problem == "no_owner":
        return ask.say(Missing("owner", example=GIVE[ask.me.language == "en"].replace("12", str(action.number))))
    if reading.intent == "edit":
        return ask.say(Missing("text", "edit", EDIT[ask.me.language == "en"].replace("12", str(action.number))))
    return ask.say(Missing("date", "change"))


def shifted(due: Moment, days: int, today: date) -> Moment:
    """So many days later than it was to be done, at the same time of day; what is overdue already, than today."""
    return due + timedelta(days + max((today - due_day(due)).days, 0))


def move(ask: Ask, action: Action, due: Moment, alternatives: tuple[Moment, ...] = (), *, unsure: bool = False) -> Outcome:
    """A new due date: the action is begun anew."""
    saved = begun_anew(action, ask, due=due)
    again = opened(action, saved)
    return changed(
        ask, "action_moved", saved, say.ActionMoved(saved, action.due, ask.turn, code(ask), alternatives, unsure, again),
        say.ActionMovedNotice(saved, action.due, ask.me.id, again), more=opening(ask, action, saved),
    )


def new_date(ask: Ask) -> Result:
    """The button *Nytt datum*, and the other reading of a date (the button's value is then the date)."""
    action = the_action(ask, "new_date")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    tap = ask.incoming.tap
    if tap and tap.value:
        other = read_due(ask, tap.value)
        return ask.say(BadDate(tap.value, "past_date")) if isinstance(other, FieldError) else move(ask, action, other)
    fields = tap.fields if tap else None
    shown = int(f"{action.due:%Y%m%d%H%M}")  # all that this form shows: the rest may change meanwhile
    if fields is None:
        form = Form("new_date", action.id, (Field("senast", "date", action.due.isoformat(), required=True),), shown, action.text)
        return Outcome(OpenForm(form))
    due = read_due(ask, fields.get("senast", ""))
    if isinstance(due, FieldError):
        return Outcome(FormErrors({"senast": due}))
    if tap and tap.version not in (None, shown) and due != action.due:
        return stale(ask, action, f"#{action.number}", action.text, action.owners, action.due)
    return move(ask, action, due)


def read_due(ask: Ask, words: str) -> Moment | FieldError:
    """A form's date, in figures or words."""
    if not words.strip():
        return FieldError("no_date")
    found = read_moment(words, ask.context())
    if found is None:
        return FieldError("bad_date", words)
    day = found.when.date() if isinstance(found.when, datetime) else found.when
    if found.past or day < ask.today or just_been(found, words, ask.today):
        return FieldError("past_date", words)
    return found.when


def hand_over(ask: Ask) -> Result:
    """The button *Lämna över*."""
    action = the_action(ask, "hand_over")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    tap = ask.incoming.tap
    fields, shown = tap.fields if tap else None, stamp_on(action.owners)
    if fields is None:
        others = tuple(id for id in everybody(ask.view) if id not in action.owners)
        return Outcome(OpenForm(Form("hand_over", action.id, (people_field(ask, "ansvarig", others),), shown, action.text)))
    owners = read_people(ask, fields.get("ansvarig", ""))
    if isinstance(owners, FieldError):
        return Outcome(FormErrors({"ansvarig": owners}))
    if tap and tap.version not in (None, shown) and owners != action.owners:
        return stale(ask, action, f"#{action.number}", action.text, action.owners, action.due)
    return change(ask.with_reading(owners=owners, due=None, text=""))


def edit(ask: Ask) -> Result:
    """The button *Ändra*: text, owner and date in one form."""
    action = the_action(ask, "edit")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    tap = ask.incoming.tap
    if tap is None or tap.fields is None:
        return Outcome(OpenForm(Form("edit", action.id, (
            Field("text", "long", action.text, required=True),
            people_field(ask, "ansvarig", everybody(ask.view), action.owners),
            Field("senast", "date", action.due.isoformat(), required=True),
        ), stamp(action))))  # fmt: skip
    if tap.version is not None and tap.version != stamp(action):
        return stale(ask, action, f"#{action.number}", action.text, action.owners, action.due)
    errors: dict[str, Message] = {}
    text = tap.fields.get("text", "").strip()
    if not text:
        errors["text"] = FieldError("text")
    owners = read_people(ask, tap.fields.get("ansvarig", ""))
    if isinstance(owners, FieldError):
        errors["ansvarig"] = owners
    due = read_due(ask, tap.fields.get("senast", ""))
    if isinstance(due, FieldError):
        if tap.fields.get("senast") == action.due.isoformat():
            due = action.due  # overdue already, and left as it was
        else:
            errors["senast"] = due
    if errors or isinstance(owners, FieldError) or isinstance(due, FieldError):
        return Outcome(FormErrors(errors))
    anew = (owners, due) != (action.owners, action.due)
    saved = (begun_anew if anew else touched)(action, ask, text=text, owners=owners, due=due)
    answer = say.ActionEdited(saved, action.text, ask.turn, code(ask), opened(action, saved))
    return changed(ask, "action_edited", saved, answer, None, more=opening(ask, action, saved))


def cancel(ask: Ask) -> Result:
    """`ta bort 12`."""
    action = the_action(ask, "cancel")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    saved = touched(action, ask, state="cancelled", closed_at=ask.now, closed_by=ask.me.id)
    return changed(
        ask, "action_cancelled", saved, say.ActionCancelled(saved, ask.turn, code(ask)),
        say.ActionCancelledNotice(saved, ask.me.id),
    )


def reopen(ask: Ask) -> Result:
    """`öppna 12 igen`, `12 är inte klar`, and the button *Öppna igen* on a closed action, where the time for Ångra is over."""
    action = the_action(ask, "reopen")
    if not isinstance(action, Action):
        return action
    if ask.reading.topic in ("not_done", "nearly"):
        if action.state in ("open", "stuck"):
            return ask.say(say.StillOpen(action, code(ask), ask.reading.text))
        if action.state != "done" or ask.reading.topic == "nearly":  # what was taken away was never said to be done
            return ask.say(say.AlreadyClosed(action, code(ask)))
    if action.state not in ("done", "cancelled"):
        return ask.say(say.ActionShown(action, code(ask)))
    due = action.due if due_instant(action.due) > ask.now else default_due(ask.view, ask.local_now)
    saved = replace(
        action, state="open", closed_at=None, closed_by="", done_by=(), helped="", due=due, reminded=0, owner_asked=False
    )
    return changed(
        ask, "action_reopened", saved, say.ActionMoved(saved, action.due, ask.turn, code(ask), reopened=True),
        say.ActionMovedNotice(saved, action.due, ask.me.id, reopened=True),
    )


def take_offered(ask: Ask) -> Result:
    """The button *Jag tar den* on an action without its owner: the first to tap has it."""
    action = the_action(ask, "hand_over")
    if not isinstance(action, Action):
        return action
    if action.state not in ("open", "stuck"):
        return ask.say(say.AlreadyClosed(action, code(ask)))
    if action.owners == (ask.me.id,):
        return ask.say(say.ActionHanded(action, action.owners, "", code(ask)))
    still_here = [id for id in action.owners if id in everybody(ask.view)]
    if still_here and action.owner_asked is False:
        return ask.say(say.AlreadyTaken(action, code(ask)))
    return change(ask.with_reading(owners=(ask.me.id,), due=None, text=""))


def keep(ask: Ask) -> Result:
    """The button *Rätt ansvarig*: the contact person says that the owner is the right one; reminders begin anew."""
    action = the_action(ask, "hand_over")
    if not isinstance(action, Action):
        return action
    saved = replace(action, reminded=0)
    return changed(ask, "action_kept", saved, say.ActionKept(saved, code(ask)), None)


def outcome(ask: Ask) -> Result:
    """`12 hjälpte delvis`, and the buttons *Ja, det hjälpte* / *Delvis* / *Nej* on what was done."""
    action = the_action(ask, "done")
    if not isinstance(action, Action):
        return action
    if action.state != "done":
        return ask.say(say.NotDoneYet(action, code(ask)))
    if not ask.reading.result:
        return ask.say(say.ActionShown(action, code(ask)))  # no button of ours
    saved = touched(action, ask, helped=ask.reading.result, evaluated_at=ask.now)
    fact = Fact("action_evaluated", ask.group_id, action.id, ask.me.id, {"helped": ask.reading.result})
    return replace(
        changed(ask, "action_evaluated", saved, say.ActionHelped(saved, ask.turn, code(ask)), None), facts=(fact,)
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def mine(ask: Ask) -> Result:
    """`mina`: a person's own actions across groups, wherever it is asked, the most urgent first."""
    if f"groups @{ask.me.id}" not in ask.snapshot.found:
        return Need((f"groups @{ask.me.id}",))
    groups = []
    for view in ask.snapshot.views.values():
        own = sorted(
            (a for a in view.open_actions if ask.me.id in a.owners and ask.me.id not in a.done_by), key=urgency
        )
        if own and view.group.state != "closed":
            groups.append((view.group.code, tuple(own)))
    groups.sort(key=lambda each: urgency(each[1][0]))
    late = tuple(a.id for _, actions in groups for a in actions if is_overdue(a, ask.now))
    matters = tuple(pair for view in ask.snapshot.views.values() for pair in matters_of(view))
    return ask.say(say.MyActions(tuple(groups), late, ask.me.id, matters))


def urgency(action: Action) -> tuple[datetime, int]:
    return due_instant(action.due), action.number


def listing(ask: Ask) -> Result:
    """`lista`, `lista @bo`, `lista försenade`, `vecka 48`: the group's actions, or some of them."""
    reading = ask.reading
    if reading.topic == "done":
        finished = sorted((a for a in ask.view.actions if a.state == "done" and a.closed_at), key=lambda a: a.closed_at or a.at, reverse=True)
        return ask.say(say.FinishedActions(ask.group.code, tuple(finished[:FINISHED]), max(0, len(finished) - FINISHED)))
    ordered = sorted((a for a in ask.view.actions if wanted(a, ask)), key=urgency)
    late = tuple(a for a in ordered if a.state == "open" and is_overdue(a, ask.now))
    states = {"overdue": (), "stuck": ("stuck",), "open": ("open",)}.get(reading.topic, ("open", "stuck"))
    meetings = (m.starts for m in ask.view.meetings if m.state == "planned" and not rests_on(ask.view.group, m.starts.date()))
    return ask.say(say.GroupActions(
        ask.group.code, late if reading.topic != "stuck" else (),
        tuple(a for a in ordered if a.state == "open" and a not in late and "open" in states),
        tuple(a for a in ordered if a.state == "stuck" and "stuck" in states), matters_of(ask.view), reading.owners, reading.week,
        tuple(starts for starts in sorted(meetings) if reading.from_ and reading.until and reading.from_ <= starts.date() <= reading.until),
        part=len(ordered) < len(ask.view.actions) or reading.topic in ("overdue", "stuck"),
    ))  # fmt: skip


def wanted(action: Action, ask: Ask) -> bool:
    """Whether the list asked for holds the action: it is theirs, and to be done then (what is late is to be done now)."""
    reading, day = ask.reading, due_day(action.due)
    if reading.owners and not set(reading.owners) & set(action.owners):
        return False
    if reading.from_ is None or reading.until is None:
        return True
    return day <= reading.until and (day >= reading.from_ or reading.from_ <= ask.today <= reading.until)


def show(ask: Ask) -> Result:
    """`visa 12`: one action with its history."""
    action = the_action(ask, "show")
    if not isinstance(action, Action):
        return action
    wanted = f"history {action.id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    facts = ask.snapshot.found[wanted]
    history = tuple((each.fact.kind, each.fact.person, each.at) for each in facts)
    return ask.say(say.ActionShown(action, code(ask), history, tuple(str(each.fact.detail.get("from", "")) for each in facts)))


def bad_owner(ask: Ask) -> Outcome | None:
    """The answer when a name fits nobody."""
    if ask.reading.unknown_owner:
        return ask.say(UnknownPerson(
            ask.reading.unknown_owner, everybody(ask.view) if ask.group_id else (), joining=ask.reading.intent == "members_add", line=ask.reading.guessed_line,
        ))  # fmt: skip
    return None


# --- cards ------------------------------------------------------------------------------------------------------------


def action_in(view: GroupView | None, id: str, snapshot: Snapshot) -> Action | Need:
    number = id.rpartition(":")[2]
    action = next((a for a in view.actions if a.id == id), None) if view and number.isdigit() else None
    found = action or snapshot.found.get(f"id {id}")
    return found if isinstance(found, Action) else Need((f"id {id}",))


@card("action")
def draw_action(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    view = snapshot.views.get(rest.partition(":")[0])
    action = action_in(view, rest, snapshot)
    if isinstance(action, Need):
        return action
    matter = dict(matters_of(view)).get(action.id, "") if view else ""
    return Drawn(say.ActionCard(action, action.state == "open" and is_overdue(action, now), matter), (key(action),))


@card("actions")
def draw_actions(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:12,13,14"."""
    group, _, numbers = rest.partition(":")
    found = [action_in(snapshot.views.get(group), f"{group}:{number}", snapshot) for number in numbers.split(",")]
    needs = tuple(what for each in found if isinstance(each, Need) for what in each.what)
    if needs:
        return Need(needs)
    actions = tuple(each for each in found if isinstance(each, Action))
    return Drawn(say.ActionsCard(actions, actions[0].by if actions else ""), tuple(key(action) for action in actions))
