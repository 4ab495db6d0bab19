"""docs/slack.md, followed to the letter: from nothing to the first command, with `nvg` as a process and a pretend Slack."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from handlers.slack.scopes import SCOPES
from tests.chaos.processes import free_port
from tests.docs.test_slack import PAGE
from tests.fake_servers.slack import FakeSlack

NVG = Path(sys.executable).parent / "nvg"
STARTS = 120.0  # seconds, at most: other tests may be busy


def lines_of_env(way: str) -> list[str]:
    """The names of the settings that the guide puts in .env, in that chapter."""
    chapter = PAGE.split(f"\n## {way}")[1].split("\n## ")[0]
    return re.findall(r"^       ((?:SLACK|NVG)_[A-Z_]+)=", chapter, re.MULTILINE)


@dataclass
class Server:
    """The machine where the guide is followed."""

    folder: Path
    port: int

    def env(self, **lines: str) -> None:
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8")

    def nvg(self, *words: str) -> tuple[int, str]:
        done = subprocess.run([NVG, *words], cwd=self.folder, env=self._clean(), capture_output=True, text=True, timeout=300, check=False)
        return done.returncode, done.stdout + done.stderr

    @contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen([NVG, "run"], cwd=self.folder, env=self._clean(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + STARTS
            while not self._answers():
                assert process.poll() is None, process.communicate()[0].decode()
                assert time.monotonic() < end, "it never started"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=60)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=60):
                return True
        except OSError:
            return False

    @staticmethod
    def _clean() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("NVG_", "SLACK_", "TEAMS_", "SMTP_", "MAIL_"))}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path, free_port())


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(scopes=SCOPES) as pretend:
        pretend.add_user("UEVA", "Eva Ring", "eva@kommunen.se")
        pretend.add_channel("CTALL", ["UEVA"], bot=False)
        yield pretend


def first_command(slack: FakeSlack, bot_url: str) -> str:
    """The guide's last step: the bot is invited, offers to start a group, and answers /nvg hjälp."""
    slack.invite_bot("CTALL", "UEVA", bot_url)
    slack.wait(lambda: slack.messages("CTALL"), STARTS)
    assert "Starta grupp här?" in slack.messages("CTALL")[0].text
    slack.person("UEVA", bot_url).command("CTALL", "hjälp")
    return slack.wait(lambda: slack.ephemerals("UEVA"), STARTS)[0].text  # type: ignore[no-any-return]


def test_socket_mode(server: Server, slack: FakeSlack) -> None:
    given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    assert lines_of_env("Socket Mode") == list(given)
    server.env(**given, SLACK_API_URL=slack.url, NVG_PORT=str(server.port))
    assert server.nvg("admin", "add", "eva@kommunen.se")[0] == 0
    code, told = server.nvg("doctor")
    assert code == 0, told
    assert told.rstrip().endswith("Allt ser bra ut.")
    with server.running():
        slack.wait(lambda: len(slack.called("apps.connections.open")) >= 3, STARTS)  # the doctor's, and two of the bot's
        assert first_command(slack, "")
        assert "nvg run är igång" in server.nvg("doctor")[1]


def test_http(server: Server, slack: FakeSlack) -> None:
    url = f"http://127.0.0.1:{server.port}"
    given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret, "NVG_PUBLIC_URL": url}
    assert lines_of_env("HTTP") == list(given)
    other = {"SLACK_API_URL": slack.url, "NVG_PORT": str(server.port)}
    server.nvg("admin", "add", "eva@kommunen.se")

    server.env(**{**given, "SLACK_SIGNING_SECRET": "0" * 32}, **other)
    with server.running():
        assert slack.person("UEVA", url).command("CTALL", "hjälp").status == 401
        code, told = server.nvg("doctor")
        assert code == 1, told
        assert "✗ Slacks anrop avvisas (1 stycken), fel SLACK_SIGNING_SECRET" in told

    server.env(**given, **other)
    with server.running():
        assert first_command(slack, url)
        code, told = server.nvg("doctor")
        assert code == 0, told
        assert "✓ Slacks anrop kommer fram: 2 sedan starten." in told
        assert f"✓ {url}/slack/events når boten." in told
