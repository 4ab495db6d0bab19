"""What waits to be done: the outbox and the timers. Rows are claimed for a while (a lease), worked on outside of any
transaction, and then settled; a lease that ran out is claimed again, so a crash loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bot.messages import Message
from bot.timers import Timer
from storage import codec, tables
from storage.database import ConflictError, Database
from storage.keystore import KeyStore
from storage.read import Memory, Read
from storage.types import Instant
from storage.work import queue_redraws

LEASE = timedelta(seconds=60)
_outbox, _timers, _cards = tables.outbox.c, tables.timers.c, tables.cards.c
_IN_ORDER = (_timers.due, _timers.kind, _timers.subject)
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Instant())
_DUE = sa.select(_timers.id).where(_timers.free_at <= _NOW).limit(1)
_CLAIM = (
    sa.update(tables.timers)
    .where(
        _timers.id.in_(
            sa.select(_timers.id).where(_timers.free_at <= _NOW).order_by(_timers.free_at)
            .limit(sa.bindparam("most")).with_for_update(skip_locked=True)
        )
    )
    .values(free_at=sa.bindparam("until", type_=Instant()))
    .returning(_timers.kind, _timers.subject, _timers.due)
)  # fmt: skip
_earlier = tables.outbox.alias("earlier")
_TO_SEND = sa.select(_outbox.id).where(tables.PENDING_OUTBOX, _outbox.free_at <= _NOW).limit(1)
_IN_TURN = sa.or_(  # a post waits for the earlier ones to the same address, a redraw for none
    _outbox.card.is_not(None),
    ~sa.exists().where(
        _earlier.c.address == _outbox.address,
        _earlier.c.id < _outbox.id,
        sa.literal_column("earlier.state") == sa.literal_column("'pending'"),
        _earlier.c.card.is_(None),
    ),
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to send or redraw, claimed. `message_id` is set for a redraw of what was sent before."""

    id: int
    address: str  # "slack:nvg-tall", or "@anna": the postman finds how to reach her
    group: str  # the group living at the address, "" in a private chat
    subject: str
    message: Message | None  # fixed words; None: draw the subject with bot.cards.draw
    redraw: bool
    message_id: str  # redraw: the platform's id of the message
    shown: str  # redraw: hash of what is shown there now; the same again need not be sent
    sent_to: str  # redraw: the address that it really went to (an identity of the person)
    change: str  # the turn that posted it
    undone: bool  # that turn has been undone: strike the words through
    gone: bool  # may no longer be shown: show Gone
    useful_until: datetime | None
    attempts: int
    created_at: datetime
    card: int | None  # redraw: of which card


class Queues(Database):
    """The outbox and the timers of a store."""

    keys: KeyStore
    memory: Memory

    # -- outbox

    def claim_outbox(self, now: datetime, limit: int = 50, lease: timedelta = LEASE) -> tuple[OutboxRow, ...]:
        """Rows to send now: of each address the first unsent post, and redraws beside it. Call again until empty.

        A later post waits until the earlier one is settled. Rows leased to others are left alone.
        """
        query = (
            sa.select(tables.outbox)
            .where(
                tables.PENDING_OUTBOX,
                _outbox.free_at <= now,
                _IN_TURN,
            )
            .order_by(_outbox.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if not self._any(_TO_SEND, {"now": now}):
            return ()
        with self.writing() as connection:
            rows = connection.execute(query).all()
            if not rows:
                return ()
            connection.execute(
                sa.update(tables.outbox)
                .where(_outbox.id.in_([row.id for row in rows]))
                .values(free_at=now + lease, attempts=_outbox.attempts + 1)
            )
            return self._outbox_rows(connection, rows)

    def _outbox_rows(self, connection: sa.Connection, rows: Any) -> tuple[OutboxRow, ...]:
        cards = {
            card.id: card
            for card in connection.execute(
                sa.select(tables.cards).where(_cards.id.in_([row.card for row in rows if row.card]))
            )
        }
        at = tables.changes.c
        undone = set(
            connection.scalars(sa.select(at.id).where(at.id.in_({r.turn for r in rows}), at.state == "undone"))
        )
        living = tables.channels.c
        groups: dict[str, str] = {
            row.address: row.group_id
            for row in connection.execute(
                sa.select(living.address, living.group_id).where(living.address.in_({r.address for r in rows}))
            )
        }
        words = Read(connection, self.keys, self.memory).texts({row.text_id for row in rows if row.text_id})
        made = []
        for row in rows:
            card = cards.get(row.card)
            text = words.get(row.text_id)
            made.append(
                OutboxRow(
                    id=row.id,
                    address=row.address,
                    group=groups.get(row.address, ""),
                    subject=row.subject,
                    message=codec.decode(text["message"]) if text else None,
                    redraw=card is not None,
                    message_id=card.message_id if card else "",
                    shown=card.shown if card else "",
                    sent_to=card.sent_to if card else "",
                    change=card.turn if card else row.turn,
                    undone=card.undone if card else bool(row.text_id) and row.turn in undone,
                    gone=card.gone if card else bool(row.text_id) and text is None,
                    useful_until=row.useful_until,
                    attempts=row.attempts + 1,
                    created_at=row.created_at,
                    card=row.card,
                )
            )
        return tuple(made)

    def sent(
        self,
        row: OutboxRow,
        now: datetime,
        message_id: str,
        shown: str,
        holds: Mapping[str, int] | None = None,
        sent_to: str = "",
    ) -> None:
        """The platform has it. Also for a redraw that turned out the same, and was not sent.

        `shown`: hash of what is shown. `holds`: key -> version of each object as drawn (0 if it does not exist). An
        object that changed while the card was on its way has the card drawn anew.
        """
        holds = holds or {}
        for attempt in range(5):
            try:
                with self.writing() as connection:
                    self._sent(connection, row, now, message_id, shown, holds, sent_to)
                return
            except ConflictError:
                if attempt == 4:
                    raise

    def _sent(
        self,
        connection: sa.Connection,
        row: OutboxRow,
        now: datetime,
        message_id: str,
        shown: str,
        holds: Mapping[str, int],
        sent_to: str,
    ) -> None:
        settled = connection.execute(
            sa.update(tables.outbox)
            .where(_outbox.id == row.id, tables.PENDING_OUTBOX)
            .values(state="sent", settled_at=now)
            .returning(_outbox.owner, _outbox.text_id, _outbox.turn)
        ).first()
        if settled is None:
            return  # another had it after our lease ran out, or the card is gone
        # first the versions, locked: a turn that changes one of them now waits, and then finds this card
        versions = Read(connection, self.keys, self.memory).versions(holds, lock=True)
        stale = any(versions.get(of, 0) != version for of, version in holds.items())
        if row.card is None:
            # whoever undoes the change finds the card; if it was undone before, we find that
            undone = bool(settled.text_id) and self._is_undone(connection, settled.turn)
            card = connection.execute(
                sa.insert(tables.cards)
                .values(
                    subject=row.subject, address=row.address, sent_to=sent_to or row.address, message_id=message_id,
                    shown=shown, owner=settled.owner, text_id=settled.text_id, turn=settled.turn, undone=undone,
                    gone=row.gone, drawn_at=now, version=1,
                )
                .returning(_cards.id, _cards.undone, _cards.gone)
            ).one()  # fmt: skip
        else:
            card = connection.execute(
                sa.update(tables.cards)
                .where(_cards.id == row.card)
                .values(shown=shown, drawn_at=now, version=_cards.version + 1, message_id=message_id or _cards.message_id)
                .returning(_cards.id, _cards.undone, _cards.gone)
            ).one()
            connection.execute(sa.delete(tables.card_holds).where(tables.card_holds.c.card == card.id))
        if holds:
            connection.execute(sa.insert(tables.card_holds), [{"card": card.id, "key": of} for of in holds])
        if stale or card.undone != row.undone or card.gone != row.gone:
            again = sa.select(_cards.id, _cards.address, _cards.subject, _cards.owner, _cards.text_id)
            queue_redraws(connection, connection.execute(again.where(_cards.id == card.id)), settled.turn, now)

    def _is_undone(self, connection: sa.Connection, turn: str) -> bool:
        at = tables.changes.c
        state = connection.scalar(sa.select(at.state).where(at.id == turn).with_for_update(read=True))
        return state == "undone"

    def try_later(self, row: OutboxRow, at: datetime) -> None:
        """Give the row back until then. Later posts to the same address wait with it."""
        self._settle_row(row, free_at=at)

    def gave_up(self, row: OutboxRow, now: datetime, why: str) -> None:
        """It cannot be delivered. `why` is a short code without content."""
        self._settle_row(row, state="gave_up", why=why, settled_at=now)

    def dropped(self, row: OutboxRow, now: datetime) -> None:
        """It is no longer useful and was not sent."""
        self._settle_row(row, state="dropped", settled_at=now)

    def _settle_row(self, row: OutboxRow, **values: Any) -> None:
        with self.writing() as connection:
            connection.execute(
                sa.update(tables.outbox).where(_outbox.id == row.id, tables.PENDING_OUTBOX).values(**values)
            )

    # -- timers

    def claim_timers(self, now: datetime, limit: int = 50, lease: timedelta = LEASE) -> tuple[Timer, ...]:
        """Timers due, earliest first, leased. Each is then run as a turn, whose commit deletes it."""
        if not self._any(_DUE, {"now": now}):
            return ()
        with self.writing() as connection:
            rows = connection.execute(_CLAIM, {"now": now, "until": now + lease, "most": limit}).all()
        return tuple(Timer(*row) for row in sorted(rows, key=itemgetter(2, 0, 1)))

    def run_later(self, timer: Timer, at: datetime) -> None:
        """A claimed timer whose turn failed is tried again then."""
        with self.writing() as connection:
            connection.execute(
                sa.update(tables.timers)
                .where(_timers.kind == timer.kind, _timers.subject == timer.subject, _timers.due == timer.due)
                .values(free_at=at)
            )

    def next_due(self) -> datetime | None:
        """The earliest instant at which a timer or an outbox row can be claimed; None if nothing waits."""
        with self.reading() as connection:
            moments = (
                connection.scalar(sa.select(sa.func.min(_timers.free_at))),
                connection.scalar(sa.select(sa.func.min(_outbox.free_at)).where(tables.PENDING_OUTBOX, _IN_TURN)),
            )
        return min((moment for moment in moments if moment), default=None)

    def upcoming(self, limit: int = 50) -> tuple[Timer, ...]:
        """The next timers, earliest first: what the bot will do by itself."""
        query = sa.select(_timers.kind, _timers.subject, _timers.due).order_by(*_IN_ORDER).limit(limit)
        with self.reading() as connection:
            return tuple(Timer(*row) for row in connection.execute(query))

    def late(self, now: datetime, bound: timedelta) -> tuple[str, ...]:
        """What should have been done more than `bound` ago, for the watchdog: "timer ..." and "outbox ..." lines."""
        timer = sa.select(_timers.kind, _timers.subject, _timers.due).where(_timers.due < now - bound)
        row = sa.select(_outbox.id, _outbox.address, _outbox.created_at)
        row = row.where(tables.PENDING_OUTBOX, _outbox.created_at < now - bound)
        with self.reading() as connection:
            timers = [
                f"timer {kind} {subject} {due.isoformat()}"
                for kind, subject, due in connection.execute(timer.order_by(*_IN_ORDER).limit(100))
            ]
            rows = [
                f"outbox {id} {address} {at.isoformat()}"
                for id, address, at in connection.execute(row.order_by(_outbox.id).limit(100))
            ]
        return (*timers, *rows)

    def prune(self, now: datetime) -> None:
        """Forget what has served: events after three days, settled outbox rows after seven, changes after five weeks."""
        with self.writing() as connection:
            connection.execute(sa.delete(tables.events).where(tables.events.c.at < now - timedelta(days=3)))
            connection.execute(sa.delete(tables.outbox).where(_outbox.settled_at < now - timedelta(days=7)))
            connection.execute(sa.delete(tables.changes).where(tables.changes.c.until < now - tables.REMEMBERED))

    def _any(self, query: Any, values: Mapping[str, Any] | None = None) -> bool:
        """Whether there is a row: asked first, so that an idle bot never takes the write lock."""
        with self.reading() as connection:
            return connection.execute(query, values or {}).first() is not None
