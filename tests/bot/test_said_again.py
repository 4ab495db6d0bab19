"""What is said of what is there already, through the real store: it is not done after all, it is another day, it is longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.decide import COMMANDS
from bot.help import STILL_SHOWN
from templates.card import visible_text
from tests.bot.bad_world import MONDAY, World, words
from tests.bot.bad_world import world as made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One group for them all: #1 is Bo's, #2 Anna's, B1 a decision; what a test closes is a new one of its own."""
    with made(tmp_path_factory.mktemp("said")) as room:
        yield room


def state(room: World, number: int) -> str:
    with room.store.read() as read:
        return next(each.state for each in read.everything_of("tall")["Action"] if each.number == number)


def new(room: World, what: str) -> int:
    return int(words(room.say(f"/nvg åtgärd @bo {what} på fredag")).partition("#")[2].split()[0])


def planned(room: World, day: date) -> list[str]:
    """The meeting that the rhythm set on that day, as it is now."""
    with room.store.read() as read:
        meetings = read.everything_of("tall")["Meeting"]
    return [f"{each.state} {each.starts:%d/%m %H:%M}" for each in meetings if each.id.endswith(day.isoformat())]


def test_what_is_not_done_is_never_closed(shared: World) -> None:
    number = new(shared, "ringa skolan")
    for line in (f"{number} är inte klar", f"{number}:an är inte klar än", f"inte klar med {number}", f"{number} är nästan klar"):
        answer = shared.say(f"/nvg {line}")
        assert (answer.name, state(shared, number)) == ("still_open", "open"), line
        assert f"flytta {number} till fredag" in words(answer)
    shared.say(f"/nvg klar {number}")
    assert shared.say(f"/nvg {number} är nästan klar").name == "already_closed"  # said of what is done: nothing is changed
    assert state(shared, number) == "done"
    assert "Öppen igen" in words(shared.say(f"/nvg {number} är inte klar"))
    assert state(shared, number) == "open"


def test_a_number_in_words_is_opened_again_too(shared: World) -> None:
    while new(shared, "mäta dörren") < 3:
        pass
    shared.say("/nvg klar 3")
    shared.say("/nvg trean är inte klar")
    assert state(shared, 3) == "open"


def test_why_it_is_not_done_is_offered_as_the_obstacle(shared: World) -> None:
    assert "kommer inte vidare 2 väntar på svar" in words(shared.say("/nvg 2 är inte klar, väntar på svar"))
    assert state(shared, 2) == "open"


def test_the_list_of_what_is_done_holds_that_alone(shared: World) -> None:
    number = new(shared, "hämta nyckeln")
    shared.say(f"/nvg klar {number} den låg på expeditionen")
    for line in ("lista klara", "visa klara", "vad är klart"):
        shown = words(shared.say(f"/nvg {line}"))
        assert "den låg på expeditionen" in shown and "boka tid" not in shown, line


@pytest.mark.parametrize("line", ["klar B1", "kommer inte vidare B1 ingen svarar", "B1 hjälpte", "tid B1 20 min"])
def test_a_decision_is_no_action(shared: World, line: str) -> None:
    before = shared.kept()
    answer = shared.say(f"/nvg {line}")
    assert (answer.name, shared.kept()) == ("no_action", before)
    assert "promenad varje dag" in words(answer) and "ta bort B1" in words(answer)


def test_a_decision_that_there_is_not(shared: World) -> None:
    assert shared.say("/nvg klar B7").name == "no_such_decision"


def test_two_things_in_one_line_are_both_done(shared: World) -> None:
    first, second = new(shared, "fylla i blanketten"), new(shared, "skicka blanketten")
    shared.say(f"/nvg klar {first}, ta bort {second}")
    assert (state(shared, first), state(shared, second)) == ("done", "cancelled")
    shared.say("/nvg ångra")
    assert (state(shared, first), state(shared, second)) == ("open", "open")


def test_a_time_that_may_be_of_the_night_is_shown_back(shared: World) -> None:
    answer = words(shared.say("/nvg åtgärd @bo vända henne imorn kl 2.30"))
    assert "kl. 14:30" in answer and "Menade du tisdag 24 november kl. 02:30?" in answer


def test_who_does_it_is_said_last(shared: World) -> None:
    assert "Eva Ring" in words(shared.say("/nvg mejla handläggaren före fredag lunch, eva gör det"))
    before = shared.kept()
    assert "@Bo Ek" in words(shared.say("/nvg åtgärd ring hab på torsdag bo")) and shared.kept() == before


def test_what_is_to_be_forgotten_or_was_meant_otherwise_changes_nothing(shared: World) -> None:
    before = shared.kept()
    for line in ("glöm det", "nej jag menade tisdag", "inte bo utan eva"):
        answer = shared.say(f"/nvg {line}")
        assert (answer.name, shared.kept()) == ("never_mind", before) and "ångra" in words(answer), line


# --- meetings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[World]:
    with made(tmp_path) as room:
        yield room


def test_meetings_are_moved_and_cancelled_as_it_was_said(alone: World) -> None:
    alone.say("/nvg mötet på tisdag blir kl 14 istället")
    assert planned(alone, date(2026, 11, 24)) == ["planned 24/11 14:00"]
    alone.say("/nvg veckans möte blir på torsdag istället")
    assert planned(alone, date(2026, 11, 24)) == ["planned 26/11 14:00"]
    assert words(alone.say("/nvg inget möte 8 och 15 dec")).count("inställt") == 2
    assert planned(alone, date(2026, 12, 8)) + planned(alone, date(2026, 12, 15)) == ["cancelled 08/12 13:00", "cancelled 15/12 13:00"]
    alone.say("/nvg inget möte v 52, 53 och 1")
    assert [planned(alone, day) for day in (date(2026, 12, 22), date(2026, 12, 29), date(2027, 1, 5))] == [
        ["cancelled 22/12 13:00"], ["cancelled 29/12 13:00"], ["cancelled 05/01 13:00"],
    ]  # fmt: skip
    assert "onsdag 25 november" in words(alone.say("/nvg mötet på onsdag flyttas till 14"))  # there is none, and that is said
    alone.say("/nvg punkt till nästa möte: hissen")
    alone.say("/nvg punkt till mötet 19 jan: trappan")
    agenda = words(alone.say("/nvg dagordning"))
    assert "hissen" in agenda and "trappan (19/1)" in agenda


def test_a_guest_of_one_meeting_is_of_that_alone(alone: World) -> None:
    assert alone.say("/nvg bjud in maj@example.org t mötet tis").name == "visitor_invited"


def test_minutes_of_a_week(alone: World) -> None:
    alone.say("/nvg starta mötet", "eva")
    alone.say("/nvg beslut: prova korttids", "eva")
    alone.say("/nvg avsluta mötet", "eva")
    alone.stage.clock.move(MONDAY + timedelta(days=7))
    for line in ("protokoll v 48", "protokoll förra veckan", "protokoll från 23 nov", "protokoll i måndags"):
        assert "prova korttids" in words(alone.say(f"/nvg {line}")), line
    for line, said in (("protokoll v 47", "vecka 47"), ("protokoll från 12 nov", "torsdag 12 november.")):
        answer = alone.say(f"/nvg {line}")
        assert answer.name == "not_held" and said in words(answer), line
    assert "korttids" not in words(alone.say("/nvg protokoll v 48", "kia"))  # who is not in the group


# --- the group --------------------------------------------------------------------------------------------------------


def test_a_consent_is_prolonged_from_its_end(alone: World) -> None:
    assert "23 februari 2028" in words(alone.say("/nvg samtycket gäller 3 månader till"))
    assert "23 augusti 2028" in words(alone.say("/nvg samtycket förlängs ett halvår"))
    with alone.store.read() as read:
        group = read.group("tall")
    assert group and group.consent and (group.consent.until, group.consent.organisations) == (date(2028, 8, 23), ("Arvika kommun",))


def test_without_a_consent_it_counts_from_today(alone: World) -> None:
    alone.say("/nvg samtycke återkallat")
    said = words(alone.say("/nvg samtycket gäller ett halvår till"))
    assert "23 maj 2027" in said and "räknade från i dag" in said


@pytest.mark.parametrize(("line", "until"), [
    ("pausa två veckor", date(2026, 12, 6)), ("pausa i 3 veckor", date(2026, 12, 13)), ("pausa till efter nyår", date(2027, 1, 3)),
])  # fmt: skip
def test_a_pause_for_so_long(shared: World, line: str, until: date) -> None:
    shared.say(f"/nvg {line}")
    with shared.store.read() as read:
        group = read.group("tall")
    shared.say("/nvg väck gruppen")
    assert group and group.paused_until == until


def test_a_closed_group_is_offered_only_what_it_shows(alone: World) -> None:
    assert all(COMMANDS[name].closed for name in STILL_SHOWN)
    alone.say("/nvg avsluta gruppen: ring före åtta", "eva")
    for line in ("", "hur mår ni", "pausa kanske"):
        said = words(alone.say(f"/nvg {line}"))
        assert "åtgärd @" not in said and "pausa till" not in said and "beslutslogg" in said, line


# --- while somebody is away -------------------------------------------------------------------------------------------


def test_a_deputy_is_told_what_is_stuck_and_it_stays_so(alone: World) -> None:
    alone.say("/nvg kommer inte vidare 1 ingen svarar", "bo")
    alone.say("borta 24-27 november ersättare @anna", "bo", "")
    alone.stage.advance(MONDAY + timedelta(days=1, hours=3))
    with alone.store.read() as read:
        action = next(each for each in read.everything_of("tall")["Action"] if each.number == 1)
    assert (action.owners, action.state, action.reason) == (("anna",), "stuck", "ingen svarar")
    (told,) = [visible_text(each.card) for each in alone.stage.visible("anna") if each.name == "deputy_card"]
    assert "har fastnat: ingen svarar" in told and "fortfarande fast" in told
    alone.say("/nvg flytta 1 till fredag")  # whoever has it gives it a new date: then it goes on
    assert state(alone, 1) == "open"


def test_a_day_that_may_be_another_cancels_nothing(alone: World) -> None:
    before = alone.kept()
    assert alone.say("/nvg inget möte nästa tisdag").name == "which_day"
    assert alone.kept() == before
    alone.say("/nvg inget möte 2026-12-01")
    assert planned(alone, date(2026, 12, 1)) == ["cancelled 01/12 13:00"]


def test_a_prolonging_never_shortens(alone: World) -> None:
    before = alone.kept()
    assert alone.say("/nvg samtycket förlängt till midsommar").name == "which_day"  # it holds longer than that already
    assert alone.kept() == before
