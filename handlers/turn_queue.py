"""Turns that an event loop waits for: those that have come up are run by one thread, one after the other in one transaction.

So they share the wait for the disk, and no two threads compute beside each other, which costs more than twice as much.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from bot.incoming import Incoming
from handlers import logs
from handlers.engine import Engine
from handlers.turn import Answered, Asked

AT_ONCE = 8  # in one transaction: the first waits for the last

Laid = TypeVar("Laid")


class TurnQueue:
    """Made and used on one event loop. `threads`: where a turn is run that goes by itself."""

    def __init__(self, engine: Engine, threads: Executor) -> None:
        self._engine, self._threads, self._loop = engine, threads, asyncio.get_running_loop()
        self._asked: SimpleQueue[tuple[Asked[Any], asyncio.Future[Any]] | None] = SimpleQueue()
        self._shared = engine.store.one_writer
        if self._shared:
            threading.Thread(target=self._go_on, name="turns", daemon=True).start()

    async def answer(self, incoming: Incoming, lay: Callable[[Answered], Laid]) -> Laid:
        """As the engine's. What has to ask a platform, reads for long or comes in the way of somebody else's goes by itself."""
        if self._shared and not incoming.news:
            answer = self._loop.create_future()
            self._asked.put((Asked(incoming, lay, copy_context()), answer))
            if not isinstance(laid := await answer, Exception):
                return cast(Laid, laid)
        return await self._loop.run_in_executor(self._threads, logs.carried(lambda: self._engine.answer(incoming, lay)))

    def close(self) -> None:
        """When nobody waits any more."""
        self._asked.put(None)

    def _go_on(self) -> None:
        open = True
        while open:
            taken = [self._asked.get()]
            while len(taken) < AT_ONCE and not self._asked.empty():
                taken.append(self._asked.get())
            open = None not in taken
            some = [each for each in taken if each]
            try:
                answers = self._engine.answer_several([asked for asked, _ in some])
            except Exception as error:  # none of them is kept: each is tried by itself
                logs.failed("turns", error)
                answers = [error for _ in some]
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(_tell, [(future, answer) for (_, future), answer in zip(some, answers, strict=True)])


def _tell(answered: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, answer in answered:
        if not future.done():
            future.set_result(answer)
