"""What people do in Slack, and the payloads that Slack sends the bot for it, signed.

https://docs.slack.dev/interactivity/ and https://docs.slack.dev/reference/events/
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.fake_servers.slack.model import Channel, Grant, Json, Message, SlackError, User, View, elements
from tests.fake_servers.slack.reading import spots_of

if TYPE_CHECKING:
    from tests.fake_servers.slack import FakeSlack

FORM = "application/x-www-form-urlencoded"
PATH = "/slack/events"
TYPED = re.compile(r"@([\w.-]+)")


@dataclass(slots=True)
class Reply:
    """What the bot answered. `status` 0: nothing in time ("operation_timeout"), or no connection ("no_connection").

    `shown`: the ephemeral message that the acknowledgement became. `error`: what Slack's client says to the user then.
    """

    status: int
    body: Any = None
    error: str = ""
    seconds: float = 0.0
    shown: Message | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    _again: Callable[[int], Reply] | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200 and not self.error

    def again(self, retry: int = 1) -> Reply:
        """Slack sends the very same thing once more, as its `retry`th retry."""
        if self._again is None:
            raise ValueError("nothing was sent")
        return self._again(retry)


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing on its way to the bot. `kind` as in Socket Mode: events_api | interactive | slash_commands."""

    kind: str
    payload: Json
    sign: bool | str = True  # False: unsigned; "wrong": by another secret
    old: float = 0.0  # seconds ago that it was signed


class Postbox:
    """Hands what happens to the bot, and applies what it answers. Thread-safe."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        for each in self._connections:
            each.close()

    def hand_over(self, sent: Sent, url: str | Callable[[], str], answered: Callable[[Reply], Reply] | None = None, retry: int = 0) -> Reply:
        """Send it, then `retry` times again; the last answer. `answered` does what the answer asks Slack for."""

        def once(attempt: int) -> Reply:
            began = time.monotonic()
            where = url() if callable(url) else url
            reply = self._over_http(sent, where, attempt) if where else self._over_socket(sent, attempt)
            reply.seconds = time.monotonic() - began
            if reply.ok and answered:
                reply = answered(reply)
            reply._again = once
            return reply

        reply = once(0)
        for attempt in range(1, retry + 1):
            reply = once(attempt)
        return reply

    def _over_http(self, sent: Sent, url: str, attempt: int) -> Reply:
        if sent.kind == "events_api":
            body, content_type = json.dumps(sent.payload), "application/json"
        elif sent.kind == "slash_commands":
            body, content_type = urlencode({key: str(value).lower() if isinstance(value, bool) else value for key, value in sent.payload.items()}), FORM
        else:
            body, content_type = urlencode({"payload": json.dumps(sent.payload)}), FORM
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Accept": "*/*"}
        if sent.sign:
            stamp = str(int(time.time() - sent.old))
            secret = self.slack.signing_secret if sent.sign is True else "another secret"
            digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
            headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        return self.request(url, body.encode(), headers)

    def request(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """One request of ours; the connection is kept for the next."""
        parts = urlsplit(url)
        path = parts.path if parts.path.strip("/") else PATH
        known: dict[str, http.client.HTTPConnection] = self._local.__dict__.setdefault("known", {})
        while True:
            connection = known.get(parts.netloc)
            fresh = connection is None
            if connection is None:
                connection = known[parts.netloc] = http.client.HTTPConnection(parts.netloc, timeout=self.slack.patience)
                self._connections.append(connection)
            elif connection.sock:
                connection.sock.settimeout(self.slack.patience)
            try:
                connection.request("POST", path, body, dict(headers))
                response = connection.getresponse()
                text = response.read().decode()
                given = {key.lower(): value for key, value in response.getheaders()}
                return Reply(response.status, _parsed(text, given.get("content-type", "")), headers=given)
            except TimeoutError:
                self._forget(known, parts.netloc)
                return Reply(0, error="operation_timeout")
            except (ConnectionError, http.client.HTTPException, OSError):
                self._forget(known, parts.netloc)
                if fresh:  # a kept connection may have been closed meanwhile
                    return Reply(0, error="no_connection")

    @staticmethod
    def _forget(known: dict[str, http.client.HTTPConnection], where: str) -> None:
        known.pop(where).close()

    def _over_socket(self, sent: Sent, attempt: int) -> Reply:
        try:
            _, payload = self.slack.socket.send(sent.kind, sent.payload, self.slack.patience, attempt)
        except ConnectionError:
            return Reply(0, error="no_connection")
        return Reply(0, error="operation_timeout") if payload is None else Reply(200, payload or "")

    # -- what all payloads have in common

    def team(self, id: str) -> Json:
        team = self.slack.teams[id]
        return {"id": team.id, "domain": team.domain, **({"enterprise_id": team.enterprise} if team.enterprise else {})}

    def enterprise(self, id: str) -> Json | None:
        name = self.slack.teams[id].enterprise
        return {"id": name, "name": name} if name else None

    def trigger(self, user: str) -> str:
        id = f"{self.slack.number()}.{time.monotonic_ns()}.{secrets.token_hex(16)}"
        self.slack.triggers[id] = (user, time.monotonic(), False)
        return id

    def event(self, team: str, event: Json, url: str | Callable[[], str], retry: int = 0, sign: bool | str = True, old: float = 0.0, id: str = "") -> Reply:
        """An event of the Events API."""
        slack = self.slack
        enterprise = slack.teams[team].enterprise or None
        whole = slack.installed_in(team) != team
        shared = bool(slack.channels[event["channel"]].connected) if event.get("channel") in slack.channels else False
        payload: Json = {
            "token": slack.verification_token, "team_id": team, "context_team_id": team, "context_enterprise_id": enterprise,
            "api_app_id": slack.app_id, "event": event, "type": "event_callback", "event_id": id or f"Ev{slack.number():09d}",
            "event_time": int(slack.clock()), "is_ext_shared_channel": shared,
            "event_context": f"4-{secrets.token_urlsafe(24)}",
            "authorizations": [{"enterprise_id": enterprise, "team_id": None if whole else team, "user_id": slack.teams[team].bot, "is_bot": True,
                                "is_enterprise_install": whole}],
        }  # fmt: skip
        if enterprise:
            payload["enterprise_id"] = enterprise
        return self.hand_over(Sent("events_api", payload, sign, old), url, retry=retry)

    # -- what happens in channels

    def _here(self, channel: str) -> Channel:
        return self.slack.channels[channel]

    def joined(self, user: str, channel: str, inviter: str, url: str, retry: int) -> Reply:
        here = self._here(channel)
        if user not in here.members:
            here.members.append(user)
        event = {"type": "member_joined_channel", "user": user, "channel": channel, "channel_type": "G" if here.private else "C",
                 "team": self.slack.users[user].team, "event_ts": self.slack.ts()}  # fmt: skip
        return self.event(here.team, {**event, "inviter": inviter} if inviter else event, url, retry)

    def left(self, user: str, channel: str, url: str) -> Reply:
        here = self._here(channel)
        here.members.remove(user)
        event = {"type": "member_left_channel", "user": user, "channel": channel, "channel_type": "G" if here.private else "C",
                 "team": self.slack.users[user].team, "event_ts": self.slack.ts()}  # fmt: skip
        return self.event(here.team, event, url)

    def bot_removed(self, channel: str, by: str, url: str) -> Reply:
        here = self._here(channel)
        here.members.remove(self.slack.teams[here.team].bot)
        kind = "group_left" if here.private else "channel_left"
        return self.event(here.team, {"type": kind, "channel": channel, "actor_id": by, "event_ts": self.slack.ts()}, url)

    def archived(self, channel: str, by: str, url: str) -> Reply:
        here = self._here(channel)
        here.archived = True
        kind = "group_archive" if here.private else "channel_archive"
        return self.event(here.team, {"type": kind, "channel": channel, "user": by, "is_moved": 0, "event_ts": self.slack.ts()}, url)

    def deleted(self, channel: str, by: str, url: str) -> Reply:
        here = self.slack.channels.pop(channel)
        kind = "group_deleted" if here.private else "channel_deleted"
        return self.event(here.team, {"type": kind, "channel": channel, "actor_id": by, "event_ts": self.slack.ts()}, url)

    def account_closed(self, user: str, url: str) -> Reply:
        self.slack.users[user].deleted = True
        return self.user_changed(user, url)

    def user_changed(self, user: str, url: str) -> Reply:
        """user_change: what users.info would say now is in it."""
        who = self.slack.users[user]
        event = {"type": "user_change", "user": who.as_json(who.team, True, True), "cache_ts": int(self.slack.clock()), "event_ts": self.slack.ts()}
        return self.event(who.team, event, url)

    def uninstalled(self, team: str, url: str) -> list[Reply]:
        slack = self.slack
        for grant in slack.grants.values():
            if grant.team == team and grant.token.startswith("xoxb-"):
                grant.state = "account_inactive"
        within = next((each.id for each in slack.teams.values() if each.enterprise == team and each.id != team), team)
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [slack.teams[team].bot]}, "event_ts": slack.ts()}
        gone = {"type": "app_uninstalled", "event_ts": slack.ts()}
        return [self.event(within, revoked, url), self.event(within, gone, url)]


class Person:
    """A user, doing things. Each call returns when the bot has acknowledged it; what follows may come later.

    `retry=n` sends the same thing n times more; `sign` and `old` make a request that must be refused (see `Sent`).
    """

    def __init__(self, slack: FakeSlack, user: User, bot_url: str | Callable[[], str]) -> None:
        self.slack, self.user, self.url = slack, user, bot_url
        self.post = slack.postbox

    # -- writing

    def typed(self, text: str) -> str:
        """What Slack makes of what is typed: &, < and > escaped, and the @name of a user a mention."""
        handles = {each.handle.casefold(): each.id for each in self.slack.users.values()}
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

        def mention(found: re.Match[str]) -> str:
            name = found[1].rstrip(".")
            id = handles.get(name.casefold())
            return f"<@{id}>{found[1][len(name):]}" if id else found[0]

        return TYPED.sub(mention, escaped)

    def command(
        self, channel: str, text: str, command: str = "/nvg", retry: int = 0, sign: bool | str = True, old: float = 0.0,
        raw: bool = False, team: str = "",
    ) -> Reply:  # fmt: skip
        """A slash command; "" as channel is the private chat with the bot. `raw`: the text is already as Slack writes it. `team`: of
        the workspaces that share the channel, the one that it is written in."""
        here = self._place(channel)
        its_team = self.slack.teams[team or here.team]
        line = text if raw else self.typed(text)
        line = re.sub(r"<@(\w+)>", lambda found: f"<@{found[1]}|{self._handle(found[1])}>", line)  # as `should_escape` does
        payload = {
            "token": self.slack.verification_token, "team_id": its_team.id, "team_domain": its_team.domain,
            "channel_id": here.id, "channel_name": "directmessage" if here.im else "privategroup" if here.private else here.name,
            "user_id": self.user.id, "user_name": self.user.handle, "command": command, "text": line,
            "api_app_id": self.slack.app_id, "is_enterprise_install": self.slack.installed_in(its_team.id) != its_team.id,
            "response_url": self.slack.response_url(here.id, self.user.id), "trigger_id": self.post.trigger(self.user.id),
        }  # fmt: skip
        if its_team.enterprise:
            payload |= {"enterprise_id": its_team.enterprise, "enterprise_name": its_team.enterprise}
        return self.post.hand_over(Sent("slash_commands", payload, sign, old), self.url, self._shows(here.id), retry)

    def mention(
        self, channel: str, text: str, thread_ts: str = "", retry: int = 0, sign: bool | str = True, old: float = 0.0
    ) -> Reply:  # fmt: skip
        """@nvg in a channel or in a thread; the mention is put first where the text has none."""
        here = self._place(channel)
        bot = self.slack.teams[here.team].bot
        line = self.typed(text)
        message = self._write(here, line if f"<@{bot}>" in line else f"<@{bot}> {line}", thread_ts)
        event = {**self._message_event(message), "type": "app_mention"}
        return self.post.event(here.team, event, self.url, retry, sign, old)

    def direct(self, text: str, retry: int = 0, thread_ts: str = "", sign: bool | str = True, old: float = 0.0) -> Reply:
        """A line in the private chat with the bot."""
        here = self._place("")
        message = self._write(here, self.typed(text), thread_ts)
        event = {**self._message_event(message), "type": "message", "channel_type": "im"}
        return self.post.event(here.team, event, self.url, retry, sign, old)

    def write(self, channel: str, text: str, thread_ts: str = "") -> Message:
        """A line that the bot is not told of."""
        return self._write(self._place(channel), self.typed(text), thread_ts)

    def overheard(self, channel: str, text: str, thread_ts: str = "") -> Reply:
        """A line in a channel, for a bot with the opt-in scope that hears them (message.channels, message.groups)."""
        here = self._place(channel)
        message = self._write(here, self.typed(text), thread_ts)
        event = {**self._message_event(message), "type": "message", "channel_type": "group" if here.private else "channel"}
        return self.post.event(here.team, event, self.url)

    # -- tapping and filling in

    def tap(
        self, where: Message | View, button: str, retry: int = 0, sign: bool | str = True, old: float = 0.0, nth: int = 0,
        choose: str = "",
    ) -> Reply:  # fmt: skip
        """Tap a button of a message, a Home or a modal, by its action_id or its label; LookupError if it is not there.

        Also a line of an overflow menu. `nth` of those with that label; `choose` for another menu: the option's value or label.
        """
        spots = spots_of(where.blocks)
        found = [each for each in spots if button in (each.element["action_id"], each.label)]
        if len(found) <= nth:
            raise LookupError(f"no {button!r} here; there are {[each.label for each in spots]}")
        block, element, option = found[nth].block, found[nth].element, found[nth].option
        action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block, "action_ts": f"{time.time():.6f}"}
        action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        if option or choose:
            action["selected_option"] = option or _option(element, choose)
        payload: Json = {"type": "block_actions", **self._who(where.team), "trigger_id": self.post.trigger(self.user.id)}
        if isinstance(where, View):
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": where.as_json(_initial(where.blocks)),
                        "actions": [action]}  # fmt: skip
        else:
            here = self.slack.channels[where.channel]
            container = {"type": "message", "message_ts": where.ts, "channel_id": here.id, "is_ephemeral": bool(where.only)}
            if where.thread_ts:
                container["thread_ts"] = where.thread_ts
            payload |= {"container": container, "channel": self._channel(here), "state": {"values": _initial(where.blocks)},
                        "response_url": self.slack.response_url(here.id, self.user.id, where.ts), "actions": [action]}  # fmt: skip
            if not where.only:
                payload["message"] = where.as_json()
        return self.post.hand_over(Sent("interactive", payload, sign, old), self.url, retry=retry)

    def fill(self, values: Mapping[str, Any] | None = None) -> Json:
        """The state of the open modal with these values; what is left out keeps what was filled in. KeyError: no such field."""
        view = self._open()
        return _state(view, dict(values or {}))

    def submit(
        self, values: Mapping[str, Any] | None = None, retry: int = 0, sign: bool | str = True, old: float = 0.0,
        checked: bool = True,
    ) -> Reply:  # fmt: skip
        """Fill in the open modal (keyed by block_id) and send it in; what the bot answers happens to the modal.

        Not `checked`: also what Slack's client would not let through, as somebody may send who has no such client.
        """
        view = self._open()
        view.typed = _state(view, dict(values or {}), checked)
        payload = {
            "type": "view_submission", **self._who(view.team), "trigger_id": self.post.trigger(self.user.id),
            "view": view.as_json(view.typed), "response_urls": [],
        }  # fmt: skip
        return self.post.hand_over(Sent("interactive", payload, sign, old), self.url, lambda reply: self._submitted(view, reply), retry)

    def close(self) -> Reply | None:
        """Close the open modal; the bot is told where it asked to be."""
        view = self._open()
        self.slack.modals[self.user.id] = self.slack.modals[self.user.id][:-1]
        if not view.given.get("notify_on_close"):
            return None
        payload = {"type": "view_closed", **self._who(view.team), "view": view.as_json(), "is_cleared": False}
        return self.post.hand_over(Sent("interactive", payload), self.url)

    def shortcut(
        self, callback_id: str, message: Message | None = None, retry: int = 0, sign: bool | str = True, old: float = 0.0
    ) -> Reply:  # fmt: skip
        """A shortcut on a message; a global one without it."""
        team = message.team if message and message.team in self.slack.teams else self.user.team
        payload: Json = {"type": "shortcut", "callback_id": callback_id, "action_ts": f"{time.time():.6f}", **self._who(team),
                         "trigger_id": self.post.trigger(self.user.id)}  # fmt: skip
        if message is not None:
            here = self.slack.channels[message.channel]
            payload |= {"type": "message_action", "channel": self._channel(here), "message_ts": message.ts, "message": message.as_json(),
                        **self._who(here.team), "response_url": self.slack.response_url(here.id, self.user.id, message.ts)}  # fmt: skip
        return self.post.hand_over(Sent("interactive", payload, sign, old), self.url, retry=retry)

    def open_home(self, tab: str = "home", retry: int = 0) -> Reply:
        """The app's own page."""
        here = self._place("")
        event: Json = {"type": "app_home_opened", "user": self.user.id, "channel": here.id, "tab": tab, "event_ts": self.slack.ts()}
        if tab == "home" and (home := self.slack.home_of(self.user.id)):
            event["view"] = home.as_json()
        return self.post.event(here.team, event, self.url, retry)

    # -- what is seen

    @property
    def modal(self) -> View | None:
        return self.slack.modal_of(self.user.id)

    @property
    def home(self) -> View | None:
        return self.slack.home_of(self.user.id)

    # -- payloads

    def _place(self, channel: str) -> Channel:
        """The channel; "" the private chat with the bot of the user's own workspace."""
        if channel:
            return self.slack.channels[channel]
        team = self.slack.teams[self.user.team]
        return self.slack.private_chat(self.user.id, Grant("", team.id, team.bot, "", set()))

    def _handle(self, id: str) -> str:
        user = self.slack.users.get(id)
        return user.handle if user else id.lower()

    def _who(self, team: str) -> Json:
        user, whole = self.user, self.slack.installed_in(team) != team
        return {
            "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team},
            "api_app_id": self.slack.app_id, "token": self.slack.verification_token, "team": None if whole else self.post.team(team),
            "enterprise": self.post.enterprise(team), "is_enterprise_install": whole,
        }  # fmt: skip

    def _channel(self, here: Channel) -> Json:
        return {"id": here.id, "name": "directmessage" if here.im else "privategroup" if here.private else here.name}

    def _write(self, here: Channel, text: str, thread_ts: str) -> Message:
        message = Message(here.id, self.slack.ts(), self.user.id, text, _rich(text), thread_ts=thread_ts, team=self.user.team)
        return self.slack.keep(message)

    def _message_event(self, message: Message) -> Json:
        event: Json = {
            "user": message.user, "ts": message.ts, "client_msg_id": secrets.token_hex(16), "text": message.text,
            "team": self.user.team, "blocks": message.blocks, "channel": message.channel, "event_ts": message.ts,
        }  # fmt: skip
        if message.thread_ts:
            event |= {"thread_ts": message.thread_ts, "parent_user_id": message.user}
        if self.user.team != self.slack.channels[message.channel].team:  # Slack Connect
            event |= {"user_team": self.user.team, "source_team": self.user.team, "user_profile": {
                "real_name": self.user.name, "display_name": self.user.handle, "name": self.user.handle, "team": self.user.team,
                "is_restricted": False, "is_ultra_restricted": False, "avatar_hash": "g0", "first_name": self.user.name.split(maxsplit=1)[0],
                "image_72": "https://avatars.example.org/72.png",
            }}  # fmt: skip
        return event

    # -- what the bot's answer does

    def _shows(self, channel: str) -> Callable[[Reply], Reply]:
        """The acknowledgement of a slash command becomes a message that only the user sees."""

        def show(reply: Reply) -> Reply:
            body = {"text": reply.body} if isinstance(reply.body, str) else dict(reply.body or {})
            try:
                reply.shown = self.slack.answer_in(channel, self.user.id, body)
            except SlackError as error:
                reply.error = f"{error.code}: {'; '.join(error.messages)}"
            return reply

        return show

    def _open(self) -> View:
        view = self.slack.modal_of(self.user.id)
        if view is None:
            raise LookupError(f"{self.user.name} has no modal open")
        return view

    def _submitted(self, view: View, reply: Reply) -> Reply:
        from tests.fake_servers.slack import checks, methods

        slack, body = self.slack, reply.body if isinstance(reply.body, dict) else {}
        action = body.get("response_action", "")
        with slack.lock:
            stack = slack.modals.get(self.user.id, [])
            if view not in stack:
                return reply
            if action == "errors":
                known = {each.get("block_id") for each in view.blocks if each.get("type") == "input"}
                view.errors = dict(body.get("errors", {}))
                if not view.errors or not set(view.errors) <= known:
                    reply.error = f"errors are keyed by the block_id of an input block: {sorted(view.errors)}"
                slack.tell("errors", view)
            elif action in ("update", "push"):
                if wrong := checks.wrong_view(body.get("view")):
                    reply.error = "; ".join(wrong)
                    return reply
                given = {**body["view"], "blocks": methods.with_ids(body["view"]["blocks"])}
                if action == "update":
                    methods.update(slack, view, given)
                else:
                    granted = Grant("", view.team, "", view.bot_id, set())
                    stack.append(slack.new_view(self.user.id, granted, given))
                    slack.tell("opened", stack[-1])
            elif action == "clear":
                slack.modals[self.user.id] = []
            elif action:
                reply.error = f"unknown response_action {action}"
            else:
                stack.remove(view)
            slack.changed.notify_all()
        return reply


# -- the state of a form


def _state(view: View, values: dict[str, Any], checked: bool = True) -> Json:
    inputs = {str(each["block_id"]): each["element"] for each in view.blocks if each.get("type") == "input"}
    needed = {str(each["block_id"]) for each in view.blocks if each.get("type") == "input" and not each.get("optional")}
    if unknown := set(values) - set(inputs):
        raise KeyError(f"no such field: {sorted(unknown)}; there are {list(inputs)}")
    state = _initial(view.blocks)
    for id, given in state.items():
        given |= {action: kept for action, kept in view.typed.get(id, {}).items() if action in given}
    for id, value in values.items():
        state.setdefault(id, {})[str(inputs[id]["action_id"])] = _given(inputs[id], value, checked)
    for id in needed if checked else ():
        field = dict(state[id][str(inputs[id]["action_id"])])
        field.pop("type")
        if not any(field.values()):
            raise ValueError(f"Slack's client asks for {id} before it sends the form in")
    return state


def _initial(blocks: Iterable[Json]) -> Json:
    """The state of what is already filled in, as Slack writes it."""
    state: Json = {}
    for id, element in elements(list(blocks)):
        if element["type"] in ("button", "overflow", "workflow_button"):
            continue
        given: Json = {"type": element["type"], _KEYS.get(element["type"], "value"): None}
        key = _KEYS.get(element["type"], "value")
        if element["type"] in ("checkboxes",) or element["type"].startswith("multi_"):
            given[key] = element.get("initial_options") or element.get(f"initial_{key.removeprefix('selected_')}") or []
        else:
            initial = "initial_value" if key == "value" else f"initial_{key.removeprefix('selected_')}"
            given[key] = element.get(initial)
        state.setdefault(id, {})[str(element["action_id"])] = given
    return state


_KEYS = {
    "datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time",
    "static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
    "multi_static_select": "selected_options", "multi_external_select": "selected_options", "checkboxes": "selected_options",
    "users_select": "selected_user", "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation", "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel", "multi_channels_select": "selected_channels",
}  # fmt: skip


def _given(element: Json, value: Any, checked: bool) -> Json:
    """What one field's state is when a person has chosen `value`: a text, an option's value or label, ids."""
    if not checked and element["type"] in ("datepicker", "timepicker", "plain_text_input"):
        return {"type": element["type"], _KEYS.get(element["type"], "value"): value or None}
    kind = str(element["type"])
    key = _KEYS.get(kind, "value")
    if key == "selected_options":
        if kind == "checkboxes" and isinstance(value, bool):
            chosen = list(element["options"]) if value else []
        else:
            chosen = [_option(element, each, checked) for each in _list(value)]
        return {"type": kind, key: chosen}
    if key == "selected_option":
        return {"type": kind, key: _option(element, str(value), checked) if value else None}
    if kind.startswith("multi_"):
        return {"type": kind, key: _list(value)}
    if kind == "datepicker" and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        raise ValueError(f"a date is picked, not written: {value}")
    if kind == "timepicker" and value and not re.fullmatch(r"\d\d:\d\d", str(value)):
        raise ValueError(f"a time is picked, not written: {value}")
    if kind == "plain_text_input" and len(str(value)) > int(element.get("max_length", 3000)):
        raise ValueError(f"no room for {len(str(value))} characters")
    return {"type": kind, key: value or None}


def _list(value: Any) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else list(value)


def _option(element: Json, wanted: str, checked: bool = True) -> Json:
    options = [*element.get("options", []), *(each for group in element.get("option_groups", []) for each in group["options"])]
    for each in options:
        if wanted in (each["value"], each["text"]["text"]):
            return dict(each)
    if not checked:
        return {"text": {"type": "plain_text", "text": wanted, "emoji": True}, "value": wanted}
    raise KeyError(f"no option {wanted!r}; there are {[each['text']['text'] for each in options]}")


def _rich(text: str) -> list[Json]:
    """The blocks that Slack gives a typed line."""
    parts = [part for part in re.split(r"(<@\w+>)", text) if part]
    inside = [{"type": "user", "user_id": part[2:-1]} if part.startswith("<@") else {"type": "text", "text": part} for part in parts]
    return [{"type": "rich_text", "block_id": secrets.token_urlsafe(4)[:5],
             "elements": [{"type": "rich_text_section", "elements": inside or [{"type": "text", "text": " "}]}]}]  # fmt: skip


def _parsed(text: str, content_type: str) -> Any:
    return json.loads(text) if "json" in content_type and text else text
