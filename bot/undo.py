"""Undo: each field that a change altered gets back its value, unless somebody has built on it since."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from bot.ask import Ask
from bot.messages.common import CannotUndo, Undone
from bot.model import Change, Group, Kept, Meeting, Person
from bot.outcome import Fact, Need, Outcome, Post, Say

QUIET = frozenset({"time_spent", "outcome", "attend"})
"""What the channel is never told of."""
MEETING_TIMES = frozenset({"schedule", "reschedule", "cancel_meeting"})


def undo(ask: Ask) -> Outcome | Need:
    """`ångra`, `ångra 12`, and the button *Ångra* (whose ref is the change's id)."""
    found = the_change(ask)
    if not isinstance(found, Change):
        return found
    if found.by != ask.me.id:
        return ask.say(CannotUndo("not_yours", found.by))
    if found.state == "undone":
        return ask.say(CannotUndo("already"))
    if ask.now > found.until:
        return ask.say(CannotUndo("too_late"))
    missing = tuple(f"key {key}" for key in found.after if ask.snapshot.get(key) is None and f"key {key}" not in ask.snapshot.found)
    if missing:
        return Need(missing)
    restored: list[Kept] = []
    for key, after in found.after.items():
        present = ask.snapshot.get(key) or ask.snapshot.found.get(f"key {key}")
        if present is None:
            continue
        before = found.before.get(key)
        if conflict(before, after, present):
            return built_on(ask, key)
        restored.append(as_before(before, after, present))
    ref, text, group = described(found)
    said_here = not ask.incoming.place.private and ask.snapshot.here == group and not ask.incoming.tap
    told = group if (said_here and was_told(found)) or found.command in MEETING_TIMES else ""  # a struck-out post is not enough to be there on time
    meetings = [thing for thing in restored if isinstance(thing, Meeting) and thing.state == "planned"]
    when = meetings[0].starts if found.command in MEETING_TIMES and len(meetings) == 1 else None
    by = "" if found.command == "new_group" else ask.me.id  # nobody is called anything in a group that never was
    message = Undone(found.command, ref, by, text, when)
    return Outcome(
        Say(message),
        save=tuple(thing for thing in restored if thing != (ask.snapshot.get(f"{type(thing).__name__} {thing.id}"))),
        facts=(Fact("undone", group, found.id, ask.me.id, {"command": found.command}),),
        posts=(Post(told, f"notice:{ask.turn}", message),) if told else (),
        undone=found.id,
    )


def the_change(ask: Ask) -> Change | Outcome | Need:
    """The change that is meant: the button's, the newest on a number, or the asker's newest here."""
    if ask.incoming.tap and ask.incoming.tap.do == "undo":
        wanted = f"change {ask.incoming.tap.ref}"
    elif ask.reading.id is not None:
        wanted = f"newest change {ask.reading.id}"
    else:
        wanted = "newest change"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    change = ask.snapshot.found[wanted]
    if wanted == "newest change" and (meeting := just_ended(ask, change.at if isinstance(change, Change) else None)):
        return ask.say(CannotUndo("ended", ref=meeting.id))
    return change if isinstance(change, Change) else ask.say(CannotUndo("nothing"))


def just_ended(ask: Ask, since: datetime | None) -> Meeting | None:
    """The meeting that the asker led and ended after the change: what they mean by a bare *ångra*, which has another way back."""
    ended = [m for m in ask.view.meetings if m.state == "ended" and m.led_by == ask.me.id and not m.closed_itself] if ask.group_id else []
    newest = max(ended, key=lambda m: m.ended_at or m.started_at or ask.now, default=None)
    if newest is None or newest.ended_at is None or newest.ended_at < ask.now - timedelta(hours=1):
        return None
    return newest if since is None or newest.ended_at > since else None


def was_told(change: Change) -> bool:
    """Whether the channel has read of the change; that a meeting which goes on is longer stands in its card alone."""
    live = any(isinstance(thing, Meeting) and thing.state == "live" for thing in change.after.values())
    return change.command not in QUIET and not (change.command == "extend" and live)


def built_on(ask: Ask, key: str) -> Outcome | Need:
    """The refusal, with the name of whoever changed it since."""
    wanted = f"touched {key}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    by = ask.snapshot.found[wanted] or ""
    number = key.rpartition(":")[2]
    ref = f"#{number}" if number.isdigit() else number if number[1:].isdigit() else ""
    return ask.say(CannotUndo("built_on", str(by), ref))


def altered(before: Kept | None, after: Kept) -> list[str]:
    """The fields a change altered, without the bot's own bookkeeping. A new object altered its `state`, if it has one."""
    if before is None:
        return [f.name for f in fields(after) if f.name != "version" and "bookkeeping" not in f.metadata]
    return [
        f.name for f in fields(after)
        if "bookkeeping" not in f.metadata and getattr(before, f.name) != getattr(after, f.name)
    ]  # fmt: skip


def conflict(before: Kept | None, after: Kept, present: Kept) -> bool:
    """Whether somebody has since changed what this change altered."""
    return any(getattr(present, name) != getattr(after, name) for name in altered(before, after))


def as_before(before: Kept | None, after: Kept, present: Kept) -> Kept:
    """The present object with the altered fields as they were; what was made new is marked undone."""
    if before is None:
        return replace(present, state="undone")
    values: dict[str, Any] = {name: getattr(before, name) for name in altered(before, after)}
    return replace(present, **values)


def described(change: Change) -> tuple[str, str, str]:
    """What the change was about: its number as people write it, its words as they are again, and its group."""
    if change.command.startswith("consent"):  # what it renamed is not what it was about
        return "", "", next((thing.group for thing in change.after.values()), "")
    things = sorted(change.after.values(), key=lambda thing: type(thing).__name__ in ("Group", "Meeting", "Person"))
    if not things:
        return "", "", ""
    thing = things[0]
    rows = [each for each in things if not isinstance(each, Group | Meeting | Person)]
    if change.command == "several" and len(rows) > 1:  # pasted lines: all of them, those without a number by their words
        return ", ".join(called(each) or str(getattr(each, "text", "")) for each in rows), "", thing.group
    ref = called(thing)
    was = next((change.before.get(key) for key, after in change.after.items() if after is thing), None)
    return ref, str(getattr(was or thing, "text", "") or ""), thing.group


def called(thing: Kept) -> str:
    """Its number as people write it, "" where it has none."""
    number = thing.id.rpartition(":")[2]
    return f"#{number}" if number.isdigit() else number if number.startswith(("B", "H")) else ""
