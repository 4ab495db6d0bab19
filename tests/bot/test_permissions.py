"""Who sees what and may do what: every command and button, asked by everybody there is, through the real `decide`.

The rules are said once more here, in plain words, so that a slip in the code is not repeated by its test.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.decide import COMMANDS, TAPS, decide
from bot.disclosure import disclosed
from bot.incoming import Incoming, Place, Tap
from bot.keys import groups_in
from bot.messages.base import Message
from bot.messages.common import Several, WentWrong
from bot.model import (
    Action,
    Consent,
    Decision,
    Escalation,
    Group,
    Lesson,
    Meeting,
    Member,
    Person,
    Point,
    Question,
    Snapshot,
    Step,
    TimeSpent,
)
from bot.outcome import Outcome, Say
from bot.rules.commands import COMMANDS as LINES
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.who_may import RULES
from storage.keystore import KeyStore
from storage.read import Read
from storage.store import Store
from templates.words import Words
from tests.conftest import SECRET
from tests.docs import make_permissions

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CODE = "Gransången"  # the code name of the group "tall": who may not know the group never hears it
OURS = "tallens ord"  # stands in all that the group writes
LIFTED = "lyft hinder"  # stands in what it has lifted

# --- everybody --------------------------------------------------------------------------------------------------------

STAFF = ("member", "contact", "facilitator")  # of the group
BODY = ("committee", "chair")  # of the committee where its matter lies
OUTSIDE = ("guest", "left", "other", "coordinator", "administrator", "stranger")
ASKERS = (*STAFF, *BODY, *OUTSIDE, "gone")

MAY: Mapping[str, tuple[str, ...]] = {
    "anyone": (*STAFF, *BODY, *OUTSIDE),
    "member": STAFF,
    "lead": ("facilitator",),
    "record": ("contact", "facilitator"),
    "body": BODY,
    "party": (*STAFF, *BODY),
    "coordinator": ("coordinator",),
    "administrator": ("administrator",),
}
PEOPLE = [
    Person(id, f"{id.capitalize()} Ek", "Arvika kommun", (f"slack:{id}",), state="gone" if id == "gone" else "active",
           roles=frozenset({id} & {"coordinator", "administrator"}))
    for id in (*ASKERS, "otherlead")
]  # fmt: skip
SEATS = {
    "tall": {"member": "member", "contact": "member", "facilitator": "facilitator", "guest": "guest", "gone": "member"},
    "lind": {"other": "member", "otherlead": "facilitator"},
    "gk": {"committee": "member", "chair": "chair"},
}
MEMBERS = [Member(f"{g}:@{p}", g, p, role) for g, seats in SEATS.items() for p, role in seats.items()]
MEMBERS.append(Member("tall:@left", "tall", "left", state="left"))


# --- a group with something of everything -----------------------------------------------------------------------------

HELD = Consent(date(2027, 6, 1), ("Arvika kommun",))
CONSENTS: dict[str, tuple[Consent | None, str]] = {
    # state -> the consent, and under what code name its matters lie with others
    "holds": (HELD, CODE),
    "over": (replace(HELD, until=date(2026, 11, 1)), ""),
    "none": (None, ""),
}


def things(consent: Consent | None, code: str) -> list[Any]:
    yesterday = NOW - timedelta(days=1)
    plan = make_plan(yesterday, Pace(), False)
    words = f"{LIFTED}\x1f{LIFTED}"
    matter = Escalation(
        "tall:H1", "tall", 1, code, "member", yesterday, "gk", plan, yesterday, state="taken", taken_by="committee", taken_at=yesterday,
        path=(Step("lifted", "member", yesterday, "gk"), Step("taken", "committee", yesterday, "gk")), text=LIFTED, tried=LIFTED, said=words,
    )  # fmt: skip
    return [
        *PEOPLE,
        Group("gk", "gk", "committee", "active", ("slack:gk",), level=2, above="sg"),
        Group("sg", "sg", "committee", "active", ("slack:sg",), level=3),
        Group(
            "tall", CODE, state="active", channels=("slack:nvg-tall",), above="gk", contact_person="contact", consent=consent,
            last_action=2, last_decision=1, last_lifted=1, last_other=4,
            aim=OURS, mandate=OURS, consent_form=OURS, care_contact=OURS, care_plan=OURS,
        ),
        Group("lind", "Lindarvet", state="active", channels=("slack:nvg-lind",), above="gk"),
        *MEMBERS,
        Meeting("tall:2026-11-24", "tall", datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 13), state="live", started_at=NOW, visitors=OURS),
        Meeting("tall:2026-11-17", "tall", datetime(2026, 11, 17, 13), datetime(2026, 11, 17, 13), state="ended", started_at=NOW - timedelta(days=7), visitors=OURS),
        Decision("tall:B1", "tall", 1, "member", yesterday, ("member",), meeting="tall:2026-11-24", text=OURS),
        Action("tall:1", "tall", 1, ("member",), TODAY, "member", yesterday, text=OURS, reason=OURS, state="stuck"),
        Action("tall:2", "tall", 2, ("member",), TODAY, "member", yesterday, text=OURS, result=OURS, state="done", closed_at=yesterday),
        Point("tall:p1", "tall", 1, "member", yesterday, text=OURS),
        Question("tall:f2", "tall", 2, "member", yesterday, ("contact",), text=OURS),
        Lesson("tall:l3", "tall", 3, "member", yesterday, text=OURS),
        TimeSpent("tall:t4", "tall", 4, "member", yesterday, 5),
        matter,
    ]  # fmt: skip


REFS = ("tall", "tall:", "tall:1", "tall:2", "tall:B1", "tall:p1", "tall:f2", "tall:l3", "tall:t4", "tall:H1", "tall:H1:1", "tall:2026-11-24", "tall:2026-11-17")
FIELDS = dict.fromkeys(
    ("text", "orsak", "svar", "fråga", "besked", "resultat", "mål", "mandat", "lärdom", "senast", "ansvarig", "när", "till", "organisationer",
     "vårdkontakt", "mötestid", "närvarande", "kontaktperson", "medlemmar", "kodnamn"), "fredag",
)  # fmt: skip
CHANNEL = Place("slack", "nvg-tall")


class World:
    def __init__(self, read: Read) -> None:
        self.read = read
        self.stumbled: list[str] = []
        self.known: dict[tuple[str, Place, str], Snapshot] = {}

    def snapshot(self, asker: str, place: Place, ref: str) -> Snapshot:
        if (asker, place, ref) not in self.known:
            made = self.read.snapshot_here(asker, place.address, not place.private, NOW, [ref] if ref else [])
            self.known[asker, place, ref] = made
        return self.known[asker, place, ref]

    def ask(self, asker: str, *, tap: Tap | None = None, said: str = "", place: Place | None = None) -> Outcome:
        """What it leads to, with all that the decision needs looked up, and nothing kept."""
        where = place or Place("slack", person=asker)
        incoming = Incoming("event", asker, where, said, tap)
        snapshot = self.snapshot(asker, where, groups_in(tap.ref) if tap else "")
        for _ in range(12):
            try:
                result = decide(snapshot, incoming, NOW)
            except Exception as error:  # a forged button that is about nothing of its kind: the turn answers so too
                self.stumbled.append(f"{tap or said} {error!r}")
                return Outcome(Say(WentWrong()))
            if isinstance(result, Outcome):
                return result
            snapshot = self.read.add(snapshot, result)
        raise AssertionError("it asks for more and more")


@pytest.fixture(scope="module", params=CONSENTS)
def consent(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def world(consent: str, migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file: Path = tmp_path_factory.mktemp(consent) / "nvg.db"
    file.write_bytes(migrated_sqlite)
    with contextlib.closing(Store(f"sqlite:///{file}", KeyStore("sqlite://", SECRET))) as store:
        with store.turn() as work:
            work.save(things(*CONSENTS[consent]), NOW)
        with store.read() as read:
            yield World(read)


DOES = {**{do: command for do, (command, _) in TAPS.items()}, **{name: name for name in COMMANDS}}
"""Every button, and every command as a button, with the command whose rules hold for it."""


def about(do: str) -> str:
    return "tall:H1" if COMMANDS[DOES[do]].about == "matter" else "tall:1"


def refused(outcome: Outcome) -> bool:
    """Turned away because of who asks or what the consent says."""
    names = ("not_allowed", "not_yours", "cannot_lift", "not_shared")
    return isinstance(outcome.answer, Say) and outcome.answer.message.name in names


def allowed(do: str, asker: str, consent: str) -> bool:
    command = COMMANDS[DOES[do]]
    return asker in MAY[command.who] and (consent == "holds" or not command.shares)


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asker", ASKERS)
def test_every_button_is_for_those_of_its_rule(world: World, consent: str, asker: str) -> None:
    """Allowed or refused as the table says; who is refused changes and tells nothing, and hears nothing of the group."""
    for do in DOES:
        may = allowed(do, asker, consent)
        for tap, place in ((Tap(do, about(do)), None), (Tap(do, about(do), FIELDS), None), (Tap(do, about(do)), CHANNEL)):
            outcome = world.ask(asker, tap=tap, place=place)
            assert refused(outcome) != may, f"{do} in {place}"
            if not may:
                assert (outcome.save, outcome.posts, outcome.facts) == ((), (), ()), do
            if asker not in STAFF:
                assert leaks(outcome, asker, consent, "in the channel" if place else do) == []


FROM_OUTSIDE = ("guest", "left", "other", "committee", "coordinator", "stranger", "gone")


@pytest.mark.parametrize("asker", FROM_OUTSIDE)
def test_no_forged_button_reaches_into_a_group(world: World, consent: str, asker: str) -> None:
    """Every button, about whatever there is in the group."""
    taps = [Tap(do, ref) for do in DOES for ref in REFS]
    assert [leak for tap in taps for leak in leaks(world.ask(asker, tap=tap), asker, consent, f"{tap.do} {tap.ref}")] == []


@pytest.mark.parametrize("asker", FROM_OUTSIDE)
def test_no_line_reaches_into_a_group(world: World, consent: str, asker: str) -> None:
    """Every command's examples, said alone, about the group by name, and in its channel."""
    for line in (example for command in LINES for example in command.examples):
        for said in (line, f"{CODE}: {line}", f"{line} {CODE}"):
            assert leaks(world.ask(asker, said=said), asker, consent, said) == []
        assert leaks(world.ask(asker, said=line, place=CHANNEL), asker, consent, f"{line} in the channel") == []


def leaks(outcome: Outcome, asker: str, consent: str, what: str) -> list[str]:
    """What an outsider gets or changes that is not theirs. Looks at all that a message carries, not only what it shows."""
    told = repr((outcome.answer, [post for post in outcome.posts if groups_in(post.to) != "tall"]))
    found = [f"{what}: {OURS}"] if OURS in told else []
    if LIFTED in told and not (asker in BODY or (asker == "coordinator" and consent == "holds")):
        found.append(f"{what}: {LIFTED}")
    # who stands in the group's own channel, or says its name, knows which group it is
    knows = "channel" in what or CODE in what or (consent == "holds" and asker in (*BODY, "coordinator"))
    if CODE in told and not knows:
        found.append(f"{what}: {CODE}")
    found += [f"{what}: {name} is not for them" for name in not_for(outcome, asker, consent)]
    touched = {type(thing).__name__ for thing in outcome.save if thing.group == "tall"}
    permitted = {"Escalation", "Group", "Action"} if asker in BODY else set()
    return [*found, *(f"{what}: changes {name}" for name in touched - permitted)]


COLUMN = {
    # asker -> the column of READERS, by whether a consent holds
    **dict.fromkeys(STAFF, (0, 0)), **dict.fromkeys(BODY, (5, 4)), "guest": (1, 1), "left": (2, 2), "other": (3, 3), "coordinator": (7, 6),
    "administrator": (8, 8), "stranger": (9, 9), "gone": (9, 9),
}  # fmt: skip


def not_for(outcome: Outcome, asker: str, consent: str) -> list[str]:
    """The messages in the answer that show something of the group to somebody whom the printed table gives nothing of it."""
    if not isinstance(outcome.answer, Say):
        return []
    message = outcome.answer.message
    said = message.answers if isinstance(message, Several) else (message,)
    about_it = [each.name for each in said if any(shown.group in ("tall", CODE) for shown in disclosed(each, ()))]
    column = COLUMN[asker][consent == "holds"]
    return [name for name in about_it if not make_permissions.AUDIENCES[make_permissions.AUDIENCE_OF[name]][0][column]]


def test_every_message_is_for_somebody() -> None:
    listed = [name for _, messages in make_permissions.AUDIENCES.values() for name in messages.split()]
    assert sorted(listed) == sorted(Message.registry)
    assert all(len(cells) == len(make_permissions.READERS) for cells, _ in make_permissions.AUDIENCES.values())


def test_a_committee_sees_what_was_lifted_but_not_of_whom_without_consent(world: World, consent: str) -> None:
    words, people = Words(), {person.id: person for person in PEOPLE}
    for outcome in (world.ask("committee", said="hissade"), world.ask("committee", tap=Tap("show_matter", "tall:H1"))):
        assert isinstance(outcome.answer, Say)
        text = repr(words.render(outcome.answer.message, "sv", people, NOW, "committee"))
        assert LIFTED in text
        assert OURS not in text
        assert (CODE in text) == (consent == "holds")
        assert ("Member Ek" in text) <= (consent == "holds")


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_rule_is_known_here() -> None:
    assert set(RULES) == set(MAY)
    assert {command.who for command in COMMANDS.values()} <= set(MAY)
    assert {command for command, _ in TAPS.values()} <= set(COMMANDS)


def test_what_leaves_a_group_needs_consent() -> None:
    """Whatever a member does that posts to another body is marked so: checked on what the commands lead to."""
    leaving = {"escalate", "edit_matter", "reply_matter", "ask_group", "escalate_further", "share_matter"}
    assert {name for name, command in COMMANDS.items() if command.shares} == leaving


def test_the_printed_table_is_the_one_that_holds() -> None:
    assert make_permissions.FILE.read_text(encoding="utf-8") == make_permissions.page(), "run python -m tests.docs.make_permissions"
