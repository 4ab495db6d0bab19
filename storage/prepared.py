"""Statements compiled once, and then run on the driver's own cursor.

SQLAlchemy says what a statement is, how it is written for each database, and how values are turned; but asking it anew
at each execution costs many times what the database itself needs. What runs in every turn is therefore prepared. It takes
part in the transaction of the connection that it is given, like everything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

Row = tuple[Any, ...]
Turned = Callable[[Any], Any]


class Connection(Protocol):
    """What a prepared statement runs on: a connection of SQLAlchemy, or a bare one."""

    @property
    def connection(self) -> Any:
        """The pool's, which has the driver's cursor."""

    @property
    def dialect(self) -> sa.Dialect: ...


class _Many(UserDefinedType[Any]):
    """Any number of texts or numbers as one value."""

    cache_ok = True

    def __init__(self, each: Any) -> None:
        self.each = each

    def get_col_spec(self, **_: Any) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.Dialect) -> Turned:
        return list if dialect.name == "postgresql" else _written


def _written(values: Collection[Any]) -> str:
    return f"[{','.join(_quoted(each) if each.__class__ is str else json.dumps(each) for each in values)}]"


_quoted = json.encoder.encode_basestring  # at once, where an encoder is made anew for each list


class _Among(FunctionElement[Any]):
    inherit_cache = True


def among(column: sa.ColumnElement[Any], name: str) -> Any:
    """The column is one of those given under that name: one parameter, and one statement, however many they are."""
    return _Among(column, sa.bindparam(name, type_=_Many(column.type)))


@compiles(_Among, "sqlite")
def _among_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # nosec B608  # both are compiled


@compiles(_Among, "postgresql")
def _among_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in one database's words."""

    sql: str
    given: tuple[tuple[str, Turned | None], ...]  # the parameters, and how each is turned, once however often it is used
    places: Callable[[Sequence[Any]], Any] | None  # puts them where they go, where one goes to several places
    fixed: Mapping[str, Any]  # the parameters that the statement itself gives
    names: tuple[str, ...] | None  # of the parameters; None where they go by place
    turn_rows: Callable[[Sequence[Row]], Sequence[Row]] | None  # what the driver read, as what was written; None where that is the same

    def bind(self, values: Mapping[str, Any]) -> Any:
        if self.fixed:
            values = {**self.fixed, **values}
        bound = [values[key] if turn is None else turn(values[key]) for key, turn in self.given]
        if self.names is not None:
            return dict(zip(self.names, bound, strict=True))
        return bound if self.places is None else self.places(bound)

    def turn(self, rows: Sequence[Row]) -> Sequence[Row]:
        """What the driver read, as what was written."""
        return rows if self.turn_rows is None else self.turn_rows(rows)


class Prepared:
    """A statement whose every parameter has a name. Thread-safe. Its rows are tuples, or made `into` a NamedTuple with fields as its columns are named."""

    def __init__(self, statement: Any, into: type[Row] | None = None) -> None:
        self._statement, self._into = statement, into
        self._forms: dict[str, _Form] = {}

    def all(self, connection: Connection, values: Mapping[str, Any], ordered: bool = False) -> Sequence[Row]:
        """The rows that it finds, or gives back of what it changes: the latter `ordered` by their columns, since no database does that."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            execute(cursor, form.sql, [form.bind(values)])
            rows = cursor.fetchall()
            if ordered:  # as the database keeps them: instants are in order there too, and compared more quickly
                rows.sort()
            return form.turn(rows)
        finally:
            cursor.close()

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """The first row, None if there is none."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            execute(cursor, form.sql, [form.bind(values)])
            row = cursor.fetchone()
            return row if row is None or form.turn_rows is None else form.turn_rows((row,))[0]
        finally:
            cursor.close()

    def value(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row's first column, None if there is no row."""
        row = self.first(connection, values)
        return row[0] if row else None

    def run(self, connection: Connection, *rows: Mapping[str, Any]) -> int:
        """Change something, once for each of the rows of values. Answers with how many rows of the table that met."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            execute(cursor, form.sql, [form.bind(values) for values in rows])
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _form(self, connection: Connection) -> _Form:
        name = connection.dialect.name
        if name not in self._forms:
            self._forms[name] = _formed(self._statement, connection.dialect, self._into)
        return self._forms[name]


def execute(cursor: Any, sql: str, rows: list[Any]) -> None:
    """Whatever is prepared passes here."""
    if len(rows) == 1:
        cursor.execute(sql, rows[0])
    else:
        cursor.executemany(sql, rows)


def inserting(table: sa.Table, insert: Any = None) -> Any:
    """An INSERT with a value for each column, but the number that the database gives. `insert`: one to begin with."""
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    begun = sa.insert(table) if insert is None else insert
    return begun.inline().values({column.name: sa.bindparam(column.name, type_=column.type) for column in columns})


def _formed(statement: Any, dialect: sa.Dialect, into: Any) -> _Form:
    compiled = statement.compile(dialect=dialect)
    keys: dict[str, str] = {}
    turns: dict[str, Turned | None] = {}
    fixed: dict[str, Any] = {}
    for bind, name in compiled.bind_names.items():
        turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
        keys[name], turns[name] = bind.key, turn
        if not bind.required:
            fixed[bind.key] = bind.effective_value if turn is None else turn(bind.effective_value)
            turns[name] = None
    order = [keys[name] for name in compiled.positiontup] if compiled.positional else []
    names = tuple({keys[name]: name for name in compiled.positiontup}.values()) if compiled.positional else tuple(keys)
    once = [keys[name] for name in names]
    columns = statement.exported_columns  # none where it gives nothing back
    results = [(column.name, column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in columns]
    return _Form(
        compiled.string, tuple((keys[name], turns[name]) for name in names),
        itemgetter(*map(once.index, order)) if len(order) > len(once) else None, fixed, None if compiled.positional else names,
        _rows_turner(results, into) if into or any(turn for _, turn in results) else None,
    )  # fmt: skip


def _rows_turner(turns: Sequence[tuple[str, Turned | None]], into: Any) -> Callable[[Sequence[Row]], Sequence[Row]]:
    """A function of rows that turns each value in its own way: written out, it is more than twice as quick as going through them."""
    turned = [f"value_{n}" if turn is None else f"turn_{n}(value_{n})" for n, (_, turn) in enumerate(turns)]
    names, values = ", ".join(f"value_{n}" for n, _ in enumerate(turns)), f"({', '.join(turned)},)"
    known: dict[str, Any] = {f"turn_{n}": turn for n, (_, turn) in enumerate(turns)}
    if into:
        own = dict(zip((name for name, _ in turns), turned, strict=True))
        known |= {"new": tuple.__new__, "into": into}  # a NamedTuple's own way takes twice as long
        values = f"new(into, ({', '.join(own[name] for name in into._fields)},))"
    made: Callable[[Sequence[Row]], Sequence[Row]] = eval(f"lambda rows: [{values} for {names}, in rows]", known)  # nosec B307  # of numbers alone
    return made
