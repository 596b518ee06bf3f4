"""The summary of Tool 2 counts what approved reports say, as an independent count over the same facts does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from databases_a.tool1.standing_reports import reports
from databases_a.tool2.models import ActionFact, Clause, Declaration
from databases_a.tool2.selectors.summary import ALL_YEARS, BODIES, Filters, Summary, summary
from tests.tool1.facts import act, document, report

from .test_series import LAW, approve, national

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def read(**filters: str) -> Summary:
    found = summary(Filters.read(filters), reports("tool2"))
    assert found is not None
    return found


def test_numbers_equal_an_independent_count() -> None:
    told = [{"status": status} for status in ("completed", "ongoing", "delayed", "completed", "not_started")]
    approve(national("IDN"), *told[:3])
    approve(national("VNM"), *told[3:])
    approve(report("SOMHD", "2024", tool="tool2"), *told[:2])
    found = read()
    assert len(found.rows) == 7
    by_place = found.statuses_by(lambda row: row.place)
    assert by_place["IDN"] == {"completed": 1, "ongoing": 1, "delayed": 1}
    assert by_place["VNM"] == {"completed": 1, "not_started": 1}
    assert by_place[BODIES] == {"completed": 1, "ongoing": 1}
    assert len(read(level="national").rows) == 5
    assert len(read(level="regional").rows) == 2
    assert len(read(state="VNM").rows) == 2
    assert [text.title for text in found.followed()] == ["Made up"]
    assert len(found.texts) == Declaration.objects.filter(retired_at=None).count()


def test_clauses_without_action_are_counted_among_those_in_use() -> None:
    approve(national("IDN"), {})
    made_up = Declaration.objects.get(code="made-up")
    Clause.objects.create(declaration=made_up, number="2", commitment="To act more.")
    assert read().clauses() == (2, 1)
    assert read(type="master_plan").clauses() == (0, 0)


def test_silent_states_are_told_apart_from_states_with_nil() -> None:
    approve(national("IDN"), {})
    act(national("VNM"), "certify_nil")
    national("THA")
    found = read()
    assert [found.heard(code) for code in ("IDN", "VNM", "THA")] == [True, True, False]
    assert found.states_in(2024) == (2, 10), "Timor-Leste joined in 2025"
    assert "TLS" not in found.states()
    assert found.bodies_in(2024) == (0, 0)


def test_policies_count_as_the_kpis_do() -> None:
    approve(national("IDN"), LAW)
    approve(national("VNM"), {**LAW, "evidence_count": 0})
    approve(national("THA"), {**LAW, "in_force_since": date(2026, 1, 1)})
    approve(report("SOMHD", "2024", tool="tool2"), LAW)
    assert read().states_with("universal_health_coverage") == ["IDN"]
    assert read().states_with("adaptive_social_protection") == []


def test_evidence_is_shown_old_or_none_of_what_has_begun() -> None:
    approve(
        national("IDN"),
        {"evidence_count": 1, "evidence_newest_on": date(2024, 6, 1)},
        {"evidence_count": 1, "evidence_newest_on": date(2021, 6, 1)},
        {"status": "ongoing"},
        {"status": "ongoing", "outputs": [document("A law")]},
        {"status": "not_started"},
    )
    assert read().evidence_by(lambda row: row.place)["IDN"] == {"shown": 2, "old": 1, "none": 1}


def test_an_action_counts_once_in_all_years_and_once_in_each() -> None:
    (first,) = approve(national("IDN", "2023"), {"status": "ongoing"})
    (second,) = approve(national("IDN", "2024"), {"status": "completed"})
    ActionFact.objects.filter(pk=second.pk).update(action=first.action)
    every = read(year=ALL_YEARS)
    assert [row.status for row in every.rows] == ["completed"]
    assert every.by_year == {2023: {"ongoing": 1}, 2024: {"completed": 1}}


@pytest.mark.parametrize(
    "asked", [{"year": "1999"}, {"body": "XX"}, {"state": "FRA"}, {"type": "x"}, {"level": "\x00"}]
)
def test_what_does_not_exist_has_no_summary(asked: dict[str, str]) -> None:
    approve(national("IDN"), {})
    assert summary(Filters.read(asked), reports("tool2")) is None


def test_number_of_statements_does_not_grow_with_the_facts(django_assert_num_queries: Any) -> None:
    approve(national("IDN"), LAW)
    told = reports("tool2")
    with django_assert_num_queries(5):
        summary(Filters(), told)
    approve(national("VNM"), *(LAW for _ in range(50)))
    told = reports("tool2")
    with django_assert_num_queries(5):
        summary(Filters(), told)
