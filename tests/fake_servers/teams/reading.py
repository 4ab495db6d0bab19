"""Reading Adaptive Cards as a person does: the words in order, what can be tapped, what can be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from tests.fake_servers.teams.model import Json

INSIDE = ("items", "columns", "rows", "cells", "inlines", "facts")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something to tap. `row`: the index in the body of what it stands in; -1 for a button at the foot of the card."""

    row: int
    action: Json
    label: str


def spots_of(card: Json | None) -> list[Spot]:
    """All that can be tapped, in reading order."""
    found = [Spot(row, each, str(each.get("title", ""))) for row, part in enumerate((card or {}).get("body", ())) for each in _actions(part)]
    return [*found, *(Spot(-1, each, str(each.get("title", ""))) for each in (card or {}).get("actions", ()))]


def inputs_of(card: Json | None) -> dict[str, Json]:
    """The fields of a form, by their id."""
    return {str(each["id"]): each for each in elements(card) if str(each.get("type", "")).startswith("Input.")}


def elements(card: Json | None) -> Iterator[Json]:
    """Every element of a card and all inside it, in reading order."""
    for each in (card or {}).get("body", ()):
        yield from _inside(each)


def words(parts: list[Json]) -> str:
    """The visible words, a line for each line on the screen, without labels of buttons."""
    return "\n".join(line for part in parts for line in _words(part) if line)


def words_of(card: Json | None) -> str:
    return words(list((card or {}).get("body", ())))


def row_of(card: Json, row: int) -> list[Json]:
    """What the button of that row stands beside or below."""
    body = card["body"]
    above = row - 1 if row > 0 and body[row]["type"] == "ActionSet" else row
    return [body[above]] if row >= 0 else list(body)


def _actions(part: Json) -> Iterator[Json]:
    for each in _inside(part):
        yield from each.get("actions", ()) if each.get("type") == "ActionSet" else ()
        if isinstance(action := each.get("selectAction"), dict):
            yield action


def _inside(part: Json) -> Iterator[Json]:
    yield part
    for name in INSIDE:
        for each in part.get(name, ()):
            if isinstance(each, dict):
                yield from _inside(each)


def _words(part: Json) -> Iterator[str]:
    kind = part.get("type")
    if kind == "TextBlock":
        yield marked(str(part["text"]))
    elif kind == "RichTextBlock":
        yield "".join(each if isinstance(each, str) else str(each["text"]) for each in part["inlines"])
    elif kind == "FactSet":
        yield from (f"{each['title']} {each['value']}" for each in part["facts"])
    elif str(kind).startswith("Input."):
        yield str(part.get("label") or part.get("title") or "")
    elif kind != "ActionSet":
        for name in INSIDE:
            for each in part.get(name, ()):
                yield from _words(each)


def marked(text: str) -> str:
    """The words of a TextBlock, as its mark-up looks."""
    text = re.sub(r"<at>(.*?)</at>", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|(?<!\w)_)(\S.*?)(\*\*|_(?!\w))", r"\2", text)
    return unescape(text.replace("\n\n", "\n"))
