"""What the bot knows of Slack's channels: whether it is in them, and who may read them. Remembered, and told anew by events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.slack.install import Workspaces
from handlers.slack.people import workspace
from handlers.slack.web import Refused, Web

FRESH = 600.0  # seconds
SOON = 30.0  # where Slack did not say
PATIENCE = 1.2  # seconds that somebody waits for it the first time
MOST = 50_000
HIDDEN = frozenset({"channel_not_found", "not_in_channel"})  # a private channel that the bot is not in


@dataclass(frozen=True, slots=True)
class Channel:
    team: str  # the workspace that it is known by: with Slack Connect the host's, where the bot is installed there too
    inside: bool = True  # the bot is
    public: bool = False
    talk: bool = False  # a conversation of a few people, no channel


class Channels:
    """Used on one event loop."""

    def __init__(self, web: Web, workspaces: Workspaces) -> None:
        self._web, self._workspaces = web, workspaces
        self._known: dict[tuple[str, str], tuple[float, Channel]] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[Channel]] = {}

    async def at(self, team: str, channel: str) -> Channel:
        """What is known of it. Where it is long since Slack was asked, that is done meanwhile."""
        known = self._known.get((team, channel))
        if known and known[0] > time.monotonic():
            return known[1]
        task = self._asked.get((team, channel))
        if task is None:
            task = self._asked[team, channel] = asyncio.ensure_future(self._ask(team, channel))
            task.add_done_callback(lambda _: self._asked.pop((team, channel), None))
        if known:
            return known[1]
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        except TimeoutError:
            return Channel(team)

    def forget(self, team: str, channel: str) -> None:
        """It has changed, or the bot came or left."""
        self._known.pop((team, channel), None)

    async def _ask(self, team: str, channel: str) -> Channel:
        fresh = FRESH
        try:
            token = self._workspaces.token_of(team)
            told = await self._web.call(token or "", "conversations.info", tries=2, channel=channel)
            found = self._read(team, told["channel"])
        except Refused as error:
            fresh = SOON
            found = Channel(team, inside=error.error not in HIDDEN)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[team, channel] = (time.monotonic() + fresh, found)
        return found

    def _read(self, team: str, told: Mapping[str, Any]) -> Channel:
        host = str(told.get("conversation_host_id") or team)
        if told.get("is_org_shared") and not told.get("is_ext_shared"):
            return Channel(self._of_organisation(team, host, told), bool(told.get("is_member", True)), not told.get("is_private"))
        if host != team and (not told.get("is_ext_shared") or not self._workspaces.token_of(host)):
            host = team
        private = bool(told.get("is_private")) or bool(told.get("is_im")) or bool(told.get("is_mpim"))
        return Channel(host, bool(told.get("is_member", True)), not private, bool(told.get("is_mpim")))

    def _of_organisation(self, team: str, host: str, told: Mapping[str, Any]) -> str:
        """The workspace that a channel of several in one organisation is known by, whichever of them it is used from. Where
        the bot is installed in each by itself, they are told apart."""
        if not self._workspaces.whole(team):
            return team
        home = workspace(host) or min(filter(workspace, map(str, told.get("internal_team_ids") or ())), default=team)
        if home != team:
            self._workspaces.reach(home, team)
        return home
