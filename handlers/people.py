"""Who a platform's user is: their person, found by identity, by e-mail address, or added at first contact.

What is known is remembered for a while only, so that what `nvg load` or another process writes is soon seen.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import TypeVar

from bot.incoming import News
from bot.model import Person
from bot.rules.display_names import display_name
from bot.rules.identity_guard import has_identity
from handlers import logs
from handlers.clock import Clock
from storage.store import ConflictError, Read, Store

FRESH = 60.0  # seconds that a person is remembered
PROFILE_FRESH = 3600.0
MOST = 20_000  # remembered at once
TRIES = 5

Given = TypeVar("Given")
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells of a user."""

    identity: str  # "slack:T0123/U0456", "teams:TENANT/OBJECT-ID": of the user's own home
    name: str
    email: str = ""  # only where it can be trusted to be the user's own
    language: str = ""
    time_zone: str = ""
    bot: bool = False
    homes: tuple[str, ...] = field(default=(), compare=False)  # all that the user belongs to, where the platform tells


LookUp = Callable[[str, str], Awaitable[Profile | None]]
"""(home or place, user) -> what the platform tells of them, None where it does not say."""


class People:
    """The people whom one platform's users are. Used on one event loop, but `user_of` from any thread.

    A user is known by their id in a *home*: a Slack workspace, a Teams tenant.
    """

    def __init__(
        self, platform: str, store: Store, clock: Clock, look_up: LookUp, threads: Executor, language: str,
        reach: Callable[[str, str], None] = lambda home, through: None,
    ) -> None:  # fmt: skip
        """`reach`: told of the home of people from elsewhere, and the home through which they are reached."""
        self._platform, self._store, self._clock, self._look_up = platform, store, clock, look_up
        self._threads, self._language, self._reach = threads, language, reach
        self._persons: dict[tuple[str, str], tuple[float, str]] = {}  # (home, user) -> until, person id
        self._identities: dict[tuple[str, str], tuple[float, str]] = {}  # (home, user) -> until, identity, where the platform had to be asked
        self._asked: dict[tuple[str, str], asyncio.Task[str]] = {}
        self._profiles: dict[str, Profile] = {}  # as they were told last

    async def id_of(self, here: str, user: str, home: str = "", look_up: LookUp | None = None) -> str:
        """The person's id, added at first contact. `here`: where they were met; `home`: the user's own, if it is told.

        "" for a bot, where the platform does not say who it is, and where it says that they are from another home than was told. `look_up`: where this user can be asked about, if not
        where all can.
        """
        key = (home or here, user)
        known = self._persons.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        task = self._asked.get(key)
        if task is None:  # several at once ask but once
            task = self._asked[key] = asyncio.ensure_future(self._find(here, user, key, look_up or self._look_up, home))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(task)

    async def known(self, here: str, user: str, home: str = "") -> str:
        """As `id_of`, but nobody is added: "" for who has never met the bot."""
        key = (home or here, user)
        return await self._in_thread(self._store.person_at, self._identity(key))

    async def news_of(self, profile: Profile) -> News | None:
        """That the platform tells otherwise of somebody than what is kept; nothing of who has never met the bot."""
        if self._profiles.get(profile.identity) == profile or profile.bot:
            return None
        _put(self._profiles, profile.identity, profile)
        return await asyncio.get_running_loop().run_in_executor(self._threads, logs.carried(partial(self._news_of, profile)))

    def _news_of(self, profile: Profile) -> News | None:
        with self._store.read() as read:
            person = read.person_of(profile.identity)
        if person is None:
            return None
        told = (profile.name or person.name, profile.language or person.language, profile.time_zone or person.time_zone)
        known = (person.name, person.language, person.time_zone)
        return News("profile", person.id, name=profile.name, language=profile.language, time_zone=profile.time_zone) if told != known else None

    def user_of(self, person: str, here: str, elsewhere: bool = True) -> str:
        """The user id to mention a person by here, "" if they have none. `elsewhere`: one of another home serves too."""
        identities = self._store.identities_of(person)
        users = [each.partition(":")[2].partition("/") for each in identities if each.startswith(f"{self._platform}:")]
        ours = [user for home, _, user in users if home == here]
        return next(iter(ours or [user for _, _, user in users if elsewhere]), "")

    def forget(self, here: str, user: str) -> None:
        """Something about the user has changed: look anew."""
        for key in [key for key in (*self._persons, *self._identities) if key[1] == user or key == (here, user)]:
            self._persons.pop(key, None)
            self._identities.pop(key, None)

    async def _find(self, here: str, user: str, key: tuple[str, str], look_up: LookUp, told: str) -> str:
        person = await self._in_thread(self._store.person_at, self._identity(key))
        if not person:
            profile = await look_up(here, user)
            if profile is None or (told and profile.homes and told not in profile.homes):
                return ""
            person = "" if profile.bot else await self._in_thread(partial(self._met, here), profile)
            _put(self._identities, key, (time.monotonic() + PROFILE_FRESH, profile.identity))
        _put(self._persons, key, (time.monotonic() + FRESH, person))
        return person

    def _identity(self, key: tuple[str, str]) -> str:
        known = self._identities.get(key)
        return known[1] if known and known[0] > time.monotonic() else f"{self._platform}:{key[0]}/{key[1]}"

    def _met(self, here: str, profile: Profile) -> str:
        """The person of a profile: known by it, or by the address, or new."""
        home = profile.identity.partition(":")[2].partition("/")[0]
        if home != here:
            self._reach(home, here)
        for left in reversed(range(TRIES)):
            try:
                with self._store.turn() as work:
                    if known := work.person_of(profile.identity):
                        return known.id
                    mail = f"mail:{profile.email}" if profile.email and not has_identity(profile.email) else ""
                    by_mail = work.person_of(mail) if mail else None
                    if by_mail:
                        person = replace(by_mail, identities=_with(by_mail.identities, profile.identity), time_zone=profile.time_zone)
                    else:
                        id = newcomer_id(self._store, work, profile.identity)
                        identities = (profile.identity, mail) if mail else (profile.identity,)
                        language = profile.language or self._language
                        name = display_name(profile.name, language) or id
                        person = Person(id, name, identities=identities, language=language, time_zone=profile.time_zone)
                    work.save([person], self._clock.now())
                logs.event("met", person=person.id, known=bool(by_mail))
                return person.id
            except ConflictError:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _in_thread(self, function: Callable[[Given], str], given: Given) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, logs.carried(partial(function, given)))


def newcomer_id(store: Store, read: Read, identity: str) -> str:
    """An id for somebody new, with no name or address in it: ids outlive erasure. Who was erased and comes back is somebody else."""
    ids = ("u" + store.keys.mark(f"person {identity}{f' {n}' if n else ''}")[:10] for n in count())
    return next(id for id in ids if read.person(id) is None)


def introduce(store: Store, address: str, identity: str, now: datetime) -> bool:
    """Note that whose e-mail address it is, is also that user of a platform. False where nobody's, or the user is somebody already."""
    for left in reversed(range(TRIES)):
        try:
            with store.turn() as work:
                person = work.person_of(f"mail:{address}")
                if person is None or person.state != "active" or work.person_of(identity):
                    return False
                work.save([replace(person, identities=_with(person.identities, identity))], now)
            logs.event("met", person=person.id, known=True)
            return True
        except ConflictError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _with(identities: tuple[str, ...], identity: str) -> tuple[str, ...]:
    """Chat comes before mail: the first that can be reached is used."""
    mail = tuple(each for each in identities if each.startswith("mail:"))
    return (*(each for each in identities if each not in mail), identity, *mail)


def _put(kept: dict[Key, Value], key: Key, value: Value) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = value
