"""Reading blocks as a person does: the words in order, and what can be tapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from re import sub
from typing import Any

from tests.fake_servers.slack.model import Json, elements


@dataclass(frozen=True, slots=True)
class Spot:
    """Something to tap: a button, or a line of an overflow menu (`option`). `row`: the index of the block it stands in."""

    row: int
    block: str
    element: Json
    label: str
    option: Json = field(default_factory=dict)


def spots_of(blocks: list[Json]) -> list[Spot]:
    """All that can be tapped, in reading order; other elements by their action_id."""
    found = []
    for row, each in enumerate(blocks):
        for block, element in elements([each]):
            if element["type"] == "overflow":
                found += [Spot(row, block, element, option["text"]["text"], option) for option in element["options"]]
            else:
                found.append(Spot(row, block, element, element["text"]["text"] if "text" in element else element["action_id"]))
    return found


def words(blocks: list[Json], name: Callable[[str], str] = lambda user: f"<@{user}>") -> str:
    """The visible words, a line for each line on the screen, without labels of buttons. `name`: of a mentioned user."""
    return "\n".join(line for block in blocks if (line := "\n".join(_words(block, name))))


def _words(block: Json, name: Callable[[str], str]) -> Iterator[str]:
    if block["type"] == "rich_text":
        yield from (line for each in block["elements"] for line in _rich(each, name))
    elif block["type"] == "input":
        yield block["label"]["text"]
    else:
        texts = [block.get("text"), *block.get("fields", []), *(each for each in block.get("elements", []) if isinstance(each.get("text"), str))]
        yield from (_text(each, name) for each in texts if each)


def _rich(part: Json, name: Callable[[str], str]) -> Iterator[str]:
    if part["type"] == "rich_text_list":
        yield from (line for each in part["elements"] for line in _rich(each, name))
    else:
        yield "".join(name(each["user_id"]) if each["type"] == "user" else str(each.get("text") or each.get("url", "")) for each in part["elements"])


def _text(text: Any, name: Callable[[str], str]) -> str:
    """Plain text as it is; mark-up as it looks: mentions as names, links as their words."""
    if text["type"] == "plain_text":
        return str(text["text"])
    line = sub(r"<@(\w+)(?:\|[^>]*)?>", lambda found: name(found[1]), text["text"])
    line = sub(r"<[^>|]+\|([^>]*)>", r"\1", line)
    return unescape(sub(r"<([^>]+)>", r"\1", line))
