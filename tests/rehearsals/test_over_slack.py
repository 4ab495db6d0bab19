"""Every rehearsal beside this file, with all its people on Slack: by signed requests to the real server. See over_slack.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

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

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.trigger_lives = 30.0  # a busy machine is no slow person
        slack.patience = 30.0
        yield slack


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rehearsal_over_slack(path: Path, slack: FakeSlack, migrated_sqlite: bytes, tmp_path: Path) -> None:
    rehearsal = read_rehearsal(path, counties.names())
    database = tmp_path / "nvg.db"
    database.write_bytes(migrated_sqlite)
    words = wording(rehearsal.county or "vastra-varmland")
    player = SlackPlayer(rehearsal, slack, lambda: Store(f"sqlite:///{database}", KeyStore(tmp_path / "keys", SECRET)), words)
    with closing(player):
        try:
            player.play()
        except NotMet as error:
            pytest.fail(explained(path, error), pytrace=False)
    refused = [each for each in slack.calls if each.answer.get("error") not in (None, "channel_not_found")]
    assert not refused or path.stem == "one-platform-down", refused
