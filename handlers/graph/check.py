"""Whether the app is let in at Entra and in the groups' mailboxes: each thing looked at is said in a plain sentence, with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from handlers.clock import Clock
from handlers.credentials import Answer, Certificate, Credential, ask_entra
from handlers.graph.client import Graph, told
from handlers.graph.errors import Refused
from handlers.graph.permissions import ATTENDANCE, CALENDAR, MEETINGS, PEOPLE, TASKS
from handlers.speaker import GiveUp, LockedOut, TryAgain

if TYPE_CHECKING:
    from msgraph.graph_service_client import GraphServiceClient

Said = tuple[bool | None, str]
CLOCK_MAY_DIFFER = timedelta(minutes=1)
SOON = timedelta(days=30)  # before a certificate runs out
PAGES = "https://entra.microsoft.com"
WHY = {
    700016: "TEAMS_CLIENT_ID är ingen app i den organisationen: kopiera Application (client) ID igen från appens sida på {pages}.",
    90002: "TEAMS_TENANT_ID är ingen organisation hos Microsoft: kopiera Directory (tenant) ID igen från appens sida på {pages}.",
    900023: "TEAMS_TENANT_ID är ingen organisation hos Microsoft: kopiera Directory (tenant) ID igen från appens sida på {pages}.",
    7000215: "TEAMS_CLIENT_SECRET stämmer inte: gör en ny under Certificates & secrets på {pages}, och kopiera dess Value (inte Secret ID).",
    7000222: "TEAMS_CLIENT_SECRET har gått ut: gör en ny under Certificates & secrets på {pages}, och byt den i .env.",
    700027: "Certifikatet i TEAMS_CERTIFICATE_FILE känns inte igen: ladda upp det under Certificates & secrets, Certificates, på {pages}.",
    700024: "Klockan här går för fel för att certifikatet ska gälla: slå på tidssynkronisering (timedatectl set-ntp true).",
}


def check_login(client_id: str, credential: Credential, authority: str, scope: str, what: str, clock: Clock) -> Iterator[Said]:
    """One login at Entra, for `what` ("Teams", "Outlook"): the id, the secret or certificate, and the clock."""
    try:
        answer = ask_entra(client_id, credential, authority, scope, clock)
    except (OSError, ValueError) as error:
        server = authority.split("/")[2]
        yield False, f"Microsofts inloggning svarar inte ({getattr(error, 'reason', None) or type(error).__name__}): släpp igenom utgående https till {server} i brandväggen."
        return
    yield _login(answer, credential, what)
    yield from _clock(answer.date, clock.now())


def _login(answer: Answer, credential: Credential, what: str) -> Said:
    setting = "TEAMS_CERTIFICATE_FILE" if isinstance(credential, Certificate) else "TEAMS_CLIENT_SECRET"
    if answer.token:
        return True, f"Microsoft godtar TEAMS_CLIENT_ID med {setting} för {what}."
    why = WHY.get(answer.code, "TEAMS_CLIENT_ID, TEAMS_TENANT_ID eller {setting} är fel: jämför dem med appens sida på {pages}.")
    return False, f"Microsoft släpper inte in boten till {what} ({answer.error}, {answer.code}). {why.format(pages=PAGES, setting=setting)}"


def check_certificate(credential: Credential, now: datetime) -> Iterator[Said]:
    """Whether it holds for a while yet."""
    if not isinstance(credential, Certificate):
        return
    day = f"{credential.ends:%Y-%m-%d}"
    if credential.ends < now:
        yield False, f"Certifikatet gick ut {day}: gör ett nytt, ladda upp det på {PAGES}, och byt TEAMS_CERTIFICATE_FILE."
    elif credential.ends < now + SOON:
        yield None, f"Certifikatet går ut {day}: gör ett nytt i tid."


def _clock(theirs: str, ours: datetime) -> Iterator[Said]:
    off = ours - parsedate_to_datetime(theirs) if theirs else timedelta(0)
    if abs(off) > CLOCK_MAY_DIFFER:
        minutes = round(abs(off).total_seconds() / 60)
        yield False, f"Klockan här går {minutes} minut{'er' if minutes != 1 else ''} {'före' if off > timedelta(0) else 'efter'} Microsofts: slå på tidssynkronisering (timedatectl set-ntp true)."


def check_mailboxes(graph: Graph, mailboxes: Mapping[str, str]) -> Iterator[Said]:
    """Each mailbox -> whose it is ("gruppen tall"): is it there, and may the app be in its calendar?"""
    good = 0
    for mailbox, whose in mailboxes.items():
        try:
            calendar = graph.ask(lambda at, of=mailbox: told(at, at.users.by_user_id(of).calendar.to_get_request_information()))  # type: ignore[misc]
        except LockedOut as error:
            if error.why == "login":
                return  # told already
            yield False, _shut(error.why, mailbox, whose)
        except Refused as error:
            yield False, f"Graph svarar {error.status} ({error.why}) om kalendern {mailbox}: rätta GRAPH_BASE_URL, som brukar vara https://graph.microsoft.com/v1.0."
        except (TryAgain, GiveUp) as error:
            yield False, f"Graph svarar inte på {graph.base_url} ({error.why}): släpp igenom utgående https dit i brandväggen, eller försök igen om en stund."
            return
        else:
            good += bool(calendar.get("canEdit", True))
            if not calendar.get("canEdit", True):
                yield False, _shut("no_mailbox_access", mailbox, whose)
    if mailboxes and good == len(mailboxes):
        yield True, f"Boten når {'alla ' if good > 1 else ''}{good} brevlåd{'or' if good > 1 else 'a'} där möten ska stå."


def check_optional(graph: Graph, user: str) -> Iterator[Said]:
    """Which of the permissions that may be left out are given, tried where nothing is changed. `user`: the object id of somebody who has met the bot."""

    def of(at: GraphServiceClient) -> Any:
        return at.users.by_user_id(user)

    given: list[str] = []
    for permission, ask, without in (
        (PEOPLE, lambda at: at.users.to_get_request_information(_first()), "hittar boten bara den som redan är med i en grupp"),
        (MEETINGS, lambda at: of(at).online_meetings.to_get_request_information(_first("JoinWebUrl eq 'https://teams.microsoft.com/l/0'")), f"noteras inte vilka som var med ({ATTENDANCE} hör dit)"),
        (TASKS, lambda at: of(at).todo.lists.to_get_request_information(), "finns inte kommandot koppla todo"),
    ):  # fmt: skip
        if not user and permission != PEOPLE:
            continue
        try:
            graph.ask(lambda at, ask=ask: told(at, ask(at)))  # type: ignore[misc]
        except LockedOut as error:
            if error.why == "no_such_mailbox":  # let in, but there is nothing of that sort
                given.append(permission)
            else:
                yield None, f"Utan {permission} {without}. Det går bra ändå; vill ni ha det, se docs/teams.md."
        except Refused:  # let in: Graph looked at what was asked
            given.append(permission)
        except (TryAgain, GiveUp):
            return  # told already
        else:
            given.append(permission)
    if given:
        yield True, f"Boten har också {', '.join(given)}."


def _first(filter: str | None = None) -> Any:
    """The SDK's configuration for as little of an answer as can be."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.online_meetings.online_meetings_request_builder import (
        OnlineMeetingsRequestBuilder,
    )
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

    if filter:
        return RequestConfiguration(query_parameters=OnlineMeetingsRequestBuilder.OnlineMeetingsRequestBuilderGetQueryParameters(filter=filter))
    return RequestConfiguration(query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(top=1, select=["id"]))


def _shut(why: str, mailbox: str, whose: str) -> str:
    if why == "no_such_mailbox":
        return f"{mailbox}, där mötena för {whose} ska stå, är ingen brevlåda i organisationen: läs in en annan med nvg load (calendar: adress)."
    return f"Boten får inte skriva i kalendern {mailbox}, för {whose}: ge appen {CALENDAR} för den i Exchange, se docs/teams.md. Det kan ta någon timme innan det gäller."
