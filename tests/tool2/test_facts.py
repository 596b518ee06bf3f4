"""What is handed in becomes readable, by whom, from when to when; drafts never do."""

from __future__ import annotations

import pytest
from django.utils import timezone

from adme.accounts.models import Role
from adme.observations.services import current_data_version
from adme.observations.signals import series_changed
from adme.reporting.models import Evidence
from adme.reporting.services import talk
from adme.reporting.transitions import Act
from databases_a.tool2.models import ActionFact
from databases_a.tool2.selectors.visibility import heard_by, latest, visible_to
from tests.reporting import factories as reporting

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def seen(user) -> set[str]:
    return set(visible_to(user).values_list("standing", flat=True))


def test_a_submitted_action_is_read_by_officers_and_the_secretariat_and_by_its_own_state():
    make.published(make.national_report(), make.make_clause(), approved=False)
    for user in (
        reporting.analyst(),
        reporting.administrator(),
        reporting.officer("SLOM"),
        reporting.focal_point("VNM"),
    ):
        assert seen(user) == {"submitted"}
    for user in (reporting.focal_point("IDN"), reporting.soca_member(), reporting.make_user()):
        assert seen(user) == set()


def test_an_approved_action_is_read_by_everybody_and_replaces_what_was_submitted():
    make.published(make.national_report(), make.make_clause())
    for user in (reporting.analyst(), reporting.focal_point("IDN"), reporting.soca_member()):
        assert seen(user) == {"approved"}


def test_a_draft_is_read_by_nobody():
    make.add(make.national_report(), make.make_clause(), reporting.focal_point())
    assert seen(reporting.analyst()) == set()


def test_a_return_takes_the_submitted_action_away_again():
    report = make.national_report()
    make.published(report, make.make_clause(), approved=False)
    reporting.act(reporting.again(report), Act.RETURN, reporting.analyst(), reason="Say more.")
    assert seen(reporting.analyst()) == set()


def test_a_reopened_report_stays_readable_until_it_is_approved_anew_and_can_be_read_as_of_then():
    report, reviewer = make.national_report(), reporting.analyst()
    key = make.published(report, make.make_clause())
    then = timezone.now()
    reporting.act(reporting.again(report), Act.REOPEN, reviewer, reason="A mistake.")
    by = reporting.focal_point()
    reporting.save(
        reporting.again(report), key, {"status": "completed", "outputs": "policy | Law |"}, by, reason="It is law."
    )
    reader = reporting.soca_member()
    assert [fact.status for fact in visible_to(reader)] == ["ongoing"]
    make.submit(report, by)
    assert [fact.status for fact in visible_to(reader)] == ["ongoing"]
    assert [fact.status for fact in latest(visible_to(reviewer))] == ["completed"]
    make.approve(report, reporting.analyst())
    assert [fact.status for fact in visible_to(reader)] == ["completed"]
    assert [fact.status for fact in ActionFact.objects.approved().as_of(then)] == ["ongoing"]


def test_the_newest_report_of_an_action_speaks():
    clause, by, reviewer = make.make_clause(), reporting.focal_point(), reporting.analyst()
    key = make.published(make.national_report(period="2024"), clause)
    second = make.national_report(period="2025")
    reporting.save(second, key, {"status": "delayed", "explanation": "Late."}, by)
    make.submit(second, by)
    make.approve(second, reviewer)
    assert [(fact.year, fact.status) for fact in latest(visible_to(reviewer))] == [(2025, "delayed")]


def test_approval_tells_the_series_and_bumps_the_version_and_submission_does_not():
    told = []
    receiver = lambda **what: told.append(what["codes"])  # noqa: E731
    series_changed.connect(receiver, weak=False)
    try:
        report = make.national_report()
        make.published(report, make.make_clause(), approved=False)
        before = current_data_version().number
        assert told == []
        make.approve(report, reporting.analyst())
    finally:
        series_changed.disconnect(receiver)
    assert told == [frozenset({"TOOL2:*"})]
    assert current_data_version().number == before + 1


def test_a_fact_counts_evidence_and_knows_the_day_of_the_newest():
    report, by = make.national_report(), reporting.focal_point()
    key = make.add(report, make.make_clause(), by, outputs="outcome_document | Statement |\npolicy | Law |")
    talk.add_link(obligation_id=report.pk, record_key=key, title="Gazette", url="https://example.org/law", by=by)
    make.submit(report, by)
    fact = ActionFact.objects.get()
    assert (fact.evidence_count, fact.outcome_documents) == (1, 1)
    assert fact.evidence_newest_on == timezone.localdate(Evidence.objects.get().added_at)
    assert fact.content["evidence"][0]["url"] == "https://example.org/law"


def test_made_up_actions_stay_marked():
    make.published(make.national_report(), make.make_clause(is_demonstration=True))
    assert list(visible_to(reporting.analyst()).values_list("is_demonstration", flat=True)) == [True]


def test_whether_a_report_came_is_known_only_to_those_who_may_read_it(user_with):
    report = make.national_report()
    make.published(report, make.make_clause(), approved=False)
    assert heard_by(user_with(Role.ANALYST)).state(report.state_area_id) == "reported"
    assert heard_by(user_with(Role.SOCA_MEMBER)).state(report.state_area_id) == "silent"
    make.approve(report, reporting.analyst())
    assert heard_by(user_with(Role.SOCA_MEMBER)).state(report.state_area_id) == "reported"
