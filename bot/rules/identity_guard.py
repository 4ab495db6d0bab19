"""Finds Swedish personal identity numbers in any writing, so that they are refused before anything is kept.

Found: personnummer and samordningsnummer (day + 60) with a valid date and check digit, and reserve numbers (a date and
four signs with letters, "RH" and a number, Stockholm's that begin with 99). A number that fails the check is only taken where
the words before it say what it is. Not found: a number written out in words.

A date and a clock time without any sign between them ("20261130 1300") are a number too, for who was born that day: only where `today` is
given, and the day is still to come, nobody was. What has been is refused: a child's number let through cannot be taken back.
Nothing here logs or raises the number.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from itertools import pairwise
from typing import NamedTuple

_DOTS = "••••••"
_SAYS_IDENTITY = re.compile(
    r"(?:person\s*-?\s*(?:nummer|nr)|pers\.?\s*nr|pnr|p-nr|samordnings\s*(?:nummer|nr)|identity\s+number|ssn|f[öo]dd)"
    r"[\s.:=#()\w]{0,12}$",
    re.IGNORECASE,
)
_SAYS_BIRTH_ONLY = re.compile(r"f[öo]dd\W*(?:\w{1,3}\W+)?$", re.IGNORECASE)
# Ten digits in a row may be a telephone (if they begin with 0) or an invoice number: then the word before decides.
_SAYS_TELEPHONE = re.compile(
    r"(?:tel|telefon|telnr|tfn|mobil|mobilen|mobilnummer|telefonnummer|ring|ringa|ringer|sms|sms:a|n[åa]s|phone|call|fax)"
    r"\b(?:\W+\w{1,14}){0,2}[\s.:#]*$",
    re.IGNORECASE,
)
_SAYS_OTHER = re.compile(
    r"(?:faktura|fakturanr|fakturanummer|ocr|order|ordernr|ordernummer|best[äa]llning|[äa]rendenr|"
    r"[äa]rendenummer|referens|ref|serienummer|serienr|artikelnummer|artikelnr|bankgiro|plusgiro|kundnummer|invoice)"
    r"\b(?:\W+\w{1,14}){0,2}[\s.:#]*$",
    re.IGNORECASE,
)
_RESERVES = (
    # capital letters stand out by themselves; small ones, and a date with signs in it, only where a dash joins them
    re.compile(
        r"(?<![0-9A-Za-z])(?:18|19|20)?\d\d(?P<month>\d\d)(?P<day>\d\d)\s?[-+–]?\s?(?=[0-9]*[A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{4}(?![0-9A-Za-z])"
    ),
    re.compile(
        r"(?<![0-9A-Za-z])(?:18|19|20)?\d\d[ ./-]?(?P<month>\d\d)[ ./-]?(?P<day>\d\d)[-+–](?=[0-9]*[a-z])(?=[a-z]*[0-9])[0-9a-z]{4}(?![0-9A-Za-z])",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![0-9A-Za-z])RH\s?(?:18|19|20)?\d\d(?P<month>\d\d)(?P<day>\d\d)\s?[-+–]?\s?\d{4}(?!\d)", re.IGNORECASE),
)
_RESERVE_STOCKHOLM = re.compile(r"(?<![0-9A-Za-z])99\s?-?\s?(?:18|19|20)\d\d\s?-?\s?\d{6}(?!\d)")
_ACCOUNT = re.compile(r"(?<![A-Za-z])[A-Z]{2}$")  # before the figures of an IBAN
_SHORTEST_ACCOUNT = 15  # figures of an IBAN, so that no identity number is taken for a part of one
_LOOKALIKE = {"O": "0", "o": "0", "l": "1", "I": "1"}
_LONGEST_GAP = 6
_NEXT_DATE = re.compile(r"[-/.]\d\d[-/.]\d\d")


class _Group(NamedTuple):
    """Digits in a row, and what stood between them and the group before ("" where the run begins)."""

    start: int
    end: int
    digits: str
    gap: str
    real: int  # how many were digits and not look-alike letters


def find(text: str, today: date | None = None) -> list[tuple[int, int]]:
    """Spans of the identity numbers in the text, in order, not overlapping."""
    if sum(map(str.isdecimal, text)) < 7:
        return []
    spans: list[tuple[int, int]] = []
    for run in _runs(text):
        if sum(len(group.digits) for group in run) >= _SHORTEST_ACCOUNT and _ACCOUNT.search(text[: run[0].start]):
            continue
        at = 0
        while at < len(run):
            size = _match(text, run, at, today)
            if size:
                spans.append((run[at].start, run[at + size - 1].end))
            at += size or 1
    reserves = [match for pattern in _RESERVES for match in pattern.finditer(text) if _is_date(0, int(match["month"]), int(match["day"]))]
    reserves += [match for match in _RESERVE_STOCKHOLM.finditer(text) if not _SAYS_OTHER.search(text[: match.start()][-40:])]
    for match in reserves:
        if not any(start < match.end() and match.start() < end for start, end in spans):
            spans.append(match.span())
    return sorted(spans)


def has_identity(text: str, today: date | None = None) -> bool:
    """True where the text holds an identity number."""
    return bool(find(text, today))


def mask(text: str, today: date | None = None) -> str:
    """The text with every identity number replaced by dots; all else is kept."""
    for start, end in reversed(find(text, today)):
        text = text[:start] + _DOTS + text[end:]
    return text


def _runs(text: str) -> list[list[_Group]]:
    """The digits of the text: groups that stand close enough to be one number."""
    runs: list[list[_Group]] = []
    digits, start, end, real, gap = "", 0, 0, 0, ""
    between: str | None = None  # since the last digit; None: too far, or no digit yet

    def close() -> None:
        if digits:
            group = _Group(start, end, digits, gap, real)
            if gap and runs:
                runs[-1].append(group)
            else:
                runs.append([group._replace(gap="")])

    for index, char in enumerate(text):
        digit = _digit(text, index, char)
        if digit:
            if between != "":
                close()
                digits, start, real, gap = "", index, 0, between or ""
            digits, end, between = digits + digit, index + 1, ""
            real += char.isdecimal()
        elif between is not None and unicodedata.category(char) != "Cf":  # Cf: zero-width signs, not seen by anybody
            sign = _separator(char)
            between = between + sign if sign and len(between) < _LONGEST_GAP else None
    close()
    return runs


def _digit(text: str, index: int, char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _LOOKALIKE and (text[index - 1 : index].isdecimal() or text[index + 1 : index + 2].isdecimal()):
        return _LOOKALIKE[char]
    return ""


def _separator(char: str) -> str:
    """Separators by kind: " ", "-" or the sign itself; "" for what ends a number; a line's end is one too."""
    if char in "+./:_,·":
        return char
    if char in "\r\n":
        return "\n"
    if char.isspace():
        return " "
    return "-" if unicodedata.category(char) == "Pd" or char in "\u2212\u2043" else ""


def _match(text: str, run: list[_Group], at: int, today: date | None) -> int:
    """How many groups from `at` on make an identity number; 0: none. The longest is tried first."""
    lengths = {}
    total = 0
    for size, group in enumerate(run[at:], 1):
        total += len(group.digits)
        if total > 12:
            break
        lengths[total] = size
    for total in (12, 10):
        size = lengths.get(total, 0)
        if size and _is_identity(text, run[at : at + size], total, today):
            return size
    return 0


def _is_identity(text: str, groups: list[_Group], total: int, today: date | None) -> bool:
    if sum(group.real for group in groups) < 7:
        return False
    number = "".join(group.digits for group in groups)
    if total == 12 and number[:2] not in {"18", "19", "20"}:
        return False
    number, extra = number[-10:], total - 10
    cuts: dict[int, str] = {}  # where the ten digits are cut, and by what; a cut in or after the century is below 1
    position = -extra
    for group, following in pairwise(groups):
        position += len(group.digits)
        cuts[position] = following.gap
    year = int("".join(group.digits for group in groups)[:4]) if extra else 0
    valid_date = _is_date(year, int(number[2:4]), int(number[4:6]))
    before = text[: groups[0].start][-40:]
    if _SAYS_IDENTITY.search(before) and (valid_date or not _SAYS_BIRTH_ONLY.search(before)):
        return True
    if not (valid_date and _check_digit_holds(number)):
        return False
    every_digit_alone = len(groups) == total
    if not every_digit_alone and any(cut in {1, 3, 5} for cut in cuts):
        return False  # cut inside year, month or day: 070-123 45 67
    if any("\n" in gap and cut != 6 for cut, gap in cuts.items()):
        return False  # over two lines only between the date and the last four: other figures below each other are a list
    if [len(group.digits) for group in groups] == [2, 2, 4, 2]:
        return False  # 2025-(09-06 – 2026-01)-03: two dates
    return not (
        _is_telephone(number, cuts, extra)
        or (today and extra and _is_still_to_come(year, number, today))
        or _is_date_and_time(cuts, number)
        or (not cuts and not extra and _SAYS_OTHER.search(before))
        or (not cuts and not extra and number[0] == "0" and _SAYS_TELEPHONE.search(before))
        or (len(groups[-1].digits) == 4 and _NEXT_DATE.match(text, groups[-1].end))  # the year of the next date
    )


def _is_telephone(number: str, cuts: dict[int, str], extra: int) -> bool:
    """0701-23 45 67 and 08-12 34 56 78: an area code, one cut, then only spaces."""
    if extra or not cuts or number[0] != "0":
        return False
    first, *rest = cuts
    if any("-" in cuts[cut] or "+" in cuts[cut] for cut in rest):
        return False
    return first == 4 or (first == 2 and "-" in cuts[2])


def _is_date_and_time(cuts: dict[int, str], number: str) -> bool:
    """2026-11-23 08.30 and 2026-11-23 14-15: the last four are a time of day."""
    if 8 not in cuts or 6 not in cuts or int(number[6:8]) > 24 or int(number[8:]) > 59:
        return False
    return cuts[8] in {".", ":", "-"} and cuts[6] != cuts[8]


def _is_still_to_come(year: int, number: str, today: date) -> bool:
    """20261130 1300: a time of a day on which nobody is born yet."""
    month, day, hour, minute = (int(number[at : at + 2]) for at in (2, 4, 6, 8))
    return day <= 31 and hour <= 24 and minute <= 59 and date(year, month, day) > today


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12:
        return False
    return 1 <= (day - 60 if day > 60 else day) <= monthrange(year or 2000, month)[1]


def _check_digit_holds(number: str) -> bool:
    total = 0
    for index, char in enumerate(number):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value // 10 + value % 10
    return total % 10 == 0
