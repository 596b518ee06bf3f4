"""The regional value of a year from the states' values: membership of that year, gaps, weights, coverage. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from adme.observations.points import SeriesPoint

from . import formulas
from .errors import RecipeFault
from .inputs import Table
from .models import AreaMethod, Recipe
from .states import InputRow, StateValue, ValuesByYear, combined_status, row
from .weights import Population, Weights

WITHHELD_STATUS = "O"
_NOBODY = Population({}, None, "")


class Reporting(NamedTuple):
    """A member whose value enters the regional figure, perhaps from an earlier year."""

    area: str
    year: int
    entry: StateValue
    weight: SeriesPoint | None


class RegionalValue(NamedTuple):
    """A regional figure of a year. `value` is None where `withheld` says why."""

    year: int
    value: float | None
    obs_status: str
    withheld: str
    states_reporting: int
    states_expected: int
    states_carried: int
    population_share: float | None
    left_out: list[list[str]]
    reporting: list[Reporting]
    population: dict[str, SeriesPoint]
    weighing: str  # names the weights and populations exactly

    def input_rows(self) -> list[InputRow]:
        """Every observation that the figure or its coverage rests on. A weight that is the population stands once."""
        rows: list[InputRow] = []
        weighed: set[str] = set()
        for one in self.reporting:
            rows += one.entry.input_rows(one.weight.value if one.weight else None)
            if one.weight is not None:
                rows.append(row("weight", one.weight))
                weighed.add(one.weight.reference)
        return rows + [row("population", point) for point in self.population.values() if point.reference not in weighed]

    def fingerprint(self) -> str:
        parts = [f"{one.area}:{one.year}:{one.entry.fingerprint()}" for one in self.reporting]
        return f"{'|'.join(parts)}|{self.weighing}|{self.left_out}"


class _Gathered(NamedTuple):
    """What the members of a year have given. `not_applicable` states are left out and not expected either."""

    reporting: list[Reporting]
    left_out: list[list[str]]
    not_applicable: int
    carried: int


def regional_values(
    recipe: Recipe, values: dict[str, ValuesByYear], weights: Weights, members_in: Callable[[int], Sequence[str]]
) -> list[RegionalValue]:
    """One figure for each year in which at least one member of that year has a value of the year itself.

    `members_in` says whose values count in a year: dated membership, or a fixed panel of states.
    """
    if recipe.area_method == AreaMethod.NONE:
        return []
    if recipe.area_method not in _AREA_METHODS:
        raise RecipeFault(f"Recipe {recipe} has the unknown area method '{recipe.area_method}'.")
    if recipe.area_method == AreaMethod.WEIGHTED_MEAN and not recipe.weights.get("series"):
        raise RecipeFault(f"Recipe {recipe} takes a weighted mean, but names no weight series.")
    years = sorted({year for by_year in values.values() for year in by_year if year >= recipe.first_year})
    found = []
    for year in years:
        members = members_in(year)
        if any(year in values.get(area, {}) for area in members):
            found.append(_one_year(recipe, values, weights, members, year))
    return found


def _one_year(
    recipe: Recipe, values: dict[str, ValuesByYear], weights: Weights, members: Sequence[str], year: int
) -> RegionalValue:
    reporting, left_out, not_applicable, carried = _gather(recipe, values, weights, members, year)
    expected = len(members) - not_applicable
    areas = tuple(one.area for one in reporting)
    series = recipe.coverage_rule.get("population")
    population = weights.population(series, year, members) if series else _NOBODY
    share = population.share_of(areas)
    withheld = _coverage_fault(recipe, len(reporting), expected, share, year)
    value = None if withheld else _AREA_METHODS[AreaMethod(recipe.area_method)](recipe, reporting)
    if value is None and not withheld:
        withheld = f"The figures of {year} cannot be put together by this method: a divisor is zero."
    status = combined_status([one.entry.obs_status for one in reporting], carried=carried > 0)
    return RegionalValue(
        year=year,
        value=value,
        obs_status=WITHHELD_STATUS if withheld else status,
        withheld=withheld,
        states_reporting=len(reporting),
        states_expected=expected,
        states_carried=carried,
        population_share=share,
        left_out=left_out,
        reporting=reporting,
        population=population.by_area,
        weighing=_weighing(recipe, weights, year, areas) + population.fingerprint,
    )


def _weighing(recipe: Recipe, weights: Weights, year: int, areas: tuple[str, ...]) -> str:
    return weights.fingerprint(recipe, year, areas) if recipe.area_method == AreaMethod.WEIGHTED_MEAN else ""


def _gather(
    recipe: Recipe, values: dict[str, ValuesByYear], weights: Weights, members: Sequence[str], year: int
) -> _Gathered:
    carry = int(recipe.gap_rule.get("carry_years", 0))
    weighted = recipe.area_method == AreaMethod.WEIGHTED_MEAN
    weight_of = weights.of_recipe(recipe, year) if weighted else {}
    reporting: list[Reporting] = []
    left_out: list[list[str]] = []
    not_applicable, carried = 0, 0
    for area in members:
        by_year = values.get(area, {})
        found = (year, by_year[year]) if year in by_year else formulas.latest_within(by_year, year, carry)
        if found is None:
            reason, cannot_exist = _why_missing(recipe, by_year, weights.table, area, year, carry)
            not_applicable += cannot_exist
            left_out.append([area, reason])
        elif weighted and area not in weight_of:
            left_out.append([area, f"It has a value, but no weight for {year} is known."])
        else:
            reporting.append(Reporting(area, found[0], found[1], weight_of.get(area)))
            carried += found[0] != year
    return _Gathered(reporting, left_out, not_applicable, carried)


def _why_missing(
    recipe: Recipe, by_year: ValuesByYear, table: Table, area: str, year: int, carry: int
) -> tuple[str, bool]:
    """A sentence, and whether the state cannot have a value at all (status M)."""
    for entry in recipe.inputs:
        point = table.get((entry["series"], entry.get("dimensions", "")), {}).get(area, {}).get(year)
        if point is not None and point.obs_status == "M":
            return f"Not applicable: a value of {year} cannot exist for this state.", True
    earlier = [known for known in by_year if known < year]
    if not earlier:
        return f"No value up to {year}.", False
    if carry:
        return f"The latest value, of {max(earlier)}, is more than {_years(carry)} old.", False
    return f"No value of {year}; the latest is of {max(earlier)}.", False


def _years(number: int) -> str:
    return "1 year" if number == 1 else f"{number} years"


def _coverage_fault(recipe: Recipe, reporting: int, expected: int, share: float | None, year: int) -> str:
    """The sentence that says why the value is withheld; blank when coverage is enough."""
    rule = recipe.coverage_rule
    needed = max(1, math.ceil(float(rule.get("min_states", 0.0)) * expected - 1e-9))
    if reporting < needed:
        are = "is" if needed == 1 else "are"
        return f"Withheld: {reporting} of {expected} states have a value for {year}; at least {needed} {are} needed."
    least = float(rule.get("min_population", 0.0))
    if not least:
        return ""
    if share is None:
        return f"Withheld: the population of a member is not known for {year}, so the share covered is not known."
    if share < least - 1e-9:
        return (
            f"Withheld: the states with a value for {year} hold {_percent(share)} % of the population; "
            f"at least {_percent(least)} % is needed."
        )
    return ""


def _percent(share: float) -> str:
    """Rounded down, so that 49.9 % never reads as the 50 % that is needed."""
    return f"{math.floor(share * 1000 + 1e-6) / 10:g}"


def _sum(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.total(one.entry.value for one in reporting)


def _mean(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.mean(one.entry.value for one in reporting)


def _weighted_mean(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.weighted_mean((one.entry.value, one.weight.value if one.weight else None) for one in reporting)


def _ratio_of_sums(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    parts = [dict(zip(one.entry.roles, one.entry.points, strict=True)) for one in reporting]
    scale = formulas.PER_100K if recipe.method == "per_100k" else float(recipe.parameters.get("scale", 1.0))
    return formulas.ratio_of_sums(((part["numerator"].value, part["denominator"].value) for part in parts), scale)


def _count_satisfying(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    condition, threshold = recipe.parameters["condition"], float(recipe.parameters["threshold"])
    return formulas.count_satisfying([one.entry.value for one in reporting], condition, threshold)


_AREA_METHODS: dict[AreaMethod, Callable[[Recipe, list[Reporting]], float | None]] = {
    AreaMethod.SUM: _sum,
    AreaMethod.MEAN: _mean,
    AreaMethod.WEIGHTED_MEAN: _weighted_mean,
    AreaMethod.RATIO_OF_SUMS: _ratio_of_sums,
    AreaMethod.COUNT_SATISFYING: _count_satisfying,
}
