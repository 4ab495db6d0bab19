"""`nvg rehearse`: plays rehearsals against the real bot, with only the clock and the chat platforms replaced."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TextIO

from bot.rules.retention import notice_day
from bot.rules.work_calendar import instant, local
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.links import Links
from handlers.rehearsal_file import (
    Crash,
    Expect,
    FileError,
    Moves,
    Platform,
    Rehearsal,
    Says,
    Step,
    Taps,
    Together,
    Undo,
    Wait,
    read_rehearsal,
)
from handlers.retention import RETENTION_AT, Retention
from handlers.simulator.stage import LetOut, NotThere, Stage, bare_label, plain_words
from handlers.transcript import Transcript
from storage.keystore import KeyStore
from storage.store import Store
from templates.words import Words, read_labels

OpenStore = Callable[[], Store]
ADDRESS = "https://boten.example.se"  # where the bot can be reached in a rehearsal: nowhere


class NotMet(Exception):
    """An expectation that did not hold. `came`: what the bot let out instead."""

    def __init__(self, expect: Expect, why: str, came: Sequence[LetOut]) -> None:
        super().__init__(why)
        self.expect, self.why, self.came = expect, why, tuple(came)


class TakenError(Exception):
    """The database holds groups of the same code names: a rehearsal would mix with them."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("rehearse", help="spelar upp repetitioner (YAML-filer) mot den riktiga boten")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--json", action="store_true", help="en JSON-rad för varje meddelande som boten släpper ut")
    parser.add_argument("--database", metavar="URL", help="spela mot den här databasen i stället för en tillfällig")
    parser.add_argument("--crash-between-steps", action="store_true", help="döda boten och starta en ny mellan alla steg")


def main(
    args: argparse.Namespace,
    open_store: Callable[[str], Store],
    words: Callable[[str], Words] = lambda county: Words(),
    counties: Collection[str] = (),
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Play the files; `open_store` opens the database of `--database`, `words` gives a county's wording. The exit code."""
    out, err = out or sys.stdout, err or sys.stderr
    for path in args.files:
        try:
            rehearsal = read_rehearsal(path, counties)
        except OSError as error:
            print(f"{path}: kan inte läsas ({error.strerror})", file=err)
            return 2
        except FileError as error:
            print(f"{path}: {error}", file=err)
            return 2
        code = _play(args, rehearsal, open_store, words(rehearsal.county), out, err)
        if code:
            return code
    return 0


def _play(
    args: argparse.Namespace, rehearsal: Rehearsal, open_store: Callable[[str], Store], words: Words, out: TextIO, err: TextIO
) -> int:
    transcript = None if args.json else Transcript(rehearsal, out)
    with tempfile.TemporaryDirectory(prefix="nvg-", ignore_cleanup_errors=True) as folder:
        opened = (lambda: open_store(args.database)) if args.database else temporary(Path(folder))
        player = Player(rehearsal, opened, words, args.crash_between_steps)
        try:
            for step in player.steps():
                if transcript:
                    transcript.show(step, player.new(), player.began)
                else:
                    for each in player.new():
                        print(json.dumps(as_json(each), ensure_ascii=False), file=out, flush=True)
        except FileError as error:
            print(f"{rehearsal.path}: {error}", file=err)
            return 2
        except TakenError as error:
            print(f"{rehearsal.path}: databasen har redan grupper med samma kodnamn ({error}). Inget är ändrat.", file=err)
            return 2
        except NotMet as error:
            print(explained(rehearsal.path, error), file=err)
            return 1
        finally:
            player.close()
    if transcript:
        transcript.end()
    return 0


def temporary(folder: Path) -> OpenStore:
    """A database of its own in that folder; opened again, it is the same one."""
    secret = secrets.token_bytes(32)
    return lambda: Store(f"sqlite:///{folder / 'rehearsal.db'}", KeyStore(folder / "rehearsal.keys", secret))


class Player:
    """Plays one rehearsal on one database. `open_store` is called anew after each crash."""

    def __init__(self, rehearsal: Rehearsal, open_store: OpenStore, words: Words, crash_between_steps: bool = False) -> None:
        self.rehearsal, self.words, self.crash_between_steps = rehearsal, words, crash_between_steps
        self.stage = Stage(SimulatedClock(rehearsal.now))
        self._open_store = open_store
        self._store: Store | None = None
        self._since = 0  # where in stage.out the latest step that was not an expectation began
        self._told = 0
        self.began = rehearsal.now  # when the latest step began

    def play(self) -> None:
        """Play it to its end. NotMet, FileError or TakenError where it stops before."""
        for _ in self.steps():
            pass

    def steps(self) -> Any:
        """Play it step by step; each step is given back when everything it caused has happened."""
        self._begin()
        yield None
        came_up = False
        for step in self.rehearsal.steps:
            self.began = self.stage.now
            if isinstance(step, Expect):
                if came_up:  # asked for at once; where the rehearsal waits instead, it comes when its next try falls due
                    self.stage.retry()
                self._check(step)
                came_up = False
            else:
                came_up = isinstance(step, Platform) and step.up
                if self.crash_between_steps:
                    self.crash()
                self._since = len(self.stage.out)
                self._do(step)
            yield step

    def new(self) -> list[LetOut]:
        """What was let out since this was asked last."""
        fresh = self.stage.out[self._told :]
        self._told += len(fresh)
        return fresh

    def crash(self) -> None:
        """The process is killed: everything in memory is gone, and a new one starts on the same database."""
        self.close()
        self._store = self._open_store()
        self.stage.join(Engine(self._store, self.words, self.stage.speakers, self.stage.clock, self.rehearsal.language))

    def close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _begin(self) -> None:
        self._store = store = self._open_store()
        store.migrate()
        self.words.calendar_link = Links(ADDRESS, store.keys.secret_for).calendar
        with store.turn() as work:
            codes = {group.code for group in work.groups()}
            if taken := sorted(codes & {group.code for group in self.rehearsal.groups}):
                raise TakenError(taken)
            work.save(self.rehearsal.kept, self.rehearsal.now)
        for person in self.rehearsal.people:
            platform = person.identities[0].partition(":")[0]
            mail = next((each.partition(":")[2] for each in person.identities if each.startswith("mail:")), "")
            self.stage.add_person(person.id, person.name, platform, mail)
        for address in self.rehearsal.channels:
            self.stage.add_channel(address)
        self.stage.join(Engine(store, self.words, self.stage.speakers, self.stage.clock, self.rehearsal.language))
        self.stage.drain()

    # -- steps

    def _do(self, step: Step) -> None:
        if isinstance(step, Says | Taps | Undo):
            self._ready(step)()
            self.stage.drain()
        elif isinstance(step, Together):
            self._together(step)
        elif isinstance(step, Wait):
            self._wait(step)
        elif isinstance(step, Platform):
            if step.up:
                self.stage.platform_up(step.name)
            else:
                self.stage.platform_down(step.name)
        elif isinstance(step, Moves):
            self._move(step)
        elif isinstance(step, Crash):
            self.crash()
            self.stage.drain()

    def _ready(self, step: Says | Taps | Undo) -> Callable[[], object]:
        """All that can be wrong in the file is found now; what is given back does it."""
        stage = self.stage
        if isinstance(step, Says):
            place = stage.place(step.person, step.place)
            return lambda: self._named(step, lambda: stage.said(step.person, place, step.text))
        if isinstance(step, Undo):
            try:
                return stage.prepare_undo(step.person)
            except NotThere:
                raise FileError(step.line, "undo by", f"{step.person} ser inget att ångra") from None
        prepared: Callable[[], object] = self._named(step, lambda: self._prepared(step))
        return prepared

    def _prepared(self, step: Taps) -> Callable[[], object]:
        tap = self.stage.prepare(step.person, step.button, step.holding, step.fill)
        return lambda: self._named(step, tap)

    def _named(self, step: Says | Taps, act: Callable[[], Any]) -> Any:
        """What somebody does not have before them is an error of the file."""
        try:
            return act()
        except NotThere as error:
            known = ", ".join(error.known) or "inget"
            close = get_close_matches(error.name, error.known, n=1)
            meant = f' Menade du "{close[0]}"?' if close else ""
            what = {
                "button": f'knappen "{error.name}" finns inte där {step.person} kan se den.{meant} Det finns: {known}',
                "holding": f'{step.person} ser ingen sådan knapp på något som innehåller "{error.name}"',
                "field": f'formuläret har inget fält "{error.name}".{meant} Det har: {known}',
            }.get(error.what, str(error))
            raise FileError(step.line, error.what if error.what != "field" else "fill", what) from None

    def _together(self, step: Together) -> None:
        """At the same moment: a thread each, let go by a barrier."""
        ready = [self._ready(each) for each in step.steps]
        if not ready:
            return
        barrier = threading.Barrier(len(ready))
        errors: list[BaseException] = []

        def run(act: Callable[[], object]) -> None:
            barrier.wait()
            try:
                act()
            except BaseException as error:  # raised again below, in the thread that plays
                errors.append(error)

        threads = [threading.Thread(target=run, args=(act,)) for act in ready]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        self.stage.drain()

    def _move(self, step: Moves) -> None:
        if not step.place:
            self.stage.account_closed(step.who)
        elif step.who == "bot":
            (self.stage.bot_comes_in if step.into else self.stage.bot_goes_out)(step.place)
        else:
            (self.stage.comes_in if step.into else self.stage.goes_out)(step.who, step.place)

    def _wait(self, step: Wait) -> None:
        here = local(self.stage.now)
        if step.length:
            to = self.stage.now + step.length
        elif step.until:
            if step.until < here:
                raise FileError(step.line, "wait until", f"klockan är redan {here:%Y-%m-%d %H:%M}")
            to = instant(step.until)
        else:
            to = instant(datetime.fromordinal(here.toordinal() + step.days).replace(hour=here.hour, minute=here.minute))
        for day in range(here.toordinal(), local(to).toordinal() + 1):
            morning = datetime.combine(date.fromordinal(day), RETENTION_AT)
            if here < morning <= local(to) and (morning.day == 1 or morning.date() == notice_day(morning.date())):
                self.stage.advance(instant(morning))
                self._look_at_what_is_old()
        self.stage.advance(to)

    def _look_at_what_is_old(self) -> None:
        """What the house does each morning; on others than these it has nothing to do."""
        if self._store:
            Retention(self._store, self.words.county).look(self.stage.now)
            self.stage.drain()

    # -- expectations

    def _check(self, expect: Expect) -> None:
        came = self.stage.out[self._since :]
        if expect.nothing:
            if fitting := [each for each in came if not misfit(expect, each, lacks=True)]:
                raise NotMet(expect, "det kom ändå", fitting)
            return
        fitting = [each for each in came if not misfit(expect, each)]
        if not fitting:
            self._known_buttons(expect)
            raise NotMet(expect, "det kom inget sådant", came)
        if wrong := [each for each in fitting if misfit(expect, each, lacks=True)]:
            raise NotMet(expect, misfit(expect, wrong[0], lacks=True), wrong)

    def _known_buttons(self, expect: Expect) -> None:
        """A label that is in no wording and was never shown is a misspelling in the file."""
        known = {bare_label(label) for each in self.stage.out for label in each.buttons}
        known |= {bare_label(label) for language in ("sv", "en") for label in read_labels(language)["buttons"].values()}
        for label in expect.buttons:
            if bare_label(label).casefold() not in {each.casefold() for each in known}:
                close = get_close_matches(label, known, n=1)
                meant = f' Menade du "{close[0]}"?' if close else ""
                raise FileError(expect.line, "buttons", f'ingen knapp heter "{label}".{meant}')


def misfit(expect: Expect, each: LetOut, lacks: bool = False) -> str:
    """Why the message does not fit, in words; "" if it does. `lacks` is judged only when asked for."""
    if each.kind == "update" and expect.kind != "update":
        return "är en omritning"
    if expect.kind and each.kind != expect.kind:
        return f"är {each.kind}"
    if expect.to and each.to != expect.to:
        return "gick inte dit"
    if expect.in_ and (each.to or expect.in_ not in (each.place.channel, each.place.address)):
        return "kom inte där"
    if expect.message and each.name != expect.message:
        return f"heter {each.name}"
    text = plain_words(each.text)
    for words in expect.has:
        if plain_words(words) not in text:
            return f'saknar "{words}"'
    labels = {bare_label(label).casefold() for label in each.buttons}
    for label in expect.buttons:
        if bare_label(label).casefold() not in labels:
            return f"saknar knappen {label}"
    at = local(each.at)
    if expect.earliest is not None and at < _on(expect.earliest, at):
        return f"kom redan {at:%Y-%m-%d %H:%M}"
    if expect.latest is not None and at.replace(second=0, microsecond=0) > _on(expect.latest, at):
        return f"kom först {at:%Y-%m-%d %H:%M}"
    for words in expect.lacks if lacks else ():
        if plain_words(words) in text:
            return f'innehåller "{words}"'
    return ""


def _on(moment: datetime | time, day: datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(day, moment)


def explained(path: Path, error: NotMet) -> str:
    """The step's line, what was expected, and what came instead."""
    expect = error.expect
    lines = [
        f"{path}: rad {expect.line}: {'expect nothing' if expect.nothing else 'expect'}: {error.why}",
        f"  väntade: {'inget ' if expect.nothing else ''}{{{expect.written}}}",
        "  kom:" if error.came else "  kom: ingenting",
    ]
    loose = replace(expect, lacks=()) if expect.nothing else expect
    for each in error.came:
        where = f"till {each.to}" if each.to else f"i {each.place.channel}"
        why = misfit(loose, each, lacks=True)
        lines.append(f"    {local(each.at):%Y-%m-%d %H:%M} {each.kind} {where} ({each.name})" + (f" — {why}" if why else ""))
        lines += [f"      | {line}" for line in each.text.splitlines()]
        if each.buttons:
            lines.append("      " + " ".join(f"[{label}]" for label in each.buttons))
    return "\n".join(lines)


def as_json(each: LetOut) -> Mapping[str, object]:
    where: dict[str, object] = {"to": each.to} if each.to else {"in": each.place.channel}
    return {
        "at": local_iso(each.at), "platform": each.place.platform, **where, "kind": each.kind, "message": each.name,
        "text": each.text, "buttons": list(each.buttons), "fields": list(each.fields),
    }  # fmt: skip


def local_iso(at: datetime) -> str:
    """Stockholm time with its offset."""
    from templates.dates import STOCKHOLM

    return at.astimezone(STOCKHOLM).isoformat(timespec="seconds")
