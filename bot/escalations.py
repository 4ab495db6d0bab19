"""Lifted matters: up to the body above, and back to the group that asked.

What the body does with them is in bot/answering.py; when somebody is reminded, in bot/chasing.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.actions import code, live_touched, new_action, obstacle_form
from bot.ask import Ask, next_meeting
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.keys import key, stamp
from bot.messages import escalations as say
from bot.messages.actions import ActionAdded
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, Missing, NoSuch
from bot.model import SEPARATOR, Action, Escalation, Group, GroupView, Kept, Lesson, Snapshot, Step
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules.escalation_plan import make_plan
from bot.rules.obstacle_kinds import OBSTACLE_KINDS, guess_kind, in_own_remit, split_tried
from bot.rules.who_may import may
from bot.rules.who_to_remind import away
from bot.rules.work_calendar import instant, local, next_work_moment
from bot.stale import stale

Result = Outcome | Need


# --- finding the matter that is meant ---------------------------------------------------------------------------------


def matter_in(id: str, snapshot: Snapshot) -> Escalation | Need:
    """The matter of that id, wherever it is in view."""
    found = snapshot.get(f"Escalation {id}") or snapshot.found.get(f"id {id}")
    found = found or next((each for view in snapshot.views.values() for each in view.lifted if each.id == id), None)
    return found if isinstance(found, Escalation) else Need((f"id {id}",))


def meant(ask: Ask) -> Escalation | Result:
    """The matter that a tap or line names; otherwise an answer that helps to name it."""
    tap, ref = ask.incoming.tap, ask.reading.ref
    if tap and ":" not in ref:
        ref = ":".join(tap.ref.split(":")[:2])
    if ":" in ref:
        matter = matter_in(ref, ask.snapshot)
        if isinstance(matter, Need) and matter.what[0] in ask.snapshot.found:
            return ask.say(say.NoSuchMatter(ref.rpartition(":")[2]))
        return matter
    here = ask.snapshot.views.get(ask.snapshot.here)
    known = in_view(view for view in ([here] if here else ask.snapshot.views.values()) if may("member", ask.me, view))
    if not ref:
        return ask.say(say.NoSuchMatter("", tuple(each for each in known if each.live)[:5]))
    fits = [each for each in known if f"H{each.number}" == ref and ask.reading.code.casefold() in ("", each.code.casefold())]
    fits = [each for each in fits if each.live] or fits
    if len(fits) == 1:
        return fits[0]
    if fits:
        lines = ((ask.incoming.said.replace(ref, f"{each.code} {ref}").replace(ref.lower(), f"{each.code} {ref}"), each) for each in fits)
        return ask.say(say.WhichMatter(ref, tuple(lines)))
    # closed long ago, or passed on to another body
    codes: dict[str, str] = ask.snapshot.found["codes"] if ask.reading.code else {}
    group = next((id for id, code in codes.items() if code == ask.reading.code), ask.group_id)
    older = f"id {group}:{ref}"
    if older not in ask.snapshot.found:
        return Need((older,))
    if isinstance(found := ask.snapshot.found.get(older), Escalation):
        return found
    return ask.say(say.NoSuchMatter(ref, tuple(each for each in known if each.live)[:5]))


def in_view(views: Iterable[GroupView]) -> tuple[Escalation, ...]:
    """All matters of these groups, lifted by them or to them."""
    found = {each.id: each for view in views for each in (*view.escalations, *view.lifted) if each.state != "undone"}
    return tuple(found.values())


def the_matter(ask: Ask) -> Escalation:
    """The matter that decide has found already."""
    found = meant(ask)
    assert isinstance(found, Escalation)
    return found


def code_of(ask: Ask, matter: Escalation) -> str:
    """The group's code name, where the answer is not read in its own channel."""
    return "" if ask.snapshot.here == matter.group else matter.code


def already(ask: Ask, matter: Escalation) -> Outcome:
    """Somebody else was first."""
    return ask.say(say.MatterAlready(matter, called(ask.snapshot, matter.body), code_of(ask, matter)))


def body_of(ask: Ask, matter: Escalation) -> GroupView:
    """The view of the body where it lies, which decide has seen to."""
    return ask.snapshot.views[matter.body]


def called(snapshot: Snapshot, body: str) -> str:
    """What a body is called in this county."""
    view = snapshot.views.get(body)
    return snapshot.county.body_name(view.group.code if view else body)


def stepped(matter: Escalation, what: str, by: str, now: datetime, words: str = "", **values: object) -> Escalation:
    """The matter with one more step on its path."""
    said = SEPARATOR.join((*matter.words, words.replace(SEPARATOR, " ")))
    path = (*matter.path, Step(what, by, now, matter.body))
    return replace(matter, path=path, said=said, **values)  # type: ignore[arg-type]


def to_body(view: GroupView, subject: str) -> tuple[Post, ...]:
    """In the body's channels; where it has none, to each of its people."""
    if view.group.channels:
        return (Post(view.group.id, subject),)
    return tuple(Post(f"@{person}", subject) for person in view.people())


# --- lifting ----------------------------------------------------------------------------------------------------------


def escalate(ask: Ask) -> Result:
    """`hissa 12 saknar behörighet`, `hissa <ärende>`, `hissa akut ...`, `hissa idé ...`, and the button *Hissa*."""
    reading, tap = ask.reading, ask.incoming.tap
    action = None
    if reading.id is not None:
        found = the_obstructed(ask, reading.id)
        if not isinstance(found, Action):
            return found
        action = found
        if first := next((each for each in ask.view.escalations if each.action == action.id and each.live), None):
            return ask.say(say.AlreadyLifted(first, called(ask.snapshot, first.body)))
    words, kind, tried = reading.text, action.stuck_kind if action else "", ""
    if tap and tap.fields is not None:
        words, kind, tried = tap.fields.get("orsak", "").strip(), tap.fields.get("slag", ""), tap.fields.get("prövat", "").strip()
        if not words:
            return Outcome(FormErrors({"orsak": FieldError("text")}))
    elif not words and action and action.state == "stuck":
        words = action.reason
    if not words:
        if tap:
            return Outcome(OpenForm(obstacle_form("escalate", action) if action else matter_form("escalate", f"{ask.group_id}:")))
        return ask.say(say.WhatHinders(action, code(ask)) if action else Missing("text", "escalate"))
    return lift(ask, words, kind=kind, action=action, about="idea" if reading.idea else "obstacle", urgent=reading.urgent, tried=tried)


def the_obstructed(ask: Ask, number: int) -> Action | Result:
    """The open action of that number."""
    action = ask.view.action(number)
    if action is None or action.state not in ("open", "stuck"):
        return ask.say(NoSuch(f"#{number}", ask.view.open_actions[:5]))
    return action


def lift(
    ask: Ask, words: str, *, kind: str = "", action: Action | None = None, about: str = "obstacle", urgent: bool = False,
    tried: str = "",
) -> Result:
    """Lift it to the body above, or to where the county file says that its kind goes."""
    text, tried = (words, tried) if tried else split_tried(words)
    county = ask.snapshot.county
    if same := next((each for each in ask.view.escalations if each.live and same_words(each.text, text) and not both(each, action)), None):
        return ask.say(say.AlreadyLifted(same, called(ask.snapshot, same.body)))
    kind = kind or ("other" if about == "lesson" else guess_kind(text, county.kind_words))
    body = receiver(ask, kind)
    if not isinstance(body, GroupView):
        return body
    route = county.routes.get(kind, "")
    number = ask.group.last_lifted + 1
    matter = Escalation(
        id=f"{ask.group_id}:H{number}", group=ask.group_id, number=number, code=ask.group.code, by=ask.me.id, at=ask.now,
        body=body.group.id, plan=make_plan(ask.now, county.pace, urgent), about=about, kind=kind, urgent=urgent,
        stuck_at=(action.stuck_at if action else None) or ask.now, action=action.id if action else "",
        routed_to=route[1:] if route.startswith("@") else "", text=text, tried=tried,
    )  # fmt: skip
    matter = stepped(matter, "lifted", ask.me.id, ask.now)
    stuck = replace(action, state="stuck", reason=text, stuck_kind=kind, stuck_at=matter.stuck_at) if action else None
    chair = who_answers(body, ask) if urgent else ""
    receipt = say.MatterLifted(
        matter, called(ask.snapshot, body.group.id), ask.turn, code(ask), own=about == "obstacle" and in_own_remit(text, ask.group.mandate),
        chair=chair, chair_at=told_at(ask, matter, chair),
    )  # fmt: skip
    routed = (Post(f"@{matter.routed_to}", f"lifted:{matter.id}"),) if matter.routed_to else ()
    return Outcome(
        Say(receipt),
        save=(replace(ask.group, last_lifted=number), matter, *((stuck,) if stuck else ()), *agenda_of(body), *live_touched(ask)),
        facts=(Fact("matter_lifted", ask.group_id, matter.id, ask.me.id, {"body": matter.body, "kind": kind, "about": about}),),
        posts=(*(routed or to_body(body, f"lifted:{matter.id}")), Post(ask.group_id, f"escalation:{matter.id}")),
    )


def agenda_of(body: GroupView) -> tuple[Group, ...]:
    """The body itself, where its posted agenda or its meeting is to show what has come to it."""
    posted = any(meeting.state == "live" or (meeting.agenda_posted and meeting.state == "planned") for meeting in body.meetings)
    return (body.group,) if posted else ()


def both(matter: Escalation, action: Action | None) -> bool:
    """Whether it is the obstacle of another action: each is solved by itself, though the words are the same."""
    return action is not None and matter.action not in ("", action.id)


def same_words(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()).strip(".!") == " ".join(other.casefold().split()).strip(".!")


def receiver(ask: Ask, kind: str) -> GroupView | Result:
    """The body that matters of this kind go to: by the county's route, else the one above the group."""
    route = ask.snapshot.county.routes.get(kind, "")
    if route and not route.startswith("@"):
        wanted = f"code {route}"
        if wanted not in ask.snapshot.found:
            return Need((wanted,))
        body = ask.snapshot.found[wanted]
        if isinstance(body, Group) and body.state != "closed" and body.id != ask.group_id:
            return ask.snapshot.views[body.id]
    return body_above(ask, ask.group.above, "nowhere")


def body_above(ask: Ask, id: str, why: str) -> GroupView | Result:
    """The body's view; `why` there is no lifting if there is none."""
    if not id:
        return ask.say(say.CannotLift(why, ask.group.code, ask.group_id))
    if id in ask.snapshot.views:
        return ask.snapshot.views[id]
    wanted = f"group {id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    return ask.say(say.CannotLift(why, ask.group.code, ask.group_id))


def who_answers(body: GroupView, ask: Ask) -> str:
    """Who answers for the body today: the chair, or whoever stands in; "" where it has nobody."""
    return standing(body, ask.snapshot, ask.now)


def standing(body: GroupView, snapshot: Snapshot, now: datetime) -> str:
    """The chair; when away the chair's deputy in the body, a facilitator, another member. Nobody there: the chair after all."""
    today = local(now).date()
    chairs = body.people("chair") or body.people("facilitator")
    deputies = [
        each.deputy for each in snapshot.absences
        if each.person in chairs and each.deputy and each.first <= today <= each.last and body.role_of(each.deputy)
    ]  # fmt: skip
    order = dict.fromkeys((*chairs, *deputies, *body.people("facilitator"), *body.people()))
    here = [id for id in order if not away(snapshot.absences, id, today)]
    return (here or [*order, ""])[0]


def told_at(ask: Ask, matter: Escalation, chair: str) -> datetime | None:
    """When the chair is told of an urgent matter; None for at once."""
    person = ask.snapshot.people.get(chair)
    if person is None:
        return None
    begins = instant(next_work_moment(person.working, local(matter.plan.chair_at)))
    return begins if begins > ask.now else None


def matter_form(do: str, ref: str, matter: Escalation | None = None) -> Form:
    """What is in the way, of what kind it is, and what has been tried. Only the first is required."""
    options = tuple((kind, "") for kind in ("", *OBSTACLE_KINDS))
    return Form(do, ref, (
        Field("orsak", "long", matter.text if matter else "", required=True),
        Field("slag", "choice", matter.kind if matter else "", options=options),
        Field("prövat", "long", matter.tried if matter else ""),
    ), stamp(matter) if matter else None)  # fmt: skip


def edit(ask: Ask) -> Result:
    """The button *Ändra* on what was lifted, as long as nobody has answered."""
    matter, tap = the_matter(ask), ask.incoming.tap
    if not matter.waits:
        return already(ask, matter)
    if tap is None or tap.fields is None:
        return Outcome(OpenForm(matter_form("edit_matter", matter.id, matter)))
    if tap.version is not None and tap.version != stamp(matter):
        return stale(ask, matter, f"H{matter.number}", matter.text)
    text = tap.fields.get("orsak", "").strip()
    if not text:
        return Outcome(FormErrors({"orsak": FieldError("text")}))
    kind = tap.fields.get("slag") or matter.kind
    return noted(ask, replace(matter, text=text, kind=kind, tried=tap.fields.get("prövat", "").strip()), "edited")


def lift_lesson(ask: Ask) -> Result:
    """The button *Dela med fler* on a lesson: the body above may put it on other groups' agendas."""
    assert ask.incoming.tap is not None
    lesson = next((each for each in ask.view.lessons if each.id == ask.incoming.tap.ref and each.state == "valid"), None)
    if not isinstance(lesson, Lesson):
        return ask.say(NoSuch(""))
    return lift(ask, lesson.text, about="lesson")


# --- back in the group ------------------------------------------------------------------------------------------------


def noted(ask: Ask, matter: Escalation, what: str, *, posts: tuple[Post, ...] = (), more: tuple[Kept, ...] = (), groups: int = 0) -> Outcome:
    """The outcome of one step: saved, noted, answered. A line in the body's channel shows its card there anew."""
    here = ask.snapshot.here
    if here == matter.body and ask.incoming.tap is None:
        posts = (*posts, *(() if any(post.to == here for post in posts) else (Post(here, f"lifted:{matter.id}"),)))
    return Outcome(
        Say(say.MatterNoted(matter, what, ask.turn, called(ask.snapshot, matter.body), code_of(ask, matter), groups)),
        save=(matter, *more),
        facts=(Fact(f"matter_{what}", matter.group, matter.id, ask.me.id, {"body": matter.body}),),
        posts=posts,
    )


def withdraw(ask: Ask) -> Result:
    """*Vi löser det själva*: the group takes it back, and goes on with its action."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    action = its_action(ask, matter)
    if isinstance(action, Need):
        return action
    return noted(ask, stepped(matter, "withdrawn", ask.me.id, ask.now, ask.reading.text, state="withdrawn"), "withdrawn", more=going_on(action))


def its_action(ask: Ask, matter: Escalation) -> Action | Need | None:
    """The action whose obstacle it is."""
    if not matter.action:
        return None
    found = ask.snapshot.get(f"Action {matter.action}") or ask.snapshot.found.get(f"id {matter.action}")
    if found is None and f"id {matter.action}" not in ask.snapshot.found:
        return Need((f"id {matter.action}",))
    return found if isinstance(found, Action) else None


def going_on(action: Action | None) -> tuple[Action, ...]:
    """The action is no longer stuck."""
    return (replace(action, state="open", stuck_at=None, reminded=0),) if action and action.state == "stuck" else ()


def solved_meanwhile(ask: Ask, outcome: Outcome) -> Outcome:
    """An action that is done or taken away needs no help any more: what was lifted about it is taken back too."""
    over = {thing.id for thing in outcome.save if isinstance(thing, Action) and thing.state in ("done", "cancelled")}
    view = ask.snapshot.views.get(ask.group_id)
    if not over or view is None:
        return outcome
    back = tuple(
        stepped(each, "withdrawn", ask.me.id, ask.now, state="withdrawn")
        for each in view.escalations if each.action in over and each.waits
    )  # fmt: skip
    facts = tuple(Fact("matter_withdrawn", each.group, each.id, ask.me.id, {"body": each.body}) for each in back)
    return replace(outcome, save=(*outcome.save, *back), facts=(*outcome.facts, *facts))


def reply(ask: Ask) -> Result:
    """The button *Svara* on the body's question, and `svar H1 ...`."""
    matter, tap = the_matter(ask), ask.incoming.tap
    if not matter.waits:
        return already(ask, matter)
    words = written(ask, "svar")
    if words is None:
        question = next((said for step, said in reversed(matter.steps) if step.what == "asked"), matter.text)
        return Outcome(OpenForm(Form("reply_matter", matter.id, (Field("svar", "long", "", True),), None, question)))
    if not words:
        return Outcome(FormErrors({"svar": FieldError("text")})) if tap else ask.say(Missing("text", "answer"))
    state = "taken" if matter.state == "asked" else matter.state
    saved = stepped(matter, "replied", ask.me.id, ask.now, words, state=state, taken_at=ask.now if state == "taken" else None)
    return noted(ask, saved, "replied", posts=to_body(body_of(ask, matter), f"lifted:{matter.id}"))


def written(ask: Ask, field: str) -> str | None:
    """What was written in the form, or after the command; None for a button whose form is still to be filled in."""
    tap = ask.incoming.tap
    if tap is None:
        return ask.reading.text
    return None if tap.fields is None else tap.fields.get(field, "").strip()


HELPED = {"matter_helped": "helped", "matter_partly": "partly", "matter_no_help": "no"}


def evaluate(ask: Ask) -> Result:
    """*Hjälpte det?*: *Nej* takes it back to the same body, with all that has been said; else it is closed."""
    matter, tap = the_matter(ask), ask.incoming.tap
    helped = HELPED.get(tap.do, "") if tap else ask.reading.result
    if not helped:
        return ask.say(Gone())  # no button of ours
    if matter.state not in ("answered", "solved"):
        return already(ask, matter)
    action = its_action(ask, matter)
    if isinstance(action, Need):
        return action
    if helped == "no":
        plan = make_plan(ask.now, ask.snapshot.county.pace, matter.urgent)
        saved = stepped(
            matter, "back", ask.me.id, ask.now, ask.reading.text, state="open", plan=plan, helped="no", helped_at=ask.now,
            taken_by="", taken_at=None, reminded_at=None, chair_at=None, chair_told="",
        )  # fmt: skip
        waiting = (replace(action, state="stuck", stuck_at=ask.now),) if action and action.state == "open" else ()
        return noted(ask, saved, "back", posts=to_body(body_of(ask, matter), f"lifted:{matter.id}"), more=waiting)
    saved = stepped(matter, "helped", ask.me.id, ask.now, ask.reading.text, state="closed", helped=helped, helped_at=ask.now)
    return noted(ask, saved, "helped", more=going_on(action))


def act_on_answer(ask: Ask) -> Result:
    """The button *Gör en åtgärd av det*: what the answer asks of the group, by whoever tapped."""
    matter = the_matter(ask)
    if not matter.answer:
        return already(ask, matter)
    action = new_action(ask, matter.answer, (ask.me.id,), None, origin=matter.id)
    posts = () if ask.live else (Post(ask.group_id, f"action:{action.id}"),)
    return Outcome(
        Say(ActionAdded(action, ask.turn, code(ask), by_default=True, meeting=next_meeting(ask.view, ask.local_now) is not None)),
        save=(replace(ask.group, last_action=action.number), action, *live_touched(ask)),
        facts=(Fact("action_added", ask.group_id, action.id, ask.me.id, {"origin": matter.id}),), posts=posts,
    )


# --- looking ----------------------------------------------------------------------------------------------------------


def listing(ask: Ask) -> Result:
    """`hissade`: what one's group has lifted, or what lies with one's committee."""
    here = ask.snapshot.views.get(ask.snapshot.here)
    staff = ("member", "facilitator", "chair")
    views = [view for view in ([here] if here else ask.snapshot.views.values()) if view.role_of(ask.me.id) in staff]
    own = tuple(each for view in views for each in view.escalations if each.live)
    to_answer = tuple(each for view in views for each in lifted_rows(view))
    late = tuple(each.id for each in (*own, *to_answer) if each.state == "open" and each.plan.answer_by < ask.now)
    return ask.say(say.LiftedList(own, to_answer, late))


def lifted_rows(view: GroupView) -> tuple[Escalation, ...]:
    """What lies with a committee and waits for its answer, the urgent first, then the oldest."""
    return tuple(sorted((each for each in view.lifted if each.waits), key=lambda each: (not each.urgent, each.at)))


def answered_rows(view: GroupView) -> tuple[Escalation, ...]:
    """What a group has lifted and has something to say about: an answer to judge, or a question to answer."""
    return tuple(sorted((each for each in view.escalations if each.state in ("asked", "answered", "solved")), key=lambda each: each.at))


def show(ask: Ask) -> Result:
    """`visa H1`."""
    matter = the_matter(ask)
    body = body_of(ask, matter)
    if body.role_of(ask.me.id):
        return ask.say(lifted_card(matter, ask.snapshot, matter.body))
    return ask.say(say.EscalationCard(matter, called(ask.snapshot, matter.body)))


TAPS = {
    "edit_matter": ("edit_matter", edit),
    "solve_ourselves": ("withdraw_matter", withdraw),
    "matter_helped": ("matter_outcome", evaluate),
    "matter_partly": ("matter_outcome", evaluate),
    "matter_no_help": ("matter_outcome", evaluate),
    "act_on_answer": ("act_on_answer", act_on_answer),
    "lift_lesson": ("escalate", lift_lesson),
}


# --- cards ------------------------------------------------------------------------------------------------------------


def in_sight(rest: str, snapshot: Snapshot) -> tuple[Escalation, str] | Need:
    """The matter of "tall:H1:3" or "tall:H1", and what stands after its id; what is needed to show it."""
    group, _, more = rest.partition(":")
    number, _, tail = more.partition(":")
    matter = matter_in(f"{group}:{number}", snapshot)
    if isinstance(matter, Need):
        return matter
    needs = tuple(
        wanted for id in (matter.body, above(matter, snapshot))
        if id and id not in snapshot.views and (wanted := f"group {id}") not in snapshot.found
    )  # fmt: skip
    return Need(needs) if needs else (matter, tail)


def above(matter: Escalation, snapshot: Snapshot) -> str:
    view = snapshot.views.get(matter.body)
    return view.group.above if view else ""


def lifted_card(matter: Escalation, snapshot: Snapshot, reader_body: str, occasion: str = "") -> Message:
    higher = above(matter, snapshot)
    return say.LiftedCard(
        matter, called(snapshot, matter.body), here=reader_body in ("", matter.body), occasion=occasion,
        above=called(snapshot, higher) if higher else "", shared=matter.shared_at is not None,
    )  # fmt: skip


@card("lifted")
def draw_lifted(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """What a committee sees. rest: "tall:H1", or "tall:H1:reminder" with the occasion."""
    found = in_sight(rest, snapshot)
    if isinstance(found, Need):
        return found
    matter, occasion = found
    return Drawn(lifted_card(matter, snapshot, reader.group, occasion), (key(matter),))


@card("escalation")
def draw_escalation(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """What the group sees of what it has lifted."""
    found = in_sight(rest, snapshot)
    if isinstance(found, Need):
        return found
    matter, _ = found
    return Drawn(say.EscalationCard(matter, called(snapshot, matter.body)), (key(matter),))


def step_at(matter: Escalation, place: str, *whats: str) -> tuple[Step, str] | None:
    """The step at that place of the path with its words, if it is still there and of that sort."""
    steps = matter.steps
    found = steps[int(place)] if place.isdigit() and int(place) < len(steps) else None
    return found if found and found[0].what in whats else None


@card("matter_question")
def draw_question(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:H1:2", the place of the question on the path."""
    found = in_sight(rest, snapshot)
    if isinstance(found, Need):
        return found
    matter, place = found
    step = step_at(matter, place, "asked")
    body = called(snapshot, step[0].body if step else matter.body)
    open = matter.state == "asked" and step is not None and not any(each.what == "asked" for each in matter.path[int(place) + 1 :])
    by, words = (step[0].by, step[1]) if step else ("", "")
    return Drawn(say.MatterQuestion(matter, words, by, body, open, gone=step is None), (key(matter),))


@card("matter_answer")
def draw_answer(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:H1:3", the place of the answer on the path."""
    found = in_sight(rest, snapshot)
    if isinstance(found, Need):
        return found
    matter, place = found
    step = step_at(matter, place, "answered", "solved")
    body = called(snapshot, step[0].body if step else matter.body)
    by, words = (step[0].by, step[1]) if step else ("", "")
    current = matter.state in ("answered", "solved") and step is not None and int(place) == len(matter.path) - 1
    solved = step is not None and step[0].what == "solved"
    judged = next((each.what for each in matter.path[int(place) + 1 :] if each.what in ("back", "helped")), "") if step else ""
    verdict = {"back": "no", "helped": matter.helped}.get(judged, "")
    return Drawn(say.MatterAnswer(matter, words, by, body, solved, current, gone=step is None, verdict=verdict), (key(matter),))
