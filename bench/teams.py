"""What a mention costs over HTTP in Teams, beside the SDK with a handler that does nothing; and how soon each is answered.

Bot, SDK and pretend Teams are processes of their own (`python -m bench.teams world|bot|noop|load ...`). Where there are two cores,
the bot has one for itself, and all the others share the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.figure import Figure, calmest
from bench.load import ask, post
from bench.start import clean, free_port, health, other_cores, own_core, resident, timed
from bench.world import SECRET, people, person, things
from bot.model import Group, Person
from handlers.clock import RealClock
from storage.keystore import KeyStore
from storage.store import Store

GROUPS = 200
AT_ONCE, COMMANDS = 16, 2000
RATE, SECONDS, ROUNDS, MOST = 100, 5, 3, 20.0  # mentions a second, for how long, how often, and the most that the 99th percentile may be, in milliseconds
WARM = 2 * GROUPS
TIMES = 5
LIBRARIES = (
    "import sqlalchemy, jinja2, starlette.applications, uvicorn, uvloop, httptools, cryptography.hazmat.primitives.ciphers.aead,"
    " microsoft_teams.apps, microsoft_teams.api, microsoft_teams.cards, icalendar, apscheduler.schedulers.background, dotenv"
)

Told = Mapping[str, Any]
"""What the pretend Teams tells the others of itself: where it is, the bot's name and token there, the mentions to say."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as name, running("world", name) as ready:
        folder, told = Path(name), json.loads(Path(ready).read_text(encoding="utf-8"))
        fill(folder, told)
        with listening("noop", name) as (floor, _), listening("bot", name) as (port, process):
            load("floor", name, floor, AT_ONCE, WARM)
            load("warm", name, port, AT_ONCE, WARM)
            ours, bare = load("ours", name, port, AT_ONCE, COMMANDS), load("floor2", name, floor, AT_ONCE, COMMANDS)
            yield Figure(f"mention over HTTP in Teams, {AT_ONCE} at once: time of each; an SDK that does nothing", ours["each"], "ms", bare["each"], most_times=4)
            pairs = [
                (load(f"paced{n}", name, port, 0, RATE * SECONDS, RATE), load(f"floor-paced{n}", name, floor, 0, RATE * SECONDS, RATE))
                for n in range(ROUNDS)
            ]  # fmt: skip
            ours, bare = (calmest(each) for each in zip(*pairs, strict=True))
            yield Figure(f"the same, {RATE} a second, p50", ours["p50"], "ms", bare["p50"])
            yield Figure(f"the same, {RATE} a second, p99 in the calmest of {ROUNDS} rounds", ours["p99"], "ms", bare["p99"], most=MOST)
            yield Figure("memory of a bot that serves Teams alone, after all this", resident(process.pid), "MB", most=160)
        kept(folder, WARM + COMMANDS + RATE * SECONDS * ROUNDS)
        starts = sorted(started() for _ in range(TIMES))
        libraries = timed(LIBRARIES, clean(os.environ))
        yield Figure("its start until /health answers, beside importing its libraries alone", starts[TIMES // 2], "s", libraries, most_times=1.3)


def fill(folder: Path, told: Told) -> None:
    store = opened(folder)
    store.migrate()
    with store.turn() as work:
        for group in range(GROUPS):
            made = [
                replace(each, identities=(f"teams:{told['tenant']}/{told['users'][each.id]}",)) if isinstance(each, Person)
                else replace(each, channels=(f"teams:{told['tenant']}/{conversation(group)}",)) if isinstance(each, Group) else each
                for each in things(group)
            ]  # fmt: skip
            work.save(made, RealClock().now())
    store.close()


def opened(folder: Path) -> Store:
    return Store(f"sqlite:///{folder}/nvg.db", KeyStore(folder / "nvg.db.keys", SECRET))


def kept(folder: Path, count: int) -> None:
    """All that was said must be there."""
    store = opened(folder)
    found = sum(len(store.export_group(f"g{group}")["actions"]) for group in range(GROUPS))
    store.close()
    if found != count:
        raise RuntimeError(f"{found} actions of {count}")


def conversation(group: int) -> str:
    return f"19:g{group}@thread.tacv2"


def started() -> float:
    """`nvg run` as it is installed, with nothing in its database."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as folder:
        environment = {
            **clean(os.environ), "NVG_PORT": str(port), "TEAMS_CLIENT_ID": "11111111-1111-1111-1111-111111111111", "TEAMS_CLIENT_SECRET": "x",
            "TEAMS_TENANT_ID": "22222222-2222-2222-2222-222222222222", "PYTHONPATH": str(Path(__file__).parent.parent),
        }  # fmt: skip
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "handlers.run", "run"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        try:
            health(port, process)
            return time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(20)


# -- the others, each in a process


@contextlib.contextmanager
def running(what: str, folder: str) -> Iterator[str]:
    """The first line that the process prints."""
    with _process(what, folder) as process:
        assert process.stdout
        yield process.stdout.readline().strip()


@contextlib.contextmanager
def listening(what: str, folder: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port that it listens at, once it does; on the bot's core."""
    with _process(what, folder) as process:
        own_core(process.pid)
        assert process.stdout
        port = int(process.stdout.readline())
        health(port, process)  # type: ignore[arg-type]
        yield port, process


@contextlib.contextmanager
def _process(what: str, folder: str) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "bench.teams", what, folder]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=clean(os.environ))
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def load(name: str, folder: str, port: int, at_once: int, count: int, rate: int = 0) -> Mapping[str, float]:
    """So many mentions, each answered before the next of `at_once` goes; or `rate` a second, whether answered or not."""
    given = json.dumps({"name": name, "port": port, "at_once": at_once, "count": count, "rate": rate})
    done = subprocess.run([sys.executable, "-m", "bench.teams", "load", folder, given], check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


async def _load(told: Told, name: str, port: int, at_once: int, count: int, rate: int) -> Mapping[str, float]:
    headers = {"Authorization": f"Bearer {told['token']}", "Content-Type": "application/json"}

    def request(n: int) -> bytes:
        return post("/api/messages", headers, told["mentions"][n % GROUPS].replace("NAME", f"{name} {n}").replace("MESSAGE", f"{name}{n}").encode())

    return await ask(port, request, lambda status, *_: status in (200, 202), at_once=at_once, count=count, rate=rate)


def _world(folder: str) -> None:
    """The pretend Teams of the tests, with all groups' people and conversations in it."""
    from tests.fake_servers.teams import FakeTeams

    other_cores()
    os.nice(10)  # who measures goes first on the core that they share
    with FakeTeams() as teams:
        users, mentions = {}, []
        for group in range(GROUPS):
            for each in people(group):
                users[each.id] = teams.add_user(each.name, handle=each.id).id
            here = teams.add_channel(f"g{group}", [users[each.id] for each in people(group)], id=conversation(group))
            anna, bo = teams.users[users[person(group, 0)]], teams.users[users[person(group, 1)]]
            line = f"<at>{teams.bot_name}</at> åtgärd <at>{bo.name}</at> ringa kommunen om NAME senast fredag"
            activity = teams.postbox.activity("message", here, anna, "MESSAGE", "MESSAGE", text=line, textFormat="plain")
            named = ({"id": teams.bot_account, "name": teams.bot_name}, {"id": bo.account, "name": bo.name})
            activity["entities"] = [*({"type": "mention", "text": f"<at>{each['name']}</at>", "mentioned": each} for each in named), *activity["entities"]]
            mentions.append(json.dumps(activity))
        told = {
            "host": teams.host, "issuer": teams.issuer, "tenant": teams.tenant, "app_id": teams.app_id, "secret": teams.secret,
            "bot_token": teams.bot_token, "token": teams.token(), "users": users, "mentions": mentions,
        }  # fmt: skip
        file = Path(folder) / "told.json"
        file.write_text(json.dumps(told), encoding="utf-8")
        print(file, flush=True)
        threading.Event().wait()


def _cloud(told: Told) -> Any:
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides

    return with_overrides(
        PUBLIC, login_endpoint=f"{told['host']}/login", openid_metadata_url=f"{told['host']}/v1/.well-known/openidconfiguration",
        token_issuer=told["issuer"],
    )  # fmt: skip


def _bot(folder: str, told: Told) -> None:
    """The bot as `nvg run` makes it, but for whose tokens it believes."""
    from handlers.counts import Counts
    from handlers.engine import Engine
    from handlers.run import few_arenas, settle
    from handlers.server import make_app, serve
    from handlers.teams.app import Options, Teams
    from templates.words import Words

    few_arenas()
    store, counts = opened(Path(folder)), Counts()
    options = Options(
        told["app_id"], told["secret"], told["tenant"], ("127.0.0.1",), _cloud(told), lambda scope, tenant: str(told["bot_token"])
    )
    teams = Teams(options, store, RealClock())
    engine = Engine(store, Words(), {"teams": teams.speaker}, RealClock(), counts=counts)
    routes, living = teams.attach(engine, counts)
    engine.start()
    settle()
    port = free_port()
    print(port, flush=True)
    try:
        serve(make_app(engine, counts, routes, [living]), "127.0.0.1", port)
    finally:
        engine.stop()
        teams.close()
        store.close()


def _noop(told: Told) -> None:
    """The SDK's app with a handler of messages that says nothing; its own server is uvicorn too."""
    import uvicorn
    from fastapi import FastAPI
    from microsoft_teams.apps import ActivityContext, App, FastAPIAdapter

    server = FastAPI()
    app = App(
        client_id=told["app_id"], token=lambda scope, tenant: str(told["bot_token"]), tenant_id=told["tenant"], cloud=_cloud(told),
        http_server_adapter=FastAPIAdapter(app=server),
    )  # fmt: skip

    @app.on_message
    async def nothing(context: ActivityContext[Any]) -> None:
        """Says nothing."""

    @server.get("/health")
    async def well() -> dict[str, bool]:
        return {"ok": True}

    asyncio.run(app.initialize())
    port = free_port()
    print(port, flush=True)
    uvicorn.run(server, host="127.0.0.1", port=port, log_config=None, access_log=False)


def main(arguments: Sequence[str]) -> None:
    import uvloop

    what, folder = arguments[:2]
    if what == "world":
        return _world(folder)
    told = json.loads((Path(folder) / "told.json").read_text(encoding="utf-8"))
    if what == "bot":
        _bot(folder, told)
    elif what == "noop":
        _noop(told)
    else:
        other_cores()
        print(json.dumps(uvloop.run(_load(told, **json.loads(arguments[2])))))


if __name__ == "__main__":
    main(sys.argv[1:])
