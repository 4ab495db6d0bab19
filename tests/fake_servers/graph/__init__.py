"""A pretend Microsoft Graph: a real HTTP server on a port of its own, that does as Microsoft's documentation says.

    with FakeGraph() as graph:
        graph.add_user("nvg-tall@region.example")
        client = Graph(graph.base_url, BotToken(graph.fetch()), graph.tenant)
        ...
        graph.calendars.times("nvg-tall@region.example", until)

What is asked is kept (`calls`, `busiest`). `fail`, `hang`, `cut` and `slow` make it a bad day; `roles` are the app's permissions.

In here: model.py what a request and an answer are · calendar.py events · schedules.py who is busy · directory.py people, and who was at online meetings · todo.py task lists. Another part of Graph is a class with `routes()`,
added to `parts`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import secrets
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import jwt
from aiohttp import web

from tests.fake_servers.graph.calendar import Calendars
from tests.fake_servers.graph.directory import Directory
from tests.fake_servers.graph.model import Answer, Asked, Call, Fault, GraphError, Json, Route, User
from tests.fake_servers.graph.schedules import Schedules
from tests.fake_servers.graph.todo import Todos
from tests.patience import PATIENCE

__all__ = ["Answer", "Asked", "Call", "FakeGraph", "GraphError", "Json", "Route", "User"]

TENANT = "11111111-1111-1111-1111-111111111111"
AT_ONCE = 4  # requests for one mailbox
EXPIRES = 3599
PERMISSIONS = frozenset({"Calendars.ReadWrite"})  # as handlers/graph/permissions.py asks for them


class FakeGraph:
    """See the module. Thread-safe."""

    def __init__(self, tenant: str = TENANT) -> None:
        self.tenant, self.app_id, self.secret = tenant, str(uuid.uuid4()), secrets.token_urlsafe(16)
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}  # by principal name in lower case
        self.roles: set[str] = set(PERMISSIONS)
        self.calls: list[Call] = []
        self.busiest: Counter[str] = Counter()  # mailbox -> most requests under way at once
        self.slow = 0.0  # seconds that each request takes, or until it is 0 again
        self.certificates: dict[str, Any] = {}  # thumbprint -> the public key of a certificate that is taken in place of the secret
        self.expired = False  # the secret has run out
        self.calendars = Calendars(self)
        self.schedules, self.directory, self.todos = Schedules(self), Directory(self), Todos(self)
        self.parts: list[Any] = [self.calendars, self.schedules, self.directory, self.todos]
        self._tokens: dict[str, float] = {}  # token -> until
        self._faults: list[Fault] = []
        self._under_way: Counter[str] = Counter()
        self._numbers = itertools.count(1)

    # -- the server

    def __enter__(self) -> FakeGraph:
        started = threading.Event()
        self.loop = asyncio.new_event_loop()

        async def serve() -> None:
            app = web.Application(client_max_size=4 * 1024 * 1024)
            app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
            app.router.add_route("*", "/v1.0/{rest:.*}", self._graph)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
            self.port = self._runner.addresses[0][1]
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(serve())
            self.loop.run_forever()

        self._thread = threading.Thread(target=run, name="fake-graph", daemon=True)
        self._thread.start()
        if not started.wait(PATIENCE):
            raise RuntimeError("the fake Graph did not start")
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.host}/v1.0"

    # -- tokens

    def token(self, seconds: float = EXPIRES) -> str:
        """One that serves so long."""
        token = f"app.{secrets.token_urlsafe(24)}"
        with self.lock:
            self._tokens[token] = time.monotonic() + seconds
        return token

    def revoke(self) -> None:
        """No token that was given out serves any longer."""
        with self.lock:
            self._tokens.clear()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        wrong = ""
        if request.match_info["tenant"] != self.tenant:
            wrong, code = "invalid_request", 90002
        elif form.get("client_id") != self.app_id:
            wrong, code = "unauthorized_client", 700016
        elif form.get("grant_type") != "client_credentials" or not str(form.get("scope", "")).endswith("/.default"):
            wrong, code = "invalid_scope", 70011
        elif "client_assertion" in form:
            if code := self._assertion(str(form["client_assertion"]), str(request.url)):
                wrong = "invalid_client"
        elif self.expired:
            wrong, code = "invalid_client", 7000222
        elif form.get("client_secret") != self.secret:
            wrong, code = "invalid_client", 7000215
        if wrong:
            return web.json_response({"error": wrong, "error_description": f"AADSTS{code}", "error_codes": [code]}, status=401)
        return web.json_response({"token_type": "Bearer", "expires_in": EXPIRES, "access_token": self.token()})

    def _assertion(self, signed: str, url: str) -> int:
        """0 where what was signed with a certificate is good; else Entra's code."""
        key = self.certificates.get(str(jwt.get_unverified_header(signed).get("x5t#S256")))
        if key is None:
            return 700027
        try:
            claims = jwt.decode(signed, key, ["PS256"], audience=url, issuer=self.app_id, options={"require": ["exp", "nbf", "jti", "sub"]})
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            return 700024
        except jwt.InvalidTokenError:
            return 700027
        return 0 if claims["sub"] == self.app_id else 700027

    # -- setting the stage

    def add_user(self, mail: str, name: str = "", id: str = "", **more: Any) -> User:
        """Somebody, or a shared mailbox. `more`: as `User` has it."""
        id = id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.tenant}/{next(self._numbers)} {mail}"))
        user = self.users[mail.casefold()] = User(id, mail, name or mail.partition("@")[0], **more)
        return user

    def user(self, id: str) -> User:
        """By object id or principal name; not by an address that is something else."""
        found = next((each for each in self.users.values() if id.casefold() in (each.id, (each.principal or each.mail).casefold())), None)
        if found is None:
            raise GraphError(404, "ErrorInvalidUser", f"The requested user '{id}' is invalid.")
        return found

    def _whose(self, id: str) -> str:
        """The address of a mailbox, whichever way it is called."""
        return next((mail for mail, each in self.users.items() if id.casefold() in (each.id, (each.principal or mail).casefold())), id.casefold())

    # -- a bad day

    def fail(
        self, operation: str = ".*", status: int = 503, code: str = "ServiceUnavailable", retry_after: int | None = None, times: int = 1,
        done: bool = False,
    ) -> None:  # fmt: skip
        """The next `times` requests that match ("POST .*/events") are refused so; less than 0 times: until `mend`.

        `done`: it happens all the same, but the answer is lost.
        """
        with self.lock:
            self._faults.append(Fault(re.compile(operation), status, code, retry_after, times, done))

    def cut(self, operation: str = ".*", times: int = 1, done: bool = False) -> None:
        """As `fail`, but the line is cut instead of an answer."""
        self.fail(operation, 0, "", None, times, done)

    def hang(self, operation: str, seconds: float, times: int = 1, done: bool = False) -> None:
        """The next requests are answered only after that time."""
        with self.lock:
            self._faults.append(Fault(re.compile(operation), 0, "", None, times, done, seconds))

    def mend(self) -> None:
        """All is well again."""
        with self.lock:
            self._faults.clear()
            self.slow = 0.0

    # -- requests

    async def _graph(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/v1.0").removesuffix("()")
        operation = f"{request.method} {path}"
        raw = await request.read()
        fault = self._fault(operation)
        mailbox = (found := re.match(r"/(?:users|groups)/([^/]+)/", path)) and self._whose(found[1])
        with self.lock:
            if mailbox:
                self._under_way[mailbox] += 1
                self.busiest[mailbox] = max(self.busiest[mailbox], self._under_way[mailbox])
                full = self._under_way[mailbox] > AT_ONCE
        try:
            hangs = fault.seconds if fault else 0.0
            end = time.monotonic() + max(self.slow, hangs)
            while (self.slow or hangs) and (left := end - time.monotonic()) > 0:
                await asyncio.sleep(min(left, 0.02))
            if mailbox and full:
                answer = _refusal(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", 1)
            elif fault and not fault.done:
                answer = _refusal(fault.status, fault.code, "", fault.retry_after)
            else:
                answer = self._answered(request, path, raw)
        finally:
            if mailbox:
                with self.lock:
                    self._under_way[mailbox] -= 1
        with self.lock:
            self.calls.append(Call(request.method, path, dict(request.query), {k.lower(): v for k, v in request.headers.items()}, raw, answer.status))
        if fault and fault.done and not fault.seconds:
            answer = _refusal(fault.status, fault.code, "", fault.retry_after)
        if answer.status == 0:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        return web.Response(status=answer.status, body=body, headers={"Content-Type": "application/json", **answer.headers})

    def _answered(self, request: web.Request, path: str, raw: bytes) -> Answer:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self.lock:
            if self._tokens.get(token, 0.0) < time.monotonic():
                return _refusal(401, "InvalidAuthenticationToken", "Access token is empty, wrong or expired.")
            try:
                asked = Asked(request.method, path, dict(request.query), {k.lower(): v for k, v in request.headers.items()}, _read(raw), self.base_url)
                for part in self.parts:
                    for route in part.routes():
                        if route.method == asked.method and (match := re.fullmatch(route.path, path)):
                            if route.roles and not route.roles & self.roles:
                                raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
                            answer: Answer = route.handle(asked, *match.groups())
                            return answer
            except GraphError as error:
                return _refusal(error.status, error.code, error.message)
        return _refusal(400, "BadRequest", f"Resource not found for the segment: {request.method} {path}")

    def _fault(self, operation: str) -> Fault | None:
        with self.lock:
            for fault in self._faults:
                if fault.times and fault.operation.fullmatch(operation):
                    fault.times -= 1
                    return fault
        return None

    # -- looking

    def called(self, operation: str) -> list[Call]:
        """The requests that match ("POST .*/events")."""
        with self.lock:
            return [each for each in self.calls if re.fullmatch(operation, f"{each.method} {each.path}")]

    def fetch(self, client_id: str = "", secret: str | None = None, tenant: str = "") -> Callable[[], tuple[str, float]]:
        """What a `BotToken` asks with: the app's own id and secret, if nothing else is said."""
        import httpx

        form = {
            "client_id": client_id or self.app_id, "client_secret": self.secret if secret is None else secret,
            "grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default",
        }  # fmt: skip

        def ask() -> tuple[str, float]:
            answer = httpx.post(f"{self.host}/{tenant or self.tenant}/oauth2/v2.0/token", data=form, timeout=PATIENCE).raise_for_status().json()
            return answer["access_token"], float(answer["expires_in"])

        return ask


def _refusal(status: int, code: str, message: str, retry_after: int | None = None) -> Answer:
    named = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(status, {"error": {"code": code, "message": message, "innerError": {"request-id": str(uuid.uuid4())}}}, named)


def _read(raw: bytes) -> Json:
    if not raw:
        return {}
    try:
        read = json.loads(raw)
    except ValueError:
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from None
    if not isinstance(read, dict):
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.")
    return read
