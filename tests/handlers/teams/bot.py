"""The bot at a pretend Teams, as `nvg run` makes it: for tests of what is heard and answered."""

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
from handlers.pace import Budget
from handlers.server import Server, make_app
from handlers.teams.app import Options, Teams
from handlers.teams.speak import Limits
from storage.store import KeyStore, Store
from templates.words import Words
from tests.conftest import migrated
from tests.fake_servers.teams import FakeTeams
from tests.patience import PATIENCE

SECRET = bytes(range(32))
GROUP = "19:tall@thread.tacv2"
ANNA, BO, EVA = (f"{letter * 8}-0000-0000-0000-000000000000" for letter in "abe")


UNHURRIED = Limits(conversation=(Budget(10_000, 1.0),), tenant=(Budget(10_000, 1.0),), members=())
"""No limits: tests write more in a second than people do."""


def opened(folder: Path) -> Store:
    file = folder / "nvg.db"
    if not file.exists():
        file.write_bytes(migrated())
    return Store(f"sqlite:///{file}", KeyStore(folder / "nvg.keys", SECRET))


def options_for(teams: FakeTeams) -> Options:
    return Options(teams.app_id, teams.secret, teams.tenant, teams.hosts, teams.cloud, lambda scope, tenant: teams.bot_token)


class Bot:
    """One process of the bot: a store, an engine, Teams, and the server on a port of its own in a thread."""

    def __init__(self, teams: FakeTeams, folder: Path, **options: Any) -> None:
        self.fake, self.options = teams, replace(options_for(teams), **options)
        self.store = opened(folder)
        self.counts = Counts()
        self.teams = Teams(self.options, self.store, RealClock())
        self.teams.speaker._limits = UNHURRIED
        self.engine = Engine(self.store, Words(), {"teams": self.teams.speaker}, RealClock())

    def __enter__(self) -> Bot:
        routes, living = self.teams.attach(self.engine, self.counts)
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
        self.teams.close()
        self.store.close()

    def save(self, things: Sequence[Kept]) -> None:
        with self.store.turn() as work:
            work.save(things, RealClock().now())

    def start_group(self, code: str = "tall", conversation: str = GROUP, members: Sequence[str] = (ANNA, BO)) -> None:
        """A group of people whom the pretend Teams knows, the first of them its facilitator."""
        here = self.fake.conversations[conversation]
        users = [self.fake.users[each] for each in members]
        people = [Person(user.handle, user.name, identities=(f"teams:{user.tenant}/{user.id}",)) for user in users]
        group = Group(code, code, state="active", channels=(f"teams:{here.tenant}/{conversation}",), contact_person=users[0].handle)
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


def world(teams: FakeTeams) -> FakeTeams:
    """Two people of a group, and one beside it."""
    teams.add_user("Anna Berg", ANNA, mail="anna@example.org")
    teams.add_user("Bo Ek", BO, mail="bo@example.org")
    teams.add_user("Eva Ring", EVA, mail="eva@example.org", locale="en-GB")
    teams.add_channel("tall", [ANNA, BO], id=GROUP)
    return teams
