"""Reads what is changed of an action or decision that there is: another day, somebody else, other words, off the list, open again."""

from __future__ import annotations

import re

from bot.frozen import replace
from bot.rules.date_words import bad_dates
from bot.rules.reading import Reading
from bot.rules.said import (
    Numbers,
    Said,
    clean,
    first_word,
    is_verb,
    number_word,
    read_numbers,
    read_row,
    take_due,
    with_full_names,
    with_people,
)
from bot.rules.spelling import fold

_LATER = r"(?:upp\s+|fram\s+|pa\s+)?(?:med\s+)?(?:(?P<count>\d{1,3}|en|ett|tva|tre|fyra|fem|sex|a|an|one|two|three|four|another|ytterligare en)\s+(?P<unit>dag|dagar|vecka|veckor|day|days|week|weeks|manad|month))\b(?:\s+(?:till|fram|framat|more|later|ytterligare))?[\s.!]*$"
_COUNTS = {"en": 1, "ett": 1, "tva": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "another": 1, "ytterligare en": 1}
_MOVES = ("flytta", "skjut", "senarelagg", "tidigarelagg", "move", "postpone", "push", "delay")
_IN_DECISION = r"(?:pa|for|i|of|on|in)\s+(?=beslut|decision|b\s?\d)"
_GIVES = ("ge", "give", "lamna", "over", "byt", "andra ansvarig", "ny ansvarig", "hand", "assign", "reassign")
_HANDS_OVER = frozenset({"ge", "give", "lamna over", "hand over", "assign", "overlamna", "overlat"})
_AND = frozenset({"och", "o", "samt", "and"})
_TO_WHOM = re.compile(r"(?:till|åt|to)\s+(?P<name>[^\W\d]\S*(?:\s+[^\W\d]\S*)?)[\s.!]*$", re.IGNORECASE)


def change(s: Said) -> Reading | None:
    """`flytta 12 till fredag`, `ge 12 till @bo`, `ändra 12 till ringa boendet`"""
    if s.asks:
        return None
    lead = s.match(r"(?:upp|fram|pa|over|datum(?:et)?|ansvarig|for|of)\s+(?=(?:for\s+|pa\s+)?(?:\W*\d|atgard|nr|#|action|[bh]\d))(?:for\s+|pa\s+)?")
    rest = s.after(lead.end()) if lead else s
    numbers = read_numbers(rest.low)
    bare = None if numbers else number_word(rest.low)
    if bare and s.head.startswith(_MOVES) and re.match(r"\s+(?:till|senast|to|by)\b", rest.low[bare[1] :]):  # "flytta tolv till fredag"
        numbers = Numbers((bare[0],), "", bare[1], spelt=True)
    if not numbers and s.head in {"andra", "change"} and s.match(_IN_DECISION):
        return edit(s)
    if not numbers:
        return _change_by_name(s)
    after = rest.after(numbers.end)
    edits = s.head.startswith(("andra", "change"))
    reading = new_date_or_owner(after, numbers, edits=edits or after.text == "")
    words = bad_dates(after.text, s.ctx)
    all_bad = bool(words) and _bare_date(words[0]) == _bare_date(after.text)
    if reading is None and edits and not all_bad:  # "ändra 12 till 32/13" is a date, and no new text
        reading = edit(s)
    stranger = _TO_WHOM.match(after.text if reading is None else reading.text) if s.head.startswith(_GIVES) and not words else None
    if stranger and not is_verb(first_word(fold(stranger["name"]))) and (reading is None or not reading.owners):  # "ge 12 till Lisa på torsdag": not hers, so not Thursday either
        return Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, unknown_owner=stranger["name"], problem="no_owner", problem_words=stranger["name"], sure=False)
    if reading is not None and reading.owners and reading.text and s.head in _HANDS_OVER:  # no new text: more of the name, or a reason
        known, more = s.who.full_name(reading.owners[-1]).split()[0], reading.text.split()
        other = f"{known} {more[0]}" if len(more) == 1 and not is_verb(fold(more[0])) else more[1] if len(more) == 2 and fold(more[0]) in _AND else ""
        return replace(reading, text="", owners=() if other else reading.owners, unknown_owner=other, problem="no_owner" if other else reading.problem)
    if reading is not None:
        return reading
    if words:
        return Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, problem="bad_date", problem_words=words[0])
    if s.head in {"ge", "give", "ta over"} and not after.text:
        return Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, problem="no_owner")
    if not after.text or after.match(r"(?:till|to|pa|senast|ett par|nagra|some|a few)\b"):
        owners = s.head.startswith(_GIVES)
        return Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, problem="no_owner" if owners else "no_date", problem_words=clean(after.text))
    return None


def _bare_date(text: str) -> str:
    """Without "till" or "senast" before it."""
    bare = re.sub(r"^(?:(?:till|to|senast|by)\s+)?(?:den\s+)?", "", text.strip(" .!").casefold())
    return re.sub(r"(?<=\d):?[ae]$", "", bare)  # den 32:a


def _change_by_name(s: Said) -> Reading | None:
    """`ge @bo 12`, `lämna över till Bo 12`; and command words alone."""
    if s.head in _HANDS_OVER:
        to = s.match(r"(?:till|at|to)\s+")
        named = s.who.several(s.text, to.end() if to else 0)
        rest = s.after(named.end)
        numbers = read_numbers(rest.low)
        if named and numbers:
            return with_people(named, Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs))
    if not s.text and s.head in {"flytta", "skjut", "skjut upp", "andra", "nytt datum", "byt datum", "lamna over", "move", "postpone", "change", "hand over", "new date"}:
        return Reading("change", problem="no_number")
    return None


def new_date_or_owner(after: Said, numbers: Numbers, *, edits: bool) -> Reading | None:
    """What stands after the number as a new date, a new owner or both; None if it is neither."""
    reading = Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs)
    later = after.match(_LATER)
    if later:
        days = _COUNTS.get(later["count"]) or int(later["count"])
        days *= 7 if later["unit"][0] in "vw" else 30 if later["unit"][0] == "m" else 1
        return replace(reading, shift_days=days)
    past = after.match(r"(?:fran|from)\s+(?:den\s+)?[@\w][\w/.-]*(?:\s+\w+)?\s+(?=(?:till|to)\s)")  # "från torsdag till måndag", "från Bo till Lisa": the new one counts
    after = after.after(past.end()) if past else after
    due = take_due(after.text, after.ctx)
    rest = replace(after, text=due.text)
    if due.due is not None or due.problem in {"past_date", "no_meeting"}:
        reading = replace(
            reading, due=due.due, been=due.been, week=due.week, sure=due.sure, alternatives=due.alternatives, problem=due.problem, problem_words=due.problem_words
        )
    to = rest.match(r"(?:till|at|to|over till|ansvarig|ny ansvarig)\s*:?\s*")
    named = rest.who.several(rest.text, to.end() if to else 0)
    if named and (to or named.mentioned or not rest.text[named.end :].strip(" .!,")) and rest.low[named.end : named.end + 1] != "'":
        reading = with_people(named, reading)
        rest = rest.after(named.end)
        if reading.due is None and edits and is_verb(first_word(rest.low)):
            return None
    elif reading.due is None and not reading.problem:
        return None
    if edits and reading.due is not None and len(rest.text.split()) > 2 and not due.opened and not named:
        return None  # "ändra 12 till ringa boendet på fredag" is a new text
    text = re.sub(r"^(?:eftersom|f[öo]r att|f[öo]r|because|,)\s+", "", clean(rest.text), flags=re.IGNORECASE)
    text = re.sub(r"(?:^|\s)(?:i ?st[äa]llet|instead)$", "", text, flags=re.IGNORECASE)
    return replace(reading, text=clean("" if fold(text) in {"till", "to", "pa"} else text))


def edit(s: Said) -> Reading | None:
    """`ändra 12 till ringa boendet`, `ändra B2: hemtjänsten kommer tre gånger`"""
    lead = s.match(r"(?:pa|for|i|of|on)\s+(?=\W*\d|atgard|nr|action)") or s.match(_IN_DECISION)
    s = s.after(lead.end()) if lead else s
    numbers = read_numbers(s.low)
    if not numbers:
        return None
    rest = s.after(numbers.end)
    to = rest.match(r"(?:till|to|texten till|text till)\s*:?\s*(?:att\s+(?=\w+ \w))?")
    text = clean(with_full_names(rest.text[to.end() if to else 0 :], s.who))
    reading = Reading("edit", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=text)
    return reading if text else replace(reading, problem="no_text")


def cancel(s: Said) -> Reading | None:
    """`ta bort 12`, `stryk 3 och 5`"""
    if s.asks:
        return None
    lead = s.match(r"(?:bort\s+)?(?:den\s+)?")
    rest = s.after(lead.end()) if lead else s
    numbers = read_row(rest.low)
    if numbers:
        reading = Reading("cancel", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=clean(rest.after(numbers.end).text))
        return replace(reading, guess=True, guessed_line=f"ta bort {rest.text[: numbers.end]}") if s.head in _SAID_OF_MUCH - {"drop", "slang"} else reading
    if not s.text:
        return Reading("cancel", problem="no_number") if s.head not in _SAID_OF_MUCH else None
    if s.head in {"ta bort", "remove"} and not s.match(r"(?:alla|allihop|samtliga|all|everyone|everybody)\b"):
        named = s.who.several(s.text)
        if named and s.low[named.end :].strip(" .!") in {"", "ur gruppen", "fran gruppen", "som medlem", "from the group"}:
            return with_people(named, Reading("members_remove"))
    return None


_SAID_OF_MUCH = frozenset({"slang", "drop", "glom", "strunta i", "skippa"})


def reopen(s: Said) -> Reading | None:
    """`öppna 12 igen`; `inte klar med 12`"""
    if s.head in _UNDONE:
        lead = s.match(r"(?:med|with)\s+")
        rest = s.after(lead.end()) if lead else s
        numbers = Numbers() if s.asks else read_numbers(rest.low)
        return not_done(numbers) if numbers.ids and re.fullmatch(YET, rest.low[numbers.end :]) else None
    again = s.match(r"(?:igen|again)\s+")
    rest = s.after(again.end()) if again else s
    numbers = Numbers() if s.asks else read_numbers(rest.low)
    whole = re.fullmatch(r"(?:\s*(?:igen|again|pa nytt))?[\s.!]*", rest.low[numbers.end :])
    return Reading("reopen", id=numbers.id, ids=numbers.ids) if numbers.ids and whole else None


_UNDONE = frozenset({"inte klar", "inte klart", "ej klar", "ej klart", "ar inte klar", "inte fardig", "jag ar inte klar", "vi ar inte klara", "not done", "not finished", "i'm not done"})
YET = r"(?:\s*(?:an|annu|alls|tyvarr|yet|though))*[\s.!]*"


def not_done(numbers: Numbers, *, nearly: bool = False) -> Reading:
    """It stands open, or is to be opened again; what is only "nearly" done is left as it is."""
    return Reading("reopen", id=numbers.id, ids=numbers.ids, topic="nearly" if nearly else "not_done")


def undo(s: Said) -> Reading | None:
    """`ångra`, `ångra 12`"""
    if not s.text or s.whole("det(?: har| dar)?|senaste|det senaste|den|that|it|last"):
        return Reading("undo")
    numbers = read_numbers(s.low)
    if numbers and not s.low[numbers.end :].strip(" .!"):
        return Reading("undo", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs)
    return None
