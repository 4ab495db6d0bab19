"""So that a test says the same however busy the machine is: what comes at once is waited for so long that only what never comes is missed."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

PATIENCE = 60.0  # seconds


def unhurried(patch: pytest.MonkeyPatch) -> None:
    """A busy machine is no slow bot: what the bot says while a platform waits, it is given time to say. Who tests that sets its own."""
    for each in ("slack.hear.IN_TIME", "slack.channels.PATIENCE", "slack.install.NAMED_WITHIN", "slack.install.KNOWN_WITHIN", "slack.socket.PATIENCE", "teams.hear.IN_TIME"):
        patch.setattr(f"handlers.{each}", 30.0)


def held_port() -> socket.socket:
    """Holds a port without listening there: who listens at it may leave and come back, and nobody else is given it meanwhile."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def until(done: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until it is so. AssertionError when that takes too long."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
