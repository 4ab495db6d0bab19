"""Several things in what was said: pasted lines, or a line about several numbers. Each is done, and answered together."""

from __future__ import annotations

from collections.abc import Sequence

from bot.about import ABOUT_MATTERS
from bot.frozen import replace
from bot.messages import common as say
from bot.model import Kept, Snapshot
from bot.outcome import Outcome, Post, Say
from bot.rules.reading import Reading

FOR_EACH = frozenset({
    "change", "edit", "cancel", "reopen", "blocked", "outcome", "escalate", "show", "answer", "take", "answer_escalation", "ask_group", *ABOUT_MATTERS.values(),
})  # fmt: skip
"""What a line about several numbers does with each of them; *klart* closes them together."""


def one_by_one(reading: Reading) -> list[Reading]:
    """A line about several actions ("flytta 1 och 2 till fredag") or meetings as one for each: none of them is forgotten."""
    if reading.intent == "cancel_meeting" and reading.each:
        one = replace(reading, alternatives=(), sure=True, each=False)
        in_weeks = reading.week is not None and reading.when is None
        return [one, *(replace(one, when=None if in_weeks else day, week=day.isocalendar().week) for day in reading.alternatives)]
    if reading.intent not in FOR_EACH or reading.guess or reading.problem or reading.been:
        return [reading]
    if len(reading.refs) > 1:
        return [replace(reading, ref=ref, refs=(ref,)) for ref in reading.refs]
    return [replace(reading, id=number, ids=(number,)) for number in reading.ids] if len(reading.ids) > 1 else [reading]


def together(readings: Sequence[Reading], outcomes: Sequence[Outcome]) -> Outcome:
    """What the lines led to, as one outcome: one answer, one card, one undo for them all."""
    saved: dict[tuple[str, str], Kept] = {}
    for outcome in outcomes:
        saved |= {(type(thing).__name__, thing.id): thing for thing in outcome.save}
    answers = [outcome.answer.message for outcome in outcomes if isinstance(outcome.answer, Say)]
    not_read = [each for each in answers if isinstance(each, say.NotUnderstood)]
    if not_read and len(answers) == len(readings):  # which they were is said, once
        lines = tuple(reading.line for reading, answer in zip(readings, answers, strict=True) if isinstance(answer, say.NotUnderstood))
        answers = [*(each for each in answers if not isinstance(each, say.NotUnderstood)), replace(not_read[0], lines=lines)]
    limits = [outcome.undo_until for outcome in outcomes if outcome.undo_until]
    return Outcome(
        Say(say.Several(tuple(answers))),
        save=tuple(saved.values()),
        facts=tuple(fact for outcome in outcomes for fact in outcome.facts),
        posts=merged(tuple(post for outcome in outcomes for post in outcome.posts)),
        undo_until=min(limits, default=None),
        command="several",
    )


def merged(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """New actions are shown in one card where there would be several; notices each keep their own subject."""
    new = [post for post in posts if post.subject.startswith("action:")]
    rest = tuple(
        replace(post, subject=f"{post.subject}.{n}") if post.subject.startswith("notice:") and n else post
        for n, post in enumerate(post for post in posts if post not in new)
    )
    if len(new) < 2 or len({post.to for post in new}) > 1:
        return (*new, *rest)
    numbers = ",".join(post.subject.rpartition(":")[2] for post in new)
    return (Post(new[0].to, f"actions:{new[0].to}:{numbers}"), *rest)


def with_saved(snapshot: Snapshot, saved: tuple[Kept, ...]) -> Snapshot:
    """The snapshot as it will be when `saved` is stored."""
    for thing in saved:
        snapshot = snapshot.having(thing)
    return snapshot
