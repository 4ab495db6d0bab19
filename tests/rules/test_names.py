"""Who is meant: by mention, first name, full name, "jag" and "alla"; and who is only spoken of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.names import Who
from bot.rules.read_command import read_command
from bot.rules.reading import Context

MEMBERS = {"anna": "Anna Berg", "bo": "Bo Ek", "asa": "Åsa Öst", "annika": "Anna-Karin von Post", "dag": "Dag Ström", "eva.ring": "Eva Ring"}
CTX = Context(datetime(2026, 11, 23, 8, 0), "anna", MEMBERS, None)
TWO = Context(datetime(2026, 11, 23, 8, 0), "bo", {"anna": "Anna Berg", "anna2": "Anna Holm", "bo": "Bo Ek"}, None)
WHO = Who(CTX)


@pytest.mark.parametrize(
    ("text", "person", "rest"),
    [
        ("@bo ringer", "bo", " ringer"),
        ("@Bo ringer", "bo", " ringer"),
        ("@Bo Ek ringer", "bo", " ringer"),
        ("@bo.ek ringer", "bo", " ringer"),
        ("@boek ringer", "bo", " ringer"),
        ("@Ek ringer", "bo", " ringer"),
        ("Bo ringer", "bo", " ringer"),
        ("bo ek ringer", "bo", " ringer"),
        ("BO EK ringer", "bo", " ringer"),
        ("Anna B ringer", "anna", " ringer"),
        ("Åsa ringer", "asa", " ringer"),
        ("Asa ringer", "asa", " ringer"),
        ("åsa öst ringer", "asa", " ringer"),
        ("Anna-Karin ringer", "annika", " ringer"),
        ("Anna-Karin Post ringer", "annika", " ringer"),
        ("@eva.ring ringer", "eva.ring", " ringer"),
        ("@eva. Sedan", "eva.ring", ". Sedan"),
        ("jag ringer", "anna", " ringer"),
        ("Jag själv ringer", "anna", " ringer"),
        ("mig: ring", "anna", ": ring"),
        ("I will call", "anna", " will call"),
    ],
)
def test_one_person(text: str, person: str, rest: str) -> None:
    named = WHO.one(text)
    assert named.owners == (person,)
    assert text[named.end :] == rest


@pytest.mark.parametrize("text", ["Annas läkemedel", "Bosse ringer", "Boende", "ringa Bo", "i morgon", "I morgon", "Ek ringer", "", "12", "@", "Ånna ringer"])
def test_nobody(text: str) -> None:
    assert not WHO.one(text)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@anna @bo ringa", ("anna", "bo")),
        ("Anna och Bo ringer", ("anna", "bo")),
        ("Anna, Bo och Åsa ringer", ("anna", "bo", "asa")),
        ("anna & bo ringer", ("anna", "bo")),
        ("bo+anna ringer", ("bo", "anna")),
        ("ANNA OCH BO ringer", ("anna", "bo")),
        ("Bo and I will call", ("bo", "anna")),
        ("jag och Bo ringer", ("anna", "bo")),
        ("Bo och Bo ringer", ("bo",)),
        ("Anna och hemtjänsten ringer", ("anna",)),
        ("alla läser", tuple(MEMBERS)),
    ],
)
def test_several(text: str, people: tuple[str, ...]) -> None:
    assert WHO.several(text).owners == people


@pytest.mark.parametrize("line", ["åtgärd Anna ringer kommunen", "åtgärd @Anna ringa kommunen", "åtgärd ringa kommunen, ansvarig Anna", "ge 12 till Anna", "fråga Anna har hon tid?"])
def test_two_of_the_name_are_asked_about(line: str) -> None:
    reading = read_command(line, TWO)
    assert (reading.owners, reading.unclear_owner, reading.owner_choices, reading.sure) == ((), "Anna", ("anna", "anna2"), False)


@pytest.mark.parametrize("line", ["åtgärd Anna eller Bo ringer kommunen", "åtgärd ringa kommunen, ansvarig Anna eller Bo", "ge 12 till Anna eller Bo", "ask Anna or Bo has she got time?"])
def test_either_of_two_is_asked_about(line: str) -> None:
    reading = read_command(line, CTX)
    assert (reading.owners, reading.unclear_owner.replace(" or ", " eller "), reading.owner_choices, reading.sure) == ((), "Anna eller Bo", ("anna", "bo"), False)


@pytest.mark.parametrize("name", ["Anna Karin Holm", "Anna Karin Maria Holm", "Anna Karin Holm (Region Värmland)", "Anna Karin Holm, ssk"])
@pytest.mark.parametrize("called", ["Anna", "Anna Karin", "Anna Karin Holm"])
def test_some_of_the_names_are_enough(name: str, called: str) -> None:
    reading = read_command(f"åtgärd {called} ringer kommunen", replace(CTX, members={"u1": name, "bo": "Bo Ek"}))
    assert reading.owners == ("u1",) and reading.text.endswith("ringer kommunen") and not reading.problem


@pytest.mark.parametrize("called", ["Åsa-Märta", "Åsa Märta", "ÅsaMärta", "Asa Marta", "Åsa-Märta Öberg", "Åsa Märta Ö", "Åsa-Märta Kristin"])
def test_a_double_name_is_found_however_it_is_joined_and_with_its_own_dots(called: str) -> None:
    reading = read_command(f"åtgärd {called} ringer kommunen", replace(CTX, members={"u1": "Åsa-Märta Kristin Öberg", "bo": "Bo Ek"}))
    assert (reading.owners, reading.text) == (("u1",), "ringer kommunen")


@pytest.mark.parametrize(("line", "owner"), [("åtgärd Anna Holm ringer", "anna2"), ("åtgärd @Anna Berg ringa", "anna"), ("åtgärd anna h ringer", "anna2"), ("åtgärd @anna2 ringa", "anna2")])
def test_a_fuller_name_is_clear(line: str, owner: str) -> None:
    reading = read_command(line, TWO)
    assert (reading.owners, reading.sure) == ((owner,), True)


def test_an_unknown_mention_is_said_back() -> None:
    reading = read_command("åtgärd @xyzzy ringa kommunen", CTX)
    assert (reading.owners, reading.unknown_owner, reading.problem, reading.text) == ((), "xyzzy", "no_owner", "ringa kommunen")


@pytest.mark.parametrize("line", ["åtgärd @ana ringa kommunen", "åtgärd @annna ringa kommunen"])
def test_a_misspelt_mention_is_a_guess(line: str) -> None:
    reading = read_command(line, CTX)
    assert (reading.owners, reading.guess, reading.guessed_line) == (("anna",), True, "åtgärd @Anna Berg ringa kommunen")


@pytest.mark.parametrize(
    ("line", "owners", "text"),
    [
        ("åtgärd ringa Anna om läkemedel", (), "ringa Anna om läkemedel"),
        ("åtgärd @bo ringa @anna", ("bo",), "ringa Anna Berg"),
        ("åtgärd prata med Bo", (), "prata med Bo"),
        ("åtgärd lämna nyckeln till Bo", (), "lämna nyckeln till Bo"),
        ("åtgärd: Annas läkemedel ses över", (), "Annas läkemedel ses över"),
        ("åtgärd bo kvar hemma", (), "bo kvar hemma"),
        ("åtgärd dag för dag", (), "dag för dag"),
        ("åtgärd Dag ringer", ("dag",), "ringer"),
        ("åtgärd ringa @bo", (), "ringa Bo Ek"),
        ("åtgärd mejla karin@example.org", (), "mejla karin@example.org"),
    ],
)
def test_owner_or_spoken_of(line: str, owners: tuple[str, ...], text: str) -> None:
    reading = read_command(line, CTX)
    assert (reading.owners, reading.text) == (owners, text)


@given(st.text(max_size=40), st.integers(0, 40))
def test_any_text_is_looked_through_without_fault(text: str, at: int) -> None:
    named = WHO.several(text, at)
    assert named.end <= len(text)
    assert set(named.owners) <= set(MEMBERS)
