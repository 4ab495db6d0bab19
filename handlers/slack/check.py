"""Whether the bot can work in Slack as it is set up: each thing looked at is said in a plain sentence, with what to do."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack.scopes import APP_SCOPES, LISTENING_SCOPES, SCOPES

Said = tuple[bool | None, str]
"""Good, to be mended, or (None) only worth knowing."""

PATIENCE = 10
"""Seconds that Slack and the way to ourselves are given."""
CLOCK_MAY_DIFFER = timedelta(minutes=1)
NOT_THE_TOKEN = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
PAGES = "https://api.slack.com/apps"


def check_workspace(
    token: str, api_url: str, now: Callable[[], datetime], channels: Mapping[str, str], setting: str = "SLACK_BOT_TOKEN", install: str = ""
) -> Generator[Said, None, set[str]]:
    """One workspace, by its token: does the token hold, may the bot do all it does, is the clock right, is it in its channels?

    `channels`: "TEAM/CHANNEL" -> whose it is ("kommittén gk"), of all workspaces. `install`: the page that the app is installed from, where there is
    one. Returns the team's id, if Slack gave it.
    """
    again = f"öppna {install} i den arbetsytan igen" if install else "installera om appen (Install App → Reinstall to Workspace)"
    mend = again if install else f"kopiera Bot User OAuth Token igen, under OAuth & Permissions på {PAGES}"
    client = _client(token, api_url)
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield False, _refused(error, setting, mend)
        return set()
    except OSError as error:
        yield False, f"Slack svarar inte på {api_url} ({_why(error)}): släpp igenom utgående https till slack.com i brandväggen, eller rätta SLACK_API_URL."
        return set()
    team, name = str(answer["team_id"]), str(answer.get("team") or answer["team_id"])
    yield True, f"Slack godtar {setting}: boten heter {answer.get('user')} i arbetsytan {name} ({team})."
    headers = {key.casefold(): value for key, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        yield False, f"Boten får inte göra allt i {name}, det saknas {', '.join(missing)}: klistra in manifestet igen (App Manifest), och {again}."
    else:
        yield True, f"Boten får göra det den behöver i {name}."
    if granted & set(LISTENING_SCOPES):
        yield None, f"Boten får läsa det som skrivs i sina kanaler i {name} ({', '.join(LISTENING_SCOPES)}). Det behövs bara om ni valt att beslut: ska räknas utan /nvg."
    yield from _clock(headers.get("date", ""), now())
    bot = str(answer.get("user") or "nvg")
    if not answer.get("is_enterprise_install"):
        yield from _channels(client, team, name, bot, channels)
        return {team}
    teams = {str(each["id"]): str(each.get("name") or each["id"]) for page in client.auth_teams_list(limit=200) for each in page["teams"]}
    for each, its_name in teams.items():
        yield from _channels(client, each, its_name, bot, channels)
    return set(teams)


def _clock(theirs: str, ours: datetime) -> Iterator[Said]:
    """Slack refuses what is signed more than five minutes off, and reminders come at the wrong time."""
    if not theirs:
        return
    off = ours - parsedate_to_datetime(theirs)
    if abs(off) > CLOCK_MAY_DIFFER:
        ahead = "före" if off > timedelta(0) else "efter"
        yield False, f"Klockan här går {_length(abs(off))} {ahead} Slacks: slå på tidssynkronisering (timedatectl set-ntp true)."
    else:
        yield True, "Klockan går som Slacks."


def _length(off: timedelta) -> str:
    minutes = round(off.total_seconds() / 60)
    return f"{minutes} minut{'er' if minutes != 1 else ''}" if minutes < 120 else f"{round(minutes / 60)} timmar"


def _channels(client: WebClient, team: str, name: str, bot: str, channels: Mapping[str, str]) -> Iterator[Said]:
    """The bot sees a private channel only when it is in it, so what it does not see it has not been invited to."""
    own = {address.partition("/")[2]: whose for address, whose in channels.items() if address.partition("/")[0] == team}
    if not own:
        return
    seen: dict[str, Any] = {}
    try:
        for kind in ("private_channel", "public_channel"):
            for page in client.users_conversations(types=kind, limit=200, team_id=team):
                seen |= {each["id"]: each for each in page["channels"]}
    except SlackApiError as error:
        if error.response.get("error") != "missing_scope":  # told already
            yield False, f"Slack berättar inte vilka kanaler boten är med i ({error.response.get('error')}): försök igen om en stund."
        return
    for channel, whose in sorted(own.items(), key=lambda item: item[1]):
        found = seen.get(channel)
        if found is None:
            yield False, f"Boten är inte med i kanalen för {whose} ({channel}): skriv /invite @{bot} i den kanalen."
        elif found.get("is_archived"):
            yield False, f"Kanalen för {whose} ({channel}) är arkiverad: öppna den igen, eller ge {whose} en annan kanal med nvg load."
        elif not found.get("is_private", True):
            yield False, f"Kanalen för {whose} ({channel}) är öppen för alla i {name}: gör den privat i kanalens inställningar."
    if all(channel in seen for channel in own):
        yield True, f"Boten är med i {'alla ' if len(own) > 1 else ''}{len(own)} kanal{'er' if len(own) > 1 else ''} som den ska i {name}."


def check_elsewhere(channels: Mapping[str, str], teams: set[str]) -> Iterator[Said]:
    """Channels in workspaces where the bot is not installed: `teams` are those where it is."""
    for address, whose in sorted(channels.items(), key=lambda item: item[1]):
        team, _, channel = address.partition("/")
        if not channel:
            yield False, f"Kanalen för {whose} är skriven slack:{address}: skriv slack:T0123/C0456, arbetsytans och kanalens id, och kör nvg load."
        elif team not in teams:
            yield False, f"Kanalen för {whose} ligger i arbetsytan {team}, där boten inte är installerad: installera den där, eller rätta kanalen med nvg load."


def check_app_token(token: str, api_url: str) -> Iterator[Said]:
    """Whether Socket Mode would be let in."""
    try:
        _client(token, api_url).apps_connections_open(app_token=token)
    except SlackApiError as error:
        if error.response.get("error") == "missing_scope":
            yield False, f"SLACK_APP_TOKEN får inte öppna Socket Mode: gör en ny under Basic Information → App-Level Tokens, med {', '.join(APP_SCOPES)}."
        else:
            yield False, _refused(error, "SLACK_APP_TOKEN", f"kopiera den igen, eller gör en ny, under Basic Information → App-Level Tokens på {PAGES}")
    except OSError:
        return  # that Slack does not answer is told with the bot's token
    else:
        yield True, "Slack godtar SLACK_APP_TOKEN: Socket Mode går att öppna."


def check_signing_secret(secret: str) -> Iterator[Said]:
    """Slack cannot be asked whether the secret is right, but it always looks the same."""
    if not re.fullmatch(r"[0-9a-f]{32}", secret):
        yield False, f"SLACK_SIGNING_SECRET ser inte ut som Slacks, som är 32 tecken 0-9 och a-f: kopiera Signing Secret från Basic Information på {PAGES}."


def check_requests(accepted: int, refused: int) -> Iterator[Said]:
    """What has come from Slack since `nvg run` was started."""
    if refused and not accepted:
        yield False, f"Slacks anrop avvisas ({refused} stycken), fel SLACK_SIGNING_SECRET: kopiera Signing Secret från Basic Information på {PAGES} och starta om nvg run."
    elif accepted:
        few = f", och {refused} som inte var undertecknade av Slack är avvisade" if refused else ""
        yield True, f"Slacks anrop kommer fram: {accepted} sedan starten{few}."
    else:
        yield None, "Inget anrop från Slack har kommit sedan starten: skriv /nvg i en kanal och kör nvg doctor igen."


def check_address(public_url: str, secret: str, now: datetime, running: bool) -> Iterator[Said]:
    """Knocks as Slack does when it tries the address in the app's settings. While the bot is not `running`, nobody need answer."""
    url, challenge = f"{public_url}/slack/events", "nvg-doctor"
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    at = str(int(now.timestamp()))
    signature = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}
    try:
        with urlopen(Request(url, body, headers), timeout=PATIENCE) as answer:  # nosec B310  # https, as the settings are checked
            reached = challenge in answer.read(10_000).decode(errors="replace")
        why = "svarar något annat än boten"
    except HTTPError as error:
        if error.code == 401:
            yield False, f"Den bot som svarar på {url} har en annan SLACK_SIGNING_SECRET än den här (eller fel klocka): starta om nvg run efter ändringen."
            return
        reached, why = False, f"svarar {error.code}"
    except (OSError, ValueError) as error:
        reached, why = False, f"svarar inte ({_why(error)})"
    if reached:
        yield True, f"{url} når boten."
    else:
        yield False if running else None, f"{url} {why}: kontrollera att nvg run är igång, och att er proxy skickar /slack/ vidare till boten med sökväg och innehåll orörda."


def _client(token: str, api_url: str) -> WebClient:
    return WebClient(token, base_url=api_url, timeout=PATIENCE)


def _refused(error: SlackApiError, setting: str, mend: str) -> str:
    code = str(error.response.get("error"))
    if code in NOT_THE_TOKEN:
        return f"Slack svarar med ett fel ({code}): försök igen om en stund, och se https://slack-status.com."
    if code in ("account_inactive", "token_revoked"):
        return f"Slack godtar inte {setting} ({code}), boten är borttagen ur arbetsytan: installera appen där igen, och {mend}."
    return f"Slack godtar inte {setting} ({code}): {mend}."


def _why(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
