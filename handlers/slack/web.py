"""Calls of Slack's Web API while somebody waits: one shared session, and no retry that would keep them waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import logs

TIMEOUT = 10  # seconds
TRIES = 3
LONGEST_WAIT = 30.0  # what Slack asks us to wait longer for is not done
READS = frozenset({"users.info", "conversations.info", "auth.test"})  # take no JSON
PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "timeout"})

quiet = logging.getLogger("nvg.slack")  # of Bolt and the SDK: JsonLines lets none of their words through
quiet.setLevel(logging.WARNING)


class Refused(Exception):
    """Slack said no. `error` is its code word."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Web:
    """Make it within the running loop, and close it there."""

    def __init__(self, base_url: str) -> None:
        self._own = urlsplit(base_url)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50), timeout=timeout, trust_env=True)
        self.client = AsyncWebClient(base_url=base_url, session=self.session, timeout=TIMEOUT, logger=quiet, retry_handlers=[])

    async def call(self, token: str, method: str, *, tries: int = TRIES, **body: Any) -> Mapping[str, Any]:
        """Slack's answer. Refused if it said no; what passes (too fast, Slack ill) is tried again first."""
        given: dict[str, Any] = {"http_verb": "GET", "params": body} if method in READS else {"json": body}
        wait = 0.5
        for left in reversed(range(tries)):
            try:
                answer = await self.client.api_call(method, headers={"Authorization": f"Bearer {token}"}, **given)
                return answer.data if isinstance(answer.data, dict) else {}
            except SlackApiError as error:
                response: Any = error.response
                said = str(response.get("error") or response.status_code)
                asked = str(response.headers.get("Retry-After") or "")
                wait = max(wait, float(asked)) if asked.isdecimal() else wait
                if not left or wait > LONGEST_WAIT or not (said in PASSING or response.status_code >= 429):
                    raise Refused(said) from None
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                if not left:
                    raise Refused(type(error).__name__) from None
            await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError("the last try returns or raises")

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer by a response_url. Refused if that did not work, or leads to somebody else than Slack."""
        if not self._is_slacks(url):
            raise Refused("not_slack")
        try:
            async with self.session.post(url, json=body, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Refused(str(answer.status))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Refused(type(error).__name__) from None

    def _is_slacks(self, url: str) -> bool:
        """Where we call Slack, or at its hooks."""
        try:
            given = urlsplit(url)
            port = given.port
        except ValueError:
            return False
        if given.username or given.password or given.scheme != self._own.scheme:
            return False
        host = self._own.hostname or ""
        return (given.hostname == host and port == self._own.port) or (given.hostname == f"hooks.{host.removeprefix('www.')}" and port in (None, 443))

    async def close(self) -> None:
        await self.session.close()


def noted(what: str, error: Refused) -> None:
    """For what could not be shown, and need not be."""
    logs.event("slack_refused", what=what, why=error.error)
