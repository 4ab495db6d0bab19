"""The pretend Teams does as Microsoft's documentation says: the SDK itself talks with it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from microsoft_teams.api.clients import ApiClient
from microsoft_teams.apps.auth.token_validator import InboundActivityTokenValidator
from microsoft_teams.common.http import Client, ClientOptions

from tests.fake_servers.teams import FakeTeams, Message, spots_of, words_of
from tests.fake_servers.teams.checks import CARD, wrong_card

OPENS = {"nvg": {"do": "edit", "ref": "a1"}, "msteams": {"type": "task/fetch"}}


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as teams:
        yield teams


class Bot:
    """A bot that answers all with what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answer: Any = {}
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                bot.tokens.append((self.headers["Authorization"] or "").removeprefix("Bearer "))
                bot.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(bot.answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing is logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def bot() -> Iterator[Bot]:
    bot = Bot()
    yield bot
    bot.server.shutdown()
    bot.server.server_close()


def card(*body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


def words(text: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}


def message(*body: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card(*body)}]}


def call(teams: FakeTeams, method: str, path: str, body: dict[str, Any] | None = None, token: str | None = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {teams.bot_token if token is None else token}", "Content-Type": "application/json"}
    request = Request(teams.service_url() + path, json.dumps(body or {}).encode() if body is not None else None, headers, method=method)
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def test_the_sdk_writes_and_reads_there(teams: FakeTeams) -> None:
    anna, bo = teams.add_user("Anna Berg"), teams.add_user("Bo Ek")
    here = teams.add_channel("tall", [anna.id, bo.id])

    async def talk() -> None:
        from microsoft_teams.api.activities import MessageActivityInput

        api = ApiClient(teams.service_url(), Client(ClientOptions(token=teams.bot_token)))
        sent = await api.conversations.create_activity(here.id, MessageActivityInput(text="hej"))
        await api.conversations.update_activity(here.id, sent.id, MessageActivityInput(text="hej igen"))
        assert [each.aad_object_id for each in await api.conversations.get_members(here.id)] == [anna.id, bo.id]

    asyncio.run(talk())
    assert [(each.text, each.edits) for each in teams.messages(here.id)] == [("hej igen", 1)]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"issuer": "https://api.botframework.com"}, {"audience": "another app"}, {"expires": -1000.0}, {"key": "another"}, {"service_url": "https://evil"}],
)
def test_the_sdk_lets_only_the_right_token_in(teams: FakeTeams, wrong: dict[str, Any]) -> None:
    validator = InboundActivityTokenValidator(teams.app_id, teams.cloud)

    async def let_in() -> bool:
        try:
            await validator.validate_token(teams.token(**wrong), teams.service_url())
        except Exception:
            return False
        return True

    assert asyncio.run(let_in()) == (not wrong)


def test_what_people_do_comes_with_who_and_where(teams: FakeTeams, bot: Bot) -> None:
    anna, bo = teams.add_user("Anna Berg"), teams.add_user("Bo Ek")
    here = teams.add_channel("tall", [anna.id, bo.id])
    assert teams.person(anna.id, bot.url).mention(here.id, "åtgärd @bo ringa").ok
    (got,) = bot.got
    (written,) = teams.messages(here.id)
    assert got["text"] == "<at>nvg</at> åtgärd <at>Bo Ek</at> ringa"
    assert [each["mentioned"]["id"] for each in got["entities"] if each["type"] == "mention"] == [teams.bot_account, bo.account]
    assert (got["from"]["aadObjectId"], got["conversation"]["id"]) == (anna.id, f"{here.id};messageid={written.id}")
    assert got["channelData"]["tenant"]["id"] == got["conversation"]["tenantId"] == teams.tenant


def test_a_tapped_button_refreshes_the_card_for_who_tapped(teams: FakeTeams, bot: Bot) -> None:
    anna = teams.add_user("Anna Berg")
    here = teams.add_channel("tall", [anna.id])
    button = {"type": "Action.Execute", "title": "Klart", "verb": "nvg", "data": {"nvg": {"do": "done", "ref": "a1"}}}
    _, sent = call(teams, "POST", f"v3/conversations/{here.id}/activities", message(words("ringa"), {"type": "ActionSet", "actions": [button]}))
    posted = teams.message(here.id, sent["id"])
    assert posted and [each.label for each in spots_of(posted.card)] == ["Klart"]
    bot.answer = {"statusCode": 200, "type": CARD, "value": card(words("klart"))}
    assert teams.person(anna.id, bot.url).tap(posted, "Klart").ok
    assert bot.got[-1]["value"]["action"] == {"type": "Action.Execute", "title": "Klart", "verb": "nvg", "data": button["data"]}
    assert (bot.got[-1]["name"], bot.got[-1]["replyToId"]) == ("adaptiveCard/action", posted.id)
    assert (words_of(posted.seen_by(anna.id)), words_of(posted.card)) == ("klart", "ringa")
    bot.answer = {"statusCode": 200, "type": CARD, "value": card({"type": "Blinking"})}
    assert "unknown element Blinking" in teams.person(anna.id, bot.url).tap(Message(here.id, "1", card=posted.card), "Klart").error


def test_a_dialog_is_opened_filled_in_and_sent(teams: FakeTeams, bot: Bot) -> None:
    anna = teams.add_user("Anna Berg")
    here = teams.add_channel("tall", [anna.id])
    who = teams.person(anna.id, bot.url)
    posted = teams.keep(Message(here.id, teams.new_id(), card=card(words("ringa"), actions=[{"type": "Action.Submit", "title": "Ändra", "data": OPENS}])))
    form = card(
        {"type": "Input.Text", "id": "text", "label": "Vad", "value": "ringa", "isRequired": True}, {"type": "Input.Date", "id": "due", "label": "När"},
        actions=[{"type": "Action.Submit", "title": "Spara", "data": {"nvg": {"do": "edit"}}}],
    )  # fmt: skip
    bot.answer = {"task": {"type": "continue", "value": {"title": "Ändra", "card": {"contentType": CARD, "content": form}}}}
    assert who.tap(posted, "Ändra").ok and who.dialog
    assert bot.got[-1]["name"] == "task/fetch" and bot.got[-1]["value"]["data"] == OPENS
    with pytest.raises(KeyError):
        who.submit({"nothing": "x"})
    with pytest.raises(ValueError, match="picked"):
        who.submit({"due": "fredag"})
    bot.answer = {}
    assert who.submit({"due": "2026-12-01"}).ok and who.dialog is None
    assert bot.got[-1]["value"]["data"] == {"nvg": {"do": "edit"}, "text": "ringa", "due": "2026-12-01"}


def test_an_extension_is_told_of_the_message(teams: FakeTeams, bot: Bot) -> None:
    anna, bo = teams.add_user("Anna Berg"), teams.add_user("Bo Ek")
    here = teams.add_channel("tall", [anna.id, bo.id])
    written = teams.person(bo.id).write(here.id, "vi borde ringa @anna & fråga")
    bot.answer = {"task": {"type": "message", "value": "Jag är inte med här."}}
    who = teams.person(anna.id, bot.url)
    assert who.extension("action", written).ok
    payload = bot.got[-1]["value"]["messagePayload"]
    assert payload["body"]["content"] == '<div><div>vi borde ringa <at id="0">Anna Berg</at> &amp; fråga</div></div>'
    assert payload["from"]["user"]["id"] == bo.id
    assert who.dialog and who.dialog.text == "Jag är inte med här."


def test_what_is_not_right_is_refused(teams: FakeTeams) -> None:
    anna = teams.add_user("Anna Berg")
    here = teams.add_channel("tall", [anna.id])
    path = f"v3/conversations/{here.id}/activities"
    assert call(teams, "POST", path, message(words("x")), token="wrong")[0] == 401
    assert call(teams, "POST", "v3/conversations/19:none/activities", message(words("x")))[1]["error"]["code"] == "ConversationNotFound"
    assert call(teams, "POST", path, message(words("å" * 30_000)))[0] == 413
    assert call(teams, "POST", path, message({"type": "Blinking"}))[0] == 400
    assert call(teams, "PUT", f"{path}/1", message(words("x")))[1]["error"]["code"] == "ActivityNotFoundInConversation"
    here.installed = False
    assert call(teams, "POST", path, message(words("x")))[1]["error"]["code"] == "BotNotInConversationRoster"


def test_limits_and_bad_days(teams: FakeTeams) -> None:
    anna = teams.add_user("Anna Berg")
    here = teams.add_channel("tall", [anna.id])
    path = f"v3/conversations/{here.id}/activities"
    teams.limit()
    assert [call(teams, "POST", path, message(words("x")))[0] for _ in range(8)] == [201] * 7 + [429]
    teams.mend()
    teams.fail("send", "MessageWritesBlocked", 403, conversation=here.id)
    assert "MessageWritesBlocked" in call(teams, "POST", path, message(words("x")))[1]["error"]["message"]
    assert call(teams, "POST", path, message(words("x")))[0] == 201


def test_only_who_has_the_app_can_be_written_to_first(teams: FakeTeams) -> None:
    anna, bo = teams.add_user("Anna Berg"), teams.add_user("Bo Ek", installed=False)
    def make(user: str) -> tuple[int, Any]:
        return call(teams, "POST", "v3/conversations", {"bot": {"id": teams.bot_account}, "members": [{"id": user}], "tenantId": teams.tenant})
    status, made = make(anna.id)
    assert status == 201 and made["id"] == teams.private_chat(anna.id).id == make(anna.account)[1]["id"]
    assert make(bo.id)[0] == 403


def test_pages_of_members(teams: FakeTeams) -> None:
    users = [teams.add_user(f"Person {number}").id for number in range(5)]
    here = teams.add_channel("tall", users)
    _, first = call(teams, "GET", f"v3/conversations/{here.id}/pagedmembers?pageSize=3")
    _, second = call(teams, "GET", f"v3/conversations/{here.id}/pagedmembers?pageSize=3&continuationToken={first['continuationToken']}")
    assert [each["aadObjectId"] for each in first["members"] + second["members"]] == users and "continuationToken" not in second


def test_what_a_card_may_not_hold() -> None:
    assert wrong_card(card(words("x"))) == []
    assert wrong_card(card({"type": "TextBlock", "text": "<at>Anna</at>"})) == ["<at>Anna</at> mentions nobody"]
    assert wrong_card(card({"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "a"})) == ["two inputs are called a"]
