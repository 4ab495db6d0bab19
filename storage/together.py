"""Small writes of many threads in one transaction, so that they share the one wait for the disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

MOST = 50  # in one transaction

Job = TypeVar("Job")


class _Waiting(Generic[Job]):
    __slots__ = ("done", "error", "job")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = False
        self.error: Exception | None = None


class Together(Generic[Job]):
    """Whoever is first does also the jobs that came up meanwhile. `do` does several, all or none of them.

    A call returns when its own job is done, or raises what went wrong with it; another's trouble is not its own.
    """

    def __init__(self, do: Callable[[Sequence[Job]], None], most: int = MOST) -> None:
        """`most`: at once."""
        self._do, self._most = do, most
        self._turn = threading.Lock()
        self._waiting: deque[_Waiting[Job]] = deque()

    def __call__(self, job: Job) -> None:
        mine = _Waiting(job)
        self._waiting.append(mine)
        with self._turn:
            while not mine.done:  # unless another did it while we waited for our turn
                self._do_some([self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))])
        if mine.error:
            raise mine.error

    def _do_some(self, some: Sequence[_Waiting[Job]]) -> None:
        try:
            self._do([each.job for each in some])
        except Exception as error:
            if len(some) == 1:
                some[0].error = error
            else:
                for each in some:
                    self._do_some([each])
        for each in some:
            each.done = True
