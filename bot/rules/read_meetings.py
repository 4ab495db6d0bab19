"""Reads what is said about meetings: when they are held, moved and cancelled, and what they are to take up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise

from bot.rules.date_vocabulary import AFTER, DEADLINE, FROM, school_day
from bot.rules.date_words import (
    Found,
    Schedule,
    bad_dates,
    find_dates,
    find_minutes,
    find_schedule,
    just_been,
    meeting_words,
)
from bot.rules.names import Named
from bot.rules.read_absence import wrong_days
from bot.rules.reading import MeetingTime, Moment, Reading
from bot.rules.said import Said, clean, cut, each_written_out, read_numbers, rest_of, with_full_names, with_people
from bot.rules.spelling import fold, words_of

_MEETING = r"(?:mote|motet|motena|moten|motes|traff|traffen|veckomote|veckomotet|meeting|meetings)"
_PLACE = r"(?:i|pa|via|hos|om|med|at|in|on|with|om|lokal|sal|rum|online|digitalt|teams|start|borjar|fran|till|with|per)\b"

_BOUND = r"(?:(?:fram|anda) )?(?:till?s?|to|until|tom|fran|from|fom)\b(?! (?:slut|lokal|sal|rum|hemmet|hemma)\b)"

_RANGE = re.compile(r"(\d{1,2})(?:[:.]\d\d)?\s*[-–]\s*\d{1,2}(?:[:.]\d\d)?(?!\d)")
_BEFORE_A_CLOCK = re.compile(r"(?:(?:till|to|blir|kl|klockan|at|istallet|i stallet|instead|sa tidigt som|redan)\b[\s.,]*)*")

_MAYBE = re.compile(r"\b(?:kanske|eventuellt|mojligen|maybe|perhaps)\b")


# --- the rhythm ----------------------------------------------------------------------------------------------------------------------


def schedule(s: Said) -> Reading | None:
    """`möte tisdagar 13:00`, `möte varannan torsdag 14-15`, `möte på torsdag kl 10` (one meeting)"""
    if s.asks:
        return None
    if not s.text:
        plain = s.head in {"mote", "moten", "boka mote", "boka in mote", "boka ett mote", "nytt mote", "planera mote", "motestid", "ny motestid", "extramote"}
        return Reading("schedule", interval=1, problem="no_time") if plain or s.head in {"meeting", "new meeting", "schedule a meeting", "book a meeting"} else None
    s = replace(s, text=rest_of(s.text, s.ctx.now.date()))
    told = s.head in {"motet", "motet ar"}
    if told and not s.match(r"(?:ar\s+|hålls\s+)?(?:nu\s+)?(?:pa\s+)?\w+dagar\b|(?:ar\s+)?varannan\b"):
        return None
    found = find_schedule(s.text, s.ctx)
    days = [each for each in find_dates(s.text, s.ctx) if each.day]
    if found is None and days:
        found = Schedule(days[0].start, days[-1].end, missing=("weekday", "time"))
    clock = bool(found and "time" not in found.missing)
    if found is None or not (found.slots or found.weekdays or days or found.recurring or clock):
        words = bad_dates(s.text, s.ctx)
        return Reading("schedule", interval=1, problem="bad_date", problem_words=words[0]) if words else None
    meets = s.head in {"vi ses", "vi traffas", "vi mots", "we meet"}
    if (meets or told) and (turned := _INSTEAD_OF.fullmatch(s.text)):  # "vi ses på onsdag i stället för tisdag"
        return reschedule(replace(s, text=f"på {turned['day']} till {turned['to']}", head="flytta motet"))
    if meets and not (found.slots or found.recurring):
        return None
    start, end = (found.start, found.end) if found.end > found.start else (days[0].start, days[-1].end)
    for day in days:
        start, end = min(start, day.start), max(end, day.end)
    before, after = s.low[:start].strip(" ,:"), s.low[end:].strip(" ,:.!")
    words = bad_dates(s.text, s.ctx)
    if words and school_day(words[0]):  # "möte efter sportlovet kl 10"
        return Reading("schedule", interval=found.interval, problem="bad_date", problem_words=words[0])
    if words and not after and re.fullmatch(rf"(?:(?:pa|den|on|the) )*{re.escape(fold(words[0]))}", before):  # "möte 31 november kl 10"
        return Reading("schedule", interval=found.interval, problem="bad_date", problem_words=words[0])
    if before and not re.fullmatch(r"(?:pa|on|at|ar|blir|halls|varje vecka|med gruppen|i gruppen|gruppen|nu|alltid|med alla|tid|is|are|every week|igen|i stallet)", before):
        return None
    if after and re.match(_BOUND, after):  # "till sommaren": an end that no day is known for is never dropped
        return Reading("schedule", interval=found.interval, problem="bad_date", problem_words=s.text[end:].strip(" ,:.!"))
    if after and not re.match(_PLACE, after):
        return None
    if words:
        return Reading("schedule", interval=found.interval, problem="bad_date", problem_words=words[0])
    reading = _rhythm(_bounded(found, days))
    span = _RANGE.search(s.text)
    if span and any(slot.minutes is None and slot.start.hour == int(span[1]) for slot in found.slots):  # it would end before it begins
        return Reading("schedule", interval=found.interval, problem="bad_date", problem_words=span[0])
    single = _single(s, found, days)
    if single is None:
        return reading
    chosen, surely = single
    if just_been(chosen, s.text, s.ctx.now.date()):
        return Reading("schedule", interval=1, problem="past_date", problem_words=s.text[chosen.start : chosen.end])
    when, others = chosen.when, chosen.alternatives
    if isinstance(when, datetime) and (surely or not found.slots):  # "i morgon kl 9", "torsdag 3/12 kl 13": the day's own time
        length = round((chosen.until - when).total_seconds() / 60) if isinstance(chosen.until, datetime) else None
        minutes = length or found.minutes or next((slot.minutes for slot in found.slots if slot.start == when.time()), None)
        slot = MeetingTime(when.weekday(), when.time(), minutes)
        reading = replace(reading, slots=(slot,), weekdays=(slot.weekday,), problem="")
    elif not found.slots and not found.weekdays:
        reading = replace(reading, problem="no_time")
    elif found.slots:  # "torsdag 10" is ten o'clock where a meeting is meant, never the tenth
        when = datetime.combine(_date(when), found.slots[0].start)
    if isinstance(when, datetime):
        others = tuple(each for each in others if isinstance(each, datetime))
    if surely:
        return replace(reading, when=when, week=chosen.week, sure=chosen.sure or (bool(chosen.alternatives) and not others), alternatives=others)
    return replace(reading, sure=False, alternatives=(when,))


def _bounded(found: Schedule, days: list[Found]) -> Schedule:
    """The rhythm with its first or last day where that stands behind it: "möte tisdagar 13 från januari"."""
    behind = days[-1] if found.recurring and days and days[-1].start >= found.end else None
    if behind is None or behind.preposition not in FROM | DEADLINE:
        return found
    if behind.preposition in FROM:
        return replace(found, first=found.first or _date(behind.when))
    return replace(found, until=found.until or _date(behind.until or behind.when))


def _rhythm(found: Schedule) -> Reading:
    return Reading(
        "schedule",
        slots=found.slots,
        weekdays=found.weekdays,
        interval=found.interval,
        nth=found.nth,
        parity=found.parity,
        first=found.first,
        until=found.until,
        minutes=found.minutes,
        sure=found.sure,
        problem="" if found.slots else "no_weekday" if "weekday" in found.missing else "no_time",
    )


_INSTEAD_OF = re.compile(r"(?P<to>.+?)\s+(?:i ?st[äa]llet f[öo]r|instead of)\s+(?:p[åa] |on )?(?P<day>\S+)", re.IGNORECASE)
_DATED = r"\d\s*/\s*\d|\d{4}-|\d\s+(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)|\bden\b|\bnasta\b|\bnext\b"


def _single(s: Said, found: Schedule, days: list[Found]) -> tuple[Found, bool] | None:
    """The day of a single meeting, and whether only that day can be meant ("på torsdag" and not "torsdag")."""
    extra = s.head in {"extramote", "extra mote", "extra meeting"}
    if not days or s.head.startswith(("vecko", "weekly")) or (found.recurring and not extra) or found.nth or len(found.weekdays) > 1:
        return None
    day = days[0]
    said = s.low[day.start : day.end]
    dated = day.weekday is None or day.week is not None or bool(re.search(_DATED, said))
    outright = extra or dated or day.preposition in {"pa", "den", "on", "till"}
    return day, outright


def _only_clock(found: Found, base: Moment | None) -> Moment:
    """A time without a day is on the day it is about."""
    if not found.day and isinstance(found.when, datetime) and base is not None:
        return datetime.combine(base if not isinstance(base, datetime) else base.date(), found.when.time())
    return found.when


def reschedule(s: Said) -> Reading | None:
    """`flytta mötet till onsdag kl 10`, `flytta mötet på tisdag till onsdag 10`, `flytta alla möten till onsdagar 10`"""
    if s.asks or _MAYBE.search(s.low) or s.match(r"(?:med|with)\s+(?!gruppen\b|oss\b|alla\b|us\b|the group\b|everyone\b)"):
        return None  # "flytta mötet med kommunen" is another meeting
    everything = bool(re.search(r"\b(?:alla|all|motena|moten|meetings|motestid\w*|motesdag|time|motestider)\b", s.head)) or bool(re.search(r"\bfran och med\b|\bframover\b|\bhadanefter\b", s.low))
    s, first = _from_then_on(s) if everything else (s, None)
    if turned := None if everything else re.fullmatch(r"(?P<to>(?:till|to)\b.+?)\s+(?P<from>(?:från|fran|from)\b.+)", s.text, re.IGNORECASE):
        s = replace(s, text=f"{turned['from']} {turned['to']}")  # "till onsdag från tisdag"
    if hour := _BARE_HOUR.search(s.low):  # "till 14" is two o'clock where a meeting is meant, never the 14th
        s = replace(s, text=f"{s.text[: hour.end()]}kl {s.text[hour.end() :]}")
    spans = [each for each in find_dates(s.text, s.ctx) if isinstance(each.until, datetime)]
    to = list(re.finditer(r"(?:^|\s)(?:till|to|blir)\s+", s.low))
    to = [each for each in to if not any(span.start < each.start() < span.end for span in spans)] or to  # "till onsdag kl 10 till 11"
    found = find_schedule(s.text[to[-1].start() :] if to else s.text, s.ctx)
    if found and (found.recurring or (everything and found.slots)):
        rest = s.text[(to[-1].start() if to else 0) + found.end :].strip(" ,:.!")
        if re.match(_BOUND, fold(rest)) and not re.fullmatch(_FROM_NOW, fold(rest)):  # "från sommaren": a beginning or end that no day is known for is never dropped
            return Reading("reschedule", all=True, problem="bad_date", problem_words=rest)
        rhythm = _rhythm(replace(found, first=found.first or first))
        return replace(rhythm, intent="reschedule", all=True, problem="" if found.weekdays else rhythm.problem)  # the same time, if none is said
    cut_at = to[-1].start() if to else 0  # each side by itself: "på tisdag till onsdag" is no range of days
    days = [*find_dates(s.text[:cut_at], s.ctx), *_moved(find_dates(s.text[cut_at:], s.ctx), cut_at)]
    base: Moment | None = s.ctx.next_meeting
    which: Moment | None = None
    week: int | None = None
    if len(days) > 1 and not days[0].day:  # "flytta mötet kl 13 till 14": what time it is now tells nothing new
        days = days[1:]
    if len(days) > 1:
        which, week = days[0].when, days[0].week
        base = which
        if week is not None and days[0].weekday is None:  # "mötet v 50": the target is in that week, whichever day the meeting is
            which, monday = None, _monday(days[0].when)
            if days[-1].weekday is not None and days[-1].week is None:
                there = date.fromordinal(monday.toordinal() + days[-1].weekday)
                said = days[-1].when
                moved = datetime.combine(there, said.time()) if isinstance(said, datetime) else there
                days[-1] = replace(days[-1], when=moved, alternatives=(), sure=True)
        days = days[1:]
    if not days:
        return _moved_somehow(s, everything)
    target = days[-1]
    beyond = s.text[target.end :].strip(" .!,")
    if re.match(_BOUND, fold(beyond)) and not re.fullmatch(_FROM_NOW, fold(beyond)):
        return Reading("reschedule", which=which, all=everything, problem="bad_date", problem_words=beyond)
    if s.low[target.end :].strip(" .!,") and not re.match(rf"[\s,]*(?:{_PLACE}|istallet|i stallet|instead|samma tid|same time|for att|eftersom|because)", s.low[target.end :]):
        return None
    unread = s.text[cut_at : target.start]
    if not target.day and not _BEFORE_A_CLOCK.fullmatch(fold(unread).strip()):  # "till igår kl 10", "till 31 juni kl 10": not the old day either
        words = re.sub(r"^(?:till|to|blir)\s+", "", (bad_dates(s.text, s.ctx) or [unread])[0].strip())
        return Reading("reschedule", which=which, all=everything, problem="bad_date", problem_words=words)
    own = which or s.ctx.next_meeting
    if target.week is not None and target.weekday is None and target.until is None and own is not None:  # "till v 50": the meeting's own weekday first
        there = date.fromordinal(_monday(target.when).toordinal() + own.weekday())
        if there not in (_date(own), _date(target.when)) and there >= s.ctx.now.date():
            moved = datetime.combine(there, target.when.time()) if isinstance(target.when, datetime) else there
            target = replace(target, when=moved, alternatives=(target.when,), sure=False)
    when = _only_clock(target, base)
    later = [each for each in target.alternatives if which is not None and _date(each) > _date(which)]
    if which is not None and target.weekday is not None and _date(when) < _date(which) and later:
        # "flytta mötet på fredag till måndag" is the Monday after that Friday.
        when, target = later[0], replace(target, when=later[0], alternatives=(), sure=True)
    elif (
        which is not None and target.weekday is not None and target.week is None and _monday(when) < _monday(which)
        and not re.search(_DATED, s.low[target.start : target.end])
    ):  # fmt: skip
        # "flytta mötet på tisdag till onsdag", of a Tuesday next week: the Wednesday of that week.
        there = date.fromordinal(_monday(which).toordinal() + target.weekday)
        when = datetime.combine(there, when.time()) if isinstance(when, datetime) else there
        target = replace(target, when=when, alternatives=(), sure=True)
    elif which is not None and target.alternatives and target.weekday is None:  # "den 24 december till den 23:e": of the same month
        when = min((when, *target.alternatives), key=lambda each: abs(_date(each) - _date(which)))
        target = replace(target, when=when, alternatives=(), sure=True)
    if target.past or (isinstance(when, datetime) and when < s.ctx.now) or just_been(target, s.text, s.ctx.now.date()):
        return Reading("reschedule", which=which, all=everything, problem="past_date", problem_words=s.text[target.start : target.end])
    weekly = (found.weekdays if found else ()) or ((_date(when).weekday(),) if target.day else ()) if everything else ()
    alternatives = tuple(_only_clock(replace(target, when=each), base) for each in target.alternatives) if target.day else ()
    sure = target.sure if target.day else base is not None
    meeting = s.ctx.next_meeting
    dated = re.search(_DATED, s.low[target.start : target.end])
    if which is None and week is None and target.week is None and not dated and target.weekday is not None and meeting and _monday(when) < _monday(meeting):
        # "flytta mötet till onsdag" while the next meeting is in a later week: its own week's Wednesday is as likely.
        there = date.fromordinal(_monday(meeting).toordinal() + target.weekday)
        other = datetime.combine(there, when.time()) if isinstance(when, datetime) else there
        alternatives, sure = (other, *(each for each in alternatives if each != other)), False
    minutes = round((target.until - target.when).total_seconds() / 60) if isinstance(target.until, datetime) and isinstance(target.when, datetime) else None
    return Reading(
        "reschedule", when=when, which=which, week=week or target.week, which_week=week if which is None else None, all=everything, weekdays=weekly,
        first=first, minutes=minutes, sure=sure, alternatives=alternatives,
    )  # fmt: skip


_FROM_NOW = r"(?:fran och med|fran|from) (?:nu|now|now on)"
_BARE_HOUR = re.compile(r"(?:^|\s)(?:till|to)\s+(?=(?:[7-9]|1[0-8])(?:\s+(?:istallet|i stallet|instead))?[\s.!]*$)")


def _from_then_on(s: Said) -> tuple[Said, date | None]:
    """The line without "från januari" at its end, and that day."""
    last = next((each for each in reversed(find_dates(s.text, s.ctx)) if each.day), None)
    if last is None or last.preposition not in FROM or s.text[last.end :].strip(" .!"):
        return s, None
    return replace(s, text=s.text[: last.start]), _date(last.when)


def _date(when: Moment) -> date:
    return when.date() if isinstance(when, datetime) else when


def _monday(when: Moment) -> date:
    return date.fromordinal(when.toordinal() - when.weekday())


def _moved(days: list[Found], by: int) -> list[Found]:
    return [replace(day, start=day.start + by, end=day.end + by) for day in days]


def _moved_somehow(s: Said, everything: bool) -> Reading | None:
    """A move by a length ("en vecka", "en timme"), or a move that does not say to when."""
    base = s.ctx.next_meeting
    later = s.match(r"(?P<ahead>fram |upp |med )*(?:(?P<count>en|1|tva|2|a|one|two)\s+(?P<unit>timme|timmar|vecka|veckor|dag|dagar|hour|hours|week|weeks|day|days)|en halvtimme|en halv timme|half an hour|en kvart)\b[\s.!]*$")
    if later and base is not None:
        count, unit = {"tva": 2, "2": 2, "two": 2}.get(later["count"], 1), (later["unit"] or "h")[0]
        days = count * (7 if unit in "vw" else 1 if unit == "d" else 0)
        minutes = 0 if days else 60 * count if later["unit"] else 15 if "kvart" in later.group() else 30
        forward = "fram " in f"{s.head} {later['ahead'] or ''}"  # to some "flytta fram" is later, to others earlier
        other = (_add(base, -days, -minutes),) if forward and _add(base, -days, -minutes) > s.ctx.now else ()
        return Reading("reschedule", when=_add(base, days, minutes), all=everything, sure=not other, alternatives=other)
    words = bad_dates(s.text, s.ctx)
    if words:
        return Reading("reschedule", all=everything, problem="bad_date", problem_words=words[0])
    return Reading("reschedule", all=everything, problem="no_time") if not s.text or s.match(r"(?:till|to)\b") else None


def _add(base: datetime, days: int, minutes: int) -> datetime:
    """Days and minutes later on the wall clock."""
    day = date.fromordinal(base.toordinal() + days)
    at = max(0, min(base.hour * 60 + base.minute + minutes, 23 * 60 + 59))
    return datetime.combine(day, time(at // 60, at % 60))


def cancel_meeting(s: Said) -> Reading | None:
    """`ställ in mötet v 52`, `inget möte på tisdag`, `ställ in tisdagens möte`"""
    if s.asks or _MAYBE.search(s.low):
        return None
    everything = bool(re.search(r"\b(?:alla|all|motena|moten|meetings)\b", s.head))
    bare = s.head in {"stall in", "vi staller in", "hoppa over", "avboka", "skip", "call off"}
    if bare and (of_a_day := cancel_days_meeting(s)):
        return of_a_day
    low = s.low
    meeting = re.search(rf"\b{_MEETING}\b", low)
    text = cut(s.text, meeting.start(), meeting.end()) if bare and meeting else s.text
    text = each_written_out(text)
    rest = replace(s, text=text)
    owned = re.match(r"(\w+dag)ens\b", rest.low)
    near = re.match(r"(morgon)?dagens\b", rest.low)
    if near:
        rest = replace(rest, text=("i morgon" if near[1] else "idag") + rest.text[near.end() :])
    elif owned:
        rest = replace(rest, text=rest.text[: owned.end(1)] + rest.text[owned.end() :])
    days = find_dates(rest.text, s.ctx)
    if bare and not meeting and not (days and not rest.text[: days[0].start].strip() and not rest.text[days[-1].end :].strip(" .!")):
        return None
    if not days:
        words = bad_dates(rest.text, s.ctx)
        if words:
            return Reading("cancel_meeting", problem="bad_date", problem_words=words[0])
        named = meeting_words(s.text) or re.fullmatch(r"(?:nasta|next|veckans|dagens|den har veckan|alla|kommande|the|det)?[\s.!]*", rest.low.strip())
        why = rest.match(r"(?:for att|eftersom|pga|pa grund av|because|,)")
        return Reading("cancel_meeting", all=everything) if named or why or not rest.text else None
    day = days[0]
    if rest.text[: day.start].strip(" ,:"):
        return None
    reason = clean(rest.text[days[-1].end :])
    if re.fullmatch(r"[\d\s,v/-]+", reason):
        return None  # "v 52 53": a day or week that could not be read is no reason
    if day.past:
        return Reading("cancel_meeting", problem="past_date", problem_words=rest.text[day.start : day.end])
    if wrong := wrong_days("cancel_meeting", rest.text, days, s.ctx.now.date()):
        return wrong
    until = days[-1].until or day.until
    apart = len(days) > 1 and all(re.fullmatch(r"\s*(?:,|och|o|&|and|,\s*och)\s*", rest.low[one.end : other.start]) for one, other in pairwise(days))
    if apart:  # two meetings, not all between them: one at a time
        until, reason = None, ""
    last = until if until is not None or apart else days[-1].when if len(days) > 1 else None
    week_only = day.week is not None and day.weekday is None
    if everything and last is None and not apart and day.preposition in FROM | AFTER:  # "från 20 december" has no end
        return Reading("cancel_meeting", all=True, problem="no_until", problem_words=rest.text[day.start : day.end])
    if everything and last is None and not apart and day.preposition in DEADLINE:  # "till och med 6 januari"
        until = date.fromordinal(_monday(day.when).toordinal() + 6) if week_only else _date(day.when)
        return Reading("cancel_meeting", until=until, all=True, text=reason, sure=day.sure)
    return Reading(
        "cancel_meeting",
        when=None if week_only else day.when,
        week=day.week,
        until=(last.date() if isinstance(last, datetime) else last) if last is not None and not day.clock else None,
        all=everything,
        text=reason,
        each=apart,
        problem_words=rest.text[day.start : day.end] if len(days) == 1 and not week_only and not day.sure and day.alternatives else "",
        sure=(day.sure or week_only) and not apart,
        alternatives=tuple(each.when for each in days[1:]) if apart else () if week_only else day.alternatives,
    )


def meeting_is_off(s: Said) -> Reading | None:
    """`mötet v 52 ställs in`, `tisdagens möte är inställt`, `mötet på tisdag flyttas till onsdag 10`"""
    if s.asks:
        return None
    meeting = s.match(rf"(?:the\s+)?{_MEETING}\s+")
    of_a_day = None if meeting else _days_meeting(s)
    if not meeting and not of_a_day:
        return None
    rest = replace(s, text=" ".join(of_a_day) if of_a_day else s.text[meeting.end() if meeting else 0 :])
    off = re.search(r"\s*\b(?:(?:ar|blir)\s+installt|stalls in|utgar|installt|is cancelled|is canceled|cancelled)\b[\s.!]*$", rest.low)
    if off:
        return cancel_meeting(replace(rest, text=rest.text[: off.start()], head="motet"))
    moved = _MOVED.search(rest.low)
    if moved:  # "på tisdag blir kl 14": of that day, to that time
        return reschedule(replace(rest, text=f"{rest.text[: moved.start()].strip()} till {rest.text[moved.end() :].strip()}".strip(), head="motet flyttas"))
    return None


_MOVED = re.compile(
    r"\b(?:flyttas|blir|is moved|moves|(?:ar|is|will be)(?=.*\b(?:istallet|i stallet|instead)\b))\s+(?:(?:till|to|pa|on)\b(?: (?=kl))?|(?=(?:kl|klockan|at|redan|forst|den|nasta|v|vecka)\b|\d))"
)


_WHOSE = {"dagens": "idag", "today": "idag", "morgondagens": "i morgon", "tomorrow": "i morgon", "veckans": "den här veckan", "this week": "den här veckan", "nasta veckas": "nästa vecka", "next week": "nästa vecka"}


def _days_meeting(s: Said) -> tuple[str, str] | None:
    """ "tisdagens möte", "next week's meeting": that day or week, and what follows."""
    owned = s.match(rf"(?:(?:den har )?(?P<named>{'|'.join(_WHOSE)})|(?P<day>\w+dag)ens|(?P<english>\w+day|tomorrow|(?:this|next) week)['’]?s)\s+{_MEETING}\b\s*")
    if not owned:
        return None
    word = owned["named"] or owned["english"]
    return _WHOSE.get(word) or (f"on {word}" if word else f"på {owned['day']}"), s.text[owned.end() :]


def move_days_meeting(s: Said) -> Reading | None:
    """`flytta tisdagens möte till onsdag 10`, read as `flytta mötet på tisdag till ...`"""
    found = _days_meeting(s)
    return reschedule(replace(s, text=" ".join(found), head="flytta motet")) if found else None


def cancel_days_meeting(s: Said) -> Reading | None:
    """`ta bort tisdagens möte`, `cancel Friday's meeting`, read as `ställ in mötet på ...`"""
    found = _days_meeting(s)
    return cancel_meeting(replace(s, text=" ".join(found), head="stall in motet")) if found else None


# --- during the meeting --------------------------------------------------------------------------------------------------------------


_FOR_US = re.compile(r"(?:för |for )?(?:oss|us|gruppen|the group|mötet|möten|vårt möte|våra möten|the meeting|the meetings|our meeting|our meetings)")


def extend(s: Said) -> Reading | None:
    """`förläng mötet 15 min`"""
    if s.asks:
        return None
    spent = find_minutes(s.text)
    return Reading("extend", minutes=spent[2] if spent else None) if spent or not s.text else None


def use_meeting(s: Said) -> Reading | None:
    """`använd mötet Teammöte tall`"""
    if s.asks:
        return None
    return Reading("use_meeting", text=clean(s.text).strip("\"'”“’»«")) if s.text else Reading("use_meeting", problem="no_text")


def suggest_time(s: Said) -> Reading | None:
    """`föreslå tid`, `föreslå en mötestid på 45 min`"""
    length = find_minutes(s.text)
    if length is None:
        return None if s.text and not _FOR_US.fullmatch(s.text.casefold()) else Reading("suggest_time")
    before, after = s.text[: length[0]].strip().casefold(), s.text[length[1] :].strip()
    return Reading("suggest_time", minutes=length[2]) if before in ("", "på", "om", "för", "of", "for") and not after else None


def attend(s: Said) -> Reading | None:
    """`närvarande: @anna @bo`, `här är anna, bo och dag`"""
    if s.asks or not s.text:
        return Reading("attend", problem="no_owner") if s.colon or (not s.text and s.head in {"narvaro", "narvarande", "attendance"}) else None
    lead = s.match(r"(?:ar|are|is)\s+")
    list_ = s.after(lead.end()) if lead else s
    there = _all_but(list_) or _there(list_)
    if there is None:
        return None
    named, visitors = there
    return with_people(named, Reading("attend", text=visitors))


_GUEST_WORDS = words_of("gast gaster besokare guest guests visitor visitors")
_AND_WITH = re.compile(r"\s*(?:,\s*(?:och\b|and\b|samt\b|med\b)?|;|&|\+|/|\b(?:och|samt|and|plus|med|with)\b)\s*")
_HERE = r"\s*(?:(?:ar|is|are)\s+)?(?:har|med|pa plats|narvarande|here|present|idag|i dag|today)?[\s.!,]*"
# Said of people and not a list of them: "alla utom Bo", "Karin kommer inte"
_NO_LIST = words_of(
    "utom inte ej inga ingen utan kommer kan kunde ska skulle vill har hade var blir behover saknas ar sen senare except not no without"
    " comes is are was will can has had should would missing late"
)


def _there(s: Said) -> tuple[Named, str] | None:
    """Everybody in a list of those who are there: the members, and the others as written ("Karin från Försäkringskassan")."""
    members, visitors = Named(), list[str]()
    at, apart = 0, True
    while not re.fullmatch(_HERE, s.low[at:]):
        joint = _AND_WITH.match(s.low, at)
        if joint and at:
            at, apart = joint.end(), True
            continue
        space = len(s.text[at:]) - len(s.text[at:].lstrip())
        named = s.who.several(s.text, at + space)
        if named:
            members = Named(
                tuple(dict.fromkeys((*members.owners, *named.owners))), members.unclear or named.unclear, members.choices or named.choices,
                members.unknown or named.unknown, members.guess or named.guess,
            )  # fmt: skip
            at, apart = named.end, False
            continue
        end = min([place.start() for place in re.finditer(r",|;|&|\+|\s(?:och|samt|and|plus)\s|\s@", s.low[at:])] or [len(s.low) - at]) + at
        visitor = clean(s.text[at:end])
        listed = s.colon or visitor[:1].isupper()
        if not apart or not listed or not _is_visitor(visitor):
            return None
        near = s.who.near(visitor) if " " not in visitor and s.head not in _GUEST_WORDS else None
        if near:  # "Cecila" is rather a member misspelt
            members = replace(members, owners=tuple(dict.fromkeys((*members.owners, near))), guess=s.who.full_name(near))
        else:
            visitors.append(visitor)
        at, apart = end, False
    if not members and not (visitors and (s.colon or s.head in _GUEST_WORDS)):
        return None
    return members, ", ".join(visitors)


_BUT = re.compile(r"(?:alla|allihop|samtliga|everyone|everybody|all)\s+(?:(?:ar|is|are)\s+)?(?:(?:har|med|pa plats|narvarande|here|present)\s*,?\s+)?(?:utom|forutom|except|but|minus)\s+(?:for\s+)?")


def _all_but(s: Said) -> tuple[Named, str] | None:
    """ "alla utom Bo", "alla är här utom bo och eva": the members without those."""
    but = s.match(_BUT.pattern)
    away = s.who.several(s.text, but.end()) if but else Named()
    if not away or not re.fullmatch(_HERE, s.low[away.end :]):
        return None
    here = () if away.unclear or away.unknown else tuple(each for each in s.ctx.members if each not in away.owners)
    return replace(away, owners=here), ""


def _is_visitor(written: str) -> bool:
    said = fold(written).split()
    return 0 < len(said) <= 6 and "@" not in written and any(sign.isalpha() for sign in said[0]) and not _NO_LIST & set(said)


def are_here(s: Said) -> Reading | None:
    """`anna, bo och dag är här`, `alla är på plats`"""
    named = s.who.several(s.text)
    if not s.asks and (but := _all_but(s)) and but[0].end and re.search(r"\b(?:har|plats|narvarande|here|present|med)\b", s.low):
        return attend(s)
    here = named and not s.asks and re.fullmatch(r"\s*(?:ar|is|are)\s+(?:har|pa plats|narvarande|med idag|here|present)[\s.!]*", s.low[named.end :])
    return attend(replace(s, text=s.text[: named.end])) if here else None


def park(s: Said) -> Reading | None:
    """`parkera frågan om taxi`"""
    if s.asks or (not s.colon and s.match(r"(?:(?:bil|cykel)\w*|har|dar|pa|utanfor|the car|here|there|outside|in)\b")):
        return None
    numbers = read_numbers(s.low)
    if numbers and not s.text[numbers.end :].strip(" ."):
        return Reading("park", id=numbers.id, ids=numbers.ids, ref=numbers.ref, refs=numbers.refs)
    return Reading("park", text=clean(with_full_names(s.text, s.who))) if s.text else Reading("park", problem="no_text")


# --- the agenda ----------------------------------------------------------------------------------------------------------------------

_AT_MEETING = r"[\s,]*\b(?:(?:pa|till|vid|infor)\s+(?:nasta\s+|kommande\s+)?(?:motet|mote|veckomotet|traff|traffen|gang)|nasta gang|nasta mote|pa dagordningen|at the (?:next )?meeting|next time|to the agenda|on the agenda)\b"
_WANTS = r"(?P<who>patienten|brukaren|personen|narstaende|anhoriga|the patient|patient|[\w@-]+(?:\s[\w-]+)?)\s+(?:vill|onskar|skulle vilja|wants to|would like to)\s+(?:ta upp|prata om|diskutera|bring up|talk about|discuss|raise)\s*:?\s*"


def agenda_add(s: Said) -> Reading | None:
    """`ta upp sömnen`, `punkt: ...`, `till dagordningen: ...`"""
    needs_colon = s.head in {"punkt", "till motet", "till nasta mote", "tas upp", "pa dagordningen", "point", "on the agenda", "att ta upp", "till dagordningen"}
    if s.head in {"till dagordningen", "add to agenda", "to the agenda", "pa dagordningen"} and s.text:
        needs_colon = False
    if not s.colon and (of_a_day := _for_day(s)):
        return of_a_day
    if needs_colon and not s.colon:
        return None
    if s.head in {"prata om", "diskutera", "talk about", "discuss"} and not re.search(rf"{_AT_MEETING}[\s.!]*$", s.low):
        return None  # among people, unless it is said to be at the meeting
    if not s.colon and s.match(r"(?:det|den|det har|detta|honom|henne|dem|det dar|it|that|them|ur|fran)[\s.!?]*$"):
        return None
    if not s.colon and s.asks and len(s.text.split()) < 3:
        return None
    text = s.text
    at = s.match(r"(?:pa|till|vid)\s+(?:nasta\s+)?(?:motet|mote|dagordningen)\s*:?\s+|(?:at|for)\s+the\s+(?:next\s+)?meeting\s*:?\s+")
    if at:
        text = text[at.end() :]
    patients = "patient" in s.head
    by = re.match(r"(?:fr[åa]n|av|from|by)\s+(?:patienten|brukaren|n[äa]rst[åa]ende|the patient)\s*:?\s*", text, re.IGNORECASE)
    if by:
        text, patients = text[by.end() :], True
    return _point(replace(s, text=text), patients)


_FOR_DAY = re.compile(r"(?:till?|t|infor|pa|for|to|at|on)\s+(?P<day>[^:]{2,40}?)\s*:\s*(?=\S)")
_THE_MEETING = r"(?:det |the )?(?:nasta |kommande |next )?(?:motet|mote|veckomotet|traffen|gang|meeting)?\s*"


def _for_day(s: Said) -> Reading | None:
    """`punkt till imorgon: medicinlistan`, `punkt till mötet på tisdag: ...`. A day that is not the next meeting's stays in the text."""
    said = s.match(_FOR_DAY.pattern)
    if not said:
        return None
    named = re.match(_THE_MEETING, said["day"])
    start = said.start("day") + (named.end() if named else 0)
    text, when = s.text[start : said.end("day")], s.text[said.end() :]
    days = find_dates(text, s.ctx)
    if text.strip() and (len(days) != 1 or text[: days[0].start].strip() or text[days[0].end :].strip()):
        return None
    meeting = s.ctx.next_meeting
    if not days or (meeting and _date(days[0].when) == meeting.date()):
        return _point(replace(s, text=when, colon=True), by_patient=False)
    reading = _point(replace(s, text=when, colon=True), by_patient=False)
    day = _date(days[0].when)
    return replace(reading, text=f"{reading.text} ({f'{day:%d %B}'.lstrip('0') if s.ctx.language == 'en' else f'{day.day}/{day.month}'})") if reading.text else reading


def _point(s: Said, by_patient: bool) -> Reading:
    text = s.text
    last = re.search(_AT_MEETING + r"[\s.!]*$", s.low)
    if last and last.start() > 0:
        text = text[: last.start()]
    when: Moment | None = None
    meeting = s.ctx.next_meeting
    days = find_dates(text, s.ctx)
    if days and meeting and not text[days[-1].end :].strip(" .!") and days[-1].start > 0:
        said = days[-1].when
        if (said.date() if isinstance(said, datetime) else said) == meeting.date():
            when, text = said, text[: days[-1].start]
    text = clean(with_full_names(text, s.who))
    numbers = read_numbers(s.low)
    alone = bool(numbers) and not s.text[numbers.end :].strip(" .!")
    reading = Reading("agenda_add", text=text, when=when, by_patient=by_patient, id=numbers.id if alone else None, ids=numbers.ids if alone else (), ref=numbers.ref if alone else "")
    return reading if text else replace(reading, problem="no_text")


def wants_to_bring_up(s: Said) -> Reading | None:
    """`Selma vill ta upp sömnen`: the patient's own point, unless a member says it"""
    wants = None if s.asks else s.match(_WANTS)
    if not wants or re.match(r"(?:vi|ni|de|dom|hon|han|they|we|he|she)\b", wants["who"]):
        return None
    member = s.who.one(s.text)
    text = s.text[wants.end() :]
    return _point(replace(s, text=text), by_patient=not member) if text else None


