"""Teams as a platform: the SDK's app on our own server, around the translators in `hear`.

    teams = Teams(options, store, RealClock())           # its `speaker` is the engine's
    routes, living = teams.attach(engine, counts)         # for handlers.server
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
from microsoft_teams.apps import ActivityEvent, App
from microsoft_teams.apps.http.adapter import HttpMethod, HttpRouteHandler
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from handlers import logs
from handlers.clock import Clock
from handlers.counts import Counts
from handlers.credentials import BotToken, Credential, by_client_credentials
from handlers.engine import Engine
from handlers.guard import read_json
from handlers.people import People
from handlers.teams import tab
from handlers.teams.hear import Hear
from handlers.teams.hosts import served
from handlers.teams.speak import TeamsSpeaker
from handlers.teams.tokens import Tokens
from handlers.teams.web import Web
from handlers.turn_queue import TurnQueue
from storage.conversations import Conversations
from storage.store import Store

THREADS = 4  # for what is drawn and looked up, and for turns that go by themselves: a long read should not hold up the rest
STOPPING = 2.0  # seconds for answers on their way

logging.getLogger("microsoft_teams").setLevel(logging.CRITICAL + 1)  # it logs activities, and errors with their words


@dataclass(frozen=True, slots=True, repr=False)  # it holds secrets
class Options:
    """What is set about Teams. `cloud` and `token` (in place of the secret) are for tests alone: no setting gives them."""

    client_id: str
    client_secret: Credential
    tenant_id: str
    service_hosts: tuple[str, ...]
    cloud: CloudEnvironment | None = None
    token: Callable[[str, str], str] | None = None  # (scope, tenant) -> token


class Teams:
    """All that makes the bot live in Teams. `speaker` is for the engine; `attach` gives what the server needs."""

    def __init__(self, options: Options, store: Store, clock: Clock, language: str = "sv", threads: int = THREADS) -> None:
        self.options, self._store, self._clock, self._language = options, store, clock, language
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="teams-turn")
        self._cloud = options.cloud or PUBLIC
        self._token = token_of(options)
        self._conversations = Conversations(store)
        self.speaker = TeamsSpeaker(self._conversations, self._token, options.client_id, options.tenant_id, options.service_hosts)
        self._door = Door()
        self._counts = Counts()

    def attach(self, engine: Engine, counts: Counts) -> tuple[list[BaseRoute], Callable[[], Any]]:
        """The routes, and what must live while they are served."""
        self._counts = counts
        people = People("teams", self._store, self._clock, _nobody, self._threads, self._language)
        sign_in = tab.SignIn(self.options.client_id, self._cloud)
        pages = tab.routes(engine, people, sign_in, self.options.tenant_id, self._threads, partial(counts.add, "teams"))
        return [Route("/api/messages", self._messages, methods=["POST"]), *pages], partial(self._living, engine, people, counts)

    @asynccontextmanager
    async def _living(self, engine: Engine, people: People, counts: Counts) -> AsyncIterator[None]:
        options = self.options
        app = App(
            client_id=options.client_id, token=lambda scope, tenant: self._token(), tenant_id=options.tenant_id, cloud=self._cloud,
            http_server_adapter=self._door, dangerously_allow_unauthenticated_requests=False,  # an environment variable could else allow it
        )  # fmt: skip
        await app.initialize()
        assert app.server._token_validator is not None
        app.server._token_validator = Tokens.for_service(options.client_id, cloud=self._cloud)  # type: ignore[assignment]
        web = Web(self.speaker)
        people = People("teams", self._store, self._clock, _nobody, self._threads, self._language)
        turns = TurnQueue(engine, self._threads)
        hear = Hear(engine, people, self._conversations, web, self.speaker, options.tenant_id, turns, self._threads, partial(counts.add, "teams"))
        app.server.on_request = partial(_heard, hear)
        try:
            yield
        finally:
            await hear.settle(STOPPING)
            turns.close()
            await web.close()

    def close(self) -> None:
        """When the engine has stopped."""
        self.speaker.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _refused(self, why: str) -> None:
        logs.event("refused", door="teams", why=why)
        self._counts.add("teams", "refused")

    async def _messages(self, request: Request) -> Response:
        try:
            body = read_json(await request.body())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return Response(status_code=400)
        if not served(body.get("serviceUrl"), self.options.service_hosts):
            self._refused("service_url")
            return Response(status_code=403)
        try:
            answer = await self._door.handle({"body": body, "headers": dict(request.headers)})
        except Exception as error:  # what comes through `Hear` says so itself
            logs.failed("teams_request", error)
            return Response(status_code=400)
        if answer["status"] == 500:  # nor does it have the shape of an activity
            return Response(status_code=400)
        if answer["status"] == 401 and "authorization" in request.headers:
            self._refused("token")  # nvg doctor sees by it that something is wrong with the registration
        if answer["body"] is None:
            return Response(status_code=answer["status"])
        return JSONResponse(answer["body"], answer["status"])


def token_of(options: Options) -> Callable[[], str]:
    """What gives the bot's own token."""
    cloud, given = options.cloud or PUBLIC, options.token
    if given:
        return lambda: given(cloud.bot_scope, options.tenant_id)
    authority = f"{cloud.login_endpoint}/{options.tenant_id or cloud.login_tenant}"
    return BotToken(by_client_credentials(options.client_id, options.client_secret, authority, cloud.bot_scope))


class Door:
    """The SDK's idea of a server. Ours serves already, so it only tells who takes an activity."""

    handle: HttpRouteHandler

    def register_route(self, method: HttpMethod, path: str, handler: HttpRouteHandler) -> None:
        self.handle = handler

    def serve_static(self, path: str, directory: str) -> None:
        """Nothing is."""

    async def start(self, port: int) -> None:
        """Ours is started by `handlers.server`."""

    async def stop(self) -> None:
        """So is it stopped."""


async def _heard(hear: Hear, event: ActivityEvent) -> Any:
    """For the SDK: an activity whose token it has checked."""
    body = event.body
    status, answer = await hear.heard({"id": body.id, "type": body.type, **(body.model_extra or {})})
    return {"status": status, "body": answer}


async def _nobody(here: str, user: str) -> None:
    """Teams tells of people only where they are: `Hear` says where that is."""
