"""Tables of a content as texts: numbers written as readers see them, missing as its sign. Pure."""

from __future__ import annotations

from adme.common import formatting
from dissemination.editions.content import Table

from .sheets import column_decimals, number_columns


def shown_rows(table: Table, *, without: tuple[str, ...] = ()) -> tuple[list[tuple[str, bool]], list[list[str]]]:
    """Columns (name, is it of numbers) and rows as shown."""
    keep = [at for at, name in enumerate(table.columns) if name not in without]
    numbers = number_columns(table)
    names = [(table.columns[at], at in numbers) for at in keep]
    decimals = [column_decimals(table, at) for at in range(len(table.columns))]
    rows = [[_shown(row[at], decimals[at]) for at in keep] for row in table.rows]
    return names, rows


def _shown(cell: str | int | float | None, decimals: int | None) -> str:
    if cell is None:
        return formatting.NOT_AVAILABLE
    if isinstance(cell, str):
        return cell
    return str(cell) if decimals is None else formatting.number(cell, decimals)
