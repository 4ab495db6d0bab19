"""People of the tenant and their online meetings: https://learn.microsoft.com/graph/api/user-list · .../meetingattendancereport-list"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.fake_servers.graph.model import Answer, Asked, GraphError, Json, Route

if TYPE_CHECKING:
    from tests.fake_servers.graph import FakeGraph

BASIC = frozenset({"User.ReadBasic.All"})
MEETINGS = frozenset({"OnlineMeetings.Read.All"})
ARTIFACTS = frozenset({"OnlineMeetingArtifact.Read.All"})


@dataclass(slots=True)
class Report:
    """Of one session of a meeting. `came`: (object id or "", address, seconds)."""

    started: datetime
    ended: datetime
    came: list[tuple[str, str, int]] = field(default_factory=list)


class Directory:
    """`allowed`: whose meetings the app may read, by Teams' application access policy."""

    def __init__(self, graph: FakeGraph) -> None:
        self.graph = graph
        self.reports: dict[str, list[Report]] = {}  # join URL -> reports
        self.allowed: set[str] = set()  # object ids

    def routes(self) -> list[Route]:
        meetings = r"/users/([^/]+)/onlineMeetings"
        return [
            Route("GET", "/users", self._search, BASIC),
            Route("GET", r"/users/([^/]+)", self._user, BASIC),
            Route("GET", meetings, self._meetings, MEETINGS),
            Route("GET", rf"{meetings}/([^/]+)/attendanceReports", self._reports, ARTIFACTS),
            Route("GET", rf"{meetings}/([^/]+)/attendanceReports/([^/]+)/attendanceRecords", self._records, ARTIFACTS),
        ]

    def _search(self, asked: Asked) -> Answer:
        if "$search" not in asked.query:
            return asked.paged([{"id": user.id} for user in self.graph.users.values()])
        wanted = re.fullmatch(r'"displayName:(.*)"', asked.query.get("$search", ""))
        if wanted is None or asked.headers.get("consistencylevel") != "eventual":
            raise GraphError(400, "Request_UnsupportedQuery")
        words = wanted[1].casefold().split()
        fits = [user for user in self.graph.users.values() if all(any(part.startswith(word) for part in user.name.casefold().split()) for word in words)]
        return asked.paged([{"id": user.id, "displayName": user.name, "mail": user.mail} for user in fits])

    def _user(self, asked: Asked, id: str) -> Answer:
        user = self.graph.user(id)
        return Answer(200, {"id": user.id, "displayName": user.name, "mail": user.mail})

    def _may(self, user: str) -> None:
        if user not in self.allowed:  # also: named by address, which these do not take
            raise GraphError(403, "General", "No application access policy found for this app.")

    def _meetings(self, asked: Asked, user: str) -> Answer:
        self._may(user)
        wanted = re.fullmatch(r"JoinWebUrl eq '(.*)'", asked.query.get("$filter", ""))
        if wanted is None:
            raise GraphError(400, "InvalidArgument")
        found = [number for number, link in enumerate(self.reports) if link == wanted[1]]
        return asked.paged([{"id": f"MS{number}", "joinWebUrl": wanted[1]} for number in found])

    def _of(self, meeting: str) -> list[Report]:
        return list(self.reports.values())[int(meeting.removeprefix("MS"))]

    def _reports(self, asked: Asked, user: str, meeting: str) -> Answer:
        self._may(user)
        shown: list[Json] = [
            {"id": f"R{number}", "meetingStartDateTime": each.started.isoformat(), "meetingEndDateTime": each.ended.isoformat()}
            for number, each in enumerate(self._of(meeting))
        ]
        return asked.paged(shown, default=2)

    def _records(self, asked: Asked, user: str, meeting: str, report: str) -> Answer:
        self._may(user)
        came = self._of(meeting)[int(report.removeprefix("R"))].came
        return asked.paged([
            {"emailAddress": address or None, "totalAttendanceInSeconds": seconds, "identity": {"id": id, "displayName": "?", "tenantId": self.graph.tenant} if id else None}
            for id, address, seconds in came
        ], default=2)  # fmt: skip
