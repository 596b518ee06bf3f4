"""Who may see and do what with a report; another body's draft is as unknown as one that does not exist."""

from __future__ import annotations

import pytest
from django.http import Http404

from adme.reporting import access
from adme.reporting.models import Obligation
from adme.reporting.transitions import Act

from . import factories as make
from .factories import again, approved, submitted

pytestmark = pytest.mark.usefixtures("reference_data")


def opened(user, report, **options):
    try:
        return access.obligation_for(user, report.public_id, **options) == report
    except Http404 as error:
        return str(error)


UNKNOWN = "There is no such report."


def test_a_draft_is_seen_by_its_reporter_the_secretariat_and_administrators_only(report, officer, analyst):
    people = [officer, analyst, make.administrator(), make.officer("SLOM"), make.focal_point("VNM"), make.soca_member()]

    assert [opened(one, report) for one in people] == [True, True, True, UNKNOWN, UNKNOWN, UNKNOWN]
    assert [opened(one, report, edit=True) for one in people] == [True, True, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]


def test_a_report_that_does_not_exist_has_the_same_answer(officer):
    for unknown in ("3b241101-e2bb-4255-8caf-4136c566a962",):
        with pytest.raises(Http404, match=UNKNOWN):
            access.obligation_for(officer, unknown)


def test_a_state_owes_its_report_to_its_focal_points(reference_data):
    report = make.make_obligation(state="VNM")

    assert opened(make.focal_point("VNM"), report) is True
    assert opened(make.focal_point("IDN"), report) == UNKNOWN
    assert opened(make.officer("SOMHD"), report) == UNKNOWN


def test_an_assignment_that_ended_opens_nothing(report, officer):
    from django.utils import timezone

    assert opened(officer, report) is True
    officer.assignments.update(ended_at=timezone.now())
    officer.__dict__.pop("_held_assignments")

    assert opened(officer, report) == UNKNOWN


def test_what_is_offered_follows_the_table(report, officer, analyst):
    def offered(user):
        return set(access.acts_for(user, again(report)))

    start = {Act.START, Act.CERTIFY_NIL}
    assert offered(officer) == start
    assert offered(analyst) == start | {Act.EXCUSE, Act.NOT_APPLICABLE}
    assert offered(make.officer("SLOM")) == offered(make.administrator()) == set()
    submitted(report, officer)
    assert offered(officer) == set()
    assert offered(analyst) == {Act.APPROVE, Act.RETURN}
    make.act(report, Act.APPROVE, analyst)
    assert (offered(officer), offered(analyst)) == (set(), {Act.REOPEN})


def test_own_reports_are_found_by_body_and_state(officer):
    mine = make.make_obligation("SOMHD")
    make.make_obligation("SLOM")
    national = make.make_obligation(state="VNM")
    both = make.make_user(("me_officer", "SOMHD", None), ("focal_point", None, "VNM"))

    assert list(Obligation.objects.filter(access.own_obligations(officer))) == [mine]
    assert set(Obligation.objects.filter(access.own_obligations(both))) == {mine, national}
    assert not Obligation.objects.filter(access.own_obligations(make.analyst())).exists()


def test_the_secretariat_acts_on_behalf_and_the_reporter_for_itself(report, officer, analyst):
    assert access.acts_on_behalf(analyst, report, Act.SUBMIT)
    assert not access.acts_on_behalf(officer, report, Act.SUBMIT)
    assert not access.acts_on_behalf(analyst, report, Act.APPROVE)
    approved(report, officer, analyst)
