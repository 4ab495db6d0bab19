"""What the bot asks Slack for: no more than it uses. docs/slack.md says why, and a test compares the two and the manifests."""

from __future__ import annotations

SCOPES = (
    "app_mentions:read", "channels:read", "chat:write", "commands", "groups:read", "im:history", "im:write", "users:read",
    "users:read.email",
)  # fmt: skip
"""Of the bot's token."""

APP_SCOPES = ("connections:write",)
"""Of the app's token, which only Socket Mode uses."""

EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_deleted", "channel_left", "group_archive",
    "group_deleted", "group_left", "member_joined_channel", "member_left_channel", "message.im", "team_access_granted",
    "team_access_revoked", "tokens_revoked", "user_change",
)  # fmt: skip
"""What Slack tells the bot of."""

LISTENING_SCOPES, LISTENING_EVENTS = ("groups:history",), ("message.groups",)
"""Only where the workspace has chosen that "beslut: ..." counts without a mention: then Slack sends what is written in those channels."""
