"""When the group meets, and meetings as they go on and end. Whole conversations are in tests/rehearsals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import agenda_timer
from bot.live_meeting import silence_timer, silent_until
from bot.meetings import HORIZON, made, missed_timer, replanned, starts_of, working_day_near
from bot.model import Group, GroupView, Meeting
from bot.red_days import red_day_timer
from bot.rules.next_meeting import Rule, make_rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import instant, local
from tests.rehearsals.plays import play

MONDAY = datetime(2026, 11, 23, 8)
TUESDAYS = make_rule((MeetingTime(1, time(13), 30),), MONDAY)


def meeting(starts: datetime, **values: object) -> Meeting:
    return replace(Meeting(f"tall:{starts.date()}", "tall", starts, starts), **values)  # type: ignore[arg-type]


def view(*meetings: Meeting, rule: Rule = TUESDAYS) -> GroupView:
    return GroupView(Group("tall", "tall", state="active", schedule=rule), meetings=meetings)


# --- the rhythm -------------------------------------------------------------------------------------------------------

rules = st.builds(
    lambda days, hour, interval: make_rule(tuple(MeetingTime(day, time(hour), 30) for day in sorted(days)), MONDAY, interval=interval),
    st.sets(st.integers(0, 6), min_size=1, max_size=3), st.integers(7, 20), st.integers(1, 3),
)  # fmt: skip


@given(old=rules, new=rules, moved=st.integers(0, 4), gone=st.integers(0, 4))
def test_a_new_rhythm_loses_and_doubles_nothing(old: Rule, new: Rule, moved: int, gone: int) -> None:
    before = made(view(rule=old), old, MONDAY + HORIZON, MONDAY, at_least=2)
    before = [replace(m, version=1) for m in before]
    if moved < len(before):
        before[moved] = replace(before[moved], starts=before[moved].starts + timedelta(hours=1))
    if gone < len(before) and gone != moved:
        before[gone] = replace(before[gone], state="cancelled")
    changed = replanned(view(*before), new, MONDAY)
    after = {m.id: m for m in (*before, *changed)}
    assert len(changed) == len({m.id for m in changed})
    kept = [m for m in after.values() if m.state != "undone"]
    wanted = starts_of(new, MONDAY + HORIZON, MONDAY, at_least=2)
    assert all(sum(m.planned == start for m in kept) == 1 for start in wanted)
    # what was agreed by hand is as it was
    for m in before:
        if m.state == "cancelled" or m.starts != m.planned:
            assert (after[m.id].state, after[m.id].starts) == (m.state, m.starts)
    # and nothing is left over from the old rhythm
    strangers = [m for m in kept if m.planned not in wanted]
    assert all(m.state == "cancelled" or m.starts != m.planned for m in strangers)
    # once more changes nothing
    assert replanned(view(*after.values()), new, MONDAY) == []


def test_a_cancelled_monday_does_not_cancel_a_saturday_that_was_always_there() -> None:
    both = make_rule((MeetingTime(0, time(15), 30), MeetingTime(5, time(15), 30)), MONDAY)
    monday, saturday, *rest = (replace(m, version=1) for m in made(view(rule=both), both, MONDAY + HORIZON, MONDAY))
    cancelled = replace(monday, state="cancelled")
    saturdays = make_rule((MeetingTime(5, time(16), 30),), MONDAY)
    changed = {m.id: m for m in replanned(view(cancelled, saturday, *rest, rule=both), saturdays, MONDAY)}
    assert cancelled.id not in changed
    assert (changed[saturday.id].state, changed[saturday.id].starts) == ("planned", datetime(2026, 11, 28, 16))


def test_meetings_are_made_once() -> None:
    first = made(view(), TUESDAYS, MONDAY + HORIZON, MONDAY)
    assert [m.starts.date().isoformat() for m in first] == ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"]
    assert made(view(*first), TUESDAYS, MONDAY + HORIZON, MONDAY) == []
    cancelled = [replace(m, state="cancelled") for m in first]
    assert made(view(*cancelled), TUESDAYS, MONDAY + HORIZON, MONDAY) == []


def test_an_id_that_was_taken_back_is_used_again() -> None:
    taken_back = meeting(datetime(2026, 11, 24, 9), state="undone", version=7)
    first = made(view(taken_back), TUESDAYS, MONDAY + timedelta(days=2), MONDAY)[0]
    assert (first.id, first.version, first.starts.hour) == ("tall:2026-11-24", 7, 13)
    held = meeting(datetime(2026, 11, 24, 9), state="ended")
    assert made(view(held), TUESDAYS, MONDAY + timedelta(days=2), MONDAY)[0].id == "tall:2026-11-24b"


@pytest.mark.parametrize(
    ("start", "near"),
    [
        ("2026-12-24 13:00", "2026-12-23 13:00"),
        ("2026-12-31 13:00", "2026-12-30 13:00"),
        ("2027-01-06 08:15", "2027-01-05 08:15"),
        ("2026-11-23 13:00", "2026-11-24 13:00"),
    ],
)
def test_a_working_day_near(start: str, near: str) -> None:
    assert working_day_near(datetime.fromisoformat(start), MONDAY) == datetime.fromisoformat(near)


# --- what happens by itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "starts", "due"),
    [
        # noon the working day before; after that at once, in office hours, and never when it is too late
        ("2026-11-23 08:00", "2026-12-01 13:00", "2026-11-30 12:00"),
        ("2026-11-23 08:00", "2026-11-30 09:00", "2026-11-27 12:00"),
        ("2026-11-23 08:00", "2027-01-07 13:00", "2027-01-05 12:00"),
        ("2026-11-30 12:30", "2026-12-01 13:00", "2026-11-30 12:30"),
        ("2026-11-30 20:00", "2026-12-01 13:00", "2026-12-01 08:00"),
        ("2026-11-30 20:00", "2026-12-01 07:30", None),
        ("2027-03-22 08:00", "2027-03-30 13:00", "2027-03-25 12:00"),  # Easter between
    ],
)
def test_when_the_agenda_is_posted(now: str, starts: str, due: str | None) -> None:
    timers = agenda_timer(meeting(datetime.fromisoformat(starts)), instant(datetime.fromisoformat(now)))
    assert [local(timer.due) for timer in timers] == ([datetime.fromisoformat(due)] if due else [])


@pytest.mark.parametrize(
    ("now", "starts", "due"),
    [
        ("2026-11-23 08:00", "2026-12-24 13:00", "2026-12-10 08:00"),
        ("2026-11-23 08:00", "2026-12-22 13:00", None),
        ("2026-12-20 10:00", "2026-12-24 13:00", "2026-12-21 08:00"),
        ("2027-05-03 08:00", "2027-06-25 10:00", "2027-06-11 08:00"),  # Midsummer's Eve
        ("2026-12-22 08:00", "2027-01-06 10:00", "2026-12-23 08:00"),  # two weeks before Epiphany
        ("2027-04-01 08:00", "2027-05-06 10:00", "2027-04-22 08:00"),  # Ascension Day
    ],
)
def test_when_a_red_day_is_noticed(now: str, starts: str, due: str | None) -> None:
    timers = red_day_timer(meeting(datetime.fromisoformat(starts)), instant(datetime.fromisoformat(now)))
    assert [local(timer.due) for timer in timers] == ([datetime.fromisoformat(due)] if due else [])


def test_a_day_is_noticed_and_an_agenda_posted_only_once() -> None:
    eve = datetime(2026, 12, 24, 13)
    now = instant(MONDAY)
    assert red_day_timer(meeting(eve, holiday_noticed=True), now) == ()
    assert agenda_timer(meeting(eve, agenda_posted=True), now) == ()
    for state in ("live", "ended", "cancelled", "missed", "undone"):
        gone = meeting(eve, state=state)
        assert (red_day_timer(gone, now), agenda_timer(gone, now), missed_timer(gone, now)) == ((), (), ())


@given(late=st.integers(-120, 300), written=st.integers(0, 300), minutes=st.integers(10, 120))
def test_silence_never_ends_a_meeting_early(late: int, written: int, minutes: int) -> None:
    starts = datetime(2026, 10, 25, 1)  # the night the clock goes back
    begun = instant(starts) + timedelta(minutes=late)
    live = meeting(starts, state="live", minutes=minutes, started_at=begun, last_line_at=begun + timedelta(minutes=written))
    until = silent_until(live)
    assert until >= begun + timedelta(minutes=written + 60)
    assert until >= instant(live.ends) + timedelta(minutes=60)
    assert [timer.due for timer in silence_timer(live, begun)] == [until]
    assert silence_timer(replace(live, state="ended"), begun) == ()


# --- conversations ----------------------------------------------------------------------------------------------------

STEPS = {
    "what is not said is asked for, and nothing is changed": """
        - anna @ nvg-tall: "/nvg möte tisdagar"
        - expect: {to: anna, kind: reply, has: ["klockslag"]}
        - expect nothing: {in: nvg-tall}
        - anna @ nvg-tall: "/nvg ställ in mötet"
        - expect: {to: anna, kind: reply, message: no_such_meeting, has: ["inget möte inplanerat", "möte tisdagar 13:00"]}
        - anna @ nvg-tall: "/nvg flytta mötet till onsdag kl 10"
        - expect: {to: anna, kind: reply, message: no_such_meeting}
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - expect: {to: anna, kind: reply, message: no_live_meeting, buttons: [Starta mötet]}
        - anna @ nvg-tall: "/nvg öppna mötet igen"
        - expect: {to: anna, kind: reply, message: cannot_reopen}
        - anna @ nvg-tall: "/nvg sammanfattning"
        - expect: {to: anna, kind: reply, message: no_minutes}
        - anna @ nvg-tall: "/nvg närvarande: @bo"
        - expect: {to: anna, kind: reply, message: no_live_meeting}
        - expect nothing: {in: nvg-tall}
    """,
    "the form for moving says what is wrong": """
        - anna @ nvg-tall: "/nvg möte torsdagar 13:00"
        - wait until: 2026-12-10 08:00
        - anna taps: {button: Flytta, holding: julafton, fill: {när: "banan"}}
        - expect: {to: anna, kind: reply, has: ["hittar jag inte"]}
        - expect nothing: {in: nvg-tall}
        - anna taps: {button: Flytta, holding: julafton, fill: {när: "i dag kl 7"}}
        - expect: {to: anna, kind: reply, has: ["redan varit"]}
        - anna taps: {button: Flytta, holding: julafton, fill: {när: "kl 15"}}
        - expect: {in: nvg-tall, kind: channel, has: ["torsdag 24 december kl. 15:00", "Det är julafton"]}
    """,
    "a meeting that is spoken of long before it is planned": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - anna @ nvg-tall: "/nvg ställ in mötet v 6"
        - expect: {in: nvg-tall, has: ["tisdag 9 februari 2027", "därefter är tisdag 16 februari 2027"]}
        - wait until: 2027-02-03 08:00
        - anna @ nvg-tall: "/nvg dagordning"
        - expect: {to: anna, kind: reply, has: ["tisdag 16 februari"]}
        - wait until: 2027-02-15 11:59
        - expect nothing: {in: nvg-tall, kind: channel, message: agenda, has: ["9 februari"]}
        - wait until: 2027-02-15 12:00
        - expect: {in: nvg-tall, kind: channel, message: agenda, has: ["16 februari"]}
    """,
    "a longer meeting": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00-13:30"
        - anna @ nvg-tall: "/nvg förläng mötet 15 min"
        - expect: {in: nvg-tall, message: meeting_extended}
        - anna @ nvg-tall: "/nvg ångra"
        - expect: {in: nvg-tall, message: undone, has: "Mötestiden är som förut"}
        - wait until: 2026-11-24 13:00
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg förläng mötet 15 min"
        - anna @ nvg-tall: "/nvg ångra"
        - expect: {to: anna, kind: reply, message: undone}
        - expect nothing: {in: nvg-tall, message: undone}
    """,
    "a meeting nobody planned": """
        - bo @ nvg-tall: "/nvg starta mötet"
        - expect: {to: bo, kind: reply, has: ["blev ett extra"]}
        - expect: {in: nvg-tall, message: live_meeting}
        - bo @ nvg-tall: "/nvg förläng mötet 15 min"
        - expect: {to: bo, kind: reply, has: ["kl. 08:45"]}
        - wait until: 2026-11-23 09:44
        - expect nothing: {in: nvg-tall, message: minutes}
        - wait until: 2026-11-23 09:46
        - expect: {in: nvg-tall, message: minutes, has: ["Inga beslut eller åtgärder"]}
    """,
    "a meeting that has just ended is opened again, or another one is held": """
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - wait: 20 minutes
        - anna @ nvg-tall: "/nvg öppna mötet"
        - expect: {to: anna, kind: reply, message: just_ended, has: ["kl. 08:00"], buttons: [Öppna mötet igen, Starta mötet]}
        - expect nothing: {in: nvg-tall}
        - anna taps: {button: Öppna mötet igen, holding: "fortsätta"}
        - expect: {to: anna, kind: reply, message: meeting_reopened}
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - bo @ nvg-tall: "/nvg starta mötet"
        - bo taps: {button: Starta mötet, holding: "ett möte till"}
        - expect: {to: bo, kind: reply, has: ["blev ett extra"]}
        - bo @ nvg-tall: "/nvg avsluta mötet"
        - wait: 4 hours
        - bo @ nvg-tall: "/nvg starta mötet"
        - expect: {to: bo, kind: reply, message: meeting_started}
    """,
    "guests for once": """
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg närvarande: @bo och Karin från Försäkringskassan"
        - expect: {to: anna, kind: reply, message: attendance_noted, has: ["Anna Berg", "Bo Ek", "Karin från Försäkringskassan"]}
        - anna @ nvg-tall: "/nvg gäster: Olle, Karin från Försäkringskassan"
        - expect: {to: anna, kind: reply, has: ["Bo Ek samt Karin från Försäkringskassan, Olle"]}
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - expect: {in: nvg-tall, message: minutes, has: ["Bo Ek samt Karin från Försäkringskassan, Olle"]}
    """,
    "all meetings cancelled": """
        - anna @ nvg-tall: "/nvg möte tisdagar och fredagar 8:15-8:30"
        - expect: {in: nvg-tall, has: ["tisdagar och fredagar 08:15–08:30", "sedan fre 27/11"]}
        - anna @ nvg-tall: "/nvg ställ in alla möten"
        - expect: {in: nvg-tall, has: ["tisdag 24 november", "fredag 27 november", "Inga fler möten"]}
        - wait: 3 weeks
        - expect nothing: {in: nvg-tall}
    """,
    "a moved meeting moves its agenda": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - wait until: 2026-11-23 12:00
        - expect: {in: nvg-tall, message: agenda, kind: channel}
        - anna @ nvg-tall: "/nvg flytta mötet till onsdag"
        - expect: {in: nvg-tall, message: agenda, kind: update, has: ["onsdag 25 november kl. 13:00"]}
        - wait until: 2026-11-25 13:00
        - expect nothing: {in: nvg-tall, message: agenda, kind: channel}
        - anna @ nvg-tall: "/nvg starta mötet"
        - expect: {to: anna, kind: reply, has: ["Mötet är i gång."], lacks: ["extra"]}
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - expect: {in: nvg-tall, message: minutes, has: ["Nästa möte: tisdag 1 december"]}
    """,
    "corrected, undone and done meanwhile": """
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg beslut: hemtjänsten kommer två gånger, ansvarig @bo"
        - anna @ nvg-tall: "/nvg ändra B1 till hemtjänsten kommer tre gånger"
        - anna @ nvg-tall: "/nvg ångra"
        - expect: {to: anna, kind: reply, message: undone, has: ["B1", "två gånger"], lacks: "tre gånger"}
        - anna @ nvg-tall: "/nvg åtgärd @bo köpa kuddar"
        - anna @ nvg-tall: "/nvg ge 1 till Lisa på torsdag"
        - expect: {to: anna, kind: reply, message: unknown_person, has: ["Lisa", "Bo Ek"]}
        - anna @ nvg-tall: "/nvg ge 1"
        - expect: {to: anna, kind: reply, message: missing, has: ["Vem", "ge 1 till @bo"]}
        - anna @ nvg-tall: "/nvg åtgärd @bo boka tid"
        - anna @ nvg-tall: "/nvg åtgärd @anna och @bo ställa fram stolen"
        - bo @ nvg-tall: "/nvg klar 1 två blå"
        - anna @ nvg-tall: "/nvg 1 hjälpte"
        - anna @ nvg-tall: "/nvg parkera parkeringen"
        - expect: {to: anna, kind: reply, has: "Parkerat: parkeringen"}
        - wait: 1 minutes
        - anna @ nvg-tall: "/nvg avsluta mötet"
        - expect: {to: bo, kind: direct, message: own_list, has: ["boka tid – senast", "ställa fram stolen – Anna Berg och Bo Ek, senast"]}
        - anna @ nvg-tall: "/nvg ångra"
        - expect: {to: anna, kind: reply, message: cannot_undo, has: "Mötet är just avslutat", buttons: [Öppna mötet igen]}
        - anna @ nvg-tall: "/nvg ångra 1"
        - expect: {to: anna, kind: reply, message: undone, has: "Utvärderingen"}
        - expect nothing: {in: nvg-tall, message: undone}
        - anna taps: {button: Kopia för journalen}
        - expect: {to: anna, kind: reply, message: minutes_copy, has: "köpa kuddar. Bo Ek, klart: två blå."}
    """,
    "the meeting of a week, also one that is not kept yet": """
        - anna @ nvg-tall: "/nvg möte tisdagar och fredagar 8:15-8:30"
        - anna @ nvg-tall: "/nvg flytta mötet v 53 till torsdag kl 10"
        - expect: {in: nvg-tall, has: ["Mötet tisdag 29 december kl. 08:15", "torsdag 31 december kl. 10:00–10:15"]}
        - anna @ nvg-tall: "/nvg ställ in mötet v 50"
        - anna @ nvg-tall: "/nvg flytta mötet v 50 till torsdag kl 10"
        - expect: {to: anna, kind: reply, message: no_such_meeting, has: "vecka 50"}
        - expect nothing: {in: nvg-tall}
        - anna @ nvg-tall: "/nvg flytta mötet till onsdag v 50 kl 10-11"
        - expect: {in: nvg-tall, has: ["Mötet tisdag 24 november", "onsdag 9 december kl. 10:00–11:00"]}
    """,
    "a new time from a day on leaves what comes before it": """
        - anna @ nvg-tall: "/nvg möte tisdagar och fredagar 8:15-8:30"
        - anna @ nvg-tall: "/nvg flytta alla möten till kl 9 från januari"
        - expect: {to: anna, kind: reply, has: ["tisdagar och fredagar 09:00–09:15", "Första mötet fredag 1 januari 2027", "Mötena före dess ligger kvar"], lacks: "halvtimme"}
        - anna @ nvg-tall: "/nvg grupp"
        - expect: {to: anna, kind: reply, has: "Nästa möte: tisdag 24 november kl. 08:15", lacks: "09:00"}
        - wait until: 2026-12-28 12:00
        - expect: {in: nvg-tall, message: agenda, kind: channel, at: 2026-12-28 12:00..2026-12-28 12:00, has: "tisdag 29 december kl. 08:15–08:30"}
        - wait until: 2027-01-04 12:00
        - expect: {in: nvg-tall, message: agenda, kind: channel, has: "tisdag 5 januari kl. 09:00–09:15"}
    """,
    "the next meeting after a long break is known": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00-13:30"
        - anna @ nvg-tall: "/nvg ställ in mötena till och med v 5"
        - expect: {in: nvg-tall, has: ["tisdag 24 november", "tisdag 2 februari 2027", "därefter är tisdag 9 februari 2027"]}
        - anna @ nvg-tall: "/nvg grupp"
        - expect: {to: anna, kind: reply, has: "Nästa möte: tisdag 9 februari 2027 kl. 13:00"}
        - anna @ nvg-tall: "/nvg pausa v 6-12"
        - anna @ nvg-tall: "/nvg åtgärd @bo ringa rehab"
        - expect: {to: anna, kind: reply, has: "tisdag 30 mars 2027"}
        - anna @ nvg-tall: "/nvg ställ in mötena från 20 december"
        - expect: {to: anna, kind: reply, message: bad_date, has: "Till och med vilken dag?"}
        - expect nothing: {in: nvg-tall}
    """,
    "the same time again": """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - anna @ nvg-tall: "/nvg flytta mötet till tisdag kl 13"
        - expect: {to: anna, kind: reply, message: meeting_already}
        - expect nothing: {in: nvg-tall}
    """,
}


@pytest.mark.parametrize("name", STEPS)
def test_conversation(tmp_path: Path, name: str) -> None:
    played = play(tmp_path, STEPS[name])
    assert played.code == 0, played.err


def test_the_rhythm_goes_on_for_a_year_with_one_meeting_a_week(tmp_path: Path) -> None:
    played = play(
        tmp_path,
        """
        - anna @ nvg-tall: "/nvg möte tisdagar 13:00"
        - wait until: 2027-11-23 14:00
        """,
        "--json",
    )
    assert played.code == 0, played.err
    agendas = [line for line in played.lines if line["message"] == "agenda" and line["kind"] == "channel" and line["platform"] == "slack"]
    days = [date.fromisoformat(line["at"][:10]) for line in agendas]
    assert len(days) == 53 and len(set(days)) == 53
    assert all(line["at"][11:16] == "12:00" for line in agendas)
    assert all("kl. 13:00–13:30" in line["text"] for line in agendas)
