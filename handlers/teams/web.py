"""Calls of Teams while somebody waits: through the SDK's client, and no retry that would keep them waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
from microsoft_teams.api import ApiClient
from microsoft_teams.api.activities.message import MessageActivityInput
from microsoft_teams.api.auth.cloud_environment import CloudEnvironment
from microsoft_teams.common import ClientOptions

from handlers import logs
from handlers.speaker import TryAgain

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
TIMEOUT = 10.0  # seconds for one call
TRIES = 3
LONGEST_WAIT = 30.0  # what Teams asks us to wait longer for is not done
PASSING = frozenset({412, 429, 502, 504})

Json = dict[str, Any]
Result = TypeVar("Result")


class Refused(Exception):
    """Teams said no. `error` is its code, or what kept us from asking."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Web:
    """The connector of each region, by its serviceUrl. Used on one event loop."""

    def __init__(self, token: Callable[[], str], cloud: CloudEnvironment) -> None:
        """`token`: the bot's own; asked for in a thread."""
        self._token = token
        self._api = ApiClient("", ClientOptions(timeout=TIMEOUT), cloud=cloud, token_provider=self)
        self._clients: dict[str, ApiClient] = {}

    async def get_app_token(self, scope: str | None = None, tenant_id: str | None = None) -> str:
        """For the SDK's client."""
        try:
            return await asyncio.to_thread(self._token)
        except TryAgain as error:
            raise Refused(error.why) from None

    async def send(self, service_url: str, conversation: str, card: Json, words: str, only_for: str = "") -> None:
        """Show a card there. `only_for`: the account that alone shall see it."""
        attachment = {"contentType": ADAPTIVE, "content": card}
        recipient = {"recipient": {"id": only_for}} if only_for else {}
        message = MessageActivityInput.model_validate({"type": "message", "summary": words, "attachments": [attachment], **recipient})

        async def sent(api: ApiClient) -> None:
            show = api.conversations.create_targeted_activity if only_for else api.conversations.create_activity
            await show(conversation, message)

        await self._call(service_url, sent, TRIES)

    async def member(self, service_url: str, conversation: str, user: str) -> Mapping[str, Any]:
        """Somebody in a conversation, by account or by object id."""

        async def asked(api: ApiClient) -> Mapping[str, Any]:
            found = await api.conversations.members_client.get_by_id(conversation, user)
            return found.model_dump(by_alias=True, exclude_none=True)

        return await self._call(service_url, asked, 2)

    async def channels(self, service_url: str, team: str) -> list[str]:
        """The standard channels of a team: all its members read them."""

        async def asked(api: ApiClient) -> list[str]:
            found = await api.teams.get_conversations(team)
            return [each.id for each in found if each.id and (each.type or "standard") == "standard"]

        return await self._call(service_url, asked, 2)

    async def close(self) -> None:
        await self._api.http.http.aclose()

    async def _call(self, service_url: str, work: Callable[[ApiClient], Awaitable[Result]], tries: int) -> Result:
        """What Teams answers. Refused if it said no; what passes (too fast, Teams ill) is tried again first."""
        client = self._clients.get(service_url)
        if client is None:
            client = self._clients[service_url] = self._api.clone(service_url=service_url)
        wait = 0.5
        for left in reversed(range(tries)):
            try:
                return await work(client)
            except httpx.HTTPStatusError as error:
                asked = error.response.headers.get("Retry-After", "")
                wait = max(wait, float(asked)) if asked.isdecimal() else wait
                if not left or wait > LONGEST_WAIT or error.response.status_code not in PASSING:
                    raise Refused(f"http_{error.response.status_code}") from None
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:  # no way there, no token, no answer that can be read
                if not left:
                    raise Refused(type(error).__name__) from None
            await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError("the last try returns or raises")


def noted(what: str, error: Refused) -> None:
    """For what could not be shown, and need not be."""
    logs.event("teams_refused", what=what, why=error.error)
