"""Events may come in another order than they happened: what is older than what is known already says nothing new."""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000


class Latest:
    """Remembers when each thing was last told of. `stamp`: as the platform writes it, so that a later one is greater."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._stamps: OrderedDict[str, str | float] = OrderedDict()

    def is_news(self, of: str, stamp: str | float) -> bool:
        """Whether nothing later is known of it. Without a stamp it is taken to be."""
        known = self._stamps.get(of)
        if stamp and known and type(known) is type(stamp) and stamp < known:  # type: ignore[operator]
            return False
        if stamp:
            self._stamps[of] = stamp
            self._stamps.move_to_end(of)
            if len(self._stamps) > self._most:
                self._stamps.popitem(last=False)
        return True
