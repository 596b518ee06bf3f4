"""Recipes in words: what a reader of a passport or of the methods page is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adme.observations.points import SeriesInfo

from .formulas import PER_100K
from .inputs import WEIGHT_CARRY_YEARS
from .models import Accumulation, AreaMethod, Method, Recipe


def recipe_lines(recipe: Recipe, series: Mapping[str, SeriesInfo]) -> tuple[tuple[str, str], ...]:
    """(heading, sentence) for each part of a recipe, nothing left out."""
    found = [
        ("Inputs", _inputs(recipe, series)),
        ("State value", _METHOD[Method(recipe.method)](recipe)),
        ("ASEAN value", _area_method(recipe)),
        ("Weights", _weights(recipe, series)),
        ("Gaps", _gaps(recipe)),
        ("Coverage", _coverage(recipe)),
        ("Meaning", Accumulation(recipe.accumulation).label.capitalize() + "."),
        ("Unit", f"{recipe.unit}, shown with {_count(recipe.decimals, 'decimal')}."),
        ("First year", f"{recipe.first_year}."),
        ("Proxy", "Yes: the series stands in for something that is not measured yet." if recipe.is_proxy else ""),
        ("Note", recipe.note),
    ]
    return tuple((heading, sentence) for heading, sentence in found if sentence)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _named(code: str, series: Mapping[str, SeriesInfo]) -> str:
    return f"{series[code].title} ({code})" if code in series else code


def _inputs(recipe: Recipe, series: Mapping[str, SeriesInfo]) -> str:
    by_role: dict[str, list[str]] = {}
    for entry in recipe.inputs:
        dimensions = f", {entry['dimensions']}" if entry.get("dimensions") else ""
        by_role.setdefault(entry["role"], []).append(_named(entry["series"], series) + dimensions)
    return "; ".join(f"{role}: {', else '.join(names)}" for role, names in by_role.items()) + "."


_METHOD: dict[Method, Callable[[Recipe], str]] = {
    Method.IDENTITY: lambda recipe: "The series itself.",
    Method.SUM: lambda recipe: "Sum of the inputs, where all of them are known.",
    Method.MEAN: lambda recipe: "Mean of the inputs, where all of them are known.",
    Method.WEIGHTED_MEAN: lambda recipe: "Mean of the inputs, each weighted by its weight series.",
    Method.RATIO: lambda recipe: f"Numerator divided by denominator, times {recipe.parameters.get('scale', 1):g}.",
    Method.PER_100K: lambda recipe: f"Numerator divided by denominator, times {PER_100K:,.0f}.",
    Method.CHANGE: lambda recipe: (
        f"Change since {recipe.parameters.get('base_year')}"
        + (", in per cent of the value then." if recipe.parameters.get("relative") else ".")
    ),
    Method.LATEST: lambda recipe: (
        f"The latest value up to {_count(int(recipe.parameters.get('within_years', 0)), 'year')} old."
    ),
}


def _area_method(recipe: Recipe) -> str:
    if recipe.parameters.get("regional_from_series"):
        return "The series' own figure for ASEAN; not computed from the states."
    members = " Members are those of the last day of the year."
    match AreaMethod(recipe.area_method):
        case AreaMethod.NONE:
            return "None."
        case AreaMethod.SUM:
            return "Sum over the Member States." + members
        case AreaMethod.MEAN:
            return "Unweighted mean of the Member States." + members
        case AreaMethod.WEIGHTED_MEAN:
            return "Weighted mean of the Member States." + members
        case AreaMethod.RATIO_OF_SUMS:
            return "Sum of the states' numerators over the sum of their denominators." + members
        case AreaMethod.COUNT_SATISFYING:
            condition, threshold = recipe.parameters.get("condition"), recipe.parameters.get("threshold")
            return f"Number of Member States with a value {condition} {threshold}." + members


def _weights(recipe: Recipe, series: Mapping[str, SeriesInfo]) -> str:
    code = recipe.weights.get("series")
    if not code:
        return ""
    name = _named(code, series)
    return f"{name}, of the same year, or of up to {WEIGHT_CARRY_YEARS} years before where that is missing."


def _gaps(recipe: Recipe) -> str:
    if recipe.parameters.get("regional_from_series"):
        return ""
    carry = int(recipe.gap_rule.get("carry_years", 0))
    if not carry:
        return "A state without a value of the year is left out of the ASEAN value."
    return (
        f"A state without a value of the year enters the ASEAN value with its latest one, "
        f"up to {_count(carry, 'year')} old. At least one state must have a value of the year itself."
    )


def _coverage(recipe: Recipe) -> str:
    rule, needed = recipe.coverage_rule, []
    if rule.get("reporting"):
        least = f" The ASEAN value is withheld below {rule['min_share'] * 100:g} %." if rule.get("min_share") else ""
        return f"Counted in sectoral bodies: those whose reports of the year are in, of those that owe them.{least}"
    if rule.get("min_states"):
        needed.append(f"{rule['min_states'] * 100:g} % of the Member States")
    if rule.get("min_population"):
        needed.append(f"{rule['min_population'] * 100:g} % of their population")
    return f"The ASEAN value is withheld below {' or '.join(needed)}." if needed else ""
