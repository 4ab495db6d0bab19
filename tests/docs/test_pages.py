"""What the docs promise to tell is told, and what is printed from the code is up to date."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from bot.messages.base import Message
from config.settings import NAMES
from handlers.counts import METRICS
from handlers.run import OTHERS, make_parser
from templates.words import FOLDER, LANGUAGES, read_labels
from tests.docs import make_pages
from tests.docs.make_pages import PAGES, README, ROOT

DOCS = sorted((ROOT / "docs").glob("*.md"))
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")


def parsers(wanted: str) -> dict[str, argparse.ArgumentParser]:
    """The subcommands of `nvg`; of `wanted` with its options."""
    parser = make_parser(wanted)
    made = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(made.choices)


COMMANDS = sorted(parsers(""))


def test_every_figure_of_metrics_is_explained() -> None:
    assert re.findall(r"^\| `(nvg_\w+)` \|", INSTALL, re.MULTILINE) == list(METRICS)


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: page.name)
def test_printed_parts_are_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page](), "run python -m tests.docs.make_pages"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_there(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| \S", INSTALL, re.MULTILINE), f"docs/install.md says nothing of {name}"


def test_no_setting_is_made_up() -> None:
    assert set(re.findall(r"`((?:NVG|SLACK|TEAMS|GRAPH|SMTP|MAIL)_[A-Z_]+)`", INSTALL)) == set(NAMES)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_is_there_with_its_options(name: str) -> None:
    row = re.search(rf"^\| `nvg {name}` \| (.+)$", INSTALL, re.MULTILINE)
    assert row, f"docs/install.md says nothing of nvg {name}"
    options = {text for action in parsers(name)[name]._actions for text in action.option_strings if text.startswith("--")}
    told = set(re.findall(r"`(--[a-z-]+)`", row[1]))
    # --json of export is how it is always written
    assert options - {"--help"} - told <= ({"--json"} if name == "export" else set())
    assert told <= options


def test_no_subcommand_is_made_up() -> None:
    assert set(re.findall(r"`nvg ([a-z-]+)", INSTALL)) == set(COMMANDS)
    assert set(OTHERS) <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(Message.registry))
def test_every_message_is_there_in_every_language(name: str) -> None:
    page = make_pages.MESSAGES.read_text(encoding="utf-8")
    row = re.search(rf"^### `{name}`\n\n\| Svenska \| English \|\n\|---\|---\|\n\| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert row, f"docs/messages.md does not show {name}"
    assert all(text.strip() for text in row.groups())
    assert all((FOLDER / language / f"{name}.txt").is_file() for language in LANGUAGES)


def test_every_button_has_a_label_in_every_language() -> None:
    first, *others = (set(read_labels(language)["buttons"]) for language in LANGUAGES)
    assert all(first == other for other in others)


def test_the_readme_begins_with_what_it_is_and_how_to_run_it() -> None:
    title, what, commands, *_ = README.read_text(encoding="utf-8").split("\n\n")
    assert title.startswith("# ")
    assert len(re.findall(r"\.(?:\s|$)", what)) == 2
    assert [line.split("#")[0].strip() for line in commands.splitlines()] == ["make run", "make test"]


@pytest.mark.parametrize("page", [README, *DOCS], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), f"{page.name}: {target} does not exist"


def test_the_readme_points_at_every_page() -> None:
    text = README.read_text(encoding="utf-8")
    assert [page.name for page in DOCS if f"](docs/{page.name})" not in text] == []
