"""Whether Slack would take these blocks: slack_sdk's models, and the documented limits that those leave out.

https://docs.slack.dev/reference/block-kit/blocks/ and .../block-elements/, .../views/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fake_servers.slack.model import Json

IN_MESSAGE, IN_VIEW = 50, 100
ALL_TEXT = 13_200  # of one message's blocks together (msg_blocks_too_long); not documented, but what Slack does
VIEW_SIZE = 250_000
BLOCKS = {
    "message": {"actions", "context", "divider", "file", "header", "image", "input", "markdown", "rich_text", "section", "table", "video"},
    "modal": {"actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section", "video"},
    "home": {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"},
}  # fmt: skip
ELEMENTS = {
    "actions": {
        "button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "timepicker", "workflow_button",
        *(f"{many}{kind}_select" for many in ("", "multi_") for kind in ("static", "external", "users", "conversations", "channels")),
    },
    "input": {
        "checkboxes", "datepicker", "datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input",
        "radio_buttons", "rich_text_input", "timepicker", "url_text_input",
        *(f"{many}{kind}_select" for many in ("", "multi_") for kind in ("static", "external", "users", "conversations", "channels")),
    },
    "context": {"image", "mrkdwn", "plain_text"},
}  # fmt: skip
TEXTS = {  # (what it stands in, its key) -> how long it may be
    ("section", "text"): 3000, ("header", "text"): 150, ("input", "label"): 2000, ("input", "hint"): 2000,
    ("button", "text"): 75, ("option", "text"): 75, ("option", "description"): 75, ("context", "elements"): 2000,
    ("view", "title"): 24, ("view", "submit"): 24, ("view", "close"): 24, ("confirm", "title"): 100,
    ("confirm", "text"): 300, ("confirm", "confirm"): 30, ("confirm", "deny"): 30,
}  # fmt: skip
STRINGS = {
    "block_id": 255, "action_id": 255, "callback_id": 255, "private_metadata": 3000, "external_id": 255, "accessibility_label": 75, "url": 3000,
}  # fmt: skip
RICH = {  # what may stand in what
    "rich_text": {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}, "rich_text_list": {"rich_text_section"},
}  # fmt: skip
RUNS = {"text": "text", "link": "url", "user": "user_id", "emoji": "name"}  # in a rich_text_section, and what each must have
STYLES = {"bold", "italic", "strike", "code"}
COUNTS = {("actions", "elements"): 25, ("context", "elements"): 10, ("section", "fields"): 10}
OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}


def wrong_blocks(blocks: Any) -> list[str]:
    """What is wrong with a message's blocks, each in Slack's way; none if they are right."""
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    return [*_sdk(lambda: [each.to_dict() for each in Block.parse_all(blocks)]), *_blocks(blocks, "message", IN_MESSAGE, "/blocks")]


def too_long(blocks: list[Json]) -> bool:
    """Whether the texts of a message's blocks are too long together."""
    return sum(len(text) for text in _texts(blocks)) > ALL_TEXT


def wrong_view(view: Any) -> list[str]:
    """As `wrong_blocks`, for a modal or a Home."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["must be a valid view [json-pointer:/view/type]"]
    found = _sdk(lambda: View(**view).to_dict())
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return [*found, "must provide blocks [json-pointer:/view/blocks]"]
    found += _blocks(blocks, view["type"], IN_VIEW, "/view/blocks")
    if view["type"] == "modal" and not view.get("title"):
        found.append("must provide a title [json-pointer:/view/title]")
    if any(each.get("type") == "input" for each in blocks) and view["type"] == "modal" and not view.get("submit"):
        found.append("must provide submit when an input block is present [json-pointer:/view/submit]")
    found += [f"must be plain_text [json-pointer:/view/{key}]" for key in ("title", "submit", "close")
              if view.get(key) and (not isinstance(view[key], dict) or view[key].get("type") != "plain_text")]  # fmt: skip
    return found + _strings(view, "view", "/view")


def _sdk(parse: Any) -> list[str]:
    try:
        parse()
    except (SlackObjectFormationError, TypeError, KeyError, AttributeError) as error:
        return [f"invalid: {error}"]
    return []


def _blocks(blocks: list[Any], surface: str, most: int, path: str) -> list[str]:
    found = [f"no more than {most} items allowed [json-pointer:{path}]"] if len(blocks) > most else []
    ids = Counter(each["block_id"] for each in blocks if isinstance(each, dict) and each.get("block_id"))
    if sum(bool((each.get("element") or {}).get("focus_on_load")) for each in blocks if isinstance(each, dict)) > 1:
        found.append(f"only one element may have focus_on_load [json-pointer:{path}]")
    found += [f"block_id already exists: {id} [json-pointer:{path}]" for id, count in ids.items() if count > 1]
    for n, block in enumerate(blocks):
        here = f"{path}/{n}"
        if not isinstance(block, dict) or block.get("type") not in BLOCKS[surface]:
            found.append(f"unsupported type: {block.get('type') if isinstance(block, dict) else block!r} [json-pointer:{here}/type]")
            continue
        found += _block(block, here)
    return found


def _rich(part: Json, path: str) -> list[str]:
    """A rich_text block, or a part of one."""
    kind, inside = part.get("type"), part.get("elements")
    if not isinstance(inside, list) or not inside:
        return [f"must have at least 1 item [json-pointer:{path}/elements]"]
    if kind == "rich_text_list" and part.get("style") not in ("bullet", "ordered"):
        return [f"must be a valid enum value [json-pointer:{path}/style]"]
    found = []
    for n, each in enumerate(inside):
        here = f"{path}/elements/{n}"
        if kind in RICH:
            found += _rich(each, here) if each.get("type") in RICH[kind] else [f"unsupported type: {each.get('type')} [json-pointer:{here}/type]"]
        elif each.get("type") not in RUNS or not each.get(RUNS[each["type"]]):
            found.append(f"must be more than 0 characters [json-pointer:{here}]")
        elif set(each.get("style", {})) - STYLES:
            found.append(f"must be a valid enum value [json-pointer:{here}/style]")
    return found


def _block(block: Json, path: str) -> list[str]:
    kind = block["type"]
    if kind == "rich_text":
        return [*_strings(block, kind, path), *_rich(block, path)]
    found = _strings(block, kind, path)
    inside = [each for each in (block.get("accessory"), block.get("element"), *block.get("elements", [])) if isinstance(each, dict)]
    allowed = ELEMENTS.get(kind)
    if kind == "section":
        if not block.get("text") and not block.get("fields"):
            found.append(f"must provide text or fields [json-pointer:{path}]")
        found += [f"must be less than 2001 characters [json-pointer:{path}/fields]" for each in block.get("fields", []) if len(each["text"]) > 2000]
        allowed = ELEMENTS["actions"] | {"image"}
    if kind in ("actions", "context") and not inside:
        found.append(f"must have at least 1 item [json-pointer:{path}/elements]")
    if kind == "input" and (not block.get("label") or not inside):
        found.append(f"must provide label and element [json-pointer:{path}]")
    if kind == "header" and block["text"].get("type") != "plain_text":
        found.append(f"must be plain_text [json-pointer:{path}/text]")
    ids = Counter(each["action_id"] for each in inside if each.get("action_id"))
    found += [f"action_id already exists: {id} [json-pointer:{path}]" for id, count in ids.items() if count > 1]
    for each in inside:
        if allowed is not None and each.get("type") not in allowed:
            found.append(f"unsupported type: {each.get('type')} [json-pointer:{path}]")
        elif each.get("type") not in ("mrkdwn", "plain_text", "image") and not kind.startswith("rich_text"):
            found += _element(each, path)
    return found


def _element(element: Json, path: str) -> list[str]:
    kind = element["type"]
    found = _strings(element, kind, path)
    if kind == "button":
        if len(element.get("value", "")) > 2000:
            found.append(f"must be less than 2001 characters [json-pointer:{path}/value]")
        if element.get("style", "primary") not in ("primary", "danger"):
            found.append(f"must be a valid enum value [json-pointer:{path}/style]")
        if element["text"].get("type") != "plain_text":
            found.append(f"must be plain_text [json-pointer:{path}/text]")
    if "options" in element or kind.endswith("static_select") or kind in OPTIONS:
        options = element.get("options") or [each for group in element.get("option_groups", []) for each in group["options"]]
        groups = [group["options"] for group in element.get("option_groups", [])] or [options]
        if len(groups) > 100 or not all(1 <= len(group) <= OPTIONS.get(kind, 100) for group in groups):
            found.append(f"must have between 1 and {OPTIONS.get(kind, 100)} options [json-pointer:{path}/options]")
        values = [each.get("value") for each in options]
        if len(set(values)) < len(values):
            found.append(f"option values must be unique [json-pointer:{path}/options]")
        for each in options:
            found += _strings(each, "option", path)
            if not 1 <= len(str(each.get("value", ""))) <= 150:
                found.append(f"must be between 1 and 150 characters [json-pointer:{path}/options/value]")
        chosen = [element[key] for key in ("initial_option",) if element.get(key)] + list(element.get("initial_options") or [])
        found += [f"initial option not found in options [json-pointer:{path}]" for each in chosen if each not in options]
        if element.get("initial_options") == []:
            found.append(f"must have at least 1 item [json-pointer:{path}/initial_options]")
    for key, read in (("initial_date", date.fromisoformat), ("initial_time", time.fromisoformat)):
        try:
            read(element.get(key, "2026-01-01" if key == "initial_date" else "00:00"))
        except ValueError:
            found.append(f"must be a valid {key.removeprefix('initial_')} [json-pointer:{path}/{key}]")
    if kind == "plain_text_input":
        if len(element.get("initial_value", "")) > int(element.get("max_length", 3000)):
            found.append(f"initial_value is longer than max_length [json-pointer:{path}]")
        if not 1 <= int(element.get("max_length", 3000)) <= 3000:
            found.append(f"must be between 1 and 3000 [json-pointer:{path}/max_length]")
    if (hint := element.get("placeholder")) and not 1 <= len(hint["text"]) <= 150:
        found.append(f"must be between 1 and 150 characters [json-pointer:{path}/placeholder]")
    if confirm := element.get("confirm"):
        found += _strings(confirm, "confirm", path)
    return found


def _strings(thing: Json, kind: str, path: str) -> list[str]:
    """The lengths of a thing's own texts and ids, and the number of its parts."""
    found = []
    for (of, key), most in TEXTS.items():
        if of != kind or not thing.get(key):
            continue
        for text in thing[key] if isinstance(thing[key], list) else [thing[key]]:
            if "text" in text and not 1 <= len(text["text"]) <= most:
                found.append(f"must be between 1 and {most} characters [json-pointer:{path}/{key}/text]")
            if text.get("type") not in ("plain_text", "mrkdwn", "image"):
                found.append(f"must be a text object [json-pointer:{path}/{key}]")
    found += [f"must be less than {most + 1} characters [json-pointer:{path}/{key}]"
              for key, most in STRINGS.items() if len(str(thing.get(key) or "")) > most]  # fmt: skip
    found += [f"no more than {most} items allowed [json-pointer:{path}/{key}]"
              for (of, key), most in COUNTS.items() if of == kind and len(thing.get(key) or []) > most]  # fmt: skip
    return found


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, list):
        for each in thing:
            yield from _texts(each)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            if key == "text" and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _texts(value)
