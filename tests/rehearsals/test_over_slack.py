"""Every rehearsal beside this file, with all its people on Slack: by signed requests to the real server. See over_slack.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config import counties
from handlers.rehearsal_file import read_rehearsal
from handlers.rehearse import NotMet, explained
from handlers.run import wording
from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET
from tests.fake_servers.slack import FakeSlack
from tests.rehearsals.over_slack import SlackPlayer

REFUSING = ("one-platform-down", "who-reads-the-channel")  # Slack is down; the bot is shown out of its channel
FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rehearsal_over_slack(path: Path, slack: FakeSlack, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(path, slack, migrated_sqlite, tmp_path)


@pytest.mark.parametrize("name", ["first-week", "two-taps-together", "from-what-was-written", "who-reads-the-channel"])
def test_rehearsal_in_socket_mode(name: str, slack: FakeSlack, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(Path(__file__).with_name(f"{name}.yaml"), slack, migrated_sqlite, tmp_path, socket_mode=True)
    assert slack.socket.sent


@pytest.mark.parametrize("name", ["first-week", "two-levels"])
def test_rehearsal_killed_between_all_steps(name: str, slack: FakeSlack, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(Path(__file__).with_name(f"{name}.yaml"), slack, migrated_sqlite, tmp_path, crash_between_steps=True)


@pytest.mark.parametrize("name", ["first-week", "first-meeting", "from-what-was-written", "lift-and-back"])
def test_rehearsal_where_slack_repeats_everything(name: str, slack: FakeSlack, migrated_sqlite: bytes, tmp_path: Path) -> None:
    """The same event, trigger and form once more: what has been posted is what would have been without it."""
    once, twice = FakeSlack(), slack
    path = Path(__file__).with_name(f"{name}.yaml")
    (tmp_path / "once").mkdir()
    with once:
        play(path, once, migrated_sqlite, tmp_path / "once")
    play(path, twice, migrated_sqlite, tmp_path, repeats=1)
    assert _posts(twice) == _posts(once) != []


def _posts(slack: FakeSlack) -> list[tuple[str, str]]:
    return [(each.channel, each.text) for id in slack.channels for each in slack.messages(id) if each.user == slack.bot_user]


def play(path: Path, slack: FakeSlack, migrated: bytes, folder: Path, **how: Any) -> None:
    """Play it to its end; and Slack has refused nothing but what it had to."""
    rehearsal = read_rehearsal(path, counties.names())
    database = folder / "nvg.db"
    database.write_bytes(migrated)
    words = wording(rehearsal.county or "vastra-varmland")
    player = SlackPlayer(rehearsal, slack, lambda: Store(f"sqlite:///{database}", KeyStore(folder / "keys", SECRET)), words, **how)
    with closing(player):
        try:
            player.play()
        except NotMet as error:
            pytest.fail(explained(path, error), pytrace=False)
    refused = [(each.method, each.answer) for each in slack.calls if each.answer and not each.answer["ok"]]
    assert not refused or path.stem in REFUSING, refused
    shown = [each for id in slack.channels for each in slack.posts(id) if each.user == slack.bot_user]
    assert [each.blocks for each in shown if not any(map(str.isalpha, each.text))] == []  # what is read aloud, and stands in notices
