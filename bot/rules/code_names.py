"""Code names of groups: neutral words, never a person's name."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from bot.rules.commands import BEGINS, WHOLE
from bot.rules.first_names import FIRST_NAMES
from bot.rules.spelling import fold

TREES = "tall gran ek alm asp lönn rönn sälg hassel idegran oxel avenbok hägg fläder slån".split()  # noqa: SIM905
BIRDS = "tjäder koltrast svala lärka trana gök skata järpe orre ärla sparv storlom siska uggla vipa rödhake bofink sidensvans steglits".split()  # noqa: SIM905
LAKES = "vänern vättern mälaren siljan hjälmaren storsjön fryken glafsfjorden torneträsk åsnen bolmen roxen sommen värmeln skagern tåkern runn orsasjön malgomaj uddjaur".split()  # noqa: SIM905

_WORD = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
LONGEST = 30


def problem_of(code: str, in_use: Iterable[str]) -> str:
    """Why it cannot be a group's code name: "" | code | name_like | unsuitable | taken."""
    if not code:
        return "code"
    if len(code) > LONGEST or not _WORD.fullmatch(code) or not re.search(r"[^\W\d_]", code):
        return "unsuitable"
    if fold(code) in BEGINS or fold(code) in WHOLE:
        return "unsuitable"  # "klar: ..." must not be a group
    if looks_like_name(code):
        return "name_like"
    return "taken" if code.casefold() in {used.casefold() for used in in_use} else ""


def looks_like_name(code: str) -> bool:
    """A Swedish first name, or two words written with capitals as names are."""
    words = code.replace("-", " ").split()
    return any(word.casefold() in FIRST_NAMES for word in words) or sum(word[:1].isupper() for word in words) > 1


def proposals(in_use: Iterable[str], place: str = "") -> tuple[str, ...]:
    """Three that are free: a tree, a bird and a lake. `place` makes them differ from channel to channel."""
    used = {code.casefold() for code in in_use}
    start = zlib.crc32(place.encode())
    found = []
    for words in (TREES, BIRDS, LAKES):
        free = [word for word in words if word not in used]
        if free:
            found.append(free[start % len(free)].capitalize())
    return tuple(found)


def group_id(code: str) -> str:
    """The id of a group with that code name."""
    return re.sub(r"[\s]+", "-", code.strip().casefold())
