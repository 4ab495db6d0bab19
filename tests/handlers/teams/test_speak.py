"""Teams' speaker against a pretend Teams: what all speakers promise is in tests/contract/test_speakers.py."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incoming import Place
from bot.model import Group, Member, Person
from handlers.clock import SimulatedClock
from handlers.credentials import BotToken
from handlers.engine import Engine
from handlers.pace import Budget, Wait
from handlers.speaker import GiveUp, Introduces, LockedOut, Paced, Parcel, To, TryAgain
from handlers.teams.errors import CHANNEL, LOCKED, code_of, failure
from handlers.teams.hosts import served
from handlers.teams.speak import Limits, TeamsSpeaker
from storage.conversations import Conversations
from storage.keystore import KeyStore
from storage.store import Store
from templates.card import Button, Card, Item, Span, Text
from templates.words import Words
from tests.fake_servers.teams import Conversation, FakeTeams, Message, User, spots_of, words_of
from tests.fake_servers.teams.model import TeamsError
from tests.handlers import world as little
from tests.patience import until


class Speaking:
    """A speaker that knows one channel, whose tenant has Anna and Bo in it."""

    def __init__(self, teams: FakeTeams, store: Store, **more: Any) -> None:
        self.teams = teams
        self.kept = Conversations(store)
        self.anna, self.bo = teams.add_user("Anna Berg", mail="anna@example.org"), teams.add_user("Bo Ek")
        self.here = self.channel("tall")
        self.speaker = TeamsSpeaker(self.kept, more.pop("token", lambda: teams.bot_token), teams.app_id, teams.tenant, teams.hosts, timeout=30.0, **more)

    def channel(self, name: str, known: bool = True, **more: Any) -> Conversation:
        made = self.teams.add_channel(name, [self.anna.id, self.bo.id], **more)
        if known:
            self.kept.note(f"teams:{made.tenant}/{made.id}", made.id, made.tenant, self.teams.service_url(made.tenant), "channel")
        return made

    def send(self, to: To | None = None, text: str = "hej", ref: str = "", **more: Any) -> str:
        return self.speaker.send(to or at(self.here), parcel(text, ref, **more))


@pytest.fixture
def one_store(tmp_path: Path, migrated_sqlite: bytes, keys: KeyStore) -> Iterator[Store]:
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    with closing(Store(f"sqlite:///{tmp_path / 'nvg.db'}", keys)) as store:
        yield store


@pytest.fixture
def make(one_store: Store) -> Iterator[Callable[..., Speaking]]:
    made: list[Speaking] = []
    with FakeTeams() as teams:

        def one(**more: Any) -> Speaking:
            made.append(Speaking(teams, one_store, **more))
            return made[-1]

        yield one
        for each in made:
            each.speaker.close()


@pytest.fixture
def world(make: Callable[..., Speaking]) -> Speaking:
    return make()


def at(here: Conversation) -> To:
    return To("teams", f"{here.tenant}/{here.id}")


def private(user: User) -> To:
    return To("teams", user=f"{user.tenant}/{user.id}")


def parcel(text: str = "hej", ref: str = "", **more: Any) -> Parcel:
    return Parcel("x", Card((Text((Span(text),)),)), text, ref or f"turn-{text}", **more)


# --- sending


def test_a_post_is_a_card_with_a_line_for_the_notification(world: Speaking) -> None:
    id = world.send(text="smärta < 3 & ro")
    (message,) = world.teams.messages(world.here.id)
    assert (message.id, message.summary, message.text) == (id, "smärta < 3 & ro", "")
    assert words_of(message.card) == "smärta < 3 & ro"


def test_a_private_chat_is_opened_once_and_kept(world: Speaking, one_store: Store) -> None:
    world.send(private(world.anna), "ett")
    world.send(private(world.anna), "två")
    assert [each.summary for each in world.teams.messages(world.anna.id)] == ["ett", "två"]
    assert len(world.teams.called("create")) == 1
    kept = Conversations(one_store).of(private(world.anna).address)
    assert kept and (kept.id, kept.kind) == (world.teams.private_chat(world.anna.id).id, "personal")


def test_who_has_not_the_app_and_where_nothing_was_heard_is_given_up(world: Speaking) -> None:
    with pytest.raises(GiveUp, match="left"):
        world.send(private(world.teams.add_user("Liv Moe", installed=False)))
    with pytest.raises(GiveUp, match="left"):
        world.send(To("teams", user="another-tenant/liv"))
    with pytest.raises(GiveUp, match="no_such_channel"):
        world.send(To("teams", "another-tenant/19:x"))
    assert len(world.teams.called("create")) == 1


def test_a_channel_of_a_known_tenant_is_found_by_its_id(world: Speaking) -> None:
    there = world.channel("gran", known=False)
    world.send(at(there))
    assert len(world.teams.messages(there.id)) == 1


def test_each_tenant_has_its_own_service(world: Speaking) -> None:
    other = "22222222-2222-2222-2222-222222222222"
    there = world.channel("kommunen", tenant=other)
    world.send(at(there), "där")
    world.send(text="här")
    assert [each.summary for each in world.teams.messages(there.id)] == ["där"]
    assert [each.summary for each in world.teams.messages(world.here.id)] == ["här"]


def test_a_guest_is_written_to_where_they_were_met(world: Speaking) -> None:
    """Their address is of their own tenant; the private chat is in the one that they visit."""
    guest = world.teams.add_user("Liv Moe", role="guest")
    chat = world.teams.private_chat(guest.id)
    to = To("teams", user=f"her-own-tenant/{guest.id}")
    world.kept.note(to.address, chat.id, world.teams.tenant, world.teams.service_url(), "personal")
    world.send(to)
    assert len(world.teams.messages(guest.id)) == 1


def test_a_message_is_redrawn_in_a_channel_and_in_private(world: Speaking) -> None:
    for to, where in ((at(world.here), world.here.id), (private(world.anna), world.anna.id)):
        id = world.send(to, "före", f"ref {where}")
        world.speaker.update(to, id, parcel("efter"))
        (message,) = world.teams.messages(where)
        assert (message.id, words_of(message.card), message.edits) == (id, "efter", 1)


def test_a_redraw_of_what_is_gone_is_given_up(world: Speaking) -> None:
    with pytest.raises(GiveUp, match="no_such_message"):
        world.speaker.update(at(world.here), "17", parcel())


def test_what_teams_took_but_we_could_not_note_is_not_posted_twice(world: Speaking) -> None:
    assert world.send(ref="abc-7") == world.send(ref="abc-7", again=True)
    assert len(world.teams.messages(world.here.id)) == 1
    world.send(text="något annat", ref="abc-7", again=True)  # it has changed since
    [message] = world.teams.messages(world.here.id)
    assert "något annat" in words_of(message.card)


def test_a_long_card_shows_its_first_page_and_a_button_for_more(world: Speaking) -> None:
    rows = tuple(Item((Span(f"rad {n}: " + "ett ganska långt åtagande " * 8),), (Button("Klart", "done", f"tall:{n}"),)) for n in range(100))
    for language, label in (("sv", "Visa fler"), ("en", "Show more")):
        world.speaker.send(at(world.here), Parcel("x", Card(rows), "100 rader " * 500, f"r {language}", language=language))
        message = world.teams.messages(world.here.id)[-1]
        assert "rad 0:" in words_of(message.card) and "rad 99:" not in words_of(message.card)
        assert spots_of(message.card)[-1].label.startswith(label)
        assert len(message.summary) <= 500


def test_people_are_mentioned_where_they_are(world: Speaking) -> None:
    liv = world.teams.add_user("Liv Moe", tenant="her-own-tenant", role="guest")
    world.here.members.append(liv.id)
    there = world.channel("gran")
    card = Card((Text((Span("Anna Berg", person="anna"), Span(" och "), Span("Liv Moe", person="liv"))),))
    mentions = {"anna": f"{world.anna.tenant}/{world.anna.id}", "liv": f"her-own-tenant/{liv.id}"}
    for here in (world.here, there):
        world.speaker.readers(at(here))
        world.speaker.send(at(here), Parcel("x", card, "x", f"r {here.id}", mentions=mentions))
    told = [json.dumps(world.teams.messages(here.id)[0].card) for here in (world.here, there)]
    assert [world.anna.id in each for each in told] == [True, True]
    assert [liv.id in each for each in told] == [True, False]
    assert "Liv Moe" in told[1]


def test_many_at_once_share_their_connections(world: Speaking) -> None:
    channels = [world.channel(f"k{number}") for number in range(32)]
    with ThreadPoolExecutor(world.speaker.at_once) as threads:
        ids = list(threads.map(lambda number: world.send(at(channels[number % 32]), ref=f"r{number}"), range(128)))
    assert len(set(ids)) == 128
    assert [len(world.teams.messages(each.id)) for each in channels] == [4] * 32
    (server,) = world.speaker.connector._servers.values()
    assert 1 <= len(server._idle) <= world.speaker.at_once


# --- who reads


def test_members_are_asked_for_in_pages_and_once(world: Speaking) -> None:
    world.teams.page = 1
    found = world.speaker.readers(at(world.here))
    assert found == {f"{each.tenant}/{each.id}": each.name for each in (world.anna, world.bo)}
    assert world.speaker.readers(at(world.here)) == found
    assert len(world.teams.called("members")) == 2
    world.here.members.remove(world.bo.id)
    world.speaker.forget(f"{world.here.tenant}/{world.here.id}")
    assert world.speaker.readers(at(world.here)) == {f"{world.anna.tenant}/{world.anna.id}": "Anna Berg"}
    assert world.speaker.readers(private(world.anna)) is None


def test_who_comes_while_the_members_are_asked_for_is_not_missed(world: Speaking) -> None:
    world.teams.hang("members", 60.0)
    asking = threading.Thread(target=lambda: world.speaker.readers(at(world.here)))
    asking.start()
    world.teams.wait(lambda: world.teams.hanging)
    world.speaker.forget(f"{world.here.tenant}/{world.here.id}")
    world.teams.let_go()
    asking.join()
    world.here.members.append(world.teams.add_user("Liv Moe").id)
    assert "Liv Moe" in (world.speaker.readers(at(world.here)) or {}).values()


def test_whose_address_it_is_is_told_of_those_in_the_conversations(world: Speaking) -> None:
    assert isinstance(world.speaker, Introduces)
    anna = f"{world.anna.tenant}/{world.anna.id}"
    assert (world.speaker.address_of(anna), world.speaker.user_of("anna@example.org")) == ("", "")
    world.speaker.readers(at(world.here))
    assert (world.speaker.address_of(anna), world.speaker.user_of("Anna@Example.org")) == ("anna@example.org", anna)


# --- budgets


def test_budgets_of_a_conversation_and_of_a_tenant(make: Callable[..., Speaking]) -> None:
    world = make()
    world.speaker.pace._now = lambda: 1000.0
    assert isinstance(world.speaker, Paced)
    waits = [world.speaker.room(at(world.here), False) for _ in range(8)]
    assert waits[:7] == [None] * 7
    assert isinstance(waits[7], Wait) and waits[7].key == f"in {at(world.here).address}" and waits[7].seconds == pytest.approx(1.2)
    assert world.speaker.room(private(world.anna), False) is None
    small = make(limits=Limits(tenant=(Budget(2, 60.0),)))
    tenant = small.teams.tenant
    rooms = [small.speaker.room(To("teams", f"{tenant}/{number}"), number % 2 == 0) for number in range(3)]
    assert rooms[:2] == [None, None] and rooms[2] and rooms[2].key == f"tenant {tenant}"
    assert small.speaker.room(To("teams", "another/1"), False) is None


def test_within_the_budgets_teams_never_says_too_fast(world: Speaking) -> None:
    """Some minutes' worth, redraws among them, against Teams' own limits."""
    now = 1000.0
    world.teams.watch = world.speaker.pace._now = lambda: now
    world.teams.limit()
    sent, first = 0, ""
    while now < 1200.0:
        if wait := world.speaker.room(at(world.here), bool(first)):
            now += wait.seconds
            continue
        now += 0.01
        if first:
            world.speaker.update(at(world.here), first, parcel(f"nr {sent}"))
        else:
            first = world.send(text="nr 0")
        sent += 1
    assert sent > 300
    assert all(each.status < 400 for each in world.teams.calls)


def test_who_is_told_to_slow_down_waits_and_the_others_go_on(world: Speaking) -> None:
    there, third = world.channel("gran"), world.channel("alm")
    for here in (world.here, there):
        world.teams.fail("send", "Throttled", 429, retry_after=70, conversation=here.id)
    with pytest.raises(TryAgain) as error:
        world.send()
    assert error.value.after == timedelta(seconds=70)
    waits = [world.speaker.room(at(each), False) for each in (world.here, there)]
    assert waits[0] and 40 < waits[0].seconds <= 70 and waits[1] is None
    with pytest.raises(TryAgain):  # another one refused too: it is the tenant
        world.send(at(there))
    assert world.speaker.room(at(third), False) is not None


# --- what goes wrong


@pytest.mark.parametrize(("status", "code"), [(412, "PreconditionFailed"), (429, "Throttled"), (500, "ServiceError"), (502, ""), (503, ""), (504, "")])
def test_what_passes_is_tried_again(world: Speaking, status: int, code: str) -> None:
    world.teams.fail("send", code, status)
    with pytest.raises(TryAgain) as error:
        world.send()
    assert not isinstance(error.value, LockedOut)
    world.send()
    assert len(world.teams.messages(world.here.id)) == 1


@pytest.mark.parametrize("code", sorted(CHANNEL))
def test_what_will_never_be_has_a_code_word(world: Speaking, code: str) -> None:
    for to, why in ((at(world.here), CHANNEL[code]), (private(world.anna), None)):
        world.teams.fail("send", code, 404 if code.endswith(("Found", "InConversation")) else 403)
        if code == "ConversationNotFound" and to.user:  # it is opened anew
            world.kept.note(to.address, "a:gone", world.teams.tenant, world.teams.service_url(), "personal")
            world.teams.fail("create", "ForbiddenOperationException", 403)
            with pytest.raises(TryAgain):
                world.send(to)
        with pytest.raises(GiveUp) as error:
            world.send(to, ref=f"{code} {to.address}")
        assert error.value.why == (why or (CHANNEL[code] if code in ("MessageSizeTooBig", "ActivityNotFoundInConversation") else "left"))


def test_a_user_who_blocked_the_bot_and_one_who_removed_it(world: Speaking) -> None:
    world.send(private(world.anna), "ett")
    world.anna.blocked = True
    with pytest.raises(GiveUp, match="left"):
        world.send(private(world.anna), "två")
    world.anna.blocked, world.anna.installed = False, False
    with pytest.raises(GiveUp, match="left"):
        world.send(private(world.anna), "tre")
    world.anna.installed = True
    world.send(private(world.anna), "fyra")
    assert [each.summary for each in world.teams.messages(world.anna.id)] == ["ett", "fyra"]


def test_a_private_chat_that_is_gone_is_opened_anew(world: Speaking) -> None:
    world.send(private(world.anna), "ett")
    world.kept.note(private(world.anna).address, "a:gone", world.teams.tenant, world.teams.service_url(), "personal")
    with pytest.raises(TryAgain):
        world.send(private(world.anna), "två")
    world.send(private(world.anna), "två")
    assert [each.summary for each in world.teams.messages(world.anna.id)] == ["ett", "två"]


def test_a_refused_token_is_asked_for_anew_and_the_tenant_left_alone(make: Callable[..., Speaking]) -> None:
    tokens = iter(["first", "second"])
    token = BotToken(lambda: (next(tokens), 3600.0))
    world = make(token=token)
    world.teams.bot_token = "second"
    with pytest.raises(LockedOut) as error:
        world.send()
    assert (error.value.place, error.value.why) == (world.teams.tenant, "token_revoked")
    world.send()  # by the next token


def test_while_a_tenant_is_shut_it_is_not_asked(world: Speaking) -> None:
    world.teams.revoke()
    for text in ("ett", "två"):
        with pytest.raises(LockedOut):
            world.send(text=text)
    assert len(world.teams.called("send")) == 1
    assert world.speaker.room(at(world.here), False) is None


def test_where_there_is_no_way_the_tenant_waits(world: Speaking) -> None:
    world.teams.unplug()
    with pytest.raises(TryAgain, match="unreachable"):
        world.send()
    wait = world.speaker.room(private(world.anna), False)
    assert wait and wait.key == f"tenant {world.teams.tenant}"
    world.teams.plug_in()


@pytest.mark.parametrize("url", ["https://evil.example/emea/", "http://169.254.169.254/emea/", "https://127.0.0.1.evil.example/", "ftp://127.0.0.1/", ""])
def test_the_token_goes_to_no_other_server(world: Speaking, url: str) -> None:
    world.kept.note(at(world.here).address, world.here.id, world.teams.tenant, url, "channel")
    with pytest.raises(GiveUp):
        world.send()
    world.kept.service_of(world.teams.tenant)
    with pytest.raises(GiveUp):
        world.send(private(world.bo))
    assert world.teams.calls == []


def test_hosts_below_a_name_and_never_beside_it() -> None:
    hosts = ("smba.trafficmanager.net", "*.botframework.com")
    for good in ("https://smba.trafficmanager.net/emea/", "https://SMBA.trafficmanager.net:443/x", "https://eu.botframework.com/"):
        assert served(good, hosts)
    for bad in ("http://smba.trafficmanager.net/", "https://botframework.com.evil/", "https://evilbotframework.com/", "https://botframework.com/",
                "https://a@smba.trafficmanager.net/", "https://smba.trafficmanager.net:8443/", None, 7, "https://[", "//smba.trafficmanager.net"):  # fmt: skip
        assert not served(bad, hosts)


# --- the bot's token


def test_a_token_is_kept_until_shortly_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def fetch() -> tuple[str, float]:
        nonlocal asked
        asked += 1
        return f"token {asked}", 3600.0

    token, now = BotToken(fetch), time.monotonic()
    monkeypatch.setattr("handlers.credentials.time.monotonic", lambda: now)
    assert (token(), token(), asked) == ("token 1", "token 1", 1)
    now += 3299
    assert token() == "token 1"
    now += 2
    assert token() == "token 2"
    token.refused("token 1")  # an old one: the new one stays
    assert token() == "token 2"
    token.refused("token 2")
    assert token() == "token 3"


def test_one_fetches_and_the_others_wait_and_fail_with_it() -> None:
    gate, asked = threading.Event(), []

    def fetch() -> tuple[str, float]:
        asked.append(1)
        gate.wait(60)
        if len(asked) == 1:
            raise TryAgain("no_login")
        return "token", 3600.0

    token = BotToken(fetch)
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(token) for _ in range(8)]
        until(lambda: token._fetching and len(token._fetching._condition._waiters) == 7)
        gate.set()
        assert all(isinstance(each.exception(), TryAgain) for each in waiting)
    assert len(asked) == 1
    assert token() == "token"


# --- errors


@given(status=st.integers(300, 599), code=st.sampled_from(["", "Strange", *CHANNEL, *LOCKED]), private=st.booleans())
def test_every_refusal_is_for_now_or_for_good(status: int, code: str, private: bool) -> None:
    error = failure(status, code, "t", private)
    passing = status in (401, 408, 412, 429) or status >= 500 or code in LOCKED
    assert isinstance(error, TryAgain if passing else GiveUp)
    assert error.why


@pytest.mark.parametrize("code", ["MessageWritesBlocked", "BotNotInConversationRoster", "ConversationNotFound"])
def test_codes_are_found_also_in_text_within_the_text(code: str) -> None:
    assert code_of(json.dumps(TeamsError(403, code).as_json()).encode()) == code
    assert code_of(b"<html>") == ""


def test_a_card_posted_keeps_its_place_among_what_people_wrote(world: Speaking) -> None:
    written = world.teams.keep(Message(world.here.id, world.teams.new_id(), world.anna.id, "hej"))
    id = world.send()
    assert int(written.id) < int(id)


# --- once


@pytest.mark.parametrize("seed", range(4))
def test_through_all_bad_days_each_post_comes_once(make: Callable[..., Speaking], one_store: Store, seed: int) -> None:
    """Whatever Teams refuses, and wherever the process dies between two rounds."""
    chance = random.Random(seed)
    speaking = make()
    there = speaking.channel("gran")
    group = Group("tall", "tall", state="active", channels=(at(speaking.here).address, at(there).address))
    people = [Person(user.handle, user.name, identities=(f"teams:{user.tenant}/{user.id}",)) for user in (speaking.anna, speaking.bo)]
    members = [Member(f"tall:@{each.id}", "tall", each.id) for each in people]
    clock = SimulatedClock(datetime(2026, 11, 23, 7, tzinfo=UTC), ticking=True)
    with one_store.turn() as work:
        work.save([*people, group, *members], clock.now())
    for number in range(12):
        speaker = TeamsSpeaker(speaking.kept, lambda: speaking.teams.bot_token, speaking.teams.app_id, speaking.teams.tenant, speaking.teams.hosts)
        engine = Engine(one_store, Words(), {"teams": speaker}, clock, decide=little.decide, due=little.due, draw=little.draw)
        for _ in range(chance.randrange(3)):
            status = chance.choice((0, 412, 429, 500, 502, 503, 504))
            speaking.teams.fail(chance.choice(("send", "members")), "", status, chance.choice((None, 1, 30)), conversation=chance.choice(("", there.id)))
        engine.handle(little.said(f"spara ärende {number}.", f"e{number}", place=Place("teams", f"{there.tenant}/{chance.choice((speaking.here, there)).id}")))
        engine.drain(timedelta(hours=chance.choice((0, 0, 24))))
        speaker.close()
    speaking.teams.mend()
    last = TeamsSpeaker(speaking.kept, lambda: speaking.teams.bot_token, speaking.teams.app_id, speaking.teams.tenant, speaking.teams.hosts)
    Engine(one_store, Words(), {"teams": last}, clock, decide=little.decide, due=little.due, draw=little.draw).drain(timedelta(days=3))
    last.close()
    for here in (speaking.here, there):
        shown = [words_of(each.card) for each in speaking.teams.messages(here.id)]
        assert [sum(f"ärende {number}." in each for each in shown) for number in range(12)] == [1] * 12


def test_only_an_answer_that_is_lost_may_send_twice(world: Speaking) -> None:
    """Teams cannot be asked whether it has a message already, so that it comes is worth more than that it comes but once."""
    world.teams.fail("send", status=504, done=True)
    with pytest.raises(TryAgain):
        world.send(ref="abc-7")
    world.send(ref="abc-7", again=True)
    assert len(world.teams.messages(world.here.id)) == 2
