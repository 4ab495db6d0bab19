"""Who sees what and may do what, at the real edges: signed Slack requests, Teams' activities, the tab, Home, mail links and feeds.

Every command and button is asked for by everybody there is, through each. `tests/bot/test_permissions.py` says the rules once
more in plain words, and tries all that a button may be about; here it is what a request may forge on its way to them.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from config.settings import read
from handlers import logs, run
from handlers.mail import LINKED, Answer
from storage.store import KeyStore, Store
from tests.bot.test_permissions import (
    ASKERS,
    BODY,
    CODE,
    CONSENTS,
    DOES,
    FIELDS,
    FROM_OUTSIDE,
    LIFTED,
    NOW,
    OURS,
    SEATS,
    STAFF,
    about,
    allowed,
    things,
)
from tests.security.house import SECRET, House

CHANNELS = {name: [id for id in seats if id not in ("guest", "gone")] for name, seats in {**SEATS, "sg": {}}.items()}
ELSEWHERE = "33333333-3333-3333-3333-333333333333"
REFUSALS = ("not_allowed", "not_yours", "cannot_lift", "not_shared")
LAST = ("consent_withdrawn", "members_remove", "turn_away", "close_group", "forget_group", "leave")
"""Commands after which others would be refused for another reason."""

Ask = Callable[[House, str, str, str], Awaitable[httpx.Response]]
EDGES: dict[str, Ask] = {
    # name -> (house, who, button, what it is about); a forged one says that it stands where the asker is not
    "slack button": lambda house, who, do, ref: house.slack_tap(who, do, ref),
    "slack button in a forged channel's modal": lambda house, who, do, ref: house.slack_tap(who, do, ref, in_modal_of="tall"),
    "slack form of a forged channel": lambda house, who, do, ref: house.slack_form(who, do, ref, FIELDS, channel="tall"),
    "teams button": lambda house, who, do, ref: house.teams_tap(who, do, ref),
    "teams form": lambda house, who, do, ref: house.teams_form(who, do, ref, FIELDS),
    "tab button": lambda house, who, do, ref: house.tab(who, do, ref),
    "tab form": lambda house, who, do, ref: house.tab(who, do, ref, fields=FIELDS),
}


def house_of(consent: str, folder: Path, database: bytes, **environment: str) -> House:
    return House(folder, database, NOW, (*ASKERS, "otherlead"), CHANNELS, **environment)


@pytest.mark.parametrize("edge", EDGES)
async def test_every_button_is_refused_to_who_may_not(edge: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    """Nothing is changed, and nothing of the group comes out, whatever is forged."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        before = _without_log(house.store.export_group(CODE))
        answers: list[str] = []
        for who in FROM_OUTSIDE:
            for number, do in enumerate(DOES):
                if (number + list(EDGES).index(edge)) % 3 or (allowed(do, who, "holds") and who != "gone"):  # each at every third edge
                    continue
                count = len(house.turned)
                answer = await EDGES[edge](house, who, do, about(do))
                answers.append(answer.text)
                assert answer.status_code == 200, (who, do, answer.text)
                [turned] = house.turned[count:]
                assert turned.incoming.person == who
                assert turned.answered.name in REFUSALS, (who, do, turned.answered.name)
                assert not turned.answered.changed, (who, do)
    told = house.told() + "\n".join(answers)
    assert OURS not in told
    assert before == _export(tmp_path)


def _export(folder: Path) -> Any:
    store = Store(f"sqlite:///{folder / 'nvg.db'}", KeyStore(folder / "nvg.keys", SECRET))
    with contextlib.closing(store):
        return _without_log(store.export_group(CODE))


def _without_log(exported: dict[str, Any]) -> dict[str, Any]:
    """Who asked and was told whom to ask instead is in the access log."""
    return {name: kept for name, kept in exported.items() if name != "access_log"}


@pytest.mark.parametrize("edge", ["slack button", "teams button", "tab button"])
async def test_every_button_works_for_who_may(edge: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        for late in (False, True):
            for who in (*BODY, "coordinator", "administrator", "member", "facilitator"):
                for do in DOES:
                    if not allowed(do, who, "holds") or (DOES[do] in LAST) != late:
                        continue
                    await EDGES[edge](house, who, do, about(do))
                    assert house.turned[-1].incoming.person == who
                    assert late or house.turned[-1].answered.name not in REFUSALS, (who, do, house.turned[-1].answered.name)
        assert not any(each.answered.name == "went_wrong" for each in house.turned)


@pytest.mark.parametrize("consent", CONSENTS)
async def test_what_one_can_read_anywhere_is_ones_own(consent: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    """App Home, the tab, the private chat of each platform, the calendar, and what an outsider asks for in the group's own channel."""
    async with house_of(consent, tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS[consent]))
        for who in ASKERS:
            for fake in (house.slack, house.teams):
                fake.calls.clear()
            answers = [await house.slack_home(who), await house.tab(who)]
            for line in (f"{CODE}: lista", "mina", "hissade", "veckoöversikt", "sök ord"):
                answers += [await house.slack_command(who, line), await house.teams_say(who, line)]
                if who not in ("gone", "left"):
                    answers += [await house.slack_command(who, line, "tall"), await house.teams_say(who, line, "tall")]
            told = "\n".join(answer.text.encode().decode("unicode_escape") if "\\u" in answer.text else answer.text for answer in answers)
            told += await _quiet(house)
            assert (OURS in told) == (who in STAFF), who
            knows = who in (*BODY, *STAFF) or (who == "coordinator" and consent == "holds")
            assert (LIFTED in told) <= knows, who


async def _quiet(house: House) -> str:
    """All that was sent, when nothing more comes."""
    await house.quiet()
    return house.told()


async def test_an_answer_is_for_who_asked_however_its_id_is_guessed(migrated_sqlite: bytes, tmp_path: Path) -> None:
    """The button to the next page carries the id of the event that it is a page of. Forged, it shows nothing of others'."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        await house.slack_command("member", "lista")
        await house.teams_say("member", "lista")
        slack, teams = (each.incoming.event for each in house.turned[-2:])
        assert OURS in await _quiet(house)
        for fake in (house.slack, house.teams):
            fake.calls.clear()
        for event in (slack, teams):
            await house.slack_tap("other", "more", "", f"{event}|0")
            await house.teams_tap("other", "more", "", f"{event}|0")
        assert OURS not in await _quiet(house)
        await house.slack_tap("member", "more", "", f"{slack}|0")
        await house.teams_tap("member", "more", "", f"{teams}|0")
        assert (await _quiet(house)).count(OURS) >= 2
        # nor is it had by an event that says it is the same
        said = {"type": "message", "channel_type": "im", "channel": house.slack_private("other"), "user": house.slack_user("other"), "text": "lista", "ts": "1.1", "event_ts": "1.1"}
        for fake in (house.slack, house.teams):
            fake.calls.clear()
        await house.slack_event(said, id=slack)
        assert OURS not in await _quiet(house)


async def test_the_same_id_in_another_workspace_or_tenant_is_somebody_else(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        answers = [
            await house.slack_command("member", "lista", "tall", team="TELSEWHERE"),
            await house.slack_tap("member", "list", "tall", team="TELSEWHERE"),
            await house.slack_form("member", "new_action", "tall:", FIELDS, team="TELSEWHERE"),
            await house.tab("member", "list", "tall", token=house.teams.user_token(house.teams_user("member"), tid=ELSEWHERE, iss=f"{house.teams.host}/login/{ELSEWHERE}/v2.0")),
        ]
        assert OURS not in await _quiet(house) + "".join(each.text for each in answers)
        assert not [each for each in house.turned if each.incoming.person == "member"]


async def test_a_request_sent_again_does_nothing_more(migrated_sqlite: bytes, tmp_path: Path) -> None:
    """A signed request caught on its way and sent again within Slack's five minutes, or a token within its hour."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        form = house.slack_form_payload("member", "new_action", "tall:", {"text": "ringa", "ansvarig": "", "senast": ""})
        activity = house.teams_activity("message", "member", text="åtgärd fråga kommunen", channel="")
        for _ in range(3):
            await house.slack_payload(form)
            await house.teams_post(activity)
        texts = [each["text"] for each in house.store.export_group(CODE)["actions"]]
        assert texts.count("ringa") == 1 and texts.count("fråga kommunen") == 1


async def test_a_mail_link_is_for_one_person_and_one_thing(migrated_sqlite: bytes, tmp_path: Path) -> None:
    """Whoever holds it can do just that: not with other fields, not as somebody else, not for another button."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))

        def link(who: str, do: str, ref: str) -> str:
            return house.links.answer(Answer(f"{who}@example.org", do, ref, "", NOW + timedelta(days=1)).sealed())

        for who in (*FROM_OUTSIDE, "administrator"):
            for ref in ("tall:1", "tall:f2", "tall:H1"):
                for do in LINKED:
                    for answer in (await house.web.get(link(who, do, ref)), await house.web.post(link(who, do, ref), data={**FIELDS, "do": "close_group", "ref": "tall"})):
                        assert OURS not in answer.text and answer.status_code in (200, 404, 422)
        assert not any(each.answered.changed for each in house.turned)
        for do in sorted(set(DOES) - LINKED):  # even sealed by ourselves, nothing else works from a mail
            assert (await house.web.post(link("member", do, about(do)))).status_code == 404, do
        good = link("member", "done", "tall:1")
        for wrong in (good[:-1], good + "A", good.replace("/answer/", "/calendar/") + ".ics", good.swapcase()):
            assert (await house.web.post(wrong)).status_code in (404, 405), wrong
        assert (await house.web.post(good)).status_code == 200
        assert house.turned[-1].incoming.person == "member" and house.turned[-1].answered.changed


async def test_probes_and_logs_hold_nobodys_words(migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        for who in ("member", "other"):
            await house.slack_command(who, f"åtgärd {OURS} hemligt senast fredag", "tall")
            await house.teams_say(who, f"beslut {OURS} hemligt", "tall")
            await house.slack_form(who, "new_action", "tall:", {"text": f"{OURS} hemligt"})
            await house.tab(who, "nothing", "hemligt", fields={"hemligt": "hemligt"})
        probes = [(await house.web.get(path)).text for path in ("/health", "/metrics")]
        await _quiet(house)
    logged = "\n".join(f"{each.name} {each.getMessage()} {getattr(each, 'values', '')} {each.exc_text or ''}" for each in caplog.records if each.name.startswith("nvg"))
    for text in (*probes, logged):
        for words in (OURS, "hemligt", CODE, "Member Ek", LIFTED):
            assert words not in text
    # what other libraries say comes out without their words (`logs.JsonLines`)
    lines = logs.JsonLines()
    assert not any("hemligt" in lines.format(each) for each in caplog.records)


async def test_who_is_refused_stands_in_the_log(migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "nvg")
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        await house.web.post("/slack/events", content="{}", headers={"content-type": "application/json", "x-slack-signature": "v0=x", "x-slack-request-timestamp": "1"})
        await house.teams_post(house.teams_activity("message", "member", text="lista"), token=house.teams.token(key="another"))
        await house.tab("member", token=house.teams.user_token(house.teams_user("member"), key="another"))
        await house.slack_tap("other", "done", "tall:1")
    told = [(each.msg, each.values) for each in caplog.records if each.name == "nvg" and hasattr(each, "values")]
    assert [values["door"] for name, values in told if name == "refused"] == ["slack", "teams", "tab"]
    assert [values["answer"] for name, values in told if name == "turn"] == ["not_allowed"]


# --- the simulator ----------------------------------------------------------------------------------------------------

PATHS = ("/", "/index.html", "/api/start", "/api/complete", "/api/say", "/api/tap", "/api/form", "/api/clock", "/events", "/static/app.js", "/static/",
         "//api/start", "/simulator", "/%61pi/start", "/static/../api/start", "/teams/../events")  # fmt: skip
SET = {
    "slack": {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"},
    "slack over sockets": {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
    "teams": {"TEAMS_CLIENT_ID": "x", "TEAMS_CLIENT_SECRET": "x", "TEAMS_TENANT_ID": "x"},
    "mail": {"SMTP_URL": "smtp://localhost:25"},
}


async def test_where_a_platform_is_set_no_path_leads_to_the_simulator(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        for path in PATHS:
            for host in ("127.0.0.1:8000", "localhost", "bot.example.se", "simulator"):
                for method in ("GET", "POST"):
                    answer = await house.web.request(method, path, headers={"host": host, "origin": f"http://{host}", "x-forwarded-host": "127.0.0.1"}, json={"person": "member"} if method == "POST" else None)
                    assert answer.status_code in (404, 405), path


@pytest.mark.parametrize("platform", SET)
def test_where_a_platform_is_set_the_simulator_does_not_start(platform: str, tmp_path: Path) -> None:
    with pytest.raises(run.Wrong, match="plattform"):
        run.simulator(Namespace(database=None), read(SET[platform], None))


def test_what_runs_on_platforms_does_not_even_import_it(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom config.settings import read\nfrom handlers import run\nfrom handlers.clock import RealClock\n"
        "settings = read({'SLACK_BOT_TOKEN': 'xoxb-1', 'SLACK_SIGNING_SECRET': 'x', 'SMTP_URL': 'smtp://localhost:25', 'NVG_PUBLIC_URL': 'https://x'}, None)\n"
        "store = run.opened(settings)\nrun.assembled(settings, store, RealClock())\n"
        "assert not [each for each in sys.modules if each.startswith('handlers.simulator')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_the_simulator_listens_on_this_computer_alone(host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    served: list[Any] = []
    monkeypatch.setattr("uvicorn.Server.run", lambda self: served.append(self.config))
    assert run.simulator(Namespace(database=None), read({"NVG_HOST": host}, None)) == 0
    [config] = served
    assert config.host == "127.0.0.1" and host in capsys.readouterr().err
    web = TestClient(config.app, base_url=f"http://{host}:8000")
    assert web.get("/").status_code == 400  # a name of one's own that leads here is not its name
    assert web.get("/health", headers={"host": "evil.example"}).status_code == 400
    assert web.get("/", headers={"host": "127.0.0.1:8000"}).status_code == 200
