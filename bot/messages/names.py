"""What is said of names: those that a group protects, and what looks like somebody's."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message


@dataclass(frozen=True, slots=True)
class ProtectedName(Message):
    """Refused: a protected name. Nothing was kept. `line` has the code name instead, and is one tap away."""

    code: str = ""  # "" for who is not in the group: any name is refused them in these words
    line: str = ""
    part: bool = False  # the line is only a part of what was said: it cannot be said again as it stands


@dataclass(frozen=True, slots=True)
class NameProtected(Message):
    """The receipt, which never says the name. `already`: it was before."""

    code: str = ""
    vague: bool = False  # a part of it is an everyday word too
    refs: tuple[str, ...] = ()  # what has the name in it since before: "#12", "B3"
    already: bool = False


@dataclass(frozen=True, slots=True)
class NameUnprotected(Message):
    """`known`: it was protected."""

    code: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class ProtectHow(Message):
    """Where and how a name is protected. `why`: "" | channel | which_group | no_name | not_yours; nothing of the line is said again."""

    why: str = ""
    groups: tuple[tuple[str, str], ...] = ()  # (group id, code): one's own, each with its form


@dataclass(frozen=True, slots=True)
class LooksPersonal(Message):
    """A line in a receipt: something in what was saved looks like somebody's. `kind`: name | phone | address."""

    kind: str = "name"
