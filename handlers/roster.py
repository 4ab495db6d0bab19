"""People, committees and groups as they are written in a file: read strictly, every fault named with its line.

First `read_yaml` or `read_csv` makes entries of the text, then `enrol` makes them into what is to be kept. An entry holds
only what its file says, so that it can create somebody or change just that of somebody who is known.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

from bot.model import Consent, Group, Kept, Member, Person
from bot.rules import code_names, identity_guard
from bot.rules.read_settings import read_clock, read_days, read_hours, read_phone
from bot.rules.work_calendar import Working

PLATFORMS = ("slack", "teams", "mail")
LANGUAGES = ("sv", "en")
ROLES = ("coordinator", "administrator")
STATUS = ("active", "gone")
GIVEN_BY = ("patient", "guardian", "advance_directive")
_ID = re.compile(r"[\w][\w.-]*")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_SECTIONS = {"people": "person", "committees": "committee", "groups": "group"}
_SEATS = {"facilitators": "facilitator", "members": "member", "guests": "guest"}  # the first place given is the one that counts
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, where."""

    line: int
    key: str
    what: str

    def __str__(self) -> str:
        return ": ".join((*((f"rad {self.line}",) if self.line else ()), *((self.key,) if self.key else ()), self.what))  # 0: of no line


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as written: a text, a list or a mapping of cells; None for nothing."""

    line: int
    value: str | list[Cell] | dict[str, Cell] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A person, committee or group: what its file says of it, read, with the line of each key (also of those with faults)."""

    kind: str
    id: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Roster:
    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept already."""

    people: Mapping[str, Person] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)  # by group


class Wrong(Exception):
    """A value that cannot be read: what is wrong with it, and on which line where that is not the cell's."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what, self.line = what, line


# --- from text to entries ---------------------------------------------------------------------------------------------


def read_yaml(text: str) -> Roster:
    """The entries of a YAML file with the keys people, committees and groups."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Roster(faults=(Fault(line, "", f"filen är inte giltig YAML ({error.problem})"),))
    except (yaml.YAMLError, ValueError, RecursionError):
        return Roster(faults=(Fault(1, "", "filen är inte giltig YAML"),))
    faults: list[Fault] = []
    top = cell_of(root, faults) if root is not None else Cell(1, None)
    if not isinstance(top.value, dict):
        return Roster(faults=(*faults, Fault(top.line, "", "filen ska ha people, committees eller groups")))
    entries: list[Entry] = []
    for name, section in top.value.items():
        if name not in _SECTIONS:
            faults.append(Fault(section.line, name, "okänd nyckel" + meant(name, _SECTIONS)))
        elif isinstance(section.value, dict):
            for id, cell in section.value.items():
                entries += _entry(_SECTIONS[name], id, cell, faults)
        elif section.value is not None:
            faults.append(Fault(section.line, name, "här ska stå ett namn på varje rad, och under det vad som gäller"))
    return Roster(tuple(entries), tuple(sorted(faults)))


def cell_of(node: yaml.Node, faults: list[Fault]) -> Cell:
    """The node as a cell; keys that stand twice or are no words are added to the faults."""
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Cell(line, [cell_of(each, faults) for each in node.value])
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Cell] = {}
        for name, value in node.value:
            key = str(name.value) if isinstance(name, yaml.ScalarNode) else ""
            at = name.start_mark.line + 1
            if not key or key in found:
                faults.append(Fault(at, key, "står två gånger" if key else "en nyckel ska vara ett ord"))
            cell = cell_of(value, faults)
            found[key] = Cell(at, cell.value) if isinstance(cell.value, dict) else cell
        return Cell(line, found)
    text = str(node.value)
    return Cell(line, None if text in ("", "~", "null") and getattr(node, "style", None) is None else text)


CSV_COLUMNS = {
    "person": ("id", "name", "organisation", "email", "identities", "platform", "phone", "language", "days", "hours", "red_days", "remind_at", "roles", "status", "left"),
    "committee": ("code", "level", "channels", "calendar", "members", "facilitators", "chair", "remove_members", "above", "language"),
    "group": (
        "code", "channels", "calendar", "above", "members", "guests", "facilitators", "remove_members", "contact_person", "stand_in", "aim", "mandate",
        "consent_until", "consent_organisations", "consent_given_by", "consent_form_kept", "organisations", "language",
    ),
}  # fmt: skip
_LISTS = {"identities", "roles", "channels", "members", "guests", "facilitators", "remove_members", "organisations", "consent_organisations"}


def read_csv(text: str) -> Roster:
    """The entries of a CSV file; of which kind its columns tell. Several values in a cell are parted by | or ;."""
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    faults: list[Fault] = []
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    entries: list[Entry] = []
    try:
        columns = [name.strip().casefold() for name in next(rows, [])]
        kind = _kind_of(columns)
        if not kind:
            return Roster(faults=(Fault(1, "", "första raden ska ha kolumnernas namn: name, code eller level är med i en av dem"),))
        unknown = [name for name in columns if name not in CSV_COLUMNS[kind]]
        faults += [Fault(1, name, "okänd kolumn" + meant(name, CSV_COLUMNS[kind])) for name in unknown]
        faults += [Fault(1, name, "kolumnen står två gånger") for name in sorted(set(columns)) if columns.count(name) > 1]
        if not faults:
            for row in rows:
                if any(value.strip() for value in row):
                    entries += _row(kind, columns, row, rows.line_num, delimiter, faults)
    except csv.Error as error:
        faults.append(Fault(rows.line_num, "", f"raden går inte att läsa ({error})"))
    return Roster(tuple(entries), tuple(sorted(faults)))


def _kind_of(columns: Collection[str]) -> str:
    if "code" in columns:
        return "committee" if {"level", "chair"} & set(columns) else "group"
    return "person" if "name" in columns else ""


def _row(kind: str, columns: list[str], row: list[str], line: int, delimiter: str, faults: list[Fault]) -> list[Entry]:
    if len(row) > len(columns):
        faults.append(Fault(line, "", f"{len(row)} värden men bara {len(columns)} kolumner"))
        return []
    cells: dict[str, Cell] = {}
    for name, value in zip(columns, row, strict=False):
        text = value.strip()
        if text and name in _LISTS:
            parts = re.split(r"\s*[|;]\s*" if delimiter != ";" else r"\s*[|,]\s*", text)
            cells[name] = Cell(line, [Cell(line, part) for part in parts if part])
        elif text:
            cells[name] = Cell(line, text)
    working: dict[str, Cell] = {name: cells.pop(name) for name in ("days", "hours", "red_days") if name in cells}
    if working:
        cells["working"] = Cell(line, working)
    consent = {name: cells.pop(f"consent_{name}") for name in ("until", "organisations", "given_by", "form_kept") if f"consent_{name}" in cells}
    if consent:
        cells["consent"] = Cell(line, consent)
    named = cells.pop("id" if kind == "person" else "code", None) or (_id_from(cells) if kind == "person" else None)
    if named is None or not isinstance(named.value, str):
        faults.append(Fault(line, "id" if kind == "person" else "code", "saknas" + (" (eller email)" if kind == "person" else "")))
        return []
    return _entry(kind, named.value, Cell(line, dict(cells)), faults)


def _id_from(cells: Mapping[str, Cell]) -> Cell | None:
    """Who has no id of their own is called by the first part of their address."""
    email = cells.get("email")
    if email is None or not isinstance(email.value, str):
        return None
    return Cell(email.line, re.sub(r"[^\w.-]", "-", email.value.partition("@")[0].casefold()))


def _entry(kind: str, id: str, cell: Cell, faults: list[Fault]) -> list[Entry]:
    """The entry read, as far as it can be: so that what names it is not called wrong too."""
    if identity_guard.has_identity(id):
        faults.append(Fault(cell.line, "", "ett personnummer får inte finnas i filen"))
        return []
    if kind == "person" and not _ID.fullmatch(id):
        faults.append(Fault(cell.line, id, "går inte att använda som id: bokstäver, siffror, punkt och bindestreck"))
        return []
    if not isinstance(cell.value, dict):
        faults.append(Fault(cell.line, id, "här ska stå vad som gäller, till exempel name: Anna Berg"))
        return []
    readers = FIELDS[kind]
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for name, given in cell.value.items():
        if name not in readers:
            faults.append(Fault(given.line, name, f"okänd nyckel i {id}" + meant(name, readers)))
        elif given.value is not None:
            lines[name] = given.line
            try:
                values[name] = readers[name](given)
            except Wrong as wrong:
                faults.append(Fault(wrong.line or given.line, name, wrong.what))
    return [Entry(kind, id, cell.line, values, lines)]


def meant(name: str, known: Collection[str]) -> str:
    """The name that was likely meant, or all that there are."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f'. Menade du "{close[0]}"?'
    return f". Det finns: {', '.join(dict.fromkeys(known))}" if known else ""


# --- reading values ---------------------------------------------------------------------------------------------------


def _text(cell: Cell) -> str:
    if not isinstance(cell.value, str):
        raise Wrong("här ska stå en text", cell.line)
    text = " ".join(cell.value.split())
    if identity_guard.has_identity(text):
        raise Wrong("ett personnummer får inte finnas i filen", cell.line)
    if not text:
        raise Wrong("är tomt", cell.line)
    return text


def _texts(cell: Cell) -> tuple[str, ...]:
    cells = cell.value if isinstance(cell.value, list) else [cell]
    return tuple(dict.fromkeys(_text(each) for each in cells))


def _email(cell: Cell) -> str:
    text = _text(cell).casefold()
    if not _EMAIL.fullmatch(text):
        raise Wrong(f'ingen e-postadress: "{text}"')
    return text


def _one_of(*known: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        text = _text(cell)
        if text not in known:
            raise Wrong(f'okänt värde: "{text}"' + meant(text, known))
        return text

    return read


def _roles(cell: Cell) -> frozenset[str]:
    cells = cell.value if isinstance(cell.value, list) else [cell]
    return frozenset(_one_of(*ROLES)(each) for each in cells)


def _identities(cell: Cell) -> tuple[str, ...]:
    found = _texts(cell)
    for each in found:
        platform, _, rest = each.partition(":")
        if platform not in PLATFORMS or not rest or (platform == "mail" and not _EMAIL.fullmatch(rest)):
            raise Wrong(f'förstår inte "{each}": skriv slack:T0123/U0456, teams:TENANT/OBJEKT eller mail:adress')
    return tuple(each.casefold() if each.startswith("mail:") else each for each in found)


def _channels(cell: Cell) -> tuple[str, ...]:
    for each in (found := _texts(cell)):
        platform, _, rest = each.partition(":")
        if platform not in ("slack", "teams") or not rest:
            raise Wrong(f'förstår inte "{each}": skriv plattform:kanal, till exempel slack:T0123/C0456')
    return found


def _phone(cell: Cell) -> str:
    number = read_phone(_text(cell))
    if number is None:
        raise Wrong(f'inget telefonnummer: "{cell.value}"')
    return number


def _clock(cell: Cell) -> Any:
    at = read_clock(_text(cell))
    if at is None:
        raise Wrong(f'inget klockslag: "{cell.value}" (skriv 07:30)')
    return at


def _number(cell: Cell) -> int:
    text = _text(cell)
    if text not in ("2", "3", "4", "5"):
        raise Wrong(f'"{text}" är ingen nivå: skriv 2, 3, 4 eller 5')
    return int(text)


def _mapping(cell: Cell, known: Collection[str]) -> dict[str, Cell]:
    if not isinstance(cell.value, dict):
        raise Wrong(f"här ska stå {', '.join(known)}", cell.line)
    for name, given in cell.value.items():
        if name not in known:
            raise Wrong(f'okänd nyckel: "{name}"' + meant(name, known), given.line)
    return {name: given for name, given in cell.value.items() if given.value is not None}


def read_working(cell: Cell) -> Working:
    """{days, hours, red_days}, each of which may be left out."""
    keys, working = _mapping(cell, ("days", "hours", "red_days")), Working()
    if "days" in keys:
        said = ",".join(_texts(keys["days"]))
        days = read_days(said)
        if days is None:
            raise Wrong(f'okända dagar: "{said}" (skriv mon-fri eller mon, wed)', keys["days"].line)
        working = replace(working, days=days)
    if "hours" in keys:
        hours = read_hours(_text(keys["hours"]))
        if hours is None:
            raise Wrong(f'okänd arbetstid: "{keys["hours"].value}" (skriv "07:00-16:00")', keys["hours"].line)
        working = replace(working, start=hours[0], end=hours[1])
    red_days = "red_days" in keys and _one_of("true", "false", "yes", "no", "ja", "nej")(keys["red_days"]) in ("true", "yes", "ja")
    return replace(working, red_days=red_days)


def read_consent(cell: Cell) -> tuple[Consent | None, str]:
    """The consent, and where its written form lies."""
    if cell.value == "none":
        return None, ""
    keys = _mapping(cell, ("until", "organisations", "given_by", "form_kept", "given_on"))
    if "until" not in keys:
        raise Wrong("until saknas: till och med när gäller samtycket?")
    consent = Consent(
        _day(keys["until"]), _texts(keys["organisations"]) if "organisations" in keys else (),
        given_by=_one_of(*GIVEN_BY)(keys["given_by"]) if "given_by" in keys else "patient",
        given_on=_day(keys["given_on"]) if "given_on" in keys else None,
    )  # fmt: skip
    return consent, _text(keys["form_kept"]) if "form_kept" in keys else ""


def _day(cell: Cell) -> date:
    text = _text(cell)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f'inget datum: "{text}" (skriv 2027-11-23)', cell.line) from None


FIELDS: dict[str, dict[str, Callable[[Cell], Any]]] = {
    "person": {
        "name": _text, "organisation": _text, "platform": _one_of(*PLATFORMS), "email": _email, "identities": _identities,
        "phone": _phone, "language": _one_of(*LANGUAGES), "working": read_working, "remind_at": _clock, "roles": _roles,
        "status": _one_of(*STATUS), "left": _day,
    },
    "committee": {
        "level": _number, "channels": _channels, "calendar": _email, "members": _texts, "facilitators": _texts, "chair": _text, "remove_members": _texts, "above": _text,
        "language": _one_of(*LANGUAGES),
    },
    "group": {
        "channels": _channels, "calendar": _email, "above": _text, "members": _texts, "guests": _texts, "facilitators": _texts, "remove_members": _texts,
        "contact_person": _text, "stand_in": _text, "aim": _text, "mandate": _text, "consent": read_consent,
        "organisations": _texts, "language": _one_of(*LANGUAGES),
    },
}  # fmt: skip


# --- from entries to what is kept -------------------------------------------------------------------------------------


def enrol(roster: Roster, known: Known, language: str = "sv", today: date = date.max) -> tuple[list[Kept], list[Fault]]:
    """What is to be saved: only what is new or differs from what is known. And the faults; with one, nothing is to be saved.

    Who is removed or works there no longer has only left the seats here: what follows of it is said in `bot/enrolled.py`.
    """
    maker = _Maker(known, language, list(roster.faults), today)
    for kind in ("person", "committee", "group"):
        for entry in roster.entries:
            if entry.kind == kind:
                maker.add(entry)
    for group, entry in maker.bodies:
        maker.check(group, entry)
    return maker.saved(), sorted(maker.faults)


SEATED = ("active", "out")


class _Maker:
    def __init__(self, known: Known, language: str, faults: list[Fault], today: date) -> None:
        self.known, self.language, self.faults, self.today = known, language, faults, today
        self.people = dict(known.people)
        self.groups = dict(known.groups)
        self.seats: dict[str, dict[str, Member]] = {}  # group -> person -> place
        self.identities = {each: person.id for person in known.people.values() for each in person.identities}
        self.by_code = {group.code.casefold(): group.id for group in known.groups.values() if group.state != "undone"}
        self.channels = {
            each: group.id for group in known.groups.values() if group.state not in ("closed", "undone") for each in group.channels
        }
        self.met: dict[str, int] = {}  # what the file itself has said: "person anna" -> line
        self.bodies: list[tuple[Group, Entry]] = []

    def fault(self, entry: Entry, key: str, what: str) -> None:
        self.faults.append(Fault(entry.lines.get(key, entry.line), key, what))

    def once(self, entry: Entry, name: str, key: str) -> bool:
        if name in self.met:
            self.fault(entry, key, f"{name.partition(' ')[2]} står redan på rad {self.met[name]}")
            return False
        self.met[name] = entry.lines.get(key, entry.line)
        return True

    def add(self, entry: Entry) -> None:
        if entry.kind == "person":
            self.person(entry)
        else:
            self.body(entry)

    # people

    def person(self, entry: Entry) -> None:
        values = dict(entry.values)
        status, left = values.pop("status", ""), values.pop("left", None)
        if status == "active" and left:
            self.fault(entry, "left", "står tillsammans med status: active. Skriv bara en av dem")
        if status or (left and left <= self.today):  # on a day to come nothing has changed yet
            values["state"] = status or "gone"
        email, platform = values.pop("email", ""), values.pop("platform", "")
        id = entry.id
        by_mail = self.identities.get(f"mail:{email}") if email else None
        if by_mail and id not in self.known.people and by_mail in self.known.people:
            id = by_mail  # known by the address, under another id
        if not self.once(entry, f"person {id}", ""):
            return
        old = self.people.get(id)
        if old is None and "name" not in entry.lines:
            self.fault(entry, "name", f"saknas för {entry.id}")
        identities = list(values.pop("identities", old.identities if old else ()))
        if platform and platform != "mail" and not any(each.startswith(f"{platform}:") for each in identities):
            identities.insert(0, f"{platform}:{id}")
        if email:
            identities = [each for each in identities if not each.startswith("mail:")] + [f"mail:{email}"]
        if not identities and not {"email", "identities", "platform"} & set(entry.lines):
            self.fault(entry, "email", f"saknas för {entry.id}: utan e-post eller identities når boten inte fram")
        for each in identities:
            owner = self.identities.get(each)
            if owner not in (None, id):
                self.fault(entry, "email" if each == f"mail:{email}" else "identities", f"{each} tillhör redan {owner}")
            self.identities[each] = id
        base = old or Person(id, "", language=self.language)
        self.people[id] = replace(base, **values, identities=tuple(dict.fromkeys(identities)))
        if self.people[id].state == "gone":
            self.leave_all(id)

    def leave_all(self, person: str) -> None:
        """Out of every group that goes on."""
        for group, places in self.known.members.items():
            kept = self.groups.get(group)
            if kept and kept.state not in ("closed", "forgotten", "undone") and any(m.person == person and m.state in SEATED for m in places):
                seats = self.seats.setdefault(group, {member.person: member for member in places})
                seats[person] = replace(seats[person], state="left")

    def who(self, entry: Entry, key: str, written: str) -> str | None:
        """A person by id or address."""
        if written in self.people:
            return written
        found = self.identities.get(f"mail:{written.casefold()}")
        if found is None:
            self.fault(entry, key, f'ingen sådan person: "{written}"' + meant(written, list(self.people)[:2000]))
        return found

    # committees and groups

    def body(self, entry: Entry) -> None:
        code, values = entry.id, dict(entry.values)
        known_id = self.by_code.get(code.casefold())
        old = self.groups.get(known_id) if known_id else None
        if not self.once(entry, f"grupp {code.casefold()}", ""):
            return
        kind = "committee" if entry.kind == "committee" else "care"
        if old and old.kind != kind:
            self.fault(entry, "", f"{code} finns redan, som {'kommitté' if old.kind == 'committee' else 'grupp'}")
            return
        if old is None and (problem := code_names.problem_of(code, ())) in ("code", "unsuitable", "name_like") and kind == "care":
            why = "ser ut som ett personnamn" if problem == "name_like" else "går inte att använda"
            self.fault(entry, "", f'kodnamnet "{code}" {why}: välj ett neutralt ord')
            return
        removed = values.pop("remove_members", ())
        roles = {role: values.pop(key) for key, role in _SEATS.items() if key in values}
        if "consent" in values:
            values["consent"], values["consent_form"] = values["consent"]
        if "chair" in values:
            roles = {"chair": (values.pop("chair"),), **roles}
        if len(roles.get("facilitator", ())) > 2:
            self.fault(entry, "facilitators", "en eller två leder mötena")
        for key in ("contact_person", "stand_in"):
            if key in values:
                values[key] = self.who(entry, key, values[key]) or ""
        for channel in values.get("channels", ()):
            owner = self.channels.setdefault(channel, known_id or code)
            if owner not in (known_id, code):
                self.fault(entry, "channels", f"i {channel} bor redan {self.groups[owner].code if owner in self.groups else owner}")
        id = old.id if old else self.free_id(code)
        fresh = Group(id, code, kind, "active" if kind == "committee" else "starting", language=self.language, level=2 if kind == "committee" else 1)
        group = replace(old or fresh, **{key: value for key, value in values.items() if key != "above"})
        self.seat(entry, group, roles, removed)
        self.groups[id] = group
        self.by_code[code.casefold()] = id
        self.bodies.append((group, entry))

    def free_id(self, code: str) -> str:
        wanted = code_names.group_id(code)
        return next(id for id in (wanted, *(f"{wanted}-{n}" for n in range(2, len(self.groups) + 3))) if id not in self.groups)

    def seat(self, entry: Entry, group: Group, roles: Mapping[str, Iterable[str]], removed: Iterable[str]) -> None:
        """Those named get their places, and those removed leave them. Who is not named stays."""
        seats = self.seats.get(group.id) or {member.person: member for member in self.known.members.get(group.id, ())}
        placed: set[str] = set()
        keys = {role: key for key, role in _SEATS.items()} | {"chair": "chair"}
        for role, names in roles.items():
            for written in names:
                person = self.who(entry, keys[role], written)
                if person and self.people[person].state == "gone":
                    self.fault(entry, keys[role], f"{self.people[person].name} har slutat")
                elif person and person not in placed:
                    placed.add(person)
                    old = seats.get(person)
                    seats[person] = replace(old, role=role, state="active") if old else Member(f"{group.id}:@{person}", group.id, person, role)
        for written in removed:
            person = self.who(entry, "remove_members", written)
            if person in placed:
                self.fault(entry, "remove_members", f"{written} står också bland dem som är med")
            elif person in seats and seats[person].state in SEATED:
                seats[person] = replace(seats[person], state="left")
        self.seats[group.id] = seats

    def check(self, group: Group, entry: Entry) -> None:
        """What can only be seen when all entries are read."""
        committees = {g.code.casefold(): g.id for g in self.groups.values() if g.kind == "committee" and g.state != "undone"}
        values: dict[str, Any] = {}
        if "above" in entry.values:
            above = committees.get(entry.values["above"].casefold())
            if above is None:
                self.fault(entry, "above", f'ingen sådan kommitté: "{entry.values["above"]}"' + meant(entry.values["above"], committees))
            else:
                values["above"] = above
        elif group.kind == "care" and not group.above:
            first = [id for id in committees.values() if self.groups[id].level == 2]
            values["above"] = first[0] if len(first) == 1 else ""
        seats = {member.person: member.role for member in self.seats[group.id].values() if member.state == "active"}
        for key in ("contact_person", "stand_in"):
            person = entry.values.get(key) and getattr(group, key)
            if person and seats.get(person) not in ("member", "facilitator", "chair"):
                self.fault(entry, key, f"{self.people[person].name} är inte med i {group.code}")
        if group.kind == "care" and not group.organisations:
            homes = (self.people[person].organisation for person in seats)
            values["organisations"] = (group.consent.organisations if group.consent else ()) or tuple(dict.fromkeys(home for home in homes if home))
        self.groups[group.id] = replace(self.groups[group.id], **values)
        if any(step == group.id for step in self.ladder(group.id)):
            self.fault(entry, "above", f"{group.code} hissar till sig själv")

    def ladder(self, start: str) -> Iterator[str]:
        """The bodies above, as long as they lead somewhere new."""
        seen: set[str] = set()
        step = self.groups[start].above
        while step and step in self.groups and step not in seen:
            seen.add(step)
            yield step
            step = self.groups[step].above

    def saved(self) -> list[Kept]:
        """People first, then groups, then places: what is new, or not as it was."""
        seats = (member for places in self.seats.values() for member in places.values())
        before: dict[str, Member] = {m.id: m for places in self.known.members.values() for m in places}
        return [
            *(p for id, p in self.people.items() if p != self.known.people.get(id)),
            *(g for id, g in self.groups.items() if g != self.known.groups.get(id)),
            *(m for m in seats if m != before.get(m.id)),
        ]
