"""Who may do what. One table's worth of rules, pure; the commands name a rule, `decide` asks here."""

from __future__ import annotations

from bot.model import GroupView, Person

RULES = ("anyone", "member", "lead", "coordinator", "administrator")
"""anyone: whoever reaches the bot · member: staff in the group · lead: its facilitators or chair ·
coordinator, administrator: roles given when people are loaded."""


def may(rule: str, person: Person, view: GroupView | None) -> bool:
    """Whether `person` may do what the rule guards, in the group of `view` (None: about no group)."""
    if person.state != "active":
        return False
    if rule == "anyone":
        return True
    if rule in ("coordinator", "administrator"):
        return rule in person.roles
    role = view.role_of(person.id) if view else None
    if rule == "member":
        return role in ("member", "facilitator", "chair")
    if rule == "lead":
        return role in ("facilitator", "chair")
    raise ValueError(f"no rule {rule!r}")
