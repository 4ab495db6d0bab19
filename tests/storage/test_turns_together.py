"""Turns that go together in one transaction, and yet each is kept or not by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bench.world import MONDAY, SECRET
from bot.model import Person
from storage.keystore import KeyStore
from storage.store import ConflictError, Store, Work


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/nvg.db", KeyStore(tmp_path / "nvg.keys", SECRET))
    store.migrate()
    assert store.one_writer
    yield store
    store.close()


def kept(store: Store) -> list[int]:
    store.memory.clear()
    with store.read() as read:
        return [n for n in range(7) if read.person(f"p{n}")]


def save(n: int, work: Work) -> int:
    assert n in {0, 4} or work.person(f"p{n - 1}")  # each sees what those before it wrote
    work.save([Person(f"p{n}", f"P{n}")], MONDAY)
    if n == 3:
        raise LookupError(n)
    return n


def test_one_that_raises_leaves_nothing_and_the_others_are_kept(store: Store) -> None:
    answers = store.run_several([partial(save, n) for n in range(7)])
    assert [each for each in answers if not isinstance(each, Exception)] == [0, 1, 2, 4, 5, 6]
    assert isinstance(answers[3], LookupError)
    assert kept(store) == [0, 1, 2, 4, 5, 6]


def test_who_decided_on_what_another_has_changed_hears_so_and_the_others_are_kept(store: Store) -> None:
    store.run(partial(save, 0))
    with store.read() as read:
        old = read.person("p0")
    assert old

    def rename(work: Work) -> None:
        work.save([old], MONDAY)

    first, second, third = store.run_several([rename, rename, lambda work: save(1, work)])
    assert (first, third) == (None, 1) and isinstance(second, ConflictError)
    assert kept(store) == [0, 1]


def test_nothing_is_kept_nor_remembered_where_the_whole_cannot_be(store: Store) -> None:
    def at_the_end(work: Work) -> None:
        raise SystemExit  # as when the process is stopped

    with pytest.raises(SystemExit):
        store.run_several([partial(save, 0), partial(save, 1), at_the_end])
    with store.read() as read:
        assert read.person("p0") is None  # by the memory either
    assert kept(store) == []
