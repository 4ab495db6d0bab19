"""One fault at a time, at a real process: what people see of it, and that it passes."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.store import KeyStore, Store
from tests.chaos.processes import SECRET, Slot
from tests.chaos.town import CODES, GROUPS, PEOPLE, build, channel, settle
from tests.fake_servers.postgres import Postgres
from tests.fake_servers.slack import FakeSlack, Reply, words
from tests.patience import until

HERE = channel(GROUPS[0])


@contextmanager
def living(url: str, folder: Path) -> Iterator[tuple[FakeSlack, Slot, Store]]:
    """The town with one process."""
    with FakeSlack() as slack:
        build(slack)
        store = Store(url, KeyStore(folder / "nvg.keys", SECRET))
        store.migrate()
        settle(store, slack.team, [])
        slot = Slot("p0", slack, folder, url)
        slot.start()
        try:
            slot.wait_up()
            yield slack, slot, store
        finally:
            slot.kill()
            store.close()


def say(slack: FakeSlack, slot: Slot, line: str) -> Reply:
    return slack.person(PEOPLE[0], slot.url).command(HERE, line)


def receipt(slack: FakeSlack, ask: Callable[[], Reply]) -> str:
    """What is answered, with the acknowledgement, or where the machine is slow after it."""
    before = len(slack.ephemerals(PEOPLE[0]))
    reply = ask()
    assert reply.ok, reply
    slack.wait(lambda: reply.shown or slack.ephemerals(PEOPLE[0])[before:])
    return words((reply.shown or slack.ephemerals(PEOPLE[0])[-1]).blocks)


def all_sent(store: Store) -> bool:
    """Nothing waits to be sent, or to be noted as sent: what goes wrong then is tried again much later."""
    return store.backlog(datetime.now(UTC), timedelta(0)).rows == 0


def texts(store: Store) -> list[str]:
    return [each["text"] for each in store.export_group(CODES[0])["actions"]]


def test_a_full_disk_is_told_kindly_and_when_there_is_room_all_goes_on(tmp_path: Path) -> None:
    with living(f"sqlite:///{tmp_path / 'nvg.db'}", tmp_path) as (slack, slot, store):
        assert "Sparat" in receipt(slack, lambda: say(slack, slot, "åtgärd ringa xqbc"))
        until(lambda: all_sent(store))
        slot.fill_disk(True)
        refused = []
        assert "inget är sparat. Försök gärna igen" in receipt(slack, lambda: refused.append(say(slack, slot, "åtgärd ringa xqdf")) or refused[0])
        assert "lista" not in receipt(slack, lambda: say(slack, slot, "lista"))  # what only reads is answered as always
        slot.fill_disk(False)
        assert texts(store) == ["ringa xqbc"]
        assert "Sparat" in receipt(slack, refused[0].again)
        until(lambda: len(slack.messages(HERE)) == 2 and slot.is_well())
        assert texts(store) == ["ringa xqbc", "ringa xqdf"]


def test_while_somebody_else_writes_in_the_database_the_answer_waits(tmp_path: Path) -> None:
    with living(f"sqlite:///{tmp_path / 'nvg.db'}", tmp_path) as (slack, slot, store):
        other = sqlite3.connect(tmp_path / "nvg.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        reply = say(slack, slot, "åtgärd ringa xqbc")
        assert reply.ok and reply.shown is None  # acknowledged within Slack's three seconds
        other.execute("ROLLBACK")
        other.close()
        until(lambda: any("Sparat" in words(each.blocks) for each in slack.ephemerals(PEOPLE[0])))
        until(lambda: len(slack.messages(HERE)) == 1)
        assert texts(store) == ["ringa xqbc"]


def test_a_database_that_is_started_anew_is_found_again(tmp_path: Path) -> None:
    own = Postgres()  # not the one that others use meanwhile
    try:
        with living(own.create("template1"), tmp_path) as (slack, slot, store):
            assert "Sparat" in receipt(slack, lambda: say(slack, slot, "åtgärd ringa xqbc"))
            until(lambda: all_sent(store))
            restarting = threading.Thread(target=own.restart, args=(1.0,))
            restarting.start()
            replies = []
            while restarting.is_alive():
                replies.append(say(slack, slot, "åtgärd ringa xqdf"))
                time.sleep(0.1)
            assert all(reply.ok for reply in replies)  # never without an answer
            while not (say(slack, slot, "åtgärd ringa xqdf").shown and slot.is_well()):
                time.sleep(0.1)
            until(lambda: len(slack.messages(HERE)) == 2)
            store.engine.dispose()
            assert texts(store) == ["ringa xqbc", "ringa xqdf"]
    finally:
        own.stop()
