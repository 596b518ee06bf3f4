"""Figures that come from the tools: coverage by sectoral bodies, what is withheld, and which leaves are renewed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from adme.jobs.models import Job
from adme.observations import uses
from adme.observations.periods import year_key
from adme.observations.signals import concerns, series_changed
from databases_a.rfmd.models import KpiValue, Recipe
from databases_a.rfmd.passport import passport, recompute_and_compare
from databases_a.rfmd.receivers import affected_leaves
from databases_a.rfmd.recipes import DEFINITION, faults
from databases_a.rfmd.services import aggregate
from tests.tool1.facts import act, activity, approve, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def value(leaf: str = "9", year: int = 2024) -> KpiValue | None:
    return KpiValue.objects.filter(
        leaf__code=leaf, area__code="ASEAN", period=year_key(year), closed_by__isnull=True
    ).first()


def computed(leaf: str = "9", year: int = 2024) -> KpiValue | None:
    aggregate(leaf_codes=[leaf], trigger="test", actor="test")
    return value(leaf, year)


def test_coverage_counts_sectoral_bodies_and_a_certified_nil_is_a_report() -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"]}, {"kras": ["C.1"]})
    act(report("SOMHD", "2024"), "certify_nil")
    report("SOMCA", "2024")
    found = computed()
    assert found is not None
    assert (found.value, found.withheld) == (2.0, "")
    assert (found.coverage_of, found.states_reporting, found.states_expected) == ("bodies", 2, 3)
    assert found.population_share is None
    assert [code for code, _ in found.left_out] == ["SOMCA"]


def test_below_the_share_the_figure_is_withheld_with_a_sentence() -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"]})
    for body in ("SOMHD", "SOMCA"):
        report(body, "2024")
    found = computed()
    assert found is not None
    assert found.value is None
    assert found.withheld == "Withheld: 1 of 3 sectoral bodies have reported for 2024; at least 2 are needed."
    assert len(found.left_out) == 2


def test_a_zero_is_a_figure_and_a_year_before_the_first_is_none() -> None:
    approve(report("SLOM", "2024"), {"kras": ["A.1"]})
    approve(report("SLOM", "2015"), {"kras": ["C.1"]})
    found = computed()
    assert found is not None
    assert found.value == 0.0
    assert value(year=2015) is None


def test_the_same_reports_store_nothing_new_and_another_body_changes_only_the_coverage() -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"]})
    report("SOMHD", "2024")
    before = computed()
    assert before is not None
    assert computed() == before
    approve(report("SOMHD", "2024"), {"kras": ["A.1"]})
    comparison = recompute_and_compare("9", "ASEAN", year_key(2024))
    assert comparison.outcome == "differs"
    assert (comparison.stored, comparison.recomputed) == (1.0, 1.0)
    assert "Coverage is 2 of 2 sectoral bodies now; it was 1 of 2." in comparison.reasons
    after = computed()
    assert after is not None
    assert after.inputs[0] == before.inputs[0]


def test_the_passport_names_every_activity_and_the_bodies_left_out(client_as: Callable[..., Client]) -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"], "of": activity("SLOM", "Peatland partnership")})
    report("SOMHD", "2024")
    computed()
    paper = passport("9", "ASEAN", year_key(2024))
    assert paper is not None
    assert paper.is_current
    assert [one.area_name for one in paper.left_out] == ["SOMHD"]
    text = client_as("analyst").get("/dashboards/kpis/9/passport/?area=ASEAN&period=2024").content.decode()
    assert "Peatland partnership" in text
    assert "of 2 sectoral bodies" in text
    assert "1 sectoral body left out" in text


def test_pages_exports_and_api_say_bodies_where_bodies_report(client_as: Callable[..., Client]) -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"]})
    report("SOMHD", "2024")
    computed()
    analyst = client_as("analyst")
    page = analyst.get("/dashboards/kpis/9/").content.decode()
    assert "1 of 2 sectoral bodies" in page
    assert "1 of 2 states" not in page
    file = analyst.get("/dashboards/kpis/9/data.csv")
    lines = b"".join(file).decode() if file.streaming else file.content.decode()  # type: ignore[attr-defined]
    assert "COVERAGE_OF" in lines
    assert ",bodies,1,2," in lines
    row = analyst.get("/api/v1/kpi-values/?leaf=9", headers={"accept": "application/json"}).json()["results"][0]
    assert (row["coverage_of"], row["states_reporting"]) == ("bodies", 1)


def test_policies_of_states_are_counted_with_coverage_by_states() -> None:
    recipe = Recipe.objects.get(leaf__code="6d", state="adopted")
    assert recipe.area_method == "count_satisfying"
    assert recipe.coverage_rule == {"min_states": 0.5}


class TestWildcards:
    def test_a_star_stands_for_every_series_of_the_tool(self) -> None:
        first, second = set(affected_leaves(frozenset({"TOOL1:*"}))), set(affected_leaves(frozenset({"TOOL2:*"})))
        assert {"1", "3", "9", "31a"} <= first
        assert {"3", "6d", "16"} <= second
        assert first & second == {"3"}
        assert affected_leaves(frozenset({"TOOL9:*"})) == []

    def test_uses_understand_it_too(self) -> None:
        assert "6d" in {use.code for use in uses.readers_of({"TOOL2:*"})}

    def test_plain_codes_match_only_themselves(self) -> None:
        assert concerns({"A:b"}, ["A:b"])
        assert not concerns({"A:b"}, ["A:bc"])
        assert not concerns(set(), ["A:b"])

    def test_the_signal_queues_the_leaves_that_count(self) -> None:
        series_changed.send(sender=None, codes=frozenset({"TOOL2:*"}), trigger="a report", actor="a@example.org")
        assert "6d" in Job.objects.get(name="rfmd.aggregate").args["leaves"]


class TestFaults:
    def definition(self, **changes: object) -> dict[str, object]:
        recipe = Recipe.objects.get(leaf__code="9", state="adopted")
        return {**{name: getattr(recipe, name) for name in DEFINITION}, **changes}

    def test_the_loaded_recipe_has_none(self) -> None:
        assert faults(self.definition()) == []

    @pytest.mark.parametrize(
        ("series", "told"),
        [
            ("TOOL1:activities?kras=Z.1", "there is no code 'Z.1'"),
            ("TOOL1:activities?shade=green", "cannot be asked by 'shade'"),
            ("TOOL2:state_has?policy_kinds=magic", "there is no code 'magic'"),
        ],
    )
    def test_an_unknown_field_or_code_is_told(self, series: str, told: str) -> None:
        inputs = [{"role": "value", "series": series, "dimensions": ""}]
        assert any(told in fault for fault in faults(self.definition(inputs=inputs)))

    def test_coverage_by_bodies_needs_both_series_and_a_figure_for_asean(self) -> None:
        rule = {"reporting": "TOOL1:bodies_reporting", "noun": "bodies"}
        assert any("needs both series" in fault for fault in faults(self.definition(coverage_rule=rule)))
        assert any("goes with a figure for ASEAN" in fault for fault in faults(self.definition(parameters={})))
        assert any("'noun' is one of" in fault for fault in faults(self.definition(coverage_rule={"noun": "cats"})))
