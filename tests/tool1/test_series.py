"""Counts of Tool 1: what counts, in which years, by what was known when, and which exact records stand behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.observations import queries, registry
from adme.observations.points import SeriesPoint
from databases_a.tool1.models import ActivityFact

from .facts import act, activity, approve, document, moment, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DONE = "TOOL1:activities?status=completed,ongoing"
C1 = "TOOL1:activities?kras=C.1&status=completed,ongoing"
BODIES = ("SLOM", "SOMHD", "SOMCA")


def points(code: str, **options: Any) -> dict[int, SeriesPoint]:
    return {point.period // 1000: point for point in registry.read({code}, areas=["ASEAN"], **options)}


def values(code: str, **options: Any) -> dict[int, float | None]:
    return {year: point.value for year, point in points(code, **options).items()}


def test_counts_equal_an_independent_count_over_made_up_facts(django_assert_max_num_queries: Any) -> None:
    random_ = random.Random(2025)  # noqa: S311 - made-up facts
    kept: list[tuple[int, int, dict[str, Any]]] = []
    for body in BODIES:
        subjects = [activity(body, f"{body} {number}") for number in range(6)]
        for period in ("2023", "2024-S1", "2024-S2"):
            told = [
                {
                    "of": one,
                    "status": random_.choice(["completed", "ongoing", "cancelled", "delayed"]),
                    "activity_type": random_.choice(["workshop", "study"]),
                    "kras": random_.sample(["A.1", "C.1", "E.2"], random_.randint(0, 2)),
                    "tags": random_.sample(["capacity_building", "outreach"], random_.randint(0, 2)),
                    "stakeholders": random_.sample(["youth", "media", "academia"], random_.randint(0, 3)),
                    "participants_female": random_.choice([None, 0, 7, 12]),
                    "participants_male": random_.choice([None, 0, 5]),
                    "outputs": [document(f"Document {random_.randint(1, 3)}") for _ in range(random_.randint(0, 2))],
                }
                for one in subjects
                if random_.random() < 0.8
            ]
            approve(report(body, period), *told)
            kept += [(int(period[:4]), one["of"].pk, one) for one in told]

    def expected(year: int, count: str, filters: dict[str, set[str]]) -> float | None:
        found = [
            (subject, one)
            for when, subject, one in kept
            if when == year
            and all(
                bool(codes & set(one[name] if isinstance(one[name], list) else [one[name]]))
                or (codes == {"any"} and one[name])
                or (codes == {"none"} and not one[name])
                for name, codes in filters.items()
                if name != "outputs"
            )
            and ("outputs" not in filters or bool(one["outputs"]) == ("outcome_document" in filters["outputs"]))
        ]
        if count == "activities":
            return len({subject for subject, _ in found})
        if count == "outcome_documents":
            return len({(subject, item["title"]) for subject, one in found for item in one["outputs"]})
        if count == "stakeholder_kinds":
            return len({code for _, one in found for code in one["stakeholders"]})
        told = [one[name] for _, one in found for name in ("participants_female", "participants_male")]
        known = [number for number in told if number is not None]
        return sum(known) if known or not found else None

    asked = [
        (count, filters)
        for count in ("activities", "participants", "outcome_documents", "stakeholder_kinds")
        for filters in (
            {},
            {"status": {"completed", "ongoing"}},
            {"status": {"completed"}, "kras": {"C.1", "A.1"}},
            {"tags": {"any"}, "activity_type": {"study"}},
            {"stakeholders": {"none"}},
            {"outputs": {"outcome_document"}, "kras": {"E.2"}},
            {"kras": {"C.1"}, "tags": {"outreach"}, "stakeholders": {"youth"}},
        )
    ]
    codes = [queries.make("TOOL1", count, filters).code for count, filters in asked]
    with django_assert_max_num_queries(5):
        found = {(p.series, p.period // 1000): p.value for p in registry.read(set(codes), areas=["ASEAN"])}
    for (count, filters), code in zip(asked, codes, strict=True):
        for year in (2023, 2024):
            assert found[code, year] == expected(year, count, filters), (code, year)
            point = points(code)[year]
            info = registry.describe_observations({point.reference})[point.reference]
            assert info.value == point.value, code
    one_code = {codes[0]}
    with django_assert_max_num_queries(5):
        registry.read(one_code, areas=["ASEAN"])


def test_a_year_without_an_approved_report_has_no_point_and_one_that_names_nothing_is_zero() -> None:
    approve(report("SLOM", "2024"), {"kras": ["A.1"]})
    report("SLOM", "2025")
    assert values(C1) == {2024: 0.0}
    approve(report("SLOM", "2025"), {"kras": ["C.1"]})
    assert values(C1) == {2024: 0.0, 2025: 1.0}


def test_submitted_facts_do_not_count_and_cancelled_ones_are_not_done() -> None:
    approve(report("SLOM", "2024"), {"standing": "submitted"}, {"status": "cancelled"}, {"status": "ongoing"})
    assert values(DONE) == {2024: 1.0}


def test_certified_nil_makes_the_year_known_and_a_returned_nil_does_not() -> None:
    act(report("SLOM", "2024"), "certify_nil")
    assert values(DONE) == {2024: 0.0}
    act(report("SLOM", "2024"), "return", day=1)
    assert values(DONE) == {}
    assert values(DONE, as_of=moment(0)) == {2024: 0.0}


def test_an_activity_of_two_half_years_counts_once_and_its_participants_add_up() -> None:
    one = activity("SLOM", "Summit")
    same = [document("Declaration"), document("Declaration", kind="policy")]
    approve(report("SLOM", "2024-S1"), {"of": one, "participants_female": 10, "outputs": same})
    approve(report("SLOM", "2024-S2"), {"of": one, "participants_male": 5, "outputs": [document("declaration!")]})
    assert values(DONE) == {2024: 1.0}
    assert values("TOOL1:participants") == {2024: 15.0}
    assert values("TOOL1:outcome_documents") == {2024: 1.0}


def test_participants_known_nowhere_are_missing_and_partly_known_ones_are_marked() -> None:
    approve(report("SLOM", "2023"), {}, {})
    approve(report("SLOM", "2024"), {"participants_female": 3}, {})
    approve(report("SLOM", "2025"), {"participants_unknown": 0})
    found = points("TOOL1:participants")
    told = [(year, point.value, point.obs_status) for year, point in sorted(found.items())]
    assert told == [(2023, None, "O"), (2024, 3.0, "U"), (2025, 0.0, "A")]


def test_the_past_is_read_as_it_was_known() -> None:
    approve(report("SLOM", "2024"), {}, day=1)
    approve(report("SOMHD", "2024"), {}, {}, day=5)
    approve(report("SLOM", "2024"), {}, {}, day=9)
    assert values(DONE, as_of=moment(0)) == {}
    assert values(DONE, as_of=moment(4)) == {2024: 1.0}
    assert values(DONE, as_of=moment(5)) == {2024: 3.0}
    assert values(DONE) == {2024: 4.0}


def test_a_reference_stays_when_an_unrelated_report_is_approved_and_names_its_set_for_ever() -> None:
    approve(report("SLOM", "2024"), {"kras": ["C.1"]}, day=1)
    before = points(C1)[2024]
    approve(report("SOMHD", "2024"), {"kras": ["A.1"]}, day=2)
    approve(report("SOMHD", "2025"), {"kras": ["C.1"]}, day=3)
    assert points(C1)[2024].reference == before.reference
    assert registry.describe_observations({before.reference})[before.reference].known_until == ""
    approve(report("SOMHD", "2024"), {"kras": ["C.1"]}, day=4)
    after = points(C1)[2024]
    found = registry.describe_observations({before.reference, after.reference})
    assert (found[before.reference].value, found[after.reference].value) == (1.0, 2.0)
    assert found[before.reference].known_until == moment(4).isoformat()
    assert found[after.reference].known_until == ""
    assert points(C1, as_of=moment(3))[2024].reference == before.reference


def test_a_passport_names_each_activity_with_its_body_and_what_it_adds() -> None:
    one = activity("SLOM", "Training of inspectors")
    approve(report("SLOM", "2024"), {"of": one, "participants_female": 30}, {"participants_male": 2})
    reference = points("TOOL1:participants")[2024].reference
    info = registry.describe_observations({reference})[reference]
    assert info.parts_total == 2
    told = {part.title: part.note for part in info.parts}
    assert told["Training of inspectors"] == "SLOM; 2024; 30 participants"
    assert info.parts_url.startswith(reverse("figure_activities"))


def test_a_made_up_report_marks_the_series() -> None:
    approve(report("SLOM", "2024"), {})
    assert not registry.describe({DONE})[DONE].is_demonstration
    approve(report("SOMHD", "2024", is_demonstration=True), {}, demonstration=True)
    assert registry.describe({DONE})[DONE].is_demonstration


def test_a_series_says_in_words_what_it_counts() -> None:
    title = registry.describe({C1})[C1].title
    assert title == "Activities; Key Result Areas: C.1; Status: completed or ongoing"
    told = queries.words(queries.parse(C1), registry.kinds())
    assert told.startswith("Activities; Key Result Areas: C.1 Conservation")
    assert told.endswith("Status: Completed or On-going")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("TOOL1:activities?colour=red", "cannot be asked by 'colour'"),
        ("TOOL1:activities?kras=Z.9", "there is no code 'Z.9'"),
        ("TOOL1:wonders", "no count 'wonders'"),
        ("TOOL1:activities?status=ongoing,completed", "one form: TOOL1:activities?status=completed,ongoing"),
        ("TOOL1:activities?kras", "is no filter"),
        ("TOOL1:activities?kras=A.1&kras=A.2", "stands twice"),
        ("TOOL1:activities?stakeholders=any,youth", "stand alone"),
        ("TOOL1:bodies_reporting?kras=A.1", "cannot be asked by 'kras'"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_words(code: str, told: str) -> None:
    assert any(told in fault for fault in registry.faults([code]))


def test_questions_that_can_be_answered_have_no_faults() -> None:
    assert registry.faults([DONE, C1, "TOOL1:outcome_documents?stakeholders=any", "WB_WDI:SP.POP.TOTL"]) == []


def test_bodies_report_when_all_they_owe_for_the_year_is_in() -> None:
    approve(report("SLOM", "2024-S1"), {})
    approve(report("SLOM", "2024-S2"), {})
    approve(report("SOMHD", "2024-S1"), {})
    report("SOMHD", "2024-S2")
    act(report("SOMCA", "2024-S1"), "certify_nil")
    report("ACWC", "2024-S1", state="not_applicable", reason="No work plan.")
    assert values("TOOL1:bodies_owing") == {2024: 3.0}
    assert values("TOOL1:bodies_reporting") == {2024: 2.0}
    rows = registry.read({"TOOL1:bodies_reporting"}, areas=["ASEAN"], totals_only=False)
    assert {row.dimensions: row.value for row in rows if row.dimensions} == {
        "BODY=SLOM": 1.0,
        "BODY=SOMCA": 1.0,
        "BODY=SOMHD": 0.0,
    }


def test_references_that_name_nothing_are_not_described() -> None:
    wrong = {
        "T1:x:2024000:activities",
        "T1:1:0:activities",
        "T1:1:2024000:wonders",
        "T1:1",
        "T1:1:2024000:activities?a=b",
    }
    assert registry.describe_observations(wrong) == {}


class TestActivitiesBehindAFigure:
    def test_readers_see_exactly_the_activities_and_others_are_refused(
        self, client_as: Callable[..., Client], client: Client
    ) -> None:
        approve(report("SLOM", "2024"), {"of": activity("SLOM", "Named in the figure")}, {"status": "cancelled"})
        approve(report("SLOM", "2025"), {"of": activity("SLOM", "Of another year")})
        address = reverse("figure_activities") + f"?ref={points(DONE)[2024].reference}".replace("&", "%26")
        page = client_as("soca_member").get(address)
        assert page.status_code == 200
        text = page.content.decode()
        assert "Named in the figure" in text
        assert "Of another year" not in text
        assert client_as(None).get(address).status_code == 403
        assert client.get(address).status_code == 302

    def test_a_reference_that_names_nothing_is_not_found(self, client_as: Callable[..., Client]) -> None:
        reader = client_as("analyst")
        for given in ("", "T1:1", "T1:0:9999000:activities", "T1:1:2024000:wonders", "B:12", "T1\x00"):
            assert reader.get(reverse("figure_activities"), {"ref": given}).status_code == 404, given

    def test_the_page_takes_as_many_statements_for_fifty_activities_as_for_one(
        self, client_as: Callable[..., Client], django_assert_num_queries: Any
    ) -> None:
        reader = client_as("analyst")
        approve(report("SLOM", "2024"), {})
        address = reverse("figure_activities")

        def statements() -> int:
            from django.db import connection

            with CaptureQueriesContext(
                connection,
            ) as seen:
                page = reader.get(address, {"ref": points(DONE)[2024].reference})
            assert page.status_code == 200
            return len(seen)

        reader.get(address, {"ref": points(DONE)[2024].reference})
        few = statements()
        approve(report("SOMHD", "2024"), *({} for _ in range(49)))
        assert ActivityFact.objects.count() == 50
        assert statements() == few
