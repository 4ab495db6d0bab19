"""The `nvg` command line: the only wiring, and the only reader of config. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import base64
import gc
import importlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from config import counties
from config.settings import Settings, SettingsError, keys_beside, known_database, read

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
STARTING, AGAIN = 60.0, 1.0  # seconds that a database server may take to answer when we start, and between tries

Command = Callable[[argparse.Namespace, Settings], int]


class Wrong(Exception):
    """Something the person at the keyboard can mend: said in one sentence, exit code 2."""


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
    made.add_argument("name", metavar="CODE|ID")
    made.add_argument("--json", action="store_true")
    made = command("erase", erase, "raderar en grupp eller person, efter att ha visat vad som försvinner")
    made.add_argument("kind", choices=["group", "person"])
    made.add_argument("name", metavar="CODE|ID")
    made.add_argument("--yes", action="store_true", help="fråga inte")
    made = command("backup", backup, "en hel kopia av databasen, även medan boten kör")
    made.add_argument("file", metavar="FILE", type=Path)
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
    settle()
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
    """The first administrator: found by e-mail address when they first write."""
    from bot.model import Person
    from handlers.clock import RealClock

    if "@" not in args.email.strip("@"):
        raise Wrong(f"{args.email} är ingen e-postadress.")
    identity = f"mail:{args.email.lower()}"
    with _closing(opened(settings)) as store, store.turn() as work:
        known = work.person_of(identity)
        name = args.email.partition("@")[0]
        person = known or Person(args.email.lower(), name.replace(".", " ").title(), identities=(identity,), language=settings.language)
        work.save([replace(person, roles=person.roles | {"administrator"})], RealClock().now())
    print(f"{person.name} är nu administratör.")
    return 0


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
        print("! NVG_SECRET_KEY är inte satt: nyckeln ligger i en fil bredvid databasen. I drift, lägg den här raden i .env:")
        print(f"  NVG_SECRET_KEY={base64.b64encode(_secret_in_use(settings.keys_url)).decode()}")
    if not settings.platforms:
        print("! Ingen plattform är inställd: nvg run startar simulatorn.")
    print("Allt ser bra ut." if not problems else f"{problems} sak{'er' if problems > 1 else ''} behöver lagas.")
    return 1 if problems else 0


def export(args: argparse.Namespace, settings: Settings) -> int:
    from bot.disclosure import Shown
    from handlers.access_log import account
    from handlers.clock import RealClock

    with _closing(opened(settings)) as store:
        try:
            kept = store.export_group(args.name) if args.kind == "group" else store.export_person(args.name)
        except KeyError:
            raise Wrong(_no_such(args.kind, args.name)) from None
        people = kept["people"] if args.kind == "group" else [kept["person"]]
        group = args.name if args.kind == "group" else ""
        store.note_seen(account(), "export", [Shown("export", group, ""), *(Shown("export", group, str(each["id"])) for each in people)], RealClock().now())
    print(json.dumps(kept, ensure_ascii=False, indent=None if args.json else 2))
    return 0


def erase(args: argparse.Namespace, settings: Settings) -> int:
    """Erasure, after showing what it will do; at a terminal also after a yes, which a script gives by calling it."""
    from handlers.clock import RealClock

    now = RealClock().now()
    with _closing(opened(settings)) as store:
        act = store.erase_group if args.kind == "group" else store.erase_person
        try:
            counts = act(args.name, now, dry=True)
        except KeyError:
            raise Wrong(_no_such(args.kind, args.name)) from None
        print(f"Detta raderas för alltid, också ur säkerhetskopior, om {args.name}:")
        for what, count in counts.items():
            print(f"  {what}: {count}")
        if sys.stdin.isatty() and not args.yes and not _said_yes(args.name):
            print("Inget är raderat.")
            return 1
        if args.kind == "person":
            _leave_todo(store, args.name, settings)
        act(args.name, now)
    print("Raderat.")
    return 0


def _leave_todo(store: Store, id: str, settings: Settings) -> None:
    """What the bot has put in somebody's own To Do goes before it is forgotten whose it was."""
    with store.read() as read:
        person = read.person(id)
    if not settings.graph_base_url or person is None or not (person.todo or person.todo_base):
        return
    from bot.rules.task_link import LIST
    from handlers.graph.todo import Todo
    from handlers.speaker import GiveUp, TryAgain

    graph = graph_of(settings)
    try:
        Todo(graph).leave(person)
    except (GiveUp, TryAgain) as error:  # nobody has to wait for their erasure because of it
        print(f"Listan {LIST} i personens To Do gick inte att ta bort ({error.why}): be personen ta bort den själv.")
    finally:
        graph.close()


def backup(args: argparse.Namespace, settings: Settings) -> int:
    from bot.disclosure import Shown
    from handlers.access_log import account
    from handlers.clock import RealClock

    if args.file.exists():
        raise Wrong(f"{args.file} finns redan. Välj ett annat namn.")
    with _closing(opened(settings)) as store:
        with store.read() as read:
            copied = [*(Shown("export", group.id, "") for group in read.groups()), *(Shown("export", "", person.id) for person in read.people())]
        store.note_seen(account(), "export", copied, RealClock().now())  # before, so that it stands in the copy too
        keys = settings.keys_url
        store.backup(args.file, RealClock().now(), keys if "://" in keys else str(Path(keys).absolute()))
    print(f"Kopian ligger i {args.file}. Nycklarna ingår inte: de ligger i {settings.keys_url}.")
    return 0


def _take_keys(store: Store, there: str, secret: bytes | None) -> None:
    """The keys beside the database that the backup was made of, where they still lie."""
    from storage.keystore import KeyStore, WrongSecret

    other = KeyStore(there, secret or _kept_secret(there))
    try:
        store.keys.copy_from(other)
    except WrongSecret:
        pass  # what cannot be read is told of afterwards
    finally:
        other.close()


def rotate_key(args: argparse.Namespace, settings: Settings) -> int:
    """In two steps, so that the bot goes on meanwhile: the new key beside the old, and then the old forgotten."""
    from storage.keystore import NotNewest

    with _closing(opened(settings)) as store:
        if args.finish:
            if not store.keys.rotating:
                raise Wrong("Inget byte av nyckel pågår. Kör nvg rotate-key för att börja ett.")
            try:
                store.keys.finish_rotation()
            except NotNewest:
                raise Wrong("Den gamla nyckeln används ännu här. Lägg in den nya NVG_SECRET_KEY, starta om boten, och kör sedan nvg rotate-key --finish.") from None
            print("Klart. Den gamla nyckeln öppnar ingenting längre.")
            return 0
        fresh = store.keys.begin_rotation(secrets.token_bytes(32))
        if settings.secret_key is None:
            _put_secret(settings.keys_url, fresh)
            print(f"Den nya nyckeln ligger i {_secret_file(settings.keys_url)}.")
        elif settings.secret_key == fresh:
            print("Den nya nyckeln är redan inlagd.")
        else:
            print("Byt till den här raden i .env, i alla processer:")
            print(f"  NVG_SECRET_KEY={base64.b64encode(fresh).decode()}")
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


def restore(args: argparse.Namespace, settings: Settings) -> int:
    from handlers.clock import RealClock
    from storage.archive import NotEmpty, WrongBackup, keys_named_in

    if not args.file.is_file():
        raise Wrong(f"{args.file} finns inte.")
    there = keys_named_in(args.file)
    with _closing(opened(settings)) as store:
        if there and "://" not in there and Path(there).is_file() and Path(there).absolute() != Path(settings.keys_url).absolute():
            _take_keys(store, there, settings.secret_key)
        try:
            nameless = store.restore(args.file, RealClock().now())
        except NotEmpty:
            raise Wrong("Databasen är inte tom: en kopia läggs bara tillbaka i en tom databas. Inget är ändrat.") from None
        except WrongBackup as error:
            raise Wrong(f"{args.file} är ingen kopia som kan läggas tillbaka: {error}") from None
        lost = store.without_key()
    print("Kopian är återlagd.")
    if lost or nameless:
        what = " och ".join([f"{lost} texter"] * bool(lost) + [f"{nameless} personers namn och adresser"] * bool(nameless))
        print(f"{what} går inte att läsa: deras nycklar finns varken i {settings.keys_url} eller i {there or 'kopian'}.", file=sys.stderr)
        return 1
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
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


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

    from storage.store import KeyStore, Store

    if not known_database(settings.database_url):
        raise Wrong("Databasen ska anges som sqlite:///fil eller postgresql+psycopg://...")
    end = monotonic() + patience
    while True:
        store: Store | None = None
        try:
            store = Store(settings.database_url, KeyStore(settings.keys_url, settings.secret_key or _kept_secret(settings.keys_url)))
            store.migrate()
            return store
        except (SQLAlchemyError, OSError) as error:
            if store:
                store.close()
            if not isinstance(error, OperationalError) or monotonic() >= end:
                raise Wrong(f"Databasen går inte att öppna ({type(error).__name__}). nvg doctor säger mer.") from None
            if patience:
                print("Databasen svarar inte än. Jag försöker igen.", file=sys.stderr)
        sleep(AGAIN)


def _secret_file(keys_url: str) -> Path:
    return Path("nvg.secret" if "://" in keys_url else f"{keys_url}.secret")


def _put_secret(keys_url: str, secret: bytes) -> None:
    """Another key in that file: the old one or the new, never half of either."""
    half = _secret_file(keys_url).with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(base64.b64encode(secret))
        file.flush()
        os.fsync(file.fileno())
    half.replace(_secret_file(keys_url))


def _kept_secret(keys_url: str) -> bytes:
    """Without NVG_SECRET_KEY: a key made once, in a file beside the keys that only its owner can read."""
    path = _secret_file(keys_url)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_bytes())
    secret = secrets.token_bytes(32)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secret))
    return secret


def _secret_in_use(keys_url: str) -> bytes:
    """The one in the file, as what is kept is sealed with it; a new one where no file can be made."""
    try:
        return _kept_secret(keys_url)
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


def _no_such(kind: str, name: str) -> str:
    return f"Det finns ingen {'grupp' if kind == 'group' else 'person'} som heter {name}."


def _said_yes(name: str) -> bool:
    try:
        return input(f"Skriv {name} eller ja för att radera: ").strip().casefold() in (name.casefold(), "ja", "yes")
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
