"""The bot in motion: turns, timers and post around one store. Holds no state that matters: kill it at any moment."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any

from bot.cards import draw as bot_draw
from bot.decide import decide as bot_decide
from bot.heartbeat import due as bot_due
from bot.incoming import Incoming
from bot.messages.base import Message
from bot.messages.common import WentWrong
from bot.messages.platform import TooMuch
from bot.model import Snapshot
from bot.outcome import Need
from bot.rules.dates.sums import months_on
from bot.rules.work_calendar import local
from bot.timers import Timer
from handlers import logs, watchdog
from handlers.clock import Clock, Ticker
from handlers.counts import Counts
from handlers.courtesy import Courtesy
from handlers.guard import Patience
from handlers.outside import Outside, answer
from handlers.postman import Draw, Page, Postman
from handlers.speaker import GiveUp, Speaker, To, TryAgain
from handlers.turn import LOOKS, Answered, Asked, AskOutside, Decide, Due, Laid, Turns, as_it_is
from storage.shown import shown_at
from storage.store import Late, Store
from templates.card import Card, visible_text
from templates.words import Words

LEASE = timedelta(seconds=20)  # a timer whose process died is claimed again after this; run twice, the second changes nothing
FIRST_WAIT = timedelta(seconds=5)  # a timer whose turn failed is tried again after this, then after twice as long each time
LONGEST_WAIT = timedelta(minutes=15)
LOOKING_LEASE = timedelta(minutes=2)  # for a timer that asks outside
LOOKING_AT_ONCE = 2
PRUNED_EACH = timedelta(hours=6)
SEEN_EACH = timedelta(minutes=10)  # between foldings of what was seen into the access log
FOLDED_EACH = 1.0  # seconds between looks at the database's log: often and little, as a commit may wait for the disk meanwhile
WATCHED_EACH = 30.0  # seconds between the watchdog's looks
STOPPING = 8.5  # seconds from when we are asked to stop
NO_BEAT = 60.0  # seconds without a heartbeat, after which something is wrong
SHOWN = 20  # of what is late


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something the bot will do by itself."""

    due: datetime  # aware UTC
    kind: str  # of the timer, as in bot/heartbeat.py
    subject: str


ONE_THING = {"action": "Action", "decision": "Decision", "escalation": "Escalation", "lifted": "Escalation", "question": "Question"}
"""Subjects of messages that show one thing in people's own words, and its kind."""


class Engine:
    """Thread-safe. Use `handle` and `drain`, or `start()` it in the background and `stop()` it cleanly."""

    def __init__(
        self, store: Store, words: Words, speakers: Mapping[str, Speaker], clock: Clock, language: str = "sv", *,
        decide: Decide = bot_decide, due: Due = bot_due, draw: Draw = bot_draw, counts: Counts | None = None, patience: Patience | None = None,
        outside: Outside | None = None,
    ) -> None:  # fmt: skip
        """`patience`: how much one person may ask for; None where there is no end to it."""
        self.store, self.speakers, self.clock, self.counts = store, speakers, clock, counts or Counts()
        self._outside = outside or {}
        self._to_look: SimpleQueue[Timer | None] = SimpleQueue()
        self._looking = 0  # threads that ask outside
        self.turns = Turns(store, words, clock, language, decide=decide, due=due, connected=frozenset(self._outside))
        self._courtesy = Courtesy()
        self.postman = Postman(store, words, speakers, clock, self.turns, draw, self.counts, self._courtesy)
        self._patience = patience
        self._ticker = Ticker(self.beat, clock)
        self._draining = threading.RLock()
        self._pruned: datetime | None = None
        self._seen_folded: datetime | None = None
        self._folded = self._watched = -math.inf  # on the monotonic clock
        self._beaten = math.inf  # when the last heartbeat ended, on the same; never, where it does not run in the background
        self._ending = math.inf  # on the same: when all must have ended
        self._began = clock.now()
        self._residents: dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = {}

    def handle(self, incoming: Incoming) -> Answered:
        """The turn of one event, and its answer. What it led to is sent soon after, by the running engine or by `drain`."""
        return self.answer(incoming, as_it_is)

    def answer(self, incoming: Incoming, lay: Callable[[Answered], Laid]) -> Laid:
        """As `handle`, with the answer laid out by `lay`."""
        if too_much := self._too_much(incoming):
            return lay(too_much)
        if incoming.news and incoming.news.kind == "left" and self._reads_elsewhere(incoming):
            incoming = replace(incoming, news=replace(incoming.news, elsewhere=True))
        answered = Answered()

        def laid_out(given: Answered) -> Laid:
            nonlocal answered
            answered = given
            return lay(given)

        with self._courtesy.answering(), self.counts.timing("turn", "news" if incoming.news else "tap" if incoming.tap else "said"):
            laid = self.turns.answer(incoming, laid_out)
        if answered.name == WentWrong.name:
            self.counts.add("failed", "turn")
        if answered.changed:
            self._ticker.nudge()
        return laid

    def answer_several(self, several: Sequence[Asked[Laid]]) -> list[Laid | Exception]:
        """As the turns' own: the answer to each, or an exception where it is to be answered by itself. Not for news."""
        refused = {n: too_much for n, each in enumerate(several) if (too_much := self._too_much(each.incoming))}
        given: list[Answered] = []

        def noting(lay: Callable[[Answered], Laid], answered: Answered) -> Laid:
            given.append(answered)
            return lay(answered)

        kinds = ["tap" if each.incoming.tap else "said" for n, each in enumerate(several) if n not in refused]
        asked = [replace(each, lay=partial(noting, each.lay)) for n, each in enumerate(several) if n not in refused]
        with self._courtesy.answering(), self.counts.timing("turn", *kinds):
            answers = iter(self.turns.answer_several(asked) if asked else ())
        if any(each.changed for each in given):
            self._ticker.nudge()
        return [each.context.run(each.lay, refused[n]) if n in refused else next(answers) for n, each in enumerate(several)]

    def _too_much(self, incoming: Incoming) -> Answered | None:
        """What somebody is told who asks for more than one can, all at once. A form stays as it was filled in."""
        if self._patience is None or incoming.news or not incoming.person:
            return None
        how = self._patience.asks(incoming.person, incoming.event)
        if not how:
            return None
        self.counts.add("too_much", "tap" if incoming.tap else "said")
        if incoming.tap and incoming.tap.fields is not None:
            told = self.turns.tell(TooMuch(), incoming.person)
            return replace(told, card=None, errors={"": visible_text(told.card or Card())})
        return self.turns.tell(TooMuch(), incoming.person) if how == "say" else Answered()

    def peek(self, incoming: Incoming) -> Answered:
        """What the answer would be, with nothing kept."""
        return self.turns.peek(incoming)

    def again(self, incoming: Incoming) -> Answered:
        """What an event seen before was answered, drawn anew; nothing where it was never seen, or is forgotten."""
        return self.turns.again(incoming)

    def tell(self, message: Message, person: str) -> Answered:
        """A message of the platform's own, in the person's language."""
        return self.turns.tell(message, person)

    def posted(self, address: str, message_id: str, person: str = "") -> Answered:
        """What a message that was sent before shows as things are now. `address`: where it was really sent. `person`: who alone
        reads it now, so that it is noted."""
        parcel = self.postman.posted(address, message_id, person)
        return Answered(parcel.name, parcel.card, language=parcel.language) if parcel else Answered()

    def about(self, address: str, message_id: str, person: str) -> tuple[str, str]:
        """The one thing that a message of ours shows, as "Action tall:12", and its words as `person` can read them there.

        ("", "") where it shows more than one thing, or something else.
        """
        row = shown_at(self.store, address, message_id)
        subject, _, id = row.subject.partition(":") if row else ("", "", "")
        if subject not in ONE_THING:
            return "", ""
        with self.store.read() as read:
            thing = read.add(Snapshot(), Need((f"key {ONE_THING[subject]} {id}",))).found[f"key {ONE_THING[subject]} {id}"]
        words = str(getattr(thing, "text", ""))
        shown = self.posted(address, message_id, person).card  # what is hidden there is not told here
        seen = " ".join(visible_text(shown or Card()).split())
        return (f"{ONE_THING[subject]} {id}", words) if words and " ".join(words.split()) in seen else ("", "")

    def language_of(self, person: str) -> str:
        """The language that a person is answered in, in private."""
        with self.store.read() as read:
            known = read.person(person)
        return known.language if known else self.turns.language

    def show(self, subject: str, person: str) -> Card:
        """What a subject ("home") looks like to that person now; nothing is sent, and only that it was seen is kept."""
        return self.postman.show(f"{subject}:{person}", person)

    def page(self, subject: str, person: str, at: To) -> Page:
        """The same, of what a platform goes on showing `at` such a place until it is published anew."""
        return self.postman.page(f"{subject}:{person}", person, at)

    def wake(self) -> int:
        """Run all timers that have fallen due, each as a turn of its own; answers with how many."""
        count = 0
        while self._ending == math.inf and (timers := self.store.claim_timers(self.clock.now(), lease=LEASE)):
            for timer in timers:
                if self._ending < math.inf:
                    self.store.run_later(timer, self.clock.now())
                    continue
                count += 1
                with logs.about():
                    self._run(timer)
        return count

    def _run(self, timer: Timer) -> None:
        try:
            with self.counts.timing("turn", "timer"):
                self.turns.tick(timer)
        except AskOutside:
            if not self._looking:
                self._look(timer)
            else:  # other timers do not wait for it
                self.store.run_later(timer, self.clock.now() + LOOKING_LEASE)
                self._to_look.put(timer)
        except Exception as error:
            self._failed(timer, error)

    def _look(self, timer: Timer) -> None:
        """Run a timer's turn with what it asks for outside; its row waits meanwhile."""
        found: dict[str, Any] = {}
        with logs.about():
            try:
                for _ in range(LOOKS):
                    try:
                        self.turns.tick(timer, found)
                        return
                    except AskOutside as asked:
                        found |= {question: answer(self._outside, question, asked.people) for question in asked.questions}
                raise RuntimeError("the turn asked for more and more")
            except TryAgain as error:
                logs.event("outside", kind=timer.kind, why=error.why)
                self._later(timer, error.after or FIRST_WAIT)
            except Exception as error:
                self._failed(timer, error)

    def _look_on(self) -> None:
        while timer := self._to_look.get():
            self._look(timer)
            self._ticker.nudge()

    def _failed(self, timer: Timer, error: Exception) -> None:
        logs.failed("timer", error, kind=timer.kind, subject=timer.subject)
        self.counts.add("failed", "timer")
        self._later(timer, FIRST_WAIT)

    def _later(self, timer: Timer, least: timedelta) -> None:
        now = self.clock.now()
        self.store.run_later(timer, now + min(max(now - timer.due, least), LONGEST_WAIT))

    def deliver(self, ahead: timedelta = timedelta(0)) -> int:
        """Send what waits in the outbox; answers with how many rows were seen to."""
        return self.postman.deliver(ahead)

    def drain(self, ahead: timedelta = timedelta(0)) -> None:
        """Timers and post, until nothing is due at the present instant; `ahead`: also post that waits for its next try."""
        with self._draining:
            while self.wake() + self.deliver(ahead):
                ahead = timedelta(0)

    def start(self) -> None:
        """Run in the background from now on."""
        self._beaten = time.monotonic()
        self._looking = LOOKING_AT_ONCE if self._outside else 0
        for _ in range(self._looking):
            threading.Thread(target=self._look_on, name="outside", daemon=True).start()
        self.postman.offer_again()  # what waits for somebody to mend something: perhaps that is why we were started anew
        self._ticker.start()

    def end(self) -> None:
        """Begin nothing new from now on: no timer, no post. Only sets flags, so it may be called within a signal."""
        if self._ending == math.inf:
            self._ending = time.monotonic() + STOPPING
        self.postman.ending = True

    def stop(self) -> bool:
        """End cleanly, within ten seconds of `end`: what was begun is finished, nothing new is begun. Whether all was finished."""
        self.end()
        self._ticker.stop(self._ending)
        for _ in range(self._looking):
            self._to_look.put(None)
        finished = self.postman.stop(self._ending)
        logs.event("stopped", finished=finished)
        return finished

    def beat(self) -> datetime | None:
        """One heartbeat of the running engine; answers with when the next is needed."""
        self.wake()
        self.postman.dispatch(self._ticker.nudge)
        now, beaten = self.clock.now(), time.monotonic()
        if beaten > self._folded + FOLDED_EACH:
            self._folded = beaten
            if self.store.keys.forget_destroyed():
                self.store.empty_log()  # whoever erased may have been hindered by what went on here
            self.store.checkpoint()
        if self._seen_folded is None or abs(now - self._seen_folded) > SEEN_EACH:
            self._seen_folded = now
            self.store.fold_seen(now)
        if self._pruned is None or now - self._pruned > PRUNED_EACH:
            self._pruned = now
            self.store.prune(now)
            if months := self.turns.words.county.access_log_months:
                self.store.forget_seen(months_on(local(now).date(), -months))
        if beaten > self._watched + WATCHED_EACH:
            self._watched = beaten
            if watchdog.look(self.store, self.turns, now):
                self.postman.dispatch(self._ticker.nudge)
        due = self.store.due_after(now)
        self._beaten = time.monotonic()
        return due

    def next_due(self) -> datetime | None:
        """When something next falls due by itself."""
        return self.store.next_due()

    def upcoming(self, limit: int = 20) -> list[Upcoming]:
        return [Upcoming(timer.due, timer.kind, timer.subject) for timer in self.store.upcoming(limit)]

    def health(self) -> dict[str, object]:
        """For /health: whether every promise is kept, and what is late (kinds and ids only)."""
        late: tuple[Late, ...] = ()
        problems: list[str] = []
        try:
            late = self.store.late(self.clock.now(), watchdog.LATE)
        except Exception as error:
            problems.append(f"database {type(error).__name__}")
        if (silent := time.monotonic() - self._beaten) > NO_BEAT:
            problems.append(f"no heartbeat for {silent:.0f} s")
        problems += map(str, late[:SHOWN])
        return {"ok": not problems, "late": len(late), "problems": problems}

    def gauges(self) -> dict[str, float]:
        """For /metrics, beside what is counted."""
        now, health = self.clock.now(), self.health()
        told = {"nvg_ok": float(bool(health["ok"])), "nvg_late": float(str(health["late"])), "nvg_up": 1.0, "nvg_started_seconds": self._began.timestamp()}
        try:
            backlog = self.store.backlog(now, watchdog.LATE)
        except Exception as error:  # the database does not answer, as nvg_ok says
            logs.failed("metrics", error)
            return told
        oldest = (now - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        return told | {
            "nvg_outbox_waiting": backlog.rows, "nvg_outbox_oldest_seconds": max(oldest, 0.0), "nvg_outbox_late": backlog.rows_late,
            "nvg_timers_late": backlog.timers_late,
        }  # fmt: skip

    def residents(self, address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who is in the group that lives in a channel (without guests), and all channels it lives in."""
        changed = self.turns.groups_changed
        known = self._residents.get(address)
        if known is None or known[0] != changed:
            known = self._residents[address] = (changed, *self._look_up(address))
        return known[1], known[2]

    def _reads_elsewhere(self, incoming: Incoming) -> bool:
        """Whether who left a channel is still in another of the group's, as far as its platform can tell."""
        people, channels = self.residents(incoming.place.address)
        if incoming.news is None or incoming.news.person not in people:
            return False
        with self.store.read() as read:
            person = read.person(incoming.news.person)
        for each in (To.of(address) for address in channels if address != incoming.place.address):
            try:
                readers = self.speakers[each.platform].readers(each) if each.platform in self.speakers else None
            except (TryAgain, GiveUp):
                continue
            if person and any(f"{each.platform}:{user}" in person.identities for user in readers or ()):
                return True
        return False

    def _look_up(self, address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        with self.store.read() as read:
            group = read.group_at(address)
            view = read.snapshot_for([group], [], self.clock.now()).views.get(group)
        return (view.people(), view.group.channels) if view else ((), ())
