"""The one server: small bodies, figures, and what lives with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from handlers.clock import RealClock
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.server import LARGEST_BODY, make_app
from storage.store import KeyStore, Store
from tests.handlers.world import WORDS

happened: list[str] = []


@asynccontextmanager
async def living() -> AsyncIterator[None]:
    happened.append("in")
    yield
    happened.append("out")


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def make(counts: Counts) -> TestClient:
    store = Store("sqlite://", KeyStore("sqlite://", bytes(32)))
    store.migrate()
    engine = Engine(store, WORDS, {}, RealClock())
    return TestClient(make_app(engine, counts, [Route("/echo", echo, methods=["POST"])], [living]))


def test_bodies_up_to_the_limit_come_through_and_larger_do_not() -> None:
    with make(Counts()) as client:
        assert client.post("/echo", content=b"x" * LARGEST_BODY).text == str(LARGEST_BODY)
        assert client.post("/echo", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
        assert client.post("/echo", content=(b"x" * 1000 for _ in range(LARGEST_BODY // 1000 + 2))).status_code == 413


def test_figures_are_counted_by_kind() -> None:
    counts = Counts()
    counts.add("slack", "command")
    counts.add("slack", "command")
    counts.add("slack", "tap")
    with make(counts) as client:
        told = client.get("/metrics").text
        assert client.get("/health").json()["ok"] is True
    assert 'nvg_slack_total{kind="command"} 2\nnvg_slack_total{kind="tap"} 1\n' in told
    assert told.count("# TYPE nvg_slack_total counter") == 1


def test_what_lives_with_the_server_begins_and_ends_with_it() -> None:
    happened.clear()
    with make(Counts()):
        assert happened == ["in"]
    assert happened == ["in", "out"]
