"""Secret feeds: what they show, to whom, and that an old link is worth nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.incoming import Incoming, Place, Tap
from bot.model import Group, Member, Person
from handlers.calendar import routes
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.links import Links
from handlers.simulator.stage import Stage
from storage.store import Store
from templates.card import buttons, visible_text
from templates.words import Words

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


class Town:
    """Two groups: Anna is in both and leads one, Bo is in one."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.words = store, SimulatedClock(MONDAY), Words()
        links = Links("https://bot.example.se", store.keys.secret_for)
        self.words.calendar_link = links.calendar
        self.links = links
        stage = Stage(self.clock)
        self.engine = Engine(store, self.words, stage.speakers, self.clock, "sv")
        stage.join(self.engine)
        people = [Person(id, id.capitalize(), identities=(f"slack:{id}",)) for id in ("anna", "bo", "eva")]
        groups = [Group(id, id, state="active", channels=(f"slack:{id}",), aim="sova hela natten") for id in ("tall", "ek")]
        seats = [Member(f"{group}:@{id}", group, id, role) for group, id, role in (
            ("tall", "anna", "facilitator"), ("tall", "bo", "member"), ("ek", "anna", "member"), ("ek", "eva", "facilitator"),
        )]  # fmt: skip
        with store.turn() as work:
            work.save((*people, *groups, *seats), MONDAY)
        for id in ("tall", "ek"):
            stage.add_channel(f"slack:{id}")
        self.web = TestClient(Starlette(routes=list(routes(store, self.words, self.clock, links))), base_url="https://bot.example.se")
        self.number = 0

    def say(self, who: str, where: str, line: str, tap: Tap | None = None) -> str:
        """All words of the answer."""
        self.number += 1
        place = Place("slack", person=who) if where == "bot" else Place("slack", where)
        answered = self.engine.handle(Incoming(f"e{self.number}", who, place, said=line, tap=tap))
        self.engine.drain()
        assert answered.card
        self.buttons = [(each.do, each.ref) for each in buttons(answered.card)]
        return visible_text(answered.card)

    def link(self, who: str, where: str = "bot") -> str:
        found = re.search(r"https://bot\.example\.se(/calendar/\S+\.ics)", self.say(who, where, "kalender"))
        assert found
        return found[1]

    def titles(self, link: str) -> list[str]:
        answer = self.web.get(link)
        assert answer.status_code == 200
        return [str(each["summary"]) for each in Calendar.from_ical(answer.content).events]


@pytest.fixture
def town(store: Store) -> Town:
    town = Town(store)
    for group in ("tall", "ek"):
        town.say("anna", group, "samtycke till 2027-11-23 Arvika kommun")
    town.say("anna", "tall", "möte tisdagar 13:00")
    town.say("anna", "ek", "möte varannan torsdag 9-10")
    return town


def test_ones_own_feed_has_all_ones_groups(town: Town) -> None:
    assert sorted(town.titles(town.link("anna"))) == ["NäraVårdGrupp ek", "NäraVårdGrupp tall"]
    assert town.titles(town.link("bo")) == ["NäraVårdGrupp tall"]
    assert town.titles(town.link("anna", "ek")) == ["NäraVårdGrupp ek"]


def test_a_feed_follows_what_is_moved_and_says_nothing_of_the_patient(town: Town) -> None:
    link = town.link("bo")
    town.say("anna", "tall", "flytta mötet till onsdag kl 10")
    town.say("anna", "tall", "extramöte 3 december kl 9")
    answer = town.web.get(link)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert len(Calendar.from_ical(answer.content).events) == 3
    assert "sova" not in answer.text


def test_each_change_makes_the_sequence_greater(town: Town) -> None:
    link = town.link("bo")
    seen = []
    for line in ("flytta mötet till onsdag kl 10", "ångra", "flytta mötet till torsdag kl 11", "ställ in mötet v 49"):
        town.say("anna", "tall", line)
        seen.append({int(each["sequence"]) for each in Calendar.from_ical(town.web.get(link).content).events})
    assert all(len(each) == 1 for each in seen)
    numbers = [max(each) for each in seen]
    assert numbers == sorted(set(numbers))


def test_what_is_unchanged_is_not_sent_again(town: Town) -> None:
    link = town.link("bo")
    mark = town.web.get(link).headers["etag"]
    town.clock.move(MONDAY + timedelta(hours=1))
    assert town.web.get(link, headers={"If-None-Match": mark}).status_code == 304
    town.say("anna", "tall", "åtgärd ring kommunen senast fredag")
    assert town.web.get(link, headers={"If-None-Match": mark}).status_code == 304
    town.say("anna", "tall", "ställ in mötet")
    assert town.web.get(link, headers={"If-None-Match": mark}).status_code == 200


def test_packed_for_those_who_ask(town: Town) -> None:
    link = town.link("bo")
    packed, plain = town.web.get(link, headers={"Accept-Encoding": "gzip"}), town.web.get(link, headers={"Accept-Encoding": ""})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.content == plain.content


def test_a_new_link_kills_the_old_one(town: Town) -> None:
    old = town.link("bo")
    town.say("bo", "bot", "", Tap("new_calendar_link", "@bo"))
    new = town.link("bo")
    assert new != old and town.web.get(old).status_code == 404 and town.web.get(new).status_code == 200


def test_who_leads_the_group_kills_the_links_of_all(town: Town) -> None:
    bos, annas = town.link("bo", "tall"), town.link("anna", "tall")
    assert ("new_calendar_link", "tall") in town.buttons
    town.link("bo", "tall")
    assert not town.buttons
    assert "leder gruppen" in town.say("bo", "tall", "", Tap("new_calendar_link", "tall"))
    assert town.web.get(bos).status_code == 200
    town.say("anna", "tall", "", Tap("new_calendar_link", "tall"))
    assert town.web.get(bos).status_code == town.web.get(annas).status_code == 404


def test_nobody_renews_somebody_elses_link(town: Town) -> None:
    link = town.link("anna")
    town.say("bo", "bot", "", Tap("new_calendar_link", "@anna"))
    assert town.web.get(link).status_code == 200


def test_who_has_left_sees_the_group_no_more(town: Town) -> None:
    own, groups = town.link("bo"), town.link("bo", "tall")
    assert town.titles(own)
    town.say("anna", "tall", "ta bort medlem @bo")
    assert town.titles(own) == []
    assert town.web.get(groups).status_code == 404


def test_without_consent_a_feed_does_not_say_which_group(town: Town) -> None:
    link = town.link("bo", "tall")
    town.say("anna", "tall", "samtycke återkallat")
    assert town.titles(link) == ["Möte"]
    assert "tall" not in town.web.get(link).text


@pytest.mark.parametrize("token", ["", "x", "a" * 4000, "%00", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_an_unknown_link_is_not_told_why(town: Town, token: str) -> None:
    answer = town.web.get(f"/calendar/{token}.ics")
    assert (answer.status_code, len(answer.content) < 30) == (404, True)


def test_a_link_made_with_another_key_is_worth_nothing(town: Town) -> None:
    other = Links("https://bot.example.se", lambda purpose: bytes(64))
    assert town.web.get(other.calendar("@bo 0").removeprefix("https://bot.example.se")).status_code == 404
    answer = town.links.seal("answer", "@bo 0")  # of another kind
    assert town.web.get(f"/calendar/{answer}.ics").status_code == 404
