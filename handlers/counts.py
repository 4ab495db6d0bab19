"""What is counted and timed for /metrics: kinds and numbers, never words. Each process counts for itself."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate

METRICS: Mapping[str, tuple[str, str]] = {
    # of all processes together, as the database has it
    "nvg_ok": ("gauge", "1 when every promise is kept, as /health says."),
    "nvg_late": ("gauge", "Timers and messages more than ten minutes late, a hundred of each at most."),
    "nvg_outbox_waiting": ("gauge", "Messages and redraws not sent yet."),
    "nvg_outbox_oldest_seconds": ("gauge", "How long the oldest of them has waited."),
    "nvg_outbox_late": ("gauge", "Of them, those that hold up others and are more than ten minutes late."),
    "nvg_timers_late": ("gauge", "Timers more than ten minutes late."),
    # of this process
    "nvg_up": ("gauge", "1: this process runs."),
    "nvg_started_seconds": ("gauge", "When it was started, in seconds since 1970."),
    "nvg_turn_seconds": ("histogram", "How long turns took, by what led to them: said, tap, news, timer."),
    "nvg_sent_total": ("counter", "Messages that a platform has taken, by platform."),
    "nvg_redrawn_total": ("counter", "Messages drawn anew, by platform."),
    "nvg_tried_again_total": ("counter", "Tries that a platform refused or did not answer, by platform."),
    "nvg_limited_total": ("counter", "Of them, those refused because we were too fast (429), by platform."),
    "nvg_gave_up_total": ("counter", "Messages that nobody could take, by platform."),
    "nvg_dropped_total": ("counter", "Messages that were of no use any more, and were not sent, by platform."),
    "nvg_failed_total": ("counter", "What went wrong in our own code: turn, timer, post."),
    "nvg_too_much_total": ("counter", "What was not done because one person asked for too much at once, by what it was: said, tap."),
    "nvg_slack_total": ("counter", "What came from Slack, by kind."),
    "nvg_teams_total": ("counter", "What came from Teams, by kind."),
}
"""Each metric's type and what it says; docs/install.md lists them too."""

BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Counts:
    """Counters that only grow, and how long things took. Thread-safe."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], int] = {}
        self._took: dict[tuple[str, str], tuple[list[int], list[float]]] = {}  # how many in each bucket, and the sum
        self._lock = threading.Lock()

    def add(self, name: str, kind: str) -> None:
        """One more: `nvg_<name>_total{kind="<kind>"}`."""
        with self._lock:
            self._counted[name, kind] = self._counted.get((name, kind), 0) + 1

    @contextmanager
    def timing(self, name: str, *kinds: str) -> Iterator[None]:
        """How long the block took: `nvg_<name>_seconds{kind="<kind>"}`, once for each."""
        began = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - began
            with self._lock:
                for kind in kinds:
                    buckets, total = self._took.setdefault((name, kind), ([0] * (len(BOUNDS) + 1), [0.0]))
                    buckets[bisect_left(BOUNDS, took)] += 1
                    total[0] += took

    def lines(self, gauges: Mapping[str, float] | None = None) -> list[str]:
        """All of it for Prometheus, with `gauges`: name -> number."""
        with self._lock:
            counted = sorted(self._counted.items())
            took = sorted((key, list(buckets), total[0]) for key, (buckets, total) in self._took.items())
        rows: dict[str, list[str]] = {name: [f"{name} {float(value):.15g}"] for name, value in (gauges or {}).items()}
        for (name, kind), number in counted:
            rows.setdefault(f"nvg_{name}_total", []).append(f'nvg_{name}_total{{kind="{kind}"}} {number}')
        for (name, kind), buckets, seconds in took:
            full, sums = f"nvg_{name}_seconds", list(accumulate(buckets))
            rows.setdefault(full, []).extend(
                [f'{full}_bucket{{kind="{kind}",le="{bound}"}} {number}' for bound, number in zip((*BOUNDS, "+Inf"), sums, strict=True)]
                + [f'{full}_sum{{kind="{kind}"}} {seconds:.6f}', f'{full}_count{{kind="{kind}"}} {sums[-1]}']
            )
        return [line for name, its in rows.items() for line in (*_head(name), *its)]


def _head(name: str) -> list[str]:
    kind, help = METRICS[name]
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
