"""Finds Swedish personal identity numbers."""

from __future__ import annotations


def find(text: str) -> list[tuple[int, int]]:
    """Spans of the identity numbers in the text, in order."""
    return []


def has_identity(text: str) -> bool:
    """True where the text holds an identity number."""
    return bool(find(text))


def mask(text: str) -> str:
    """The text with every identity number replaced by dots."""
    for start, end in reversed(find(text)):
        text = text[:start] + "••••••" + text[end:]
    return text
