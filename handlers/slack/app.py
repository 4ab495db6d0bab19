"""Slack as a platform: Bolt's app over HTTP and Socket Mode, around the translators in `hear`.

    slack = Slack(options, store, RealClock())           # its `speaker` is the engine's
    routes, living = slack.attach(engine, counts)         # for handlers.server
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.messages.base import Message
from handlers import logs
from handlers.clock import Clock
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.pace import per_second
from handlers.people import People, Profile
from handlers.slack.channels import Channels
from handlers.slack.hear import Hear
from handlers.slack.install import Options, Workspaces
from handlers.slack.people import SLACKBOT, profile_of
from handlers.slack.socket import Sockets
from handlers.slack.speak import Limits, SlackSpeaker
from handlers.slack.web import Refused, Web, quiet
from handlers.turn_queue import TurnQueue
from storage.store import Store
from templates.html import card_html, page

THREADS = 4  # for what is drawn and looked up, and for turns that go by themselves: a long read should not hold up the rest
STOPPING = 2.0  # seconds for answers on their way
MISSHAPEN = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
NOT_INSTALLED = {
    "sv": "Boten är inte installerad i den här arbetsytan längre. Be den som sköter den att installera den igen.",
    "en": "The bot is no longer installed in this workspace. Ask whoever looks after it to install it again.",
}


class Slack:
    """All that makes the bot live in Slack. `speaker` is for the engine; `attach` gives what the server needs."""

    def __init__(self, options: Options, store: Store, clock: Clock, language: str = "sv", threads: int = THREADS) -> None:
        self.options, self._store, self._clock, self._language = options, store, clock, language
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="slack-turn")
        self.workspaces = Workspaces(options, store, clock, self._threads)
        limits = Limits(workspace=per_second(options.rate))
        self.speaker = SlackSpeaker(self.workspaces.token_of, options.api_url, limits=limits, teams=self.workspaces.teams, reach=self.workspaces.reach)
        self._app: AsyncApp | None = None
        self._counts = Counts()

    def attach(self, engine: Engine, counts: Counts) -> tuple[list[BaseRoute], Callable[[], Any]]:
        """The routes, and what must live while they are served."""
        self._counts = counts
        routes: list[BaseRoute] = []
        if self.options.signing_secret:
            routes.append(Route("/slack/events", self._events, methods=["POST"]))
        if self.options.oauth:
            routes += [Route("/slack/install", self._install), Route("/slack/oauth_redirect", self._installed)]
        return routes, partial(self._living, engine, counts)

    @asynccontextmanager
    async def _living(self, engine: Engine, counts: Counts) -> AsyncIterator[None]:
        web = self.workspaces.web = Web(self.options.api_url)
        self.workspaces.let_in = engine.postman.offer_again
        people = People("slack", self._store, self._clock, self._look_up, self._threads, self._language, self.workspaces.reach)
        channels = Channels(web, self.workspaces)
        turns = TurnQueue(engine, self._threads)
        hear = Hear(engine, people, channels, self.workspaces, web, self.speaker, turns, self._threads, partial(counts.add, "slack"))
        app = self._app = AsyncApp(
            name="nvg.slack",  # Bolt sets the level of the logger of that name: not of ours
            logger=quiet,
            client=web.client,
            process_before_response=True,
            signing_secret=self.options.signing_secret or "none",  # then /slack/events is not served
            authorize=self.workspaces,  # type: ignore[arg-type]
            oauth_flow=self.workspaces.flow(partial(self._page, engine)) if self.options.oauth else None,
            user_facing_authorize_error_message=NOT_INSTALLED[self._language],
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.middleware(hear)
        app.error(_unheard)
        await self.workspaces.own()
        sockets = Sockets(web, self.options.app_token, partial(_dispatch, app)) if self.options.app_token else None
        if sockets:
            await sockets.open()
        try:
            yield
        finally:
            if sockets:
                await sockets.close()
            await hear.settle(STOPPING)
            turns.close()
            await web.close()

    def close(self) -> None:
        """When the engine has stopped."""
        self.speaker.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # -- HTTP

    async def _events(self, request: Request) -> Response:
        assert self._app is not None
        try:
            body = (await request.body()).decode()
            bolt_request = AsyncBoltRequest(body=body, headers=dict(request.headers))
            answer = await self._app.async_dispatch(bolt_request)
        except MISSHAPEN:  # neither a form nor JSON as Slack writes them
            return PlainTextResponse("bad request", 400)
        if answer.status == 401 and "x-slack-signature" in request.headers:
            logs.event("refused", door="slack")
            self._counts.add("slack", "refused")  # nvg doctor sees by it that the signing secret is wrong
        return to_starlette_response(answer)

    async def _install(self, request: Request) -> Response:
        assert self._app is not None and self._app.oauth_flow is not None
        return to_starlette_response(await self._app.oauth_flow.handle_installation(_asked(request)))

    async def _installed(self, request: Request) -> Response:
        assert self._app is not None and self._app.oauth_flow is not None
        return to_starlette_response(await self._app.oauth_flow.handle_callback(_asked(request)))

    def _page(self, engine: Engine, message: Message) -> str:
        told = engine.tell(message, "")
        assert told.card is not None
        return page(told.language, "Nära vård", card_html(told.card, 1))

    async def _look_up(self, team: str, user: str) -> Profile | None:
        """users.info, for `People`."""
        web, token = self.workspaces.web, self.workspaces.token_of(team)
        if web is None or not token or user == SLACKBOT:
            return None
        try:
            told = await web.call(token, "users.info", tries=2, user=user, include_locale="true")
        except Refused:
            return None
        return profile_of(told["user"], team) if told.get("user") else None


async def _unheard(error: Exception) -> BoltResponse:
    """What went wrong before `Hear`. Slack tries again, unless what came is nothing that Slack would write."""
    logs.failed("slack_request", error)
    return BoltResponse(status=400 if isinstance(error, MISSHAPEN) else 500, body="")


async def _dispatch(app: AsyncApp, payload: Mapping[str, Any], retry: int) -> Any:
    """What Bolt answers to a payload from Socket Mode; None where it refuses."""
    request = AsyncBoltRequest(mode="socket_mode", body=dict(payload), headers={"x-slack-retry-num": str(retry)} if retry else None)
    answer = await app.async_dispatch(request)
    return answer.body if answer.status == 200 else None


def _asked(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=dict(request.query_params), headers=dict(request.headers))
