"""Reads what is said about the group and its people: aim, consent, members, settings. When they are away: `read_absence`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from bot.rules.date_vocabulary import FROM, NUMBERS
from bot.rules.date_words import bad_dates, find_dates, find_schedule
from bot.rules.names import Named
from bot.rules.read_absence import other_days
from bot.rules.read_settings import read_days
from bot.rules.reading import Context, Reading
from bot.rules.said import Said, clean, cut, day_of, first_word, with_people
from bot.rules.spelling import fold

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


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
    said = re.match(r"[\s>):,]*(?:bara |enbart |only )?(?:till?|t|pa|for|to|at)\s+", s.low)
    meeting = re.search(r"\b(?:motet|mote|traffen|meeting)\b", s.low)
    if not said and not meeting:
        return reading
    start = said.end() if said else 0
    text = s.text[start:] if meeting is None else s.text[start : meeting.start()] + s.text[meeting.end() :]
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
    longer = _LONGER.fullmatch(s.low.strip(" .!")) if s.text else None
    if longer and (longer["further"] or longer["more"] or longer["behind"] or s.head in _PROLONGS):
        count = int(longer["count"]) if longer["count"].isdigit() else NUMBERS.get(longer["count"], 1)
        unit = longer["unit"]
        if unit.startswith(("v", "w")):
            return Reading("consent", shift_days=7 * count)
        return Reading("consent", shift_months=count * (6 if unit.startswith("half") or unit.startswith("halv") else 12 if unit.startswith(("ar", "y")) else 1))
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
    reading = other_days(Reading("consent", text=clean(text), until=day_of(last.until or last.when), sure=last.sure), rest.text, days)
    return replace(reading, topic="longer", problem_words=re.sub(r"^(?:(?:till|tom|t\.o\.m\.?|until|to|och med) )+", "", rest.text[last.start : last.end])) if s.head in _PROLONGS and not reading.alternatives else reading


_PROLONGS = frozenset(
    ("forlang samtycket", "forlang samtycke", "forlanga samtycket", "samtycket forlangs", "samtycke forlangs", "samtycket ar forlangt", "samtycket forlangt", "samtycket forlangs med",
     "extend the consent", "extend consent", "consent extended", "the consent is extended", "prolong the consent")
)  # fmt: skip
_LONGER = re.compile(
    r"(?:(?:i|med|for|by)\s+)*(?P<further>(?:ytterligare|another|a further)\s+)?(?P<count>\d{1,2}|ett?|tva|tre|fyra|fem|sex|atta|nio|tio|tolv|an?|one|two|three|four|five|six|twelve|half a)\s?(?P<more>extra |more |further )?"
    r"(?P<unit>ar|halvar|man|manad|manader|vecka|veckor|years?|months?|weeks?)(?P<behind>\s+(?:till|extra|langre|more|longer))?"
)
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


_ASKS_CONSENT = re.compile(
    r"(?:nar (?:gar samtycket ut|upphor samtycket|loper samtycket ut)|(?:hur lange )?galler (?:samtycket|samtycke)(?: (?:fortfarande|an|annu|till))?|samtycket (?:gar|loper) ut nar|hur lange (?:har vi )?(?:samtycke|samtycket)(?: till)?"
    r"|(?:finns det|har vi|finns)(?: nagot| ett)? samtycke|hur ar det med samtycket|(?:when does|until when is|is) the consent (?:end|run out|valid)|do we have (?:a )?consent)[\s?.!]*"
)


def asks_consent(s: Said) -> Reading | None:
    """`när går samtycket ut?`"""
    return Reading("consent", problem="no_date") if _ASKS_CONSENT.fullmatch(s.low) else None


def consent_withdrawn(s: Said) -> Reading | None:
    """`samtycke återkallat`"""
    return None if s.asks or re.search(r"\b(?:inte|ej|not)\b", s.low) else Reading("consent_withdrawn")


_SHARES_NO_MORE = (
    r"[\w@-]+ angrar (?:sitt )?(?:samtycke|samtycket|medgivande|medgivandet)\b|[\w@-]+ (?:vill|onskar) (?:inte|ej) (?:langre |mer )?(?:att (?:vi|ni) |lata oss )?(?:delar? (?:med sig|(?:sina |nagra )?(?:uppgifter|information|info|data))|samtycka)\b"
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


# --- settings ------------------------------------------------------------------------------------------------------------------------

def settings(s: Said) -> Reading | None:
    """`inställningar`, `påminn mig 8:15`, `jag jobbar mån-tors 7-16`, `språk engelska`"""
    if s.asks:
        return None
    works = s.head in {"jag jobbar", "jag arbetar", "jobbar", "arbetar", "arbetstid", "arbetstider", "i work", "working hours"}
    if works or s.head in {"i don't work", "i do not work", "paminn mig", "remind me"}:
        if free := days_off(s):
            return free
        s = replace(s, text=_DAY_TO_DAY.sub("-", s.text))  # "mån t fre 7-16"
    if s.head.endswith(" om") and s.low.strip(" .!").isdigit():
        return None  # "påminn mig om 2" is of an action, and no time
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
    clock = re.fullmatch(r"(?:(?:varje dag |dagligen |every day )?(?:kl\.?|klockan|vid|at)?\s*)(\d{1,2})(?:[:.](\d{2}))?(?:\s*(am|pm))?(?: varje dag| dagligen| every day)?(?: i ?stallet| instead)?[\s.!]*", s.low)
    if clock and int(clock[1]) < 24 and int(clock[2] or 0) < 60:
        hour = int(clock[1]) + (12 if clock[3] == "pm" and int(clock[1]) < 12 else 0)
        return Reading("settings", topic="remind", text=f"{hour:02}:{clock[2] or '00'}")
    if clock:
        return Reading("settings", topic="remind", problem="bad_date", problem_words=clean(s.text))
    said = find_dates(s.text, s.ctx)  # "påminn mig halv åtta"
    if len(said) == 1 and said[0].clock and not said[0].day and said[0].until is None and isinstance(said[0].when, datetime) and not cut(s.text, said[0].start, said[0].end).strip(" .!"):
        return Reading("settings", topic="remind", text=f"{said[0].when:%H:%M}")
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
    works_not = said["no"] or s.head.endswith(("don't work", "not work"))
    if works_not and not said["each"] and "work" in s.head.replace("jobbar", "work").replace("arbetar", "work") and (once := _once_off(words, s)):
        return once
    habit = said["each"] or re.fullmatch(r"(?:[^\W\d_]+(?:dagar|helger|weekends|weekdays|days)|helger)(?:(?:,| och| and| &) [^\W\d_]+(?:dagar|days|helger))*", words, re.IGNORECASE)
    return Reading("settings", topic="works_only" if said["only"] else "works_not", text=words) if habit and read_days(words) else None


def _once_off(words: str, s: Said) -> Reading | None:
    """ "jobbar inte fredag" is of that day alone, most likely: asked as "borta fredag"."""
    days = find_dates(words, s.ctx)
    if len(days) != 1 or not days[0].day or days[0].clock or cut(words, days[0].start, days[0].end).strip(" .!"):
        return None
    day = day_of(days[0].when)
    return Reading("away", from_=day, until=day, guess=True, guessed_line=f"{'away' if s.ctx.language == 'en' else 'borta'} {words}")


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
