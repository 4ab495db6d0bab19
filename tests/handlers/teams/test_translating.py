"""What Teams writes, as the bot reads it; and whom and what it believes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.people import Profile
from handlers.teams.activity import at_of
from handlers.teams.hosts import served
from handlers.teams.people import profile_of
from handlers.teams.text import plain_html, plain_line

HOST, REGION = "11111111-0000-0000-0000-000000000000", "22222222-0000-0000-0000-000000000000"
ANNA = "aaaaaaaa-0000-0000-0000-000000000000"
BOT, BO = ("<at>nvg</at>", ""), ("<at>Bo Ek</at>", "@bo")


@pytest.mark.parametrize(
    ("text", "mentions", "line"),
    [
        ("<at>nvg</at> hjälp", [BOT], "hjälp"),
        ("<at>nvg</at>&nbsp;åtgärd <at>Bo Ek</at> ringa", [BOT, BO], "åtgärd @bo ringa"),
        ("<at>nvg</at>åtgärd <at>Bo Ek</at>ringa", [BOT, BO], "åtgärd @bo ringa"),
        ("åtgärd <at>Bo Ek</at>, <at>Bo Ek</at>: ringa", [BO, ("<at>Bo Ek</at>", "@bo2")], "åtgärd @bo, @bo2: ringa"),
        ("fråga <at>Okänd</at> något", [], "fråga Okänd något"),
        ("beslut vårdtid &lt; 3 &amp; &quot;hem&quot;", [], 'beslut vårdtid < 3 & "hem"'),
        ("beslut &lt;at&gt;Bo&lt;/at&gt; är text", [BO], "beslut <at>Bo</at> är text"),
        ("åtgärd ett\r\n\r\nåtgärd  två ", [], "åtgärd ett\nåtgärd två"),
    ],
)
def test_a_line_is_read_as_it_looks(text: str, mentions: list[tuple[str, str]], line: str) -> None:
    assert plain_line(text, mentions) == line


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<div><div>ringa <at id=\"0\">Bo Ek</at>&nbsp;i dag</div></div>", "ringa @bo i dag"),
        ("<p>ett</p><p>två<br>tre</p>", "ett\ntvå\ntre"),
        ("<ul><li>a &lt; b</li><li><strong>c</strong></li></ul>", "a < b\nc"),
        ('bra <emoji id="smile" alt="🙂" title="Smile"></emoji> <at id="7">Okänd</at>', "bra 🙂 Okänd"),
        ('<attachment id="1"></attachment>', ""),
    ],
)
def test_a_message_in_html_is_read_as_it_looks(html: str, words: str) -> None:
    assert plain_html(html, {"0": "@bo"}) == words


@given(st.text(max_size=200))
def test_no_text_stops_the_reading(text: str) -> None:
    for line in (plain_line(text, [BO]), plain_html(text, {})):
        assert line == line.strip()
        assert "\r" not in line


def activity(**more: object) -> dict[str, object]:
    return {
        "type": "message", "id": "1", "serviceUrl": "https://smba.trafficmanager.net/emea/", "recipient": {"id": "28:bot"},
        "from": {"id": "29:anna", "aadObjectId": ANNA}, "conversation": {"id": "19:c@thread.tacv2;messageid=5", "conversationType": "channel", "tenantId": HOST},
        "channelData": {"tenant": {"id": HOST}, "team": {"id": "19:t"}, "channel": {"id": "19:c@thread.tacv2"}}, **more,
    }  # fmt: skip


def test_a_channel_is_known_without_its_thread() -> None:
    at = at_of(activity())
    assert at is not None
    assert (at.address, at.thread, at.spot) == (f"teams:{HOST}/19:c@thread.tacv2", "5", "19:c@thread.tacv2;messageid=5")


def test_a_private_chat_is_known_by_whose_it_is() -> None:
    at = at_of(activity(conversation={"id": "a:1", "conversationType": "personal", "tenantId": HOST}, channelData={"tenant": {"id": HOST}}))
    assert at is not None and at.address == f"teams:@{HOST}/{ANNA}"


def test_the_host_of_a_shared_channel_is_where_it_lives() -> None:
    guest = {"id": "29:eva", "aadObjectId": ANNA, "tenantId": REGION}
    at = at_of(activity(**{"from": guest}))
    assert at is not None
    assert (at.tenant, at.home) == (HOST, REGION)


def test_what_does_not_say_where_it_is_from_is_nothing() -> None:
    assert at_of({"type": "message"}) is None
    assert at_of(activity(conversation={"id": "a:1"}, channelData={})) is None


def member(**more: str) -> dict[str, str]:
    return {"id": "29:anna", "aadObjectId": ANNA, "name": "Anna Berg", "tenantId": HOST, **more}


@pytest.mark.parametrize(
    ("told", "email"),
    [
        (member(email="Anna@Region.se", userPrincipalName="anna@region.se"), "anna@region.se"),
        (member(userPrincipalName="anna@region.se"), "anna@region.se"),
        (member(), ""),
        (member(email="anna@kommun.se", userPrincipalName="anna_kommun.se#EXT#@region.onmicrosoft.com"), "anna@kommun.se"),  # a guest of our own tenant
        (member(email="anna@kommun.se", userPrincipalName="anna@kommun.se", tenantId=REGION), "anna@kommun.se"),
        (member(email="chef@region.se", userPrincipalName="anna@kommun.se", tenantId=REGION), ""),  # anybody can write that in a tenant of their own
        (member(email="chef@region.se", userPrincipalName="chef_region.se#EXT#@elak.onmicrosoft.com", tenantId=REGION), ""),
    ],
)
def test_an_address_is_believed_only_from_who_owns_it(told: dict[str, str], email: str) -> None:
    profile = profile_of(told, HOST, own=HOST)
    assert profile == Profile(f"teams:{told['tenantId']}/{ANNA}", "Anna Berg", email)


def test_who_has_no_account_is_nobody_to_us() -> None:
    assert profile_of({"id": "29:anonym", "name": "Gäst"}, HOST, HOST) is None
    assert profile_of(member(), HOST, HOST, "sv-SE") == Profile(f"teams:{HOST}/{ANNA}", "Anna Berg", language="sv")


HOSTS = ("smba.trafficmanager.net", "*.botframework.example")


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net:443/teams", "https://a.botframework.example"])
def test_teams_own_addresses_are_served(url: str) -> None:
    assert served(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        None, "", 7, "smba.trafficmanager.net", "http://smba.trafficmanager.net/", "https://evil.example/smba.trafficmanager.net",
        "https://smba.trafficmanager.net.evil.example/", "https://smba.trafficmanager.net@evil.example/", "https://evil.smba.trafficmanager.net",
        "https://smba.trafficmanager.net:8443/", "https://botframework.example/", "https://127.0.0.1/", "https://[::1", "file://smba.trafficmanager.net/x",
    ],
)  # fmt: skip
def test_no_other_address_is(url: object) -> None:
    assert not served(url, HOSTS)
