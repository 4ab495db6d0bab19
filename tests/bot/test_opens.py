"""Which buttons may answer with a form: every one is tapped, by everybody there is, about whatever there is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.decide import OPENS
from bot.incoming import Place, Tap
from bot.model import Meeting
from bot.outcome import OpenForm
from bot.shortcuts import TAPS as SHORTCUTS
from storage.keystore import KeyStore
from storage.store import Store
from tests.bot.test_permissions import CHANNEL, CONSENTS, DOES, NOW, REFS, World, things
from tests.conftest import SECRET

TO_COME = Meeting("tall:2026-12-01", "tall", datetime(2026, 12, 1, 13), datetime(2026, 12, 1, 13))


@pytest.fixture(scope="module")
def world(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file: Path = tmp_path_factory.mktemp("opens") / "nvg.db"
    file.write_bytes(migrated_sqlite)
    with contextlib.closing(Store(f"sqlite:///{file}", KeyStore("sqlite://", SECRET))) as store:
        with store.turn() as work:
            work.save([*things(*CONSENTS["holds"]), TO_COME], NOW)
        with store.read() as read:
            yield World(read)


def test_the_buttons_that_open_a_form_are_those_that_are_said_to(world: World) -> None:
    refs = (*REFS, TO_COME.id, "", "gk", "gk:")
    found = {
        do
        for do in (*DOES, *SHORTCUTS)
        for asker in ("member", "contact", "facilitator", "committee", "chair", "stranger")
        for ref in (*refs, f"@{asker}")
        for place in (None, CHANNEL, *((Place("slack", "gk"), Place("slack", "empty")) if asker in ("member", "chair") else ()))
        if isinstance(world.ask(asker, tap=Tap(do, ref), place=place).answer, OpenForm)
    }
    assert found == OPENS
