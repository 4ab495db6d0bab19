"""Secrets come from the environment or from files, and are never told."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import SECRETS, SettingsError, read
from handlers.run import main
from handlers.slack.install import Options

ROOT = Path(__file__).parents[2]
KEY = "aGVtbGlndGhlbWxpZ3RoZW1saWd0aGVtbGlndDEyMzQ="
HIDDEN = "hemligt-7Qx"
GIVEN = {
    "NVG_SECRET_KEY": KEY, "NVG_DATABASE_URL": f"postgresql+psycopg://nvg:{HIDDEN}db@127.0.0.1:1/nvg", "NVG_KEYS_URL": f"postgresql+psycopg://nvg:{HIDDEN}keys@127.0.0.1:1/nvg",
    "NVG_OUTAGE_FOLDER": "outage", "NVG_OUTAGE_PASSWORD": f"{HIDDEN}outage", "SLACK_BOT_TOKEN": f"xoxb-{HIDDEN}", "SLACK_SIGNING_SECRET": f"{HIDDEN}sign", "SLACK_APP_TOKEN": f"xapp-{HIDDEN}", "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": f"{HIDDEN}client", "NVG_PUBLIC_URL": "https://127.0.0.1:1", "TEAMS_CLIENT_ID": "11111111-1111-1111-1111-111111111111", "TEAMS_CLIENT_SECRET": f"{HIDDEN}teams",
    "TEAMS_TENANT_ID": "11111111-1111-1111-1111-111111111111", "SMTP_URL": f"smtp://nvg:{HIDDEN}mail@127.0.0.1:1", "SLACK_API_URL": "http://127.0.0.1:1/api/", "NVG_PORT": "1",
}  # fmt: skip


def set_all(patch: pytest.MonkeyPatch, folder: Path, **more: str) -> None:
    patch.chdir(folder)
    for name, value in {**GIVEN, **more}.items():
        patch.setenv(name, value)


def test_every_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    given = {}
    for name, value in GIVEN.items():
        if name in SECRETS:
            (tmp_path / name).write_text(value + "\n", encoding="utf-8")
            given[f"{name}_FILE"] = str(tmp_path / name)
        else:
            given[name] = value
    assert set(SECRETS) == {name for name in GIVEN if name in SECRETS}
    told, files = read(GIVEN, None), read(given, None)
    assert all(getattr(told, name) == getattr(files, name) for name in told.__slots__)


def test_a_file_that_cannot_be_read_and_a_secret_set_twice_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        read({"SMTP_URL_FILE": "/nowhere", "SLACK_BOT_TOKEN": f"xoxb-{HIDDEN}", "SLACK_BOT_TOKEN_FILE": "/x", "SLACK_SIGNING_SECRET": "x"}, None)
    assert "SMTP_URL_FILE" in str(error.value) and "/nowhere" in str(error.value) and "SLACK_BOT_TOKEN_FILE" in str(error.value)
    assert HIDDEN not in str(error.value)


@pytest.mark.parametrize("name", SECRETS)
def test_what_is_wrong_with_a_secret_is_said_without_it(name: str) -> None:
    with pytest.raises(SettingsError) as error:
        read({**GIVEN, name: HIDDEN, "NVG_PORT": "x", "NVG_PROT": HIDDEN}, None)
    assert HIDDEN not in str(error.value) and HIDDEN not in repr(error.value)


def test_what_is_printed_of_the_settings_holds_none() -> None:
    options = Options("https://slack.com/api/", f"xoxb-{HIDDEN}", HIDDEN, client_secret=HIDDEN)
    assert HIDDEN not in f"{read(GIVEN, None)!r} {options!r}" and KEY not in repr(read(GIVEN, None))


@pytest.mark.parametrize("command", [["doctor"], ["migrate"], ["run"], ["export", "group", "tall"], ["admin", "add", "a@example.org"], ["backup", "copy"]])
def test_no_command_tells_one_when_all_goes_wrong(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing that is set leads anywhere."""
    monkeypatch.setattr("handlers.run.STARTING", 0.0)
    set_all(monkeypatch, tmp_path)
    assert main(command) in (1, 2)
    told = "".join(capfd.readouterr())
    assert told and HIDDEN not in told and KEY not in told and "Traceback" not in told


def test_nor_does_a_traceback(tmp_path: Path) -> None:
    """Even where our own code fails with the settings in hand, as Python itself prints it."""
    code = f"from config.settings import read\nsettings = read({GIVEN!r}, None)\ndef f(s): raise RuntimeError(s)\nf(settings)"
    (tmp_path / "broken.py").write_text(code.replace(repr(GIVEN), "__import__('json').load(open('given'))"), encoding="utf-8")
    (tmp_path / "given").write_text(json.dumps(GIVEN), encoding="utf-8")
    run = subprocess.run([sys.executable, "broken.py"], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False)
    assert "RuntimeError: Settings(slack, teams, mail)" in run.stderr and HIDDEN not in run.stderr


def test_no_secret_stands_in_the_code() -> None:
    """Nothing like a token or key: the tests make theirs up when they run."""
    for file in (*(each for folder in ("bot", "config", "handlers", "storage", "templates") for each in (ROOT / folder).rglob("*.py")),):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(("xoxb-", "xapp-", "xoxp-", "-----BEGIN")):
                assert len(node.value) < 40, file
