"""What waits to be done: the outbox and the timers. Rows are claimed for a while (a lease), worked on outside of any
transaction, and then settled; a lease that ran out is claimed again, so a crash loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from bot.disclosure import Shown
from bot.messages import Message
from bot.timers import Timer
from storage import codec, tables
from storage.access_log import AccessLog
from storage.database import ConflictError
from storage.keystore import KeyStore
from storage.loading import versions_of
from storage.memory import Memory
from storage.prepared import Connection, Prepared, among, inserting
from storage.together import Together
from storage.types import Instant, Json
from storage.work import queue_redraws

LEASE = timedelta(seconds=20)  # a dead process's work is taken over within half a minute; who lives renews what it holds
_outbox, _timers, _cards, _changes, _texts = (each.c for each in (tables.outbox, tables.timers, tables.cards, tables.changes, tables.texts))


def _instant(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Instant())


def _number(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


# -- statements about timers

_DUE = Prepared(sa.select(_timers.id).where(_timers.free_at <= _instant("now")).limit(1))
_CLAIM_TIMERS = Prepared(
    sa.update(tables.timers)
    .where(
        _timers.id.in_(
            sa.select(_timers.id).where(_timers.free_at <= _instant("now")).order_by(_timers.free_at)
            .limit(_number("most")).with_for_update(skip_locked=True)
        )
    )
    .values(free_at=_instant("until"))
    .returning(_timers.due, _timers.kind, _timers.subject),
    Timer,
)  # fmt: skip
_RUN_LATER = Prepared(
    sa.update(tables.timers)
    .where(_timers.kind == sa.bindparam("kind_"), _timers.subject == sa.bindparam("subject_"), _timers.due == _instant("due_"))
    .values(free_at=_instant("at"))
)
_in_order = sa.select(_timers.kind, _timers.subject, _timers.due).order_by(_timers.due, _timers.kind, _timers.subject)
_UPCOMING = Prepared(_in_order.limit(_number("most")))
_LATE_TIMERS = Prepared(_in_order.where(_timers.due < _instant("before")).limit(100))
_NEXT_TIMER = Prepared(sa.select(sa.func.min(_timers.free_at)))

# -- statements about the outbox

_earlier = tables.outbox.alias("earlier")
_in_turn = sa.or_(  # a post waits for the earlier ones to the same address, a redraw for none
    _outbox.card.is_not(None),
    ~sa.exists().where(
        _earlier.c.address == _outbox.address,
        _earlier.c.id < _outbox.id,
        sa.literal_column("earlier.state") == sa.literal_column("'pending'"),
        _earlier.c.card.is_(None),
    ),
)
_TO_SEND = Prepared(sa.select(_outbox.id).where(tables.PENDING_OUTBOX, _outbox.free_at <= _instant("now")).limit(1))
_FREE_ROWS = Prepared(
    sa.select(_outbox.id)
    .where(tables.PENDING_OUTBOX, _outbox.free_at <= _instant("now"), _in_turn)
    .order_by(_outbox.id)
    .limit(_number("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM_ROW = Prepared(
    sa.update(tables.outbox).where(_outbox.id == _number("row")).values(
        # under way: not to be offered again. Who held it and died is no try that a platform refused: how often that happened makes nobody wait
        free_at=_instant("until"), why=sa.literal_column("''"),
        attempts=sa.case((sa.and_(_outbox.why == sa.literal_column("''"), _outbox.attempts > 1), _outbox.attempts), else_=_outbox.attempts + 1),
    )
)
_CLAIMED = Prepared(  # each with who lives there, the change that posted it, its sealed words, and the card to draw anew
    sa.select(
        _outbox.id, _outbox.address, _outbox.subject, _outbox.turn, _outbox.text_id, _outbox.useful_until, _outbox.attempts,
        _outbox.created_at, _outbox.card, tables.channels.c.group_id, _changes.state, _texts.key_id, _texts.sealed,
        _cards.message_id, _cards.shown, _cards.sent_to, _cards.turn, _cards.undone, _cards.gone,
        _cards.version,
    )
    .outerjoin(tables.channels, tables.channels.c.address == _outbox.address)
    .outerjoin(tables.changes, _changes.id == _outbox.turn)
    .outerjoin(tables.texts, _texts.id == _outbox.text_id)
    .outerjoin(tables.cards, _cards.id == _outbox.card)
    .where(among(_outbox.id, "ids"))
    .order_by(_outbox.id)
)  # fmt: skip
_SENT = Prepared(
    sa.update(tables.outbox)
    .where(_outbox.id == _number("row"), tables.PENDING_OUTBOX)
    .values(state="sent", settled_at=_instant("now"), seen=sa.bindparam("showed", type_=Json()))
    .returning(_outbox.owner, _outbox.text_id, _outbox.turn)
)
_STATE_OF = Prepared(sa.select(_changes.state).where(_changes.id == sa.bindparam("turn")).with_for_update(read=True))
_shown = (_cards.id, _cards.undone, _cards.gone)
_NEW_CARD = Prepared(inserting(tables.cards).returning(*_shown))
_REDRAWN = Prepared(
    sa.update(tables.cards)
    .where(_cards.id == _number("card"))
    .values(
        shown=sa.bindparam("now_shown"), drawn_at=_instant("now"), version=_cards.version + 1,
        message_id=sa.func.coalesce(sa.func.nullif(sa.bindparam("message", type_=sa.Text()), ""), _cards.message_id),
    )
    .returning(*_shown)
)  # fmt: skip
_STANDING = Prepared(
    sa.select(_cards.id).where(_cards.address == sa.bindparam("address"), _cards.sent_to == sa.bindparam("sent_to"), _cards.message_id == sa.bindparam("message"))
)
_HOLDS = Prepared(inserting(tables.card_holds))
_HOLDS_NOTHING = Prepared(sa.delete(tables.card_holds).where(tables.card_holds.c.card == _number("card")))
_DRAW_AGAIN = Prepared(sa.select(_cards.id, _cards.address, _cards.subject, _cards.owner, _cards.text_id).where(_cards.id == _number("card")))
_pending = sa.update(tables.outbox).where(_outbox.id == _number("row"), tables.PENDING_OUTBOX)
_LATER = Prepared(_pending.values(free_at=_instant("at"), why=sa.bindparam("because")))
_GIVEN_BACK = Prepared(_pending.values(free_at=_instant("at"), attempts=_outbox.attempts - 1))
_RENEWED = Prepared(
    sa.update(tables.outbox).where(tables.PENDING_OUTBOX, among(_outbox.id, "ids")).values(free_at=_instant("until"))
)
_NOT_LATER = Prepared(  # than anybody would have said
    sa.update(tables.outbox)
    .where(tables.PENDING_OUTBOX, _outbox.free_at > _instant("latest"))
    .values(free_at=_instant("latest"))
)
_TIMERS_NOT_LATER = Prepared(
    sa.update(tables.timers)
    .where(_timers.free_at > _instant("latest"), _timers.due <= _instant("latest"))
    .values(free_at=_instant("latest"))
)
_reason = sa.bindparam("reason", type_=sa.Text())
_OFFERED = Prepared(
    sa.update(tables.outbox)
    .where(tables.PENDING_OUTBOX, _outbox.why != "", sa.or_(_reason == "", _outbox.why == _reason))
    .values(free_at=_instant("now"))
)
_SETTLED = Prepared(_pending.values(state=sa.bindparam("how"), why=sa.bindparam("because"), settled_at=_instant("now")))
_ROW_AFTER = Prepared(sa.select(sa.func.min(_outbox.free_at)).where(tables.PENDING_OUTBOX, _outbox.free_at > _instant("after")))
_NEXT_ROW = Prepared(sa.select(sa.func.min(_outbox.free_at)).where(tables.PENDING_OUTBOX, _in_turn))
_late_row = sa.and_(  # what waits for outsiders to leave a channel breaks no promise: the facilitator knows of it
    tables.PENDING_OUTBOX, _outbox.created_at < _instant("before"), _outbox.why != sa.literal_column("'outsiders'"), _in_turn
)
_LATE_ROWS = Prepared(sa.select(_outbox.id, _outbox.address, _outbox.created_at, _outbox.why).where(_late_row).order_by(_outbox.id).limit(100))
_ROWS_BEFORE = Prepared(sa.select(sa.func.count()).select_from(tables.outbox).where(_late_row))
_TIMERS_BEFORE = Prepared(sa.select(sa.func.count()).select_from(tables.timers).where(_timers.due < _instant("before")))
_BACKLOG = Prepared(sa.select(sa.func.count(), sa.func.min(_outbox.created_at)).where(tables.PENDING_OUTBOX))
_WAITING = Prepared(
    sa.select(_outbox.why, sa.func.count()).where(tables.PENDING_OUTBOX, _outbox.why != sa.literal_column("''"))
    .group_by(_outbox.why).order_by(_outbox.why)
)  # fmt: skip


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
    attempts: int  # 1: the first; then the row may have been sent before
    created_at: datetime
    card: int | None  # redraw: of which card
    drawn: int  # redraw: times it has been drawn, a number that always grows


Sighting = tuple[str, str, tuple[Shown, ...]]
"""(reader, way, what was shown), as in the access log"""


class Late(NamedTuple):
    """Something that should have been done by now."""

    what: str  # timer | outbox
    which: str  # a timer's kind and subject, a row's number and address
    since: datetime
    why: str = ""  # a code: what the row waits for

    def __str__(self) -> str:
        return f"{self.what} {self.which} {self.since.isoformat()}"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, in numbers."""

    rows: int  # of the outbox, not sent yet
    oldest: datetime | None  # when the first of them was to be sent
    timers_late: int
    rows_late: int


class _Sent(NamedTuple):
    """What a platform has: the arguments of `Queues.sent`."""

    row: OutboxRow
    now: datetime
    message_id: str
    shown: str
    holds: Mapping[str, int]
    sent_to: str
    seen: Any  # a sighting, in plain tuples


class Queues(AccessLog):
    """The outbox and the timers of a store."""

    keys: KeyStore
    memory: Memory

    def __init__(self, url: str, pool_size: int = 10) -> None:
        super().__init__(url, pool_size)
        self._note_together = Together(self._note)

    # -- outbox

    def claim_outbox(self, now: datetime, limit: int = 50, lease: timedelta = LEASE) -> tuple[OutboxRow, ...]:
        """Rows to send now: of each address the first unsent post, and redraws beside it. Call again until empty.

        A later post waits until the earlier one is settled. Rows leased to others are left alone.
        """
        if not self._any(_TO_SEND, {"now": now}):
            return ()
        with self.noting() as connection:
            ids = [id for (id,) in _FREE_ROWS.all(connection, {"now": now, "most": limit})]
            if not ids:
                return ()
            _CLAIM_ROW.run(connection, *({"row": id, "until": now + lease} for id in ids))
            rows = _CLAIMED.all(connection, {"ids": ids})
        return tuple(self._outbox_row(*row) for row in rows)

    def _outbox_row(
        self, id: int, address: str, subject: str, turn: str, text_id: str | None, useful_until: datetime | None, attempts: int,
        created_at: datetime, card: int | None, group: str | None, state: str | None, key_id: str | None, sealed: bytes | None,
        message_id: str | None, shown: str | None, sent_to: str | None, card_turn: str | None, undone: bool | None, gone: bool | None,
        drawn: int | None,
    ) -> OutboxRow:  # fmt: skip
        words = self.keys.open_texts(key_id, sealed) if key_id and sealed else None
        return OutboxRow(
            id=id,
            address=address,
            group=group or "",
            subject=subject,
            message=codec.decode(words["message"]) if words else None,
            redraw=card is not None,
            message_id=message_id or "",
            shown=shown or "",
            sent_to=sent_to or "",
            change=card_turn or turn,
            undone=bool(undone) if card else text_id is not None and state == "undone",
            gone=bool(gone) if card else text_id is not None and words is None,
            useful_until=useful_until,
            attempts=attempts,
            created_at=created_at,
            card=card,
            drawn=drawn or 0,
        )

    def sent(
        self,
        row: OutboxRow,
        now: datetime,
        message_id: str,
        shown: str,
        holds: Mapping[str, int] | None = None,
        sent_to: str = "",
        seen: Sighting | None = None,
    ) -> None:
        """The platform has it. Also for a redraw that turned out the same, and was not sent.

        `seen`: who was shown what, for the access log.

        `shown`: hash of what is shown. `holds`: key -> version of each object as drawn (0 if it does not exist). An
        object that changed while the card was on its way has the card drawn anew.
        """
        plain = (seen[0], seen[1], tuple(tuple(each) for each in seen[2])) if seen else None
        note = _Sent(row, now, message_id, shown, holds or {}, sent_to, plain)
        if self.sqlite:
            self._note_together(note)  # one may write at a time: then better several notes at once
        else:
            self._note([note])

    def _note(self, notes: Sequence[_Sent]) -> None:
        for attempt in range(5):
            try:
                with self.noting() as connection:
                    for note in notes:
                        self._sent(connection, note)
                return
            except ConflictError:
                if attempt == 4:
                    raise

    def _sent(self, connection: Connection, note: _Sent) -> None:
        row, now, message_id, shown, holds, sent_to, seen = note
        settled = _SENT.first(connection, {"row": row.id, "now": now, "showed": seen})
        if settled is None:
            return  # another had it after our lease ran out, or the card is gone
        owner, text_id, turn = settled
        # first the versions, locked: a turn that changes one of them now waits, and then finds this card
        versions = versions_of(connection, holds, lock=True)
        stale = any(versions.get(of, 0) != version for of, version in holds.items())
        if row.card is None:
            # whoever undoes the change finds the card; if it was undone before, we find that
            undone = text_id is not None and _STATE_OF.value(connection, {"turn": turn}) == "undone"
            new = {
                "subject": row.subject, "address": row.address, "sent_to": sent_to or row.address, "message_id": message_id,
                "shown": shown, "owner": owner, "text_id": text_id, "turn": turn, "undone": undone, "gone": row.gone,
                "drawn_at": now, "version": 1,
            }  # fmt: skip
            card, undone, gone = _NEW_CARD.all(connection, new)[0]
        else:
            redrawn = {"card": row.card, "now_shown": shown, "now": now, "message": message_id}
            card, undone, gone = _REDRAWN.all(connection, redrawn)[0]
            _HOLDS_NOTHING.run(connection, {"card": card})
        if holds:
            _HOLDS.run(connection, *({"card": card, "key": of} for of in holds))
        if stale or undone != row.undone or gone != row.gone:
            queue_redraws(connection, _DRAW_AGAIN.all(connection, {"card": card}), turn, now)

    def stands(self, subject: str, person: str, sent_to: str, message_id: str, holds: Mapping[str, int], now: datetime) -> bool:
        """A page that is published to somebody without having been in the outbox is drawn anew as a card is. Whether it must be
        at once, as what it holds has changed since it was drawn."""
        for attempt in range(5):
            try:
                return self._stands(subject, person, sent_to, message_id, holds, now)
            except ConflictError:
                if attempt == 4:
                    raise
        raise AssertionError("the last try returns or raises")

    def _stands(self, subject: str, person: str, sent_to: str, message_id: str, holds: Mapping[str, int], now: datetime) -> bool:
        row = {"address": f"@{person}", "sent_to": sent_to, "message": message_id}
        with self.noting() as connection:
            versions = versions_of(connection, holds, lock=True)
            stale = any(versions.get(of, 0) != version for of, version in holds.items())
            card = _STANDING.value(connection, row)
            if card is None:
                new = {
                    "subject": subject, "address": row["address"], "sent_to": sent_to, "message_id": message_id, "shown": "",
                    "owner": row["address"], "text_id": None, "turn": "", "undone": False, "gone": False, "drawn_at": now, "version": 1,
                }  # fmt: skip
                card = _NEW_CARD.all(connection, new)[0][0]
            else:
                _REDRAWN.all(connection, {"card": card, "now_shown": "", "now": now, "message": message_id})
                _HOLDS_NOTHING.run(connection, {"card": card})
            if holds:
                _HOLDS.run(connection, *({"card": card, "key": of} for of in holds))
            return bool(stale and queue_redraws(connection, _DRAW_AGAIN.all(connection, {"card": card}), "", now))

    def try_later(self, row: OutboxRow, at: datetime, why: str = "") -> None:
        """Give the row back until then. Later posts to the same address wait with it. `why`: a short code."""
        with self.noting() as connection:
            _LATER.run(connection, {"row": row.id, "at": at, "because": why})

    def give_back(self, rows: Iterable[tuple[OutboxRow, datetime]]) -> None:
        """Rows that were claimed and not tried may be claimed again, each from its instant."""
        given = [{"row": row.id, "at": at} for row, at in rows]
        if given:
            with self.noting() as connection:
                _GIVEN_BACK.run(connection, *given)

    def renew(self, ids: Iterable[int], until: datetime) -> None:
        """The leases of rows that are still being worked on."""
        if held := list(ids):
            with self.noting() as connection:
                _RENEWED.run(connection, {"ids": held, "until": until})

    def clock_was_set(self, now: datetime, lease: timedelta = LEASE) -> None:
        """Nothing waits longer for the clock's having been set back than for a lease: a try that was to be made at what is
        now far off, and what a process held that died. May be said by any number of processes."""
        with self.noting() as connection:
            latest = {"latest": now + lease}
            _NOT_LATER.run(connection, latest)
            _TIMERS_NOT_LATER.run(connection, latest)

    def offer_again(self, now: datetime, why: str = "") -> None:
        """What waits for its next try for that reason, or for any, is tried now."""
        with self.noting() as connection:
            _OFFERED.run(connection, {"now": now, "reason": why})

    def waiting(self) -> dict[str, int]:
        """Why rows that were tried wait for their next try -> how many."""
        with self.looking() as connection:
            return {row[0]: row[1] for row in _WAITING.all(connection, {})}

    def gave_up(self, row: OutboxRow, now: datetime, why: str) -> None:
        """It cannot be delivered. `why` is a short code without content."""
        self._settle_row(row, now, "gave_up", why)

    def dropped(self, row: OutboxRow, now: datetime) -> None:
        """It is no longer useful and was not sent."""
        self._settle_row(row, now, "dropped", "")

    def _settle_row(self, row: OutboxRow, now: datetime, how: str, why: str) -> None:
        with self.noting() as connection:
            _SETTLED.run(connection, {"row": row.id, "how": how, "because": why, "now": now})

    # -- timers

    def claim_timers(self, now: datetime, limit: int = 50, lease: timedelta = LEASE) -> tuple[Timer, ...]:
        """Timers due, earliest first, leased. Each is then run as a turn, whose commit deletes it."""
        if not self._any(_DUE, {"now": now}):
            return ()
        return cast("tuple[Timer, ...]", tuple(self.once(_CLAIM_TIMERS, {"now": now, "until": now + lease, "most": limit}, ordered=True)))

    def run_later(self, timer: Timer, at: datetime) -> None:
        """A claimed timer whose turn failed is tried again then."""
        with self.noting() as connection:
            _RUN_LATER.run(connection, {"kind_": timer.kind, "subject_": timer.subject, "due_": timer.due, "at": at})

    def next_due(self) -> datetime | None:
        """The earliest instant at which a timer or an outbox row can be claimed; None if nothing waits."""
        with self.reading() as connection:
            moments = (_NEXT_TIMER.value(connection, {}), _NEXT_ROW.value(connection, {}))
        return min((moment for moment in moments if moment), default=None)

    def due_after(self, after: datetime) -> datetime | None:
        """As `next_due` for who has just claimed all there was: rows that may be claimed later; cheap however many wait."""
        with self.looking() as connection:
            moments = (_NEXT_TIMER.value(connection, {}), _ROW_AFTER.value(connection, {"after": after}))
        return min((moment for moment in moments if moment), default=None)

    def upcoming(self, limit: int = 50) -> tuple[Timer, ...]:
        """The next timers, earliest first: what the bot will do by itself."""
        with self.looking() as connection:
            return tuple(Timer(*row) for row in _UPCOMING.all(connection, {"most": limit}))

    def backlog(self, now: datetime, bound: timedelta) -> Backlog:
        """What waits; late is what should have been done more than `bound` ago."""
        before = {"before": now - bound}
        with self.reading() as connection:
            rows, oldest = _BACKLOG.all(connection, {})[0]
            return Backlog(rows, oldest, _TIMERS_BEFORE.value(connection, before), _ROWS_BEFORE.value(connection, before))

    def late(self, now: datetime, bound: timedelta) -> tuple[Late, ...]:
        """What should have been done more than `bound` ago, for the watchdog; a hundred of each kind at most."""
        with self.reading() as connection:
            timers = _LATE_TIMERS.all(connection, {"before": now - bound})
            rows = _LATE_ROWS.all(connection, {"before": now - bound})
        return (
            *(Late("timer", f"{kind} {subject}", due) for kind, subject, due in timers),
            *(Late("outbox", f"{id} {address}", at, why) for id, address, at, why in rows),
        )

    def prune(self, now: datetime) -> None:
        """Forget what has served. What it says of who has seen what is in the access log first."""
        self.fold_seen(now)
        with self.writing() as connection:
            connection.execute(sa.delete(tables.events).where(tables.events.c.at < now - tables.EVENTS_KEPT))
            connection.execute(sa.delete(tables.outbox).where(_outbox.settled_at < now - tables.OUTBOX_KEPT))
            connection.execute(sa.delete(tables.changes).where(tables.changes.c.until < now - tables.REMEMBERED))

    def _any(self, query: Prepared, values: Mapping[str, Any]) -> bool:
        """Whether there is a row: asked first, so that an idle bot never takes the write lock."""
        return self.glance(query, values) is not None
