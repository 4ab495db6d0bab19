"""`nvg teams-package`: a package that Teams takes, in both languages, and the same every time."""

from __future__ import annotations

import json
import re
import shutil
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.rules.commands import COMMANDS
from bot.shortcuts import TAPS
from handlers.run import main
from handlers.teams import package as made_by
from handlers.teams.package import WrongPackage, manifest, package, png_size, texts

FOLDER = Path(made_by.__file__).parents[2] / "config" / "teams"
CLIENT = "1f2e3d4c-5b6a-4789-8abc-def012345678"
URL = "https://nvg.kommunen.se"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with ZipFile(BytesIO(package(FOLDER, CLIENT, URL))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def made(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found


def test_it_holds_what_teams_wants_at_its_root_and_nothing_else(files: dict[str, bytes], made: dict[str, Any]) -> None:
    assert set(files) == {"manifest.json", "en.json", "color.png", "outline.png"}
    assert set(made["icons"].values()) | {each["file"] for each in made["localizationInfo"]["additionalLanguages"]} == set(files) - {"manifest.json"}
    assert sum(map(len, files.values())) < 100_000


def test_the_same_settings_give_the_same_file() -> None:
    assert package(FOLDER, CLIENT, URL) == package(FOLDER, CLIENT.upper(), URL)
    assert package(FOLDER, CLIENT, URL) != package(FOLDER, CLIENT.replace("1", "2"), URL)


def test_the_ids_and_addresses_are_this_installations(made: dict[str, Any]) -> None:
    assert {made["id"], made["bots"][0]["botId"], made["composeExtensions"][0]["botId"], made["webApplicationInfo"]["id"]} == {CLIENT}
    assert made["webApplicationInfo"]["resource"] == f"api://nvg.kommunen.se/{CLIENT}"
    assert made["validDomains"] == ["nvg.kommunen.se"]
    assert made["staticTabs"][1]["contentUrl"] == f"{URL}/teams/tab"
    assert {each.partition("#")[0] for each in made["developer"].values() if "/" in each} == {f"{URL}/teams/about"}


def test_only_what_is_needed_is_asked_for(made: dict[str, Any]) -> None:
    assert made["authorization"] == {"permissions": {"resourceSpecific": [{"name": "ChannelMember.Read.Group", "type": "Application"}]}}
    assert not {"devicePermissions", "connectors", "graphConnector"} & made.keys()
    assert not re.search(r"Message\.Read", json.dumps(made))


def test_the_bot_lives_in_every_sort_of_conversation(made: dict[str, Any]) -> None:
    assert set(made["bots"][0]["scopes"]) == {"team", "groupChat", "personal"}
    assert made["supportsChannelFeatures"] == "tier1"  # private and shared channels


def test_the_actions_on_a_message_are_ones_that_the_bot_knows(made: dict[str, Any]) -> None:
    commands = made["composeExtensions"][0]["commands"]
    assert [each["id"] for each in commands] == ["make_action", "make_decision", "make_lift"]
    assert {each["id"] for each in commands} <= TAPS.keys()
    assert all(each["fetchTask"] and each["context"] == ["message"] and each["type"] == "action" for each in commands)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_command_in_the_menus_is_one_that_the_bot_reads(language: str, files: dict[str, bytes], made: dict[str, Any]) -> None:
    found = texts(made) if language == "sv" else json.loads(files["en.json"])
    titles = {where: text for where, text in found.items() if re.fullmatch(r"bots.*\.title", where)}
    known = {word for command in COMMANDS for word in getattr(command, language)}
    assert titles and set(titles.values()) <= known
    for where, text in titles.items():
        intent = next(each.name for each in COMMANDS if text in getattr(each, language))
        swedish = next(each.name for each in COMMANDS if texts(made)[where] in each.sv)
        assert intent == swedish, f"{where} is another command in English"


def test_no_menu_is_longer_than_teams_shows(made: dict[str, Any]) -> None:
    for menu in made["bots"][0]["commandLists"]:
        assert len(menu["commands"]) <= 10
        assert all(len(each["title"]) <= 32 and len(each["description"]) <= 128 for each in menu["commands"])


# -- what is refused


@pytest.mark.parametrize(
    ("client", "url", "named"),
    [
        ("", URL, "TEAMS_CLIENT_ID"), ("nvg", URL, "TEAMS_CLIENT_ID"), (CLIENT, "", "NVG_PUBLIC_URL"),
        (CLIENT, "http://nvg.kommunen.se", "NVG_PUBLIC_URL"), (CLIENT, "https://localhost:8000", "NVG_PUBLIC_URL"),
    ],
)  # fmt: skip
def test_without_an_id_and_an_address_there_is_none(client: str, url: str, named: str) -> None:
    with pytest.raises(WrongPackage, match=named):
        package(FOLDER, client, url)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("manifest.json", '"short": "nvg"', f'"short": "{"n" * 31}"', "name.short"),
        ("manifest.json", '"manifestVersion": "1.25"', '"manifestVersion": "1.99"', "manifestVersion"),
        ("manifest.json", '"title": "Hissa"', f'"title": "{"H" * 33}"', "composeExtensions[0].commands[2].title"),
        ("manifest.json", '"accentColor": "#1c5a4a",', '"accentColor": "#1c5a4a", "made": "up",', "made"),
        ("manifest.json", '"{host}"]', '"{hots}"]', "{hots}"),
        ("en.json", '"staticTabs[1].name": "My page"', '"staticTabs[2].name": "My page"', "staticTabs[1].name"),
        ("en.json", '"name.short": "nvg"', '"name.short": ""', "name.short"),
    ],
)
def test_what_teams_would_refuse_is_refused_here(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "teams")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongPackage, match=re.escape(said)):
        package(folder, CLIENT, URL)


def test_eleven_commands_of_extensions_are_too_many(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "teams")
    template = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    template["composeExtensions"][0]["commands"] *= 4
    (folder / "manifest.json").write_text(json.dumps(template), encoding="utf-8")
    with pytest.raises(WrongPackage, match="composeExtensions"):
        package(folder, CLIENT, URL)


def test_an_icon_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "teams")
    (folder / "outline.png").write_bytes((folder / "color.png").read_bytes())
    with pytest.raises(WrongPackage, match=r"outline\.png"):
        package(folder, CLIENT, URL)
    assert png_size(b"GIF89a") is None


def test_the_outline_is_white_on_nothing() -> None:
    pixels = rgba(FOLDER / "outline.png")
    assert {pixel[:3] for pixel in pixels if pixel[3]} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for pixel in pixels}


def test_the_colour_icon_fills_its_square() -> None:
    assert all(pixel[3] == 255 for pixel in rgba(FOLDER / "color.png"))


def rgba(file: Path) -> list[tuple[int, ...]]:
    """The pixels of a PNG with 8 bits a channel, with or without alpha."""
    data = file.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    at, packed = 8, b""
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw, row = zlib.decompress(packed), width * size
    before, pixels = bytes(row), []
    for number in range(height):
        start = number * (row + 1)
        how, line = raw[start], bytearray(raw[start + 1 : start + 1 + row])
        for index in range(row):
            left, up = line[index - size] if index >= size else 0, before[index]
            corner = before[index - size] if index >= size else 0
            near = min((abs(left + up - corner - each), order, each) for order, each in enumerate((left, up, corner)))[2]
            line[index] = (line[index] + (0, left, up, (left + up) // 2, near)[how]) & 255
        before = bytes(line)
        pixels += [(*line[index : index + size], *(() if size == 4 else (255,))) for index in range(0, row, size)]
    return pixels


# -- the command


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {"TEAMS_CLIENT_ID": CLIENT, "TEAMS_CLIENT_SECRET": "x", "TEAMS_TENANT_ID": CLIENT, "NVG_PUBLIC_URL": URL}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert main(["teams-package", "nvg.zip"]) == 0
    assert Path("nvg.zip").read_bytes() == package(FOLDER, CLIENT, URL)
    assert "nvg.zip" in capsys.readouterr().out


def test_the_command_says_what_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TEAMS_CLIENT_ID", "NVG_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["teams-package", "nvg.zip"]) == 2
    said = capsys.readouterr().err
    assert "TEAMS_CLIENT_ID" in said and "NVG_PUBLIC_URL" in said
    assert not Path("nvg.zip").exists()


def test_the_manifest_is_read_as_it_is_written() -> None:
    assert manifest(FOLDER, CLIENT, URL)["localizationInfo"]["defaultLanguageTag"] == "sv"
