"""What else goes wrong meanwhile: Slack is slow, ill or strict, the database is locked or started anew, the disk is full."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable

import psycopg

from tests.chaos.processes import Slot
from tests.fake_servers.postgres import Postgres
from tests.fake_servers.slack import FakeSlack

HELD = 3.0  # seconds that a database is locked, or a disk full


class Mischief:
    """`something` happens, and passes; it is counted in `done`."""

    def __init__(self, slack: FakeSlack, slots: list[Slot], postgres: Postgres | None, chance: random.Random, history: bool) -> None:
        self.slack, self.slots, self.postgres, self.random, self.history = slack, slots, postgres, chance, history
        self.done: dict[str, int] = {}
        self._left: list[Callable[[], None]] = []

    def something(self) -> None:
        """Each kind in turn, in an order of its own each round."""
        if not self._left:
            self._left = [self.ill, self.strict, self.slow, self.cut, self.locked, self.anew if self.postgres else self.full]
            self._left += [self.lost] * self.history
            self.random.shuffle(self._left)
        what = self._left.pop()
        what()
        self.done[what.__name__] = self.done.get(what.__name__, 0) + 1

    def ill(self) -> None:
        self.slack.fail("chat.postMessage", status=503, times=5)
        self.slack.fail("chat.update", "internal_error", times=3)

    def strict(self) -> None:
        self.slack.fail("chat.postMessage", "ratelimited", retry_after=2, times=4)

    def slow(self) -> None:
        self.slack.hang("chat.postMessage", 4.0, times=3)

    def cut(self) -> None:
        self.slack.fail("chat.postMessage", status=0, times=3)

    def lost(self) -> None:
        """Slack has it, and its answer never comes: only who may read what stands there can know."""
        self.slack.fail("chat.postMessage", status=0, times=3, done=True)

    def locked(self) -> None:
        """Somebody else writes in the database, and takes their time."""
        url = self.slots[0].database
        if self.postgres:
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
                time.sleep(HELD)
            return
        connection_ = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
        try:
            connection_.execute("BEGIN IMMEDIATE")
            time.sleep(HELD)
            connection_.execute("ROLLBACK")
        except sqlite3.OperationalError:  # the bot was busier
            pass
        finally:
            connection_.close()

    def full(self) -> None:
        for slot in self.slots:
            slot.fill_disk(True)
        time.sleep(HELD)
        for slot in self.slots:
            slot.fill_disk(False)

    def anew(self) -> None:
        assert self.postgres
        self.postgres.restart(0.5)
