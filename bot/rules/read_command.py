"""Understands a line: which command it is, and what it holds. Own grammar for Swedish and English, as care staff write.

A line is read by the first of these that recognises it: lines that mean a command as they stand, the command word it
begins with, forms without a command word ("12 klar", "bo tar 12"). What none recognises is tried once more with its
command words' slips of the finger corrected, and is then only a guess. Everything else is ordinary talk: `none`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from bot.frozen import replace
from bot.rules import (
    identity_guard,
    read_absence,
    read_actions,
    read_changes,
    read_group,
    read_matters,
    read_meetings,
    read_shown,
    words_en,
    words_sv,
)
from bot.rules.commands import BEGINS, CHANGES, COMMANDS, LONGEST, WHOLE
from bot.rules.names import Who
from bot.rules.reading import Context, Reading
from bot.rules.said import INFINITIVES, MODALS, PRESENT, Said, first_word, is_verb, read_numbers
from bot.rules.spelling import Vocabulary, agrees, fold, tidy, words_of

Reader = Callable[[Said], Reading | None]

READERS: dict[str, tuple[Reader, ...]] = {
    "action": (read_actions.action, read_group.settings),
    "decision": (read_actions.decision,),
    "done": (read_matters.solved, read_actions.done),
    "blocked": (read_actions.blocked,),
    "escalate": (read_actions.escalate,),
    **dict.fromkeys(
        ("escalate_further", "take", "ask_group", "answer_escalation", "solved", "withdraw_matter"), (read_matters.matter,)
    ),
    "change": (read_changes.change, read_meetings.move_days_meeting),
    "edit": (read_changes.edit,),
    "cancel": (read_changes.cancel, read_meetings.cancel_days_meeting),
    "reopen": (read_changes.reopen,),
    "undo": (read_changes.undo,),
    "outcome": (read_actions.outcome,),
    "lesson": (read_actions.lesson,),
    "question": (read_actions.question,),
    "answer": (read_actions.answer,),
    "time_spent": (read_actions.time_spent,),
    "schedule": (read_meetings.schedule,),
    "reschedule": (read_meetings.reschedule,),
    "cancel_meeting": (read_meetings.cancel_meeting,),
    "extend": (read_meetings.extend,),
    "use_meeting": (read_meetings.use_meeting,),
    "suggest_time": (read_meetings.suggest_time,),
    "attend": (read_meetings.attend,),
    "park": (read_meetings.park,),
    "agenda_add": (read_meetings.agenda_add,),
    "aim": (read_group.aim,),
    "contact_person": (read_group.contact_person,),
    "stand_in": (read_group.stand_in,),
    "facilitator": (read_group.facilitator,),
    "mandate": (read_group.mandate,),
    "new_group": (read_group.new_group,),
    "members_add": (read_group.members_add,),
    "members_remove": (read_group.members_remove,),
    "pause": (read_absence.pause,),
    "close_group": (read_group.close_group,),
    "consent": (read_group.consent,),
    "consent_withdrawn": (read_group.consent_withdrawn,),
    "protect_name": (read_group.protected,),
    "unprotect_name": (read_group.protected,),
    "away": (read_group.days_off, read_absence.away),
    "back": (read_absence.back,),
    "settings": (read_group.settings,),
    "phone": (read_group.phone,),
    "subscribe": (read_group.subscribe,),
    "list": (read_shown.listing,),
    "group": (read_shown.group,),
    "digest": (read_shown.digest,),
    "summary": (read_shown.summary,),
    "record": (read_shown.record,),
    "show": (read_shown.show,),
    "search": (read_shown.search,),
    "decisions": (read_shown.decisions,),
    "lifted": (read_shown.lifted,),
    "help": (read_shown.help_,),
}
# Forms without a command word, tried in this order on lines that were said to the bot.
FREE: tuple[Reader, ...] = (
    read_actions.number_first,
    read_meetings.wants_to_bring_up,
    read_meetings.meeting_is_off,
    read_group.becomes,
    read_meetings.are_here,
    read_actions.somebody_does,
    read_actions.order,
    read_actions.minutes_alone,
    read_shown.week_alone,
    read_shown.finished,
)
_ASKING: tuple[Reader, ...] = (
    read_shown.finished, read_shown.whose, read_shown.decided_about, read_group.asks_consent, read_shown.week_alone, read_shown.how_do_i, read_actions.asked_of,
)  # fmt: skip
# Said among people and not to the bot, only these count, and only with a colon after the command word.
_OVERHEARD = words_of("action decision lesson aim agenda_add escalate park mandate attend")

_CALLED = re.compile(r"(?:(?:hej|halla|hejsan|hi|hello|hey|ok|okej)[\s,!]+)?(?:[/@]nvg\b|nvg\b)(?![-\w])[\s:,;!.]*")
_POLITE = re.compile(
    r"(?:(?:hej|hejsan|halla|hi|hello|hey|ok|okej|oj|ojda|ojsan|hoppsan|sorry|forlat|snalla|vanligen|please|var (?:sa )?snall och|du|sa|och|da|tack)[\s,!]+)+"
    r"|(?:(?:hej|hejsan|hi|hello|ok|okej)[\s,!]+)?(?:snalla\s+)?(?P<asked>kan du(?: snalla)?(?: hjalpa mig att)?|kan ni|kan vi(?! inte)|(?:kan|far) (?:jag|vi) (?:fa|se)(?: se)?|skulle du kunna|could you(?: please)?|can you(?: please)?|would you)\s+"
    r"|(?:jag|vi) (?:vill|skulle vilja|behover|maste)\s+|(?:i|we) (?:want to|would like to|need to)\s+|i'd like to\s+|(?:nu |da )?ska vi\s+(?=ta upp)"
)
# "skulle du kunna ställa in mötet": the command word of an infinitive that is not one itself
_AS_ORDERS = {"stalla": "ställ", "lagga": "lägg", "byta": "byt", "stryka": "stryk", "skjuta": "skjut", "avbryta": "avbryt", "bjuda": "bjud"}
_THANKS = re.compile(r"[\s,.!]+(?:tack(?: snalla| pa forhand| sa mycket)?|please|pls|plz|thanks|thank you|snalla|va|nu|now)[\s.!]*$")
_PICTURE = "\u2190-\u21ff\u2300-\u23ff\u2600-\u2610\u2612-\u2704\u2706-\u2712\u2715-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"  # not ✓ ✔ ✅ ☑
_LAST_PICTURES = re.compile(rf"[{_PICTURE}\s.!]*[{_PICTURE}][{_PICTURE}\s.!]*$")
_BULLET = re.compile(r"\s*(?:(?:[-•*–—▪◦·]|\d{1,2}[.)])\s+)?(?:\[[ xX]?\]\s*|☐\s*)?")
_MARK = re.compile(rf"(?:[-•*–—▪◦·]\s+|\[[ xX]?\]\s*|☐\s*|[{_PICTURE}]\s*)+(?=\w|@|/)")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+(?=(?P<word>[^\W\d_]+))")
_LISTED = words_of("action decision lesson aim agenda_add escalate park question")
_ADD_A = re.compile(r"(?:lagg till|lagg in|ny|nytt|skriv(?: in| upp)?|notera|anteckna|add|note|write down)\s+(?:(?:en|ett|nytt|ny|a|an|new)\s+)*(?=(?:atgard|beslut|lardom|uppgift|punkt|action|decision|lesson|task)\b)")
_NEGATED = words_of("inte ej aldrig not never ingen don't dont")
_TALK = frozenset(fold(word) for word in words_sv.TALK_STARTS | words_en.TALK_STARTS)


def read_command(line: str, ctx: Context) -> Reading:
    """What one line was taken for. Any text goes in; nothing is raised."""
    line = tidy(line)
    pii = identity_guard.has_identity(line, ctx.now.date())
    if pii:
        line = tidy(identity_guard.mask(line, ctx.now.date()))
    mark = _MARK.match(line) or _numbered(line)
    called = _CALLED.match(fold(line), mark.end() if mark else 0)
    said = line[called.end() if called else mark.end() if mark else 0 :]
    if called and not ctx.prefix:
        ctx = replace(ctx, prefix=True)
    if not said.strip():
        return Reading("help" if ctx.prefix else "none", line=line, pii=pii)
    who = Who(ctx)
    reading = _read(said, ctx, who)
    if reading is None:
        reading = (None if pii else _as_said(said, ctx, who) or _guess(said, ctx, who)) or Reading()
    elif reading.intent in CHANGES and not pii:
        reading = _with_days_corrected(said, reading, ctx, who)
    if reading.guess and not reading.guessed_line:
        line = _with_names_corrected(said, who)
        reading = replace(reading, guessed_line=_with_owner_named(said, reading, who) if line == said else line)
    if reading.unknown_owner:
        reading = replace(reading, guessed_line=_with_surname_as_text(said, reading, ctx, who))
    return replace(reading, line=line, pii=pii)


def begun_as(line: str) -> tuple[str, ...]:
    """The command whose words the line begins with, whatever follows them."""
    low = fold(tidy(line))
    words = (_CALLED.sub("", low, count=1) if _CALLED.match(low) else low).replace(":", " ").split()
    found = (BEGINS.get(" ".join(words[:number])) for number in range(min(LONGEST, len(words)), 0, -1))
    return tuple(known[0] for known in found if known)[:1]


def read_lines(text: str, ctx: Context) -> list[Reading]:
    """Several pasted lines, one reading each. After a heading ("beslut:") lines without a command of their own follow it."""
    readings: list[Reading] = []
    heading = ""
    for number, raw in enumerate(text.splitlines()):
        line = raw if number == 0 and "\n" not in text.strip() else raw[len((_BULLET.match(raw) or [""])[0]) :]
        line = tidy(line)
        if not line:
            continue
        called = _CALLED.match(fold(line))
        if called:
            ctx = replace(ctx, prefix=True)
            line = line[called.end() :]
        found = re.fullmatch(r"([\w ]+?)\s*:", fold(line))
        kind = _heading(found[1]) if found else ""
        if kind:
            heading = kind
            continue
        if not line:
            continue
        if states := _states(line, ctx):
            readings += states
            continue
        reading = read_command(line, ctx)
        if heading and (reading.intent == "none" or (not reading.guess and _is_loose(reading, line))):
            under = read_command(f"{heading}: {line}", replace(ctx, prefix=True))
            reading = replace(under, line=reading.line) if under.intent != "none" else reading
        if reading.intent == "list" and reading.week and "\n" in text.strip():
            continue  # "Vecka 48" above what is pasted
        readings.append(reading)
    return readings or ([read_command(text.strip(), ctx)] if heading else [])  # a heading with nothing under it says what it lacks


_ORDER = r"(?:(?:ta bort|stryk|flytta|skjut upp|ge|hissa|oppna|klar|klart|move|delete|give|escalate|reopen|done)\s+(?:med\s+)?#?\d{1,4}\b(?! ?(?:tabl|mg|ml|st\b|min|dos|ggr|ganger)))"
_KEPT = r"(?:(?:atgard|beslut|lardom|action|decision|lesson)\b(?:\s*:|\s+(?=@|\w)))"
_NEXT_OWN = re.compile(rf"\s*(?:[,;.]|\b(?:och|samt|and)\b)\s*(?={_ORDER}|{_KEPT})")
_NEXT_DOES = re.compile(r"\s*(?:[,;.]|\b(?:och|samt|men|and)\b)\s*(?=(?P<who>@?[^\W\d_][\w.-]*) (?P<does>[^\W\d_]+))")
_STATE = rf"(?:{read_actions.DONE}|{read_actions.STUCK}|hjalpte\b|helped\b)"
_NEXT_STATE = re.compile(rf"\s*(?:[,;.]|\b(?:och|men|and|but)\b)\s*(?=#?\d{{1,4}} (?:ar |is )?{_STATE}|{_STATE} #?\d{{1,4}}\b)")


def _states(line: str, ctx: Context) -> list[Reading]:
    """Several things in one line, each in its own words: "1 klar, 2 fastnat ingen svarar", "klar 1, ta bort 2", "åtgärd bo ..., åtgärd eva ...",
    "bo ringer dottern på torsdag och eva mejlar sonen på fredag". Empty where it is one thing."""
    low = fold(line)
    if not (low[:1].isalnum() or low[:1] in "#@"):
        return []
    if readings := _apart(line, [match.span() for match in _NEXT_STATE.finditer(low)], ctx):
        return readings if all(each.intent in {"done", "blocked", "outcome"} and each.ids and not each.guess for each in readings) else []
    if not ctx.prefix:
        return []
    if readings := _apart(line, [match.span() for match in _NEXT_OWN.finditer(low)], ctx):
        own = all(each.intent in _OWN and (each.ids or each.text) and not each.guess and not each.problem for each in readings)
        return readings if own and all(each.intent != "action" or each.owners or each.due for each in readings) else []
    does = [match for match in _NEXT_DOES.finditer(low) if match["does"] in PRESENT or match["does"] in INFINITIVES]
    firsts = {key.split(" ")[0] for key in Who(ctx).by_name} | {"jag", "i"} if does else set()
    cuts = [match.span() for match in does if match["who"].lstrip("@") in firsts]
    readings = _apart(line, cuts, ctx)
    if all(each.intent == "action" and each.owners and each.due and not each.guess and not each.problem for each in readings):
        return readings
    head = "action" if ctx.language == "en" else "åtgärd"  # where only one of them says when, it is asked
    parts = [part if begun_as(part) else f"{head} {part}" for part in _parts(line, cuts)]
    written = [read_command(part, ctx) for part in parts]
    two = all(each.intent == "action" and each.owners and each.text and not each.problem for each in written)
    return [replace(written[0], line=line, guess=True, guessed_line="\n".join(parts))] if two and any(each.due for each in written) else []


_OWN = words_of("action decision lesson done blocked outcome change cancel reopen escalate")


def _apart(line: str, cuts: list[tuple[int, int]], ctx: Context) -> list[Reading]:
    """The line's parts, each read for itself; none where nothing cuts it."""
    return [read_command(part, ctx) for part in _parts(line, cuts)] if cuts else []


def _parts(line: str, cuts: list[tuple[int, int]]) -> list[str]:
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(line)]
    return [line[start:end] for start, end in zip(starts, ends, strict=True)]


def completions(prefix: str, ctx: Context, language: str = "sv", wanted: Callable[[str], bool] = bool) -> list[str]:
    """Command words, and after an @ members' names, that begin as `prefix` does: what may be typed next, best first. `wanted`: which commands."""
    at = prefix.rfind("@")
    if at >= 0 and (at == 0 or not prefix[at - 1].isalnum()):
        typed = fold(prefix[at + 1 :])
        named = sorted(ctx.members.items(), key=lambda each: each[1])
        return [f"{prefix[:at]}@{name}" for person, name in named if fold(name).startswith(typed) or fold(person).startswith(typed)]
    called = _CALLED.match(fold(prefix))
    start, typed = (prefix[: called.end()], prefix[called.end() :]) if called else ("", prefix)
    typed = fold(typed.lstrip("/"))
    found: list[str] = []
    for command in filter(lambda each: wanted(each.name), COMMANDS):
        words = command.sv if language == "sv" else command.en
        shown = [words[0], *(each for each in words[1:] if typed and fold(each).startswith(typed))] if words else []
        found += [f"{start}{each}" for each in shown[:1] if fold(each).startswith(typed)] or [f"{start}{each}" for each in shown[1:2]]
    return list(dict.fromkeys(found))


def _numbered(line: str) -> re.Match[str] | None:
    """The "1." of a list, where a command word follows; "12 klar" has no such mark."""
    mark = _NUMBERED.match(fold(line))
    return mark if mark and BEGINS.get(mark["word"], ("",))[0] in _LISTED else None


# --- reading ---------------------------------------------------------------------------------------------------------------------------


def _read(said: str, ctx: Context, who: Who) -> Reading | None:
    """The line as it is spelt; None if it is talk."""
    said = said.strip()
    asks = said.rstrip(" !.)").endswith("?")
    plain = Said(said, ctx, who, asks=asks)
    if not ctx.prefix:
        return _overheard(plain)
    reading = _as_it_stands(plain)
    if reading is not None:
        return reading
    polite = _POLITE.match(plain.low)
    if not polite:
        return None
    rest = said[polite.end() :]
    if polite["asked"]:  # "kan du flytta 12 till fredag?" asks for it, so it is offered
        rest = rest.rstrip("?!. ")
        verb = first_word(fold(rest))
        rest = _AS_ORDERS.get(verb, rest[: len(verb)]) + rest[len(verb) :]
        reading = _as_it_stands(Said(rest, ctx, who))
        if reading is not None and reading.problem and polite["asked"].startswith("kan vi"):
            return None  # "kan vi flytta mötet?" is asked of people
        if reading is not None and reading.intent in CHANGES:
            # "kan du ringa mamma i morgon?" is asked of people: the bot cannot ring
            return None if reading == read_actions.order(Said(rest, ctx, who)) else replace(reading, guess=True, guessed_line=rest)
        return reading
    asked_for = Said(rest, ctx, who, asks=asks)
    reading = _as_it_stands(asked_for)
    told = polite.group().startswith(("jag", "vi", "i ", "i'", "we"))  # "vi måste ringa kommunen på fredag"
    return None if told and reading is not None and (reading.problem or reading == read_actions.order(asked_for)) else reading


def _as_it_stands(s: Said) -> Reading | None:
    """Tries the line, then the line without a "tack" at its end."""
    reading = _recognised(s)
    pictures = _LAST_PICTURES.search(s.low)
    end = pictures.start() if pictures else len(s.low)
    thanks = _THANKS.search(s.low[:end])
    if thanks and thanks.start() > 0:
        kept = reading is not None and reading.intent not in {"help", "list"} and "," not in thanks.group()
        if not kept or (reading is not None and _LAST_PICTURES.sub("", reading.text).endswith(("tack", "please", "pls", "snälla"))):
            reading = _recognised(replace(s, text=s.text[: thanks.start()])) or reading
    elif pictures and reading is None:
        reading = _recognised(replace(s, text=s.text[:end]))
    return reading


def _recognised(s: Said) -> Reading | None:
    bare = s.low.strip(" .!?…")
    known = WHOLE.get(bare if bare else s.low.strip())
    if known and agrees(s.text.strip(" .!?…") or s.text.strip(), known[1]) and not (s.asks and known[0] in CHANGES):
        return Reading(known[0])
    add = _ADD_A.match(s.low)
    if add:
        s = replace(s, text=s.text[add.end() :])
    reading = _by_command_word(s) or read_group.patient_withdraws(s)
    if reading is not None:
        return reading
    if s.asks or first_word(s.low) in _TALK:
        for asking in _ASKING:
            reading = asking(s)
            if reading is not None:
                return reading
    if first_word(s.low) in _TALK and not (s.text[:1] == "I" and not s.asks):
        return None
    for form in FREE:
        reading = form(s)
        if reading is not None:
            return reading
    return None


def _by_command_word(s: Said) -> Reading | None:
    """The command whose words the line begins with, the longest words first."""
    words = list(re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", s.low))[:LONGEST]
    if not words or words[0].start() > 1 or (words[0].start() == 1 and s.low[0] not in "/!"):
        return None
    begin, half = words[0].start(), None
    for word in reversed(words):
        end = word.end()
        known = BEGINS.get(s.low[begin:end])
        if known is None or not agrees(s.text[begin:end], known[1]):
            continue
        colon = re.match(r"\s*[:;]\s*(?!\d\d\b)|\s*=\s*", s.low[end:])
        after = s.text[end:].lstrip(" ,:;–—-=>." if colon or s.text[end : end + 1] in ",-– ." else " ").rstrip()
        if re.match(r"[!?]+\s*", after):
            after = re.sub(r"^[!?\s]+", "", after)
        inside = replace(s, text=after, head=s.low[begin:end], colon=bool(colon))
        for reader in READERS.get(known[0], ()):
            reading = reader(inside)
            if reading is not None:
                return reading
        if not after and not s.asks and s.low[begin:end] not in _SAID_ALONE:
            half = Reading(known[0], problem="half", topic=s.low[begin:end])
            if known[0] in {"escalate_further", "search"}:  # "hissa vidare" is no matter called "vidare"
                return half
    return half


# Command words that are said among people too, with nothing more.
_SAID_ALONE = frozenset(fold(words) for words in (
    "vi ses", "vi träffas", "vi möts", "we meet", "mötet", "mötena", "mötet är", "mötena är", "tog", "la", "lade", "jag la", "jag lade", "det tog", "took", "it took",
    "paus", "break", "jullov", "off", "drop", "har gjort", "jag har gjort", "vi har gjort", "har fixat", "jag har fixat", "punkt", "point", "close", "på plats",
    "present", "släng", "glöm", "strunta i", "skippa", "inte klar", "inte klart", "ej klar", "ej klart", "är inte klar", "inte färdig", "jag är inte klar", "vi är inte klara", "not done", "not finished",
    "i'm not done", "prata om", "diskutera", "talk about", "discuss", "tas upp", "lyft", "gjort", "är borta", "är ledig", "vi löser", "we solve", "push", "lift", "raise",
))  # fmt: skip


def _overheard(s: Said) -> Reading | None:
    """What counts though it was not said to the bot: "beslut: ...", "åtgärd @bo ...", "klar #12"."""
    reading = _by_command_word(s)
    if reading is None:
        reading = read_actions.number_first(s) if s.text.startswith("#") else None
        return reading if reading is not None and reading.intent != "show" else None
    head = re.match(r"[\w' -]*?(?=\s*:)", s.low)
    colon = head is not None and head.group() in BEGINS and reading.intent in _OVERHEARD
    mention = reading.intent == "action" and re.match(r"\w+ @", s.low) is not None
    number = reading.intent in {"done", "blocked", "escalate"} and re.match(r"[\w ]+ #\d", s.low) is not None
    holds = reading.owners if reading.intent == "attend" else reading.text
    return reading if (colon and holds) or mention or number else None


# --- headings in pasted text --------------------------------------------------------------------------------------------------------------


def _heading(words: str) -> str:
    """The command word a heading such as "åtgärder:" stands for; "" if it is none."""
    known = {"atgarder": "åtgärd", "besluten": "beslut", "uppgifter": "åtgärd", "actions": "action", "decisions": "decision", "lardomar": "lärdom", "lessons": "lesson"}
    known |= {"punkter": "punkt", "dagordning": "punkt", "att ta upp": "punkt", "beslutat": "beslut", "att gora": "åtgärd", "todo": "todo", "to do": "todo", "agenda": "punkt"}
    begins = BEGINS.get(words)
    return known.get(words) or (begins[1] if begins and begins[0] in {"action", "decision", "lesson", "agenda_add", "escalate", "park"} else "")


def _is_loose(reading: Reading, line: str) -> bool:
    """Whether a line under a heading has no command word of its own and so belongs to the heading."""
    return reading.intent in {"action", "show", "schedule", "time_spent", "change"} and fold(line).split(" ")[0].strip(":@") not in BEGINS


# --- slips of the finger ----------------------------------------------------------------------------------------------------------------------


@cache
def _vocabulary() -> Vocabulary:
    words = {word for phrases in (BEGINS, WHOLE) for _, phrase in phrases.values() for word in re.findall(r"[\w']+", phrase)}
    dull = {fold(word) for word in words if len(word) < 4} | _TALK | INFINITIVES
    ordinary = words_sv.ORDINARY | words_sv.TALK_STARTS | words_en.TALK_STARTS | words_sv.PRESENT | words_en.PRESENT | INFINITIVES
    keep = {word for word in words if fold(word) not in dull} | _COMMANDS_THAT_ARE_VERBS
    return Vocabulary(keep, ordinary)


_COMMANDS_THAT_ARE_VERBS = words_of("flytta fråga boka avboka visa hissa återkalla ändra change cancel move escalate ställ bjud lägg skjut lämna starta"
    " avsluta stäng öppna börja parkera pausa radera stryk avbryt förläng påminn hoppa väck återuppta eskalera rätta byt")
@cache
def _days_vocabulary() -> Vocabulary:
    days = """
        måndag tisdag onsdag torsdag fredag lördag söndag måndagar tisdagar onsdagar torsdagar fredagar lördagar söndagar
        imorgon övermorgon varannan senast januari februari augusti september oktober november december
        monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays tomorrow
    """
    ordinary = """
        frida fredlig fredagen fredagens dagar vardag vardagar varandra senaste senare senat annan middag middagar måndagen
        tisdagen onsdagen torsdagen mandat fridag morgon morgonen
    """
    return Vocabulary(words_of(days), words_of(ordinary))


@lru_cache(2000)
def _day_meant(word: str) -> str | None:
    """The word of a day that a misspelt one stands for. People's words are much the same from line to line."""
    return _days_vocabulary().nearest(word)




_SPOKEN = re.compile(r"(?<=[^\W\d_] )(?P<is>e)(?= )|(?:^|(?<= ))(?P<what>va)(?= e\b| är\b| har\b| ska\b|\W*$)|(?<=[^\W\d_] )(?P<with>me?)(?= )|(?<=\w )(?P<to>t)(?= [^\W\d_])|(?<=(?:ska|kan|har) )(?P<me>ja)(?= )", re.IGNORECASE)
_IN_WRITING = {"is": "är", "what": "vad", "with": "med", "to": "till", "me": "jag"}


def _as_said(said: str, ctx: Context, who: Who) -> Reading | None:
    """A line written as it is spoken ("när e nästa möte", "klart me tvåan"), written out. Words to keep are offered, not kept."""
    line = _SPOKEN.sub(lambda word: _IN_WRITING[word.lastgroup or ""], said) if ctx.prefix and ctx.language == "sv" else said
    reading = _read(line, ctx, who) if line != said else None
    return replace(reading, guess=True, guessed_line=line) if reading and reading.text and reading.intent in CHANGES else reading


def _guess(said: str, ctx: Context, who: Who) -> Reading | None:
    """The line with slips in its command words corrected, if that makes a command of it."""
    words = list(re.finditer(r"[^\W\d_]+(?:'[^\W\d_]+)?", said))[:4]
    names = {part for key in who.by_name for part in key.split(" ")}
    fixes: list[tuple[int, int, str]] = []
    for place, word in enumerate(words):
        low = fold(word.group())
        if low in names or low == "istallet" or (word.start() and said[word.start() - 1] == "@"):  # which is near "inställt"
            continue
        for meant in _vocabulary().candidates(word.group()) + _days_vocabulary().candidates(word.group()):
            # Further in, a slip counts only where the line already begins as commands do.
            if place == 0 or read_numbers(fold(said)) or (len(meant) >= 5 and _opens(words[0].group())):
                fixes.append((word.start(), word.end(), meant))
    if not fixes or _is_talk(said):
        return None
    first_of_each = list({start: (start, end, meant) for start, end, meant in reversed(fixes)}.values())[::-1]
    attempts = [[fix] for fix in fixes] + ([first_of_each] if len(first_of_each) > 1 else [])
    for attempt in attempts:
        line = said
        for start, end, meant in reversed(attempt):
            line = line[:start] + _like(said[start:end], meant) + line[end:]
        reading = _read(line, ctx, who)
        if reading is not None and reading.problem != "half" and not (said.rstrip().endswith("?") and reading.intent in CHANGES - {"question"}):
            return replace(reading, guess=True, guessed_line=line)
    return None


def _with_days_corrected(said: str, reading: Reading, ctx: Context, who: Who) -> Reading:
    """A misspelt day ("på torsdga") must not be lost in the text: if correcting it gives a date, that is offered."""
    for word in re.finditer(r"[^\W\d_]{5,}", said):
        meant = _day_meant(word.group())
        if meant is None or fold(word.group()) in who.by_name:
            continue
        line = said[: word.start()] + _like(word.group(), meant) + said[word.end() :]
        corrected = _read(line, ctx, who)
        if corrected is not None and corrected.intent == reading.intent and _days(corrected) != _days(reading):
            return replace(corrected, guess=True, guessed_line=line)
    return reading


def _with_names_corrected(said: str, who: Who) -> str:
    """The line with the names that were taken for a member's written in full."""
    for word in reversed(list(re.finditer(r"@?[^\W\d_]{3,}", said))):
        known = who.one(said, word.start(), everyone=False)
        near = who.near(word.group().lstrip("@")) if known.guess or (not known and word.group()[0].isupper()) else None
        if near:
            said = f"{said[: word.start()]}@{who.full_name(near)}{said[word.end() :]}"
    return said


def _with_owner_named(said: str, reading: Reading, who: Who) -> str:
    """The line with the last bare name of its owner made a mention: "... om kvällspasset @Bo Ek"."""
    full = who.full_name(reading.owners[0]) if reading.owners else ""
    found = list(re.finditer(rf"(?<![\w@]){re.escape(full.split(' ')[0])}(?!\w)", said, re.IGNORECASE)) if full else []
    return f"{said[: found[-1].start()]}@{full}{said[found[-1].end() :]}" if found else said


def _with_surname_as_text(said: str, reading: Reading, ctx: Context, who: Who) -> str:
    """ "åtgärd Bo Röntgen bokas" as "åtgärd @Bo Ek: Röntgen bokas", if more follows than what somebody does; "" where a person is plainly meant."""
    first, _, word = reading.unknown_owner.partition(" ")
    people = who.by_name.get(fold(first), ())
    start, more = said.find(reading.unknown_owner), ""
    if not word or len(people) != 1 or start < 0 or reading.intent not in {"action", "decision"}:
        return ""
    more = said[start + len(reading.unknown_owner) :]
    does = [each for each in fold(more).split() if each not in MODALS][:1]
    if not more.startswith(" ") or not does or is_verb(does[0].strip(".,:;")):
        return ""
    line = f"{said[:start]}@{who.full_name(people[0])}: {word}{more}"
    other = _read(line, ctx, who)
    return line if other is not None and other.owners == people and not other.problem else ""


def _days(reading: Reading) -> tuple[object, ...]:
    return (reading.due, reading.when, reading.which, reading.from_, reading.until, reading.slots, reading.weekdays)


def _opens(word: str) -> bool:
    """Whether a command may begin with the word, as it stands or with a slip."""
    return fold(word) in _first_words() or _vocabulary().nearest(word) is not None


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words.split(" ")[0] for phrases in (BEGINS, WHOLE) for words in phrases)


def _is_talk(said: str) -> bool:
    low = fold(said)
    return first_word(low) in _TALK or bool(_NEGATED & set(low.split()[:2]))


def _like(written: str, meant: str) -> str:
    """The corrected word with a capital where the writer had one."""
    return meant.capitalize() if written[:1].isupper() else meant
