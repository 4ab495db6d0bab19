"""Forms as Slack's modals, and what was filled in in them. Pure, as `blocks`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.slack.blocks import OPTION, VIEW_BLOCKS, Json, SlackUser, laid, pages, plain, shortened
from templates.card import Card, Divider, FieldView, FormView, Quote, Span, Text

TITLE, LABEL, HINT, INPUT, METADATA = 24, 2000, 2000, 3000, 3000
OPTIONS = 100  # in a list, or in a group of one
LISTED = 500  # people not on Slack; more make a view larger than Slack takes, and are not looked for in a list
BOXES, RADIOS = 10, 5  # choices that are all shown; of more there is a list
NOTHING = "-"  # stands for the choice "", which Slack refuses
OTHERS = "+"  # ends the block's name of the people who are not on Slack

_DATE, _TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d")


def modal(form: FormView, slack_user: SlackUser, private: Mapping[str, str], receipt: Card | None = None) -> Json:
    """The view of a form. `private` comes back with it; `receipt` (what was just saved, when the form stays) is shown on top.

    ValueError if `private` is more than Slack keeps.
    """
    metadata = json.dumps({"do": form.do, "ref": form.ref, "version": form.version, **private}, ensure_ascii=False)
    if len(metadata) > METADATA:
        raise ValueError("a modal cannot keep so much")
    inputs = [each for field in form.fields for each in _inputs(field, slack_user)]
    for each in inputs:
        if each["element"]["type"] == "plain_text_input":
            each["element"]["focus_on_load"] = True
            break
    room = VIEW_BLOCKS - len(inputs)
    shown = pages(receipt, max(room // 2, 2))[0] if receipt else Card()  # what was just saved is short; the form comes first
    top = laid(_top(form, shown), slack_user, room)[:room]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(shortened(form.title, TITLE) or "…"),
        "submit": plain(shortened(form.submit, TITLE) or "…"),
        "close": plain(shortened(form.cancel, TITLE) or "…"),
        "private_metadata": metadata,
        "blocks": [*top, *inputs] or [{"type": "divider"}],  # Slack takes no empty view
    }


def filled(view: Mapping[str, Any], person_of: Callable[[str], str]) -> dict[str, str]:
    """What was filled in, from the view of a `view_submission`: field name -> value, as `bot.forms` has them.

    `person_of`: a Slack user id -> the person's id. Whoever it does not know is kept by the Slack id, so that the form says so.
    """
    fields: dict[str, str] = {}
    for block, states in view["state"]["values"].items():
        for state in states.values():
            name = block.removesuffix(OTHERS)
            values = [fields[name]] if fields.get(name) else []
            fields[name] = ",".join([*values, *_values(state, person_of)])
    return fields


def _values(state: Mapping[str, Any], person_of: Callable[[str], str]) -> Iterator[str]:
    for user in state.get("selected_users") or ():
        yield person_of(user) or user
    chosen = [*(state.get("selected_options") or ()), state.get("selected_option")]
    for option in filter(None, chosen):
        yield "" if option["value"] == NOTHING else option["value"]
    for key in ("selected_date", "selected_time", "value"):
        if state.get(key):
            yield state[key]


def _top(form: FormView, receipt: Card) -> Card:
    blocks = [*receipt.blocks, Divider()] if receipt.blocks else []
    if form.intro:
        blocks.append(Text((Span(form.intro),)))
    if form.about:
        blocks.append(Quote((Span(form.about),)))
    return Card(tuple(blocks))


def _inputs(field: FieldView, slack_user: SlackUser) -> Iterator[Json]:
    """The field as one input, or as two: people who are on Slack, and those who are not, who are written where they are many."""
    if field.kind != "people":
        yield _input(field, field.name, _element(field))
        return
    users = {id: slack_user(id) for id, _ in field.options}
    if not all(users.values()) and len(users) <= OPTIONS and not field.anybody:
        yield _input(field, field.name, _select("multi_static_select", field, field.options))
        return
    chosen = [users.get(id) or slack_user(id) for id in _chosen(field)]
    picker: Json = {"type": "multi_users_select"}
    if known := [user for user in chosen if user]:
        picker["initial_users"] = known
    elsewhere = [option for option in field.options if not users[option[0]]]
    # of two inputs neither can be required by itself
    yield _input(field, field.name, picker, required=field.required and not elsewhere)
    if elsewhere:
        many = len(elsewhere) > LISTED
        others = replace(field, label=field.elsewhere or field.label, hint=field.names if many else "")
        written = replace(others, kind="text", value=", ".join(name for id, name in elsewhere if id in _chosen(field)))
        element = _element(written) if many else _select("multi_static_select", field, elsewhere)
        yield _input(others, field.name + OTHERS, element, required=False)


def _input(field: FieldView, block_id: str, element: Json, required: bool | None = None) -> Json:
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(shortened(field.label, LABEL) or "…"),
        "element": {**element, "action_id": block_id},
        "optional": not (field.required if required is None else required),
    }
    if hint := shortened(field.hint, HINT):
        block["hint"] = plain(hint)
    return block


def _element(field: FieldView) -> Json:
    if field.kind in ("choice", "choices") and not field.options:
        return {"type": "plain_text_input"}
    if field.kind == "check":
        yes = (field.options or (("ja", field.label),))[0]
        return _select("checkboxes", field, [("ja", yes[1])], ["ja"] if field.value else [])
    if field.kind == "choices":
        return _select("checkboxes" if len(field.options) <= BOXES else "multi_static_select", field, field.options)
    if field.kind == "choice":
        few = field.required and len(field.options) <= RADIOS
        return _select("radio_buttons" if few else "static_select", field, field.options, [field.value])
    if field.kind == "date":
        return {"type": "datepicker", **({"initial_date": field.value} if _DATE.fullmatch(field.value) else {})}
    if field.kind == "time":
        return {"type": "timepicker", **({"initial_time": field.value} if _TIME.fullmatch(field.value) else {})}
    element: Json = {"type": "plain_text_input", "multiline": field.kind == "long", "max_length": INPUT}
    return {**element, "initial_value": field.value[:INPUT]} if field.value else element


def _select(type: str, field: FieldView, pairs: Sequence[tuple[str, str]], chosen: Sequence[str] | None = None) -> Json:
    """A list of options, or of groups of them when it is long, with those chosen that are in it."""
    chosen = _chosen(field) if chosen is None else chosen
    options = [{"text": plain(shortened(label, OPTION) or "–"), "value": value or NOTHING} for value, label in dict(pairs).items()]
    element: Json = {"type": type}
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        groups = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)]
        element["option_groups"] = [{"label": plain(_range(group)), "options": group} for group in groups]
    marked = [option for option in options if option["value"] in [each or NOTHING for each in chosen]]
    if marked and type in ("static_select", "radio_buttons"):
        element["initial_option"] = marked[0]
    elif marked:
        element["initial_options"] = marked
    return element


def _range(group: Sequence[Json]) -> str:
    first, last = (shortened(each["text"]["text"], 35) for each in (group[0], group[-1]))
    return f"{first} – {last}"


def _chosen(field: FieldView) -> list[str]:
    return [each for each in field.value.split(",") if each]
