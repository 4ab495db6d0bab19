"""The first shape."""

from alembic import op

from storage import tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    tables.metadata.create_all(connection)
    for statement in tables.APPEND_ONLY[connection.dialect.name]:
        op.execute(statement)
