"""Indexes that a turn need not write to: what is asked through them is a part of the table, or nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SETTLED = sa.text("settled_at IS NOT NULL")
REDRAW = sa.text("state = 'pending' AND card IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_changes_at", table_name="changes")
    op.drop_index("ix_outbox_settled", table_name="outbox")
    op.create_index("ix_outbox_settled", "outbox", ["settled_at"], unique=False, sqlite_where=SETTLED, postgresql_where=SETTLED)
    op.drop_index("uq_outbox_redraw", table_name="outbox")
    op.create_index("uq_outbox_redraw", "outbox", ["card"], unique=True, sqlite_where=REDRAW, postgresql_where=REDRAW)
