"""Where the bot is installed, and installations begun"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("install_states",
    sa.Column("mark", sa.Text(), nullable=False),
    sa.Column("until", storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint("mark", name=op.f("pk_install_states"))
    )
    with op.batch_alter_table("install_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_install_states_until"), ["until"], unique=False)

    op.create_table("installations",
    sa.Column("place", sa.Text(), nullable=False),
    sa.Column("through", sa.Text(), nullable=False),
    sa.Column("bot_user", sa.Text(), nullable=False),
    sa.Column("bot_id", sa.Text(), nullable=False),
    sa.Column("key_id", sa.Text(), nullable=True),
    sa.Column("sealed", sa.LargeBinary(), nullable=True),
    sa.Column("installed_at", storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint("place", name=op.f("pk_installations"))
    )
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installations_through"), ["through"], unique=False)
