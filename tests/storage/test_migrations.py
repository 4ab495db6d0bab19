"""The migrations lead to the shape that the code expects."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import prepared, tables
from storage.keystore import KeyStore
from storage.migrations import HERE, differences, head, upgrade
from storage.store import Store

ROOT = HERE.parent.parent


def test_the_steps_give_the_shape_of_the_tables(store: Store) -> None:
    """From nothing, step by step; and so does beginning with the newest shape at once."""
    with store.writing() as connection:
        assert differences(connection) == ""
        at_once = shape(connection)
        tables.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP FUNCTION facts_append_only")
        upgrade(connection)
        assert differences(connection) == "", 'run: python -m storage.migrations "what changed"'
        assert shape(connection) == at_once


def shape(connection: sa.Connection) -> list[object]:
    """Tables with their columns and indexes, the triggers, and the revision."""
    look = sa.inspect(connection)
    made: list[object] = [
        (name, sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)),
         sorted(str(each["name"]) for each in look.get_indexes(name)), look.get_pk_constraint(name)["constrained_columns"])
        for name in sorted(look.get_table_names())
    ]  # fmt: skip
    triggers = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'", "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"}
    made += sorted(connection.scalars(sa.text(triggers[connection.dialect.name])))
    made += connection.scalars(sa.text("SELECT version_num FROM alembic_version"))
    return made


def test_two_that_start_at_once_make_one_database(database_url: str, keys: KeyStore) -> None:
    """The second waits for the first, and finds nothing to do."""
    store = Store(database_url, keys)
    with store.writing() as connection:
        tables.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP FUNCTION facts_append_only")
    stores = [store, Store(database_url, keys)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each.migrate(), stores))
    assert [each.revision() for each in stores] == [head(), head()]
    for each in stores:
        each.close()


def test_each_step_is_written_from_the_difference(tmp_path: Path) -> None:
    """A first step written anew, and a second for a new column, lead from nothing to the newest shape."""
    for package in ("bot", "storage"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    write = [sys.executable, "-m", "storage.migrations"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(*command: str) -> str:
        done = subprocess.run([*command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "0001_begin.py" in run(*write, "--anew", "Begin")
    assert "Nothing to write" in run(*write, "again")
    code = tmp_path / "storage" / "tables.py"
    column = '    sa.Column("state", sa.Text, nullable=False),  # pending'
    assert column in code.read_text()
    code.write_text(code.read_text().replace(column, '    sa.Column("colour", Instant, nullable=True),\n' + column))
    assert "0002_a_colour.py" in run(*write, "A colour")
    shape = (
        "from storage.store import Store, KeyStore; import sqlalchemy as sa\n"
        "store = Store('sqlite:///new.db', KeyStore('new.keys', bytes(32))); store.migrate()\n"
        "inspector = sa.inspect(store.engine)\n"
        "print(store.revision(), 'colour' in [c['name'] for c in inspector.get_columns('outbox')])\n"
    )
    assert run(sys.executable, "-c", shape).split() == ["0002", "True"]


def test_due_timers_and_posts_are_found_by_index(
    tmp_path: Path, migrated_sqlite: bytes, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an idle bot asks each second must not cost more the more there is."""
    path, run = tmp_path / "nvg.db", prepared.execute
    path.write_bytes(migrated_sqlite)
    store = Store(f"sqlite:///{path}", keys)
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(prepared, "execute", lambda cursor, sql, rows: (asked.append((sql, rows[0])), run(cursor, sql, rows)))
    store.next_due()
    store.claim_timers(tables.ALWAYS)
    store.claim_outbox(tables.ALWAYS)
    selects = [each for each in asked if each[0].startswith("SELECT")]
    assert len(selects) == 4
    with store.engine.connect() as connection:
        for statement, parameters in selects:
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters)):
                assert " USING " in step[3] or step[3].startswith(("CORRELATED", "USE TEMP")), (statement, step)
    store.close()
