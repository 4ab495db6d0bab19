"""Consent, where the rehearsals do not go: forms, what was known before, timers that are no longer wanted, committees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot import consent as feature
from bot.decide import decide
from bot.heartbeat import due
from bot.incoming import Incoming, Place, Tap
from bot.messages import consent as say
from bot.messages.common import Stale
from bot.model import Consent, Escalation, Group, GroupView, Member, Person, Snapshot
from bot.outcome import FormErrors, Need, OpenForm, Outcome, Say
from bot.rules.consent import as_told
from bot.rules.escalation_plan import Pace, make_plan
from bot.timers import Timer, timers_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday, 9 in the morning
ANNA = Person("anna", "Anna Berg", "Arvika kommun")
BO = Person("bo", "Bo Ek", "Region Värmland")
UNTIL = date(2027, 3, 1)
GROUP = Group("tall", "tall", state="active", channels=("slack:nvg-tall",), consent=Consent(UNTIL, ("Arvika kommun",), "guardian"), consent_form="pärm 3")
MATTER = Escalation("tall:H1", "tall", 1, "tall", "anna", NOW, "gk", make_plan(NOW, Pace(), False), NOW, text="saknar bil")
CHANNEL = Place("slack", "nvg-tall")


def world(group: Group = GROUP, matters: tuple[Escalation, ...] = ()) -> Snapshot:
    members = (Member("tall:@anna", "tall", "anna"), Member("tall:@bo", "tall", "bo"))
    body = GroupView(Group("gk", "gk", "committee", "active"), (Member("gk:@bo", "gk", "bo"),))
    return Snapshot(
        ANNA, {"tall": GroupView(group, members, escalations=matters), "gk": body}, "tall", {"anna": ANNA, "bo": BO},
        found={"everything tall": matters, "touched Group tall": "bo"},
    )  # fmt: skip


def outcome(result: Outcome | Need) -> Outcome:
    assert isinstance(result, Outcome), result
    return result


def said(text: str, snapshot: Snapshot) -> Outcome:
    return outcome(decide(snapshot, Incoming("e", "anna", CHANNEL, text), NOW))


def tapped(do: str, snapshot: Snapshot, fields: Mapping[str, str] | None = None, version: int | None = None) -> Outcome:
    return outcome(decide(snapshot, Incoming("e", "anna", CHANNEL, tap=Tap(do, "tall", fields, version)), NOW))


def message(result: Outcome, kind: type[Any]) -> Any:
    assert isinstance(result.answer, Say)
    assert isinstance(result.answer.message, kind), result.answer.message
    return result.answer.message


def saved(result: Outcome) -> Group:
    return next(thing for thing in result.save if isinstance(thing, Group))


def test_a_renewal_keeps_what_is_not_said_anew() -> None:
    result = said("samtycke till 2028-03-01", world())
    assert saved(result).consent == Consent(date(2028, 3, 1), ("Arvika kommun",), "guardian", date(2026, 11, 23))
    assert saved(result).consent_form == "pärm 3"
    assert message(result, say.ConsentSaved).outside == ("bo",)


def test_the_first_is_for_the_members_employers_and_says_so() -> None:
    receipt = message(said("samtycke till 2028-03-01", world(replace(GROUP, consent=None))), say.ConsentSaved)
    assert (receipt.organisations, receipt.default, receipt.outside) == (("Arvika kommun", "Region Värmland"), True, ())


def test_the_form_comes_filled_in_a_year_on() -> None:
    result = tapped("set_consent", world())
    assert isinstance(result.answer, OpenForm)
    assert {field.name: field.value for field in result.answer.form.fields} == {
        "till": "2028-02-29", "organisationer": "Arvika kommun", "vem": "guardian", "formulär": "pärm 3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"till": "", "organisationer": "Arvika", "vem": "patient"}, {"till"}),
        ({"till": "32/13", "organisationer": "Arvika", "vem": "patient"}, {"till"}),
        ({"till": "2020-01-01", "organisationer": " , ", "vem": "patient"}, {"till", "organisationer"}),
        ({"till": "2028-01-01", "organisationer": "Arvika", "vem": "grannen"}, {"vem"}),
        ({"till": "2028-01-01", "organisationer": "Arvika", "vem": "patient", "formulär": "19121212-1212"}, {"formulär"}),
    ],
)
def test_a_form_filled_in_wrongly_changes_nothing(fields: dict[str, str], wrong: set[str]) -> None:
    result = tapped("set_consent", world(), fields)
    assert isinstance(result.answer, FormErrors)
    assert set(result.answer.errors) == wrong
    assert result.save == ()


def test_a_form_about_an_older_consent_is_not_saved() -> None:
    version = feature.stamp_of(GROUP)
    fields = {"till": "2028-01-01", "organisationer": "Arvika", "vem": "patient"}
    changed = world(replace(GROUP, consent=Consent(date(2027, 4, 1))))
    refused = tapped("set_consent", changed, fields, version)
    assert refused.save == ()
    assert message(refused, Stale).by == "bo"
    assert tapped("set_consent", world(replace(GROUP, aim="annat")), fields, version).save != ()


@pytest.mark.parametrize("line", ["samtycke till 2020-01-01", "samtycke till 32/13"])
def test_a_bad_date_is_never_kept(line: str) -> None:
    assert said(line, world()).save == ()


@pytest.mark.parametrize("line", ["samtycke", "samtycke till 2028-03-01", "samtycke återkallat", "första mötet"])
def test_a_committee_has_none(line: str) -> None:
    snapshot = replace(world(), here="gk", asker=BO)
    result = outcome(decide(snapshot, Incoming("e", "bo", Place("slack", "gk"), line), NOW))
    message(result, say.OnlyCareGroups)
    assert result.save == ()


def test_withdrawn_takes_the_name_off_all_that_was_lifted() -> None:
    old = replace(MATTER, id="tall:H2", number=2, state="closed")
    result = said("samtycke återkallat", world(matters=(MATTER, old)))
    assert saved(result).consent is None
    assert [each.code for each in result.save if isinstance(each, Escalation)] == ["", ""]
    assert message(result, say.ConsentWithdrawn).lifted == 1
    assert [post.to for post in result.posts] == ["tall"]


def test_withdrawn_twice_says_how_it_is() -> None:
    result = said("samtycke återkallat", world(replace(GROUP, consent=None)))
    assert message(result, say.ConsentCard).stage == "none"
    assert (result.save, result.posts) == ((), ())


def test_a_new_consent_puts_the_name_back() -> None:
    nameless = replace(MATTER, code="")
    result = said("samtycke till 2028-03-01", world(replace(GROUP, consent=None), (nameless,)))
    assert [each.code for each in result.save if isinstance(each, Escalation)] == ["tall"]


# --- its end ----------------------------------------------------------------------------------------------------------


def wanted(group: Group, now: datetime = NOW) -> dict[str, datetime]:
    return {timer.kind: timer.due for timer in timers_of(group, now) if timer.kind.startswith("consent")}


def test_it_wants_a_notice_and_an_end() -> None:
    notice, end = datetime(2027, 2, 15, 7, tzinfo=UTC), datetime(2027, 3, 1, 23, tzinfo=UTC)
    assert wanted(GROUP) == {"consent_soon": notice, "consent_ends": end}
    assert wanted(replace(GROUP, consent_told=as_told("soon", UNTIL))) == {"consent_ends": end}
    assert wanted(replace(GROUP, consent_told=as_told("ended", UNTIL))) == {"consent_over": datetime(2027, 3, 2, 7, tzinfo=UTC)}
    assert wanted(replace(GROUP, consent_told=as_told("over", UNTIL))) == {}


@pytest.mark.parametrize("group", [replace(GROUP, state="closed"), replace(GROUP, consent=None), replace(GROUP, kind="committee")])
def test_no_more_is_said_of_it(group: Group) -> None:
    assert wanted(group) == {}


def test_a_late_notice_waits_for_office_hours() -> None:
    late = datetime(2027, 2, 19, 21, tzinfo=UTC)  # a Friday evening
    assert wanted(GROUP, late)["consent_soon"] == datetime(2027, 2, 22, 7, tzinfo=UTC)


def test_who_notes_a_short_consent_is_not_told_that_it_is_short() -> None:
    result = said("samtycke till 2026-12-01", world())
    assert "consent_soon" not in wanted(saved(result))


@pytest.mark.parametrize("kind", ["consent_soon", "consent_ends", "consent_over"])
@pytest.mark.parametrize(
    "group", [replace(GROUP, consent=None), replace(GROUP, state="closed"), replace(GROUP, consent=Consent(date(2030, 1, 1)))]
)
def test_a_timer_that_is_no_longer_wanted_does_nothing(kind: str, group: Group) -> None:
    now = datetime(2027, 3, 2, 8, tzinfo=UTC)
    assert due(world(group), Timer(kind, "tall", now), now) == Outcome()


def test_each_stage_of_the_end_comes_once() -> None:
    group, kinds = GROUP, []
    for _ in range(5):
        timers = sorted((t for t in timers_of(group, NOW) if t.kind.startswith("consent")), key=lambda t: t.due)
        if not timers:
            break
        kinds.append(timers[0].kind)
        group = saved(outcome(due(world(group, (MATTER,)), timers[0], timers[0].due + timedelta(seconds=1))))
    assert kinds == ["consent_soon", "consent_ends", "consent_over"]
