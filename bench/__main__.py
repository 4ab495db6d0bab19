"""`make bench`: each figure beside a bare baseline of the same run, so that it says the same on any machine.

`python -m bench` measures everything (a few minutes); `python -m bench turns claims` only those.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator

from bench import claims, commands, overview, sending, start, teams, turns, year
from bench.figure import HEAD, Figure, lines

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "turns": turns.measure,
    "start": start.measure,
    "claims": claims.measure,
    "commands": commands.measure,
    "sending": sending.measure,
    "teams": teams.measure,
    "overview": overview.measure,
    "year": year.measure,
    "whole-year": year.whole,  # only when asked for
}
WIDTHS = (74, 13, 13, 9, 11, 4)


def main(names: list[str]) -> int:
    """Print the table; 1 where an aim was missed, 2 where there is no such bench."""
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no bench {', '.join(unknown)}. There are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    print(*lines([HEAD, ["-" * width for width in WIDTHS]], WIDTHS), sep="\n", flush=True)
    missed = 0
    for name in names or [name for name in BENCHES if name != "whole-year"]:
        try:
            for figure in BENCHES[name]():
                missed += not figure.met
                print(*lines([figure.row()], WIDTHS), flush=True)
        except Exception as error:  # the others are measured all the same
            missed += 1
            traceback.print_exc()
            print(f"{name} was broken off: {error}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
