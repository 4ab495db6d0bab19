"""What follows when people and groups are loaded from a file: the same as when it is said in the chat.

Who has left a group offers what was theirs alone to the others; a consent that begins or ends names what was lifted, or hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.consent import renamed
from bot.keys import key
from bot.members import WhoLeft
from bot.messages.consent import ConsentWithdrawn
from bot.messages.news import AccountClosed
from bot.model import Escalation, Group, GroupView, Kept, Member, Person, Snapshot
from bot.news import CLOSED, leaders, left_subject
from bot.outcome import Fact, Need, Outcome, Post
from bot.rules.consent import sharing_allowed
from bot.rules.work_calendar import local


def follow(snapshot: Snapshot, saved: Iterable[Kept], mark: str, now: datetime) -> Outcome | Need:
    """All that is to be saved, told and noted. `mark` names the notices of this loading."""
    kept = {key(thing): thing for thing in saved}
    leaving = left_by(kept)
    ids = (*leaving, *(thing.id for thing in kept.values() if isinstance(thing, Group) and thing.version))
    gone = [thing.id for thing in kept.values() if is_gone(thing) and thing.version]
    asked = (*(f"group {id}" for id in ids if id not in snapshot.views), *(f"person {id}" for id in gone if f"person {id}" not in snapshot.found))
    if missing := tuple(dict.fromkeys(asked)):
        return Need(missing)
    facts: list[Fact] = []
    posts: list[Post] = []
    tell: dict[tuple[str, str], list[str]] = {}
    for id, people in leaving.items():
        view = with_new(snapshot.views[id], kept)
        left = WhoLeft.of(view, people)
        kept |= {key(thing): thing for thing in left.saved}
        facts += [Fact("member_left", id, each.id) for each in left.seats]
        if left.remain:
            posts.append(Post(id, left_subject(id, people, (each.number for each in left.offered))))
        for person in people:
            if is_gone(kept.get(f"Person {person}")):
                for leader in leaders(view, *people):
                    tell.setdefault((leader, person), []).append(view.group.code)
    facts += [Fact("account_closed", "", f"@{id}", id) for id in gone if not is_gone(snapshot.found[f"person {id}"])]
    posts += [Post(f"@{leader}", f"notice:{mark}:{person}", AccountClosed(person, tuple(codes))) for (leader, person), codes in sorted(tell.items())]
    for group in [thing for thing in kept.values() if isinstance(thing, Group) and thing.version and thing.kind == "care" and thing.state not in CLOSED]:
        before = snapshot.views[group.id].group
        if group.consent == before.consent:
            continue
        was, holds = (sharing_allowed(each, local(now).date()) for each in (before, group))
        matters = renamed(snapshot, group, group.code if holds else "") if was != holds else ()
        if isinstance(matters, Need):
            return matters
        kept |= {key(thing): thing for thing in matters}
        facts.append(Fact("consent_given" if group.consent else "consent_withdrawn", group.id, group.id))
        if was and not group.consent:
            waiting = sum(isinstance(each, Escalation) and each.waits for each in matters)
            posts.append(Post(group.id, f"notice:{mark}:{group.id}", ConsentWithdrawn(group.code, waiting)))
    return Outcome(save=tuple(kept.values()), facts=tuple(facts), posts=tuple(posts), command="load")


def left_by(kept: Mapping[str, Kept]) -> dict[str, tuple[str, ...]]:
    """Who leaves, by group."""
    leaving: dict[str, tuple[str, ...]] = {}
    for thing in kept.values():
        if isinstance(thing, Member) and thing.state == "left":
            leaving[thing.group] = (*leaving.get(thing.group, ()), thing.person)
    return leaving


def with_new(view: GroupView, kept: Mapping[str, Kept]) -> GroupView:
    """The group as it is loaded, while those who leave are still in it."""
    group = kept.get(f"Group {view.group.id}")
    new = {thing.id: thing for thing in kept.values() if isinstance(thing, Member) and thing.group == view.group.id and thing.state == "active"}
    members = (*(new.pop(each.id, each) for each in view.members), *new.values())
    return replace(view, group=group if isinstance(group, Group) else view.group, members=members)


def is_gone(thing: Kept | None) -> bool:
    return isinstance(thing, Person) and thing.state == "gone"
