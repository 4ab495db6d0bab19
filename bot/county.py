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
    actions_months: int = 24  # so long the words of what is finished are kept in a group that goes on; 0: as long as the group
    minutes_months: int = 36
    questions_months: int = 12
    time_study_months: int = 24  # after that nobody's name is beside the minutes
    people_months: int = 12  # so long somebody in no group is kept; 0: for ever
    closed_groups_months: int = 24  # so long a closed group's words are kept; 0: for ever
    access_log_months: int = 24  # so long it is kept who has seen what; 0: for ever

    @property
    def kept_months(self) -> Mapping[str, int]:
        """By the sorts of rules/retention.py."""
        return {"actions": self.actions_months, "minutes": self.minutes_months, "questions": self.questions_months, "time_study": self.time_study_months}

    def body_of(self, code: str) -> Body | None:
        return next((body for body in self.bodies if code.casefold() in (body.short.casefold(), body.name.casefold())), None)

    def body_name(self, code: str) -> str:
        """What a committee is called: the county's name for it, else its own."""
        body = self.body_of(code)
        return body.name if body else code
