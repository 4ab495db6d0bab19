"""Turns that an event loop waits for, through a real store: those that have come up share a transaction, and each is answered as if alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bench.world import SECRET
from bot.incoming import Incoming
from bot.model import Snapshot
from bot.outcome import Need, Outcome
from handlers import logs
from handlers.turn import Answered, Asked
from handlers.turn_queue import TurnQueue
from storage.keystore import KeyStore
from storage.store import Store
from tests.handlers.world import World, decide, said

LONG = 30.0  # seconds: nothing here takes more than a moment


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store(f"sqlite:///{tmp_path}/nvg.db", KeyStore(tmp_path / "nvg.keys", SECRET))
    store.migrate()
    yield World(store)
    store.close()


def with_queue(world: World, work: Callable[[TurnQueue], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        with ThreadPoolExecutor(2) as threads:
            queue = TurnQueue(world.engine, threads)
            try:
                return await asyncio.wait_for(work(queue), LONG)
            finally:
                queue.close()

    return asyncio.run(go())


def name(answered: Answered) -> str:
    return answered.name


@pytest.fixture
def sizes(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many went together each time. The first waits until all are there."""
    sizes: list[int] = []
    there = threading.Event()
    several = world.engine.answer_several

    def counted(asked: list[Asked[Any]]) -> list[Any]:
        if not sizes:
            there.wait(LONG)
        sizes.append(len(asked))
        return several(asked)

    monkeypatch.setattr(world.engine, "answer_several", counted)
    monkeypatch.setattr(world, "there", there, raising=False)
    yield sizes


async def ask_all(world: World, queue: TurnQueue, several: list[Incoming], lay: Callable[[Answered], Any] = name) -> list[Any]:
    tasks = [asyncio.ensure_future(queue.answer(each, lay)) for each in several]
    await asyncio.sleep(0)  # each has been asked for
    world.there.set()  # type: ignore[attr-defined]
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_those_that_wait_go_together_and_all_are_kept(world: World, sizes: list[int]) -> None:
    lines = [said(f"spara {n}", f"e{n}") for n in range(20)]
    answers = with_queue(world, lambda queue: ask_all(world, queue, lines))
    assert len(set(answers)) == 1 and answers[0] not in ("", "went_wrong")
    assert sum(sizes) == 20 and max(sizes) == 8 and len(sizes) <= 4
    with world.store.read() as read:
        group = read.group("tall")
        assert group and group.last_action == 20
    again = with_queue(world, lambda queue: queue.answer(lines[7], name))
    assert again == answers[7]  # and kept: the second time it is only told


def test_one_that_goes_wrong_is_said_kindly_and_the_others_are_answered(world: World, sizes: list[int]) -> None:
    def stumbling(snapshot: Snapshot, incoming: Incoming, now: datetime) -> Outcome | Need:
        if incoming.said == "fel":
            raise RuntimeError
        return decide(snapshot, incoming, now)

    world.engine.turns.decide = stumbling
    lines = [said("spara ring", "e1"), said("fel", "e2"), said("spara skriv", "e3")]
    first, wrong, last = with_queue(world, lambda queue: ask_all(world, queue, lines))
    assert wrong == "went_wrong" and first == last != wrong
    assert sum(sizes) == 3


def test_an_answer_that_cannot_be_laid_out_is_raised_to_who_asked(world: World, sizes: list[int]) -> None:
    def lay(answered: Answered) -> str:
        raise LookupError(answered.name)

    answers = with_queue(world, lambda queue: ask_all(world, queue, [said("spara ring", "e1")], lay))
    assert isinstance(answers[0], LookupError)


def test_where_nothing_can_be_kept_each_is_told_so(world: World, sizes: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[Any]:
        raise OSError("disk full")

    monkeypatch.setattr(world.store, "run_several", full)
    monkeypatch.setattr(world.store, "run", full)
    answers = with_queue(world, lambda queue: ask_all(world, queue, [said("spara ring", f"e{n}") for n in range(3)]))
    assert answers == ["went_wrong"] * 3


def test_each_is_logged_as_who_asked(world: World, sizes: list[int]) -> None:
    heard: list[tuple[str, str]] = []

    def lay(answered: Answered) -> None:
        heard.append((answered.name, logs._request.get()))

    async def asked(queue: TurnQueue) -> list[Any]:
        async def one(n: int) -> Any:
            with logs.about(f"r{n}"):
                return await queue.answer(said(f"spara {n}", f"e{n}"), lay)

        tasks = [asyncio.ensure_future(one(n)) for n in range(3)]
        await asyncio.sleep(0)
        world.there.set()  # type: ignore[attr-defined]
        return await asyncio.gather(*tasks)

    with_queue(world, asked)
    assert sorted(request for _, request in heard) == ["r0", "r1", "r2"]
