"""Whether anything about a group may leave its members."""

from __future__ import annotations

from datetime import date

from bot.model import Group


def sharing_allowed(group: Group, today: date) -> bool:
    """A care group needs a consent that holds today. A committee is about nobody in particular."""
    return group.kind != "care" or (group.consent is not None and group.consent.until >= today)
