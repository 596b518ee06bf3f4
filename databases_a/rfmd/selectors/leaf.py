"""The page of one leaf: its series, its filters, its neighbours, and what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adme.observations.points import SeriesInfo

from . import rows as read
from .frame import frame, with_neighbours
from .rows import ASEAN, LeafInfo, Mark, Series, State, ValueRow
from .standing import Standing, standings

VIEWS = ("lines", "panels")
ORDERS = ("value", "name")


@dataclass(frozen=True, slots=True)
class LeafFilters:
    """What the address asks for. Unknown words fall away, so that any address gives a page."""

    states: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    view: str = "lines"
    order: str = "value"

    @classmethod
    def read(cls, query: Mapping[str, str], chosen: list[str]) -> LeafFilters:
        """From an address: `states` may stand several times or hold codes separated by commas."""
        codes = {code.strip().upper() for text in chosen for code in text.split(",") if code.strip()}
        first, last = _year(query.get("from")), _year(query.get("to"))
        if first and last and first > last:
            first, last = last, first
        view, order = query.get("view", ""), query.get("order", "")
        return cls(
            states=tuple(sorted(code for code in codes if len(code) <= 12 and code.isalnum())[:20]),
            first=first,
            last=last,
            view=view if view in VIEWS else VIEWS[0],
            order=order if order in ORDERS else ORDERS[0],
        )

    def shows(self, row: ValueRow) -> bool:
        return (self.first is None or row.year >= self.first) and (self.last is None or row.year <= self.last)


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and 1900 <= int(text) <= 2100 else None


@dataclass(frozen=True, slots=True)
class LeafPage:
    """`standing` rests on all years; `series` only on the years the filters show."""

    leaf: LeafInfo
    standing: Standing
    filters: LeafFilters
    series: dict[str, Series]
    states: tuple[State, ...]
    marks: tuple[Mark, ...]
    inputs: dict[str, SeriesInfo]
    first_year: int | None
    last_year: int | None
    previous: LeafInfo | None
    next: LeafInfo | None

    @property
    def years(self) -> tuple[int, ...]:
        """Years shown, oldest first, without gaps: a year nobody reported is still a year."""
        found = [row.year for series in self.series.values() for row in series.rows]
        return tuple(range(min(found), max(found) + 1)) if found else ()


def leaf_ref(code: str, *, version: int | None = None) -> LeafInfo | None:
    return next((leaf for leaf in frame(version).leaves if leaf.code == code), None)


def leaf_page(code: str, filters: LeafFilters | None = None, *, version: int | None = None) -> LeafPage | None:
    """The frame, values, baselines, targets and series sources; None where there is no such leaf."""
    filters = filters or LeafFilters()
    base = frame(version)
    leaf, before, after = with_neighbours(base.leaves, code)
    if leaf is None:
        return None
    members = base.states
    marks = read.marks([leaf.id])
    standing = standings([leaf], read.values([leaf.id]), marks)[0]
    known = {state.code for state in members} | {ASEAN}
    years = [row.year for area, series in standing.series.items() if area in known for row in series.shown]
    return LeafPage(
        leaf=leaf,
        standing=standing,
        filters=filters,
        series={area: _within(standing.series[area], filters) for area in standing.series if area in known},
        states=members,
        marks=marks,
        inputs=base.sources_of([leaf]),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        previous=before,
        next=after,
    )


def _within(series: Series, filters: LeafFilters) -> Series:
    return Series(series.area, tuple(row for row in series.rows if filters.shows(row)))
