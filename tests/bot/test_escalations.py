"""Lifted matters: who may do what, where they go, what a committee may see, and when somebody hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cards import Reader, draw
from bot.chasing import matter_timers, put_back, remind, tell_chair
from bot.county import Body, County
from bot.decide import COMMANDS, decide
from bot.escalations import lifted_rows, standing
from bot.incoming import Incoming, Place, Tap
from bot.messages.base import Message
from bot.messages.common import NotAllowed
from bot.messages.escalations import (
    AlreadyLifted,
    CannotLift,
    LiftedCard,
    MatterAlready,
    MatterLifted,
    MatterNoted,
    NotYours,
    WhichMatter,
)
from bot.model import Absence, Action, Consent, Escalation, Group, GroupView, Member, Person, Snapshot
from bot.outcome import Need, OpenForm, Outcome, Say
from bot.rules.consent import sharing_allowed
from bot.rules.who_may import RULES, may
from bot.timers import Timer
from templates.card import visible_text
from templates.words import Words
from tests.rehearsals.plays import play_text

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10 o'clock
COUNTY = County("Västra Värmland", (Body(2, "Genomförandekommittén", "GK"), Body(3, "StyrGruppen", "SG")))
PEOPLE = {id: Person(id, name) for id, name in {
    "anna": "Anna Berg", "bo": "Bo Ek", "eva": "Eva Ring", "ola": "Ola Dahl", "siv": "Siv Lund", "per": "Per Al",
}.items()}  # fmt: skip


def seats(group: str, **roles: str) -> tuple[Member, ...]:
    return tuple(Member(f"{group}:@{person}", group, person, role) for person, role in roles.items())


CARE = Group(
    "tall", "tall", state="active", channels=("slack:nvg-tall",), above="gk", consent=Consent(date(2027, 11, 23)),
    aim="orka leka med barnen", last_action=1,
)  # fmt: skip
ACTION = Action("tall:1", "tall", 1, ("bo",), date(2026, 11, 27), "anna", NOW, text="ringa dottern")
VIEWS = {
    "tall": GroupView(CARE, seats("tall", anna="member", bo="member", per="guest"), actions=(ACTION,)),
    "gk": GroupView(Group("gk", "gk", "committee", "active", ("teams:gk",), level=2, above="sg"), seats("gk", eva="chair", ola="member")),
    "sg": GroupView(Group("sg", "sg", "committee", "active", ("teams:sg",), level=3), seats("sg", siv="chair")),
}
HERE = {"slack:nvg-tall": "tall", "teams:gk": "gk", "teams:sg": "sg"}


class Bot:
    """Decides in memory: what is saved is there for the next line."""

    def __init__(self, **values: object) -> None:
        self.snapshot = replace(Snapshot(views=dict(VIEWS), people=PEOPLE, county=COUNTY), **values)  # type: ignore[arg-type]
        self.now = NOW
        self.events = 0

    def act(self, person: str, address: str, said: str = "", tap: Tap | None = None) -> Outcome:
        self.events += 1
        platform, _, channel = address.partition(":")
        place = Place(platform, channel) if channel else Place(platform, person=person)
        incoming = Incoming(f"e{self.events}", person, place, said, tap)
        snapshot = replace(self.snapshot, asker=PEOPLE[person], here=HERE.get(address, ""))
        result = decide(snapshot, incoming, self.now)
        while isinstance(result, Need):
            snapshot = replace(snapshot, found={**snapshot.found, **{what: self.answer(what) for what in result.what}})
            result = decide(snapshot, incoming, self.now)
        for thing in result.save:
            self.snapshot = self.snapshot.having(thing)
        return result

    def say(self, person: str, address: str, said: str) -> Outcome:
        return self.act(person, address, said)

    def tap(self, person: str, do: str, ref: str, **fields: str) -> Outcome:
        return self.act(person, "teams:gk" if person in ("eva", "ola") else "slack:nvg-tall", tap=Tap(do, ref, fields or None))

    def answer(self, what: str) -> object:
        verb, _, rest = what.partition(" ")
        groups = {view.group.code: view.group.id for view in self.snapshot.views.values()}
        if verb == "codes":
            return groups
        if verb == "code":
            return self.snapshot.views[groups[rest]].group if rest in groups else None
        if verb == "id":
            return next((each for view in self.snapshot.views.values() for each in view.escalations if each.id == rest), None)
        return None

    @property
    def matter(self) -> Escalation:
        return self.snapshot.views["tall"].escalations[-1]

    def shown(self, subject: str, reader: str) -> Message:
        drawn = draw(subject, self.snapshot, Reader(group=reader), self.now)
        assert not isinstance(drawn, Need)
        return drawn.message


def said_in(outcome: Outcome) -> Message:
    assert isinstance(outcome.answer, Say), outcome.answer
    return outcome.answer.message


def lifted(**values: object) -> Bot:
    """A bot with one matter lifted."""
    bot = Bot(**values)
    bot.say("bo", "slack:nvg-tall", "hissa 1 saknar behörighet")
    return bot


# --- where it goes ----------------------------------------------------------------------------------------------------


def test_a_lifted_action_is_stuck_and_told_to_both() -> None:
    bot = Bot()
    outcome = bot.say("bo", "slack:nvg-tall", "hissa 1 saknar behörighet, prövat: ringt supporten")
    assert [(post.to, post.subject) for post in outcome.posts] == [("gk", "lifted:tall:H1"), ("tall", "escalation:tall:H1")]
    assert (bot.matter.text, bot.matter.tried, bot.matter.kind, bot.matter.action) == ("saknar behörighet", "ringt supporten", "it", "tall:1")
    action = bot.snapshot.views["tall"].actions[0]
    assert (action.state, action.reason) == ("stuck", "saknar behörighet")
    assert bot.snapshot.views["gk"].lifted == (bot.matter,)
    assert all("behörighet" not in str(fact) for fact in outcome.facts)


def test_a_kind_may_go_to_another_body_or_to_a_person() -> None:
    bot = Bot(county=replace(COUNTY, routes={"it": "sg"}))
    assert bot.say("bo", "slack:nvg-tall", "hissa saknar behörighet").posts[0].to == "sg"
    bot = Bot(county=replace(COUNTY, routes={"it": "@per"}))
    assert bot.say("bo", "slack:nvg-tall", "hissa saknar behörighet").posts[0].to == "@per"
    assert (bot.matter.body, bot.matter.routed_to) == ("gk", "per")
    assert isinstance(said_in(bot.tap("per", "take", "tall:H1")), MatterNoted)
    assert bot.matter.taken_by == "per"
    bot = Bot(county=replace(COUNTY, routes={"it": "nowhere"}))
    assert bot.say("bo", "slack:nvg-tall", "hissa saknar behörighet").posts[0].to == "gk"


def test_a_body_without_channels_is_written_to_person_by_person() -> None:
    gk = replace(VIEWS["gk"], group=replace(VIEWS["gk"].group, channels=()))
    outcome = Bot(views={**VIEWS, "gk": gk}).say("bo", "slack:nvg-tall", "hissa saknar behörighet")
    assert [post.to for post in outcome.posts] == ["@eva", "@ola", "tall"]


@pytest.mark.parametrize(
    ("group", "why"),
    [
        (replace(CARE, consent=None), "consent"),
        (replace(CARE, consent=Consent(date(2026, 11, 22))), "consent"),
        (replace(CARE, above=""), "nowhere"),
        (replace(CARE, above="gone"), "nowhere"),
    ],
)
def test_refused_kindly(group: Group, why: str) -> None:
    bot = Bot(views={**VIEWS, "tall": replace(VIEWS["tall"], group=group)})
    for outcome in (
        bot.say("bo", "slack:nvg-tall", "hissa saknar behörighet"),
        bot.tap("bo", "escalate", "tall:1", orsak="saknar behörighet"),
    ):
        message = said_in(outcome)
        assert isinstance(message, CannotLift)
        assert message.why == why
        assert not outcome.save and not outcome.posts and not outcome.facts


def test_consent_holds_to_its_last_day_and_committees_need_none() -> None:
    assert sharing_allowed(replace(CARE, consent=Consent(date(2026, 11, 23))), date(2026, 11, 23))
    assert not sharing_allowed(replace(CARE, consent=Consent(date(2026, 11, 23))), date(2026, 11, 24))
    assert sharing_allowed(VIEWS["gk"].group, date(2026, 11, 23))
    bot = Bot()
    assert bot.say("ola", "teams:gk", "hissa vi saknar en gemensam budget").posts[0].to == "sg"


def test_the_last_body_has_nobody_above() -> None:
    bot = lifted()
    bot.tap("eva", "escalate_further", "tall:H1", orsak="det kostar")
    assert bot.matter.body == "sg"
    message = said_in(bot.act("siv", "teams:sg", tap=Tap("escalate_further", "tall:H1", {"orsak": "ännu högre"})))
    assert isinstance(message, CannotLift)
    assert message.why == "top"


def test_the_button_asks_only_where_no_reason_is_known() -> None:
    bot = Bot()
    assert isinstance(bot.tap("bo", "escalate", "tall:1").answer, OpenForm)
    bot.tap("bo", "stuck", "tall:1", orsak="saknar behörighet", slag="legal")
    assert isinstance(said_in(bot.tap("bo", "escalate", "tall:1")), MatterLifted)
    assert bot.matter.kind == "legal"


def test_not_twice() -> None:
    bot = lifted()
    for outcome in (
        bot.tap("anna", "escalate", "tall:1"),
        bot.say("anna", "slack:nvg-tall", "hissa 1 något annat"),
        bot.say("anna", "slack:nvg-tall", "hissa SAKNAR  behörighet!"),
    ):
        assert isinstance(said_in(outcome), AlreadyLifted)
        assert not outcome.save
    bot.tap("anna", "solve_ourselves", "tall:H1")
    assert isinstance(said_in(bot.say("anna", "slack:nvg-tall", "hissa saknar behörighet")), MatterLifted)


def test_of_several_each_is_lifted_though_the_reason_is_the_same() -> None:
    tall = VIEWS["tall"]
    bot = Bot(views={**VIEWS, "tall": replace(tall, group=replace(CARE, last_action=2), actions=(ACTION, replace(ACTION, id="tall:2", number=2)))})
    bot.say("bo", "slack:nvg-tall", "hissa 1 och 2 saknar behörighet")
    assert [(each.number, each.action, each.text) for each in bot.snapshot.views["tall"].escalations] == [
        (1, "tall:1", "saknar behörighet"), (2, "tall:2", "saknar behörighet"),
    ]  # fmt: skip
    assert not bot.say("bo", "slack:nvg-tall", "hissa 1 och 2 saknar behörighet").save
    bot.say("bo", "slack:nvg-tall", "vi löser H1 och H2 själva")
    assert [each.state for each in bot.snapshot.views["tall"].escalations] == ["withdrawn", "withdrawn"]
    assert [each.state for each in bot.snapshot.views["tall"].actions] == ["open", "open"]


@pytest.mark.parametrize("line", ["klar 1", "ta bort 1"])
def test_an_action_that_is_over_needs_no_help(line: str) -> None:
    bot = lifted()
    bot.say("bo", "slack:nvg-tall", line)
    assert bot.matter.state == "withdrawn"
    assert not lifted_rows(bot.snapshot.views["gk"])
    bot = lifted()
    bot.tap("eva", "answer_escalation", "tall:H1", besked="på måndag")
    bot.say("bo", "slack:nvg-tall", line)
    assert bot.matter.state == "answered"


def test_identity_numbers_stop_at_the_door() -> None:
    bot = lifted()
    for outcome in (
        bot.say("bo", "slack:nvg-tall", "hissa 19811218-9876 får ingen hjälp"),
        bot.tap("eva", "answer_escalation", "tall:H1", besked="gäller 811218-9876"),
    ):
        assert not outcome.save and not outcome.posts


# --- who may ----------------------------------------------------------------------------------------------------------

BODY = ("take", "ask_group", "answer_escalation", "decide_yourselves", "solved", "escalate_further")
GROUP = ("solve_ourselves", "edit_matter", "matter_helped", "act_on_answer")


@pytest.mark.parametrize("do", BODY)
@pytest.mark.parametrize("person", ["anna", "per", "siv"])
def test_only_the_body_where_it_lies(do: str, person: str) -> None:
    bot = lifted()
    outcome = bot.tap(person, do, "tall:H1", besked="x", orsak="x", fråga="x")
    assert isinstance(said_in(outcome), NotYours | NotAllowed)
    assert not outcome.save


@pytest.mark.parametrize("do", GROUP)
@pytest.mark.parametrize("person", ["eva", "siv", "per"])
def test_only_the_group(do: str, person: str) -> None:
    outcome = lifted().tap(person, do, "tall:H1", orsak="x")
    assert isinstance(said_in(outcome), NotYours | NotAllowed)
    assert not outcome.save


def test_rules_are_one_table() -> None:
    group, body = VIEWS["tall"], VIEWS["gk"]
    allowed = {rule: {id for id in PEOPLE if may(rule, PEOPLE[id], group, body)} for rule in RULES}
    assert allowed == {
        "anyone": set(PEOPLE), "member": {"anna", "bo"}, "lead": set(), "record": set(), "party": {"anna", "bo", "eva", "ola"},
        "body": {"eva", "ola"}, "coordinator": set(), "administrator": set(),
    }  # fmt: skip
    gone = replace(PEOPLE["eva"], state="gone")
    assert not any(may(rule, gone, group, body) for rule in RULES)
    with pytest.raises(ValueError, match="no rule"):
        may("everybody", PEOPLE["eva"], group)
    assert {command.who for command in COMMANDS.values()} <= set(RULES)


def test_the_body_that_passed_it_on_no_longer_answers() -> None:
    bot = lifted()
    bot.tap("eva", "escalate_further", "tall:H1", orsak="det kostar")
    assert isinstance(said_in(bot.say("ola", "teams:gk", "besked tall H1 nej")), NotYours)
    assert bot.matter.state == "open"


def test_two_groups_with_the_same_number_are_asked_about() -> None:
    bot = lifted()
    other = replace(bot.matter, id="björk:H1", group="björk", code="björk", text="inga hjälpmedel")
    birch = GroupView(replace(CARE, id="björk", code="björk", channels=("slack:björk",)), escalations=(other,))
    gk = bot.snapshot.views["gk"]
    bot.snapshot = replace(bot.snapshot, views={**bot.snapshot.views, "björk": birch, "gk": replace(gk, lifted=(*gk.lifted, other))})
    message = said_in(bot.say("ola", "teams:gk", "besked H1 på måndag"))
    assert isinstance(message, WhichMatter)
    assert [line for line, _ in message.choices] == ["besked tall H1 på måndag", "besked björk H1 på måndag"]
    assert isinstance(said_in(bot.say("ola", "teams:gk", message.choices[1][0])), MatterNoted)
    assert bot.matter.state == "open"


# --- what is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "taken", "asked", "answered", "back", "further", "closed", "withdrawn"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_committee_sees_nothing_of_the_groups_own(state: str, language: str) -> None:
    bot = lifted()
    steps: Mapping[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
        "open": (),
        "taken": (("eva", "take", {}),),
        "asked": (("eva", "ask_group", {"fråga": "vilket system?"}),),
        "answered": (("eva", "answer_escalation", {"besked": "på måndag"}),),
        "back": (("eva", "solved", {"besked": "nu"}), ("anna", "matter_no_help", {})),
        "further": (("eva", "escalate_further", {"orsak": "det kostar"}),),
        "closed": (("eva", "solved", {"besked": "nu"}), ("anna", "matter_partly", {})),
        "withdrawn": (("anna", "solve_ourselves", {}),),
    }
    for person, do, fields in steps[state]:
        bot.tap(person, do, "tall:H1", **fields)
    for reader in ("gk", "sg"):
        for occasion in ("", ":reminder", ":chair", ":released"):
            message = bot.shown(f"lifted:tall:H1{occasion}", reader)
            text = visible_text(Words(county=COUNTY).render(message, language, PEOPLE, NOW)).casefold()
            assert "tall h1" in text
            assert "leka" not in text and "dottern" not in text


def test_what_was_taken_back_shows_no_words() -> None:
    bot = lifted()
    words = Words(county=COUNTY)
    for state in ("undone", "withdrawn"):
        view = bot.snapshot.views["tall"]
        bot.snapshot = replace(bot.snapshot, views={**bot.snapshot.views, "tall": replace(view, escalations=(replace(bot.matter, state=state),))})
        assert "behörighet" not in visible_text(words.render(bot.shown("lifted:tall:H1", "gk"), "sv", PEOPLE, NOW)).replace("IT och behörighet", "")


def test_each_answer_keeps_its_own_verdict() -> None:
    bot = lifted()
    bot.tap("eva", "answer_escalation", "tall:H1", besked="först det här")
    first = len(bot.matter.path) - 1
    bot.tap("anna", "matter_no_help", "tall:H1")
    bot.tap("eva", "answer_escalation", "tall:H1", besked="sedan det här")
    second = len(bot.matter.path) - 1
    bot.tap("anna", "matter_helped", "tall:H1")
    found = [bot.shown(f"matter_answer:tall:H1:{place}", "tall") for place in (first, second)]
    assert [(message.answer, message.verdict, message.current) for message in found] == [  # type: ignore[attr-defined]
        ("först det här", "no", False), ("sedan det här", "helped", False),
    ]  # fmt: skip
    assert isinstance(said_in(bot.tap("anna", "matter_no_help", "tall:H1")), MatterAlready)


def test_a_committees_rows() -> None:
    bot = lifted()
    bot.now += timedelta(hours=1)
    bot.say("bo", "slack:nvg-tall", "hissa ingen läkartid")
    bot.say("bo", "slack:nvg-tall", "hissa akut ingen kan ge insulin")
    bot.tap("eva", "take", "tall:H1")
    assert [each.number for each in lifted_rows(bot.snapshot.views["gk"])] == [3, 1, 2]
    bot.tap("eva", "solved", "tall:H3", besked="på väg")
    assert [each.number for each in lifted_rows(bot.snapshot.views["gk"])] == [1, 2]
    assert not lifted_rows(bot.snapshot.views["tall"])


def test_a_decision_about_a_matter_is_its_answer() -> None:
    bot = lifted()
    outcome = bot.say("eva", "teams:gk", "beslut H1: behörigheten läggs upp, ansvarig @ola")
    assert [type(thing).__name__ for thing in outcome.save] == ["Group", "Decision", "Escalation"]
    assert (bot.matter.state, bot.matter.answer) == ("answered", "behörigheten läggs upp")
    assert any(post.to == "tall" and post.subject.startswith("matter_answer:") for post in outcome.posts)
    outcome = bot.say("anna", "slack:nvg-tall", "beslut: H1 är ett rum")
    assert [type(thing).__name__ for thing in outcome.save] == ["Group", "Decision"]


# --- when somebody hears of it ----------------------------------------------------------------------------------------


def kinds(matter: Escalation) -> set[str]:
    return {timer.kind for timer in matter_timers(matter, NOW)}


def test_timers_follow_the_state() -> None:
    bot = lifted()
    assert kinds(bot.matter) == {"matter_remind", "matter_chair"}
    assert kinds(replace(bot.matter, reminded_at=NOW)) == {"matter_chair"}
    bot.tap("eva", "take", "tall:H1")
    assert kinds(bot.matter) == {"matter_silent"}
    for state in ("answered", "solved", "closed", "withdrawn", "undone"):
        assert not kinds(replace(bot.matter, state=state))
    assert not kinds(replace(bot.matter, state="open", about="lesson"))


def test_a_timer_that_nobody_wants_any_more_does_nothing() -> None:
    bot = lifted()
    early = bot.snapshot
    late = NOW + timedelta(days=30)
    bot.tap("eva", "answer_escalation", "tall:H1", besked="på måndag")
    for run in (remind, tell_chair, put_back):
        assert run(Timer("x", "tall:H1", late), bot.snapshot, late) == Outcome()
        assert run(Timer("x", "tall:H1", NOW), early, NOW) == Outcome()


def test_the_plan_is_frozen() -> None:
    bot = lifted()
    plan = bot.matter.plan
    bot.snapshot = replace(bot.snapshot, county=replace(COUNTY, pace=replace(COUNTY.pace, answer=1, chair=1)))
    bot.tap("anna", "edit_matter", "tall:H1", orsak="saknar behörighet till allt", slag="legal")
    assert bot.matter.plan == plan
    assert {timer.due for timer in matter_timers(bot.matter, NOW)} == {plan.remind_at, plan.chair_at}


def absent(person: str, deputy: str = "") -> Absence:
    return Absence(f"@{person}:x", person, date(2026, 11, 20), date(2026, 12, 4), deputy)


@pytest.mark.parametrize(
    ("roles", "absences", "who"),
    [
        ({"eva": "chair", "ola": "member"}, (), "eva"),
        ({"eva": "chair", "ola": "member", "siv": "facilitator"}, (absent("eva"),), "siv"),
        ({"eva": "chair", "ola": "member", "siv": "facilitator"}, (absent("eva", "ola"),), "ola"),
        ({"eva": "chair", "ola": "member", "siv": "facilitator"}, (absent("eva", "ola"), absent("ola")), "siv"),
        ({"eva": "chair", "ola": "member"}, (absent("eva"), absent("ola")), "eva"),
        ({"ola": "member"}, (), "ola"),
        ({}, (), ""),
    ],
)
def test_who_answers_for_a_body(roles: dict[str, str], absences: tuple[Absence, ...], who: str) -> None:
    body = GroupView(VIEWS["gk"].group, seats("gk", **roles))
    assert standing(body, Snapshot(people=PEOPLE, absences=absences), NOW) == who


def test_the_chair_is_told_in_working_hours() -> None:
    bot = lifted()
    evening = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
    outcome = tell_chair(Timer("matter_chair", "tall:H1", evening), bot.snapshot, evening)
    assert isinstance(outcome, Outcome) and not outcome.posts
    (later,) = outcome.save
    assert isinstance(later, Escalation) and later.chair_at == datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
    told = tell_chair(Timer("matter_chair", "tall:H1", later.chair_at), bot.snapshot.having(later), later.chair_at)
    assert isinstance(told, Outcome) and [post.to for post in told.posts] == ["@eva"]


def test_a_card_says_why_it_comes_only_while_it_waits() -> None:
    bot = lifted()
    words = Words(county=COUNTY)
    assert isinstance(bot.shown("lifted:tall:H1:reminder", "gk"), LiftedCard)
    assert "väntar fortfarande" in visible_text(words.render(bot.shown("lifted:tall:H1:reminder", "gk"), "sv", PEOPLE, NOW))
    bot.tap("eva", "take", "tall:H1")
    assert "väntar fortfarande" not in visible_text(words.render(bot.shown("lifted:tall:H1:reminder", "gk"), "sv", PEOPLE, NOW))


# --- in English -------------------------------------------------------------------------------------------------------

ENGLISH = """
now: 2026-11-23 08:00
county: vastra-varmland
language: en
people:
  bo: {name: Bo Ek, platform: slack}
  eva: {name: Eva Ring, platform: teams}
committees:
  gk: {level: 2, channels: [teams:gk], members: [eva], chair: eva}
groups:
  pine: {channels: [slack:pine], members: [bo], consent: {until: 2027-11-23}}
steps:
  - bo @ pine: "/nvg escalate no access to the records, tried: calling IT"
  - expect: {in: gk, has: ["no access to the records", "Tried: calling IT", "IT and access"], buttons: ["I take it", "Ask the group", Answer, Solved]}
  - eva taps: {button: "Ask the group", holding: records, fill: {fråga: "Which records?"}}
  - expect: {in: pine, kind: channel, has: ["Which records?"], buttons: [Reply]}
  - bo @ pine: "/nvg answer H1 the hospital's"
  - expect: {in: gk, kind: channel, has: ["the hospital's"]}
  - eva taps: {button: Answer, holding: records, fill: {besked: "You get access on Monday"}}
  - expect: {in: pine, kind: channel, has: ["You get access on Monday", "Did it help?"], buttons: ["Yes, it helped", Partly, No]}
  - bo taps: {button: "No", holding: "access on Monday"}
  - expect: {in: gk, kind: channel, has: ["it did not help"]}
  - eva @ gk: "/nvg solved H1 it works now"
  - bo taps: {button: "Yes, it helped", holding: "it works now"}
  - expect: {to: bo, kind: reply, has: ["Good that it helped"]}
"""


def test_in_english(tmp_path: Path) -> None:
    played = play_text(tmp_path, ENGLISH.lstrip())
    assert played.code == 0, played.err
