"""`nvg load FILE`: people, committees and groups from a YAML or CSV file, all of it or nothing."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import guarding
from bot.enrolled import follow
from bot.model import Group, Kept, Member, Person, Snapshot
from bot.outcome import Fact, Need, Outcome
from bot.rules import protected_names
from bot.rules.work_calendar import local
from handlers.clock import Clock, RealClock
from handlers.roster import Fault, Known, Roster, enrol, read_csv, read_yaml
from storage.store import Read, Store, Work

SHOWN = 200
"""So many faults are listed; after that only how many more there are."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("load", help="skapar eller uppdaterar personer, grupper och kommittéer från en fil")
    parser.add_argument("file", type=Path, metavar="FIL", help="YAML (people, committees, groups) eller CSV, en fil per slag")


def main(args: argparse.Namespace, store: Store, clock: Clock | None = None) -> int:
    """0: loaded, or nothing to change. 1: faults, each named with its line, and nothing changed."""
    with progress() as step:
        step("läser filen")
        roster = read(args.file)
        step("jämför med det som finns")
        saved, faults = load(roster, store, clock or RealClock())
    if faults:
        for fault in faults[:SHOWN]:
            print(f"{args.file}: {fault}", file=sys.stderr)
        if len(faults) > SHOWN:
            print(f"... och {len(faults) - SHOWN} fel till", file=sys.stderr)
        print(f"{len(faults)} fel. Inget är ändrat.", file=sys.stderr)
        return 1
    print(told(saved))
    return 0


def read(path: Path) -> Roster:
    """The entries of a file: CSV by its name, else YAML."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Roster(faults=(Fault(0, "", f"filen går inte att läsa ({error.strerror})"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if path.suffix.casefold() != ".csv":
            return Roster(faults=(Fault(1, "", "filen är inte skriven i UTF-8"),))
        text = raw.decode("cp1252", errors="replace")  # as spreadsheets write it
    return read_csv(text) if path.suffix.casefold() == ".csv" else read_yaml(text)


def load(roster: Roster, store: Store, clock: Clock) -> tuple[list[Kept], list[Fault]]:
    """Save what the roster says, in one transaction. What was saved, and the faults that stopped it."""
    now = clock.now()
    with store.turn() as work:
        saved, faults = enrol(roster, known(work), today=local(now).date())
        faults += protected(saved, work) + namesakes(saved, work)
        if saved and not faults:
            follows = followed(work, saved, now)
            saved = list(follows.save)
            work.save(saved, now, [*(fact_of(thing) for thing in saved), *follows.facts], follows.posts)
    return ([] if faults else saved), faults


def protected(saved: list[Kept], read: Read) -> list[Fault]:
    """What the file says of a group with a name in it that the group protects. The name is not said again."""
    faults: list[Fault] = []
    for group in (thing for thing in saved if isinstance(thing, Group) and thing.protected):
        snapshot = read.add(Snapshot(), Need((f"group {group.id}",)))
        faults += [Fault(0, group.code, "ett namn som gruppen skyddar får inte finnas i filen") for _ in guarding.held_back(snapshot, (group,))]
    return faults


def namesakes(saved: list[Kept], read: Read) -> list[Fault]:
    """Who is called just as the name that their own group protects. Of other groups' names nothing is said to who loads a file."""
    people = {each.id: each for each in saved if isinstance(each, Person)}
    seats = {each.id: each for each in (*read.members(), *(each for each in saved if isinstance(each, Member))) if each.state == "active"}
    touched = {each.group for each in saved} | {each.group for each in seats.values() if each.person in people}
    snapshot = read.add(Snapshot(), Need(tuple(f"group {id}" for id in sorted(touched) if id)))
    faults: list[Fault] = []
    for view in (snapshot.views[id] for id in sorted(touched & set(snapshot.views))):
        inside = (people.get(each.person) or read.person(each.person) for each in seats.values() if each.group == view.group.id)
        if any(person and protected_names.own_name(person.name, view.group.protected, view.key) for person in inside):
            faults.append(Fault(0, view.group.code, "någon i gruppen heter just som ett namn som den skyddar: skriv namnet på ett annat sätt, till exempel med yrket"))
    return faults


def followed(work: Work, saved: list[Kept], now: datetime) -> Outcome:
    """With what follows of it, and all looked up that is needed to say so."""
    snapshot = work.snapshot_for([], [], now)
    mark = secrets.token_hex(8)
    while isinstance(result := follow(snapshot, saved, mark, now), Need):
        snapshot = work.add(snapshot, result)
    return result


def known(read: Read) -> Known:
    """What is kept already."""
    members: dict[str, tuple[Member, ...]] = {}
    for member in read.members():
        members[member.group] = (*members.get(member.group, ()), member)
    return Known({p.id: p for p in read.people()}, {g.id: g for g in read.groups()}, members)


def fact_of(thing: Kept) -> Fact:
    kind = type(thing).__name__.lower()
    verb = "changed" if thing.version else "loaded"
    return Fact(f"{kind}_{verb}", thing.group, f"@{thing.id}" if isinstance(thing, Person) else thing.id)


def told(saved: list[Kept]) -> str:
    """What was done, in words."""
    if not saved:
        return "Allt stämde redan. Inget är ändrat."
    parts = []
    for kind, one, many in ((Person, "person", "personer"), (Group, "grupp eller kommitté", "grupper och kommittéer"), (Member, "plats i en grupp", "platser i grupper")):
        things = [thing for thing in saved if isinstance(thing, kind)]
        new = sum(not thing.version for thing in things)
        for number, word in ((new, "nya" if new != 1 else "ny"), (len(things) - new, "ändrade" if len(things) - new != 1 else "ändrad")):
            if number:
                parts.append(f"{number} {word} {one if number == 1 else many}")
    return "Klart: " + ", ".join(parts) + "."


def progress() -> Any:
    """Says what is being done, where somebody is looking."""
    if not sys.stderr.isatty():
        return nullcontext(_silent)
    return _Spinner()


def _silent(_what: str) -> None: ...


class _Spinner:
    """A line that turns while a long file is read."""

    def __enter__(self) -> Callable[[str], None]:
        from rich.console import Console

        self._status = Console(stderr=True).status("")
        self._status.start()
        return self._say

    def _say(self, what: str) -> None:
        self._status.update(what)

    def __exit__(self, *_: object) -> None:
        self._status.stop()
