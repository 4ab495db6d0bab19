"""What a line is about: the group or the lifted matter that it names, or that is meant."""

from __future__ import annotations

import re

from bot.frozen import replace
from bot.incoming import Incoming
from bot.messages import common as say
from bot.messages.base import Message
from bot.messages.groups import StartGroup
from bot.model import Snapshot
from bot.outcome import Need, Outcome, Say
from bot.rules.reading import Reading
from bot.rules.who_may import may

MATTER = re.compile(r"(?<![\w@])(?P<code>\w[\w-]*)\s+(?=h\s?\d{1,4}(?!\w))", re.IGNORECASE)
"""The code of a group before the number of a lifted matter."""

ABOUT_MATTERS = {
    "done": "solved", "outcome": "matter_outcome", "cancel": "withdraw_matter", "show": "show_matter",
    "escalate": "escalate_further", "answer": "reply_matter",
}  # fmt: skip
"""What a line about "H1" asks for, by what it would ask for about "12"."""


def named_group(snapshot: Snapshot, said: str) -> tuple[str, str]:
    """The group a line names by its code ("tall: åtgärd ...", "klar tall #12"), and the line without it."""
    told = said.casefold()
    for view in snapshot.views.values():
        if view.group.code.casefold() not in told:
            continue
        code = re.escape(view.group.code)
        if match := re.match(rf"\s*(?:/nvg\s+)?{code}\s*:\s*(?=\S)", said, re.IGNORECASE):
            return view.group.id, said[match.end():]
        if match := re.search(rf"(?<!\w){code}\s+(?=#?\d+(?!\w))", said, re.IGNORECASE):
            return view.group.id, said[: match.start()] + said[match.end():]
        if match := re.match(rf"\s*(?:/nvg\s+)?(\w+)\s+(?:i\s+|in\s+|för\s+|for\s+)?{code}\s*$", said, re.IGNORECASE):
            return view.group.id, "grupp" if match[1].casefold() in ("visa", "show") else match[1]  # "lista tall"
        if re.fullmatch(rf"\s*(?:/nvg\s+)?{code}[\s.!?]*", said, re.IGNORECASE):
            return view.group.id, "grupp"
    return "", said


def named_matter(snapshot: Snapshot, said: str) -> tuple[str, str] | Need:
    """The code of the group whose matter a line names ("besked tall H1 ..."), and the line without it."""
    match = MATTER.search(said)
    if match is None:
        return "", said
    if "codes" not in snapshot.found:
        return Need(("codes",))
    code = next((each for each in snapshot.found["codes"].values() if each.casefold() == match["code"].casefold()), "")
    return code, said[: match.start()] + said[match.end():] if code else said


def about_matter(reading: Reading, code: str) -> Reading:
    """A line about "H1" is about a lifted matter, whatever it would be about "12"."""
    if code:
        reading = replace(reading, code=code)
    if reading.ref.startswith("H") and reading.intent in ABOUT_MATTERS:
        text = "" if reading.text.casefold() in ("vidare", "further") else reading.text  # "hissa H1 vidare"
        return replace(reading, intent=ABOUT_MATTERS[reading.intent], text=text)
    return reading


def group_meant(snapshot: Snapshot, incoming: Incoming, reading: Reading) -> str | Outcome:
    """Which of the asker's groups a line in the private chat is about; asked when several fit, never guessed."""
    me = snapshot.asker
    assert me is not None
    if not incoming.place.private or incoming.place.groupless:
        return Outcome(Say(no_group(incoming)))
    mine = [view for view in snapshot.views.values() if may("member", me, view) and view.group.state != "closed"]
    fits = mine
    if reading.id is not None:
        with_it = [view for view in mine if any(a.number == reading.id for a in view.open_actions)]
        fits = with_it or [view for view in mine if view.group.last_action >= reading.id] or mine
    elif reading.intent in ("done", "blocked", "cancel") and reading.text:
        words = reading.text.casefold().split()
        fits = [
            view for view in mine if any(all(word in a.text.casefold() for word in words) for a in view.open_actions)
        ] or mine  # fmt: skip
    elif reading.owners:
        fits = [view for view in mine if set(reading.owners) <= {m.person for m in view.members if m.state == "active"}] or mine
    if len(fits) == 1:
        return fits[0].group.id
    if not fits:
        return Outcome(Say(say.NoGroupHere(private=True)))
    return Outcome(Say(say.WhichGroup(incoming.said, tuple((view.group.id, view.group.code) for view in fits))))


def no_group(incoming: Incoming) -> Message:
    """What is said where no group lives: one may be started, but not where everybody reads."""
    if incoming.place.groupless:
        return incoming.place.groupless
    return StartGroup("public") if incoming.place.public else say.NoGroupHere(private=incoming.place.private)
