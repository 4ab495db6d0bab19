"""What is counted for /metrics: kinds and numbers, never words. Each process counts for itself."""

from __future__ import annotations

import threading


class Counts:
    """Counters that only grow. Thread-safe."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def add(self, name: str, kind: str) -> None:
        """One more: `nvg_<name>_total{kind="<kind>"}`."""
        with self._lock:
            self._counted[name, kind] = self._counted.get((name, kind), 0) + 1

    def lines(self) -> list[str]:
        """For Prometheus."""
        with self._lock:
            counted = sorted(self._counted.items())
        lines: list[str] = []
        for (name, kind), number in counted:
            if not lines or not lines[-1].startswith(f"nvg_{name}_total{{"):
                lines.append(f"# TYPE nvg_{name}_total counter")
            lines.append(f'nvg_{name}_total{{kind="{kind}"}} {number}')
        return lines
