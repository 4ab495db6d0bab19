"""Slack, as the postman meets it: posts, redraws, and who reads a channel. One set of kept-open connections for everything."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from handlers.connections import Connections, Unreachable
from handlers.pace import Budget, Pace, Wait, per_second
from handlers.slack import blocks
from handlers.slack.errors import RATE_LIMITED, SHUT, TOKEN, failure
from handlers.slack.people import profile_of
from handlers.speaker import EVERYBODY, PUBLISHED, GiveUp, LockedOut, Parcel, To, TryAgain
from templates.card import addressed

SLACK = "https://slack.com/api/"
TIMEOUT = 10.0  # seconds for one call
JSON, FORM = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
READERS_KEPT = 3600.0  # seconds; events keep them true meanwhile
UNREACHABLE = 10.0  # seconds that a workspace is left alone when there is no way to Slack at all
REMEMBERED = 5_000  # posts whose ref is remembered
MORE = {"sv": "Visa fler", "en": "Show more"}
OURS = "nvg"  # the metadata of our messages, with their ref
PAGE = 1_000  # members asked for at a time
LOOKED_BACK = 200  # messages asked for at a time
PAGES_BACK = 10
CLOCKS = timedelta(minutes=2)  # that Slack's and ours may differ

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What Slack allows, https://docs.slack.dev/apis/web-api/rate-limits. Of one method in one workspace, of posts also in one channel."""

    channel: tuple[Budget, ...] = (Budget(3, 3.0),)  # one a second, with short bursts
    workspace: tuple[Budget, ...] = per_second(50)
    tier_3: tuple[Budget, ...] = (Budget(100, 120.0),)  # "50+ a minute, sporadic bursts are welcome"
    tier_4: tuple[Budget, ...] = (Budget(200, 120.0),)  # "100+ a minute, generous burst behavior"


@dataclass(frozen=True, slots=True)
class _User:
    id: str  # "T0123/U0456": their own workspace, which with Slack Connect may be another
    name: str
    reads: bool  # a person whose account is open
    address: str = ""


class SlackSpeaker:
    """Speaks in every workspace that has let us in. `token_of`: the bot's token in a workspace, or None; called often.

    Thread-safe: `send`, `update` and `readers` wait in the caller's thread for Slack's answer. Pacing is the postman's,
    by `room`. `close` ends it.
    """

    at_once = 16

    def __init__(
        self, token_of: Callable[[str], str | None], base_url: str = SLACK, *, limits: Limits | None = None, timeout: float = TIMEOUT,
        teams: Callable[[], Iterable[str]] = tuple, reach: Callable[[str, str], None] = lambda home, through: None,
    ) -> None:  # fmt: skip
        """`teams`: the workspaces and organisations that have let us in. `reach`: told of one that is reached through another."""
        self.pace = Pace()
        self._token_of, self._teams, self._reach, self._limits = token_of, teams, reach, limits or Limits()
        self._server = Connections(base_url, timeout)
        self._refused: dict[str, tuple[str, str, float]] = {}  # team -> the token that no longer serves, why, until
        self._slowed: dict[str, tuple[str, float]] = {}  # team -> the channel that was told to slow down last, until
        self._opened: dict[str, str] = {}  # "T/U" -> the private chat's channel
        self._members: dict[str, tuple[float, frozenset[str]]] = {}  # "T/C" -> when asked, users' ids
        self._users: dict[str, _User] = {}  # "T/U", T being who asks
        self._public: dict[str, tuple[float, frozenset[str]]] = {}  # team -> when asked, the public channels that we are in
        self._asking = threading.Lock()  # for those
        self._forgotten: dict[str, int] = {}  # "T/C" -> how often
        self._posted: dict[str, tuple[str, str]] = {}  # ref -> ts and hash of what it shows, so that what we could not note is not posted twice
        self._names: dict[str, str] = {}  # token -> what we are called there
        self._unseen: set[tuple[str, str]] = set()  # token, channel: where we may not read what stands there

    # -- what the postman asks

    def room(self, to: To, redraw: bool) -> Wait | None:
        """Count one message there in Slack's limits, or say how long there is no room. What is shut is refused by `send` at once."""
        team = _team(to)
        if team in self._refused:
            return None
        limits = self._limits
        budgets: dict[str, tuple[Budget, ...]] = {f"team {team}": ()}
        if redraw:
            budgets[f"chat.update {team}"] = limits.tier_3
            if to.user and to.user not in self._opened:
                budgets[f"conversations.open {team}"] = limits.tier_3
        else:
            budgets[f"in {to.channel or to.user}"] = limits.channel
            budgets[f"chat.postMessage {team}"] = limits.workspace
        if to.channel and not self._known_members(to.channel):
            budgets[f"conversations.members {team}"] = limits.tier_4
        return self.pace.take(budgets)

    def send(self, to: To, parcel: Parcel) -> str:
        ts, shown = self._posted.get(parcel.ref, ("", ""))
        if not ts and parcel.again:
            ts = self._there(to, parcel)
        if not ts:
            ts = self._post(to, parcel)
        elif shown != parcel.shown:  # what stands there is what was true then
            self.update(to, ts, parcel)
        if len(self._posted) >= REMEMBERED:
            self._posted.pop(next(iter(self._posted), ""), None)
        self._posted[parcel.ref] = ts, parcel.shown
        return ts

    def _post(self, to: To, parcel: Parcel) -> str:
        team = _team(to)
        token = self._token(team)
        channel = _own(to.channel) if to.channel else self._private(team, to.user, token, or_user=True)
        body = {
            "channel": channel, "text": _escaped(parcel.notify), "blocks": self._blocks(to, parcel), "unfurl_links": False,
            "unfurl_media": False, "metadata": {"event_type": OURS, "event_payload": {"ref": parcel.ref}},
        }  # fmt: skip
        answer = self._call(team, token, "chat.postMessage", body, to.channel or to.user)
        if to.user:
            self._opened[to.user] = answer["channel"]
        return str(answer["ts"])

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        team = _team(to)
        token = self._token(team)
        if message_id == PUBLISHED:
            view = blocks.home(parcel.card, self._user_in(to, parcel), more_label=MORE[parcel.language])
            self._call(team, token, "views.publish", {"user_id": _own(to.user), "view": view}, to.user)
            return
        channel = _own(to.channel) if to.channel else self._private(team, to.user, token)
        body = {"channel": channel, "ts": message_id, "text": _escaped(parcel.notify), "blocks": self._blocks(to, parcel)}
        self._call(team, token, "chat.update", body, to.channel or to.user)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        """People who read a channel, "T0123/U0456" -> name. Bots read nothing. Asked of Slack once, until `forget`."""
        if not to.channel:
            return None
        team = _team(to)
        members = self._known_members(to.channel)
        if members is None:
            members = self._ask_members(to.channel, self._token(team))
        inside = {_own(each): each for each in known}
        for user in members:
            if user not in inside and f"{team}/{user}" not in self._users:
                self._users[f"{team}/{user}"] = self._ask_user(team, user)
        found = {inside[user]: "" for user in members if user in inside}
        for user in sorted(members - inside.keys()):
            if (who := self._users.get(f"{team}/{user}")) and who.reads:
                found[who.id] = who.name
        if _own(to.channel) in self._public_channels(team):
            found[EVERYBODY] = ""
        return found

    def told_whether_public(self, channel: str, public: bool) -> None:
        """Somebody did something in the channel "T0123/C0456", and so it is known how it is now."""
        team, _, id = channel.partition("/")
        if (known := self._public.get(team)) and public != (id in known[1]):
            self._public[team] = known[0], known[1] ^ {id}

    def address_of(self, user: str) -> str:
        who = self._users.get(user)  # asked for by their own workspace: another's word for an address is not taken
        return who.address if who else ""

    def user_of(self, address: str) -> str:
        for team in self._teams():
            try:
                told = self._call(team, self._token(team), "users.lookupByEmail", {"email": address}, as_form=True)["user"]
            except LockedOut:
                continue
            except GiveUp:  # nobody there has it
                continue
            found = profile_of(told, team)
            if found.email == address.casefold() and not found.bot:
                home = found.identity.partition(":")[2].partition("/")[0]
                if home != team:  # we are installed for all of the organisation, or in another workspace of theirs
                    self._reach(home, team)
                return found.identity.partition(":")[2]
        return ""

    def forget(self, what: str) -> None:
        """Somebody has come to or left the channel "T0123/C0456", or the user "T0123/U0456" has changed: Slack is asked anew."""
        self._forgotten[what] = self._forgotten.get(what, 0) + 1
        self._members.pop(what, None)
        self._users.pop(what, None)
        self._opened.pop(what, None)

    def let_in(self, team: str) -> bool:
        """Somebody there is heard: whether it was shut until now. It is tried again at once."""
        return self._refused.pop(team, None) is not None

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    # -- how

    def _blocks(self, to: To, parcel: Parcel) -> list[Json]:
        card = addressed(parcel.card, blocks.COMMAND if to.channel else "")
        return blocks.message(card, self._user_in(to, parcel), more_label=MORE[parcel.language])

    def _user_in(self, to: To, parcel: Parcel) -> blocks.SlackUser:
        team, members = _team(to), self._known_members(to.channel) or frozenset()

        def slack_user(person: str) -> str:
            """Somebody of another workspace can be mentioned only where they are in the channel too."""
            home, _, user = parcel.mentions.get(person, "").partition("/")
            return user if home == team or user in members else ""

        return slack_user

    def _token(self, team: str) -> str:
        token = self._token_of(team)
        if refused := self._refused.get(team):
            old, why, until = refused
            if token == old and time.monotonic() < until:
                raise LockedOut(team, why, SHUT)
            del self._refused[team]
        if token is None:
            self._refused[team] = "", "no_token", 0.0
            raise LockedOut(team, "no_token", SHUT)
        return token

    def _private(self, team: str, user: str, token: str, or_user: bool = False) -> str:
        """The channel of the private chat with somebody. `or_user`: where asking for it must wait, their id serves too."""
        if channel := self._opened.get(user):
            return channel
        if or_user and self.pace.take({f"conversations.open {team}": self._limits.tier_3}):
            return _own(user)
        answer = self._call(team, token, "conversations.open", {"users": _own(user)}, user)
        channel = self._opened[user] = str(answer["channel"]["id"])
        return channel

    def _there(self, to: To, parcel: Parcel) -> str:
        """The ts of what was tried before, where it did come and only the answer was lost; "" where it did not, or where we
        may not read: in private chats we may, in channels only where the workspace has chosen that the bot listens."""
        team = _team(to)
        token = self._token(team)
        channel = _own(to.channel) if to.channel else self._private(team, to.user, token)
        if (token, channel) in self._unseen:
            return ""
        asked = {"channel": channel, "include_all_metadata": "true", "limit": LOOKED_BACK}
        if parcel.since:
            asked["oldest"] = f"{(parcel.since - CLOCKS).timestamp():.6f}"
        for _ in range(PAGES_BACK):
            if wait := self.pace.take({f"conversations.history {team}": self._limits.tier_3}):
                raise TryAgain("ratelimited", timedelta(seconds=wait.seconds))
            try:
                answer = self._call(team, token, "conversations.history", asked, to.channel or to.user, as_form=True)
            except LockedOut as error:
                if error.why != "missing_scope":
                    raise
                self._unseen.add((token, channel))
                return ""
            except GiveUp:  # what is wrong with the channel is found out by posting there
                return ""
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == OURS and (metadata.get("event_payload") or {}).get("ref") == parcel.ref:
                    return str(message["ts"])
            asked["cursor"] = answer.get("response_metadata", {}).get("next_cursor", "")
            if not asked["cursor"]:
                break
        return ""

    def _known_members(self, channel: str) -> frozenset[str] | None:
        known = self._members.get(channel)
        return known[1] if known and time.monotonic() < known[0] + READERS_KEPT else None

    def _ask_members(self, channel: str, token: str) -> frozenset[str]:
        team, _, id = channel.partition("/")
        before = self._forgotten.get(channel, 0)
        pages = self._all_pages(team, token, "conversations.members", {"channel": id, "limit": PAGE}, channel)
        found = frozenset(member for page in pages for member in page["members"])
        if before == self._forgotten.get(channel, 0):  # else somebody came or left meanwhile
            self._members[channel] = time.monotonic(), found
        return found

    def _public_channels(self, team: str) -> frozenset[str]:
        """Those that we are in, which are few: a private channel may have been opened since its group began."""
        with self._asking:
            known = self._public.get(team)
            if known is None or time.monotonic() >= known[0] + READERS_KEPT:
                known = self._public[team] = time.monotonic(), self._ask_public(team)
            return known[1]

    def _ask_public(self, team: str) -> frozenset[str]:
        asked = {"types": "public_channel", "exclude_archived": "true", "limit": PAGE, "team_id": team}
        try:
            pages = self._all_pages(team, self._token(team), "users.conversations", asked)
            return frozenset(each["id"] for page in pages for each in page["channels"])
        except LockedOut as error:
            if error.why != "missing_scope":  # nvg doctor tells of that: it is not worth silence in every channel
                raise
            return frozenset()

    def _all_pages(self, team: str, token: str, method: str, asked: Json, place: str = "") -> Iterator[Json]:
        while True:
            answer = self._call(team, token, method, asked, place, as_form=True)
            yield answer
            cursor = answer.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return
            asked = {**asked, "cursor": cursor}

    def _ask_user(self, team: str, user: str) -> _User:
        try:
            who = self._call(team, self._token(team), "users.info", {"user": user}, as_form=True)["user"]
        except LockedOut:
            raise
        except GiveUp:  # gone, or hidden from us: no person that we could name
            return _User(f"{team}/{user}", user, False)
        name = who.get("profile", {}).get("real_name") or who.get("real_name") or who.get("name", user)
        reads = not (who.get("is_bot") or who.get("deleted") or user == "USLACKBOT")
        return _User(f"{who.get('team_id') or team}/{user}", name, reads, profile_of(who, team).email)

    def _call(self, team: str, token: str, method: str, body: Json, place: str = "", as_form: bool = False) -> Json:
        """One call of Slack's Web API; what is in its answer. `place`: the channel or person it is about."""
        # what is written as JSON is ASCII, so that the body needs no second look
        sent = (urlencode(body) if as_form else _write(body)).encode("ascii")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": FORM if as_form else JSON}
        try:
            response = self._server.post(method, sent, headers)
        except Unreachable:
            self.pace.pause(f"team {team}", UNREACHABLE)
            raise TryAgain("unreachable") from None
        except OSError as error:
            raise TryAgain("timeout" if isinstance(error, TimeoutError) else "connection") from None
        answer = _answer(response.body)
        if response.status == 200 and answer.get("ok"):
            return answer
        code = "ratelimited" if response.status == 429 else str(answer.get("error") or f"http_{response.status}")
        raise self._failed(team, token, method, place, code, response.status, _seconds(response.headers.get(b"retry-after")))

    def _failed(
        self, team: str, token: str, method: str, place: str, code: str, status: int, retry_after: float | None
    ) -> Exception:
        """What to raise; and what is to be left alone for a while is."""
        if code in RATE_LIMITED:
            retry_after = retry_after or 1.0
            self._slow_down(team, method, place, retry_after)
        elif code == "account_inactive" and method != "auth.test":
            # a person whose account is closed, or we ourselves: only Slack knows
            code = self._of_token(team, token) or code
        if code in TOKEN or code.startswith("our_"):
            code = code.removeprefix("our_")
            self._refused[team] = token, code, time.monotonic() + SHUT.total_seconds()
            return LockedOut(team, code, SHUT)
        if status >= 500 or (status != 200 and code.startswith("http_")) or code == "http_200":
            return TryAgain(code, timedelta(seconds=retry_after) if retry_after else None)
        failed = failure(code, team, retry_after)
        if isinstance(failed, GiveUp) and failed.why in ("not_in_channel", "no_such_channel") and (name := self._name(team, token)):
            failed.invite = f"/invite @{name}"
        return failed

    def _name(self, team: str, token: str) -> str:
        """What people there mention us by; "" where Slack does not say now."""
        if token not in self._names:
            try:
                self._names[token] = str(self._call(team, token, "auth.test", {}).get("user") or "")
            except (TryAgain, GiveUp):
                return ""
        return self._names[token]

    def _of_token(self, team: str, token: str) -> str:
        """Whether it is our own account that Slack has closed: then a code for it, else ""."""
        try:
            self._call(team, token, "auth.test", {})
        except GiveUp as error:
            return "our_account_inactive" if error.why == "left" else ""
        except TryAgain as error:
            return error.why if isinstance(error, LockedOut) else ""
        return ""

    def _slow_down(self, team: str, method: str, place: str, seconds: float) -> None:
        """Slack does not say whether it means the channel or the workspace: the first time the channel is left alone, and if
        meanwhile another one is refused too, the whole workspace."""
        if method != "chat.postMessage":
            self.pace.pause(f"{method} {team}", seconds)
            return
        last, until = self._slowed.get(team, ("", 0.0))
        now = time.monotonic()
        if now < until and last != place:
            self.pace.pause(f"{method} {team}", seconds)
        self._slowed[team] = place, now + seconds
        self.pace.pause(f"in {place}", seconds)


_write = json.JSONEncoder(separators=(",", ":")).encode


def _team(to: To) -> str:
    return (to.channel or to.user).partition("/")[0]


def _own(id: str) -> str:
    """Slack's own id in "T0123/C0456"."""
    return id.rpartition("/")[2]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _seconds(header: bytes | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _answer(text: bytes) -> Json:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
