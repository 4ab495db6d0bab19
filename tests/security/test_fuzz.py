"""A little of `make fuzz`, and the same over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import random
from pathlib import Path

import uvicorn

from handlers.server import Prompt, Server
from tests.bot.test_permissions import CONSENTS, things
from tests.security.fuzz import METHODS, PATHS, fuzz
from tests.security.nasty import NASTY
from tests.security.test_edges import house_of

DOORS = 13


async def test_made_up_requests_find_no_fault_and_nothing_of_anybodys(migrated_sqlite: bytes, tmp_path: Path) -> None:
    found = await fuzz(800, 7, tmp_path, migrated_sqlite)
    assert not found.faults, found.said()
    assert len(found.doors) == DOORS and found.statuses[200] > 200  # most get as far as a turn


async def test_over_real_http(migrated_sqlite: bytes, tmp_path: Path) -> None:
    """What an HTTP client would not write: heads that are none, lengths that are wrong, odd paths."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        house.save(things(*CONSENTS["holds"]))
        server = Server(uvicorn.Config(house.app, "127.0.0.1", 0, log_config=None, lifespan="off", http=Prompt))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        statuses = await asyncio.to_thread(_knock, port)
        server.should_exit = True
        await task
    assert statuses and max(statuses) < 500


def _knock(port: int) -> set[int]:
    chance, statuses = random.Random(7), set()
    for number in range(150):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        path = chance.choice((*PATHS, "/" + chance.choice(NASTY).encode("utf-8", "replace").hex(), "//", "/%ff", "/calendar/%2e%2e%2f.ics", "*", "http://evil.example/"))
        body = chance.choice(NASTY).encode("utf-8", "replace") * chance.choice((1, 50))
        line.putrequest(chance.choice(METHODS), path, skip_host=number % 3 == 0)
        for name in chance.sample(("Content-Type", "Authorization", "X-Slack-Signature", "Cookie", "Expect", "Upgrade"), 2):
            line.putheader(name, chance.choice(("application/json", "Bearer x", "v0=1", "100-continue", "websocket", "\xe5\xe4\xf6")))
        line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        with contextlib.suppress(http.client.HTTPException, OSError):  # hung up on: an answer too
            statuses.add(line.getresponse().status)
        line.close()
    return statuses
