"""`make chaos`: how well the promises are kept when the bot is killed again and again. Exit code 1 where one is not.

    python -m tests.chaos --kills 150 --database sqlite --seed 7
"""

from __future__ import annotations

import argparse
import math
import sys

from tests.chaos.storm import Weather, storm

PROCESSES = {"sqlite": 1, "postgresql": 3}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=150, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--processes", type=int, help="at once on the database; 1 on SQLite and 3 on PostgreSQL where it is not said")
    parser.add_argument("--minutes", type=float, default=math.inf, help="on each database, if the kills are not done before")
    parser.add_argument("--history", action="store_true", help="with the scope to read the groups' channels: nothing may come twice")
    args = parser.parse_args()
    databases = list(PROCESSES) if args.database == "both" else [args.database]
    broken = 0
    for database in databases:
        weather = Weather(args.kills // len(databases), args.seed, args.processes or PROCESSES[database], history=args.history, minutes=args.minutes)
        verdict = storm(database, weather, lambda line: print(line, file=sys.stderr, flush=True))
        print(f"\n{database}")
        for name, figure in verdict.figures.items():
            print(f"  {name:<60} {figure!s:>20}")
        for each in verdict.broken:
            print(f"  BROKEN: {each}")
        print("  all promises kept" if not verdict.broken else f"  {len(verdict.broken)} promises broken", flush=True)
        broken += len(verdict.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
