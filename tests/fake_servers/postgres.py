"""A real PostgreSQL for the tests: one cluster for the session, one database for each test, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql")
PATIENCE = 120.0  # seconds that it may take to start, or to stop


def find_binaries() -> Path:
    """The newest installed version's programs. RuntimeError names the package to install."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql (its programs are enough)")
    return found[-1].parent


class Postgres:
    """A cluster on a Unix socket in a directory of its own, so that any number can run side by side."""

    def __init__(self) -> None:
        self._bin = find_binaries()
        self._as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._dir = Path(tempfile.mkdtemp(prefix="nvg-pg-"))
        if self._as_postgres:
            shutil.chown(self._dir, "postgres", "postgres")
        data = self._dir / "data"
        self._run("initdb", "-D", data, "-U", "nvg", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._server = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._server = subprocess.Popen(
            [
                *self._as_postgres, self._bin / "postgres", "-D", self._dir / "data", "-k", self._dir, "-c", "listen_addresses=",
                "-c", "fsync=off", "-c", "max_connections=200", "-c", "deadlock_timeout=100ms",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._dir,
        )  # fmt: skip
        self._wait()
        return self._server

    def _run(self, program: str, *arguments: object) -> str:
        command = [*self._as_postgres, str(self._bin / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._dir, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")
        return done.stdout

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                if self._server.poll() is not None:
                    raise RuntimeError("PostgreSQL did not start") from None
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start in time")

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self._dir), user="nvg", dbname="postgres", autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://nvg@/{name}?host={self._dir}"

    def template(self, fill: Callable[[str], None]) -> None:
        """Prepare what each new database starts as: `fill` gets its URL."""
        with self._connect() as connection:
            connection.execute("CREATE DATABASE nvg_template")
        fill(self.url("nvg_template"))

    def create(self, template: str = "nvg_template") -> str:
        """A new database; returns its URL."""
        name = f"nvg_{secrets.token_hex(6)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def dump(self, url: str) -> str:
        """All that is in a database, as `pg_dump` writes it."""
        name = url.partition("@/")[2].partition("?")[0]
        return self._run("pg_dump", "-h", self._dir, "-U", "nvg", name)

    def files(self, url: str, since: float) -> bytes:
        """What lies on the disk of a database, and of the cluster's log what was written since then."""
        name = url.partition("@/")[2].partition("?")[0]
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
            found = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (name,)).fetchone()
        assert found
        own = (self._dir / "data" / "base" / str(found[0])).iterdir()
        log = (self._dir / "data" / "pg_wal").iterdir()
        return b"".join((*map(_read, own), *(_read(each, since) for each in log)))

    def restart(self, pause: float = 0.0) -> None:
        """Stop it under whoever uses it, and start it again after so many seconds."""
        self._end()
        time.sleep(pause)
        self._start()

    def stop(self) -> None:
        self._end()
        shutil.rmtree(self._dir, ignore_errors=True)

    def _end(self) -> None:
        pid = int((self._dir / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)  # fast shutdown: runuser does not pass signals on in time
        self._server.wait(timeout=PATIENCE)


def _read(file: Path, since: float = 0.0) -> bytes:
    """What is in it, if it was written since then; nothing where the server has just taken it away, as it does with what it is done with."""
    try:
        return file.read_bytes() if file.is_file() and file.stat().st_mtime >= since else b""
    except FileNotFoundError:
        return b""
