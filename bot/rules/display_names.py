"""What somebody is called by a platform, as it may be kept: people write all sorts of things in their profiles."""

from __future__ import annotations

import re
import unicodedata

from bot.rules import identity_guard
from bot.rules.visible import visible

UNKNOWN = {"sv": "Okänt namn", "en": "Unknown name"}
_EDGES = " ,.;:-–()[]/|"
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")


def display_name(name: str, language: str) -> str:
    """The name without what nobody sees and without identity numbers; where nothing is left of it, that it is unknown. "" stays so."""
    seen = unicodedata.normalize("NFC", visible(name).strip())
    spans = identity_guard.find(seen)
    return without(seen, spans, language) if spans else seen


def new_name(kept: str, told: str, language: str, *, listed: bool) -> str:
    """What somebody is called from now on, when their platform tells of a name.

    Who stands in a list of the organisation's is called as there, until the platform has another full name: neither
    "anna.b" nor "Anna Berg (ssk)" is one for Anna Berg.
    """
    name = display_name(told, language)
    if not name or name in UNKNOWN.values():
        return kept
    were, are = (set(re.findall(r"[^\W\d_]+", each.casefold())) for each in (kept, name))
    return kept if listed and (were <= are or len(name.split()) < 2) else name


def without(name: str, spans: list[tuple[int, int]], language: str) -> str:
    """The name without those parts of it, as it is written with whole letters (å, not a and a ring)."""
    name = unicodedata.normalize("NFC", name)
    for start, end in reversed(spans):
        name = f"{name[:start]} {name[end:]}"
    rest = " ".join(_EMPTY.sub(" ", name).split()).strip(_EDGES)
    return rest if any(sign.isalpha() for sign in rest) else UNKNOWN.get(language, UNKNOWN["sv"])
