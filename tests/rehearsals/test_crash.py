"""Killed again and again, the bot lets out the same messages as when it lives on: nothing is lost, nothing sent twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config import counties
from handlers.rehearsal_file import Says, Step, Taps, Undo, read_rehearsal
from handlers.rehearse import Player, as_json, temporary
from handlers.run import wording
from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET

LONG = ("first-month", "two-levels", "consent-withdrawn")


class Crashing(Player):
    """Is killed between all steps, and also when a turn is kept but nothing of what it led to has been sent."""

    def _do(self, step: Step) -> None:
        if isinstance(step, Says | Taps | Undo):
            self._ready(step)()
            self.crash()
            self.stage.drain()
        else:
            super()._do(step)


@cache
def undisturbed(name: str) -> list[Mapping[str, object]]:
    with TemporaryDirectory() as folder:
        return told(Player(read_rehearsal(path(name), counties.names()), temporary(Path(folder)), wording("vastra-varmland")))


def told(player: Player) -> list[Mapping[str, object]]:
    try:
        player.play()
        return [as_json(each) for each in player.stage.out]
    finally:
        player.close()


def path(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.yaml")


@pytest.mark.parametrize("name", LONG)
def test_crashes_change_nothing(name: str, database_url: str, tmp_path: Path) -> None:
    rehearsal = read_rehearsal(path(name), counties.names())
    player = Crashing(rehearsal, lambda: Store(database_url, KeyStore(tmp_path / "keys", SECRET)), wording("vastra-varmland"), True)
    disturbed = told(player)
    assert disturbed == undisturbed(name)
    assert len(disturbed) > 15
