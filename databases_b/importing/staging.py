"""The staging tables of one batch: made for it, filled once, dropped when it is applied, refused or discarded.

`rows` holds the file's observations under small numbers, `twins` the rows whose key came before, `series`,
`indicators` and `notes` say what the numbers mean here (ids stay NULL until apply makes what is missing), and
`changes` holds what differs from the database: the preview, and exactly what apply writes.

Table names are made of a prefix and the batch's number only, so building SQL with them is safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .engine import Block, Engine, OnSegment

_ROW_COLUMNS = ("row_no", "series_no", "period", "value", "obs_status", "note_no")
_ROW_TYPES = (
    "row_no integer NOT NULL, series_no integer NOT NULL, period integer NOT NULL, "
    "value double precision, obs_status varchar(1) NOT NULL, note_no integer"
)
_TABLES = ("rows", "twins", "series", "indicators", "notes", "changes")


@dataclass(frozen=True, slots=True)
class Tables:
    batch_id: int

    def __getattr__(self, kind: str) -> str:
        if kind not in _TABLES:
            raise AttributeError(kind)
        return f"stage_b_{int(self.batch_id)}_{kind}"

    @property
    def names(self) -> dict[str, str]:
        return {kind: getattr(self, kind) for kind in _TABLES}


def execute(statement: str, tables: Tables, *parameters: Any, **names: str) -> int:
    """Run a statement template such as 'DELETE FROM {rows}'; returns the number of rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**tables.names, **names), parameters or None)
        return cursor.rowcount


def fetch(statement: str, tables: Tables, *parameters: Any, **names: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**tables.names, **names), parameters or None)
        return cursor.fetchall()


def stands(tables: Tables) -> bool:
    """Whether the preview's tables are there. After a crash of PostgreSQL an unlogged table is empty or gone."""
    with connection.cursor() as cursor:
        found = set(connection.introspection.table_names(cursor))
    return tables.changes in found and tables.series in found


def create(tables: Tables, engine: Engine) -> None:
    """Make the empty tables; what an earlier attempt left is dropped first."""
    drop(tables)
    for table, key in ((tables.rows, engine.rows_key), (tables.twins, "")):
        execute(f"{engine.create} {table} ({_ROW_TYPES}{key or ')'}", tables)
    execute(
        f"{engine.create} {{series}} (series_no integer PRIMARY KEY, indicator_no integer NOT NULL, "
        "indicator_id bigint, area_id bigint NOT NULL, frequency varchar(2) NOT NULL, "
        "dimensions varchar(200) NOT NULL, series_id bigint)",
        tables,
    )
    execute(
        f"{engine.create} {{indicators}} (indicator_no integer PRIMARY KEY, dataset varchar(40) NOT NULL, "
        "code varchar(80) NOT NULL, indicator_id bigint, facts text NOT NULL)",
        tables,
    )
    execute(
        f"{engine.create} {{notes}} (note_no integer PRIMARY KEY, text text NOT NULL, note_id bigint)",
        tables,
    )


def drop(tables: Tables, *kinds: str) -> None:
    for kind in kinds or reversed(_TABLES):
        execute(f"DROP TABLE IF EXISTS {getattr(tables, kind)}", tables)


def load_rows(tables: Tables, engine: Engine, blocks: Iterable[Block], on_segment: OnSegment) -> None:
    engine.load(tables.rows, _ROW_COLUMNS, blocks, on_segment)


def load_twins(tables: Tables, engine: Engine, twins: Block) -> None:
    null = engine.null
    rows = [tuple(None if cell == null else cell for cell in row) for row in twins]
    engine.insert(tables.twins, _ROW_COLUMNS, rows)
