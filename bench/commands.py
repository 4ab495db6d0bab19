"""What a slash command costs over signed HTTP, beside Bolt with a command that does nothing; and how soon each is answered.

Of Bolt there are two: one as its documentation has it, which looks each hundredth of a second whether the command has answered, and a
lean one, which like ours waits for the command itself. The aim is said of a Bolt, so it is held against the first; the other is shown.

Bot, Bolts and pretend Slack are processes of their own (`python -m bench.commands slack|noop|lean|load ...`). Where there are two cores,
the bot has one for itself, and all the others share the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.figure import Figure, calmest
from bench.load import ask, post
from bench.sending import TEAM, TOKEN, Yes
from bench.start import clean, free_port, health, other_cores, own_core, resident, timed
from bench.world import SECRET, person, things
from bot.model import Group, Person
from handlers.clock import RealClock
from storage.keystore import KeyStore
from storage.store import Store

GROUPS = 1000
SIGNING = "0" * 32
AT_ONCE, COMMANDS = 16, 3000
RATES = {100: 8.0, 300: 20.0}  # requests a second -> the most that the 99th percentile may be, in milliseconds
SECONDS, ROUNDS = 5, 3
WARM = GROUPS  # each channel has been heard once: what is asked once an hour of a channel is not asked meanwhile
TIMES = 5
LATER = 2.0  # seconds after which a command may be acknowledged before it is answered: Slack waits for three
LIBRARIES = (
    "import sqlalchemy, jinja2, starlette.applications, uvicorn, uvloop, httptools, cryptography.hazmat.primitives.ciphers.aead,"
    " slack_bolt.async_app, slack_bolt.adapter.starlette.async_handler, slack_sdk.web.async_client, slack_sdk.socket_mode.aiohttp, aiohttp,"
    " icalendar, apscheduler.schedulers.background, dotenv"
)


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as folder, running("slack") as url, noop() as floor, noop("lean") as lean:
        for each in (floor, lean):
            load("floor", each, AT_ONCE, WARM)
        with bot(Path(folder), url) as (port, process):
            load("warm", port, AT_ONCE, WARM)
            ours, bare, leanest = (load(f"{name}2", each, AT_ONCE, COMMANDS) for name, each in (("ours", port), ("floor", floor), ("floor", lean)))
            name = f"slash command over HTTP, {AT_ONCE} at once: time of each"
            yield Figure(f"{name}; a Bolt that does nothing", ours["each"], "ms", bare["each"], most_times=4)
            yield Figure(f"{name}; a lean Bolt that does nothing", ours["each"], "ms", leanest["each"])
            for rate, most in RATES.items():
                pairs = [
                    (load(f"ours{rate}-{n}", port, 0, rate * SECONDS, rate), load(f"floor{rate}-{n}", lean, 0, rate * SECONDS, rate))
                    for n in range(ROUNDS)
                ]  # fmt: skip
                ours, bare = (calmest(each) for each in zip(*pairs, strict=True))
                yield Figure(f"the same, {rate} a second, p50", ours["p50"], "ms", bare["p50"])
                yield Figure(f"the same, {rate} a second, p99 in the calmest of {ROUNDS} rounds", ours["p99"], "ms", bare["p99"], most=most)
            yield Figure("memory of a bot that serves Slack alone, after all this", resident(process.pid), "MB", most=100)
        starts = sorted(started(Path(folder), url) for _ in range(TIMES))
        environment = clean(os.environ)
        yield Figure("its start until /health answers, beside importing its libraries alone", starts[TIMES // 2], "s", timed(LIBRARIES, environment), most_times=1.4)


# -- the bot


@contextlib.contextmanager
def bot(folder: Path, url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`nvg run` with Slack over HTTP, on a durable SQLite file with groups in it; on a core of its own."""
    if not (folder / "nvg.db").exists():
        fill(folder)
    port = free_port()
    environment = {
        **clean(os.environ), "NVG_PORT": str(port), "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SIGNING, "SLACK_API_URL": url,
        "NVG_SECRET_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "PYTHONPATH": str(Path(__file__).parent.parent),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "handlers.run", "run"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        own_core(process.pid)
        health(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def fill(folder: Path) -> None:
    store = Store(f"sqlite:///{folder}/nvg.db", KeyStore(folder / "nvg.db.keys", SECRET))
    store.migrate()
    with store.turn() as work:
        for group in range(GROUPS):
            kept = [
                replace(each, identities=(f"slack:{TEAM}/U{each.id.upper()}",)) if isinstance(each, Person)
                else replace(each, channels=(f"slack:{TEAM}/C{group}",)) if isinstance(each, Group) else each
                for each in things(group, 10)
            ]  # fmt: skip
            work.save(kept, RealClock().now())  # the bot's own clock runs, so its groups are of today
    store.close()


def started(folder: Path, url: str) -> float:
    began = time.perf_counter()
    with bot(folder, url):
        return time.perf_counter() - began


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- the others, each in a process


@contextlib.contextmanager
def running(what: str) -> Iterator[str]:
    """The first line that the process prints: where it listens."""
    process = subprocess.Popen([sys.executable, "-m", "bench.commands", what], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        if what in ("noop", "lean"):
            own_core(process.pid)
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def noop(kind: str = "noop") -> Iterator[int]:
    with running(kind) as port:
        yield int(port)


def load(name: str, port: int, at_once: int, count: int, rate: int = 0) -> Mapping[str, float]:
    """So many commands, each answered before the next of `at_once` goes; or `rate` a second, whether answered or not."""
    given = json.dumps({"name": name, "port": port, "at_once": at_once, "count": count, "rate": rate})
    done = subprocess.run([sys.executable, "-m", "bench.commands", "load", given], check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


async def _load(name: str, port: int, at_once: int, count: int, rate: int) -> Mapping[str, float]:
    def right(status: int, body: bytes, seconds: float) -> bool:
        later = not body and seconds > LATER  # the answer itself comes by another way
        return status == 200 and (name.startswith("floor") or b"#" in body or later)

    return await ask(port, lambda n: post("/slack/events", *signed(name, n)), right, at_once=at_once, count=count, rate=rate)


def signed(name: str, n: int) -> tuple[Mapping[str, str], bytes]:
    """A slash command as Slack sends it."""
    group = n % GROUPS
    told = {
        "token": "x", "team_id": TEAM, "team_domain": "bench", "channel_id": f"C{group}", "channel_name": "privategroup",
        "user_id": f"U{person(group, 0).upper()}", "user_name": "anna", "command": "/nvg",
        "text": f"åtgärd <@U{person(group, 1).upper()}> ringa kommunen om {name} {n} senast fredag", "api_app_id": "A1",
        "is_enterprise_install": "false", "response_url": "http://127.0.0.1:9/", "trigger_id": f"{name}.{n}",
    }  # fmt: skip
    body = urlencode(told)
    at = str(int(time.time()))
    mark = hmac.new(SIGNING.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mark}", "Content-Type": "application/x-www-form-urlencoded"}
    return headers, body.encode()


class Slack(Yes):
    """Knows of itself, its channels and nobody in them besides."""

    def answer_to(self, head: bytes) -> Mapping[str, Any]:
        if b"auth.test" in head:
            return {"ok": True, "team_id": TEAM, "user_id": "UBOT", "bot_id": "B1", "user": "nvg", "team": "bench", "url": "http://x/"}
        if b"conversations.info" in head:
            return {"ok": True, "channel": {"id": "C1", "is_private": True, "is_member": True, "is_channel": True}}
        return super().answer_to(head)


async def _slack() -> None:
    other_cores()
    os.nice(10)  # who measures goes first on the core that they share
    server = await asyncio.get_running_loop().create_server(Slack, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/", flush=True)
    await server.serve_forever()


def _noop(lean: bool) -> None:
    """Bolt with a command that only says yes; `lean`: as we use it."""
    import uvicorn
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from starlette.applications import Starlette
    from starlette.routing import Route

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_id="B1", bot_user_id="UBOT")

    app = AsyncApp(signing_secret=SIGNING, process_before_response=lean, authorize=authorize)

    @app.command("/nvg")
    async def nothing(ack: Any) -> None:
        await ack("ok")

    handler = AsyncSlackRequestHandler(app)
    port = free_port()
    print(port, flush=True)
    routes = [Route("/slack/events", handler.handle, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_config=None, access_log=False)


def main(arguments: Sequence[str]) -> None:
    import uvloop

    what = arguments[0]
    if what == "slack":
        uvloop.run(_slack())
    elif what in ("noop", "lean"):
        _noop(lean=what == "lean")
    else:
        other_cores()
        print(json.dumps(uvloop.run(_load(**json.loads(arguments[1])))))


if __name__ == "__main__":
    main(sys.argv[1:])
