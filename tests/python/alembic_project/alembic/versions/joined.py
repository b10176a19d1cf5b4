"""both

Revision ID: 6e6e6e6e0006
Create Date: 2024-03-06 10:00:00

"""
import sqlalchemy as sa
from alembic import op

revision = "6e6e6e6e0006"
down_revision = ("4c4c4c4c0004", "5d5d5d5d0005")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
