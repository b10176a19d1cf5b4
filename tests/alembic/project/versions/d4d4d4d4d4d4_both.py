"""both

Revision ID: d4d4d4d4d4d4
Create Date: 2024-03-04 10:00:00
"""
revision = "d4d4d4d4d4d4"
down_revision = ("b2b2b2b2b2b2", "c3c3c3c3c3c3")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
