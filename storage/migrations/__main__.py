"""Writes the next migration: `python -m storage.migrations [--anew] "what changed"`."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from storage import tables
from storage.database import Database
from storage.migrations import HERE, differences, head, upgrade

STEP = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
{own}
revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
    {upgrade}
'''

TRIGGERS = """
    triggers = {triggers}
    for statement in triggers[op.get_bind().dialect.name]:
        op.execute(statement)"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m storage.migrations", description=__doc__)
    parser.add_argument("message", help="what changed, in a few words")
    parser.add_argument("--anew", action="store_true", help="write the first step in place of all there are")
    arguments = parser.parse_args()
    versions = HERE / "versions"
    if arguments.anew:
        for old in versions.glob("[0-9]*.py"):
            old.unlink()
    revision = f"{int(head()) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'shape.db'}")
        with database.writing() as connection:
            if head() != "0000":
                upgrade(connection)
            code = differences(connection)
        database.close()
    if not code:
        print("Nothing to write: the steps give the shape of storage/tables.py.")
        return 0
    if revision == "0001":
        code += TRIGGERS.format(triggers=repr(tables.APPEND_ONLY))
    name = re.sub(r"\W+", "_", arguments.message.lower()).strip("_")
    down = "None" if revision == "0001" else f'"{head()}"'
    own = "\nimport storage.types\n" if "storage.types." in code else ""
    step = STEP.format(message=arguments.message, revision=revision, down=down, upgrade=code, own=own)
    (versions / f"{revision}_{name}.py").write_text(step)
    print(f"Wrote {revision}_{name}.py. Read it before it is used.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
