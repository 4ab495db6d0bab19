"""Cards and forms as accessible HTML fragments: real headings, lists, quotes, buttons and labelled inputs.

A button carries `data-do`, `data-ref` and `data-value`; a form `data-do`, `data-ref` and `data-version`. Inputs that may
hold several values (checkboxes) share a name; the page joins those checked with ",".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape

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
    spans_text,
    together,
)

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40em;margin:1em auto;padding:0 1em;color:#1a1a1a;background:#fff}"
    "button{display:inline-block;padding:8px 14px;margin:4px 8px 4px 0;background:#0b5563;color:#fff;border:0;border-radius:6px;font-size:inherit}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
"""The Content-Security-Policy of `page`."""
TAGS = {"bold": "strong", "said": "strong", "italic": "em", "strike": "s"}
INPUTS = {"text": "text", "date": "date", "time": "time"}


def page(language: str, title: str, body: str) -> str:
    """A whole page for a browser: `body` is HTML. Nothing in it runs, and nothing is fetched."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n'
    )


def card_html(card: Card, heading_level: int = 3) -> str:
    """The card's blocks in order; rows that follow each other form one list."""
    parts: list[str] = []
    in_list = False
    for block in card.blocks:
        if isinstance(block, Item) != in_list:
            parts.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        parts.append(_block(block, heading_level))
    if in_list:
        parts.append("</ul>")
    return "".join(parts)


def form_html(form: FormView, errors: Mapping[str, str] | None = None, prefix: str = "field") -> str:
    """The form with a heading, its fields with hints and errors beside them, and its two buttons.

    `prefix` (a plain word) begins every id, so that two forms can share a page.
    """
    errors = errors or {}
    version = "" if form.version is None else str(form.version)
    return "".join(
        [
            f'<form novalidate aria-labelledby="{escape(prefix)}-title" data-do="{escape(form.do)}"',
            f' data-ref="{escape(form.ref)}" data-version="{version}">',
            f'<h2 id="{escape(prefix)}-title">{escape(form.title)}</h2>',
            f'<p class="intro">{_lines(form.intro)}</p>' if form.intro else "",
            f"<blockquote>{_lines(form.about)}</blockquote>" if form.about else "",
            *(_field(field, f"{prefix}-{number}", errors.get(field.name, "")) for number, field in enumerate(form.fields)),
            '<div class="buttons">',
            f'<button type="submit" class="primary">{escape(form.submit)}</button>',
            f'<button type="button" data-cancel>{escape(form.cancel)}</button>',
            "</div></form>",
        ]
    )


def _block(block: Block, level: int) -> str:
    if isinstance(block, Divider):
        return "<hr>"
    if isinstance(block, Buttons):
        return _buttons(block.buttons)
    if isinstance(block, Event):
        return ""
    words = "".join(_span(span) for span in block.spans)
    if isinstance(block, Heading):
        return f"<h{level}>{words}</h{level}>"
    if isinstance(block, Item):
        # many rows have a button "Klart": its spoken name says which row
        return f"<li><span>{words}</span>{_buttons(block.buttons, about=spans_text(block.spans))}</li>"
    if isinstance(block, Quote):
        return f"<blockquote>{words}</blockquote>"
    if isinstance(block, Note):
        return f'<p class="note"><small>{words}</small></p>'
    return f"<p>{words}</p>"


def _span(span: Span) -> str:
    words = _lines(together(span.text))
    if span.person:
        words = f'<span class="person" data-person="{escape(span.person)}">{words}</span>'
    tag = TAGS.get(span.style)
    return f"<{tag}>{words}</{tag}>" if tag else words


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _buttons(buttons: Iterable[Button], about: str = "") -> str:
    shown = "".join(_button(button, about) for button in buttons)
    return f'<div class="buttons">{shown}</div>' if shown else ""


def _button(button: Button, about: str) -> str:
    if button.url:
        return f'<a class="button {escape(button.style)}" href="{escape(button.url)}" target="_blank" rel="noopener noreferrer">{escape(button.label)}</a>'
    style = f' class="{escape(button.style)}"' if button.style else ""
    value = f' data-value="{escape(button.value)}"' if button.value else ""
    spoken = f' aria-label="{escape(f"{button.label}: {about}")}"' if about else ""
    return (
        f'<button type="button"{style} data-do="{escape(button.do)}" data-ref="{escape(button.ref)}"{value}{spoken}>'
        f"{escape(button.label)}</button>"
    )


def _field(field: FieldView, id: str, error: str) -> str:
    help_ids = [f"{id}-hint"] * bool(field.hint) + [f"{id}-error"] * bool(error)
    notes = (f'<p class="hint" id="{id}-hint">{_lines(field.hint)}</p>' if field.hint else "") + (
        f'<p class="error" id="{id}-error" role="alert">{_lines(error)}</p>' if error else ""
    )
    said = f' aria-describedby="{" ".join(help_ids)}"' if help_ids else ""
    said += ' aria-invalid="true"' if error else ""
    name = escape(field.name)
    if field.kind in ("choices", "people"):
        chosen = set(field.value.split(","))
        boxes = "".join(
            f'<label><input type="checkbox" name="{name}" value="{escape(value)}"{" checked" * (value in chosen)}> '
            f"{escape(label)}</label>"
            for value, label in field.options
        )
        return f'<fieldset class="field"{said}><legend>{escape(field.label)}</legend>{notes}{boxes}</fieldset>'
    said += " required" if field.required else ""
    if field.kind == "check":
        checked = " checked" if field.value else ""
        box = f'<input type="checkbox" id="{id}" name="{name}" value="yes"{checked}{said}>'
        return f'<div class="field check">{box} <label for="{id}">{escape(field.label)}</label>{notes}</div>'
    return f'<div class="field"><label for="{id}">{escape(field.label)}</label>{notes}{_input(field, id, name, said)}</div>'


def _input(field: FieldView, id: str, name: str, said: str) -> str:
    if field.kind == "long":
        return f'<textarea id="{id}" name="{name}" rows="3"{said}>{escape(field.value)}</textarea>'
    if field.kind == "choice":
        may_be_empty = field.value not in dict(field.options) and "" not in dict(field.options)
        empty = (("", "–"),) if may_be_empty else ()
        options = "".join(
            f'<option value="{escape(value)}"{" selected" * (value == field.value)}>{escape(label)}</option>'
            for value, label in (*empty, *field.options)
        )
        return f'<select id="{id}" name="{name}"{said}>{options}</select>'
    kind = INPUTS.get(field.kind, "text")
    return f'<input type="{kind}" id="{id}" name="{name}" value="{escape(field.value)}"{said}>'
