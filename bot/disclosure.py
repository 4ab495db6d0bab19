"""What somebody is shown, of which groups and about whom: for the access log. Ids and kinds, never words."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.keys import groups_in
from bot.messages.base import Message
from bot.messages.common import Several
from bot.messages.escalations import EscalationCard
from bot.model import Escalation
from bot.outcome import Answer, OpenForm, Say

QUIET = frozenset({"common", "platform", "people", "todo"})
"""Kinds that show nothing of the group they are said in, unless what they say is in them."""
KINDS = (
    "absence", "access_log", "actions", "agenda", "calendar", "common", "consent", "decisions", "delivery", "digests", "escalations", "export",
    "first_meeting", "form", "groups", "home", "inquiries", "meetings", "names", "news", "outage", "people", "questions", "record", "reminders", "retention", "time_study", "todo",
)  # fmt: skip
"""What can be seen: the messages of each feature, and what is no message. The labels are under [choices.seen]."""
BY_NAME = frozenset({"asked", "further", "released", "answered", "solved"})
"""Steps of a lifted matter that are told with a name: the body's. Who lifted it is named in the group alone."""
WAYS = ("chat", "channel", "page", "mail", "calendar", "document", "export", "paper")


class Shown(NamedTuple):
    """Something of a group, or about a person in it. `group`: its id or code, "" of none; `person` "": the group's own."""

    kind: str
    group: str
    person: str


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One row of the access log. `reader`: a person's id · "#tall": all who read the group's channel · "$anna": an account on
    the server · "-": somebody erased since."""

    day: date
    reader: str
    group: str
    person: str
    kind: str
    way: str
    times: int
    first: datetime
    last: datetime


def disclosed(answer: Answer | Message, people: Collection[str], group: str = "") -> frozenset[Shown]:
    """All that it shows. `people`: the ids that are people's; `group`: the one in which it is said."""
    if isinstance(answer, Say):
        return disclosed(answer.message, people, group)
    if isinstance(answer, OpenForm):
        said = disclosed(answer.said, people, group) if answer.said else frozenset()
        return said | shown_in("form", answer.form, people, groups_in(answer.form.ref) or group)
    if isinstance(answer, Several):
        return frozenset().union(*(disclosed(each, people, group) for each in answer.answers))
    return shown_in(type(answer).__module__.rpartition(".")[2], answer, people, group) if isinstance(answer, Message) else frozenset()


def shown_in(kind: str, shown: Any, people: Collection[str], group: str) -> frozenset[Shown]:
    """The same of what is no message: a form, a document."""
    found = {Shown(kind, *each) for each in _within(shown, people, group)}
    if isinstance(shown, EscalationCard):  # the group's own
        found |= {Shown(kind, shown.matter.group, shown.matter.by)} if shown.matter.by in people else set()
    return frozenset(found) if not group or kind in QUIET else frozenset(found | {Shown(kind, group, "")})


def _within(thing: Any, people: Collection[str], group: str) -> Iterator[tuple[str, str]]:
    """(group, person) of all that is in it, each in the innermost group around it."""
    if isinstance(thing, str):
        if thing in people:
            yield group, thing
    elif isinstance(thing, tuple | list | frozenset):
        for each in thing:
            yield from _within(each, people, group)
    elif isinstance(thing, Mapping):
        for each in thing.values():
            yield from _within(each, people, group)
    elif isinstance(thing, Escalation):
        yield thing.group, ""
        yield from _within((thing.taken_by, thing.answered_by, *(step.by for step in thing.path if step.what in BY_NAME)), people, thing.group)
    elif dataclasses.is_dataclass(thing):
        if own := _group_of(thing):
            group = own
            yield group, ""
        for field in dataclasses.fields(thing):
            if not field.metadata.get("free"):
                yield from _within(getattr(thing, field.name), people, group)
        for code in (*getattr(thing, "calm", ()), *getattr(thing, "codes", ())):
            yield code, ""


def _group_of(thing: Any) -> str:
    return next((own for name in ("group", "code") if isinstance(own := getattr(thing, name, ""), str) and own), "")
