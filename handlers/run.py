"""The `nvg` command line: the only wiring, and the only reader of config. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import secrets
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from config import counties, secret
from config.settings import Settings, SettingsError, keys_beside, known_database, read
from handlers.wrong import Wrong

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from bot.county import County
    from handlers.chores import Chores
    from handlers.clock import Clock
    from handlers.credentials import Credential
    from handlers.engine import Engine
    from handlers.graph.client import Graph
    from handlers.links import Links
    from handlers.outage import OutagePack
    from handlers.outside import Outside
    from handlers.server import Living
    from handlers.slack.app import Slack
    from handlers.speaker import Speaker
    from handlers.teams.app import Teams
    from storage.store import Store
    from templates.words import Words

LOOPBACK = ("127.0.0.1", "localhost", "::1")
OUTAGE_PACK_AT = time(4)  # Swedish time; a backup of the folder in the morning has the newest
M_ARENA_MAX = -8  # in malloc.h
SETTLES = 10.0  # seconds after the start
STARTING, AGAIN = 60.0, 1.0  # seconds that a database server may take to answer when we start, and between tries

Command = Callable[[argparse.Namespace, Settings], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. The exit code: 0 when it went well, 1 when it did not, 2 when it was asked for wrongly."""
    given = list(sys.argv[1:] if argv is None else argv)
    args = make_parser(given[0] if given else "").parse_args(given)
    try:
        code: int = args.main(args) if args.plain else args.main(args, read(os.environ))
        return code
    except (SettingsError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read our lines has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from storage.keystore import WrongSecret

        if not isinstance(error, WrongSecret):
            raise
        print("NVG_SECRET_KEY är inte den nyckel som databasens ord skyddades med.", file=sys.stderr)
        return 2


def make_parser(wanted: str) -> argparse.ArgumentParser:
    """The parser; of the commands with a module of their own, only the one wanted is imported."""
    parser = argparse.ArgumentParser(prog="nvg", description="Chattboten som bär veckan i en NäraVårdGrupp.")
    commands = parser.add_subparsers(metavar="KOMMANDO", required=True)

    def command(name: str, run: Command, help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(main=run, plain=False)
        return made

    command("run", run, "kör boten på de plattformar som är inställda; utan någon: simulatorn")
    made = command("simulator", simulator, "den lokala chatten med exempeldata, i minnet om inget annat sägs")
    made.add_argument("--database", metavar="URL", help="behåll det som händer i den här databasen")
    made = command("admin", admin, "lägger till den första administratören")
    made.add_argument("what", choices=["add"])
    made.add_argument("email", metavar="EMAIL")
    command("migrate", migrate, "för databasen till senaste versionen")
    command("doctor", doctor, "kontrollerar inställningar, databas, nycklar och klocka, och säger vad som behöver lagas")
    made = command("export", export, "allt som finns sparat om en grupp eller person")
    made.add_argument("kind", choices=["group", "person"])
    made.add_argument("name", metavar="CODE|ID|EMAIL")
    made.add_argument("--json", action="store_true")
    made = command("erase", erase, "raderar en grupp eller person, efter att ha visat vad som försvinner")
    made.add_argument("kind", choices=["group", "person"])
    made.add_argument("name", metavar="CODE|ID|EMAIL")
    made.add_argument("--yes", action="store_true", help="fråga inte")
    made = command("backup", backup, "en hel kopia av databasen, även medan boten kör")
    made.add_argument("file", metavar="FILE", type=Path)
    made.add_argument("--keys", metavar="FILE", type=Path, help="kopiera också nycklarna, till en fil för sig")
    made = command("restore", restore, "lägger tillbaka en kopia i en tom databas")
    made.add_argument("file", metavar="FILE", type=Path)
    made = command("rotate-key", rotate_key, "byter NVG_SECRET_KEY medan boten kör")
    made.add_argument("--finish", action="store_true", help="när alla processer har startats om: glöm den gamla nyckeln")
    command("outage-pack", outage_pack, "skriver reservbladen nu: en PDF för varje grupp, till den dag då allt ligger nere")
    for name, (module, own, help) in OTHERS.items():
        if wanted == name:
            importlib.import_module(module).add_parser(commands)
            commands.choices[name].set_defaults(plain=own is None, **({"main": own} if own else {}))
        else:
            commands.add_parser(name, help=help)
    return parser


# -- what runs


def run(args: argparse.Namespace, settings: Settings) -> int:
    """The bot on every platform whose settings are present."""
    if not settings.platforms:
        print("Ingen plattform är inställd: jag startar simulatorn i stället. (nvg doctor säger vad som fattas.)", file=sys.stderr)
        return simulator(argparse.Namespace(database=None), settings)
    gc.disable()  # until it settles
    few_arenas()
    from handlers import logs
    from handlers.clock import RealClock
    from handlers.server import serve

    logs.start()
    store = opened(settings, 0.0 if settings.database_url.startswith("sqlite") else STARTING)
    bot = assembled(settings, store, RealClock())
    bot.engine.start()
    bot.chores.start()
    settle_soon()
    try:
        serve(bot.app, settings.host, settings.port, bot.engine.end)
    finally:
        finished = bot.engine.stop()
        bot.chores.stop()
        for close in bot.closing:
            close()
        store.close()
    if not finished:  # a platform that does not answer is not waited for: what it has not taken is taken over by the next process
        sys.stderr.flush()
        os._exit(0)
    return 0


@dataclass(frozen=True)
class Assembled:
    """The bot on its platforms: `app` is to be served, `closing` called when the engine has stopped."""

    engine: Engine
    app: ASGIApp
    chores: Chores
    closing: Sequence[Callable[[], None]]


def assembled(settings: Settings, store: Store, clock: Clock) -> Assembled:
    """The bot as it runs. Nothing that it answers to is the simulator's: that is never imported here."""
    from handlers.counts import Counts
    from handlers.engine import Engine
    from handlers.guard import Patience
    from handlers.server import make_app

    counts, words = Counts(), wording(settings.county)
    speakers: dict[str, Speaker] = {}
    closing: list[Callable[[], None]] = []
    chats: dict[str, Slack | Teams] = {}
    if "slack" in settings.platforms:
        chats["slack"] = slack_of(settings, store, clock)
    if "teams" in settings.platforms:
        chats["teams"] = teams_of(settings, store, clock)
    for name, chat in chats.items():
        speakers[name] = chat.speaker
        closing.append(chat.close)
    links = links_of(settings, store, words)
    if "mail" in settings.platforms:
        from handlers.mail import MailSpeaker

        mail_speaker = speakers["mail"] = MailSpeaker(settings.smtp_url, settings.mail_from, words, clock, links)
        closing.append(mail_speaker.close)
    outside: Outside = {}
    if settings.graph_base_url:
        from handlers.graph.calendar import CalendarSpeaker
        from handlers.graph.lookups import Lookups
        from handlers.graph.todo import Todo

        graph = graph_of(settings)
        meetings = speakers["calendar"] = CalendarSpeaker(graph, store, clock)
        closing.append(meetings.close)
        outside = {**Lookups(graph).outside(), **Todo(graph).outside()}
    engine = Engine(store, words, speakers, clock, settings.language, counts=counts, patience=Patience(settings.person_rate), outside=outside)
    if settings.graph_base_url:
        meetings.hear = engine.handle
    routes: list[BaseRoute] = []
    living: list[Living] = []
    for chat in chats.values():
        its_routes, lives = chat.attach(engine, counts)
        routes += its_routes
        living.append(lives)
    if links:
        from handlers import calendar, mail, record

        routes += [*calendar.routes(store, words, clock, links), *mail.routes(engine, words, clock, links), *record.routes(store, words, clock, links)]
    return Assembled(engine, make_app(engine, counts, routes, living, settings.public_url.startswith("https:")), chores_of(settings, store, words, clock), closing)


def chores_of(settings: Settings, store: Store, words: Words, clock: Clock) -> Chores:
    """What is done each day."""
    from handlers.chores import Chore, Chores
    from handlers.retention import RETENTION_AT, Retention

    def outage_pack(now: datetime) -> None:
        outage_of(settings, store, words).write(now)

    nightly = [Chore("outage_pack", OUTAGE_PACK_AT, outage_pack)] if settings.outage_folder else []
    return Chores(store, clock, [*nightly, Chore("retention", RETENTION_AT, Retention(store, words.county).look)])


def outage_of(settings: Settings, store: Store, words: Words) -> OutagePack:
    """The outage pack. What draws it is imported only here."""
    from handlers.outage import OutagePack

    return OutagePack(store, words, Path(settings.outage_folder), settings.outage_password)


def links_of(settings: Settings, store: Store, words: Words) -> Links | None:
    """Secret links, where there is an address that others reach us at."""
    if not settings.public_url:
        return None
    from handlers.links import Links

    links = Links(settings.public_url, store.keys.secret_for)
    words.calendar_link, words.record_link = links.calendar, links.record
    return links


def slack_of(settings: Settings, store: Store, clock: Clock) -> Slack:
    """Slack as it is set."""
    from handlers.slack.app import Slack
    from handlers.slack.install import Options

    options = Options(
        settings.slack_api_url, settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token,
        settings.slack_client_id, settings.slack_client_secret, settings.public_url, settings.slack_rate,
    )  # fmt: skip
    return Slack(options, store, clock, settings.language)


def teams_of(settings: Settings, store: Store, clock: Clock) -> Teams:
    """Teams as it is set. Its SDK is imported only here."""
    from handlers.teams.app import Options, Teams

    options = Options(settings.teams_client_id, credential_of(settings), settings.teams_tenant_id, settings.teams_service_hosts)
    return Teams(options, store, clock, settings.language)


def credential_of(settings: Settings) -> Credential:
    """What the app shows Entra: its secret, or its certificate. Wrong where there is none in the file."""
    if not settings.teams_certificate_file:
        return settings.teams_client_secret
    from handlers.credentials import WrongCertificate, certificate

    try:
        return certificate(Path(settings.teams_certificate_file).read_bytes())
    except OSError as error:
        raise Wrong(f"TEAMS_CERTIFICATE_FILE: {settings.teams_certificate_file} går inte att läsa ({error.strerror}).") from None
    except WrongCertificate as error:
        why = {"no_key": "den privata nyckeln", "no_certificate": "certifikatet", "not_its_key": "den nyckel som hör till certifikatet"}[error.why]
        raise Wrong(f"TEAMS_CERTIFICATE_FILE: i {settings.teams_certificate_file} finns inte {why}. Filen ska ha båda, som PEM.") from None


def graph_of(settings: Settings) -> Graph:
    """Microsoft 365 as it is set. The SDK is imported at the first call."""
    from handlers.credentials import LOGIN, BotToken, by_client_credentials
    from handlers.graph.client import Graph, scope_of

    fetch = by_client_credentials(
        settings.teams_client_id, credential_of(settings), f"{LOGIN}/{settings.teams_tenant_id}", scope_of(settings.graph_base_url)
    )
    return Graph(settings.graph_base_url, BotToken(fetch), settings.teams_tenant_id)


def simulator(args: argparse.Namespace, settings: Settings) -> int:
    """The local chat, with example data played through the real bot. In memory means: gone when it stops.

    Whoever opens its page is anybody they choose: so it is never where a platform is set, and never seen from another computer.
    """
    if settings.platforms:
        raise Wrong(f"Den lokala chatten har ingen inloggning, så den körs aldrig där en plattform är inställd ({', '.join(settings.platforms)}). Starta den i en egen mapp utan .env.")
    if settings.host not in LOOPBACK:
        print(f"Den lokala chatten syns bara på den egna datorn: jag använder 127.0.0.1 i stället för {settings.host}.", file=sys.stderr)
        settings = replace(settings, host="127.0.0.1")
    gc.disable()  # until it settles
    import uvicorn

    from handlers.simulator.web import open_page
    from storage.store import KeyStore, Store

    def in_memory() -> Store:
        return Store("sqlite://", KeyStore("sqlite://", secrets.token_bytes(32)))

    with _closing(opened(settings_for(args.database, settings)) if args.database else in_memory()) as store:
        words = wording(settings.county)
        here = replace(settings, public_url=settings.public_url or f"http://{settings.host}:{settings.port}")
        page = open_page(store, words, links=links_of(here, store, words))
        settle()
        print(f"Den lokala chatten: http://{settings.host}:{settings.port}  (avsluta med Ctrl-C)", file=sys.stderr)
        server = uvicorn.Config(
            page, settings.host, settings.port, log_level="warning", access_log=False, timeout_graceful_shutdown=2
        )
        try:
            uvicorn.Server(server).run()
        except KeyboardInterrupt:
            return 0
    return 0


def settings_for(url: str, settings: Settings) -> Settings:
    """The settings with another database; its keys lie beside it."""
    if not known_database(url):
        raise Wrong("--database: databasen ska anges som sqlite:///fil eller postgresql+psycopg://...")
    return settings if url == settings.database_url else replace(settings, database_url=url, keys_url=keys_beside(url))


def _rehearse(args: argparse.Namespace, settings: Settings) -> int:
    import logging

    from handlers import logs, rehearse

    logs.start(logging.ERROR)

    return rehearse.main(args, lambda url: opened(settings_for(url, settings)), lambda county: wording(county or settings.county), counties.names())


def _load(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import load

    with _closing(opened(settings)) as store:
        code: int = load.main(args, store)
        return code


def _record(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import record
    from handlers.clock import RealClock

    with _closing(opened(settings)) as store:
        try:
            code: int = record.main(args, store, wording(settings.county).county, RealClock(), settings.language)
        except OSError as error:
            raise Wrong(f"Det går inte att skriva i {args.folder}: {error.strerror}.") from None
        return code


def _access_log(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import access_log
    from handlers.clock import RealClock

    with _closing(opened(settings)) as store:
        try:
            code: int = access_log.main(args, store, RealClock().now())
            return code
        except access_log.UnknownName as error:
            raise Wrong(str(error)) from None


def _teams_package(args: argparse.Namespace, settings: Settings) -> int:
    from handlers.teams import package

    try:
        return package.main(args, Path(counties.__file__).parent / "teams", settings.teams_client_id, settings.public_url)
    except package.WrongPackage as error:
        raise Wrong(str(error)) from None


def admin(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import upkeep

    with _closing(opened(settings)) as store:
        return upkeep.add_administrator(args, store, settings.language)


def migrate(args: argparse.Namespace, settings: Settings) -> int:
    with _closing(opened(settings)) as store:
        print(f"Databasen har version {store.revision()}.")
    return 0


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """Each thing looked at in plain words; 1 where something has to be mended."""
    from handlers.doctor import examine

    problems = 0
    for good, sentence in examine(lambda: opened(settings), settings, credential=credential_of(settings)):
        print(("! " if good is None else "✓ " if good else "✗ ") + sentence)
        problems += good is False
    if settings.secret_key is None:
        print(f"! NVG_SECRET_KEY är inte satt: nyckeln ligger i filen {secret.file_beside(settings.keys_url)}. I drift, lägg den här raden i .env:")
        print(f"  {secret.in_words(_secret_in_use(settings.keys_url))}")
    if not settings.platforms:
        print("! Ingen plattform är inställd: nvg run startar simulatorn.")
    print("Allt ser bra ut." if not problems else f"{problems} sak{'er' if problems > 1 else ''} behöver lagas.")
    return 1 if problems else 0


def export(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import upkeep

    with _closing(opened(settings)) as store:
        return upkeep.export(args, store)


def erase(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import upkeep

    with _closing(opened(settings)) as store:
        return upkeep.erase(args, store, (lambda: graph_of(settings)) if settings.graph_base_url else None)


def backup(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import upkeep

    with _closing(opened(settings)) as store:
        return upkeep.backup(args, store)


def restore(args: argparse.Namespace, settings: Settings) -> int:
    from handlers import upkeep
    from storage.archive import keys_named_in
    from storage.keystore import KeyStore

    if not args.file.is_file():
        raise Wrong(f"{args.file} finns inte.")
    there = keys_named_in(args.file)

    def their_keys() -> KeyStore:
        return KeyStore(there, settings.secret_key or secret.kept(there))

    with _closing(opened(settings)) as store:
        return upkeep.restore(args, store, there, their_keys)


def rotate_key(args: argparse.Namespace, settings: Settings) -> int:
    """In two steps, so that the bot goes on meanwhile: the new key beside the old, and then the old forgotten."""
    from handlers import upkeep

    with _closing(opened(settings)) as store:
        if args.finish:
            return upkeep.finish_rotation(store)
        fresh = upkeep.begin_rotation(store)
        if settings.secret_key is None:
            secret.put(settings.keys_url, fresh)
            print(f"Den nya nyckeln ligger i {secret.file_beside(settings.keys_url)}.")
        elif settings.secret_key == fresh:
            print("Den nya nyckeln är redan inlagd.")
        else:
            print("Byt till den här raden i .env, i alla processer:")
            print(f"  {secret.in_words(fresh)}")
        store.keys.rewrap()
    print("Boten kan köra vidare: båda nycklarna gäller. Starta om den, och kör sedan nvg rotate-key --finish.")
    return 0


def outage_pack(args: argparse.Namespace, settings: Settings) -> int:
    from handlers.clock import RealClock

    if not settings.outage_folder:
        raise Wrong("NVG_OUTAGE_FOLDER är inte satt: skriv in den mapp som reservbladen ska ligga i, till exempel NVG_OUTAGE_FOLDER=/srv/reservblad")
    with _closing(opened(settings)) as store:
        try:
            count = outage_of(settings, store, wording(settings.county)).write(RealClock().now())
        except OSError as error:
            raise Wrong(f"Det går inte att skriva i {settings.outage_folder}: {error.strerror}. Rätta NVG_OUTAGE_FOLDER, eller mappens rättigheter.") from None
    print(f"{count} {'grupps reservblad' if count == 1 else 'gruppers reservblad'} ligger i {settings.outage_folder}.")
    return 0


OTHERS: dict[str, tuple[str, Command | None, str]] = {
    # name -> module with add_parser, what runs it (None: the module itself, without settings), help
    "understand": ("handlers.understand", None, "läser rader och visar vad boten skulle ta dem för"),
    "rehearse": ("handlers.rehearse", _rehearse, "spelar upp repetitioner (YAML-filer) mot den riktiga boten"),
    "load": ("handlers.load", _load, "skapar eller uppdaterar personer, grupper och kommittéer från en fil"),
    "record": ("handlers.record", _record, "skriver minnesanteckningarna till diariet: en PDF/A för varje möte och huvudman"),
    "access-log": ("handlers.access_log", _access_log, "visar vem som har sett vad"),
    "teams-package": ("handlers.teams.package", _teams_package, "gör paketet som laddas upp i Teams"),
}


# -- wiring


def settle() -> None:
    """What was made at the start stays: the collector, which rested until now, never looks through it, nor so often at the rest."""
    gc.freeze()
    gc.set_threshold(2_000, 5, 200)  # turns leave no circles: little at a time, so that nobody waits for it
    gc.enable()


def settle_soon() -> None:
    """Settle when the first has been done, and what was imported for it is there too: imports leave MBs that only the collector finds, for which it needs 0.1 s."""

    def settled() -> None:
        gc.collect()
        settle()

    soon = threading.Timer(SETTLES, settled)
    soon.daemon = True
    soon.start()


def few_arenas() -> None:
    """Threads share two pools of memory, where each would else keep one of its own half empty. Of glibc alone."""
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def wording(county: str) -> Words:
    """A county's words, and how it works. Wrong where its file is."""
    from templates.words import Words

    try:
        file = counties.county(county)
    except counties.CountyError as error:
        raise Wrong(str(error)) from None
    return Words(patient=file.get("patient", "patient"), own_words=file.get("words"), county=county_of(file))


def county_of(file: Mapping[str, Any]) -> County:
    """A county from its checked file."""
    from bot.county import Body, County
    from bot.rules.escalation_plan import Pace

    kinds: Mapping[str, Any] = file.get("kinds", {})
    pace = {key.removesuffix("_hours"): hours for key, hours in file.get("clock", {}).items()}
    return County(
        file["name"], tuple(Body(**body) for body in file["bodies"]), Pace(**pace),
        {kind: tuple(own["words"]) for kind, own in kinds.items() if own.get("words")},
        {kind: own["to"] for kind, own in kinds.items() if own.get("to")},
        file.get("employers", {}), **file.get("retention", {}),
    )  # fmt: skip


def opened(settings: Settings, patience: float = 0.0) -> Store:
    """The store, in its newest shape. Wrong where it cannot be reached or opened; one that does not answer is tried for so many seconds."""
    from sqlalchemy.exc import OperationalError, SQLAlchemyError

    from storage.migrations import NewerDatabase, head
    from storage.store import KeyStore, Store

    if not known_database(settings.database_url):
        raise Wrong("Databasen ska anges som sqlite:///fil eller postgresql+psycopg://...")
    end = monotonic() + patience
    while True:
        store: Store | None = None
        try:
            store = Store(settings.database_url, KeyStore(settings.keys_url, settings.secret_key or secret.kept(settings.keys_url)))
            store.migrate()
            return store
        except NewerDatabase as error:
            raise Wrong(f"Databasen har version {error.found} och är gjord av en nyare bot än den här ({head()}). Kör den nyare, eller lägg tillbaka en äldre kopia i en tom databas.") from None
        except (SQLAlchemyError, OSError) as error:
            if store:
                store.close()
            if not isinstance(error, OperationalError) or monotonic() >= end:
                raise Wrong(f"Databasen går inte att öppna ({type(error).__name__}). nvg doctor säger mer.") from None
            if patience:
                print("Databasen svarar inte än. Jag försöker igen.", file=sys.stderr)
        sleep(AGAIN)


def _secret_in_use(keys_url: str) -> bytes:
    """The one in the file, as what is kept is sealed with it; a new one where no file can be made."""
    try:
        return secret.kept(keys_url)
    except OSError:
        return secrets.token_bytes(32)


class _closing:
    """The store, closed afterwards."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


if __name__ == "__main__":
    sys.exit(main())
