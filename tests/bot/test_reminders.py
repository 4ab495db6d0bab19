"""The nudge an hour before a clock time, as a pure function. The reminders of the day are in tests/rehearsals/reminders.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import Action, Group, GroupView, Member, Snapshot
from bot.outcome import Outcome
from bot.reminders import nudge, nudge_timer
from bot.rules.work_calendar import instant

DUE = datetime(2026, 11, 27, 14)
ACTION = Action("tall:1", "tall", 1, ("bo",), DUE, "anna", instant(DUE) - timedelta(days=1), text="ringa")
VIEW = GroupView(Group("tall", "tall", state="active"), (Member("tall:@bo", "tall", "bo"),), actions=(ACTION,))


@pytest.mark.parametrize(
    ("written", "left", "told"),
    [
        (timedelta(days=1), timedelta(hours=1), True),
        (timedelta(days=1), timedelta(minutes=11), True),
        (timedelta(days=1), timedelta(minutes=10), False),  # the bot was away: too late to be of use
        (timedelta(hours=1), timedelta(hours=1), True),
        (timedelta(minutes=59), timedelta(minutes=59), False),  # written within the hour: its owner has just read it
    ],
)
def test_a_nudge_comes_once_and_in_time(written: timedelta, left: timedelta, told: bool) -> None:
    action = replace(ACTION, at=instant(DUE) - written)
    [timer] = nudge_timer(action, action.at)
    assert timer.due == instant(DUE) - timedelta(hours=1)
    outcome = nudge(timer, Snapshot(views={"tall": replace(VIEW, actions=(action,))}), instant(DUE) - left)
    assert isinstance(outcome, Outcome) and [post.to for post in outcome.posts] == (["@bo"] if told else [])
    [noted] = outcome.save
    assert isinstance(noted, Action) and nudge_timer(noted, action.at) == ()
