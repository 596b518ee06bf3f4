"""The worklist: who decides, what a decision needs, and what it lets through."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from adme.audit.models import AuditEvent
from adme.reporting.errors import BadValues, NotAllowedNow, ReasonNeeded
from adme.reporting.models import RecordChange
from adme.reporting.selectors.readiness import readiness
from databases_c import holding
from databases_c.services.findings import decide
from tests.records import factories as make
from tests.reporting import factories as people

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def held(report, focal):
    return make.send(report, by=focal, warnings=3)


def test_a_decision_names_who_when_and_why_and_leaves_a_trail(held, report, focal):
    ids = list(holding.worklist(held).values_list("pk", flat=True))
    assert decide(submission=held, findings=ids[:2], decision="confirmed", reason="A small course.", by=focal) == 2
    assert holding.waiting(held) == {"open": 1, "to_correct": 0}
    one = holding.worklist(held).get(pk=ids[0])
    assert (one.reason, one.decided_by) == ("A small course.", focal)
    assert one.decided_at
    event = AuditEvent.objects.get(action="report.findings_decided")
    assert event.actor == focal.email
    change = RecordChange.objects.get(obligation=report, field="open_findings")
    assert (change.before, change.after) == (3, 1)


def test_all_of_one_kind_are_decided_at_once(held, report, focal):
    make.make_finding(held, rule="other", row=9)
    assert decide(submission=held, rule="few_persons", decision="confirmed", reason="Small courses.", by=focal) == 3
    assert holding.waiting(held)["open"] == 1


def test_what_will_be_corrected_still_holds_the_report_back(held, report, focal):
    decide(submission=held, rule="few_persons", decision="to_correct", reason="A typing error.", by=focal)
    told = " ".join(readiness(people.again(report)).sentences())
    assert "3 values are to be corrected" in told


def test_a_decision_without_reason_or_of_no_known_kind_is_refused(held, focal):
    with pytest.raises(ReasonNeeded):
        decide(submission=held, rule="few_persons", decision="confirmed", reason="  ", by=focal)
    with pytest.raises(BadValues):
        decide(submission=held, rule="few_persons", decision="perhaps", reason="So.", by=focal)
    assert holding.waiting(held)["open"] == 3


def test_only_the_state_decides_and_a_reviewer_on_its_behalf(held, focal, analyst):
    with pytest.raises(PermissionDenied):
        decide(submission=held, rule="few_persons", decision="confirmed", reason="x", by=people.focal_point("THA"))
    with pytest.raises(ReasonNeeded):
        decide(submission=held, rule="few_persons", decision="confirmed", reason="x", by=analyst)
    decide(submission=held, rule="few_persons", decision="confirmed", reason="x", behalf="By telephone.", by=analyst)
    assert holding.waiting(held)["open"] == 0


def test_a_finding_of_another_submission_is_not_decided(held, record_set, focal):
    other = make.send(make.make_report(record_set, "THA"), warnings=1)
    theirs = list(holding.worklist(other).values_list("pk", flat=True))
    with pytest.raises(NotAllowedNow):
        decide(submission=held, findings=theirs, decision="confirmed", reason="x", by=focal)
    assert holding.waiting(other)["open"] == 1


def test_a_version_that_is_not_in_the_report_waits(held, report, focal):
    make.send(report, by=focal)
    with pytest.raises(NotAllowedNow, match="not in the report"):
        decide(submission=held, rule="few_persons", decision="confirmed", reason="x", by=focal)
