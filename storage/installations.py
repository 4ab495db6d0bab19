"""Where the bot is installed: one row for each workspace, its token sealed under a key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.database import insert
from storage.store import Store

_at, _states = tables.installations.c, tables.install_states.c


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace ("slack:T0123") or organisation ("slack:E0123")."""

    place: str
    token: str
    bot_user: str = ""
    bot_id: str = ""


class Installations:
    """The installations of a store. Usable from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, installation: Installation, now: datetime) -> None:
        """Keep it, in place of one that was there."""
        key_id, sealed = self._store.keys.seal(_owner(installation.place), installation.token)
        self._put({
            "place": installation.place, "through": "", "bot_user": installation.bot_user, "bot_id": installation.bot_id,
            "key_id": key_id, "sealed": sealed, "installed_at": now,
        })  # fmt: skip

    def reach(self, place: str, through: str, now: datetime) -> None:
        """`place` is reached with the token that serves in `through`. Changes nothing where the bot is installed itself."""
        source, found = self.find(through), self.find(place)
        through = source.place if source else through
        if found is None or found.place not in (place, through):
            self._put({
                "place": place, "through": through, "bot_user": "", "bot_id": "", "key_id": None, "sealed": None, "installed_at": now,
            })  # fmt: skip

    def find(self, place: str) -> Installation | None:
        """The installation that reaches the place. None where there is none."""
        with self._store.reading() as connection:
            row = connection.execute(sa.select(tables.installations).where(_at.place == place)).first()
            if row is not None and row.through:
                row = connection.execute(sa.select(tables.installations).where(_at.place == row.through)).first()
        if row is None or row.sealed is None:
            return None
        token = self._store.keys.open(row.key_id, row.sealed)
        return Installation(row.place, token, row.bot_user, row.bot_id) if token else None

    def all(self) -> tuple[str, ...]:
        """The places where the bot is installed."""
        with self._store.reading() as connection:
            return tuple(connection.scalars(sa.select(_at.place).where(_at.through == "").order_by(_at.place)))

    def forget(self, place: str, now: datetime, gone_at: datetime | None = None) -> None:
        """The bot is gone from there: the token's key is destroyed, so that it cannot be read in a backup either. Told late of it,
        when it has been installed anew since `gone_at`, nothing changes."""
        with self._store.writing() as connection:
            since = connection.scalar(sa.select(_at.installed_at).where(_at.place == place))
            if gone_at and since and since.replace(microsecond=0) > gone_at:
                return
            connection.execute(sa.delete(tables.installations).where(sa.or_(_at.place == place, _at.through == place)))
        self._store.keys.destroy(_owner(place), now)

    def leave(self, place: str) -> None:
        """It is no longer reached through another. Changes nothing where the bot is installed itself."""
        with self._store.writing() as connection:
            connection.execute(sa.delete(tables.installations).where(_at.place == place, _at.through != ""))

    def begin(self, state: str, until: datetime) -> None:
        """An installation has begun: `state` comes back with its answer, before `until`."""
        with self._store.writing() as connection:
            connection.execute(sa.insert(tables.install_states).values(mark=self._mark(state), until=until))

    def began(self, state: str, now: datetime) -> bool:
        """Whether that installation was begun here, and not too long ago. It serves once."""
        with self._store.writing() as connection:
            connection.execute(sa.delete(tables.install_states).where(_states.until < now))
            done = connection.execute(sa.delete(tables.install_states).where(_states.mark == self._mark(state)))
        return done.rowcount == 1

    def _put(self, values: dict[str, object]) -> None:
        with self._store.writing() as connection:
            statement = insert(connection, tables.installations).values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["place"], set_=values))

    def _mark(self, state: str) -> str:
        return self._store.keys.mark(f"install {state}")


def _owner(place: str) -> str:
    return f"installation {place}"
