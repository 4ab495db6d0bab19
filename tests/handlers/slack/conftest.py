from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_servers.slack import FakeSlack
from tests.handlers.slack.bot import Bot, world
from tests.patience import unhurried


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield world(fake)


@pytest.fixture
def bot(slack: FakeSlack, tmp_path: Path) -> Iterator[Bot]:
    """The bot over HTTP, with the group tall."""
    with Bot(slack, tmp_path) as running:
        running.start_group()
        yield running
