"""Computes KPI values from series by the adopted recipes. Reads, never writes; services.runs stores the result."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from adme.observations.periods import year_key

from .bodies import CoveredValue, covered_values
from .inputs import REGION, Calendar, read_calendar, read_table
from .models import CoverageOf, Recipe
from .regional import RegionalValue, regional_values
from .states import InputRow, StateValue, ValuesByYear, state_values
from .weights import Weights


class Computed(NamedTuple):
    """A value of a leaf at an area and period, with all that its passport needs."""

    leaf_id: int
    area: str
    period: int
    recipe_id: int
    value: float | None
    obs_status: str
    withheld: str
    coverage_of: str
    states_reporting: int | None
    states_expected: int | None
    states_carried: int | None
    population_share: float | None
    left_out: list[list[str]]
    inputs_hash: str
    source: StateValue | RegionalValue | CoveredValue

    @property
    def inputs(self) -> list[InputRow]:
        """The exact observations, as KpiValue.inputs holds them; written out only for values that are stored."""
        return self.source.input_rows()


def compute(
    recipes: Sequence[Recipe], *, as_of: datetime | None = None, calendar: Calendar | None = None
) -> list[Computed]:
    """All values of these recipes, in one reading of the series; with `as_of`, from what was known then.

    The same observations, recipes and membership give the same rows, hash for hash.
    """
    calendar = calendar or read_calendar()
    with _collector_paused():
        weights = Weights(read_table(recipes, [*calendar.ever, REGION], as_of))
        return [one for recipe in recipes for one in _of_recipe(recipe, weights, calendar)]


def _of_recipe(recipe: Recipe, weights: Weights, calendar: Calendar) -> Iterable[Computed]:
    states = state_values(recipe, weights.table, calendar.ever)
    for area, by_year in states.items():
        yield from _of_area(recipe, area, by_year)
    if recipe.parameters.get("regional_from_series"):
        own = state_values(recipe, weights.table, [REGION])[REGION]
        if recipe.coverage_rule.get("reporting"):
            yield from (_of_bodies(recipe, covered) for covered in covered_values(recipe, own, weights.table))
        else:
            yield from _of_area(recipe, REGION, own)
        return
    for regional in regional_values(recipe, states, weights, calendar.members_in):
        yield _of_region(recipe, regional)


def _of_area(recipe: Recipe, area: str, by_year: ValuesByYear) -> Iterator[Computed]:
    leaf, key, first = recipe.leaf_id, recipe.pk, recipe.first_year
    for year in sorted(by_year):
        if year >= first:
            entry = by_year[year]
            digest = _digest(f"{entry.value!r}|{entry.obs_status}|{entry.fingerprint()}")
            yield Computed(
                leaf, area, year_key(year), key, entry.value, entry.obs_status, "", CoverageOf.STATES.value, None,
                None, None, None, [], digest, entry,
            )  # fmt: skip


def _of_region(recipe: Recipe, regional: RegionalValue) -> Computed:
    facts = regional[1:8]  # value, status, withheld, reporting, expected, carried, share
    digest = _digest(f"{facts!r}|{regional.fingerprint()}")
    value, status, withheld, reporting, expected, carried, share = facts
    return Computed(
        recipe.leaf_id, REGION, year_key(regional.year), recipe.pk, value, status, withheld, CoverageOf.STATES.value,
        reporting, expected, carried, share, regional.left_out, digest, regional,
    )  # fmt: skip


def _of_bodies(recipe: Recipe, covered: CoveredValue) -> Computed:
    facts = covered[1:6]  # value, status, withheld, reporting, expected
    digest = _digest(f"{facts!r}|{covered.fingerprint()}")
    return Computed(
        recipe.leaf_id, REGION, year_key(covered.year), recipe.pk, *facts[:3], CoverageOf.BODIES.value, *facts[3:],
        None, None, covered.left_out, digest, covered,
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Tens of thousands of small tuples, none in a cycle: looking for cycles among them takes a third of the time."""
    was_on: Callable[[], None] = gc.enable if gc.isenabled() else lambda: None
    gc.disable()
    try:
        yield
    finally:
        was_on()
