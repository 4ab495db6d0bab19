"""Who answers somebody goes first."""

from __future__ import annotations

import threading
import time

import pytest

from handlers import courtesy
from handlers.courtesy import Courtesy


def test_nobody_waits_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 60.0)
    asked = Courtesy()
    with asked.answering():
        pass
    began = time.monotonic()
    asked.let_pass()
    assert time.monotonic() - began < 30


def test_what_is_in_the_background_waits_for_the_answer_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 60.0)
    asked, passed, answered = Courtesy(), threading.Event(), threading.Event()
    order: list[str] = []

    def background() -> None:
        asked.let_pass()
        order.append("background")
        passed.set()

    with asked.answering(), asked.answering():
        threading.Thread(target=background).start()
        time.sleep(0.05)
        order.append("answer")
        answered.set()
    assert passed.wait(60) and order == ["answer", "background"]
    monkeypatch.setattr(courtesy, "MOST", 0.1)
    with asked.answering():
        asked.let_pass()  # a turn that never ends holds nobody up for long
