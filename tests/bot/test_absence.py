"""Being away, as pure functions. Whole conversations are in tests/rehearsals: away-and-back, deputy-outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.absence import absence_timers, begins, ends, news_for, tell
from bot.model import Absence, Action, Group, GroupView, Member, Person, Snapshot
from bot.outcome import Outcome
from bot.rules.work_calendar import Working, instant
from bot.timers import Timer

FIRST, LAST = date(2026, 11, 30), date(2026, 12, 6)
AWAY = Absence("@anna:2026-11-30", "anna", FIRST, LAST, "bo", version=1)
NIGHT, HOME = instant(datetime(2026, 11, 30)), instant(datetime(2026, 12, 7))
PEOPLE = {
    id: Person(id, id.title(), working=Working(start=time(hour), end=time(16)))
    for id, hour in (("anna", 7), ("bo", 8), ("cecilia", 9), ("eva", 7))
}


def action(number: int, *owners: str, due: date = FIRST, group: str = "tall", **values: object) -> Action:
    made = Action(f"{group}:{number}", group, number, owners, due, "eva", NIGHT - timedelta(days=9))
    return replace(made, **values)  # type: ignore[arg-type]


def snapshot(*actions: Action, members: str = "anna bo cecilia", absences: tuple[Absence, ...] = (AWAY,), **group: object) -> Snapshot:
    seats = tuple(Member(f"tall:@{id}", "tall", id) for id in members.split())
    leader = Member("tall:@eva", "tall", "eva", "facilitator")
    made = replace(Group("tall", "tall", state="active", contact_person="cecilia"), **group)  # type: ignore[arg-type]
    return Snapshot(views={"tall": GroupView(made, (*seats, leader), actions=actions)}, people=PEOPLE, absences=absences)


def after(before: Snapshot, outcome: object) -> Snapshot:
    assert isinstance(outcome, Outcome)
    for thing in outcome.save:
        before = before.having(thing)
    return before


def begun(before: Snapshot, now: datetime = NIGHT) -> Snapshot:
    return after(before, begins(Timer("away_begins", AWAY.id, now), before, now))


def over(before: Snapshot, now: datetime = HOME) -> Snapshot:
    return after(before, ends(Timer("away_ends", AWAY.id, now), before, now))


def owners(view: Snapshot) -> dict[int, tuple[str, ...]]:
    return {a.number: a.owners for a in view.views["tall"].actions}


def absence(view: Snapshot) -> Absence:
    return next(a for a in view.absences if a.id == AWAY.id)


def test_what_falls_due_meanwhile_is_handed_over_and_back() -> None:
    first = snapshot(
        action(1, "anna"), action(2, "anna", due=date(2026, 11, 2)), action(3, "anna", due=LAST), action(4, "anna", due=LAST + timedelta(days=1)),
        action(5, "anna", "cecilia"), action(6, "anna", "bo"), action(7, "cecilia"), action(8, "anna", state="done"), action(9, "anna", state="stuck"),
    )  # fmt: skip
    meanwhile = begun(first)
    assert owners(meanwhile) == {
        1: ("bo",), 2: ("bo",), 3: ("bo",), 4: ("anna",), 5: ("bo", "cecilia"), 6: ("anna", "bo"), 7: ("cecilia",), 8: ("anna",), 9: ("bo",),
    }  # fmt: skip
    assert absence(meanwhile).to_tell == (("bo", instant(datetime(2026, 11, 30, 8))),)
    assert owners(over(meanwhile)) == owners(first)
    assert absence(over(meanwhile)).state == "ended"


OWNERS = st.lists(st.sampled_from(["anna", "bo", "cecilia"]), min_size=1, unique=True).map(tuple)


@given(st.lists(st.tuples(OWNERS, st.integers(-5, 12), st.sampled_from(["open", "stuck", "done", "cancelled"])), max_size=8))
def test_there_and_back_again_changes_nothing(given_actions: list[tuple[tuple[str, ...], int, str]]) -> None:
    first = snapshot(*(
        action(number, *whose, due=FIRST + timedelta(days=days), state=state) for number, (whose, days, state) in enumerate(given_actions, 1)
    ))  # fmt: skip
    meanwhile = begun(first)
    assert all(len(set(each)) == len(each) > 0 for each in owners(meanwhile).values())
    back = over(meanwhile)
    assert {n: set(each) for n, each in owners(back).items()} == {n: set(each) for n, each in owners(first).items()}
    assert not any(a.handed_from for a in back.views["tall"].actions if a.state in ("open", "stuck"))
    assert owners(begun(meanwhile)) == owners(meanwhile)  # once is enough


def test_what_the_deputy_gave_on_is_not_taken_back() -> None:
    meanwhile = begun(snapshot(action(1, "anna")))
    given_on = meanwhile.having(replace(meanwhile.views["tall"].actions[0], owners=("cecilia",), handed_from=""))
    assert owners(over(given_on)) == {1: ("cecilia",)}


def test_undone_while_away_gives_back_without_a_word() -> None:
    meanwhile = begun(snapshot(action(1, "anna")))
    undone = meanwhile.having(replace(absence(meanwhile), state="undone"))
    assert [timer.kind for timer in absence_timers(absence(undone), NIGHT)] == ["away_tell", "away_ends"]
    back = over(undone, NIGHT + timedelta(hours=9))
    assert owners(back) == {1: ("anna",)}
    assert (absence(back).state, absence(back).to_tell) == ("undone", ())


def test_a_deputy_outside_the_group_gets_nothing_of_it() -> None:
    meanwhile = begun(snapshot(action(1, "anna"), members="anna cecilia"))
    assert owners(meanwhile) == {1: ("anna",)}
    assert [id for id, _ in absence(meanwhile).to_tell] == ["cecilia"]
    assert list(news_for("bo", absence(meanwhile), meanwhile, FIRST)) == []


def test_a_deputy_who_is_away_too_gets_nothing() -> None:
    busy = Absence("@bo:2026-11-30", "bo", FIRST, FIRST)
    meanwhile = begun(snapshot(action(1, "anna"), absences=(AWAY, busy)))
    assert owners(meanwhile) == {1: ("anna",)}
    assert [id for id, _ in absence(meanwhile).to_tell] == ["cecilia"]


def test_who_is_told_when_the_contact_person_is_away() -> None:
    alone = replace(AWAY, deputy="")
    assert [id for id, _ in absence(begun(snapshot(action(1, "anna"), absences=(alone,), contact_person="anna"))).to_tell] == ["eva"]
    stand_in = snapshot(action(1, "anna"), absences=(alone,), contact_person="anna", stand_in="bo")
    assert [id for id, _ in absence(begun(stand_in)).to_tell] == ["bo"]


def test_nothing_due_nobody_told() -> None:
    assert absence(begun(snapshot(action(1, "cecilia")))).to_tell == ()
    assert absence(begun(snapshot(action(1, "anna"), members="anna cecilia", state="paused"))).to_tell == ()
    quiet = over(begun(snapshot(action(1, "cecilia"))))
    assert absence(quiet).to_tell == ()


def test_each_is_told_once_when_they_work() -> None:
    meanwhile = begun(snapshot(action(1, "anna")))
    timer = Timer("away_tell", AWAY.id, NIGHT)
    early = tell(timer, meanwhile, NIGHT + timedelta(hours=7))
    assert isinstance(early, Outcome)
    assert early.posts == ()
    on_time = tell(timer, meanwhile, NIGHT + timedelta(hours=8))
    assert isinstance(on_time, Outcome)
    assert [(post.to, post.subject) for post in on_time.posts] == [("@bo", "deputy:@anna:2026-11-30|tall:1|0")]
    again = tell(timer, after(meanwhile, on_time), NIGHT + timedelta(hours=8))
    assert isinstance(again, Outcome)
    assert again.posts == ()


def test_timers_at_midnight_and_never_the_same_twice() -> None:
    assert absence_timers(AWAY, NIGHT - timedelta(days=3)) == (Timer("away_begins", AWAY.id, NIGHT),)
    started = replace(AWAY, begun=True)
    assert absence_timers(started, NIGHT) == (Timer("away_ends", AWAY.id, instant(datetime(2026, 12, 7))),)
    late = NIGHT + timedelta(hours=9)
    now, again = (absence_timers(replace(AWAY, version=n), late)[0] for n in (1, 2))
    assert now != again
    assert max(now.due, again.due) <= late
    assert absence_timers(replace(AWAY, state="ended"), late) == ()


def test_an_absence_that_is_long_over_hands_nothing_over() -> None:
    meanwhile = begun(snapshot(action(1, "anna")), instant(datetime(2026, 12, 9)))
    assert (owners(meanwhile), absence(meanwhile).state) == ({1: ("anna",)}, "ended")
