"""Records on their way into a report: what is only sent changes nothing, what is put in follows every rule."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from adme.audit.models import AuditEvent
from adme.common.refusals import FileRefused
from adme.jobs.testing import run_all_jobs
from adme.reporting.errors import NotAllowedNow, NotReady, ReasonNeeded
from adme.reporting.models import RecordChange, Revision
from adme.reporting.selectors.readiness import readiness
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_c import holding
from databases_c.models import Finding, Submission, Verdict
from databases_c.services import findings, submissions
from tests.records import factories as make
from tests.reporting import factories as people

pytestmark = pytest.mark.usefixtures("reference_data")
GOOD = [["North", "Female", "12"], ["North", "Male", "30"], ["South", "Female", "18"], ["South", "Male", "40"]]


def sent(report, by, rows=GOOD, name="records.csv") -> Submission:
    batch = submissions.receive(obligation=report, upload=make.upload(make.csv_text(rows), name), by=by)
    run_all_jobs()
    found = submissions.submission_of(batch)
    assert found is not None
    return found


def decided(report, by) -> None:
    held = holding.current(report)
    ids = list(holding.worklist(held).values_list("pk", flat=True))
    findings.decide(submission=held, findings=ids, decision="confirmed", reason="Small course.", by=by)


def test_a_file_that_is_only_sent_changes_nothing_and_one_put_in_is_the_report(report, focal):
    version = sent(report, focal)
    assert (version.verdict, version.is_current, version.number) == (Verdict.ACCEPTED, False, 1)
    assert people.again(report).state == State.DUE

    submissions.put_in_report(submission=version, by=focal)

    now = people.again(report)
    assert now.state == State.DRAFTING
    assert holding.current(now).pk == version.pk
    assert readiness(now).is_ready
    change = RecordChange.objects.get(obligation=now, field="records_accepted")
    assert (change.after, change.by, change.channel) == (4, focal, "upload")
    assert AuditEvent.objects.filter(action="report.records_used").count() == 1
    assert now.contributions.filter(user=focal).exists()


def test_using_the_same_version_again_makes_nothing(report, focal):
    version = sent(report, focal)
    submissions.put_in_report(submission=version, by=focal)
    changes = RecordChange.objects.count()
    submissions.put_in_report(submission=version, by=focal)
    assert RecordChange.objects.count() == changes


def test_a_rejected_file_is_kept_as_a_version_that_nobody_can_use_and_its_mended_one_takes_its_place(report, focal):
    wrong = sent(report, focal, [["North", "Female", "many"], *GOOD[1:]])
    assert wrong.verdict == Verdict.REJECTED
    with pytest.raises(NotAllowedNow, match="was rejected"):
        submissions.put_in_report(submission=wrong, by=focal)
    right = sent(report, focal)
    submissions.put_in_report(submission=right, by=focal)
    assert [one.number for one in Submission.objects.filter(obligation=report)] == [2, 1]


def test_another_states_focal_point_may_neither_send_nor_use(report, focal):
    stranger, version = people.focal_point("THA"), sent(report, focal)
    with pytest.raises(PermissionDenied):
        submissions.receive(obligation=report, upload=make.upload(), by=stranger)
    with pytest.raises(PermissionDenied):
        submissions.put_in_report(submission=version, by=stranger)
    assert holding.current(report) is None


def test_a_focal_point_of_another_body_may_not_use_what_is_not_theirs(report, focal):
    version = sent(report, focal)
    with pytest.raises(PermissionDenied):
        submissions.put_in_report(submission=version, by=people.focal_point("VNM", "SOMHD"))
    submissions.put_in_report(submission=version, by=people.focal_point("VNM", "SLOM"))


def test_who_writes_on_behalf_says_why(report, focal, analyst):
    version = sent(report, focal)
    with pytest.raises(ReasonNeeded, match="Viet Nam"):
        submissions.put_in_report(submission=version, by=analyst)
    submissions.put_in_report(submission=version, by=analyst, reason="Sent by mail on 3 March.")
    assert holding.current(report).pk == version.pk


def test_a_closed_report_takes_nothing(report, focal):
    submissions.put_in_report(submission=sent(report, focal), by=focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    with pytest.raises(NotAllowedNow, match="return it"):
        submissions.receive(obligation=people.again(report), upload=make.upload(), by=focal)


@pytest.mark.parametrize("name", ["records.xls", "records.pdf", "records"])
def test_a_file_of_another_kind_is_refused_with_what_to_send(report, focal, name):
    with pytest.raises(FileRefused, match="XLSX"):
        submissions.receive(obligation=report, upload=make.upload(name=name), by=focal)


def test_what_was_written_and_decided_goes_along_to_the_mended_version(report, focal):
    few = [["North", "Female", "4"], *GOOD[1:]]
    first = sent(report, focal, few)
    assert first.verdict == Verdict.WITH_WARNINGS
    submissions.put_in_report(submission=first, by=focal)
    decided(report, focal)
    raw = {"units_known": "12", "units_reporting": "11", "remarks": "One province sends by post."}
    from adme.reporting.services.merging import tokens_of
    from databases_c.fields import CATALOGUE

    (record,) = holding.records(report)
    tokens = tokens_of(CATALOGUE, record.values)
    submissions.describe(obligation=report, submission=first, raw=raw, tokens=tokens, by=focal)

    second = sent(report, focal, [*few[:3], ["South", "Male", "41"]])
    submissions.put_in_report(submission=second, by=focal)

    held = holding.current(report)
    assert (held.number, held.units_known, held.remarks) == (2, 12, "One province sends by post.")
    assert holding.waiting(held) == {"open": 0, "to_correct": 0}
    (finding,) = holding.worklist(held)
    assert (finding.decision, finding.reason, finding.decided_by) == ("confirmed", "Small course.", focal)


def test_a_decision_does_not_go_along_to_another_value(report, focal):
    submissions.put_in_report(submission=sent(report, focal, [["North", "Female", "4"], *GOOD[1:]]), by=focal)
    decided(report, focal)
    submissions.put_in_report(submission=sent(report, focal, [["North", "Female", "5"], *GOOD[1:]]), by=focal)
    assert holding.waiting(holding.current(report))["open"] == 1


def test_approved_records_are_replaced_with_a_reason_only(report, focal, analyst):
    submissions.put_in_report(submission=sent(report, focal), by=focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    people.act(people.again(report), Act.APPROVE, analyst)
    people.act(people.again(report), Act.REOPEN, analyst, reason="A province was missing.")
    version = sent(people.again(report), focal, [*GOOD[:3], ["South", "Male", "44"]])
    with pytest.raises(ReasonNeeded, match="approved before"):
        submissions.put_in_report(submission=version, by=focal)
    submissions.put_in_report(submission=version, by=focal, reason="The south came late.")
    assert holding.current(report).number == 2


def test_more_units_than_there_are_is_refused(report, focal):
    from adme.reporting.errors import BadValues

    submissions.put_in_report(submission=sent(report, focal), by=focal)
    with pytest.raises(BadValues, match="only 3 should report"):
        submissions.describe(
            obligation=report, submission=holding.current(report), by=focal, tokens={},
            raw={"units_known": 3, "units_reporting": 5}, base={"units_known": None, "units_reporting": None},
        )  # fmt: skip


def test_after_taking_records_out_nothing_to_report_can_be_certified(report, focal):
    submissions.put_in_report(submission=sent(report, focal), by=focal)
    with pytest.raises(NotAllowedNow):
        people.act(people.again(report), Act.CERTIFY_NIL, focal, reason="No course was held.")
    submissions.take_back(obligation=report, submission=holding.current(report), by=focal)
    assert holding.current(report) is None
    people.act(people.again(report), Act.CERTIFY_NIL, focal, reason="No course was held.")
    assert people.again(report).state == State.CERTIFIED_NIL


def test_an_empty_report_and_one_with_open_warnings_cannot_be_handed_in(report, focal):
    submissions.put_in_report(submission=sent(report, focal, [["North", "Female", "4"], *GOOD[1:]]), by=focal)
    with pytest.raises(NotReady):
        people.act(people.again(report), Act.SUBMIT, focal)
    assert "1 warning waits for a decision: is the value right?" in next(readiness(report).sentences())
    decided(report, focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    data = Revision.objects.get(obligation=report, act=Act.SUBMIT.value).content.data["records"][0]
    assert data["values"]["records_accepted"] == 4
    assert data["values"]["open_findings"] == 0
    assert "North" not in str(data), "a revision names counts, never records"


def test_a_partly_accepted_file_needs_remarks(record_set, focal):
    make.make_version(record_set, rules=[make.WARN], most_refused=0.5)
    report = make.make_report(record_set, period="2024")
    submissions.put_in_report(submission=sent(report, focal, [["North", "Female", "x"], *GOOD[1:]]), by=focal)
    assert holding.current(report).verdict == Verdict.PARTLY
    assert "1 record was refused" in " ".join(readiness(report).sentences())


def test_many_fewer_records_than_last_period_are_mended_or_kept_with_a_reason(record_set, focal, analyst):
    before, now = (make.make_report(record_set, period=period) for period in ("2023", "2024"))
    make.send(before, by=focal, counts={"read": 900, "accepted": 900, "refused": 0, "warnings": 0})
    people.act(people.again(before), Act.SUBMIT, focal)
    people.act(people.again(before), Act.APPROVE, analyst)
    held = make.send(now, by=focal, counts={"read": 400, "accepted": 400, "refused": 0, "warnings": 0})
    (open_one,) = readiness(now).records[0].contradictions
    assert "less than half" in open_one.sentence
    submissions.keep_contradiction(
        obligation=now, submission=held, code=open_one.code, reason="Two provinces were merged.", by=focal
    )
    assert readiness(people.again(now)).is_ready
    assert Finding.objects.get(submission=held, rule=open_one.code).reason == "Two provinces were merged."
    submissions.keep_contradiction(obligation=now, submission=held, code=open_one.code, reason="", by=focal)
    assert not readiness(people.again(now)).is_ready
