"""`nvg run` as real processes on one database: started, killed with -9, started again."""

from __future__ import annotations

import base64
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.fake_servers.slack import FakeSlack

NVG = Path(sys.executable).parent / "nvg"
SECRET = bytes(range(32))
PATIENCE = 90.0  # seconds for a process to answer


def free_port() -> int:
    """One that nobody has, nor is given who asks for any (those are from 32768 on): it is free also when it is used."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16  # each of those that test side by side has its own
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = 20_000 + secrets.randbelow(750) * 16 + worker
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Slot:
    """One place where a process runs; killed, another takes its place, at the same port, known to Slack by another name."""

    name: str
    slack: FakeSlack
    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    lives: int = 0
    process: subprocess.Popen[bytes] | None = None
    up: dict[int, float] = field(default_factory=dict)  # since when each of them was seen to answer

    @property
    def who(self) -> str:
        """The present process, as the pretend Slack knows it."""
        return f"{self.name}.{self.lives}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.lives += 1
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("NVG_", "SLACK_", "TEAMS_", "SMTP_"))}
        environment |= {
            "SLACK_BOT_TOKEN": self.slack.bot_token, "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.url_for(self.who), "NVG_PORT": str(self.port), "NVG_DATABASE_URL": self.database,
            "NVG_KEYS_URL": str(self.folder / "nvg.keys"), "NVG_SECRET_KEY": base64.b64encode(SECRET).decode(),
        } | self.settings  # fmt: skip
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen([NVG, "run"], cwd=self.folder, env=environment, stderr=log)

    def is_up(self) -> bool:
        """Whether it answers, well or not."""
        try:
            with urlopen(f"{self.url}/health", timeout=30):
                answers = True
        except URLError as error:
            answers = hasattr(error, "code")
        except (OSError, HTTPException):
            answers = False
        if answers:
            self.up.setdefault(self.lives, time.time())
        return answers

    def is_well(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=30) as answer:
                return bool(answer.status == 200)
        except (OSError, HTTPException):
            return False

    def wait_up(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.is_up():
            ended = self.process.poll() if self.process else 0
            if ended is not None or time.monotonic() > end:
                last = (self.folder / f"{self.name}.log").read_text(encoding="utf-8").splitlines()[-3:]  # the folder goes with the storm
                raise RuntimeError(f"{self.who} did not start ({'no answer' if ended is None else ended}): {' / '.join(last)}")
            time.sleep(0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    def fill_disk(self, full: bool) -> None:
        """No file may grow any more; or they may again."""
        assert self.process is not None
        sizes = [each.stat().st_size for each in self.folder.glob("nvg.db*") if "keys" not in each.name]
        most = max(min(sizes, default=0), 4096) if full else resource.RLIM_INFINITY
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
