"""Every rehearsal beside this file is played, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import counties
from handlers.rehearsal_file import read_rehearsal
from handlers.rehearse import NotMet, Player, explained
from handlers.run import wording
from storage.keystore import KeyStore
from storage.store import Store
from tests.conftest import SECRET

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rehearsal(path: Path, database_url: str, tmp_path: Path) -> None:
    play(path, database_url, tmp_path)


CRASHING = [path for path in FILES if "crash between all steps" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", CRASHING, ids=lambda path: path.stem)
def test_rehearsal_with_a_crash_between_all_steps(path: Path, database_url: str, tmp_path: Path) -> None:
    """Those that say so in a comment."""
    play(path, database_url, tmp_path, crash_between_steps=True)


def play(path: Path, database_url: str, folder: Path, crash_between_steps: bool = False) -> None:
    rehearsal = read_rehearsal(path, counties.names())
    player = Player(rehearsal, lambda: Store(database_url, KeyStore(folder / "keys", SECRET)), wording(rehearsal.county or "vastra-varmland"), crash_between_steps)
    try:
        player.play()
    except NotMet as error:
        pytest.fail(explained(path, error), pytrace=False)
    finally:
        player.close()


def test_there_are_rehearsals() -> None:
    assert FILES
