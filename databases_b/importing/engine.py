"""What differs between PostgreSQL and SQLite when rows are staged and merged. All else is shared SQL.

PostgreSQL takes the rows by COPY into UNLOGGED tables; SQLite takes the same rows by executemany into plain ones.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, Protocol

from django.db import OperationalError, connection, transaction

Block = list[Any]  # rows: tuples, or lines of text where the engine takes text
OnSegment = Callable[[int], None]  # called between statements with the number of rows written so far

SEGMENT_ROWS = 250_000  # one COPY; between two of them the connection is free for a heartbeat
SEGMENT_SECONDS = 5.0
COPY_BUFFER = 1 << 18


class Engine(Protocol):
    null: Any  # how a row for `load` says NULL
    takes_text: bool  # rows for `load` are lines for COPY, not tuples
    same: str  # SQL operators that treat NULL as a value
    differs: str
    create: str  # how a staging table is made
    rows_key: str  # what follows the columns of the rows table

    def load(self, table: str, columns: Sequence[str], blocks: Iterable[Block], on_segment: OnSegment) -> None: ...
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        """Some thousand rows whose text may hold anything; None is NULL."""
        ...

    def insert_from(self, table: str, columns: Sequence[str], query: str) -> int:
        """Append what the query gives, in its order; the number of rows."""
        ...

    def analyze(self, *tables: str) -> None: ...
    def prepare_merge(self) -> None: ...
    def comparing(self) -> AbstractContextManager[None]:
        """Around the one join that compares all rows of a file with what is stored."""
        ...

    def lock(self, key: int) -> None:
        """Wait for this lock and hold it to the end of the transaction."""
        ...

    def alone(self, key: int) -> AbstractContextManager[None]:
        """Be the only one in this block, or raise Busy. For work outside a transaction."""
        ...


class Busy(OperationalError):
    """Another worker is at it: an earlier attempt that has not noticed yet that it was replaced. Try again later."""


class _Feed:
    """A file-like object for COPY: each read gives the text of one block, until the segment is full.

    The driver turns what `read` raises into an error of its own, so the real one is kept and raised afterwards.
    """

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._ends_at = time.monotonic() + SEGMENT_SECONDS
        self.rows = 0
        self.exhausted = False
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> str:
        if self.rows >= SEGMENT_ROWS or time.monotonic() > self._ends_at:
            return ""
        try:
            block = next(self._blocks, None)
        except BaseException as error:
            self.error, block = error, None
        if block is None:
            self.exhausted = True
            return ""
        self.rows += len(block)
        return "".join(block)


class PostgreSQL:
    null = r"\N"
    takes_text = True
    same = "IS NOT DISTINCT FROM"
    differs = "IS DISTINCT FROM"
    create = "CREATE UNLOGGED TABLE"
    rows_key = ""

    def load(self, table: str, columns: Sequence[str], blocks: Iterable[Block], on_segment: OnSegment) -> None:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        remaining, written = iter(blocks), 0
        while True:
            # An empty COPY is not worth a statement, and the first block may raise what the file has wrong.
            first = next(remaining, None)
            if first is None:
                return
            feed = _Feed(chain([first], remaining))
            with connection.cursor() as cursor:
                cursor.copy_expert(statement, feed)
            if feed.error is not None:
                raise feed.error
            written += feed.rows
            on_segment(written)
            if feed.exhausted:
                return

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        lines = ["\t".join(map(_copy_cell, row)) for row in rows]
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO("\n".join(lines)))

    def insert_from(self, table: str, columns: Sequence[str], query: str) -> int:
        """Through a file and COPY: for a million rows that takes half the time and WAL of INSERT ... SELECT."""
        names = ", ".join(columns)
        with TemporaryFile(prefix="adme-import-") as spool, connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", spool, COPY_BUFFER)
            spool.seek(0)
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", spool, COPY_BUFFER)
            return cursor.rowcount

    def analyze(self, *tables: str) -> None:
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ANALYZE {table}")

    def prepare_merge(self) -> None:
        """Room for the joins of one import; only for the transaction that asks."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '96MB'")
            # The staging tables are even; a small sample tells the planner enough, in a tenth of the time.
            cursor.execute("SET LOCAL default_statistics_target = 10")

    @contextmanager
    def comparing(self) -> Iterator[None]:
        # Both sides come nearly sorted, where merging beats hashing by two to one, and by more on a busy machine.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_hashjoin = off")
            yield
            cursor.execute("SET LOCAL enable_hashjoin = on")

    def lock(self, key: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])

    @contextmanager
    def alone(self, key: int) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                raise Busy("The file is being read by another worker.")
        try:
            yield
        finally:
            # A broken transaction or connection cannot be asked; the lock goes with the session.
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


class SQLite:
    null = None
    takes_text = False
    same = "IS"
    differs = "IS NOT"
    create = "CREATE TABLE"
    rows_key = ", PRIMARY KEY (series_no, period)) WITHOUT ROWID"

    def load(self, table: str, columns: Sequence[str], blocks: Iterable[Block], on_segment: OnSegment) -> None:
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        remaining, written = iter(blocks), 0
        while True:
            # The one writer's lock is given back after each segment.
            with transaction.atomic(), connection.cursor() as cursor:
                rows, exhausted = 0, False
                while rows < SEGMENT_ROWS and not exhausted:
                    block = next(remaining, None)
                    if block is None:
                        exhausted = True
                    else:
                        cursor.executemany(statement, block)
                        rows += len(block)
            written += rows
            on_segment(written)
            if exhausted:
                return

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def insert_from(self, table: str, columns: Sequence[str], query: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {query}")
            return cursor.rowcount

    def analyze(self, *tables: str) -> None:
        """SQLite plans these joins by their keys."""

    def prepare_merge(self) -> None:
        """Nothing to set."""

    def comparing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lock(self, key: int) -> None:
        """A write transaction in SQLite is alone by nature (transaction_mode IMMEDIATE)."""

    def alone(self, key: int) -> AbstractContextManager[None]:
        # Workers on SQLite share one process, and a job's lease is believed as long as that process lives.
        return nullcontext()


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\x00": ""})


def _copy_cell(value: Any) -> str:
    """A value as COPY's text format has it."""
    return r"\N" if value is None else value.translate(_ESCAPES) if isinstance(value, str) else str(value)


def engine() -> Engine:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
