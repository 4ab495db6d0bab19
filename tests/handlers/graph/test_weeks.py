"""Whatever a group does to its meetings, whenever we die and however Graph fails: the calendar ends up as the bot means it.

A release: a thousand steps (`THOROUGH=1 make test`), or python -m tests.handlers.graph.weeks 1000
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import THOROUGH
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.conftest import MAILBOX
from tests.handlers.graph.plans import EVA
from tests.handlers.graph.weeks import ANNA, play


@settings(max_examples=50 if THOROUGH else 3, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_the_calendar_is_what_is_meant(migrated_sqlite: bytes, seed: int) -> None:
    with FakeGraph() as fake, tempfile.TemporaryDirectory() as folder:
        for mailbox in (MAILBOX, EVA, ANNA):
            fake.add_user(mailbox)
        play(fake, Path(folder), seed, 20, migrated_sqlite, each=6)
        assert all(most <= 4 for most in fake.busiest.values())
