"""What the local chat's server takes and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

PLACE = "slack:nvg-tall"


@pytest.fixture(scope="module")
def client(chat: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=chat, timeout=60) as client:
        client.get("/api/start").raise_for_status()
        yield client


def seen(client: httpx.Client, person: str) -> dict[str, Any]:
    """All that the person's page is told when it opens."""
    with client.stream("GET", "/events", params={"person": person}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line[6:])
                return found
    raise AssertionError("the stream ended")


def test_one_can_be_everybody_and_begins_as_somebody(client: httpx.Client) -> None:
    start = client.get("/api/start").json()
    people = {person["id"]: person for person in start["people"]}
    assert start["first"] in people
    assert {group["code"] for group in people["anna"]["groups"]} == {"tall", "björk"}
    assert all(person["title"] for person in people.values())


def test_another_host_name_is_not_answered(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "127.0.0.1.evil.example:80"}).status_code == 400
    assert client.get("/", headers={"host": "localhost:1"}).status_code == 200


def test_another_page_cannot_post(client: httpx.Client) -> None:
    said = {"person": "anna", "place": PLACE, "text": "hej"}
    assert client.post("/api/say", json=said, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/api/say", content=json.dumps(said), headers={"content-type": "text/plain"}).status_code == 415


def test_only_small_bodies_are_read(client: httpx.Client) -> None:
    assert client.post("/api/say", json={"person": "anna", "place": PLACE, "text": "x" * 70_000}).status_code == 413
    chunked = client.post("/api/say", content=iter([b"{}"]), headers={"content-type": "application/json"})
    assert chunked.status_code == 411


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/say", [], 400),
        ("/api/say", {"person": "nobody", "place": PLACE, "text": "hej"}, 404),
        ("/api/say", {"person": ["anna"], "place": PLACE, "text": "hej"}, 404),
        ("/api/say", {"person": "anna", "place": "teams:nvg-larka", "text": "hej"}, 400),
        ("/api/say", {"person": "anna", "place": PLACE, "text": " "}, 400),
        ("/api/say", {"person": "anna", "place": PLACE, "text": 7}, 400),
        ("/api/tap", {"person": "anna", "message": "none", "do": "done", "ref": "tall:1", "value": ""}, 409),
        ("/api/tap", {"person": "anna", "message": "home", "do": "done", "ref": "tall:999", "value": ""}, 409),
        ("/api/say", {"person": "anna", "place": "home", "text": "hej"}, 400),
        ("/api/form", {"person": "gun", "fields": {"orsak": "x"}}, 409),
        ("/api/form", {"person": "gun", "fields": {"orsak": 1}}, 400),
        ("/api/clock", {"to": "yesterday"}, 400),
        ("/api/clock", {"to": ["next"]}, 400),
    ],
)
def test_what_does_not_fit_is_refused(client: httpx.Client, path: str, body: object, status: int) -> None:
    assert client.post(path, json=body).status_code == status


def test_a_button_that_the_message_does_not_have_cannot_be_pressed(client: httpx.Client) -> None:
    cards = [each for each in seen(client, "anna")["messages"] if 'data-do="' in each["html"]]
    tap = {"person": "anna", "message": cards[-1]["id"], "do": "erase_everything", "ref": "", "value": ""}
    assert client.post("/api/tap", json=tap).status_code == 409


def test_nobody_sees_the_others_private_chats_or_receipts(client: httpx.Client) -> None:
    everything = {person: seen(client, person)["messages"] for person in ("anna", "hassan")}
    assert not {each["id"] for each in everything["anna"]} & {each["id"] for each in everything["hassan"]}


def test_who_is_reached_by_mail_alone_has_no_page_of_their_own(client: httpx.Client) -> None:
    homes = {person["platform"]: seen(client, person["id"])["home"] for person in client.get("/api/start").json()["people"]}
    assert homes.keys() == {"slack", "teams", "mail"}
    assert {platform for platform, html in homes.items() if html} == {"slack", "teams"}
    guest = next(person["id"] for person in client.get("/api/start").json()["people"] if person["platform"] == "mail")
    tap = {"person": guest, "message": "home", "do": "settings", "ref": "", "value": ""}
    assert client.post("/api/tap", json=tap).status_code == 409


def test_what_people_write_is_never_html(client: httpx.Client) -> None:
    text = '/nvg åtgärd <img src=x onerror="alert(1)"> & <b>köpa</b> te senast fredag'
    assert client.post("/api/say", json={"person": "per", "place": PLACE, "text": text}).json() == {"form": ""}
    html = "".join(each["html"] for each in seen(client, "per")["messages"])
    assert "&lt;b&gt;köpa&lt;/b&gt;" in html
    assert "<img" not in html and "<b>" not in html


def test_nothing_from_elsewhere_may_run(client: httpx.Client) -> None:
    headers = client.get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_health_and_metrics(client: httpx.Client) -> None:
    assert client.get("/health").json()["ok"] is True
    assert "nvg_late 0" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("text", "line"),
    [("åtg", "åtgärd"), ("/nvg åtg", "/nvg åtgärd"), ("åtgärd @fat", "åtgärd @fatima "), ("åtgärd @hadd", "åtgärd @fatima ")],
)
def test_lines_are_completed(client: httpx.Client, text: str, line: str) -> None:
    lines = client.get("/api/complete", params={"person": "anna", "place": PLACE, "text": text}).json()["lines"]
    assert line in [each if each.endswith(" ") and line.endswith(" ") else each.rstrip() for each in lines]
