"""The app's own token from Entra, by client credentials: a secret, or a certificate. For Teams and for Graph alike."""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from handlers.clock import Clock, RealClock
from handlers.speaker import LockedOut, TryAgain

LOGIN = "https://login.microsoftonline.com"
EARLY = 300.0  # seconds before its end that a token is replaced
SHUT = timedelta(minutes=15)  # until Entra is asked again after a no
SHORTEST = 60.0  # seconds that any token is used
PATIENCE = 10.0  # seconds for Entra's answer
SIGNED_FOR = timedelta(minutes=10)  # so long what is signed with a certificate holds
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


@dataclass(frozen=True, slots=True)
class Certificate:
    """Shown in place of a secret. `key`: the private one, as PEM; `thumbprint`: as Entra finds it by; `ends`: when it runs out."""

    key: bytes
    thumbprint: str
    ends: datetime


Credential = str | Certificate


class WrongCertificate(ValueError):
    """The file holds no certificate with its key. `why`: no_key | no_certificate | not_its_key."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def certificate(pem: bytes) -> Certificate:
    """The certificate and its private key in a PEM file. WrongCertificate where they are not there."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
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
    return Certificate(pem, base64.urlsafe_b64encode(shown.fingerprint(SHA256())).rstrip(b"=").decode(), shown.not_valid_after_utc)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Entra says: a token, or why not (`error`, and the number of its code). `date`: by its clock."""

    token: str = ""
    seconds: float = 0.0
    error: str = ""
    code: int = 0
    date: str = ""


def ask_entra(client_id: str, credential: Credential, authority: str, scope: str, clock: Clock) -> Answer:
    """Ask for a token. `authority`: ends with the tenant. OSError or ValueError where no answer comes."""
    url = f"{authority}/oauth2/v2.0/token"
    form = {"client_id": client_id, "grant_type": "client_credentials", "scope": scope, **_shown(client_id, credential, url, clock.now())}
    try:
        with urlopen(Request(url, urlencode(form).encode()), timeout=PATIENCE) as answer:  # nosec B310  # Entra's address
            body, date = json.load(answer), answer.headers.get("Date", "")
    except HTTPError as error:
        with error:
            body, date = json.load(error), error.headers.get("Date", "")
    codes = body.get("error_codes") or [0]
    return Answer(str(body.get("access_token") or ""), float(body.get("expires_in") or SHORTEST), str(body.get("error") or ""), int(codes[0]), date)


def _shown(client_id: str, credential: Credential, url: str, now: datetime) -> dict[str, str]:
    """https://learn.microsoft.com/entra/identity-platform/certificate-credentials"""
    if isinstance(credential, str):
        return {"client_secret": credential}
    import jwt

    claims = {"aud": url, "iss": client_id, "sub": client_id, "jti": str(uuid.uuid4()), "iat": now, "nbf": now, "exp": now + SIGNED_FOR}
    signed = jwt.encode(claims, credential.key, "PS256", {"x5t#S256": credential.thumbprint})
    return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": signed}


def by_client_credentials(client_id: str, credential: Credential, authority: str, scope: str, clock: Clock | None = None) -> Fetch:
    """From Entra. `authority`: ends with the tenant."""
    ours = clock or RealClock()

    def fetch() -> tuple[str, float]:
        try:
            answer = ask_entra(client_id, credential, authority, scope, ours)
        except (OSError, ValueError) as error:  # no way to Entra, or no answer of its own
            raise TryAgain("no_login") from error
        if answer.token:
            return answer.token, answer.seconds
        if answer.error in WRONG:
            raise LockedOut(authority.rpartition("/")[2], "login", SHUT)
        raise TryAgain("no_login")

    return fetch
