"""From the finished text of a wording file to a card.

A printed value is never in that text: it waits in a list, and one private-use character stands for it. So only what the
wording file itself says can be mark-up, whatever people write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.rules.calendar_event import Event
from templates.card import Block, Button, Buttons, Card, Divider, Heading, Item, Note, Quote, Span, Text

FIRST = 0xF0000  # the first character that stands for a value
KINDS: dict[str, type[Text | Heading | Quote | Note]] = {"": Text, "-": Text, "#": Heading, ">": Quote, "^": Note}
STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "said"}
_STYLED = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_PREFIX = re.compile(r"([#>^-]) ")
_PIECE = re.compile("[\U000f0000-\U0010ffff]|[^\U000f0000-\U0010ffff]+")
_BLANKS = re.compile(r"[ \t]+")


class Rich(str):
    """Text that knows its spans (a name, several names, styled words). Cut or joined it is ordinary text again."""

    __slots__ = ("spans",)
    spans: tuple[Span, ...]

    def __new__(cls, *spans: Span) -> Rich:
        made = super().__new__(cls, "".join(span.text for span in spans))
        made.spans = spans
        return made


Value = str | Button | Event
"""What may stand behind a character: text, rich text, a button, or what goes into a calendar."""


def stand_in(number: int) -> str:
    """The character for value number `number`."""
    return chr(FIRST + number)


def read_card(text: str, values: Sequence[Value]) -> Card:
    """The card that a rendered wording file describes; `values` are what its stand-in characters stand for."""
    blocks = (block for line in text.split("\n") for block in _read_line(line.strip(), values))
    return Card(tuple(_tidy(blocks)))


def _read_line(line: str, values: Sequence[Value]) -> Iterator[Block]:
    if line == "---":
        yield Divider()
        return
    found = _PREFIX.match(line)
    prefix = found[1] if found else ""
    if len(line) == 1 and ord(line) >= FIRST and isinstance(event := values[ord(line) - FIRST], Event):
        yield event
        return
    spans: list[Span] = []
    buttons: list[Button] = []
    position = found.end() if found else 0
    for styled in _STYLED.finditer(line, position):
        _read_run(line[position : styled.start()], "", values, spans, buttons)
        _read_run(styled[2], STYLES[styled[1]], values, spans, buttons)
        position = styled.end()
    _read_run(line[position:], "", values, spans, buttons)
    words = _trim(spans)
    if prefix == "-" and words:
        yield Item(words, tuple(buttons))
        return
    if words:
        yield KINDS[prefix](words)
    if buttons:
        yield Buttons(tuple(buttons))


def _read_run(text: str, style: str, values: Sequence[Value], spans: list[Span], buttons: list[Button]) -> None:
    for piece in _PIECE.findall(text):
        if ord(piece[0]) < FIRST:
            _add(spans, Span(_BLANKS.sub(" ", piece), style))
            continue
        value = values[ord(piece) - FIRST]
        if isinstance(value, Event):
            raise ValueError("an event stands on a line of its own")
        if isinstance(value, Button):
            buttons.append(value)
        elif isinstance(value, Rich):
            for span in value.spans:
                _add(spans, Span(span.text, span.style or style, span.person))
        else:
            _add(spans, Span(value, style))


def _add(spans: list[Span], span: Span) -> None:
    """Runs of the same style become one; a name stays a run of its own."""
    last = spans[-1] if spans else None
    if last and last.style == span.style and not last.person and not span.person:
        spans[-1] = Span(last.text + span.text, span.style)
    elif span.text:
        spans.append(span)


def _trim(spans: list[Span]) -> tuple[Span, ...]:
    """Without blanks at the ends, where buttons and empty values leave them."""
    while spans and not spans[0].person and spans[0].text != (text := spans[0].text.lstrip()):
        spans[:1] = [Span(text, spans[0].style)] if text else []
    while spans and not spans[-1].person and spans[-1].text != (text := spans[-1].text.rstrip()):
        spans[-1:] = [Span(text, spans[-1].style)] if text else []
    return tuple(spans) if any(span.text.strip() for span in spans) else ()


def _tidy(blocks: Iterator[Block]) -> list[Block]:
    """Buttons on neighbouring lines stand together; a divider stands only between other blocks."""
    tidy: list[Block] = []
    for kind, run in groupby(blocks, type):
        if kind is Buttons:
            tidy.append(Buttons(tuple(button for each in run if isinstance(each, Buttons) for button in each.buttons)))
        elif kind is not Divider:
            tidy.extend(run)
        elif tidy:
            tidy.append(Divider())
    if tidy and isinstance(tidy[-1], Divider):
        tidy.pop()
    return _once(tidy)


def _once(blocks: list[Block]) -> list[Block]:
    """A button that several parts of the card end with (Ångra, after pasted lines) is shown once, the last time."""
    seen: set[Button] = set()
    kept: list[Block] = []
    for block in reversed(blocks):
        if not isinstance(block, Buttons):
            kept.append(block)
        elif fresh := tuple(button for button in dict.fromkeys(block.buttons) if button not in seen):
            seen.update(fresh)
            kept.append(Buttons(fresh))
    return kept[::-1]
