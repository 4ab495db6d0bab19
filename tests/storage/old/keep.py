"""Keeps a database, and the keys beside it, as an old one: `python -m tests.storage.old.keep x.db 0009`."""

from __future__ import annotations

import gzip
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent


def keep(database: Path, revision: str) -> None:
    for source, name in ((database, revision), (Path(f"{database}.keys"), f"{revision}.keys")):
        with closing(sqlite3.connect(source)) as connection:
            words = "\n".join(connection.iterdump())
        (HERE / f"{name}.sql.gz").write_bytes(gzip.compress(words.encode(), 9, mtime=0))


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2])
