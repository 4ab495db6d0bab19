"""The table against OWASP ASVS: whole, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "asvs.md").read_text(encoding="utf-8")
WANTED = [line for line in (TESTS / "docs" / "asvs-5.0.0-level-2.txt").read_text(encoding="utf-8").splitlines() if line.startswith("V")]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| V")]
NAMED = sorted(set(re.findall(r"`([a-z_]+/[\w/]+\.py(?:::\w+)?)`", PAGE)))


def named(cell: str) -> list[str]:
    """The requirements of a row: "V6.2.1–V6.2.3" is three."""
    found: list[str] = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        section, _, number = first.rpartition(".")
        assert re.fullmatch(r"V\d+\.\d+\.\d+", first) and (not last or last.startswith(f"{section}.")), part
        found += [f"{section}.{each}" for each in range(int(number), int((last or first).rpartition(".")[2]) + 1)]
    return found


def test_each_requirement_has_its_row() -> None:
    found = [each for row in ROWS for each in named(row[0])]
    assert sorted(found) == sorted(WANTED) and len(WANTED) == 253


def test_each_row_has_a_reason_and_most_have_a_test() -> None:
    assert all(len(row) == 3 and row[1] for row in ROWS)
    assert sum("::" in row[2] for row in ROWS) > len(ROWS) / 2


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")}
    assert test in tests if test else tests
