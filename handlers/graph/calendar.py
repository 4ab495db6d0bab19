"""The groups' calendar as the postman meets it: each event of the bot's stands in a mailbox's calendar, with an online meeting.

Nothing is remembered of what was put there but in which mailbox. Each time the mailbox is asked for what bears the event's name (a
property that nobody sees), and whatever differs from the event as it is now is put right. So it may be killed between any two
requests, and whoever tries again goes on where it stopped; a lost answer is found out, and what somebody has deleted is made anew.

Only what is still to come is changed: who was at a meeting is not told afterwards that it was moved.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.calendar import room
from bot.incoming import Incoming, News, Place
from bot.rules.calendar_event import Event
from bot.rules.work_calendar import instant, local
from handlers import logs
from handlers.clock import Clock
from handlers.graph.client import Graph, headers, rows, told
from handlers.graph.errors import Refused
from handlers.graph.lookups import address_of, mailboxes_of
from handlers.graph.names import NAME, OURS, PART, PREFER, ZONE
from handlers.graph.rhythm import DAYS, Pattern, Series, crosses, series_of, wanted, window
from handlers.pace import Wait
from handlers.speaker import LockedOut, Parcel, To
from storage.calendar_events import CalendarEvents
from storage.store import Store
from templates.card import event_of

if TYPE_CHECKING:
    from msgraph.graph_service_client import GraphServiceClient

NAMES = uuid.UUID(OURS)
PAGE = 100
SHOWN = ["id", "subject", "start", "end", "recurrence", "attendees", "location", "isOnlineMeeting", "onlineMeeting", "type"]
ROOM_AFTER = (1.0, 3.0, 9.0)  # seconds: the room of a new event is made beside it, and may be told of later than the event
GONE = ("no_such_mailbox",)  # then what was put there is gone too

Item = dict[str, Any]
"""An event as Graph tells of it."""

Hear = Callable[[Incoming], object]


class CalendarSpeaker:
    """The platform "calendar": `calendar:tall` is the group's. Thread-safe. `hear`, once it is set, is told where events are joined."""

    at_once = 4

    def __init__(self, graph: Graph, store: Store, clock: Clock) -> None:
        self._graph, self._store, self._clock = graph, store, clock
        self._kept = CalendarEvents(store)
        self.hear: Hear = lambda incoming: None

    def room(self, to: To, redraw: bool) -> Wait | None:
        """The client sees to the limits of each mailbox."""
        return None

    def send(self, to: To, parcel: Parcel) -> str:
        event = event_of(parcel.card)
        name = name_of(event.uid if event else parcel.ref)
        self._put_right(name, event, parcel.ref)
        return name

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self._put_right(message_id, event_of(parcel.card), parcel.ref)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        return None

    def invites(self, keeper: str) -> bool:
        """Whether the events that are kept there are sent out to all who are in them."""
        return bool(self.mailboxes(keeper))

    def close(self) -> None:
        self._graph.close()

    # -- how

    def _put_right(self, name: str, event: Event | None, ref: str) -> None:
        """Make the calendar say what the event says. None, cancelled, or kept by nobody: it is nowhere."""
        names = self.mailboxes(event.keeper) if event and event.state != "cancelled" else ()
        was = self._kept.mailbox_of(name)
        mailbox = was if was in names else next(iter(names), "")
        try:
            if was and was != mailbox:
                self._take_away(name, was)
            if event is None or not mailbox:
                return
            if was != mailbox:
                self._kept.note(name, mailbox)
            keeping = Keeping(mailbox, name, event, self._invited(event), local(self._clock.now()), ref)
            link = self._graph.ask(keeping.put_right)
        except LockedOut as error:  # told of once for all calendars, whichever group's it is
            logs.event("calendar_locked", why=error.why)
            raise LockedOut("", error.why, error.after or timedelta(minutes=15)) from error
        if link:
            self._tell(event.uid, link, ref)

    def _tell(self, uid: str, link: str, ref: str) -> None:
        """By a turn like any other, so that what shows it is drawn anew."""
        id = uid.partition(":")[0]
        with self._store.read() as read:
            group = read.group(id)
        if group and room(group, uid) != link:
            self.hear(Incoming(f"room {name_of(uid)} {ref}", "", Place("calendar", id), news=News("room", about=uid, link=link)))

    def _take_away(self, name: str, mailbox: str) -> None:
        try:
            self._graph.ask(lambda at: take_away(at, mailbox, name))
        except LockedOut as error:
            if error.why not in GONE:
                raise
        self._kept.forget(name)

    def mailboxes(self, keeper: str) -> tuple[str, ...]:
        """What a keeper's mailbox may be called, best first; nothing where it is not known."""
        people = {}
        if keeper.startswith("@"):
            with self._store.read() as read:
                if person := read.person(keeper[1:]):
                    people[person.id] = person
        return mailboxes_of(keeper, people, self._graph.tenant)

    def _invited(self, event: Event) -> dict[str, str]:
        """Address -> name of all whose address is known."""
        with self._store.read() as read:
            people = [person for id in event.attendees if (person := read.person(id)) and person.state == "active"]
        return {address: person.name for person in people if (address := address_of(person))}


@dataclass(frozen=True, slots=True)
class Keeping:
    """One event, and what makes the mailbox's calendar say the same. `now`: naive local; `ref`: the same at each try."""

    mailbox: str
    name: str
    event: Event
    invited: Mapping[str, str]  # address -> name
    now: datetime
    ref: str

    async def put_right(self, at: GraphServiceClient) -> str:
        """Where the event is joined from afar; "" nowhere."""
        there = await parts_of(at, self.mailbox, self.name, self.event.existing)
        if self.event.existing and there.get("", {}).get("id") != self.event.existing and await self._taken(at):
            there = await parts_of(at, self.mailbox, self.name, self.event.existing)  # which takes ours away
        if self.event.rule is None:
            return await self._single(at, there)
        link = ""
        alone: dict[str, tuple[datetime, int]] = {}
        left = dict(there)
        all_series = series_of(self.event.rule)
        since, until = window(self.event, self.now)
        for series, times in zip(all_series, wanted(self.event, all_series, since, until), strict=True):
            item = left.pop(series.part, None)
            begins = series.begins(self.now, _moment(item, "start") if item and item["recurrence"] else None)
            if begins is None:  # over, and nothing of it is to come
                if item:
                    await self._delete(at, item)
                continue
            item = await self._made_right(at, item, series.part, begins, self.event.minutes, series.pattern(begins), link)
            link = link or _link(item)
            alone |= await self._meetings(at, series, item, times, since, until)
        for part, (starts, minutes) in alone.items():
            await self._made_right(at, left.pop(part, None), part, starts, minutes, None, link)
        for item in left.values():
            if item["recurrence"] or _moment(item, "start") >= self.now:
                await self._delete(at, item)
        return link

    async def _taken(self, at: GraphServiceClient) -> bool:
        """Give the event that stands there our name, and a room if it has none. False where it stands there no longer."""
        from msgraph.generated.models.event import Event as Written
        from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
        from msgraph.generated.models.single_value_legacy_extended_property import (
            SingleValueLegacyExtendedProperty as Property,
        )

        named = Written(
            single_value_extended_properties=[Property(id=NAME, value=self.name), Property(id=PART, value="-")], is_online_meeting=True,
            online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        )  # fmt: skip
        try:
            await self._with_room(at, await told(at, self._at(at, {"id": self.event.existing}).to_patch_request_information(named, headers(PREFER))))
        except Refused as error:
            if error.status not in (400, 404):
                raise
            return False
        return True

    async def _single(self, at: GraphServiceClient, there: Mapping[str, Item]) -> str:
        assert self.event.starts is not None
        kept = there.get("")
        for part, item in there.items():
            if part:
                await self._delete(at, item)
        if kept is None and self.event.starts + timedelta(minutes=self.event.minutes) < self.now:
            return ""
        return _link(await self._made_right(at, kept, "", self.event.starts, self.event.minutes, None, ""))

    async def _meetings(
        self, at: GraphServiceClient, series: Series, item: Item, times: Mapping[datetime, tuple[datetime, int]], since: datetime, until: datetime
    ) -> dict[str, tuple[datetime, int]]:
        """Put right the meetings of a series that are still to come. Answers with those that must stand by themselves."""
        instances = {_planned(each): each for each in await self._instances(at, item, since, until)}
        where = [(planned, _moment(each, "start")) for planned, each in instances.items()]
        alone: dict[datetime, tuple[datetime, int]] = {}
        for planned, each in instances.items():
            is_at, minutes = _moment(each, "start"), _minutes(each)
            want = times.get(planned)
            if want == (is_at, minutes) or max(is_at, want[0] if want else is_at) < self.now:
                continue
            if want and not crosses(planned, want[0], [*where, *((p, t[0]) for p, t in times.items())]):
                try:
                    await self._patch(at, each, _span(*want))
                    continue
                except Refused as error:
                    if error.status != 400:
                        raise
            await self._delete(at, each)
            if want:
                alone[planned] = want
        missing = {p: t for p, t in times.items() if p not in instances and t[0] >= self.now}
        return {planned.isoformat(timespec="minutes"): want for planned, want in {**alone, **missing}.items()}

    async def _instances(self, at: GraphServiceClient, item: Item, since: datetime, until: datetime) -> list[Item]:
        from msgraph.generated.users.item.events.item.instances.instances_request_builder import InstancesRequestBuilder

        query = InstancesRequestBuilder.InstancesRequestBuilderGetQueryParameters(
            start_date_time=_utc(since), end_date_time=_utc(until), top=PAGE, select=["id", "start", "end", "originalStart", "type"],
        )
        return await rows(at, self._at(at, item).instances, headers(PREFER, query))

    async def _made_right(
        self, at: GraphServiceClient, item: Item | None, part: str, starts: datetime, minutes: int, pattern: Pattern | None, link: str
    ) -> Item:
        """The part as it shall be: made, or changed where it differs. `link`: where it is joined, if not in a room of its own."""
        if item is None:
            return await self._create(at, part, starts, minutes, pattern, link)
        change: dict[str, Any] = {}
        if item.get("subject") != self.event.title:
            change["subject"] = self.event.title
        if (_moment(item, "start"), _minutes(item), _pattern(item)) != (starts, minutes, pattern):
            change |= {**_span(starts, minutes), **({"recurrence": _recurrence(pattern)} if pattern else {})}
        if _invited(item) != {each.casefold() for each in self.invited}:
            change["attendees"] = self._attendees()
        if link and (item.get("location") or {}).get("displayName") != link:
            change["location"] = _location(link)
        return await self._patch(at, item, change) if change else item

    async def _create(self, at: GraphServiceClient, part: str, starts: datetime, minutes: int, pattern: Pattern | None, link: str) -> Item:
        from msgraph.generated.models.event import Event as Written
        from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
        from msgraph.generated.models.sensitivity import Sensitivity
        from msgraph.generated.models.single_value_legacy_extended_property import (
            SingleValueLegacyExtendedProperty as Property,
        )

        item = Written(
            subject=self.event.title, **_span(starts, minutes), recurrence=_recurrence(pattern) if pattern else None, attendees=self._attendees(),
            is_online_meeting=not link, online_meeting_provider=None if link else OnlineMeetingProviderType.TeamsForBusiness,
            location=_location(link) if link else None, sensitivity=Sensitivity.Private, hide_attendees=True, allow_new_time_proposals=False,
            single_value_extended_properties=[Property(id=NAME, value=self.name), Property(id=PART, value=part or "-")],
            transaction_id=str(uuid.uuid5(NAMES, f"{self.mailbox} {self.name} {part} {self.ref}")),
        )  # fmt: skip
        events = at.users.by_user_id(self.mailbox).events
        try:
            return await self._with_room(at, await told(at, events.to_post_request_information(item, headers(PREFER))))
        except Refused as error:
            if error.status != 409:
                raise
            there = await parts_of(at, self.mailbox, self.name)
            if part in there:
                return await self._with_room(at, there[part])
            item.transaction_id = str(uuid.uuid4())  # what was made with the first one is deleted since
            return await self._with_room(at, await told(at, events.to_post_request_information(item, headers(PREFER))))

    async def _with_room(self, at: GraphServiceClient, item: Item) -> Item:
        """The event, with its room as soon as that is there; where there is to be none, at once."""
        for wait in ROOM_AFTER:
            if _link(item) or not item.get("isOnlineMeeting"):
                break
            await asyncio.sleep(wait)
            item = await told(at, self._at(at, item).to_get_request_information(headers(PREFER)))
        return item

    async def _patch(self, at: GraphServiceClient, item: Item, change: Mapping[str, Any]) -> Item:
        from msgraph.generated.models.event import Event as Written

        return await told(at, self._at(at, item).to_patch_request_information(Written(**change), headers(PREFER)))

    async def _delete(self, at: GraphServiceClient, item: Item) -> None:
        await delete(at, self.mailbox, item)

    def _at(self, at: GraphServiceClient, item: Item) -> Any:
        return at.users.by_user_id(self.mailbox).events.by_event_id(item["id"])

    def _attendees(self) -> list[Any]:
        from msgraph.generated.models.attendee import Attendee
        from msgraph.generated.models.attendee_type import AttendeeType
        from msgraph.generated.models.email_address import EmailAddress

        return [Attendee(type=AttendeeType.Required, email_address=EmailAddress(address=each, name=name)) for each, name in self.invited.items()]


# -- what bears an event's name


async def parts_of(at: GraphServiceClient, mailbox: str, name: str, dear: str = "") -> dict[str, Item]:
    """The parts of an event that stand in a mailbox's calendar. Of several that are the same, only one is left: the one with the id `dear`, if it is there."""
    from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder

    query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
        filter=f"singleValueExtendedProperties/Any(ep: ep/id eq '{NAME}' and ep/value eq '{name}')",
        expand=[f"singleValueExtendedProperties($filter=id eq '{PART}')"], select=SHOWN, top=PAGE,
    )
    there: dict[str, Item] = {}
    found = await rows(at, at.users.by_user_id(mailbox).events, headers(PREFER, query))
    for item in sorted(found, key=lambda each: each["id"] != dear):
        kept = next((each["value"] for each in item.get("singleValueExtendedProperties") or () if each["id"].casefold() == PART.casefold()), "-")
        part = "" if kept == "-" else kept
        if part in there:
            await delete(at, mailbox, item)
        else:
            there[part] = item
    return there


async def take_away(at: GraphServiceClient, mailbox: str, name: str) -> None:
    """All of an event: who is invited is told."""
    for item in (await parts_of(at, mailbox, name)).values():
        await delete(at, mailbox, item)


async def delete(at: GraphServiceClient, mailbox: str, item: Item) -> None:
    """Delete it, or one meeting of a series. That it is gone already is as well."""
    try:
        await at.users.by_user_id(mailbox).events.by_event_id(item["id"]).delete(request_configuration=headers(PREFER))
    except Refused as error:
        if error.status != 404:
            raise


def name_of(uid: str) -> str:
    """An event's name in a mailbox: from which nobody reads which group it is."""
    return hashlib.sha256(uid.encode()).hexdigest()[:32]


# -- times and rhythms, as Graph has them


def _moment(item: Item, name: str) -> datetime:
    return datetime.fromisoformat(item[name]["dateTime"][:19])


def _minutes(item: Item) -> int:
    return int((_moment(item, "end") - _moment(item, "start")).total_seconds()) // 60


def _planned(item: Item) -> datetime:
    """The moment that the rhythm gives a meeting of a series."""
    original = item.get("originalStart")
    return local(datetime.fromisoformat(f"{original[:19]}+00:00")) if original else _moment(item, "start")


def _utc(moment: datetime) -> str:
    return f"{instant(moment):%Y-%m-%dT%H:%M:%SZ}"


def _span(starts: datetime, minutes: int) -> dict[str, Any]:
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone

    def written(moment: datetime) -> Any:
        return DateTimeTimeZone(date_time=moment.isoformat(timespec="seconds"), time_zone=ZONE)

    return {"start": written(starts), "end": written(starts + timedelta(minutes=minutes))}


def _invited(item: Item) -> set[str]:
    return {each["emailAddress"]["address"].casefold() for each in item.get("attendees") or ()}


def _location(link: str) -> Any:
    from msgraph.generated.models.location import Location

    return Location(display_name=link)


def _link(item: Item) -> str:
    return (item.get("onlineMeeting") or {}).get("joinUrl") or ""


def _recurrence(pattern: Pattern) -> Any:
    from msgraph.generated.models.day_of_week import DayOfWeek
    from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
    from msgraph.generated.models.recurrence_pattern import RecurrencePattern
    from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
    from msgraph.generated.models.recurrence_range import RecurrenceRange
    from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
    from msgraph.generated.models.week_index import WeekIndex

    shape = RecurrencePattern(
        type=RecurrencePatternType.Weekly if pattern.weekly else RecurrencePatternType.RelativeMonthly, interval=pattern.interval,
        days_of_week=[DayOfWeek(day) for day in DAYS if day in pattern.days], first_day_of_week=DayOfWeek.Monday,
        index=None if pattern.weekly else WeekIndex(pattern.index),
    )  # fmt: skip
    span = RecurrenceRange(
        type=RecurrenceRangeType.EndDate if pattern.until else RecurrenceRangeType.NoEnd, start_date=pattern.first, end_date=pattern.until,
        recurrence_time_zone=ZONE,
    )  # fmt: skip
    return PatternedRecurrence(pattern=shape, range=span)


def _pattern(item: Item) -> Pattern | None:
    if not item["recurrence"]:
        return None
    shape, span = item["recurrence"]["pattern"], item["recurrence"]["range"]
    weekly = shape["type"] == "weekly"
    until = date.fromisoformat(span["endDate"]) if span["type"] == "endDate" else None
    return Pattern(weekly, shape["interval"], frozenset(shape["daysOfWeek"]), "" if weekly else shape["index"], date.fromisoformat(span["startDate"]), until)
