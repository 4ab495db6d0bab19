"""What is said of a consent, when the group is told that it runs out, and whether anything may be shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Consent, Group
from bot.rules.consent import as_told, notice_day, read_terms, sharing_allowed, told
from bot.rules.work_calendar import is_working_day

KNOWN = ("Arvika kommun", "Region Värmland", "Eda kommun")
GROUP = Group("tall", "tall", consent=Consent(date(2027, 3, 1)))


@pytest.mark.parametrize(
    ("said", "by", "organisations"),
    [
        ("", "", ()),
        ("Arvika kommun, Region Värmland", "", ("Arvika kommun", "Region Värmland")),
        ("Arvika och Region Värmland", "", ("Arvika kommun", "Region Värmland")),
        ("ja Arvika kommun, muntligt", "", ("Arvika kommun",)),
        ("arvika, ARVIKA KOMMUN", "", ("Arvika kommun",)),
        ("mellan Arvika kommun och Försäkringskassan", "", ("Arvika kommun", "Försäkringskassan")),
        ("kommun", "", ("kommun",)),  # fits two, so it stays as it was written
        ("givet av god man, Arvika", "guardian", ("Arvika kommun",)),
        ("av gode mannen Arvika", "guardian", ("Arvika kommun",)),
        ("Arvika kommun, genom framtidsfullmakt", "advance_directive", ("Arvika kommun",)),
        ("given by the guardian, Eda", "guardian", ("Eda kommun",)),
        ("power of attorney", "advance_directive", ()),
        ("av patienten, Region Värmland", "patient", ("Region Värmland",)),
        ("Arvika & Eda", "", ("Arvika kommun", "Eda kommun")),
        ("Godmanskapets vänner", "", ("Godmanskapets vänner",)),
    ],
)
def test_terms(said: str, by: str, organisations: tuple[str, ...]) -> None:
    assert read_terms(said, KNOWN) == (by, organisations)


@pytest.mark.parametrize(
    ("until", "noticed"),
    [
        (date(2026, 12, 20), date(2026, 12, 4)),  # a Sunday: the Friday before it
        (date(2026, 12, 21), date(2026, 12, 7)),
        (date(2027, 1, 8), date(2026, 12, 23)),  # Christmas Day: the working day before the eve
        (date(2027, 7, 10), date(2027, 6, 24)),  # the day after Midsummer's Eve
    ],
)
def test_notice_is_given_on_a_working_day(until: date, noticed: date) -> None:
    assert notice_day(until) == noticed


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_notice_leaves_at_least_two_weeks(until: date) -> None:
    day = notice_day(until)
    assert is_working_day(day)
    assert timedelta(weeks=2) <= until - day <= timedelta(weeks=2, days=5)


def test_it_holds_the_whole_of_its_last_day() -> None:
    assert sharing_allowed(GROUP, date(2027, 3, 1))
    assert not sharing_allowed(GROUP, date(2027, 3, 2))
    assert not sharing_allowed(replace(GROUP, consent=None), date(2026, 1, 1))
    assert sharing_allowed(Group("gk", "gk", "committee"), date(2027, 3, 2))


def test_what_was_told_is_about_that_consent_only() -> None:
    warned = replace(GROUP, consent_told=as_told("soon", date(2027, 3, 1)))
    assert told(warned) == "soon"
    assert told(replace(warned, consent=Consent(date(2028, 3, 1)))) == ""
    assert told(replace(warned, consent=None)) == ""
    assert told(GROUP) == ""
