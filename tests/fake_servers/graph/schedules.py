"""Whether people are busy, https://learn.microsoft.com/graph/api/calendar-getschedule: from the pretend calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.fake_servers.graph.calendar import ZONES
from tests.fake_servers.graph.model import Answer, Asked, GraphError, Json, Route

if TYPE_CHECKING:
    from tests.fake_servers.graph import FakeGraph

READ = frozenset({"Calendars.Read", "Calendars.ReadWrite", "Calendars.ReadBasic.All"})
MOST, LONGEST = 20, timedelta(days=62)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Schedules:
    def __init__(self, graph: FakeGraph) -> None:
        self.graph = graph
        self.hidden: set[str] = set()  # whose free time nobody may see

    def routes(self) -> list[Route]:
        return [Route("POST", r"/users/([^/]+)/calendar/getSchedule", self._schedule, READ)]

    def _schedule(self, asked: Asked, user: str) -> Answer:
        if not self.graph.user(user).reachable:
            raise GraphError(403, "ErrorAccessDenied")
        body = {name[:1].lower() + name[1:]: value for name, value in asked.body.items()}  # an action takes both
        since, until = _moment(body["startTime"]), _moment(body["endTime"])
        if len(body["schedules"]) > MOST or until - since > LONGEST:
            raise GraphError(400, "ErrorInvalidRequest")
        return Answer(200, {"value": [self._of(address, since, until, body.get("availabilityViewInterval", 30)) for address in body["schedules"]]})

    def _of(self, address: str, since: datetime, until: datetime, interval: int) -> Json:
        if address.casefold() not in self.graph.users or address.casefold() in self.hidden:
            return {"scheduleId": address, "availabilityView": "", "error": {"message": "...", "responseCode": "ErrorMailRecipientNotFound"}}
        naive = (since.astimezone(STOCKHOLM).replace(tzinfo=None), until.astimezone(STOCKHOLM).replace(tzinfo=None))
        busy = [
            (start.replace(tzinfo=STOCKHOLM), start.replace(tzinfo=STOCKHOLM) + timedelta(minutes=minutes))
            for start, minutes in self.graph.calendars.times(address.casefold(), *naive)
        ]
        step = timedelta(minutes=interval)
        slots = [since + n * step for n in range(int((until - since) / step))]
        view = "".join("2" if any(start < slot + step and slot < end for start, end in busy) else "0" for slot in slots)
        items = [{"status": "busy", "subject": "hemligt", "start": {}, "end": {}} for _ in busy]
        return {"scheduleId": address, "availabilityView": view, "scheduleItems": items}


def _moment(written: Json) -> datetime:
    zone = ZONES.get(written["timeZone"], UTC)
    return datetime.fromisoformat(written["dateTime"][:19]).replace(tzinfo=zone)
