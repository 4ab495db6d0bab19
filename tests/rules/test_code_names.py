"""Code names are neutral words; aims are results and not processes; working time as it is written."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import code_names
from bot.rules.aim_words import is_process
from bot.rules.read_settings import read_clock, read_days, read_hours, read_phone


@pytest.mark.parametrize(("code", "problem"), [
    ("tall", ""), ("Björk", ""), ("vit sten", ""), ("Grön dal 2", ""), ("norr-skog", ""),
    ("", "code"),
    ("Selma", "name_like"), ("selma", "name_like"), ("Anna Svensson", "name_like"), ("Röd Räv", "name_like"), ("anna-lund", "name_like"),
    ("klar", "unsuitable"), ("lista", "unsuitable"), ("möte", "unsuitable"), ("12", "unsuitable"), ("tall:", "unsuitable"),
    ("tall,ek", "unsuitable"), ("x" * 31, "unsuitable"), ("två  blanksteg", "unsuitable"),
    ("LÄRKA", "taken"), ("lärka", "taken"),
])  # fmt: skip
def test_code_names(code: str, problem: str) -> None:
    assert code_names.problem_of(code, ["Lärka"]) == problem


@given(st.sets(st.sampled_from(code_names.TREES + code_names.BIRDS + code_names.LAKES)), st.text(max_size=20))
def test_what_is_proposed_can_be_used(in_use: set[str], place: str) -> None:
    proposed = code_names.proposals(in_use, place)
    assert len(set(proposed)) == len(proposed) <= 3
    assert all(code_names.problem_of(code, in_use) == "" for code in proposed)


@pytest.mark.parametrize(("aim", "process"), [
    ("fler smärtfria timmar", False), ("orka leka med barnen", False), ("kunna gå ut själv", False), ("sova hela nätter", False),
    ("ha bättre kontakt med sin dotter", False), ("planera resan till dottern", False), ("mötas med sina barn", False),
    ("more pain-free hours", False), ("energy to play with the children", False),
    ("fler möten", True), ("Bättre samverkan", True), ("att samordna insatserna", True), ("en SIP", True), ("upprätta SIP", True),
    ("få en tydligare vårdplan", True), ("uppföljning varje vecka", True), ("more meetings", True), ("better coordination", True),
])  # fmt: skip
def test_an_aim_is_a_result(aim: str, process: bool) -> None:
    assert is_process(aim) is process


@pytest.mark.parametrize(("words", "days"), [
    ("mån-tors", {0, 1, 2, 3}), ("mon-fri", {0, 1, 2, 3, 4}), ("lör–mån", {0, 5, 6}), ("mån, ons och fre", {0, 2, 4}), ("0,1,2", {0, 1, 2}),
    ("Vardagar", {0, 1, 2, 3, 4}), ("alla dagar", set(range(7))), ("Every day", set(range(7))), ("weekdays", set(range(5))), ("helger", {5, 6}), ("weekends", {5, 6}), ("måndag till onsdag", {0, 1, 2}), ("sön", {6}),
    ("", None), ("mån-xyz", None), ("mån-ons-fre", None), ("8", None), ("ibland", None),
])  # fmt: skip
def test_days(words: str, days: set[int] | None) -> None:
    assert read_days(words) == days


@pytest.mark.parametrize(("words", "span"), [
    ("7-16", (time(7), time(16))), ("07:00–16:30", (time(7), time(16, 30))), ("21-7", (time(21), time(7))), ("kl 8.15 till 17", (time(8, 15), time(17))),
    ("0700-1600", (time(7), time(16))),
    ("", None), ("7", None), ("7-25", None), ("7-7", None), ("7-12-16", None), ("dagtid", None),
])  # fmt: skip
def test_hours(words: str, span: tuple[time, time] | None) -> None:
    assert read_hours(words) == span


@pytest.mark.parametrize(("words", "at"), [("8:15", time(8, 15)), ("08.15", time(8, 15)), ("0815", time(8, 15)), ("kl 8", time(8)), ("24", None), ("8:60", None), ("snart", None)])
def test_clock(words: str, at: time | None) -> None:
    assert read_clock(words) == at


@pytest.mark.parametrize(("words", "number"), [
    ("070-123 45 67", "070-123 45 67"), ("+46 70 123 45 67", "+46 70 123 45 67"), (" 0570  123 45 ", "0570 123 45"), ("0570/123 45", "0570/123 45"),
    ("", None), ("12", None), ("hemma", None), ("070-123 45 67 på dagtid", None), ("1" * 16, None),
])  # fmt: skip
def test_phone(words: str, number: str | None) -> None:
    assert read_phone(words) == number
