"""The `nvg` commands that look after what is kept: who begins, what goes out, what goes for good, copies and keys.

Each gets the open store and what it needs of the settings, says in Swedish what it has done, and answers with the exit code.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.disclosure import Shown
from bot.frozen import replace
from bot.model import Person
from handlers.access_log import account
from handlers.clock import RealClock
from handlers.people import newcomer_id
from handlers.wrong import Wrong
from storage.archive import NotEmpty, WrongBackup
from storage.keystore import KeyStore, NotNewest, WrongSecret
from storage.store import Store

if TYPE_CHECKING:
    from handlers.graph.client import Graph


def add_administrator(args: argparse.Namespace, store: Store, language: str) -> int:
    """The first administrator: found by e-mail address when they first write."""
    if "@" not in args.email.strip("@"):
        raise Wrong(f"{args.email} är ingen e-postadress.")
    identity = f"mail:{args.email.lower()}"
    with store.turn() as work:
        known = work.person_of(identity)
        name = args.email.partition("@")[0]
        person = known or Person(newcomer_id(store, work, identity), name.replace(".", " ").title(), identities=(identity,), language=language)
        work.save([replace(person, roles=person.roles | {"administrator"})], RealClock().now())
    print(f"{person.name} är nu administratör.")
    return 0


def export(args: argparse.Namespace, store: Store) -> int:
    """All that is kept of a group or person, as JSON."""
    try:
        kept = store.export_group(args.name) if args.kind == "group" else store.export_person(args.name)
    except KeyError:
        raise Wrong(_no_such(args.kind, args.name)) from None
    people = kept["people"] if args.kind == "group" else [kept["person"]]
    group = args.name if args.kind == "group" else ""
    store.note_seen(account(), "export", [Shown("export", group, ""), *(Shown("export", group, str(each["id"])) for each in people)], RealClock().now())
    print(json.dumps(kept, ensure_ascii=False, indent=None if args.json else 2))
    return 0


def erase(args: argparse.Namespace, store: Store, graph: Callable[[], Graph] | None) -> int:
    """Erasure, after showing what it will do; at a terminal also after a yes, which a script gives by calling it.

    `graph`: Microsoft 365, where it is set.
    """
    now = RealClock().now()
    act = store.erase_group if args.kind == "group" else store.erase_person
    try:
        counts = act(args.name, now, dry=True)
    except KeyError:
        raise Wrong(_no_such(args.kind, args.name)) from None
    print(f"Detta raderas för alltid, också ur säkerhetskopior, om {args.name}:")
    for what, count in counts.items():
        print(f"  {what}: {count}")
    if sys.stdin.isatty() and not args.yes and not _said_yes(args.name):
        print("Inget är raderat.")
        return 1
    if args.kind == "person" and graph:
        _leave_todo(store, args.name, graph)
    act(args.name, now)
    print("Raderat.")
    return 0


def _leave_todo(store: Store, id: str, graph: Callable[[], Graph]) -> None:
    """What the bot has put in somebody's own To Do goes before it is forgotten whose it was."""
    with store.read() as read:
        person = read.person(id) or read.person_of(f"mail:{id.casefold()}")
    if person is None or not (person.todo or person.todo_base):
        return
    from bot.rules.task_link import LIST
    from handlers.graph.todo import Todo
    from handlers.speaker import GiveUp, TryAgain

    with_them = graph()
    try:
        Todo(with_them).leave(person)
    except (GiveUp, TryAgain) as error:  # nobody has to wait for their erasure because of it
        print(f"Listan {LIST} i personens To Do gick inte att ta bort ({error.why}): be personen ta bort den själv.")
    finally:
        with_them.close()


def backup(args: argparse.Namespace, store: Store) -> int:
    """A whole copy of the database, while others go on working in it."""
    for file in filter(None, (args.file, args.keys)):
        if file.exists():
            raise Wrong(f"{file} finns redan. Välj ett annat namn.")
    with store.read() as read:
        copied = [*(Shown("export", group.id, "") for group in read.groups()), *(Shown("export", "", person.id) for person in read.people())]
    store.note_seen(account(), "export", copied, RealClock().now())  # before, so that it stands in the copy too
    store.backup(args.file, RealClock().now())
    if args.keys:  # last: it then holds the keys of all that is in the copy
        store.keys.copy_to(args.keys)
        print(f"Kopian ligger i {args.file}, och nycklarna i {args.keys}. Förvara dem på olika ställen.")
    else:
        print(f"Kopian ligger i {args.file}. Nycklarna ingår inte: de ligger i {store.keys.place}.")
    return 0


def restore(args: argparse.Namespace, store: Store, there: str, their_keys: Callable[[], KeyStore]) -> int:
    """A copy into an empty database. `there`: where the keys of the database lay that it was made of, "" if it does not say; `their_keys`
    opens them, where they still lie there."""
    if there and "://" not in there and Path(there).is_file() and there != store.keys.place:
        others = their_keys()
        try:
            store.keys.copy_from(others)
        except WrongSecret:
            pass  # what cannot be read is told of afterwards
        finally:
            others.close()
    try:
        nameless = store.restore(args.file, RealClock().now())
    except NotEmpty:
        raise Wrong("Databasen är inte tom: en kopia läggs bara tillbaka i en tom databas. Inget är ändrat.") from None
    except WrongBackup as error:
        if not error.revision:
            raise Wrong(f"{args.file} är ingen säkerhetskopia, eller är skadad. Inget är ändrat.") from None
        raise Wrong(
            f"{args.file} har version {error.revision} och den här boten {store.revision()}. Lägg tillbaka den med den version av boten som gjorde den, och kör sedan den nya: då förs databasen dit. Inget är ändrat."
        ) from None
    lost = store.without_key()
    print("Kopian är återlagd.")
    if lost or nameless:
        what = " och ".join([f"{lost} texter"] * bool(lost) + [f"{nameless} personers namn och adresser"] * bool(nameless))
        print(f"{what} går inte att läsa: deras nycklar finns varken i {store.keys.place} eller i {there or 'kopian'}.", file=sys.stderr)
        return 1
    return 0


def begin_rotation(store: Store) -> bytes:
    """The new secret, beside the old: the one begun before, or a fresh one."""
    return store.keys.begin_rotation(secrets.token_bytes(32))


def finish_rotation(store: Store) -> int:
    """The old secret is forgotten, when no process needs it."""
    if not store.keys.rotating:
        raise Wrong("Inget byte av nyckel pågår. Kör nvg rotate-key för att börja ett.")
    try:
        store.keys.finish_rotation()
    except NotNewest:
        raise Wrong("Den gamla nyckeln används ännu här. Lägg in den nya NVG_SECRET_KEY, starta om boten, och kör sedan nvg rotate-key --finish.") from None
    print("Klart. Den gamla nyckeln öppnar ingenting längre.")
    return 0


def _no_such(kind: str, name: str) -> str:
    return f"Det finns ingen {'grupp' if kind == 'group' else 'person'} som heter {name}."


def _said_yes(name: str) -> bool:
    try:
        return input(f"Skriv {name} eller ja för att radera: ").strip().casefold() in (name.casefold(), "ja", "yes")
    except EOFError:
        return False
