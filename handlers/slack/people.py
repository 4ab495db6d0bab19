"""Who a Slack user is: their person, found by identity, by e-mail address, or added at first contact.

What is known is remembered for a while only, so that what `nvg load` or another process writes is soon seen.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from bot.model import Person
from handlers import logs
from handlers.clock import Clock
from storage.store import ConflictError, Store

FRESH = 60.0  # seconds that a person is remembered
PROFILE_FRESH = 3600.0
MOST = 20_000  # remembered at once
TRIES = 5
SLACKBOT = "USLACKBOT"

Json = Mapping[str, Any]
Given = TypeVar("Given")
Key = TypeVar("Key")
Value = TypeVar("Value")
LookUp = Callable[[str, str], Awaitable[Json | None]]
"""(team, user) -> the `user` of users.info, None where Slack does not say."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of a user."""

    identity: str  # "slack:T0123/U0456", of the user's own team
    name: str
    email: str = ""  # only where it can be trusted: of this workspace's own people, confirmed
    language: str = ""
    time_zone: str = ""
    bot: bool = False


def profile_of(user: Json, team: str) -> Profile:
    """A `user` of users.info, as seen from the workspace `team`."""
    inside = user.get("profile") or {}
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    home = str(user.get("team_id") or team)
    own = home == team or team in teams
    if not home.startswith("T"):  # of the whole organisation
        home = team
    address = str(inside.get("email") or "").strip().casefold()
    trusted = own and not user.get("is_stranger") and user.get("is_email_confirmed", True) and "@" in address
    names = (inside.get("real_name"), user.get("real_name"), inside.get("display_name"), user.get("name"))
    locale = str(user.get("locale") or "")
    return Profile(
        f"slack:{home}/{user['id']}", next((str(each).strip() for each in names if each), str(user["id"])), address if trusted else "",
        ("sv" if locale.startswith("sv") else "en") if locale else "", str(user.get("tz") or ""),
        bool(user.get("is_bot")) or user["id"] == SLACKBOT,
    )  # fmt: skip


class People:
    """The people whom Slack's users are. Used on one event loop, but `user_of` from any thread."""

    def __init__(self, store: Store, clock: Clock, look_up: LookUp, threads: Executor, language: str, reach: Callable[[str, str], None]) -> None:
        """`reach`: told of the home team of people from elsewhere, and the team through which they are reached."""
        self._store, self._clock, self._look_up, self._threads, self._language = store, clock, look_up, threads, language
        self._reach = reach
        self._persons: dict[tuple[str, str], tuple[float, str]] = {}  # (team, user) -> until, person id
        self._identities: dict[tuple[str, str], tuple[float, str]] = {}  # (team, user) -> until, identity, where Slack had to be asked
        self._users: dict[str, tuple[float, tuple[str, ...]]] = {}  # person id -> until, identities
        self._asked: dict[tuple[str, str], asyncio.Task[str]] = {}

    async def id_of(self, team: str, user: str, home: str = "") -> str:
        """The person's id, added at first contact. `home`: the user's own team, if it is told.

        "" for a bot, and where Slack does not say who it is.
        """
        if user == SLACKBOT:
            return ""
        key = (home if home.startswith("T") else team, user)
        known = self._persons.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        task = self._asked.get(key)
        if task is None:  # several at once ask but once
            task = self._asked[key] = asyncio.ensure_future(self._find(team, user, key))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(task)

    async def known(self, team: str, user: str, home: str = "") -> str:
        """As `id_of`, but nobody is added: "" for who has never met the bot."""
        key = (home if home.startswith("T") else team, user)
        return await self._in_thread(self._stored, self._identity(key) or _identity(*key))

    def user_of(self, person: str, team: str) -> str:
        """The Slack user id to mention a person by in a workspace, "" if they have none there."""
        known = self._users.get(person)
        if known is None or known[0] < time.monotonic():
            with self._store.read() as read:
                found = read.person(person)
            known = (time.monotonic() + FRESH, found.identities if found and found.state == "active" else ())
            _put(self._users, person, known)
        users = [each.partition(":")[2].partition("/") for each in known[1] if each.startswith("slack:")]
        here = [user for home, _, user in users if home == team]
        return next(iter(here or [user for _, _, user in users]), "")

    def forget(self, team: str, user: str) -> None:
        """Something about the user has changed: look anew."""
        for key in [key for key in (*self._persons, *self._identities) if key[1] == user or key == (team, user)]:
            self._persons.pop(key, None)
            self._identities.pop(key, None)

    async def _find(self, team: str, user: str, key: tuple[str, str]) -> str:
        person = await self._in_thread(self._stored, self._identity(key) or _identity(*key))
        if not person:
            told = await self._look_up(team, user)
            if told is None:
                return ""
            profile = profile_of(told, team)
            person = "" if profile.bot else await self._in_thread(partial(self._met, team), profile)
            _put(self._identities, key, (time.monotonic() + PROFILE_FRESH, profile.identity))
        _put(self._persons, key, (time.monotonic() + FRESH, person))
        return person

    def _identity(self, key: tuple[str, str]) -> str:
        known = self._identities.get(key)
        return known[1] if known and known[0] > time.monotonic() else ""

    def _stored(self, identity: str) -> str:
        with self._store.read() as read:
            person = read.person_of(identity)
        return person.id if person else ""

    def _met(self, team: str, profile: Profile) -> str:
        """The person of a profile: known by it, or by the address, or new."""
        home = profile.identity.removeprefix("slack:").partition("/")[0]
        if home != team:
            self._reach(home, team)
        for left in reversed(range(TRIES)):
            try:
                with self._store.turn() as work:
                    if known := work.person_of(profile.identity):
                        return known.id
                    mail = f"mail:{profile.email}" if profile.email else ""
                    by_mail = work.person_of(mail) if mail else None
                    if by_mail:
                        person = replace(by_mail, identities=_with(by_mail.identities, profile.identity))
                    else:
                        id = "u" + self._store.keys.mark(f"person {profile.identity}")[:10]  # no name in it: ids outlive erasure
                        identities = (profile.identity, mail) if mail else (profile.identity,)
                        person = Person(id, profile.name, identities=identities, language=profile.language or self._language)
                    work.save([person], self._clock.now())
                logs.event("met", person=person.id, known=bool(by_mail), time_zone=profile.time_zone)
                return person.id
            except ConflictError:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _in_thread(self, function: Callable[[Given], str], given: Given) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, given)


def _identity(team: str, user: str) -> str:
    return f"slack:{team}/{user}"


def _with(identities: tuple[str, ...], identity: str) -> tuple[str, ...]:
    """Chat comes before mail: the first that can be reached is used."""
    mail = tuple(each for each in identities if each.startswith("mail:"))
    return (*(each for each in identities if each not in mail), identity, *mail)


def _put(kept: dict[Key, Value], key: Key, value: Value) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = value
