"""The pretend Slack against Slack's own clients: slack_sdk and Bolt meet what they would meet in earnest."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fake_servers.slack import FakeSlack, checks, spots_of, words

Json = dict[str, Any]


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*labels: str) -> Json:
    return {"type": "actions", "elements": [
        {"type": "button", "action_id": f"do#{n}", "text": {"type": "plain_text", "text": label}, "value": str(n)}
        for n, label in enumerate(labels)
    ]}  # fmt: skip


def entry(id: str, element: Json, optional: bool = False) -> Json:
    return {"type": "input", "block_id": id, "optional": optional, "label": {"type": "plain_text", "text": id}, "element": {"action_id": "x", **element}}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def modal(*blocks: Json) -> Json:
    title, send = {"type": "plain_text", "text": "Ny åtgärd"}, {"type": "plain_text", "text": "Spara"}
    return {"type": "modal", "callback_id": "form", "title": title, "submit": send, "blocks": list(blocks)}


MENU = {"type": "actions", "elements": [{"type": "overflow", "action_id": "menu", "options": [
    {"text": {"type": "plain_text", "text": label}, "value": label} for label in ("Ändra", "Lämna över")
]}]}  # fmt: skip
TEXT = entry("text", {"type": "plain_text_input", "initial_value": "ringa"})


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.add_user("UANNA", "Anna Berg", email="anna@example.org")
        slack.add_user("UBO", "Bo Ek", locale="en-GB")
        slack.add_channel("CTALL", members=["UANNA", "UBO"], name="nvg-tall")
        yield slack


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.url)


def refused(call: Callable[[], Any]) -> Any:
    """What the Web API's no says."""
    with pytest.raises(SlackApiError) as error:
        call()
    return error.value.response


class Bot:
    """A small bot on Bolt, over HTTP and over Socket Mode; `came` is all it was sent."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack, self.came = slack, list[Json]()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self._run(self._start())

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _start(self) -> None:
        self.app = app = AsyncApp(client=AsyncWebClient(self.slack.bot_token, base_url=self.slack.url), signing_secret=self.slack.signing_secret)

        async def keep(body: Json, next: Any) -> None:
            self.came.append(body)
            await next()

        app.use(keep)

        @app.command("/nvg")
        async def command(ack: Any, body: Json, client: AsyncWebClient) -> None:
            if body["text"] == "form":
                await client.views_open(trigger_id=body["trigger_id"], view=modal(TEXT))
                await ack()
            elif body["text"] == "slow":
                await asyncio.sleep(1.5)
                await ack("late")
            else:
                await ack(text="sparad", blocks=[section(body["text"]), actions("Ångra"), MENU])

        @app.action("do#0")
        async def tapped(ack: Any, respond: Any) -> None:
            await ack()
            await respond("ångrat", replace_original=True)

        app.action("menu")(_acknowledged)

        @app.view("form")
        async def sent_in(ack: Any, view: Json) -> None:
            match view["state"]["values"]["text"]["x"]["value"]:
                case "fel":
                    await ack(response_action="errors", errors={"text": "skriv något annat"})
                case "mer":
                    await ack(response_action="update", view=modal(section("sparat"), TEXT))
                case _:
                    await ack()

        @app.event({"type": "app_mention"})
        async def mentioned(event: Json, say: Any) -> None:
            await say(text="hej", thread_ts=event.get("thread_ts"))

        for other in ("message", "app_home_opened", "member_joined_channel", "member_left_channel", "group_left", "tokens_revoked", "app_uninstalled"):
            app.event(other)(_nothing)
        for shortcut in ("make_action", "new_action"):
            app.shortcut(shortcut)(_acknowledged)
        self.runner = web.AppRunner(app.web_app("/slack/events"))
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.handler: AsyncSocketModeHandler | None = None

    def connect(self) -> None:
        async def open_socket() -> None:
            self.handler = AsyncSocketModeHandler(self.app, self.slack.app_token)
            await self.handler.connect_async()

        self._run(open_socket())

    def close(self) -> None:
        async def stop() -> None:
            if self.handler:
                await self.handler.close_async()
            await self.runner.cleanup()

        self._run(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)


def test_nobody_listens_while_it_is_unplugged(slack: FakeSlack, client: WebClient) -> None:
    slack.unplug()
    with pytest.raises(OSError, match="refused"):
        client.auth_test()
    slack.plug_in()
    assert client.auth_test()["ok"]


async def _nothing(event: Json) -> None:
    """Heard, and acknowledged by Bolt."""


async def _acknowledged(ack: Any) -> None:
    await ack()


@pytest.fixture
def bot(slack: FakeSlack) -> Iterator[Bot]:
    bot = Bot(slack)
    yield bot
    bot.close()


@pytest.fixture(params=["http", "socket"])
def way(request: pytest.FixtureRequest, bot: Bot) -> str:
    """Where people's requests go: by HTTP, or by Socket Mode."""
    if request.param == "http":
        return bot.url
    bot.connect()
    return ""


# -- the Web API


def test_a_post_is_kept_and_edited_and_deleted(slack: FakeSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="CTALL", text="hej", blocks=[section("hej")], metadata={"event_type": "nvg", "event_payload": {"ref": "1"}})
    (message,) = slack.messages("CTALL")
    assert (message.ts, message.text, message.metadata["event_payload"]) == (posted["ts"], "hej", {"ref": "1"})
    client.chat_update(channel="CTALL", ts=posted["ts"], text="hej igen", blocks=[section("hej igen")])
    assert (message.text, message.edits, bool(message.edited)) == ("hej igen", 1, True)
    client.chat_delete(channel="CTALL", ts=posted["ts"])
    assert slack.messages("CTALL") == []
    assert refused(lambda: client.chat_update(channel="CTALL", ts=posted["ts"], text="x"))["error"] == "message_not_found"
    assert [each.method for each in slack.calls] == ["chat.postMessage", "chat.update", "chat.delete", "chat.update"]


def test_forms_and_json_are_read_alike(slack: FakeSlack) -> None:
    blocks = json.dumps([section("hej")])
    with httpx.Client(timeout=60) as http:
        http.post(slack.url + "chat.postMessage", data={"token": slack.bot_token, "channel": "CTALL", "blocks": blocks})
        assert http.get(slack.url + "users.info", params={"token": slack.bot_token, "user": "UANNA"}).json()["ok"]
        told = http.post(slack.url + "users.info", json={"user": "UANNA"}, headers={"Authorization": f"Bearer {slack.bot_token}"}).json()
        assert told["error"] == "invalid_arguments"  # it takes no JSON
    assert slack.messages("CTALL")[0].blocks[0]["text"]["text"] == "hej"


def test_errors_are_worded_as_slack_does(slack: FakeSlack, client: WebClient) -> None:
    slack.add_channel("CGONE", archived=True)
    slack.add_channel("COPEN", private=False, bot=False)
    slack.add_channel("CSECRET", bot=False)
    slack.add_user("UGONE", "Gun Borta", deleted=True)

    def post(channel: str, **rest: Any) -> Callable[[], Any]:
        return lambda: client.chat_postMessage(channel=channel, **{"text": "x", **rest})

    assert refused(post("CNONE"))["error"] == "channel_not_found"
    assert refused(post("CGONE"))["error"] == "is_archived"
    assert refused(post("COPEN"))["error"] == "not_in_channel"
    assert refused(post("CSECRET"))["error"] == "channel_not_found"  # a private channel is not there for those outside it
    assert refused(post("CTALL", text="", blocks=[]))["error"] == "no_text"
    assert refused(post("CTALL", blocks=[section("")]))["error"] == "invalid_blocks"
    assert "json-pointer:/blocks" in refused(post("CTALL", blocks=[section("x")] * 51)).data["response_metadata"]["messages"][0]
    assert refused(lambda: client.conversations_open(users="UGONE"))["error"] == "user_disabled"
    assert refused(lambda: client.users_info(user="UNONE"))["error"] == "user_not_found"
    assert refused(lambda: client.chat_postEphemeral(channel="CTALL", user="UGONE", text="x"))["error"] == "user_not_in_channel"
    assert refused(lambda: client.users_lookupByEmail(email="nobody@example.org"))["error"] == "users_not_found"
    assert refused(lambda: client.api_call("chat.nothing"))["error"] == "unknown_method"
    assert slack.messages("CTALL") == []


def test_tokens_and_scopes(slack: FakeSlack, client: WebClient) -> None:
    assert refused(lambda: WebClient("xoxb-wrong", base_url=slack.url).auth_test())["error"] == "invalid_auth"
    assert refused(lambda: WebClient(slack.bot_token, base_url=slack.url).apps_connections_open(app_token=slack.bot_token))["error"] == "not_allowed_token_type"
    slack.grants[slack.bot_token].scopes.discard("users:read")
    missing = refused(lambda: client.users_info(user="UANNA"))
    assert (missing["error"], missing["needed"]) == ("missing_scope", "users:read")
    assert "chat:write" in missing["provided"].split(",")
    assert "chat:write" in client.auth_test().headers["X-OAuth-Scopes"]
    slack.revoke()
    assert refused(client.auth_test)["error"] == "token_revoked"
    slack.revoke(why="account_inactive")
    assert refused(lambda: client.chat_postMessage(channel="CTALL", text="x"))["error"] == "account_inactive"


def test_people_and_channels_can_be_read(slack: FakeSlack, client: WebClient) -> None:
    slack.add_team("TOTHER", "Granne")
    slack.add_user("UFAR", "Fia Långt", team="TOTHER", email="fia@example.org")
    assert refused(lambda: client.users_info(user="UFAR"))["error"] == "user_not_visible"
    slack.add_channel("CBOTH", members=["UANNA", "UFAR"], connected=["TOTHER"])
    bo, fia = client.users_info(user="UBO", include_locale=True)["user"], client.users_info(user="UFAR")["user"]
    assert (bo["locale"], bo["tz"], bo["profile"]["real_name"]) == ("en-GB", "Europe/Stockholm", "Bo Ek")
    assert (fia["team_id"], fia["is_stranger"], "email" in fia["profile"], "locale" in fia) == ("TOTHER", True, False, False)
    first = client.conversations_members(channel="CTALL", limit=2)
    rest = client.conversations_members(channel="CTALL", limit=2, cursor=first["response_metadata"]["next_cursor"])
    assert first["members"] + rest["members"] == ["UANNA", "UBO", slack.bot_user]
    assert client.conversations_info(channel="CBOTH")["channel"]["is_ext_shared"]
    assert {each["id"] for each in client.conversations_list(types="private_channel")["channels"]} == {"CTALL", "CBOTH"}


def test_the_private_chat_is_opened_once(slack: FakeSlack, client: WebClient) -> None:
    one, other = (client.conversations_open(users="UANNA")["channel"]["id"] for _ in range(2))
    client.chat_postMessage(channel=one, text="hej")
    assert one == other
    assert slack.messages("UANNA")[0].text == "hej"


# -- a bad day


def test_what_is_told_to_fail_fails_as_often_and_where(slack: FakeSlack, client: WebClient) -> None:
    slack.add_channel("COTHER")
    slack.fail("chat.postMessage", "ratelimited", retry_after=7, channel="CTALL", times=2)
    for _ in range(2):
        no = refused(lambda: client.chat_postMessage(channel="CTALL", text="x"))
        assert (no.status_code, no.headers["Retry-After"], no["error"]) == (429, "7", "ratelimited")
        client.chat_postMessage(channel="COTHER", text="x")
    client.chat_postMessage(channel="CTALL", text="x")
    slack.fail("chat.postMessage", status=503, done=True)
    assert refused(lambda: client.chat_postMessage(channel="CTALL", text="y")).status_code == 503
    assert [each.text for each in slack.messages("CTALL")] == ["x", "y"]  # it was done, but the answer was lost
    slack.fail("chat.postMessage", status=0)
    with httpx.Client(timeout=60) as http, pytest.raises(httpx.HTTPError):
        http.post(slack.url + "chat.postMessage", json={"channel": "CTALL", "text": "z"}, headers={"Authorization": f"Bearer {slack.bot_token}"})
    slack.hang("chat.postMessage", 0.3)
    began = time.monotonic()
    client.chat_postMessage(channel="CTALL", text="sent")
    assert time.monotonic() - began > 0.25


def test_the_pace_is_limited(slack: FakeSlack, client: WebClient) -> None:
    slack.limit(per_channel=0.01, burst=2)
    client.chat_postMessage(channel="CTALL", text="1")
    client.chat_postMessage(channel="CTALL", text="2")
    no = refused(lambda: client.chat_postMessage(channel="CTALL", text="3"))
    assert no.status_code == 429 and 40 < int(no.headers["Retry-After"]) <= 100
    client.chat_postMessage(channel="UANNA", text="another place")
    slack.limit(per_team=0.01, team_burst=1)
    client.chat_postMessage(channel="CTALL", text="4")
    assert refused(lambda: client.chat_postMessage(channel="UANNA", text="5")).status_code == 429


# -- blocks


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x" * 3001)],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [actions(*"x" * 26)],
        [actions("x" * 76)],
        [{**actions("a", "b"), "elements": [actions("a")["elements"][0]] * 2}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{**section("x"), "block_id": "same"}, {**section("y"), "block_id": "same"}],
        [{"type": "nothing"}],
        [entry("x", {"type": "static_select", "options": []})],
        [{**actions("a"), "elements": [{**actions("a")["elements"][0], "value": "x" * 2001}]}],
        [{**actions("a"), "elements": [{**actions("a")["elements"][0], "style": "pretty"}]}],
        [{**actions("a"), "elements": [{**actions("a")["elements"][0], "accessibility_label": "x" * 76}]}],
        [entry("x", {"type": "datepicker", "initial_date": "2026-02-30"})],
        [rich({"type": "rich_text_section", "elements": []})],
        [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})],
        [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"underline": True}}]})],
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]}]})],
    ],
    ids=str,
)
def test_blocks_that_slack_refuses(blocks: list[Json]) -> None:
    assert checks.wrong_blocks(blocks)


def test_views_that_slack_refuses() -> None:
    assert checks.wrong_view(modal(TEXT)) == []
    assert checks.wrong_view({**modal(TEXT), "title": {"type": "plain_text", "text": "x" * 25}})
    assert checks.wrong_view({key: value for key, value in modal(TEXT).items() if key != "submit"})
    assert checks.wrong_view({**modal(TEXT), "private_metadata": "x" * 3001})
    assert checks.wrong_view(modal(*[section("x")] * 101))
    assert checks.wrong_view(modal(entry("text", {"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"})))


# -- what people do


def test_a_command_is_answered_to_its_asker_alone(slack: FakeSlack, bot: Bot, way: str) -> None:
    anna = slack.person("UANNA", way)
    reply = anna.command("CTALL", "åtgärd @bo ring <3")
    assert reply.ok and reply.shown
    assert reply.shown.blocks[0]["text"]["text"] == "åtgärd <@UBO|bo> ring &lt;3"
    assert slack.ephemerals("UANNA", "CTALL") == [reply.shown]
    assert slack.ephemerals("UBO") == slack.messages("CTALL") == []
    assert (words(reply.shown.blocks, str), [each.label for each in spots_of(reply.shown.blocks)]) == (
        "åtgärd UBO ring <3", ["Ångra", "Ändra", "Lämna över"],
    )  # fmt: skip
    assert anna.tap(reply.shown, "Lämna över").ok
    assert bot.came[-1]["actions"][0]["selected_option"]["value"] == "Lämna över"
    assert anna.tap(reply.shown, "Ångra").ok
    slack.wait(lambda: slack.ephemerals("UANNA")[0].text == "ångrat")
    body = bot.came[-1]
    assert body["container"] == {"type": "message", "message_ts": reply.shown.ts, "channel_id": "CTALL", "is_ephemeral": True}
    assert body["team"]["id"] == slack.team and body["enterprise"] is None and "message" not in body


def test_a_form_opens_and_stays_open_as_long_as_it_is_told(slack: FakeSlack, bot: Bot, way: str) -> None:
    anna = slack.person("UANNA", way)
    assert anna.command("CTALL", "form").shown is None
    opened = anna.modal
    assert opened
    anna.submit({"text": "fel"})
    assert anna.modal is opened and opened.errors == {"text": "skriv något annat"}
    hash = opened.hash
    anna.submit({"text": "mer"})
    assert anna.modal is opened and opened.errors == {} and opened.hash != hash
    assert anna.fill() == {"text": {"x": {"type": "plain_text_input", "value": "mer"}}}  # what was written stays in the same input
    anna.submit({"text": "ringa"})
    assert anna.modal is None
    assert bot.came[-1]["view"]["state"]["values"] == {"text": {"x": {"type": "plain_text_input", "value": "ringa"}}}


def test_a_trigger_serves_once_and_not_for_long(slack: FakeSlack, bot: Bot, client: WebClient) -> None:
    anna = slack.person("UANNA", bot.url)
    anna.command("CTALL", "form")
    used = bot.came[-1]["trigger_id"]
    assert refused(lambda: client.views_open(trigger_id=used, view=modal(TEXT)))["error"] == "exchanged_trigger_id"
    anna.command("CTALL", "x")
    fresh = bot.came[-1]["trigger_id"]
    slack.trigger_lives = 0.0
    assert refused(lambda: client.views_open(trigger_id=fresh, view=modal(TEXT)))["error"] == "expired_trigger_id"
    assert refused(lambda: client.views_open(trigger_id="1.2.3", view=modal(TEXT)))["error"] == "invalid_trigger_id"


def test_a_stale_hash_is_a_conflict(slack: FakeSlack, client: WebClient) -> None:
    home = {"type": "home", "blocks": [section("hej")]}
    first = client.views_publish(user_id="UANNA", view=home)["view"]
    client.views_publish(user_id="UANNA", view=home, hash=first["hash"])
    assert refused(lambda: client.views_publish(user_id="UANNA", view=home, hash=first["hash"]))["error"] == "hash_conflict"
    shown = slack.home_of("UANNA")
    assert shown and shown.blocks[0]["text"]["text"] == "hej"


def test_events_come_as_slack_writes_them(slack: FakeSlack, bot: Bot, way: str) -> None:
    anna = slack.person("UANNA", way)
    first = slack.messages("CTALL") or [anna.write("CTALL", "en rad som ingen bot hör")]
    assert anna.mention("CTALL", "lista", thread_ts=first[0].ts).ok
    slack.wait(lambda: slack.messages("CTALL")[-1:] and slack.messages("CTALL")[-1].text == "hej")
    assert slack.messages("CTALL")[-1].thread_ts == first[0].ts
    body = bot.came[0]
    assert body["event"]["text"] == f"<@{slack.bot_user}> lista" and body["event"]["thread_ts"] == first[0].ts
    assert body["authorizations"][0]["user_id"] == slack.bot_user and body["is_ext_shared_channel"] is False
    anna.direct("mina")
    anna.open_home()
    slack.join("UBO", "CTALL", way, inviter="UANNA")
    slack.leave("UBO", "CTALL", way)
    slack.remove_bot("CTALL", "UANNA", way)
    anna.shortcut("make_action", first[0])
    anna.shortcut("new_action")
    slack.uninstall(bot_url=way)
    events = [each["event"]["type"] if each["type"] == "event_callback" else each["type"] for each in bot.came]
    assert events == [
        "app_mention", "message", "app_home_opened", "member_joined_channel", "member_left_channel", "group_left",
        "message_action", "shortcut", "tokens_revoked", "app_uninstalled",
    ]  # fmt: skip
    assert slack.bot_user not in slack.channels["CTALL"].members


def test_the_same_thing_comes_again_with_the_same_id(slack: FakeSlack, bot: Bot) -> None:
    anna = slack.person("UANNA", bot.url)
    anna.command("CTALL", "x", retry=1).again(2)
    assert len({each["trigger_id"] for each in bot.came}) == 1 and len(bot.came) == 3
    anna.direct("x", retry=2)
    assert len({each["event_id"] for each in bot.came[3:]}) == 1


def test_requests_that_must_be_refused(slack: FakeSlack, bot: Bot) -> None:
    anna = slack.person("UANNA", bot.url)
    assert [anna.command("CTALL", "x", sign=False).status, anna.direct("x", sign="wrong").status, anna.direct("x", old=400).status] == [401] * 3
    assert bot.came == []
    slack.patience = 0.2
    assert anna.command("CTALL", "slow").error == "operation_timeout"


# -- Socket Mode


def test_a_connection_that_slack_ends_is_opened_again(slack: FakeSlack, bot: Bot) -> None:
    bot.connect()
    slack.socket.disconnect("refresh_requested")
    slack.wait(lambda: slack.socket.opened == 2 and len(slack.socket.open) == 1)  # and the old one has gone
    assert slack.person("UANNA").command("CTALL", "x").ok


def test_a_ticket_serves_once(slack: FakeSlack) -> None:
    url = WebClient(slack.bot_token, base_url=slack.url).apps_connections_open(app_token=slack.app_token)["url"]

    async def greeting() -> Any:
        import aiohttp

        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                hello = await socket.receive_json()
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
            return hello

    assert asyncio.run(greeting())["type"] == "hello"


# -- installing


def test_installing_gives_a_token_once(slack: FakeSlack) -> None:
    slack.add_team("TNEW", "Arvika")
    slack.installs_to, slack.installs_by = "TNEW", "UANNA"
    asked = {"client_id": slack.client_id, "scope": "chat:write,commands", "state": "s1", "redirect_uri": "https://bot.example.org/back"}
    page = httpx.get(slack.authorize_url, params=asked, timeout=60)
    sent = parse_qs(urlsplit(page.headers["location"]).query)
    assert page.status_code == 302 and sent["state"] == ["s1"]
    client, code = WebClient(base_url=slack.url), sent["code"][0]
    given = {"client_id": slack.client_id, "code": code, "redirect_uri": "https://bot.example.org/back"}
    assert refused(lambda: client.oauth_v2_access(**given, client_secret="wrong"))["error"] == "bad_client_secret"
    answer = client.oauth_v2_access(**given, client_secret=slack.client_secret)
    assert (answer["team"]["id"], answer["scope"], answer["authed_user"]["id"]) == ("TNEW", "chat:write,commands", "UANNA")
    assert WebClient(answer["access_token"], base_url=slack.url).auth_test()["team"] == "Arvika"
    assert refused(lambda: client.oauth_v2_access(**given, client_secret=slack.client_secret))["error"] == "code_already_used"
    assert WebClient(answer["access_token"], base_url=slack.url).auth_revoke()["revoked"]
