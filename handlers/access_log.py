"""`nvg access-log`: who has seen what, for the officer. Each employer gets its own part. That it was looked at is itself noted."""

from __future__ import annotations

import argparse
import csv
import getpass
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.disclosure import Seen, Shown
from bot.model import Group, Person
from storage.store import Store
from templates.words import read_labels

COLUMNS = ("day", "reader", "reader_name", "reader_organisation", "group", "person", "person_name", "kind", "way", "times", "first", "last")
ERASED, PAPER = "(borttagen)", "(reservblad)"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnknownName(Exception):
    """There is no such group, person or organisation."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser("access-log", help="vem som har sett vad")
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--group", metavar="KOD", help="vem som har sett gruppen")
    of.add_argument("--person", metavar="ID", help="vem som har sett något om personen, och vad hen själv har sett")
    of.add_argument("--organisation", metavar="NAMN", help="huvudmannens del: vad dess personal har sett, och vem som har sett något om den")
    parser.add_argument("--since", metavar="DATUM", type=date.fromisoformat, default=date.min, help="från och med den dagen, till exempel 2026-11-01")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="en rad JSON för varje rad i loggen")
    how.add_argument("--csv", action="store_true", help="för ett kalkylark")


def account() -> str:
    """Who is at the keyboard, as a reader."""
    try:
        return f"${getpass.getuser()}"
    except (KeyError, OSError):  # no name for that number
        return "$nvg"


@dataclass(frozen=True)
class Known:
    """Whom and what the ids of the log stand for."""

    people: Mapping[str, Person]
    groups: Mapping[str, Group]

    @classmethod
    def of(cls, store: Store) -> Known:
        with store.read() as read:
            return cls({each.id: each for each in read.people()}, {each.id: each for each in read.groups()})

    def organisation(self, id: str) -> str:
        return self.people[id].organisation if id in self.people else ""

    def row(self, seen: Seen) -> dict[str, Any]:
        """Names beside ids, in the order of `COLUMNS`."""
        reader, named = self.people.get(seen.reader), self.people.get(seen.person)
        place = self.groups.get(seen.reader[1:]) if seen.reader[:1] == "#" else None
        name = f"kanalen {place.code}" if place else PAPER if seen.reader == "$" else ERASED if seen.reader == "-" else reader.name if reader else seen.reader[1:]
        group = self.groups[seen.group].code if seen.group in self.groups else seen.group
        values = (
            seen.day.isoformat(), seen.reader, name, self.organisation(seen.reader), group, seen.person, named.name if named else "", seen.kind, seen.way,
            seen.times, _instant(seen.first), _instant(seen.last),
        )  # fmt: skip
        return dict(zip(COLUMNS, values, strict=True))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def chosen(store: Store, known: Known, args: argparse.Namespace) -> tuple[Seen, ...]:
    """The rows that are asked for. UnknownName where what they are asked of is not there."""
    if args.group:
        group = next((each for each in known.groups.values() if args.group.casefold() in (each.code.casefold(), each.id)), None)
        if group is None:
            raise UnknownName(f"Det finns ingen grupp som heter {args.group}.")
        return store.seen(args.since, group=group.id)
    if args.person:
        id = args.person.removeprefix("@")
        if id not in known.people:
            raise UnknownName(f"Det finns ingen person som heter {args.person}.")
        return store.seen(args.since, person=id) + store.seen(args.since, reader=id)
    rows = store.seen(args.since)
    if not args.organisation:
        return rows
    name = args.organisation.casefold()
    if name not in (each.organisation.casefold() for each in known.people.values()):
        raise UnknownName(f"Ingen person är från {args.organisation}.")
    return tuple(each for each in rows if name in (known.organisation(each.reader).casefold(), known.organisation(each.person).casefold()))


def main(args: argparse.Namespace, store: Store, now: datetime) -> int:
    known = Known.of(store)
    rows = chosen(store, known, args)
    looked_at = {Shown("access_log", each.group, "") for each in rows if each.group} | {Shown("access_log", "", each.person) for each in rows if each.person}
    store.note_seen(account(), "export", looked_at, now)
    if args.csv:
        write_csv(map(known.row, rows))
    elif args.json:
        for each in rows:
            print(json.dumps(known.row(each), ensure_ascii=False))
    else:
        for each in rows:
            print(sentence(known.row(each)))
        print(f"{len(rows)} {'rad' if len(rows) == 1 else 'rader'}.", file=sys.stderr)
    return 0


def write_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    """No cell begins as a formula does: what somebody is called must not be reckoned."""
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(harmless(str(value)) for value in row.values())


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def sentence(row: Mapping[str, Any]) -> str:
    """A row as one reads it."""
    choices = read_labels("sv")["choices"]
    of = " ".join(filter(None, (row["person_name"], f"i {row['group']}" if row["group"] else "")))
    reader = f"{row['reader_name']} ({row['reader_organisation']})" if row["reader_organisation"] else row["reader_name"]
    times = f"{row['times']} gång{'er' if row['times'] > 1 else ''}"
    return f"{row['day']}  {reader}: {choices['seen'][row['kind']]}, {of}, {choices['seen_way'][row['way']]}, {times}"
