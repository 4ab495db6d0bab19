"""Structured logs: one JSON object a line, of ids, kinds and times. People's words never come here.

What belongs to one request or turn carries the same `request`: see `about`.
"""

from __future__ import annotations

import json
import logging
import random
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from pathlib import PurePath
from typing import TypeVar

logger = logging.getLogger("nvg")

_request: ContextVar[str] = ContextVar("request", default="")
_ids = random.Random(secrets.randbits(128))  # nosec B311  # names, not secrets: to ask the system for each gives the interpreter away

Result = TypeVar("Result")


class JsonLines(logging.Formatter):
    """Writes what `event` and `failed` put in the record. Of other libraries' records only name and level come through."""

    def format(self, record: logging.LogRecord) -> str:
        values = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower()}
        if request := _request.get():
            values["request"] = request
        if record.name == logger.name:
            return json.dumps(values | getattr(record, "values", {}) | {"event": record.msg})
        return json.dumps(values | {"event": "library", "from": record.name})


def start(level: int = logging.INFO) -> None:
    """Log to standard error from now on."""
    # no line says from where in the code it comes, nor in which thread: not to look for that is most of its cost
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False  # type: ignore[attr-defined]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logger.setLevel(level)


@contextmanager
def about(request: str = "") -> Iterator[str]:
    """What is logged in here, and in what is begun in here, carries this id, or a new one."""
    token = _request.set(request or f"{_ids.getrandbits(48):012x}")
    try:
        yield _request.get()
    finally:
        _request.reset(token)


def carried(work: Callable[[], Result]) -> Callable[[], Result]:
    """The same work with the id of who asks for it, for a thread that does not know it."""
    context = copy_context()
    return lambda: context.run(work)


def event(name: str, **values: str | int | float | None) -> None:
    """Something happened. Values are ids, kinds and numbers only."""
    logger.info(name, extra={"values": values})


def failed(name: str, error: BaseException, **values: str | int | float | None) -> str:
    """Something went wrong: its kind and where, but not its words, which may hold people's. Answers with a reference."""
    reference = secrets.token_hex(3)
    where = [f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]
    logger.error(name, extra={"values": {**values, "reference": reference, "error": type(error).__name__, "where": where}})
    return reference
