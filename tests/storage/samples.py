"""Objects of every kind, for the storage tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.incoming import Incoming, Place
from bot.model import (
    Absence,
    Action,
    Consent,
    Decision,
    Escalation,
    Group,
    Inquiry,
    Kept,
    Lesson,
    Meeting,
    Member,
    Person,
    Point,
    Question,
    Step,
    TimeSpent,
)  # fmt: skip
from bot.rules.escalation_plan import Plan
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import Working
from storage.store import Store

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CHANNEL = Place("slack", "nvg-tall")

ANNA = Person(
    "anna", "Anna Berg", "Arvika kommun", ("slack:T1/anna", "mail:anna@example.org"), "010-123 45 67",
    working=Working(), remind_at=time(6, 45), reminded_on=date(2026, 11, 20), roles=frozenset({"coordinator"}),
)  # fmt: skip
BO = Person("bo", "Bo Ek", identities=("teams:bo",), language="en")
TALL = Group(
    "tall", "tall", state="active", channels=("slack:nvg-tall", "teams:nvg-tall"), contact_person="anna",
    consent=Consent(date(2027, 11, 23), ("Arvika kommun", "Region Värmland"), given_on=date(2026, 11, 1)),
    schedule=Rule((MeetingTime(1, time(13, 0), 30),), first=date(2026, 11, 24)),
    aim="fler smärtfria timmar", mandate="hembesök", last_action=1,
)  # fmt: skip
MEMBERS = (Member("tall:@anna", "tall", "anna"), Member("tall:@bo", "tall", "bo", "facilitator"))
ACTION = Action(
    "tall:1", "tall", 1, ("anna", "bo"), date(2026, 11, 27), "anna", NOW, each=True, done_by=("bo",),
    meeting="tall:2026-11-24", origin="meeting", state="stuck", stuck_at=NOW, text="ringa hemtjänsten", reason="stängt",
)  # fmt: skip
THINGS: tuple[Kept, ...] = (
    ANNA, BO, TALL, *MEMBERS, ACTION,
    Action("tall:2", "tall", 2, ("anna",), datetime(2026, 11, 27, 13, 30), "anna", NOW, text="boka tid"),
    Meeting(
        "tall:2026-11-24", "tall", datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 14, 30), state="live",
        started_at=NOW, present=("anna",), visitors="systern Eva",
    ),
    Decision("tall:B1", "tall", 1, "anna", NOW, ("bo",), date(2026, 12, 1), "tall:2026-11-24", text="hembesök varje vecka"),
    Point("tall:p1", "tall", 1, "anna", NOW, by_patient=True, text="sömnen"),
    Question("tall:f2", "tall", 2, "anna", NOW, ("bo",), text="har hon fått tiden?", answer="ja"),
    Inquiry("tall:s5", "tall", 5, "anna", NOW, "people", text="Karin Holm", found="teams:T/U Karin Holm"),
    Lesson("tall:l3", "tall", 3, "bo", NOW, text="ring före tio"),
    Escalation(
        "tall:H1", "tall", 1, "tall", "anna", NOW, "tall", Plan(NOW, NOW, NOW), NOW, action="tall:1", state="taken",
        taken_by="bo", taken_at=NOW, path=(Step("lifted", "anna", NOW, "tall"), Step("taken", "bo", NOW)),
        text="saknar behörighet", tried="ringt växeln", said="saknar behörighet\x1f",
    ),
    TimeSpent("tall:t4", "tall", 4, "bo", NOW, 15, "tall:1"),
    Absence("@anna:2026-12-01", "anna", date(2026, 12, 1), date(2026, 12, 14), "bo"),
)  # fmt: skip


def heard(event: str, person: str = "anna", place: Place = CHANNEL, said: str = "") -> Incoming:
    return Incoming(event, person, place, said)


def kept(thing: Kept) -> Kept:
    """As it comes back after its first saving."""
    return replace(thing, version=1)


def fill(store: Store) -> None:
    """The group, its people, and one of everything."""
    with store.turn() as work:
        work.save(THINGS, NOW)
