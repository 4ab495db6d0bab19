"""Keys: words can be opened with them, and never again when they are destroyed."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from storage.keystore import KeyStore, WrongSecret
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
    assert keys.mark("klar 12") != KeyStore(tmp_path / "keys", bytes(32)).mark("klar 12")


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
