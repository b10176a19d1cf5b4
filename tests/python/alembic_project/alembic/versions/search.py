"""a second branch

Revision ID: 5d5d5d5d0005
Create Date: 2024-03-05 10:00:00

"""
import sqlalchemy as sa
from alembic import op

revision = "5d5d5d5d0005"
down_revision = "2b1ae634e5cd"
branch_labels = None


def upgrade():
    op.create_index("ix_accounts_lower", "accounts", [sa.text("lower(name)")], unique=False)
    op.add_column("notes", sa.Column("pinned", sa.Boolean, server_default=sa.false(), nullable=False))


def downgrade():
    with op.batch_alter_table("notes") as batch:
        batch.drop_column("pinned")
    op.drop_index("ix_accounts_lower", table_name="accounts")


depends_on = ("notes",)
