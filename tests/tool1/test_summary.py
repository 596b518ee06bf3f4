"""The summary of Tool 1 counts what approved reports say, as an independent count over the same facts does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from databases_a.tool1.models import ActivityFact
from databases_a.tool1.selectors.summary import ALL_YEARS, Filters, Summary, summary
from databases_a.tool1.selectors.timeline import timeline
from databases_a.tool1.standing_reports import reports

from .facts import act, activity, approve, document, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def read(**filters: str) -> Summary:
    found = summary(Filters.read(filters), reports("tool1"))
    assert found is not None
    return found


def test_numbers_equal_an_independent_count() -> None:
    told: list[dict[str, Any]] = [
        {"status": status, "activity_type": kind, "kras": kras, "issues": ["2"] if place % 2 else []}
        for place, (status, kind, kras) in enumerate(
            (status, kind, kras)
            for status in ("completed", "ongoing", "delayed", "postponed", "cancelled", "not_started")
            for kind in ("workshop", "study")
            for kras in (["A.1"], ["A.1", "C.3"], [])
        )
    ]
    approve(report("SOMHD", "2024"), *told[:20])
    approve(report("SLOM", "2024"), *told[20:])
    found = read()
    assert len(found.rows) == len(told) == 36
    assert found.number(["completed", "ongoing"]) == sum(one["status"] in {"completed", "ongoing"} for one in told)
    by_body = found.statuses_by(lambda row: [row.body])
    for body, own in (("SOMHD", told[:20]), ("SLOM", told[20:])):
        for status in {one["status"] for one in told}:
            assert by_body[body][status] == sum(one["status"] == status for one in own)
    by_kra = found.statuses_by(found.codes_of("kras"))
    for kra in ("A.1", "C.3"):
        assert by_kra[kra].total() == sum(kra in one["kras"] for one in told)
    assert len(read(kra="C.3").rows) == sum("C.3" in one["kras"] for one in told)
    assert len(read(characteristic="A").rows) == sum("A.1" in one["kras"] for one in told)
    assert len(read(type="study", status="delayed").rows) == 3


def test_submitted_and_replaced_facts_are_not_counted() -> None:
    owed = report("SOMHD", "2024")
    approve(owed, {"status": "ongoing"}, {"status": "ongoing"})
    approve(owed, {"status": "completed"}, {"status": "delayed", "standing": "submitted"}, day=1)
    assert [row.status for row in read().rows] == ["completed"]


def test_an_activity_counts_once_in_a_span_as_its_latest_report_tells() -> None:
    subject = activity("SOMHD", "Long one")
    approve(report("SOMHD", "2023"), {"of": subject, "status": "ongoing", "participants_female": 3})
    approve(report("SOMHD", "2024"), {"of": subject, "status": "completed", "participants_female": 4})
    every = read(year=ALL_YEARS)
    assert [row.status for row in every.rows] == ["completed"]
    assert every.participants().total == 7, "what each report tells of its own time is added up"
    assert {year: dict(counts) for year, counts in every.by_year.items()} == {
        2023: {"ongoing": 1},
        2024: {"completed": 1},
    }
    assert read().year == 2024, "the latest year with reports, unless another is asked for"
    assert [row.status for row in read(year="2023").rows] == ["ongoing"]
    assert not read(year=ALL_YEARS, status="ongoing").rows, "a status that the latest report no longer gives"


def test_participants_not_given_are_not_zero() -> None:
    approve(
        report("SOMHD", "2024"),
        {"participants_female": 0, "participants_male": 0},
        {"participants_female": 6, "participants_male": 2},
        {},
    )
    people = read().participants()
    assert (people.total, people.female, people.male) == (8, 6, 2)
    assert (people.silent, people.reports) == (1, 3)
    assert people.women == 0.75
    approve(report("SLOM", "2024"), {})
    silent = read(body="SLOM").participants()
    assert silent.total is None
    assert silent.women is None
    approve(report("SOMY", "2024"), {"participants_male": 5})
    assert read(body="SOMY").participants().women is None, "women not given is no share of zero"


def test_an_outcome_document_of_an_activity_counts_once() -> None:
    subject = activity("SOMHD", "Statement")
    paper = document("Joint statement", "https://example.org/statement")
    approve(report("SOMHD", "2023"), {"of": subject, "outputs": [paper]})
    approve(
        report("SOMHD", "2024"), {"of": subject, "outputs": [paper, document("Annex"), document("x", kind="media")]}
    )
    assert read(year=ALL_YEARS).documents() == 2
    assert read(year="2023").documents() == 1


def test_who_reported_is_told_apart_from_who_has_nothing() -> None:
    approve(report("SOMHD", "2024"), {})
    act(report("SLOM", "2024"), "certify_nil")
    report("SOMY", "2024")
    found = read()
    assert found.heard("SOMHD")
    assert found.heard("SLOM"), "nil is an answer"
    assert not found.heard("SOMY")
    assert found.heard_in(2024) == 2


@pytest.mark.parametrize(
    "asked",
    [{"year": "1999"}, {"year": "x"}, {"body": "XX"}, {"kra": "Z.9"}, {"status": "done"}, {"type": "\x00"},
     {"characteristic": "Q"}],
)  # fmt: skip
def test_what_does_not_exist_has_no_summary(asked: dict[str, str]) -> None:
    approve(report("SOMHD", "2024"), {})
    assert summary(Filters.read(asked), reports("tool1")) is None


def test_timeline_is_paged_by_body_and_start() -> None:
    approve(report("SOMY", "2024"), *({} for _ in range(3)))
    approve(report("ACDM", "2024"), *({} for _ in range(4)))
    for place, fact in enumerate(ActivityFact.objects.filter(body__code="ACDM").order_by("-pk")):
        ActivityFact.objects.filter(pk=fact.pk).update(starts_on=date(2024, 1 + place, 1), ends_on=date(2025, 1, 1))
    found = read()
    first, last = timeline(found, 1, size=5), timeline(found, 9, size=5)
    assert [row.body for row in first.rows] == ["ACDM"] * 4 + ["SOMY"]
    assert [row.starts_on.month for row in first.rows[:4] if row.starts_on] == [1, 2, 3, 4]
    assert (first.pages, first.total, first.undated) == (2, 7, 3)
    assert last.number == 2
    assert len(last.rows) == 2


def test_number_of_statements_does_not_grow_with_the_facts(django_assert_num_queries: Any) -> None:
    approve(report("SOMHD", "2024"), {"kras": ["A.1"]})
    told = reports("tool1")
    with django_assert_num_queries(6):
        summary(Filters(), told)
    approve(report("SLOM", "2024"), *({"kras": ["A.1", "B.2"], "issues": ["1"]} for _ in range(50)))
    told = reports("tool1")
    with django_assert_num_queries(6):
        found = summary(Filters(), told)
    assert found is not None
    assert len(found.rows) == 51
