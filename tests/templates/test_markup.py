"""A wording file's own characters are mark-up; what it prints never is."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateError, UndefinedError

from bot.forms import Field, Form
from bot.messages import common
from bot.model import Person
from bot.rules.spelling import tidy
from bot.rules.visible import visible
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
    buttons,
    content_hash,
    from_json,
    struck,
    to_json,
    together,
    visible_text,
)
from templates.html import card_html, form_html
from templates.markup import read_card, stand_in
from templates.plain import notice, plain_text
from templates.words import FOLDER, Words, _Rendering

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = Words()
ANYTHING = st.text(st.characters(codec="utf-8")) | st.text("*_~#>-^ \n{}%\U000f0000\U000f0001\ue000x", max_size=30)


def test_each_kind_of_line() -> None:
    button = Button("Klart", "done", "tall:12")
    text = f"# Rubrik\n\nvanlig *fet* och ~struken~\n- rad {stand_in(0)}\n> citat\n^ liten\n---\n{stand_in(0)}\n"
    assert read_card(text, [button]).blocks == (
        Heading((Span("Rubrik"),)),
        Text((Span("vanlig "), Span("fet", "bold"), Span(" och "), Span("struken", "strike"))),
        Item((Span("rad"),), (button,)),
        Quote((Span("citat"),)),
        Note((Span("liten"),)),
        Divider(),
        Buttons((button,)),
    )


def test_empty_lines_dividers_and_repeated_buttons_go() -> None:
    undo, edit = Button("Ångra", "undo", "c1"), Button("Ändra", "edit", "tall:1")
    text = f"---\n> {stand_in(0)}\nett\n{stand_in(1)}\ntvå\n{stand_in(2)}\n{stand_in(1)}\n---"
    assert read_card(text, ["", undo, edit]).blocks == (Text((Span("ett"),)), Text((Span("två"),)), Buttons((edit, undo)))


def test_marks_inside_words_are_letters() -> None:
    assert read_card("a_b_c 2*3*4 kl. 8*", []).blocks == (Text((Span("a_b_c 2*3*4 kl. 8*"),)),)


@given(ANYTHING)
def test_values_are_inert(said: str) -> None:
    card = WORDS.render(common.Stale("#12", "anna", "nu", (("text", said),)), "sv", {"anna": Person("anna", "Anna Berg")}, NOW)
    plain = visible(said)
    shown = [block for block in card.blocks if isinstance(block, Item)]
    assert [type(block) for block in card.blocks] == [Text, Text, Quote, Text, Item]
    assert "".join(span.text for span in shown[0].spans[1:]).strip() == plain.strip()
    assert all(span.style in ("", "bold") for span in shown[0].spans)


@given(ANYTHING, ANYTHING)
def test_names_are_inert(name: str, said: str) -> None:
    card = WORDS.render(common.Undone("done", "#1", "x", said), "sv", {"x": Person("x", name)}, NOW)
    assert visible_text(card).count("ångrade.") == 1 + visible(name).count("ångrade.") + visible(said).count("ångrade.")
    assert {span.person for block in card.blocks if isinstance(block, Note) for span in block.spans} <= {"x", ""}


@given(ANYTHING)
def test_json_and_hash_keep_the_card(said: str) -> None:
    card = WORDS.render(common.DidYouMean(said), "sv", {}, NOW)
    assert from_json(to_json(card)) == card
    assert content_hash(from_json(to_json(card))) == content_hash(card)


def test_hash_tells_buttons_and_styles_apart() -> None:
    cards = [Card((Item((Span("a", style),), (Button("Klart", do),)),)) for style in ("", "bold") for do in ("done", "stuck")]
    assert len({content_hash(card) for card in cards}) == 4


def test_struck_keeps_words_and_drops_buttons() -> None:
    card = WORDS.render(common.DidYouMean("klar 12"), "sv", {}, NOW)
    gone = struck(card)
    assert visible_text(gone) == visible_text(card)
    assert buttons(card)
    assert not buttons(gone)
    assert {span.style for block in gone.blocks if isinstance(block, Text | Note) for span in block.spans} == {"strike"}


def filled(source: str) -> Card:
    language = WORDS._in("sv")
    people = {"bo": Person("bo", "Bo Ek"), "eva": Person("eva", "Eva Ring")}
    return language.fill(language.environment.from_string(source), {}, _Rendering(people, datetime(2026, 11, 24), ""))


@pytest.mark.parametrize("source", ["{{ nobody }}", "{{ patient.none }}", "{% for x in nobody %}{% endfor %}"])
def test_a_missing_value_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedError):
        filled(source)


@pytest.mark.parametrize("source", ["{{ 'x'|safe }}", "{{ 'x'|e }}", "{{ 'x'|xmlattr }}"])
def test_no_filter_makes_mark_up_of_values(source: str) -> None:
    with pytest.raises(TemplateError):
        filled(source)


def test_blocks_within_lines_and_between_them() -> None:
    card = filled("a{% if true %} b{% endif %}\n> c\n{% for x in [1, 2] %}\n- {{ x }}\n{% endfor %}\n")
    assert [visible_text(Card((block,))) for block in card.blocks] == ["a b", "c", "1", "2"]


def test_macros_set_blocks_and_styles() -> None:
    card = filled(
        "{% macro row(text) %}\n- *{{ text }}* {{ button('done', 'tall:1') }}\n{% endmacro %}\n"
        "{% set by %}av {{ 'bo'|name }}{% endset %}\n"
        "{{ row('a*b') }}\n{{ row('c') }}\n^ {{ by }}, {{ ['bo', 'eva']|names }}, {{ 'x'|struck }}"
    )
    assert card.blocks == (
        Item((Span("a*b", "bold"),), (Button("Klart", "done", "tall:1"),)),
        Item((Span("c", "bold"),), (Button("Klart", "done", "tall:1"),)),
        Note((
            Span("av "), Span("Bo Ek", person="bo"), Span(", "), Span("Bo Ek", person="bo"), Span(" och "),
            Span("Eva Ring", person="eva"), Span(", "), Span("x", "strike"),
        )),
    )  # fmt: skip


def test_threads_do_not_mix() -> None:
    mixed: list[str] = []

    def render(name: str) -> None:
        people = {"x": Person("x", name)}
        for _ in range(100):
            text = visible_text(WORDS.render(common.CannotUndo("not_yours", "x"), "sv", people, NOW))
            if name not in text:
                mixed.append(text)

    threads = [threading.Thread(target=render, args=(f"Namn{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_quick() -> None:
    message = common.Stale("#12", "anna", "nu", (("text", "ringa"), ("senast", "fredag")))
    people = {"anna": Person("anna", "Anna Berg")}
    WORDS.render(message, "sv", people, NOW)
    times = []
    for _ in range(50):
        start = time.thread_time()
        WORDS.render(message, "sv", people, NOW)
        times.append(time.thread_time() - start)
    assert sorted(times)[25] < 0.002  # 0.1 ms on an idle machine


def test_the_countys_word() -> None:
    card = Words("brukare").render(common.IdentityNumber(), "sv", {}, NOW)
    assert "”brukaren”" in visible_text(card)
    assert "ringa brukarens dotter" in visible_text(card)


def test_an_unclear_name_becomes_a_mention() -> None:
    people = {"a1": Person("a1", "Anna Berg"), "a2": Person("a2", "Anna Ek")}
    card = WORDS.render(common.WhichPerson("anna", "åtgärd @Anna ringa Annas dotter", ("a1", "a2")), "sv", people, NOW)
    assert [(b.label, b.value) for b in buttons(card)] == [
        ("Anna Berg", "åtgärd @a1 ringa Annas dotter"), ("Anna Ek", "åtgärd @a2 ringa Annas dotter"),
    ]  # fmt: skip


FORM = Form(
    "stuck", "tall:12",
    (
        Field("orsak", "long", "a<b", required=True), Field("slag", "choice", "it", options=(("", ""), ("it", ""))),
        Field("ansvarig", "people", "bo", options=(("bo", ""), ("eva", ""))), Field("senast", "date", "2026-11-27"),
    ),
    2, "ringa <kommunen>",
)  # fmt: skip


def test_a_form_gets_its_words() -> None:
    view = WORDS.form(FORM, "sv", {"bo": Person("bo", "Bo Ek"), "eva": Person("eva", "Eva Ring")})
    assert (view.title, view.submit, view.cancel, view.version) == ("Kommer inte vidare", "Spara", "Avbryt", 2)
    assert [field.label for field in view.fields] == ["Vad är det som hindrar?", "Slag av hinder", "Ansvarig", "Senast"]
    assert view.fields[1].options == (("", "Inget valt"), ("it", "IT och behörighet"))
    assert view.fields[2].options == (("bo", "Bo Ek"), ("eva", "Eva Ring"))


def test_a_form_as_html_is_labelled_and_escaped() -> None:
    view = WORDS.form(FORM, "sv", {"bo": Person("bo", "Bo Ek"), "eva": Person("eva", "Eva Ring")})
    html = form_html(view, {"orsak": "Skriv några ord <här>."})
    assert "ringa &lt;kommunen&gt;" in html
    assert '<label for="field-0">Vad är det som hindrar?</label>' in html
    assert 'aria-describedby="field-0-error" aria-invalid="true" required>a&lt;b</textarea>' in html
    assert "Skriv några ord &lt;här&gt;." in html
    assert '<option value="it" selected>' in html
    assert '<input type="checkbox" name="ansvarig" value="bo" checked> Bo Ek' in html
    assert 'data-do="stuck" data-ref="tall:12" data-version="2"' in html


def test_html_escapes_and_makes_one_list_of_rows() -> None:
    row = Item((Span("<b> "), Span("Bo Ek", "bold", "bo")), (Button("Klart", "done", 'tall:"1', "primary"),))
    html = card_html(Card((Heading((Span("Att göra"),)), row, row, Quote((Span("a\nb"),)))))
    assert html.count("<ul>") == html.count("</ul>") == 1
    assert html.startswith("<h3>Att göra</h3><ul><li><span>&lt;b&gt; <strong><span")
    assert 'data-ref="tall:&quot;1"' in html
    assert 'aria-label="Klart: &lt;b&gt; Bo Ek"' in html
    assert html.endswith("</ul><blockquote>a<br>b</blockquote>")


def test_plain_text() -> None:
    card = Card((
        Heading((Span("I dag"),)), Item((Span("ringa\nkommunen"),), (Button("Klart", "done"),)),
        Quote((Span("ja\nnej"),)), Text((Span("klar", "strike"),)), Divider(), Buttons((Button("Ångra", "undo"),)),
    ))  # fmt: skip
    assert plain_text(card) == "I dag\n- ringa\n  kommunen\n> ja\n> nej\n~klar~"
    assert plain_text(card, show_buttons=True).endswith("~klar~\n\n[Ångra]")
    assert "- ringa\n  kommunen  [Klart]" in plain_text(card, show_buttons=True)
    assert notice(card) == "I dag ringa kommunen ja nej klar"
    assert notice(card, 26) == "I dag ringa kommunen ja…"
    assert notice(card, 18) == "I dag ringa…"


def test_every_wording_file_is_plain_of_stand_ins() -> None:
    for file in FOLDER.glob("*/*.txt"):
        assert all(ord(letter) < 0xF0000 for letter in file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Att göra fredag 27 november, v. 48", "Att göra fredag 27_november, v._48"),
        ("by Friday 27 November at 13:00, week 48", "by Friday 27_November at_13:00, week_48"),
        ("möte tisdagar kl. 13:00–13:30", "möte tisdagar kl._13:00–~13:30"),
        ("jobbar måndag–fredag 07:00–16:00, borta 1–14 juli", "jobbar måndag–fredag 07:00–~16:00, borta 1–~14_juli"),
        ("3 dagar, 5 000 kr, #12 ring, 13:00 ring, se kl. efter", "3_dagar, 5_000_kr, #12 ring, 13:00 ring, se kl. efter"),
        ("till fredag 9 april 2027, v. 14 · 2 öppna", "till fredag 9_april_2027, v._14_· 2_öppna"),
    ],
)
def test_what_belongs_together_stays_on_one_line(said: str, shown: str) -> None:
    shown = shown.replace("_", "\xa0").replace("~", "\u2060")
    assert together(said) == shown
    assert tidy(together(said)) == said  # copied and written back
    assert card_html(Card((Text((Span(said),)),))) == f"<p>{shown}</p>"
