from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.incoming import Place
from bot.keys import turn_id
from bot.messages.common import DidYouMean
from bot.model import Member, Person
from bot.outcome import Outcome, Post
from bot.timers import Timer
from handlers.speaker import GiveUp, LockedOut, TryAgain
from storage.store import Store, timer_event
from templates.card import Span, visible_text
from tests.handlers.world import MONDAY, PEOPLE, World
from tests.patience import until


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def test_a_card_is_drawn_when_it_is_sent_in_each_of_the_groups_channels(world: World) -> None:
    world.say("spara ring", "e1")
    world.say("byt 1 ring kommunen", "e2")  # before anything was sent
    world.engine.drain()
    assert [to.address for to, _ in world.slack.sent + world.teams.sent] == ["slack:nvg-tall", "teams:nvg-tall"]
    assert all("ring kommunen" in text for text in world.slack.texts + world.teams.texts)
    assert world.slack.updated == []


def test_a_change_redraws_the_card_and_the_same_again_does_not(world: World) -> None:
    world.say("spara ring", "e1")
    world.engine.drain()
    world.say("byt 1 ring kommunen", "e2")
    world.engine.drain()
    [(message_id, parcel)] = world.slack.updated
    assert message_id == "m1"
    assert "ring kommunen" in visible_text(parcel.card)
    world.say("byt 1 något annat", "e3")
    world.say("byt 1 ring kommunen", "e4", person="eva")  # and back again before it was redrawn
    world.engine.drain()
    assert len(world.slack.updated) == 1


def test_a_platform_that_is_down_is_tried_again_and_stops_nobody_else(world: World) -> None:
    world.slack.refuse = TryAgain("down")
    for n in range(4):
        world.say(f"spara {n}", f"e{n}")
    world.engine.drain()
    assert len(world.teams.sent) == 4
    assert world.slack.sent == []
    assert world.slack.calls == 1  # after its first no it is left alone
    world.slack.refuse = None
    world.later(minutes=2)
    assert ["0" in world.slack.texts[0], len(world.slack.sent), len(world.teams.sent)] == [True, 4, 4]


def test_what_the_platform_asked_for_is_waited_for(world: World) -> None:
    world.slack.refuse = TryAgain("slow", timedelta(minutes=5))
    world.say("spara ring")
    world.engine.drain()
    world.slack.refuse = None
    world.later(minutes=4, seconds=59)
    assert world.slack.sent == []
    world.later(minutes=2)
    assert len(world.slack.sent) == 1


def test_each_try_waits_longer_and_in_the_end_the_facilitator_is_told(world: World) -> None:
    world.teams.refuse = TryAgain("down")
    world.say("dm bo hej")
    world.engine.drain()
    tries = [MONDAY]
    for _ in range(200):
        before = world.teams.calls
        world.later(seconds=5)
        if world.teams.calls > before:
            tries.append(world.clock.now())
    waits = [after - before for before, after in pairwise(tries)]
    assert timedelta(seconds=10) <= waits[0] < waits[1] < waits[2] < waits[3]
    world.later(days=14)
    [told] = [text for text in world.slack.texts if "kommer inte fram till Bo Ek" in text]
    assert world.slack.sent[world.slack.texts.index(told)][0].user == "eva"


def test_a_short_wait_that_the_platform_asked_for_is_not_made_longer_by_earlier_tries(world: World) -> None:
    world.slack.refuse = TryAgain("ratelimited", timedelta(seconds=2))
    world.say("spara ring")
    for _ in range(6):
        world.later(seconds=3)
    assert world.slack.calls == 6
    world.slack.refuse = None
    world.later(seconds=3)
    assert len(world.slack.sent) == 1


def test_people_are_known_by_what_they_are_called_on_the_platform_it_goes_to(world: World) -> None:
    world.say("spara ring")
    world.engine.drain()
    [(_, here)], [(_, there)] = world.slack.sent, world.teams.sent
    assert here.mentions == {"anna": "anna", "eva": "eva"}
    assert there.mentions == {"bo": "bo"}


def test_what_was_tried_before_says_so_and_has_the_same_ref(world: World) -> None:
    world.slack.refuse = TryAgain("down")
    world.say("spara ring")
    world.engine.drain()
    world.slack.refuse = None
    world.later(minutes=1)
    assert [(parcel.again, to.platform) for to, parcel in world.slack.sent + world.teams.sent] == [(True, "slack"), (False, "teams")]


def test_what_only_waited_for_its_turn_was_not_tried(world: World) -> None:
    world.say("spara ring")
    rows = world.store.claim_outbox(MONDAY)
    world.store.give_back((row, MONDAY + timedelta(seconds=30)) for row in rows)
    assert world.store.claim_outbox(MONDAY + timedelta(seconds=29)) == ()
    world.later(seconds=30)
    assert [parcel.again for _, parcel in world.slack.sent + world.teams.sent] == [False, False]


def test_what_is_under_way_is_not_offered_again(world: World) -> None:
    world.slack.refuse = TryAgain("down")
    world.say("spara ring")
    world.engine.drain()
    later = MONDAY + timedelta(minutes=5)
    assert world.store.waiting() == {"down": 1}
    [row] = world.store.claim_outbox(later)
    world.store.offer_again(later)
    assert world.store.claim_outbox(later) == ()
    world.store.try_later(row, later + timedelta(hours=1), "down")
    world.store.offer_again(later)
    assert len(world.store.claim_outbox(later)) == 1


def test_a_shut_workspace_is_told_of_once_and_the_next_time_anew(world: World) -> None:
    with world.store.turn() as work:
        work.save([Person("rut", "Rut Al", identities=("mail:rut@example.org",), roles=frozenset({"administrator"}))], MONDAY)
    world.slack.refuse = LockedOut("", "token_revoked", timedelta(minutes=15))
    world.say("spara ring", "e1")
    world.engine.drain()
    world.later(hours=1)
    assert [to.user for to, _ in world.mail.sent] == ["rut@example.org"]
    assert len(world.teams.sent) == 1
    world.slack.refuse = None
    world.later(hours=1)
    assert len(world.slack.sent) == 1
    world.slack.refuse = LockedOut("", "token_revoked", timedelta(minutes=15))
    world.clock.move(MONDAY + timedelta(days=2))
    world.say("spara skriv", "e2")
    world.engine.drain()
    assert [to.user for to, _ in world.mail.sent].count("rut@example.org") == 2


def test_what_is_gone_is_said_in_the_installations_language(world: World) -> None:
    world.say("spara ring", "e1")
    world.engine.drain()
    world.engine.turns.language = "en"
    world.store.erase_group("tall", world.clock.now())
    world.engine.drain()
    [(_, parcel)] = world.slack.updated
    assert visible_text(parcel.card) == "This is no longer shown here."


def test_what_is_no_longer_useful_is_not_sent(world: World) -> None:
    post = Post("@anna", "notice:tall:1", DidYouMean("möte snart"), useful_until=MONDAY + timedelta(minutes=10))
    world.engine.turns.announce(Outcome(posts=(post,)), Timer("x", "tall:1", MONDAY))
    world.clock.move(MONDAY + timedelta(minutes=11))
    world.engine.drain()
    assert world.slack.calls == 0
    assert world.store.claim_outbox(MONDAY + timedelta(days=9)) == ()


def test_a_person_who_cannot_be_reached_one_way_is_reached_another(world: World) -> None:
    world.slack.refuse = GiveUp("left")
    world.say("dm anna hej", person="bo", place=Place("teams", "nvg-tall"))
    world.engine.drain()
    assert [to.user for to, _ in world.mail.sent] == ["anna@example.org"]


def test_when_nothing_gets_through_the_facilitator_is_told_and_the_log_knows(world: World) -> None:
    world.teams.refuse = GiveUp("left")
    world.say("dm bo Selmas hemlighet")
    world.engine.drain()
    world.say("dm bo Selmas andra hemlighet", "e2")
    world.engine.drain()
    told, seen = ([visible_text(parcel.card) for to, parcel in world.slack.sent if bool(to.user) is private] for private in (True, False))
    assert len(told) == 2 and all("Jag kommer inte fram till Bo Ek" in text for text in told)
    assert len(seen) == 1 and "Jag kom inte fram till Bo Ek" in seen[0]  # the group, once a day
    assert "hemlighet" not in "".join([*told, *seen])
    with world.store.read() as read:
        assert [each.fact.kind for each in read.facts(group="tall", person="bo")] == ["not_reached"] * 2


def test_a_facilitator_who_cannot_be_reached_is_not_told_so_for_ever(world: World) -> None:
    world.slack.refuse = world.teams.refuse = GiveUp("left")
    world.say("dm bo hej")
    world.engine.drain()
    assert world.store.claim_outbox(MONDAY + timedelta(days=9)) == ()


def test_nothing_is_posted_where_outsiders_read_and_the_facilitator_is_told_once(world: World) -> None:
    world.slack.crowd = {"anna": "Anna Berg", "kia": "Kia Ord"}
    world.say("spara ring", "e1")
    world.say("spara skriv", "e2")
    world.engine.drain()
    assert [to.user for to, _ in world.slack.sent] == ["eva"]
    assert "Kia Ord" in world.slack.texts[0]
    assert len(world.teams.sent) == 2
    world.slack.crowd = {"anna": "Anna Berg"}
    world.say("spara igen", "e3")
    world.engine.drain()
    assert "igen" in world.slack.texts[-1]


def test_a_person_reads_in_their_own_language(world: World) -> None:
    world.say("dm bo hej", "e1")
    world.say("dm anna hej", "e2")
    world.engine.drain()
    assert world.teams.texts[0] != world.slack.texts[0]


def test_a_notice_is_struck_through_when_what_it_told_of_is_undone(world: World) -> None:
    with world.store.read() as read:
        member = read.snapshot_for(["tall"], [], MONDAY).get("Member tall:@bo")
    assert isinstance(member, Member)
    outcome = Outcome(
        save=(replace(member, role="chair"),),
        posts=(Post("tall", "notice:tall:1", DidYouMean("Bo är kontakt")),),
        undo_until=MONDAY + timedelta(hours=1),
    )
    first = Timer("x", "tall:1", MONDAY)
    world.engine.turns.announce(outcome, first)
    world.engine.drain()
    undo = Outcome(save=(replace(member, version=2),), undone=turn_id(timer_event(first)))
    world.engine.turns.announce(undo, Timer("x", "tall:2", MONDAY))
    world.engine.drain()
    [(_, parcel)] = world.slack.updated
    spans = [span for block in parcel.card.blocks for span in getattr(block, "spans", ()) if isinstance(span, Span)]
    *told, said = spans
    assert told and {span.style for span in told} == {"strike"}
    assert (said.text, said.style) == ("Ångrat.", "")  # also in words, for those who do not see the line


def test_a_platform_that_hangs_holds_up_only_its_own(world: World) -> None:
    world.slack.hold = threading.Event()
    world.say("spara ring")
    world.engine.postman.dispatch()
    until(lambda: world.teams.sent)
    assert world.slack.sent == []
    world.slack.hold.set()
    until(lambda: world.slack.sent)
    assert len(world.slack.sent) == 1
    world.engine.postman.stop()


def test_a_person_without_any_way_is_told_of_too(world: World) -> None:
    with world.store.turn() as work:
        person = work.person("bo")
        assert person
        work.save([replace(person, identities=())], MONDAY)
    world.say("dm bo hej")
    world.engine.drain()
    assert PEOPLE[1].name in world.slack.texts[-1]


def test_what_was_taken_while_the_database_was_away_is_noted_and_not_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.postman.NOTED_AFTER", (0.0, 0.0))
    fails, sent = [OSError(), OSError()], world.store.sent

    def noted(*given: object) -> None:
        if fails:
            raise fails.pop()
        sent(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(world.store, "sent", noted)
    world.engine.turns.announce(Outcome(posts=(Post("@anna", "notice:tall:x", DidYouMean("x")),)), Timer("x", "tall:1", MONDAY))
    world.engine.drain()
    world.new_engine().drain()  # another process, that knows nothing of it
    world.later(hours=2)
    assert len(world.slack.sent) == 1
    assert world.store.backlog(world.clock.now(), timedelta(0)).rows == 0


def test_who_is_not_reached_is_named_also_without_a_seat_in_the_group(world: World) -> None:
    """As a guest at one meeting is."""
    with world.store.turn() as work:
        work.save([Person("stina", "Stina Al", identities=("mail:stina@example.org",))], MONDAY)
    world.mail.refuse = GiveUp("no_such_person")
    world.engine.turns.announce(Outcome(posts=(Post("@stina", "notice:tall:1", DidYouMean("x")),)), Timer("x", "tall:1", MONDAY))
    world.engine.drain()
    assert "Stina Al" in world.slack.texts[-1]
