"""What must be true in the end: by the database, and by what the pretend Slack was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.cards import draw
from handlers.clock import RealClock
from handlers.engine import Engine
from handlers.run import wording
from handlers.slack import blocks
from handlers.speaker import PUBLISHED
from storage import tables
from storage.store import Store
from tests.chaos.people import Told
from tests.chaos.town import CODES, GROUPS
from tests.fake_servers.slack import FakeSlack, words

STATES = {"open": {"open"}, "done": {"done"}, "undone": {"undone"}, "tapped": {"open", "done"}}
LAGS = 1.5  # seconds in which the dead process's own call may still be done


@dataclass
class Kill:
    """A process that was killed: what it had on its way to Slack and had not noted."""

    who: str
    at: float
    unnoted: frozenset[str]  # refs


@dataclass
class Verdict:
    """`broken`: each promise that was not kept, in words; none in the end, it is hoped."""

    figures: dict[str, object] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def must(self, true: object, words: str) -> None:
        if not true:
            self.broken.append(words)


def unnoted(store: Store, slack: FakeSlack, who: str) -> frozenset[str]:
    """What the process has sent, or is sending, that is still to be sent as the database has it."""
    with slack.lock:
        sent = {each.ref for each in (*slack.calls, *slack.under_way.values()) if each.by == who and each.method == "chat.postMessage"}
    with store.reading() as connection:
        at = tables.outbox.c
        waiting = {f"{turn}-{id}" for turn, id in connection.execute(sa.select(at.turn, at.id).where(at.state == "pending", at.why == "", at.card.is_(None)))}
    return frozenset(sent & waiting)


def examine(store: Store, slack: FakeSlack, told: Sequence[Told], kills: Sequence[Kill], ups: Sequence[float], dues: int, excused: bool, taken_over: float) -> Verdict:
    """The whole town, when it is quiet again. `excused`: a message may come twice, where Slack had it and the process died before noting it.

    `ups`: when a process was first seen to answer.
    """
    verdict = Verdict()
    _kept(verdict, store, told)
    _reminded(verdict, store, dues)
    _sent(verdict, store, slack, kills, ups, excused, taken_over)
    _shown(verdict, store, slack)
    late = store.late(RealClock().now(), _seconds(60))
    verdict.must(not late, f"still late in the end: {late[:5]}")
    return verdict


def _kept(verdict: Verdict, store: Store, told: Sequence[Told]) -> None:
    kept: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for group, code in zip(GROUPS, CODES, strict=True):
        everything = store.export_group(code)
        for kind, name in (("action", "actions"), ("decision", "decisions"), ("matter", "escalations")):
            kept[group, kind] = everything[name]
    lost = twice = wrong = 0
    for each in told:
        found = [thing for thing in kept[each.group, each.kind] if each.token in str(thing["text"])]
        lost += not found
        twice += len(found) > 1
        if not found or len(found) > 1:
            verdict.broken.append(f"{each.kind} {each.token} in {each.group} is kept {len(found)} times")
        elif each.kind == "action" and found[0]["state"] not in STATES[each.state]:
            wrong += 1
            verdict.broken.append(f"action {each.token} in {each.group} is {found[0]['state']}, not {each.state}")
    for (group, kind), things in kept.items():
        numbers = Counter(thing["id"] for thing in things)
        verdict.must(max(numbers.values(), default=1) == 1, f"{group} has a number twice among its {kind}s")
    verdict.figures |= {"acknowledged and lost": lost, "actions, decisions or escalations done twice": twice, "in another state than was said": wrong}


def _reminded(verdict: Verdict, store: Store, dues: int) -> None:
    """Each matter's reminder came, once, and soon."""
    with store.reading() as connection:
        at = tables.facts.c
        rows = connection.execute(sa.select(at.subject, at.at).where(at.kind == "matter_reminded")).all()
        plans = {row.id: row.plan for row in connection.execute(sa.select(tables.KINDS["Escalation"].table))}
        left = connection.scalar(sa.select(sa.func.count()).select_from(tables.timers).where(tables.timers.c.kind == "matter_remind",
                                                                                            tables.timers.c.due < RealClock().now()))  # fmt: skip
    counted = Counter(subject for subject, _ in rows)
    slowest = max(((moment - plans[subject].remind_at).total_seconds() for subject, moment in rows), default=0.0)
    verdict.figures |= {"timers fallen due": dues, "timers run": len(counted), "timers run twice": sum(n > 1 for n in counted.values()),
                        "latest timer, seconds": round(slowest, 1)}  # fmt: skip
    verdict.must(len(counted) == dues and not left, f"of {dues} timers {len(counted)} were run, and {left} are left")
    verdict.must(all(n == 1 for n in counted.values()), "a timer was run twice")


def _sent(verdict: Verdict, store: Store, slack: FakeSlack, kills: Sequence[Kill], ups: Sequence[float], excused: bool, taken_over: float) -> None:
    """Each post came; and twice only where that is excused."""
    accepted = Counter(each.ref for each in slack.called("chat.postMessage") if each.answer.get("ok") and each.ref)
    with store.reading() as connection:
        rows = connection.execute(sa.select(tables.outbox).where(tables.outbox.c.card.is_(None)).order_by(tables.outbox.c.id)).all()
    refs = {f"{row.turn}-{row.id}": row for row in rows}
    missing = [ref for ref, row in refs.items() if row.state != "sent" or not accepted[ref]]
    unsure = Counter(ref for kill in kills for ref in kill.unnoted)
    twice = {ref: n for ref, n in accepted.items() if n > 1}
    unexcused = [ref for ref, n in twice.items() if n - 1 > unsure[ref] * excused]
    unknown = [ref for ref in accepted if ref not in refs]
    asked: dict[str, list[float]] = {}  # when anybody tried to send it, whatever Slack said
    for each in slack.called("chat.postMessage"):
        asked.setdefault(each.ref, []).append(each.at)
    took: list[float] = []
    for kill in kills:
        for ref in kill.unnoted & {ref for ref, row in refs.items() if row.settled_at}:
            taken = min((at for at in asked[ref] if at > kill.at + LAGS), default=_at(refs[ref].settled_at))
            # from the last death that may have held it, or from when there was anybody to take it over
            took.append(taken - max(kill.at, *(each.at for each in kills if each.at < taken), min((up for up in ups if kill.at < up < taken), default=0.0)))
    verdict.figures |= {
        "messages to send": len(refs), "messages accepted by the platform": accepted.total(), "never sent": len(missing),
        "accepted or under way when a process died": len(unsure), "of them sent twice": len(twice) - len(unexcused),
        "sent twice without that excuse": len(unexcused), "longest until a dead process's message was taken over, seconds": round(max(took, default=0.0), 1),
    }  # fmt: skip
    verdict.must(not missing, f"never sent: {[(ref, refs[ref].state, refs[ref].why) for ref in missing[:5]]}")
    verdict.must(not unexcused, f"sent twice without an excuse: {unexcused[:5]}")
    verdict.must(not unknown, f"sent without being kept: {unknown[:5]}")
    verdict.must(max(took, default=0.0) <= taken_over, f"taken over only after {max(took, default=0.0):.1f} s")


def _shown(verdict: Verdict, store: Store, slack: FakeSlack) -> None:
    """What stands in the channels is what is true now."""
    engine = Engine(store, wording("vastra-varmland"), {}, RealClock(), draw=draw)
    with store.reading() as connection:
        cards = connection.execute(sa.select(tables.cards.c.sent_to, tables.cards.c.message_id)).all()
        identities = dict(connection.execute(sa.select(tables.identities.c.person, tables.identities.c.identity)).all())  # type: ignore[arg-type]
    stale = 0
    for sent_to, message_id in (each for each in cards if each.message_id != PUBLISHED):
        answered = engine.posted(sent_to, message_id)
        where = sent_to.rpartition("/")[2]
        message = next((each for each in slack.messages(where) if each.ts == message_id), None)
        if answered.card is None or message is None:
            verdict.broken.append(f"a card is not where it should be: {sent_to} {message_id}")
            continue
        laid = blocks.message(answered.card, lambda person: identities.get(person, "").rpartition("/")[2], more_label="Visa fler")
        stale += words(laid) != words(message.blocks)
    verdict.figures |= {"cards shown": len(cards), "cards that show what is no longer true": stale}
    verdict.must(not stale, f"{stale} cards show what is no longer true")


def _at(moment: datetime) -> float:
    return moment.timestamp()


def _seconds(count: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)
