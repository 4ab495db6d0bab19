"""Where the bot can speak: the conversations that a platform has told it of, and how to get there."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage import tables
from storage.database import insert
from storage.prepared import Prepared
from storage.store import Store

_at = tables.conversations.c
_OF = Prepared(sa.select(_at.address, _at.conversation, _at.tenant, _at.service_url, _at.kind, _at.team).where(_at.address == sa.bindparam("address")))


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, by the address that is used for it everywhere else."""

    address: str  # "teams:TENANT/CONVERSATION", "teams:@TENANT/OBJECT-ID"
    id: str  # the platform's own
    tenant: str  # where it lives
    service_url: str  # where what is said there is sent
    kind: str  # personal | groupChat | channel
    team: str = ""  # that a channel is in


class Conversations:
    """The conversations of a store. Usable from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._services: dict[str, str] = {}  # tenant -> the serviceUrl that was told last

    def note(self, address: str, conversation_id: str, tenant: str, service_url: str, kind: str, team: str = "") -> None:
        """Keep it, in place of what was known of that address. Writes only what is new."""
        told = Conversation(address, conversation_id, tenant, service_url, kind, team)
        self._services[tenant] = service_url
        if self.of(address) == told:
            return
        values = {"address": address, "conversation": conversation_id, "tenant": tenant, "service_url": service_url, "kind": kind, "team": team}
        with self._store.writing() as connection:
            statement = insert(connection, tables.conversations).values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["address"], set_=values))

    def forget(self, address: str) -> None:
        """The bot is there no longer."""
        with self._store.writing() as connection:
            connection.execute(sa.delete(tables.conversations).where(_at.address == address))

    def of(self, address: str) -> Conversation | None:
        """How to get to an address. None where it is not known. Takes no time."""
        row = self._store.glance(_OF, {"address": address})
        return Conversation(*row) if row else None

    def in_team(self, tenant: str, team: str) -> list[str]:
        """The platform's own ids of the channels of a team that it has been heard in."""
        with self._store.reading() as connection:
            return list(connection.scalars(sa.select(_at.conversation).where(_at.tenant == tenant, _at.team == team)))

    def service_of(self, tenant: str) -> str:
        """Where what is said to people and channels of a tenant is sent; "" where nothing has been heard from there."""
        if tenant not in self._services:
            with self._store.reading() as connection:
                found = connection.scalar(sa.select(_at.service_url).where(_at.tenant == tenant).limit(1))
            if not found:
                return ""
            self._services[tenant] = found
        return self._services[tenant]
