"""A county: the bodies above its care groups, their names, the clock of lifted matters, and where kinds of obstacles go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass
from bot.rules.escalation_plan import Pace


@dataclass(frozen=True, slots=True)
class Body:
    """A level of the ladder above the care groups. A committee whose code is `short` is called `name` in texts."""

    level: int
    name: str
    short: str
    decides: bool = True  # False: it recommends, and each employer decides


@dataclass(frozen=True, slots=True)
class County:
    """What is the county's own. Made from a file in config/counties."""

    name: str = ""
    bodies: tuple[Body, ...] = ()
    pace: Pace = field(default_factory=Pace)
    kind_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # more words by which a kind is guessed
    routes: Mapping[str, str] = field(default_factory=dict)  # kind -> a body's code, or "@" and a person's id
    employers: Mapping[str, str] = field(default_factory=dict)  # what one does, where its name does not say it (rules/record.py)
    closed_groups_months: int = 24  # so long a closed group's words are kept; 0: for ever

    def body_of(self, code: str) -> Body | None:
        return next((body for body in self.bodies if code.casefold() in (body.short.casefold(), body.name.casefold())), None)

    def body_name(self, code: str) -> str:
        """What a committee is called: the county's name for it, else its own."""
        body = self.body_of(code)
        return body.name if body else code
