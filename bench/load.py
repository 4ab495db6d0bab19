"""Requests over HTTP, and how soon each is answered. What measures is to take next to no time itself: connections are kept, a request is
made before it is due, and the last moments before that are not slept through, as a sleep ends a millisecond late."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from bench.figure import percentiles

CONNECTIONS = 16  # opened before the first request is due; more where all of them are waited for
AWAKE = 0.002  # seconds before a request is due, when nothing is slept through any more

Request = Callable[[int], bytes]
"""The n-th request, head and body."""


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self.read = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Status and body of its answer."""
        self.answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self.read += data
        head, blank, body = self.read.partition(b"\r\n\r\n")
        if not blank:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) >= int(length or b"0"):
            self.read = b""
            self.answer.set_result((int(head.split(b" ", 2)[1]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(error or ConnectionError("the server closed the connection"))


async def ask(
    port: int, request: Request, right: Callable[[int, bytes, float], bool], *, at_once: int, count: int, rate: int
) -> Mapping[str, float]:
    """Milliseconds: `each`, and `p50` and `p99` from when a request was due until all of its answer was there.

    `count` requests, each answered before the next of `at_once` goes; or `rate` a second, whether answered or not.
    RuntimeError where an answer is not `right`: its status, its body, and how many seconds it took.
    """
    loop = asyncio.get_running_loop()
    idle: deque[_Connection] = deque()
    took: list[float] = []

    async def opened() -> _Connection:
        return (await loop.create_connection(_Connection, "127.0.0.1", port))[1]

    async def say(asked: bytes, due: float) -> None:
        connection = idle.pop() if idle else await opened()
        status, body = await connection.ask(asked)
        took.append(time.perf_counter() - due)
        idle.append(connection)
        if not right(status, body, took[-1]):
            raise RuntimeError(f"{status}: {body[:300]!r}")

    for _ in range(at_once or CONNECTIONS):
        idle.append(await opened())
    began = time.perf_counter()
    if rate:
        tasks = []
        for n in range(count):
            asked, due = request(n), began + n / rate
            if (wait := due - AWAKE - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            while time.perf_counter() < due:
                await asyncio.sleep(0)
            tasks.append(asyncio.ensure_future(say(asked, due)))
        await asyncio.gather(*tasks)
    else:
        numbers = iter(range(count))

        async def one() -> None:
            for n in numbers:
                asked = request(n)
                await say(asked, time.perf_counter())

        await asyncio.gather(*(one() for _ in range(at_once)))
    each = (time.perf_counter() - began) / count * 1000
    half, most = percentiles(took)
    for connection in idle:
        connection.transport.close()
    return {"each": each, "p50": half, "p99": most}


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A request's bytes."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
