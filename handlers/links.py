"""Secret links: what a link says is sealed in it, so nothing is kept, nothing can be guessed, and nobody reads it on the way."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LONGEST = 1024  # characters in a token


class Links:
    """`base`: the address from outside, without a slash at the end; "" where there is none. `secret_for` as in KeyStore.

    The same words give the same link, of each kind another.
    """

    def __init__(self, base: str, secret_for: Callable[[str], bytes]) -> None:
        self.base = base
        self._ciphers = {kind: AESSIV(secret_for(kind)) for kind in ("calendar", "answer", "record")}

    def calendar(self, name: str) -> str:
        """The address of a feed; "" where calendars cannot reach us. `name` as `bot.calendar.feed_name` writes it."""
        return f"{self.base}/calendar/{self.seal('calendar', name)}.ics" if self.base else ""

    def answer(self, words: str) -> str:
        """The address of a page with one button; "" where browsers cannot reach us."""
        return f"{self.base}/answer/{self.seal('answer', words)}" if self.base else ""

    def record(self, name: str) -> str:
        """The address of a document; "" where browsers cannot reach us. `name` as `bot.record.link_name` writes it."""
        return f"{self.base}/record/{self.seal('record', name)}" if self.base else ""

    def seal(self, kind: str, words: str) -> str:
        sealed = self._ciphers[kind].encrypt(words.encode(), [kind.encode()])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, kind: str, token: str) -> str | None:
        """What was sealed; None for everything that we have not made ourselves."""
        if len(token) > LONGEST:
            return None
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return self._ciphers[kind].decrypt(sealed, [kind.encode()]).decode() if self.seal_fits(token, sealed) else None
        except (InvalidTag, binascii.Error, ValueError):
            return None

    @staticmethod
    def seal_fits(token: str, sealed: bytes) -> bool:
        """One link, one way to write it."""
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() == token
