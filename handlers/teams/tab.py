"""The personal tab: one's own page, the same as Slack's App Home, with its buttons and forms, inside Teams.

The page itself holds nothing. Its script asks Teams who is signed in (single sign-on) and sends the token with each question, in
a header: there are no cookies, so no other page can act in anybody's name. Nothing is loaded from anywhere else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jwt
from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.incoming import Incoming, Place, Tap
from bot.messages.common import WentWrong
from handlers import logs
from handlers.engine import Engine
from handlers.guard import read_json
from handlers.people import People, Profile
from handlers.teams.people import profile_of
from handlers.teams.tokens import Keys
from handlers.turn import Answered
from templates.card import Card, Heading, Text
from templates.html import card_html, form_html

STATIC = Path(__file__).parent / "static"
PAGES = {
    "/teams/tab": "tab.html",
    "/teams/about": "about.html",
    "/teams/static/tab.css": "tab.css",
    "/teams/static/tab.js": "tab.js",
    "/teams/static/teams.js": "teams-js/MicrosoftTeams.min.js",
}
SCOPE = "access_as_user"
LEEWAY = 60  # seconds that clocks may differ
LONGEST = 20_000  # characters in one value
HOSTS = "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft"
"""Where the page may be shown: https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements"""
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    f" form-action 'none'; frame-ancestors {HOSTS}",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in, as Entra tells it."""

    tenant: str
    id: str
    name: str
    principal: str


class SignIn:
    """Takes the tokens that Teams gets for the signed-in person, for our app. One key set serves all tenants of Entra."""

    def __init__(self, client_id: str, cloud: CloudEnvironment | None = None) -> None:
        self._client_id, self._login = client_id, (cloud or PUBLIC).login_endpoint
        self._keys = Keys(f"{self._login}/common/discovery/v2.0/keys")

    async def user(self, authorization: str) -> User:
        """Whose token it is. jwt.PyJWTError if it is not good."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError("no token")
        await self._keys.ready_for(token)
        key = self._keys.get_signing_key_from_jwt(token)
        needed = ["exp", "iss", "aud", "tid", "oid", "scp"]
        claims = jwt.decode(token, key, ["RS256"], {"require": needed}, audience=self._client_id, leeway=LEEWAY)
        tenant, id = str(claims["tid"]), str(claims["oid"])
        if not (_ID.fullmatch(tenant) and _ID.fullmatch(id)) or claims["iss"] != f"{self._login}/{tenant}/v2.0":
            raise jwt.InvalidIssuerError("of another issuer than its tenant's")
        if SCOPE not in str(claims["scp"]).split():
            raise jwt.InvalidTokenError("not for acting as the user")
        return User(tenant, id, str(claims.get("name") or ""), str(claims.get("preferred_username") or ""))


def routes(
    engine: Engine, people: People, sign_in: SignIn, own: str, threads: Executor, count: Callable[[str], None] = lambda what: None
) -> list[BaseRoute]:
    """What the tab is served by. `own`: the tenant that the bot is registered in. `count` is told "tab" or "refused"."""
    tab = Tab(engine, people, sign_in, own, threads, count)
    return [*(Route(path, partial(_file, name)) for path, name in PAGES.items()), Route("/teams/tab/act", tab.act, methods=["POST"])]


class Tab:
    """Answers the page."""

    def __init__(self, engine: Engine, people: People, sign_in: SignIn, own: str, threads: Executor, count: Callable[[str], None]) -> None:
        self._engine, self._people, self._sign_in, self._own = engine, people, sign_in, own
        self._threads, self._count = threads, count

    async def act(self, request: Request) -> Response:
        """What was tapped or filled in, if anything; then the page as it is now, a form, or what is wrong in the one that is open.

        In: `{"id", "locale"}` and for a tap `{"do", "ref", "value"}`, with `{"fields", "version"}` for a form.
        Out: `{"language", "home", "said"}`, `{"language", "form", "said"}` or `{"language", "errors"}`: HTML, and words.
        """
        try:
            user = await self._sign_in.user(request.headers.get("authorization", ""))
        except jwt.PyJWTError:
            logs.event("refused", door="tab", why="token")
            self._count("refused")
            return _answer({"why": "token"}, 401)
        asked = _read(await request.body())
        if asked is None:
            return _answer({"why": "body"}, 400)
        person = await self._person(user, str(asked.get("locale") or ""))
        if not person:
            return _answer({"why": "unknown"}, 403)
        self._count("tab")
        answered = await asyncio.get_running_loop().run_in_executor(self._threads, self._done, asked, user, person)
        return _answer(answered)

    async def _person(self, user: User, locale: str) -> str:
        """Somebody of our own tenant may be met here first. Whoever is from another must have written to the bot."""
        if user.tenant != self._own:
            return await self._people.known(user.tenant, user.id)

        async def told(here: str, id: str) -> Profile | None:
            member = {"aadObjectId": user.id, "name": user.name, "userPrincipalName": user.principal, "tenantId": user.tenant}
            return profile_of(member, here, self._own, locale)

        return await self._people.id_of(user.tenant, user.id, look_up=told)

    def _done(self, asked: Mapping[str, Any], user: User, person: str) -> dict[str, Any]:
        """Do it, and draw what is to be shown."""
        answered = Answered(language=self._engine.language_of(person))
        try:
            if asked.get("do"):
                answered = self._engine.handle(_incoming(asked, user, person))
            if answered.errors:
                return {"language": answered.language, "errors": dict(answered.errors)}
            said = card_html(answered.card, 2) if answered.card else ""
            if answered.form:
                return {"language": answered.language, "form": form_html(answered.form), "said": said}
            return {"language": answered.language, "home": card_html(_headed(self._engine.show("home", person)), 2), "said": said}
        except Exception as error:
            told = self._engine.tell(WentWrong(logs.failed("teams_tab", error)), person)
            return {"language": told.language, "home": "", "said": card_html(told.card, 2) if told.card else ""}


def _headed(card: Card) -> Card:
    """A line in bold alone opens a part of the page: here it is a heading, so that one can hear the page's parts and jump between them."""
    return Card(tuple(
        Heading(block.spans) if isinstance(block, Text) and all(span.style == "bold" for span in block.spans) else block for block in card.blocks
    ))  # fmt: skip


def _incoming(asked: Mapping[str, Any], user: User, person: str) -> Incoming:
    """The id is the page's own: what it sends again, because no answer came, is not done again."""
    event, place = f"tab {user.tenant}/{user.id} {asked['id']}", Place("teams", person=person)
    do, ref, value = (str(asked.get(name) or "") for name in ("do", "ref", "value"))
    if do == "say":
        return Incoming(event, person, place, said=value or ref)
    return Incoming(event, person, place, tap=Tap(do, ref, asked.get("fields"), asked.get("version"), value))


def _read(body: bytes) -> Mapping[str, Any] | None:
    """What the page asks; None for what it would never write."""
    try:
        asked = read_json(body)
    except ValueError:
        return None
    if not isinstance(asked, dict) or not re.fullmatch(r"[\w-]{8,64}", str(asked.get("id") or "")):
        return None
    fields = asked.get("fields") or {}
    words = [asked.get(name) or "" for name in ("do", "ref", "value", "locale")]
    if not isinstance(fields, dict) or not all(isinstance(each, str) and len(each) <= LONGEST for each in (*words, *fields.values())):
        return None
    if asked.get("version") is not None and type(asked["version"]) is not int:
        return None
    return asked


def _answer(value: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(value, status, {**HEADERS, "cache-control": "no-store"})


async def _file(name: str, request: Request) -> Response:
    return FileResponse(STATIC / name, headers={**HEADERS, "cache-control": "no-cache"})
