"""Taking things out of the database: export, erasure, backup; and bringing a backup back."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from bot.keys import key
from bot.model import Group, Kept, Person, Snapshot, TimeSpent
from bot.outcome import Fact, Need
from bot.published import sight_of
from bot.rules.work_calendar import Working
from storage import codec, tables
from storage.access_log import AccessLog, count
from storage.keystore import KeyStore
from storage.loading import StoredFact
from storage.memory import Memory
from storage.migrations import head, migrate
from storage.named import names_in
from storage.read import Read
from storage.tables import ERASED_NAME, GROUP_KINDS, KINDS
from storage.types import Instant, Json, MomentText, read_json, read_moment
from storage.work import Work, queue_redraws

EXPORTED = {
    "Action": "actions", "Decision": "decisions", "Meeting": "meetings", "Point": "points", "Question": "questions", "Inquiry": "inquiries",
    "Lesson": "lessons", "TimeSpent": "times_spent", "Member": "members", "Escalation": "escalations",
}  # fmt: skip
_FORMAT, _FORMAT_BEFORE = "nvg backup 2", "nvg backup 1"  # before, nothing of people's was sealed


class NotEmpty(Exception):
    """A backup is only brought back into an empty database."""


class WrongBackup(Exception):
    """The file is no backup, is broken, or was made for another shape of the database: then `revision` says which."""

    def __init__(self, why: str, revision: str = "") -> None:
        super().__init__(why)
        self.revision = revision


class Archive(AccessLog):
    """Export, erasure and backup of a store."""

    keys: KeyStore
    memory: Memory

    # -- export

    def export_group(self, code: str) -> dict[str, Any]:
        """Everything kept about a group, in plain values. KeyError if there is none with that code."""
        with self._plain_read() as read:
            group = _group(read, code)
            kept = read.everything_of(group.id)
            return {
                "group": _plain(group),
                "actions": [], "decisions": [], "escalations": [], "meetings": [],
                **{EXPORTED[name]: [_plain(thing) for thing in things] for name, things in kept.items()},
                "people": [_plain(p) for p in (read.person(m) for m in _members(kept)) if p],
                "facts": [_plain_fact(fact) for fact in read.facts(group=group.id)],
                "access_log": [_readable(row) for row in self.seen(group=group.id)],
            }  # fmt: skip

    def export_person(self, id: str) -> dict[str, Any]:
        """Everything kept about a person: who they are, and all in their groups that names them. KeyError if unknown."""
        with self._plain_read() as read:
            person = _person(read, id)
            kept: dict[str, list[Any]] = {EXPORTED[k.name]: [] for k in GROUP_KINDS}
            groups = read.groups_ever_of(person.id)
            for group in groups:
                for name, things in read.everything_of(group).items():
                    kept[EXPORTED[name]] += [
                        {"group": group, **_plain(thing)} for thing in things if read.names(thing, person.id)
                    ]
            return {
                "person": _plain(person),
                "actions": [], "decisions": [], "escalations": [], "meetings": [],
                **kept,
                "absences": [_plain(absence) for absence in read.absences_of(person.id)],
                "facts": [_plain_fact(fact) for fact in read.facts(person=person.id)],
                "seen_by": [_readable(row) for row in self.seen(person=person.id)],
                "has_seen": [_readable(row) for row in self.seen(reader=person.id)],
            }  # fmt: skip

    # -- erasure

    def erase_group(self, code: str, now: datetime, *, dry: bool = False) -> dict[str, int]:
        """Erase a group: its key, so that no copy of its words can be read, and all its rows. Facts stay: they hold
        no words. Cards that show it turn to Gone. Returns what was (`dry`: would be) erased, counted.

        KeyError if there is no group with that code.
        """
        with self._plain_read() as read:
            group = _group(read, code)
            kept = read.everything_of(group.id)
        counts = {EXPORTED[name]: len(things) for name, things in kept.items() if things}
        if dry:
            return counts
        traces = _traces(group.id, _members(kept))
        seen = self._not_folded(*traces)
        self.keys.destroy(group.id, now)
        keys = [key(group), *(key(thing) for things in kept.values() for thing in things)]
        with self.writing() as connection:
            self._gone(connection, tables.cards.c.owner == group.id, keys, now)
            self._forget(connection, group.id, keys, traces)
            count(connection, seen)
            self._forget_seen_of(connection, group=group.id)
            for kind in reversed(GROUP_KINDS):
                connection.execute(sa.delete(kind.table).where(kind.table.c.group_id == group.id))
            connection.execute(sa.delete(tables.channels).where(tables.channels.c.group_id == group.id))
            connection.execute(sa.delete(tables.groups).where(tables.groups.c.id == group.id))
        self.memory.clear()
        self.empty_log()
        return counts

    def erase_person(self, id: str, now: datetime, *, dry: bool = False) -> dict[str, int]:
        """Erase who a person is: name, addresses, telephone, working hours, absences. Their words in the groups stay,
        by "borttagen person". Returns what was (`dry`: would be) erased, counted. KeyError if unknown."""
        with self._plain_read() as read:
            person = _person(read, id)
            id = person.id
            absences = read.absences_of(id)
            memberships = [m for g in read.groups_ever_of(id) for m in read.memberships(g, id) if m.state == "active"]
        counts = {"identities": len(person.identities), "absences": len(absences), "memberships": len(memberships)}
        if dry:
            return counts
        traces = _traces(f"@{id}", [id])
        seen = self._not_folded(*traces)
        self.keys.destroy(f"@{id}", now)
        with self.writing() as connection:
            keys = [key(person), *(key(absence) for absence in absences)]
            self._gone(connection, tables.cards.c.address == f"@{id}", [], now)
            self._forget(connection, f"@{id}", keys, traces)
            count(connection, seen)
            self._forget_seen_of(connection, person=id)
            at = tables.outbox.c
            connection.execute(sa.delete(tables.outbox).where(at.address == f"@{id}", at.card.is_(None), at.state == "pending"))
            connection.execute(sa.delete(tables.absences).where(tables.absences.c.person == id))
            private = [each.replace(":", ":@", 1) for each in person.identities]
            connection.execute(sa.delete(tables.conversations).where(tables.conversations.c.address.in_(private)))
            work = Work(connection, self.keys, self.memory)
            nobody = replace(
                person, name=ERASED_NAME, organisation="", identities=(), phone="", working=Working(),
                remind_at=time(7, 30), reminded_on=None, roles=frozenset(), state="gone",
            )  # fmt: skip
            work.save([nobody, *(replace(m, state="left") for m in memberships)], now)
        self.memory.clear()
        self.empty_log()
        return counts

    # -- what has served

    def old_words(self, untouched_since: Mapping[str, datetime]) -> list[Kept]:
        """Of each kind: what has words (of the time study: a name) and has not been written to since then, in all groups."""
        with self._plain_read() as read:
            return [
                thing for name, since in untouched_since.items()
                for thing in read.where(name, sa.and_(_worded(KINDS[name].table), KINDS[name].table.c.touched_at < since))
            ]  # fmt: skip

    def erase_words(self, group: str, things: Sequence[Kept], notices_until: datetime, now: datetime, facts: Sequence[Fact] = ()) -> None:
        """Erase the words of those of a group's objects, and the names in its time study; all else about them stays, and so do numbers.

        A card of one of them turns to Gone, others are drawn anew; notices drawn before `notices_until` turn to Gone. Words that nothing refers to any more,
        as those of an earlier writing, go too. All of it in one commit.
        """
        keys, turn = {key(thing) for thing in things}, secrets.token_hex(8)
        with self.writing() as connection:
            for thing in things:
                table = KINDS[type(thing).__name__].table
                emptied: dict[str, Any] = {"text_id": None, "turn": turn, "version": table.c.version + 1}
                if isinstance(thing, TimeSpent):
                    emptied |= {"person": "", "about": ""}
                connection.execute(sa.update(table).where(table.c.id == thing.id).values(emptied))
            at, about = tables.cards.c, {f":{thing.id}" for thing in things}
            shown = connection.execute(sa.select(at.id, at.subject).where(at.gone.is_(False), at.id.in_(sa.select(tables.card_holds.c.card).where(tables.card_holds.c.key.in_(keys)))))
            theirs = [card.id for card in shown if card.subject.endswith(tuple(about))]
            notices = sa.and_(at.owner == group, at.text_id.is_not(None), at.drawn_at < notices_until)
            self._gone(connection, sa.or_(notices, at.id.in_(theirs)), keys, now)
            change = tables.changes.c
            touched = [row.id for row in connection.execute(_changes_of(group)) if keys & set(row.after)]
            connection.execute(sa.delete(tables.changes).where(change.id.in_(touched)))
            connection.execute(sa.delete(tables.texts).where(tables.texts.c.id.in_(self._unused(connection, group))))
            Work(connection, self.keys, self.memory).save([], now, facts)
        self.memory.clear()
        self.empty_log()

    def _unused(self, connection: sa.Connection, group: str) -> list[str]:
        """Texts of the group that no object, card, post or undo needs."""
        box, cards = tables.outbox.c, tables.cards.c
        used = sa.union_all(
            *(sa.select(kind.table.c.text_id).where(kind.table.c.group_id == group) for kind in GROUP_KINDS),
            sa.select(tables.groups.c.text_id).where(tables.groups.c.id == group),
            sa.select(cards.text_id).where(cards.gone.is_(False)),
            sa.select(box.text_id).where(box.card.is_(None)),
        )
        kept = {text for (text,) in connection.execute(used)}
        kept |= {pair[1] for row in connection.execute(_changes_of(group)) for pair in row.before.values() if pair}
        all = connection.scalars(sa.select(tables.texts.c.id).where(tables.texts.c.owner == group))
        return [id for id in all if id not in kept]

    def idle_people(self, since: datetime) -> list[Person]:
        """Who is in no group, has no role here and nothing left to do, and has not been seen since then; not those erased already."""
        at, of = tables.members.c, tables.people.c
        with self._plain_read() as read:
            loose = read.where("Person", of.id.not_in(sa.select(at.person).where(at.state.in_(("active", "out")))))
            return [
                person for person in loose
                if person.name != ERASED_NAME and not person.roles and read.last_seen(person.id) < since
                and not read.add(Snapshot(), Need((f"owned @{person.id}",))).found[f"owned @{person.id}"]
            ]  # fmt: skip

    def _gone(self, connection: sa.Connection, cards: Any, keys: Iterable[str], now: datetime) -> None:
        """Those cards turn to Gone; others that show one of the keys are drawn anew."""
        at, holds = tables.cards.c, tables.card_holds.c
        gone = set(connection.scalars(sa.update(tables.cards).where(cards).values(gone=True).returning(at.id)))
        for of in keys:
            gone |= set(connection.scalars(sa.select(holds.card).where(holds.key.in_((of, sight_of(of))))))
        again = sa.select(at.id, at.address, at.subject, at.owner, at.text_id).where(at.id.in_(gone))
        queue_redraws(connection, map(tuple, connection.execute(again)), secrets.token_hex(8), now)

    def _forget(self, connection: sa.Connection, owner: str, keys: list[str], traces: tuple[Any, Any]) -> None:
        """Words, answers, before-images, timers and unsent posts."""
        answers, posts = traces
        connection.execute(sa.delete(tables.outbox).where(posts))
        connection.execute(sa.delete(tables.texts).where(tables.texts.c.owner == owner))
        connection.execute(sa.delete(tables.events).where(answers))
        wanted = set(keys)
        change = tables.changes.c
        touched = [
            row.id for row in connection.execute(sa.select(change.id, change.after)) if wanted & set(row.after)
        ]
        connection.execute(sa.delete(tables.changes).where(change.id.in_(touched)))
        connection.execute(sa.delete(tables.timers).where(tables.timers.c.owner.in_(keys)))

    # -- backup

    def backup(self, path: Path, now: datetime) -> None:
        """A copy as of one moment, while the bot runs: gzipped JSON lines, the same for every database.

        Without the keys, which have a backup of their own, and without the answers of the last days. It says where they lie.
        Who people are is sealed under each one's own key, so that an erasure reaches the backups made before it.
        """
        with self.reading() as connection, gzip.open(path, "wt", encoding="utf-8") as file:
            revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            file.write(json.dumps({"format": _FORMAT, "revision": revision, "at": now.isoformat(), "keys": self.keys.place}) + "\n")
            whose: dict[str, str] = dict(connection.execute(sa.select(tables.identities)).tuples().all())
            for table in _in_backup():
                for row in connection.execution_options(yield_per=1000).execute(sa.select(table)):
                    line = {name: _to_json(value, table.c[name]) for name, value in row._mapping.items()}
                    file.write(json.dumps({"table": table.name, **self._sealed(table, line, whose)}, ensure_ascii=False) + "\n")

    def _sealed(self, table: sa.Table, line: dict[str, Any], whose: Mapping[str, str]) -> dict[str, Any]:
        """A row for the backup. `whose`: each identity's person."""
        if table is tables.people:
            owner = f"@{line['id']}"
        elif table is tables.identities:
            owner = f"@{line['person']}"
        elif table is tables.conversations:
            person = whose.get(line["address"].replace(":@", ":", 1), "") if ":@" in line["address"] else ""
            owner = f"@{person}" if person else ""
        else:
            owner = line["address"] if table is tables.cards and line["address"].startswith("@") else ""
        if not owner:
            return {"row": line}
        key_id, sealed = self.keys.seal(owner, json.dumps({name: line.pop(name) for name in _PERSONAL[table.name]}, ensure_ascii=False))
        return {"row": line, "key": key_id, "sealed": base64.b64encode(sealed).decode()}

    def _opened(self, entry: Mapping[str, Any]) -> dict[str, Any] | None:
        """A row of a backup as it was; of who has been erased since, what may be left of it."""
        row: dict[str, Any] = entry["row"]
        if "sealed" not in entry:
            return row
        words = self.keys.open(entry["key"], base64.b64decode(entry["sealed"]))
        if words is not None:
            return {**row, **json.loads(words)}
        return {**row, **_NOBODY[entry["table"]]} if entry["table"] in _NOBODY else None

    def restore(self, path: Path, now: datetime) -> int:
        """Bring a backup back into an empty database. What was erased since it was made is erased again.

        Answers with how many people nobody can name, as their keys are not here. WrongBackup, NotEmpty: nothing was changed.
        """
        migrate(self)
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                lines = iter(file)
                header = json.loads(next(lines, "{}"))
                if not isinstance(header, dict) or header.get("format") not in (_FORMAT, _FORMAT_BEFORE):
                    raise WrongBackup(f"{path.name} is not a backup of ours")
                if header["revision"] != head():
                    raise WrongBackup(f"{path.name} has the shape {header['revision']}, this bot has {head()}", str(header["revision"]))
                with self.writing() as connection:
                    nameless = self._fill(connection, lines)
        except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise WrongBackup(f"{path.name} cannot be read: {error}") from error
        self.memory.clear()
        self._erase_again(datetime.fromisoformat(header["at"]), now)
        return len(nameless - {owner.removeprefix("@") for owner in self.keys.destroyed_since(datetime.min.replace(tzinfo=UTC))})

    def without_key(self) -> int:
        """How many texts nobody can read, as their keys are not here."""
        with self.reading() as connection:
            of = tables.texts.c.key_id
            return sum(count for key_id, count in connection.execute(sa.select(of, sa.func.count()).group_by(of)) if not self.keys.holds(key_id))

    def _fill(self, connection: sa.Connection, lines: Iterator[str]) -> set[str]:
        """All of a backup's rows. Answers with the people whom nobody can name any more."""
        nameless: set[str] = set()
        by_name = {table.name: table for table in _in_backup()}
        for table in by_name.values():
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise NotEmpty("the database is not empty: restore into a new one")
        batch: list[dict[str, Any]] = []
        current: sa.Table | None = None
        for line in lines:
            entry = json.loads(line)
            table = by_name[entry["table"]]
            if batch and (table is not current or len(batch) == 1000):
                connection.execute(sa.insert(cast(sa.Table, current)), batch)
                batch = []
            current = table
            row = self._opened(entry)
            if row is not None:
                batch.append({name: _from_json(value, table.c[name]) for name, value in row.items()})
            if table is tables.people and "key" in entry and not self.keys.holds(entry["key"]):
                nameless.add(entry["row"]["id"])
        if batch:
            connection.execute(sa.insert(cast(sa.Table, current)), batch)
        if not self.sqlite:  # numbers given out from now on come after those brought back
            for table in by_name.values():
                counter = table.autoincrement_column
                if counter is not None:
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{counter.name}'), "  # nosec B608  # our own tables
                        f"coalesce((SELECT max({counter.name}) FROM {table.name}), 0) + 1, false)"
                    )

        return nameless

    def _erase_again(self, since: datetime, now: datetime) -> None:
        for owner in self.keys.destroyed_since(since):
            with self._plain_read() as read:
                group = read.group(owner)
            if owner.startswith("@"):
                self.erase_person(owner[1:], now)
            elif group:
                self.erase_group(group.code, now)

    def _plain_read(self) -> Any:
        return _Reading(self)


def keys_named_in(path: Path) -> str:
    """Where the keys of a backup lay when it was made; "" if it does not say."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return str(json.loads(next(file, "{}")).get("keys", ""))
    except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError, AttributeError):
        return ""


class _Reading:
    """`with` a reader of the archive's own, which also finds what is closed long since."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __enter__(self) -> _Reader:
        self._transaction = self._archive.reading()
        return _Reader(self._transaction.__enter__(), self._archive.keys, self._archive.memory)

    def __exit__(self, *error: Any) -> None:
        self._transaction.__exit__(*error)


class _Reader(Read):
    def groups_ever_of(self, person: str) -> tuple[str, ...]:
        at = tables.members.c
        return tuple(sorted(set(self._connection.scalars(sa.select(at.group_id).where(at.person == person)))))

    def where(self, name: str, condition: sa.ColumnElement[bool]) -> list[Any]:
        return self._where(name, condition)

    def last_seen(self, person: str) -> datetime:
        """When somebody last left a group, or did something, or was changed by somebody. Who has done nothing at all: when last written to."""
        fact, at, of = tables.facts.c, tables.members.c, tables.people.c
        theirs = sa.and_(sa.or_(fact.person == person, fact.subject == f"@{person}"), fact.kind != "person_erasure_told")
        seen = (sa.select(sa.func.max(fact.at)).where(theirs), sa.select(sa.func.max(at.touched_at)).where(at.person == person))
        moments = [moment for each in seen if (moment := self._connection.scalar(each)) is not None]
        # the bot writes to everybody who works here each morning, so that alone says nothing
        return max(moments) if moments else cast(datetime, self._connection.scalar(sa.select(of.touched_at).where(of.id == person)))

    def memberships(self, group: str, person: str) -> list[Any]:
        at = tables.members.c
        return self._where("Member", sa.and_(at.group_id == group, at.person == person))

    def absences_of(self, person: str) -> list[Any]:
        return self._where("Absence", tables.absences.c.person == person)

    def names(self, thing: Kept, person: str) -> bool:
        return person in names_in([thing])


def _worded(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether there is something to erase."""
    return table.c.person != "" if table is KINDS["TimeSpent"].table else table.c.text_id.is_not(None)


def _changes_of(group: str) -> sa.Select[Any]:
    """What can still be undone in the group, and a little more."""
    change = tables.changes.c
    return sa.select(change.id, change.before, change.after).where(sa.type_coerce(change.after, sa.Text).contains(f" {group}", autoescape=True))


_PERSONAL = {  # what says who somebody is
    "people": ("name", "organisation", "identities", "phone"), "identities": ("identity",), "conversations": ("address", "conversation"), "cards": ("sent_to",),
}  # fmt: skip
_NOBODY: dict[str, dict[str, Any]] = {  # in its place, where the key is gone; else the row is left out
    "people": {"name": ERASED_NAME, "organisation": "", "identities": codec.encode(()), "phone": "", "state": "gone"}, "cards": {"sent_to": ""},
}  # fmt: skip


def _in_backup() -> list[sa.Table]:
    return [table for table in tables.metadata.sorted_tables if table is not tables.events]


def _group(read: Read, code: str) -> Group:
    group = read.group_of_code(code) or read.group(code)
    if group is None:
        raise KeyError(code)
    return group


def _person(read: Read, id: str) -> Person:
    """By id, or by e-mail address: not every id is one that people know."""
    person = read.person(id.removeprefix("@")) or read.person_of(f"mail:{id.casefold()}")
    if person is None:
        raise KeyError(id)
    return person


def _members(kept: Mapping[str, tuple[Kept, ...]]) -> list[str]:
    return sorted({getattr(member, "person", "") for member in kept["Member"]})


def _traces(owner: str, people: Iterable[str]) -> tuple[Any, Any]:
    """The answers and the posts that are erased with it."""
    event, box = tables.events.c, tables.outbox.c
    return sa.or_(event.owner == owner, event.person.in_(list(people))), sa.and_(box.owner == owner, box.card.is_(None))


def _plain(thing: Kept) -> dict[str, Any]:
    """As people read it: `id` is what they write, 12 or "B1" or a meeting's day."""
    plain = {f.name: _readable(getattr(thing, f.name)) for f in dataclasses.fields(thing) if f.name != "version"}
    short = thing.id.partition(":")[2] or thing.id
    return {**plain, "id": int(short) if short.isdecimal() else short}


def _plain_fact(stored: StoredFact) -> dict[str, Any]:
    fact = stored.fact
    return {
        "at": stored.at.isoformat(), "kind": fact.kind, "group": fact.group, "subject": fact.subject,
        "person": fact.person, **dict(fact.detail),
    }  # fmt: skip


def _readable(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat(timespec="minutes") if isinstance(value, time) else _moment(value)
    if isinstance(value, tuple | frozenset):
        return [_readable(each) for each in (value if isinstance(value, tuple) else sorted(value))]
    if dataclasses.is_dataclass(value):
        return {f.name: _readable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def _moment(value: date) -> str:
    """Wall-clock times to the minute; instants in full."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat(timespec="seconds" if value.tzinfo or value.second else "minutes")


def _to_json(value: Any, column: sa.Column[Any]) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is not None and isinstance(column.type, Json):
        return codec.encode(value)
    return value.isoformat() if isinstance(value, date | time) else value


def _from_json(value: Any, column: sa.Column[Any]) -> Any:
    if value is None:
        return None
    match column.type:
        case sa.LargeBinary():
            return base64.b64decode(value)
        case Json():
            return read_json(value)
        case MomentText():
            return read_moment(value)
        case Instant() | sa.DateTime():
            return datetime.fromisoformat(value)
        case sa.Date():
            return date.fromisoformat(value)
        case sa.Time():
            return time.fromisoformat(value)
    return value
