"""What people write or are called is words and nothing else, in every place that it comes out."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.messages import common
from bot.model import Group, Member, Person
from bot.rules.calendar_event import Event
from bot.rules.visible import visible
from handlers import logs
from handlers.access_log import harmless
from handlers.clock import SimulatedClock
from handlers.mail import MailSpeaker
from handlers.slack import blocks, modal
from handlers.speaker import Parcel, To
from handlers.teams import cards
from templates.calendar import feed, invitation
from templates.card import Button, Buttons, Card, Divider, FieldView, FormView, Heading, Item, Note, Quote, Span, Text
from templates.html import card_html, form_html
from templates.plain import notice, plain_text
from templates.words import Words
from tests.security.house import House
from tests.security.nasty import NASTY

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TAGS = {"h1", "h2", "h3", "p", "ul", "li", "hr", "div", "span", "strong", "em", "s", "small", "blockquote", "br", "button", "form", "label", "input", "textarea", "select", "option",
        "fieldset", "legend", "a", "html", "head", "meta", "title", "body", "main"}  # fmt: skip
ATTRIBUTES = {"type", "class", "id", "name", "value", "for", "rows", "required", "checked", "selected", "role", "aria-label", "aria-labelledby", "aria-describedby", "aria-invalid",
              "novalidate", "style", "lang", "charset", "content", "href", "data-do", "data-ref", "data-value", "data-version", "data-person", "data-cancel"}  # fmt: skip


def everywhere(words: str, name: str) -> Card:
    """A card with the words in every sort of block, and a name where names stand."""
    said, called, plain_name = Span(words), Span(name, person="otto"), Span(name)
    row = (Button(words[:75], "say", "tall:1", value=words),)
    return Card((
        Heading((said,)), Text((said, Span(" av "), called)), Text((called,)), Item((said, Span(": "), called), row), Item((said,)), Quote((said,)), Note((said, plain_name)),
        Text((Span("fet ", "bold"), Span(words, "bold"))), Text((Span(words, "strike"),)), Divider(), Buttons(row),
    ))  # fmt: skip


def form(words: str) -> FormView:
    options = (("otto", words[:70]), ("b", "B"))
    fields = (FieldView("text", "Text", "long", words, words), FieldView("ansvarig", words, "people", options=options), FieldView("slag", "Slag", "choice", value="b", options=options))
    return FormView(words, "Spara", "Avbryt", "edit", "tall:1", 1, words, words, fields)


def each_value(thing: Any) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON."""
    if isinstance(thing, dict):
        yield thing
    for each in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from each_value(each)


# --- Slack ------------------------------------------------------------------------------------------------------------


def check_slack(made: Any, users: set[str]) -> None:
    """Nothing in Slack's blocks mentions, links or marks but what we ourselves mean."""
    for each in each_value(made):
        kind = each.get("type")
        if kind == "mrkdwn":
            assert each["verbatim"] is True
            left = re.sub(rf"<@(?:{'|'.join(users)})>", "", each["text"]) if users else each["text"]
            assert "<" not in left and ">" not in left, each
            assert not re.search(r"[`~]|:\w+:", left), each
        elif kind == "link":
            assert each["url"] == each["text"] and each["url"].startswith(("http://", "https://"))
        elif kind == "user":
            assert each["user_id"] in users
        elif kind == "plain_text":
            assert each["emoji"] is False
        assert kind not in ("broadcast", "usergroup", "channel", "emoji", "image"), each


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_in_slack(words: str) -> None:
    words = visible(words)
    for card in (everywhere(words, words), everywhere(words, "Otto Ek"), everywhere("hej", words)):
        for user in (lambda person: "", lambda person: "UOTTO"):
            for made in (blocks.message(card, user), blocks.home(card, user), blocks.laid(card, user, 5)):
                check_slack(made, {"UOTTO"})
    check_slack(modal.modal(form(words), lambda person: "", {}, everywhere(words, words)), set())
    assert not re.search("[<>]", blocks.escaped(notice(everywhere(words, words))))


# --- Teams ------------------------------------------------------------------------------------------------------------

OTTO = "00000000-0000-0000-0000-000000000001"
MARKED = re.compile(r"\[[^\]]*\]\([^)]*\)|!\[|\$\{|\{\{|</?(?!at>)\w+|[*_~`]")


def check_teams(made: Any) -> None:
    entities = [each for each in each_value(made) if each.get("type") == "mention"]
    assert {each["mentioned"]["id"] for each in entities} <= {OTTO}
    for each in each_value(made):
        if each.get("type") == "TextBlock":
            text = each["text"]
            for entity in entities:
                text = text.replace(entity["text"], "")
            assert "<at" not in text and not MARKED.search(re.sub(r"\*\*fet \*\*|&\w+;", "", text)), each
        assert each.get("type") not in ("Action.OpenUrl", "Image", "Media", "Action.ShowCard"), each
        assert "url" not in each and "$data" not in each and "$when" not in each
    for each in entities:
        assert re.fullmatch(r"<at>[^<>]*</at>", each["text"]), each


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_in_teams(words: str) -> None:
    words = visible(words)
    for card in (everywhere(words, words), everywhere(words, "Otto Ek"), everywhere("hej", words)):
        for user in (lambda person: "", lambda person: OTTO):
            check_teams(cards.message(card, user))
    check_teams(cards.form(form(words), {}, {"text": words}, everywhere(words, words)))


# --- pages and mail ---------------------------------------------------------------------------------------------------


class Strict(HTMLParser):
    """Only our own elements and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        for name, value in attrs:
            assert name != "href" or (value or "").startswith("https://bot.example.se/")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def check_html(html: str) -> str:
    parser = Strict()
    parser.feed(html)
    parser.close()
    return "".join(parser.words)


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_on_pages_and_in_plain_words(words: str) -> None:
    words = visible(words)
    shown = check_html(card_html(everywhere(words, words), 2))
    assert words.replace("\n", "").strip() in shown.replace("\n", "")
    check_html(form_html(form(words), {"text": words}))
    assert words.split("\n")[0].strip() in plain_text(everywhere(words, words))
    assert "\n" not in notice(everywhere(words, words))


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_in_mail(words: str) -> None:
    words = visible(words)
    speaker = MailSpeaker("smtp://localhost:1", "boten@example.se", Words(), SimulatedClock(NOW))
    event = Event("tall", datetime(2026, 12, 1, 13), 30, title=words)
    for card in (everywhere(words, words), Card((*everywhere(words, words).blocks, event))):
        message = speaker.message(To("mail", user="maj@example.org"), Parcel("own_list", card, words, "abc-1"), "abc-1@example.se", "abc-1@example.se")
        written = message.as_bytes().decode("ascii")
        head = written.partition("\r\n\r\n")[0]
        names = {line.partition(":")[0] for line in re.sub(r"\r\n[ \t]", " ", head).split("\r\n")}
        assert names <= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type"}
        assert message["To"] == "maj@example.org" and message["Bcc"] is None
        html = message.get_body(("html",))
        assert html is not None
        check_html(re.sub("<!doctype html>", "", html.get_content()))


# --- calendars --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_in_calendars(words: str) -> None:
    words = visible(words)
    event = Event("tall", datetime(2026, 12, 1, 13), 30, title=words, link=f"https://teams.example/{words}")
    for text in (invitation(event, "u@x", 1, NOW, (words, "boten@example.se"), "maj@example.org")[1], feed([(event, 1)], words, NOW, "bot.example.se")):
        read = Calendar.from_ical(text)
        assert [each.name for each in read.walk()] == ["VCALENDAR", "VTIMEZONE", "DAYLIGHT", "STANDARD", "VEVENT"]
        [found] = read.events
        assert set(found) <= {"UID", "DTSTAMP", "SUMMARY", "DTSTART", "DURATION", "LOCATION", "URL", "STATUS", "CLASS", "SEQUENCE", "ORGANIZER", "ATTENDEE"}
        lines = re.sub(rb"\r\n[ \t]", b"", text).split(b"\r\n")
        assert not any(line.startswith((b"ATTACH", b"BEGIN:VALARM", b"Bcc")) for line in lines)


# --- wording, unseen characters, logs, exports ------------------------------------------------------------------------


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_in_wording_files(words: str) -> None:
    """As a value and as a name: never mark-up, never a template, and only what is seen."""
    card = Words().render(common.Stale("#12", "otto", f"{words}x", (("text", f"{words}x"),)), "sv", {"otto": Person("otto", f"{words}x")}, NOW)
    assert [type(block) for block in card.blocks] == [Text, Text, Quote, Text, Item]
    for block in card.blocks:
        for span in getattr(block, "spans", ()):
            assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") and each not in "\n\t" for each in span.text)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("\u202eabc\u202c", "abc"), ("a\u200bb", "ab"), ("1912\u200d1212", "19121212"), ("a\r\nb\rc\u2028d", "a\nb\nc\nd"), ("x\x1b[0m\x00", "x[0m"), ("\ud800", ""),
        ("åäö é ñ ø", "åäö é ñ ø"), ("👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️"), ("می\u200cخواهم", "می\u200cخواهم"), ("a\tb", "a\tb"), ("ligga\u00adsår", "liggasår"),
    ],
)  # fmt: skip
def test_only_what_is_seen_is_kept(given: str, seen: str) -> None:
    assert visible(given) == seen


def test_a_log_line_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "nvg"):
        for words in NASTY:
            logs.event("x", kind=words)
    lines = [logs.JsonLines().format(each) for each in caplog.records]
    assert len(lines) == len(NASTY) and not any(re.search(r"[\x00-\x1f\x7f-\x9f\u2028]", line) for line in lines)
    assert [json.loads(line)["kind"] for line in lines] == list(NASTY)


async def test_from_the_door_to_every_place_and_the_export(migrated_sqlite: bytes, tmp_path: Path) -> None:
    """Said in Slack and Teams by people with such names: the receipts, the posts on both, Home, the tab, and what is exported."""
    names = {f"p{number}": words.replace("\ud800", "") for number, words in enumerate(NASTY)}
    async with House(tmp_path, migrated_sqlite, NOW, ["anna"], {"tall": ["anna"]}) as house:
        group = Group("tall", "tall", state="active", channels=("x",))
        house.save([Person("anna", "Anna Ek"), group, Member("tall:@anna", "tall", "anna", "facilitator")])
        with house.store.turn() as work:
            people = [Person(id, name, identities=(f"teams:{house.teams.tenant}/{house.teams_user(id)}",)) for id, name in names.items()]
            work.save([*people, *(Member(f"tall:@{id}", "tall", id) for id in names)], NOW)
        answers = []
        for number, words in enumerate(NASTY):
            fields = {"text": f"{words} {number}", "ansvarig": f"p{number}", "senast": ""}
            answers.append(await house.slack_form("anna", "new_action", "tall:", fields))
            if number % 3:
                continue
            answers.append(await house.slack_command("anna", f"beslut {words.replace(chr(0xD800), '')} b{number}", "tall"))
            answers.append(await house.teams_say("anna", f"punkt {words} d{number}", "tall"))
        answers += [await house.slack_command("anna", "lista", "tall"), await house.slack_home("anna")]
        tab = (await house.tab("anna")).json()
        await asyncio.to_thread(house.engine.drain)
        for each in answers:
            assert each.status_code == 200
            if each.headers.get("content-type", "").startswith("application/json"):
                check_slack(each.json(), {house.slack_user("anna")})
        check_html(tab["home"])
        kept = house.store.export_group("tall")
    texts = {each["text"] for each in kept["actions"]}
    assert texts == {visible(f"{words} {number}").strip() for number, words in enumerate(NASTY)}
    assert json.loads(json.dumps(kept, ensure_ascii=False)) == kept
    posted = [call for call in house.slack.calls if call.method in ("chat.postMessage", "chat.update", "views.publish", "chat.postEphemeral")]
    sent = [call for call in house.teams.calls if call.operation in ("send", "update", "targeted")]
    assert len(posted) > 10 and len(sent) > 10
    for call in posted:
        check_slack(call.body.get("blocks") or call.body.get("view"), {house.slack_user("anna")})
        assert not re.search("[<>]", call.body.get("text") or "")
    for activity in sent:
        for each in each_value(activity.body):
            for entity in each.get("entities", ()) if each.get("type") == "AdaptiveCard" else ():
                assert re.fullmatch(r"<at>[^<>]*</at>", entity["text"])
            if each.get("type") == "TextBlock":
                assert "<at>everyone" not in each["text"] and "](http" not in each["text"] and "<script" not in each["text"]


def test_nothing_is_exported_that_a_spreadsheet_would_reckon_with() -> None:
    """Exports are JSON. Where a table is written (`csv.writer`), a cell never begins as a formula: `nvg access-log` says each through `harmless`."""
    root = Path(__file__).parents[2]
    writers = [file.name for folder in ("bot", "handlers", "storage", "templates") for file in (root / folder).rglob("*.py") if "csv.writer" in file.read_text(encoding="utf-8")]
    assert writers == ["access_log.py"], "write tables with a function that is tested here"
    assert next(csv.reader(io.StringIO('"=1+1"')))[0] == "=1+1"  # quoting alone would not help
    for nasty in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert harmless(nasty) == f"'{nasty}"
    assert harmless("Anna Berg") == "Anna Berg"
