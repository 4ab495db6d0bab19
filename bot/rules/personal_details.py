"""Words that look like somebody's name, number or address. They are let in, and asked about: nobody can be sure.

| what is asked about | what is not |
|---|---|
| a common first name and a surname ("ring Selma Svensson"); a third word too ("Karl Johan Nilsson") | whoever is known, streets, institutions, two first names alone ("Karl Johan") |
| a name after what makes a patient or relative of it ("fru Karlsson", "patienten Karl", "dottern Eva") | the same of somebody known |
| a mobile number | whoever's it is is known; fixed lines, which are switchboards oftener than not |
| a mail address | known ones, those at a known colleague's place of work, and those of no person ("info@") |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.rules.first_names import FIRST_NAMES, WORDY_FIRST_NAMES

_NAME = r"[^\W\d_a-zåäöéüø][a-zåäöéèüøæçñńśšžčćğıłáíóúõôâêôàòìćđ]+(?:-[^\W\d_]+)*"
_PAIR = re.compile(rf"(?<![\w@.-])({_NAME}) (?:(?:von|van|af|de|al|el|bin) )?({_NAME})(?: ({_NAME}))?(?:\s+([\w-]+))?")
_AFTER = re.compile(
    r"(?<!\w)(?i:(fru|herr|fröken|mrs|mr|ms)|patienten|patientens|brukaren|brukarens|boende|the patient|dottern|sonen|maken|makan|hustrun|mamman|pappan|brodern|systern|sambon|sonhustrun)"
    rf"\.?\s+({_NAME})(?: ({_NAME}))?"
)
_PLACE = re.compile(
    r".*(?:gata|gatan|gränd|gränden|vägen|väg|torg|torget|plats|platsen|plan|plan|park|parken|allé|allén|stig|stigen|backe|backen|bron|bro|kaj|kajen|gård|gården|gårdar|hem|hemmet|"
    r"hemmen|hus|huset|skola|skolan|gymnasiet|kyrka|kyrkan|kapell|sjukhus|sjukhuset|sjukhem|vårdcentral|vårdcentralen|mottagning|mottagningen|klinik|kliniken|apotek|apoteket|boende|"
    r"boendet|stiftelse|stiftelsen|fond|fonden|minne|institut|institutet|universitet|förening|föreningen|center|centrum|centret|station|hamn|hamnen|metoden|skalan|test|testet|kommun|"
    r"region|regionen|län|landsting|församling|förskola|dagar|dagen|street|road|hospital|school|church|foundation|avenue)s?",
    re.IGNORECASE,
)
_NO_SURNAMES = frozenset(
    """
    måndag tisdag onsdag torsdag fredag lördag söndag januari februari mars april maj juni juli augusti september oktober november december jul påsk midsommar och eller samt ring ringer
    ska skall kan har hos till från med på teams slack outlook region kommun försäkringskassan hemtjänsten hemsjukvården rehab monday tuesday wednesday thursday friday saturday sunday
    """.split()  # noqa: SIM905
)
_SURNAMES_TOO = frozenset(
    """
    ahmed ali hassan hussein hussain mohamed mohammed mohammad muhammad ibrahim abdi abdullah abdullahi omar osman yusuf yousef salim saleh khalid khaled mahmoud ismail jama rahim karim
    nasser
    """.split()  # noqa: SIM905
)
"""First names that are as common as surnames."""
_PHONE = re.compile(r"(?<![\w+#/])(?:\+46|0046)?\s?\(?0?\)?7[02369](?:[\s\-/]?\d){7}(?!\d)")
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
_NOBODYS = re.compile(
    r"(?:info|kontakt|reception|registrator|kundtj\w*|order\w*|support|kansli|expedition|bokning|hj[äa]lpmedel\w*|v[åa]rdcentral\w*|kommun\w*|region\w*|diarie\w*|no-?reply|office|service|post|nvg|boten)"
    r"(?:[.\-_]\w+)*",
    re.IGNORECASE,
)


def is_no_surname(word: str) -> bool:
    """Whether a word with a capital behind a first name is a place, an institution, a day or the like."""
    return word.casefold() in _NO_SURNAMES or _PLACE.fullmatch(word) is not None


def names_in(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """What looks like the names of people, who are not among those known."""
    if text.islower():
        return ()
    found = [*_pairs(text), *_titled(text)]
    if not found:
        return ()
    people = [frozenset(_words(name)) for name in known]
    return tuple(dict.fromkeys(name for name in found if not any(_is_theirs(name, person) for person in people)))


def phones_in(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Mobile numbers that are not among those known."""
    found = [place.group().strip() for place in _PHONE.finditer(text)] if "7" in text else []
    theirs = {_digits(each) for each in known} if found else set()
    return tuple(each for each in found if _digits(each) not in theirs)


def addresses_in(text: str, known: Collection[str] = (), places: Collection[str] = ()) -> tuple[str, ...]:
    """Mail addresses of somebody who is not known. `places`: the ends of addresses at places of work."""
    if "@" not in text:
        return ()
    return tuple(
        place.group() for place in _MAIL.finditer(text)
        if place.group().casefold() not in known and place[2].casefold() not in places and not _NOBODYS.fullmatch(place[1])
    )  # fmt: skip


def _pairs(text: str) -> Iterable[str]:
    for place in _PAIR.finditer(text):
        first, second, third, following = place.groups()
        low, last = first.casefold(), (third or second).casefold()
        plain, wordy = _is_first(low), low in WORDY_FIRST_NAMES
        if not (plain or wordy) or _PLACE.fullmatch(last) or _PLACE.fullmatch(second) or (following and _PLACE.fullmatch(following)):
            continue
        if second.casefold() in _NO_SURNAMES or (third and third.casefold() in _NO_SURNAMES and _is_first(second.casefold())):
            continue
        if not third and second.casefold() not in _SURNAMES_TOO and (_is_first(second.casefold()) or second.casefold() in WORDY_FIRST_NAMES):
            continue  # two first names: one person's, or a king's
        yield " ".join(each for each in (first, second, third if third and third.casefold() not in _NO_SURNAMES else "") if each)


def _titled(text: str) -> Iterable[str]:
    for place in _AFTER.finditer(text):
        title, first, second = place.groups()
        low = first.casefold()
        if first[0].isupper() and low not in _NO_SURNAMES and (title or _is_first(low) or _is_first(low.removesuffix("s"))) and not (second and _PLACE.fullmatch(second)):
            yield first if not second or second.casefold() in _NO_SURNAMES else f"{first} {second}"


def _is_first(low: str) -> bool:
    return low in FIRST_NAMES or ("-" in low and low.partition("-")[0] in FIRST_NAMES | WORDY_FIRST_NAMES)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.casefold())


def _is_theirs(name: str, person: frozenset[str]) -> bool:
    """All words of what was found are in that person's name, with or without a genitive's "s"."""
    return all(word in person or word.removesuffix("s") in person for word in _words(name))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-9:]
