"""Column types that read back exactly what was written, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from bot.rules.reading import Moment
from storage import codec

Turned = Callable[[Any], Any]


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. In SQLite text of one width, so that text order is time order."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        on_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True) if on_postgres else sa.Text())

    # Not `process_bind_param` and its like: thousands of values pass here, and those cost two calls more for each.
    def bind_processor(self, dialect: sa.Dialect) -> Turned:
        return _in_utc if dialect.name == "postgresql" else _instant_text

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Turned:
        return _in_utc if dialect.name == "postgresql" else _instant


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("an instant must be aware")
    return value.astimezone(UTC)


@lru_cache(100)
def _instant_text(value: datetime | None) -> str | None:
    """A turn writes its own instant a score of times."""
    utc = _in_utc(value)
    return None if utc is None else utc.isoformat(timespec="microseconds")


@lru_cache(500)
def _instant(text: str | None) -> datetime | None:
    """Many rows share an instant: what falls due in the morning, what one turn touched."""
    return None if text is None else _in_utc(datetime.fromisoformat(text))


class MomentText(TypeDecorator[Moment]):
    """A day, or a day with a clock time, as text: "2026-11-27" or "2026-11-27T13:00:00"."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Turned:
        return _moment_text

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Turned:
        return read_moment


def _moment_text(value: Moment | None) -> str | None:
    return None if value is None else value.isoformat()


@lru_cache(500)
def read_moment(value: str | None) -> Moment | None:
    """Many rows share a moment too: what is to be done by Friday."""
    if value is None:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


@lru_cache(500)
def _decoded(text: str) -> Any:
    """A short value that nobody can change, as it is held by many: who owns it, when somebody works."""
    return codec.decode(text)


class Json(TypeDecorator[Any]):
    """Tuples, sets, mappings and nested dataclasses, by the codec."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Turned:
        return codec.encode

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Turned:
        return read_json


def read_json(value: str | None) -> Any:
    if value is None or len(value) > 200 or '"list"' in value or '"map"' in value:
        return None if value is None else codec.decode(value)
    return _decoded(value)
