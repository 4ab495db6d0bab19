"""Who has seen what, on every database: each sighting is counted, once, however and whenever it is folded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.disclosure import Shown
from bot.incoming import Place
from bot.messages.absence import BackCard, HandedRow
from bot.messages.actions import ActionShown, GroupActions, MyActions
from bot.messages.common import Missing, Several, Thanks
from bot.outcome import Answer, Outcome, Post, Say
from storage import access_log, tables
from storage.store import Store
from tests.storage.samples import ACTION, BO, NOW, TALL, fill, heard

PRIVATE = Place("slack", person="bo")
LIST = Say(GroupActions("tall", open=(ACTION,)))
ACTION_OF_ANNA = replace(ACTION, done_by=())
WEEK = timedelta(days=7)


def answered(store: Store, event: str, answer: Answer = LIST, person: str = "bo", at: datetime = NOW, place: Place = PRIVATE) -> None:
    with store.turn() as work:
        work.snapshot_here(person, place.address, not place.private, at)
        work.commit(Outcome(answer), heard(event, person, place), at)


def sent(store: Store, event: str, at: datetime, seen: object) -> None:
    with store.turn() as work:
        work.snapshot_here("anna", "slack:nvg-tall", True, at)
        work.commit(Outcome(posts=(Post("@bo", "notice:x", Thanks()),)), heard(event), at)
    for row in store.claim_outbox(at):
        store.sent(row, at, event, "h", seen=seen)  # type: ignore[arg-type]


def log(store: Store, **of: str) -> dict[tuple[str, str, str, str, str], int]:
    """(reader, group, person, kind, way) -> how often, over all days."""
    found: dict[tuple[str, str, str, str, str], int] = {}
    for each in store.seen(**of):  # type: ignore[arg-type]
        key = (each.reader, each.group, each.person, each.kind, each.way)
        found[key] = found.get(key, 0) + each.times
    return found


def kept(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(tables.access_log.c.times), 0))) or 0)


def test_an_answer_is_seen_by_who_asked(store: Store) -> None:
    fill(store)
    answered(store, "e1")
    answered(store, "tab e2")
    answered(store, "e3", Say(Missing(example="x")))  # shows nothing of the group
    assert log(store) == {
        ("bo", "tall", "", "actions", "chat"): 1, ("bo", "tall", "anna", "actions", "chat"): 1,
        ("bo", "tall", "", "actions", "page"): 1, ("bo", "tall", "anna", "actions", "page"): 1,
    }  # fmt: skip


def test_several_answers_are_each_what_they_are(store: Store) -> None:
    fill(store)
    answered(store, "e1", Say(Several((MyActions((("tall", (ACTION_OF_ANNA,)),)), BackCard("anna", (HandedRow("TALL", ACTION_OF_ANNA),))))))
    assert {(kind, group, person) for _, group, person, kind, _ in log(store)} == {
        ("actions", "tall", ""), ("actions", "tall", "anna"), ("absence", "tall", ""), ("absence", "tall", "anna"), ("absence", "", "anna"),
    }  # fmt: skip


def test_what_was_sent_is_seen_and_what_was_not_is_not(store: Store) -> None:
    fill(store)
    shown = (Shown("reminders", "tall", ""), Shown("reminders", "tall", "anna"), Shown("reminders", "tall", "bo"))
    sent(store, "e1", NOW, ("bo", "chat", shown))
    sent(store, "e2", NOW, None)  # a redraw that showed the same
    with store.turn() as work:
        work.snapshot_here("anna", "slack:nvg-tall", True, NOW)
        work.commit(Outcome(posts=(Post("@bo", "notice:y", Thanks()),)), heard("e3"), NOW)
    [row] = store.claim_outbox(NOW)
    store.gave_up(row, NOW, "no_way")
    assert log(store) == {("bo", "tall", "", "reminders", "chat"): 1, ("bo", "tall", "anna", "reminders", "chat"): 1}  # nobody is told of themselves


def test_each_is_counted_once_however_often_it_is_folded(store: Store) -> None:
    fill(store)
    for n in range(6):
        answered(store, f"e{n}", at=NOW + n * timedelta(minutes=1))
        sent(store, f"s{n}", NOW + n * timedelta(minutes=1), ("#tall", "channel", (Shown("actions", "tall", ""),)))
        store.fold_seen(NOW + n * timedelta(minutes=1))
        store.fold_seen(NOW + n * timedelta(minutes=1))
        assert log(store)["bo", "tall", "", "actions", "chat"] == n + 1 == log(store)["#tall", "tall", "", "actions", "channel"]
    assert kept(store) < 18  # the newest wait: others may still be writing what came before them
    store.fold_seen(NOW + WEEK)
    assert kept(store) == 18 and sum(log(store).values()) == 18


def test_two_who_fold_at_once_count_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)
    answered(store, "e1")
    gathered = access_log.gathered

    def late(*args: object, **more: object) -> object:
        tally = gathered(*args, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(access_log, "gathered", gathered)
        store.fold_seen(NOW + WEEK)  # another process, quicker
        return tally

    monkeypatch.setattr(access_log, "gathered", late)
    store.fold_seen(NOW + WEEK)
    assert kept(store) == 2


def test_a_clock_that_is_set_back_loses_nothing(store: Store) -> None:
    fill(store)
    store.fold_seen(NOW + WEEK)
    answered(store, "e1", at=NOW)
    store.fold_seen(NOW)  # now the mark is where the clock is
    store.fold_seen(NOW + timedelta(hours=1))
    assert kept(store) == 2


def test_what_it_is_made_from_is_not_forgotten_before(store: Store) -> None:
    fill(store)
    answered(store, "e1")
    sent(store, "s1", NOW, ("#tall", "channel", (Shown("actions", "tall", ""),)))
    store.prune(NOW + 52 * WEEK)
    with store.reading() as connection:
        assert [connection.scalar(sa.select(sa.func.count()).select_from(each)) for each in (tables.events, tables.outbox)] == [0, 0]
    assert kept(store) == 3


def test_it_is_by_day_and_forgotten_by_day(store: Store) -> None:
    fill(store)
    for n in range(3):
        answered(store, f"e{n}", at=NOW + n * timedelta(hours=12))  # Swedish days: the second is already the next
    store.fold_seen(NOW + WEEK)
    assert [(each.day, each.times) for each in store.seen(group="tall") if not each.person] == [(date(2026, 11, 23), 2), (date(2026, 11, 24), 1)]
    [first] = [each for each in store.seen(group="tall") if each.times == 2 and not each.person]
    assert (first.first, first.last) == (NOW, NOW + timedelta(hours=12))
    assert not store.seen(date(2026, 11, 25))
    store.forget_seen(date(2026, 11, 24))
    assert {each.day for each in store.seen()} == {date(2026, 11, 24)}


def test_what_leaves_no_trace_is_noted_when_it_is_shown(store: Store) -> None:
    fill(store)
    store.note_seen("$drift", "export", [Shown("export", "TALL", ""), Shown("export", "tall", "anna"), Shown("export", "nowhere", "")], NOW)
    store.note_seen("anna", "page", [Shown("home", "", "anna")], NOW)
    assert log(store) == {("$drift", "tall", "", "export", "export"): 1, ("$drift", "tall", "anna", "export", "export"): 1}


@pytest.mark.parametrize("folded", [False, True])
def test_of_an_erased_group_nothing_is_left(store: Store, folded: bool) -> None:
    fill(store)
    with store.turn() as work:
        work.save([replace(TALL, id="gran", code="gran", channels=("slack:gran",))], NOW)
    answered(store, "e1")
    answered(store, "e2", Say(ActionShown(replace(ACTION, id="gran:1", group="gran"))))
    store.note_seen("#tall", "channel", [Shown("escalations", "gran", "")], NOW)
    if folded:
        store.fold_seen(NOW + WEEK)
    store.erase_group("tall", NOW)
    store.fold_seen(NOW + WEEK)
    assert log(store) == {  # what was seen of another group is still known, though the answers went
        ("bo", "gran", "", "actions", "chat"): 1, ("bo", "gran", "anna", "actions", "chat"): 1, ("-", "gran", "", "escalations", "channel"): 1,
    }  # fmt: skip


@pytest.mark.parametrize("folded", [False, True])
def test_an_erased_person_is_nobody_there(store: Store, folded: bool) -> None:
    fill(store)
    answered(store, "e1")
    answered(store, "e2", person="anna", place=Place("slack", person="anna"))
    sent(store, "s1", NOW, ("#tall", "channel", (Shown("actions", "tall", "bo"), Shown("actions", "tall", ""))))
    if folded:
        store.fold_seen(NOW + WEEK)
    store.erase_person("bo", NOW)
    store.fold_seen(NOW + WEEK)
    assert "bo" not in {name for row in log(store) for name in row}
    assert log(store) == {
        ("-", "tall", "", "actions", "chat"): 1, ("-", "tall", "anna", "actions", "chat"): 1, ("anna", "tall", "", "actions", "chat"): 1,
        ("#tall", "tall", "", "actions", "channel"): 1,
    }  # fmt: skip


def test_an_export_holds_its_part(store: Store) -> None:
    fill(store)
    answered(store, "e1")
    group, anna, bo = store.export_group("tall"), store.export_person("anna"), store.export_person("bo")
    assert [(each["reader"], each["person"]) for each in group["access_log"]] == [("bo", ""), ("bo", "anna")] or len(group["access_log"]) == 2
    assert [each["reader"] for each in anna["seen_by"]] == ["bo"] and anna["has_seen"] == []
    assert {each["person"] for each in bo["has_seen"]} == {"", "anna"} and bo["seen_by"] == []


def test_no_words_are_in_it(store: Store) -> None:
    fill(store)
    answered(store, "e1")
    store.fold_seen(NOW + WEEK)
    told = repr(store.seen())
    assert "tall" in told and not any(words in told for words in (ACTION.text, ACTION.reason, TALL.aim, BO.name))
