"""Events as iCalendar text (RFC 5545), for invitations by mail (RFC 5546) and for feeds that calendars subscribe to.

Clock times stand in Europe/Stockholm with the zone written out, so that a weekly meeting keeps its hour both nights that
the clocks are changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.rules.calendar_event import Event
from bot.rules.next_meeting import Rule
from bot.rules.work_calendar import instant

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar import Event as Component

ZONE = "Europe/Stockholm"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LINK = re.compile(r"https://[^\s<>\"{}|\\^`\x00-\x20\x7f-\x9f]+")
PRODUCT = "-//nvg//NVG//SV"
SUMMER_TIME = """\
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
"""


def invitation(event: Event, uid: str, sequence: int, stamp: datetime, sender: tuple[str, str], guest: str) -> tuple[str, bytes]:
    """(method, text) of what is mailed to one guest: REQUEST, or CANCEL where the event is no more.

    `sequence` must be greater each time that the event has changed; `sender` is (name, address); `stamp` is an aware instant.
    """
    from icalendar import vCalAddress, vText

    method = "CANCEL" if event.state == "cancelled" else "REQUEST"
    calendar = _calendar(method)
    organizer, attendee = vCalAddress(f"mailto:{sender[1]}"), vCalAddress(f"mailto:{guest}")
    organizer.params["CN"] = vText(sender[0])
    attendee.params.update({"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("NEEDS-ACTION"), "RSVP": vText("FALSE")})
    for component in _components(event, uid, stamp):
        component.add("sequence", sequence)
        component.add("organizer", organizer)
        component.add("attendee", attendee)
        calendar.add_component(component)
    return method, bytes(calendar.to_ical())


def cancellation(uid: str, title: str, sequence: int, stamp: datetime, sender: tuple[str, str], guest: str) -> tuple[str, bytes]:
    """As `invitation`, where nothing is known of the event any more but that it was."""
    return invitation(Event(uid, state="cancelled", title=title), uid, sequence, stamp, sender, guest)


def feed(events: Sequence[tuple[Event, int]], name: str, stamp: datetime, host: str) -> bytes:
    """All events, each with its sequence, as one calendar to subscribe to, called `name`.

    A sequence never grows less, and is greater when the event has changed. `host` makes their ids the only ones in the world.
    """
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", " ".join(name.split()))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event, sequence in events:
        for component in _components(event, f"{_opaque(event.uid)}@{host}", stamp):
            component.add("sequence", sequence)
            calendar.add_component(component)
    return bytes(calendar.to_ical())


def _opaque(uid: str) -> str:
    """An id from which nobody reads which group it is."""
    return hashlib.sha256(uid.encode()).hexdigest()[:24]


def _calendar(method: str) -> Calendar:
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(SUMMER_TIME))
    return calendar


def _components(event: Event, uid: str, stamp: datetime) -> Iterable[Component]:
    """The event, and one component more for each meeting of a series that is another time."""
    yield _component(event, uid, stamp, event.starts, event.minutes, rule=event.rule)
    for each in event.moved:
        yield _component(event, uid, stamp, each.starts, each.minutes, instead_of=each.planned)


def _component(
    event: Event, uid: str, stamp: datetime, starts: datetime | None, minutes: int,
    rule: Rule | None = None, instead_of: datetime | None = None,
) -> Component:  # fmt: skip
    from icalendar import Event as Component

    component = Component()
    component.add("uid", uid)
    component.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    component.add("summary", event.title)
    if starts:
        component.add("dtstart", _there(starts))
        component.add("duration", timedelta(minutes=minutes))
    if instead_of:
        component.add("recurrence-id", _there(instead_of))
    if rule:
        component.add("rrule", _rrule(rule))
        if event.cancelled:
            component.add("exdate", [_there(each) for each in event.cancelled])
    if _LINK.fullmatch(event.link):
        component.add("location", event.link)
        component.add("url", event.link)
    component.add("status", "CANCELLED" if event.state == "cancelled" else "CONFIRMED")
    component.add("class", "PRIVATE")
    return component


def _rrule(rule: Rule) -> dict[str, Any]:
    days = [DAYS[slot.weekday] for slot in rule.slots]
    if rule.nth:
        parts: dict[str, Any] = {"FREQ": "MONTHLY", "BYDAY": [f"{nth}{day}" for nth in rule.nth for day in days]}
    else:
        parts = {"FREQ": "WEEKLY", "INTERVAL": rule.interval, "BYDAY": days, "WKST": "MO"}
    if rule.until:
        parts["UNTIL"] = _last_moment(rule.until)
    return parts


def _last_moment(day: date) -> datetime:
    """Of a series with a zone, in UTC as the standard asks."""
    return instant(datetime.combine(day, time(23, 59, 59)))


def _there(moment: datetime) -> datetime:
    return moment.replace(tzinfo=_zone())


@cache
def _zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(ZONE)
