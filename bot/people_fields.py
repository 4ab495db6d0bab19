"""People in forms: chosen among those the bot knows, or written by name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ask import Ask
from bot.forms import Field
from bot.messages.common import FieldError
from bot.model import Person
from bot.outcome import Need


def meant(ask: Ask, words: str) -> tuple[str, ...] | Need | FieldError:
    """People named in a form: ids, full names, first names or addresses, of anybody the bot knows."""
    found: list[str] = []
    needs: list[str] = []
    for word in (part.strip().lstrip("@") for part in words.split(",")):
        if not word:
            continue
        fits = [p.id for p in ask.snapshot.people.values() if word.casefold() in (p.id.casefold(), p.name.casefold())]
        asked = (f"person {word}", f"person name {word}", f"person at mail:{word.casefold()}")
        if not fits and asked[0] not in ask.snapshot.found:
            needs += asked
        elif not fits:
            at = ask.snapshot.found[asked[2]]
            fits = [at.id] if at else [p.id for p in ask.snapshot.found[asked[1]] or ()]
        if len(fits) > 1:
            return FieldError("which_name", word)
        if not fits and not needs:
            return FieldError("nobody", word)
        found += fits
    return Need(tuple(needs)) if needs else tuple(dict.fromkeys(found))


def choice_of(ask: Ask, name: str, people: Iterable[str], chosen: Iterable[str] = (), required: bool = False, anybody: bool = False) -> Field:  # fmt: skip
    """A choice among people, by name."""
    known = [ask.snapshot.people[id] for id in dict.fromkeys(people) if id in ask.snapshot.people]
    options = tuple((person.id, person.name) for person in sorted(known, key=lambda each: each.name))
    return Field(name, "people", ",".join(chosen), required, options, anybody)


def everyone_known(ask: Ask) -> tuple[str, ...] | Need:
    """Ids of all staff the bot knows, for forms that choose among them. Who is only reached by mail and of no organisation is
    somebody's guest."""
    if "people" not in ask.snapshot.found:
        return Need(("people",))
    people: tuple[Person, ...] = ask.snapshot.found["people"]
    return tuple(
        p.id for p in people if p.state == "active" and (p.organisation or not all(each.startswith("mail:") for each in p.identities))
    )


def people_field(ask: Ask, name: str, people: tuple[str, ...], chosen: tuple[str, ...] = (), required: bool = True) -> Field:
    """A choice among people of the group, by name."""
    options = tuple((id, ask.snapshot.people[id].name) for id in people if id in ask.snapshot.people)
    return Field(name, "people", ",".join(chosen), required, options)


def read_people(ask: Ask, words: str) -> tuple[str, ...] | FieldError:
    """A form's people: ids, full names, or first names that fit one."""
    found: list[str] = []
    names = ask.member_names()
    for word in (part.strip().lstrip("@") for part in words.split(",")):
        if not word:
            continue
        same = word.casefold()
        fits = [id for id, name in names.items() if same in (id.casefold(), name.casefold())] or [
            id for id, name in names.items() if name.casefold().split()[0] == same
        ]
        if len(fits) != 1:
            return FieldError("outsider" if not fits else "which_person", word)
        found.append(fits[0])
    return tuple(dict.fromkeys(found)) if found else FieldError("person")
