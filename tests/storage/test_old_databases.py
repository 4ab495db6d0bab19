"""A database of every earlier version, with data in it, is brought to the newest shape, reads back right, and is worked on in."""

from __future__ import annotations

import base64
import gzip
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.incoming import Incoming, Place
from handlers.clock import SimulatedClock
from handlers.turn import Turns
from storage.keystore import KeyStore
from storage.migrations import HERE, differences, head
from storage.store import Store
from templates.words import Words
from tests.fake_servers.postgres import Postgres

OLD = Path(__file__).parent / "old"
SECRET = base64.b64decode("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
REVISIONS = [path.name[:4] for path in sorted((HERE / "versions").glob("[0-9]*.py"))][:-1]
LATER = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)  # when the rehearsal they hold has ended


def unpacked(name: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress((OLD / f"{name}.sql.gz").read_bytes()).decode())


def copied(old: sqlite3.Connection, url: str, revision: str) -> None:
    """The same rows in a PostgreSQL database of the same shape."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    engine = sa.create_engine(url)
    scripts = ScriptDirectory(str(HERE))
    with engine.begin() as connection:
        fn: Any = lambda heads, _: scripts._upgrade_revs(revision, heads)  # noqa: E731
        context = MigrationContext.configure(connection, opts={"fn": fn})
        with Operations.context(context):
            context.run_migrations()
        shape = sa.MetaData()
        shape.reflect(connection)
        for table in shape.sorted_tables:
            if table.name == "alembic_version":
                continue
            names = [column.name for column in table.columns]
            flags = {column.name for column in table.columns if isinstance(column.type, sa.Boolean)}
            rows = [dict(zip(names, row, strict=True)) for row in old.execute(f'SELECT {", ".join(map(quoted, names))} FROM "{table.name}"')]
            for row in rows:
                row |= {name: bool(row[name]) for name in flags if row[name] is not None}
            if rows:
                places = ", ".join(f"%({name})s" for name in names)
                connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({", ".join(map(quoted, names))}) VALUES ({places})', rows)
            numbered = next((column.name for column in table.primary_key if isinstance(column.type, sa.BigInteger)), None)
            if numbered and rows and connection.scalar(sa.text(f"SELECT pg_get_serial_sequence('{table.name}', '{numbered}')")):
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{numbered}'), {max(row[numbered] for row in rows)})")
    engine.dispose()


def quoted(name: str) -> str:
    return f'"{name}"'


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_old_database_is_brought_forward_and_worked_on_in(revision: str, where: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path, url = tmp_path / "old.db", f"sqlite:///{tmp_path}/old.db"
    unpacked(revision, path)
    unpacked(f"{revision}.keys", tmp_path / "old.keys")
    if where == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create("template0")
        with closing(sqlite3.connect(path)) as old:
            copied(old, url, revision)
    store = Store(url, KeyStore(tmp_path / "old.keys", SECRET))
    assert store.revision() == revision
    store.migrate()
    assert store.revision() == head()
    with store.writing() as connection:
        assert differences(connection) == ""

    # all of it reads back, with people's words
    kept = store.export_group("tall")
    texts = " ".join(re.findall(r'"text": "([^"]+)"', json.dumps(kept, ensure_ascii=False, default=str)))
    assert "ringa hemtjänsten" in texts and kept["escalations"]
    assert not store.without_key()
    with store.read() as read:
        assert {person.name for person in read.people()} >= {"Anna Berg", "Bo Ek", "Eva Ring"}
        facts = len(read.facts())
    assert facts >= 20

    # and the bot goes on in it: what waits falls due, and a line is heard
    turns = Turns(store, Words(), SimulatedClock(LATER))
    for timer in store.claim_timers(LATER):
        turns.tick(timer)
    answered = turns.handle(Incoming("e-new", "anna", Place("slack", "nvg-tall"), said="/nvg åtgärd @bo hämta hjälpmedlet på fredag"))
    assert answered.changed, answered.name
    assert "hämta hjälpmedlet" in str(store.export_group("tall"))
    with store.read() as read:
        assert len(read.facts()) > facts
    with pytest.raises(Exception, match="append-only"), store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM facts")
    store.close()


def test_there_is_one_for_each_earlier_version() -> None:
    assert set(REVISIONS) <= {path.name[:4] for path in OLD.glob("*.sql.gz")}, "see old/README.md"
