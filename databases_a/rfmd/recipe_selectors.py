"""Reads of the recipe pages: every leaf with its recipe in words, and the versions of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adme.observations import queries, registry
from adme.observations.points import SeriesInfo
from adme.observations.queries import QueryError

from .inputs import input_codes
from .models import KpiLeaf, Recipe
from .words import recipe_lines


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """A line of the list."""

    leaf: KpiLeaf
    version: int | None
    method: str
    what: str
    drafters: tuple[str, ...]
    adopted_by: str
    adopted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history, all in words."""

    recipe: Recipe
    lines: tuple[tuple[str, str], ...]

    @property
    def is_draft(self) -> bool:
        return self.recipe.state == Recipe.State.DRAFT


def leaves() -> list[KpiLeaf]:
    return list(KpiLeaf.objects.filter(retired_at__isnull=True).order_by("position", "code"))


def recipe_rows() -> list[RecipeRow]:
    """Every leaf in force, with its adopted recipe and whether there is a draft. A constant number of statements."""
    found = Recipe.objects.exclude(state=Recipe.State.RETIRED).select_related("leaf")
    by_leaf: dict[int, dict[str, Recipe]] = {}
    for recipe in found:
        by_leaf.setdefault(recipe.leaf_id, {})[recipe.state] = recipe
    told = in_words(found)
    return [_recipe_row(leaf, by_leaf.get(leaf.pk, {}), told) for leaf in leaves()]


def _recipe_row(leaf: KpiLeaf, held: Mapping[str, Recipe], told: Mapping[str, SeriesInfo]) -> RecipeRow:
    adopted, draft = held.get(Recipe.State.ADOPTED), held.get(Recipe.State.DRAFT)
    drafters = tuple(draft.drafters) if draft else ()
    if adopted is None:
        return RecipeRow(leaf, None, "", "", drafters, "", None)
    what = dict(recipe_lines(adopted, told))["Inputs"]
    return RecipeRow(
        leaf, adopted.version, adopted.get_method_display(), what, drafters, adopted.adopted_by, adopted.adopted_at
    )


def versions(leaf: KpiLeaf) -> list[Version]:
    """All versions of a leaf's recipe, newest first."""
    found = list(Recipe.objects.filter(leaf=leaf).select_related("leaf").order_by("-version"))
    told = in_words(found)
    return [Version(recipe, recipe_lines(recipe, told)) for recipe in found]


def draft_of(leaf: KpiLeaf) -> Recipe | None:
    return Recipe.objects.filter(leaf=leaf, state=Recipe.State.DRAFT).select_related("leaf").first()


def adopted_of(leaf: KpiLeaf) -> Recipe | None:
    return Recipe.objects.filter(leaf=leaf, state=Recipe.State.ADOPTED).select_related("leaf").first()


def in_words(recipes: Iterable[Recipe]) -> dict[str, SeriesInfo]:
    """The series of the recipes; counts with the labels of their codes."""
    codes = set().union(*(input_codes(recipe) for recipe in recipes))
    kinds = registry.kinds() if any(registry.is_count(code) for code in codes) else []
    found = registry.describe(codes)
    for code, info in found.items():
        if kinds and registry.is_count(code):
            try:
                found[code] = replace(info, title=queries.words(queries.parse(code), kinds))
            except QueryError:
                continue
    return found
