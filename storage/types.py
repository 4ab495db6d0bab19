"""Column types that read back exactly what was written, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from bot.rules.reading import Moment
from storage import codec


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. In SQLite text of one width, so that text order is time order."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        on_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True) if on_postgres else sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


class MomentText(TypeDecorator[Moment]):
    """A day, or a day with a clock time, as text: "2026-11-27" or "2026-11-27T13:00:00"."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Moment | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Moment | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


@lru_cache(2000)
def _decoded(text: str) -> Any:
    """A short value that nobody can change, as it is held by many: who owns it, when somebody works."""
    return codec.decode(text)


class Json(TypeDecorator[Any]):
    """Tuples, sets, mappings and nested dataclasses, by the codec."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:
        return codec.encode(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        if value is None or len(value) > 200 or '"list"' in value or '"map"' in value:
            return None if value is None else codec.decode(value)
        return _decoded(value)
