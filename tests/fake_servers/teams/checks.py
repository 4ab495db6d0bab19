"""What Teams refuses in a message or a dialog, and what it would silently leave out: size, elements, actions, mentions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.fake_servers.teams.model import Json
from tests.fake_servers.teams.reading import elements, inputs_of, spots_of

MOST_BYTES = 28 * 1024
CARD = "application/vnd.microsoft.card.adaptive"
KNOWN: dict[str, frozenset[str]] = {
    "TextBlock": frozenset({"text", "wrap", "size", "weight", "color", "isSubtle", "style", "maxLines", "fontType", "horizontalAlignment"}),
    "RichTextBlock": frozenset({"inlines", "horizontalAlignment"}),
    "TextRun": frozenset({"text", "size", "weight", "color", "isSubtle", "italic", "strikethrough", "underline", "highlight", "fontType", "selectAction"}),
    "Container": frozenset({"items", "style", "bleed", "selectAction", "minHeight", "verticalContentAlignment"}),
    "ColumnSet": frozenset({"columns", "style", "selectAction"}),
    "Column": frozenset({"items", "width", "style", "selectAction", "verticalContentAlignment"}),
    "ActionSet": frozenset({"actions"}),
    "FactSet": frozenset({"facts"}),
    "Image": frozenset({"url", "altText", "size", "width", "height"}),
    "Input.Text": frozenset({"value", "placeholder", "isMultiline", "maxLength", "style", "regex"}),
    "Input.Date": frozenset({"value", "min", "max", "placeholder"}),
    "Input.Time": frozenset({"value", "min", "max", "placeholder"}),
    "Input.Number": frozenset({"value", "min", "max", "placeholder"}),
    "Input.Toggle": frozenset({"title", "value", "valueOn", "valueOff", "wrap"}),
    "Input.ChoiceSet": frozenset({"choices", "choices.data", "value", "isMultiSelect", "style", "placeholder", "wrap"}),
}
EVERYWHERE = frozenset({"type", "id", "spacing", "separator", "isVisible", "height", "fallback", "requires"})
OF_INPUTS = frozenset({"label", "isRequired", "errorMessage"})
ACTIONS = frozenset({"Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"})
OF_ACTIONS = frozenset({"type", "id", "title", "verb", "data", "style", "tooltip", "mode", "fallback", "iconUrl", "isEnabled", "associatedInputs",
                        "url", "card", "targetElements", "requires"})  # fmt: skip


def wrong_message(activity: Json) -> list[str]:
    """What is wrong with an activity that is sent; [] if nothing is."""
    wrong = []
    if len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES:
        wrong.append("more than 28 KB")
    if activity.get("type") != "message":
        return wrong
    attachments = activity.get("attachments") or []
    if not attachments and not activity.get("text"):
        wrong.append("a message without words")
    for each in attachments:
        if each.get("contentType") == CARD:
            wrong += wrong_card(each.get("content"))
    return wrong


def wrong_card(card: Any, dialog: bool = False) -> list[str]:
    """As `wrong_message`, of an Adaptive Card."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["not an Adaptive Card"]
    wrong = [] if card.get("version") in ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5") else [f"version {card.get('version')}"]
    if not card.get("body"):
        wrong.append("a card without a body")
    if len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES:
        wrong.append("more than 28 KB")
    for each in elements(card):
        wrong += _wrong_element(each)
    for spot in spots_of(card):
        wrong += _wrong_action(spot.action)
    ids = [each["id"] for each in elements(card) if str(each.get("type", "")).startswith("Input.")]
    wrong += [f"two inputs are called {each}" for each in set(ids) if ids.count(each) > 1]
    if not dialog and not inputs_of(card):
        wrong += _wrong_mentions(card)
    return wrong


def _wrong_element(part: Json) -> Iterator[str]:
    kind = str(part.get("type") or ("" if {"title", "value"} <= part.keys() else "nothing"))
    if not kind:  # a fact
        return
    if kind not in KNOWN:
        yield f"unknown element {kind}"
        return
    known = KNOWN[kind] | EVERYWHERE | (OF_INPUTS if kind.startswith("Input.") else frozenset())
    yield from (f"{kind} has no {name}" for name in part.keys() - known)
    if kind == "TextBlock" and not isinstance(part.get("text"), str):
        yield "a TextBlock without text"
    if kind == "RichTextBlock" and not part.get("inlines"):
        yield "a RichTextBlock without inlines"
    if kind.startswith("Input.") and not part.get("id"):
        yield f"{kind} without id"


def _wrong_action(action: Json) -> Iterator[str]:
    if action.get("type") not in ACTIONS:
        yield f"unknown action {action.get('type')}"
    yield from (f"an action has no {name}" for name in action.keys() - OF_ACTIONS)
    if not action.get("title"):
        yield "an action without a title"
    if action.get("type") == "Action.Execute" and not action.get("verb"):
        yield "Action.Execute without a verb"
    if action.get("style") not in (None, "default", "positive", "destructive"):
        yield f"style {action.get('style')}"


def _wrong_mentions(card: Json) -> Iterator[str]:
    told = {each["text"] for each in card.get("msteams", {}).get("entities", ())}
    written = {found for each in elements(card) if each.get("type") == "TextBlock" for found in re.findall(r"<at>.*?</at>", each["text"])}
    yield from (f"{each} mentions nobody" for each in written - told)
    yield from (f"{each} is never mentioned" for each in told - written)
