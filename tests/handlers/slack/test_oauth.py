"""Many workspaces: installing from a link, what is kept of it, and what goes when the bot is removed."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from handlers.slack.scopes import LISTENING_SCOPES, SCOPES
from tests.fake_servers.slack import FakeSlack, words
from tests.handlers.slack.bot import Bot

PUBLIC = "https://nvg.example.org"


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
    """One request; where it leads is not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def bot(slack: FakeSlack, tmp_path: Path) -> Iterator[Bot]:
    options = {"bot_token": "", "client_id": slack.client_id, "client_secret": slack.client_secret, "public_url": PUBLIC}
    with Bot(slack, tmp_path, **options) as running:
        yield running


def begin(bot: Bot) -> tuple[str, str]:
    """The link that Slack is asked by, and the cookie of the browser."""
    status, headers, _ = get(f"{bot.url}/slack/install")
    assert status == 302
    return headers["location"], headers["set-cookie"].partition(";")[0]


def agree(bot: Bot, link: str) -> str:
    """Where Slack sends the browser when somebody has said yes, at this server."""
    status, headers, _ = get(link)
    assert status == 302
    assert headers["location"].startswith(f"{PUBLIC}/slack/oauth_redirect?")
    return headers["location"].replace(PUBLIC, bot.url)


def install(bot: Bot, team: str) -> None:
    bot.fake.installs_to = team
    link, cookie = begin(bot)
    status, _, page = get(agree(bot, link), {"Cookie": cookie})
    assert status == 200
    assert "Klart" in page


def test_the_link_asks_for_the_scopes_that_are_used_and_no_more(bot: Bot) -> None:
    link, _ = begin(bot)
    assert link.startswith(bot.fake.authorize_url)
    asked = parse_qs(urlsplit(link).query, keep_blank_values=True)
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert not asked.get("user_scope", [""])[0]


def test_two_workspaces_each_with_its_own_token(slack: FakeSlack, bot: Bot) -> None:
    slack.add_team("TELSE", "Regionen")
    slack.add_user("UKIM", "Kim Ask", team="TELSE")
    slack.add_channel("CELSE", members=["UKIM"], team="TELSE")
    install(bot, slack.team)
    install(bot, "TELSE")
    slack.person("UANNA", bot.url).command("CTALL", "ny grupp tall")
    slack.person("UKIM", bot.url).command("CELSE", "ny grupp ek")
    assert "ek" in words(slack.person("UKIM", bot.url).command("CELSE", "grupp").body["blocks"])
    tokens = {slack.grants[call.token].team for call in slack.called("users.info") if call.body["user"] in ("UKIM", "UANNA")}
    assert tokens == {slack.team, "TELSE"}
    assert bot.slack.workspaces.token_of("TELSE") != bot.slack.workspaces.token_of(slack.team)


def test_the_token_is_not_in_the_database_in_clear(slack: FakeSlack, bot: Bot, tmp_path: Path) -> None:
    install(bot, slack.team)
    token = bot.slack.workspaces.token_of(slack.team)
    assert token
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in kept


def test_another_process_knows_the_installation(slack: FakeSlack, bot: Bot, tmp_path: Path) -> None:
    install(bot, slack.team)
    options = {"bot_token": "", "client_id": slack.client_id, "client_secret": slack.client_secret, "public_url": PUBLIC}
    with Bot(slack, tmp_path, **options) as other:
        assert slack.person("UANNA", other.url).command("CTALL", "hjälp").body["blocks"]


def test_a_state_serves_once_and_only_its_own_browser(slack: FakeSlack, bot: Bot) -> None:
    link, cookie = begin(bot)
    back = agree(bot, link)
    assert get(back)[0] == 400  # no cookie: somebody else's link
    assert get(back, {"Cookie": cookie})[0] == 200
    status, _, page = get(back, {"Cookie": cookie})
    assert status == 401
    assert "Inte installerad" in page
    forged = back.replace("state=", "state=x")
    assert get(forged, {"Cookie": cookie})[0] == 400


def test_who_changes_their_mind_is_told_that_nothing_happened(bot: Bot) -> None:
    status, _, page = get(f"{bot.url}/slack/oauth_redirect?error=access_denied&state=x")
    assert status == 200
    assert "avbröts" in page


def test_a_workspace_without_the_bot_is_told_so(slack: FakeSlack, bot: Bot) -> None:
    reply = slack.person("UANNA", bot.url).command("CTALL", "hjälp")
    assert reply.status == 200
    assert reply.body == "" or "installerad" in str(reply.body)
    assert any("installerad" in str(call.body) for call in slack.called("response_url")) or "installerad" in str(reply.body)


def test_uninstalled_the_token_is_gone_for_good(slack: FakeSlack, bot: Bot) -> None:
    install(bot, slack.team)
    slack.uninstall(bot_url=bot.url)
    assert bot.slack.workspaces.token_of(slack.team) is None
    install(bot, slack.team)
    assert slack.person("UANNA", bot.url).command("CTALL", "hjälp").body["blocks"]


def test_told_late_that_it_was_uninstalled_the_new_installation_stays(slack: FakeSlack, bot: Bot) -> None:
    install(bot, slack.team)
    slack.clock = lambda: time.time() - 300  # what Slack tells again is of before
    for each in ("app_uninstalled", "tokens_revoked"):
        slack.postbox.event(slack.team, {"type": each, "tokens": {"bot": [slack.bot_user]}, "event_ts": slack.ts()}, bot.url)
    assert bot.slack.workspaces.token_of(slack.team)


def test_installed_again_what_waited_goes_out_at_once(slack: FakeSlack, bot: Bot) -> None:
    install(bot, slack.team)
    bot.start_group()
    slack.revoke(bot.slack.workspaces.token_of(slack.team) or "")
    slack.person("UANNA", bot.url).command("CTALL", "åtgärd ringa kommunen")
    slack.wait(lambda: bot.store.waiting().get("token_revoked"))
    install(bot, slack.team)
    assert slack.wait(lambda: [each for each in slack.messages("CTALL") if "ringa kommunen" in words(each.blocks)])


def test_a_workspace_may_choose_that_plain_decisions_count(slack: FakeSlack, bot: Bot) -> None:
    """By a link of its own: only there is the bot asked to read along."""
    slack.installs_to = slack.team
    status, headers, _ = get(f"{bot.url}/slack/install?lyssna=1")
    link, cookie = headers["location"], headers["set-cookie"].partition(";")[0]
    assert status == 302
    assert parse_qs(urlsplit(link).query)["scope"][0].split(",") == [*SCOPES, *LISTENING_SCOPES]
    assert get(agree(bot, link), {"Cookie": cookie})[0] == 200
    assert "groups:history" in slack.grants[bot.slack.workspaces.token_of(slack.team) or ""].scopes
    bot.start_group()
    slack.person("UANNA", bot.url).overheard("CTALL", "beslut: vi provar larmet")
    slack.person("UANNA", bot.url).overheard("CTALL", "vi ses i morgon")
    assert slack.wait(lambda: [each for each in slack.messages("CTALL") if each.bot_id and "vi provar larmet" in words(each.blocks)])
    kept: list[dict[str, Any]] = bot.store.export_group("tall")["decisions"]
    assert [each["text"] for each in kept] == ["vi provar larmet"]


def test_the_bot_is_invited_by_the_name_it_has_there(slack: FakeSlack, bot: Bot) -> None:
    install(bot, slack.team)
    slack.bot_name = "naravard"
    slack.add_channel("CNYA", members=["UANNA"], bot=False)
    assert "/invite @naravard" in words(slack.person("UANNA", bot.url).command("CNYA", "lista").body["blocks"])
