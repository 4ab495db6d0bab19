"""The app package that is uploaded to Teams: the manifest of config/teams with this installation's own ids and addresses, the
texts in English, and two icons. The same settings give the same file, byte for byte.

What is wrong is said before anything is written: by Microsoft's own schemas, and by what they do not look at.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile, ZipInfo

Json = dict[str, Any]

ENGLISH = "en.json"
ICONS = {"color.png": (192, 192), "outline.png": (32, 32)}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OPEN = re.compile(r"\{\w+\}")  # a place in the manifest that is yet to be filled in
WORDED = re.compile(r"(name|description)\.\w+|.*\.(title|description|name)")  # the texts of a manifest that people read
PNG = b"\x89PNG\r\n\x1a\n"


class WrongPackage(Exception):
    """Why there can be no package: one sentence for each thing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def add_parser(commands: Any) -> None:
    """`nvg teams-package FILE.zip`."""
    parser: argparse.ArgumentParser = commands.add_parser("teams-package", help="gör paketet som laddas upp i Teams")
    parser.add_argument("file", metavar="FILE.zip", type=Path)


def main(args: argparse.Namespace, folder: Path, client_id: str, public_url: str) -> int:
    """Write the package, and say where to take it."""
    args.file.write_bytes(package(folder, client_id, public_url))
    print(f"Paketet ligger i {args.file}. Ladda upp det i Teams administrationscenter: Teams-appar, Hantera appar, Ladda upp ny app.")
    return 0


def package(folder: Path, client_id: str, public_url: str) -> bytes:
    """The package as a zip file. `folder` holds the manifest, the texts, the icons and the schemas. WrongPackage if it would be none."""
    client_id = client_id.lower()
    problems = list(_settings(client_id, public_url))
    if problems:
        raise WrongPackage(problems)
    made = manifest(folder, client_id, public_url)
    english = _read(folder / ENGLISH)
    icons = {name: (folder / name).read_bytes() for name in ICONS}
    problems = [
        *_schema(folder, "MicrosoftTeams.schema.json", made, "manifest.json"),
        *_schema(folder, "MicrosoftTeams.Localization.schema.json", english, ENGLISH),
        *(f"manifest.json: {place} är inte ifyllt" for place in OPEN.findall(json.dumps(made))),
        *(f"{ENGLISH}: {path} fattas" for path in sorted(texts(made).keys() - english.keys())),
        *(f"{ENGLISH}: {path} finns inte i manifestet" for path in sorted(english.keys() - texts(made).keys() - {"$schema"})),
        *(f"{name}: ska vara en PNG på {size[0]} gånger {size[1]} punkter" for name, size in ICONS.items() if png_size(icons[name]) != size),
    ]
    if problems:
        raise WrongPackage(problems)
    return _zipped({"manifest.json": _written(made), ENGLISH: _written(english), **icons})


def manifest(folder: Path, client_id: str, public_url: str) -> Json:
    """The manifest with everything filled in."""
    own = {"client_id": client_id, "public_url": public_url, "host": urlsplit(public_url).hostname or ""}
    found: Json = json.loads(OPEN.sub(lambda place: own.get(place[0][1:-1], place[0]), (folder / "manifest.json").read_text(encoding="utf-8")))
    return found


def texts(value: Any, path: str = "") -> Mapping[str, str]:
    """What people read in a manifest: where it stands, as the files of other languages write it -> the text."""
    return {where: text for where, text in _leaves(value, path) if WORDED.fullmatch(where) and not where.startswith(("developer.", "authorization."))}


def png_size(data: bytes) -> tuple[int, int] | None:
    """How large a PNG is; None for anything else."""
    if not data.startswith(PNG) or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _settings(client_id: str, public_url: str) -> Iterator[str]:
    if not GUID.fullmatch(client_id):
        yield "TEAMS_CLIENT_ID ska vara appens id i Entra, som 1f2e3d4c-0000-0000-0000-000000000000."
    parts = urlsplit(public_url)
    if parts.scheme != "https" or "." not in (parts.hostname or ""):
        yield "NVG_PUBLIC_URL ska vara den adress på https som Teams når boten på, som https://nvg.kommunen.se."


def _schema(folder: Path, schema: str, value: Json, file: str) -> Iterator[str]:
    """What Microsoft's schema has to say, read as it is meant: it calls itself draft 4, where `const` and what stands beside a
    `$ref` would count for nothing."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(_read(folder / "schema" / schema)).iter_errors(value):
        yield f"{file}: {error.json_path.removeprefix('$.')}: {error.message}"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")


def _read(file: Path) -> Json:
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def _written(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored as they are, with no time of their own: compression and clocks differ between machines."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files.items():
            entry = ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return made.getvalue()
