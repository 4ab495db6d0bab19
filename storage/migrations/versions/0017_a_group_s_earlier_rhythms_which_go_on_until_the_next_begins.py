"""A group's earlier rhythms, which go on until the next begins"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier", storage.types.Json(), nullable=False, server_default="[]"))
