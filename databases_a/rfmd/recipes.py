"""What a recipe's definition must hold to be carried out; recipe_loading.py and services use it.

Counts of the tools are checked by the tools, which know their fields and codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adme.observations import registry

from .formulas import CONDITIONS
from .models import AreaMethod, CoverageOf, Method

# The fields that make a definition: a difference in one of them is another version.
DEFINITION = (
    "method",
    "inputs",
    "area_method",
    "weights",
    "gap_rule",
    "coverage_rule",
    "parameters",
    "accumulation",
    "unit",
    "decimals",
    "first_year",
    "is_proxy",
    "note",
)
_ROLES = {
    Method.IDENTITY: {"value"},
    Method.LATEST: {"value"},
    Method.CHANGE: {"value"},
    Method.RATIO: {"numerator", "denominator"},
    Method.PER_100K: {"numerator", "denominator"},
}
_PARAMETERS = {Method.LATEST: ["within_years"], Method.CHANGE: ["base_year"]}


def faults(definition: dict[str, Any]) -> list[str]:
    """Sentences that say what is wrong with a definition; none when it can be carried out."""
    return shape_faults(definition) or registry.faults(_codes(definition))


def shape_faults(definition: dict[str, Any]) -> list[str]:
    """Of these faults, what can be said without looking at the series."""
    missing = [name for name in DEFINITION if name not in definition]
    if missing:
        return [f"These fields are missing: {', '.join(missing)}."]
    return [*_input_faults(definition), *_parameter_faults(definition), *_rule_faults(definition)]


def faults_of_many(definitions: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The faults of each. The series of all are looked up at once; only where one is wrong, each for itself."""
    alone = [definition for definition in definitions if not shape_faults(definition)]
    if len(alone) == len(definitions) and not registry.faults({code for one in alone for code in _codes(one)}):
        return [[] for _ in definitions]
    return [faults(definition) for definition in definitions]


def _codes(definition: dict[str, Any]) -> list[str]:
    coverage = definition["coverage_rule"]
    others = [coverage.get("reporting"), coverage.get("expected"), definition["weights"].get("series")]
    codes = [*(entry["series"] for entry in definition["inputs"]), *(code for code in others if code)]
    return list(dict.fromkeys(codes))


def _input_faults(definition: dict[str, Any]) -> list[str]:
    method, inputs = definition["method"], definition["inputs"]
    if method not in Method.values:
        return [f"The method '{method}' is not known; use one of {', '.join(Method.values)}."]
    if not inputs or any(not entry.get("role") or ":" not in entry.get("series", "") for entry in inputs):
        return ["Each input needs a role and a series written as '<dataset>:<indicator>'."]
    roles, needed = {entry["role"] for entry in inputs}, _ROLES.get(Method(method))
    if needed is not None and roles != needed:
        return [f"The method '{method}' takes the roles {', '.join(sorted(needed))}."]
    if method == Method.WEIGHTED_MEAN:
        values = {role.removeprefix("value") for role in roles if role.startswith("value")}
        weights = {role.removeprefix("weight") for role in roles if role.startswith("weight")}
        if values != weights or not values or len(roles) != 2 * len(values):
            return ["A weighted mean takes roles in pairs, such as 'value:F' with 'weight:F'."]
    return []


def _parameter_faults(definition: dict[str, Any]) -> list[str]:
    found, parameters = [], definition["parameters"]
    for name in _PARAMETERS.get(definition["method"], []):
        if not isinstance(parameters.get(name), int):
            found.append(f"The method '{definition['method']}' needs the whole number '{name}' in its parameters.")
    if definition["area_method"] == AreaMethod.COUNT_SATISFYING and (
        parameters.get("condition") not in CONDITIONS or not isinstance(parameters.get("threshold"), int | float)
    ):
        found.append(f"A count of states needs 'condition' ({', '.join(CONDITIONS)}) and 'threshold' as parameters.")
    return found


def _rule_faults(definition: dict[str, Any]) -> list[str]:
    area_method, coverage = definition["area_method"], definition["coverage_rule"]
    if area_method not in AreaMethod.values:
        return [f"The area method '{area_method}' is not known; use one of {', '.join(AreaMethod.values)}."]
    found = []
    if area_method == AreaMethod.WEIGHTED_MEAN and not definition["weights"].get("series"):
        found.append("A weighted mean of states needs a weight series.")
    if area_method == AreaMethod.RATIO_OF_SUMS and definition["method"] not in {Method.RATIO, Method.PER_100K}:
        found.append("A ratio of sums over states needs the method 'ratio' or 'per_100k'.")
    if bool(coverage.get("reporting")) != bool(coverage.get("expected")):
        found.append("Coverage by bodies needs both series: 'reporting' and 'expected'.")
    if coverage.get("reporting") and not definition["parameters"].get("regional_from_series"):
        found.append("Coverage by bodies goes with a figure for ASEAN that comes from the series itself.")
    if coverage.get("noun", "states") not in CoverageOf.values:
        found.append(f"'noun' is one of {', '.join(CoverageOf.values)}.")
    for name in ("min_states", "min_population", "min_share"):
        if not 0 <= coverage.get(name, 0) <= 1:
            found.append(f"'{name}' is a share from 0 to 1.")
    if coverage.get("min_population") and not coverage.get("population"):
        found.append("A rule on the share of population needs the 'population' series.")
    return found
