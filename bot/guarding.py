"""What is not let in: identity numbers, and the names that a group has protected. Whatever consent there is.

What comes is looked at before anything is decided, and what is to be kept once more when it is decided, for that is when it is known
which group it belongs to. Beside that a line in the receipt asks about what only looks like somebody's name or number.

A committee's words about a group's matter are that group's, and looked at with its names. Who is not in the group must not find out by trying
whether a name is protected, for that says who the patient is: so whatever looks like a name is refused them there, with the same words. What is
left is a surname in small letters, or alone: refused only if it is protected. A committee's own texts, about no group, are not compared with the
names of the groups below it: that would make of each committee a place to ask for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import get_args

from bot.incoming import Incoming, Tap
from bot.keys import key
from bot.messages import common as say
from bot.messages.base import Message
from bot.messages.names import LooksPersonal, ProtectedName
from bot.model import Group, GroupView, Kept, Member, Person, Snapshot
from bot.outcome import FormErrors, Need, OpenForm, Outcome, Say, Silent
from bot.rules import display_names, identity_guard, personal_details, protected_names

UNSAID = frozenset({"protect_name", "unprotect_name"})
"""Commands whose lines hold a name by intent: neither kept nor offered again in any form."""
SAID = {
    kind.__name__: tuple(each.name for each in fields(kind) if each.metadata.get("free") and not each.metadata.get("bookkeeping"))
    for kind in get_args(Kept)
}
"""The fields of each kind that hold people's own words; what the bot keeps for itself is not theirs."""
ANY_NAME = ProtectedName(part=True)
"""What is said of any name to who may not know which are protected."""
ABOUT_PATIENTS = frozenset({"Action", "Decision", "Point", "Question", "Lesson", "Escalation"})
"""Where a name is likely a patient's. Elsewhere (who visited a meeting, who the fast vårdkontakt is) colleagues' names belong."""


def refused_number(incoming: Incoming, today: date) -> Outcome | None:
    """The refusal of a line or tap with an identity number in it; of a form beside each field."""
    tap = incoming.tap
    if tap is None:
        return numbered(incoming) if identity_guard.has_identity(incoming.said, today) else None
    if wrong := [name for name, value in (tap.fields or {}).items() if identity_guard.has_identity(value, today)]:
        return Outcome(FormErrors({name: say.FieldError("identity_number") for name in wrong}))
    return numbered(incoming) if identity_guard.has_identity(tap.value, today) else None


def numbered(incoming: Incoming) -> Outcome:
    return Outcome(Say(say.IdentityNumber()) if incoming.addressed else Silent())


def refused_name(snapshot: Snapshot, incoming: Incoming) -> Outcome | Need | None:
    """The refusal of a line or form with a protected name in it, with the code name put in instead."""
    views = guarding(snapshot)
    if not views:
        return None
    tap = incoming.tap
    written = {"": incoming.said if tap is None else tap.value} if tap is None or tap.fields is None else dict(tap.fields)
    wrong: dict[str, Message] = {}
    for name, value in written.items():
        code, line = instead(snapshot, views, value)
        if code:
            wrong[name] = refusal(code, line)
        elif not all(is_mine(snapshot, view) for view in views):
            likely = has_names(snapshot, [value])
            if isinstance(likely, Need):
                return likely
            if likely:
                wrong[name] = ANY_NAME
    if not wrong:
        return None
    if "" in wrong:
        return Outcome(Say(wrong[""]) if incoming.addressed else Silent())
    return Outcome(FormErrors(wrong))


def refusal(code: str, line: str) -> ProtectedName:
    return ANY_NAME if code == protected_names.DOTS else ProtectedName(code, line)


def with_code(snapshot: Snapshot, tap: Tap) -> Tap:
    """What somebody else wrote, handed over to become an action: with the code name in it from the beginning."""
    code, line = instead(snapshot, guarding(snapshot), tap.value)
    return replace(tap, value=line) if code else tap


def guarding(snapshot: Snapshot) -> tuple[GroupView, ...]:
    """The groups in view that have protected names."""
    return tuple(view for view in snapshot.views.values() if view.group.protected)


def instead(snapshot: Snapshot, views: Iterable[GroupView], text: str) -> tuple[str, str]:
    """The code name of the group whose protected name is in the text, and what to write instead; both "" where there is none.

    To somebody who is not in the group, dots stand for it.
    """
    shown = ""
    for view in views:
        code = view.group.code if is_mine(snapshot, view) else protected_names.DOTS
        staff = [person.name for person in snapshot.people.values()]
        line = protected_names.replaced(text, view.group.protected, view.key, code, staff, snapshot.people)
        if line is not None:
            shown, text = code, line
    return shown, text if shown else ""


def is_mine(snapshot: Snapshot, view: GroupView) -> bool:
    return snapshot.asker is None or view.role_of(snapshot.asker.id) is not None


def for_others(snapshot: Snapshot, saved: Iterable[Kept]) -> bool:
    """Whether something is written to a group that protects names by somebody who is not in it."""
    views = (snapshot.views.get(thing.group) for thing, _ in new_words(snapshot, saved))
    return any(view and view.group.protected and not is_mine(snapshot, view) for view in views)


def let_in(snapshot: Snapshot, outcome: Outcome, today: date) -> Outcome | Need:
    """The outcome; or a refusal, where somebody's words in what it saves hold what is not let in."""
    for refusal in held_back(snapshot, outcome.save, today):
        return Outcome(Say(refusal), command=outcome.command)
    nameless = namesakes(snapshot, outcome.save)
    if isinstance(nameless, Need):
        return nameless
    if nameless:
        kept = (each for each in outcome.save if not (isinstance(each, Person) and each.id in nameless))
        outcome = replace(outcome, save=(*kept, *nameless.values()), undo_until=None)  # nothing is kept to put the name back with
    asked = asked_about(snapshot, outcome)
    if asked is None or isinstance(asked, Need):
        return asked or outcome
    if asked.kind == "name" and for_others(snapshot, outcome.save):
        return Outcome(Say(ANY_NAME), command=outcome.command)
    match outcome.answer:
        case Say(message):
            return replace(outcome, answer=Say(message, asked))
        case OpenForm(form, said) if said:
            return replace(outcome, answer=OpenForm(form, say.Several((said, asked))))
    return outcome


def namesakes(snapshot: Snapshot, saved: Sequence[Kept]) -> dict[str, Person] | Need:
    """Who comes into a group that protects just their name, or is in it when it is protected: without that name from now on, which
    would else say who the group is about. In other groups they are colleagues like any others."""
    groups = {each.id: each for each in saved if isinstance(each, Group) and each.protected}
    named = {each.id: each for each in saved if isinstance(each, Person)}
    comes: list[tuple[Group, str]] = []
    for thing in saved:
        view = snapshot.views.get(thing.group)
        group = groups.get(thing.group) or (view.group if view else None)
        if view is None or group is None or not group.protected:
            continue
        if isinstance(thing, Member) and thing.state == "active":
            comes.append((group, thing.person))
        elif isinstance(thing, Group):
            comes += [(group, id) for id in set(thing.at_door) - set(view.group.at_door)]
            if thing.protected != view.group.protected:
                comes += [(group, each.person) for each in view.members if each.state == "active"]
    if missing := tuple(f"person {id}" for _, id in comes if id not in {**snapshot.people, **named} and f"person {id}" not in snapshot.found):
        return Need(tuple(dict.fromkeys(missing)))
    found: dict[str, Person] = {}
    for group, id in comes:
        person = found.get(id) or named.get(id) or snapshot.people.get(id)
        if person and (spans := protected_names.own_name(person.name, group.protected, snapshot.views[group.id].key)):
            found[id] = replace(person, name=display_names.without(person.name, spans, person.language))
    return found


def asked_about(snapshot: Snapshot, outcome: Outcome) -> LooksPersonal | Need | None:
    """The question about what looks like somebody's name, number or address; the first of them, once."""
    texts = [words for thing, words in new_words(snapshot, outcome.save) if type(thing).__name__ in ABOUT_PATIENTS]
    named = has_names(snapshot, texts)
    if named:
        return named if isinstance(named, Need) else LooksPersonal("name")
    people = snapshot.people.values()
    if any(personal_details.phones_in(words, [each.phone for each in people]) for words in texts):
        return LooksPersonal("phone")
    known = {each.partition(":")[2].casefold(): bool(person.organisation) for person in people for each in person.identities if each.startswith("mail:")}
    places = {address.partition("@")[2] for address, at_work in known.items() if at_work}
    if any(personal_details.addresses_in(words, known, places) for words in texts):
        return LooksPersonal("address")
    return None


def has_names(snapshot: Snapshot, texts: Iterable[str]) -> bool | Need:
    """Whether something there looks like the name of somebody whom nobody here is called."""
    known = (*(each.name for each in snapshot.people.values()), *strangers(snapshot))
    names = [name for words in texts for name in personal_details.names_in(words, known)]
    if missing := tuple(f"called {name}" for name in names if f"called {name}" not in snapshot.found):
        return Need(missing)
    return not all(snapshot.found[f"called {name}"] for name in names)


def strangers(snapshot: Snapshot) -> Iterator[str]:
    """Names that are no patients': of those organisations."""
    yield from dict.fromkeys(each for view in snapshot.views.values() for each in view.group.organisations)
    yield from dict.fromkeys(person.organisation for person in snapshot.people.values() if person.organisation)


def held_back(snapshot: Snapshot, saved: Iterable[Kept], today: date | None = None) -> Iterator[Message]:
    """Why each of the words that are new in what is saved is not let in."""
    for thing, words in new_words(snapshot, saved):
        view = snapshot.views.get(thing.group)
        code, line = instead(snapshot, (view,) if view else (), words)
        if identity_guard.has_identity(words, today):
            yield say.IdentityNumber()
        elif code:
            yield replace(refusal(code, line), part=True)


def lets_in(snapshot: Snapshot, group: str, words: str) -> bool:
    """Whether words that come from elsewhere may be kept in the group."""
    view = snapshot.views.get(group)
    return not identity_guard.has_identity(words) and not (view and instead(snapshot, (view,), words)[0])


def new_words(snapshot: Snapshot, saved: Iterable[Kept]) -> Iterator[tuple[Kept, str]]:
    """People's own words in what is saved, that were not there before."""
    for thing in saved:
        before = snapshot.get(key(thing))
        for name in SAID[type(thing).__name__]:
            words = getattr(thing, name)
            if words and (before is None or words != getattr(before, name)):
                yield thing, words
