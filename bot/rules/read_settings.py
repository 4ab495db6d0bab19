"""Reads what people write of their working time in forms and files: days, hours, a clock time, a telephone number."""

from __future__ import annotations

import re
from datetime import time

_DAYS = {
    name: number
    for number, names in enumerate((
        "mån måndag måndagar mon monday mondays mo", "tis tisdag tisdagar tue tues tuesday tuesdays ti", "ons onsdag onsdagar wed wednesday wednesdays on",
        "tors tor torsdag torsdagar thu thur thurs thursday thursdays to", "fre fredag fredagar fri friday fridays fr",
        "lör lördag lördagar sat saturday saturdays lö", "sön söndag söndagar sun sunday sundays sö",
    ))
    for name in (*names.split(), str(number))
}  # fmt: skip
_EVERY = {"alla": range(7), "alla dagar": range(7), "every day": range(7), "vardagar": range(5), "weekdays": range(5), "helger": (5, 6), "weekends": (5, 6)}
_SPAN = re.compile(r"\s*(?:-|–|—|till| to )\s*")
_CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[:.](\d{2}))?|(\d{2})(\d{2})")
_PHONE = re.compile(r"\+?\d[\d\s()/-]{4,20}\d")


def read_days(words: str) -> frozenset[int] | None:
    """Weekdays, Monday 0: "mån-tors", "mon, wed", "0,1,2", "vardagar". None where it cannot be read."""
    words = " ".join(words.casefold().split())
    if words in _EVERY:
        return frozenset(_EVERY[words])
    days: set[int] = set()
    for part in (piece for piece in re.split(r"\s*(?:,|;| och | and |&)\s*", words) if piece):
        ends = [_DAYS.get(end.strip(" .")) for end in _SPAN.split(part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            return None
        days |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return frozenset(days) or None


def read_clock(words: str) -> time | None:
    """A clock time: "8:15", "08.15", "0815", "kl 8"."""
    found = _CLOCK.fullmatch(words.strip().casefold())
    if not found:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_hours(words: str) -> tuple[time, time] | None:
    """Start and end of a working day: "7-16", "07:00–16:00", "21-7" (past midnight)."""
    ends = [read_clock(end) for end in _SPAN.split(words.strip().casefold())]
    if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] == ends[1]:
        return None
    return ends[0], ends[1]


def read_phone(words: str) -> str | None:
    """A telephone number as it was written, spaces tidied; None where it cannot be one."""
    tidy = " ".join(words.split())
    return tidy if _PHONE.fullmatch(tidy) and 6 <= sum(char.isdigit() for char in tidy) <= 15 else None
