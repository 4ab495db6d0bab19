"""Reads what is said about the group and its people: aim, consent, members, absences, settings."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rules.date_vocabulary import FROM, says_year, school_day
from bot.rules.date_words import Found, bad_dates, find_dates, find_schedule
from bot.rules.dates.choose import ALMOST_A_YEAR
from bot.rules.names import Named
from bot.rules.read_settings import read_days
from bot.rules.reading import Context, Moment, Reading
from bot.rules.said import Said, clean, cut, first_word, rest_of
from bot.rules.spelling import fold

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def day_of(when: Moment) -> date:
    return when.date() if isinstance(when, datetime) else when


def with_people(named: Named, reading: Reading) -> Reading:
    return replace(
        reading,
        owners=named.owners,
        unclear_owner=named.unclear,
        owner_choices=named.choices,
        unknown_owner=named.unknown,
        guess=bool(named.guess),
        sure=not named.unclear and not named.unknown,
        problem="no_owner" if named.unknown else "",
        problem_words=named.unknown,
    )


# --- the group -----------------------------------------------------------------------------------------------------------------------


def aim(s: Said) -> Reading | None:
    """`det viktigaste: fler smärtfria timmar`"""
    if s.asks:
        return None
    if not s.text:
        return Reading("aim", problem="no_text") if s.head in {"mal", "malet", "det viktigaste", "aim", "the aim", "patientens mal", "vart mal", "what matters most", "goal"} else None
    says = s.match(r"(?:for [\w-]+\s*(?=:| ar| is))?\s*(?:ar\b|=|is\b|:)\s*:?\s*(?:(?:att|that)\s+)?")
    stated = bool(says) or s.head.endswith((" ar", " is", " till"))
    s = replace(s, colon=s.colon or bool(says and ":" in says.group()))
    if not s.colon and not stated and s.head not in {"mal", "aim", "nytt mal", "patientens mal", "new aim", "goal", "vart mal"}:
        return None
    rest = s.after(says.end()) if says else s
    if not s.colon and rest.match(r"(?:natt|uppnatt|nara|bra|klart|inte|oklart|var|mat|reached|met|near|close|not|good|unclear|viktigt|svart)\b"):
        return None
    that = rest.match(r"(?:att|that)\s+") if stated or s.colon else None
    text = clean(rest.text[that.end() if that else 0 :])
    # "det viktigaste är att ..." is said in many a conversation, so it is shown back.
    return Reading("aim", text=text, sure=s.colon or s.head in {"mal", "aim", "nytt mal", "new aim", "patientens mal", "vart mal", "malet ar", "the aim is"} or s.head == "malet")


def protected(s: Said) -> Reading | None:
    """`skydda namnet Selma Svensson`, `skydda Selma Svensson`, `sluta skydda namnet ...`. "skydda huden" is something to do."""
    named = s.head.endswith(("namn", "namnet", "namnen", "name"))
    text = clean(s.text).strip("\"”“'*_ ")
    if not named and not (text and all(word[0].isupper() for word in text.split())):
        return None
    stop = s.head.startswith(("sluta", "stop", "skydda inte"))
    return Reading("unprotect_name" if stop else "protect_name", text=text)


def _role(intent: str, s: Said) -> Reading | None:
    if s.asks:
        return Reading("group") if intent in {"contact_person", "facilitator"} and not s.text.strip(" ?") else None
    lead = s.match(r"(?:ar|is|blir|till|to|=)\s*:?\s*")
    rest = s.after(lead.end()) if lead else s
    named = rest.who.several(rest.text)
    after = rest.low[named.end :].strip(" .!,")
    if named and not after:
        return with_people(named, Reading(intent))
    if not s.text:
        return Reading(intent, problem="no_owner")
    if named and re.match(r"(?:fran|from|och med|istallet|i stallet|tills|med ersattare)\b", after):
        return with_people(named, Reading(intent))
    if s.colon or (not named and re.fullmatch(r"[A-ZÅÄÖ]\w+(?: [A-ZÅÄÖ]\w+)?", clean(rest.text))):
        return Reading(intent, problem="no_owner", unknown_owner=clean(rest.text), problem_words=clean(rest.text), sure=False)
    return None


def contact_person(s: Said) -> Reading | None:
    """`kontaktperson @anna`"""
    return _role("contact_person", s)


def stand_in(s: Said) -> Reading | None:
    """`ersättare för kontaktperson @bo`"""
    return _role("stand_in", s)


def facilitator(s: Said) -> Reading | None:
    """`mötesledare @eva`"""
    return _role("facilitator", s)


def becomes(s: Said) -> Reading | None:
    """`anna blir kontaktperson`, `bo ska vara med`, `bo slutar`"""
    named = s.who.several(s.text)
    if not named or s.asks:
        return None
    rest = s.low[named.end :].strip(" .!")
    roles = {
        "contact_person": r"(?:(?:ar|blir|ska vara|is|becomes|will be)\s+)(?:ny\s+|var\s+|the\s+)?(?:kontaktperson|kontaktpersonen|contact person)",
        "facilitator": r"(?:(?:ar|blir|ska vara|is|becomes|will be)\s+)(?:ny\s+|var\s+|the\s+)?(?:motesledare|facilitator)",
        "stand_in": r"(?:(?:ar|blir|ska vara|is|becomes)\s+)?(?:ersattare|vikarie)(?: for kontaktperson(?:en)?)|(?:is|becomes) stand-in",
        "members_add": r"(?:ska vara med(?: i gruppen)?|ska med|ar ny medlem|ar med i gruppen|borjar i gruppen|gar med(?: i gruppen)?|joins(?: the group)?|will join|is a new member)",
        "members_remove": r"(?:slutar(?: i gruppen)?|har slutat(?: i gruppen)?|ar inte med langre|ar inte langre med|lamnar gruppen|gar ur gruppen|ska inte vara med(?: langre)?|leaves(?: the group)?|has left(?: the group)?)",
    }
    for intent, pattern in roles.items():
        if re.fullmatch(pattern, rest):
            if intent == "members_remove" and named.me:
                return Reading("leave")
            return with_people(named, Reading(intent))
    return None


def mandate(s: Said) -> Reading | None:
    """`mandat: ändra tider själva`"""
    if not s.text:
        return Reading("mandate", problem="no_text")
    return Reading("mandate", text=clean(s.text)) if (s.colon or s.head.endswith(" ar")) and not (s.asks and not s.colon) else None


_IN_IT = r"(?:med\b|with\b|medlemmar(?:na)?\b|members\b)"
_LEADS = r"(?:(?:med\s+|with\s+)?(?:motesledare|facilitators?)\b)"


def new_group(s: Said) -> Reading | None:
    """`ny grupp tall @anna @bo`, `ny grupp Gula huset, medlemmar: @anna @bo, mötesledare: @eva`"""
    if s.asks:
        return None
    here = s.match(r"(?:har|here|i den har kanalen)\b\s*")
    called = s.match(r"(?:(?:med )?(?:kodnamn|kodnamnet|som heter|code name|called|named)\s*:?\s*)")
    rest = s.after(here.end() if here else called.end() if called else 0)
    code = re.match(rf"(?!(?:{_IN_IT}|{_LEADS}|och\b))([a-zåäö][\w-]{{1,29}})(?=$|[\s,.:;])", rest.text, re.IGNORECASE)
    name = code.group() if code else ""
    left = rest.after(len(name))
    second = name[:1].isupper() and re.match(rf"\s*(?!{_IN_IT}|{_LEADS}|(?:och|and)\b)([^\W\d_][\w-]+)(?=$|\s*[,;:.@]|\s+(?:@|{_IN_IT}|{_LEADS}))", left.low)
    if name and second and not left.who.several(left.text, second.start(1)):  # "Gula huset"
        name, left = f"{name} {left.text[second.start(1) : second.end()]}", left.after(second.end())
    members, leaders, listing = Named(), Named(), False
    while left.text.strip(" ,.;:!"):
        part = left.match(rf"[\s,;.:]*(?:och |and )?(?:(?P<leads>{_LEADS})|{_IN_IT})?\s*(?:ar|is|are)?\s*[:=]?\s*")
        at = part.end() if part else 0
        listing = listing or bool(part and part.group().strip(" ,;.:"))
        named = left.who.several(left.text, at)
        if not named:
            if name and re.fullmatch(r"\s*(?:[A-ZÅÄÖ]\w*\s*)+", left.text) and name[0].isupper():
                return Reading("new_group", code=clean(f"{name} {left.text}"))  # a person's name, by the look of it
            if not listing:
                return None
            strange = re.split(r"[,;]|\s(?:och|and)\s", left.text[at:])[0]
            return Reading("new_group", code=name, unknown_owner=clean(strange)) if clean(strange) else None
        if part and part["leads"]:
            leaders = _also(leaders, named)
        else:
            members = _also(members, named)
        left = left.after(named.end)
    reading = replace(with_people(leaders if leaders.unknown or leaders.unclear else members, Reading("new_group", code=name)), problem="")
    return replace(reading, owners=members.owners, leaders=leaders.owners)


def _also(those: Named, more: Named) -> Named:
    return replace(more, owners=tuple(dict.fromkeys((*those.owners, *more.owners))), unclear=those.unclear or more.unclear, choices=those.choices or more.choices, unknown=those.unknown or more.unknown)


def members_add(s: Said) -> Reading | None:
    """`lägg till @bo`, `bjud in maj@example.org`"""
    if s.asks:
        return None
    mail = _EMAIL.search(s.text)
    if mail:
        name = clean(s.text[: mail.start()].rstrip(" <("))
        return _to_meeting(s.after(mail.end()), Reading("members_add", text=mail.group(), topic=name))
    named = s.who.several(s.text)
    rest = s.low[named.end :].strip(" .!,")
    if (named and not rest) or (named and re.fullmatch(r"(?:i|till|som|to|in|as)\s+(?:gruppen|medlem|medlemmar|motet|inbjuden|gast|the group|member|a member|guest)", rest)):
        return with_people(named, Reading("members_add"))
    if not s.text:
        return Reading("members_add", problem="no_owner") if s.head != "add" else None
    fits = re.fullmatch(r"[A-ZÅÄÖ][\w-]+(?: [A-ZÅÄÖ][\w-]+){1,2}", clean(s.text))
    return Reading("members_add", problem="no_owner", unknown_owner=clean(s.text), problem_words=clean(s.text), sure=False) if s.head.endswith(("medlem", "member")) and fits else None


def _to_meeting(s: Said, reading: Reading) -> Reading:
    """`... till mötet på tisdag`, `... till nästa möte`, `... to Tuesday's meeting`: of which meeting alone somebody is a guest."""
    said = re.match(r"[\s>):,]*(?:bara |enbart |only )?(?:till|pa|for|to|at)\s+", s.low)
    if not said:
        return reading
    meeting = re.search(r"\b(?:motet|mote|traffen|meeting)\b", s.low)
    text = s.text[said.end() :] if meeting is None else s.text[said.end() : meeting.start()] + s.text[meeting.end() :]
    text = re.sub(r"(\w+d(?:ag|ay))(?:en)?['’]?s\b", r"\1", text)
    days = find_dates(text, s.ctx)
    if days and not days[0].past:
        return replace(reading, which=day_of(days[0].when))
    if days or (wrong := bad_dates(text, s.ctx)):
        return replace(reading, problem="past_date" if days else "bad_date", problem_words=text[days[0].start : days[0].end] if days else wrong[0])
    if meeting and s.ctx.next_meeting:
        return replace(reading, which=s.ctx.next_meeting.date())
    return replace(reading, problem="no_date") if meeting else reading


def members_remove(s: Said) -> Reading | None:
    """`ta bort medlem @bo`"""
    named = s.who.several(s.text)
    return with_people(named, Reading("members_remove")) if named and not s.asks else None


def pause(s: Said) -> Reading | None:
    """`pausa till 15 augusti`, `sommaruppehåll v 27-32`"""
    if s.asks:
        return None
    meeting = s.match(r"(?:gruppen|motena|moten|the group|meetings)\b\s*")
    rest = s.after(meeting.end()) if meeting else s
    rest = replace(rest, text=rest_of(rest.text, s.ctx.now.date()))
    days = find_dates(rest.text, s.ctx)
    if not days:
        words = bad_dates(rest.text, s.ctx) or [school for school in (school_day(rest.text),) if school]
        if words:
            return Reading("pause", problem="bad_date", problem_words=words[0])
        return Reading("pause") if not rest.text.strip(" .!") and s.head not in {"paus", "break", "jullov"} else None
    if rest.text[days[-1].end :].strip(" ,.!"):
        return None
    if wrong := wrong_days("pause", rest.text, days, s.ctx.now.date()):
        return wrong
    if not days[0].day or rest.text[: days[0].start].strip(" ,:"):
        return None
    first, last = _span(days)
    if days[-1].past or (last and last < s.ctx.now.date()):
        return Reading("pause", problem="past_date", problem_words=rest.text[days[-1].start : days[-1].end])
    return other_days(Reading("pause", from_=first, until=last, sure=all(each.sure for each in days)), rest.text, days)


_TO = frozenset(("till", "tom", "t.o.m", "t.o.m.", "to", "until", "tills", "till och med", "fram till", "through", "till o med"))


def _span(days: list[Found]) -> tuple[date | None, date | None]:
    """First and last day said: "1–14 juli", "från 1 juli till 14 juli", "till 15 augusti" (no first day)."""
    if len(days) > 1:
        return day_of(days[0].when), day_of(days[-1].until or days[-1].when)
    day = days[0]
    if day.until is not None and not day.clock:
        return day_of(day.when), day_of(day.until)
    if day.week is not None and day.weekday is None:
        monday = day_of(day.when) - timedelta(days=day_of(day.when).weekday())
        return monday, monday + timedelta(days=6)
    if day.preposition in _TO:
        return None, day_of(day.when)
    if day.preposition.startswith(("fran", "from", "fr")):
        return day_of(day.when), None
    return day_of(day.when), day_of(day.when)


_HALF = re.compile(r"(\d{1,2})\s*([-–]|till\b|to\b)?\s*$")




def _month_day(of: date, day: int) -> date | None:
    return of.replace(day=day) if 1 <= day <= monthrange(of.year, of.month)[1] else None


def wrong_days(intent: str, text: str, days: list[Found], today: date) -> Reading | None:
    """Days that must not be kept as they stand: "10 juli till 1 juli", "v 32-27" (the other way round is offered), and days that have just been."""
    first, last = days[0], days[-1]
    half = _HALF.search(text[: first.start])
    if half and (half[2] or first.preposition in _TO):  # "10–1 juli", of which only the first of July was found
        begins, ends = day_of(first.when), _month_day(day_of(first.when), int(half[1]))
        turned = (begins, ends) if ends and begins < ends else ()
        return Reading(intent, problem="backwards" if turned else "bad_date", problem_words=text[half.start() : first.end], alternatives=turned)
    words = text[first.start : last.end]
    if last.backwards and last.until is not None:
        return Reading(intent, from_=day_of(last.when), until=day_of(last.until), problem="backwards", problem_words=words, alternatives=last.backwards)
    if len(days) == 2 and first.preposition not in _TO and first.until is None and day_of(last.when) < day_of(first.when) and last.preposition in _TO | {""}:
        return Reading(intent, problem="backwards", problem_words=words, alternatives=(day_of(last.when), day_of(first.when)))
    if not first.sure and day_of(first.when) - today > ALMOST_A_YEAR and not says_year(words):  # written last week, next year's by the calendar
        return Reading(intent, problem="past_date", problem_words=words)
    return None


_LEADS_A_DAY = re.compile(r"(?:(?:till|tills|t\.?o\.?m\.?|och med|fram|to|until|through|från|fr\.?o\.?m\.?|from|på|on|redan|nu)\s+)+", re.IGNORECASE)


def other_days(reading: Reading, text: str, days: list[Found]) -> Reading:
    """With the other day that may be meant ("nästa fredag"), and the words of it."""
    one = days[0]
    if len(days) != 1 or one.weekday is None or one.until is not None or one.clock or not one.alternatives:
        return reading
    words = text[one.start : one.end]
    lead = _LEADS_A_DAY.match(words)
    return replace(reading, sure=False, alternatives=tuple(day_of(other) for other in one.alternatives), problem_words=words[lead.end() if lead else 0 :])


def close_group(s: Said) -> Reading | None:
    """`avsluta gruppen: ring före åtta`"""
    if s.asks:
        return None
    learnt = s.match(r"(?:vi har |vi )?(?:lart oss|larde oss|learnt|we learnt|lardom(?:ar)?)\s*:?\s*(?:att\s+)?")
    text = clean(s.text[learnt.end() if learnt else 0 :])
    return Reading("close_group", text=text) if s.colon or learnt or not s.text else None


# --- consent -------------------------------------------------------------------------------------------------------------------------


def consent(s: Said) -> Reading | None:
    """`samtycke till 2027-11-23 Arvika kommun, Region Värmland`"""
    if s.asks:
        return None
    if s.match(r"(?:saknas|behovs|inte|ej|kravs|finns inte|finns ej|nekas|nekat|missing|needed|not|refused|is missing|ska|maste|har)\b"):
        return None
    if re.search(r"\b(?:aterkall\w+|dras tillbaka|tillbakadraget|indraget|upphor|upphort|withdrawn|revoked)\b", s.low):
        return consent_withdrawn(s)
    if re.search(r"\b(?:inte|ej|not)\b", s.low) and not s.colon:
        return None
    lead = s.match(r"(?:(?:finns|givet|gavs|ges|lamnat|gäller|galler|ar|given|is valid|valid)\s+)+")
    rest = s.after(lead.end()) if lead else s
    rest = replace(rest, text=_last_day_of(rest.text, s.ctx))
    days = find_dates(rest.text, s.ctx)
    if not days:
        words = bad_dates(rest.text, s.ctx) or [open_end[0] for open_end in (_OPEN_END.search(rest.text),) if open_end]
        if words:
            return Reading("consent", problem="bad_date", problem_words=words[0])
        year = re.search(r"\b(?:till|t\.?o\.?m\.?|tom|until|to)\s+(?:och med\s+)?(\d[\d/.-]*)[\s.!]*$", rest.low)
        if year:
            return Reading("consent", problem="bad_date", problem_words=year[1])
        about = clean(re.sub(r"^(?:f[öo]r|till|mellan|for|between|to)\s+", "", rest.text, flags=re.IGNORECASE))
        return Reading("consent", text=about, problem="no_date") if s.colon or not about or re.search(r"kommun|region|landsting", rest.low) else None
    last = days[-1]
    text = rest.text
    if last.past or day_of(last.when) < s.ctx.now.date():
        return Reading("consent", problem="past_date", problem_words=text[last.start : last.end])
    text = cut(text, last.start, last.end)
    text = re.sub(r"^(?:f[öo]r|och|mellan|med|for|between|with|till|to|omfattar)\s+", "", clean(text), flags=re.IGNORECASE)
    text = re.sub(r"\s+(?:till|until|t\.o\.m\.?|tom|g[äa]ller|f[öo]r)$", "", text, flags=re.IGNORECASE)
    return other_days(Reading("consent", text=clean(text), until=day_of(last.until or last.when), sure=last.sure), rest.text, days)


_OPEN_END = re.compile(r"tills vidare|utan slutdatum|alltid|until further notice", re.IGNORECASE)
_SO_LONG = re.compile(
    r"(?:(?:i|under|for|galler)\s+)*(?<!\w)(?<!\bom )(?P<much>(?:ett?|\d{1,2}|tva|tre|fyra|fem|sex|a|one|two|three|four|five|six)\s?(?:ar|halvar|man|manad|manader|veckor|years?|months?|weeks))\b(?! (?:till|more|extra)\b)"
    r"(?:\s+(?:framat|fram|ahead)\b)*(?:\s+(?:fran|from)(?:\s+och med)?\s+(?:idag|i dag|nu|dagens datum|today|now))?"
)


def _last_day_of(text: str, ctx: Context) -> str:
    """ "ett år", "i 6 mån från idag" as "till och med" the last day; from another day where one is said."""
    long = _SO_LONG.search(fold(text))
    if not long:
        return text
    rest = cut(text, long.start(), long.end())
    others = find_dates(rest, ctx)
    if len(others) == 1 and others[0].preposition in FROM:
        ctx, rest = replace(ctx, now=datetime.combine(day_of(others[0].when), time())), cut(rest, others[0].start, others[0].end)
    elif others:
        return rest
    ends = find_dates(f"{'in' if re.search(r'years?|months?|weeks', long['much']) else 'om'} {long['much']}", ctx)
    return f"till och med {day_of(ends[0].when).isoformat()} {rest}".strip() if ends else text


def consent_withdrawn(s: Said) -> Reading | None:
    """`samtycke återkallat`"""
    return None if s.asks or re.search(r"\b(?:inte|ej|not)\b", s.low) else Reading("consent_withdrawn")


_SHARES_NO_MORE = (
    r"[\w@-]+ (?:vill|onskar) (?:inte|ej) (?:langre |mer )?(?:att (?:vi|ni) |lata oss )?(?:delar? (?:med sig|(?:sina |nagra )?(?:uppgifter|information|info|data))|samtycka)\b"
    r"|(?:the patient|she|he|they) (?:no longer wants? (?:us )?to share|does not want (?:us )?to share|doesn't want (?:us )?to share)\b"
)


def patient_withdraws(s: Said) -> Reading | None:
    """`patienten återkallar samtycket`, `Selma har tagit tillbaka sitt samtycke`; "hon vill inte dela uppgifter längre" is asked about."""
    if not s.asks and s.match(_SHARES_NO_MORE):
        line = "consent withdrawn" if s.ctx.language == "en" else "samtycke återkallat"
        return Reading("consent_withdrawn", guess=True, guessed_line=line)
    if s.asks or re.search(r"\b(?:inte|ej|not|om|if|kanske|maybe)\b", s.low):
        return None
    withdraws = re.search(
        r"\b(?:aterkallar|aterkallat|drar tillbaka|dragit tillbaka|tar tillbaka|tagit tillbaka|withdraws|withdrew|has withdrawn|revokes)\b.{0,12}\b(?:samtycke|samtycket|medgivande|medgivandet|consent)\b[\s.!]*$",
        s.low,
    )
    return Reading("consent_withdrawn") if withdraws else None


# --- absences and settings -----------------------------------------------------------------------------------------------------------

_DEPUTY = r"[\s,;(]*\b(?:med\s+)?(?:(?:min\s+|som\s+|är\s+)?(?:ersattare|vikarie|stand-in|standin|deputy|delegate|covered by|replaced by))\s*(?:ar|is|blir|:|=)?\s*"
_STANDS_IN = r"\s+(?:ersatter|vikarierar|hoppar in|tar over|stands in|covers|tar mina(?: saker| atgarder)?|tar mitt|takes mine|tacker upp|tacker|gar in|ar ersattare|ar vikarie|som ersattare|som vikarie|as stand-in)\b(?:\s+(?:mig|for mig|me|for me))?"
_TODAY = frozenset(
    ("sjuk", "jag ar sjuk", "ar sjuk", "sjukskriven", "jag ar sjukskriven", "vab", "vabbar", "jag vabbar", "vard av barn", "sick", "i'm sick", "i am sick")
)


_ADJECTIVES = frozenset(("sjuk", "ledig", "sick", "off"))


def away(s: Said) -> Reading | None:
    """`borta 1–14 juli ersättare @bo`"""
    if s.asks or s.match(r"(?:inte|not|bra|ej)\b"):
        return None
    text, named = _take_deputy(s)
    text = rest_of(re.sub(r"\bhela veckan\b", "i veckan", text, flags=re.IGNORECASE), s.ctx.now.date())
    if so_long := _away_so_long(text, s.ctx):
        return with_people(named, so_long)
    days = _from_today(find_dates(text, s.ctx), s.ctx.now.date())
    rest = text
    for day in reversed(days):
        rest = cut(rest, day.start, day.end)
    left = re.sub(r"\b(?:och|till|från|fran|to|from|and|-|–|pa|på|för|hela dagen|hela|dagen|all day|med|jag|semester|ledig|vab|i)\b|[-–,.!]", " ", rest.lower()).split()
    if days and s.head in _ADJECTIVES and re.match(r"(?!hel|halv)[^\W\d_]+", text[: days[0].start].strip()) and not _take_deputy(s)[1]:
        return None  # "sjuk patient idag", "ledig plats från 1/12"
    words = (bad_dates(text, s.ctx) or [school for school in (school_day(text),) if school]) if not days else []
    if not words and (len(left) > (3 if days else 0) or (left and not days)):
        return None
    if not days:
        if words:
            return Reading("away", problem="bad_date", problem_words=words[0])
        if s.head in _TODAY:
            return with_people(named, Reading("away", from_=s.ctx.now.date(), until=s.ctx.now.date()))
        if named:
            return with_people(named, Reading("away", problem="no_date"))
        return Reading("away", problem="no_date") if not s.text and not s.head.startswith(("ar ", "har ")) and s.head != "off" else None
    if wrong := wrong_days("away", text, days, s.ctx.now.date()):
        return wrong
    if _MORE_DAYS.search(fold(rest)):  # "24, 25 och 26 dec", "v 52, 53 och 1": more was said than could be read
        return with_people(named, Reading("away", problem="no_date"))
    first, last = _span(days)
    if s.head.endswith("gar pa semester") and len(days) == 1 and days[0].until is None and days[0].week is None and days[0].preposition not in _TO:
        first, last = day_of(days[0].when), None
    if days[-1].past or (last is not None and last < s.ctx.now.date()):
        return Reading("away", problem="past_date", problem_words=text[days[-1].start : days[-1].end])
    reading = other_days(with_people(named, Reading("away")), text, days)
    return replace(
        reading,
        from_=first if first is not None else s.ctx.now.date(),
        until=last,
        week=days[0].week,
        sure=reading.sure and all(each.sure or (each.week is not None and each.weekday is None) for each in days),
        problem=reading.problem or ("" if last is not None else "no_until"),
    )


_MORE_DAYS = re.compile(r"\d|\b(?:v|vecka|veckan|veckor|dagar|dag|manad|manader|darpa|week|weeks|days|day)\b")
_AWAY_FOR = re.compile(
    r"(?:(?:i|for)\s+)?(?<!\w)(?<!\bom )(?P<much>(?P<number>en|ett|\d{1,2}|tva|tre|fyra|fem|sex|a|one|two|three|four|five|six)\s?"
    r"(?P<unit>v|vecka|veckor|dagar|dar|man|manad|manader|weeks?|days|months?))\b(?!\s*\d)(?:\s+(?:framat|fram|ahead)\b)*"
)


def _away_so_long(text: str, ctx: Context) -> Reading | None:
    """ "två veckor", "en vecka från och med fredag": from that day, or today, to the last day of it."""
    long = _AWAY_FOR.search(fold(text))
    if not long:
        return None
    rest = cut(text, long.start(), long.end())
    days = find_dates(rest, ctx)
    left = rest if not days else cut(rest, days[0].start, days[0].end)
    plain = len(days) < 2 and (not days or (days[0].until is None and (days[0].week is None or days[0].weekday is not None) and days[0].sure and not days[0].past))
    if not plain or re.sub(r"[\s.,!]", "", left):
        return None
    first = day_of(days[0].when) if days else ctx.now.date()
    ends = find_dates(f"{'in' if long['unit'].startswith(('week', 'day', 'month')) else 'om'} {long['much']}", replace(ctx, now=datetime.combine(first, time(12))))
    return Reading("away", from_=first, until=day_of(ends[0].when) - timedelta(days=1)) if ends and not (days and days[0].preposition in _TO) else None


def _from_today(days: list[Found], today: date) -> list[Found]:
    """ "tis och ons", said on a Tuesday: today and tomorrow."""
    if len(days) > 1 and today in days[0].alternatives and today < day_of(days[1].when) < day_of(days[0].when):
        return [replace(days[0], when=today, sure=True, alternatives=()), *days[1:]]
    return days


def _take_deputy(s: Said) -> tuple[str, Named]:
    """The text without "ersättare @bo" or "Bo ersätter", and who stands in."""
    found = re.search(_DEPUTY, s.low)
    if found:
        named = s.who.several(s.text, found.end())
        if named:
            return cut(s.text, found.start(), named.end), named
    for place in re.finditer(r"(?:^|[\s,;(])(?=[@\w])", s.low):
        named = s.who.one(s.text, place.end(), everyone=False)
        if not named or named.me:
            continue
        verb = re.match(_STANDS_IN, s.low[named.end :])
        if verb:
            return cut(s.text, place.start(), named.end + verb.end()), named
        if named.mentioned:
            with_ = re.search(r"\bmed\s*$", s.low[: place.end()])
            return cut(s.text, with_.start() if with_ else place.start(), named.end), named
    return s.text, Named()


def back(s: Said) -> Reading | None:
    """`tillbaka`, `tillbaka på måndag`"""
    days = find_dates(s.text, s.ctx)
    if s.asks or len(days) != 1 or s.text[: days[0].start].strip(" ,") or s.text[days[0].end :].strip(" .!"):
        return None
    return Reading("back", when=days[0].when, sure=days[0].sure, alternatives=days[0].alternatives)


def settings(s: Said) -> Reading | None:
    """`inställningar`, `påminn mig 8:15`, `jag jobbar mån-tors 7-16`, `språk engelska`"""
    if s.asks:
        return None
    works = s.head in {"jag jobbar", "jag arbetar", "jobbar", "arbetar", "arbetstid", "arbetstider", "i work", "working hours"}
    if works or s.head in {"i don't work", "i do not work", "paminn mig", "remind me"}:
        if free := days_off(s):
            return free
        s = replace(s, text=_DAY_TO_DAY.sub("-", s.text))  # "mån t fre 7-16"
    if not s.text and s.head in {"jag jobbar", "jag arbetar", "i work"}:
        return Reading("settings", topic="working", problem="no_time")
    if not s.text:
        return Reading("settings", topic={"paminn mig": "remind", "remind me": "remind", "sla pa paminnelser": "remind_on", "sla pa paminnelserna": "remind_on", "turn on reminders": "remind_on", "sprak": "language", "byt sprak": "language", "byt sprak till": "language", "language": "language"}.get(s.head, "")) if not s.head.startswith(("jag", "i ", "jobbar", "arbetar")) else None
    if s.head in {"sprak", "byt sprak", "byt sprak till", "language", "change language to"}:
        to = s.match(r"(?:till|to)\s+")
        word, rest = first_word(s.low[to.end() if to else 0 :]), s.low.split()[1:]
        chosen = {"engelska": "en", "english": "en", "en": "en", "svenska": "sv", "swedish": "sv", "sv": "sv"}.get(word, "")
        return Reading("settings", topic="language", text=chosen, problem="" if chosen else "no_text", problem_words="" if chosen else s.text) if chosen or s.colon or to or not rest else None
    found = find_schedule(s.text, s.ctx)
    if works:
        if found and found.slots and not s.text[: found.start].strip(" :") and not s.text[found.end :].strip(" .!"):
            return Reading("settings", topic="working", slots=found.slots, weekdays=found.weekdays, text=clean(s.text))
        half = found and not found.slots and not s.text[: found.start].strip(" :") and not s.text[found.end :].strip(" .!")
        if half or s.whole(r"(?:kl\.?\s*)?\d{1,2}(?:[:.]\d\d)?\s*(?:-|–|till|to)\s*\d{1,2}(?:[:.]\d\d)?"):  # "jag jobbar mån-fre", "jag jobbar 7-16"
            return Reading("settings", topic="working", text=clean(s.text), problem="no_time")
        return None
    clock = re.fullmatch(r"(?:(?:varje dag |dagligen |every day )?(?:kl\.?|klockan|vid|at|om)?\s*)(\d{1,2})(?:[:.](\d{2}))?(?:\s*(am|pm))?(?: varje dag| dagligen| every day)?(?: i ?stallet| instead)?[\s.!]*", s.low)
    if clock and int(clock[1]) < 24 and int(clock[2] or 0) < 60:
        hour = int(clock[1]) + (12 if clock[3] == "pm" and int(clock[1]) < 12 else 0)
        return Reading("settings", topic="remind", text=f"{hour:02}:{clock[2] or '00'}")
    if clock:
        return Reading("settings", topic="remind", problem="bad_date", problem_words=clean(s.text))
    if s.whole(r"pa|igen|pa igen|on|again|on again"):
        return Reading("settings", topic="remind_on")
    return Reading("remind_off") if s.whole(r"av|inte|aldrig|off|never") else None


_DAY_TO_DAY = re.compile(r"(?<=[^\W\d_])\.?\s+(?:t|tom|t\.o\.m\.?)\s+(?=(?:mån|tis|ons|tor|fre|lör|sön))", re.IGNORECASE)
_DAYS_OFF = r"(?:(?P<no>inte|ej|aldrig|never)\s+|(?P<only>bara|only)\s+)?(?:(?:pa|on)\s+)?(?P<each>varje |every )?(?P<days>[a-z][a-z, &]+?)[\s.!]*"


_RED_DAYS = r"(?:(?P<no>inte|ej|aldrig|never|not)\s+)?(?:aven\s+|ocksa\s+|pa\s+|also\s+|on\s+)*(?:roda dagar|helgdagar|storhelger|red days|public holidays|bank holidays)(?:\s+(?:ocksa|med|too))?[\s.!]*"


def days_off(s: Said) -> Reading | None:
    """ "jag jobbar inte på fredagar", "jag är ledig varje fredag", "jag jobbar bara tisdagar": a habit, and no single day."""
    red = None if s.asks else re.fullmatch(_RED_DAYS, s.low)
    if red and s.head.endswith(("jobbar", "arbetar", "work", "paminn mig", "remind me")):
        return Reading("settings", topic="red_days", text="" if red["no"] or s.head.endswith("not work") or "don't" in s.head else "yes")
    said = None if s.asks else re.fullmatch(_DAYS_OFF, s.low)
    free = s.head.endswith(("ledig", "ledigt", "borta", "off", "don't work", "not work"))
    if not said or not (free or ((said["no"] or said["only"]) and s.head.endswith(("jobbar", "arbetar", "i work")))):
        return None
    words = s.text[said.start("days") : said.end("days")].strip()
    habit = said["each"] or re.fullmatch(r"(?:[^\W\d_]+(?:dagar|helger|weekends|weekdays|days)|helger)(?:(?:,| och| and| &) [^\W\d_]+(?:dagar|days|helger))*", words, re.IGNORECASE)
    return Reading("settings", topic="works_only" if said["only"] else "works_not", text=words) if habit and read_days(words) else None


def phone(s: Said) -> Reading | None:
    """`mitt nummer 070-123 45 67`"""
    lead = s.match(r"(?:ar|is)\s+")
    rest = s.after(lead.end()) if lead else s
    number = rest.whole(r"\+?[\d\s()-]{6,20}")
    return Reading("phone", text=clean(rest.text)) if number else Reading("phone", problem="no_number") if not s.text else None


def subscribe(s: Said) -> Reading | None:
    """`prenumerera fredagar 14`"""
    if s.asks:
        return None
    about = s.match(r"(?:(?:pa|to)\s+)?(?:veckooversikten?|veckobrevet?|weekly digest)?\s*")
    rest = s.after(about.end()) if about else s
    if not rest.text:
        return Reading("subscribe", problem="no_time")
    found = find_schedule(rest.text, s.ctx)
    if found is None or rest.text[: found.start].strip(" :") or rest.text[found.end :].strip(" .!"):
        return None
    return Reading("subscribe", slots=found.slots, weekdays=found.weekdays, interval=found.interval, problem="" if found.slots else "no_time")
