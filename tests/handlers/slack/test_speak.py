from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.pace import Budget
from handlers.slack.speak import Limits, SlackSpeaker
from handlers.speaker import GiveUp, LockedOut, Parcel, To, TryAgain
from templates.card import Button, Card, Item, Span, Text
from tests.fake_servers.slack import FakeSlack

CHANNEL, OTHER = "CTALL", "CGRAN"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.add_user("UANNA", "Anna Berg")
        slack.add_user("UBO", "Bo Ek")
        slack.add_channel(CHANNEL, members=["UANNA", "UBO"])
        slack.add_channel(OTHER, members=["UANNA"])
        yield slack


@pytest.fixture
def speaker(slack: FakeSlack) -> Iterator[SlackSpeaker]:
    speaker = SlackSpeaker(lambda team: slack.bot_token if team == slack.team else None, slack.url, timeout=30.0)
    yield speaker
    speaker.close()


@contextmanager
def speaking(slack: FakeSlack) -> Iterator[SlackSpeaker]:
    speaker = SlackSpeaker(lambda team: slack.bot_token, slack.url, timeout=30.0)
    yield speaker
    speaker.close()


def channel(slack: FakeSlack, id: str = CHANNEL) -> To:
    return To("slack", f"{slack.team}/{id}")


def private(slack: FakeSlack, user: str = "UANNA") -> To:
    return To("slack", user=f"{slack.team}/{user}")


def parcel(text: str = "hej", ref: str = "", **more: Any) -> Parcel:
    return Parcel("x", Card((Text((Span(text),)),)), text, ref or f"turn-{text}", **more)


def words(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


# --- what was posted though the answer was lost


@pytest.mark.parametrize("private_chat", [False, True])
def test_what_came_before_its_answer_was_lost_is_found_and_not_posted_again(slack: FakeSlack, private_chat: bool) -> None:
    slack.grants[slack.bot_token].scopes.add("groups:history")
    to, where = (private(slack), "UANNA") if private_chat else (channel(slack), CHANNEL)
    with speaking(slack) as first:
        for n in range(3):
            first.send(to, parcel(f"annat {n}"))
        slack.fail("chat.postMessage", status=0, done=True)
        with pytest.raises(TryAgain):
            first.send(to, parcel("hej"))
    since = datetime.fromtimestamp(time.time() - 60, UTC)
    with speaking(slack) as second:  # another process, that remembers nothing
        ts = second.send(to, parcel("hej", again=True, since=since))
        assert [each.ts for each in slack.messages(where) if each.text == "hej"] == [ts]
        second.send(to, parcel("nytt", again=True, since=since))  # tried before, but it never came
    with speaking(slack) as third:
        assert third.send(to, parcel("hejdå", "turn-hej", again=True, since=since)) == ts  # what it says has changed meanwhile
    assert [each.text for each in slack.messages(where)] == ["annat 0", "annat 1", "annat 2", "hejdå", "nytt"]
    assert float(slack.called("conversations.history")[0].body["oldest"]) < since.timestamp()


def test_it_is_looked_for_through_all_that_has_been_written_since(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.slack.speak.LOOKED_BACK", 2)
    slack.grants[slack.bot_token].scopes.add("groups:history")
    slack.fail("chat.postMessage", status=0, done=True)
    with speaking(slack) as speaker:
        with pytest.raises(TryAgain):
            speaker.send(channel(slack), parcel("hej"))
        for n in range(5):
            slack.person("UANNA").write(CHANNEL, f"prat {n}")
        speaker.send(channel(slack), parcel("hej", again=True))
    assert [each.text for each in slack.messages(CHANNEL) if each.text == "hej"] == ["hej"]
    assert len(slack.called("conversations.history")) == 3


def test_where_we_may_not_read_it_is_asked_once_and_then_posted_again(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    for text in ("ett", "två"):
        speaker.send(channel(slack), parcel(text, again=True))
    assert [each.text for each in slack.messages(CHANNEL)] == ["ett", "två"]
    assert [each.answer["error"] for each in slack.called("conversations.history")] == ["missing_scope"]


def test_while_it_cannot_be_looked_for_nothing_is_posted(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.fail("conversations.history", "ratelimited", retry_after=7)
    with pytest.raises(TryAgain) as told:
        speaker.send(private(slack), parcel("hej", again=True))
    assert told.value.after == timedelta(seconds=7)
    assert slack.messages("UANNA") == []


# --- sending


def test_a_post_has_its_blocks_its_plain_line_and_its_ref(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    ts = speaker.send(channel(slack), parcel("smärta < 3 & ro", "abc-7"))
    [message] = slack.messages(CHANNEL)
    assert (message.ts, message.text) == (ts, "smärta &lt; 3 &amp; ro")
    assert "smärta < 3 & ro" in words(message.blocks)
    assert message.metadata == {"event_type": "nvg", "event_payload": {"ref": "abc-7"}}
    assert message.options["unfurl_links"] is False


def test_a_private_chat_is_opened_once(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    ids = [speaker.send(private(slack), parcel(text)) for text in ("ett", "två")]
    assert [each.ts for each in slack.messages("UANNA")] == ids
    assert len(slack.called("conversations.open")) == 1


def test_when_opening_chats_has_to_wait_the_persons_id_serves(slack: FakeSlack) -> None:
    speaker = SlackSpeaker(lambda team: slack.bot_token, slack.url, limits=Limits(tier_3=(Budget(1, 600.0),)))
    speaker.send(private(slack, "UANNA"), parcel("ett"))
    ts = speaker.send(private(slack, "UBO"), parcel("två"))
    speaker.update(private(slack, "UBO"), ts, parcel("tre"))  # its channel is known from the answer
    assert [each.text for each in slack.messages("UBO")] == ["tre"]
    assert len(slack.called("conversations.open")) == 1
    speaker.close()


def test_a_message_is_redrawn_in_a_channel_and_in_private(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    for to, where in ((channel(slack), CHANNEL), (private(slack), "UANNA")):
        ts = speaker.send(to, parcel("före", f"ref {where}"))
        speaker.update(to, ts, parcel("efter"))
        [message] = slack.messages(where)
        assert (message.ts, message.text, message.edits) == (ts, "efter", 1)


def test_a_private_chat_is_found_again_by_a_new_process(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    ts = speaker.send(private(slack), parcel("före"))
    later = SlackSpeaker(lambda team: slack.bot_token, slack.url)
    later.update(private(slack), ts, parcel("efter"))
    assert slack.messages("UANNA")[0].text == "efter"
    later.close()


def test_a_long_card_shows_its_first_page_and_a_button_for_more(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    rows = tuple(Item((Span(f"rad {n}"),), (Button("Klart", "done", f"tall:{n}"),)) for n in range(80))
    speaker.send(channel(slack), Parcel("x", Card(rows), "80 rader", "r1"))
    [message] = slack.messages(CHANNEL)
    assert len(message.blocks) <= 50
    assert '"rad 0"' in words(message.blocks) and '"rad 79"' not in words(message.blocks)
    assert "more" in words(message.blocks[-1]) and "Visa fler" in words(message.blocks[-1])
    speaker.send(channel(slack), Parcel("x", Card(rows), "80 rows", "r2", language="en"))
    assert "Show more" in words(slack.messages(CHANNEL)[1].blocks[-1])


def test_people_are_mentioned_where_they_are(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.add_team("T0ANNAT")
    slack.add_user("ULIV", "Liv Moe", team="T0ANNAT")  # by Slack Connect in one of the channels
    slack.channels[CHANNEL].members.append("ULIV")
    card = Card((Text((Span("Anna Berg", person="anna"), Span(" och "), Span("Liv Moe", person="liv"))),))
    mentions = {"anna": f"{slack.team}/UANNA", "liv": "T0ANNAT/ULIV"}
    for id in (CHANNEL, OTHER):
        speaker.readers(channel(slack, id))
        speaker.send(channel(slack, id), Parcel("x", card, "x", f"r {id}", mentions=mentions))
    here, there = (words(slack.messages(id)[0].blocks) for id in (CHANNEL, OTHER))
    assert "UANNA" in here and "UANNA" in there
    assert "ULIV" in here
    assert "ULIV" not in there and "Liv Moe" in there


def test_what_slack_took_but_we_could_not_note_is_not_posted_twice(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    first = speaker.send(channel(slack), parcel("hej", "abc-7"))
    assert speaker.send(channel(slack), parcel("hej", "abc-7", again=True)) == first
    assert len(slack.messages(CHANNEL)) == 1
    speaker.send(channel(slack), parcel("hej då", "abc-7", again=True))  # it has changed since
    assert [each.text for each in slack.messages(CHANNEL)] == ["hej då"]


def test_each_workspace_has_its_own_token(slack: FakeSlack) -> None:
    slack.add_team("T0ANNAT")
    other = slack.grant("T0ANNAT")
    slack.add_channel("CDAR", members=[], team="T0ANNAT")
    tokens = {slack.team: slack.bot_token, "T0ANNAT": other.token}
    speaker = SlackSpeaker(tokens.get, slack.url)
    speaker.send(channel(slack), parcel("här"))
    speaker.send(To("slack", "T0ANNAT/CDAR"), parcel("där"))
    assert [each.token for each in slack.called("chat.postMessage")] == [slack.bot_token, other.token]
    with pytest.raises(LockedOut) as refused:
        speaker.send(To("slack", "T0TREDJE/C1"), parcel("nej"))
    assert (refused.value.place, refused.value.why) == ("T0TREDJE", "no_token")
    tokens["T0TREDJE"] = other.token  # installed there: it is tried at once
    with pytest.raises(GiveUp):
        speaker.send(To("slack", "T0TREDJE/C1"), parcel("nej"))
    speaker.close()


def test_many_at_once_share_their_connections(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    with ThreadPoolExecutor(speaker.at_once) as threads:
        ids = list(threads.map(lambda n: speaker.send(channel(slack), parcel(str(n))), range(200)))
    assert len(set(ids)) == 200
    assert len(slack.messages(CHANNEL)) == 200


# --- who reads


def test_readers_are_the_people_in_the_channel(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.add_user("UGAMMAL", "Gun Ask", deleted=True)
    slack.add_team("T0ANNAT")
    slack.add_user("ULIV", "Liv Moe", team="T0ANNAT")
    slack.channels[CHANNEL].members += ["UGAMMAL", "ULIV"]
    slack.channels[CHANNEL].connected = ("T0ANNAT",)
    here = speaker.readers(channel(slack))
    assert here == {f"{slack.team}/UANNA": "Anna Berg", f"{slack.team}/UBO": "Bo Ek", "T0ANNAT/ULIV": "Liv Moe"}
    assert speaker.readers(private(slack)) is None


def test_readers_are_asked_for_once_until_somebody_comes_or_leaves(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    speaker.readers(channel(slack))
    slack.channels[CHANNEL].members.remove("UBO")
    assert len(speaker.readers(channel(slack)) or {}) == 2
    speaker.forget(f"{slack.team}/{CHANNEL}")
    assert list(speaker.readers(channel(slack)) or {}) == [f"{slack.team}/UANNA"]
    assert len(slack.called("conversations.members")) == 2
    assert len([each for each in slack.called("users.info") if each.body["user"] == "UANNA"]) == 1


def test_the_names_of_those_who_are_known_are_not_asked_for(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    known = [f"{slack.team}/UANNA", f"{slack.team}/UBO"]
    assert set(speaker.readers(channel(slack), known) or {}) == set(known)
    assert [each.body["user"] for each in slack.called("users.info")] == [slack.bot_user]


def test_all_pages_of_a_large_channel_are_read(slack: FakeSlack, speaker: SlackSpeaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.slack.speak.PAGE", 2)
    for n in range(5):
        slack.add_user(f"U{n}", f"Person {n}")
        slack.channels[CHANNEL].members.append(f"U{n}")
    assert len(speaker.readers(channel(slack)) or {}) == 7
    assert len(slack.called("conversations.members")) == 4


def test_somebody_who_comes_while_slack_is_asked_is_not_missed(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.hang("conversations.members", 60.0)
    asking = threading.Thread(target=speaker.readers, args=(channel(slack),))
    asking.start()
    slack.wait(lambda: any(each.method == "conversations.members" for each in slack.under_way.values()))
    slack.add_user("UKIA", "Kia Ord")
    speaker.forget(f"{slack.team}/{CHANNEL}")
    slack.let_go()
    asking.join()
    slack.channels[CHANNEL].members.append("UKIA")
    assert f"{slack.team}/UKIA" in (speaker.readers(channel(slack)) or {})


# --- when Slack says no


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("channel_not_found", "no_such_channel"), ("not_in_channel", "not_in_channel"), ("is_archived", "archived"),
        ("account_inactive", "left"), ("user_disabled", "left"), ("restricted_action", "may_not_post"),
        ("something_new", "something_new"),
    ],
)  # fmt: skip
def test_what_will_never_get_there_is_given_up(slack: FakeSlack, speaker: SlackSpeaker, code: str, why: str) -> None:
    slack.fail("chat.postMessage", code)
    with pytest.raises(GiveUp) as refused:
        speaker.send(channel(slack), parcel())
    assert refused.value.why == why
    speaker.send(channel(slack), parcel())  # and nothing else is held up


def test_somebody_whose_account_is_closed_is_given_up(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.users["UBO"].deleted = True
    with pytest.raises(GiveUp) as refused:
        speaker.send(private(slack, "UBO"), parcel())
    assert refused.value.why == "left"


@pytest.mark.parametrize(("status", "error"), [(500, ""), (503, ""), (200, "internal_error"), (0, ""), (502, "fatal_error")])
def test_what_is_slacks_own_trouble_is_tried_again(slack: FakeSlack, speaker: SlackSpeaker, status: int, error: str) -> None:
    slack.fail("chat.postMessage", error, status=status)
    with pytest.raises(TryAgain) as refused:
        speaker.send(channel(slack), parcel())
    assert refused.value.after is None
    assert not isinstance(refused.value, LockedOut)


def test_a_slow_slack_is_not_waited_for_for_ever(slack: FakeSlack) -> None:
    speaker = SlackSpeaker(lambda team: slack.bot_token, slack.url, timeout=0.3)
    slack.hang("chat.postMessage", 60.0, channel=CHANNEL)
    with pytest.raises(TryAgain, match="timeout"):
        speaker.send(channel(slack), parcel())
    speaker._server._timeout = 30.0  # a busy machine is no slow Slack
    speaker.send(channel(slack, OTHER), parcel())
    speaker.close()


def test_where_there_is_no_slack_at_all_it_is_left_alone_for_a_while(slack: FakeSlack) -> None:
    speaker = SlackSpeaker(lambda team: slack.bot_token, "http://127.0.0.1:9/api/")
    with pytest.raises(TryAgain, match="unreachable"):
        speaker.send(channel(slack), parcel())
    wait = speaker.room(channel(slack, OTHER), redraw=False)
    assert wait and wait.seconds > 0
    speaker.close()


def test_a_channel_that_is_told_to_slow_down_stops_no_other(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.fail("chat.postMessage", "ratelimited", retry_after=70)
    with pytest.raises(TryAgain) as refused:
        speaker.send(channel(slack), parcel())
    assert refused.value.after == timedelta(seconds=70)
    speaker.readers(channel(slack)), speaker.readers(channel(slack, OTHER))
    here, there = (speaker.room(channel(slack, id), redraw=False) for id in (CHANNEL, OTHER))
    assert here and 40 < here.seconds <= 70
    assert there is None
    assert speaker.room(channel(slack), redraw=True) is None


def test_when_a_second_channel_is_told_so_too_it_is_the_workspace(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.fail("chat.postMessage", "ratelimited", retry_after=70, times=2)
    for id in (CHANNEL, OTHER):
        with pytest.raises(TryAgain):
            speaker.send(channel(slack, id), parcel())
    wait = speaker.room(private(slack), redraw=False)
    assert wait and wait.key == f"chat.postMessage {slack.team}" and wait.seconds > 40


def test_a_method_that_is_told_to_slow_down_stops_only_itself(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    ts = speaker.send(channel(slack), parcel())
    slack.fail("chat.update", "ratelimited", retry_after=70)
    with pytest.raises(TryAgain):
        speaker.update(channel(slack), ts, parcel("två"))
    wait = speaker.room(channel(slack, OTHER), redraw=True)
    assert wait and wait.seconds > 40
    speaker.send(channel(slack), parcel("tre"))


@pytest.mark.parametrize("why", ["token_revoked", "invalid_auth", "account_inactive"])
def test_a_workspace_that_lets_us_in_no_longer_is_asked_once(slack: FakeSlack, speaker: SlackSpeaker, why: str) -> None:
    slack.revoke(why=why)
    for n in range(5):
        with pytest.raises(LockedOut) as refused:
            speaker.send(channel(slack), parcel(str(n)))
        assert (refused.value.place, refused.value.why) == (slack.team, why)
    assert len(slack.called("chat.postMessage")) == 1


def test_a_new_token_is_tried_at_once(slack: FakeSlack) -> None:
    token = [slack.bot_token]
    speaker = SlackSpeaker(lambda team: token[0], slack.url)
    slack.revoke()
    with pytest.raises(LockedOut):
        speaker.send(channel(slack), parcel())
    token[0] = slack.grant(slack.team).token
    speaker.send(channel(slack), parcel())
    assert len(slack.messages(CHANNEL)) == 1
    speaker.close()


def test_a_missing_scope_is_the_administrators_to_mend_and_stops_nothing_else(slack: FakeSlack, speaker: SlackSpeaker) -> None:
    slack.grants[slack.bot_token].scopes.discard("im:write")
    with pytest.raises(LockedOut) as refused:
        speaker.send(private(slack), parcel())
    assert refused.value.why == "missing_scope"
    speaker.send(channel(slack), parcel())


# --- budgets


def test_posts_in_a_channel_and_in_a_workspace_have_their_budgets(slack: FakeSlack) -> None:
    limits = Limits(channel=(Budget(2, 100.0),), workspace=(Budget(3, 200.0),), tier_3=(Budget(1, 300.0),))
    speaker = SlackSpeaker(lambda team: slack.bot_token, slack.url, limits=limits)
    here, there = channel(slack), private(slack)
    assert [speaker.room(here, False), speaker.room(here, False)] == [None, None]
    full = speaker.room(here, False)
    assert full and (full.key, full.each) == (f"in {here.channel}", 50.0) and 70 < full.seconds <= 100
    assert speaker.room(there, False) is None
    full = speaker.room(private(slack, "UBO"), False)
    assert full and 170 < full.seconds <= 200
    assert speaker.room(here, redraw=True) is None  # a redraw has a budget of its own
    full = speaker.room(channel(slack, OTHER), redraw=True)
    assert full and 270 < full.seconds <= 300
    assert speaker.room(To("slack", "T0ANNAT/C1"), False) is None  # and so has another workspace
    speaker.close()
