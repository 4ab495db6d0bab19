"""One call of the Bot Connector, over connections that are kept open for each region. Thread-safe; the caller's thread waits.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from handlers.connections import Connections, Response

TIMEOUT = 10.0  # seconds for one call
IN_A_PATH = ":@;=,!$()*+~"  # in ids, besides letters and figures: as it is

Json = dict[str, Any]


class Connector:
    """`token`: gives the bot's own, and is asked for each call."""

    def __init__(self, token: Callable[[], str], timeout: float = TIMEOUT) -> None:
        self.token, self._timeout = token, timeout
        self._servers: dict[str, Connections] = {}  # origin -> its connections

    def ask(self, service_url: str, method: str, path: str, body: Json | None = None, token: str = "") -> Response:
        """`path`: from "conversations" or "teams" on. Unreachable or another OSError when no answer came; TryAgain when there is no token."""
        parts = urlsplit(service_url)
        origin = f"{parts.scheme}://{parts.netloc}/"
        if origin not in self._servers:
            self._servers.setdefault(origin, Connections(origin, self._timeout))
        headers = {"Authorization": f"Bearer {token or self.token()}", "Accept": "application/json"}
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        if sent:
            headers["Content-Type"] = "application/json; charset=utf-8"
        return self._servers[origin].ask(method, f"{parts.path.strip('/')}/v3/{path}".lstrip("/"), sent, headers)

    def close(self) -> None:
        """Let go of the connections."""
        for each in self._servers.values():
            each.close()


def in_path(id: str) -> str:
    return quote(id, safe=IN_A_PATH)


def read(response: Response) -> Json:
    """What is in an answer; nothing where it cannot be read."""
    try:
        answer = json.loads(response.body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
