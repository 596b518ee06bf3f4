"""A figure's passport names every observation behind it, and recomputing says equal or why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from databases_a.rfmd.models import KpiValue, Recipe
from databases_a.rfmd.passport import passport, recompute_and_compare
from databases_a.rfmd.services import aggregate

from .conftest import TEN, FakeSource

pytestmark = pytest.mark.django_db
Make = Callable[..., Recipe]
AT_2020 = ("31c", "ASEAN", 2020000)


def run() -> None:
    aggregate(trigger="import batch 3", actor="ana@example.org")


@pytest.fixture
def computed(weighted: Make, population: FakeSource) -> FakeSource:
    for area in TEN[1:]:
        population.put("TEST:V", area, {2020: 10.0})
    weighted(note="A note.", is_proxy=True, gap_rule={"carry_years": 2})
    run()
    return population


def test_a_passport_names_value_recipe_inputs_and_run(computed: FakeSource) -> None:
    paper = passport(*AT_2020)
    assert paper is not None
    assert (paper.value, paper.period, paper.area_name) == (10.0, "2020", "ASEAN")
    assert (paper.states_reporting, paper.states_expected) == (9, 10)
    indonesia = next(one for one in paper.inputs if (one.role, one.area) == ("value", "IDN"))
    assert (indonesia.value, indonesia.weight, indonesia.area_name) == (10.0, 900.0, "Indonesia")
    assert indonesia.observation is not None
    assert indonesia.observation.filename == "test.csv"
    assert indonesia.series is not None
    assert indonesia.series.title == "Title of TEST:V"
    assert (paper.run.trigger, paper.run.actor) == ("import batch 3", "ana@example.org")
    assert [(one.area, one.reason) for one in paper.left_out] == [("BRN", "No value up to 2020.")]
    assert paper.is_current


def test_the_recipe_is_told_in_words(computed: FakeSource) -> None:
    paper = passport(*AT_2020)
    assert paper is not None
    told = dict(paper.recipe.lines)
    assert told["Inputs"] == "value: Title of TEST:V (TEST:V)."
    assert "Weighted mean of the Member States" in told["ASEAN value"]
    assert "2 years old" in told["Gaps"]
    assert "50 % of the Member States or 50 % of their population" in told["Coverage"]
    assert told["Note"] == "A note."
    assert "Proxy" in told


def test_there_is_no_passport_without_a_figure(computed: FakeSource) -> None:
    assert passport("31c", "ASEAN", 2010000) is None


def test_a_passport_takes_a_constant_number_of_statements(computed: FakeSource) -> None:
    with CaptureQueriesContext(connection) as state:
        passport("31c", "IDN", 2020000)
    with CaptureQueriesContext(connection) as region:
        passport(*AT_2020)
    assert len(state.captured_queries) == len(region.captured_queries) <= 4


def test_recomputing_unchanged_data_says_equal_and_writes_nothing(computed: FakeSource) -> None:
    rows = KpiValue.objects.count()
    result = recompute_and_compare(*AT_2020)
    assert (result.outcome, result.stored, result.recomputed) == ("equal", 10.0, 10.0)
    assert KpiValue.objects.count() == rows


def test_recomputing_revised_data_gives_both_figures_and_the_observation(computed: FakeSource) -> None:
    computed.put("TEST:V", "IDN", {2020: 30.0})
    result = recompute_and_compare(*AT_2020)
    assert result.outcome == "differs"
    assert result.stored == 10.0
    assert result.recomputed == pytest.approx((900 * 30 + 800 * 10) / 1700)
    assert result.reasons == ("IDN, value of 2020: 10 became 30.",)
    paper = passport(*AT_2020)
    assert paper is not None
    assert not paper.is_current


def test_a_new_reporter_and_its_coverage_are_named(computed: FakeSource) -> None:
    computed.put("TEST:V", "BRN", {2020: 10.0})
    reasons = recompute_and_compare(*AT_2020).reasons
    assert "BRN, value of 2020: 10 is new." in reasons
    assert "Coverage is 10 of 10 states now; it was 9 of 10." in reasons


def test_a_new_recipe_version_is_named(computed: FakeSource, weighted: Make) -> None:
    weighted(note="Another note.", is_proxy=True, gap_rule={"carry_years": 2})
    result = recompute_and_compare(*AT_2020)
    assert result.outcome == "differs"
    assert "version" in result.reasons[0]
    paper = passport(*AT_2020)
    assert paper is not None
    assert not paper.recipe.is_current


def test_a_figure_that_would_vanish_or_appear_is_told_so(computed: FakeSource) -> None:
    computed.remove("TEST:V", "IDN", 2020)
    gone = recompute_and_compare("31c", "IDN", 2020000)
    assert (gone.outcome, gone.stored, gone.recomputed) == ("disappears", 10.0, None)
    computed.put("TEST:V", "IDN", {2021: 4.0})
    fresh = recompute_and_compare("31c", "IDN", 2021000)
    assert (fresh.outcome, fresh.recomputed) == ("appears", 4.0)


def test_earlier_figures_stay_readable(computed: FakeSource) -> None:
    computed.put("TEST:V", "IDN", {2020: 30.0})
    run()
    paper = passport("31c", "IDN", 2020000)
    assert paper is not None
    assert paper.value == 30.0
    assert [one.value for one in paper.earlier] == [10.0]
    assert paper.earlier[0].until >= paper.earlier[0].since
