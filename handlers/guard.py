"""What keeps the doors: how a body is read, how much one person or one address may ask for, how long a request may take to come, and what every
answer tells browsers."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, Literal

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REMEMBERED = 10_000  # people or addresses at once
EVENTS = 2_000  # remembered, to know again what is sent again within minutes
SAID_EACH = 10.0  # seconds between two answers that it was too much
OPEN_TO_ALL = ("/calendar/", "/answer/", "/slack/install", "/slack/oauth_redirect", "/teams/")
"""Where anybody may knock. What Slack and Teams send is signed, and comes for thousands of people from a few addresses."""
ADDRESS_RATE = 600  # requests a minute of one address there: a whole hospital's calendars come from one

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip
HSTS = "max-age=31536000; includeSubDomains"


def read_json(body: bytes) -> Any:
    """What a body in JSON says, without halves of characters, which nothing can keep. ValueError where it is none."""
    try:
        read = json.loads(body)
        if rb"\ud" in body.lower():
            read = json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
        return read
    except RecursionError:
        raise ValueError("nested too deep") from None


class Buckets:
    """So many a minute for each, all of a minute's at once if need be. Thread-safe, and of bounded size."""

    def __init__(self, a_minute: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = a_minute, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who -> left, as of when
        self._lock = threading.Lock()

    def take(self, who: str) -> float:
        """0.0 where there was room; else the seconds until there is."""
        now = self._now()
        with self._lock:
            left, at = self._left.pop(who, (self._most, now))
            left = min(self._most, left + (now - at) * self._most / 60)
            self._left[who] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > REMEMBERED:  # whoever asked longest ago has the fullest bucket
                self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / self._most


class Patience:
    """How much one person may ask for. What a platform sends again, because no answer came, counts once."""

    def __init__(self, a_minute: float, now: Callable[[], float] = time.monotonic) -> None:
        self._buckets, self._now = Buckets(a_minute, now), now
        self._taken: OrderedDict[str, None] = OrderedDict()  # events that had room
        self._said: OrderedDict[str, float] = OrderedDict()  # who -> when they were told
        self._lock = threading.Lock()

    def asks(self, person: str, event: str) -> Literal["", "say", "hush"]:
        """"" where it is answered; "say" where it is too much and has to be said, "hush" where that was said just now."""
        with self._lock:
            if event in self._taken:
                return ""
            if not self._buckets.take(person):
                _keep(self._taken, event, None, EVENTS)
                return ""
            now = self._now()
            if now - self._said.get(person, -SAID_EACH) < SAID_EACH:
                return "hush"
            _keep(self._said, person, now, REMEMBERED)
            return "say"


class Doors:
    """Refuses an address that knocks too often where anybody may."""

    def __init__(self, app: ASGIApp, a_minute: float = ADDRESS_RATE) -> None:
        self.app, self._buckets = app, Buckets(a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(OPEN_TO_ALL):
            wait = self._buckets.take(_network(scope))
            if wait:
                headers = {"retry-after": str(int(wait) + 1)}
                words = "Det kom för många frågor härifrån på en gång. Vänta en liten stund. / Too many requests. Please wait a moment.\n"
                return await PlainTextResponse(words, 429, headers)(scope, receive, send)
        return await self.app(scope, receive, send)


class Told:
    """Gives every answer the headers that it has not itself. `https`: browsers shall come by https only."""

    def __init__(self, app: ASGIApp, https: bool = False) -> None:
        self.app = app
        given = {**HEADERS, **({"strict-transport-security": HSTS} if https else {})}
        self._headers = [(name.encode(), value.encode()) for name, value in given.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                known = {name.lower() for name, _ in own}
                message["headers"] = [*own, *((name, value) for name, value in self._headers if name not in known)]
            await send(message)

        await self.app(scope, receive, told)


def _network(scope: Scope) -> str:
    """The address of who asks; of a long one the part that one household has."""
    host = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(int(address) >> 64) if isinstance(address, IPv6Address) and not address.ipv4_mapped else str(address)


def _keep(kept: OrderedDict[str, None] | OrderedDict[str, float], key: str, value: float | None, most: int) -> None:
    kept[key] = value  # type: ignore[assignment]
    if len(kept) > most:
        kept.popitem(last=False)
