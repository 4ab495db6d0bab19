"""Where the bot can speak: the conversations that a platform has told it of, and how to get there."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from storage import tables
from storage.database import insert
from storage.store import Store

FRESH = 60.0  # seconds that one is remembered, so that what another process writes is soon seen
MOST = 50_000  # remembered at once

_at = tables.conversations.c


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, by the address that is used for it everywhere else."""

    address: str  # "teams:TENANT/CONVERSATION", "teams:@TENANT/OBJECT-ID"
    id: str  # the platform's own
    tenant: str  # where it lives
    service_url: str  # where what is said there is sent
    kind: str  # personal | groupChat | channel


class Conversations:
    """The conversations of a store. Usable from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[float, Conversation]] = {}  # address -> until
        self._services: dict[str, str] = {}  # tenant -> the serviceUrl that was told last

    def note(self, address: str, conversation_id: str, tenant: str, service_url: str, kind: str) -> None:
        """Keep it, in place of what was known of that address. Writes only what is new."""
        told = Conversation(address, conversation_id, tenant, service_url, kind)
        self._services[tenant] = service_url
        if self.of(address) == told:
            return
        values = {"address": address, "conversation": conversation_id, "tenant": tenant, "service_url": service_url, "kind": kind}
        with self._store.writing() as connection:
            statement = insert(connection, tables.conversations).values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["address"], set_=values))
        self._remember(told)

    def forget(self, address: str) -> None:
        """The bot is there no longer."""
        self._known.pop(address, None)
        with self._store.writing() as connection:
            connection.execute(sa.delete(tables.conversations).where(_at.address == address))

    def of(self, address: str) -> Conversation | None:
        """How to get to an address. None where it is not known."""
        known = self._known.get(address)
        if known and known[0] > time.monotonic():
            return known[1]
        with self._store.reading() as connection:
            row = connection.execute(sa.select(tables.conversations).where(_at.address == address)).first()
        if row is None:
            self._known.pop(address, None)
            return None
        found = Conversation(row.address, row.conversation, row.tenant, row.service_url, row.kind)
        self._remember(found)
        return found

    def service_of(self, tenant: str) -> str:
        """Where what is said to people and channels of a tenant is sent; "" where nothing has been heard from there."""
        if tenant not in self._services:
            with self._store.reading() as connection:
                found = connection.scalar(sa.select(_at.service_url).where(_at.tenant == tenant).limit(1))
            if not found:
                return ""
            self._services[tenant] = found
        return self._services[tenant]

    def _remember(self, conversation: Conversation) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[conversation.address] = time.monotonic() + FRESH, conversation
