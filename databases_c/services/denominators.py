"""What a recipe divides by, where that is a series: looked up in the registry, whichever database holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adme.observations import registry
from adme.observations.periods import TimePeriod, year_key
from adme.observations.points import SeriesPoint
from adme.observations.status import ObsStatus

from ..compiling import DenominatorValue
from ..recipes import Denominator


@dataclass(frozen=True)
class Found:
    """By dimensions; `inputs` are [reference, value] of the observations, in one order."""

    values: dict[str, DenominatorValue] = field(default_factory=dict)
    inputs: list[tuple[str, float]] = field(default_factory=list)


def look_up(denominator: Denominator | None, *, area: str, period: TimePeriod) -> Found:
    """The observation of the area and period; where the recipe allows, an earlier one in its place, marked E.

    One without a value (missing, suppressed) is none. A half-year or quarter may take the figure of its year.
    """
    if denominator is None or not denominator.series:
        return Found()
    oldest = year_key(max(period.year - denominator.at_most_years_old, 1900))
    points = registry.read(
        [denominator.series], areas=[area], first_period=oldest, totals_only=not denominator.by_dimensions
    )
    by_dimensions: dict[str, dict[int, SeriesPoint]] = {}
    for point in points:
        if point.value is not None:
            by_dimensions.setdefault(point.dimensions, {})[point.period] = point
    chosen = [_chosen(held, period, denominator.at_most_years_old) for _, held in sorted(by_dimensions.items())]
    found = [one for one in chosen if one is not None]
    return Found(
        {point.dimensions: DenominatorValue(point.value, status, point.reference) for point, status in found},
        [(point.reference, point.value) for point, _ in found if point.value is not None],
    )


def _chosen(held: dict[int, SeriesPoint], period: TimePeriod, years: int) -> tuple[SeriesPoint, str] | None:
    return next(((held[key], status) for key, status in _candidates(period, years) if key in held), None)


def _candidates(period: TimePeriod, years: int) -> Iterator[tuple[int, str]]:
    yield period.key, ObsStatus.NORMAL.value
    yield year_key(period.year), ObsStatus.NORMAL.value
    for age in range(1, years + 1):
        yield year_key(period.year - age), ObsStatus.ESTIMATED.value
