"""Hears Teams: each activity becomes an `Incoming`, each answer goes back in the invoke's response, as a dialog, as a message
that only the asker sees, or in the private chat.

What was tapped is answered where it stands: the card is drawn anew in place. What was written is acknowledged when the turn is
done, and answered after that, once for each activity, however often Teams repeats it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from html import unescape
from html.parser import HTMLParser
from typing import Any, TypeVar

from bot.decide import OPENS
from bot.incoming import Incoming, News, Place, Tap
from bot.messages.base import Message
from bot.messages.common import WentWrong
from bot.messages.platform import FormTooLate, FormWaits, WhoAreYou
from handlers import logs
from handlers.engine import Engine
from handlers.latest import Latest
from handlers.people import People, Profile
from handlers.speaker import GiveUp, Parcel, To, TryAgain
from handlers.teams import cards
from handlers.teams.people import object_id, profile_of
from handlers.teams.speak import TeamsSpeaker
from handlers.teams.web import ADAPTIVE, Refused, Web, noted
from handlers.turn import Answered, as_it_is
from handlers.turn_queue import TurnQueue
from storage.conversations import Conversations
from templates.card import Card, FieldView, FormView, Item, Note, Span
from templates.plain import notice

IN_TIME = 4.0  # seconds, of the five or so that Teams shows that it waits
REMEMBERED = 5_000  # activities whose answer has been sent
MOST = 50_000  # conversations and accounts remembered
LISTED = "listed"  # in a button's data: it stands in a list or on one's own page, which shall stay when it is tapped
GONE = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"})
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
SHARED = frozenset({"channelShared", "channelUnshared"})  # with all of another team
CHANGED = frozenset({"editMessage", "undeleteMessage", "softDeleteMessage"})  # what was written before
TITLE = "Nära vård"  # of a dialog that is no form

Json = dict[str, Any]
Body = Mapping[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class At:
    """Where an activity comes from, in Teams' own ids."""

    tenant: str  # where the conversation lives
    conversation: str
    kind: str  # personal | groupChat | channel
    service_url: str
    thread: str = ""  # in a channel: the message that begins the thread
    user: str = ""  # object id in Entra
    account: str = ""  # the same user's id in Teams
    home: str = ""  # the user's own tenant, if told
    bot: str = ""
    locale: str = ""
    team: str = ""
    channel: str = ""  # that an event tells of

    @property
    def private(self) -> bool:
        return self.kind == "personal"

    @property
    def spot(self) -> str:
        """The conversation and its thread, as Teams takes them."""
        return f"{self.conversation};messageid={self.thread}" if self.thread else self.conversation

    @property
    def address(self) -> str:
        return f"teams:@{self.home or self.tenant}/{self.user}" if self.private else f"teams:{self.tenant}/{self.conversation}"


@dataclass(frozen=True, slots=True)
class Back:
    """How the person who did something can be answered."""

    at: At
    person: str
    place: Place
    event: str
    line: str = ""  # what was said, to say again


class Hear:
    """What comes here is from Teams: the SDK has checked the token. `settle` waits for what is still being answered."""

    def __init__(
        self, engine: Engine, people: People, conversations: Conversations, web: Web, speaker: TeamsSpeaker, own: str, turns: TurnQueue,
        threads: Executor, count: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`own`: the tenant that the bot is registered in."""
        self._engine, self._people, self._conversations, self._web = engine, people, conversations, web
        self._speaker, self._own, self._turns, self._threads, self._count = speaker, own, turns, threads, count
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._moves = Latest()
        self._noted: dict[str, At] = {}  # address -> what was noted last
        self._accounts: dict[tuple[str, str], tuple[str, str]] = {}  # (tenant, account) -> own tenant, object id
        self._invokes: dict[str, Callable[[Body, At], Coroutine[Any, Any, Json | None]]] = {
            "adaptiveCard/action": self._tapped,
            "task/fetch": self._fetched,
            "task/submit": self._sent_in,
            "composeExtension/fetchTask": self._extended,
            "composeExtension/submitAction": self._sent_in,
        }

    async def heard(self, activity: Body) -> tuple[int, Json | None]:
        """The status and the body that Teams is answered with."""
        try:
            at = at_of(activity)
        except (AttributeError, TypeError):  # Teams writes no such thing
            return 400, None
        if at is None:
            return 200, None
        try:
            return await self._heard(activity, at)
        except Exception as error:
            return 200, await self._sorry(error, activity, at)

    async def settle(self, seconds: float) -> None:
        """Wait so long for what is still being answered."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _heard(self, activity: Body, at: At) -> tuple[int, Json | None]:
        kind = activity.get("type")
        if self._speaker.let_in(at.tenant):  # who is heard from has let us in again
            self._soon(self._thread(self._engine.postman.offer_again))
        if kind == "invoke":
            name = str(activity.get("name"))
            if name not in self._invokes:
                return 501, None
            self._count("extension" if name.startswith("composeExtension") else "form" if name == "task/submit" else "tap")
            if not name.startswith("composeExtension"):  # those come from wherever the person is
                await self._note(at)
            return 200, await self._in_time(self._invokes[name](activity, at), partial(self._late, activity, at), partial(self._meanwhile, name))
        if kind == "message":
            self._count("message")
            await self._note(at)
            await self._in_time(self._written(activity, at))
            self._soon(self._seen_as(activity, at))
        elif kind == "conversationUpdate":
            self._count("event")
            await self._in_time(self._moved(activity, at))
        elif kind == "installationUpdate":
            self._count("event")
            await self._in_time(self._installed(activity, at))
        return 200, None

    async def _seen_as(self, activity: Body, at: At) -> None:
        """Teams tells of no new name but by the activities of whoever has it."""
        name = str((activity.get("from") or {}).get("name") or "").strip()
        news = await self._people.news_of(Profile(f"teams:{at.home or at.tenant}/{at.user}", name)) if name and at.user else None
        if news:
            await self._turn(Incoming(f"{_event(activity, at)} profile", news.person, Place("teams", person=news.person), news=news))

    async def _sorry(self, error: Exception, activity: Body, at: At) -> Json | None:
        """What went wrong in our own translating is logged without content, and said kindly."""
        message = WentWrong(logs.failed("teams", error))
        told = await self._told(message, "")
        words = notice(told.card) if told.card else ""
        if activity.get("type") == "invoke":
            return _stays(words) if activity.get("name") == "adaptiveCard/action" else _said(words)
        if activity.get("type") == "message" and at.user:
            self._soon(self._say(told, Back(at, "", _place(at), _event(activity, at))))
        return None

    # -- what is written

    async def _written(self, activity: Body, at: At) -> None:
        """A line to the bot; a button or form of ours, where Teams sends those as messages; or what it merely overhears."""
        sender = activity.get("from") or {}
        if sender.get("role") == "bot" or str(sender.get("id") or "").startswith("28:") or not at.user:
            return
        if _what(activity) in CHANGED:
            return
        if isinstance(value := activity.get("value"), Mapping) and isinstance(value.get(cards.OURS), Mapping):
            answered, back = await self._done(activity, at, value)
            if _ours(value).get("do") == "more":
                self._once(back, self._more(activity, _ours(value), back))
            else:
                self._once(back, self._say(self._form_again(answered, value), back))
            return
        if not (person := await self._person(at)):
            return
        said = await self._line(activity, at)
        targeted = (activity.get("recipient") or {}).get("isTargeted") is True  # only the bot sees it
        mentioned = targeted or any(str((each.get("mentioned") or {}).get("id")) == at.bot for each in _mentions(activity))
        back = Back(at, person, _place(at, person), _event(activity, at), said)
        answered = await self._turn(Incoming(back.event, person, back.place, said=said, addressed=at.private or mentioned))
        self._once(back, self._say(answered, back))

    # -- what is tapped, and forms

    async def _tapped(self, activity: Body, at: At) -> Json | None:
        """Action.Execute: answered by the card that shall stand there."""
        value = ((activity.get("value") or {}).get("action") or {}).get("data") or {}
        ours = _ours(value)
        answered, back = await self._done(activity, at, value)
        if ours.get("do") == "more":
            self._once(back, self._more(activity, ours, back))
            return _stays("")
        answered = self._form_again(answered, value)
        if answered.form or answered.errors:
            return _in_place(await self._thread(lambda: self._form(answered, at)))
        if answered.card is None or not answered.card.blocks:
            return _stays("")
        receipt = answered.card
        if not ours.get("form"):
            posted = await self._thread(lambda: self._laid(self._engine.posted(at.address, str(activity.get("replyToId") or "")), at))
            if posted or ours.get(LISTED):
                self._once(back, self._say(answered, back))
                return _in_place(posted) if posted else _stays(notice(receipt))
        shown = await self._thread(lambda: self._laid(answered, at, back.event))
        return _in_place(shown) if shown else _stays("")

    async def _fetched(self, activity: Body, at: At) -> Json | None:
        """A button that opens a dialog."""
        answered, back = await self._done(activity, at, (activity.get("value") or {}).get("data") or {})
        return await self._dialog(answered, back)

    async def _extended(self, activity: Body, at: At) -> Json | None:
        """An action on somebody's message: a dialog, filled in with what was understood of the words."""
        value = activity.get("value") or {}
        person = await self._person(at)
        back = Back(at, person, _place(at, person), _event(activity, at))
        if not person:
            return await self._dialog(await self._told(WhoAreYou(stranger=True), person), back)
        words = await self._payload(value.get("messagePayload") or {}, at)
        tap = Tap(str(value.get("commandId") or ""), value=words)
        return await self._dialog(await self._turn(Incoming(back.event, person, back.place, tap=tap)), back)

    async def _sent_in(self, activity: Body, at: At) -> Json | None:
        """A dialog that was sent in: it closes, or stays with what is wrong, or for the next line.

        An action on a message may be done where the bot is not: then the receipt is shown in the dialog.
        """
        value = (activity.get("value") or {}).get("data") or {}
        answered, back = await self._done(activity, at, value)
        answered = self._form_again(answered, value)
        extension = str(activity.get("name")).startswith("composeExtension")
        if answered.form or extension or not _ours(value).get("form"):
            return await self._dialog(answered, back)
        self._once(back, self._say(answered, back))
        return None

    async def _done(self, activity: Body, at: At, value: Body) -> tuple[Answered, Back]:
        """The turn of a button or a form, from its data."""
        ours = _ours(value)
        person = await self._person(at)
        back = Back(at, person, _place(at, person), _event(activity, at))
        if not person:
            return await self._told(WhoAreYou(stranger=str(activity.get("name")).startswith("composeExtension")), person), back
        try:
            button = cards.button(value)
        except ValueError:  # of a version long gone
            return Answered(), back
        if button.do == "more":
            return Answered(), back
        if button.do == "say":
            back = replace(back, line=button.value or button.ref)
            return await self._turn(Incoming(back.event, person, back.place, said=back.line)), back
        fields, version = None, ours.get("version")
        if ours.get("form"):
            view = _view(ours)
            fields = cards.filled(value, [each.name for each in view.fields] if view else ())
            for each in view.fields if view else ():
                if each.kind == "people":
                    fields[each.name] = await self._chosen(fields[each.name], at)
        tap = Tap(button.do, button.ref, fields, version if isinstance(version, int) else None, button.value)
        return await self._turn(Incoming(back.event, person, back.place, tap=tap)), back

    async def _chosen(self, people: str, at: At) -> str:
        """Those chosen in a form: whoever is chosen of all in the conversation is told by object id."""
        named = [each.strip() for each in people.split(",") if each.strip()]
        found = [await self._person_of({"aadObjectId": each}, at) if _OBJECT.fullmatch(each) else each for each in named]
        return ",".join(person or each for person, each in zip(found, named, strict=True))

    def _form_again(self, answered: Answered, value: Body) -> Answered:
        """Where something is wrong in a form: the form as it was filled in."""
        view = _view(_ours(value)) if answered.errors else None
        if view is None:
            return answered
        fields = cards.filled(value)
        kept = tuple(replace(each, value=fields.get(each.name, "")) for each in view.fields)
        return replace(answered, form=replace(view, fields=kept))

    async def _more(self, activity: Body, ours: Body, back: Back) -> None:
        """The next page: of the answer to an activity, or of a posted message."""
        source, _, number = str(ours.get("value") or "").rpartition("|")
        page = int(number) if number.isdecimal() else 1
        if source:
            incoming = Incoming(source, back.person, back.place)
            answered = await self._thread(lambda: self._engine.again(incoming))
        else:
            message = str(activity.get("replyToId") or "")
            answered = await self._thread(lambda: self._engine.posted(back.at.address, message, back.person))
        await self._say(answered, replace(back, event=source), page)

    # -- what happens in conversations

    async def _moved(self, activity: Body, at: At) -> None:
        """Somebody came into a conversation or left it; or the bot did; or it is gone, or back."""
        what = _what(activity)
        added, removed = (activity.get(name) or () for name in ("membersAdded", "membersRemoved"))
        invited = any(each.get("id") == at.bot for each in added)
        if invited or not (removed or what in GONE):
            await self._note(at)
        if at.private:
            return
        event = _event(activity, at)
        actor = await self._people.known(at.tenant, at.user, at.home) if at.user else ""
        if what in GONE or any(each.get("id") == at.bot for each in removed):
            await self._out(activity, at, event, actor)
            return
        if what in SHARED:
            self._speaker.forget(f"{at.tenant}/{at.channel or at.conversation}")
            await self._thread(lambda: self._engine.postman.offer_again("outsiders"))
        homes = await self._homes(activity, at, here=invited)
        if invited or what in BACK:
            for place in homes:
                await self._turn(Incoming(f"{event} {place.channel}", actor, place, news=News("invited")))
        for joined, accounts in ((True, added), (False, removed)):
            for each in accounts:
                late = not self._moves.is_news(f"{at.tenant}/{at.conversation} {each.get('id')}", _moment(activity))
                if each.get("id") != at.bot and not late:
                    await self._came(each, joined, homes, event, at)

    async def _came(self, account: Body, joined: bool, homes: Sequence[Place], event: str, at: At) -> None:
        """A person came into a conversation, or left it. Who comes into a team comes into its standard channels."""
        if not homes:
            return
        if joined:
            person = await self._person_of(account, at)
        else:
            home, user = await self._identity(account, at, ask=False)
            person = await self._people.known(at.tenant, user, home) if user else ""
        for place in homes:
            self._speaker.forget(place.channel)
            if person:
                news = News("joined" if joined else "left", person)
                await self._turn(Incoming(f"{event} {person} {place.channel}", person, place, news=news))
        if not joined:  # perhaps the one outside the group for whom the posts waited
            await self._thread(lambda: self._engine.postman.offer_again("outsiders"))

    async def _installed(self, activity: Body, at: At) -> None:
        """The app was added or taken away. That it was added to a team or chat is news by itself (`_moved`)."""
        if not str(activity.get("action")).startswith("remove"):
            await self._note(at)
        elif at.private:
            await self._gone(at.address)
        else:
            actor = await self._people.known(at.tenant, at.user, at.home) if at.user else ""
            await self._out(activity, at, _event(activity, at), actor)

    async def _out(self, activity: Body, at: At, event: str, actor: str) -> None:
        """The bot is out of a conversation, or of all of a team; or it is gone."""
        for place in await self._homes(activity, at, here=True):
            await self._gone(place.address)
            await self._turn(Incoming(f"{event} {place.channel}", actor, place, news=News("removed")))

    async def _homes(self, activity: Body, at: At, here: bool = False) -> list[Place]:
        """The conversations that an event is about, where groups live: the one it tells of, or all of a team's that all its
        members read. `here`: the one it tells of also where no group lives."""
        spots = [at.channel or at.conversation]
        if _of_team(activity, at):
            try:
                spots += await self._web.channels(at.service_url, at.team)
            except Refused as error:  # we are out of it: what is known of its channels
                noted("channels", error)
                spots += await self._thread(lambda: self._conversations.in_team(at.tenant, at.team))
        found = [Place("teams", f"{at.tenant}/{spot}") for spot in dict.fromkeys(spots)]
        lived_in = await self._thread(lambda: {each for each in found if self._engine.residents(each.address)[1]})
        return [each for each in found if each in lived_in or (here and each is found[0])]

    async def _note(self, at: At) -> None:
        """Keep where it was heard, if that is new."""
        if not at.service_url or (at.private and not at.user):
            return
        kept = replace(at, user="", account="", home="", thread="", locale="", channel="")  # what does not change with who speaks
        if self._noted.get(at.address) == kept:
            return
        await self._thread(lambda: self._conversations.note(at.address, at.conversation, at.tenant, at.service_url, at.kind, at.team))
        if len(self._noted) >= MOST:
            self._noted.clear()
        self._noted[at.address] = kept

    async def _gone(self, address: str) -> None:
        self._noted.pop(address, None)
        await self._thread(lambda: self._conversations.forget(address))

    # -- answering

    async def _say(self, answered: Answered, back: Back, page: int = 0) -> None:
        """To be seen by one person: where they are, else in the private chat."""
        at = back.at
        if answered.form:
            shown: Json | None = await self._thread(lambda: self._form(answered, at))
            words = answered.form.title
        else:
            if answered.errors:
                answered = Answered(answered.name, Card(tuple(Note((Span(each),)) for each in answered.errors.values())))
            shown = await self._thread(lambda: self._laid(answered, at, back.event, page))
            words = notice(answered.card) if answered.card else ""
        if shown:
            await self._show(shown, words, answered, back)

    async def _show(self, shown: Json, words: str, answered: Answered, back: Back) -> None:
        at = back.at
        try:
            await self._web.send(at.address, at.service_url, at.spot, shown, words, "" if at.private else at.account)
            return
        except Refused as error:
            if at.private:
                raise
            noted("targeted", error)
        if answered.form:
            answered = await self._told(FormWaits(back.line) if back.line else FormTooLate(), back.person)
        if answered.card:
            home = self._accounts.get((at.tenant, at.account), ("", ""))[0] or at.tenant
            parcel = Parcel(answered.name, answered.card, words, f"{back.event} answer", language=answered.language)
            await self._thread(lambda: self._speaker.send(To("teams", user=f"{home}/{at.user}"), parcel))

    async def _dialog(self, answered: Answered, back: Back) -> Json | None:
        """The dialog that shows an answer."""
        if answered.form:
            title, shown = answered.form.title, await self._thread(lambda: self._form(answered, back.at))
        else:
            answered = replace(answered, card=answered.card or Card())
            title, shown = TITLE, await self._thread(lambda: self._laid(answered, back.at, back.event, opens=frozenset()) or {})
        if not shown:
            return None
        for action in _actions(shown):  # in a dialog there is but one sort
            fallback = action.pop("fallback", None)
            if fallback:
                action.update(fallback)
                action.pop("verb", None)
        return _task("continue", {"title": title, "width": "medium", "height": "medium", "card": {"contentType": ADAPTIVE, "content": shown}})

    async def _meanwhile(self, name: str) -> Json | None:
        """What an invoke is answered with while its answer takes too long."""
        if name.endswith(("/fetch", "/fetchTask")):  # the button must be tapped again
            told = await asyncio.to_thread(self._engine.tell, FormTooLate(), "")
            return _said(notice(told.card) if told.card else "")
        return _stays("") if name == "adaptiveCard/action" else None

    async def _late(self, activity: Body, at: At, body: Json | None) -> None:
        """The answer came after Teams had stopped waiting: shown as a message, if it is a card that is still wanted."""
        name = str(activity.get("name"))
        value: Any = (body or {}).get("value") if name == "adaptiveCard/action" else ((body or {}).get("task") or {}).get("value")
        card = value.get("card", {}).get("content", value) if isinstance(value, dict) else None
        if card and not name.endswith(("/fetch", "/fetchTask")) and _event(activity, at) not in self._sent:
            await self._web.send(at.address, at.service_url, at.spot, card, TITLE, "" if at.private else at.account)

    def _form(self, answered: Answered, at: At) -> Json:
        """A form, with what is wrong in it; it remembers itself, so that it can be shown again."""
        view = answered.form
        assert view is not None
        kept = replace(view, fields=tuple(replace(each, value="") for each in view.fields))
        return cards.form(view, {"view": asdict(kept)}, answered.errors, answered.card)

    def _laid(self, answered: Answered, at: At, event: str = "", page: int = 0, opens: frozenset[str] = OPENS) -> Json | None:
        """The answer's words as a card; None where there are none."""
        card = answered.card
        if card is None or not card.blocks:
            return None
        label = self._engine.turns.words.label("digest_more", answered.language)
        laid = cards.message(card, lambda person: self._people.user_of(person, at.tenant, elsewhere=False), page, event, opens, label)
        if event and (answered.name == "home" or sum(isinstance(each, Item) and bool(each.buttons) for each in card.blocks) > 1):
            for action in _actions(laid):
                action["data"][cards.OURS][LISTED] = True
        return laid

    async def _told(self, message: Message, person: str) -> Answered:
        return await self._thread(lambda: self._engine.tell(message, person))

    # -- who, and what they said

    async def _person(self, at: At) -> str:
        if not at.user:
            return ""
        if (at.tenant, at.account) not in self._accounts:
            _put(self._accounts, (at.tenant, at.account), (at.home, at.user))
        return await self._people.id_of(at.tenant, at.user, at.home, partial(self._look_up, at))

    async def _person_of(self, account: Body, at: At) -> str:
        """The person that somebody in the same conversation is; "" for bots."""
        home, user = await self._identity(account, at)
        return await self._people.id_of(at.tenant, user, home, partial(self._look_up, replace(at, locale=""))) if user else ""

    async def _identity(self, account: Body, at: At, ask: bool = True) -> tuple[str, str]:
        """Somebody's own tenant, if told, and object id. `ask`: Teams, where the account does not say."""
        id, user = str(account.get("id") or ""), object_id(account)
        if user:
            return str(account.get("tenantId") or ""), user
        known = self._accounts.get((at.tenant, id))
        if known or not ask or not id.startswith("29:"):
            return known or ("", "")
        try:
            member = await self._web.member(at.service_url, at.channel or at.conversation, id)
        except Refused as error:
            noted("member", error)
            return "", ""
        found = str(member.get("tenantId") or ""), object_id(member)
        _put(self._accounts, (at.tenant, id), found)
        return found

    async def _look_up(self, at: At, tenant: str, user: str) -> Profile | None:
        """One of those in the conversation, for `People`."""
        try:
            member = await self._web.member(at.service_url, at.channel or at.conversation, user)
        except Refused as error:
            noted("member", error)
            return None
        _put(self._accounts, (tenant, str(member.get("id"))), (str(member.get("tenantId") or ""), object_id(member)))
        return profile_of(member, tenant, self._own, at.locale)

    async def _line(self, activity: Body, at: At) -> str:
        """A line as the bot reads it: people as @person-id, the bot's own name left out, the rest as it looks."""
        mentions = [(str(each.get("text") or ""), each.get("mentioned") or {}) for each in _mentions(activity)]
        shown = await asyncio.gather(*(self._mention(account, at) for _, account in mentions))
        text = str(activity.get("text") or "")
        line = plain_line(text, [(written, each) for (written, _), each in zip(mentions, shown, strict=True)])
        called = bool(mentions) and mentions[0][1].get("id") == at.bot and text.lstrip().startswith(mentions[0][0])
        return line.lstrip(" ,:;") if called else line  # "@nvg, åtgärd ..."

    async def _mention(self, account: Body, at: At) -> str:
        if account.get("id") == at.bot:
            return ""
        person = await self._person_of(account, at)
        return f"@{person or str(account.get('name') or '').lstrip('@')}"

    async def _payload(self, payload: Body, at: At) -> str:
        """The words of a message that an action was done on."""
        body = payload.get("body") or {}
        shown: dict[str, str] = {}
        for each in payload.get("mentions") or ():
            user = (each.get("mentioned") or {}).get("user") or {}
            account = {"id": "", "aadObjectId": user.get("id"), "name": user.get("displayName") or each.get("mentionText")}
            shown[str(each.get("id"))] = await self._mention(account, at) if user else ""
        text = str(body.get("content") or "")
        return plain_html(text, shown) if body.get("contentType") == "html" else text.strip()

    async def _turn(self, incoming: Incoming) -> Answered:
        return await self._turns.answer(incoming, as_it_is)

    async def _thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, logs.carried(work))

    async def _in_time(
        self, work: Coroutine[Any, Any, Result], late: Callable[[Result], Coroutine[Any, Any, None]] | None = None,
        meanwhile: Callable[[], Coroutine[Any, Any, Result]] | None = None,
    ) -> Result | None:  # fmt: skip
        """What `work` answers; where it takes longer than Teams waits, what `meanwhile` does, and then `late` says it."""
        task = asyncio.ensure_future(work)
        self._keep(task)
        done, _ = await asyncio.wait({task}, timeout=IN_TIME)
        if done:
            return task.result()
        self._count("late")

        async def afterwards() -> None:
            answer = await task
            if late:
                await late(answer)

        self._soon(afterwards())
        return await meanwhile() if meanwhile else None

    def _once(self, back: Back, work: Coroutine[Any, Any, None]) -> None:
        """Do it soon, unless it was done for this activity."""
        if back.event in self._sent:
            work.close()
            return
        self._sent[back.event] = None
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
        self._soon(work, back.event)

    def _soon(self, work: Coroutine[Any, Any, None], event: str = "") -> None:
        async def tried() -> None:
            try:
                await work
            except (Refused, TryAgain, GiveUp) as error:
                noted("answer", error if isinstance(error, Refused) else Refused(error.why))
                self._sent.pop(event, None)
            except Exception as error:
                logs.failed("teams_answer", error)
                self._sent.pop(event, None)

        self._keep(asyncio.ensure_future(tried()))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


# -- translating


def at_of(activity: Body) -> At | None:
    """Where an activity comes from; None where it does not say."""
    conversation, sender, data = (activity.get(name) or {} for name in ("conversation", "from", "channelData"))
    id, _, thread = str(conversation.get("id") or "").partition(";messageid=")
    tenant = str(conversation.get("tenantId") or (data.get("tenant") or {}).get("id") or "")
    if not id or not tenant:
        return None
    chosen = (data.get("settings") or {}).get("selectedChannel")
    team, channel = (str((each or {}).get("id") or "") for each in (data.get("team"), chosen or data.get("channel")))
    kind = str(conversation.get("conversationType") or ("channel" if team else "personal"))
    return At(
        tenant, id, kind, str(activity.get("serviceUrl") or ""), thread, object_id(sender), str(sender.get("id") or ""),
        str(sender.get("tenantId") or ""), str((activity.get("recipient") or {}).get("id") or ""), str(activity.get("locale") or ""), team, channel,
    )  # fmt: skip


def _place(at: At, person: str = "") -> Place:
    return Place("teams", person=person) if at.private else Place("teams", f"{at.tenant}/{at.conversation}")


def _event(activity: Body, at: At) -> str:
    """Teams' own id of an activity is the only one in its conversation, not in all."""
    return f"{at.conversation} {activity.get('id')}"


def _moment(activity: Body) -> float:
    """When it happened, in seconds; 0 where that is not told. Teams writes as many decimals as it needs."""
    try:
        return datetime.fromisoformat(str(activity.get("timestamp") or "")).timestamp()
    except ValueError:
        return 0.0


def _what(activity: Body) -> str:
    """What has happened in Teams: "channelDeleted", "teamMemberAdded" ..."""
    return str((activity.get("channelData") or {}).get("eventType") or "")


def _of_team(activity: Body, at: At) -> bool:
    """Whether an event is about a whole team, not about one of its channels."""
    what = _what(activity)
    whole = at.conversation == at.team or what in GONE | BACK or activity.get("type") == "installationUpdate"
    return bool(at.team) and whole and not what.startswith("channel")


def _mentions(activity: Body) -> Sequence[Body]:
    return [each for each in activity.get("entities") or () if isinstance(each, Mapping) and each.get("type") == "mention"]


def _ours(value: Body) -> Body:
    ours = value.get(cards.OURS)
    return ours if isinstance(ours, Mapping) else {}


def _view(ours: Body) -> FormView | None:
    """The form that was sent in, as it remembers itself."""
    kept = ours.get("view")
    if not isinstance(kept, Mapping):
        return None
    fields = [{**each, "options": tuple((str(value), str(label)) for value, label in each["options"])} for each in kept["fields"]]
    return FormView(**{**kept, "fields": tuple(FieldView(**each) for each in fields)})


def _in_place(card: Json) -> Json:
    """The card that is shown where the tapped one stood."""
    return {"statusCode": 200, "type": ADAPTIVE, "value": card}


def _stays(words: str) -> Json:
    """The tapped card stays as it is."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": words}


def _task(kind: str, value: Json | str) -> Json:
    return {"task": {"type": kind, "value": value}}


def _said(words: str) -> Json:
    """Words in place of a dialog."""
    return _task("message", words)


def _actions(part: Any) -> Iterator[Json]:
    """Every button of an Adaptive Card."""
    for each in part.get("body", part.get("items", ())):
        if each.get("type") == "ActionSet":
            yield from each["actions"]
        yield from _actions(each)
    yield from part.get("actions", ()) if part.get("type") == "AdaptiveCard" else ()


def _put(kept: dict[tuple[str, str], tuple[str, str]], key: tuple[str, str], value: tuple[str, str]) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = value


_OBJECT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_AT = re.compile(r"<at(?:\s[^>]*)?>.*?</at>(?=(\w)?)", re.DOTALL)


def plain_line(text: str, mentions: Sequence[tuple[str, str]]) -> str:
    """Teams' text as it looks. `mentions`: how each is written there, in order, and what stands for it."""
    left = list(mentions)

    def shown(found: re.Match[str]) -> str:
        whole, touching = found.group(0), found.group(1)
        at = next((number for number, (written, _) in enumerate(left) if written == whole), None)
        name = left.pop(at)[1] if at is not None else re.sub(r"<[^>]*>", "", whole)
        return f"{name} " if touching and name else name

    return _plain(unescape(_AT.sub(shown, text)))


def plain_html(text: str, mentions: Mapping[str, str]) -> str:
    """A message in HTML as it looks. `mentions`: the id of each mention, and what stands for it."""
    reader = _Reader(mentions)
    reader.feed(text)
    reader.close()
    return _plain("".join(reader.found))


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, mentions: Mapping[str, str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mentions, self._inside = mentions, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "at":
            shown = self._mentions.get(dict(attrs).get("id") or "")
            self._inside = shown is not None
            self.found.append(shown or "")
        elif tag in ("br", "p", "div", "li", "tr"):
            self.found.append("\n")
        elif tag in ("emoji", "img"):
            self.found.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "at":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)
