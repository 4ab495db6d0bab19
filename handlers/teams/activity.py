"""What an activity from Teams tells: where it comes from, by whom, and what has happened. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.incoming import Place
from handlers.teams.people import object_id

Body = Mapping[str, Any]

GONE = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"})
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
SHARED = frozenset({"channelShared", "channelUnshared"})  # with all of another team
CHANGED = frozenset({"editMessage", "undeleteMessage", "softDeleteMessage"})  # what was written before


@dataclass(frozen=True, slots=True)
class At:
    """Where an activity comes from, in Teams' own ids."""

    tenant: str  # where the conversation lives
    conversation: str
    kind: str  # personal | groupChat | channel
    service_url: str
    thread: str = ""  # in a channel: the message that begins the thread
    user: str = ""  # object id in Entra
    account: str = ""  # the same user's id in Teams
    home: str = ""  # the user's own tenant, if told
    bot: str = ""
    locale: str = ""
    team: str = ""
    channel: str = ""  # that an event tells of

    @property
    def private(self) -> bool:
        return self.kind == "personal"

    @property
    def spot(self) -> str:
        """The conversation and its thread, as Teams takes them."""
        return f"{self.conversation};messageid={self.thread}" if self.thread else self.conversation

    @property
    def address(self) -> str:
        return f"teams:@{self.home or self.tenant}/{self.user}" if self.private else f"teams:{self.tenant}/{self.conversation}"


def at_of(activity: Body) -> At | None:
    """Where an activity comes from; None where it does not say."""
    conversation, sender, data = (activity.get(name) or {} for name in ("conversation", "from", "channelData"))
    id, _, thread = str(conversation.get("id") or "").partition(";messageid=")
    tenant = str(conversation.get("tenantId") or (data.get("tenant") or {}).get("id") or "")
    if not id or not tenant:
        return None
    chosen = (data.get("settings") or {}).get("selectedChannel")
    team, channel = (str((each or {}).get("id") or "") for each in (data.get("team"), chosen or data.get("channel")))
    kind = str(conversation.get("conversationType") or ("channel" if team else "personal"))
    return At(
        tenant, id, kind, str(activity.get("serviceUrl") or ""), thread, object_id(sender), str(sender.get("id") or ""),
        str(sender.get("tenantId") or ""), str((activity.get("recipient") or {}).get("id") or ""), str(activity.get("locale") or ""), team, channel,
    )  # fmt: skip


def place_of(at: At, person: str = "") -> Place:
    return Place("teams", person=person) if at.private else Place("teams", f"{at.tenant}/{at.conversation}")


def event_of(activity: Body, at: At) -> str:
    """Teams' own id of an activity is the only one in its conversation, not in all."""
    return f"{at.conversation} {activity.get('id')}"


def moment_of(activity: Body) -> float:
    """When it happened, in seconds; 0 where that is not told. Teams writes as many decimals as it needs."""
    try:
        return datetime.fromisoformat(str(activity.get("timestamp") or "")).timestamp()
    except ValueError:
        return 0.0


def what_of(activity: Body) -> str:
    """What has happened in Teams: "channelDeleted", "teamMemberAdded" ..."""
    return str((activity.get("channelData") or {}).get("eventType") or "")


def is_of_team(activity: Body, at: At) -> bool:
    """Whether an event is about a whole team, not about one of its channels."""
    what = what_of(activity)
    whole = at.conversation == at.team or what in GONE | BACK or activity.get("type") == "installationUpdate"
    return bool(at.team) and whole and not what.startswith("channel")


def mentions_in(activity: Body) -> Sequence[Body]:
    return [each for each in activity.get("entities") or () if isinstance(each, Mapping) and each.get("type") == "mention"]
