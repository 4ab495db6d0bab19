"""Reads when somebody is away, when the group rests, and from which day to which."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.rules.date_vocabulary import FROM, MONTHS, says_year, school_day
from bot.rules.date_words import Found, bad_dates, find_dates
from bot.rules.dates.choose import ALMOST_A_YEAR
from bot.rules.names import Named
from bot.rules.reading import Context, Reading
from bot.rules.said import Said, cut, day_of, each_written_out, rest_of, with_people
from bot.rules.spelling import fold
from bot.rules.work_calendar import is_working_day

# --- somebody is away ----------------------------------------------------------------------------------------------------------------

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
    text = rest_of(re.sub(r"\bhela veckan\b", "i veckan", each_written_out(text), flags=re.IGNORECASE), s.ctx.now.date())
    if so_long := _so_long(text, s.ctx):
        return with_people(named, Reading("away", from_=so_long[0], until=so_long[1]))
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
            return with_people(named, Reading("away"))
        return Reading("away", problem="no_date") if not s.text and not s.head.startswith(("ar ", "har ")) and s.head != "off" else None
    if wrong := wrong_days("away", text, days, s.ctx.now.date()):
        return wrong
    if _MORE_DAYS.search(fold(rest)) or _apart(text, days):  # more was said than could be read, or "8 och 15 dec", not all between them
        return with_people(named, Reading("away"))
    first, last = _span(text, days)
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


_BOTH = re.compile(r"\s*(?:,|&|\+|,?\s*\b(?:och|o|samt|and))\s*(?:pa|den|on)?\s*", re.IGNORECASE)


def _apart(text: str, days: list[Found]) -> bool:
    """Whether days said one by one leave working days between them."""
    for one, other in pairwise(days):
        between = _BOTH.fullmatch(text[one.end : other.start]) and other.preposition not in _TO
        first, last = _span("", [one])[1], _span("", [other])[0]
        if between and first and last and any(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days)):
            return True
    return False


_MORE_DAYS = re.compile(r"\d|\b(?:v|vecka|veckan|veckor|dagar|dag|manad|manader|darpa|week|weeks|days|day)\b")
_FOR = re.compile(
    r"(?:(?:i|for)\s+)?(?<!\w)(?<!\bom )(?P<much>(?P<number>en|ett|\d{1,2}|tva|tre|fyra|fem|sex|a|one|two|three|four|five|six)\s?"
    r"(?P<unit>v|vecka|veckor|dagar|dar|man|manad|manader|weeks?|days|months?))\b(?!\s*\d)(?:\s+(?:framat|fram|ahead)\b)*"
)


def _so_long(text: str, ctx: Context) -> tuple[date, date] | None:
    """ "två veckor", "en vecka från och med fredag": from that day, or today, to the last day of it."""
    long = _FOR.search(fold(text))
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
    return (first, day_of(ends[0].when) - timedelta(days=1)) if ends and not (days and days[0].preposition in _TO) else None


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


# --- the group rests -----------------------------------------------------------------------------------------------------------------


def pause(s: Said) -> Reading | None:
    """`pausa till 15 augusti`, `sommaruppehåll v 27-32`"""
    if s.asks:
        return None
    meeting = s.match(r"(?:gruppen|motena|moten|the group|meetings)\b\s*")
    rest = s.after(meeting.end()) if meeting else s
    rest = replace(rest, text=rest_of(rest.text, s.ctx.now.date()))
    if so_long := _so_long(rest.text, s.ctx):
        return Reading("pause", from_=so_long[0] if so_long[0] > s.ctx.now.date() else None, until=so_long[1])
    if rest.low.strip(" .!") in MONTHS:  # "sommaruppehåll juli"
        rest = replace(rest, text=f"i {rest.text}")
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
    first, last = _span(rest.text, days)
    if rest.match(r"(?:om|in)\b"):  # "pausa om två veckor" says when it begins
        last = None
    if days[-1].past or (last and last < s.ctx.now.date()):
        return Reading("pause", problem="past_date", problem_words=rest.text[days[-1].start : days[-1].end])
    return other_days(Reading("pause", from_=first, until=last, sure=all(each.sure for each in days)), rest.text, days)


# --- from which day to which ---------------------------------------------------------------------------------------------------------

_TO = frozenset(("till", "tom", "t.o.m", "t.o.m.", "to", "until", "tills", "till och med", "fram till", "through", "till o med", "fram"))


_AFTER = re.compile(r"\b(?:efter|after)\b")


def _span(text: str, days: list[Found]) -> tuple[date | None, date | None]:
    """First and last day said: "1–14 juli", "från 1 juli till 14 juli", "till 15 augusti" (no first day)."""
    if len(days) > 1:
        return _span("", days[:1])[0], _span("", days[-1:])[1] or day_of(days[-1].when)
    day = days[0]
    if day.until is not None and not day.clock:
        return day_of(day.when), day_of(day.until)
    if day.week is not None and day.weekday is None:
        monday = day_of(day.when) - timedelta(days=day_of(day.when).weekday())
        return monday, monday + timedelta(days=6)
    if day.preposition in _TO:
        after = _AFTER.search(fold(text[day.start : day.end]))  # "till efter nyår": the day before the first one after it
        return None, day_of(day.when) - timedelta(days=1) if after else day_of(day.when)
    if day.preposition in FROM:
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
