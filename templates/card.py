"""What is shown, before any platform has laid it out: a card of blocks, and the view of a form."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from bot.frozen import dataclass, replace
from bot.rules.calendar_event import Event, Moved
from bot.rules.next_meeting import Rule, read_rule, write_rule
from templates.dates import ENGLISH_MONTHS, SWEDISH


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. `style`: "" | bold | italic | strike | said (a line to write to the bot, bold: see `addressed`). `person`:
    whose name it is, for platforms with mentions."""

    text: str
    style: str = ""
    person: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """`do`, `ref` and `value` come back when it is tapped. `style`: "" | primary | danger. One with a `url` opens a page instead."""

    label: str
    do: str
    ref: str = ""
    style: str = ""
    value: str = ""


    @property
    def url(self) -> str:
        return self.value if self.do in OPENS_A_PAGE else ""


OPENS_A_PAGE = ("join",)


@dataclass(frozen=True, slots=True)
class Heading:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Text:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Item:
    """A row in a list, with the buttons that act on it."""

    spans: Spans
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Note:
    """A small line of context."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    pass


Block = Heading | Text | Item | Quote | Note | Buttons | Divider | Event
BLOCKS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in (Heading, Text, Item, Quote, Note, Buttons, Divider, Event)}
Wordless = Buttons | Divider | Event
"""Blocks without words of their own. An `Event` (`bot/rules/calendar_event.py`) is for calendars: the other blocks of its card
say the same in words, so a platform that is no calendar shows nothing of it."""


@dataclass(frozen=True, slots=True)
class Card:
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """A form's field in words. `kind` as in `bot.forms.Field`; `options` are (value, label) pairs."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    value: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    elsewhere: str = ""  # of people: the label of a second list, of those whom the platform's own list does not have
    names: str = ""  # the hint where these are too many for a list, and so are written
    anybody: bool = False  # of people: also others than the options, where the platform has a list of its own


@dataclass(frozen=True, slots=True)
class FormView:
    """A form in words. `intro` explains, `about` is what the form is about, in people's own words."""

    title: str
    submit: str
    cancel: str
    do: str
    ref: str = ""
    version: int | None = None
    intro: str = ""
    about: str = ""
    fields: tuple[FieldView, ...] = ()
    stay: bool = False  # stays open, blank, for the next line


def spans_text(spans: Iterable[Span]) -> str:
    return "".join([span.text for span in spans])


_BEFORE_A_NUMBER = "|".join(rf"(?<=\b{word} )" for word in (r"v\.", r"kl\.", "week", "at"))
_MONTHS = "|".join(rf"(?<=\b{month} )" for month in (*SWEDISH.months, *ENGLISH_MONTHS))
_NUMBER = "|".join(rf"(?<=(?<![\w#:/.-])\d{{{digits}}} )" for digits in (1, 2, 3))  # that stands alone
_APART = re.compile(rf" (?:(?=\d)(?:{_BEFORE_A_NUMBER})|(?=\d{{4}}\b)(?:{_MONTHS})|(?=\w)(?:{_NUMBER})|(?=·)(?<=\S ))")


_RANGE = re.compile(r"(?<=\d)–(?=\d)")


@lru_cache(1000)  # names, days and labels are the same on card after card
def together(text: str) -> str:
    """The text with no-break spaces in "v. 48", "kl. 13:00", "27 november", "12 dagar" and before "·", and with a word joiner
    behind the dash of "07:00–16:00": a telephone's lines are short.

    For platforms that show it. Whoever copies it and writes it back is understood (`tidy`).
    """
    return _RANGE.sub("–\u2060", _APART.sub("\u00a0", text))


def held_together(spans: Spans) -> Spans:
    """The same spans where there is nothing to hold together."""
    texts = [together(span.text) for span in spans]
    if texts == [span.text for span in spans]:
        return spans
    return tuple([replace(span, text=text) for span, text in zip(spans, texts, strict=True)])


def visible_text(card: Card) -> str:
    """All words of the card in reading order, a block a line, without its buttons' labels."""
    return "\n".join(spans_text(b.spans) for b in card.blocks if not isinstance(b, Wordless))


def addressed(card: Card, how: str = "") -> Card:
    """The card with `how` before each line that it says to write: what makes it a line to the bot, where it is read."""

    def written(spans: Spans) -> Spans:
        first = {n for n, s in enumerate(spans) if s.style == "said" and s.text[:1].isalnum() and (not n or spans[n - 1].style != "said")}
        return tuple(replace(s, style="bold", text=how * (n in first) + s.text) if s.style == "said" else s for n, s in enumerate(spans))

    if not any(span.style == "said" for block in card.blocks if not isinstance(block, Wordless) for span in block.spans):
        return card
    return Card(tuple(block if isinstance(block, Wordless) else replace(block, spans=written(block.spans)) for block in card.blocks))


def buttons(card: Card) -> list[Button]:
    """All buttons of the card, in reading order."""
    return [button for block in card.blocks if isinstance(block, Item | Buttons) for button in block.buttons]


def event_of(card: Card) -> Event | None:
    """What the card puts into a calendar."""
    return next((block for block in card.blocks if isinstance(block, Event)), None)


def field_names(form: FormView) -> list[str]:
    return [field.name for field in form.fields]


def with_note(card: Card, note: Card) -> Card:
    """The card with another's lines in it, above the buttons at its end."""
    at = len(card.blocks)
    while at and isinstance(card.blocks[at - 1], Buttons):
        at -= 1
    return Card((*card.blocks[:at], *note.blocks, *card.blocks[at:]))


def struck(card: Card, note: str = "") -> Card:
    """The same words, struck out and without buttons: how a notice looks when what it told of has been undone.

    `note` says so in words too, for those who do not see the line.
    """

    def strike(block: Block) -> Block:
        if isinstance(block, Wordless):
            return block
        block = replace(block, spans=tuple(replace(span, style="strike") for span in block.spans))
        return replace(block, buttons=()) if isinstance(block, Item) else block

    blocks = [strike(block) for block in card.blocks if not isinstance(block, Buttons)]
    return Card((*blocks, Note((Span(note),))) if note else tuple(blocks))


def content_hash(card: Card) -> str:
    """Equal for equal cards, also in another process. Of an invitation only the event counts: its words change with the day."""
    event = event_of(card)
    written = json.dumps(to_json(Card((event,)))) if event else repr([_laid_open(block) for block in card.blocks])
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _laid_open(block: Block) -> list[Any]:
    """A block as plain values, whose `repr` is quick and says it all: its kind, its words and its buttons."""
    spans, buttons = getattr(block, "spans", ()), getattr(block, "buttons", ())
    return [block.__class__.__name__, [_of_span(span) for span in spans], [_of_button(button) for button in buttons]]


_of_span = attrgetter(*(each.name for each in fields(Span)))
_of_button = attrgetter(*(each.name for each in fields(Button)))


def to_json(card: Card) -> dict[str, Any]:
    """The card as plain values for JSON; values left at their defaults are left out."""
    return {"blocks": [{"kind": type(block).__name__.lower(), **_plain(block)} for block in card.blocks]}


def from_json(values: Mapping[str, Any]) -> Card:
    """The card that `to_json` wrote."""
    blocks: list[Block] = []
    for each in values["blocks"]:
        parts: dict[str, Any] = {}
        if "spans" in each:
            parts["spans"] = tuple(Span(**span) for span in each["spans"])
        if "buttons" in each:
            parts["buttons"] = tuple(Button(**button) for button in each["buttons"])
        if each["kind"] == "event":
            parts = _event(each)
        blocks.append(BLOCKS[each["kind"]](**parts))
    return Card(tuple(blocks))


def _plain(thing: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if value != field.default:
            values[field.name] = [_value(each) for each in value] if isinstance(value, tuple) else _value(value)
    return values


def _value(value: Any) -> Any:
    if isinstance(value, Rule):
        return write_rule(value)
    if isinstance(value, date):
        return value.isoformat()
    return _plain(value) if is_dataclass(value) else value


def _event(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event that `_plain` wrote."""
    at = datetime.fromisoformat
    parts = {name: value for name, value in plain.items() if name in ("uid", "minutes", "state", "title", "link")}
    if "starts" in plain:
        parts["starts"] = at(plain["starts"])
    if "rule" in plain:
        parts["rule"] = read_rule(plain["rule"])
    moved = (Moved(at(each["planned"]), at(each["starts"]), each["minutes"]) for each in plain.get("moved", ()))
    return {
        **parts, "moved": tuple(moved), "cancelled": tuple(map(at, plain.get("cancelled", ()))),
        "attendees": tuple(plain.get("attendees", ())),
    }  # fmt: skip
