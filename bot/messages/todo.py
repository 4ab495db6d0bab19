"""One's own action items in one's own task list."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.task_link import LIST


@dataclass(frozen=True, slots=True)
class TodoLinked(Message):
    """They stand there soon. `already`: they did so before."""

    change: str = ""
    already: bool = False
    list_name: str = LIST


@dataclass(frozen=True, slots=True)
class TodoUnlinked(Message):
    """They are taken away there. `already`: there were none."""

    change: str = ""
    already: bool = False


@dataclass(frozen=True, slots=True)
class TodoNotHere(Message):
    """No such list can be reached for this person."""
