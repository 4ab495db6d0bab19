"""Cards as Slack's blocks: within every limit, nothing lost, nothing that people write read as mark-up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages.base import Message
from handlers.slack import blocks as slack
from handlers.slack.blocks import MESSAGE_BLOCKS, MESSAGE_WEIGHT, VIEW_BLOCKS, button, home, message, pages
from handlers.slack.modal import OTHERS, filled, modal
from templates.card import (
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
    buttons,
    spans_text,
    visible_text,
)
from templates.words import LANGUAGES, Words, read_labels
from tests.conftest import examples
from tests.fake_servers.slack.checks import too_long, wrong_blocks, wrong_view
from tests.templates.samples import NOW, PEOPLE, messages

Json = dict[str, Any]
WORDS = Words()


def user(person: str) -> str:
    return f"U{person.upper()}"


def nobody(_person: str) -> str:
    return ""


def spans(text: str, style: str = "", person: str = "") -> tuple[Span, ...]:
    return (Span(text, style, person),)


def words(blocks: Sequence[Json]) -> str:
    """All words in reading order, as they look; mentions as @id."""
    return "\n".join(_words(block) for block in blocks)


def _words(thing: Any) -> str:
    if isinstance(thing, list):
        return "\n".join(_words(each) for each in thing)
    kind = thing["type"]
    if kind in ("divider", "actions"):
        return ""
    if kind == "mrkdwn":
        return unescape(re.sub(r"(?<![\w<])[*_~](?=\S)|(?<=\S)[*_~](?!\w)", "", thing["text"]))
    if kind in ("text", "plain_text", "link"):
        return str(thing["text"])
    if kind == "user":
        return f"@{thing['user_id']}"
    if kind in ("rich_text_section", "rich_text_quote"):
        return "".join(_words(each) for each in thing["elements"])
    return _words(thing["elements"] if "elements" in thing else thing["text"])


def elements(blocks: Sequence[Json]) -> Iterator[Json]:
    """Whatever can be tapped, in reading order."""
    for block in blocks:
        yield from block["elements"] if block["type"] == "actions" else [block["accessory"]] if "accessory" in block else []


def taps(blocks: Sequence[Json]) -> list[Button]:
    """What every button and line of a menu would send."""
    found = []
    for each in elements(blocks):
        if each["type"] == "overflow":
            found += [button({**each, "selected_option": option}) for option in each["options"]]
        elif "url" in each:
            found.append(Button(each["text"]["text"], "join", value=each["url"]))
        else:
            found.append(button(each))
    return found


def letters(text: str) -> str:
    """Without what only says where a line may break."""
    return "".join(text.replace("\u2060", "").split())


# --- every message of the bot ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(Message.registry))
def test_every_message_fits_and_says_it_all(name: str) -> None:
    for each in messages(name):
        for language in LANGUAGES:
            card = WORDS.render(each, language, PEOPLE, NOW)
            blocks = message(card, nobody)
            assert wrong_blocks(blocks) == []
            assert letters(words(blocks)) == letters(visible_text(card))
            assert [(b.do, b.ref, b.value) for b in taps(blocks)] == [(b.do, b.ref, b.value) for b in buttons(card)]
            assert len(pages(card)) == 1
            assert wrong_blocks(message(card, user)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_fits(language: str) -> None:
    fields = read_labels(language)["fields"]
    for do, labels in read_labels(language)["forms"].items():
        view = FormView(labels["title"], labels.get("submit", "Spara"), "Avbryt", do, "tall:12", 3, labels.get("intro", ""), "ring", tuple(
            FieldView(name, each["label"], hint=each.get("hint", "")) for name, each in {**fields, **labels.get("fields", {})}.items()
        ))  # fmt: skip
        made = modal(view, user, {"channel": "T1/C1"})
        assert wrong_view(made) == []
        assert made["title"]["text"] == labels["title"]


# --- any card whatsoever -----------------------------------------------------------------------------------------------

people = st.sampled_from(["", "", "", "anna", "bo"])
text = st.one_of(
    st.text(max_size=10),
    st.text("ab *_~`<>&!@#:|\n", max_size=20),
    st.sampled_from(["<!channel>", "<@UANNA>", "*b* _i_ ~s~ `c`", ":smile:", "&amp;", "> q", "https://vard.example/a?b=c.", "ord " * 900, "x" * 4000]),
)
span = st.builds(Span, text, st.sampled_from(["", "", "bold", "italic", "strike"]), people)
some_spans = st.lists(span, max_size=3).map(tuple)
a_button = st.builds(
    Button, st.text(min_size=1, max_size=120), st.sampled_from(["done", "stuck", "new_date", "say"]), st.text(max_size=30),
    st.sampled_from(["", "primary", "danger"]), st.one_of(st.text(max_size=20), st.sampled_from(["ring kommunen " * 14, "ring kommunen " * 200])),
)  # fmt: skip
row = st.builds(Item, some_spans, st.lists(a_button, max_size=4).map(tuple))
block = st.one_of(
    st.builds(Heading, some_spans), st.builds(Text, some_spans), row, st.builds(Quote, some_spans), st.builds(Note, some_spans),
    st.builds(Buttons, st.lists(a_button, max_size=4).map(lambda some: tuple(some * 8))), st.just(Divider()),
)  # fmt: skip
card = st.one_of(
    st.lists(block, max_size=8),
    st.builds(lambda each, times: each * times, st.lists(block, min_size=1, max_size=3), st.sampled_from([1, 2, 20, 60])),
).map(lambda blocks: Card(tuple(some_pages(blocks))))


def some_pages(blocks: Sequence[Any]) -> Iterator[Any]:
    """As many of them as fill some pages: each page is laid by itself, so a card of hundreds would take minutes."""
    weight = 0
    for each in blocks:
        weight += len(spans_text(getattr(each, "spans", ()))) + sum(len(b.label) + len(b.value) for b in getattr(each, "buttons", ()))
        if weight > 10 * MESSAGE_WEIGHT:
            return
        yield each


@given(card)
@settings(max_examples=examples(40), deadline=None)
def test_any_card_is_taken_by_slack_and_nothing_is_lost(any_card: Card) -> None:
    parts = pages(any_card)
    foot = Card(slack._foot(tuple(slack._pieces(any_card))) if len(parts) > 1 else ())
    said, tapped = "", []
    for page in range(len(parts)):
        blocks = message(any_card, nobody, page, "event 1")
        assert wrong_blocks(blocks) == []
        assert not too_long(blocks)
        assert len(json.dumps(blocks)) < 200_000
        ids = [each["action_id"] for each in elements(blocks)]
        assert len(set(ids)) == len(ids)
        here = taps(blocks)
        if page + 1 < len(parts):
            last = here.pop()
            assert (last.do, last.value) == ("more", f"event 1|{page + 1}")
            here, at_the_end = here[: len(here) - len(buttons(foot))], here[len(here) - len(buttons(foot)) :]
            assert [(b.do, b.ref, b.value) for b in at_the_end] == [(b.do, b.ref, b.value) for b in buttons(foot)]
            said += words(blocks).removesuffix(words(message(foot, nobody)))
        else:
            said += words(blocks)
        tapped += here
        assert wrong_blocks(message(any_card, user, page)) == []
    plainest = re.compile(r"[\s*_~]")  # marks that stand in mark-up cannot be told here from those written
    assert plainest.sub("", said) == plainest.sub("", visible_text(any_card))
    # within a row those in the menu come last
    assert sorted((b.do, b.ref, b.value) for b in tapped) == sorted((b.do, b.ref, b.value) for b in buttons(any_card))


@given(card)
@settings(max_examples=examples(20), deadline=None)
def test_any_card_is_a_home(any_card: Card) -> None:
    for page in range(len(pages(any_card, VIEW_BLOCKS))):
        view = home(any_card, user, page)
        assert wrong_view(view) == []
        assert len(json.dumps(view)) < 250_000


@given(st.lists(span, min_size=1, max_size=4).map(tuple))
@settings(max_examples=examples(300), deadline=None)
def test_mark_up_shows_just_what_was_written(any_spans: tuple[Span, ...]) -> None:
    """Where Slack reads mark-up, only the marks that we put there are marks, and only our mentions are mentions."""
    marked = slack._marked(any_spans, user)
    if marked is None:
        return
    marks = sum(2 for each in any_spans if each.style)
    assert len(re.findall(r"[*_~`]", marked)) == marks
    assert re.findall(r"<([^>]*)>", marked) == [f"@{user(each.person)}" for each in any_spans if each.person]
    said = "".join(user(each.person) if each.person else each.text for each in any_spans)
    assert unescape(re.sub(r"[*_~]|<@|(?<=A|O)>", "", marked)) == said


# --- how it looks ------------------------------------------------------------------------------------------------------

DANGEROUS = "<!channel> *fet* _lut_ ~struk~ `kod` & :smile: <@U123> > citat"


def test_what_people_write_is_shown_as_written() -> None:
    for one in (Heading, Text, Item, Quote, Note):
        blocks = message(Card((one(spans(DANGEROUS)),)), user)
        assert words(blocks).strip() == DANGEROUS
        assert "mrkdwn" not in json.dumps(blocks)
    row = message(Card((Item(spans(DANGEROUS), (Button("Klart", "done"),)),)), user)
    assert words(row).strip() == DANGEROUS
    assert "mrkdwn" not in json.dumps(row)


def test_styles_and_mentions() -> None:
    (block,) = message(Card((Text((Span("#12", "bold"), Span(" ring – "), Span("Anna Berg", person="anna"))),)), user)
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "#12", "style": {"bold": True}},
        {"type": "text", "text": " ring – "},
        {"type": "user", "user_id": "UANNA"},
    ]
    (block,) = message(Card((Text(spans("Anna Berg", person="anna")),)), nobody)
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "Anna Berg"}]


def test_a_day_and_a_time_stay_on_one_line() -> None:
    said = spans("senast fredag 27 november kl. 13:00, v. 48")
    shown = words(message(Card((Heading(said), Text(said), Note(said), Item(said, (Button("Klart", "done"),)))), nobody))
    assert shown.count("fredag 27\xa0november kl.\xa013:00, v.\xa048") == 4


def test_small_print_mentions_nobody_and_stands_together() -> None:
    notes = (Note((Span("Uppskrivet av "), Span("Anna Berg", person="anna"))), Note((Span("Skriv "), Span("klart 12", "bold"))))
    (block,) = message(Card(notes), user)
    assert block == {"type": "context", "elements": [{"type": "mrkdwn", "text": "Uppskrivet av Anna Berg\nSkriv *klart 12*", "verbatim": True}]}


def test_lines_share_a_block_and_a_list_is_a_list() -> None:
    card = Card((Text(spans("Beslut", "bold")), Item(spans("ett")), Item(spans("två")), Text(spans("Slut"))))
    listed, after = message(card, user)
    assert [each["type"] for each in listed["elements"]] == ["rich_text_section", "rich_text_list"]
    assert len(listed["elements"][1]["elements"]) == 2
    assert words([after]) == "Slut"


def test_addresses_can_be_opened() -> None:
    (block,) = message(Card((Text(spans("Länk: https://nvg.example.se/calendar/a-b_c.ics.")),)), user)
    assert block["elements"][0]["elements"][1:] == [
        {"type": "link", "url": "https://nvg.example.se/calendar/a-b_c.ics", "text": "https://nvg.example.se/calendar/a-b_c.ics"},
        {"type": "text", "text": "."},
    ]


def test_a_heading_that_was_undone_is_struck() -> None:
    (block,) = message(Card((Heading(spans("Möte", "strike")),)), user)
    assert block["elements"][0]["elements"][0]["style"] == {"strike": True}


OPEN = tuple(Button(label, do, "tall:1") for label, do in (
    ("Klart", "done"), ("Kommer inte vidare", "stuck"), ("Nytt datum", "new_date"), ("Lämna över", "hand_over")
))  # fmt: skip


def rows(count: int) -> Card:
    return Card((Heading(spans("Dina åtgärder")), *(Item((Span(f"#{n}", "bold"), Span(" ring")), OPEN) for n in range(count))))


def test_a_row_shows_the_buttons_a_telephone_has_room_for() -> None:
    _, words_of_row, actions = message(rows(1), user)
    assert words_of_row["type"] == "rich_text"
    first, second, menu = actions["elements"]
    assert (first["text"]["text"], second["text"]["text"]) == ("Klart", "Kommer inte vidare")
    assert first["accessibility_label"] == "Klart: #0 ring"
    assert [each["text"]["text"] for each in menu["options"]] == ["Nytt datum", "Lämna över"]
    helped = tuple(Button(label, "helped") for label in ("Ja, det hjälpte", "Delvis", "Nej"))
    assert len(message(Card((Item(spans("x"), helped),)), user)[-1]["elements"]) == 3


def test_a_single_short_button_stands_beside_its_row() -> None:
    (block,) = message(Card((Item((Span("B1", "bold"), Span(" ring – "), Span("Anna", person="anna")), (Button("Ändra", "edit"),)),)), user)
    assert block["text"]["text"] == "*B1* ring – <@UANNA>"
    assert block["accessory"]["text"]["text"] == "Ändra"
    assert [each["type"] for each in message(Card((Item(spans("ring " * 20), (Button("Ändra", "edit"),)),)), user)] == ["rich_text", "actions"]


def test_what_is_struck_out_stays_so_in_a_compact_list() -> None:
    struck = Item((*spans("ring *mamma*", "strike"), *spans(" nej")), OPEN)
    blocks = message(Card((struck,) * 15 + rows(15).blocks), user)
    assert json.dumps(blocks).count('"strike": true') == 15
    assert blocks[-1]["accessory"]["type"] == "overflow"


def test_long_lists_become_compact_before_they_are_paged() -> None:
    roomy, tight, paged = rows(20), rows(30), rows(80)
    assert len(message(roomy, user)) == 41
    assert len(message(tight, user)) == 31
    assert all(each["accessory"]["type"] == "overflow" for each in message(tight, user)[1:])
    assert len(pages(roomy)) == len(pages(tight)) == 1
    assert len(pages(paged)) > 1
    assert all(taps(message(paged, user, page)) for page in range(len(pages(paged))))


def test_a_page_ends_with_the_way_to_the_next() -> None:
    first = message(rows(80), user, more="e1", more_label="Show more")
    assert button(first[-1]["elements"][0]) == Button(f"Show more (2/{len(pages(rows(80)))})", "more", value="e1|1")
    assert message(rows(80), user, page=99) == message(rows(80), user, page=len(pages(rows(80))) - 1)


@pytest.mark.parametrize("length", range(300, 3000, 450))
def test_a_long_row_is_not_broken_between_two_pages(length: int) -> None:
    long = Card(tuple(Item(spans(f"början{n} {'ord ' * ((length + 37 * n) // 4)}slut{n}"), OPEN[:1]) for n in range(20)))
    seen = [words(message(long, user, page)) for page in range(len(pages(long)))]
    assert [page.count("början") for page in seen] == [page.count("slut") for page in seen]
    assert sum(page.count("början") for page in seen) == 20


def test_what_ends_a_card_ends_each_page_of_it() -> None:
    foot = (Buttons((Button("+ Beslut", "add_decision"), Button("Avsluta mötet", "end_meeting"))), Note(spans("Eller skriv …")))
    long = Card((*rows(80).blocks, *foot))
    assert len(pages(long)) > 1
    for page in range(len(pages(long))):
        blocks = message(long, user, page)
        assert wrong_blocks(blocks) == []
        assert [b.do for b in taps(blocks) if b.do != "more"][-2:] == ["add_decision", "end_meeting"]
        assert "Eller skriv …" in words(blocks)


def test_a_heading_goes_with_what_it_heads_and_buttons_with_what_they_are_about() -> None:
    parts = (Text(spans("Rubrik", "bold")), Item(spans("rad")), Buttons((Button("Mer", "help"),)))
    broken = pages(Card(parts * 70))
    assert len(broken) > 1
    for part in broken[:-1]:
        assert not (isinstance(part.blocks[-1], Text) and part.blocks[-1].spans[0].style == "bold")
    assert not any(isinstance(part.blocks[0], Buttons) for part in broken[1:])


def test_a_line_as_long_as_the_bot_takes_can_be_tapped() -> None:
    line = ("åtgärd @anna ringa kommunen om färdtjänsten och fråga vem som kan följa med på tisdag förmiddag, " * 40)[:3000]
    (made,) = taps(message(Card((Buttons((Button("Ja, gör så", "say", value=line),)),)), user))
    assert made == Button("Ja, gör så", "say", value=line)


@pytest.mark.parametrize("action", [{}, {"value": "x"}, {"value": "[1]"}, {"value": "zzz"}, {"value": '{"a": 1}'}, {"value": "null"}])
def test_a_button_of_somebody_else(action: Json) -> None:
    with pytest.raises(ValueError, match="not a button of ours"):
        button(action)


def test_the_text_of_a_message_is_no_mark_up() -> None:
    assert slack.escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


# --- forms -------------------------------------------------------------------------------------------------------------

DAYS = (("1", "Måndag"), ("2", "Tisdag"), ("3", "Onsdag"))
MEMBERS = (("anna", "Anna Berg"), ("bo", "Bo Ek"), ("gun", "Gun Ask"))


def form(*fields: FieldView, about: str = "") -> FormView:
    return FormView("Ändra", "Spara", "Avbryt", "edit", "tall:12", 3, "Skriv utan namn.", about, fields)


def test_every_kind_of_field_there_and_back() -> None:
    fields = (
        FieldView("text", "Vad?", "text", "Kort.", "ring <b> & *allt*", True),
        FieldView("long", "Mer?", "long", value="rad ett\nrad två"),
        FieldView("senast", "Senast", "date", value="2026-11-27", required=True),
        FieldView("tid", "Tid", "time", value="09:15"),
        FieldView("slag", "Slag", "choice", value="it", options=(("", "Inget"), ("it", "It"))),
        FieldView("vem", "Vem?", "choice", value="a", required=True, options=(("a", "A"), ("b", "B"))),
        FieldView("dagar", "Dagar", "choices", value="1,3", required=True, options=DAYS),
        FieldView("ansvarig", "Ansvarig", "people", value="anna,bo", required=True, options=MEMBERS),
        FieldView("röda", "Röda dagar", "check", value="ja", options=(("ja", "Ja"),)),
    )
    view = modal(form(*fields, about="det här"), user, {"channel": "T1/C1", "thread": ""})
    assert wrong_view(view) == []
    assert json.loads(view["private_metadata"]) == {"do": "edit", "ref": "tall:12", "version": 3, "channel": "T1/C1", "thread": ""}
    inputs = {each["block_id"]: each for each in view["blocks"] if each["type"] == "input"}
    assert [inputs[field.name]["element"]["type"] for field in fields] == [
        "plain_text_input", "plain_text_input", "datepicker", "timepicker", "static_select", "radio_buttons", "checkboxes",
        "multi_users_select", "checkboxes",
    ]  # fmt: skip
    assert {name for name, each in inputs.items() if not each["optional"]} == {field.name for field in fields if field.required}
    assert filled(sent(view), lambda id: id[1:].lower()) == {field.name: field.value for field in fields}
    empty = {field.name: "" for field in fields}
    assert filled(sent(view, untouched=False), lambda id: id[1:].lower()) == empty


def sent(view: Json, untouched: bool = True) -> Json:
    """What Slack sends when the view is sent in as it is, or with all of it emptied."""
    values: Json = {}
    for each in (each for each in view["blocks"] if each["type"] == "input"):
        element, kind = each["element"], each["element"]["type"]
        state: Json = {"type": kind}
        if kind == "plain_text_input":
            state["value"] = element.get("initial_value") if untouched else None
        elif kind in ("datepicker", "timepicker"):
            key = kind.removesuffix("picker")
            state[f"selected_{key}"] = element.get(f"initial_{key}") if untouched else None
        elif kind in ("static_select", "radio_buttons"):
            state["selected_option"] = element.get("initial_option") if untouched else None
        else:
            key = "users" if "users" in kind else "options"
            state[f"selected_{key}"] = element.get(f"initial_{key}", []) if untouched else []
        values[each["block_id"]] = {element["action_id"]: state}
    return {**view, "state": {"values": values}}


def test_people_who_are_not_on_slack_can_be_chosen() -> None:
    view = modal(form(FieldView("ansvarig", "Ansvarig", "people", value="gun", required=True, options=MEMBERS)), lambda id: "" if id == "gun" else user(id), {})
    element = view["blocks"][-1]["element"]
    assert element["type"] == "multi_static_select"
    assert [each["text"]["text"] for each in element["options"]] == ["Anna Berg", "Bo Ek", "Gun Ask"]
    assert filled(sent(view), nobody) == {"ansvarig": "gun"}


def test_among_very_many_people_those_not_on_slack_have_a_list_of_their_own() -> None:
    many = tuple((f"p{n}", f"Person {n}") for n in range(2500))
    field = FieldView("medlemmar", "Medlemmar", "people", "", "p1,p2400", True, many, "Någon annan?")
    view = modal(form(field), lambda id: user(id) if int(id[1:]) < 2300 else "", {})
    assert wrong_view(view) == []
    assert len(json.dumps(view)) < 100_000
    here, elsewhere = view["blocks"][-2:]
    assert (here["block_id"], elsewhere["block_id"]) == ("medlemmar", "medlemmar" + OTHERS)
    assert [each["label"]["text"] for each in (here, elsewhere)] == ["Medlemmar", "Någon annan?"]
    assert here["optional"] and elsewhere["optional"]
    assert filled(sent(view), lambda id: id.lower()[1:]) == {"medlemmar": "p1,p2400"}
    view = modal(form(field), lambda id: "U0" if id == "p1" else "", {})  # too many for a list: they are written
    assert wrong_view(view) == [] and len(json.dumps(view)) < 3000
    assert filled(sent(view), lambda id: "p1") == {"medlemmar": "p1,Person 2400"}


def test_somebody_unknown_is_kept_so_that_the_form_can_say_so() -> None:
    view = modal(form(FieldView("ansvarig", "Ansvarig", "people", value="anna")), user, {})
    assert filled(sent(view), nobody) == {"ansvarig": "UANNA"}


def test_what_was_just_saved_stands_on_top_of_a_form_that_stays() -> None:
    receipt = Card((Text(spans("Sparat: #13 ring")), Buttons((Button("Ångra", "undo", "c1"),))))
    view = modal(form(FieldView("text", "Vad?")), user, {}, receipt)
    assert [each["type"] for each in view["blocks"]] == ["rich_text", "actions", "divider", "rich_text", "input"]
    assert words(view["blocks"][:1]) == "Sparat: #13 ring"


def test_more_than_a_modal_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="keep"):
        modal(form(), user, {"channel": "x" * 3000})


long_text = st.one_of(st.text(max_size=30), st.sampled_from(["ord " * 900, "x" * 5000]))
fields = st.builds(
    FieldView, st.uuids().map(str), long_text, st.sampled_from(["text", "long", "date", "time", "choice", "choices", "people", "check"]),
    long_text, st.one_of(st.text(max_size=30), st.sampled_from(["2026-11-27", "09:00", "a,b", "x" * 5000])), st.booleans(),
    st.sampled_from([0, 1, 4, 9, 90, 101, 260]).map(lambda count: (("", ""), *((f"a{n}", f"{n} {'etikett ' * n}") for n in range(count)))[:count]),
)  # fmt: skip


@given(st.lists(fields, max_size=8), long_text, long_text, card, st.booleans())
@settings(max_examples=examples(40), deadline=None)
def test_any_form_is_taken_by_slack(some: list[FieldView], title: str, about: str, receipt: Card, known: bool) -> None:
    view = modal(FormView(title, title, title, "edit", "tall:1", None, about, about, tuple(some)), user if known else nobody, {}, receipt)
    assert wrong_view(view) == []
    assert filled(sent(view, untouched=False), nobody) == {field.name: "" for field in some}


def test_the_figures_are_slacks() -> None:
    assert (MESSAGE_BLOCKS, VIEW_BLOCKS) == (50, 100)
    assert MESSAGE_WEIGHT < 12_000
