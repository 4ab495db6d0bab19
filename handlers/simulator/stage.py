"""The pretend platforms: channels, private chats and mailboxes, for rehearsals and for the local chat.

Everything here is what the real platforms would keep, so it outlives the engine: `join` gives it a new one after a
crash. Ids on these platforms are the persons' own ("slack:anna"); a mailbox is known by its address.
"""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.incoming import Incoming, News, Place, Tap
from handlers.clock import SimulatedClock
from handlers.engine import Engine, Upcoming
from handlers.speaker import GiveUp, Parcel, Speaker, To, TryAgain
from handlers.turn import Answered
from templates.card import (
    Button,
    Buttons,
    Card,
    FieldView,
    FormView,
    Item,
    Span,
    Text,
    buttons,
    event_of,
    field_names,
    spans_text,
)
from templates.card import visible_text as words_of

PLATFORMS = ("slack", "teams", "mail")
CALENDAR = "calendar"  # the groups' own, each under the name of its first channel
MESSAGE_SHORTCUTS = ("make_action", "make_decision", "make_lift")
STUCK = 50  # wake-ups in a row that do not move the time on
PREFIX = re.compile(r"\s*(?:/nvg|@nvg)(?![\w-])[:,]?[^\S\n]*", re.IGNORECASE)
MENTION = re.compile(r"@([\w.-]+)")


class NotThere(Exception):
    """A place, button or field that this person does not have before them. `known` are those that there are."""

    def __init__(self, what: str, name: str, known: Sequence[str] = ()) -> None:
        super().__init__(f"{what}: {name}")
        self.what, self.name, self.known = what, name, tuple(dict.fromkeys(known))


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on the stage, and the platform they sit at."""

    id: str
    name: str
    platform: str
    email: str = ""


@dataclass(slots=True)
class Shown:
    """One message on a pretend platform."""

    id: str
    at: datetime  # aware UTC
    place: Place  # a channel, or the private chat of place.person
    kind: str  # reply | channel | direct | mail | event | said (what a person wrote)
    name: str  # the message's name
    card: Card
    seen_by: str = ""  # a reply, or a slash command: the only person who sees it
    by: str = ""  # said: who wrote it
    updated: datetime | None = None
    updates: int = 0


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form a person has open, and what its fields should be instead after a refused submit."""

    id: str
    view: FormView
    place: Place
    at: datetime
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LetOut:
    """One thing that the bot let out, in order; what `nvg rehearse --json` prints."""

    at: datetime
    kind: str  # reply | channel | direct | mail | event | update
    place: Place
    to: str  # person id; "" in a channel
    name: str
    text: str  # all visible words
    buttons: tuple[str, ...]
    fields: tuple[str, ...] = ()
    shown: str = ""  # the id of the Shown


@dataclass(frozen=True, slots=True)
class Spot:
    """A button that a person can see, and the words of the row or message it stands in."""

    shown: Shown
    button: Button


class Stage:
    """Pretend Slack, Teams and mail around one engine. Thread-safe."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self.out: list[LetOut] = []
        self.down: set[str] = set()
        self.people: dict[str, Actor] = {}
        self.channels: dict[str, set[str]] = {}  # address -> who has come in besides those of the group there
        self.out_of: dict[str, set[str]] = {}  # address -> who of the group there has gone out of it
        self.shut: set[str] = set()  # addresses that the bot is out of
        self.speakers: Mapping[str, Speaker] = {name: _StageSpeaker(self, name) for name in (*PLATFORMS, CALENDAR)}
        self._engine: Engine | None = None
        self._shown: dict[str, Shown] = {}
        self._forms: dict[str, OpenForm] = {}
        self._hooks: list[Callable[[Shown, str], None]] = []
        self._lock = threading.RLock()
        self._run = secrets.token_hex(4)  # ids differ between runs on the same database
        self._numbers = itertools.count(1)

    # -- setting the stage

    def add_person(self, id: str, name: str, platform: str, email: str = "") -> None:
        self.people[id] = Actor(id, name, platform, email)

    def add_channel(self, address: str, members: Sequence[str] = ()) -> None:
        """A channel ("slack:nvg-tall"); `members` beside those of the group that lives there."""
        self.channels.setdefault(address, set()).update(members)

    def join(self, engine: Engine) -> None:
        """Use this engine from now on (also after a crash)."""
        self._engine = engine

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the stage has no engine: call join first")
        return self._engine

    # -- time

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, to: datetime) -> None:
        """Let the time pass to that instant: everything due on the way happens at its own moment."""
        self.drain()
        still = 0
        while (due := self.engine.next_due()) is not None and due <= to:
            still = still + 1 if due <= self.now else 0
            if still > STUCK:
                raise RuntimeError("something falls due again and again: " + self._due_now())
            self.clock.move(due)
            self.drain()
        self.clock.move(to)
        self.drain()

    def drain(self) -> None:
        """Everything that is due now happens (call each second or so with a ticking clock)."""
        self.engine.drain()

    def upcoming(self, limit: int = 20) -> list[Upcoming]:
        """What the bot will do next."""
        return self.engine.upcoming(limit)

    def _due_now(self) -> str:
        return ", ".join(f"{each.kind} {each.subject}" for each in self.upcoming(3))

    # -- platforms up and down

    def platform_down(self, platform: str) -> None:
        """Every call to the platform fails until it is up again."""
        self.down.add(platform)

    def platform_up(self, platform: str) -> None:
        """Up again: what waits for its next try is tried when that falls due, or by `retry`."""
        self.down.discard(platform)

    def retry(self) -> None:
        """Try at once what waits for its next try, as when a connection comes back."""
        self.engine.drain(timedelta(days=1))

    # -- who comes and goes

    def comes_in(self, person: str, name: str) -> None:
        """A person joins a channel, and the platform says so."""
        address = self._address(name)
        with self._lock:
            self.out_of.get(address, set()).discard(person)
            self.channels[address].add(person)
        self._news(address, "joined", person)

    def goes_out(self, person: str, name: str) -> None:
        """A person leaves a channel, and the platform says so."""
        address = self._address(name)
        with self._lock:
            self.channels[address].discard(person)
            self.out_of.setdefault(address, set()).add(person)
        self._news(address, "left", person)

    def bot_comes_in(self, name: str, public: bool = False) -> None:
        """The bot is invited to a channel: a known one, or a new one by its address."""
        address = self._address(name)
        self.shut.discard(address)
        self._news(address, "invited", public=public)

    def bot_goes_out(self, name: str) -> None:
        """The bot is shown out of a channel, or the channel is archived."""
        address = self._address(name)
        self.shut.add(address)
        self._news(address, "removed")

    def account_closed(self, person: str) -> None:
        """The person's account on the platform is closed."""
        place = Place(self.people[person].platform, person=person)
        with self._lock:
            for address in self.channels:
                self.channels[address].discard(person)
                self.out_of.setdefault(address, set()).add(person)
        self._report(place, News("gone", person))

    def home(self, person: str) -> Card:
        """*Min sida*, as the platform would show it now."""
        return self.engine.show("home", person)

    def press_home(self, person: str, button: Button) -> Answered:
        """A person taps exactly this button of *Min sida*; what is answered is in the private chat."""
        place = Place(self.people[person].platform, person=person)
        page = Shown("home", self.now, place, "home", "home", self.home(person), seen_by=person)
        answered = self._press(person, Spot(page, button))
        self.drain()
        return answered

    def _address(self, name: str) -> str:
        found = next((each for each in self.channels if name in (each, each.partition(":")[2])), name)
        if ":" not in found:
            raise NotThere("place", name, [each.partition(":")[2] for each in self.channels])
        self.add_channel(found)
        return found

    def _news(self, address: str, kind: str, person: str = "", public: bool = False) -> None:
        platform, _, channel = address.partition(":")
        self._report(Place(platform, channel, public=public), News(kind, person))

    def _report(self, place: Place, news: News) -> None:
        self.engine.handle(Incoming(self._id("event"), news.person, place, news=news))
        self.drain()

    # -- what people do

    def place(self, person: str, name: str) -> Place:
        """The place a person means by "bot", a channel's name or its address."""
        actor = self.people[person]
        if name == "bot":
            return Place(actor.platform, person=person)
        fitting = [each for each in self.channels if name in (each, each.partition(":")[2])]
        if not fitting:
            raise NotThere("place", name, ["bot", *(each.partition(":")[2] for each in self.channels)])
        own = next((each for each in fitting if each.startswith(actor.platform + ":")), fitting[0])
        platform, _, channel = own.partition(":")
        return Place(platform, channel)

    def say(self, person: str, place: Place | str, text: str) -> Answered:
        """A person writes: place is a Place, a channel's name or address, or "bot" (the private chat)."""
        where = self.place(person, place) if isinstance(place, str) else place
        answered = self.said(person, where, text)
        self.drain()
        return answered

    def said(self, person: str, place: Place, text: str) -> Answered:
        """As `say`, without waiting for what it leads to."""
        line, prefixed = self._heard(text)
        command = text.lstrip().lower().startswith("/nvg")
        if not place.private:
            self._come_in(person, place.address)
        self._keep(
            Shown(self._id("said"), self.now, place, "said", "said", _plain(text), seen_by=person if command else "", by=person)
        )
        incoming = Incoming(self._id("event"), person, place, said=line, addressed=prefixed or place.private)
        return self._hand_over(incoming)

    def tap(self, person: str, button: str, holding: str = "", fill: Mapping[str, str] | None = None) -> Answered:
        """A person taps by label, as in a rehearsal. NotThere if it cannot be seen, or the form lacks a field."""
        answered = self.prepare(person, button, holding, fill)()
        self.drain()
        return answered

    def prepare(
        self, person: str, button: str, holding: str = "", fill: Mapping[str, str] | None = None
    ) -> Callable[[], Answered]:
        """As `tap`, in two steps: the button is looked for now, and tapped when the answer is called; nothing is drained."""
        form = self.form_of(person)
        if form and bare_label(form.view.submit).casefold() == bare_label(button).casefold():
            values = self._filled(form.view, fill or {})
            return lambda: self._send_in(person, values)
        spot = self.find(person, button, holding)
        return lambda: self._tap(person, spot, fill or {})

    def prepare_undo(self, person: str) -> Callable[[], Answered]:
        """As `prepare`, for the newest *Ångra* that the person can see, in whatever language. NotThere if none."""
        for shown in reversed(self.visible(person)):
            for button in buttons(shown.card) if shown.kind != "said" else ():
                if button.do == "undo":
                    spot = Spot(shown, button)
                    return lambda: self._tap(person, spot, {})
        raise NotThere("button", "undo", [])

    def _tap(self, person: str, spot: Spot, fill: Mapping[str, str]) -> Answered:
        answered = self._press(person, spot)
        if fill and answered.form is None and answered.card is not None:
            answered = self._follow(person, spot, answered, fill)
        form = answered.form
        if form is None or (not fill and any(field.required and not field.value for field in form.fields)):
            return answered
        return self._send_in(person, self._filled(form, fill))

    def press(self, person: str, message_id: str, button: Button) -> Answered:
        """A person taps exactly this button of this message (the web page)."""
        answered = self._press(person, Spot(self._shown[message_id], button))
        self.drain()
        return answered

    def submit(self, person: str, fields: Mapping[str, str]) -> Answered:
        """Send in the person's open form."""
        answered = self._send_in(person, fields)
        self.drain()
        return answered

    def close_form(self, person: str) -> None:
        with self._lock:
            self._forms.pop(person, None)

    def _press(self, person: str, spot: Spot) -> Answered:
        self.close_form(person)
        return self._hand_over(self._incoming(person, spot))

    def _incoming(self, person: str, spot: Spot) -> Incoming:
        button, event = spot.button, self._id("event")
        if button.do == "say":
            return Incoming(event, person, spot.shown.place, said=button.value or button.ref)
        return Incoming(event, person, spot.shown.place, tap=Tap(button.do, button.ref, value=button.value))

    def _send_in(self, person: str, fields: Mapping[str, str]) -> Answered:
        form = self.form_of(person)
        if form is None:
            raise NotThere("form", person)
        tap = Tap(form.view.do, form.view.ref, fields=dict(fields), version=form.view.version)
        return self._hand_over(Incoming(self._id("event"), person, form.place, tap=tap))

    def _follow(self, person: str, spot: Spot, answered: Answered, fill: Mapping[str, str]) -> Answered:
        """The answer may have a button that opens a form with just those fields: the person's second tap."""
        for button in buttons(answered.card or Card()):
            second = replace(spot, button=button)
            form = self.engine.peek(self._incoming(person, second)).form
            if form and set(fill) <= set(field_names(form)):
                return self._press(person, second)
        return answered

    def _filled(self, form: FormView, fill: Mapping[str, str]) -> dict[str, str]:
        fields = {field.name: field for field in form.fields}
        for name in fill:
            if name not in fields:
                raise NotThere("field", name, list(fields))
        return {name: self._value(field, fill[name]) if name in fill else field.value for name, field in fields.items()}

    def _value(self, field: FieldView, value: str) -> str:
        """A choice may be given by its label, a person by name."""
        if field.kind in ("choice", "choices", "people"):
            known = {label.casefold(): key for key, label in field.options}
            if field.kind == "people":
                known |= {actor.name.casefold(): actor.id for actor in self.people.values()}
            return ",".join(known.get(part.strip().lstrip("@").casefold(), part.strip().lstrip("@")) for part in value.split(","))
        return value

    def _heard(self, text: str) -> tuple[str, bool]:
        """The line as a platform hands it over: mentions by id, without the bot's own name; and whether that was there."""
        ids = {each.casefold(): each for each in self.people}
        line = MENTION.sub(lambda found: "@" + ids.get(found[1].casefold(), found[1]), text)
        if start := PREFIX.match(line):
            return line[start.end() :].strip(), True
        without = re.sub(r"@nvg(?![\w-])[:,]?\s*", "", line, flags=re.IGNORECASE)
        return without.strip(), without != line

    def _hand_over(self, incoming: Incoming) -> Answered:
        answered = self.engine.handle(incoming)
        self._answer(incoming, answered)
        return answered

    def _answer(self, incoming: Incoming, answered: Answered) -> None:
        """Show what came back in the acknowledgement, to the asker alone."""
        person, place = incoming.person, incoming.place
        with self._lock:
            if answered.errors and (form := self._forms.get(person)):
                written = incoming.tap.fields if incoming.tap and incoming.tap.fields else {}
                kept = tuple(replace(field, value=written.get(field.name, field.value)) for field in form.view.fields)
                view = replace(form.view, fields=kept)
                self._forms[person] = replace(form, view=view, errors=answered.errors)
                self._let_out(
                    "reply", place, person, answered.name, "\n".join(answered.errors.values()), (view.submit,), field_names(view)
                )
                return
            if incoming.tap and incoming.tap.fields is not None:
                self._forms.pop(person, None)
            if answered.card:
                shown = Shown(self._id("reply"), self.now, place, "reply", answered.name, answered.card, seen_by=person)
                self._keep(shown)
                self._let_out_card("reply", shown, person)
            if answered.form:
                view = answered.form
                self._forms[person] = OpenForm(self._id("form"), view, place, self.now, {})
                text = "\n".join(filter(None, [view.title, view.intro, view.about, *(field.label for field in view.fields)]))
                self._let_out("reply", place, person, f"form_{view.do}", text, (view.submit,), field_names(view))

    # -- what people see

    def form_of(self, person: str) -> OpenForm | None:
        with self._lock:
            return self._forms.get(person)

    def sees(self, person: str, address: str) -> bool:
        """Whether the person reads that channel: who has come in there, and the group's own."""
        if person in self.out_of.get(address, ()):
            return False
        if person in self.channels.get(address, ()):
            return True
        people, homes = self.engine.residents(address)
        platform = self.people[person].platform
        if person not in people or platform == "mail":
            return False
        at_home = [home for home in homes if home.startswith(platform + ":")]
        return address in at_home if at_home else address == homes[0]

    def places(self, person: str) -> list[Place]:
        """The channels the person is in, and the private chat."""
        channels = [To.of(address) for address in sorted(self.channels) if self.sees(person, address)]
        return [Place(self.people[person].platform, person=person), *(Place(each.platform, each.channel) for each in channels)]

    def visible(self, person: str, place: Place | None = None) -> list[Shown]:
        """All that this person can see (in one place), newest last."""
        addresses = {each.address for each in ([place] if place else self.places(person))}
        with self._lock:
            return [
                each
                for each in self._shown.values()
                if each.seen_by in ("", person)
                and (each.place.person == person if each.place.private and place is None else each.place.address in addresses)
            ]

    def find(self, person: str, button: str, holding: str = "") -> Spot:
        """The newest button of that label this person can see, in the row or message holding the words. NotThere if none."""
        messages = [each for each in reversed(self.visible(person)) if each.kind != "said"]
        for shown in messages:
            if found := _button_in(shown.card, button, holding):
                return Spot(shown, found)
        for shown in reversed(self.visible(person)):
            if found := self._shortcut(shown, button, holding):
                return Spot(shown, found)
        seen = [bare_label(each.label) for shown in messages for each in buttons(shown.card)]
        if any(label.casefold() == bare_label(button).casefold() for label in seen):
            raise NotThere("holding", holding, [])
        raise NotThere("button", button, seen)

    def _shortcut(self, shown: Shown, label: str, holding: str) -> Button | None:
        """The shortcuts of a message that somebody wrote: it is handed over with its text."""
        text = words_of(shown.card)
        if shown.kind != "said" or plain_words(holding) not in plain_words(text):
            return None
        words = self.engine.turns.words
        do = next((do for do in MESSAGE_SHORTCUTS for lang in ("sv", "en") if words.label(do, lang).casefold() == label.casefold()), "")
        return Button(label, do, value=self._heard(text)[0]) if do else None

    def listen(self, hook: Callable[[Shown, str], None]) -> None:
        """The hook is called with each Shown that comes ("new") or is redrawn ("update"), from any thread."""
        self._hooks.append(hook)

    # -- what the speakers do

    def receive(self, to: To, parcel: Parcel) -> str:
        """A platform takes a post in. GiveUp if there is no such place."""
        place, person = self._place_of(to)
        kind = {"mail": "mail", CALENDAR: "event"}.get(to.platform, "direct" if person else "channel")
        with self._lock:
            shown = Shown(self._id("post"), self.now, place, kind, parcel.name, parcel.card)
            self._keep(shown)
            self._let_out_card(kind, shown, person)
        return shown.id

    def redraw(self, to: To, message_id: str, parcel: Parcel) -> None:
        """A platform redraws a message. GiveUp if it has gone."""
        with self._lock:
            shown = self._shown.get(message_id)
            if shown is None:  # written before this run began
                return
            if to.platform == "mail":  # what has been sent stays as it was; a calendar is put right by another mail
                if event_of(shown.card):
                    self.receive(to, parcel)
                return
            was = words_of(shown.card)
            shown.card, shown.name, shown.updated, shown.updates = parcel.card, parcel.name, self.now, shown.updates + 1
            if shown.kind == "event":
                if words_of(parcel.card) != was:  # who is invited is not told of
                    self._let_out_card("event", shown, "")
            else:
                self._let_out_card("update", shown, shown.place.person if shown.place.private else "")
        self._tell(shown, "update")

    def readers(self, to: To) -> dict[str, str]:
        """Who reads a channel, as its platform knows them."""
        people, _ = self.engine.residents(to.address)
        here = {person for person in people if person in self.people and self.people[person].platform == to.platform}
        here = (here | self.channels.get(to.address, set())) - self.out_of.get(to.address, set())
        return {person: self.people[person].name for person in sorted(here)}

    def _place_of(self, to: To) -> tuple[Place, str]:
        if to.platform == CALENDAR:
            with self.engine.store.read() as read:
                group = read.group(to.channel)
            return Place(CALENDAR, self._called(group.channels[0]) if group and group.channels else to.channel), ""
        if to.channel:
            if to.address not in self.channels:
                raise GiveUp("no_such_channel")
            if to.address in self.shut:
                raise GiveUp("not_in_channel")
            return Place(to.platform, to.channel), ""
        for actor in self.people.values():
            if to.user == (actor.email if to.platform == "mail" else actor.id):
                return Place(to.platform, person=actor.id), actor.id
        if to.platform == "mail":  # a guest invited in the chat has a mailbox from then on
            with self.engine.store.read() as read:
                guest = read.person_of(f"mail:{to.user}")
            if guest:
                self.add_person(guest.id, guest.name, "mail", to.user)
                return Place("mail", person=guest.id), guest.id
        raise GiveUp("no_such_person")

    def _called(self, address: str) -> str:
        """A channel's name among people."""
        return address.partition(":")[2]

    # -- keeping

    def _come_in(self, person: str, address: str) -> None:
        with self._lock:
            self.out_of.get(address, set()).discard(person)
            if person not in self.engine.residents(address)[0]:
                self.channels.setdefault(address, set()).add(person)

    def _id(self, kind: str) -> str:
        return f"{kind}-{self._run}-{next(self._numbers)}"

    def _keep(self, shown: Shown) -> None:
        with self._lock:
            self._shown[shown.id] = shown
        self._tell(shown, "new")

    def _tell(self, shown: Shown, what: str) -> None:
        for hook in self._hooks:
            hook(shown, what)

    def _let_out_card(self, kind: str, shown: Shown, to: str) -> None:
        labels = tuple(button.label for button in buttons(shown.card))
        self._let_out(kind, shown.place, to, shown.name, words_of(shown.card), labels, (), shown.id)

    def _let_out(
        self, kind: str, place: Place, to: str, name: str, text: str,
        labels: Sequence[str] = (), fields: Sequence[str] = (), shown: str = "",
    ) -> None:  # fmt: skip
        self.out.append(LetOut(self.now, kind, place, to, name, text, tuple(labels), tuple(fields), shown))


class _StageSpeaker:
    """One of the pretend platforms, as the postman meets it."""

    def __init__(self, stage: Stage, platform: str) -> None:
        self.stage, self.platform = stage, platform

    def send(self, to: To, parcel: Parcel) -> str:
        self._up()
        return self.stage.receive(to, parcel)

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self._up()
        self.stage.redraw(to, message_id, parcel)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        self._up()
        return self.stage.readers(to)

    def _up(self) -> None:
        if self.platform in self.stage.down:
            raise TryAgain("down")


def bare_label(label: str) -> str:
    """A label without an emoji before the words and a "#12" after them."""
    return re.sub(r"^[^\w+]+\s*|\s*#\w+$", "", label).strip()


def plain_words(text: str) -> str:
    """Text for comparing: no case, no mark-up, single spaces, no word joiners."""
    return " ".join(re.sub(r"[*_~`\u2060]", "", text).casefold().split())


def _button_in(card: Card, label: str, holding: str) -> Button | None:
    wanted, words = bare_label(label).casefold(), plain_words(holding)

    def first(among: Sequence[Button]) -> Button | None:
        return next((each for each in among if bare_label(each.label).casefold() == wanted), None)

    rows = [block for block in card.blocks if isinstance(block, Item) and words in plain_words(spans_text(block.spans))]
    if words:
        for row in rows:
            if found := first(row.buttons):
                return found
        if words not in plain_words(words_of(card)):
            return None
        # The words stand elsewhere in the message: its own buttons before those of a row that does not hold them.
        if found := first([each for block in card.blocks if isinstance(block, Buttons) for each in block.buttons]):
            return found
        if rows:
            return None
    return first(buttons(card))


def _plain(text: str) -> Card:
    return Card((Text((Span(text),)),))
