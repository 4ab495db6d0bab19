"""The keys that people's words are kept under: one per group and one per person, each wrapped with NVG_SECRET_KEY.

They live in a database of their own, outside the backups of the other: destroy a key, and the words are gone for good,
wherever copies of them lie.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.database import insert, make_engine
from storage.types import Instant

_NONCE = 12
_metadata = sa.MetaData()
_keys = sa.Table(
    "keys",
    _metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("owner"),
)
_destroyed = sa.Table(
    "destroyed",
    _metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)


class WrongSecret(Exception):
    """NVG_SECRET_KEY is not the one that the keys were wrapped with."""


class KeyStore:
    """Seals and opens words. `where` is a database URL or a file; `secret` is 32 bytes. Usable from many threads.

    An owner is a group's id, or "@anna" for a person's own.
    """

    def __init__(self, where: str | Path, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("the secret key must be 32 bytes")
        url = str(where)
        self._engine = make_engine(url if ":" in url and "//" in url else f"sqlite:///{Path(where).absolute()}")
        self._wrap = AESGCM(secret)
        self._hash_key = hmac.digest(secret, b"said before", "sha256")
        self._links_key = hmac.digest(secret, b"links", "sha512")
        self._lock = threading.Lock()
        self._ciphers: dict[str, AESGCM] = {}  # key id -> cipher
        self._newest: dict[str, str] = {}  # owner -> key id
        _metadata.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def seal(self, owner: str, words: str) -> tuple[str, bytes]:
        """Encrypt under the owner's key, which is made if there is none. Returns (key id, sealed)."""
        key_id = self._newest.get(owner) or self._find_or_make(owner)
        nonce = os.urandom(_NONCE)
        return key_id, nonce + self._ciphers[key_id].encrypt(nonce, words.encode(), key_id.encode())

    def open(self, key_id: str, sealed: bytes) -> str | None:
        """The words, or None if the key was destroyed."""
        cipher = self._ciphers.get(key_id) or self._load(key_id)
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], key_id.encode()).decode() if cipher else None

    def seal_texts(self, owner: str, texts: Mapping[str, str]) -> tuple[str, bytes]:
        return self.seal(owner, json.dumps(texts, ensure_ascii=False))

    def open_texts(self, key_id: str, sealed: bytes) -> dict[str, str] | None:
        words = self.open(key_id, sealed)
        return None if words is None else json.loads(words)

    def secret_for(self, purpose: str) -> bytes:
        """64 bytes that nobody without the secret can know, others for each purpose."""
        return hmac.digest(self._links_key, purpose.encode(), "sha512")

    def mark(self, words: str) -> str:
        """A keyed hash: the same words give the same mark, which tells nothing to who has not the secret."""
        return hmac.digest(self._hash_key, words.encode(), "sha256").hex()

    def destroy(self, owner: str, now: datetime) -> bool:
        """Destroy the owner's key, and remember that. False if there was none. Who writes again gets a new one."""
        with self._lock, self._engine.begin() as connection:
            id = connection.scalar(sa.select(_keys.c.id).where(_keys.c.owner == owner))
            connection.execute(sa.delete(_keys).where(_keys.c.owner == owner))
            connection.execute(sa.insert(_destroyed).values(id=id or secrets.token_hex(8), owner=owner, at=now))
            self._newest.pop(owner, None)
            self._ciphers.pop(id or "", None)
        return id is not None

    def destroyed_since(self, instant: datetime) -> tuple[str, ...]:
        """Owners whose key was destroyed after that instant: what a backup from then must not bring back."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(sa.select(_destroyed.c.owner).where(_destroyed.c.at >= instant))
            return tuple(dict.fromkeys(rows.scalars()))

    def copy_from(self, other: KeyStore) -> None:
        """Take over the other's keys, wrapped anew, and what it remembers as destroyed. An owner's own key here is kept.

        WrongSecret: nothing was taken.
        """
        with other._lock, other._engine.connect() as connection:
            held, gone = connection.execute(sa.select(_keys)).all(), connection.execute(sa.select(_destroyed)).all()
        opened = {row.id: other._key(row) for row in held}
        with self._lock, self._engine.begin() as connection:
            for row in held:
                nonce = os.urandom(_NONCE)
                wrapped = nonce + self._wrap.encrypt(nonce, opened[row.id], f"{row.id} {row.owner}".encode())
                connection.execute(insert(connection, _keys).values(id=row.id, owner=row.owner, wrapped=wrapped).on_conflict_do_nothing())
            for row in gone:
                connection.execute(insert(connection, _destroyed).values(**row._mapping).on_conflict_do_nothing())

    def holds(self, key_id: str) -> bool:
        return key_id in self._ciphers or self._load(key_id) is not None

    def _load(self, key_id: str) -> AESGCM | None:
        with self._lock, self._engine.connect() as connection:  # in memory there is but one connection
            row = connection.execute(sa.select(_keys).where(_keys.c.id == key_id)).first()
        return self._unwrap(row) if row else None

    def _find_or_make(self, owner: str) -> str:
        with self._lock:
            with self._engine.begin() as connection:
                row = connection.execute(sa.select(_keys).where(_keys.c.owner == owner)).first()
                if row is None:
                    key_id, nonce = secrets.token_hex(8), os.urandom(_NONCE)
                    wrapped = nonce + self._wrap.encrypt(nonce, os.urandom(32), f"{key_id} {owner}".encode())
                    # two processes may do this at once: one key wins, both then use it
                    statement = insert(connection, _keys).values(id=key_id, owner=owner, wrapped=wrapped)
                    connection.execute(statement.on_conflict_do_nothing(index_elements=["owner"]))
                    row = connection.execute(sa.select(_keys).where(_keys.c.owner == owner)).one()
            self._unwrap(row)
            self._newest[owner] = str(row.id)
            return str(row.id)

    def _unwrap(self, row: sa.Row[tuple[str, str, bytes]]) -> AESGCM:
        cipher = self._ciphers[row.id] = AESGCM(self._key(row))
        return cipher

    def _key(self, row: sa.Row[tuple[str, str, bytes]]) -> bytes:
        try:
            return self._wrap.decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], f"{row.id} {row.owner}".encode())
        except InvalidTag:
            raise WrongSecret("NVG_SECRET_KEY is not the one that the keys were made with") from None
