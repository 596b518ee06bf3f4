"""Lets Django's `flush` empty the trail on SQLite, which has no TRUNCATE, while single rows stay untouchable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def teach_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of `connection_created`: gives SQLite the function that the DELETE trigger asks."""
    if connection.vendor != "sqlite":
        return
    state = _state_of(connection)
    connection.connection.create_function("adme_is_flushing", 0, lambda: int(state["flushing"]))


def _state_of(connection: BaseDatabaseWrapper) -> dict[str, bool]:
    """One note per connection object; its `execute_sql_flush` is wrapped once and sets the note while it runs."""
    state = getattr(connection, "_adme_flush", None)
    if state is None:
        state = {"flushing": False}
        connection._adme_flush = state  # type: ignore[attr-defined]
        ops: Any = connection.ops
        ops.execute_sql_flush = _noting(ops.execute_sql_flush, state)
    return state


def _noting(execute: Callable[[Iterable[str]], None], state: dict[str, bool]) -> Callable[[Iterable[str]], None]:
    def execute_sql_flush(sql_list: Iterable[str]) -> None:
        state["flushing"] = True
        try:
            execute(sql_list)
        finally:
            state["flushing"] = False

    return execute_sql_flush
