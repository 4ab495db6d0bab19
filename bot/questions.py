"""Quick questions: asked in the private chat of those asked, answered with one tap, nudged once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import code, live_touched
from bot.ask import Ask, everybody
from bot.cards import Drawn, Reader, card
from bot.forms import Field, Form
from bot.keys import key
from bot.messages import questions as say
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, Missing
from bot.model import Question, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import people_field, read_people
from bot.rules.consent import name_for
from bot.rules.work_calendar import add_half_working_day, instant, local
from bot.timers import Timer, wants_timers

Result = Outcome | Need


def ask_question(ask: Ask) -> Result:
    """`fråga @bo har hon fått tiden?`"""
    asked = tuple(id for id in ask.reading.owners if id != ask.me.id)
    if not asked:
        return ask.say(Missing("person", "question"))
    if not ask.reading.text:
        return ask.say(Missing("text", "question"))
    return put(ask, asked, ask.reading.text)


def put(ask: Ask, asked: tuple[str, ...], text: str) -> Outcome:
    number = ask.group.last_other + 1
    first = ask.snapshot.people[asked[0]]
    question = Question(
        id=f"{ask.group_id}:f{number}", group=ask.group_id, number=number, by=ask.me.id, at=ask.now, asked=asked,
        nudge_at=instant(add_half_working_day(first.working, ask.local_now)), text=text,
    )  # fmt: skip
    return Outcome(
        Say(say.QuestionAsked(question, ask.turn, code(ask))),
        save=(replace(ask.group, last_other=number), question, *live_touched(ask)),
        facts=(Fact("question_asked", ask.group_id, question.id, ask.me.id),),
        posts=tuple(Post(f"@{id}", f"question:{question.id}") for id in asked),
    )


def ask_form(ask: Ask) -> Result:
    """The button *Ställ en fråga*: whom, and what."""
    fields = ask.incoming.tap.fields if ask.incoming.tap else None
    others = tuple(id for id in everybody(ask.view) if id != ask.me.id)
    if fields is None:
        form = Form("ask_question", f"{ask.group_id}:", (people_field(ask, "medlemmar", others), Field("fråga", "long", "", True)))
        return Outcome(OpenForm(form))
    errors: dict[str, Message] = {}
    asked = read_people(ask, fields.get("medlemmar", ""))
    if isinstance(asked, FieldError):
        errors["medlemmar"] = asked
    text = fields.get("fråga", "").strip()
    if not text:
        errors["fråga"] = FieldError("text")
    if errors or isinstance(asked, FieldError):
        return Outcome(FormErrors(errors))
    return put(ask, asked, text)


def answer(ask: Ask) -> Result:
    """`svar 3 ja, hon fick tid`, or `svar ja` where only one question waits."""
    waiting = [
        question for view in ask.snapshot.views.values() for question in view.questions
        if question.state == "open" and ask.me.id in question.asked
    ]  # fmt: skip
    number = ask.reading.id
    fits = [question for question in waiting if number in (None, question.number)]
    text = ask.reading.text
    if not fits and number is not None and len(waiting) == 1:
        fits, text = waiting, f"{number} {text}".strip()  # "svar 14 dagar": the number belongs to the answer
    if len(fits) != 1:
        return ask.say(say.WhichQuestion(tuple(fits or waiting)))
    if not text:
        return ask.say(Missing("text", "answer"))
    return answered(replace(ask, group_id=fits[0].group), fits[0], text)


def answered(ask: Ask, question: Question, text: str) -> Outcome:
    if question.state == "answered":
        return ask.say(say.AlreadyAnswered(question))
    saved = replace(question, state="answered", answer=text, answered_by=ask.me.id, answered_at=ask.now)
    return Outcome(
        Say(say.QuestionAnswered(saved, ask.turn, code(ask))),
        save=(saved,),
        facts=(Fact("question_answered", saved.group, saved.id, ask.me.id),),
        posts=(Post(f"@{saved.by}", f"answer:{saved.id}"),),
    )


def tapped(ask: Ask) -> Result:
    """The buttons *Ja*, *Nej* and *Svara* (a form) on a question."""
    tap = ask.incoming.tap
    assert tap is not None
    question = question_in(tap.ref, ask.snapshot)
    if isinstance(question, Need):
        return question if question.what[0] not in ask.snapshot.found else ask.say(say.WhichQuestion())
    if ask.me.id not in question.asked:
        return ask.say(say.WhichQuestion())
    ask = replace(ask, group_id=question.group)
    if tap.do != "answer_question":
        return answered(ask, question, tap.value)
    if question.state == "answered":
        return ask.say(say.AlreadyAnswered(question))
    if tap.fields is None:
        return Outcome(OpenForm(Form("answer_question", question.id, (Field("svar", "long", "", True),), None, question.text)))
    text = tap.fields.get("svar", "").strip()
    return answered(ask, question, text) if text else Outcome(FormErrors({"svar": FieldError("text")}))


TAPS = {
    "ask_question": ("question", ask_form),
    "answer_question": ("answer", tapped),
    "answer_yes": ("answer", tapped),
    "answer_no": ("answer", tapped),
}


@wants_timers(Question)
def nudge_timer(question: Question, now: datetime) -> tuple[Timer, ...]:
    """One nudge after half a working day."""
    if question.state != "open" or question.nudged or question.nudge_at is None:
        return ()
    return (Timer("question_nudge", question.id, question.nudge_at),)


def nudge(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    question = question_in(timer.subject, snapshot)
    if isinstance(question, Need):
        return question if question.what[0] not in snapshot.found else Outcome()
    if question.state != "open" or question.nudged:
        return Outcome()
    return Outcome(
        save=(replace(question, nudged=True),),
        facts=(Fact("question_nudged", question.group, question.id),),
        posts=tuple(
            Post(f"@{id}", f"question_nudge:{question.id}", useful_until=now + timedelta(hours=8)) for id in question.asked
        ),
        command="question_nudge",
    )


TIMERS = {"question_nudge": nudge}


# --- cards ------------------------------------------------------------------------------------------------------------


def question_in(id: str, snapshot: Snapshot) -> Question | Need:
    view = snapshot.views.get(id.partition(":")[0])
    question = next((q for q in view.questions if q.id == id), None) if view else None
    found = question or snapshot.found.get(f"id {id}")
    return found if isinstance(found, Question) else Need((f"id {id}",))


def drawn(rest: str, snapshot: Snapshot, reader: Reader, now: datetime, kind: str) -> Drawn | Need:
    question = question_in(rest, snapshot)
    if isinstance(question, Need):
        return question
    view = snapshot.views.get(question.group)
    seat = f"Member {question.group}:@{reader.person}"
    if reader.person and (view is None or not view.role_of(reader.person)):
        return Drawn(Gone(), (key(question), seat))
    name = name_for(view.group, view.role_of(reader.person), local(now).date()) if view else ""
    message = say.AnswerCard(question, name) if kind == "answer" else say.QuestionCard(question, name, kind == "nudge")
    return Drawn(message, (key(question), seat))


@card("question")
def draw_question(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    return drawn(rest, snapshot, reader, now, "question")


@card("question_nudge")
def draw_question_nudge(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    return drawn(rest, snapshot, reader, now, "nudge")


@card("answer")
def draw_answer(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    return drawn(rest, snapshot, reader, now, "answer")
