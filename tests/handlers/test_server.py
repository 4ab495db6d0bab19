"""The one server: small bodies, figures, and what lives with it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from handlers import logs
from handlers.clock import RealClock
from handlers.counts import METRICS, Counts
from handlers.engine import Engine
from handlers.server import LARGEST_BODY, make_app
from handlers.speaker import TryAgain
from storage.store import KeyStore, Store
from tests.handlers.world import WORDS, World

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


def test_prometheus_reads_the_figures_and_they_say_what_happened(store: Store) -> None:
    world = World(store)
    world.teams.refuse = TryAgain("ratelimited", timedelta(seconds=3), limited=True)
    world.say("spara ring")
    world.later(minutes=20)
    with TestClient(make_app(world.engine, world.engine.counts)) as client:
        told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(told.text)}
    found = {(each.name, *each.labels.values()): each.value for family in families.values() for each in family.samples}
    assert {(name.removesuffix("_total"), *METRICS[name]) for name in METRICS if name.removesuffix("_total") in families} == {
        (family.name, family.type, family.documentation) for family in families.values()
    }
    assert (found["nvg_up",], found["nvg_ok",], found["nvg_late",]) == (1, 0, 1)
    assert (found["nvg_outbox_waiting",], found["nvg_outbox_late",], found["nvg_timers_late",]) == (1, 1, 0)
    assert found["nvg_outbox_oldest_seconds",] == 20 * 60
    assert found["nvg_sent_total", "slack"] == 1
    assert found["nvg_tried_again_total", "teams"] == found["nvg_limited_total", "teams"] >= 1
    assert found["nvg_turn_seconds_count", "said"] == found["nvg_turn_seconds_bucket", "said", "+Inf"] == 1
    buckets = [value for key, value in found.items() if key[:2] == ("nvg_turn_seconds_bucket", "said")]
    assert buckets == sorted(buckets)


def test_every_line_logged_for_a_request_carries_its_id() -> None:
    def work() -> str:
        logs.event("in_a_thread", number=1)
        return "done"

    async def both(request: Request) -> Response:
        logs.event("here", event="not_this_name")
        await asyncio.get_running_loop().run_in_executor(None, logs.carried(work))
        return PlainTextResponse("")

    store = Store("sqlite://", KeyStore("sqlite://", bytes(32)))
    store.migrate()
    lines: list[dict[str, object]] = []
    formatter = logs.JsonLines()

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(formatter.format(record)))

    handler = Kept()
    logs.logger.addHandler(handler)
    logs.logger.setLevel(logging.INFO)
    try:
        with TestClient(make_app(Engine(store, WORDS, {}, RealClock()), Counts(), [Route("/both", both)])) as client:
            ids = [client.get("/both").headers["x-request-id"] for _ in range(2)]
    finally:
        logs.logger.removeHandler(handler)
    assert len(set(ids)) == 2
    assert [(line["event"], line["request"]) for line in lines] == [(name, id) for id in ids for name in ("here", "in_a_thread")]


def test_what_lives_with_the_server_begins_and_ends_with_it() -> None:
    happened.clear()
    with make(Counts()):
        assert happened == ["in"]
    assert happened == ["in", "out"]
