"""A line cut into tokens, and small questions about them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.rules import date_vocabulary as words
from bot.rules.reading import Context

_TOKEN = re.compile(
    r"""(?P<fom>\bfr(?:\.\s?|\s)o(?:\.\s?|\s)m\b\.?|\bfr\.?o\.?m\b\.?|\bfom\b)
      |(?P<tom>\bt(?:\.\s?|\s)o(?:\.\s?|\s)m\b\.?|\btom\b)
      |(?P<am>(?:(?<=\d)|\b)a\.m\b\.?|\bf\.m\b\.?)
      |(?P<pm>(?:(?<=\d)|\b)p\.m\b\.?|\be\.m\b\.?)
      |(?P<phone>(?:\+\d|\b00\d|\b0\d{1,3}[-–/]\s?\d)\d*(?:[ -]?\d{2,}){2,})
      |(?P<n>[0-9]+)
      |(?P<w>(?:[^\W\d_][\u0300-\u036f]*)+)
      |(?P<s>\S)""",
    re.VERBOSE | re.IGNORECASE,
)
DASHES = frozenset("-–—‑−")
STOPS = frozenset(".,;:!?)(]\"'”’") | DASHES


class Token(NamedTuple):
    kind: str  # w(ord), n(umber), s(ign), "" past the end
    text: str  # folded
    raw: str
    start: int
    end: int
    glued: bool  # no space before it


@lru_cache(maxsize=8)  # one line is read in several ways
def tokenise(line: str) -> tuple[Token, ...]:
    """The tokens of a line, and behind them some empty ones, so that a reader may look ahead."""
    tokens: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup or ""
        raw, start = match.group(), match.start()
        text = raw
        if kind in {"fom", "tom", "am", "pm"}:
            kind, text = "w", kind
        elif kind == "w":
            text = words.fold(raw)
        elif kind == "phone":
            kind = "s"
        tokens.append(Token(kind, text, raw, start, match.end(), start == end))
        end = match.end()
    tokens += [Token("", "", "", len(line), len(line), False)] * 8
    return tuple(tokens)


class Line:
    """One line being read: its tokens, and the dates in it that cannot be. `at` is the index of a token."""

    def __init__(self, line: str, ctx: Context) -> None:
        self.line, self.ctx = line, ctx
        self.now = ctx.now.replace(second=0, microsecond=0, tzinfo=None)
        self.base = self.now.date()  # no day is sought before it
        self.tokens = tokenise(line)
        self.count = len(self.tokens) - 8
        self.bad: dict[int, int] = {}  # spans of impossible dates
        self.english = ctx.language == "en"

    def word(self, at: int) -> str:
        token = self.tokens[at] if at < self.count else self.tokens[-1]
        return token.text if token.kind == "w" else ""

    def token(self, at: int) -> Token:
        return self.tokens[at] if at < self.count else self.tokens[-1]

    def sign(self, at: int, signs: frozenset[str] | str, glued: bool = False) -> bool:
        token = self.token(at)
        return token.kind == "s" and token.text in signs and (token.glued or not glued)

    def number(self, at: int, digits: tuple[int, ...] = (1, 2), glued: bool = False) -> int | None:
        token = self.token(at)
        if token.kind == "n" and len(token.text) in digits and (token.glued or not glued):
            return int(token.text)
        return None

    def phrase_words(self, at: int, *wanted: str) -> bool:
        return all(self.word(at + n) == word for n, word in enumerate(wanted))

    def free(self, at: int) -> bool:
        """A number before this token stands alone: what follows is not what it counts."""
        token = self.token(at)
        if token.kind in {"", "s"}:
            return token.kind == "" or token.text in STOPS or token.text in "@#&/+…•"
        return token.kind == "w" and (
            token.text in words.FREE_BEFORE or token.text in words.WEEKDAYS or token.text in words.TOMORROW or token.text in words.TODAY
        )

    def is_bad(self, first: int, last: int) -> None:
        self.bad.setdefault(self.token(first).start, self.token(last).end)

    def bad_end(self, at: int) -> int:
        """The last token of what begins here and cannot be."""
        stop = self.bad[self.token(at).start]
        return next(n for n in range(at, self.count) if self.token(n).end >= stop)

    def is_name(self, word: str) -> bool:
        return any(words.fold(name).split(" ", 1)[0] == word for name in self.ctx.members.values())

    def after_ordinal_sign(self, at: int) -> int:
        """Passes ":e", "e", ":a", "st", "th" and a full stop before a month."""
        if self.sign(at, ":", glued=True) and self.word(at + 1) in {"e", "a", "de", "te"} and self.token(at + 1).glued:
            return at + 2
        if self.word(at) in {"e", "a", "st", "nd", "rd", "th"} and self.token(at).glued:
            return at + 1
        if self.sign(at, ".", glued=True) and self.word(at + 1) in words.MONTHS:
            return at + 1
        return at

    def counted(self, at: int) -> bool:
        """The token before says how often or how much: "två gånger i veckan", "3 dagar i veckan"."""
        before = at - 1
        while before >= 0 and self.word(before) in {"i", "om", "per", "in", "a", "the"}:
            before -= 1
        if self.word(before) == "gang" and self.word(before - 1) in {"nagon", "nan"}:
            return False
        return self.word(before) in words.UNITS | {"natter", "kvallar", "pass", "turer", "dag", "day", "days", "once", "twice", "gange"} if before >= 0 else False
