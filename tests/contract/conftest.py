"""The store is tried without the bot's own features: what they want of timers would only be noise here."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_timers_of_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.timers.WANTED", {})
