"""The tables: one for each kind of kept object, with a typed column for each of its fields, and those that serve them.

The fields marked `free()` have no column: together they are one sealed row of `texts`. A text is never changed, a
changed object points at a new one, so that what is kept for undo needs no words of its own.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from bot import model
from bot.model import Kept
from storage.types import Instant, Json, MomentText

metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)

REMEMBERED = timedelta(days=35)
"""How long something closed stays in view. Older things are kept, and found when asked for."""
EVENTS_KEPT = timedelta(days=3)
"""How long an event's answer is: no platform tries the same one again for longer, also over a weekend of trouble."""
OUTBOX_KEPT = timedelta(days=7)
"""How long what was sent is: long enough to see why somebody did not get something."""
ALWAYS = datetime(9999, 12, 31, tzinfo=UTC)

ERASED_NAME = "borttagen person"  # of who has been erased

COLUMN_NAMES = {"group": "group_id"}  # where a field's name is a word of SQL


@dataclass(frozen=True)
class Kind:
    """How one kind of object is kept. `open` are the states in which it stays in view however old it gets."""

    model: type[Any]
    table: sa.Table
    columns: tuple[tuple[str, str], ...]  # (field, column)
    free: tuple[str, ...]
    open: frozenset[str]

    @property
    def name(self) -> str:
        return self.model.__name__

    @cached_property
    def text_at(self) -> int:
        """Where in a row the text's id is; the turn comes after it."""
        return len(self.columns)

    def in_view_until(self, thing: Kept, now: datetime) -> datetime:
        return ALWAYS if thing.state in self.open else now + REMEMBERED


def _column_type(field: str, hint: Any) -> tuple[sa.types.TypeEngine[Any], bool]:
    """The column's type, and whether it may be null."""
    nullable = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        parts = set(typing.get_args(hint))
        nullable = type(None) in parts
        parts -= {type(None)}
        if parts == {date, datetime}:
            return MomentText(), nullable
        (hint,) = parts
    if hint is datetime:
        return (Instant() if field == "at" or field.endswith("_at") else sa.DateTime()), nullable
    simple: dict[Any, Any] = {str: sa.Text, int: sa.Integer, bool: sa.Boolean, date: sa.Date, time: sa.Time}
    return simple.get(hint, Json)(), nullable


def _kind(thing: type[Any], table: str, open: str = "") -> Kind:
    hints = typing.get_type_hints(thing)
    fields = dataclasses.fields(thing)
    free = tuple(f.name for f in fields if f.metadata.get("free"))
    names = tuple((f.name, COLUMN_NAMES.get(f.name, f.name)) for f in fields if f.name not in free)
    columns: list[sa.Column[Any]] = []
    for field, name in names:
        column_type, nullable = _column_type(field, hints[field])
        belongs = [sa.ForeignKey(f"{owner}.id")] if (owner := _BELONGS_TO.get((thing, field))) else []
        if field == "group":
            belongs = [sa.ForeignKey("groups.id")]
        columns.append(sa.Column(name, column_type, *belongs, nullable=nullable, primary_key=field == "id"))
    columns += [
        sa.Column("text_id", sa.Text, nullable=True),
        sa.Column("turn", sa.Text, nullable=False),  # that wrote it: tells one writing from all others
        sa.Column("touched_at", Instant, nullable=False),
        sa.Column("in_view_until", Instant, nullable=False),
    ]
    indexes = []
    if "group" in hints:
        indexes.append(sa.Index(None, "group_id", "in_view_until"))
    if thing in (model.Member, model.Absence):
        indexes.append(sa.Index(None, "person"))
    if thing is model.Escalation:
        indexes.append(sa.Index(None, "body", "in_view_until"))
    indexes += [sa.Index(None, "group_id", *names) for names in _BY_TIME.get(thing, ())]  # what the weekly overview counts
    made = sa.Table(table, metadata, *columns, *indexes)
    return Kind(thing, made, names, free, frozenset(open.split()))


_BY_TIME: dict[type[Any], tuple[tuple[str, ...], ...]] = {
    model.Meeting: (("starts",),),
    model.Decision: (("at",),),
    model.Action: (("closed_at", "state", "at", "due"),),
    model.Escalation: (("answered_at",), ("helped_at",)),
}
_BELONGS_TO = {(model.Member, "person"): "people", (model.Absence, "person"): "people"}

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (  # in the order that they must be written
        _kind(model.Person, "people", "active"),
        _kind(model.Group, "groups", "starting active paused"),
        _kind(model.Member, "members", "active"),
        _kind(model.Meeting, "meetings", "planned live"),
        _kind(model.Decision, "decisions"),
        _kind(model.Action, "actions", "open stuck"),
        _kind(model.Point, "points", "open"),
        _kind(model.Question, "questions", "open"),
        _kind(model.Inquiry, "inquiries", "open"),
        _kind(model.Lesson, "lessons"),
        _kind(model.Escalation, "escalations", "open taken asked answered solved"),
        _kind(model.TimeSpent, "times_spent"),
        _kind(model.Absence, "absences", "planned begun"),
    )
}
GROUP_KINDS = tuple(kind for kind in KINDS.values() if kind.name in model.KIND_FIELDS)

people, groups, members, absences = (KINDS[k].table for k in ("Person", "Group", "Member", "Absence"))

texts = sa.Table(
    "texts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),  # whose key: a group's id, or "@anna"
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
)

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("group_id", sa.Text, sa.ForeignKey("groups.id"), nullable=False, index=True),
)

facts = sa.Table(  # append-only: triggers refuse all else
    "facts",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("turn", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("group_id", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("detail", Json, nullable=False),
    sa.Index(None, "group_id", "at"),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("before", Json, nullable=False),  # key -> (the object without its words, text id) or None
    sa.Column("after", Json, nullable=False),  # key -> version
    sa.Column("state", sa.Text, nullable=False),
    sa.Index(None, "by", "place", "seq"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # the platform's own
    sa.Column("turn", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=True, index=True),  # keyed hash of person, place and line, if it changed data
    sa.Column("ref", sa.Text, nullable=False),  # what that led to
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("owner", sa.Text, nullable=False),
)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("owner", sa.Text, nullable=False),  # key of the object that wants it
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("free_at", Instant, nullable=False, index=True),  # when it may be claimed: when due, or when a lease ends
    sa.UniqueConstraint("owner", "kind", "subject", "due"),
    sa.Index(None, "due", "kind", "subject"),
)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("sent_to", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("shown", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("text_id", sa.Text, nullable=True),  # the fixed words
    sa.Column("turn", sa.Text, nullable=False, index=True),
    sa.Column("undone", sa.Boolean, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("drawn_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # times drawn
)

card_holds = sa.Table(
    "card_holds",
    metadata,
    sa.Column("card", sa.ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, index=True),
)

installations = sa.Table(  # of the bot in the workspaces of a platform
    "installations",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),  # "slack:T0123", or of a whole organisation "slack:E0123"
    sa.Column("through", sa.Text, nullable=False, index=True),  # another place, whose token reaches people here too; else ""
    sa.Column("bot_user", sa.Text, nullable=False),
    sa.Column("bot_id", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=True),
    sa.Column("sealed", sa.LargeBinary, nullable=True),  # the token
    sa.Column("installed_at", Instant, nullable=False),
)

install_states = sa.Table(  # of installations begun: each serves once, for a while
    "install_states",
    metadata,
    sa.Column("mark", sa.Text, primary_key=True),  # keyed hash of the state
    sa.Column("until", Instant, nullable=False, index=True),
)

conversations = sa.Table(  # where the bot can speak, on platforms that must be told how to get there
    "conversations",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),  # "teams:TENANT/CONVERSATION", "teams:@TENANT/OBJECT-ID"
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("tenant", sa.Text, nullable=False, index=True),
    sa.Column("service_url", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # personal | groupChat | channel
    sa.Column("team", sa.Text, nullable=False, server_default=""),  # that a channel is in
)

calendar_events = sa.Table(  # in whose mailbox each of the bot's calendar events was put
    "calendar_events",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),  # the event's, from which nobody reads which group it is
    sa.Column("mailbox", sa.Text, nullable=False),
)

chores = sa.Table(  # of the house: what is done once a night, by one of the processes
    "chores",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("due", Instant, nullable=False),
    sa.Column("free_at", Instant, nullable=False),  # when it may be taken: when due, or when a lease ends
)

access_log = sa.Table(  # who was shown something of a group or about a person, a row for each day and way of seeing it
    "access_log",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("reader", sa.Text, primary_key=True),  # a person; "#tall": all who read the group's channel; "$anna": an account on the server; "-": erased
    sa.Column("group_id", sa.Text, primary_key=True),  # whose it was, "" of none
    sa.Column("person", sa.Text, primary_key=True),  # who was named in it; "": the group's own row
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("way", sa.Text, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Index(None, "person", "day"),
    sa.Index(None, "group_id", "day"),
)

PENDING = sa.text("state = 'pending'")
SETTLED = sa.text("settled_at IS NOT NULL")
REDRAW = sa.text("state = 'pending' AND card IS NOT NULL")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("turn", sa.Text, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("card", sa.ForeignKey("cards.id", ondelete="CASCADE"), nullable=True),  # a redraw, of that card
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("text_id", sa.Text, nullable=True),
    sa.Column("useful_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("free_at", Instant, nullable=False),  # when it may be claimed: not before, and after another's lease
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # pending | sent | gave_up | dropped
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("settled_at", Instant, nullable=True),
    sa.Column("seen", Json, nullable=True),  # once sent: who was shown what, until it stands in the access log
    sa.Index("uq_outbox_post", "turn", "n", unique=True, sqlite_where=sa.text("card IS NULL")),
    sa.Index("uq_outbox_redraw", "card", unique=True, sqlite_where=REDRAW),
    sa.Index("ix_outbox_free", "free_at", sqlite_where=PENDING),
    sa.Index("ix_outbox_order", "address", "id", sqlite_where=PENDING),
    sa.Index("ix_outbox_settled", "settled_at", sqlite_where=SETTLED),
)


@sa.event.listens_for(metadata, "before_create")
def _partial_on_postgresql_too(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    # said here and not above, where it would import all of PostgreSQL's dialect also for SQLite
    if connection.dialect.name == "postgresql":
        for index in outbox.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


PENDING_OUTBOX = sa.literal_column("outbox.state") == sa.literal_column("'pending'")  # as the indexes are written

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END",
        "CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION facts_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'facts are append-only'; END $$",
        "CREATE TRIGGER facts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON facts "
        "FOR EACH STATEMENT EXECUTE FUNCTION facts_append_only()",
    ),
}
