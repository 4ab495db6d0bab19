"""Which buttons may answer with a form: every one is tapped."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.decide import OPENS
from bot.forms import Form
from bot.incoming import Place, Tap
from bot.model import Meeting
from bot.outcome import OpenForm
from bot.shortcuts import TAPS as SHORTCUTS
from storage.keystore import KeyStore
from storage.store import Store
from tests.bot.test_permissions import CHANNEL, CONSENTS, DOES, NOW, REFS, World, things
from tests.conftest import SECRET

TO_COME = Meeting("tall:2026-12-01", "tall", datetime(2026, 12, 1, 13), datetime(2026, 12, 1, 13))


PLACES = (Place("slack", "gk"), Place("slack", "empty"))


@contextlib.contextmanager
def a_world(migrated: bytes, folder: Path) -> Iterator[World]:
    """One where there is something of everything."""
    file = folder / "nvg.db"
    file.write_bytes(migrated)
    with contextlib.closing(Store(f"sqlite:///{file}", KeyStore("sqlite://", SECRET))) as store:
        with store.turn() as work:
            work.save([*things(*CONSENTS["holds"]), TO_COME], NOW)
        with store.read() as read:
            yield World(read)


def forms_of(world: World, do: str) -> Iterator[Form]:
    """What a button answers with, tapped by everybody there is, about whatever there is."""
    refs = (*REFS, TO_COME.id, "", "gk", "gk:")
    for asker in ("member", "contact", "facilitator", "committee", "chair", "stranger"):
        for ref in (*refs, f"@{asker}"):
            for place in (None, CHANNEL, *(PLACES if asker in ("member", "chair") else ())):
                answer = world.ask(asker, tap=Tap(do, ref), place=place).answer
                if isinstance(answer, OpenForm):
                    yield answer.form


def test_the_buttons_that_open_a_form_are_those_that_are_said_to(migrated_sqlite: bytes, tmp_path: Path) -> None:
    with a_world(migrated_sqlite, tmp_path) as world:
        assert {do for do in (*DOES, *SHORTCUTS) if any(forms_of(world, do))} == OPENS
