"""A page that Slack goes on showing until it is opened again says nothing more to who may no longer see it: whoever leaves, is removed or
erased, whose account is closed, whose group ends. It is published anew then, once, and by nothing that people do every day.

Through the real doors of `House`: what stands in the pretend Slack's App Home is what that person sees there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bot.test_permissions import ASKERS, CODE, CONSENTS, LIFTED, NOW, OURS, things
from tests.security.house import House
from tests.security.test_edges import CHANNELS

READERS = ("member", "contact", "facilitator", "committee")
Change = Callable[[House], Awaitable[object]]


async def gone(house: House) -> None:
    with house.store.turn() as work:
        person = work.person("member")
        assert person
        work.save([replace(person, identities=person.identities[:1])], NOW)  # nowhere but in Slack
    await house.slack_event({"type": "user_change", "user": {"id": house.slack_user("member"), "team_id": house.slack.team, "deleted": True}})


async def erased(house: House) -> None:
    house.store.erase_person("member", house.clock.now())


async def group_erased(house: House) -> None:
    house.store.erase_group(CODE, house.clock.now())


CHANGES: dict[str, tuple[Change, set[str]]] = {
    # what happens -> whose page shows nothing of the group afterwards
    "leaves": (lambda house: house.slack_command("member", "lämna gruppen", "tall"), {"member"}),
    "is removed": (lambda house: house.teams_say("facilitator", "ta bort @Member Ek", "tall"), {"member"}),
    "has no account": (gone, {"member"}),
    "is erased": (erased, {"member"}),
    "the group ends": (lambda house: house.slack_command("facilitator", "avsluta gruppen: ring före åtta", "tall"), {"member", "contact", "facilitator"}),
    "the group is erased": (group_erased, {"member", "contact", "facilitator", "committee"}),
}


def page(house: House, who: str) -> str:
    home = house.slack.home_of(house.slack_user(who))
    assert home
    return json.dumps(home.given, ensure_ascii=False)


def says(house: House, who: str) -> bool:
    return any(word in page(house, who) for word in (CODE, OURS, LIFTED))


def published(house: House) -> list[str]:
    return [str(each.body["user_id"]) for each in house.slack.calls if each.method == "views.publish"]


async def opened(house: House) -> None:
    house.save(things(*CONSENTS["holds"]))
    for who in READERS:
        await shown_home(house, who)
    assert all(says(house, who) for who in READERS)  # else nothing is tried
    house.slack.calls.clear()


async def shown_home(house: House, who: str) -> None:
    await house.slack_home(who)
    await asyncio.to_thread(house.slack.wait, lambda: house.slack.home_of(house.slack_user(who)))
    await house.quiet()


async def sent(house: House) -> None:
    await asyncio.to_thread(house.engine.drain)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_published_page_says_nothing_more_to_who_may_not_see_it(change: str, migrated_sqlite: bytes, tmp_path: Path) -> None:
    happens, losing = CHANGES[change]
    async with House(tmp_path, migrated_sqlite, NOW, (*ASKERS, "otherlead"), CHANNELS) as house:
        await opened(house)
        await happens(house)
        await sent(house)
        assert {who for who in READERS if not says(house, who)} == losing
        assert "Member Ek" not in "".join(page(house, who) for who in READERS) or change not in ("is erased", "the group is erased")
        assert len(published(house)) == len(set(published(house))), "more than once for one change"


async def test_what_people_do_every_day_publishes_nothing(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with House(tmp_path, migrated_sqlite, NOW, (*ASKERS, "otherlead"), CHANNELS) as house:
        await opened(house)
        for line in ("åtgärd @Member Ek ringa på fredag", "klar 1", "beslut vi ringer", "hissa vi saknar en bil", "mål mer ork"):
            await house.slack_command("facilitator", line, "tall")
        await house.slack_command("committee", f"besked {CODE} H1 ni får en bil", "gk")
        await sent(house)
        assert house.engine.upcoming() and published(house) == []
        await house.slack_command("facilitator", "samtycke återkallat", "tall")
        await sent(house)
        assert house.slack_user("committee") in published(house) and CODE not in page(house, "committee")


async def test_a_page_drawn_before_and_published_after_is_put_right(migrated_sqlite: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is removed while their page is on its way to Slack."""
    async with House(tmp_path, migrated_sqlite, NOW, (*ASKERS, "otherlead"), CHANNELS) as house:
        house.save(things(*CONSENTS["holds"]))
        show = house.engine.page

        def late(*asked: object) -> object:
            drawn = show(*asked)  # type: ignore[arg-type]
            with house.store.turn() as work:  # from now on the page is not true
                view = work.snapshot_for(["tall"], [], NOW).views["tall"]
                left = next(each for each in view.members if each.person == "member")
                work.save([replace(left, state="left")], NOW)
            return drawn

        monkeypatch.setattr(house.engine, "page", late)
        await shown_home(house, "member")
        assert says(house, "member")
        await sent(house)
        assert not says(house, "member")
