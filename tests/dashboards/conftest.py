"""KPI values without any import: rows of one run, for leaves whose recipes the reference data bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from adme.observations.services import bump_data_version
from adme.reference.models import Area
from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue, Recipe

MEMBERS = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Data versions begin anew in every test, so that a page kept by another test could be taken for this one's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def values(reference_data: None) -> Callable[..., AggregationRun]:
    """`values("31c", {"IDN": {2023: 21.4}}, withheld={2024: "why"}, status={...})`: stores and bumps the version."""

    def make(
        code: str,
        by_area: dict[str, dict[int, float]],
        *,
        withheld: dict[int, str] | None = None,
        status: dict[tuple[str, int], str] | None = None,
        **fields: Any,
    ) -> AggregationRun:
        leaf, run = KpiLeaf.objects.get(code=code), AggregationRun.objects.create(trigger="test")
        areas = dict(Area.objects.filter(code__in=[*by_area, "ASEAN"]).values_list("code", "pk"))
        recipe = _recipe(leaf)
        shared = {"leaf": leaf, "recipe": recipe, "run": run, "inputs_hash": "0" * 64, **fields}
        rows = [
            KpiValue(
                area_id=areas[area],
                period=year * 1000,
                value=value,
                obs_status=(status or {}).get((area, year), "A"),
                **({"states_reporting": 9, "states_expected": 10, "population_share": 0.84} if area == "ASEAN" else {}),
                **shared,
            )
            for area, years in by_area.items()
            for year, value in years.items()
        ]
        rows += [
            KpiValue(
                area_id=areas["ASEAN"], period=year * 1000, value=None, obs_status="O", withheld=reason,
                states_reporting=3, states_expected=11, population_share=0.2, **shared,
            )
            for year, reason in (withheld or {}).items()
        ]  # fmt: skip
        KpiValue.objects.bulk_create(rows)
        bump_data_version()
        return run

    return make


def _recipe(leaf: KpiLeaf) -> Recipe:
    found = Recipe.objects.filter(leaf=leaf, state=Recipe.State.ADOPTED).first()
    return found or Recipe.objects.create(
        leaf=leaf, version=1, state=Recipe.State.ADOPTED, method="identity", unit=leaf.unit, inputs=[]
    )


@pytest.fixture
def youth(values: Callable[..., AggregationRun]) -> AggregationRun:
    """KPI 31c for all states and ASEAN, 2016 to 2023, falling; 2024 withheld."""
    by_area = {
        area: {year: 30.0 - place - (year - 2016) for year in range(2016, 2024)} for place, area in enumerate(MEMBERS)
    }
    by_area["ASEAN"] = {year: 25.0 - (year - 2016) * 0.5 for year in range(2016, 2024)}
    return values(
        "31c", by_area, withheld={2024: "Withheld: 3 of 11 states have a value for 2024; at least 6 are needed."}
    )
