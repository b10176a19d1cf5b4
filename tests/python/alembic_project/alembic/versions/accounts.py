"""Konten anlegen – "größer", 100%

Revision ID: 1975ea83b712
Create Date: 2024-03-01 10:00:00.250000

"""
import sqlalchemy as sa
from alembic import op

revision = "1975ea83b712"
down_revision = None
branch_labels = ("accounts",)
depends_on = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, comment="as it is spoken: Ünal's"),
        sa.Column("kind", sa.Enum("person", "machine", name="account_kind"), server_default="person"),
        sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.CheckConstraint("name <> ''", name="name"),
    )
    op.create_index(op.f("ix_accounts_kind"), "accounts", ["kind"])
    op.bulk_insert(
        sa.table("accounts", sa.column("name", sa.String), sa.column("active", sa.Boolean)),
        [{"name": "Ünal's 100%", "active": True}, {"name": "a:b; c", "active": False}])


def downgrade():
    op.drop_table("accounts")
    sa.Enum(name="account_kind").drop(op.get_bind(), checkfirst=True)
