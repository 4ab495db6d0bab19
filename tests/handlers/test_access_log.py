"""Each way of seeing something leaves a row, and the officer gets each employer's own part. What the store promises of it: tests/contract."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.disclosure import KINDS, WAYS, Shown
from bot.incoming import Incoming, Place
from bot.messages import Message
from bot.model import Person
from config.settings import read
from handlers.access_log import COLUMNS, Known, harmless
from handlers.outage import OutagePack
from handlers.run import main, opened
from storage.keystore import KeyStore
from storage.store import Store
from storage.tables import access_log, cards
from templates.words import LANGUAGES, read_labels
from tests.conftest import SECRET
from tests.handlers.test_calendar import MONDAY, Town
from tests.storage.samples import fill


@pytest.fixture
def town(migrated_sqlite: bytes, tmp_path: Path) -> Town:
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    return Town(Store(f"sqlite:///{tmp_path / 'nvg.db'}", KeyStore(tmp_path / "nvg.db.keys", SECRET)))


def ways(town: Town, **of: str) -> set[tuple[str, str, str, str, str]]:
    return {(each.reader, each.group, each.person, each.kind, each.way) for each in town.store.seen(**of)}  # type: ignore[arg-type]


def test_an_answer_a_post_and_a_page(town: Town) -> None:
    town.say("anna", "tall", "/nvg åtgärd @bo ringa dottern")
    assert ways(town) == {
        ("anna", "tall", "", "actions", "chat"), ("anna", "tall", "bo", "actions", "chat"),
        ("#tall", "tall", "", "actions", "channel"), ("#tall", "tall", "bo", "actions", "channel"), ("#tall", "tall", "anna", "actions", "channel"),
    }  # fmt: skip
    town.engine.show("home", "bo")
    assert ("bo", "tall", "", "home", "page") in ways(town, reader="bo")
    town.say("eva", "tall", "/nvg lista")  # refused: she has seen who leads the group, and nothing of it
    assert ways(town, reader="eva") == {("eva", "tall", "anna", "common", "chat")}


def test_a_post_that_nobody_took_and_a_redraw_that_changed_nothing_are_not_seen(town: Town) -> None:
    town.say("anna", "tall", "/nvg åtgärd @bo ringa dottern")
    before = town.store.seen(reader="#tall")
    with town.store.turn() as work:
        action = work.everything_of("tall")["Action"][0]
        work.save([action], MONDAY)  # another version, that looks the same
    town.engine.drain()
    assert [each.times for each in town.store.seen(reader="#tall")] == [each.times for each in before]


def test_a_calendar_is_seen_when_it_is_fetched(town: Town) -> None:
    town.say("anna", "tall", "/nvg möte tisdagar 13:00")
    link = town.link("anna")
    assert not [each for each in ways(town, reader="anna") if each[4] == "calendar"]
    answer = town.web.get(link)
    assert ("anna", "tall", "", "calendar", "calendar") in ways(town)
    times = sum(each.times for each in town.store.seen(reader="anna") if each.way == "calendar")
    assert town.web.get(link, headers={"if-none-match": answer.headers["etag"]}).status_code == 304  # nothing was shown
    assert sum(each.times for each in town.store.seen(reader="anna") if each.way == "calendar") == times
    assert town.web.get(f"{link[:-5]}x.ics").status_code == 404


def test_what_is_printed_is_seen(town: Town, tmp_path: Path) -> None:
    OutagePack(town.store, town.words, tmp_path / "pack").write(MONDAY)
    assert {("$", "tall", "", "outage", "paper"), ("$", "ek", "", "outage", "paper"), ("$", "tall", "bo", "outage", "paper")} <= ways(town)


def test_the_running_bot_folds_it_and_forgets_what_is_old(town: Town) -> None:
    town.engine.turns.handle(Incoming("e1", "bo", Place("slack", "tall"), said="/nvg lista"))

    def folded(after: timedelta) -> int:
        town.clock.move(MONDAY + after)
        town.engine.beat()
        with town.store.reading() as connection:
            return len(connection.execute(sa.select(access_log).where(access_log.c.reader == "bo")).all())

    assert [folded(timedelta(minutes=1)), folded(timedelta(minutes=12)), folded(timedelta(days=700)), folded(timedelta(days=770))] == [0, 1, 1, 0]
    town.engine.stop()


def test_each_kind_and_way_has_its_words() -> None:
    modules = {kind.__module__.rpartition(".")[2] for kind in Message.registry.values()}
    assert set(KINDS) == modules - {"platform"} | {"form", "export"}
    for language in LANGUAGES:
        choices = read_labels(language)["choices"]
        assert set(choices["seen"]) == set(KINDS) and set(choices["seen_way"]) == set(WAYS)


# --- nvg access-log ---------------------------------------------------------------------------------------------------

PEOPLE = (Person("anna", "Anna Berg", "Arvika kommun"), Person("bo", "Bo Ek", "Region Värmland"), Person("eva", "=HYPERLINK(1)", "Eda kommun"))


@pytest.fixture
def kept(migrated_sqlite: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NVG_DATABASE_URL", "sqlite:///nvg.db")
    monkeypatch.setattr("getpass.getuser", lambda: "drift")
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    assert main(["migrate"]) == 0
    store = opened(read({"NVG_DATABASE_URL": "sqlite:///nvg.db"}))
    fill(store)
    with store.turn() as work:
        known = {each.id: each for each in work.people()}
        work.save([replace(each, version=known[each.id].version if each.id in known else 0) for each in PEOPLE], MONDAY)
    store.note_seen("bo", "chat", [Shown("actions", "tall", ""), Shown("actions", "tall", "anna")], MONDAY)
    store.note_seen("eva", "chat", [Shown("escalations", "tall", "")], MONDAY)
    store.note_seen("#tall", "channel", [Shown("actions", "tall", "bo")], MONDAY - timedelta(days=7))
    return store


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> set[tuple[str, str, str]]:
    capsys.readouterr()
    assert main(["access-log", "--json", *arguments]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(tuple(each) == COLUMNS for each in found)
    return {(each["reader"], each["person"], each["kind"]) for each in found}


ACTIONS, ABOUT_ANNA, MATTER, CHANNEL = ("bo", "", "actions"), ("bo", "anna", "actions"), ("eva", "", "escalations"), ("#tall", "bo", "actions")


@pytest.mark.parametrize(("arguments", "those"), [
    ((), {ACTIONS, ABOUT_ANNA, MATTER, CHANNEL}),
    (("--group", "TALL"), {ACTIONS, ABOUT_ANNA, MATTER, CHANNEL}),
    (("--person", "anna"), {ABOUT_ANNA}),
    (("--person", "bo"), {ACTIONS, ABOUT_ANNA, CHANNEL}),
    (("--organisation", "arvika kommun"), {ABOUT_ANNA}),
    (("--organisation", "Region Värmland"), {ACTIONS, ABOUT_ANNA, CHANNEL}),
    (("--organisation", "Eda kommun"), {MATTER}),
    (("--since", "2026-11-20"), {ACTIONS, ABOUT_ANNA, MATTER}),
])  # fmt: skip
def test_each_employer_gets_its_own_part(
    arguments: tuple[str, ...], those: set[tuple[str, str, str]], kept: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rows(capsys, *arguments) == those
    assert ("$drift", "", "access_log") in rows(capsys)  # that it was looked at is in it too


def test_a_sheet_of_it_holds_no_formula(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["access-log", "--csv"]) == 0
    table = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert tuple(table[0]) == COLUMNS and len(table) == 5
    assert not [cell for row in table for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'=HYPERLINK(1)" in {cell for row in table for cell in row}
    assert [harmless(cell) for cell in ("-1", "@bo", "2026-11-23", "+46")] == ["'-1", "'@bo", "2026-11-23", "'+46"]


def test_it_reads_as_sentences(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["access-log", "--person", "anna"]) == 0
    assert capsys.readouterr().out == "2026-11-23  Bo Ek (Region Värmland): åtgärder, Anna Berg i tall, i chatten, 1 gång\n"
    assert main(["access-log", "--group", "lind"]) == main(["access-log", "--organisation", "Storfors"]) == main(["access-log", "--person", "x"]) == 2


def test_an_export_is_noted(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "group", "tall"]) == main(["export", "person", "eva"]) == 0
    seen = {(each.group, each.person) for each in kept.seen(reader="$drift")}
    assert seen == {("tall", ""), ("tall", "anna"), ("tall", "bo"), ("", "eva")}


def test_who_is_no_longer_there_has_a_name_all_the_same(kept: Store) -> None:
    kept.note_seen("#gone", "channel", [Shown("actions", "tall", "")], MONDAY)
    kept.note_seen("$", "paper", [Shown("outage", "tall", "")], MONDAY)
    known = Known.of(kept)
    assert {known.row(each)["reader_name"] for each in kept.seen(group="tall")} >= {"Bo Ek", "kanalen tall", "gone", "(reservblad)"}


def times(town: Town, reader: str) -> int:
    return sum(each.times for each in town.store.seen(reader=reader) if each.group == "tall" and not each.person)


def test_what_is_read_once_more_counts_once_more(town: Town) -> None:
    """*Visa fler* under an answer, and under a message that was sent before."""
    asked = Incoming("asked", "bo", Place("slack", "tall"), said="/nvg lista")
    town.engine.turns.handle(asked)
    once = times(town, "bo")
    town.engine.again(asked)
    assert once and times(town, "bo") == 2 * once
    town.engine.again(replace(asked, person="eva"))  # nobody else's
    assert times(town, "eva") == 0
    town.say("anna", "tall", "/nvg åtgärd @bo ringa dottern")
    with town.store.reading() as connection:
        sent_to, message = connection.execute(sa.select(cards.c.sent_to, cards.c.message_id).where(cards.c.address == "slack:tall")).one()
    before = times(town, "bo")
    assert town.engine.posted(sent_to, message).card and times(town, "bo") == before
    assert town.engine.posted(sent_to, message, "bo").card and times(town, "bo") == before + 1


def test_whoever_copies_the_database_has_taken_it_all(kept: Store) -> None:
    assert main(["backup", "copy.gz"]) == 0
    rows = {(each.group, each.person, each.kind, each.way) for each in kept.seen() if each.reader.startswith("$")}
    assert {("tall", "", "export", "export"), ("", "anna", "export", "export")} <= rows
