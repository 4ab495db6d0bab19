"""A pretend Slack: a real HTTP and WebSocket server on a port of its own, that does as Slack's documentation says.

    with FakeSlack() as slack:
        slack.add_user("UANNA", "Anna Berg")
        slack.add_channel("CTALL", members=["UANNA", slack.bot_user])
        ...                                          # a bot that calls slack.url and listens at bot_url
        anna = slack.person("UANNA", bot_url)        # "" as bot_url: over the bot's Socket Mode connections
        anna.command("CTALL", "åtgärd ringa kommunen")

What the bot sends is kept (`calls`, `messages`, `ephemerals`, `modal_of`, `home_of`); what people do comes to the bot
signed, with the payloads that Slack would send. `fail`, `hang` and `limit` make it a bad day.

In here: model.py what is kept · methods.py the Web API · checks.py Block Kit's limits · people.py what people do and
the payloads of it · sockets.py Socket Mode · reading.py blocks as words and buttons.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fake_servers.slack import checks, methods
from tests.fake_servers.slack.model import Call, Channel, Grant, Json, Message, SlackError, Team, User, View, elements
from tests.fake_servers.slack.people import Person, Postbox, Reply
from tests.fake_servers.slack.reading import Spot, spots_of, words
from tests.fake_servers.slack.sockets import Sockets
from tests.patience import PATIENCE, held_port

__all__ = ["SCOPES", "Call", "Channel", "FakeSlack", "Message", "Person", "Reply", "Spot", "User", "View", "elements", "spots_of", "words"]

SCOPES = (
    "app_mentions:read", "channels:read", "chat:write", "commands", "groups:read", "im:history", "im:read", "im:write", "team:read",
    "users:read", "users:read.email",
)  # fmt: skip
WRITES = ("chat.postMessage", "chat.update", "chat.postEphemeral", "chat.delete")
ANSWERS = 5  # times a response_url serves, within thirty minutes
ANSWERS_FOR = 1800.0


@dataclass(slots=True)
class Fault:
    """What goes wrong next: `times` calls of a method, in one channel if given. Less than 0 times is until `mend`."""

    method: str
    error: str = ""
    status: int = 200
    retry_after: int | None = None
    times: int = 1
    channel: str = ""
    seconds: float = 0.0
    done: bool = False  # it is done all the same: only the answer is lost


@dataclass(slots=True)
class Bucket:
    """`rate` a second, `burst` at once."""

    rate: float
    burst: float
    left: float
    at: float

    def take(self) -> float:
        """0.0 if there was room; else the seconds until there is."""
        now = time.monotonic()
        self.left, self.at = min(self.burst, self.left + (now - self.at) * self.rate), now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


class FakeSlack:
    """See the module. Thread-safe. `clock` gives the seconds that messages are dated with."""

    def __init__(self, clock: Callable[[], float] = time.time, scopes: Sequence[str] = SCOPES, team: str = "T0NARAVARD") -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.app_id, self.verification_token = "A0NVG00001", secrets.token_hex(12)
        self.signing_secret, self.client_id, self.client_secret = secrets.token_hex(16), "111.222", secrets.token_hex(16)
        self.redirect_url = ""  # where installing ends, unless the install link says
        self.bot_name = "nvg"  # what the app is called where it is installed
        self.patience = self.trigger_lives = 30.0  # seconds: Slack waits three, for the bot and for a form, but a busy machine is no slow bot
        self.skew = 0.0  # seconds that Slack's clock is ahead of ours, in the Date header
        # what it keeps
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.private_chats: dict[tuple[str, str], str] = {}  # (team, user) -> channel id
        self.grants: dict[str, Grant] = {}
        self.calls: list[Call] = []
        self.modals: dict[str, list[View]] = {}  # what each user has open, the topmost last
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, tuple[str, float, bool]] = {}  # id -> user, born, used
        self.codes: dict[str, tuple[str, str, str, str, float]] = {}
        self.used_codes: set[str] = set()
        self.response_urls: dict[str, tuple[str, str, str, float, int]] = {}  # id -> channel, user, ts, born, used
        self.sent_bodies: list[str] = []  # every body that came to the Web API, as it was
        self.listeners: list[Callable[[str, Message | View], None]] = []  # see `tell`
        self.lag: Callable[[str], tuple[float, float]] = lambda method: (0.0, 0.0)  # seconds until a call is done, and from then to its answer
        self.under_way: dict[int, Call] = {}  # calls that came and are not answered
        self._messages: dict[str, list[Message]] = {}
        self._named: dict[tuple[str, str], Message] = {}
        self._faults: list[Fault] = []
        self._let_go = 0
        self._per_channel: tuple[float, float] | None = None
        self._per_team: tuple[float, float] | None = None
        self._buckets: dict[str, Bucket] = {}
        self._numbers = itertools.count(1)
        self.socket = Sockets(self)
        self.postbox = Postbox(self)
        self.add_team(team)
        self.team = self.installs_to = team
        self.installs_by = ""
        granted = self.grant(team, scopes)
        self.bot_token, self.bot_user, self.bot_id = granted.token, granted.user, granted.bot_id
        self.app_token = f"xapp-1-{self.app_id}-1-{secrets.token_hex(16)}"
        self.grants[self.app_token] = Grant(self.app_token, team, "", "", {"connections:write"})

    # -- the server

    def __enter__(self) -> FakeSlack:
        started = threading.Event()
        self.loop = asyncio.new_event_loop()
        self._held = held_port()  # also while it is unplugged
        self.port = self._held.getsockname()[1]

        async def serve() -> None:
            app = web.Application(client_max_size=4 * 1024 * 1024)
            app.router.add_route("*", "/api/{method}", self._api)
            app.router.add_route("*", "/by/{by}/api/{method}", self._api)
            app.router.add_post("/response/{id}", self._response)
            app.router.add_get("/oauth/v2/authorize", self._authorize)
            app.router.add_get("/link", self.socket.serve)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await self._runner.setup()
            self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
            await self._site.start()
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(serve())
            self.loop.run_forever()

        self._thread = threading.Thread(target=run, name="fake-slack", daemon=True)
        self._thread.start()
        if not started.wait(PATIENCE):
            raise RuntimeError("the fake Slack did not start")
        return self

    def __exit__(self, *exception: object) -> None:
        async def stop() -> None:
            await self.socket.close()
            await self._runner.cleanup()
            left = asyncio.all_tasks() - {asyncio.current_task()}  # calls that were left hanging
            for each in left:
                each.cancel()
            await asyncio.gather(*left, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()
        self._held.close()
        self.postbox.close()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base for the Web API, as slack_sdk wants it."""
        return f"{self.host}/api/"

    def url_for(self, by: str) -> str:
        """As `url`, for one of several callers: its calls are known as `by`."""
        return f"{self.host}/by/{by}/api/"

    @property
    def authorize_url(self) -> str:
        """The page where a person lets the app into a workspace."""
        return f"{self.host}/oauth/v2/authorize"

    # -- setting the stage

    def add_team(self, id: str, name: str = "Nära vård", domain: str = "", enterprise: str = "") -> Team:
        """A workspace, or an organisation ("E..."), with the bot's user in it (used once the app is installed there).

        In all workspaces of an organisation that was added before them the bot is the same user.
        """
        bot = self.teams[enterprise].bot if enterprise in self.teams else f"UBOT{id[1:]}"
        team = self.teams[id] = Team(id, name, domain or id.lower(), enterprise, bot)
        self.users.setdefault(bot, User(bot, self.bot_name, self.bot_name, id, is_bot=True))
        return team

    def grant(self, team: str, scopes: Sequence[str] = SCOPES) -> Grant:
        """A new bot token there."""
        token = f"xoxb-{team[1:]}-{secrets.token_hex(12)}"
        grant = self.grants[token] = Grant(token, team, self.teams[team].bot, f"BNVG{team[1:]}", set(scopes))
        return grant

    def add_user(
        self, id: str, name: str, email: str = "", locale: str = "sv-SE", tz: str = "Europe/Stockholm", team: str = "",
        handle: str = "", deleted: bool = False, teams: Sequence[str] = (),
    ) -> User:  # fmt: skip
        handle = handle or name.split(maxsplit=1)[0].casefold()
        user = self.users[id] = User(id, name, handle, team or self.team, email, locale, tz, deleted, teams=tuple(teams))
        return user

    def add_channel(
        self, id: str, members: Sequence[str] = (), private: bool = True, name: str = "", team: str = "", archived: bool = False,
        connected: Sequence[str] = (), bot: bool = True,
    ) -> Channel:  # fmt: skip
        """A channel; the bot is in it unless `bot` is False."""
        team = team or self.team
        organisation = self.teams[team].enterprise
        inside = [*members, *([self.teams[team].bot] if bot else [])]
        channel = self.channels[id] = Channel(
            id, name or id.lower(), team, list(dict.fromkeys(inside)), private, "", archived, tuple(connected),
            organisation if all(self.teams[each].enterprise == organisation for each in connected) and connected else "",
        )
        return channel

    # -- looking

    def messages(self, channel: str) -> list[Message]:
        """What stands in a channel, or in the private chat with a user, for all there to see; the newest last."""
        with self.lock:
            return [each for each in self._messages.get(self._id_of(channel), []) if not each.only]

    def ephemerals(self, user: str, channel: str = "") -> list[Message]:
        """What only this user has seen, in one channel or everywhere; the newest last."""
        with self.lock:
            where = [self._id_of(channel)] if channel else list(self._messages)
            found = [each for id in where for each in self._messages.get(id, []) if each.only == user]
            return sorted(found, key=lambda each: each.ts)

    def modal_of(self, user: str) -> View | None:
        """The modal that the user has before them."""
        with self.lock:
            return (self.modals.get(user) or [None])[-1]  # type: ignore[list-item]

    def home_of(self, user: str) -> View | None:
        return self.homes.get(user)

    def called(self, method: str) -> list[Call]:
        """The calls of one method, the newest last."""
        with self.lock:
            return [each for each in self.calls if each.method == method]

    def wait(self, until: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What `until` gives, as soon as it is true. AssertionError when that takes too long."""
        with self.changed:
            end = time.monotonic() + seconds
            while not (found := until()):
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"it never came; there were {[each.method for each in self.calls][-20:]}")
                self.changed.wait(min(left, 0.05))
            return found

    # -- a bad day

    def fail(
        self, method: str, error: str = "", status: int = 200, retry_after: int | None = None, times: int = 1, channel: str = "",
        done: bool = False,
    ) -> None:  # fmt: skip
        """The next `times` calls of the method ("*" any) are refused: `error` in the body, or a status; 0 cuts the line.

        ("chat.postMessage", "ratelimited", retry_after=3) is 429. `done`: it happens all the same, but the answer is lost.
        """
        if error == "ratelimited":
            status = 429
        with self.lock:
            self._faults.append(Fault(method, error, status, retry_after, times, channel, done=done))

    def hang(self, method: str, seconds: float, times: int = 1, channel: str = "") -> None:
        """The next calls of the method are answered only after that time, or when they are `let_go`."""
        with self.lock:
            self._faults.append(Fault(method, times=times, channel=channel, seconds=seconds))

    def let_go(self) -> None:
        """What hangs is answered now, and nothing more hangs."""
        with self.lock:
            self._faults = [each for each in self._faults if not each.seconds]
            self._let_go += 1

    def limit(self, per_channel: float = 0.0, burst: float = 1.0, per_team: float = 0.0, team_burst: float = 1.0) -> None:
        """Answer 429 to posts beyond so many a second, in one channel or in a workspace; 0 is no limit."""
        with self.lock:
            self._buckets.clear()
            self._per_channel = (per_channel, burst) if per_channel else None
            self._per_team = (per_team, team_burst) if per_team else None

    def unplug(self) -> None:
        """There is no way to Slack at all: nobody listens there, until `plug_in`."""

        async def stop() -> None:
            await self._site.stop()
            await self._runner.server.shutdown(0.1)  # type: ignore[union-attr]

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(PATIENCE)

    def plug_in(self) -> None:
        """It listens on the same port again."""

        async def start() -> None:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
            await self._site.start()

        asyncio.run_coroutine_threadsafe(start(), self.loop).result(PATIENCE)

    def mend(self) -> None:
        """All is well again."""
        with self.lock:
            self._faults.clear()
            self._per_channel = self._per_team = None

    def revoke(self, token: str = "", why: str = "token_revoked") -> None:
        """The token no longer serves: token_revoked, account_inactive (the workspace removed the app), invalid_auth."""
        self.grants[token or self.bot_token].state = why

    # -- what people do

    def person(self, user: str, bot_url: str | Callable[[], str] = "") -> Person:
        """A user at their screen. `bot_url`: where the bot listens, asked at each try; "" over its Socket Mode connections."""
        return Person(self, self.users[user], bot_url)

    def join(self, user: str, channel: str, bot_url: str = "", inviter: str = "", retry: int = 0) -> Reply:
        """Somebody comes into a channel."""
        return self.postbox.joined(user, channel, inviter, bot_url, retry)

    def leave(self, user: str, channel: str, bot_url: str = "") -> Reply:
        return self.postbox.left(user, channel, bot_url)

    def invite_bot(self, channel: str, by: str, bot_url: str = "", retry: int = 0) -> Reply:
        bot = self.teams[self.channels[channel].team].bot
        return self.postbox.joined(bot, channel, by, bot_url, retry)

    def remove_bot(self, channel: str, by: str, bot_url: str = "") -> Reply:
        return self.postbox.bot_removed(channel, by, bot_url)

    def archive(self, channel: str, by: str, bot_url: str = "") -> Reply:
        return self.postbox.archived(channel, by, bot_url)

    def delete_channel(self, channel: str, by: str, bot_url: str = "") -> Reply:
        return self.postbox.deleted(channel, by, bot_url)

    def tell_of(self, user: str, bot_url: str = "") -> Reply:
        """Something in the user's profile has changed."""
        return self.postbox.user_changed(user, bot_url)

    def close_account(self, user: str, bot_url: str = "") -> Reply:
        """The user's account is deactivated."""
        return self.postbox.account_closed(user, bot_url)

    def uninstall(self, team: str = "", bot_url: str = "") -> list[Reply]:
        """The workspace removes the app: tokens_revoked and app_uninstalled, in either order as they come."""
        return self.postbox.uninstalled(team or self.team, bot_url)

    # -- for the other modules here

    def ts(self) -> str:
        """A message's time, which is its name too: never the same twice."""
        return f"{int(self.clock())}.{next(self._numbers) % 1_000_000:06d}"

    def tell(self, what: str, thing: Message | View) -> None:
        """Listeners are called, in any thread, when a user's screen changes: a message is "new" or "edited", a modal has
        "opened" or changed ("updated"), or shows "errors"."""
        for listener in self.listeners:
            listener(what, thing)
        self.changed.notify_all()

    def number(self) -> int:
        return next(self._numbers)

    def _id_of(self, channel: str) -> str:
        """A user's id is the private chat with the bot of their workspace."""
        if channel in self.users:
            found = [id for (_, user), id in self.private_chats.items() if user == channel]
            return found[0] if found else ""
        return channel

    def private_chat(self, user: str, grant: Grant | None = None) -> Channel:
        """The private chat between the bot and a user, made when it is first wanted."""
        team, bot = (grant.team, grant.user) if grant else (self.team, self.bot_user)
        if team.startswith("E"):
            team = self.users[user].team
        with self.lock:
            id = self.private_chats.setdefault((team, user), f"D{len(self.private_chats):03d}{user[1:]}"[:21])
            if id not in self.channels:
                self.channels[id] = Channel(id, "", team, [user, bot], im=user)
            return self.channels[id]

    def installed_in(self, team: str) -> str:
        """The organisation that the app is installed for, which the workspace belongs to; else the workspace itself."""
        above = self.teams[team].enterprise
        return above if above and any(each.team == above for each in self.grants.values()) else team

    def reaches(self, grant: Grant, teams: Sequence[str]) -> bool:
        """Whether a token serves in one of them: its own workspace, or one of its organisation's."""
        return any(grant.team in (each, self.teams[each].enterprise) for each in teams if each in self.teams)

    def told_of(self, user: User, grant: Grant, with_locale: bool, with_email: bool) -> Json:
        """What users.info says of a user."""
        organisation = self.teams[user.team].enterprise
        return user.as_json(grant.team, with_locale, with_email, organisation, (user.teams or (user.team,)) if organisation else ())

    def same_enterprise(self, one: str, other: str) -> bool:
        return bool(self.teams[one].enterprise) and self.teams[one].enterprise == self.teams[other].enterprise

    def posts(self, channel: str) -> list[Message]:
        return self._messages.get(channel, [])

    def keep(self, message: Message) -> Message:
        with self.lock:
            self._messages.setdefault(message.channel, []).append(message)
            self._named[message.channel, message.ts] = message
            self.tell("new", message)
        return message

    def drop(self, message: Message) -> None:
        with self.lock:
            self._messages[message.channel].remove(message)
            del self._named[message.channel, message.ts]

    def message(self, channel: str, ts: str) -> Message | None:
        return self._named.get((channel, ts))

    def new_view(self, user: str, grant: Grant, given: Json) -> View:
        whole = grant.team.startswith("E")
        team = self.users[user].team if whole else grant.team
        return View(f"V{next(self._numbers):010d}", user, team, given, self.view_hash(), self.app_id, grant.bot_id, installed=grant.team if whole else "")

    def view_hash(self) -> str:
        return f"{int(self.clock())}.{secrets.token_hex(4)}"

    def view(self, id: str, external: str = "") -> View | None:
        """An open modal, or a Home."""
        every = [*(each for stack in self.modals.values() for each in stack), *self.homes.values()]
        return next((each for each in every if each.id == id or (external and each.given.get("external_id") == external)), None)

    def response_url(self, channel: str, user: str, ts: str = "") -> str:
        """An address that answers what somebody did; `ts` of the message it was done in."""
        id = secrets.token_urlsafe(18)
        self.response_urls[id] = (channel, user, ts, time.monotonic(), 0)
        return f"{self.host}/response/{id}"

    def answer_in(self, channel: str, user: str, body: Json, ts: str = "") -> Message | None:
        """What an acknowledgement or a response_url says: {text, blocks, response_type, replace_original, delete_original}."""
        if wrong := checks.wrong_blocks(body.get("blocks") or []):
            raise SlackError("invalid_blocks", *wrong)
        with self.lock:
            original = self.message(channel, ts) if ts else None
            if body.get("delete_original") and original:
                self.drop(original)
                return None
            if not body.get("text") and not body.get("blocks"):
                return None
            blocks = methods.with_ids(body.get("blocks") or [])
            if body.get("replace_original") and original:
                original.text, original.blocks, original.edited = str(body.get("text") or ""), blocks, self.ts()
                original.edits += 1
                self.tell("edited", original)
                return original
            team = self.channels[channel].team
            only = "" if body.get("response_type") == "in_channel" else user
            return self.keep(Message(
                channel, self.ts(), self.teams[team].bot, str(body.get("text") or ""), blocks, only=only, team=team,
                thread_ts=str(body.get("thread_ts") or ""), bot_id=f"BNVG{team[1:]}", app_id=self.app_id,
            ))  # fmt: skip

    # -- requests

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name, by, number = request.match_info["method"], request.match_info.get("by", ""), self.number()
        token, body = await self._read(request)
        self.under_way[number] = Call(name, token, body, self.clock(), by=by)
        try:
            before, after = self.lag(name)
            await asyncio.sleep(before)
            answer = await self._answer(request, name, token, body)
            await asyncio.sleep(after)
            return answer
        finally:
            del self.under_way[number]

    async def _answer(self, request: web.Request, name: str, token: str, body: Json) -> web.StreamResponse:
        fault = self._fault(name, body)
        if fault and fault.seconds:
            await self._hold(fault.seconds)
        with self.lock:  # whoever sees what a call has done sees the call too
            return self._done(request, name, token, body, fault)

    def _done(self, request: web.Request, name: str, token: str, body: Json, fault: Fault | None) -> web.StreamResponse:
        by = request.match_info.get("by", "")
        refused = fault is not None and not fault.seconds
        answer: Json = {}
        if not refused or (fault and fault.done):
            wait = self._over_limit(name, token, body)
            answer = {"ok": False, "error": "ratelimited"} if wait else self._run(name, token, body, request)
            if wait:
                self._note(name, token, body, answer, by)
                return self._json(answer, 429, {"Retry-After": str(ceil(wait))})
        if fault and refused:
            refusal = {"ok": False, "error": fault.error or "internal_error"}
            self._note(name, token, body, answer if fault.done else refusal, by)
            return self._refused(request, fault, refusal)
        self._note(name, token, body, answer, by)
        grant = self.grants.get(token)
        return self._json(answer, 200, {"X-OAuth-Scopes": ",".join(sorted(grant.scopes))} if grant else {})

    async def _hold(self, seconds: float) -> None:
        before, end = self._let_go, time.monotonic() + seconds
        while self._let_go == before and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.02))

    async def _read(self, request: web.Request) -> tuple[str, Json]:
        """The token and the arguments: JSON, or a form (where blocks, view and metadata are JSON strings), or the query."""
        text, name = await request.text(), request.match_info["method"]
        with self.lock:
            self.sent_bodies.append(text)
        if request.content_type == "application/json":
            body: Json = json.loads(text) if text and name not in methods.NO_JSON else {}
        else:
            body = dict(request.query) | dict(parse_qsl(text, keep_blank_values=True))
        for key in ("blocks", "view", "metadata", "attachments"):
            if isinstance(body.get(key), str) and body[key]:
                body[key] = json.loads(body[key])
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            body["_basic"] = given
        return (given if scheme == "Bearer" else str(body.pop("token", ""))), body

    def _run(self, name: str, token: str, body: Json, request: web.Request) -> Json:
        body = dict(body)
        basic = body.pop("_basic", "")
        with self.lock:
            try:
                return methods.call(self, name, token, body, basic)
            except SlackError as error:
                return error.as_json()

    def _note(self, name: str, token: str, body: Json, answer: Json, by: str = "") -> None:
        with self.lock:
            self.calls.append(Call(name, token, body, self.clock(), answer, by))
            self.changed.notify_all()

    def _fault(self, name: str, body: Json) -> Fault | None:
        with self.lock:
            for fault in self._faults:
                about = {self._id_of(str(body.get(key, ""))) for key in ("channel", "users")} | {body.get("channel"), body.get("users"), ""}
                if fault.method in (name, "*") and about & {fault.channel, self._id_of(fault.channel) or fault.channel}:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def _over_limit(self, name: str, token: str, body: Json) -> float:
        if name not in WRITES or not (self._per_channel or self._per_team):
            return 0.0
        grant = self.grants.get(token)
        keys = [(f"c {body.get('channel')}", self._per_channel), (f"t {grant.team if grant else ''}", self._per_team)]
        with self.lock:
            for key, rate in keys:
                if rate is not None:
                    bucket = self._buckets.setdefault(key, Bucket(*rate, left=rate[1], at=time.monotonic()))
                    if wait := bucket.take():
                        return wait
        return 0.0

    def _refused(self, request: web.Request, fault: Fault, body: Json) -> web.StreamResponse:
        if fault.status == 0:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.status >= 500 and not fault.error:
            return web.Response(status=fault.status, text="<html>upstream connect error</html>", content_type="text/html", headers=headers)
        return self._json(body, fault.status, headers)

    def _json(self, body: Json, status: int, headers: dict[str, str]) -> web.Response:
        dated = {**headers, "Date": formatdate(time.time() + self.skew, usegmt=True), "X-Slack-Req-Id": secrets.token_hex(8)}
        return web.json_response(body, status=status, headers=dated)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        id, body = request.match_info["id"], json.loads(await request.text())
        with self.lock:
            channel, user, ts, born, used = self.response_urls.get(id, ("", "", "", 0.0, ANSWERS))
            if not channel or used >= ANSWERS or time.monotonic() - born > ANSWERS_FOR:
                return self._json({"ok": False, "error": "used_url" if channel else "expired_url"}, 404, {})
            self.response_urls[id] = (channel, user, ts, born, used + 1)
            try:
                self.answer_in(channel, user, body, ts)
                answer: Json = {"ok": True}
            except SlackError as error:
                answer = error.as_json()
        self._note("response_url", "", {**body, "channel": channel, "user": user}, answer)
        return self._json(answer, 200, {}) if not answer["ok"] else web.Response(text="ok")

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        with self.lock:
            try:
                raise web.HTTPFound(methods.authorize(self, dict(request.query)))
            except SlackError as error:
                return self._json(error.as_json(), 400, {})
