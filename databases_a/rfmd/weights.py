"""Weights and population of the members in a year, read once from the table and shared by all recipes of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from adme.observations.points import SeriesPoint

from .inputs import WEIGHT_CARRY_YEARS, ByYear, Table
from .models import Recipe


class Population(NamedTuple):
    """Population of the members in a year. `total` is None unless every member's is known."""

    by_area: dict[str, SeriesPoint]
    total: float | None
    fingerprint: str

    def share_of(self, areas: Sequence[str]) -> float | None:
        """0 to 1; None when the population of a member is not known."""
        if not self.total:
            return None
        return math.fsum(self.by_area[area].value or 0.0 for area in areas) / self.total


@dataclass(slots=True)
class Weights:
    """Look-ups in the table, remembered."""

    table: Table
    _by_year: dict[tuple[str, str, int], dict[str, SeriesPoint]] = field(default_factory=dict)
    _fingerprints: dict[tuple[str, str, int, tuple[str, ...]], str] = field(default_factory=dict)
    _populations: dict[tuple[str, int, tuple[str, ...]], Population] = field(default_factory=dict)

    def in_year(self, series: str, dimensions: str, year: int) -> dict[str, SeriesPoint]:
        """For each area the point of the year, or the latest one of the few years before."""
        key = (series, dimensions, year)
        if key not in self._by_year:
            by_area = self.table.get((series, dimensions), {})
            known = ((area, _known(by_year, year)) for area, by_year in by_area.items())
            self._by_year[key] = {area: point for area, point in known if point is not None}
        return self._by_year[key]

    def of_recipe(self, recipe: Recipe, year: int) -> dict[str, SeriesPoint]:
        """The weights that a recipe names, by area."""
        return self.in_year(recipe.weights["series"], recipe.weights.get("dimensions", ""), year)

    def fingerprint(self, recipe: Recipe, year: int, areas: tuple[str, ...]) -> str:
        """Names the weights of these areas exactly."""
        key = (recipe.weights["series"], recipe.weights.get("dimensions", ""), year, areas)
        if key not in self._fingerprints:
            by_area = self.of_recipe(recipe, year)
            self._fingerprints[key] = "".join(f"*{by_area[area].reference}" for area in areas)
        return self._fingerprints[key]

    def population(self, series: str, year: int, members: Sequence[str]) -> Population:
        key = (series, year, tuple(members))
        if key not in self._populations:
            by_area = self.in_year(series, "", year)
            known = {area: by_area[area] for area in members if area in by_area}
            complete = bool(members) and len(known) == len(members)
            total = math.fsum(point.value or 0.0 for point in known.values()) if complete else None
            fingerprint = "".join(f"+{point.reference}" for point in known.values())
            self._populations[key] = Population(known, total, fingerprint)
        return self._populations[key]


def _known(by_year: ByYear, year: int) -> SeriesPoint | None:
    for candidate in range(year, year - WEIGHT_CARRY_YEARS - 1, -1):
        point = by_year.get(candidate)
        if point is not None and point.value is not None:
            return point
    return None
