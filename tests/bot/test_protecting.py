"""Protected names through the real bot and store: told in private, kept nowhere, refused everywhere, destroyed with the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.decide import decide
from bot.guarding import guarding, instead, let_in, refused_name
from bot.incoming import Incoming, News, Place, Tap
from bot.messages.common import Thanks
from bot.messages.names import ProtectedName
from bot.model import Action, Consent, Escalation, Group, GroupView, Member, Person, Snapshot
from bot.outcome import Fact, Outcome, Say
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.protected_names import sealed
from handlers.clock import SimulatedClock
from handlers.load import load
from handlers.roster import read_yaml
from handlers.turn import Answered, Turns
from storage.store import Store
from templates.card import buttons, visible_text
from templates.words import Words
from tests.security.traces import kept

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHANNEL = Place("slack", "nvg-tall")
NAME = "Selma Svensson"
PEOPLE = (Person("anna", "Anna Berg"), Person("bo", "Bo Ek"), Person("selma", "Selma Dal"), Person("eva", "Eva Ring"))


class Town:
    """Two groups and a committee; Eva leads both groups, Anna is the contact person of one."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.events = store, SimulatedClock(NOW), count(1)
        self.turns = Turns(store, Words(), self.clock)
        consent = Consent(date(2027, 6, 1), ("Arvika kommun",))
        groups = (
            Group("tall", "tall", state="active", channels=("slack:nvg-tall",), above="gk", contact_person="anna", consent=consent, last_action=1, last_lifted=1),
            Group("lind", "lind", state="active", channels=("slack:nvg-lind",), above="gk"), Group("gk", "gk", "committee", "active", ("slack:gk",), level=2),
        )  # fmt: skip
        seats = {"tall": ("anna", "bo", "selma", "eva"), "lind": ("bo", "eva"), "gk": ("selma",)}
        members = (Member(f"{g}:@{p}", g, p, "facilitator" if p == "eva" else "member") for g, inside in seats.items() for p in inside)
        matter = Escalation("tall:H1", "tall", 1, "tall", "anna", NOW, "gk", make_plan(NOW, Pace(), False), NOW, text="saknar bil")
        with store.turn() as work:
            work.save([*PEOPLE, *groups, *members, Action("tall:1", "tall", 1, ("bo",), date(2026, 12, 1), "bo", NOW, text="ring Svensson"), matter], NOW)

    def say(self, line: str, person: str = "bo", place: Place | None = CHANNEL) -> Answered:
        return self.turns.handle(Incoming(f"e{next(self.events)}", person, place or Place("slack", person=person), said=line))

    def tap(self, do: str, ref: str = "tall", fields: Mapping[str, str] | None = None, person: str = "bo", value: str = "") -> Answered:
        return self.turns.handle(Incoming(f"e{next(self.events)}", person, Place("slack", person=person), tap=Tap(do, ref, fields, value=value)))

    def protect(self, name: str = NAME, person: str = "anna") -> Answered:
        return self.say(f"skydda namnet {name}", person, None)

    def group(self, id: str = "tall") -> Group:
        with self.store.read() as read:
            found = read.group(id)
        assert found
        return found


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def words(answered: Answered) -> str:
    return visible_text(answered.card) if answered.card else ""


def test_it_is_told_in_private_and_kept_nowhere(town: Town, tmp_path: Path) -> None:
    told = town.protect()
    assert told.name == "name_protected" and "#1" in words(told)  # what has it in it since before
    assert town.group().protected
    with town.store.turn() as work:  # what had it is gone
        action = work.person("bo") and next(iter(work.everything_of("tall")["Action"]))
        assert isinstance(action, Action)
        work.save([replace(action, text="ring")], NOW)
    with town.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM texts WHERE id NOT IN (SELECT text_id FROM actions WHERE text_id IS NOT NULL) AND owner <> 'tall'")
    assert "Selma Svensson" not in kept(town.store, tmp_path) and "Svensson" not in words(told)
    assert town.protect().name == "name_protected" and "redan" in words(town.protect())


@pytest.mark.parametrize("line", ["åtgärd ring Selma Svensson senast fredag", "beslut: svenssons dotter ringer", "fråga @bo hur mår Svensson", "ta upp Svenssons sömn",
                                  "det viktigaste: Svensson sover", "klar 1 Svensson är nöjd", "hissa Svensson får ingen bil", "svensson", "åtgärd ringa\nbeslut: Svensson sover"])  # fmt: skip
def test_a_line_with_it_is_refused_wherever_it_is_said(town: Town, line: str) -> None:
    town.protect()
    before = kept_of(town)
    for place in (CHANNEL, None):
        told = town.say(line, "bo", place)
        assert told.name == "protected_name" and not told.changed and "vensson" not in words(told)
    assert kept_of(town) == before


def test_one_tap_takes_the_code_name_instead(town: Town) -> None:
    town.protect()
    told = town.say("åtgärd ring Selma Svenssons dotter senast fredag")
    assert "> " not in words(told) and "åtgärd ring talls dotter senast fredag" in words(told)
    assert told.card
    (button,) = buttons(told.card)
    assert (button.label, button.do) == ("Skriv ”tall” i stället", "say")
    taken = town.turns.handle(Incoming("tapped", "bo", CHANNEL, tap=Tap("say", "", value=button.value)))
    assert taken.name == "action_added"
    assert "ring talls dotter" in str(town.store.export_group("tall"))


@pytest.mark.parametrize(("do", "ref", "field"), [("new_action", "tall:", "text"), ("set_aim", "tall", "mål"), ("result", "tall:1", "resultat"), ("edit", "tall:1", "text"),
                                                  ("add_point", "tall", "text"), ("escalate", "tall:1", "orsak")])  # fmt: skip
def test_in_a_form_it_is_said_beside_the_field(town: Town, do: str, ref: str, field: str) -> None:
    town.protect()
    before = kept_of(town)
    told = town.tap(do, ref, {field: "ring Svensson", "ansvarig": "bo", "senast": "fredag"})
    assert told.name == "form_errors" and "ring tall" in told.errors[field] and "vensson" not in told.errors[field]
    assert kept_of(town) == before


def test_what_somebody_else_wrote_comes_with_the_code_name(town: Town) -> None:
    town.protect()
    told = town.tap("make_action", "tall", value="ring Svenssons dotter")
    assert told.form and next(each.value for each in told.form.fields if each.name == "text") == "ring talls dotter"


def test_a_committee_s_answer_to_the_group_is_the_group_s(town: Town) -> None:
    town.protect()
    told = town.say("besked tall H1 Svensson får bil", "selma", Place("slack", "gk"))
    assert told.name == "protected_name"
    assert town.say("besked tall H1 patienten får bil", "selma", Place("slack", "gk")).name != "protected_name"


def test_who_is_not_in_the_group_finds_out_of_no_name_whether_it_is_protected(town: Town) -> None:
    """A committee member who tries names gets the same answer to all of them; and the committee's own texts are compared with no group's names."""
    with town.store.turn() as work:
        work.save([Person("kim", "Kim Lund"), Member("gk:@kim", "gk", "kim")], NOW)

    def tried(name: str) -> tuple[str, str, bool]:
        told = town.say(f"besked tall H1 {name} får bil", "kim", Place("slack", "gk"))
        return told.name, words(told), told.changed

    town.protect()
    tries = ("Selma Svensson", "Karin Nilsson", "Per Olsson")
    answers = {tried(name) for name in tries}
    assert tried("Bo Ek")[2]  # a colleague
    answers |= {tried(name) for name in tries}  # also when there is nothing more to answer
    answers |= {(told.name, told.errors["svar"], told.changed) for name in tries if (told := town.tap("answer_escalation", "tall:H1", {"svar": f"{name} får bil"}, "kim")).errors}
    assert {(name, changed) for name, _, changed in answers} == {("protected_name", False), ("form_errors", False)}
    assert len({said.replace("\n", "") for _, said, _ in answers}) == 1
    own = {town.say(f"åtgärd ring {name} på fredag", "kim", Place("slack", "gk")).name for name in ("Selma Svensson", "Karin Nilsson")}
    assert own == {"action_added"}


def test_a_colleague_of_that_name_can_be_mentioned(town: Town) -> None:
    town.protect()
    assert town.say("åtgärd @selma ringa kommunen senast fredag").name == "action_added"
    assert town.say("beslut: Selma ringer kommunen").name == "decision_added"
    assert town.say("beslut: Selma Dal ringer Svensson").name == "protected_name"


def test_elsewhere_the_name_is_nothing(town: Town) -> None:
    town.protect()
    assert town.say("beslut: Svensson ringer", place=Place("slack", "nvg-lind")).name == "decision_added"


@pytest.mark.parametrize(("line", "person", "place", "why"), [
    (f"skydda namnet {NAME}", "anna", CHANNEL, "aldrig i en kanal"),
    (f"skydda namnet {NAME}", "eva", None, "Vilken grupp"),
    (f"skydda namnet {NAME}", "bo", None, "mötesledare eller kontaktperson"),
    ("skydda namnet", "anna", None, "för- och efternamnet"),
    ("skydda namnet 12", "anna", None, "för- och efternamnet"),
    (f"skyda namnet {NAME}", "anna", None, "för- och efternamnet"),
    (f"skydda namnet {NAME}\nåtgärd ringa", "anna", None, "för- och efternamnet"),
])  # fmt: skip
def test_else_nothing_is_kept_and_the_line_is_not_said_again(town: Town, tmp_path: Path, line: str, person: str, place: Place | None, why: str) -> None:
    told = town.say(line, person, place)
    assert told.name == "protect_how" and why in words(told) and "Selma" not in words(told)
    assert town.group().protected == "" and NAME not in kept(town.store, tmp_path)
    assert told.card and all(button.do == "protect_name" and not button.value for button in buttons(told.card))


def test_by_the_form_too_and_only_by_who_may(town: Town) -> None:
    told = town.tap("protect_name", "lind", person="eva")
    assert told.form and [each.name for each in told.form.fields] == ["namn"]
    assert town.tap("protect_name", "lind", {"namn": NAME}, person="eva").name == "name_protected"
    assert town.group("lind").protected and not town.group().protected
    assert town.tap("protect_name", "tall", {"namn": NAME}).name == "protect_how"  # Bo is neither
    assert town.tap("protect_name", "tall", {"namn": "12"}, person="eva").errors.keys() == {"namn"}
    assert not town.group().protected


def test_of_several_groups_the_line_may_name_one(town: Town) -> None:
    assert town.say(f"tall: skydda namnet {NAME}", "eva", None).name == "name_protected"
    assert town.group().protected and not town.group("lind").protected


def test_it_is_let_go_of_by_the_same_name(town: Town) -> None:
    town.protect()
    assert "inte skyddat" in words(town.say("sluta skydda namnet Selma", "anna", None))
    assert town.say("sluta skydda namnet svensson selma", "anna", None).name == "name_unprotected"
    assert town.say("åtgärd ring Svensson senast fredag").name == "action_added"


def test_the_same_line_again_is_no_line_that_is_remembered(town: Town) -> None:
    """What was said is marked so that a line retyped is known: of this one there is not even a mark."""
    town.protect()
    with town.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT said FROM events").scalars().all() == [None]


def test_the_marks_go_with_the_group(town: Town) -> None:
    key = town.store.keys.key_for("tall", "protected names")
    assert town.store.keys.key_for("tall", "protected names") == key != town.store.keys.key_for("lind", "protected names")
    town.store.erase_group("tall", NOW)
    assert town.store.keys.key_for("tall", "protected names") != key


def test_a_file_that_is_loaded_is_read_as_strictly(town: Town) -> None:
    town.protect()
    saved, faults = load(read_yaml("groups:\n  tall: {aim: Svensson sover bättre}\n"), town.store, town.clock)
    assert not saved and [str(fault) for fault in faults] == ["tall: ett namn som gruppen skyddar får inte finnas i filen"]
    assert town.group().aim == ""


def test_the_offer_has_no_button_where_the_line_is_only_a_part() -> None:
    card = Words().render(ProtectedName("tall", "ring tall", part=True), "sv", {}, NOW)
    assert not buttons(card) and isinstance(Say(ProtectedName()).message, ProtectedName)


def kept_of(town: Town) -> dict[str, Any]:
    """All of the group, but for who has seen what: a refusal is seen too."""
    return {name: kept for name, kept in town.store.export_group("tall").items() if name != "access_log"}


# --- the last look, at what is about to be saved ------------------------------------------------------------------------

KEY = bytes(32)
OLD = Action("tall:1", "tall", 1, ("bo",), date(2026, 12, 1), "bo", NOW, text="ring Svensson")


def seen() -> Snapshot:
    group = Group("tall", "tall", state="active", protected=sealed(NAME, KEY))
    return Snapshot(PEOPLE[1], {"tall": GroupView(group, (Member("tall:@bo", "tall", "bo"),), actions=(OLD,), key=KEY)}, "tall", {each.id: each for each in PEOPLE})


@pytest.mark.parametrize(("saved", "answer"), [
    (replace(OLD, number=2, id="tall:2"), "protected_name"),  # a command that has its words from elsewhere than the line
    (replace(OLD, result="Svensson är nöjd"), "protected_name"),
    (replace(OLD, result="pnr 19121212-1212"), "identity_number"),
    (replace(OLD, state="done", result="hon är nöjd"), "thanks"),  # what stands there since before is nobody's fault now
    (replace(OLD, text="ring tall"), "thanks"),
    (Person("karin", "Karin Svensson"), "thanks"),  # no words of the group's
])  # fmt: skip
def test_whatever_is_about_to_be_saved_is_looked_at_once_more(saved: Any, answer: str) -> None:
    outcome = let_in(seen(), Outcome(Say(Thanks()), save=(saved,), facts=(Fact("x"),)), NOW.date())
    assert isinstance(outcome, Outcome) and isinstance(outcome.answer, Say)
    assert outcome.answer.message.name == answer
    assert bool(outcome.save and outcome.facts) == (answer == "thanks")


def test_decide_has_the_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.decide.decided", lambda *_: Outcome(Say(Thanks()), save=(replace(OLD, number=2, id="tall:2"),)))
    outcome = decide(seen(), Incoming("e", "bo", CHANNEL, said="x"), NOW)
    assert isinstance(outcome, Outcome) and not outcome.save


def test_to_who_is_not_in_the_group_it_is_any_name() -> None:
    world = replace(seen(), asker=PEOPLE[3])  # Eva is not in it
    assert instead(world, guarding(world), "ring Svenssons dotter") == ("••••••", "ring ••••••s dotter")
    refusal = refused_name(world, Incoming("e", "eva", CHANNEL, said="besked H1 Svensson får bil"))
    assert refusal and isinstance(refusal.answer, Say)
    card = Words().render(refusal.answer.message, "sv", {}, NOW)
    assert "tall" not in visible_text(card) and not buttons(card) and "patienten" in visible_text(card)


def called(town: Town, person: str) -> str:
    with town.store.read() as read:
        found = read.person(person)
    assert found
    return found.name


def test_who_is_called_just_so_comes_into_the_group_without_that_name_and_elsewhere_with_it(town: Town) -> None:
    """A relative, or the patient, whose profile says who the group is about."""
    town.protect()
    namesakes = ("u1", "u2", "u3")
    with town.store.turn() as work:
        work.save([Person(id, "Selma Svensson", identities=(f"slack:T/{id}",)) for id in namesakes], NOW)
    told = town.say("lägg till @u1", "eva")
    assert told.name == "members_added" and called(town, "u1") == "Okänt namn" and "Svensson" not in words(told)
    town.turns.handle(Incoming("came", "u2", CHANNEL, news=News("joined", "u2")))
    assert called(town, "u2") == "Okänt namn"
    assert town.say("lägg till @u3", "eva", Place("slack", "nvg-lind")).name == "members_added"
    assert called(town, "u3") == "Selma Svensson"  # a colleague like any other there
    with town.store.reading() as connection:
        assert "Svensson" not in str(connection.exec_driver_sql("SELECT * FROM changes WHERE command = 'members_add' AND place = 'slack:nvg-tall'").all())


def test_who_is_in_the_group_when_the_name_is_protected_loses_it_too(town: Town) -> None:
    with town.store.turn() as work:
        work.save([Person("u1", "Svensson, Selma (dotter)"), Member("tall:@u1", "tall", "u1", "guest")], NOW)
    town.protect()
    assert (called(town, "u1"), called(town, "selma")) == ("dotter", "Selma Dal")


def test_a_file_gives_nobody_the_name_that_their_group_protects(town: Town) -> None:
    town.protect()
    saved, faults = load(read_yaml("people:\n  ny: {name: Selma Svensson, organisation: Arvika kommun, email: ny@example.org}\ngroups:\n  tall: {members: [ny]}\n"), town.store, town.clock)
    assert not saved and [fault.key for fault in faults] == ["tall"] and "Svensson" not in str(faults)
    saved, faults = load(read_yaml("people:\n  bo: {name: Selma Svensson, email: bo@example.org}\n"), town.store, town.clock)
    assert not saved and len(faults) == 1 and called(town, "bo") == "Bo Ek"
    saved, faults = load(read_yaml("people:\n  ny: {name: Selma Svensson, organisation: Arvika kommun, email: ny@example.org}\ngroups:\n  lind: {members: [bo, ny]}\n"), town.store, town.clock)
    assert saved and not faults
