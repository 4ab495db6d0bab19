"""Keys: words can be opened with them, and never again when they are destroyed."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from storage.keystore import KeyStore, NotNewest, WrongSecret
from tests.conftest import SECRET
from tests.fake_servers.postgres import Postgres
from tests.storage.samples import NOW


def test_words_can_be_opened_also_by_another_process(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys", SECRET)
    key_id, sealed = keys.seal("tall", "ringa hemtjänsten")
    assert b"ringa" not in sealed
    assert keys.open(key_id, sealed) == KeyStore(tmp_path / "keys", SECRET).open(key_id, sealed) == "ringa hemtjänsten"
    assert keys.seal("tall", "ringa hemtjänsten")[1] != sealed  # a nonce of its own each time
    assert keys.seal("gran", "x")[0] != key_id
    with pytest.raises(InvalidTag):
        keys.open(key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_copy_of_the_file_has_all_keys_also_while_they_are_in_use(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys", SECRET)
    sealed = [keys.seal(f"g{n}", "hemligt") for n in range(5)]
    (tmp_path / "copied").write_bytes((tmp_path / "keys").read_bytes())  # without SQLite's log
    keys.copy_to(tmp_path / "made")
    assert {KeyStore(tmp_path / name, SECRET).open(*each) for name in ("copied", "made") for each in sealed} == {"hemligt"}
    with pytest.raises(FileExistsError):
        keys.copy_to(tmp_path / "made")


def test_a_destroyed_key_opens_nothing(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys", SECRET)
    key_id, sealed = keys.seal("tall", "hemligt")
    assert keys.destroy("tall", NOW) is True and keys.destroy("gran", NOW) is False
    assert keys.open(key_id, sealed) is KeyStore(tmp_path / "keys", SECRET).open(key_id, sealed) is None
    new_id, new = keys.seal("tall", "nytt")
    assert new_id != key_id and keys.open(new_id, new) == "nytt"
    assert set(keys.destroyed_since(NOW)) == {"tall", "gran"} and keys.destroyed_since(NOW + timedelta(seconds=1)) == ()


def test_the_secret_must_be_the_same(tmp_path: Path) -> None:
    key_id, sealed = KeyStore(tmp_path / "keys", SECRET).seal("tall", "hemligt")
    other = KeyStore(tmp_path / "keys", bytes(32))
    with pytest.raises(WrongSecret, match="NVG_SECRET_KEY"):
        other.open(key_id, sealed)
    with pytest.raises(WrongSecret):
        other.seal("tall", "x")
    with pytest.raises(ValueError, match="32 bytes"):
        KeyStore(tmp_path / "keys", b"short")
    assert SECRET not in (tmp_path / "keys").read_bytes()


def test_marks_tell_nothing_but_sameness(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys", SECRET)
    assert keys.mark("klar 12") == keys.mark("klar 12") != keys.mark("klar 13")
    assert keys.mark("klar 12") != KeyStore(tmp_path / "others", bytes(32)).mark("klar 12")


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_many_at_once_make_one_key(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Postgres | None = request.getfixturevalue("postgres") if where == "postgresql" else None
    url = server.create("template0") if server else tmp_path / "keys"
    stores = [KeyStore(url, SECRET) for _ in range(2)]
    ids: list[str] = []
    barrier = threading.Barrier(6)

    def seal(keys: KeyStore) -> None:
        barrier.wait()
        ids.append(keys.seal("tall", "x")[0])

    threads = [threading.Thread(target=seal, args=(stores[n % 2],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6 and len(set(ids)) == 1
    for keys in stores:
        keys.close()
    if server:
        server.drop(str(url))


# -- another secret, while the bot runs

OLD, NEW = SECRET, bytes(range(100, 132))


def test_who_has_either_secret_goes_on_until_the_change_is_finished(tmp_path: Path) -> None:
    """A process from before, one started after, and a third that comes in the midst: each reads what the others write."""
    where = tmp_path / "keys"
    before = KeyStore(where, OLD)
    sealed = {"tall": before.seal("tall", "från förr")}
    link, mark = before.secret_for("calendar"), before.mark("klar 12")
    assert before.begin_rotation(NEW) == NEW and before.rotating
    midst = KeyStore(where, NEW)  # nothing is wrapped anew yet
    sealed["gran"] = before.seal("gran", "av den gamla")
    sealed["lind"] = midst.seal("lind", "av den nya")
    assert before.rewrap() == 4  # tall, gran and the house's two
    sealed["björk"] = before.seal("björk", "efteråt av den gamla")
    after = KeyStore(where, NEW)
    for keys in (before, midst, after, KeyStore(where, OLD)):
        assert [keys.open(*each) for each in sealed.values()] == ["från förr", "av den gamla", "av den nya", "efteråt av den gamla"]
        assert (keys.secret_for("calendar"), keys.mark("klar 12")) == (link, mark)  # links that were given out still lead somewhere
    with pytest.raises(NotNewest):
        before.finish_rotation()
    assert after.finish_rotation() == 1 and not after.rotating
    assert [KeyStore(where, NEW).open(*each) for each in sealed.values()] == ["från förr", "av den gamla", "av den nya", "efteråt av den gamla"]
    for each in sealed.values():
        with pytest.raises(WrongSecret):
            KeyStore(where, OLD).open(*each)
    raw = where.read_bytes()
    assert OLD not in raw and NEW not in raw


def test_a_change_of_secret_may_be_broken_off_anywhere(tmp_path: Path) -> None:
    where = tmp_path / "keys"
    key_id, sealed = KeyStore(where, OLD).seal("tall", "hemligt")
    assert KeyStore(where, OLD).begin_rotation(NEW) == NEW
    assert KeyStore(where, OLD).begin_rotation(bytes(32)) == NEW  # goes on with the one that was begun
    assert KeyStore(where, NEW).begin_rotation(bytes(32)) == NEW
    for secret in (OLD, NEW, OLD):
        assert KeyStore(where, secret).open(key_id, sealed) == "hemligt"
        KeyStore(where, secret).rewrap()
    assert KeyStore(where, NEW).finish_rotation() == 0
    assert KeyStore(where, NEW).open(key_id, sealed) == "hemligt"
    with pytest.raises(WrongSecret):
        KeyStore(where, OLD).open(key_id, sealed)


def test_keys_from_before_secrets_had_names_are_read_and_changed(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys", OLD)
    key_id, sealed = keys.seal("tall", "hemligt")
    keys.close()
    with sqlite3.connect(tmp_path / "keys") as connection:
        connection.execute("ALTER TABLE keys DROP COLUMN by")
        connection.execute("DROP TABLE secrets")
    assert KeyStore(tmp_path / "keys", OLD).open(key_id, sealed) == "hemligt"
    KeyStore(tmp_path / "keys", OLD).begin_rotation(NEW)
    assert KeyStore(tmp_path / "keys", NEW).open(key_id, sealed) == "hemligt"
    KeyStore(tmp_path / "keys", NEW).finish_rotation()
    assert KeyStore(tmp_path / "keys", NEW).open(key_id, sealed) == "hemligt"


def test_what_another_process_destroys_is_let_go_of(tmp_path: Path) -> None:
    here, there = (KeyStore(tmp_path / "keys", SECRET) for _ in range(2))
    key_id, sealed = here.seal("tall", "hemligt")
    there.destroy("tall", NOW)
    assert here.forget_destroyed() and not here.forget_destroyed()
    assert here.open(key_id, sealed) is None
    assert here.seal("tall", "nytt")[0] != key_id
    here.forget_destroyed()
    assert here.seal("tall", "nytt")[0] == there.seal("tall", "nytt")[0]
