"""The local chat in a real browser: what somebody who opens it for the first time does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from bot.heartbeat import TIMERS
from handlers.simulator.web import HOUSEKEEPING
from tests.security.nasty import HTML

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def enter(page: Page, chat: str, person: str, place: str = "") -> Page:
    """Be somebody, in the private chat or in a channel."""
    page.goto(f"{chat}/?person={person}")
    row = page.locator("#places button").filter(has_text=place or "nvg-boten")
    expect(row).to_have_count(1)
    row.evaluate("button => button.click()")  # on a phone the list is out of sight
    expect(page.locator("#place-name")).to_contain_text(place or "nvg-boten")
    return page


def say(page: Page, line: str) -> None:
    page.get_by_role("combobox", name="Skriv här").fill(line)
    page.get_by_role("button", name="Skicka", exact=True).click()


def comes(what: Locator) -> bool:
    """Whether it does, in a while: what a moved clock led to comes in the stream."""
    for _ in range(60):
        if what.count():
            return True
        what.page.wait_for_timeout(50)
    return False


def newest(page: Page, holding: str = "") -> Locator:
    messages = page.locator(".message:not(.mine)")
    return (messages.filter(has_text=holding) if holding else messages).last


def test_a_line_gives_a_receipt_and_a_card_and_can_be_undone(page: Page, chat: str) -> None:
    enter(page, chat, "karin", "nvg-bjork")
    say(page, "åtgärd @oskar mäta upp sängbordet på fredag")
    receipt = page.locator(".message.only-you").last
    expect(receipt).to_contain_text("Bara du ser det här")
    expect(receipt).to_contain_text("fredag")
    card = page.locator(".message:not(.only-you):not(.mine)", has_text="mäta upp sängbordet").last
    expect(card).to_contain_text("Oskar Lindh")
    expect(card.get_by_role("button", name=re.compile("Klart"))).to_be_visible()
    receipt.get_by_role("button", name="Ångra").click()
    expect(newest(page)).to_contain_text(re.compile("ångra", re.IGNORECASE))
    expect(card.get_by_role("button", name=re.compile("Klart"))).to_have_count(0)


def test_the_others_see_the_card_redrawn_where_it_stands(page: Page, chat: str, chromium: Browser) -> None:
    enter(page, chat, "kjell", "nvg-trana")
    other = chromium.new_page(locale="sv-SE")
    enter(other, chat, "liv", "nvg-trana")
    say(page, "åtgärd @liv låsa upp cykelrummet på fredag")
    found = other.locator(".message:not(.only-you)", has_text="låsa upp cykelrummet").last
    number = re.search(r"#(\d+)", found.inner_text())
    card = other.locator(f'[data-message="{found.get_attribute("data-message")}"]')
    assert number
    count = other.locator(".message").count()
    say(page, f"flytta {number[1]} till måndag")
    expect(card).to_contain_text("måndag")
    expect(card).to_have_class(re.compile("redrawn"))
    expect(card).to_contain_text("uppdaterat")
    expect(other.get_by_role("status")).to_have_text("Ett kort uppdaterades.")
    assert other.locator(".message").count() <= count + 1  # the notice, and no card twice
    other.close()


def test_a_form_says_what_is_missing_beside_the_field_and_then_saves(page: Page, chat: str) -> None:
    enter(page, chat, "tomas", "nvg-ronn")
    say(page, "åtgärd @tomas byta gummihylsan på käppen på fredag")
    card = page.locator(".message:not(.only-you):not(.mine)", has_text="gummihylsan").last
    card.get_by_role("button", name=re.compile("Kommer inte vidare")).click()
    form = page.get_by_role("dialog", name="Kommer inte vidare")
    reason = form.get_by_label(re.compile("Vad hindrar|Orsak|hindrar", re.IGNORECASE)).first
    expect(reason).to_be_focused()
    form.get_by_role("button", name="Spara").click()
    expect(form).to_be_visible()
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_be_focused()
    reason.fill("hylsan är slut i förrådet")
    form.get_by_role("button", name="Spara").click()
    expect(form).to_be_hidden()
    expect(page.locator(".message:not(.mine)", has_text="hylsan är slut i förrådet").first).to_be_visible()


def test_escape_closes_a_form_and_the_focus_goes_back(page: Page, chat: str) -> None:
    enter(page, chat, "sara", "nvg-ronn")
    say(page, "åtgärd @sara ställa fram stolen på fredag")
    card = page.locator(".message:not(.only-you):not(.mine)", has_text="ställa fram stolen").last
    button = card.get_by_role("button", name=re.compile("Nytt datum"))
    button.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_clock_is_moved_to_the_morning_and_the_reminder_comes(page: Page, chat: str) -> None:
    enter(page, chat, "david", "nvg-lind")
    say(page, "åtgärd @david ringa släktingen i Norge i morgon")
    expect(page.locator(".message.only-you", has_text="ringa släktingen").last).to_be_visible()
    before = page.locator("#clock-day").inner_text()
    with page.expect_response("**/api/clock"):
        page.get_by_role("button", name="I morgon 07:30").click()
    expect(page.locator("#clock-time")).to_have_text("07:30")
    expect(page.locator("#clock-day")).not_to_have_text(before)
    tab = page.locator("#places button", has_text="nvg-boten")
    while not comes(tab.locator(".count")):  # a red day or a weekend: on to the next
        with page.expect_response("**/api/clock"):
            page.get_by_role("button", name="I morgon 07:30").click()
    tab.click()
    reminder = newest(page, "ringa släktingen i Norge")
    expect(reminder).to_be_visible()
    row = reminder.get_by_role("listitem").filter(has_text="ringa släktingen")
    row.get_by_role("button", name=re.compile("Klart")).click()
    expect(row.get_by_role("button", name=re.compile("Kommer inte vidare"))).to_have_count(0)


def test_next_event_and_the_list_of_what_comes(page: Page, chat: str) -> None:
    enter(page, chat, "noor")
    rows = page.locator("#upcoming .next-row")
    expect(rows.first).to_be_visible()
    before = (page.locator("#clock-time").inner_text(), page.locator("#clock-day").inner_text())
    page.get_by_role("button", name="Nästa händelse").click()
    page.wait_for_function(
        "before => JSON.stringify([document.getElementById('clock-time').innerText, document.getElementById('clock-day').innerText]) !== before",
        arg=f'["{before[0]}","{before[1]}"]',
    )
    expect(page.get_by_role("status")).to_contain_text("Klockan är")


def test_a_meeting_from_start_to_minutes(page: Page, chat: str) -> None:
    enter(page, chat, "stig", "nvg-svala")
    say(page, "starta mötet")
    live = page.locator(".message:not(.mine):not(.only-you)").last
    expect(live).to_be_visible()
    expect(page.locator("#place-about")).to_contain_text("möte pågår")
    say(page, "beslut: nattfjärilarna får vara kvar, ansvarig @noor")
    say(page, "beslut: grannen har reservnyckeln")
    say(page, "åtgärd @erik kopiera nyckeln på fredag")
    expect(page.locator(".message:not(.mine):not(.only-you)", has_text="grannen har reservnyckeln").first).to_be_visible()
    end = page.locator(".message", has_text="Mötet pågår").last.get_by_role("button", name="Avsluta mötet")
    page.evaluate("""() => {
      const own = Element.prototype.scrollIntoView;
      Element.prototype.scrollIntoView = function (how) { window.broughtBack = this === document.activeElement; own.call(this, how); };
    }""")
    end.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place-about")).not_to_contain_text("möte pågår")
    expect(page.locator("article:focus")).to_contain_text("är avslutat")
    page.wait_for_function("window.broughtBack")  # the card is one line now, but whoever uses the keyboard is still there
    minutes = page.locator(".message:not(.mine):not(.only-you)", has_text=re.compile("minnesanteckningar", re.IGNORECASE)).last
    for words in ("nattfjärilarna får vara kvar", "grannen har reservnyckeln", "kopiera nyckeln", "Noor Aziz", "Erik Sund"):
        expect(minutes).to_contain_text(words)


def test_with_the_keyboard_alone(page: Page, chat: str) -> None:
    page.goto(f"{chat}/?person=oskar")
    expect(page.locator("#places button").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till skrivrutan")).to_be_focused()
    page.keyboard.press("Enter")
    line = page.get_by_role("combobox", name="Skriv här")
    expect(line).to_be_focused()
    page.keyboard.type("min")
    options = page.get_by_role("listbox", name="Förslag på fortsättning").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(line).to_have_attribute("aria-activedescendant", "option-0")
    page.keyboard.press("Enter")
    expect(line).to_have_value(re.compile("^mina"))
    page.keyboard.press("Escape")
    line.fill("mina")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(line).to_have_value("")
    expect(page.locator(".message.mine", has_text="mina").last).to_be_visible()
    # who one is
    page.locator("#me").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("hassan")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#me-name")).to_have_text("Hassan Karimi")


def test_talk_in_the_channel_is_not_for_the_bot(page: Page, chat: str) -> None:
    enter(page, chat, "marek", "nvg-hagg")
    prefix = page.locator("#prefix")
    expect(prefix).to_have_attribute("aria-pressed", "true")
    prefix.click()
    expect(prefix).to_have_attribute("aria-pressed", "false")
    count = page.locator(".message").count()
    say(page, "Vilket väder i dag!")
    expect(page.locator(".message.mine", has_text="Vilket väder")).to_be_visible()
    page.wait_for_timeout(200)
    assert page.locator(".message").count() == count + 1


def test_what_is_new_elsewhere_is_counted(page: Page, chat: str, chromium: Browser) -> None:
    enter(page, chat, "petra", "nvg-trana")  # what was there before is seen
    page.locator("#places button", has_text="nvg-lind").click()
    other = chromium.new_page(locale="sv-SE")
    enter(other, chat, "liv", "nvg-trana")
    say(other, "åtgärd @petra skicka receptet på soppan på fredag")
    row = page.locator("#places button", has_text="nvg-trana")
    expect(row.locator(".count")).to_have_text(re.compile(r"^1\b"))
    row.click()
    expect(row.locator(".count")).to_have_count(0)
    other.close()


def test_the_page_speaks_english_too(page: Page, chat: str) -> None:
    enter(page, chat, "ylva", "nvg-lind")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Next event")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("button", name="Next event")).to_be_visible()
    swedish = page.locator("body").inner_text()
    assert "Det här gör boten" not in swedish and "Mina kanaler" not in swedish


def test_both_languages_have_the_same_words_and_every_timer(page: Page, chat: str) -> None:
    page.goto(chat)
    words = page.evaluate(
        """async () => {
          const { texts } = await import('/static/texts.js');
          const flat = (part, at) => Object.entries(part).flatMap(([key, value]) =>
            typeof value === 'object' ? flat(value, `${at}${key}.`) : [at + key]);
          return { sv: flat(texts.sv, ''), en: flat(texts.en, '') };
        }"""
    )
    assert sorted(words["sv"]) == sorted(words["en"])
    assert {f"timers.{kind}" for kind in TIMERS.keys() - HOUSEKEEPING} <= set(words["sv"])


@pytest.mark.parametrize("view", ["channel", "private", "home", "people", "form", "members"])
def test_nothing_is_in_the_way_of_anybody(page: Page, chat: str, view: str, pictures: Path) -> None:
    """The rules of WCAG 2.2 A and AA that a program can check (axe-core), in every view, light and dark."""
    enter(page, chat, "anna", {"private": "", "form": "", "home": "Min sida"}.get(view, "nvg-tall"))
    if view == "people":
        page.locator("#me").click()
    elif view == "members":
        page.locator("#who").click()
    elif view == "form":
        page.locator(".message").get_by_role("button", name=re.compile("Kommer inte vidare")).last.click()
        page.locator("#form").get_by_role("button", name="Spara").click()
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        settled(page)
        page.screenshot(path=pictures / f"{view}-{theme}.png")
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


def settled(page: Page) -> None:
    """Colours change softly: when they have."""
    page.evaluate("() => Promise.allSettled(document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity).map(each => each.finished))")


def clean(page: Page) -> None:
    """Nothing wider than the window, and nothing that axe-core finds in the way of anybody, light and dark."""
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        settled(page)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(log => log.scrollWidth <= log.clientWidth)(document.getElementById('log'))")


@pytest.mark.parametrize(("size", "person", "what"), [("page", "noor", "byta batteri i larmet"), ("phone", "erik", "fråga om nattljuset")])
def test_ones_own_page_is_first_and_says_what_was_done(
    request: pytest.FixtureRequest, chat: str, pictures: Path, size: str, person: str, what: str
) -> None:
    page: Page = request.getfixturevalue(size)
    enter(page, chat, person, "nvg-svala")
    expect(page.locator("#places button").first).to_contain_text("Min sida")
    enter(page, chat, person, "Min sida")
    own = page.locator("[data-message=home]")
    expect(own.get_by_role("heading", level=3)).to_have_text(re.compile("^Hej "))
    expect(page.get_by_role("combobox")).to_have_count(0)  # it is read, and nothing is written there
    own.get_by_role("button", name="Ny åtgärd").click()
    form = page.get_by_role("dialog", name="Ny åtgärd")
    form.get_by_label(re.compile("Vad ska göras|Åtgärd")).first.fill(what)
    form.get_by_role("button", name="Spara").click()
    expect(form).to_be_hidden()
    answer = page.locator("#log > article").first
    expect(answer).to_contain_text("Bara du ser det här")
    expect(answer).to_contain_text(what)
    row = own.get_by_role("listitem").filter(has_text=what)
    expect(row).to_have_count(1)
    clean(page)
    page.screenshot(path=pictures / f"home-{size}.png")
    row.get_by_role("button", name=re.compile("Klart")).click()
    expect(row).to_have_count(0)
    expect(answer).to_contain_text("Klart")
    expect(page.locator("#log > article")).to_have_count(2)  # the newest answer, and the page
    answer.get_by_role("button", name="Ångra").click()
    expect(row).to_have_count(1)
    assert page.evaluate("document.getElementById('log').scrollTop") == 0
    expect(page.locator("#places button", has_text="nvg-boten").locator(".count")).to_have_count(0)  # what was read here is not news there


def test_ones_own_page_follows_what_others_do(page: Page, chat: str, chromium: Browser) -> None:
    enter(page, chat, "liv", "Min sida")
    row = page.locator("[data-message=home]").get_by_role("listitem").filter(has_text="pumpa rullstolen")
    other = chromium.new_page(locale="sv-SE")
    enter(other, chat, "kjell", "nvg-trana")
    say(other, "åtgärd @liv pumpa rullstolen på fredag")
    expect(row).to_have_count(1)
    expect(page.locator("#log > article")).to_have_count(1)
    row.get_by_role("button", name=re.compile("Nytt datum")).focus()
    say(other, "åtgärd @liv olja hjulen på fredag")
    expect(page.locator("[data-message=home]")).to_contain_text("olja hjulen")
    expect(row.get_by_role("button", name=re.compile("Nytt datum"))).to_be_focused()
    other.close()


def test_the_keyboard_reaches_ones_own_page(page: Page, chat: str) -> None:
    enter(page, chat, "oskar", "Min sida")
    page.reload()
    expect(page.locator("#place-name")).to_have_text("Min sida")  # where one was
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till sidan")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-message=home] button").first).to_be_focused()
    page.get_by_role("button", name=re.compile("^Min sida")).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#place-name")).to_have_text("nvg-boten")


@pytest.mark.parametrize(("size", "body", "person", "obstacle"), [
    ("page", "lena", "amina", "dörren till trapphuset går inte att låsa upp på natten"),
    ("phone", "mats", "karin", "båda jourtelefonerna visar olika nummer"),
])  # fmt: skip
def test_a_committee_member_answers_and_the_group_sees_it(
    request: pytest.FixtureRequest, chat: str, chromium: Browser, pictures: Path, size: str, body: str, person: str, obstacle: str
) -> None:
    page: Page = request.getfixturevalue(size)
    group = chromium.new_page(locale="sv-SE")
    enter(group, chat, person, "nvg-bjork")
    say(group, f"hissa {obstacle}")
    expect(group.locator(".message.only-you", has_text=obstacle).last).to_contain_text("Genomförandekommittén")
    enter(page, chat, body, "Genomförandekommittén")
    lifted = page.locator(".message", has_text=obstacle).last
    expect(lifted).to_contain_text("björk")
    lifted.get_by_role("button", name="Jag tar den").click()
    expect(lifted.get_by_role("button", name="Jag tar den")).to_have_count(0)
    page.screenshot(path=pictures / f"committee-{size}.png")
    clean(page)
    lifted.get_by_role("button", name="Ge besked").click()
    form = page.get_by_role("dialog", name="Ge besked")
    clean(page)
    form.get_by_role("textbox").fill("Vaktmästaren byter i eftermiddag.")
    form.get_by_role("button").first.click()
    expect(form).to_be_hidden()
    expect(lifted).to_contain_text("Vaktmästaren byter i eftermiddag.")
    answer = newest(group, "Vaktmästaren byter i eftermiddag.")
    expect(answer).to_contain_text("Genomförandekommittén")
    answer.get_by_role("button", name="Ja, det hjälpte").click()
    expect(answer.get_by_role("button", name="Ja, det hjälpte")).to_have_count(0)
    expect(lifted).to_contain_text("hjälpte")
    group.close()


@pytest.mark.parametrize("size", ["page", "phone"])
def test_a_coordinator_sees_where_help_is_needed(request: pytest.FixtureRequest, chat: str, pictures: Path, size: str) -> None:
    page: Page = request.getfixturevalue(size)
    enter(page, chat, "kia")
    say(page, "veckoöversikt")
    overview = newest(page, "Veckoöversikt")
    expect(overview).to_contain_text("Mest angeläget just nu")
    row = overview.get_by_role("listitem").first
    expect(row.get_by_role("button")).to_have_count(1)
    for kept in ("kaffe vid köksbordet", "bo kvar hemma", "högre säng"):  # what is the groups' own
        expect(overview).not_to_contain_text(kept)
    page.screenshot(path=pictures / f"overview-{size}.png")
    clean(page)
    say(page, "veckoöversikt Arvika")
    expect(newest(page, "Veckoöversikt")).to_contain_text("2 grupper")


def test_who_to_be_is_found_by_role(page: Page, chat: str) -> None:
    enter(page, chat, "anna")
    page.locator("#me").click()
    dialog = page.get_by_role("dialog", name="Vem vill du vara?")
    headings = dialog.get_by_role("heading", level=3)
    expect(headings).to_have_text(["Samordnare", "Genomförandekommittén", "StyrGruppen", *(f"Gruppen {each}" for each in (
        "björk", "hägg", "lind", "lärka", "rönn", "svala", "tall", "trana"))])  # fmt: skip
    page.get_by_role("searchbox").fill("ordförande")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name=re.compile("Stig Norman")).click()
    expect(page.locator("#me-name")).to_have_text("Stig Norman")
    for place in ("Genomförandekommittén", "StyrGruppen"):
        expect(page.locator("#places button", has_text=place)).to_have_count(1)


def test_on_a_phone_the_chat_comes_first_and_the_rest_are_sheets(phone: Page, chat: str, pictures: Path) -> None:
    enter(phone, chat, "anna", "nvg-tall")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(phone.get_by_role("combobox", name="Skriv här")).to_be_in_viewport()
    expect(phone.get_by_role("navigation")).to_have_count(0)  # out of reach while it is closed
    phone.screenshot(path=pictures / "phone.png")
    phone.get_by_role("button", name="Visa kanaler").click()
    expect(phone.get_by_role("navigation", name="Kanaler")).to_be_visible()
    phone.screenshot(path=pictures / "phone-channels.png")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("navigation")).to_have_count(0)
    expect(phone.get_by_role("button", name="Visa kanaler")).to_be_focused()
    phone.get_by_role("button", name=re.compile("Visa klockan")).click()
    expect(phone.get_by_role("button", name="Nästa händelse")).to_be_visible()
    phone.screenshot(path=pictures / "phone-clock.png")
    small = phone.evaluate(
        """() => [...document.querySelectorAll('button, textarea, input')].filter(each => {
          const box = each.getBoundingClientRect();
          return each.checkVisibility({ visibilityProperty: true }) && (box.height < 40 || box.width < 24);
        }).map(each => each.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_on_a_phone_a_group_can_be_started_in_the_channel_that_has_none(phone: Page, chat: str) -> None:
    enter(phone, chat, "anna", "nvg-ny")
    expect(phone.locator("#tries button")).to_have_text(["ny grupp"])
    say(phone, "vad gör vi nu?")
    newest(phone, "Starta grupp här?").get_by_role("button", name="Starta grupp här").click()
    form = phone.get_by_role("dialog", name="Starta grupp")
    expect(form.get_by_text("Ett neutralt ord, aldrig patientens namn.")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_no_reach_of_the_page_goes_outside_the_machine(page: Page, chat: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, chat, "eva")
    assert asked and all(url.startswith((chat, "data:")) for url in asked)


def test_what_people_write_is_never_run(page: Page, chat: str) -> None:
    """As a line of one's own, in receipts, cards, lists and forms, and what the page completes."""
    page.on("dialog", lambda dialog: pytest.fail(f"it said {dialog.message}"))
    enter(page, chat, "karin", "nvg-bjork")
    for words in HTML:
        say(page, f"åtgärd @oskar {words} senast fredag")
        expect(page.locator(".message:not(.mine)", has_text=words).last).to_be_visible()
    newest(page, HTML[0]).get_by_role("button", name=re.compile("Nytt datum|Ändra")).first.click()
    expect(page.get_by_role("dialog")).to_contain_text(HTML[0])
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main iframe, main svg[onload], main img[src='x'], [onerror], [onfocus]").count() == 0


def test_a_document_for_the_public_record_is_fetched_with_a_button(page: Page, chat: str, tmp_path: Path) -> None:
    enter(page, chat, "mats")
    say(page, "protokoll till diariet")
    newest(page, "Vilken grupp").get_by_role("button", name="björk").click()
    link = re.search(r"http://\S+/record/\S+", newest(page, "till diariet hos").inner_text())
    assert link
    page.goto(link[0])
    with page.expect_download() as download:
        page.get_by_role("button", name="Hämta dokumentet").click()
    assert download.value.suggested_filename.endswith("arvika-kommun.pdf")
    download.value.save_as(tmp_path / "document.pdf")
    assert (tmp_path / "document.pdf").read_bytes().startswith(b"%PDF-")
