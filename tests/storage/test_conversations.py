"""Where the bot can speak, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.model import Person
from storage import tables
from storage.conversations import Conversation, Conversations
from storage.store import Store

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHANNEL = ("teams:t1/19:tall", "19:tall", "t1", "https://smba.example/emea/t1/", "channel")
ANNA = ("teams:@t1/anna", "a:anna", "t1", "https://smba.example/emea/t1/", "personal")


def test_a_conversation_is_kept_and_forgotten(store: Store) -> None:
    kept = Conversations(store)
    kept.note(*CHANNEL)
    kept.note(*ANNA)
    assert kept.of(CHANNEL[0]) == Conversations(store).of(CHANNEL[0]) == Conversation(*CHANNEL)
    kept.forget(CHANNEL[0])
    assert kept.of(CHANNEL[0]) is None and Conversations(store).of(CHANNEL[0]) is None
    assert kept.of(ANNA[0]) == Conversation(*ANNA)


def test_only_what_is_new_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Conversations(store)
    kept.note(*CHANNEL)
    monkeypatch.setattr(store, "writing", lambda: pytest.fail("nothing was new"))
    kept.note(*CHANNEL)
    Conversations(store).note(*CHANNEL)  # nor after a restart
    monkeypatch.undo()
    moved = (*CHANNEL[:3], "https://smba.example/nordics/t1/", "channel")
    kept.note(*moved)
    assert Conversations(store).of(CHANNEL[0]) == Conversation(*moved)


def test_where_a_tenant_is_reached(store: Store) -> None:
    kept = Conversations(store)
    assert kept.service_of("t1") == ""
    kept.note(*CHANNEL)
    assert kept.service_of("t1") == Conversations(store).service_of("t1") == CHANNEL[3]
    assert kept.service_of("t2") == ""
    kept.note(ANNA[0], ANNA[1], "t1", "https://smba.example/nordics/t1/", "personal")
    assert kept.service_of("t1") == "https://smba.example/nordics/t1/"


def test_the_channels_of_a_team(store: Store) -> None:
    kept = Conversations(store)
    kept.note(*CHANNEL)  # heard in before it was known which team it is in
    kept.note(*CHANNEL, "19:team")
    kept.note("teams:t1/19:gran", "19:gran", "t1", CHANNEL[3], "channel", "19:team")
    kept.note("teams:t2/19:alm", "19:alm", "t2", CHANNEL[3], "channel", "19:team")
    assert sorted(kept.in_team("t1", "19:team")) == ["19:gran", "19:tall"]
    assert Conversations(store).of(CHANNEL[0]) == Conversation(*CHANNEL, "19:team")


def test_with_a_person_their_private_chat_is_erased(store: Store) -> None:
    with store.turn() as work:
        work.save([Person("anna", "Anna Berg", identities=("teams:t1/anna",))], NOW)
    kept = Conversations(store)
    kept.note(*ANNA)
    kept.note(*CHANNEL)
    store.erase_person("anna", NOW)
    with store.reading() as connection:
        assert list(connection.scalars(sa.select(tables.conversations.c.address))) == [CHANNEL[0]]
