"""What a message that was sent before shows: for a platform that must show more of it."""

from __future__ import annotations

import sqlalchemy as sa

from storage import codec, tables
from storage.queues import OutboxRow
from storage.read import Read
from storage.store import Store

_at, _living = tables.cards.c, tables.channels.c
_SHOWN = (
    sa.select(tables.cards, _living.group_id)
    .outerjoin(tables.channels, _living.address == _at.address)
    .where(_at.sent_to == sa.bindparam("sent_to"), _at.message_id == sa.bindparam("message"))
    .order_by(_at.id.desc())
    .limit(1)
)


def shown_at(store: Store, sent_to: str, message_id: str) -> OutboxRow | None:
    """The card of a message, as a row to draw it by. `sent_to`: the address that it went to."""
    with store.reading() as connection:
        row = connection.execute(_SHOWN, {"sent_to": sent_to, "message": message_id}).first()
        if row is None:
            return None
        words = Read(connection, store.keys, store.memory).texts({row.text_id}) if row.text_id else {}
    text = words.get(row.text_id)
    return OutboxRow(
        id=0, address=row.address, group=row.group_id or "", subject=row.subject, message=codec.decode(text["message"]) if text else None,
        redraw=True, message_id=message_id, shown=row.shown, sent_to=sent_to, change=row.turn, undone=row.undone, gone=row.gone,
        useful_until=None, attempts=0, created_at=row.drawn_at, card=row.id, drawn=row.version,
    )  # fmt: skip
