"""Events may come in another order than they happened: what is older than what is known already says nothing new."""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000


class Latest:
    """Remembers when each thing was last told of."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._moments: OrderedDict[str, float] = OrderedDict()

    def is_news(self, of: str, moment: float) -> bool:
        """Whether nothing later is known of it. `moment`: when it happened, in seconds; 0 where that is not told, which is taken to be news."""
        if not moment:
            return True
        if moment < self._moments.get(of, 0.0):
            return False
        self._moments[of] = moment
        self._moments.move_to_end(of)
        if len(self._moments) > self._most:
            self._moments.popitem(last=False)
        return True
