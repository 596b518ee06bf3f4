"""Ranges suggested from history by median and MAD (median of the absolute deviations). Never enforced by themselves.

No suggestion for a series that is short, full of zeros or does not vary: a range of it would only annoy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from statistics import median

FEWEST, MOST_ZEROS = 4, 1 / 3
SPREAD = 3 * 1.4826  # three standard deviations of a normal series, as the MAD estimates one


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Of one group ('code|code', or ''). Without a range, `why_not` says why. `outside`: past values beyond it."""

    group: str
    number: int
    middle: float
    mad: float
    least: float | None = None
    most: float | None = None
    outside: int = 0
    why_not: str = ""


def suggest(history: Mapping[str, Sequence[float]]) -> list[Suggestion]:
    """`history`: by group, one sum for each approved report."""
    return [_of(group, values) for group, values in sorted(history.items())]


def _of(group: str, values: Sequence[float]) -> Suggestion:
    if not values:
        return Suggestion(group, 0, 0.0, 0.0, why_not="no value yet")
    middle = median(values)
    mad = median(abs(one - middle) for one in values)
    found = Suggestion(group, len(values), middle, mad)
    if why_not := _why_not(values, mad):
        return Suggestion(group, len(values), middle, mad, why_not=why_not)
    least, most = _down(middle - SPREAD * mad), -_down(-(middle + SPREAD * mad))
    if min(values) >= 0:
        least = max(0.0, least)
    outside = sum(1 for one in values if not least <= one <= most)
    return Suggestion(group, found.number, middle, mad, least, most, outside)


def _why_not(values: Sequence[float], mad: float) -> str:
    if len(values) < FEWEST:
        return f"only {len(values)} values; {FEWEST} are needed"
    if sum(1 for one in values if one == 0) > len(values) * MOST_ZEROS:
        return "too many zeros"
    return "the values do not vary" if mad == 0 else ""


def _down(value: float) -> float:
    """Rounded down to three digits that count, so that a range reads well and still holds what it held."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 2)
    return round(floor(round(value / step, 6)) * step, 10)
