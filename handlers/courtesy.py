"""Who answers somebody goes first: what nobody waits for lets them pass, but not for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 0.02  # seconds that anything stands back
LOOK = 0.0005  # seconds between looks


class Courtesy:
    """Thread-safe. One processor runs one thread of Python at a time, so what is begun in the background is waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answering = 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for what is done within."""
        with self._lock:
            self._answering += 1
        try:
            yield
        finally:
            with self._lock:
                self._answering -= 1

    def let_pass(self) -> None:
        """Return when nobody waits for an answer, or has waited long enough for us."""
        if not self._answering:
            return
        until = time.monotonic() + MOST
        while self._answering and time.monotonic() < until:
            time.sleep(LOOK)
