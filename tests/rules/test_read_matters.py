"""Lines about lifted matters, in both languages; the same words about other things stay what they were."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.rules.read_command import read_command
from bot.rules.reading import Context

CONTEXT = Context(datetime(2026, 11, 23, 8), "eva", {"anna": "Anna Berg", "bo": "Bo Ek", "eva": "Eva Ring"})


@pytest.mark.parametrize(
    ("line", "intent", "text"),
    [
        ("besked H1 ni får behörighet på måndag", "answer_escalation", "ni får behörighet på måndag"),
        ("ge besked om H1", "none", ""),
        ("Besked: h1 nej", "answer_escalation", "nej"),
        ("answer matter H1 you get access", "answer_escalation", "you get access"),
        ("hissa vidare H1 det behövs pengar", "escalate_further", "det behövs pengar"),
        ("escalate further H1: it takes money", "escalate_further", "it takes money"),
        ("jag tar H1", "take", ""),
        ("I take H1", "take", ""),
        ("fråga gruppen H1 vad har ni prövat?", "ask_group", "vad har ni prövat?"),
        ("vi löser H1 själva", "withdraw_matter", ""),
        ("solved H1 it works", "solved", "it works"),
        ("löst H1 det fungerar", "solved", "det fungerar"),
        ("H1 hjälpte delvis", "outcome", ""),
        ("svar H1 vi ringde", "answer", "vi ringde"),
    ],
)
def test_lines_about_matters(line: str, intent: str, text: str) -> None:
    reading = read_command(line, CONTEXT)
    assert reading.intent == intent
    if intent != "none":
        assert (reading.ref, reading.text) == ("H1", text)


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("jag tar 12", "change"), ("jag tar en kaffe", "none"), ("fråga gruppen har ni tid?", "question"),
        ("vi löser det", "none"), ("besked kommer i morgon", "none"), ("solved at last", "none"),
    ],
)  # fmt: skip
def test_the_same_words_about_other_things(line: str, intent: str) -> None:
    assert read_command(line, CONTEXT).intent == intent
