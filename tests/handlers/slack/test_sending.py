"""The postman and Slack's speaker together, against the pretend Slack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.incoming import Incoming, Place
from bot.messages.common import DidYouMean
from bot.model import Group, Member, Person
from bot.outcome import Outcome, Post
from bot.timers import Timer
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.pace import Budget
from handlers.slack.speak import Limits, SlackSpeaker
from storage.store import Store
from templates.card import visible_text
from tests.fake_servers.slack import FakeSlack
from tests.handlers.world import MONDAY, WORDS, Platform, decide, draw, due
from tests.patience import until

TEAM = "T0NARAVARD"
TALL, GRAN = f"slack:{TEAM}/CTALL", f"slack:{TEAM}/CGRAN"
PEOPLE = (
    Person("anna", "Anna Berg", identities=(f"slack:{TEAM}/UANNA", "mail:anna@example.org")),
    Person("bo", "Bo Ek", identities=(f"slack:{TEAM}/UBO",)),
    Person("eva", "Eva Ring", identities=(f"slack:{TEAM}/UEVA",)),
    Person("rut", "Rut Al", identities=(f"slack:{TEAM}/URUT", "mail:rut@example.org"), roles=frozenset({"administrator"})),
)


class SlackWorld:
    """Two groups in Slack, a mail server that takes everything, and a moved clock."""

    def __init__(self, store: Store, slack: FakeSlack, limits: Limits | None = None) -> None:
        self.store, self.slack, self.clock, self.mail = store, slack, SimulatedClock(MONDAY), Platform()
        self.token = slack.bot_token
        for person in PEOPLE:
            slack.add_user(person.identities[0].rpartition("/")[2], person.name)
        slack.add_channel("CTALL", members=["UANNA", "UBO", "UEVA"])
        slack.add_channel("CGRAN", members=["UBO", "UEVA"])
        groups = [
            Group(id, id, state="active", channels=(channel,), contact_person="bo") for id, channel in (("tall", TALL), ("gran", GRAN))
        ]
        inside = {"tall": ("anna", "bo", "eva"), "gran": ("bo", "eva")}
        members = [
            Member(f"{id}:@{each}", id, each, "facilitator" if each == "eva" else "member") for id in inside for each in inside[id]
        ]
        with store.turn() as work:
            work.save([*PEOPLE, *groups, *members], MONDAY)
        self.speaker = SlackSpeaker(lambda team: self.token, slack.url, limits=limits, timeout=30.0)
        speakers = {"slack": self.speaker, "mail": self.mail}
        self.engine = Engine(store, WORDS, speakers, self.clock, decide=decide, due=due, draw=draw)
        self.posted = 0

    def post(self, to: str, text: str, useful: timedelta | None = None) -> None:
        self.posted += 1
        until = self.clock.now() + useful if useful else None
        post = Post(to, f"notice:tall:{text}", DidYouMean(text), useful_until=until)
        self.engine.turns.announce(Outcome(posts=(post,)), Timer("x", f"tall:{self.posted}", MONDAY))

    def say(self, text: str, event: str) -> None:
        self.engine.handle(Incoming(event, "anna", Place("slack", TALL.partition(":")[2]), said=text))

    def later(self, **length: float) -> None:
        self.clock.move(self.clock.now() + timedelta(**length))
        self.engine.drain()

    def texts(self, where: str) -> list[str]:
        return [each.text for each in self.slack.messages(where)]

    def mails(self) -> list[tuple[str, str]]:
        return [(to.user, visible_text(parcel.card)) for to, parcel in self.mail.sent]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture
def world(store: Store, slack: FakeSlack) -> Iterator[SlackWorld]:
    world = SlackWorld(store, slack)
    yield world
    world.engine.stop()
    world.speaker.close()


# --- another way, and what people are told


@pytest.mark.parametrize("code", ["account_inactive", "user_not_found", "cannot_dm_bot"])
def test_somebody_who_cannot_be_reached_in_slack_is_mailed(world: SlackWorld, code: str) -> None:
    world.slack.fail("conversations.open", code)
    world.post("@anna", "dags för möte")
    world.engine.drain()
    [(address, text)] = world.mails()
    assert (address, "dags för möte" in text) == ("anna@example.org", True)
    assert world.slack.called("chat.postMessage") == []


def test_somebody_without_another_way_is_told_of(world: SlackWorld) -> None:
    world.slack.users["UBO"].deleted = True
    world.post("@bo", "hemligt")
    world.engine.drain()
    [text] = world.texts("UEVA")
    assert "Jag kommer inte fram till Bo Ek" in text
    assert "Kontot där jag brukar skriva är stängt" in text
    [seen] = world.texts("CTALL")  # and the group sees it
    assert "Jag kom inte fram till Bo Ek" in seen
    assert "hemligt" not in text + seen
    assert world.texts("CGRAN") == []


@pytest.mark.parametrize(
    ("code", "said"),
    [("is_archived", "arkiverad"), ("not_in_channel", "/invite @nvg"), ("channel_not_found", "/invite @nvg"), ("restricted_action", "inställningar")],
)
def test_of_a_channel_the_facilitator_is_told_why_and_what_to_do(world: SlackWorld, code: str, said: str) -> None:
    world.slack.fail("chat.postMessage", code, channel="CTALL")
    world.post("tall", "hej")
    world.post("gran", "hej")
    world.engine.drain()
    [message] = world.slack.messages("UEVA")
    shown = str(message.blocks)
    assert "kanalen för tall i Slack" in shown
    assert said in shown
    assert "CTALL" not in shown  # an id says nothing
    assert len(world.texts("CGRAN")) == 1


def test_people_in_the_card_are_mentioned(world: SlackWorld) -> None:
    world.slack.users["UBO"].deleted = True
    world.post("@bo", "x")
    world.engine.drain()
    assert "'user_id': 'UBO'" in str(world.slack.messages("UEVA")[0].blocks)


# --- outsiders


def test_what_outsiders_would_read_waits_until_they_have_left(world: SlackWorld) -> None:
    world.slack.add_user("UKIA", "Kia Ord")
    world.slack.channels["CTALL"].members.append("UKIA")
    world.post("tall", "ett")
    world.post("tall", "två")
    world.post("gran", "tre")
    world.engine.drain()
    assert world.texts("CTALL") == []
    assert len(world.texts("CGRAN")) == 1
    [told] = world.slack.messages("UEVA")
    assert "Kia Ord" in str(told.blocks)
    world.later(hours=3)
    assert len(world.texts("UEVA")) == 1  # once a day
    assert world.store.late(world.clock.now(), timedelta(minutes=10)) == ()
    assert world.store.waiting() == {"outsiders": 1}
    world.later(days=1)
    assert len(world.texts("UEVA")) == 2
    world.slack.channels["CTALL"].members.remove("UKIA")
    world.speaker.forget(f"{TEAM}/CTALL")  # as Slack's event says
    world.later(hours=1, minutes=15)
    assert [("ett" in text, "två" in text) for text in world.texts("CTALL")] == [(True, False), (False, True)]


def test_in_a_channel_that_was_made_public_nothing_is_posted_until_it_is_private_again(world: SlackWorld) -> None:
    world.slack.channels["CTALL"].private = False
    world.post("tall", "ett")
    world.post("gran", "två")
    world.engine.drain()
    assert world.texts("CTALL") == [] and len(world.texts("CGRAN")) == 1
    [told] = world.slack.messages("UEVA")
    assert "Den är öppen" in str(told.blocks)
    assert len(world.slack.called("users.conversations")) == 1
    world.slack.channels["CTALL"].private = True
    world.speaker.told_whether_public(f"{TEAM}/CTALL", False)  # somebody has written there
    world.later(hours=1, minutes=15)
    assert ["ett" in text for text in world.texts("CTALL")] == [True]


def test_without_the_right_to_know_which_channels_are_public_the_others_are_posted_in(world: SlackWorld) -> None:
    world.slack.grants[world.slack.bot_token].scopes.discard("channels:read")
    world.post("gran", "ett")
    world.engine.drain()
    assert len(world.texts("CGRAN")) == 1


def test_when_they_are_told_of_having_left_it_is_posted_at_once(world: SlackWorld) -> None:
    world.slack.add_user("UKIA", "Kia Ord")
    world.slack.channels["CTALL"].members.append("UKIA")
    world.post("tall", "ett")
    world.engine.drain()
    world.slack.channels["CTALL"].members.remove("UKIA")
    world.speaker.forget(f"{TEAM}/CTALL")
    world.engine.postman.offer_again("outsiders")
    world.engine.drain()
    assert len(world.texts("CTALL")) == 1


def test_when_the_outsider_is_added_to_the_group_it_is_posted_at_once(world: SlackWorld) -> None:
    world.slack.add_user("UKIA", "Kia Ord")
    world.slack.channels["CTALL"].members.append("UKIA")
    world.post("tall", "ett")
    world.engine.drain()
    with world.store.turn() as work:
        work.save([Person("kia", "Kia Ord", identities=(f"slack:{TEAM}/UKIA",)), Member("tall:@kia", "tall", "kia")], MONDAY)
    world.engine.turns.groups_changed += 1  # as a turn that saves a member does
    world.engine.drain()
    assert len(world.texts("CTALL")) == 1


def test_what_outsiders_held_up_until_it_was_of_no_use_is_dropped(world: SlackWorld) -> None:
    world.slack.add_user("UKIA", "Kia Ord")
    world.slack.channels["CTALL"].members.append("UKIA")
    world.post("tall", "mötet börjar", useful=timedelta(minutes=30))
    world.engine.drain()
    world.later(hours=2)
    assert world.store.waiting() == {}
    assert world.store.claim_outbox(world.clock.now() + timedelta(days=20)) == ()


# --- a workspace that is shut


def test_when_the_token_is_revoked_everything_waits_and_the_administrator_is_told_once(world: SlackWorld) -> None:
    world.slack.revoke()
    for n in range(3):
        world.post("tall", f"rad {n}")
        world.post("gran", f"rad {n}")
    world.engine.drain()
    world.later(hours=1)
    assert [address for address, _ in world.mails()] == ["rut@example.org"]
    assert "Slack släpper inte in mig längre" in world.mails()[0][1]
    assert world.store.waiting() == {"token_revoked": 2}  # the first of each channel; the others wait behind it
    calls = len(world.slack.called("chat.postMessage"))
    world.later(minutes=1)
    assert len(world.slack.called("chat.postMessage")) <= calls + 1
    world.token = world.slack.grant(TEAM).token  # installed again
    world.engine.postman.offer_again()
    world.engine.drain()
    assert [len(world.texts(each)) for each in ("CTALL", "CGRAN")] == [3, 3]
    assert [f"rad {n}" in text for n, text in enumerate(world.texts("CTALL"))] == [True] * 3
    assert world.texts("UEVA") == []  # nothing was given up


def test_a_person_with_another_way_is_reached_by_it_meanwhile(world: SlackWorld) -> None:
    world.slack.revoke()
    world.post("@anna", "dags för möte")
    world.engine.drain()
    assert {address for address, _ in world.mails()} == {"rut@example.org", "anna@example.org"}


# --- in the background, paced


def test_posts_come_in_order_in_each_channel_however_many_are_under_way(store: Store, slack: FakeSlack) -> None:
    world = SlackWorld(store, slack, Limits(channel=(Budget(50, 1.0),)))
    for n in range(12):
        world.post("tall", f"rad {n:02}")
        world.post("gran", f"rad {n:02}")
    world.engine.postman.dispatch()
    until(lambda: len(world.texts("CTALL")) == len(world.texts("CGRAN")) == 12)
    for channel in ("CTALL", "CGRAN"):
        assert [f"rad {n:02}" in text for n, text in enumerate(world.texts(channel))] == [True] * 12
    world.engine.stop()
    world.speaker.close()


def test_a_slow_channel_holds_up_no_other(world: SlackWorld) -> None:
    world.slack.hang("chat.postMessage", 60.0, channel="CTALL")
    world.post("tall", "trög")
    world.post("gran", "snabb")
    world.engine.postman.dispatch()
    until(lambda: world.texts("CGRAN"))
    assert world.texts("CTALL") == []
    world.slack.let_go()
    until(lambda: world.texts("CTALL"))


def test_within_the_channels_limit_slack_never_has_to_say_no(store: Store, slack: FakeSlack) -> None:
    slack.limit(per_channel=10, burst=3, per_team=20, team_burst=6)  # in each channel one may be late on its way
    world = SlackWorld(store, slack, Limits(channel=(Budget(2, 0.2),), workspace=(Budget(4, 0.2),)))
    for n in range(8):
        world.post("tall", str(n))
        world.post("gran", str(n))
    world.engine.postman.dispatch()
    until(lambda: len(world.texts("CTALL")) == len(world.texts("CGRAN")) == 8)
    assert [each for each in slack.called("chat.postMessage") if not each.answer.get("ok")] == []
    world.engine.stop()
    world.speaker.close()


def test_in_a_storm_of_429_everything_gets_there_once(store: Store, slack: FakeSlack) -> None:
    world = SlackWorld(store, slack, Limits(channel=(), workspace=()))
    world.clock = world.engine.clock = world.engine.postman.clock = SimulatedClock(MONDAY, ticking=True)
    slack.fail("chat.postMessage", "ratelimited", retry_after=1, times=4)
    for n in range(4):
        world.post("tall", str(n))
        world.post("gran", str(n))
    world.engine.start()
    until(lambda: len(world.texts("CTALL")) == len(world.texts("CGRAN")) == 4)
    assert [str(n) in text for n, text in enumerate(world.texts("CTALL"))] == [True] * 4
    world.engine.stop()
    world.speaker.close()


def test_what_waits_when_it_stops_is_sent_by_the_next_process_at_once(store: Store, slack: FakeSlack) -> None:
    world = SlackWorld(store, slack, Limits(channel=(Budget(1, 9.0),)))
    for n in range(3):
        world.post("tall", f"rad {n}")
    world.engine.postman.dispatch()
    until(lambda: world.texts("CTALL"))
    until(lambda: world.engine.postman._lanes["slack"]._waiting)  # the next one is claimed, and waits in memory
    world.engine.stop()
    world.speaker.close()
    [row] = store.claim_outbox(world.clock.now())
    assert row.attempts == 1


def test_a_card_is_redrawn_where_it_was_posted(world: SlackWorld) -> None:
    world.say("spara ring", "e1")
    world.engine.drain()
    world.say("byt 1 ring kommunen", "e2")
    world.engine.drain()
    [message] = world.slack.messages("CTALL")
    assert (message.edits, "ring kommunen" in message.text) == (1, True)


def test_a_group_of_others_is_left_in_peace(world: SlackWorld) -> None:
    with world.store.read() as read:
        group = read.group("gran")
    assert group
    with world.store.turn() as work:
        work.save([replace(group, state="closed")], MONDAY)
    world.post("tall", "hej")
    world.engine.drain()
    assert [len(world.texts(each)) for each in ("CTALL", "CGRAN")] == [1, 0]
