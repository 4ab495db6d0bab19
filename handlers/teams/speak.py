"""Teams, as the postman meets it: posts, redraws, and who reads a conversation. One set of kept-open connections for each region."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.decide import OPENS
from handlers.connections import Unreachable
from handlers.credentials import BotToken
from handlers.pace import Budget, Pace, Wait, per_second
from handlers.speaker import GiveUp, LockedOut, Parcel, To, TryAgain
from handlers.teams import cards
from handlers.teams.connector import TIMEOUT, Connector, Json, in_path, read
from handlers.teams.errors import AT_ONCE, SHUT, code_of, failure
from handlers.teams.hosts import served
from handlers.teams.people import object_id, profile_of
from storage.conversations import Conversation, Conversations
from templates.card import addressed

READERS_KEPT = 3600.0  # seconds; events keep them true meanwhile
UNREACHABLE = 10.0  # seconds that a region is left alone when there is no way to it at all
REMEMBERED = 5_000  # posts whose ref is remembered
MORE = {"sv": "Visa fler", "en": "Show more"}
PAGE = 500  # members asked for at a time
SUMMARY = 500  # characters of the line in a notification
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Limits:
    """What Teams allows, https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit. Of messages, new and changed, in
    one conversation and in one tenant, and of asking who is in a conversation. A little less: it does not arrive as evenly as it leaves."""

    conversation: tuple[Budget, ...] = (Budget(7, 1.2), Budget(8, 2.2), Budget(60, 30.5), Budget(1800, 3605.0))
    tenant: tuple[Budget, ...] = per_second(30)
    members: tuple[Budget, ...] = (Budget(14, 1.2), Budget(16, 2.2), Budget(120, 30.5))


@dataclass(frozen=True, slots=True)
class _Way:
    """How to get to an address."""

    address: str
    conversation: str
    tenant: str  # where it lives: with guests another than in the address
    service_url: str

    @property
    def to(self) -> To:
        return To.of(self.address)


class TeamsSpeaker:
    """Speaks wherever the bot has been heard, or has been let in. Thread-safe: `send`, `update` and `readers` wait in the caller's
    thread for Teams' answer. Pacing is the postman's, by `room`. `close` ends it.

    `token`: the bot's own, called often; a `BotToken` is told when it was refused. `hosts`: the only ones that get it.
    `client_id`, `own`: the bot's registration, and the tenant it is in.
    """

    at_once = 16

    def __init__(
        self, conversations: Conversations, token: Callable[[], str], client_id: str, own: str, hosts: Sequence[str], *,
        limits: Limits | None = None, timeout: float = TIMEOUT,
    ) -> None:  # fmt: skip
        self.pace = Pace()
        self._conversations, self._token, self._client_id, self._own, self._hosts = conversations, token, client_id, own, tuple(hosts)
        self.connector, self._limits = Connector(token, timeout), limits or Limits()
        self._refused: dict[str, tuple[str, str, float]] = {}  # tenant -> the token that no longer serves, why, until
        self._members: dict[str, tuple[float, Mapping[str, str]]] = {}  # "TENANT/CONVERSATION" -> when asked, "TENANT/OBJECT-ID" -> name
        self._addresses: dict[str, str] = {}  # "TENANT/OBJECT-ID" -> the e-mail address that is surely theirs, where it is told
        self._forgotten: dict[str, int] = {}  # "TENANT/CONVERSATION" -> how often
        self._posted: dict[str, tuple[str, str]] = {}  # ref -> message id and hash of what it shows, so that what we could not note is not posted twice
        self._slowed: dict[str, tuple[str, float]] = {}  # tenant -> the conversation that was told to slow down last, until

    # -- what the postman asks

    def room(self, to: To, redraw: bool) -> Wait | None:
        """Count one message there in Teams' limits, or say how long there is no room. What is shut is refused by `send` at once."""
        tenant = _tenant(to)
        if tenant in self._refused:
            return None
        budgets = {f"in {to.address}": self._limits.conversation, f"tenant {tenant}": self._limits.tenant}
        if to.channel and self._known_members(to.channel) is None:
            budgets[f"members of {to.address}"] = self._limits.members
        return self.pace.take(budgets)

    def room_to_answer(self, address: str) -> Wait | None:
        """As `room`, for an answer that somebody waits for: what else is for the tenant waits for it, and not it for that."""
        tenant = f"tenant {_tenant(To.of(address))}"
        if shut := self.pace.paused(tenant):
            return Wait(tenant, shut)
        wait = self.pace.take({f"in {address}": self._limits.conversation})
        if wait is None:
            self.pace.count(tenant, self._limits.tenant)
        return wait

    def send(self, to: To, parcel: Parcel) -> str:
        if known := self._posted.get(parcel.ref):
            message_id, shown = known
            if shown != parcel.shown:  # it has changed since
                self.update(to, message_id, parcel)
                self._posted[parcel.ref] = message_id, parcel.shown
            return message_id
        way = self._way(to)
        answer = self._call(way, "POST", "/activities", self._activity(way, parcel))
        message_id = str(answer.get("id") or "")
        if len(self._posted) >= REMEMBERED:
            self._posted.pop(next(iter(self._posted), ""), None)
        self._posted[parcel.ref] = message_id, parcel.shown
        return message_id

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        way = self._way(to)
        self._call(way, "PUT", f"/activities/{in_path(message_id)}", {**self._activity(way, parcel), "id": message_id})

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        """People who read a conversation, "TENANT/OBJECT-ID" -> name. Asked of Teams once, until `forget`."""
        if not to.channel:
            return None
        members = self._known_members(to.channel)
        return members if members is not None else self._ask_members(to.channel, self._way(to))

    def forget(self, what: str) -> None:
        """Somebody has come to or left the conversation "TENANT/CONVERSATION": Teams is asked anew."""
        self._forgotten[what] = self._forgotten.get(what, 0) + 1
        self._members.pop(what, None)

    def let_in(self, tenant: str) -> bool:
        """Somebody there is heard: whether it was shut until now. It is tried again at once."""
        return self._refused.pop(tenant, None) is not None

    def address_of(self, user: str) -> str:
        return self._addresses.get(user, "")

    def user_of(self, address: str) -> str:
        """Of those met in the conversations: more Teams does not tell a bot."""
        return next((user for user, each in list(self._addresses.items()) if each == address.casefold()), "")

    def close(self) -> None:
        """Let go of the connections."""
        self.connector.close()

    # -- how

    def _activity(self, way: _Way, parcel: Parcel) -> Json:
        members = self._known_members(way.to.channel) or {}

        def teams_user(person: str) -> str:
            """Somebody of another tenant can be mentioned only where they are in the conversation too."""
            identity = parcel.mentions.get(person, "")
            home, _, user = identity.partition("/")
            return user if home == way.tenant or identity in members else ""

        shown = addressed(parcel.card, cards.MENTION if way.to.channel else "")
        card = cards.message(shown, teams_user, opens=OPENS, more_label=MORE[parcel.language])
        return {"type": "message", "summary": parcel.notify[:SUMMARY], "attachments": [{"contentType": CARD, "content": card}]}

    def _way(self, to: To) -> _Way:
        """How to get there; the private chat with somebody is opened if it must be. GiveUp where nobody has told how."""
        if known := self._conversations.of(to.address):
            return self._allowed(_Way(to.address, known.id, known.tenant, known.service_url))
        tenant, _, id = (to.channel or to.user).partition("/")
        service_url = self._conversations.service_of(tenant)
        if not service_url:
            raise GiveUp("left" if to.user else "no_such_channel")
        way = self._allowed(_Way(to.address, id, tenant, service_url))
        return self._opened(way, id) if to.user else way

    def _opened(self, way: _Way, user: str) -> _Way:
        """The private chat with a user of the tenant."""
        asked = {
            "bot": {"id": f"28:{self._client_id}"}, "members": [{"id": user}], "isGroup": False, "tenantId": way.tenant,
            "channelData": {"tenant": {"id": way.tenant}},
        }  # fmt: skip
        answer = self._call(_Way(way.address, "", way.tenant, way.service_url), "POST", "", asked)
        made = Conversation(way.address, str(answer.get("id") or ""), way.tenant, str(answer.get("serviceUrl") or way.service_url), "personal")
        if not made.id:
            raise TryAgain("no_conversation")
        self._conversations.note(made.address, made.id, made.tenant, made.service_url, made.kind)
        return self._allowed(_Way(made.address, made.id, made.tenant, made.service_url))

    def _allowed(self, way: _Way) -> _Way:
        if not served(way.service_url, self._hosts):
            raise GiveUp("unknown_host")
        return way

    def _known_members(self, channel: str) -> Mapping[str, str] | None:
        known = self._members.get(channel)
        return known[1] if known and time.monotonic() < known[0] + READERS_KEPT else None

    def _ask_members(self, channel: str, way: _Way) -> Mapping[str, str]:
        before = self._forgotten.get(channel, 0)
        found: dict[str, str] = {}
        following = ""
        while True:
            page = urlencode({"pageSize": PAGE, **({"continuationToken": following} if following else {})})
            answer = self._call(way, "GET", f"/pagedmembers?{page}")
            for each in answer.get("members") or ():
                user = object_id(each) or str(each.get("id") or "")  # who has joined without an account reads too
                who = f"{each.get('tenantId') or way.tenant}/{user}"
                found[who] = str(each.get("name") or "")
                if (profile := profile_of(each, way.tenant, self._own)) and profile.email:
                    self._addresses[who] = profile.email
            following = str(answer.get("continuationToken") or "")
            if not following:
                break
        if before == self._forgotten.get(channel, 0):  # else somebody came or left meanwhile
            self._members[channel] = time.monotonic(), found
        return found

    def _call(self, way: _Way, method: str, path: str, body: Json | None = None) -> Json:
        """One call about a conversation (or, without one, to open one); what is in its answer."""
        token, tenant = self._token(), _tenant(way.to)
        if refused := self._refused.get(tenant):
            old, why, until = refused
            if token == old and time.monotonic() < until:
                raise LockedOut(tenant, why, SHUT)
            self._refused.pop(tenant, None)
        where = f"conversations{'/' + in_path(way.conversation) if way.conversation else ''}{path}"
        try:
            response = self.connector.ask(way.service_url, method, where, body, token)
        except Unreachable:
            self.pace.pause(f"tenant {tenant}", UNREACHABLE)
            raise TryAgain("unreachable") from None
        except OSError as error:
            raise TryAgain("timeout" if isinstance(error, TimeoutError) else "connection") from None
        if 200 <= response.status < 300:
            return read(response)
        code = code_of(response.body)
        if code == "ConversationNotFound" and way.to.user and way.conversation:  # the private chat is opened anew
            self._conversations.forget(way.address)
            raise TryAgain(code, AT_ONCE)
        refusal = failure(response.status, code, tenant, bool(way.to.user), _seconds(response.headers.get(b"retry-after")))
        self._noted(way, token, response.status, refusal)
        raise refusal

    def _noted(self, way: _Way, token: str, status: int, error: TryAgain | GiveUp) -> None:
        """What is to be left alone for a while is."""
        if isinstance(error, LockedOut):
            self._refused[error.place] = token, error.why, time.monotonic() + SHUT.total_seconds()
            if isinstance(self._token, BotToken):
                self._token.refused(token)
        elif isinstance(error, TryAgain) and status == 429 and error.after:
            self.slow_down(way.address, error.after.total_seconds())

    def slow_down(self, address: str, seconds: float) -> None:
        """Teams does not say whether it means the conversation or the tenant: the first time the conversation is left alone, and if
        meanwhile another one is refused too, the whole tenant."""
        tenant = _tenant(To.of(address))
        last, until = self._slowed.get(tenant, ("", 0.0))
        now = time.monotonic()
        if now < until and last != address:
            self.pace.pause(f"tenant {tenant}", seconds)
        self._slowed[tenant] = address, now + seconds
        self.pace.pause(f"in {address}", seconds)


def _tenant(to: To) -> str:
    return (to.channel or to.user).partition("/")[0]


def _seconds(header: bytes | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
