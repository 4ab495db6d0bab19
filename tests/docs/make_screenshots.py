"""Takes docs/screenshots anew from the local chat as it is now: python -m tests.docs.make_screenshots

Look at each afterwards. An emoji font must be there (fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from handlers.run import wording
from handlers.simulator.web import open_page
from storage.keystore import KeyStore
from storage.store import Store
from tests.browser.conftest import ARGUMENTS
from tests.browser.test_chat import enter, newest, say

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESKTOP, PHONE = (1400, 860), (390, 844)
COLOURS = 256  # of a picture: it is text on a few plain colours


def simulator(page: Page, chat: str) -> None:
    enter(page, chat, "anna", "nvg-tall")
    say(page, "åtgärd @bo ringa om ramp till altanen senast torsdag")
    newest(page, "ringa om ramp").wait_for()


def phone(page: Page, chat: str) -> None:
    enter(page, chat, "anna", "Min sida")
    page.locator("[data-message=home] li").first.wait_for()


def meeting_phone(page: Page, chat: str) -> None:
    enter(page, chat, "mats", "nvg-bjork")
    say(page, "starta mötet")
    newest(page, "Mötet pågår").wait_for()
    say(page, "närvarande: @karin @oskar @amina")
    say(page, "beslut: nattpatrullen ringer före besöket, ansvarig @amina\nåtgärd @oskar sätta en lapp på dörren senast fredag")
    newest(page, "Sparat").wait_for()
    page.locator("#log > article", has_text="Mötet pågår").last.evaluate("card => card.scrollIntoView({ block: 'start' })")


def committee_phone(page: Page, chat: str) -> None:
    enter(page, chat, "lena", "Genomförandekommittén")
    newest(page, "rönn H2").wait_for()


def overview_phone(page: Page, chat: str) -> None:
    enter(page, chat, "kia")
    say(page, "veckoöversikt")
    newest(page, "Mest angeläget").wait_for()


PICTURES: tuple[tuple[str, tuple[int, int], Callable[[Page, str], None]], ...] = (
    ("simulator", DESKTOP, simulator), ("phone", PHONE, phone), ("committee-phone", PHONE, committee_phone),
    ("overview-phone", PHONE, overview_phone), ("meeting-phone", PHONE, meeting_phone),
)  # fmt: skip


@contextmanager
def running() -> Iterator[str]:
    """The URL of a local chat with the example groups."""
    store = Store("sqlite://", KeyStore("sqlite://", os.urandom(32)))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(open_page(store, wording("vastra-varmland")), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        httpx.get(f"{url}/api/start", timeout=60).raise_for_status()
        yield url
    finally:
        server.should_exit = True
        thread.join(15)
        store.close()


def take(browser: Browser, chat: str, name: str, size: tuple[int, int], arrange: Callable[[Page, str], None]) -> None:
    sharp = 2 if size == PHONE else 1
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=sharp, is_mobile=size == PHONE, locale="sv-SE", reduced_motion="reduce"
    )
    page = context.new_page()
    arrange(page, chat)
    page.wait_for_timeout(500)  # colours change softly, and letters come
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    context.close()


def main() -> None:
    path = shutil.which("chromium")
    assert path, "install Chromium first: apt-get install chromium"
    with running() as chat, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, size, arrange in PICTURES:
            take(browser, chat, name, size, arrange)
            print(FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
