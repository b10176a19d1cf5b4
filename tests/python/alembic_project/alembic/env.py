import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import MetaData, create_engine

fileConfig(context.config.config_file_name)
print("the project prints while it is read")
metadata = MetaData(naming_convention={
    "pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s", "ix": "ix_%(column_0_label)s"})

if context.is_offline_mode():
    context.configure(url="mysql://nobody@nowhere/nothing", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["ALCHEMY_URL"]).connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
