"""Pure formulas of the KPIs. No database, no clock; a missing value is None and is never taken for zero.

Each docstring gives the unit of the result. `None` as a result means: cannot be computed from what is there.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

PER_100K = 100_000.0
_SMALL = 1e-100  # below, products of a value and a weight lose digits
CONDITIONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq}
T = TypeVar("T")


def finite(value: float | None) -> float | None:
    """The value itself, or None when an operation ran out of the range of numbers. Unit: unchanged."""
    return value if value is not None and math.isfinite(value) else None


def identity(value: float | None) -> float | None:
    """The series itself. Unit: the input's."""
    return finite(value)


def total(values: Iterable[float | None]) -> float | None:
    """Sum of all values; None when one is missing or there are none. Unit: the inputs'."""
    known = list(values)
    if not known or any(value is None for value in known):
        return None
    return _fsum(value for value in known if value is not None)


def mean(values: Iterable[float | None]) -> float | None:
    """Unweighted mean; None when one is missing or there are none. Unit: the inputs'."""
    known = list(values)
    if not known:
        return None
    # Divided before the sum, so that the mean of very large numbers stays inside the range.
    return _within(total(None if value is None else value / len(known) for value in known), known)


def weighted_mean(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Mean of (value, weight) pairs; None when a value or weight is missing, a weight is negative, or all weights
    are zero. Unit: the values'."""
    values: list[float] = []
    weights: list[float] = []
    for value, weight in pairs:
        if value is None or weight is None or weight < 0:
            return None
        values.append(value)
        weights.append(weight)
    whole, result = _fsum(weights), None
    if whole is not None and whole > _SMALL:
        weighed = _fsum(value * weight for value, weight in zip(values, weights, strict=True))
        result = None if weighed is None else finite(weighed / whole)
    if result is None:
        result = _weighted_mean_of_extremes(values, weights)
    return None if result is None else min(max(result, min(values)), max(values))


def _weighted_mean_of_extremes(values: list[float], weights: list[float]) -> float | None:
    """The same with shares instead of weights, for numbers at the edge of what a float can hold."""
    heaviest = max(weights, default=0.0)
    if heaviest == 0 or not math.isfinite(heaviest):
        return None
    shares = [weight / heaviest for weight in weights]
    whole = math.fsum(shares)
    return _fsum(value * (share / whole) for value, share in zip(values, shares, strict=True))


def ratio(numerator: float | None, denominator: float | None, scale: float = 1.0) -> float | None:
    """numerator / denominator x scale; None when one is missing or the denominator is zero.
    Unit: numerator's per denominator's, times the scale (100 makes per cent)."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    try:
        return finite(numerator / denominator * scale)
    except OverflowError:
        return None


def ratio_of_sums(pairs: Iterable[tuple[float | None, float | None]], scale: float = 1.0) -> float | None:
    """Sum of numerators over sum of denominators x scale, from (numerator, denominator) pairs.
    Unit: numerator's per denominator's, times the scale."""
    known = list(pairs)
    return ratio(total(n for n, _ in known), total(d for _, d in known), scale)


def per_100k(count: float | None, population_persons: float | None) -> float | None:
    """Events per 100,000 persons. Unit: per 100,000 population."""
    return ratio(count, population_persons, PER_100K)


def change_since(current: float | None, base: float | None, *, relative: bool = False) -> float | None:
    """Current less base. Unit: the input's (percentage points for a per cent); per cent of the base if relative.
    A relative change from zero does not exist."""
    if current is None or base is None:
        return None
    difference = finite(current - base)
    if not relative or difference is None:
        return difference
    return None if base == 0 else finite(difference / abs(base) * 100.0)


def latest_within(series: Mapping[int, T], year: int, n_years: int) -> tuple[int, T] | None:
    """(year found, entry) of the newest entry not after `year` and at most `n_years` older. Unit: the entry's."""
    for candidate in range(year, year - n_years - 1, -1):
        if candidate in series:
            return candidate, series[candidate]
    return None


def count_satisfying(values: Sequence[float], condition: str, threshold: float) -> float:
    """Number of values for which `value <condition> threshold` holds. Unit: count.
    Takes known values only: who did not report neither satisfies nor fails."""
    compare = CONDITIONS[condition]
    return float(sum(1 for value in values if compare(value, threshold)))


def share(part: float | None, whole: float | None) -> float | None:
    """part / whole as a share. Unit: 0 to 1."""
    return ratio(part, whole)


def _fsum(values: Iterable[float]) -> float | None:
    try:
        return finite(math.fsum(values))
    except (OverflowError, ValueError):  # ValueError: infinities of both signs
        return None


def _within(result: float | None, values: Iterable[float | None]) -> float | None:
    """A mean lies between its smallest and largest value; rounding in the last digit must not push it out."""
    known = [value for value in values if value is not None]
    return result if result is None or not known else min(max(result, min(known)), max(known))
