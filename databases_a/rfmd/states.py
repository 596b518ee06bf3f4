"""From input observations to a state's values, by the recipe's method. Pure: takes the table, touches no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from adme.observations.points import SeriesPoint
from adme.observations.status import ObsStatus

from . import formulas
from .errors import RecipeFault
from .inputs import ByYear, Table, roles_of
from .models import Method, Recipe

# [role, area code, observation reference, period key, value, weight or None], as KpiValue.inputs documents it.
InputRow = list


class StateValue(NamedTuple):
    """A state's value in a year with the exact observations behind it, one for each of `roles`.

    Built ten thousand times a run, so it holds what is there and writes rows only for values that are stored.
    """

    value: float
    obs_status: str
    roles: tuple[str, ...]
    points: tuple[SeriesPoint, ...]

    def input_rows(self, weight: float | None = None) -> list[InputRow]:
        """The first observation carries the weight that the state has in a regional value."""
        pairs = zip(self.roles, self.points, strict=True)
        return [row(role, point, None if number else weight) for number, (role, point) in enumerate(pairs)]

    def fingerprint(self) -> str:
        """Names the observations exactly: a changed observation has another reference."""
        if len(self.points) == 1:
            return f"{self.roles[0]}={self.points[0].reference}"
        return ";".join(f"{role}={point.reference}" for role, point in zip(self.roles, self.points, strict=True))


_VALUE = ("value",)
ByRole = dict[str, ByYear]
ValuesByYear = dict[int, StateValue]


def state_values(recipe: Recipe, table: Table, areas: Sequence[str]) -> dict[str, ValuesByYear]:
    """Values of each area by year; a year is absent where an input is. No year is cut off here."""
    make = _METHODS.get(recipe.method)
    if make is None:
        raise RecipeFault(f"Recipe {recipe} has the unknown method '{recipe.method}'.")
    roles = {area: roles_of(recipe, table, area) for area in areas}
    last_year = max((year for found in roles.values() for years in found.values() for year in years), default=0)
    return {area: make(recipe, found, last_year) for area, found in roles.items()}


def row(role: str, point: SeriesPoint, weight: float | None = None) -> InputRow:
    return [role, point.area, point.reference, point.period, point.value, weight]


def combined_status(statuses: Iterable[str], *, carried: bool = False) -> str:
    """Normal when all inputs are; the common status when they share one; else estimated. Carried is estimated."""
    kinds = set(statuses)
    if carried:
        return ObsStatus.ESTIMATED.value
    return kinds.pop() if len(kinds) == 1 else ObsStatus.ESTIMATED.value


def _identity(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    return {
        year: StateValue(point.value, point.obs_status, _VALUE, (point,))
        for year, point in roles.get("value", {}).items()
        if point.value is not None
    }


def _latest(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    within = int(recipe.parameters["within_years"])
    known = _identity(recipe, roles, last_year)
    values: ValuesByYear = {}
    for year in range(min(known, default=last_year + 1), last_year + 1):
        found = formulas.latest_within(known, year, within)
        if found is not None:
            source_year, entry = found
            carried = source_year != year
            values[year] = entry._replace(obs_status=combined_status([entry.obs_status], carried=carried))
    return values


def _change(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    base_year, relative = int(recipe.parameters["base_year"]), bool(recipe.parameters.get("relative", False))
    years = roles.get("value", {})
    base = years.get(base_year)
    values: ValuesByYear = {}
    for year, point in years.items():
        value = formulas.change_since(point.value, base.value, relative=relative) if base is not None else None
        if base is not None and value is not None and year >= base_year:
            status = combined_status([point.obs_status, base.obs_status])
            values[year] = StateValue(value, status, ("value", "base"), (point, base))
    return values


def _sum(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    return _over_roles(recipe, roles, lambda points: formulas.total(points.values()))


def _mean(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    return _over_roles(recipe, roles, lambda points: formulas.mean(points.values()))


def _ratio(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    scale = float(recipe.parameters.get("scale", 1.0))
    return _over_roles(recipe, roles, lambda found: formulas.ratio(found["numerator"], found["denominator"], scale))


def _per_100k(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    return _over_roles(recipe, roles, lambda found: formulas.per_100k(found["numerator"], found["denominator"]))


def _weighted_mean(recipe: Recipe, roles: ByRole, last_year: int) -> ValuesByYear:
    """Roles come in pairs 'value:x' and 'weight:x'."""
    parts = [role.removeprefix("value") for role in _all_roles(recipe) if role.startswith("value")]
    return _over_roles(
        recipe,
        roles,
        lambda found: formulas.weighted_mean((found[f"value{part}"], found[f"weight{part}"]) for part in parts),
    )


def _all_roles(recipe: Recipe) -> list[str]:
    return list(dict.fromkeys(entry["role"] for entry in recipe.inputs))


def _over_roles(
    recipe: Recipe, roles: ByRole, formula: Callable[[dict[str, float | None]], float | None]
) -> ValuesByYear:
    """Apply a formula in each year in which every role has a value."""
    wanted = _all_roles(recipe)
    if not wanted or any(role not in roles for role in wanted):
        return {}
    values: ValuesByYear = {}
    for year in sorted(set.intersection(*(set(roles[role]) for role in wanted))):
        points = {role: roles[role][year] for role in wanted}
        value = formula({role: point.value for role, point in points.items()})
        if value is not None:
            status = combined_status(point.obs_status for point in points.values())
            values[year] = StateValue(value, status, tuple(points), tuple(points.values()))
    return values


_METHODS: dict[str, Callable[[Recipe, ByRole, int], ValuesByYear]] = {
    Method.IDENTITY: _identity,
    Method.LATEST: _latest,
    Method.CHANGE: _change,
    Method.SUM: _sum,
    Method.MEAN: _mean,
    Method.WEIGHTED_MEAN: _weighted_mean,
    Method.RATIO: _ratio,
    Method.PER_100K: _per_100k,
}
