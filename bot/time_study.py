"""The time study: minutes spent on coordination, so that what the work costs is measured and not guessed."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import code
from bot.ask import Ask
from bot.messages import time_study as say
from bot.messages.common import NoSuch
from bot.model import TimeSpent
from bot.outcome import Fact, Need, Outcome, Say
from bot.rules.work_calendar import local, week_of

LONGEST = 24 * 60
Result = Outcome | Need


def note(ask: Ask) -> Result:
    """`tid 12 20 min`."""
    number = ask.reading.id
    if number is not None and not 0 < number <= ask.group.last_action:
        return ask.say(NoSuch(f"#{number}", ask.view.open_actions[:5]))
    about = f"{ask.group_id}:{number}" if number is not None else ""
    minutes = ask.reading.minutes
    if minutes is None or not 0 < minutes <= LONGEST:
        return ask.say(say.WhatTime(ask.group_id, str(number or "")))
    return noted(ask, minutes, about)


def tapped(ask: Ask) -> Result:
    """The buttons *5 min*, *15 min* ... (`ref`: group and action's number, `value`: minutes)."""
    tap = ask.incoming.tap
    assert tap is not None
    return note(ask.with_reading(minutes=int(tap.value) if tap.value.isdecimal() else None))


def noted(ask: Ask, minutes: int, about: str) -> Outcome:
    number = ask.group.last_other + 1
    spent = TimeSpent(f"{ask.group_id}:t{number}", ask.group_id, number, ask.me.id, ask.now, minutes, about)
    week = week_of(ask.today)
    so_far = sum(t.minutes for t in ask.view.times if t.state == "valid" and week_of(local(t.at).date()) == week)
    return Outcome(
        Say(say.TimeNoted(spent, ask.turn, so_far + minutes, code(ask))),
        save=(replace(ask.group, last_other=number), spent),
        facts=(Fact("time_spent", ask.group_id, spent.id, ask.me.id, {"minutes": minutes, "about": about}),),
    )


TAPS = {"time": ("time_spent", tapped)}
