"""The counties: each has a file in config/counties/ with its own words and bodies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "counties"


def names() -> tuple[str, ...]:
    """The counties that there are, as NVG_COUNTY and rehearsals name them."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def county(name: str) -> Mapping[str, Any]:
    """A county's file. KeyError if there is none."""
    if name not in names():
        raise KeyError(name)
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
