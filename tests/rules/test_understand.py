"""`nvg understand`, as CLI.md promises it."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from handlers import understand

NOW = "2026-11-23T08:00"


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    understand.add_parser(parser.add_subparsers())
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    args = parser.parse_args(["understand", "--now", NOW, *options])
    code = args.main(args)
    said = capsys.readouterr()
    return code, said.out, said.err


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_one_object_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(monkeypatch, capsys, "åtgärd @bo ringa kommunen senast fredag\n\ntack!\nmöte varannan torsdag 14-15\n", "--json")
    assert code == 0
    first, empty, thanks, meeting = objects(out)
    assert first == {
        "line": "åtgärd @bo ringa kommunen senast fredag",
        "intent": "action",
        "owners": ["bo"],
        "due": "2026-11-27",
        "text": "ringa kommunen",
        "sure": True,
        "guess": False,
        "pii": False,
    }
    assert (empty["intent"], empty["line"], thanks["intent"]) == ("none", "", "none")
    assert {key: meeting[key] for key in ("intent", "weekday", "time", "minutes", "interval")} == {
        "intent": "schedule", "weekday": 3, "time": "14:00", "minutes": 60, "interval": 2
    }  # fmt: skip


def test_several_slots_are_all_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(monkeypatch, capsys, "möte tisdagar och fredagar 8:15-8:30\n", "--json")
    told = objects(out)[0]
    assert (told["weekday"], told["time"], told["minutes"], told["interval"]) == (1, "08:15", 15, 1)
    assert told["slots"][1] == {"weekday": 4, "time": "08:15", "minutes": 15}


def test_a_clock_time_is_told_with_the_day(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(monkeypatch, capsys, "åtgärd ringa kommunen halv tre på torsdag\nborta 1–14 juli\n", "--json")
    action, away = objects(out)
    assert action["due"] == "2026-11-26T14:30"
    assert (away["from"], away["until"]) == ("2027-07-01", "2027-07-14")


def test_the_context_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps({"speaker": "kia", "members": {"kia": "Kia Ord"}, "next_meeting": "2026-12-08T09:00", "open": [3], "prefix": False}), encoding="utf-8")
    _, out, _ = run(monkeypatch, capsys, "nvg åtgärd jag ringer kommunen till nästa möte\nlista\n", "--json", "--context", str(context))
    action, talk = objects(out)
    assert (action["owners"], action["due"], talk["intent"]) == (["kia"], "2026-12-08", "none")


def test_without_a_next_meeting(tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    context.write_text('{"next_meeting": null}', encoding="utf-8")
    ctx = understand.make_context(context, NOW, "en")
    assert (ctx.next_meeting, ctx.language, ctx.now, ctx.speaker) == (None, "en", datetime(2026, 11, 23, 8, 0), "anna")


def test_a_time_with_an_offset_is_swedish_wall_clock() -> None:
    assert understand.make_context(None, "2026-11-23T07:00:00+00:00", "sv").now == datetime(2026, 11, 23, 8, 0)


@pytest.mark.parametrize("content", ["[]", "{", '{"speker": "anna"}', '{"members": ["anna"]}', '{"open": ["x"]}', '{"next_meeting": "soon"}'])
def test_a_wrong_context_file_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    context = tmp_path / "context.json"
    context.write_text(content, encoding="utf-8")
    code, out, err = run(monkeypatch, capsys, "lista\n", "--json", "--context", str(context))
    assert (code, out) == (2, "")
    assert err.startswith("nvg understand: ")


def test_a_missing_context_file_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(monkeypatch, capsys, "lista\n", "--context", "no-such-file.json")
    assert code == 2 and "no-such-file.json" in err


def test_an_identity_number_never_comes_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--json",)):
        _, out, _ = run(monkeypatch, capsys, "åtgärd ringa 19121212-1212 på fredag\n", *options)
        assert "1212" not in out
        assert "personnummer" in out or objects(out)[0]["pii"] is True


def test_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(monkeypatch, capsys, "åtgärd @bo ringa kommunen senast fredag\ntack\nåtgrd @bo ringa\nåtgärd ringa nästa fredag\n")
    assert out.splitlines()[:3] == [
        "action: ansvarig bo · senast 2026-11-27 · text ringa kommunen",
        "none",
        "action: ansvarig bo · text ringa · menade du åtgärd @bo ringa",
    ]
    assert out.splitlines()[3].endswith("osäkert")


def test_it_starts_without_database_or_web(tmp_path: Path) -> None:
    program = "import handlers.understand, sys; print([name for name in ('sqlalchemy', 'starlette', 'jinja2', 'holidays', 'babel') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
