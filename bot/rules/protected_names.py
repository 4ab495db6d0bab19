"""A group's protected names: told once, kept only as keyed hashes, and found in what is written, so that it is refused before anything is kept.

Of a name each part is hashed (HMAC-SHA256 under a key of the group's own), and marked with how much it says by itself:

| a part that is | is found |
|---|---|
| no everyday word ("Selma", "Svensson") | wherever it stands |
| an everyday word too, or of two letters ("Sten", "Ek") | beside another part of the name, or with a capital within a sentence |
| one half of a double name ("Anna-Lena") | as an everyday word; both halves together wherever they stand |
| also in the name of somebody on the staff | beside another part of the name; never in that person's own name |

Small and capital letters, accents, a genitive's "s" and the order of the parts make no difference. Initials, nicknames and slips are not found.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.rules.commands import BEGINS
from bot.rules.everyday_words import is_everyday
from bot.rules.spelling import fold as fold_line

DOTS = "••••••"
MOST_PARTS = 6
_WORD = re.compile(r"[^\W\d_]+")
_MENTION = re.compile(r"(?<!\w)@([\w.\-]+)")
_HYPHEN = re.compile(r"[-\u2010-\u2013]")
_BESIDE = re.compile(r"\s*[,\-\u2010-\u2013.]?\s*")
_SENTENCE = re.compile(r"[.!?:;\n•–]")
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "œ": "o"})
_PARTICLES = frozenset(["von", "van", "af", "av", "de", "del", "della", "da", "la", "le", "el", "al", "bin", "ben", "abu", "i", "och"])
_STRONG, _WEAK = "n", "w"


class Part(NamedTuple):
    """Which name it belongs to, which of its parts it is, and whether it says by itself who is meant."""

    name: int
    part: int
    strong: bool


class _Seen(NamedTuple):
    """A word of the text."""

    start: int
    end: int
    folded: str


def fold(word: str) -> str:
    """Small letters without accents."""
    low = word.casefold()
    if low.isascii():
        return low
    return "".join(sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign)).translate(_LETTERS)


def sealed(name: str, key: bytes) -> str:
    """One name as it is kept: its parts, hashed. "" where there is nothing to go by."""
    marks: list[str] = []
    hashed = _hasher(key)
    for written in unicodedata.normalize("NFC", name).split():
        halves = [fold(each) for each in _WORD.findall(written)]
        halves = [each for each in halves if each not in _PARTICLES and len(each) > 1]
        whole = "".join(halves)
        if whole:
            marks.append((_STRONG if len(halves) > 1 or not is_everyday(whole) else _WEAK) + hashed(whole))
        if len(halves) > 1:
            marks += [_WEAK + hashed(each) for each in halves]
    return " ".join(dict.fromkeys(marks)) if len(marks) <= MOST_PARTS else ""


def added(names: str, one: str) -> str:
    return "\n".join(dict.fromkeys((*names.splitlines(), one)))


def removed(names: str, one: str) -> str:
    """Without that name, in whatever order its parts were written."""
    return "\n".join(each for each in names.splitlines() if set(each.split()) != set(one.split()))


def is_vague(one: str) -> bool:
    """Whether some part of it is found only together with others, or by its capital."""
    return any(mark.startswith(_WEAK) for mark in one.split())


def own_name(called: str, names: str, key: bytes) -> list[tuple[int, int]]:
    """Where in what somebody is called a protected name stands whole, its first part and its last. One that is the same only in part
    is a colleague's."""
    if not names:
        return []
    called = unicodedata.normalize("NFC", called)
    words = [_Seen(place.start(), place.end(), fold(place.group())) for place in _WORD.finditer(called)]
    hashed = _hasher(key)
    marks: dict[str, set[int]] = {}
    for i, word in enumerate(words):
        forms = {word.folded, word.folded.removesuffix("s")}
        for form in forms:
            marks.setdefault(hashed(form), set()).add(i)
        if i and _HYPHEN.fullmatch(called, words[i - 1].end, word.start):
            for form in forms:
                marks.setdefault(hashed(words[i - 1].folded + form), set()).update((i - 1, i))
    hits: set[int] = set()
    for line in names.splitlines():
        parts = [mark[1:] for mark in line.split()]
        first, last = marks.get(parts[0], set()), marks.get(parts[-1], set())
        if first and last and (last - first or len(first | last) == len(words)):  # protected without a surname: as all of what they are called
            hits |= {i for part in parts for i in marks.get(part, ())}
    return [(words[i].start, words[i].end) for i in sorted(hits)]


def replaced(text: str, names: str, key: bytes, code: str, staff: Iterable[str] = (), mentioned: Iterable[str] = ()) -> str | None:
    """The text with the code name for each protected name; None where there is none.

    `staff`: names of the people who work with it. `mentioned`: ids of people, which "@id" stands for.
    """
    if not names:
        return None
    text = unicodedata.normalize("NFC", text)
    spans = _find(text, names, key, staff, frozenset(mentioned))
    if not spans:
        return None
    for start, end, genitive in reversed(spans):
        text = text[:start] + code + ("s" if genitive and code[-1:] not in "sxz" else "") + text[end:]
    return text


def _find(text: str, names: str, key: bytes, staff: Iterable[str], mentioned: frozenset[str]) -> list[tuple[int, int, bool]]:
    """Where the names stand, in order, and whether as a genitive."""
    apart = [place.span() for place in _MENTION.finditer(text) if place[1].rstrip(".") in mentioned]
    words = [
        _Seen(place.start(), place.end(), fold(place.group()))
        for place in _WORD.finditer(text) if not any(start <= place.start() < end for start, end in apart)
    ]  # fmt: skip
    parts, hashed = _parts(names), _hasher(key)
    known: dict[str, tuple[Part, ...]] = {word.folded: parts.get(hashed(word.folded), ()) for word in words}
    found: list[tuple[tuple[Part, ...], bool]] = []
    for word in words:
        own = known[word.folded]
        genitive = not own and word.folded.endswith("s")
        found.append((parts.get(hashed(word.folded[:-1]), ()) if genitive else own, genitive))
    doubles = _doubles(text, words, parts, hashed)
    if not doubles and not any(own for own, _ in found):
        return []
    colleagues = [[fold(each) for each in _WORD.findall(name)] for name in staff]
    theirs = {each for name in colleagues for each in name}
    skipped = _full_names(words, colleagues)

    def beside(i: int) -> bool:
        for j in (i - 1, i + 1):
            if not 0 <= j < len(words) or j in skipped:
                continue
            first, second = (words[i], words[j]) if i < j else (words[j], words[i])
            joined = _BESIDE.fullmatch(text, first.end, second.start)
            if joined and any(a.name == b.name and a.part != b.part for a in found[i][0] for b in found[j][0]):
                return True
        return False

    hits: dict[int, bool] = dict(doubles)
    for i, (own, genitive) in enumerate(found):
        if not own or i in skipped:
            continue
        word = words[i]
        colleague = word.folded in theirs or (genitive and word.folded[:-1] in theirs)
        alone = not colleague and (any(part.strong for part in own) or _has_capital(text, word))
        if alone or beside(i):
            hits[i] = genitive
    return _merged(text, words, hits)


def _doubles(text: str, words: list[_Seen], parts: dict[str, tuple[Part, ...]], hashed: Callable[[str], str]) -> dict[int, bool]:
    """Words joined by a hyphen that together are a double name."""
    hits: dict[int, bool] = {}
    for i, (first, second) in enumerate(pairwise(words)):
        if _HYPHEN.fullmatch(text, first.end, second.start):
            whole = first.folded + second.folded
            genitive = whole.endswith("s") and hashed(whole[:-1]) in parts
            if genitive or hashed(whole) in parts:
                hits |= {i: False, i + 1: genitive}
    return hits


def _full_names(words: list[_Seen], colleagues: list[list[str]]) -> set[int]:
    """The words that are a colleague's whole name."""
    places: set[int] = set()
    folded = [word.folded for word in words]
    for name in colleagues:
        size = len(name)
        for i in range(len(folded) - size + 1 if size > 1 else 0):
            if folded[i : i + size - 1] == name[:-1] and folded[i + size - 1] in (name[-1], f"{name[-1]}s"):
                places.update(range(i, i + size))
    return places


def _has_capital(text: str, word: _Seen) -> bool:
    """A capital that no sentence, command or heading begins with."""
    written = text[word.start : word.end]
    if not written[0].isupper() or written.isupper():
        return False
    before = _MENTION.sub(" ", _SENTENCE.split(text[: word.start])[-1])
    said = " ".join(_WORD.findall(fold_line(before)))
    return bool(said) and said not in BEGINS


def _merged(text: str, words: list[_Seen], hits: dict[int, bool]) -> list[tuple[int, int, bool]]:
    """Words of one name side by side are one place."""
    spans: list[tuple[int, int, bool]] = []
    for i in sorted(hits):
        word = words[i]
        if spans and _BESIDE.fullmatch(text, spans[-1][1], word.start) and "." not in text[spans[-1][1] : word.start]:
            spans[-1] = (spans[-1][0], word.end, hits[i])
        else:
            spans.append((word.start, word.end, hits[i]))
    return spans


@lru_cache(maxsize=2000)
def _parts(names: str) -> dict[str, tuple[Part, ...]]:
    """hash -> the parts that it may be."""
    found: dict[str, tuple[Part, ...]] = {}
    for number, line in enumerate(names.splitlines()):
        for place, mark in enumerate(line.split()):
            found[mark[1:]] = (*found.get(mark[1:], ()), Part(number, place, mark[0] == _STRONG))
    return found


def _hasher(key: bytes) -> Callable[[str], str]:
    """What hashes words under that key; nothing of the key is remembered longer than it is."""
    begun = hmac.new(key, digestmod="sha256")

    def hashed(word: str) -> str:
        mark = begun.copy()
        mark.update(word.encode())
        return mark.hexdigest()

    return hashed
