"""Where the bot's calendar events are: in which mailbox each was put. Written before it is put there, forgotten when it is gone."""

from __future__ import annotations

import sqlalchemy as sa

from storage import tables
from storage.database import insert
from storage.store import Store

_at = tables.calendar_events.c


class CalendarEvents:
    """The events of a store, by name. Usable from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mailbox_of(self, name: str) -> str:
        """Where the event is, or was about to be put; "" nowhere."""
        with self._store.reading() as connection:
            return connection.scalar(sa.select(_at.mailbox).where(_at.name == name)) or ""

    def note(self, name: str, mailbox: str) -> None:
        with self._store.writing() as connection:
            statement = insert(connection, tables.calendar_events).values(name=name, mailbox=mailbox)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"mailbox": mailbox}))

    def forget(self, name: str) -> None:
        with self._store.writing() as connection:
            connection.execute(sa.delete(tables.calendar_events).where(_at.name == name))
