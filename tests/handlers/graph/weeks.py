"""Weeks with anything in them: what a group may do to its meetings, and what may happen to Graph and to us meanwhile.

    python -m tests.handlers.graph.weeks 1000          # so many steps in one go, compared after every few; says the seed
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from handlers.graph.calendar import CalendarSpeaker
from handlers.speaker import Parcel, To
from tests.fake_servers.graph import FakeGraph
from tests.handlers.graph.plans import EVA, TALL, Planning

ANNA = "anna.berg@kommun.example"
DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag")
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
METHODS = ("GET", "POST", "PATCH", "DELETE")


class Killed(BaseException):
    """The process is no more."""


class Mortal(CalendarSpeaker):
    """Dies when it is told to: after so many requests, or after all of them and before anything is noted of it."""

    requests = -1  # until it dies; less than 0: never
    afterwards = False

    def send(self, to: To, parcel: Parcel) -> str:
        return self._then(super().send(to, parcel))

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        self._then(super().update(to, message_id, parcel))

    def _then(self, result: Any) -> Any:
        if self.afterwards:
            raise Killed
        return result


class Weeks(Planning):
    """A group whose weeks are decided by chance. `step` takes one; `compare` settles all and looks."""

    def __init__(self, fake: FakeGraph, folder: Path, chance: random.Random, **more: Any) -> None:
        self.chance = chance
        self.did: Counter[str] = Counter()
        self.killed = 0
        super().__init__(fake, folder, **more)

    def make_speaker(self) -> Mortal:
        self.mortal = Mortal(self.client, self.store, self.clock)
        return self.mortal

    def sign(self) -> str:
        if self.mortal.requests == 0:
            raise Killed
        self.mortal.requests -= 1
        return super().sign()

    # -- what may happen

    def step(self) -> str:
        """One thing, most often something that is said; answers with what."""
        what: Callable[[], str] = self.chance.choices(
            (self.rhythm, self.move, self.cancel, self.undo, self.extra, self.none, self.pause, self.resume, self.leader, self.later, self.fault, self.die),
            (6, 24, 14, 8, 8, 1, 2, 4, 2, 8, 9, 9),
        )[0]  # fmt: skip
        done = what()
        self.did[what.__name__] += 1
        return done

    def rhythm(self) -> str:
        day, clock = self.chance.choice(DAYS), self.clock_time()
        week = self.chance.choice(("första", "andra", "sista", "första och tredje", "fjärde och sista", "femte"))
        return self.tell("möte " + self.chance.choice((
            f"{day}ar {clock}", f"{day}ar {clock}", f"varannan {day} {clock}", f"jämna veckor {day} {clock}", f"{day}ar och söndagar {clock}",
            f"{day}ar {clock} och lördagar 9", f"{week} {day}en i månaden {clock}", f"{day}ar {clock} fram till {self.day(90)}",
        )))  # fmt: skip

    def move(self) -> str:
        if not (meeting := self.some_meeting()):
            return self.rhythm()
        to = meeting + timedelta(days=self.chance.choice((0, 0, 1, 1, -1, 2, 5, 7, 8, 15)))
        return self.tell(f"flytta mötet {said(meeting.date())} till {said(to.date())} {self.clock_time()}")

    def cancel(self) -> str:
        meeting = self.some_meeting()
        return self.tell(f"ställ in mötet {said(meeting.date())}") if meeting else self.rhythm()

    def undo(self) -> str:
        return self.tell("ångra")

    def extra(self) -> str:
        return self.tell(f"extramöte {self.day(30)} {self.clock_time()}")

    def none(self) -> str:
        return self.tell("ställ in alla möten")

    def pause(self) -> str:
        return self.tell(self.chance.choice(("pausa", f"pausa till {self.day(40)}")))

    def resume(self) -> str:
        return self.tell("starta igen")

    def leader(self) -> str:
        return self.tell(f"mötesledare @{self.chance.choice(('anna', 'eva'))}")

    def later(self) -> str:
        at = self.now + timedelta(days=self.chance.randint(0, 9), hours=self.chance.randint(1, 12))
        self.mortally(lambda: self.at(at))
        return f"… {at:%Y-%m-%d %H:%M}"

    def fault(self) -> str:
        method, done = self.chance.choice(METHODS), self.chance.random() < 0.5
        status = self.chance.choice((0, 429, 500, 502, 503, 504))
        self.fake.fail(f"{method} .*", status, "", 0 if status == 429 else None, self.chance.randint(1, 3), done and status != 429)
        return f"{method} → {status}{' efteråt' if done else ''}"

    def die(self) -> str:
        self.mortal.requests, self.mortal.afterwards = self.chance.choice(((1, False), (2, False), (3, False), (6, False), (-1, True)))
        return f"dör efter {self.mortal.requests}"

    # -- how

    def tell(self, line: str) -> str:
        self.mortally(lambda: self.say(line))
        return line

    def mortally(self, what: Callable[[], object]) -> None:
        try:
            what()
        except Killed:
            self.killed += 1
            self.crash()

    def compare(self) -> int:
        """All that waits is done, whoever dies meanwhile; then the calendar is what is meant. Answers with how many meetings that are."""
        while True:
            before = self.killed
            self.mortally(self.settle)
            if self.killed == before:
                break
        with self.store.read() as read:
            self.mailbox = ANNA if self.follows_leader and read.person("anna") and self.leads() == "anna" else EVA if self.follows_leader else TALL
        return len(self.same())

    follows_leader = False

    def leads(self) -> str:
        return next(iter(self.view().people("facilitator")), "")

    def some_meeting(self) -> datetime | None:
        coming = [m.starts for m in self.view().meetings if m.state == "planned" and m.starts > self.now]
        return self.chance.choice(coming) if coming else None

    def day(self, within: int) -> str:
        return said(self.now.date() + timedelta(days=self.chance.randint(1, within)))

    def clock_time(self) -> str:
        return f"{self.chance.randint(8, 16)}:{self.chance.choice(('00', '15', '30'))}"


def said(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def play(fake: FakeGraph, folder: Path, seed: int, steps: int, database: bytes = b"", each: int = 4) -> Weeks:
    """So many steps, compared after about every few of them. AssertionError says what was done since the last that held."""
    chance = random.Random(seed)
    fake.calendars.resets, fake.calendars.repeats = chance.random() < 0.7, chance.random() < 0.5
    weeks = Weeks(fake, folder, chance, mailbox="" if chance.random() < 0.3 else TALL, database=database)
    weeks.follows_leader = weeks.mailbox == EVA
    done: list[str] = []
    try:
        for n in range(steps):
            done.append(weeks.step())
            if chance.random() < 1 / each or n == steps - 1:
                fake.mend()
                weeks.mortal.requests, weeks.mortal.afterwards = -1, False
                try:
                    weeks.compare()
                except AssertionError as error:
                    raise AssertionError(f"seed {seed}, step {n}: " + " | ".join(done[-40:]) + f"\n{error}") from error
    finally:
        weeks.close()
    return weeks


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    began, total, killed = time.monotonic(), Counter[str](), 0
    left = steps
    while left > 0:
        with FakeGraph() as fake, tempfile.TemporaryDirectory() as folder:
            for mailbox in (TALL, EVA, ANNA):
                fake.add_user(mailbox)
            weeks = play(fake, Path(folder), seed, min(left, 250))
            total, killed = total + weeks.did, killed + weeks.killed
            requests = Counter(call.method for call in fake.calls)
            assert max(fake.busiest.values()) <= 4
        print(f"seed {seed}: {min(left, 250)} steps, killed {weeks.killed} times, {dict(requests)} requests: the calendar is what is meant", flush=True)
        left, seed = left - 250, seed + 1
    print(f"{steps} steps in {time.monotonic() - began:.0f} s, killed {killed} times: {dict(total)}")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
