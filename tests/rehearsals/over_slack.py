"""Plays a rehearsal with all its people and channels on Slack: signed requests to the real server, through Bolt, the real
speaker, and a pretend Slack (or the same in Socket Mode). What is let out is read back from what that Slack was given to show.

How the file's world becomes one platform's is told in over_chat.py. Slack's own:
- A line in a channel without /nvg or @nvg does not reach the bot: it may not read channels.
- A date is picked, not written: the day that the written words mean. What cannot be picked is sent all the same: the bot
  does not rely on Slack's client.
- A row is the words that a button stands beside or below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.incoming import Incoming, Place, Tap
from bot.model import Person as Someone
from bot.rules.date_words import read_moment
from bot.rules.reading import Context
from bot.rules.work_calendar import local
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.rehearsal_file import Rehearsal
from handlers.rehearse import OpenStore, Player
from handlers.simulator.stage import MESSAGE_SHORTCUTS, NotThere, bare_label, plain_words
from handlers.slack import blocks
from handlers.slack.app import Slack
from handlers.slack.hear import Hear
from handlers.slack.install import Options
from handlers.slack.modal import OTHERS
from handlers.speaker import Speaker
from handlers.turn import Answered
from templates.card import Button
from templates.words import Words
from tests.fake_servers.slack import FakeSlack, Message, Person, View, spots_of, words
from tests.fake_servers.slack import Spot as Tappable
from tests.rehearsals.over_chat import ChatStage, Process, same

Fill = Mapping[str, str]


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


class SlackStage(ChatStage):
    """The stage with Slack in front of it."""

    platform = "slack"

    def __init__(self, clock: SimulatedClock, slack: FakeSlack, rehearsal: Rehearsal, socket_mode: bool = False, repeats: int = 0) -> None:
        self.slack, self.socket_mode, self.repeats = slack, socket_mode, repeats
        self.fake, self.inside = slack, slack.team
        super().__init__(clock, rehearsal)

    def _add_user(self, person: Someone, mail: str, locale: str) -> str:
        id = f"U{len(self._users):03d}" + re.sub(r"\W|_", "", person.id.upper().encode("ascii", "ignore").decode())
        return self.slack.add_user(id, person.name, mail, locale, handle=person.id).id

    def _add_channel(self, name: str) -> str:
        return self.slack.add_channel(f"C{len(self._channel_ids):03d}{re.sub('[^A-Z]', '', name.upper())}", name=name).id

    def _begin(self, engine: Engine) -> tuple[Process, Speaker]:
        fake = self.slack
        secret, app_token = ("", fake.app_token) if self.socket_mode else (fake.signing_secret, "")
        slack = Slack(Options(fake.url, fake.bot_token, secret, app_token), engine.store, engine.clock, engine.turns.language)

        def hear() -> Hear:
            assert slack._app is not None
            (found,) = (each for each in slack._app._async_middleware_list if isinstance(each, Hear))
            return found

        process = Process(engine, slack, hear)
        if self.socket_mode:
            fake.wait(lambda: fake.socket.open)
        self._speaker = slack.speaker
        return process, slack.speaker

    @property
    def _url(self) -> str:
        """ "" in Socket Mode."""
        return "" if self.socket_mode else super()._url

    def _refuse(self, id: str) -> None:
        self.slack.fail("*", status=503, times=-1, channel=id)

    def _put_in(self, channel: str, users: list[str]) -> None:
        here, bot = self.slack.channels[channel], self.slack.bot_user
        if set(users) != set(here.members) - {bot}:
            here.members[:] = [*users, *({bot} & set(here.members))]
            if self.bot:
                self._speaker.forget(f"{self.slack.team}/{channel}")

    def _owner_of(self, channel: str) -> str:
        return self.slack.channels[channel].im

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
        self._goes_from_all(person)
        self.slack.close_account(self._users[person], self._url)
        self._and_then()

    # -- what people do

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
        if view and "submit" in view.given and same(view.given["submit"]["text"], button):
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
        raise NotThere("holding" if any(same(each, label) for each in labels) else "button", holding if label in labels else label, labels)

    def _shortcut_of(self, person: str, label: str, holding: str) -> tuple[str, Message] | None:
        """The shortcut of that label, and the newest message somebody wrote with those words, where no button has them."""
        labels = self.engine.turns.words.label
        do = next((do for do in MESSAGE_SHORTCUTS for language in ("sv", "en") if same(labels(do, language), label)), "")
        if not do or not holding or any(self._spot_in(each, label, plain_words(holding)) for each in self._before(person)):
            return None
        user = self._users[person]
        written = [each for id, channel in self.slack.channels.items() if user in channel.members for each in self.slack.messages(id)]
        fitting = [each for each in written if each.user != self.slack.bot_user and plain_words(holding) in plain_words(words(each.blocks, self._name))]
        return (do, max(fitting, key=lambda each: each.ts)) if fitting else None

    def _spot_in(self, message: Message, label: str, holding: str) -> Tappable | None:
        """A button stands in the row that has it beside it or that it stands below."""
        spots = [each for each in spots_of(message.blocks) if same(each.label, label)]
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
            kind, name = "reply", self._answers.get(person, Answered()).name
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
        name = self._answers.get(person, Answered()).name
        fields = [str(each["block_id"]) for each in view.blocks if each["type"] == "input" and not each["block_id"].endswith(OTHERS)]
        text = "\n".join(view.errors.values()) if what == "errors" else "\n".join([view.given["title"]["text"], words(view.blocks, self._name)])
        submit = [view.given["submit"]["text"]] if view.given.get("submit") else []
        if what == "updated":  # what was saved stands on top, and the form is open for the next
            self._let_out("reply", place, person, name, text, submit, fields)
            name = f"form_{json.loads(view.private_metadata or '{}').get('do', '')}"
        self._let_out("reply", place, person, name, text, submit, fields)


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

