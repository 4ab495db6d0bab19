"""Writes what is printed from the code into the docs: `python -m tests.docs.make_pages`.

docs/messages.md whole; in README.md the rehearsal and its transcript, in docs/developer.md the times of undo, each
between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from bot.decide import COMMANDS
from bot.messages.base import Message
from config import counties
from handlers import rehearse
from handlers.run import wording
from storage.store import Store
from templates.plain import plain_text
from tests.templates.samples import NOW, PEOPLE, messages

ROOT = Path(__file__).parents[2]
README, DEVELOPER, MESSAGES = ROOT / "README.md", ROOT / "docs" / "developer.md", ROOT / "docs" / "messages.md"
REHEARSAL = ROOT / "tests" / "rehearsals" / "first-week.yaml"
COUNTY = "vastra-varmland"
DAYS_SHOWN = 2  # of the transcript

HEAD = """\
# What the bot can say

Printed from the code by `python -m tests.docs.make_pages`; a test fails when it is not up to date. Each message is a dataclass in
`bot/messages/`, worded in `templates/sv/` and `templates/en/` under its name. Shown here is one made-up sample of each, with as much
in it as it can hold: rarely does all of it come at once.
"""


def messages_page() -> str:
    """Every message, with a sample in both languages."""
    words = wording(COUNTY)
    registry = sorted(Message.registry.items(), key=lambda item: (module_of(item[1]), item[0]))
    parts = [HEAD]
    for module, kinds in groupby(registry, key=lambda item: module_of(item[1])):
        parts.append(f"## {module}\n")
        for name, _ in kinds:
            sample = list(messages(name))[1]
            swedish, english = (cell(plain_text(words.render(sample, language, PEOPLE, NOW), True)) for language in ("sv", "en"))
            parts.append(f"### `{name}`\n\n| Svenska | English |\n|---|---|\n| {swedish} | {english} |\n")
    return "\n".join(parts)


def module_of(kind: type[Message]) -> str:
    return kind.__module__.rpartition(".")[2]


def cell(text: str) -> str:
    """Lines of text in one cell of a table."""
    lines = [line for line in text.split("\n") if line.strip()]
    return "<br>".join(re.sub(r"([\\|*_`<#~])", r"\\\1", line) for line in lines)


def undo_table() -> str:
    """How long each command can be undone, from the table of commands."""
    times: dict[timedelta | None, list[str]] = {}
    for name, command in COMMANDS.items():
        if command.changes:
            times.setdefault(command.undo, []).append(f"`{name}`")
    rows = [f"| {said(undo)} | {', '.join(names)} |" for undo, names in sorted(times.items(), key=lambda item: item[0] or timedelta())]
    return "\n".join(["| Can be undone | Commands |", "|---|---|", *rows])


def said(undo: timedelta | None) -> str:
    if undo is None:
        return "not (it has another way back, or none)"
    return f"for {undo.days} day{'s' if undo.days > 1 else ''}" if undo.days else f"for {undo.seconds // 3600} hour"


def rehearsal() -> str:
    return f"```yaml\n{REHEARSAL.read_text(encoding='utf-8')}```"


def transcript() -> str:
    """The beginning of what `nvg rehearse` prints of it."""
    out = io.StringIO()
    parser = argparse.ArgumentParser()
    rehearse.add_parser(parser.add_subparsers())
    args = parser.parse_args(["rehearse", str(REHEARSAL)])
    code = rehearse.main(args, _never, lambda county: wording(county or COUNTY), counties.names(), out=out)
    assert code == 0, out.getvalue()
    days = re.split(r"(?m)^(?=── )", out.getvalue())
    return f"```text\n{''.join(days[1 : 1 + DAYS_SHOWN]).rstrip()}\n```"


def _never(url: str) -> Store:
    raise AssertionError(f"the rehearsal has a database of its own, not {url}")


def put(page: str, name: str, text: str) -> str:
    """The page with what stands between the marks of that name replaced."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    if not marks.search(page):
        raise ValueError(f"no <!-- {name} --> and <!-- /{name} --> in the page")
    return marks.sub(lambda found: found[1] + text + found[2], page)


def _readme() -> str:
    return put(put(README.read_text(encoding="utf-8"), "rehearsal", rehearsal()), "transcript", transcript())


def _developer() -> str:
    return put(DEVELOPER.read_text(encoding="utf-8"), "undo", undo_table())


PAGES: dict[Path, Callable[[], str]] = {README: _readme, DEVELOPER: _developer, MESSAGES: messages_page}

if __name__ == "__main__":
    for file, page in PAGES.items():
        file.write_text(page(), encoding="utf-8")
