"""The two ways into the store: `Read` looks things up, `Work` is one turn's write transaction."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.incoming import Incoming
from bot.keys import groups_in, key, person_in
from bot.model import KIND_FIELDS, Absence, Change, Group, GroupView, Kept, Person, Snapshot
from bot.outcome import Answer, Fact, Need, Outcome, Post, Silent
from bot.timers import Timer, timers_of
from storage import codec, tables
from storage.database import ConflictError
from storage.keystore import KeyStore
from storage.tables import ALWAYS, GROUP_KINDS, KINDS, Kind

PERSON_FIELDS = frozenset(
    "person by owners done_by closed_by responsible asked answered_by present led_by contact_person stand_in "
    "handed_from deputy".split()
)
"""Fields that hold ids of people. Whoever is named in something that is shown is in the snapshot."""


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


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A line that changed data, and is not undone since. `ref` is the id it led to ("tall:12")."""

    change: str
    ref: str


@dataclass(frozen=True, slots=True)
class StoredFact:
    at: datetime
    turn: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Held:
    """An object as it is kept. `turn` wrote it, so that the same turn always means the same object."""

    turn: str
    thing: Kept
    text_id: str | None
    people: frozenset[str]


def hold(kind: Kind, turn: str, thing: Kept, text_id: str | None) -> Held:
    people: set[str] = set()
    for field, _ in kind.columns:
        if field in PERSON_FIELDS:
            value = getattr(thing, field)
            people.update((value,) if isinstance(value, str) else value)
    return Held(turn, thing, text_id, frozenset(people - {""}))


class Memory:
    """Objects decoded once, shared by all turns. Safe because an entry is only used for the very row it came from."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._held: dict[str, Held] = {}

    def get(self, of: str, turn: str) -> Held | None:
        held = self._held.get(of)
        return held if held and held.turn == turn else None

    def put(self, held: Mapping[str, Held]) -> None:
        if len(self._held) + len(held) > self._most:
            self._held = {}
        self._held.update(held)

    def clear(self) -> None:
        self._held = {}


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the database's own dialect."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _order(thing: Any) -> Any:
    return thing.starts if hasattr(thing, "starts") else getattr(thing, "number", thing.id)


# Statements are made once: SQLAlchemy then finds their compiled form by identity.
_GROUPS = sa.bindparam("groups", expanding=True)
_IDS = sa.bindparam("ids", expanding=True)
_IN_VIEW = sa.union_all(
    *(
        sa.select(sa.literal_column(f"'{kind.name}'"), kind.table.c.id, kind.table.c.turn).where(
            kind.table.c.group_id.in_(_GROUPS), kind.table.c.in_view_until >= sa.bindparam("now", type_=tables.Instant())
        )
        for kind in GROUP_KINDS
    )
)
_PEOPLE = sa.union_all(
    sa.select(sa.literal_column("'Person'"), tables.people.c.id, tables.people.c.turn).where(tables.people.c.id.in_(_IDS)),
    sa.select(sa.literal_column("'Absence'"), tables.absences.c.id, tables.absences.c.turn).where(
        tables.absences.c.person.in_(_IDS), tables.absences.c.in_view_until == sa.bindparam("open", type_=tables.Instant())
    ),
)
_GROUPS_PLAIN = (
    sa.select(sa.literal_column("'Group'"), tables.groups.c.id, tables.groups.c.turn)
    .where(tables.groups.c.id.in_(_GROUPS))
    .order_by(tables.groups.c.id)
)
_GROUPS_LOCKED = _GROUPS_PLAIN.with_for_update()
_GROUPS_OF = (
    sa.select(tables.members.c.group_id)
    .join(tables.groups, tables.groups.c.id == tables.members.c.group_id)
    .where(
        tables.members.c.person == sa.bindparam("person"),
        tables.members.c.state == "active",
        tables.groups.c.in_view_until >= sa.bindparam("now", type_=tables.Instant()),
    )
)
_BY_IDS = {name: sa.select(kind.table).where(kind.table.c.id.in_(_IDS)) for name, kind in KINDS.items()}
_TURNS_BY_IDS = {
    name: sa.select(sa.literal_column(f"'{name}'"), kind.table.c.id, kind.table.c.turn).where(kind.table.c.id.in_(_IDS))
    for name, kind in KINDS.items()
}
_TEXTS = sa.select(tables.texts.c.id, tables.texts.c.key_id, tables.texts.c.sealed).where(tables.texts.c.id.in_(_IDS))
_INSERT = {name: sa.insert(kind.table) for name, kind in KINDS.items()}
_UPDATE = {
    name: sa.update(kind.table)
    .where(kind.table.c.id == sa.bindparam("_id"), kind.table.c.version == sa.bindparam("_version"))
    .values({c.name: sa.bindparam(c.name) for c in kind.table.c if c.name != "id"})
    for name, kind in KINDS.items()
}
_HOLDERS = (
    sa.select(tables.cards.c.id, tables.cards.c.address, tables.cards.c.subject, tables.cards.c.owner, tables.cards.c.text_id)
    .join(tables.card_holds, tables.card_holds.c.card == tables.cards.c.id)
    .where(tables.card_holds.c.key.in_(_IDS), tables.cards.c.gone.is_(False))
    .distinct()
    .order_by(tables.cards.c.id)
)
_CHUNK = 500  # ids in one statement, far below both databases' limits


class Read:
    """Looking things up, all in one transaction."""

    locks = False

    def __init__(self, connection: sa.Connection, keys: KeyStore, memory: Memory) -> None:
        self._connection = connection
        self._keys = keys
        self._memory = memory
        self._held: dict[str, Held] = {}  # all that this transaction has looked at
        self._asker = ""
        self._address = ""
        self._now = ALWAYS

    # -- people and places

    def person_of(self, identity: str) -> Person | None:
        """By identity: "slack:T0123/U0456", "mail:anna@example.org"."""
        at = tables.identities.c
        id = self._connection.scalar(sa.select(at.person).where(at.identity == identity))
        return self.person(id) if id else None

    def person(self, id: str) -> Person | None:
        return cast("Person | None", self._one(f"Person {id}"))

    def people(self) -> tuple[Person, ...]:
        return tuple(self._where("Person", sa.true()))

    def group(self, id: str) -> Group | None:
        return cast("Group | None", self._one(f"Group {id}"))

    def group_at(self, address: str) -> str:
        """The id of the group living in a channel ("slack:nvg-tall"), "" if none."""
        at = tables.channels.c
        return self._connection.scalar(sa.select(at.group_id).where(at.address == address)) or ""

    def group_of_code(self, code: str) -> Group | None:
        return next((g for g in self.groups() if g.code.casefold() == code.casefold()), None)

    def groups(self) -> tuple[Group, ...]:
        return tuple(self._where("Group", sa.true()))

    def groups_of(self, person: str, now: datetime) -> tuple[str, ...]:
        """Ids of the groups that the person is an active member of."""
        return tuple(sorted(set(self._connection.scalars(_GROUPS_OF, {"person": person, "now": now}))))

    def everything_of(self, group: str) -> dict[str, tuple[Kept, ...]]:
        """All that is kept of a group, however old, by kind."""
        return {k.name: tuple(self._where(k.name, k.table.c.group_id == group)) for k in GROUP_KINDS}

    # -- snapshots

    def snapshot_here(
        self, person: str, address: str, channel: bool, now: datetime, refs: Iterable[str] = ()
    ) -> Snapshot:
        """What a person's line or tap needs. `refs`: ids of the groups that a tapped button is about.

        In a channel: the group living there. In a private chat without refs: all the asker's groups.
        """
        self._asker, self._address, self._now = person, address, now
        here = self.group_at(address) if channel else ""
        groups = {*refs, here} - {""}
        if not channel and not groups:
            groups = set(self.groups_of(person, now))
        views = self._views(groups)
        return self._complete(Snapshot(views=views, here=here if here in views else ""))

    def snapshot_for(self, groups: Iterable[str], persons: Iterable[str], now: datetime) -> Snapshot:
        """What a timer or card needs: the groups' views, and each person with all of that person's groups."""
        self._now = now
        persons = tuple(persons)
        wanted = {*groups, *(group for person in persons for group in self.groups_of(person, now))} - {""}
        return self._complete(Snapshot(views=self._views(wanted)), persons)

    def add(self, snapshot: Snapshot, need: Need) -> Snapshot:
        """The snapshot with what was asked for. Each question is a key of `found`, also when nothing was found:

        - "id tall:12": the object or None; it is in its group's view, however old
        - "change <id>", "newest change" (the asker's own in this place, not undone): `Change` or None, also in
          `snapshot.change`; what it changed is in view
        - "person <id>": `Person` or None · "person name <words>": all who fit · "person at <identity>": `Person` or None
        - "group <id>": `Group` or None; its view is there · "code <code>": the same · "codes": {code: group id}, all
        - "at <address>": id of the group living there, "" if none; its view is there
        - "groups @anna": ids of her groups; their views are there
        - "owned @anna": open actions that she owns, in any group she is or was in
        - "meeting tall:2026-12-01": all that belongs to the meeting, in view · "meetings tall": all its meetings
        - "search tall <words>": decisions, actions and lessons that hold all the words, newest first
        - "history tall:12": facts about it, oldest first · "versions <key>": its version, 0 if it does not exist
        ValueError for a question that the store does not know.
        """
        for question in need.what:
            verb, _, rest = question.partition(" ")
            answer = self._ANSWERS.get(verb)
            if answer is None:
                raise ValueError(f"the store cannot answer {question!r}")
            snapshot, found = answer(self, snapshot, rest)
            snapshot = replace(snapshot, found={**snapshot.found, question: found})
        return snapshot

    def facts(
        self, *, subject: str = "", group: str = "", person: str = "", since: datetime | None = None
    ) -> tuple[StoredFact, ...]:
        """Facts that fit all that is given, oldest first."""
        at = tables.facts.c
        given = [c == v for c, v in ((at.subject, subject), (at.group_id, group), (at.person, person)) if v]
        if since:
            given.append(at.at >= since)
        rows = self._connection.execute(sa.select(tables.facts).where(sa.and_(sa.true(), *given)).order_by(at.id))
        return tuple(
            StoredFact(r.at, r.turn, Fact(r.kind, r.group_id, r.subject, r.person, r.detail)) for r in rows
        )

    def versions(self, keys: Collection[str], lock: bool = False) -> dict[str, int]:
        """The version of each object that exists. With `lock` they cannot change until the transaction ends."""
        found: dict[str, int] = {}
        for name, ids in _by_kind(keys).items():
            table = KINDS[name].table
            query = sa.select(table.c.id, table.c.version).where(table.c.id.in_(ids)).order_by(table.c.id)
            for id, version in self._connection.execute(query.with_for_update(read=True) if lock else query):
                found[f"{name} {id}"] = version
        return found

    def texts(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Opened texts by id. Those whose key was destroyed are missing."""
        opened: dict[str, dict[str, str]] = {}
        for chunk in _chunks(ids):
            for id, key_id, sealed in self._connection.execute(_TEXTS, {"ids": chunk}):
                words = self._keys.open_texts(key_id, sealed)
                if words is not None:
                    opened[id] = words
        return opened

    # -- loading

    def _resolve(self, rows: Iterable[Any]) -> list[Held]:
        """Objects for rows of (kind, id, turn): from memory where that writing was seen before."""
        resolved: dict[str, Held | None] = {}
        missing: dict[str, list[str]] = {}
        for kind, id, turn in rows:
            of = f"{kind} {id}"
            held = resolved[of] = self._memory.get(of, turn)
            if held is None:
                missing.setdefault(kind, []).append(id)
        if missing:
            fresh = self._fetch(missing)
            self._remember(fresh)
            resolved.update(fresh)
        found = {of: held for of, held in resolved.items() if held is not None}
        self._held.update(found)
        return list(found.values())

    def _remember(self, fresh: dict[str, Held]) -> None:
        self._memory.put(fresh)

    def _fetch(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Held]:
        rows: list[tuple[Kind, Any]] = []
        for name, ids in wanted.items():
            for chunk in _chunks(ids):
                rows += [(KINDS[name], row) for row in self._connection.execute(_BY_IDS[name], {"ids": chunk})]
        texts = self.texts({row.text_id for _, row in rows if row.text_id})
        fresh: dict[str, Held] = {}
        for kind, row in rows:
            columns = row._mapping
            values = {field: columns[column] for field, column in kind.columns}
            if row.text_id:
                values.update(texts.get(row.text_id, {}))
            fresh[f"{kind.name} {row.id}"] = hold(kind, row.turn, kind.model(**values), row.text_id)
        return fresh

    def _where(self, name: str, condition: Any) -> list[Any]:
        table = KINDS[name].table
        rows = self._connection.execute(
            sa.select(sa.literal_column(f"'{name}'"), table.c.id, table.c.turn).where(condition)
        ).all()
        return sorted((held.thing for held in self._resolve(rows)), key=_order)

    def _one(self, of: str) -> Kept | None:
        name, _, id = of.partition(" ")
        held = self._resolve(self._connection.execute(_TURNS_BY_IDS[name], {"ids": [id]}).all())
        return held[0].thing if held else None

    def _views(self, groups: Collection[str]) -> dict[str, GroupView]:
        if not groups:
            return {}
        ids = sorted(groups)
        statement = _GROUPS_LOCKED if self.locks else _GROUPS_PLAIN
        found = self._resolve(self._connection.execute(statement, {"groups": ids}).all())
        if not found:
            return {}
        owners = {held.thing.id: cast(Group, held.thing) for held in found}
        rows = self._connection.execute(_IN_VIEW, {"groups": list(owners), "now": self._now}).all()
        fields: dict[str, dict[str, list[Kept]]] = {id: {} for id in owners}
        for held in self._resolve(rows):
            thing = held.thing
            fields[thing.group].setdefault(KIND_FIELDS[type(thing).__name__], []).append(thing)
        return {
            id: GroupView(group, **{name: tuple(sorted(things, key=_order)) for name, things in fields[id].items()})  # type: ignore[arg-type]
            for id, group in owners.items()
        }

    def _complete(self, snapshot: Snapshot, persons: Iterable[str] = ()) -> Snapshot:
        """With the asker, everybody who is named in the views, and their absences."""
        named = {self._asker, *persons, *snapshot.people} - {""}
        for held in self._held.values():
            named |= held.people
        found: list[Kept] = []
        for chunk in _chunks(sorted(named)):
            rows = self._connection.execute(_PEOPLE, {"ids": chunk, "open": ALWAYS}).all()
            found += [held.thing for held in self._resolve(rows)]
        people = {thing.id: thing for thing in found if isinstance(thing, Person)}
        absences = {thing.id: thing for thing in (*snapshot.absences, *found) if isinstance(thing, Absence)}
        deputies = {absence.deputy for absence in absences.values()} - {"", *people}
        for id in deputies:
            if person := self.person(id):
                people[id] = person
        return replace(
            snapshot, asker=people.get(self._asker), people=people, absences=tuple(sorted(absences.values(), key=_order))
        )

    def _with(self, snapshot: Snapshot, things: Iterable[Kept]) -> Snapshot:
        """With these in view too."""
        things = tuple(things)
        strangers = {thing.group for thing in things} - {"", *snapshot.views}
        views = {**snapshot.views, **self._views(strangers)}
        absences = {absence.id: absence for absence in snapshot.absences}
        people = dict(snapshot.people)
        for thing in things:
            if isinstance(thing, Absence):
                absences[thing.id] = thing
            elif isinstance(thing, Person):
                people[thing.id] = thing
            elif not isinstance(thing, Group):
                view, field = views[thing.group], KIND_FIELDS[type(thing).__name__]
                if all(each.id != thing.id for each in getattr(view, field)):
                    added = (*getattr(view, field), thing)
                    views[thing.group] = replace(view, **{field: tuple(sorted(added, key=_order))})
        return self._complete(replace(snapshot, views=views, absences=tuple(absences.values()), people=people))

    # -- answers to Need

    def _answer_id(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        for name in KINDS:
            thing = self._one(f"{name} {id}")
            if thing is not None:
                return self._with(snapshot, (thing,)), thing
        return snapshot, None

    def _answer_change(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        return self._with_change(snapshot, tables.changes.c.id == id)

    def _answer_newest(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = tables.changes.c
        return self._with_change(
            snapshot, sa.and_(at.by == self._asker, at.place == self._address, at.state == "done")
        )

    def _with_change(self, snapshot: Snapshot, condition: Any) -> tuple[Snapshot, Any]:
        newest = sa.select(tables.changes).where(condition).order_by(tables.changes.c.seq.desc()).limit(1)
        row = self._connection.execute(newest).first()
        if row is None:
            return replace(snapshot, change=None), None
        texts = self.texts([pair[1] for pair in row.before.values() if pair and pair[1]])
        before = {
            of: replace(pair[0], **texts.get(pair[1], {})) if pair else None for of, pair in row.before.items()
        }
        change = Change(
            row.id, row.by, row.place, row.command, row.at, row.until, before=before, after=row.after, state=row.state
        )
        now = [thing for thing in map(self._one, row.after) if thing is not None]
        return replace(self._with(snapshot, now), change=change), change

    def _answer_person(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        how, _, words = rest.partition(" ")
        if how == "name" and words:
            name = words.casefold()
            fit = tuple(p for p in self.people() if p.state == "active" and name in (p.name.casefold(), *p.name.casefold().split()))
            return self._with(snapshot, fit), fit
        person = self.person_of(words) if how == "at" and words else self.person(rest)
        return (self._with(snapshot, (person,)) if person else snapshot), person

    def _answer_group(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        group = self.group(id)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_code(self, snapshot: Snapshot, code: str) -> tuple[Snapshot, Any]:
        group = self.group_of_code(code)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_codes(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        rows = self._connection.execute(sa.select(tables.groups.c.code, tables.groups.c.id))
        return snapshot, {code: id for code, id in rows}

    def _answer_at(self, snapshot: Snapshot, address: str) -> tuple[Snapshot, Any]:
        id = self.group_at(address)
        return (self._answer_group(snapshot, id)[0] if id else snapshot), id

    def _answer_groups(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        ids = self.groups_of(person.removeprefix("@"), self._now)
        views = {**self._views(set(ids) - set(snapshot.views)), **snapshot.views}
        return self._complete(replace(snapshot, views=views)), ids

    def _answer_owned(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        id = person.removeprefix("@")
        ever = sa.select(tables.members.c.group_id).where(tables.members.c.person == id)
        table = KINDS["Action"].table
        actions = self._where("Action", sa.and_(table.c.group_id.in_(ever), table.c.in_view_until == ALWAYS))
        owned = tuple(action for action in actions if id in action.owners)
        return self._with(snapshot, owned), owned

    def _answer_meeting(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        things: list[Kept] = [thing for thing in (self._one(f"Meeting {id}"),) if thing]
        for kind in GROUP_KINDS:
            if "meeting" in kind.table.c:
                condition = sa.and_(kind.table.c.group_id == groups_in(id), kind.table.c.meeting == id)
                things += self._where(kind.name, condition)
        return self._with(snapshot, things), tuple(things)

    def _answer_meetings(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        things = self._where("Meeting", KINDS["Meeting"].table.c.group_id == group)
        return self._with(snapshot, things), tuple(things)

    def _answer_search(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        group, _, line = rest.partition(" ")
        words = line.casefold().split()
        hits = []
        for name in ("Decision", "Action", "Lesson"):
            kind = KINDS[name]
            for thing in self._where(name, sa.and_(kind.table.c.group_id == group, kind.table.c.state != "undone")):
                text = " ".join(getattr(thing, field) for field in kind.free).casefold()
                if words and all(word in text for word in words):
                    hits.append(thing)
        found = tuple(sorted(hits, key=lambda thing: (thing.at, thing.id), reverse=True))
        return self._with(snapshot, found), found

    def _answer_history(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        facts = self.facts(subject=id)
        # who did it is named in what is shown
        people = {p.id: p for p in (self.person(f.fact.person) for f in facts if f.fact.person) if p}
        return self._with(snapshot, people.values()), facts

    def _answer_versions(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        return snapshot, self.versions([of]).get(of, 0)

    _ANSWERS: Mapping[str, Callable[[Any, Snapshot, str], tuple[Snapshot, Any]]] = {
        "id": _answer_id, "change": _answer_change, "newest": _answer_newest, "person": _answer_person,
        "group": _answer_group, "code": _answer_code, "codes": _answer_codes, "at": _answer_at,
        "groups": _answer_groups, "owned": _answer_owned, "meeting": _answer_meeting, "meetings": _answer_meetings,
        "search": _answer_search, "history": _answer_history, "versions": _answer_versions,
    }  # fmt: skip


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

    def _remember(self, fresh: dict[str, Held]) -> None:
        if not self._wrote:  # what we wrote ourselves may still be rolled back
            super()._remember(fresh)

    def seen(self, event: str) -> StoredAnswer | None:
        """What the event was answered when it came the first time."""
        row = self._connection.execute(sa.select(tables.events).where(tables.events.c.id == event)).first()
        if row is None:
            return None
        answer = self._keys.open(row.key_id, row.answer)
        return StoredAnswer(codec.decode(answer) if answer else Silent(), row.turn, row.change)

    def said_before(self, person: str, address: str, line: str, since: datetime) -> SaidBefore | None:
        """Whether the person said this line here since then, it changed something, and that is not undone."""
        at = tables.events.c
        row = self._connection.execute(
            sa.select(at.change, at.ref, tables.changes.c.state)
            .outerjoin(tables.changes, tables.changes.c.id == at.change)
            .where(at.said == self._said(person, address, line), at.at >= since)
            .order_by(at.at.desc())
            .limit(1)
        ).first()
        return None if row is None or row.state == "undone" else SaidBefore(row.change, row.ref)

    def commit(self, outcome: Outcome, source: Incoming | Timer, now: datetime) -> Committed:
        """Write all of the outcome. It is kept when the transaction ends, or none of it.

        Of a timer the row is deleted, and its event id is "timer <kind> <subject> <due>".
        """
        turn = secrets.token_hex(8)
        timer = source if isinstance(source, Timer) else None
        incoming = source if isinstance(source, Incoming) else None
        person = incoming.person if incoming else ""
        before = {key(thing): self._before(thing) for thing in outcome.save}
        after = self._save(outcome.save, turn, now, ran=timer)
        change = turn if outcome.undo_until and outcome.save else ""
        if change:
            self._connection.execute(
                sa.insert(tables.changes),
                {
                    "id": turn, "by": person, "place": incoming.place.address if incoming else "",
                    "command": outcome.command, "at": now, "until": outcome.undo_until,
                    "before": {of: held and (_without_words(held.thing), held.text_id) for of, held in before.items()},
                    "after": after, "state": "done",
                },
            )  # fmt: skip
        undone = self._undo(outcome.undone) if outcome.undone else []
        self._append(outcome.facts, turn, now)
        queued = self._post(outcome.posts, turn, now, person) + self._redraw(after, undone, turn, now)
        event = incoming.event if incoming else timer_event(cast(Timer, timer))
        changed = bool(outcome.save)
        if timer:
            self.drop_timer(timer)
        if changed or queued or outcome.facts or outcome.answer != Silent() or timer:
            group = incoming and self.group_at(incoming.place.address)
            owner = group or f"@{person or person_in(timer.subject if timer else '')}"
            if timer and groups_in(timer.subject):
                owner = groups_in(timer.subject)
            key_id, answer = self._keys.seal(owner, codec.encode(outcome.answer))
            said = incoming and changed and incoming.said
            self._connection.execute(
                sa.insert(tables.events),
                {
                    "id": event, "turn": turn, "at": now, "person": person, "change": change,
                    "said": self._said(person, incoming.place.address, said) if incoming and said else None,
                    "ref": _ref(outcome), "key_id": key_id, "answer": answer, "owner": owner,
                },
            )  # fmt: skip
        return Committed(turn, change, queued)

    def save(self, things: Sequence[Kept], now: datetime, facts: Sequence[Fact] = ()) -> str:
        """For loading people and groups: nothing is posted, and there is no undo. Returns the turn's id."""
        turn = secrets.token_hex(8)
        for thing in things:
            self._before(thing)
        after = self._save(things, turn, now)
        self._append(facts, turn, now)
        self._redraw(after, [], turn, now)
        return turn

    def drop_timer(self, timer: Timer) -> None:
        """For a timer that was run already, or that nobody can run."""
        at = tables.timers.c
        self._connection.execute(
            sa.delete(tables.timers).where(at.kind == timer.kind, at.subject == timer.subject, at.due == timer.due)
        )

    def _said(self, person: str, address: str, line: str) -> str:
        return self._keys.mark("\n".join((person, address, " ".join(line.casefold().split()))))

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
            values = {column: getattr(kept, field) for field, column in kind.columns}
            values |= {
                "text_id": text_id, "turn": turn, "touched_at": now, "in_view_until": kind.in_view_until(kept, now)
            }  # fmt: skip
            saved[of] = hold(kind, turn, kept, text_id)
            if thing.version == 0:
                rows.setdefault(kind.name, []).append(values)
            else:
                self._update(kind, values, thing.version)
        for name, inserts in rows.items():
            self._connection.execute(_INSERT[name], inserts)
        if texts:
            self._connection.execute(sa.insert(tables.texts), texts)
        self._index([held.thing for held in saved.values()])
        self._set_timers([held.thing for held in saved.values()], now, ran)
        self._held.update(saved)
        self.saved.update(saved)
        return {of: held.thing.version for of, held in saved.items()}

    def _update(self, kind: Kind, values: dict[str, Any], version: int) -> None:
        id = values.pop("id")
        done = self._connection.execute(_UPDATE[kind.name], {**values, "_id": id, "_version": version})
        if done.rowcount != 1:
            raise ConflictError(f"{kind.name} {id} has another version")

    def _text(self, kind: Kind, thing: Kept, held: Held | None, texts: list[dict[str, Any]]) -> str | None:
        """The id of the object's sealed words: the one it had if they are the same, else a new one."""
        words = {field: value for field in kind.free if (value := getattr(thing, field))}
        if held and all(getattr(held.thing, field) == getattr(thing, field) for field in kind.free):
            return held.text_id
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
                        self._connection.execute(sa.insert(at), rows)
            elif isinstance(thing, Group):
                held = self._held.get(key(thing))
                was = cast(Group, held.thing) if held else None
                if was is None or (was.channels, was.state) != (thing.channels, thing.state):
                    self._settle(thing)

    def _settle(self, group: Group) -> None:
        """The group's channels. One that a closed group lives in may be taken over, a living one's may not."""
        at = tables.channels
        self._connection.execute(sa.delete(at).where(at.c.group_id == group.id, at.c.address.not_in(group.channels)))
        for address in group.channels:
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
        """Each object's timers are replaced by those it wants now. The one that is just being run is not set again."""
        old = [key(thing) for thing in things if thing.version > 1]
        if old:
            self._connection.execute(sa.delete(tables.timers).where(tables.timers.c.owner.in_(old)))
        rows = [
            {"owner": key(thing), "kind": timer.kind, "subject": timer.subject, "due": timer.due, "leased_until": None}
            for thing in things
            for timer in dict.fromkeys(timers_of(thing, now))
            if timer != ran
        ]
        if rows:
            self._connection.execute(sa.insert(tables.timers), rows)

    def _append(self, facts: Sequence[Fact], turn: str, now: datetime) -> None:
        if facts:
            rows = [
                {"turn": turn, "at": now, "kind": f.kind, "group_id": f.group, "subject": f.subject,
                 "person": f.person, "detail": dict(f.detail)}
                for f in facts
            ]  # fmt: skip
            self._connection.execute(sa.insert(tables.facts), rows)

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

    def _post(self, posts: Sequence[Post], turn: str, now: datetime, person: str) -> int:
        """One outbox row for each post and address. The words of a notice are sealed under the key of its group."""
        rows: list[dict[str, Any]] = []
        texts: list[dict[str, Any]] = []
        for post in posts:
            owner = self._owner(post, person)
            for address in self._addresses(post.to):
                words = post.message and self._seal(owner, {"message": codec.encode(post.message)}, texts)
                rows.append({
                    "turn": turn, "n": len(rows), "card": None, "address": address, "subject": post.subject,
                    "owner": owner, "text_id": words, "useful_until": post.useful_until, "created_at": now,
                    "not_before": now, "leased_until": None, "attempts": 0, "state": "pending", "why": "",
                })  # fmt: skip
        if texts:
            self._connection.execute(sa.insert(tables.texts), texts)
        if rows:
            self._connection.execute(sa.insert(tables.outbox), rows)
        return len(rows)

    def _addresses(self, to: str) -> tuple[str, ...]:
        if to.startswith("@") or ":" in to:
            return (to,)
        held = self._held.get(f"Group {to}")
        group = cast("Group | None", held.thing if held else self.group(to))
        return group.channels if group else ()

    def _owner(self, post: Post, person: str) -> str:
        """Whose words a notice holds: the group that its subject names, else the one it is sent to, else the person's."""
        of = groups_in(post.subject.partition(":")[2])
        for group in (of, post.to):
            if group and f"Group {group}" in self._held:
                return group
        if ":" in post.to and (there := self.group_at(post.to)):
            return there
        return post.to if post.to.startswith("@") else f"@{person}"

    def _redraw(self, changed: Mapping[str, int], undone: Sequence[str], turn: str, now: datetime) -> int:
        """Queue each card that shows something changed. One that waits already is enough, but is locked: so the
        postman cannot settle it on what we are just changing."""
        cards = list(self._connection.execute(_HOLDERS, {"ids": list(changed)})) if changed else []
        if undone:
            at = tables.cards.c
            notices = sa.select(at.id, at.address, at.subject, at.owner, at.text_id)
            cards += self._connection.execute(notices.where(at.turn.in_(undone), at.undone.is_(True)))
        return queue_redraws(self._connection, cards, turn, now, self._debounce)


def queue_redraws(
    connection: sa.Connection, cards: Iterable[Any], turn: str, now: datetime, debounce: timedelta = timedelta(0)
) -> int:
    """Rows of (id, address, subject, owner, text_id) become redraws, one for each card."""
    rows = {
        card.id: {
            "turn": turn, "n": 0, "card": card.id, "address": card.address, "subject": card.subject,
            "owner": card.owner, "text_id": card.text_id, "useful_until": None, "created_at": now,
            "not_before": now + debounce, "leased_until": None, "attempts": 0, "state": "pending", "why": "",
        }
        for card in cards
    }  # fmt: skip
    if rows:
        statement = insert(connection, tables.outbox)
        statement = statement.on_conflict_do_update(
            index_elements=["card"], index_where=tables.PENDING, set_={"not_before": tables.outbox.c.not_before}
        )
        connection.execute(statement, [rows[id] for id in sorted(rows)])
    return len(rows)


def timer_event(timer: Timer) -> str:
    """The event id of a timer's turn."""
    return f"timer {timer.kind} {timer.subject} {timer.due.isoformat()}"


def _ref(outcome: Outcome) -> str:
    if outcome.facts:
        return outcome.facts[0].subject
    return outcome.save[0].id if outcome.save else ""


def _without_words(thing: Kept) -> Kept:
    free = {f.name: "" for f in dataclasses.fields(thing) if f.metadata.get("free")}
    return replace(thing, **free) if free else thing


def _by_kind(keys: Iterable[str]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for of in keys:
        name, _, id = of.partition(" ")
        ids.setdefault(name, []).append(id)
    return ids


def _chunks(ids: Collection[str]) -> Iterable[list[str]]:
    every = list(ids)
    return (every[n : n + _CHUNK] for n in range(0, len(every), _CHUNK))
