"""Calls of Teams while somebody waits: over the speaker's kept-open connections and within its limits, and no retry that would keep
them waiting."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakValueDictionary

from handlers import logs
from handlers.speaker import TryAgain
from handlers.teams.connector import Json, in_path, read
from handlers.teams.speak import TeamsSpeaker

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
AT_ONCE = 16  # answers on their way; each has a thread, which takes a fifth of a MB
TRIES = 3
LONGEST_WAIT = 30.0  # what Teams or its limits ask us to wait longer for is not done
LATE = 0.2  # of a wait: as much later by chance, so that not all come back at once
PASSING = frozenset({412, 429, 502, 504})


class Refused(Exception):
    """Teams said no. `error` is its code, or what kept us from asking."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Web:
    """The connector of each region, by its serviceUrl. Used on one event loop; each call waits in a thread of its own."""

    def __init__(self, speaker: TeamsSpeaker) -> None:
        self._speaker, self._ask = speaker, speaker.connector.ask
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # address -> those who wait for room there
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="teams-web")

    async def send(self, address: str, service_url: str, conversation: str, card: Json, words: str, only_for: str = "") -> None:
        """Show a card there. `address`: as the speaker knows it; `only_for`: the account that alone shall see it."""
        message: Json = {"type": "message", "summary": words, "attachments": [{"contentType": ADAPTIVE, "content": card}]}
        path = f"conversations/{in_path(conversation)}/activities"
        if only_for:
            message["recipient"], path = {"id": only_for, "isTargeted": True}, f"{path}?isTargetedActivity=true"
        async with self._lines.setdefault(address, asyncio.Lock()):  # in the order that they came
            while wait := self._speaker.room_to_answer(address):
                if wait.seconds > LONGEST_WAIT:
                    raise Refused("no_room")
                await asyncio.sleep(wait.seconds)
        await self._call(service_url, "POST", path, message, address)

    async def member(self, service_url: str, conversation: str, user: str) -> Json:
        """Somebody in a conversation, by account or by object id."""
        return await self._call(service_url, "GET", f"conversations/{in_path(conversation)}/members/{in_path(user)}", tries=2)

    async def channels(self, service_url: str, team: str) -> list[str]:
        """The standard channels of a team: all its members read them."""
        answer = await self._call(service_url, "GET", f"teams/{in_path(team)}/conversations", tries=2)
        found = [each for each in answer.get("conversations") or () if isinstance(each, Mapping)]
        return [str(each["id"]) for each in found if each.get("id") and (each.get("type") or "standard") == "standard"]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(self, service_url: str, method: str, path: str, body: Json | None = None, address: str = "", tries: int = TRIES) -> Json:
        """What Teams answers. Refused if it said no; what passes (too fast, Teams ill) is tried again first."""
        wait = 0.5
        for left in reversed(range(tries)):
            try:
                response = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, service_url, method, path, body)
            except TryAgain as error:
                raise Refused(error.why) from None
            except (ValueError, OSError) as error:  # no way there, or no answer that can be read
                if not left:
                    raise Refused(type(error).__name__) from None
            else:
                if 200 <= response.status < 300:
                    return read(response)
                asked = response.headers.get(b"retry-after", b"").decode("latin-1")
                wait = max(wait, float(asked)) if asked.isdecimal() else wait
                if response.status == 429 and address:  # what waits for the postman waits too
                    self._speaker.slow_down(address, wait)
                if not left or wait > LONGEST_WAIT or response.status not in PASSING:
                    raise Refused(f"http_{response.status}")
            await asyncio.sleep(wait * (1 + LATE * random.random()))  # nosec B311  # jitter
            wait *= 2
        raise AssertionError("the last try returns or raises")


def noted(what: str, error: Refused) -> None:
    """For what could not be shown, and need not be."""
    logs.event("teams_refused", what=what, why=error.error)
