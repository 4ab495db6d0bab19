"""What is said about decisions."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action, Decision, Lesson
from bot.rules.reading import Moment


@dataclass(frozen=True, slots=True)
class DecisionAdded(Message):
    """Receipt. `by_default`: nobody was named, so the speaker answers for it."""

    decision: Decision
    change: str
    code: str = ""
    by_default: bool = False
    alternatives: tuple[Moment, ...] = ()
    unsure: bool = False  # another day may be meant, also where no certain one comes to mind


@dataclass(frozen=True, slots=True)
class DecisionCard(Message):
    """The group's card of one decision, as it is now."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class DecisionEdited(Message):
    """Receipt, and (without `change`) in the channel."""

    decision: Decision
    was: str
    by: str
    change: str = ""
    code: str = ""
    alternatives: tuple[Moment, ...] = ()
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn(Message):
    """Receipt, and (without `change`) in the channel."""

    decision: Decision
    by: str
    change: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class NoAction(Message):
    """Said of a decision what can only be said of an action ("klar B2")."""

    decision: Decision
    code: str = ""


@dataclass(frozen=True, slots=True)
class NoSuchDecision(Message):
    """There is none of that number, or (`gone`) it no longer holds. `decisions`: the newest that do."""

    ref: str
    decisions: tuple[Decision, ...] = ()
    gone: Decision | None = None


@dataclass(frozen=True, slots=True)
class DecisionLog(Message):
    """The newest first; `more` older ones are found by searching."""

    code: str
    decisions: tuple[Decision, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Found(Message):
    """What a search found, the newest first."""

    code: str
    words_said: str
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    more: int = 0
