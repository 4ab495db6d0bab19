"""The weekly overview: its figures against a count by hand, who sees what, what its buttons do, and when it is sent."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.ask import due_day, is_overdue
from bot.county import Body
from bot.decide import decide
from bot.digests import ON_A_PAGE, Page, Sight, overview, overview_timer, read_page, send, sight
from bot.incoming import Incoming, Place, Tap
from bot.messages.common import Gone
from bot.messages.digests import NoOverview, NoSuchPart, WeeklyOverview
from bot.model import (
    Absence,
    Action,
    Consent,
    Decision,
    Escalation,
    Group,
    GroupView,
    Kept,
    Meeting,
    Member,
    Person,
    Snapshot,
)
from bot.outcome import Need, Outcome, Say
from bot.rules.digest_contents import Figures, GroupWeek
from bot.rules.escalation_plan import Pace, make_plan
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import instant, local
from handlers.clock import SimulatedClock
from handlers.turn import Turns
from storage import overview as read_model
from storage.store import Store
from templates.words import Words
from tests.rehearsals.plays import play_text

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # a Friday, 14:00 in Stockholm
MONDAY = date(2026, 11, 23)
KIA = Person("kia", "Kia Ord", "Eda kommun", ("slack:kia",), roles=frozenset({"coordinator"}))
ANNA = Person("anna", "Anna Berg", "Arvika kommun", ("slack:anna",))
EVA = Person("eva", "Eva Ring", "Region Värmland", ("slack:eva",))
YEAR = Consent(date(2027, 11, 23))
TALL = Group("tall", "tall", state="active", above="gk", contact_person="anna", consent=YEAR, channels=("slack:nvg-tall",))
GK = Group("gk", "gk", "committee", "active", ("slack:gk",), level=2, above="sg")
SG = Group("sg", "sg", "committee", "active", ("slack:sg",), level=3)


def seat(group: str, person: str, role: str = "member") -> Member:
    return Member(f"{group}:@{person}", group, person, role)


def view(group: Group, *seats: tuple[str, str]) -> GroupView:
    return GroupView(group, tuple(seat(group.id, person, role) for person, role in seats))


def figures(store: Store, who: str = "all:", words: str = "", monday: date = MONDAY, now: datetime = NOW) -> Figures:
    with store.read() as read:
        question = f"overview {monday} {local(now):%Y-%m-%dT%H:%M} {who} {words}"
        found = read.add(Snapshot(), Need((question,))).found[question]
    assert isinstance(found, Figures)
    return found


# --- the figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("monday", [MONDAY, date(2026, 3, 23), date(2026, 10, 19)], ids=["plain", "spring-forward", "fall-back"])
def test_the_figures_are_those_counted_by_hand(store: Store, monday: date) -> None:
    """A week of invented work at all hours, also round midnight and when the clock changes."""
    chance = random.Random(monday.toordinal())
    begins, ends = (instant(datetime.combine(day, time())) for day in (monday, monday + timedelta(days=7)))
    now = ends - timedelta(minutes=1)
    groups = [replace(TALL, id=id, code=id, channels=()) for id in ("tall", "gran", "ek")]
    kept: list[Kept] = []

    def sometime(first: datetime = begins - timedelta(weeks=3)) -> datetime:
        return first + (ends - first) * chance.random()

    for group in groups:
        for n in range(1, 60):
            at = sometime()
            closed = chance.choice([None, at + timedelta(hours=chance.expovariate(1 / 30)), at + timedelta(minutes=20)])
            if closed and closed >= now:
                closed = None
            day = local(at).date() + timedelta(days=chance.randrange(5))
            due = chance.choice([day, datetime.combine(day, time(chance.randrange(24)))])
            state = chance.choice(["done", "done", "cancelled"]) if closed else chance.choice(["open", "open", "stuck", "undone"])
            stuck = sometime(at) if state == "stuck" else None
            kept.append(Action(f"{group.id}:{n}", group.id, n, ("anna",), due, "anna", at, state=state, closed_at=closed, stuck_at=stuck))
        for n in range(1, 20):
            kept.append(Decision(f"{group.id}:B{n}", group.id, n, "anna", sometime(), state=chance.choice(["valid", "withdrawn"])))
            starts = local(sometime())
            kept.append(Meeting(f"{group.id}:m{n}", group.id, starts, starts, state=chance.choice(["ended", "missed", "cancelled"])))
        lifted = next(each for each in kept if isinstance(each, Action) and each.group == group.id and each.state == "stuck")
        for n, state in enumerate(["open", "taken", "asked", "answered", "closed", "closed", "undone"], 1):
            at = sometime()
            given = sometime(at) if state in ("answered", "closed", "undone") else None
            helped = chance.choice(["helped", "partly"]) if state == "closed" else ""
            kept.append(Escalation(
                f"{group.id}:H{n}", group.id, n, group.code, "anna", at, "gk", make_plan(at, Pace()), at, state=state, answered_at=given,
                helped=helped, helped_at=sometime(given) if helped and given else None, action=lifted.id if n == 1 else "",
            ))  # fmt: skip
    with store.turn() as work:
        work.save([ANNA, GK, *groups, *kept], now)

    def this_week(at: datetime | None) -> bool:
        return at is not None and begins <= at < ends

    found = figures(store, monday=monday, now=now)
    actions = [each for each in kept if isinstance(each, Action)]
    matters = [each for each in kept if isinstance(each, Escalation) and each.state != "undone"]
    covered = {each.action for each in matters if each.live}
    for week in found.groups:
        mine = [each for each in actions if each.group == week.group]
        done = [(each, local(each.closed_at)) for each in mine if each.state == "done" and each.closed_at and this_week(each.closed_at)]
        overdue = [each for each in mine if each.state == "open" and is_overdue(each, now)]
        alone = [each for each in mine if each.state == "stuck" and each.id not in covered]
        meetings = Counter(each.state for each in kept if isinstance(each, Meeting) and each.group == week.group and this_week(instant(each.starts)))
        assert week.on_time == sum(closed.date() <= due_day(each.due) for each, closed in done)
        assert week.on_time + week.late == len(done) > 0
        assert week.same_day == sum(closed.date() == local(each.at).date() for each, closed in done)
        assert (week.overdue, week.overdue_since) == (len(overdue), min((due_day(each.due) for each in overdue), default=None))
        assert week.stuck == sum(each.state == "stuck" for each in mine)
        assert (week.alone, week.alone_since) == (len(alone), min((each.stuck_at for each in alone if each.stuck_at), default=None))
        assert (week.held, week.missed) == (meetings["ended"], meetings["missed"])
        assert week.decisions == sum(
            isinstance(each, Decision) and each.group == week.group and each.state == "valid" and this_week(each.at) for each in kept
        )
        assert not week.meets

    def hours(first: datetime, last: datetime) -> int:
        return (int(last.timestamp()) - int(first.timestamp())) // 3600

    took = [(each.closed_at, hours(each.at, each.closed_at)) for each in actions if each.state == "done" and each.closed_at]
    assert found.done == tuple(sorted(Counter(n for at, n in took if at >= begins).items()))
    assert found.done_before == tuple(sorted(Counter(n for at, n in took if at < begins).items()))
    answers = [(each.answered_at, hours(each.at, each.answered_at)) for each in matters if each.answered_at]
    assert found.answers == tuple(sorted(Counter(n for at, n in answers if at >= begins).items()))
    assert found.answered == sum(this_week(at) for at, _ in answers)
    verdicts = Counter(each.helped for each in matters if this_week(each.helped_at))
    assert (found.helped, found.partly, found.no_help) == (verdicts["helped"], verdicts["partly"], verdicts["no"])
    assert (found.waiting, found.with_group) == (6, 6)
    assert {each.id for each in found.matters} == {each.id for each in matters if each.live}


def test_a_planned_meeting_counts_until_it_should_have_begun(store: Store) -> None:
    starts = datetime(2026, 11, 27, 15, 0)
    meeting = Meeting("tall:2026-11-27", "tall", starts, starts)
    with store.turn() as work:
        work.save([ANNA, TALL, meeting], NOW)
    assert figures(store).groups[0].meets
    assert not figures(store, now=NOW + timedelta(hours=2)).groups[0].meets


# --- whose groups -----------------------------------------------------------------------------------------------------


@pytest.fixture
def county(store: Store) -> Store:
    """Two bodies, two groups below them, one without consent, one whose consent is over, one closed, one elsewhere."""
    groups = [
        TALL, replace(TALL, id="gran", code="gran", channels=()), replace(TALL, id="rönn", code="rönn", channels=(), consent=None),
        replace(TALL, id="asp", code="asp", channels=(), consent=Consent(date(2026, 11, 26))),
        replace(TALL, id="lind", code="lind", channels=(), state="closed"), replace(TALL, id="ek", code="ek", channels=(), above="lsg"),
        replace(TALL, id="al", code="al", channels=(), state="undone"),
    ]  # fmt: skip
    bodies = [GK, SG, replace(GK, id="lsg", code="LSG", channels=(), above="")]
    dag = Person("dag", "Dag Ström", "Eda kommun")
    seats = [seat("tall", "anna"), seat("gran", "dag"), replace(seat("ek", "dag"), state="left"), seat("ek", "anna"), seat("rönn", "dag")]
    with store.turn() as work:
        work.save([KIA, ANNA, EVA, dag, *bodies, *groups, *seats], NOW)
    return store


@pytest.mark.parametrize(
    ("who", "words", "codes", "hidden"),
    [
        ("all:", "", {"tall", "gran", "ek"}, 2),
        ("below:gk", "", {"tall", "gran"}, 2),
        ("below:sg", "", {"tall", "gran"}, 2),  # also what is two levels down
        ("below:lsg", "", {"ek"}, 0),
        ("below:gk,lsg", "", {"tall", "gran", "ek"}, 2),
        ("own:rönn", "", {"rönn"}, 0),  # one's own needs no consent
        ("all:", "GRAN", {"gran"}, 0),
        ("all:", "lsg", {"ek"}, 0),
        ("all:", "Arvika", {"tall", "ek"}, 0),
        ("all:", "eda", {"gran"}, 1),  # those who have left do not count
        ("below:gk", "arvika kommun", {"tall"}, 0),
    ],
)
def test_groups_in_the_overview(county: Store, who: str, words: str, codes: set[str], hidden: int) -> None:
    found = figures(county, who, words)
    assert found.known
    assert {each.code for each in found.groups} == codes
    assert found.without_consent == hidden


def test_words_that_fit_nothing_name_what_there_is(county: Store) -> None:
    found = figures(county, "below:gk", "Malmö")
    assert not found.known
    assert found.organisations == ("Arvika kommun", "Eda kommun")
    assert not figures(county, "below:gk", "ek").known  # a group of somebody else's
    assert not figures(county, "all:", "asp").known  # not even that it has no consent is told


@pytest.mark.parametrize(
    ("person", "roles", "words", "seen"),
    [
        (KIA, {}, "", Sight("all")),
        (KIA, {"tall": "member"}, "", Sight("all")),
        (KIA, {"tall": "member"}, "TALL", Sight("own", ("tall",))),
        (EVA, {"gk": "chair"}, "", Sight("below", ("gk",))),
        (EVA, {"gk": "member", "sg": "chair", "tall": "facilitator"}, "", Sight("below", ("gk", "sg"))),
        (ANNA, {"tall": "member"}, "", Sight("own", ("tall",))),
        (ANNA, {"tall": "member"}, "Arvika", Sight("own", ("tall",))),
        (ANNA, {"tall": "guest"}, "", None),
        (ANNA, {"gk": "guest"}, "", None),
        (ANNA, {}, "alla", None),
        (replace(ANNA, roles=frozenset({"administrator"})), {}, "", None),
    ],
)
def test_who_sees_what(person: Person, roles: dict[str, str], words: str, seen: Sight | None) -> None:
    known = {"tall": TALL, "gk": GK, "sg": SG}
    views = {id: view(known[id], (person.id, role)) for id, role in roles.items()}
    assert sight(person, views, words) == seen


# --- the pages --------------------------------------------------------------------------------------------------------


def asked(found: Figures, page: Page, now: datetime = NOW, person: Person = KIA, sent: bool = False) -> object:
    snapshot = Snapshot(asker=person)
    need = overview(person, {}, snapshot, page, now, sent)
    assert isinstance(need, Need)
    return overview(person, {}, replace(snapshot, found={need.what[0]: found}), page, now, sent)


def test_one_screen_at_a_time() -> None:
    found = Figures(groups=tuple(GroupWeek(f"g{n:02}", f"g{n:02}", missed=1) for n in range(10)))
    first = asked(found, Page(MONDAY))
    assert isinstance(first, WeeklyOverview)
    assert (len(first.rows), first.more) == (ON_A_PAGE, 3)
    page = read_page(first.next_page)
    assert page is not None
    rest = asked(found, page)
    assert isinstance(rest, WeeklyOverview)
    assert (len(rest.rows), rest.more, rest.next_page) == (3, 0, "")
    assert {row.group.code for row in (*first.rows, *rest.rows) if row.group} == {f"g{n:02}" for n in range(10)}


def test_an_older_week_tells_its_figures_and_nothing_of_today() -> None:
    found = Figures(groups=(GroupWeek("tall", "tall", held=1, overdue=3),))
    older = asked(found, Page(MONDAY - timedelta(weeks=1)))
    assert isinstance(older, WeeklyOverview)
    assert (older.rows, older.calm, older.totals.held, older.now) == ((), (), 1, False)


def test_what_is_sent_on_a_monday_tells_of_today_too() -> None:
    found = Figures(groups=(GroupWeek("tall", "tall", overdue=3),))
    monday = asked(found, Page(MONDAY), NOW + timedelta(days=3), sent=True)
    assert isinstance(monday, WeeklyOverview)
    assert monday.now
    assert monday.rows
    later = asked(found, Page(MONDAY), NOW + timedelta(days=10), sent=True)  # drawn anew when it is old: it names nobody
    assert isinstance(later, WeeklyOverview)
    assert (later.rows, later.calm) == ((), ())


@pytest.mark.parametrize(("who", "said"), [(KIA, "gk"), (KIA, "Genomförandekommittén"), (KIA, "genomförandekommittén")])
def test_a_committee_is_asked_for_by_its_name_or_its_code(who: Person, said: str) -> None:
    county = replace(Snapshot().county, bodies=(Body(2, "Genomförandekommittén", "GK"),))
    need = overview(who, {}, Snapshot(asker=who, county=county), Page(MONDAY, said), NOW)
    assert isinstance(need, Need) and need.what[0].endswith(" all: GK")


def test_words_that_fit_nothing() -> None:
    assert asked(Figures(known=False, organisations=("Eda kommun",)), Page(MONDAY, "Malmö")) == NoSuchPart("Malmö", ("Eda kommun",))


@pytest.mark.parametrize("text", ["", "x", "2026-11-23", "2026-11-23|x|", "2026-13-01|0|", "|||"])
def test_a_button_that_is_not_ours(text: str) -> None:
    assert read_page(text) is None


@pytest.mark.parametrize("words", ["", "Arvika", "a|b"])
def test_pages_are_read_as_written(words: str) -> None:
    assert read_page(Page(MONDAY, words, 7).text) == Page(MONDAY, words, 7)


# --- acting on it -----------------------------------------------------------------------------------------------------

OUTSIDER = Person("liv", "Liv Moe")
PLACE = Place("slack", person="kia")


def tapped(person: Person, do: str, ref: str, views: dict[str, GroupView], group: Group = TALL) -> Outcome:
    """The button tapped by a person who is in `views`; everything asked for is found."""
    led = view(group, ("anna", "member"), ("bo", "facilitator"))
    snapshot = Snapshot(asker=person, views={"tall": led}, people={"bo": Person("bo", "Bo Ek")})
    incoming = Incoming("e1", person.id, PLACE, tap=Tap(do, ref))
    for _ in range(12):
        outcome = decide(snapshot, incoming, NOW)
        if isinstance(outcome, Outcome):
            return outcome
        for question in outcome.what:
            verb, _, rest = question.partition(" ")
            found: object = {"groups": tuple(views), "history": (), "group": {"gk": GK, "sg": SG}.get(rest)}.get(verb)
            more = views if verb == "groups" else {"gk": view(GK)} if rest == "gk" and "gk" not in snapshot.views else {}
            snapshot = replace(snapshot, views={**snapshot.views, **more}, found={**snapshot.found, question: found})
    raise AssertionError("asked for more and more")


@pytest.mark.parametrize(
    ("person", "views", "group", "told"),
    [
        (KIA, {}, TALL, ["@bo"]),
        (KIA, {}, replace(TALL, consent=None), []),
        (EVA, {"gk": view(GK, ("eva", "chair"))}, TALL, ["@bo"]),
        (EVA, {"sg": view(SG, ("eva", "chair"))}, TALL, ["@bo"]),  # two levels up
        (EVA, {"lsg": view(replace(GK, id="lsg"), ("eva", "chair"))}, TALL, []),
        (OUTSIDER, {}, TALL, []),
        (OUTSIDER, {"ek": view(replace(TALL, id="ek"), ("liv", "member"))}, TALL, []),
    ],
)
def test_help_is_offered_only_to_groups_that_one_sees(person: Person, views: dict[str, GroupView], group: Group, told: list[str]) -> None:
    outcome = tapped(person, "offer_help", "tall:", views, group)
    assert [post.to for post in outcome.posts] == told
    if not told:
        assert isinstance(outcome.answer, Say)
        assert isinstance(outcome.answer.message, Gone)
        assert not outcome.facts


def test_a_matter_is_not_reminded_of_by_those_who_do_not_see_it() -> None:
    outcome = tapped(OUTSIDER, "remind_matter", "tall:H1", {})
    assert isinstance(outcome.answer, Say)
    assert isinstance(outcome.answer.message, Gone)
    assert not outcome.posts


# --- by subscription --------------------------------------------------------------------------------------------------

FRIDAYS = Rule((MeetingTime(4, time(14)),), date(2026, 11, 20))


def fired(person: Person, now: datetime, *absences: Absence) -> Outcome:
    timer = overview_timer(person, now)[0]
    outcome = send(timer, Snapshot(people={person.id: person}, absences=absences), now)
    assert isinstance(outcome, Outcome)
    return outcome


def subscriber(told: str = "2026-11-20T14:00") -> Person:
    return replace(KIA, overview_rule=FRIDAYS, overview_told=datetime.fromisoformat(told))


def test_it_is_sent_when_due_and_set_for_the_next_week() -> None:
    outcome = fired(subscriber(), NOW)
    assert [(post.to, post.subject) for post in outcome.posts] == [("@kia", "overview:kia|2026-11-23")]
    (saved,) = outcome.save
    assert isinstance(saved, Person)
    assert overview_timer(saved, NOW)[0].due == NOW + timedelta(weeks=1)


def test_after_a_standstill_only_the_newest_is_sent() -> None:
    outcome = fired(subscriber("2026-10-02T14:00"), NOW + timedelta(hours=1))
    assert [post.subject for post in outcome.posts] == ["overview:kia|2026-11-23"]


def test_what_is_no_longer_of_use_is_not_sent() -> None:
    assert fired(subscriber(), NOW + timedelta(days=2)).posts  # on the Sunday it still is
    late = fired(subscriber(), NOW + timedelta(days=4))
    assert not late.posts
    (saved,) = late.save
    assert isinstance(saved, Person)
    assert overview_timer(saved, NOW)[0].due == NOW + timedelta(weeks=1)


def test_nothing_is_sent_to_who_is_away_or_sees_nothing_any_more() -> None:
    assert not fired(subscriber(), NOW, Absence("@kia:2026-11-20", "kia", date(2026, 11, 20), date(2026, 11, 30))).posts
    assert not fired(replace(subscriber(), roles=frozenset()), NOW).posts


def test_a_clock_that_was_moved_back_sends_nothing() -> None:
    timer = overview_timer(subscriber(), NOW)[0]
    outcome = send(timer, Snapshot(people={"kia": subscriber()}), NOW - timedelta(hours=3))
    assert isinstance(outcome, Outcome)
    assert not outcome.posts


@pytest.mark.parametrize("changes", [{"overview_rule": None}, {"state": "gone"}])
def test_who_has_stopped_wants_no_timer(changes: dict[str, object]) -> None:
    assert overview_timer(replace(subscriber(), **changes), NOW) == ()  # type: ignore[arg-type]


# --- in the real store ------------------------------------------------------------------------------------------------


def test_nobody_waits_for_the_overview(county: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is being read, another turn is written."""
    written: list[bool] = []
    really = read_model.figures

    def write() -> None:
        with county.turn() as work:
            bo = Person(f"bo{len(written)}", "Bo Ek")
            work.save([bo], NOW)
        written.append(True)

    def figures(*given: object) -> object:
        other = threading.Thread(target=write)
        other.start()
        other.join(60)
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(read_model, "figures", figures)
    turns = Turns(county, Words(), SimulatedClock(NOW))
    answered = turns.handle(Incoming("e1", "kia", PLACE, said="veckoöversikt"))
    assert answered.name == "weekly_overview"
    assert written == [True]


def test_who_is_in_no_group_gets_no_overview(county: Store) -> None:
    turns = Turns(county, Words(), SimulatedClock(NOW))
    for event, line in enumerate(["veckoöversikt alla", "veckoöversikt tall", "prenumerera fredagar 14"]):
        assert turns.handle(Incoming(f"e{event}", "eva", Place("slack", person="eva"), said=line)).name == NoOverview().name


def test_a_withdrawn_consent_reaches_what_was_sent(tmp_path: Path) -> None:
    played = play_text(tmp_path, """\
now: 2026-11-23 08:00
county: vastra-varmland
people:
  anna: {name: Anna Berg, organisation: Arvika kommun, platform: slack}
  eva: {name: Eva Ring, organisation: Region Värmland, platform: teams}
  kia: {name: Kia Ord, organisation: Eda kommun, platform: slack, roles: [coordinator]}
committees:
  gk: {level: 2, channels: [teams:gk], members: [eva], chair: eva}
groups:
  tall:
    channels: [slack:nvg-tall]
    above: gk
    members: [anna]
    facilitators: [anna]
    consent: {until: 2027-11-23, organisations: [Arvika kommun]}
steps:
  - kia @ bot: "prenumerera fredagar 14"
  - anna @ nvg-tall: "/nvg hissa systemen talar inte med varandra"
  - wait until: 2026-11-27 14:30
  - expect: {to: kia, kind: direct, has: ["systemen talar inte", tall]}
  - anna @ nvg-tall: "/nvg samtycke återkallat"
  - expect: {to: kia, kind: update, message: weekly_overview, has: ["1 grupp utan giltigt samtycke visas inte"]}
  - kia @ bot: "veckoöversikt"
  - expect: {to: kia, kind: reply, has: ["1 grupp utan giltigt samtycke visas inte"], lacks: ["systemen talar", tall]}
""", "--json")  # fmt: skip
    assert played.code == 0, played.err + played.out
    redrawn = [line for line in played.lines if line["kind"] == "update" and line.get("to") == "kia"]
    assert "tall" not in redrawn[-1]["text"]
    assert "systemen" not in redrawn[-1]["text"]
