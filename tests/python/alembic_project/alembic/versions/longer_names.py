"""longer names

Revision ID: 2b1ae634e5cd
Create Date: 2024-03-02 10:00:00

"""
import sqlalchemy as sa
from alembic import op

revision = "2b1ae634e5cd"
down_revision = "1975ea83b712"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("accounts") as batch:
        batch.alter_column("name", existing_type=sa.String(50), type_=sa.String(200), existing_nullable=False)
        batch.add_column(sa.Column("email", sa.String(320)))
        batch.create_unique_constraint("uq_accounts_email", ["email"])
    op.get_bind().execute(sa.text("UPDATE accounts SET email = :email WHERE name = :name"),
                          {"email": "o'hara@example.org", "name": "a:b; c"})


def downgrade():
    with op.batch_alter_table("accounts") as batch:
        batch.drop_constraint("uq_accounts_email", type_="unique")
        batch.drop_column("email")
        batch.alter_column("name", existing_type=sa.String(200), type_=sa.String(50), existing_nullable=False)
