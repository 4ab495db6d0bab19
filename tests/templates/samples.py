"""Samples of every message: one bare and one full, made from the type hints, and those made by hand below."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from bot.disclosure import KINDS, WAYS
from bot.messages import access_log, calendar, common, delivery, digests, escalations
from bot.messages.base import Message
from bot.model import SEPARATOR, Absence, Action, Decision, Escalation, Person, Step
from bot.rules.calendar_event import Event, Moved
from bot.rules.digest_contents import GroupWeek, LeadTime
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday

WORDS: dict[str, str] = {
    # values of string fields that are not free text, by the field's name
    "by": "anna", "person": "anna", "owner": "bo", "led_by": "bo", "contact_person": "anna", "stand_in": "bo", "deputy": "bo",
    "id": "tall:12", "group": "tall", "code": "tall", "meeting": "tall:2026-12-01", "ref": "#12", "change": "c0ffee",
    "state": "open", "command": "action", "what": "done", "who": "member", "why": "built_on", "problem": "bad_date",
    "kind": "other", "stuck_kind": "it", "role": "member", "helped": "helped", "result": "partly", "given_by": "patient",
    "name": "Anna Berg", "contact": "anna", "phone": "070-123 45 67",
}  # fmt: skip

OVERRIDES: dict[str, dict[str, Any]] = {
    # message name -> field -> value, where the type hint does not say enough
    "action_shown": {"history": (("action_added", "anna", NOW), ("reminded", "", NOW), ("action_stuck", "bo", NOW)), "where": ("", "", "todo")},
    "away_saved": {"deputy_away": ("maj", date(2026, 11, 27), date(2026, 11, 28))},
    "did_you_mean": {"line": "done 12"},
    "group_closed": {"code": "tall"},
    "settings_shown": {"language": "sv"},
    "newcomers": {"people": (("anna", "waits"), ("bo", "waits"), ("maj", "in"), ("eva", "out"))},
    "account_closed": {"codes": ("tall", "björk")},
    "channel_lost": {"platform": "slack"},
    "went_out": {"state": "waits"},
    "settings_saved": {"language": "en", "changed": ("remind_at", "working", "language", "phone"), "outside": True},
    "not_reached": {"code": "tall", "person": "anna", "channel": "", "why": "left"},
    "locked_out_of": {"platform": "Slack", "why": "token_revoked"},
    "outsiders_read": {"code": "tall", "channel": "#nvg-tall", "names": ("Gun Ask", "Per Al")},
    "no_such": {"ref": "#99", "open": ()},
    "unknown_person": {"word": "Gun"},
    "which_person": {"word": "Anna", "line": "Anna rings", "choices": ("anna", "bo")},
    "calendar_event": {"event": Event("tall:2026-12-01", datetime(2026, 12, 1, 13)), "left": False, "moved": (), "cancelled": ()},
    "several": {"answers": (common.Thanks(), common.Undone("action", "#12", "anna"))},
    "which_group": {"line": "done 12", "choices": (("tall", "tall"), ("bjork", "björk"))},
    "not_understood": {"tries": ("action", "mine")},
    "weekly_overview": {"rows": (), "next_page": "2026-11-23|7|", "older": "2026-11-16|0|", "about": "Arvika"},
    "help_offered": {"by": "bo", "to": ()},
    "seen_of_me": {"rows": (), "since": date(2026, 10, 25)},
    "seen_of_group": {"rows": (), "since": date(2026, 10, 25)},
    "own_data": {"platforms": ("slack", "teams"), "mails": ("anna@example.org",), "seen": ()},
    "help": {"topic": "", "lines": ("action", "mine", "agenda")},
}

class Everybody(dict[str, Person]):
    """People who are there whatever the id."""

    def get(self, id: str, default: Any = None) -> Any:
        return self[id] if id in self else Person(id, f"{id.capitalize()} Sköld")


PEOPLE: Mapping[str, Person] = Everybody(
    anna=Person("anna", "Anna Berg"), bo=Person("bo", "Bo Ek"), maj=Person("maj", "Maj Frans"), eva=Person("eva", "Eva Ring")
)


def messages(name: str) -> Iterator[Message]:
    """The samples of one message: bare, full, and those made by hand."""
    kind = Message.registry[name]
    given = OVERRIDES.get(name, {})
    yield make(kind, full=False, given=given)
    yield make(kind, full=True, given=given)
    yield from (message for message in HAND_MADE if message.name == name)


def make(kind: type[Any], full: bool, given: Mapping[str, Any] | None = None) -> Any:
    """A value of the dataclass: every required field, or with `full` every field, filled from its type hint."""
    hints = hints_of(kind)
    values = {f.name: value(hints[f.name], f.name, full) for f in fields(kind) if full or required(f)}
    return kind(**{**values, **(given or {})})


def required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def hints_of(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def value(hint: Any, name: str, full: bool) -> Any:
    """A believable value of that type for a field of that name."""
    simple: dict[Any, Any] = {
        int: 3, bool: full, date: date(2026, 11, 27), datetime: datetime(2026, 11, 27, 13, 0), time: time(13, 0), type(None): None,
    }  # fmt: skip
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is str:
        return WORDS.get(name, "ring the day centre")
    if hint is datetime and name.endswith(("_at", "at")):
        return NOW
    if hint in simple:
        return simple[hint]
    if origin in (typing.Union, types.UnionType):
        return value(next(each for each in arguments if each is not type(None)), name, full)
    if origin is tuple and arguments[-1] is Ellipsis:
        if arguments[0] is str:
            return ("anna", "bo")
        return (value(arguments[0], name, full),) if arguments[0] is not object else ()
    if origin is tuple:
        return tuple(value(each, name, full) for each in arguments)
    if origin is frozenset:
        return frozenset({value(arguments[0], name, full)})
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {value(arguments[0], name, full): value(arguments[1], name, full)}
    if hint is Message:
        return common.Thanks()
    if is_dataclass(hint) and isinstance(hint, type):
        return make(hint, full=False, given={f.name: value(str, f.name, full) for f in fields(hint) if f.name in ("text", "helped")})
    raise TypeError(f"no sample for {name}: {hint}; add one to OVERRIDES")


def overviews() -> Iterator[Message]:
    """The weekly overview with a row of each sort, as each reader sees it."""
    spread = LeadTime(9, 5, 30, 70, 200)
    matter = value(Escalation, "matter", False)
    group = GroupWeek("tall", "tall", 0, 1, 2, 3, 1, 1, 2, date(2026, 11, 20), 2, 1, NOW, False, False, False, date(2026, 12, 1))
    why = ("missed", "stuck", "overdue", "meeting", "contact", "consent")
    for act in ("answer", "remind", "own"):
        rows = tuple(
            digests.NeedRow(act, replace(matter, state=state, taken_by="bo", answered_at=NOW), "the committee", late)
            for state in ("open", "taken", "asked", "answered") for late in (True, False)
        )  # fmt: skip
        theirs = digests.NeedRow("own" if act == "own" else "help", group=group, why=why)
        yield digests.WeeklyOverview(
            date(2026, 11, 23), date(2026, 11, 29), digests.WeekTotals(*range(18)), spread, spread, rows=(*rows, theirs),
            own=act == "own", sent=act == "answer", more=2, next_page="2026-11-23|7|", older="2026-11-16|0|", calm=("ek", "gran"),
        )  # fmt: skip


def invitations() -> Iterator[Message]:
    """What stands in a calendar: a series with all that can be said of it, one meeting, and both cancelled."""
    first = datetime(2026, 12, 1, 13)
    moved = (Moved(first, first.replace(day=2, hour=10), 30), Moved(first.replace(day=8), first.replace(day=8), 45))
    days = tuple(first.replace(day=day) for day in (15, 22, 29))
    series = Event("tall:1", first, 30, Rule((MeetingTime(1, time(13), 30),), first.date()), moved, days)
    for event in (series, Event("tall:2026-12-01", first), Event("tall:1", state="cancelled"), Event("tall:2026-12-01", first, state="cancelled")):
        yield calendar.CalendarEvent(event, "tall", False, moved, days, "anna", "070-123 45 67")
    yield calendar.CalendarEvent(series, "gk", True, (), (*days, first))
    yield calendar.CalendarEvent(series, "tall", left=True)


def lifted_matters() -> Iterator[Message]:
    """What is said of a matter in every state, with all that can be on its path."""
    path = tuple(
        Step(what, by, NOW, "gk")
        for what, by in (
            ("lifted", "anna"), ("taken", "eva"), ("released", "eva"), ("asked", "eva"), ("replied", "bo"), ("answered", "eva"),
            ("back", "bo"), ("further", "eva"), ("solved", "maj"),
        )
    )  # fmt: skip
    matter = Escalation(
        "tall:H1", "tall", 1, "tall", "anna", NOW, "gk", make_plan(NOW, Pace()), NOW, kind="it", action="tall:12", taken_by="eva",
        answered_by="eva", path=path, text="no access", tried="rang the help desk", said=SEPARATOR.join("abcdefghi"),
    )  # fmt: skip
    for state in ("open", "taken", "asked", "answered", "solved", "closed", "withdrawn", "undone"):
        for about, helped, shared in (("obstacle", "helped", False), ("obstacle", "partly", False), ("idea", "", True), ("lesson", "", False)):
            each = replace(matter, state=state, about=about, helped=helped, urgent=about == "obstacle", shared_at=NOW if shared else None)
            yield escalations.EscalationCard(each, "GK")
            yield escalations.MatterAlready(each, "GK", "tall")
            yield escalations.AlreadyLifted(each, "GK")
            yield escalations.LiftedList((each,), (each,), (each.id,))
            for occasion in ("", "reminder", "chair", "released"):
                yield escalations.LiftedCard(each, "GK", above="SG", occasion=occasion, shared=shared)
            yield escalations.LiftedCard(each, "SG", here=False)
            yield escalations.MatterLifted(each, "GK", "c0ffee", own=True, chair="eva", chair_at=NOW if shared else None)
    for what in ("taken", "asked", "answered", "solved", "further", "kind", "edited", "replied", "helped", "back", "withdrawn", "shared"):
        yield escalations.MatterNoted(matter, what, "c0ffee", "GK", "tall", 3)
    for verdict in ("helped", "partly", "no", ""):
        yield escalations.MatterAnswer(matter, "on Monday", "eva", "GK", solved=not verdict, current=not verdict, verdict=verdict)
    yield escalations.MatterQuestion(matter, "which?", "eva", "GK", gone=True)
    for why in ("consent", "nowhere", "top"):
        yield escalations.CannotLift(why, "tall", "tall")
    yield escalations.NoSuchMatter("H9", (matter,))
    yield escalations.NoSuchMatter("")


def sightings() -> Iterator[Message]:
    """Every sort of reader, kind and way."""
    readers: tuple[dict[str, str], ...] = ({"person": "bo"}, {"place": "GK"}, {"place": "-"}, {"account": "drift"}, {"account": "-"}, {})
    rows = tuple(
        access_log.SeenRow(KINDS[number:][:5], WAYS[: number % 7 + 1], number + 1, NOW, code="tall" if number % 2 else "", **readers[number % 6])
        for number in range(len(KINDS))
    )  # fmt: skip
    for first in range(0, len(rows), 9):
        yield access_log.SeenOfMe(date(2026, 10, 25), rows[first:][:9], first // 9, more=2)
        yield access_log.SeenOfGroup("tall", "tall", date(2026, 10, 25), rows[first:][:9], first // 9, more=2, inside=3)
    kia = Person(
        "kia", "Kia Ord", "Eda kommun", phone="0570-1", roles=frozenset({"coordinator", "administrator"}), todo=True, reminders=False,
        overview_rule=Rule((MeetingTime(4, time(14), 0),), first=date(2026, 11, 27)),
    )  # fmt: skip
    away = Absence("@kia:2026-12-01", "kia", date(2026, 12, 1), date(2026, 12, 7), "bo")
    places = tuple(access_log.OwnPlace(code, role, day, left) for code, role, day, left in (("tall", "facilitator", date(2026, 11, 3), False), ("", "member", None, True)))
    yield access_log.OwnData(kia, (), ("teams",), date(2026, 11, 2), places, (away,), 1, 2, True, rows[:3], 4, (24, 24))
    yield access_log.OwnData(Person("maj", "Maj Frans", todo=True), ("maj@example.org",), actions=1)


HAND_MADE: tuple[Message, ...] = (
    *sightings(),
    *invitations(),
    *lifted_matters(),
    *(common.CannotUndo(why, by, "#12") for why in ("nothing", "too_late", "built_on", "not_yours", "already", "ended") for by in ("anna", "")),
    *(
        common.BadDate(words, problem, example)
        for problem in ("bad_date", "bad_time", "past_date", "no_date", "no_time", "no_until", "no_meeting")
        for words, example in (("32/13", ""), ("", "åtgärd ringa kommunen senast fredag"))
    ),
    common.BadDate("sportlovet", "school_day"),
    common.UnknownPerson("Bo Röntgen", ("anna", "bo"), line="åtgärd @Bo Ek: Röntgen bokas"),
    common.BackwardsDays("40-1 juli"),
    common.WhichDay("nästa fredag", ((date(2026, 12, 4), "borta 2026-12-04"), (date(2026, 11, 27), "borta 2026-11-27"))),
    common.BackwardsDays("v 32-27", ((date(2027, 7, 5), date(2027, 8, 15), "pausa 2027-07-05 – 2027-08-15"),)),
    *(common.Missing(what, "action") for what in ("rest", "text", "number", "person", "owner", "date", "time", "name", "code", "minutes", "?")),
    *(
        common.FieldError(problem)
        for problem in ("text", "number", "person", "date", "time", "identity_number", "too_long", "past_date", "bad_date", "?")
    ),
    *(common.NotAllowed(who, ("bo",)) for who in ("member", "lead", "owner", "contact_person", "chair", "coordinator", "administrator")),
    *(common.Undone(command, "", "bo") for command in ("schedule", "several", "?")),
    common.NoSuch("#99", (value(Action, "", False), value(Decision, "", False))),
    *(
        delivery.NotReached("tall", channel=channel, platform="Slack", why=why)
        for why in ("archived", "not_in_channel", "no_such_channel", "may_not_post", "outsiders", "no_answer", "?")
        for channel in ("#nvg-tall", "")
    ),
    *(delivery.NotReached("tall", "anna", why=why) for why in ("no_way", "no_answer", "?")),
    delivery.OutsidersRead("tall", "", ("Gun Ask",)),
    delivery.OutsidersRead("tall"),
    *(delivery.LockedOutOf(platform, why) for platform in ("Slack", "mail") for why in ("missing_scope", "invalid_auth")),
    *(delivery.FallenBehind(timers, messages, NOW) for timers, messages in ((1, 0), (0, 3), (2, 1))),
    *(delivery.LockedOutOf("Teams", why) for why in ("login", "disabled", "token_revoked")),
    common.NoGroupHere(private=True),
    *overviews(),
    common.Help("action", ("action",)),
    common.Help("", ("action", "mine"), more=True),
)  # fmt: skip
