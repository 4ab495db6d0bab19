"""One turn: the clock is read once, doubles are dropped, `decide` is asked, and all of its outcome is committed, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from bot.decide import decide as bot_decide
from bot.disclosure import disclosed
from bot.frozen import replace
from bot.heartbeat import due as bot_due
from bot.incoming import Incoming
from bot.keys import groups_in, person_in, turn_id
from bot.messages.base import Message
from bot.messages.common import AlreadySaved, WentWrong
from bot.model import Group, Member, Person, Snapshot
from bot.outcome import FormErrors, Need, OpenForm, Outcome, Say, Silent
from bot.rules.visible import visible
from bot.timers import Timer
from handlers import logs
from handlers.clock import Clock
from handlers.outside import PREFIX
from storage.store import ConflictError, Read, Store, Work, timer_event
from templates.card import Card, FormView, with_note
from templates.words import Words

TRIES = 5  # times a turn is decided anew when somebody else was first
LOOKS = 12  # times a decision may ask for more in view
RETYPED = timedelta(minutes=2)  # the same line again within this time is a line retyped after a time-out
MEETING_STATE = frozenset({"start_meeting", "end_meeting", "reopen_meeting"})

Result = TypeVar("Result")
Laid = TypeVar("Laid")


class LongRead(Exception):
    """A decision asks for what is read outside the write transaction, so that nobody waits for it."""

    def __init__(self, need: Need) -> None:
        super().__init__(", ".join(need.what))
        self.need = need


class AskOutside(Exception):
    """A timer's turn asks for what only others know: it is run again with their answers."""

    def __init__(self, questions: tuple[str, ...], people: Mapping[str, Person]) -> None:
        super().__init__()
        self.questions, self.people = questions, people


Decide = Callable[[Snapshot, Incoming, datetime], Outcome | Need]
Due = Callable[[Snapshot, Timer, datetime], Outcome | Need]


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back to the asker alone, rendered."""

    name: str = ""  # the message's or form's name
    card: Card | None = None
    form: FormView | None = None  # with a card: the form stays open, and the card is the receipt of what it saved
    errors: Mapping[str, str] = field(default_factory=dict)  # the form stays open: field name -> what to write instead
    changed: bool = False  # the turn saved or posted something
    language: str = "sv"  # of what is answered


@dataclass(frozen=True, slots=True)
class Asked(Generic[Laid]):
    """An event that somebody waits for the answer to."""

    incoming: Incoming
    lay: Callable[[Answered], Laid]
    context: Context  # whoever runs the turn, it is logged as who asked for it


def as_it_is(answered: Answered) -> Answered:
    return answered


class Turns:
    """Runs turns on a store. Thread-safe. `language` is spoken where nothing better is known."""

    def __init__(
        self, store: Store, words: Words, clock: Clock, language: str = "sv", *,
        decide: Decide = bot_decide, due: Due = bot_due, connected: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.store, self.words, self.clock, self.language, self.connected = store, words, clock, language, connected
        self.decide, self.due = decide, due
        self.groups_changed = 0  # counts up whenever a group or who is in it may have changed

    def handle(self, incoming: Incoming) -> Answered:
        """Run the turn of one event. Never raises: what went wrong is logged without content, and said kindly."""
        return self.answer(incoming, as_it_is)

    def answer(self, incoming: Incoming, lay: Callable[[Answered], Laid]) -> Laid:
        """As `handle`, with the answer laid out. That is part of the turn: threads that lay out while others run theirs only hinder each other."""
        now = self.clock.now()
        try:
            return self._turn_with_reads(_seen(incoming), now, lay)
        except Exception as error:
            reference = logs.failed("turn", error, turn=turn_id(incoming.event), person=incoming.person)
            message = WentWrong(reference)
            return lay(Answered(message.name, self.words.render(message, self.language, {}, now, incoming.person), language=self.language))

    def answer_several(self, several: Sequence[Asked[Laid]]) -> list[Laid | Exception]:
        """As `answer`, of several in one transaction, where the store has one writer. One that is not answered but by an exception is
        not kept, and is to be run by itself; where this raises none is."""
        now = self.clock.now()

        def turn(asked: Asked[Laid], work: Work) -> Laid:
            return asked.context.run(self._laid_turn, work, _seen(asked.incoming), now, Snapshot(), asked.lay)

        return self.store.run_several([partial(turn, each) for each in several])

    def peek(self, incoming: Incoming) -> Answered:
        """What the answer would be, with nothing kept."""
        now, incoming = self.clock.now(), _seen(incoming)
        with self.store.read() as read:
            snapshot = self._snapshot(read, incoming, now)
            snapshot, outcome = _decided(read, snapshot, lambda view: self.decide(view, incoming, now))
            return self._worded(outcome, snapshot, incoming, now)

    def again(self, incoming: Incoming) -> Answered:
        """What an event of the same person's, seen before, was answered, drawn anew; nothing where it was never seen, or is forgotten.
        That it is read once more is noted: it may be many days later."""
        now = self.clock.now()
        with self.store.turn() as work:
            seen = work.seen(incoming.event)
            if seen is None or seen.person != incoming.person:
                return Answered()
            snapshot = self._snapshot(work, incoming, now)
            answered = self._worded(Outcome(seen.answer), snapshot, incoming, now)
        self.store.note_seen(incoming.person, "chat", disclosed(seen.answer, snapshot.people, snapshot.here), now)
        return answered

    def tell(self, message: Message, person: str) -> Answered:
        """A message of the platform's own, in the person's language."""
        with self.store.read() as read:
            reader = read.person(person) if person else None
        language = reader.language if reader else self.language
        people = {reader.id: reader} if reader else {}
        return Answered(message.name, self.words.render(message, language, people, self.clock.now(), person), language=language)

    def tick(self, timer: Timer, found: Mapping[str, Any] | None = None) -> bool:
        """Run the turn of a timer that has fallen due; whether it led to anything. Raises what went wrong.

        `found`: what was asked outside for it. AskOutside where more is to be asked, and nothing was kept.
        """
        now = self.clock.now()

        def turn(work: Work) -> bool:
            if work.seen(timer_event(timer)):
                work.drop_timer(timer)
                return False
            group, person = groups_in(timer.subject), person_in(timer.subject)
            snapshot = work.snapshot_for([group] if group else [], [person] if person else [], now)
            snapshot = replace(snapshot, county=self.words.county, connected=self.connected, found=found or {})
            _, outcome = _decided(work, snapshot, lambda view: self.due(view, timer, now))
            if outcome.erase:
                erased.append(outcome.erase)
                return True
            work.commit(outcome, timer, now)
            self._note(outcome)
            return bool(outcome.save or outcome.posts)

        erased: list[str] = []
        changed = self._again_on_conflict(turn)
        for id in erased:
            self._erase(id, now)
        logs.event("timer", turn=turn_id(timer_event(timer)), kind=timer.kind, subject=timer.subject, changed=changed)
        return changed

    def announce(self, outcome: Outcome, about: Timer, now: datetime | None = None) -> bool:
        """Commit what the bot itself found out, once: `about` names it, and says when unless `now` does. Whether it was news."""

        def turn(work: Work) -> bool:
            if work.seen(timer_event(about)):
                return False
            work.commit(outcome, about, now or about.due)
            return True

        return self._again_on_conflict(turn)

    def _again_on_conflict(self, turn: Callable[[Work], Result]) -> Result:
        for left in reversed(range(TRIES)):
            try:
                return self.store.run(turn)
            except ConflictError:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def _turn_with_reads(self, incoming: Incoming, now: datetime, lay: Callable[[Answered], Laid]) -> Laid:
        """The turn, begun anew each time that it first needs a long read."""
        ahead = Snapshot()
        for _ in range(LOOKS):
            try:
                return self._again_on_conflict(partial(self._laid_turn, incoming=incoming, now=now, ahead=ahead, lay=lay))
            except LongRead as long:
                with self.store.read() as read:
                    ahead = read.add(ahead, long.need)
        raise RuntimeError("the decision asked for more and more")

    def _laid_turn(self, work: Work, incoming: Incoming, now: datetime, ahead: Snapshot, lay: Callable[[Answered], Laid]) -> Laid:
        return lay(self._turn(work, incoming, now, ahead))

    def _turn(self, work: Work, incoming: Incoming, now: datetime, ahead: Snapshot) -> Answered:
        """`ahead`: what was read before the turn."""
        seen = work.seen(incoming.event)
        snapshot = self._snapshot(work, incoming, now)
        if ahead.found:
            snapshot = replace(snapshot, found={**snapshot.found, **ahead.found}, people={**ahead.people, **snapshot.people})
        if seen:  # an id may be made up: what others were answered is nobody else's
            answer = seen.answer if seen.person == incoming.person else Silent()
            return self._worded(Outcome(answer), snapshot, incoming, now)
        snapshot, outcome = _decided(work, snapshot, lambda view: self.decide(view, incoming, now))
        if retyped := self._retyped(work, incoming, outcome, now):
            outcome = Outcome(Say(retyped))
        work.commit(outcome, incoming, now)
        answered = self._worded(outcome, snapshot, incoming, now)
        self._note(outcome)
        logs.event(
            "turn", turn=turn_id(incoming.event), command=outcome.command, answer=answered.name, saved=len(outcome.save), posts=len(outcome.posts)
        )
        return answered

    def _snapshot(self, read: Read, incoming: Incoming, now: datetime) -> Snapshot:
        ref = groups_in(incoming.tap.ref) if incoming.tap else ""
        place = incoming.place
        snapshot = read.snapshot_here(incoming.person, place.address, not place.private, now, [ref] if ref else [])
        return replace(snapshot, county=self.words.county, connected=self.connected)

    def _retyped(self, work: Work, incoming: Incoming, outcome: Outcome, now: datetime) -> AlreadySaved | None:
        """A second undo is another undo; but another line that changes data, the same as just before, is no new one.

        A meeting knows by itself whether it is going on, so it can be ended, opened again and ended again.
        """
        if incoming.tap or not incoming.said or not outcome.save or outcome.undone or outcome.command in MEETING_STATE:
            return None
        before = work.said_before(incoming.person, incoming.place.address, incoming.said, now - RETYPED)
        if before is None:
            return None
        number = before.ref.rpartition(":")[2]
        return AlreadySaved(f"#{number}" if number.isdigit() else number if number[1:].isdigit() else "")

    def _worded(self, outcome: Outcome, snapshot: Snapshot, incoming: Incoming, now: datetime) -> Answered:
        answer, reader = outcome.answer, incoming.person
        saved = {each.id: each for each in outcome.save if isinstance(each, Person)}
        people = {**snapshot.people, **saved} if saved else snapshot.people  # as they are called from now on
        here = snapshot.views.get(snapshot.here)
        # who has just chosen another language is answered in it
        asker = next((each for each in outcome.save if isinstance(each, Person) and each.id == reader), snapshot.asker)
        language = asker.language if asker else here.group.language if here else self.language
        if asker and asker.id not in people:
            people = {**people, asker.id: asker}
        changed = bool(outcome.save or outcome.posts)
        if isinstance(answer, Say):
            card = self.words.render(answer.message, language, people, now, reader)
            if answer.note:
                card = with_note(card, self.words.render(answer.note, language, people, now, reader))
            return Answered(answer.message.name, card, changed=changed, language=language)
        if isinstance(answer, OpenForm):
            receipt = self.words.render(answer.said, language, people, now, reader) if answer.said else None
            name = answer.said.name if answer.said else f"form_{answer.form.do}"
            return Answered(name, receipt, self.words.form(answer.form, language, people), changed=changed, language=language)
        if isinstance(answer, FormErrors):
            errors = {name: self.words.line(each, language, people, now, reader) for name, each in answer.errors.items()}
            return Answered("form_errors", errors=errors, changed=changed, language=language)
        return Answered(changed=changed, language=language)

    def _erase(self, id: str, now: datetime) -> None:
        """The group goes for good, and its timers with it: until that has happened, the one that asked for it stays."""
        with self.store.read() as read:
            group = read.group(id)
        if group:
            self.store.erase_group(group.code, now)
            self.groups_changed += 1

    def _note(self, outcome: Outcome) -> None:
        if any(isinstance(each, Group | Member) for each in outcome.save):
            self.groups_changed += 1


def _seen(incoming: Incoming) -> Incoming:
    """The event with what people can see of their words, and nothing else."""
    tap = incoming.tap
    if tap:
        fields = {name: visible(value) for name, value in tap.fields.items()} if tap.fields else tap.fields
        tap = replace(tap, ref=visible(tap.ref), value=visible(tap.value), fields=fields)
    place = replace(incoming.place, channel=visible(incoming.place.channel))
    return replace(incoming, event=visible(incoming.event), place=place, said=visible(incoming.said), tap=tap)


def _decided(
    read: Read, snapshot: Snapshot, ask: Callable[[Snapshot], Outcome | Need]
) -> tuple[Snapshot, Outcome]:
    """Ask until the decision has all it needs in view."""
    for _ in range(LOOKS):
        result = ask(snapshot)
        if isinstance(result, Outcome):
            return snapshot, result
        if outside := tuple(each for each in result.what if each.startswith(PREFIX)):
            raise AskOutside(outside, snapshot.people)
        if read.locks and read.is_long(result):
            raise LongRead(result)
        snapshot = read.add(snapshot, result)
    raise RuntimeError("the decision asked for more and more")
