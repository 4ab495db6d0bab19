"""The counties: each has a file in config/counties/ with its own words, bodies, clock and routes.

A file is read strictly: what is wrong in it is said with its line, and nothing of it is used.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "counties"
PATIENT = ("patient", "brukare", "personen")
KINDS = ("consent", "it", "mandate", "resources", "money", "cooperation", "discharge", "legal", "other")
EMPLOYERS = ("health", "social", "other")
LANGUAGES = ("sv", "en")
CLOCK = ("answer_hours", "chair_hours", "silent_hours")
KEPT = ("closed_groups_months", "actions_months", "minutes_months", "questions_months", "time_study_months", "people_months", "access_log_months")
LONGEST = 240  # hours of working days
LONGEST_KEPT = 120  # months


class CountyError(Exception):
    """A county's file is wrong: which, on what line, and why."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}: rad {line}: {why}")
        self.line, self.why = line, why


def names() -> tuple[str, ...]:
    """The counties that there are, as NVG_COUNTY and rehearsals name them."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def county(name: str) -> Mapping[str, Any]:
    """A county's file, checked. KeyError if there is none, CountyError if it is wrong."""
    if name not in names():
        raise KeyError(name)
    path = FOLDER / f"{name}.toml"
    return read(path.read_text(encoding="utf-8"), path.name)


def read(text: str, file: str = "county.toml") -> Mapping[str, Any]:
    """The checked contents of a county's file. CountyError names the first line that is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise CountyError(file, line, "inte giltig TOML") from None
    _Checks(text, file).county(found)
    return found


class _Checks:
    """Looks through a file for what cannot be."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.splitlines()

    def wrong(self, table: str, key: str, why: str, nth: int = 0) -> CountyError:
        return CountyError(self.file, self.line(table, key, nth), why)

    def line(self, table: str, key: str, nth: int) -> int:
        """The line of a key in a table ("" at the top, the nth where it is repeated), else of the table, else the first."""
        here, seen, header = "", -1, 0
        for number, line in enumerate(self.lines, 1):
            if head := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
                here = head[1]
                if here == table:
                    seen += 1
                    if seen == nth:
                        header = number
            elif here == table and (not table or seen == nth) and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return header or 1

    def keys(self, table: str, found: Mapping[str, Any], known: tuple[str, ...], nth: int = 0) -> None:
        for key in found:
            if key not in known:
                raise self.wrong(table, key, f'okänt: "{key}". Det som finns: {", ".join(known)}', nth)

    def must(self, table: str, found: Mapping[str, Any], key: str, fits: Callable[[Any], bool], what: str, nth: int = 0) -> None:
        if key not in found:
            raise self.wrong(table, key, f'"{key}" saknas', nth)
        self.may(table, found, key, fits, what, nth)

    def may(self, table: str, found: Mapping[str, Any], key: str, fits: Callable[[Any], bool], what: str, nth: int = 0) -> None:
        if key in found and not fits(found[key]):
            raise self.wrong(table, key, f'"{key}" ska vara {what}', nth)

    def county(self, found: Mapping[str, Any]) -> None:
        self.keys("", found, ("name", "patient", "bodies", "clock", "retention", "employers", "kinds", "words"))
        self.must("", found, "name", _text, "en text")
        self.may("", found, "patient", lambda value: value in PATIENT, "patient, brukare eller personen")
        self.bodies(found.get("bodies"))
        clock = self.table("clock", found)
        self.keys("clock", clock, CLOCK)
        for key in clock:
            self.may("clock", clock, key, lambda value: _whole(value) and 1 <= value <= LONGEST, f"ett heltal mellan 1 och {LONGEST}")
        retention = self.table("retention", found)
        self.keys("retention", retention, KEPT)
        months = f"ett heltal mellan 0 (för alltid) och {LONGEST_KEPT}"
        for key in retention:
            self.may("retention", retention, key, lambda value: _whole(value) and 0 <= value <= LONGEST_KEPT, months)
        employers = self.table("employers", found)
        for name in employers:
            self.may("employers", employers, name, lambda value: value in EMPLOYERS, "health, social eller other")
        self.kinds(self.table("kinds", found))
        words = self.table("words", found)
        self.keys("words", words, LANGUAGES)
        for language in words:
            for key, value in self.table(language, words, f"words.{language}").items():
                if not _text(value):
                    raise self.wrong(f"words.{language}", key, f'"{key}" ska vara en text')

    def table(self, key: str, found: Mapping[str, Any], name: str = "") -> Mapping[str, Any]:
        value = found.get(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong("", key, f'"{name or key}" ska vara en tabell: [{name or key}]')
        return value

    def bodies(self, bodies: Any) -> None:
        if not isinstance(bodies, list) or not bodies:
            raise self.wrong("", "bodies", "minst en nivå ovanför grupperna måste finnas: [[bodies]]")
        below, short = 1, set()
        for nth, body in enumerate(bodies):
            self.keys("bodies", body, ("level", "name", "short", "decides"), nth)
            self.must("bodies", body, "name", _text, "en text", nth)
            self.must("bodies", body, "short", _text, "en text", nth)
            self.must("bodies", body, "level", lambda value: _whole(value) and value >= 2, "ett heltal från 2 och uppåt", nth)
            self.may("bodies", body, "decides", lambda value: isinstance(value, bool), "true eller false", nth)
            if body["level"] < below:
                raise self.wrong("bodies", "level", "nivåerna ska stå nerifrån och upp", nth)
            if body["short"].casefold() in short:
                raise self.wrong("bodies", "short", f'"{body["short"]}" står två gånger', nth)
            below = body["level"]
            short.add(body["short"].casefold())

    def kinds(self, kinds: Mapping[str, Any]) -> None:
        for kind, own in kinds.items():
            name = f"kinds.{kind}"
            if kind not in KINDS:
                raise self.wrong(name, "", f'okänt slag av hinder: "{kind}". Det som finns: {", ".join(KINDS)}')
            if not isinstance(own, Mapping):
                raise self.wrong("kinds", kind, f'"{kind}" ska vara en tabell: [{name}]')
            self.keys(name, own, ("words", "to"))
            self.may(name, own, "words", lambda value: isinstance(value, list) and all(map(_text, value)), "en lista av ord")
            self.may(name, own, "to", lambda value: _text(value) and value.strip("@ ") != "", "en kommittés kod, eller @ och en persons id")


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
