"""Counts of Tool 2: whether a Member State has a policy, by year, and what regional follow-up brought."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adme.observations import registry
from adme.observations.points import SeriesPoint
from adme.reporting.models import Obligation
from databases_a.tool2.models import Action, ActionFact, Clause, Declaration
from tests.tool1.facts import act, document, moment, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
UHC = "TOOL2:state_has?policy_kinds=universal_health_coverage"
LAW: dict[str, Any] = {
    "action_type": "law_policy",
    "policy_kinds": ["universal_health_coverage"],
    "in_force_since": date(2022, 5, 1),
    "evidence_count": 1,
}


def approve(obligation: Obligation, *actions: dict[str, Any], day: int = 0) -> list[ActionFact]:
    """Facts of an approved report, made straight into the table."""
    publication = act(obligation, "approve", day=day)
    ActionFact.objects.current().filter(obligation=obligation).update(closed_by=publication, closed_at=publication.at)
    declaration, _ = Declaration.objects.get_or_create(
        code="made-up",
        defaults={
            "title": "Made up", "declaration_type": "declaration", "adopted_on": "2020", "adopted_year": 2020,
            "verification": "unverified",
        },
    )  # fmt: skip
    clause, _ = Clause.objects.get_or_create(declaration=declaration, number="1", defaults={"commitment": "To act."})
    made = []
    for number, values in enumerate(actions):
        content = {name: values[name] for name in ("outputs", "activities") if name in values}
        own = {name: value for name, value in values.items() if name not in content}
        action = Action.objects.create(
            clause=clause, body=obligation.body, state_area=obligation.state_area, action=f"Action {number}"
        )
        made.append(
            ActionFact.objects.create(
                action=action, clause=clause, declaration=declaration, obligation=obligation,
                revision=publication.revision, standing="approved", body=obligation.body,
                state_area=obligation.state_area, period=obligation.round.period,
                year=obligation.round.period // 1000, title=action.action, content=content,
                outcome_documents=sum(one["kind"] == "outcome_document" for one in content.get("outputs", [])),
                opened_by=publication, opened_at=publication.at, **{"status": "completed", **own},
            )
        )  # fmt: skip
    return made


def points(code: str, area: str = "IDN", **options: Any) -> dict[int, SeriesPoint]:
    return {one.period // 1000: one for one in registry.read({code}, areas=[area], **options)}


def value(code: str, area: str = "IDN", year: int = 2024, **options: Any) -> float | None:
    found = points(code, area, **options)
    return found[year].value if year in found else None


def national(state: str, period: str = "2024") -> Obligation:
    return report(state, period, tool="tool2")


def test_a_state_has_the_policy_when_its_approved_report_says_so_with_evidence() -> None:
    approve(national("IDN"), LAW)
    assert value(UHC) == 1.0
    assert value("TOOL2:state_has?policy_kinds=adaptive_social_protection") == 0.0


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence_count": 0},
        {"action_type": "programme"},
        {"in_force_since": date(2025, 1, 1)},
        {"in_force_since": None},
        {"policy_kinds": ["services_vulnerable"]},
        {"policy_kinds": []},
    ],
)
def test_without_one_of_the_conditions_it_is_zero_and_not_missing(changes: dict[str, Any]) -> None:
    approve(national("IDN"), {**LAW, **changes})
    assert value(UHC) == 0.0


def test_the_policy_of_a_plan_in_force_on_the_last_day_counts() -> None:
    approve(national("IDN"), {**LAW, "action_type": "plan", "in_force_since": date(2024, 12, 31)})
    assert value(UHC) == 1.0


def test_a_state_without_an_approved_report_has_no_point() -> None:
    national("VNM")
    approve(national("IDN"), LAW)
    assert points(UHC, "VNM") == {}


def test_a_state_with_half_of_its_reports_in_is_one_or_unknown_but_not_zero() -> None:
    approve(national("IDN", "2024-S1"), LAW)
    approve(national("VNM", "2024-S1"), {**LAW, "evidence_count": 0})
    national("IDN", "2024-S2"), national("VNM", "2024-S2")
    assert (value(UHC), value(UHC, "VNM")) == (1.0, None)
    act(national("VNM", "2024-S2"), "certify_nil")
    assert value(UHC, "VNM") == 0.0


def test_the_past_and_the_name_of_the_set() -> None:
    approve(national("IDN"), LAW, day=1)
    before = points(UHC)[2024]
    approve(national("VNM"), LAW, day=2)
    assert points(UHC)[2024].reference == before.reference
    approve(national("IDN"), day=3)
    assert value(UHC) == 0.0
    assert value(UHC, as_of=moment(2)) == 1.0
    info = registry.describe_observations({before.reference})[before.reference]
    assert (info.area, info.value, info.known_until) == ("IDN", 1.0, moment(3).isoformat())
    assert info.parts[0].note.startswith("Indonesia; 2024")


def test_regional_documents_without_a_tool_1_activity_count_for_asean() -> None:
    code = "TOOL2:outcome_documents?activities=none&level=regional"
    linked = {"outputs": [document("Linked")], "activities": ["5f0e3c9e-0000-4000-8000-000000000000"]}
    own = {"outputs": [document("A"), document("B"), document("C", kind="other")], "activities": []}
    approve(national("IDN"), {"outputs": [document("National")]})
    assert value(code, "ASEAN") is None
    approve(report("SLOM", "2024", tool="tool2"), linked, own, {"outputs": [document("No list")]})
    assert value(code, "ASEAN") == 3.0
    assert value("TOOL2:outcome_documents", "ASEAN") == 5.0
    assert value("TOOL2:actions?level=national", "ASEAN") == 1.0
    assert value("TOOL2:actions?outputs=outcome_document", "ASEAN") == 4.0
    assert registry.faults([code, UHC]) == []


def test_all_series_are_read_in_a_handful_of_statements(django_assert_max_num_queries: Any) -> None:
    kinds = ("universal_health_coverage", "services_vulnerable", "rights_instruments", "adaptive_social_protection")
    for state in ("IDN", "VNM", "THA"):
        approve(national(state), LAW)
    codes = {f"TOOL2:state_has?policy_kinds={kind}" for kind in kinds} | {"TOOL2:actions", "TOOL2:outcome_documents"}
    with django_assert_max_num_queries(4):
        found = registry.read(codes, areas=["IDN", "VNM", "THA", "ASEAN"])
    assert sum(one.value == 1.0 for one in found) == 3
