"""One turn. (Signatures first.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templates.card import Card, FormView


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back to the asker alone, rendered."""

    name: str = ""  # the message's or form's name
    card: Card | None = None
    form: FormView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)  # the form stays open: field name -> what to write instead
    changed: bool = False  # the turn saved or posted something
