"""What can be asked outside of the bot: other people's calendars, a directory. Only in the background, never while somebody waits.

A timer's function says what it needs ("outside times @eva 2026-11-30 2026-12-21 anna,bo"); the engine asks here in a thread of its own,
outside of any transaction, and runs the timer's turn with the answer in view. The timer's row is what makes it safe: it stays until
that turn is kept, and is claimed again if the process dies. An answer may be asked for twice, so asking twice must be as good as once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model import Person
from handlers import logs
from handlers.speaker import GiveUp, LockedOut

PREFIX = "outside"

Ask = Callable[[str, Mapping[str, Person]], Any]
"""The rest of the question, and the people in view, to an answer. TryAgain or GiveUp where there is none.

- "times <mailbox or @person> <first day> <last day> <ids>": id -> when that person is busy, of those whose calendar can be seen
- "people <name>": `Found`, a few
- "attendance <mailbox or @person> <from> <until> <link>": the identities of those who were at the online meeting then; None before it is known
- "tasks read @anna": `TaskThere` of her list, all · "tasks write @anna <json>": made so; action id -> id there of what is new
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom the directory has."""

    identity: str  # "teams:TENANT/OBJECT-ID"
    name: str
    address: str = ""


Outside = Mapping[str, Ask]
"""By the question's verb; what is not connected is left out."""


def answer(outside: Outside, question: str, people: Mapping[str, Person]) -> Any:
    """The answer; None where there is none to be had. TryAgain where there may be later."""
    verb, _, rest = question.removeprefix(f"{PREFIX} ").partition(" ")
    try:
        return outside[verb](rest, people) if verb in outside else None
    except (GiveUp, LockedOut) as error:  # nobody waits until somebody has given a permission
        logs.event("outside", verb=verb, why=error.why)
        return None
