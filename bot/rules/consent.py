"""Whether anything about a group may leave its members, and what is said of a consent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot.model import Group
from bot.rules.work_calendar import is_working_day, previous_working_day

WARNING = timedelta(weeks=2)
"""So long before it runs out the group is told, so that there is a meeting left to ask at."""
GIVEN_BY = ("patient", "guardian", "advance_directive")


def sharing_allowed(group: Group, today: date) -> bool:
    """A care group needs a consent that holds today. A committee is about nobody in particular."""
    return group.kind != "care" or (group.consent is not None and group.consent.until >= today)


def name_for(group: Group, role: str | None, today: date) -> str:
    """The group's code name for somebody of that role in it: a guest reads it in mails, outside, so only while a consent holds."""
    return group.code if role != "guest" or sharing_allowed(group, today) else ""


def notice_day(until: date) -> date:
    """The working day on which the group is told that its consent runs out."""
    day = until - WARNING
    return day if is_working_day(day) else previous_working_day(day)


def told(group: Group) -> str:
    """How far the end of the present consent has come: "" | soon (the group knows that it runs out) |
    ended (nothing is shared any more) | over (the group knows that too)."""
    what, _, until = group.consent_told.partition(" ")
    return what if group.consent and until == group.consent.until.isoformat() else ""


def as_told(what: str, until: date) -> str:
    """What `Group.consent_told` is then."""
    return f"{what} {until.isoformat()}"


_LEAD = r"(?:^|[\s,;(])(?:(?:givet|lämnat|given|genom|via|från|av|by|through|from)\s+)*(?:(?:dennes|patientens|the|a|en|sin)\s+)*"
_GIVERS = {
    "guardian": r"(?:gode?\s+man(?:nen)?|förvaltar\w*|vårdnadshavar\w*|guardian|trustee)",
    "advance_directive": r"(?:framtidsfullmakt\w*|fullmakt\w*|advance\s+directive|power\s+of\s+attorney)",
    "patient": r"(?:patient(?:en)?|brukare[n]?|personen|personligen)",
}


_HOW = re.compile(r"(?:det är |is )?(?:muntlig|skriftlig)(?:t|en)?|orally|oral|verbal(?:ly)?|written|in writing", re.IGNORECASE)  # no organisation


def read_terms(text: str, known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """By whom ("" if not said) and for which organisations a consent was given, from what stands beside its date.

    `known` are organisations whose name may be shortened ("Arvika" for "Arvika kommun").
    """
    by, text = "", re.sub(r"^\s*(?:ja|yes)\b[\s,.:!]*", "", text, flags=re.IGNORECASE)
    for giver, words in _GIVERS.items():
        if match := re.search(rf"{_LEAD}{words}(?=$|[\s,;.)])", text, re.IGNORECASE):
            by, text = giver, f"{text[: match.start()]}, {text[match.end():]}"
            break
    return by, organisations_in(text, known)


def organisations_in(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The organisations named in a list ("Arvika och Region Värmland"), each once."""
    parts = re.split(r"\s*[,;\n]\s*|\s+(?:och|samt|and|&)\s+", text)
    names = (re.sub(r"^(?:för|mellan|med|for|between|with)\s+", "", part.strip(" .:"), flags=re.IGNORECASE) for part in parts)
    return tuple(dict.fromkeys(whole_name(name, known) for name in names if name and not _HOW.fullmatch(name)))


def whole_name(name: str, known: Iterable[str]) -> str:
    """The known organisation that is meant, if it is only one; else the name as it was written."""
    said = name.casefold()
    exact = [each for each in known if each.casefold() == said]
    fits = exact or [each for each in known if said in each.casefold().split()]
    return fits[0] if len(fits) == 1 else name
