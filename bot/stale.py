"""A form sent in about something that somebody has changed meanwhile: who did, how it is now, and what was written is not lost."""

from __future__ import annotations

from datetime import datetime

from bot.ask import Ask
from bot.keys import key
from bot.messages.common import Stale
from bot.model import Kept
from bot.outcome import Need, Outcome
from bot.rules.reading import Moment


def stale(
    ask: Ask, thing: Kept, ref: str = "", text: str = "", owners: tuple[str, ...] = (), due: Moment | None = None, at: datetime | None = None
) -> Outcome | Need:  # fmt: skip
    """The answer to such a form. `ref` is the thing's number as people write it; the rest is what it says now."""
    wanted = f"touched {key(thing)}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    fields = (ask.incoming.tap.fields if ask.incoming.tap else None) or {}
    kept = tuple((name, _readable(ask, value)) for name, value in fields.items() if value)
    return ask.say(Stale(ref, str(ask.snapshot.found[wanted] or ""), text, kept, owners, due, at))


def _readable(ask: Ask, value: str) -> str:
    """What was filled in; people by name."""
    people = [ask.snapshot.people.get(each) for each in value.split(",")]
    return ", ".join(person.name for person in people if person) if all(people) else value
