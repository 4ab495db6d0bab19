"""Cards as Slack's blocks. Pure: a card in, plain values for JSON out; and a tapped button back.

Words are put in `rich_text` wherever they can be, where nothing that people write is read as mark-up. Where Slack has
no `rich_text` (beside a button, in small print) the words are mark-up only if none of their characters could be read as
such, else plain text.

A row has its buttons below it, as many as a telephone shows on a line, and a menu with the others. In a card too long for
that each row has one menu beside it; one that is still too long goes in several messages (`pages`).
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from bot.frozen import replace
from templates.card import (
    Button,
    Buttons,
    Card,
    Divider,
    Heading,
    Item,
    Note,
    Quote,
    Span,
    Text,
    addressed,
    held_together,
    spans_text,
    together,
)

SlackUser = Callable[[str], str]
"""A person's id -> their Slack user id, to be mentioned by; "" if they have none here."""

Json = dict[str, Any]
Worded = Heading | Text | Item | Quote | Note
Piece = Worded | Buttons | Divider
"""A block of a card that is no larger than Slack takes."""

# Slack's limits
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
HEADER, SECTION, CONTEXT, BUTTON, OPTION, OPTION_VALUE, BUTTON_VALUE = 150, 3000, 2000, 75, 75, 150, 2000
ACTIONS, MENU = 25, 5
UNPACKED = 20_000  # bytes that a packed button may hold: one of ours has a line to say

# Our own, below what Slack does not tell: it refuses a message at some 12,000 characters, and counts more than the words
TEXT = 1900  # in one block
MESSAGE_WEIGHT = 9000
PIECE_WEIGHT = 20  # of whatever has words: a run of text, a button
FOOT = 5  # blocks at the end of every page

# What a telephone shows, in letters
LINE = 42  # of buttons
EDGES = 5  # of a button, and of the menu
SHORT, ROW = 12, 90  # a button that may stand beside its row, and the row: a longer one is narrow and high there

MORE = "Visa fler"
COMMAND = "/nvg "
"""What begins a line to the bot in a channel; in private all lines are to it."""


def message(card: Card, slack_user: SlackUser, page: int = 0, more: str = "", more_label: str = MORE) -> list[Json]:
    """The blocks of one message: a page of the card. If another follows, a button `more` with the value "<more>|<page>" ends it."""
    return _page(card, slack_user, page, MESSAGE_BLOCKS, more, more_label)


def home(card: Card, slack_user: SlackUser, page: int = 0, more_label: str = MORE) -> Json:
    """The view of a person's Home. A page too long for it ends with a button `more` with the value "home|<page>"."""
    blocks = _page(card, slack_user, page, VIEW_BLOCKS, "home", more_label)
    return {"type": "home", "blocks": blocks or [{"type": "divider"}]}  # Slack takes no empty view


def _page(card: Card, slack_user: SlackUser, page: int, limit: int, more: str, label: str) -> list[Json]:
    whole = _laid(_pieces(card), slack_user)
    if whole.fits(limit):  # nearly always
        return whole.blocks
    parts = pages(card, limit)
    page = max(0, min(page, len(parts) - 1))
    following = page + 1 < len(parts)
    blocks = laid(parts[page], slack_user, limit - following)
    return [*blocks, _more(f"{more}|{page + 1}", f"{label} ({page + 2}/{len(parts)})")] if following else blocks


def pages(card: Card, blocks: int = MESSAGE_BLOCKS) -> tuple[Card, ...]:
    """The card in parts that each fit in one message (of so many blocks). Broken between items only; at least one part.

    The buttons that end the card are about all of it: they end each part.
    """
    pieces = tuple(_pieces(card))
    if _laid(pieces, _nobody).fits(blocks) or _measured(pieces).fits(blocks):
        return (Card(pieces),)
    foot = _foot(pieces)
    body, whole = pieces[: len(pieces) - len(foot)], _beginnings(card)
    room = blocks - 1 - _measured(foot).size  # there must be room for the button to the next too
    parts: list[Card] = []
    start, layout = 0, _measured(())
    for at, piece in enumerate(body):
        layout.add(piece)
        if layout.fits(room) or at == start:
            continue
        keep = _last_break(body, whole, start, at)
        layout = _measured(body[keep : at + 1])
        if not layout.fits(room):
            keep, layout = at, _measured(body[at : at + 1])
        parts.append(Card((*body[start:keep], *foot)))
        start = keep
    return (*parts, Card((*body[start:], *foot)))


def button(action: Mapping[str, Any]) -> Button:
    """What was tapped, from the action of a `block_actions`: its do, ref and value. ValueError if it is none of ours."""
    chosen = action.get("selected_option") or {}
    text = str(chosen.get("value") or action.get("value") or "")
    label = (chosen.get("text") or action.get("text") or {}).get("text", "")
    try:
        if text.startswith("z"):
            text = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text[1:]), UNPACKED).decode("utf-8", "surrogatepass")
        do, ref, value = json.loads(text)
    except (ValueError, TypeError, zlib.error):
        raise ValueError("not a button of ours") from None
    return Button(str(label), str(do), str(ref), value=str(value))


# --- from a card to pieces that fit in a block -------------------------------------------------------------------------


def _pieces(card: Card) -> Iterator[Piece]:
    """The card's blocks, each that is larger than Slack takes as several of its sort. What shows nothing is left out."""
    for block in addressed(card).blocks:
        if isinstance(block, Divider):
            yield block
        elif isinstance(block, Buttons):
            yield from map(Buttons, _button_rows(block.buttons))
        elif isinstance(block, Worded):
            spans = held_together(block.spans)
            yield from _split(block if spans is block.spans else replace(block, spans=spans))


def _split(block: Worded) -> Iterator[Piece]:
    words = [span.text for span in block.spans]
    if "" not in words and sum(map(len, words)) + PIECE_WEIGHT * len(words) <= TEXT and len(getattr(block, "buttons", ())) <= 1 and "".join(words).strip():
        yield block  # nearly always
        return
    texts = [spans for spans in _texts(block.spans) if spans_text(spans).strip()]
    if not isinstance(block, Item):
        for spans in texts:
            yield block if spans == block.spans else replace(block, spans=spans)
        return
    rows = list(_button_rows(block.buttons))
    for spans in texts[:-1]:
        yield Item(spans)
    if texts:
        yield Item(texts[-1], rows.pop(0) if rows else ())
    yield from map(Buttons, rows)


def _button_rows(buttons: Sequence[Button]) -> Iterator[tuple[Button, ...]]:
    row: list[Button] = []
    weight = 0
    for each in buttons:
        if row and (len(row) == ACTIONS or weight + _button_weight(each) > MESSAGE_WEIGHT // 2):
            yield tuple(row)
            row, weight = [], 0
        row.append(each)
        weight += _button_weight(each)
    if row:
        yield tuple(row)


def _texts(spans: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """The spans in portions that each fit in a block, broken at a blank where there is one."""
    if sum([len(span.text) + PIECE_WEIGHT for span in spans]) <= TEXT:
        yield tuple([span for span in spans if span.text])
        return
    portion: list[Span] = []
    room = TEXT
    for span in spans:
        text = span.text
        while len(text) + PIECE_WEIGHT > room:
            cut = text.rfind(" ", 0, max(room - PIECE_WEIGHT, 0)) + 1
            if not cut and not portion:
                cut = room - PIECE_WEIGHT
            if head := text[:cut]:
                portion.append(replace(span, text=head, person=""))
            if portion:
                yield tuple(portion)
            portion, room, text = [], TEXT, text[cut:]
        if text:
            portion.append(replace(span, text=text))
            room -= len(text) + PIECE_WEIGHT
    yield tuple(portion)


def _beginnings(card: Card) -> frozenset[int]:
    """At which of the card's pieces a block begins: where it is larger than Slack takes, the pieces after it go on with it."""
    sizes = [len(tuple(_pieces(Card((block,))))) for block in card.blocks]
    return frozenset(accumulate(sizes, initial=0))


def _last_break(pieces: Sequence[Piece], whole: Collection[int], start: int, at: int) -> int:
    """Where to break what has become one piece too long: between two blocks, not after a heading, not before buttons."""
    for each in range(at, start, -1):
        if each in whole and not isinstance(pieces[each], Buttons) and not _is_heading(pieces[each - 1]):
            return each
    return at


def _foot(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The row of buttons that ends a card, with the small print below it; none where it is no small thing."""
    at = len(pieces) - 1
    while at > 0 and isinstance(pieces[at], Note):
        at -= 1
    foot = tuple(pieces[at:])
    return foot if at > 0 and isinstance(pieces[at], Buttons) and _measured(foot).fits(FOOT) else ()


def _is_heading(block: Piece) -> bool:
    return isinstance(block, Heading) or (isinstance(block, Text) and all(span.style == "bold" for span in block.spans))


# --- laying out --------------------------------------------------------------------------------------------------------


def laid(card: Card, slack_user: SlackUser, limit: int) -> list[Json]:
    """All blocks of the card, roomy if they are no more than `limit`."""
    pieces = tuple(_pieces(card))
    roomy = _laid(pieces, slack_user)
    return (roomy if roomy.fits(limit) else _laid(pieces, slack_user, tight=True)).blocks


def _measured(pieces: Iterable[Piece]) -> _Layout:
    """Laid out in the least room. A mention weighs as much as a name, so that it is the same for whomever it is shown to."""
    return _laid(pieces, _nobody, tight=True)


def _laid(pieces: Iterable[Piece], slack_user: SlackUser, tight: bool = False) -> _Layout:
    layout = _Layout(slack_user, tight)
    for piece in pieces:
        layout.add(piece)
    return layout


class _Layout:
    """The blocks of a message as they grow. Words that follow each other share a block."""

    def __init__(self, slack_user: SlackUser, tight: bool) -> None:
        self.slack_user, self.tight = slack_user, tight
        self.blocks: list[Json] = []
        self._number = 0  # of buttons: makes their ids unique
        self._weight = 0
        self._prose: list[Json] | None = None  # the elements of the last block, while words may be added to it
        self._print: Json | None = None  # the small print of the last block, likewise
        self._under_heading = False
        self._room = 0

    def fits(self, blocks: int) -> bool:
        return len(self.blocks) <= blocks and self._weight <= MESSAGE_WEIGHT * blocks // MESSAGE_BLOCKS

    @property
    def size(self) -> int:
        """How many of a message's blocks it takes, by their number or by their weight."""
        return max(len(self.blocks), -(-self._weight * MESSAGE_BLOCKS // MESSAGE_WEIGHT))

    def add(self, block: Piece) -> None:
        self._add(block)
        self._under_heading = _is_heading(block)

    def _add(self, block: Piece) -> None:
        if isinstance(block, Divider):
            self._put({"type": "divider"})
        elif isinstance(block, Buttons):
            self._put({"type": "actions", "elements": [self._button(each) for each in block.buttons]})
        elif isinstance(block, Item) and block.buttons:
            self._row(block)
        elif isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Note):
            self._note(block)
        else:
            self._words(block)

    def _put(self, block: Json) -> None:
        self.blocks.append(block)
        self._weight += PIECE_WEIGHT
        self._prose = self._print = None

    # words

    def _words(self, block: Text | Item | Quote) -> None:
        last = self._prose[-1]["type"] if self._prose else ""
        length = sum([len(span.text) + PIECE_WEIGHT for span in block.spans])
        begins = isinstance(block, Text) and (_is_heading(block) or last != "rich_text_section")
        if self._prose is None or length > self._room or (begins and not self.tight):
            prose: list[Json] = []
            self._put({"type": "rich_text", "elements": prose})
            self._prose, self._room, last = prose, TEXT, ""
        self._room -= length
        elements = self._elements(block.spans)
        assert self._prose is not None
        if isinstance(block, Quote):
            self._prose.append({"type": "rich_text_quote", "elements": elements})
        elif isinstance(block, Item):
            if last != "rich_text_list":
                self._prose.append({"type": "rich_text_list", "style": "bullet", "elements": []})
            self._prose[-1]["elements"].append({"type": "rich_text_section", "elements": elements})
        elif last == "rich_text_section":
            self._prose[-1]["elements"] += [{"type": "text", "text": "\n"}, *elements]
        else:
            self._prose.append({"type": "rich_text_section", "elements": elements})

    def _heading(self, block: Heading) -> None:
        text = together(" ".join(spans_text(block.spans).split()))
        if len(text) <= HEADER and not any(span.person or span.style == "strike" for span in block.spans):
            self._weight += len(text)
            self._put({"type": "header", "text": plain(text)})
        else:
            self._prose = None
            self._words(Text(tuple(replace(span, style=span.style if span.style == "strike" else "bold") for span in block.spans)))

    def _note(self, block: Note) -> None:
        # small print mentions nobody: a name in it is only told
        text = _marked(block.spans, _nobody, CONTEXT)
        if text is None and any(span.style == "strike" for span in block.spans):
            self._words(Text(block.spans))
            return
        words = _mrkdwn(text) if text else plain(spans_text(block.spans))
        self._weight += len(words["text"])
        last = self._print
        if last and last["type"] == words["type"] and len(last["text"]) + len(words["text"]) < CONTEXT:
            last["text"] += f"\n{words['text']}"
        else:
            self._put({"type": "context", "elements": [words]})
            self._print = words

    def _elements(self, spans: Iterable[Span]) -> list[Json]:
        elements = []
        for span in spans:
            self._weight += len(span.text) + PIECE_WEIGHT
            style = {"style": {span.style: True}} if span.style else {}
            user = self.slack_user(span.person) if span.person else ""
            if user:
                elements.append({"type": "user", "user_id": user, **style})
            else:
                elements += [{**each, **style} for each in _linked(span.text)]
        return elements

    # rows and buttons

    def _row(self, row: Item) -> None:
        beside = self._beside(row.buttons, len(spans_text(row.spans)))
        text = _marked(row.spans, self.slack_user) if beside else None
        if beside and (text or (self.tight and not any(span.style == "strike" for span in row.spans))):
            words = _mrkdwn(text) if text else plain(spans_text(row.spans))
            self._weight += len(escaped(spans_text(row.spans)))
            self._put({"type": "section", "text": words, "accessory": self._accessory(beside, row)})
            return
        if not self._under_heading:
            self._prose = None
        self._words(Text(row.spans))
        shown, hidden = _on_a_line(row.buttons)
        elements = [self._button(each, spans_text(row.spans)) for each in shown]
        self._put({"type": "actions", "elements": [*elements, self._menu(hidden)] if hidden else elements})

    def _beside(self, buttons: tuple[Button, ...], letters: int) -> tuple[Button, ...]:
        """The buttons, if they can stand beside a row of so many letters: a single one with a short label, or all in a menu."""
        if len(buttons) == 1:
            return buttons if self.tight or (len(buttons[0].label) <= SHORT and letters <= ROW) else ()
        return buttons if self.tight and len(buttons) <= MENU and _fit_menu(buttons) else ()

    def _accessory(self, buttons: tuple[Button, ...], row: Item) -> Json:
        return self._button(buttons[0], spans_text(row.spans)) if len(buttons) == 1 else self._menu(buttons)

    def _button(self, button: Button, about: str = "") -> Json:
        self._weight += _button_weight(button)
        made = {
            "type": "button",
            "action_id": self._id(button.do),
            "text": plain(shortened(button.label, BUTTON) or "…"),
            **({"url": button.url} if button.url else {"value": _payload(button)}),
        }
        if button.style in ("primary", "danger"):
            made["style"] = button.style
        if about:  # many rows have a button "Klart": its spoken name says which row
            made["accessibility_label"] = shortened(f"{button.label}: {' '.join(about.split())}", BUTTON)
        return made

    def _menu(self, buttons: Iterable[Button]) -> Json:
        options = []
        for each in buttons:
            self._weight += _button_weight(each)
            options.append({"text": plain(shortened(each.label, OPTION) or "…"), "value": _payload(each)})
        return {"type": "overflow", "action_id": self._id("menu"), "options": options}

    def _id(self, do: str) -> str:
        self._number += 1
        return f"{do[:200]}#{self._number}"


def _on_a_line(buttons: Sequence[Button]) -> tuple[list[Button], list[Button]]:
    """Which buttons are shown on a telephone's line, and which are in the menu after them. The first is always shown."""
    widths = [len(each.label) + EDGES for each in buttons]
    if sum(widths) <= LINE:
        return list(buttons), []
    shown, hidden = list[Button](), list[Button]()
    for number, each in enumerate(buttons):
        on_line = not number or sum(widths[: number + 1]) + EDGES <= LINE
        (shown if on_line or len(hidden) == MENU or not _fit_menu([*hidden, each]) else hidden).append(each)
    return shown, hidden


def _fit_menu(buttons: Iterable[Button]) -> bool:
    """Slack wants the values of a menu short, and each another."""
    values = [_payload(each) for each in buttons]
    return all(len(each) <= OPTION_VALUE for each in values) and len(set(values)) == len(values)


def _more(value: str, label: str) -> Json:
    return {"type": "actions", "elements": [
        {"type": "button", "action_id": "more#0", "text": plain(label), "value": json.dumps(["more", "", value])}
    ]}  # fmt: skip


_quoted = json.encoder.encode_basestring  # at once, where an encoder is made anew for each button


def _payload(button: Button) -> str:
    """What comes back when it is tapped. Packed when it is long: a line to say can be 3,000 characters."""
    text = f"[{_quoted(button.do)},{_quoted(button.ref)},{_quoted(button.value)}]"
    if len(text) <= BUTTON_VALUE:
        return text
    packed = "z" + base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode()
    # what is longer still is no language: a tap on it is answered as on something that has gone
    return packed if len(packed) <= BUTTON_VALUE else '["gone","",""]'


def _button_weight(button: Button) -> int:
    light = len(button.do) + len(button.ref) + len(button.value) < OPTION_VALUE // 6 - 2  # however it is written
    return PIECE_WEIGHT + len(button.label) + (0 if light else max(len(_payload(button)) - OPTION_VALUE, 0))


# --- words -------------------------------------------------------------------------------------------------------------

_LINK = re.compile(r"https?://[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?(?:/[\w\-./%~+]*)?(?:\?[\w\-./%=&+]*)?(?<![.])", re.ASCII)
_UNSAFE = re.compile(r"[*_~`>\\]|:[\w'+-]+:")  # may be read as mark-up
_MARKS = {"bold": "*", "italic": "_", "strike": "~"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut at a word with "…" if it is longer."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,.;:–-") + "…"


def escaped(text: str) -> str:
    """Text for a place that Slack reads as mark-up (a message's `text`), so that it mentions nobody and links nowhere."""
    return text.translate(_ESCAPES)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _linked(text: str) -> Iterator[Json]:
    """The text as elements, its addresses as links that look as written."""
    at = 0
    for found in _LINK.finditer(text):
        if found.start() > at:
            yield {"type": "text", "text": text[at : found.start()]}
        yield {"type": "link", "url": found[0], "text": found[0]}
        at = found.end()
    if at < len(text):
        yield {"type": "text", "text": text[at:]}


def _marked(spans: Sequence[Span], slack_user: SlackUser, limit: int = SECTION) -> str | None:
    """The spans as Slack's mark-up; None if something in them could be read otherwise than it is meant."""
    parts: list[str] = []
    if _UNSAFE.search(spans_text(spans)):  # all together: what begins in one run may end in the next
        return None
    for number, span in enumerate(spans):
        user = slack_user(span.person) if span.person else ""
        words = f"<@{user}>" if user else escaped(span.text)
        if span.style:
            before = spans[number - 1].text[-1:] if number else ""
            after = spans[number + 1].text[:1] if number + 1 < len(spans) else ""
            stands_apart = before.strip(" \n(") == "" and after.strip(" \n.,;:!?)") == ""
            if not stands_apart or span.text != span.text.strip() or "\n" in span.text or not span.text:
                return None
            words = f"{_MARKS[span.style]}{words}{_MARKS[span.style]}"
        parts.append(words)
    text = "".join(parts)
    return text if 0 < len(text) <= limit else None


def _nobody(_person: str) -> str:
    return ""
