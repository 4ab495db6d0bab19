"""The time study: minutes spent, noted with one line or tap."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import TimeSpent


@dataclass(frozen=True, slots=True)
class TimeNoted(Message):
    """Receipt, with the week's sum for the group."""

    spent: TimeSpent
    change: str
    week: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class WhatTime(Message):
    """No time was said: ready-made buttons. `about` is an action's number."""

    group: str
    about: str = ""
