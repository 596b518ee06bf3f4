"""The table behind the charts of a leaf: years down, ASEAN and states across, every figure a link to its passport."""

from __future__ import annotations

from dataclasses import dataclass

from adme.common.formatting import status_key, status_mark
from databases_a.rfmd.selectors import ASEAN, LeafPage, ValueRow

from .. import text


@dataclass(frozen=True, slots=True)
class Cell:
    """`href` is relative to the leaf's own address: there are hundreds of cells on a page."""

    text: str = ""
    mark: str = ""
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ValuesTable:
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    key: tuple[tuple[str, str], ...]
    has_withheld: bool


EMPTY = Cell(text.number(None, 0))


def values_table(page: LeafPage) -> ValuesTable:
    """Newest year first, so that on a phone the newest figures come first."""
    states = () if page.leaf.coverage_of == "bodies" else page.states
    columns = ((ASEAN, text.ASEAN_NAME), *((state.code, state.name) for state in states))
    by_key = {(row.area, row.year): row for series in page.series.values() for row in series.rows}
    decimals = page.leaf.decimals
    rows = tuple(
        (year, tuple(_cell(by_key.get((code, year)), decimals) for code, _ in columns)) for year in reversed(page.years)
    )
    shown = list(by_key.values())
    key = status_key(row.obs_status for row in shown if row.value is not None)
    return ValuesTable(columns, rows, tuple(key), any(row.value is None for row in shown))


def _cell(row: ValueRow | None, decimals: int) -> Cell:
    if row is None:
        return EMPTY
    href = f"passport/?area={row.area}&period={row.year}"
    if row.value is None:
        return Cell("withheld", "", href, row.withheld)
    return Cell(text.number(row.value, decimals), status_mark(row.obs_status), href, text.coverage(row))
