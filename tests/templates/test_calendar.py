"""iCalendar text, read back by other people's code: what it unfolds to is what the bot plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.calendar import events, series
from bot.model import Group, GroupView, Meeting
from bot.rules.calendar_event import Event, parts, times
from bot.rules.next_meeting import Rule, make_rule, occurrences
from bot.rules.reading import MeetingTime
from templates.calendar import cancellation, feed, invitation
from tests.conftest import examples

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 23, 8, 0)
STAMP = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SENDER = ("NäraVårdGruppen", "boten@example.se")
TUESDAYS = make_rule((MeetingTime(1, time(13), 30),), NOW)


def unfolded(text: bytes, until: date) -> list[tuple[datetime, int]]:
    """When the calendar's meetings begin (wall clock in Stockholm) and how long they last."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(date(2026, 1, 1), until)
    return sorted(
        (start.astimezone(STOCKHOLM).replace(tzinfo=None), round((each.end - start).total_seconds() / 60))
        for each in found if each.get("status") != "CANCELLED" for start in [each.start]
    )  # fmt: skip


clock = st.builds(time, st.integers(6, 20), st.sampled_from((0, 15, 30, 45)))
slots = st.lists(st.builds(MeetingTime, st.integers(0, 6), clock, st.sampled_from((None, 15, 30, 60))), min_size=1, max_size=3)
rules = st.builds(
    lambda slots, first, kind, until: make_rule(tuple(slots), NOW, first=first, until=until, **kind), slots,
    st.dates(date(2026, 11, 23), date(2027, 2, 1)),
    st.one_of(
        st.fixed_dictionaries({"interval": st.integers(1, 4)}),
        st.fixed_dictionaries({"nth": st.lists(st.sampled_from((1, 2, 3, 4, 5, -1)), min_size=1, max_size=2, unique=True).map(tuple)}),
        st.fixed_dictionaries({"parity": st.sampled_from((0, 1))}),
    ),
    st.one_of(st.none(), st.dates(date(2027, 2, 2), date(2029, 1, 1))),
)  # fmt: skip


@st.composite
def views(draw: st.DrawFn) -> GroupView:
    """A group with a rhythm, and meetings kept, moved, cancelled, made longer and added."""
    rule = draw(rules)
    starts = [start for start, _ in zip(occurrences(rule, rule.first), range(90), strict=False)]
    meetings: list[Meeting] = []
    for n, start in enumerate(draw(st.lists(st.sampled_from(starts), max_size=12, unique=True)) if starts else []):
        minutes = next((s.minutes for s in rule.slots if (s.weekday, s.start) == (start.weekday(), start.time())), 0) or 30
        kept = Meeting(f"tall:{n}x", "tall", start, start, minutes)
        what = draw(st.sampled_from(("planned", "moved", "cancelled", "longer", "ended", "undone")))
        if what == "moved":
            away = timedelta(days=draw(st.integers(-6, 20)), minutes=15 * draw(st.integers(-8, 8)))
            kept = replace(kept, starts=datetime.combine((start + away).date(), draw(clock)))
        elif what == "longer":
            kept = replace(kept, minutes=minutes + 15)
        elif what != "planned":
            kept = replace(kept, state=what)
        meetings.append(kept)
    for n in range(draw(st.integers(0, 2))):
        extra = datetime.combine(draw(st.dates(date(2026, 11, 24), date(2027, 6, 1))), draw(clock))
        meetings.append(Meeting(f"tall:e{n}", "tall", extra, extra, 45, extra=True, state=draw(st.sampled_from(("planned", "cancelled")))))
    paused = draw(st.one_of(st.none(), st.tuples(st.dates(date(2026, 11, 25), date(2027, 8, 1)), st.one_of(st.none(), st.integers(0, 60)))))
    group = Group("tall", "tall", state="active", schedule=rule)
    if paused:
        first, days = paused
        group = replace(group, paused_from=first, paused_until=None if days is None else first + timedelta(days=days))
    return GroupView(group, meetings=tuple(meetings))


def plan(view: GroupView, until: datetime) -> list[tuple[datetime, int]]:
    """When the group meets, told without any calendar: the rhythm, but what is kept instead; nothing in a pause."""
    group, rule = view.group, view.group.schedule
    assert rule is not None

    def rests(day: date) -> bool:
        return group.paused_from is not None and group.paused_from <= day and (group.paused_until is None or day <= group.paused_until)

    kept = {m.planned: m for m in view.meetings if not m.extra and m.state != "undone"}
    held = [m for m in view.meetings if m.state == "ended" or (m.state == "planned" and not rests(m.starts.date()))]
    found = [(m.starts, m.minutes) for m in held]
    for start in occurrences(rule, rule.first):
        if start > until:
            break
        if start not in kept and not rests(start.date()):
            lengths = [s.minutes or 30 for s in rule.slots if (s.weekday, s.start) == (start.weekday(), start.time())]
            found.append((start, lengths[0]))
    return sorted(each for each in found if each[0] <= until)


@settings(max_examples=examples(150), deadline=None)
@given(views())
def test_the_calendar_unfolds_to_the_plan(view: GroupView) -> None:
    """Over two years, across both nights that the clocks change, both years."""
    until = datetime(2028, 11, 23)
    shown = events(view, NOW)
    expected = plan(view, until)
    assert sorted(each for event in shown for each in times(event, until)) == expected
    titled = [replace(event, title="Möte") for event in shown]
    assert unfolded(feed([(each, 0) for each in titled], "Möten", STAMP, "example.se"), until.date()) == expected


def test_both_nights_the_meeting_keeps_its_hour() -> None:
    event = Event("tall:1", datetime(2026, 11, 24, 13), 30, TUESDAYS, title="Möte")
    _, text = invitation(event, "x@example.se", 0, STAMP, SENDER, "maj@example.org")
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(date(2027, 3, 23), date(2027, 4, 2))
    assert [each.start.astimezone(UTC).hour for each in found] == [12, 11]  # 13:00 before and after
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(date(2027, 10, 26), date(2027, 11, 4))
    assert [each.start.astimezone(UTC).hour for each in found] == [11, 12]
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Stockholm" in text
    assert b"DTSTART;TZID=Europe/Stockholm:20261124T130000" in text


def test_the_zone_written_out_is_the_zone() -> None:
    """The VTIMEZONE by itself, read by a library that trusts it, is Europe/Stockholm."""
    zone = next(iter(Calendar.from_ical(feed((), "x", STAMP, "example.se")).timezones)).to_tz()
    for year in range(2026, 2036):
        for month in range(1, 13):
            for day in (1, 15, 28):
                moment = datetime(year, month, day, 12)
                assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=STOCKHOLM).utcoffset(), moment


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (TUESDAYS, 1),
        (make_rule((MeetingTime(1, time(13)), MeetingTime(3, time(13))), NOW), 1),  # two days at the same time
        (make_rule((MeetingTime(1, time(13)), MeetingTime(3, time(9))), NOW), 2),
        (make_rule((MeetingTime(1, time(13)), MeetingTime(3, time(13), 60)), NOW), 2),
        (make_rule((MeetingTime(0, time(10)),), NOW, nth=(1, 3)), 1),
        (make_rule((MeetingTime(1, time(13)),), NOW, interval=2), 1),
    ],
)
def test_a_rhythm_is_split_into_no_more_series_than_it_needs(rule: Rule, count: int) -> None:
    assert len(parts(rule)) == count


def test_even_weeks_begin_anew_after_week_53() -> None:
    rule = make_rule((MeetingTime(1, time(13)),), NOW, parity=0)
    first, second, *_ = parts(rule)
    assert first.until == date(2027, 1, 3)  # 2026 has 53 weeks
    assert next(occurrences(second, second.first)) == datetime(2027, 1, 12, 13)  # week 2


def test_an_invitation_names_sender_guest_and_turn() -> None:
    event = Event("tall:1", datetime(2026, 11, 24, 13), 30, TUESDAYS, cancelled=(datetime(2026, 12, 22, 13),), title="NäraVårdGrupp tall")
    method, text = invitation(event, "x@example.se", 7, STAMP, SENDER, "maj@example.org")
    (found,) = Calendar.from_ical(text).events
    assert method == "REQUEST" == Calendar.from_ical(text)["method"]
    assert (found["uid"], found["sequence"], found["status"], found["summary"]) == ("x@example.se", 7, "CONFIRMED", "NäraVårdGrupp tall")
    assert (found["organizer"], found["attendee"]) == ("mailto:boten@example.se", "mailto:maj@example.org")
    assert found["exdate"].dts[0].dt.replace(tzinfo=None) == datetime(2026, 12, 22, 13)


def test_what_is_cancelled_says_so_also_when_nothing_else_is_known() -> None:
    method, text = cancellation("x@example.se", "Möte", 8, STAMP, SENDER, "maj@example.org")
    (found,) = Calendar.from_ical(text).events
    assert (method, found["status"], found["uid"], found["sequence"]) == ("CANCEL", "CANCELLED", "x@example.se", 8)


def test_a_pause_without_end_ends_the_series_where_it_begins() -> None:
    group = Group("tall", "tall", state="active", schedule=TUESDAYS, paused_from=date(2026, 12, 10))
    event = series(GroupView(group), 1)
    assert [start for start, _ in times(event, datetime(2027, 6, 1))] == [datetime(2026, 11, 24, 13), datetime(2026, 12, 1, 13), datetime(2026, 12, 8, 13)]


@pytest.mark.parametrize("state", ["closed", "forgotten", "undone"])
def test_a_group_that_is_no_more_has_no_meetings(state: str) -> None:
    assert series(GroupView(Group("tall", "tall", state=state, schedule=TUESDAYS)), 1).state == "cancelled"
