"""What `nvg doctor` looks at: each in a plain sentence, with what to do where something has to be mended."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from bot.calendar import keeper
from bot.model import Group, GroupView
from handlers.clock import Clock, RealClock
from handlers.credentials import LOGIN, BotToken, Credential, by_client_credentials
from storage.keystore import WrongSecret
from storage.store import Store

Said = tuple[bool | None, str]
"""Good, to be mended, or (None) only worth knowing."""

BOUND = timedelta(minutes=10)
PATIENCE = 10
"""Seconds that a server is given."""
SHUT = ("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "no_token", "missing_scope")
BOT_SCOPE = "https://api.botframework.com/.default"
SAME_KEYS = "Lägg tillbaka dem; går boten på flera datorer ska alla ha samma NVG_KEYS_URL."
LIVE = ("starting", "active", "paused")


class Setup(Protocol):
    """The settings that the doctor looks at."""

    @property
    def database_url(self) -> str: ...
    @property
    def platforms(self) -> tuple[str, ...]: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def public_url(self) -> str: ...
    @property
    def slack_bot_token(self) -> str: ...
    @property
    def slack_app_token(self) -> str: ...
    @property
    def slack_signing_secret(self) -> str: ...
    @property
    def slack_api_url(self) -> str: ...
    @property
    def teams_client_id(self) -> str: ...
    @property
    def teams_tenant_id(self) -> str: ...
    @property
    def graph_base_url(self) -> str: ...
    @property
    def smtp_url(self) -> str: ...


def examine(
    open_store: Callable[[], Store], settings: Setup, clock: Clock | None = None, credential: Credential = "", login: str = LOGIN
) -> Iterator[Said]:
    """(good, sentence) for each thing looked at, in order. What is broken does not keep the rest from being looked at.

    `credential`: what the app shows Microsoft. `login`: where; another for tests.
    """
    clock = clock or RealClock()
    yield True, "Inställningarna går att läsa."
    store: Store | None = None
    try:
        store = open_store()
    except Exception as error:
        yield False, f"Databasen går inte att öppna: {error}"
    try:
        groups: tuple[Group, ...] = ()
        if store is not None:
            yield True, f"Databasen ({settings.database_url.partition(':')[0]}) svarar och har version {store.revision()}."
            if (yield from _opens(store)):
                groups = yield from _kept(store, clock)
            else:
                store.close()
                store = None
        running = _heard(settings)
        if "slack" in settings.platforms:
            yield from _slack(settings, store, groups, running, clock)
        if "teams" in settings.platforms:
            yield from _microsoft(settings, store, groups, clock, credential, f"{login}/{settings.teams_tenant_id}")
        if settings.smtp_url:
            yield from _mail(settings.smtp_url)
        yield from _reachable(settings, running)
    finally:
        if store is not None:
            store.close()


def _opens(store: Store) -> Generator[Said, None, bool]:
    """Whether the keys open what is kept: all of it, or what there are keys for. False where nothing can be read."""
    try:
        lost = store.without_key()
    except WrongSecret:
        yield False, "NVG_SECRET_KEY är inte den nyckel som texterna skyddades med: sätt den rätta. Innan dess går ingenting att läsa."
        return False
    if lost:
        yield False, f"{lost} text{'er' if lost > 1 else ''} går inte att läsa: nycklarna finns inte i {store.keys.place}. {SAME_KEYS}"
    else:
        yield True, "Nycklarna öppnar alla texter."
    return True


def _kept(store: Store, clock: Clock) -> Generator[Said, None, tuple[Group, ...]]:
    """What the database holds. Returns the groups and committees that are at work."""
    with store.read() as read:
        people, groups = read.people(), tuple(group for group in read.groups() if group.state in LIVE)
    admins = sum("administrator" in person.roles for person in people)
    yield bool(admins), f"{admins} administratör{'er' if admins != 1 else ''}." + ("" if admins else " Lägg till en: nvg admin add EMAIL")
    homeless = [group.code for group in groups if group.state == "active" and not group.channels]
    if groups:
        yield not homeless, f"{len(groups)} grupper och kommittéer" + (f"; utan kanal: {', '.join(homeless)}" if homeless else ", alla med kanal.")
    else:
        yield None, "Inga grupper ännu: bjud in boten i en privat kanal, eller lägg in flera med nvg load."
    if store.keys.rotating:
        yield None, "Ett byte av NVG_SECRET_KEY pågår: när alla processer har startats om med den nya, kör nvg rotate-key --finish."
    late = store.late(clock.now(), BOUND)
    yield not late, "Inget är försenat." if not late else f"{len(late)} saker är mer än tio minuter sena: kör nvg run?"
    for why, count in store.waiting().items():
        what = f"{count} meddelande{'n' if count > 1 else ''} väntar"
        if why == "outsiders":
            yield None, f"{what} på att andra än gruppen ska lämna kanalen. Mötesledaren vet om det."
        elif why in SHUT:
            yield False, f"{what}: arbetsytan släpper inte in boten ({why}). Installera den på nytt, så går de iväg."
        else:
            yield None, f"{what} på nästa försök ({why})."
    return groups


# -- Slack


def _slack(settings: Setup, store: Store | None, groups: Sequence[Group], running: Mapping[str, int] | None, clock: Clock) -> Iterator[Said]:
    from handlers.slack import check

    channels = {
        address.partition(":")[2]: f"{'kommittén' if group.kind == 'committee' else 'gruppen'} {group.code}"
        for group in groups
        for address in group.channels
        if address.startswith("slack:")
    }
    teams: set[str] = set()
    install = "" if settings.slack_bot_token else f"{settings.public_url}/slack/install"
    tokens = {"SLACK_BOT_TOKEN": settings.slack_bot_token} if settings.slack_bot_token else _installed(store)
    if not tokens:
        yield None, f"Ingen arbetsyta är installerad ännu: öppna {install} i en webbläsare."
    for name, token in tokens.items():
        teams |= yield from check.check_workspace(token, settings.slack_api_url, clock.now, channels, name, install)
    if teams:
        yield from check.check_elsewhere(channels, teams)
    if settings.slack_app_token:
        yield from check.check_app_token(settings.slack_app_token, settings.slack_api_url)
        return
    yield from check.check_signing_secret(settings.slack_signing_secret)
    if running is not None:
        refused = running.get("refused", 0)
        yield from check.check_requests(sum(running.values()) - refused, refused)
    if settings.public_url:
        yield from check.check_address(settings.public_url, settings.slack_signing_secret, clock.now(), running is not None)
    else:
        yield None, "NVG_PUBLIC_URL är inte satt: därför kan jag inte pröva om Slacks anrop når fram till boten."


def _installed(store: Store | None) -> dict[str, str]:
    """The tokens of the workspaces that have installed the bot, by what they are called."""
    if store is None:
        return {}
    from storage.installations import Installations

    kept = Installations(store)
    found = ((place, kept.find(place)) for place in kept.all())
    return {f"token för {place.partition(':')[2]}": each.token for place, each in found if each and place.startswith("slack:")}


# -- Teams, and the groups' calendars in Outlook


def _microsoft(settings: Setup, store: Store | None, groups: Sequence[Group], clock: Clock, credential: Credential, authority: str) -> Iterator[Said]:
    from handlers.graph import check
    from handlers.graph.calendar import CalendarSpeaker
    from handlers.graph.client import Graph, scope_of

    yield from check.check_certificate(credential, clock.now())
    good = True
    for said in check.check_login(settings.teams_client_id, credential, authority, BOT_SCOPE, "Teams", clock):
        good = good and said[0] is not False
        yield said
    if not settings.graph_base_url:
        yield None, "GRAPH_BASE_URL är inte satt: mötena läggs inte i Outlook."
        return
    if not good or store is None:
        return
    token = BotToken(by_client_credentials(settings.teams_client_id, credential, authority, scope_of(settings.graph_base_url), clock))
    graph = Graph(settings.graph_base_url, token, settings.teams_tenant_id)
    try:
        speaker, mailboxes, without = CalendarSpeaker(graph, store, clock), dict[str, str](), list[str]()
        for group in groups:
            whose = f"{'kommittén' if group.kind == 'committee' else 'gruppen'} {group.code}"
            if names := speaker.mailboxes(keeper(_view(store, group, clock))):
                mailbox, whose = names[0], f"{whose} (hos {names[1]})" if names[1:] else whose
                mailboxes[mailbox] = f"{mailboxes[mailbox]} och {whose}" if mailbox in mailboxes else whose
            else:
                without.append(group.code)
        yield from check.check_mailboxes(graph, mailboxes)
        yield from check.check_optional(graph, _somebody(store, settings.teams_tenant_id))
        if without:
            yield None, f"Utan brevlåda, så deras möten står inte i Outlook: {', '.join(without)}. Läs in en med nvg load (calendar: adress), eller ge dem en mötesledare med mejladress i er organisation."
    finally:
        graph.close()


def _somebody(store: Store, tenant: str) -> str:
    """The object id of somebody who is in Teams there; "" where there is nobody."""
    home = f"teams:{tenant}/"
    with store.read() as read:
        found = (each for person in read.people() if person.state == "active" for each in person.identities if each.startswith(home))
        return next(found, home).removeprefix(home)


def _view(store: Store, group: Group, clock: Clock) -> GroupView:
    with store.read() as read:
        return read.snapshot_for([group.id], [], clock.now()).views[group.id]


# -- mail, and the way to the bot


def _mail(url: str) -> Iterator[Said]:
    """Whether the mail server lets us in, by the rules that handlers/mail.py sends by. Nothing is sent."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 587)
    context = ssl.create_default_context()
    try:
        with smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context) if parts.scheme == "smtps" else smtplib.SMTP(host, port, timeout=PATIENCE) as server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.scheme == "smtp" and parts.username:
                yield False, f"Mejlservern {host} krypterar inte, och ett lösenord skickas aldrig öppet: skriv smtps:// i SMTP_URL, eller slå på STARTTLS."
                return
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.noop()
    except (smtplib.SMTPAuthenticationError, UnicodeEncodeError):  # smtplib takes only ASCII
        yield False, f"Mejlservern {host} godtar inte användarnamnet och lösenordet i SMTP_URL: rätta dem."
    except ssl.SSLCertVerificationError as error:
        yield False, f"Mejlserverns certifikat godtas inte ({error.verify_message}): skriv det namn i SMTP_URL som står i certifikatet, eller lägg till er egen utfärdare i datorns lista."
    except (OSError, smtplib.SMTPException) as error:
        yield False, f"Mejlservern {host}:{port} svarar inte ({error}): rätta SMTP_URL, eller släpp igenom porten i brandväggen."
    else:
        yield True, f"Mejlservern {host} tar emot."


def _heard(settings: Setup) -> Mapping[str, int] | None:
    """What the `nvg run` that runs here has heard from Slack, by kind. None where none does."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # nosec B104  # read, not bound
    try:
        with urlopen(f"http://{host}:{settings.port}/metrics", timeout=PATIENCE) as answer:  # nosec B310  # http alone
            text = answer.read(1_000_000).decode(errors="replace")
    except (OSError, ValueError):
        return None
    return {kind: int(number) for kind, number in re.findall(r'^nvg_slack_total\{kind="(\w+)"\} (\d+)$', text, re.MULTILINE)}


def _reachable(settings: Setup, running: Mapping[str, int] | None) -> Iterator[Said]:
    """Whether the bot runs, and answers where calendars and workspaces look for it."""
    if not settings.platforms:
        return
    if running is None:
        yield None, f"nvg run är inte igång på {settings.host}:{settings.port}. När den är det kan jag se mer."
        return
    yield True, "nvg run är igång."
    if not settings.public_url:
        return
    url = f"{settings.public_url}/health"
    try:
        with urlopen(url, timeout=PATIENCE):  # nosec B310  # https, as the settings are checked
            pass
    except (OSError, ValueError) as error:
        if getattr(error, "code", None) == 503:  # it answers, that something is late; which is told above
            yield True, f"Boten svarar på {settings.public_url}."
        else:
            yield False, f"Boten svarar inte på {settings.public_url} ({getattr(error, 'reason', error)}): rätta NVG_PUBLIC_URL, eller proxyn framför boten."
    else:
        yield True, f"Boten svarar på {settings.public_url}."
