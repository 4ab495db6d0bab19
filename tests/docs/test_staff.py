"""docs/staff.md: every line that it tells people to write is written to the real bot; every command and button is in it.

Each section is played by itself, from its beginning. What readers of the page do not see stands in comments:
`<!-- @ anna nvg-tall -->` who writes and where from now on, `<!-- wait until: ... -->` and other steps of a rehearsal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bot.about import about_matter
from bot.decide import COMMANDS, TAPS
from bot.rules.read_command import read_lines
from bot.rules.reading import Context
from config import counties
from handlers.rehearsal_file import Says, read_rehearsal
from handlers.rehearse import Player, temporary
from handlers.run import wording
from templates.words import FOLDER, read_labels

PAGE = (Path(__file__).parents[2] / "docs" / "staff.md").read_text(encoding="utf-8")
WORLD = """\
now: 2026-11-23 08:00
county: vastra-varmland
language: sv
people:
  anna: {name: Anna Berg, organisation: Arvika kommun, platform: slack}
  bo: {name: Bo Ek, organisation: Region Värmland, platform: slack}
  eva: {name: Eva Ring, organisation: Region Värmland, platform: slack}
  lena: {name: Lena Dal, organisation: Arvika kommun, platform: slack}
  kia: {name: Kia Ord, organisation: Eda kommun, platform: slack, roles: [coordinator]}
channels: [slack:nvg-ny]
committees:
  gk: {level: 2, channels: [slack:gk], members: [eva], chair: eva, above: sg}
  sg: {level: 3, channels: [slack:sg], members: [lena], chair: lena}
groups:
  tall:
    channels: [slack:nvg-tall]
    above: gk
    members: [anna, bo]
    facilitators: [eva]
    contact_person: anna
    consent: {until: 2027-11-23, organisations: [Arvika kommun, Region Värmland]}
"""
UNANSWERED = re.compile(
    r"^(no_|not_|unknown|which|bad_|missing|cannot|already|setting_unclear|went_wrong|did_you_mean|stale|identity|what_time)"
)
"""Messages that say that the bot did not do as it was told."""
MARK = re.compile(r"<!-- (?P<step>.*?) -->|`(?P<line>[^`]+)`|^## (?P<section>.*)$", re.MULTILINE)


@dataclass
class Section:
    title: str
    steps: list[object] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # the examples


def sections() -> list[Section]:
    """The page's sections, as steps of a rehearsal."""
    found = [Section("the beginning")]
    who, where = "anna", "nvg-tall"
    for mark in MARK.finditer(PAGE):
        if mark["section"]:
            found.append(Section(mark["section"]))
        elif mark["line"]:
            found[-1].steps.append({f"{who} @ {where}": mark["line"]})
            found[-1].lines.append(mark["line"])
        elif mark["step"].startswith("@ "):
            _, who, where = mark["step"].split()
        else:
            key, _, value = mark["step"].partition(": ")
            found[-1].steps.append({key: value})
    return [section for section in found if section.lines]


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.title)
def test_examples_work(section: Section, tmp_path: Path) -> None:
    file = tmp_path / "section.yaml"
    file.write_text(WORLD + yaml.safe_dump({"steps": section.steps}, allow_unicode=True, width=1000), encoding="utf-8")
    rehearsal = read_rehearsal(file, counties.names())
    player = Player(rehearsal, temporary(tmp_path), wording(rehearsal.county))
    try:
        for step in player.steps():
            came = player.new()
            if isinstance(step, Says):
                answers = [each for each in came if each.kind == "reply" and each.to == step.person]
                assert answers, f"no answer to {step.text!r}"
                assert not UNANSWERED.match(answers[0].name), f"{step.text!r} was answered: {answers[0].text}"
    finally:
        player.close()


def understood() -> set[str]:
    """The commands that the example lines are read as."""
    context = Context(datetime(2026, 11, 23, 8), "anna", {"anna": "Anna Berg", "bo": "Bo Ek", "eva": "Eva Ring", "lena": "Lena Dal"})
    lines = [re.sub(r"\btall (?=H\d)", "", line) for section in sections() for line in section.lines]
    return {about_matter(reading, "").intent for line in lines for reading in read_lines(line, context)}


def tapped() -> set[str]:
    """The commands that the buttons shown belong to."""
    labels = read_labels("sv")["buttons"]
    worded = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / "sv").glob("*.txt"))
    commands = {name: name for name in COMMANDS} | {do: command for do, (command, _) in TAPS.items()}
    called = {(do, do) for do in commands} | set(re.findall(r"""button\("(\w+)"[^)]*?label="(\w+)\"""", worded))
    return {commands[do] for do, label in called if do in commands and f"**{labels.get(label)}**" in PAGE}


def test_every_command_is_there() -> None:
    missing = set(COMMANDS) - understood() - tapped()
    assert not missing, f"docs/staff.md shows neither a line nor a button for: {sorted(missing)}"


@pytest.mark.parametrize("label", sorted(set(read_labels("sv")["buttons"].values()) - {"Ja, gör så"}))
def test_every_button_is_there(label: str) -> None:
    assert f"**{label}**" in PAGE
