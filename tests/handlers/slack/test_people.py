"""Who a Slack user is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.model import Person
from bot.people import shown
from handlers import people as module
from handlers.clock import RealClock
from handlers.people import People, Profile
from handlers.slack.people import profile_of
from storage.store import Store
from tests.handlers.slack.bot import opened

ANNA = {"id": "UANNA", "team_id": "T1", "name": "anna", "locale": "sv-SE", "tz": "Europe/Stockholm", "is_email_confirmed": True,
        "profile": {"real_name": "Anna Berg", "display_name": "anna", "email": "Anna@Example.org"}}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "profile"),
    [
        ({}, Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "sv", "Europe/Stockholm")),
        ({"locale": "en-US"}, Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "en", "Europe/Stockholm")),
        ({"locale": "fi-FI"}, Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "en", "Europe/Stockholm")),
        ({"locale": None}, Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "", "Europe/Stockholm")),
        ({"is_email_confirmed": False}, Profile("slack:T1/UANNA", "Anna Berg", "", "sv", "Europe/Stockholm")),
        ({"team_id": "T2"}, Profile("slack:T2/UANNA", "Anna Berg", "", "sv", "Europe/Stockholm")),
        ({"team_id": "T2", "is_stranger": True}, Profile("slack:T2/UANNA", "Anna Berg", "", "sv", "Europe/Stockholm")),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}},
         Profile("slack:T2/UANNA", "Anna Berg", "anna@example.org", "sv", "Europe/Stockholm")),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T1"]}},
         Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "sv", "Europe/Stockholm")),
        ({"profile": {}, "tz": None}, Profile("slack:T1/UANNA", "anna", "", "sv", "")),
        ({"is_bot": True}, Profile("slack:T1/UANNA", "Anna Berg", "anna@example.org", "sv", "Europe/Stockholm", True)),
    ],
)  # fmt: skip
def test_a_profile_is_read_and_an_address_trusted_only_where_it_can_be(changed: dict[str, Any], profile: Profile) -> None:
    assert profile_of({**ANNA, **changed}, "T1") == profile


class World:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[str, str]] = []
        self.told: dict[str, Any] = {"UANNA": ANNA}
        self.reached: list[tuple[str, str]] = []
        self.threads = ThreadPoolExecutor(2)
        self.people = People("slack", store, RealClock(), self.look_up, self.threads, "sv", lambda *pair: self.reached.append(pair))

    async def look_up(self, team: str, user: str) -> Any:
        self.asked.append((team, user))
        await asyncio.sleep(0.01)
        told = self.told.get(user)
        return profile_of(told, team) if told else None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = opened(tmp_path)
    yield World(store)
    store.close()


def test_several_who_ask_at_once_ask_slack_once(world: World) -> None:
    async def ask() -> list[str]:
        return await asyncio.gather(*(world.people.id_of("T1", "UANNA") for _ in range(5)))

    assert len(set(asyncio.run(ask()))) == 1
    assert world.asked == [("T1", "UANNA")]


def test_who_is_new_has_the_name_the_time_zone_and_the_language_of_the_profile(world: World) -> None:
    world.told["UANNA"] = {**ANNA, "tz": "Europe/Helsinki", "locale": "en-GB"}
    id = asyncio.run(world.people.id_of("T1", "UANNA"))
    with world.store.read() as read:
        person = read.person(id)
    assert person and (person.time_zone, person.language) == ("Europe/Helsinki", "en")
    assert person.name == ANNA["profile"]["real_name"]
    assert shown(person).abroad
    assert not shown(replace(person, time_zone="Europe/Stockholm")).abroad


def test_the_id_of_who_is_new_says_nothing_and_is_the_same_in_every_process(world: World) -> None:
    first = asyncio.run(world.people.id_of("T1", "UANNA"))
    other = World(world.store)
    assert asyncio.run(other.people.id_of("T1", "UANNA")) == first
    assert "anna" not in first


def test_who_was_erased_and_comes_back_is_somebody_new(world: World) -> None:
    first = asyncio.run(world.people.id_of("T1", "UANNA"))
    world.store.erase_person(first, RealClock().now())
    again = [asyncio.run(World(world.store).people.id_of("T1", "UANNA")) for _ in range(2)]
    assert again[0] == again[1] != first
    with world.store.read() as read:
        assert {person.id: person.name for person in read.people()} == {first: "borttagen person", again[0]: "Anna Berg"}


def test_seen_from_two_workspaces_of_an_organisation_it_is_one_person(world: World) -> None:
    world.told["UANNA"] = {**ANNA, "enterprise_user": {"teams": ["T1", "T2"]}}
    assert asyncio.run(world.people.id_of("T1", "UANNA")) == asyncio.run(world.people.id_of("T2", "UANNA"))
    assert world.reached == [("T1", "T2")]


def test_the_same_id_in_two_workspaces_is_two_people(world: World) -> None:
    world.told = {"UANNA": {**ANNA, "team_id": "", "profile": {"real_name": "Anna Berg"}}}
    here, there = (asyncio.run(world.people.id_of(team, "UANNA")) for team in ("T1", "T2"))
    assert here and there and here != there
    assert [asyncio.run(world.people.known(team, "UANNA")) for team in ("T1", "T2")] == [here, there]


def test_what_is_loaded_while_the_bot_runs_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asyncio.run(world.people.id_of("T1", "UANNA"))
    with world.store.turn() as work:
        old = work.person(first)
        assert old
        work.save([replace(old, identities=()), Person("anna", "Anna Berg", identities=("slack:T1/UANNA",))], RealClock().now())
    assert asyncio.run(world.people.id_of("T1", "UANNA")) == first  # remembered for a while
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + module.FRESH + 1))
    assert asyncio.run(world.people.id_of("T1", "UANNA")) == "anna"


def test_nobody_is_added_without_an_answer_nor_a_bot(world: World) -> None:
    world.told = {"UBOT": {**ANNA, "id": "UBOT", "is_bot": True}}
    assert asyncio.run(world.people.id_of("T1", "UANNA")) == ""
    assert asyncio.run(world.people.id_of("T1", "UBOT")) == ""
    assert asyncio.run(world.people.known("T1", "UANNA")) == ""
    with world.store.read() as read:
        assert read.people() == ()


def test_whom_to_mention(world: World) -> None:
    with world.store.turn() as work:
        work.save([
            Person("anna", "Anna", identities=("mail:a@b.se", "slack:T1/UANNA", "slack:T2/UOTHER")),
            Person("bo", "Bo", identities=("teams:x/y",)), Person("eva", "Eva", identities=("slack:T1/UEVA",), state="gone"),
        ], RealClock().now())  # fmt: skip
    assert [world.people.user_of(each, "T2") for each in ("anna", "bo", "eva", "nobody")] == ["UOTHER", "", "", ""]
    assert world.people.user_of("anna", "T1") == "UANNA"
