"""All that the bot shows in Slack, read by TypeScript's compiler against Slack's own types: one run for everything."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.messages.base import Message
from handlers.slack.blocks import home, message, pages
from handlers.slack.modal import modal
from templates.words import LANGUAGES, Words
from tests.browser.test_blocks import forms
from tests.templates.samples import NOW, PEOPLE, messages

WORDS = Words()
TYPES = Path(__file__).parent / "slack-types"
HEAD = """
import type { KnownBlock } from "./slack-types/block-kit/blocks";
import type { HomeView, ModalView } from "./slack-types/views";
type Strict<View> = Omit<View, "blocks"> & { blocks: KnownBlock[] };
"""
STRICT = ("--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2020", "--pretty", "false")


def user(person: str) -> str:
    return f"U{person.upper()}"


def compiled(folder: Path, files: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What tsc says is wrong in each file, with the line it means."""
    tsc = shutil.which("tsc")
    assert tsc, "tsc is missing: run tests/system-packages"
    shutil.copytree(TYPES, folder / "slack-types")
    written = {name: [*HEAD.splitlines(), *lines] for name, lines in files.items()}
    for name, lines in written.items():
        (folder / name).write_text("\n".join(lines))
    ran = subprocess.run([tsc, *STRICT, *files], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    found: dict[str, list[str]] = {name: [] for name in files}
    for said in filter(lambda line: "error TS" in line, ran.stdout.splitlines()):
        name, _, rest = said.partition("(")
        assert name in found, ran.stdout
        found[name].append(f"{said} {written[name][int(rest.partition(',')[0]) - 1][:300]}")
    return found


def typed(name: str, kind: str, things: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each that differs from those before."""
    found = dict.fromkeys(json.dumps(each, ensure_ascii=False, sort_keys=True) for each in things)
    return [f"export const {name}{n}: {kind} = {each};" for n, each in enumerate(found)]


def test_every_message_and_view_is_of_slacks_types(tmp_path: Path) -> None:
    cards = [WORDS.render(each, language, PEOPLE, NOW) for language in LANGUAGES for name in sorted(Message.registry) for each in list(messages(name))[:4]]
    blocks = [block for card in cards for page in range(len(pages(card))) for block in message(card, user, page)]
    homes = [home(card, user) for card in cards if card.blocks][::20]
    modals = [modal(each, user, {"channel": "C1"}) for language in LANGUAGES for each in forms(language)]
    lines = [*typed("block", "KnownBlock", blocks), *typed("home", "Strict<HomeView>", homes), *typed("modal", "Strict<ModalView>", modals)]
    assert len(lines) > 1000
    wrong = [
        *typed("a", "KnownBlock", [{"type": "section", "text": {"type": "mrkdwn", "txt": "hej"}}]),
        *typed("b", "KnownBlock", [{"type": "actions", "elements": [{"type": "buton", "text": {"type": "plain_text", "text": "Klart"}}]}]),
        *typed("c", "Strict<ModalView>", [{"type": "modal", "blocks": []}]),
    ]
    found = compiled(tmp_path, {"shown.ts": lines, "wrong.ts": wrong})
    assert found["shown.ts"] == []
    assert len(found["wrong.ts"]) == len(wrong)  # so it does look
