"""Meetings on a red day or an eve: the group is asked two weeks ahead whether it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.calendar import rests
from bot.cards import Drawn, Reader, card
from bot.keys import key
from bot.meetings import the_meeting
from bot.messages import meetings as say
from bot.model import Meeting, Snapshot
from bot.outcome import Fact, Need, Outcome, Post
from bot.rules.work_calendar import (
    OFFICE,
    in_office,
    instant,
    is_eve,
    is_red,
    is_working_day,
    local,
    previous_working_day,
    red_name,
)
from bot.timers import Timer, wants_timers

TWO_WEEKS = timedelta(weeks=2)


@wants_timers(Meeting)
def red_day_timer(meeting: Meeting, now: datetime) -> tuple[Timer, ...]:
    """Two weeks before a meeting on a red day or an eve."""
    day = meeting.starts.date()
    if meeting.state != "planned" or meeting.holiday_noticed or not (is_red(day) or is_eve(day)):
        return ()
    noticed = day - TWO_WEEKS
    noticed = noticed if is_working_day(noticed) else previous_working_day(noticed)
    due = in_office(datetime.combine(noticed, OFFICE.start), meeting.starts, now)
    return (Timer("red_day", meeting.id, due),) if due else ()


def red_day(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome:
    meeting = snapshot.get(f"Meeting {timer.subject}")
    view = snapshot.views.get(timer.subject.partition(":")[0])
    if not isinstance(meeting, Meeting) or view is None or meeting.state != "planned" or meeting.holiday_noticed:
        return Outcome()
    day = meeting.starts.date()
    if not (is_red(day) or is_eve(day)) or rests(view.group, day) or meeting.starts <= local(now):
        return Outcome()
    return Outcome(
        save=(replace(meeting, holiday_noticed=True),),
        facts=(Fact("red_day_noticed", meeting.group, meeting.id),),
        posts=(Post(meeting.group, f"red_day:{meeting.id}", useful_until=instant(meeting.starts)),),
        command="red_day",
    )


@card("red_day")
def draw_red_day(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    meeting = the_meeting(rest, snapshot)
    if not isinstance(meeting, Meeting):
        return meeting
    view = snapshot.views[meeting.group]
    name = red_name(meeting.planned.date(), view.group.language) or ""
    return Drawn(say.RedDay(meeting, name, meeting.planned), (key(meeting),))


TIMERS = {"red_day": red_day}
