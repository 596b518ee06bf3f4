"""The regional value: members of the year, gaps carried, weights, coverage, and a sentence when it is withheld."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adme.observations.points import SeriesPoint
from databases_a.rfmd.aggregation import Computed, compute
from databases_a.rfmd.models import Recipe
from databases_a.rfmd.regional import regional_values
from databases_a.rfmd.states import StateValue
from databases_a.rfmd.weights import Weights

from .conftest import ELEVEN, POPULATION, TEN, FakeSource

pytestmark = pytest.mark.django_db
Make = Callable[..., Recipe]


def asean(recipe: Recipe) -> dict[int, Computed]:
    return {row.period // 1000: row for row in compute([recipe]) if row.area == "ASEAN"}


def test_the_weighted_mean_by_hand(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 30.0 if area == "IDN" else 10.0})
    row = asean(weighted())[2020]
    assert row.value == pytest.approx(20.0)  # 900 of 1,800 people at 30
    assert (row.states_reporting, row.states_expected, row.population_share) == (10, 10, 1.0)
    assert (row.obs_status, row.withheld, row.left_out) == ("A", "", [])


def test_ten_members_in_2024_and_eleven_at_the_end_of_2025(weighted: Make, population: FakeSource) -> None:
    for area in ELEVEN:
        population.put("TEST:V", area, {2024: 10.0, 2025: 10.0} if area != "TLS" else {2024: 100.0, 2025: 100.0})
    found = asean(weighted())
    assert (found[2024].states_reporting, found[2024].states_expected) == (10, 10)
    assert found[2024].value == pytest.approx(10.0)
    assert (found[2025].states_reporting, found[2025].states_expected) == (11, 11)
    assert found[2025].value == pytest.approx((10.0 * 1800 + 100.0 * 100) / 1900)
    assert "TLS" not in {entry[1] for entry in found[2024].inputs}
    assert "TLS" in {entry[1] for entry in found[2025].inputs}


def test_a_year_that_only_a_later_member_reports_has_no_regional_row(weighted: Make, population: FakeSource) -> None:
    population.put("TEST:V", "TLS", {2020: 5.0})
    assert asean(weighted()) == {}


def test_too_few_states_withhold_the_value_and_say_so(weighted: Make, population: FakeSource) -> None:
    for area in ("IDN", "THA", "VNM", "PHL"):
        population.put("TEST:V", area, {2020: 10.0})
    row = asean(weighted())[2020]
    assert row.value is None
    assert row.obs_status == "O"
    assert row.withheld == "Withheld: 4 of 10 states have a value for 2020; at least 5 are needed."
    assert len(row.left_out) == 6
    assert len(row.inputs) == 4 * 2 + 6  # value and weight of the four, population of the six


def test_enough_states_but_too_few_people_withhold_it(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        if area != "IDN":
            population.put("TEST:V", area, {2020: 10.0})
    rule = {"min_states": 0.5, "min_population": 0.6, "population": POPULATION}
    row = asean(weighted(coverage_rule=rule))[2020]
    assert row.value is None
    assert "50 % of the population" in row.withheld
    assert "60 % is needed" in row.withheld
    assert row.population_share == pytest.approx(0.5)


def test_exactly_the_share_that_is_needed_is_enough(weighted: Make, population: FakeSource) -> None:
    for area in TEN[:5]:
        population.put("TEST:V", area, {2020: 10.0})
    assert asean(weighted())[2020].value == pytest.approx(10.0)


def test_an_unknown_population_withholds_rather_than_guesses(weighted: Make, series: FakeSource) -> None:
    for area in TEN:
        series.put("TEST:V", area, {2020: 10.0})
        if area != "BRN":
            series.put(POPULATION, area, {2020: 100.0})
    row = asean(weighted())[2020]
    assert row.value is None
    assert "share covered is not known" in row.withheld
    assert row.left_out == [["BRN", "It has a value, but no weight for 2020 is known."]]


def test_a_gap_is_filled_by_the_latest_value_up_to_n_years_with_its_own_period(
    weighted: Make, population: FakeSource
) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 10.0})
    population.remove("TEST:V", "IDN", 2020)
    population.put("TEST:V", "IDN", {2017: 30.0})
    row = asean(weighted(gap_rule={"carry_years": 3}))[2020]
    assert row.value == pytest.approx(20.0)
    assert row.obs_status == "E"
    assert ["value", "IDN", 2017000] in [[*entry[:2], entry[3]] for entry in row.inputs]


def test_a_value_older_than_n_years_is_left_out_with_its_age(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 10.0})
    population.remove("TEST:V", "BRN", 2020)
    population.put("TEST:V", "BRN", {2016: 30.0})
    row = asean(weighted(gap_rule={"carry_years": 3}))[2020]
    assert row.value == pytest.approx(10.0)
    assert row.left_out == [["BRN", "The latest value, of 2016, is more than 3 years old."]]


def test_no_regional_value_stands_on_carried_values_alone(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2018: 10.0})
    assert list(asean(weighted(gap_rule={"carry_years": 5}))) == [2018]


def test_a_missing_state_is_not_counted_as_zero(weighted: Make, population: FakeSource) -> None:
    for area in TEN[1:]:
        population.put("TEST:V", area, {2020: 10.0})
    population.put("TEST:V", "BRN", {2020: None}, status="O")
    row = asean(weighted())[2020]
    assert row.value == pytest.approx(10.0)
    assert row.states_reporting == 9
    assert row.left_out == [["BRN", "No value up to 2020."]]


def test_zero_in_all_states_gives_a_regional_zero(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 0.0})
    row = asean(weighted())[2020]
    assert row.value == 0.0
    assert row.withheld == ""


def test_a_state_where_it_cannot_exist_is_not_expected(weighted: Make, population: FakeSource) -> None:
    for area in TEN[1:]:
        population.put("TEST:V", area, {2020: 10.0})
    population.put("TEST:V", "BRN", {2020: None}, status="M")
    row = asean(weighted())[2020]
    assert (row.states_reporting, row.states_expected) == (9, 9)
    assert row.left_out[0][1].startswith("Not applicable")


def test_a_sum_is_withheld_while_one_member_is_missing(recipe: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2019: 2.0, 2020: 2.0})
    population.remove("TEST:V", "BRN", 2020)
    found = asean(recipe(area_method="sum", coverage_rule={"min_states": 1.0}))
    assert found[2019].value == 20.0
    assert found[2020].value is None


def test_the_unweighted_mean(recipe: Make, population: FakeSource) -> None:
    for number, area in enumerate(TEN):
        population.put("TEST:V", area, {2020: float(number)})
    assert asean(recipe(area_method="mean"))[2020].value == 4.5


def test_ratio_of_sums_over_states(recipe: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:N", area, {2020: 9.0 if area == "IDN" else 1.0})
        population.put("TEST:D", area, {2020: 100.0})
    both = [{"role": "numerator", "series": "TEST:N"}, {"role": "denominator", "series": "TEST:D"}]
    row = asean(recipe(method="ratio", inputs=both, parameters={"scale": 100}, area_method="ratio_of_sums"))[2020]
    assert row.value == pytest.approx(1.8)


def test_deaths_per_100k_over_states_use_the_same_scale(recipe: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:N", area, {2020: 1.0})
        population.put("TEST:D", area, {2020: 1000.0})
    both = [{"role": "numerator", "series": "TEST:N"}, {"role": "denominator", "series": "TEST:D"}]
    row = asean(recipe(method="per_100k", inputs=both, area_method="ratio_of_sums"))[2020]
    assert row.value == pytest.approx(100.0)


def test_states_that_satisfy_are_counted_and_silent_ones_neither_satisfy_nor_fail(
    recipe: Make, population: FakeSource
) -> None:
    for area in TEN[:6]:
        population.put("TEST:V", area, {2020: 0.0 if area == "BRN" else 1.0})
    counted = recipe(area_method="count_satisfying", parameters={"condition": ">=", "threshold": 1})
    row = asean(counted)[2020]
    assert (row.value, row.states_reporting, row.states_expected) == (5.0, 6, 10)


def test_no_regional_value_when_the_recipe_wants_none(recipe: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 1.0})
    assert asean(recipe(area_method="none")) == {}


def test_a_survey_of_the_whole_region_is_taken_as_it_is(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "ASEAN", {2018: 77.0})
    series.put("TEST:V", "IDN", {2018: 10.0})
    row = asean(recipe(parameters={"regional_from_series": True}))[2018]
    assert (row.value, row.states_expected) == (77.0, None)


def test_a_weight_of_an_earlier_year_stands_in_and_is_named(weighted: Make, series: FakeSource) -> None:
    for area in TEN:
        series.put(POPULATION, area, {2023: 100.0})
        series.put("TEST:V", area, {2025: 1.0})
    row = asean(weighted(coverage_rule={}))[2025]
    assert row.value == 1.0
    assert {entry[3] for entry in row.inputs if entry[0] == "weight"} == {2023000}


def test_a_fixed_panel_can_replace_the_dated_membership(recipe: Make) -> None:
    points = {area: SeriesPoint("TEST:V", area, "", 2020000, 1.0, "A", f"T:{area}") for area in TEN}
    values = {area: {2020: StateValue(1.0, "A", ("value",), (point,))} for area, point in points.items()}
    panel = regional_values(recipe(area_method="sum"), values, Weights({}), lambda year: ["IDN", "THA"])
    assert [(one.value, one.states_expected) for one in panel] == [(2.0, 2)]


def test_the_same_inputs_give_the_same_hashes(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 0.1, 2021: 0.2})
    adopted = weighted()
    assert compute([adopted]) == compute([adopted])
    assert {one.area for one in compute([adopted])} == {*TEN, "ASEAN"}


def test_states_that_stand_with_an_earlier_value_are_counted(weighted: Make, population: FakeSource) -> None:
    for number, area in enumerate(TEN):
        population.put("TEST:V", area, {2018 if number < 6 else 2020: 10.0})
    row = asean(weighted(gap_rule={"carry_years": 3}))[2020]
    assert (row.states_reporting, row.states_expected, row.states_carried) == (10, 10, 6)
    assert row.obs_status == "E"
