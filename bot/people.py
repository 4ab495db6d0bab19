"""A person's own settings: when they are reminded, when they work, which language, which number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time

from bot.ask import Ask, filled
from bot.forms import Field, Form
from bot.messages import people as say
from bot.messages.base import Message
from bot.messages.common import FieldError
from bot.model import Person
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Say
from bot.rules.read_settings import read_clock, read_days, read_hours, read_phone
from bot.rules.work_calendar import Working

Result = Outcome | Need
LANGUAGES = ("sv", "en")
HOME = "Europe/Stockholm"
SETTINGS = ("remind_at", "reminders", "working", "language", "phone")


def settings(ask: Ask) -> Result:
    """`inställningar`, `påminn mig 8:15`, `jag jobbar mån-tors 7-16`, `jag jobbar inte på fredagar`, `språk engelska`."""
    reading, me = ask.reading, ask.me
    if reading.topic == "remind":
        at = read_clock(reading.text)
        return saved(ask, replace(me, remind_at=at, reminders=True)) if at else ask.say(say.SettingUnclear("remind", reading.problem_words))
    if reading.topic == "remind_on":
        return saved(ask, replace(me, reminders=True))
    if reading.topic == "language":
        if reading.text not in LANGUAGES:
            return ask.say(say.SettingUnclear("language", reading.problem_words))
        return saved(ask, replace(me, language=reading.text))
    if reading.topic == "working":
        working = said_working(ask)
        return saved(ask, replace(me, working=working)) if working else ask.say(say.SettingUnclear("working", reading.text))
    if reading.topic == "red_days":
        return saved(ask, replace(me, working=replace(me.working, red_days=bool(reading.text))))
    if reading.topic in ("works_not", "works_only"):
        named = read_days(reading.text) or frozenset()
        days = named if reading.topic == "works_only" else me.working.days - named
        return saved(ask, replace(me, working=replace(me.working, days=days))) if days else ask.say(say.SettingUnclear("working", reading.text))
    return ask.say(shown(me))


def shown(person: Person) -> say.SettingsShown:
    abroad = person.time_zone not in ("", HOME)
    return say.SettingsShown(person.remind_at, person.working, person.language, person.phone, person.reminders, abroad)


def remind_off(ask: Ask) -> Result:
    """`inga påminnelser`: no bundle in the morning. A clock time that is near, and what is asked, still come."""
    return saved(ask, replace(ask.me, reminders=False))


def said_working(ask: Ask) -> Working | None:
    """The days and hours that the line names ("mån-tors 7-16"): the same hours each day."""
    said = re.fullmatch(r"(\D+?)[\s,]+(?:kl\.?\s*|mellan\s+)?(\d.*)", ask.reading.text)
    days, span = (read_days(said[1]), read_hours(said[2])) if said else (None, None)
    return Working(days, *span, ask.me.working.red_days) if days and span else None


def phone(ask: Ask) -> Result:
    """`mitt nummer 070-123 45 67`: shown on the card of groups whose contact person one is."""
    number = read_phone(ask.reading.text)
    return saved(ask, replace(ask.me, phone=number)) if number else ask.say(say.SettingUnclear("phone", ask.reading.text))


def saved(ask: Ask, person: Person) -> Outcome:
    changed = tuple(name for name in SETTINGS if getattr(person, name) != getattr(ask.me, name))
    if not changed:
        return ask.say(shown(person))
    receipt = say.SettingsSaved(
        person.remind_at, person.working, person.language, ask.turn, person.phone, changed,
        outside=not within(person.remind_at, person.working), reminders=person.reminders,
    )  # fmt: skip
    fact = Fact("settings_changed", "", f"@{person.id}", person.id, {"what": ",".join(changed)})
    return Outcome(Say(receipt), save=(person,), facts=(fact,))


def within(at: time, working: Working) -> bool:
    """Whether the clock time is in the working day, which may go past midnight."""
    if working.start < working.end:
        return working.start <= at < working.end
    return at >= working.start or at < working.end


def form(ask: Ask) -> Result:
    """The button *Ändra inställningar*, and the form sent in."""
    me, fields = ask.me, filled(ask)
    shown = hours(me.working)
    if fields is None:
        return Outcome(OpenForm(Form("settings", f"@{me.id}", (
            Field("påminnelser", "check", "ja" if me.reminders else ""),
            Field("påminnelsetid", "time", f"{me.remind_at:%H:%M}", required=True),
            Field("arbetsdagar", "choices", ",".join(map(str, sorted(me.working.days))), required=True,
                  options=tuple((str(day), "") for day in range(7))),
            Field("arbetstid", "text", shown, required=True),
            Field("röda_dagar", "check", "ja" if me.working.red_days else ""),
            Field("språk", "choice", me.language, required=True, options=tuple((each, "") for each in LANGUAGES)),
            Field("telefon", "text", me.phone),
        ))))  # fmt: skip
    wrong: dict[str, Message] = {}
    at = read_clock(fields.get("påminnelsetid", ""))
    days = read_days(fields.get("arbetsdagar", ""))
    span = read_hours(fields.get("arbetstid", ""))
    language = fields.get("språk", me.language)
    said_phone = fields.get("telefon", "")
    number = read_phone(said_phone) if said_phone else ""
    for name, read, problem in (
        ("påminnelsetid", at, "time"), ("arbetsdagar", days, "days"), ("arbetstid", span, "hours"), ("telefon", number, "phone"),
    ):  # fmt: skip
        if read is None:
            wrong[name] = FieldError(problem, fields.get(name, ""))
    if language not in LANGUAGES:
        wrong["språk"] = FieldError("choice", language)
    if wrong or at is None or days is None or span is None or number is None:
        return Outcome(FormErrors(wrong))
    working = Working(days, *span, ticked(fields.get("röda_dagar", "")))
    reminders = ticked(fields["påminnelser"]) if "påminnelser" in fields else me.reminders
    return saved(ask, replace(me, remind_at=at, reminders=reminders, working=working, language=language, phone=number))


def ticked(value: str) -> bool:
    return value.strip().casefold() not in ("", "0", "nej", "no", "false", "off")


def hours(working: Working) -> str:
    return f"{working.start:%H:%M}–{working.end:%H:%M}"


def phone_form(ask: Ask) -> Result:
    """The button *Skriv mitt nummer*."""
    fields = filled(ask)
    if fields is None:
        return Outcome(OpenForm(Form("set_phone", f"@{ask.me.id}", (Field("telefon", "text", ask.me.phone, required=True),))))
    number = read_phone(fields.get("telefon", ""))
    if number is None:
        return Outcome(FormErrors({"telefon": FieldError("phone", fields.get("telefon", ""))}))
    return saved(ask, replace(ask.me, phone=number))


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "settings": ("settings", form),
    "set_phone": ("phone", phone_form),
}
