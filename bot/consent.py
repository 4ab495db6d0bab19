"""Consent to share: by whom, for whom, until when; and what follows when it is withdrawn or runs out.

Without a consent that holds, a group can meet and plan, but nothing about it leaves its members. What lies with others
already stays there as an obstacle of some group: `Escalation.code` is emptied, and every card that shows it is redrawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.actions import read_due
from bot.ask import Ask, due_day, filled, told
from bot.cards import Drawn, Reader, card
from bot.escalations import agenda_of
from bot.forms import Field, Form
from bot.keys import key, stamp
from bot.messages import consent as say
from bot.messages.base import Message
from bot.messages.common import FieldError, Gone, WhichDay
from bot.model import Consent, Escalation, Group, Kept, Snapshot
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.rules import consent as rules
from bot.rules.date_words import find_dates
from bot.rules.dates.sums import months_on
from bot.rules.work_calendar import in_office, instant, local, next_working_day
from bot.stale import stale
from bot.timers import Timer, wants_timers

Result = Outcome | Need

MORNING = time(8)
A_YEAR = timedelta(days=365)


# --- noting it --------------------------------------------------------------------------------------------------------


def note(ask: Ask) -> Result:
    """`samtycke till 2027-11-23 Arvika kommun, Region Värmland`, and the buttons *Skriv upp samtycke* and *Förläng*."""
    if ask.group.kind != "care":
        return ask.say(say.OnlyCareGroups())
    if ask.incoming.tap:
        return from_form(ask)
    if ask.reading.shift_months is not None or ask.reading.shift_days is not None:
        return prolonged(ask)
    if ask.reading.until is None:
        return ask.say(card_of(ask.group, ask.today))
    old = ask.group.consent
    if ask.reading.topic == "longer" and old and rules.sharing_allowed(ask.group, ask.today) and ask.reading.until <= old.until:
        return no_longer(ask, ask.reading.until, old.until)
    by, organisations = rules.read_terms(ask.reading.text, known(ask))
    return noted(ask, ask.reading.until, organisations, by, ask.group.consent_form)


def no_longer(ask: Ask, until: date, holds: date) -> Outcome:
    """`förläng samtycket till midsommar`, which is before the end of the one that holds: that day of a later year may be meant."""
    afterwards = replace(ask.context(), now=datetime.combine(holds + timedelta(days=1), MORNING))
    found = find_dates(f"till {ask.reading.problem_words}", afterwards)
    later = due_day(found[0].until or found[0].when) if found else months_on(until, 12 * (holds.year - until.year + 1))
    line = "consent until" if ask.me.language == "en" else "samtycke till"
    return ask.say(WhichDay(ask.reading.problem_words, tuple((day, f"{line} {day.isoformat()}") for day in (later, until))))


def prolonged(ask: Ask) -> Result:
    """`samtycket gäller 3 månader till`: from the end of the one that holds; without one from today, which the receipt says."""
    old = ask.group.consent
    holds = old is not None and rules.sharing_allowed(ask.group, ask.today)
    begins = old.until if old and holds else ask.today
    until = months_on(begins, ask.reading.shift_months or 0) + timedelta(days=ask.reading.shift_days or 0)
    outcome = noted(ask, until, (), "", ask.group.consent_form)
    if isinstance(outcome, Need) or not isinstance(outcome.answer, Say) or not isinstance(outcome.answer.message, say.ConsentSaved):
        return outcome
    receipt = replace(outcome.answer.message, default=old is None, prolonged="holding" if holds else "from_today")
    return replace(outcome, answer=Say(receipt))


def from_form(ask: Ask) -> Result:
    group, old, fields = ask.group, ask.group.consent, filled(ask)
    if fields is None:
        named = old.organisations if old else usual(ask)
        return Outcome(OpenForm(Form("set_consent", group.id, (
            Field("till", "date", (max(ask.today, old.until if old else ask.today) + A_YEAR).isoformat(), required=True),
            Field("organisationer", "long", ", ".join(named), required=True),
            Field("vem", "choice", old.given_by if old else "patient", True, tuple((each, "") for each in rules.GIVEN_BY)),
            Field("formulär", "text", group.consent_form),
        ), stamp_of(group))))  # fmt: skip
    tap = ask.incoming.tap
    if tap and tap.version is not None and tap.version != stamp_of(group):
        return stale(ask, group, "", ", ".join(old.organisations) if old else "", due=old.until if old else None)
    wrong: dict[str, Message] = {}
    until = read_due(ask, fields.get("till", ""))
    if isinstance(until, FieldError):
        wrong["till"] = until
    organisations = rules.organisations_in(fields.get("organisationer", ""), known(ask))
    if not organisations:
        wrong["organisationer"] = FieldError("text")
    by = fields.get("vem") or "patient"
    if by not in rules.GIVEN_BY:
        wrong["vem"] = FieldError("choice")
    if wrong or isinstance(until, FieldError):
        return Outcome(FormErrors(wrong))
    return noted(ask, due_day(until), organisations, by, fields.get("formulär", ""))


def noted(ask: Ask, until: date, organisations: tuple[str, ...], by: str, form: str) -> Result:
    """The consent holds from now on. What was not said is as in the one before; else the patient's, for the members' employers."""
    group, old = ask.group, ask.group.consent
    consent = Consent(
        until, organisations or (old.organisations if old else usual(ask)),
        by or (old.given_by if old else "patient"), given_on=ask.today,
    )  # fmt: skip
    # who notes a short one knows that it is short
    known_to_end = rules.as_told("soon", until) if rules.notice_day(until) <= ask.today else ""
    named: tuple[Kept, ...] | Need = () if rules.sharing_allowed(group, ask.today) else renamed(ask.snapshot, group, group.code)
    if isinstance(named, Need):
        return named
    staff = (ask.snapshot.people[id] for id in ask.view.people() if id in ask.snapshot.people)
    outside = tuple(person.id for person in staff if person.organisation and person.organisation not in consent.organisations)
    receipt = say.ConsentSaved(
        group.id, until, consent.organisations, ask.turn, consent.given_by, form, outside, default=not organisations
    )  # fmt: skip
    return Outcome(
        Say(receipt), save=(replace(group, consent=consent, consent_form=form, consent_told=known_to_end), *named),
        facts=(Fact("consent_given", group.id, group.id, ask.me.id, {"until": until.isoformat(), "by": consent.given_by}),),
        posts=told(ask, say.ConsentNotice(until, consent.organisations, ask.me.id)),
    )  # fmt: skip


def usual(ask: Ask) -> tuple[str, ...]:
    """The employers of those in the group."""
    people = (ask.snapshot.people[id] for id in ask.view.people() if id in ask.snapshot.people)
    return tuple(dict.fromkeys(person.organisation for person in people if person.organisation))


def known(ask: Ask) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*usual(ask), *ask.group.organisations)))


def stamp_of(group: Group) -> int:
    """Stale is only who has changed the consent itself."""
    return stamp(Group(group.id, group.code, consent=group.consent, consent_form=group.consent_form))


# --- its end ----------------------------------------------------------------------------------------------------------


def withdraw(ask: Ask) -> Result:
    """`samtycke återkallat`: nothing is shared from this moment. The group is told wherever it was said."""
    group = ask.group
    if group.kind != "care":
        return ask.say(say.OnlyCareGroups())
    if group.consent is None:
        return ask.say(card_of(group, ask.today))
    nameless = renamed(ask.snapshot, group, "")
    if isinstance(nameless, Need):
        return nameless
    lifted = sum(isinstance(each, Escalation) and each.waits for each in nameless)
    notice = say.ConsentWithdrawn(group.code, lifted, by=ask.me.id)
    return Outcome(
        Say(replace(notice, change=ask.turn, by="")), save=(replace(group, consent=None), *nameless),
        facts=(Fact("consent_withdrawn", group.id, group.id, ask.me.id),),
        posts=(Post(group.id, f"notice:{ask.turn}", notice),),
    )  # fmt: skip


def renamed(snapshot: Snapshot, group: Group, code: str) -> tuple[Kept, ...] | Need:
    """All that the group has lifted, under that code name, and the bodies on whose posted agenda it stands."""
    wanted = f"everything {group.id}"
    if wanted not in snapshot.found:
        return Need((wanted,))
    matters = [each for each in snapshot.found[wanted] if isinstance(each, Escalation) and each.code != code]
    bodies = dict.fromkeys(each.body for each in matters if each.waits)
    if missing := tuple(f"group {id}" for id in bodies if id not in snapshot.views and f"group {id}" not in snapshot.found):
        return Need(missing)
    shown = (each for id in bodies if id in snapshot.views for each in agenda_of(snapshot.views[id]))
    return (*(replace(each, code=code) for each in matters), *shown)


@wants_timers(Group)
def consent_timers(group: Group, now: datetime) -> tuple[Timer, ...]:
    """Two weeks before the end, at the end, and the working morning after it."""
    if group.kind != "care" or group.consent is None or group.state in ("closed", "forgotten", "undone"):
        return ()
    until, stage = group.consent.until, rules.told(group)
    end = datetime.combine(until + timedelta(days=1), time())
    if stage == "ended":
        return (Timer("consent_over", group.id, instant(datetime.combine(next_working_day(until), MORNING))),)
    if stage == "over":
        return ()
    notice = in_office(datetime.combine(rules.notice_day(until), MORNING), end, now) if not stage else None
    return (*((Timer("consent_soon", group.id, notice),) if notice else ()), Timer("consent_ends", group.id, instant(end)))


def soon(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """It runs out in two weeks: told in the channel, with *Förläng*."""
    group = living(timer, snapshot)
    if group is None or group.consent is None or rules.told(group) or rules.notice_day(group.consent.until) > local(now).date():
        return Outcome()
    return Outcome(
        save=(replace(group, consent_told=rules.as_told("soon", group.consent.until)),),
        facts=(Fact("consent_runs_out", group.id, group.id),), posts=(Post(group.id, f"consent:{group.id}"),), command="consent_soon",
    )  # fmt: skip


def ends(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """It has run out: from midnight nothing is shared."""
    group = living(timer, snapshot)
    if group is None or group.consent is None or rules.told(group) in ("ended", "over") or rules.sharing_allowed(group, local(now).date()):
        return Outcome()
    nameless = renamed(snapshot, group, "")
    if isinstance(nameless, Need):
        return nameless
    return Outcome(
        save=(replace(group, consent_told=rules.as_told("ended", group.consent.until)), *nameless),
        facts=(Fact("consent_ended", group.id, group.id),), command="consent_ends",
    )  # fmt: skip


def over(timer: Timer, snapshot: Snapshot, now: datetime) -> Result:
    """The group is told kindly, in the morning."""
    group = living(timer, snapshot)
    if group is None or group.consent is None or rules.told(group) != "ended":
        return Outcome()
    return Outcome(
        save=(replace(group, consent_told=rules.as_told("over", group.consent.until)),),
        posts=(Post(group.id, f"consent:{group.id}"),), command="consent_over",
    )  # fmt: skip


def living(timer: Timer, snapshot: Snapshot) -> Group | None:
    view = snapshot.views.get(timer.subject)
    return view.group if view and view.group.state not in ("closed", "forgotten", "undone") else None


# --- the card ---------------------------------------------------------------------------------------------------------


def card_of(group: Group, today: date) -> say.ConsentCard:
    consent = group.consent
    if consent is None:
        return say.ConsentCard(group.id)
    stage = ("soon" if rules.told(group) == "soon" else "holds") if rules.sharing_allowed(group, today) else "over"
    return say.ConsentCard(
        group.id, stage, consent.until, consent.organisations, consent.given_by, consent.given_on, group.consent_form
    )


@card("consent")
def draw_consent(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: the group's id."""
    view = snapshot.views.get(rest)
    if view is None:
        return Need((f"group {rest}",))
    if view.group.state in ("forgotten", "undone"):
        return Drawn(Gone(), (key(view.group),))
    return Drawn(card_of(view.group, local(now).date()), (key(view.group),))


TAPS = {
    "set_consent": ("consent", note),
    "withdraw_consent": ("consent_withdrawn", withdraw),
}
TIMERS = {"consent_soon": soon, "consent_ends": ends, "consent_over": over}
