"""When the next meeting is: recurrence from wall-clock rules, never by adding hours to instants. SKELETON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.rules.reading import MeetingTime


@dataclass(frozen=True, slots=True)
class Rule:
    """A meeting rhythm. `first` is the first possible day; its week is where the interval counts from."""

    slots: tuple[MeetingTime, ...]
    first: date
    interval: int = 1
    nth: tuple[int, ...] = ()
    parity: int | None = None
    until: date | None = None


def make_rule(
    slots: tuple[MeetingTime, ...], now: datetime, *, interval: int = 1, nth: tuple[int, ...] = (),
    parity: int | None = None, first: date | None = None, until: date | None = None,
) -> Rule:
    """The rule that starts at the next possible occurrence after `now` (not before `first`)."""
    raise NotImplementedError


def occurrences(rule: Rule, start: date) -> Iterator[datetime]:
    """Naive local starts on or after `start`, ascending, endless unless the rule has an `until`."""
    raise NotImplementedError


def next_occurrence(rule: Rule, after: datetime) -> datetime | None:
    """The first start later than `after` (naive local)."""
    raise NotImplementedError


def write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as plain values, for storage."""
    raise NotImplementedError


def read_rule(values: Mapping[str, Any]) -> Rule:
    """The rule that `write_rule` wrote."""
    raise NotImplementedError
