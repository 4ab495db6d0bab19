"""What an invoke from Teams is answered with. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handlers.teams.connector import Json
from handlers.teams.web import ADAPTIVE


def in_place(card: Json) -> Json:
    """The card that is shown where the tapped one stood."""
    return {"statusCode": 200, "type": ADAPTIVE, "value": card}


def stays(words: str) -> Json:
    """The tapped card stays as it is."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": words}


def task(kind: str, value: Json | str) -> Json:
    return {"task": {"type": kind, "value": value}}


def said(words: str) -> Json:
    """Words in place of a dialog."""
    return task("message", words)


def actions_of(part: Any) -> Iterator[Json]:
    """Every button of an Adaptive Card."""
    for each in part.get("body", part.get("items", ())):
        if each.get("type") == "ActionSet":
            yield from each["actions"]
        yield from actions_of(each)
    yield from part.get("actions", ()) if part.get("type") == "AdaptiveCard" else ()
