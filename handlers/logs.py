"""Structured logs: one JSON object a line, of ids, kinds and times. People's words never come here."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import traceback
from pathlib import PurePath

logger = logging.getLogger("nvg")


class JsonLines(logging.Formatter):
    """Writes what `event` and `failed` put in the record. Of other libraries' records only name and level come through."""

    def format(self, record: logging.LogRecord) -> str:
        values = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower()}
        if record.name == logger.name:
            return json.dumps(values | {"event": record.msg} | getattr(record, "values", {}))
        return json.dumps(values | {"event": "library", "from": record.name})


def start(level: int = logging.INFO) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logger.setLevel(level)


def event(name: str, **values: str | int | float | None) -> None:
    """Something happened. Values are ids, kinds and numbers only."""
    logger.info(name, extra={"values": values})


def failed(name: str, error: BaseException, **values: str | int | float | None) -> str:
    """Something went wrong: its kind and where, but not its words, which may hold people's. Answers with a reference."""
    reference = secrets.token_hex(3)
    where = [f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]
    logger.error(name, extra={"values": {**values, "reference": reference, "error": type(error).__name__, "where": where}})
    return reference
