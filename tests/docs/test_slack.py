"""Slack is asked for no more than the code uses, and docs/slack.md says what each thing is for."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from handlers.slack.scopes import APP_SCOPES, EVENTS, LISTENING_EVENTS, LISTENING_SCOPES, SCOPES
from tests.docs.make_manifests import ADDRESS, CONFIG, FILES
from tests.docs.make_pages import ROOT
from tests.docs.test_pages import INSTALL

PAGE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
CODE = sorted((ROOT / "handlers" / "slack").glob("*.py"))
READS = frozenset({"channels:read", "groups:read"})

NEEDS: dict[str, frozenset[str]] = {  # method -> scopes, by its page on docs.slack.dev/reference/methods
    "apps.connections.open": frozenset(APP_SCOPES),
    "auth.test": frozenset(), "auth.teams.list": frozenset(),
    "chat.delete": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"im:history", "groups:history"}),  # the second only where the workspace has chosen so
    "conversations.info": READS,
    "conversations.members": READS,
    "conversations.open": frozenset({"im:write"}),
    "oauth.v2.access": frozenset(),
    "users.conversations": READS,
    "users.info": frozenset({"users:read", "users:read.email"}),  # the second for the address in the profile
    "users.lookupByEmail": frozenset({"users:read.email"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.push": frozenset(),
    "views.update": frozenset(),
}
TOLD_BY: dict[str, frozenset[str]] = {  # event -> scopes, by its page on docs.slack.dev/reference/events
    "app_home_opened": frozenset(), "app_mention": frozenset({"app_mentions:read"}), "app_uninstalled": frozenset(),
    "channel_archive": frozenset({"channels:read"}), "channel_deleted": frozenset({"channels:read"}), "channel_left": frozenset({"channels:read"}),
    "group_archive": frozenset({"groups:read"}), "group_deleted": frozenset({"groups:read"}), "group_left": frozenset({"groups:read"}),
    "member_joined_channel": READS, "member_left_channel": READS, "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}), "team_access_granted": frozenset(), "team_access_revoked": frozenset(),
    "tokens_revoked": frozenset(), "user_change": frozenset({"users:read"}),
}  # fmt: skip


@cache
def calls_of_the_sdk() -> dict[str, str]:
    """Slack's client: its function -> the method of the Web API."""
    source = inspect.getsource(WebClient)
    parts = re.split(r"\n    def (?=\w)", source)[1:]
    found = ((re.match(r"\w+", part), re.search(r'self\.api_call\(\s*"([\w.]+)"', part)) for part in parts)
    return {name.group(): method[1] for name, method in found if name and method}


@cache
def said_in_code() -> frozenset[str]:
    """Every string in handlers/slack that is no docstring, but for the lists in scopes.py."""
    found: set[str] = set()
    for file in CODE:
        if file.name != "scopes.py":
            found |= {node.value for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(found)


@cache
def methods() -> dict[str, set[str]]:
    """The Web API's methods that the code calls, by name or by the client's function, and in which files."""
    known = set(calls_of_the_sdk().values())
    found: dict[str, set[str]] = {}
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            method = calls_of_the_sdk().get(called, "") if "_" in called else text if text in known else ""
            if method:
                found.setdefault(method, set()).add(file.name)
    if any("AsyncOAuthFlow" in file.read_text(encoding="utf-8") for file in CODE):
        found.setdefault("oauth.v2.access", set()).add("install.py")  # called inside Bolt
    return found


def test_the_reading_of_the_code_finds_what_is_surely_there() -> None:
    assert {"chat.postMessage", "chat.update", "auth.test", "users.conversations", "apps.connections.open"} <= methods().keys()


def test_only_known_methods_are_called() -> None:
    unknown = {name: files for name, files in methods().items() if name not in NEEDS}
    assert not unknown, "look up their scopes on docs.slack.dev, and tell of them in docs/slack.md"


def test_no_scope_is_asked_for_that_nothing_uses_and_none_is_missing() -> None:
    used = frozenset({"commands"}).union(*(NEEDS[name] for name in methods()), *(TOLD_BY[name] for name in EVENTS))
    assert sorted(used - set(APP_SCOPES) - set(LISTENING_SCOPES)) == sorted(SCOPES)


def test_nothing_but_the_chosen_variant_reads_channels() -> None:
    assert [scope for scope in SCOPES if "history" in scope] == ["im:history"]
    assert frozenset().union(*(TOLD_BY[event] for event in LISTENING_EVENTS)) == frozenset(LISTENING_SCOPES)


@pytest.mark.parametrize("event", [*EVENTS, *LISTENING_EVENTS])
def test_every_event_asked_for_is_heard(event: str) -> None:
    assert event.partition(".")[0] in said_in_code(), f"nothing in handlers/slack hears {event}"


def test_every_event_heard_is_asked_for() -> None:
    heard = {name for name in TOLD_BY if name in said_in_code()}
    assert heard <= {*EVENTS, *LISTENING_EVENTS}
    assert "app_mention" in heard


# -- the manifests


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_manifests_are_up_to_date(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == FILES[file], "run python -m tests.docs.make_manifests"


def test_there_are_no_other_manifests() -> None:
    assert set(CONFIG.glob("slack-manifest*")) == set(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_manifests_keep_within_slacks_limits(file: Path) -> None:
    given = read(file)
    shown, features = given["display_information"], given["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert shortcut["callback_id"] in words_of_bot(), f"nothing hears {shortcut['callback_id']}"
    [command] = features["slash_commands"]
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert command["should_escape"]  # so that a mention comes as an id


def words_of_bot() -> frozenset[str]:
    """What shortcuts may be called."""
    from bot.shortcuts import TAPS

    return frozenset(TAPS)


@pytest.mark.parametrize("listening", ["", "-listening"])
def test_over_http_a_manifest_differs_only_in_its_addresses(listening: str) -> None:
    socket, http = read(CONFIG / f"slack-manifest{listening}.yaml"), read(CONFIG / f"slack-manifest-http{listening}.yaml")
    assert ADDRESS not in str(socket)
    addresses = {
        http["features"]["slash_commands"][0].pop("url"), http["settings"]["event_subscriptions"].pop("request_url"),
        http["settings"]["interactivity"].pop("request_url"),
    }  # fmt: skip
    assert addresses == {f"{ADDRESS}/slack/events"}
    assert http["oauth_config"].pop("redirect_urls") == [f"{ADDRESS}/slack/oauth_redirect"]
    assert (socket["settings"].pop("socket_mode_enabled"), http["settings"].pop("socket_mode_enabled")) == (True, False)
    assert socket == http


@pytest.mark.parametrize("http", ["", "-http"])
def test_a_listening_manifest_differs_only_in_that(http: str) -> None:
    plain, listening = read(CONFIG / f"slack-manifest{http}.yaml"), read(CONFIG / f"slack-manifest{http}-listening.yaml")
    assert set(plain["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert set(listening["oauth_config"]["scopes"].pop("bot")) - set(plain["oauth_config"]["scopes"].pop("bot")) == set(LISTENING_SCOPES)
    events = [each["settings"]["event_subscriptions"].pop("bot_events") for each in (plain, listening)]
    assert set(events[1]) - set(events[0]) == set(LISTENING_EVENTS)
    assert listening["display_information"].pop("long_description") != plain["display_information"].pop("long_description")
    assert plain == listening


# -- the page


def rows(scope: str) -> tuple[str, set[str]]:
    """What the page says a scope is for, and the calls and events named there."""
    row = re.search(rf"^\| `{re.escape(scope)}` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert row, f"docs/slack.md says nothing of {scope}"
    return row[1].strip(), set(re.findall(r"`([\w.:/]+)`", row[2]))


@pytest.mark.parametrize("scope", [*SCOPES, *LISTENING_SCOPES, *APP_SCOPES])
def test_every_scope_is_explained_with_what_uses_it(scope: str) -> None:
    why, uses = rows(scope)
    assert len(why) > 10
    calls = {name for name in methods() if scope in NEEDS[name]}
    events = {name for name, scopes in TOLD_BY.items() if scope in scopes}
    assert uses == calls | events | ({"/nvg"} if scope == "commands" else set())


def test_no_scope_is_made_up() -> None:
    assert set(re.findall(r"^\| `([a-z_.:]+)` \|", PAGE, re.MULTILINE)) == {*SCOPES, *LISTENING_SCOPES, *APP_SCOPES}


def test_settings_are_those_of_the_install_page() -> None:
    named = set(re.findall(r"`((?:NVG|SLACK)_[A-Z_]+)`", PAGE))
    assert named <= set(re.findall(r"`((?:NVG|SLACK)_[A-Z_]+)`", INSTALL))
    assert set(re.findall(r"`(SLACK_[A-Z_]+)`", INSTALL)) <= named


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_manifest_is_pointed_at(file: Path) -> None:
    assert f"(../config/{file.name})" in PAGE


def test_the_proxy_lets_through_what_is_for_outside_and_nothing_else() -> None:
    [inside] = re.findall(r"location ~ (\S+) \{", PAGE)
    for path in ("/slack/events", "/slack/install", "/slack/oauth_redirect", "/calendar/x.ics", "/answer/x"):
        assert re.match(inside, path)
    for path in ("/metrics", "/", "/api/start"):
        assert not re.match(inside, path)
