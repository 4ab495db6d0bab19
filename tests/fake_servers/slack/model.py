"""What a pretend Slack keeps, and how Slack writes it in answers and payloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """The Web API says no: {"ok": false, "error": code, ...}."""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.messages, self.extra = code, messages, extra

    def as_json(self) -> Json:
        answer: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
        return answer


@dataclass(slots=True)
class Team:
    """A workspace, or an organisation ("E..."). `enterprise`: the organisation it belongs to on Enterprise Grid."""

    id: str
    name: str = "Nära vård"
    domain: str = "naravard"
    enterprise: str = ""
    bot: str = ""  # the bot's user id there


@dataclass(slots=True)
class User:
    id: str
    name: str  # as others see it
    handle: str
    team: str
    email: str = ""
    locale: str = "sv-SE"
    tz: str = "Europe/Stockholm"
    deleted: bool = False
    is_bot: bool = False
    guest: bool = False
    teams: tuple[str, ...] = ()  # the workspaces of their organisation that they are in, where it is not only their own

    def as_json(self, seen_from: str, with_locale: bool, with_email: bool, organisation: str = "", teams: Sequence[str] = ()) -> Json:
        """users.info. `locale` comes only when asked for, the address only with users:read.email and to the own team.

        `organisation` and `teams`: where they belong on Enterprise Grid.
        """
        foreign = seen_from not in (self.team, *teams, *filter(None, [organisation]))
        first, _, last = self.name.partition(" ")
        profile: Json = {
            "title": "", "phone": "", "skype": "", "real_name": self.name, "real_name_normalized": self.name,
            "display_name": self.handle, "display_name_normalized": self.handle, "first_name": first, "last_name": last,
            "status_text": "", "status_emoji": "", "avatar_hash": "g0", "image_72": "https://avatars.example.org/72.png",
            "team": self.team,
        }  # fmt: skip
        if with_email and self.email and not foreign:
            profile["email"] = self.email
        answer: Json = {
            "id": self.id, "team_id": self.team, "name": self.handle, "deleted": self.deleted, "color": "9f69e7",
            "real_name": self.name, "tz": self.tz, "tz_label": "Central European Time", "tz_offset": 3600,
            "profile": profile, "is_admin": False, "is_owner": False, "is_primary_owner": False,
            "is_restricted": self.guest, "is_ultra_restricted": False, "is_bot": self.is_bot, "is_app_user": False,
            "updated": 1764000000, "has_2fa": False, "is_email_confirmed": True, "who_can_share_contact_card": "EVERYONE",
        }  # fmt: skip
        if organisation:
            answer["enterprise_user"] = {"id": self.id, "enterprise_id": organisation, "enterprise_name": organisation, "is_admin": False,
                                         "is_owner": False, "teams": list(teams)}  # fmt: skip
        if foreign:
            answer["is_stranger"] = True
        if with_locale:
            answer["locale"] = self.locale
        return answer


@dataclass(slots=True)
class Channel:
    """A channel, or (`im` is a user's id) the private chat between the bot and that user."""

    id: str
    name: str
    team: str
    members: list[str]
    private: bool = True
    im: str = ""
    archived: bool = False
    connected: tuple[str, ...] = ()  # other teams that share it: Slack Connect, or workspaces of the same organisation
    organisation: str = ""  # of those that share it, where all are of one

    @property
    def kind(self) -> str:
        """The scope that reading about it takes: channels | groups | im."""
        return "im" if self.im else "groups" if self.private else "channels"

    def as_json(self, bot: str) -> Json:
        shared = bool(self.connected)
        within = bool(self.organisation)
        answer: Json = {
            "id": self.id, "created": 1764000000, "is_archived": self.archived, "is_im": bool(self.im),
            "is_org_shared": within, "context_team_id": self.team, "updated": 1764000000000, "is_ext_shared": shared and not within,
            "is_shared": shared,
        }  # fmt: skip
        if self.im:
            return {**answer, "user": self.im, "is_user_deleted": False, "priority": 0, "is_open": True}
        if shared:
            answer["conversation_host_id"] = self.organisation or self.team
        return answer | {
            "name": self.name, "name_normalized": self.name, "is_channel": not self.private, "is_group": False,
            "is_mpim": False, "is_private": self.private, "is_general": False, "is_member": bot in self.members,
            "creator": self.members[0] if self.members else bot, "unlinked": 0, "previous_names": [],
            "num_members": len(self.members), "shared_team_ids": [self.team, *self.connected],
            "internal_team_ids": [self.team, *self.connected] if within else [self.team],
            "connected_team_ids": [] if within else list(self.connected), "pending_shared": [],
            "topic": {"value": "", "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
        }  # fmt: skip


@dataclass(slots=True)
class Message:
    """One message. `only`: an ephemeral one, and who sees it. `name`d by its channel and ts."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json = field(default_factory=dict)
    thread_ts: str = ""
    edited: str = ""  # the ts of the latest edit
    edits: int = 0
    only: str = ""
    bot_id: str = ""
    team: str = ""
    app_id: str = ""
    options: Json = field(default_factory=dict)  # unfurl_links and the like, as they were sent

    def as_json(self) -> Json:
        answer: Json = {"user": self.user, "type": "message", "ts": self.ts, "text": self.text, "team": self.team}
        if self.bot_id:
            answer |= {"bot_id": self.bot_id, "app_id": self.app_id, "bot_profile": {
                "id": self.bot_id, "app_id": self.app_id, "name": "nvg", "deleted": False, "team_id": self.team,
                "icons": {"image_72": "https://avatars.example.org/bot.png"}, "updated": 1764000000,
            }}  # fmt: skip
        if self.blocks:
            answer["blocks"] = self.blocks
        if self.metadata:
            answer["metadata"] = self.metadata
        if self.thread_ts:
            answer |= {"thread_ts": self.thread_ts, "parent_user_id": self.user}
        if self.edited:
            answer["edited"] = {"user": self.user, "ts": self.edited}
        return answer


@dataclass(slots=True)
class View:
    """A modal that somebody has open, or somebody's Home. `errors` are what the latest submit was answered with."""

    id: str
    user: str
    team: str
    given: Json  # as the app gave it
    hash: str
    app_id: str
    bot_id: str
    root: str = ""
    previous: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    typed: Json = field(default_factory=dict)  # the state that the user has left in it, by block_id and action_id
    installed: str = ""  # the organisation that the app is installed for, where it is not the team

    @property
    def type(self) -> str:
        return str(self.given["type"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.given["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.given.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.given.get("private_metadata", ""))

    def as_json(self, values: Mapping[str, Any] | None = None) -> Json:
        given = self.given
        return {
            "id": self.id, "team_id": self.team, "type": self.type, "blocks": self.blocks,
            "private_metadata": self.private_metadata, "callback_id": self.callback_id,
            "state": {"values": dict(values or {})}, "hash": self.hash,
            "title": given.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": bool(given.get("clear_on_close")), "notify_on_close": bool(given.get("notify_on_close")),
            "close": given.get("close"), "submit": given.get("submit"), "previous_view_id": self.previous or None,
            "root_view_id": self.root or self.id, "app_id": self.app_id, "external_id": given.get("external_id", ""),
            "app_installed_team_id": self.installed or self.team, "bot_id": self.bot_id,
        }  # fmt: skip


@dataclass(slots=True)
class Grant:
    """A token: whose, where, and what it may. `state`: "" | token_revoked | account_inactive | invalid_auth."""

    token: str
    team: str
    user: str
    bot_id: str
    scopes: set[str]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, or of a response_url ("response_url")."""

    method: str
    token: str
    body: Json
    at: float
    answer: Json = field(default_factory=dict)
    by: str = ""  # who called, where there are several: see `url_for`

    @property
    def ref(self) -> str:
        """What the bot calls the message in its metadata."""
        return str(((self.body.get("metadata") or {}).get("event_payload") or {}).get("ref", ""))


def elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """All interactive elements, each with its block's id, in reading order."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        for each in inside:
            if isinstance(each, dict) and each.get("action_id"):
                yield str(block.get("block_id", "")), each


def first(found: Iterator[Any] | Callable[[], Iterator[Any]]) -> Any:
    """The first, or None."""
    return next(iter(found() if callable(found) else found), None)
