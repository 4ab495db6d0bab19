"""Socket Mode: lines to Slack that it hands payloads over by. There are always two, and a new one is open before the old
one is let go, so that nothing is lost when Slack refreshes them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import aiohttp

from handlers import logs
from handlers.slack.web import Refused, Web

LINES = 2
HEARTBEAT = 10.0  # seconds between pings: a line that is dead is soon known to be
LONGEST_WAIT = 30.0  # seconds between tries
PATIENCE = 2.5  # seconds, of the three that Slack waits, to find a line for an answer whose own has ended
LEAVING = 5.0  # seconds for what came by a line that is being let go

Dispatch = Callable[[Mapping[str, Any], int], Awaitable[Any]]
"""(payload, number of the retry) -> what the acknowledgement says: "", JSON, or None to give none."""


class Sockets:
    """Open it within the running loop. Each line is opened anew for as long as it takes, until `close`."""

    def __init__(self, web: Web, app_token: str, dispatch: Dispatch, lines: int = LINES) -> None:
        self._web, self._token, self._dispatch, self._lines = web, app_token, dispatch, lines
        self._open: list[aiohttp.ClientWebSocketResponse] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._listening: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin; the lines open meanwhile."""
        self._keepers = [asyncio.ensure_future(self._keep()) for _ in range(self._lines)]

    async def close(self) -> None:
        """Take nothing more, and finish what came."""
        for each in self._keepers:
            each.cancel()
        if self._answering:
            await asyncio.wait(self._answering, timeout=LEAVING)
        for each in self._listening:
            each.cancel()
        await asyncio.gather(*self._keepers, *self._listening, return_exceptions=True)

    async def _keep(self) -> None:
        """One line after the other. The next is opened as soon as Slack says that this one will end."""
        wait = 0.5
        while True:
            try:
                line = await self._connect()
            except (Refused, aiohttp.ClientError, TimeoutError, OSError) as error:
                why = error.error if isinstance(error, Refused) else type(error).__name__
                logs.event("slack_line", state="failed", why=why)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            ending: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            task = asyncio.ensure_future(self._listen(line, ending))
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)
            began = time.monotonic()
            told = await ending  # whether Slack said that it would end
            if told or time.monotonic() - began > LONGEST_WAIT:
                wait = 0.5
            else:  # a line that breaks as soon as it is open is not tried again at once
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        told = await self._web.call(self._token, "apps.connections.open", tries=1)
        return await self._web.session.ws_connect(str(told["url"]), heartbeat=HEARTBEAT, max_msg_size=0)

    async def _listen(self, line: aiohttp.ClientWebSocketResponse, ending: asyncio.Future[bool]) -> None:
        """Hear one line until it ends."""
        logs.event("slack_line", state="open")
        self._open.append(line)
        try:
            async for message in line:
                if message.type == aiohttp.WSMsgType.TEXT:
                    self._came(line, message.data, ending)
        finally:
            self._open.remove(line)
            if not ending.done():
                ending.set_result(False)
            with suppress(Exception):
                await line.close()
            logs.event("slack_line", state="closed")

    def _came(self, line: aiohttp.ClientWebSocketResponse, text: str, ending: asyncio.Future[bool]) -> None:
        try:
            envelope = json.loads(text)
        except ValueError:
            return
        if envelope.get("type") == "disconnect":
            if not ending.done():
                ending.set_result(True)
            if envelope.get("reason") != "warning":
                task = asyncio.ensure_future(self._let_go(line))
                self._listening.add(task)
                task.add_done_callback(self._listening.discard)
        elif "envelope_id" in envelope:
            task = asyncio.ensure_future(self._answer(line, envelope))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _let_go(self, line: aiohttp.ClientWebSocketResponse) -> None:
        """Slack ends the line itself; where it does not, we do, in a while."""
        await asyncio.sleep(LEAVING)
        await line.close()

    async def _answer(self, line: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        with logs.about():
            await self._answer_to(line, envelope)

    async def _answer_to(self, line: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        try:
            body = await self._dispatch(envelope["payload"], int(envelope.get("retry_attempt") or 0))
            if body is None:
                return
            answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
            if body and envelope.get("accepts_response_payload"):
                answer["payload"] = json.loads(body) if body.startswith("{") else {"text": body}
            await self._send(line, json.dumps(answer))
        except Exception as error:
            logs.failed("slack_line", error)

    async def _send(self, line: aiohttp.ClientWebSocketResponse, text: str) -> None:
        """By the line that it came by; if that has ended meanwhile, by another."""
        end = time.monotonic() + PATIENCE
        while True:
            for each in (line, *reversed(self._open)):
                if not each.closed:
                    try:
                        return await each.send_str(text)
                    except (ConnectionError, aiohttp.ClientError):
                        continue
            if time.monotonic() > end:
                return logs.event("slack_line", state="lost")  # Slack hands it over again, and gets the stored answer
            await asyncio.sleep(0.05)
