"""Every message and form drawn by Microsoft's own package, in both languages: no unknown element, nothing outside its edges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.messages.base import Message
from handlers.teams import cards
from templates.card import FieldView, FormView
from templates.words import LANGUAGES, Words, read_labels
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 12px; font: 14px 'Segoe UI', system-ui, sans-serif; background: #f5f5f5; color: #242424 }
.card { background: #fff; border-radius: 4px; padding: 4px; margin-bottom: 12px; overflow: hidden }
at { color: #5b5fc7 } button { font: inherit; padding: 5px 12px; border: 1px solid #d1d1d1; border-radius: 4px; background: #fff; margin: 2px }
input:not([type=checkbox]), textarea, select { font: inherit; width: 100%; box-sizing: border-box }
</style><main></main>"""
DRAW = """(all) => {
  const problems = [];
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = text.replace(/\\*\\*(.+?)\\*\\*/g, '<b>$1</b>').replace(/\\n\\n/g, '<br>'); result.didProcess = true;
  };
  for (const [name, json] of all) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig({ supportsInteractivity: true, fontFamily: "Segoe UI, sans-serif",
      spacing: { small: 6, default: 10, medium: 16, padding: 12 }, actions: { maxActions: 6, actionsOrientation: 'horizontal', spacing: 'small' },
      containerStyles: { default: { foregroundColors: { default: { default: '#242424', subtle: '#616161' }, attention: { default: '#b10e1c' } } } } });
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
    card.parse(json, context);
    for (let i = 0; i < context.eventCount; i++) problems.push([name, context.getEventAt(i).message]);
    const frame = document.createElement('section');
    frame.className = 'card'; frame.dataset.name = name;
    frame.append(card.render());
    document.querySelector('main').append(frame);
    for (const each of frame.querySelectorAll('*'))
      if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline' && each.clientWidth) problems.push([name, 'wider than it may be: ' + each.textContent.slice(0, 60)]);
  }
  return problems;
}"""


@pytest.fixture
def sheet(chromium: Browser) -> Iterator[Page]:
    """A page as wide as a telephone, with the package that draws Adaptive Cards."""
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.set_content(PAGE)
    page.add_script_tag(path=str(Path(__file__).parent / "vendor" / "adaptivecards.min.js"))
    yield page
    page.close()


def user(person: str) -> str:
    return f"00000000-0000-0000-0000-{person:0>12}"


def samples(language: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, cards.message(WORDS.render(message, language, PEOPLE, NOW), user, opens=frozenset({"edit", "new_date"})))
        for name in sorted(Message.registry)
        for message in messages(name)
    ]


def forms(language: str) -> list[tuple[str, dict[str, Any]]]:
    """One form of each sort in the labels, with a field of every kind."""
    kinds = ("text", "long", "date", "time", "choice", "choices", "people", "check")
    options = (("it", "Teknik"), ("other", "Annat"))
    made = []
    for do, labels in read_labels(language)["forms"].items():
        fields = tuple(FieldView(kind, kind.title(), kind, "En rad räcker", required=number % 2 == 0, options=options) for number, kind in enumerate(kinds))
        made.append((do, cards.form(FormView(labels["title"], labels.get("submit", "Spara"), "Avbryt", do, fields=fields), {}, {"text": "Skriv något."})))
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_drawn_whole(sheet: Page, language: str) -> None:
    all = [*samples(language), *forms(language)]
    problems = sheet.evaluate(DRAW, json.loads(json.dumps(all)))
    assert problems == []
    assert sheet.locator("section.card").count() == len(all)
    empty = sheet.evaluate("[...document.querySelectorAll('section.card')].filter(each => !each.innerText.trim()).map(each => each.dataset.name)")
    assert empty == []
