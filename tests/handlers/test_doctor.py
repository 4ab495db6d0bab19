"""The doctor, towards a pretend Slack on a bad day: each fault is named in a sentence that says what to do."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.model import Group, Person
from handlers.clock import RealClock
from handlers.counts import Counts
from handlers.doctor import Said, examine
from handlers.run import main
from handlers.slack.scopes import LISTENING_SCOPES, SCOPES
from storage.installations import Installation, Installations
from storage.store import KeyStore, Store
from tests.fake_servers.mail import FakeMail
from tests.fake_servers.slack import FakeSlack

ALL = (Person("eva", "Eva Ring", identities=("mail:eva@example.org",), roles=frozenset({"administrator"})),)


@dataclass(frozen=True)
class Setup:
    """Settings, as config gives them."""

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_api_url: str = ""
    teams_client_id: str = ""
    teams_tenant_id: str = ""
    graph_base_url: str = ""
    smtp_url: str = ""
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 1
    database_url: str = "sqlite://"
    platforms: tuple[str, ...] = ("slack",)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(scopes=SCOPES) as server:
        server.add_user("UEVA", "Eva Ring", "eva@example.org")
        server.add_channel("CGK", ["UEVA"])
        server.add_channel("CTALL", ["UEVA"])
        yield server


@pytest.fixture
def setup(slack: FakeSlack) -> Setup:
    """All as it should be, over Socket Mode."""
    return Setup(slack.bot_token, slack.app_token, slack_api_url=slack.url)


def opened(*kept: Person | Group) -> Callable[[], Store]:
    def make() -> Store:
        store = Store("sqlite://", KeyStore("sqlite://", bytes(32)))
        store.migrate()
        with store.turn() as work:
            work.save([*ALL, *kept], RealClock().now())
        return store

    return make


def looked(setup: Setup, *kept: Person | Group) -> list[Said]:
    return list(examine(opened(*kept), setup))


def to_mend(said: Sequence[Said]) -> list[str]:
    return [sentence for good, sentence in said if good is False]


def committee(team: str, channel: str = "CGK") -> Group:
    return Group("gk", "gk", "committee", "active", (f"slack:{team}/{channel}",), level=2)


class Clocks(RealClock):
    """A clock that is some seconds off."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(super().now().timestamp() + self.seconds, super().now().tzinfo)


def test_all_is_well(setup: Setup, slack: FakeSlack) -> None:
    said = looked(setup, committee(slack.team), Group("tall", "tall", "care", "active", (f"slack:{slack.team}/CTALL",)))
    assert to_mend(said) == []
    assert any("alla 2 kanaler" in sentence for good, sentence in said if good)
    assert any("Socket Mode går att öppna" in sentence for good, sentence in said if good)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("", ["SLACK_BOT_TOKEN", "invalid_auth", "OAuth & Permissions"]),
        ("token_revoked", ["borttagen ur arbetsytan", "installera appen där igen"]),
        ("account_inactive", ["borttagen ur arbetsytan"]),
    ],
)
def test_a_wrong_token(setup: Setup, slack: FakeSlack, why: str, words: list[str]) -> None:
    if why:
        slack.revoke(why=why)
    else:
        setup = replace(setup, slack_bot_token="xoxb-another")
    [wrong] = to_mend(looked(setup))
    assert all(word in wrong for word in words)
    assert setup.slack_bot_token not in wrong


@pytest.mark.parametrize("scope", SCOPES)
def test_a_missing_scope(setup: Setup, slack: FakeSlack, scope: str) -> None:
    slack.grants[slack.bot_token].scopes.discard(scope)
    [wrong] = to_mend(looked(setup, committee(slack.team)))
    assert scope in wrong
    assert "Reinstall" in wrong
    assert all(other not in wrong for other in SCOPES if other != scope and not scope.startswith(other))


def test_a_scope_that_reads_what_is_written_is_told_of(setup: Setup, slack: FakeSlack) -> None:
    slack.grants[slack.bot_token].scopes.update(LISTENING_SCOPES)
    said = looked(setup)
    assert to_mend(said) == []
    assert any("groups:history" in sentence for good, sentence in said if good is None)


@pytest.mark.parametrize(("skew", "words"), [(110, "2 minuter efter"), (-300, "5 minuter före"), (7300, "2 timmar efter")])
def test_the_clock_is_off(setup: Setup, slack: FakeSlack, skew: int, words: str) -> None:
    slack.skew = skew
    [wrong] = to_mend(looked(setup))
    assert words in wrong
    assert "tidssynkronisering" in wrong
    assert not to_mend(list(examine(opened(), setup, Clocks(skew))))  # both are as much off


def test_half_a_minute_is_nothing(setup: Setup, slack: FakeSlack) -> None:
    slack.skew = 40
    assert not to_mend(looked(setup))


def test_the_bot_is_not_in_the_committees_channel(setup: Setup, slack: FakeSlack) -> None:
    slack.channels["CGK"].members.remove(slack.bot_user)
    [wrong] = to_mend(looked(setup, committee(slack.team)))
    assert "kommittén gk" in wrong
    assert "/invite @nvg" in wrong


def test_channels_that_are_archived_open_or_elsewhere(setup: Setup, slack: FakeSlack) -> None:
    slack.channels["CGK"].archived = True
    slack.channels["CTALL"].private = False
    groups = [Group(code, code, "care", "active", (f"slack:{address}",)) for code, address in
              (("tall", f"{slack.team}/CTALL"), ("gran", "TANNAN/C1"), ("björk", "nvg-bjork"))]  # fmt: skip
    wrong = to_mend(looked(setup, committee(slack.team), *groups))
    assert [next(word for word in ("arkiverad", "öppen", "TANNAN", "slack:T0123/C0456") if word in each) for each in wrong] == [
        "öppen", "arkiverad", "slack:T0123/C0456", "TANNAN",
    ]  # fmt: skip


def test_closed_groups_are_left_alone(setup: Setup, slack: FakeSlack) -> None:
    assert not to_mend(looked(setup, Group("tall", "tall", "care", "closed", (f"slack:{slack.team}/CGONE",))))


@pytest.mark.parametrize("token", ["xapp-another", "xapp-without"])
def test_a_wrong_app_token(setup: Setup, slack: FakeSlack, token: str) -> None:
    slack.grants["xapp-without"] = replace(slack.grants[slack.app_token], scopes=set())
    [wrong] = to_mend(looked(replace(setup, slack_app_token=token)))
    assert "SLACK_APP_TOKEN" in wrong
    assert ("connections:write" in wrong) == (token == "xapp-without")


def test_slack_does_not_answer(setup: Setup) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
        [wrong] = to_mend(looked(replace(setup, slack_api_url=url)))
    assert "brandväggen" in wrong


def test_slack_has_trouble_of_its_own(setup: Setup, slack: FakeSlack) -> None:
    slack.fail("auth.test", "ratelimited", retry_after=30)
    [wrong] = to_mend(looked(setup))
    assert "försök igen" in wrong


def test_a_broken_database_does_not_hide_the_rest(setup: Setup, slack: FakeSlack) -> None:
    def broken() -> Store:
        raise OSError("disk full")

    slack.skew = 600
    wrong = to_mend(list(examine(broken, setup)))
    assert len(wrong) == 2
    assert "disk full" in wrong[0]
    assert "Klockan" in wrong[1]


def test_every_installed_workspace_is_looked_at(setup: Setup, slack: FakeSlack) -> None:
    slack.add_team("TANNAN", "Arvika")
    other = slack.grant("TANNAN", [scope for scope in SCOPES if scope != "commands"])

    def make() -> Store:
        store = opened(committee(slack.team))()
        for team, token in ((slack.team, slack.bot_token), ("TANNAN", other.token)):
            Installations(store).save(Installation(f"slack:{team}", token), RealClock().now())
        return store

    oauth = replace(setup, slack_bot_token="", public_url="https://nvg.example.se")
    [wrong] = to_mend(list(examine(make, oauth)))
    assert "Arvika" in wrong
    assert "commands" in wrong
    assert "https://nvg.example.se/slack/install" in wrong
    slack.revoke(other.token)
    [wrong] = to_mend(list(examine(make, oauth)))
    assert "TANNAN" in wrong
    assert "https://nvg.example.se/slack/install" in wrong
    nobody = list(examine(opened(), oauth))
    assert any("https://nvg.example.se/slack/install" in sentence for good, sentence in nobody if good is None)


# -- over HTTP: signatures, and the way from outside


@dataclass
class Bot:
    """What `nvg run` answers, with this signing secret."""

    secret: str
    accepted: int = 0
    refused: int = 0
    health: int = 200
    echo: bool = True
    url: str = ""

    def __enter__(self) -> Bot:
        bot = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                counts = Counts()
                for kind in ["command"] * bot.accepted + ["refused"] * bot.refused:
                    counts.add("slack", kind)
                figures = "\n".join(["nvg_late 0", *counts.lines()]) + "\n"
                self.answer(bot.health if self.path == "/health" else 200, figures)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                good = SignatureVerifier(bot.secret, Clock()).is_valid_request(body, headers)
                self.answer(200 if good else 401, json.loads(body)["challenge"] if bot.echo else "<html>")

            def answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def http(setup: Setup, slack: FakeSlack) -> Iterator[tuple[Setup, Bot]]:
    with Bot(slack.signing_secret) as bot:
        yield replace(setup, slack_app_token="", slack_signing_secret=slack.signing_secret, public_url=bot.url, port=bot.server.server_port), bot


def test_over_http_all_is_well(http: tuple[Setup, Bot]) -> None:
    setup, bot = http
    bot.accepted, bot.refused = 7, 2
    said = looked(setup)
    assert to_mend(said) == []
    assert any("7 sedan starten, och 2" in sentence for good, sentence in said if good)
    assert any("/slack/events når boten" in sentence for good, sentence in said if good)


def test_a_wrong_signing_secret_is_known_by_what_was_refused(http: tuple[Setup, Bot]) -> None:
    setup, bot = http
    bot.refused = 3
    [wrong] = to_mend(looked(setup))
    assert "Slacks anrop avvisas (3 stycken), fel SLACK_SIGNING_SECRET" in wrong
    assert setup.slack_signing_secret not in wrong


@pytest.mark.parametrize("secret", ["xoxb-1", "a" * 31, "A" * 32, "g" * 32])
def test_a_signing_secret_that_cannot_be_one(http: tuple[Setup, Bot], secret: str) -> None:
    setup, bot = http
    bot.secret = secret
    [wrong] = to_mend(looked(replace(setup, slack_signing_secret=secret)))
    assert "32 tecken" in wrong
    assert secret not in wrong


def test_the_running_bot_has_another_secret(http: tuple[Setup, Bot]) -> None:
    setup, bot = http
    bot.secret = "f" * 32
    [wrong] = to_mend(looked(setup))
    assert "starta om nvg run" in wrong


def test_the_proxy_answers_in_the_bots_place(http: tuple[Setup, Bot]) -> None:
    setup, bot = http
    bot.echo = False
    [wrong] = to_mend(looked(setup))
    assert "/slack/" in wrong
    assert "proxy" in wrong


def test_the_public_address_leads_nowhere(http: tuple[Setup, Bot]) -> None:
    setup, _ = http
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        wrong = to_mend(looked(replace(setup, public_url=f"http://127.0.0.1:{closed.getsockname()[1]}")))
    assert len(wrong) == 2
    assert "svarar inte" in wrong[0]
    assert "NVG_PUBLIC_URL" in wrong[1]


def test_a_bot_that_is_late_answers_all_the_same(http: tuple[Setup, Bot]) -> None:
    setup, bot = http
    bot.health = 503
    assert to_mend(looked(setup)) == []


def test_a_bot_that_does_not_run_yet_is_no_fault(setup: Setup, slack: FakeSlack) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        said = looked(replace(setup, slack_app_token="", slack_signing_secret=slack.signing_secret, public_url=url))
    assert to_mend(said) == []
    told = [sentence for good, sentence in said if good is None]
    assert any("inte igång" in sentence for sentence in told)
    assert any(url in sentence for sentence in told)


# -- mail


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeMail], None]:
    """Makes this computer trust the server's certificate."""

    def trust(server: FakeMail) -> None:
        [certificate] = server.trusted.get_ca_certs(binary_form=True)
        (tmp_path / "ca.pem").write_text(ssl.DER_cert_to_PEM_cert(certificate), encoding="ascii")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    return trust


def mail_setup(url: str) -> Setup:
    return Setup(platforms=("mail",), smtp_url=url)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("tls", ["", "starttls", "tls"])
def test_the_mail_server_is_well(tls: str, trusting: Callable[[FakeMail], None]) -> None:
    with FakeMail(tls=tls, login=("nvg", "losen") if tls else ("", "")) as server:
        if tls:
            trusting(server)
        said = looked(mail_setup(server.url))
    assert to_mend(said) == []
    assert any("tar emot" in sentence for good, sentence in said if good)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("password", ["fel", "l%C3%B6sen"])
def test_the_mail_server_knows_another_password(password: str, trusting: Callable[[FakeMail], None]) -> None:
    with FakeMail(tls="tls", login=("nvg", "losen")) as server:
        trusting(server)
        [wrong] = to_mend(looked(mail_setup(server.url.replace("losen", password))))
    assert "användarnamnet och lösenordet" in wrong
    assert password not in wrong


def test_a_mail_server_with_a_strange_certificate() -> None:
    with FakeMail(tls="tls") as server:
        [wrong] = to_mend(looked(mail_setup(server.url)))
    assert "certifikat" in wrong


def test_a_password_is_not_sent_in_the_open() -> None:
    with FakeMail() as server:
        [wrong] = to_mend(looked(mail_setup(server.url.replace("://", "://nvg:losen@"))))
    assert "smtps://" in wrong


def test_the_mail_server_does_not_answer() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        [wrong] = to_mend(looked(mail_setup(f"smtp://127.0.0.1:{closed.getsockname()[1]}")))
    assert "brandväggen" in wrong


# -- as it is typed


def test_nvg_doctor_prints_it_all(slack: FakeSlack, tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name, value in {
        "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.url, "NVG_PORT": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert main(["admin", "add", "eva@example.org"]) == 0
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "✓ Slack godtar SLACK_BOT_TOKEN" in told
    slack.skew = 1000
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "✗ Klockan" in told
    assert "1 sak behöver lagas" in told
    assert slack.bot_token not in told
    assert slack.app_token not in told
