from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from handlers.credentials import BotToken
from handlers.graph.client import Graph
from tests.fake_servers.graph import FakeGraph

MAILBOX = "nvg-tall@region.example"


@pytest.fixture
def fake() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        graph.add_user(MAILBOX, "NVG tall")
        yield graph


@pytest.fixture
def make_client(fake: FakeGraph) -> Iterator[Callable[..., Graph]]:
    """A client of the pretend Graph; `options` as `Graph` has them."""
    made: list[Graph] = []

    def make(**options: object) -> Graph:
        made.append(Graph(fake.base_url, BotToken(fake.fetch()), fake.tenant, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def client(make_client: Callable[..., Graph]) -> Graph:
    return make_client()
