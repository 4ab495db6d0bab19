"""The app's own token from Entra, by client credentials: a secret, or a certificate. For Teams and for Graph alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from handlers.speaker import LockedOut, TryAgain

EARLY = 300.0  # seconds before its end that a token is replaced
SHUT = timedelta(minutes=15)  # until Entra is asked again after a no
SHORTEST = 60.0  # seconds that any token is used
WRONG = frozenset({"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "invalid_tenant"})

Fetch = Callable[[], tuple[str, float]]
"""A new token, and for how many seconds it serves. Raises TryAgain or LockedOut."""


class BotToken:
    """The token, kept until shortly before its end. Thread-safe: one fetches, without a lock, and the others wait for it."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._fetching: Future[str] | None = None

    def __call__(self) -> str:
        """The token. TryAgain or LockedOut where there is none to be had."""
        if time.monotonic() < self._until:
            return self._token
        with self._lock:
            if time.monotonic() < self._until:
                return self._token
            ours = self._fetching is None
            fetching = self._fetching = self._fetching or Future()
        if not ours:
            return fetching.result()
        try:
            token, seconds = self._fetch()
        except BaseException as error:
            self._fetching = None
            fetching.set_exception(error)
            raise
        self._token, self._until = token, time.monotonic() + max(seconds - EARLY, SHORTEST)
        self._fetching = None
        fetching.set_result(token)
        return token

    def refused(self, token: str) -> None:
        """The server would not take it: the next one is fetched anew."""
        if token == self._token:
            self._until = 0.0


class WrongCertificate(ValueError):
    """The file holds no certificate with its key. `why`: no_key | no_certificate | not_its_key."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def certificate(pem: bytes) -> Mapping[str, Any]:
    """The credential that a certificate with its private key is, both as PEM. WrongCertificate where it is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        raise WrongCertificate("no_key") from None
    try:
        shown = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise WrongCertificate("no_certificate") from None
    if key.public_key() != shown.public_key():
        raise WrongCertificate("not_its_key")
    return {"private_key": pem.decode(), "thumbprint": shown.fingerprint(SHA1()).hex()}


def by_client_credentials(client_id: str, credential: str | Mapping[str, Any], authority: str, scope: str) -> Fetch:
    """From Entra. `credential`: the secret; or {"private_key", "thumbprint"} of a certificate. `authority`: ends with the tenant."""

    def fetch() -> tuple[str, float]:
        import msal  # type: ignore[import-untyped]  # only here: it is slow to import, and a test brings its own token

        try:
            client = msal.ConfidentialClientApplication(client_id, client_credential=credential, authority=authority)
            answer = client.acquire_token_for_client([scope])
        except (OSError, ValueError) as error:  # no way to Entra: msal says so with either
            raise TryAgain("no_login") from error
        if token := answer.get("access_token"):
            return str(token), float(answer.get("expires_in") or SHORTEST)
        if answer.get("error") in WRONG:
            raise LockedOut(authority.rpartition("/")[2], "login", SHUT)
        raise TryAgain("no_login")

    return fetch
