"""What the pages say about many states at once, without ranking them: median, range, who moved as sought. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from databases_a.rfmd.selectors import ASEAN, LeafInfo, Standing, ValueRow

from .text import is_sought


@dataclass(frozen=True, slots=True)
class Spread:
    """Newest figures of the states that have one, and the years these are of."""

    count: int
    low: float
    median: float
    high: float
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Of the states with a figure in the base year and a later one: how many moved as sought."""

    as_sought: int
    of: int


@dataclass(frozen=True, slots=True)
class RegionalChange:
    """ASEAN's newest figure less that of the base year. `same_reach` is False where other states report now."""

    difference: float
    base: ValueRow
    latest: ValueRow

    @property
    def same_reach(self) -> bool:
        return self.base.states_reporting == self.latest.states_reporting


def spread(rows: Sequence[ValueRow]) -> Spread | None:
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return None
    years = [row.year for row in rows if row.value is not None]
    return Spread(len(values), min(values), median(values), max(values), min(years), max(years))


def moved_since(standing: Standing, year: int | None) -> Moved:
    """A state whose newest figure is of the base year has not moved yet and does not count."""
    differences = []
    for area, series in standing.series.items():
        base, latest = series.at_year(year), series.latest
        if area != ASEAN and base and latest and latest.period > base.period:
            differences.append((latest.value or 0.0) - (base.value or 0.0))
    return Moved(sum(is_sought(standing.leaf, difference) for difference in differences), len(differences))


def regional_change(standing: Standing) -> RegionalChange | None:
    base, latest = standing.regional.at_year(standing.leaf.baseline_year), standing.regional_latest
    if base is None or latest is None or latest.period <= base.period:
        return None
    return RegionalChange((latest.value or 0.0) - (base.value or 0.0), base, latest)


def best_covered(standing: Standing) -> tuple[int, int] | None:
    """The newest of the years with most states: (year, states)."""
    counts: dict[int, int] = {}
    for area, series in standing.series.items():
        if area != ASEAN:
            for row in series.shown:
                counts[row.year] = counts.get(row.year, 0) + 1
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=None)


def baseline_year(leaf: LeafInfo) -> int:
    return leaf.baseline_year or 0
