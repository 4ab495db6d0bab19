"""A person may want no reminders; a group knows who came into its channel, and which channels it lost"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at_door", storage.types.Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("door_at", storage.types.Instant(), nullable=True))
        batch_op.add_column(sa.Column("lost", storage.types.Json(), nullable=False, server_default="[]"))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.true()))
