"""What sending costs beside a bare HTTP client that posts the same, and how much of what Slack allows the pacing makes use of.

Slack is here a minimal server in a process of its own (`python -m bench.sending`), which says yes to everything. Where there are two
cores, all that sends has one, as the bot has in the other figures, and Slack the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import aiohttp

from bench.figure import Figure
from bench.start import on_own_core, other_cores
from bench.world import MONDAY, opened, things
from bot.model import Group
from bot.outcome import Outcome, Post
from bot.timers import Timer
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.pace import Budget, Pace, per_second
from handlers.slack import blocks
from handlers.slack.speak import Limits, SlackSpeaker
from handlers.speaker import Parcel, To
from storage.store import Store
from templates.card import Button, Card, Heading, Item, Note, Span, Text
from templates.words import Words

MESSAGES, AT_ONCE = 10_000, SlackSpeaker.at_once
ROUND = 2_000  # messages of one, and then of the other
CHANNELS, EACH = 2_500, 4
CHANNEL, WORKSPACE = (Budget(1, 5.0),), per_second(180)  # both are felt
TEAM, TOKEN = "T0BENCH", "xoxb-bench"
CARD = Card((
    Heading((Span("Åtgärd #12 i tall"),)),
    Item((Span("ringa hemtjänsten om kvällspasset", "bold"), Span(", "), Span("Bo Ek", person="bo"), Span(", senast fredag 27 november")),
         (Button("Klart", "done", "tall:12", "primary"), Button("Kommer inte vidare", "stuck", "tall:12"))),
    Text((Span("Tillagd av "), Span("Anna Berg", person="anna"),)),
    Note((Span("Nästa möte tisdag 1 december kl. 13:00"),)),
))  # fmt: skip
MENTIONS = {"bo": f"{TEAM}/UBO", "anna": f"{TEAM}/UANNA"}


def measure() -> Iterator[Figure]:
    with pretend_slack() as url, on_own_core():
        ours, bare = cpu_per_message(url)
        yield Figure(f"Slack: CPU of a message, of {MESSAGES:,}, beside a bare shared session", ours, "ms", bare, most_times=1.5)
        took, cpu = paced(url)
        name = f"Slack: {CHANNELS:,} channels x {EACH} posts; least by channel and workspace limits"
        yield Figure(name, took, "s", least(), most_times=1.1)
        yield Figure("Slack: CPU of a message, the whole way: claimed, drawn, paced, posted, noted", cpu, "ms")


# -- CPU


def cpu_per_message(url: str) -> tuple[float, float]:
    """CPU milliseconds of this process for a message, by the speaker and by a bare client, one round after the other."""
    speaker = SlackSpeaker(lambda team: TOKEN, url)
    ours: list[float] = []
    bare: list[float] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        by_speaker(speaker, threads, range(-AT_ONCE, 0))
        for start in range(0, MESSAGES, ROUND):
            numbers = range(start, start + ROUND)
            began = time.process_time()
            by_speaker(speaker, threads, numbers)
            ours.append(time.process_time() - began)
            began = time.process_time()
            by_client(url, numbers)
            bare.append(time.process_time() - began)
    speaker.close()
    return min(ours) / ROUND * 1000, min(bare) / ROUND * 1000


def by_speaker(speaker: SlackSpeaker, threads: ThreadPoolExecutor, numbers: Sequence[int]) -> None:
    def send(n: int) -> str:
        return speaker.send(To("slack", f"{TEAM}/C{n % CHANNELS}"), Parcel("x", CARD, "Åtgärd #12 i tall", f"bench-{n}", mentions=MENTIONS))

    for _ in threads.map(send, numbers):
        pass


def by_client(url: str, numbers: Sequence[int]) -> None:
    """The same posts by a shared session in the same kind of event loop, and nothing else."""
    import uvloop

    shown = blocks.message(CARD, lambda person: MENTIONS[person].partition("/")[2])

    async def post_all() -> None:
        left = iter(numbers)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=2 * AT_ONCE)) as session:

            async def post() -> None:
                for n in left:
                    body = {
                        "channel": f"C{n % CHANNELS}", "text": "Åtgärd #12 i tall", "blocks": shown, "unfurl_links": False,
                        "unfurl_media": False, "metadata": {"event_type": "nvg", "event_payload": {"ref": f"bench-{n}"}},
                    }  # fmt: skip
                    async with session.post(f"{url}chat.postMessage", json=body) as response:
                        answer = await response.json()
                        if not answer["ok"]:
                            raise RuntimeError(answer["error"])

            await asyncio.gather(*(post() for _ in range(AT_ONCE)))

    loop = uvloop.new_event_loop()
    loop.run_until_complete(post_all())
    loop.close()


# -- pacing


def least() -> float:
    """Seconds that the limits allow at best: with messages that take no time, and always one that may go."""
    now = 0.0
    pace = Pace(lambda: now)
    for n in range(CHANNELS * EACH):
        while wait := pace.take({f"C{n % CHANNELS}": CHANNEL, "all": WORKSPACE}):
            now += wait.seconds
    return now


class Counting(SlackSpeaker):
    sent = 0

    def send(self, to: To, parcel: Parcel) -> str:
        ts = super().send(to, parcel)
        self.sent += 1
        return ts


def paced(url: str) -> tuple[float, float]:
    """Seconds until the running postman has sent all, and CPU milliseconds for each of them."""
    limits = Limits(CHANNEL, WORKSPACE, (), ())
    speaker = Counting(lambda team: TOKEN, url, limits=limits)
    with opened() as (store, _):
        engine = Engine(store, Words(), {"slack": speaker}, SimulatedClock(MONDAY, ticking=True))
        fill(store)
        for n in range(CHANNELS):  # as in a bot that has run for a while
            speaker.readers(To("slack", f"{TEAM}/C{n}"))
        began, cpu = time.monotonic(), time.process_time()
        engine.start()
        while speaker.sent < CHANNELS * EACH:
            time.sleep(0.1)
        took, cpu = time.monotonic() - began, time.process_time() - cpu
        engine.stop()
    speaker.close()
    return took, cpu / CHANNELS / EACH * 1000


def fill(store: Store) -> None:
    """Each group with its channel and open actions, whose cards wait in the outbox."""
    for group in range(CHANNELS):
        kept = [replace(each, channels=(f"slack:{TEAM}/C{group}",)) if isinstance(each, Group) else each for each in things(group, EACH)]
        posts = tuple(Post(f"g{group}", f"action:g{group}:{n}") for n in range(1, EACH + 1))
        with store.turn() as work:
            work.commit(Outcome(save=tuple(kept), posts=posts), Timer("bench", f"g{group}", MONDAY), MONDAY)


# -- pretend Slack


@contextlib.contextmanager
def pretend_slack() -> Iterator[str]:
    """The base URL of a running one."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sending"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


class Yes(asyncio.Protocol):
    """Answers each request of a connection with ok and a new ts; the least that HTTP can be."""

    number = 0

    def connection_made(self, transport: Any) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            body = json.dumps(self.answer_to(head)).encode()
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def answer_to(self, head: bytes) -> Mapping[str, Any]:
        """`head`: of the request, in lower case."""
        Yes.number += 1
        return {"ok": True, "channel": "C1", "ts": f"1795.{Yes.number:06d}", "message": {"text": "x"}, "members": [], "channels": []}


async def _serve() -> None:
    other_cores()
    server = await asyncio.get_running_loop().create_server(Yes, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve())
