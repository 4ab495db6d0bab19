"""What is erased is nowhere: not in the database, its log, a dump of it, the key store, nor in an earlier backup."""

from __future__ import annotations

import dataclasses
import gzip
import secrets
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.incoming import Incoming, Place
from bot.messages.common import Missing
from bot.model import Action, Kept
from bot.outcome import Outcome, Post, Say
from storage import tables
from storage.conversations import Conversations
from storage.keystore import KeyStore
from storage.store import Store
from storage.tables import KINDS
from tests.conftest import SECRET
from tests.fake_servers.postgres import Postgres
from tests.storage.samples import ANNA, NOW, TALL, THINGS, fill


def words_of(*things: Kept) -> list[str]:
    """The free words of the things, those long enough to be found only where they stand."""
    words = (getattr(thing, field) for thing in things for field in KINDS[type(thing).__name__].free)
    return [each for each in words if isinstance(each, str) and len(each) > 4]


def lying(url: str, request: pytest.FixtureRequest, *files: Path) -> bytes:
    """All that somebody finds who takes the database, and those files with their logs."""
    if url.startswith("sqlite"):
        files = (Path(url.removeprefix("sqlite:///")), *files)
        found = b""
    else:
        found = request.getfixturevalue("postgres").dump(url).encode()
    both = [Path(f"{file}{end}") for file in files for end in ("", "-wal", "-journal")]
    return found + b"".join(file.read_bytes() for file in both if file.exists())


def test_an_erased_groups_words_are_nowhere(
    store: Store, keys: KeyStore, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fill(store)
    store.backup(tmp_path / "earlier", NOW)
    with store.reading() as connection:
        texts = connection.execute(sa.select(tables.texts).where(tables.texts.c.owner == "tall")).all()
    with keys._engine.connect() as connection:
        wrapped = connection.scalar(sa.text("SELECT wrapped FROM keys WHERE owner = 'tall'"))
    key_file = tmp_path / "nvg.db.keys"
    before = lying(database_url, request, key_file)
    assert wrapped in before and b"nvg-tall" in before  # so it would be found
    words = [word.encode() for word in words_of(*(thing for thing in THINGS if thing != ANNA))]
    assert len(words) > 10 and not any(word in before for word in words)  # sealed from the first

    store.erase_group("tall", NOW)
    after = lying(database_url, request, key_file)
    assert wrapped not in after
    for text in texts:
        assert text.sealed not in after and text.sealed.hex().encode() not in after and text.id.encode() not in after
    assert b"nvg-tall" not in after
    # the earlier backup holds what nobody has a key to any more, not even who has the secret
    earlier = gzip.decompress((tmp_path / "earlier").read_bytes())
    assert all(text.id.encode() in earlier for text in texts) and not any(word in earlier for word in words)
    again = KeyStore(key_file, SECRET)
    assert [again.open(text.key_id, text.sealed) for text in texts] == [None] * len(texts)
    again.close()


def test_an_erased_person_is_nowhere(store: Store, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fill(store)
    Conversations(store).note(ANNA.identities[0].replace(":", ":@", 1), "a:private", "T1", "https://x/", "personal")
    store.backup(tmp_path / "earlier", NOW)
    about = [each.encode() for each in (ANNA.name, ANNA.phone, *ANNA.identities, "a:private")]
    before = lying(database_url, request)
    assert all(each in before for each in about)
    store.erase_person("anna", NOW)
    after = lying(database_url, request)
    earlier = gzip.decompress((tmp_path / "earlier").read_bytes())
    assert [each for each in about if each in after or each in earlier] == []


def test_neither_postgresqls_files_nor_its_log_ever_hold_anybodys_words(postgres: Postgres, keys: KeyStore) -> None:
    """What somebody is called stands there in plain, as the data protection sheet says; what people write, and answers, do not."""
    url, began, mark = postgres.create(), time.time() - 1, secrets.token_hex(8)
    store = Store(url, keys)
    try:
        fill(store)
        with store.turn() as work:
            action = work.snapshot_here("anna", "slack:nvg-tall", True, NOW).get("Action tall:1")
            person = work.person("anna")
            assert isinstance(action, Action) and person
            changed = replace(action, text=f"ringa {mark}w", result=f"{mark}w", reason=f"{mark}w")
            outcome = Outcome(Say(Missing(example=f"{mark}w")), (changed, replace(person, name=f"Anna {mark}n")), undo_until=NOW, posts=(Post("tall", "notice:1", Missing(example=f"{mark}w")),))
            work.commit(outcome, Incoming("e1", "anna", Place("slack", "nvg-tall"), said=f"ringa {mark}w"), NOW)
        found = postgres.files(url, began)
        assert f"{mark}n".encode() in found  # so it would be found
        assert f"{mark}w".encode() not in found
    finally:
        store.close()
        postgres.drop(url)


def test_who_reads_for_long_hinders_no_erasure_and_the_log_is_emptied_afterwards(
    migrated_sqlite: bytes, keys: KeyStore, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    url = f"sqlite:///{tmp_path / 'nvg.db'}"
    store = Store(url, keys)
    fill(store)
    with store.reading() as connection:  # as a backup does
        connection.execute(sa.select(tables.people)).all()
        store.erase_person("anna", NOW)
        assert ANNA.phone.encode() in lying(url, request)
    store.checkpoint()
    assert ANNA.phone.encode() not in lying(url, request)
    store.close()


IN_EXPORT = {kind.table.name for kind in tables.KINDS.values()} | {"facts", "access_log"}
NOT_IN_EXPORT = {
    "texts": "the words stand in the things they belong to",
    "identities": "stand in the person",
    "channels": "stand in the group",
    "changes": "what can be undone for a while: the things as they were, without words",
    "events": "answers of the last days, told from the things that stand there",
    "timers": "reckoned from the things",
    "cards": "where the things are shown",
    "card_holds": "which things are shown where",
    "outbox": "what is being sent, told from the things",
    "installations": "of the house, about nobody",
    "install_states": "of the house, about nobody",
    "conversations": "how a platform is reached: the address is the person's identity, or the group's channel",
    "calendar_events": "in whose mailbox an event stands, by a name from which nobody reads whose it is",
    "chores": "of the house, about nobody",
}


def test_each_table_is_in_an_export_or_has_a_reason(store: Store) -> None:
    assert IN_EXPORT | NOT_IN_EXPORT.keys() == set(tables.metadata.tables) and not IN_EXPORT & NOT_IN_EXPORT.keys()
    fill(store)
    group, people = store.export_group("tall"), [store.export_person(id) for id in ("anna", "bo")]
    exported = [group["group"], *(each["person"] for each in people)]
    for whole in (group, *people):
        exported += [thing for things in whole.values() if isinstance(things, list) for thing in things]
    for thing in THINGS:  # one of each kind, with every field that it has
        fields = {field.name for field in dataclasses.fields(thing)} - {"version"}
        short = thing.id.partition(":")[2] or thing.id
        assert any(fields <= each.keys() and str(each["id"]) == short for each in exported), thing
    told = repr(exported)
    assert [word for word in words_of(*THINGS) if repr(word)[1:-1] not in told] == [] and TALL.aim in told
