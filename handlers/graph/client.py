"""Microsoft Graph through its SDK, for what may wait: never on the path of an answer.

    graph = Graph(settings.graph_base_url, token, tenant)          # cheap: nothing is imported and no thread is started
    event = graph.ask(lambda at: at.users.by_user_id(mailbox).events.by_event_id(id).get())
    events = graph.ask(lambda at: every(at.users.by_user_id(mailbox).events, headers({"Prefer": 'IdType="ImmutableId"'}))).items
    graph.close()

`at` is the SDK's GraphServiceClient. What it gives is awaited on a loop of its own in a thread of its own, and the caller's thread
waits for the answer: so `ask` may be called from any thread, and several requests made at once within one `work`
(`asyncio.gather`). Whichever way they are made, never more than four are under way for one mailbox, as Outlook has it.

Nothing is tried again in here. What Graph could not do comes as TryAgain (`after`: what it asked for, a little late by chance, and
until then nothing more is asked for that mailbox), LockedOut (no permission, no such mailbox, a wrong secret), or Refused, a GiveUp
with the status and Graph's own code.

The SDK is 200 MB on disk, and takes half a second and 40 MB at the first call. So import it where it is used, inside of functions.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from handlers.graph.errors import code_of, failure
from handlers.speaker import TryAgain

if TYPE_CHECKING:
    import httpx
    from msgraph.graph_service_client import GraphServiceClient

AT_ONCE = 4  # requests under way for one mailbox, https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
TIMEOUT = 30.0  # seconds for one request
PATIENCE = 300.0  # seconds for all of one `ask`
UNSAID = 5.0  # seconds to wait after a 429 that does not say how long
LATE = 0.2  # of what was asked for: as much later by chance, so that not all come back at once

Result = TypeVar("Result")
Item = TypeVar("Item")


class Graph:
    """Graph as one tenant's app sees it. Thread-safe. `token`: gives the app's own; a `BotToken` is told when it was refused."""

    def __init__(self, base_url: str, token: Callable[[], str], tenant: str, *, timeout: float = TIMEOUT) -> None:
        self.base_url, self.tenant = base_url.rstrip("/"), tenant
        self._token, self._timeout = token, timeout
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sdk: GraphServiceClient | None = None
        self._http: httpx.AsyncClient | None = None

    def ask(self, work: Callable[[GraphServiceClient], Awaitable[Result]]) -> Result:
        """What `work` comes to. TryAgain or GiveUp otherwise."""
        loop, sdk = self._begun()

        async def asked() -> Result:
            return await work(sdk)

        coroutine: Coroutine[Any, Any, Result] = asked()
        answer = asyncio.run_coroutine_threadsafe(coroutine, loop)
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            answer.cancel()
            raise TryAgain("timeout") from None

    def close(self) -> None:
        """No more."""
        with self._lock:
            loop, http, self._loop, self._sdk, self._http = self._loop, self._http, None, None, None
        if loop and http:
            asyncio.run_coroutine_threadsafe(http.aclose(), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)

    def _begun(self) -> tuple[asyncio.AbstractEventLoop, GraphServiceClient]:
        """The loop and the SDK's client, made at the first call."""
        with self._lock:
            if self._loop is None or self._sdk is None:
                self._http, self._sdk = self._made()
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="graph", daemon=True).start()
            return self._loop, self._sdk

    def _made(self) -> tuple[httpx.AsyncClient, GraphServiceClient]:
        import httpx
        from kiota_http.kiota_client_factory import KiotaClientFactory
        from kiota_http.middleware import ParametersNameDecodingHandler
        from msgraph.graph_request_adapter import GraphRequestAdapter
        from msgraph.graph_service_client import GraphServiceClient

        gate = _gate(self._transport(), self.tenant, self._refused)
        client = httpx.AsyncClient(transport=gate, timeout=self._timeout)
        http = KiotaClientFactory.create_with_custom_middleware([ParametersNameDecodingHandler()], client)  # none that tries again
        adapter = GraphRequestAdapter(_Signs(self.base_url, self._token), http)  # has all that it asks of one
        adapter.base_url = self.base_url
        return http, GraphServiceClient(request_adapter=adapter)

    def _transport(self) -> httpx.AsyncBaseTransport:
        import httpx

        url = urlsplit(self.base_url)
        proxy = getproxies().get(url.scheme, "") if not proxy_bypass(url.hostname or "") else ""
        return httpx.AsyncHTTPTransport(proxy=proxy or None, limits=httpx.Limits(max_connections=64, keepalive_expiry=30))

    def _refused(self, token: str) -> None:
        if told := getattr(self._token, "refused", None):
            told(token)


@dataclass(frozen=True, slots=True)
class Every(Generic[Item]):
    """All pages together. `delta`: where to ask for what has changed since, where that was asked for."""

    items: list[Item]
    delta: str = ""


async def every(builder: Any, config: Any = None) -> Every[Any]:
    """All of a collection, page after page. `builder`: the SDK's, whose `get` gives the first; or its `with_url(delta)`."""
    items: list[Any] = []
    while True:
        page = await builder.get(request_configuration=config)
        items += page.value or []
        if not page.odata_next_link:
            return Every(items, getattr(page, "odata_delta_link", None) or "")
        builder = builder.with_url(page.odata_next_link)


async def told(at: GraphServiceClient, request: Any) -> dict[str, Any]:
    """What Graph answers, as plain JSON. `request`: as the SDK's builder makes it (`to_get_request_information` and the like).

    The SDK's own reading takes 12 ms of the processor for each object in an answer, while nobody else in the process gets on.
    """
    raw = await at.request_adapter.send_primitive_async(request, "bytes", {})
    read: dict[str, Any] = json.loads(raw) if raw else {}
    return read


async def rows(at: GraphServiceClient, builder: Any, config: Any = None) -> list[dict[str, Any]]:
    """As `every`, but as plain JSON: for what may be many."""
    items: list[dict[str, Any]] = []
    while True:
        page = await told(at, builder.to_get_request_information(config))
        items += page.get("value", ())
        if not (following := page.get("@odata.nextLink")):
            return items
        builder = builder.with_url(following)


def headers(named: Mapping[str, str] | None = None, query: Any = None) -> Any:
    """The SDK's configuration of a request. `query`: the QueryParameters of the builder's class, or None."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    config: Any = RequestConfiguration(query_parameters=query)
    for name, value in (named or {}).items():
        config.headers.add(name, value)
    return config


def scope_of(base_url: str) -> str:
    """What a token for Graph is asked for: all that the app has been given."""
    url = urlsplit(base_url)
    return f"{url.scheme}://{url.netloc}/.default"


def mailbox_in(path: str) -> str:
    """Whose mailbox a request is about; "" where it is nobody's."""
    parts = unquote(path).split("/")
    at = next((n for n, part in enumerate(parts) if part in ("users", "groups")), -1)
    return parts[at + 1].casefold() if 0 < at < len(parts) - 2 else ""


class _Signs:
    """Puts the token on what goes to Graph, and to no other server."""

    def __init__(self, base_url: str, token: Callable[[], str]) -> None:
        self._home, self._token = urlsplit(base_url)[:2], token

    async def authenticate_request(self, request: Any, additional_authentication_context: Any = None) -> None:
        if urlsplit(request.url)[:2] == self._home:
            request.headers.add("Authorization", f"Bearer {await asyncio.to_thread(self._token)}")


def _gate(inner: httpx.AsyncBaseTransport, tenant: str, refused: Callable[[str], None]) -> httpx.AsyncBaseTransport:
    """The way out of here: a class of its own within, as httpx is only imported when Graph is spoken to."""
    import httpx

    class Gate(httpx.AsyncBaseTransport):
        def __init__(self) -> None:
            self._rooms: dict[str, asyncio.Semaphore] = {}  # mailbox -> room for so many requests
            self._paused: dict[str, float] = {}  # mailbox -> until, on the monotonic clock

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            mailbox = mailbox_in(request.url.path)
            if not mailbox:
                return await self._asked(request, "")
            async with self._rooms.setdefault(mailbox, asyncio.Semaphore(AT_ONCE)):
                return await self._asked(request, mailbox)

        async def _asked(self, request: httpx.Request, mailbox: str) -> httpx.Response:
            if (left := self._paused.get(mailbox, 0.0) - time.monotonic()) > 0:
                raise TryAgain("throttled", timedelta(seconds=left), limited=True)
            try:
                answer = await inner.handle_async_request(request)
                body = b"".join([part async for part in answer.stream])  # type: ignore[union-attr]
                await answer.aclose()
            except httpx.TimeoutException as error:
                raise TryAgain("timeout") from error
            except httpx.TransportError as error:
                raise TryAgain("unreachable") from error
            whole = httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body), extensions=answer.extensions)
            if whole.status_code < 400:
                return whole
            raise self._failure(whole, mailbox, request)

        def _failure(self, answer: httpx.Response, mailbox: str, request: httpx.Request) -> Exception:
            asked = answer.headers.get("Retry-After", "")
            wait = float(asked) if asked.isdecimal() else UNSAID if answer.status_code == 429 else None
            if wait is not None:
                wait *= 1 + LATE * random.random()  # nosec B311  # jitter
            if answer.status_code == 429 and wait is not None:
                self._paused[mailbox] = time.monotonic() + wait
            if answer.status_code == 401:
                refused(request.headers.get("Authorization", "").removeprefix("Bearer "))
            answer.read()
            return failure(answer.status_code, code_of(answer.content), tenant, mailbox, wait)

        async def aclose(self) -> None:
            await inner.aclose()

    return Gate()

