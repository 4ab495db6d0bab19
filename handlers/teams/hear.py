"""Hears Teams: each activity becomes an `Incoming`, each answer goes back in the invoke's response, as a dialog, as a message
that only the asker sees, or in the private chat.

What was tapped is answered where it stands: the card is drawn anew in place. What was written is acknowledged when the turn is
done, and answered after that, once for each activity, however often Teams repeats it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from bot.decide import OPENS
from bot.incoming import Incoming, Place, Tap
from bot.messages.base import Message
from bot.messages.common import WentWrong
from bot.messages.platform import FormTooLate, FormWaits, WhoAreYou
from handlers import logs
from handlers.engine import Engine
from handlers.people import People, Profile
from handlers.speaker import GiveUp, Parcel, To, TryAgain
from handlers.teams import cards, replies
from handlers.teams.activity import CHANGED, At, Body, at_of, event_of, mentions_in, place_of, what_of
from handlers.teams.connector import Json
from handlers.teams.moves import Moves
from handlers.teams.speak import TeamsSpeaker
from handlers.teams.text import plain_html, plain_line
from handlers.teams.web import ADAPTIVE, Refused, Web, noted
from handlers.teams.who import Who
from handlers.turn import Answered, as_it_is
from handlers.turn_queue import TurnQueue
from storage.conversations import Conversations
from templates.card import Card, FieldView, FormView, Item, Note, Span, addressed
from templates.plain import notice

IN_TIME = 4.0  # seconds, of the five or so that Teams shows that it waits
REMEMBERED = 5_000  # activities whose answer has been sent
LISTED = "listed"  # in a button's data: it stands in a list or on one's own page, which shall stay when it is tapped
TITLE = "Nära vård"  # of a dialog that is no form

Result = TypeVar("Result")


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
        self._engine, self._people, self._web, self._speaker = engine, people, web, speaker
        self._turns, self._threads, self._count = turns, threads, count
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._who = Who(people, web, own)
        self._moves = Moves(engine, people, self._who, conversations, web, speaker, self._turn, self._thread)
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
                await self._moves.note(at)
            return 200, await self._in_time(self._invokes[name](activity, at), partial(self._late, activity, at), partial(self._meanwhile, name))
        if kind == "message":
            self._count("message")
            await self._moves.note(at)
            await self._in_time(self._written(activity, at))
            self._soon(self._seen_as(activity, at))
        elif kind == "conversationUpdate":
            self._count("event")
            await self._in_time(self._moves.moved(activity, at))
        elif kind == "installationUpdate":
            self._count("event")
            await self._in_time(self._moves.installed(activity, at))
        return 200, None

    async def _seen_as(self, activity: Body, at: At) -> None:
        """Teams tells of no new name but by the activities of whoever has it."""
        name = str((activity.get("from") or {}).get("name") or "").strip()
        news = await self._people.news_of(Profile(f"teams:{at.home or at.tenant}/{at.user}", name)) if name and at.user else None
        if news:
            await self._turn(Incoming(f"{event_of(activity, at)} profile", news.person, Place("teams", person=news.person), news=news))

    async def _sorry(self, error: Exception, activity: Body, at: At) -> Json | None:
        """What went wrong in our own translating is logged without content, and said kindly."""
        message = WentWrong(logs.failed("teams", error))
        told = await self._told(message, "")
        words = notice(told.card) if told.card else ""
        if activity.get("type") == "invoke":
            return replies.stays(words) if activity.get("name") == "adaptiveCard/action" else replies.said(words)
        if activity.get("type") == "message" and at.user:
            self._soon(self._say(told, Back(at, "", place_of(at), event_of(activity, at))))
        return None

    # -- what is written

    async def _written(self, activity: Body, at: At) -> None:
        """A line to the bot; a button or form of ours, where Teams sends those as messages; or what it merely overhears."""
        sender = activity.get("from") or {}
        if sender.get("role") == "bot" or str(sender.get("id") or "").startswith("28:") or not at.user:
            return
        if what_of(activity) in CHANGED:
            return
        if isinstance(value := activity.get("value"), Mapping) and isinstance(value.get(cards.OURS), Mapping):
            answered, back = await self._done(activity, at, value)
            if _ours(value).get("do") == "more":
                self._once(back, self._more(activity, _ours(value), back))
            else:
                self._once(back, self._say(self._form_again(answered, value), back))
            return
        if not (person := await self._who.person(at)):
            return
        said = await self._line(activity, at)
        targeted = (activity.get("recipient") or {}).get("isTargeted") is True  # only the bot sees it
        mentioned = targeted or any(str((each.get("mentioned") or {}).get("id")) == at.bot for each in mentions_in(activity))
        back = Back(at, person, place_of(at, person), event_of(activity, at), said)
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
            return replies.stays("")
        answered = self._form_again(answered, value)
        if answered.form or answered.errors:
            return replies.in_place(await self._thread(lambda: self._form(answered, at)))
        if answered.card is None or not answered.card.blocks:
            return replies.stays("")
        receipt = answered.card
        if not ours.get("form"):
            posted = await self._thread(lambda: self._laid(self._engine.posted(at.address, str(activity.get("replyToId") or "")), at))
            if posted or ours.get(LISTED):
                self._once(back, self._say(answered, back))
                return replies.in_place(posted) if posted else replies.stays(notice(receipt))
        shown = await self._thread(lambda: self._laid(answered, at, back.event))
        return replies.in_place(shown) if shown else replies.stays("")

    async def _fetched(self, activity: Body, at: At) -> Json | None:
        """A button that opens a dialog."""
        answered, back = await self._done(activity, at, (activity.get("value") or {}).get("data") or {})
        return await self._dialog(answered, back)

    async def _extended(self, activity: Body, at: At) -> Json | None:
        """An action on somebody's message: a dialog, filled in with what was understood of the words."""
        value = activity.get("value") or {}
        person = await self._who.person(at)
        back = Back(at, person, place_of(at, person), event_of(activity, at))
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
        person = await self._who.person(at)
        back = Back(at, person, place_of(at, person), event_of(activity, at))
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
        found = [await self._who.person_of({"aadObjectId": each}, at) if _OBJECT.fullmatch(each) else each for each in named]
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
            parcel = Parcel(answered.name, answered.card, words, f"{back.event} answer", language=answered.language)
            await self._thread(lambda: self._speaker.send(To("teams", user=f"{self._who.home(at)}/{at.user}"), parcel))

    async def _dialog(self, answered: Answered, back: Back) -> Json | None:
        """The dialog that shows an answer."""
        if answered.form:
            title, shown = answered.form.title, await self._thread(lambda: self._form(answered, back.at))
        else:
            answered = replace(answered, card=answered.card or Card())
            title, shown = TITLE, await self._thread(lambda: self._laid(answered, back.at, back.event, opens=frozenset()) or {})
        if not shown:
            return None
        for action in replies.actions_of(shown):  # in a dialog there is but one sort
            fallback = action.pop("fallback", None)
            if fallback:
                action.update(fallback)
                action.pop("verb", None)
        return replies.task("continue", {"title": title, "width": "medium", "height": "medium", "card": {"contentType": ADAPTIVE, "content": shown}})

    async def _meanwhile(self, name: str) -> Json | None:
        """What an invoke is answered with while its answer takes too long."""
        if name.endswith(("/fetch", "/fetchTask")):  # the button must be tapped again
            told = await asyncio.to_thread(self._engine.tell, FormTooLate(), "")
            return replies.said(notice(told.card) if told.card else "")
        return replies.stays("") if name == "adaptiveCard/action" else None

    async def _late(self, activity: Body, at: At, body: Json | None) -> None:
        """The answer came after Teams had stopped waiting: shown as a message, if it is a card that is still wanted."""
        name = str(activity.get("name"))
        value: Any = (body or {}).get("value") if name == "adaptiveCard/action" else ((body or {}).get("task") or {}).get("value")
        card = value.get("card", {}).get("content", value) if isinstance(value, dict) else None
        if card and not name.endswith(("/fetch", "/fetchTask")) and event_of(activity, at) not in self._sent:
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
        card = addressed(card, "" if at.private else cards.MENTION)
        laid = cards.message(card, lambda person: self._people.user_of(person, at.tenant, elsewhere=False), page, event, opens, label)
        if event and (answered.name == "home" or sum(isinstance(each, Item) and bool(each.buttons) for each in card.blocks) > 1):
            for action in replies.actions_of(laid):
                action["data"][cards.OURS][LISTED] = True
        return laid

    async def _told(self, message: Message, person: str) -> Answered:
        return await self._thread(lambda: self._engine.tell(message, person))

    # -- who, and what they said

    async def _line(self, activity: Body, at: At) -> str:
        """A line as the bot reads it: people as @person-id, the bot's own name left out, the rest as it looks."""
        mentions = [(str(each.get("text") or ""), each.get("mentioned") or {}) for each in mentions_in(activity)]
        shown = await asyncio.gather(*(self._mention(account, at) for _, account in mentions))
        text = str(activity.get("text") or "")
        line = plain_line(text, [(written, each) for (written, _), each in zip(mentions, shown, strict=True)])
        called = bool(mentions) and mentions[0][1].get("id") == at.bot and text.lstrip().startswith(mentions[0][0])
        return line.lstrip(" ,:;") if called else line  # "@nvg, åtgärd ..."

    async def _mention(self, account: Body, at: At) -> str:
        if account.get("id") == at.bot:
            return ""
        person = await self._who.person_of(account, at)
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


# -- what buttons and forms remember


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


_OBJECT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
