"""Who may do what. One table of rules, pure; the commands name a rule, `decide` asks here."""

from __future__ import annotations

from bot.model import GroupView, Person

STAFF = ("member", "facilitator", "chair")

IN_THE_GROUP = {"member": STAFF, "lead": ("facilitator", "chair"), "record": ("facilitator", "chair"), "party": STAFF}
"""rule -> the roles that may, in the group that it is about"""
IN_THE_BODY = {"body": STAFF, "party": STAFF}
"""rule -> the roles that may, in the body where a lifted matter lies"""
BY_ROLE = ("coordinator", "administrator")
"""given when people are loaded"""

RULES = ("anyone", *dict.fromkeys((*IN_THE_GROUP, *IN_THE_BODY)), *BY_ROLE)
"""anyone: whoever reaches the bot · member: staff in the group · lead: its facilitators or chair · record: these and its contact person · body: those of the
committee where the matter lies · party: either of these · coordinator, administrator: roles of the person."""


def may(rule: str, person: Person, view: GroupView | None, body: GroupView | None = None) -> bool:
    """Whether `person` may do what the rule guards, in the group of `view` (None: about no group).

    `body` is the committee where the lifted matter lies that it is about.
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r}")
    if person.state != "active":
        return False
    if rule == "anyone" or (rule in BY_ROLE and rule in person.roles):
        return True
    in_group = view.role_of(person.id) if view else None
    if rule == "record" and view and view.group.contact_person == person.id and in_group in STAFF:
        return True
    in_body = body.role_of(person.id) if body else None
    return in_group in IN_THE_GROUP.get(rule, ()) or in_body in IN_THE_BODY.get(rule, ())
