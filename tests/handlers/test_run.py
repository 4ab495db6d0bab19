"""The command line, as a person types it."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import read
from handlers import run
from handlers.run import main
from storage.store import Store
from tests.conftest import SECRET

ADD = '  - anna @ nvg-tall: "/nvg åtgärd @bo ringa hemtjänsten på fredag"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, with no settings but the defaults."""
    monkeypatch.chdir(tmp_path)
    for name in ("NVG_DATABASE_URL", "NVG_SECRET_KEY", "NVG_KEYS_URL", "NVG_LANGUAGE", "NVG_COUNTY", "NVG_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def rehearsed(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    from tests.rehearsals.plays import HEAD

    file = folder / "a.yaml"
    file.write_text(HEAD + ADD, encoding="utf-8")
    assert main(["rehearse", "--database", "sqlite:///nvg.db", str(file)]) == 0
    capsys.readouterr()
    return folder


def test_what_a_rehearsal_kept_can_be_exported(rehearsed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "group", "tall", "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)
    [action] = kept["actions"]
    assert (action["id"], action["text"], action["owners"], action["due"]) == (1, "ringa hemtjänsten", ["bo"], "2026-11-27")
    assert {"decisions", "escalations", "meetings"} <= kept.keys()
    assert main(["export", "person", "bo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"]


def test_erasure_shows_what_it_will_do_and_asks(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "nej")
    assert main(["erase", "group", "tall"]) == 1
    assert "actions" in capsys.readouterr().out
    assert main(["export", "group", "tall"]) == 0
    assert main(["erase", "group", "tall", "--yes"]) == 0
    assert main(["export", "group", "tall"]) == 2
    # a script has said yes by calling it
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["erase", "person", "bo"]) == 0
    assert "Raderat" in capsys.readouterr().out


def test_a_backup_comes_back(rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["backup", "copy"]) == 0
    assert main(["backup", "copy"]) == 2  # nothing is written over
    assert main(["restore", "copy"]) == 2  # nor into a database that is not empty
    (rehearsed / "nvg.db").unlink()
    assert main(["restore", "copy"]) == 0
    capsys.readouterr()
    assert main(["export", "group", "tall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"][0]["text"] == "ringa hemtjänsten"


def test_a_backup_brought_back_elsewhere_takes_its_keys_along_or_says_what_is_lost(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["backup", "copy"]) == 0
    monkeypatch.setenv("NVG_DATABASE_URL", "sqlite:///other.db")
    assert main(["restore", "copy"]) == 0
    capsys.readouterr()
    assert main(["export", "group", "tall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"][0]["text"] == "ringa hemtjänsten"

    monkeypatch.setenv("NVG_DATABASE_URL", "sqlite:///third.db")
    next(rehearsed.glob("nvg*.keys")).unlink()
    assert main(["restore", "copy"]) == 1
    assert "går inte att läsa" in capsys.readouterr().err


def test_a_backup_of_the_keys_beside_it_opens_it_on_another_computer(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (rehearsed / "theirs.keys.secret").write_bytes(next(rehearsed.glob("nvg*.keys.secret")).read_bytes())
    assert main(["backup", "copy", "--keys", "theirs.keys"]) == 0
    assert main(["backup", "other", "--keys", "theirs.keys"]) == 2 and not Path("other").exists()
    for file in rehearsed.glob("nvg*"):
        file.unlink()
    monkeypatch.setenv("NVG_KEYS_URL", "theirs.keys")
    assert main(["restore", "copy"]) == 0
    capsys.readouterr()
    assert main(["export", "group", "tall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"][0]["text"] == "ringa hemtjänsten"


def test_what_another_version_of_the_bot_has_made_is_told_apart_from_what_is_broken(rehearsed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy"]) == 0
    header, rest = gzip.decompress(Path("copy").read_bytes()).split(b"\n", 1)
    Path("older").write_bytes(gzip.compress(json.dumps({**json.loads(header), "revision": "0009"}).encode() + b"\n" + rest))
    Path("broken").write_bytes(Path("copy").read_bytes()[:200])
    (rehearsed / "nvg.db").unlink()
    capsys.readouterr()
    assert main(["restore", "older"]) == main(["restore", "broken"]) == 2
    older, broken = capsys.readouterr().err.splitlines()
    assert "older har version 0009" in older and "broken är ingen säkerhetskopia, eller är skadad" in broken

    with contextlib.closing(sqlite3.connect("nvg.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert main(["migrate"]) == 2
    assert "Databasen har version 9999 och är gjord av en nyare bot" in capsys.readouterr().err
    assert main(["doctor"]) == 1
    assert "gjord av en nyare bot" in capsys.readouterr().out


def test_the_doctor_says_what_to_mend_and_makes_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "nvg admin add" in told
    assert "NVG_SECRET_KEY=" in told
    assert main(["admin", "add", "kim.ek@example.org"]) == 0
    assert "Kim Ek" in capsys.readouterr().out
    assert main(["doctor"]) == 0


def test_the_key_that_the_doctor_gives_opens_what_is_kept_already(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["doctor"])
    [line] = [line.strip() for line in capsys.readouterr().out.splitlines() if "NVG_SECRET_KEY=" in line]
    (rehearsed / ".env").write_text(line + "\n", encoding="utf-8")
    for file in rehearsed.glob("*.secret"):
        file.unlink()
    assert main(["export", "group", "tall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"][0]["text"] == "ringa hemtjänsten"


def test_the_doctor_says_that_other_keys_are_in_use_than_those_the_texts_were_written_under(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["doctor"])
    assert "✓ Nycklarna öppnar alla texter." in capsys.readouterr().out
    monkeypatch.setenv("NVG_KEYS_URL", "elsewhere.keys")  # as on another computer
    assert main(["doctor"]) == 1
    assert f"1 text går inte att läsa: nycklarna finns inte i {rehearsed / 'elsewhere.keys'}" in capsys.readouterr().out
    monkeypatch.delenv("NVG_KEYS_URL")
    monkeypatch.setenv("NVG_SECRET_KEY", base64.b64encode(bytes(32)).decode())
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "✗ NVG_SECRET_KEY är inte den nyckel" in told and "nvg run startar simulatorn" in told  # and the rest is looked at


@pytest.mark.parametrize(
    "command",
    [
        ["export", "group", "ingen"],
        ["erase", "person", "ingen"],
        ["admin", "add", "kim"],
        ["restore", "ingen"],
        ["rehearse", "--database", "mysql://x", "a.yaml"],
    ],
)
def test_what_was_asked_for_wrongly_is_said_in_a_sentence(command: list[str], rehearsed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    told = capsys.readouterr().err.strip()
    assert told
    assert "Traceback" not in told


def test_wrong_settings_are_all_told_before_anything_is_done(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVG_PORT", "x")
    monkeypatch.setenv("NVG_COUNTY", "atlantis")
    assert main(["migrate"]) == 2
    told = capsys.readouterr().err
    assert "NVG_PORT" in told
    assert "NVG_COUNTY" in told
    assert list(folder.iterdir()) == []


def test_another_key_than_the_databases_own_is_refused(
    rehearsed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVG_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert main(["export", "group", "tall"]) == 2
    assert "NVG_SECRET_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["nvg.db", "nvg.db.keys", "nvg.db.keys.secret"])
def test_what_is_kept_is_for_its_owner_only(rehearsed: Path, file: str) -> None:
    assert (rehearsed / file).stat().st_mode & 0o077 == 0


def test_a_missing_command_is_helped(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["--help"])
    assert error.value.code == 0
    told = capsys.readouterr().out
    for command in ("run", "simulator", "rehearse", "understand", "load", "admin", "migrate", "doctor", "export", "erase", "backup"):
        assert command in told


def action_of(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["export", "group", "tall", "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["actions"][0]["text"])


def test_the_secret_in_its_file_is_changed_in_two_steps(rehearsed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = rehearsed / "nvg.db.keys.secret"
    old = file.read_bytes()
    assert main(["rotate-key", "--finish"]) == 2  # nothing is begun
    assert main(["rotate-key"]) == 0
    assert file.read_bytes() != old and file.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    new = file.read_bytes()
    file.write_bytes(old)  # a process that was started before, or the file put back: both open everything
    assert action_of(capsys) == "ringa hemtjänsten"
    assert main(["rotate-key"]) == 0  # said again, the change that was begun goes on
    assert file.read_bytes() == new
    assert main(["rotate-key", "--finish"]) == 0
    capsys.readouterr()
    assert action_of(capsys) == "ringa hemtjänsten"
    file.write_bytes(old)
    assert main(["export", "group", "tall", "--json"]) == 2
    assert "NVG_SECRET_KEY" in capsys.readouterr().err


def test_the_secret_in_the_environment_is_shown_once_more_if_the_change_was_broken_off(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVG_SECRET_KEY", base64.b64encode(bytes(32)).decode())
    assert main(["admin", "add", "eva@example.org"]) == 0
    monkeypatch.setattr("storage.keystore.KeyStore.rewrap", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["rotate-key"])
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NVG_SECRET_KEY", base64.b64encode(bytes(32)).decode())
    first = capsys.readouterr().out.split("NVG_SECRET_KEY=")[1].split()[0]
    assert main(["rotate-key"]) == 0
    assert capsys.readouterr().out.split("NVG_SECRET_KEY=")[1].split()[0] == first
    assert main(["rotate-key", "--finish"]) == 2
    assert "starta om" in capsys.readouterr().err
    monkeypatch.setenv("NVG_SECRET_KEY", first)
    assert main(["rotate-key", "--finish"]) == 0
    assert main(["export", "person", "eva@example.org"]) == 0


def test_whoever_is_known_by_an_address_is_erased_by_it_and_may_come_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["admin", "add", "Kim.Ek@example.org"]) == 0
        assert main(["export", "person", "kim.ek@example.org", "--json"]) == 0
        person = json.loads(capsys.readouterr().out.splitlines()[-1])["person"]
        assert person["name"] == "Kim Ek" and "kim" not in person["id"]
        assert main(["erase", "person", "kim.ek@example.org"]) == 0
    assert main(["export", "person", "kim.ek@example.org"]) == 2


def test_a_database_server_that_is_just_starting_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run, "AGAIN", 0.01)
    answers = iter([False, False, True])
    migrate = Store.migrate

    def starting(store: Store) -> None:
        if not next(answers):
            raise OperationalError("", None, Exception())
        migrate(store)

    monkeypatch.setattr(Store, "migrate", starting)
    settings = read({"NVG_DATABASE_URL": f"sqlite:///{tmp_path / 'nvg.db'}", "NVG_SECRET_KEY": base64.b64encode(SECRET).decode()}, None)
    run.opened(settings, 5.0).close()
    assert capsys.readouterr().err.count("svarar inte än") == 2
    answers = iter([False])
    with pytest.raises(run.Wrong, match="går inte att öppna"):
        run.opened(settings)
