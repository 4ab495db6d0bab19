"""Everything that is kept anywhere: the bytes of all files, and all that can be opened with the keys. Nothing of what is refused may be there."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from storage import tables
from storage.store import Store


def kept(store: Store, folder: Path | None = None) -> str:
    """All rows of all tables as they are, the sealed ones opened, the exports, and the bytes of all files in the folder."""
    parts: list[str] = []
    with store.reading() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                values = dict(row._mapping)
                sealed = values.get("sealed") or values.get("answer")
                if isinstance(sealed, bytes) and values.get("key_id"):
                    parts.append(store.keys.open(str(values["key_id"]), sealed) or "")
                parts.append(repr(values))
    with store.read() as read:
        codes, people = [each.code for each in read.groups()], [each.id for each in read.people()]
    parts += [json.dumps(store.export_group(code), ensure_ascii=False) for code in codes]
    parts += [json.dumps(store.export_person(id), ensure_ascii=False) for id in people]
    if folder:
        parts += [file.read_bytes().decode("utf-8", "replace") for file in sorted(folder.rglob("*")) if file.is_file()]
    return "\n".join(parts)
