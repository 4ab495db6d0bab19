"""Forms, as plain values. Their words (title, labels, hints, choices) are in templates/<language>/labels.toml."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.rules.reading import Moment

Options = tuple[tuple[str, str], ...]
"""(value, label) pairs; an empty label is looked up in the labels under [choices]."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `kind`: text | long | date | time | choice | choices | people | check."""

    name: str
    kind: str = "text"
    value: str = ""  # already filled in; several values are joined with ","
    required: bool = False
    options: Options = ()
    anybody: bool = False  # of people: also whom only the platform knows, where it has a list of its own
    also: tuple[Moment, ...] = ()  # of a date that is not sure: how else the words may be read


@dataclass(frozen=True, slots=True)
class Form:
    """`do` and `ref` come back with the filled-in fields, as a `Tap`. `version` is that of what the form shows."""

    do: str
    ref: str
    fields: tuple[Field, ...]
    version: int | None = None
    about: str = ""  # the words the form is about, shown at its top
    stay: bool = False  # after this it stays open, blank, for the next line
    note: str = ""  # what else is said at its top: its name in the labels under [notes]
