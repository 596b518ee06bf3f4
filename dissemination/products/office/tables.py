"""Tables as texts, for slides and pages: cells, columns, numbers written as readers see them, missing as its sign."""

from __future__ import annotations

from dataclasses import dataclass

from adme.common import formatting
from dissemination.editions.content import Table

from .common import INK
from .sheets import column_decimals, number_columns


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: text, then a second text in small muted letters."""

    text: str
    small: str = ""
    is_bold: bool = False
    colour: str = INK
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in inches on a slide, in centimetres on a page."""

    name: str
    width: float
    is_right: bool = False


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
