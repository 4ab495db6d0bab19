"""`hjälp`, and the commands that are of most use here and now."""

from __future__ import annotations

from collections.abc import Collection

from bot.about import no_group
from bot.ask import Ask
from bot.messages import common as say
from bot.model import GroupView
from bot.outcome import Outcome


def helped(ask: Ask, commands: Collection[str]) -> Outcome:
    """`hjälp`, `hjälp möte`, or `/nvg` alone: what this person can do here now. `commands`: all that there are."""
    topic = ask.reading.topic or (ask.incoming.tap.ref if ask.incoming.tap else "")
    if topic in commands:
        return ask.say(say.Help(topic, (topic,), False))
    if topic:
        return ask.say(say.Help("", tuple(commands), True))
    if not ask.incoming.place.private and not ask.snapshot.here:
        return ask.say(no_group(ask.incoming))
    return ask.say(say.Help("", likely(ask), False))


STILL_SHOWN = ("decisions", "summary", "list", "search", "group", "help")
"""What there is to ask for in a closed group."""


def likely(ask: Ask) -> tuple[str, ...]:
    """The commands that are of most use here and now to this person, most useful first."""
    views = [ask.snapshot.views[ask.group_id]] if ask.group_id else list(ask.snapshot.views.values())
    over = [view for view in views if view.group.state in ("closed", "forgotten")]
    if over and not ask.incoming.place.private:
        return STILL_SHOWN
    views = [view for view in views if view not in over]
    if ask.incoming.place.private and "coordinator" in ask.me.roles:
        return ("digest", "subscribe", *(("action", "mine") if views else ("new_group",)), "away", "settings", "undo")
    if not views:
        return ("new_group", "settings", "help")
    view: GroupView = views[0]
    if len(views) == 1 and view.live:
        return ("decision", "action", "done", "lesson", "park", "attend", "end_meeting", "undo")
    if view.group.kind == "committee" and not ask.incoming.place.private:
        return ("lifted", "answer_escalation", "escalate_further", "agenda", "schedule", "start_meeting", "decision", "undo")
    wanted = ["action"]
    if any(ask.me.id in a.owners for v in views for a in v.open_actions):
        wanted += ["mine", "done", "blocked"]
    if ask.incoming.place.private:
        above = ("digest", "lifted") if any(v.group.kind == "committee" for v in views) else ()
        return (*above, *wanted, "question", "away", "settings", "undo")
    if view.group.schedule is None:
        wanted.insert(0, "schedule")
    if not view.group.aim:
        wanted.append("aim")
    wanted += ["start_meeting", "agenda_add", "decision", "question", "list", "group", "undo"]
    return tuple(wanted)
