"""A running local chat, and Chromium to look at it with. One of each for the whole session: the examples take a second."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.settings import read
from handlers.run import links_of, wording
from handlers.simulator.web import open_page
from storage.keystore import KeyStore
from storage.store import Store

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chat() -> Iterator[str]:
    """The URL of a local chat of its own, with the example groups."""
    store = Store("sqlite://", KeyStore("sqlite://", os.urandom(32)))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who comes before the server waits
    words, url = wording("vastra-varmland"), f"http://127.0.0.1:{listening.getsockname()[1]}"
    links = links_of(replace(read({}, None), public_url=url), store, words)
    server = uvicorn.Server(uvicorn.Config(open_page(store, words, links=links), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    httpx.get(f"{url}/api/start", timeout=300).raise_for_status()  # answered when the examples have been played
    yield url
    server.should_exit = True
    thread.join(60)
    store.close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "install Chromium first: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=3 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, chat: str) -> Iterator[Page]:
    """A new page on a desktop; any error in its scripts fails the test."""
    yield from opened(chromium, width=1360, height=860)


@pytest.fixture
def phone(chromium: Browser, chat: str) -> Iterator[Page]:
    yield from opened(chromium, width=390, height=844)


def opened(chromium: Browser, width: int, height: int) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are put, to be looked at."""
    return tmp_path_factory.mktemp("pictures")
