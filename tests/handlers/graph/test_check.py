"""The doctor, towards a pretend Entra and Graph on a bad day: each fault is named in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.model import Group, Kept, Member, Person
from handlers.clock import Clock
from handlers.credentials import Credential, certificate
from handlers.doctor import Said, examine
from handlers.graph.permissions import OPTIONAL
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.conftest import MAILBOX
from tests.handlers.test_credentials import known, made
from tests.handlers.test_doctor import Clocks, Setup, opened, to_mend

TALL = Group("tall", "tall", state="active", channels=("teams:t/c",), calendar=MAILBOX)
ALM = (Group("alm", "alm", state="active", channels=("teams:t/d",)), Member("alm:@eva", "alm", "eva", "facilitator"))


@pytest.fixture
def look(fake: FakeGraph) -> Callable[..., list[Said]]:
    def look(*kept: Kept, clock: Clock | None = None, credential: Credential = "", login: str = "", **more: object) -> list[Said]:
        setup = replace(Setup(platforms=("teams",), teams_client_id=fake.app_id, teams_tenant_id=fake.tenant, graph_base_url=fake.base_url), **more)  # type: ignore[arg-type]
        return list(examine(opened(*kept), setup, clock, credential or fake.secret, login or fake.host))

    return look


def one(said: Sequence[Said]) -> str:
    (wrong,) = to_mend(said)
    return wrong


def test_all_is_well(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    fake.add_user("eva@example.org")
    said = look(TALL, *ALM)
    assert to_mend(said) == []
    assert any("alla 2 brevlådor" in sentence for good, sentence in said if good)
    assert not [call for call in fake.calls if call.method != "GET"]  # nothing is written


def test_a_wrong_id_secret_or_organisation(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    assert "Application (client) ID" in one(look(TALL, teams_client_id="another"))
    assert "Directory (tenant) ID" in one(look(TALL, teams_tenant_id="another"))
    assert "kopiera dess Value" in one(look(TALL, credential="another"))
    fake.expired = True
    assert "har gått ut" in one(look(TALL))
    assert fake.calls == []


def test_a_certificate_that_is_not_uploaded_or_runs_out(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    assert "ladda upp det" in one(look(TALL, credential=certificate(b"".join(made()))))
    said = look(TALL, credential=known(fake, b"".join(made(days=10))))
    assert to_mend(said) == [] and any("går ut" in sentence for good, sentence in said if good is None)
    assert "Certifikatet gick ut" in "".join(to_mend(look(TALL, credential=known(fake, b"".join(made(days=-1))))))


@pytest.mark.parametrize(("seconds", "words"), [(600, "10 minuter före"), (-600, "10 minuter efter")])
def test_the_clock_is_off(look: Callable[..., list[Said]], seconds: int, words: str) -> None:
    assert words in one(look(TALL, clock=Clocks(seconds)))


def test_a_missing_permission_and_a_mailbox_that_is_not_there(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    wrong = one(look(TALL, *ALM))  # the facilitator of alm has her mailbox elsewhere
    assert "eva@example.org" in wrong and "gruppen alm" in wrong and "nvg load" in wrong
    fake.user(MAILBOX).reachable = False
    assert "Calendars.ReadWrite" in one(look(TALL)) and MAILBOX in one(look(TALL))
    fake.user(MAILBOX).reachable = True
    fake.roles.clear()
    assert "Exchange" in one(look(TALL))


def test_what_may_be_left_out_is_tried_and_what_is_missing_then_is_said(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    anna = fake.add_user("anna@example.org", id="oid-anna").id
    person = Person("anna", "Anna", identities=(f"teams:{fake.tenant}/{anna}",))
    notes = [sentence for good, sentence in look(TALL, person) if good is None]
    assert all(any(each in sentence for sentence in notes) for each in OPTIONAL)
    assert to_mend(look(TALL, person)) == []
    fake.roles |= OPTIONAL
    fake.directory.allowed.add(anna)
    said = look(TALL, person)
    assert any(good and "User.ReadBasic.All, OnlineMeetings.Read.All, Tasks.ReadWrite.All" in sentence for good, sentence in said)
    assert not [sentence for good, sentence in said if good is None and "Utan" in sentence]
    assert not [call for call in fake.calls if call.method != "GET"]


def test_microsoft_does_not_answer(fake: FakeGraph, look: Callable[..., list[Said]]) -> None:
    assert "brandväggen" in one(look(TALL, login="http://127.0.0.1:1"))
    assert "brandväggen" in one(look(TALL, graph_base_url="http://127.0.0.1:1/v1.0"))
    assert "GRAPH_BASE_URL" in one(look(TALL, graph_base_url=f"{fake.base_url}/beta"))


def test_without_graph_or_mailbox_it_is_only_said(look: Callable[..., list[Said]]) -> None:
    said = look(TALL, graph_base_url="")
    assert to_mend(said) == [] and any("läggs inte i Outlook" in sentence for _, sentence in said)
    said = look(replace(TALL, calendar=""))
    assert to_mend(said) == [] and any("Utan brevlåda" in sentence and "tall" in sentence for _, sentence in said)
