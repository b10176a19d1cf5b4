"""email of an account

Revision ID: c3c3c3c3c3c3
Create Date: 2024-03-03 10:00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "c3c3c3c3c3c3"
down_revision = "a1a1a1a1a1a1"
branch_labels = None
depends_on = "plans"


def upgrade():
    op.add_column("accounts", sa.Column("email", sa.String(length=200), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index("ix_accounts_email", "accounts", ["email"], postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_accounts_email", table_name="accounts")
    op.execute("ALTER TABLE accounts DROP COLUMN email")
