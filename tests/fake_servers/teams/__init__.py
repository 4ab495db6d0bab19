"""A pretend Teams: a real HTTP server on a port of its own, that does as Microsoft's documentation of the connector says.

    with FakeTeams() as teams:
        anna = teams.add_user("Anna Berg")
        channel = teams.add_channel("tall", members=[anna.id])
        ...                                          # a bot with teams.cloud, teams.hosts and teams.bot_token, that listens at bot_url
        teams.person(anna.id, bot_url).mention(channel.id, "åtgärd ringa kommunen")

What the bot sends is kept (`calls`, `messages`, `targeted`, `toasts`, `dialog_of`); what people do comes to the bot with a
token of this Teams' own issuer and key. `fail`, `hang`, `revoke` and `limit` make it a bad day.

In here: model.py what is kept · checks.py what a card may hold · people.py what people do and the activities of it ·
reading.py cards as words and buttons.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import itertools
import json
import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment, with_overrides

from tests.fake_servers.teams import checks
from tests.fake_servers.teams.model import Call, Conversation, Dialog, Json, Message, TeamsError, Toast, User
from tests.fake_servers.teams.people import Person, Postbox, Reply
from tests.fake_servers.teams.reading import Spot, inputs_of, row_of, spots_of, words, words_of
from tests.patience import PATIENCE, held_port

__all__ = ["Call", "Conversation", "Dialog", "FakeTeams", "Message", "Person", "Reply", "Spot", "Toast", "User", "inputs_of", "row_of", "spots_of",
           "words", "words_of"]  # fmt: skip

TENANT = "11111111-1111-1111-1111-111111111111"
REAL_LIMITS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""Of sending to one conversation, https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit."""
PAGE = 500  # members answered at a time, at most


@functools.cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """Slow to make, so the same for all in this process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Fault:
    """What goes wrong next: `times` requests of an operation, in one conversation if given. Less than 0 times is until `mend`."""

    operation: str
    code: str = ""
    status: int = 500
    retry_after: int | None = None
    times: int = 1
    conversation: str = ""
    seconds: float = 0.0
    done: bool = False


class FakeTeams:
    """See the module. Thread-safe. `clock` gives the seconds that messages are dated with."""

    def __init__(self, clock: Callable[[], float] = time.time, tenant: str = TENANT) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.app_id = str(uuid.uuid4())
        self.bot_name, self.bot_account = "nvg", f"28:{self.app_id}"
        self.bot_token = f"bot.{secrets.token_urlsafe(24)}"
        self.secret = secrets.token_urlsafe(16)
        self.tenant = tenant
        self.patience = 30.0  # seconds: Teams waits five or so for an answer, but a busy machine is no slow bot
        self.watch: Callable[[], float] = time.monotonic  # what its limits are told by
        self.page = PAGE
        self.targets = True  # whether targeted messages can be sent
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.dialogs: dict[str, Dialog] = {}
        self.toasts: list[Toast] = []
        self.calls: list[Call] = []
        self.revoked = ""  # why the bot's token serves no longer
        self.listeners: list[Callable[[str, Message | Dialog | Toast, str], None]] = []  # see `tell`
        self._private: dict[str, str] = {}  # user -> conversation
        self._messages: dict[str, dict[str, Message]] = {}
        self._faults: list[Fault] = []
        self._let_go = 0
        self.hanging = 0  # requests that hang now
        self._limits: tuple[tuple[int, float], ...] = ()
        self._gone: dict[str, deque[float]] = {}
        self._last_id = 0
        self._numbers = itertools.count(1)
        self.postbox = Postbox(self)

    # -- the server

    def __enter__(self) -> FakeTeams:
        started = threading.Event()
        self.loop = asyncio.new_event_loop()
        self._held = held_port()  # also while it is unplugged
        self.port = self._held.getsockname()[1]

        async def serve() -> None:
            app = web.Application(client_max_size=4 * 1024 * 1024)
            app.router.add_get("/v1/.well-known/keys", self._keys)
            app.router.add_get("/login/{tenant}/discovery/v2.0/keys", self._keys)
            app.router.add_route("*", "/{region}/{tenant}/{version:v[13]}/{rest:.*}", self._connector)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await self._runner.setup()
            self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
            await self._site.start()
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(serve())
            self.loop.run_forever()

        self._thread = threading.Thread(target=run, name="fake-teams", daemon=True)
        self._thread.start()
        if not started.wait(PATIENCE):
            raise RuntimeError("the fake Teams did not start")
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()
        self._held.close()
        self.postbox.close()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What service_hosts must allow."""
        return ("127.0.0.1",)

    def service_url(self, tenant: str = "") -> str:
        """Where the bot answers what comes from a tenant."""
        return f"{self.host}/emea/{tenant or self.tenant}/"

    @property
    def cloud(self) -> CloudEnvironment:
        """For the SDK's App: this Teams' issuer and keys instead of Microsoft's."""
        return with_overrides(
            PUBLIC, login_endpoint=f"{self.host}/login", openid_metadata_url=f"{self.host}/v1/.well-known/openidconfiguration",
            token_issuer=self.issuer,
        )  # fmt: skip

    @property
    def issuer(self) -> str:
        return f"{self.host}/issuer"

    # -- tokens

    def token(
        self, issuer: str | None = None, audience: str | None = None, expires: float = 3600.0, service_url: str | None = None,
        key: str = "ours", **claims: Any,
    ) -> str:  # fmt: skip
        """What Teams shows the bot with each activity. `key` "another" signs with a key that is not in the set (under the same name)."""
        now = int(time.time())
        payload = {
            "iss": self.issuer if issuer is None else issuer, "aud": self.app_id if audience is None else audience, "iat": now - 10, "nbf": now - 10,
            "exp": now + int(expires), "serviceurl": self.service_url() if service_url is None else service_url, **claims,
        }  # fmt: skip
        return jwt.encode(payload, _key(key), algorithm="RS256", headers={"kid": "ours"})

    def user_token(self, user: str, audience: str | None = None, expires: float = 3600.0, key: str = "ours", **claims: Any) -> str:
        """What a tab is given for a user who is signed in to Teams (Entra's token for our app)."""
        who, now = self.users[user], int(time.time())
        payload = {
            "iss": f"{self.host}/login/{who.tenant}/v2.0", "aud": self.app_id if audience is None else audience, "iat": now - 10, "nbf": now - 10,
            "exp": now + int(expires), "oid": who.id, "tid": who.tenant, "name": who.name, "scp": "access_as_user", "ver": "2.0",
            "preferred_username": who.mail, **claims,
        }  # fmt: skip
        return jwt.encode(payload, _key(key), algorithm="RS256", headers={"kid": "ours"})

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        numbers = _key("ours").public_key().public_numbers()

        def text(number: int) -> str:
            return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()

        return web.json_response({"keys": [{
            "kty": "RSA", "use": "sig", "kid": "ours", "alg": "RS256", "n": text(numbers.n), "e": text(numbers.e), "endorsements": ["msteams"],
        }]})  # fmt: skip

    # -- setting the stage

    def add_user(
        self, name: str, id: str = "", handle: str = "", mail: str = "", locale: str = "sv-SE", tenant: str = "", role: str = "user",
        installed: bool = True,
    ) -> User:  # fmt: skip
        """`id`: their object id; made if not given."""
        id = id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tenant or self.tenant}/{next(self._numbers)} {name}"))
        handle = handle or name.split(maxsplit=1)[0].casefold()
        user = self.users[id] = User(id, name, handle, tenant or self.tenant, mail, locale, role=role, installed=installed)
        return user

    def add_channel(
        self, name: str, members: Sequence[str] = (), id: str = "", tenant: str = "", sort: str = "standard", team: str = "", installed: bool = True
    ) -> Conversation:
        """A channel of a team; the bot is in it unless `installed` is False."""
        id = id or f"19:{name.encode().hex()[:24]}{next(self._numbers):04d}@thread.tacv2"
        team = team or f"19:team{next(self._numbers):04d}{name.encode().hex()[:20]}@thread.tacv2"
        here = self.conversations[id] = Conversation(id, "channel", tenant or self.tenant, list(members), name, team, sort, installed)
        return here

    def add_chat(self, name: str, members: Sequence[str] = (), id: str = "", tenant: str = "", meeting: bool = False) -> Conversation:
        """A group chat, or a meeting's."""
        id = id or f"19:{'meeting_' if meeting else ''}{secrets.token_hex(12)}@thread.v2"
        here = self.conversations[id] = Conversation(id, "groupChat", tenant or self.tenant, list(members), name)
        return here

    def private_chat(self, user: str) -> Conversation:
        """The private chat between the bot and a user, made when it is first wanted."""
        with self.lock:
            id = self._private.setdefault(user, f"a:1{secrets.token_urlsafe(24)}")
            if id not in self.conversations:
                self.conversations[id] = Conversation(id, "personal", self.users[user].tenant, [user])
            return self.conversations[id]

    # -- looking

    def messages(self, conversation: str) -> list[Message]:
        """What stands in a conversation (or in the private chat with a user, by object id) for all there; the newest last."""
        with self.lock:
            id = self._private.get(conversation, "") if conversation in self.users else conversation
            return [each for each in self._messages.get(id, {}).values() if not each.only]

    def targeted(self, user: str, conversation: str = "") -> list[Message]:
        """What only this user has seen, in one conversation or everywhere; the newest last."""
        with self.lock:
            every = [each for id, kept in self._messages.items() if conversation in ("", id) for each in kept.values()]
            return sorted((each for each in every if each.only == user), key=lambda each: int(each.id))

    def dialog_of(self, user: str) -> Dialog | None:
        return self.dialogs.get(user)

    def called(self, operation: str) -> list[Call]:
        with self.lock:
            return [each for each in self.calls if each.operation == operation]

    def wait(self, until: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What `until` gives, as soon as it is true. AssertionError when that takes too long."""
        with self.changed:
            end = time.monotonic() + seconds
            while not (found := until()):
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"it never came; there were {[each.operation for each in self.calls][-20:]}")
                self.changed.wait(min(left, 0.05))
            return found

    # -- a bad day

    def fail(
        self, operation: str, code: str = "", status: int = 500, retry_after: int | None = None, times: int = 1, conversation: str = "",
        done: bool = False,
    ) -> None:  # fmt: skip
        """The next `times` requests of the operation ("*" any; see `Call`) are refused so; status 0 cuts the line.

        `conversation`: only there; a user's object id is their private chat. `done`: it happens all the same, but the answer is lost.
        """
        with self.lock:
            self._faults.append(Fault(operation, code, status, retry_after, times, conversation, done=done))

    def hang(self, operation: str, seconds: float, times: int = 1, conversation: str = "") -> None:
        """The next requests of the operation are answered only after that time, or when they are `let_go`."""
        with self.lock:
            self._faults.append(Fault(operation, times=times, conversation=conversation, seconds=seconds))

    def let_go(self) -> None:
        """What hangs is answered now, and nothing more hangs."""
        with self.lock:
            self._faults = [each for each in self._faults if not each.seconds]
            self._let_go += 1

    def limit(self, limits: Sequence[tuple[int, float]] = REAL_LIMITS) -> None:
        """Answer 429 to what is sent to one conversation beyond so many in so many seconds."""
        with self.lock:
            self._gone.clear()
            self._limits = tuple(limits)

    def unplug(self) -> None:
        """There is no way to Teams at all: nobody listens there, until `plug_in`."""

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
            self._limits, self.revoked = (), ""

    def revoke(self, why: str = "BotNotRegistered") -> None:
        """The bot's token serves no longer."""
        self.revoked = why

    # -- what people do

    def person(self, user: str, bot_url: str = "") -> Person:
        """A user at their screen. `bot_url`: where the bot listens."""
        return Person(self, self.users[user], bot_url)

    def install(self, conversation: str, by: str = "", bot_url: str = "") -> list[Reply]:
        """The app is added to a team or a chat, or (with a user's id) for that user."""
        here = self._here(conversation)
        user = self.users.get(by) or (self.users.get(conversation))
        here.installed = True
        if user and here.kind == "personal":
            user.installed = True
        if not bot_url:
            return []
        return [self.postbox.installation(here, True, user, bot_url), self.postbox.members(here, True, [], True, user, bot_url)]

    def remove(self, conversation: str, by: str = "", bot_url: str = "") -> list[Reply]:
        """The app is removed from a team, a chat or by a user."""
        here = self._here(conversation)
        user = self.users.get(by) or self.users.get(conversation)
        here.installed = False
        if user and here.kind == "personal":
            user.installed = False
        if not bot_url:
            return []
        return [self.postbox.members(here, False, [], True, user, bot_url), self.postbox.installation(here, False, user, bot_url)]

    def join(self, user: str, conversation: str, bot_url: str = "") -> Reply | None:
        """Somebody comes into a conversation."""
        here = self.conversations[conversation]
        if user not in here.members:
            here.members.append(user)
        return self.postbox.members(here, True, [self.users[user]], False, self.users[user], bot_url) if bot_url else None

    def leave(self, user: str, conversation: str, bot_url: str = "") -> Reply | None:
        here = self.conversations[conversation]
        here.members.remove(user)
        return self.postbox.members(here, False, [self.users[user]], False, self.users[user], bot_url) if bot_url else None

    def event(self, conversation: str, event: str, by: str = "", bot_url: str = "") -> Reply:
        """channelDeleted, teamArchived, teamUnarchived, channelRenamed ... of a channel, which is then so."""
        here = self.conversations[conversation]
        if event in ("teamArchived", "teamUnarchived"):
            here.archived = event == "teamArchived"
        if event in ("channelDeleted", "teamDeleted"):
            self.conversations.pop(conversation)
        return self.postbox.event(here, event, self.users.get(by), bot_url)

    # -- for the other modules here

    def new_id(self) -> str:
        """Milliseconds, never the same twice."""
        with self.lock:
            self._last_id = max(self._last_id + 1, int(self.clock() * 1000))
            return str(self._last_id)

    def tell(self, what: str, thing: Message | Dialog | Toast, user: str = "") -> None:
        """Listeners are called, in any thread, when a screen changes: a message is "new", "edited", or "refreshed" for one user;
        a dialog has "opened" (a new one in the old one's place too); a "toast" is shown."""
        for listener in self.listeners:
            listener(what, thing, user)
        self.changed.notify_all()

    def toast(self, toast: Toast) -> None:
        self.toasts.append(toast)
        self.tell("toast", toast, toast.user)

    def keep(self, message: Message) -> Message:
        with self.lock:
            self._messages.setdefault(message.conversation, {})[message.id] = message
            self.tell("new", message, message.only)
        return message

    def message(self, conversation: str, id: str) -> Message | None:
        return self._messages.get(conversation, {}).get(id)

    def _here(self, conversation: str) -> Conversation:
        return self.private_chat(conversation) if conversation in self.users else self.conversations[conversation]

    # -- requests

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        """/{region}/{tenant}/v3/conversations/..., as the SDK calls it."""
        parts = [unquote(part) for part in request.match_info["rest"].strip("/").split("/")]
        text = await request.text()
        body: Json = json.loads(text) if text else {}
        operation, conversation, activity = self._meant(request, parts)
        about = {conversation, *(str(each.get("id", "")) for each in body.get("members") or ())}
        fault = self._fault(operation, about)
        if fault and fault.seconds:
            await self._hold(fault.seconds)
        if fault and not fault.seconds and not fault.done:
            return self._refused(request, fault, Call(operation, conversation, body, self.clock(), fault.status, activity=activity))
        headers = {}
        with self.lock:
            try:
                self._let_in(request, operation, conversation)
                status, answer = self._do(operation, request, conversation, activity, body, parts)
            except TeamsError as error:
                status, answer = error.status, error.as_json()
                if status == 429:
                    headers["Retry-After"] = error.message
            self.calls.append(Call(operation, conversation, body, self.clock(), status, answer, activity))
            self.changed.notify_all()
        if fault and fault.done:
            return self._refused(request, fault, None)
        return web.json_response(answer, status=status, headers=headers) if answer is not None else web.Response(status=status)

    async def _hold(self, seconds: float) -> None:
        before, end = self._let_go, time.monotonic() + seconds
        self.hanging += 1
        try:
            while self._let_go == before and (left := end - time.monotonic()) > 0:
                await asyncio.sleep(min(left, 0.02))
        finally:
            self.hanging -= 1

    def _meant(self, request: web.Request, parts: list[str]) -> tuple[str, str, str]:
        """(operation, conversation, activity)."""
        if parts[0] == "teams":
            return "team", parts[1], ""
        conversation = parts[1].partition(";")[0] if len(parts) > 1 else ""
        what = parts[2] if len(parts) > 2 else ""
        last = parts[3] if len(parts) > 3 else ""
        targeted = request.query.get("isTargetedActivity", "").lower() == "true"
        if what == "activities":
            if request.method == "POST":
                return "targeted" if targeted else "send", conversation, last
            return {"PUT": "update", "DELETE": "delete"}.get(request.method, "?"), conversation, last
        if what in ("members", "pagedmembers"):
            return "member" if what == "members" and last else "members", conversation, last
        return ("create" if not conversation and request.method == "POST" else "conversation"), conversation, ""

    def _let_in(self, request: web.Request, operation: str, conversation: str) -> None:
        if self.revoked:
            raise TeamsError(401, self.revoked, "No registration found for this bot.")
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            raise TeamsError(401, "Unauthorized", "Authorization has been denied for this request.")
        if operation in ("send", "targeted", "update", "create") and self._limits:
            gone, now = self._gone.setdefault(conversation, deque(maxlen=2000)), self.watch()
            for most, seconds in self._limits:
                if len(gone) >= most and now - gone[-most] < seconds:
                    raise TeamsError(429, "Throttled", str(max(1, round(seconds - (now - gone[-most])))))
            gone.append(now)

    def _do(self, operation: str, request: web.Request, conversation: str, activity: str, body: Json, parts: list[str]) -> tuple[int, Any]:
        if operation == "create":
            return self._create(request.match_info["tenant"], body)
        if operation == "team":
            every = [each for each in self.conversations.values() if conversation == each.team and each.installed]
            if not every:
                raise TeamsError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
            if len(parts) > 2:
                return 200, {"conversations": [{"id": each.id, "name": each.name, "type": each.sort} for each in every]}
            return 200, {"id": conversation, "name": f"Team {every[0].name}", "aadGroupId": str(uuid.uuid5(uuid.NAMESPACE_URL, conversation))}
        here = self._seen(conversation, request.match_info["tenant"])
        if operation == "members":
            at, size = int(request.query.get("continuationToken") or 0), min(int(request.query.get("pageSize") or 200), self.page)
            roster = [self.users[each].as_json() for each in here.members if not self.users[each].deleted]
            if parts[2] == "members":
                return 200, roster
            following = {"continuationToken": str(at + size)} if at + size < len(roster) else {}
            return 200, {"members": roster[at : at + size], **following}
        if operation == "member":
            found = next((each for each in map(self.users.__getitem__, here.members) if activity in (each.id, each.account)), None)
            if found is None or found.deleted:
                raise TeamsError(404, "MemberNotFoundInConversation", "Member not found in conversation.")
            return 200, found.as_json()
        if operation in ("send", "targeted"):
            return self._send(here, body, operation == "targeted", activity)
        if operation in ("update", "delete"):
            return self._change(here, operation, activity, body, request.query.get("isTargetedActivity", "").lower() == "true")
        raise TeamsError(404, "NotFound", f"there is no {request.method} {request.path}")

    def _seen(self, conversation: str, tenant: str) -> Conversation:
        """A conversation that the bot is in."""
        here = self.conversations.get(conversation)
        if here is None or here.tenant != tenant:
            raise TeamsError(404, "ConversationNotFound", "Conversation not found.")
        if not here.installed:
            raise TeamsError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        if here.archived:
            raise TeamsError(403, "ThreadNotPresent")
        if here.kind == "personal":
            user = self.users[here.members[0]]
            if user.blocked:
                raise TeamsError(403, "MessageWritesBlocked")
            if user.deleted or not user.installed:
                raise TeamsError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return here

    def _create(self, tenant: str, body: Json) -> tuple[int, Json]:
        wanted = [str(each.get("id", "")) for each in body.get("members") or ()]
        found = [each for each in self.users.values() if wanted and wanted[0] in (each.id, each.account)]
        named = body.get("tenantId") or ((body.get("channelData") or {}).get("tenant") or {}).get("id")
        if len(wanted) != 1 or not found or named != found[0].tenant or tenant != named:
            raise TeamsError(400, "BadSyntax", "Incorrect conversation creation parameters")
        user = found[0]
        if user.deleted or not user.installed:
            raise TeamsError(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope")
        return 201, {"id": self.private_chat(user.id).id}

    def _send(self, here: Conversation, body: Json, targeted: bool, reply_to: str) -> tuple[int, Json]:
        wrong = checks.wrong_message(body)
        if "more than 28 KB" in wrong:
            raise TeamsError(413, "MessageSizeTooBig", "Message size too large.")
        if wrong:
            raise TeamsError(400, "BadArgument", "; ".join(wrong))
        if body.get("type") == "typing":
            return 201, {}
        only = ""
        if targeted:
            account = str((body.get("recipient") or {}).get("id", ""))
            only = next((each for each in here.members if account in (each, self.users[each].account)), "")
            if not self.targets or not account or not only:
                raise TeamsError(400, "BadArgument", "no such recipient of a targeted message here")
        message = Message(here.id, self.new_id(), only=only, reply_to=str(body.get("replyToId") or reply_to or ""))
        self.keep(_written(message, body))
        return 201, {"id": message.id}

    def _change(self, here: Conversation, operation: str, activity: str, body: Json, targeted: bool) -> tuple[int, Json]:
        message = self.message(here.id, activity)
        if message is None or message.user or bool(message.only) != targeted:
            raise TeamsError(404, "ActivityNotFoundInConversation", "The message was not found in the conversation.")
        if operation == "delete":
            del self._messages[here.id][activity]
            return 200, {}
        wrong = checks.wrong_message(body)
        if wrong:
            status, code = (413, "MessageSizeTooBig") if "more than 28 KB" in wrong else (400, "BadArgument")
            raise TeamsError(status, code, "; ".join(wrong))
        _written(message, body)
        message.views.clear()
        message.edits += 1
        self.tell("edited", message, message.only)
        return 200, {"id": message.id}

    def _fault(self, operation: str, about: set[str]) -> Fault | None:
        with self.lock:
            for fault in self._faults:
                if fault.operation in (operation, "*") and (not fault.conversation or about & {fault.conversation, self._private.get(fault.conversation, "")}):
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def _refused(self, request: web.Request, fault: Fault, call: Call | None) -> web.StreamResponse:
        if call:
            with self.lock:
                self.calls.append(call)
                self.changed.notify_all()
        if fault.status == 0:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if not fault.code:
            return web.Response(status=fault.status, text="<html>upstream error</html>", content_type="text/html", headers=headers)
        return web.json_response(TeamsError(fault.status, fault.code).as_json(), status=fault.status, headers=headers)


def _written(message: Message, body: Json) -> Message:
    """The message as the activity says."""
    message.given, message.text, message.summary = body, str(body.get("text") or ""), str(body.get("summary") or "")
    message.card = next((each["content"] for each in body.get("attachments") or () if each.get("contentType") == checks.CARD), None)
    return message
