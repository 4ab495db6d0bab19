"""The runner itself: what it accepts, what it refuses, and what it says then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsals.plays import FIRST_STEP, HEAD, line_of, play, play_text

ADD = '- anna @ nvg-tall: "/nvg åtgärd @bo ringa hemtjänsten på fredag"'


def test_a_rehearsal_that_holds_exits_0_and_can_be_read(tmp_path: Path) -> None:
    played = play(tmp_path, f'{ADD}\n- expect: {{in: nvg-tall, has: ["ringa hemtjänsten", "BO EK"]}}')
    assert (played.code, played.err) == (0, "")
    for words in ("måndag 23 november", "08:00", "Anna Berg", "#nvg-tall (slack, teams)", "ringa hemtjänsten", "[Klart]"):
        assert words in played.out


def test_json_has_one_line_for_each_message_with_all_its_keys(tmp_path: Path) -> None:
    played = play(tmp_path, ADD, "--json")
    reply, *posts = played.lines
    assert list(reply) == ["at", "platform", "to", "kind", "message", "text", "buttons", "fields"]
    assert (reply["at"], reply["to"], reply["kind"]) == ("2026-11-23T08:00:00+01:00", "anna", "reply")
    assert "Ångra" in reply["buttons"]
    assert [(each["platform"], each["in"], each["kind"]) for each in posts] == [
        ("slack", "nvg-tall", "channel"), ("teams", "nvg-tall", "channel"),
    ]  # fmt: skip


def test_a_form_that_opens_shows_its_fields(tmp_path: Path) -> None:
    played = play(tmp_path, f'{ADD}\n- bo taps: {{button: "Kommer inte vidare", holding: hemtjänsten}}', "--json")
    assert any("orsak" in line["fields"] for line in played.lines)


@pytest.mark.parametrize(
    "expect",
    [
        "{in: nvg-tall, has: [grannen]}",
        "{in: nvg-tall, lacks: [hemtjänsten]}",
        "{to: bo}",
        "{in: nvg-tall, kind: update}",
        "{in: nvg-tall, buttons: [Hissa]}",
        "{in: nvg-tall, message: no_such_message}",
        "{in: nvg-tall, at: 2026-11-23 09:00..2026-11-23 10:00}",
        "{in: nvg-tall, at: ..07:59}",
    ],
)
def test_a_wrong_expectation_exits_1_and_names_its_line_and_what_came(tmp_path: Path, expect: str) -> None:
    played = play(tmp_path, f"{ADD}\n- expect: {expect}")
    assert played.code == 1
    assert f"rad {FIRST_STEP + 1}" in played.err
    assert "ringa hemtjänsten" in played.err


def test_what_came_although_nothing_should_exits_1(tmp_path: Path) -> None:
    played = play(tmp_path, f"{ADD}\n- expect nothing: {{in: nvg-tall}}")
    assert played.code == 1
    assert f"rad {FIRST_STEP + 1}" in played.err


@pytest.mark.parametrize(
    "expect",
    [
        "expect: {in: nvg-tall, has: ringa HEMTJÄNSTEN}",
        'expect: {in: nvg-tall, has: "*ringa* hemtjänsten"}',
        "expect: {in: slack:nvg-tall}",
        "expect: {in: nvg-tall, at: 08:00..08:00}",
        "expect: {in: nvg-tall, at: 2026-11-23..2026-11-23}",
        "expect: {in: nvg-tall, lacks: [grannen], buttons: [klart]}",
        "expect: {to: anna, kind: reply}",
        "expect nothing: {to: kia}",
        "expect nothing: {in: nvg-tall, has: [grannen]}",
        "expect nothing: {in: nvg-tall, lacks: [hemtjänsten]}",
    ],
)
def test_expectations_that_hold(tmp_path: Path, expect: str) -> None:
    played = play(tmp_path, f"{ADD}\n- {expect}")
    assert (played.code, played.err) == (0, "")


def test_an_expectation_looks_at_what_came_since_the_latest_other_step(tmp_path: Path) -> None:
    steps = f"{ADD}\n- expect: {{in: nvg-tall}}\n- expect: {{in: nvg-tall}}\n- kia @ bot: hej\n- expect nothing: {{in: nvg-tall}}"
    assert play(tmp_path, steps).code == 0


def test_redrawn_messages_count_only_where_asked_for(tmp_path: Path) -> None:
    steps = f"{ADD}\n- bo taps: {{button: Klart, holding: hemtjänsten}}\n"
    assert play(tmp_path, steps + "- expect: {in: nvg-tall, kind: update}\n- expect nothing: {in: nvg-tall}").code == 0


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ("- expect: {in: nvg-tall, hass: [x]}", '"has"'),
        ("- expekt: {in: nvg-tall}", '"expect"'),
        ("- expect: {to: annna}", '"anna"'),
        ("- expect: {in: nvg-tal}", '"nvg-tall"'),
        ("- ana @ nvg-tall: hej", '"anna"'),
        ("- anna @ nvg-tal: hej", '"nvg-tall"'),
        ("- expect: {kind: repply}", '"reply"'),
        ("- anna taps: {buton: Klart}", '"button"'),
        ("- anna taps: {button: Klarrt}", "Klarrt"),
        ("- anna taps: {button: Klart, holding: grannen}", "grannen"),
        ("- kia taps: Klart", "Klart"),
        ("- bo taps: {button: Kommer inte vidare, holding: hemtjänsten, fill: {orsaken: x}}", '"orsak"'),
        ("- expect: {in: nvg-tall, buttons: [Klarrt]}", '"Klart"'),
        ("- wait: 3 dagar", "3 days"),
        ("- wait until: i morgon", "wait until"),
        ("- wait until: 2026-11-01 08:00", "2026-11-23 08:00"),
        ("- platform down: slak", '"slack"'),
        ("- krasch", '"crash"'),
        ("- undo by: kia", "kia"),
        ("- together: [{wait: 1 days}]", "together"),
        ("- {anna @ bot: hej, bo @ bot: hej}", "steps"),
        ("- expect: {in: nvg-tall, has: {a: b}}", "has"),
        ("- expect: {in: nvg-tall, at: nyss}", "at"),
    ],
)
def test_what_is_wrong_in_the_file_exits_2_and_names_line_and_key(tmp_path: Path, step: str, named: str) -> None:
    played = play(tmp_path, f"{ADD}\n{step}")
    assert played.code == 2
    assert f"rad {FIRST_STEP + 1}:" in played.err
    assert named in played.err


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("conty: vastra-varmland", "county: vastra-varmland"),
        ("county: atlantis", "county: vastra-varmland"),
        ("language: de", "language: sv"),
        ("now: i dag", "now: 2026-11-23 08:00"),
        ("members: [anna, boo]", "members: [anna, bo]"),
        ("facilitators: [eva, anna, bo]", "facilitators: [eva]"),
        ("contact_person: [anna]", "contact_person: anna"),
        ("channels: [nvg-tall]", "channels: [slack:nvg-tall, teams:nvg-tall]"),
        ("channels: [slack:nvg-tall, slack:nvg-tall]", "channels: [slack:nvg-tall, teams:nvg-tall]"),
        ("consent: maybe", "consent: {until: 2027-11-23, organisations: [Arvika kommun, Region Värmland]}"),
        ("platfrom: slack}", "platform: slack}"),
    ],
)
def test_what_is_wrong_in_the_head_is_named_too(tmp_path: Path, wrong: str, right: str) -> None:
    text = HEAD.replace(right, wrong, 1) + f"  {ADD}\n"
    played = play_text(tmp_path, text)
    assert played.code == 2
    assert f"rad {line_of(text, wrong)}:" in played.err


@pytest.mark.parametrize("text", ["", "steps: [", "- a\n- b", "now: 2026-11-23 08:00\nnow: 2026-11-23 09:00\nsteps: []", "\tx: 1"])
def test_a_file_that_is_no_rehearsal_exits_2(tmp_path: Path, text: str) -> None:
    played = play_text(tmp_path, text)
    assert played.code == 2
    assert "rad " in played.err


def test_days_are_wall_clock_days(tmp_path: Path) -> None:
    text = HEAD.replace("2026-11-23 08:00", "2026-10-24 08:00")
    played = play_text(tmp_path, text + "  - wait: 1 days\n  - anna @ bot: hej\n", "--json")
    assert played.lines[-1]["at"] == "2026-10-25T08:00:00+01:00"


def test_what_waits_while_a_platform_is_down_comes_when_it_is_up(tmp_path: Path) -> None:
    steps = f"""
- platform down: teams
{ADD}
- expect: {{in: slack:nvg-tall}}
- expect nothing: {{in: teams:nvg-tall}}
- platform up: teams
- expect: {{in: teams:nvg-tall, has: hemtjänsten}}
"""
    played = play(tmp_path, steps)
    assert (played.code, played.err) == (0, "")


def test_what_waits_for_a_platform_over_a_long_weekend_comes_in_the_end(tmp_path: Path) -> None:
    steps = f"- platform down: teams\n{ADD}\n- wait: 4 days\n- platform up: teams\n- expect: {{in: teams:nvg-tall, has: [hemtjänsten]}}"
    played = play(tmp_path, steps)
    assert (played.code, played.err) == (0, "")


def test_two_at_the_same_moment_are_both_answered(tmp_path: Path) -> None:
    steps = f"""
{ADD}
- together: [{{anna taps: {{button: Klart, holding: hemtjänsten}}}}, {{bo taps: {{button: Klart, holding: hemtjänsten}}}}]
- expect: {{to: anna, kind: reply}}
- expect: {{to: bo, kind: reply}}
"""
    played = play(tmp_path, steps, "--json")
    assert (played.code, played.err) == (0, "")
    done = [line for line in played.lines if line["kind"] == "reply"][1:]
    assert len({line["message"] for line in done}) == 2  # one did it; the other is told that it was done


def test_a_crash_between_all_steps_changes_nothing(tmp_path: Path) -> None:
    steps = f"{ADD}\n- bo taps: {{button: Klart, holding: hemtjänsten}}\n- wait: 2 days\n- undo by: bo"
    assert play(tmp_path, steps, "--json").lines == play(tmp_path, steps, "--json", "--crash-between-steps").lines


def test_undo_taps_the_newest_undo_in_sight(tmp_path: Path) -> None:
    played = play(tmp_path, f"{ADD}\n- undo by: anna\n- expect: {{to: anna, message: undone}}")
    assert (played.code, played.err) == (0, "")


def test_a_fill_follows_the_button_that_opens_the_form(tmp_path: Path) -> None:
    steps = f"{ADD}\n- bo taps: {{button: Klart, holding: hemtjänsten, fill: {{resultat: hon sover bättre}}}}\n- expect: {{in: nvg-tall, kind: update, has: [hon sover bättre]}}"
    played = play(tmp_path, steps)
    assert (played.code, played.err) == (0, "")


def test_several_lines_are_said_at_once(tmp_path: Path) -> None:
    steps = "- anna @ nvg-tall: |\n    /nvg åtgärd @bo ringa hemtjänsten på fredag\n    åtgärd @anna beställa tid på torsdag\n- expect: {in: nvg-tall, has: [ringa hemtjänsten, beställa tid]}"
    played = play(tmp_path, steps)
    assert (played.code, played.err) == (0, "")


def test_a_channel_without_a_group_can_be_named(tmp_path: Path) -> None:
    text = HEAD.replace("steps:\n", "channels: [slack:nytt]\nsteps:\n") + "  - anna @ nytt: /nvg\n  - expect: {to: anna}\n"
    played = play_text(tmp_path, text)
    assert (played.code, played.err) == (0, "")


def test_outsiders_stop_posts_in_their_channel_and_the_facilitator_is_told(tmp_path: Path) -> None:
    steps = f"- kia @ nvg-tall: hej\n{ADD}\n- expect nothing: {{in: slack:nvg-tall}}\n- expect: {{in: teams:nvg-tall}}\n- expect: {{to: eva, has: [Kia Ord]}}"
    played = play(tmp_path, steps)
    assert (played.code, played.err) == (0, "")


def test_a_database_that_has_the_groups_already_is_left_alone(tmp_path: Path) -> None:
    text = HEAD + f"  {ADD}\n"
    first = play_text(tmp_path, text, database=tmp_path / "kept.db")
    assert (first.code, first.err) == (0, "")
    before = (tmp_path / "kept.db").read_bytes()
    again = play_text(tmp_path, text, database=tmp_path / "kept.db")
    assert again.code == 2
    assert "tall" in again.err
    assert (tmp_path / "kept.db").read_bytes() == before


def test_no_temporary_files_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    assert play(tmp_path, ADD).code == 0
    assert list(place.iterdir()) == []
