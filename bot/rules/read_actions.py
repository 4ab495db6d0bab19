"""Reads what is said about actions and decisions: what is to be done, and how it went. Who does it until when: `read_owners`; what is changed of
it: `read_changes`."""

from __future__ import annotations

import re

from bot.frozen import replace
from bot.rules import words_en, words_sv
from bot.rules.date_words import bad_dates, find_dates, find_minutes
from bot.rules.names import Named
from bot.rules.read_changes import YET, cancel, change, edit, new_date_or_owner, not_done
from bot.rules.read_owners import TO, leads, promise
from bot.rules.reading import Reading
from bot.rules.said import (
    INFINITIVES,
    NUMBER_NOUN,
    PRESENT,
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
from bot.rules.spelling import agrees, fold, words_of

DONE = (
    r"(?:klar|klart|klara|fardig|fardigt|fardiga|fixat|fixad|avklarad|avklarat|avbockad|gjort|gjord|slutford|slutfort|utford|utfort|lost|ordnat|"
    r"done|finished|completed|complete|fixed)\b|[✓✔✅☑]\ufe0f?"
)
STUCK = (
    r"(?:kommer (?:vi |jag )?(?:inte|ej) vidare|fastnat|fastnade|har fastnat|har kort fast|kort fast|sitter fast|kor fast|star still|ar blockerad|blockerad|stuck|is stuck|blocked|is blocked)\b"
)
_NOT = r"(?:inte|ej|icke|aldrig|not|never|nastan|snart|almost|nearly|an|annu)\b"
NOT_DONE = (
    rf"(?:(?:ar|e|blev|is|are)\s+)?(?:(?:fortfarande|still|annu)\s+)?(?:(?P<not>inte|ej|icke|not|isn'?t|aren'?t)\s+(?:(?:riktigt|helt|alls|an|annu|quite|really)\s+)*|(?P<nearly>nastan|snart|halv|almost|nearly)\s*)"
    rf"(?:{DONE}|klara\b)"
)
_WAVERS = re.compile(r"\b(?:inte|ej|icke|aldrig|kanske|not|never|don't|maybe|perhaps)\b")
_CONDITION = r"\bom (?:jag|du|vi|hon|han|ni|de|dom|det|nagon)\b|\bif\b"
_TALKED = words_sv.SMALL_TALK_OBJECTS | words_en.SMALL_TALK_OBJECTS
_PROMISES = frozenset(fold(word) for word in words_sv.PROMISES | words_en.PROMISES)


# --- with a command word -------------------------------------------------------------------------------------------------------------


def action(s: Said) -> Reading | None:
    """`åtgärd @bo ringa kommunen senast fredag`"""
    if not s.colon and (about := _about_number(s)):  # "åtgärd 12 är klar"
        return about
    mine = s.head.startswith(("paminn mig", "remind me"))
    if s.asks and not (s.colon or "@" in s.text):
        return None
    if mine and s.match(r"(?:kl\b|vid\b|at\b)?\s*\d"):
        return None
    recalled = s.head in _RECALLED
    that = s.match(r"(?:att|o|a|och|to|that)\s+(?=[\w@])") if recalled else None
    s = s.after(that.end()) if that else s
    if recalled and (bring := s.match(r"(?:ta upp|prata om|bring up)\s+")):  # "glöm inte ta upp skorna på tisdag"
        return Reading("agenda_add", text=clean(with_full_names(_without_next_meeting(s.text[bring.end() :], s), s.who)))
    if (recalled or s.head in {"gora", "att gora", "task", "action", "todo", "to do", "uppgift"}) and not s.colon and s.text:
        lead = s.match(TO)
        named = s.who.several(s.text, lead.end() if lead else 0)
        plain = (lead and named) or is_verb(first_word(s.low)) or (named and leads(s, named))
        if not plain and (recalled or s.head in {"gora", "att gora", "action", "task", "uppgift"}):
            return None
    if not s.colon and s.match(r"(?:ar|har|var|blev|is|was|has|som|inte)\b"):
        return None
    reading = promise(s, "action")
    return replace(reading, owners=reading.owners or ((s.ctx.speaker,) if s.ctx.speaker else ())) if mine else reading


def _without_next_meeting(text: str, s: Said) -> str:
    """The text without the next meeting's day at its end: that is when it is taken up anyway."""
    days = find_dates(text, s.ctx)
    last = days[-1] if days and not text[days[-1].end :].strip(" .!") and days[-1].start else None
    same = last and s.ctx.next_meeting and last.when.isoformat()[:10] == s.ctx.next_meeting.isoformat()[:10]
    return text[: last.start] if last and same else text


_RECALLED = frozenset({"kom ihag", "komihag", "glom inte", "glom inte bort", "glom ej", "don't forget", "do not forget"})


def _about_number(s: Said) -> Reading | None:
    """What is done with the action or decision whose number stands first: "åtgärd 12 är klar", "åtgärd 12 ändra till ringa boendet"."""
    named = Said(f"{s.head.split()[-1]} {s.text}", s.ctx, s.who)
    numbers = read_numbers(named.low)
    if not numbers:
        return None
    rest = named.after(numbers.end)
    order = rest.match(_ORDERED)
    after = rest.low[order.end() :] if order else ""
    if order and order["cancel"] and after.strip(" .!"):
        return None  # "åtgärd 3 ta bort mattan": what is to be done, in a numbered list
    if order:
        reader = edit if order["edit"] else cancel if order["cancel"] else change
        head = "andra" if order["change"] in {"andra", "andras", "change"} else "flytta"
        number = numbers.ref or str(numbers.id)
        reading = reader(replace(s, text=f"{number} {rest.text[order.end() :]}", head=head))
        plain = order["edit"] or ":" in order.group() or re.match(r"(?:till|to)\b", after)
        return None if reading is not None and reading.intent == "edit" and not plain else reading
    about = number_first(named)
    return None if about is None or about.intent == "time_spent" else about


def _about_decision(s: Said) -> Reading | None:
    """What a line says of a decision that there is: "beslut B4 ändra till ...", "beslut B4: ...", "beslut B4"."""
    named = replace(s, text=s.text if s.text[:1] in "bB" else f"{s.head} {s.text}")
    numbers = read_numbers(named.low)
    if not numbers.ref.startswith("B"):
        return None
    rest = named.after(numbers.end)
    if not rest.text:
        return Reading("show", ref=numbers.ref, refs=numbers.refs)
    reading = _said_of_decision(named, numbers)
    if reading and not s.colon and not reading.guess:
        return replace(reading, guessed_line="")
    return reading and replace(reading, guess=True)  # "beslut: B4 ändras till ..." may be a new one too


def _said_of_decision(s: Said, numbers: Numbers) -> Reading | None:
    """New words for the decision with that number, or its end. What may be meant otherwise is a guess."""
    rest, english = s.after(numbers.end), s.ctx.language == "en"
    words, delete = ("change", "delete") if english else ("ändra", "ta bort")
    order = rest.match(_ORDERED)
    if order and order["change"] and not ((order["change"].startswith(("andra", "change")) and re.match(r"(?:till|to)\b", rest.low[order.end() :])) or ":" in order.group()):
        return None  # "beslut 1 flytta henne till korttids": a list's number
    if order and not order["cancel"]:
        reading = edit(replace(s, text=f"{numbers.ref} {rest.text[order.end() :]}", head="andra"))
        return reading and replace(reading, guessed_line=f"{words} {numbers.ref}: {reading.text}")
    ended = rest.whole(_ENDED)
    if ended or (order and order["cancel"]):
        return Reading("cancel", ref=numbers.ref, refs=numbers.refs, guess=bool(ended and ended["guess"]), guessed_line=f"{delete} {numbers.ref}")
    if re.match(r"\s*[:=]\s*\S", s.low[numbers.end :]):
        return Reading("edit", ref=numbers.ref, refs=numbers.refs, text=clean(rest.text), guess=True, guessed_line=f"{words} {numbers.ref}: {clean(rest.text)}")
    return None


_ENDED = (
    r"(?:ska |skall |har |ar |should be |is |has been )?(?:stryks|strykas|tas bort|utgar|ta bort|deleted|removed"
    r"|(?P<guess>galler inte langre|galler inte|galler ej|upphavs|upphavd|upphavt|upphor|dras tillbaka|no longer holds|no longer valid))"
)
# The command word behind the number: "beslut B4 ändra till ...", "åtgärd 12 stryks"
_ORDERED = (
    r"(?:ska |skall |bor |maste |must |should )?(?:(?P<edit>ratta(?:s)?|(?:ska )?(?:lyda|lyder|vara|blir)|ny lydelse|reads|should read)\b|(?P<cancel>stryk|ta bort|delete|remove)\b"
    r"|(?P<change>andra|andras|change|changed|flytta|flyttas|skjut|skjut upp|move)\b)"
    r"(?:\s+(?:texten|text|lydelsen|the text))?\s*:?\s*"
)


def decision(s: Said) -> Reading | None:
    """`beslut: hemtjänsten kommer två gånger om dagen, ansvarig @bo`"""
    if not s.text:
        return Reading("decision", problem="no_text") if s.colon or " " in s.head else None
    if s.asks and not s.colon:
        return None
    if s.head in {"beslut", "decision"} and (about := _about_decision(s)):
        return about
    if s.head in {"beslutat", "beslutade", "bestamt", "decided", "agreed"} and not s.colon:
        return None
    if not s.colon and s.match(r"(?:ar|var|om|har|is|was|has|som|tas|togs|fattas|saknas|behovs|vantas|drojer|kommer|inte|pending|needed|missing|about)\b"):
        return None
    if s.head in {"beslut", "nytt beslut", "decision", "new decision"}:
        that = s.match(r"(?:att|that)\s+")
        s = s.after(that.end()) if that else s
    return promise(s, "decision")


def done(s: Said) -> Reading | None:
    """`klar 12 hon sover bättre`"""
    if s.asks:
        return None
    if not s.low.strip(" .!"):
        return Reading("done", problem="no_number") if s.head in {"klar", "klart", "fardig", "fardigt", "done", "finished", "bock", "bocka av", "fixat", "tick off"} else None
    lead = s.match(r"(?:med|m|with|pa|for)\s+(?:att\s+)?")
    rest = s.after(lead.end()) if lead else s
    numbers = read_row(rest.low)
    bare = number_word(rest.low)
    if bare and not rest.low[bare[1] :].strip(" .!"):  # "klar tolv" may be said of the time
        return Reading("done", id=bare[0], ids=(bare[0],), guess=True, guessed_line=f"{'done' if s.ctx.language == 'en' else 'klar'} {bare[0]}")
    if numbers:
        return None if _counts(s.head, rest.low[numbers.end :]) else _done(rest.after(numbers.end), numbers)
    if s.colon or first_word(rest.low) in INFINITIVES:
        return Reading("done", text=clean(rest.text))
    return None


def _counts(head: str, after: str) -> bool:
    """Whether the number tells how many ("jag har gjort 3 besök"), not which."""
    return head.rstrip().endswith(("gjort", "fixat", "ordnat")) and re.match(r" (?!(?:nu|hon|han|det|de|dom|vi|jag|och|men)\b)\w", after) is not None


def _done(rest: Said, numbers: Numbers) -> Reading | None:
    """Done with these numbers; the rest is the result, unless it says that it is not so."""
    if rest.match(_NOT):
        return None
    rest = rest.after(0)
    later = [each for each in find_dates(rest.text, rest.ctx) if each.start == 0 and not rest.text[each.end :].strip(" .!")]
    if later and later[0].when.isoformat()[:10] > rest.ctx.now.date().isoformat():
        return None  # "12 är klar på fredag" is a forecast
    text = clean(rest.text)
    text = "" if fold(text) in {"nu", "now", "redan", "already"} else text
    return Reading("done", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=text if any(sign.isalnum() for sign in text) else "")


def blocked(s: Said) -> Reading | None:
    """`kommer inte vidare 12 saknar behörighet`"""
    if s.asks:
        return None
    lead = s.match(rf"(?:med|me|m|pa|i|for|with|on)\s+(?=\W*\d|atgard|nr|#|action|{NUMBER_NOUN})")
    rest = s.after(lead.end()) if lead else s
    numbers = read_numbers(rest.low)
    if numbers:
        after = rest.after(numbers.end)
        why = after.match(r"(?:for att|eftersom|pa grund av|pga|because|darfor att)\s+")
        return Reading("blocked", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=clean(after.text[why.end() if why else 0 :]))
    if s.colon or not s.text or s.head in {"kommer inte vidare", "kommer ej vidare", "kan inte ga vidare", "cannot go on", "can't go on"}:
        return Reading("blocked", text=clean(s.text), problem="no_number")
    if s.head in {"kommer inte vidare med", "kommer ej vidare med", "stuck with", "stuck on"}:
        return Reading("blocked", text=clean(s.text), problem="no_number")
    return None


def escalate(s: Said) -> Reading | None:
    """`hissa 12 saknar behörighet`, `hissa akut ...`, `hissa idé ...`"""
    if s.head == "lift" and not s.colon and not read_numbers(s.low):
        return None
    kind = s.match(r"(?P<urgent>akut|bradskande|urgent|urgently)\b[\s:,!]*|(?P<idea>(?:en |an )?(?:ide|god ide|bra ide|forslag|idea|good idea|suggestion))\b[\s:,]*")
    rest = s.after(kind.end()) if kind else s
    colon = s.colon or bool(kind)
    numbers = read_numbers(rest.low)
    to_above = re.search(r"\s+till (?:kommitten|genomforandekommitten|gk|styrgruppen|sg|chefen|ledningen|niva \d)[.!]*$|\s+to the (?:committee|steering group)[.!]*$", rest.low)
    if s.asks and not colon and len(rest.text[numbers.end :].split()) < 3:
        return None  # "hissa 12?" wonders; "hissa vem betalar larmet?" lifts a question
    if s.head in {"lyft", "lyfta", "raise"} and not (numbers or colon or to_above):
        return None
    if s.head == "hissa upp" and not (numbers or colon or to_above):
        return None
    if not colon and rest.match(r"(?:upp|ned|ner|flagga|flaggan|segel|inte|ut)\b"):
        return None
    text = rest.text[: to_above.start()] if to_above else rest.text
    if numbers.spelt and numbers.id not in s.ctx.open and text[numbers.end :].strip(" .!"):
        numbers = Numbers()  # "hissa tvåan saknar personal": a ward
    text = clean(text[numbers.end :] if numbers else text)
    text = re.sub(r"^(?:att|that)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:till|to the) (?:kommitt[ée]n|genomf[öo]randekommitt[ée]n|gk|styrgruppen|sg|committee|steering group)\s*[:,]\s*", "", text, flags=re.IGNORECASE)
    why = re.match(r"(?:f[öo]r att|eftersom|because)\s+", text, re.IGNORECASE)
    text = with_full_names(text[why.end() :] if why and numbers else text, s.who)
    reading = Reading(
        "escalate", text=text, id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, urgent=bool(kind and kind["urgent"]), idea=bool(kind and kind["idea"])
    )
    return reading if numbers or text else replace(reading, problem="no_text")


def outcome(s: Said) -> Reading | None:
    """`hjälpte inte 12`, `hjälpte 12 delvis`"""
    if s.asks:
        return None
    how = s.match(r"(?:(inte|ej)|(delvis|lite|lite grann|nagot|partly))\b\s*")
    rest = s.after(how.end()) if how else s
    numbers = read_numbers(rest.low)
    if not numbers:
        return None
    after = rest.after(numbers.end)
    result = "no" if how and how[1] else "partly" if how else ""
    return _outcome(after, numbers, result or {"hjalpte inte": "no", "did not help": "no", "didn't help": "no", "hjalpte delvis": "partly", "hjalpte lite": "partly", "partly helped": "partly"}.get(s.head, ""))


def _outcome(after: Said, numbers: Numbers, result: str) -> Reading:
    how = after.match(r"(?:(inte|ej|inte alls|not|no)|(delvis|lite grann|lite|nagot|partly|a little|a bit))\b[\s,:.]*")
    if how and not result:
        result, after = ("no" if how[1] else "partly"), after.after(how.end())
    return Reading("outcome", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, result=result or "helped", text=clean(after.text))


_TALKS_OF = r"(?:ar|var|av|som|fran|om|finns|saknas|is|was|from|of)\b"
_HOW_MUCH = r"(?:mycket|massor|en hel del|inget|ingenting|nagot|a lot|much|nothing)\b"


def lesson(s: Said) -> Reading | None:
    """`lärdom: ring före åtta`"""
    if s.asks and not s.colon:
        return None
    if not s.text:
        return Reading("lesson", problem="no_text")
    if not s.colon and (s.match(_TALKS_OF) or (s.match(_HOW_MUCH) and not re.search("lardom|lesson", s.head))):  # "vi lärde oss mycket", but "lärdom inget kaffe på kvällen"
        return None
    return Reading("lesson", text=clean(with_full_names(s.text, s.who)))


def question(s: Said) -> Reading | None:
    """`fråga @bo har hon fått tiden?`"""
    lead = s.match(r"(?:till|to|for)\s+")
    everyone = s.match(r"(?:gruppen|hela gruppen|the group)\b")
    named = Named(tuple(each for each in s.ctx.members if each != s.ctx.speaker), end=everyone.end()) if everyone else s.who.several(s.text, lead.end() if lead else 0)
    if not named or (named.me and not named.mentioned) or s.match(r"(?:alla|all)\s+(?!om\b|:|\w+\s+\w+\?)"):
        return Reading("question", problem="no_owner", text=clean(s.text)) if s.colon and s.text else None
    text = s.after(named.end).text.strip()
    reading = with_people(named, Reading("question", text=with_full_names(text, s.who)))
    return reading if text else replace(reading, problem="no_text")


def answer(s: Said) -> Reading | None:
    """`svar 3 ja hon fick tid`"""
    numbers = read_numbers(s.low)
    if numbers:
        text = clean(s.after(numbers.end).text)
        return Reading("answer", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=text, problem="" if text else "no_text")
    told = s.head in {"svar", "answer"} and not s.asks and not s.match(_ABOUT_ANSWERS)
    return Reading("answer", text=clean(s.text)) if s.text and (s.colon or told) else None


# "svar saknas", "svar från kommunen kom i dag": talk about an answer, not the answer
_ABOUT_ANSWERS = (
    r"(?:saknas|saknar|kom|kommer|kommit|fick|far|fatt|har|hade|ar|var|vantas|onskas|behovs|tack|direkt|snarast|fran|pa|av|till|inom|senast"
    r"|the|is|was|from|to|by|will|me|him|her|them|us|when|has|that|your|my)\b"
)


_ASKED = re.compile(r"[\s,:]*(?=(?:har|vet|hann|fick|tog|kom|lyckades|have|do|did) (?:du|ni|you)\b)")
_ASKED_TO = re.compile(r"(?:kan|kunde|skulle|can|could|would)\s+(?=@|\w)")


def asked_of(s: Said) -> Reading | None:
    """`@bo har du ringt?` is a question to Bo, `kan bo kolla rullstolen till torsdag?` an action, perhaps: both are offered."""
    if not s.asks:
        return None
    english = s.ctx.language == "en"
    named = s.who.one(s.text, everyone=False)
    asks = _ASKED.match(s.low, named.end) if len(named.owners) == 1 and not named.me else None
    if asks and not named.guess:
        text = s.text[asks.end() :].strip()
        return Reading("question", owners=named.owners, text=text, guess=True, guessed_line=f"{'ask' if english else 'fråga'} @{s.who.full_name(named.owners[0])} {text}")
    may = s.match(_ASKED_TO.pattern)
    named = s.who.one(s.text, may.end(), everyone=False) if may else Named()
    if not may or len(named.owners) != 1 or named.me or named.guess:
        return None
    rest = s.after(named.end)
    rest = rest.after(2) if may.group().startswith("skulle") and rest.low.startswith("kunna ") else rest
    if first_word(rest.low) not in INFINITIVES or find_dates(rest.text, s.ctx) == []:
        return None
    text = rest.text.rstrip("?! ")
    return Reading("action", owners=named.owners, text=text, guess=True, guessed_line=f"{'action' if english else 'åtgärd'} @{s.who.full_name(named.owners[0])}: {text}")


def time_spent(s: Said) -> Reading | None:
    """`tid 12 20 min`, `la 15 minuter på 12`, `tid en halvtimme`"""
    if s.asks:
        return None
    numbers = read_numbers(s.low)
    rest = s.after(numbers.end) if numbers else s
    spent = find_minutes(rest.text)
    if spent is None:
        if s.head in {"tid", "tidsstudie", "time spent", "time study", "lagt tid", "time"} and (not s.text or (numbers and not rest.text)):
            return Reading("time_spent", id=numbers.id, ids=numbers.ids, problem="no_time")
        return None
    start, end, minutes = spent
    before, after = fold(rest.text[:start]).strip(" :,"), rest.after(end)
    if before not in {"", "pa", "ungefar", "ca", "cirka", "drygt", "knappt", "about", "for", "totalt", "det tog", "lagt"}:
        return None
    if not numbers:
        on = after.match(rf"(?:pa|till|for|med|on|at)\s+(?=\W*\d|atgard|nr|action|punkt|{NUMBER_NOUN})|(?=#?\d)")
        numbers = read_numbers(after.low[on.end() :]) if on else Numbers()
        after = after.after((on.end() if on else 0) + numbers.end) if numbers else after
    loose = s.head.endswith((" ner",)) or s.head in {"la", "lade", "jag la", "jag lade", "det tog", "tog", "lagt", "spent", "took", "it took", "i spent"}
    if loose and not numbers and after.text:
        return None
    about = re.sub(r"^(?:p[åa]|f[öo]r|med|till|on|for)\s+", "", clean(after.text), flags=re.IGNORECASE)
    return Reading("time_spent", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, minutes=minutes, text=about)


# --- without a command word ----------------------------------------------------------------------------------------------------------


def number_first(s: Said) -> Reading | None:
    """`12 klar`, `12 till fredag`, `12 kommer inte vidare`, `12 hjälpte delvis`, `12`"""
    tick = s.match(r"[✓✔✅☑]\ufe0f?\s*")
    if tick and not s.asks:
        ticked = read_numbers(s.low[tick.end() :])
        return _done(s.after(tick.end() + ticked.end), ticked) if ticked else None
    numbers = _meant(s, s.low)
    if not numbers and not s.asks and (noun := read_numbers(s.low)).spelt:  # "trean är inte klar", also of one that is closed
        undone = re.match(rf"\s*{NOT_DONE}", s.low[noun.end :])
        if undone and undone["not"] and re.fullmatch(YET, s.low[noun.end + undone.end() :]):
            return not_done(noun)
    bare = None if numbers or s.asks else number_word(s.low)
    if bare and bare[0] in s.ctx.open and re.match(r"\s+(?:ar|e|is)\s", s.low[bare[1] :]):  # "tolv är klar"
        line = f"{bare[0]}{s.text[bare[1] :]}"
        reading = number_first(replace(s, text=line))
        return reading and replace(reading, guess=True, guessed_line=line)
    if not numbers or s.asks:
        return None
    if numbers.spelt:  # "tolvan är klar" as "12 är klar"; with more in it, it may be of a ward or a bus
        line = f"{', '.join(map(str, numbers.ids))} {s.text[numbers.end :].strip()}"
        reading = number_first(replace(s, text=line))
        if reading is None or reading.intent == "show":
            return None
        return replace(reading, guess=True, guessed_line=line) if reading.text else reading
    rest = s.after(numbers.end)
    if numbers.ref.startswith("B") and rest.text and (reading := _said_of_decision(s, numbers)):
        return replace(reading, guess=True)
    if not rest.text:
        hash_or_one = len(numbers.ids) == 1 or numbers.ref
        return Reading("show", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs) if hash_or_one else None
    if re.match(r"[?=*]", rest.text):
        return None
    undone = rest.match(NOT_DONE) if numbers.ids else None
    left = rest.after(undone.end()) if undone else rest
    if undone and (undone["not"] or re.fullmatch(YET, left.low)):
        return replace(not_done(numbers, nearly=bool(undone["nearly"])), text="" if re.fullmatch(YET, left.low) else clean(left.text))
    finished = rest.match(rf"(?:(?:ar|e|blev|is|are)\s+)?(?:nu\s+|now\s+|helt\s+)?(?:{DONE})\s*")
    if finished:
        return _done(rest.after(finished.end()), numbers)
    stuck = rest.match(rf"(?:jag\s+|vi\s+|har\s+|ar\s+)?(?:{STUCK})\s*")
    if stuck:
        after = rest.after(stuck.end())
        why = after.match(r"(?:med den|for att|eftersom|pa grund av|pga|because)\s*")
        return Reading("blocked", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=clean(after.text[why.end() if why else 0 :]))
    helped = rest.match(r"(?:ja,?\s+|yes,?\s+|nej,?\s+|no,?\s+)?(?:det\s+|it\s+)?(?:(hjalpte inte|hjalpte ej|did not help|didn't help)|(hjalpte delvis|hjalpte lite(?: grann)?|delvis|partly helped|helped partly|helped a little|partly)|hjalpte|helped)\b\s*")
    if helped:
        return _outcome(rest.after(helped.end()), numbers, "no" if helped[1] else "partly" if helped[2] else "")
    if numbers.ids and (again := rest.match(r"(?:maste|behover|far) (?:goras om|tas om)\b|(?:must|has to) be done again\b")) and not rest.text[again.end() :].strip(" .!"):
        return Reading("reopen", id=numbers.id, ids=numbers.ids, guess=True, guessed_line=f"{'reopen' if s.ctx.language == 'en' else 'öppna'} {numbers.id}")
    if rest.whole(_NOT_NEEDED):
        return Reading("cancel", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, guess=True, guessed_line=f"{'delete' if s.ctx.language == 'en' else 'ta bort'} {s.text[: numbers.end]}")
    owned = rest.match(r"(?:(?:ska|skall|borde) )?(?:vara pa|ligga pa|ligger pa|ga till|gar till|goras av|gors av|tas av)\s+(?=@|\w)")
    if owned and (named := s.who.several(rest.text, owned.end())) and not rest.text[named.end :].strip(" .!"):
        return with_people(named, Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs))
    took = rest.match(r"(?:det )?(?:tog|took)\s+(?:mig |oss |me |us )?(?:ungefar |ca |about )?")
    if took and (minutes := find_minutes(rest.text[took.end() :])) and minutes[0] == 0 and not rest.text[took.end() + minutes[1] :].strip(" .!"):
        return Reading("time_spent", id=numbers.id, ids=numbers.ids, minutes=minutes[2])
    if rest.match(r"(?:utgar|stryks|tas bort|ska tas bort|kan tas bort|ar inaktuell|inaktuell)\b"):
        return Reading("cancel", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs)
    if rest.match(r"(?:hissa|hissas|eskalera|escalate)\b"):
        word = first_word(rest.low)
        return Reading("escalate", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=clean(rest.text[len(word) :]))
    new = rest.match(r"(?:(?:maste|ska|skall|behover|kan|far|must|should|can)\s+(?:be\s+)?)?(?:vanta(?=\s+(?:till|to))|wait(?=\s+(?:till|to|until))|flyttas|skjut(?:a)?s(?: upp| fram)?|andras|nytt datum|senarelaggs|ny ansvarig|moves|moved)\s*:?\s*")
    after = rest.after(new.end()) if new else rest
    spent = find_minutes(rest.text)
    if spent and spent[0] == 0 and len(numbers.ids) == 1 and not rest.text[spent[1] :].strip(" .!"):
        return Reading("time_spent", id=numbers.id, ids=numbers.ids, minutes=spent[2])
    if not new and not re.match(r"(?:till|to|senast|innan|fore|pa|by|before|@)", rest.low) and not _all_date(rest):
        return None
    reading = new_date_or_owner(after, numbers, edits=False)
    if reading is not None and (new or not reading.text):
        return reading
    words = bad_dates(after.text, s.ctx)
    return Reading("change", id=numbers.id, ids=numbers.ids, problem="bad_date", problem_words=words[0]) if words and reading is None else None


_NOT_NEEDED = r"(?:ar )?(?:behovs (?:inte|ej)(?: langre| mer)?|(?:inte|ej) (?:langre )?aktuell[at]?(?: langre| mer)?|kan strykas|behover (?:inte|ej) goras|(?:is |are )?(?:no longer|not) needed(?: any ?more)?)"


def _meant(s: Said, low: str) -> Numbers:
    """The numbers where no command word stands before them: said in words only if there are such actions."""
    numbers = read_numbers(low)
    return Numbers() if numbers.spelt and not set(numbers.ids) <= s.ctx.open else numbers


def _all_date(s: Said) -> bool:
    founds = find_dates(s.text, s.ctx)
    return len(founds) == 1 and founds[0].start == 0 and not s.text[founds[0].end :].strip(" .!")


def somebody_does(s: Said) -> Reading | None:
    """`bo tar 12`, `jag är klar med 12`, `@bo ringa hemtjänsten på fredag`, `bo: ringa X`, `jag ringer vårdcentralen i morgon`"""
    if s.asks:
        return None
    now = s.match(r"(?:nu|da|ok|okej|ja)\s+")
    s = s.after(now.end()) if now else s
    undone = s.match(rf"(?:jag|vi|i|we|[\w@]+)(?:'m)?\s+{NOT_DONE}\s*(?:med\s+|with\s+)?")
    if undone and undone["not"]:
        numbers = _meant(s, s.low[undone.end() :])
        return not_done(numbers) if numbers.ids and re.fullmatch(YET, s.low[undone.end() + numbers.end :]) else None
    finished = s.match(
        rf"(?:jag|vi|i|we|[\w@]+|nu)(?:'m|'ve|\s+(?:ar|har|am|have|are|is|has))\s+(?:nu\s+|antligen\s+|just\s+|now\s+)?(?:{DONE})\s*(?:med\s+|with\s+)?"
    ) or s.match(r"(?:jag|vi)\s+(?:fixade|ordnade|gjorde|loste|klarade|bockade)\s+(?:av\s+|nyss\s+|just\s+)*(?=#?\d+(?:an)?[\s.!]*$|(?:ett|tva|tre|fyr|fem)an[\s.!]*$)")
    if finished:
        numbers = _meant(s, s.low[finished.end() :])
        counts = _counts(finished.group(), s.low[finished.end() + numbers.end :])
        return _done(s.after(finished.end() + numbers.end), numbers) if numbers and not counts else None
    stuck = s.match(rf"(?:jag|vi|i|we|i'm|[\w@]+)\s+(?:am\s+|are\s+|har\s+|ar\s+)?(?:{STUCK})\s*(?:med\s+|pa\s+|with\s+|on\s+)?")
    if stuck:
        numbers = _meant(s, s.low[stuck.end() :])
        return Reading("blocked", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, text=clean(s.after(stuck.end() + numbers.end).text)) if numbers else None
    take_self = s.match(r"(?:ta|tar|take|i take|i'll take|i will take|i can take)\s+(?:over\s+)?")
    if take_self:
        numbers = _meant(s, s.low[take_self.end() :])
        if numbers and s.ctx.speaker and not s.low[take_self.end() + numbers.end :].strip(" .!"):
            return Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, owners=(s.ctx.speaker,))
    let = s.match(r"(?:lat|let|be|ask)\s+(?=@|\w)")
    named = s.who.several(s.text, let.end()) if let else Named()
    takes = s.after(named.end).match(r"(?:att\s+|to\s+)?(?:ta|take)(?: over| hand om)?\s+") if named else None
    if takes:
        after = s.after(named.end).after(takes.end())
        numbers = _meant(s, after.low)
        if numbers and not after.low[numbers.end :].strip(" .!"):
            return with_people(named, Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs))
    be = s.match(r"(?:paminn|remind)\s+(?=@|\w)")
    if be and s.who.one(s.text, be.end()).owners:
        reading = promise(s, "action")
        return reading if reading.owners and reading.text else None
    named = s.who.several(s.text)
    if not named:
        return None
    rest = s.after(named.end)
    head = rest.match(r"(?:ny\s+)?(?:atgard|action)\b\s*[:,]?\s*(?=\w)")
    if head:  # "@bo åtgärd: ringa kommunen": the owner before the command word
        reading = promise(replace(s, text=f"{s.text[: named.end]}: {rest.text[head.end() :]}"), "action")
        return None if reading.problem else reading
    takes = rest.match(r"(?:tar?(?: over| hand om)?|kan ta|take|far|ska ta|tar sig an|takes(?: over)?|will take|ager)\s+")
    if takes:
        numbers = _meant(s, rest.low[takes.end() :])
        after = rest.after(takes.end() + numbers.end)
        if numbers:
            due = take_due(after.text, s.ctx)
            if not due.text.strip(" .!") or due.due is not None or after.match(r"(?:efter|fran|i stallet|istallet|from)\b"):
                return with_people(named, Reading("change", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs, due=due.due, been=due.been, sure=due.sure, alternatives=due.alternatives))
            return None
    return _promise_by(s, named, rest)


def _promise_by(s: Said, named: Named, rest: Said) -> Reading | None:
    """An action without its command word: said by its owner, or with the owner first."""
    word = first_word(rest.low)
    if named.mentioned or s.low[named.end : named.end + 1] in {":", ","}:
        plain = word in INFINITIVES or word in PRESENT or f"{word}a" in INFINITIVES or rest.match(r"(?:ska|will|should|to|att)\s+\w+")
        return promise(s, "action") if plain and word not in {"tack", "kan", "thank", "hjalp", "titta", "se"} else None
    shall = rest.match(r"(?:ska|skall|will|to|lovar att|tar pa (?:sig|mig) att|'ll)\s+(?!be (?:away|here|there|late|back|in|at|on|off)\b)")
    doing = first_word(rest.low[shall.end() :]) if shall else word
    told = doing in PRESENT and doing not in _PROMISES and not shall and re.search(r"\bsenast\b", rest.low)  # asked about: it may tell what comes
    if doing not in (INFINITIVES if shall else _PROMISES) and not told:
        return None
    reading = promise(s, "action")
    reading = replace(reading, guess=True, guessed_line=f"{'action' if s.ctx.language == 'en' else 'åtgärd'} {s.text}") if told else reading
    what = [each for each in fold(reading.text).split() if each not in _TALKED | _NO_OBJECTS]
    if not reading.owners or len(what) < 2 or re.search(_CONDITION, fold(reading.text)) or _WAVERS.search(fold(reading.text)) or _talks(reading.text):
        return None
    return reading if reading.due is not None else None  # without a day it tells what people do


# Orders that are as often small talk, and words beside an order that are not what it is about.
_LOOSE = words_of("hor hora ta ga se komma ge gora halla stanna spela ata lyssna visa hjalpa bo be vanda lara tanka saga help see show move come go start stop have keep try talk")
_FIRM = r"ta (?:kontakt|reda|fram|prov|hand)\w*\b|hora? (?:med|efter|runt)\b|talk (?:to|with)\b"
_NO_OBJECTS = words_of(
    "in hem tillbaka igen back up mig oss me us garna bara ju alltid da igang pa av ut upp ner om med till for hos fram at dit hit kvar och sa dit aven mer more with to about on"
)


_MOVE_MEETINGS = words_of("flytta skjut senarelagg tidigarelagg andra byt omboka avboka stall stryk avlys forlang move postpone reschedule cancel change")
_IMPERATIVES = {fold(word): word for word in words_sv.IMPERATIVES}


def order(s: Said) -> Reading | None:
    """`ring kommunen på fredag`, `boka tolk @bo`: what is to be done, with a day or an owner, is an action without its command word"""
    noted = s.match(r"(?:skriv (?:in|upp|ner|ned)|notera|anteckna|note|write down)\s+(?:att|that)\s+")
    if noted and not s.asks and s.who.several(s.text, noted.end()):  # "skriv upp att Bo ringer kommunen på fredag"
        reading = promise(s.after(noted.end()), "action")
        return reading if reading.owners and reading.due is not None and not reading.problem else None
    put = s.match(r"(?:skriv upp|satt upp|skriv|put)\s+(?=@|\w)")
    if put and not s.asks and (named := s.who.several(s.text, put.end())):  # "skriv upp Dag på att byta lås före helgen"
        on = s.after(named.end).match(r"(?:pa|for|to)\s+(?:att\s+)?")
        if not on:
            return None
        reading = promise(replace(s, text=f"{s.text[put.end() : named.end]} {s.after(named.end).text[on.end() :]}"), "action")
        return reading if reading.owners and not reading.problem else None
    word = first_word(s.low)
    imperative = _IMPERATIVES.get(word, "")
    if re.match(r"\w+ (?:(?:vart|alla|nasta|our|the|next|all) )?(?:mote|motet|moten|motena|traffen|meeting|meetings)\b(?! (?:med|with)\b)", s.low) and word in _MOVE_MEETINGS:
        return None  # a meeting that the bot holds: what could not be read is no action
    if s.match(r"stall(?:a)? in\s+(?:v\b|v\d|vecka|pa|den|\d|alla|de)"):
        return None  # "ställ in v 52, 53 och 1"
    if s.asks or not (word in INFINITIVES or (imperative and agrees(s.text, imperative))) or (word in _LOOSE and not s.match(_FIRM)):
        return None
    reading = promise(s, "action")
    if reading.problem or (reading.due is None and not (reading.owners and "@" in s.text)):
        return None
    others = [each for each in re.findall(r"\w+", fold(reading.text))[1:] if each not in _NO_OBJECTS]
    talk = not others or others[0] in _TALKED or s.match(r"\w+ (?:till |to )?(?:mig|oss|me|us)\b") or _WAVERS.search(fold(reading.text))
    return None if talk else reading


def _talks(text: str) -> bool:
    words = fold(text).split()
    return len(words) > 1 and words[1] in _TALKED


def minutes_alone(s: Said) -> Reading | None:
    """`20 min`, `en halvtimme`, `20 min på 12`: time spent, with nothing else in the line."""
    spent = None if s.asks else find_minutes(s.text)
    if spent is None or spent[0] != 0:
        return None
    reading = time_spent(replace(s, head="la"))
    return reading if reading and (reading.ids or not reading.text) else None
