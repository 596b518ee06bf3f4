"""Scales for `svg.py`: round steps, ranges, positions. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` at positions from `start` to `end` (points). `ticks` are round values between."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    decimals: int

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def scale(
    values: Iterable[float], start: float, end: float, *, from_zero: bool, ticks: int = 4, is_count: bool = False
) -> Scale:
    """Round limits about the values. Bars start at zero; lines do where that costs less than half the height."""
    found = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(found), max(found)
    if from_zero or 0 <= low <= high / 2 or low == high >= 0:
        low = min(low, 0.0)
    if from_zero or (high <= 0 and low < high / 2):
        high = max(high, 0.0)
    if low == high:
        low, high = low - (abs(low) or 1.0) * (low != 0), high + (abs(high) or 1.0)
    step = _step((high - low) / max(ticks, 1), is_count=is_count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = next((one for one in range(16) if math.isclose(round(step, one), step, rel_tol=1e-9)), 16)
    marks = tuple(round(place * step, places) for place in range(first, last + 1))
    return Scale(first * step, last * step, start, end, marks, places)


def _step(raw: float, *, is_count: bool) -> float:
    """1, 2, 2.5 or 5 times a power of ten, not below `raw`; whole for counts."""
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    found = next((factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9)), 10 * power)
    if found == 2.5 * power and power <= 1 and is_count:
        found = 5 * power if power == 1 else found
    return max(1.0, math.ceil(found)) if is_count else found


def year_ticks(first: int, last: int, room: float, label: float) -> list[int]:
    """Years to write on an axis: the last one always, evenly before it, as many as have room."""
    most = max(2, int(room // label))
    span = last - first
    step = next((one for one in (1, 2, 3, 5, 10, 20, 25, 50) if span / one + 1 <= most), span or 1)
    return sorted(range(last, first - 1, -min(step, span or 1)))
