"""Hears Slack: each payload becomes an `Incoming`, each answer goes back in the acknowledgement, by response_url, as a
modal, or in Home.

Slack waits three seconds. What takes longer is acknowledged without words, and answered when it is ready: all but events,
which Slack hands over again where nobody acknowledges them. What is sent after the acknowledgement is sent once for each
event, however often Slack repeats it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any, TypeVar

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.incoming import Incoming, News, Place, Tap
from bot.messages.base import Message
from bot.messages.common import WentWrong
from bot.messages.platform import FormTooLate, FormWaits, InviteMe, NotHere, WhoAreYou
from bot.shortcuts import OWN
from handlers import logs
from handlers.engine import Engine
from handlers.latest import Latest
from handlers.people import People
from handlers.slack import blocks
from handlers.slack.channels import Channels
from handlers.slack.install import Workspaces
from handlers.slack.modal import filled, modal
from handlers.slack.people import profile_of, workspace
from handlers.slack.speak import SlackSpeaker
from handlers.slack.web import Refused, Web, noted
from handlers.speaker import To
from handlers.turn import Answered
from handlers.turn_queue import TurnQueue
from templates.card import Card, Divider, FormView, addressed
from templates.plain import notice

IN_TIME = 2.3  # seconds, of the three that Slack waits
REMEMBERED = 5_000  # events whose answer has been sent
SENT_BEFORE = frozenset({"exchanged_trigger_id"})  # the form is open already: this is a retry
TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "invalid_trigger_id", "no_trigger", "TimeoutError", "ratelimited"})
GONE = frozenset({"channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted"})
WRITTEN = (None, "file_share", "thread_broadcast")  # subtypes of messages that people write

Json = dict[str, Any]
Body = Mapping[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class At:
    """Where a payload comes from, in Slack's own ids."""

    team: str
    enterprise: str = ""
    token: str = ""
    bot: str = ""  # our own user there
    user: str = ""
    home: str = ""  # the user's own team, if told


@dataclass(frozen=True, slots=True)
class Back:
    """How the person who did something can be answered."""

    at: At
    person: str
    place: Place
    channel: str = ""  # Slack's id; "" in Home and for what was done nowhere
    thread: str = ""
    response_url: str = ""
    trigger: str = ""
    view: Mapping[str, Any] | None = None  # the modal or Home that it was done in
    line: str = ""  # what was said, to say again

    @property
    def in_home(self) -> bool:
        return bool(self.view and self.view.get("type") == "home")

    @property
    def private(self) -> dict[str, str]:
        """What a modal must remember of it."""
        kept = {"channel": self.channel, "thread": self.thread, "home": "1" if self.in_home else ""}
        return {key: value for key, value in kept.items() if value}


class Hear(AsyncMiddleware):
    """Bolt's last middleware: what comes here is signed, is for a workspace that has installed the bot, and is not our own.

    `settle` waits for what is still being answered.
    """

    def __init__(
        self, engine: Engine, people: People, channels: Channels, workspaces: Workspaces, web: Web, speaker: SlackSpeaker,
        turns: TurnQueue, threads: Executor, count: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._engine, self._people, self._channels, self._workspaces = engine, people, channels, workspaces
        self._web, self._speaker, self._turns, self._threads, self._count = web, speaker, turns, threads, count
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._moves = Latest()

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        body, context = req.body, req.context
        at = At(
            context.team_id or "", context.enterprise_id or "", str(context.get("token") or ""), str(context.get("bot_user_id") or ""),
            str(context.user_id or ""),
        )  # fmt: skip
        if not workspace(at.team):  # installed for a whole organisation: the payload still says in which workspace
            at = replace(at, team=_workspace_in(body))
            await self._workspaces.find(at.team, at.enterprise)
        if self._speaker.let_in(at.team):  # who is heard from has let us in again
            self._soon(self._thread(self._engine.postman.offer_again))
        if "x-slack-retry-num" in req.headers:
            self._count("retry")
        try:
            answer = await self._heard(body, at, bool(context.is_enterprise_install))
        except Exception as error:
            try:
                answer = await self._sorry(error, body)
            except Exception as again:  # what came is so strange that there is nowhere to say it
                logs.failed("slack_sorry", again)
                answer = ""
        return BoltResponse(status=200, body=answer)

    async def settle(self, seconds: float) -> None:
        """Wait so long for what is still being answered."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _heard(self, body: Body, at: At, whole: bool) -> Json | str:
        """What the acknowledgement says. `whole`: we are installed for all of their organisation."""
        if "command" in body:
            self._count("command")
            at = replace(at, home=workspace(at.team))  # nobody has commands but in a workspace of their own
            return await self._in_time(self._command(body, at), lambda late: self._respond(str(body["response_url"]), late))
        kind = str(body.get("type") or "")
        if kind == "event_callback":
            self._count("event")
            return await self._event(body, at, whole)  # acknowledged only when it is kept: else Slack hands it over again
        user = body.get("user") or {}
        at = replace(at, user=str(user.get("id") or at.user), home=workspace(user.get("team_id")))
        if kind == "block_actions":
            self._count("tap")
            return await self._in_time(self._tapped(body, at))
        if kind == "view_submission":
            self._count("form")
            return await self._in_time(self._sent_in(body, at), lambda late: self._form_late(body["view"], late, at))
        if kind in ("message_action", "shortcut"):
            self._count("shortcut")
            return await self._in_time(self._shortcut(body, at))
        return ""

    async def _sorry(self, error: Exception, body: Body) -> Json | str:
        """What went wrong in our own translating is logged without content, and said kindly where Slack lets us."""
        message = WentWrong(logs.failed("slack", error))
        told = await self._thread(lambda: self._engine.tell(message, ""))
        words = notice(told.card) if told.card else ""
        shown: Json = {"response_type": "ephemeral", "text": words}
        if "command" in body:
            return shown
        if body.get("type") == "view_submission":  # what was written stays in the form
            return {"response_action": "errors", "errors": _errors({"": words}, body["view"])}
        if body.get("response_url"):
            self._soon(self._respond(str(body["response_url"]), shown))
        return ""

    # -- commands

    async def _command(self, body: Body, at: At) -> Json | str:
        channel = str(body["channel_id"])
        person = await self._person(at)
        place = await self._asked_at(at, channel, person, str(body.get("channel_name") or ""))
        if isinstance(place, Message):
            return _ephemeral(await self._told(place, person, at.team))
        said = await self._line(str(body.get("text") or ""), at)
        incoming = Incoming(str(body.get("trigger_id") or ""), person, place, said=said)
        answered, shown = await self._turn(incoming, at.team)
        if answered.form:
            back = Back(at, person, place, channel, response_url=str(body.get("response_url") or ""), trigger=incoming.event, line=said)
            self._once(incoming.event, back, self._open(answered.form, back, answered.card))
            return ""
        return _ephemeral(shown)

    async def _asked_at(self, at: At, channel: str, person: str, name: str = "") -> Place | Message:
        """Where somebody asks for something. In a channel where no group can be, what is their own is answered as in private."""
        if not person:
            return WhoAreYou()
        place = await self._spot(at, channel, person, name)
        return Place("slack", person=person, groupless=place) if isinstance(place, Message) else place

    async def _spot(self, at: At, channel: str, person: str, name: str = "") -> Place | Message:
        """The place that a channel is, or what to say where none can be. A chat of two is private: only the asker is answered."""
        if not channel or channel.startswith("D"):
            return Place("slack", person=person)
        if name.startswith("mpdm-"):
            return NotHere()
        found = await self._channels.at(at.team, channel)
        if found.talk:
            return NotHere()
        if not found.inside and not found.public:
            return InviteMe(f"/invite @{await self._workspaces.name_of(at.team) or 'nvg'}")
        self._speaker.told_whether_public(f"{found.team}/{channel}", found.public)
        return Place("slack", f"{found.team}/{channel}", public=found.public)

    # -- taps

    async def _tapped(self, body: Body, at: At) -> str:
        action, container, view = body["actions"][0], body.get("container") or {}, body.get("view")
        try:
            button = blocks.button(action)
        except ValueError:  # a field of a form, or a button of a version long gone
            return ""
        person = await self._person(at)
        kept = _kept(view)
        channel = str(kept.get("channel") or (body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        message = body.get("message") or {}
        thread = str(kept.get("thread") or container.get("thread_ts") or message.get("thread_ts") or "")
        place = await self._asked_at(at, "" if view and view.get("type") == "home" else channel, person)
        where = str(container.get("message_ts") or container.get("view_id") or (view or {}).get("id") or "")
        event = f"tap {at.user} {where} {action.get('action_id')} {action.get('action_ts')}"
        back = Back(
            at, person, place if isinstance(place, Place) else Place("slack", person=person), channel, thread,
            str(body.get("response_url") or ""), str(body.get("trigger_id") or ""), view,
        )  # fmt: skip
        if isinstance(place, Message):
            self._once(event, back, self._answer(await self._told_as(place, person), back, event))
        elif button.do == "more":
            self._once(event, back, self._more(button.value, back, str(container.get("message_ts") or "")))
        else:
            if button.do == "say":
                incoming = Incoming(event, person, place, said=button.value or button.ref)
            else:
                incoming = Incoming(event, person, place, tap=Tap(button.do, button.ref, value=button.value))
            answered, _ = await self._turn(incoming, at.team)
            self._once(event, back, self._answer(answered, replace(back, line=incoming.said), event))
        return ""

    async def _more(self, value: str, back: Back, ts: str) -> None:
        """The next page: of Home, of the answer to an event, or of a posted message."""
        source, _, number = value.rpartition("|")
        page = int(number) if number.isdecimal() else 1
        if source == "home":
            return await self._publish(back.at, back.person, page=page)
        if source:
            incoming = Incoming(source, back.person, back.place)
            answered = await self._thread(lambda: self._engine.again(incoming))
        else:
            answered = await self._thread(lambda: self._engine.posted(self._address(back), ts, back.person))
        await self._say(await self._thread(lambda: self._laid(answered, back.at.team, source, page, back.place)), back)

    @staticmethod
    def _address(back: Back) -> str:
        """Where a message of ours was sent to."""
        return back.place.address if back.place.channel else f"slack:@{back.at.team}/{back.at.user}"

    # -- shortcuts

    async def _shortcut(self, body: Body, at: At) -> str:
        person = await self._person(at)
        message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
        place = await self._asked_at(at, channel, person)
        if isinstance(place, Place) and (place.public or place.private):
            place, channel = Place("slack", person=person), ""  # written where no group lives, perhaps where we are not: it is between us two
        trigger = str(body.get("trigger_id") or "")
        event = f"shortcut {at.user} {trigger}"
        back = Back(
            at, person, place if isinstance(place, Place) else Place("slack", person=person), channel,
            str(message.get("thread_ts") or ""), str(body.get("response_url") or ""), trigger,
        )  # fmt: skip
        if isinstance(place, Message):
            answered = await self._told_as(place, person)
        else:
            do, ours = str(body["callback_id"]), bool(message) and str(message.get("user") or "") == at.bot
            if ours:
                tap = await self._thread(lambda: self._own(do, self._address(back), str(message["ts"]), person))
            else:
                tap = Tap(do, value=await self._line(str(message.get("text") or ""), at))
            answered, _ = await self._turn(Incoming(event, person, place, tap=tap), at.team)
        self._once(event, back, self._answer(answered, back, event))
        return ""

    def _own(self, do: str, address: str, ts: str, person: str) -> Tap:
        """A shortcut on a message of ours is about what it shows, not about its notice; to lift an action is its own button."""
        thing, words = self._engine.about(address, ts, person)
        kind, _, id = thing.partition(" ")
        return Tap("escalate", id) if (do, kind) == ("make_lift", "Action") else Tap(do, OWN, value=words)

    # -- forms

    async def _open(self, form: FormView, back: Back, receipt: Card | None = None) -> None:
        """Open a form. Where it is too late for that, a button that opens it is shown instead."""
        view = await self._thread(lambda: modal(form, self._user_of(back.at.team), back.private, receipt))
        try:
            if not back.trigger:
                raise Refused("no_trigger")
            above = bool(back.view and back.view.get("type") == "modal")
            await self._web.call(back.at.token, "views.push" if above else "views.open", tries=1, trigger_id=back.trigger, view=view)
        except Refused as error:
            if error.error in SENT_BEFORE:
                return
            message: Message
            if error.error in TOO_LATE:
                noted("form", error)
                message = FormWaits(back.line) if back.line else FormTooLate()
            else:
                message = WentWrong(logs.failed("slack_form", error, why=error.error))
            await self._say(await self._told(message, back.person, back.at.team), replace(back, view=None))

    async def _sent_in(self, body: Body, at: At) -> Json | str:
        view = body["view"]
        kept = _kept(view)
        if not kept.get("do"):
            return ""
        person = await self._person(at)
        channel = str(kept.get("channel") or "")
        place = await self._asked_at(at, channel, person)
        users = {user for states in view["state"]["values"].values() for state in states.values() for user in state.get("selected_users") or ()}
        persons = {user: await self._people.id_of(at.team, user) for user in users}
        fields = filled(view, lambda user: persons.get(user, ""))
        # after errors the view and its hash are the same, and what is filled in is not
        mark = self._engine.store.keys.mark(json.dumps(fields, sort_keys=True))[:16]
        event = f"form {view['id']} {view.get('hash')} {mark}"
        back = Back(at, person, place if isinstance(place, Place) else Place("slack", person=person), channel, str(kept.get("thread") or ""))
        if kept.get("home"):
            back = replace(back, view={"type": "home"})
        if isinstance(place, Message):
            self._once(event, back, self._answer(await self._told_as(place, person), back, event))
            return ""
        version = kept.get("version")
        tap = Tap(str(kept["do"]), str(kept.get("ref") or ""), fields, version if isinstance(version, int) else None)
        answered, _ = await self._turn(Incoming(event, person, place, tap=tap), at.team)
        if answered.errors:
            return {"response_action": "errors", "errors": _errors(answered.errors, view)}
        if answered.form:
            form, receipt = answered.form, answered.card
            again = await self._thread(lambda: modal(form, self._user_of(at.team), back.private, receipt))
            return {"response_action": "update", "view": _blank(again, str(view.get("hash")))}
        self._once(event, back, self._answer(answered, back, event))
        return ""

    async def _form_late(self, view: Body, late: Json | str, at: At) -> None:
        """The answer to a form came after Slack had stopped waiting: the form is still open."""
        if not isinstance(late, dict):
            return
        if late["response_action"] == "update":
            await self._web.call(at.token, "views.update", view_id=view["id"], view=late["view"])
        else:
            await self._whisper(Back(at, "", Place("slack"), str(_kept(view).get("channel") or "")), {"text": "\n".join(late["errors"].values())})

    # -- events

    async def _event(self, body: Body, at: At, whole: bool) -> str:
        event, id = body["event"], str(body["event_id"])
        kind, channel = str(event.get("type")), event.get("channel")
        channel = str((channel.get("id") if isinstance(channel, dict) else channel) or "")
        user = event.get("user")
        home = workspace(event.get("user_team") or event.get("team"))
        at = replace(at, user=str((user.get("id") if isinstance(user, dict) else user) or ""), home=home)
        if kind in ("app_mention", "message"):
            await self._written(event, id, channel, at, listening=kind == "message" and event.get("channel_type") != "im")
        elif kind in ("member_joined_channel", "member_left_channel"):
            await self._moved(event, id, channel, at, kind == "member_joined_channel")
        elif kind in GONE:
            self._channels.forget(at.team, channel)
            actor = str(event.get("actor_id") or at.user)
            person = await self._people.known(at.team, actor) if actor else ""
            await self._turn(Incoming(id, person, Place("slack", f"{at.team}/{channel}"), news=News("removed")), at.team)
        elif kind == "app_home_opened" and event.get("tab") == "home":
            if person := await self._person(at):
                self._soon(self._publish(at, person))
        elif kind == "user_change":
            await self._changed(event["user"], id, at)
        elif kind == "app_uninstalled" or (kind == "tokens_revoked" and (event.get("tokens") or {}).get("bot")):
            when = datetime.fromtimestamp(body["event_time"], UTC) if body.get("event_time") else None
            await self._workspaces.forget(at.team, at.enterprise if whole else "", when)
        elif kind in ("team_access_granted", "team_access_revoked"):
            await self._workspaces.access(at.enterprise, [str(each) for each in event.get("team_ids") or ()], kind == "team_access_granted")
        return ""

    async def _written(self, event: Body, id: str, channel: str, at: At, listening: bool) -> None:
        """A line to the bot; or, where the workspace has chosen so, one that it only listens to."""
        text = str(event.get("text") or "")
        if event.get("bot_id") or event.get("hidden") or event.get("edited") or event.get("subtype") not in WRITTEN or not at.user:
            return
        if listening and f"<@{at.bot}>" in text:
            return  # comes as a mention too
        if not (person := await self._person(at)):
            return
        place = await self._asked_at(at, channel, person)
        thread = str(event.get("thread_ts") or "")
        back = Back(at, person, place if isinstance(place, Place) else Place("slack", person=person), channel, thread)
        if isinstance(place, Message):
            answered = await self._told_as(place, person)
        else:
            said = await self._line(text, at)
            back = replace(back, line=said)
            answered, _ = await self._turn(Incoming(id, person, place, said=said, addressed=not listening), at.team)
        self._once(id, back, self._answer(answered, back, id))

    async def _moved(self, event: Body, id: str, channel: str, at: At, joined: bool) -> None:
        """Somebody came into a channel or left it; or the bot itself did."""
        self._speaker.forget(f"{at.team}/{channel}")
        if not self._moves.is_news(f"{at.team}/{channel} {at.user}", float(event.get("event_ts") or 0)):
            return
        if not joined:  # perhaps the one outside the group for whom the posts waited
            await self._thread(lambda: self._engine.postman.offer_again("outsiders"))
        if at.user == at.bot:
            self._channels.forget(at.team, channel)
            inviter = str(event.get("inviter") or "")
            person = await self._people.id_of(at.team, inviter) if inviter else ""
            news = News("invited" if joined else "removed")
        else:
            person = await self._person(at) if joined else await self._people.known(at.team, at.user, at.home)
            if not person:
                return
            news = News("joined" if joined else "left", person)
        place = await self._spot(at, channel, person)
        if isinstance(place, Message):
            place = Place("slack", f"{at.team}/{channel}")
        await self._turn(Incoming(id, person, place, news=news), at.team)

    async def _changed(self, user: Body, id: str, at: At) -> None:
        self._people.forget(at.team, str(user["id"]))
        self._speaker.forget(f"{at.team}/{user['id']}")
        if not user.get("deleted"):
            profile = profile_of(user, at.team)
            profile = replace(profile, name="") if profile.name == user["id"] else profile  # no name is told
            if news := await self._people.news_of(profile):
                await self._turn(Incoming(id, news.person, Place("slack", person=news.person), news=news), at.team)
            return
        if (person := await self._people.known(at.team, str(user["id"]), workspace(user.get("team_id")))):
            await self._turn(Incoming(id, person, Place("slack", person=person), news=News("gone", person)), at.team)

    # -- answering

    async def _answer(self, answered: Answered, back: Back, event: str) -> None:
        """Show an answer when the acknowledgement has been given."""
        if answered.form:
            return await self._open(answered.form, back, answered.card)
        if back.in_home:
            return await self._publish(back.at, back.person, answered)
        if answered.errors:
            return await self._say({"text": "\n".join(answered.errors.values())}, back)
        await self._say(await self._thread(lambda: self._laid(answered, back.at.team, event, place=back.place)), back)

    async def _say(self, shown: Json | None, back: Back) -> None:
        """Words to one person: over the modal it was done in, else where it was done."""
        if shown is None:
            return
        if back.view and back.view.get("type") == "modal" and back.trigger:
            title = back.view["title"]
            view = {"type": "modal", "title": title, "blocks": shown.get("blocks") or [], "private_metadata": back.view.get("private_metadata") or ""}
            await self._web.call(back.at.token, "views.push", tries=1, trigger_id=back.trigger, view=view)
        elif back.response_url:
            thread = {"thread_ts": back.thread} if back.thread else {}
            await self._respond(back.response_url, {"response_type": "ephemeral", **shown, **thread})
        else:
            await self._whisper(back, shown)

    async def _whisper(self, back: Back, shown: Json) -> None:
        """To be seen by one person: in the channel where they are, else in the private chat."""
        thread: Json = {"thread_ts": back.thread} if back.thread else {}
        call, token = self._web.call, back.at.token
        if back.channel and not back.channel.startswith("D"):
            try:
                await call(token, "chat.postEphemeral", channel=back.channel, user=back.at.user, **thread, **shown)
                return
            except Refused as error:
                noted("ephemeral", error)
        # a user's id is the private chat with them
        await call(token, "chat.postMessage", channel=back.channel if back.channel.startswith("D") else back.at.user,
                   unfurl_links=False, **(thread if back.channel.startswith("D") else {}), **shown)  # fmt: skip

    async def _respond(self, url: str, shown: Json | str) -> None:
        if isinstance(shown, dict):
            await self._web.respond(url, {"replace_original": False, **shown})

    async def _publish(self, at: At, person: str, said: Answered | None = None, page: int = 0) -> None:
        """The person's own page, with what was just said on top."""

        def draw() -> tuple[Json, Callable[[], None]]:
            drawn = self._engine.page("home", person, To("slack", user=f"{at.team}/{at.user}"))
            drawn.stands()
            card = drawn.card
            if said and said.card and said.card.blocks:
                card = Card((*said.card.blocks, Divider(), *card.blocks))
            language = self._engine.language_of(person)
            return blocks.home(card, self._user_of(at.team), page, self._label(language)), drawn.stands

        view, stands = await self._thread(draw)
        await self._web.call(at.token, "views.publish", user_id=at.user, view=view)
        await self._thread(stands)

    def _laid(self, answered: Answered, team: str, event: str = "", page: int = 0, place: Place | None = None) -> Json | None:
        """The answer's words as a message; None where there are none."""
        card = answered.card
        if card is None or not card.blocks:
            return None
        card = addressed(card, blocks.COMMAND if place and place.channel else "")
        laid = blocks.message(card, self._user_of(team), page, event, self._label(answered.language))
        return {"text": blocks.escaped(notice(card)), "blocks": laid}

    def _label(self, language: str) -> str:
        return self._engine.turns.words.label("digest_more", language)

    def _user_of(self, team: str) -> blocks.SlackUser:
        return lambda person: self._people.user_of(person, team)

    async def _told_as(self, message: Message, person: str) -> Answered:
        return await self._thread(lambda: self._engine.tell(message, person))

    async def _told(self, message: Message, person: str, team: str) -> Json | None:
        return await self._thread(lambda: self._laid(self._engine.tell(message, person), team))

    # -- what all need

    async def _person(self, at: At) -> str:
        return await self._people.id_of(at.team, at.user, at.home)

    async def _line(self, text: str, at: At) -> str:
        """A line as the bot reads it: people as @person-id, the bot's own name left out, Slack's mark-up as it looks."""
        users = {user for user in _USERS.findall(text) if user != at.bot}
        asked = [self._people.id_of(at.team, user) for user in users]
        found = await asyncio.gather(*asked) if len(asked) > 1 else [await each for each in asked]  # most lines name one, who is known
        persons = dict(zip(users, found, strict=True))
        return plain_line(text, lambda user: persons.get(user, ""), at.bot)

    async def _turn(self, incoming: Incoming, team: str) -> tuple[Answered, Json | None]:
        """Run the turn, and lay out its answer."""

        def lay(answered: Answered) -> tuple[Answered, Json | None]:
            command = incoming.tap is None and not answered.form
            return answered, self._laid(answered, team, incoming.event, place=incoming.place) if command else None

        return await self._turns.answer(incoming, lay)

    async def _thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, logs.carried(work))

    async def _in_time(self, work: Coroutine[Any, Any, Json | str], late: Callable[[Json | str], Awaitable[None]] | None = None) -> Json | str:
        """What `work` answers; "" where it takes longer than Slack waits, and then `late` says it."""
        task = asyncio.ensure_future(work)
        self._keep(task)
        done, _ = await asyncio.wait({task}, timeout=IN_TIME)
        if done:
            return task.result()
        self._count("late")

        async def afterwards() -> None:
            answer = await task
            if late and answer:
                await late(answer)

        self._soon(afterwards())
        return ""

    def _once(self, event: str, back: Back, work: Coroutine[Any, Any, None]) -> None:
        """Do it soon, unless it was done for this event."""
        if event in self._sent:
            work.close()
            return
        self._sent[event] = None
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
        self._soon(work, event, back)

    def _soon(self, work: Coroutine[Any, Any, None], event: str = "", back: Back | None = None) -> None:
        async def tried() -> None:
            try:
                await work
            except Refused as error:
                noted("answer", error)
                self._sent.pop(event, None)
            except Exception as error:
                message = WentWrong(logs.failed("slack_answer", error))
                self._sent.pop(event, None)
                if back:
                    with suppress(Refused):
                        await self._say(await self._told(message, back.person, back.at.team), replace(back, view=None))

        self._keep(asyncio.ensure_future(tried()))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


# -- translating

_USERS = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>(?=(\w)?)")


def plain_line(text: str, person_of: Callable[[str], str], bot: str = "") -> str:
    """Slack's text as it looks, with people as @person-id."""

    def shown(found: re.Match[str]) -> str:
        sign, what, label, touching = found.groups()
        if sign == "@":
            if what == bot:
                return ""
            name = person_of(what) or label or ""
            return f"@{name.lstrip('@')}{' ' if touching else ''}" if name else ""
        if sign == "!":  # <!here>, <!subteam^S1|@team>, <!date^...|in words>
            return label or f"@{what.partition('^')[0]}"
        return f"#{label or what}" if sign == "#" else label or what

    if bot:  # "@nvg, åtgärd ..."
        text = re.sub(rf"^\s*<@{bot}(?:\|[^>]*)?>[\s,:;]*", "", text)
    return unescape(_MARKED.sub(shown, text)).strip()


def _workspace_in(body: Body) -> str:
    """The workspace that something was done in, as payloads for a whole organisation say it; "" where none does."""
    view, event, user = body.get("view") or {}, body.get("event") or {}, body.get("user") or {}
    said = (body.get("context_team_id"), body.get("team_id"), event.get("team"), user.get("team_id"), view.get("team_id"))
    return next(filter(None, map(workspace, said)), "")


def _ephemeral(shown: Json | None) -> Json | str:
    return {"response_type": "ephemeral", **shown} if shown else ""


def _kept(view: Body | None) -> Json:
    """What a modal of ours remembers."""
    try:
        kept = json.loads(str((view or {}).get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _errors(errors: Mapping[str, str], view: Body) -> dict[str, str]:
    """Errors under the fields that are in the form; the others under the first."""
    inputs = [str(block["block_id"]) for block in view["blocks"] if block.get("type") == "input"]
    found: dict[str, str] = {}
    for name, text in errors.items():
        where = name if name in inputs else inputs[0] if inputs else name
        found[where] = f"{found[where]} {text}" if where in found else text
    return found


def _blank(view: Json, hash: str) -> Json:
    """The form with fields of other ids: Slack keeps what is written in a field whose ids stay."""
    for block in view["blocks"]:
        if block.get("type") == "input":
            block["element"]["action_id"] = f"{block['block_id']} {hash}"
    return view
