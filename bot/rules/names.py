"""Who is meant: mentions, first names, full names, "jag" and "alla", in the places of a line where an owner stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from sys import intern

from bot.frozen import dataclass
from bot.rules import words_en, words_sv
from bot.rules.date_vocabulary import WEEKDAYS
from bot.rules.personal_details import is_no_surname
from bot.rules.reading import Context
from bot.rules.spelling import Vocabulary, agrees, fold, words_of

_ME = words_of("jag mig mej me myself")
_ALL = words_of("alla allihop samtliga everyone everybody all")
_AND = re.compile(r"\s*(?:,\s*(?:och|and|samt)?|&|\+|/|\b(?:och|o|and|samt)\b)\s*|\s+(?=@)", re.IGNORECASE)
_OR = re.compile(r"\s+(?:eller|or)\s+", re.IGNORECASE)
_WORDS = re.compile(r"[\w.\-]+(?: [\w\-]+){0,3}")
_PART = re.compile(r"[\w\-]+")
_SURNAME = re.compile(r" ([A-ZÅÄÖÉÜ][a-zåäöéü]+)(?![\w-])")


@dataclass(frozen=True, slots=True)
class Named:
    """People found at one place: `end` is where their names end."""

    owners: tuple[str, ...] = ()
    unclear: str = ""  # a name that fits several
    choices: tuple[str, ...] = ()
    unknown: str = ""  # a mention that fits nobody
    guess: str = ""  # the name a misspelt one was taken for
    start: int = 0
    end: int = 0
    mentioned: bool = False  # with @, so that a person is surely meant
    wordy: bool = False  # the name is an ordinary word too ("bo", "dag")
    me: bool = False

    def __bool__(self) -> bool:
        return bool(self.owners or self.unclear or self.unknown)


@lru_cache(maxsize=64)  # a group's people are the same in nearly all of its lines
def _by_name(members: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """What each person (id, name) may be called in words, and behind an @."""
    named: dict[str, tuple[str, ...]] = {}
    mentioned: dict[str, tuple[str, ...]] = {}
    for person, name in members:
        alone = (person,)  # one for all that they are called
        full = " ".join(fold(name).split())
        parts = full.split(" ")
        plain = {full, parts[0]}
        if len(parts) > 1:
            plain |= {f"{parts[0]} {parts[-1][0]}"}  # "Anna B"
        if len(parts) > 2:
            plain |= {f"{parts[0]} {parts[-1]}", *(" ".join(parts[:n]).rstrip(",") for n in range(2, len(parts)))}  # "Anna Karin", "Anna Berg (ssk)"
        if "-" in parts[0]:  # Anna-Karin is written "Anna Karin" and "Annakarin" too
            plain |= {each.replace("-", sign) for each in tuple(plain) for sign in (" ", "")}
        exact = {fold(person), full.replace(" ", "."), full.replace(" ", ""), full.replace(" ", "_"), full.replace(" ", "-"), parts[-1]}
        for where, keys in ((named, plain | {fold(person)}), (mentioned, plain | exact)):
            for key in keys - {""}:
                others = where.get(key, ())
                if person not in others:
                    where[key] = (*others, person) if others else alone
    return named, mentioned


class Who:
    """The people who may be meant in a line."""

    def __init__(self, ctx: Context) -> None:
        self.speaker = ctx.speaker
        self.members = ctx.members
        self.language = ctx.language
        self.by_name, self.by_mention = _by_name(tuple(ctx.members.items()))

    def full_name(self, person: str) -> str:
        """The full name of a member, or the id of somebody who is not one."""
        return self.members.get(person, person)

    def one(self, text: str, at: int = 0, *, everyone: bool = True) -> Named:
        """The person named exactly at this place of the text; an empty `Named` if nobody is."""
        if at >= len(text):
            return Named()
        mention = text[at] == "@"
        begin = at + 1 if mention else at
        found = _WORDS.match(text, begin)
        if not found:
            return Named()
        written = found.group()
        low = fold(written)
        if mention and written.split(" ")[0].rstrip(".") in self.members and " " not in written.split(" ")[0]:
            person = intern(written.split(" ")[0].rstrip("."))
            end = self._name_end(text, begin, person) or begin + len(person)
            return Named((person,), start=at, end=end, mentioned=True)
        keys = self.by_mention if mention else self.by_name
        ends = [place.end() for place in _PART.finditer(low)][::-1]
        if mention:
            ends = sorted({*ends, len(low.split(" ")[0].rstrip("."))}, reverse=True)
        for end in ends:
            key = low[:end]
            people = keys.get(key)
            if people and not text[begin + end : begin + end + 2].startswith(("'", ":s")):
                if not mention and " " in key and key.rpartition(" ")[2] in _NO_SURNAMES and written[:end].rpartition(" ")[2].islower():
                    follows = fold(text[begin + end :]).replace(":", " :").split()
                    if follows and follows[0] not in _DOES and follows[0][0].isalpha():
                        continue  # "eva ring sonen": what Eva is to do, and no Eva Ring
                if not mention and not agrees(written[:end], self._spelt(people[0], key)):
                    continue
                wordy = key in _WORDY
                if not mention and " " not in key and (surname := self._other_surname(text[begin:], end, people)):  # the Anna of another group
                    return Named(unknown=f"{written[:end]} {surname}", start=at, end=begin + end + 1 + len(surname))
                if len(people) > 1:
                    return Named((), written[:end], people, start=at, end=begin + end, mentioned=mention)
                return Named((people[0],), start=at, end=begin + end, mentioned=mention, wordy=wordy and not mention)
        first = low.split(" ")[0]
        if mention:
            called = first.rstrip(".,-")
            if called in _ME and self.speaker:  # "@me", "@jag"
                return Named((self.speaker,), start=at, end=begin + len(called), mentioned=True, me=True)
            if everyone and called in _ALL and self.members:
                return Named(tuple(self.members), start=at, end=begin + len(called), mentioned=True)
            return self._unknown(at, written[: len(called)])
        if everyone and first in _ALL and self.members:
            return Named(tuple(self.members), start=at, end=at + len(first))
        if first in _ME and self.speaker:
            end = at + len(first)
            if low.startswith(first + " sjalv"):
                end += len(" sjalv")
            return Named((self.speaker,), start=at, end=end, me=True)
        if written == "I" and self.speaker and text[at : at + 4].lower() == "i'll":
            return Named((self.speaker,), start=at, end=at + 1, me=True)
        if written[0] == "I" and written.split(" ")[0] == "I" and self.speaker and self._english_verb_follows(low):
            return Named((self.speaker,), start=at, end=at + 1, me=True)
        return Named()

    def _name_end(self, text: str, begin: int, person: str) -> int | None:
        """Where a full name ends, if the mention is followed by the rest of it ("@bo" as "@Bo Ek")."""
        full = fold(self.members[person])
        rest = fold(text[begin : begin + len(full)])
        after = text[begin + len(full) : begin + len(full) + 1]
        return begin + len(full) if rest == full and not after.isalnum() else None

    def _other_surname(self, text: str, end: int, people: tuple[str, ...]) -> str:
        """The surname after a first name that ends there, when none of those people is called so: "Anna Holm" where Anna is Anna Berg."""
        found = _SURNAME.match(text, end) if text[:1].isupper() else None
        if found is None or (surname := fold(found[1])) in self.by_name or surname in _NO_SURNAMES or is_no_surname(found[1]):
            return ""
        return "" if any(surname in _PART.findall(fold(self.members[each])) for each in people) else found[1]

    def _spelt(self, person: str, key: str) -> str:
        """The part of a member's name or id that folds to the key, with its own dots."""
        name = self.members[person]
        first, *_, last = f"{name} {name}".split(" ")
        for whole in (name, f"{first} {last}", person):
            for candidate in (whole, whole.replace("-", " "), whole.replace("-", "")):
                if fold(candidate[: len(key)]) == key:
                    return candidate[: len(key)].lower()
        return key

    @staticmethod
    def _english_verb_follows(low: str) -> bool:
        parts = low.split(" ")
        return len(parts) > 1 and (parts[1] in words_en.INFINITIVES or parts[1] in words_en.MODALS)

    def _unknown(self, at: int, written: str) -> Named:
        near = self.near(written)
        end = at + 1 + len(written)
        if near:
            return Named((near,), guess=self.full_name(near), start=at, end=end, mentioned=True)
        return Named(unknown=written, start=at, end=end, mentioned=True) if written else Named()

    def near(self, written: str) -> str | None:
        """The member whose name a misspelt one is nearest to, if exactly one is."""
        names = [key for key in self.by_name if len(key) >= 3 and " " not in key]
        low = fold(written)
        found = Vocabulary(names, endings=False).nearest(low)
        people = self.by_name.get(fold(found), ()) if found else ()
        return people[0] if len(people) == 1 else None

    def several(self, text: str, at: int = 0) -> Named:
        """All people named in a row from this place: "@anna och Bo", "Anna, Bo & jag"."""
        found = self.one(text, at)
        if not found:
            return found
        either = _OR.match(text, found.end)
        other = self.one(text, either.end(), everyone=False) if either else Named()
        if other.owners and len(found.owners) == 1 and not other.unknown:  # "Lisa eller Bo": who of them is asked
            return replace(found, owners=(), unclear=text[at : other.end], choices=found.owners + other.owners, end=other.end, wordy=False, me=False)
        while found.end < len(text):
            joint = _AND.match(text, found.end)
            following = self.one(text, joint.end()) if joint else Named()
            if not following:
                break
            found = replace(
                found,
                owners=found.owners + tuple(each for each in following.owners if each not in found.owners),
                unclear=found.unclear or following.unclear,
                choices=found.choices or following.choices,
                unknown=found.unknown or following.unknown,
                guess=found.guess or following.guess,
                mentioned=found.mentioned or following.mentioned,
                wordy=False,
                me=found.me or following.me,
                end=following.end,
            )
        return found


_BEGIN_A_QUESTION = words_of(
    "hur har hade när vad vem vems var vilken vilket vilka varför kan kunde ska skall skulle är får fick vill ville blir blev finns måste behöver"
    " how has have had is are was what when who whose why which where can could do does did will would shall should"
)
_NO_SURNAMES = frozenset(map(fold, (
    *words_sv.INFINITIVES, *words_sv.IMPERATIVES, *words_sv.PRESENT, *words_sv.ORDINARY, *words_en.INFINITIVES, *words_en.MODALS, *WEEKDAYS, *_BEGIN_A_QUESTION,
)))  # fmt: skip
_DOES = frozenset(map(fold, (*words_sv.INFINITIVES, *words_sv.PRESENT, *words_en.INFINITIVES, *words_en.PRESENT, *words_en.MODALS, "ska", "skall", "att", "och", "o", "and")))
_WORDY = frozenset(fold(name) for name in words_sv.WORDY_NAMES)
