"""Many rows of one table in few statements, where bulk_create and bulk_update would spend seconds on expressions.

SQLite: executemany. PostgreSQL: one statement with a list of VALUES for each `_AT_ONCE` rows. Nothing is checked but by
the database, no signal is sent and no `auto_now` is set: callers give every column they want written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

_AT_ONCE = 1000


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of these fields; a foreign key is given as its id. Columns left out take the database's default."""
    fields = _fields(model, names)
    columns = ", ".join(_quoted(field.column) for field in fields)
    into = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES"
    prepared = (_prepared(fields, row) for row in rows)
    marks = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{into} {marks}", list(prepared))
            return
        for some in _portions(prepared):
            cursor.execute(f"{into} {', '.join([marks] * len(some))}", [value for row in some for value in row])


def update_rows(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of stored rows of one model, each row its own values. Nothing for no rows or no fields."""
    names = list(names)
    if not rows or not names:
        return
    model = type(rows[0])
    fields = _fields(model, names)
    primary: Any = model._meta.pk
    written = [*fields, primary]
    prepared = (_prepared(written, [getattr(row, field.attname) for field in written]) for row in rows)
    table, key = _quoted(model._meta.db_table), _quoted(primary.column)
    columns = [_quoted(field.column) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", list(prepared))  # noqa: S608 - own names
            return
        sets = ", ".join(f"{column} = given.{column}" for column in columns)
        named = ", ".join([*columns, key])
        # The first row's casts tell the types of all; text is not cut to its length by a cast, but refused as too long.
        first = ", ".join(f"%s::{_type(field)}" for field in written)
        other = ", ".join(["%s"] * len(written))
        for some in _portions(prepared):
            values = ", ".join([f"({first})", *[f"({other})"] * (len(some) - 1)])
            given = f"(VALUES {values}) AS given ({named})"
            sql = f"UPDATE {table} SET {sets} FROM {given} WHERE {table}.{key} = given.{key}"  # noqa: S608 - own names
            cursor.execute(sql, [value for row in some for value in row])


def _fields(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _prepared(fields: Sequence[Any], row: Sequence[Any]) -> list[Any]:
    real = connections[DEFAULT_DB_ALIAS]  # the name `connection` looks it up at every use
    return [field.get_db_prep_save(value, real) for field, value in zip(fields, row, strict=True)]


def _type(field: Any) -> str:
    found = str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))
    return "text" if found.startswith("varchar") else found


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _portions(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    remaining = iter(rows)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
