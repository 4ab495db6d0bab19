"""Audits the promises: what is late is counted, logged, and told to the administrators once, until all is well again.

That they have been told is a fact like any other, so it makes no difference how many processes look.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.messages.delivery import FallenBehind
from bot.outcome import Fact, Outcome, Post
from bot.timers import Timer
from handlers import logs
from handlers.turn import Turns
from storage.store import Late, Store

LATE = timedelta(minutes=10)  # what is later than this breaks a promise
SHUT = frozenset({  # of these the postman has told them by name
    "token_revoked", "token_expired", "invalid_auth", "not_authed", "no_token", "missing_scope", "account_inactive", "login", "disabled",
    "no_mailbox_access", "missing_permission", "no_such_mailbox",
})  # fmt: skip
SUBJECT = "watchdog"
_ONCE = datetime(2020, 1, 1, tzinfo=UTC)  # the same for all who tell of the same trouble


def look(store: Store, turns: Turns, now: datetime) -> tuple[Late, ...]:
    """What is late now. The first to see it tells the administrators; the first to see that it is over notes that."""
    late = store.late(now, LATE)
    for each in late:
        logs.event("late", what=each.what, which=each.which, why=each.why, minutes=int((now - each.since).total_seconds() // 60))
    with store.read() as read:
        told = read.facts(subject=SUBJECT)
    last = told[-1] if told else None
    trouble = last is not None and last.fact.kind == "fell_behind"
    about = f"@{SUBJECT}:{last.turn if last else ''}"
    news = [each for each in late if each.why not in SHUT]
    if news and not trouble:
        with store.read() as read:
            administrators = [person.id for person in read.people() if person.state == "active" and "administrator" in person.roles]
        message = FallenBehind(sum(each.what == "timer" for each in news), sum(each.what == "outbox" for each in news), min(each.since for each in news))
        fact = Fact("fell_behind", subject=SUBJECT, detail={"timers": message.timers, "messages": message.messages})
        posts = tuple(Post(f"@{person}", f"notice:{about}", message) for person in administrators)
        turns.announce(Outcome(facts=(fact,), posts=posts, command="fell_behind"), Timer("fell_behind", about, _ONCE), now)
    elif trouble and not late:
        turns.announce(Outcome(facts=(Fact("caught_up", subject=SUBJECT),), command="caught_up"), Timer("caught_up", about, _ONCE), now)
    return late
