"""The chores of the house: one row each, taken with a lease by whichever process comes first."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.database import insert
from storage.store import Store

_at = tables.chores.c


def ensure(store: Store, kind: str, due: datetime) -> None:
    """That there is such a chore; one that waits already keeps its time."""
    with store.writing() as connection:
        statement = insert(connection, tables.chores).values(kind=kind, due=due, free_at=due)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["kind"]))


def take(store: Store, kind: str, now: datetime, until: datetime) -> bool:
    """Whether it is due, and ours until that instant."""
    with store.reading() as connection:  # so that an idle bot never takes the write lock
        if connection.scalar(sa.select(_at.kind).where(_at.kind == kind, _at.free_at <= now)) is None:
            return False
    with store.writing() as connection:
        taken = connection.execute(sa.update(tables.chores).where(_at.kind == kind, _at.free_at <= now).values(free_at=until))
        return taken.rowcount == 1


def done(store: Store, kind: str, next_due: datetime) -> None:
    """It is done, and due again then."""
    with store.writing() as connection:
        connection.execute(sa.update(tables.chores).where(_at.kind == kind).values(due=next_due, free_at=next_due))
