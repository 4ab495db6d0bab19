"""Who has seen what. Nothing of it is written when a line is answered: what is kept anyway says it, and is folded into the log.

An answer stands in `events` with who got it, a message in `outbox` with what it showed when a platform took it (`seen`). Both stay
there until they are folded, however often a process dies meanwhile, and what is erased before is folded first. Pages, feeds and exports
leave no such row: they are noted when they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.disclosure import Seen, Shown, disclosed
from bot.rules.work_calendar import local
from storage import codec, tables
from storage.database import Database, insert
from storage.keystore import KeyStore

ERASED = "-"
LAG = timedelta(minutes=2)  # what is folded is older: a turn has its instant from its beginning, and is seen by others at its end
SLICE = timedelta(hours=6)  # folded at a time
MARK = "access_log"  # among the chores: it is due from the instant up to which all is folded

_log, _events, _outbox, _chores = (each.c for each in (tables.access_log, tables.events, tables.outbox, tables.chores))
_ANY = sa.true()
_KEY = ("day", "reader", "group_id", "person", "kind", "way")


class _Cell(NamedTuple):
    """What one row of the log counts."""

    day: date
    reader: str
    group: str
    person: str
    kind: str
    way: str


class Tally:
    """Sightings, counted by the row of the log that they belong to."""

    def __init__(self, groups: Mapping[str, str], erased: Collection[str]) -> None:
        self._groups, self._erased = groups, erased  # a group's id, or its code, folded -> its id; people
        self._cells: dict[_Cell, tuple[int, datetime, datetime]] = {}

    def add(self, at: datetime, reader: str, way: str, shown: Iterable[Shown]) -> None:
        """Seen then. What a person sees of themselves is not counted, nor what is of no group and about nobody."""
        for kind, named, person in shown:
            group = self._groups.get(named.casefold(), "")
            if person == reader or person in self._erased or not (group or person):
                continue
            cell = _Cell(local(at).date(), ERASED if reader in self._erased else reader, group, person, kind, way)
            times, first, last = self._cells.get(cell, (0, at, at))
            self._cells[cell] = times + 1, min(first, at), max(last, at)

    def rows(self) -> tuple[Seen, ...]:
        return tuple(Seen(*cell, *counted) for cell, counted in self._cells.items())


class AccessLog(Database):
    """The access log of a store."""

    keys: KeyStore

    def fold_seen(self, now: datetime) -> None:
        """Count what has been seen since the last time, each sighting once: whoever moves the mark counts what is before it."""
        while True:
            with self.reading() as connection:
                mark = folded_until(connection)
                since = _first(connection, mark) or now - LAG  # where nothing was seen for long, nothing is counted piece by piece
                until = min(since + SLICE, now - LAG)
                tally = gathered(connection, self.keys, since, until)
            if mark and until <= mark:
                if mark > now:  # the clock has been set back: better counted twice than not at all
                    self._move(mark, until, ())
                return
            if not self._move(mark, until, tally.rows()):
                return

    def _move(self, mark: datetime | None, until: datetime, rows: Iterable[Seen]) -> bool:
        """Whether the mark was ours to move; then the rows are counted with it."""
        with self.writing() as connection:
            if mark is None:
                made = insert(connection, tables.chores).values(kind=MARK, due=until, free_at=until).on_conflict_do_nothing(index_elements=["kind"])
                moved = connection.execute(made.returning(_chores.kind)).first()
            else:
                later = sa.update(tables.chores).where(_chores.kind == MARK, _chores.due == mark).values(due=until, free_at=until)
                moved = connection.execute(later.returning(_chores.kind)).first()
            if moved:
                there = {"", *_groups(connection).values()}  # one may have been erased meanwhile
                count(connection, (each for each in rows if each.group in there))
        return moved is not None

    def note_seen(self, reader: str, way: str, shown: Iterable[Shown], now: datetime) -> None:
        """Something shown that leaves no other trace. It is noted before it is shown."""
        with self.reading() as connection:
            tally = _tally(connection)
        tally.add(now, reader, way, shown)
        if rows := tally.rows():
            with self.writing() as connection:
                count(connection, rows)

    def forget_seen(self, before: date) -> None:
        """What was seen before that day is forgotten."""
        with self.writing() as connection:
            connection.execute(sa.delete(tables.access_log).where(_log.day < before))

    def seen(self, since: date = date.min, *, group: str = "", person: str = "", reader: str = "") -> tuple[Seen, ...]:
        """The log since that day, of that group, about that person, or by that reader."""
        with self.reading() as connection:
            return seen_since(connection, self.keys, since, group=group, person=person, reader=reader)

    def _forget_seen_of(self, connection: sa.Connection, *, group: str = "", person: str = "") -> None:
        """Of what is erased nothing is kept; what an erased person has seen of others, is, by nobody known."""
        reader = f"#{group}" if group else person
        connection.execute(sa.delete(tables.access_log).where(_log.group_id == group if group else _log.person == person))
        theirs = tuple(map(_seen, connection.execute(sa.select(tables.access_log).where(_log.reader == reader))))
        connection.execute(sa.delete(tables.access_log).where(_log.reader == reader))
        count(connection, (Seen(each.day, ERASED, *_rest(each)) for each in theirs))

    def _not_folded(self, answers: Any, posts: Any) -> tuple[Seen, ...]:
        """What those say that is not in the log yet: to be counted when they are erased."""
        with self.reading() as connection:
            return gathered(connection, self.keys, folded_until(connection), answers=answers, posts=posts).rows()


def folded_until(connection: sa.Connection) -> datetime | None:
    """All before that instant stands in the log; None where nothing does yet."""
    mark: datetime | None = connection.scalar(sa.select(_chores.due).where(_chores.kind == MARK))
    return mark


def seen_since(
    connection: sa.Connection, keys: KeyStore, since: date, *, group: str = "", person: str = "", reader: str = ""
) -> tuple[Seen, ...]:
    """The rows since that day that fit all that is given, those included that are not folded yet; the newest last."""
    fits = [column == value for column, value in ((_log.group_id, group), (_log.person, person), (_log.reader, reader)) if value]
    rows = [_seen(row) for row in connection.execute(sa.select(tables.access_log).where(_log.day >= since, *fits))]
    rows += [
        each for each in gathered(connection, keys, folded_until(connection)).rows()
        if each.day >= since and group in ("", each.group) and person in ("", each.person) and reader in ("", each.reader)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (each.last, each.reader)))


def gathered(
    connection: sa.Connection, keys: KeyStore, since: datetime | None, until: datetime | None = None, answers: Any = _ANY, posts: Any = _ANY
) -> Tally:
    """All that was seen from the one instant until just before the other, in those answers and posts."""
    tally = _tally(connection)

    def between(column: Any) -> Any:
        return sa.and_(column.is_not(None), *([column >= since] if since else ()), *([column < until] if until else ()))

    _gather_events(connection, keys, tally, sa.and_(answers, between(_events.at)))
    _gather_outbox(connection, tally, sa.and_(posts, between(_outbox.settled_at)))
    return tally


def _gather_events(connection: sa.Connection, keys: KeyStore, tally: Tally, condition: Any) -> None:
    rows = connection.execute(
        sa.select(_events.id, _events.at, _events.person, _events.owner, _events.key_id, _events.answer).where(_events.person != "", condition)
    ).all()
    people = frozenset(connection.scalars(sa.select(tables.people.c.id))) if rows else frozenset()
    for id, at, person, owner, key_id, sealed in rows:
        here = "" if owner.startswith("@") else owner
        tally.add(at, person, "page" if id.startswith("tab ") else "chat", _answered(keys, key_id, sealed, people, here))


def _answered(keys: KeyStore, key_id: str, sealed: bytes, people: frozenset[str], here: str) -> Iterable[Shown]:
    """What the answer showed; where it can no longer be read, that there was one."""
    try:
        words = keys.open(key_id, sealed)
        return disclosed(codec.decode(words), people, here) if words else ()
    except (codec.UnknownClass, ValueError, TypeError):  # of an older version
        return (Shown("common", here, ""),)


def _gather_outbox(connection: sa.Connection, tally: Tally, condition: Any) -> None:
    sent = sa.select(_outbox.settled_at, _outbox.seen).where(_outbox.state == "sent", condition)
    for at, seen in connection.execute(sent):
        if seen:
            reader, way, shown = seen
            tally.add(at, reader, way, (Shown(*each) for each in shown))


def count(connection: sa.Connection, rows: Iterable[Seen]) -> None:
    """Add the rows to those that are there."""
    values = [
        {"day": each.day, "reader": each.reader, "group_id": each.group, "person": each.person, "kind": each.kind, "way": each.way,
         "times": each.times, "first_at": each.first, "last_at": each.last}
        for each in rows
    ]  # fmt: skip
    if not values:
        return
    fresh = insert(connection, tables.access_log)
    new = fresh.excluded
    statement = fresh.on_conflict_do_update(index_elements=_KEY, set_={
        "times": _log.times + new.times,
        "first_at": sa.case((new.first_at < _log.first_at, new.first_at), else_=_log.first_at),
        "last_at": sa.case((new.last_at > _log.last_at, new.last_at), else_=_log.last_at),
    })  # fmt: skip
    connection.execute(statement, values)


def _first(connection: sa.Connection, since: datetime | None = None) -> datetime | None:
    """The first sighting there is, or the first from that instant on."""
    asked = (sa.select(sa.func.min(at)).where(at >= since if since else sa.true()) for at in (_events.at, _outbox.settled_at))
    return min((moment for moment in map(connection.scalar, asked) if moment), default=None)


def _tally(connection: sa.Connection) -> Tally:
    at = tables.people.c
    return Tally(_groups(connection), frozenset(connection.scalars(sa.select(at.id).where(at.name == tables.ERASED_NAME, at.state == "gone"))))


def _groups(connection: sa.Connection) -> dict[str, str]:
    """A group's id, or its code, folded -> its id."""
    at = tables.groups.c
    rows = connection.execute(sa.select(at.id, at.code, at.state)).all()
    return {id.casefold(): id for id, _, _ in rows} | {code.casefold(): id for id, code, state in rows if state != "undone"}


def _seen(row: Any) -> Seen:
    return Seen(row.day, row.reader, row.group_id, row.person, row.kind, row.way, row.times, row.first_at, row.last_at)


def _rest(row: Seen) -> tuple[Any, ...]:
    return row.group, row.person, row.kind, row.way, row.times, row.first, row.last
