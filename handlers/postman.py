"""Sends what waits in the outbox, drawn when it is sent; what is marked sent is what a platform has said yes to.

One platform that fails never stops the others, nor one place the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cards import Drawn, Reader
from bot.cards import draw as bot_draw
from bot.keys import groups_in
from bot.messages.base import Message
from bot.messages.common import Gone
from bot.messages.delivery import NotReached, OutsidersRead
from bot.model import GroupView, Snapshot
from bot.outcome import Fact, Need, Outcome, Post
from bot.timers import Timer
from handlers import logs
from handlers.clock import Clock
from handlers.speaker import GiveUp, Parcel, Speaker, To, TryAgain
from handlers.turn import Turns
from storage.store import OutboxRow, Store
from templates.card import Card, content_hash
from templates.plain import notice
from templates.words import Words

LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)  # during the first day; after that an hour
PATIENCE = timedelta(days=14)  # after that a message nobody could take is given up
LOOKS = 12

Draw = Callable[[str, Snapshot, Reader, datetime], Drawn | Need]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row drawn: what to show, and the objects and versions it shows."""

    parcel: Parcel
    shown: str
    holds: Mapping[str, int]


class Postman:
    """Delivers the outbox through the speakers. Thread-safe. `turns` carries news of what could not be delivered."""

    def __init__(
        self, store: Store, words: Words, speakers: Mapping[str, Speaker], clock: Clock, turns: Turns, draw: Draw = bot_draw
    ) -> None:
        self.store, self.words, self.speakers, self.clock, self.turns, self.draw = store, words, speakers, clock, turns, draw
        self._lanes: dict[str, ThreadPoolExecutor] = {}

    def deliver(self, ahead: timedelta = timedelta(0)) -> int:
        """Send all that is due, one after the other; `ahead` also what waits for its next try within that time.

        Answers with how many rows were seen to. A platform that is down is left alone after its first no.
        """
        tried: set[int] = set()
        down: set[str] = set()
        while rows := self.store.claim_outbox(self.clock.now() + ahead, lease=LEASE + ahead):
            fresh = [row for row in rows if row.id not in tried]
            tried |= {row.id for row in fresh}
            for row in rows:
                if row not in fresh or (down and self._platform(row) in down):
                    self.store.try_later(row, self.clock.now() + FIRST_WAIT)
                elif not self._see_to(row):
                    down.add(self._platform(row))
            if not fresh:
                break
        return len(tried)

    def show(self, subject: str, person: str) -> Card:
        """A card as that person would see it now, for what a platform draws itself (a page of one's own)."""
        now = self.clock.now()
        with self.store.read() as read:
            snapshot = replace(read.snapshot_for([], [person], now), county=self.words.county)
        snapshot, drawn = self._draw(subject, snapshot, Reader(person), now)
        return self.words.render(drawn.message, _language(person, "", snapshot), snapshot.people, now, person)

    def dispatch(self, done: Callable[[], None]) -> None:
        """Hand all that is due to a thread per platform and return at once; `done` is called after each row."""
        while rows := self.store.claim_outbox(self.clock.now(), lease=LEASE):
            claimed = self.clock.now()
            for row in rows:
                self._lane(self._platform(row)).submit(self._see_to_in_time, row, claimed, done)

    def stop(self) -> None:
        """Begin nothing more; what was claimed is claimed again when its lease has run out."""
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)

    def _lane(self, platform: str) -> ThreadPoolExecutor:
        if platform not in self._lanes:
            self._lanes[platform] = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"post-{platform or 'none'}")
        return self._lanes[platform]

    def _see_to_in_time(self, row: OutboxRow, claimed: datetime, done: Callable[[], None]) -> None:
        # A lane that was held up leaves rows whose lease is nearly over: somebody else may have them by now.
        if self.clock.now() < claimed + LEASE / 2:
            self._see_to(row)
            done()

    def _platform(self, row: OutboxRow) -> str:
        ways = self._ways(row)
        return ways[0].platform if ways else ""

    def _ways(self, row: OutboxRow) -> list[To]:
        """The ways to get there, best first. A redraw goes where the message went."""
        if row.redraw and row.sent_to:
            return [To.of(row.sent_to)]
        if not row.address.startswith("@"):
            return [To.of(row.address)]
        with self.store.read() as read:
            person = read.person(row.address[1:])
        identities = person.identities if person and person.state == "active" else ()
        ways = [To(*_split(each)) for each in identities]
        return [way for way in ways if way.platform in self.speakers]

    def _see_to(self, row: OutboxRow) -> bool:
        """Send one row and note how it went. False where its platform would take nothing now."""
        now = self.clock.now()
        if row.useful_until and now > row.useful_until and not row.redraw:
            self.store.dropped(row, now)
            logs.event("dropped", row=row.id, subject=row.subject)
            return True
        try:
            self._send(row, now)
        except TryAgain as error:
            if now - row.created_at > PATIENCE:
                self._give_up(row, "no_answer", (), now)
            else:
                self.store.try_later(row, now + _wait(row, now, error.after))
            return False
        except Exception as error:
            logs.failed("post", error, row=row.id, subject=row.subject)
            if now - row.created_at > PATIENCE:
                self.store.gave_up(row, now, "error")
            else:
                self.store.try_later(row, now + _wait(row, now, None))
        return True

    def _send(self, row: OutboxRow, now: datetime) -> None:
        snapshot = self._snapshot(row, now)
        ways = self._ways(row)
        why = "no_way"
        for way in ways:
            speaker = self.speakers.get(way.platform)
            if speaker is None:
                continue
            try:
                if outsiders := self._outsiders(row, way, speaker, snapshot):
                    self._give_up(row, "outsiders", outsiders, now)
                    return
                ready = self._drawn(row, snapshot, now)
                if row.redraw:
                    if ready.shown != row.shown:
                        speaker.update(way, row.message_id, ready.parcel)
                    self.store.sent(row, now, row.message_id, ready.shown, ready.holds, row.sent_to)
                else:
                    message_id = speaker.send(way, ready.parcel)
                    self.store.sent(row, now, message_id, ready.shown, ready.holds, way.address)
                return
            except GiveUp as error:
                why = error.why
        self._give_up(row, why, (), now)

    def _snapshot(self, row: OutboxRow, now: datetime) -> Snapshot:
        about = groups_in(row.subject.partition(":")[2])
        groups = [group for group in (row.group, about) if group]
        persons = [row.address[1:]] if row.address.startswith("@") else []
        with self.store.read() as read:
            return replace(read.snapshot_for(dict.fromkeys(groups), persons, now), county=self.words.county)

    def _drawn(self, row: OutboxRow, snapshot: Snapshot, now: datetime) -> _Ready:
        person = row.address[1:] if row.address.startswith("@") else ""
        reader = Reader(person, row.group, row.address)
        holds: tuple[str, ...] = ()
        message: Message
        if row.gone:
            message = Gone()
        elif row.message is not None:
            message = row.message
        else:
            snapshot, drawn = self._draw(row.subject, snapshot, reader, now)
            message, holds = drawn.message, drawn.holds
        language = _language(person, row.group, snapshot)
        card = self.words.render(message, language, snapshot.people, now, person)
        if row.undone and not row.gone:
            card = self.words.struck(card, language)
        parcel = Parcel(message.name, card, notice(card), f"{row.change}-{row.id}")
        return _Ready(parcel, content_hash(card), {key: getattr(snapshot.get(key), "version", 0) for key in holds})

    def _draw(self, subject: str, snapshot: Snapshot, reader: Reader, now: datetime) -> tuple[Snapshot, Drawn]:
        for _ in range(LOOKS):
            drawn = self.draw(subject, snapshot, reader, now)
            if isinstance(drawn, Drawn):
                return snapshot, drawn
            with self.store.read() as read:
                snapshot = read.add(snapshot, drawn)
        raise RuntimeError("the card asked for more and more")

    def _outsiders(self, row: OutboxRow, way: To, speaker: Speaker, snapshot: Snapshot) -> tuple[str, ...]:
        """Names of those who read the group's channel without being in the group."""
        view = snapshot.views.get(row.group)
        readers = speaker.readers(way) if way.channel and view else None
        if not readers or view is None:
            return ()
        people = (snapshot.people.get(member.person) for member in view.members if member.state == "active")
        inside = {identity for person in people if person for identity in person.identities}
        return tuple(name for user, name in readers.items() if f"{way.platform}:{user}" not in inside)

    def _give_up(self, row: OutboxRow, why: str, outsiders: tuple[str, ...], now: datetime) -> None:
        """Note it, and tell the facilitator: of outsiders once a day, of what did not get through each time."""
        self.store.gave_up(row, now, why)
        logs.event("gave_up", row=row.id, subject=row.subject, why=why)
        if row.redraw or isinstance(row.message, NotReached | OutsidersRead):
            return
        snapshot = self._snapshot(row, now)
        view = snapshot.views.get(row.group) or snapshot.views.get(groups_in(row.subject.partition(":")[2]))
        view = view or next(iter(snapshot.views.values()), None)
        if view is None:
            return
        person = row.address[1:] if row.address.startswith("@") else ""
        channel = row.address.partition(":")[2]
        code = view.group.code
        message: Message
        if outsiders:
            message = OutsidersRead(code, channel, outsiders)
            about = Timer("outsiders", f"{view.group.id}:{row.address}", now.replace(hour=0, minute=0, second=0, microsecond=0))
        else:
            message = NotReached(code, person, "" if person else channel)
            about = Timer("not_reached", f"{view.group.id}:{row.id}", now)
        fact = Fact(about.kind, group=view.group.id, subject=row.subject, person=person, detail={"why": why})
        posts = tuple(Post(f"@{each}", f"notice:{about.subject}", message) for each in _leaders(view, person))
        self.turns.announce(Outcome(facts=(fact,), posts=posts, command=about.kind), about)


def _leaders(view: GroupView, unreached: str) -> tuple[str, ...]:
    """Who is told: the facilitators or the chair, else the contact person; never the one who could not be reached."""
    leaders = view.people("facilitator", "chair") or (view.group.contact_person,)
    return tuple(person for person in leaders if person and person != unreached)


def _language(person: str, group: str, snapshot: Snapshot) -> str:
    if person:
        known = snapshot.people.get(person)
        return known.language if known else "sv"
    view = snapshot.views.get(group)
    return view.group.language if view else "sv"


def _wait(row: OutboxRow, now: datetime, asked: timedelta | None) -> timedelta:
    """Twice as long each time, and never all at once; at least as long as the platform asked for."""
    longest = LONGEST_WAIT if now - row.created_at < timedelta(days=1) else timedelta(hours=1)
    wait: timedelta = min(FIRST_WAIT * 2.0 ** min(row.attempts, 10), longest)
    return max(wait, asked or timedelta(0)) * (1 + row.id * 37 % 20 / 100)


def _split(identity: str) -> tuple[str, str, str]:
    platform, _, user = identity.partition(":")
    return platform, "", user


