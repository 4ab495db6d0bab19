"""What lines are taken for: tables of what staff write, in `lines/`, and properties that hold for any line.

A row reads `line => intent | key=value | ...` with the keys of `nvg understand --json`; what a row does not name must not
be there. All is said by Anna on Monday 23 November 2026 at 08:00 (week 48); the next meeting is Tuesday 1 December at 13:00.
"""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import commands
from bot.rules.commands import BEGINS, BY_NAME, COMMANDS, WHOLE
from bot.rules.read_command import READERS, completions, read_command, read_lines
from bot.rules.reading import Context
from bot.rules.spelling import fold
from handlers.understand import MEMBERS, as_json
from tests.conftest import examples

CTX = Context(datetime(2026, 11, 23, 8, 0), "anna", MEMBERS, datetime(2026, 12, 1, 13, 0), frozenset({12}))
LINES = Path(__file__).parent / "lines"

SAID_TO_THE_BOT = (
    "actions",  # who does what until when
    "decisions",  # decisions and lessons
    "progress",  # how it went: done, stuck, lifted, helped, time spent
    "changes",  # new dates and owners, corrections, undo
    "meetings",  # meetings and their agenda
    "people",  # the group, its people, consent, absences, questions, settings
    "asking",  # what is only asked for
    "english",  # the same in English
    "slips",  # slips of the finger, and requests put as questions: offered, not done
)


def table(name: str) -> list[str]:
    return (LINES / f"{name}.txt").read_bytes().decode().strip().splitlines()


def rows(*tables: str) -> list[Any]:
    split = [row.partition(" => ") for each in tables for row in table(each)]
    return [pytest.param(line, expected, id=line) for line, _, expected in split]


def told(line: str, ctx: Context = CTX) -> str:
    """What the line is taken for, written as a row's right-hand side."""
    kept = as_json(read_command(line, ctx))
    kept.pop("line")
    intent = kept.pop("intent")
    usual = {"sure": True, "guess": False, "pii": False}
    kept = {key: value for key, value in kept.items() if usual.get(key) is not value}
    return " | ".join([intent, *(f"{key}={_shown(key, kept[key])}" for key in sorted(kept))])


def _shown(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "slots":
        return ", ".join(f"{slot['weekday']} {slot['time']} {slot['minutes']}" for slot in value)
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def in_order(expected: str) -> str:
    intent, *pairs = expected.split(" | ")
    return " | ".join([intent, *sorted(pairs)])


@pytest.mark.parametrize(("line", "expected"), rows(*SAID_TO_THE_BOT))
def test_line(line: str, expected: str) -> None:
    assert told(line) == in_order(expected)


@pytest.mark.parametrize("line", table("talk"))
def test_talk_is_no_command_even_when_said_to_the_bot(line: str) -> None:
    assert told(line) == "none"


@pytest.mark.parametrize("line", table("talk"))
def test_talk_is_no_command_in_capitals(line: str) -> None:
    assert read_command(line.upper(), CTX).intent == "none"


@pytest.mark.parametrize(("line", "expected"), rows("overheard"))
def test_among_people_only_the_unmistakable_counts(line: str, expected: str) -> None:
    assert told(line, replace(CTX, prefix=False)) == in_order(expected)


def test_nothing_after_the_bots_name_asks_for_help() -> None:
    assert read_command("/nvg", CTX).intent == "help"
    assert read_command("", CTX).intent == "help"
    assert read_command("  ", replace(CTX, prefix=False)).intent == "none"


def test_an_identity_number_is_masked_everywhere() -> None:
    reading = read_command("åtgärd @bo ringa 19121212-1212 om läkemedel", CTX)
    assert reading.pii and reading.intent == "action"
    assert "1212" not in reading.line + reading.text
    assert reading.guessed_line == ""
    slip = read_command("åtgrd @bo ringa 19121212-1212", CTX)
    assert slip.pii and "1212" not in repr(slip)


def test_a_telephone_number_is_no_identity_number() -> None:
    reading = read_command("åtgärd ringa 070-123 45 67 på fredag", CTX)
    assert (reading.pii, reading.text, reading.due) == (False, "ringa 070-123 45 67", date(2026, 11, 27))


@pytest.mark.parametrize("head", ["åtgärd", "beslut", "lärdom", "flytta 12 till fredag", "ställ in mötet", "avsluta mötet", "ta bort 12", "klar 12", "möte tisdagar 13"])
def test_a_question_changes_nothing(head: str) -> None:
    assert read_command(f"{head}?", CTX).intent not in commands.CHANGES


def test_no_meeting_planned_is_said() -> None:
    reading = read_command("åtgärd @bo ringa kommunen till nästa möte", replace(CTX, next_meeting=None))
    assert (reading.problem, reading.due, reading.text) == ("no_meeting", None, "ringa kommunen")


# --- several lines --------------------------------------------------------------------------------------------------------


def test_pasted_lines_follow_their_heading() -> None:
    text = """Beslut:
- hemtjänsten kommer två gånger
• ny larmtelefon, ansvarig Bo

Åtgärder:
1. Bo ringer kommunen på fredag
2) @cecilia skriva SIP
[ ] boka tid
* klar 12
lärdom: ring tidigt
"""
    read = [(each.intent, each.text, each.owners) for each in read_lines(text, CTX)]
    assert read == [
        ("decision", "hemtjänsten kommer två gånger", ()),
        ("decision", "ny larmtelefon", ("bo",)),
        ("action", "ringer kommunen", ("bo",)),
        ("action", "skriva SIP", ("cecilia",)),
        ("action", "boka tid", ()),
        ("done", "", ()),
        ("lesson", "ring tidigt", ()),
    ]


@pytest.mark.parametrize(("line", "expected"), [
    ("1 klar, 2 fastnat ingen svarar", [("done", 1, ""), ("blocked", 2, "ingen svarar")]),
    ("klar 1 hon sover, klar 2", [("done", 1, "hon sover"), ("done", 2, "")]),
    ("1 klar och 2 klar", [("done", 1, ""), ("done", 2, "")]),
    ("1 hjälpte och 2 hjälpte inte", [("outcome", 1, ""), ("outcome", 2, "")]),
    ("klar 12 hon sover, 2 tabletter räcker", [("done", 12, "hon sover, 2 tabletter räcker")]),
    ("klar 12 ringde och fixat tid", [("done", 12, "ringde och fixat tid")]),
    ("klar 1, ta bort 2", [("done", 1, ""), ("cancel", 2, "")]),
    ("klar 1 kommunen mäter på tisdag, flytta 2 till fredag", [("done", 1, "kommunen mäter på tisdag"), ("change", 2, "")]),
    ("klar 1, ta bort 2 tabletter", [("done", 1, "ta bort 2 tabletter")]),
    ("klar 1 och dag ringer på fredag", [("done", 1, "och dag ringer på fredag")]),
])  # fmt: skip
def test_each_number_has_its_own_state(line: str, expected: list[tuple[str, int, str]]) -> None:
    assert [(each.intent, each.id, each.text) for each in read_lines(line, CTX)] == expected


@pytest.mark.parametrize(("line", "expected"), [
    ("bo ringer dottern på torsdag och cecilia mejlar sonen på fredag", [("bo", "ringer dottern", "2026-11-26"), ("cecilia", "mejlar sonen", "2026-11-27")]),
    ("åtgärd bo ringa kommunen fredag, åtgärd cecilia mejla FK onsdag", [("bo", "ringa kommunen", "2026-11-27"), ("cecilia", "mejla FK", "2026-11-25")]),
    ("åtgärd bo ringa om hemtjänst senast fredag, åtgärd behövs", [("bo", "ringa om hemtjänst åtgärd behövs", "2026-11-27")]),
])  # fmt: skip
def test_several_promises_in_one_line(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert [("".join(each.owners), each.text, str(each.due)) for each in read_lines(line, CTX)] == expected


@pytest.mark.parametrize(("line", "text"), [
    ("åtgärd eva ring sonen", "ring sonen"), ("åtgärd eva kl 16 ring sonen", "ring sonen"), ("åtgärd Eva Ring ringer sonen", "ringer sonen"), ("åtgärd eva ring ringer sonen", "ringer sonen"),
])  # fmt: skip
def test_a_surname_that_is_a_verb(line: str, text: str) -> None:
    reading = read_command(line, replace(CTX, members={**MEMBERS, "eva": "Eva Ring"}))
    assert (reading.owners, reading.text) == (("eva",), text)


def test_two_promises_of_which_one_says_when_are_asked_about() -> None:
    (reading,) = read_lines("bo ringer kommunen och cecilia mejlar dottern på fredag", CTX)
    assert reading.guess and reading.guessed_line == "åtgärd bo ringer kommunen\nåtgärd cecilia mejlar dottern på fredag"


def test_a_mention_of_the_bot_addresses_every_line_after_it() -> None:
    assert [each.intent for each in read_lines("@nvg\nåtgärd @bo ringa\nklar 12\n\ntack!", replace(CTX, prefix=False))] == ["action", "done", "none"]


def test_no_lines_no_readings() -> None:
    assert read_lines("\n  \n", CTX) == []


# --- the table of commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_commands_examples_are_understood(command: Any) -> None:
    assert command.examples[0] and command.examples[1]
    for example in command.examples:
        assert read_command(example, CTX).intent == command.name
        assert read_command(example, CTX).problem in {"", "no_owner"}


def test_every_intent_of_the_contract_is_there() -> None:
    contract = """action decision done blocked escalate change cancel undo schedule reschedule cancel_meeting start_meeting end_meeting agenda
    agenda_add mine list group digest summary help aim contact_person consent consent_withdrawn away time_spent question lesson"""
    assert set(contract.split()) <= set(BY_NAME)


def test_every_opening_word_has_a_reader_or_stands_alone() -> None:
    for words, (name, _) in BEGINS.items():
        assert name in READERS or words in WHOLE, words


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [("åt", "sv", "åtgärd"), ("at", "sv", "åtgärd"), ("/nvg st", "sv", "/nvg stopp"), ("dec", "en", "decision"), ("åtgärd @b", "sv", "åtgärd @Bo Ek"), ("", "sv", "åtgärd")],
)
def test_completion(typed: str, language: str, first: str) -> None:
    assert completions(typed, CTX, language)[0] == first


def test_only_commands_that_are_wanted_are_offered() -> None:
    offered = completions("", CTX, "sv", lambda name: name == "list")
    assert offered[0] == "lista" and "åtgärd" not in offered


def test_completion_of_nonsense_is_empty() -> None:
    assert completions("xyzzy", CTX) == []


# --- properties ------------------------------------------------------------------------------------------------------------------

WORDS = sorted({word for words in [*BEGINS, *WHOLE] for word in words.split()})
PIECES = st.sampled_from([*WORDS, "12", "#3", "B2", "@bo", "@x", "Anna", "på fredag", "senast", "v 52", "kl 25", "32/13", ":", "?", "20 min", "till", "1-14 juli", "åäö", "19121212-1212"])


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=80), st.booleans())
def test_any_text_is_read_without_fault(line: str, prefix: bool) -> None:
    assert read_command(line, replace(CTX, prefix=prefix)).intent in {"none", *BY_NAME}
    read_lines(line, CTX)
    completions(line, CTX)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(PIECES, max_size=7))
def test_any_pieces_of_commands_are_read_without_fault(pieces: list[str]) -> None:
    reading = read_command(" ".join(pieces), CTX)
    assert reading.intent in {"none", *BY_NAME}
    assert reading.id is None or reading.ids[0] == reading.id
    assert not reading.guess or reading.guessed_line
    assert "1212-" not in repr(reading)


SAME = [line for line, *_ in (row.partition(" => ") for each in SAID_TO_THE_BOT[:7] for row in table(each))]
KEPT = ("intent", "owners", "due", "id", "ids", "ref", "slots", "interval", "week", "when", "which", "all", "from_", "until", "minutes", "urgent", "idea", "result", "sure", "problem")


@pytest.mark.parametrize("line", SAME)
def test_missing_dots_and_capitals_change_nothing(line: str) -> None:
    as_written = read_command(line, CTX)
    without_dots = read_command(line.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")), CTX)
    capitals = read_command(line.upper(), CTX)
    for key in KEPT:
        assert getattr(without_dots, key) == getattr(as_written, key), key
        assert getattr(capitals, key) == getattr(as_written, key), key
    assert not without_dots.guess and not capitals.guess
    assert fold(without_dots.text) == fold(as_written.text)


@settings(max_examples=examples(200), deadline=None)
@given(
    head=st.sampled_from(["åtgärd", "åtgärd:", "ny åtgärd", "Åtgärd", "atgard", "uppgift:", "todo"]),
    owner=st.sampled_from([("", ()), ("@bo ", ("bo",)), ("@Cecilia Lund ", ("cecilia",)), ("@dag och @bo ", ("dag", "bo"))]),
    text=st.sampled_from(["ringa hemtjänsten", "köpa 3 st strumpor", "boka rum 12", "ringa 010-123 45 67", "prata med Maj", "skriva till chefen", "ge 1/2 tablett till natten"]),
    days=st.integers(2, 300),
    cue=st.sampled_from(["senast", "till", "senast den", "deadline"]),
)
def test_what_is_put_together_comes_apart(head: str, owner: tuple[str, tuple[str, ...]], text: str, days: int, cue: str) -> None:
    due = CTX.now.date() + timedelta(days=days)
    reading = read_command(f"{head} {owner[0]}{text} {cue} {due.isoformat()}", CTX)
    assert (reading.intent, reading.owners, reading.text, reading.due) == ("action", owner[1], text, due)
    assert reading.sure and not reading.problem


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(["åtgärd", "beslut", "fastnat", "sammanfattning", "veckoöversikt", "kontaktperson", "dagordning", "inställningar"]), st.integers(1, 20), st.sampled_from(string.ascii_lowercase))
def test_one_slip_never_changes_data_unasked(word: str, place: int, letter: str) -> None:
    slipped = word[: place % len(word)] + letter + word[place % len(word) + 1 :]
    reading = read_command(f"{slipped}: @bo 12", CTX)
    assert fold(slipped) == fold(word) or reading.guess or reading.intent == "none"
