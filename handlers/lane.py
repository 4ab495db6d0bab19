"""One platform's rows under way: as many with threads as may be at once, the others waiting in memory for their budgets."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

from handlers.pace import Wait

HOLD = 10.0  # seconds that a row may wait in memory; one that must wait longer is given back to the store
TOO_OLD = 30.0  # seconds after which it is given back in any case: another may claim it when its lease has run out
SWEEP = 5.0  # seconds between looks for such
MOST = 2_500  # rows in memory

Row = TypeVar("Row")


@dataclass(slots=True)
class _Held(Generic[Row]):
    row: Row
    since: float


@dataclass(slots=True)
class _Queue(Generic[Row]):
    """The rows that one key holds up, in order."""

    rows: deque[_Held[Row]] = field(default_factory=deque)
    booked: float = 0.0  # until when rows that were given back will use it


class Lane(Generic[Row]):
    """`room` counts a row in its budgets, or says how long there is none; `work` does it, in a thread of ours, and must not raise.

    A key that is used up holds up only its own rows. Thread-safe.
    """

    def __init__(self, name: str, room: Callable[[Row], Wait | None], work: Callable[[Row], None], at_once: int) -> None:
        self._room, self._work, self._at_once = room, work, at_once
        self._threads = ThreadPoolExecutor(at_once, f"post-{name}")
        self._lock = threading.Lock()
        self._ready: deque[_Held[Row]] = deque()  # nothing holds them up but that all threads are busy
        self._queues: dict[str, _Queue[Row]] = {}
        self._wakes: list[tuple[float, str]] = []  # a heap: when a key has room again
        self._busy = self._waiting = 0
        self._swept = 0.0

    def add(self, row: Row) -> float | None:
        """Take the row on: None. Or seconds, after which it should be brought again: it would have to wait too long."""
        now = time.monotonic()
        with self._lock:
            if self._busy >= self._at_once:
                if self._waiting >= MOST:
                    return HOLD
                self._ready.append(_Held(row, now))
                self._waiting += 1
                return None
            wait = self._room(row)
            if wait is None:
                self._busy += 1
                self._threads.submit(self._go_on, row)
                return None
            queue = self._queues.get(wait.key) or self._queues.setdefault(wait.key, _Queue())
            long = wait.seconds + len(queue.rows) * wait.each
            if long <= HOLD and self._waiting < MOST:
                self._hold(_Held(row, now), wait, now)
                return None
            turn = max(queue.booked, now + long)
            queue.booked = turn + wait.each
            return max(turn - now - HOLD / 2, long / 2)  # early, so that there is always somebody in the queue

    def move(self) -> tuple[float | None, list[Row]]:
        """Begin what has room by now. Seconds until there may be more to begin, and rows that have waited too long here."""
        with self._lock:
            now = time.monotonic()
            while self._busy < self._at_once and (held := self._next(now)):
                self._busy += 1
                self._threads.submit(self._go_on, held.row)
            # what has room but no thread is begun by the first thread that gets free
            soon = max(self._wakes[0][0] - now, 0.0) or SWEEP if self._wakes else SWEEP if self._waiting else None
            return soon, self._too_old(now) if now > self._swept + SWEEP else []

    def stop(self) -> list[Row]:
        """Begin nothing more. Answers with the rows that were not begun."""
        with self._lock:
            rows = [held.row for queue in (self._ready, *(each.rows for each in self._queues.values())) for held in queue]
            self._ready.clear()
            self._queues.clear()
            self._wakes.clear()
            self._waiting = 0
        return rows

    def wait(self, until: float) -> bool:
        """Wait for what was begun, but not longer than that, on the monotonic clock; whether it is finished."""
        while self._busy and time.monotonic() < until:
            time.sleep(0.02)
        self._threads.shutdown(wait=False, cancel_futures=True)
        return not self._busy

    def _go_on(self, row: Row) -> None:
        """In a thread: that row, and then whatever has room."""
        while True:
            self._work(row)
            with self._lock:
                held = self._next(time.monotonic())
                if held is None:
                    self._busy -= 1
                    return
            row = held.row

    def _next(self, now: float) -> _Held[Row] | None:
        """A waiting row that has room now, counted."""
        while self._wakes and self._wakes[0][0] <= now:
            _, key = heappop(self._wakes)
            if found := self._from_queue(key, now):
                return found
        while self._ready:
            held = self._ready.popleft()
            self._waiting -= 1
            wait = self._room(held.row)
            if wait is None:
                return held
            self._hold(held, wait, now)
        return None

    def _from_queue(self, key: str, now: float) -> _Held[Row] | None:
        """Its first row that has room. Those that something else holds up go to wait for that."""
        queue = self._queues.get(key)
        found: _Held[Row] | None = None
        while queue and queue.rows and found is None:
            held = queue.rows.popleft()
            self._waiting -= 1
            wait = self._room(held.row)
            if wait is None:
                found = held
            else:
                self._hold(held, wait, now, first=wait.key == key)
                if wait.key == key:
                    return None
        if queue and queue.rows:
            heappush(self._wakes, (now, key))
        elif queue and queue.booked <= now:
            del self._queues[key]
        return found

    def _hold(self, held: _Held[Row], wait: Wait, now: float, first: bool = False) -> None:
        queue = self._queues.get(wait.key) or self._queues.setdefault(wait.key, _Queue())
        if first:
            queue.rows.appendleft(held)
        else:
            queue.rows.append(held)
        if first or len(queue.rows) == 1:
            heappush(self._wakes, (now + wait.seconds, wait.key))
        self._waiting += 1

    def _too_old(self, now: float) -> list[Row]:
        self._swept = now
        old: list[Row] = []
        for rows in (self._ready, *(each.rows for each in self._queues.values())):
            while rows and rows[0].since + TOO_OLD < now:
                old.append(rows.popleft().row)
        self._waiting -= len(old)
        return old
