"""Loading files: all of it or nothing, each fault with its line, and nothing the second time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Action, Escalation, Group, Member, Person, Step
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.work_calendar import local
from handlers.clock import SimulatedClock
from handlers.load import known, load, main, read
from handlers.roster import Known, Roster, enrol, read_csv, read_yaml
from storage import tables
from storage.store import KeyStore, Store
from tests.conftest import examples

DOCS = Path(__file__).parents[2] / "docs"
CLOCK = SimulatedClock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))  # in Sweden it is tomorrow before it is in UTC
ANNA = "people:\n  anna: {name: Anna Berg, email: anna@example.org}\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'nvg.db'}", KeyStore(tmp_path / "keys.db", b"k" * 32))
    made.migrate()
    yield made
    made.close()


def loaded(store: Store, text: str, name: str = "file.yaml") -> list[str]:
    """The faults, as they are printed."""
    _, faults = load(read_csv(text) if name.endswith(".csv") else read_yaml(text), store, CLOCK)
    return [str(fault) for fault in faults]


def faults_of(text: str, csv: bool = False) -> list[str]:
    return [str(fault) for fault in enrol(read_csv(text) if csv else read_yaml(text), Known())[1]]


def test_the_examples_of_the_docs_load_and_say_the_same_twice(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["load-example.yaml", "load-example-people.csv", "load-example-committees.csv", "load-example-groups.csv"]
    for name in files:
        assert main(argparse.Namespace(file=DOCS / name), store) == 0
    capsys.readouterr()
    for name in files:
        assert main(argparse.Namespace(file=DOCS / name), store) == 0
        assert "Inget är ändrat" in capsys.readouterr().out
    with store.read() as kept:
        who = known(kept)
    tall = who.groups["tall"]
    assert (tall.above, tall.contact_person, tall.aim) == ("gk", "anna", "fler smärtfria timmar")
    assert tall.consent is not None and tall.consent.organisations == ("Arvika kommun", "Region Värmland")
    assert {m.person: m.role for m in who.members["tall"]} == {"eva": "facilitator", "anna": "member", "bo": "member", "maj": "guest"}
    assert who.groups["gk"].kind == "committee" and who.groups["gk"].above == "sg"
    assert tall.consent_form == "pärm 3" and who.people["siv"].working.red_days and sorted(who.people["siv"].working.days) == list(range(7))
    assert "bo.ek" not in who.people  # known by the address


def test_csv_alone_gives_the_same_as_yaml() -> None:
    people = read_csv((DOCS / "load-example-people.csv").read_text())
    assert [entry.id for entry in people.entries] == ["anna", "bo.ek", "eva", "kia", "siv"]
    assert not people.faults
    semicolons = read_csv("name;email;roles\nAnna Berg;anna@example.org;coordinator,administrator\n")
    assert semicolons.entries[0].values["roles"] == {"coordinator", "administrator"}


def test_what_is_left_out_stays_as_it_is(store: Store) -> None:
    assert not loaded(store, ANNA.replace("}", ", phone: 070-123 45 67}"))
    assert not loaded(store, "people:\n  anna: {organisation: Arvika kommun}\n")
    with store.read() as kept:
        anna = kept.person("anna")
    assert anna is not None
    assert (anna.phone, anna.organisation, anna.identities) == ("070-123 45 67", "Arvika kommun", ("mail:anna@example.org",))


def test_one_fault_stops_it_all(store: Store) -> None:
    assert loaded(store, ANNA + "  bo: {name: Bo Ek, email: inte}\n") == ['rad 3: email: ingen e-postadress: "inte"']
    with store.read() as kept:
        assert kept.people() == ()


def test_an_address_belongs_to_one(store: Store) -> None:
    assert not loaded(store, ANNA)
    two = "people:\n  bo: {name: Bo Ek, email: bo@example.org}\n  dag: {name: Dag Ström, identities: [mail:bo@example.org]}\n"
    assert loaded(store, two) == ["rad 3: identities: mail:bo@example.org tillhör redan bo"]


GROUP = ANNA + "groups:\n"

WRONG = [
    # what is written, the line that is named, words of the fault
    ("", 1, "people, committees eller groups"),
    ("people: [", 2, "YAML"),
    ("- anna\n", 1, "people, committees eller groups"),
    ("peple: {}\n", 1, 'Menade du "people"'),
    ("people:\n  anna: {name: Anna, emial: a@example.org}\n", 2, 'Menade du "email"'),
    ("people:\n  anna:\n    name: Anna\n    email: a@example.org\n    language: se\n", 5, "okänt värde"),
    ("people:\n  anna: {email: a@example.org}\n", 2, "name: saknas"),
    ("people:\n  anna: {name: Anna}\n", 2, "email: saknas"),
    ("people:\n  anna: Anna Berg\n", 2, "här ska stå vad som gäller"),
    (ANNA + "  anna: {name: Anna Ek, email: b@example.org}\n", 3, "två gånger"),
    ("people:\n  a b: {name: Anna, email: a@example.org}\n", 2, "går inte att använda som id"),
    ("people:\n  anna: {name: Anna, email: a@example.org, working: {days: mån-xyz}}\n", 2, "okända dagar"),
    ("people:\n  anna: {name: Anna, email: a@example.org, working: {hours: 7}}\n", 2, "okänd arbetstid"),
    ("people:\n  anna: {name: Anna, email: a@example.org, working: {tider: 7-16}}\n", 2, "okänd nyckel"),
    ("people:\n  anna: {name: Anna, email: a@example.org, remind_at: snart}\n", 2, "inget klockslag"),
    ("people:\n  anna: {name: Anna, email: a@example.org, phone: hemma}\n", 2, "inget telefonnummer"),
    ("people:\n  anna: {name: Anna, email: a@example.org, roles: [chef]}\n", 2, "okänt värde"),
    ("people:\n  anna: {name: Anna, identities: [irc:anna]}\n", 2, "förstår inte"),
    ("people:\n  anna: {name: Anna 19121212-1212, email: a@example.org}\n", 2, "personnummer"),
    (GROUP + "  Selma: {members: [anna]}\n", 4, "ser ut som ett personnamn"),
    (GROUP + "  klar: {members: [anna]}\n", 4, "går inte att använda"),
    (GROUP + "  tall: {members: [ana]}\n", 4, 'Menade du "anna"'),
    (GROUP + "  tall: {members: [anna], channels: [nvg]}\n", 4, "förstår inte"),
    (GROUP + "  tall: {members: [anna], contact_person: bo@example.org}\n", 4, "ingen sådan person"),
    (GROUP + "  tall: {contact_person: anna}\n", 4, "är inte med i tall"),
    (GROUP + "  tall: {members: [anna], above: gk}\n", 4, "ingen sådan kommitté"),
    (GROUP + "  tall: {members: [anna], consent: ja}\n", 4, "här ska stå until"),
    (GROUP + "  tall: {members: [anna], consent: {until: snart}}\n", 4, "inget datum"),
    (GROUP + "  tall: {members: [anna], consent: {organisations: [Arvika]}}\n", 4, "until saknas"),
    (GROUP + "  tall: {channels: [slack:a/b]}\n  ek: {channels: [slack:a/b]}\n", 5, "bor redan tall"),
    (GROUP + "  tall: {}\n  Tall: {}\n", 5, "står redan på rad 4"),
    (ANNA + "committees:\n  gk: {level: 1}\n", 4, "ingen nivå"),
    (ANNA + "committees:\n  gk: {above: sg}\n  sg: {above: gk, level: 3}\n", 5, "hissar till sig själv"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_a_fault_names_its_line(text: str, line: int, words: str) -> None:
    assert any(fault.startswith(f"rad {line}: ") and words in fault for fault in faults_of(text)), faults_of(text)


CSV_WRONG = [
    ("", 1, "kolumnernas namn"),
    ("a,b\n1,2\n", 1, "kolumnernas namn"),
    ("name,emial\nAnna,a@example.org\n", 1, 'Menade du "email"'),
    ("name,name,email\nAnna,Berg,a@example.org\n", 1, "två gånger"),
    ("name,email\nAnna,a@example.org,mer\n", 2, "3 värden men bara 2 kolumner"),
    ("name,email\nAnna,a@example.org\n\nBo,\n", 4, "saknas"),
    ('name,email\nAnna,"a@example.org\n', 2, "går inte att läsa"),
    ("name,email\nAnna,a@example.org\nBo,a@example.org\n", 3, "står redan på rad 2"),
    ("code,members\ntall,anna|bo\n", 2, "ingen sådan person"),
    ("code,level\ngk,två\n", 2, "ingen nivå"),
    ("code,consent_until\ntall,2027-13-01\n", 2, "inget datum"),
]


@pytest.mark.parametrize(("text", "line", "words"), CSV_WRONG)
def test_a_fault_in_csv_names_its_line(text: str, line: int, words: str) -> None:
    faults = faults_of(text, csv=True)
    assert any(fault.startswith(f"rad {line}: ") and words in fault for fault in faults), faults


def test_one_fault_does_not_make_others() -> None:
    text = "people:\n  anna: {name: Anna, email: inte}\ngroups:\n  tall: {members: [anna], contact_person: anna}\n"
    assert faults_of(text) == ['rad 2: email: ingen e-postadress: "inte"']


def test_places_already_taken_are_kept(store: Store) -> None:
    people = ANNA + "  bo: {name: Bo Ek, email: bo@example.org}\n"
    assert not loaded(store, people + "groups:\n  tall: {members: [anna, bo], facilitators: [anna]}\n")
    assert not loaded(store, "groups:\n  tall: {facilitators: [bo]}\n")
    with store.read() as kept:
        roles = {member.person: member.role for member in kept.members()}
    assert roles == {"anna": "facilitator", "bo": "facilitator"}


def test_a_file_that_is_not_there(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argparse.Namespace(file=tmp_path / "nej.yaml"), store) == 1
    said = capsys.readouterr().err
    assert "går inte att läsa" in said and "rad 0" not in said
    (tmp_path / "latin.csv").write_bytes("name,email\nÅsa Öst,asa@example.org\n".encode("cp1252"))
    assert main(argparse.Namespace(file=tmp_path / "latin.csv"), store) == 0
    with store.read() as kept:
        assert [person.name for person in kept.people()] == ["Åsa Öst"]


@settings(max_examples=examples(150), deadline=None)
@given(st.text(alphabet="people:groups\n {}[],-&*!|>'\"anx@.#%åé\t0179", max_size=120), st.booleans())
def test_any_text_gives_entries_or_faults(text: str, csv: bool) -> None:
    roster = read_csv(text) if csv else read_yaml(text)
    assert isinstance(roster, Roster)
    saved, faults = enrol(roster, Known())
    assert all(fault.line >= 1 and fault.what for fault in faults)
    assert all(isinstance(thing, Person | Group | Member) for thing in saved)


NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö", min_size=2, max_size=8)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8, unique=True), st.data())
def test_what_was_enrolled_needs_nothing_more(names: list[str], data: st.DataObject) -> None:
    lines = ["people:"] + [f"  {name}: {{name: {name} x, email: {i}@example.org}}" for i, name in enumerate(names)]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True))
    lines += ["groups:", f"  rönn: {{members: [{', '.join(chosen)}]}}"]
    roster = read_yaml("\n".join(lines))
    saved, faults = enrol(roster, Known())
    if faults:  # "no" and "null" are words of YAML
        return
    members = tuple(thing for thing in saved if isinstance(thing, Member))
    now_known = Known({t.id: t for t in saved if isinstance(t, Person)}, {t.id: t for t in saved if isinstance(t, Group)}, {"rönn": members})
    assert enrol(roster, now_known) == ([], [])


def test_a_thousand_people_are_read_and_kept(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"Person {n},p{n}@example.org,mon-fri\n" for n in range(1000))
    (tmp_path / "people.csv").write_text("name,email,days\n" + rows)
    saved, faults = load(read(tmp_path / "people.csv"), store, CLOCK)
    assert (len(saved), faults) == (1000, [])


# -- who leaves, and a consent that begins or ends

TODAY = local(CLOCK.now()).date()
PEOPLE = "people:\n" + "".join(f"  {id}: {{name: {id.capitalize()} Ek, email: {id}@example.org, organisation: Arvika kommun}}\n" for id in ("anna", "bo", "eva"))
TALL = "groups:\n  tall: {members: [anna, bo], facilitators: [eva], contact_person: bo, stand_in: anna}\n  lind: {members: [bo], facilitators: [eva]}\n"


@pytest.fixture
def town(store: Store) -> Store:
    """Two groups; in tall Bo has an action alone, and one with Anna."""
    assert not loaded(store, PEOPLE + TALL)
    with store.turn() as work:
        now = CLOCK.now()
        actions = [Action(f"tall:{n}", "tall", n, owners, TODAY, "anna", now, text="ringa") for n, owners in ((1, ("bo",)), (2, ("anna", "bo")))]
        plan = make_plan(now, Pace(), False)
        matter = Escalation("tall:H1", "tall", 1, "", "anna", now, "gk", plan, now, path=(Step("lifted", "anna", now, "gk"),), text="hinder", said="hinder")
        work.save([Group("gk", "gk", "committee", "active"), *actions, matter], now)
    return store


def seats(store: Store) -> dict[str, str]:
    with store.read() as kept:
        return {member.id: member.state for member in kept.members()}


def posted(store: Store) -> list[tuple[str, str]]:
    """To whom, and what it is about."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(tables.outbox.c.address, tables.outbox.c.subject))
        return sorted((row.address, row.subject.partition(":")[0]) for row in rows)


@pytest.mark.parametrize("said", ["status: gone", f"left: {TODAY.isoformat()}", "left: 2026-01-31"])
def test_who_works_there_no_longer_leaves_every_group_and_what_was_theirs_is_offered(town: Store, said: str) -> None:
    text = f"people:\n  bo: {{{said}}}\n"
    assert not loaded(town, text)
    assert {id for id, state in seats(town).items() if state == "left"} == {"tall:@bo", "lind:@bo"}
    with town.read() as kept:
        view = kept.snapshot_for(["tall"], [], CLOCK.now()).views["tall"]
        bo = kept.person("bo")
        noted = sorted(fact.fact.kind for fact in kept.facts() if fact.fact.kind in ("member_left", "account_closed"))
    assert bo is not None and bo.state == "gone"
    assert [(action.number, action.owners) for action in view.open_actions] == [(1, ("bo",)), (2, ("anna",))]
    assert (view.group.contact_person, view.group.stand_in) == ("", "anna")
    assert posted(town) == [("@eva", "notice")]  # neither group has a channel here to be told in
    assert noted == ["account_closed", "member_left", "member_left"]
    saved, faults = load(read_yaml(text), town, CLOCK)
    assert (saved, faults) == ([], [])


def test_a_last_day_still_to_come_changes_nothing_yet(town: Store) -> None:
    assert load(read_yaml(f"people:\n  bo: {{left: {TODAY + timedelta(days=1)}}}\n"), town, CLOCK) == ([], [])


def test_who_comes_back_is_there_again_and_in_no_group(town: Store) -> None:
    assert not loaded(town, "people:\n  bo: {status: gone}\n")
    assert not loaded(town, "people:\n  bo: {status: active}\n")
    assert seats(town)["tall:@bo"] == "left"
    assert not loaded(town, "groups:\n  tall: {members: [bo]}\n")
    assert seats(town)["tall:@bo"] == "active"


def test_a_member_is_removed_where_the_file_says_so_and_told_in_the_channel(town: Store) -> None:
    assert not loaded(town, "groups:\n  tall: {channels: [slack:T/C]}\n")
    text = "groups:\n  tall: {members: [anna], remove_members: [bo@example.org, eva]}\n"
    assert not loaded(town, text)
    assert {id: state for id, state in seats(town).items() if id.startswith("tall")} == {"tall:@anna": "active", "tall:@bo": "left", "tall:@eva": "left"}
    assert seats(town)["lind:@bo"] == "active"
    assert posted(town) == [("slack:T/C", "left")]
    assert load(read_yaml(text), town, CLOCK) == ([], [])


def test_removed_by_csv(town: Store) -> None:
    assert not loaded(town, "code,remove_members\ntall,bo|eva\n", "groups.csv")
    assert not loaded(town, "name,email,left\nAnna Ek,anna@example.org,2026-01-31\n", "people.csv")
    assert [id for id, state in seats(town).items() if state == "active"] == ["lind:@bo", "lind:@eva"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("people:\n  bo:\n    status: borta\n", 3, "okänt värde"),
        ("people:\n  bo:\n    left: snart\n", 3, "inget datum"),
        ("people:\n  bo: {status: active, left: 2026-01-31}\n", 2, "Skriv bara en av dem"),
        ("people:\n  bo: {status: gone}\ngroups:\n  tall:\n    members: [bo]\n", 5, "Bo Ek har slutat"),
        ("groups:\n  tall:\n    members: [bo]\n    remove_members: [bo]\n", 4, "står också bland dem som är med"),
        ("groups:\n  tall:\n    remove_members: [bosse]\n", 3, 'ingen sådan person: "bosse"'),
        ("groups:\n  tall:\n    remove_members: [bo]\n    contact_person: bo\n", 4, "är inte med i tall"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_its_line_and_nothing_is_changed(town: Store, text: str, line: int, words: str) -> None:
    before = seats(town)
    faults = loaded(town, text)
    assert any(fault.startswith(f"rad {line}: ") and words in fault for fault in faults), faults
    assert seats(town) == before


def test_a_consent_by_file_names_what_was_lifted_and_without_it_that_is_hidden(town: Store) -> None:
    def code() -> str:
        with town.read() as kept:
            (matter,) = kept.everything_of("tall")["Escalation"]
        return matter.code  # type: ignore[union-attr]

    later, over = TODAY + timedelta(days=90), TODAY - timedelta(days=1)
    for consent, expected in (
        (f"{{until: {later}, organisations: [Arvika kommun]}}", "tall"), (f"{{until: {over}, organisations: [Arvika kommun]}}", ""),
        (f"{{until: {later}, organisations: [Arvika kommun]}}", "tall"), ("none", ""),
    ):  # fmt: skip
        text = f"groups:\n  tall: {{consent: {consent}}}\n"
        assert not loaded(town, text)
        assert code() == expected
        assert load(read_yaml(text), town, CLOCK) == ([], [])
