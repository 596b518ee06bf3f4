"""Every leaf that the tools report has a recipe that counts what it says, and leaves without a figure say why."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adme.observations import queries, registry
from adme.observations.periods import year_key
from databases_a.rfmd.aggregation import compute
from databases_a.rfmd.models import KpiLeaf, KpiValue, Recipe
from databases_a.rfmd.reasons import reason_without_value
from databases_a.rfmd.selectors import gaps_page, leaf_page
from databases_a.rfmd.services import aggregate
from tests.tool1.facts import approve, document, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
ROOT = Path(__file__).parents[2]
ENTRIES = {one["leaf"]: one for one in json.loads((ROOT / "fixtures" / "rfmd" / "recipes.json").read_text())}
with (ROOT / "fixtures" / "reference" / "kpis.csv").open(encoding="utf-8", newline="") as file:
    LEAVES = {row["code"]: row for row in csv.DictReader(file)}
BY_BODIES = [code for code, row in LEAVES.items() if row["source_type"] == "A1"]
BY_STATES = [code for code, row in LEAVES.items() if row["source_type"] == "A2"]


def figure(leaf: str, year: int = 2024) -> float | None:
    found = KpiValue.objects.filter(leaf__code=leaf, area__code="ASEAN", period=year_key(year), closed_by=None).first()
    return found.value if found else None


@pytest.mark.parametrize("leaf", BY_BODIES)
def test_leaves_of_sectoral_bodies_are_counted_from_done_activities(leaf: str) -> None:
    entry = ENTRIES[leaf]
    assert entry["first_year"] == 2016
    assert entry["coverage_rule"]["noun"] == "bodies"
    for one in entry["inputs"]:
        assert queries.parse(one["series"]).codes_of("status") == ("completed", "ongoing")
    assert ("The title is ours" in entry["note"]) is (LEAVES[leaf]["wording"] != "official")


@pytest.mark.parametrize("leaf", BY_STATES)
def test_leaves_of_national_policies_count_states(leaf: str) -> None:
    entry = ENTRIES[leaf]
    assert (entry["area_method"], entry["parameters"]) == ("count_satisfying", {"condition": ">=", "threshold": 1})
    assert entry["inputs"][0]["series"].startswith("TOOL2:state_has?policy_kinds=")


def test_an_activity_counts_where_its_alignment_says() -> None:
    approve(
        report("SLOM", "2024"),
        {"kras": ["C.1", "D.1"], "tags": ["capacity_building"], "participants_female": 20, "participants_male": 0},
        {"kras": ["E.3"], "tags": ["entrepreneurship"], "stakeholders": ["youth", "academia"], "status": "ongoing"},
        {"kras": ["E.3"], "tags": ["entrepreneurship"], "status": "postponed", "stakeholders": ["media"]},
    )
    aggregate(leaf_codes=BY_BODIES, trigger="test", actor="test")
    found = {leaf: figure(leaf) for leaf in BY_BODIES}
    ones = {"9", "13a", "4a", "31a"}
    assert {leaf for leaf, value in found.items() if value == 1.0} == ones
    assert (found.pop("4b"), found.pop("2"), found.pop("3")) == (20.0, 2.0, None)
    assert {value for leaf, value in found.items() if leaf not in ones} == {0.0}


def test_kpi_3_adds_activities_their_documents_and_regional_follow_up_once() -> None:
    engaged = {"stakeholders": ["youth"], "outputs": [document("Guidelines")]}
    approve(report("SLOM", "2024"), engaged, {"outputs": [document("Nobody engaged")]})
    approve(report("SLOM", "2024", tool="tool2"))
    aggregate(leaf_codes=["3"], trigger="test", actor="test")
    assert figure("3") == 2.0


def test_all_leaves_of_the_tools_are_computed_in_a_constant_number_of_statements() -> None:
    recipes = list(Recipe.objects.filter(state="adopted", leaf__code__in=[*BY_BODIES, *BY_STATES]))
    approve(report("SLOM", "2024"), {"kras": ["C.1"]})
    with CaptureQueriesContext(connection) as all_of_them:
        compute(recipes)
    for body in ("SOMHD", "SOMCA"):
        for year in ("2022", "2023", "2024"):
            approve(report(body, year), *({"kras": ["C.1"], "outputs": [document("A")]} for _ in range(5)))
    with CaptureQueriesContext(connection) as with_more:
        compute(recipes)
    assert len(with_more) == len(all_of_them) <= 14


class TestReasons:
    @pytest.mark.parametrize("leaf", [*BY_BODIES, *BY_STATES])
    def test_before_any_report_is_approved_the_reason_names_the_tool(self, leaf: str) -> None:
        reason = reason_without_value(KpiLeaf.objects.get(code=leaf))
        tool = "Tool 1" if leaf in BY_BODIES else "Tool 2"
        assert f"through {tool}, and no approved report" in reason

    def test_a_withheld_figure_is_the_reason_where_there_is_no_other(self) -> None:
        approve(report("SLOM", "2024"), {"kras": ["C.1"]})
        for body in ("SOMHD", "SOMCA"):
            report(body, "2024")
        aggregate(leaf_codes=["9"], trigger="test", actor="test")
        page = leaf_page("9")
        assert page is not None
        assert page.standing.absence is not None
        assert page.standing.absence.why.startswith("Withheld: 1 of 3 sectoral bodies")
        row = next(row for row in gaps_page("", "", version=None).rows if row.leaf.code == "9")
        assert row.absence is not None
        assert row.absence.why.startswith("Withheld: ")


def test_codes_of_all_recipes_are_answered_by_some_tool() -> None:
    codes = {one["series"] for entry in ENTRIES.values() for one in entry["inputs"] if one["series"].startswith("TOOL")}
    infos: dict[str, Any] = dict(registry.describe(codes))
    assert set(infos) == codes
    assert registry.faults(codes) == []
