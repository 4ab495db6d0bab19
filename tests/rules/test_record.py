"""What of a meeting stands in an employer's public record, and by which law the rest is left out."""

from __future__ import annotations

import pytest

from bot.rules.record import kind_of, ruling, words_in

TOLD = {"Säffle hemvård": "health", "Region Nord": "other"}


@pytest.mark.parametrize(
    ("employer", "kind"),
    [
        ("Region Värmland", "health"), ("Västra Götalandsregionen", "health"), ("region värmland ", "health"), ("Arvika kommun", "social"),
        ("Arvika kommun, hemsjukvården", "health"), ("Kommunrehab Arvika kommun", "health"), ("Eda hemtjänst", "social"), ("Socialförvaltningen", "social"),
        ("Stockholms stad", "social"), ("Vårdcentralen Gripen", "health"), ("Försäkringskassan", "other"), ("Omtanke AB", "other"), ("", "other"),
        ("Säffle hemvård", "health"), ("säffle HEMVÅRD", "health"), ("Region Nord", "other"),  # what the county's file says comes first
    ],
)  # fmt: skip
def test_what_an_employer_does(employer: str, kind: str) -> None:
    assert kind_of(employer, TOLD) == kind


HEALTH, SOCIAL, BOTH = "25 kap. 1 § OSL", "26 kap. 1 § OSL", "25 kap. 1 § eller 26 kap. 1 § OSL"


@pytest.mark.parametrize(
    ("what", "whose", "named", "own", "theirs", "public", "full"),
    [
        # of one's own staff's: names and what was agreed stand there; the words and the relatives only in the full one
        ("staff", "own", False, "social", "health", None, None),
        ("row", "own", False, "social", "health", None, None),
        ("words", "own", False, "social", "health", ("patient", SOCIAL), None),
        ("words", "own", True, "health", "social", ("patient", HEALTH), None),
        ("words", "own", True, "other", "social", ("patient", BOTH), None),
        ("relative", "own", False, "health", "social", ("relative", HEALTH), None),
        ("relative", "unknown", False, "social", "other", ("relative", SOCIAL), None),
        # another employer's: nothing without a consent that names both, by the law of whose it is
        ("staff", "other", False, "social", "health", ("other", f"8 kap. 1 § och {HEALTH}"), ("other", f"8 kap. 1 § och {HEALTH}")),
        ("row", "other", False, "health", "social", ("other", f"8 kap. 1 § och {SOCIAL}"), ("other", f"8 kap. 1 § och {SOCIAL}")),
        ("words", "other", False, "health", "other", ("other", f"8 kap. 1 § och {BOTH}"), ("other", f"8 kap. 1 § och {BOTH}")),
        ("staff", "other", True, "social", "health", None, None),
        ("row", "other", True, "social", "health", None, None),
        ("words", "other", True, "social", "health", ("patient", SOCIAL), None),
        # whose it is, nobody knows: then no consent helps
        ("staff", "unknown", True, "social", "other", ("unknown", f"8 kap. 1 § och {BOTH}"), ("unknown", f"8 kap. 1 § och {BOTH}")),
        ("row", "unknown", True, "health", "other", ("unknown", f"8 kap. 1 § och {BOTH}"), ("unknown", f"8 kap. 1 § och {BOTH}")),
    ],
)  # fmt: skip
def test_what_is_left_out_and_by_which_law(
    what: str, whose: str, named: bool, own: str, theirs: str, public: tuple[str, str] | None, full: tuple[str, str] | None
) -> None:
    for expected, for_all in ((public, True), (full, False)):
        assert ruling(what, whose, own=own, theirs=theirs, named=named, public=for_all) == expected


@pytest.mark.parametrize(("text", "count"), [("", 0), ("ringa", 1), ("ringa  boendet\nidag", 3)])
def test_words_are_counted(text: str, count: int) -> None:
    assert words_in(text) == count
