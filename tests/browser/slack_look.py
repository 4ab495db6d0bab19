"""Block Kit as HTML that looks as in Slack, to look at what people will see. Strict: an element it does not know is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from typing import Any

Json = Mapping[str, Any]

STYLE = """
:root { --ink: #1d1c1d; --dim: #616061; --line: #dddddd; --edge: #bbbbbb; --paper: #fff; --link: #1264a3; --said: #f2f7fb; --go: #007a5a; --stop: #e01e5a; --hover: #f8f8f8 }
.dark { --ink: #d1d2d3; --dim: #ababad; --line: #35373b; --edge: #565856; --paper: #1a1d21; --link: #1d9bd1; --said: #1d2f3a; --go: #007a5a; --stop: #e8627d; --hover: #222529 }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.467 Lato, "Noto Sans", "DejaVu Sans", sans-serif }
.message { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 0 8px; padding: 8px 16px; max-width: 700px }
.message > .face { width: 36px; height: 36px; border-radius: 8px; background: #2e7d6b; color: #fff; text-align: center; line-height: 36px; font-weight: 700 }
.who { font-weight: 900; margin: 0 } .who small { font-weight: 400; color: var(--dim); font-size: 12px }
.block { margin: 8px 0; overflow-wrap: anywhere } .who + .block { margin-top: 4px }
.header { font-size: 18px; font-weight: 900; line-height: 1.33 }
.context { font-size: 12px; color: var(--dim); white-space: pre-wrap }
.section { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 16px; align-items: start }
.text { white-space: pre-wrap }
hr { border: 0; border-top: 1px solid var(--line); margin: 16px 0 }
.rich > div { white-space: pre-wrap } .rich ul { margin: 0; padding-left: 24px } .rich li { margin-bottom: 4px }
blockquote { margin: 4px 0; padding: 0 0 0 16px; border-left: 4px solid var(--line); white-space: pre-wrap }
.user { color: var(--link); background: var(--said); border-radius: 3px; padding: 0 2px 1px } a { color: var(--link); text-decoration: none }
.actions { display: flex; flex-wrap: wrap; gap: 8px }
button { font: 700 13px/1 Lato, "Noto Sans", "DejaVu Sans", sans-serif; height: 36px; min-width: 44px; padding: 0 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 100% }
button.primary { background: var(--go); border-color: var(--go); color: #fff } button.danger { color: var(--stop); border-color: var(--stop) }
.view { max-width: 520px; border: 1px solid var(--line); border-radius: 8px; margin: 16px auto } .view header { display: flex; justify-content: space-between; align-items: center; gap: 8px; padding: 12px 16px; border-bottom: 1px solid var(--line); font-weight: 900; font-size: 18px }
.view .body { padding: 8px 16px } .view .block { margin: 16px 0 }
.view footer { padding: 12px 16px; display: flex; gap: 12px; justify-content: flex-end }
.home { max-width: 700px; padding: 16px }
label, legend { font-weight: 700; display: block; margin-bottom: 8px; padding: 0 } .optional { color: var(--dim); font-weight: 400 }
fieldset { border: 0; margin: 0; padding: 0 } .choice { font-weight: 400; margin-bottom: 4px }
.field { border: 1px solid var(--edge); border-radius: 8px; padding: 8px 12px; min-height: 40px; white-space: pre-wrap } .field.long { min-height: 88px } .field.pick::after { content: "▾"; float: right; color: var(--dim) }
.token { background: var(--said); border-radius: 4px; padding: 1px 6px; margin-right: 4px; display: inline-block; font-weight: 700 } .none { color: var(--dim) }
.hint { color: var(--dim); font-size: 13px; margin-top: 4px }
"""


class Unknown(Exception):
    """Something that Slack does not know, or that we do not draw."""


def document(parts: Iterable[str], dark: bool = False) -> str:
    """A whole page of messages and views."""
    theme = "dark" if dark else "light"
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>Slack</title><style>{STYLE}</style><body class="{theme}">{"".join(parts)}</body></html>'
    )


def message_html(blocks: Sequence[Json], names: Mapping[str, str], to: str = "") -> str:
    """A message by the bot. `names`: Slack user id -> name. `to`: said small beside the bot's name."""
    shown = "".join(_block(each, names) for each in blocks)
    who = f'<p class="who">NVG <small>APP 09:00 {escape(to)}</small></p>'
    return f'<article class="message"><div class="face">nvg</div><div>{who}{shown}</div></article>'


def view_html(view: Json, names: Mapping[str, str]) -> str:
    """A modal or a Home."""
    shown = "".join(_block(each, names) for each in view["blocks"])
    if view["type"] == "home":
        return f'<main class="home">{shown}</main>'
    if view["type"] != "modal":
        raise Unknown(view["type"])
    title, submit, close = (escape(view[each]["text"]) for each in ("title", "submit", "close"))
    return (
        f'<section class="view"><header>{title}</header><div class="body">{shown}</div>'
        f'<footer><button>{close}</button><button class="primary">{submit}</button></footer></section>'
    )


def _block(block: Json, names: Mapping[str, str]) -> str:
    kind = block["type"]
    if kind == "divider":
        return "<hr>"
    if kind == "header":
        return f'<div class="block header">{_text(block["text"], names)}</div>'
    if kind == "section":
        beside = f"<div>{_action(block['accessory'])}</div>" if "accessory" in block else ""
        return f'<div class="block section"><div class="text">{_text(block["text"], names)}</div>{beside}</div>'
    if kind == "context":
        return f'<div class="block context">{" ".join(_text(each, names) for each in block["elements"])}</div>'
    if kind == "actions":
        return f'<div class="block actions">{"".join(_action(each) for each in block["elements"])}</div>'
    if kind == "rich_text":
        return f'<div class="block rich">{"".join(_rich(each, names) for each in block["elements"])}</div>'
    if kind == "input":
        optional = ' <span class="optional">(valfritt)</span>' if block["optional"] else ""
        hint = f'<div class="hint">{_text(block["hint"], names)}</div>' if "hint" in block else ""
        label = f"<label>{_text(block['label'], names)}{optional}</label>"
        return f'<div class="block">{label}{_input(block["element"], names)}{hint}</div>'
    raise Unknown(kind)


def _text(text: Json, names: Mapping[str, str]) -> str:
    if text["type"] == "plain_text":
        return escape(text["text"])
    if text["type"] != "mrkdwn":
        raise Unknown(text["type"])
    html = ""
    for part in re.split(r"(<@\w+>)", text["text"]):
        if found := re.fullmatch(r"<@(\w+)>", part):
            html += _user(found[1], names)
        else:
            html += escape(unescape(part), quote=False)
    for mark, tag in (("*", "strong"), ("_", "em"), ("~", "s")):
        html = re.sub(rf"(?<!\w)\{mark}(?=\S)([^\n{mark}]+?)(?<=\S)\{mark}(?!\w)", rf"<{tag}>\1</{tag}>", html)
    return html


def _user(id: str, names: Mapping[str, str]) -> str:
    return f'<span class="user">@{escape(names.get(id, id))}</span>'


def _rich(element: Json, names: Mapping[str, str]) -> str:
    kind = element["type"]
    if kind == "rich_text_list":
        rows = "".join(f"<li>{_rich(each, names)}</li>" for each in element["elements"])
        return f"<ul>{rows}</ul>"
    words = "".join(_rich_run(each, names) for each in element["elements"])
    if kind == "rich_text_section":
        return f"<div>{words}</div>"
    if kind == "rich_text_quote":
        return f"<blockquote>{words}</blockquote>"
    raise Unknown(kind)


def _rich_run(run: Json, names: Mapping[str, str]) -> str:
    if run["type"] == "text":
        html = escape(run["text"])
    elif run["type"] == "user":
        html = _user(run["user_id"], names)
    elif run["type"] == "link":
        html = f'<a href="{escape(run["url"])}">{escape(run["text"])}</a>'
    else:
        raise Unknown(run["type"])
    for style, on in run.get("style", {}).items():
        tag = {"bold": "strong", "italic": "em", "strike": "s"}[style]
        html = f"<{tag}>{html}</{tag}>" if on else html
    return html


def _action(element: Json) -> str:
    if element["type"] == "button":
        style = element.get("style", "")
        if style not in ("", "primary", "danger"):
            raise Unknown(style)
        return f'<button class="{style}">{escape(element["text"]["text"])}</button>'
    if element["type"] == "overflow":
        labels = ", ".join(each["text"]["text"] for each in element["options"])
        return f'<button title="{escape(labels)}">⋯</button>'
    raise Unknown(element["type"])


def _input(element: Json, names: Mapping[str, str]) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        return f'<div class="field{" long" * element.get("multiline", False)}">{escape(element.get("initial_value", ""))}</div>'
    if kind in ("datepicker", "timepicker"):
        return f'<div class="field pick">{element.get("initial_date") or element.get("initial_time") or _none("Välj")}</div>'
    if kind == "multi_users_select":
        users = "".join(f'<span class="token">{escape(names.get(each, each))}</span>' for each in element.get("initial_users", ()))
        return f'<div class="field pick">{users or _none("Välj alternativ")}</div>'
    chosen = [each["value"] for each in (*element.get("initial_options", ()), element.get("initial_option")) if each]
    options = [*element.get("options", ()), *(each for group in element.get("option_groups", ()) for each in group["options"])]
    if kind in ("checkboxes", "radio_buttons"):
        marks = ("☑", "☐") if kind == "checkboxes" else ("◉", "○")
        return "".join(f'<div class="choice">{marks[each["value"] not in chosen]} {escape(each["text"]["text"])}</div>' for each in options)
    if kind in ("static_select", "multi_static_select"):
        labels = [escape(each["text"]["text"]) for each in options if each["value"] in chosen]
        shown = "".join(f'<span class="token">{each}</span>' for each in labels) if kind[0] == "m" else "".join(labels)
        return f'<div class="field pick">{shown or _none("Välj alternativ")}</div>'
    raise Unknown(kind)


def _none(text: str) -> str:
    return f'<span class="none">{text}</span>'
