"""Looking things up: snapshots, lists, and the answers to what a decision needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from bot.frozen import replace
from bot.keys import groups_in
from bot.model import KIND_FIELDS, Absence, Change, Escalation, Group, GroupView, Kept, Member, Person, Snapshot
from bot.outcome import Fact, Need
from bot.published import plain
from storage import overview, tables
from storage.access_log import seen_since
from storage.keystore import KeyStore
from storage.prepared import Connection, Prepared, among
from storage.tables import ALWAYS, GROUP_KINDS, KINDS, Kind
from storage.types import Instant, Json

NAMES = "protected names"
"""What a group's own key is asked for to hash them with."""

PERSON_FIELDS = frozenset(
    ["person", "by", "owners", "done_by", "closed_by", "responsible", "asked", "answered_by", "present", "wrote", "led_by", "contact_person", "stand_in", "handed_from", "deputy", "taken_by", "routed_to", "at_door"]
)
"""Fields that hold ids of people. Whoever is named in something that is shown is in the snapshot."""

Naming = Callable[[set[str], Any], None]


def _naming(kind: Kind) -> Naming:
    """What adds those whom an object names, and maybe "": made once, as each turn asks it of all that it looks at."""
    fields = [field for field, _ in kind.columns if field in PERSON_FIELDS]
    several = {field for field, column in kind.columns if isinstance(kind.table.c[column].type, Json)}
    lines = [f"named.{'update' if field in several else 'add'}(thing.{field})" for field in fields]
    if kind.model is Escalation:
        lines.append("for step in thing.path: named.add(step.by)")
    known: dict[str, Any] = {}
    exec("def name(named, thing):\n    " + "\n    ".join(lines or ["pass"]), known)  # nosec B102  # of our own fields' names
    name: Naming = known["name"]
    return name


_NAMING: dict[type, Naming] = {kind.model: _naming(kind) for kind in KINDS.values()}


def names_in(things: Iterable[Kept]) -> set[str]:
    """Ids of the people whom the objects name."""
    named: set[str] = set()
    for thing in things:
        _NAMING[thing.__class__](named, thing)
    named.discard("")
    return named


@dataclass(frozen=True, slots=True)
class StoredFact:
    at: datetime
    turn: str
    fact: Fact


class Held:
    """An object as it is kept. `turn` wrote it, so that the same turn always means the same object."""

    __slots__ = ("thing", "turn")  # no more than these: tens of thousands are held

    def __init__(self, turn: str, thing: Kept) -> None:
        self.turn, self.thing = turn, thing


def _shared(value: Any) -> Any:
    """The value; ids, states and the like, which thousands of objects have in common, are held once."""
    return sys.intern(value) if type(value) is str and len(value) <= 40 else value


class Memory:
    """Objects decoded once, shared by all turns. Safe because an entry is only used for the very row it came from.

    `most` are held: those used lately, and before them those that were. At 0.6 kB each, 1,000 groups are 15 MB: all of a county's
    groups at once, whose turns then cost half as much as when they are read anew. Each is found by its kind and its own id, so
    that no word for the two is held besides.
    """

    def __init__(self, most: int = 60_000) -> None:
        self._half = most // 2
        self._lately, self._before = _nothing(), _nothing()

    def get(self, kind: str, id: str, turn: str) -> Held | None:
        held = self._lately[kind].get(id)
        if held is None:
            held = self._before[kind].get(id)
            if held is not None:
                self.put((held,))
        return held if held is not None and held.turn == turn else None

    def put(self, held: Collection[Held]) -> None:
        if sum(map(len, self._lately.values())) + len(held) > self._half:
            self._before, self._lately = self._lately, _nothing()
        lately = self._lately
        for each in held:
            lately[each.thing.__class__.__name__][each.thing.id] = each

    def clear(self) -> None:
        self._lately, self._before = _nothing(), _nothing()


def _nothing() -> dict[str, dict[str, Held]]:
    return {name: {} for name in KINDS}


def _order(thing: Any) -> Any:
    return thing.starts if hasattr(thing, "starts") else getattr(thing, "number", thing.id)


def _turns_of(kind: Kind, *conditions: Any) -> Any:
    """(kind, id, turn, text id) of what meets the conditions."""
    of = kind.table.c
    return sa.select(sa.literal_column(f"'{kind.name}'").label("kind"), of.id, of.turn, of.text_id).where(*conditions)


def _in_view(kind: Kind) -> Any:
    return kind.table.c.in_view_until >= sa.bindparam("now", type_=Instant())


# What every turn asks is prepared; what is asked now and then goes through SQLAlchemy.
_IN_VIEW = Prepared(sa.union_all(*(_turns_of(kind, among(kind.table.c.group_id, "groups"), _in_view(kind)) for kind in GROUP_KINDS)))
_LIFTED = Prepared(_turns_of(KINDS["Escalation"], among(KINDS["Escalation"].table.c.body, "groups"), _in_view(KINDS["Escalation"])))
_PEOPLE = Prepared(
    sa.union_all(
        _turns_of(KINDS["Person"], among(tables.people.c.id, "ids")),
        _turns_of(KINDS["Absence"], among(tables.absences.c.person, "ids"), tables.absences.c.in_view_until == sa.bindparam("open", type_=Instant())),
    )
)
_groups_by_id = _turns_of(KINDS["Group"], among(tables.groups.c.id, "groups")).order_by(tables.groups.c.id)
_GROUPS = Prepared(_groups_by_id)
_GROUPS_LOCKED = Prepared(_groups_by_id.with_for_update())
_GROUPS_OF = Prepared(
    sa.select(tables.members.c.group_id)
    .join(tables.groups, tables.groups.c.id == tables.members.c.group_id)
    .where(
        tables.members.c.person == sa.bindparam("person"),
        tables.members.c.state == "active",
        tables.groups.c.in_view_until >= sa.bindparam("now", type_=Instant()),
    )
)
_BY_IDS = {name: Prepared(sa.select(kind.table).where(among(kind.table.c.id, "ids"))) for name, kind in KINDS.items()}
_TURNS_BY_ID = {name: Prepared(_turns_of(kind, kind.table.c.id == sa.bindparam("id"))) for name, kind in KINDS.items()}
_versions = {name: sa.select(kind.table.c.id, kind.table.c.version).where(among(kind.table.c.id, "ids")).order_by(kind.table.c.id) for name, kind in KINDS.items()}
_VERSIONS = {
    False: {name: Prepared(query) for name, query in _versions.items()},
    True: {name: Prepared(query.with_for_update(read=True)) for name, query in _versions.items()},
}
_OF_MEETING = Prepared(
    sa.union_all(
        _turns_of(KINDS["Meeting"], KINDS["Meeting"].table.c.id == sa.bindparam("meeting")),
        *(
            _turns_of(kind, kind.table.c.group_id == sa.bindparam("group"), kind.table.c.meeting == sa.bindparam("meeting"))
            for kind in GROUP_KINDS
            if "meeting" in kind.table.c
        ),
    )
)
_TEXTS = Prepared(sa.select(tables.texts.c.id, tables.texts.c.key_id, tables.texts.c.sealed).where(among(tables.texts.c.id, "ids")))
_LIVING = Prepared(sa.select(tables.channels.c.group_id).where(tables.channels.c.address == sa.bindparam("address")))
IDENTITIES = Prepared(sa.select(tables.people.c.identities).where(tables.people.c.id == sa.bindparam("person"), tables.people.c.state == "active"))
WHOSE = Prepared(sa.select(tables.identities.c.person).where(tables.identities.c.identity == sa.bindparam("identity")))


def _stem(word: str) -> str:
    """The word without what may be an ending."""
    return word[:-3] if len(word) > 8 else word[:-2] if len(word) > 5 else word


def _holding(held: list[tuple[Kept, str]], words: list[str]) -> list[Any]:
    return [thing for thing, text in held if words and all(word in text for word in words)]


def versions_of(connection: Connection, keys: Iterable[str], lock: bool = False) -> dict[str, int]:
    """The version of each object that exists. With `lock` they cannot change until the transaction ends."""
    own = {of: plain(of) for of in keys}
    found: dict[str, int] = {}
    for name, ids in _by_kind(own.values()).items():
        for id, version in _VERSIONS[lock][name].all(connection, {"ids": ids}):
            found[f"{name} {id}"] = version
    return {of: found[thing] for of, thing in own.items() if thing in found}


class Read:
    """Looking things up, all in one transaction."""

    locks = False
    LONG = frozenset({"overview", "seen"})

    def __init__(self, connection: sa.Connection, keys: KeyStore, memory: Memory) -> None:
        self._connection = connection
        self._keys = keys
        self._memory = memory
        self._held: dict[str, Held] = {}  # all that this transaction has looked at
        self._text_ids: dict[str, str | None] = {}  # where its words are
        self._asker = ""
        self._address = ""
        self._now = ALWAYS

    # -- people and places

    def person_of(self, identity: str) -> Person | None:
        """By identity: "slack:T0123/U0456", "mail:anna@example.org"."""
        id = WHOSE.value(self._connection, {"identity": identity})
        return self.person(id) if id else None

    def person(self, id: str) -> Person | None:
        return cast("Person | None", self._one(f"Person {id}"))

    def people(self) -> tuple[Person, ...]:
        return tuple(self._where("Person", sa.true()))

    def group(self, id: str) -> Group | None:
        return cast("Group | None", self._one(f"Group {id}"))

    def group_at(self, address: str) -> str:
        """The id of the group living in a channel ("slack:nvg-tall"), "" if none."""
        return sys.intern(_LIVING.value(self._connection, {"address": address}) or "")  # it goes into what is made there

    def group_of_code(self, code: str) -> Group | None:
        return next((g for g in self.groups() if g.code.casefold() == code.casefold()), None)

    def groups(self) -> tuple[Group, ...]:
        return tuple(self._where("Group", sa.true()))

    def groups_of(self, person: str, now: datetime) -> tuple[str, ...]:
        """Ids of the groups that the person is an active member of."""
        return tuple(sorted({group for (group,) in _GROUPS_OF.all(self._connection, {"person": person, "now": now})}))

    def members(self) -> tuple[Member, ...]:
        """Everybody's places in all groups, also those that were left."""
        return tuple(self._where("Member", sa.true()))

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
        views = self._views(groups)
        if not channel and not views:  # the ref named no group
            views = self._views(self.groups_of(person, now))
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
        - "key Action tall:12": the same by its key
        - "touched Action tall:12": who changed it last, rather another than the asker; None if nobody
        - "change <id>" · "newest change": the asker's own in this place, not undone · "newest change 12": on that number,
          in the groups in view. `Change` or None, also in `snapshot.change`; what it changed is in view
        - "person <id>": `Person` or None · "person name <words>": all who fit · "person at <identity>": `Person` or None
        - "called Karin Holm": whether anybody is called just that, or it is their genitive
        - "people": everybody · "everything tall": all that is kept of a group, however old
        - "group <id>": `Group` or None; its view is there · "code <code>": the same · "codes": {group id: code}, all; the code of one undone is ""
        - "names tall": its view, which is there already, gets the key that its protected names are hashed with
        - "bodies": the committees, as `Group`, without views
        - "at <address>": id of the group living there, "" if none; its view is there
        - "groups @anna": ids of her groups; their views are there
        - "busy tall 2026-11-30 2026-12-21 anna,bo": id -> when they meet in other groups, as (from, to); never in which
        - "owned @anna": open actions that she owns, in any group she is or was in
        - "meeting tall:2026-12-01": all that belongs to the meeting, in view · "meetings tall": all its meetings
        - "decisions tall": all its decisions
        - "below gk": the groups whose matters go to it, as `Group`, without views
        - "search tall <words>": decisions, actions and lessons that hold all the words, newest first
        - "overview 2026-11-23 2026-11-27T14:00 below:gk Arvika": a week's `Figures` as of then (naive local), of the groups that
          all: · below:<bodies> · own:<groups> says, narrowed by the words; it is long, and never asked within a turn (`LONG`)
        - "seen tall 2026-10-24" · "seen @anna 2026-10-24": the rows of the access log since that day, of the group or about her, as
          `bot.disclosure.Seen`; its readers are in view. It is long
        - "inside tall": ids of all who are or have been in the group
        - "places @anna": her place in each group that she is or was in, as (code, `Member`, since when)
        - "since @anna": the first that is known of her, None if nothing
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

    def is_long(self, need: Need) -> bool:
        """Whether something in it takes so long that no turn is to wait for it."""
        return any(question.partition(" ")[0] in self.LONG for question in need.what)

    def facts(
        self, *, subject: str = "", group: str = "", person: str = "", kind: str = "", since: datetime | None = None
    ) -> tuple[StoredFact, ...]:
        """Facts that fit all that is given, oldest first."""
        at = tables.facts.c
        given = [c == v for c, v in ((at.subject, subject), (at.group_id, group), (at.person, person), (at.kind, kind)) if v]
        if since:
            given.append(at.at >= since)
        rows = self._connection.execute(sa.select(tables.facts).where(sa.and_(sa.true(), *given)).order_by(at.id))
        return tuple(
            StoredFact(r.at, r.turn, Fact(r.kind, r.group_id, r.subject, r.person, r.detail)) for r in rows
        )

    def versions(self, keys: Collection[str], lock: bool = False) -> dict[str, int]:
        """The version of each object that exists. With `lock` they cannot change until the transaction ends."""
        return versions_of(self._connection, keys, lock)

    def texts(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Opened texts by id. Those whose key was destroyed are missing."""
        opened: dict[str, dict[str, str]] = {}
        for id, key_id, sealed in _TEXTS.all(self._connection, {"ids": ids}) if ids else ():
            words = self._keys.open_texts(key_id, sealed)
            if words is not None:
                opened[id] = words
        return opened

    # -- loading

    def _resolve(self, rows: Iterable[Any]) -> list[Held]:
        """Objects for rows of (kind, id, turn, text id): from memory where that writing was seen before."""
        resolved: dict[str, Held | None] = {}
        missing: dict[str, list[str]] = {}
        for kind, id, turn, text_id in rows:
            of = f"{kind} {id}"
            self._text_ids[of] = text_id
            held = resolved[of] = self._memory.get(kind, id, turn)
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
        self._memory.put(fresh.values())

    def _fetch(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Held]:
        rows = [(KINDS[name], row) for name, ids in wanted.items() for row in _BY_IDS[name].all(self._connection, {"ids": ids})]
        texts = self.texts({row[kind.text_at] for kind, row in rows if row[kind.text_at]})
        fresh: dict[str, Held] = {}
        for kind, row in rows:
            is_named = kind.model in (Person, Group)  # by others; else its id is its own alone
            values = {field: _shared(value) if is_named or field != "id" else value for (field, _), value in zip(kind.columns, row, strict=False)}
            text_id, turn = row[kind.text_at], _shared(row[kind.text_at + 1])
            if text_id:
                values.update(texts.get(text_id, {}))
            fresh[f"{kind.name} {values['id']}"] = Held(turn, kind.model(**values))
        return fresh

    def _where(self, name: str, condition: Any) -> list[Any]:
        rows = self._connection.execute(_turns_of(KINDS[name], condition)).all()
        return sorted((held.thing for held in self._resolve(rows)), key=_order)

    def _one(self, of: str) -> Kept | None:
        name, _, id = of.partition(" ")
        held = self._resolve(_TURNS_BY_ID[name].all(self._connection, {"id": id}))
        return held[0].thing if held else None

    def _views(self, groups: Collection[str]) -> dict[str, GroupView]:
        if not groups:
            return {}
        ids = sorted(groups)
        found = self._resolve((_GROUPS_LOCKED if self.locks else _GROUPS).all(self._connection, {"groups": ids}))
        if not found:
            return {}
        owners = {held.thing.id: cast(Group, held.thing) for held in found}
        rows = _IN_VIEW.all(self._connection, {"groups": owners, "now": self._now})
        fields: dict[str, dict[str, list[Kept]]] = {id: {} for id in owners}
        for held in self._resolve(rows):
            thing = held.thing
            fields[thing.group].setdefault(KIND_FIELDS[type(thing).__name__], []).append(thing)
        if bodies := [id for id, group in owners.items() if group.kind == "committee"]:
            for held in self._resolve(_LIFTED.all(self._connection, {"groups": bodies, "now": self._now})):
                fields[cast(Escalation, held.thing).body].setdefault("lifted", []).append(held.thing)
        keys = {id: self._keys.key_for(id, NAMES) for id, group in owners.items() if group.protected}
        return {
            id: GroupView(group, key=keys.get(id, b""), **{name: tuple(sorted(things, key=_order)) for name, things in fields[id].items()})  # type: ignore[arg-type]
            for id, group in owners.items()
        }

    def _complete(self, snapshot: Snapshot, persons: Iterable[str] = ()) -> Snapshot:
        """With the asker, everybody who is named in the views, and their absences."""
        asker = snapshot.asker.id if snapshot.asker else self._asker
        named = {asker, *persons, *snapshot.people, *names_in(held.thing for held in self._held.values())} - {""}
        found: list[Kept] = []
        if named:
            found += [held.thing for held in self._resolve(_PEOPLE.all(self._connection, {"ids": named, "open": ALWAYS}))]
        people = {thing.id: thing for thing in found if isinstance(thing, Person)}
        absences = {thing.id: thing for thing in (*snapshot.absences, *found) if isinstance(thing, Absence)}
        deputies = {absence.deputy for absence in absences.values()} - {"", *people}
        for id in deputies:
            if person := self.person(id):
                people[id] = person
        return replace(
            snapshot, asker=people.get(asker), people=people, absences=tuple(sorted(absences.values(), key=_order))
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
                if isinstance(thing, Escalation) and (body := views.get(thing.body)) and all(each.id != thing.id for each in body.lifted):
                    views[thing.body] = replace(body, lifted=(*body.lifted, thing))
                view, field = views[thing.group], KIND_FIELDS[type(thing).__name__]
                if all(each.id != thing.id for each in getattr(view, field)):
                    added = (*getattr(view, field), thing)
                    changed: dict[str, Any] = {field: tuple(sorted(added, key=_order))}
                    views[thing.group] = replace(view, **changed)
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
        by_asker = sa.and_(at.by == self._asker, at.state == "done")
        number = rest.removeprefix("change").strip()
        if not number:
            return self._with_change(snapshot, sa.and_(by_asker, at.place == self._address))
        recent = sa.select(at.id, at.after).where(by_asker).order_by(at.seq.desc()).limit(200)
        about = {f"{group}:{number}" for group in snapshot.views}
        for id, after in self._connection.execute(recent):
            if any(of.partition(" ")[2] in about for of in after):
                return self._with_change(snapshot, at.id == id)
        return snapshot, None

    def _with_change(self, snapshot: Snapshot, condition: Any) -> tuple[Snapshot, Any]:
        newest = sa.select(tables.changes).where(condition).order_by(tables.changes.c.seq.desc()).limit(1)
        row = self._connection.execute(newest).first()
        if row is None:
            return replace(snapshot, change=None), None
        kept = [*filter(None, row.before.values()), *row.after.values()]
        texts = self.texts({text_id for _, text_id in kept if text_id})

        def whole(pair: tuple[Any, str | None] | None) -> Any:
            return pair and replace(pair[0], **texts.get(pair[1] or "", {}))

        change = Change(
            row.id, row.by, row.place, row.command, row.at, row.until, state=row.state,
            before={of: whole(pair) for of, pair in row.before.items()},
            after={of: whole(pair) for of, pair in row.after.items()},
        )  # fmt: skip
        now = [thing for thing in map(self._one, row.after) if thing is not None]
        return replace(self._with(snapshot, now), change=change), change

    def _answer_key(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        thing = self._one(of)
        return (self._with(snapshot, (thing,)) if thing else snapshot), thing

    def _answer_touched(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        at = tables.facts.c
        by = self._connection.scalar(
            sa.select(at.person)
            .where(at.subject == of.partition(" ")[2], at.person != "")
            .order_by(sa.case((at.person == self._asker, 1), else_=0), at.id.desc())
            .limit(1)
        )
        return (self._answer_person(snapshot, by)[0] if by else snapshot), by

    def _answer_person(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        how, _, words = rest.partition(" ")
        if how == "name" and words:
            name = words.casefold()
            fit = tuple(p for p in self.people() if p.state == "active" and name in (p.name.casefold(), *p.name.casefold().split()))
            return self._with(snapshot, fit), fit
        person = self.person_of(words) if how == "at" and words else self.person(rest)
        return (self._with(snapshot, (person,)) if person else snapshot), person

    def _answer_called(self, snapshot: Snapshot, name: str) -> tuple[Snapshot, Any]:
        known = sa.select(tables.people.c.id).where(tables.people.c.name.in_((name, name.removesuffix("s"))))
        return snapshot, self._connection.scalar(known.limit(1)) is not None

    def _answer_people(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        people = self.people()
        return self._with(snapshot, people), people

    def _answer_everything(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        return snapshot, tuple(thing for things in self.everything_of(group).values() for thing in things)

    def _answer_group(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        group = self.group(id)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_names(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        view = snapshot.views[group]
        view = replace(view, key=view.key or self._keys.key_for(group, NAMES))
        return replace(snapshot, views={**snapshot.views, group: view}), True

    def _answer_code(self, snapshot: Snapshot, code: str) -> tuple[Snapshot, Any]:
        group = self.group_of_code(code)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_codes(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = tables.groups.c
        rows = self._connection.execute(sa.select(at.id, at.code, at.state))
        return snapshot, {row.id: "" if row.state == "undone" else row.code for row in rows}

    def _answer_bodies(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = KINDS["Group"].table.c
        return snapshot, tuple(self._where("Group", sa.and_(at.kind == "committee", at.in_view_until == ALWAYS)))

    def _answer_at(self, snapshot: Snapshot, address: str) -> tuple[Snapshot, Any]:
        id = self.group_at(address)
        return (self._answer_group(snapshot, id)[0] if id else snapshot), id

    def _answer_groups(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        ids = self.groups_of(person.removeprefix("@"), self._now)
        views = {**self._views(set(ids) - set(snapshot.views)), **snapshot.views}
        return self._complete(replace(snapshot, views=views)), ids

    def _answer_busy(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        own, first, last, ids = rest.split(" ")
        people, meetings = tables.members.c, KINDS["Meeting"].table.c
        since, until = datetime.fromisoformat(first), datetime.fromisoformat(last)
        rows = self._connection.execute(
            sa.select(people.person, meetings.starts, meetings.minutes)
            .join(KINDS["Meeting"].table, meetings.group_id == people.group_id)
            .where(
                people.person.in_(ids.split(",")), people.state == "active", people.group_id != own,
                meetings.state == "planned", meetings.starts >= since, meetings.starts < until,
            )
        )  # fmt: skip
        busy: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
        for person, starts, minutes in rows:
            busy[person] = (*busy.get(person, ()), (starts, starts + timedelta(minutes=minutes)))
        return snapshot, busy

    def _answer_owned(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        id = person.removeprefix("@")
        ever = sa.select(tables.members.c.group_id).where(tables.members.c.person == id)
        table = KINDS["Action"].table
        actions = self._where("Action", sa.and_(table.c.group_id.in_(ever), table.c.in_view_until == ALWAYS))
        owned = tuple(action for action in actions if id in action.owners)
        return self._with(snapshot, owned), owned

    def _answer_meeting(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        rows = _OF_MEETING.all(self._connection, {"meeting": id, "group": groups_in(id)})
        things = [held.thing for held in self._resolve(rows)]
        return self._with(snapshot, things), tuple(things)

    def _answer_meetings(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        things = self._where("Meeting", KINDS["Meeting"].table.c.group_id == group)
        return self._with(snapshot, things), tuple(things)

    def _answer_decisions(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        things = self._where("Decision", KINDS["Decision"].table.c.group_id == group)
        return self._with(snapshot, things), tuple(things)

    def _answer_below(self, snapshot: Snapshot, body: str) -> tuple[Snapshot, Any]:
        table = KINDS["Group"].table
        return snapshot, tuple(self._where("Group", sa.and_(table.c.above == body, table.c.in_view_until == ALWAYS)))

    def _answer_search(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        group, _, line = rest.partition(" ")
        words = [word.strip(",.?!:;\"”'()") for word in line.casefold().split()]
        held = []
        for name in ("Decision", "Action", "Lesson"):
            kind = KINDS[name]
            for thing in self._where(name, sa.and_(kind.table.c.group_id == group, kind.table.c.state != "undone")):
                text = " ".join(getattr(thing, field) for field in kind.free).casefold()
                held.append((thing, text))
        # as written; else in another form of the words: "hjälpmedel" also finds "hjälpmedlen"
        hits = _holding(held, words) or _holding(held, [_stem(word) for word in words])
        found = tuple(sorted(hits, key=lambda thing: (thing.at, thing.id), reverse=True))
        return self._with(snapshot, found), found

    def _answer_overview(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        # the groups are looked at apart: not all who are named in them are to come into view
        groups = Read(self._connection, self._keys, self._memory).groups()
        figures, shown = overview.figures(self._connection, groups, overview.Wanted.read(rest))
        matters = tuple(self._where("Escalation", KINDS["Escalation"].table.c.id.in_(shown))) if shown else ()
        return self._complete(snapshot), replace(figures, matters=matters)

    def _answer_seen(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        whose, day = rest.split(" ")
        of = {"person": whose[1:]} if whose.startswith("@") else {"group": whose}
        rows = seen_since(self._connection, self._keys, date.fromisoformat(day), **of)
        people = [person for id in {row.reader for row in rows} if (person := self.person(id))]
        return self._with(snapshot, people), rows

    def _answer_inside(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        at = tables.members.c
        return snapshot, frozenset(self._connection.scalars(sa.select(at.person).where(at.group_id == group, at.state != "undone")))

    def _answer_places(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        at, fact = tables.members.c, tables.facts.c
        seats = [seat for seat in self._where("Member", at.person == person.removeprefix("@")) if seat.state != "undone"]
        first = sa.select(fact.subject, sa.func.min(fact.at)).where(fact.subject.in_([seat.id for seat in seats])).group_by(fact.subject)
        since = {row[0]: row[1] for row in self._connection.execute(first)}
        codes = {group.id: group.code for seat in seats if (group := self.group(seat.group)) and group.state not in ("undone", "forgotten")}
        return snapshot, tuple((codes[seat.group], seat, since.get(seat.id)) for seat in seats if seat.group in codes)

    def _answer_since(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        at = tables.facts.c
        return snapshot, self._connection.scalar(sa.select(sa.func.min(at.at)).where(at.person == person.removeprefix("@")))

    def _answer_history(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        facts = self.facts(subject=id)
        # who did it is named in what is shown
        people = {p.id: p for p in (self.person(f.fact.person) for f in facts if f.fact.person) if p}
        return self._with(snapshot, people.values()), facts

    def _answer_versions(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        return snapshot, self.versions([of]).get(of, 0)

    _ANSWERS: Mapping[str, Callable[[Any, Snapshot, str], tuple[Snapshot, Any]]] = {
        "id": _answer_id, "key": _answer_key, "touched": _answer_touched, "change": _answer_change, "newest": _answer_newest, "person": _answer_person, "called": _answer_called,
        "people": _answer_people, "everything": _answer_everything, "group": _answer_group, "names": _answer_names, "code": _answer_code, "codes": _answer_codes, "bodies": _answer_bodies, "at": _answer_at,
        "groups": _answer_groups, "busy": _answer_busy, "owned": _answer_owned, "meeting": _answer_meeting, "meetings": _answer_meetings,
        "below": _answer_below, "decisions": _answer_decisions, "search": _answer_search, "overview": _answer_overview, "history": _answer_history,
        "seen": _answer_seen, "inside": _answer_inside, "places": _answer_places, "since": _answer_since, "versions": _answer_versions,
    }  # fmt: skip


def _by_kind(keys: Iterable[str]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for of in keys:
        name, _, id = of.partition(" ")
        ids.setdefault(name, []).append(id)
    return ids
