"""A small storm on each database, as `make chaos` plays a great one."""

from __future__ import annotations

import pytest

from tests.chaos.storm import Weather, storm


@pytest.mark.slow
@pytest.mark.parametrize(("database", "processes"), [("sqlite", 1), ("postgresql", 2)])
def test_every_promise_is_kept(database: str, processes: int) -> None:
    verdict = storm(database, Weather(kills=2, processes=processes, pause=0.5, life=1.0, mischief=0, taken_over=120.0))  # how soon it is, is seen in the great one
    assert verdict.broken == []
    assert int(str(verdict.figures["commands acknowledged"])) >= 8
