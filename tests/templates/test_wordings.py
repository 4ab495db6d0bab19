"""Every message is worded in both languages, with the same buttons, within every platform's limits."""

from __future__ import annotations

import re

import pytest

from bot.messages.base import Message
from templates.card import Card, Heading, buttons, visible_text
from templates.html import card_html
from templates.plain import plain_text
from templates.words import FOLDER, LANGUAGES, Words, read_labels
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
NAMES = sorted(Message.registry)
SWEDISH = re.compile(r"[åäöÅÄÖ]|(?<!\w)(och|inte|eller|det|som|till|från|med|ska|har|ni|senast|klart)(?!\w)", re.IGNORECASE)
PRINTED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def cards(message: Message) -> list[Card]:
    return [WORDS.render(message, language, PEOPLE, NOW) for language in LANGUAGES]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_has_a_wording(name: str, language: str) -> None:
    assert (FOLDER / language / f"{name}.txt").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_renders_within_limits(name: str) -> None:
    for message in messages(name):
        swedish, english = cards(message)
        for card in (swedish, english):
            text = visible_text(card)
            assert text.strip(), message
            assert all(line.strip() for line in text.split("\n")), text
            assert "  " not in text, text
            assert not re.search(r"[{}]|%\}", text), text
            assert len(card.blocks) <= 50
            assert all(len("".join(s.text for s in b.spans)) <= 150 for b in card.blocks if isinstance(b, Heading))
            assert all(len(button.label) <= 75 and button.label for button in buttons(card))
            assert card_html(card)
            assert plain_text(card)
        assert acts(swedish) == acts(english)


def acts(card: Card) -> list[tuple[str, str]]:
    """What can be done from the card. Lines to say are in the reader's language."""
    return sorted((b.do, "" if b.do == "say" else b.ref) for b in buttons(card))


@pytest.mark.parametrize("file", sorted((FOLDER / "en").glob("*.txt")), ids=lambda file: file.stem)
def test_english_is_english(file: object) -> None:
    text = PRINTED.sub("", file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert not SWEDISH.search(text), SWEDISH.search(text)


def test_no_wording_without_a_message() -> None:
    for language in LANGUAGES:
        files = {file.stem for file in (FOLDER / language).glob("*.txt") if not file.stem.startswith("_")}
        assert files <= set(NAMES), files - set(NAMES)


def test_no_field_hides_what_its_wording_calls() -> None:
    called = re.compile(r"(?<![\w.|])(\w+)\(")  # a filter, as `|due(`, is looked for elsewhere and never hidden
    for file in FOLDER.glob("*/*.txt"):
        kind = Message.registry.get(file.stem)
        hidden = set(called.findall(file.read_text(encoding="utf-8"))) & set(getattr(kind, "__dataclass_fields__", ()))
        assert not hidden, file


def flat(table: dict[str, object], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= flat(value, f"{path}{key}.") if isinstance(value, dict) else {path + key: str(value)}
    return found


def test_both_languages_have_the_same_labels() -> None:
    for file in ("labels", "commands", "record"):
        swedish, english = (flat(read_labels(language, file)) for language in LANGUAGES)
        assert set(swedish) == set(english), set(swedish) ^ set(english)
        assert all(value.strip() for value in (*swedish.values(), *english.values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_within_limits(language: str) -> None:
    labels = read_labels(language)
    assert [label for label in labels["buttons"].values() if len(label) > 30] == []
    assert [form["title"] for form in labels["forms"].values() if len(form["title"]) > 24] == []
    assert [form["submit"] for form in labels["forms"].values() if len(form.get("submit", "")) > 24] == []
    values = flat(labels["choices"]) | flat(labels["fields"])
    assert [v for k, v in values.items() if len(v) > (150 if k.endswith(".hint") or k.startswith("field_error") else 75)] == []


def test_english_labels_are_english() -> None:
    found = {key: value for file in ("labels", "commands", "record") for key, value in flat(read_labels("en", file)).items() if SWEDISH.search(value)}
    assert found == {}


CONTRACT = {
    "done": ("Klart", "Done"), "stuck": ("Kommer inte vidare", "Stuck"), "new_date": ("Nytt datum", "New date"),
    "hand_over": ("Lämna över", "Hand over"), "undo": ("Ångra", "Undo"), "edit": ("Ändra", "Edit"),
    "escalate": ("Hissa", "Escalate"), "take": ("Jag tar den", "I take it"), "ask_group": ("Fråga gruppen", "Ask the group"),
    "answer_escalation": ("Ge besked", "Answer"), "solved": ("Löst", "Solved"),
    "escalate_further": ("Hissa vidare", "Escalate further"), "helped": ("Ja, det hjälpte", "Yes, it helped"),
    "partly": ("Delvis", "Partly"), "no_help": ("Nej", "No"), "move_meeting": ("Flytta", "Move"), "cancel_meeting": ("Ställ in", "Cancel"),
}  # fmt: skip


@pytest.mark.parametrize("do", CONTRACT)
def test_labels_that_rehearsals_rely_on(do: str) -> None:
    assert (WORDS.label(do, "sv"), WORDS.label(do, "en")) == CONTRACT[do]
