"""`nvg understand`: reads lines on standard input and prints what the bot would take each for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.rules.read_command import read_command
from bot.rules.reading import Context, Moment, Reading

if TYPE_CHECKING:
    _Parsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    _Parsers = Any

MEMBERS = {"anna": "Anna Berg", "bo": "Bo Ek", "cecilia": "Cecilia Lund", "dag": "Dag Ström"}
NEXT_MEETING = datetime(2026, 12, 1, 13, 0)  # noqa: DTZ001 - wall-clock time


def add_parser(subparsers: _Parsers) -> None:
    """Adds `understand` to the command line."""
    parser = subparsers.add_parser("understand", help="läser rader och visar vad boten skulle ta dem för")
    parser.add_argument("--now", metavar="ISO", help="local time the lines are said at, e.g. 2026-11-23T08:00 (default: the clock)")
    parser.add_argument("--language", choices=("sv", "en"), default="sv")
    parser.add_argument("--context", metavar="FILE", type=Path, help="JSON file: speaker, members, next_meeting, open, prefix")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Reads standard input to its end; 0, or 2 where the options or the context file are wrong."""
    try:
        ctx = make_context(args.context, args.now or _wall_clock(), args.language)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        print(f"nvg understand: {error}", file=sys.stderr)
        return 2
    for line in _lines():
        # A line without words is nothing said; "/nvg" alone asks for help.
        reading = read_command(line, ctx) if line.strip() else Reading(line=line)
        print(json.dumps(as_json(reading), ensure_ascii=False) if args.json else as_words(reading), flush=True)
    return 0


def make_context(path: Path | None, now: str, language: str) -> Context:
    """The context that lines are read in, from a JSON file; what it leaves out has CLI.md's defaults. ValueError if it is wrong."""
    given: Any = json.loads(path.read_text(encoding="utf-8")) if path else {}
    if not isinstance(given, dict):
        raise ValueError(f"{path}: the context must be a JSON object")
    unknown = set(given) - {"speaker", "members", "next_meeting", "open", "prefix", "now", "language"}
    if unknown:
        raise ValueError(f"{path}: unknown key {sorted(unknown)[0]!r}")
    meeting = given["next_meeting"] if "next_meeting" in given else NEXT_MEETING.isoformat()
    return Context(
        now=_wall(given.get("now", now)),
        speaker=str(given.get("speaker", "anna")),
        members={str(person): str(name) for person, name in given.get("members", MEMBERS).items()},
        next_meeting=_wall(meeting) if meeting else None,
        open=frozenset(int(number) for number in given.get("open", ())),
        prefix=bool(given.get("prefix", True)),
        language=str(given.get("language", language)),
    )


def as_json(reading: Reading) -> dict[str, Any]:
    """CLI.md's object for one line: keys that do not apply are left out."""
    slot = reading.slots[0] if reading.slots else None
    weekday = slot.weekday if slot else reading.weekdays[0] if reading.weekdays else None
    told: dict[str, Any] = {
        "owners": list(reading.owners),
        "due": _moment(reading.due),
        "text": reading.text,
        "id": reading.id,
        "ids": list(reading.ids) if len(reading.ids) > 1 else [],
        "ref": reading.ref,
        "refs": list(reading.refs) if len(reading.refs) > 1 else [],
        "weekday": weekday if reading.intent in {"schedule", "reschedule", "subscribe", "settings"} else None,
        "time": slot.start.strftime("%H:%M") if slot else None,
        "minutes": slot.minutes if slot and slot.minutes is not None else reading.minutes,
        "interval": reading.interval,
        "nth": list(reading.nth),
        "parity": reading.parity,
        "first": _moment(reading.first),
        "slots": [{"weekday": each.weekday, "time": each.start.strftime("%H:%M"), "minutes": each.minutes} for each in reading.slots]
        if len(reading.slots) > 1
        else [],
        "week": reading.week,
        "when": _moment(reading.when),
        "which": _moment(reading.which),
        "all": reading.all or None,
        "each": reading.each or None,
        "shift_days": reading.shift_days,
        "shift_months": reading.shift_months,
        "from": _moment(reading.from_),
        "until": _moment(reading.until),
        "urgent": reading.urgent or None,
        "idea": reading.idea or None,
        "result": reading.result,
        "by_patient": reading.by_patient or None,
        "code": reading.code,
        "topic": reading.topic,
        "unclear_owner": reading.unclear_owner,
        "owner_choices": list(reading.owner_choices),
        "unknown_owner": reading.unknown_owner,
        "alternatives": [_moment(each) for each in reading.alternatives],
        "guessed_line": reading.guessed_line,
        "problem": reading.problem,
        "problem_words": reading.problem_words,
    }
    kept = {key: value for key, value in told.items() if value is not None and value not in ("", [])}
    return {"line": reading.line, "intent": reading.intent, **kept, "sure": reading.sure, "guess": reading.guess, "pii": reading.pii}


_LABELS = {
    "owners": "ansvarig", "due": "senast", "text": "text", "id": "nummer", "ref": "nummer", "weekday": "veckodag", "time": "klockan", "minutes": "minuter",
    "interval": "var ... vecka", "week": "vecka", "when": "när", "from": "från", "until": "till", "problem": "saknas eller fel",
    "problem_words": "kan inte läsas", "unclear_owner": "flera heter", "unknown_owner": "okänd", "guessed_line": "menade du",
}  # fmt: skip


def as_words(reading: Reading) -> str:
    """One readable line."""
    told = as_json(reading)
    parts = [f"{label} {', '.join(told[key]) if key == 'owners' else told[key]}" for key, label in _LABELS.items() if key in told]
    parts += [] if reading.sure else ["osäkert"]
    parts += ["innehåller ett personnummer"] if reading.pii else []
    return f"{reading.intent}: {' · '.join(parts)}" if parts else reading.intent


def _moment(when: Moment | None) -> str | None:
    if when is None:
        return None
    return when.strftime("%Y-%m-%dT%H:%M") if isinstance(when, datetime) else when.isoformat() if isinstance(when, date) else None


def _wall(text: str) -> datetime:
    """A local wall-clock time; a time with an offset is turned into Swedish time."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        return when
    from zoneinfo import ZoneInfo

    return when.astimezone(ZoneInfo("Europe/Stockholm")).replace(tzinfo=None)


def _wall_clock() -> str:
    return datetime.now(timezone.utc).isoformat()  # noqa: TID251, UP017 - the default of --now: a tool for trying lines has no turn to ask


def _lines() -> Iterator[str]:
    for raw in sys.stdin:
        yield raw.rstrip("\r\n")
