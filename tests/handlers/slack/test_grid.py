"""Enterprise Grid: one installation for all workspaces of an organisation, by OAuth and by token, heard and answered over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.clock import RealClock
from handlers.slack.check import check_workspace
from tests.fake_servers.slack import FakeSlack, words
from tests.handlers.slack.bot import Bot
from tests.handlers.slack.test_oauth import PUBLIC, get, install

REGION, CARE, TOWN = "E0REGION", "T1CARE", "T2TOWN"


@pytest.fixture
def grid() -> Iterator[FakeSlack]:
    """An organisation of two workspaces, with a channel in the one and a channel that both share; and a foreign workspace."""
    with FakeSlack() as slack:
        slack.add_team(REGION, "Regionen", enterprise=REGION)
        slack.add_team(CARE, "Vården", enterprise=REGION)
        slack.add_team(TOWN, "Kommunen", enterprise=REGION)
        slack.add_team("T9ELSE", "Grannen")
        slack.add_user("WANNA", "Anna Berg", "anna@example.org", team=CARE, teams=[CARE, TOWN])
        slack.add_user("WBO", "Bo Ek", "bo@example.org", team=TOWN)
        slack.add_user("WKIM", "Kim Ask", "kim@example.net", team="T9ELSE")
        slack.add_channel("CTALL", members=["WANNA", "WBO"], team=CARE, connected=[TOWN])
        slack.add_channel("CGRAN", members=["WBO"], team=TOWN)
        slack.add_channel("CEK", members=["WANNA", "WKIM"], team=CARE, connected=["T9ELSE"])
        slack.installs_to = REGION
        yield slack


@pytest.fixture
def bot(grid: FakeSlack, tmp_path: Path) -> Iterator[Bot]:
    options = {"bot_token": "", "client_id": grid.client_id, "client_secret": grid.client_secret, "public_url": PUBLIC}
    with Bot(grid, tmp_path, **options) as running:
        install(running, REGION)
        yield running


@pytest.fixture
def by_token(grid: FakeSlack, tmp_path: Path) -> Iterator[Bot]:
    with Bot(grid, tmp_path, bot_token=grid.grant(REGION).token) as running:
        yield running


@pytest.mark.parametrize("way", ["bot", "by_token"])
def test_one_installation_serves_every_workspace(grid: FakeSlack, way: str, request: pytest.FixtureRequest) -> None:
    bot: Bot = request.getfixturevalue(way)
    anna, bo = grid.person("WANNA", bot.url), grid.person("WBO", bot.url)
    anna.command("CTALL", "ny grupp tall @bo")
    assert "gran" in words(bo.command("CGRAN", "ny grupp gran").body["blocks"])
    bo.mention("CGRAN", "åtgärd ringa kommunen")  # an event, where the authorization names no workspace
    posted = grid.wait(lambda: [each for each in grid.messages("CGRAN") if each.bot_id and "ringa kommunen" in words(each.blocks)])[0]
    assert bo.tap(posted, "Kommer inte vidare").ok  # a tap, where there is no team at all
    grid.wait(lambda: bo.modal)
    bo.submit({"orsak": "saknar behörighet"})  # a form, which belongs to the organisation
    assert bot.actions("gran")[0]["state"] == "stuck"
    bo.open_home()
    grid.wait(lambda: bo.home)
    with bot.store.read() as read:
        places = {group.code: group.channels for group in read.groups()}
    assert places == {"tall": (f"slack:{CARE}/CTALL",), "gran": (f"slack:{TOWN}/CGRAN",)}
    assert {grid.grants[call.token].team for call in grid.called("chat.postMessage")} == {REGION}


def test_people_are_one_wherever_in_the_organisation_they_are_met_and_told_in_private(grid: FakeSlack, bot: Bot) -> None:
    anna, bo = grid.person("WANNA", bot.url), grid.person("WBO", bot.url)
    anna.command("CTALL", "ny grupp tall @bo")
    bo.command("CGRAN", "ny grupp gran @anna")  # she is of the other workspace, and is in both
    assert {each.identities[0] for each in bot.people().values()} == {f"slack:{CARE}/WANNA", f"slack:{TOWN}/WBO"}
    bo.command("CTALL", "fråga @anna har hon fått tiden?")
    assert grid.wait(lambda: [each for each in grid.messages("WANNA") if "har hon fått tiden" in words(each.blocks)])


def test_a_channel_that_workspaces_share_is_one_group(grid: FakeSlack, bot: Bot) -> None:
    """From whichever of them it is written to: Bo's commands come from his own workspace."""
    grid.person("WANNA", bot.url).command("CTALL", "ny grupp tall @bo")
    grid.person("WBO", bot.url).command("CTALL", "åtgärd ringa kommunen", team=TOWN)
    assert [each["text"] for each in bot.actions()] == ["ringa kommunen"]


def test_slack_connect_people_of_another_organisation_are_their_own(grid: FakeSlack, bot: Bot) -> None:
    grid.person("WANNA", bot.url).command("CEK", "ny grupp ek")
    grid.person("WKIM", bot.url).mention("CEK", "hjälp")
    kim = grid.wait(lambda: bot.people().get("Kim Ask"))
    assert kim.identities == ("slack:T9ELSE/WKIM",)  # and no address: that is another's word


def test_somebody_known_by_address_is_found_in_the_organisation(grid: FakeSlack, bot: Bot) -> None:
    found = bot.slack.speaker.user_of("bo@example.org")
    assert found == f"{TOWN}/WBO"
    assert bot.slack.workspaces.token_of(TOWN)  # who has never written there is reached all the same


def test_a_workspace_taken_away_is_no_longer_spoken_in_and_given_back_it_is(grid: FakeSlack, bot: Bot) -> None:
    grid.person("WBO", bot.url).command("CGRAN", "ny grupp gran")
    assert bot.slack.workspaces.token_of(TOWN)
    grid.postbox.event(CARE, {"type": "team_access_revoked", "team_ids": [TOWN]}, bot.url)
    assert bot.slack.workspaces.token_of(TOWN) is None
    grid.postbox.event(CARE, {"type": "team_access_granted", "team_ids": [TOWN]}, bot.url)
    assert bot.slack.workspaces.token_of(TOWN)


def test_removed_from_the_organisation_it_is_gone_everywhere(grid: FakeSlack, bot: Bot) -> None:
    grid.person("WBO", bot.url).command("CGRAN", "ny grupp gran")
    grid.uninstall(REGION, bot.url)
    assert [bot.slack.workspaces.token_of(team) for team in (CARE, TOWN, REGION)] == [None, None, None]


def test_the_page_at_the_end_names_the_organisation(grid: FakeSlack, bot: Bot) -> None:
    status, headers, _ = get(f"{bot.url}/slack/install")
    cookie, (_, back, _) = headers["set-cookie"].partition(";")[0], get(headers["location"])
    _, _, page = get(back["location"].replace(PUBLIC, bot.url), {"Cookie": cookie})
    assert status == 302
    assert "Regionen" in page or REGION in page


def test_doctor_looks_at_each_workspace(grid: FakeSlack) -> None:
    channels = {f"{CARE}/CTALL": "tall", f"{TOWN}/CGRAN": "gran", f"{TOWN}/CFINNSEJ": "björk"}
    said: list[tuple[bool | None, str]] = []
    looking = check_workspace(grid.grant(REGION).token, grid.url, RealClock().now, channels, "SLACK_BOT_TOKEN", "")
    while True:
        try:
            said.append(next(looking))
        except StopIteration as end:
            teams = end.value
            break
    assert teams == {CARE, TOWN}
    assert [sentence for good, sentence in said if good is False] == ["Boten är inte med i kanalen för björk (CFINNSEJ): skriv /invite @nvg i den kanalen."]
