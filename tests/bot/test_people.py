"""A person's settings as pure functions. The whole conversation is in tests/rehearsals/settings.yaml."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.ask import Ask
from bot.incoming import Incoming, Place, Tap
from bot.messages.people import SettingsSaved, SettingsShown, SettingUnclear
from bot.model import Person, Snapshot
from bot.outcome import FormErrors, OpenForm, Outcome, Say
from bot.people import form, phone, phone_form, settings, within
from bot.rules.reading import Reading
from bot.rules.work_calendar import Working

BO = Person("bo", "Bo Ek")
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def ask(reading: Reading | None = None, fields: dict[str, str] | None = None, tap: bool = False) -> Ask:
    tapped = Tap("settings", "@bo", fields) if tap or fields is not None else None
    return Ask(Snapshot(asker=BO), Incoming("e", "bo", Place("slack", person="bo"), tap=tapped), reading or Reading(), NOW)


def saved(outcome: object) -> Person:
    assert isinstance(outcome, Outcome)
    (person,) = outcome.save
    assert isinstance(person, Person)
    return person


@pytest.mark.parametrize(("text", "days", "span"), [
    ("mån-tors 7-16", {0, 1, 2, 3}, (time(7), time(16))),
    ("alla dagar 21-7", set(range(7)), (time(21), time(7))),
    ("mån, ons kl 7:30-16:30", {0, 2}, (time(7, 30), time(16, 30))),
    ("mon-fri 08:00-17:00", {0, 1, 2, 3, 4}, (time(8), time(17))),
])  # fmt: skip
def test_working_time_as_it_is_said(text: str, days: set[int], span: tuple[time, time]) -> None:
    working = saved(settings(ask(Reading("settings", topic="working", text=text)))).working
    assert (set(working.days), (working.start, working.end)) == (days, span)


@pytest.mark.parametrize("reading", [
    Reading("settings", topic="working", text="ibland"), Reading("settings", topic="working", text="mån-tors"),
    Reading("settings", topic="remind", problem="bad_date", problem_words="25:15"), Reading("settings", topic="language", text="", problem_words="tyska"),
])  # fmt: skip
def test_what_cannot_be_read_changes_nothing(reading: Reading) -> None:
    outcome = settings(ask(reading))
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome.answer, Say)
    assert isinstance(outcome.answer.message, SettingUnclear)
    assert outcome.save == ()


def test_the_same_again_changes_nothing() -> None:
    outcome = settings(ask(Reading("settings", topic="remind", text="07:30")))
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome.answer, Say)
    assert isinstance(outcome.answer.message, SettingsShown)
    assert outcome.save == ()


def test_a_reminder_outside_working_hours_is_said() -> None:
    outcome = settings(ask(Reading("settings", topic="remind", text="06:00")))
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome.answer, Say)
    assert isinstance(outcome.answer.message, SettingsSaved)
    assert outcome.answer.message.outside
    assert within(time(23), Working(start=time(21), end=time(7)))
    assert not within(time(12), Working(start=time(21), end=time(7)))


def test_the_form_shows_what_is_and_sent_in_unchanged_changes_nothing() -> None:
    opened = form(ask(tap=True))
    assert isinstance(opened, Outcome)
    assert isinstance(opened.answer, OpenForm)
    fields = {field.name: field.value for field in opened.answer.form.fields}
    again = form(ask(fields=fields))
    assert isinstance(again, Outcome)
    assert again.save == ()


def test_each_field_says_what_is_wrong() -> None:
    wrong = {"påminnelsetid": "snart", "arbetsdagar": "", "arbetstid": "7", "språk": "tyska", "telefon": "12"}
    outcome = form(ask(fields=wrong))
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome.answer, FormErrors)
    assert set(outcome.answer.errors) == set(wrong)


def test_the_number() -> None:
    assert saved(phone(ask(Reading("phone", text="070-123  45 67")))).phone == "070-123 45 67"
    assert saved(phone_form(ask(fields={"telefon": "0570-123 45"}))).phone == "0570-123 45"
    refused = phone_form(ask(fields={"telefon": "hemma"}))
    assert isinstance(refused, Outcome)
    assert isinstance(refused.answer, FormErrors)
