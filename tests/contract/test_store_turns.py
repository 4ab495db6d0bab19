"""What the store promises about turns, on every database."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.incoming import Place
from bot.keys import key, turn_id
from bot.messages.common import Missing, NoSuch, Thanks
from bot.model import KIND_FIELDS, Action, Group, Kept
from bot.outcome import Fact, Need, Outcome, Post, Say, Silent
from bot.timers import Timer
from storage import prepared, tables
from storage.keystore import KeyStore
from storage.store import ConflictError, Store, timer_event
from tests.conftest import SECRET
from tests.storage.samples import ACTION, ANNA, CHANNEL, NOW, TALL, THINGS, fill, heard, kept

LATER = NOW + timedelta(hours=1)
PRIVATE = Place("slack", person="anna")


def act(store: Store, event: str, outcome: Outcome, **source: object) -> str:
    """One turn by anna in the group's channel; returns the change's id."""
    with store.turn() as work:
        work.snapshot_here("anna", CHANNEL.address, True, NOW)
        return work.commit(outcome, heard(event, **source), NOW).change  # type: ignore[arg-type]


def count(store: Store, table: sa.Table) -> int:
    with store.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_every_kind_comes_back_as_it_was_saved(store: Store, keys: KeyStore, database_url: str) -> None:
    assert {type(thing).__name__ for thing in THINGS} == set(tables.KINDS)
    fill(store)
    with contextlib.closing(Store(database_url, keys)) as another, another.read() as read:
        snapshot = read.snapshot_for(["tall"], ["anna"], NOW)
    for thing in THINGS:
        assert snapshot.get(key(thing)) == kept(thing)
    assert snapshot.views["tall"].live is not None


def test_snapshot_here(store: Store) -> None:
    fill(store)
    with store.turn() as work:
        here = work.snapshot_here("anna", "teams:nvg-tall", True, NOW)
        assert (here.here, here.asker, set(here.people)) == ("tall", kept(ANNA), {"anna", "bo"})
        assert [a.number for a in here.views["tall"].actions] == [1, 2]
        assert [a.id for a in here.absences] == ["@anna:2026-12-01"]
    with store.turn() as work:
        alone = work.snapshot_here("anna", "slack:@anna", False, NOW)
        assert (alone.here, set(alone.views)) == ("", {"tall"})
    with store.turn() as work:
        tapped = work.snapshot_here("stranger", "slack:@stranger", False, NOW, ["tall"])
        assert (tapped.asker, set(tapped.views)) == (None, {"tall"})
    with store.turn() as work:
        elsewhere = work.snapshot_here("anna", "slack:other", True, NOW)
        assert (elsewhere.here, dict(elsewhere.views), elsewhere.asker) == ("", {}, kept(ANNA))
    with store.turn() as work:  # the ref of an undo button names no group
        assert set(work.snapshot_here("anna", "slack:@anna", False, NOW, ["0123abcd"]).views) == {"tall"}


def test_closed_things_leave_the_view_after_five_weeks_but_are_found(store: Store) -> None:
    fill(store)
    act(store, "e1", Outcome(save=(replace(kept(ACTION), state="done"),)))
    long_after = NOW + timedelta(days=36)
    with store.read() as read:
        assert [a.id for a in read.snapshot_for(["tall"], [], NOW + timedelta(days=34)).views["tall"].actions] == ["tall:1", "tall:2"]
        snapshot = read.snapshot_for(["tall"], [], long_after)
        assert [a.id for a in snapshot.views["tall"].actions] == ["tall:2"]
        snapshot = read.add(snapshot, Need(("id tall:1",)))
        assert [a.id for a in snapshot.views["tall"].actions] == ["tall:1", "tall:2"]
        assert snapshot.found["id tall:1"].state == "done"


def test_what_a_decision_may_need(store: Store) -> None:
    fill(store)
    act(store, "e1", Outcome(save=(replace(kept(ACTION), state="done"),), facts=(Fact("action_done", "tall", "tall:1", "anna"),)))
    questions = (
        "id tall:B1", "id tall:99", "key Lesson tall:l3", "change nothing", "newest change", "newest change 1",
        "person bo", "person nobody", "person name Anna", "person at teams:bo", "group tall", "group other",
        "code TALL", "codes", "bodies", "at slack:nvg-tall", "at slack:x", "groups @anna", "owned @anna",
        "meeting tall:2026-11-24", "meetings tall", "search tall hembesök VECKA", "search tall inget",
        "history tall:1", "versions Action tall:1", "touched Action tall:1", "touched Action tall:99",
    )  # fmt: skip
    with store.turn() as work:
        snapshot = work.add(work.snapshot_here("bo", "teams:@bo", False, NOW), Need(questions))
        found = snapshot.found
        assert set(questions) <= set(found)  # also what is not there is answered
        assert found["id tall:B1"].text == "hembesök varje vecka"
        assert found["person name Anna"] == (kept(ANNA),) and found["person at teams:bo"].id == "bo"
        assert found["codes"] == {"tall": "tall"} and found["groups @anna"] == ("tall",)
        assert found["at slack:nvg-tall"] == "tall" and found["code TALL"].id == "tall"
        assert [a.id for a in found["owned @anna"]] == ["tall:2"]
        assert {key(t) for t in found["meeting tall:2026-11-24"]} == {"Meeting tall:2026-11-24", "Decision tall:B1", "Action tall:1"}
        assert [t.id for t in found["search tall hembesök VECKA"]] == ["tall:B1"] and found["search tall inget"] == ()
        assert [f.fact.kind for f in found["history tall:1"]] == ["action_done"]
        assert found["versions Action tall:1"] == 2 and found["touched Action tall:1"] == "anna"
        for missing in ("id tall:99", "change nothing", "newest change", "newest change 1", "person nobody", "group other"):
            assert found[missing] is None
        with pytest.raises(ValueError, match="cannot answer"):
            work.add(snapshot, Need(("weather tomorrow",)))


def test_a_change_keeps_before_and_after_and_is_undone_once(store: Store) -> None:
    fill(store)
    done = replace(kept(ACTION), state="done", result="hon sover bättre")
    new = Action("tall:3", "tall", 3, ("bo",), date(2026, 12, 1), "anna", NOW, text="ny")
    change = act(store, "e1", Outcome(save=(done, new), undo_until=LATER, command="done"))
    assert change == turn_id("e1")
    with store.turn() as work:
        snapshot = work.snapshot_here("anna", CHANNEL.address, True, NOW)
        snapshot = work.add(snapshot, Need(("newest change", "newest change 3")))
        found = snapshot.change
        assert found is not None and found.id == change == snapshot.found["newest change 3"].id
        assert found.before == {"Action tall:1": kept(ACTION), "Action tall:3": None}
        assert found.after == {"Action tall:1": replace(done, version=2), "Action tall:3": kept(new)}
        assert (found.by, found.place, found.command, found.until, found.state) == ("anna", CHANNEL.address, "done", LATER, "done")
        back = replace(kept(ACTION), version=2)
        work.commit(Outcome(save=(back, replace(kept(new), state="undone")), undone=change), heard("e2"), NOW)
    with store.turn() as work:
        snapshot = work.snapshot_here("anna", CHANNEL.address, True, NOW)
        assert snapshot.get("Action tall:1") == replace(ACTION, version=3)
        again = work.add(snapshot, Need(("newest change", f"change {change}")))
        assert again.found["newest change"] is None and again.found[f"change {change}"].state == "undone"
    with pytest.raises(ConflictError):
        act(store, "e3", Outcome(undone=change))


def test_the_newest_change_is_the_askers_own_in_this_place(store: Store) -> None:
    fill(store)
    first = act(store, "e1", Outcome(save=(replace(kept(ACTION), state="done"),), undo_until=LATER))
    with store.turn() as work:
        work.snapshot_here("bo", CHANNEL.address, True, NOW)
        act2 = replace(kept(ACTION), version=2, state="open")
        work.commit(Outcome(save=(act2,), undo_until=LATER), heard("e2", person="bo"), NOW)
    with store.turn() as work:
        snapshot = work.snapshot_here("anna", CHANNEL.address, True, NOW)
        assert work.add(snapshot, Need(("newest change",))).found["newest change"].id == first
    with store.turn() as work:
        snapshot = work.snapshot_here("anna", "slack:@anna", False, NOW)
        assert work.add(snapshot, Need(("newest change",))).found["newest change"] is None


def test_an_old_version_is_refused_and_nothing_is_kept(store: Store) -> None:
    fill(store)
    act(store, "e1", Outcome(save=(replace(kept(ACTION), state="done"),)))
    facts = count(store, tables.facts)
    with pytest.raises(ConflictError):
        act(store, "e2", Outcome(save=(kept(ANNA), kept(ACTION)), facts=(Fact("x", "tall"),), posts=(Post("tall", "group:tall"),)))
    assert (count(store, tables.facts), count(store, tables.outbox)) == (facts, 0)
    with pytest.raises(ConflictError):  # a number given out twice
        act(store, "e3", Outcome(save=(replace(ACTION, text="en annan"),)))
    with store.turn() as work:
        assert work.seen("e2") is None and work.seen("e3") is None


class Stop(Exception):
    """Raised where a crash is pretended."""


def test_an_exception_at_any_point_rolls_everything_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)
    before = dump(store)
    outcome = Outcome(
        Say(Thanks()), save=(replace(kept(ACTION), state="done", result="bra"), kept(TALL)),
        facts=(Fact("action_done", "tall", "tall:1", "anna"),),
        posts=(Post("tall", "group:tall"), Post("@bo", "notice:x", Thanks())), undo_until=LATER,
    )  # fmt: skip
    points, run = 0, prepared.execute
    for stop_at in range(100):
        seen = 0

        def stop_or_run(cursor: Any, sql: str, rows: list[Any], stop_at: int = stop_at) -> None:
            nonlocal seen
            if seen == stop_at:
                raise Stop
            seen += 1
            run(cursor, sql, rows)

        with monkeypatch.context() as patched:
            patched.setattr(prepared, "execute", stop_or_run)
            with pytest.raises(Stop), store.turn() as work:
                work.snapshot_here("anna", CHANNEL.address, True, NOW)
                work.commit(outcome, heard("e1", said="klar 1"), NOW)
                raise Stop
        assert dump(store) == before
        points = stop_at
        if seen < stop_at:
            break
    assert points > 12
    act(store, "e1", outcome)
    assert dump(store) != before


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        return {t.name: sorted((tuple(r) for r in connection.execute(sa.select(t))), key=repr) for t in tables.metadata.sorted_tables}


def test_a_rolled_back_turn_is_not_remembered(store: Store) -> None:
    fill(store)
    with contextlib.suppress(Stop), store.turn() as work:
        work.snapshot_here("anna", CHANNEL.address, True, NOW)
        work.commit(Outcome(save=(replace(kept(ACTION), state="done"),)), heard("e1"), NOW)
        work.add(work.snapshot_for(["tall"], [], NOW), Need(("id tall:1",)))
        raise Stop
    with store.read() as read:
        assert read.snapshot_for(["tall"], [], NOW).get("Action tall:1") == kept(ACTION)
    act(store, "e1", Outcome(save=(replace(kept(ACTION), state="cancelled"),)))  # the same event, decided anew
    with store.read() as read:
        found = read.snapshot_for(["tall"], [], NOW).get("Action tall:1")
        assert found is not None and found.state == "cancelled"


def test_a_seen_event_has_its_answer(store: Store) -> None:
    fill(store)
    outcome = Outcome(Say(NoSuch("#7", (kept(ACTION),))), save=(kept(TALL),), undo_until=LATER)
    change = act(store, "e1", outcome)
    act(store, "quiet", Outcome())
    with store.turn() as work:
        seen = work.seen("e1")
        assert seen is not None and (seen.answer, seen.change) == (outcome.answer, change)
        assert work.seen("quiet") is None and work.seen("e2") is None
    with pytest.raises(ConflictError):
        act(store, "e1", Outcome(Say(Thanks())))


def test_a_retyped_line_is_known_until_it_is_undone(store: Store) -> None:
    fill(store)
    outcome = Outcome(save=(replace(kept(ACTION), state="done"),), facts=(Fact("d", "tall", "tall:1"),), undo_until=LATER)
    change = act(store, "e1", outcome, said="Klar  1")
    act(store, "e2", Outcome(Say(Thanks())), said="tack")

    def said(line: str, person: str = "anna", address: str = CHANNEL.address, since: datetime = NOW) -> object:
        with store.turn() as work:
            return work.said_before(person, address, line, since)

    before = said("klar 1")
    assert before is not None and (before.change, before.ref) == (change, "tall:1")  # type: ignore[attr-defined]
    assert said("klar 2") is said("tack") is said("klar 1", "bo") is said("klar 1", address="slack:@anna") is None
    assert said("klar 1", since=NOW + timedelta(seconds=1)) is None
    act(store, "e3", Outcome(undone=change))
    assert said("klar 1") is None


def test_facts_can_only_be_added(store: Store) -> None:
    fill(store)
    act(store, "e1", Outcome(facts=(Fact("a", "tall", "tall:1", "anna", {"to": "bo", "n": 2, "x": None}), Fact("b", "tall", "tall:2"))))
    with store.read() as read:
        assert [f.fact for f in read.facts(subject="tall:1")] == [Fact("a", "tall", "tall:1", "anna", {"to": "bo", "n": 2, "x": None})]
        assert [f.fact.kind for f in read.facts(group="tall")] == ["a", "b"]
        assert read.facts(person="anna")[0].at == NOW and read.facts(since=LATER) == ()
    for statement in (sa.update(tables.facts).values(kind="c"), sa.delete(tables.facts)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.writing() as connection:
            connection.execute(statement)


def test_channels_and_identities_have_one_owner(store: Store) -> None:
    fill(store)
    other = Group("gran", "gran", state="active", channels=("slack:nvg-tall",))
    with pytest.raises(ConflictError), store.turn() as work:
        work.save([other], NOW)
    with pytest.raises(ConflictError), store.turn() as work:
        work.save([replace(ANNA, id="anna2")], NOW)
    act(store, "e1", Outcome(save=(replace(kept(TALL), state="closed"),)))
    with store.turn() as work:
        work.save([other], NOW)
        assert (work.group_at("slack:nvg-tall"), work.group_at("teams:nvg-tall")) == ("gran", "tall")
        moved = replace(kept(ANNA), identities=("slack:T1/anna2",))
        work.save([moved], NOW)
        assert work.person_of("slack:T1/anna") is None
        assert work.person_of("slack:T1/anna2") == replace(moved, version=2)


def test_two_threads_at_once_both_get_their_turn(store: Store) -> None:
    fill(store)
    tries = 0

    def work_on(name: str) -> None:
        nonlocal tries
        for n in range(10):
            while True:
                tries += 1
                try:
                    with store.turn() as work:
                        snapshot = work.snapshot_here(name, CHANNEL.address, True, NOW)
                        group = snapshot.views["tall"].group
                        number = group.last_action + 1
                        action = replace(ACTION, id=f"tall:{number}", number=number)
                        if number == 2:
                            group, action = replace(group, last_action=2), replace(action, id="tall:x")
                        work.commit(Outcome(save=(replace(group, last_action=number), action)), heard(f"{name}{n}", name), NOW)
                    break
                except ConflictError:
                    continue

    threads = [threading.Thread(target=work_on, args=(name,)) for name in ("anna", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as read:
        group = read.group("tall")
        assert group is not None and group.last_action == 1 + 20
    assert tries <= 22  # the row's lock makes one wait for the other, instead of trying in vain


@pytest.fixture
def reminders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions want a timer at noon of the day they are due."""

    def wants(action: Action, now: datetime) -> tuple[Timer, ...]:
        due = action.due
        noon = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
        return (Timer("sample", action.id, noon),) if action.state in ("open", "stuck") else ()

    monkeypatch.setattr("bot.timers.WANTED", {Action: [wants]})


def test_timers_follow_their_object(store: Store, reminders: object) -> None:
    fill(store)
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    first, second = Timer("sample", "tall:1", noon), Timer("sample", "tall:2", noon)
    assert store.upcoming() == (first, second)
    act(store, "e1", Outcome(save=(replace(kept(ACTION), due=date(2026, 11, 30)),)))
    moved = Timer("sample", "tall:1", noon + timedelta(days=3))
    assert store.upcoming() == (second, moved) and store.next_due() == noon
    assert store.claim_timers(noon - timedelta(seconds=1)) == ()
    assert store.claim_timers(noon) == (second,)
    assert store.claim_timers(noon) == ()  # leased
    with store.turn() as work:
        snapshot = work.snapshot_for(["tall"], [], noon)
        action = snapshot.get("Action tall:2")
        assert isinstance(action, Action)
        work.commit(Outcome(save=(replace(action, reminded=1),)), second, noon)
    assert store.upcoming() == (moved,)  # the timer that was run is not set again by its own turn
    with store.turn() as work:
        assert work.seen(timer_event(second)) is not None
    act(store, "e2", Outcome(save=(replace(kept(ACTION), version=2, state="done"),)))
    assert store.upcoming() == () and store.next_due() is None


def test_a_lease_that_ran_out_is_claimed_again(store: Store, reminders: object) -> None:
    fill(store)
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert len(store.claim_timers(noon, lease=timedelta(seconds=30))) == 2
    assert store.next_due() == noon + timedelta(seconds=30)
    assert store.claim_timers(noon + timedelta(seconds=29)) == ()
    again = store.claim_timers(noon + timedelta(seconds=31))
    assert len(again) == 2
    store.run_later(again[0], noon + timedelta(hours=1))
    assert [str(each) for each in store.late(noon + timedelta(minutes=6), timedelta(minutes=5))] == [
        f"timer sample {id} {noon.isoformat()}" for id in ("tall:1", "tall:2")
    ]
    assert store.backlog(noon + timedelta(minutes=6), timedelta(minutes=5)).timers_late == 2


def test_two_claim_at_once_and_nothing_is_claimed_twice(store: Store, keys: KeyStore, database_url: str, reminders: object) -> None:
    fill(store)
    things = [replace(ACTION, id=f"tall:{n}", number=n) for n in range(10, 50)]
    with store.turn() as work:
        work.save(things, NOW)
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    claimed: list[Timer] = []
    barrier = threading.Barrier(4)
    stores = [store, Store(database_url, keys)]

    def claim(which: Store) -> None:
        barrier.wait()
        while some := which.claim_timers(noon, limit=3):
            claimed.extend(some)

    threads = [threading.Thread(target=claim, args=(stores[n % 2],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[1].close()
    assert len(claimed) == len(set(claimed)) == 42


def test_migrating_an_empty_database_and_again(tmp_path: Path, postgres: object, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres")
    url = server.create("template0")
    try:
        for where in (f"sqlite:///{tmp_path}/new.db", "sqlite://", url):
            with contextlib.closing(Store(where, KeyStore("sqlite://", SECRET))) as store:
                assert store.revision() is None
                store.migrate()
                store.migrate()
                assert store.revision() is not None
                fill(store)
    finally:
        server.drop(url)


def test_words_are_sealed_and_gone_with_the_key(store: Store, keys: KeyStore, database_url: str) -> None:
    fill(store)
    act(
        store, "e1",
        Outcome(Say(Missing(example="hemligt svar")), save=(replace(kept(ACTION), result="hemligt resultat"),),
                posts=(Post("tall", "notice:1", Missing(example="hemligt inlägg")),), undo_until=LATER),
        said="hemlig rad",
    )  # fmt: skip
    everything = repr(dump(store))
    for word in ("hemlig", "ringa hemtjänsten", "stängt", "smärtfria", "hembesök", "sömnen", "systern"):
        assert word not in everything
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        for file in path.parent.iterdir():
            assert "hemtjänsten".encode() not in file.read_bytes()
            assert b"hemlig" not in file.read_bytes()
    keys.destroy("tall", NOW)
    store.memory.clear()
    with store.read() as read:
        action = read.snapshot_for(["tall"], [], NOW).get("Action tall:1")
        assert isinstance(action, Action) and (action.text, action.result, action.state) == ("", "", "stuck")
    with store.turn() as work:
        seen = work.seen("e1")
        assert seen is not None and seen.answer == Silent()


def test_kind_fields_cover_all_kinds_of_a_group() -> None:
    assert {kind.name for kind in tables.GROUP_KINDS} == set(KIND_FIELDS)
    assert {k.__name__ for k in Kept.__args__} == set(tables.KINDS)  # type: ignore[attr-defined]
