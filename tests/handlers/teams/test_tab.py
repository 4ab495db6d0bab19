"""The personal tab over HTTP: who is let in, what is shown to whom, and that what is sent twice is done once."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_servers.teams import FakeTeams
from tests.handlers.teams.bot import ANNA, BO, EVA, Bot

ELSEWHERE = "22222222-2222-2222-2222-222222222222"


def act(bot: Bot, token: str, id: str = "", **what: Any) -> httpx.Response:
    """What the page's script sends."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.post(f"{bot.url}/teams/tab/act", json={"id": id or str(uuid.uuid4()), "locale": "sv-SE", **what}, headers=headers, timeout=60)


def shown(bot: Bot, token: str, **what: Any) -> dict[str, Any]:
    answer = act(bot, token, **what)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bad_tokens(teams: FakeTeams) -> dict[str, str]:
    return {
        "none": "",
        "nonsense": "x.y.z",
        "expired": teams.user_token(ANNA, expires=-3600),
        "for another app": teams.user_token(ANNA, audience=str(uuid.uuid4())),
        "by another key": teams.user_token(ANNA, key="another"),
        "of another issuer": teams.user_token(ANNA, iss=teams.issuer),
        "of another tenant's issuer": teams.user_token(ANNA, iss=f"{teams.host}/login/{ELSEWHERE}/v2.0"),
        "of a made up tenant": teams.user_token(ANNA, tid="x", iss=f"{teams.host}/login/x/v2.0"),
        "without a person": teams.user_token(ANNA, oid=""),
        "for something else": teams.user_token(ANNA, scp="openid profile"),
        "that Teams shows the bot": teams.token(),
        "not yet": teams.user_token(ANNA, nbf=4_000_000_000),
    }


def test_whoever_is_signed_in_gets_their_own_page(teams: FakeTeams, bot: Bot) -> None:
    anna, bo = (shown(bot, teams.user_token(each))["home"] for each in (ANNA, BO))
    assert "Hej Anna" in anna and "Hej Bo" in bo


def test_every_other_token_is_refused(teams: FakeTeams, bot: Bot) -> None:
    for sort, token in bad_tokens(teams).items():
        answer = act(bot, token)
        assert (answer.status_code, answer.json()) == (401, {"why": "token"}), sort
    assert bot.people().keys() == {"Anna Berg", "Bo Ek"}


def test_a_token_in_anything_but_the_header_is_none(teams: FakeTeams, bot: Bot) -> None:
    token = teams.user_token(ANNA)
    assert httpx.post(f"{bot.url}/teams/tab/act?token={token}", json={"id": "12345678"}, cookies={"authorization": token}, timeout=60).status_code == 401
    headers = {"authorization": f"Basic {token}"}
    assert httpx.post(f"{bot.url}/teams/tab/act", json={"id": "12345678"}, headers=headers, timeout=60).status_code == 401


def test_somebody_of_our_own_tenant_can_be_met_here_first(teams: FakeTeams, bot: Bot) -> None:
    assert "Hej Eva" in shown(bot, teams.user_token(EVA))["home"]
    assert bot.people()["Eva Ring"].identities[0] == f"teams:{teams.tenant}/{EVA}"
    assert "Eva Ring" in bot.people() and len(bot.people()) == 3


def test_whoever_was_loaded_by_address_is_the_same_person(teams: FakeTeams, bot: Bot) -> None:
    from bot.model import Person

    bot.save([Person("eva", "Eva R", identities=("mail:eva@example.org",))])
    shown(bot, teams.user_token(EVA))
    assert bot.people()["Eva R"].identities == (f"teams:{teams.tenant}/{EVA}", "mail:eva@example.org")
    assert len(bot.people()) == 3


def test_somebody_of_another_tenant_must_have_written_first(teams: FakeTeams, bot: Bot) -> None:
    stranger = teams.add_user("Eve Else", tenant=ELSEWHERE, mail="anna@example.org")
    answer = act(bot, teams.user_token(stranger.id))
    assert (answer.status_code, answer.json()) == (403, {"why": "unknown"})
    assert "Eve Else" not in bot.people()


def test_the_same_object_id_in_another_tenant_is_somebody_else(teams: FakeTeams, bot: Bot) -> None:
    token = teams.user_token(ANNA, tid=ELSEWHERE, iss=f"{teams.host}/login/{ELSEWHERE}/v2.0")
    assert act(bot, token).json() == {"why": "unknown"}


# -- doing


def buttons(html: str) -> dict[str, dict[str, str]]:
    """The buttons by their words."""
    found = {}
    for tag, label in re.findall(r"<button([^>]*)>([^<]*)</button>", html):
        found[label] = dict(re.findall(r'data-(\w+)="([^"]*)"', tag))
    return found


def test_a_form_opens_says_what_is_wrong_and_saves(teams: FakeTeams, bot: Bot) -> None:
    token = teams.user_token(ANNA)
    new = buttons(shown(bot, token)["home"])["Ny åtgärd"]
    form = shown(bot, token, **new)["form"]
    [(do, ref)] = re.findall(r'<form[^>]*data-do="([^"]*)" data-ref="([^"]*)"', form)
    wrong = shown(bot, token, do=do, ref=ref, fields={"text": "", "ansvarig": "", "senast": ""})
    assert wrong["errors"].keys() == {"text"} and "home" not in wrong
    saved = shown(bot, token, do=do, ref=ref, fields={"text": "ringa hemtjänsten", "ansvarig": "anna", "senast": ""})
    assert "ringa hemtjänsten" in saved["home"] and "Ångra" in saved["said"]
    assert [each["text"] for each in bot.actions()] == ["ringa hemtjänsten"]
    undo = buttons(saved["said"])["Ångra"]
    assert "ringa hemtjänsten" not in shown(bot, token, **undo)["home"]


def test_what_is_sent_twice_is_done_once(teams: FakeTeams, bot: Bot) -> None:
    token, id = teams.user_token(ANNA), str(uuid.uuid4())
    what = {"do": "new_action", "ref": "tall:", "fields": {"text": "ringa", "ansvarig": "anna", "senast": ""}}
    for _ in range(3):
        shown(bot, token, id=id, **what)
    assert len(bot.actions()) == 1
    shown(bot, teams.user_token(BO), id=id, **what)  # the same id from somebody else is another event
    assert len(bot.actions()) == 2


def test_a_line_that_a_button_carries_is_said(teams: FakeTeams, bot: Bot) -> None:
    assert "Det här kan du göra nu" in shown(bot, teams.user_token(ANNA), do="say", value="hjälp")["said"]


def test_what_people_write_is_shown_as_words(teams: FakeTeams, bot: Bot) -> None:
    what = {"do": "new_action", "ref": "tall:", "fields": {"text": "<img src=x onerror=alert(1)>", "ansvarig": "anna", "senast": ""}}
    saved = shown(bot, teams.user_token(ANNA), **what)
    assert "<img" not in saved["home"] + saved["said"] and "&lt;img" in saved["home"]


def test_a_made_up_button_gives_nothing_that_is_not_ones_own(teams: FakeTeams, bot: Bot) -> None:
    shown(bot, teams.user_token(ANNA), do="new_action", ref="tall:", fields={"text": "viskat", "ansvarig": "anna", "senast": ""})
    eva = teams.user_token(EVA)
    for do in ("show", "list", "mine", "agenda", "done", "edit", "no_such_button"):
        answer = act(bot, eva, do=do, ref="tall:1")
        assert answer.status_code == 200 and "viskat" not in answer.text, do


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b'{"id": "short"}', b'{"id": "12345678", "do": 3}', b'{"id": "12345678", "fields": [1]}',
        b'{"id": "12345678", "fields": {"a": 1}}', b'{"id": "12345678", "version": "1"}', b'{"id": "12345678", "version": true}',
        b'{"id": "../../../etc"}', b"\xff",
    ],
)  # fmt: skip
def test_what_the_page_would_never_write_is_refused(body: bytes, teams: FakeTeams, bot: Bot) -> None:
    headers = {"authorization": f"Bearer {teams.user_token(ANNA)}"}
    answer = httpx.post(f"{bot.url}/teams/tab/act", content=body, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()) == (400, {"why": "body"})


def test_what_goes_wrong_is_said_kindly(teams: FakeTeams, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.engine, "show", lambda *_: 1 / 0)
    answer = shown(bot, teams.user_token(ANNA))
    assert answer["home"] == "" and answer["said"]


# -- the files


@pytest.mark.parametrize("path", ["/teams/tab", "/teams/about", "/teams/static/tab.js", "/teams/static/tab.css", "/teams/static/teams.js", "/teams/tab/act"])
def test_only_teams_may_frame_them_and_nothing_comes_from_elsewhere(path: str, teams: FakeTeams, bot: Bot) -> None:
    answer = httpx.get(bot.url + path, timeout=60) if not path.endswith("act") else act(bot, teams.user_token(ANNA))
    policy = dict(each.strip().split(" ", 1) for each in answer.headers["content-security-policy"].split(";"))
    assert answer.status_code == 200
    assert policy["frame-ancestors"].split() == ["https://teams.microsoft.com", "https://*.teams.microsoft.com", "https://*.cloud.microsoft"]
    assert {policy[each] for each in ("script-src", "style-src", "connect-src")} == {"'self'"} and policy["default-src"] == "'none'"
    assert "set-cookie" not in answer.headers and "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == ("no-store" if path.endswith("act") else "no-cache")


def test_before_sign_in_the_page_holds_nothing_of_anybody(bot: Bot) -> None:
    page = httpx.get(f"{bot.url}/teams/tab", timeout=60).text
    assert not re.search(r"Anna|tall|Berg", page)
    assert not re.search(r"(?:src|href)=\"(?!/teams/)", page)


def test_what_is_vendored_is_as_microsoft_published_it() -> None:
    import hashlib

    from handlers.teams import tab

    file = Path(tab.STATIC / "teams-js" / "MicrosoftTeams.min.js")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == "1737ae2e319c8ab56d71d2218fd5a49d96a8ad70eb01ff2e9ab7e35093b93379"
    assert b"2.58.0" in file.read_bytes()
