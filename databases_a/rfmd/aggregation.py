"""Computes KPI values from series by the adopted recipes. Reads, never writes; services.py stores the result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from adme.observations.periods import year_key

from .inputs import REGION, Calendar, Table, read_calendar, read_table
from .models import Recipe
from .regional import RegionalValue, regional_values
from .states import InputRow, StateValue, state_values


class Computed(NamedTuple):
    """A value of a leaf at an area and period, with all that its passport needs."""

    leaf_id: int
    area: str
    period: int
    recipe_id: int
    value: float | None
    obs_status: str
    withheld: str
    states_reporting: int | None
    states_expected: int | None
    population_share: float | None
    inputs: list[InputRow]
    left_out: list[list[str]]
    inputs_hash: str


def compute(
    recipes: Sequence[Recipe], *, as_of: datetime | None = None, calendar: Calendar | None = None
) -> list[Computed]:
    """All values of these recipes, in one reading of the series; with `as_of`, from what was known then.

    The same observations, recipes and membership give the same rows, hash for hash.
    """
    calendar = calendar or read_calendar()
    table = read_table(recipes, [*calendar.ever, REGION], as_of)
    return [row for recipe in recipes for row in _of_recipe(recipe, table, calendar)]


def _of_recipe(recipe: Recipe, table: Table, calendar: Calendar) -> Iterable[Computed]:
    states = state_values(recipe, table, calendar.ever)
    for area, by_year in states.items():
        yield from _single(recipe, area, by_year)
    if recipe.parameters.get("regional_from_series"):
        yield from _single(recipe, REGION, state_values(recipe, table, [REGION])[REGION])
        return
    for regional in regional_values(recipe, states, table, calendar.members_in):
        yield _regional(recipe, regional)


def _single(recipe: Recipe, area: str, by_year: dict[int, StateValue]) -> Iterable[Computed]:
    for year in sorted(by_year):
        if year >= recipe.first_year:
            entry = by_year[year]
            content = (entry.value, entry.obs_status, "", None, None, None, entry.inputs, [])
            yield Computed(recipe.leaf_id, area, year_key(year), recipe.pk, *content, _digest(content))


def _regional(recipe: Recipe, regional: RegionalValue) -> Computed:
    content = tuple(regional[1:])
    return Computed(recipe.leaf_id, REGION, year_key(regional.year), recipe.pk, *content, _digest(content))


def _digest(content: tuple) -> str:
    return hashlib.sha256(orjson.dumps(content)).hexdigest()
