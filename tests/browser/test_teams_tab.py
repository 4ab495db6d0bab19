"""The personal tab in a real browser: Microsoft's own library in the page, inside a pretend Teams that speaks its protocol.

The frame stands on teams.microsoft.com, the tab on an address of the bot's, as they do in life; both are answered here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, Route, expect

from bot.model import Action, Person
from tests.browser.conftest import PATIENCE
from tests.fake_servers.teams import FakeTeams
from tests.handlers.teams.bot import ANNA, BO, EVA, Bot, world
from tests.security.nasty import HTML

TAB = "https://nvg.example.se/teams/tab"
HOST = "https://teams.microsoft.com/v2/"
CDN = "https://res.cdn.office.net/"  # the library asks there for more hosts; the page lets nothing out

TEAMS = """<!doctype html><meta charset="utf-8"><title>Teams</title>
<style>body{margin:0}iframe{display:block;width:100vw;height:100vh;border:0}</style>
<script>
  const told = [], held = [];
  let theme = THEME, token = TOKEN;
  const answers = {
    initialize: () => ["content", "web", JSON.stringify({ apiVersion: 4, hostVersionsInfo: {}, isLegacyTeams: false, supports: {} }), "2.0.0"],
    getContext: () => [{ locale: LOCALE, theme, entityId: "home", frameContext: "content", hostClientType: "web" }],
    "authentication.getAuthToken": () => token ? [true, token] : [false, "CancelledByUser"],
  };
  const say = (what) => document.querySelector("iframe").contentWindow.postMessage(what, "ORIGIN");
  addEventListener("message", ({ data, origin }) => {
    if (origin !== "ORIGIN") return;
    told.push(data.func);
    if (answers[data.func]) say({ id: data.id, uuidAsString: data.uuidAsString, args: answers[data.func]() });
  });
  window.change = (to) => { theme = to; say({ func: "themeChange", args: [to] }); };
  window.sign = (as) => { token = as; };
</script>
<iframe src="TAB"></iframe>"""


@dataclass
class Seen:
    """A tab inside Teams."""

    page: Page
    frame: Frame
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # answers that shall get lost on the way


Show = Callable[..., Seen]


@pytest.fixture(scope="module")
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as fake:
        yield world(fake)


@pytest.fixture(scope="module")
def bot(teams: FakeTeams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with Bot(teams, tmp_path_factory.mktemp("bot")) as running:
        running.start_group()
        running.save([Person("eva", "Eva Ring", identities=(f"teams:{teams.tenant}/{EVA}",), language="en")])
        yield running


@pytest.fixture
def show(chromium: Browser, teams: FakeTeams, bot: Bot) -> Iterator[Show]:
    """Opens the tab for somebody; any error in its scripts fails the test."""
    opened: list[tuple[BrowserContext, Seen]] = []

    def open(token: str, theme: str = "default", locale: str = "sv-se", width: int = 1100) -> Seen:
        context = chromium.new_context(viewport={"width": width, "height": 844}, locale=locale, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        seen = Seen(page, page.main_frame)
        page.on("pageerror", lambda error: seen.wrong.append(str(error)))
        page.on("console", lambda line: seen.wrong.append(line.text) if is_wrong(line) else None)
        words = {"THEME": json.dumps(theme), "TOKEN": json.dumps(token), "LOCALE": json.dumps(locale), "TAB": TAB, "ORIGIN": origin(TAB)}
        html = TEAMS
        for name, value in words.items():
            html = html.replace(name, value)

        def answer(route: Route) -> None:
            url = route.request.url
            if url == HOST:
                return route.fulfill(body=html, content_type="text/html")
            assert origin(url) == origin(TAB), f"the page went to {url}"
            kept = {name: value for name, value in route.request.headers.items() if name in ("authorization", "content-type")}
            given = httpx.request(route.request.method, bot.url + urlsplit(url).path, headers=kept, content=route.request.post_data_buffer or b"", timeout=60)
            if seen.lost and url.endswith("/act"):
                seen.lost.pop()
                return route.abort()
            return route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.content)

        context.route("**/*", answer)
        opened.append((context, seen))
        page.goto(HOST)
        frame = page.frame(url=TAB)
        assert frame
        seen.frame = frame
        return seen

    yield open
    for context, _ in opened:
        context.close()
    assert not [each for _, seen in opened for each in seen.wrong]


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_wrong(line: ConsoleMessage) -> bool:
    refused_by_our_policy = CDN in line.text  # that the library may not fetch its list is as we will have it
    told_by_status = "Failed to load resource" in line.text
    return line.type == "error" and not refused_by_our_policy and not told_by_status


def heading(seen: Seen, name: str) -> None:
    expect(seen.frame.get_by_role("heading", name=name)).to_be_visible()


def accessible(seen: Seen) -> None:
    found = Axe().run(seen.frame)  # type: ignore[arg-type]
    assert found.violations_count == 0, found.generate_report()


def test_the_page_signs_itself_in_and_says_good_day(show: Show, teams: FakeTeams, pictures: Path) -> None:
    seen = show(teams.user_token(ANNA))
    heading(seen, "Hej Anna")
    heading(seen, "Mina grupper")
    expect(seen.frame.locator("html")).to_have_attribute("lang", "sv")
    told = seen.page.evaluate("told")
    assert "appInitialization.success" in told and told.count("authentication.getAuthToken") == 1
    accessible(seen)


def test_an_action_is_added_is_there_and_can_be_undone(show: Show, teams: FakeTeams, bot: Bot, pictures: Path) -> None:
    seen = show(teams.user_token(ANNA))
    seen.frame.get_by_role("button", name="Ny åtgärd").click()
    dialog = seen.frame.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("textarea, input").first).to_be_focused()
    accessible(seen)
    dialog.locator("[name=text]").fill("  ")
    dialog.get_by_role("button", name="Spara").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.locator("[name=text]")).to_be_focused()
    accessible(seen)
    seen.page.screenshot(path=pictures / "form.png")
    dialog.locator("[name=text]").fill("ringa hemtjänsten om rampen")
    dialog.get_by_role("button", name="Spara").click()
    expect(dialog).to_be_hidden()
    expect(seen.frame.locator("#said")).to_contain_text("ringa hemtjänsten om rampen")
    expect(seen.frame.locator("#home")).to_contain_text("ringa hemtjänsten om rampen")
    assert [each["text"] for each in bot.actions()] == ["ringa hemtjänsten om rampen"]
    accessible(seen)
    seen.page.screenshot(path=pictures / "saved.png", full_page=True)
    seen.frame.locator("#said").get_by_role("button", name="Ångra").click()
    expect(seen.frame.locator("#home")).not_to_contain_text("ringa hemtjänsten om rampen")


def test_whoever_comes_back_sees_how_things_are_now(show: Show, teams: FakeTeams, bot: Bot) -> None:
    seen = show(teams.user_token(ANNA))
    heading(seen, "Hej Anna")
    fields = {"text": "mäta blodtrycket", "ansvarig": "anna", "senast": ""}
    headers = {"authorization": f"Bearer {teams.user_token(BO)}"}
    asked = {"id": "from-bo-1", "do": "new_action", "ref": "tall:", "fields": fields}
    httpx.post(f"{bot.url}/teams/tab/act", json=asked, headers=headers, timeout=60).raise_for_status()
    expect(seen.frame.locator("#home")).not_to_contain_text("mäta blodtrycket")
    seen.frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(seen.frame.locator("#home")).to_contain_text("mäta blodtrycket")


@pytest.mark.parametrize("theme", ["default", "dark", "contrast"])
@pytest.mark.parametrize("width", [320, 1100])
def test_it_looks_well_in_every_theme_and_on_a_telephone(theme: str, width: int, show: Show, teams: FakeTeams, pictures: Path) -> None:
    seen = show(teams.user_token(ANNA), theme, width=width)
    heading(seen, "Hej Anna")
    expect(seen.frame.locator("html")).to_have_attribute("data-theme", "light" if theme == "default" else theme)
    assert seen.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(seen)
    seen.page.screenshot(path=pictures / f"{theme}-{width}.png", full_page=True)
    seen.frame.get_by_role("button", name="Ny åtgärd").click()
    expect(seen.frame.get_by_role("dialog")).to_be_visible()
    assert seen.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(seen)
    seen.page.screenshot(path=pictures / f"{theme}-{width}-form.png")


def test_the_theme_follows_when_it_changes(show: Show, teams: FakeTeams) -> None:
    seen = show(teams.user_token(ANNA))
    heading(seen, "Hej Anna")
    light = seen.frame.evaluate("getComputedStyle(document.body).backgroundColor")
    seen.page.evaluate("change('dark')")
    expect(seen.frame.locator("html")).to_have_attribute("data-theme", "dark")
    assert seen.frame.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_in_english_for_whoever_has_chosen_that(show: Show, teams: FakeTeams) -> None:
    seen = show(teams.user_token(EVA))
    expect(seen.frame.locator("html")).to_have_attribute("lang", "en")
    expect(seen.frame.locator("h1")).to_have_text("My page")
    expect(seen.frame.locator("#home h2").first).to_contain_text("Eva")


def test_an_answer_that_got_lost_is_asked_for_again_and_done_once(show: Show, teams: FakeTeams, bot: Bot) -> None:
    before = len(bot.actions())
    seen = show(teams.user_token(ANNA))
    seen.frame.get_by_role("button", name="Ny åtgärd").click()
    dialog = seen.frame.get_by_role("dialog")
    dialog.locator("[name=text]").fill("skriva till boendet")
    seen.lost.append("once")
    dialog.get_by_role("button", name="Spara").click()
    expect(seen.frame.locator("#said")).to_contain_text("skriva till boendet")
    assert not seen.lost and len(bot.actions()) == before + 1


def test_what_could_not_be_sent_stays_in_the_form_and_is_done_once(show: Show, teams: FakeTeams, bot: Bot) -> None:
    before = len(bot.actions())
    seen = show(teams.user_token(ANNA))
    seen.frame.get_by_role("button", name="Ny åtgärd").click()
    dialog = seen.frame.get_by_role("dialog")
    dialog.locator("[name=text]").fill("beställa en säng")
    seen.lost += ["at first", "and again"]
    dialog.get_by_role("button", name="Spara").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Jag kunde inte nås")
    expect(dialog.locator("[name=text]")).to_have_value("beställa en säng")
    accessible(seen)
    dialog.get_by_role("button", name="Spara").click()
    expect(seen.frame.locator("#said")).to_contain_text("beställa en säng")
    assert not seen.lost and len(bot.actions()) == before + 1


def test_what_people_write_and_are_called_is_never_run(show: Show, teams: FakeTeams, bot: Bot) -> None:
    with bot.store.turn() as work:
        now = bot.engine.clock.now()
        bo = work.person("bo")
        assert bo
        work.save([replace(bo, name=HTML[1])], now)
        work.save([Action(f"tall:{n}", "tall", n, ("anna",), now.date() + timedelta(days=3), "bo", now, text=words) for n, words in enumerate(HTML, 801)], now)
    seen = show(teams.user_token(ANNA))
    for words in HTML:
        expect(seen.frame.get_by_text(words).first).to_be_visible()
    assert seen.frame.evaluate("window.harmed") is None
    assert seen.frame.locator("body script, iframe, svg[onload], img[src='x'], [onerror], [onfocus]").count() == 0
    with bot.store.turn() as work:
        work.save([replace(bo, name="Bo Ek", version=bo.version + 1)], now)


def test_without_a_token_nothing_is_shown_but_what_to_do(show: Show, teams: FakeTeams) -> None:
    seen = show("")
    expect(seen.frame.locator("#state")).to_contain_text("vem du är")
    assert seen.frame.locator("#home").inner_html() == ""
    accessible(seen)
    seen.page.evaluate(f"sign({json.dumps(teams.user_token(ANNA))})")
    seen.frame.get_by_role("button", name="Prova igen").click()
    heading(seen, "Hej Anna")


def test_a_token_of_another_app_shows_nothing(show: Show, teams: FakeTeams) -> None:
    seen = show(teams.user_token(ANNA, audience="somebody-else"))
    expect(seen.frame.locator("#state")).to_contain_text("vem du är")


def test_who_is_from_elsewhere_is_asked_to_say_hello_first(show: Show, teams: FakeTeams) -> None:
    stranger = teams.add_user("Eve Else", tenant="22222222-2222-2222-2222-222222222222")
    seen = show(teams.user_token(stranger.id), locale="en-gb")
    expect(seen.frame.locator("#state")).to_contain_text("We haven't met yet")
    expect(seen.frame.get_by_role("button", name="Try again")).to_be_hidden()


def test_no_other_page_may_frame_it(chromium: Browser, bot: Bot) -> None:
    context = chromium.new_context()
    page = context.new_page()
    evil = "https://evil.example/"
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text))

    def answer(route: Route) -> None:
        if route.request.url == evil:
            return route.fulfill(body=f'<iframe src="{TAB}"></iframe>', content_type="text/html")
        given = httpx.get(bot.url + urlsplit(route.request.url).path, timeout=60)
        return route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.content)

    context.route("**/*", answer)
    page.goto(evil)
    while not any("frame-ancestors" in each for each in wrong):
        page.wait_for_timeout(50)
    assert not any("Min sida" in frame.content() for frame in page.frames)
    context.close()


def test_outside_teams_it_says_where_it_lives(chromium: Browser, bot: Bot, pictures: Path) -> None:
    context = chromium.new_context(locale="sv-SE")
    page = context.new_page()
    page.goto(f"{bot.url}/teams/tab")
    expect(page.locator("#state")).to_contain_text("bor i Teams")
    page.goto(f"{bot.url}/teams/about")
    assert Axe().run(page).violations_count == 0
    page.screenshot(path=pictures / "about.png", full_page=True)
    context.close()
