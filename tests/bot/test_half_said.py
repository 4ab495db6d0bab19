"""Lines that are understood and cannot be done as they stand: each is answered with what is missing, and what one tap would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from bot.incoming import Tap
from handlers.turn import Answered
from templates.card import Button, buttons
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


HALF = {
    "fråga": "fråga @bo har hon fått tiden?",
    "ge": "ge 12 till @bo",
    "ge 1": "ge 1 till @bo",
    "flytta 1": "flytta 1 till fredag",
    "ändra 1": "ändra 1 till ringa boendet",
    "jag tar": "jag tar 12",
    "svara": "svar 3 ja hon fick tid",
    "visa": "visa 12",
    "ställ in": "ställ in mötet v 52",
    "hjälpte": "12 hjälpte delvis",
    "jag jobbar": "jag jobbar mån-tors 7-16",
    "jag jobbar mån-fre": "jag jobbar mån-tors 7-16",
    "språk klingon": "språk engelska",
    "byt språk": "språk engelska",
    "påminn mig": "påminn mig 8:15",
    "prenumerera": "prenumerera fredagar 14",
    "flytta mötet": "flytta mötet till onsdag kl 10",
    "tid 1": "Hur lång tid",
}


@pytest.mark.parametrize("line", HALF)
def test_half_a_command_is_answered_with_how_it_is_written(room: World, line: str) -> None:
    answered = asked(room, line)
    assert HALF[line] in words(answered) and answered.name != "not_understood", words(answered)


@pytest.mark.parametrize(("line", "example"), [("ask", "ask @bo"), ("give", "give 12 to @bo"), ("move 1", "move 1 to Friday"), ("I take", "I take 12")])
def test_half_a_command_in_english(room: World, line: str, example: str) -> None:
    assert example in words(asked(room, line, "cecilia", "nvg-oak"))


@pytest.mark.parametrize("line", ["åtgärd ringa skolan efter sportlovet", "flytta 1 till efter sportlov", "borta på sportlovet", "pausa över sportlovet", "möte efter sportlovet kl 10"])
def test_when_the_schools_are_closed_is_not_known(room: World, line: str) -> None:
    assert "Jag vet inte när sportlovet är hos er" in words(asked(room, line))


@pytest.mark.parametrize(("line", "says"), [
    ("åtgärd @bo ringa kommunen senast 20/11", "åtgärd @bo ringa kommunen senast 2027-11-20"), ("flytta 1 och 2 till 20/11", "flytta 1 och 2 till 2027-11-20"),
    ("beslut: vi ringer senast 20/11", "beslut: vi ringer senast 2027-11-20"),
])  # fmt: skip
def test_a_day_that_has_just_been_is_asked_about(room: World, line: str, says: str) -> None:
    answered = asked(room, line)
    assert "”20/11” har redan varit" in words(answered) and taps(answered.card) == [says]
    assert "20 november 2027" in words(room.say(says))
    room.say("/nvg ångra")


def test_nor_is_it_taken_from_a_form(room: World) -> None:
    assert "senast" in room.tap(Tap("new_date", "tall:1", fields={"senast": "20/11"})).errors
    opened = room.tap(Tap("make_action", value="@bo ring kommunen 20/11"))
    assert opened.form and {field.name: field.value for field in opened.form.fields}["senast"] != "2027-11-20"


def test_the_school_breaks_in_english(room: World) -> None:
    assert "I don't know when the autumn break is" in words(asked(room, "action call the school after the autumn break", "cecilia", "nvg-oak"))
    assert "when the summer holidays are" in words(asked(room, "pause over the summer holidays", "cecilia", "nvg-oak"))


@pytest.mark.parametrize("line", ["visa tall", "tall", "Visa Tall"])
def test_the_code_name_shows_the_group(room: World, line: str) -> None:
    for place in ("nvg-tall", ""):
        assert asked(room, line, "anna", place).name == "group_card"


def test_a_rhythm_ends_when_it_was_said_to(room: World) -> None:
    assert "till och med onsdag 23 december" in words(room.say("/nvg möte tisdagar 13:00 till jul"))
    room.say("/nvg ångra")
    assert "”sommaren” hittar jag inte" in words(asked(room, "möte tisdagar 13:00 till sommaren"))


def test_a_week_that_may_be_a_name_is_said_back(room: World) -> None:
    said = words(room.say("/nvg åtgärd kolla v6 lampan"))
    assert "kolla v6 lampan" in said and "Stämmer dagen?" in said
    room.say("/nvg ångra")


def test_a_word_behind_a_first_name_may_be_a_surname_or_the_text(room: World) -> None:
    answered = asked(room, "åtgärd Bo Röntgen bokas på fredag")
    assert "ingen som heter Bo Röntgen" in words(answered)
    assert taps(answered.card) == ["åtgärd @Bo Ek: Röntgen bokas på fredag"]
    assert taps(asked(room, "åtgärd Bo Holm ringer på fredag").card) == []
    said = words(room.say("/nvg åtgärd @Bo Ek: Röntgen bokas på fredag"))
    assert "Röntgen bokas" in said and "Bo Ek" in said
    room.say("/nvg ångra")


def test_a_name_that_stands_last_is_said_back(room: World) -> None:
    said = words(room.say("/nvg åtgärd ringa hemtjänsten om kvällspasset Eva"))
    assert "Eva Ring" in said and "kvällspasset Eva" not in said
    room.say("/nvg ångra")
    assert taps(asked(room, "åtgärd ringa hemtjänsten om kvällspasset Bo").card) == ["åtgärd ringa hemtjänsten om kvällspasset @Bo Ek"]


def test_of_several_actions_in_a_line_none_is_forgotten(room: World) -> None:
    said = words(room.say("/nvg flytta ettan och tvåan till 11 december"))
    assert said.count("fredag 11 december") == 2 and "#1" in said and "#2" in said
    said = words(room.say("/nvg ångra"))
    assert "11 december" not in words(room.say("/nvg lista"))
    said = words(room.say("/nvg ta bort 1 och 2"))
    assert "#1" in said and "#2" in said
    room.say("/nvg ångra")
    assert all(number in words(room.say("/nvg lista")) for number in ("#1", "#2"))


def test_of_several_lifted_each_is_lifted_or_asked_about(room: World) -> None:
    answered = asked(room, "hissa 1 och 2")
    said = words(answered)
    assert "Vad är det som hindrar #1 ringa hemtjänsten?" in said and "#2 boka tid?" in said
    assert [button.ref for button in buttons(answered.card) if button.do == "escalate"] == ["tall:1", "tall:2"]


def test_one_state_each(room: World) -> None:
    said = words(room.say("/nvg 1 klar, 2 fastnat ingen svarar"))
    assert "Klart: #1" in said and "#2 har fastnat" in said and "ingen svarar" in said
    room.say("/nvg ångra")
    room.say("/nvg klar 1")
    said = words(room.say("/nvg klar 1 och 2"))
    assert "Klart:\n#2" in said and "Redan klar: #1" in said
    room.say("/nvg ångra")
    room.say("/nvg ångra 1")


@pytest.mark.parametrize(("line", "lines"), [
    ("tid 1 och 2 20 min", ["tid 1 20 min", "tid 2 20 min"]), ("ångra 1 och 2", ["ångra 1", "ångra 2"]), ("parkera 1 och 2", ["parkera 1", "parkera 2"]),
])  # fmt: skip
def test_what_is_done_one_at_a_time_says_so(room: World, line: str, lines: list[str]) -> None:
    answered = asked(room, line)
    assert "en i taget" in words(answered) and taps(answered.card) == lines


def test_later_than_it_was(room: World) -> None:
    said = words(room.say("/nvg skjut 1 och 2 en vecka"))
    assert "fredag 4 december, v. 49, i stället för fredag 27 november" in said and "tisdag 1 december" in said
    room.say("/nvg ångra")


def test_of_two_meetings_called_off_none_is_forgotten(room: World) -> None:
    said = words(room.say("/nvg ställ in mötet v 50 och 52"))
    assert "8 december" in said and "22 december" in said and "15 december kl. 13:00–13:30, v. 51 är inställt" not in said
    room.say("/nvg ångra")


def test_an_action_is_named_by_its_words_where_they_fit_one_and_asked_about_where_they_fit_several(room: World) -> None:
    assert asked(room, "kommer inte vidare med elefanten").name == "which_action"
    assert asked(room, "visa 2").name == "action_shown"
    done = room.say("/nvg klar boka tid")
    assert (done.name, "#2 boka tid" in words(done)) == ("action_done", True)
    room.say("/nvg ångra")


def test_who_is_in_no_group_is_told_how_to_come_into_one(room: World) -> None:
    told = asked(room, "åtgärd ring", "kia", "")
    assert told.name == "no_group_here" and "Du är inte med i någon grupp" in words(told)
