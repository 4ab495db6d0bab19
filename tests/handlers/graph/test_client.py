"""The way to Graph: over real HTTP, through the SDK, with all that can go wrong."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.credentials import BotToken
from handlers.graph.client import AT_ONCE, Graph, every, headers, mailbox_in
from handlers.graph.errors import Refused
from handlers.speaker import GiveUp, LockedOut, TryAgain
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.conftest import MAILBOX
from tests.patience import until

TUESDAY = datetime(2026, 12, 1, 13, 0)


def events(client: Graph, mailbox: str = MAILBOX) -> list[Any]:
    named = {"Prefer": 'outlook.timezone="W. Europe Standard Time"'}
    found: list[Any] = client.ask(lambda at: every(at.users.by_user_id(mailbox).events, headers(named))).items
    return found


def test_all_pages_are_read_in_the_zone_that_was_asked_for(fake: FakeGraph, client: Graph) -> None:
    for n in range(25):
        fake.calendars.put(MAILBOX, f"Möte {n}", TUESDAY + timedelta(days=n))
    found = events(client)
    assert [each.subject for each in found] == [f"Möte {n}" for n in range(25)]
    assert found[0].start.date_time.startswith("2026-12-01T13:00") and found[0].online_meeting.join_url.startswith("https://teams.")
    assert len(fake.called("GET .*/events")) == 3


def test_what_changed_is_asked_for_by_its_link(fake: FakeGraph, client: Graph) -> None:
    from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder

    window = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(start_date_time="2026-12-01T00:00:00Z", end_date_time="2027-01-01T00:00:00Z")
    first = fake.calendars.put(MAILBOX, "Ett", TUESDAY)
    before = client.ask(lambda at: every(at.users.by_user_id(MAILBOX).calendar_view.delta, headers(query=window)))
    fake.calendars.put(MAILBOX, "Två", TUESDAY + timedelta(days=1))
    fake.calendars.remove(first.id)
    after = client.ask(lambda at: every(at.users.by_user_id(MAILBOX).calendar_view.delta.with_url(before.delta)))
    assert [each.subject for each in before.items] == ["Ett"]
    assert [(each.subject, "@removed" in each.additional_data) for each in after.items] == [("Två", False), (None, True)]


def test_never_more_than_four_at_once_for_one_mailbox(fake: FakeGraph, client: Graph) -> None:
    fake.add_user("nvg-gran@region.example")
    fake.slow = 60.0

    async def many(at: Any) -> None:
        await asyncio.gather(*(at.users.by_user_id(mailbox).events.get() for mailbox in (MAILBOX, "nvg-gran@region.example") for _ in range(12)))

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(client.ask, many)
        until(lambda: [fake._under_way[each] for each in (MAILBOX, "nvg-gran@region.example")] == [AT_ONCE] * 2)
        fake.slow = 0.0
        asked.result()
    assert {each.status for each in fake.calls} == {200}
    assert fake.busiest[MAILBOX] == AT_ONCE


def test_what_graph_asks_to_wait_is_waited_for_that_mailbox_alone(fake: FakeGraph, client: Graph) -> None:
    fake.add_user("nvg-gran@region.example")
    fake.fail(f"GET /users/{MAILBOX}/events", 429, "ApplicationThrottled", retry_after=70)
    with pytest.raises(TryAgain) as error:
        events(client)
    assert error.value.after is not None and timedelta(seconds=70) <= error.value.after <= timedelta(seconds=70 * 1.2)
    with pytest.raises(TryAgain) as error:  # without asking
        events(client)
    assert error.value.why == "throttled" and error.value.after is not None and error.value.after > timedelta(seconds=40)
    assert len(fake.calls) == 1
    assert events(client, "nvg-gran@region.example") == []


@pytest.mark.parametrize(("status", "code"), [(500, "InternalServerError"), (502, ""), (503, "ServiceUnavailable"), (504, ""), (0, ""), (412, "")])
def test_what_passes_is_tried_again_by_whoever_asked(fake: FakeGraph, client: Graph, status: int, code: str) -> None:
    fake.fail(status=status, code=code)
    with pytest.raises(TryAgain) as error:
        events(client)
    assert not isinstance(error.value, LockedOut)
    assert events(client) == []
    assert len(fake.calls) == 2  # the SDK tries nothing again by itself


def test_an_answer_that_does_not_come(fake: FakeGraph, make_client: Callable[..., Graph]) -> None:
    fake.hang(".*", 60.0)
    with pytest.raises(TryAgain, match="timeout"):
        events(make_client(timeout=0.1))
    nowhere = Graph("http://127.0.0.1:1/v1.0", lambda: "token", fake.tenant)
    with pytest.raises(TryAgain, match="unreachable"):
        events(nowhere)
    nowhere.close()


def test_who_is_not_let_in_is_told_why(fake: FakeGraph, client: Graph) -> None:
    def why(mailbox: str = MAILBOX) -> tuple[str, str]:
        with pytest.raises(LockedOut) as error:
            events(client, mailbox)
        return error.value.place, error.value.why

    fake.add_user("utan@region.example", mailbox=False)
    fake.add_user("annan@region.example", reachable=False)
    assert why("ingen@region.example") == ("ingen@region.example", "no_such_mailbox")
    assert why("utan@region.example") == ("utan@region.example", "no_such_mailbox")
    assert why("annan@region.example") == ("annan@region.example", "no_mailbox_access")
    fake.roles.clear()
    assert why() == (MAILBOX, "no_mailbox_access")
    fake.roles.add("Calendars.Read")
    fake.revoke()
    assert why() == (fake.tenant, "login")
    assert events(client) == []  # by the next token


def test_what_will_never_be_is_refused_with_its_code(fake: FakeGraph, client: Graph) -> None:
    with pytest.raises(Refused) as error:
        client.ask(lambda at: at.users.by_user_id(MAILBOX).events.by_event_id("AAMk=").get())
    assert (error.value.status, error.value.why) == (404, "ErrorItemNotFound")
    assert isinstance(error.value, GiveUp)


def test_the_token_goes_to_no_other_server(fake: FakeGraph, client: Graph) -> None:
    with FakeGraph() as other:
        other.add_user(MAILBOX)
        with pytest.raises(LockedOut):
            client.ask(lambda at: at.users.by_user_id(MAILBOX).events.with_url(f"{other.base_url}/users/{MAILBOX}/events").get())
        assert "authorization" not in other.calls[0].headers


def test_a_wrong_secret_reaches_whoever_asked(fake: FakeGraph) -> None:
    def fetch() -> tuple[str, float]:
        raise LockedOut(fake.tenant, "login", timedelta(minutes=15))

    client = Graph(fake.base_url, BotToken(fetch), fake.tenant)
    with pytest.raises(LockedOut, match="login"):
        events(client)
    client.close()


@pytest.mark.parametrize(("path", "mailbox"), [
    ("/v1.0/users/Anna@Region.example/events/AA=", "anna@region.example"), ("/v1.0/users/anna%40region.example/events", "anna@region.example"),
    ("/v1.0/users", ""), ("/v1.0/users/anna@region.example", ""), ("/v1.0/planner/tasks/1", ""),
])  # fmt: skip
def test_whose_mailbox_a_request_is_about(path: str, mailbox: str) -> None:
    assert mailbox_in(path) == mailbox


def test_nothing_of_it_is_imported_before_the_first_call() -> None:
    look = "import sys; from handlers.graph.client import Graph; Graph('http://x/v1.0', str, 't').close(); print(sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert not [each for each in ("msgraph", "kiota_http", "kiota_abstractions", "httpx", "azure", "opentelemetry") if f"'{each}'" in loaded]
