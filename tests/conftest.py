"""What all tests share: the databases. A test that asks for `database_url` or `store` is run on both."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.keystore import KeyStore
from storage.store import Store
from tests.fake_servers.postgres import Postgres

SECRET = bytes(range(32))
THOROUGH = bool(os.environ.get("THOROUGH"))  # for a release: THOROUGH=1 make test


# The same examples each time, and at a release others. How long one of them takes is the machine's business.
settings.register_profile("nvg", deadline=None, derandomize=not THOROUGH, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nvg")


def examples(most: int) -> int:
    """How many examples a property is tried on: a third of them, but for a release."""
    return most if THOROUGH else most // 3


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than a second; left out of `make check`")
    config.addinivalue_line("markers", "browser: needs Chromium")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL whose new databases have the newest shape."""
    server = Postgres()

    def fill(url: str) -> None:
        store = Store(url, KeyStore("sqlite://", SECRET))
        store.migrate()
        store.close()

    try:
        server.template(fill)
        yield server
    finally:
        server.stop()


@functools.cache
def migrated() -> bytes:
    """An SQLite file of the newest shape, as bytes: copied faster than made."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.closing(Store(f"sqlite:///{folder}/nvg.db", KeyStore("sqlite://", SECRET))) as store:
            store.migrate()
        return Path(folder, "nvg.db").read_bytes()


@pytest.fixture(scope="session")
def migrated_sqlite() -> bytes:
    return migrated()


@pytest.fixture(scope="session", autouse=True)
def one_trust() -> Iterator[None]:
    """The machine's certificates are read once, not by every client of httpx: Teams' SDK makes two of them at each start."""
    from httpx._transports import default

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default, "create_ssl_context", functools.cache(default.create_ssl_context))
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database of the newest shape, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "nvg.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite"))
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    with contextlib.closing(KeyStore(tmp_path / "nvg.db.keys", SECRET)) as keys:
        yield keys


@pytest.fixture
def store(database_url: str, keys: KeyStore) -> Iterator[Store]:
    """An empty store, on each kind of database in turn."""
    with contextlib.closing(Store(database_url, keys)) as store:
        yield store


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that starts the log does so for its own test: what it writes to is closed afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("nvg")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    if root.handlers != handlers:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
