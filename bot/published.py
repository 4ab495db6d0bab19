"""Pages that stay as they were published until they are opened again (*Min sida* in Slack), and so must not outlive the right to see them.

Such a page holds each object under a key of its own, which counts as changed only when who may see what has changed (a consent, a seat, a
group that closes), or what something is called. So the page is put right then, and no ordinary command costs anything more for it.
"""

from __future__ import annotations

from bot.model import Group, Kept, Member, Person

_SIGHT = "sight of "


def sight_of(of: str) -> str:
    """The key of an object's key ("Group tall")."""
    return _SIGHT + of


def plain(of: str) -> str:
    """The object's own key, of either."""
    return of.removeprefix(_SIGHT)


def what_counts(thing: Kept) -> tuple[object, ...]:
    """What of the object decides who may see what, and what it is called."""
    if isinstance(thing, Group):
        return thing.state, thing.consent, thing.consent_told, thing.code
    if isinstance(thing, Member):
        return thing.state, thing.role
    return (thing.state, thing.roles, thing.name) if isinstance(thing, Person) else ()
