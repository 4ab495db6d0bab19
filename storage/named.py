"""Who is named in what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.model import Escalation, Kept
from storage.tables import KINDS, Kind
from storage.types import Json

PERSON_FIELDS = frozenset(
    ["person", "by", "owners", "done_by", "closed_by", "responsible", "asked", "answered_by", "present", "wrote", "led_by", "contact_person", "stand_in", "handed_from", "deputy", "taken_by", "routed_to", "at_door"]
)
"""Fields that hold ids of people. Whoever is named in something that is shown is in the snapshot."""

Naming = Callable[[set[str], Any], None]


def _naming(kind: Kind) -> Naming:
    """What adds those whom an object names, and maybe "": made once, as each turn asks it of all that it looks at."""
    fields = [field for field, _ in kind.columns if field in PERSON_FIELDS]
    several = {field for field, column in kind.columns if isinstance(kind.table.c[column].type, Json)}
    lines = [f"named.{'update' if field in several else 'add'}(thing.{field})" for field in fields]
    if kind.model is Escalation:
        lines.append("for step in thing.path: named.add(step.by)")
    known: dict[str, Any] = {}
    exec("def name(named, thing):\n    " + "\n    ".join(lines or ["pass"]), known)  # nosec B102  # of our own fields' names
    name: Naming = known["name"]
    return name


_NAMING: dict[type, Naming] = {kind.model: _naming(kind) for kind in KINDS.values()}


def names_in(things: Iterable[Kept]) -> set[str]:
    """Ids of the people whom the objects name."""
    named: set[str] = set()
    for thing in things:
        _NAMING[thing.__class__](named, thing)
    named.discard("")
    return named
