"""Events of mailboxes, https://learn.microsoft.com/graph/api/resources/event: series, exceptions, instances, views and what changed.

Recurrence is worked out by dateutil, so by other code than the bot's own.
"""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from tests.fake_servers.graph.model import Answer, Asked, GraphError, Json, Route

if TYPE_CHECKING:
    from tests.fake_servers.graph import FakeGraph

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = {
    "UTC": ZoneInfo("UTC"), "W. Europe Standard Time": ZoneInfo("Europe/Berlin"), "Europe/Stockholm": STOCKHOLM, "Europe/Berlin": ZoneInfo("Europe/Berlin"),
    "Romance Standard Time": ZoneInfo("Europe/Paris"), "GMT Standard Time": ZoneInfo("Europe/London"), "FLE Standard Time": ZoneInfo("Europe/Kyiv"),
}  # fmt: skip
WRITABLE = frozenset({
    "subject", "body", "start", "end", "location", "attendees", "recurrence", "isOnlineMeeting", "onlineMeetingProvider", "sensitivity", "showAs",
    "responseRequested", "allowNewTimeProposals", "hideAttendees", "isReminderOn", "reminderMinutesBeforeStart", "categories", "importance",
    "isAllDay", "transactionId", "singleValueExtendedProperties",
})  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
WRITE = frozenset({"Calendars.ReadWrite"})
FAR = 3000  # occurrences looked through, at most
PROPERTY = re.compile(r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id eq '([^']+)' and \1/value eq '([^']+)'\s*\)", re.IGNORECASE)
EXPANDED = re.compile(r"singleValueExtendedProperties\(\$filter=id eq '([^']+)'\)", re.IGNORECASE)


@dataclass(slots=True)
class Kept:
    """An event as its mailbox has it. Clock times are naive, in its zone."""

    id: str
    mailbox: str
    zone: str
    start: datetime
    end: datetime
    number: int  # of its newest change
    transaction: str = ""
    recurrence: Json | None = None
    shown: Json = field(default_factory=dict)  # the other properties
    kept: dict[str, str] = field(default_factory=dict)  # extended properties
    moved: dict[date, Json] = field(default_factory=dict)  # exceptions by the day that the pattern gives
    cancelled: set[date] = field(default_factory=set)
    join: str = ""
    unready: int = 0  # so many answers do not tell of the online meeting yet
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One time that an event takes place. `day`: that the pattern gives; None for an event by itself."""

    event: Kept
    start: datetime
    end: datetime
    day: date | None = None
    own: Json = field(default_factory=dict)  # what is changed in an exception

    @property
    def id(self) -> str:
        return f"{self.event.id}.{self.day.isoformat()}" if self.day else self.event.id


class Calendars:
    """`resets`: a changed rhythm takes the exceptions away, as in Outlook. `repeats`: a transactionId seen before gives the same event
    again, else 409; both have been met. `slow_rooms`: so many answers tell of an event before its online meeting is
    there. `short_links`: meetings are joined by the new sort of link, that does not name the organizer."""

    def __init__(self, graph: FakeGraph) -> None:
        self.graph = graph
        self.lock: threading.RLock = graph.lock
        self.events: dict[str, Kept] = {}
        self.resets, self.repeats, self.slow_rooms, self.short_links = True, False, 0, False
        self.mails: list[tuple[str, str, str]] = []  # (invited | updated | cancelled, address, event): what attendees have been sent
        self._numbers = itertools.count(1)

    def routes(self) -> list[Route]:
        user, event = r"/users/([^/]+)", r"/events/([^/]+)"
        return [
            Route("GET", rf"{user}/calendar", self._calendar, READ),
            Route("GET", rf"{user}(?:/calendar)?/events", self._list, READ),
            Route("POST", rf"{user}(?:/calendar)?/events", self._create, WRITE),
            Route("GET", rf"{user}(?:/calendar)?/calendarView", self._view, READ),
            Route("GET", rf"{user}(?:/calendar)?/calendarView/delta", self._delta, READ),
            Route("GET", rf"{user}(?:/calendar)?{event}", self._get, READ),
            Route("PATCH", rf"{user}(?:/calendar)?{event}", self._change, WRITE),
            Route("DELETE", rf"{user}(?:/calendar)?{event}", self._delete, WRITE),
            Route("POST", rf"{user}(?:/calendar)?{event}/cancel", self._cancel, WRITE),
            Route("GET", rf"{user}(?:/calendar)?{event}/instances", self._instances, READ),
        ]

    # -- looking

    def times(self, mailbox: str, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
        """When something takes place, (naive local in Sweden, minutes), with a start between those; in order."""
        with self.lock:
            found = [
                (_in(each.event, each.start, STOCKHOLM), int((each.end - each.start).total_seconds()) // 60)
                for event in self._of(mailbox) for each in self._expanded(event, _zoned(event, until))
            ]  # fmt: skip
        return sorted(each for each in found if since <= each[0] <= until)

    def of(self, mailbox: str) -> list[Kept]:
        """The events that a mailbox has."""
        with self.lock:
            return list(self._of(mailbox))

    # -- by somebody in Outlook

    def put(
        self, mailbox: str, subject: str, start: datetime, minutes: int = 30, recurrence: Json | None = None, meeting: bool = True, organizer: bool = True,
    ) -> Kept:  # fmt: skip
        """An event that somebody has made; not `organizer`: somebody else, and it is only the copy of who was invited."""
        body: Json = {
            "subject": subject, "start": _written(start), "end": _written(start + timedelta(minutes=minutes)), "isOnlineMeeting": meeting,
            **({"recurrence": recurrence} if recurrence else {}),
        }  # fmt: skip
        with self.lock:
            event = self._made(mailbox, body)
            event.shown["isOrganizer"] = organizer
            return event

    def remove(self, id: str) -> None:
        """Somebody deletes it."""
        with self.lock:
            self._gone(self.events[id])

    # -- requests

    def _calendar(self, asked: Asked, user: str) -> Answer:
        mailbox = self._mailbox(user)
        owner = {"name": self.graph.users[mailbox].name, "address": mailbox}
        return Answer(200, {"id": f"calendar-{mailbox}", "name": "Kalender", "canEdit": True, "owner": owner, "isDefaultCalendar": True})

    def _list(self, asked: Asked, user: str) -> Answer:
        events = self._of(self._mailbox(user))
        wanted = asked.query.get("$filter", "")
        if found := PROPERTY.fullmatch(wanted.strip()):
            events = (each for each in events if each.kept.get(found[2]) == found[3])
        elif found := re.fullmatch(r"subject eq '((?:[^']|'')*)'", wanted.strip()):
            events = (each for each in events if each.shown.get("subject") == found[1].replace("''", "'"))
        elif wanted:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"The query filter contains one or more invalid nodes: {wanted}")
        return asked.paged([self._worded(asked, _whole(each)) for each in events])

    def _create(self, asked: Asked, user: str) -> Answer:
        mailbox = self._mailbox(user)
        if transaction := asked.body.get("transactionId"):
            before = next((each for each in self.events.values() if (each.mailbox, each.transaction) == (mailbox, transaction)), None)
            if before and (before.deleted or not self.repeats):
                raise GraphError(409, "ErrorDuplicateTransactionId", "Your request can't be completed. The TransactionId was used before.")
            if before:
                return Answer(201, self._worded(asked, _whole(before)))
        return Answer(201, self._worded(asked, _whole(self._made(mailbox, asked.body))))

    def _get(self, asked: Asked, user: str, id: str) -> Answer:
        return Answer(200, self._worded(asked, self._found(self._mailbox(user), id)))

    def _change(self, asked: Asked, user: str, id: str) -> Answer:
        found = self._found(self._mailbox(user), id)
        if "transactionId" in asked.body:
            raise GraphError(400, "ErrorInvalidRequest", "transactionId can't be changed.")
        _checked(asked.body)
        if not found.event.shown.get("isOrganizer", True):
            raise GraphError(400, "ErrorInvalidRequest", "Only the organizer of a meeting can change it.")
        if found.day is None:
            self._changed(found.event, asked.body)
        else:
            self._moved(found, asked.body)
        return Answer(200, self._worded(asked, self._found(found.event.mailbox, id)))

    def _delete(self, asked: Asked, user: str, id: str) -> Answer:
        found = self._found(self._mailbox(user), id)
        if found.day is None:
            self._gone(found.event)
        else:
            found.event.cancelled.add(found.day)
            found.event.moved.pop(found.day, None)
            self._touched(found.event, "cancelled")
        return Answer(204)

    def _cancel(self, asked: Asked, user: str, id: str) -> Answer:
        self._delete(asked, user, id)
        return Answer(202)

    def _instances(self, asked: Asked, user: str, id: str) -> Answer:
        event = self._found(self._mailbox(user), id).event
        if event.recurrence is None:
            raise GraphError(400, "ErrorInvalidRequest", "This is no series.")
        return asked.paged([self._worded(asked, each) for each in self._between(asked, [event])])

    def _view(self, asked: Asked, user: str) -> Answer:
        found = self._between(asked, self._of(self._mailbox(user)))
        return asked.paged([self._worded(asked, each) for each in sorted(found, key=lambda each: each.start)])

    def _delta(self, asked: Asked, user: str) -> Answer:
        """What is in that window; by the delta link, only what has changed since, and what is gone."""
        mailbox = self._mailbox(user)
        mark = asked.query.get("$deltatoken", "")
        since, _, window = mark.partition("~")
        if window:
            start, end = window.split("~")
            asked = Asked(asked.method, asked.path, {**asked.query, "startDateTime": start, "endDateTime": end}, asked.headers, asked.body, asked.base_url)
        start, end = asked.query["startDateTime"], asked.query["endDateTime"]
        touched = [each for each in self.events.values() if each.mailbox == mailbox and each.number > int(since or 0)]
        items = [self._worded(asked, each) for each in self._between(asked, (event for event in touched if not event.deleted))]
        items += [{"id": each.id, "@removed": {"reason": "deleted"}} for each in touched if each.deleted and since]
        newest = max((each.number for each in self.events.values()), default=0)
        return asked.paged(items, delta=f"{asked.base_url}{asked.path}?$deltatoken={newest}~{start}~{end}")

    # -- how

    def _mailbox(self, user: str) -> str:
        found = self.graph.user(user)
        if not found.mailbox:
            raise GraphError(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
        if not found.reachable:
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return found.mail.casefold()

    def _of(self, mailbox: str) -> Iterator[Kept]:
        return (each for each in self.events.values() if each.mailbox == mailbox.casefold() and not each.deleted)

    def _found(self, mailbox: str, id: str) -> Instance:
        """An event, or an instance of a series."""
        if (event := self.events.get(id)) and event.mailbox == mailbox and not event.deleted:
            return _whole(event)
        master, _, day = id.rpartition(".")
        if (event := self.events.get(master)) and event.mailbox == mailbox and not event.deleted and event.recurrence:
            with suppress(ValueError):
                for each in self._expanded(event, datetime.combine(date.fromisoformat(day), time.max)):
                    if each.day and each.day.isoformat() == day:
                        return each
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _made(self, mailbox: str, body: Json) -> Kept:
        _checked(body)
        if "start" not in body or "end" not in body:
            raise GraphError(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")
        start, end = _read(body["start"]), _read(body["end"])
        event = Kept(f"AAMk{secrets.token_hex(20)}=", mailbox.casefold(), body["start"]["timeZone"], start, end, 0, str(body.get("transactionId", "")))
        self._changed(event, {name: value for name, value in body.items() if name != "transactionId"}, "invited")
        self.events[event.id] = event
        return event

    def _changed(self, event: Kept, body: Json, told: str = "updated") -> None:
        start = _read(body["start"]) if "start" in body else event.start
        end = _read(body["end"]) if "end" in body else event.end
        recurrence = body.get("recurrence", event.recurrence)
        if end < start:
            raise GraphError(400, "ErrorPropertyValidationFailure", "The end is before the start.")
        if recurrence is not None:
            _checked_rhythm(recurrence, start)
        if self.resets and (start, end, recurrence) != (event.start, event.end, event.recurrence):
            event.moved, event.cancelled = {}, set()
        event.start, event.end, event.recurrence = start, end, recurrence
        event.zone = body["start"]["timeZone"] if "start" in body else event.zone
        for each in body.get("singleValueExtendedProperties", ()):
            event.kept[each["id"]] = each["value"]
        event.shown |= {name: value for name, value in body.items() if name not in ("start", "end", "recurrence", "singleValueExtendedProperties", "@odata.type")}
        if not self.graph.users[event.mailbox].meetings:
            event.shown |= {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
        if event.shown.get("isOnlineMeeting") and not event.join:
            event.unready = self.slow_rooms
            who = f"%7b%22Tid%22%3a%22{self.graph.tenant}%22%2c%22Oid%22%3a%22{self.graph.users[event.mailbox].id}%22%7d"
            event.join = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{secrets.token_hex(16)}%40thread.v2/0?context={who}"
            if self.short_links:
                event.join = f"https://teams.microsoft.com/meet/{secrets.randbelow(10**13)}?p={secrets.token_urlsafe(12)}"
        elif event.join and "body" in body and event.join not in str(body["body"].get("content")):
            event.join, event.shown["isOnlineMeeting"] = "", False  # who writes over the text of the meeting has no meeting
        self._touched(event, told)

    def _moved(self, instance: Instance, body: Json) -> None:
        """An occurrence can't be put on the day of, or beyond, the one before or after it."""
        if "recurrence" in body:
            raise GraphError(400, "ErrorInvalidRequest", "An occurrence has no rhythm of its own.")
        event, day = instance.event, instance.day
        assert day is not None
        start = _read(body["start"]) if "start" in body else instance.start
        end = _read(body["end"]) if "end" in body else instance.end
        others = [each for each in self._expanded(event, datetime.max, around=day) if each.day and each.day != day]
        before = [each.start.date() for each in others if each.day and each.day < day]
        after = [each.start.date() for each in others if each.day and each.day > day]
        if (before and start.date() <= before[-1]) or (after and start.date() >= after[0]):
            raise GraphError(400, "ErrorOccurrenceCrossingBoundary", "Modified occurrence is crossing or overlapping adjacent occurrence.")
        if end < start:
            raise GraphError(400, "ErrorPropertyValidationFailure", "The end is before the start.")
        own = {name: value for name, value in body.items() if not name.startswith("@odata.")}
        event.moved[day] = {**event.moved.get(day, {}), **own, "start": start, "end": end}
        self._touched(event, "updated")

    def _gone(self, event: Kept) -> None:
        event.deleted = True
        self._touched(event, "cancelled")

    def _touched(self, event: Kept, what: str) -> None:
        event.number = next(self._numbers)
        self.mails += [(what, each["emailAddress"]["address"], event.id) for each in event.shown.get("attendees", ())]

    def _between(self, asked: Asked, events: Iterator[Kept] | list[Kept]) -> list[Instance]:
        try:
            since, until = (_instant(asked.query[name]) for name in ("startDateTime", "endDateTime"))
        except (KeyError, ValueError):
            raise GraphError(400, "ErrorInvalidParameter", "This request requires a time window: startDateTime and endDateTime.") from None
        found = [each for event in events for each in self._expanded(event, until.astimezone(ZONES[event.zone]).replace(tzinfo=None))]
        return [each for each in found if _aware(each.event, each.end) > since and _aware(each.event, each.start) < until]

    def _expanded(self, event: Kept, until: datetime, around: date | None = None) -> Iterator[Instance]:
        """All that take place; of a series those planned until then, and those moved. `around`: only until some after that day."""
        if event.recurrence is None:
            yield _whole(event)
            return
        long = event.end - event.start
        beyond = 0
        for day in itertools.islice(_days(event), FAR):
            if around and day > around:
                beyond += 1
                if beyond > 30:
                    return
            start = datetime.combine(day, event.start.time())
            if start > until and day not in event.moved and day > max(event.moved, default=day):
                return
            if day in event.cancelled:
                continue
            if own := event.moved.get(day):
                yield Instance(event, own["start"], own["end"], day, own)
            elif start <= until:
                yield Instance(event, start, start + long, day)

    def _worded(self, asked: Asked, instance: Instance) -> Json:
        """An event as JSON, in the zone that is preferred, with what is selected."""
        event = instance.event
        wanted = asked.prefer.get("outlook.timezone", "UTC")
        if wanted not in ZONES:
            raise GraphError(400, "TimeZoneNotSupportedException", f"'{wanted}' is not a supported time zone.")
        here = self.graph.users[event.mailbox]
        kind = "singleInstance" if event.recurrence is None else "seriesMaster" if instance.day is None else "exception" if instance.own else "occurrence"
        shown = {**event.shown, **{name: value for name, value in instance.own.items() if name not in ("start", "end")}}
        planned = datetime.combine(instance.day, event.start.time()) if instance.day else None
        body: Json = {
            "@odata.etag": f'W/"{event.number}"', "id": instance.id, "changeKey": str(event.number), "transactionId": event.transaction or None,
            "originalStartTimeZone": event.zone, "originalEndTimeZone": event.zone, "iCalUId": f"0400{event.id[4:]}", "type": kind, "isCancelled": False,
            "isOrganizer": True, "isAllDay": False, "sensitivity": "normal", "showAs": "busy", "hideAttendees": False, "responseRequested": True,
            "attendees": [], "isOnlineMeeting": False, **shown,
            "location": shown.get("location", {"displayName": ""}), "organizer": {"emailAddress": {"name": here.name, "address": here.mail}},
            "start": {"dateTime": f"{_in(event, instance.start, ZONES[wanted]).isoformat()}.0000000", "timeZone": wanted},
            "end": {"dateTime": f"{_in(event, instance.end, ZONES[wanted]).isoformat()}.0000000", "timeZone": wanted},
            "recurrence": event.recurrence if instance.day is None else None, "seriesMasterId": event.id if instance.day else None,
            "originalStart": f"{_aware(event, planned).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if planned else None,
            "onlineMeeting": {"joinUrl": event.join} if event.join and not event.unready else None,
        }  # fmt: skip
        event.unready = max(0, event.unready - 1)
        if event.join and event.join not in str(body.get("body", {}).get("content")):
            text = body.get("body", {}).get("content", "")
            body["body"] = {"contentType": "html", "content": f"<html><body>{text}<div class='me-email-text'>{event.join}</div></body></html>"}
        if found := EXPANDED.search(asked.query.get("$expand", "")):
            kept = event.kept.get(found[1])
            if kept is not None:
                body["singleValueExtendedProperties"] = [{"id": found[1], "value": kept}]
        if kind == "seriesMaster":
            if "exceptionOccurrences" in asked.query.get("$expand", ""):
                body["exceptionOccurrences"] = [{"id": f"{event.id}.{day}"} for day in sorted(event.moved)]
            if "cancelledOccurrences" in asked.query.get("$select", ""):
                body["cancelledOccurrences"] = [f"OID.{event.id}.{day}" for day in sorted(event.cancelled)]
        if select := asked.query.get("$select"):
            names = {name.strip() for name in select.split(",")} | {"id", "@odata.etag", "singleValueExtendedProperties", "exceptionOccurrences"}
            body = {name: value for name, value in body.items() if name in names}
        return body


def _whole(event: Kept) -> Instance:
    return Instance(event, event.start, event.end)


def _days(event: Kept) -> Iterator[date]:
    """The days that the pattern gives."""
    assert event.recurrence is not None
    pattern, span = event.recurrence["pattern"], event.recurrence["range"]
    first = datetime.combine(date.fromisoformat(span["startDate"]), time())
    until = datetime.combine(date.fromisoformat(span["endDate"]), time()) if span["type"] == "endDate" else None
    count = span["numberOfOccurrences"] if span["type"] == "numbered" else None
    days = [DAYS.index(day) for day in pattern["daysOfWeek"]]
    if pattern["type"] == "weekly":
        start = DAYS.index(pattern.get("firstDayOfWeek", "sunday"))
        found = rrule.rrule(rrule.WEEKLY, first, pattern["interval"], start, count, until, byweekday=days)
    else:
        nth = INDEX[pattern.get("index", "first")]
        found = rrule.rrule(rrule.MONTHLY, first, pattern["interval"], 0, count, until, byweekday=[rrule.weekday(day, nth) for day in days])
    return (each.date() for each in found)


def _checked(body: Json) -> None:
    """BadRequest for what cannot be written."""
    if unknown := {name for name in body if not name.startswith("@odata.")} - WRITABLE:
        raise GraphError(400, "RequestBodyRead", f"The property '{sorted(unknown)[0]}' does not exist on type 'microsoft.graph.event'.")
    for name in ("start", "end"):
        if name in body:
            _read(body[name])
    for each in body.get("attendees", ()):
        if "@" not in each.get("emailAddress", {}).get("address", "") or each.get("type") not in ("required", "optional", "resource"):
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    if body.get("isOnlineMeeting") and body.get("onlineMeetingProvider", "teamsForBusiness") != "teamsForBusiness":
        raise GraphError(400, "ErrorInvalidRequest", "That provider is not allowed.")
    if body.get("sensitivity", "normal") not in ("normal", "personal", "private", "confidential"):
        raise GraphError(400, "RequestBodyRead", "Requested value was not found.")


def _checked_rhythm(recurrence: Json, start: datetime) -> None:
    pattern, span = recurrence["pattern"], recurrence["range"]
    wrong = (
        pattern.get("type") not in ("weekly", "relativeMonthly")
        or not isinstance(pattern.get("interval"), int) or pattern["interval"] < 1
        or not pattern.get("daysOfWeek") or set(pattern["daysOfWeek"]) - set(DAYS)
        or (pattern["type"] == "relativeMonthly" and pattern.get("index", "first") not in INDEX)
        or (pattern["type"] == "weekly" and pattern.get("firstDayOfWeek", "sunday") not in DAYS)
        or span.get("type") not in ("noEnd", "endDate", "numbered")
        or span.get("startDate") != start.date().isoformat()
        or (span["type"] == "endDate" and date.fromisoformat(span["endDate"]) < start.date())
        or span.get("recurrenceTimeZone", "UTC") not in ZONES
    )  # fmt: skip
    if not wrong:
        made = Kept("", "", "UTC", start, start, 0, recurrence=recurrence)
        wrong = next(_days(made), None) != start.date()
    if wrong:
        raise GraphError(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")


def _read(moment: Any) -> datetime:
    """A dateTimeTimeZone as naive in its zone."""
    try:
        if moment["timeZone"] not in ZONES:
            raise GraphError(400, "TimeZoneNotSupportedException", f"'{moment['timeZone']}' is not a supported time zone.")
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+$", r"\1", moment["dateTime"]))
    except (TypeError, KeyError, ValueError):
        raise GraphError(400, "RequestBodyRead", "Cannot read a date and time.") from None


def _written(moment: datetime) -> Json:
    return {"dateTime": moment.isoformat(), "timeZone": "W. Europe Standard Time"}


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text).replace("Z", "+00:00").replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _aware(event: Kept, moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZONES[event.zone])


def _in(event: Kept, moment: datetime, zone: ZoneInfo) -> datetime:
    """That clock time as another zone tells it."""
    return _aware(event, moment).astimezone(zone).replace(tzinfo=None)


def _zoned(event: Kept, moment: datetime) -> datetime:
    """A Swedish clock time as the event's zone tells it."""
    return moment.replace(tzinfo=STOCKHOLM).astimezone(ZONES[event.zone]).replace(tzinfo=None)
