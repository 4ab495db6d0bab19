"""Tokens against a key set of our own: what is taken, what is refused, and that nobody waits for the keys."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment, with_overrides

from handlers.teams import tokens
from handlers.teams.tokens import Keys, Tokens

ISSUER, APP, SERVICE = "https://issuer.example", "app-id", "https://smba.trafficmanager.net/emea/"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("one", "two")}


class KeyServer:
    """Serves the public keys in `shown`. `asked`: how often it was asked; it answers while `open`."""

    def __init__(self) -> None:
        self.shown, self.asked, self.open, self.status = ["one"], 0, threading.Event(), 200
        self.open.set()
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked += 1
                told.open.wait(60)
                keys = [{**json.loads(RSAAlgorithm.to_jwk(KEYS[each].public_key())), "kid": each, "use": "sig"} for each in told.shown]
                self.send_response(told.status)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": keys}).encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def cloud(self) -> CloudEnvironment:
        return with_overrides(PUBLIC, openid_metadata_url=f"{self.url}/openidconfiguration", token_issuer=ISSUER)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    monkeypatch.setattr(tokens, "PATIENCE", 60.0)
    made = KeyServer()
    yield made
    made.close()


@pytest.fixture
def validator(server: KeyServer) -> Tokens:
    made = Tokens.for_service(APP, cloud=server.cloud)
    assert isinstance(made, Tokens)
    return made


def token(key: str = "one", kid: str = "", algorithm: str = "RS256", **claims: object) -> str:
    now = int(time.time())
    given = {"iss": ISSUER, "aud": APP, "iat": now, "nbf": now, "exp": now + 600, "serviceurl": SERVICE, **claims}
    secret: Any = KEYS[key] if algorithm == "RS256" else "s" * 32
    return jwt.encode({name: value for name, value in given.items() if value is not None}, secret, algorithm, headers={"kid": kid or key})


async def test_a_good_token_is_taken(validator: Tokens) -> None:
    assert (await validator.validate_token(token(), SERVICE))["aud"] == APP


@pytest.mark.parametrize(
    "bad",
    [
        {"exp": 1_700_000_000}, {"iss": "https://elsewhere.example"}, {"iss": None}, {"aud": "another-app"}, {"aud": None},
        {"serviceurl": "https://elsewhere.example/"}, {"serviceurl": None}, {"key": "two"}, {"key": "two", "kid": "one"}, {"algorithm": "HS256"},
        {"iss": "https://login.microsoftonline.com/tenant/v2.0"}, {"iss": "https://sts.windows.net/tenant/"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_bad_token_is_refused(validator: Tokens, bad: dict[str, Any]) -> None:
    with pytest.raises(jwt.PyJWTError):
        await validator.validate_token(token(**bad), SERVICE)


async def test_a_good_token_is_believed_a_while_for_its_own_service_alone(validator: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    decode = jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda raw, *rest, **more: (looked.append(raw), decode(raw, *rest, **more))[1])
    given = token()
    for _ in range(3):
        assert (await validator.validate_token(given, SERVICE))["aud"] == APP
    assert looked == [given]
    with pytest.raises(jwt.PyJWTError):
        await validator.validate_token(given, "https://elsewhere.example/")
    monkeypatch.setattr(tokens, "BELIEVED", 0.0)
    given = token(exp=int(time.time()) + 61)
    for _ in range(2):
        await validator.validate_token(given, SERVICE)
    assert looked[-2:] == [given] * 2


async def test_what_is_no_token_is_refused(validator: Tokens) -> None:
    for each in ("x", "a.b.c", "a" * 10_000):
        with pytest.raises(jwt.PyJWTError):
            await validator.validate_token(each, SERVICE)


async def test_without_a_service_url_none_is_good(validator: Tokens) -> None:
    with pytest.raises(jwt.InvalidTokenError):
        await validator.validate_token(token(), "")


async def test_the_keys_are_asked_for_once_and_nobody_else_waits(server: KeyServer, validator: Tokens) -> None:
    server.open.clear()
    waited = asyncio.gather(*(validator.validate_token(token(), SERVICE) for _ in range(20)))
    while not server.asked:
        await asyncio.sleep(0.005)
    assert not waited.done()
    server.open.set()  # the loop comes here, so it does not stand still meanwhile
    assert len(await waited) == 20
    assert server.asked == 1


async def test_made_up_keys_are_not_asked_about_again_and_again(server: KeyServer, validator: Tokens) -> None:
    for number in range(20):
        with pytest.raises(jwt.PyJWTError):
            await validator.validate_token(token(kid=f"made up {number}"), SERVICE)
    assert server.asked == 1


async def test_a_new_key_is_found(server: KeyServer, validator: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    await validator.validate_token(token(), SERVICE)
    server.shown = ["two"]
    monkeypatch.setattr(tokens, "AGAIN", 0.0)
    assert await validator.validate_token(token("two"), SERVICE)
    with pytest.raises(jwt.PyJWTError):  # and the old one serves no more
        await validator.validate_token(token("one"), SERVICE)


async def test_known_keys_serve_while_the_server_of_keys_is_down(server: KeyServer, validator: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "BELIEVED", 0.0)
    await validator.validate_token(token(), SERVICE)
    server.status = 500
    monkeypatch.setattr(tokens, "FRESH", 0.0)
    for _ in range(3):
        assert await validator.validate_token(token(), SERVICE)
    while server.asked < 2:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    assert await validator.validate_token(token(), SERVICE)


async def test_when_there_were_no_keys_they_are_soon_asked_for_again(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "SOON", 0.0)
    keys = Keys(f"{server.url}/keys")
    server.status = 500
    await keys.ready_for(token())
    with pytest.raises(jwt.PyJWTError):
        keys.get_signing_key("one")
    server.status = 200
    await keys.ready_for(token())
    assert keys.get_signing_key("one").key_id == "one"
