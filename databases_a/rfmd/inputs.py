"""What aggregation reads: the series that recipes name, for the states that ever were members, in one reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from adme.observations import registry
from adme.observations.periods import year_key
from adme.observations.points import SeriesPoint
from adme.reference.models import AreaMembership
from adme.reference.selectors import membership

from .models import Recipe

REGION = "ASEAN"
# Weights and population change slowly: a year without a figure takes the latest one this many years back at most.
WEIGHT_CARRY_YEARS = 5

ByYear = dict[int, SeriesPoint]
# (series code, dimensions) -> area code -> year -> point. Annual observations only: an annual KPI is not mixed
# from quarters and months.
Table = dict[tuple[str, str], dict[str, ByYear]]


@dataclass(frozen=True)
class Calendar:
    """Who was a member when. Made once per run from the dated membership."""

    memberships: tuple[AreaMembership, ...]
    _by_year: dict[int, list[str]] = field(default_factory=dict)

    @property
    def ever(self) -> list[str]:
        return [one.area.code for one in self.memberships]

    def members_in(self, year: int) -> list[str]:
        """Members on the last day of the year, in ASEAN's alphabetical order: 10 in 2024, 11 in 2025."""
        if year not in self._by_year:
            last_day = date(year, 12, 31)
            self._by_year[year] = [one.area.code for one in self.memberships if one.holds_on(last_day)]
        return self._by_year[year]


def read_calendar() -> Calendar:
    return Calendar(tuple(membership(REGION)))


def input_codes(recipe: Recipe) -> set[str]:
    """Codes of all series that may change a value of this recipe: inputs, weights, population."""
    codes = {entry["series"] for entry in recipe.inputs}
    others = (recipe.weights.get("series"), recipe.coverage_rule.get("population"))
    return codes | {code for code in others if code} | coverage_codes(recipe)


def coverage_codes(recipe: Recipe) -> set[str]:
    """Series that say which bodies owe and have reported, where coverage is of bodies."""
    return {recipe.coverage_rule[name] for name in ("reporting", "expected") if recipe.coverage_rule.get(name)}


def first_year_read(recipe: Recipe) -> int:
    """Earliest year whose observations can matter: values before the first year may be carried into it."""
    reach = max(int(recipe.gap_rule.get("carry_years", 0)), int(recipe.parameters.get("within_years", 0)))
    first = recipe.first_year - max(reach, WEIGHT_CARRY_YEARS)
    return min(first, int(recipe.parameters.get("base_year", first)))


def read_table(recipes: Sequence[Recipe], areas: Collection[str], as_of: datetime | None = None) -> Table:
    """All observations that the recipes need, by one reading of the registry, and one of the coverage by bodies."""
    if not recipes:
        return {}
    covering = set().union(*(coverage_codes(recipe) for recipe in recipes))
    first = year_key(min(first_year_read(recipe) for recipe in recipes))
    points = registry.read(
        sorted(set().union(*(input_codes(recipe) for recipe in recipes)) - covering),
        areas=areas,
        first_period=first,
        totals_only=not any(entry.get("dimensions") for recipe in recipes for entry in recipe.inputs),
        as_of=as_of,
    )
    if covering:  # with the point of each body, so that a figure can name those left out
        points += registry.read(sorted(covering), areas=[REGION], first_period=first, totals_only=False, as_of=as_of)
    return arrange(points)


def arrange(points: Iterable[SeriesPoint]) -> Table:
    table: Table = defaultdict(dict)
    key, area, years = None, None, {}
    for point in points:  # ordered by series and area, so the two look-ups happen once per series
        if point.area != area or (point.series, point.dimensions) != key:
            key, area = (point.series, point.dimensions), point.area
            years = table[key].setdefault(area, {})
        year, rest = divmod(point.period, 1000)
        if rest == 0:
            years[year] = point
    return table


def roles_of(recipe: Recipe, table: Table, area: str) -> dict[str, ByYear]:
    """For each role of the recipe the state's series: the first one named that has a value for this state.

    A state's line never mixes two sources: that would draw a movement where only the source changed.
    """
    chosen: dict[str, ByYear] = {}
    settled: set[str] = set()
    for entry in recipe.inputs:
        role = entry["role"]
        if role in settled:
            continue
        years = table.get((entry["series"], entry.get("dimensions", "")), {}).get(area, {})
        if any(point.value is not None for point in years.values()):
            chosen[role] = years
            settled.add(role)
        elif years:
            chosen.setdefault(role, years)
    return chosen
