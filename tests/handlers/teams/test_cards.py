"""Every card as an Adaptive Card: within Teams' limits, nothing lost, nothing that people write read as mark-up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages.base import Message
from handlers.teams import cards
from templates.card import (
    Button,
    Buttons,
    Card,
    Divider,
    FieldView,
    FormView,
    Heading,
    Item,
    Note,
    Quote,
    Span,
    Text,
    buttons,
    visible_text,
)
from templates.words import LANGUAGES, Words
from tests.conftest import examples
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
ELEMENTS = {"TextBlock", "RichTextBlock", "ActionSet", "Container", "Input.Text", "Input.Date", "Input.Time", "Input.ChoiceSet", "Input.Toggle"}


def nobody(_: str) -> str:
    return ""


def everybody(person: str) -> str:
    return f"00000000-0000-0000-0000-{person:0>12}"


def elements(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    todo = list(card["body"])
    while todo:
        element = todo.pop(0)
        yield element
        todo = [*element.get("items", ()), *todo]


def words(card: dict[str, Any]) -> str:
    lines = []
    for element in elements(card):
        if element["type"] == "TextBlock":
            lines.append(element["text"].replace("**", "").replace("<at>", "").replace("</at>", "").replace("\n\n", "\n"))
        elif element["type"] == "RichTextBlock":
            lines.append("".join(run["text"] for run in element["inlines"]))
    return "\n".join(lines)


def tapped(card: dict[str, Any]) -> list[tuple[str, str, str]]:
    actions = [action for element in elements(card) for action in element.get("actions", ())]
    made = [Button("", "join", value=each["url"]) if each["type"] == "Action.OpenUrl" else cards.button(each["data"]) for each in actions]
    return [(each.do, each.ref, each.value) for each in made]


def size(card: dict[str, Any]) -> int:
    return len(json.dumps(card, ensure_ascii=False).encode())


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("•", "").replace("_", "").replace("\u2060", "")


@pytest.mark.parametrize("name", sorted(Message.registry))
def test_every_message(name: str) -> None:
    for message in messages(name):
        for language in LANGUAGES:
            card = WORDS.render(message, language, PEOPLE, NOW)
            (part,) = cards.pages(card)
            made = cards.message(part, everybody)
            assert {each["type"] for each in elements(made)} <= ELEMENTS
            assert size(made) < 28_000
            assert tapped(made) == [(each.do, each.ref, each.value) for each in buttons(card)]
            said = squeezed(words(cards.message(part, nobody)))
            assert all(squeezed(line) in said for line in visible_text(card).splitlines()), visible_text(card)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300) | st.sampled_from(
    ["*fet*", "[länk](http://ond.se)", "<at>Bo</at>", "# rubrik", "- punkt", "1. ett", "`kod`", "&lt;b&gt;", "{{mall}}", "${data}", "x" * 9000]
)
SPANS = st.lists(st.builds(Span, TEXTS, st.sampled_from(["", "bold", "italic", "strike"]), st.sampled_from(["", "", "bo", "anna"])), min_size=1, max_size=4).map(tuple)
BUTTONS = st.lists(st.builds(Button, st.text(min_size=1, max_size=40), st.sampled_from(["done", "edit"]), st.text(max_size=30), st.sampled_from(["", "primary", "danger"])), max_size=9).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, SPANS), st.builds(Text, SPANS), st.builds(Quote, SPANS), st.builds(Note, SPANS), st.builds(Divider),
    st.builds(Item, SPANS, BUTTONS), st.builds(Buttons, BUTTONS.filter(bool)),
)  # fmt: skip


@given(st.lists(BLOCKS, min_size=1, max_size=60).map(lambda blocks: Card(tuple(blocks))))
@settings(max_examples=examples(150), deadline=None)
def test_any_card_is_whole_and_within_limits(card: Card) -> None:
    parts = cards.pages(card)
    made = [cards.message(card, everybody, page) for page in range(len(parts))]
    assert max(map(size, made)) < 28_000
    acts = [act for each in made for act in tapped(each) if act[0] != "more"]
    assert acts == [(each.do, each.ref, each.value) for each in buttons(card)]
    said = squeezed("".join(words(cards.message(card, nobody, page)) for page in range(len(parts))))
    for block in card.blocks:
        for span in getattr(block, "spans", ()):
            if len(span.text) < 2000:
                assert squeezed(span.text) in said


@pytest.mark.parametrize("text", ["*fet*", "[länk](http://ond.se)", "<at>Bo</at>", "a_b_c", "`kod`", "<b>", "&lt;"])
def test_what_people_write_is_no_mark_up(text: str) -> None:
    for block in (Text((Span("Bo Ek", person="bo"), Span(": " + text))), Text((Span(text),)), Heading((Span(text),)), Item((Span("Bo Ek", person="bo"), Span(text)))):
        made = cards.message(Card((block,)), everybody)
        held = [each for each in elements(made) if text in each.get("text", "")]
        assert held == []  # only in runs, where nothing is mark-up
        assert text in words(made)


@pytest.mark.parametrize("text", ["# rubrik", "- punkt", "1. ett", "1) ett", "+ mer", "> citat"])
def test_the_beginning_of_a_line_is_no_mark_up(text: str) -> None:
    made = cards.message(Card((Text((Span(text + " "), Span("Bo Ek", person="bo"))), Text((Span("Hej\n" + text), Span("Bo Ek", person="bo"))))), everybody)
    assert [each["text"] for each in elements(made) if each["type"] == "TextBlock"] == ["<at>Bo Ek</at>"]


def test_who_is_named_is_mentioned_once() -> None:
    card = Card((Text((Span("Bo Ek", person="bo"), Span(" ringer."))), Text((Span("Bo Ek", person="bo"), Span(" *kan* det."))), Text((Span("Anna", person="anna"), Span(" <3")))))
    made = cards.message(card, everybody)
    assert cards.mentions(made) == [everybody("bo"), everybody("anna")]
    last = list(elements(made))[-1]
    assert last["text"] == "<at>Anna</at>"


def test_a_number_in_bold_begins_no_heading() -> None:
    made = cards.message(Card((Item((Span("#12", "bold"), Span(" ring – "), Span("Bo Ek", person="bo")), (Button("Klart", "done"),)),)), everybody)
    assert [each["text"] for each in elements(made) if each["type"] == "TextBlock"] == ["**#12** ring – <at>Bo Ek</at>"]


def test_a_row_shows_the_buttons_a_telephone_has_room_for() -> None:
    def shown(*labels: str) -> list[str]:
        made = cards.message(Card((Item((Span("ring"),), tuple(Button(label, label) for label in labels)),)), nobody)
        return [action["title"] for each in elements(made) for action in each.get("actions", ()) if action.get("mode") != "secondary"]

    assert shown("Ja, det hjälpte", "Delvis", "Nej") == ["Ja, det hjälpte", "Delvis", "Nej"]
    assert shown("Klart", "Kommer inte vidare", "Nytt datum", "Lämna över") == ["Klart", "Kommer inte vidare"]
    assert shown("Klart", "Hissa", "Nytt datum", "Lämna över") == ["Klart", "Hissa"]  # and "…"


def test_a_day_and_a_time_stay_on_one_line() -> None:
    said = (Span("senast fredag 27 november kl. 13:00, v. 48"),)
    shown = json.dumps(cards.message(Card((Heading(said), Text(said), Note(said), Item(said, (Button("Klart", "done"),)))), nobody), ensure_ascii=False)
    assert shown.count("senast fredag 27\xa0november kl.\xa013:00, v.\xa048") == 4


def test_a_long_card_has_a_way_to_the_rest() -> None:
    card = Card(tuple(Item((Span(f"Åtgärd {n} " + "ord " * 60),), (Button("Klart", "done", f"tall:{n}"),)) for n in range(200)))
    parts = cards.pages(card)
    assert len(parts) > 2
    first = cards.message(card, nobody, 0, "händelse")
    assert tapped(first)[-1] == ("more", "", "händelse|1")
    assert ("more", "", "händelse|1") not in tapped(cards.message(card, nobody, len(parts) - 1, "händelse"))


def test_a_button_that_opens_a_dialog_asks_for_it() -> None:
    made = cards.message(Card((Buttons((Button("Ändra", "edit", "tall:1"), Button("Klart", "done", "tall:1"))),)), nobody, opens=frozenset({"edit"}))
    edit, done = next(elements(made))["actions"]
    assert (edit["type"], edit["data"]["msteams"]) == ("Action.Submit", {"type": "task/fetch"})
    assert (done["type"], done["verb"], done["fallback"]["type"]) == ("Action.Execute", "nvg", "Action.Submit")
    assert done["fallback"]["data"] == done["data"]


FIELDS = (
    FieldView("text", "Vad", "long", "En rad räcker", "ringa", True),
    FieldView("senast", "Senast", "date", "", "2026-12-01"),
    FieldView("kl", "Klockan", "time", "", "13:00"),
    FieldView("slag", "Slag", "choice", "", "it", True, (("it", "Teknik"), ("other", "Annat"))),
    FieldView("ansvarig", "Ansvarig", "people", "Vem gör det?", "bo,anna", False, (("anna", "Anna Berg"), ("bo", "Bo Ek"))),
    FieldView("patientens", "Patientens egen", "check", "", "ja"),
)
FORM = FormView("Ändra", "Spara", "Avbryt", "edit", "tall:12", 3, "Skriv kort.", "ringa <b>", FIELDS)


def test_a_form_and_back() -> None:
    made = cards.form(FORM, {"channel": "T/C"}, {"text": "Skriv vad som ska göras."}, Card((Text((Span("Sparat: #11"),)),)))
    inputs = [each for each in elements(made) if each["type"].startswith("Input.")]
    assert [each["id"] for each in inputs] == [each.name for each in FIELDS]
    assert all(each["label"] or each.get("title") for each in inputs)
    assert "Skriv vad som ska göras." in words(made)
    assert "Sparat: #11" in words(made)
    (action,) = made["actions"]
    sent = {**action["data"], **{each["id"]: each["value"] for each in inputs}}
    assert cards.filled(sent) == {"text": "ringa", "senast": "2026-12-01", "kl": "13:00", "slag": "it", "ansvarig": "bo,anna", "patientens": "ja"}
    assert sent["nvg"] == {"do": "edit", "ref": "tall:12", "version": 3, "form": True, "channel": "T/C"}
    assert cards.filled({"nvg": {}}, ["senast"]) == {"senast": ""}
    assert cards.button(sent).do == "edit"


def test_a_hint_that_a_telephone_would_cut_stands_below_its_field() -> None:
    long = "Till exempel tisdagar 13:00, eller varannan torsdag 14–15"
    made = cards.form(replace(FORM, fields=(FieldView("a", "När", hint=long), FieldView("b", "Vad", hint="En rad räcker"))), {})
    when, what = (each for each in elements(made) if each["type"] == "Input.Text")
    assert ("placeholder" not in when, what["placeholder"]) == (True, "En rad räcker")
    assert long in words(made)


@pytest.mark.parametrize(("kind", "many", "style"), [
    ("choice", 12, "compact"), ("choice", 20, "filtered"), ("people", 8, "expanded"), ("people", 40, "filtered"),
])  # fmt: skip
def test_who_chooses_one_of_a_dozen_sees_them_and_many_are_looked_for(kind: str, many: int, style: str) -> None:
    options = tuple((str(number), f"nr {number}") for number in range(many))
    made = cards.form(replace(FORM, fields=(FieldView("slag", "Slag", kind, options=options),)), {})
    assert next(each for each in elements(made) if each["type"] == "Input.ChoiceSet")["style"] == style


@pytest.mark.parametrize("value", [{}, {"nvg": 1}, {"nvg": {"do": 5}}, {"do": "done"}])
def test_what_is_none_of_ours(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        cards.button(value)
