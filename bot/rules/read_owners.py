"""Reads who does what until when, in what stands behind a command word: owners, text and deadline."""

from __future__ import annotations

import re

from bot.frozen import replace
from bot.rules.names import Named
from bot.rules.reading import Reading
from bot.rules.said import (
    INFINITIVES,
    PRESENT,
    Due,
    Said,
    clean,
    cut,
    first_word,
    is_verb,
    take_due,
    with_full_names,
)
from bot.rules.spelling import fold, words_of

_EACH = r"[,(\s]*\b(?:var for sig|var och en for sig|var och en|each of them|each of you|each one|separately|individually)\b\)?"
_SHALL = (
    r"(?:'ll|ska|skall|lovar(?: att)?|tar pa (?:sig|mig|oss) att|atar (?:sig|mig|oss) att|(?:har )?lovat att|should|shall|will|must|to|att|har i uppgift att|"
    r"far i uppgift att|ansvarar for att|is to|are to|promises to)\s+"
)
_ASK_FOR = r"(?:be|bed|paminn|lat|ask|get|let|remind|have)\s+"
TO = r"(?:till|for|pa|at|ansvarig(?:a)?|ansv\.?|agare|owner|responsible)\s*:?\s+(?=@|\w)"
_RESPONSIBLE = (
    r"[\s,;.(–-]*\b(?:ansvarig(?:a)?(?: person(?:er)?)?|ansvar|ansvaret|ansv\.?|agare|owner|owners|responsible|assigned to|assignee|utfors av|gors av|skots av|av|by|tilldelas|pa)"
    r"\s*(?:ar|is|are|har|ligger pa|:|=)?\s*"
)
_OUTRIGHT = re.compile(r"[\s,;.(–-]+(?:ansvarig(?:a)?(?: person(?:er)?)?|ansvar|ansv\.?|agare|owners?|responsible|assignee)\s*(?:ar|is|are|:|=)?\s*")
_STATES = words_of("behover har ar vill mar blir saknar borde fick hade vid i pa fran hos om kvar needs has is wants are was at in on s")
_BESIDE_ORDINARY_WORDS = words_of(
    "kvar hemma dar har ihop tillsammans ensam sjalv billigt nara nagonstans nagon annan pa i for med och eller till fran av utan under over efter"
    " innan vid som ett en tva tre idag ut in upp live love not be the a an have"
)
_SENDS = re.compile(
    r"\b(?:ring|tala|prata|skriv|skicka|mejla|maila|mail|lamn|hor|ga|ak|sag|ge|lan|vand|hanvis|remitt|meddel|aterkom|forklar|rapport|overfor|flytt|svar|vidarebefordr|"
    r"inbjud|leverer|kalla|kallelse|remiss|brev|meddelande|information|info|tack|hjalp)\w*\b"
)


def promise(s: Said, intent: str) -> Reading:
    """Owners, text and deadline of an action or a decision, from what stands after the command word."""
    text = s.text
    each = re.search(_EACH, s.low)
    if each:
        text = cut(text, each.start(), each.end())
    text_with_date = " ".join(text.split())
    text, last = _take_who_does_it(replace(s, text=text))
    due = take_due(text, s.ctx, said_outright=intent == "decision")
    inside = replace(s, text=due.text)
    text, named = (due.text, last) if last else _take_owners(inside, due)
    if not named:
        text, named = _take_bare_name(inside, text_with_date)
    text = clean(with_full_names(text, s.who))
    reading = Reading(
        intent,
        text=text,
        owners=named.owners,
        unclear_owner=named.unclear,
        owner_choices=named.choices,
        unknown_owner=named.unknown,
        each=bool(each),
        due=due.due,
        been=due.been,
        week=due.week,
        alternatives=due.alternatives,
        sure=due.sure and not named.unclear and not named.unknown,
        guess=bool(named.guess),
        problem=due.problem,
        problem_words=due.problem_words,
    )
    if not any(sign.isalnum() for sign in text):
        return replace(reading, text="", problem="no_text", problem_words="")
    if named.unknown and not reading.problem:
        return replace(reading, problem="no_owner", problem_words=named.unknown)
    return reading


def _take_owners(s: Said, due: Due) -> tuple[str, Named]:
    """The text without its owners, and the owners."""
    for found in reversed(list(_OUTRIGHT.finditer(s.low))):  # said outright: who stands first is then part of what it is about
        named = s.who.several(s.text, found.end())
        if named and not s.low[named.end :].strip(" .!)"):
            return _unbracket(s.text[: found.start()], found.group()), named
    asked = s.match(_ASK_FOR)
    if asked:
        named = s.who.several(s.text, asked.end())
        if named:
            rest = s.after(named.end)
            to = rest.match(r"(?:(?:om )?att|to|about)\s+")
            if is_verb(first_word(rest.low[to.end() if to else 0 :])):
                return rest.text[to.end() if to else 0 :], named
    lead = s.match(TO)
    if lead:
        named = s.who.several(s.text, lead.end())
        rest = s.after(named.end)
        if named and (s.low[named.end : named.end + 1] in {":", ","} or is_verb(first_word(rest.low)) or named.mentioned or rest.match(r"(?:att|to)\s")):
            return _without_shall(rest), named
    named = s.who.several(s.text) or _misspelt(s)
    if named and leads(s, named):
        return _without_shall(s.after(named.end)), named
    if due.opened and first_word(s.low) in PRESENT:  # "på fredag ringer Bo kommunen"
        verb = first_word(s.low)
        named = s.who.several(s.text, len(verb) + 1)
        if named:
            return f"{s.text[: len(verb)]} {s.after(named.end).text}", named
    shall = s.match(r"(?:ska|skall)\s+") if due.opened else None  # "senast fredag ska Bo ha ringt kommunen"
    if shall and (named := s.who.several(s.text, shall.end())):
        return s.after(named.end).text, named
    return _take_last_owner(s)


_DOES_IT = re.compile(r"[,;.(–-]\s*(?=(?P<who>@?[\w.-]+(?: [\w-]+)?) (?:fixar|fixar det|tar det|tar den|tar detta|tar hand om det|ordnar|ordnar det|gor det|gor detta|skoter det|kollar det|ansvarar|does it|takes it|will do it)[\s).!]*$)")


def _take_who_does_it(s: Said) -> tuple[str, Named]:
    """The text without ", dag gör det" at its end, behind a day too, and who that is."""
    found = _DOES_IT.search(s.low)
    named = s.who.several(s.text, found.end()) if found else Named()
    if not found or not named or named.end != found.end("who"):
        return s.text, Named()
    return s.text[: found.start()].rstrip(), named


def _misspelt(s: Said) -> Named:
    """A first name with a slip before what is to be done: "Cecila ringer kommunen"."""
    word = re.match(r"[^\W\d_]{4,}(?= )", s.text)
    if not word or not word.group()[0].isupper() or is_verb(fold(word.group())):
        return Named()
    following = first_word(s.low[word.end() + 1 :])
    near = s.who.near(word.group()) if following in PRESENT or following in {"ska", "skall", "will"} else None
    return Named((near,), guess=s.who.full_name(near), end=word.end()) if near else Named()


def leads(s: Said, named: Named) -> bool:
    """Whether the people named first in the text are those who shall do it."""
    sign = s.low[named.end : named.end + 2].strip()[:1]
    rest = s.after(named.end)
    if named.mentioned or sign == ":" or not rest.text:
        return True
    if s.low[named.end : named.end + 3] in {" - ", " – ", " — "}:
        return True
    word = first_word(rest.low)
    if is_verb(word) or rest.match(_SHALL) or (rest.match(r"(?:far|kan|can|may)\s+\w+") and is_verb(first_word(rest.low.split(" ", 1)[1]))):
        return True
    if named.me or named.unclear:
        return named.me or word not in _STATES
    if named.wordy:  # "bo läkemedelsgenomgång" names Bo; "bo kvar hemma" and "dag för dag" do not
        return word not in _STATES | _BESIDE_ORDINARY_WORDS
    if word in _STATES or fold(s.text[: named.end]) in {"alla", "all", "samtliga", "allihop", "everyone", "everybody"}:
        return word.endswith("r") and len(word) > 4 and word not in _STATES
    return True


def _without_shall(s: Said) -> str:
    """The text without "ska", "att", "to" before what is to be done."""
    shall = s.match(_SHALL)
    if shall:
        return s.text[shall.end() :]
    may = s.match(r"(?:far|kan|can)\s+(?:att\s+)?")
    return s.text[may.end() :] if may and first_word(s.low[may.end() :]) in INFINITIVES else s.text


def _take_last_owner(s: Said) -> tuple[str, Named]:
    """Owners that stand last: "..., ansvarig Bo", "... (Bo)", "..., Bo ansvarar", "... @bo"."""
    for found in reversed(list(re.finditer(_RESPONSIBLE, s.low))):
        named = s.who.several(s.text, found.end())
        if not named or s.low[named.end :].strip(" .!)"):
            continue
        word = found.group().strip(" ,;.(–-:=")
        if word == "pa" and not named.mentioned:
            continue
        return _unbracket(s.text[: found.start()], found.group()), named
    for found in re.finditer(r"[,;.(–-]\s*|\s(?=@)", s.low):
        named = s.who.several(s.text, found.end())
        if not named or not re.fullmatch(
            r"\s*(?:(?:ar|blir|is|tar)\s+)?(?:ansvarig(?:a|t)?|ansvarar|ansvaret|ansvar|ansv\.?|fixar|fixar det|tar det|tar den|ordnar|ordnar det|gor det|responsible|does it)?[\s).!]*", s.low[named.end :]
        ):
            continue
        before = s.text[: found.start()].rstrip()
        if _JOINED.search(fold(before)):
            continue  # "@bo + @dag": both, from where the first of them stands
        if found.group().isspace() and _is_object_place(fold(before)):
            continue
        return _unbracket(before, found.group()), named
    found_to = re.search(r"\s(?:till|at|to|for)\s+(?=[@\w]+(?: \w+)?[\s.!]*$)", s.low)
    if found_to and found_to.group().strip() in {"till", "to"} and len(s.low[: found_to.start()].split()) > 1:
        named = s.who.several(s.text, found_to.end())
        if named and not s.low[named.end :].strip(" .!") and not _SENDS.search(s.low[: found_to.start()]):
            return s.text[: found_to.start()], named
    return s.text, Named()


def _take_bare_name(s: Said, written: str) -> tuple[str, Named]:
    """A member's name that stands last, behind a thing ("... om kvällspasset Cecilia") or a day in what was written: who does it.

    Behind a person ("ringa dottern Cecilia") or what may be called so ("boendet Viola") it is part of the text. Where it is
    an ordinary word too ("Bo"), it is asked.
    """
    for found in re.finditer(r" (?=[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?[\s.!]*$)", s.text):
        named = s.who.one(s.text, found.end(), everyone=False)
        before = fold(s.text[: found.start()])
        thing = before.rsplit(" ", 1)[-1]
        apart = f"{s.text[: found.start()].rsplit(' ', 1)[-1]} {s.text[found.end() : named.end]}" not in written
        plain = not _is_object_place(before) if apart else _THING.fullmatch(thing) and not _PERSON.search(thing) and not _CALLED_SO.search(thing)
        if not named.owners or named.me or s.low[named.end :].strip(" .!") or not plain:
            continue
        if not named.wordy:
            return s.text[: found.start()], named
        if apart or (s.text[found.end()].isupper() and not s.text.isupper()):
            return s.text[: found.start()], replace(named, guess=s.who.full_name(named.owners[0]))
    return s.text, Named()


# A thing in the definite form; people; and what often has a name. All folded.
_THING = re.compile(r"(?!(?:utan|innan|sedan|redan|nastan|aven|medan|mellan|annan|nagon|ingen|igen|hellre|fran|kanske|sadan|nagonstans|hemifran|ihopen)$)\w{2,}(?:en|et|an|na|ln|rn)")
_PERSON = re.compile(
    r"(?:aren|arna|skan|isten|oren|torn|ologen|peuten|anten|enten|peden|logen|mannen|kvinnan|frun|sonen|dottern|modern|fadern|brodern|systern|syrran|mamman|pappan"
    r"|mormodern|farmodern|flickan|pojken|chefen|grannen|kollegan|eleven|barnet|barnen|personen|personalen|vannen|kompisen|kusinen|makan|maken|hustrun|gubben|gumman"
    r"|tanten|damen|killen|tjejen|familjen|vikarien|bebisen|hunden|katten|anhoriga|narstaende|sambon|exet|tvillingen|ledaren|medlemmen|kandidaten)$"
)
_CALLED_SO = re.compile(
    r"(?:boendet|hemmet|garden|huset|avdelningen|(?<!lag)enheten|skolan|kliniken|mottagningen|centralen|gruppen|teamet|tjansten|varden|stallet|salen|vaningen|foretaget|gatan|vagen"
    r"|omradet|foreningen|butiken|affaren|restaurangen|bussen|baten|projektet|programmet|appen)$"
)
_JOINED = re.compile(r"@[\w.-]+(?: [\w-]+)?\s*(?:[+&/,]|\b(?:och|o|and|samt))?$")


def _is_object_place(before: str) -> bool:
    """Whether a mention right after these words is whom it is done to ("ringa @bo"), not who does it."""
    words = before.split()
    return len(words) < 2 or is_verb(words[-1]) or words[-1] in {
        "till", "med", "av", "om", "for", "hos", "fran", "pa", "at", "och", "to", "with", "from", "of", "and", "via", "efter", "mot", "about", "samt", "bade"
    }  # fmt: skip


def _unbracket(text: str, sign: str) -> str:
    return text.rstrip().removesuffix("(") if "(" in sign else text
