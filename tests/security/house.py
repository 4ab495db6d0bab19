"""The whole bot as `nvg run` puts it together, reached as the world reaches it: signed bytes in, and all that came out.

    async with House(folder, database) as house:
        await house.slack_tap("anna", "done", "tall:1")

It is asked in-process (ASGI), so that thousands of requests take seconds; what it calls (Slack, Teams, the mail server) are
the pretend servers, over real HTTP.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.incoming import Incoming
from bot.model import Group, Kept, Person
from config.settings import read
from handlers import run
from handlers.clock import SimulatedClock
from handlers.links import Links
from handlers.teams.app import Options, Teams
from handlers.turn import Answered, Asked, Turns
from storage.store import KeyStore, Store
from tests.fake_servers.mail import FakeMail
from tests.fake_servers.slack import FakeSlack
from tests.fake_servers.slack.model import Grant
from tests.fake_servers.teams import FakeTeams
from tests.handlers.teams.bot import UNHURRIED

SECRET = bytes(range(32))
PUBLIC = "https://bot.example.se"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Turned:
    """One turn that a request led to."""

    incoming: Incoming
    answered: Answered


class House:
    """The bot with all platforms. `people` are its users everywhere; `channels` name channels of the same name everywhere."""

    def __init__(self, folder: Path, database: bytes, now: datetime, people: Iterable[str], channels: Mapping[str, Iterable[str]], **environment: str) -> None:
        """`people`: ids. `channels`: name -> the ids of those in it. `environment`: more settings."""
        self.people, self.channels, self._environment = tuple(people), {name: tuple(inside) for name, inside in channels.items()}, environment
        self.folder, self.clock = folder, SimulatedClock(now)
        self.turned: list[Turned] = []
        self._database, self._number = database, itertools.count(1)
        self._around, self._inside, self._process = ExitStack(), AsyncExitStack(), ExitStack()

    async def __aenter__(self) -> House:
        self.slack, self.teams, self.mail = (self._around.enter_context(each) for each in (FakeSlack(), FakeTeams(), FakeMail()))
        (self.folder / "nvg.db").write_bytes(self._database)
        for id in self.people:
            self.slack.add_user(self.slack_user(id), f"{id.capitalize()} Ek")
            self.teams.add_user(f"{id.capitalize()} Ek", self.teams_user(id))
        for name, inside in self.channels.items():
            self.slack.add_channel(self.slack_channel(name), members=[self.slack_user(id) for id in inside])
            self.teams.add_channel(name, [self.teams_user(id) for id in inside], id=self.teams_channel(name))
        await self._begin()
        return self

    async def _begin(self) -> None:
        """A process, on the database as it is."""
        settings = read({
            "NVG_DATABASE_URL": f"sqlite:///{self.folder / 'nvg.db'}", "NVG_PUBLIC_URL": PUBLIC, "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret, "SLACK_API_URL": self.slack.url, "TEAMS_CLIENT_ID": self.teams.app_id,
            "TEAMS_CLIENT_SECRET": self.teams.secret, "TEAMS_TENANT_ID": self.teams.tenant, "SMTP_URL": self.mail.url,
            "MAIL_FROM": "boten@example.se", **self._environment,
        }, None)  # fmt: skip
        settings = replace(settings, teams_service_hosts=self.teams.hosts)
        self.store = Store(settings.database_url, KeyStore(self.folder / "nvg.keys", SECRET))
        self._process.callback(self.store.close)
        with pytest.MonkeyPatch.context() as patch:  # no setting says that Teams is another
            patch.setattr(run, "teams_of", self._teams)
            self.bot = run.assembled(settings, self.store, self.clock)
        self.engine, self.app = self.bot.engine, self.bot.app
        for each in self.bot.closing:
            self._process.callback(each)
        self._process.callback(self.engine.stop)
        self.links = Links(PUBLIC, self.store.keys.secret_for)
        self._note(self.engine.turns)
        await self._inside.enter_async_context(self.app.router.lifespan_context(self.app))  # type: ignore[attr-defined]
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=("192.0.2.1", 50000))
        self.web = await self._inside.enter_async_context(httpx.AsyncClient(transport=transport, base_url=PUBLIC))

    async def down(self) -> None:
        """The process is no more; what was to happen meanwhile does not."""
        await self._inside.aclose()
        self._process.close()

    async def up(self) -> None:
        """Another one, on the same database."""
        self._inside, self._process = AsyncExitStack(), ExitStack()
        await self._begin()

    def until(self, to: datetime) -> None:
        """Let the time pass: what falls due on the way happens at its own moment. Not on the event loop."""
        self.engine.drain()
        while (due := self.engine.next_due()) is not None and due <= to:
            self.clock.move(due)
            self.engine.drain()
        self.clock.move(to)
        self.engine.drain()

    async def quiet(self) -> None:
        """Until all is answered, also what is answered beside the request. What waits in the outbox is `until`'s."""
        while left := [each for each in asyncio.all_tasks() if each.get_coro().__qualname__.startswith("Hear.")]:  # type: ignore[union-attr]
            await asyncio.wait(left)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._inside.aclose()  # waits for what is still being answered
        self._process.close()
        self._around.close()

    def _teams(self, settings: Any, store: Store, clock: Any) -> Teams:
        options = Options(self.teams.app_id, self.teams.secret, self.teams.tenant, self.teams.hosts, self.teams.cloud, lambda scope, tenant: self.teams.bot_token)
        made = Teams(options, store, clock, settings.language)
        made.speaker._limits = UNHURRIED
        return made

    def _note(self, turns: Turns) -> None:
        """What each is answered, whether its turn is run by itself or with others."""
        answer, answer_several = turns.answer, turns.answer_several

        def noting(incoming: Incoming, lay: Callable[[Answered], Any]) -> Callable[[Answered], Any]:
            def laid(answered: Answered) -> Any:
                self.turned.append(Turned(incoming, answered))
                return lay(answered)

            return laid

        def several(asked: Sequence[Asked[Any]]) -> list[Any]:
            return answer_several([replace(each, lay=noting(each.incoming, each.lay)) for each in asked])

        turns.answer = lambda incoming, lay: answer(incoming, noting(incoming, lay))  # type: ignore[method-assign]
        turns.answer_several = several  # type: ignore[method-assign]

    # -- names

    def slack_user(self, id: str) -> str:
        return f"U{id.upper()}"

    def teams_user(self, id: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, id))

    def slack_private(self, id: str) -> str:
        return self.slack.private_chat(self.slack_user(id), Grant("", self.slack.team, self.slack.bot_user, "", set())).id

    def slack_channel(self, name: str) -> str:
        return f"C{name.upper()}"

    def teams_channel(self, name: str) -> str:
        return f"19:{name}@thread.tacv2"

    def at_home(self, thing: Kept) -> Kept:
        """A person or a group as kept here: known by the ids of each platform."""
        if isinstance(thing, Person):
            return replace(thing, identities=(
                f"slack:{self.slack.team}/{self.slack_user(thing.id)}", f"teams:{self.teams.tenant}/{self.teams_user(thing.id)}", f"mail:{thing.id}@example.org",
            ))  # fmt: skip
        if isinstance(thing, Group) and thing.id in self.channels:
            return replace(thing, channels=(
                f"slack:{self.slack.team}/{self.slack_channel(thing.id)}", f"teams:{self.teams.tenant}/{self.teams_channel(thing.id)}",
            ))  # fmt: skip
        return thing

    def save(self, things: Iterable[Kept]) -> None:
        with self.store.turn() as work:
            work.save([self.at_home(each) for each in things], self.clock.now())

    # -- what came out

    def told(self) -> str:
        """All that was sent so far, to whomever: calls of Slack and Teams, and mails."""
        return "\n".join([self.told_in_chats(), *(f"{mail.message['Subject']} {mail.plain} {mail.html}" for mail in self.mail.mails)])

    def told_in_chats(self) -> str:
        return "\n".join(json.dumps(each.body, ensure_ascii=False) for fake in (self.slack, self.teams) for each in fake.calls)

    # -- Slack, over signed HTTP

    async def slack_post(self, body: str, content_type: str = FORM, **headers: str) -> httpx.Response:
        """Bytes that Slack has signed just now."""
        stamp = str(int(time.time()))
        digest = hmac.new(self.slack.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {"content-type": content_type, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}", **headers}
        return await self.web.post("/slack/events", content=body.encode(), headers=signed)

    def slack_who(self, id: str, team: str = "") -> dict[str, Any]:
        team = team or self.slack.team
        return {
            "user": {"id": self.slack_user(id), "team_id": team}, "team": {"id": team}, "api_app_id": self.slack.app_id, "enterprise": None,
            "is_enterprise_install": False, "trigger_id": self.slack.postbox.trigger(self.slack_user(id)),
        }  # fmt: skip

    def slack_tap_payload(self, id: str, do: str, ref: str, value: str = "", channel: str = "", team: str = "", in_modal_of: str = "") -> dict[str, Any]:
        """A button. `channel`: a name, "" the private chat; `in_modal_of`: in a modal that says it belongs to that channel."""
        action = {"type": "button", "action_id": f"{do}#1", "block_id": "b", "action_ts": f"{next(self._number)}.1", "value": json.dumps([do, ref, value])}
        payload: dict[str, Any] = {"type": "block_actions", **self.slack_who(id, team), "actions": [action]}
        if in_modal_of:
            kept = json.dumps({"do": do, "ref": ref, "channel": self.slack_channel(in_modal_of)})
            view = {"id": f"V{next(self._number)}", "type": "modal", "private_metadata": kept, "title": {"type": "plain_text", "text": "x"}, "blocks": []}
            return {**payload, "view": view, "container": {"type": "view", "view_id": view["id"]}}
        where = self.slack_channel(channel) if channel else self.slack_private(id)
        return {
            **payload, "channel": {"id": where, "name": "x"}, "container": {"type": "message", "message_ts": "1.1", "channel_id": where},
            "response_url": self.slack.response_url(where, self.slack_user(id)),
        }  # fmt: skip

    def slack_form_payload(self, id: str, do: str, ref: str, fields: Mapping[str, str], channel: str = "", team: str = "") -> dict[str, Any]:
        """A form, which remembers its own channel: a forged one says what it likes."""
        kept = {"do": do, "ref": ref, "version": 1, **({"channel": self.slack_channel(channel)} if channel else {})}
        state = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in fields.items()}
        view = {
            "id": f"V{next(self._number)}", "hash": "h", "type": "modal", "callback_id": "form", "private_metadata": json.dumps(kept),
            "title": {"type": "plain_text", "text": "x"}, "state": {"values": state},
            "blocks": [{"type": "input", "block_id": name} for name in fields],
        }  # fmt: skip
        return {"type": "view_submission", **self.slack_who(id, team), "view": view, "response_urls": []}

    async def slack_payload(self, payload: Mapping[str, Any]) -> httpx.Response:
        return await self.slack_post(urlencode({"payload": json.dumps(payload)}))

    async def slack_tap(self, id: str, do: str, ref: str, value: str = "", **where: str) -> httpx.Response:
        return await self.slack_payload(self.slack_tap_payload(id, do, ref, value, **where))

    async def slack_form(self, id: str, do: str, ref: str, fields: Mapping[str, str], **where: str) -> httpx.Response:
        return await self.slack_payload(self.slack_form_payload(id, do, ref, fields, **where))

    async def slack_command(self, id: str, text: str, channel: str = "", team: str = "") -> httpx.Response:
        where = self.slack_channel(channel) if channel else self.slack_private(id)
        return await self.slack_post(urlencode({
            "team_id": team or self.slack.team, "channel_id": where, "channel_name": "privategroup" if channel else "directmessage", "user_id": self.slack_user(id),
            "command": "/nvg", "text": text, "api_app_id": self.slack.app_id, "response_url": self.slack.response_url(where, self.slack_user(id)),
            "trigger_id": self.slack.postbox.trigger(self.slack_user(id)),
        }))  # fmt: skip

    async def slack_event(self, event: Mapping[str, Any], id: str = "", team: str = "") -> httpx.Response:
        team = team or self.slack.team
        payload = {
            "type": "event_callback", "team_id": team, "api_app_id": self.slack.app_id, "event": event, "event_id": id or f"Ev{next(self._number)}",
            "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": self.slack.bot_user, "is_bot": True, "is_enterprise_install": False}],
        }  # fmt: skip
        return await self.slack_post(json.dumps(payload), "application/json")

    async def slack_home(self, id: str) -> httpx.Response:
        return await self.slack_event({"type": "app_home_opened", "user": self.slack_user(id), "tab": "home", "channel": self.slack_private(id)})

    # -- Teams, with tokens

    def teams_activity(self, kind: str, id: str, channel: str = "", **more: Any) -> dict[str, Any]:
        user = self.teams.users[self.teams_user(id)]
        here = self.teams.conversations[self.teams_channel(channel)] if channel else self.teams.private_chat(user.id)
        return self.teams.postbox.activity(kind, here, user, id=f"a{next(self._number)}", **more)

    async def teams_post(self, activity: Mapping[str, Any], token: str | None = None) -> httpx.Response:
        token = self.teams.token(service_url=str(activity.get("serviceUrl"))) if token is None else token
        return await self.web.post("/api/messages", content=json.dumps(activity), headers={"authorization": f"Bearer {token}", "content-type": "application/json"})

    async def teams_tap(self, id: str, do: str, ref: str, value: str = "", channel: str = "") -> httpx.Response:
        data = {"nvg": {"do": do, "ref": ref, "value": value}}
        action = {"action": {"type": "Action.Execute", "verb": "nvg", "data": data}, "trigger": "manual"}
        return await self.teams_post(self.teams_activity("invoke", id, channel, name="adaptiveCard/action", value=action, replyToId="1"))

    async def teams_form(self, id: str, do: str, ref: str, fields: Mapping[str, str], channel: str = "") -> httpx.Response:
        data = {"nvg": {"do": do, "ref": ref, "form": True, "version": 1}, **fields}
        return await self.teams_post(self.teams_activity("invoke", id, channel, name="task/submit", value={"data": data}))

    async def teams_say(self, id: str, text: str, channel: str = "") -> httpx.Response:
        mention = {"type": "mention", "mentioned": {"id": self.teams.bot_account}, "text": "<at>nvg</at>"}
        return await self.teams_post(self.teams_activity("message", id, channel, text=f"<at>nvg</at> {text}", entities=[mention]))

    async def tab(self, id: str, do: str = "", ref: str = "", value: str = "", fields: Mapping[str, str] | None = None, token: str | None = None) -> httpx.Response:
        token = self.teams.user_token(self.teams_user(id)) if token is None else token
        asked = {"id": f"tab{next(self._number):08}", "locale": "sv-SE", "do": do, "ref": ref, "value": value, **({} if fields is None else {"fields": fields, "version": 1})}
        return await self.web.post("/teams/tab/act", content=json.dumps(asked), headers={"authorization": f"Bearer {token}"})
