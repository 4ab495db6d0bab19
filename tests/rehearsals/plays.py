"""Rehearsals written in a test, and what playing them leads to."""

from __future__ import annotations

import io
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config import counties
from handlers import rehearse
from handlers.run import wording
from storage.keystore import KeyStore
from storage.store import Store

HEAD = """\
now: 2026-11-23 08:00
county: vastra-varmland
language: sv
people:
  anna: {name: Anna Berg, organisation: Arvika kommun, platform: slack}
  bo: {name: Bo Ek, organisation: Region Värmland, platform: teams}
  eva: {name: Eva Ring, organisation: Region Värmland, platform: teams}
  kia: {name: Kia Ord, organisation: Eda kommun, platform: slack, roles: [coordinator]}
groups:
  tall:
    channels: [slack:nvg-tall, teams:nvg-tall]
    members: [anna, bo]
    facilitators: [eva]
    contact_person: anna
    consent: {until: 2027-11-23, organisations: [Arvika kommun, Region Värmland]}
steps:
"""
FIRST_STEP = HEAD.count("\n") + 1  # its line


@dataclass(frozen=True)
class Played:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def play_text(folder: Path, text: str, *options: str, database: Path | None = None) -> Played:
    """Play a whole file, given as text."""
    file = folder / "rehearsal.yaml"
    file.write_text(text, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    parser = rehearse.argparse.ArgumentParser()
    rehearse.add_parser(parser.add_subparsers())
    given = [*options, *(["--database", f"sqlite:///{database}"] if database else [])]
    args = parser.parse_args(["rehearse", *given, str(file)])

    def opened(url: str) -> Store:
        return Store(url, KeyStore(f"{database}.keys", bytes(32)))

    code = rehearse.main(args, opened, lambda county: wording(county or "vastra-varmland"), counties.names(), out=out, err=err)
    return Played(code, out.getvalue(), err.getvalue())


def play(folder: Path, steps: str, *options: str) -> Played:
    """Play steps after the usual head."""
    return play_text(folder, HEAD + textwrap.indent(textwrap.dedent(steps).strip("\n"), "  ") + "\n", *options)


def line_of(text: str, words: str) -> int:
    """The line, counted from 1, where the words stand."""
    found = [n for n, line in enumerate(text.splitlines(), 1) if words in line]
    if len(found) != 1:
        pytest.fail(f"{words!r} stands on {len(found)} lines")
    return found[0]
