"""A county's file is read strictly: what is wrong is said with its line."""

from __future__ import annotations

import pytest

from config import counties
from handlers.run import county_of

GOOD = """\
name = "Blekinge"
patient = "brukare"

[[bodies]]
level = 2
name = "Operativa samverkansgruppen"
short = "OSG"

[[bodies]]
level = 3
name = "LSVO"
short = "LSVO"
decides = false

[clock]
answer_hours = 24

[kinds.it]
words = ["NCS"]
to = "it-gruppen"

[kinds.legal]
to = "@gun"

[words.sv]
hello = "Tjena"

[retention]
actions_months = 12
people_months = 0

[employers]
"Olofströms hemvård" = "health"
"""


def test_a_good_file() -> None:
    county = county_of(counties.read(GOOD))
    assert county.pace.answer == 24
    assert county.pace.silent == 36
    assert (county.kept_months["actions"], county.kept_months["minutes"], county.people_months, county.closed_groups_months) == (12, 36, 0, 24)
    assert county.employers == {"Olofströms hemvård": "health"}
    assert county.body_name("osg") == "Operativa samverkansgruppen"
    assert county.body_name("eget namn") == "eget namn"
    assert county.kind_words == {"it": ("NCS",)}
    assert county.routes == {"it": "it-gruppen", "legal": "@gun"}
    assert [body.decides for body in county.bodies] == [True, False]


@pytest.mark.parametrize("name", counties.names())
def test_those_that_come_with_the_bot(name: str) -> None:
    assert county_of(counties.county(name)).bodies


@pytest.mark.parametrize(
    ("was", "becomes", "line", "why"),
    [
        ('name = "Blekinge"\n', "", 1, '"name" saknas'),
        ('name = "Blekinge"', "name = 3", 1, "ska vara en text"),
        ('patient = "brukare"', 'patient = "kund"', 2, "patient, brukare eller personen"),
        ('patient = "brukare"', 'patinet = "brukare"', 2, 'okänt: "patinet"'),
        ("level = 2", "level = 1", 5, "från 2 och uppåt"),
        ("level = 2", 'level = "2"', 5, "från 2 och uppåt"),
        ("level = 2", "level = 4", 10, "nerifrån och upp"),
        ('short = "LSVO"', 'short = "osg"', 12, "står två gånger"),
        ('short = "LSVO"', "", 9, '"short" saknas'),
        ("decides = false", 'decides = "nej"', 13, "true eller false"),
        ("decides = false", "decide = false", 13, 'okänt: "decide"'),
        ("answer_hours = 24", "answer_hours = 0", 16, "mellan 1 och 240"),
        ("answer_hours = 24", "answer_hours = true", 16, "mellan 1 och 240"),
        ("answer_hours = 24", "anwser_hours = 24", 16, 'okänt: "anwser_hours"'),
        ("[kinds.it]", "[kinds.dator]", 18, 'okänt slag av hinder: "dator"'),
        ('words = ["NCS"]', 'words = "NCS"', 19, "en lista av ord"),
        ('to = "@gun"', 'to = "@"', 23, "kommittés kod"),
        ('hello = "Tjena"', "hello = 1", 26, "ska vara en text"),
        ("[words.sv]", "[words.da]", 1, 'okänt: "da"'),
        ("actions_months = 12", "actions_months = 121", 29, "mellan 0 (för alltid) och 120"),
        ("people_months = 0", "people_months = -1", 30, "mellan 0 (för alltid) och 120"),
        ("people_months = 0", "person_months = 0", 30, 'okänt: "person_months"'),
        ('= "health"', '= "vård"', 33, "health, social eller other"),
        ('name = "LSVO"', 'name = "LSVO', 11, "inte giltig TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_reason(was: str, becomes: str, line: int, why: str) -> None:
    assert GOOD.count(was) == 1
    with pytest.raises(counties.CountyError) as refused:
        counties.read(GOOD.replace(was, becomes), "blekinge.toml")
    assert refused.value.line == line
    assert why in refused.value.why
    assert str(refused.value).startswith(f"blekinge.toml: rad {line}: ")


def test_a_file_without_bodies() -> None:
    with pytest.raises(counties.CountyError, match="minst en nivå"):
        counties.read('name = "Ensam"\n')


def test_an_unknown_county() -> None:
    with pytest.raises(KeyError):
        counties.county("atlantis")
