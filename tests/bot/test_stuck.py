"""What was stuck and gets a new date or owner goes on: it is open, and its owner is reminded. What is lifted waits for its answer."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.model import Action
from bot.reminders import to_remind
from bot.rules.work_calendar import instant
from storage.store import Store
from templates.card import buttons, visible_text
from templates.words import Words
from tests.bot.bad_world import World, words
from tests.bot.test_escalations import NOW, PEOPLE, Bot, said_in

SLACK = "slack:nvg-tall"


def stuck() -> Bot:
    """Bo's #1 is stuck."""
    bot = Bot()
    bot.say("bo", SLACK, "kommer inte vidare 1 ingen svarar")
    return bot


def action(bot: Bot) -> Action:
    return bot.snapshot.views["tall"].actions[0]


FORM = {"text": "ringa dottern", "ansvarig": "bo", "senast": "2026-11-27"}
ANEW: list[str | tuple[str, dict[str, str]]] = [
    "flytta 1 till torsdag", "ge 1 till @anna", "ge 1 till @anna på torsdag", "jag tar 1",
    ("new_date", {"senast": "2026-12-04"}), ("hand_over", {"ansvarig": "anna"}),
    ("edit", {**FORM, "ansvarig": "anna"}), ("edit", {**FORM, "senast": "2026-11-30"}),
]  # fmt: skip


@pytest.mark.parametrize("way", ANEW)
def test_it_is_open_again(way: str | tuple[str, dict[str, str]]) -> None:
    bot = stuck()
    assert (action(bot).state, action(bot).reason) == ("stuck", "ingen svarar")
    outcome = bot.say("anna", SLACK, way) if isinstance(way, str) else bot.tap("anna", way[0], "tall:1", **way[1])
    assert (action(bot).state, action(bot).stuck_at, action(bot).reminded) == ("open", None, 0)
    assert [fact.kind for fact in outcome.facts][-1] == "action_reopened"
    assert getattr(said_in(outcome), "opened", False)
    owner = PEOPLE[action(bot).owners[0]]
    assert to_remind(bot.snapshot.views["tall"], owner, date(2026, 12, 4)) == [action(bot)]


@pytest.mark.parametrize("way", ["ändra 1 till ringa sonen", ("edit", {**FORM, "text": "ringa sonen"})])
def test_other_words_alone_open_nothing(way: str | tuple[str, dict[str, str]]) -> None:
    bot = stuck()
    outcome = bot.say("anna", SLACK, way) if isinstance(way, str) else bot.tap("anna", way[0], "tall:1", **way[1])
    assert (action(bot).state, action(bot).text) == ("stuck", "ringa sonen")
    assert "action_reopened" not in [fact.kind for fact in outcome.facts]


@pytest.mark.parametrize("way", ANEW)
def test_what_is_lifted_waits_for_its_answer(way: str | tuple[str, dict[str, str]]) -> None:
    bot = stuck()
    bot.tap("bo", "escalate", "tall:1")
    outcome = bot.say("anna", SLACK, way) if isinstance(way, str) else bot.tap("anna", way[0], "tall:1", **way[1])
    assert outcome.save and action(bot).state == "stuck" and bot.matter.waits
    assert not getattr(said_in(outcome), "opened", False)


def test_what_has_its_answer_goes_on_and_is_stuck_again_if_that_did_not_help() -> None:
    bot = stuck()
    bot.tap("bo", "escalate", "tall:1")
    bot.tap("eva", "answer_escalation", "tall:H1", besked="ring växeln")
    bot.say("anna", SLACK, "flytta 1 till torsdag")
    assert action(bot).state == "open"
    bot.tap("bo", "matter_no_help", "tall:H1")
    assert (action(bot).state, bot.matter.state) == ("stuck", "open")


def test_its_history_says_so_and_undo_makes_it_stuck_again(store: Store) -> None:
    world = World(store)
    world.say("kommer inte vidare 1 ingen svarar", "bo")
    assert "öppen igen" in words(world.say("ge 1 till @eva"))
    assert "öppnades igen" in words(world.say("visa 1"))
    assert "Har fastnat" not in words(world.say("lista"))
    world.say("ångra")
    assert "Har fastnat" in words(world.say("lista"))
    world.say("flytta 1 till torsdag")
    world.stage.advance(instant(datetime(2026, 11, 26, 8)))
    assert any(shown.name == "reminder" and "ringa hemtjänsten" in visible_text(shown.card) for shown in world.stage.visible("bo"))


@pytest.mark.parametrize("line", ["lista", "dagordning", "mina"])
def test_its_row_has_the_button_that_helps(line: str) -> None:
    def helps(bot: Bot) -> list[tuple[str, str]]:
        card = Words().render(said_in(bot.say("bo", SLACK, line)), "sv", PEOPLE, NOW)
        return [(each.do, each.ref) for each in buttons(card) if each.do in ("stuck", "escalate", "show_matter")]

    bot = stuck()
    assert helps(bot) == [("escalate", "tall:1")]
    bot.tap("bo", "escalate", "tall:1")
    assert helps(bot) == [("show_matter", "tall:H1")]


def test_so_has_its_card() -> None:
    bot = stuck()
    bot.tap("bo", "escalate", "tall:1")
    assert getattr(bot.shown("action:tall:1", "tall"), "matter", "") == "tall:H1"
