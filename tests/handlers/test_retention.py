"""What is over since long in groups that go on, and people in no group: told of once a month, then erased; what goes on and the numbers stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.county import County
from bot.incoming import Incoming, Place, Tap
from bot.model import (
    Action,
    Decision,
    Escalation,
    Group,
    Lesson,
    Meeting,
    Member,
    Person,
    Point,
    Question,
    Step,
    TimeSpent,
)
from bot.outcome import Fact
from bot.rules.escalation_plan import Pace, make_plan
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.retention import Retention
from handlers.simulator.stage import Stage
from storage import tables
from storage.store import Store
from templates.card import Card, visible_text
from templates.words import Words

LONG_AGO = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOLD = datetime(2029, 12, 3, 7, 0, tzinfo=UTC)  # the first working day of December
LAST = date(2029, 12, 31)
OVER = datetime(2030, 1, 1, 7, 0, tzinfo=UTC)
WORD = "hemlighet"
PEOPLE = [
    Person(id, f"{id.capitalize()} Ek", "Arvika kommun", (f"slack:{id}",), roles=frozenset({role} - {""}))
    for id, role in (("anna", ""), ("eva", ""), ("kia", "administrator"), ("dag", ""), ("bo", ""), ("siv", "coordinator"))
]  # fmt: skip


def old(at: datetime, n: int, state: str = "", by: str = "anna") -> list[Any]:
    """One of everything, finished."""
    day = at.date()
    plan = make_plan(at, Pace(), False)
    meeting = f"tall:{day.isoformat()}"
    return [
        Action(f"tall:{n}", "tall", n, (by,), day, by, at, state=state or "done", closed_at=None if state else at, text=f"{WORD} a{n}", result=f"{WORD} r{n}"),
        Decision(f"tall:B{n}", "tall", n, by, at, (by,), meeting=meeting, text=f"{WORD} b{n}"),
        Lesson(f"tall:l{n}", "tall", n, by, at, meeting, text=f"{WORD} l{n}"),
        Point(f"tall:p{n}", "tall", n, by, at, state="open" if state else "taken_up", text=f"{WORD} p{n}"),
        Question(f"tall:f{n}", "tall", n, by, at, ("eva",), state="open" if state else "answered", text=f"{WORD} f{n}", answer=f"{WORD} s{n}"),
        Meeting(meeting, "tall", at.replace(tzinfo=None), at.replace(tzinfo=None), state="ended", started_at=at, ended_at=at, visitors=f"{WORD} v{n}"),
        Escalation(f"tall:H{n}", "tall", n, "", by, at, "gk", plan, at, state="taken" if state else "closed", path=(Step("lifted", by, at, "gk"),), text=f"{WORD} h{n}", said=f"{WORD} h{n}"),
        TimeSpent(f"tall:t{n}", "tall", n, by, at, 15, f"tall:{n}"),
    ]  # fmt: skip


@pytest.fixture
def town(store: Store) -> Iterator[Store]:
    tall = Group("tall", "tall", state="active", channels=("slack:tall",), last_action=9, aim=f"{WORD} aim")
    gran = Group("gran", "gran", state="active")
    seats = [Member(f"tall:@{id}", "tall", id, role) for id, role in (("anna", "member"), ("eva", "facilitator"))]
    with store.turn() as work:
        work.save([*PEOPLE, tall, gran, *seats, *old(LONG_AGO, 1), *old(LONG_AGO + timedelta(days=1), 2, "open")], LONG_AGO, [Fact("person_loaded", "", f"@{each.id}") for each in PEOPLE])
    with store.turn() as work:
        work.save(old(datetime(2029, 6, 1, 12, tzinfo=UTC), 3), datetime(2029, 6, 1, 12, tzinfo=UTC))
    yield store


def words(store: Store) -> dict[str, list[str]]:
    """What of the secret words is still there, by object."""
    with store.read() as read:
        things = [thing for of in read.everything_of("tall").values() for thing in of]
    found = {thing.id: [str(v).removeprefix(f"{WORD} ") for f in dataclasses.fields(thing) if str(v := getattr(thing, f.name)).startswith(WORD)] for thing in things}
    return {id: kept for id, kept in found.items() if kept}


def posted(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(row.address, row.subject) for row in connection.execute(sa.select(tables.outbox.c.address, tables.outbox.c.subject).where(tables.outbox.c.card.is_(None)))]


def on_stage(store: Store, now: datetime) -> tuple[SimulatedClock, Stage, Engine]:
    """The bot, and a pretend Slack."""
    clock = SimulatedClock(now)
    stage = Stage(clock)
    engine = Engine(store, Words(), stage.speakers, clock, "sv")
    stage.join(engine)
    for person in PEOPLE:
        stage.add_person(person.id, person.name, "slack")
    return clock, stage, engine


def facts(store: Store, kind: str) -> list[Any]:
    with store.read() as read:
        return [stored.fact for stored in read.facts(kind=kind)]


def test_what_is_over_since_long_is_told_of_and_then_its_words_go_and_its_numbers_stay(town: Store) -> None:
    retention = Retention(town, County(people_months=0))
    retention.look(TOLD - timedelta(days=1))
    assert posted(town) == []  # not before the month's first working day
    for _ in range(2):  # once, however often it is looked
        retention.look(TOLD)
    # actions and settled matters; what was decided and taken up at meetings, also of the one still going on; questions; the time study
    assert posted(town) == [("@eva", "old_words:@eva 2029-12-31 tall:2,7,1,2")]
    before = words(town)
    retention.look(OVER - timedelta(days=1))
    assert words(town) == before  # the last day is not over
    retention.look(OVER)
    left = words(town)
    assert {id for id in before if id not in left} == {"tall:1", "tall:B1", "tall:l1", "tall:p1", "tall:f1", "tall:2026-11-24", "tall:H1", "tall:B2", "tall:l2", "tall:2026-11-25"}
    assert {id: left[id] for id in ("tall:2", "tall:f2", "tall:H2", "tall:p2")} == {"tall:2": ["a2", "r2"], "tall:f2": ["f2", "s2"], "tall:H2": ["h2", "h2"], "tall:p2": ["p2"]}
    with town.read() as read:
        kept = read.everything_of("tall")
    done = next(each for each in kept["Action"] if each.id == "tall:1")
    assert (done.owners, done.at, done.closed_at, done.state) == (("anna",), LONG_AGO, LONG_AGO, "done")  # type: ignore[union-attr]
    assert [(each.person, each.minutes) for each in kept["TimeSpent"]] == [("", 15), ("", 15), ("anna", 15)]  # type: ignore[union-attr]
    (note,) = facts(town, "words_outlived")
    assert dict(note.detail) == {"last": "2029-12-31", "actions": 2, "minutes": 7, "questions": 1, "time_study": 2}
    retention.look(OVER + timedelta(days=1))
    assert len(facts(town, "words_outlived")) == 1


def test_no_text_of_what_was_erased_is_left_in_the_database(town: Store) -> None:
    """Also of an earlier writing, which nothing refers to any more; and what can still be undone keeps its words."""
    with town.turn() as work:
        thing = next(each for each in work.everything_of("tall")["Action"] if each.id == "tall:1")
        work.save([replace(thing, text=f"{WORD} rättat")], LONG_AGO)  # type: ignore[type-var]

    def sealed() -> int:
        with town.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(tables.texts).where(tables.texts.c.owner == "tall")) or 0

    retention, before = Retention(town, County(people_months=0)), sealed()
    retention.look(TOLD)
    retention.look(OVER)
    assert before - sealed() == 11  # ten objects' and the earlier writing of one of them
    assert sealed() == len(words(town)) + 1  # the group's own aim


def test_what_showed_it_in_the_chat_shows_it_no_more(town: Store) -> None:
    """The cards that hold it, and notices of that time; what is going on is left."""
    _, stage, engine = on_stage(town, LONG_AGO)
    stage.add_channel("slack:tall")
    for line in ("åtgärd @anna fråga grannen", "åtgärd @anna fråga sonen", "klar 10"):
        engine.handle(Incoming(line, "eva", Place("slack", "tall"), said=line, addressed=True))
    engine.drain()

    def cards() -> dict[str, bool]:
        with town.reading() as connection:
            return {row.subject: row.gone for row in connection.execute(sa.select(tables.cards)) if row.address == "slack:tall"}

    assert (cards()["action:tall:10"], cards()["action:tall:11"]) == (False, False)
    retention = Retention(town, County(people_months=0))
    retention.look(TOLD)
    retention.look(OVER)
    shown = cards()
    assert (shown["action:tall:10"], shown["action:tall:11"]) == (True, False)
    assert all(gone for subject, gone in shown.items() if subject.startswith("notice:"))
    log, one = (visible_text(engine.handle(Incoming(line, "eva", Place("slack", "tall"), said=line, addressed=True)).card or Card()) for line in ("beslutslogg", "visa 1"))
    assert "B1 texten är gallrad – Anna Ek" in log
    assert f"B3 {WORD}" in log
    assert "#1 texten är gallrad" in one


def test_what_can_still_be_undone_keeps_its_words(town: Store) -> None:
    _, _, engine = on_stage(town, OVER - timedelta(hours=2))
    retention = Retention(town, County(people_months=0))
    retention.look(TOLD)
    engine.handle(Incoming("edit", "eva", Place("slack", "tall"), said="ändra 2 till ringa läkaren", addressed=True))
    retention.look(OVER)
    assert words(town)["tall:2"] == ["r2"]
    engine.handle(Incoming("undo", "eva", Place("slack", "tall"), said="ångra", addressed=True))
    assert words(town)["tall:2"] == ["a2", "r2"]


def test_a_leader_may_keep_them_for_a_year(town: Store) -> None:
    _, stage, engine = on_stage(town, TOLD)
    retention = Retention(town, County(people_months=0))
    retention.look(TOLD)
    engine.drain()
    (told,) = (each for each in stage.out if each.name == "old_words")
    assert (told.to, told.buttons) == ("eva", ("Behåll ett år till",))
    assert "måndag 31 december" in told.text and "tall · 2 åtgärder, 7 beslut och anteckningar, 1 fråga och 2 rader i tidsstudien" in told.text
    for who, answer in (("anna", "mötesledaren"), ("eva", "behålls till och med tisdag 31 december 2030")):
        answered = engine.handle(Incoming(f"tap {who}", who, Place("slack", person=who), tap=Tap("keep_words", "tall")))
        assert answered.card and answer in visible_text(answered.card)
    before = words(town)
    retention.look(OVER)
    assert words(town) == before
    retention.look(datetime(2030, 1, 2, 7, tzinfo=UTC))
    assert len(facts(town, "words_told")) == 1  # nor told of again meanwhile
    retention.look(datetime(2031, 1, 7, 7, tzinfo=UTC))
    assert len(facts(town, "words_told")) == 2


@pytest.mark.parametrize("months", ["actions_months", "minutes_months", "questions_months", "time_study_months"])
def test_nought_keeps_that_sort_as_long_as_the_group(town: Store, months: str) -> None:
    retention = Retention(town, County(people_months=0, **{months: 0}))  # type: ignore[arg-type]
    retention.look(TOLD)
    numbers = dict(zip(("actions_months", "minutes_months", "questions_months", "time_study_months"), (2, 7, 1, 2), strict=True)) | {months: 0}
    assert posted(town) == [("@eva", f"old_words:@eva 2029-12-31 tall:{','.join(map(str, numbers.values()))}")]
    retention.look(OVER)
    gone = {"actions_months": "tall:1", "minutes_months": "tall:B1", "questions_months": "tall:f1"}.get(months)
    assert gone is None or gone in words(town)


def test_told_late_in_the_month_it_is_kept_to_the_end_of_the_next(town: Store) -> None:
    Retention(town, County(people_months=0)).look(datetime(2029, 12, 20, 8, tzinfo=UTC))
    assert [fact.detail["last"] for fact in facts(town, "words_told")] == ["2030-01-31"]


# -- people


def erased(store: Store) -> set[str]:
    with store.read() as read:
        return {person.id for person in read.people() if person.name == "borttagen person"}


def test_people_in_no_group_are_told_of_to_the_administrators_and_then_erased(town: Store) -> None:
    """Dag has left, and Bo was never in one; Dag comes back meanwhile. Who leads, administers or coordinates stays."""
    with town.turn() as work:
        work.save([Member("tall:@dag", "tall", "dag", state="left")], LONG_AGO)
    clock, stage, engine = on_stage(town, TOLD)
    retention = Retention(town, County(actions_months=0, minutes_months=0, questions_months=0, time_study_months=0))
    for _ in range(2):
        retention.look(TOLD)
    engine.drain()
    assert [each.text.partition("\n")[0] for each in stage.out if each.to == "kia"] == ["2 personer har inte varit med i någon grupp på länge, och raderas efter måndag 31 december: Bo Ek och Dag Ek."]
    assert [post for post in posted(town) if post[0] == "@kia"] == [("@kia", "old_people:2029-12-31 bo,dag")]
    with town.turn() as work:
        (seat,) = (each for each in work.members() if each.person == "dag")
        work.save([replace(seat, state="active")], TOLD)
    retention.look(OVER - timedelta(days=1))
    assert erased(town) == set()
    retention.look(OVER)
    assert erased(town) == {"bo"}
    assert [fact.subject for fact in facts(town, "person_outlived")] == ["@bo"]
    clock.move(OVER)
    engine.drain()
    (update,) = (each for each in stage.out if each.to == "kia" and each.kind == "update")
    assert "Bo Ek" not in update.text  # nor is he named in what was said of it
    retention.look(OVER + timedelta(days=9))
    assert len(facts(town, "person_erasure_told")) == 2


@pytest.mark.parametrize("why", ["seen", "owns", "no administrator", "left lately"])
def test_who_is_needed_or_was_here_lately_is_not_told_of(town: Store, why: str) -> None:
    with town.turn() as work:
        bo, kia = work.person("bo"), work.person("kia")
        assert bo and kia
        lately = TOLD - timedelta(days=30)
        match why:
            case "seen":
                work.save([replace(bo, phone="070-123 45 67")], lately, [Fact("settings_changed", "", "@bo", "bo")])
            case "owns":
                work.save([Member("tall:@bo", "tall", "bo", state="left"), Action("tall:9", "tall", 9, ("bo",), LAST, "anna", LONG_AGO, text="ringa")], LONG_AGO)
            case "left lately":
                work.save([Member("tall:@bo", "tall", "bo", state="left")], lately)
            case _:
                work.save([replace(kia, roles=frozenset())], LONG_AGO)
        dag = work.person("dag")
        assert dag
        work.save([replace(dag, language="en")], TOLD, [Fact("settings_changed", "", "@dag", "dag")])  # so that it is only about Bo
    retention = Retention(town, County(actions_months=0, minutes_months=0, questions_months=0, time_study_months=0))
    retention.look(TOLD)
    assert posted(town) == []
    retention.look(OVER)
    assert erased(town) == set()
