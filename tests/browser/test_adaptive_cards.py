"""Every message and form drawn by Microsoft's own package, in both languages: no unknown element, nothing outside its edges, nothing hard to read in the dark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.decide import OPENS
from bot.forms import Form
from bot.messages.base import Message
from handlers.teams import cards
from templates.card import FieldView, FormView
from templates.words import Words
from tests.bot.test_opens import a_world, forms_of
from tests.bot.test_permissions import PEOPLE as EVERYBODY
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 12px; font: 14px 'Segoe UI', system-ui, sans-serif; background: var(--page); color: var(--text) }
.card { background: var(--card); border-radius: 4px; padding: 4px; margin-bottom: 12px; overflow: hidden }
at { color: var(--accent) } button { font: inherit; padding: 5px 12px; border: 1px solid var(--line); border-radius: 4px; background: var(--card); color: var(--text); margin: 2px }
input:not([type=checkbox]), textarea, select { font: inherit; width: 100%; box-sizing: border-box; background: var(--page); color: var(--text); border: 1px solid var(--line) }
</style><main></main>"""
THEMES = {  # as Teams has them
    "light": {"page": "#f5f5f5", "card": "#ffffff", "text": "#242424", "subtle": "#616161", "attention": "#b10e1c", "good": "#0e700e", "warning": "#835b00",
              "accent": "#5b5fc7", "line": "#d1d1d1"},
    "dark": {"page": "#1f1f1f", "card": "#292929", "text": "#ffffff", "subtle": "#adadad", "attention": "#f1707b", "good": "#6bb700", "warning": "#fce100",
             "accent": "#9ea2ff", "line": "#616161"},
}  # fmt: skip
DRAW = """([all, theme]) => {
  const problems = [];
  for (const [name, colour] of Object.entries(theme)) document.documentElement.style.setProperty('--' + name, colour);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(each => each / 255).map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (each) => {
    for (; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const shade = { subtle: theme.subtle, default: theme.text };
  const colours = { default: shade, attention: { default: theme.attention, subtle: theme.attention }, good: { default: theme.good, subtle: theme.good },
    warning: { default: theme.warning, subtle: theme.warning }, accent: { default: theme.accent, subtle: theme.accent } };
  const style = { backgroundColor: theme.card, foregroundColors: colours };
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = text.replace(/\\*\\*(.+?)\\*\\*/g, '<b>$1</b>').replace(/\\n\\n/g, '<br>'); result.didProcess = true;
  };
  for (const [name, json] of all) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig({ supportsInteractivity: true, fontFamily: "Segoe UI, sans-serif",
      spacing: { small: 6, default: 10, medium: 16, padding: 12 }, actions: { maxActions: 6, actionsOrientation: 'horizontal', spacing: 'small' },
      containerStyles: { default: style, emphasis: { ...style, backgroundColor: theme.page } } });
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
    card.parse(json, context);
    for (let i = 0; i < context.eventCount; i++) problems.push([name, context.getEventAt(i).message]);
    const frame = document.createElement('section');
    frame.className = 'card'; frame.dataset.name = name;
    frame.append(card.render());
    document.querySelector('main').append(frame);
    for (const each of frame.querySelectorAll('*'))
      if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline' && each.clientWidth) problems.push([name, 'wider than it may be: ' + each.textContent.slice(0, 60)]);
    for (const each of frame.querySelectorAll('*')) {
      if (![...each.childNodes].some(part => part.nodeType === 3 && part.textContent.trim())) continue;
      const [one, other] = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => b - a);
      if ((one + 0.05) / (other + 0.05) < 4.5) problems.push([name, 'hard to read: ' + each.textContent.slice(0, 60)]);
    }
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


@pytest.fixture(scope="module")
def opened(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Form]:
    """Each button that opens a form -> what it opens."""
    with a_world(migrated_sqlite, tmp_path_factory.mktemp("forms")) as world:
        return {do: next(forms_of(world, do)) for do in sorted(OPENS)}


def forms(opened: Mapping[str, Form], language: str) -> list[tuple[str, dict[str, Any]]]:
    """Each form, and one with a field of every kind, something wrong in it, and a receipt of what was just saved."""
    people = {each.id: each for each in EVERYBODY}
    all = [(do, cards.form(WORDS.form(form, language, people), {})) for do, form in opened.items()]
    kinds = ("text", "long", "date", "time", "choice", "choices", "people", "check")
    options = (("it", "Teknik"), ("other", "Annat"))
    fields = tuple(FieldView(kind, kind.title(), kind, "En rad räcker", required=number % 2 == 0, options=options) for number, kind in enumerate(kinds))
    view = FormView("Ändra", "Spara", "Avbryt", "edit", fields=fields, intro="En rad om vad det gäller.", about="ring the day centre")
    receipt = WORDS.render(next(iter(messages("action_added"))), language, PEOPLE, NOW)
    return [*all, ("every_kind", cards.form(view, {}, {"text": "Skriv något.", "choices": "Välj något."}, receipt))]


@pytest.mark.parametrize(("language", "theme"), [("sv", "light"), ("sv", "dark"), ("en", "dark")])
def test_all_are_drawn_whole_and_can_be_read(sheet: Page, opened: Mapping[str, Form], language: str, theme: str) -> None:
    all = [*samples(language), *forms(opened, language)]
    problems = sheet.evaluate(DRAW, [json.loads(json.dumps(all)), THEMES[theme]])
    assert problems == []
    assert sheet.locator("section.card").count() == len(all)
    empty = sheet.evaluate("[...document.querySelectorAll('section.card')].filter(each => !each.innerText.trim()).map(each => each.dataset.name)")
    assert empty == []
