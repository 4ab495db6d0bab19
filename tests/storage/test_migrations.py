"""The migrations lead to the shape that the code expects."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from storage import tables
from storage.keystore import KeyStore
from storage.migrations import HERE, differences
from storage.store import Store

ROOT = HERE.parent.parent


def test_the_steps_give_the_shape_of_the_tables(store: Store) -> None:
    with store.writing() as connection:
        assert differences(connection) == "", 'run: python -m storage.migrations "what changed"'


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


def test_due_timers_and_posts_are_found_by_index(tmp_path: Path, migrated_sqlite: bytes, keys: KeyStore) -> None:
    """What an idle bot asks each second must not cost more the more there is."""
    path = tmp_path / "nvg.db"
    path.write_bytes(migrated_sqlite)
    store = Store(f"sqlite:///{path}", keys)
    asked: list[tuple[str, object]] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda c, u, statement, p, x, m: asked.append((statement, p)))
    store.next_due()
    store.claim_timers(tables.ALWAYS)
    store.claim_outbox(tables.ALWAYS)
    selects = [each for each in asked if each[0].startswith("SELECT")]
    assert len(selects) == 4
    with store.engine.connect() as connection:
        for statement, parameters in selects:
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                assert " USING " in step[3] or step[3].startswith(("CORRELATED", "USE TEMP")), (statement, step)
    store.close()
