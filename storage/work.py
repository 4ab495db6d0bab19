"""One turn's write transaction: all of an outcome is kept, or none of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from bot.frozen import replace
from bot.incoming import Incoming
from bot.keys import groups_in, key, person_in, turn_id
from bot.model import Group, Inquiry, Kept, Person
from bot.outcome import Answer, Fact, Outcome, Post, Silent
from bot.published import sight_of, what_counts
from bot.timers import Timer, timers_of
from storage import codec, tables
from storage.database import ConflictError, insert
from storage.keystore import KeyStore
from storage.memory import Held, Memory
from storage.prepared import Connection, Prepared, Row, among, inserting
from storage.read import Read
from storage.tables import KINDS, Kind
from storage.types import Instant

_INTO = {table: Prepared(inserting(table)) for table in tables.metadata.sorted_tables}
_SEEN = Prepared(
    sa.select(tables.events.c.key_id, tables.events.c.answer, tables.events.c.turn, tables.events.c.change, tables.events.c.person)
    .where(tables.events.c.id == sa.bindparam("event"))
)  # fmt: skip
_SAID = Prepared(
    sa.select(tables.events.c.change, tables.events.c.ref, tables.changes.c.state)
    .outerjoin(tables.changes, tables.changes.c.id == tables.events.c.change)
    .where(tables.events.c.said == sa.bindparam("said"), tables.events.c.at >= sa.bindparam("since", type_=Instant()))
    .order_by(tables.events.c.at.desc())
    .limit(1)
)
_DROP_TIMER = Prepared(
    sa.delete(tables.timers).where(
        tables.timers.c.kind == sa.bindparam("kind"),
        tables.timers.c.subject == sa.bindparam("subject"),
        tables.timers.c.due == sa.bindparam("due", type_=Instant()),
    )
)
_TIMERS_OF = Prepared(
    sa.select(*(tables.timers.c[name] for name in ("id", "owner", "kind", "subject", "due"))).where(among(tables.timers.c.owner, "keys"))
)
_DROP_TIMERS = Prepared(sa.delete(tables.timers).where(among(tables.timers.c.id, "ids")))
_HOLDERS = Prepared(
    sa.select(tables.cards.c.id, tables.cards.c.address, tables.cards.c.subject, tables.cards.c.owner, tables.cards.c.text_id)
    .join(tables.card_holds, tables.card_holds.c.card == tables.cards.c.id)
    .where(among(tables.card_holds.c.key, "keys"), tables.cards.c.gone.is_(False))
    .distinct()
    .order_by(tables.cards.c.id)
)


@cache
def _updating(kind: str, columns: tuple[str, ...]) -> Prepared:
    """Writes those columns of an object that has the version it was decided on."""
    table = KINDS[kind].table
    return Prepared(
        sa.update(table)
        .where(table.c.id == sa.bindparam("id_"), table.c.version == sa.bindparam("version_"))
        .values({name: sa.bindparam(name, type_=table.c[name].type) for name in columns})
    )


@dataclass(frozen=True, slots=True)
class Committed:
    turn: str  # the turn's id
    change: str  # the id of the change that can be undone, "" if there is none
    queued: int  # outbox rows made


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a seen event was answered. `change` is for the receipt's Ångra button, as in Committed."""

    answer: Answer
    turn: str
    change: str
    person: str  # whose event it was: "" for a timer's


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A line that changed data, and is not undone since. `ref` is the id it led to ("tall:12")."""

    change: str
    ref: str


class Work(Read):
    """One turn's write transaction. The groups loaded are locked until it ends."""

    locks = True

    def __init__(
        self, connection: sa.Connection, keys: KeyStore, memory: Memory, debounce: timedelta = timedelta(0)
    ) -> None:
        super().__init__(connection, keys, memory)
        self._debounce = debounce
        self._wrote = False
        self.saved: dict[str, Held] = {}  # to be remembered once it is committed
        self._marked: tuple[tuple[str, str, str], str] | None = None  # who said what where, and the mark of it
        self._sight: list[str] = []  # keys of what others may see than before, or that is called otherwise

    def _remember(self, fresh: dict[str, Held]) -> None:
        if not self._wrote:  # what we wrote ourselves may still be rolled back
            super()._remember(fresh)

    def seen(self, event: str) -> StoredAnswer | None:
        """What the event was answered when it came the first time."""
        row = _SEEN.first(self._connection, {"event": event})
        if row is None:
            return None
        key_id, sealed, turn, change, person = row
        answer = self._keys.open(key_id, sealed)
        return StoredAnswer(codec.decode(answer) if answer else Silent(), turn, change, person or "")

    def said_before(self, person: str, address: str, line: str, since: datetime) -> SaidBefore | None:
        """Whether the person said this line here since then, it changed something, and that is not undone."""
        row = _SAID.first(self._connection, {"said": self._said(person, address, line), "since": since})
        if row is None:
            return None
        change, ref, state = row
        return None if state == "undone" else SaidBefore(change, ref)

    def commit(self, outcome: Outcome, source: Incoming | Timer, now: datetime) -> Committed:
        """Write all of the outcome. It is kept when the transaction ends, or none of it.

        Of a timer the row is deleted, and its event id is "timer <kind> <subject> <due>".
        """
        timer = source if isinstance(source, Timer) else None
        incoming = source if isinstance(source, Incoming) else None
        event = incoming.event if incoming else timer_event(cast(Timer, timer))
        turn = turn_id(event)
        person = incoming.person if incoming else ""
        before = {key(thing): self._before(thing) for thing in outcome.save}
        old_texts = {of: self._text_ids.get(of) for of in before}
        after = self._save(outcome.save, turn, now, ran=timer)
        change = turn if outcome.undo_until and outcome.save else ""
        if change:
            _INTO[tables.changes].run(
                self._connection,
                {
                    "id": turn, "by": person, "place": incoming.place.address if incoming else "",
                    "command": outcome.command, "at": now, "until": outcome.undo_until,
                    "before": {of: held and (_unworded(held.thing), old_texts[of]) for of, held in before.items()},
                    "after": {of: (_unworded(self.saved[of].thing), self._text_ids[of]) for of in after}, "state": "done",
                },
            )  # fmt: skip
        undone = self._undo(outcome.undone) if outcome.undone else []
        self._append(outcome.facts, turn, now)
        queued = self._post(outcome.posts, turn, now, person, _group_of(outcome)) + self._redraw(after, undone, turn, now)
        changed = bool(outcome.save)
        if timer:
            self.drop_timer(timer)
        if changed or queued or outcome.facts or outcome.answer != Silent() or timer:
            group = incoming and self.group_at(incoming.place.address)
            owner = group or f"@{person or person_in(timer.subject if timer else '')}"
            if timer and groups_in(timer.subject):
                owner = groups_in(timer.subject)
            key_id, answer = self._keys.seal(owner, codec.encode(outcome.answer))
            asks = any(isinstance(thing, Inquiry) for thing in outcome.save)  # the same may be asked again
            said = incoming and changed and not asks and not outcome.unsaid and incoming.said
            _INTO[tables.events].run(
                self._connection,
                {
                    "id": event, "turn": turn, "at": now, "person": person, "change": change,
                    "said": self._said(person, incoming.place.address, said) if incoming and said else None,
                    "ref": _ref(outcome), "key_id": key_id, "answer": answer, "owner": owner,
                },
            )  # fmt: skip
        return Committed(turn, change, queued)

    def save(self, things: Sequence[Kept], now: datetime, facts: Sequence[Fact] = (), posts: Sequence[Post] = ()) -> str:
        """For loading people and groups: there is no answer, and no undo. Returns the turn's id."""
        turn = secrets.token_hex(8)
        for thing in things:
            self._before(thing)
        after = self._save(things, turn, now)
        self._append(facts, turn, now)
        self._post(posts, turn, now, "", "")
        self._redraw(after, [], turn, now)
        return turn

    def drop_timer(self, timer: Timer) -> None:
        """For a timer that was run already, or that nobody can run."""
        _DROP_TIMER.run(self._connection, {"kind": timer.kind, "subject": timer.subject, "due": timer.due})

    def _said(self, person: str, address: str, line: str) -> str:
        said = person, address, line
        if self._marked is None or self._marked[0] != said:  # asked for before the decision and after it
            self._marked = said, self._keys.mark("\n".join((person, address, " ".join(line.casefold().split()))))
        return self._marked[1]

    def _before(self, thing: Kept) -> Held | None:
        """The object as it is kept now. ConflictError if that is not what was decided on."""
        of = key(thing)
        if thing.version and of not in self._held:
            self._one(of)
        held = self._held.get(of)
        if (held.thing.version if held else 0) != thing.version:
            raise ConflictError(f"{of} has another version")
        return held

    def _save(
        self, things: Sequence[Kept], turn: str, now: datetime, ran: Timer | None = None
    ) -> dict[str, int]:
        """Write the objects and what follows from each: its text, its timers, where it is found."""
        if not things:
            return {}
        self._wrote = True
        texts: list[dict[str, Any]] = []
        rows: dict[str, list[dict[str, Any]]] = {}
        saved: dict[str, Held] = {}
        order = list(KINDS)
        for thing in sorted(things, key=lambda each: order.index(type(each).__name__)):
            kind, of = KINDS[type(thing).__name__], key(thing)
            if of in saved:
                raise ValueError(f"{of} is saved twice")
            held = self._held.get(of)
            text_id = self._text(kind, thing, held, texts)
            kept = replace(thing, version=thing.version + 1)
            written = {"text_id": text_id, "turn": turn, "touched_at": now, "in_view_until": kind.in_view_until(kept, now)}
            saved[of] = Held(turn, kept)
            self._text_ids[of] = text_id
            if held and what_counts(held.thing) != what_counts(thing):
                self._sight.append(sight_of(of))
            if held is None:
                rows.setdefault(kind.name, []).append({column: getattr(kept, field) for field, column in kind.columns} | written)
            else:
                self._update(kind, held.thing, kept, written)
        for name, inserts in rows.items():
            _INTO[KINDS[name].table].run(self._connection, *inserts)
        if texts:
            _INTO[tables.texts].run(self._connection, *texts)
        self._index([held.thing for held in saved.values()])
        self._set_timers([held.thing for held in saved.values()], now, ran)
        self._held.update(saved)
        self.saved.update(saved)
        return {of: held.thing.version for of, held in saved.items()}

    def _update(self, kind: Kind, before: Kept, kept: Kept, written: dict[str, Any]) -> None:
        """Write what has changed; most objects have many fields, and one that has."""
        for field, column in kind.columns:
            value = getattr(kept, field)
            if value is not (was := getattr(before, field)) and value != was:
                written[column] = value
        update = _updating(kind.name, tuple(written))
        if update.run(self._connection, {**written, "id_": kept.id, "version_": before.version}) != 1:
            raise ConflictError(f"{kind.name} {kept.id} has another version")

    def _text(self, kind: Kind, thing: Kept, held: Held | None, texts: list[dict[str, Any]]) -> str | None:
        """The id of the object's sealed words: the one it had if they are the same, else a new one."""
        words = {field: value for field in kind.free if (value := getattr(thing, field))}
        if held and all(getattr(held.thing, field) == getattr(thing, field) for field in kind.free):
            return self._text_ids[key(thing)]
        return self._seal(thing.group or f"@{getattr(thing, 'person', thing.id)}", words, texts) if words else None

    def _seal(self, owner: str, words: Mapping[str, str], texts: list[dict[str, Any]]) -> str:
        key_id, sealed = self._keys.seal_texts(owner, words)
        text_id = secrets.token_hex(8)
        texts.append({"id": text_id, "owner": owner, "key_id": key_id, "sealed": sealed})
        return text_id

    def _index(self, things: Iterable[Kept]) -> None:
        """Where people and groups are found: identities and channels."""
        for thing in things:
            if isinstance(thing, Person):
                held = self._held.get(key(thing))
                if held is None or cast(Person, held.thing).identities != thing.identities:
                    at = tables.identities
                    self._connection.execute(sa.delete(at).where(at.c.person == thing.id))
                    rows = [{"identity": each, "person": thing.id} for each in dict.fromkeys(thing.identities)]
                    if rows:
                        _INTO[at].run(self._connection, *rows)
            elif isinstance(thing, Group):
                held = self._held.get(key(thing))
                was = cast(Group, held.thing) if held else None
                if was is None or (was.channels, was.state) != (thing.channels, thing.state):
                    self._settle(thing)

    def _settle(self, group: Group) -> None:
        """The group's channels. One that a closed group lives in may be taken over, a living one's may not."""
        at = tables.channels
        lives_in = () if group.state == "undone" else group.channels
        self._connection.execute(sa.delete(at).where(at.c.group_id == group.id, at.c.address.not_in(lives_in)))
        for address in lives_in:
            there = self.group_at(address)
            if there in ("", group.id) or group.state != "closed":
                neighbour = self.group(there) if there not in ("", group.id) else None
                if neighbour and neighbour.state != "closed":
                    raise ConflictError(f"{address} belongs to another group")
                statement = insert(self._connection, at).values(address=address, group_id=group.id)
                self._connection.execute(
                    statement.on_conflict_do_update(index_elements=["address"], set_={"group_id": group.id})
                )

    def _set_timers(self, things: Sequence[Kept], now: datetime, ran: Timer | None) -> None:
        """Each object has the timers that it wants now, and no others. The one that is just being run is not set again."""
        wanted = {(key(thing), timer.kind, timer.subject, timer.due) for thing in things for timer in timers_of(thing, now) if timer != ran}
        old = [key(thing) for thing in things if thing.version > 1]
        found = _TIMERS_OF.all(self._connection, {"keys": old}) if old else ()
        there = {row[1:]: row[0] for row in found}
        if gone := [id for timer, id in there.items() if timer not in wanted]:
            _DROP_TIMERS.run(self._connection, {"ids": gone})
        rows = [
            {"owner": owner, "kind": kind, "subject": subject, "due": due, "free_at": due}
            for owner, kind, subject, due in sorted(wanted - there.keys())
        ]
        if rows:
            _INTO[tables.timers].run(self._connection, *rows)

    def _append(self, facts: Sequence[Fact], turn: str, now: datetime) -> None:
        if facts:
            rows = [
                {"turn": turn, "at": now, "kind": f.kind, "group_id": f.group, "subject": f.subject,
                 "person": f.person, "detail": dict(f.detail)}
                for f in facts
            ]  # fmt: skip
            _INTO[tables.facts].run(self._connection, *rows)

    def _undo(self, change: str) -> list[str]:
        """Mark the change undone, and its notices as to be struck through. Returns the turns whose notices those are."""
        at = tables.changes.c
        done = self._connection.execute(
            sa.update(tables.changes).where(at.id == change, at.state == "done").values(state="undone")
        )
        if done.rowcount != 1:
            raise ConflictError(f"the change {change} is undone already")
        card = tables.cards.c
        self._connection.execute(
            sa.update(tables.cards).where(card.turn == change, card.text_id.is_not(None)).values(undone=True)
        )
        return [change]

    def _post(self, posts: Sequence[Post], turn: str, now: datetime, person: str, about: str) -> int:
        """One outbox row for each post and address. The words of a notice are sealed under the key of its group."""
        rows: list[dict[str, Any]] = []
        texts: list[dict[str, Any]] = []
        again: list[Any] = []
        for post in posts:
            owner = self._owner(post, person, about)
            for address in self._addresses(post.to):
                if post.once and (shown := self._shown(address, post.subject)) is not None:
                    again += shown
                    continue
                words = post.message and self._seal(owner, {"message": codec.encode(post.message)}, texts)
                rows.append({
                    "turn": turn, "n": len(rows), "card": None, "address": address, "subject": post.subject,
                    "owner": owner, "text_id": words, "useful_until": post.useful_until, "created_at": now,
                    "free_at": now, "attempts": 0, "state": "pending", "why": "", "settled_at": None, "seen": None,
                })  # fmt: skip
        if texts:
            _INTO[tables.texts].run(self._connection, *texts)
        if rows:
            _INTO[tables.outbox].run(self._connection, *rows)
        return len(rows) + queue_redraws(self._connection, again, turn, now, self._debounce)

    def _shown(self, address: str, subject: str) -> list[Any] | None:
        """The cards that show the subject there; none yet where it is on its way; None where it is neither."""
        at, there = tables.outbox.c, tables.cards.c
        # asked first: what is sent meanwhile is a card by now
        waiting = sa.select(at.id).where(at.address == address, at.subject == subject, tables.PENDING_OUTBOX, at.card.is_(None))
        waits = self._connection.scalar(waiting.limit(1)) is not None
        cards = sa.select(there.id, there.address, there.subject, there.owner, there.text_id)
        shown = self._connection.execute(cards.where(there.address == address, there.subject == subject, there.gone.is_(False)))
        found = [tuple(card) for card in shown]
        return found if waits or found else None

    def _addresses(self, to: str) -> tuple[str, ...]:
        if to.startswith("@") or ":" in to:
            return (to,)
        held = self._held.get(f"Group {to}")
        group = cast("Group | None", held.thing if held else self.group(to))
        return group.channels if group else ()

    def _owner(self, post: Post, person: str, about: str) -> str:
        """Under whose key a notice's words are kept: the group it tells of, wherever it is told; else the receiver's."""
        for group in (groups_in(post.subject.partition(":")[2]), about, post.to):
            if group and f"Group {group}" in self._held:
                return group
        if ":" in post.to and (there := self.group_at(post.to)):
            return there
        return post.to if post.to.startswith("@") else f"@{person}"

    def _redraw(self, changed: Mapping[str, int], undone: Sequence[str], turn: str, now: datetime) -> int:
        """Queue each card that shows something changed. One that waits already is enough, but is locked: so the
        postman cannot settle it on what we are just changing."""
        cards = [*_HOLDERS.all(self._connection, {"keys": [*changed, *self._sight]})] if changed else []
        if undone:
            at = tables.cards.c
            notices = sa.select(at.id, at.address, at.subject, at.owner, at.text_id)
            cards += [tuple(card) for card in self._connection.execute(notices.where(at.turn.in_(undone), at.undone.is_(True)))]
        return queue_redraws(self._connection, cards, turn, now, self._debounce)


_redraw: dict[str, Prepared] = {}  # by database: each says ON CONFLICT in its own way


def queue_redraws(
    connection: Connection, cards: Iterable[Row], turn: str, now: datetime, debounce: timedelta = timedelta(0)
) -> int:
    """Rows of (id, address, subject, owner, text_id) become redraws, one for each card."""
    rows = {
        id: {
            "turn": turn, "n": 0, "card": id, "address": address, "subject": subject, "owner": owner, "text_id": text_id,
            "useful_until": None, "created_at": now, "free_at": now + debounce, "attempts": 0, "state": "pending", "why": "",
            "settled_at": None, "seen": None,
        }
        for id, address, subject, owner, text_id in cards
    }  # fmt: skip
    if rows:
        statement = _redraw.get(connection.dialect.name)
        if statement is None:
            once = inserting(tables.outbox, insert(connection, tables.outbox)).on_conflict_do_update(
                index_elements=["card"], index_where=tables.REDRAW, set_={"free_at": tables.outbox.c.free_at}
            )
            statement = _redraw[connection.dialect.name] = Prepared(once)
        statement.run(connection, *(rows[id] for id in sorted(rows)))
    return len(rows)


def timer_event(timer: Timer) -> str:
    """The event id of a timer's turn."""
    return f"timer {timer.kind} {timer.subject} {timer.due.isoformat()}"


def _group_of(outcome: Outcome) -> str:
    """The group that the outcome is about, "" if none."""
    return next((group for group in (*(f.group for f in outcome.facts), *(t.group for t in outcome.save)) if group), "")


def _ref(outcome: Outcome) -> str:
    if outcome.facts:
        return outcome.facts[0].subject
    return outcome.save[0].id if outcome.save else ""


def _unworded(thing: Kept) -> Kept:
    """The object without its words."""
    free: dict[str, Any] = {field: "" for field in KINDS[type(thing).__name__].free if getattr(thing, field)}
    return replace(thing, **free) if free else thing
