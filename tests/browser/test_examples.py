"""The example groups: nothing in their two weeks is misunderstood or refused, and there is something of each kind to see."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator

import pytest

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
    yield examples.furnish(store, Words(), lambda stage: None), store
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
    assert any(group.consent is None for group in groups if group.kind == "care")


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
    assert [place.address for place in again.places("anna")] == [place.address for place in stage.places("anna")]
    assert not again.out


def test_it_is_soon_ready() -> None:
    store = Store("sqlite://", KeyStore("sqlite://", os.urandom(32)))
    begun = time.thread_time()
    examples.furnish(store, Words(), lambda stage: None)
    assert time.thread_time() - begun < 6  # about a third of it on an idle machine
    store.close()
