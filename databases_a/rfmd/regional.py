"""The regional value of a year from the states' values: membership of that year, gaps, weights, coverage. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from adme.observations.points import SeriesPoint

from . import formulas
from .errors import RecipeFault
from .inputs import WEIGHT_CARRY_YEARS, ByYear, Table
from .models import AreaMethod, Recipe
from .states import InputRow, StateValue, ValuesByYear, combined_status, row

WITHHELD_STATUS = "O"


class RegionalValue(NamedTuple):
    """A regional figure of a year. `value` is None where `withheld` says why."""

    year: int
    value: float | None
    obs_status: str
    withheld: str
    states_reporting: int
    states_expected: int
    population_share: float | None
    inputs: list[InputRow]
    left_out: list[list[str]]


class Reporting(NamedTuple):
    """A member whose value enters the regional figure, perhaps from an earlier year."""

    area: str
    year: int
    entry: StateValue
    weight: SeriesPoint | None


class Gathered(NamedTuple):
    """What the members of a year have given. `not_applicable` states are left out and not expected either."""

    reporting: list[Reporting]
    left_out: list[list[str]]
    not_applicable: int


def regional_values(
    recipe: Recipe, values: dict[str, ValuesByYear], table: Table, members_in: Callable[[int], Sequence[str]]
) -> list[RegionalValue]:
    """One figure for each year in which at least one member of that year has a value of the year itself.

    `members_in` says whose values count in a year: dated membership, or a fixed panel of states.
    """
    if recipe.area_method == AreaMethod.NONE:
        return []
    if recipe.area_method not in _AREA_METHODS:
        raise RecipeFault(f"Recipe {recipe} has the unknown area method '{recipe.area_method}'.")
    years = sorted({year for by_year in values.values() for year in by_year if year >= recipe.first_year})
    found = []
    for year in years:
        members = members_in(year)
        if any(year in values.get(area, {}) for area in members):
            found.append(_one_year(recipe, values, table, members, year))
    return found


def _one_year(
    recipe: Recipe, values: dict[str, ValuesByYear], table: Table, members: Sequence[str], year: int
) -> RegionalValue:
    gathered = _gather(recipe, values, table, members, year)
    reporting = gathered.reporting
    expected = len(members) - gathered.not_applicable
    population = _population(recipe, table, members, year)
    share = _share_of_population(population, [one.area for one in reporting], len(members))
    withheld = _coverage_fault(recipe, len(reporting), expected, share, year)
    value = None if withheld else _AREA_METHODS[recipe.area_method](recipe, reporting)
    if value is None and not withheld:
        withheld = f"The figures of {year} cannot be put together by this method: a divisor is zero."
    status = combined_status(
        [one.entry.obs_status for one in reporting], carried=any(one.year != year for one in reporting)
    )
    return RegionalValue(
        year=year,
        value=value,
        obs_status=WITHHELD_STATUS if withheld else status,
        withheld=withheld,
        states_reporting=len(reporting),
        states_expected=expected,
        population_share=share,
        inputs=_input_rows(reporting, population),
        left_out=gathered.left_out,
    )


def _gather(
    recipe: Recipe, values: dict[str, ValuesByYear], table: Table, members: Sequence[str], year: int
) -> Gathered:
    carry = int(recipe.gap_rule.get("carry_years", 0))
    weights = _weights(recipe, table)
    reporting: list[Reporting] = []
    left_out: list[list[str]] = []
    not_applicable = 0
    for area in members:
        by_year = values.get(area, {})
        found = formulas.latest_within(by_year, year, carry)
        if found is None:
            reason, cannot_exist = _why_missing(recipe, by_year, table, area, year, carry)
            not_applicable += cannot_exist
            left_out.append([area, reason])
            continue
        weight = _known(weights.get(area, {}), year) if weights is not None else None
        if weights is not None and weight is None:
            left_out.append([area, f"It has a value, but no weight for {year} is known."])
            continue
        reporting.append(Reporting(area, found[0], found[1], weight))
    return Gathered(reporting, left_out, not_applicable)


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


def _weights(recipe: Recipe, table: Table) -> dict[str, ByYear] | None:
    if recipe.area_method != AreaMethod.WEIGHTED_MEAN:
        return None
    if not recipe.weights.get("series"):
        raise RecipeFault(f"Recipe {recipe} takes a weighted mean, but names no weight series.")
    return table.get((recipe.weights["series"], recipe.weights.get("dimensions", "")), {})


def _known(by_year: ByYear, year: int) -> SeriesPoint | None:
    for candidate in range(year, year - WEIGHT_CARRY_YEARS - 1, -1):
        point = by_year.get(candidate)
        if point is not None and point.value is not None:
            return point
    return None


def _population(recipe: Recipe, table: Table, members: Sequence[str], year: int) -> dict[str, SeriesPoint]:
    series = recipe.coverage_rule.get("population")
    if not series:
        return {}
    by_area = table.get((series, ""), {})
    known = ((area, _known(by_area.get(area, {}), year)) for area in members)
    return {area: point for area, point in known if point is not None}


def _share_of_population(population: dict[str, SeriesPoint], reporting: list[str], members: int) -> float | None:
    """0 to 1; None unless the population of every member is known."""
    if not members or len(population) < members:
        return None
    part = math.fsum(population[area].value or 0.0 for area in reporting)
    return formulas.share(part, math.fsum(point.value or 0.0 for point in population.values()))


def _coverage_fault(recipe: Recipe, reporting: int, expected: int, share: float | None, year: int) -> str:
    """The sentence that says why the value is withheld; blank when coverage is enough."""
    rule = recipe.coverage_rule
    needed = math.ceil(float(rule.get("min_states", 0.0)) * expected - 1e-9)
    if reporting == 0 or reporting < needed:
        return (
            f"Withheld: {reporting} of {expected} states have a value for {year}; at least {max(needed, 1)} are needed."
        )
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


def _input_rows(reporting: list[Reporting], population: dict[str, SeriesPoint]) -> list[InputRow]:
    rows: list[InputRow] = []
    weighed: set[str] = set()
    for one in reporting:
        first, *others = one.entry.inputs
        if one.weight is None:
            rows.append(first)
        else:
            rows.append([*first[:5], one.weight.value])
            weighed.add(one.weight.reference)
        rows.extend(others)
        if one.weight is not None:
            rows.append(row("weight", one.weight))
    rows.extend(row("population", point) for point in population.values() if point.reference not in weighed)
    return rows


def _sum(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.total(one.entry.value for one in reporting)


def _mean(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.mean(one.entry.value for one in reporting)


def _weighted_mean(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    return formulas.weighted_mean((one.entry.value, one.weight.value if one.weight else None) for one in reporting)


def _ratio_of_sums(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    parts = [{entry[0]: entry[4] for entry in one.entry.inputs} for one in reporting]
    scale = formulas.PER_100K if recipe.method == "per_100k" else float(recipe.parameters.get("scale", 1.0))
    return formulas.ratio_of_sums(((part.get("numerator"), part.get("denominator")) for part in parts), scale)


def _count_satisfying(recipe: Recipe, reporting: list[Reporting]) -> float | None:
    condition, threshold = recipe.parameters["condition"], float(recipe.parameters["threshold"])
    return formulas.count_satisfying([one.entry.value for one in reporting], condition, threshold)


_AREA_METHODS: dict[str, Callable[[Recipe, list[Reporting]], float | None]] = {
    AreaMethod.SUM: _sum,
    AreaMethod.MEAN: _mean,
    AreaMethod.WEIGHTED_MEAN: _weighted_mean,
    AreaMethod.RATIO_OF_SUMS: _ratio_of_sums,
    AreaMethod.COUNT_SATISFYING: _count_satisfying,
}
