"""The servers that may call themselves Teams: the bot's token goes to no other."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def served(url: object, hosts: Sequence[str]) -> bool:
    """Whether what calls itself Teams may be answered at that serviceUrl: by https, at one of the hosts ("*.host": below it)."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)):
        return False
    if host not in LOCAL and port not in (None, 443):
        return False
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in hosts)
