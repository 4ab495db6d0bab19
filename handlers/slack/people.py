"""What Slack tells of a user, as a `Profile`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.people import Profile

SLACKBOT = "USLACKBOT"

Json = Mapping[str, Any]


def profile_of(user: Json, team: str) -> Profile:
    """A `user` of users.info, as seen from the workspace or organisation `team`."""
    inside = user.get("profile") or {}
    above = user.get("enterprise_user") or {}
    teams = above.get("teams") or ()
    home = str(user.get("team_id") or team)
    own = team in (home, *teams, above.get("enterprise_id"))
    # whom Slack says to be of the organisation itself has the same home wherever they are met
    home = workspace(home) or min(filter(workspace, map(str, teams)), default="") or workspace(team)
    address = str(inside.get("email") or "").strip().casefold()
    trusted = own and not user.get("is_stranger") and user.get("is_email_confirmed", True) and "@" in address
    names = (inside.get("real_name"), user.get("real_name"), inside.get("display_name"), user.get("name"))
    locale = str(user.get("locale") or "")
    return Profile(
        f"slack:{home}/{user['id']}", next((str(each).strip() for each in names if each), str(user["id"])), address if trusted else "",
        ("sv" if locale.startswith("sv") else "en") if locale else "", str(user.get("tz") or ""),
        bool(user.get("is_bot")) or user["id"] == SLACKBOT, (home, *map(str, teams)),
    )  # fmt: skip


def workspace(id: object) -> str:
    """The id where it is a workspace's; "" for that of a whole organisation, and for none."""
    return id if isinstance(id, str) and id.startswith("T") else ""
