"""KPIs 21 and 30 read statistics of Database C: summed over Member States, with what is missing said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from databases_a.rfmd.models import KpiLeaf, KpiValue, Recipe
from databases_a.rfmd.reasons import reason_without_value
from databases_a.rfmd.services import aggregate

from .conftest import TEN, FakeSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
ENTRIES = {
    one["leaf"]: one
    for one in json.loads((Path(__file__).parents[2] / "fixtures" / "rfmd" / "recipes.json").read_text())
}
SERIES = {"21": "ARBMD:EXCHANGE_PERSONS", "30": "ARBMD:FILM_AWARDS"}


def asean(leaf: str, year: int = 2024) -> KpiValue:
    aggregate(leaf_codes=[leaf], trigger="test", actor="test")
    return KpiValue.objects.get(leaf__code=leaf, area__code="ASEAN", period=year * 1000, closed_by=None)


@pytest.mark.parametrize("leaf", SERIES)
def test_the_note_says_what_is_counted_and_that_the_title_is_ours(leaf: str) -> None:
    entry = ENTRIES[leaf]
    assert [one["series"] for one in entry["inputs"]] == [SERIES[leaf]]
    assert (entry["area_method"], entry["accumulation"], entry["is_proxy"]) == ("sum", "per_period", False)
    assert entry["note"].startswith("The title is ours")
    assert SERIES[leaf].removeprefix("ARBMD:") in entry["note"]
    assert KpiLeaf.objects.get(code=leaf).wording != "official"


@pytest.mark.parametrize("leaf", SERIES)
def test_states_are_summed_and_a_certified_nil_is_a_zero(leaf: str, series: FakeSource) -> None:
    for area in TEN[:7]:
        series.put(SERIES[leaf], area, {2024: 10.0})
    series.put(SERIES[leaf], TEN[7], {2024: 0.0})
    value = asean(leaf)
    assert (value.value, value.withheld) == (70.0, "")
    assert (value.states_reporting, value.states_expected) == (8, 10)


@pytest.mark.parametrize("leaf", SERIES)
def test_a_sum_over_too_few_states_is_withheld_and_last_years_figure_fills_no_gap(
    leaf: str, series: FakeSource
) -> None:
    for area in TEN:
        series.put(SERIES[leaf], area, {2023: 5.0} if area in TEN[6:] else {2023: 5.0, 2024: 10.0})
    value = asean(leaf)
    assert value.value is None
    assert value.withheld == "Withheld: 6 of 10 states have a value for 2024; at least 7 are needed."


@pytest.mark.parametrize("leaf", SERIES)
def test_a_suppressed_value_of_a_state_is_missing_not_zero(leaf: str, series: FakeSource) -> None:
    for area in TEN[:8]:
        series.put(SERIES[leaf], area, {2024: 10.0})
    series.put(SERIES[leaf], TEN[8], {2024: None}, status="Q")
    value = asean(leaf)
    assert (value.value, value.states_reporting) == (80.0, 8)


@pytest.mark.parametrize("leaf", SERIES)
def test_without_a_value_the_reason_names_what_is_missing(leaf: str) -> None:
    reason = reason_without_value(KpiLeaf.objects.get(code=leaf))
    assert "no approved submission gives a figure" in reason
    Recipe.objects.filter(leaf__code=leaf).update(state=Recipe.State.RETIRED)
    assert "not compiled yet" in reason_without_value(KpiLeaf.objects.get(code=leaf))
