"""The clocks. Nothing else in the program asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware UTC."""


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """Stands where it is put; with `ticking` it also goes on from there by itself. Never goes backwards."""

    def __init__(self, start: datetime, ticking: bool = False) -> None:
        self._base = start.astimezone(UTC)
        self._ticking = ticking
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        if not self._ticking:
            return self._base
        from datetime import timedelta

        return self._base + timedelta(seconds=time.monotonic() - self._set_at)

    def move(self, to: datetime) -> None:
        """Move forward to that instant; a moment that has passed changes nothing."""
        self._base = max(self.now(), to.astimezone(UTC))
        self._set_at = time.monotonic()
