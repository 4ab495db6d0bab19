"""What the store promises about posts and cards, on every database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.keys import turn_id
from bot.messages.common import Missing, Thanks
from bot.model import Action
from bot.outcome import Fact, Outcome, Post
from storage import tables
from storage.keystore import KeyStore
from storage.store import ConflictError, OutboxRow, Store
from tests.storage.samples import ACTION, CHANNEL, NOW, TALL, fill, heard, kept

LATER = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)
TO_SLACK, TO_TEAMS = "slack:nvg-tall", "teams:nvg-tall"


def post(store: Store, event: str, *posts: Post, **more: object) -> None:
    with store.turn() as work:
        work.snapshot_here("anna", CHANNEL.address, True, NOW)
        work.commit(Outcome(posts=posts, **more), heard(event), NOW)  # type: ignore[arg-type]


def change(store: Store, event: str, **values: object) -> None:
    """Change the sample action."""
    with store.turn() as work:
        action = work.snapshot_here("anna", CHANNEL.address, True, NOW).get("Action tall:1")
        assert isinstance(action, Action)
        work.commit(Outcome(save=(replace(action, **values),), undo_until=LATER), heard(event), NOW)  # type: ignore[arg-type]


def claim_one(store: Store, now: object = NOW) -> OutboxRow:
    (row,) = store.claim_outbox(now)  # type: ignore[arg-type]
    return row


def show(store: Store, event: str = "show", version: int = 1) -> OutboxRow:
    """A card in slack that shows the sample action."""
    post(store, event, Post(TO_SLACK, "action:tall:1"))
    row = claim_one(store)
    store.sent(row, NOW, "m1", "hash1", {"Action tall:1": version})
    return row


def test_a_post_to_a_group_goes_to_all_its_channels(store: Store) -> None:
    fill(store)
    until = NOW + timedelta(days=1)
    post(store, "e1", Post("tall", "group:tall"), Post("@bo", "notice:1", Missing(example="x"), until), Post("gone", "x:1"))
    rows = store.claim_outbox(NOW)
    assert [(r.address, r.group, r.subject, r.message, r.redraw, r.attempts) for r in rows] == [
        (TO_SLACK, "tall", "group:tall", None, False, 1),
        (TO_TEAMS, "tall", "group:tall", None, False, 1),
        ("@bo", "", "notice:1", Missing(example="x"), False, 1),
    ]
    assert rows[2].useful_until == until and rows[2].created_at == NOW and rows[2].change == turn_id("e1")
    assert store.claim_outbox(NOW) == ()


def test_committing_twice_never_posts_twice(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "group:tall"))
    with pytest.raises(ConflictError):
        post(store, "e1", Post(TO_SLACK, "group:tall"))
    assert len(store.claim_outbox(NOW)) == 1


def test_posts_to_one_address_keep_their_order(store: Store) -> None:
    fill(store)
    for n in range(3):
        post(store, f"e{n}", Post(TO_SLACK, f"s:{n}"))
    post(store, "e3", Post(TO_TEAMS, "s:3"))
    first, other = store.claim_outbox(NOW)
    assert (first.subject, other.subject) == ("s:0", "s:3")
    store.try_later(first, NOW + 15 * SECOND)
    assert store.claim_outbox(NOW) == () and store.next_due() == NOW + 15 * SECOND
    first = claim_one(store, NOW + 15 * SECOND)
    assert (first.subject, first.attempts) == ("s:0", 2)
    store.gave_up(first, NOW, "no_such_channel")
    second = claim_one(store, NOW + 15 * SECOND)
    assert second.subject == "s:1"
    store.dropped(second, NOW)
    third = claim_one(store, NOW + 15 * SECOND)
    store.sent(third, NOW, "m", "h")
    assert third.subject == "s:2"
    assert [row.subject for row in store.claim_outbox(NOW + 60 * SECOND)] == ["s:3"]  # its lease ran out


def test_holders_that_died_make_nobody_wait_longer_and_a_refusal_does(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "s:1"))
    rows = [claim_one(store, NOW + n * timedelta(minutes=1)) for n in range(5)]  # each lease ran out
    assert [row.attempts for row in rows] == [1, 2, 2, 2, 2]
    store.give_back([(rows[-1], NOW)])
    row = claim_one(store, NOW)
    assert row.attempts == 2  # it may have been sent, whoever has it
    for n in range(3, 6):
        store.try_later(row, NOW, "down")
        row = claim_one(store, NOW)
        assert row.attempts == n


def test_an_edit_redraws_the_card_once(store: Store) -> None:
    fill(store)
    change(store, "before", reason="x")  # no card yet: nothing to redraw
    assert store.claim_outbox(NOW) == ()
    show(store, version=2)
    change(store, "e1", reason="y")
    change(store, "e2", reason="z")
    row = claim_one(store)
    assert (row.redraw, row.message_id, row.shown, row.sent_to, row.subject) == (True, "m1", "hash1", TO_SLACK, "action:tall:1")
    store.sent(row, NOW, row.message_id, "hash2", {"Action tall:1": 4})
    assert store.claim_outbox(NOW) == () and store.next_due() is None


def test_an_edit_while_the_card_is_on_its_way_is_drawn_too(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "action:tall:1"))
    row = claim_one(store)
    change(store, "e2", reason="y")
    store.sent(row, NOW, "m1", "old", {"Action tall:1": 1})
    row = claim_one(store)
    assert row.redraw
    change(store, "e3", reason="z")
    store.sent(row, NOW, "m1", "old", {"Action tall:1": 2})
    row = claim_one(store)
    store.sent(row, NOW, "m1", "new", {"Action tall:1": 3})
    assert store.claim_outbox(NOW) == ()
    store.sent(row, NOW, "m1", "late", {"Action tall:1": 1})  # settled already: a late word changes nothing
    assert store.claim_outbox(NOW) == ()


def test_a_redraw_waits_for_more_edits(database_url: str, keys: KeyStore) -> None:
    store = Store(database_url, keys, debounce=2 * SECOND)
    fill(store)
    show(store)
    change(store, "e1", reason="y")
    assert store.claim_outbox(NOW + SECOND) == () and store.next_due() == NOW + 2 * SECOND
    change(store, "e2", reason="z")
    assert claim_one(store, NOW + 2 * SECOND).redraw  # not put off again by each edit
    store.close()


def test_a_card_that_no_longer_shows_it_is_left_alone(store: Store) -> None:
    fill(store)
    show(store)
    change(store, "e1", reason="y")
    store.sent(claim_one(store), NOW, "m1", "h2", {"Group tall": 1})
    change(store, "e2", reason="z")
    assert store.claim_outbox(NOW) == ()


def test_undo_strikes_the_notice_through(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "notice:1", Thanks()), save=(kept(TALL),), undo_until=LATER)
    store.sent(claim_one(store), NOW, "m1", "h1")
    post(store, "e2", undone=turn_id("e1"))
    row = claim_one(store)
    assert (row.redraw, row.undone, row.message) == (True, True, Thanks())
    store.sent(row, NOW, "m1", "h2")
    assert store.claim_outbox(NOW) == ()


def test_undo_before_the_notice_was_sent(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "notice:1", Thanks()), Post(TO_TEAMS, "notice:1", Thanks()), save=(kept(TALL),), undo_until=LATER)
    on_its_way, waiting = store.claim_outbox(NOW)
    store.try_later(waiting, NOW)
    post(store, "e2", undone=turn_id("e1"))
    store.sent(on_its_way, NOW, "m1", "h1")
    redraw, waiting = sorted(store.claim_outbox(NOW), key=lambda row: row.address)
    assert (redraw.redraw, redraw.undone) == (True, True)
    assert (waiting.redraw, waiting.undone) == (False, True)


def test_late_posts_are_reported_and_old_ones_forgotten(store: Store) -> None:
    fill(store)
    post(store, "e1", Post(TO_SLACK, "s:1"), Post(TO_TEAMS, "s:2"), facts=(Fact("x", "tall"),))
    row, _ = store.claim_outbox(NOW)
    store.sent(row, NOW, "m1", "h")
    (late,) = store.late(NOW + timedelta(minutes=6), timedelta(minutes=5))
    assert str(late).startswith("outbox ") and TO_TEAMS in late.which
    backlog = store.backlog(NOW + timedelta(minutes=6), timedelta(minutes=5))
    assert (backlog.rows, backlog.oldest, backlog.rows_late, backlog.timers_late) == (1, NOW, 1, 0)
    store.prune(NOW + timedelta(days=8))
    with store.reading() as connection:
        assert connection.scalars(sa.select(tables.outbox.c.subject)).all() == ["s:2"]
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.events)) == 0
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.facts)) == 1


def test_two_postmen_send_each_row_once_and_in_order(store: Store, keys: KeyStore, database_url: str) -> None:
    fill(store)
    for n in range(12):
        post(store, f"e{n}", Post("tall", f"s:{n:02}"))
    stores = [store, Store(database_url, keys)]
    out: dict[str, list[str]] = {TO_SLACK: [], TO_TEAMS: []}
    barrier = threading.Barrier(2)

    def deliver(which: Store) -> None:
        barrier.wait()
        while which.next_due():
            for row in which.claim_outbox(NOW, limit=1):
                out[row.address].append(row.subject)
                which.sent(row, NOW, f"m{row.id}", "h", {"Group tall": 1})

    threads = [threading.Thread(target=deliver, args=(each,)) for each in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[1].close()
    assert out[TO_SLACK] == out[TO_TEAMS] == [f"s:{n:02}" for n in range(12)]


def test_edits_and_deliveries_at_once_end_with_the_newest_shown(store: Store) -> None:
    fill(store)
    post(store, "show", Post("tall", "action:tall:1"))
    shown: dict[str, int] = {}
    editing = threading.Event()

    def edit() -> None:
        for n in range(15):
            while True:
                try:
                    change(store, f"e{n}", due=date(2026, 12, 1) + timedelta(days=n))
                    break
                except ConflictError:
                    continue
        editing.set()

    def deliver() -> None:
        while not editing.is_set() or store.next_due():
            for row in store.claim_outbox(NOW):
                with store.read() as read:
                    action = read.snapshot_for(["tall"], [], NOW).get("Action tall:1")
                assert action is not None
                shown[row.address] = action.version
                store.sent(row, NOW, row.message_id or f"m{row.id}", str(action.version), {"Action tall:1": action.version})

    threads = [threading.Thread(target=edit), *(threading.Thread(target=deliver) for _ in range(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown == {TO_SLACK: 16, TO_TEAMS: 16}
    assert ACTION.version == 0


def test_a_published_page_is_drawn_anew_when_who_may_see_it_or_a_name_has_changed_and_by_nothing_else(store: Store) -> None:
    fill(store)
    holds = {"sight of Group tall": 1, "sight of Member tall:@bo": 1, "sight of Person bo": 1}

    def redraws() -> list[tuple[str, str, str]]:
        rows = store.claim_outbox(NOW)
        for row in rows:
            assert row.redraw
            store.sent(row, NOW, row.message_id, "h", {}, row.sent_to)
        return [(row.address, row.sent_to, row.message_id) for row in rows]

    def published() -> bool:
        with store.read() as read:
            return store.stands("home:bo", "bo", "slack:@T1/U1", "home", read.versions(holds), NOW)

    assert not published() and not published()
    change(store, "e1", state="done")
    with store.turn() as work:
        group, person = work.group("tall"), work.person("bo")
        assert group and person
        work.save([replace(group, last_action=9, aim="annat"), replace(person, reminded_on=NOW.date())], NOW)
    assert redraws() == []
    with store.turn() as work:
        view = work.snapshot_for(["tall"], [], NOW).views["tall"]
        bo = next(each for each in view.members if each.person == "bo")
        work.save([replace(view.group, consent=None), replace(bo, state="left")], NOW)
    assert redraws() == [("@bo", "slack:@T1/U1", "home")]  # one, for both; and what was redrawn holds what it was drawn from
    assert store.stands("home:bo", "bo", "slack:@T1/U1", "home", holds, NOW), "drawn before, published after"
    assert len(redraws()) == 1
    assert not published()
    with store.turn() as work:
        person = work.person("bo")
        assert person
        work.save([replace(person, name="Bo Ek-Lind")], NOW)
    assert len(redraws()) == 1
    assert not published()
    store.erase_person("bo", NOW)
    [row] = store.claim_outbox(NOW)
    assert (row.gone, row.message_id) == (True, "home")
