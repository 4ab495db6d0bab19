"""What playing a rehearsal over a real platform has in common, whichever it is: the real server in front of a pretend platform.

How the file's world becomes one platform's:
- All platforms but mail are one workspace or tenant. "slack:nvg-tall" and "teams:nvg-tall" are two channels in it, and a person who
  sits at Teams in the file is in those of Teams. Expectations go by the file's names.
- `platform down: teams` is that all calls about those channels and people are refused (503).
- Who is in a channel follows the group, as on the stage, and the platform does not say so; `joins` and `leaves` are told as events.
- The names of messages never leave the bot, so they are noted where it hands them over. All else is the platform's.
"""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Protocol

import uvicorn

from bot.incoming import Incoming, Place
from bot.model import Person
from handlers.clock import SimulatedClock
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.rehearsal_file import Rehearsal
from handlers.server import Server, make_app
from handlers.simulator.stage import Stage, bare_label
from handlers.speaker import Parcel, Speaker, To
from handlers.turn import Answered, Asked
from tests.patience import PATIENCE

CHATS = ("slack", "teams")  # the platforms that become the one that is played over


class NotingSpeaker:
    """The platform's speaker; the names of messages are noted on their way.

    `names`: a post's ref, or a message's id -> its name. `posting`: address -> the name of what is on its way there.
    """

    def __init__(self, speaker: Speaker, names: dict[str, str], posting: dict[str, str]) -> None:
        self.speaker, self.names, self.posting = speaker, names, posting

    def send(self, to: To, parcel: Parcel) -> str:
        self.names[parcel.ref] = self.posting[to.address] = parcel.name
        try:
            return self.speaker.send(to, parcel)
        finally:
            del self.posting[to.address]

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self.names[message_id] = parcel.name
        self.speaker.update(to, message_id, parcel)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        return self.speaker.readers(to, known)


class Platform(Protocol):
    """`Slack` or `Teams` of the handlers."""

    def attach(self, engine: Engine, counts: Counts) -> tuple[list[Any], Callable[[], Any]]: ...

    def close(self) -> None: ...


class Process:
    """The bot's process, as `nvg run` would make it: the real server on a port of its own (`url`), with one platform behind it.

    `hear`: what hears there, once it lives.
    """

    def __init__(self, engine: Engine, platform: Platform, hear: Callable[[], Any]) -> None:
        self._platform, self._hear = platform, hear
        counts = Counts()
        routes, living = platform.attach(engine, counts)
        config = uvicorn.Config(make_app(engine, counts, routes, [living]), "127.0.0.1", 0, log_config=None, access_log=False, lifespan="on",
                                timeout_graceful_shutdown=1)  # fmt: skip
        self._server = Server(config)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the bot did not start")
            time.sleep(0.002)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    def settle(self) -> None:
        """Wait until all answers that are on their way have been given."""
        hear = self._hear()

        async def all_said() -> None:
            while hear._tasks:
                await hear.settle(5)

        asyncio.run_coroutine_threadsafe(all_said(), self._loop).result(PATIENCE)

    def kill(self) -> None:
        """Nothing more comes in, and what was in memory is gone."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._loop.close()
        self._platform.close()


class ChatStage(Stage, ABC):
    """The stage with one platform in front of it. Those who have only mail are still on the pretend one. `fake`: a FakeSlack or FakeTeams."""

    platform: ClassVar[str]
    fake: Any
    inside: str  # the workspace or tenant

    def __init__(self, clock: SimulatedClock, rehearsal: Rehearsal) -> None:
        super().__init__(clock)
        self.fake.clock = lambda: clock.now().timestamp()
        self.fake.listeners = [self._seen]
        self.speakers = {name: each for name, each in self.speakers.items() if name not in CHATS}
        self.bot: Process | None = None
        self._names: dict[str, str] = {}
        self._posting: dict[str, str] = {}
        self._answers: dict[str, Answered] = {}  # person -> the latest answer
        self._channel_ids: dict[str, str] = {}  # the file's address -> the platform's id
        self._homes = {person.id: person.identities[0].partition(":")[0] for person in rehearsal.people}
        self._users: dict[str, str] = {}  # person -> the platform's id
        for person in rehearsal.people:
            if self._homes[person.id] != "mail":
                locale = "sv-SE" if person.language == "sv" else "en-GB"
                mail = next((each.removeprefix("mail:") for each in person.identities if each.startswith("mail:")), "")
                self._users[person.id] = self._add_user(person, mail, locale)
        for address in rehearsal.channels:
            self._channel_id(address)

    # -- what each platform does in its own way

    @abstractmethod
    def _add_user(self, person: Person, mail: str, locale: str) -> str:
        """Make them there; the platform's id."""

    @abstractmethod
    def _add_channel(self, name: str) -> str:
        """Make it there, with the bot in it; the platform's id."""

    @abstractmethod
    def _begin(self, engine: Engine) -> tuple[Process, Speaker]:
        """A process of the bot, and its speaker."""

    @abstractmethod
    def _refuse(self, id: str) -> None:
        """All calls about that channel or user fail until `mend`."""

    @abstractmethod
    def _put_in(self, channel: str, users: list[str]) -> None:
        """These people are in the channel, and nobody else; the bot is not told."""

    @abstractmethod
    def _seen(self, *what: Any) -> None:
        """The fake's listener: something has come on somebody's screen."""

    @abstractmethod
    def _owner_of(self, channel: str) -> str:
        """The user whose private chat that is."""

    # -- the file's world

    def moved(self, rehearsal: Rehearsal) -> Rehearsal:
        """The rehearsal with its people and groups on the platform. Its channels keep the file's names."""

        def identities(given: Sequence[str], person: str) -> tuple[str, ...]:
            here = (f"{self.platform}:{self.inside}/{self._users[person]}",) if person in self._users else ()
            return (*here, *(each for each in given if each.startswith("mail:")))

        people = tuple(replace(each, identities=identities(each.identities, each.id)) for each in rehearsal.people)
        groups = tuple(replace(each, channels=tuple(map(self._address_of, each.channels))) for each in rehearsal.groups)
        return replace(rehearsal, people=people, groups=groups)

    def _called(self, address: str) -> str:
        own = {self._address_of(each): each for each in self._channel_ids}
        return super()._called(own.get(address, address))

    def _channel_id(self, address: str) -> str:
        """The platform's id of a channel in the file, made when it is first met."""
        if address not in self._channel_ids:
            platform, _, name = address.partition(":")
            self._channel_ids[address] = self._add_channel(name if platform == self.platform else f"{name}-{platform}")
        return self._channel_ids[address]

    def _address_of(self, address: str) -> str:
        return f"{self.platform}:{self.inside}/{self._channel_id(address)}"

    def _place_at(self, channel: str, user: str = "") -> Place:
        """The file's place for the platform's channel id; a private chat is `user`'s."""
        for address, id in self._channel_ids.items():
            if id == channel:
                platform, _, name = address.partition(":")
                return Place(platform, name)
        person = self._person_of(user or self._owner_of(channel))
        return Place(self._homes[person], person=person)

    def _person_of(self, user: str) -> str:
        return next((person for person, id in self._users.items() if id == user), "")

    def _named(self, name: str) -> str:
        """The person of that name or id; what was written, if there is none."""
        wanted = name.lstrip("@").casefold()
        return next((each.id for each in self.people.values() if wanted in (each.id.casefold(), each.name.casefold())), name.lstrip("@"))

    # -- the bot

    def add_person(self, id: str, name: str, platform: str, email: str = "") -> None:
        super().add_person(id, name, self._homes.get(id, platform), email)

    def join(self, engine: Engine) -> None:
        """The process that this engine runs in: it is started now, and the one before is gone."""
        self.stop()
        answer, answer_several = engine.answer, engine.answer_several

        def noting(incoming: Incoming, lay: Callable[[Answered], Any]) -> Callable[[Answered], Any]:
            def laid(answered: Answered) -> Any:
                self._answers[incoming.person] = answered
                return lay(answered)

            return laid

        def noted(incoming: Incoming, lay: Callable[[Answered], Any]) -> Any:
            return answer(incoming, noting(incoming, lay))

        def several_noted(several: Sequence[Asked[Any]]) -> list[Any]:
            return answer_several([replace(each, lay=noting(each.incoming, each.lay)) for each in several])

        engine.answer_several = several_noted  # type: ignore[method-assign, assignment]
        engine.answer = noted  # type: ignore[method-assign, assignment]
        super().join(engine)
        self.bot, speaker = self._begin(engine)
        self.speakers[self.platform] = NotingSpeaker(speaker, self._names, self._posting)  # type: ignore[index]
        self._see_who_is_there()

    def stop(self) -> None:
        """The process is killed."""
        bot, self.bot = self.bot, None
        if bot:
            bot.kill()

    def drain(self) -> None:
        self._see_who_is_there()
        super().drain()
        if self.down:  # the postman takes one platform for one place, and leaves it alone for a while after its first no
            self.engine.drain(timedelta(seconds=11))

    # -- platforms up and down

    def platform_down(self, platform: str) -> None:
        super().platform_down(platform)
        channels = [id for address, id in self._channel_ids.items() if address.startswith(platform + ":")]
        for id in (*channels, *(id for person, id in self._users.items() if self._homes[person] == platform)):
            self._refuse(id)

    def platform_up(self, platform: str) -> None:
        super().platform_up(platform)
        self.fake.mend()

    # -- who is in a channel

    def _see_who_is_there(self) -> None:
        """The platform's channels have those whom the stage has in them."""
        for address in self.channels:
            users = [id for person, id in self._users.items() if person in self.people and self.sees(person, address)]
            self._put_in(self._channel_id(address), users)

    def sees(self, person: str, address: str) -> bool:
        if person in self.out_of.get(address, ()):
            return False
        if person in self.channels.get(address, ()):
            return True
        people, homes = self.engine.residents(self._address_of(address))
        if person not in people or person not in self._users:
            return False
        named = [each for home in homes for each, id in self._channel_ids.items() if home.endswith("/" + id)]
        at_home = [each for each in named if each.startswith(self._homes[person] + ":")]
        return address in (at_home or named[:1])

    def _come_in(self, person: str, address: str) -> None:
        if not self.sees(person, address):
            self.channels.setdefault(address, set()).add(person)
        self._see_who_is_there()

    def comes_in(self, person: str, name: str) -> None:
        address = self._address(name)
        self.out_of.get(address, set()).discard(person)
        self.channels[address].add(person)
        self.fake.join(self._users[person], self._channel_id(address), self._url)
        self._and_then()

    def goes_out(self, person: str, name: str) -> None:
        address = self._address(name)
        self.channels[address].discard(person)
        self.out_of.setdefault(address, set()).add(person)
        self.fake.leave(self._users[person], self._channel_id(address), self._url)
        self._and_then()

    def _goes_from_all(self, person: str) -> None:
        for address in self.channels:
            self.channels[address].discard(person)
            self.out_of.setdefault(address, set()).add(person)

    # -- what people do

    @property
    def _url(self) -> str:
        if self.bot is None:
            raise RuntimeError("no bot is running")
        return self.bot.url

    def _settle(self) -> None:
        if self.bot:
            self.bot.settle()

    def _and_then(self) -> None:
        self._settle()
        self.drain()

    def _done(self, reply: Any) -> Answered:
        """The platform's client has said nothing of an error, and all that the answer led to has come."""
        if not reply.ok:
            raise AssertionError(f"{self.platform} got {reply.status} {reply.error} {reply.body}")
        self._settle()
        return Answered()


def same(one: str, other: str) -> bool:
    """Whether two labels of buttons look alike."""
    return bare_label(one).casefold() == bare_label(other).casefold()
