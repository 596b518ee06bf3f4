"""A recipe told in plain words: what is read, how a state's value and the regional value come about. Pure."""

from __future__ import annotations

from databases_a.rfmd.models import Accumulation, AreaMethod, Method
from databases_a.rfmd.selectors import LeafInfo, RecipeInfo

from .. import text


def recipe_in_words(leaf: LeafInfo) -> list[tuple[str, str]]:
    """Pairs of term and sentence for the metadata component."""
    recipe = leaf.recipe
    if recipe is None:
        return []
    rows = [
        ("Recipe", f"Version {recipe.version}, adopted"),
        ("Value of a state", _state(recipe)),
        ("Value of ASEAN", _region(recipe)),
        ("Coverage needed", _coverage(recipe)),
        ("Gaps", _gaps(recipe)),
        ("What a value says", Accumulation(recipe.accumulation).label.capitalize()),
        ("First year", str(recipe.first_year)),
    ]
    return [(term, words) for term, words in rows if words]


def roles_of(leaf: LeafInfo, series: str) -> str:
    """What a series is read for: `value`, `weight`, `population`."""
    if leaf.recipe is None:
        return ""
    roles = [str(item.get("role", "value")) for item in leaf.recipe.inputs if item.get("series") == series]
    if leaf.recipe.weights.get("series") == series:
        roles.append("weight")
    if leaf.recipe.coverage_rule.get("population") == series:
        roles.append("population for the coverage")
    return text.listed(list(dict.fromkeys(roles)))


def _state(recipe: RecipeInfo) -> str:
    if recipe.method == Method.LATEST:
        return (
            f"Its latest value of at most {text.plural(int(recipe.parameters.get('within_years', 0)), 'year')} before."
        )
    if recipe.method == Method.CHANGE:
        return f"Its change since {recipe.parameters.get('base_year', 'the baseline year')}."
    label = str(Method(recipe.method).label)
    return f"{label[0].upper()}{label[1:]}."


def _region(recipe: RecipeInfo) -> str:
    if recipe.parameters.get("regional_from_series"):
        return "As the source publishes it for ASEAN."
    if recipe.area_method == AreaMethod.NONE:
        return "No regional value is computed."
    if recipe.area_method == AreaMethod.COUNT_SATISFYING:
        condition, threshold = recipe.parameters.get("condition", ""), recipe.parameters.get("threshold", "")
        return f"Number of members of that year whose value is {condition} {threshold}."
    label = str(AreaMethod(recipe.area_method).label)
    weight = f" Weight: {recipe.weights['series']}." if recipe.weights.get("series") else ""
    return f"{label[0].upper()}{label[1:]}, over the members of that year (10 until 2024, 11 from 2025).{weight}"


def _coverage(recipe: RecipeInfo) -> str:
    parts = []
    if least := float(recipe.coverage_rule.get("min_states", 0) or 0):
        parts.append(f"{least:.0%} of the states".replace("%", " %"))
    if least := float(recipe.coverage_rule.get("min_population", 0) or 0):
        parts.append(f"{least:.0%} of the population".replace("%", " %"))
    return f"At least {text.listed(parts)}; below that the regional value is withheld." if parts else ""


def _gaps(recipe: RecipeInfo) -> str:
    years = int(recipe.gap_rule.get("carry_years", 0) or 0)
    if not years:
        return "Nothing is filled in."
    return (
        f"A state's latest value of up to {text.plural(years, 'year')} before stands in for the regional figure, "
        "which is then marked as estimated."
    )
