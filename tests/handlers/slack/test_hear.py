"""Slack's text as the bot reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.hear import plain_line

PEOPLE = {"UBO": "ubo", "WEVA": "ueva"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("åtgärd <@UBO> ringa", "åtgärd @ubo ringa"),
        ("åtgärd <@UBO|bo.ek> ringa", "åtgärd @ubo ringa"),
        ("<@UBO|bo>, <@WEVA|eva>: ring", "@ubo, @ueva: ring"),
        ("<@UBO>s lista", "@ubo s lista"),  # the id must not run into what follows
        ("<@UBOT> hjälp", "hjälp"),
        ("hjälp <@UBOT>", "hjälp"),
        ("<@UBOT>, åtgärd <@UBO> ringa", "åtgärd @ubo ringa"),
        ("<@UBOT|nvg>: beslut: vi ses", "beslut: vi ses"),
        ("fråga <@UNONE|kim> nu", "fråga @kim nu"),
        ("fråga <@UNONE> nu", "fråga  nu"),
        ("se <https://a.se/x?a=1&amp;b=2|sidan> nu", "se sidan nu"),
        ("se <https://a.se/x?a=1&amp;b=2>", "se https://a.se/x?a=1&b=2"),
        ("till <mailto:bo@a.se|bo@a.se>", "till bo@a.se"),
        ("i <#C1|kanalen> och <#C2>", "i #kanalen och #C2"),
        ("<!here> och <!subteam^S1|@gruppen>", "@here och @gruppen"),
        ("<!date^1392734382^{date}|18 februari 2014>", "18 februari 2014"),
        ("3 &lt; 4 &amp;&amp; 5 &gt; 4", "3 < 4 && 5 > 4"),
        ("&lt;@UBO&gt;", "<@UBO>"),  # written so, not a mention
        ("  rad ett\nrad två ", "rad ett\nrad två"),
    ],
)
def test_each_mark_becomes_what_it_looks_like(text: str, line: str) -> None:
    assert plain_line(text, lambda user: PEOPLE.get(user, ""), "UBOT") == line


@given(st.text(max_size=60))
def test_what_is_typed_comes_back_as_it_was(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain_line(sent, lambda _: "", "UBOT") == typed.strip()
