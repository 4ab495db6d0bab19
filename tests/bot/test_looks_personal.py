"""The line in the receipt that asks about a name, a number or an address: saved all the same, asked once, and not about colleagues."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.incoming import Incoming, Place, Tap
from bot.model import Person
from storage.store import KeyStore, Store
from templates.card import Buttons
from tests.bot.test_protecting import CHANNEL, NOW, Town, words
from tests.conftest import SECRET


@pytest.fixture
def town(tmp_path: Path, migrated_sqlite: bytes) -> Town:
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    town = Town(Store(f"sqlite:///{tmp_path / 'nvg.db'}", KeyStore("sqlite://", SECRET)))
    with town.store.turn() as work:
        work.save([
            Person("kia", "Karin Holm", "Eda kommun"), Person("dan", "Dan Lund", "Arvika kommun", ("mail:dan@arvika.se",), phone="070-555 66 77"),
        ], NOW)  # fmt: skip
        group = work.group("tall")
        assert group
    town.say("lägg till @dan")
    return town


NAME, NUMBER, ADDRESS = "Står det ett namn här?", "Numret hör inte till", "Mejladressen hör inte till"


@pytest.mark.parametrize(("line", "asked"), [
    ("åtgärd ring Karl Nilsson om medicinen senast fredag", NAME),
    ("beslut: fru Karlsson får rullator", NAME),
    ("ta upp patienten Ullas sömn", NAME),
    ("ta upp patienten Ulla", NAME),
    ("hissa 1 dottern Ulla kommer inte fram", NAME),
    ("åtgärd ring 070-123 45 67 senast fredag", NUMBER),
    ("åtgärd ring Karl Nilsson, 070-123 45 67, senast fredag", NAME),  # one line, not more
    ("åtgärd mejla dottern@gmail.com senast fredag", ADDRESS),
    # known to the bot, in the group or anywhere
    ("åtgärd ring Karin Holm senast fredag", ""), ("åtgärd ring Dan på 0705556677 senast fredag", ""), ("åtgärd mejla karin@arvika.se senast fredag", ""),
    ("åtgärd ring 0570-123 45 senast fredag", ""), ("åtgärd ringa kommunen senast fredag", ""),
    # no words of its own
    ("klar 1", ""), ("lista", ""),
])  # fmt: skip
def test_it_is_saved_and_asked_about_in_one_line(town: Town, line: str, asked: str) -> None:
    told = town.say(line)
    assert told.card and told.name not in ("protected_name", "identity_number")
    assert [each for each in (NAME, NUMBER, ADDRESS) if each in words(told)] == ([asked] if asked else [])
    if asked:
        assert told.changed and isinstance(told.card.blocks[-1], Buttons)  # the line stands above the buttons


def test_in_a_form_that_stays_open_it_is_asked_too(town: Town) -> None:
    town.say("möte tisdagar 13:00", "eva")
    town.say("starta mötet", "eva")
    told = town.turns.handle(Incoming("form", "bo", CHANNEL, tap=Tap("add_decision", "tall", {"text": "Karl Nilsson får rullator", "ansvarig": "bo", "senast": ""})))
    assert told.form and NAME in words(told)


def test_what_is_said_of_colleagues_is_not_asked_about(town: Town) -> None:
    told = town.turns.handle(Incoming("form", "eva", Place("slack", person="eva"), tap=Tap("set_care_plan", "tall", {"vårdkontakt": "Ulla Nilsson, distriktssköterska", "sip": ""})))
    assert told.changed and NAME not in words(told)
