"""Socket Mode: envelopes to any one of the bot's connections, acknowledged by their id.

https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from concurrent.futures import Future
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.fake_servers.slack.model import Json
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.fake_servers.slack import FakeSlack

MOST = 10  # connections of one app


class Sockets:
    """The bot's connections. `send` gives each envelope to one of them, in turn."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.open: list[web.WebSocketResponse] = []
        self.sent: list[Json] = []
        self.opened = 0  # how many there have been
        self._tickets: set[str] = set()
        self._waiting: dict[str, Future[Json]] = {}
        self._turn = 0

    def ticket(self) -> str:
        """The address of a new connection; it serves once."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self.slack.port}/link?ticket={ticket}&app_id={secrets.token_hex(8)}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self.open) >= MOST:
            return web.Response(status=408 if ticket not in self._tickets else 429)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        with self.slack.changed:
            self.open.append(socket)
            self.opened += 1
            self.slack.changed.notify_all()
        await socket.send_json({
            "type": "hello", "num_connections": len(self.open), "connection_info": {"app_id": self.slack.app_id},
            "debug_info": {"host": "applink-1", "build_number": 100, "approximate_connection_time": 18060},
        })  # fmt: skip
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(str(message.data))
        finally:
            with self.slack.changed:
                self.open.remove(socket)
                self.slack.changed.notify_all()
        return socket

    def _acknowledged(self, text: str) -> None:
        if not text.startswith("{"):
            return  # "Ping from client"
        answer = json.loads(text)
        if waiting := self._waiting.pop(str(answer.get("envelope_id", "")), None):
            waiting.set_result(answer)

    def send(self, kind: str, payload: Json, seconds: float, retry: int = 0, envelope: str = "") -> tuple[str, Json | None]:
        """The envelope's id, and what the bot acknowledged it with; None if it did not in time.

        `kind`: events_api | interactive | slash_commands. An envelope never acknowledged comes again to another connection.
        """
        id = envelope or str(uuid.uuid4())
        message: Json = {"envelope_id": id, "payload": payload, "type": kind, "accepts_response_payload": kind != "events_api"}
        if kind == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        waiting: Future[Json] = Future()
        with self.slack.lock:
            self._waiting[id] = waiting
            self.sent.append(message)

        async def give() -> None:
            lines = [each for each in self.open if not each.closed]  # one that is just being ended takes nothing more
            if not lines:
                raise ConnectionError("the bot has no Socket Mode connection")
            self._turn += 1
            await lines[self._turn % len(lines)].send_json(message)

        asyncio.run_coroutine_threadsafe(give(), self.slack.loop).result(PATIENCE)
        try:
            return id, dict(waiting.result(seconds).get("payload") or {})
        except TimeoutError:
            return id, None

    def disconnect(self, reason: str = "refresh_requested", which: int = 0, close: bool = True) -> None:
        """Slack ends one connection, as it does now and then: warning | refresh_requested | link_disabled."""

        async def end() -> None:
            socket = self.open[which]
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
            if close and reason != "warning":
                await socket.close()

        asyncio.run_coroutine_threadsafe(end(), self.slack.loop).result(PATIENCE)

    def cut(self, which: int = 0) -> None:
        """The line is lost, without a word."""

        async def end() -> None:
            if transport := self.open[which]._req.transport:  # type: ignore[union-attr]
                transport.abort()

        asyncio.run_coroutine_threadsafe(end(), self.slack.loop).result(PATIENCE)

    async def close(self) -> None:
        for each in list(self.open):
            await each.close()
