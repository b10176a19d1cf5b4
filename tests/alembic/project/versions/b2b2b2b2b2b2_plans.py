"""add plans: 'free' and "paid"

Revision ID: b2b2b2b2b2b2
Create Date: 2024-03-02 10:00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "b2b2b2b2b2b2"
down_revision = "a1a1a1a1a1a1"
branch_labels = ("plans",)
depends_on = None


def upgrade():
    plans = op.create_table(
        "plans",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("price", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name="plans_pkey"),
    )
    op.bulk_insert(plans, [{"name": "free", "price": 0}, {"name": "it's paid", "price": 9}])


def downgrade():
    op.drop_table("plans")
