"""Quick questions between meetings."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Question


@dataclass(frozen=True, slots=True)
class QuestionAsked(Message):
    """Receipt to who asked: it was sent, and when a nudge goes."""

    question: Question
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class QuestionCard(Message):
    """In the private chat of who is asked, as it is now; `nudge` where it comes a second time."""

    question: Question
    code: str
    nudge: bool = False


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Message):
    """Receipt of an answer."""

    question: Question
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCard(Message):
    """To who asked: the answer. Offers to make an action of it."""

    question: Question
    code: str


@dataclass(frozen=True, slots=True)
class AlreadyAnswered(Message):
    """Two were asked, the other was first."""

    question: Question


@dataclass(frozen=True, slots=True)
class WhichQuestion(Message):
    """An answer without saying to what: the open questions to this person."""

    questions: tuple[Question, ...] = ()
