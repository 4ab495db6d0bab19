"""What somebody asks to see: lists, a week, digests, minutes, decisions, what was lifted, and how things are done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.rules.commands import BEGINS, WHOLE
from bot.rules.date_vocabulary import AFTER, FROM, WEEKDAYS
from bot.rules.date_words import find_dates, just_been
from bot.rules.names import Named
from bot.rules.reading import Reading
from bot.rules.said import Said, clean, cut, day_of, read_numbers, with_people

_FILTERS = {
    "overdue": "forsenade sena forsenat overdue late",
    "stuck": "fastnade fastnat hinder stuck blocked",
    "done": "klara avslutade fardiga done finished",
    "open": "oppna oppet open",
    "today": "idag today",
    "week": "veckan week",
    "all": "alla allt all everything",
}
_FILTER_OF = {word: name for name, words in _FILTERS.items() for word in words.split()}


def listing(s: Said) -> Reading | None:
    """`lista försenade`, `lista @bo`, `lista v 48`"""
    if of_week := week_alone(s):
        return of_week
    if s.whole(r"(?:allt |alla )?(?:som (?:ar|blivit) )?(?:klara|klart|avslutade|fardiga|fardigt|done|finished)(?: atgarder| uppgifter| actions)?(?: senaste veckan| forra veckan| i veckan)?"):
        return Reading("list", topic="done")
    words = [each for each in re.findall(r"[\w@.-]+", s.low) if each not in {"atgarder", "actions", "de", "i", "the", "this", "som", "ar", "for", "uppgifter", "dag"}]
    if len(words) == 1 and words[0] in _FILTER_OF:
        topic, today = _FILTER_OF[words[0]], s.ctx.now.date()
        return Reading("list", topic=topic, from_=today if topic == "today" else None, until=today if topic == "today" else None)
    if words and words[0] in {"beslut", "decisions"}:
        return Reading("decisions")
    if words and words[0] in {"hissade", "hissat", "lifted"}:
        return Reading("lifted")
    if words and words[0] in {"mina", "mine"}:
        return Reading("mine")
    of = s.match(r"(?:atgarder\s+)?(?:for|hos|till|of)\s+")
    named = s.who.several(s.text, of.end() if of else 0)
    if named and not named.me and not s.low[named.end :].strip(" .!?"):
        return with_people(named, Reading("list"))
    return None


_WHAT_THEN = re.compile(r"(?:vad (?:hander|gor vi|har vi|ska vi gora|ar pa gang|ska goras|ar planerat)|what happens|what do we (?:do|have)|what is planned)\s+")


def week_alone(s: Said) -> Reading | None:
    """`vecka 48`, `nästa vecka`: what is to be done then, and when one meets"""
    asked = _WHAT_THEN.match(s.low)
    text = re.sub(r"^veckan\b", "i veckan", s.text[asked.end() if asked else 0 :].rstrip("?!. "), flags=re.IGNORECASE)
    days = find_dates(text, s.ctx)
    if len(days) != 1 or days[0].start or days[0].end < len(text) or not days[0].week or days[0].weekday is not None or days[0].until or days[0].clock:
        return None
    if days[0].deadline or days[0].preposition in FROM | AFTER:
        return None
    last = day_of(days[0].when)
    year = last.isocalendar().year - just_been(days[0], text, s.ctx.now.date())
    return Reading("list", week=days[0].week, from_=date.fromisocalendar(year, days[0].week, 1), until=date.fromisocalendar(year, days[0].week, 7))


_ASKS_OF = re.compile(
    r"(?:vem (?:har|tar|gor|ager|ansvarar for|ska gora|ska ta)|vad (?:galler|ar|handlar|betyder|var|hander med|hande med)|hur (?:gar|gick|ar|blev) det (?:med|for)"
    r"|nar (?:ska|skall|ar|maste|behover)|(?:ar|blev|e)|who (?:has|does|owns|takes)|what (?:is|about)|how is|how did|when is|is|was)\s+"
)
_OF_IT = re.compile(r"\s*(?:(?:vara |blir |bli |om )?(?:inte |ej |not )?(?:klar|klart|fardig|fardigt|gjord|gjort|fixad|fixat|done|finished|due|go|going)?(?: nu| an| annu| redan| eller(?: inte)?| yet)*)[\s?.!]*")


def finished(s: Said) -> Reading | None:
    """`vad är klart`, `vad har vi gjort`, `klara åtgärder`"""
    return Reading("list", topic="done") if _FINISHED.fullmatch(s.low) else None


_FINISHED = re.compile(
    r"(?:vad|vilka(?: atgarder)?) (?:ar|blev|har blivit|vi har blivit) (?:klart?|klara|gjort|gjorda|avklarat|fardigt|fardiga)(?: nu| redan| hittills| senaste veckan| forra veckan| i veckan)?"
    r"|vad (?:har vi|ar det vi har) (?:gjort|hunnit|klarat av)(?: klart)?(?: hittills| i veckan)?|(?:klara|avklarade|fardiga) (?:atgarder|uppgifter)"
    r"|what(?:'s| is| has been) (?:done|finished)|what have we (?:done|finished)|(?:done|finished) (?:actions|tasks)[\s?.!]*"
)


def whose(s: Said) -> Reading | None:
    """`vad gör bo?`, `vad har anna kvar?`, `vem har 12?`, `är 12 klar?`, `vad gäller 12?`"""
    of = _ASKS_OF.match(s.low)
    numbers = read_numbers(s.low[of.end() :]) if of else None
    if of and numbers and not numbers.spelt and (numbers.ids or numbers.ref) and _OF_IT.fullmatch(s.low[of.end() + numbers.end :]):
        return Reading("show", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs)
    what = s.match(r"(?:vad (?:ska|har|gor)|vad ligger pa|what (?:does|is|has|should))\s+(?=@|\w)")
    named = s.who.several(s.text, what.end()) if what else Named()
    if named and re.fullmatch(r"(?:gora|att gora|kvar|kvar att gora|do|have|have to do|doing|left)?(?: idag| i dag| i veckan| nu)?[\s?.!]*", s.low[named.end :].strip()):
        return Reading("mine") if named.me else with_people(named, Reading("list"))
    return None


def group(s: Said) -> Reading | None:
    """`grupp tall`"""
    code = s.whole(r"[\w-]{2,30}\?*")
    return Reading("group", code=clean(s.text.rstrip("?"))) if code and s.head in {"grupp", "group", "about the group", "om gruppen"} else None


def digest(s: Said) -> Reading | None:
    """`veckoöversikt v48 alla`, `veckoöversikt Arvika`"""
    low_before = re.search(r"\b(?:forra|senaste|last|previous)\s+(?:veckan|vecka|week)\b", s.low)
    if low_before:
        last = s.ctx.now.date() - timedelta(days=7)
        rest = cut(s.text, low_before.start(), low_before.end())
        return replace(_digest_of(replace(s, text=rest)), week=last.isocalendar().week)
    this = re.search(r"\b(?:denna|den har|this)\s+(?:veckan?|week)\b", s.low)
    if this:
        rest = cut(s.text, this.start(), this.end())
        return replace(_digest_of(replace(s, text=rest)), week=s.ctx.now.isocalendar().week)
    week = re.search(r"\b(?:for\s+)?(?:v\.?|vecka|week|w)\s*(\d{1,2})\b", s.low)
    if week:
        rest = cut(s.text, week.start(), week.end())
        reading = _digest_of(replace(s, text=rest))
        number = int(week[1])
        return replace(reading, week=number) if 1 <= number <= 53 else replace(reading, problem="bad_date", problem_words=week.group())
    if len(s.text.split()) > 4:
        return None
    return _digest_of(s)


def _digest_of(s: Said) -> Reading:
    everything = re.search(r"\b(?:(?:over\s+|for\s+)?(?:alla|all)(?: grupper| groups)?)\b", s.low)
    text = cut(s.text, everything.start(), everything.end()) if everything else s.text
    return Reading("digest", all=bool(everything), text=clean(re.sub(r"^(?:f[öo]r|[öo]ver|for)\s+", "", clean(text.rstrip("?")), flags=re.IGNORECASE)))


_A_WEEK_AGO = re.compile(r"(?:(?:fran|for|i|of|from)\s+)?(?:forra|senaste|last|previous)\s+(?:veckan|veckans|vecka|week)(?:\s+(?:mote|motet|meeting))?[\s?.!]*")
_DAY_GONE = re.compile(r"(?:(?:fran|av|of|from)\s+)?(?:(?P<near>igar|i gar|yesterday)|i (?P<day>mandag|tisdag|onsdag|torsdag|fredag|lordag|sondag)s)(?:\s+(?:mote|motet|meeting))?[\s?.!]*")


def summary(s: Said) -> Reading | None:
    """`sammanfattning`, `protokoll v 47`, `protokoll förra veckan`, `minnesanteckningar 24 november`"""
    today = s.ctx.now.date()
    if _A_WEEK_AGO.fullmatch(s.low):
        return Reading("summary", week=(today - timedelta(days=7)).isocalendar().week)
    if gone := _DAY_GONE.fullmatch(s.low):
        ago = 1 if gone["near"] else (today.weekday() - WEEKDAYS[gone["day"]] - 1) % 7 + 1
        return Reading("summary", when=today - timedelta(days=ago))
    lead = s.match(r"(?:fran|av|for|of|from)?\s*(?:(?:motet|the meeting|senaste motet|forra motet|the last meeting)\b)?\s*")
    rest = s.after(lead.end()) if lead else s
    if not rest.text.strip(" ?.!"):
        return Reading("summary")
    days = find_dates(rest.text, s.ctx)
    if days and not rest.text[: days[0].start].strip() and not rest.text[days[0].end :].strip(" ?.!"):
        return Reading("summary", week=days[0].week, when=None if days[0].week is not None and days[0].weekday is None else days[0].when)
    return None


def record(s: Said) -> Reading | None:
    """`protokoll till diariet`, `diarieför mötet 24 november`: of the latest meeting, or of the one on that day."""
    found = summary(s)
    return found and replace(found, intent="record")


def show(s: Said) -> Reading | None:
    """`visa 12`, `visa B2`"""
    numbers = read_numbers(s.low)
    return Reading("show", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs) if numbers and not s.text[numbers.end :].strip(" ?.!") else listing(s) if s.text else None


def decided_about(s: Said) -> Reading | None:
    """`vad bestämde vi om maten?`: looked for in what is written"""
    about = s.match(r"(?:vad (?:bestamde|beslutade|beslot|sa|kom) (?:vi|ni|de)(?: fram till)?(?: senast)?|what did we (?:decide|agree|say)) (?:om|about|kring|nar det galler)\s+(?=\w)")
    return Reading("search", text=clean(s.text[about.end() :].rstrip("? "))) if about else None


def search(s: Said) -> Reading | None:
    """`sök smärta`"""
    if not s.text:
        return Reading("search", problem="no_text") if s.head in {"sok", "search"} else None
    if s.head in {"find", "look for", "leta efter"} and not s.colon and len(s.text.split()) > 3:
        return None
    return Reading("search", text=clean(s.text.rstrip("?")))


def decisions(s: Said) -> Reading | None:
    """`beslutslogg`, `visa beslut 4`"""
    if one := s.whole(r"b?\s?(?P<number>\d{1,4})"):
        return Reading("show", ref=f"B{one['number']}")
    return Reading("decisions", text=clean(s.text)) if len(s.text.split()) <= 1 else None


def lifted(s: Said) -> Reading | None:
    """`hissade`"""
    return Reading("lifted") if not s.text or s.whole(r"arenden|fragor|matters") else None


def help_(s: Said) -> Reading | None:
    """`hjälp`, `hjälp möte`"""
    if not s.text or s.whole(r"mig|oss|tack|me|us|please|\?"):
        return Reading("help")
    about = s.match(r"(?:med|om|with|about)\s+")
    topic = clean(s.text[about.end() if about else 0 :].rstrip("?"))
    low = clean(s.low[about.end() if about else 0 :].rstrip("?"))
    known = BEGINS.get(low) or WHOLE.get(low) or BEGINS.get(low.removesuffix("et").removesuffix("n")) or BEGINS.get(re.sub(r"(?:er|en|et|ar|or)$", "", low))
    return Reading("help", topic=known[0] if known else topic) if known else None


def how_do_i(s: Said) -> Reading | None:
    """`hur hissar jag?`, `hur lägger man till en åtgärd?`"""
    how = s.match(r"(?:hur\s+(?P<verb>\w+)\s+(?:jag|man|vi)|how do (?:i|we|you))\b\s*")
    if not how:
        return None
    words = re.findall(r"\w+", s.low[how.end() :])
    verb = how["verb"] or ""
    stems = [verb, verb.removesuffix("r"), verb.removesuffix("er") + "a", *words, *(word.removesuffix("en") for word in words)]
    for word in stems:
        known = BEGINS.get(word) or WHOLE.get(word)
        if known and len(word) > 3:
            return Reading("help", topic=known[0])
    return None


