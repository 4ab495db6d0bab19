"""What happens in Teams' conversations: people come and go, and so does the bot; channels and teams are taken away, and come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.incoming import Incoming, News, Place
from handlers.engine import Engine
from handlers.latest import Latest
from handlers.people import People
from handlers.teams.activity import BACK, GONE, SHARED, At, Body, event_of, is_of_team, moment_of, what_of
from handlers.teams.speak import TeamsSpeaker
from handlers.teams.web import Refused, Web, noted
from handlers.teams.who import Who
from handlers.turn import Answered
from storage.conversations import Conversations

MOST = 50_000  # conversations remembered


class Moves:
    """Each is news for the groups that live there. `turn` runs one; `thread` does what waits for the database."""

    def __init__(
        self, engine: Engine, people: People, who: Who, conversations: Conversations, web: Web, speaker: TeamsSpeaker,
        turn: Callable[[Incoming], Awaitable[Answered]], thread: Callable[[Callable[[], Any]], Awaitable[Any]],
    ) -> None:  # fmt: skip
        self._engine, self._people, self._who, self._conversations, self._web = engine, people, who, conversations, web
        self._speaker, self._turn, self._thread = speaker, turn, thread
        self._latest = Latest()
        self._noted: dict[str, At] = {}  # address -> what was noted last

    async def moved(self, activity: Body, at: At) -> None:
        """Somebody came into a conversation or left it; or the bot did; or it is gone, or back."""
        what = what_of(activity)
        added, removed = (activity.get(name) or () for name in ("membersAdded", "membersRemoved"))
        invited = any(each.get("id") == at.bot for each in added)
        if invited or not (removed or what in GONE):
            await self.note(at)
        if at.private:
            return
        event = event_of(activity, at)
        actor = await self._people.known(at.tenant, at.user, at.home) if at.user else ""
        if what in GONE or any(each.get("id") == at.bot for each in removed):
            await self._out(activity, at, event, actor)
            return
        if what in SHARED:
            self._speaker.forget(f"{at.tenant}/{at.channel or at.conversation}")
            await self._thread(lambda: self._engine.postman.offer_again("outsiders"))
        homes = await self._homes(activity, at, here=invited)
        if invited or what in BACK:
            for place in homes:
                await self._turn(Incoming(f"{event} {place.channel}", actor, place, news=News("invited")))
        for joined, accounts in ((True, added), (False, removed)):
            for each in accounts:
                late = not self._latest.is_news(f"{at.tenant}/{at.conversation} {each.get('id')}", moment_of(activity))
                if each.get("id") != at.bot and not late:
                    await self._came(each, joined, homes, event, at)

    async def _came(self, account: Body, joined: bool, homes: Sequence[Place], event: str, at: At) -> None:
        """A person came into a conversation, or left it. Who comes into a team comes into its standard channels."""
        if not homes:
            return
        if joined:
            person = await self._who.person_of(account, at)
        else:
            home, user = await self._who.identity(account, at, ask=False)
            person = await self._people.known(at.tenant, user, home) if user else ""
        for place in homes:
            self._speaker.forget(place.channel)
            if person:
                news = News("joined" if joined else "left", person)
                await self._turn(Incoming(f"{event} {person} {place.channel}", person, place, news=news))
        if not joined:  # perhaps the one outside the group for whom the posts waited
            await self._thread(lambda: self._engine.postman.offer_again("outsiders"))

    async def installed(self, activity: Body, at: At) -> None:
        """The app was added or taken away. That it was added to a team or chat is news by itself (`moved`)."""
        if not str(activity.get("action")).startswith("remove"):
            await self.note(at)
        elif at.private:
            await self._gone(at.address)
        else:
            actor = await self._people.known(at.tenant, at.user, at.home) if at.user else ""
            await self._out(activity, at, event_of(activity, at), actor)

    async def _out(self, activity: Body, at: At, event: str, actor: str) -> None:
        """The bot is out of a conversation, or of all of a team; or it is gone."""
        for place in await self._homes(activity, at, here=True):
            await self._gone(place.address)
            await self._turn(Incoming(f"{event} {place.channel}", actor, place, news=News("removed")))

    async def _homes(self, activity: Body, at: At, here: bool = False) -> list[Place]:
        """The conversations that an event is about, where groups live: the one it tells of, or all of a team's that all its
        members read. `here`: the one it tells of also where no group lives."""
        spots = [at.channel or at.conversation]
        if is_of_team(activity, at):
            try:
                spots += await self._web.channels(at.service_url, at.team)
            except Refused as error:  # we are out of it: what is known of its channels
                noted("channels", error)
                spots += await self._thread(lambda: self._conversations.in_team(at.tenant, at.team))
        found = [Place("teams", f"{at.tenant}/{spot}") for spot in dict.fromkeys(spots)]
        lived_in = await self._thread(lambda: {each for each in found if self._engine.residents(each.address)[1]})
        return [each for each in found if each in lived_in or (here and each is found[0])]

    async def note(self, at: At) -> None:
        """Keep where it was heard, if that is new."""
        if not at.service_url or (at.private and not at.user):
            return
        kept = replace(at, user="", account="", home="", thread="", locale="", channel="")  # what does not change with who speaks
        if self._noted.get(at.address) == kept:
            return
        await self._thread(lambda: self._conversations.note(at.address, at.conversation, at.tenant, at.service_url, at.kind, at.team))
        if len(self._noted) >= MOST:
            self._noted.clear()
        self._noted[at.address] = kept

    async def _gone(self, address: str) -> None:
        self._noted.pop(address, None)
        await self._thread(lambda: self._conversations.forget(address))
