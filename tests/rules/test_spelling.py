"""Letters as they are typed: folding, slips and which words are no slips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spelling import Vocabulary, agrees, distance, fold, slips_allowed, tidy

VOCABULARY = Vocabulary(["åtgärd", "beslut", "flytta", "klar", "hissa", "sammanfattning", "veckoöversikt", "fel"], ["kissa", "missa", "klä"])
LOOSE = Vocabulary(VOCABULARY.words.values(), endings=False)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("åtgrd", "åtgärd"),
        ("atgrd", "åtgärd"),
        ("ätgärdd", "åtgärd"),
        ("besult", "beslut"),
        ("bselut", "beslut"),
        ("beslyt", "beslut"),
        ("flyta", "flytta"),
        ("flyttta", "flytta"),
        ("klra", "klar"),
        ("klarr", "klar"),
        ("HISA", "hissa"),
        ("samanfatning", "sammanfattning"),
        ("vekoöverikt", "veckoöversikt"),
    ],
)
def test_slips_are_recognised(written: str, meant: str) -> None:
    assert VOCABULARY.nearest(written) == meant


@pytest.mark.parametrize("word", ["kissa", "missa", "hissar", "hissat", "flyttar", "flyttade", "beslutet", "besluta", "fal", "ab", "xyzzyx", "klar", "atgard", "samling", ""])
def test_other_words_are_left_alone(word: str) -> None:
    assert VOCABULARY.nearest(word) is None


@given(st.sampled_from(sorted(VOCABULARY.words)), st.data())
def test_no_slip_is_passed_over(word: str, data: st.DataObject) -> None:
    """Words are left out by their letters before the slips are counted: none that is near enough may be lost so."""
    written = word
    for _ in range(slips_allowed(len(word))):
        at = data.draw(st.integers(1, len(written) - 1))
        sign = data.draw(st.sampled_from("abkmosz"))
        after = [written[at + 1 :], sign + written[at:], sign + written[at + 1 :], written[at + 1 :][:1] + written[at] + written[at + 2 :]]
        written = written[:at] + data.draw(st.sampled_from(after))
    near = distance(written, word, 2) <= slips_allowed(len(word))  # not so where a letter was put between two that had changed places
    if near and written not in VOCABULARY.words and len(written) >= 3:
        assert VOCABULARY.words[word] in LOOSE.candidates(written)


@pytest.mark.parametrize(("a", "b", "slips"), [("a", "a", 0), ("ab", "ba", 1), ("abc", "ac", 1), ("abc", "abcd", 1), ("abc", "axc", 1), ("abcd", "badc", 2), ("abc", "xyz", 3)])
def test_distance(a: str, b: str, slips: int) -> None:
    assert distance(a, b, 3) == slips


@pytest.mark.parametrize(("written", "meant", "same"), [("atgard", "åtgärd", True), ("ätgård", "åtgärd", True), ("klär", "klar", False), ("svår", "svar", False), ("KLAR", "klar", True)])
def test_dots_may_be_missing_but_not_added(written: str, meant: str, same: bool) -> None:
    assert fold(written) == fold(meant)
    assert agrees(written, meant) is same


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a   b\t c ", "a b c"),
        ("a\u00a0b", "a b"),
        ("a\u0308", "ä"),
        ("kl\u200bar", "klar"),
        ("\ufeffklar", "klar"),
        ("it’s", "it's"),
    ],
)
def test_tidy(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_the_same_both_ways(a: str, b: str) -> None:
    assert distance(a, b, 12) == distance(b, a, 12)
    assert (distance(a, b, 12) == 0) == (a == b)
