"""What a command function is given: who asks, in which group, what was said, and the time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from bot.frozen import replace
from bot.incoming import Incoming
from bot.keys import turn_id
from bot.messages.base import Message
from bot.model import Action, Group, GroupView, Meeting, Person, Snapshot
from bot.outcome import Outcome, Post, Say
from bot.rules.reading import Context, Moment, Reading
from bot.rules.work_calendar import instant, local, next_working_day


@dataclass(frozen=True)
class Ask:
    """One command asked. `group_id` is the group it is about, "" where it is about none or several."""

    snapshot: Snapshot
    incoming: Incoming
    reading: Reading
    now: datetime  # aware UTC
    group_id: str = ""

    @cached_property
    def me(self) -> Person:
        if self.snapshot.asker is None:
            raise LookupError("nobody asks")
        return self.snapshot.asker

    @cached_property
    def view(self) -> GroupView:
        """The group it is about. LookupError where there is none: decide sees to it that there is."""
        try:
            return self.snapshot.views[self.group_id]
        except KeyError:
            raise LookupError("no group") from None

    @property
    def group(self) -> Group:
        return self.view.group

    @cached_property
    def today(self) -> date:
        return self.local_now.date()

    @cached_property
    def local_now(self) -> datetime:
        return local(self.now)

    @cached_property
    def turn(self) -> str:
        return turn_id(self.incoming.event)

    @property
    def in_channel(self) -> bool:
        """Said (not tapped) in a channel of the group: then what changes its work is posted there."""
        return not self.incoming.place.private and self.incoming.tap is None and self.snapshot.here == self.group_id

    @property
    def live(self) -> Meeting | None:
        return self.view.live

    def member_names(self) -> dict[str, str]:
        return {id: self.snapshot.people[id].name for id in everybody(self.view) if id in self.snapshot.people}

    def context(self) -> Context:
        """What the reading of words needs to know."""
        return context_for(self.snapshot, self.group_id, self.me, self.incoming.addressed, self.now)

    def say(self, message: Message) -> Outcome:
        """An outcome that only answers."""
        return Outcome(Say(message))

    def with_reading(self, **values: object) -> Ask:
        return replace(self, reading=replace(self.reading, **values))  # type: ignore[arg-type]


def filled(ask: Ask) -> dict[str, str] | None:
    """The fields of a form that was sent in; None where a line was said or a button tapped."""
    tap = ask.incoming.tap
    return None if tap is None or tap.fields is None else {name: value.strip() for name, value in tap.fields.items()}


def told(ask: Ask, message: Message) -> tuple[Post, ...]:
    """The notice in the channel, where it was said there."""
    return (Post(ask.group_id, f"notice:{ask.turn}", message),) if ask.in_channel else ()


def everybody(view: GroupView) -> tuple[str, ...]:
    """Ids of all in the group, guests too."""
    return tuple(m.person for m in view.members if m.state == "active")


def context_for(snapshot: Snapshot, group_id: str, me: Person, addressed: bool, now: datetime) -> Context:
    """The context a line is read in; in a private chat the members of all one's groups may be meant."""
    views = [snapshot.views[group_id]] if group_id in snapshot.views else list(snapshot.views.values())
    names = {id: snapshot.people[id].name for view in views for id in everybody(view) if id in snapshot.people}
    names.setdefault(me.id, me.name)
    upcoming = min((start for view in views for start in [next_meeting_start(view, local(now))] if start), default=None)
    return Context(
        now=local(now), speaker=me.id, members=names,
        next_meeting=upcoming if len(views) == 1 else None,
        open=frozenset(action.number for view in views for action in view.open_actions),
        prefix=addressed, language=me.language,
    )


def rests_on(group: Group, day: date) -> bool:
    """Whether the group has a pause on that day."""
    if group.state != "paused" and group.paused_from is None:
        return False
    begun = group.state == "paused" or (group.paused_from is not None and group.paused_from <= day)
    return begun and (group.paused_until is None or day <= group.paused_until)


def next_meeting(view: GroupView, after: datetime) -> Meeting | None:
    """The first meeting still to come: not the live one. The store keeps the coming occurrences as planned meetings."""
    if view.group.state == "closed":
        return None
    coming = [
        m for m in view.meetings
        if m.state == "planned" and m.starts > after and not rests_on(view.group, m.starts.date())
    ]  # fmt: skip
    return min(coming, key=lambda m: m.starts, default=None)


def next_meeting_start(view: GroupView, after: datetime) -> datetime | None:
    meeting = next_meeting(view, after)
    return meeting.starts if meeting else None


def default_due(view: GroupView, now: datetime) -> Moment:
    """Who says no date means the next meeting; without one, a week from now on a working day."""
    meeting = next_meeting(view, now)
    if meeting:
        return meeting.starts.date()
    return next_working_day(now.date() + timedelta(days=6))


def due_instant(due: Moment) -> datetime:
    """The aware instant at which a due moment has passed: the end of the day, or the clock time."""
    if isinstance(due, datetime):
        return instant(due)
    return instant(datetime.combine(due, time()) + timedelta(days=1))


def due_day(due: Moment) -> date:
    return due.date() if isinstance(due, datetime) else due


def is_overdue(action: Action, now: datetime) -> bool:
    return due_instant(action.due) <= now
