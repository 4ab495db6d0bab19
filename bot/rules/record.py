"""What of a meeting goes into an employer's public record, and what is left out of it: by which rule, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

KINDS = ("health", "social", "other")
"""What an employer does: health and medical care · social services · neither, or it cannot be told from its name."""

LAWS = {"health": "25 kap. 1 § OSL", "social": "26 kap. 1 § OSL", "other": "25 kap. 1 § eller 26 kap. 1 § OSL"}
"""Offentlighets- och sekretesslagen (2009:400): which section keeps what an employer knows of a person secret."""
BETWEEN = "8 kap. 1 §"
"""Secrecy holds between authorities too."""

_HEALTH = re.compile(r"region(?:en|s)?\b|landsting|hemsjukvård|hälso|sjukhus|sjukvård|vårdcentral|hälsocentral|rehab|primärvård|habilitering|psykiatri")
_SOCIAL = re.compile(r"kommun(?:en|s)?\b|socialtjänst|socialförvaltning|socialnämnd|hemtjänst|äldreomsorg|omsorg|stadsdel|\bstad\b")


def kind_of(employer: str, told: Mapping[str, str] | None = None) -> str:
    """What the county's file says that it does, else what its name says. A municipality's home nursing is health care."""
    name = employer.casefold().strip()
    said = {each.casefold(): kind for each, kind in (told or {}).items()}.get(name)
    return said or ("health" if _HEALTH.search(name) else "social" if _SOCIAL.search(name) else "other")


class Ruling(NamedTuple):
    """Why something is left out, and the law. `why`: patient | relative | other (another employer's) | unknown (nobody knows whose)."""

    why: str
    law: str


def ruling(what: str, whose: str, *, own: str, theirs: str, named: bool, public: bool) -> Ruling | None:
    """Whether it is left out of an employer's document; None where it stands there.

    `what`: words (people's own) | staff (a name) | relative (a name of somebody invited) | row (that it was agreed, by whom and until when).
    `whose`: own | other | unknown. `own`, `theirs`: kinds of the employers. `named`: a consent that holds names them both.
    `public`: of the two documents the one that is for everybody. No words stand in that, nor a committee's: its answers are about patients.
    """
    if whose == "unknown" and what != "relative":
        return Ruling("unknown", f"{BETWEEN} och {LAWS['other']}")
    if whose == "other" and not named and what != "relative":
        return Ruling("other", f"{BETWEEN} och {LAWS[theirs]}")
    if not public:
        return None
    if what == "relative":
        return Ruling("relative", LAWS[own])
    if what == "words":
        return Ruling("patient", LAWS[own])
    return None


def words_in(text: str) -> int:
    """How many words were left out: all that the register says of them."""
    return len(text.split())
