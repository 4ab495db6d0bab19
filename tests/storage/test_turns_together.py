"""Turns that wait for SQLite's one writer share a transaction, and yet each is kept or not by itself."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.world import MONDAY, SECRET
from bot.model import Person
from storage.keystore import KeyStore
from storage.store import Store, Work


def test_one_that_raises_leaves_nothing_and_the_others_are_kept(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/nvg.db", KeyStore(tmp_path / "nvg.keys", SECRET))
    store.migrate()
    begun = threading.Event()

    def slow(work: Work) -> str:
        begun.set()
        time.sleep(0.3)  # the others come up meanwhile, and go together
        return save("p0", work)

    def save(id: str, work: Work) -> str:
        work.save([Person(id, id.upper())], MONDAY)
        if id == "p3":
            raise LookupError(id)
        return id

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(store.run, slow)
        begun.wait(60)
        others = {f"p{n}": threads.submit(store.run, lambda work, id=f"p{n}": save(id, work)) for n in range(1, 7)}
        assert first.result(60) == "p0"
        for id, other in others.items():
            if id == "p3":
                with pytest.raises(LookupError):
                    other.result(60)
            else:
                assert other.result(60) == id
    store.memory.clear()
    with store.read() as read:
        assert [n for n in range(7) if read.person(f"p{n}") is None] == [3]
    store.close()
