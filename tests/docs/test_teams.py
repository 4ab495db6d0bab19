"""Teams is asked for no more than docs/teams.md says, and the page says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from handlers.graph.permissions import OPTIONAL, PERMISSIONS
from handlers.run import OTHERS
from handlers.teams import tab
from tests.fake_servers.graph import PERMISSIONS as GRANTED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "teams.md").read_text(encoding="utf-8")
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = json.loads((ROOT / "config" / "teams" / "manifest.json").read_text(encoding="utf-8"))
ASKED_FOR = {
    *MANIFEST["permissions"], *(each["name"] for each in MANIFEST["authorization"]["permissions"]["resourceSpecific"]), tab.SCOPE,
}  # fmt: skip


@pytest.mark.parametrize("permission", sorted(ASKED_FOR | PERMISSIONS | OPTIONAL))
def test_every_permission_is_explained(permission: str) -> None:
    row = re.search(rf"^\| `{re.escape(permission)}` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert row, f"docs/teams.md says nothing of {permission}"
    assert len(row[1].split()) > 5


def test_no_permission_is_made_up() -> None:
    table = PAGE.partition("| Behörighet |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)) == ASKED_FOR


def test_graph_is_asked_for_what_the_page_says_and_that_is_all_it_is_used_for() -> None:
    table = PAGE.partition("| Behörighet i Graph |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)) == PERMISSIONS
    wanted = PAGE.partition("| Behörighet om ni vill |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([\w.]+)` \|", wanted, re.MULTILINE)) == OPTIONAL
    assert PERMISSIONS == GRANTED  # by the pretend Graph that all is tried against, which refuses the rest


def test_messages_of_channels_are_not_asked_for_and_the_page_says_so() -> None:
    assert not [each for each in ASKED_FOR | PERMISSIONS if "Message.Read" in each or each.endswith(".All")]
    assert "Behörigheten att läsa alla meddelanden i ett team begärs inte" in PAGE


def test_settings_are_those_of_the_install_page() -> None:
    named, known = (set(re.findall(r"`((?:NVG|TEAMS)_[A-Z_]+)`", page)) for page in (PAGE, INSTALL))
    assert named <= known
    assert {each for each in known if each.startswith("TEAMS_")} <= named
    told = set(re.findall(r"^\| `([A-Z_]+)` \| ja \|", PAGE, re.MULTILINE))
    assert told == set(re.findall(r"^ {7}([A-Z_]+)=", PAGE, re.MULTILINE))


def test_the_proxy_lets_through_what_is_for_outside_and_nothing_else() -> None:
    inside = [rf"^{re.escape(path)}$" for path in re.findall(r"location = (\S+) \{", PAGE)] + re.findall(r"location ~ (\S+) \{", PAGE)

    def through(path: str) -> bool:
        return any(re.match(each, path) for each in inside)

    assert all(map(through, ("/api/messages", "/health", "/calendar/x.ics", "/answer/x", "/teams/tab/act", *tab.PAGES)))
    assert not any(map(through, ("/metrics", "/", "/api/start", "/api/messages/x", "/slack/events")))


def test_the_words_of_the_tab_are_those_it_says() -> None:
    script = (tab.STATIC / "tab.js").read_text(encoding="utf-8")
    for words in re.findall(r"^\| Min sida: \*([^*]+)\*", PAGE, re.MULTILINE):
        assert words in script


def test_the_command_is_there() -> None:
    assert set(re.findall(r"`nvg (teams-\w+)", PAGE)) <= OTHERS.keys()
    assert "`nvg teams-package" in INSTALL


def test_the_bot_reads_what_the_page_tells_people_to_write() -> None:
    from bot.rules.commands import COMMANDS

    first = re.findall(r"`@nvg (\w+)`", PAGE)
    assert first and all(any(word in each.sv for each in COMMANDS) for word in first)
