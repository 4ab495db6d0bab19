"""The local chat: one page, a few questions to the stage, and one stream of what is new to the person one is.

    app = open_page(store, words)     # a Starlette application: the example groups, or those in the store
    probes(lambda: engine)            # the routes /health and /metrics, for any application

Everything that the page shows comes through `/events`; what is posted only says whether a form opened.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.ask import Ask, context_for, next_meeting_start
from bot.decide import COMMANDS as RULES
from bot.help import likely
from bot.incoming import Incoming, Place
from bot.model import Group, GroupView, Snapshot
from bot.rules.commands import COMMANDS
from bot.rules.read_command import completions
from bot.rules.reading import Reading
from bot.rules.work_calendar import instant, local
from handlers import calendar, record
from handlers.engine import Engine
from handlers.links import Links
from handlers.simulator import examples
from handlers.simulator.stage import NotThere, Shown, Stage
from handlers.turn import Answered
from storage.store import Store
from templates.card import Card, buttons, visible_text
from templates.html import card_html, form_html
from templates.words import Words

STATIC = Path(__file__).parent / "static"
LONGEST = 64 * 1024  # of a request's body, in bytes
SETTLE = 0.03  # seconds: what one turn leads to comes as one batch
QUIET = 20.0  # seconds between signs of life on a silent stream
AHEAD = 60  # timers looked at for the list of what comes next
HOUSEKEEPING = {"plan", "missed", "look_outside", "attendance", "todo"}  # timers that nobody notices when all is well
HORIZON = timedelta(days=60)  # how far "the next event" looks
HOME = "home"  # where *Min sida* is on the page: an id that no message has
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}


def open_page(
    store: Store, words: Words, hosts: Collection[str] = ("127.0.0.1", "localhost", "[::1]"), links: Links | None = None
) -> Starlette:
    """The application, on the store's groups; in an empty store the example groups live two weeks first.

    It answers at once, while that goes on. `hosts` are the names it answers to (any port); with `links` also the calendars.
    """
    room = Room(store, words)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        room.furnished = asyncio.create_task(run_in_threadpool(room.furnish))
        yield
        await room.furnished

    return Starlette(
        routes=[
            Route("/", index),
            Route("/api/start", room.start),
            Route("/api/complete", room.complete),
            Route("/api/say", room.say, methods=["POST"]),
            Route("/api/tap", room.tap, methods=["POST"]),
            Route("/api/form", room.form, methods=["POST"]),
            Route("/api/clock", room.clock, methods=["POST"]),
            Route("/events", room.events),
            *probes(lambda: room.known.engine if room.known else None),
            *((*calendar.routes(store, words, room, links), *record.routes(store, words, room, links)) if links else ()),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        lifespan=life,
    )


async def index(request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


def probes(engine: Callable[[], Engine | None]) -> list[Route]:
    """`/health` (503 when something is late) and `/metrics` (for Prometheus): counts only. No engine: it is starting."""

    def state_now() -> dict[str, object]:
        running = engine()
        return running.health() if running else {"ok": True, "late": 0, "problems": [], "starting": True}

    async def health(request: Request) -> Response:
        state = await run_in_threadpool(state_now)
        return JSONResponse(state, 200 if state["ok"] else 503)

    async def metrics(request: Request) -> Response:
        state = await run_in_threadpool(state_now)
        numbers = {key: value for key, value in state.items() if isinstance(value, int | float)}
        lines = [f"# TYPE nvg_{key} gauge\nnvg_{key} {float(value):g}" for key, value in numbers.items()]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    return [Route("/health", health), Route("/metrics", metrics)]


class Guard:
    """Answers only to its own names (else any web page could reach it by a name of its own), takes posts only from its
    own page, and only small ones."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        refusal = self.refusal(Request(scope))
        if refusal:
            return await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}  # a link's page has its own, as its form may be sent
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in own)]
            await send(message)

        await self.app(scope, receive, with_headers)

    def refusal(self, request: Request) -> tuple[int, str] | None:
        host = request.headers.get("host", "")
        if re.sub(r":\d+$", "", host) not in self.hosts:
            return 400, "unknown host"
        if request.method not in ("GET", "HEAD") and request.url.path.startswith("/api/"):  # links have pages of their own, which guard themselves
            if request.headers.get("origin", f"http://{host}") != f"http://{host}":
                return 403, "another origin"
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return 415, "JSON only"
            length = request.headers.get("content-length", "")
            if not length.isdigit():
                return 411, "length required"
            if int(length) > LONGEST:
                return 413, "too long"
        return None


class Changes:
    """Which messages came or were redrawn, in order: each gets a number, and those who listen are woken."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.first: dict[str, int] = {}  # message id -> the number when it came
        self.newest: dict[str, int] = {}  # message id -> the number of its latest change
        self.listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def hear(self, shown: Shown, what: str) -> None:
        with self.lock:
            self.count += 1
            self.first.setdefault(shown.id, self.count)
            self.newest[shown.id] = self.count
        self.wake()

    def wake(self) -> None:
        for loop, event in tuple(self.listeners):
            loop.call_soon_threadsafe(event.set)


class Room:
    """The stage as the page meets it."""

    def __init__(self, store: Store, words: Words) -> None:
        self.store, self.words = store, words
        self.titles = examples.titles()
        self.session = secrets.token_hex(6)
        self.changes = Changes()
        self.turns = threading.Lock()  # one clock, one turn at a time: the simulated time may not run ahead of a turn
        self.furnished: asyncio.Task[None]
        self.known: Stage | None = None
        self.baseline = 0

    @property
    def stage(self) -> Stage:
        if self.known is None:
            raise HTTPException(503, "the examples are still being played")
        return self.known

    def now(self) -> datetime:
        """The simulated time."""
        return self.stage.now

    def drift(self) -> float:
        return self.stage.clock.drift()

    def furnish(self) -> None:
        """Put the groups on the stage. What they have said so far is not new to anybody."""
        stage = examples.furnish(self.store, self.words, lambda stage: stage.listen(self.changes.hear))
        self.baseline = self.changes.count
        self.known = stage

    # ---- what is asked

    async def start(self, request: Request) -> Response:
        await asyncio.shield(self.furnished)
        return JSONResponse(await run_in_threadpool(self.people))

    async def complete(self, request: Request) -> Response:
        query = request.query_params
        person, text = self.someone(query.get("person")), query.get("text", "")[:400]
        return JSONResponse({"lines": await run_in_threadpool(self.continued, person, query.get("place", ""), text)})

    async def say(self, request: Request) -> Response:
        asked = await body(request)
        person, place, text = self.someone(asked.get("person")), asked.get("place"), asked.get("text")
        where = next((each for each in self.stage.places(person) if each.address == place), None)
        if where is None or not isinstance(text, str) or not text.strip():
            raise HTTPException(400, "no such place, or nothing said")
        return await self.turn(lambda: self.stage.say(person, where, text), person)

    async def tap(self, request: Request) -> Response:
        asked = await body(request)
        person = self.someone(asked.get("person"))
        shown = next((each for each in self.stage.visible(person) if each.id == asked.get("message")), None)
        card = shown.card if shown else await run_in_threadpool(self.home, person) if asked.get("message") == HOME else None
        wanted = (asked.get("do"), asked.get("ref"), asked.get("value"))
        button = next((each for each in buttons(card) if (each.do, each.ref, each.value) == wanted), None) if card else None
        if button is None:
            raise HTTPException(409, "that button is no longer there")
        return await self.turn(lambda: self.stage.press(person, shown.id, button) if shown else self.stage.press_home(person, button), person)

    async def form(self, request: Request) -> Response:
        asked = await body(request)
        person, fields = self.someone(asked.get("person")), asked.get("fields")
        if fields is None:
            self.stage.close_form(person)
            return JSONResponse({"form": ""})
        if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
            raise HTTPException(400, "fields are texts")
        try:
            return await self.turn(lambda: self.stage.submit(person, fields), person)
        except NotThere:
            raise HTTPException(409, "no form is open") from None

    async def clock(self, request: Request) -> Response:
        to = (await body(request)).get("to")
        if not isinstance(to, str) or to not in MOVES:
            raise HTTPException(400, "no such move")

        def move() -> None:
            with self.turns:
                MOVES[to](self.stage)

        await run_in_threadpool(move)
        self.changes.wake()
        return JSONResponse({"now": wall(self.stage.now)})

    async def turn(self, act: Callable[[], Answered], person: str) -> Response:
        """Do it, tell all who watch, and answer with the form that is open now, if the act opened or refused one."""

        def run() -> str:
            with self.turns:
                answered = act()
            if answered.form is None and not answered.errors:
                return ""
            form = self.stage.form_of(person)
            return form_html(form.view, form.errors) if form else ""

        shown = await run_in_threadpool(run)
        self.changes.wake()
        return JSONResponse({"form": shown})

    def someone(self, person: object) -> str:
        if not isinstance(person, str) or person not in self.stage.people:
            raise HTTPException(404, "no such person")
        return person

    # ---- what is told

    async def events(self, request: Request) -> Response:
        person = self.someone(request.query_params.get("person"))
        last = request.headers.get("last-event-id", "")
        session, _, number = last.partition("-")
        since = int(number) if session == self.session and number.isdigit() else 0
        return StreamingResponse(self.stream(request, person, since), media_type="text/event-stream")

    async def stream(self, request: Request, person: str, since: int) -> AsyncIterator[str]:
        event = asyncio.Event()
        event.set()
        listener = (asyncio.get_running_loop(), event)
        self.changes.listeners.add(listener)
        try:
            first = since == 0
            while True:
                try:
                    await asyncio.wait_for(event.wait(), QUIET)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                event.clear()
                if not first:
                    await asyncio.sleep(SETTLE)
                    event.clear()
                until = self.changes.count
                news = await run_in_threadpool(self.news, person, since)
                yield f"id: {self.session}-{until}\ndata: {json.dumps(news | {'first': first}, ensure_ascii=False)}\n\n"
                since, first = until, False
        finally:
            self.changes.listeners.discard(listener)

    def news(self, person: str, since: int) -> dict[str, Any]:
        """What this person's page must know, beyond what it knew at change number `since`."""
        shown = [each for each in self.stage.visible(person) if self.changes.newest.get(each.id, 0) > since]
        with self.store.read() as read:
            snapshot = read.snapshot_here(person, f"slack:@{person}", False, self.stage.now)
        home = self.home(person)
        return {
            "session": self.session,
            "now": wall(self.stage.now),
            "places": self.places(person, snapshot),
            "messages": [self.message(each, person) for each in shown],
            "home": card_html(home) if home else "",
            "upcoming": self.upcoming(),
        }

    def home(self, person: str) -> Card | None:
        """*Min sida*; None for those who are reached by e-mail alone, who have none."""
        return None if self.stage.people[person].platform == "mail" else self.stage.home(person)

    def message(self, shown: Shown, person: str) -> dict[str, Any]:
        said = shown.kind == "said"
        words = visible_text(shown.card) if said else ""
        return {
            "id": shown.id,
            "rev": self.changes.newest[shown.id],
            "seq": self.changes.first[shown.id],
            "place": shown.place.address,
            "at": wall(shown.at),
            "author": shown.by,
            "mine": said and shown.by == person,
            "only_you": shown.kind == "reply",
            "updated": shown.updates > 0,
            "addressed": not said or shown.place.private or bool(re.match(r"\s*[/@]nvg\b", words, re.IGNORECASE)),
            "text": words,
            "html": "" if said else card_html(shown.card, heading_level=4),
        }

    def places(self, person: str, snapshot: Snapshot) -> list[dict[str, Any]]:
        homes = {channel: view for view in snapshot.views.values() for channel in view.group.channels}
        rows = []
        for place in self.stage.places(person):
            view = homes.get(place.address)
            kind = "channel" if not place.private else "mail" if place.platform == "mail" else "private"
            meeting = next_meeting_start(view, local(self.stage.now)) if view else None
            rows.append({
                "id": place.address, "name": place.channel, "platform": place.platform, "kind": kind,
                "group": self.called(view.group) if view else None,
                "next": meeting.isoformat() if meeting else "",
                "live": bool(view and view.live),
                "members": [
                    {"id": each.person, "name": snapshot.people[each.person].name,
                     "role": "contact" if each.person == view.group.contact_person else each.role}
                    for each in view.members if each.state == "active" and each.person in snapshot.people
                ] if view else [],
                "tries": self.tries(person, place, view, snapshot) if kind != "mail" else [],
            })  # fmt: skip
        return rows

    def tries(self, person: str, place: Place, view: GroupView | None, snapshot: Snapshot) -> list[str]:
        """A few lines that this person can well write here now, with names and numbers that there are."""
        if snapshot.asker is None:
            return []
        incoming = Incoming("", person, place)
        ask = Ask(snapshot, incoming, Reading(), self.stage.now, view.group.id if view else "")
        english = snapshot.asker.language == "en"
        if not place.private and view is None:
            return ["new group" if english else "ny grupp"]
        names = [command for command in likely(ask) if command in EXAMPLES][:6]
        views = [view] if view else list(snapshot.views.values())
        others = [each.person for v in views for each in v.members if each.state == "active" and each.person != person]
        real = {
            r"\b12\b": next((str(a.number) for v in views for a in v.open_actions if person in a.owners), ""),
            r"\bH1\b": next((f"{e.code} H{e.number}".strip() for v in views for e in reversed(v.lifted) if e.waits), ""),
        }
        lines = []
        for name in names:
            line = EXAMPLES[name][english]
            mentions = list(dict.fromkeys(re.findall(r"@\w+", line)))
            if len(mentions) > len(others) or any(re.search(each, line) for each, there in real.items() if not there):
                continue
            for pattern, there in real.items():
                line = re.sub(pattern, there, line)
            for mention, other in zip(mentions, others, strict=False):
                line = line.replace(mention, f"@{other}")
            lines.append(line)
        return lines[:4]

    def upcoming(self) -> list[dict[str, Any]]:
        """What the bot will do next; the same thing at the same moment for several is one row."""
        with self.store.read() as read:
            codes = {group.id: group.code for group in read.groups()}
        rows: dict[tuple[datetime, str], dict[str, Any]] = {}
        for each in self.stage.upcoming(AHEAD):
            if each.kind in HOUSEKEEPING:
                continue
            row = rows.setdefault(
                (each.due, each.kind), {"due": wall(max(each.due, self.stage.now)), "kind": each.kind, "about": []}
            )
            row["about"].append(self.subject(each.subject, codes))
        return list(rows.values())

    def called(self, group: Group) -> dict[str, str]:
        """A group as the page names it: a committee by the county's name for it."""
        return {"code": group.code, "kind": group.kind, "name": self.words.county.body_name(group.code)}

    def subject(self, subject: str, codes: Mapping[str, str]) -> str:
        """A timer's subject in words: a person's name, or the group's code name with the number."""
        if subject.startswith("@"):
            person = self.stage.people.get(subject[1:].partition(":")[0])
            return person.name if person else ""
        group, _, rest = subject.partition(":")
        code = self.words.county.body_name(codes.get(group, group))
        return f"{code} #{rest}" if rest.isdigit() else f"{code} {rest}" if re.fullmatch(r"H\d+", rest) else code

    def people(self) -> dict[str, Any]:
        with self.store.read() as read:
            everybody = {person.id: person for person in read.people()}
            groups = read.groups()
            views = read.snapshot_for([group.id for group in groups], (), self.stage.now).views
        places: dict[str, list[dict[str, str]]] = {}
        for group in sorted(groups, key=lambda each: each.level):
            for member in views[group.id].members:
                if member.state == "active":
                    role = "contact" if member.person == group.contact_person else member.role
                    places.setdefault(member.person, []).append(self.called(group) | {"role": role})
        rows = [
            {
                "id": id,
                "name": actor.name,
                "platform": actor.platform,
                "title": self.titles.get(id, ""),
                "organisation": everybody[id].organisation if id in everybody else "",
                "roles": sorted(everybody[id].roles) if id in everybody else [],
                "groups": places.get(id, []),
            }
            for id, actor in self.stage.people.items()
        ]
        first = examples.FIRST if examples.FIRST in self.stage.people else next(iter(self.stage.people), "")
        return {"session": self.session, "baseline": self.baseline, "first": first, "people": rows}

    # ---- completion

    def continued(self, person: str, address: str, text: str) -> list[str]:
        """Whole lines that `text` may become."""
        where = next((each for each in self.stage.places(person) if each.address == address), None)
        if where is None:
            return []
        with self.store.read() as read:
            snapshot = read.snapshot_here(person, where.address, not where.private, self.stage.now)
        if snapshot.asker is None:
            return []
        context = context_for(snapshot, snapshot.here, snapshot.asker, True, self.stage.now)
        prefix = match[0] if (match := re.match(r"\s*[/@]nvg\s+", text, re.IGNORECASE)) else ""
        line = text[len(prefix) :]
        if mention := re.search(r"(^|\s)@([\w.-]*)$", line):
            begun = mention[2].casefold()
            named = [id for id, name in context.members.items() if any(w.casefold().startswith(begun) for w in (id, *name.split()))]
            return [f"{prefix}{line[: mention.start(2)]}{id} " for id in sorted(named)[:8]]
        view = snapshot.views.get(snapshot.here)
        closed = view is not None and view.group.state == "closed"  # it refuses most, so that is not offered
        offered = completions(line, context, snapshot.asker.language, lambda name: not closed or (name in RULES and RULES[name].closed))
        return [prefix + each for each in offered[:8]]


EXAMPLES = {command.name: command.examples for command in COMMANDS if command.examples[0]}


# ---- the clock


def next_event(stage: Stage) -> None:
    """On to the next moment at which the bot lets something out."""
    before, end = len(stage.out), stage.now + HORIZON
    while len(stage.out) == before:
        due = stage.engine.next_due()
        if due is None or due > end:
            return
        stage.advance(due)


def to_wall(stage: Stage, days: int, at: time) -> None:
    now = local(stage.now)
    stage.advance(instant(datetime.combine(now.date() + timedelta(days=days), at)))


def to_monday(stage: Stage) -> None:
    now = local(stage.now)
    early = now.weekday() == 0 and now.time() < time(8)
    to_wall(stage, 0 if early else 7 - now.weekday(), time(8))


MOVES: dict[str, Callable[[Stage], None]] = {
    "next": next_event,
    "hour": lambda stage: stage.advance(stage.now + timedelta(hours=1)),
    "tomorrow": lambda stage: to_wall(stage, 1, time(7, 30)),
    "monday": to_monday,
}


def wall(at: datetime) -> str:
    """What the clock on the wall shows in Sweden: "2026-11-23T08:00:00"."""
    return local(at).isoformat(timespec="seconds")


async def body(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise HTTPException(400, "JSON object expected")
    return asked
