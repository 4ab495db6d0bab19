"""Politeness is answered; nothing that asks for something is taken for it."""

from __future__ import annotations

import pytest

from bot.rules.small_talk import small_talk


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hej", "hello"), ("Hej!", "hello"), ("hejsan", "hello"), ("hej hej", "hello"), ("Hallå där", "hello"), ("god morgon", "hello"),
        ("/nvg hej", "hello"), ("@nvg hej", "hello"), ("Hi", "hello"), ("good morning", "hello"), ("hej igen 🙂", "hello"),
        ("tack", "thanks"), ("Tack så mycket!", "thanks"), ("tusen tack", "thanks"), ("tack för hjälpen", "thanks"), ("thanks", "thanks"),
        ("ok", "thanks"), ("Toppen!", "thanks"), ("tack 🙏", "thanks"), ("okej tack", ""),
        ("hej kan du påminna bo", ""), ("hejdå", ""), ("tacka dottern för kakan", ""), ("tack men flytta mötet", ""), ("hi-vit ska beställas", ""),
        ("bra att maten kommer varm", ""), ("nej", ""), ("", ""), ("glöm det", "never_mind"), ("nej jag menade tisdag", "never_mind"), ("inte bo utan dag", "never_mind"), ("nej fel, onsdag ska det va", "never_mind"), ("glöm det inte", ""),
        ("never mind", "never_mind"), ("klar 12", ""), ("hej då vi ses på mötet", ""),
    ],
)  # fmt: skip
def test_small_talk(line: str, expected: str) -> None:
    assert small_talk(line) == expected
