"""How much may be asked for, how long it may take, where answers may go, and what every answer tells browsers."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.incoming import Incoming, Place, Tap
from handlers import guard, server
from handlers.guard import Buckets, Doors, Patience
from handlers.slack.web import Refused, Web
from tests.bot.test_permissions import CONSENTS, NOW, things
from tests.fake_servers.slack import words
from tests.security.house import House
from tests.security.test_edges import house_of


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# --- how much ---------------------------------------------------------------------------------------------------------


def test_a_minutes_worth_at_once_and_then_as_it_comes() -> None:
    clock = Time()
    buckets = Buckets(60, clock)
    assert [bool(buckets.take("anna")) for _ in range(62)] == [False] * 60 + [True] * 2
    assert not buckets.take("bo")
    clock.now = 1.0
    assert [bool(buckets.take("anna")) for _ in range(2)] == [False, True]
    clock.now = 600.0
    assert sum(not buckets.take("anna") for _ in range(100)) == 60


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("REMEMBERED", "EVENTS"):
        monkeypatch.setattr(guard, most, 50)
    patience = Patience(2)
    for number in range(500):
        for event in range(3):
            patience.asks(f"p{number}", f"e{number} {event}")
    assert len(patience._buckets._left) == len(patience._taken) == len(patience._said) == 50


def test_it_is_said_once_in_a_while_and_what_is_sent_again_counts_once() -> None:
    clock = Time()
    patience = Patience(2, clock)
    assert [patience.asks("anna", event) for event in ("1", "1", "1", "2", "3", "4", "1")] == ["", "", "", "", "say", "hush", ""]
    clock.now = 11.0
    assert patience.asks("anna", "5") == "say"
    clock.now = 31.0
    assert patience.asks("anna", "6") == ""


async def test_who_asks_for_too_much_is_told_so_and_the_others_notice_nothing(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite, NVG_PERSON_RATE="3") as house:
        house.save(things(*CONSENTS["holds"]))
        for number in range(3):
            assert (await house.slack_command("member", f"åtgärd ringa {number}", "tall")).json()["blocks"]
        told = (await house.slack_command("member", "åtgärd ringa 3", "tall")).json()
        assert "Vänta en liten stund" in words(told["blocks"])
        assert (await house.slack_command("member", "åtgärd ringa 4", "tall")).text == ""
        form = (await house.slack_form("member", "new_action", "tall:", {"text": "ringa 5"})).json()
        assert "Vänta" in form["errors"]["text"]  # what was written stays in the form
        assert "Vänta" in (await house.tab("member", "new_action", "tall:", fields={"text": "x"})).text  # one person, wherever they write
        assert (await house.slack_command("facilitator", "åtgärd ringa 6", "tall")).json()["blocks"]
        texts = [each["text"] for each in house.store.export_group("Gransången")["actions"]]
        assert [each for each in texts if each.startswith("ringa")] == ["ringa 0", "ringa 1", "ringa 2", "ringa 6"]
        metrics = (await house.web.get("/metrics")).text
        assert 'nvg_too_much_total{kind="said"} 2' in metrics and 'nvg_too_much_total{kind="tap"} 2' in metrics


async def test_what_happens_by_itself_is_never_too_much(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite, NVG_PERSON_RATE="1") as house:
        house.save(things(*CONSENTS["holds"]))
        for number in range(5):
            house.engine.handle(Incoming(f"n{number}", "member", Place("slack", f"{house.slack.team}/CTALL"), tap=None, news=None, said="mina"))
        assert [each.answered.name for each in house.turned] == ["my_actions"]
        assert house.engine.handle(Incoming("t", "member", Place("slack", person="member"), tap=Tap("home"))).name in ("", "too_much")


def test_an_address_is_refused_where_anybody_may_knock_and_only_there() -> None:
    async def ok(request: Request) -> Response:
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route(path, ok, methods=["GET", "POST"]) for path in ("/calendar/x.ics", "/answer/x", "/slack/install", "/teams/tab", "/slack/events", "/api/messages", "/health")])
    doors = Doors(app)
    doors._buckets = Buckets(5, Time())
    with TestClient(doors, client=("198.51.100.7", 1)) as web:
        for path in ("/calendar/x.ics", "/answer/x", "/slack/install", "/teams/tab", "/calendar/x.ics"):
            assert web.get(path).status_code == 200
        refused = web.get("/answer/x")
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0 and "Vänta" in refused.text
        for path in ("/slack/events", "/api/messages", "/health"):
            assert [web.get(path).status_code for _ in range(20)] == [200] * 20
    assert guard._network({"client": ("2001:db8:1:2::1", 1)}) == guard._network({"client": ("2001:db8:1:2:ffff::9", 1)})
    assert guard._network({"client": ("::ffff:192.0.2.1", 1)}) != guard._network({"client": ("::ffff:192.0.2.2", 1)})


# --- how long ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow() -> Iterator[int]:
    """A server that waits half a second for a body, by its port."""

    async def echo(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    app.add_middleware(server.SmallBodies, within=0.6)
    config = uvicorn.Config(app, "127.0.0.1", 0, log_config=None, http=server.Prompt, timeout_keep_alive=server.KEPT_OPEN)
    running = server.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve()), daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        time.sleep(0.005)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    thread.join(60)


def told(port: int, *parts: bytes) -> bytes:
    """All that is answered, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        came = b""
        try:
            line.sendall(b"".join(parts))
            while more := line.recv(65536):
                came += more
        except (ConnectionResetError, BrokenPipeError):
            pass
        return came


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ((), b""),  # nothing at all
        ((HEAD, b"X-Slow: "), b""),  # half a head
        ((HEAD + b"X-Long: ", b"x" * 100_000), b""),  # a head without end
        ((HEAD + b"Content-Length: 100\r\n\r\n", b"x"), b"408"),  # a body that does not come
        ((HEAD + b"Content-Length: 2000000\r\n\r\n", b"x"), b"413"),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nabc"), b"408"),
    ],
)  # fmt: skip
def test_who_takes_too_long_is_hung_up_on(slow: int, said: tuple[bytes, ...], answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_WITHIN", 60.0 if answer else 0.6)
    assert told(slow, *said).partition(b"\r\n")[0].split()[1:2] == ([answer] if answer else [])


def test_who_is_prompt_may_ask_again_on_the_same_line(slow: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_connection(("127.0.0.1", slow), timeout=60) as line:
        for _ in range(3):
            line.sendall(HEAD + b"Content-Length: 3\r\n\r\nabc")
            came = b""
            while not came.endswith(b"\r\n\r\n3"):
                more = line.recv(65536)
                assert more, came
                came += more
            assert came.startswith(b"HTTP/1.1 200")
            monkeypatch.setattr(server, "HEAD_WITHIN", 0.3)
            time.sleep(0.6)  # longer than a head may take, while nothing is asked


# --- where answers may go ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", True), ("https://slack.com/x", True), ("http://hooks.slack.com/x", False), ("https://hooks.slack.com.evil.example/x", False),
        ("https://evil.example/hooks.slack.com", False), ("https://hooks.slack.com@evil.example/", False), ("https://hooks.slack.com:8443/x", False), ("https://169.254.169.254/x", False),
        ("http://127.0.0.1:8000/health", False), ("file:///etc/passwd", False), ("https://[x", False), ("", False),
    ],
)  # fmt: skip
async def test_slack_is_answered_at_slack_alone(url: str, good: bool) -> None:
    web = Web("https://slack.com/api/")
    try:
        assert web._is_slacks(url) == good
        if not good:
            with pytest.raises(Refused, match="not_slack"):
                await web.respond(url, {})
    finally:
        await web.close()


# --- what browsers are told -------------------------------------------------------------------------------------------


async def test_every_answer_tells_browsers_to_be_careful(migrated_sqlite: bytes, tmp_path: Path) -> None:
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_BOT_TOKEN": ""}
    async with house_of("holds", tmp_path, migrated_sqlite, **oauth) as house:
        house.save(things(*CONSENTS["holds"]))
        asked = [(method, path) for path in (
            "/", "/health", "/metrics", "/calendar/x.ics", "/answer/x", "/teams/tab", "/teams/about", "/teams/static/tab.js", "/teams/static/../app.py", "/slack/oauth_redirect",
            "/slack/oauth_redirect?error=access_denied", "/slack/install?redirect_uri=https://evil.example", "/slack/events", "/api/messages", "/teams/tab/act",
        ) for method in ("GET", "POST", "PUT", "TRACE", "OPTIONS")]  # fmt: skip
        for method, path in asked:
            answer = await house.web.request(method, path)
            assert answer.status_code < 500, (method, path)
            headers = answer.headers
            assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
            assert "max-age=" in headers["strict-transport-security"]
            assert "unsafe" not in headers["content-security-policy"] and "default-src 'none'" in headers["content-security-policy"]
            framed = re.search("frame-ancestors ([^;]+)", headers["content-security-policy"])
            assert framed and (framed[1] == "'none'" or ("microsoft" in framed[1] and path.startswith("/teams/")))
            assert re.search("no-store|no-cache|private", headers["cache-control"])
            assert "server" not in headers and "access-control-allow-origin" not in headers
            if location := headers.get("location"):  # nobody is sent on but to Slack itself, and back to us
                assert location.startswith(f"{house.slack.host}/oauth/v2/authorize") and "evil" not in location
            for cookie in headers.get_list("set-cookie"):
                assert cookie.startswith("__Host-") and all(each in cookie for each in ("Secure", "HttpOnly", "SameSite=lax"))


async def test_by_http_on_ones_own_computer_browsers_are_not_told_of_https(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with House(tmp_path, migrated_sqlite, NOW, ["anna"], {}, NVG_PUBLIC_URL="http://localhost:8000") as house:
        assert "strict-transport-security" not in (await house.web.get("/health")).headers
