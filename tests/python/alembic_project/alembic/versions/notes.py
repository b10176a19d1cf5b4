"""notes on a branch of their own

Revision ID: 3f00ba5e0001
Create Date: 2024-03-03 10:00:00 +0200

"""
import sqlalchemy as sa
from alembic import op

revision = "3f00ba5e0001"
down_revision = None
branch_labels = "notes"
depends_on = "2b1ae634e5cd"


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def downgrade():
    op.drop_table("notes")
