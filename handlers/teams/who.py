"""Who somebody in a conversation in Teams is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from handlers.people import People, Profile
from handlers.teams.activity import At, Body
from handlers.teams.people import object_id, profile_of
from handlers.teams.web import Refused, Web, noted

MOST = 50_000  # accounts remembered


class Who:
    """Finds the person by what an activity tells of an account; what it does not tell, Teams is asked for."""

    def __init__(self, people: People, web: Web, own: str) -> None:
        """`own`: the tenant that the bot is registered in."""
        self._people, self._web, self._own = people, web, own
        self._accounts: dict[tuple[str, str], tuple[str, str]] = {}  # (tenant, account) -> own tenant, object id

    async def person(self, at: At) -> str:
        if not at.user:
            return ""
        if (at.tenant, at.account) not in self._accounts:
            _put(self._accounts, (at.tenant, at.account), (at.home, at.user))
        return await self._people.id_of(at.tenant, at.user, at.home, partial(self._look_up, at))

    async def person_of(self, account: Body, at: At) -> str:
        """The person that somebody in the same conversation is; "" for bots."""
        home, user = await self.identity(account, at)
        return await self._people.id_of(at.tenant, user, home, partial(self._look_up, replace(at, locale=""))) if user else ""

    async def identity(self, account: Body, at: At, ask: bool = True) -> tuple[str, str]:
        """Somebody's own tenant, if told, and object id. `ask`: Teams, where the account does not say."""
        id, user = str(account.get("id") or ""), object_id(account)
        if user:
            return str(account.get("tenantId") or ""), user
        known = self._accounts.get((at.tenant, id))
        if known or not ask or not id.startswith("29:"):
            return known or ("", "")
        try:
            member = await self._web.member(at.service_url, at.channel or at.conversation, id)
        except Refused as error:
            noted("member", error)
            return "", ""
        found = str(member.get("tenantId") or ""), object_id(member)
        _put(self._accounts, (at.tenant, id), found)
        return found

    async def _look_up(self, at: At, tenant: str, user: str) -> Profile | None:
        """One of those in the conversation, for `People`."""
        try:
            member = await self._web.member(at.service_url, at.channel or at.conversation, user)
        except Refused as error:
            noted("member", error)
            return None
        _put(self._accounts, (tenant, str(member.get("id"))), (str(member.get("tenantId") or ""), object_id(member)))
        return profile_of(member, tenant, self._own, at.locale)

    def home(self, at: At) -> str:
        """The tenant of who did something there."""
        return self._accounts.get((at.tenant, at.account), ("", ""))[0] or at.tenant


def _put(kept: dict[tuple[str, str], tuple[str, str]], key: tuple[str, str], value: tuple[str, str]) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = value
