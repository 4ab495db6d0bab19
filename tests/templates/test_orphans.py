"""Nothing is worded that nobody says: every label, choice, field and macro is asked for somewhere. (That both languages have the same is
tested with the pages; that every form can be opened, in tests/security/test_guard_everywhere.py.)"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import bot.messages
from bot.decide import COMMANDS
from bot.messages.base import Message
from templates.words import read_labels

ROOT = Path(__file__).parents[2]
WORDINGS = ("templates/sv/*.txt", "templates/en/*.txt")
CODE = ("bot/**/*.py", "handlers/**/*.py", "templates/*.py", "config/*.py")
SHOWN = (*WORDINGS, "handlers/**/*.py", "templates/*.py")
OF_A_FORM = ("label", "hint")

ASKED_FOR_IN = {
    # the part of labels.toml -> where its keys are named
    "buttons": SHOWN, "forms": CODE, "fields": CODE, "choices": (*WORDINGS, *CODE), "words": SHOWN, "mail": SHOWN, "notes": CODE, "terms": (*WORDINGS, *CODE, "config/**/*.toml"),
}  # fmt: skip


@cache
def named(where: tuple[str, ...]) -> frozenset[str]:
    """All words that are written there as a string, as an attribute or as a keyword."""
    written = "\n".join(file.read_text(encoding="utf-8") for pattern in where for file in sorted(ROOT.glob(pattern)))
    return frozenset(re.findall(r"""(?<=["'])[^"'\s{}]+(?=["'])|(?<=\.)[^\W\d]\w*|\b[^\W\d]\w*(?==)""", written))


def leaves(labels: Mapping[str, Any], within: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in labels.items():
        yield from leaves(value, (*within, key)) if isinstance(value, dict) else [(*within, key)]


@pytest.mark.parametrize("part", [*ASKED_FOR_IN, "record"])
def test_every_label_is_asked_for(part: str) -> None:
    labels = read_labels("sv", "record") if part == "record" else read_labels("sv")[part]
    said = named((*CODE, *WORDINGS) if part == "record" else ASKED_FOR_IN[part])
    if part == "mail":
        said |= {each.name for each in messages(Message)}  # a subject is a message's
    orphans = [path for path in leaves(labels) if not all(key in said or key in OF_A_FORM or key.isdecimal() for key in path)]
    assert orphans == []


def test_every_part_is_looked_through() -> None:
    assert set(read_labels("sv")) == set(ASKED_FOR_IN)


def test_every_command_s_help_is_a_command_s() -> None:
    assert {path[0] for path in leaves(read_labels("sv", "commands"))} <= {*COMMANDS, *named(CODE)}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_wording_is_a_message_s_and_every_macro_is_used(language: str) -> None:
    for module in pkgutil.iter_modules(bot.messages.__path__):
        importlib.import_module(f"bot.messages.{module.name}")
    files = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "templates" / language).glob("*.txt")}
    assert {name for name in files if not name.startswith("_")} <= {each.name for each in messages(Message)}
    everything = "\n".join(files.values())
    macros = [found for text in files.values() for found in re.findall(r"{% macro (\w+)", text)]
    assert [macro for macro in macros if len(re.findall(rf"\b{macro}\(", everything)) - macros.count(macro) < 1] == []


def messages(kind: type[Message]) -> Iterator[type[Message]]:
    for each in kind.__subclasses__():
        yield each
        yield from messages(each)
