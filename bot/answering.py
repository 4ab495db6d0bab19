"""What a committee does with what was lifted to it: takes it, asks, answers, solves, or lifts it further."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import decisions
from bot.ask import Ask
from bot.escalations import agenda_of, already, body_above, body_of, noted, reply, stepped, the_matter, to_body, written
from bot.forms import Field, Form
from bot.messages import escalations as say
from bot.messages.common import FieldError, Missing, Several
from bot.model import Escalation, Group, GroupView, Point
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules.escalation_plan import make_plan
from bot.rules.obstacle_kinds import OBSTACLE_KINDS
from bot.rules.who_may import may

Result = Outcome | Need


def take(ask: Ask) -> Result:
    """*Jag tar den*: the group sees who."""
    matter = the_matter(ask)
    if matter.state != "open":
        return already(ask, matter)
    return noted(ask, stepped(matter, "taken", ask.me.id, ask.now, state="taken", taken_by=ask.me.id, taken_at=ask.now), "taken")


def words_for(ask: Ask, matter: Escalation, field: str, command: str) -> str | Outcome:
    """The words that the step needs: written already, or the form that asks for them."""
    words = written(ask, field)
    if words is None:
        return Outcome(OpenForm(Form(command, matter.id, (Field(field, "long", "", True),), None, matter.text)))
    if not words:
        return Outcome(FormErrors({field: FieldError("text")})) if ask.incoming.tap else ask.say(Missing("text", command))
    return words


def ask_group(ask: Ask) -> Result:
    """*Fråga gruppen*: the question is posted there, and the matter waits for its answer."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    words = words_for(ask, matter, "fråga", "ask_group")
    if isinstance(words, Outcome):
        return words
    saved = stepped(
        matter, "asked", ask.me.id, ask.now, words, state="asked", taken_by=matter.taken_by or ask.me.id, taken_at=ask.now, reminded_at=None
    )
    return noted(ask, saved, "asked", posts=(Post(matter.group, f"matter_question:{matter.id}:{len(matter.path)}"),))


def answer(ask: Ask) -> Result:
    """*Ge besked*, and `besked H1 ...`."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    words = words_for(ask, matter, "besked", "answer_escalation")
    return words if isinstance(words, Outcome) else answered(ask, matter, words, "answered")


def respond(ask: Ask) -> Result:
    """`svar H1 ...`: from the group to the body's question, from the body to the group."""
    matter = the_matter(ask)
    from_body = ask.snapshot.here == matter.body or not may("member", ask.me, ask.view)
    return answer(ask) if from_body and ask.incoming.tap is None else reply(ask)


READY = {"sv": "Ni får besluta själva.", "en": "You may decide yourselves."}


def decide_yourselves(ask: Ask) -> Result:
    """The ready answer *Ni får besluta själva*, in the group's language."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    return answered(ask, matter, READY[ask.group.language if ask.group.language in READY else "sv"], "answered")


def solve(ask: Ask) -> Result:
    """*Löst*: done, with a word of how."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    words = words_for(ask, matter, "besked", "solved")
    return words if isinstance(words, Outcome) else answered(ask, matter, words, "solved")


def answered(ask: Ask, matter: Escalation, words: str, what: str) -> Outcome:
    """The answer goes back to the group by itself, and waits for its word on whether it helped."""
    saved = stepped(matter, what, ask.me.id, ask.now, words, state=what, answered_by=ask.me.id, answered_at=ask.now, helped="")
    return noted(ask, saved, what, posts=(Post(matter.group, f"matter_answer:{matter.id}:{len(matter.path)}"),))


def further(ask: Ask) -> Result:
    """*Hissa vidare*: to the body above, with what has been done."""
    matter = the_matter(ask)
    if not matter.waits:
        return already(ask, matter)
    body = body_above(ask, body_of(ask, matter).group.above, "top")
    if not isinstance(body, GroupView):
        return body
    words = words_for(ask, matter, "orsak", "escalate_further")
    if isinstance(words, Outcome):
        return words
    saved = stepped(
        matter, "further", ask.me.id, ask.now, words, state="open", body=body.group.id, routed_to="", taken_by="", taken_at=None,
        plan=make_plan(ask.now, ask.snapshot.county.pace, matter.urgent), reminded_at=None, chair_at=None, chair_told="",
    )  # fmt: skip
    posts = (*to_body(body, f"lifted:{matter.id}"), Post(matter.group, f"escalation:{matter.id}"))
    return noted(ask, saved, "further", posts=posts, more=agenda_of(body))


def change_kind(ask: Ask) -> Result:
    """*Ändra slag*: by the group or by the body, whoever knows better."""
    matter, tap = the_matter(ask), ask.incoming.tap
    fields = tap.fields if tap else None
    if fields is None:
        options = tuple((kind, "") for kind in OBSTACLE_KINDS)
        return Outcome(OpenForm(Form("matter_kind", matter.id, (Field("slag", "choice", matter.kind, True, options),), None, matter.text)))
    kind = fields.get("slag", "")
    if kind not in OBSTACLE_KINDS:
        return Outcome(FormErrors({"slag": FieldError("choice")}))
    return noted(ask, replace(matter, kind=kind), "kind")


def share(ask: Ask) -> Result:
    """*Dela med grupperna*: a lesson or a good idea comes on the agendas of all other groups below the body."""
    matter = the_matter(ask)
    if matter.about == "obstacle" or matter.shared_at is not None or matter.state in ("withdrawn", "undone"):
        return already(ask, matter)
    wanted = f"below {matter.body}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    others = [group for group in ask.snapshot.found[wanted] if group.id != matter.group and group.kind == "care"]
    state = "closed" if matter.waits else matter.state  # to share it is an answer
    saved = stepped(matter, "shared", ask.me.id, ask.now, state=state, shared_at=ask.now)
    outcome = noted(ask, saved, "shared", groups=len(others))
    new = tuple(thing for group in others for thing in point_for(ask, group, matter))
    return replace(outcome, save=(*outcome.save, *new))


def point_for(ask: Ask, group: Group, matter: Escalation) -> tuple[Group, Point]:
    number = group.last_other + 1
    point = Point(f"{group.id}:p{number}", group.id, number, ask.me.id, ask.now, shared=matter.about, text=matter.text)
    return replace(group, last_other=number), point


# --- in a committee's meeting -----------------------------------------------------------------------------------------

ABOUT_A_MATTER = re.compile(r"\s*(?:(?P<code>\w[\w-]*)\s+)?h\s?(?P<number>\d{1,4})\b[\s:,.–—-]*(?P<text>.*)", re.IGNORECASE | re.DOTALL)


def about(ask: Ask, text: str) -> tuple[str, tuple[Escalation, ...], str] | None:
    """What a committee's decision says of a lifted matter: "H1", the matters that it may be, and the decision itself."""
    match = ABOUT_A_MATTER.fullmatch(text)
    if ask.group.kind != "committee" or match is None or not match["text"]:
        return None
    code = (match["code"] or ask.reading.code).casefold()
    fits = [each for each in ask.view.lifted if each.waits and each.number == int(match["number"]) and code in ("", each.code.casefold())]
    return f"H{match['number']}", tuple(fits), match["text"]


def decided(ask: Ask) -> Result:
    """`beslut H1: de får behörighet` in a committee: the decision is also the answer to the group. Else an ordinary decision."""
    found = about(ask, ask.reading.text)
    if found is None:
        return decisions.add(ask)
    ref, fits, text = found
    if not fits:
        return ask.say(say.NoSuchMatter(ref, tuple(each for each in ask.view.lifted if each.waits)[:5]))
    if len(fits) > 1:
        number = re.compile(rf"\bh\s?{ref[1:]}\b", re.IGNORECASE)
        lines = ((number.sub(f"{each.code} {ref}", ask.incoming.said, count=1), each) for each in fits)
        return ask.say(say.WhichMatter(ref, tuple(lines)))
    return with_answer(ask, decisions.add(ask.with_reading(text=text)), fits[0], text)


def decided_form(ask: Ask) -> Result:
    """The same in the form of *+ Beslut*."""
    tap = ask.incoming.tap
    found = about(ask, tap.fields.get("text", "")) if tap and tap.fields is not None else None
    if tap is None or tap.fields is None or found is None:
        return decisions.add_form(ask)
    _, fits, text = found
    if len(fits) != 1:
        return Outcome(FormErrors({"text": FieldError("which_matter")}))
    filled = replace(tap, fields={**tap.fields, "text": text})
    return with_answer(ask, decisions.add_form(replace(ask, incoming=replace(ask.incoming, tap=filled))), fits[0], text)


def with_answer(ask: Ask, decision: Result, matter: Escalation, text: str) -> Result:
    """The decision, and its words as the answer to the group that lifted the matter."""
    if isinstance(decision, Need) or not decision.save:
        return decision
    if matter.group not in ask.snapshot.views:
        return Need((f"id {matter.id}",))
    answer = answered(ask.with_reading(ref=matter.id), matter, text, "answered")
    said = (decision.answer.message if isinstance(decision.answer, Say) else decision.answer.said if isinstance(decision.answer, OpenForm) else None)
    receipts = Several(tuple(each for each in (said, answer.answer.message if isinstance(answer.answer, Say) else None) if each))
    # The meeting's own card tells the committee; only the group is written to.
    posts = (*decision.posts, *(post for post in answer.posts if post.to == matter.group))
    return replace(
        decision, answer=replace(decision.answer, said=receipts) if isinstance(decision.answer, OpenForm) else Say(receipts),
        save=(*decision.save, *answer.save), facts=(*decision.facts, *answer.facts), posts=posts,
    )  # fmt: skip


def share_lesson(ask: Ask) -> Result:
    """*Dela med grupperna* on a committee's own lesson."""
    assert ask.incoming.tap is not None
    lesson = next((each for each in ask.view.lessons if each.id == ask.incoming.tap.ref and each.state == "valid"), None)
    if lesson is None or ask.group.kind != "committee" or not may("member", ask.me, ask.view):
        return ask.say(say.NoSuchMatter(""))
    wanted = f"below {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    groups = [group for group in ask.snapshot.found[wanted] if group.kind == "care"]
    new: list[Group | Point] = []
    for group in groups:
        number = group.last_other + 1
        new += [replace(group, last_other=number), Point(f"{group.id}:p{number}", group.id, number, ask.me.id, ask.now, shared="lesson", text=lesson.text)]
    return Outcome(
        Say(say.LessonShared(lesson, ask.turn, len(groups))), save=tuple(new),
        facts=(Fact("lesson_shared", ask.group_id, lesson.id, ask.me.id, {"groups": len(groups)}),),
    )


TAPS = {
    "decide_yourselves": ("answer_escalation", decide_yourselves),
    "share_matter": ("share_matter", share),
    "share_lesson": ("lesson", share_lesson),
}
