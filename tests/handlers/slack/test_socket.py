"""Socket Mode: the same, by lines that the bot opens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.fake_servers.slack import FakeSlack, words
from tests.handlers.slack.bot import GROUP, Bot


@pytest.fixture
def bot(slack: FakeSlack, tmp_path: Path) -> Iterator[Bot]:
    with Bot(slack, tmp_path, app_token=slack.app_token, signing_secret="") as running:
        running.start_group()
        slack.wait(lambda: len(slack.socket.open) >= 2)
        yield running


def test_a_command_a_mention_and_a_form(slack: FakeSlack, bot: Bot) -> None:
    anna = slack.person("UANNA")
    reply = anna.command(GROUP, "åtgärd @bo ringa kommunen")
    assert reply.shown and "ringa kommunen" in words(reply.shown.blocks)
    anna.mention(GROUP, "beslut vi börjar om")
    slack.wait(lambda: slack.ephemerals("UANNA", GROUP)[1:])
    bo = slack.person("UBO")
    card = slack.wait(lambda: [each for each in slack.messages(GROUP) if each.bot_id])[0]
    bo.tap(card, "Nytt datum")
    view = slack.wait(lambda: bo.modal)
    field = next(block["block_id"] for block in view.blocks if block["type"] == "input")
    assert bo.submit({field: "2020-01-01"}).body["response_action"] == "errors"
    assert bo.submit({field: "2031-01-01"}).ok
    assert bot.actions()[0]["due"] == "2031-01-01"


def test_nothing_is_served_that_nobody_signs(bot: Bot) -> None:
    with pytest.raises(HTTPError) as error:
        urlopen(f"{bot.url}/slack/events", b"{}")
    assert error.value.code == 404


def test_a_refresh_loses_nothing(slack: FakeSlack, bot: Bot) -> None:
    """Commands go on while Slack ends one line after the other."""
    anna = slack.person("UANNA")
    failed: list[str] = []
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            reply = anna.command(GROUP, f"beslut nummer {number}")
            if not reply.shown:
                failed.append(reply.error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(4):
            before = slack.socket.opened
            slack.socket.disconnect("refresh_requested")
            slack.wait(lambda before=before: slack.socket.opened > before)
            slack.wait(lambda: len(slack.socket.open) >= 2)
    finally:
        done.set()
        writer.join()
    assert failed == []


def test_a_warning_opens_the_next_line_before_the_old_one_ends(slack: FakeSlack, bot: Bot) -> None:
    slack.socket.disconnect("warning")
    slack.wait(lambda: len(slack.socket.open) == 3)


def test_a_line_that_is_cut_is_opened_again(slack: FakeSlack, bot: Bot) -> None:
    before = slack.socket.opened
    slack.socket.cut()
    slack.wait(lambda: slack.socket.opened > before)
    slack.wait(lambda: len(slack.socket.open) == 2)
    assert slack.person("UANNA").command(GROUP, "hjälp").ok


def test_a_repeated_envelope_changes_nothing(slack: FakeSlack, bot: Bot) -> None:
    anna = slack.person("UANNA")
    reply = anna.command(GROUP, "åtgärd ringa kommunen")
    assert reply.again().body == reply.body
    anna.mention(GROUP, "åtgärd ringa regionen", retry=2)
    slack.wait(lambda: len(bot.actions()) == 2)
    time.sleep(0.2)
    assert len(bot.actions()) == 2


def test_while_slack_lets_nobody_in_it_is_tried_again(slack: FakeSlack, tmp_path: Path) -> None:
    slack.fail("apps.connections.open", "internal_error", times=2)
    with Bot(slack, tmp_path, app_token=slack.app_token, signing_secret="") as running:
        running.start_group()
        slack.wait(lambda: len(slack.socket.open) == 2)


def test_it_stops_at_once(slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.slack.socket.LEAVING", 60.0)
    with Bot(slack, tmp_path, app_token=slack.app_token, signing_secret=""):
        slack.wait(lambda: len(slack.socket.open) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 40
    slack.wait(lambda: slack.socket.open == [])
