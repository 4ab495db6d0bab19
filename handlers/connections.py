"""Kept-open HTTP connections to one server, shared by all threads that post to it. A thread waits for its own answer.

Threads are what the postman has anyway, and a blocking call costs a third of one that goes by an event loop and back.
"""

from __future__ import annotations

import base64
import http.client
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httptools

FRESH = 0.5  # seconds within which one is used again without a look
PART = 8192  # bytes read at a time: who waits for an answer holds room for them
IDLE = 30.0  # seconds after which a connection that nobody used is not trusted any more


class Unreachable(OSError):
    """There is no way to the server at all: nothing was sent."""


@dataclass(slots=True)
class Response:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    complete: bool = False

    # as httptools tells of it

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.complete = True


class Connections:
    """To the server of `base_url`, through the machine's proxy if there is one. Thread-safe. `timeout`: of a whole call, in seconds."""

    def __init__(self, base_url: str, timeout: float) -> None:
        url = urlsplit(base_url)
        self._host, self._secure = url.hostname or "", url.scheme == "https"
        self._port = url.port or (443 if self._secure else 80)
        self._path = url.path.rstrip("/") + "/"
        self._named = url.netloc.rpartition("@")[2]
        self._timeout = timeout
        self._tls = ssl.create_default_context() if self._secure else None
        proxy = getproxies().get("https", "") if self._secure and not proxy_bypass(self._host) else ""
        self._proxy = urlsplit(proxy) if proxy else None
        self._idle: deque[tuple[socket.socket, float]] = deque()

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """One POST, relative to the base. Unreachable, TimeoutError or another OSError when no answer came."""
        return self.ask("POST", path, body, headers)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """As `post`, with another method."""
        end = time.monotonic() + self._timeout
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {self._path}{path} HTTP/1.1\r\nHost: {self._named}\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        connection = self._take()
        try:
            response, keep = _ask(connection, head.encode("latin-1") + body, end, self._timeout)
        except BaseException:
            connection.close()
            raise
        if keep:
            self._idle.append((connection, time.monotonic()))
        else:
            connection.close()
        return response

    def close(self) -> None:
        """Of the connections, those that nobody uses now."""
        while self._idle:
            self._idle.pop()[0].close()

    def _take(self) -> socket.socket:
        """The connection used last, if the server still has it; else a new one."""
        while self._idle:
            try:
                connection, since = self._idle.pop()
            except IndexError:  # another thread was first
                break
            idle = time.monotonic() - since
            if idle < FRESH or (idle < IDLE and not _readable(connection)):  # what is readable now is the server's goodbye
                return connection
            connection.close()
        return self._connect()

    def _connect(self) -> socket.socket:
        host, port = (self._proxy.hostname or "", self._proxy.port or 8080) if self._proxy else (self._host, self._port)
        connection = (
            http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._tls)
            if self._tls
            else http.client.HTTPConnection(host, port, timeout=self._timeout)
        )
        if self._proxy:
            who = f"{unquote(self._proxy.username)}:{unquote(self._proxy.password or '')}" if self._proxy.username else ""
            told = {"Proxy-Authorization": f"Basic {base64.b64encode(who.encode()).decode()}"} if who else {}
            connection.set_tunnel(self._host, self._port, told)
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable(str(error)) from error
        made: socket.socket = connection.sock
        return made


def _readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _ask(connection: socket.socket, request: bytes, end: float, timeout: float) -> tuple[Response, bool]:
    """The server's answer, and whether the connection may be used again. Its timeout is `timeout` before and after."""
    response = Response()
    parser = httptools.HttpResponseParser(response)
    connection.sendall(request)
    parts = 0
    try:
        while not response.complete:
            if parts:  # a server that drips gets no more than the call's own time
                connection.settimeout(max(end - time.monotonic(), 0.001))
            part = connection.recv(PART)
            if not part:
                raise ConnectionError("the server hung up")
            parser.feed_data(part)
            parts += 1
        if parts > 1:
            connection.settimeout(timeout)
    except httptools.HttpParserError as error:
        raise ConnectionError("the server does not speak HTTP") from error
    response.status = parser.get_status_code()
    closing = response.headers.get(b"connection", b"").lower() == b"close"
    return response, not closing and parser.get_http_version() == "1.1"
