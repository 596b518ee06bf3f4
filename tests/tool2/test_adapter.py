"""Tool 2 as reporting uses it: who owes, what belongs into a report, what a save writes, what taking out does."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from adme.reporting import tools
from adme.reporting.errors import BadValues, NotAllowedNow
from databases_a.tool2.models import Action, ActionReport, Declaration
from tests.reporting import factories as reporting

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def tool():
    return tools.get("tool2")


def test_bodies_that_lead_a_declaration_and_the_members_of_the_last_day_owe_a_report(tool):
    owing = tool.reporters(reporting.make_round("tool2", "2025"))
    assert {body.code for body in owing.bodies} == set(
        Declaration.objects.exclude(lead_bodies=None).values_list("lead_bodies__code", flat=True)
    )
    assert len(owing.states) == 11
    assert len(tool.reporters(reporting.make_round("tool2", "2024")).states) == 10
    assert "COM-AATHP" not in {body.code for body in owing.bodies}


def test_a_body_gets_the_clauses_that_it_leads_and_a_state_all(tool):
    health, labour = make.make_clause(make.HEALTH), make.make_clause(make.LABOUR)
    assert [one.key for one in tool.groups(make.regional_report("SOMHD"))] == [str(health.public_id)]
    assert {one.key for one in tool.groups(make.national_report())} == {str(health.public_id), str(labour.public_id)}


def test_a_group_is_named_by_declaration_and_clause(tool):
    clause = make.make_clause(number="4(b)")
    (group,) = tool.groups(make.national_report())
    assert group.title == f"{clause.declaration.title} · clause 4(b)"


def test_a_declaration_of_later_years_is_not_followed_up_before(tool):
    make.make_clause(make.LABOUR)  # adopted in 2023
    assert tool.groups(make.national_report(period="2022")) == []
    assert len(tool.groups(make.national_report(period="2023"))) == 1


def test_a_focal_point_named_for_a_body_has_only_its_declarations(tool):
    report = make.national_report()
    health, labour = make.make_action(make.make_clause(make.HEALTH)), make.make_action(make.make_clause(make.LABOUR))
    named, whole = reporting.focal_point("VNM", "SOMHD"), reporting.focal_point("VNM")
    assert [one.key for one in tool.records(report, for_user=named)] == [str(health.public_id)]
    assert len(tool.records(report, for_user=whole)) == 2
    assert len(tool.groups(report, for_user=named)) == 1
    tool.store(report, str(health.public_id), changed={"status": "ongoing"}, by=named)
    with pytest.raises(NotAllowedNow):
        tool.store(report, str(labour.public_id), changed={"status": "ongoing"}, by=named)
    assert not tool.remove(report, str(labour.public_id), by=named)
    with pytest.raises(BadValues):
        tool.create(report, group=str(labour.clause.public_id), values={}, by=named)


def test_a_focal_point_of_a_body_that_leads_nothing_may_not_edit(tool):
    report = make.national_report()
    make.make_clause(make.HEALTH)
    assert tool.may_edit(reporting.focal_point("VNM", "SOMHD"), report)
    assert not tool.may_edit(reporting.focal_point("VNM", "SOMS"), report)
    assert tool.may_edit(reporting.focal_point("VNM"), report)


def test_a_report_has_the_actions_of_its_reporter_that_run_in_its_period(tool):
    clause = make.make_clause()
    running = make.make_action(clause)
    make.make_action(clause, state="IDN")
    make.make_action(clause, starts_on=date(2026, 1, 1))
    make.make_action(clause, retired_at=timezone.now())
    law = make.make_action(clause, starts_on=date(2010, 1, 1), ends_on=None)
    keys = {one.key for one in tool.records(make.national_report())}
    assert keys == {str(running.public_id), str(law.public_id)}


def test_values_come_back_as_they_were_stored(tool):
    report, by = make.national_report(), reporting.focal_point()
    key = tool.create(report, group=str(make.make_clause().public_id), values={**make.PLAN, "status": "ongoing"}, by=by)
    changed = {
        "ends_on": "2027-01-31",
        "policy_kinds": ["rights_instruments"],
        "status": "completed",
        "outputs": [{"kind": "policy", "title": "Law", "link": "https://example.org/"}],
    }
    tool.store(report, key, changed=changed, by=by)
    (record,) = tool.records(report, keys=[key])
    assert {**make.PLAN, **changed}.items() <= record.values.items()
    assert list(record.values) == [one.name for one in tool.catalogue.fields]
    assert record.updated_by == str(by)
    assert Action.objects.get(public_id=key).created_by == by


def test_many_records_are_stored_in_a_constant_number_of_statements(tool, django_assert_num_queries):
    report, by, clause = make.national_report(), reporting.focal_point(), make.make_clause()
    keys = [str(make.make_action(clause).public_id) for _ in range(50)]
    tool.store_many(report, {keys[0]: {"status": "ongoing"}}, by=by)
    with django_assert_num_queries(4):
        tool.store_many(report, {key: {"status": "delayed", "explanation": key} for key in keys}, by=by)
    assert ActionReport.objects.filter(status="delayed").count() == 50


def test_records_take_the_same_statements_for_one_and_for_fifty(tool, django_assert_num_queries):
    report, clause = make.national_report(), make.make_clause()
    make.make_action(clause)
    with django_assert_num_queries(4):
        tool.records(report)
    for _ in range(49):
        make.tell(make.make_action(clause), report)
    with django_assert_num_queries(4):
        assert len(tool.records(report)) == 50


def test_keys_that_name_nothing_find_nothing(tool):
    report = make.national_report()
    assert tool.records(report, keys=["nonsense", "\x00", ""]) == []
    assert not tool.remove(report, "nonsense", by=reporting.focal_point())
    assert tool.previous(report, ["nonsense"]) == {}


def test_a_kept_contradiction_is_remembered_and_let_go(tool):
    report, action = make.national_report(), make.make_action(make.make_clause())
    key = str(action.public_id)
    tool.keep(report, key, code="back_from_completed", reason="The law was struck down.")
    assert tool.records(report)[0].kept == {"back_from_completed": "The law was struck down."}
    tool.keep(report, key, code="back_from_completed", reason="")
    assert tool.records(report)[0].kept == {}


def test_an_action_nobody_was_told_of_is_deleted_and_another_is_retired(tool):
    clause, by = make.make_clause(), reporting.focal_point()
    fresh = make.make_action(clause)
    report = make.national_report()
    assert tool.remove(report, str(fresh.public_id), by=by)
    assert not Action.objects.filter(pk=fresh.pk).exists()

    key = make.published(make.national_report(period="2024"), clause)
    assert tool.remove(report, key, by=by)
    kept = Action.objects.get(public_id=key)
    assert kept.is_retired
    assert kept.facts.count() == 2  # what was handed in and what was approved stays


def test_the_previous_report_counts_how_long_the_text_is_the_same(tool):
    clause = make.make_clause()
    by, reviewer = reporting.focal_point(), reporting.analyst()
    first = make.national_report(period="2024")
    key = make.add(first, clause, by)
    make.submit(first, by)
    make.approve(first, reviewer)
    second = make.national_report(period="2025", state_now="drafting")
    make.tell(Action.objects.get(public_id=key), second)
    make.submit(second, by)
    told = tool.previous(make.national_report(period="2026"), [key])[key]
    assert (told["status"], told.same_text) == ("ongoing", 2)
    assert tool.previous(first, [key]) == {}


def test_a_retired_clause_takes_no_new_actions_and_asks_no_more(tool):
    clause, by, report = make.make_clause(), reporting.focal_point(), make.national_report()
    make.make_action(clause)
    told = make.make_action(clause)
    make.tell(told, report)
    clause.retired_at = timezone.now()
    clause.save()
    assert tool.groups(report) == []
    assert [one.key for one in tool.records(report)] == [str(told.public_id)]
    with pytest.raises(BadValues):
        tool.create(report, group=str(clause.public_id), values={}, by=by)
