"""add accounts

Revision ID: a1a1a1a1a1a1
Create Date: 2024-03-01 10:00:00.123456
"""
import sqlalchemy as sa
from alembic import op

revision = "a1a1a1a1a1a1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="accounts_pkey"),
    )


def downgrade():
    op.drop_table("accounts")
