"""The storm: people write, reminders fall due, processes are killed and started, other things go wrong; then it is quiet, and looked at."""

from __future__ import annotations

import math
import random
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.store import KeyStore, Store
from tests.chaos import promises
from tests.chaos.mischief import Mischief
from tests.chaos.people import Figures, Staff, all_told
from tests.chaos.processes import SECRET, Slot
from tests.chaos.promises import Kill, Verdict
from tests.chaos.town import GROUPS, PEOPLE, build, channel, settle
from tests.fake_servers.postgres import Postgres
from tests.fake_servers.slack import SCOPES, FakeSlack

SLOW = 6.0
QUIET, QUIET_PER_KILL = 200.0, 3.0  # seconds for all to be sent afterwards: Slack takes fifty redraws a minute
WRITES = ("chat.postMessage", "chat.update")


@dataclass(frozen=True)
class Weather:
    """How hard it blows. `history`: the bot may read what it has posted, and answers are lost too."""

    kills: int
    seed: int = 1
    processes: int = 1
    pause: float = 1.2  # seconds between one person's lines
    life: float = 1.4  # the longest that a process is left alone when it has answered
    mischief: int = 8  # something else goes wrong once in so many kills; 0 never
    history: bool = False
    minutes: float = math.inf  # no kills after so long
    taken_over: float = 30.0  # seconds within which a dead process's messages must be


def storm(database: str, weather: Weather, tell: Callable[[str], None] = lambda line: None) -> Verdict:
    """Play it on "sqlite" or "postgresql"."""
    with tempfile.TemporaryDirectory(prefix="nvg-chaos-") as folder:
        postgres = Postgres() if database == "postgresql" else None
        try:
            url = postgres.create("template1") if postgres else f"sqlite:///{folder}/nvg.db"
            with FakeSlack(scopes=(*SCOPES, "groups:history") if weather.history else SCOPES) as slack:
                return _Storm(url, Path(folder), slack, postgres, weather, tell).play()
        finally:
            if postgres:
                postgres.stop()


class _Storm:
    def __init__(
        self, url: str, folder: Path, slack: FakeSlack, postgres: Postgres | None, weather: Weather, tell: Callable[[str], None]
    ) -> None:
        self.slack, self.weather, self.tell, self.random = slack, weather, tell, random.Random(weather.seed)
        self.store = Store(url, KeyStore(folder / "nvg.keys", SECRET))
        self.store.migrate()
        build(slack)
        slack.lag, slack.patience = self.lag, 3.0  # as Slack has it: then it hands over again
        self.lagging = random.Random(weather.seed + 1)
        self.slots = [Slot(f"p{n}", slack, folder, url) for n in range(weather.processes)]
        self.mischief = Mischief(slack, self.slots, postgres, self.random, weather.history)
        self.kills: list[Kill] = []
        self.enough = threading.Event()
        self.figures = Figures()
        self.staff = [
            Staff(slack, user, self.somewhere, weather.seed * 100 + n, self.enough, self.figures, weather.pause) for n, user in enumerate(PEOPLE)
        ]

    def lag(self, method: str) -> tuple[float, float]:
        """How long Slack takes to do a thing, and then to say so."""
        if method not in WRITES:
            return 0.0, 0.0
        roll = self.lagging.random()
        return (self.lagging.uniform(0, 0.5), 0.0) if roll < 0.2 else (0.0, self.lagging.uniform(0, 1.0)) if roll < 0.4 else (0.0, 0.0)

    def somewhere(self) -> str:
        """Any process: what is in front of them knows no better either."""
        return random.choice(self.slots).url

    def play(self) -> Verdict:
        began = time.monotonic()
        seconds = int(min(max(self.weather.kills * 2 // self.weather.processes, 4), self.weather.minutes * 60))
        first = datetime.now(UTC) + timedelta(seconds=3)
        dues = [first + timedelta(seconds=n) for n in range(0, seconds, 2)]
        settle(self.store, self.slack.team, dues)
        for slot in self.slots:
            slot.start()
        for slot in self.slots:
            slot.wait_up()
        for each in self.staff:
            each.start()
        try:
            self.blow()
            self.enough.set()
            blown = time.monotonic() - began
            self.slack.mend()
            for each in self.staff:
                each.join(150)
            self.last_stand()
            wait = (dues[-1] - datetime.now(UTC)).total_seconds()
            if wait > 0:
                time.sleep(wait)
            calm = self.calm()
            ups = sorted(moment for slot in self.slots for moment in slot.up.values())
            verdict = promises.examine(self.store, self.slack, all_told(self.staff), self.kills, ups, len(dues), not self.weather.history, self.weather.taken_over)
            codes = [slot.stop() for slot in self.slots]
        finally:
            for slot in self.slots:
                if slot.process and slot.process.poll() is None:
                    slot.kill()
            self.store.close()
        self.sum_up(verdict, codes, blown, calm)
        return verdict

    def blow(self) -> None:
        """Kill, start, and kill again: at any moment, or just when something is on its way to Slack."""
        end = time.monotonic() + self.weather.minutes * 60
        for n in range(self.weather.kills):
            if time.monotonic() > end:
                break
            up = [each for each in self.slots if each.is_up()]
            slot = self.random.choice(up or self.slots)
            slot.wait_up()
            if self.weather.mischief and n % self.weather.mischief == self.weather.mischief - 1:
                self.mischief.something()
            self.leave_alone(slot)
            self.kill(slot)
            if n % 25 == 24:
                self.tell(f"{n + 1} kills, {self.figures.acknowledged} acknowledged")
        for slot in self.slots:
            slot.wait_up()

    def leave_alone(self, slot: Slot) -> None:
        """For a while, or until so much has been done: a slow machine should be killed at work too, not only when it begins."""
        end, done = time.monotonic() + self.random.uniform(0.0, self.weather.life), self.figures.acknowledged + self.random.randrange(8)
        while time.monotonic() < end or (self.figures.acknowledged < done and time.monotonic() < end + SLOW):
            time.sleep(0.003)
        if self.random.random() < 0.5:
            end = time.monotonic() + 1.0
            while time.monotonic() < end and not self.sending(slot):
                time.sleep(0.003)

    def kill(self, slot: Slot) -> None:
        slot.kill()
        self.kills.append(Kill(slot.who, time.time(), promises.unnoted(self.store, self.slack, slot.who)))
        slot.start()

    def last_stand(self) -> None:
        """One more is killed with something on its way, and nobody after it: how soon is it taken over?"""
        self.slack.hang("chat.postMessage", 4.0, times=len(GROUPS))
        self.slack.person(PEOPLE[1], self.slots[0].url).command(channel(GROUPS[0]), "beslut vi provar en sista gång")
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for slot in self.slots:
                if self.sending(slot):
                    self.kill(slot)
                    self.slack.mend()
                    return slot.wait_up()
            time.sleep(0.003)

    def sending(self, slot: Slot) -> bool:
        return any(each.by == slot.who and each.method in WRITES for each in list(self.slack.under_way.values()))

    def calm(self) -> float:
        """Wait until all is sent and well; seconds."""
        began = time.monotonic()
        while time.monotonic() < began + self.patience():
            with self.store.reading() as connection:
                waiting = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE state = 'pending'").scalar()
            if not waiting and all(slot.is_well() for slot in self.slots):
                break
            time.sleep(0.5)
        return time.monotonic() - began

    def patience(self) -> float:
        """Seconds until it must be quiet: what is to be redrawn grows with what has been written."""
        return QUIET + QUIET_PER_KILL * len(self.kills)

    def sum_up(self, verdict: Verdict, codes: list[int], blown: float, calm: float) -> None:
        people = self.figures
        for each in self.staff:
            verdict.must(not each.is_alive(), f"{each.name} never got an answer")
            verdict.must(each.failure is None, f"{each.name}: {each.failure!r}")
        verdict.must(calm < self.patience(), "not well in the end: /health says no, or something waits to be sent")
        verdict.must(not people.odd, f"answers that were not expected: {people.odd[:3]}")
        verdict.must(codes == [0] * len(codes), f"asked to stop, the processes ended with {codes}")
        verdict.figures = {
            "kills": len(self.kills), "processes": len(self.slots), "people writing": len(self.staff), "groups": len(GROUPS),
            "minutes": round(blown / 60, 1), "seconds until quiet": round(calm, 1), "commands acknowledged": people.acknowledged,
            "tries": people.tries, "no answer": people.unanswered, "something went wrong, try again": people.sorry,
            "saved already": people.before, "acknowledged before answered": people.late, "slowest, seconds": round(people.slowest, 1),
            "other mischief": ", ".join(f"{name} {n}" for name, n in sorted(self.mischief.done.items())) or "none",
        } | verdict.figures  # fmt: skip


__all__ = ["Weather", "channel", "storm"]
