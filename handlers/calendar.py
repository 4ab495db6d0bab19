"""The secret feeds that people's calendars subscribe to: `/calendar/<token>.ics`."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.calendar import events, worded
from bot.disclosure import Shown
from bot.model import Group, GroupView
from bot.outcome import Need
from bot.rules.calendar_event import Event
from bot.rules.work_calendar import local
from handlers.clock import Clock
from handlers.links import Links
from storage.store import Read, Store
from templates.calendar import feed
from templates.card import Card, content_hash, event_of
from templates.words import Words

READABLE = ("starting", "active", "paused", "closed")
HEADERS = {"Cache-Control": "private, max-age=0, must-revalidate", "Vary": "Accept-Encoding", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
GONE = Response(status_code=404, headers={"Cache-Control": "no-store"})


def routes(store: Store, words: Words, clock: Clock, links: Links) -> list[Route]:
    """The feed's route. An unknown link, an old one, and one of somebody who may see it no more are all answered alike."""

    def answer(request: Request) -> Response:  # not async: in a thread of its own, as it reads the database
        name = links.open("calendar", request.path_params["token"])
        found = Feeds(store, words).of(name, clock.now()) if name else None
        if found is None:
            return GONE
        shown, title, mark, of = found
        headers = {**HEADERS, "ETag": f'"{mark}"'}
        if mark in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        store.note_seen(of.person, "calendar", (Shown("calendar", group, "") for group in of.groups), clock.now())
        body = feed(shown, title, clock.now(), request.url.hostname or "nvg")
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        headers["Content-Disposition"] = 'inline; filename="moten.ics"'
        return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")

    return [Route("/calendar/{token}.ics", answer, methods=["GET"])]


@dataclass(frozen=True, slots=True)
class Whose:
    """Who subscribes to a feed, and the groups whose meetings are in it."""

    person: str
    groups: tuple[str, ...]


class Feeds:
    """What each link shows, as things are now."""

    def __init__(self, store: Store, words: Words) -> None:
        self.store, self.words = store, words

    def of(self, name: str, now: datetime) -> tuple[list[tuple[Event, int]], str, str, Whose] | None:
        """The events, each with its sequence, of the feed of that name (`bot.calendar.feed_name`), its title, a mark that changes when they do, and whose it is.

        None where it is not to be shown: another edition, or the person has left.
        """
        group_id, _, own = name.partition("@")
        id, *editions = own.rsplit(" ", 2 if group_id else 1)
        with self.store.read() as read:
            person = read.person(id)
            if person is None or person.state != "active" or editions[:1] != [str(person.calendar_edition)]:
                return None
            ids = read.groups_of(id, now)
            if group_id := group_id.strip():
                group = read.group(group_id)
                if group is None or editions[1:] != [str(group.calendar_edition)] or group_id not in ids:
                    return None
                ids = (group_id,)
            views = [view for each in ids if (view := self._view(read, each, now)) and view.group.state in READABLE]
        language = views[0].group.language if group_id and views else person.language
        shown = [(self._titled(view.group, event, language, now), _sequence(view)) for view in views for event in events(view, local(now))]
        title = self._title(views[0].group if group_id and views else None, language, now)
        parts = [content_hash(Card((event,))) for event, _ in shown]
        mark = hashlib.sha256("\n".join((title, *parts)).encode()).hexdigest()[:32]
        return shown, title, mark, Whose(id, tuple(view.group.id for view in views))

    def _view(self, read: Read, id: str, now: datetime) -> GroupView | None:
        snapshot = read.add(read.snapshot_for([id], [], now), Need((f"meetings {id}",)))
        return snapshot.views.get(id)

    def _titled(self, group: Group, event: Event, language: str, now: datetime) -> Event:
        message = worded(group, event, local(now))
        card = self.words.render(message, language, {}, now)
        return replace(message.event, title=getattr(event_of(card), "title", ""))

    def _title(self, group: Group | None, language: str, now: datetime) -> str:
        mail = self.words.mail(language)
        code = worded(group, Event(""), local(now)).code if group else ""
        return f"{mail['sender']} {code}".strip()


def _sequence(view: GroupView) -> int:
    """Counts up with each change of the group or of any of its meetings, past ones too: none of them is ever taken away."""
    return view.group.version + sum(meeting.version for meeting in view.meetings)
