"""Every rehearsal beside this file, with all its people on Teams: activities with signed tokens to the real server. See over_teams.py."""

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
from tests.fake_servers.teams import FakeTeams
from tests.rehearsals.over_teams import TeamsPlayer

REFUSING = ("one-platform-down", "who-reads-the-channel")  # Teams is down; the bot is removed from its channel
FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as teams:
        yield teams


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rehearsal_over_teams(path: Path, teams: FakeTeams, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(path, teams, migrated_sqlite, tmp_path)


@pytest.mark.parametrize("name", ["first-week", "two-taps-together", "from-what-was-written"])
def test_rehearsal_with_each_activity_sent_twice(name: str, teams: FakeTeams, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(Path(__file__).with_name(f"{name}.yaml"), teams, migrated_sqlite, tmp_path, repeats=1)


@pytest.mark.parametrize("name", ["first-week", "two-levels"])
def test_rehearsal_killed_between_all_steps(name: str, teams: FakeTeams, migrated_sqlite: bytes, tmp_path: Path) -> None:
    play(Path(__file__).with_name(f"{name}.yaml"), teams, migrated_sqlite, tmp_path, crash_between_steps=True)


def play(path: Path, teams: FakeTeams, migrated: bytes, folder: Path, **how: Any) -> None:
    """Play it to its end; and Teams has refused nothing but what it had to."""
    rehearsal = read_rehearsal(path, counties.names())
    database = folder / "nvg.db"
    database.write_bytes(migrated)
    words = wording(rehearsal.county or "vastra-varmland")
    player = TeamsPlayer(rehearsal, teams, lambda: Store(f"sqlite:///{database}", KeyStore(folder / "keys", SECRET)), words, **how)
    with closing(player):
        try:
            player.play()
        except NotMet as error:
            pytest.fail(explained(path, error), pytrace=False)
    refused = [(each.operation, each.status, each.answer) for each in teams.calls if each.status >= 400]
    assert not refused or path.stem in REFUSING, refused
