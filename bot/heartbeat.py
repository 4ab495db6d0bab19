"""What happens by itself: one function for each kind of timer, of the same shape as a command's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot import (
    absence,
    agenda,
    chasing,
    consent,
    digests,
    first_meeting,
    inquiries,
    live_meeting,
    meetings,
    news,
    pauses,
    questions,
    red_days,
    reminders,
    retention,
    todo,
)
from bot.model import Snapshot
from bot.outcome import Need, Outcome
from bot.timers import Timer

Due = Callable[[Timer, Snapshot, datetime], Outcome | Need]

TIMERS: dict[str, Due] = {
    kind: run for module in (absence, agenda, chasing, consent, digests, first_meeting, inquiries, live_meeting, meetings, news, pauses, questions, red_days, reminders, retention, todo)
    for kind, run in module.TIMERS.items()
}


def due(snapshot: Snapshot, timer: Timer, now: datetime) -> Outcome | Need:
    """What a timer that has fallen due leads to. `now` is an aware UTC instant. KeyError for an unknown kind.

    The functions look at the state of things first: a timer that is no longer wanted does nothing.
    """
    return TIMERS[timer.kind](timer, snapshot, now)
