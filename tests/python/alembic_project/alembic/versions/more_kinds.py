"""another kind, outside of a transaction

Revision ID: 4c4c4c4c0004
Create Date: 2024-03-04 10:00:00

"""
import sqlalchemy as sa
from alembic import op

revision = "4c4c4c4c0004"
down_revision = "2b1ae634e5cd"
branch_labels = None
depends_on = ("notes",)


def upgrade():
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE account_kind ADD VALUE 'group'")
            op.create_index("ix_accounts_name", "accounts", ["name"], postgresql_concurrently=True)
    else:
        op.create_index("ix_accounts_name", "accounts", ["name"])


def downgrade():
    op.drop_index("ix_accounts_name", table_name="accounts")
