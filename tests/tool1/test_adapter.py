"""Tool 1 as a reporting tool: what is expected, stored, removed, and published."""

from __future__ import annotations

from datetime import date

import pytest

from adme.observations.services import current_data_version
from adme.observations.signals import series_changed
from adme.reference.models import SectoralBody
from adme.reporting import tools, vocabularies
from adme.reporting.errors import BadValues
from databases_a.tool1.models import Activity, ActivityFact, ActivityReport, FactTag

from . import factories

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def tool():
    return tools.get("tool1")


def _keys(tool, report) -> set[str]:
    return {record.key for record in tool.records(report)}


def test_every_body_that_stands_owes_a_report(tool):
    SectoralBody.objects.filter(code="SOMS").update(retired_at="2025-01-01T00:00Z")
    bodies = {body.code for body in tool.reporters(factories.obligation().round).bodies}
    assert "SOMHD" in bodies
    assert "SOMS" not in bodies


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (date(2025, 12, 31), date(2026, 1, 1), True),
        (date(2024, 1, 1), date(2025, 1, 1), True),
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2023, 1, 1), date(2023, 12, 31), True),  # never reported as ended
        (None, None, True),  # not dated yet, in a plan of these years
    ],
)
def test_an_activity_is_expected_while_it_runs_or_is_left_open(tool, starts, ends, expected):
    one = factories.activity(starts_on=starts, ends_on=ends)
    assert (str(one.public_id) in _keys(tool, factories.obligation())) is expected


@pytest.mark.parametrize(("status", "expected"), [("completed", False), ("cancelled", False), ("delayed", True)])
def test_what_ended_in_an_approved_report_is_not_expected_again(tool, status, expected):
    one = factories.activity(starts_on=date(2023, 1, 1), ends_on=date(2024, 12, 31))
    factories.hand_in(factories.obligation(period="2024"), told={str(one.public_id): {"status": status}})
    assert (str(one.public_id) in _keys(tool, factories.obligation())) is expected


def test_what_was_only_submitted_as_completed_stays_expected(tool):
    one = factories.activity(starts_on=date(2023, 1, 1), ends_on=date(2024, 12, 31))
    told = {str(one.public_id): {"status": "completed"}}
    factories.hand_in(factories.obligation(period="2024"), told=told, standing="submitted")
    assert str(one.public_id) in _keys(tool, factories.obligation())


def test_half_years_expect_what_runs_in_them(tool):
    one = factories.activity(starts_on=date(2025, 7, 1), ends_on=date(2025, 8, 1))
    assert str(one.public_id) not in _keys(tool, factories.obligation(period="2025-S1"))
    assert str(one.public_id) in _keys(tool, factories.obligation(period="2025-S2"))


def test_another_bodys_activity_is_not_in_the_report(tool):
    factories.activity("SLOM")
    mine = factories.activity()
    assert _keys(tool, factories.obligation()) == {str(mine.public_id)}


def test_activities_stand_in_the_order_of_their_numbers(tool):
    for number in ("1.10", "1.2", "", "2", "1.9a"):
        factories.activity(number=number, title=f"no {number}")
    numbers = [record.values["number"] for record in tool.records(factories.obligation())]
    assert numbers == ["1.2", "1.9a", "1.10", "2", ""]


def test_values_are_stored_in_plan_and_report(tool):
    report, one, by = factories.obligation(), factories.activity(), factories.officer()
    changed = {"status": "ongoing", "title": "New", "ends_on": "2025-06-30", "funding_amount": "12.50"}
    tool.store(report, str(one.public_id), changed=changed, by=by)
    [record] = tool.records(report)
    assert {name: record.values[name] for name in changed} == changed
    assert (record.title, record.updated_by) == ("New", str(by))
    assert record.values["participants_female"] is None


def test_many_records_are_stored_in_a_constant_number_of_statements(tool, django_assert_max_num_queries):
    report, by = factories.obligation(), factories.officer()
    keys = [str(factories.activity().public_id) for _ in range(60)]
    tool.store_many(report, {keys[0]: {"status": "ongoing"}}, by=by)
    with django_assert_max_num_queries(6):
        tool.store_many(report, {key: {"status": "delayed", "title": "T", "kras": ["A.1"]} for key in keys}, by=by)
    assert set(ActivityReport.objects.values_list("status", flat=True)) == {"delayed"}


def test_records_are_read_in_a_constant_number_of_statements(tool, django_assert_max_num_queries):
    report = factories.obligation()
    for _ in range(50):
        factories.activity()
    factories.hand_in(factories.obligation(period="2024"))
    with django_assert_max_num_queries(5):
        assert len(tool.records(report)) == 50
    keys = [str(key) for key in Activity.objects.values_list("public_id", flat=True)]
    with django_assert_max_num_queries(1):
        assert len(tool.previous(report, keys)) == 50


def test_a_new_activity_needs_a_work_plan_of_the_own_body(tool):
    report, by = factories.obligation(), factories.officer()
    mine, other = factories.work_plan(), factories.work_plan("SLOM")
    assert [group.key for group in tool.groups(report)] == [str(mine.public_id)]
    key = tool.create(report, group=str(mine.public_id), values={"title": "Drafted", "status": "ongoing"}, by=by)
    assert [(record.key, record.values["status"]) for record in tool.records(report)] == [(key, "ongoing")]
    for group in (str(other.public_id), "junk", ""):
        with pytest.raises(BadValues):
            tool.create(report, group=group, values={"title": "Refused"}, by=by)


def test_a_draft_is_deleted_and_what_was_handed_in_is_retired(tool):
    report, by = factories.obligation(), factories.officer()
    seen, draft = factories.activity(), factories.activity()
    factories.hand_in(report, only=[str(seen.public_id)])
    assert tool.remove(report, str(draft.public_id), by=by)
    assert tool.remove(report, str(seen.public_id), by=by)
    assert not tool.remove(report, str(seen.public_id), by=by)
    assert not tool.remove(report, "junk", by=by)
    assert not tool.remove(report, str(factories.activity("SLOM").public_id), by=by)
    [left] = Activity.objects.filter(body__code="SOMHD")
    assert (left.pk, left.is_retired) == (seen.pk, True)
    assert ActivityFact.objects.current().count() == 1


def test_a_contradiction_is_kept_and_no_longer_kept(tool):
    report, one = factories.obligation(), factories.activity()
    tool.keep(report, str(one.public_id), code="percent_falls", reason="Counted anew.")
    assert tool.records(report)[0].kept == {"percent_falls": "Counted anew."}
    tool.keep(report, str(one.public_id), code="percent_falls", reason="")
    assert tool.records(report)[0].kept == {}


def test_the_last_report_and_the_approved_plan_are_known(tool):
    one = factories.activity(title="As approved", starts_on=date(2022, 1, 1))
    key = str(one.public_id)
    for period, percent in (("2022", 10), ("2023", 20), ("2024", 30)):
        factories.hand_in(
            factories.obligation(period=period), told={key: {"status": "ongoing", "percent_complete": percent}}
        )
    factories.hand_in(factories.obligation(period="2024"), standing="submitted", told={key: {"percent_complete": 35}})
    Activity.objects.update(title="Renamed")
    report = factories.obligation()
    previous = tool.previous(report, [key])[key]
    assert previous["percent_complete"] == 35  # what was submitted anew is the latest
    assert previous.earlier == (("ongoing", 20), ("ongoing", 10))
    [record] = tool.records(report, keys=[key])
    assert record.approved["title"] == "As approved"
    assert "status" not in record.approved
    assert tool.previous(factories.obligation(period="2022"), [key]) == {}


def test_publication_closes_what_stood_and_a_past_moment_can_be_read(tool):
    report = factories.obligation()
    factories.activity(title="Healthy cities")
    first = factories.hand_in(report, standing="submitted")
    second = factories.hand_in(report, standing="approved")
    assert [(one.standing, one.title) for one in ActivityFact.objects.current()] == [("approved", "Healthy cities")]
    old = ActivityFact.objects.get(standing="submitted")
    assert (old.opened_by, old.closed_by) == (first, second)
    third = factories.hand_in(report, standing="approved")
    as_of = ActivityFact.objects.filter(opened_by_id__lte=second.pk).exclude(closed_by_id__lte=second.pk)
    assert [one.opened_by for one in as_of] == [second]
    assert [one.opened_by for one in ActivityFact.objects.current()] == [third]


def test_a_resubmission_leaves_the_approved_facts_until_the_new_approval(tool):
    report = factories.obligation()
    factories.activity()
    factories.hand_in(report, standing="approved")
    factories.hand_in(report, standing="submitted")
    assert set(ActivityFact.objects.current().values_list("standing", flat=True)) == {"approved", "submitted"}
    tool.withdraw_published(report, factories.publication(report, act="return"), standing="submitted")
    assert list(ActivityFact.objects.current().values_list("standing", flat=True)) == ["approved"]


def test_a_fact_holds_codes_counts_and_evidence(tool):
    one = factories.activity(kras=["B.1", "B.2"], lead_states=["VNM"], is_demonstration=True)
    key = str(one.public_id)
    outputs = [
        {"kind": "outcome_document", "title": "Declaration", "link": ""},
        {"kind": "media", "title": "Film", "link": ""},
    ]
    factories.hand_in(
        factories.obligation(),
        told={key: {"outputs": outputs, "stakeholders": ["youth"], "participants_female": 0}},
        evidence={key: [{"id": key, "title": "Photo", "url": "https://example.org/a"}]},
    )
    fact = ActivityFact.objects.get()
    assert (fact.outcome_documents, fact.evidence_count, fact.participants_female, fact.participants_male) == (
        1,
        1,
        0,
        None,
    )
    assert fact.is_demonstration
    assert set(FactTag.objects.values_list("kind", "code")) == {
        ("kras", "B.1"), ("kras", "B.2"), ("lead_states", "VNM"), ("stakeholders", "youth"),
    }  # fmt: skip
    assert "declaration" in fact.search_text
    assert "viet nam" in fact.search_text


def test_two_hundred_facts_are_published_in_a_constant_number_of_statements(tool, django_assert_max_num_queries):
    report = factories.obligation()
    for _ in range(200):
        factories.activity()
    given = factories.publication(report)
    records = [
        {"key": one.key, "title": one.title, "group": one.group, "values": dict(one.values), "kept": {}, "evidence": []}
        for one in tool.records(report)
    ]
    with django_assert_max_num_queries(25):
        tool.publish(report, given, records, standing="submitted")
    assert ActivityFact.objects.count() == 200


def test_only_approved_facts_change_the_data_version_and_tell_the_series(tool):
    told = []

    def listen(sender, **sent):
        told.append((sent["codes"], sent["actor"]))

    series_changed.connect(listen)
    try:
        report, before = factories.obligation(), current_data_version().number
        factories.activity()
        factories.hand_in(report, standing="submitted")
        tool.withdraw_published(report, factories.publication(report), standing="submitted")
        assert (told, current_data_version().number) == ([], before)
        by = factories.officer()
        factories.hand_in(report, standing="approved", by=by)
        assert told == [(frozenset({"TOOL1:*"}), by.email)]
        assert current_data_version().number > before
    finally:
        series_changed.disconnect(listen)


def test_the_framework_is_that_of_the_years_plan(tool):
    factories.work_plan(first=2026, last=2030, framework="SP2035")
    assert tool.framework(factories.obligation(period="2026")) == "SP2035"
    assert tool.framework(factories.obligation(period="2025")) == "BP2025"
    assert tool.framework(factories.obligation("SLOM", "2026")) == "BP2025"


def test_the_list_of_activities_holds_only_approved_ones():
    shown, hidden = factories.activity(title="Shown", number="1.2"), factories.activity("SLOM", title="Hidden")
    factories.hand_in(factories.obligation(), only=[str(shown.public_id)])
    factories.hand_in(factories.obligation("SLOM"), standing="submitted")
    words = vocabularies.load({"activity", "kpi"})
    assert words["activity"].choices == {str(shown.public_id): "SOMHD 1.2 Shown"}
    assert words["activity"].find(str(hidden.public_id)) is None
    assert words["kpi"].label("3").startswith("3 Increased number of ASEAN outcome documents")
