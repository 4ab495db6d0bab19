"""Consent that is withdrawn, or runs out at midnight while the bot is down: what others have been shown on every platform becomes a
neutral line, what they ask for afterwards says nothing of the group, and the committee keeps the obstacle without it.

Everything through the real doors of `House`: what stands in the pretend Slack and Teams afterwards is what people see there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendar import feed_name
from bot.model import Consent, Group, Person
from handlers.mail import Answer
from tests.bot.test_permissions import CODE, NOW, OURS, SEATS, things
from tests.fake_servers.mail import Mail
from tests.security.house import House
from tests.security.test_edges import CHANNELS

HELD = Consent(date(2026, 11, 27), ("Arvika kommun",), given_on=date(2026, 10, 1))  # runs out at the midnight after Friday
FRIDAY = datetime(2026, 11, 27, 18, tzinfo=UTC)
AFTER = datetime(2026, 11, 28, 6, tzinfo=UTC)
OTHERS = ("committee", "chair", "coordinator", "administrator", "other", "otherlead")
PEOPLE = (*SEATS["tall"], "left", *OTHERS, "stranger")
BODIES = ("gk", "sg", "lind")
BIL, RAMP = "saknar en bil", "vill ha en ramp"  # what was lifted, in the group's words
SAYS_WHO = (CODE, OURS, "Member Ek", "Contact Ek", "Facilitator Ek", "Guest Ek")
ENDS = ("withdrawn", "withdrawn in Teams", "ran out while the bot was down")


def shown(house: House) -> dict[str, str]:
    """All that stands now in the channels and private chats of others: place -> its words and buttons."""
    places: dict[str, str] = {}
    for name in BODIES:
        places[f"slack {name}"] = _text(each.blocks or each.text for each in house.slack.messages(house.slack_channel(name)))
        places[f"teams {name}"] = _text((each.card or each.text) for each in house.teams.messages(house.teams_channel(name)))
    for who in OTHERS:
        places[f"slack @{who}"] = _text(each.blocks or each.text for each in house.slack.messages(house.slack_private(who)))
        places[f"teams @{who}"] = _text((each.card or each.text) for each in house.teams.messages(house.teams.private_chat(house.teams_user(who)).id))
        home = house.slack.home_of(house.slack_user(who))
        places[f"home {who}"] = _text([home.given] if home else [])
    return places


def _text(parts: object) -> str:
    return "\n".join(json.dumps(each, ensure_ascii=False, default=str) for each in parts)  # type: ignore[attr-defined]


def tells(text: str) -> list[str]:
    text = text.encode().decode("unicode_escape") if "\\u" in text else text
    return [each for each in SAYS_WHO if each in text]


async def later(house: House, to: datetime | None = None) -> None:
    await asyncio.to_thread(house.until, to or house.clock.now())


async def lived(house: House) -> None:
    """The group has been shown wherever it may be: lifted, lifted further, a lesson shared, on agendas, in overviews and pages, by mail."""
    kept = [replace(each, consent=HELD) if isinstance(each, Group) and each.id == "tall" else each for each in things(HELD, CODE)]
    house.save(kept)
    with house.store.turn() as work:  # the guest is reached by mail alone
        work.save([replace(each, identities=("mail:guest@example.org",)) for each in [work.person("guest")] if isinstance(each, Person)], NOW)
    say = house.slack_command
    await say("committee", "möte onsdagar 10:00", "gk")
    await say("facilitator", "möte torsdagar 13:00", "tall")
    await say("facilitator", "åtgärd @guest leta fram papperen senast fredag", "tall")
    await say("facilitator", "fråga @guest har du pärmen?", "tall")
    await say("coordinator", "prenumerera onsdagar 9:00")
    await say("committee", "prenumerera onsdagar 9:00")
    await house.teams_say("chair", "prenumerera onsdagar 9:00")
    await later(house)
    await say("facilitator", f"hissa vi {BIL}", "tall")
    await say("facilitator", f"hissa vi {RAMP}", "tall")
    await say("facilitator", "hissa idé: ring före åtta", "tall")
    await later(house)
    await say("chair", f"hissa vidare {CODE} H3 det kostar", "gk")
    await house.teams_tap("committee", "share_matter", "tall:H4", channel="gk")
    await later(house, datetime(2026, 11, 26, 12, tzinfo=UTC))  # agendas, overviews and reminders have come
    for who in OTHERS:
        await house.slack_home(who)
    await house.quiet()


async def ended(house: House, ending: str) -> None:
    if ending == "withdrawn":
        await house.slack_command("member", "samtycke återkallat", "tall")
    elif ending == "withdrawn in Teams":
        await house.teams_tap("contact", "withdraw_consent", "tall", channel="tall")
    else:
        await later(house, FRIDAY)
        await house.down()
        house.clock.move(AFTER)
        await house.up()
    await later(house)


@asynccontextmanager
async def town(folder: Path, database: bytes) -> AsyncIterator[House]:
    async with House(folder, database, NOW, PEOPLE, CHANNELS, NVG_PERSON_RATE="999999") as house:
        await lived(house)
        yield house


@pytest.mark.parametrize("ending", ENDS)
async def test_what_others_were_shown_becomes_a_neutral_line(ending: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with town(tmp_path, migrated_sqlite) as house:
        before = {place for place, text in shown(house).items() if tells(text)}
        assert {"slack gk", "teams gk", "slack sg", "teams sg", "home committee", "slack @coordinator"} <= before, before  # else nothing is tried
        invited = [mail for mail in house.mail.mails if mail.calendar]
        assert invited and CODE in _calendar(invited[-1])
        await ended(house, ending)
        await house.quiet()
        after = shown(house)
        assert {place: tells(text) for place, text in after.items() if tells(text)} == {}
        for place in ("slack gk", "teams gk", "home committee"):
            assert BIL in after[place], place  # the committee keeps the obstacle
        for place in ("slack sg", "teams sg"):
            assert RAMP in after[place], place
        events = [mail for mail in house.mail.mails if mail.calendar][len(invited) :]
        assert events and not any(CODE in _calendar(mail) + str(mail.message["Subject"]) for mail in events)  # the guest's calendar is put right
        # nor does what comes by itself: the next overviews, agendas, reminders and mails
        sent = len(house.mail.mails)
        await later(house, datetime(2026, 12, 2, 12, tzinfo=UTC))
        await house.quiet()
        assert {place: tells(text) for place, text in shown(house).items() if tells(text)} == {}
        mails = house.mail.mails[sent:]
        assert mails and [tells(f"{mail.message['Subject']} {mail.plain} {mail.html} {_calendar(mail)}") for mail in mails] == [[]] * len(mails)


def _calendar(mail: Mail) -> str:
    return mail.calendar.replace(b"\r\n ", b"").decode()


READS = ("hissade", "lista", "veckoöversikt", "veckoöversikt alla", "min sida", "dagordning", "sök bil", "mina", "grupp", "beslutslogg", "sammanfattning")


@pytest.mark.parametrize("ending", ENDS)
async def test_what_others_ask_for_afterwards_says_nothing_of_the_group(ending: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    """Lines and pages on both platforms, the tab, buttons on cards that were shown before, feeds, links in old mails, exports of people."""
    async with town(tmp_path, migrated_sqlite) as house:
        feeds = {who: await _feed(house, who) for who in ("committee", "guest", "member")}
        assert CODE in feeds["guest"] and CODE in feeds["member"]
        mailed = house.links.answer(Answer("guest@example.org", "done", "tall:3", "", NOW + timedelta(days=20)).sealed())
        await ended(house, ending)
        turned = len(house.turned)
        told: dict[str, str] = {}
        for who in OTHERS:
            for fake in (house.slack, house.teams):
                fake.calls.clear()
            answers = [await house.slack_home(who), await house.tab(who)]
            for number, line in enumerate(READS):
                channel = "gk" if who in ("committee", "chair") and number % 2 else ""
                answers.append(await (house.slack_command(who, line, channel) if number % 3 else house.teams_say(who, line, channel)))
            for do, ref in (("show_matter", "tall:H2"), ("show", "tall:1"), ("list", "tall"), ("group", "tall"), ("agenda", "tall"), ("lifted", "gk"), ("digest", "")):
                answers += [await house.slack_tap(who, do, ref), await house.teams_tap(who, do, ref), await house.tab(who, do, ref)]
            await house.quiet()
            told[who] = "\n".join([*(each.text for each in answers), house.told_in_chats()])
        assert {who: tells(text) for who, text in told.items() if tells(text)} == {}
        assert all(each.answered.name != "went_wrong" for each in house.turned[turned:])
        assert BIL in told["committee"]
        for who in ("committee", "guest", "member"):
            assert tells(await _feed(house, who)) == [], who  # who is in the group finds the meetings, and no name on them
        page, done = await house.web.get(mailed), await house.web.post(mailed)
        assert page.status_code == done.status_code == 200 and tells(page.text + done.text) == []
        for who in ("committee", "chair", "coordinator", "other"):
            exported = json.dumps(house.store.export_person(who), ensure_ascii=False)
            assert tells(exported) == [], who
        assert BIL in json.dumps(house.store.export_person("facilitator"), ensure_ascii=False)  # whose it is, has it all


async def _feed(house: House, who: str) -> str:
    with house.store.read() as read:
        person = read.person(who)
    assert person
    answer = await house.web.get(house.links.calendar(feed_name(person)))
    assert answer.status_code == 200
    return answer.text.replace("\r\n ", "")
