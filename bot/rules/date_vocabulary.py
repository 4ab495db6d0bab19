"""The words that `date_words` knows, folded: lower case, å ä ö as a a o."""

from __future__ import annotations

import re

FOLD = str.maketrans("åäöéèüáàæø", "aaoeeuaaao", "\u0300\u0301\u0308\u030a")


def fold(word: str) -> str:
    """A word as the tables below hold it."""
    return word.lower().translate(FOLD)


WEEKDAYS: dict[str, int] = {}
"""Words for one day: "fredag", "fredagen", "fredagens", "fredan", "fre", "friday"."""
HABIT_WEEKDAYS: dict[str, int] = {}
"""Plurals, which mean a habit: "fredagar", "fridays"."""
PAST_WEEKDAYS: set[str] = set()
""""fredags", as in "i fredags"."""
for _day, _names in enumerate(
    ("mandag man mon", "tisdag tis tue", "onsdag ons wed", "torsdag tors thu", "fredag fre fri", "lordag lor sat", "sondag son sun")
):
    _full, *_short = _names.split()
    WEEKDAYS |= {_full: _day, f"{_full}en": _day, f"{_full}ens": _day, f"{_full[:-2]}an": _day, **dict.fromkeys(_short, _day)}
    HABIT_WEEKDAYS |= {f"{_full}ar": _day, f"{_full}arna": _day}
    PAST_WEEKDAYS.add(f"{_full}s")
for _day, _full in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")):
    WEEKDAYS[_full] = _day
    HABIT_WEEKDAYS[f"{_full}s"] = _day
WEEKDAYS |= {"tor": 3, "thur": 3, "thurs": 3, "tues": 1, "onsd": 2, "tisd": 1, "torsd": 3, "mand": 0, "lord": 5, "sond": 6}

NEEDS_DOTS = {"man": "mån", "son": "sön", "mand": "månd", "lord": "lörd", "sond": "sönd"}
"""Abbreviations that are another word without their dots."""
NEEDS_ENGLISH = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "thur", "thurs", "tues"}
"""Abbreviations that are read only behind an English preposition."""

SHORTEST_WEEKDAYS = {
    "må": "måndag", "ti": "tisdag", "on": "onsdag", "to": "torsdag", "fr": "fredag", "lö": "lördag", "sö": "söndag",
}  # fmt: skip
"""As almanacs have them; only read where nothing but a day can stand."""

MONTHS: dict[str, int] = {}
for _month, _names in enumerate(
    (
        "januari jan january", "februari feb febr february", "mars mar march", "april apr", "maj may", "juni jun june",
        "juli jul july", "augusti aug august", "september sep sept", "oktober okt october oct", "november nov",
        "december dec",
    ),
    1,
):  # fmt: skip
    MONTHS |= dict.fromkeys(_names.split(), _month)
LONELY_MONTHS = {word for word in MONTHS if len(word) > 3 or word == "maj"} - {"febr", "sept", "march"}
"""Months that may stand without a number, behind "i" or "under"."""
MONTH_NAMES_OF_PEOPLE = {"maj", "may", "april", "augusti", "juli", "juni", "june", "august"}

NUMBERS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "noll zero", "en ett one a an", "tva two", "tre three", "fyra four", "fem five", "sex six", "sju seven",
            "atta eight", "nio nine", "tio ten", "elva eleven", "tolv twelve", "tretton thirteen", "fjorton fourteen",
            "femton fifteen", "sexton sixteen", "sjutton seventeen", "arton", "nitton", "tjugo twenty", "tjugoen tjugoett",
            "tjugotva", "tjugotre", "tjugofyra", "tjugofem",
        )
    )
    for word in words.split()
}  # fmt: skip
NUMBERS |= {"trettio": 30, "thirty": 30, "fyrtiofem": 45, "fyrtio": 40, "nittio": 90, "sextio": 60}

ORDINALS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "forsta first", "andra second", "tredje third", "fjarde fourth", "femte fifth", "sjatte sixth", "sjunde seventh",
            "attonde eighth", "nionde ninth", "tionde tenth", "elfte", "tolfte", "trettonde", "fjortonde", "femtonde",
            "sextonde", "sjuttonde", "artonde", "nittonde", "tjugonde", "tjugoforsta", "tjugoandra", "tjugotredje",
            "tjugofjarde", "tjugofemte", "tjugosjatte", "tjugosjunde", "tjugoattonde", "tjugonionde", "trettionde",
            "trettioforsta",
        ),
        1,
    )
    for word in words.split()
} | {"sista": -1, "siste": -1, "last": -1, "forste": 1, "andre": 2}  # fmt: skip

AROUND = {"ungefar", "cirka", "ca", "typ", "ish", "approximately"}
"""Behind a day: it is not meant to the day."""
DEADLINE = {"senast", "till", "tills", "fore", "innan", "infor", "deadline", "by", "due", "before", "until", "tom", "klart"}
BEFORE = {"fore", "innan", "infor", "before"}
AFTER = {"efter", "after"}
FROM = {"fran", "fom", "from", "starting", "since"}
PREPOSITIONS = (
    (DEADLINE - {"klart"})
    | AFTER
    | FROM
    | {"pa", "i", "under", "vid", "on", "over", "nu", "redan", "absolut", "allra", "during", "fram", "at", "in"}
)
ENGLISH_PREPOSITIONS = {"by", "due", "before", "until", "on", "this", "next", "from", "every", "after", "and", "to"}

PARTICLES = {"efter", "over", "under", "in", "pa", "i", "fram", "vid", "after"}
"""Before another preposition these belong to the verb: "höra efter på fredag", "skriva under i morgon"."""
TAKES_PARTICLE = {
    "efter": {"hor", "hora", "hors", "se", "ser", "fraga", "fragar", "kolla", "kollar", "titta", "tittar", "leta", "letar", "stada", "stadar"},
    "till": {"hjalpa", "hjalper", "hjalp", "titta", "tittar", "se", "ser", "bidra", "bidrar"},
    "after": {"look", "looks"},
}
"""Verbs whose particle may stand right before a day: "titta till i morgon"."""

CLOCK = {"kl", "klockan", "klock", "klocka", "oclock"}
ABOUT = {"vid", "runt", "omkring", "kring", "ca", "cirka", "at", "around", "about", "ungefar", "strax"}
DAY_PARTS = {
    "morgon": "am", "morgonen": "am", "morse": "am", "bitti": "am", "formiddag": "am", "formiddagen": "am", "fm": "am",
    "morning": "am", "eftermiddag": "pm", "eftermiddagen": "pm", "em": "pm", "afternoon": "pm", "kvall": "pm",
    "kvallen": "pm", "evening": "pm", "natt": "am", "natten": "am", "night": "pm",
}  # fmt: skip
TODAY = {"idag": "", "today": "", "ikvall": "pm", "tonight": "pm"}
TOMORROW = {"imorgon", "imorron", "imorrn", "imorn", "immorgon", "tomorrow"}
DAY_AFTER = {"overmorgon", "iovermorgon", "overmorron", "overmorn"}
MORROW = {"morgon", "morron", "morrn", "morn"}
THIS = {"denna", "detta", "this", "kommande", "coming", "nuvarande", "innevarande"}
NEXT = {"nasta", "next"}
PAST = {"igar", "gar", "yesterday", "forrgar", "morse", "iforrgar"}
BEFORE_A_PAST_DAY = {"forra", "forre", "foregaende", "senaste", "last", "past", "previous"}
""""förra fredagen": a weekday that has been."""


def has_been(words: str) -> bool:
    """Whether words for a day say that it has been: "i går", "förra fredagen"."""
    return any(fold(word) in PAST | PAST_WEEKDAYS | BEFORE_A_PAST_DAY for word in words.split())


def says_year(text: str) -> bool:
    """Whether words for a day hold its year: "1 mars 2028", "1 mars nästa år"."""
    return bool(re.search(r"\b(?:\d{4}|nasta ar|next year)\b", fold(text)))


TELLS = {
    "som", "att", "vad", "hur", "varfor", "nar", "om", "efter", "sedan", "sen", "fran", "eftersom", "hon", "han", "de", "var", "hade",
    "fick", "blev", "kom", "hande", "foll", "ramlade", "since", "from", "about", "after", "what", "that", "which", "why", "how", "when",
    "because", "ang", "angaende", "gallande", "pga", "betraffande", "regarding", "she", "he", "they", "was", "had", "got", "fell", "happened",
}  # fmt: skip
"""Words that make a past day tell when something was: "kolla upp vad som hände igår"."""
WEEK = {"v", "vecka", "veckan", "veckorna", "veckor", "veckas", "week", "weeks", "w"}
WORKING_DAY = {"vardag", "vardagen", "arbetsdag", "arbetsdagen", "vardagarna", "weekday", "workday"}
MEETING = {"mote", "motet", "traff", "traffen", "meeting", "veckomote", "veckomotet", "avstamning", "avstamningen", "nvgmote"}
WEEKEND = {"helg", "helgen", "weekend", "veckoslutet", "veckoslut", "helgerna"}

DAYS_IN = {
    "dag": 1, "dagar": 1, "dar": 1, "dygn": 1, "dgr": 1, "day": 1, "days": 1, "vecka": 7, "veckor": 7, "v": 7, "week": 7, "weeks": 7, "fortnight": 14,
}  # fmt: skip
WORKING_DAYS = {"arbetsdag", "arbetsdagar", "vardag", "vardagar", "workdays"}
MONTHS_IN = {
    "manad": 1, "manader": 1, "man": 1, "month": 1, "months": 1, "kvartal": 3, "halvar": 6, "ar": 12, "year": 12, "years": 12,
}  # fmt: skip
MINUTES_IN = {
    "timme": 60, "timmar": 60, "tim": 60, "h": 60, "hour": 60, "hours": 60, "hrs": 60, "minut": 1, "minuter": 1, "min": 1, "minute": 1,
    "minutes": 1, "mins": 1, "kvart": 15, "kvartar": 15, "halvtimme": 30, "halvtimma": 30, "timma": 60,
}  # fmt: skip

UNITS = {
    "mg", "ml", "g", "kg", "dl", "cl", "cm", "mm", "m", "km", "st", "kr", "kronor", "ggr", "ganger", "gang", "tabletter",
    "tablett", "liter", "l", "dos", "doser", "kopp", "koppar", "glas", "portion", "portioner", "tsk", "msk", "timme",
    "timmar", "tid", "ar", "del", "delar", "av", "grader", "personer", "dagar", "veckor", "manader", "besok", "ie", "e",
    "enheter", "mmol", "procent", "minuter", "min", "tim", "h", "stycken", "par", "tablets", "tablet", "times", "of",
    "tabl", "tab", "tbl", "kapslar", "kapsel", "cups", "litre", "years", "aringar", "arig", "ariga", "droppar", "puffar", "spruta", "sprutor", "plaster", "poang",
}  # fmt: skip
SCALES = {"vas", "nrs", "smarta", "smartan", "skala", "skalan", "skattar", "skattade", "skattning", "poang", "mattar", "pain", "mna", "gds"}
PLACES = {"rum", "rummet", "lagenhet", "lgh", "avd", "avdelning", "sal", "nr", "nummer", "plats", "sang", "hus", "port", "kok", "room", "ward"}
"""Words before figures that are an address and no date: "rum 3/12"."""
FREE_BEFORE = {
    "pa", "i", "med", "hos", "om", "och", "for", "till", "fran", "av", "nar", "sa", "eller", "da", "senast", "den", "att",
    "vecka", "with", "and", "to", "on", "at", "by", "from", "so", "in", "via", "efter", "innan", "fore", "tack",
    "ansvarig", "ersattare", "vikarie", "tiden", "varje", "dagligen", "every", "as", "or", "som", "men", "eftersom",
    "bitti", "em", "fm", "am", "pm", "istallet", "instead", "denna", "nasta", "this", "next",
}  # fmt: skip
"""Words that may follow a time without making it a number of something ("vid tre på torsdag", but "vid tre tillfällen")."""

BEHIND_A_WEEK = FREE_BEFORE | {
    "angaende", "ang", "gallande", "ska", "skall", "bor", "kan", "maste", "vid", "under", "utan", "mellan", "enligt", "genom", "hemma", "igen",
    "sen", "sedan", "blir", "ar", "kommer", "annars", "about", "regarding", "will", "should", "during", "without", "then", "is",
}  # fmt: skip
"""Words that may follow "v6" where a week is meant."""

BEFORE_A_RANGE = {
    "borta", "ledig", "ledighet", "semester", "franvarande", "bortrest", "sjuk", "sjukskriven", "mellan", "den", "fran", "vab",
    "foraldraledig", "tjanstledig", "franvaro", "away", "off", "vacation", "holiday", "leave", "between", "from", "the",
}  # fmt: skip
"""Words before a range of days written with "till": "borta 1 till 14 juli"."""

FIXED_DAYS = {
    "julafton": (12, 24), "juldagen": (12, 25), "annandag jul": (12, 26), "nyarsafton": (12, 31), "nyarsdagen": (1, 1),
    "trettondagsafton": (1, 5), "trettondagen": (1, 6), "tjugondag": (1, 13), "alla hjartans dag": (2, 14),
    "valborg": (4, 30), "forsta maj": (5, 1), "nationaldagen": (6, 6), "lucia": (12, 13),
}  # fmt: skip
EASTER_DAYS = {
    "fettisdagen": -47, "askonsdagen": -46, "skartorsdagen": -3, "langfredagen": -2, "paskafton": -1, "paskdagen": 0, "annandag pask": 1,
    "kristi himmelsfardsdag": 39, "pingstafton": 48, "pingstdagen": 49,
}  # fmt: skip
SEASONS = {
    "jul": ("julafton", "annandag jul"), "nyar": ("nyarsafton", "nyarsafton"), "pask": ("langfredagen", "annandag pask"),
    "midsommar": ("midsommarafton", "midsommardagen"), "pingst": ("pingstafton", "pingstdagen"),
    "trettonhelgen": ("trettondagen", "trettondagen"), "julhelgen": ("julafton", "annandag jul"),
}  # fmt: skip
"""Seasons from their first to their last day: "före jul", "efter påsk". Only read behind a preposition."""
SCHOOL_DAYS = {
    "lovet", *(f"{name}lov{ending}" for name in ("sport", "host", "pask", "sommar", "jul", "vinter", "februari", "las") for ending in ("", "et")),
    "skolstarten", "skolstart", "terminsstarten", "terminsstart", "skolavslutningen", "skolavslutning",
}  # fmt: skip
"""Each municipality has its own: where a date is expected they are asked about."""


_BREAKS = "winter easter autumn fall spring summer february school".split()  # noqa: SIM905
SCHOOL_BREAKS = (
    *((name, end) for name in _BREAKS for end in ("break", "holidays", "holiday")), ("christmas", "break"), ("half", "-", "term"), ("half", "term"), ("halfterm",),
)  # fmt: skip
"""The same in English, the words of each."""
SCHOOL_BREAKS_BEGIN = {each[0] for each in SCHOOL_BREAKS}
_A_BREAK = re.compile("|".join(rf"\b{' ?'.join(each)}\b" for each in SCHOOL_BREAKS))


def school_day(text: str) -> str:
    """The day of the schools' year that a text names, in its definite form: "sportlovet", "skolstarten", "the autumn break"."""
    if found := _A_BREAK.search(fold(text)):
        return found.group() if found.group().startswith("half") else f"the {found.group().replace('easter', 'Easter').replace('christmas', 'Christmas')}"
    said = next((word.strip(".,!?").lower() for word in text.split() if fold(word).strip(".,!?") in SCHOOL_DAYS), "")
    return said + ("et" if said.endswith("lov") else "en" if said.endswith(("start", "avslutning")) else "")


_ALSO = {
    "julafton": "julaftonen|christmas eve|xmas eve",
    "juldagen": "juldag|juldan|christmas day",
    "annandag jul": "boxing day|annandagjul",
    "annandag": "annandagen|annandan",
    "nyarsafton": "new years eve|new year's eve|new year s eve",
    "nyarsdagen": "nyarsdag|nyarsdan|new years day|new year's day|new year s day",
    "trettondagsafton": "trettondagsaftonen|trettonafton|trettondag jul afton",
    "trettondagen": "trettondedag jul|trettondedagen|trettondag jul|trettondag|trettondedag|epiphany",
    "tjugondag": "tjugondag knut|tjugondagen|tjugondedag knut",
    "valborg": "valborgsmassoafton|sista april|valborgsmasso",
    "forsta maj": "may day",
    "nationaldagen": "sveriges nationaldag|national day",
    "lucia": "luciadagen",
    "skartorsdagen": "skartorsdag|maundy thursday",
    "langfredagen": "langfredag|good friday",
    "paskafton": "paskaftonen|easter eve|easter saturday",
    "paskdagen": "paskdag|easter sunday",
    "annandag pask": "easter monday|annandagpask",
    "kristi himmelsfardsdag": "kristi himmelsfard|kristi himmelfardsdag|kristihimmelsfardsdag|kristi flygare|ascension day",
    "pingstdagen": "pingstdag|whit sunday",
    "midsommarafton": "midsommaraftonen|midsummer eve|midsummer's eve|midsummers eve|midsummer s eve",
    "midsommardagen": "midsommardag|midsummer day",
    "mors dag": "morsdag|mother ' s day",
    "fars dag": "farsdag|father ' s day",
    "alla helgons dag": "alla helgon|allhelgona|allhelgonahelgen|alla helgons|allhelgonadagen|all saints day",
    "forsta advent": "1:a advent|1 advent|first advent|forsta sondagen i advent",
    "andra advent": "2:a advent|2 advent",
    "tredje advent": "3:e advent|3 advent",
    "fjarde advent": "4:e advent|4 advent",
    "jul": "julen|christmas|xmas|jularna",
    "nyar": "nyaret|new year|the new year|arsskiftet|nyarshelgen",
    "pask": "pasken|paskhelgen|easter|paskhelg",
    "midsommar": "midsommarn|midsommaren|midsommarhelgen|midsummer",
    "pingst": "pingsten|pingsthelgen",
    "trettonhelgen": "trettondagshelgen|trettonhelg",
    "julhelgen": "julhelg",
    "mellandagarna": "mellan jul och nyar|mellandagar",
}

FESTIVALS: dict[str, list[tuple[tuple[str, ...], str]]] = {}
"""First word -> the ways to go on, longest first, and the day meant."""
for _key in {**FIXED_DAYS, **EASTER_DAYS, **SEASONS, **dict.fromkeys(_ALSO)}:
    for _name in (_key, *_ALSO.get(_key, "").split("|")):
        if _name:
            _words = tuple(_name.replace(":", " : ").replace("'", " ' ").split())
            FESTIVALS.setdefault(_words[0], []).append((_words, _key))
for _ways in FESTIVALS.values():
    _ways.sort(key=lambda way: -len(way[0]))
EITHER = {"annandag": ("annandag jul", "annandag pask")}
"""Days that two are called: the next of them is meant."""
ALSO_NAMES = {"valborg", "lucia"}
"""Days that are people too: without a preposition they are read, but shown back."""
NEEDS_PREPOSITION = set(SEASONS) | {"mellandagarna", "lucia", "alla helgons dag", "valborg"}

STARTS = frozenset(
    {*WEEKDAYS, *HABIT_WEEKDAYS, *MONTHS, *NUMBERS, *ORDINALS, *PREPOSITIONS, *CLOCK, *ABOUT, *DAY_PARTS, *TODAY, *FESTIVALS}
    | TOMORROW | DAY_AFTER | THIS | NEXT | PAST | WEEK | WEEKEND
    | {
        "day", "the", "den", "morgondagen", "ytterligare", "within", "inom", "om", "mellan", "between", "halv", "half", "kvart",
        "quarter", "noon", "midday", "slutet", "slut", "end", "borjan", "beginning", "start", "mitten", "middle", "varje",
        "manadsskiftet", "manadsskifte", "nastkommande", "every", "each", "alla", "var", "varannan", "dagligen", "daily",
        "vardagar", "weekly", "nattetid", "deadline", "nastnasta", "dagen", "dan", "strax", "ma", "ti", "fr", "lo", "so",
    }
)  # fmt: skip
"""Words that a phrase may begin with: all others are passed over at once."""
