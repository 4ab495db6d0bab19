"""Objects as they were read: decoded once, and shared by all turns."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any

from bot.model import Kept
from storage.tables import KINDS


class Held:
    """An object as it is kept. `turn` wrote it, so that the same turn always means the same object."""

    __slots__ = ("thing", "turn")  # no more than these: tens of thousands are held

    def __init__(self, turn: str, thing: Kept) -> None:
        self.turn, self.thing = turn, thing


def shared(value: Any) -> Any:
    """The value; ids, states and the like, which thousands of objects have in common, are held once."""
    return sys.intern(value) if type(value) is str and len(value) <= 40 else value


class Memory:
    """Objects decoded once, shared by all turns. Safe because an entry is only used for the very row it came from.

    `most` are held: those used lately, and before them those that were. At 0.6 kB each, 1,000 groups are 15 MB: all of a county's
    groups at once, whose turns then cost half as much as when they are read anew. Each is found by its kind and its own id, so
    that no word for the two is held besides.
    """

    def __init__(self, most: int = 60_000) -> None:
        self._half = most // 2
        self._lately, self._before = _nothing(), _nothing()

    def get(self, kind: str, id: str, turn: str) -> Held | None:
        held = self._lately[kind].get(id)
        if held is None:
            held = self._before[kind].get(id)
            if held is not None:
                self.put((held,))
        return held if held is not None and held.turn == turn else None

    def put(self, held: Collection[Held]) -> None:
        if sum(map(len, self._lately.values())) + len(held) > self._half:
            self._before, self._lately = self._lately, _nothing()
        lately = self._lately
        for each in held:
            lately[each.thing.__class__.__name__][each.thing.id] = each

    def clear(self) -> None:
        self._lately, self._before = _nothing(), _nothing()


def _nothing() -> dict[str, dict[str, Held]]:
    return {name: {} for name in KINDS}
