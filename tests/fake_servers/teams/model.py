"""What a pretend Teams keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class TeamsError(Exception):
    """The connector says no: {"error": {"code": ..., "message": ...}}."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code

    def as_json(self) -> Json:
        if self.code in ("MessageWritesBlocked", "ThreadNotPresent"):  # these come as text within the text
            inside = f'{{\r\n  "subCode": "{self.code}",\r\n  "details": "Thread is not present in database.",\r\n  "errorCode": null\r\n}}'
            return {"error": {"code": "Forbidden", "message": inside}}
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(slots=True)
class User:
    """Somebody in a tenant. `tenant` is their own; `role` in a roster: user | guest | anonymous."""

    id: str  # object id in Entra
    name: str
    handle: str  # what others type after @ to find them
    tenant: str
    mail: str = ""
    locale: str = "sv-SE"
    time_zone: str = "Europe/Stockholm"
    role: str = "user"
    deleted: bool = False
    installed: bool = True  # the app, for themselves: the bot may begin a private chat
    blocked: bool = False  # has muted the bot

    @property
    def account(self) -> str:
        """Their id as bots see it."""
        return f"29:1{self.id.replace('-', '')}"

    def as_json(self) -> Json:
        """In a roster."""
        first, _, last = self.name.partition(" ")
        return {
            "id": self.account, "name": self.name, "aadObjectId": self.id, "objectId": self.id, "givenName": first, "surname": last,
            "email": self.mail, "userPrincipalName": self.mail or f"{self.handle}@example.org", "tenantId": self.tenant,
            "userRole": self.role,
        }  # fmt: skip


@dataclass(slots=True)
class Conversation:
    """A channel, a group chat (also a meeting's), or the private chat of one user and the bot."""

    id: str
    kind: str  # personal | groupChat | channel
    tenant: str
    members: list[str]  # object ids
    name: str = ""
    team: str = ""  # the thread id of a channel's team
    sort: str = "standard"  # of a channel: standard | private | shared
    installed: bool = True
    archived: bool = False


@dataclass(slots=True)
class Message:
    """One message. `user`: who wrote it, "" the bot. `only`: a targeted one, and who sees it."""

    conversation: str
    id: str
    user: str = ""
    text: str = ""
    summary: str = ""
    card: Json | None = None
    only: str = ""
    reply_to: str = ""
    edits: int = 0
    given: Json = field(default_factory=dict)  # the activity, as it was sent
    views: dict[str, Json] = field(default_factory=dict)  # user -> the card as it was refreshed for them alone

    def seen_by(self, user: str) -> Json | None:
        """The card as that user sees it."""
        return self.views.get(user, self.card)


@dataclass(slots=True)
class Dialog:
    """A dialog that somebody has open. `text`: one that only tells something. `command`: of a message extension."""

    user: str
    conversation: str
    title: str = ""
    card: Json | None = None
    text: str = ""
    command: str = ""
    message: Message | None = None  # that it was opened on
    given: Json = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Toast:
    """Words beside a tapped button, seen by who tapped."""

    user: str
    conversation: str
    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot's. `operation`: send | targeted | update | delete | create | members | member | conversation | team."""

    operation: str
    conversation: str
    body: Json
    at: float
    status: int
    answer: Any = None
    activity: str = ""
