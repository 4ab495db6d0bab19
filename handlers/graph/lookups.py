"""What can be asked of Microsoft 365 in the background: when people are busy, who is in the directory, who was at a meeting.

Of people's calendars only *whether* they are busy is read (the view of a digit for each quarter of an hour), never with what: Exchange
shows that much to everybody in the organisation, so it is asked for as the mailbox that keeps the group's meetings.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.model import Person
from bot.rules.calendar_event import Standing
from bot.rules.display_names import display_name
from bot.rules.free_times import Span
from bot.rules.spelling import tidy
from bot.rules.work_calendar import instant, local
from handlers.graph.client import Graph, every, headers, rows
from handlers.graph.names import PART, PREFER
from handlers.outside import Found, Outside

if TYPE_CHECKING:
    from msgraph.generated.models.user import User
    from msgraph.graph_service_client import GraphServiceClient

QUARTER = 15  # minutes that each digit stands for
FREE = "04"  # free, or working elsewhere
MOST = 20  # calendars in one request
MOST_PEOPLE = 5
AROUND = timedelta(minutes=30)  # a meeting in Teams may begin before that in the bot, and end after it
A_MINUTE = 60
ORGANIZER = re.compile(r'"Oid":"([0-9a-f-]{36})"')  # in the link of an online meeting


class Lookups:
    """Thread-safe; asking changes nothing."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def outside(self) -> Outside:
        return {"times": self.times, "people": self.people, "attendance": self.attendance, "meetings": self.meetings}

    def times(self, rest: str, people: Mapping[str, Person]) -> dict[str, tuple[Span, ...]]:
        """Each person whose calendar shows it -> when they are busy (naive local)."""
        keeper, first, last, ids = rest.split(" ")
        addresses = {address: id for id in ids.split(",") if id in people and (address := address_of(people[id]))}
        mailbox = mailbox_of(keeper, people, self._graph.tenant) or next(iter(addresses), "")
        if not mailbox:
            return {}
        since, until = (instant(datetime.fromisoformat(day)) for day in (first, last))
        groups = [list(addresses)[n : n + MOST] for n in range(0, len(addresses), MOST)]

        async def ask(at: GraphServiceClient) -> list[dict[str, tuple[Span, ...]]]:
            return await asyncio.gather(*(busy(at, mailbox, each, since, until) for each in groups))

        return {addresses[address]: spans for found in self._graph.ask(ask) for address, spans in found.items()}

    def people(self, name: str, people: Mapping[str, Person]) -> tuple[Found, ...]:
        """Those with that name who work here, the first few."""
        words = re.sub(r'["\\\\]', "", name)

        async def ask(at: GraphServiceClient) -> list[User]:
            from msgraph.generated.users.users_request_builder import UsersRequestBuilder

            query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
                search=f'"displayName:{words}"', select=["id", "displayName", "mail"], top=MOST_PEOPLE
            )
            answer = await at.users.get(request_configuration=headers({"ConsistencyLevel": "eventual"}, query))
            return list((answer.value if answer else None) or ())

        return tuple(
            Found(f"teams:{self._graph.tenant}/{each.id}", display_name(tidy(each.display_name), "sv"), (each.mail or "").casefold())
            for each in self._graph.ask(ask) if each.id and each.display_name
        )[:MOST_PEOPLE]

    def attendance(self, rest: str, people: Mapping[str, Person]) -> tuple[str, ...] | None:
        """The identities of those who were there for a minute at least; None while Teams has no report of it."""
        keeper, first, last, link = rest.split(" ", 3)
        since, until = datetime.fromisoformat(first) - AROUND, datetime.fromisoformat(last) + AROUND
        who = mailbox_of(keeper, people, self._graph.tenant)
        return self._graph.ask(lambda at: attended(at, who, link, since, until, self._graph.tenant)) if who else None

    def meetings(self, rest: str, people: Mapping[str, Person]) -> tuple[Standing, ...]:
        """The events of that name in a calendar that are not the bot's own. Of those that somebody else has called only a copy stands there."""
        keeper, _, title = rest.partition(" ")
        mailbox = mailbox_of(keeper, people, self._graph.tenant)
        return self._graph.ask(lambda at: standing(at, mailbox, title)) if mailbox else ()


async def attended(
    at: GraphServiceClient, who: str, link: str, since: datetime, until: datetime, tenant: str
) -> tuple[str, ...] | None:
    from msgraph.generated.users.item.online_meetings.online_meetings_request_builder import (
        OnlineMeetingsRequestBuilder,
    )

    organizer = ORGANIZER.search(unquote(link))
    id = organizer[1] if organizer else who
    if "@" in id:  # online meetings are only found by the object id, and the link does not tell it
        user = await at.users.by_user_id(who).get()
        id = (user.id if user else None) or who
    meetings = at.users.by_user_id(id).online_meetings
    quoted = link.replace("'", "''")
    query = OnlineMeetingsRequestBuilder.OnlineMeetingsRequestBuilderGetQueryParameters(filter=f"JoinWebUrl eq '{quoted}'")
    known = False
    came: dict[str, None] = {}
    for meeting in (await every(meetings, headers(query=query))).items:
        reports = meetings.by_online_meeting_id(meeting.id or "").attendance_reports
        for report in (await every(reports)).items:
            begun, ended = report.meeting_start_date_time, report.meeting_end_date_time
            if not (begun and ended and begun < until and since < ended):
                continue  # of another week
            known = True
            for record in (await every(reports.by_meeting_attendance_report_id(report.id or "").attendance_records)).items:
                if (record.total_attendance_in_seconds or 0) < A_MINUTE:
                    continue
                if record.identity and record.identity.id:
                    home = record.identity.additional_data.get("tenantId") or tenant
                    came[f"teams:{home}/{record.identity.id}".casefold()] = None
                if record.email_address:
                    came[f"mail:{record.email_address}".casefold()] = None
    return tuple(came) if known else None


async def standing(at: GraphServiceClient, mailbox: str, title: str) -> tuple[Standing, ...]:
    from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder

    quoted = title.replace("'", "''")
    query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
        filter=f"subject eq '{quoted}'", expand=[f"singleValueExtendedProperties($filter=id eq '{PART}')"], select=["id", "start", "recurrence", "isOrganizer"], top=50,
    )
    items = await rows(at, at.users.by_user_id(mailbox).events, headers(PREFER, query))
    return tuple(
        Standing(
            each["id"], datetime.fromisoformat(each["start"]["dateTime"][:19]), bool(each["recurrence"]),
            date.fromisoformat(each["recurrence"]["range"]["endDate"]) if each["recurrence"] and each["recurrence"]["range"]["type"] == "endDate" else None,
        )
        for each in items if each["isOrganizer"] and not each.get("singleValueExtendedProperties")
    )  # fmt: skip


async def busy(
    at: GraphServiceClient, mailbox: str, addresses: Sequence[str], since: datetime, until: datetime
) -> dict[str, tuple[Span, ...]]:
    """Address -> when it is busy, of those that could be seen."""
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
        GetSchedulePostRequestBody,
    )

    def written(moment: datetime) -> DateTimeTimeZone:
        return DateTimeTimeZone(date_time=f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", time_zone="UTC")

    body = GetSchedulePostRequestBody(
        schedules=list(addresses), start_time=written(since), end_time=written(until), availability_view_interval=QUARTER
    )
    answer = await at.users.by_user_id(mailbox).calendar.get_schedule.post(body)
    asked = {each.casefold(): each for each in addresses}
    return {
        asked[each.schedule_id.casefold()]: spans(each.availability_view, since)
        for each in (answer.value if answer else None) or ()
        if each.schedule_id and each.schedule_id.casefold() in asked and not each.error and each.availability_view
    }


def spans(view: str, since: datetime) -> tuple[Span, ...]:
    """When it is busy, by a digit for each quarter of an hour."""
    found: list[Span] = []
    begun: int | None = None
    for n, digit in enumerate(f"{view}0"):
        if digit not in FREE and begun is None:
            begun = n
        elif digit in FREE and begun is not None:
            found.append((local(since + begun * timedelta(minutes=QUARTER)), local(since + n * timedelta(minutes=QUARTER))))
            begun = None
    return tuple(found)


def mailboxes_of(keeper: str, people: Mapping[str, Person], tenant: str) -> tuple[str, ...]:
    """What a keeper's mailbox (`bot.calendar.keeper`) may be called here, best first: an object id is surely the right one, an address
    need not be what somebody signs in with. Nothing where there is none: also who is known to belong to another organisation alone."""
    if not keeper.startswith("@"):
        return tuple(filter(None, [keeper.strip("-")]))
    person = people.get(keeper[1:])
    if person is None or person.state != "active":
        return ()
    teams = [each.removeprefix("teams:") for each in person.identities if each.startswith("teams:")]
    home = [each.removeprefix(f"{tenant}/") for each in teams if each.startswith(f"{tenant}/")]
    return (*home, *filter(None, [address_of(person)])) if home or not teams else ()


def mailbox_of(keeper: str, people: Mapping[str, Person], tenant: str) -> str:
    """The best of its names; "" where there is none."""
    return next(iter(mailboxes_of(keeper, people, tenant)), "")


def address_of(person: Person) -> str:
    return next((each.removeprefix("mail:") for each in person.identities if each.startswith("mail:")), "")
