"""What the agenda holds, and in what order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.agenda import agenda_of
from bot.model import Action, Consent, Group, GroupView, Meeting, Point
from tests.rehearsals.plays import play

NOW = datetime(2026, 11, 30, 11, tzinfo=UTC)
NEXT = Meeting("tall:2026-12-01", "tall", datetime(2026, 12, 1, 13), datetime(2026, 12, 1, 13))


def action(number: int, due: str, **values: object) -> Action:
    made = Action(f"tall:{number}", "tall", number, ("anna",), date.fromisoformat(due), "anna", NOW - timedelta(days=7), text=f"a{number}")
    return replace(made, **values)  # type: ignore[arg-type]


def held(days_ago: int) -> Meeting:
    at = NOW - timedelta(days=days_ago)
    day = at.replace(tzinfo=None)
    return Meeting(f"tall:{day.date()}", "tall", day, day, state="ended", started_at=at, ended_at=at + timedelta(minutes=30))


def done(number: int, days_ago: int, **values: object) -> Action:
    return action(number, "2026-11-27", state="done", closed_at=NOW - timedelta(days=days_ago), closed_by="anna", **values)


def view(*actions: Action, points: tuple[Point, ...] = (), meetings: tuple[Meeting, ...] = (), **group: object) -> GroupView:
    made = replace(Group("tall", "tall", aim="sova gott"), **group)  # type: ignore[arg-type]
    return GroupView(made, actions=actions, points=points, meetings=(NEXT, *meetings))


def test_what_is_due_at_the_meeting_comes_before_what_is_due_later() -> None:
    agenda = agenda_of(
        view(
            action(1, "2026-12-10"), action(2, "2026-12-01"), action(3, "2026-11-26"), action(4, "2026-12-01", state="stuck"),
            action(5, "2026-12-01", state="cancelled"), action(6, "2026-12-01", state="undone"),
        ),
        NEXT, NOW,
    )  # fmt: skip
    assert [a.number for a in agenda.due] == [3, 2]
    assert [a.number for a in agenda.later] == [1]
    assert [a.number for a in agenda.stuck] == [4]
    assert agenda.overdue == ("tall:3",)
    assert agenda.aim == "sova gott"


def test_what_was_done_since_last_time_is_evaluated_and_once_more_if_it_was_not() -> None:
    earlier = (held(6), held(13))
    agenda = agenda_of(
        view(
            done(1, 2), done(2, 2, helped="partly"), done(3, 9), done(4, 9, helped="helped"), done(5, 20), meetings=earlier,
        ),
        NEXT, NOW,
    )  # fmt: skip
    assert [a.number for a in agenda.done] == [1, 2, 3]


def test_the_patients_own_points_come_first() -> None:
    def point(number: int, **values: object) -> Point:
        return replace(Point(f"tall:p{number}", "tall", number, "anna", NOW, text=f"p{number}"), **values)  # type: ignore[arg-type]

    points = (point(1), point(2, by_patient=True), point(3, state="parked"), point(4, state="taken_up"), point(5))
    assert [p.number for p in agenda_of(view(points=points), NEXT, NOW).points] == [2, 1, 5]


@pytest.mark.parametrize(
    ("until", "shown"), [("2026-11-20", True), ("2026-12-14", True), ("2026-12-15", True), ("2026-12-16", False), ("2027-11-20", False)]
)
def test_a_consent_that_runs_out_is_on_the_agenda_two_weeks_before(until: str, shown: bool) -> None:
    agenda = agenda_of(view(consent=Consent(date.fromisoformat(until))), NEXT, NOW)
    assert agenda.consent_until == (date.fromisoformat(until) if shown else None)


STEPS = {
    "a point is added once, and taken off again": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - anna @ nvg-tall: "/nvg ta upp sömnen"
        - bo @ nvg-tall: "/nvg ta upp Sömnen"
        - expect: {to: bo, kind: reply, has: ["står redan på dagordningen"]}
        - wait until: 2026-11-23 12:00
        - bo @ nvg-tall: "/nvg ta upp rullatorn"
        - expect: {in: nvg-tall, kind: update, message: agenda, has: ["sömnen", "rullatorn"]}
        - expect nothing: {in: nvg-tall, kind: channel}
        - bo taps: {button: Ta bort, holding: "sömnen"}
        - expect: {in: nvg-tall, kind: update, message: agenda, lacks: ["sömnen"]}
        - undo by: bo
        - expect: {in: nvg-tall, kind: update, message: agenda, has: ["sömnen"]}
        - anna taps: {button: "+ Punkt", fill: {text: "utflykt", patientens: "ja"}}
        - expect: {in: nvg-tall, kind: update, message: agenda, has: ["utflykt (patientens egen punkt)"]}
    """,
    "an agenda without a meeting says how to get one": """
        - anna @ nvg-tall: "/nvg åtgärd ringa rehab"
        - anna @ bot: "dagordning"
        - expect: {to: anna, kind: reply, message: agenda, has: ["ringa rehab", "Inget möte är inplanerat"], buttons: ["+ Punkt"]}
        - anna taps: {button: "+ Punkt", fill: {text: "sömnen"}}
        - expect: {to: anna, kind: reply, message: point_added, has: ["sömnen"]}
    """,
    "what is evaluated before the meeting is in its minutes": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - bo @ nvg-tall: "/nvg åtgärd ringa rehab i dag"
        - bo @ nvg-tall: "/nvg klar 1 tid på torsdag"
        - wait until: 2026-11-23 12:00
        - anna taps: {button: Delvis, holding: "ringa rehab"}
        - expect: {in: nvg-tall, kind: update, message: agenda, has: ["hjälpte delvis"]}
        - wait until: 2026-11-24 13:00
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - expect: {in: nvg-tall, message: minutes, has: ["ringa rehab: hjälpte delvis", "tid på torsdag"]}
    """,
    "a lesson outside a meeting is told to the group": """
        - anna @ nvg-tall: "/nvg lärdom: ring före åtta"
        - expect: {in: nvg-tall, kind: channel, has: ["Anna Berg", "ring före åtta"]}
        - anna @ bot: "lärdom: ring efter tre"
        - expect nothing: {in: nvg-tall}
    """,
}


@pytest.mark.parametrize("name", STEPS)
def test_conversation(tmp_path: Path, name: str) -> None:
    played = play(tmp_path, STEPS[name])
    assert played.code == 0, played.err


def test_its_parts_come_in_the_order_they_are_spoken_of(tmp_path: Path) -> None:
    played = play(
        tmp_path,
        """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - anna @ nvg-tall: "/nvg ta upp rullatorn"
        - anna @ nvg-tall: "/nvg patientens punkt: sömnen"
        - anna @ nvg-tall: "/nvg åtgärd @bo läsa planen senast 15 december"
        - anna @ nvg-tall: "/nvg åtgärd @bo boka tid i dag"
        - anna @ nvg-tall: "/nvg åtgärd @bo ringa rehab i dag"
        - anna @ nvg-tall: "/nvg åtgärd @anna @bo hämta stolen i morgon var för sig"
        - bo @ nvg-tall: "/nvg kommer inte vidare 2 ingen svarar"
        - bo @ nvg-tall: "/nvg klar 3 tid på torsdag"
        - anna @ bot: "dagordning"
        """,
        "--json",
    )
    assert played.code == 0, played.err
    agenda = played.lines[-1]["text"]
    parts = ["🎯", "Dagordning", "ringa rehab", "hämta stolen – Anna Berg och Bo Ek, var för sig", "boka tid", "Att ta upp", "sömnen", "rullatorn", "läsa planen"]
    assert sorted(parts, key=agenda.index) == parts
