"""Lines about lifted matters ("H1"), said by the committee or by the group."""

from __future__ import annotations

from bot.rules.reading import Reading
from bot.rules.said import Said, clean, read_numbers

_INTENTS = {
    "hissa vidare": "escalate_further", "lyft vidare": "escalate_further", "eskalera vidare": "escalate_further",
    "escalate further": "escalate_further", "lift further": "escalate_further",
    "jag tar": "take", "i take": "take", "i'll take": "take",
    "fraga gruppen": "ask_group", "ask the group": "ask_group",
    "vi loser": "withdraw_matter", "vi loser sjalva": "withdraw_matter", "we solve": "withdraw_matter",
    "lost arende": "solved", "arendet ar lost": "solved", "solved": "solved",
}  # fmt: skip


def matter(s: Said) -> Reading | None:
    """`besked H1 ni får behörighet`, `hissa vidare H1 det behövs pengar`: only with the matter's number."""
    numbers = read_numbers(s.low)
    if not numbers.ref.startswith("H"):
        return None
    intent = _INTENTS.get(s.head, "answer_escalation")
    return Reading(intent, ref=numbers.ref, refs=numbers.refs, text="" if intent == "withdraw_matter" else clean(s.text[numbers.end :]))


def solved(s: Said) -> Reading | None:
    """`löst H1 behörigheten är upplagd`, `klar H1`: done, said of a lifted matter, means that it is solved."""
    numbers = read_numbers(s.low)
    return Reading("solved", ref=numbers.ref, refs=numbers.refs, text=clean(s.text[numbers.end :])) if numbers.ref.startswith("H") and not s.asks else None
