"""A rehearsal as people read it: the days as headings, who said what where, and what the bot answered and posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from itertools import takewhile
from typing import TextIO

from bot.rules.work_calendar import local
from handlers.rehearsal_file import Crash, Expect, Moves, Platform, Rehearsal, Says, Step, Taps, Together, Undo, Wait
from handlers.simulator.stage import LetOut
from templates.dates import DATE_WORDS

WORDS = {
    "sv": {
        "week": "v.", "in": "i", "bot": "till boten", "taps": "trycker på", "by": "vid", "fills": "fyller i", "undo": "ångrar",
        "only": "svar bara till", "direct": "till", "mail": "mejl till", "channel": "i", "update": "ritas om", "event": "i kalendern",
        "down": "{} ligger nere", "up": "{} är uppe igen", "crash": "boten kraschar och startar om", "together": "samtidigt",
        "held": "alla {} förväntningar höll", "form": "formulär", "bot_itself": "boten",
        "joins": "{} kommer in i #{}", "leaves": "{} går ur #{}", "closed": "{} har inget konto längre",
    },
    "en": {
        "week": "week", "in": "in", "bot": "to the bot", "taps": "taps", "by": "by", "fills": "fills in", "undo": "undoes",
        "only": "answer only to", "direct": "to", "mail": "mail to", "channel": "in", "update": "redrawn", "event": "in the calendar",
        "down": "{} is down", "up": "{} is up again", "crash": "the bot crashes and starts again", "together": "at the same moment",
        "held": "all {} expectations held", "form": "form", "bot_itself": "the bot",
        "joins": "{} joins #{}", "leaves": "{} leaves #{}", "closed": "{} has no account any more",
    },
}  # fmt: skip


class Transcript:
    """Writes one rehearsal to `out`, with colour where that is a terminal."""

    def __init__(self, rehearsal: Rehearsal, out: TextIO) -> None:
        self._out = out
        self._colour = out.isatty()
        self._words = WORDS[rehearsal.language]
        self._dates = DATE_WORDS[rehearsal.language]
        self._names = {person.id: person.name for person in rehearsal.people}
        self._first = local(rehearsal.now)
        self._day: date | None = None
        self._minute = ""
        self._held = 0
        self._print(self._style("1", rehearsal.path.name))

    def show(self, step: Step | None, came: Sequence[LetOut], began: datetime) -> None:
        """One step that began at that instant, and all that came of it."""
        if step is not None and not isinstance(step, Expect | Wait):
            self._heading(began)
        if isinstance(step, Expect):
            self._held += 1
        elif isinstance(step, Together):
            self._print(f"\n       {self._style('2', self._words['together'] + ':')}")
            for together in step.steps:
                self._print(self._did(together))
        elif step is not None and (line := self._did(step)):
            self._print("\n" + line)
        while came:
            same = list(takewhile(partial(_alike, came[0]), came))
            self._show(came[0], [each.place.platform for each in same])
            came = came[len(same) :]

    def end(self) -> None:
        self._print(f"\n{self._style('32', '✓ ' + self._words['held'].format(self._held))}\n")

    def _did(self, step: Step) -> str:
        words = self._words
        if isinstance(step, Says):
            where = words["bot"] if step.place == "bot" else f"{words['in']} #{step.place}"
            said = step.text.strip().replace("\n", "\n         ")
            return f"       {self._who(step.person)} {self._style('2', where)}\n         {said}"
        if isinstance(step, Taps):
            where = f" {self._style('2', words['by'])} ”{step.holding}”" if step.holding else ""
            filled = "; ".join(f"{name}: {value}" for name, value in step.fill.items())
            more = f"\n         {self._style('2', words['fills'])} {filled}" if filled else ""
            return f"       {self._who(step.person)} {self._style('2', words['taps'])} [{step.button}]{where}{more}"
        if isinstance(step, Undo):
            return f"       {self._who(step.person)} {self._style('2', words['undo'])}"
        if isinstance(step, Platform):
            return self._style("33", f"       ⚠ {words['up' if step.up else 'down'].format(step.name)}")
        if isinstance(step, Moves):
            who = self._names.get(step.who, words["bot_itself"])
            told = words["joins" if step.into else "leaves" if step.place else "closed"]
            return self._style("33", f"       {told.format(who, step.place.rpartition(':')[2])}")
        if isinstance(step, Crash):
            return self._style("33", f"       ⚠ {words['crash']}")
        return ""

    def _heading(self, instant: datetime) -> None:
        """The day, when it is another than the one before."""
        day = local(instant).date()
        if day != self._day:
            self._day, self._minute = day, ""
            heading = self._dates.day(day, self._first)
            self._print(f"\n{self._style('1;36', '── ' + heading + ' ' + '─' * max(4, 70 - len(heading)))}")

    def _show(self, each: LetOut, platforms: Sequence[str]) -> None:
        self._heading(each.at)
        clock = f"{local(each.at):%H:%M}"
        shown, self._minute = (clock if clock != self._minute else "     "), clock
        where = self._where(each, ", ".join(platforms))
        self._print(f" {self._style('36', shown)} {self._style('35', '→')} {self._style('2', where)}")
        for line in each.text.splitlines():
            self._print(f"         {line}")
        extra = [f"[{label}]" for label in each.buttons]
        if each.fields:
            extra.insert(0, f"{self._words['form']}: {', '.join(each.fields)} →")
        if extra:
            self._print(f"         {self._style('34', ' '.join(extra))}")

    def _where(self, each: LetOut, platforms: str) -> str:
        words = self._words
        place = f"{self._names.get(each.to, each.to)}" if each.to else f"#{each.place.channel}"
        if each.kind == "reply":
            return f"{words['only']} {place}" + (f" {words['in']} #{each.place.channel}" if each.place.channel else "")
        if each.kind == "update":
            return f"{words['update']}: {place} ({platforms})"
        return f"{words[each.kind]} {place} ({platforms})"

    def _who(self, person: str) -> str:
        return self._style("1", self._names.get(person, person))

    def _style(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text.strip() else text

    def _print(self, text: str) -> None:
        print(text, file=self._out)


def _alike(one: LetOut, other: LetOut) -> bool:
    """The same post in another of the group's channels."""
    return one is other or (
        bool(one.place.channel)
        and not one.to
        and (one.at, one.kind, one.place.channel, one.text, one.buttons)
        == (other.at, other.kind, other.place.channel, other.text, other.buttons)
        and one.place != other.place
    )


