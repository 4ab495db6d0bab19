"""What the house itself does each night, in a thread of its own: nobody waits for it, and one process of several does it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.rules.work_calendar import instant, local
from handlers import logs
from handlers.clock import Clock
from storage import chores
from storage.store import Store

LOOKS_EACH = 30.0  # seconds
LEASE = timedelta(minutes=15)  # a chore whose process died, or that went wrong, is done by another after this
STOPPING = 1.0  # seconds: all of us have ten to stop


@dataclass(frozen=True, slots=True)
class Chore:
    """`at`: when each night (Swedish time). `do` may be run twice, and gets the instant that it is run at."""

    kind: str
    at: time
    do: Callable[[datetime], None]


class Chores:
    """Runs the chores of a store. `look` is one look; `start` and `stop` do that in the background."""

    def __init__(self, store: Store, clock: Clock, all: Sequence[Chore]) -> None:
        self._store, self._clock, self._all = store, clock, tuple(all)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._all:
            self._thread = threading.Thread(target=self._go_on, name="chores", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """No new chore is begun; one under way is done again by whoever takes it over, if it does not end soon."""
        self._stopped.set()
        if self._thread:
            self._thread.join(STOPPING)

    def look(self) -> None:
        """Do what is due."""
        for chore in self._all:
            now = self._clock.now()
            chores.ensure(self._store, chore.kind, next_night(chore.at, now))
            if not self._stopped.is_set() and chores.take(self._store, chore.kind, now, now + LEASE):
                chore.do(now)
                chores.done(self._store, chore.kind, next_night(chore.at, self._clock.now()))
                logs.event("chore", kind=chore.kind)

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception as error:  # taken again when the lease has run out
                logs.failed("chore", error)
            self._stopped.wait(LOOKS_EACH)


def next_night(at: time, now: datetime) -> datetime:
    """The next instant at which Swedish clocks show `at`."""
    today = local(now).date()
    moments = (instant(datetime.combine(today + timedelta(days=days), at)) for days in (0, 1, 2))
    return next(moment for moment in moments if moment > now)
