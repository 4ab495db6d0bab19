"""How much a platform lets us say, as budgets: so many in so many seconds, in one place, with one method, in one workspace."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

FORGET_AT = 20_000  # keys; those that no longer matter are then forgotten


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many in any stretch of so many seconds."""

    most: int
    seconds: float

    @property
    def each(self) -> float:
        """How long each one takes in the long run."""
        return self.seconds / self.most


def per_second(rate: float) -> tuple[Budget, ...]:
    """So many a second in any ten seconds, and up to half as many again in any one: what was late for a moment is made up for."""
    return Budget(max(1, round(rate * 1.5)), 1.0), Budget(max(1, round(rate * 10)), max(10.0, 1 / rate))


@dataclass(frozen=True, slots=True)
class Wait:
    """There is no room under this key now, but in so many seconds; each one that waits before us adds `each`."""

    key: str
    seconds: float
    each: float = 0.0


class Pace:
    """Counts what goes out under each key, and says when there is room. Thread-safe. A key may also be paused."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._gone: dict[str, tuple[deque[float], float]] = {}  # key -> when each went, and how long that matters
        self._paused: dict[str, float] = {}  # key -> until

    def take(self, budgets: Mapping[str, tuple[Budget, ...]]) -> Wait | None:
        """Count one under each of the keys and answer None; or count nothing, and answer which has to be waited for longest."""
        now = self._now()
        longest: Wait | None = None
        with self._lock:
            for key, allowed in budgets.items():
                wait = self._wait(key, allowed, now)
                if wait and (longest is None or wait.seconds > longest.seconds):
                    longest = wait
            if longest is None:
                for key, allowed in budgets.items():
                    if allowed:
                        self._count(key, allowed, now)
        return longest

    def count(self, key: str, allowed: tuple[Budget, ...]) -> None:
        """One went out under that key, whether there was room or not."""
        with self._lock:
            self._count(key, allowed, self._now())

    def pause(self, key: str, seconds: float) -> None:
        """Nothing more under that key for so long, whatever its budget."""
        until = self._now() + seconds
        with self._lock:
            self._paused[key] = max(until, self._paused.get(key, until))

    def paused(self, key: str) -> float:
        """For how many seconds more it is paused; 0 if it is not."""
        return max(0.0, self._paused.get(key, 0.0) - self._now())

    def _wait(self, key: str, budgets: tuple[Budget, ...], now: float) -> Wait | None:
        free = 0.0
        if self._paused:
            free = self._paused.get(key, 0.0)
            if 0 < free <= now:
                del self._paused[key]
        if known := self._gone.get(key):
            gone = known[0]
            for budget in budgets:
                if len(gone) >= budget.most:
                    free = max(free, gone[-budget.most] + budget.seconds)
        return Wait(key, free - now, max((each.each for each in budgets), default=0.0)) if free > now else None

    def _count(self, key: str, budgets: tuple[Budget, ...], now: float) -> None:
        known = self._gone.get(key)
        if known is None:
            if len(self._gone) >= FORGET_AT:
                self._gone = {key: (gone, long) for key, (gone, long) in self._gone.items() if gone[-1] + long > now}
            known = self._gone[key] = deque(maxlen=max(each.most for each in budgets)), max(each.seconds for each in budgets)
        known[0].append(now)
