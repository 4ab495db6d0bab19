"""until when a closed group is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erase_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("erasure_told", sa.Date(), nullable=True))
