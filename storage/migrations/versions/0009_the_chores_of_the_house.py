"""the chores of the house"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due", storage.types.Instant(), nullable=False),
        sa.Column("free_at", storage.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_chores")),
    )
