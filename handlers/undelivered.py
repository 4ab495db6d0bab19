"""Who is told when something could not be delivered, and how often: the facilitator, the group, the administrators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.keys import groups_in
from bot.messages.base import Message
from bot.messages.delivery import FallenBehind, LockedOutOf, NotReached, OutsidersRead
from bot.model import GroupView, Snapshot
from bot.outcome import Fact, Outcome, Post
from bot.timers import Timer
from handlers import logs
from handlers.speaker import LockedOut
from handlers.turn import Turns
from storage.store import OutboxRow, Store

_NAMES = {"slack": "Slack", "teams": "Teams", "mail": "e-post", "calendar": "Outlook"}


class Undelivered:
    """News of it, through turns. `snapshot` is what a row is drawn from. Thread-safe."""

    def __init__(self, store: Store, turns: Turns, snapshot: Callable[[OutboxRow, datetime], Snapshot]) -> None:
        self._store, self._turns, self._snapshot = store, turns, snapshot
        self._told: set[tuple[str, str]] = set()  # platforms' workspaces that lock us out, and why: already told

    def given_up(self, row: OutboxRow, why: str, now: datetime, invite: str) -> None:
        """The facilitator; of somebody who cannot be reached the group sees it too, once a day."""
        if row.redraw or isinstance(row.message, NotReached | OutsidersRead | LockedOutOf | FallenBehind):
            return
        view = self._group_of(row, now)
        if view is None or row.address in view.group.lost:  # told of already, when the bot was shown out of it
            return
        person = row.address[1:] if row.address.startswith("@") else ""
        message = NotReached(view.group.code, person, "" if person else _channel(row), why, "" if person else _platform(row), invite)
        about = Timer("not_reached", f"{view.group.id}:{row.id}", now)
        self._tell(_leaders(view, person), message, about, Fact(about.kind, view.group.id, row.subject, person, {"why": why}))
        if person and view.role_of(person):
            today = Timer(about.kind, f"{view.group.id}:@{person}", now.replace(hour=0, minute=0, second=0, microsecond=0))
            self._turns.announce(Outcome(posts=(Post(view.group.id, f"notice:{today.subject}", message),), command=about.kind), today, now)

    def outsiders(self, row: OutboxRow, names: tuple[str, ...], now: datetime) -> None:
        """The facilitator, once a day; what was to be posted waits."""
        if row.redraw or (view := self._group_of(row, now)) is None:
            return
        about = Timer("outsiders", f"{view.group.id}:{row.address}", now.replace(hour=0, minute=0, second=0, microsecond=0))
        message = OutsidersRead(view.group.code, _channel(row), names)
        self._tell(_leaders(view, ""), message, about, Fact(about.kind, view.group.id, row.subject, detail={"why": "outsiders"}))

    def locked_out(self, platform: str, error: LockedOut, now: datetime) -> None:
        """Of a workspace that lets us in no longer: once, until it has let us in again."""
        place = f"{platform}:{error.place}"
        if (place, error.why) in self._told:
            return
        self._told = {*self._told, (place, error.why)}
        logs.event("locked_out", place=place, why=error.why)
        with self._store.read() as read:
            administrators = [person.id for person in read.people() if person.state == "active" and "administrator" in person.roles]
        about = Timer("locked_out", f"{place}:{error.why}", now.replace(hour=0, minute=0, second=0, microsecond=0))
        fact = Fact(about.kind, detail={"why": error.why, "place": place})
        self._tell(tuple(administrators), LockedOutOf(_NAMES.get(platform, platform), error.why), about, fact)

    def let_in(self, address: str) -> None:
        """It took a message: if it shuts us out once more, that is told anew."""
        if self._told:
            self._told = {(place, why) for place, why in self._told if not address.startswith(place)}

    def _tell(self, persons: Sequence[str], message: Message, about: Timer, fact: Fact) -> None:
        posts = tuple(Post(f"@{each}", f"notice:{about.subject}", message) for each in persons)
        self._turns.announce(Outcome(facts=(fact,), posts=posts, command=about.kind), about)

    def _group_of(self, row: OutboxRow, now: datetime) -> GroupView | None:
        """The group whose facilitator has to know."""
        views = self._snapshot(row, now).views
        about = views.get(row.group) or views.get(groups_in(row.subject.partition(":")[2]))
        return about or next(iter(views.values()), None)


def _leaders(view: GroupView, unreached: str) -> tuple[str, ...]:
    """Who is told: the facilitators or the chair, else the contact person; never the one who could not be reached."""
    leaders = view.people("facilitator", "chair") or (view.group.contact_person,)
    return tuple(person for person in leaders if person and person != unreached)


def _channel(row: OutboxRow) -> str:
    """The channel's name for people, "" where it has only an id."""
    name = row.address.partition(":")[2]
    return "" if "/" in name else name


def _platform(row: OutboxRow) -> str:
    platform = row.address.partition(":")[0]
    return _NAMES.get(platform, platform)
