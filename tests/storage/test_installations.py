"""Where the bot is installed, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.installations import Installation, Installations
from storage.store import Store

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_token_is_kept_sealed_and_replaced(store: Store) -> None:
    kept = Installations(store)
    kept.save(Installation("slack:T1", "xoxb-first", "U1", "B1"), NOW)
    kept.save(Installation("slack:T1", "xoxb-second", "U1", "B1"), NOW)
    assert kept.find("slack:T1") == Installation("slack:T1", "xoxb-second", "U1", "B1")
    assert kept.find("slack:T2") is None
    assert kept.all() == ("slack:T1",)


def test_people_from_elsewhere_are_reached_through_where_they_were_met(store: Store) -> None:
    kept = Installations(store)
    kept.save(Installation("slack:T1", "xoxb-1"), NOW)
    kept.reach("slack:T9", "slack:T1", NOW)
    found = kept.find("slack:T9")
    assert found and found.token == "xoxb-1"
    kept.save(Installation("slack:T9", "xoxb-9"), NOW)  # then they install it themselves
    kept.reach("slack:T9", "slack:T1", NOW)
    found = kept.find("slack:T9")
    assert found and found.token == "xoxb-9"
    assert kept.all() == ("slack:T1", "slack:T9")


def test_gone_it_is_gone_for_all_who_were_reached_by_it(store: Store) -> None:
    kept = Installations(store)
    kept.save(Installation("slack:E1", "xoxb-1"), NOW)
    kept.reach("slack:T1", "slack:E1", NOW)
    key = store.keys.seal("installation slack:E1", "x")[0]
    kept.forget("slack:E1", NOW)
    assert kept.find("slack:E1") is None
    assert kept.find("slack:T1") is None
    assert not store.keys.holds(key)  # nor can a backup's copy be read


def test_a_state_serves_once_and_for_a_while(store: Store) -> None:
    kept = Installations(store)
    kept.begin("one", NOW + timedelta(minutes=10))
    kept.begin("two", NOW + timedelta(minutes=10))
    assert not kept.began("three", NOW)
    assert kept.began("one", NOW)
    assert not kept.began("one", NOW)
    assert not kept.began("two", NOW + timedelta(minutes=11))
