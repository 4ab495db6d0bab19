"""What people do in Slack, by signed requests to the real server, and what they see of it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bot.model import Consent, Member, Person
from handlers.turn import Answered
from templates.card import FieldView, FormView
from tests.fake_servers.slack import Channel, FakeSlack, Message, words
from tests.fake_servers.slack import Person as Client
from tests.fake_servers.slack.people import Sent
from tests.handlers.slack.bot import GROUP, Bot, newest

ADD = "åtgärd @bo ringa kommunen senast fredag"


def shown(slack: FakeSlack, text: str, user: str = "UANNA", channel: str = GROUP) -> Message:
    """The ephemeral message holding the text, as soon as it is there."""
    return slack.wait(lambda: next((each for each in reversed(slack.ephemerals(user, channel)) if text in words(each.blocks)), None))


def posted(slack: FakeSlack, text: str, channel: str = GROUP) -> Message:
    return slack.wait(lambda: next((each for each in reversed(slack.messages(channel)) if text in words(each.blocks)), None))


@pytest.fixture
def anna(slack: FakeSlack, bot: Bot) -> Client:
    return slack.person("UANNA", bot.url)


@pytest.fixture
def bo(slack: FakeSlack, bot: Bot) -> Client:
    return slack.person("UBO", bot.url)


# -- commands


def test_a_command_is_answered_in_the_acknowledgement_and_the_card_is_posted(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    reply = anna.command(GROUP, ADD)
    assert reply.ok
    assert reply.body["response_type"] == "ephemeral"
    assert reply.shown and "ringa kommunen" in words(reply.shown.blocks)
    assert "ringa kommunen" in words(posted(slack, "ringa kommunen").blocks)
    [action] = bot.actions()
    assert action["owners"] == ["ubo"]


def test_the_acknowledgement_is_ascii_with_the_letters_escaped(bot: Bot, anna: Client) -> None:
    reply = anna.command(GROUP, "hjälp")
    assert "json" in reply.headers["content-type"]
    assert any(ord(letter) > 127 for letter in json.dumps(reply.body, ensure_ascii=False))
    assert int(reply.headers["content-length"]) == len(json.dumps(reply.body).encode("ascii"))


def test_slack_is_asked_who_we_are_once_and_who_somebody_is_once(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    for number in range(5):
        assert anna.command(GROUP, f"beslut nummer {number}").ok
    assert len(slack.called("auth.test")) == 1
    assert {call.body["user"] for call in slack.called("users.info")} <= {slack.bot_user}  # the speaker asks who that is
    assert len(slack.called("conversations.info")) == 1


def test_a_retry_gives_the_same_answer_and_changes_nothing(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    first = anna.command(GROUP, ADD)
    again = first.again()
    assert again.body == first.body
    assert len(bot.actions()) == 1


def test_mentions_are_names_also_of_who_was_never_met(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    reply = anna.command(GROUP, "åtgärd @eva ringa kommunen")
    assert reply.shown and "Eva Ring" in words(reply.shown.blocks)
    eva = bot.people()["Eva Ring"]
    assert eva.identities == (f"slack:{slack.team}/UEVA", "mail:eva@example.org")
    assert eva.language == "en"


def test_who_was_loaded_by_address_is_found_by_it(slack: FakeSlack, bot: Bot) -> None:
    bot.save([Person("eva", "Eva Ring", identities=("teams:x/y", "mail:eva@example.org"), language="sv", roles=frozenset({"coordinator"}))])
    assert slack.person("UEVA", bot.url).command(GROUP, "hjälp").ok
    with bot.store.read() as read:
        eva = read.person("eva")
        assert eva and eva.identities == ("teams:x/y", f"slack:{slack.team}/UEVA", "mail:eva@example.org")
        assert [each.id for each in read.people() if each.name == "Eva Ring"] == ["eva"]


def test_somebody_from_another_workplace_is_not_taken_for_who_has_their_address_here(slack: FakeSlack, bot: Bot) -> None:
    bot.save([Person("eva", "Eva Ring", identities=("mail:eva@example.org",), roles=frozenset({"administrator"}))])
    slack.add_team("TELSE", "Regionen")
    slack.add_user("USTRANGE", "Eva Falsk", email="eva@example.org", team="TELSE")
    slack.add_channel("CSHARED", members=["UANNA", "USTRANGE"], connected=["TELSE"])
    assert slack.person("USTRANGE", bot.url).mention("CSHARED", "hjälp").ok
    slack.wait(lambda: "Eva Falsk" in bot.people())
    people = bot.people()
    assert people["Eva Ring"].identities == ("mail:eva@example.org",)
    assert people["Eva Falsk"].identities == ("slack:TELSE/USTRANGE",)


def test_a_channel_without_the_bot_is_told_how_to_invite_it(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    slack.add_channel("CHIDDEN", members=["UANNA"], bot=False)
    for line in (ADD, "ny grupp ek", "lista", "starta mötet"):
        assert "/invite @nvg" in words(anna.command("CHIDDEN", line).body["blocks"]), line
    assert not bot.actions()
    slack.invite_bot("CHIDDEN", "UANNA", bot.url)
    assert "/invite" not in words(anna.command("CHIDDEN", "hjälp").body["blocks"])


@pytest.mark.parametrize("name", ["chidden", "mpdm-anna--eva--kim-1"])
def test_where_no_group_can_be_ones_own_is_answered_as_in_private(slack: FakeSlack, bot: Bot, anna: Client, name: str) -> None:
    anna.command(GROUP, "åtgärd ringa kommunen")
    slack.add_channel("CHIDDEN", members=["UANNA"], bot=False, name=name)
    for line, answer in (("hjälp", "mina"), ("mina inställningar", "Arbetstid"), ("borta 1-5 mars", "borta"), ("klar tall #1", "ringa kommunen")):
        shown = anna.command("CHIDDEN", line).shown
        assert shown and shown.only == "UANNA" and answer in words(shown.blocks) and "/invite" not in words(shown.blocks), line
    anna.command("CHIDDEN", "ångra")
    own = anna.command("CHIDDEN", "mina").shown
    assert own and "ringa kommunen" in words(own.blocks)
    anna.tap(own, "Klart")
    slack.wait(lambda: bot.actions()[0]["state"] == "done")
    assert not slack.messages("CHIDDEN")


def test_a_public_channel_is_no_home_for_a_group(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    slack.add_channel("COPEN", members=["UANNA"], private=False)
    anna.command("COPEN", "ny grupp ek")
    with bot.store.read() as read:
        assert read.group_of_code("ek") is None


def test_in_a_public_channel_one_is_not_asked_to_invite_the_bot_but_gets_ones_own(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.command(GROUP, "åtgärd ringa kommunen")
    slack.add_channel("COPEN", members=["UANNA"], private=False, bot=False)
    assert "ringa kommunen" in words(anna.command("COPEN", "mina").body["blocks"])
    told = words(anna.command("COPEN", "ny grupp ek").body["blocks"])
    assert "öppen kanal" in told and "/invite" not in told


def test_a_line_to_write_begins_with_the_command_in_a_channel_and_not_in_private(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    assert "/nvg åtgärd @" in words(anna.command(GROUP, "hjälp").body["blocks"])
    assert "/nvg" not in words(anna.command("", "hjälp").body["blocks"])
    assert "/nvg beslut: …" in words(anna.command(GROUP, "starta mötet").body["blocks"])
    assert "/nvg beslut: …" in words(posted(slack, "Mötet pågår").blocks)


def test_the_private_chat_needs_no_channel(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.command(GROUP, "åtgärd ringa kommunen")
    reply = anna.command("", "mina")
    assert "ringa kommunen" in words(reply.body["blocks"])


# -- mentions and lines


def test_a_mention_is_answered_to_who_wrote_it_in_its_thread(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    assert anna.mention(GROUP, ADD).status == 200
    assert not shown(slack, "ringa kommunen").thread_ts
    first = posted(slack, "ringa kommunen")
    anna.mention(GROUP, "beslut vi börjar om", thread_ts=first.ts)
    assert shown(slack, "vi börjar om").thread_ts == first.ts


def test_a_line_in_the_private_chat_is_answered_there(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.direct("hjälp")
    slack.wait(lambda: [each for each in slack.messages("UANNA") if each.bot_id])


def test_a_repeated_event_is_answered_once(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, ADD, retry=2)
    shown(slack, "ringa kommunen")
    posted(slack, "ringa kommunen")
    assert len(bot.actions()) == 1
    assert len(slack.called("chat.postEphemeral")) == 1


def test_bots_edits_and_the_like_are_not_heard(slack: FakeSlack, bot: Bot) -> None:
    base = {"type": "message", "channel_type": "im", "channel": "D1", "user": "UANNA", "text": "åtgärd ringa", "ts": "1.1", "event_ts": "1.1"}
    for more in ({"bot_id": "B1"}, {"subtype": "message_changed"}, {"subtype": "bot_message"}, {"hidden": True}, {"edited": {"ts": "1"}}):
        assert slack.postbox.event(slack.team, {**base, **more}, bot.url).status == 200
    assert slack.postbox.event(slack.team, {**base, "type": "app_mention", "user": slack.bot_user}, bot.url).status == 200
    time.sleep(0.2)
    assert slack.called("chat.postMessage") == []


def test_where_listening_is_chosen_only_plain_decisions_count(slack: FakeSlack, bot: Bot) -> None:
    base = {"type": "message", "channel_type": "group", "channel": GROUP, "user": "UANNA", "ts": "1.1", "event_ts": "1.1"}
    for text in ("vi ses i morgon", "beslut: vi börjar om", f"<@{slack.bot_user}> beslut två gånger"):
        slack.postbox.event(slack.team, {**base, "text": text}, bot.url)
    posted(slack, "vi börjar om")
    assert [each["text"] for each in bot.store.export_group("tall")["decisions"]] == ["vi börjar om"]


# -- buttons and forms


def test_a_tap_is_answered_to_who_tapped_and_the_card_redrawn(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    card = posted(slack, "ringa kommunen")
    assert bo.tap(card, "Klart").ok
    shown(slack, "ringa kommunen", "UBO")
    slack.wait(lambda: posted(slack, "ringa kommunen").edits)
    assert bot.actions()[0]["state"] == "done"


def test_of_two_who_tap_at_once_one_wins_and_the_other_is_told_who(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    card = posted(slack, "ringa kommunen")
    threads = [threading.Thread(target=each.tap, args=(card, "Klart")) for each in (anna, bo)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    slack.wait(lambda: slack.ephemerals("UANNA", GROUP)[1:] and slack.ephemerals("UBO", GROUP))
    answers = [words(newest(slack.ephemerals(user, GROUP)).blocks) for user in ("UANNA", "UBO")]
    late = [each for each in answers if "redan" in each]
    assert len(late) == 1, answers
    assert "<@UANNA> har redan" in late[0] or "<@UBO> har redan" in late[0]


def test_a_repeated_tap_does_the_thing_once(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    bo.tap(posted(slack, "ringa kommunen"), "Klart", retry=2)
    shown(slack, "ringa kommunen", "UBO")
    time.sleep(0.2)
    assert len(slack.ephemerals("UBO", GROUP)) == 1


def test_a_form_opens_is_refused_by_field_and_accepted(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    bo.tap(posted(slack, "ringa kommunen"), "Nytt datum")
    view = slack.wait(lambda: bo.modal)
    assert view.private_metadata
    field = next(block["block_id"] for block in view.blocks if block["type"] == "input")
    refused = bo.submit({field: "2020-01-01"})
    assert refused.ok, refused.error
    assert list(refused.body["errors"]) == [field]
    assert refused.again().body == refused.body
    assert bo.modal
    accepted = bo.submit({field: "2031-05-06"})
    assert accepted.ok and not accepted.body
    assert bo.modal is None
    assert bot.actions()[0]["due"] == "2031-05-06"
    shown(slack, "ringa kommunen", "UBO")


def test_a_form_too_late_to_open_says_so(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    card = posted(slack, "ringa kommunen")
    slack.fail("views.open", "expired_trigger_id")
    bo.tap(card, "Nytt datum")
    shown(slack, "en gång till", "UBO")


def test_a_mention_cannot_open_a_form_but_offers_it(slack: FakeSlack, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = FormView("Ändra åtgärd", "Spara", "Avbryt", "edit", "tall:1", 1, fields=(FieldView("text", "Text", value="ringa"),))
    monkeypatch.setattr(bot.engine.turns, "_turn", lambda *_: Answered("form_edit", form=form))
    anna.mention(GROUP, "ändra åtgärden")
    anna.tap(shown(slack, "lite mer"), "Fyll i")
    assert slack.wait(lambda: anna.modal).given["title"]["text"] == "Ändra åtgärd"


def test_the_forms_of_a_live_meeting_stay_open_and_blank(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    assert anna.command(GROUP, "starta mötet").ok
    card = slack.wait(lambda: next((each for each in slack.messages(GROUP) if "+ Beslut" in json.dumps(each.blocks, ensure_ascii=False)), None))
    anna.tap(card, "+ Beslut")
    view = slack.wait(lambda: anna.modal)
    before = [block["element"]["action_id"] for block in view.blocks if block["type"] == "input"]
    reply = anna.submit({"text": "vi börjar om"})
    assert reply.ok, reply.error
    assert reply.body["response_action"] == "update"
    assert anna.modal and "vi börjar om" in words(anna.modal.blocks)  # the receipt on top
    after = [block["element"]["action_id"] for block in anna.modal.blocks if block["type"] == "input"]
    assert not set(before) & set(after), "Slack keeps what is written in a field whose ids stay"
    assert anna.submit({"text": "och vi ringer"}).body["response_action"] == "update"
    slack.wait(lambda: "och vi ringer" in words(slack.message(GROUP, card.ts).blocks))
    assert len(bot.store.export_group("tall")["decisions"]) == 2


def test_a_message_becomes_an_action_by_its_shortcut(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, "hej")
    message = slack.messages(GROUP)[0]
    message.text = "Vi borde ringa <https://kommunen.se|kommunen> &amp; fråga"
    anna.shortcut("make_action", message)
    view = slack.wait(lambda: anna.modal)
    assert "ringa kommunen & fråga" in json.dumps(view.blocks, ensure_ascii=False)
    reply = anna.submit()
    assert reply.ok, reply.error
    slack.wait(bot.actions)


@pytest.mark.parametrize("where", ["public", "public, without the bot", "private, without the bot", "between two", "between a few"])
def test_a_message_written_where_no_group_lives_can_be_taken_over_too(slack: FakeSlack, bot: Bot, anna: Client, bo: Client, where: str) -> None:
    if where == "between two":
        slack.channels["DTWO"] = Channel("DTWO", "", slack.team, ["UANNA", "UBO"], im="UBO")
    else:
        name = "mpdm-anna--bo--eva-1" if where == "between a few" else ""
        slack.add_channel("DTWO", ["UANNA", "UBO"], private=not where.startswith("public"), bot=where == "public", name=name)
    anna.shortcut("make_action", bo.write("DTWO", "@bo ringer hemtjänsten på fredag"))
    slack.wait(lambda: anna.modal)
    assert anna.submit().ok
    slack.wait(lambda: [each for each in slack.messages("UANNA") if "tall #1" in words(each.blocks)])  # the receipt, in the chat with the bot
    assert not [each for each in slack.messages("DTWO") if each.user == slack.bot_user]
    [action] = bot.actions()
    assert (action["text"], action["owners"]) == ("ringer hemtjänsten", ["ubo"])


def given(client: Client) -> dict[str, str]:
    """What is filled in in the texts of the open form."""
    view = client.slack.wait(lambda: client.modal)
    return {block["block_id"]: block["element"].get("initial_value", "") for block in view.blocks if block.get("element", {}).get("type") == "plain_text_input"}


def consents(bot: Bot) -> None:
    with bot.store.turn() as work:
        group = work.group("tall")
        assert group
        work.save([replace(group, consent=Consent(date(2040, 1, 1), ("Arvika kommun",)))], bot.engine.clock.now())


def kept(slack: FakeSlack, bot: Bot, text: str) -> Message:
    """The message in the group's channel, as soon as the bot knows which it is."""
    message = posted(slack, text)
    return slack.wait(lambda: bot.engine.posted(f"slack:{slack.team}/{GROUP}", message.ts).card and message)


def test_a_shortcut_on_the_bots_own_card_takes_what_it_shows(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    consents(bot)
    anna.command(GROUP, ADD)
    action = kept(slack, bot, "ringa kommunen")
    anna.shortcut("make_decision", action)
    assert given(anna)["text"] == "ringa kommunen"
    anna.close()
    anna.command(GROUP, "beslut vi provar ett nytt schema")
    anna.shortcut("make_action", kept(slack, bot, "nytt schema"))
    assert given(anna)["text"] == "vi provar ett nytt schema"
    bo.shortcut("make_lift", action)  # as its own button: the action is what is stuck
    assert given(bo)["orsak"] == ""
    assert bo.modal and bo.modal.given["title"]["text"] == "Hissa" and "ringa kommunen" in words(bo.modal.blocks)


@pytest.mark.parametrize("shortcut", ["make_action", "make_decision", "make_lift"])
def test_on_a_card_that_shows_more_a_shortcut_fills_in_nothing_and_says_so(slack: FakeSlack, bot: Bot, anna: Client, shortcut: str) -> None:
    consents(bot)
    anna.command(GROUP, "starta mötet")
    anna.command(GROUP, "beslut vi provar ett nytt schema")
    anna.shortcut(shortcut, posted(slack, "nytt schema"))
    assert not any(given(anna).values())
    assert anna.modal and "jag själv skrivit" in words(anna.modal.blocks)


def test_a_new_action_from_anywhere(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.shortcut("new_action")
    view = slack.wait(lambda: anna.modal)
    assert view.callback_id == "form"


# -- Home


def test_home_is_shown_and_changes_with_what_is_done_there(slack: FakeSlack, bot: Bot, anna: Client, bo: Client) -> None:
    anna.command(GROUP, ADD)
    bo.open_home()
    home = slack.wait(lambda: bo.home)
    assert "ringa kommunen" in words(home.blocks)
    bo.tap(home, "Klart")
    slack.wait(lambda: len(slack.called("views.publish")) > 1)
    assert bot.actions()[0]["state"] == "done"


# -- more pages


def test_what_is_too_long_goes_on_with_a_tap(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    for number in range(70):
        assert anna.command(GROUP, f"åtgärd ringa nummer {number} och fråga hur det har gått sedan sist vi talades vid").ok
    reply = anna.command(GROUP, "lista")
    assert reply.shown
    seen = words(reply.shown.blocks)
    message = reply.shown
    while "more#0" in json.dumps(message.blocks):
        before = len(slack.ephemerals("UANNA", GROUP))
        anna.tap(message, "more#0")
        message = newest(slack.wait(lambda before=before: slack.ephemerals("UANNA", GROUP)[before:]))
        seen += "\n" + words(message.blocks)
    for number in range(70):
        assert f"ringa nummer {number}\u00a0och" in seen


# -- what happens around


def test_who_comes_and_goes_is_told_of(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    anna.command(GROUP, "hjälp")
    assert slack.join("UEVA", GROUP, bot.url).ok
    with bot.store.read() as read:
        group = read.group("tall")
    assert group and group.at_door == (bot.people()["Eva Ring"].id,)
    assert slack.leave("UBO", GROUP, bot.url).ok
    with bot.store.read() as read:
        assert read.snapshot_for(["tall"], [], bot.engine.clock.now()).views["tall"].role_of("ubo") is None


def test_invited_into_a_channel_a_group_is_offered(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    slack.add_channel("CNEW", members=["UANNA"], bot=False)
    slack.invite_bot("CNEW", "UANNA", bot.url)
    posted(slack, "grupp", "CNEW")


def test_a_group_is_started_with_people_whom_only_the_bot_knows_however_many_they_are(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    bot.save([Person(f"p{n}", f"Kim Ny{n}", organisation="Region Värmland", identities=(f"mail:kim{n}@example.org",)) for n in range(800)])
    slack.add_channel("CNEW", members=["UANNA"], bot=False)
    slack.invite_bot("CNEW", "UANNA", bot.url)
    anna.tap(posted(slack, "grupp", "CNEW"), "Starta grupp här")
    slack.wait(lambda: anna.modal)
    assert "så" in anna.submit({"medlemmar": ["UANNA", "UEVA"], "medlemmar+": "Kim"}).body["errors"]["medlemmar"]
    assert "hittar" in anna.submit({"medlemmar": ["UANNA"], "medlemmar+": "Lo Kvist"}).body["errors"]["medlemmar"]
    assert anna.submit({"kodnamn": "Ek", "medlemmar": ["UANNA", "UEVA"], "medlemmar+": "Kim Ny7, KIM799@example.org"}).ok
    people = bot.people()
    with bot.store.read() as read:
        members = {each.person for each in read.members() if each.group == "ek"}
    assert members == {"uanna", people["Eva Ring"].id, "p7", "p799"}


@pytest.mark.parametrize("how", ["remove_bot", "archive", "delete_channel"])
def test_a_channel_lost_is_told_to_who_leads(slack: FakeSlack, bot: Bot, how: str) -> None:
    getattr(slack, how)(GROUP, "UBO", bot.url)
    with bot.store.read() as read:
        group = read.group("tall")
    assert group and group.lost == (f"slack:{slack.team}/{GROUP}",)
    slack.wait(lambda: slack.messages("UANNA"))


def test_who_left_and_came_back_is_in_also_when_slack_tells_of_it_the_other_way_round(slack: FakeSlack, bot: Bot) -> None:
    left = {"type": "member_left_channel", "user": "UBO", "channel": GROUP, "channel_type": "G", "team": slack.team, "event_ts": slack.ts()}
    slack.leave("UBO", GROUP)
    slack.join("UBO", GROUP, bot.url)
    slack.postbox.event(slack.team, left, bot.url)
    assert seat_of(bot, "ubo") == "active"
    slack.leave("UBO", GROUP, bot.url)
    assert seat_of(bot, "ubo") == "out"


def test_an_account_that_is_closed_leaves_its_groups(slack: FakeSlack, bot: Bot) -> None:
    slack.close_account("UBO", bot.url)
    with bot.store.read() as read:
        bo = read.person("ubo")
    assert bo and bo.state == "gone"


def test_a_new_name_is_taken_over(slack: FakeSlack, bot: Bot) -> None:
    slack.users["UBO"].name, slack.users["UBO"].tz = "Bo Lund", "Europe/Helsinki"
    slack.tell_of("UBO", bot.url)
    assert bot.people()["Bo Lund"].time_zone == "Europe/Helsinki" and "Bo Ek" not in bot.people()
    slack.postbox.event(slack.team, {"type": "user_change", "user": {"id": "UBO", "team_id": slack.team}, "event_ts": slack.ts()}, bot.url)
    assert bot.people()["Bo Lund"].id == "ubo"


def test_accounts_never_met_are_not_added(slack: FakeSlack, bot: Bot) -> None:
    slack.close_account("UEVA", bot.url)
    assert "Eva Ring" not in bot.people()


def test_uninstalled_the_bot_is_silent(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    assert anna.command(GROUP, "hjälp").ok
    slack.uninstall(bot_url=bot.url)
    assert bot.slack.workspaces.token_of(slack.team) is None


# -- refused, slow, broken


@pytest.mark.parametrize(("how", "status"), [({"sign": False}, 401), ({"sign": "wrong"}, 401), ({"old": 301.0}, 401), ({"old": -360.0}, 401)])
def test_what_slack_did_not_sign_just_now_is_refused(slack: FakeSlack, bot: Bot, anna: Client, how: dict[str, object], status: int) -> None:
    assert anna.command(GROUP, ADD, **how).status == status  # type: ignore[arg-type]
    assert bot.actions() == []


def _post(url: str, body: bytes, **headers: str) -> int:
    try:
        with urlopen(Request(url, body, headers, method="POST"), timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_bodies_that_are_not_slacks_are_refused(bot: Bot) -> None:
    url = f"{bot.url}/slack/events"
    assert _post(url, b"x" * 2_000_000) == 413
    assert _post(url, b"\xff\xfe") == 400
    assert _post(url, b"{not json", **{"Content-Type": "application/json"}) == 400
    assert _post(url, b"") == 401
    assert _post(url, b"hello") == 401


def test_slack_that_is_slow_at_first_contact_is_waited_for_beside(slack: FakeSlack, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    eva = slack.person("UEVA", bot.url)
    monkeypatch.setattr("handlers.slack.hear.IN_TIME", 0.3)
    slack.hang("users.info", 60.0)
    reply = eva.command(GROUP, "hjälp")
    assert reply.ok and not reply.body  # though Slack still says nothing
    slack.let_go()
    slack.wait(lambda: slack.ephemerals("UEVA", GROUP))


def test_an_event_is_acknowledged_only_when_it_is_kept(slack: FakeSlack, bot: Bot) -> None:
    slack.hang("users.info", 60.0)
    slack.patience = 0.5
    reply = slack.person("UEVA", bot.url).direct("hjälp")
    assert reply.error == "operation_timeout"
    slack.patience = 30.0
    slack.let_go()
    assert reply.again(1).ok  # Slack hands it over again
    slack.wait(lambda: [each for each in slack.messages("UEVA") if each.bot_id])
    time.sleep(0.3)
    assert len([each for each in slack.messages("UEVA") if each.bot_id]) == 1


def test_who_cannot_be_looked_up_is_told_so(slack: FakeSlack, bot: Bot) -> None:
    slack.fail("users.info", "internal_error", times=9)
    reply = slack.person("UEVA", bot.url).command(GROUP, "hjälp")
    assert "vem du är" in words(reply.body["blocks"])
    assert "Eva Ring" not in bot.people()


def test_while_slack_says_nothing_of_the_channel_the_command_works(slack: FakeSlack, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.slack.channels.PATIENCE", 0.3)
    slack.hang("conversations.info", 60.0)
    reply = anna.command(GROUP, ADD)
    assert reply.shown and "ringa kommunen" in words(reply.shown.blocks)


def test_our_own_mistakes_are_said_kindly(slack: FakeSlack, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("hemligt")

    monkeypatch.setattr("handlers.slack.hear.plain_line", broken)
    reply = anna.command(GROUP, ADD)
    assert "Något gick fel" in reply.body["text"]
    assert "hemligt" not in reply.body["text"] and "Traceback" not in reply.body["text"]


def test_our_own_mistakes_in_taps_and_forms_are_said_too(slack: FakeSlack, bot: Bot, anna: Client, bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.command(GROUP, ADD)
    card = posted(slack, "ringa kommunen")
    bo.tap(card, "Nytt datum")
    slack.wait(lambda: bo.modal)

    def broken(*_: object) -> None:
        raise RuntimeError("hemligt")

    monkeypatch.setattr("handlers.slack.hear.filled", broken)
    reply = bo.submit({"senast": "2031-01-01"})
    assert reply.ok, reply.error
    assert "Något gick fel" in "".join(reply.body["errors"].values())
    assert bo.modal, "what was written stays"
    monkeypatch.setattr("handlers.slack.hear.modal", broken)
    bo.tap(card, "Nytt datum")
    shown(slack, "Något gick fel", "UBO")
    monkeypatch.setattr("handlers.slack.blocks.button", broken)
    before = len(slack.ephemerals("UBO", GROUP))
    bo.tap(card, "Klart")
    slack.wait(lambda: slack.ephemerals("UBO", GROUP)[before:])


# -- processes


def test_after_a_restart_a_retry_still_gets_its_answer(slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Sent] = []
    hand_over = slack.postbox.hand_over
    monkeypatch.setattr(slack.postbox, "hand_over", lambda what, *rest: (sent.append(what), hand_over(what, *rest))[1])
    with Bot(slack, tmp_path) as first:
        first.start_group()
        before = slack.person("UANNA", first.url).command(GROUP, ADD)
    with Bot(slack, tmp_path) as second:
        after = hand_over(sent[0], second.url, retry=1)
        assert after.body == before.body
        assert len(second.actions()) == 1


def test_two_processes_serve_the_same_group(slack: FakeSlack, tmp_path: Path) -> None:
    with Bot(slack, tmp_path) as first, Bot(slack, tmp_path) as second:
        first.start_group()
        for number in range(6):
            bot = (first, second)[number % 2]
            assert slack.person("UANNA", bot.url).command(GROUP, f"åtgärd ringa kund {number}").ok
        assert sorted(each["id"] for each in first.actions()) == [1, 2, 3, 4, 5, 6]
        slack.wait(lambda: len(slack.messages(GROUP)) >= 6)
        time.sleep(0.5)
        assert len([each for each in slack.messages(GROUP) if "ringa kund" in words(each.blocks)]) == 6


def test_health_and_metrics(bot: Bot, anna: Client) -> None:
    anna.command(GROUP, "hjälp")
    with urlopen(f"{bot.url}/health") as answer:
        assert json.load(answer)["ok"]
    with urlopen(f"{bot.url}/metrics") as answer:
        told = answer.read().decode()
    assert 'nvg_slack_total{kind="command"} 1' in told
    assert "nvg_late 0" in told


def test_let_in_again_with_the_same_token_what_waited_goes_out_when_somebody_is_heard(slack: FakeSlack, bot: Bot, anna: Client) -> None:
    slack.revoke()
    anna.command("CTALL", "åtgärd ringa kommunen")
    slack.wait(lambda: bot.store.waiting().get("token_revoked"))
    slack.grants[slack.bot_token].state = ""
    anna.command("CTALL", "lista")
    assert slack.wait(lambda: [each for each in slack.messages("CTALL") if "ringa kommunen" in words(each.blocks)])


def seat_of(bot: Bot, person: str) -> str:
    with bot.store.read() as read:
        return next(each.state for each in read.everything_of("tall")["Member"] if isinstance(each, Member) and each.person == person)
