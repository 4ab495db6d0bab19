"""What a request of the pretend Graph is, and what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class GraphError(Exception):
    """Refused with a status and Graph's code."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class User:
    """Somebody in the tenant, or a shared mailbox."""

    id: str
    mail: str
    name: str
    mailbox: bool = True  # False: an account without one
    reachable: bool = True  # False: the app's access does not take in this mailbox
    meetings: bool = True  # has Teams, so that an event can have an online meeting
    principal: str = ""  # what they sign in with, if that is not the address


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, its path without the version, and its headers in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json
    base_url: str

    @property
    def prefer(self) -> dict[str, str]:
        """The preferences: name -> value."""
        pairs = (each.partition("=") for each in self.headers.get("prefer", "").split(","))
        return {name.strip().casefold(): value.strip().strip('"') for name, _, value in pairs if name.strip()}

    def paged(self, items: Sequence[Json], default: int = 10, delta: str = "") -> Answer:
        """One page of them ($top or the default), and where the next is; on the last, `delta`: where to ask for changes."""
        top, skip = int(self.query.get("$top", default)), int(self.query.get("$skip", 0))
        body: Json = {"@odata.context": f"{self.base_url}/$metadata", "value": list(items[skip : skip + top])}
        if skip + top < len(items):
            from urllib.parse import urlencode

            body["@odata.nextLink"] = f"{self.base_url}{self.path}?{urlencode({**self.query, '$skip': skip + top})}"
        elif delta:
            body["@odata.deltaLink"] = delta
        return Answer(200, body)


@dataclass(slots=True)
class Answer:
    status: int
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """`path`: a pattern of the whole path, whose groups are given to `handle` after the request. `roles`: any of these permissions."""

    method: str
    path: str
    handle: Callable[..., Answer]
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came, and the status that was meant for it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    status: int

    @property
    def body(self) -> Json:
        read: Json = json.loads(self.raw or b"{}")
        return read


@dataclass(slots=True)
class Fault:
    operation: re.Pattern[str]
    status: int
    code: str
    retry_after: int | None
    times: int
    done: bool
    seconds: float = 0.0
