"""The shape of the database, step by step: `versions/0001_*.py`, `0002_*.py` ... in the order of their numbers.

`python -m storage.migrations "what changed"` writes the next step, from the difference between what the steps so far
give and `storage/tables.py` (which follows `bot/model.py`). `--anew` writes the first step instead, in place of all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.database import Database

HERE = Path(__file__).parent
_LOCK = 6861726  # any number of our own: two processes that start together migrate one after the other


class NewerDatabase(Exception):
    """A later version of the program has brought the database to a shape that this one does not know."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the database has version {found}, and this program knows of {head()} at most")
        self.found = found


def head() -> str:
    """The newest revision."""
    return max((path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py")), default="0000")


def revision(database: Database) -> str | None:
    """The revision that the database has, None if it is empty."""
    with database.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def migrate(database: Database) -> None:
    """Bring the database to the newest shape, all of it or nothing. Quick when it is there already, or empty.

    NewerDatabase: it has a newer one, and is left as it is.
    """
    found = revision(database)
    if found and found > head():
        raise NewerDatabase(found)
    if found != head():
        with database.rebuilding() as connection:
            _one_at_a_time(connection)
            if sa.inspect(connection).get_table_names():
                upgrade(connection)
            else:
                begin(connection)


def begin(connection: sa.Connection) -> None:
    """Give an empty database the newest shape at once, as all the steps would."""
    from storage import tables

    tables.metadata.create_all(connection, checkfirst=False)
    for statement in tables.APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))")
    connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})


def _one_at_a_time(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def upgrade(connection: sa.Connection) -> None:
    """Run the steps that are missing, within the connection's transaction."""
    # only here: alembic takes a while to import, and an ordinary start has nothing to do
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(HERE))

    def steps(heads: Any, context: Any) -> Any:
        return scripts._upgrade_revs("head", heads)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()


def differences(connection: sa.Connection) -> str:
    """Python code that would bring the database to the shape of `storage/tables.py`; "" if it has it."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext

    from storage import tables

    context = MigrationContext.configure(connection, opts={"user_module_prefix": "storage.types.", "render_as_batch": True})
    script = produce_migrations(context, tables.metadata)
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        return ""
    return render_python_code(script.upgrade_ops, render_as_batch=True, user_module_prefix="storage.types.")
