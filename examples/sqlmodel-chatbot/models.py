"""The data of the chatbot (chatbot/models.hpp) in SQLModel: the same tables from Python.

Every field has a column of its own: SQLAlchemy puts such columns before those that SQLModel makes of a field, and the
order of a table's columns is to be the one that is read here.
"""
from datetime import datetime
from typing import Any, Dict, Optional

from sqlalchemy import (
    TIMESTAMP, CheckConstraint, Column, ForeignKey, Identity, Integer, String, Text, column)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

# The names that PostgreSQL itself would choose, also where SQLite chooses none.
SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "uq": "%(table_name)s_%(column_0_name)s_key",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}


class JsonText(JSON):
    """JSON is text on SQLite."""


@compiles(JsonText, "sqlite")
def _(_type, _compiler, **_options):
    return "TEXT"


class IsoTimestamp(sqlite.DATETIME):
    """ISO 8601 in UTC, as the C++ chatbot writes it."""

    __visit_name__ = "TIMESTAMP"


class utc_now(GenericFunction):
    type = TIMESTAMP(timezone=True)
    inherit_cache = True


@compiles(utc_now, "postgresql")
def _(_function, _compiler, **_options):
    return "now()"


@compiles(utc_now, "sqlite")
def _(_function, _compiler, **_options):
    return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"


class characters(GenericFunction):
    type = Integer()
    inherit_cache = True


@compiles(characters, "postgresql")
def _(function, compiler, **options):
    return f"char_length({compiler.process(function.clauses, **options)})"


@compiles(characters, "sqlite")
def _(function, compiler, **options):
    return f"length({compiler.process(function.clauses, **options)})"


JSON_DOCUMENT = JsonText().with_variant(JSONB(), "postgresql")
MOMENT = TIMESTAMP(timezone=True).with_variant(
    IsoTimestamp(
        storage_format="%(year)04d-%(month)02d-%(day)02dT%(hour)02d:%(minute)02d:%(second)02d.%(microsecond)06dZ",
        regexp=r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)Z"),
    "sqlite")


def moment(**options) -> Column:
    return Column(MOMENT, server_default=utc_now(), nullable=False, **options)


class Conversation(SQLModel, table=True):
    __tablename__ = "conversations"
    __table_args__ = {"comment": "One chat of a user with the assistant."}

    id: Optional[int] = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    user_id: int = Field(sa_column=Column(
        Integer, nullable=False, index=True, comment="The user it belongs to; the users are kept elsewhere."))
    title: Optional[str] = Field(default=None, sa_column=Column(String(100)))
    created_at: Optional[datetime] = Field(default=None, sa_column=moment())
    updated_at: Optional[datetime] = Field(default=None, sa_column=moment())


class Message(SQLModel, table=True):
    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(column("role").in_(["user", "assistant", "system", "tool"]), name="role"),
        CheckConstraint(characters(column("content")).between(1, 10_000), name="content"),
        {"comment": "One turn of a conversation."},
    )

    id: Optional[int] = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    conversation_id: int = Field(sa_column=Column(
        Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True))
    user_id: int = Field(sa_column=Column(Integer, nullable=False, index=True))
    role: str = Field(sa_column=Column(String(20), nullable=False))
    content: str = Field(sa_column=Column(Text, nullable=False))
    timestamp: Optional[datetime] = Field(default=None, sa_column=moment(index=True))
    metadata_json: Optional[Dict[str, Any]] = Field(default=None, sa_column=Column(JSON_DOCUMENT))
    created_at: Optional[datetime] = Field(default=None, sa_column=moment())
    updated_at: Optional[datetime] = Field(default=None, sa_column=moment())


class ExchangeKey(SQLModel, table=True):
    """What was stored for a request that may come again, because its answer got lost."""

    __tablename__ = "exchange_keys"
    __table_args__ = {"comment": "Which exchange of messages a request has led to, so that none is stored twice."}

    user_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    idempotency_key: str = Field(sa_column=Column(String(128), primary_key=True))
    request_digest: str = Field(sa_column=Column(String(64), nullable=False, comment="SHA-256, in hexadecimal digits."))
    conversation_id: int = Field(sa_column=Column(
        Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True))
    message_id: int = Field(sa_column=Column(Integer, nullable=False))
    reply_id: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: Optional[datetime] = Field(default=None, sa_column=moment())
