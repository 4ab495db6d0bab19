"""One's own action items in one's own To Do, both ways, through the real bot and the pretend Graph."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Action, Consent
from bot.rules.protected_names import sealed
from bot.rules.task_link import Agreed, TaskState, merged, shortened
from handlers import run, upkeep
from handlers.graph.client import Graph
from storage.loading import NAMES
from templates.card import visible_text
from tests.fake_servers.graph import FakeGraph
from tests.fake_servers.graph.todo import Task
from tests.handlers.graph.plans import Planning

OID = "oid-anna"
TEN = timedelta(minutes=11)


def planning(fake: FakeGraph, folder: Path, database: bytes) -> Planning:
    """A group with a consent, whose Anna has a To Do."""
    fake.roles |= {"Tasks.ReadWrite.All"}
    fake.add_user("anna.berg@region.example", "Anna Berg", id=OID)
    plan = Planning(fake, folder, database=database)
    fake.todos.now = plan.clock.now
    with plan.store.turn() as work:
        anna, group = work.person("anna"), work.group("tall")
        assert anna and group
        work.save([
            replace(anna, identities=(*anna.identities, f"teams:{fake.tenant}/{OID}")),
            replace(group, consent=Consent(date(2027, 10, 1), ("Region",), given_on=date(2026, 10, 1))),
        ], plan.clock.now())  # fmt: skip
    return plan


@pytest.fixture
def plan(fake: FakeGraph, tmp_path: Path, migrated_sqlite: bytes) -> Iterator[Planning]:
    made = planning(fake, tmp_path, migrated_sqlite)
    yield made
    made.close()


def pass_on(plan: Planning, times: int = 1) -> None:
    for _ in range(times):
        plan.stage.advance(plan.clock.now() + TEN)


def tasks(plan: Planning) -> list[Task]:
    return plan.fake.todos.of(OID)


def action(plan: Planning, number: int) -> Action:
    with plan.store.read() as read:
        found = next(each for each in read.everything_of("tall")["Action"] if getattr(each, "number", 0) == number)
    assert isinstance(found, Action)
    return found


def linked(plan: Planning) -> None:
    assert plan.say("koppla todo").name == "todo_linked"
    pass_on(plan)


def test_nothing_goes_there_before_it_is_asked_for(plan: Planning, fake: FakeGraph) -> None:
    plan.say("åtgärd @anna ringa kommunen senast 23 oktober")
    pass_on(plan, 3)
    assert not fake.called(".*todo.*")
    linked(plan)
    (task,) = tasks(plan)
    assert task.shown["title"] == "ringa kommunen" and task.shown["dueDateTime"]["dateTime"].startswith("2026-10-23")
    plan.say("åtgärd @eva boka rum")  # not hers
    pass_on(plan)
    assert len(tasks(plan)) == 1
    assert plan.say("koppla todo", person="eva").name == "todo_not_here"  # she is not in Teams


@pytest.mark.parametrize("why", ["permission", "tenant"])
def test_who_has_no_list_that_can_be_reached_is_told_so_soon(plan: Planning, fake: FakeGraph, why: str) -> None:
    if why == "permission":
        fake.roles -= {"Tasks.ReadWrite.All"}
    else:
        with plan.store.turn() as work:
            anna = work.person("anna")
            assert anna
            work.save([replace(anna, identities=("slack:anna", f"teams:another-tenant/{OID}"))], plan.clock.now())
    plan.say("åtgärd @anna ringa kommunen senast 23 oktober")
    linked(plan)
    assert [each.name for each in plan.stage.out if each.to == "anna"][-1] == "todo_not_here"
    with plan.store.read() as read:
        anna = read.person("anna")
    assert anna and not anna.todo


def test_a_list_that_is_out_of_reach_for_a_while_is_looked_for_again(plan: Planning, fake: FakeGraph) -> None:
    plan.say("åtgärd @anna ringa kommunen senast 23 oktober")
    linked(plan)
    fake.roles -= {"Tasks.ReadWrite.All"}
    pass_on(plan, 4)
    fake.roles |= {"Tasks.ReadWrite.All"}
    plan.say("åtgärd @anna boka läkartid senast 24 oktober")
    pass_on(plan, 4)
    assert len(tasks(plan)) == 2


def test_done_there_is_done_here_and_back(plan: Planning, fake: FakeGraph) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen senast 23 oktober")
    plan.say("åtgärd @anna boka läkartid senast 24 oktober")
    pass_on(plan)
    first, second = sorted(tasks(plan), key=lambda each: each.shown["title"], reverse=True)
    fake.todos.edit(first.id, status="completed")
    plan.say("klar 2")
    pass_on(plan)
    done = action(plan, 1)
    assert (done.state, done.closed_by) == ("done", "anna")
    assert second.shown["status"] == "completed"
    with plan.store.read() as read:
        fact = next(each.fact for each in read.facts(subject="tall:1") if each.fact.kind == "action_done")
    assert fact.person == "anna" and fact.detail["from"] == "todo"
    assert visible_text(plan.say("visa 1").card).count("Anna Berg i To Do") == 1
    fake.todos.edit(first.id, status="notStarted")  # ticked by mistake
    pass_on(plan)
    assert action(plan, 1).state == "open"


def test_words_and_dates_go_both_ways_and_the_later_change_holds(plan: Planning, fake: FakeGraph) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen senast 23 oktober")
    pass_on(plan)
    (task,) = tasks(plan)
    fake.todos.edit(task.id, title="ringa regionen", dueDateTime={"dateTime": "2026-10-27T23:00:00.0000000", "timeZone": "UTC"})  # Swedish midnight
    pass_on(plan)
    assert (action(plan, 1).text, action(plan, 1).due) == ("ringa regionen", date(2026, 10, 28))
    fake.todos.edit(task.id, title="först där")
    plan.stage.advance(plan.clock.now() + timedelta(minutes=1))
    plan.say("ändra 1 till sedan här")
    pass_on(plan)
    assert action(plan, 1).text == task.shown["title"] == "sedan här"
    plan.say("ändra 1 till först här")
    plan.stage.advance(plan.clock.now() + timedelta(minutes=1))
    fake.todos.edit(task.id, title="sedan där")
    pass_on(plan)
    assert action(plan, 1).text == task.shown["title"] == "sedan där"
    with plan.store.turn() as work:
        group = work.group("tall")
        assert group
        work.save([replace(group, protected=sealed("Selma Svensson", plan.store.keys.key_for("tall", NAMES)))], plan.clock.now())
    for refused in ("personnummer 19121212-1212", "ring Selma Svensson"):
        fake.todos.edit(task.id, title=refused)
        pass_on(plan)
        assert action(plan, 1).text == task.shown["title"] == "sedan där"


def test_undo_withdrawn_consent_and_unlinking_take_it_away_there(plan: Planning, fake: FakeGraph) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen")
    pass_on(plan)
    assert len(tasks(plan)) == 1
    plan.say("ångra")
    pass_on(plan)
    assert not tasks(plan)
    plan.say("åtgärd @anna boka tid")
    pass_on(plan)
    plan.say("samtycke återkallat")
    pass_on(plan)
    assert not tasks(plan)
    plan.say("ångra")
    pass_on(plan)
    (task,) = tasks(plan)
    fake.todos.remove(task.id)  # what she has deleted there stays deleted, and is still to do here
    pass_on(plan, 2)
    assert not tasks(plan) and action(plan, 2).state == "open"
    plan.say("åtgärd @anna läsa planen")
    pass_on(plan)
    assert plan.say("koppla bort todo").name == "todo_unlinked"
    pass_on(plan)
    assert not tasks(plan)
    calls = len(fake.calls)
    pass_on(plan, 3)
    assert len(fake.calls) == calls  # and nothing more is asked


def test_an_erased_group_leaves_nothing_there(plan: Planning) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen")
    pass_on(plan)
    plan.store.erase_group("tall", plan.clock.now())
    pass_on(plan)
    assert not tasks(plan)


def test_an_erased_person_leaves_no_list_there(plan: Planning, fake: FakeGraph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen")
    pass_on(plan)
    assert len(tasks(plan)) == 1
    settings: Any = SimpleNamespace(graph_base_url="x")
    monkeypatch.setattr(run, "graph_of", lambda given: Graph(fake.base_url, plan.sign, fake.tenant, timeout=60.0))
    monkeypatch.setattr(run, "opened", lambda given: plan.store)
    monkeypatch.setattr(plan.store, "close", lambda: None)
    fake.fail("GET .*/todo/lists")
    assert run.erase(argparse.Namespace(kind="person", name="eva", yes=True), settings) == 0  # not linked
    upkeep._leave_todo(plan.store, "anna", lambda: run.graph_of(settings))
    assert "be personen ta bort den själv" in capsys.readouterr().out and len(tasks(plan)) == 1
    assert run.erase(argparse.Namespace(kind="person", name="anna", yes=True), settings) == 0
    assert not tasks(plan) and not fake.todos.lists


def test_a_lost_answer_makes_no_double_and_only_changes_are_asked_for(plan: Planning, fake: FakeGraph) -> None:
    linked(plan)
    plan.say("åtgärd @anna ringa kommunen")
    fake.cut("POST .*/tasks", done=True)
    plan.stage.advance(plan.clock.now() + TEN)
    plan.crash()
    pass_on(plan)
    assert len(tasks(plan)) == 1
    pass_on(plan)
    assert "$deltatoken" in fake.called("GET .*/tasks/delta")[-1].query
    fake.todos.forget()
    plan.say("klar 1")
    pass_on(plan)
    assert tasks(plan)[0].shown["status"] == "completed"
    fake.todos.stale = 400  # Outlook has two ways of saying so
    fake.todos.forget()
    plan.say("åtgärd @anna boka läkartid")
    pass_on(plan)
    assert len(tasks(plan)) == 2


# --- whatever happens, both end up the same ----------------------------------------------------------------------------------

days = st.integers(19, 30)
steps = st.one_of(
    st.tuples(st.just("new"), days), st.tuples(st.just("done"), st.integers(0, 5)), st.tuples(st.just("text"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5), days), st.tuples(st.just("drop"), st.integers(0, 5)), st.tuples(st.just("undo")),
    st.tuples(st.just("there_done"), st.integers(0, 5), st.booleans()), st.tuples(st.just("there_text"), st.integers(0, 5)),
    st.tuples(st.just("there_due"), st.integers(0, 5), days), st.tuples(st.just("wait"), st.integers(1, 15)), st.tuples(st.just("crash")),
    st.tuples(st.just("fault"), st.sampled_from([429, 500, 503, 0]), st.booleans()),
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path, migrated_sqlite: bytes) -> Path:
    (tmp_path / "empty.db").write_bytes(migrated_sqlite)
    return tmp_path / "empty.db"


@given(st.lists(steps, min_size=4, max_size=14))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_end_up_the_same(database: Path, todo: list[tuple[object, ...]]) -> None:
    with FakeGraph() as fake, tempfile.TemporaryDirectory() as folder:
        fake.add_user("nvg-tall@region.example", "NVG tall")
        plan = planning(fake, Path(folder), database.read_bytes())
        try:
            linked(plan)
            for n, (what, *given_) in enumerate(todo):
                play(plan, str(what), given_, n)
            fake.mend()
            pass_on(plan, 8)
            same(plan)
        finally:
            plan.close()


def play(plan: Planning, what: str, values: list[object], n: int) -> None:
    mine = sorted(tasks(plan), key=lambda each: each.id)
    number = int(str(values[0])) + 1 if values and what not in ("new", "fault", "wait") else 1
    task = mine[number % len(mine)] if mine else None
    match what:
        case "new":
            plan.say(f"åtgärd @anna sak {n} senast {values[0]} oktober")
        case "done":
            plan.say(f"klar {number}")
        case "text":
            plan.say(f"ändra {number} till annat {n}")
        case "move":
            plan.say(f"flytta {number} till {values[1]} oktober")
        case "drop":
            plan.say(f"ta bort {number}")
        case "undo":
            plan.say("ångra")
        case "there_done" if task:
            plan.fake.todos.edit(task.id, status="completed" if values[1] else "notStarted")
        case "there_text" if task:
            plan.fake.todos.edit(task.id, title=f"där {n}")
        case "there_due" if task:
            plan.fake.todos.edit(task.id, dueDateTime={"dateTime": f"2026-10-{values[1]}T00:00:00", "timeZone": "UTC"})
        case "wait":
            plan.stage.advance(plan.clock.now() + timedelta(minutes=int(str(values[0]))))
        case "crash":
            plan.crash()
        case "fault":
            plan.fake.fail(".*todo.*", int(str(values[0])), "x", 1 if values[0] == 429 else None, 1, bool(values[1]))


def same(plan: Planning) -> None:
    """Each open action of hers stands there once, as it is; and what is gone here is gone there."""
    there: dict[str, Task] = {}
    for task in tasks(plan):
        ref = task.shown["body"]["content"]
        assert ref not in there
        there[ref] = task
    with plan.store.read() as read:
        anna = read.person("anna")
        if anna and not anna.todo:  # the first thing undone was the link
            assert not there
            return
        mine = [each for each in read.everything_of("tall")["Action"] if isinstance(each, Action) and "anna" in each.owners]
    for each in mine:
        found = there.pop(f"[nvg:{each.id}]", None)
        if each.state in ("cancelled", "undone"):
            assert found is None
        elif each.state != "done" or found:
            assert found, each
            due = each.due.date() if isinstance(each.due, datetime) else each.due
            said = (found.shown["title"], found.shown["dueDateTime"]["dateTime"][:10], found.shown["status"] == "completed")
            assert said == (each.text, due.isoformat(), each.state == "done")
    assert not there


states = st.builds(TaskState, st.sampled_from(["a", "b", "c"]), st.sampled_from([date(2026, 10, 1), date(2026, 10, 2)]), st.booleans())


@given(states, states, states, st.booleans())
def test_who_changed_it_is_right(was: TaskState, ours: TaskState, theirs: TaskState, later: bool) -> None:
    final = merged(Agreed.on("T1", was), ours, theirs, later)
    for field in ("title", "due", "done"):
        before, here, there = (getattr(each, field) for each in (was, ours, theirs))
        assert getattr(final, field) == (here if there == before else there if here == before else there if later else here)
    assert len(shortened("x" * 500)) == 240
