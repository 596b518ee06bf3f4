"""What charts take: lines of points without the ORM, and the words for an observation's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from adme.observations.status import ObsStatus

# Statuses drawn hollow and marked with a letter in tables: the figure is not a plain observation.
SOFT = {
    ObsStatus.ESTIMATED: "e",
    ObsStatus.FORECAST: "f",
    ObsStatus.EXPERIMENTAL: "x",
    ObsStatus.IMPUTED: "i",
    ObsStatus.PROVISIONAL: "p",
    ObsStatus.LOW_RELIABILITY: "u",
    ObsStatus.UNVALIDATED: "v",
    ObsStatus.DEFINITION_DIFFERS: "d",
}
MARKS: Mapping[str, str] = {**{status.value: mark for status, mark in SOFT.items()}, ObsStatus.BREAK.value: "b"}


class Point(NamedTuple):
    year: int
    value: float
    status: str = "A"

    @property
    def is_soft(self) -> bool:
        return self.status in SOFT

    @property
    def words(self) -> str:
        """Status in words, empty for a normal observation."""
        return (
            ""
            if self.status == ObsStatus.NORMAL or self.status not in ObsStatus.values
            else ObsStatus(self.status).label
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One area's points, oldest first. `place` is 0 for ASEAN, 1.. for chosen states in colour, None for the rest."""

    code: str
    name: str
    points: tuple[Point, ...]
    place: int | None = None

    @property
    def is_region(self) -> bool:
        return self.place == 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A baseline or target: a labelled rule from a year to a year."""

    kind: str
    label: str
    value: float
    first: int
    last: int


def segments(points: Sequence[Point]) -> list[list[Point]]:
    """Cut where the series breaks: what stands before and after a break is not comparable."""
    found: list[list[Point]] = []
    for point in points:
        if not found or point.status == ObsStatus.BREAK:
            found.append([])
        found[-1].append(point)
    return found


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """A range with room around the values; from zero where that costs less than half the height."""
    low, high = min(values), max(values)
    if 0 <= low <= high / 2 or low == high >= 0:
        low = 0.0
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - room), high + room
