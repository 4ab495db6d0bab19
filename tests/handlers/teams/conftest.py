from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_servers.teams import FakeTeams
from tests.handlers.teams.bot import Bot, world
from tests.patience import unhurried


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as fake:
        yield world(fake)


@pytest.fixture
def bot(teams: FakeTeams, tmp_path: Path) -> Iterator[Bot]:
    """The bot over HTTP, with the group tall."""
    with Bot(teams, tmp_path) as running:
        running.start_group()
        yield running
