"""Sends what waits in the outbox, drawn when it is sent; what is marked sent is what a platform has said yes to.

One platform that fails never stops the others, nor one place the rest.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from bot.calendar import keeper
from bot.cards import Drawn, Reader
from bot.cards import draw as bot_draw
from bot.disclosure import disclosed
from bot.keys import groups_in
from bot.messages.base import Message
from bot.messages.common import Gone
from bot.messages.delivery import NotReached
from bot.model import Snapshot
from bot.outcome import Need
from bot.published import plain
from bot.rules.display_names import display_name
from handlers import logs
from handlers.clock import Clock
from handlers.counts import Counts
from handlers.courtesy import Courtesy
from handlers.lane import Lane
from handlers.people import introduce
from handlers.speaker import (
    EVERYBODY,
    PUBLISHED,
    GiveUp,
    Introduces,
    Invites,
    LockedOut,
    Paced,
    Parcel,
    Speaker,
    To,
    TryAgain,
)
from handlers.turn import Turns
from handlers.undelivered import Undelivered
from storage.queues import Sighting
from storage.shown import shown_at
from storage.store import OutboxRow, Store
from templates.card import Card
from templates.plain import notice
from templates.words import Words

LEASE = timedelta(seconds=20)  # a dead process's rows are taken over after this
RENEWED_EACH = 5.0  # seconds: a living one says so often what it still holds
CLOCK_SET = 2.0  # seconds that the clock may stray from the steady one before it counts as having been set
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)  # during the first day; after that an hour
PATIENCE = timedelta(days=14)  # after that a message nobody could take is given up
LOOKS = 12
OUTSIDERS_STAY = timedelta(hours=1)  # until a post is offered again to a channel that outsiders read
CLAIMED = 200  # rows claimed at a time
BETWEEN_CLAIMS = 0.2, 1.0  # seconds at least and at most: who writes has an answer already, and a claim is a commit
CLAIMING = 0.01  # of the time at most: the more waits for its turn, the longer is what there is looked through
SOON = 10.0  # seconds within which the postman itself knows when to claim again
STOPPING = 5.0  # seconds given to what was begun, where nobody says
ASKED_AGAIN = 3600.0  # seconds until a platform is asked again for somebody it did not know
NOTED_AFTER = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries to note what a platform has taken

Draw = Callable[[str, Snapshot, Reader, datetime], Drawn | Need]


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A row under way, and the first way to get there."""

    row: OutboxRow
    to: To


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row drawn: what to show, and the objects and versions it shows."""

    parcel: Parcel
    holds: Mapping[str, int]
    seen: Sighting


@dataclass(frozen=True, slots=True)
class Page:
    """What a platform goes on showing. `stands` is called before it is published, so that it is drawn anew where somebody may no
    longer see what is in it; and once more after, for what changed on the way."""

    card: Card
    stands: Callable[[], None]


class Postman:
    """Delivers the outbox through the speakers. Thread-safe. `turns` carries news of what could not be delivered."""

    def __init__(
        self, store: Store, words: Words, speakers: Mapping[str, Speaker], clock: Clock, turns: Turns, draw: Draw = bot_draw,
        counts: Counts | None = None, courtesy: Courtesy | None = None,
    ) -> None:  # fmt: skip
        self.store, self.words, self.speakers, self.clock, self.turns, self.draw = store, words, speakers, clock, turns, draw
        self.counts, self._let_pass = counts or Counts(), (courtesy or Courtesy()).let_pass
        self._rounds: threading.Thread | None = None
        self._lanes: dict[str, Lane[_Claimed]] = {}
        self._drawing = threading.Lock()  # many wait for platforms, but one at a time computes: threads that do it at once cost twice as much
        self._changed = threading.Condition()
        self._dues: list[float] = []  # a heap, on the monotonic clock: when there may be something to claim
        self._not_before = 0.0  # no claim before this: each takes in what has come up since the last
        self._held: dict[int, float] = {}  # rows that are ours -> on the monotonic clock: until when surely
        self._renewed = 0.0
        self._drift = clock.drift()
        self._on_clock_set: Callable[[], None] = lambda: None
        self.ending = False  # nothing more is begun
        self._residents = 0  # turns.groups_changed when what waited for outsiders was last offered
        self._not_before_asking: dict[tuple[str, str], float] = {}  # platform, person -> when it may be asked for them again
        self._undelivered = Undelivered(store, turns, self._snapshot)

    def deliver(self, ahead: timedelta = timedelta(0)) -> int:
        """Send all that is due, one after the other; `ahead` also what waits for its next try within that time.

        Answers with how many rows were seen to. A platform that is down is left alone after its first no.
        """
        tried: set[int] = set()
        down: set[str] = set()
        self._offer_when_residents_change()
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

    def posted(self, sent_to: str, message_id: str, person: str = "") -> Parcel | None:
        """What a message that was sent before shows as things are now; None where there is none such. That `person` reads it is noted."""
        row = shown_at(self.store, sent_to, message_id)
        if row is None:
            return None
        now = self.clock.now()
        ready = self._drawn(row, To.of(sent_to), self._snapshot(row, now), now)
        if person:
            self.store.note_seen(person, "chat", ready.seen[2], now)
        return ready.parcel

    def dispatch(self, on_clock_set: Callable[[], None] = lambda: None) -> None:
        """See to all that is due, in the background, and to what that leads to. Returns at once.

        `on_clock_set` is called when the clock has been set: who waits for an instant should look again.
        """
        self._on_clock_set = on_clock_set
        with self._changed:
            if self._rounds is None and not self.ending:
                self._rounds = threading.Thread(target=self._go_round, name="postman", daemon=True)
                self._rounds.start()
        self._claim_in(0)

    def stop(self, until: float | None = None) -> bool:
        """Begin nothing more, give back what waits in memory, and wait for what was begun, but not longer than `until`
        on the monotonic clock. Whether all that was begun is finished."""
        until = time.monotonic() + STOPPING if until is None else until
        with self._changed:
            self.ending = True
            self._changed.notify()
        if self._rounds:
            self._rounds.join(max(until - time.monotonic(), 0.1))
        now = self.clock.now()
        self._give_back([(each.row, now) for lane in self._lanes.values() for each in lane.stop()])
        return not [lane for lane in self._lanes.values() if not lane.wait(until)]

    def offer_again(self, why: str = "") -> None:
        """Try at once what waits for its next try; `why` "outsiders": only what waits for people outside the group to leave."""
        self.store.offer_again(self.clock.now(), why)
        self._claim_in(0)

    def show(self, subject: str, person: str) -> Card:
        """A card as that person would see it now, for what a platform draws itself (a page of one's own). That it was seen is noted."""
        return self.page(subject, person).card

    def page(self, subject: str, person: str, at: To | None = None) -> Page:
        """The same, where the platform goes on showing it `at` such a place until it is published anew."""
        now = self.clock.now()
        with self.store.read() as read:
            snapshot = replace(read.snapshot_for([], [person], now), county=self.words.county)
        snapshot, drawn = self._draw(subject, snapshot, Reader(person), now)
        self.store.note_seen(person, "page", disclosed(drawn.message, snapshot.people), now)
        card = self.words.render(drawn.message, _language(person, "", snapshot) or self.turns.language, snapshot.people, now, person)
        holds = self._versions(drawn.holds, snapshot) if at else {}

        def stands() -> None:
            if at and self.store.stands(subject, person, at.address, PUBLISHED, holds, self.clock.now()):
                self._claim_in(0)

        return Page(card, stands)

    # -- in the background: one thread claims, and each platform's lane has threads that send

    def _go_round(self) -> None:
        while not self.ending:
            try:
                wait = self._round()
            except Exception as error:
                logs.failed("post_round", error)
                wait = 1.0
            until = time.monotonic() + min(wait, RENEWED_EACH)
            with self._changed:
                while not self.ending and (left := min(until, self._next_claim()) - time.monotonic()) > 0:
                    self._changed.wait(left)

    def _round(self) -> float:
        """Claim what there is, if it is time to, and begin what has room; seconds until there may be more to begin."""
        late: dict[int, tuple[OutboxRow, float]] = {}
        self._look_at_the_clock()
        self._renew()
        if self._next_claim() <= (began := time.monotonic()):
            used = time.thread_time()
            with self._changed:
                while self._dues and self._dues[0] <= began:
                    heappop(self._dues)
            self._offer_when_residents_change()
            while not self.ending:
                sure = time.monotonic() + LEASE.total_seconds()
                rows = self._claim()
                held = set(self._held)
                self._held |= {row.id: sure for row in rows}
                for row in rows:
                    if row.id in held:  # still under way here, though the lease ran out: it has just been renewed
                        continue
                    ways = self._ways(row)
                    to = ways[0] if ways else To("")
                    after = self._lane(to.platform).add(_Claimed(row, to))
                    if after is not None:
                        late[row.id] = row, after
                if late:
                    self._give_back_late(late)
                if len(rows) < CLAIMED:
                    break
            least, most = BETWEEN_CLAIMS
            self._not_before = time.monotonic() + max(least, min((time.thread_time() - used) / CLAIMING, most))
        waits = [math.inf]
        for lane in self._lanes.values():
            wait, old = lane.move()
            late |= {each.row.id: (each.row, FIRST_WAIT.total_seconds()) for each in old}
            waits += [wait] if wait is not None else []
        if late:
            self._give_back_late(late)
        return min(waits)

    def _claim(self) -> Sequence[OutboxRow]:
        """Rows that are ours from now on; none where the clock was set after we looked at it, for others' leases seem to have run out then."""
        now = self.clock.now()
        if self._clock_set_by():
            self._claim_in(0)
            return ()
        return self.store.claim_outbox(now, CLAIMED, LEASE)

    def _give_back_late(self, late: dict[int, tuple[OutboxRow, float]]) -> None:
        """Rows that must wait for so many seconds are back in the store until then."""
        now = self.clock.now()
        self._give_back([(row, now + timedelta(seconds=after)) for row, after in late.values()])
        self._claim_in(min(after for _, after in late.values()))
        late.clear()

    def _give_back(self, rows: Sequence[tuple[OutboxRow, datetime]]) -> None:
        self.store.give_back(rows)
        for row, _ in rows:
            self._held.pop(row.id, None)

    # -- what is ours: others leave it alone while we say so

    def _renew(self, all: bool = False) -> None:
        """The leases of the rows that have been with us for a while, or of all."""
        now = time.monotonic()
        if not all and now < self._renewed + RENEWED_EACH:
            return
        self._renewed, sure = now, now + LEASE.total_seconds()
        old = [id for id, until in list(self._held.items()) if all or until < sure - RENEWED_EACH]
        self.store.renew(old, self.clock.now() + LEASE)
        self._held |= {id: sure for id in old if id in self._held}

    def _look_at_the_clock(self) -> None:
        """Leases are told by the clock. When it has been set, each renews its own first, and only then is anything claimed."""
        by = self._clock_set_by()
        if not by:
            return
        logs.event("clock_set", by=round(by))
        self._renew(all=True)
        self.store.clock_was_set(self.clock.now(), LEASE)
        self._drift += by
        self._not_before = time.monotonic() + 2 * RENEWED_EACH
        self._claim_in(0)
        self._on_clock_set()

    def _clock_set_by(self) -> float:
        """Seconds that it has been set since we took it in; 0 where it has not."""
        by = self.clock.drift() - self._drift
        return by if abs(by) >= CLOCK_SET else 0.0

    def _next_claim(self) -> float:
        return max(self._dues[0], self._not_before) if self._dues else math.inf

    def _claim_in(self, seconds: float) -> None:
        """There will be something to claim in so long. What is further off is found at a later beat of the engine's."""
        if self._rounds and seconds <= SOON:
            at = time.monotonic() + seconds
            with self._changed:
                first = not self._dues or at < self._dues[0]
                heappush(self._dues, at)
                if first:
                    self._changed.notify()

    def _lane(self, platform: str) -> Lane[_Claimed]:
        if platform not in self._lanes:
            speaker = self.speakers.get(platform)
            paced = speaker if isinstance(speaker, Paced) else None
            self._lanes[platform] = Lane(
                platform or "none", lambda each: paced.room(each.to, each.row.redraw) if paced else None,
                self._see_to_in_turn, paced.at_once if paced else 1,
            )  # fmt: skip
        return self._lanes[platform]

    def _see_to_in_turn(self, claimed: _Claimed) -> None:
        id = claimed.row.id
        try:
            if self.ending:
                self._give_back([(claimed.row, self.clock.now())])
            elif self._held.get(id, 0.0) > time.monotonic():  # else another may have it by now
                self._let_pass()
                with logs.about(_ref(claimed.row)):
                    self._see_to(claimed.row)
        except Exception as error:  # not even noted: it is claimed again when the lease has run out
            logs.failed("post_noted", error, row=id)
        self._held.pop(id, None)
        self._claim_in(0)  # the next one to the same address

    def _offer_when_residents_change(self) -> None:
        """Those who were outsiders may be in the group by now."""
        changed = self.turns.groups_changed
        if changed != self._residents:
            self._residents = changed
            self.store.offer_again(self.clock.now(), "outsiders")

    # -- one row

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
        # the group's own calendar: where no platform keeps one, each has a feed instead
        homeless = row.address.startswith("calendar:") and "calendar" not in self.speakers
        if homeless or (row.useful_until and now > row.useful_until and not row.redraw):
            self.store.dropped(row, now)
            self.counts.add("dropped", self._platform(row) or "none")
            logs.event("dropped", row=row.id, subject=row.subject)
            return True
        try:
            self._send(row, now)
        except TryAgain as error:
            platform = self._platform(row)
            self.counts.add("tried_again", platform)
            if error.limited:
                self.counts.add("limited", platform)
            self._try_later(row, now, error.why or "no_answer", _wait(row, now, error.after))
            return isinstance(error, LockedOut)  # which says nothing of its other workspaces
        except _Overheard as error:
            self._undelivered.outsiders(row, error.names, now)
            self._try_later(row, now, "outsiders", OUTSIDERS_STAY)
        except Exception as error:
            logs.failed("post", error, row=row.id, subject=row.subject)
            self.counts.add("failed", "post")
            self._try_later(row, now, "error", _wait(row, now, None))
        return True

    def _try_later(self, row: OutboxRow, now: datetime, why: str, wait: timedelta) -> None:
        if now - row.created_at > PATIENCE:
            self._give_up(row, why, now)
        else:
            self.store.try_later(row, now + wait, why)
            self._claim_in(wait.total_seconds())

    def _send(self, row: OutboxRow, now: datetime) -> None:
        snapshot, ways = self._snapshot(row, now), self._ways(row)
        if row.address.startswith("@") and {way.platform for way in ways} <= {"mail"} and self._found_by_address(row, snapshot, now):
            snapshot, ways = self._snapshot(row, now), self._ways(row)
        if self._invited_by_calendar(row, snapshot):
            self.store.dropped(row, now)
            return
        first: GiveUp | None = None
        locked: LockedOut | None = None
        for way in ways:
            speaker = self.speakers.get(way.platform)
            if speaker is None:
                continue
            try:
                outsiders = self._outsiders(row, way, speaker, snapshot)
                if outsiders and self._introduced(way.platform, speaker, outsiders, now):
                    snapshot = self._snapshot(row, now)
                    outsiders = self._outsiders(row, way, speaker, snapshot)
                if outsiders:
                    raise _Overheard(() if EVERYBODY in outsiders else tuple(outsiders.values()))
                with self._drawing:
                    ready = self._drawn(row, way, snapshot, now)
                if row.redraw:
                    seen = None
                    if ready.parcel.shown != row.shown or ready.parcel.again:  # a try whose answer was lost may have shown something else
                        speaker.update(way, row.message_id, ready.parcel)
                        self.counts.add("redrawn", way.platform)
                        seen = ready.seen
                    self._note(row, now, row.message_id, ready, row.sent_to, seen)
                else:
                    message_id = speaker.send(way, ready.parcel)
                    self.counts.add("sent", way.platform)
                    self._note(row, now, message_id, ready, way.address, ready.seen)
                self._undelivered.let_in(way.address)
                return
            except LockedOut as error:
                locked = locked or error
                self._undelivered.locked_out(way.platform, error, now)
            except GiveUp as error:
                first = first or error
        if locked:
            raise locked
        self._give_up(row, first.why if first else "no_way", now, first.invite if first else "")

    def _invited_by_calendar(self, row: OutboxRow, snapshot: Snapshot) -> bool:
        """Whether somebody is invited to the event by the group's own calendar: one invitation is enough. What was mailed before is put right by mail."""
        calendar, (kind, _, uid) = self.speakers.get("calendar"), row.subject.partition(":")
        if kind != "event" or row.redraw or not row.address.startswith("@") or not isinstance(calendar, Invites):
            return False
        view = snapshot.views.get(groups_in(uid))
        return view is not None and calendar.invites(keeper(view))

    def _note(self, row: OutboxRow, now: datetime, message_id: str, ready: _Ready, sent_to: str, seen: Sighting | None) -> None:
        """What a platform has taken is noted even where the database is away for a moment: else another would send it again."""
        for wait in (*NOTED_AFTER, None):
            try:
                return self.store.sent(row, now, message_id, ready.parcel.shown, ready.holds, sent_to, seen)
            except Exception as error:
                if wait is None or self.ending:
                    raise
                logs.failed("post_note", error, row=row.id)
                time.sleep(wait)

    def _snapshot(self, row: OutboxRow, now: datetime) -> Snapshot:
        about = groups_in(row.subject.partition(":")[2])
        groups = [group for group in (row.group, about) if group]
        persons = [row.address[1:]] if row.address.startswith("@") else []
        if isinstance(row.message, NotReached) and row.message.person:
            persons.append(row.message.person)  # a guest at one meeting sits in no group
        with self._drawing, self.store.read() as read:
            return replace(read.snapshot_for(dict.fromkeys(groups), persons, now), county=self.words.county)

    def _drawn(self, row: OutboxRow, way: To, snapshot: Snapshot, now: datetime) -> _Ready:
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
        language = _language(person, row.group or groups_in(row.subject.partition(":")[2]), snapshot) or self.turns.language
        card = self.words.render(message, language, snapshot.people, now, person)
        if row.undone and not row.gone:
            card = self.words.struck(card, language)
        parcel = Parcel(
            message.name, card, notice(card), _ref(row), row.attempts > 1, _mentions(snapshot, way),
            language, row.created_at, row.drawn,
        )
        about = row.group or groups_in(row.subject.partition(":")[2])
        how = "page" if row.message_id == PUBLISHED else _way(person, way)
        seen = person or f"#{row.group or about}", how, tuple(sorted(disclosed(message, snapshot.people, about)))
        return _Ready(parcel, self._versions(holds, snapshot), seen)

    def _versions(self, holds: tuple[str, ...], snapshot: Snapshot) -> dict[str, int]:
        """The version of each object drawn. What has left the view (somebody's place in a group, long ago) is looked up."""
        drawn = {key: thing.version if (thing := snapshot.get(plain(key))) else 0 for key in holds}
        if unseen := [key for key, version in drawn.items() if not version]:
            with self.store.read() as read:
                drawn |= read.versions(unseen)
        return drawn

    def _draw(self, subject: str, snapshot: Snapshot, reader: Reader, now: datetime) -> tuple[Snapshot, Drawn]:
        for _ in range(LOOKS):
            drawn = self.draw(subject, snapshot, reader, now)
            if isinstance(drawn, Drawn):
                return snapshot, drawn
            with self.store.read() as read:
                snapshot = read.add(snapshot, drawn)
        raise RuntimeError("the card asked for more and more")

    def _outsiders(self, row: OutboxRow, way: To, speaker: Speaker, snapshot: Snapshot) -> dict[str, str]:
        """Those who read the group's channel without being in the group: the platform's user -> name."""
        view = snapshot.views.get(row.group)
        if view is None or not way.channel:
            return {}
        people = (snapshot.people.get(member.person) for member in view.members if member.state == "active")
        inside = {
            user for person in people if person for platform, _, user in map(_split, person.identities) if platform == way.platform
        }
        readers = speaker.readers(way, inside) or {}
        return {user: display_name(name, view.group.language) for user, name in readers.items() if user not in inside}

    # -- whom we know only by their e-mail address

    def _introduced(self, platform: str, speaker: Speaker, users: Collection[str], now: datetime) -> bool:
        """Whether some of the users turned out to be people whom we know by address. It is noted who they are."""
        if not isinstance(speaker, Introduces):
            return False
        addresses = {user: speaker.address_of(user) for user in users}
        return sum(introduce(self.store, address, f"{platform}:{user}", now) for user, address in addresses.items() if address) > 0

    def _found_by_address(self, row: OutboxRow, snapshot: Snapshot, now: datetime) -> bool:
        """Whether who has never written to the bot was found on a platform now. Guests are meant to be reached by mail."""
        person = snapshot.people.get(row.address[1:])
        if person is None or person.state != "active" or row.redraw:
            return False
        if any(view.role_of(person.id) == "guest" for view in snapshot.views.values()):
            return False
        address = next((each.removeprefix("mail:") for each in person.identities if each.startswith("mail:")), "")
        for platform, speaker in self.speakers.items():
            asked = platform, person.id
            if address and isinstance(speaker, Introduces) and self._not_before_asking.get(asked, 0.0) <= time.monotonic():
                if user := speaker.user_of(address):
                    return introduce(self.store, address, f"{platform}:{user}", now)
                self._not_before_asking[asked] = time.monotonic() + ASKED_AGAIN
        return False

    # -- what nobody could take

    def _give_up(self, row: OutboxRow, why: str, now: datetime, invite: str = "") -> None:
        self.store.gave_up(row, now, why)
        self.counts.add("gave_up", self._platform(row) or "none")
        logs.event("gave_up", row=row.id, subject=row.subject, why=why)
        self._undelivered.given_up(row, why, now, invite)


class _Overheard(Exception):
    """People outside the group read there."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(len(names))
        self.names = names


def _language(person: str, group: str, snapshot: Snapshot) -> str:
    """What is spoken there; "" where that is not known, as when a group has been erased."""
    if person:
        known = snapshot.people.get(person)
        return known.language if known else ""
    view = snapshot.views.get(group)
    return view.group.language if view else ""


def _way(person: str, way: To) -> str:
    """How it reaches who reads it, as in the access log."""
    return way.platform if way.platform in ("mail", "calendar") else "chat" if person else "channel"


def _mentions(snapshot: Snapshot, way: To) -> dict[str, str]:
    """Person id -> who they are on that platform; of several the one in the same workspace."""
    home = (way.channel or way.user).partition("/")[0] + "/"
    found: dict[str, str] = {}
    for id, person in snapshot.people.items():
        for platform, _, user in map(_split, person.identities):
            if platform == way.platform and (id not in found or user.startswith(home)):
                found[id] = user
    return found


def _ref(row: OutboxRow) -> str:
    """The same for the same message however often it is tried; it begins with the turn that posted it."""
    return f"{row.change}-{row.id}"


def _wait(row: OutboxRow, now: datetime, asked: timedelta | None) -> timedelta:
    """What the platform asked for; else twice as long each time. Never all at once."""
    longest = LONGEST_WAIT if now - row.created_at < timedelta(days=1) else timedelta(hours=1)
    own = min(FIRST_WAIT * 2.0 ** min(row.attempts, 10), longest)
    return max(own if asked is None else asked, timedelta(seconds=1)) * (1 + row.id * 37 % 20 / 100)


def _split(identity: str) -> tuple[str, str, str]:
    platform, _, user = identity.partition(":")
    return platform, "", user
