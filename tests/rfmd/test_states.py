"""From series to a state's values: each method, and no value where an input is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import TestCase

from databases_a.rfmd.aggregation import Computed, compute
from databases_a.rfmd.errors import RecipeFault
from databases_a.rfmd.models import Recipe

from .conftest import FakeSource

pytestmark = pytest.mark.django_db
Make = Callable[..., Recipe]


def values(recipe: Recipe, area: str = "IDN") -> dict[int, float | None]:
    return {row.period // 1000: row.value for row in compute([recipe]) if row.area == area}


def only(recipe: Recipe, year: int) -> Computed:
    return next(row for row in compute([recipe]) if row.period // 1000 == year)


def inputs(**roles: str) -> list[dict[str, str]]:
    return [{"role": role, "series": series, "dimensions": ""} for role, series in roles.items()]


def test_identity_hands_on_value_status_and_the_exact_observation(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2020: 21.5}, status="E")
    row = only(recipe(), 2020)
    assert (row.value, row.obs_status) == (21.5, "E")
    assert row.inputs == [["value", "IDN", "T:1", 2020000, 21.5, None]]


def test_zero_stays_zero(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "TLS", {2002: 0.0})
    assert values(recipe(), "TLS") == {2002: 0.0}


@pytest.mark.parametrize("status", ["O", "M", "L", "Q"])
def test_an_observation_without_value_makes_no_value(recipe: Make, series: FakeSource, status: str) -> None:
    series.put("TEST:V", "IDN", {2019: 3.0})
    series.put("TEST:V", "IDN", {2020: None}, status=status)
    assert values(recipe()) == {2019: 3.0}


def test_years_before_the_first_year_are_not_shown(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2009: 1.0, 2010: 2.0})
    assert values(recipe(first_year=2010)) == {2010: 2.0}


def test_quarters_are_not_mixed_into_annual_values(recipe: Make, series: FakeSource) -> None:
    series.put_period("TEST:V", "IDN", 2020203, 99.0)
    assert values(recipe()) == {}


def test_sum_and_mean_need_every_input(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:A", "IDN", {2019: 1.0, 2020: 4.0})
    series.put("TEST:B", "IDN", {2019: None}, status="O")
    series.put("TEST:B", "IDN", {2020: 0.0})
    two = inputs(a="TEST:A", b="TEST:B")
    assert values(recipe(method="sum", inputs=two)) == {2020: 4.0}
    assert values(recipe(method="mean", inputs=two)) == {2020: 2.0}


def test_weighted_mean_of_inputs(recipe: Make, series: FakeSource) -> None:
    for code, value in (("TEST:F", 10.0), ("TEST:M", 20.0), ("TEST:FW", 3.0), ("TEST:MW", 1.0)):
        series.put(code, "IDN", {2020: value})
    roles = {"value:F": "TEST:F", "value:M": "TEST:M", "weight:F": "TEST:FW", "weight:M": "TEST:MW"}
    assert values(recipe(method="weighted_mean", inputs=inputs(**roles))) == {2020: 12.5}


def test_ratio_and_per_100k(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:N", "IDN", {2019: 5.0, 2020: 5.0})
    series.put("TEST:D", "IDN", {2019: 0.0, 2020: 2000.0})
    both = inputs(numerator="TEST:N", denominator="TEST:D")
    assert values(recipe(method="ratio", inputs=both, parameters={"scale": 100})) == {2020: 0.25}
    assert values(recipe(method="per_100k", inputs=both)) == {2020: 250.0}


def test_change_since_the_base_year_names_both_observations(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2015: 1.0, 2016: 10.0, 2020: 8.0})
    change = recipe(method="change", parameters={"base_year": 2016}, first_year=2018)
    assert values(change) == {2020: -2.0}
    assert [entry[3] for entry in only(change, 2020).inputs] == [2020000, 2016000]


def test_no_change_without_a_base_value(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2020: 8.0})
    assert values(recipe(method="change", parameters={"base_year": 2016})) == {}


def test_latest_within_n_years_fills_gaps_and_marks_them_as_estimates(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2010: 1.0})
    series.put("TEST:V", "THA", {2015: 7.0})  # another state tells how far the leaf goes
    latest = recipe(method="latest", parameters={"within_years": 2})
    assert values(latest) == {2010: 1.0, 2011: 1.0, 2012: 1.0}
    assert [row.obs_status for row in compute([latest]) if row.area == "IDN"] == ["A", "E", "E"]


def test_the_first_series_that_a_state_has_is_used_for_its_whole_line(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:NEW", "IDN", {2020: 1.0})
    series.put("TEST:OLD", "IDN", {2019: 50.0, 2020: 50.0})
    series.put("TEST:OLD", "THA", {2019: 60.0})
    either = [{"role": "value", "series": code, "dimensions": ""} for code in ("TEST:NEW", "TEST:OLD")]
    assert values(recipe(inputs=either), "IDN") == {2020: 1.0}
    assert values(recipe(inputs=either), "THA") == {2019: 60.0}


def test_a_preferred_series_that_is_all_gaps_does_not_hide_the_next(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:NEW", "IDN", {2020: None}, status="O")
    series.put("TEST:OLD", "IDN", {2019: 50.0})
    either = [{"role": "value", "series": code, "dimensions": ""} for code in ("TEST:NEW", "TEST:OLD")]
    assert values(recipe(inputs=either)) == {2019: 50.0}


def test_a_dimension_is_read_only_when_the_recipe_names_it(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2020: 5.0})
    series.put("TEST:V", "IDN", {2020: 7.0}, dimensions="SEX=F")
    assert values(recipe()) == {2020: 5.0}
    women = [{"role": "value", "series": "TEST:V", "dimensions": "SEX=F"}]
    assert values(recipe(inputs=women)) == {2020: 7.0}


def test_areas_outside_asean_are_not_computed(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "JPN", {2020: 5.0})
    assert compute([recipe()]) == []


def test_an_unknown_method_is_a_fault_not_a_silence(recipe: Make, series: FakeSource) -> None:
    with pytest.raises(RecipeFault):
        compute([recipe(method="guess")])


def test_all_recipes_share_one_reading(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2020: 5.0})
    recipes = [recipe(), recipe("6a"), recipe("31b")]
    series.readings = 0
    with TestCase().assertNumQueries(1):  # membership
        assert len(compute(recipes)) == 3
    assert series.readings == 1
