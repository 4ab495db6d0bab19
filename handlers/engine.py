"""The bot in motion. (Signatures first.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.incoming import Incoming
from handlers.clock import Clock
from handlers.speaker import Speaker
from handlers.turn import Answered


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something the bot will do by itself."""

    due: datetime  # aware UTC
    kind: str  # of the timer, as in bot/heartbeat.py
    subject: str


class Engine:
    """Thread-safe. `Engine(store, words, speakers, clock)`; `start()` runs it in the background, `stop()` ends it cleanly."""

    def __init__(self, store: object, words: object, speakers: Mapping[str, Speaker], clock: Clock) -> None: ...
    def handle(self, incoming: Incoming) -> Answered: ...
    def wake(self) -> int: ...
    def deliver(self) -> int: ...
    def drain(self) -> int: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def next_due(self) -> datetime | None: ...
    def upcoming(self, limit: int = 20) -> list[Upcoming]: ...
    def health(self) -> dict[str, object]:
        """{"ok": bool, "late": n, "outbox": n, "problems": [code words]} for /health and /metrics."""
