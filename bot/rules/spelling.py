"""Letters as people type them: without å ä ö, in capitals, with slips of the finger.

`fold` and `tidy` make lines comparable; `Vocabulary.nearest` finds the word a slip was meant to be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PLAIN = str.maketrans("åäáàâãæöóòôõøéèêëüúùûíìîïñç", "aaaaaaaooooooeeeeuuuuiiiinc")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_MARKS = str.maketrans({"\u2019": "'", "\u2018": "'", "\uff1a": ":", "\uff03": "#", "\uff20": "@", "\uff1f": "?"})
_SWEDISH = frozenset("åäö")
# Endings that turn a command word into an ordinary word ("hissa" -> "hissar", "beslut" -> "beslutet"): no slips.
_ENDINGS = frozenset(("n", "t", "r", "s", "e", "a", "d", "en", "et", "er", "ar", "or", "ad", "de", "na", "as", "at", "te", "ade", "des", "ades"))
_KEYS = {
    key: frozenset(near)
    for key, near in (
        pair.split(":")
        for pair in ["q:wa", "w:qes", "e:wrd", "r:etf", "t:ryg", "y:tuh", "u:yij", "i:uok", "o:ipl", "p:ola", "a:qsz", "s:awdx", "d:sefc", "f:drgv", "g:fthb", "h:gyjn", "j:hukm", "k:jil", "l:kop", "z:asx", "x:zsdc", "c:xdfv", "v:cfgb", "b:vghn", "n:bhjm", "m:njk"]
    )
}


def words_of(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def tidy(text: str) -> str:
    """One line of text with composed letters, ordinary spaces, no invisible signs; the writer's words are kept."""
    text = unicodedata.normalize("NFC", text)
    return " ".join(_UNSEEN.sub("", text).translate(_MARKS).split())


def fold(text: str) -> str:
    """Lower case without accents, exactly as long as the text, so that places found in it hold for the text too."""
    low = text.lower()
    if low.isascii():
        return low
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return low.translate(_PLAIN)


def agrees(written: str, meant: str) -> bool:
    """Whether a word that folds alike may be the command word: dots may be missing ("atgard"), never added ("klär")."""
    return all(a not in _SWEDISH or b in _SWEDISH for a, b in zip(written.lower(), meant, strict=False))


def distance(a: str, b: str, most: int) -> int:
    """Slips between two words: letters left out, added, changed, or two neighbours swapped. Stops above `most`."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == b[j - 2] and a[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def slips_allowed(length: int) -> int:
    """How many slips a word of this length may hold and still be recognised."""
    return 0 if length < 4 else 1 if length < 7 else 2


def _letters(word: str) -> int:
    """Which letters the word holds, a bit each: one slip changes at most two of them."""
    held = 0
    for sign in word:
        held |= 1 << (ord(sign) & 63)
    return held


def _is_inflected(written: str, meant: str) -> bool:
    """Whether `written` is `meant` (or its stem) with another ending, as "flyttar" and "frågor" are."""
    for stem in (meant, meant[:-1]) if meant[-1] in "aeo" else (meant,):
        if len(stem) >= 3 and written.startswith(stem) and written[len(stem) :] in _ENDINGS and written[len(stem) :] != meant[-1]:
            return True
    return False


class Vocabulary:
    """Words that slips are corrected to; `ordinary` holds words that are never taken for slips. Names take no endings."""

    def __init__(self, words: Iterable[str], ordinary: Iterable[str] = (), *, endings: bool = True) -> None:
        self.endings = endings
        self.words = {fold(word): word for word in words if len(word) >= 4}
        self.ordinary = frozenset(fold(word) for word in ordinary)
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word in self.words:
            self._by_length.setdefault(len(word), []).append((_letters(word), word))

    def nearest(self, written: str) -> str | None:
        """The word most likely meant by a misspelt one; None for words spelt right, ordinary words and far ones."""
        found = self.candidates(written)
        return found[0] if found else None

    def candidates(self, written: str) -> list[str]:
        """The words a misspelt one may be meant for, the likeliest first."""
        low = fold(written)
        if len(low) < 3 or len(low) > 20 or low in self.words or low in self.ordinary:
            return []
        letters = _letters(low)
        near: list[str] = []
        for length in range(len(low) - 2, len(low) + 3):
            allowed = slips_allowed(length)
            if abs(length - len(low)) <= allowed:
                for held, word in self._by_length.get(length, ()):
                    # two slips are forgiven only behind the right first letter
                    if (held ^ letters).bit_count() <= 2 * (allowed if word[0] == low[0] else 1):
                        near.append(word)
        ranked: list[tuple[int, bool, str]] = []
        for word in near:
            allowed = slips_allowed(len(word))
            slips = distance(low, word, allowed)
            if slips > allowed or (self.endings and _is_inflected(low, word)) or (slips > 1 and low[0] != word[0]):
                continue
            ranked.append((slips, not _is_neighbour_slip(low, word), word))
        return [self.words[word] for _, _, word in sorted(ranked)[:4]]


def _is_neighbour_slip(written: str, meant: str) -> bool:
    """Whether one letter was changed for one beside it on the keyboard."""
    if len(written) != len(meant):
        return False
    changed = [(a, b) for a, b in zip(written, meant, strict=True) if a != b]
    return len(changed) == 1 and changed[0][0] in _KEYS.get(changed[0][1], ())
