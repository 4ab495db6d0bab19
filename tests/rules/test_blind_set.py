"""Lines written by hand from the contract by somebody who had not read the parser: `blind_set.yaml` and those numbered after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.rules.read_command import read_command
from bot.rules.reading import Context
from handlers.understand import MEMBERS, NEXT_MEETING, as_json

DEFAULTS: dict[str, Any] = {"owners": [], "due": None, "from": None, "until": None, "sure": True, "guess": False, "pii": False}
ALSO_IF_NONE = ("id", "week", "when", "minutes")  # ordinary talk carries nothing away


def rows() -> Iterator[Any]:
    for path in sorted(Path(__file__).parent.glob("blind_set*.yaml")):
        for part in yaml.safe_load(path.read_text(encoding="utf-8")):
            for row in part["rows"]:
                yield pytest.param(part, row, id=f"{path.stem}: {part['about']}: {row['say']}")


def misses(part: dict[str, Any], row: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Key -> (expected, what came), for every key that differs."""
    told = as_json(read_command(row["say"], _context(part)))
    expected = DEFAULTS | {key: value for key, value in row.items() if key != "say"}
    if row["intent"] == "none":
        expected |= dict.fromkeys(ALSO_IF_NONE)
    return {key: (want, told.get(key)) for key, want in expected.items() if want != "any" and _plain(want) != _plain(told.get(key, _default(key)))}


def _context(part: dict[str, Any]) -> Context:
    return Context(
        now=_moment(part.get("now", "2026-11-23T08:00")),
        speaker="anna",
        members=part.get("members", MEMBERS),
        next_meeting=_moment(part.get("next_meeting", NEXT_MEETING)),
        prefix=part.get("prefix", True),
        language=part.get("language", "sv"),
    )


def _moment(written: object) -> datetime:
    return datetime.fromisoformat(str(written))


def _default(key: str) -> Any:
    return [] if key == "owners" else None


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, list, int)) or value is None:
        return value
    return str(value).replace(" 00:00:00", "").casefold().strip().rstrip(".!")


@pytest.mark.parametrize(("part", "row"), list(rows()))
def test_a_line_is_taken_as_a_careful_colleague_would(part: dict[str, Any], row: dict[str, Any]) -> None:
    assert misses(part, row) == {}
