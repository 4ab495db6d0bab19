"""Who is let in at /api/messages: tokens and addresses, over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.fake_servers.teams import FakeTeams
from tests.handlers.teams.bot import ANNA, GROUP, Bot

ADD = "åtgärd @bo ringa kommunen senast fredag"


def test_a_good_token_is_accepted(teams: FakeTeams, bot: Bot) -> None:
    assert teams.person(ANNA, bot.url).mention(GROUP, ADD).status == 200
    assert len(bot.actions()) == 1


def bad_tokens(teams: FakeTeams) -> dict[str, str]:
    return {
        "missing": "", "no token": "abc", "expired": teams.token(expires=-3600), "issuer": teams.token(issuer="https://elsewhere.example"),
        "entra's issuer": teams.token(issuer=f"{teams.host}/login/{teams.tenant}/v2.0"), "audience": teams.token(audience="another app"),
        "key": teams.token(key="another"), "serviceUrl": teams.token(service_url="https://smba.trafficmanager.net/teams/"),
        "no serviceUrl": teams.token(service_url=""),
    }  # fmt: skip


def test_every_other_token_is_refused(teams: FakeTeams, bot: Bot) -> None:
    anna = teams.person(ANNA, bot.url)
    for why, token in bad_tokens(teams).items():
        assert anna.mention(GROUP, ADD, token=token).status == 401, why
        assert anna.direct(ADD, token=token).status == 401, why
    assert bot.actions() == []
    assert teams.calls == []


def test_no_environment_variable_lets_anybody_in(teams: FakeTeams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", "true")
    with Bot(teams, tmp_path) as bot:
        bot.start_group()
        assert teams.person(ANNA, bot.url).mention(GROUP, ADD, token="").status == 401
        assert bot.actions() == []


def test_another_service_url_is_refused_before_anything_else(teams: FakeTeams, bot: Bot) -> None:
    elsewhere = "https://elsewhere.example/teams/"
    reply = teams.person(ANNA, bot.url).mention(GROUP, ADD, serviceUrl=elsewhere, token=teams.token(service_url=elsewhere))
    assert reply.status == 403
    assert bot.actions() == []
    assert 'nvg_teams_total{kind="refused"} 1' in bot.counts.lines()


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'"text"', b"\xff", b"{}"])
def test_what_is_no_activity_is_refused(bot: Bot, body: bytes) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{bot.url}/api/messages", body, {"Content-Type": "application/json"}), timeout=60)
    assert refused.value.code in (400, 403)


def test_activities_that_nobody_has_heard_of_are_taken_quietly(teams: FakeTeams, bot: Bot) -> None:
    anna = teams.person(ANNA, bot.url)
    base = anna.post.activity("event", teams.conversations[GROUP], anna.user)
    for more in ({"type": "event"}, {"type": "typing"}, {"type": "messageReaction"}, {"type": "made up"}, {"type": "message", "from": None}, {"entities": None}):
        assert anna.post.hand_over({**base, **more}, bot.url).status == 200
    assert anna.post.hand_over({**base, "type": "invoke", "name": "made/up"}, bot.url).status == 501
    assert teams.calls == []


def test_nothing_that_people_write_is_logged(teams: FakeTeams, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    anna = teams.person(ANNA, bot.url)
    caplog.set_level("DEBUG")
    anna.mention(GROUP, "åtgärd hemligheten")
    broken = anna.post.activity("invoke", teams.conversations[GROUP], anna.user, name="task/submit", value={"data": {"nvg": {
        "do": "add_action", "form": True, "view": {"fields": [{"name": "hemligheten"}]}}}})  # fmt: skip
    reply = anna.post.hand_over(broken, bot.url)
    assert reply.status == 200
    assert "gick fel" in json.dumps(reply.body, ensure_ascii=False)
    assert "Traceback" not in json.dumps(reply.body)
    assert "hemligheten" not in "".join(f"{each.getMessage()} {each.exc_text or ''}" for each in caplog.records)


def test_the_sdk_is_imported_only_where_teams_is_served() -> None:
    code = "import sys, handlers.run, handlers.slack.app, handlers.mail; assert not [each for each in sys.modules if each.startswith('microsoft_teams')]"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
