"""Cards as Adaptive Cards 1.5. Pure: a card in, plain values for JSON out; and a tapped button or a filled form back.

Words are put in `RichTextBlock` wherever they can be, where nothing that people write is read as mark-up. Only a `TextBlock`
can mention somebody: a line becomes one if none of its characters could be read as mark-up; otherwise the name is told as
it is, and the people are mentioned on a line of their own at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.rules.calendar_event import Event
from templates.card import (
    Block,
    Button,
    Buttons,
    Card,
    Divider,
    FieldView,
    FormView,
    Heading,
    Item,
    Note,
    Quote,
    Span,
    Text,
    held_together,
    spans_text,
    together,
)

Json = dict[str, Any]
TeamsUser = Callable[[str], str]
"""A person's id -> their object id in Entra, to be mentioned by; "" if they have none here."""

VERSION = "1.5"
OURS = "nvg"  # the key that our own data lie under, beside a form's fields
MESSAGE_BYTES = 24_000  # Teams refuses a message at 28 KB; the rest is for what stands around the card
TEXT = 2_500  # characters in one block
BUTTON_ROW = 6  # actions that Teams shows in one set
ROW_LETTERS, AROUND = 39, 5  # of their labels beside each other on a telephone, and what is around each
CHOICES = 500
MANY, FEW = 8, 15  # choices that are looked for by typing rather than shown, where several may be taken; and where one is
HINT = 40  # letters of a line on a telephone, inside a field: a longer hint stands below it
STYLES = {"primary": "positive", "danger": "destructive"}
MORE = "Visa fler"
MENTION = "@nvg "
"""What begins a line to the bot where others are; in private all lines are to it."""

_SIGNS = r"[*_~`\[\]<>\\&{}]"
_BEGINS = r"^\s*(?:#|(?:[-+]|\d+[.)])\s)"  # a line
_SIGN, _BEGINNING = re.compile(_SIGNS), re.compile(_BEGINS, re.MULTILINE)
_UNSAFE = re.compile(f"{_SIGNS}|{_BEGINS}", re.MULTILINE)  # could be read as mark-up

_MARKS = re.compile(r"[*_~`\[\]\\{}]")  # in a name that is mentioned: the line that it stands in has mark-up


def message(
    card: Card, user: TeamsUser, page: int = 0, more: str = "", opens: frozenset[str] = frozenset(), more_label: str = MORE
) -> Json:
    """The Adaptive Card of one message: a page of the card. `opens` are the buttons (by `do`) that open a dialog.

    If another page follows, a button `more` with the value "<more>|<page>" ends it.
    """
    parts = pages(card)
    page = max(0, min(page, len(parts) - 1))
    layout = _Layout(user, opens)
    for block in parts[page].blocks:
        layout.add(block)
    if page + 1 < len(parts):
        following = Button(f"{more_label} ({page + 2}/{len(parts)})", "more", value=f"{more}|{page + 1}")
        layout.add(Buttons((following,)))
    return layout.card()


def pages(card: Card) -> tuple[Card, ...]:
    """The card in parts that each fit in one message. Broken between blocks only; at least one part."""
    parts: list[list[Block]] = [[]]
    room = MESSAGE_BYTES
    for block in (piece for each in card.blocks for piece in _pieces(each)):
        layout = _Layout(_long_id, frozenset())
        layout.add(block)
        size = _size(layout.card()) - _EMPTY
        if size > room and parts[-1]:
            heading = parts[-1].pop() if isinstance(parts[-1][-1], Heading) and len(parts[-1]) > 1 else None
            parts.append([heading] if heading else [])
            room = MESSAGE_BYTES
        parts[-1].append(block)
        room -= size
    return tuple(Card(tuple(part)) for part in parts)


def form(view: FormView, private: Mapping[str, Any], errors: Mapping[str, str] | None = None, receipt: Card | None = None) -> Json:
    """The card of a dialog. `private` comes back beside the fields; `errors`: field name -> what to write instead;
    `receipt`: what was just saved, where the form stays open for the next line."""
    layout = _Layout(_nobody, frozenset())
    for block in receipt.blocks if receipt else ():
        if not isinstance(block, Buttons):
            layout.add(replace(block, buttons=()) if isinstance(block, Item) else block)
    for words, block_of in ((view.intro, Text), (view.about, Quote)):
        if words:
            layout.add(block_of((Span(words),)))
    for each in view.fields:
        layout.body += _field(each, (errors or {}).get(each.name, ""))
    data = {OURS: {"do": view.do, "ref": view.ref, "version": view.version, "form": True, **private}}
    made = layout.card()
    made["actions"] = [_execute(view.submit, data, "positive")]
    return made


def filled(value: Mapping[str, Any], view_fields: Iterable[str] | None = None) -> dict[str, str]:
    """The fields of a form that was sent in, from the action's data: name -> value; several are joined with ",".

    `view_fields` are the form's fields: one that is missing in the data was left empty.
    """
    fields = dict.fromkeys(view_fields or (), "")
    fields |= {name: str(each).strip() for name, each in value.items() if name not in (OURS, "msteams", "action")}
    return fields


def button(value: Mapping[str, Any]) -> Button:
    """What was tapped, from the action's data. ValueError if it is none of ours."""
    ours = value.get(OURS)
    if not isinstance(ours, Mapping) or not isinstance(ours.get("do"), str):
        raise ValueError("not a button of ours")
    return Button("", ours["do"], str(ours.get("ref") or ""), value=str(ours.get("value") or ""))


def mentions(card: Json) -> list[str]:
    """The object ids of those whom an Adaptive Card mentions."""
    return [each["mentioned"]["id"] for each in card.get("msteams", {}).get("entities", ())]


# --- from a card to pieces that fit in a block -------------------------------------------------------------------------


def _pieces(block: Block) -> Iterator[Block]:
    """The block, or if it is very long, several of its sort."""
    if isinstance(block, Event):
        return
    if isinstance(block, Divider):
        yield block
        return
    block = replace(block, spans=held_together(block.spans)) if not isinstance(block, Buttons) else block
    first, *others = _batches(block.buttons) if isinstance(block, Item | Buttons) else [()]
    if isinstance(block, Buttons):
        yield from map(Buttons, filter(None, (first, *others)))
        return
    *portions, last = list(_portions(block.spans)) or [()]
    for spans in portions:
        yield Item(spans) if isinstance(block, Item) else replace(block, spans=spans)
    if isinstance(block, Item):
        yield Item(last, first)
    elif spans_text(last).strip():
        yield replace(block, spans=last)
    yield from map(Buttons, others)


def _batches(buttons: tuple[Button, ...]) -> list[tuple[Button, ...]]:
    return [buttons[at : at + BUTTON_ROW] for at in range(0, len(buttons), BUTTON_ROW)] or [()]


def _portions(spans: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """The spans in portions of bearable length, broken at a blank where there is one."""
    portion: list[Span] = []
    room = TEXT
    for span in spans:
        text = span.text
        while len(text) > room:
            cut = text.rfind(" ", 0, room) + 1 or (room if not portion else 0)
            if cut:
                portion.append(replace(span, text=text[:cut], person=""))
            yield tuple(portion)
            portion, room, text = [], TEXT, text[cut:]
        if text:
            portion.append(replace(span, text=text))
            room -= len(text)
    if portion:
        yield tuple(portion)


# --- laying out --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Layout:
    """The body of an Adaptive Card as it grows."""

    user: TeamsUser
    opens: frozenset[str]
    body: list[Json] = field(default_factory=list)
    entities: dict[str, Json] = field(default_factory=dict)  # person's object id -> the mention
    untold: dict[str, str] = field(default_factory=dict)  # object id -> name: to be mentioned at the end
    _separate: bool = False
    _ids: int = 0

    def card(self) -> Json:
        body = [*self.body]
        late = {user: name for user, name in self.untold.items() if user not in self.entities}
        if late:
            text = " ".join(self._mention(user, name) for user, name in late.items())
            body.append({"type": "TextBlock", "text": text, "wrap": True, "size": "Small", "isSubtle": True, "spacing": "Small"})
        made: Json = {
            "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": VERSION, "body": body,
            "msteams": {"width": "Full"},
        }  # fmt: skip
        if self.entities:
            made["msteams"]["entities"] = list(self.entities.values())
        return made

    def add(self, block: Block) -> None:
        if isinstance(block, Divider):
            self._separate = bool(self.body)
            return
        made = self._made(block)
        if self._separate and made:
            made[0] = {**made[0], "separator": True, "spacing": "Medium"}
            self._separate = False
        self.body += made

    def _made(self, block: Block) -> list[Json]:
        if isinstance(block, Event):  # its card says the same in words
            return []
        if isinstance(block, Buttons):
            return list(self._buttons(block.buttons))
        if isinstance(block, Heading):
            text = together(" ".join(spans_text(block.spans).split()))
            if not _UNSAFE.search(text) and all(span.style in ("", "bold", "said") for span in block.spans):
                return [{"type": "TextBlock", "text": text, "wrap": True, "size": "Medium", "weight": "Bolder", "style": "heading"}]
            return [self._rich(block.spans, size="Medium", weight="Bolder")]
        if isinstance(block, Note):
            return [{**self._rich(block.spans, size="Small", isSubtle=True), "spacing": "Small"}]
        if isinstance(block, Quote):
            return [{"type": "Container", "style": "emphasis", "items": [self._rich(block.spans)]}]
        if isinstance(block, Item):
            return [self._item(block)]
        if isinstance(block, Text):
            return [self._words(block.spans)]
        return []

    def _item(self, item: Item) -> Json:
        if not item.buttons:
            return {**self._words((Span("• "), *item.spans)), "spacing": "Small"}
        words = [self._words(item.spans)] if item.spans else []
        sets = [{**each, "spacing": "Small"} for each in self._buttons(item.buttons, spans_text(item.spans) or " ")]
        return {"type": "Container", "items": [*words, *sets], "spacing": "Medium"}

    def _words(self, spans: Sequence[Span]) -> Json:
        """A line of words: one that mentions people as a TextBlock, if that is safe."""
        people = {span.person: user for span in spans if span.person and (user := self.user(span.person))}
        if not people:
            return self._rich(spans)
        if _safe(spans):
            words = (self._mention(people[span.person], span.text) if span.person in people else _mark(span) for span in spans)
            return {"type": "TextBlock", "text": "".join(words), "wrap": True}
        self.untold |= {people[span.person]: span.text for span in spans if span.person in people}
        return self._rich(spans)

    def _mention(self, user: str, name: str) -> str:
        name = " ".join(_MARKS.sub(" ", name).split()) or "–"
        text = f"<at>{_escaped(name)}</at>"
        self.entities[user] = {"type": "mention", "text": text, "mentioned": {"id": user, "name": name}}
        return text

    def _rich(self, spans: Iterable[Span], **look: Any) -> Json:
        return {"type": "RichTextBlock", "inlines": [_run(span, look) for span in spans if span.text] or [_run(Span(" "), look)]}

    def _buttons(self, buttons: Sequence[Button], about: str = "") -> Iterator[Json]:
        """Sets of actions, each as wide as a telephone; what does not fit beside a row goes behind "…"."""
        rows = list(_rows(buttons))
        if about and len(rows) > 1:
            first = next(_rows(buttons, len("…") + AROUND))
            hidden = [{**self._action(each, about), "mode": "secondary"} for each in buttons[len(first) :]]
            yield {"type": "ActionSet", "actions": [*(self._action(each, about) for each in first), *hidden]}
            return
        for row in rows:
            yield {"type": "ActionSet", "actions": [self._action(each, about) for each in row]}

    def _action(self, button: Button, about: str = "") -> Json:
        data: Json = {OURS: {"do": button.do, **({"ref": button.ref} if button.ref else {}), **({"value": button.value} if button.value else {})}}
        look: Json = {"tooltip": _shortened(f"{button.label}: {' '.join(about.split())}", 100)} if about else {}
        style = STYLES.get(button.style, "")
        if button.url:
            return {"type": "Action.OpenUrl", "title": button.label or "…", "url": button.url, **({"style": style} if style else {}), **look}
        if button.do in self.opens:
            data["msteams"] = {"type": "task/fetch"}
            return {"type": "Action.Submit", "title": button.label or "…", "data": data, **({"style": style} if style else {}), **look}
        return {**_execute(button.label or "…", data, style), **look}


def _rows(buttons: Sequence[Button], taken: int = 0) -> Iterator[list[Button]]:
    """The buttons as they stand beside each other, where `taken` letters are taken by something else."""
    row: list[Button] = []
    letters = 0
    for each in buttons:
        width = len(each.label) + AROUND
        if row and (letters + width > ROW_LETTERS - taken or len(row) == BUTTON_ROW):
            yield row
            row, letters = [], 0
        row.append(each)
        letters += width
    if row:
        yield row


def _execute(title: str, data: Json, style: str = "") -> Json:
    """An action that is answered in place; where it is not understood, an ordinary one with the same data."""
    look = {"style": style} if style else {}
    fallback = {"type": "Action.Submit", "title": title, "data": data, **look}
    return {"type": "Action.Execute", "title": title, "verb": OURS, "data": data, **look, "fallback": fallback}


def _run(span: Span, look: Mapping[str, Any]) -> Json:
    run: Json = {"type": "TextRun", "text": span.text, **look}
    if span.style in ("bold", "said") or span.person:
        run["weight"] = "Bolder"
    elif span.style:
        run["italic" if span.style == "italic" else "strikethrough"] = True
    return run


def _safe(spans: Sequence[Span]) -> bool:
    """Whether the spans can be written in a TextBlock's mark-up, and read as nothing else than what they mean."""
    for number, span in enumerate(spans):
        if span.person:
            continue
        if _SIGN.search(span.text) or span.style == "strike":
            return False
        if span.style:
            before = spans[number - 1].text[-1:] if number else ""
            after = spans[number + 1].text[:1] if number + 1 < len(spans) else ""
            stands_apart = not before.strip() and not after.strip(" \n.,;:!?")
            if not stands_apart or span.text != span.text.strip() or "\n" in span.text or not span.text:
                return False
    # what begins a line is no mark-up in bold ("**#12**")
    return not _BEGINNING.search("".join(span.text if span.person else _mark(span) for span in spans))


def _mark(span: Span) -> str:
    mark = {"bold": "**", "said": "**", "italic": "_"}.get(span.style, "")
    return f"{mark}{span.text}{mark}".replace("\n", "\n\n")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


# --- forms -------------------------------------------------------------------------------------------------------------


def _field(view: FieldView, error: str) -> list[Json]:
    """One input, with its hint and its error beside it."""
    made: Json = {"id": view.name, "label": view.label, **_input(view)}
    if view.required:
        made["isRequired"] = True
        made["errorMessage"] = error or view.hint or view.label
    parts: list[Json] = [made]
    if view.hint and not _inside(view):
        parts.append({"type": "RichTextBlock", "inlines": [_run(Span(view.hint), {"size": "Small", "isSubtle": True})], "spacing": "Small"})
    if error:
        parts.append({"type": "RichTextBlock", "inlines": [_run(Span(error), {"color": "Attention"})], "spacing": "Small"})
    return parts


def _input(view: FieldView) -> Json:
    kind, value = view.kind, view.value
    if kind in ("text", "long"):
        made: Json = {"type": "Input.Text", "value": value}
        if _inside(view):
            made["placeholder"] = view.hint
        return {**made, "isMultiline": True} if kind == "long" else made
    if kind == "date":
        return {"type": "Input.Date", "value": value[:10]}
    if kind == "time":
        return {"type": "Input.Time", "value": value}
    if kind == "check":
        return {"type": "Input.Toggle", "title": view.label, "value": "ja" if value else "", "valueOn": "ja", "valueOff": "", "label": ""}
    choices = [{"title": label or value_, "value": value_} for value_, label in view.options[:CHOICES] if value_]
    made = {"type": "Input.ChoiceSet", "choices": choices, "value": value}
    if kind in ("choices", "people"):
        made["isMultiSelect"] = True
    if kind == "people" and not choices:  # whoever is in the conversation
        made |= {"choices": [], "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users?scope=currentContext"}}
    one = kind == "choice"
    return {**made, "style": "filtered" if len(choices) > (FEW if one else MANY) else "compact" if one else "expanded"}


def _inside(view: FieldView) -> bool:
    """Whether the hint stands in the field while that is empty."""
    return bool(view.hint) and (view.kind == "long" or (view.kind == "text" and len(view.hint) <= HINT))


def _nobody(_person: str) -> str:
    return ""


def _long_id(person: str) -> str:
    """For weighing: as long as an object id is."""
    return f"{person:x>36}"


def _size(card: Json) -> int:
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())


_EMPTY = _size(_Layout(_nobody, frozenset()).card())
