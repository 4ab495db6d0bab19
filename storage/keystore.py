"""The keys that people's words are kept under: one per group and one per person, each wrapped with NVG_SECRET_KEY.

They live in a database of their own, outside the backups of the other: destroy a key, and the words are gone for good,
wherever copies of them lie.

The secret itself can be changed while the bot runs (`begin_rotation`). Each key says which secret it is wrapped with; until the
change is finished each of the two secrets also lies here wrapped with the other, so that whoever has one can use both.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.database import empty_log, insert, make_engine
from storage.types import Instant

_NONCE = 12
CIPHERS = 200  # held at once, those used lately: each takes 2.5 kB, and but a few microseconds to make anew from its key
AT_ONCE = "wal_autocheckpoint=1"  # a new key is in the file itself: who copies that alone has all of them
_metadata = sa.MetaData()
_keys = sa.Table(
    "keys",
    _metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("by", sa.Text, nullable=False, server_default=""),  # the secret's name; "" from before secrets had names
    sa.UniqueConstraint("owner"),
)
_secrets = sa.Table(  # during a change of secret
    "secrets",
    _metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, primary_key=True),  # the secret that it is wrapped with
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("newest", sa.Boolean, nullable=False),  # whether it is the one to come
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


class NotNewest(Exception):
    """A change of secret is finished by whoever has the new one."""


class KeyStore:
    """Seals and opens words. `where` is a database URL or a file; `secret` is 32 bytes. Usable from many threads.

    An owner is a group's id, or "@anna" for a person's own; "*links" and "*marks" are the house's, and outlive a change of secret.
    """

    def __init__(self, where: str | Path, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("the secret key must be 32 bytes")
        url = str(where)
        self._engine = make_engine(url if ":" in url and "//" in url else f"sqlite:///{Path(where).absolute()}", log=AT_ONCE)
        self._secret, self._name = secret, name_of(secret)
        self._wraps = {self._name: AESGCM(secret)}  # by the secret's name
        self._house: dict[str, bytes] = {}
        self._lock = threading.RLock()
        self._opened: dict[str, bytes] = {}  # key id -> key
        self._cipher = lru_cache(CIPHERS)(AESGCM)  # of a key
        self._newest: dict[str, str] = {}  # owner -> key id
        self._marks: hmac.HMAC | None = None  # begun with the key for marks
        self._made: dict[str, dict[str, bytes]] = {}  # owner -> purpose -> what was made of the key for it
        _metadata.create_all(self._engine)
        self._seen_destroyed = 0  # how many had been when that was looked at last
        if not self._has_names():
            try:
                with self._engine.begin() as connection:
                    connection.execute(sa.text("""ALTER TABLE keys ADD COLUMN "by" TEXT NOT NULL DEFAULT ''"""))
            except sa.exc.DBAPIError:
                if not self._has_names():  # else another process was first
                    raise

    def close(self) -> None:
        self._engine.dispose()

    @property
    def place(self) -> str:
        """Where the keys lie, as it may be shown and written in a backup: a file, or a database's address without its password."""
        url = self._engine.url
        if url.get_backend_name() == "sqlite":
            return str(Path(url.database or "").absolute())
        return url.set(query={}).render_as_string()  # which hides the password

    def seal(self, owner: str, words: str) -> tuple[str, bytes]:
        """Encrypt under the owner's key, which is made if there is none. Returns (key id, sealed)."""
        key_id = self._newest.get(owner) or self._find_or_make(owner)
        return key_id, _seal(self._cipher(self._opened[key_id]), words.encode(), key_id)

    def open(self, key_id: str, sealed: bytes) -> str | None:
        """The words, or None if the key was destroyed."""
        key = self._opened.get(key_id) or self._load(key_id)
        return _unseal(self._cipher(key), sealed, key_id).decode() if key else None

    def seal_texts(self, owner: str, texts: Mapping[str, str]) -> tuple[str, bytes]:
        return self.seal(owner, json.dumps(texts, ensure_ascii=False))

    def open_texts(self, key_id: str, sealed: bytes) -> dict[str, str] | None:
        words = self.open(key_id, sealed)
        return None if words is None else json.loads(words)

    def secret_for(self, purpose: str) -> bytes:
        """64 bytes that nobody without the secret can know, others for each purpose."""
        return hmac.digest(self._own("*links"), purpose.encode(), "sha512")

    def key_for(self, owner: str, purpose: str) -> bytes:
        """32 bytes made of the owner's key, which is made if there is none: they are gone with it."""
        made = self._made.get(owner, {}).get(purpose)
        if made is None:
            with self._lock:
                key = self._key(self._row_of(owner, lambda: os.urandom(32)))
                made = self._made.setdefault(owner, {})[purpose] = hmac.digest(key, purpose.encode(), "sha256")
        return made

    def mark(self, words: str) -> str:
        """A keyed hash: the same words give the same mark, which tells nothing to who has not the secret."""
        if (begun := self._marks) is None:
            begun = self._marks = hmac.new(self._own("*marks"), digestmod="sha256")
        marked = begun.copy()
        marked.update(words.encode())  # keeps the interpreter, which `hmac.digest` gives away
        return marked.hexdigest()

    def destroy(self, owner: str, now: datetime) -> bool:
        """Destroy the owner's key, and remember that. False if there was none. Who writes again gets a new one."""
        with self._lock, self._engine.begin() as connection:
            id = connection.scalar(sa.select(_keys.c.id).where(_keys.c.owner == owner))
            connection.execute(sa.delete(_keys).where(_keys.c.owner == owner))
            connection.execute(sa.insert(_destroyed).values(id=id or secrets.token_hex(8), owner=owner, at=now))
            self._newest.pop(owner, None)
            self._made.pop(owner, None)
            self._opened.pop(id or "", None)
            self._cipher.cache_clear()
        with self._lock:
            empty_log(self._engine)  # where the wrapped key would lie on
        return id is not None

    def forget_destroyed(self) -> bool:
        """Let go of the keys that other processes have destroyed. Cheap where there are none. Answers with whether there were any."""
        with self._lock, self._engine.connect() as connection:
            count = connection.scalar(sa.select(sa.func.count()).select_from(_destroyed)) or 0
            if count == self._seen_destroyed:
                return False
            gone = connection.execute(sa.select(_destroyed.c.id, _destroyed.c.owner)).all()
            self._seen_destroyed = count
            for row in gone:
                self._opened.pop(row.id, None)
                self._made.pop(row.owner, None)
                if self._newest.get(row.owner) == row.id:
                    del self._newest[row.owner]
            self._cipher.cache_clear()
        empty_log(self._engine)
        return True

    def destroyed_since(self, instant: datetime) -> tuple[str, ...]:
        """Owners whose key was destroyed after that instant: what a backup from then must not bring back."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(sa.select(_destroyed.c.owner).where(_destroyed.c.at >= instant))
            return tuple(dict.fromkeys(rows.scalars()))

    def copy_to(self, file: Path) -> None:
        """All of them in a file of its own, sealed with the same secret, while others use them. FileExistsError."""
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy = KeyStore(file, self._secret)
        try:
            copy.copy_from(self)
        finally:
            copy.close()

    def copy_from(self, other: KeyStore) -> None:
        """Take over the other's keys, wrapped anew, and what it remembers as destroyed. An owner's own key here is kept.

        WrongSecret: nothing was taken.
        """
        with other._lock, other._engine.connect() as connection:
            held, gone = connection.execute(sa.select(_keys)).all(), connection.execute(sa.select(_destroyed)).all()
        opened = {row.id: other._key(row) for row in held}
        with self._lock, self._engine.begin() as connection:
            for row in held:
                values = {"id": row.id, "owner": row.owner, **self._wrapped(opened[row.id], f"{row.id} {row.owner}")}
                connection.execute(insert(connection, _keys).values(values).on_conflict_do_nothing())
            for row in gone:
                connection.execute(insert(connection, _destroyed).values(**row._mapping).on_conflict_do_nothing())

    # -- a change of secret

    def begin_rotation(self, wanted: bytes) -> bytes:
        """Begin to change to the secret `wanted`, or go on with a change that was begun: answers with the secret that is changed to.

        From now on who has either secret can use both. May be broken off anywhere, and called again.
        """
        with self._lock, self._engine.begin() as connection:
            row = connection.execute(sa.select(_secrets).where(_secrets.c.newest)).first()
            if row is not None:
                return self._secret if row.name == self._name else self._other(row.name, connection)
            connection.execute(sa.update(_keys).where(_keys.c.by == "").values(by=self._name))
            fresh = name_of(wanted)
            pairs = ((fresh, wanted, self._name, self._secret, True), (self._name, self._secret, fresh, wanted, False))
            for name, secret, by, wrap, newest in pairs:
                sealed = _seal(AESGCM(wrap), secret, f"{name} {by}")
                connection.execute(sa.insert(_secrets).values(name=name, by=by, wrapped=sealed, newest=newest))
        return wanted

    def rewrap(self) -> int:
        """Wrap each key with the secret that is changed to; answers with how many were not yet. Who runs with the other goes on."""
        with self._lock, self._engine.begin() as connection:
            row = connection.execute(sa.select(_secrets).where(_secrets.c.newest)).first()
            name = row.name if row else self._name
            wrap = self._wrap_of(name, connection)
            rows = connection.execute(sa.select(_keys).where(_keys.c.by != name)).all()
            for each in rows:
                sealed = _seal(wrap, self._key(each, connection), f"{each.id} {each.owner}")
                connection.execute(sa.update(_keys).where(_keys.c.id == each.id).values(wrapped=sealed, by=name))
        return len(rows)

    def finish_rotation(self) -> int:
        """Wrap what is left, and forget the old secret, which then opens nothing. NotNewest for who has the old one."""
        with self._lock, self._engine.begin() as connection:
            row = connection.execute(sa.select(_secrets).where(_secrets.c.newest)).first()
        if row is not None and row.name != self._name:
            raise NotNewest
        count = self.rewrap()
        with self._lock, self._engine.begin() as connection:
            connection.execute(sa.delete(_secrets))
        with self._lock:
            empty_log(self._engine)
        return count

    @property
    def rotating(self) -> bool:
        """Whether a change of secret is begun and not finished."""
        with self._lock, self._engine.connect() as connection:
            return connection.scalar(sa.select(_secrets.c.name).limit(1)) is not None

    def holds(self, key_id: str) -> bool:
        return key_id in self._opened or self._load(key_id) is not None

    def _load(self, key_id: str) -> bytes | None:
        with self._lock, self._engine.connect() as connection:  # in memory there is but one connection
            row = connection.execute(sa.select(_keys).where(_keys.c.id == key_id)).first()
        return self._unwrap(row) if row else None

    def _has_names(self) -> bool:
        return any(column["name"] == "by" for column in sa.inspect(self._engine).get_columns("keys"))

    def _find_or_make(self, owner: str) -> str:
        with self._lock:
            row = self._row_of(owner, lambda: os.urandom(32))
            self._unwrap(row)
            self._newest[owner] = str(row.id)
            return str(row.id)

    def _row_of(self, owner: str, make: Callable[[], bytes]) -> Any:
        """The owner's key, made if there is none."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(_keys).where(_keys.c.owner == owner)).first()
            if row is None:
                key_id = secrets.token_hex(8)
                values = {"id": key_id, "owner": owner, **self._wrapped(make(), f"{key_id} {owner}")}
                # two processes may do this at once: one key wins, both then use it
                connection.execute(insert(connection, _keys).values(values).on_conflict_do_nothing(index_elements=["owner"]))
                row = connection.execute(sa.select(_keys).where(_keys.c.owner == owner)).one()
        return row

    def _own(self, owner: str) -> bytes:
        """A key of the house's: what it was made from the first secret, it stays."""
        key = self._house.get(owner)
        if key is None:
            made = {"*links": (b"links", "sha512"), "*marks": (b"said before", "sha256")}[owner]
            with self._lock:
                key = self._house[owner] = self._key(self._row_of(owner, lambda: hmac.digest(self._secret, *made)))
        return key

    def _unwrap(self, row: Any) -> bytes:
        key = self._opened[row.id] = self._key(row)
        return key

    def _wrapped(self, key: bytes, bound_to: str) -> dict[str, Any]:
        return {"wrapped": _seal(self._wraps[self._name], key, bound_to), "by": self._name}

    def _key(self, row: Any, connection: sa.Connection | None = None) -> bytes:
        try:
            return _unseal(self._wrap_of(row.by or self._name, connection), row.wrapped, f"{row.id} {row.owner}")
        except InvalidTag:
            raise WrongSecret("NVG_SECRET_KEY is not the one that the keys were made with") from None

    def _wrap_of(self, name: str, connection: sa.Connection | None = None) -> AESGCM:
        """The cipher of the secret of that name. WrongSecret where we neither have it nor are told it."""
        if name not in self._wraps:
            if connection is None:
                with self._engine.connect() as own:
                    self._other(name, own)
            else:
                self._other(name, connection)
        return self._wraps[name]

    def _other(self, name: str, connection: sa.Connection) -> bytes:
        """The other secret of a change that goes on."""
        row = connection.execute(sa.select(_secrets).where(_secrets.c.name == name, _secrets.c.by == self._name)).first()
        if row is None:
            raise WrongSecret("NVG_SECRET_KEY is not the one that the keys were made with")
        secret = _unseal(self._wraps[self._name], row.wrapped, f"{row.name} {row.by}")
        self._wraps[name] = AESGCM(secret)
        return secret


def name_of(secret: bytes) -> str:
    """What a secret is called where it is not to be read."""
    return hmac.digest(secret, b"name", "sha256").hex()[:16]


def _seal(cipher: AESGCM, words: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, words, bound_to.encode())


def _unseal(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
