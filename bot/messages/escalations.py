"""What is said about lifted matters, to the group that lifted them and to the body where they lie.

`body` is what that body is called in the county. `code` is the group's code name where several groups are read ("tall H1"),
else "".
"""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action, Escalation, Lesson

# --- in the group -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatterLifted(Message):
    """Receipt. `own`: it looks like something the group may decide itself. `chair` is told at `chair_at` (urgent)."""

    matter: Escalation
    body: str
    change: str
    code: str = ""
    own: bool = False
    chair: str = ""
    chair_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EscalationCard(Message):
    """The group's card of what it has lifted, as it is now."""

    matter: Escalation
    body: str


@dataclass(frozen=True, slots=True)
class MatterQuestion(Message):
    """The body asks the group something. `open`: it still waits for an answer; `gone`: it was taken back."""

    matter: Escalation
    question: str
    by: str
    body: str
    open: bool = True
    gone: bool = False


@dataclass(frozen=True, slots=True)
class MatterAnswer(Message):
    """The answer, in the group's channel. `current`: the group is asked whether it helped; `gone`: it was taken back."""

    matter: Escalation
    answer: str
    by: str
    body: str
    solved: bool = False
    current: bool = True
    gone: bool = False
    verdict: str = ""  # what the group said of it: helped | partly | no


# --- in the body ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiftedCard(Message):
    """What a committee sees. `here`: it lies with the reader's body (called `body`); `above`: what the next one is called.

    `occasion`: why it is shown now, "" for the card itself: reminder | chair | released.
    """

    matter: Escalation
    body: str
    here: bool = True
    above: str = ""
    occasion: str = ""
    shared: bool = False


# --- receipts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatterNoted(Message):
    """Receipt of whatever was done to a matter.

    `what`: taken | asked | answered | solved | further | kind | edited | replied | helped | back | withdrawn | shared.
    """

    matter: Escalation
    what: str
    change: str
    body: str = ""
    code: str = ""
    groups: int = 0  # shared: with how many


@dataclass(frozen=True, slots=True)
class MatterAlready(Message):
    """Too late: somebody else was first. The matter says who and what."""

    matter: Escalation
    body: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class WhatHinders(Message):
    """An action is to be lifted, and nobody has said why it is stuck. The button asks."""

    action: Action
    code: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyLifted(Message):
    """The same is lifted already."""

    matter: Escalation
    body: str


@dataclass(frozen=True, slots=True)
class CannotLift(Message):
    """`why`: consent (none that holds) | nowhere (no body above) | top (the last body)."""

    why: str
    code: str
    group: str


@dataclass(frozen=True, slots=True)
class NotYours(Message):
    """Only the body where the matter lies can do that."""

    matter: Escalation
    body: str


@dataclass(frozen=True, slots=True)
class WhichMatter(Message):
    """Several groups have an H1. `choices`: (the line to say, matter)."""

    ref: str
    choices: tuple[tuple[str, Escalation], ...] = ()


@dataclass(frozen=True, slots=True)
class NoSuchMatter(Message):
    ref: str
    matters: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True)
class LiftedList(Message):
    """`own`: what one's groups have lifted; `to_answer`: what lies with one's committees, the most urgent first."""

    own: tuple[Escalation, ...] = ()
    to_answer: tuple[Escalation, ...] = ()
    late: tuple[str, ...] = ()  # ids of those whose time for an answer has passed


@dataclass(frozen=True, slots=True)
class LessonShared(Message):
    """Receipt: a committee's own lesson is on the agendas of so many groups."""

    lesson: Lesson
    change: str
    groups: int = 0
