"""What people do in Teams, by activities with real tokens to the real server, and what they see of it."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bot.model import Member, Person
from handlers.pace import Budget
from handlers.speaker import To
from handlers.teams.speak import Limits
from handlers.teams.web import Web
from handlers.turn import Answered
from templates.card import FieldView, FormView
from tests.fake_servers.teams import FakeTeams, Message, User, words_of
from tests.fake_servers.teams import Person as Client
from tests.handlers.teams.bot import ANNA, BO, EVA, GROUP, Bot

ADD = "åtgärd @bo ringa kommunen senast fredag"
REGION = "22222222-2222-2222-2222-222222222222"


def shown(teams: FakeTeams, text: str, user: str = ANNA, conversation: str = GROUP) -> Message:
    """The message holding the text that only this user sees, as soon as it is there."""
    return teams.wait(lambda: next((each for each in reversed(teams.targeted(user, conversation)) if text in words_of(each.card)), None))


def posted(teams: FakeTeams, text: str, conversation: str = GROUP) -> Message:
    return teams.wait(lambda: next((each for each in reversed(teams.messages(conversation)) if not each.user and text in words_of(each.card)), None))


def card_of(teams: FakeTeams, bot: Bot, text: str) -> Message:
    """The group's card holding the text, when the bot too has noted that it was sent."""
    card = posted(teams, text)
    teams.wait(lambda: bot.engine.posted(f"teams:{teams.tenant}/{GROUP}", card.id).card)
    return card


@pytest.fixture
def anna(teams: FakeTeams, bot: Bot) -> Client:
    return teams.person(ANNA, bot.url)


@pytest.fixture
def bo(teams: FakeTeams, bot: Bot) -> Client:
    return teams.person(BO, bot.url)


# -- lines


def test_a_new_name_is_taken_over_from_what_its_owner_writes(teams: FakeTeams, bot: Bot, bo: Client) -> None:
    teams.users[BO].name = "Bo Lund"
    bo.mention(GROUP, "hjälp")
    teams.wait(lambda: "Bo Lund" in bot.people())
    assert "Bo Ek" not in bot.people()


def test_a_mention_is_answered_to_who_wrote_it_and_the_card_is_posted(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    reply = anna.mention(GROUP, ADD)
    assert (reply.status, reply.body) == (200, "")
    shown(teams, "ringa kommunen")
    posted(teams, "ringa kommunen")
    [action] = bot.actions()
    assert (action["owners"], action["text"]) == (["bo"], "ringa kommunen")


@pytest.mark.parametrize("sort", ["standard", "private", "shared"])
def test_groups_live_in_all_sorts_of_channels(teams: FakeTeams, bot: Bot, anna: Client, sort: str) -> None:
    teams.add_channel("ny", [ANNA], id="19:ny@thread.tacv2", sort=sort)
    anna.mention("19:ny@thread.tacv2", "ny grupp ek")
    anna.mention("19:ny@thread.tacv2", "åtgärd ringa kommunen")
    posted(teams, "ringa kommunen", "19:ny@thread.tacv2")
    assert len(bot.actions("ek")) == 1


@pytest.mark.parametrize("meeting", [False, True])
def test_groups_live_in_chats_too(teams: FakeTeams, bot: Bot, anna: Client, meeting: bool) -> None:
    chat = teams.add_chat("vården", [ANNA, BO], meeting=meeting)
    anna.mention(chat.id, "ny grupp ek")
    anna.mention(chat.id, "beslut vi börjar om")
    shown(teams, "vi börjar om", conversation=chat.id)
    assert len(bot.store.export_group("ek")["decisions"]) == 1


def test_the_private_chat_needs_no_mention_and_is_answered_there(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.direct("åtgärd ringa kommunen")
    posted(teams, "ringa kommunen", ANNA)
    assert len(bot.actions()) == 1
    assert teams.targeted(ANNA) == []


@pytest.mark.parametrize("line", ["@nvg, åtgärd @bo ringa kommunen", "@nvg: åtgärd: @bo ringa kommunen", "åtgärd @bo ringa kommunen @nvg"])
def test_the_bot_is_called_as_people_are(teams: FakeTeams, bot: Bot, anna: Client, line: str) -> None:
    anna.mention(GROUP, line)
    posted(teams, "ringa kommunen")
    assert bot.actions()[0]["owners"] == ["bo"]


def test_a_thread_is_answered_in_the_thread(teams: FakeTeams, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    spots: list[str] = []
    send = Web.send

    async def noted(web: Web, address: str, service_url: str, conversation: str, *rest: Any) -> None:
        spots.append(conversation)
        await send(web, address, service_url, conversation, *rest)

    monkeypatch.setattr(Web, "send", noted)
    anna.mention(GROUP, "beslut vi börjar om", thread="1234567890123")
    shown(teams, "vi börjar om")
    assert spots == [f"{GROUP};messageid=1234567890123"]
    assert len(bot.store.export_group("tall")["decisions"]) == 1


def test_a_repeated_message_is_answered_once(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, ADD, retry=2)
    shown(teams, "ringa kommunen")
    posted(teams, "ringa kommunen")
    assert len(bot.actions()) == 1
    assert len(teams.called("targeted")) == 1


def test_the_same_number_in_another_conversation_is_another_message(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    for person, text in ((anna, "beslut hon får en rullator"), (bo, "beslut vi ringer varje dag")):
        activity = person.post.activity("message", teams.private_chat(person.user.id), person.user, id="1700000000000", text=text)
        assert person.post.hand_over(activity, bot.url).status == 200
    assert [each["text"] for each in bot.store.export_group("tall")["decisions"]] == ["hon får en rullator", "vi ringer varje dag"]


def test_bots_edits_and_the_like_are_not_heard(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    here = teams.private_chat(ANNA)
    base = anna.post.activity("message", here, anna.user, text="åtgärd ringa")
    bots = {"id": "28:another", "name": "bot", "aadObjectId": ANNA}
    for more in ({"type": "messageUpdate"}, {"type": "messageDelete"}, {"channelData": {**base["channelData"], "eventType": "editMessage"}}, {"from": bots},
                 {"from": {**base["from"], "role": "bot"}}, {"from": {"id": "29:anonymous", "name": "Gäst"}}):  # fmt: skip
        assert anna.post.hand_over({**base, **more}, bot.url).status == 200
    time.sleep(0.2)
    assert bot.actions() == []
    assert teams.calls == []


def test_what_is_not_said_to_the_bot_is_only_overheard(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    here = teams.conversations[GROUP]
    for text in ("vi ses i morgon", "beslut: vi börjar om"):
        anna.post.hand_over(anna.post.activity("message", here, anna.user, id=teams.new_id(), text=text), bot.url)
    posted(teams, "vi börjar om")
    assert [each["text"] for each in bot.store.export_group("tall")["decisions"]] == ["vi börjar om"]
    assert "vi ses" not in json.dumps([each.card for each in teams.targeted(ANNA)])


def test_a_line_that_only_the_bot_sees_is_said_to_it(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    to = {"id": teams.bot_account, "name": teams.bot_name, "isTargeted": True}
    line = anna.post.activity("message", teams.conversations[GROUP], anna.user, id=teams.new_id(), text="åtgärd ringa kommunen", recipient=to)
    anna.post.hand_over(line, bot.url)
    shown(teams, "ringa kommunen")


# -- who people are


def test_mentions_are_names_also_of_who_was_never_met(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    teams.conversations[GROUP].members.append(EVA)
    anna.mention(GROUP, "åtgärd @eva ringa kommunen")
    shown(teams, "Eva Ring")
    eva = bot.people()["Eva Ring"]
    assert eva.identities == (f"teams:{teams.tenant}/{EVA}", "mail:eva@example.org")


def test_the_language_is_that_of_ones_teams(teams: FakeTeams, bot: Bot) -> None:
    teams.person(EVA, bot.url).direct("help")
    teams.wait(lambda: [each for each in teams.messages(EVA) if not each.user])
    assert bot.people()["Eva Ring"].language == "en"


def test_mentions_without_object_ids_are_looked_up_once(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    bo = teams.users[BO]
    for number in range(3):
        here = teams.conversations[GROUP]
        text = f"<at>nvg</at> åtgärd <at>Bo Ek</at> ringa nummer {number}"
        activity = anna.post.activity("message", here, anna.user, id=teams.new_id(), text=text)
        activity["entities"] = [
            {"type": "mention", "mentioned": {"id": teams.bot_account, "name": "nvg"}, "text": "<at>nvg</at>"},
            {"type": "mention", "mentioned": {"id": bo.account, "name": "Bo Ek"}, "text": "<at>Bo Ek</at>"},
        ]  # fmt: skip
        assert anna.post.hand_over(activity, bot.url).status == 200
    assert [each["owners"] for each in bot.actions()] == [["bo"]] * 3
    assert len(teams.called("member")) == 1


def test_who_was_loaded_by_address_is_found_by_it(teams: FakeTeams, bot: Bot) -> None:
    bot.save([Person("eva", "Eva Ring", identities=("slack:x/y", "mail:eva@example.org"), language="sv", roles=frozenset({"coordinator"}))])
    assert teams.person(EVA, bot.url).direct("hjälp").ok
    eva = bot.people()["Eva Ring"]
    assert (eva.id, eva.identities) == ("eva", ("slack:x/y", f"teams:{teams.tenant}/{EVA}", "mail:eva@example.org"))


def test_another_tenants_word_for_an_address_is_not_taken(teams: FakeTeams, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.save([Person("eva", "Eva Ring", identities=("mail:eva@example.org",), roles=frozenset({"administrator"}))])
    false = teams.add_user("Eva Falsk", mail="eva@example.org", tenant=REGION)
    plain = User.as_json
    monkeypatch.setattr(User, "as_json", lambda user: {**plain(user), "userPrincipalName": "eva@elak.example"})
    assert teams.person(false.id, bot.url).direct("hjälp").ok
    assert bot.people()["Eva Ring"].identities == ("mail:eva@example.org",)


def test_people_of_another_tenant_are_known_by_their_own(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    kim = teams.add_user("Kim Ås", mail="kim@kommun.example", tenant=REGION)
    shared = teams.add_channel("delad", [ANNA, kim.id], id="19:delad@thread.tacv2", sort="shared")
    anna.mention(shared.id, "ny grupp ek")
    teams.person(kim.id, bot.url).mention(shared.id, "beslut vi börjar om")
    teams.wait(lambda: "Kim Ås" in bot.people())
    assert bot.people()["Kim Ås"].identities == (f"teams:{REGION}/{kim.id}", "mail:kim@kommun.example")


def test_a_group_lives_in_another_organisations_teams(teams: FakeTeams, bot: Bot) -> None:
    kim, lo = (teams.add_user(name, mail=f"{mail}@kommun.example", tenant=REGION) for name, mail in (("Kim Ås", "kim"), ("Lo Berg", "lo")))
    here = teams.add_channel("ek", [kim.id, lo.id], tenant=REGION)
    teams.install(here.id, kim.id, bot.url)
    posted(teams, "Starta grupp här?", here.id)
    for line in ("starta grupp ek", "ny medlem @lo", "åtgärd @lo ringa kommunen", "fråga @lo har hon fått tiden?"):
        assert teams.person(kim.id, bot.url).mention(here.id, line).ok
    posted(teams, "ringa kommunen", here.id)
    posted(teams, "har hon fått tiden?", lo.id)  # in a private chat that the bot has opened there
    assert bot.people()["Lo Berg"].identities[0] == f"teams:{REGION}/{lo.id}"
    assert all(each.status < 400 for each in teams.calls)


def test_who_cannot_be_looked_up_is_told_so(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, ADD)
    card = card_of(teams, bot, "ringa kommunen")
    teams.conversations[GROUP].members.append(EVA)
    teams.fail("member", status=500, times=9)
    eva = teams.person(EVA, bot.url)
    eva.tap(card, "Klart")
    shown(teams, "vem du är", EVA)
    assert "Eva Ring" not in bot.people()
    assert bot.actions()[0]["state"] == "open"


# -- taps


def test_a_tap_refreshes_the_card_in_place_and_answers_who_tapped(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    card = card_of(teams, bot, "ringa kommunen")
    reply = bo.tap(card, "Klart")
    assert reply.ok, reply.error
    assert reply.body["type"] == "application/vnd.microsoft.card.adaptive"
    assert "ringa kommunen" in words_of(reply.body["value"])
    assert "Klart" not in [each.get("title") for each in reply.body["value"]["body"][-1].get("actions", ())]
    shown(teams, "ringa kommunen", BO)
    teams.wait(lambda: posted(teams, "ringa kommunen").edits)
    assert bot.actions()[0]["state"] == "done"


def test_a_button_of_an_answer_is_answered_in_its_place(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, ADD)
    receipt = shown(teams, "ringa kommunen")
    reply = anna.tap(receipt, "Ångra")
    assert reply.ok, reply.error
    assert words_of(receipt.seen_by(ANNA)) != words_of(receipt.card)
    assert bot.actions()[0]["state"] == "undone"
    assert len(teams.called("targeted")) == 1


def test_a_list_stays_when_one_of_its_rows_is_done(teams: FakeTeams, bot: Bot, bo: Client) -> None:
    bo.mention(GROUP, "åtgärd ringa kommunen")
    bo.mention(GROUP, "åtgärd skriva till regionen")
    bo.direct("mina")
    mine = posted(teams, "skriva till regionen", BO)
    reply = bo.tap(mine, "Klart")
    assert reply.ok and "ringa kommunen" in words_of(mine.seen_by(BO)) and "skriva till regionen" in words_of(mine.seen_by(BO))
    teams.wait(lambda: len([each for each in teams.messages(BO) if not each.user]) > 1)


def test_ones_own_page_stays_when_something_on_it_is_shown(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.direct("min sida")
    page = posted(teams, "Mina grupper", ANNA)
    assert anna.tap(page, "Visa").ok
    posted(teams, "Kontaktperson", ANNA)
    assert page.seen_by(ANNA) == page.card


def test_of_two_who_tap_at_once_one_wins_and_the_other_is_told_who(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    card = card_of(teams, bot, "ringa kommunen")
    threads = [threading.Thread(target=each.tap, args=(card, "Klart")) for each in (anna, bo)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    teams.wait(lambda: teams.targeted(ANNA)[1:] and teams.targeted(BO))
    answers = [words_of(teams.targeted(user)[-1].card) for user in (ANNA, BO)]
    assert len([each for each in answers if "redan" in each]) == 1, answers


def test_a_repeated_tap_does_the_thing_once(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    reply = bo.tap(card_of(teams, bot, "ringa kommunen"), "Klart", retry=2)
    assert reply.ok
    shown(teams, "ringa kommunen", BO)
    time.sleep(0.2)
    assert len(teams.targeted(BO)) == 1


def test_a_client_that_knows_only_submit_is_understood(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    card = card_of(teams, bot, "ringa kommunen")
    execute = next(action for part in card.card["body"] for action in part.get("actions", ()) if action["title"] == "Klart")
    activity = bo.post.activity("message", teams.conversations[GROUP], bo.user, value=execute["fallback"]["data"], replyToId=card.id)
    assert bo.post.hand_over(activity, bot.url).ok
    shown(teams, "ringa kommunen", BO)
    assert bot.actions()[0]["state"] == "done"


# -- forms


def test_a_dialog_opens_is_refused_by_field_and_accepted(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    assert bo.tap(posted(teams, "ringa kommunen"), "Nytt datum").ok
    dialog = bo.dialog
    assert dialog and dialog.card and "ringa kommunen" in words_of(dialog.card)
    assert all(each["type"] == "Action.Submit" for each in dialog.card["actions"])
    refused = bo.submit({"senast": "2020-01-01"})
    assert refused.ok, refused.error
    assert bo.dialog and "2020-01-01" in json.dumps(bo.dialog.card), "what was filled in is still there"
    assert words_of(bo.dialog.card) != words_of(dialog.card), "what is wrong is said"
    assert refused.again().body == refused.body
    accepted = bo.submit({"senast": "2031-05-06"})
    assert accepted.ok and not accepted.body
    assert bo.dialog is None
    assert bot.actions()[0]["due"] == "2031-05-06"
    shown(teams, "ringa kommunen", BO)


def test_a_field_left_empty_is_empty(teams: FakeTeams, bot: Bot, anna: Client, bo: Client) -> None:
    anna.mention(GROUP, ADD)
    bo.tap(posted(teams, "ringa kommunen"), "Nytt datum")
    refused = bo.submit({"senast": ""}, checked=False)
    assert refused.ok and bo.dialog, "it stays open"
    assert bot.actions()[0]["due"] != ""


def test_the_forms_of_a_live_meeting_stay_open_and_blank(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, "starta mötet")
    card = teams.wait(lambda: next((each for each in teams.messages(GROUP) if "+ Beslut" in json.dumps(each.card, ensure_ascii=False)), None))
    anna.tap(card, "+ Beslut")
    for text in ("vi börjar om", "och vi ringer"):
        assert anna.dialog
        assert anna.submit({"text": text}).ok
        assert anna.dialog and text in words_of(anna.dialog.card)  # the receipt on top
        assert next(each for each in anna.dialog.card["body"] if each.get("id") == "text")["value"] == ""
    teams.wait(lambda: "och vi ringer" in words_of(teams.message(GROUP, card.id).card))
    assert len(bot.store.export_group("tall")["decisions"]) == 2


def test_a_form_that_answers_a_line_is_shown_as_a_card(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    form = FormView("Ändra åtgärd", "Spara", "Avbryt", "edit", "tall:1", 1, fields=(FieldView("text", "Text", value="ringa"),))
    real = bot.engine.turns._turn
    bot.engine.turns._turn = lambda *_: Answered("form_edit", form=form)  # type: ignore[method-assign]
    anna.mention(GROUP, "ändra åtgärden")
    card = teams.wait(lambda: next((each for each in teams.targeted(ANNA) if "Input.Text" in json.dumps(each.card)), None))
    bot.engine.turns._turn = real  # type: ignore[method-assign]
    anna.mention(GROUP, "åtgärd ringa kommunen")
    reply = anna.tap(card, "Spara", values={"text": "ringa regionen"})
    assert reply.ok, reply.error
    assert reply.body["type"] == "application/vnd.microsoft.card.adaptive"


# -- message extensions


def test_a_message_becomes_an_action(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    message = teams.person(BO, bot.url).write(GROUP, "@bo borde ringa kommunen & fråga senast 5/6 2031")
    assert anna.extension("make_action", message).ok
    dialog = anna.dialog
    assert dialog and dialog.card
    assert "ringa kommunen & fråga" in json.dumps(dialog.card, ensure_ascii=False)
    reply = anna.submit()
    assert reply.ok, reply.error
    [action] = bot.actions()
    assert anna.dialog and "ringa kommunen" in words_of(anna.dialog.card), "the receipt is in the dialog: the bot may not be where the message is"
    assert (action["text"], action["due"], action["owners"]) == ("borde ringa kommunen & fråga", "2031-06-05", ["bo"])


@pytest.mark.parametrize(("command", "kept"), [("make_decision", "decisions"), ("make_lift", "")])
def test_a_message_becomes_a_decision_or_is_lifted(teams: FakeTeams, bot: Bot, anna: Client, command: str, kept: str) -> None:
    message = teams.person(BO, bot.url).write(GROUP, "vi provar en ny tid för hemgång")
    assert anna.extension(command, message).ok
    assert anna.dialog
    if kept:
        assert anna.submit().ok
        assert len(bot.store.export_group("tall")[kept]) == 1


def test_an_action_from_where_the_bot_is_not(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.direct("hjälp")
    elsewhere = teams.add_channel("annan", [ANNA, BO], installed=False)
    message = teams.person(BO, bot.url).write(elsewhere.id, "ringa kommunen")
    assert anna.extension("make_action", message).ok
    assert anna.submit().ok
    assert len(bot.actions()) == 1
    eva = teams.person(EVA, bot.url)  # whom nobody there can tell of
    assert eva.extension("make_action", message).ok
    assert eva.dialog and "Vi har inte träffats" in words_of(eva.dialog.card)
    eva.close()
    eva.direct("hi")
    assert eva.extension("make_action", message).ok and eva.dialog and "träffats" not in words_of(eva.dialog.card)


# -- where receipts go


def test_where_targeted_messages_are_not_let_through_the_private_chat_is_used(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    teams.targets = False
    anna.mention(GROUP, ADD)
    posted(teams, "ringa kommunen", ANNA)
    assert teams.targeted(ANNA) == []


def test_answers_keep_to_the_limits_of_a_conversation_and_posts_make_room_for_them(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    speaker, here, another = bot.teams.speaker, To("teams", f"{teams.tenant}/{GROUP}"), To("teams", f"{teams.tenant}/another")
    now = 1000.0
    speaker.pace._now = lambda: now
    speaker._limits = Limits(conversation=(Budget(2, 0.2),), tenant=(Budget(4, 60.0),), members=())
    for n in range(4):
        anna.mention(GROUP, f"hjälp {n}")
    teams.wait(lambda: len(teams.targeted(ANNA)) == 2)
    full = speaker.room(here, False)
    assert full and full.key == f"in {here.address}"
    assert len(teams.targeted(ANNA)) == 2
    now += 1
    teams.wait(lambda: len(teams.targeted(ANNA)) == 4)
    full = speaker.room(another, False)  # posts wait for the answers, which wait for no post
    assert full and full.key == f"tenant {teams.tenant}"
    assert speaker.room_to_answer(another.address) is None


def test_an_answer_that_is_told_to_slow_down_comes_later_and_so_do_posts(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    teams.fail("targeted", "Throttled", 429, retry_after=1)
    anna.mention(GROUP, "hjälp")
    teams.wait(lambda: bot.teams.speaker.pace.paused(f"in teams:{teams.tenant}/{GROUP}"))
    teams.wait(lambda: teams.targeted(ANNA))


def test_a_form_that_nobody_else_may_see_is_offered_in_the_private_chat(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    teams.targets = False
    real = bot.engine.turns._turn
    form = FormView("Ändra åtgärd", "Spara", "Avbryt", "edit", "tall:1", 1, fields=(FieldView("text", "Text", value="ringa"),))
    bot.engine.turns._turn = lambda *_: Answered("form_edit", form=form)  # type: ignore[method-assign]
    anna.mention(GROUP, "ändra åtgärden")
    card = posted(teams, "lite mer", ANNA)
    reply = anna.tap(card, "Fyll i")
    bot.engine.turns._turn = real  # type: ignore[method-assign]
    assert "Input.Text" in json.dumps(reply.body)


def test_what_is_too_long_goes_on_with_a_tap(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    for number in range(70):
        assert anna.direct(f"åtgärd ringa nummer {number} och fråga hur det har gått sedan sist vi talades vid").ok
    anna.direct("lista")
    message = teams.wait(lambda: next((each for each in teams.messages(ANNA) if any("Visa fler" in label for label in labels(each))), None))
    seen = words_of(message.card)
    while label := next((each for each in labels(message) if each.startswith("Visa fler")), ""):
        before = len(teams.messages(ANNA))
        assert anna.tap(message, label).ok
        message = teams.wait(lambda before=before: teams.messages(ANNA)[before:])[0]
        seen += "\n" + words_of(message.card)
    for number in range(70):
        assert f"ringa nummer {number}\u00a0och" in seen


def labels(message: Message) -> list[str]:
    return [action["title"] for part in message.card["body"] for action in part.get("actions", ())] if message.card else []


# -- what happens around


def test_who_comes_and_goes_is_told_of(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, "hjälp")
    assert teams.join(EVA, GROUP, bot.url).ok
    with bot.store.read() as read:
        group = read.group("tall")
    assert group and group.at_door == (bot.people()["Eva Ring"].id,)
    assert teams.leave(BO, GROUP, bot.url).ok
    with bot.store.read() as read:
        assert read.snapshot_for(["tall"], [], bot.engine.clock.now()).views["tall"].role_of("bo") is None


def test_who_joins_where_no_group_lives_is_nobody_to_us(teams: FakeTeams, bot: Bot) -> None:
    elsewhere = teams.add_channel("annan", [ANNA])
    assert teams.join(EVA, elsewhere.id, bot.url).ok
    assert "Eva Ring" not in bot.people()
    assert teams.called("member") == []


def test_who_reads_a_channel_is_asked_anew_when_it_is_shared_with_another_team(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, ADD)
    card_of(teams, bot, "ringa kommunen")
    kim = teams.add_user("Kim Ås", mail="kim@kommun.example", tenant=REGION)
    teams.conversations[GROUP].members.append(kim.id)
    assert teams.event(GROUP, "channelShared", ANNA, bot.url).ok
    anna.mention(GROUP, "beslut vi börjar om")
    posted(teams, "Kim Ås", ANNA)  # who leads is told, and nothing is posted
    assert not any("vi börjar om" in words_of(each.card) for each in teams.messages(GROUP) if not each.user)


def test_who_joins_a_team_joins_its_standard_channels_alone(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    team = teams.conversations[GROUP].team
    private = teams.add_channel("sluten", [ANNA], id="19:sluten@thread.tacv2", sort="private", team=team)
    open_to_all = teams.add_channel("öppen", [ANNA], id="19:oppen@thread.tacv2", team=team)
    for code, channel in (("sluten", private.id), ("öppen", open_to_all.id)):
        anna.mention(channel, f"ny grupp {code}")
    assert teams.join(EVA, GROUP, bot.url).ok
    with bot.store.read() as read:
        found = {each: read.group_of_code(each) for each in ("tall", "sluten", "öppen")}
    doors = {code: bool(group and group.at_door) for code, group in found.items()}
    assert doors == {"tall": True, "sluten": False, "öppen": True}


def test_who_left_and_came_back_is_in_also_when_teams_tells_of_it_the_other_way_round(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    here, bo = teams.conversations[GROUP], teams.users[BO]
    left = {**teams.postbox.activity("conversationUpdate", here, bo), "membersRemoved": [{"id": bo.account, "aadObjectId": bo.id}]}
    left["conversation"]["id"], left["channelData"]["eventType"] = here.team, "teamMemberRemoved"
    teams.leave(BO, GROUP)
    teams.join(BO, GROUP, bot.url)
    teams.postbox.hand_over(left, bot.url)
    assert seat_of(bot, bo.handle) == "active"
    teams.leave(BO, GROUP, bot.url)
    assert seat_of(bot, bo.handle) == "out"


@pytest.mark.parametrize(("joined", "left"), [
    ("2026-11-29T00:00:01Z", "2026-11-29T00:00:01.25Z"), ("2026-11-29T00:00:01.5Z", "2026-11-29T00:00:01.5123456Z"), ("2026-11-29T00:00:01Z", ""),
    ("2026-11-29T01:00:01+01:00", "2026-11-29T00:00:02Z"),
])  # fmt: skip
def test_who_leaves_is_out_however_teams_writes_the_moment(teams: FakeTeams, bot: Bot, anna: Client, joined: str, left: str) -> None:
    here, bo = teams.conversations[GROUP], teams.users[BO]
    account = {"id": bo.account, "aadObjectId": bo.id}
    for kind, what, moment in (("membersAdded", "teamMemberAdded", joined), ("membersRemoved", "teamMemberRemoved", left)):
        activity = {**teams.postbox.activity("conversationUpdate", here, bo), kind: [account], "timestamp": moment}
        activity["conversation"]["id"], activity["channelData"]["eventType"] = here.team, what
        teams.postbox.hand_over(activity, bot.url)
    assert seat_of(bot, bo.handle) == "out"


def test_installed_in_a_channel_a_group_is_offered(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    here = teams.add_channel("ny", [ANNA], installed=False)
    for reply in teams.install(here.id, ANNA, bot.url):
        assert reply.ok
    posted(teams, "grupp", here.id)
    assert len([each for each in teams.messages(here.id) if not each.user]) == 1


@pytest.mark.parametrize("how", ["remove", "channelDeleted", "teamDeleted", "teamArchived"])
def test_a_channel_lost_is_told_to_who_leads(teams: FakeTeams, bot: Bot, anna: Client, how: str) -> None:
    anna.mention(GROUP, "hjälp")
    anna.direct("hjälp")
    if how == "remove":
        teams.remove(GROUP, BO, bot.url)
    else:
        teams.event(GROUP, how, BO, bot.url)
    with bot.store.read() as read:
        group = read.group("tall")
    assert group and group.lost == (f"teams:{teams.tenant}/{GROUP}",)
    teams.wait(lambda: len([each for each in teams.messages(ANNA) if not each.user]) > 1)


def test_back_in_a_channel_that_was_lost_it_says_so(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, "hjälp")
    teams.event(GROUP, "teamArchived", BO, bot.url)
    teams.event(GROUP, "teamUnarchived", BO, bot.url)
    with bot.store.read() as read:
        group = read.group("tall")
    assert group and group.lost == ()


def test_installed_again_what_waited_goes_out_at_once(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.mention(GROUP, "hjälp")
    teams.fail("send", "BotDisabledByAdmin", 403)
    anna.mention(GROUP, "åtgärd ringa kommunen")
    teams.wait(lambda: bot.store.waiting().get("disabled") == 1)
    for reply in teams.install(GROUP, ANNA, bot.url):
        assert reply.ok
    posted(teams, "ringa kommunen")


def test_where_it_was_heard_is_kept_over_a_restart(teams: FakeTeams, tmp_path: Path) -> None:
    with Bot(teams, tmp_path) as bot:
        bot.start_group()
        teams.person(ANNA, bot.url).direct("hjälp")
        teams.person(ANNA, bot.url).mention(GROUP, "hjälp")
    with Bot(teams, tmp_path) as again:
        known = [again.teams._conversations.of(each) for each in (f"teams:@{teams.tenant}/{ANNA}", f"teams:{teams.tenant}/{GROUP}")]
        assert [each and each.kind for each in known] == ["personal", "channel"]


def test_uninstalled_by_a_user_the_private_chat_is_forgotten(teams: FakeTeams, bot: Bot, anna: Client) -> None:
    anna.direct("hjälp")
    teams.remove(ANNA, ANNA, bot.url)
    assert bot.teams._conversations.of(f"teams:@{teams.tenant}/{ANNA}") is None


# -- slow, broken


def test_teams_that_is_slow_at_first_contact_is_waited_for_beside(teams: FakeTeams, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.teams.hear.IN_TIME", 0.3)
    teams.hang("member", 60.0)
    assert teams.person(EVA, bot.url).direct("hjälp").ok  # though Teams still says nothing
    teams.let_go()
    teams.wait(lambda: [each for each in teams.messages(EVA) if not each.user])


def test_a_tap_that_takes_too_long_is_answered_beside(teams: FakeTeams, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.mention(GROUP, ADD)
    card = card_of(teams, bot, "ringa kommunen")
    real, cards_before, go = bot.engine.turns._turn, len(teams.messages(GROUP)), threading.Event()

    def slow(*given: Any) -> Any:
        go.wait(60)
        return real(*given)

    monkeypatch.setattr("handlers.teams.hear.IN_TIME", 0.3)
    bot.engine.turns._turn = slow  # type: ignore[method-assign]
    bo = teams.person(BO, bot.url)
    assert bo.tap(card, "Klart").ok  # though its turn has not ended
    go.set()
    shown(teams, "ringa kommunen", BO)
    time.sleep(0.2)
    assert len(teams.targeted(BO)) == 1
    assert len(teams.messages(GROUP)) == cards_before


def test_a_dialog_that_takes_too_long_says_so(teams: FakeTeams, bot: Bot, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.teams.hear.IN_TIME", 0.3)
    teams.conversations[GROUP].members.append(EVA)
    teams.hang("member", 60.0)
    eva = teams.person(EVA, bot.url)
    assert eva.extension("new_action", conversation=GROUP).ok
    teams.let_go()
    assert eva.dialog and "en gång till" in eva.dialog.text


def test_our_own_mistakes_are_said_kindly(teams: FakeTeams, bot: Bot, anna: Client, bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.mention(GROUP, ADD)
    card = posted(teams, "ringa kommunen")

    def broken(*_: object) -> None:
        raise RuntimeError("hemligt")

    monkeypatch.setattr("handlers.teams.hear.cards.button", broken)
    said = [json.dumps(bo.tap(card, label).body, ensure_ascii=False) for label in ("Klart", "Nytt datum")]
    for each in said:
        assert "gick fel" in each
        assert "hemligt" not in each and "Traceback" not in each
    monkeypatch.setattr("handlers.teams.hear.plain_line", broken)
    assert anna.mention(GROUP, ADD).status == 200
    shown(teams, "gick fel")


def seat_of(bot: Bot, person: str) -> str:
    with bot.store.read() as read:
        return next(each.state for each in read.everything_of("tall")["Member"] if isinstance(each, Member) and each.person == person)
