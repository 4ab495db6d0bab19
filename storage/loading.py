"""Objects loaded by their rows, and snapshots made of them."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from bot.frozen import replace
from bot.model import KIND_FIELDS, Absence, Escalation, Group, GroupView, Kept, Member, Person, Snapshot
from bot.outcome import Fact
from bot.published import plain
from storage import tables
from storage.keystore import KeyStore
from storage.memory import Held, Memory, shared
from storage.named import names_in
from storage.prepared import Connection, Prepared, among
from storage.tables import ALWAYS, GROUP_KINDS, KINDS, Kind
from storage.types import Instant

NAMES = "protected names"
"""What a group's own key is asked for to hash them with."""


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as it is kept. `at`: aware UTC."""

    at: datetime
    turn: str
    fact: Fact


def _order(thing: Any) -> Any:
    return thing.starts if hasattr(thing, "starts") else getattr(thing, "number", thing.id)


def turns_of(kind: Kind, *conditions: Any) -> Any:
    """(kind, id, turn, text id) of what meets the conditions."""
    of = kind.table.c
    return sa.select(sa.literal_column(f"'{kind.name}'").label("kind"), of.id, of.turn, of.text_id).where(*conditions)


def _in_view(kind: Kind) -> Any:
    return kind.table.c.in_view_until >= sa.bindparam("now", type_=Instant())


# What every turn asks is prepared; what is asked now and then goes through SQLAlchemy.
_IN_VIEW = Prepared(sa.union_all(*(turns_of(kind, among(kind.table.c.group_id, "groups"), _in_view(kind)) for kind in GROUP_KINDS)))
_LIFTED = Prepared(turns_of(KINDS["Escalation"], among(KINDS["Escalation"].table.c.body, "groups"), _in_view(KINDS["Escalation"])))
_PEOPLE = Prepared(
    sa.union_all(
        turns_of(KINDS["Person"], among(tables.people.c.id, "ids")),
        turns_of(KINDS["Absence"], among(tables.absences.c.person, "ids"), tables.absences.c.in_view_until == sa.bindparam("open", type_=Instant())),
    )
)
_groups_by_id = turns_of(KINDS["Group"], among(tables.groups.c.id, "groups")).order_by(tables.groups.c.id)
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
_TURNS_BY_ID = {name: Prepared(turns_of(kind, kind.table.c.id == sa.bindparam("id"))) for name, kind in KINDS.items()}
_versions = {name: sa.select(kind.table.c.id, kind.table.c.version).where(among(kind.table.c.id, "ids")).order_by(kind.table.c.id) for name, kind in KINDS.items()}
_VERSIONS = {
    False: {name: Prepared(query) for name, query in _versions.items()},
    True: {name: Prepared(query.with_for_update(read=True)) for name, query in _versions.items()},
}
_TEXTS = Prepared(sa.select(tables.texts.c.id, tables.texts.c.key_id, tables.texts.c.sealed).where(among(tables.texts.c.id, "ids")))
_LIVING = Prepared(sa.select(tables.channels.c.group_id).where(tables.channels.c.address == sa.bindparam("address")))
IDENTITIES = Prepared(sa.select(tables.people.c.identities).where(tables.people.c.id == sa.bindparam("person"), tables.people.c.state == "active"))
WHOSE = Prepared(sa.select(tables.identities.c.person).where(tables.identities.c.identity == sa.bindparam("identity")))


def versions_of(connection: Connection, keys: Iterable[str], lock: bool = False) -> dict[str, int]:
    """The version of each object that exists. With `lock` they cannot change until the transaction ends."""
    own = {of: plain(of) for of in keys}
    found: dict[str, int] = {}
    for name, ids in _by_kind(own.values()).items():
        for id, version in _VERSIONS[lock][name].all(connection, {"ids": ids}):
            found[f"{name} {id}"] = version
    return {of: found[thing] for of, thing in own.items() if thing in found}


class Loading:
    """Loads what is kept, all in one transaction."""

    locks = False

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
            values = {field: shared(value) if is_named or field != "id" else value for (field, _), value in zip(kind.columns, row, strict=False)}
            text_id, turn = row[kind.text_at], shared(row[kind.text_at + 1])
            if text_id:
                values.update(texts.get(text_id, {}))
            fresh[f"{kind.name} {values['id']}"] = Held(turn, kind.model(**values))
        return fresh

    def _where(self, name: str, condition: Any) -> list[Any]:
        rows = self._connection.execute(turns_of(KINDS[name], condition)).all()
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


def _by_kind(keys: Iterable[str]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for of in keys:
        name, _, id = of.partition(" ")
        ids.setdefault(name, []).append(id)
    return ids
