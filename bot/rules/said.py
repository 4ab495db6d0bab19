"""A line on its way to being understood: what was said after the command word, and tools to take it apart.

Places found in `low` (folded) hold in `text` too: both are equally long.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date, datetime, timedelta

from bot.frozen import dataclass, replace
from bot.rules import words_en, words_sv
from bot.rules.date_vocabulary import MONTHS, NUMBERS, TELLS
from bot.rules.date_words import Found, bad_dates, find_dates, just_been, meeting_words
from bot.rules.dates.sums import last_of_month
from bot.rules.names import Named, Who
from bot.rules.reading import Context, Moment, Reading
from bot.rules.spelling import fold, words_of
from bot.rules.work_calendar import previous_working_day

INFINITIVES = frozenset(fold(word) for word in words_sv.INFINITIVES | words_en.INFINITIVES)
PRESENT = frozenset(fold(word) for word in words_sv.PRESENT | words_en.PRESENT)
MODALS = frozenset(fold(word) for word in words_sv.MODALS | words_en.MODALS)

# A number followed by these is an amount or a time in the text, never the number of an action.
_NOT_A_NUMBER = (
    r"(?![\d/%°]|:\d|[.,]\d|\s?[-–]\s?\d|\s*(?:st|stycken|mg|g|kg|ml|cl|dl|l|cm|mm|m|km|kr|kronor|min|minut|minuter|h|tim|timme|timmar|dag|dagar|"
    r"vecka|veckor|manad|manader|ar gam\w+|ggr|ganger|gang|tabletter|tablett|enheter|procent|personer|patienter|platser|par|gr|grader|am|pm|"
    r"times|days|weeks|months|years|hours|minutes|pcs|people|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|"
    r"jan|feb|apr|jun|jul|aug|sep|okt|nov|dec)\b|\s*%)"
)
_KIND = r"(?:(?:atgard(?:en)?|nr|nummer|punkt(?:en)?|uppgift(?:en)?|beslut(?:et)?|arende(?:t)?|action|item|task|no|number|decision|question)\b\.?\s*(?:(?:nr|nummer|no|number)\b\.?\s*)?)?"
_NUMBER = rf"{_KIND}(?:#\s?|\b)(?P<number>\d{{1,4}})(?::?an)?\b{_NOT_A_NUMBER}"
# "tolvan"; and "tolv" behind "nummer" and the like, where nothing is counted.
_NOUNS = words_sv.NUMBERED
_WORDS = {word: number for word, number in NUMBERS.items() if 0 < number <= 20 and word not in {"en", "a", "an"}}
NUMBER_NOUN = rf"(?:{'|'.join(_NOUNS)})\b"
_STANDS_ALONE = r"(?=\s*(?:$|[.,!?:;&+)]|(?:och|o|ar|e|blev|till|senast|pa|klart?|fardigt?|har|kommer|hjalpte|med|en|is|and|to|done|by)\b))"
_SPELT = rf"{_KIND}(?P<noun>{'|'.join(_NOUNS)})\b(?!')|{_KIND[:-1]}(?P<word>{'|'.join(_WORDS)})\b{_STANDS_ALONE}"
_REFERENCE = _KIND + r"#?\b(?P<letter>[bhf])\s?(?P<of>\d{1,4})\b"
_OF_DECISIONS = r"(?:beslut(?:et)?|decision)\b"
_RANGE = r"#?(\d{1,4})\s?[-–]\s?#?(\d{1,4})\b(?![:./-])"
_JOINT = r"\s*(?:,|&|\+|\boch\b|\bo\b|\band\b|\bsamt\b)\s*(?:#\s?)?"
_CRUMBS = " \t,;:–—-"


@dataclass(frozen=True, slots=True)
class Said:
    """What stands after the command word, with all that is needed to read it."""

    text: str  # in the writer's own letters
    ctx: Context
    who: Who
    head: str = ""  # the command word or words, folded
    colon: bool = False  # the command word was followed by a colon
    asks: bool = False  # the line ends with a question mark
    low: str = field(default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", fold(self.text))

    def after(self, at: int) -> Said:
        """What stands after this place, without the crumbs between."""
        return replace(self, text=self.text[at:].lstrip(_CRUMBS).rstrip())

    def match(self, pattern: str) -> re.Match[str] | None:
        """The pattern at the beginning of the folded text."""
        return re.match(pattern, self.low)

    def whole(self, pattern: str) -> re.Match[str] | None:
        """The pattern as all of the folded text, but for a full stop or an exclamation mark."""
        return re.fullmatch(rf"(?:{pattern})[\s.!]*", self.low)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers a command is about, and where they end."""

    ids: tuple[int, ...] = ()
    ref: str = ""
    end: int = 0
    spelt: bool = False  # "tolvan", which may be of a ward or a bus as well
    refs: tuple[str, ...] = ()

    @property
    def id(self) -> int | None:
        """The first number."""
        return self.ids[0] if self.ids else None

    def __bool__(self) -> bool:
        return bool(self.ids or self.ref)


def read_numbers(low: str) -> Numbers:
    """The numbers of actions ("12", "#12", "nr 12", "tolvan", "3, 5 och 7", "3-5"), or one "B2", at the beginning of the folded text."""
    if reference := re.match(_REFERENCE, low):
        return _references(low, (reference["letter"].upper() + reference["of"],), reference.end())
    span = re.match(_RANGE, low)
    if span and int(span[1]) < int(span[2]) <= int(span[1]) + 20:
        return Numbers(tuple(range(int(span[1]), int(span[2]) + 1)), "", span.end())
    first = _one_number(low)
    if not first:
        return Numbers()
    if re.match(_OF_DECISIONS, low):  # "beslut 4" is B4, never the action of that number
        return _references(low, (f"B{first[0]}",), first[1], bare=True)
    ids, end, spelt = [first[0]], first[1], first[2]
    while True:
        joint = re.match(_JOINT, low[end:])
        more = _one_number(low[end + joint.end() :]) if joint else None
        if not joint or not more:
            return Numbers(tuple(dict.fromkeys(ids)), "", end, spelt)
        ids.append(more[0])
        end += joint.end() + more[1]


def _references(low: str, refs: tuple[str, ...], end: int, *, bare: bool = False) -> Numbers:
    """A reference and those that follow it: "H1 och H2"; `bare`: "beslut 1 och 2", without their letter."""
    letter = r"[b]?\s?" if bare else rf"{refs[0][0].lower()}\s?"
    while more := re.match(rf"{_JOINT}(?:{_OF_DECISIONS}\s*)?{letter}(\d{{1,4}})\b{_NOT_A_NUMBER}", low[end:]):
        refs, end = (*refs, f"{refs[0][0]}{more[1]}"), end + more.end()
    return Numbers((), refs[0], end, refs=tuple(dict.fromkeys(refs)))


def one_at_a_time(line: str, reading: Reading) -> tuple[str, ...]:
    """The line of several numbers as one for each: "tid 1 och 2 20 min" as "tid 1 20 min" and "tid 2 20 min"."""
    each = reading.refs or tuple(map(str, reading.ids))
    first, last = (re.sub(r"^[BHF]", r"[bhf]?\\s?", one) for one in (each[0], each[-1]))
    row = re.search(rf"(?<!\w)#?{first}(?!\d).*?(?<!\d){last}(?!\d)", line, re.IGNORECASE)
    return tuple(f"{line[: row.start()]}{one}{line[row.end() :]}" for one in each) if row else ()


def number_word(low: str) -> tuple[int, int] | None:
    """A bare number in words at the beginning ("tolv"), where it ends: only where a number surely is meant, or to be asked about."""
    word = re.match(rf"(?:{'|'.join(_WORDS)})\b", low)
    return (_WORDS[word.group()], word.end()) if word else None


def _one_number(low: str) -> tuple[int, int, bool] | None:
    """The number at the beginning, where it ends, and whether it is said in words."""
    if figures := re.match(_NUMBER, low):
        return int(figures["number"]), figures.end(), False
    spelt = re.match(_SPELT, low)
    return (_NOUNS.get(spelt["noun"]) or _WORDS[spelt["word"]], spelt.end(), spelt.start("noun") == 0) if spelt else None


def read_row(low: str) -> Numbers:
    """As `read_numbers`; and where nothing else is said, "1 2 3" are three."""
    row = re.fullmatch(r"#?\d{1,4}(?:\s+#?\d{1,4})+[\s.!]*", low)
    return Numbers(tuple(dict.fromkeys(int(each) for each in re.findall(r"\d+", low))), "", len(low)) if row else read_numbers(low)


def cut(text: str, start: int, end: int) -> str:
    """The text without a span, mended where it was cut."""
    left, right = text[:start].rstrip(_CRUMBS), text[end:]
    if left.endswith("(") and right.lstrip().startswith(")"):
        left, right = left[:-1].rstrip(_CRUMBS), right.lstrip()[1:]
    right = right.lstrip(_CRUMBS)
    return f"{left} {right}".strip() if right not in {"", ".", "!"} else left


def clean(text: str) -> str:
    """The text without crumbs at its ends: stray signs, a full stop, an empty pair of brackets."""
    text = re.sub(r"^[.!]+\s+", "", " ".join(text.replace("()", " ").split()).strip(_CRUMBS))
    if text.endswith((".", "!")) and not re.search(r"(?:\b\w\.\w|\b(?:m\.?m|osv|etc|ev|ca|kl|tel|dvs|bl\.?a|t\.?ex)|\.\.)\.$", text):
        text = text.rstrip(".!").rstrip()
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    return text.strip('"”“ ') if text.count('"') + text.count("”") + text.count("“") == 2 and text[0] in '"”“' else text


def with_full_names(text: str, who: Who) -> str:
    """Mentions inside a text become the full names of those they mean."""
    at = text.find("@")
    while at >= 0:
        named = who.one(text, at) if at == 0 or not text[at - 1].isalnum() else None
        if named and len(named.owners) == 1:
            text = text[:at] + who.full_name(named.owners[0]) + text[named.end :]
        at = text.find("@", at + 1)
    return text


_REST = re.compile(
    r"(?:(?:under|for|during)\s+)?(?:(?:resten av|the rest of)\s+(?:(?:den har|the|this)\s+)?(?P<what>dagen|veckan|manaden|aret|day|week|month|year)\b"
    r"|hela (?:den har )?(?P<whole>manaden|aret)\b|(?:resten av|the rest of)\s+(?P<month>" + "|".join(MONTHS) + r")\b)"
)


def rest_of(text: str, today: date) -> str:
    """ "resten av veckan" as "till och med" its last day; "hela månaden" is the rest of it too."""
    found = _REST.search(fold(text))
    if not found:
        return text
    month = MONTHS.get(found["month"] or "", today.month)
    first = date(today.year + (month < today.month), month, 1)
    last = {
        "d": today, "v": today + timedelta(6 - today.weekday()), "w": today + timedelta(6 - today.weekday()), "a": date(today.year, 12, 31),
        "y": date(today.year, 12, 31),
    }.get((found["what"] or found["whole"] or "m")[0], last_of_month(first))  # fmt: skip
    return f"{text[: found.start()]}till och med {last.isoformat()}{text[found.end() :]}"


_TWO_WEEKS = re.compile(r"\b(v\.?|vecka|veckorna|week)\s*(\d{1,2})\s*(och|o|,|&|and)\s*(\d{1,2})\b(?!\s*[:./]\d)", re.IGNORECASE)
""""v 52 och 1": the second is a week too."""
_ROW = r"(?:\s*(?:,|&|och|o|and)\s*)"
_DAYS_OF_MONTH = re.compile(
    rf"(?<![\d/.:-])(?:den\s+)?(?P<days>\d{{1,2}}(?::?[ae])?(?:{_ROW}(?:den\s+)?\d{{1,2}}(?::?[ae])?)+)(?P<month>\s*/\s*\d{{1,2}}(?!\d)|\s+(?:{'|'.join(MONTHS)})\b\.?)", re.IGNORECASE
)


def each_written_out(text: str) -> str:
    """ "8 och 15 dec" as "8 dec och 15 dec", "v 52, 53 och 1" as "v 52, v 53 och v 1"."""
    while (further := _TWO_WEEKS.sub(r"\1 \2 \3 v \4", text)) != text:
        text = further
    row = _DAYS_OF_MONTH.search(text)
    if not row:
        return text
    each = re.sub(r"(\d)(?::?[ae]\b)?(?!\d)", rf"\1{row['month']}", row["days"], flags=re.IGNORECASE)
    return text[: row.start()] + each + text[row.end() :]


_STARTS = re.compile(r"\b(?:start|startar|borjar|borjan|starting)\s*:?\s*$")  # "varannan fredag med start 4/12" ends no work
_LATEST = re.compile(r"\b(?:senast|by|due|deadline)\b")
_STRONG = re.compile(r"\b(?:senast|fore|innan|by|due|before|deadline)\b")
# A day in what somebody is told or asked ("meddela dottern att läkaren kommer på tisdag") need not be the deadline.
_TOLD = re.compile(
    r"\b(?:(?:meddel|informer|beratt|sag|tala om|paminn|halsa|tell|inform|remind)\w*\b.*\b(?:att|that)"
    r"|(?:koll|hor|frag|undersok|check|ask|see)\w*\b.*\b(?:om|nar|if|whether|when))\s+(?P<next>\w+)"
)
_FROM = frozenset(("fran", "from", "fom", "sedan", "since", "mellan", "between", "over", "under", "during"))


_DURING = frozenset(("under", "during"))
_OR = re.compile(r"\s*,?\s*(?:eller|el\.?|or|annars|alternativt)\s*", re.IGNORECASE)
_OWNED = re.compile(r"\w+dagens$")
_SHORT_TO = re.compile(r"(?<!\s\d )(?<!\s\d\d )(?<=\w )t $")  # "strl 38/40 t onsdag"
_ONLY_TIME = re.compile(r"till (?:kvallen|eftermiddagen)")
# Medicine is given at its time each day: such a time need not be a deadline.
_DOSE = re.compile(r"\b\d+(?:[.,/]\d+)?\s*(?:tabl?\w*|tbl|mg|ml|ie|e|enhet\w*|droppar|puffar|dos\w*|sprut\w*|kaps\w*|st)\b")


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline taken out of a text: what is left, and how sure the reading is."""

    text: str
    due: Moment | None = None
    week: int | None = None
    sure: bool = True
    alternatives: tuple[Moment, ...] = ()
    problem: str = ""
    problem_words: str = ""
    opened: bool = False  # the date stood first
    been: str = ""  # the words of a day that has just been


def take_due(text: str, ctx: Context, *, said_outright: bool = False) -> Due:
    """Takes the deadline out of a text. With `said_outright` only one introduced by "senast", "före" and the like."""
    founds = [each for each in find_dates(text, ctx) if _may_end(each, text) and not _STARTS.search(fold(text[: each.start]))]
    founds = [each for each in founds if not each.named] or founds
    strong = [each for each in founds if _STRONG.search(fold(text[each.start : each.end]))]
    if not strong and (timed := _day_at_time(founds)):
        founds = [timed]
    chosen, sure = _deadline(text, founds, strong)
    if said_outright:
        chosen = strong[-1] if strong else None
    if chosen is None:
        words = bad_dates(text, ctx) if not said_outright or re.search(r"\b(?:senast|innan|fore|by|due)\b", fold(text)) else []
        if words:
            return Due(text, problem="bad_date", problem_words=words[0])
        unknown = None if said_outright else meeting_words(text)
        if unknown and ctx.next_meeting is None:
            return Due(cut(text, *unknown), problem="no_meeting", problem_words=text[slice(*unknown)])
        return Due(text)
    span = fold(text[chosen.start : chosen.end])
    named_after = bool(_OWNED.search(span)) and is_word_after(text, chosen.end)  # "till torsdagens besök": the day is part of what it is about
    first = min((each.start for each in founds if each.end <= chosen.start and _OR.fullmatch(text[each.end : chosen.start])), default=chosen.start)
    first = short.start() if (short := _SHORT_TO.search(text, 0, first)) else first
    left = text if named_after or chosen.named or _is_list(text, founds, chosen) else cut(text, first, chosen.end)
    opened = not text[: chosen.start].strip(_CRUMBS)
    if chosen.past:
        return Due(left, problem="past_date", problem_words=text[chosen.start : chosen.end], opened=opened)
    been = text[chosen.start : chosen.end] if just_been(chosen, text, ctx.now.date()) else ""
    if been and not chosen.deadline and TELLS & set(fold(text[: chosen.start]).split()):  # "kolla upp vad som hände 12 november"
        return Due(text)
    when, others = chosen.when, chosen.alternatives
    if chosen.backwards:  # "10 dec till 3 dec": either of the days, and not a year later
        others, sure = (chosen.backwards[0], *others), False
    elif chosen.until is not None and type(chosen.until) is type(when) and not chosen.clock:
        last = previous_working_day(chosen.until + timedelta(days=1)) if chosen.week and not isinstance(chosen.until, datetime) else chosen.until  # "v 49-50"
        when, others, sure = last, (chosen.when, *others), False
    either = tuple(each.when for each in founds if each.end <= chosen.start and not each.past and _OR.fullmatch(text[each.end : chosen.start]))
    others = tuple(dict.fromkeys((*either, *others)))  # "mån el tis"
    if not sure and not others:
        others = tuple(each.when for each in founds if each is not chosen and not each.past and each.when != when)
    at_its_time = (not chosen.day or _ONLY_TIME.fullmatch(span)) and _DOSE.search(fold(left))
    if at_its_time or chosen.preposition in _DURING or (named_after and not chosen.deadline):
        sure = False
    if chosen not in strong and _is_told(fold(text[: chosen.start])):
        sure = False
        if ctx.next_meeting and not others:
            others = (ctx.next_meeting.date(),)
    return Due(left, when, chosen.week, sure and chosen.sure, others, opened=opened, been=been)


def _day_at_time(founds: list[Found]) -> Found | None:
    """A day and, elsewhere in the text, a time ("på fredag ring läkaren kl 8"): most likely that day at that time. The time stays in the text too."""
    days = [each for each in founds if each.day and not each.clock and each.until is None and not each.past]
    times = [each for each in founds if not each.day]
    if len(founds) != 2 or len(days) != 1 or len(times) != 1 or not isinstance(times[0].when, datetime):
        return None
    day = days[0].when
    return replace(days[0], when=datetime.combine(day, times[0].when.time()), alternatives=(day, *days[0].alternatives), sure=False, clock=True)


def _may_end(found: Found, text: str) -> bool:
    """Whether work may be done by it: not "från fredag"; "under veckan" where it stands last."""
    during = found.preposition in _DURING and found.week is not None and not text[found.end :].strip(" .!)")
    return found.preposition not in _FROM or during


def is_word_after(text: str, at: int) -> bool:
    """Whether a word stands right behind this place."""
    return bool(re.match(r" \w", text[at:]))


def _is_list(text: str, founds: list[Found], chosen: Found) -> bool:
    """Whether the day is one of several in a row ("duscha tis och fre"), which most often tell how the thing is done."""
    ends = [(other.end, chosen.start) for other in founds if other.end <= chosen.start] + [(chosen.end, other.start) for other in founds if other.start >= chosen.end]
    days = chosen.weekday is not None and sum(each.weekday is not None for each in founds) > 2  # "mån ons fre"
    return any(re.fullmatch(rf"\s*(?:,|/|&|\+|och|o|and){'?' if days else ''}\s*", text[end:start], re.IGNORECASE) for end, start in ends)


def _is_told(before: str) -> bool:
    """Whether the text before a day goes on in a clause of its own: "... att läkaren kommer på", but not "... att ringa på"."""
    told = _TOLD.search(before)
    return told is not None and not is_verb(told["next"]) and any(word in PRESENT or word in _IS for word in before[told.start("next") :].split())


_IS = words_of("ar har ska kan far blir vill is has will can comes kommer ses traffas mots borjar")


def _deadline(text: str, founds: list[Found], strong: list[Found]) -> tuple[Found | None, bool]:
    """Which of several days is the deadline, and whether that is plain."""
    if strong:  # "ring i morgon och boka en tid före jul" may end on either day
        others = {each.when for each in founds if each is not strong[-1]}
        return strong[-1], not others or bool(_LATEST.search(fold(text[strong[-1].start : strong[-1].end])))
    if not founds:
        return None, True
    if len(founds) == 1:
        return founds[0], True
    last = founds[-1]
    at_end = not text[last.end :].strip(" .!)")
    return (last if at_end else founds[0]), False


def is_verb(word: str) -> bool:
    """Whether a folded word surely is something people do, as "ringa", "ringer", "call"."""
    return word in INFINITIVES or word in PRESENT


def first_word(low: str) -> str:
    """The first word of a folded text."""
    found = re.match(r"[\w:]+", low)
    return found.group().rstrip(":") if found else ""


def day_of(when: Moment) -> date:
    return when.date() if isinstance(when, datetime) else when


def with_people(named: Named, reading: Reading) -> Reading:
    """The reading, of those people; where one of them is not known, that is what is wrong."""
    return replace(
        reading,
        owners=named.owners,
        unclear_owner=named.unclear,
        owner_choices=named.choices,
        unknown_owner=named.unknown,
        guess=bool(named.guess),
        sure=reading.sure and not named.unclear and not named.unknown,
        problem="no_owner" if named.unknown else reading.problem,
        problem_words=named.unknown or reading.problem_words,
    )
