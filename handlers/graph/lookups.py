"""What can be asked of Microsoft 365 in the background: when people are busy, who is in the directory, who was at a meeting.

Of people's calendars only *whether* they are busy is read (the view of a digit for each quarter of an hour), never with what: Exchange
shows that much to everybody in the organisation, so it is asked for as the mailbox that keeps the group's meetings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import Person
from bot.rules.free_times import Span
from bot.rules.work_calendar import instant, local
from handlers.graph.client import Graph
from handlers.outside import Outside

if TYPE_CHECKING:
    from msgraph.graph_service_client import GraphServiceClient

QUARTER = 15  # minutes that each digit stands for
FREE = "04"  # free, or working elsewhere
MOST = 20  # calendars in one request


class Lookups:
    """Thread-safe; asking changes nothing."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def outside(self) -> Outside:
        return {"times": self.times}

    def times(self, rest: str, people: Mapping[str, Person]) -> dict[str, tuple[Span, ...]]:
        """Each person whose calendar shows it -> when they are busy (naive local)."""
        keeper, first, last, ids = rest.split(" ")
        addresses = {address: id for id in ids.split(",") if id in people and (address := address_of(people[id]))}
        mailbox = address_of(people[keeper[1:]]) if keeper[1:] in people else "" if keeper.startswith("@") else keeper.strip("-")
        mailbox = mailbox or next(iter(addresses), "")
        if not mailbox:
            return {}
        since, until = (instant(datetime.fromisoformat(day)) for day in (first, last))
        groups = [list(addresses)[n : n + MOST] for n in range(0, len(addresses), MOST)]

        async def ask(at: GraphServiceClient) -> list[dict[str, tuple[Span, ...]]]:
            return await asyncio.gather(*(busy(at, mailbox, each, since, until) for each in groups))

        return {addresses[address]: spans for found in self._graph.ask(ask) for address, spans in found.items()}


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


def address_of(person: Person) -> str:
    return next((each.removeprefix("mail:") for each in person.identities if each.startswith("mail:")), "")
