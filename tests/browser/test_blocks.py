"""Slack's messages and modals drawn as in Slack: nothing unknown, nothing wider than a telephone, and pictures to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.messages.base import Message
from handlers.slack.blocks import home, message, pages
from handlers.slack.modal import modal
from templates.card import Button, Card, FieldView, FormView, Heading, Item, Span, Text
from templates.words import LANGUAGES, Words, read_labels
from tests.browser.slack_look import Unknown, document, message_html, view_html
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
NAMES = {"UANNA": "Anna Berg", "UBO": "Bo Ek", "UMAJ": "Maj Frans", "UEVA": "Eva Ring"}
WIDTHS = (390, 700)
WIDER = """() => [...document.querySelectorAll("body *")].filter(each => {
    const inside = each.getBoundingClientRect()
    return inside.right > document.documentElement.clientWidth + 1 || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display != "inline"
}).map(each => each.outerHTML.slice(0, 200))"""


def user(person: str) -> str:
    return f"U{person.upper()}"


def look(chromium: Browser, parts: Sequence[str], width: int, picture: Path | None = None, dark: bool = False) -> None:
    """Draw it, see that all of it is within the screen, and keep a picture to look at."""
    page = chromium.new_page(viewport={"width": width, "height": 844})
    try:
        page.set_content(document(parts, dark))
        if picture:
            page.screenshot(path=picture, full_page=True)
        assert page.evaluate(WIDER) == []
    finally:
        page.close()


def forms(language: str) -> list[FormView]:
    """Every form, with all of its fields that have words of their own, and one with a field of each kind."""
    labels = read_labels(language)
    kinds = {
        "text": ("text", "ring dagverksamheten", ()), "senast": ("date", "2026-11-27", ()), "påminnelsetid": ("time", "09:15", ()),
        "ansvarig": ("people", "anna,bo", (("anna", "Anna Berg"), ("bo", "Bo Ek"))), "röda_dagar": ("check", "ja", (("ja", labels["words"]["yes"]),)),
        "slag": ("choice", "it", tuple(labels["choices"]["slag"].items())), "orsak": ("long", "ingen svarar\ni telefonen", ()),
        "arbetsdagar": ("choices", "0,1", tuple(labels["choices"]["arbetsdagar"].items())),
    }  # fmt: skip
    views = []
    for do, form in {**labels["forms"], "all": labels["forms"]["edit"] | {"fields": {name: labels["fields"][name] for name in kinds}}}.items():
        fields = tuple(
            FieldView(name, each["label"], kind, each.get("hint", ""), value, options=options)
            for name, each in form.get("fields", {}).items() for kind, value, options in [kinds.get(name, ("text", "", ()))]
        )  # fmt: skip
        views.append(FormView(form["title"], form.get("submit", labels["words"]["save"]), labels["words"]["cancel"], do, "tall:12",
                              intro=form.get("intro", ""), about="ring dagverksamheten", fields=fields))  # fmt: skip
    return views


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_messages(chromium: Browser, language: str, width: int) -> None:
    parts = []
    for name in sorted(Message.registry):
        for each in list(messages(name))[:12]:
            card = WORDS.render(each, language, PEOPLE, NOW)
            parts += [message_html(message(card, user, page), NAMES, name) for page in range(len(pages(card)))]
    look(chromium, parts, width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_modals(chromium: Browser, pictures: Path, language: str, width: int) -> None:
    parts = [view_html(modal(each, user, {}), NAMES) for each in forms(language)]
    look(chromium, parts, width, pictures / f"modals-{language}-{width}.png", dark=width > 390)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("rows", [3, 30, 60])
def test_a_long_list_on_a_telephone(chromium: Browser, pictures: Path, rows: int, dark: bool) -> None:
    labels = (("done", "Klart"), ("stuck", "Kommer inte vidare"), ("new_date", "Nytt datum"), ("hand_over", "Lämna över"))
    open_buttons = tuple(Button(label, do, "tall:12") for do, label in labels)
    said = "ringa dottern om färdtjänsten · senast torsdag 3 december, v. 49"
    listed = (Item((Span(f"tall #{n}", "bold"), Span(f" {said}")), open_buttons) for n in range(rows))
    card = Card((Heading((Span("Dina åtgärder"),)), Text((Span("tall", "bold"),)), *listed))
    parts = [message_html(message(card, user, page, "e1"), NAMES) for page in range(len(pages(card)))]
    look(chromium, [*parts, view_html(home(card, user), NAMES)], 390, pictures / f"list-{rows}-{dark}.png", dark)


def test_what_slack_does_not_know_is_an_error() -> None:
    with pytest.raises(Unknown):
        message_html([{"type": "rich_text", "elements": [{"type": "rich_text_sektion", "elements": []}]}], NAMES)
    with pytest.raises(Unknown):
        message_html([{"type": "table"}], NAMES)
