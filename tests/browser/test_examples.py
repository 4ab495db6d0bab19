"""The example groups: nothing in their two weeks is misunderstood or refused, and there is something of each kind to see."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.model import Escalation
from handlers.run import wording
from handlers.simulator import examples
from handlers.simulator.stage import Stage
from storage.keystore import KeyStore
from storage.store import Store
from templates.words import Words

GROUPS = {"tall", "björk", "rönn", "hägg", "lärka", "svala", "trana", "lind"}
REFUSALS = {
    "not_understood", "did_you_mean", "missing", "no_such", "bad_date", "not_allowed", "unknown_person", "which_person",
    "which_group", "already_saved", "went_wrong", "identity_number", "no_group_here", "gone",
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Stage, Store]]:
    store = Store("sqlite://", KeyStore("sqlite://", os.urandom(32)))
    yield examples.furnish(store, wording("vastra-varmland"), lambda stage: None), store
    store.close()


def test_every_line_is_understood_and_accepted(furnished: tuple[Stage, Store]) -> None:
    stage, _ = furnished
    assert not [(each.to, each.name, each.text) for each in stage.out if each.kind == "reply" and each.name in REFUSALS]


def test_there_are_things_in_every_state(furnished: tuple[Stage, Store]) -> None:
    stage, store = furnished
    with store.read() as read:
        groups = read.groups()
        views = read.snapshot_for([group.id for group in groups], (), stage.now).views
    care = [view for view in views.values() if view.group.kind == "care"]
    assert {view.group.code for view in care} == GROUPS
    states = Counter(action.state for view in care for action in view.actions)
    assert states["open"] >= 8 and states["done"] >= 10 and states["stuck"] >= 2
    assert all(view.actions for view in care)
    assert sum(meeting.state == "ended" for view in care for meeting in view.meetings) >= 14
    assert any(question.state == "open" for view in care for question in view.questions)
    assert any(decision.state == "valid" for view in care for decision in view.decisions)


def test_what_was_lifted_is_in_every_state(furnished: tuple[Stage, Store]) -> None:
    _, store = furnished
    with store.read() as read:
        groups = read.groups()
        kept = [thing for group in groups for things in read.everything_of(group.id).values() for thing in things]
    lifted = [thing for thing in kept if isinstance(thing, Escalation)]
    assert {matter.state for matter in lifted} >= {"open", "taken", "asked", "answered", "solved", "closed", "withdrawn"}
    assert {matter.about for matter in lifted} == {"obstacle", "idea", "lesson"}
    assert {step.what for matter in lifted for step in matter.path} >= {"back", "further", "helped", "shared"}
    assert {matter.body for matter in lifted if matter.waits} == {group.id for group in groups if group.kind == "committee"}
    assert any(matter.urgent for matter in lifted)


def test_consents_hold_run_out_and_are_withdrawn(furnished: tuple[Stage, Store]) -> None:
    stage, store = furnished
    with store.read() as read:
        care = [group for group in read.groups() if group.kind == "care"]
    left = {group.code: (group.consent.until - stage.now.date()).days for group in care if group.consent}
    assert GROUPS - left.keys() == {"hägg"}
    assert left["svala"] < 14 and min(days for code, days in left.items() if code != "svala") > 60
    assert any(each.name == "consent_withdrawn" for each in stage.out)
    assert any(each.name == "consent_card" and each.kind == "channel" for each in stage.out)  # two weeks' notice


def test_the_coordinator_has_got_an_overview_with_something_in_it(furnished: tuple[Stage, Store]) -> None:
    stage, _ = furnished
    (sent,) = (each for each in stage.out if each.name == "weekly_overview" and each.kind == "direct")
    assert sent.to == "kia"
    assert {"Påminn", "Erbjud hjälp", "Sluta prenumerera"} <= set(sent.buttons)
    for words in ("Mest angeläget just nu", "svala", "mötet blev inte av", "ingen kontaktperson"):
        assert words in sent.text
    for kept in ("kaffe vid köksbordet", "hundens", "högre säng"):  # the groups' own words stay with them
        assert kept not in sent.text


def test_reminders_and_minutes_have_been_sent(furnished: tuple[Stage, Store]) -> None:
    stage, _ = furnished
    sent = Counter(each.name for each in stage.out if each.kind in ("direct", "channel"))
    assert sent["reminder"] >= 10
    assert sent["minutes"] >= 14


def test_a_store_with_groups_is_opened_as_it_is(furnished: tuple[Stage, Store]) -> None:
    stage, store = furnished
    again = examples.furnish(store, Words(), lambda stage: None)
    assert again.people.keys() == stage.people.keys()
    assert again.now >= stage.now
    homes = [place.address for place in stage.places("anna") if place.channel != "nvg-ny"]  # a channel without a group is not kept
    assert [place.address for place in again.places("anna")] == homes
    assert not again.out


def test_it_is_soon_ready() -> None:
    store = Store("sqlite://", KeyStore("sqlite://", os.urandom(32)))
    begun = time.thread_time()
    examples.furnish(store, Words(), lambda stage: None)
    assert time.thread_time() - begun < 30  # less than a tenth of it on an idle machine
    store.close()
