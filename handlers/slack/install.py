"""Where the bot is installed: one workspace by a token, or many by OAuth with their tokens sealed in the database."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.authorize_url_generator import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.messages.base import Message
from bot.messages.platform import Installed, NotInstalled
from handlers import logs
from handlers.clock import Clock
from handlers.slack.people import workspace
from handlers.slack.scopes import LISTENING_SCOPES, SCOPES
from handlers.slack.web import Refused, Web, quiet
from storage.installations import Installation, Installations
from storage.store import Store
from templates.html import POLICY

FRESH = 60.0  # seconds that an installation is remembered: another process may remove it
AGAIN = 5.0  # seconds until auth.test is tried again
NAMED_WITHIN = 1.0  # seconds that somebody waits for it, to be told our name
KNOWN_WITHIN = 2.0  # seconds, to be heard at all
STATE_LIVES = timedelta(minutes=10)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, repr=False)  # it holds secrets
class Options:
    """What is set about Slack."""

    api_url: str
    bot_token: str = ""
    signing_secret: str = ""
    app_token: str = ""
    client_id: str = ""
    client_secret: str = ""
    public_url: str = ""
    rate: float = 5.0  # messages a second in a workspace

    @property
    def oauth(self) -> bool:
        return bool(self.client_id)


class Workspaces(AsyncAuthorize):
    """The installations, remembered: Bolt asks for one at every request, the speaker at every message."""

    def __init__(self, options: Options, store: Store, clock: Clock, threads: Executor) -> None:
        self._options, self._clock, self._threads = options, clock, threads
        self._kept = Installations(store)
        self._known: dict[str, tuple[float, Installation | None]] = {}
        self._own: Installation | None = None  # of the one token that is set
        self._own_again = 0.0
        self._gone = False
        self._asking = asyncio.Lock()
        self._names: dict[str, str] = {}  # token -> what the bot is called there
        self.web: Web | None = None
        self.let_in: Callable[[], None] = lambda: None  # what to do when a workspace has let us in again

    async def __call__(self, *, context: Any, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: Any) -> AuthorizeResult | None:
        """For Bolt. None where the bot is not installed."""
        found = await self.find(team_id or "", enterprise_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=found.token, bot_id=found.bot_id or None,
            bot_user_id=found.bot_user or None,
        )  # fmt: skip

    async def find(self, team: str, enterprise: str = "") -> Installation | None:
        """The installation for a workspace."""
        if not self._options.oauth:
            return await self._own_installation()
        known = self._known.get(team or enterprise)
        if known and known[0] > time.monotonic():
            return known[1]
        return await self._in_thread(lambda: self._look(team, enterprise))

    def token_of(self, team: str) -> str | None:
        """The token to reach people and channels there with, None where there is none. From any thread."""
        if not self._options.oauth:
            return None if self._gone else self._options.bot_token
        known = self._known.get(team)
        found = known[1] if known and known[0] > time.monotonic() else self._look(team)
        return found.token if found else None

    def teams(self) -> tuple[str, ...]:
        """The workspaces and organisations that have let us in, as far as is known. From any thread."""
        places = self._kept.all() if self._options.oauth else (self._own.place,) if self._own else ()
        return tuple(place.removeprefix("slack:") for place in places if place.startswith("slack:"))

    def whole(self, team: str) -> bool:
        """Whether it is reached by an installation for all of its organisation."""
        found = self._known.get(team, (0.0, None))[1] if self._options.oauth else self._own
        return found is not None and not workspace(found.place.removeprefix("slack:"))

    def reach(self, team: str, through: str) -> None:
        """People of another workspace, met in one of ours. From any thread."""
        if self._options.oauth:
            self._kept.reach(f"slack:{team}", f"slack:{through}", self._clock.now())
            self._known.pop(team, None)

    async def forget(self, team: str, enterprise: str = "", gone_at: datetime | None = None) -> None:
        """The bot has been uninstalled there, or its token was revoked: `enterprise` where it was installed for all of that organisation."""
        logs.event("slack_uninstalled", place=team or enterprise)
        if not self._options.oauth:
            self._gone, self._own, self._own_again = True, None, 0.0
            return
        await self._in_thread(partial(self._kept.forget, f"slack:{enterprise or team}", self._clock.now(), gone_at))
        self._known.clear()

    async def save(self, installation: Installation) -> None:
        await self._in_thread(lambda: self._kept.save(installation, self._clock.now()))
        self._known.clear()
        logs.event("slack_installed", place=installation.place)
        await self._in_thread(self.let_in)

    async def name_of(self, team: str) -> str:
        """What the bot is called in a workspace, as people mention it; "" while Slack does not say."""
        token = self.token_of(team) or ""
        if token and token not in self._names and self.web is not None:
            try:
                told = await asyncio.wait_for(self.web.call(token, "auth.test", tries=1), NAMED_WITHIN)
                self._names[token] = str(told.get("user") or "")
            except (Refused, TimeoutError):
                return ""
        return self._names.get(token, "")

    async def access(self, enterprise: str, teams: Sequence[str], granted: bool) -> None:
        """An organisation that has let us in has added workspaces, or taken them away."""
        for team in filter(workspace, teams):
            if granted:
                await self._in_thread(partial(self.reach, team, enterprise))
            elif self._options.oauth:
                await self._in_thread(partial(self._kept.leave, f"slack:{team}"))
        self._known.clear()
        if granted:
            await self._in_thread(self.let_in)

    async def own(self) -> Installation | None:
        """The installation of the token that is set, once Slack has told of it."""
        return None if self._options.oauth else await self._own_installation()

    def _look(self, team: str, enterprise: str = "") -> Installation | None:
        found = self._kept.find(f"slack:{team}") if team else None
        if found is None and enterprise:
            found = self._kept.find(f"slack:{enterprise}")
            if found and team:
                self._kept.reach(f"slack:{team}", found.place, self._clock.now())
        self._known[team or enterprise] = (time.monotonic() + FRESH, found)
        return found

    async def _own_installation(self) -> Installation | None:
        """By auth.test, once. While Slack does not answer, the bot goes on without knowing its own name."""
        if self._own is None and time.monotonic() >= self._own_again:
            async with self._asking:
                if self._own is None and time.monotonic() >= self._own_again:
                    await self._test()
        if self._own is None and not self._gone:
            return Installation("", self._options.bot_token)
        return self._own

    async def _test(self) -> None:
        assert self.web is not None
        self._own_again = time.monotonic() + AGAIN
        try:
            told = await asyncio.wait_for(self.web.call(self._options.bot_token, "auth.test", tries=1), KNOWN_WITHIN)
        except (Refused, TimeoutError) as error:
            why = error.error if isinstance(error, Refused) else "timeout"
            logs.event("slack_auth", why=why)
            return
        self._names[self._options.bot_token] = str(told.get("user") or "")
        place = told.get("enterprise_id") if told.get("is_enterprise_install") else told["team_id"]
        self._own = Installation(f"slack:{place}", self._options.bot_token, str(told.get("user_id", "")), str(told.get("bot_id", "")))
        if self._gone:
            self._gone = False
            await self._in_thread(self.let_in)

    async def _in_thread(self, function: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    # -- OAuth

    def flow(self, page: Callable[[Message], str]) -> AsyncOAuthFlow:
        """Installing from a link: `/slack/install` and `/slack/oauth_redirect`. `page` makes a web page of a message."""
        assert self.web is not None
        options = self._options

        async def success(args: AsyncSuccessArgs) -> BoltResponse:
            return _html(200, page(Installed(str(args.installation.team_name or args.installation.enterprise_name or ""))))

        async def failure(args: AsyncFailureArgs) -> BoltResponse:
            logs.event("slack_not_installed", why=args.reason)
            return _html(args.suggested_status_code, page(NotInstalled(args.reason == "access_denied")))

        return _Flow(
            client=self.web.client,
            logger=quiet,
            settings=AsyncOAuthSettings(
                client_id=options.client_id,
                client_secret=options.client_secret,
                scopes=SCOPES,
                user_scopes=(),
                redirect_uri=f"{options.public_url}/slack/oauth_redirect",
                install_page_rendering_enabled=False,
                authorization_url=f"{options.api_url.rstrip('/').removesuffix('/api')}/oauth/v2/authorize",
                callback_options=AsyncCallbackOptions(success, failure),
                installation_store=_Keeper(self),
                state_store=_States(self),
                state_cookie_name="__Host-nvg-install",
                state_expiration_seconds=int(STATE_LIVES.total_seconds()),
                logger=quiet,
            ),
        )


class _Flow(AsyncOAuthFlow):
    """A workspace that wants lines with "beslut:" to count without a mention installs from `/slack/install?lyssna=1`: only it is asked for that."""

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        settings, listening = self.settings, any(request.query.get("lyssna") or ())
        team = request.query.get("team") or (None,)
        return AuthorizeUrlGenerator(
            client_id=settings.client_id, scopes=SCOPES + LISTENING_SCOPES * listening, user_scopes=(), redirect_uri=settings.redirect_uri,
            authorization_url=settings.authorization_url,
        ).generate(state, team[0])  # fmt: skip


class _States(AsyncOAuthStateStore):
    """The state of an installation begun, in the database: any process may take up its answer."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        workspaces, state = self._workspaces, secrets.token_urlsafe(32)
        await workspaces._in_thread(lambda: workspaces._kept.begin(state, workspaces._clock.now() + STATE_LIVES))
        return state

    async def async_consume(self, state: str) -> bool:
        workspaces = self._workspaces
        return await workspaces._in_thread(lambda: workspaces._kept.began(state, workspaces._clock.now()))


class _Keeper(AsyncInstallationStore):
    """Keeps what OAuth gives."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def async_save(self, installation: SlackInstallation) -> None:
        place = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
        token = installation.bot_token or ""
        await self._workspaces.save(Installation(f"slack:{place}", token, installation.bot_user_id or "", installation.bot_id or ""))


def _html(status: int, page: str) -> BoltResponse:
    return BoltResponse(status=status, body=page, headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY})
