"""A real mail server on a port of its own, that keeps what it is sent: plain, with STARTTLS or TLS, with a login, and with refusals."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import PATIENCE, held_port


@dataclass(frozen=True)
class Mail:
    """One mail as it came."""

    sender: str
    to: list[str]
    message: EmailMessage
    secure: bool

    @property
    def plain(self) -> str:
        return self._part("text/plain")

    @property
    def html(self) -> str:
        return self._part("text/html")

    @property
    def calendar(self) -> bytes:
        return next((part.get_payload(decode=True) for part in self.message.walk() if part.get_content_type() == "text/calendar"), b"")

    @property
    def method(self) -> str:
        return next((str(part.get_param("method")) for part in self.message.walk() if part.get_content_type() == "text/calendar"), "")

    def _part(self, kind: str) -> str:
        return next((str(part.get_content()) for part in self.message.walk() if part.get_content_type() == kind), "")


@dataclass
class FakeMail:
    """`tls`: "" | "starttls" | "tls". `login`: (user, password) that it asks for. Use with `with`; `url` is SMTP_URL."""

    tls: str = ""
    login: tuple[str, str] = ("", "")
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    refuse: dict[str, str] = field(default_factory=dict)  # an address, "data", "sender" -> the server's answer ("550 no such user")
    slow: float = 0.0  # seconds that each mail takes
    port: int = 0
    _held: socket.socket | None = None

    def __enter__(self) -> FakeMail:
        options: dict[str, Any] = {"auth_required": True, "authenticator": self._login, "auth_require_tls": False} if self.login[0] else {}
        server = self._context() if self.tls else None
        if self.tls == "starttls":
            options["tls_context"] = server
        if not self.port:
            self._held = held_port()  # also while it is stopped
            self.port = self._held.getsockname()[1]
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, ssl_context=server if self.tls == "tls" else None, ready_timeout=PATIENCE, **options)
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._held:
            self._held.close()

    def stop(self) -> None:
        if not self._controller.loop.is_closed():
            self._controller.stop(no_assert=True)

    @property
    def url(self) -> str:
        who = f"{self.login[0]}:{self.login[1]}@" if self.login[0] else ""
        return f"{'smtps' if self.tls == 'tls' else 'smtp'}://{who}127.0.0.1:{self.port}"

    @property
    def trusted(self) -> ssl.SSLContext:
        """For a client that trusts this server."""
        return ssl.create_default_context(cadata=self._certificate.public_bytes(serialization.Encoding.PEM).decode())

    # what aiosmtpd calls

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if "sender" in self.refuse:
            return self.refuse["sender"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.slow:
            await asyncio.sleep(self.slow)
        if "data" in self.refuse:
            return self.refuse["data"]
        message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        self.mails.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), message, bool(session.ssl) or self.tls == "tls"))
        return "250 OK"

    def _login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=good, handled=good)  # refused: the server says so itself

    def _context(self) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
        self._certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
        )  # fmt: skip
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "both.pem"
            private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            file.write_bytes(private + self._certificate.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(file)
        return context


class _Controller(Controller):
    def __init__(self, fake: FakeMail, **options: Any) -> None:
        self._fake = fake
        super().__init__(fake, **options)

    def factory(self) -> SMTP:
        self._fake.connections += 1
        return super().factory()  # type: ignore[no-any-return]
