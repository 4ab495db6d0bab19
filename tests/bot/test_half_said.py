"""Lines that are understood and cannot be done as they stand: each is answered with what is missing, and what one tap would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from handlers.turn import Answered
from templates.card import Button
from tests.bot.bad_world import World, words, world


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("half")) as made:
        yield made


def taps(thing: object) -> list[str]:
    """The lines that the buttons of an answer would say."""
    if isinstance(thing, Button):
        return [thing.value] if thing.do == "say" else []
    if isinstance(thing, tuple | list):
        return [line for each in thing for line in taps(each)]
    return [line for each in fields(thing) for line in taps(getattr(thing, each.name))] if is_dataclass(thing) else []


def asked(room: World, line: str, person: str = "anna", place: str = "nvg-tall") -> Answered:
    """What a line is answered with, that must not change anything."""
    before = room.kept()
    answered = room.say(f"/nvg {line}", person, place)
    assert room.kept() == before, words(answered)
    return answered


DAYS_TURNED_ROUND = {
    "borta 10 juli till 1 juli ersättare @bo": ["borta 2027-07-01 – 2027-07-10 ersättare @bo", "borta 2027-07-10 – 2028-07-01 ersättare @bo"],
    "pausa v 32-27": ["pausa 2027-07-05 – 2027-08-15", "pausa 2027-08-09 – 2028-07-09"],
    "borta 14-1 juli": ["borta 2027-07-01 – 2027-07-14"],
}


@pytest.mark.parametrize("line", DAYS_TURNED_ROUND)
def test_days_that_end_before_they_begin_are_asked_about(room: World, line: str) -> None:
    answered = asked(room, line)
    assert "slutar innan det börjar" in words(answered)
    assert taps(answered.card) == DAYS_TURNED_ROUND[line]


def test_the_other_way_round_is_one_tap_away(room: World) -> None:
    turned, long = taps(asked(room, "borta v 32-27").card)
    assert "5 juli–15 augusti 2027" in words(room.say(turned))
    room.say("/nvg ångra")
    assert "9 augusti 2027–9 juli 2028" in words(room.say(long))
    room.say("/nvg ångra")


def test_new_words_for_a_decision_are_no_new_decision(room: World) -> None:
    said = words(room.say("/nvg beslut B1 ändra till promenad varannan dag"))
    assert "B1" in said and "promenad varannan dag" in said and "promenad varje dag" in said and "B2" not in said
    room.say("/nvg ångra")
    answered = asked(room, "beslut B1: promenad varannan dag")
    assert "ändra B1: promenad varannan dag" in words(answered)
    assert taps(answered.card) == ["ändra B1: promenad varannan dag"]
    assert "promenad varje dag" in words(asked(room, "beslut B1"))


def test_a_number_in_words_is_the_number(room: World) -> None:
    assert "#2" in words(room.say("/nvg flytta tvåan till fredag"))
    room.say("/nvg ångra")
    assert taps(asked(room, "klar två").card) == ["klar 2"]
