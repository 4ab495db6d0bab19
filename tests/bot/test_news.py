"""What a platform tells of by itself, on the real store: the bot and people come and go. The whole story is in the rehearsal
who-reads-the-channel; here is what is hard to see there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Drawn, Reader
from bot.incoming import Incoming, News, Place
from bot.messages.news import AskedToLeave
from bot.model import Group, GroupView, Member, Person, Snapshot
from bot.news import draw_turned_away
from bot.outcome import Need
from storage.store import Store
from templates.card import visible_text
from tests.bot.bad_world import World, words

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def news(world: World, event: str, kind: str, person: str = "", channel: str = "nvg-tall", **place: bool) -> None:
    world.engine.handle(Incoming(event, person, Place("slack", channel, **place), news=News(kind, person)))
    world.stage.drain()


def seat(world: World, person: str, group: str = "tall") -> str:
    with world.store.read() as read:
        return next((m.state for m in read.members() if m.person == person and m.group == group), "")


def group(world: World, id: str = "tall") -> Group:
    with world.store.read() as read:
        found = read.group(id)
    assert found
    return found


def told(world: World, person: str) -> list[str]:
    return [each.name for each in world.stage.out if each.to == person and each.kind == "direct"]


def later(world: World, minutes: int = 5) -> None:
    world.stage.advance(world.stage.now + timedelta(minutes=minutes))


def test_who_asks_somebody_to_leave_is_named_also_when_out_of_the_group() -> None:
    known = Snapshot(views={"tall": GroupView(Group("tall", "tall"))})
    assert draw_turned_away("tall:leo", known, Reader("eva"), NOW) == Need(("person leo",))
    drawn = draw_turned_away("tall:leo", replace(known, found={"person leo": Person("leo", "Leo Alm")}), Reader("eva"), NOW)
    assert isinstance(drawn, Drawn) and drawn.message == AskedToLeave("tall", "leo")


def test_a_public_channel_is_told_that_no_group_can_live_there(world: World) -> None:
    world.stage.add_channel("slack:allmant")
    news(world, "e1", "invited", channel="allmant", public=True)
    assert world.stage.out[-1].name == "public_channel"
    answered = world.engine.handle(Incoming("e2", "anna", Place("slack", "allmant", public=True), said="ny grupp lärka @bo"))
    assert answered.name == "start_group" and answered.card and "öppen kanal" in visible_text(answered.card)
    with world.store.read() as read:
        assert read.group_at("slack:allmant") == ""


def test_the_same_news_again_changes_nothing(world: World) -> None:
    news(world, "e1", "joined", "kia")
    version = group(world).version
    news(world, "e1", "joined", "kia")
    news(world, "e2", "joined", "kia")  # another event, the same news
    assert group(world).version == version
    later(world)
    assert told(world, "eva") == ["newcomers"]


def test_five_at_once_are_one_question(world: World) -> None:
    with world.store.turn() as work:
        work.save([Person(f"p{n}", f"Person {n}", "Arvika kommun", (f"slack:p{n}",)) for n in range(5)], world.stage.now)
    for n in range(5):
        world.stage.add_person(f"p{n}", f"Person {n}", "slack")
        news(world, f"e{n}", "joined", f"p{n}")
    later(world)
    assert told(world, "eva") == ["newcomers"]
    world.stage.tap("eva", "Lägg till alla")
    assert [seat(world, f"p{n}") for n in range(5)] == ["active"] * 5
    assert group(world).at_door == ()


def test_leaving_one_channel_while_still_in_another_is_no_leaving(world: World) -> None:
    """Bo has an account on both platforms."""
    with world.store.turn() as work:
        bo, tall = work.person("bo"), work.group("tall")
        assert bo and tall
        work.save([replace(bo, identities=("slack:bo", "teams:bo")), replace(tall, channels=("slack:nvg-tall", "teams:nvg-tall"))], world.stage.now)
    world.stage.add_channel("teams:nvg-tall", ["bo"])
    world.stage.goes_out("bo", "slack:nvg-tall")
    assert seat(world, "bo") == "active" and not told(world, "eva")
    world.stage.goes_out("bo", "teams:nvg-tall")
    assert seat(world, "bo") == "out" and told(world, "eva") == ["went_out"]


def test_who_left_the_channel_reads_nothing_more_anywhere(world: World) -> None:
    later(world, 60 * 96)  # Bo has been reminded of it on Friday
    shown = [each for each in world.stage.visible("bo") if each.place.private and each.name == "reminder"]
    assert "ringa hemtjänsten" in visible_text(shown[-1].card)
    world.stage.goes_out("bo", "nvg-tall")
    for each in world.stage.visible("bo", Place("slack", person="bo")):
        assert "ringa hemtjänsten" not in visible_text(each.card)
    assert "ringa hemtjänsten" not in visible_text(world.stage.home("bo"))
    world.stage.comes_in("bo", "nvg-tall")
    assert seat(world, "bo") == "active" and "ringa hemtjänsten" in visible_text(world.stage.home("bo"))


def test_still_in_the_group_by_word_of_the_facilitator(world: World) -> None:
    world.stage.goes_out("bo", "nvg-tall")
    world.stage.tap("eva", "Är kvar i gruppen")
    assert seat(world, "bo") == "active"
    assert world.stage.tap("eva", "Ångra").name == "undone"
    assert seat(world, "bo") == "out"
    world.stage.tap("eva", "Har slutat", "Bo Ek")
    assert seat(world, "bo") == "left"


def test_the_only_facilitator_leaves_the_channel_so_others_are_asked(world: World) -> None:
    world.stage.goes_out("eva", "nvg-tall")
    assert told(world, "anna") == ["went_out"] and not told(world, "eva")


def test_a_closed_account_is_told_of_once_to_each_who_leads(world: World) -> None:
    world.stage.account_closed("cecilia")
    world.stage.account_closed("cecilia")
    with world.store.read() as read:
        person = read.person("cecilia")
    assert person and person.state == "gone" and seat(world, "cecilia", "oak") == "left"
    assert group(world, "oak").contact_person == ""
    assert told(world, "anna") + told(world, "bo") == ["account_closed", "account_closed"]  # oak has no facilitator


def test_a_closed_account_of_who_has_another_is_no_news(world: World) -> None:
    with world.store.turn() as work:
        bo = work.person("bo")
        assert bo
        work.save([replace(bo, identities=("slack:bo", "teams:bo"))], world.stage.now)
    world.stage.account_closed("bo")
    assert seat(world, "bo") == "active"


def profile(world: World, person: str, name: str, language: str = "", zone: str = "") -> Person:
    told = News("profile", person, name=name, language=language, time_zone=zone)
    world.engine.handle(Incoming(f"p {name} {language} {zone}", person, Place("slack", person=person), news=told))
    world.stage.drain()
    with world.store.read() as read:
        found = read.person(person)
    assert found
    return found


def test_a_new_name_is_taken_over_and_shown_where_they_are_named(world: World) -> None:
    assert profile(world, "bo", "Bo Lund").name == "Bo Lund"
    assert "Bo Lund" in words(world.say("lista"))
    assert profile(world, "bo", "Bo Lund", zone="Europe/Helsinki").time_zone == "Europe/Helsinki"
    before = world.kept()
    profile(world, "bo", "bo")
    assert world.kept() == before


def test_the_language_is_the_platforms_until_one_is_chosen(world: World) -> None:
    with world.store.turn() as work:
        bo = work.person("bo")
        assert bo
        work.save([replace(bo, organisation="")], world.stage.now)
    assert profile(world, "bo", "Bo Ek", "en").language == "en"
    world.say("språk svenska", "bo")
    assert profile(world, "bo", "Bo Ek", "en", "Europe/London").language == "sv"
    assert profile(world, "anna", "Anna Berg", "en").language == "sv"  # as in the organisation's list


def test_thrown_out_is_told_once_and_mended(world: World) -> None:
    for event in ("e1", "e2"):
        news(world, event, "removed")
    assert told(world, "eva") == ["channel_lost"] and group(world).lost == ("slack:nvg-tall",)
    world.stage.bot_comes_in("nvg-tall")
    assert world.stage.out[-1].name == "channel_back" and group(world).lost == ()
    world.stage.bot_comes_in("nvg-tall")
    assert [each.name for each in world.stage.out].count("channel_back") == 1


@pytest.mark.parametrize("kind", ["joined", "left", "gone"])
def test_news_of_somebody_unknown_changes_nothing(world: World, kind: str) -> None:
    before = world.kept()
    news(world, "e1", kind, "nobody")
    assert world.kept() == before


def test_a_guest_by_mail_has_no_seat_in_the_channel_to_lose(world: World) -> None:
    with world.store.turn() as work:
        work.save([Person("maj", "Maj Lind", identities=("mail:maj@example.org",)), Member("tall:@maj", "tall", "maj", "guest")], world.stage.now)
    news(world, "e1", "left", "maj")
    assert seat(world, "maj") == "active"


def test_a_guest_who_was_erased_is_invited_anew_as_somebody_else(world: World) -> None:
    def guest(name: str) -> Person:
        assert world.say(f"bjud in {name} maj@example.org", "eva").name == "members_added"
        with world.store.read() as read:
            found = read.person_of("mail:maj@example.org")
        assert found
        return found

    first = guest("Maj Lind")
    world.store.erase_person(first.id, world.stage.now)
    again = guest("Maj Holm")
    assert (first.name, again.name, first.id == again.id) == ("Maj Lind", "Maj Holm", False)
    assert (seat(world, first.id), seat(world, again.id)) == ("left", "active")
    assert "maj" not in f"{first.id} {again.id}"  # ids outlive erasure
