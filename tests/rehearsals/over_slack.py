"""Plays a rehearsal with all its people and channels on Slack: signed requests to the real server, through Bolt, the real
speaker, and a pretend Slack (or the same in Socket Mode). What is let out is read back from what that Slack was given to show.

How the file's world becomes Slack's:
- All platforms but mail are one workspace. "slack:nvg-tall" and "teams:nvg-tall" are two channels in it, and a person who
  sits at Teams in the file is in those of Teams. Expectations go by the file's names.
- `platform down: teams` is that all calls about those channels and people are refused (503).
- Who is in a channel follows the group, as on the stage, and Slack does not say so; `joins` and `leaves` are told as events.
- A line in a channel without /nvg or @nvg does not reach the bot: it may not read channels.
- A date is picked, not written: the day that the written words mean. What cannot be picked is sent all the same: the bot
  does not rely on Slack's client.
- A row is the words that a button stands beside or below.
- The names of messages never leave the bot, so they are noted where it hands them over. All else is Slack's.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import uvicorn

from bot.incoming import Incoming, Place, Tap
from bot.rules.date_words import read_moment
from bot.rules.reading import Context
from bot.rules.work_calendar import local
from handlers.clock import SimulatedClock
from handlers.counts import Counts
from handlers.engine import Engine
from handlers.rehearsal_file import Rehearsal
from handlers.rehearse import OpenStore, Player
from handlers.server import Server, make_app
from handlers.simulator.stage import MESSAGE_SHORTCUTS, NotThere, Stage, bare_label, plain_words
from handlers.slack import blocks
from handlers.slack.app import Slack
from handlers.slack.hear import Hear
from handlers.slack.install import Options
from handlers.slack.modal import OTHERS
from handlers.slack.speak import SlackSpeaker
from handlers.speaker import Parcel, To
from handlers.turn import Answered
from templates.card import Button
from templates.words import Words
from tests.fake_servers.slack import FakeSlack, Message, Person, View, spots_of, words
from tests.fake_servers.slack import Spot as Tappable

Fill = Mapping[str, str]
CHATS = ("slack", "teams")  # the platforms that become Slack


class SlackPlayer(Player):
    """As `Player`, over Slack: by HTTP, or in Socket Mode. `repeats`: all that people do comes so many times more."""

    def __init__(
        self, rehearsal: Rehearsal, slack: FakeSlack, open_store: OpenStore, words: Words, crash_between_steps: bool = False,
        socket_mode: bool = False, repeats: int = 0,
    ) -> None:  # fmt: skip
        stage = SlackStage(SimulatedClock(rehearsal.now), slack, rehearsal, socket_mode, repeats)
        super().__init__(stage.moved(rehearsal), open_store, words, crash_between_steps)
        self.stage: SlackStage = stage

    def close(self) -> None:
        self.stage.stop()
        super().close()


class NotingSpeaker:
    """Slack's speaker; the names of messages are noted on their way."""

    def __init__(self, speaker: SlackSpeaker, names: dict[str, str]) -> None:
        self.speaker, self.names = speaker, names  # a post's ref, or a message's ts -> its name

    def send(self, to: To, parcel: Parcel) -> str:
        self.names[parcel.ref] = parcel.name
        return self.speaker.send(to, parcel)

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self.names[message_id] = parcel.name
        self.speaker.update(to, message_id, parcel)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        return self.speaker.readers(to, known)


class Process:
    """The bot's process, as `nvg run` would make it: the real server on a port of its own, with Slack behind it.

    `url`: where Slack reaches it; "" in Socket Mode.
    """

    def __init__(self, engine: Engine, fake: FakeSlack, socket_mode: bool = False) -> None:
        secret, app_token = ("", fake.app_token) if socket_mode else (fake.signing_secret, "")
        options = Options(fake.url, fake.bot_token, secret, app_token)
        self.slack = Slack(options, engine.store, engine.clock, engine.turns.language)
        counts = Counts()
        routes, living = self.slack.attach(engine, counts)
        app = make_app(engine, counts, routes, [living])
        config = uvicorn.Config(app, "127.0.0.1", 0, log_config=None, access_log=False, lifespan="on",
                                timeout_graceful_shutdown=1)  # fmt: skip
        self._server = Server(config)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the bot did not start")
            time.sleep(0.002)
        self.url = "" if socket_mode else f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        if socket_mode:
            fake.wait(lambda: fake.socket.open, 10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    def settle(self) -> None:
        """Wait until all answers that are on their way have been given."""
        app = self.slack._app
        assert app is not None
        (hear,) = (each for each in app._async_middleware_list if isinstance(each, Hear))

        async def all_said() -> None:
            while hear._tasks:
                await hear.settle(5)

        asyncio.run_coroutine_threadsafe(all_said(), self._loop).result(10)

    def kill(self) -> None:
        """Nothing more comes in, and what was in memory is gone."""
        self._server.should_exit = True
        self._thread.join(10)
        self._loop.close()
        self.slack.close()


class SlackStage(Stage):
    """The stage with Slack in front of it. Those who have only mail are still on the pretend platform."""

    def __init__(self, clock: SimulatedClock, slack: FakeSlack, rehearsal: Rehearsal, socket_mode: bool = False, repeats: int = 0) -> None:
        super().__init__(clock)
        self.slack, self.socket_mode, self.repeats = slack, socket_mode, repeats
        slack.clock = lambda: clock.now().timestamp()
        slack.listeners = [self._seen]
        self.speakers = {name: each for name, each in self.speakers.items() if name not in CHATS}
        self.bot: Process | None = None
        self._names: dict[str, str] = {}
        self._answers: dict[str, str] = {}  # person -> the name of the latest answer
        self._channel_ids: dict[str, str] = {}  # the file's address -> Slack's id
        self._homes = {person.id: person.identities[0].partition(":")[0] for person in rehearsal.people}
        self._users: dict[str, str] = {}  # person -> Slack's id
        for person in rehearsal.people:
            if self._homes[person.id] != "mail":
                number = f"U{len(self._users):03d}"
                self._users[person.id] = number + re.sub(r"\W|_", "", person.id.upper().encode("ascii", "ignore").decode())
                locale = "sv-SE" if person.language == "sv" else "en-GB"
                mail = next((each.removeprefix("mail:") for each in person.identities if each.startswith("mail:")), "")
                slack.add_user(self._users[person.id], person.name, mail, locale, handle=person.id)
        for address in rehearsal.channels:
            self._channel_id(address)

    def _called(self, address: str) -> str:
        own = {f"slack:{self.slack.team}/{id}": name for name, id in self._channel_ids.items()}
        return super()._called(own.get(address, address))

    def moved(self, rehearsal: Rehearsal) -> Rehearsal:
        """The rehearsal with its people and groups on Slack. Its channels keep the file's names."""

        def identities(given: Sequence[str], person: str) -> tuple[str, ...]:
            here = (f"slack:{self.slack.team}/{self._users[person]}",) if person in self._users else ()
            return (*here, *(each for each in given if each.startswith("mail:")))

        people = tuple(replace(each, identities=identities(each.identities, each.id)) for each in rehearsal.people)
        groups = tuple(replace(each, channels=tuple(map(self._address_of, each.channels))) for each in rehearsal.groups)
        return replace(rehearsal, people=people, groups=groups)

    def _channel_id(self, address: str) -> str:
        """Slack's id of a channel in the file, made when it is first met."""
        if address not in self._channel_ids:
            platform, _, name = address.partition(":")
            id = self._channel_ids[address] = f"C{len(self._channel_ids):03d}{re.sub('[^A-Z]', '', name.upper())}"
            self.slack.add_channel(id, name=name if platform == "slack" else f"{name}-{platform}")
        return self._channel_ids[address]

    def _address_of(self, address: str) -> str:
        return f"slack:{self.slack.team}/{self._channel_id(address)}"

    def _place_at(self, channel: str, user: str = "") -> Place:
        """The file's place for Slack's channel id; a private chat is `user`'s."""
        for address, id in self._channel_ids.items():
            if id == channel:
                platform, _, name = address.partition(":")
                return Place(platform, name)
        person = self._person_of(user or self.slack.channels[channel].im)
        return Place(self._homes[person], person=person)

    def _person_of(self, user: str) -> str:
        return next((person for person, id in self._users.items() if id == user), "")

    # -- the bot

    def add_person(self, id: str, name: str, platform: str, email: str = "") -> None:
        super().add_person(id, name, self._homes.get(id, platform), email)

    def join(self, engine: Engine) -> None:
        """The process that this engine runs in: it is started now, and the one before is gone."""
        self.stop()
        handle = engine.handle

        def noted(incoming: Incoming) -> Answered:
            answered = handle(incoming)
            self._answers[incoming.person] = answered.name
            return answered

        engine.handle = noted  # type: ignore[method-assign]
        super().join(engine)
        self.bot = Process(engine, self.slack, self.socket_mode)
        self.speakers["slack"] = NotingSpeaker(self.bot.slack.speaker, self._names)  # type: ignore[index]
        self._see_who_is_there()

    def stop(self) -> None:
        """The process is killed."""
        bot, self.bot = self.bot, None
        if bot:
            bot.kill()

    def drain(self) -> None:
        self._see_who_is_there()
        super().drain()
        if self.down:  # the postman takes one platform for one place, and leaves it alone for a while after its first no
            self.engine.drain(timedelta(seconds=11))

    # -- platforms up and down

    def platform_down(self, platform: str) -> None:
        super().platform_down(platform)
        for id in self._of(platform):
            self.slack.fail("*", status=503, times=-1, channel=id)

    def platform_up(self, platform: str) -> None:
        super().platform_up(platform)
        self.slack.mend()

    def _of(self, platform: str) -> list[str]:
        channels = [id for address, id in self._channel_ids.items() if address.startswith(platform + ":")]
        return [*channels, *(id for person, id in self._users.items() if self._homes[person] == platform)]

    # -- who is in a channel

    def _see_who_is_there(self) -> None:
        """Slack's channels have those whom the stage has in them."""
        for address in self.channels:
            channel = self.slack.channels[self._channel_id(address)]
            users = [id for person, id in self._users.items() if person in self.people and self.sees(person, address)]
            if set(users) != set(channel.members) - {self.slack.bot_user}:
                channel.members[:] = [*users, *({self.slack.bot_user} & set(channel.members))]
                if self.bot:
                    self.bot.slack.speaker.forget(f"{self.slack.team}/{channel.id}")

    def sees(self, person: str, address: str) -> bool:
        if person in self.out_of.get(address, ()):
            return False
        if person in self.channels.get(address, ()):
            return True
        people, homes = self.engine.residents(self._address_of(address))
        if person not in people or person not in self._users:
            return False
        named = [each for home in homes for each, id in self._channel_ids.items() if home.endswith("/" + id)]
        at_home = [each for each in named if each.startswith(self._homes[person] + ":")]
        return address in (at_home or named[:1])

    def _come_in(self, person: str, address: str) -> None:
        if not self.sees(person, address):
            self.channels.setdefault(address, set()).add(person)
        self._see_who_is_there()

    def comes_in(self, person: str, name: str) -> None:
        address = self._address(name)
        self.out_of.get(address, set()).discard(person)
        self.channels[address].add(person)
        self.slack.join(self._users[person], self._channel_id(address), self._url)
        self._and_then()

    def goes_out(self, person: str, name: str) -> None:
        address = self._address(name)
        self.channels[address].discard(person)
        self.out_of.setdefault(address, set()).add(person)
        self.slack.leave(self._users[person], self._channel_id(address), self._url)
        self._and_then()

    def bot_comes_in(self, name: str, public: bool = False) -> None:
        address = self._address(name)
        self.shut.discard(address)
        channel = self.slack.channels[self._channel_id(address)]
        channel.private, channel.archived = not public, False
        self.slack.invite_bot(channel.id, by=next((each for each in channel.members if each != self.slack.bot_user), ""), bot_url=self._url)
        self._and_then()

    def bot_goes_out(self, name: str) -> None:
        address = self._address(name)
        self.shut.add(address)
        channel = self.slack.channels[self._channel_id(address)]
        self.slack.remove_bot(channel.id, by=channel.members[0], bot_url=self._url)
        self._and_then()

    def account_closed(self, person: str) -> None:
        for address in self.channels:
            self.channels[address].discard(person)
            self.out_of.setdefault(address, set()).add(person)
        self.slack.close_account(self._users[person], self._url)
        self._and_then()

    def _and_then(self) -> None:
        self._settle()
        self.drain()

    # -- what people do

    @property
    def _url(self) -> str:
        if self.bot is None:
            raise RuntimeError("no bot is running")
        return self.bot.url

    def _settle(self) -> None:
        if self.bot:
            self.bot.settle()

    def _at(self, person: str) -> Person:
        return self.slack.person(self._users[person], self._url)

    def said(self, person: str, place: Place, text: str) -> Answered:
        if person not in self._users:
            return super().said(person, place, text)
        if not place.private:
            self._come_in(person, place.address)
        who, channel = self._at(person), "" if place.private else self._channel_id(place.address)
        if self.slack.modal_of(who.user.id):
            who.close()
        line = text.strip()
        if found := re.match(r"/nvg\b\s*", line):
            reply = who.command(channel, line[found.end() :], retry=self.repeats)
        elif not channel:
            reply = who.direct(line, retry=self.repeats)
        elif re.search(r"@nvg(?![\w-])", line, re.IGNORECASE):
            reply = who.mention(channel, line, retry=self.repeats)
        else:
            who.write(channel, line)
            return Answered()
        return self._done(reply)

    def prepare(self, person: str, button: str, holding: str = "", fill: Fill | None = None) -> Callable[[], Answered]:
        if person not in self._users:
            return super().prepare(person, button, holding, fill)
        who, given = self._at(person), fill or {}
        view = who.modal
        if view and "submit" in view.given and _same(view.given["submit"]["text"], button):
            return lambda: self._send_form(who, given)
        if found := self._shortcut_of(person, button, holding):
            return lambda: self._use(who, *found, given)
        message, spot = self._find(person, button, holding)
        return lambda: self._tap_and_fill(who, message, spot, given)

    def prepare_undo(self, person: str) -> Callable[[], Answered]:
        if person not in self._users:
            return super().prepare_undo(person)
        who = self._at(person)
        for message in reversed(self._before(person)):
            for spot in spots_of(message.blocks):
                if _meant(spot).do == "undo":
                    found = spot
                    return lambda: self._tap_and_fill(who, message, found, {})
        raise NotThere("button", "undo", [])

    def _tap_and_fill(self, who: Person, message: Message, spot: Tappable, fill: Fill) -> Answered:
        while who.modal:
            who.close()
        before = len(self.slack.ephemerals(who.user.id))
        answered = self._done(who.tap(message, spot.element["action_id"], self.repeats, choose=str(spot.option.get("value", ""))))
        if fill and who.modal is None:
            self._follow_up(who, self.slack.ephemerals(who.user.id)[before:], fill)
        return self._fill_in(who, fill) or answered

    def _use(self, who: Person, shortcut: str, message: Message, fill: Fill) -> Answered:
        """A shortcut of a message."""
        while who.modal:
            who.close()
        answered = self._done(who.shortcut(shortcut, message, retry=self.repeats))
        return self._fill_in(who, fill) or answered

    def _fill_in(self, who: Person, fill: Fill) -> Answered | None:
        """Send in the form that has opened, unless it still waits for words."""
        if who.modal is None or (not fill and not _complete(who)):
            return None
        return self._send_form(who, fill)

    def _follow_up(self, who: Person, replies: list[Message], fill: Fill) -> None:
        """The answer may have a button that opens a form with just those fields: the person's second tap."""
        person = self._person_of(who.user.id)
        for message in replies:
            for spot in spots_of(message.blocks):
                button = _meant(spot)
                place = self._place_at(message.channel, who.user.id)
                there = replace(place, platform="slack", channel=f"{self.slack.team}/{message.channel}") if place.channel else Place("slack", person=person)
                line = {"said": button.value or button.ref} if button.do == "say" else {"tap": Tap(button.do, button.ref, value=button.value)}
                form = self.engine.peek(Incoming("peek", person, there, **line)).form
                if form and set(fill) <= {field.name for field in form.fields}:
                    self._done(who.tap(message, spot.element["action_id"], choose=str(spot.option.get("value", ""))))
                    return

    def _send_form(self, who: Person, fill: Fill) -> Answered:
        view = who.modal
        if view is None:
            raise NotThere("form", self._person_of(who.user.id))
        return self._done(who.submit(self._filled_in(view, fill), self.repeats, checked=False))

    def _filled_in(self, view: View, fill: Fill) -> dict[str, Any]:
        """What the person picks and writes in each input of the modal."""
        inputs = {str(each["block_id"]): each["element"] for each in view.blocks if each["type"] == "input"}
        names = [name for name in inputs if not name.endswith(OTHERS)]
        values: dict[str, Any] = {}
        for name, value in fill.items():
            if name not in inputs:
                raise NotThere("field", name, names)
            for id in (name, name + OTHERS):
                if id in inputs:
                    values[id] = self._value_in(inputs[id], value, elsewhere=name + OTHERS in inputs)
        return values

    def _value_in(self, element: Mapping[str, Any], value: str, elsewhere: bool = False) -> Any:
        kind, parts = str(element["type"]), [each.strip() for each in value.split(",") if each.strip()]
        if kind == "multi_users_select":
            persons = [self._named(each) for each in parts]
            return [self._users[each] for each in persons if each in self._users]
        if kind == "datepicker" and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            found = read_moment(value, Context(now=local(self.now)))
            return found.when.isoformat()[:10] if found else value
        if "options" in element or "option_groups" in element:
            every = [*element.get("options", ()), *(each for group in element.get("option_groups", ()) for each in group["options"])]
            known = {each["text"]["text"].casefold(): each["value"] for each in every} | {each["value"].casefold(): each["value"] for each in every}
            wanted = [known.get(each.casefold()) or known.get(self._named(each).casefold()) for each in parts]
            if kind in ("static_select", "radio_buttons"):
                return known.get(value.strip().casefold(), value)
            return [each for each in wanted if each] if elsewhere else [each or part for each, part in zip(wanted, parts, strict=True)]
        return value

    def _named(self, name: str) -> str:
        """The person of that name or id; what was written, if there is none."""
        wanted = name.lstrip("@").casefold()
        return next((each.id for each in self.people.values() if wanted in (each.id.casefold(), each.name.casefold())), name.lstrip("@"))

    def _done(self, reply: Any) -> Answered:
        """Slack's client has said nothing of an error, and all that the answer led to has come."""
        if not reply.ok:
            raise AssertionError(f"Slack got {reply.status} {reply.error} {reply.body}")
        self._settle()
        return Answered()

    # -- what they see

    def _before(self, person: str) -> list[Message]:
        """All messages of the bot's that the person can see, oldest first."""
        user, slack = self._users[person], self.slack
        channels = [id for id, each in slack.channels.items() if user in each.members]
        found = [each for id in channels for each in slack.messages(id)] + slack.ephemerals(user)
        return sorted((each for each in found if each.user == slack.bot_user), key=lambda each: each.ts)

    def _find(self, person: str, label: str, holding: str) -> tuple[Message, Tappable]:
        """As `find`."""
        messages = self._before(person)
        for message in reversed(messages):
            if spot := self._spot_in(message, label, plain_words(holding)):
                return message, spot
        labels = [bare_label(spot.label) for message in reversed(messages) for spot in spots_of(message.blocks)]
        raise NotThere("holding" if any(_same(each, label) for each in labels) else "button", holding if label in labels else label, labels)

    def _shortcut_of(self, person: str, label: str, holding: str) -> tuple[str, Message] | None:
        """The shortcut of that label, and the newest message somebody wrote with those words, where no button has them."""
        labels = self.engine.turns.words.label
        do = next((do for do in MESSAGE_SHORTCUTS for language in ("sv", "en") if _same(labels(do, language), label)), "")
        if not do or not holding or any(self._spot_in(each, label, plain_words(holding)) for each in self._before(person)):
            return None
        user = self._users[person]
        written = [each for id, channel in self.slack.channels.items() if user in channel.members for each in self.slack.messages(id)]
        fitting = [each for each in written if each.user != self.slack.bot_user and plain_words(holding) in plain_words(words(each.blocks, self._name))]
        return (do, max(fitting, key=lambda each: each.ts)) if fitting else None

    def _spot_in(self, message: Message, label: str, holding: str) -> Tappable | None:
        """A button stands in the row that has it beside it or that it stands below."""
        spots = [each for each in spots_of(message.blocks) if _same(each.label, label)]
        rows = {spot.row: self._row(message.blocks, spot.row) for spot in spots_of(message.blocks)}
        if not holding:
            return spots[0] if spots else None
        for spot in spots:
            if holding in plain_words(rows[spot.row]):
                return spot
        text = plain_words(words(message.blocks, self._name))
        if holding not in text or any(holding in plain_words(row) and "\n" not in row for row in rows.values()):
            return None  # its row has no such button
        return spots[-1] if spots else None

    def _row(self, given: list[dict[str, Any]], at: int) -> str:
        above = at - 1 if given[at]["type"] == "actions" and at else at
        return words([given[above]], self._name)

    def _name(self, user: str) -> str:
        return self.slack.users[user].name if user in self.slack.users else f"<@{user}>"

    def _seen(self, what: str, thing: Message | View) -> None:
        """Something has come on somebody's screen: it was let out."""
        if isinstance(thing, View):
            if thing.type == "modal":
                self._form_seen(what, thing)
            return
        if thing.user != self.slack.bot_user:
            return
        person = self._person_of(thing.only or self.slack.channels[thing.channel].im)
        place = self._place_at(thing.channel, thing.only)
        ref = str((thing.metadata.get("event_payload") or {}).get("ref", ""))
        if thing.only or not ref:
            kind, name = "reply", self._answers.get(person, "")
        elif what == "edited":
            kind, name = "update", self._names.get(thing.ts, "")
        else:
            kind, name = "direct" if person else "channel", self._names.get(ref, "")
        labels = [spot.label for spot in spots_of(thing.blocks)]
        text = words(thing.blocks, self._name) if thing.blocks else thing.text
        self._let_out(kind, place, "" if kind == "update" and place.channel else person, name, text, labels, (), thing.ts)

    def _form_seen(self, what: str, view: View) -> None:
        person = self._person_of(view.user)
        channel = json.loads(view.private_metadata or "{}").get("channel", "")
        place = self._place_at(channel, view.user) if channel else Place(self._homes[person], person=person)
        name = self._answers.get(person, "")
        fields = [str(each["block_id"]) for each in view.blocks if each["type"] == "input" and not each["block_id"].endswith(OTHERS)]
        text = "\n".join(view.errors.values()) if what == "errors" else "\n".join([view.given["title"]["text"], words(view.blocks, self._name)])
        submit = [view.given["submit"]["text"]] if view.given.get("submit") else []
        if what == "updated":  # what was saved stands on top, and the form is open for the next
            self._let_out("reply", place, person, name, text, submit, fields)
            name = f"form_{json.loads(view.private_metadata or '{}').get('do', '')}"
        self._let_out("reply", place, person, name, text, submit, fields)


def _same(one: str, other: str) -> bool:
    return bare_label(one).casefold() == bare_label(other).casefold()


def _meant(spot: Tappable) -> Button:
    """The bot's button that this is."""
    try:
        return blocks.button({**spot.element, **({"selected_option": spot.option} if spot.option else {})})
    except ValueError:
        return Button(spot.label, "")


def _complete(who: Person) -> bool:
    """Whether all that the open form asks for is filled in already."""
    try:
        who.fill()
    except ValueError:
        return False
    return True

