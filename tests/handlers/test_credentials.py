"""The app's token from Entra: with a secret and with a certificate, over real HTTP to a pretend Entra."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from handlers.clock import RealClock
from handlers.credentials import Credential, WrongCertificate, by_client_credentials, certificate
from handlers.run import main
from handlers.speaker import LockedOut, TryAgain
from tests.fake_servers.graph import FakeGraph

SCOPE = "https://graph.microsoft.com/.default"


class Late(RealClock):
    """Half an hour behind."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=30)


@pytest.fixture
def entra() -> Iterator[FakeGraph]:
    with FakeGraph() as fake:
        yield fake


def made(days: int = 365) -> tuple[bytes, bytes]:
    """A private key and a certificate for it, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nvg")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=400), now + timedelta(days=days))
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, signed.public_bytes(serialization.Encoding.PEM)


def known(entra: FakeGraph, pem: bytes) -> Credential:
    """The certificate, uploaded at the pretend Entra."""
    shown = certificate(pem)
    entra.certificates[shown.thumbprint] = x509.load_pem_x509_certificate(pem).public_key()
    return shown


def test_a_secret_and_a_certificate_give_a_token(entra: FakeGraph) -> None:
    for credential in (entra.secret, known(entra, b"".join(made()))):
        token, seconds = by_client_credentials(entra.app_id, credential, f"{entra.host}/{entra.tenant}", SCOPE)()
        assert token.startswith("app.") and seconds == 3599


def test_who_is_not_known_is_locked_out(entra: FakeGraph) -> None:
    authority, pem = f"{entra.host}/{entra.tenant}", b"".join(made())
    for fetch in (
        by_client_credentials(entra.app_id, "another", authority, SCOPE), by_client_credentials("another", entra.secret, authority, SCOPE),
        by_client_credentials(entra.app_id, certificate(b"".join(made())), authority, SCOPE),
        by_client_credentials(entra.app_id, known(entra, pem), authority, SCOPE, Late()),
    ):  # fmt: skip
        with pytest.raises(LockedOut) as error:
            fetch()
        assert (error.value.place, error.value.why) == (entra.tenant, "login")


def test_an_entra_that_does_not_answer_is_asked_again() -> None:
    with pytest.raises(TryAgain, match="no_login"):
        by_client_credentials("app", "secret", "http://127.0.0.1:1/tenant", SCOPE)()


def test_a_file_without_both_is_no_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (key, shown), (another, _) = made(), made()
    for pem, why in ((shown, "no_key"), (key, "no_certificate"), (another + shown, "not_its_key"), (b"", "no_key")):
        with pytest.raises(WrongCertificate) as error:
            certificate(pem)
        assert error.value.why == why
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nvg.pem").write_bytes(shown)
    for name, value in {"TEAMS_CLIENT_ID": "app", "TEAMS_TENANT_ID": "tenant", "TEAMS_CERTIFICATE_FILE": "nvg.pem"}.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 2
    assert "privata nyckeln" in capsys.readouterr().err


def test_what_is_signed_says_no_more_than_it_must() -> None:
    import jwt

    from handlers.credentials import _shown

    pem = b"".join(made())
    signed = _shown("app", certificate(pem), "https://login.example/t/oauth2/v2.0/token", datetime.now(UTC))["client_assertion"]
    claims = jwt.decode(signed, options={"verify_signature": False})
    assert set(claims) == {"aud", "iss", "sub", "jti", "iat", "nbf", "exp"} and claims["exp"] - claims["iat"] == 600
    assert b"PRIVATE" not in json.dumps(jwt.get_unverified_header(signed)).encode()
