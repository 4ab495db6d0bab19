"""The bot at a pretend Slack, as `nvg run` makes it: for tests of what is heard and answered."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from bot.model import Group, Kept, Member, Person
from handlers.clock import RealClock
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.server import Server, make_app
from handlers.slack.app import Slack
from handlers.slack.install import Options
from storage.store import KeyStore, Store
from templates.words import Words
from tests.conftest import migrated
from tests.fake_servers.slack import FakeSlack, Message
from tests.patience import PATIENCE

SECRET = bytes(range(32))
GROUP = "CTALL"


def opened(folder: Path) -> Store:
    file = folder / "nvg.db"
    if not file.exists():
        file.write_bytes(migrated())
    return Store(f"sqlite:///{file}", KeyStore(folder / "nvg.keys", SECRET))


class Bot:
    """One process of the bot: a store, an engine, Slack, and the server on a port of its own in a thread."""

    def __init__(self, slack: FakeSlack, folder: Path, **options: Any) -> None:
        given = Options(slack.url, slack.bot_token, slack.signing_secret)
        self.fake, self.options = slack, replace(given, **options)
        self.store = opened(folder)
        self.counts = Counts()
        self.slack = Slack(self.options, self.store, RealClock())
        self.engine = Engine(self.store, Words(), {"slack": self.slack.speaker}, RealClock())

    def __enter__(self) -> Bot:
        routes, living = self.slack.attach(self.engine, self.counts)
        config = uvicorn.Config(make_app(self.engine, self.counts, routes, [living]), "127.0.0.1", 0, log_config=None, lifespan="on")
        self.server = Server(config)
        self.engine.start()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), name="bot", daemon=True)
        self._thread.start()
        end = time.monotonic() + PATIENCE
        while not self.server.started:
            assert self._thread.is_alive() and time.monotonic() < end, "the bot did not start"
            time.sleep(0.005)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.should_exit = True
        self._thread.join(PATIENCE)
        self.engine.stop()
        self.slack.close()
        self.store.close()

    def save(self, things: Sequence[Kept]) -> None:
        with self.store.turn() as work:
            work.save(things, RealClock().now())

    def start_group(self, code: str = "tall", channel: str = GROUP, members: Sequence[str] = ("UANNA", "UBO")) -> None:
        """A group of people whom the pretend Slack knows, the first of them its facilitator."""
        team = self.fake.team
        people = [Person(user.lower(), self.fake.users[user].name, identities=(f"slack:{team}/{user}",)) for user in members]
        group = Group(code, code, state="active", channels=(f"slack:{team}/{channel}",), contact_person=members[0].lower())
        seats = [
            Member(f"{code}:@{each.id}", code, each.id, "member" if number else "facilitator") for number, each in enumerate(people)
        ]
        self.save([*people, group, *seats])

    def people(self) -> dict[str, Person]:
        with self.store.read() as read:
            return {person.name: person for person in read.people()}

    def actions(self, group: str = "tall") -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = self.store.export_group(group)["actions"]
        return kept


def world(slack: FakeSlack) -> FakeSlack:
    """Two people of a group, and one beside it."""
    slack.add_user("UANNA", "Anna Berg", email="anna@example.org")
    slack.add_user("UBO", "Bo Ek", email="bo@example.org")
    slack.add_user("UEVA", "Eva Ring", email="eva@example.org", locale="en-GB")
    slack.add_channel(GROUP, members=["UANNA", "UBO"])
    return slack


def newest(messages: list[Message]) -> Message:
    assert messages, "nothing was shown"
    return messages[-1]
