"""The one HTTP server: `/health`, `/metrics`, and what the platforms and the calendar answer to."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from handlers import logs
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.guard import Doors, Told

LARGEST_BODY = 1024 * 1024  # bytes: Slack's and Teams' are far smaller
DRAINED = 8  # times as much is read past before the connection is closed on who sends more
BODY_WITHIN = 20.0  # seconds that a body may take to come
HEAD_WITHIN = 20.0  # seconds that a new connection, or the head of a request, may take
LARGEST_HEAD = 64 * 1024  # bytes
CONNECTIONS = 2_000  # at once; more are told to come back
GRACE = 4  # seconds for requests under way when we are asked to stop: Slack waits for three
KEPT_OPEN = 65  # seconds that an idle connection stays: longer than a proxy in front keeps it

Living = Callable[[], AbstractAsyncContextManager[None]]
"""What lives as long as the server does: a platform's connections."""


def make_app(
    engine: Engine, counts: Counts, routes: Sequence[BaseRoute] = (), living: Sequence[Living] = (), https: bool = False
) -> Starlette:
    """The application. `living` are entered before the first request, and left after the last. `https`: it is reached by that."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in living:
                await stack.enter_async_context(each())
            yield

    app = Starlette(routes=[*probes(engine, counts), *routes], lifespan=lifespan)
    app.add_middleware(SmallBodies)
    app.add_middleware(Doors)
    app.add_middleware(Told, https=https)
    app.add_middleware(Named)
    return app


def probes(engine: Engine, counts: Counts) -> list[Route]:
    """`/health` (503 when something is late) and `/metrics` (for Prometheus): kinds and counts only."""

    async def health(request: Request) -> Response:
        state = await run_in_threadpool(engine.health)
        return JSONResponse(state, 200 if state["ok"] else 503)

    async def metrics(request: Request) -> Response:
        lines = counts.lines(await run_in_threadpool(engine.gauges))
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    return [Route("/health", health), Route("/metrics", metrics)]


class Named:
    """Gives each request an id, which is in all that is logged for it, and in the answer's `x-request-id`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        with logs.about() as id:

            async def named(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode())]
                await send(message)

            await self.app(scope, receive, named)


class SmallBodies:
    """Refuses what is larger than any platform sends, before it is all in memory; and what does not come in time."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_BODY, within: float = BODY_WITHIN) -> None:
        self.app, self.most, self.within = app, most, within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        came, more, begun, end = 0, True, False, time.monotonic() + self.within

        async def counted() -> Message:
            nonlocal came, more
            try:
                async with asyncio.timeout(end - time.monotonic() if more else None):
                    message = await receive()
            except TimeoutError:
                raise TooSlow from None
            more = message["type"] == "http.request" and message.get("more_body", False)
            came += len(message.get("body", b""))
            if came > self.most:
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if _said_length(scope) > self.most:
                raise TooLarge
            await self.app(scope, counted, noted)
        except TooLarge:
            if not begun:
                await _refuse(scope, receive, send, DRAINED * self.most if more else 0, end)
        except TooSlow:
            if not begun:
                await PlainTextResponse("too slow", 408, {"connection": "close"})(scope, receive, send)


class TooLarge(Exception):
    """More came, or was said to come, than any platform sends."""


class TooSlow(Exception):
    """The body did not come in time."""


def _said_length(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() else 0


async def _refuse(scope: Scope, receive: Receive, send: Send, drained: int, end: float) -> None:
    """Read past so much of what still comes until then, for a client that listens only when it has said all; then say no."""
    more = True
    while more and drained > 0:
        try:
            message = await asyncio.wait_for(receive(), end - time.monotonic())
        except TimeoutError:
            break
        drained -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    await PlainTextResponse("too large", 413, {"connection": "close"})(scope, receive, send)


class Prompt(HttpToolsProtocol):
    """A connection that is closed on who opens it and says nothing, or takes too long or too much for the head of a request."""

    _hurry: asyncio.TimerHandle | None = None
    _head = 0  # bytes since the request began

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._hurry:
            self._head += len(data)
        super().data_received(data)
        if self._hurry and self._head > LARGEST_HEAD:
            self.transport.abort()

    def on_message_begin(self) -> None:
        if not self._hurry:
            self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._came()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._head, self._hurry = 0, self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def _came(self) -> None:
        if self._hurry:
            self._hurry.cancel()
            self._hurry = None


class Server(uvicorn.Server):
    """Stops when told to: signals are the caller's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: ASGIApp, host: str, port: int, ending: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; what was begun then is finished first, a second signal waits for nothing.

    `ending` is called within the signal: it may set a flag, and must wait for nothing.
    """
    config = uvicorn.Config(
        app, host, port, log_config=None, access_log=False, lifespan="on", server_header=False,
        timeout_graceful_shutdown=GRACE, timeout_keep_alive=KEPT_OPEN, http=Prompt, limit_concurrency=CONNECTIONS,
    )  # fmt: skip
    server = Server(config)

    def stop(*_: object) -> None:
        ending()
        server.force_exit = server.should_exit
        server.should_exit = True

    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, stop)
    server.run()
