"""Eight people who write signed commands and tap, all at once, and try again where nobody answers, as Slack and people do."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chaos.town import GROUPS, channel
from tests.fake_servers.slack import FakeSlack, Message, Reply, words

LETTERS = "bcdfghjklmnpqrstvwxz"
NUMBERED = {"action": r"#(\d+)", "decision": r"\bB(\d+)", "matter": r"\bH(\d+)"}
SORRY = "gick fel hos mig"
BEFORE = "redan sparad"
LATE = 2.0  # seconds after which an acknowledgement may come before the turn: then the receipt is waited for
RECEIPT = 6.0
RETYPED = 60.0
GIVES_UP = 100.0  # seconds: the bot knows a line written anew for two minutes, so nobody tries it longer than that


@dataclass
class Told:
    """What the bot has said yes to: it may never be lost, nor done twice."""

    kind: str  # action | decision | matter
    group: str
    token: str  # words that no other has
    number: int = 0
    state: str = "open"  # what it must be in the end: open | done | undone


@dataclass
class Figures:
    """What the people saw."""

    acknowledged: int = 0
    tries: int = 0
    unanswered: int = 0  # no connection, or no answer in time
    sorry: int = 0  # something went wrong, try again
    before: int = 0  # it was saved already
    late: int = 0  # acknowledged before it was answered
    slowest: float = 0.0
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Staff(threading.Thread):
    """One person, at work until `enough` is set; and then until what was begun is answered."""

    def __init__(
        self, slack: FakeSlack, user: str, url: Callable[[], str], seed: int, enough: threading.Event, figures: Figures, pause: float
    ) -> None:  # fmt: skip
        super().__init__(name=user, daemon=True)
        self.slack, self.me, self.random = slack, slack.person(user, url), random.Random(seed)
        self.enough, self.figures, self.pause = enough, figures, pause
        self.told: list[Told] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.work()
                self.enough.wait(self.random.uniform(0, 2 * self.pause))
        except BaseException as error:
            self.failure = error

    def work(self) -> None:
        group, roll = self.random.choice(GROUPS), self.random.random()
        mine = [each for each in self.told if each.kind == "action" and each.state == "open"]
        if roll < 0.55 or not mine:
            told = self.add("action", group, "åtgärd ringa {}")
            if self.random.random() < 0.08 and told.number:
                self.undo(told)
        elif roll < 0.67:
            self.add("decision", group, "beslut vi gör {}")
        elif roll < 0.77:
            self.add("matter", group, "hissa ingen svarar om {}")
        elif roll < 0.90:
            done = self.random.choice(mine)
            done.state = "done" if self.said(done.group, f"klar {done.number}", lambda text: True) else "tapped"
        else:
            self.tap_done(self.random.choice(mine))

    def token(self) -> str:
        return "xq" + "".join(self.random.choices(LETTERS, k=9))

    def add(self, kind: str, group: str, line: str) -> Told:
        told = Told(kind, group, self.token())
        shown = self.said(group, line.format(told.token), lambda text: told.token in text or re.search(NUMBERED[kind], text))
        if shown is None:
            return told  # not acknowledged: nothing is promised
        text = words(shown.blocks)
        found = re.search(NUMBERED[kind], text)
        if found:
            told.number = int(found[1])
        else:
            with self.figures.lock:
                self.figures.odd.append(text)
        self.told.append(told)
        return told

    def undo(self, told: Told) -> None:
        """Always by Slack's own repetition: a second undo, written anew, would be another undo."""
        self.said(told.group, "ångra", lambda text: True, anew=False)
        told.state = "undone"

    def said(self, group: str, line: str, fits: Callable[[str], object], anew: bool = True) -> Message | None:
        """Write the line until there is a receipt that `fits`: the same delivered again, or (`anew`) written once more.

        None where a line written more than once was never answered, on a machine that is far too slow.
        """
        reply: Reply | None = None
        attempt = written = 0
        began = time.monotonic()
        while True:
            soon = time.monotonic() < began + RETYPED  # else it would be another line: then it is delivered again, as Slack does
            if reply is None or (anew and soon and (reply.status or self.random.random() < 0.4)):  # what has been answered is written anew
                reply, attempt, written = self.me.command(channel(group), line), 0, written + 1
            else:
                attempt += 1
                reply = reply.again(attempt)
            receipt = self.receipt(reply, fits)
            if receipt:
                with self.figures.lock:
                    self.figures.acknowledged += 1
                    self.figures.slowest = max(self.figures.slowest, time.monotonic() - began)
                    if BEFORE in receipt.text or BEFORE in words(receipt.blocks):
                        self.figures.before += 1
                return receipt
            if written > 1 and time.monotonic() > began + GIVES_UP:
                return None
            time.sleep(self.random.uniform(0.05, 0.4))

    def receipt(self, reply: Reply, fits: Callable[[str], object]) -> Message | None:
        """What the bot said, if it said yes. What comes late must fit: it may be the answer to another line."""
        shown = reply.shown
        with self.figures.lock:
            self.figures.tries += 1
            if not reply.ok:
                self.figures.unanswered += 1
                return None
            self.figures.late += shown is None
        if shown is None:  # it was acknowledged in time, and is answered later
            seen = {each.ts for each in self.slack.ephemerals(self.me.user.id)}
            end = time.monotonic() + RECEIPT
            while shown is None and time.monotonic() < end:
                time.sleep(0.1)
                shown = next((each for each in self.slack.ephemerals(self.me.user.id) if each.ts not in seen and self.about(each, fits)), None)
        if shown is None:
            return None
        if SORRY in words(shown.blocks):
            with self.figures.lock:
                self.figures.sorry += 1
            return None
        return shown

    @staticmethod
    def about(message: Message, fits: Callable[[str], object]) -> bool:
        text = words(message.blocks)
        return SORRY in text or bool(fits(text))

    def tap_done(self, told: Told) -> None:
        """Klart on the group's card, if it is shown by now."""
        card = next((each for each in self.slack.messages(channel(told.group)) if told.token in words(each.blocks)), None)
        if card is None:
            return
        try:
            reply = self.me.tap(card, "Klart")
        except LookupError:  # it is drawn anew by now
            return
        attempt = 0
        while not (reply.ok and reply.seconds < LATE):
            with self.figures.lock:
                self.figures.unanswered += not reply.ok
                self.figures.tries += 1
            attempt += 1
            time.sleep(self.random.uniform(0.05, 0.4))
            reply = reply.again(attempt)
        with self.figures.lock:
            self.figures.acknowledged += 1
            self.figures.tries += 1
        told.state = "tapped"  # done, unless the bot asked something first: looked at in the end


def all_told(staff: Sequence[Staff]) -> list[Told]:
    return [told for each in staff for told in each.told]
