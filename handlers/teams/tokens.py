"""Whether an activity is from Teams: the SDK's validation of its token, with keys that are fetched beside the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import jwt
from microsoft_teams.apps.auth import TokenValidator
from microsoft_teams.apps.auth.token_validator import JwtValidationOptions

FRESH = 3600.0  # seconds: Microsoft changes its keys some times a year, and tells of new ones days before
AGAIN = 30.0  # seconds between two questions about a key that nobody knows
SOON = 5.0  # seconds, after one that was not answered
PATIENCE = 5.0  # seconds for one
BELIEVED = 60.0  # seconds that a good token is not looked at again, well within what a clock may be off: Teams sends the same one for an hour
MOST = 1_000


class Keys(jwt.PyJWKClient):
    """The key set. It stays as it was while it cannot be fetched."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri, timeout=PATIENCE)
        self.known: dict[str, jwt.PyJWK] = {}  # another one each time that they were fetched
        self._asked = -FRESH
        self._fetching: asyncio.Task[None] | None = None

    async def ready_for(self, token: str) -> None:
        """Have the key of a token, as far as there is one."""
        id = str(jwt.get_unverified_header(token).get("kid"))
        age = time.monotonic() - self._asked
        if self._fetching is None and age > (FRESH if id in self.known else AGAIN):
            self._asked = time.monotonic()
            self._fetching = asyncio.ensure_future(self._fetch())
        if self._fetching and id not in self.known:
            await asyncio.shield(self._fetching)

    def get_signing_key(self, kid: str) -> jwt.PyJWK:
        if kid not in self.known:
            raise jwt.PyJWKClientError("no such key")
        return self.known[kid]

    async def _fetch(self) -> None:
        try:
            found = await asyncio.to_thread(self.get_signing_keys, True)
            self.known = {str(key.key_id): key for key in found}
        except (jwt.PyJWTError, OSError):
            self._asked = time.monotonic() - (FRESH if self.known else AGAIN) + SOON  # what is known serves meanwhile
        finally:
            self._fetching = None


class Tokens(TokenValidator):
    """Takes tokens of Teams' own issuer alone, for the serviceUrl that is told in the activity."""

    def __init__(self, jwt_validation_options: JwtValidationOptions) -> None:
        super().__init__(jwt_validation_options)
        self._jwks_client: Keys = Keys(jwt_validation_options.jwks_uri)
        self._believed: dict[tuple[str, str, str | None], tuple[float, Mapping[str, jwt.PyJWK], dict[str, Any]]] = {}
        """A good token -> until when, on the monotonic clock, with which keys, and what it says."""

    async def validate_token(self, raw_token: str, service_url: str | None = None, scope: str | None = None) -> dict[str, Any]:
        if not service_url:  # without one the SDK would not compare it
            raise jwt.InvalidTokenError("no serviceUrl")
        asked = raw_token, service_url, scope
        until, keys, payload = self._believed.get(asked, (0.0, {}, {}))
        if keys is self._jwks_client.known and time.monotonic() < until:
            return payload
        await self._jwks_client.ready_for(raw_token)
        payload = await super().validate_token(raw_token, service_url, scope)
        if len(self._believed) >= MOST:
            self._believed.clear()
        self._believed[asked] = time.monotonic() + BELIEVED, self._jwks_client.known, payload
        return payload
