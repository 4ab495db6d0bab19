"""Cards as plain text: for mail, terminals, transcripts and the line a telephone shows."""

from __future__ import annotations

from bot.rules.calendar_event import Event
from templates.card import Button, Buttons, Card, Divider, Heading, Item, Note, Quote, Span, Text, Wordless, spans_text

STRIKE = "~"  # the only style that changes the meaning, so the only one shown in plain text


def plain_text(card: Card, show_buttons: bool = False) -> str:
    """The card as lines of text; with `show_buttons` their labels stand in brackets."""
    lines: list[str] = []
    for block in card.blocks:
        if isinstance(block, Divider):
            lines.append("")
        elif isinstance(block, Buttons):
            if show_buttons:
                lines.append(_labels(block.buttons))
        elif not isinstance(block, Event):
            if isinstance(block, Heading) and lines and lines[-1]:
                lines.append("")
            labels = "  " + _labels(block.buttons) if isinstance(block, Item) and block.buttons and show_buttons else ""
            lines.append(_row(block) + labels)
    return "\n".join(lines).strip("\n")


def notice(card: Card, limit: int = 150) -> str:
    """The card's beginning on one line, for a notification; cut at a word with "…"."""
    text = " ".join(" ".join(spans_text(b.spans).split()) for b in card.blocks if not isinstance(b, Wordless))
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,.;:–-") + "…"


def _row(block: Heading | Text | Item | Quote | Note) -> str:
    text = "".join(_span(span) for span in block.spans)
    if isinstance(block, Item):
        return "- " + text.replace("\n", "\n  ")
    if isinstance(block, Quote):
        return "> " + text.replace("\n", "\n> ")
    return text


def _span(span: Span) -> str:
    return f"{STRIKE}{span.text}{STRIKE}" if span.style == "strike" and span.text.strip() else span.text


def _labels(buttons: tuple[Button, ...]) -> str:
    return " ".join(f"[{button.label}]" for button in buttons)
