"""Where a leaf stands: newest figures, coverage, baseline, target, rating, or the reason for having none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from ..progress import Progress, choose_target, rate
from .absence import Absence, absence_of
from .rows import ASEAN, LeafInfo, Mark, Series, ValueRow, by_leaf_and_area

CURRENT_WITHIN_YEARS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """One leaf and all that a list or card says about it. `series` holds ASEAN and states by area code."""

    leaf: LeafInfo
    series: Mapping[str, Series]
    baseline: Mark | None
    baseline_is_computed: bool
    target: Mark | None
    progress: Progress

    @property
    def regional(self) -> Series:
        return self.series.get(ASEAN, Series(ASEAN))

    @property
    def regional_latest(self) -> ValueRow | None:
        return self.regional.latest

    @property
    def withheld(self) -> ValueRow | None:
        """The newest regional row, when it is withheld."""
        rows = self.regional.rows
        return rows[-1] if rows and rows[-1].value is None else None

    @property
    def states_latest(self) -> tuple[ValueRow, ...]:
        """The newest figure of each state that has one."""
        found = (series.latest for area, series in self.series.items() if area != ASEAN)
        return tuple(row for row in found if row is not None)

    @property
    def newest_year(self) -> int | None:
        years = [row.year for series in self.series.values() if (row := series.latest)]
        return max(years, default=None)

    @property
    def has_value(self) -> bool:
        return self.newest_year is not None

    @property
    def is_current(self) -> bool:
        return is_current(self.newest_year)

    @property
    def absence(self) -> Absence | None:
        if self.has_value:
            return None
        return absence_of(self.leaf, self.withheld.withheld if self.withheld else "")


def first_current_year() -> int:
    return timezone.now().year - CURRENT_WITHIN_YEARS


def is_current(year: int | None) -> bool:
    """Is a figure of this year still current? Pages say what that means: at most five years old."""
    return year is not None and year >= first_current_year()


def standings(leaves: Sequence[LeafInfo], rows: Iterable[ValueRow], marks: Iterable[Mark]) -> tuple[Standing, ...]:
    """Join leaves, values, baselines and targets in memory."""
    series = by_leaf_and_area(rows)
    regional: dict[int, list[Mark]] = {}
    for mark in marks:
        if mark.area == ASEAN:
            regional.setdefault(mark.leaf_id, []).append(mark)
    return tuple(_standing(leaf, series.get(leaf.id, {}), regional.get(leaf.id, [])) for leaf in leaves)


def _standing(leaf: LeafInfo, series: Mapping[str, Series], marks: Sequence[Mark]) -> Standing:
    own = series.get(ASEAN, Series(ASEAN))
    baseline = next((mark for mark in marks if mark.kind == "baseline"), None)
    computed = None if baseline else _computed_baseline(leaf, own)
    targets = [mark for mark in marks if mark.kind == "target"]
    target = choose_target(targets, timezone.now().year)
    start, latest = baseline or computed, own.latest
    progress = rate(
        direction=leaf.direction,
        baseline=start.value if start else None,
        baseline_year=start.year if start else None,
        target=target.value if target else None,
        target_year=target.year if target else None,
        current=latest.value if latest else None,
        current_year=latest.year if latest else None,
    )
    return Standing(leaf, series, start, computed is not None, target, progress)


def _computed_baseline(leaf: LeafInfo, own: Series) -> Mark | None:
    row = own.at_year(leaf.baseline_year)
    if row is None or row.value is None:
        return None
    return Mark("baseline", leaf.id, ASEAN, row.year, row.value, "computed value of the baseline year", False)
