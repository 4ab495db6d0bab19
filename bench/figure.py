"""One measured thing, beside what the same machine needs for the bare thing under it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` and `bare` are in `unit`; the aim is on the value or on the ratio to the bare thing, or there is none."""

    name: str
    value: float
    unit: str
    bare: float | None = None
    most: float | None = None  # the value's aim
    most_times: float | None = None  # the ratio's aim

    @property
    def times(self) -> float | None:
        return self.value / self.bare if self.bare else None

    @property
    def aim(self) -> str:
        if self.most is not None:
            return f"<= {self.most:g} {self.unit}"
        return f"<= {self.most_times:g} x" if self.most_times is not None else ""

    @property
    def met(self) -> bool:
        if self.most is not None:
            return self.value <= self.most
        return self.most_times is None or self.times is None or self.times <= self.most_times

    def row(self) -> tuple[str, ...]:
        """The cells of its line in the table."""
        bare = "" if self.bare is None else f"{self.bare:,.4g} {self.unit}"
        times = "" if self.times is None else f"{self.times:.2f} x"
        verdict = "" if not self.aim else "yes" if self.met else "NO"
        return (self.name, f"{self.value:,.4g} {self.unit}", bare, times, self.aim, verdict)


HEAD = ("figure", "measured", "bare", "ratio", "aim", "met")


def lines(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Rows of cells as text, the first column to the left and the others to the right."""
    return [
        "  ".join(cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 99th, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000


def calmest(rounds: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """The round with the lowest p99: a machine that others share stands still now and then, which says nothing of what is measured."""
    return min(rounds, key=lambda each: each["p99"])
