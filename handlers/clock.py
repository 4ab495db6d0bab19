"""The clocks and the only scheduler. Nothing else in the program asks what time it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from handlers import logs

LONGEST_SLEEP = timedelta(seconds=5)  # other processes' rows are looked for at least this often
BETWEEN = timedelta(milliseconds=100)  # beats are no closer than this
AT_ONCE = 0.1  # seconds within which both clocks are read


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware UTC."""

    def drift(self) -> float:
        """Seconds that it has been set forwards (or, less than 0, back) beside the machine's steady clock."""


class RealClock:
    def __init__(self) -> None:
        self._began = _ahead()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def drift(self) -> float:
        return _ahead() - self._began


def _ahead() -> float:
    """Seconds that it is ahead of the steady one. Who is stopped between two looks looks again: it has not been set."""
    while True:
        before, now, after = time.monotonic(), time.time(), time.monotonic()
        if after - before < AT_ONCE:
            return now - before


class SimulatedClock:
    """Stands where it is put; with `ticking` it also goes on from there by itself. Never goes backwards."""

    def __init__(self, start: datetime, ticking: bool = False) -> None:
        self._base = start.astimezone(UTC)
        self._ticking = ticking
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._set_at) if self._ticking else self._base

    def drift(self) -> float:
        """It is moved on purpose: that is no mistake of its."""
        return 0.0

    def move(self, to: datetime) -> None:
        """Move forward to that instant; a moment that has passed changes nothing."""
        self._base, self._set_at = max(self.now(), to.astimezone(UTC)), time.monotonic()


class Ticker:
    """Calls `beat` in a thread of APScheduler's: when it said it needs to be, after a nudge, and each few seconds.

    A nudge is answered at once, and many of them by a beat each `BETWEEN`. Keeps nothing: what is due is asked of the
    store at every beat, so any number of processes may tick at once.
    """

    def __init__(self, beat: Callable[[], datetime | None], clock: Clock) -> None:
        self._beat, self._clock = beat, clock
        self._scheduler: Any = None
        self._beating = threading.Lock()
        self._planning = threading.Lock()
        self._nudged = False  # since the last beat began
        self._rested = 0.0  # on the monotonic clock: from when another beat may begin

    def start(self) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self._run, "interval", seconds=LONGEST_SLEEP.total_seconds(), id="beat", coalesce=True, max_instances=2,
            misfire_grace_time=None, next_run_time=datetime.now(UTC),
        )  # fmt: skip
        self._scheduler.start()

    def nudge(self) -> None:
        """Beat soon: there is something to send."""
        if self._nudged:
            return  # the beat that is coming sees this too
        with self._planning:
            self._nudged = True
            if not self._beating.locked():  # else that beat plans the next
                self._plan(timedelta(0))

    def stop(self, until: float) -> None:
        """No more beats; waits for the one under way, but not longer than that, on the monotonic clock."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)
            if self._beating.acquire(timeout=max(until - time.monotonic(), 0.1)):
                self._beating.release()

    def _run(self) -> None:
        with self._planning:
            if not self._beating.acquire(blocking=False):
                return
            self._nudged = False
        due = None
        try:
            if self._scheduler is not None:
                due = self._beat()
        except Exception as error:
            logs.failed("beat", error)
        with self._planning:
            self._beating.release()
            self._rested = time.monotonic() + BETWEEN.total_seconds()
            now = self._clock.now()
            if self._nudged:
                self._plan(timedelta(0))
            elif due is not None and due < now + LONGEST_SLEEP:
                self._plan(due - now)

    def _plan(self, wait: timedelta) -> None:
        if (scheduler := self._scheduler) is not None:
            try:
                wait = max(wait, timedelta(seconds=self._rested - time.monotonic()))
                scheduler.modify_job("beat", next_run_time=datetime.now(UTC) + wait)
            except Exception as error:  # the scheduler is being shut down
                logs.failed("plan", error)
