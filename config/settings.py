"""The settings: from the environment, then `.env`, then defaults.toml. Everything missing or wrong is reported at once."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config import counties

NAMES = (
    "NVG_DATABASE_URL", "NVG_KEYS_URL", "NVG_HOST", "NVG_PORT", "NVG_PUBLIC_URL", "NVG_PERSON_RATE", "NVG_COUNTY", "NVG_LANGUAGE", "NVG_SECRET_KEY",
    "NVG_OUTAGE_FOLDER", "NVG_OUTAGE_PASSWORD",
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_API_URL", "SLACK_RATE",
    "TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_CERTIFICATE_FILE", "TEAMS_TENANT_ID", "TEAMS_SERVICE_HOSTS",
    "GRAPH_BASE_URL", "SMTP_URL", "MAIL_FROM",
)  # fmt: skip

SECRETS = (
    "NVG_DATABASE_URL", "NVG_KEYS_URL", "NVG_SECRET_KEY", "NVG_OUTAGE_PASSWORD", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN",
    "SLACK_CLIENT_SECRET", "TEAMS_CLIENT_SECRET", "SMTP_URL",
)  # fmt: skip
"""Settings that hold a secret, or may. Each may instead stand in a file, which the same name with _FILE after it tells."""

SAID = {
    "sv": {
        "scheme": "{name}: databasen ska börja med sqlite:/// eller postgresql+psycopg://",
        "keys": "{name}: ange en fil eller en databasadress",
        "port": "{name}: ska vara ett tal mellan 1 och 65535, inte {value}",
        "count": "{name}: ska vara ett helt tal, till exempel 600, inte {value}",
        "file": "{name}: filen {value} går inte att läsa",
        "both": "{name}: är satt på två sätt. Ta bort den, eller {known}",
        "county": "{name}: länet {value} finns inte. Det finns: {known}",
        "language": "{name}: ska vara sv eller en, inte {value}",
        "secret": "{name}: ska vara 32 slumpade byte i base64. nvg doctor gör en åt dig",
        "url": "{name}: ska vara en fullständig adress som börjar med {known}",
        "public": "{name}: ska vara adressen utifrån, som börjar med https:// (http:// bara på den egna datorn)",
        "rate": "{name}: ska vara ett tal större än 0 och högst 1000, inte {value}",
        "secure": "{name}: ska börja med https:// (http:// bara på den egna datorn)",
        "mail": "{name}: ska vara en e-postadress",
        "together": "{name}: saknas. Den behövs tillsammans med {known}",
        "slack": "{name}: ska börja med {known}",
        "unknown": "{name}: finns ingen sådan inställning{known}",
        "wrong": "Inställningarna behöver rättas:",
    },
    "en": {
        "scheme": "{name}: the database must begin with sqlite:/// or postgresql+psycopg://",
        "keys": "{name}: give a file or a database address",
        "port": "{name}: must be a number between 1 and 65535, not {value}",
        "count": "{name}: must be a whole number, for example 600, not {value}",
        "file": "{name}: the file {value} cannot be read",
        "both": "{name}: is set in two ways. Remove it, or {known}",
        "county": "{name}: there is no county {value}. There are: {known}",
        "language": "{name}: must be sv or en, not {value}",
        "secret": "{name}: must be 32 random bytes in base64. nvg doctor makes one for you",
        "url": "{name}: must be a whole address that begins with {known}",
        "public": "{name}: must be the address from outside, beginning with https:// (http:// only on one's own computer)",
        "rate": "{name}: must be a number above 0 and at most 1000, not {value}",
        "secure": "{name}: must begin with https:// (http:// only on one's own computer)",
        "mail": "{name}: must be an e-mail address",
        "together": "{name}: is missing. It is needed together with {known}",
        "slack": "{name}: must begin with {known}",
        "unknown": "{name}: there is no such setting{known}",
        "wrong": "The settings need mending:",
    },
}


class SettingsError(Exception):
    """What is wrong with the settings, a sentence each; never the value of a secret."""

    def __init__(self, problems: list[str], language: str) -> None:
        super().__init__("\n".join([SAID[language]["wrong"], *(f"  - {problem}" for problem in problems)]))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """All that can be set. "" or None where it is not. What is printed of it holds no secret."""

    database_url: str
    keys_url: str  # where the keys of people's words are kept: a file or a database address
    host: str
    port: int
    public_url: str  # where browsers and calendars reach the bot, without a slash at the end
    person_rate: int  # of what one person may write and tap in a minute
    county: str
    language: str
    secret_key: bytes | None
    outage_folder: str  # where the outage pack is written each night; "" where it is not
    outage_password: str
    slack_bot_token: str
    slack_signing_secret: str
    slack_app_token: str
    slack_client_id: str  # with the secret: many workspaces, by OAuth
    slack_client_secret: str
    slack_api_url: str
    slack_rate: float  # messages a second in a workspace
    teams_client_id: str
    teams_client_secret: str
    teams_certificate_file: str  # in place of the secret: its private key and the certificate, as PEM
    teams_tenant_id: str
    teams_service_hosts: tuple[str, ...]
    graph_base_url: str  # set: the groups' meetings stand in Outlook
    smtp_url: str
    mail_from: str

    def __repr__(self) -> str:
        return f"Settings({', '.join(self.platforms)})"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms whose settings are present."""
        present = {"slack": self.slack_bot_token or self.slack_client_id, "teams": self.teams_client_id, "mail": self.smtp_url}
        return tuple(name for name, setting in present.items() if setting)


def read(environment: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """The settings in force. SettingsError names everything that is wrong."""
    defaults = tomllib.loads((Path(__file__).parent / "defaults.toml").read_text(encoding="utf-8"))
    ours = {*NAMES, *(f"{name}_FILE" for name in SECRETS)}
    own = {name: value for name, value in environment.items() if name in ours or name.startswith("NVG_")}
    given = {**_in_file(env_file), **own}
    unread = _from_files(given)
    values = {name: str(given.get(name) or defaults.get(name, "")).strip() for name in NAMES}
    language = values["NVG_LANGUAGE"] if values["NVG_LANGUAGE"] in SAID else "sv"
    problems = [SAID[language][what].format(name=name, value=value, known=f"{name}_FILE") for what, name, value in unread]
    problems += _problems(values, given, language)
    if problems:
        raise SettingsError(problems, language)
    url = values["NVG_DATABASE_URL"]
    return Settings(
        database_url=url,
        keys_url=values["NVG_KEYS_URL"] or keys_beside(url),
        host=values["NVG_HOST"],
        port=int(values["NVG_PORT"]),
        public_url=values["NVG_PUBLIC_URL"].rstrip("/"),
        person_rate=int(values["NVG_PERSON_RATE"]),
        county=values["NVG_COUNTY"],
        language=language,
        secret_key=base64.b64decode(values["NVG_SECRET_KEY"]) if values["NVG_SECRET_KEY"] else None,
        outage_folder=values["NVG_OUTAGE_FOLDER"],
        outage_password=values["NVG_OUTAGE_PASSWORD"],
        slack_bot_token=values["SLACK_BOT_TOKEN"],
        slack_signing_secret=values["SLACK_SIGNING_SECRET"],
        slack_app_token=values["SLACK_APP_TOKEN"],
        slack_client_id=values["SLACK_CLIENT_ID"],
        slack_client_secret=values["SLACK_CLIENT_SECRET"],
        slack_api_url=values["SLACK_API_URL"],
        slack_rate=float(values["SLACK_RATE"]),
        teams_client_id=values["TEAMS_CLIENT_ID"],
        teams_client_secret=values["TEAMS_CLIENT_SECRET"],
        teams_certificate_file=values["TEAMS_CERTIFICATE_FILE"],
        teams_tenant_id=values["TEAMS_TENANT_ID"],
        teams_service_hosts=tuple(host.strip() for host in values["TEAMS_SERVICE_HOSTS"].split(",") if host.strip()),
        graph_base_url=values["GRAPH_BASE_URL"],
        smtp_url=values["SMTP_URL"],
        mail_from=values["MAIL_FROM"],
    )


def keys_beside(database_url: str) -> str:
    """Where the keys lie when nothing is said: beside a database file, else in the working directory."""
    path = database_url.partition("sqlite:///")[2].partition("?")[0]
    return f"{path or 'nvg'}.keys"


def known_database(url: str) -> bool:
    return url.startswith(("sqlite://", "postgresql+psycopg://"))


def _in_file(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _from_files(given: dict[str, str]) -> list[tuple[str, str, str]]:
    """Put in `given` what stands in the files that it names. Returns (what is wrong, setting, file) for each that went wrong."""
    wrong: list[tuple[str, str, str]] = []
    for name in SECRETS:
        path = given.pop(f"{name}_FILE", "").strip()
        if path and given.get(name):
            wrong.append(("both", name, path))
        elif path:
            try:
                given[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, ValueError):
                wrong.append(("file", f"{name}_FILE", path))
    return wrong


ADDRESSES = {"SLACK_API_URL": ("http", "https"), "GRAPH_BASE_URL": ("http", "https"), "SMTP_URL": ("smtp", "smtps")}
TOKENS_GO_TO = ("SLACK_API_URL", "GRAPH_BASE_URL")
BEGINS_WITH = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
GOES_WITH = {
    "SLACK_BOT_TOKEN": ("SLACK_SIGNING_SECRET",),
    "SLACK_SIGNING_SECRET": ("SLACK_BOT_TOKEN",),
    "SLACK_APP_TOKEN": ("SLACK_BOT_TOKEN",),
    "SLACK_CLIENT_ID": ("SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "NVG_PUBLIC_URL"),
    "SLACK_CLIENT_SECRET": ("SLACK_CLIENT_ID",),
    "TEAMS_CLIENT_ID": ("TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID"),
    "TEAMS_CLIENT_SECRET": ("TEAMS_CLIENT_ID",),
    "TEAMS_CERTIFICATE_FILE": ("TEAMS_CLIENT_ID",),
    "GRAPH_BASE_URL": ("TEAMS_CLIENT_ID",),
    "NVG_OUTAGE_PASSWORD": ("NVG_OUTAGE_FOLDER",),
}
"""Where the first is set, the others are needed too; or what may stand in their place."""
INSTEAD_OF = {
    "SLACK_SIGNING_SECRET": "SLACK_APP_TOKEN",  # with Socket Mode nothing is signed
    "SLACK_BOT_TOKEN": "SLACK_CLIENT_ID",  # with OAuth each workspace gives a token of its own
    "TEAMS_CLIENT_SECRET": "TEAMS_CERTIFICATE_FILE",  # a certificate is no secret
}


def _problems(values: Mapping[str, str], given: Mapping[str, str], language: str) -> list[str]:
    problems: list[str] = []

    def wrong(what: str, name: str, known: str = "") -> None:
        problems.append(SAID[language][what].format(name=name, value=values.get(name, ""), known=known))

    for name in sorted(set(given) - set(NAMES)):
        if name.startswith(("NVG_", "SLACK_", "TEAMS_", "MAIL_")):
            from difflib import get_close_matches

            close = get_close_matches(name, NAMES, n=1)
            wrong("unknown", name, f" ({close[0]}?)" if close else "")
    if not known_database(values["NVG_DATABASE_URL"]):
        wrong("scheme", "NVG_DATABASE_URL")
    if "://" in values["NVG_KEYS_URL"] and not known_database(values["NVG_KEYS_URL"]):
        wrong("scheme", "NVG_KEYS_URL")
    if not values["NVG_PORT"].isdecimal() or not 0 < int(values["NVG_PORT"]) < 65536:
        wrong("port", "NVG_PORT")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", values["NVG_PERSON_RATE"]):
        wrong("count", "NVG_PERSON_RATE")
    if values["NVG_PUBLIC_URL"] and not _is_public(values["NVG_PUBLIC_URL"]):
        wrong("public", "NVG_PUBLIC_URL")
    if not _is_rate(values["SLACK_RATE"]):
        wrong("rate", "SLACK_RATE")
    if values["MAIL_FROM"] and not _is_mail(values["MAIL_FROM"]):
        wrong("mail", "MAIL_FROM")
    if values["NVG_COUNTY"] not in counties.names():
        wrong("county", "NVG_COUNTY", ", ".join(counties.names()))
    if values["NVG_LANGUAGE"] not in SAID:
        wrong("language", "NVG_LANGUAGE")
    if values["NVG_SECRET_KEY"] and not _is_key(values["NVG_SECRET_KEY"]):
        wrong("secret", "NVG_SECRET_KEY")
    for name, schemes in ADDRESSES.items():
        if values[name] and not _is_address(values[name], schemes):
            wrong("url", name, " / ".join(f"{scheme}://" for scheme in schemes))
    for name in TOKENS_GO_TO:
        if _is_address(values[name], ("http", "https")) and not _is_public(values[name]):
            wrong("secure", name)
    for name, start in BEGINS_WITH.items():
        if values[name] and not values[name].startswith(start):
            wrong("slack", name, start)
    for first, others in GOES_WITH.items():
        for other in others:
            if values[first] and not (values[other] or values[INSTEAD_OF.get(other, other)]):
                wrong("together", other, first)
    return list(dict.fromkeys(problems))


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname)
    except ValueError:
        return False


def _is_public(text: str) -> bool:
    """Others can trust it: by https, or it is this computer."""
    return _is_address(text, ("https",)) or (_is_address(text, ("http",)) and urlsplit(text).hostname in ("localhost", "127.0.0.1", "::1"))


def _is_rate(text: str) -> bool:
    try:
        return 0 < float(text) <= 1000
    except ValueError:
        return False


def _is_mail(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(character.isspace() or character in "<>" for character in text)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
