"""Export, erasure and backup, on every database."""

from __future__ import annotations

import contextlib
import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.keys import key
from bot.messages.common import Missing
from bot.model import Person
from bot.outcome import Fact, Outcome, Post, Say
from storage import tables
from storage.archive import NotEmpty, WrongBackup, keys_named_in
from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET
from tests.fake_servers.postgres import Postgres
from tests.storage.samples import ACTION, ANNA, CHANNEL, MEMBERS, NOW, TALL, THINGS, fill, heard, kept

LATER = NOW + timedelta(hours=1)


def live(store: Store) -> None:
    """Things of every kind, and a turn with traces of all sorts."""
    fill(store)
    with store.turn() as work:
        work.save([replace(TALL, id="gran", code="gran", channels=("slack:gran",))], NOW)
    with store.turn() as work:
        work.snapshot_here("anna", CHANNEL.address, True, NOW)
        work.commit(
            Outcome(
                Say(Missing(example="svar")), save=(replace(kept(ACTION), result="bra", state="done"),),
                facts=(Fact("action_done", "tall", "tall:1", "anna"),),
                posts=(Post("slack:gran", "action:tall:1"), Post("@bo", "notice:1", Missing(example="ord"))), undo_until=LATER,
            ),
            heard("e1", said="klar 1 bra"), NOW,
        )  # fmt: skip
    for row in store.claim_outbox(NOW):
        holds = {} if row.message else {"Action tall:1": 2}
        store.sent(row, NOW, f"m{row.id}", "h", holds)


def rows(store: Store, *kinds: sa.Table) -> dict[str, list[object]]:
    with store.reading() as connection:
        return {t.name: sorted((tuple(r) for r in connection.execute(sa.select(t))), key=repr) for t in kinds}


def test_export_of_a_group(store: Store) -> None:
    live(store)
    export = store.export_group("TALL")
    first = export["actions"][0]
    assert {**first, "at": ""} == first | {
        "id": 1, "text": "ringa hemtjänsten", "owners": ["anna", "bo"], "due": "2026-11-27", "state": "done",
        "result": "bra", "group": "tall", "at": "",
    }  # fmt: skip
    assert export["actions"][1]["due"] == "2026-11-27T13:30"
    assert [d["id"] for d in export["decisions"]] == ["B1"] and export["decisions"][0]["text"] == "hembesök varje vecka"
    assert [m["id"] for m in export["meetings"]] == ["2026-11-24"] and export["meetings"][0]["starts"] == "2026-11-24T14:30"
    assert [e["id"] for e in export["escalations"]] == ["H1"] and export["group"]["aim"] == "fler smärtfria timmar"
    assert [p["name"] for p in export["people"]] == ["Anna Berg", "Bo Ek"]
    assert [f["kind"] for f in export["facts"]] == ["action_done"]
    json.dumps(export)
    with pytest.raises(KeyError):
        store.export_group("nobody")


def test_export_of_a_person(store: Store) -> None:
    live(store)
    export = store.export_person("bo")
    assert export["person"]["name"] == "Bo Ek" and export["person"]["id"] == "bo"
    assert [a["id"] for a in export["actions"]] == [1] and export["actions"][0]["group"] == "tall"
    assert [d["id"] for d in export["decisions"]] == ["B1"] and [e["text"] for e in export["escalations"]] == ["saknar behörighet"]
    assert [t["minutes"] for t in export["times_spent"]] == [15] and export["points"] == []
    json.dumps(export)
    assert [a["id"] for a in store.export_person("anna")["absences"]] == ["2026-12-01"]
    with pytest.raises(KeyError):
        store.export_person("nobody")


def test_erasing_a_group_leaves_only_facts(store: Store, keys: KeyStore) -> None:
    live(store)
    would = store.erase_group("tall", NOW, dry=True)
    assert would["actions"] == 2 and would["decisions"] == 1 and would["members"] == 2
    assert store.export_group("tall")["actions"]
    assert store.erase_group("tall", NOW) == would
    with pytest.raises(KeyError):
        store.export_group("tall")
    left = rows(store, *(k.table for k in tables.GROUP_KINDS), tables.texts, tables.changes, tables.timers, tables.events)
    texts, timers = left.pop("texts"), left.pop("timers")
    assert not any("tall" in timer for timer in timers)  # people keep theirs
    assert not any(left.values())
    assert {text[1] for text in texts} == {"gran"}  # type: ignore[index]
    with store.read() as read:
        assert [f.fact.subject for f in read.facts(group="tall")] == ["tall:1"]
        assert read.group_at("slack:nvg-tall") == "" and read.person("anna") == kept(ANNA)
    gone = store.claim_outbox(NOW)
    assert sorted((r.address, r.redraw, r.gone, r.message) for r in gone) == [("@bo", True, True, None), ("slack:gran", True, True, None)]
    with store.turn() as work:  # the code can be used again, under a key of its own
        work.save([TALL, *MEMBERS, replace(ACTION, text="nytt")], NOW)
    assert store.export_group("tall")["actions"][0]["text"] == "nytt"


def test_erasing_a_person_leaves_the_groups_words(store: Store) -> None:
    live(store)
    would = store.erase_person("anna", NOW, dry=True)
    assert would == {"identities": 2, "absences": 1, "memberships": 1}
    assert store.erase_person("anna", NOW) == would
    with store.read() as read:
        anna = read.person("anna")
        assert anna is not None and (anna.name, anna.identities, anna.phone, anna.state) == ("borttagen person", (), "", "gone")
        assert read.person_of("slack:T1/anna") is None
        assert read.groups_of("anna", NOW) == ()
    assert store.export_group("tall")["actions"][0]["text"] == "ringa hemtjänsten"
    left = repr(rows(store, *(t for t in tables.metadata.sorted_tables if t is not tables.facts)))
    assert "Anna Berg" not in left and "anna@example.org" not in left and "010-123 45 67" not in left
    with pytest.raises(KeyError):
        store.erase_person("nobody", NOW)


@pytest.fixture
def empty(tmp_path: Path, migrated_sqlite: bytes, keys: KeyStore) -> Store:
    """A second, empty store with the same keys, always in SQLite: backups fit every database."""
    path = tmp_path / "second.db"
    path.write_bytes(migrated_sqlite)
    return Store(f"sqlite:///{path}", keys)


def test_backup_and_restore(store: Store, empty: Store, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    live(store)
    file = tmp_path / "backup"
    store.backup(file, NOW)
    assert "hemtjänsten" not in gzip.decompress(file.read_bytes()).decode()
    empty.restore(file, NOW)
    kinds = [t for t in tables.metadata.sorted_tables if t is not tables.events]
    assert rows(empty, *kinds) == rows(store, *kinds)
    with empty.read() as read:
        snapshot = read.snapshot_for(["tall"], ["anna"], NOW)
        for thing in THINGS:
            if thing.id != "tall:1":
                assert snapshot.get(key(thing)) == kept(thing)
    with pytest.raises(NotEmpty):
        empty.restore(file, NOW)
    # and the other way, into a database of the first's kind; new rows get numbers of their own
    second = tmp_path / "again"
    empty.backup(second, NOW)
    server = request.getfixturevalue("postgres")
    url = server.create()
    with contextlib.closing(Store(url, store.keys)) as third:
        third.restore(second, NOW)
        assert rows(third, *kinds) == rows(store, *kinds)
        with third.turn() as work:
            work.snapshot_here("bo", CHANNEL.address, True, NOW)
            work.commit(Outcome(facts=(Fact("x", "tall"),), posts=(Post("tall", "s:1"),)), heard("e9"), NOW)
        assert len(third.claim_outbox(NOW)) == 2
    server.drop(url)
    empty.close()


def test_a_backup_does_not_bring_back_what_was_erased(store: Store, empty: Store, tmp_path: Path) -> None:
    live(store)
    file = tmp_path / "backup"
    store.backup(file, NOW)
    store.erase_group("tall", LATER)
    store.erase_person("bo", LATER)
    assert not store.without_key()  # what was erased is not missed
    empty.restore(file, LATER)
    with empty.read() as read:
        bo = read.person("bo")
        assert bo is not None and (bo.name, bo.identities) == ("borttagen person", ())
        assert [group.id for group in read.groups()] == ["gran"]
    empty.close()


def test_an_earlier_backup_of_the_sort_that_sealed_nobody_comes_back_too(store: Store, empty: Store, tmp_path: Path) -> None:
    live(store)
    store.backup(tmp_path / "new", NOW)
    header, *lines = gzip.decompress((tmp_path / "new").read_bytes()).decode().splitlines()
    entries = [json.loads(each) for each in lines]
    plain = [{"table": each["table"], "row": store._opened(each)} for each in entries]
    told = "\n".join([header.replace("backup 2", "backup 1"), *(json.dumps(each) for each in plain)])
    (tmp_path / "old").write_bytes(gzip.compress(told.encode()))
    assert empty.restore(tmp_path / "old", NOW) == 0
    kinds = [t for t in tables.metadata.sorted_tables if t is not tables.events]
    assert rows(empty, *kinds) == rows(store, *kinds)
    empty.close()


def test_a_backup_says_where_the_keys_lie_but_not_their_databases_password(tmp_path: Path, migrated_sqlite: bytes, postgres: Postgres) -> None:
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    url = postgres.create()
    with contextlib.closing(Store(f"sqlite:///{tmp_path / 'nvg.db'}", KeyStore(url.replace("nvg@", "nvg:hemligt@"), SECRET))) as store:
        store.backup(tmp_path / "backup", NOW)
    assert keys_named_in(tmp_path / "backup") == url.partition("?")[0].replace("nvg@", "nvg:***@")
    postgres.drop(url)


def test_without_the_keys_a_backup_names_nobody(store: Store, tmp_path: Path, migrated_sqlite: bytes) -> None:
    live(store)
    store.backup(tmp_path / "backup", NOW)
    (tmp_path / "other.db").write_bytes(migrated_sqlite)
    with contextlib.closing(Store(f"sqlite:///{tmp_path / 'other.db'}", KeyStore(tmp_path / "other.keys", SECRET))) as other:
        with store.read() as read:
            people = read.people()
        assert other.restore(tmp_path / "backup", NOW) == len(people) > 1
        with other.read() as read:
            assert {each.name for each in read.people()} <= {"borttagen person"}


@pytest.mark.parametrize("what", [b"", b"not gzip", gzip.compress(b"{}", mtime=0), gzip.compress(b'{"format": "nvg backup 2", "revision": "9999"}', mtime=0)])
def test_a_wrong_backup_is_refused(empty: Store, tmp_path: Path, what: bytes) -> None:
    file = tmp_path / "wrong"
    file.write_bytes(what)
    with pytest.raises(WrongBackup):
        empty.restore(file, NOW)
    empty.close()


def test_a_damaged_backup_changes_nothing(store: Store, empty: Store, tmp_path: Path) -> None:
    live(store)
    file = tmp_path / "backup"
    store.backup(file, NOW)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WrongBackup):
        empty.restore(file, NOW)
    with empty.read() as read:
        assert read.people() == ()
    empty.close()


def test_an_unknown_person_without_groups_can_be_erased(store: Store) -> None:
    with store.turn() as work:
        work.save([Person("eva", "Eva")], NOW)
    assert store.erase_person("eva", NOW) == {"identities": 0, "absences": 0, "memberships": 0}
