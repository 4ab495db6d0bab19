"""Bad lines, buttons, forms, load files and settings: each gets a clear sentence, and nothing is changed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.decide import COMMANDS, TAPS
from bot.incoming import Tap
from bot.rules import work_calendar
from bot.rules.date_words import bad_dates, find_dates
from bot.rules.next_meeting import make_rule, next_occurrence
from bot.rules.read_command import read_command
from bot.rules.reading import Context, MeetingTime, Reading
from bot.unclear import kind_of_date
from config.settings import NAMES, SettingsError
from config.settings import read as read_settings
from handlers import load
from handlers.roster import read_csv, read_yaml
from handlers.turn import Answered
from tests.bot import bad_lines
from tests.bot.bad_world import NAMES as PEOPLE
from tests.bot.bad_world import World, words, world
from tests.conftest import examples

ROOT = Path(__file__).parents[2]
SWEDISH = re.compile(r"[åäöÅÄÖ]|(?<!\w)(och|inte|eller|det|som|till|från|med|ska|har)(?!\w)")
CONTEXT = Context(datetime(2026, 11, 23, 8), "anna", PEOPLE, datetime(2026, 12, 1, 13), frozenset({1, 2}))

LINES = bad_lines.swedish()
DOES = tuple(dict.fromkeys([*TAPS, *COMMANDS, "no_such_button"]))
NOWHERE = ("", "nowhere:1", "@nobody", "c0ffee", "ål:1", "tall", ":::", "oak:99")
FIELDS = {"text": "", "senast": "32/13", "ansvarig": "gun", "orsak": "", "slag": "nonsense", "fråga": "", "när": "31 november", "besked": "", "till": "x"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("bad")) as made:
        yield made


def check(room: World, before: object, answered: Answered, what: str) -> None:
    """It was answered in words that help, and nothing was kept of it."""
    assert answered.name != "went_wrong", what
    said = words(answered)
    assert answered.form or re.search(r"\w{3}", said), f"{what}: {answered.name} says nothing"
    assert "Traceback" not in said and "Error" not in said, said
    assert room.kept() == before, f"{what}: {said}"


def test_there_are_very_many() -> None:
    assert len(LINES) + len(bad_lines.ENGLISH) + len(DOES) * len(NOWHERE) + len(YAML) + len(CSV) + len(SETTINGS) >= 500
    assert len(LINES) >= 300


@pytest.mark.parametrize("part", range(8))
def test_bad_lines(room: World, part: int) -> None:
    before = room.kept()
    for line in LINES[part::8]:
        check(room, before, room.say(line), line)


@pytest.mark.parametrize("line", bad_lines.ENGLISH)
def test_bad_lines_are_answered_in_english_where_that_is_spoken(room: World, line: str) -> None:
    before = room.kept()
    answered = room.say(line, "cecilia", "nvg-oak")
    check(room, before, answered, line)
    assert not SWEDISH.search(words(answered)), words(answered)


@pytest.mark.parametrize("command", ["åtgärd @bo ringa kommunen", "klar 1", "beslut: promenad", "möte fredagar 9", "starta mötet", "samtycke till 1 juni"])
def test_who_is_not_in_the_group_changes_nothing(room: World, command: str) -> None:
    before = room.kept()
    check(room, before, room.say(command, "kia"), command)


def test_a_number_in_two_groups_is_asked_about(room: World) -> None:
    before = room.kept()
    answered = room.say("klar 1", "anna", place="")
    check(room, before, answered, "klar 1")
    assert answered.name == "which_group"


@pytest.mark.parametrize("ref", NOWHERE)
def test_buttons_about_nothing(room: World, ref: str) -> None:
    """Each button, tapped with a reference to nothing that there is, by somebody who is in no group."""
    before = room.kept()
    for do in DOES:
        command = TAPS[do][0] if do in TAPS else do
        if command in COMMANDS and COMMANDS[command].about != "group":
            continue  # about oneself, or a new group: that may be done from anywhere
        check(room, before, room.tap(Tap(do, ref), "kia"), f"{do} {ref}")
        check(room, before, room.tap(Tap(do, ref, fields=FIELDS), "kia"), f"{do} {ref} with fields")


@pytest.mark.parametrize("rest", ["x", "", "٣", "-1", "99999999999999999999", "2031-01-01", "B9", "H9", "p9", "f9", "@nobody", "1:2"])
def test_no_button_breaks_the_bot(room: World, rest: str) -> None:
    """Whatever it refers to in one's own group."""
    before = room.kept()
    for do in DOES:
        answered = room.engine.peek(room.tapped(Tap(do, f"tall:{rest}")))
        assert answered.form or words(answered), do
        assert room.engine.peek(room.tapped(Tap(do, f"tall:{rest}", fields=FIELDS))).name != "went_wrong", do
    assert room.kept() == before


@pytest.mark.parametrize(
    ("button", "fill", "wrong"),
    [
        ("Nytt datum", {"senast": date_}, "senast") for date_ in (*bad_lines.BAD_DATES, "i går", "2020-01-01", "", "nonsens", "19811218-9876")
    ]
    + [("Lämna över", {"ansvarig": who}, "ansvarig") for who in ("", "gun", "@nobody", "811218-9876", ",,,")]
    + [("Kommer inte vidare", {"orsak": why}, "orsak") for why in ("", "   ", "811218-9876", "väntar på 19811218-9876", "x" * 20_000)]
    + [("Ändra", {name: value}, name) for name, value in (
        ("text", ""), ("text", "  \n "), ("text", "811218-9876"), ("senast", "32/13"), ("senast", "30 februari"), ("ansvarig", "gun"), ("text", "y" * 20_000),
    )],
)  # fmt: skip
def test_bad_forms(room: World, button: str, fill: dict[str, str], wrong: str) -> None:
    """The form stays open, and says beside the field what to write instead."""
    room.stage.close_form("anna")
    do = {"Nytt datum": "new_date", "Lämna över": "hand_over", "Kommer inte vidare": "stuck", "Ändra": "edit"}[button]
    answered = room.open(Tap(do, "tall:2"))
    assert answered.form, answered.name
    before = room.kept()
    filled = {field.name: field.value for field in answered.form.fields} | fill
    refused = room.stage.submit("anna", filled)
    assert set(refused.errors) == {wrong}, (refused, words(refused))
    check(room, before, refused, f"{button} {fill}")
    form = room.stage.form_of("anna")
    assert form and {field.name: field.value for field in form.view.fields}[wrong] == fill[wrong]  # nothing written is lost
    room.stage.close_form("anna")


def test_a_line_that_is_too_long_is_refused(room: World) -> None:
    before = room.kept()
    for start in ("", "åtgärd @bo ringa ", "beslut: ", "klar 1 ", "ta upp "):
        check(room, before, room.say(start + "ord " * 5_000), f"a very long line: {start}")


# --- load files -------------------------------------------------------------------------------------------------------

HEAD = """people:
  anna: {name: Anna Berg, email: anna@example.org}
  bo: {name: Bo Ek, email: bo@example.org}
"""
YAML = (
    "", "[]", "- a", "people:", "people: [anna]", "people: 3", "steps: []", "peple: {}", "people: {anna: 3}", "people: {anna: }",
    "people: {anna: {name: }}", "people: {anna: {nam: Anna}}", "people: {per: {name: Per Al}}", "people: {", "\tpeople: x", "people: &a *a", "a: b: c",
    "people: {anna: {name: Anna, email: anna}}", "people: {anna: {name: Anna, email: '@'}}", "people: {anna: {name: Anna, email: a@b c}}",
    "people: {anna: {name: 811218-9876, email: a@example.org}}", "people: {anna: {name: Anna, email: a@example.org, language: de}}",
    "people: {anna: {name: Anna, email: a@example.org, roles: [boss]}}", "people: {anna: {name: Anna, email: a@example.org, roles: boss}}",
    "people: {anna: {name: Anna, email: a@example.org, working: always}}",
    "people: {anna: {name: Anna, email: a@example.org, working: {days: mon-xyz}}}",
    "people: {anna: {name: Anna, email: a@example.org, working: {hours: '7-'}}}",
    "people: {anna: {name: Anna, email: a@example.org, working: {hours: '25:00-26:00'}}}",
    "people: {anna: {name: Anna, email: a@example.org, remind_at: snart}}",
    "people: {anna: {name: Anna, identities: [icq:1]}}", "people: {anna: {name: Anna, identities: [slack]}}", "people: {anna: {name: Anna, identities: 'slack:'}}",
    "people: {anna: {name: Anna, email: a@example.org}, anna: {name: Anna, email: b@example.org}}",
    "people: {anna: {name: Anna, email: a@example.org}, bo: {name: Bo, email: a@example.org}}",
    *(HEAD + rest for rest in (
        "groups: {tall: 3}", "groups: [tall]", "groups: {tall: {members: [gun]}}", "groups: {tall: {members: gun}}", "groups: {tall: {members: [anna, gun@example.org]}}",
        "groups: {tall: {chanels: [slack:T1/C1]}}", "groups: {tall: {channels: [nvg]}}", "groups: {tall: {channels: [icq:nvg]}}", "groups: {tall: {channels: ['slack:']}}",
        "groups: {tall: {channels: [slack:T1/C1], members: [anna]}, ek: {channels: [slack:T1/C1], members: [bo]}}",
        "groups: {tall: {members: [anna], contact_person: gun}}", "groups: {tall: {members: [anna], contact_person: [anna]}}",
        "groups: {tall: {members: [anna], above: gk}}", "groups: {tall: {members: [anna], consent: ja}}", "groups: {tall: {members: [anna], consent: {until: snart}}}",
        "groups: {tall: {members: [anna], consent: {until: 2027-02-30}}}", "groups: {tall: {members: [anna], consent: {organisations: [A]}}}",
        "groups: {tall: {members: [anna], aim: 'hjälpa 811218-9876'}}", "groups: {811218-9876: {members: [anna]}}", "groups: {anna-berg: {members: [anna]}}",
        "groups: {tall: {facilitators: [anna, bo, gun]}}", "groups: {'': {members: [anna]}}",
        "committees: {gk: {level: two, members: [anna]}}", "committees: {gk: {level: 2, chair: gun}}", "committees: {gk: {level: 2, above: sg}}",
        "committees: {gk: {level: 2, above: gk}}", "committees: {gk: {levl: 2}}", "committees: {gk: {level: -1, members: [anna]}}",
        "committees: {gk: {level: 2, members: [anna]}}\ngroups: {gk: {members: [bo]}}",
    )),
)  # fmt: skip

CSV = (
    "", "\n\n", "a,b,c\n1,2,3\n", "name\nAnna\n", "name,email\nAnna Berg\n", "name,email\n,per@example.org\n", "name,email\nAnna,anna\n",
    "name,email,email\nAnna,a@example.org,b@example.org\n", "name,email,langage\nAnna,a@example.org,sv\n", "name,email,language\nAnna,a@example.org,de\n",
    "name,email\nAnna,a@example.org\nBo,a@example.org\n", "name,email,roles\nAnna,a@example.org,boss\n", "name,email\n811218-9876,a@example.org\n",
    "name,email,hours\nAnna,a@example.org,7\n", "name,email,days\nAnna,a@example.org,xyz\n", "code,members\ntall,gun\n", "code,channels,members\ntall,nvg,\n",
    "code,members,consent_until\ntall,,soon\n", '"name,email\nAnna', "name;email\nAnna;anna\n", "\x00\x01", "name,email\nAnna,a@example.org,extra\n",
)  # fmt: skip


@pytest.fixture
def refused(room: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> object:
    def loaded(text: str, suffix: str) -> None:
        file = tmp_path / f"load{suffix}"
        file.write_text(text, encoding="utf-8")
        before = room.kept()
        code = load.main(argparse.Namespace(file=file), room.store)
        told = capsys.readouterr().err
        assert code == 1, text
        assert "Inget är ändrat" in told
        assert re.search(r"rad \d+", told), told
        assert "Traceback" not in told and "811218" not in told
        assert room.kept() == before, text

    return loaded


@pytest.mark.parametrize("text", YAML)
def test_bad_yaml(text: str, refused: object) -> None:
    refused(text, ".yaml")  # type: ignore[operator]


@pytest.mark.parametrize("text", CSV)
def test_bad_csv(text: str, refused: object) -> None:
    refused(text, ".csv")  # type: ignore[operator]


def test_a_load_file_that_is_not_there_or_not_text(room: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = room.kept()
    (tmp_path / "bytes.yaml").write_bytes(b"people: \xff\xfe")
    for name in ("none.yaml", "bytes.yaml", "."):
        assert load.main(argparse.Namespace(file=tmp_path / name), room.store) == 1
        assert "Inget är ändrat" in capsys.readouterr().err
    assert room.kept() == before


# --- settings ---------------------------------------------------------------------------------------------------------

SECRET = "xoxb-very-secret"
SETTINGS: tuple[tuple[str, dict[str, str]], ...] = (
    *(("NVG_PORT", {"NVG_PORT": value}) for value in ("0", "65536", "-1", "http", "80 80", "8000.0")),
    *(("NVG_DATABASE_URL", {"NVG_DATABASE_URL": value}) for value in ("nvg.db", "mysql://x", "postgres://x", "http://x", "sqlite3:///x")),
    *(("NVG_LANGUAGE", {"NVG_LANGUAGE": value}) for value in ("de", "SV", "svenska")),
    *(("NVG_COUNTY", {"NVG_COUNTY": value}) for value in ("atlantis", "Västra Värmland", "../secret")),
    *(("NVG_SECRET_KEY", {"NVG_SECRET_KEY": value}) for value in ("short", "c2hvcnQ=", "x" * 44, "åäö")),
    *((name, {name: value}) for name, value in product(("SLACK_API_URL", "GRAPH_BASE_URL", "SMTP_URL"), ("x", "ftp://x", "https://", "http//x", "://"))),
    ("SLACK_SIGNING_SECRET", {"SLACK_BOT_TOKEN": SECRET}),
    ("SLACK_BOT_TOKEN", {"SLACK_BOT_TOKEN": "very-secret", "SLACK_SIGNING_SECRET": "s"}),
    ("SLACK_BOT_TOKEN", {"SLACK_SIGNING_SECRET": "very-secret"}),
    ("SLACK_BOT_TOKEN", {"SLACK_APP_TOKEN": "xapp-very-secret"}),
    ("SLACK_APP_TOKEN", {"SLACK_BOT_TOKEN": SECRET, "SLACK_APP_TOKEN": "very-secret"}),
    ("TEAMS_CLIENT_SECRET", {"TEAMS_CLIENT_ID": "x", "TEAMS_TENANT_ID": "t"}),
    ("TEAMS_TENANT_ID", {"TEAMS_CLIENT_ID": "x", "TEAMS_CLIENT_SECRET": "very-secret"}),
    ("TEAMS_CLIENT_ID", {"TEAMS_CLIENT_SECRET": "very-secret"}),
    *(("NVG_" + wrong, {"NVG_" + wrong: "very-secret"}) for wrong in ("PROT", "DATABASE", "SECRET", "LANG")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "environment"), SETTINGS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_bad_settings(name: str, environment: dict[str, str], language: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"NVG_LANGUAGE": language, **environment}, None)
    problems = [each for each in raised.value.problems if each.startswith(f"{name}:")]
    assert len(problems) == 1, raised.value.problems
    assert len(problems[0]) > len(name) + 12
    assert "very-secret" not in str(raised.value)


def test_all_bad_settings_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"NVG_PORT": "x", "NVG_LANGUAGE": "x", "NVG_COUNTY": "x", "SMTP_URL": "x"}, None)
    assert len(raised.value.problems) == 4


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_any_settings_are_read_or_refused_in_words(environment: dict[str, str]) -> None:
    try:
        assert 0 < read_settings(environment, None).port < 65536
    except SettingsError as error:
        assert all(re.match(r"[A-Z_]+: \w", problem) for problem in error.problems)


# --- whatever is written ----------------------------------------------------------------------------------------------

WORDS = st.sampled_from([
    *["åtgärd", "beslut", "klar", "flytta", "ge", "hissa", "möte", "borta", "samtycke", "ångra", "fråga", "ta", "upp", "lärdom", "starta", "avsluta", "mötet", "till", "på", "senast", "den", "i", "nästa", "förra", "varannan"],
    *["fredag", "tisdagar", "vecka", "v", "kl", "juli", "32/13", "30/2", "3/12", "2026-11-31", "@bo", "@gun", "#1", "12", "99", "halv", "tre", "om", "dagar", "jul", "och", "inte", "före", "efter", "för", ":", ",", ".", "(", ")", "–"],
    *["action", "by", "next", "friday", "move", "to", "done", "meeting", "every", "other", "at", "week", "of", "before", "noon", "tomorrow"],
])  # fmt: skip
SENTENCES = st.one_of(st.lists(WORDS, max_size=9).map(" ".join), st.text(max_size=60))


@settings(max_examples=examples(400), deadline=None)
@given(SENTENCES)
def test_any_line_is_read(line: str) -> None:
    reading = read_command(line, CONTEXT)
    assert reading.intent
    if not reading.problem and isinstance(reading.due, date) and reading.intent == "action":
        due = reading.due.date() if isinstance(reading.due, datetime) else reading.due
        assert due >= CONTEXT.now.date(), reading  # never a deadline that has passed


@settings(max_examples=examples(300), deadline=None)
@given(SENTENCES)
def test_any_words_hold_days_in_the_order_they_stand_or_none(line: str) -> None:
    found = find_dates(line, CONTEXT)
    assert [each.start for each in found] == sorted(each.start for each in found)
    assert all(0 <= each.start < each.end <= len(line) for each in found)
    assert all(words.strip() for words in bad_dates(line, CONTEXT))


@pytest.mark.parametrize(
    ("said", "kind"),
    [("kl 25", "bad_time"), ("25:00", "bad_time"), ("13.75", "bad_time"), ("13-12", "bad_time"), ("31.11", "bad_date"), ("31.11.2026", "bad_date"),
     ("13.13.2026", "bad_date"), ("32/12", "bad_date"), ("14-1 juli", "bad_date"), ("i går", "past_date"), ("förra fredagen", "past_date")],
)  # fmt: skip
def test_a_time_that_is_none_is_told_from_a_day_that_is_none(said: str, kind: str) -> None:
    assert kind_of_date(Reading("reschedule", problem="bad_date", problem_words=said)) == kind


DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, st.integers(0, 400))
def test_the_calendar_agrees_with_itself(day: date, hours: int) -> None:
    following, before = work_calendar.next_working_day(day), work_calendar.previous_working_day(day)
    assert before < day < following and following - before < timedelta(days=12)
    assert work_calendar.is_working_day(following) and work_calendar.is_working_day(before)
    start = datetime(day.year, day.month, day.day, 8)
    assert work_calendar.add_working_hours(start, hours) >= start + timedelta(hours=hours)
    assert work_calendar.local(work_calendar.instant(start)) == start
    assert work_calendar.monday_of(day.isocalendar().year, work_calendar.week_of(day)).weekday() == 0


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, st.integers(0, 6), st.times(), st.integers(1, 8), st.sampled_from([None, 0, 1]))
def test_a_rhythm_always_goes_on_at_its_weekday(day: date, weekday: int, clock: object, interval: int, parity: int | None) -> None:
    now = datetime(day.year, day.month, day.day, 12)
    rule = make_rule((MeetingTime(weekday, clock.replace(microsecond=0, tzinfo=None)),), now, interval=interval, parity=parity)  # type: ignore[attr-defined]
    upcoming = next_occurrence(rule, now)
    assert upcoming and upcoming > now and upcoming.weekday() == weekday
    after = next_occurrence(rule, upcoming)
    assert after and after.weekday() == weekday and (after.date() - upcoming.date()).days % 7 == 0


EXAMPLE = (ROOT / "docs/load-example.yaml").read_text(encoding="utf-8")
SCRAPS = st.sampled_from(["", "{", "}", "[", "]", ":", ",", "'", '"', "&", "*", "!", "|", "-", "#", "\t", "\n", "  ", "null", "x", "å", "811218-9876", "\x00", "0", "people:"])


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE)), SCRAPS, st.integers(0, 12)), min_size=1, max_size=4))
def test_any_damage_to_a_load_file_is_named_with_its_line(damage: list[tuple[int, str, int]]) -> None:
    text = EXAMPLE
    for at, scrap, gone in damage:
        text = text[:at] + scrap + text[at + gone :]
    roster = read_yaml(text)
    assert all(fault.line >= 1 and str(fault) for fault in roster.faults)


@settings(max_examples=examples(150), deadline=None)
@given(st.text(st.sampled_from(list('abc,;|\t\n"name email code members 811218-9876@å')), max_size=120))
def test_any_csv_is_read_or_named_with_its_line(text: str) -> None:
    assert all(fault.line >= 1 and str(fault) for fault in read_csv(text).faults)
