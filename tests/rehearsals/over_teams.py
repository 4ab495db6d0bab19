"""Plays a rehearsal with all its people and channels on Teams: activities with signed tokens to the real server, through the SDK, the
real speaker, and a pretend Teams. What is let out is read back from what that Teams was given to show.

How the file's world becomes one platform's is told in over_chat.py. Teams' own:
- Each channel is of a team of its own.
- "/nvg ..." is @nvg in a channel, and just the line in the private chat. A line without it does not reach the bot.
- Teams does not tell that an account was closed: that comes from who keeps the list of people, as on the stage.
- A date is picked, not written: the day that the written words mean. What cannot be picked is sent all the same.
- A row is the words that a button stands beside or below. A form may be a dialog, or stand in a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.incoming import Incoming, News, Place, Tap
from bot.model import Person as Someone
from bot.rules.date_words import read_moment
from bot.rules.reading import Context
from bot.rules.work_calendar import local
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.rehearsal_file import Expect, Rehearsal, Step
from handlers.rehearse import OpenStore, Player
from handlers.simulator.stage import MESSAGE_SHORTCUTS, NotThere, bare_label, plain_words
from handlers.speaker import Speaker
from handlers.teams import cards
from handlers.teams.app import Options, Teams
from handlers.turn import Answered
from storage.conversations import Conversations
from templates.card import Button
from templates.words import Words
from tests.fake_servers.teams import (
    Dialog,
    FakeTeams,
    Message,
    Person,
    Toast,
    inputs_of,
    row_of,
    spots_of,
    words,
    words_of,
)
from tests.fake_servers.teams import Spot as Tappable
from tests.fake_servers.teams.model import Json
from tests.fake_servers.teams.people import filled_in
from tests.handlers.teams.bot import UNHURRIED
from tests.rehearsals.over_chat import ChatStage, Process, same

Fill = Mapping[str, str]


class TeamsPlayer(Player):
    """As `Player`, over Teams. `repeats`: all that people do comes so many times more."""

    def __init__(
        self, rehearsal: Rehearsal, teams: FakeTeams, open_store: OpenStore, words: Words, crash_between_steps: bool = False, repeats: int = 0
    ) -> None:
        stage = TeamsStage(SimulatedClock(rehearsal.now), teams, rehearsal, repeats)
        super().__init__(stage.moved(rehearsal), open_store, words, crash_between_steps)
        self.stage: TeamsStage = stage

    def close(self) -> None:
        self.stage.stop()
        super().close()


@dataclass(frozen=True, slots=True)
class Screen:
    """Something with buttons that a person has before them: a message, or the open dialog."""

    card: Json
    message: Message | None = None


class TeamsStage(ChatStage):
    """The stage with Teams in front of it."""

    platform = "teams"

    def __init__(self, clock: SimulatedClock, teams: FakeTeams, rehearsal: Rehearsal, repeats: int = 0) -> None:
        self.teams, self.repeats = teams, repeats
        self.fake, self.inside = teams, teams.tenant
        self._replies: list[tuple[str, Screen]] = []  # (person, what they were answered with)
        super().__init__(clock, rehearsal)

    def moved(self, rehearsal: Rehearsal) -> Rehearsal:
        return replace(super().moved(rehearsal), steps=tuple(map(_of_teams, rehearsal.steps)))

    def _add_user(self, person: Someone, mail: str, locale: str) -> str:
        return self.teams.add_user(person.name, handle=person.id, mail=mail, locale=locale).id

    def _add_channel(self, name: str) -> str:
        return self.teams.add_channel(name).id

    def _begin(self, engine: Engine) -> tuple[Process, Speaker]:
        fake = self.teams
        known = Conversations(engine.store)  # the bot was let in there before the file begins
        for id in self._channel_ids.values():
            known.note(f"teams:{fake.tenant}/{id}", id, fake.tenant, fake.service_url(), "channel")
        options = Options(fake.app_id, fake.secret, fake.tenant, fake.hosts, fake.cloud, lambda scope, tenant: fake.bot_token)
        teams = Teams(options, engine.store, engine.clock, engine.turns.language)
        teams.speaker._limits = UNHURRIED  # days pass in milliseconds
        self._speaker = teams.speaker
        return Process(engine, teams, lambda: teams._door.handle.__self__.on_request.args[0]), teams.speaker  # type: ignore[attr-defined]

    def _refuse(self, id: str) -> None:
        self.teams.fail("*", status=503, times=-1, conversation=id)

    def _put_in(self, channel: str, users: list[str]) -> None:
        here = self.teams.conversations[channel]
        if set(users) != set(here.members):
            here.members[:] = users
            if self.bot:
                self._speaker.forget(f"{here.tenant}/{here.id}")

    def _owner_of(self, channel: str) -> str:
        return self.teams.conversations[channel].members[0]

    def bot_comes_in(self, name: str, public: bool = False) -> None:
        address = self._address(name)
        self.shut.discard(address)
        here = self.teams.conversations[self._channel_id(address)]
        self.teams.install(here.id, next(iter(here.members), ""), self._url)
        self._and_then()

    def bot_goes_out(self, name: str) -> None:
        address = self._address(name)
        self.shut.add(address)
        here = self.teams.conversations[self._channel_id(address)]
        self.teams.remove(here.id, here.members[0], self._url)
        self._and_then()

    def account_closed(self, person: str) -> None:
        self._goes_from_all(person)
        self.teams.users[self._users[person]].deleted = True
        self._report(Place("teams", person=person), News("gone", person))

    # -- what people do

    def _at(self, person: str) -> Person:
        return self.teams.person(self._users[person], self._url)

    def said(self, person: str, place: Place, text: str) -> Answered:
        if person not in self._users:
            return super().said(person, place, text)
        if not place.private:
            self._come_in(person, place.address)
        who = self._at(person)
        who.close()
        line = text.strip()
        command = re.match(r"/nvg\b\s*", line)
        if command:
            line = line[command.end() :]
        if place.private:
            return self._done(who.direct(line, retry=self.repeats))
        here = self._channel_id(place.address)
        if command or re.search(r"@nvg(?![\w-])", line, re.IGNORECASE):
            return self._done(who.mention(here, line, retry=self.repeats))
        who.write(here, line)
        return Answered()

    def prepare(self, person: str, button: str, holding: str = "", fill: Fill | None = None) -> Callable[[], Answered]:
        if person not in self._users:
            return super().prepare(person, button, holding, fill)
        who, given = self._at(person), fill or {}
        form = self._form_of(person)
        if form and any(each.row < 0 and same(each.label, button) for each in spots_of(form.card)):
            return lambda: self._send_form(who, form, given)
        if found := self._extension_of(person, button, holding):
            return lambda: self._use(who, *found, given)
        screen, spot = self._find(person, button, holding)
        return lambda: self._tap_and_fill(who, screen, spot, given)

    def prepare_undo(self, person: str) -> Callable[[], Answered]:
        if person not in self._users:
            return super().prepare_undo(person)
        who = self._at(person)
        for screen in reversed(self._before(person)):
            for spot in spots_of(screen.card):
                if _meant(spot).do == "undo":
                    found = spot
                    return lambda: self._tap_and_fill(who, screen, found, {})
        raise NotThere("button", "undo", [])

    def _tap_and_fill(self, who: Person, screen: Screen, spot: Tappable, fill: Fill) -> Answered:
        before = len(self._replies)
        if screen.message is None:
            answered = self._done(who.submit(checked=False, retry=self.repeats, button=spot.label))
        else:
            who.close()
            answered = self._done(who.tap(spot, message=screen.message, retry=self.repeats, checked=False))
        person = self._person_of(who.user.id)
        if fill and self._form_of(person) is None:
            self._follow_up(who, [each for whose, each in self._replies[before:] if whose == person], fill)
        return self._fill_in(who, fill) or answered

    def _use(self, who: Person, command: str, message: Message, fill: Fill) -> Answered:
        """An action on a message."""
        who.close()
        answered = self._done(who.extension(command, message, retry=self.repeats))
        return self._fill_in(who, fill) or answered

    def _fill_in(self, who: Person, fill: Fill) -> Answered | None:
        """Send in the form that has opened, unless it still waits for words."""
        form = self._form_of(self._person_of(who.user.id))
        if form is None or (not fill and not _complete(form.card)):
            return None
        return self._send_form(who, form, fill)

    def _follow_up(self, who: Person, replies: list[Screen], fill: Fill) -> None:
        """The answer may have a button that opens a form with just those fields: the person's second tap."""
        person = self._person_of(who.user.id)
        for screen in replies:
            for spot in spots_of(screen.card):
                button = _meant(spot)
                here = self.teams.conversations[screen.message.conversation] if screen.message else None
                there = Place("teams", f"{here.tenant}/{here.id}") if here and here.kind != "personal" else Place("teams", person=person)
                line = {"said": button.value or button.ref} if button.do == "say" else {"tap": Tap(button.do, button.ref, value=button.value)}
                form = self.engine.peek(Incoming("peek", person, there, **line)).form
                if form and set(fill) <= {field.name for field in form.fields}:
                    if screen.message:
                        self._done(who.tap(spot, message=screen.message, checked=False))
                    else:
                        self._done(who.submit(checked=False, button=spot.label))
                    return

    def _form_of(self, person: str) -> Screen | None:
        """The form before the person: in a dialog, or in the newest thing they were answered with."""
        dialog = self.teams.dialog_of(self._users[person])
        if dialog and dialog.card and inputs_of(dialog.card):
            return Screen(dialog.card)
        newest = next((each for whose, each in reversed(self._replies) if whose == person), None)
        return newest if newest and newest.message and inputs_of(newest.card) else None

    def _send_form(self, who: Person, form: Screen, fill: Fill) -> Answered:
        values = self._filled_in(form.card, fill)
        if form.message is None:
            return self._done(who.submit(values, checked=False, retry=self.repeats))
        spot = next(each for each in spots_of(form.card) if each.row < 0)
        return self._done(who.tap(spot, message=form.message, values=values, checked=False, retry=self.repeats))

    def _filled_in(self, card: Json, fill: Fill) -> dict[str, str]:
        """What the person picks and writes in each input of the form."""
        inputs = inputs_of(card)
        if strange := next((name for name in fill if name not in inputs), ""):
            raise NotThere("field", strange, list(inputs))
        return {name: self._value_in(inputs[name], value) for name, value in fill.items()}

    def _value_in(self, element: Json, value: str) -> str:
        kind, parts = str(element["type"]), [each.strip() for each in value.split(",") if each.strip()]
        if kind == "Input.Date" and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            found = read_moment(value, Context(now=local(self.now)))
            return found.when.isoformat()[:10] if found else value
        if "choices.data" in element:
            return ",".join(self._users.get(self._named(each), each) for each in parts)
        if kind == "Input.ChoiceSet":
            known = {word.casefold(): str(each["value"]) for each in element["choices"] for word in (each["value"], each["title"])}
            wanted = parts if element.get("isMultiSelect") else [value.strip()]
            return ",".join(known.get(each.casefold()) or known.get(self._named(each).casefold()) or each for each in wanted)
        return value

    # -- what they see

    def _before(self, person: str) -> list[Screen]:
        """All messages of the bot's that the person can see, oldest first, and the open dialog."""
        user, teams = self._users[person], self.teams
        chats = [id for id, each in teams.conversations.items() if user in each.members]
        found = [each for id in chats for each in teams.messages(id)] + teams.targeted(user)
        ours = sorted((each for each in found if not each.user), key=lambda each: int(each.id))
        screens = [Screen(card, each) for each in ours if (card := each.seen_by(user))]
        dialog = teams.dialog_of(user)
        return [*screens, Screen(dialog.card)] if dialog and dialog.card else screens

    def _find(self, person: str, label: str, holding: str) -> tuple[Screen, Tappable]:
        """As `find`."""
        screens = self._before(person)
        for screen in reversed(screens):
            if spot := self._spot_in(screen.card, label, plain_words(holding)):
                return screen, spot
        labels = [bare_label(spot.label) for screen in reversed(screens) for spot in spots_of(screen.card)]
        raise NotThere("holding" if any(same(each, label) for each in labels) else "button", holding if label in labels else label, labels)

    def _extension_of(self, person: str, label: str, holding: str) -> tuple[str, Message] | None:
        """The action of that label, and the newest message somebody wrote with those words, where no button has them."""
        labels = self.engine.turns.words.label
        do = next((do for do in MESSAGE_SHORTCUTS for language in ("sv", "en") if same(labels(do, language), label)), "")
        if not do or not holding or any(self._spot_in(each.card, label, plain_words(holding)) for each in self._before(person)):
            return None
        user = self._users[person]
        written = [each for id, here in self.teams.conversations.items() if user in here.members for each in self.teams.messages(id)]
        fitting = [each for each in written if each.user and plain_words(holding) in plain_words(each.text)]
        return (do, max(fitting, key=lambda each: int(each.id))) if fitting else None

    def _spot_in(self, card: Json, label: str, holding: str) -> Tappable | None:
        """A button stands in the row that has it beside it or that it stands below."""
        every = spots_of(card)
        spots = [each for each in every if same(each.label, label)]
        if not holding:
            return spots[0] if spots else None
        rows = {spot.row: words(row_of(card, spot.row)) for spot in every}
        for spot in spots:
            if holding in plain_words(rows[spot.row]):
                return spot
        text = plain_words(words_of(card))
        if holding not in text or any(holding in plain_words(row) and "\n" not in row for row in rows.values()):
            return None  # its row has no such button
        return spots[-1] if spots else None

    def _seen(self, what: str, thing: Message | Dialog | Toast, user: str) -> None:
        """Something has come on somebody's screen: it was let out."""
        if isinstance(thing, Dialog):
            self._dialog_seen(thing)
        elif isinstance(thing, Message) and not thing.user:
            self._message_seen(what, thing, user)

    def _message_seen(self, what: str, message: Message, user: str) -> None:
        here = self.teams.conversations[message.conversation]
        private = here.members[0] if here.kind == "personal" else ""
        person, place = self._person_of(user or message.only or private), self._place_at(message.conversation, message.only)
        card = message.seen_by(user) or {}
        labels, text = [spot.label for spot in spots_of(card)], words_of(card)
        address = f"teams:@{here.tenant}/{private}" if private else f"teams:{here.tenant}/{here.id}"
        if what == "edited":
            self._let_out("update", place, "" if place.channel else person, self._names.get(message.id, ""), text, labels, (), message.id)
        elif what == "new" and not message.only and address in self._posting:
            name = self._names[message.id] = self._posting[address]
            self._let_out("direct" if person else "channel", place, person, name, text, labels, (), message.id)
        elif what == "new" or inputs_of(card) or message.id not in self._names:  # else: as it was posted, redrawn for who tapped
            self._replied(person, place, Screen(card, message), text, labels)

    def _dialog_seen(self, dialog: Dialog) -> None:
        person = self._person_of(dialog.user)
        place = self._place_at(dialog.conversation, dialog.user)
        card = dialog.card or {"body": []}
        labels, text = [spot.label for spot in spots_of(card)], "\n".join(filter(None, [dialog.title, dialog.text, words_of(card)]))
        self._replied(person, place, Screen(card), text, labels)

    def _replied(self, person: str, place: Place, screen: Screen, text: str, labels: list[str]) -> None:
        answered = self._answers.get(person, Answered())
        fields = list(inputs_of(screen.card))
        self._replies.append((person, screen))
        self._let_out("reply", place, person, answered.name, text, labels, fields)
        if answered.form and answered.card and fields and not answered.errors:  # what was saved stands on top: open for the next
            self._let_out("reply", place, person, f"form_{answered.form.do}", text, labels, fields)


def _of_teams(step: Step) -> Step:
    """Where a message is expected to name the platform, it is this one."""
    if isinstance(step, Expect):
        return replace(step, has=tuple("Teams" if each == "Slack" else each for each in step.has))
    return step


def _meant(spot: Tappable) -> Button:
    """The bot's button that this is."""
    try:
        return cards.button(spot.action.get("data") or {})
    except ValueError:
        return Button(spot.label, "")


def _complete(card: Json) -> bool:
    """Whether all that the form asks for is filled in already."""
    try:
        filled_in(card, {})
    except ValueError:
        return False
    return True
