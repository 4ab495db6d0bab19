"""A backup made while another process writes is one moment of the database, and brought back it is that moment again."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET
from tests.fake_servers.postgres import Postgres
from tests.storage.samples import ACTION, NOW, TALL, fill


def write_on(url: str, key_file: str) -> None:
    """What the other process does: the same words in two groups at once and a number in each, told when they are kept."""
    store = Store(url, KeyStore(key_file, SECRET))
    for n in range(3, 100_000):
        with store.turn() as work:
            for group in ("tall", "gran"):
                work.save([replace(ACTION, id=f"{group}:{n}", group=group, number=n, meeting="", text=f"åtgärd nummer {n}")], NOW)
        print(n, flush=True)


@pytest.fixture
def empty_urls(postgres: Postgres, tmp_path: Path, migrated_sqlite: bytes) -> Iterator[tuple[str, ...]]:
    """An empty database of each kind, to bring a backup back into."""
    path = tmp_path / "second.db"
    path.write_bytes(migrated_sqlite)
    url = postgres.create()
    yield f"sqlite:///{path}", url
    postgres.drop(url)


def lines(file: Path, store: Store) -> list[str]:
    """The rows of a backup, opened: sealed they are never twice alike."""
    found = [json.loads(each) for each in gzip.decompress(file.read_bytes()).decode().splitlines()[1:]]
    return sorted(json.dumps([each["table"], store._opened(each)], sort_keys=True) for each in found)


def numbers(store: Store, group: str) -> dict[int, str]:
    return {each["id"]: each["text"] for each in store.export_group(group)["actions"] if each["id"] > 2}


@pytest.mark.slow
def test_a_backup_under_load_is_one_moment_and_comes_back_as_it_was(
    store: Store, database_url: str, empty_urls: tuple[str, ...], tmp_path: Path
) -> None:
    fill(store)
    with store.turn() as work:
        work.save([replace(TALL, id="gran", code="gran", channels=("slack:gran",))], NOW)
    command = f"from tests.storage.test_backup_under_load import write_on; write_on({database_url!r}, {str(tmp_path / 'nvg.db.keys')!r})"
    writer = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    known: list[int] = []  # the newest that was kept before each backup began
    try:
        for n in range(len(empty_urls)):
            known.append([int(writer.stdout.readline()) for _ in range(10)][-1])
            store.backup(tmp_path / f"backup{n}", NOW)
        after = int(writer.stdout.readline())
    finally:
        writer.kill()
        writer.communicate()
    assert after > known[-1] > known[0]
    for n, url in enumerate(empty_urls):
        file = tmp_path / f"backup{n}"
        with contextlib.closing(Store(url, store.keys)) as second:
            second.restore(file, NOW)
            second.backup(tmp_path / f"again{n}", NOW)
            assert lines(tmp_path / f"again{n}", store) == lines(file, store)  # to the last row
            tall, gran = numbers(second, "tall"), numbers(second, "gran")
            assert tall == gran and second.without_key() == 0  # one moment: no turn by half
            assert tall == {each: f"åtgärd nummer {each}" for each in range(3, max(tall) + 1)} and max(tall) >= known[n]
        with store.keys._engine.connect() as connection:
            held = [base64.b64encode(key).decode() for key in connection.exec_driver_sql("SELECT wrapped FROM keys").scalars()]
        assert len(held) > 1 and not any(key in line for key in held for line in lines(file, store))
