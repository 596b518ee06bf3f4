"""A series source made of a dictionary, and recipes on a leaf of the reference data. No Database B is needed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from adme.observations import registry
from adme.observations.periods import year_key
from adme.observations.points import ObservationInfo, SeriesInfo, SeriesPoint
from databases_a.rfmd.models import KpiLeaf, KpiValue, Recipe
from databases_a.rfmd.series import SurveySource

POPULATION = "TEST:POP"
TEN = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM")
ELEVEN = (*TEN, "TLS")


class FakeSource:
    """Holds current observations; putting another value at a key gives it another reference, as a new vintage does."""

    prefix = "T"

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._points: dict[tuple[str, str, str, int], SeriesPoint] = {}
        self._all: dict[str, SeriesPoint] = {}
        self.readings = 0

    def put(
        self, series: str, area: str, values: Mapping[int, float | None], status: str = "A", dimensions: str = ""
    ) -> None:
        for year, value in values.items():
            key = (series, area, dimensions, year_key(year))
            reference = f"T:{next(self._numbers)}"
            self._points[key] = SeriesPoint(series, area, dimensions, year_key(year), value, status, reference)
            self._all[reference] = self._points[key]

    def put_period(self, series: str, area: str, period: int, value: float) -> None:
        point = SeriesPoint(series, area, "", period, value, "A", f"T:{next(self._numbers)}")
        self._points[series, area, "", period] = point

    def remove(self, series: str, area: str, year: int) -> None:
        del self._points[series, area, "", year_key(year)]

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        self.readings += 1
        return [
            point
            for key, point in sorted(self._points.items())
            if point.series in codes
            and point.area in areas
            and point.period >= first_period
            and not (totals_only and point.dimensions)
        ]

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]:
        known = {point.series for point in self._points.values()}
        return {
            code: SeriesInfo(code, f"Title of {code}", "%", "Test source", "Test", "CC0", "", "", "2026-01-01", "")
            for code in codes
            if code in known
        }

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]:
        current = {point.reference for point in self._points.values()}
        found = {}
        for reference in references:
            point = self._all.get(reference)
            if point is not None:
                until = "" if reference in current else "2026-02-02T00:00:00+00:00"
                found[reference] = ObservationInfo(
                    reference=reference,
                    series=point.series,
                    area=point.area,
                    period=point.period,
                    value=point.value,
                    obs_status=point.obs_status,
                    note="",
                    filename="test.csv",
                    sha256="0" * 64,
                    release_date="2026-01-01",
                    known_from="2026-01-02T00:00:00+00:00",
                    known_until=until,
                    batch_url="/imports/1/",
                )
        return found


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    source = FakeSource()
    monkeypatch.setattr(registry, "_sources", {"T": source, "S": SurveySource()})
    return source


@pytest.fixture
def population(series: FakeSource) -> FakeSource:
    """Indonesia holds half of the population of the ten; the other nine share the rest."""
    for area in ELEVEN:
        series.put(POPULATION, area, dict.fromkeys(range(2000, 2027), 900.0 if area == "IDN" else 100.0))
    return series


@pytest.fixture
def recipe(reference_data: None) -> Callable[..., Recipe]:
    """`recipe(leaf="31c", **fields)`: the only adopted recipes of the test are those made by this."""
    Recipe.objects.update(state=Recipe.State.RETIRED)

    def make(leaf: str = "31c", **fields: Any) -> Recipe:
        row = KpiLeaf.objects.get(code=leaf)
        Recipe.objects.filter(leaf=row).update(state=Recipe.State.RETIRED)
        last = Recipe.objects.filter(leaf=row).order_by("-version").first()
        defaults: dict[str, Any] = {
            "method": "identity",
            "inputs": [{"role": "value", "series": "TEST:V", "dimensions": ""}],
            "area_method": "none",
            "unit": "%",
            "first_year": 2000,
        }
        return Recipe.objects.create(
            leaf=row, version=last.version + 1 if last else 1, state="adopted", **{**defaults, **fields}
        )

    return make


@pytest.fixture
def weighted(recipe: Callable[..., Recipe]) -> Callable[..., Recipe]:
    """A recipe with a population-weighted regional figure, and a rule of half the states and half the population."""

    def make(**fields: Any) -> Recipe:
        rule = {"min_states": 0.5, "min_population": 0.5, "population": POPULATION}
        return recipe(
            **{
                "area_method": "weighted_mean",
                "weights": {"series": POPULATION},
                "coverage_rule": rule,
                **fields,
            }
        )

    return make


@pytest.fixture
def value_of(db: None) -> Callable[..., KpiValue | None]:
    """The current value row of a leaf, area and year."""

    def get(area: str, year: int, leaf: str = "31c") -> KpiValue | None:
        return KpiValue.objects.filter(
            leaf__code=leaf, area__code=area, period=year_key(year), closed_by__isnull=True
        ).first()

    return get
