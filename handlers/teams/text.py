"""What is written in Teams, as it looks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from html.parser import HTMLParser

_AT = re.compile(r"<at(?:\s[^>]*)?>.*?</at>(?=(\w)?)", re.DOTALL)


def plain_line(text: str, mentions: Sequence[tuple[str, str]]) -> str:
    """Teams' text as it looks. `mentions`: how each is written there, in order, and what stands for it."""
    left = list(mentions)

    def shown(found: re.Match[str]) -> str:
        whole, touching = found.group(0), found.group(1)
        at = next((number for number, (written, _) in enumerate(left) if written == whole), None)
        name = left.pop(at)[1] if at is not None else re.sub(r"<[^>]*>", "", whole)
        return f"{name} " if touching and name else name

    return _plain(unescape(_AT.sub(shown, text)))


def plain_html(text: str, mentions: Mapping[str, str]) -> str:
    """A message in HTML as it looks. `mentions`: the id of each mention, and what stands for it."""
    reader = _Reader(mentions)
    reader.feed(text)
    reader.close()
    return _plain("".join(reader.found))


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, mentions: Mapping[str, str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mentions, self._inside = mentions, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "at":
            shown = self._mentions.get(dict(attrs).get("id") or "")
            self._inside = shown is not None
            self.found.append(shown or "")
        elif tag in ("br", "p", "div", "li", "tr"):
            self.found.append("\n")
        elif tag in ("emoji", "img"):
            self.found.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "at":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)
