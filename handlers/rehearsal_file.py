"""Reads a rehearsal (a YAML file, docs/REHEARSAL.md) strictly: every wrong key, person or place is named with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.model import Group, Kept, Member, Person
from bot.rules.work_calendar import Working, instant
from handlers.roster import LANGUAGES, PLATFORMS, ROLES, Cell, Fault, Wrong, cell_of, meant, read_consent, read_working

KINDS = ("reply", "channel", "direct", "mail", "event", "update")
UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"}
STEPS = (
    "NAMN @ PLATS", "NAMN taps", "NAMN joins", "NAMN leaves", "account closed", "expect", "expect nothing", "wait", "wait until", "platform down", "platform up",
    "crash", "together", "undo by",
)  # fmt: skip
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Node = yaml.Node
Value = TypeVar("Value")


class FileError(Exception):
    """The file itself is wrong. `line` counts from 1; `key` is what is wrong there."""

    def __init__(self, line: int, key: str, what: str) -> None:
        super().__init__(f"rad {line}: {key}: {what}" if key else f"rad {line}: {what}")
        self.line, self.key = line, key


@dataclass(frozen=True, slots=True)
class Says:
    line: int
    person: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    line: int
    person: str
    button: str
    holding: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undo:
    line: int
    person: str


@dataclass(frozen=True, slots=True)
class Expect:
    """`nothing`: no message may fit. Empty values are not asked about."""

    line: int
    nothing: bool = False
    to: str = ""
    in_: str = ""
    kind: str = ""
    message: str = ""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    earliest: datetime | time | None = None  # naive local
    latest: datetime | time | None = None
    written: str = ""  # as in the file


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` a naive local moment, or for a while: days and weeks by the wall clock."""

    line: int
    until: datetime | None = None
    days: int = 0
    length: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Platform:
    line: int
    name: str
    up: bool


@dataclass(frozen=True, slots=True)
class Moves:
    """Somebody ("bot": the bot) comes into a channel or goes out of it; without a place: whose account is closed."""

    line: int
    who: str
    place: str = ""
    into: bool = False


@dataclass(frozen=True, slots=True)
class Crash:
    line: int


@dataclass(frozen=True, slots=True)
class Together:
    line: int
    steps: tuple[Says | Taps | Undo, ...]


Step = Says | Taps | Undo | Expect | Wait | Platform | Moves | Crash | Together


@dataclass(frozen=True, slots=True)
class Rehearsal:
    path: Path
    now: datetime  # aware
    county: str
    language: str
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    members: tuple[Member, ...]
    channels: tuple[str, ...]  # addresses, also those without a group
    steps: tuple[Step, ...]

    @property
    def kept(self) -> tuple[Kept, ...]:
        return (*self.people, *self.groups, *self.members)


def read_rehearsal(path: Path, counties: Collection[str] = ()) -> Rehearsal:
    """The rehearsal in a file. FileError where it is wrong; OSError where it cannot be read."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
    except UnicodeDecodeError:
        raise FileError(1, "", "filen är inte skriven i UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FileError(line, "", f"inte giltig YAML ({error.problem})") from None
    except yaml.YAMLError:
        raise FileError(1, "", "inte giltig YAML") from None
    if root is None:
        raise FileError(1, "", "filen är tom")
    return _Reader(path, counties).rehearsal(root)


@dataclass
class _Reader:
    """Reads node by node and remembers the names it has met."""

    path: Path
    counties: Collection[str]
    language: str = "sv"
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    channels: dict[str, int] = field(default_factory=dict)

    def rehearsal(self, root: Node) -> Rehearsal:
        top = _keys(
            root, "filen", ("now", "county", "language", "people", "committees", "groups", "channels", "steps"), ("now", "steps")
        )
        now = _moment(top["now"], "now")
        county = _one_of(top["county"], "county", self.counties) if "county" in top else ""
        if "language" in top:
            self.language = _one_of(top["language"], "language", LANGUAGES)
        for name, node in _pairs(top.get("people"), "people"):
            self.people[_text(name, "people")] = self._person(_text(name, "people"), node)
        bodies = _pairs(top.get("committees"), "committees")
        names = [_text(name, "committees") for name, _ in bodies]
        for name, node in bodies:
            self._committee(_text(name, "committees"), node, names)
        for name, node in _pairs(top.get("groups"), "groups"):
            self._care_group(name, node, names)
        for node in _items(top.get("channels"), "channels"):
            self._channel(node)
        steps = tuple(self._step(node) for node in _items(top["steps"], "steps"))
        return Rehearsal(
            self.path, instant(now), county, self.language, tuple(self.people.values()), tuple(self.groups.values()),
            tuple(self.members), tuple(self.channels), steps,
        )  # fmt: skip

    # -- people, committees, groups

    def _person(self, id: str, node: Node) -> Person:
        keys = _keys(
            node, f"people.{id}",
            ("name", "organisation", "platform", "email", "phone", "language", "working", "roles"), ("name",),
        )  # fmt: skip
        platform = _one_of(keys["platform"], "platform", PLATFORMS) if "platform" in keys else "slack"
        email = _text(keys["email"], "email") if "email" in keys else ""
        identities = [] if platform == "mail" else [f"{platform}:{id}"]
        if email or platform == "mail":
            identities.append(f"mail:{email or id}")
        return Person(
            id,
            _text(keys["name"], "name"),
            organisation=_text(keys["organisation"], "organisation") if "organisation" in keys else "",
            identities=tuple(identities),
            phone=_text(keys["phone"], "phone") if "phone" in keys else "",
            language=_one_of(keys["language"], "language", LANGUAGES) if "language" in keys else self.language,
            working=_read(read_working, keys["working"], "working") if "working" in keys else Working(),
            roles=frozenset(_one_of(each, "roles", ROLES) for each in _items(keys.get("roles"), "roles")),
        )

    def _committee(self, id: str, node: Node, bodies: Collection[str]) -> None:
        keys = _keys(node, f"committees.{id}", ("level", "channels", "members", "chair", "above", "facilitators"), ())
        level = _number(keys["level"], "level") if "level" in keys else 2
        above = _one_of(keys["above"], "above", bodies) if "above" in keys else ""
        chairs = [self._known(keys["chair"], "chair")] if "chair" in keys else []
        roles = {"chair": chairs, "facilitator": self._persons(keys, "facilitators"), "member": self._persons(keys, "members")}
        self._add(Group(id, id, "committee", "active", self._channels(keys), self.language, level, above), roles)

    def _care_group(self, name: Node, node: Node, bodies: Collection[str]) -> None:
        id = _text(name, "groups")
        if id in self.groups:
            raise FileError(_line(name), id, "heter likadant som en av kommittéerna")
        keys = _keys(
            node, f"groups.{id}",
            ("channels", "above", "members", "guests", "facilitators", "contact_person", "stand_in", "aim", "mandate", "consent"), (),
        )  # fmt: skip
        first_body = [body for body in bodies if self.groups[body].level == 2]
        above = _one_of(keys["above"], "above", bodies) if "above" in keys else first_body[0] if len(first_body) == 1 else ""
        consent, consent_form = _read(read_consent, keys["consent"], "consent") if "consent" in keys else (None, "")
        roles = {"facilitator": self._persons(keys, "facilitators"), "member": self._persons(keys, "members"), "guest": self._persons(keys, "guests")}
        if len(roles["facilitator"]) > 2:
            raise FileError(_line(keys["facilitators"]), "facilitators", "en eller två")
        inside = [self.people[person] for persons in roles.values() for person in persons]
        group = Group(
            id, id, "care", "active", self._channels(keys), self.language, 1, above,
            organisations=consent.organisations if consent else tuple(dict.fromkeys(p.organisation for p in inside if p.organisation)),
            contact_person=self._known(keys["contact_person"], "contact_person") if "contact_person" in keys else "",
            stand_in=self._known(keys["stand_in"], "stand_in") if "stand_in" in keys else "",
            consent=consent,
            consent_form=consent_form,
            aim=_text(keys["aim"], "aim") if "aim" in keys else "",
            mandate=_text(keys["mandate"], "mandate") if "mandate" in keys else "",
        )  # fmt: skip
        self._add(group, roles)

    def _add(self, group: Group, roles: Mapping[str, list[str]]) -> None:
        """The first role that a person is given in a group is the one that counts."""
        self.groups[group.id] = group
        seen: set[str] = set()
        for role, persons in roles.items():
            for person in persons:
                if person not in seen:
                    seen.add(person)
                    self.members.append(Member(f"{group.id}:@{person}", group.id, person, role))

    def _channels(self, keys: Mapping[str, Node]) -> tuple[str, ...]:
        return tuple(self._channel(node) for node in _items(keys.get("channels"), "channels"))

    def _channel(self, node: Node) -> str:
        address = _text(node, "channels")
        platform, _, name = address.partition(":")
        if platform not in PLATFORMS or not name:
            raise FileError(_line(node), address, "en kanal skrivs plattform:namn, till exempel slack:nvg-tall")
        if address in self.channels:
            raise FileError(_line(node), address, f"kanalen är redan upptagen (rad {self.channels[address]})")
        self.channels[address] = _line(node)
        return address

    def _persons(self, keys: Mapping[str, Node], key: str) -> list[str]:
        return [self._known(node, key) for node in _items(keys.get(key), key)]

    def _known(self, node: Node, key: str) -> str:
        return _one_of(node, key, self.people, "ingen sådan person")

    # -- steps

    def _step(self, node: Node) -> Step:
        line = _line(node)
        if isinstance(node, yaml.ScalarNode):
            if node.value == "crash":
                return Crash(line)
            raise FileError(line, node.value, "inget sådant steg" + meant(node.value, STEPS))
        pairs = _pairs(node, "steps")
        if len(pairs) != 1:
            raise FileError(line, "steps", "varje steg har en enda nyckel")
        (name, value) = pairs[0]
        key = _text(name, "steps")
        if match := re.fullmatch(r"(\S+)\s+@\s*(\S+)", key):
            return Says(line, self._actor(name, match[1]), self._place(name, match[2]), _text(value, key))
        if match := re.fullmatch(r"(\S+)\s+taps", key):
            return self._taps(line, self._actor(name, match[1]), value)
        if match := re.fullmatch(r"(\S+)\s+(joins|leaves)", key):
            who = match[1] if match[1] == "bot" else self._actor(name, match[1])
            return Moves(line, who, self._place(value, _text(value, key)), match[2] == "joins")
        known: dict[str, Callable[[int, Node], Step]] = {
            "expect": lambda line, value: self._expect(line, value, False),
            "expect nothing": lambda line, value: self._expect(line, value, True),
            "wait": _wait,
            "wait until": lambda line, value: Wait(line, until=_moment(value, "wait until")),
            "platform down": lambda line, value: Platform(line, _one_of(value, key, PLATFORMS), False),
            "platform up": lambda line, value: Platform(line, _one_of(value, key, PLATFORMS), True),
            "crash": lambda line, value: Crash(line),
            "together": self._together,
            "undo by": lambda line, value: Undo(line, self._known(value, key)),
            "account closed": lambda line, value: Moves(line, self._known(value, key)),
        }
        if key not in known:
            raise FileError(line, key, "inget sådant steg" + meant(key, [*STEPS, *(f"{each} taps" for each in self.people)]))
        return known[key](line, value)

    def _actor(self, node: Node, name: str) -> str:
        if name not in self.people:
            raise FileError(_line(node), name, "ingen sådan person" + meant(name, self.people))
        return name

    def _place(self, node: Node, name: str) -> str:
        """The channel's name, or its address if the file says so."""
        known = ["bot", *self.channels, *(address.partition(":")[2] for address in self.channels)]
        if name not in known:
            raise FileError(_line(node), name, "ingen sådan plats" + meant(name, known))
        return name

    def _taps(self, line: int, person: str, node: Node) -> Taps:
        if isinstance(node, yaml.ScalarNode):
            return Taps(line, person, _text(node, "button"))
        keys = _keys(node, f"{person} taps", ("button", "holding", "fill"), ("button",))
        fill = {_text(name, "fill"): _text(value, "fill") for name, value in _pairs(keys.get("fill"), "fill")}
        holding = _text(keys["holding"], "holding") if "holding" in keys else ""
        return Taps(line, person, _text(keys["button"], "button"), holding, fill)

    def _expect(self, line: int, node: Node, nothing: bool) -> Expect:
        key = "expect nothing" if nothing else "expect"
        keys = _keys(node, key, ("to", "in", "kind", "message", "has", "lacks", "buttons", "at"), ())
        earliest, latest = _span(keys["at"]) if "at" in keys else (None, None)
        return Expect(
            line, nothing,
            to=self._known(keys["to"], "to") if "to" in keys else "",
            in_=self._place(keys["in"], _text(keys["in"], "in")) if "in" in keys else "",
            kind=_one_of(keys["kind"], "kind", KINDS) if "kind" in keys else "",
            message=_text(keys["message"], "message") if "message" in keys else "",
            has=_words(keys.get("has"), "has"), lacks=_words(keys.get("lacks"), "lacks"),
            buttons=_words(keys.get("buttons"), "buttons"), earliest=earliest, latest=latest,
            written=", ".join(f"{name}: {_shown(value)}" for name, value in keys.items()),
        )  # fmt: skip

    def _together(self, line: int, node: Node) -> Together:
        steps = [self._step(each) for each in _items(node, "together")]
        for step in steps:
            if not isinstance(step, Says | Taps | Undo):
                raise FileError(step.line, "together", "bara det som personer gör kan ske samtidigt")
        return Together(line, tuple(step for step in steps if isinstance(step, Says | Taps | Undo)))


# -- nodes


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _pairs(node: Node | None, key: str) -> list[tuple[Node, Node]]:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return []
    if not isinstance(node, yaml.MappingNode):
        raise FileError(_line(node), key, "här ska stå nycklar och värden")
    seen: dict[str, int] = {}
    for name, _ in node.value:
        text = _text(name, key)
        if text in seen:
            raise FileError(_line(name), text, f"står redan på rad {seen[text]}")
        seen[text] = _line(name)
    return list(node.value)


def _keys(node: Node, where: str, known: Collection[str], required: Collection[str]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, value in _pairs(node, where):
        key = _text(name, where)
        if key not in known:
            raise FileError(_line(name), key, f"okänd nyckel i {where}" + meant(key, known))
        found[key] = value
    for key in required:
        if key not in found:
            raise FileError(_line(node), key, f"saknas i {where}")
    return found


def _items(node: Node | None, key: str) -> list[Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise FileError(_line(node), key, "här ska stå en lista")
    return list(node.value)


def _text(node: Node, key: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise FileError(_line(node), key, "här ska stå en text")
    return str(node.value)


def _words(node: Node | None, key: str) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return (_text(node, key),)
    return tuple(_text(each, key) for each in _items(node, key))


def _shown(node: Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(_shown(each) for each in node.value) + "]"
    return str(node.value)


def _one_of(node: Node, key: str, known: Collection[str], what: str = "okänt värde") -> str:
    value = _text(node, key)
    if value not in known:
        raise FileError(_line(node), key, f'{what}: "{value}"' + meant(value, known))
    return value


def _number(node: Node, key: str) -> int:
    value = _text(node, key)
    if not value.isdecimal():
        raise FileError(_line(node), key, f'inget heltal: "{value}"')
    return int(value)


def _moment(node: Node, key: str) -> datetime:
    value = _text(node, key)
    try:
        return datetime.fromisoformat(value.strip()).replace(tzinfo=None)
    except ValueError:
        raise FileError(_line(node), key, f'ingen tidpunkt: "{value}" (skriv 2026-11-23 08:00)') from None


def _span(node: Node) -> tuple[datetime | time | None, datetime | time | None]:
    """`at: earliest..latest`, each a moment, a clock time of the message's day, or nothing; or one moment alone."""
    parts = [part.strip() for part in _text(node, "at").split("..")]

    def moment(text: str) -> datetime | time | None:
        if not text:
            return None
        try:
            return time.fromisoformat(text) if ":" in text and "-" not in text else datetime.fromisoformat(text)
        except ValueError:
            raise FileError(_line(node), "at", f'ingen tidpunkt: "{text}" (skriv 2026-11-23 08:00..2026-11-23 09:00)') from None

    if len(parts) > 2:
        raise FileError(_line(node), "at", "skriv tidigast..senast")
    earliest, latest = moment(parts[0]), moment(parts[-1])
    if isinstance(latest, datetime) and ":" not in parts[-1]:
        latest = datetime.combine(latest, time.max)  # a day alone means to its end
    return earliest, latest


def _wait(line: int, node: Node) -> Wait:
    value = _text(node, "wait").strip()
    match = re.fullmatch(r"(\d+)\s*(minute|hour|day|week)s?", value)
    if not match:
        raise FileError(line, "wait", f'förstår inte "{value}": skriv minutes, hours, days eller weeks, till exempel 3 days')
    amount, unit = int(match[1]), UNITS[match[2]]
    if unit in ("days", "weeks"):
        return Wait(line, days=amount * (7 if unit == "weeks" else 1))
    return Wait(line, length=timedelta(**{unit: amount}))


def _read(reader: Callable[[Cell], Value], node: Node, key: str) -> Value:
    """A value that is written as in a file for `nvg load`."""
    faults: list[Fault] = []
    cell = cell_of(node, faults)
    if faults:
        raise FileError(faults[0].line, faults[0].key or key, faults[0].what)
    try:
        return reader(cell)
    except Wrong as wrong:
        raise FileError(wrong.line or cell.line, key, wrong.what) from None
